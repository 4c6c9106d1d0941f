package network

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// monday is the first minute of Monday 2027-03-01.
func monday() int64 { return dayNumber(2027, 3, 1) * dayMinutes }

// onDay is a time of a day counted from that Monday.
func onDay(day, hour, minute int64) int64 { return monday() + day*dayMinutes + hour*60 + minute }

// pair schedules a one-day task of its own clock and a successor.
func pair(t *testing.T, l Link, second Task, clocks ...*Clock) *Result {
	t.Helper()
	l.From, l.To = 0, 1
	p := &Project{
		Clocks: append([]*Clock{office(t)}, clocks...), Start: onDay(4, 8, 0), // a Friday
		Tasks: []Task{{Duration: 480, Parent: None}, second}, Links: []Link{l},
	}
	second.Parent = None
	p.Tasks[1] = second
	r, faults := Schedule(p)
	require.Empty(t, faults)
	return r
}

// TestSchedule_Instants are the corners of rule and calendar: the successor of a
// task that works on Friday.
func TestSchedule_Instants(t *testing.T) {
	night, faults := NewClock(Pattern{Week: [7][]Span{0: {{1320, 1800}}, 1: {{1320, 1800}}, 4: {{1320, 1800}}}})
	require.Empty(t, faults)
	midnight, faults := NewClock(Pattern{Week: [7][]Span{{{960, 1440}}, {{960, 1440}}, {{960, 1440}}, {{960, 1440}}, {{960, 1440}}, nil, nil}})
	require.Empty(t, faults)
	always := Always()
	tests := []struct {
		name          string
		link          Link
		task          Task
		clocks        []*Clock
		start, finish int64
	}{
		{"the next working instant", Link{}, Task{Duration: 60}, nil, onDay(7, 8, 0), onDay(7, 9, 0)},
		{"a milestone keeps its predecessor's instant", Link{}, Task{}, nil, onDay(4, 17, 0), onDay(4, 17, 0)},
		{"a milestone on a free day stays there", Link{Lag: 1440, Unit: LagElapsed}, Task{}, nil, onDay(5, 17, 0), onDay(5, 17, 0)},
		{"a task after an elapsed lag waits for its clock", Link{Lag: 1440, Unit: LagElapsed}, Task{Duration: 1}, nil, onDay(7, 8, 0), onDay(7, 8, 1)},
		{"a lag of four hours ends where the break begins", Link{Lag: 240}, Task{}, nil, onDay(7, 12, 0), onDay(7, 12, 0)},
		{"and its task starts behind the break", Link{Lag: 240}, Task{Duration: 30}, nil, onDay(7, 13, 0), onDay(7, 13, 30)},
		{"a lag across the break", Link{Lag: 241}, Task{Duration: 30}, nil, onDay(7, 13, 1), onDay(7, 13, 31)},
		{"an elapsed lag that ends within the break", Link{Type: StartToStart, Lag: 270, Unit: LagElapsed}, Task{Duration: 30}, nil, onDay(4, 13, 0), onDay(4, 13, 30)},
		{"a lead", Link{Lag: -120}, Task{Duration: 240}, nil, onDay(4, 15, 0), onDay(7, 10, 0)},
		{"a lead that crosses the project's start", Link{Lag: -4800}, Task{Duration: 60}, nil, onDay(4, 8, 0), onDay(4, 9, 0)},
		{"a lead of 75 percent", Link{Lag: -7500, Unit: LagPercent}, Task{Duration: 60}, nil, onDay(4, 10, 0), onDay(4, 11, 0)},
		{"half a percent rounds away from zero", Link{Lag: 52, Unit: LagPercent}, Task{Duration: 60}, nil, onDay(7, 8, 2), onDay(7, 9, 2)},
		{"an elapsed percentage", Link{Lag: 10_000, Unit: LagElapsedPercent}, Task{}, nil, onDay(5, 1, 0), onDay(5, 1, 0)},
		{"an elapsed task works through the weekend", Link{}, Task{Duration: 1440, Clock: Elapsed}, nil, onDay(4, 17, 0), onDay(5, 17, 0)},
		{"the lag of an elapsed task is the project's", Link{Lag: 60}, Task{Duration: 60, Clock: Elapsed}, nil, onDay(7, 9, 0), onDay(7, 10, 0)},
		{"a lag in the successor's clock", Link{Lag: 60}, Task{Duration: 60, Clock: 1}, []*Clock{always}, onDay(4, 18, 0), onDay(4, 19, 0)},
		{"a lag in the predecessor's clock", Link{Lag: 60, Clock: OfPredecessor}, Task{Duration: 60, Clock: 1}, []*Clock{always}, onDay(7, 9, 0), onDay(7, 10, 0)},
		{"a lag in the project's clock", Link{Lag: 60, Clock: OfProject}, Task{Duration: 60, Clock: 1}, []*Clock{always}, onDay(7, 9, 0), onDay(7, 10, 0)},
		{"a night shift belongs to the day it began on", Link{}, Task{Duration: 600, Clock: 1}, []*Clock{night}, onDay(4, 22, 0), onDay(8, 0, 0)},
		{"a shift until midnight", Link{}, Task{Duration: 420, Clock: 1}, []*Clock{midnight}, onDay(4, 17, 0), onDay(5, 0, 0)},
		{"a finish that follows a finish", Link{Type: FinishToFinish, Lag: 60}, Task{Duration: 120}, nil, onDay(4, 16, 0), onDay(7, 9, 0)},
		{"a finish that follows a start", Link{Type: StartToFinish, Lag: 960}, Task{Duration: 120}, nil, onDay(7, 15, 0), onDay(7, 17, 0)},
		{"a leveling delay is elapsed", Link{}, Task{Duration: 60, Delay: 120}, nil, onDay(7, 10, 0), onDay(7, 11, 0)},
		{"a leveling delay into free time", Link{Lag: -480}, Task{Duration: 60, Delay: 600}, nil, onDay(7, 8, 0), onDay(7, 9, 0)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := pair(t, test.link, test.task, test.clocks...)
			require.Equal(t, [2]int64{test.start, test.finish}, [2]int64{r.EarlyStart[1], r.EarlyFinish[1]})
			require.Equal(t, test.task.Delay > 0, r.Flags[1]&Delayed != 0)
			require.Empty(t, r.Violations)
		})
	}
}

