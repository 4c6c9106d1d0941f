package network

import "strconv"

// FaultKind says what is wrong with an input.
type FaultKind uint8

// The kinds of faults.
const (
	BadSpan           FaultKind = iota + 1 // a span is empty, starts outside its day or passes the following one
	BadDay                                 // an exception's day is beyond Limit
	RepeatedDay                            // a day has two exceptions
	NoWorkingTime                          // the clock never works, or not often enough for the task or the lag
	BeyondLimit                            // an instant, duration, lag or delay is beyond Limit
	BeyondHorizon                          // a date that follows is before Project.Earliest or after Project.Latest
	NegativeDuration                       // a duration is below 0
	NegativeDelay                          // a leveling delay is below 0
	UnknownClock                           // the index names no clock, or the clock is nil
	UnknownTask                            // the index names no task (a link's end, a constraint's or a progress's task)
	UnknownParent                          // the parent names no task
	ParentCycle                            // the tasks are one another's parents: Cycle lists them
	SelfLink                               // a link joins a task to itself
	LinkToPart                             // a link joins a summary task and one of its own parts
	LinkCycle                              // the tasks wait for one another: Cycle and Links list them in order
	UnknownKind                            // a link type, lag unit, lag clock or constraint kind that doesn't exist
	SummaryConstraint                      // a summary task takes only StartNoEarlier, FinishNoLater and Deadline
	SummaryLag                             // a lag in percent of a summary task, in a backward project: its duration isn't known in time
	SummaryProgress                        // progress belongs to the parts of a summary task
	RepeatedProgress                       // a task has two records of progress
	FinishBeforeStart                      // an actual finish is before the actual start
	BadProgress                            // a percentage outside 0 to 10,000 or a remaining duration below −1
	TooMany                                // more tasks, links or constraints than an int32 counts
	BadBounds                              // Earliest is after Latest, or the start or finish lies outside them
)

// Place says which list of the input a fault is in.
type Place uint8

// The places of faults; Fault.Index counts within the list.
const (
	AtProject    Place = iota // Project itself; the index is 0
	AtTask                    // Project.Tasks
	AtLink                    // Project.Links
	AtConstraint              // Project.Constraints
	AtProgress                // Project.Progress
	AtClock                   // Project.Clocks, or the exceptions of a pattern
)

// Fault is one thing wrong with an input and where it stands.
type Fault struct {
	Kind  FaultKind
	Place Place
	Index int // in the list of Place; of a cycle the highest of Links, or the lowest parent
	// Cycle lists the tasks of a cycle in the order of their links, each the
	// predecessor of the next and the last of the first; summary tasks stand
	// in it when the cycle passes through them. No task can be left out: no
	// shorter cycle runs within the same tasks. For ParentCycle each is the
	// parent of the next.
	Cycle []int32
	// Links[i] is the link from Cycle[i] to the task after it, −1 where they are
	// a summary task and its part.
	Links []int32
}

// Error returns the fault in words of this package, for its own tests and logs;
// callers translate Kind and Place.
func (f Fault) Error() string {
	kinds := [...]string{
		"", "bad span", "bad day", "repeated day", "no working time", "beyond limit", "beyond horizon",
		"negative duration", "negative delay", "unknown clock", "unknown task", "unknown parent",
		"parent cycle", "self link", "link to part", "link cycle", "unknown kind", "summary constraint", "summary lag",
		"summary progress", "repeated progress", "finish before start", "bad progress", "too many",
		"bounds out of order",
	}
	places := [...]string{"project", "task", "link", "constraint", "progress", "clock"}
	s := "network: " + kinds[f.Kind] + " at " + places[f.Place] + " " + strconv.Itoa(f.Index)
	for _, t := range f.Cycle {
		s += " " + strconv.Itoa(int(t))
	}
	return s
}
