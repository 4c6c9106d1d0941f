package network

import "slices"

// DriverKind says what made a date.
type DriverKind uint8

// The kinds of drivers.
const (
	// ByProject: the project's start (early), or its finish (late).
	ByProject DriverKind = iota
	// ByLink: the link of that index, of the task itself or of a summary task
	// above it.
	ByLink
	// ByConstraint: the constraint of that index, likewise.
	ByConstraint
	// ByDuration: the task's other date and its duration.
	ByDuration
	// ByPart: the part (a task index) with the first or last date of a summary
	// task.
	ByPart
	// ByActual: the progress record of that index.
	ByActual
	// ByDataDate: the data date.
	ByDataDate
	// ByOwnEnd: the task has no successor and Project.OwnEnds holds.
	ByOwnEnd
	// ByLate: the task takes its late dates (AsLate). ByEarly: its early dates
	// (AsSoon in a backward project). The drivers of the other pass tell what
	// made those.
	ByLate
	ByEarly
)

// Driver is what made a date: the bound that was the tightest. Of equal bounds
// a link stands before a constraint and a constraint before the project, the
// lower index before the higher.
type Driver struct {
	Index int32 // of the list that Kind names, else −1
	Kind  DriverKind
}

// Flags are facts about a task.
type Flags uint8

// The flags.
const (
	// Critical: total float at most CriticalFloat. A finished task is not.
	Critical Flags = 1 << iota
	// NearCritical: not critical, and total float at most NearFloat.
	NearCritical
	// LongestPath: on a chain of driving links to the project's finish.
	LongestPath
	// Summary: the parent of another task.
	Summary
	// Started and Finished: as its progress says.
	Started
	Finished
	// Delayed: the leveling delay moved the start.
	Delayed
	// Waits: the start is later than what drives it because the clock rests.
	Waits
)

// edge tells which date of a task its bound pushes.
type edge uint8

const (
	startPushed  edge = iota // the finish follows by the duration
	finishPushed             // the start follows
)

// cause is a stored driver.
type cause struct {
	index int32
	kind  DriverKind
	edge  edge
}

// Result holds the dates of all tasks, one array for each date; index i belongs
// to Project.Tasks[i]. It takes 81 bytes a task, and 16 more when tasks of both
// directions stand in one project.
//
// A start is where a working minute begins (08:00 rather than 17:00 the day
// before) and a finish where one ends; a milestone keeps the instant of what
// drives it. Floats are working minutes of the task's clock.
type Result struct {
	// Start and Finish are the dates to work by: the early dates, in a backward
	// project the late ones, except that a FixedStart stays. They may share
	// memory with those.
	Start, Finish []int64

	EarlyStart, EarlyFinish []int64
	// LateStart and LateFinish run from the project's finish. A started task's
	// late start is its actual start, a finished task's late dates are the
	// actual ones.
	LateStart, LateFinish []int64

	// StartFloat is late start − early start (of a started task: the float of
	// its remaining part, the same as FinishFloat), FinishFloat late finish −
	// early finish, TotalFloat the lesser of both: negative when a date is
	// missed. FreeFloat is how far the task can slip without moving an early
	// date of a successor or of the project's end; never negative.
	TotalFloat, FreeFloat   []int64
	StartFloat, FinishFloat []int64

	Flags []Flags

	// ProjectStart is the earliest early start and ProjectFinish the latest
	// early finish; LateEnd is the instant that late dates run from.
	ProjectStart, ProjectFinish, LateEnd int64

	// Violations lists what the early dates break, links first, each in the
	// order of its list.
	Violations []Violation

	early, late []cause
	records     []record // tasks with progress, ascending
	spread      []spread // summary tasks, ascending
}

// Violation is a link or constraint that the early dates break: because of a
// date that is honoured, an actual date or, for a bound, because the links
// don't allow it.
type Violation struct {
	By    int64 // working minutes of the bounded task's clock by which it is broken, at least 1
	Index int32 // of Project.Links or Project.Constraints
	Place Place // AtLink or AtConstraint
}

// record tells which progress a task has and where its remaining part begins.
type record struct {
	resume         int64
	task, progress int32
}

// spread tells which parts give a summary task its dates.
type spread struct {
	task                                           int32
	earlyStart, earlyFinish, lateStart, lateFinish int32
}

// EarlyStartDriver returns what made the early start of task t.
func (r *Result) EarlyStartDriver(t int) Driver { return r.driver(r.early, t, startPushed) }

// EarlyFinishDriver returns what made the early finish of task t: ByDuration
// when it follows from the start.
func (r *Result) EarlyFinishDriver(t int) Driver { return r.driver(r.early, t, finishPushed) }

// LateStartDriver returns what made the late start of task t: ByDuration when
// it follows from the late finish.
func (r *Result) LateStartDriver(t int) Driver { return r.driver(r.late, t, startPushed) }

// LateFinishDriver returns what made the late finish of task t.
func (r *Result) LateFinishDriver(t int) Driver { return r.driver(r.late, t, finishPushed) }

// Resume returns where the remaining part of a started task begins; false for
// a task that is not started, or finished.
func (r *Result) Resume(t int) (int64, bool) {
	if r.Flags[t]&(Started|Finished) != Started {
		return 0, false
	}
	i, ok := r.recordOf(t)
	return r.records[i].resume, ok
}

func (r *Result) recordOf(t int) (int, bool) {
	return slices.BinarySearchFunc(r.records, int32(t), func(x record, t int32) int { return int(x.task) - int(t) })
}

// driver expands a stored cause.
func (r *Result) driver(causes []cause, t int, of edge) Driver {
	early := &causes[0] == &r.early[0]
	if r.Flags[t]&Summary != 0 {
		return r.partDriver(t, early, of)
	}
	if r.Flags[t]&(Started|Finished) != 0 {
		if i, ok := r.recordOf(t); ok && (of == startPushed || r.Flags[t]&Finished != 0) {
			return Driver{r.records[i].progress, ByActual}
		}
		c := causes[t]
		if early && c.kind == ByActual {
			return Driver{-1, ByDuration}
		}
		return Driver{c.index, c.kind}
	}
	c := causes[t]
	if c.edge != of {
		return Driver{-1, ByDuration}
	}
	return Driver{c.index, c.kind}
}

func (r *Result) partDriver(t int, early bool, of edge) Driver {
	i, ok := slices.BinarySearchFunc(r.spread, int32(t), func(x spread, t int32) int { return int(x.task) - int(t) })
	if !ok {
		return Driver{-1, ByProject}
	}
	x := r.spread[i]
	switch {
	case early && of == startPushed:
		return Driver{x.earlyStart, ByPart}
	case early:
		return Driver{x.earlyFinish, ByPart}
	case of == startPushed:
		return Driver{x.lateStart, ByPart}
	}
	return Driver{x.lateFinish, ByPart}
}
