package network

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// randomPattern draws a calendar with breaks, holidays, night shifts and days
// that end at midnight.
func randomPattern(rng *rand.Rand) Pattern {
	shifts := [][]Span{
		{{480, 720}, {780, 1020}},
		{{480, 720}, {780, 1020}},
		{{540, 780}},
		{{0, 1440}},
		{{1320, 1800}},            // past midnight
		{{0, 300}, {1380, 1440}},  // ends at midnight
		{{600, 630}, {700, 1200}}, // short pieces
		{},
	}
	var p Pattern
	usual := shifts[rng.IntN(len(shifts)-1)]
	for i := range p.Week {
		p.Week[i] = usual
		if rng.IntN(4) == 0 {
			p.Week[i] = shifts[rng.IntN(len(shifts))]
		}
	}
	if rng.IntN(2) == 0 {
		p.Week[5], p.Week[6] = nil, nil
	}
	seen := map[int64]bool{}
	for range rng.IntN(6) {
		day := rng.Int64N(30) - 8
		if !seen[day] {
			seen[day] = true
			p.Exceptions = append(p.Exceptions, Exception{day, shifts[rng.IntN(len(shifts))]})
		}
	}
	return p
}

// randomCase draws a small project: every kind of link, lag, constraint and
// progress, summary tasks, elapsed tasks and several clocks.
func randomCase(rng *rand.Rand, plain bool) (*Project, []Pattern) {
	p := &Project{Start: rng.Int64N(7 * dayMinutes)}
	var patterns []Pattern
	for len(patterns) < 1+rng.IntN(3) {
		pattern := randomPattern(rng)
		if c, faults := NewClock(pattern); len(faults) == 0 && c.before[7] > 0 {
			patterns, p.Clocks = append(patterns, pattern), append(p.Clocks, c)
		}
	}
	p.Clock = int32(rng.IntN(len(p.Clocks)))
	n := 1 + rng.IntN(8)
	for i := range n {
		t := Task{Parent: None, Clock: int32(rng.IntN(len(p.Clocks)))}
		if rng.IntN(4) > 0 {
			t.Duration = 1 + rng.Int64N(900)
		}
		if rng.IntN(8) == 0 {
			t.Clock = Elapsed
		}
		if i > 0 && rng.IntN(3) == 0 {
			t.Parent = int32(rng.IntN(i))
		}
		if !plain && rng.IntN(8) == 0 {
			t.Delay = rng.Int64N(2000)
		}
		p.Tasks = append(p.Tasks, t)
	}
	for range rng.IntN(2 * n) {
		from, to := rng.IntN(n), rng.IntN(n)
		if from > to {
			from, to = to, from
		}
		if from == to {
			continue
		}
		l := Link{From: int32(from), To: int32(to), Type: LinkType(rng.IntN(4)), Clock: LagClock(rng.IntN(3))}
		switch rng.IntN(6) {
		case 0:
			l.Lag = rng.Int64N(1200) - 400
		case 1:
			l.Lag, l.Unit = rng.Int64N(3000)-800, LagElapsed
		case 2:
			l.Lag, l.Unit = rng.Int64N(20000)-8000, LagPercent+LagUnit(rng.IntN(2))
		}
		p.Links = append(p.Links, l)
	}
	if !plain {
		randomBounds(rng, p)
	}
	return p, patterns
}

