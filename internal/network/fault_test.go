package network

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func leaf(duration int64) Task { return Task{Duration: duration, Clock: Elapsed, Parent: None} }

// TestSchedule_AllFaultsAtOnce gives one project everything wrong.
func TestSchedule_AllFaultsAtOnce(t *testing.T) {
	p := &Project{
		Clocks: []*Clock{office(t), nil},
		Clock:  2,
		Start:  Limit + 1,
		Tasks: []Task{
			{Duration: -1, Parent: None},
			{Duration: Limit + 1, Delay: -1, Parent: None},
			{Clock: 1, Parent: 7},
			{Clock: -2, Parent: -2, Delay: Limit + 1},
		},
		Links: []Link{
			{From: 0, To: 9}, {From: -1, To: 0}, {From: 1, To: 1},
			{From: 0, To: 1, Type: 4}, {From: 0, To: 1, Unit: 4}, {From: 0, To: 1, Clock: 3},
			{From: 0, To: 1, Lag: -Limit - 1}, {From: 0, To: 1, Unit: LagPercent, Lag: maxPercent + 1},
		},
		Constraints: []Constraint{{0, 4, Deadline}, {Limit + 1, 0, MustStart}, {0, 0, FixedStart + 1}, {math.MaxInt64, 0, AsLate}},
		Progress: []Progress{
			{Task: 4, Remaining: -1}, {Task: 0, Start: 10, Finish: 9, Finished: true}, {Task: 0, Percent: 10_001, Remaining: -1},
			{Task: 1, Remaining: -2}, {Task: 2, Start: -Limit - 1},
		},
	}
	type at struct {
		kind  FaultKind
		place Place
		index int
	}
	want := []at{
		{UnknownClock, AtProject, 0}, {UnknownClock, AtClock, 1}, {BeyondLimit, AtProject, 0}, {BadBounds, AtProject, 0},
		{NegativeDuration, AtTask, 0}, {BeyondLimit, AtTask, 1}, {NegativeDelay, AtTask, 1},
		{UnknownClock, AtTask, 2}, {UnknownParent, AtTask, 2}, {UnknownClock, AtTask, 3}, {BeyondLimit, AtTask, 3}, {UnknownParent, AtTask, 3},
		{UnknownTask, AtLink, 0}, {UnknownTask, AtLink, 1}, {SelfLink, AtLink, 2}, {UnknownKind, AtLink, 3},
		{UnknownKind, AtLink, 4}, {UnknownKind, AtLink, 5}, {BeyondLimit, AtLink, 6}, {BeyondLimit, AtLink, 7},
		{UnknownTask, AtConstraint, 0}, {BeyondLimit, AtConstraint, 1}, {UnknownKind, AtConstraint, 2},
		{UnknownTask, AtProgress, 0}, {FinishBeforeStart, AtProgress, 1}, {BadProgress, AtProgress, 2},
		{BadProgress, AtProgress, 3}, {BeyondLimit, AtProgress, 4}, {RepeatedProgress, AtProgress, 2},
	}
	r, faults := Schedule(p)
	require.Nil(t, r)
	var got []at
	for _, f := range faults {
		got = append(got, at{f.Kind, f.Place, f.Index})
		require.NotEmpty(t, f.Error())
	}
	require.Equal(t, want, got)
}

// TestSchedule_SummaryFaults are faults that need the tree.
func TestSchedule_SummaryFaults(t *testing.T) {
	p := &Project{
		Clock: Elapsed, Backward: true,
		Tasks: []Task{leaf(0), {Duration: 5, Clock: Elapsed, Parent: 0}, {Duration: 5, Clock: Elapsed, Parent: 1}, leaf(3)},
		Links: []Link{{From: 2, To: 0}, {From: 1, To: 3}, {From: 1, To: 2}, {From: 0, To: 3, Unit: LagPercent, Lag: 10}},
		Constraints: []Constraint{
			{0, 0, MustStart}, {0, 1, StartNoLater}, {0, 1, AsLate}, {0, 0, Deadline}, {0, 1, StartNoEarlier}, {0, 0, FinishNoLater},
		},
		Progress: []Progress{{Task: 1, Remaining: -1}, {Task: 2, Remaining: -1}},
	}
	_, faults := Schedule(p)
	require.Equal(t, []Fault{
		{Kind: SummaryConstraint, Place: AtConstraint, Index: 0}, {Kind: SummaryConstraint, Place: AtConstraint, Index: 1},
		{Kind: SummaryConstraint, Place: AtConstraint, Index: 2}, {Kind: SummaryProgress, Place: AtProgress, Index: 0},
		{Kind: SummaryLag, Place: AtLink, Index: 3},
		{Kind: LinkToPart, Place: AtLink, Index: 0}, {Kind: LinkToPart, Place: AtLink, Index: 2},
	}, faults)
}

