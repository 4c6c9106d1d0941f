package leveling

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// A profile says the same as a table with an entry for each unit of time, and no
// two neighbours of it are equal.
func TestProfile_Table(t *testing.T) {
	const size = 60
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 2))
		x := randomResource(r, true)
		p := newProfile(x.Capacity)
		var table [size]int64
		for i, s := range x.Capacity {
			until := int64(size)
			if i+1 < len(x.Capacity) {
				until = min(until, x.Capacity[i+1].From)
			}
			for u := s.From; u < until; u++ {
				table[u] = s.Value
			}
		}
		for range 25 {
			from := r.Int64N(size)
			until := from + r.Int64N(size-from)
			amount := r.Int64N(4) - 1
			p.take(from, until, amount)
			for u := from; u < until; u++ {
				table[u] -= amount
			}
			back := p.reversed(size)
			for u := range int64(size) {
				require.Equal(t, table[u], p.free[p.index(u)], "seed %d at %d", seed, u)
				require.Equal(t, table[size-1-u], back.free[back.index(u)])
			}
			for i := 1; i < len(p.at); i++ {
				require.Less(t, p.at[i-1], p.at[i])
				require.NotEqual(t, p.free[i-1], p.free[i])
			}
		}
		high := p.highest()
		require.Equal(t, slices.Max(p.free), high)
		p.clamp()
		for u := range int64(size) {
			require.Equal(t, max(0, table[u]), p.free[p.index(u)])
		}
		last := p.free[len(p.free)-1]
		p.take(r.Int64N(size), never, 1)
		require.Equal(t, last-1, p.free[len(p.free)-1], "what has no end is taken for ever")
	}
}

// The earliest start that fits is the first one that a search unit by unit finds.
func TestEvents_FitResource(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 3))
		c := randomClock(r)
		p := &Project{
			Activities: []Activity{{Duration: 1 + r.Int64N(8), Clock: r.IntN(2)}},
			Resources:  []Resource{randomResource(r, true)},
			Demands:    []Demand{{0, 0, 1 + r.Int64N(6)}},
			Clocks:     []Clock{c},
		}
		m, err := newModel(p)
		require.NoError(t, err)
		if len(m.demand[0]) == 0 || m.unit != 1 {
			continue // there is always enough, or time has another unit
		}
		from := m.begin(0, r.Int64N(30))
		got := newEvents(m).fitResource(&m.capacity[0], 0, p.Demands[0].Amount, from)
		for s := from; ; s++ {
			end := m.finish(0, s)
			if m.begin(0, s) == s && roomFor(p, s, end) {
				require.Equal(t, s, got, "seed %d", seed)
				break
			}
			require.Less(t, s, int64(500))
		}
	}
}

func roomFor(p *Project, from, until int64) bool {
	for u := from; u < until; u++ {
		var capacity int64
		for _, s := range p.Resources[0].Capacity {
			if s.From <= u {
				capacity = s.Value
			}
		}
		if isWorking(p, p.Activities[0].Clock, u) && capacity < p.Demands[0].Amount {
			return false
		}
	}
	return true
}