// one schedules a task of eight hours with constraints, after a task that works
// until Wednesday evening.
func one(t *testing.T, change func(p *Project), constraints ...Constraint) *Result {
	t.Helper()
	p := &Project{
		Clocks: []*Clock{office(t)}, Start: onDay(0, 8, 0),
		Tasks: []Task{{Duration: 3 * 480, Parent: None}, {Duration: 480, Parent: None}, {Duration: 0, Parent: None}},
		Links: []Link{{From: 0, To: 1}, {From: 1, To: 2}}, Constraints: constraints,
	}
	if change != nil {
		change(p)
	}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	return r
}

// TestSchedule_Constraints sets each kind early, where links win over a lower
// bound, and late.
func TestSchedule_Constraints(t *testing.T) {
	tests := []struct {
		name         string
		kind         ConstraintKind
		at           int64
		start        int64 // early start of the task
		late         int64 // its late start
		violations   []Violation
		first, links int64 // late finish of the task before; early start with LinksFirst
	}{
		{"start no earlier, met", StartNoEarlier, onDay(1, 8, 0), onDay(3, 8, 0), onDay(3, 8, 0), nil, onDay(2, 17, 0), onDay(3, 8, 0)},
		{"start no earlier", StartNoEarlier, onDay(4, 8, 0), onDay(4, 8, 0), onDay(4, 8, 0), nil, onDay(3, 17, 0), onDay(4, 8, 0)},
		{"start no earlier on a free day", StartNoEarlier, onDay(5, 8, 0), onDay(7, 8, 0), onDay(7, 8, 0), nil, onDay(4, 17, 0), onDay(7, 8, 0)},
		{"finish no earlier", FinishNoEarlier, onDay(4, 12, 0), onDay(3, 13, 0), onDay(3, 13, 0), nil, onDay(3, 12, 0), onDay(3, 13, 0)},
		{"start no later, met", StartNoLater, onDay(4, 8, 0), onDay(3, 8, 0), onDay(3, 8, 0), nil, onDay(2, 17, 0), onDay(3, 8, 0)},
		{"start no later", StartNoLater, onDay(2, 8, 0), onDay(2, 8, 0), onDay(2, 8, 0), []Violation{{480, 0, AtLink}}, onDay(1, 17, 0), onDay(3, 8, 0)},
		{"the evening before is the same", StartNoLater, onDay(2, 17, 0), onDay(3, 8, 0), onDay(3, 8, 0), nil, onDay(2, 17, 0), onDay(3, 8, 0)},
		{"finish no later", FinishNoLater, onDay(2, 12, 0), onDay(1, 13, 0), onDay(1, 13, 0), []Violation{{720, 0, AtLink}}, onDay(1, 12, 0), onDay(3, 8, 0)},
		{"must start before", MustStart, onDay(1, 8, 0), onDay(1, 8, 0), onDay(1, 8, 0), []Violation{{960, 0, AtLink}}, onDay(0, 17, 0), onDay(3, 8, 0)},
		{"must start after", MustStart, onDay(4, 8, 0), onDay(4, 8, 0), onDay(4, 8, 0), nil, onDay(3, 17, 0), onDay(4, 8, 0)},
		{"must finish", MustFinish, onDay(4, 12, 0), onDay(3, 13, 0), onDay(3, 13, 0), nil, onDay(3, 12, 0), onDay(3, 13, 0)},
		{"deadline", Deadline, onDay(2, 17, 0), onDay(3, 8, 0), onDay(2, 8, 0), []Violation{{480, 0, AtConstraint}}, onDay(1, 17, 0), onDay(3, 8, 0)},
		{"by hand", FixedStart, onDay(1, 13, 0), onDay(1, 13, 0), onDay(2, 8, 0), []Violation{{720, 0, AtLink}}, onDay(1, 17, 0), onDay(1, 13, 0)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := Constraint{test.at, 1, test.kind}
			r := one(t, nil, c)
			require.Equal(t, test.start, r.EarlyStart[1])
			require.Equal(t, test.late, r.LateStart[1])
			require.Equal(t, test.first, r.LateFinish[0])
			require.Equal(t, test.violations, r.Violations)
			r = one(t, func(p *Project) { p.LinksFirst = true }, c)
			require.Equal(t, test.links, r.EarlyStart[1])
			if test.kind != FixedStart {
				require.NotContains(t, r.Violations, Violation{480, 0, AtLink})
			}
		})
	}
	t.Run("a bound that is met drives nothing", func(t *testing.T) {
		for _, c := range []Constraint{{onDay(2, 17, 0), 1, StartNoLater}, {onDay(4, 8, 0), 1, FinishNoLater}} {
			r := one(t, nil, c)
			require.Equal(t, Driver{0, ByLink}, r.EarlyStartDriver(1))
			require.Equal(t, onDay(3, 8, 0), r.EarlyStart[1])
		}
	})
	t.Run("by hand after its links the project waits", func(t *testing.T) {
		r := one(t, nil, Constraint{onDay(7, 8, 0), 1, FixedStart})
		require.Equal(t, onDay(7, 17, 0), r.ProjectFinish)
		require.Equal(t, Driver{0, ByConstraint}, r.EarlyStartDriver(1))
		require.Equal(t, int64(960), r.TotalFloat[0])
	})
	t.Run("several", func(t *testing.T) {
		r := one(t, nil, Constraint{onDay(4, 8, 0), 1, StartNoEarlier}, Constraint{onDay(7, 8, 0), 1, StartNoEarlier}, Constraint{onDay(7, 12, 0), 1, Deadline}, Constraint{onDay(9, 8, 0), 1, Deadline})
		require.Equal(t, onDay(7, 8, 0), r.EarlyStart[1])
		require.Equal(t, Driver{1, ByConstraint}, r.EarlyStartDriver(1))
		require.Equal(t, Driver{-1, ByDuration}, r.EarlyFinishDriver(1))
		require.Equal(t, Driver{2, ByConstraint}, r.LateFinishDriver(1))
		require.Equal(t, int64(-240), r.TotalFloat[1])
		require.Equal(t, []Violation{{240, 2, AtConstraint}}, r.Violations)
	})
}