// TestSchedule_ParentCycles names the tasks that are one another's parents.
func TestSchedule_ParentCycles(t *testing.T) {
	p := &Project{Clock: Elapsed}
	for _, parent := range []int32{2, 0, 1, 2, 4, None} {
		p.Tasks = append(p.Tasks, Task{Clock: Elapsed, Parent: parent})
	}
	_, faults := Schedule(p)
	require.Equal(t, []Fault{
		{Kind: ParentCycle, Place: AtTask, Index: 0, Cycle: []int32{0, 1, 2}},
		{Kind: ParentCycle, Place: AtTask, Index: 4, Cycle: []int32{4}},
	}, faults)
	for _, f := range faults {
		for i, parent := range f.Cycle {
			require.Equal(t, parent, p.Tasks[f.Cycle[(i+1)%len(f.Cycle)]].Parent)
		}
	}
}

// checkCycle verifies that a reported cycle is one, in order, and that no link
// between its tasks makes a shorter one.
func checkCycle(t *testing.T, p *Project, f Fault) {
	t.Helper()
	require.Equal(t, LinkCycle, f.Kind)
	require.Len(t, f.Links, len(f.Cycle))
	place := map[int32]int{}
	for i, task := range f.Cycle {
		_, twice := place[task]
		require.False(t, twice)
		place[task] = i
		next := f.Cycle[(i+1)%len(f.Cycle)]
		if l := f.Links[i]; l >= 0 {
			if p.Links[l].From != task || p.Links[l].To != next {
				t.Fatalf("link %d doesn't join %d and %d", l, task, next)
			}
		} else {
			require.True(t, p.Tasks[task].Parent == next || p.Tasks[next].Parent == task)
		}
	}
	for _, l := range p.Links {
		i, from := place[l.From]
		j, to := place[l.To]
		if from && to && (i+1)%len(f.Cycle) != j {
			t.Fatalf("a chord from %d to %d", l.From, l.To)
		}
	}
}

func TestSchedule_Cycles(t *testing.T) {
	t.Run("two", func(t *testing.T) {
		p := &Project{Clock: Elapsed, Tasks: []Task{leaf(1), leaf(1), leaf(1)}, Links: []Link{{From: 0, To: 2}, {From: 2, To: 1}, {From: 1, To: 2, Type: StartToStart}}}
		_, faults := Schedule(p)
		require.Equal(t, []Fault{{Kind: LinkCycle, Place: AtLink, Index: 2, Cycle: []int32{1, 2}, Links: []int32{2, 1}}}, faults)
	})
	t.Run("ten thousand", func(t *testing.T) {
		p := &Project{Clock: Elapsed}
		const n = 10_000
		for i := range int32(n) {
			p.Tasks = append(p.Tasks, leaf(1))
			p.Links = append(p.Links, Link{From: i, To: (i + 1) % n})
		}
		_, faults := Schedule(p)
		require.Len(t, faults, 1)
		require.Len(t, faults[0].Cycle, n)
		checkCycle(t, p, faults[0])
	})
	t.Run("through a summary task", func(t *testing.T) {
		p := &Project{Clock: Elapsed, Tasks: []Task{leaf(0), leaf(1), {Duration: 1, Clock: Elapsed, Parent: 0}, {Duration: 1, Clock: Elapsed, Parent: 0}}}
		p.Links = []Link{{From: 0, To: 1}, {From: 1, To: 0}}
		_, faults := Schedule(p)
		require.Equal(t, []Fault{{Kind: LinkCycle, Place: AtLink, Index: 1, Cycle: []int32{0, 1}, Links: []int32{0, 1}}}, faults)
		p.Links = []Link{{From: 2, To: 1}, {From: 1, To: 0}}
		_, faults = Schedule(p)
		require.Equal(t, []Fault{{Kind: LinkCycle, Place: AtLink, Index: 1, Cycle: []int32{0, 2, 1}, Links: []int32{-1, 0, 1}}}, faults)
		p.Links = []Link{{From: 0, To: 1}, {From: 1, To: 3}}
		_, faults = Schedule(p)
		require.Equal(t, []Fault{{Kind: LinkCycle, Place: AtLink, Index: 1, Cycle: []int32{0, 1, 3}, Links: []int32{0, 1, -1}}}, faults)
	})
	t.Run("several, tangled", func(t *testing.T) {
		for seed := range uint64(200) {
			rng := rand.New(rand.NewPCG(seed, 5))
			p := &Project{Clock: Elapsed}
			n := 3 + rng.IntN(40)
			for range n {
				p.Tasks = append(p.Tasks, leaf(1))
			}
			for range n + rng.IntN(n) {
				if from, to := rng.Int32N(int32(n)), rng.Int32N(int32(n)); from != to {
					p.Links = append(p.Links, Link{From: from, To: to})
				}
			}
			_, faults := Schedule(p)
			require.Equal(t, cyclic(p), len(faults) > 0, "seed %d", seed)
			var all []int32
			for _, f := range faults {
				checkCycle(t, p, f)
				all = append(all, f.Cycle...)
			}
			slices.Sort(all)
			require.Len(t, slices.Compact(slices.Clone(all)), len(all), "cycles share no task")
		}
	})
	t.Run("not too many", func(t *testing.T) {
		p := &Project{Clock: Elapsed}
		for i := range int32(300) {
			p.Tasks = append(p.Tasks, leaf(1), leaf(1))
			p.Links = append(p.Links, Link{From: 2 * i, To: 2*i + 1}, Link{From: 2*i + 1, To: 2 * i})
		}
		_, faults := Schedule(p)
		require.Len(t, faults, maxCycles)
	})
}

