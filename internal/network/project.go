package network

// Elapsed as a clock index means every minute works; None as a parent means a
// task of the top level.
const (
	Elapsed int32 = -1
	None    int32 = -1
)

// Task is a piece of work, a milestone (Duration 0) or, when other tasks name
// it as their parent, a summary task.
type Task struct {
	Duration int64 // working minutes of its clock; a summary task's is not read
	Delay    int64 // leveling delay: elapsed minutes added to the start
	Clock    int32 // index of Project.Clocks, or Elapsed
	Parent   int32 // index of Project.Tasks, or None
}

// LinkType says which end of the successor waits for which end of the
// predecessor.
type LinkType uint8

// The types of links.
const (
	FinishToStart LinkType = iota
	StartToStart
	FinishToFinish
	StartToFinish
)

// LagUnit says how a lag is measured.
type LagUnit uint8

// The units of lags. The percentages are hundredths of a percent of the
// predecessor's duration (−7500 is a lead of 75 %), in minutes rounded half away
// from zero; a summary task's duration is the working time from its early start
// to its early finish.
const (
	LagWorking        LagUnit = iota // working minutes of the lag's clock
	LagElapsed                       // minutes
	LagPercent                       // of the predecessor's duration, worked in the lag's clock
	LagElapsedPercent                // of the predecessor's duration, elapsed
)

// LagClock says in whose clock a lag is worked. Where that task's clock is
// Elapsed, it is the project's.
type LagClock uint8

// The clocks of lags.
const (
	OfSuccessor   LagClock = iota // as Microsoft Project does
	OfPredecessor                 // the default of Primavera P6
	OfProject
)

// Link makes the task To wait for the task From. A link of a summary task
// counts for each of its parts, so a link from a summary's start waits for the
// starts of all of them.
type Link struct {
	Lag      int64 // negative is lead
	From, To int32
	Type     LinkType
	Unit     LagUnit
	Clock    LagClock
}

// ConstraintKind says how an instant bounds a task.
type ConstraintKind uint8

// The kinds of constraints. A task may have several; the tightest counts.
const (
	// StartNoEarlier raises the early start.
	StartNoEarlier ConstraintKind = iota
	// FinishNoEarlier raises the early finish.
	FinishNoEarlier
	// StartNoLater bounds the start in both passes.
	StartNoLater
	// FinishNoLater bounds the finish in both passes; of a summary task, the late
	// finish of its parts only.
	FinishNoLater
	// MustStart fixes the start in both passes.
	MustStart
	// MustFinish fixes the finish in both passes.
	MustFinish
	// Deadline bounds the late finish only and moves no early date.
	Deadline
	// AsLate lets the task take its late dates, as Microsoft Project does: it
	// uses up its total float, and its successors move with it. The instant is
	// not read. In a backward project it is every task's default.
	AsLate
	// AsSoon lets a task of a backward project take its early dates; its
	// predecessors move before them. It is the default of a forward project.
	AsSoon
	// FixedStart puts the task there by hand: links and bounds are not heeded in
	// the forward pass, while the late dates follow the links alone, so that
	// float shows how far the hand and the links disagree.
	FixedStart
)

// Constraint bounds a task by an instant.
type Constraint struct {
	At   int64
	Task int32
	Kind ConstraintKind
}

// Progress says what has been done of a started task. Its early and late start
// is the actual start, its duration the part done and the part remaining.
type Progress struct {
	Start     int64 // actual start
	Finish    int64 // actual finish, read when Finished
	Remaining int64 // working minutes left, or −1: what Percent leaves
	Percent   int32 // of the duration, in hundredths of a percent
	Task      int32
	Finished  bool
}

// OutOfOrder says how the remaining part of a task goes on that started before
// its links allowed.
type OutOfOrder uint8

// The rules for tasks in progress (the names are those of Primavera P6). A link
// into the finish holds under the first two.
const (
	// RetainedLogic: the remaining part waits for all predecessors and for the
	// data date.
	RetainedLogic OutOfOrder = iota
	// ProgressOverride: it waits for the data date only.
	ProgressOverride
	// ActualDates: it follows the part done without a pause, whatever the data
	// date and the predecessors, whose late dates run from the actual start; so
	// does Microsoft Project by default.
	ActualDates
)

// Project is the input of Schedule.
type Project struct {
	Clocks []*Clock
	// Clock is the project's clock: an index of Clocks, or Elapsed.
	Clock int32

	// Start is the earliest start of every task without actual, must or fixed
	// dates. A backward project doesn't read it.
	Start int64
	// Finish is where late dates run from: read in a backward project, and in a
	// forward one when HasFinish, else its late dates run from the latest early
	// finish.
	Finish    int64
	HasFinish bool
	// Backward schedules from Finish: late dates first, then early dates from
	// the earliest late start, and every task takes its late dates.
	Backward bool

	// DataDate is the instant up to which progress is known, read when
	// HasDataDate: no work that isn't done is placed before it.
	DataDate    int64
	HasDataDate bool
	OutOfOrder  OutOfOrder

	// LinksFirst lets links win over must-dates and upper bounds: they then
	// bound the late dates, and a must-date raises the early date. Otherwise the
	// dates are honoured and broken links are reported.
	LinksFirst bool
	// OwnEnds gives a task without successors its own early finish as late
	// finish, so that every chain has its critical path. A backward project
	// doesn't read it.
	OwnEnds bool

	// CriticalFloat: tasks with at most so much total float are critical;
	// NearFloat: others with at most so much are near-critical. Minutes of the
	// task's clock.
	CriticalFloat int64
	NearFloat     int64

	// Earliest and Latest bound every date that follows; both 0 means Limit.
	Earliest, Latest int64

	Tasks       []Task
	Links       []Link
	Constraints []Constraint
	Progress    []Progress
}