// TestSchedule_AsLate takes late dates and moves its successors with them.
func TestSchedule_AsLate(t *testing.T) {
	r := one(t, func(p *Project) {
		p.Tasks = append(p.Tasks, Task{Duration: 10 * 480, Parent: None})
	}, Constraint{Task: 0, Kind: AsLate})
	require.Equal(t, onDay(8, 8, 0), r.EarlyStart[0])
	require.Equal(t, onDay(11, 8, 0), r.EarlyStart[1])
	require.Equal(t, r.LateStart[0], r.EarlyStart[0])
	require.Equal(t, []int64{0, 0, 0, 0}, r.TotalFloat)
	require.Equal(t, Driver{-1, ByLate}, r.EarlyStartDriver(0))
	require.Equal(t, Driver{-1, ByDuration}, r.EarlyFinishDriver(0))
	require.Equal(t, Driver{0, ByLink}, r.EarlyStartDriver(1))
}

// TestSchedule_Backward schedules from a finish: late dates first, the mirror
// image of a forward project.
func TestSchedule_Backward(t *testing.T) {
	backward := func(p *Project) {
		p.Backward, p.Start, p.Finish = true, 0, onDay(11, 17, 0)
		p.Tasks = append(p.Tasks, Task{Duration: 480, Parent: None})
	}
	r := one(t, backward)
	require.Equal(t, []int64{onDay(8, 8, 0), onDay(11, 8, 0), onDay(11, 17, 0), onDay(11, 8, 0)}, r.Start)
	require.Equal(t, []int64{onDay(8, 8, 0), onDay(11, 8, 0), onDay(11, 17, 0), onDay(8, 8, 0)}, r.EarlyStart)
	require.Equal(t, []int64{0, 0, 0, 3 * 480}, r.TotalFloat)
	require.Equal(t, onDay(8, 8, 0), r.ProjectStart)

	r = one(t, backward, Constraint{Task: 3, Kind: AsSoon})
	require.Equal(t, onDay(8, 8, 0), r.Start[3])
	require.Equal(t, Driver{-1, ByEarly}, r.LateFinishDriver(3))

	// A lower bound is honoured; what then comes too late has negative float.
	r = one(t, backward, Constraint{onDay(9, 8, 0), 0, StartNoEarlier})
	require.Equal(t, onDay(9, 8, 0), r.Start[0])
	require.Equal(t, int64(-480), r.TotalFloat[1])
	require.Equal(t, Driver{0, ByConstraint}, r.LateStartDriver(0))

	// What is put somewhere by hand stays, and its summary task shows it.
	r = one(t, func(p *Project) {
		backward(p)
		p.Tasks[3].Parent = 4
		p.Tasks = append(p.Tasks, Task{Parent: 5}, Task{Parent: None})
	}, Constraint{onDay(9, 8, 0), 3, FixedStart})
	for _, i := range []int{3, 4, 5} {
		require.Equal(t, [2]int64{onDay(9, 8, 0), onDay(9, 17, 0)}, [2]int64{r.Start[i], r.Finish[i]})
		require.Equal(t, onDay(11, 8, 0), r.LateStart[i])
	}

	// The data date is the earliest that can still be done.
	r = one(t, func(p *Project) {
		backward(p)
		p.HasDataDate, p.DataDate = true, onDay(10, 8, 0)
	})
	require.Equal(t, int64(-2*480), r.TotalFloat[0])
	require.Equal(t, Driver{-1, ByDataDate}, r.EarlyStartDriver(0))
}

