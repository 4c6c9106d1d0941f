package network

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// largeCase draws a network of hundreds of tasks with several clocks, all link
// types, lags and summary tasks; no dates are imposed.
func largeCase(t testing.TB, rng *rand.Rand, clocks bool) *Project {
	t.Helper()
	p := &Project{Start: onDay(0, 8, 0), Clocks: []*Clock{office(t)}}
	if clocks {
		for len(p.Clocks) < 4 {
			if c, faults := NewClock(randomPattern(rng)); len(faults) == 0 && c.before[7] > 0 {
				p.Clocks = append(p.Clocks, c)
			}
		}
	}
	n := 2 + rng.IntN(200)
	for i := range n {
		task := Task{Parent: None}
		if rng.IntN(5) > 0 {
			task.Duration = 1 + rng.Int64N(3000)
		}
		if clocks {
			task.Clock = int32(rng.IntN(5)) - 1
		}
		if i > 0 && rng.IntN(3) == 0 {
			task.Parent = int32(max(0, i-1-rng.IntN(10)))
		}
		p.Tasks = append(p.Tasks, task)
	}
	for range rng.IntN(2 * n) {
		p.Links = append(p.Links, randomLink(rng, p))
	}
	return p
}

func randomLink(rng *rand.Rand, p *Project) Link {
	n := len(p.Tasks)
	from := rng.IntN(n - 1)
	to := min(n-1, from+1+rng.IntN(30))
	l := Link{From: int32(from), To: int32(to), Type: LinkType(rng.IntN(4)), Clock: LagClock(rng.IntN(3))}
	if rng.IntN(3) == 0 {
		l.Lag = rng.Int64N(2000) - 500
		if len(p.Clocks) > 1 {
			l.Unit = LagUnit(rng.IntN(4))
		}
	}
	return l
}

// eachLarge runs a check on many networks without cycles.
func eachLarge(t *testing.T, runs int, clocks bool, check func(seed uint64, rng *rand.Rand, p *Project, r *Result)) {
	t.Helper()
	done := 0
	for seed := uint64(0); done < runs; seed++ {
		require.Less(t, seed, uint64(20*runs), "too many cycles")
		rng := rand.New(rand.NewPCG(seed, 17))
		p := largeCase(t, rng, clocks)
		if r, faults := Schedule(p); len(faults) == 0 {
			check(seed, rng, p, r)
			done++
		} else {
			for _, f := range faults {
				require.Contains(t, []FaultKind{LinkCycle, LinkToPart}, f.Kind, "seed %d: %v", seed, f)
			}
		}
	}
}

// TestSchedule_Properties: without imposed dates nothing is violated and no
// float is negative, free float is within the total, early dates come before
// late ones, and the longest path reaches back from the project's finish to its
// start.
func TestSchedule_Properties(t *testing.T) {
	eachLarge(t, 150, true, func(seed uint64, _ *rand.Rand, p *Project, r *Result) {
		e := &engine{p: p, r: r, always: Always(), earliest: -Limit, latest: Limit}
		require.True(t, e.buildGroups())
		require.True(t, e.buildOrder())
		e.prepare()
		e.r = r
		for i := range p.Links {
			l := &p.Links[i]
			for _, from := range partsOf(p, l.From) {
				for _, to := range partsOf(p, l.To) {
					a, b := r.EarlyFinish[from], r.EarlyFinish[to]
					if fromStart(l) {
						a = r.EarlyStart[from]
					}
					if toStart(l) {
						b = r.EarlyStart[to]
					}
					require.Zero(t, e.shortBy(to, b, e.ahead(int32(i), l, a)), "seed %d, link %d", seed, i)
				}
			}
		}
		require.Empty(t, r.Violations)
		first := false
		for i := range p.Tasks {
			if r.Flags[i]&Summary != 0 {
				continue
			}
			require.GreaterOrEqual(t, r.TotalFloat[i], int64(0), "seed %d, task %d", seed, i)
			require.GreaterOrEqual(t, r.FreeFloat[i], int64(0))
			require.LessOrEqual(t, r.FreeFloat[i], r.TotalFloat[i], "seed %d, task %d", seed, i)
			require.GreaterOrEqual(t, r.EarlyStart[i], r.ProjectStart)
			require.LessOrEqual(t, r.EarlyFinish[i], r.ProjectFinish)
			if r.Flags[i]&LongestPath != 0 {
				d := r.EarlyStartDriver(i)
				if d.Kind == ByDuration {
					d = r.EarlyFinishDriver(i)
				}
				require.Contains(t, []DriverKind{ByProject, ByLink}, d.Kind)
				first = first || d.Kind == ByProject
			}
		}
		require.True(t, first, "seed %d: the longest path has a first task", seed)
	})
}