// cyclic removes tasks without predecessors until none is left.
func cyclic(p *Project) bool {
	links := slices.Clone(p.Links)
	for range p.Tasks {
		waits := make([]bool, len(p.Tasks))
		for _, l := range links {
			waits[l.To] = true
		}
		links = slices.DeleteFunc(links, func(l Link) bool { return !waits[l.From] })
	}
	return len(links) > 0
}

// TestSchedule_MillionTaskChain doesn't recurse and keeps to its memory.
func TestSchedule_MillionTaskChain(t *testing.T) {
	const n = 1_000_000
	p := &Project{Clock: Elapsed, Tasks: make([]Task, n), Links: make([]Link, n-1)}
	for i := range p.Tasks {
		p.Tasks[i] = leaf(1)
		if i > 0 { // backwards, so that the order has to be found
			p.Links[i-1] = Link{From: int32(i), To: int32(i - 1)}
		}
	}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, int64(n), r.ProjectFinish)
	require.Equal(t, int64(n-1), r.EarlyStart[0])
	for i := range p.Tasks {
		if r.TotalFloat[i] != 0 || r.Flags[i] != Critical|LongestPath {
			t.Fatal(i, r.TotalFloat[i], r.Flags[i])
		}
	}
	t.Run("of summary tasks", func(t *testing.T) {
		for i := range p.Tasks {
			p.Tasks[i].Parent = int32(i) - 1
		}
		p.Links = []Link{{From: n - 1, To: 5}}
		_, faults := Schedule(p)
		require.Equal(t, []Fault{{Kind: LinkToPart, Place: AtLink, Index: 0}}, faults)
		p.Links = nil
		r, faults := Schedule(p)
		require.Empty(t, faults)
		require.Equal(t, int64(1), r.EarlyFinish[0])
		require.Equal(t, Driver{1, ByPart}, r.EarlyFinishDriver(0))
	})
}

// TestSchedule_Horizon keeps dates within the bounds given, and names where
// they are left.
func TestSchedule_Horizon(t *testing.T) {
	last := dayNumber(10_000, 1, 1) * dayMinutes
	base := func() *Project {
		return &Project{
			Clocks: []*Clock{office(t)}, Start: dayNumber(9999, 12, 1) * dayMinutes, Earliest: 0, Latest: last,
			Tasks: []Task{{Duration: 480, Parent: None}, {Duration: 480, Parent: None}, {Duration: 480, Parent: None}},
			Links: []Link{{From: 0, To: 1}, {From: 1, To: 2}},
		}
	}
	p := base()
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Less(t, r.ProjectFinish, last)

	p.Links[0].Lag = 1_000_000_000
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: BeyondHorizon, Place: AtLink, Index: 0}}, faults)

	p = base()
	p.Links[0].Lag, p.Links[0].Unit = Limit, LagElapsed
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: BeyondHorizon, Place: AtLink, Index: 0}}, faults)

	p = base()
	p.Tasks[1].Duration = Limit
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: BeyondHorizon, Place: AtTask, Index: 1}}, faults)

	// A lead before the year 1 bounds nothing early; late dates there are told.
	p = base()
	p.Start, p.Links[0].Lag = 480, -1_000_000_000
	r, faults = Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, r.EarlyStart[0], r.EarlyStart[1])

	p = base()
	p.Start = 480
	p.Constraints = []Constraint{{0, 2, Deadline}}
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: BeyondHorizon, Place: AtTask, Index: 2}}, faults)

	p = base()
	p.Constraints = []Constraint{{last + 1, 0, StartNoEarlier}}
	p.Progress = []Progress{{Task: 1, Start: -1, Remaining: -1}}
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: BeyondHorizon, Place: AtConstraint, Index: 0}, {Kind: BeyondHorizon, Place: AtProgress, Index: 0}}, faults)
}

