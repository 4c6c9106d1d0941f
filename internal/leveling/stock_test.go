package leveling

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The earliest start at which a stock lasts is the first one that trying them all
// finds, where other draws have been made before.
func TestStock_Next(t *testing.T) {
	found := 0
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 4))
		p := &Project{Stocks: []Stock{randomStock(r)}, Clocks: []Clock{randomClock(r)}}
		var s Schedule
		m := &model{}
		add := func(start int64) {
			a := Activity{Duration: r.Int64N(10), Clock: r.IntN(2)}
			p.Activities = append(p.Activities, a)
			m.dur = append(m.dur, a.Duration)
			m.clock = append(m.clock, nil)
			if a.Clock > 0 {
				m.clock[len(m.clock)-1] = newClock(p.Clocks[0])
			}
			j := int32(len(m.dur) - 1)
			start = m.begin(j, start)
			s.Start, s.End = append(s.Start, start), append(s.End, m.finish(j, start))
			p.Draws = append(p.Draws, Draw{int(j), 0, r.Int64N(20), r.IntN(2) == 0})
		}
		k := newStock(p.Stocks[0])
		for range r.IntN(3) {
			add(r.Int64N(40))
			j := len(m.dur) - 1
			if verifyStock(p, &s, 0) != nil {
				p.Draws[j].Amount = 0
			}
			k.take(m.clock[j], m.dur[j], drawOf(p.Draws[j]), s.Start[j])
		}
		add(0)
		j := int32(len(m.dur) - 1)
		d := p.Draws[j]
		if d.Amount == 0 {
			continue
		}
		from := m.begin(j, r.Int64N(20))
		both := drawOf(d)
		if extra := r.Int64N(8); seed%3 == 0 && extra > 0 {
			// The same activity draws in the other way too.
			p.Draws = append(p.Draws, Draw{int(j), 0, extra, !d.Spread})
			other := drawOf(p.Draws[len(p.Draws)-1])
			both.once, both.spread = both.once+other.once, both.spread+other.spread
		}
		got := k.next(m, j, both, from)
		for u := from; u < 200; u++ {
			s.Start[j], s.End[j] = u, m.finish(j, u)
			if m.begin(j, u) == u && verifyStock(p, &s, 0) == nil {
				require.Equal(t, u, got, "seed %d", seed)
				found++
				break
			}
		}
	}
	require.Greater(t, found, 2000)
}

func drawOf(d Draw) *draw {
	if d.Spread {
		return &draw{spread: d.Amount}
	}
	return &draw{once: d.Amount}
}

func TestStock_Exhausted(t *testing.T) {
	m := &model{dur: []int64{5}, clock: []*clock{nil}}
	for _, lapses := range []bool{false, true} {
		for _, spread := range []bool{false, true} {
			k := newStock(Stock{Supply: []Step{{0, 10}, {10, 2}}, Lapses: lapses})
			assert.Equal(t, int64(never), k.next(m, 0, drawOf(Draw{Amount: 13, Spread: spread}), 0), "%v %v", lapses, spread)
		}
	}
}

// Shares of large amounts are those of unbounded integers.
func TestDrawn_Big(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		a, d := r.Int64N(MaxAmount)+1, r.Int64N(MaxTime)+1
		w := r.Int64N(d)
		want := new(big.Int).Mul(big.NewInt(a), big.NewInt(w))
		want.Add(want, big.NewInt(d-1)).Div(want, big.NewInt(d))
		got := drawn(a, w, d)
		require.Equal(t, want.Int64(), got)
		most := workFor(a, got, d)
		require.GreaterOrEqual(t, most, w)
		require.LessOrEqual(t, drawn(a, most, d), got)
		require.Greater(t, drawn(a, min(most+1, d), d)+max(0, most+1-d)*math.MaxInt32, got)
	}
}
