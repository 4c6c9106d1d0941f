package leveling

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Looking at the present only gives the same schedule as the general form of
// parallel generation, in both directions.
func TestSlots_Stack(t *testing.T) {
	compared := 0
	for seed := range uint64(600) {
		r := rand.New(rand.NewPCG(seed, 16))
		p := randomProject(r, flavour{name: "plain"})
		m, err := newModel(p)
		require.NoError(t, err)
		for _, m := range []*model{m, m.reversed(40)} {
			s := newSlots(m)
			if s == nil || !m.steady || m.early {
				continue
			}
			compared++
			a, b := newTrial(m.n), newTrial(m.n)
			order, key := make([]int32, m.n), make([]int64, m.n)
			for j := range key {
				key[j] = r.Int64N(1000)
			}
			sort := newSorter(m)
			sort.byPriority(key, order)
			for k, j := range order {
				key[j] = int64(k)
			}
			sort.parallel(s, key, a.start, a.finish)
			s.stack(m, order, b.start, b.finish)
			require.Equal(t, a, b, "seed %d", seed)
		}
	}
	require.Greater(t, compared, 500)
}
