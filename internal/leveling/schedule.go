package leveling

// A Schedule is when everything happens, and why not sooner. Slices by activity
// follow the project's indices.
type Schedule struct {
	// Start and End of each activity; an activity works in [Start, End).
	Start, End []int64

	// Makespan is the latest End, at least 0; Late the weighted sum of lateness against due
	// times, and Excess the number of demands and draws that were placed although
	// nothing is left for them, those in Infeasible included.
	Makespan int64
	Late     int64
	Excess   int

	// Bound is a lower bound on the makespan of every schedule without Excess:
	// links, clocks, and the work that resources can do.
	Bound int64

	// Schedules is how many schedules were generated. Each forward and each
	// backward pass counts as one.
	Schedules int64

	// Drivers say what each activity waited for.
	Drivers []Driver

	// Usage is the histogram of each resource, Levels that of each stock.
	Usage  [][]Segment
	Levels [][]Level

	// Infeasible lists demands and draws above anything ever supplied, in the
	// order of activities. Such a demand was scheduled as if it were the most
	// there is, such a draw as if it were none; Usage and Levels show all of it.
	Infeasible []Infeasible

	// Overruns lists activities that need time after the table of their clock.
	Overruns []int
}

// Gap returns how far the makespan may be above the least possible one, as a
// fraction of the bound; 0 says that the makespan is the least possible.
func (s *Schedule) Gap() float64 {
	if s.Makespan <= s.Bound || s.Bound <= 0 {
		return 0
	}
	return float64(s.Makespan-s.Bound) / float64(s.Bound)
}

// A DriverKind says what kind of thing an activity waited for.
type DriverKind uint8

// The kinds of drivers.
const (
	// DriverNone: it starts at the first working time.
	DriverNone DriverKind = iota
	// DriverFixed: it was fixed.
	DriverFixed
	// DriverRelease: its release time.
	DriverRelease
	// DriverLink: the link Index of the project.
	DriverLink
	// DriverResource: the resource Index was short just before; Activity, if it
	// is not -1, is the one that freed it. Otherwise capacity rose.
	DriverResource
	// DriverStock: the stock Index came in, or its next period began.
	DriverStock
)

// A Driver is what kept an activity from starting earlier. Among several, the
// order is link, release, resource, stock, and the lowest index in each kind.
type Driver struct {
	Kind     DriverKind
	Index    int
	Activity int
}

// A Segment is a stretch of time in which the use of a resource and its capacity
// are constant.
type Segment struct {
	Span
	Used, Capacity int64
}

// Short returns by how much the use exceeds the capacity, at least 0.
func (s Segment) Short() int64 { return max(0, s.Used-s.Capacity) }

// A Level is what a stock supplies and what is drawn from it in the time from
// one supply to the next. The first one is the time before any supply, the last
// one has no end (Until is Never). Left is what remains at its end: negative
// where more was drawn than there was. A stock that lapses starts each level
// with its own supply only.
type Level struct {
	Span
	Supplied, Drawn, Left int64
}

// An Infeasible demand (Stock is -1) or draw (Resource is -1) asks for Amount
// where the most ever supplied is Most.
type Infeasible struct {
	Activity, Resource, Stock int
	Amount, Most              int64
}

// report turns a trial of the model into a schedule of the project.
func (m *model) report(p *Project, t *trial, bound, made int64) *Schedule {
	n := len(p.Activities)
	s := &Schedule{
		Start: make([]int64, n), End: make([]int64, n), Schedules: made,
		Excess: t.cost.excess + m.excess, Infeasible: m.unmet,
	}
	for i := range p.Activities {
		a := &p.Activities[i]
		if j := m.number[i]; j >= 0 {
			s.Start[i], s.End[i] = t.start[j]*m.unit, t.finish[j]*m.unit
		} else {
			s.Start[i], s.End[i] = a.Start, a.End
		}
		s.Makespan = max(s.Makespan, s.End[i])
		if a.Weight > 0 && a.Due < s.End[i] {
			s.Late = addUpTo(s.Late, s.End[i]-a.Due, a.Weight)
		}
	}
	s.Bound = m.realBound(bound)
	clocks := make([]*clock, len(p.Clocks)+1)
	for i, c := range p.Clocks {
		clocks[i+1] = newClock(c)
	}
	for i := range p.Activities {
		if c := clocks[p.Activities[i].Clock]; c != nil && !p.Activities[i].Fixed && p.Activities[i].Duration > 0 && c.overruns(s.End[i]) {
			s.Overruns = append(s.Overruns, i)
		}
	}
	b := newBook(p, s, clocks)
	s.Usage = b.usage()
	s.Levels = b.levels()
	s.Drivers = b.drivers()
	return s
}