// partsOf returns the tasks without parts below a task, or itself.
func partsOf(p *Project, t int32) []int32 {
	var parts []int32
	summary := make([]bool, len(p.Tasks))
	for _, x := range p.Tasks {
		if x.Parent >= 0 {
			summary[x.Parent] = true
		}
	}
	for i := range p.Tasks {
		for above := int32(i); above >= 0 && !summary[i]; above = p.Tasks[above].Parent {
			if above == t {
				parts = append(parts, int32(i))
			}
		}
	}
	return parts
}

// TestSchedule_OneClock: with one clock, the longest path has no float, and
// every task it isn't on that ends in an end of the project has some.
func TestSchedule_OneClock(t *testing.T) {
	eachLarge(t, 150, false, func(seed uint64, _ *rand.Rand, p *Project, r *Result) {
		marked := 0
		for i := range p.Tasks {
			if r.Flags[i]&Summary == 0 && r.Flags[i]&LongestPath != 0 {
				require.Zero(t, r.TotalFloat[i], "seed %d, task %d", seed, i)
				require.NotZero(t, r.Flags[i]&Critical)
				marked++
			}
		}
		require.Positive(t, marked)
	})
}

// TestSchedule_MoreLinks: another link makes no early date earlier and no late
// date, measured from the project's finish, later.
func TestSchedule_MoreLinks(t *testing.T) {
	grown := 0
	eachLarge(t, 150, true, func(seed uint64, rng *rand.Rand, p *Project, r *Result) {
		q := *p
		q.Finish, q.HasFinish = r.ProjectFinish, true
		before, faults := Schedule(&q)
		require.Empty(t, faults)
		q.Links = append(slices.Clone(p.Links), randomLink(rng, p))
		after, faults := Schedule(&q)
		if len(faults) > 0 {
			return
		}
		for i := range p.Tasks {
			require.GreaterOrEqual(t, after.EarlyStart[i], before.EarlyStart[i], "seed %d", seed)
			require.GreaterOrEqual(t, after.EarlyFinish[i], before.EarlyFinish[i], "seed %d", seed)
			if q.Links[len(q.Links)-1].Unit < LagPercent && !hasPercent(p) {
				require.LessOrEqual(t, after.LateFinish[i], before.LateFinish[i], "seed %d", seed)
			}
			if after.EarlyStart[i] > before.EarlyStart[i] {
				grown++
			}
		}
	})
	require.Positive(t, grown)
}

// hasPercent reports lags whose minutes change with a summary task's duration.
func hasPercent(p *Project) bool {
	return slices.ContainsFunc(p.Links, func(l Link) bool { return l.Unit >= LagPercent })
}

