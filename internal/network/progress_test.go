package network

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSchedule_OutOfOrder: the second of two tasks was started before the first
// one finished; the rules differ in when its remaining part goes on.
func TestSchedule_OutOfOrder(t *testing.T) {
	tests := []struct {
		name                 string
		rule                 OutOfOrder
		date                 bool
		resume, finish       int64 // of the second task
		first                int64 // late finish of the first
		driver, finishDriver Driver
	}{
		{"retained logic", RetainedLogic, true, onDay(4, 8, 0), onDay(4, 17, 0), onDay(3, 17, 0), Driver{0, ByActual}, Driver{0, ByLink}},
		{"progress override", ProgressOverride, true, onDay(2, 8, 0), onDay(2, 17, 0), onDay(3, 17, 0), Driver{0, ByActual}, Driver{-1, ByDataDate}},
		{"actual dates", ActualDates, true, onDay(1, 8, 0), onDay(1, 17, 0), onDay(-3, 17, 0), Driver{0, ByActual}, Driver{-1, ByDuration}},
		{"retained logic without a data date", RetainedLogic, false, onDay(4, 8, 0), onDay(4, 17, 0), onDay(3, 17, 0), Driver{0, ByActual}, Driver{0, ByLink}},
		{"progress override without a data date", ProgressOverride, false, onDay(1, 8, 0), onDay(1, 17, 0), onDay(3, 17, 0), Driver{0, ByActual}, Driver{-1, ByDuration}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := &Project{
				Clocks: []*Clock{office(t)}, Start: onDay(0, 8, 0), OutOfOrder: test.rule, HasDataDate: test.date, DataDate: onDay(2, 8, 0),
				Tasks:    []Task{{Duration: 4 * 480, Parent: None}, {Duration: 2 * 480, Parent: None}},
				Links:    []Link{{From: 0, To: 1}},
				Progress: []Progress{{Task: 1, Start: onDay(0, 8, 0), Remaining: -1, Percent: 5000}},
			}
			if test.date { // the first task was begun, too
				p.Progress = append(p.Progress, Progress{Task: 0, Start: onDay(0, 8, 0), Remaining: 960, Percent: 1000})
			}
			r, faults := Schedule(p)
			require.Empty(t, faults)
			at, ok := r.Resume(1)
			require.True(t, ok)
			start, _ := p.Clocks[0].Next(at)
			require.Equal(t, test.resume, start)
			require.Equal(t, test.finish, r.EarlyFinish[1])
			require.Equal(t, onDay(0, 8, 0), r.EarlyStart[1])
			require.Equal(t, test.first, r.LateFinish[0])
			require.Equal(t, test.driver, r.EarlyStartDriver(1))
			require.Equal(t, test.finishDriver, r.EarlyFinishDriver(1))
			require.Equal(t, []Violation{{4 * 480, 0, AtLink}}, r.Violations, "the link that the actual start breaks")
			require.NotZero(t, r.Flags[1]&Started)
		})
	}
}

