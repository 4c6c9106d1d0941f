package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// GrainGoal is the grain of the goal's whole period in the rows of a
// [Breakdown].
const GrainGoal calendar.Grain = "goal"

// A grid is a goal's period cut into leaf periods, and the coarser periods
// that are made of them.
type grid struct {
	fiscal calendar.Fiscal
	cal    *calendar.Calendar
	whole  calendar.Period

	grains  []calendar.Grain // from the coarsest
	periods [][]stretch      // by grain
	pieces  []calendar.Period
	turns   []stretch // the goal's recurrences; one if it doesn't recur

	// byDays says that presence and what lies within a month are measured in
	// calendar days rather than working days; counted that working days of the
	// period were counted.
	byDays, counted bool

	// running[d] is the measure of the first d days of the whole period, and
	// measure[i] that of piece i.
	running []int32
	measure []uint64
}

// A stretch is a period made of the leaf periods [first, end).
type stretch struct {
	calendar.Period
	first, end int
}

// newGrid cuts the goal's period. Faults are below /goal.
func newGrid(goal Goal, fiscal calendar.Fiscal, cal *calendar.Calendar) (*grid, error) {
	whole, err := fiscal.Parse(goal.Period)
	if err != nil {
		return nil, atPath(err, "/goal/period")
	}
	g := &grid{fiscal: fiscal, cal: cal, whole: whole}
	var rule SplitRule
	if goal.Split != nil {
		rule = *goal.Split
	}
	g.byDays = rule.Time.Within == TimeDays || rule.Time.Basis == TimeDays
	g.grains = sortedGrains(rule.Grains, goal.Every)
	if g.pieces, err = g.cut(g.grains); err != nil {
		return nil, atPath(err, "/goal/split/grains")
	}
	for i, grain := range g.grains {
		coarse := g.grains[:i+1]
		if grain.Rank() < goal.Every.Rank() {
			coarse = slices.DeleteFunc(slices.Clone(coarse), func(x calendar.Grain) bool { return x == goal.Every })
		}
		ps, err := g.cut(coarse)
		if err != nil {
			return nil, atPath(err, "/goal/split/grains")
		}
		g.periods = append(g.periods, g.stretches(ps))
	}
	if err := g.setTurns(goal); err != nil {
		return nil, err
	}
	return g, nil
}

// sortedGrains returns the grains from the coarsest, each once, with that of
// the recurrence among them.
func sortedGrains(grains []calendar.Grain, every calendar.Grain) []calendar.Grain {
	out := slices.Clone(grains)
	if every != "" {
		out = append(out, every)
	}
	slices.SortStableFunc(out, func(a, b calendar.Grain) int { return a.Rank() - b.Rank() })
	return slices.Compact(out)
}

func (g *grid) cut(grains []calendar.Grain) ([]calendar.Period, error) {
	if len(grains) == 0 {
		return []calendar.Period{g.whole}, nil
	}
	return g.fiscal.Grid(g.whole, grains)
}

// stretches finds the leaf periods of each of the given periods, which are
// made of whole ones and stand in order.
func (g *grid) stretches(ps []calendar.Period) []stretch {
	out := make([]stretch, 0, len(ps))
	at := 0
	for _, p := range ps {
		s := stretch{Period: p, first: at}
		for at < len(g.pieces) && !g.pieces[at].Last.After(p.Last) {
			at++
		}
		s.end = at
		out = append(out, s)
	}
	return out
}

// setTurns finds the goal's recurrences and refuses a period that isn't made
// of whole ones.
func (g *grid) setTurns(goal Goal) error {
	if goal.Every == "" {
		g.turns = []stretch{{g.whole, 0, len(g.pieces)}}
		return nil
	}
	full, err := fullPeriods(g.fiscal, g.whole, goal.Every)
	if err != nil {
		return atPath(err, "/goal/every")
	}
	if len(full) == 0 || full[0].First != g.whole.First || full[len(full)-1].Last != g.whole.Last {
		f := &diag.Fault{Code: diag.OffGrid, Path: "/goal/period", Value: goal.Period}
		if len(full) > 0 {
			f.Near = calendar.Span(full[0].First, full[len(full)-1].Last).String()
		}
		return diag.Faults{f}
	}
	g.turns = g.stretches(full)
	return nil
}

