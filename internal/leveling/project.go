package leveling

import "math"

// MaxTime and MaxAmount bound what a project holds: every time, duration, lag
// and amount lies within ±MaxTime or ±MaxAmount. MaxWeight bounds the weights of
// due times, MaxActivities their number.
const (
	MaxTime       = 1 << 40
	MaxAmount     = 1 << 40
	MaxWeight     = 1 << 20
	MaxActivities = 1 << 21
)

// Never is the due time of an activity without one.
const Never = math.MaxInt64

// A Project is what is scheduled. Indices in its parts point into its slices.
// Time 0 is the earliest start of everything that is not fixed.
type Project struct {
	Activities []Activity
	Links      []Link
	Resources  []Resource
	Demands    []Demand
	Stocks     []Stock
	Draws      []Draw
	Clocks     []Clock
}

// An Activity is a piece of work that runs without interruption, except for the
// breaks of its clock.
type Activity struct {
	// Duration is the working time it takes, at least 0.
	Duration int64

	// Clock is 1 + the index of its working clock; with 0 all time is working
	// time.
	Clock int

	// Release is the earliest time it may start.
	Release int64

	// Due is the time it should end by. Weight says how much a unit of lateness
	// counts; with 0 Due is ignored.
	Due    int64
	Weight int64

	// Fixed says that it stays at [Start, End), whatever links and capacities
	// say: what is done or under way. Duration and Release are then ignored.
	Fixed      bool
	Start, End int64
}

// A LinkKind says which ends of two activities a link ties.
type LinkKind uint8

// The kinds of links. The first end is the predecessor's.
const (
	FinishStart LinkKind = iota
	StartStart
	FinishFinish
	StartFinish
)

// A Link keeps the end of To that its kind names at least Lag after the end of
// From that it names. Lag may be negative (a lead). A lag runs on all time, or
// on the clock with index Clock-1 if Clock is positive. Where the kind names the
// finish of To, times are compared in the working time of To's clock.
type Link struct {
	From, To int
	Kind     LinkKind
	Lag      int64
	Clock    int
}

// A Step is a value from a time on, until the next step.
type Step struct{ From, Value int64 }

// A Resource has a capacity that activities occupy while they work and free
// again. Steps ascend in time; before the first one the capacity is 0, after the
// last one it stays.
type Resource struct{ Capacity []Step }

// A Demand is what an activity occupies of a resource in every unit of its
// working time. Several demands for one resource add up, to 2·MaxAmount at most.
type Demand struct {
	Activity, Resource int
	Amount             int64
}

// A Stock is used up by activities. At each step, whose times ascend, Value
// comes in. What is left at the next step stays, or lapses if Lapses is set: a
// store, or a budget by period.
type Stock struct {
	Supply []Step
	Lapses bool
}

// A Draw is what an activity takes from a stock: all of it when it starts, or
// evenly over its working time if Spread is set (rounded up to whole amounts
// from its start).
type Draw struct {
	Activity, Stock int
	Amount          int64
	Spread          bool
}

// A Span is the time from From up to, and not including, Until.
type Span struct{ From, Until int64 }

// A Clock is a table of working time: spans that ascend, are not empty and do
// not touch or overlap, all at or after time 0. If Cycle is positive the table
// describes the time up to From+Cycle, and its part in [From, From+Cycle)
// repeats without end; no span may cross From or reach beyond From+Cycle.
// Otherwise all time after the last span is working time, and a schedule that
// needs it says so in Overruns. Time before 0, where only fixed activities lie,
// is working time too.
type Clock struct {
	Spans       []Span
	From, Cycle int64
}

// An InputError says what part of a project cannot be scheduled.
type InputError struct {
	// Part names the slice of the project ("Activities", "Links", …), Index the
	// element, or is -1 when the slice as a whole is meant.
	Part  string
	Index int

	// Reason is one of "range" (a value out of its bounds), "index" (pointing
	// nowhere), "order" (steps or spans do not ascend), "cycle" (the links form
	// one; Cycle lists its activities in order) or "count" (too many).
	Reason string
	Cycle  []int
}

// Error names the part and the reason.
func (e *InputError) Error() string {
	return "leveling: " + e.Part + ": " + e.Reason
}