// TestSchedule_Progress: finished tasks are history, started ones go on from the
// data date, others wait for it.
func TestSchedule_Progress(t *testing.T) {
	p := &Project{
		Clocks: []*Clock{office(t)}, Start: onDay(0, 8, 0), HasDataDate: true, DataDate: onDay(7, 13, 0),
		Tasks: []Task{
			{Duration: 480, Parent: None}, {Duration: 960, Parent: None}, {Duration: 480, Parent: None}, {Duration: 480, Parent: None},
			{Duration: 480, Parent: None},
		},
		Links: []Link{{From: 0, To: 1}, {From: 1, To: 2}, {From: 4, To: 0}},
		Progress: []Progress{
			{Task: 1, Start: onDay(1, 10, 0), Remaining: 240},
			{Task: 0, Start: onDay(0, 9, 0), Finish: onDay(1, 15, 0), Finished: true, Percent: 10_000},
		},
	}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, []int64{onDay(0, 9, 0), onDay(1, 10, 0), onDay(8, 8, 0), onDay(7, 13, 0), onDay(7, 13, 0)}, r.EarlyStart)
	require.Equal(t, []int64{onDay(1, 15, 0), onDay(7, 17, 0), onDay(8, 17, 0), onDay(8, 12, 0), onDay(8, 12, 0)}, r.EarlyFinish)
	require.Equal(t, []int64{onDay(1, 15, 0), onDay(7, 17, 0), onDay(8, 17, 0), onDay(8, 17, 0), onDay(8, 17, 0)}, r.LateFinish)
	require.Equal(t, []int64{0, 0, 0, 240, 240}, r.TotalFloat)
	require.Zero(t, r.Flags[0]&(Critical|NearCritical), "what is done is not critical")
	require.NotZero(t, r.Flags[0]&Finished)
	require.NotZero(t, r.Flags[1]&Critical)
	require.Equal(t, Driver{1, ByActual}, r.EarlyFinishDriver(0))
	require.Equal(t, Driver{1, ByActual}, r.LateStartDriver(0))
	require.Equal(t, Driver{0, ByActual}, r.LateStartDriver(1))
	require.Equal(t, Driver{1, ByLink}, r.LateFinishDriver(1))
	require.Equal(t, Driver{-1, ByDataDate}, r.EarlyStartDriver(3))
	_, ok := r.Resume(0)
	require.False(t, ok)
	_, ok = r.Resume(2)
	require.False(t, ok)
	at, ok := r.Resume(1)
	require.True(t, ok)
	require.Equal(t, onDay(7, 13, 0), at)
	// Both links into actual dates are broken: by the part of the first day
	// that overlaps, and by a task that hasn't even begun.
	require.Equal(t, []int32{0, 2}, []int32{r.Violations[0].Index, r.Violations[1].Index})
	require.Equal(t, int64(240), r.Violations[0].By)

	t.Run("a bound of the finish holds the remaining part", func(t *testing.T) {
		p.Links = append(p.Links, Link{From: 3, To: 1, Type: FinishToFinish})
		r, faults := Schedule(p)
		require.Empty(t, faults)
		at, _ := r.Resume(1)
		require.Equal(t, [2]int64{onDay(8, 8, 0), onDay(8, 12, 0)}, [2]int64{at, r.EarlyFinish[1]})
		require.Equal(t, Driver{3, ByLink}, r.EarlyFinishDriver(1))
	})
	t.Run("a deadline of a started task", func(t *testing.T) {
		p.Links = p.Links[:3]
		p.Constraints = []Constraint{{onDay(4, 17, 0), 1, Deadline}}
		r, faults := Schedule(p)
		require.Empty(t, faults)
		require.Equal(t, int64(-480), r.TotalFloat[1])
		require.Equal(t, Driver{0, ByConstraint}, r.LateFinishDriver(1))
		require.Contains(t, r.Violations, Violation{480, 0, AtConstraint})
	})
	t.Run("percent", func(t *testing.T) {
		p.Progress[0].Remaining, p.Progress[0].Percent = -1, 3333
		r, faults := Schedule(p)
		require.Empty(t, faults)
		require.Equal(t, onDay(8, 15, 40), r.EarlyFinish[1], "640 minutes are left")
	})
}

// What is left of a task waits for its links, also where both its start and
// they lie before the project's start; work that is done in full ends with the
// last hour that is worked.
func TestSchedule_StartedBefore(t *testing.T) {
	p := &Project{
		Clocks: []*Clock{office(t)}, Start: onDay(7, 8, 0),
		Tasks:    []Task{{Duration: 960, Parent: 2}, {Duration: 480, Parent: 2}, {Parent: None}},
		Links:    []Link{{From: 0, To: 1}},
		Progress: []Progress{{Task: 0, Start: onDay(2, 8, 0), Remaining: 960}, {Task: 1, Start: onDay(2, 8, 0), Remaining: 480}},
	}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	at, _ := r.Resume(1)
	require.Equal(t, [2]int64{onDay(4, 8, 0), onDay(4, 17, 0)}, [2]int64{at, r.EarlyFinish[1]})
	require.Equal(t, ByActual, r.EarlyStartDriver(1).Kind)

	p.Tasks = []Task{{Clock: Elapsed, Duration: 60, Parent: None}, {Duration: 480, Parent: None}}
	p.Start, p.Links = onDay(2, 20, 0), []Link{{From: 0, To: 1, Type: FinishToFinish}}
	p.Progress = []Progress{{Task: 1, Start: onDay(1, 8, 0), Remaining: 0}}
	r, faults = Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, onDay(2, 17, 0), r.EarlyFinish[1], "not at nine in the evening")
}

func TestShare(t *testing.T) {
	tests := []struct{ of, hundredths, want int64 }{
		{100, 5000, 50}, {1, 5000, 1}, {1, 4999, 0}, {3, 5000, 2}, {3, -5000, -2}, {1, -4999, 0}, {480, -7500, -360},
		{0, 7500, 0}, {10_001, 10_000, 10_001}, {Limit, 10_000, Limit}, {Limit, -maxPercent, -461168601842739},
	}
	for _, test := range tests {
		require.Equal(t, test.want, share(test.of, test.hundredths), "%d of %d", test.hundredths, test.of)
	}
}