// fullPeriods returns the periods of a grain that overlap p, not clipped to it.
func fullPeriods(fiscal calendar.Fiscal, p calendar.Period, grain calendar.Grain) ([]calendar.Period, error) {
	const margin = 800 // days: more than two of the longest grain
	wide := calendar.Span(p.First.AddDays(-margin), p.Last.AddDays(margin))
	if !wide.Valid() {
		return nil, &diag.Fault{Code: diag.OutOfRange, Value: p.String()}
	}
	all, err := fiscal.Split(wide, grain)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(q calendar.Period) bool { return !q.Overlaps(p) }), nil
}

// needsWorkdays says that working days are counted: by the time basis, to
// measure presence, or to divide a month (or whatever else has a share) of which
// the period or a leaf period has a part only.
func (g *grid) needsWorkdays(rule TimeRule, partial bool) bool {
	if g.byDays {
		return false
	}
	if rule.Basis == TimeWorkdays || partial {
		return true
	}
	if rule.Basis == TimeDays || len(g.pieces) == 1 {
		return false
	}
	base := calendar.GrainMonth
	if rule.Basis == "" || rule.Basis == TimeEven {
		base = g.baseGrain()
	}
	if g.grains[len(g.grains)-1].Rank() > calendar.GrainMonth.Rank() {
		return true
	}
	full, err := fullPeriods(g.fiscal, g.whole, base)
	return err == nil && (full[0].First != g.whole.First || full[len(full)-1].Last != g.whole.Last)
}

// setMeasure fills the measure of days and pieces.
func (g *grid) setMeasure(workdays bool) error {
	days := g.whole.Days()
	if workdays {
		if err := g.cal.Check(g.whole); err != nil {
			return atPath(err, "/goal/period")
		}
		g.running, g.counted = g.cal.WorkdayTable(g.whole), true
	} else {
		g.running = make([]int32, days+1)
		for d := range g.running {
			g.running[d] = int32(d)
		}
	}
	g.measure = make([]uint64, len(g.pieces))
	for i, p := range g.pieces {
		g.measure[i] = uint64(g.days(p))
	}
	return nil
}

// days returns the measure of a period inside the whole one.
func (g *grid) days(p calendar.Period) int64 {
	from, to := p.First.Sub(g.whole.First), p.Last.Sub(g.whole.First)
	return int64(g.running[to+1] - g.running[from])
}

// outside returns the measure of any period.
func (g *grid) outside(p calendar.Period) int64 {
	if g.byDays {
		return int64(p.Days())
	}
	return int64(g.cal.Workdays(p))
}

// find returns the leaf periods of which p is made; p unset means all. ok is
// false if p is no union of leaf periods.
func (g *grid) find(p calendar.Period) (s stretch, ok bool) {
	if p.IsZero() {
		p = g.whole
	}
	first, found := slices.BinarySearchFunc(g.pieces, p.First, func(q calendar.Period, d calendar.Date) int { return q.First.Compare(d) })
	if !found {
		return stretch{}, false
	}
	last, found := slices.BinarySearchFunc(g.pieces, p.Last, func(q calendar.Period, d calendar.Date) int { return q.Last.Compare(d) })
	if !found || last < first {
		return stretch{}, false
	}
	return stretch{p, first, last + 1}, true
}

// atPath gives the faults of err the given path.
func atPath(err error, path string) error {
	all := diag.All(err)
	if len(all) == 0 {
		return err
	}
	out := make(diag.Faults, len(all))
	for i, f := range all {
		c := *f
		c.Path = path
		out[i] = &c
	}
	return out
}

func index(path string, i int) string { return path + "/" + strconv.Itoa(i) }
