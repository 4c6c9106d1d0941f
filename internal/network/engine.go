package network

// engine is one run of Schedule.
type engine struct {
	p                *Project
	earliest, latest int64
	faults           []Fault
	badLags          map[int32]bool // links reported because of their lag
	always           *Clock

	group     []int32 // task → index of groups, or −1; nil without summary tasks
	groups    []groupOf
	partStart []int32
	part      []int32

	outStart, out []int32 // links by predecessor
	nodes         int
	order         []int32

	what        []trait // nil when no task has any
	firstBound  []int32 // task → its first constraint, or −1; nil without constraints
	nextBound   []int32 // constraint → the next of the same task, or −1
	records     []int32 // progress records by task
	recordOf    []int32 // task → index of result.records; nil without progress
	pinnedLate  bool    // the early pass takes AsLate tasks from their late dates
	pinnedEarly bool    // the late pass takes AsSoon tasks from their early dates

	low []lower // nodes' bounds of early dates
	r   *Result
}

// trait marks tasks that need more than the shortest way through the passes.
type trait uint8

const (
	isSummary trait = 1 << iota
	isBound         // has constraints
	isStarted
	isFinished
	isDelayed
	isLate // AsLate
	isSoon // AsSoon
)

// lower is what early dates must not undercut, with the driver of each.
type lower struct {
	start, finish     int64
	byStart, byFinish int32 // driver: a link ≥ 0, else see packCause
}

// upper is what a late date must not pass.
type upper struct {
	at int64
	by int32
}

// Drivers are packed in an int32: a link's index, or −2 − i for constraint i,
// or none.
const noDriver = int32(-1)

// nothing stands for a bound that is not there; a date never comes near it.
const nothing = int64(1) << 60

// Schedule computes the dates of a project by the critical-path method (Kelley,
// Operations Research 9, 1961) with generalised links (Crandall, Journal of the
// Construction Division 99, 1973) over working clocks.
//
// A task starts at the first working minute at or after the tightest of its
// bounds and works its duration; a milestone keeps the instant of its bound.
// Lag is worked from the linked end of the predecessor. Late dates run from the
// latest early finish of the whole project. Must-dates hold in both passes
// even against links, upper bounds likewise, deadlines only in the late one. A
// leveling delay is elapsed time added to the start; it uses up float and is
// not passed on to the late dates of predecessors. These are the rules that
// reproduce the dates in Microsoft Project's files.
//
// Everything wrong with the input is returned at once, and no result then:
// cycles as soon as the lists themselves are right, dates beyond the horizon or
// behind the end of all working time as soon as there is an order to compute
// them in. The result doesn't depend on the order of the lists, except that
// Index refers to it and that equal bounds name the lower index. Cost: linear in
// tasks, links and constraints (the search in a clock apart), two passes and
// one more for floats; a further early pass when tasks are AsLate.
func Schedule(p *Project) (*Result, []Fault) {
	e := &engine{p: p, earliest: p.Earliest, latest: p.Latest, always: Always()}
	if e.earliest == 0 && e.latest == 0 {
		e.earliest, e.latest = -Limit, Limit
	}
	e.check()
	if len(e.faults) > 0 {
		return nil, e.faults
	}
	if e.buildGroups() {
		e.checkSummaries()
	}
	if len(e.faults) > 0 || !e.buildOrder() {
		return nil, e.faults
	}
	e.prepare()
	if p.Backward {
		e.runBackward()
	} else {
		e.runForward()
	}
	if len(e.faults) > 0 {
		return nil, e.faults
	}
	e.finish()
	return e.r, nil
}

// runForward computes early dates from the start, then late dates from where
// they end. Tasks that take their late dates push their successors in a second
// early pass; late dates don't change by it, since nothing passes them.
func (e *engine) runForward() {
	e.earlyPass(e.p.Start)
	end := e.r.ProjectFinish
	if e.p.HasFinish {
		end = e.p.Finish
	}
	if len(e.faults) > 0 {
		return
	}
	e.latePass(end)
	if e.has(isLate) && len(e.faults) == 0 {
		e.pinnedLate = true
		e.earlyPass(e.p.Start)
	}
}

