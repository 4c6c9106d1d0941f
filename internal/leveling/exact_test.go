package leveling

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// optimum tries every order of a small project: among the schedules that serial
// generation makes of them is a best one (Sprecher, Kolisch and Drexl, European
// Journal of Operational Research 80, 1995).
func optimum(m *model) cost {
	best := cost{excess: 1 << 30}
	order := make([]int32, 0, m.n)
	placed := make([]bool, m.n)
	w, t := newEvents(m), newTrial(m.n)
	var extend func()
	extend = func() {
		if len(order) == m.n {
			excess := w.run(order, t.start, t.finish)
			if c := m.cost(t.finish, excess); c.less(best) {
				best = c
			}
			return
		}
	next:
		for j := range int32(m.n) {
			if placed[j] {
				continue
			}
			for _, e := range m.pred.of(j) {
				if !placed[e.other] {
					continue next
				}
			}
			placed[j] = true
			order = append(order, j)
			extend()
			order = order[:len(order)-1]
			placed[j] = false
		}
	}
	extend()
	return best
}

// On projects small enough to try everything the search finds a best schedule,
// and the bound never exceeds it.
func TestSearch_Optimum(t *testing.T) {
	for _, f := range flavours() {
		t.Run(f.name, func(t *testing.T) {
			tried, tight := 0, 0
			for seed := uint64(0); tried < 150; seed++ {
				p := randomProject(rand.New(rand.NewPCG(seed, 10)), f)
				m, err := newModel(p)
				require.NoError(t, err)
				if m.n == 0 || m.n > 6 {
					continue
				}
				tried++
				want := optimum(m)
				s, err := Search(context.Background(), p, Options{Schedules: 2000, Seed: seed})
				require.NoError(t, err)
				require.Equal(t, want.excess, s.Excess, "seed %d", seed)
				require.Equal(t, want.late+lateFixed(p), s.Late, "seed %d", seed)
				require.Equal(t, max(want.span*m.unit, m.realFloor), s.Makespan, "seed %d", seed)
				require.LessOrEqual(t, s.Bound, s.Makespan, "seed %d", seed)
				if s.Bound == s.Makespan {
					tight++
				}
			}
			require.Greater(t, tight, 50)
		})
	}
}

// lateFixed returns the lateness that nothing can change any more.
func lateFixed(p *Project) int64 {
	var sum int64
	for _, a := range p.Activities {
		if a.Fixed && a.Weight > 0 {
			sum += a.Weight * max(0, a.End-a.Due)
		}
	}
	return sum
}