// TestSchedule_OwnEnds gives every chain its own critical path.
func TestSchedule_OwnEnds(t *testing.T) {
	for _, own := range []bool{false, true} {
		r := one(t, func(p *Project) {
			p.OwnEnds = own
			p.Tasks = append(p.Tasks, Task{Duration: 480, Parent: None}, Task{Duration: 480, Parent: 5}, Task{Parent: None}, Task{Duration: 60, Parent: None})
			p.Links = append(p.Links, Link{From: 5, To: 6})
		})
		float := int64(3 * 480)
		if own {
			float = 0
			require.Equal(t, Driver{-1, ByOwnEnd}, r.LateFinishDriver(3))
		}
		require.Equal(t, float, r.TotalFloat[3])
		require.Equal(t, float, r.FreeFloat[3])
		require.Equal(t, own, r.Flags[3]&Critical != 0)
		require.Zero(t, r.Flags[3]&LongestPath, "the longest path is the project's")
		// The part of a linked summary task has a successor.
		require.Equal(t, Driver{2, ByLink}, r.LateFinishDriver(4))
	}
}

// TestSchedule_Flags sets thresholds.
func TestSchedule_Flags(t *testing.T) {
	r := one(t, func(p *Project) {
		p.CriticalFloat, p.NearFloat = 480, 960
		for _, days := range []int64{1, 2, 3} {
			p.Tasks = append(p.Tasks, Task{Duration: 480 * days, Parent: None})
		}
	})
	critical := Critical | LongestPath
	require.Equal(t, []Flags{critical, critical, critical, 0, NearCritical, Critical}, r.Flags)
}

// TestSchedule_Waits tells rest from the seam between two shifts.
func TestSchedule_Waits(t *testing.T) {
	r := pair(t, Link{}, Task{Duration: 60})
	require.Zero(t, r.Flags[1]&Waits, "a weekend between two working days")
	r = pair(t, Link{Lag: 60, Unit: LagElapsed}, Task{Duration: 60})
	require.NotZero(t, r.Flags[1]&Waits, "an hour after the end of work")
}

// TestSchedule_Empty: no tasks, no dates.
func TestSchedule_Empty(t *testing.T) {
	r, faults := Schedule(&Project{Clock: Elapsed, Start: 5})
	require.Empty(t, faults)
	require.Equal(t, [3]int64{5, 5, 5}, [3]int64{r.ProjectStart, r.ProjectFinish, r.LateEnd})
	r, faults = Schedule(&Project{Clock: Elapsed, Backward: true, Finish: 7})
	require.Empty(t, faults)
	require.Equal(t, [3]int64{7, 7, 7}, [3]int64{r.ProjectStart, r.ProjectFinish, r.LateEnd})
}
