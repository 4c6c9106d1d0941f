package network

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// tree is a summary task 0 with the parts 1 (3 hours) and 2 (5 hours), a task 3
// before it and a task 4 after it, in elapsed minutes.
func tree(links ...Link) *Project {
	return &Project{
		Clock: Elapsed,
		Tasks: []Task{leaf(0), {Duration: 180, Clock: Elapsed, Parent: 0}, {Duration: 300, Clock: Elapsed, Parent: 0}, leaf(60), leaf(60)},
		Links: links,
	}
}

// TestSchedule_SummaryLinks: a link of a summary task counts for each part.
func TestSchedule_SummaryLinks(t *testing.T) {
	tests := []struct {
		name   string
		link   Link
		starts [5]int64 // early starts; task 0's is the first of its parts
	}{
		{"into it, to the start", Link{From: 3, To: 0}, [5]int64{60, 60, 60, 0, 0}},
		{"with lag", Link{From: 3, To: 0, Lag: 30}, [5]int64{90, 90, 90, 0, 0}},
		{"into it, to the finish", Link{From: 3, To: 0, Type: FinishToFinish, Lag: 200}, [5]int64{0, 80, 0, 0, 0}},
		{"out of it", Link{From: 0, To: 4}, [5]int64{0, 0, 0, 0, 300}},
		{"out of its start", Link{From: 0, To: 4, Type: StartToStart, Lag: 20}, [5]int64{0, 0, 0, 0, 20}},
		{"out of its finish to a finish", Link{From: 0, To: 4, Type: FinishToFinish}, [5]int64{0, 0, 0, 0, 240}},
		{"percent of its duration", Link{From: 0, To: 4, Lag: 5000, Unit: LagPercent}, [5]int64{0, 0, 0, 0, 450}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, faults := Schedule(tree(test.link))
			require.Empty(t, faults)
			require.Equal(t, test.starts[:], r.EarlyStart)
			require.Equal(t, min(r.LateStart[1], r.LateStart[2]), r.LateStart[0])
			require.Equal(t, max(r.EarlyFinish[1], r.EarlyFinish[2]), r.EarlyFinish[0])
			require.NotZero(t, r.Flags[0]&Summary)
		})
	}
}

// TestSchedule_SummaryDates: floats, flags and drivers go up and down the tree.
func TestSchedule_SummaryDates(t *testing.T) {
	p := tree(Link{From: 3, To: 0}, Link{From: 0, To: 4})
	p.Constraints = []Constraint{{400, 0, Deadline}, {90, 0, StartNoEarlier}}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, []int64{90, 90, 90, 0, 390}, r.EarlyStart)
	require.Equal(t, []int64{90, 210, 90, 30, 390}, r.LateStart)
	require.Equal(t, []int64{0, 120, 0, 30, 0}, r.TotalFloat)
	require.Equal(t, []int64{0, 120, 0, 30, 0}, r.FreeFloat)
	onPath := Critical | LongestPath
	require.Equal(t, []Flags{Summary | onPath, 0, onPath, 0, onPath}, r.Flags)
	require.Equal(t, Driver{1, ByConstraint}, r.EarlyStartDriver(1), "the summary task's own bound")
	require.Equal(t, Driver{1, ByLink}, r.LateFinishDriver(1), "the link out of the summary task")
	require.Equal(t, Driver{2, ByPart}, r.EarlyFinishDriver(0))
	require.Equal(t, Driver{2, ByPart}, r.LateStartDriver(0))

	p.Constraints = []Constraint{{300, 0, FinishNoLater}}
	r, faults = Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, int64(-60), r.TotalFloat[0])
	require.Equal(t, Driver{0, ByConstraint}, r.LateFinishDriver(2))
	require.Equal(t, []Violation{{60, 0, AtConstraint}}, r.Violations)
	require.Equal(t, Driver{0, ByLink}, r.EarlyStartDriver(2))
	require.NotZero(t, r.Flags[3]&LongestPath)
}

// TestSchedule_NestedSummaries: dates and drivers pass through several levels.
func TestSchedule_NestedSummaries(t *testing.T) {
	p := &Project{Clock: Elapsed, Tasks: []Task{
		leaf(10), leaf(0), {Clock: Elapsed, Parent: 1}, {Duration: 5, Clock: Elapsed, Parent: 2}, {Duration: 7, Clock: Elapsed, Parent: 1}, leaf(1),
	}, Links: []Link{{From: 0, To: 1, Lag: 2}, {From: 2, To: 5}}}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, []int64{0, 12, 12, 12, 12, 17}, r.EarlyStart)
	require.Equal(t, []int64{10, 19, 17, 17, 19, 18}, r.EarlyFinish)
	require.Equal(t, []int64{0, 0, 1, 1, 0, 1}, r.TotalFloat)
	for _, i := range []int{3, 4} {
		require.Equal(t, Driver{0, ByLink}, r.EarlyStartDriver(i))
	}
	require.Equal(t, Driver{1, ByLink}, r.LateFinishDriver(3))
	require.Equal(t, []bool{true, true, false, false, true, false}, pathOf(r))
}