// TestSchedule_YearsOneTo9999 spans all of them with one lag.
func TestSchedule_YearsOneTo9999(t *testing.T) {
	p := &Project{
		Clocks: []*Clock{office(t)}, Start: 480, Latest: dayNumber(10_000, 1, 1) * dayMinutes,
		Tasks: []Task{{Duration: 480, Parent: None}, {Duration: 480, Parent: None}},
		Links: []Link{{From: 0, To: 1, Lag: 1_000_000_000}},
	}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, int64(1_000_000_960), p.Clocks[0].Between(p.Start, r.ProjectFinish))
	// 2,083,335 working days are 416,667 weeks; 160 minutes are left.
	require.Equal(t, int64(416_667*7*dayMinutes+480+160), r.ProjectFinish)
	require.Equal(t, []int64{0, 0}, r.TotalFloat)
}

// TestSchedule_NoWorkingTime ends when a clock has no work left.
func TestSchedule_NoWorkingTime(t *testing.T) {
	once, faults := NewClock(Pattern{Exceptions: []Exception{{Day: 10, Spans: []Span{{0, 600}}}, {Day: 20, Spans: []Span{{0, 600}}}}})
	require.Empty(t, faults)
	p := &Project{Clocks: []*Clock{once}, Tasks: []Task{{Duration: 900, Parent: None}, {Duration: 300, Parent: None}}, Links: []Link{{From: 0, To: 1}}}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, []int64{14_400, 20*dayMinutes + 300}, r.EarlyStart)

	p.Tasks[1].Duration = 301
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: NoWorkingTime, Place: AtTask, Index: 1}}, faults)

	p.Tasks[1].Duration, p.Links[0].Lag = 0, 301
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: NoWorkingTime, Place: AtLink, Index: 0}}, faults)

	// A lag from a date that is imposed before all of it can't be kept.
	p.Tasks[0].Duration, p.Links[0].Lag = 0, 700
	p.Constraints = []Constraint{{20 * dayMinutes, 1, MustStart}}
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: NoWorkingTime, Place: AtLink, Index: 0}}, faults)

	// Nothing can be done before the first working day.
	p = &Project{Clocks: []*Clock{once}, Backward: true, Finish: 11 * dayMinutes, Tasks: []Task{{Duration: 601, Parent: None}}}
	_, faults = Schedule(p)
	require.Equal(t, []Fault{{Kind: NoWorkingTime, Place: AtTask, Index: 0}}, faults)
}

func TestNewClock_Faults(t *testing.T) {
	c, faults := NewClock(Pattern{
		Week: [7][]Span{0: {{480, 480}}, 1: {{-1, 60}}, 2: {{1440, 1500}}, 3: {{0, 2881}}, 4: {{0, 2880}}},
		Exceptions: []Exception{
			{Day: 5, Spans: []Span{{10, 5}}}, {Day: 7}, {Day: maxDay + 1}, {Day: 7}, {Day: -maxDay - 1},
		},
	})
	require.Nil(t, c)
	require.Equal(t, []Fault{
		{Kind: BadSpan, Place: AtClock, Index: -1}, {Kind: BadSpan, Place: AtClock, Index: -2},
		{Kind: BadSpan, Place: AtClock, Index: -3}, {Kind: BadSpan, Place: AtClock, Index: -4},
		{Kind: BadSpan, Place: AtClock, Index: 0}, {Kind: BadDay, Place: AtClock, Index: 2},
		{Kind: BadDay, Place: AtClock, Index: 4}, {Kind: RepeatedDay, Place: AtClock, Index: 3},
	}, faults)

	for _, p := range []Pattern{{}, {Exceptions: []Exception{{Day: 3}}}} {
		c, faults = NewClock(p)
		require.Nil(t, c)
		require.Equal(t, []Fault{{Kind: NoWorkingTime, Place: AtClock}}, faults)
	}
}