// TestSchedule_OrderOfLists: shuffled tasks, links and constraints give the
// same dates and floats, and twice the same input the same result.
func TestSchedule_OrderOfLists(t *testing.T) {
	for seed := uint64(0); seed < 300; seed++ {
		rng := rand.New(rand.NewPCG(seed, 23))
		p, _ := randomCase(rng, false)
		r, faults := Schedule(p)
		if len(faults) > 0 {
			continue
		}
		again, _ := Schedule(p)
		require.Equal(t, r, again)

		q := *p
		to := rng.Perm(len(p.Tasks))
		q.Tasks = make([]Task, len(p.Tasks))
		for i, task := range p.Tasks {
			if task.Parent >= 0 {
				task.Parent = int32(to[task.Parent])
			}
			q.Tasks[to[i]] = task
		}
		q.Links = slices.Clone(p.Links)
		for i := range q.Links {
			q.Links[i].From, q.Links[i].To = int32(to[q.Links[i].From]), int32(to[q.Links[i].To])
		}
		q.Constraints = slices.Clone(p.Constraints)
		for i := range q.Constraints {
			q.Constraints[i].Task = int32(to[q.Constraints[i].Task])
		}
		q.Progress = slices.Clone(p.Progress)
		for i := range q.Progress {
			q.Progress[i].Task = int32(to[q.Progress[i].Task])
		}
		rng.Shuffle(len(q.Links), func(i, j int) { q.Links[i], q.Links[j] = q.Links[j], q.Links[i] })
		rng.Shuffle(len(q.Progress), func(i, j int) { q.Progress[i], q.Progress[j] = q.Progress[j], q.Progress[i] })
		other, faults := Schedule(&q)
		require.Empty(t, faults)
		for i := range p.Tasks {
			j := to[i]
			require.Equal(t, [8]int64{r.EarlyStart[i], r.EarlyFinish[i], r.LateStart[i], r.LateFinish[i], r.StartFloat[i], r.FinishFloat[i], r.TotalFloat[i], r.FreeFloat[i]},
				[8]int64{other.EarlyStart[j], other.EarlyFinish[j], other.LateStart[j], other.LateFinish[j], other.StartFloat[j], other.FinishFloat[j], other.TotalFloat[j], other.FreeFloat[j]}, "seed %d, task %d", seed, i)
			require.Equal(t, r.Flags[i], other.Flags[j], "seed %d, task %d", seed, i)
		}
	}
}

// TestSchedule_DriversExplain recomputes dates from what their drivers say.
func TestSchedule_DriversExplain(t *testing.T) {
	links := 0
	eachLarge(t, 100, true, func(seed uint64, _ *rand.Rand, p *Project, r *Result) {
		e := &engine{p: p, r: r, always: Always(), earliest: -Limit, latest: Limit}
		require.True(t, e.buildGroups())
		require.True(t, e.buildOrder())
		e.prepare()
		e.r = r
		for i := range p.Tasks {
			if r.Flags[i]&Summary != 0 {
				d := r.EarlyFinishDriver(i)
				require.Equal(t, ByPart, d.Kind)
				require.Equal(t, r.EarlyFinish[i], r.EarlyFinish[d.Index])
				require.Equal(t, int32(i), p.Tasks[d.Index].Parent)
				require.Equal(t, r.EarlyStart[i], r.EarlyStart[r.EarlyStartDriver(i).Index])
				require.Equal(t, r.LateStart[i], r.LateStart[r.LateStartDriver(i).Index])
				require.Equal(t, r.LateFinish[i], r.LateFinish[r.LateFinishDriver(i).Index])
				continue
			}
			task, c := p.Tasks[i], e.clock(p.Tasks[i].Clock)
			s, f := r.EarlyStartDriver(i), r.EarlyFinishDriver(i)
			require.True(t, (s.Kind == ByDuration) != (f.Kind == ByDuration), "seed %d, task %d: one date follows the other", seed, i)
			d := s
			if s.Kind == ByDuration {
				d = f
			}
			if d.Kind == ByProject {
				start, _, _ := follow(c, p.Start, task.Duration)
				require.Equal(t, start, r.EarlyStart[i])
				continue
			}
			require.Equal(t, ByLink, d.Kind)
			links++
			l := &p.Links[d.Index]
			from := int64(-1 << 62)
			for _, part := range partsOf(p, l.From) {
				if at := r.EarlyFinish[part]; !fromStart(l) {
					from = max(from, at)
				} else {
					from = max(from, r.EarlyStart[part])
				}
			}
			require.Contains(t, partsOf(p, l.To), int32(i))
			at := e.ahead(d.Index, l, from)
			start, finish, _ := follow(c, at, task.Duration)
			if f.Kind == ByLink {
				start, finish, _ = precede(c, at, task.Duration)
			}
			require.Equal(t, [2]int64{start, finish}, [2]int64{r.EarlyStart[i], r.EarlyFinish[i]}, "seed %d, task %d", seed, i)
		}
	})
	require.Greater(t, links, 1000)
}