// TestSchedule_SummaryViolations: a link to the finish of a summary task is
// broken by any part, however deep, that finishes too early.
func TestSchedule_SummaryViolations(t *testing.T) {
	p := &Project{Clock: Elapsed, Tasks: []Task{
		leaf(100), leaf(0), {Clock: Elapsed, Parent: 1}, {Duration: 5, Clock: Elapsed, Parent: 2}, {Duration: 7, Clock: Elapsed, Parent: 1}, leaf(1),
	}, Links: []Link{{From: 0, To: 1, Type: FinishToFinish}, {From: 1, To: 5, Type: StartToStart}}}
	p.Constraints = []Constraint{{20, 3, FixedStart}, {96, 5, MustStart}}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, []int64{0, 20, 20, 20, 93, 96}, r.EarlyStart)
	require.Equal(t, []Violation{{75, 0, AtLink}}, r.Violations)

	p.Constraints[1].At = 92
	r, faults = Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, []Violation{{75, 0, AtLink}, {1, 1, AtLink}}, r.Violations)
}

// TestSchedule_LongestPathBeforeWork: a lag is worked from an instant before all
// working time.
func TestSchedule_LongestPathBeforeWork(t *testing.T) {
	once, faults := NewClock(Pattern{Exceptions: []Exception{{Day: 10, Spans: []Span{{0, 600}}}}})
	require.Empty(t, faults)
	p := &Project{Clocks: []*Clock{once}, Tasks: []Task{leaf(5), {Duration: 10, Parent: None}, leaf(9)}, Links: []Link{{From: 0, To: 1, Lag: 50}}}
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, int64(10*dayMinutes+60), r.ProjectFinish)
	require.Equal(t, []bool{true, true, false}, pathOf(r))
}

func pathOf(r *Result) []bool {
	on := make([]bool, len(r.Flags))
	for i, f := range r.Flags {
		on[i] = f&LongestPath != 0
	}
	return on
}

// TestSchedule_SummaryLinksAsLeafLinks: links between summary tasks are as good
// as one between every two of their parts.
func TestSchedule_SummaryLinksAsLeafLinks(t *testing.T) {
	linked := 0
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 29))
		p := &Project{Clocks: []*Clock{office(t)}, Start: onDay(0, 8, 0)}
		const block = 8 // a tree of eight tasks; links go to later ones
		n := block * (2 + rng.IntN(3))
		for i := range n {
			task := Task{Duration: rng.Int64N(900), Parent: None}
			if i%block > 0 {
				task.Parent = int32(i - 1 - rng.IntN(i%block))
			}
			p.Tasks = append(p.Tasks, task)
		}
		for range 2 + rng.IntN(2*n) {
			l := randomLink(rng, p)
			if l.From/block != l.To/block {
				l.Unit = LagUnit(rng.IntN(2))
				p.Links = append(p.Links, l)
			}
		}
		r, faults := Schedule(p)
		if len(faults) > 0 {
			continue
		}
		flat := *p
		flat.Links = nil
		for _, l := range p.Links {
			for _, from := range partsOf(p, l.From) {
				for _, to := range partsOf(p, l.To) {
					link := l
					link.From, link.To = from, to
					flat.Links = append(flat.Links, link)
				}
			}
		}
		linked += len(flat.Links) - len(p.Links)
		s, faults := Schedule(&flat)
		require.Empty(t, faults)
		require.Equal(t, s.EarlyStart, r.EarlyStart, "seed %d", seed)
		require.Equal(t, s.EarlyFinish, r.EarlyFinish, "seed %d", seed)
		require.Equal(t, s.LateStart, r.LateStart, "seed %d", seed)
		require.Equal(t, s.LateFinish, r.LateFinish, "seed %d", seed)
		require.Equal(t, s.TotalFloat, r.TotalFloat, "seed %d", seed)
		for i := range p.Tasks {
			if r.Flags[i]&Summary == 0 {
				require.Equal(t, s.FreeFloat[i], r.FreeFloat[i], "seed %d, task %d", seed, i)
				require.Equal(t, s.Flags[i], r.Flags[i], "seed %d, task %d", seed, i)
			}
		}
	}
	require.Greater(t, linked, 1000)
}

// TestSchedule_ManySummaryLinks would need 10^8 links between parts.
func TestSchedule_ManySummaryLinks(t *testing.T) {
	p := &Project{Clock: Elapsed}
	const groups, parts = 100, 1000
	for g := range int32(groups) {
		first := int32(len(p.Tasks))
		p.Tasks = append(p.Tasks, leaf(0))
		for range parts {
			p.Tasks = append(p.Tasks, Task{Duration: int64(g + 1), Clock: Elapsed, Parent: first})
		}
		if g > 0 {
			p.Links = append(p.Links, Link{From: first - parts - 1, To: first})
		}
	}
	begin := time.Now()
	r, faults := Schedule(p)
	require.Empty(t, faults)
	require.Equal(t, int64(groups*(groups+1)/2), r.ProjectFinish)
	require.Less(t, time.Since(begin), 5*time.Second)
	for i := range p.Tasks {
		if r.TotalFloat[i] != 0 || r.Flags[i]&LongestPath == 0 {
			t.Fatal(i)
		}
	}
}