// randomBounds adds constraints and progress where tasks can have them.
func randomBounds(rng *rand.Rand, p *Project) {
	summary := make([]bool, len(p.Tasks))
	for _, t := range p.Tasks {
		if t.Parent >= 0 {
			summary[t.Parent] = true
		}
	}
	for i := range p.Links {
		if p.Links[i].Unit >= LagPercent && summary[p.Links[i].From] {
			p.Links[i].Unit = LagElapsed
		}
	}
	p.HasDataDate = rng.IntN(2) == 0
	p.DataDate = p.Start + rng.Int64N(3*dayMinutes)
	p.OutOfOrder = OutOfOrder(rng.IntN(3))
	p.OwnEnds, p.LinksFirst, p.HasFinish = rng.IntN(3) == 0, rng.IntN(3) == 0, rng.IntN(4) == 0
	p.Finish = p.Start + 5*dayMinutes + rng.Int64N(5*dayMinutes)
	p.Backward = rng.IntN(4) == 0
	for i := range p.Tasks {
		if rng.IntN(3) == 0 {
			kind := ConstraintKind(rng.IntN(int(Deadline) + 1))
			if rng.IntN(4) == 0 {
				kind = [3]ConstraintKind{FixedStart, AsLate, AsSoon}[rng.IntN(3)]
			}
			if summary[i] {
				kind = [3]ConstraintKind{StartNoEarlier, FinishNoLater, Deadline}[rng.IntN(3)]
			}
			p.Constraints = append(p.Constraints, Constraint{p.Start + rng.Int64N(8*dayMinutes), int32(i), kind})
		}
		if !summary[i] && rng.IntN(6) == 0 {
			g := Progress{Task: int32(i), Start: p.Start + rng.Int64N(2*dayMinutes), Remaining: rng.Int64N(400) - 1, Percent: rng.Int32N(10_001)}
			if g.Finished = rng.IntN(3) == 0; g.Finished {
				g.Finish = g.Start + rng.Int64N(dayMinutes)
			}
			p.Progress = append(p.Progress, g)
		}
	}
}

// comparable reports whether a case is one the slow scheduler can do: a
// percentage of a summary task's duration is not.
func comparable(p *Project) bool {
	for _, l := range p.Links {
		for _, t := range p.Tasks {
			if l.Unit >= LagPercent && t.Parent == l.From {
				return false
			}
		}
	}
	return true
}

// compareSlow schedules a drawn project with both schedulers; false when the
// slow one can't do it or the links run in a cycle.
func compareSlow(t *testing.T, seed uint64, seen *struct{ late, backward, asLate int }) bool {
	t.Helper()
	p, patterns := randomCase(rand.New(rand.NewPCG(seed, 3)), seed%3 == 0)
	if !comparable(p) {
		return false
	}
	r, faults := Schedule(p)
	for _, f := range faults {
		require.Contains(t, []FaultKind{LinkCycle, LinkToPart, SummaryLag}, f.Kind, "seed %d: %v", seed, f)
	}
	s := newSlow(p, patterns)
	if len(faults) > 0 || !s.run() {
		return false
	}
	for i := range p.Tasks {
		if !s.leaf[i] {
			continue
		}
		where := fmt.Sprintf("seed %d, task %d of %+v", seed, i, *p)
		require.Equal(t, s.early[i], slowDates{r.EarlyStart[i], r.EarlyFinish[i]}, "early, %s", where)
		require.Equal(t, s.late[i], slowDates{r.LateStart[i], r.LateFinish[i]}, "late, %s", where)
		require.Equal(t, s.total[i], r.TotalFloat[i], "total float, %s", where)
		require.Equal(t, s.free[i], r.FreeFloat[i], "free float, %s", where)
		if at, ok := r.Resume(i); ok {
			require.Equal(t, s.resume[i], at, "resume, %s", where)
		}
		if r.TotalFloat[i] < 0 {
			seen.late++
		}
		if r.EarlyStartDriver(i).Kind == ByLate {
			seen.asLate++
		}
	}
	if p.Backward {
		seen.backward++
	}
	return true
}

// TestSchedule_SlowScheduler compares dates and floats with those of the
// scheduler that walks minute by minute.
func TestSchedule_SlowScheduler(t *testing.T) {
	compared := 0
	var seen struct{ late, backward, asLate int }
	for seed := range uint64(250) {
		if compareSlow(t, seed, &seen) {
			compared++
		}
	}
	t.Logf("%d projects compared: %+v", compared, seen)
	require.Greater(t, compared, 150)
	require.Greater(t, min(seen.late, seen.backward), 15)
	require.Positive(t, seen.asLate)
}

func FuzzSchedule_SlowScheduler(f *testing.F) {
	f.Add(uint64(0))
	f.Add(uint64(433))
	f.Fuzz(func(t *testing.T, seed uint64) {
		var seen struct{ late, backward, asLate int }
		compareSlow(t, seed, &seen)
	})
}