// runBackward is runForward seen in a mirror.
func (e *engine) runBackward() {
	e.latePass(e.p.Finish)
	if len(e.faults) > 0 {
		return
	}
	start := e.firstLateStart()
	e.earlyPass(start)
	if e.has(isSoon) && len(e.faults) == 0 {
		e.pinnedEarly = true
		e.latePass(e.p.Finish)
	}
}

// has reports whether any task has a trait.
func (e *engine) has(x trait) bool {
	for _, w := range e.what {
		if w&x != 0 {
			return true
		}
	}
	return false
}

func (e *engine) trait(t int32) trait {
	if e.what == nil {
		return 0
	}
	return e.what[t]
}

// prepare lays out the result and finds which tasks have traits.
func (e *engine) prepare() {
	n := len(e.p.Tasks)
	slab := make([]int64, 8*n)
	column := func(i int) []int64 { return slab[i*n : (i+1)*n : (i+1)*n] }
	e.r = &Result{
		EarlyStart: column(0), EarlyFinish: column(1), LateStart: column(2), LateFinish: column(3),
		TotalFloat: column(4), FreeFloat: column(5), StartFloat: column(6), FinishFloat: column(7),
		Flags: make([]Flags, n), early: make([]cause, n), late: make([]cause, n),
	}
	e.low = make([]lower, n)
	if e.groups != nil || len(e.p.Constraints) > 0 || len(e.p.Progress) > 0 || e.anyDelay() {
		e.what = make([]trait, n)
	}
	for i := range e.groups {
		e.what[e.groups[i].task] |= isSummary
	}
	if len(e.p.Constraints) > 0 {
		e.firstBound, e.nextBound = make([]int32, n), make([]int32, len(e.p.Constraints))
		for i := range e.firstBound {
			e.firstBound[i] = -1
		}
		for i := len(e.p.Constraints) - 1; i >= 0; i-- {
			c := &e.p.Constraints[i]
			e.nextBound[i] = e.firstBound[c.Task]
			e.firstBound[c.Task] = int32(i)
			switch {
			case c.Kind == AsLate && !e.p.Backward:
				e.what[c.Task] |= isLate
			case c.Kind == AsSoon && e.p.Backward:
				e.what[c.Task] |= isSoon
			}
			e.what[c.Task] |= isBound
		}
	}
	e.prepareProgress()
}

func (e *engine) anyDelay() bool {
	for i := range e.p.Tasks {
		if e.p.Tasks[i].Delay != 0 {
			return true
		}
	}
	return false
}

func (e *engine) prepareProgress() {
	for i := range e.what {
		if e.p.Tasks[i].Delay > 0 && e.what[i]&isSummary == 0 {
			e.what[i] |= isDelayed
		}
	}
	if len(e.p.Progress) == 0 {
		return
	}
	e.recordOf = make([]int32, len(e.p.Tasks))
	e.r.records = make([]record, len(e.records))
	for k, i := range e.records {
		g := &e.p.Progress[i]
		e.r.records[k] = record{task: g.Task, progress: i}
		e.recordOf[g.Task] = int32(k)
		e.what[g.Task] |= isStarted
		if g.Finished {
			e.what[g.Task] |= isFinished
		}
	}
}

// clock returns the clock of a clock index.
func (e *engine) clock(c int32) *Clock {
	if c < 0 {
		return e.always
	}
	return e.p.Clocks[c]
}

// remaining returns the working minutes a started task has done and has left;
// done is negative when more is left than was planned.
func (e *engine) remaining(t int32) (done, left int64) {
	g := &e.p.Progress[e.records[e.recordOf[t]]]
	d := e.p.Tasks[t].Duration
	if g.Remaining >= 0 {
		return d - g.Remaining, g.Remaining
	}
	done = share(d, int64(g.Percent))
	return done, d - done
}

// share returns so many hundredths of a percent of a duration, rounded half
// away from zero; both are far from where the product would overflow.
func share(of, hundredths int64) int64 {
	const whole = 10_000
	product := of/whole*hundredths + of%whole*hundredths/whole
	switch rest := of % whole * hundredths % whole; {
	case 2*rest >= whole:
		product++
	case 2*rest <= -whole:
		product--
	}
	return product
}
