package salesplan

import (
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Task is work to do: by whom, how long, after what, with what. A task that
// others name as their Parent is a summary: it starts with the first of them and
// finishes with the last, and has no duration or demands of its own.
type Task struct {
	// ID is unique among the tasks of a plan.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// Parent is the summary task above.
	Parent string `json:"parent,omitempty"`

	// Goal is the ID of the goal that the task serves, and Quantity how much of
	// its target the task is to bring: 40 of the 100 new customers. Work done
	// counts in proportion.
	Goal     string              `json:"goal,omitempty"`
	Quantity decimal.NullDecimal `json:"quantity,omitzero"`

	// Owner is who answers for the task: the ID of a unit or a resource. An
	// owner is busy with the task, full time, if the task demands no people.
	Owner string `json:"owner,omitempty"`

	// Duration is the working time that the task takes ("5d"), on its calendar,
	// or the elapsed time ("5ed"). Every task has one that is neither a
	// milestone nor a summary.
	Duration calendar.Duration `json:"duration,omitzero"`

	// Milestone says that the task is a point in time.
	Milestone bool `json:"milestone,omitempty"`

	// Predecessors are the tasks on which the dates of this one hang.
	Predecessors []Predecessor `json:"predecessors,omitempty"`

	// Constraint is a date imposed on the task; without one it is done as soon
	// as it can be.
	Constraint *Constraint `json:"constraint,omitempty"`

	// Deadline is when the task is to be finished. It moves nothing: what is
	// later has negative float.
	Deadline calendar.Moment `json:"deadline,omitzero"`

	// Calendar is the ID of the calendar on which the task is worked; without
	// one the time counts that one or the other of its people works, without
	// people the plan's calendar. With both, work is done when both allow it.
	Calendar string `json:"calendar,omitempty"`

	// IgnorePeople says that the calendars of its people count for nothing.
	IgnorePeople bool `json:"ignorePeople,omitempty"`

	// Demands are the people, money and material that the task takes.
	Demands []Demand `json:"demands,omitempty"`

	// Priority says which of two tasks yields where there isn't enough for
	// both: the one with the lower number. From 1 to 1000; not given, 500.
	Priority int `json:"priority,omitempty"`

	// Delay is elapsed time by which the task starts later than it could.
	Delay calendar.Duration `json:"delay,omitzero"`

	// Baseline is what was planned once; see [TaskDates.StartSlip].
	Baseline *Baseline `json:"baseline,omitempty"`

	// Progress is what was done when the plan was written. Later news come as
	// [TaskUpdate].
	Progress *Progress `json:"progress,omitempty"`

	// Note is for people.
	Note string `json:"note,omitempty"`
}

// A LinkType says which ends of two tasks a link ties. The zero LinkType is
// [LinkFinishToStart].
type LinkType string

// The link types: the predecessor's end first.
const (
	LinkFinishToStart  LinkType = "finish-to-start"
	LinkStartToStart   LinkType = "start-to-start"
	LinkFinishToFinish LinkType = "finish-to-finish"
	LinkStartToFinish  LinkType = "start-to-finish"
)

func linkTypes() []LinkType {
	return []LinkType{LinkFinishToStart, LinkStartToStart, LinkFinishToFinish, LinkStartToFinish}
}

// UnmarshalText reads a link type; any other text is a fault of code
// [diag.Invalid].
func (l *LinkType) UnmarshalText(text []byte) error { return readEnum(l, text, linkTypes()) }

// A Predecessor is a task before another, and how they are linked.
type Predecessor struct {
	// Task is the ID of the task before.
	Task string   `json:"task" plan:"required"`
	Link LinkType `json:"link,omitempty"`

	// Lag is how long after the predecessor's end this task's may be: working
	// time ("2d"), elapsed time ("3ed") or a part of the predecessor's duration
	// ("50%"). A lead is a negative lag: "-1d".
	Lag Lag `json:"lag,omitzero"`
}

// A Lag is working or elapsed time, or a percentage of a task's duration. Its
// text is "2d", "-3ed" or "50%"; the zero Lag is none.
type Lag struct {
	Time calendar.Duration

	// Percent is the percentage, where Time is zero.
	Percent decimal.Decimal
}

// IsZero reports whether l is no lag.
func (l Lag) IsZero() bool { return l.Time == calendar.Duration{} && l.Percent.IsZero() }

// String returns the lag as it is written.
func (l Lag) String() string {
	if !l.Percent.IsZero() {
		return amountText(l.Percent) + "%"
	}
	return l.Time.String()
}

// MarshalText returns what [Lag.String] returns, the empty text for the zero
// Lag.
func (l Lag) MarshalText() ([]byte, error) {
	if l.IsZero() {
		return nil, nil
	}
	if l.Percent.IsZero() {
		return l.Time.MarshalText()
	}
	return []byte(l.String()), nil
}

// maxLagPercent bounds the percentage of a lag, either way.
const maxLagPercent = 100_000

// UnmarshalText reads a lag as [Lag.String] writes it; other text is a fault of
// code [diag.Syntax], one of more than 100,000 % or 9,999 years
// [diag.OutOfRange].
func (l *Lag) UnmarshalText(text []byte) error {
	s := string(text)
	number, percent := strings.CutSuffix(s, "%")
	if !percent {
		d, err := calendar.ParseDuration(s)
		if err != nil {
			f := *diag.All(err)[0]
			f.Path = "/lag"
			if f.Code == diag.Syntax {
				f.Bound = "2d, -4h, 3ed or 50%"
			}
			return &f
		}
		*l = Lag{Time: d}
		return nil
	}
	if len(number) > maxDigits+2 || !isPlainNumber(number) {
		return &diag.Fault{Code: diag.Syntax, Path: "/lag", Value: diag.Clip(s), Bound: "2d, -4h, 3ed or 50%"}
	}
	x, err := decimal.NewFromString(number)
	if err != nil || !checkAmount(x) || x.Abs().GreaterThan(decimal.NewFromInt(maxLagPercent)) {
		return &diag.Fault{Code: diag.OutOfRange, Path: "/lag", Value: diag.Clip(s), Bound: "at most 100000%"}
	}
	*l = Lag{Percent: x}
	return nil
}

// A ConstraintKind says what a date imposed on a task means. The zero
// ConstraintKind is [ConstraintAsSoonAsPossible].
type ConstraintKind string

// The constraints. Those that end in "on" hold whatever links say; the links
// that they violate are named, and their tasks have negative float.
const (
	ConstraintAsSoonAsPossible ConstraintKind = "as-soon-as-possible"
	ConstraintAsLateAsPossible ConstraintKind = "as-late-as-possible"
	ConstraintStartNoEarlier   ConstraintKind = "start-no-earlier"
	ConstraintStartNoLater     ConstraintKind = "start-no-later"
	ConstraintFinishNoEarlier  ConstraintKind = "finish-no-earlier"
	ConstraintFinishNoLater    ConstraintKind = "finish-no-later"
	ConstraintMustStart        ConstraintKind = "must-start-on"
	ConstraintMustFinish       ConstraintKind = "must-finish-on"

	// ConstraintManual puts the task there by hand, start first: links don't move
	// it, and its latest dates are those that links leave, so that its float
	// tells how far they disagree.
	ConstraintManual ConstraintKind = "manual"
)

func constraintKinds() []ConstraintKind {
	return []ConstraintKind{ConstraintAsSoonAsPossible, ConstraintAsLateAsPossible, ConstraintStartNoEarlier, ConstraintStartNoLater, ConstraintFinishNoEarlier, ConstraintFinishNoLater, ConstraintMustStart, ConstraintMustFinish, ConstraintManual}
}

// UnmarshalText reads a constraint; any other text is a fault of code
// [diag.Invalid].
func (k *ConstraintKind) UnmarshalText(text []byte) error {
	return readEnum(k, text, constraintKinds())
}

// dated reports whether a constraint comes with a date.
func (k ConstraintKind) dated() bool {
	return k != "" && k != ConstraintAsSoonAsPossible && k != ConstraintAsLateAsPossible
}

// A Constraint is a date imposed on a task.
type Constraint struct {
	// Kind says what the date means.
	Kind ConstraintKind `json:"kind" plan:"required"`

	// On is the date; [ConstraintAsSoonAsPossible] and [ConstraintAsLateAsPossible] have none.
	On calendar.Moment `json:"on,omitzero"`
}

// A Baseline is what was planned for a task once.
type Baseline struct {
	// Start and Finish are the dates, Duration the working time.
	Start    calendar.Moment   `json:"start,omitzero"`
	Finish   calendar.Moment   `json:"finish,omitzero"`
	Duration calendar.Duration `json:"duration,omitzero"`
}

// Progress is what has been done of a task.
type Progress struct {
	// Started and Finished are when work began and when all was done.
	Started  calendar.Moment `json:"started,omitzero"`
	Finished calendar.Moment `json:"finished,omitzero"`

	// Percent is the part of the duration that is done, 0 to 100, and Remaining
	// the working time that is left; where both are given, Remaining counts for
	// the dates.
	Percent   decimal.NullDecimal `json:"percent,omitzero"`
	Remaining *calendar.Duration  `json:"remaining,omitempty"`
}

// A TaskUpdate is news of a task. Updates that are known on the day asked
// about replace, field by field, what was known before.
type TaskUpdate struct {
	// Task is the ID of the task, On the day from which the news is known.
	Task string        `json:"task" plan:"required"`
	On   calendar.Date `json:"on" plan:"required"`

	Progress

	// Note is for people.
	Note string `json:"note,omitempty"`
}

// A ScheduleRule says how the tasks of a plan are scheduled.
type ScheduleRule struct {
	// Start is when work begins at the earliest. Finish is when all is to be
	// done: given alone, tasks are scheduled back from it, as late as they can
	// be. Without either, work begins with the first of the plan's goals or of the
	// tasks by which they are carried out.
	Start  calendar.Moment `json:"start,omitzero"`
	Finish calendar.Moment `json:"finish,omitzero"`

	// Critical is the total float up to which a task is critical; 0 if not
	// given. AtRisk is that below which it is at risk; 5d if not given.
	Critical calendar.Duration  `json:"critical,omitzero"`
	AtRisk   *calendar.Duration `json:"atRisk,omitempty"`

	// Lags says on whose calendar the working time of lags runs.
	Lags LagCalendar `json:"lags,omitempty"`

	// OutOfOrder says what becomes of links to tasks that were begun before
	// their predecessors were done.
	OutOfOrder OutOfOrder `json:"outOfOrder,omitempty"`

	// OwnFloat gives each task without successors its own finish as the latest
	// one, so that every chain has a critical path of its own.
	OwnFloat bool `json:"ownFloat,omitempty"`
}

// A LagCalendar says on whose calendar the working time of lags runs. The zero
// LagCalendar is [LagCalendarSuccessor].
type LagCalendar string

// The calendars of lags.
const (
	LagCalendarSuccessor   LagCalendar = "successor"
	LagCalendarPredecessor LagCalendar = "predecessor"
	LagCalendarPlan        LagCalendar = "plan"
)

func lagCalendars() []LagCalendar {
	return []LagCalendar{LagCalendarSuccessor, LagCalendarPredecessor, LagCalendarPlan}
}

// UnmarshalText reads whose calendar counts; any other text is a fault of code
// [diag.Invalid].
func (l *LagCalendar) UnmarshalText(text []byte) error { return readEnum(l, text, lagCalendars()) }

// OutOfOrder says how tasks are scheduled that were begun before what they hang
// on was done. The zero OutOfOrder is [OutOfOrderRetained].
type OutOfOrder string

// The rules for tasks begun out of order.
const (
	// OutOfOrderRetained lets the rest of the task wait for its predecessors.
	OutOfOrderRetained OutOfOrder = "retained-logic"

	// OutOfOrderOverride lets it go on as if they were done.
	OutOfOrderOverride OutOfOrder = "progress-override"

	// OutOfOrderActual lets it follow the part that is done without a pause,
	// whatever its predecessors and the day up to which progress is known, as
	// Microsoft Project does.
	OutOfOrderActual OutOfOrder = "actual-dates"
)

func outOfOrders() []OutOfOrder {
	return []OutOfOrder{OutOfOrderRetained, OutOfOrderOverride, OutOfOrderActual}
}

// UnmarshalText reads a rule; any other text is a fault of code [diag.Invalid].
func (o *OutOfOrder) UnmarshalText(text []byte) error { return readEnum(o, text, outOfOrders()) }
