package apportion

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func newShares(n int) Shares {
	return Shares{Amount: make([]int64, n), Whole: make([]int64, n), Millionths: make([]int32, n), Held: make([]int8, n)}
}

const none = math.MaxInt64

func TestBounded(t *testing.T) {
	for _, tt := range []struct {
		what            string
		m               Method
		total           int64
		weights, lo, hi []int64
		want            []int64
		held            []int8
	}{
		{"a cap", Hamilton, 100, []int64{5, 3, 2}, []int64{0, 0, 0}, []int64{40, none, none}, []int64{40, 36, 24}, []int8{1, 0, 0}},
		{"a cap, in time", Running, 100, []int64{5, 3, 2}, []int64{0, 0, 0}, []int64{40, none, none}, []int64{40, 36, 24}, []int8{1, 0, 0}},
		{"a floor", Hamilton, 100, []int64{5, 3, 2}, []int64{0, 0, 50}, []int64{none, none, none}, []int64{31, 19, 50}, []int8{0, 0, -1}},
		{"the cap pushes another one over its own", Hamilton, 100, []int64{6, 3, 1}, []int64{0, 0, 0}, []int64{30, 40, none}, []int64{30, 40, 30}, []int8{1, 1, 0}},
		{"floor and cap of the same misfit", Hamilton, 10, []int64{1, 1, 2}, []int64{4, 0, 0}, []int64{none, none, none}, []int64{4, 2, 4}, []int8{-1, 0, 0}},
		{"weight 0 takes its minimum", Hamilton, 10, []int64{0, 1, 1}, []int64{3, 0, 0}, []int64{none, none, none}, []int64{3, 4, 3}, []int8{-1, 0, 0}},
		{"weight 0 takes a negative maximum", Hamilton, 10, []int64{0, 1, 1}, []int64{-9, 0, 0}, []int64{-3, none, none}, []int64{-3, 7, 6}, []int8{1, 0, 0}},
		{"a floor above the total, met by a negative part", Hamilton, 10, []int64{1, 1, 2}, []int64{40, -50, -50}, []int64{none, none, none}, []int64{40, -10, -20}, []int8{-1, 0, 0}},
		{"all at their bounds", Webster, 10, []int64{3, 1}, []int64{0, 5}, []int64{5, none}, []int64{5, 5}, []int8{1, -1}},
	} {
		out := newShares(len(tt.weights))
		require.True(t, Bounded(out, tt.total, tt.weights, tt.lo, tt.hi, tt.m, &Scratch{}), tt.what)
		require.Equal(t, tt.want, out.Amount, tt.what)
		require.Equal(t, tt.held, out.Held, tt.what)
	}
}

// European Parliament seats before the departure of the United Kingdom, 6 to 96
// a state by bounded Jefferson: European Proceedings EpSBS 2016.11.02.14,
// table 1, column C.
func TestBoundedEuropeanParliament(t *testing.T) {
	w := []int64{416110, 524853, 862011, 1339662, 2041763, 2055496, 3007758, 4398150, 4582769, 5401267, 5404322, 5580516, 7327224, 8443018, 9482855, 9957731, 10505445, 10541840, 11041266, 11290935, 16730348, 21355849, 38538447, 46196276, 60820764, 62989550, 65397912, 81843743}
	want := []int64{6, 6, 6, 6, 6, 6, 6, 6, 6, 8, 8, 8, 11, 12, 14, 14, 15, 15, 16, 16, 25, 32, 57, 69, 91, 94, 96, 96}
	lo, hi := make([]int64, len(w)), make([]int64, len(w))
	for i := range w {
		lo[i], hi[i] = 6, 96
	}
	out := newShares(len(w))
	require.True(t, Bounded(out, 751, w, lo, hi, Jefferson, &Scratch{}))
	require.Equal(t, want, out.Amount)
}

// A boundedCase is a split that can be met.
type boundedCase struct {
	total           int64
	weights, lo, hi []int64
}

func randomBounded(r *rand.Rand, n int, size int64) boundedCase {
	c := boundedCase{weights: randomWeights(r, n, r.IntN(6)), lo: make([]int64, n), hi: make([]int64, n)}
	for i := range n {
		a, b := r.Int64N(size), r.Int64N(size)
		switch r.IntN(5) {
		case 0:
			c.lo[i], c.hi[i] = 0, size
		case 1:
			c.lo[i], c.hi[i] = min(a, b), max(a, b)
		case 2:
			c.lo[i], c.hi[i] = -max(a, b), min(a, b)
		case 3:
			c.lo[i], c.hi[i] = 0, a
		default:
			c.lo[i], c.hi[i] = a, a
		}
	}
	least, _, most := Reach(c.weights, c.lo, c.hi)
	l, _ := least.Int64()
	m, _ := most.Int64()
	c.total = l + r.Int64N(m-l+1)
	return c
}

func (c boundedCase) serves(m Method) bool {
	need := FirstSteps(c.total, c.weights, c.lo, c.hi)
	n, _ := need.Int64()
	_, nearest, _ := Reach(c.weights, c.lo, c.hi)
	z, _ := nearest.Int64()
	return !m.FirstStep() || c.total >= z && c.total >= n || c.total < z && c.total <= n
}

func TestBoundedAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 32))
	var s Scratch
	tried := map[Method]int{}
	for round := range 1000 {
		c := randomBounded(r, 1+r.IntN(8), []int64{3, 12, 40}[round%3])
		for _, m := range allMethods {
			if !c.serves(m) {
				continue
			}
			tried[m]++
			out := newShares(len(c.weights))
			require.True(t, Bounded(out, c.total, c.weights, c.lo, c.hi, m, &s))
			require.Equal(t, refSplit(m, c.total, bigs(c.weights), c.lo, c.hi), out.Amount, "method %d of %+v", m, c)
		}
	}
	for _, m := range allMethods {
		require.Greater(t, tried[m], 400, "method %d", m)
	}
}

// Bounds and totals of any size: sum, bounds and the distance from the exact
// ideals.
func TestBoundedOfHugeTotals(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 34))
	var s Scratch
	for round := range 400 {
		n := 1 + r.IntN(12)
		c := randomBounded(r, n, MaxTotal/int64(2*n)>>(round%50))
		ideals := mirroredIdeals(c)
		for _, m := range []Method{Hamilton, Running, Webster, Jefferson} {
			out := newShares(n)
			require.True(t, Bounded(out, c.total, c.weights, c.lo, c.hi, m, &s))
			require.Equal(t, c.total, sum64(out.Amount))
			for i, x := range out.Amount {
				require.True(t, c.lo[i] <= x && x <= c.hi[i], "part %d of %+v", i, c)
				stated := new(big.Rat).Add(rat(out.Whole[i]), big.NewRat(int64(out.Millionths[i]), Millionth))
				require.LessOrEqual(t, stated.Sub(stated, ideals[i]).Abs(stated).Cmp(big.NewRat(1, 2*Millionth)), 0)
				if m == Hamilton || m == Running {
					off := new(big.Rat).Sub(rat(x), ideals[i])
					require.Negative(t, off.Abs(off).Cmp(rat(1)), "part %d of %+v", i, c)
				}
			}
		}
	}
}

func mirroredIdeals(c boundedCase) []*big.Rat {
	_, nearest, _ := Reach(c.weights, c.lo, c.hi)
	z, _ := nearest.Int64()
	if c.total >= z {
		return refIdeals(c.total, bigs(c.weights), c.lo, c.hi)
	}
	n := len(c.lo)
	lo, hi := make([]int64, n), make([]int64, n)
	for i := range lo {
		lo[i], hi[i] = -c.hi[i], -c.lo[i]
	}
	out := refIdeals(-c.total, bigs(c.weights), lo, hi)
	for _, q := range out {
		q.Neg(q)
	}
	return out
}

// The sorted search that ends a long fit comes to the same λ at any round.
func TestFitRounds(t *testing.T) {
	r := rand.New(rand.NewPCG(35, 36))
	for range 500 {
		n := 2 + r.IntN(30)
		c := randomBounded(r, n, 1+r.Int64N(5000))
		var want []int64
		for _, rounds := range []int{fitRounds, 0, 1, 2} {
			var s Scratch
			flip, rest, ok := s.open(newShares(n), c.total, c.weights, c.lo, c.hi)
			require.True(t, ok)
			act, num, den := s.fit(rest, rounds)
			got := make([]int64, n)
			for _, i := range act {
				hi := new(big.Int).Mul(big.NewInt(num), big.NewInt(s.cells[i].w))
				got[s.cells[i].at] = hi.Quo(hi, big.NewInt(den)).Int64()
			}
			for i := range s.cells {
				if s.cells[i].held != 0 {
					got[s.cells[i].at] = s.cells[i].bound()
				}
			}
			if want == nil {
				want = got
			}
			require.Equal(t, want, got, "%d rounds, flip %v: %+v", rounds, flip, c)
		}
	}
}

// Caps that come to bind one after the other, a round each.
func TestFitOfATower(t *testing.T) {
	const n = 50
	w, lo, hi := make([]int64, n), make([]int64, n), make([]int64, n)
	for i := range w {
		w[i] = 1 << i
		hi[i] = int64(1) << i / 3 * int64(i+1)
	}
	w[0], hi[0] = 1, none
	var s Scratch
	out := newShares(n)
	_, _, most := Reach(w[1:], lo[1:], hi[1:])
	total, ok := most.Int64()
	if !ok || total > MaxTotal {
		total = MaxTotal
	}
	for _, total := range []int64{total, total - 1, total / 2, total / 3} {
		require.True(t, Bounded(out, total, w, lo, hi, Hamilton, &s))
		require.Equal(t, refSplit(Hamilton, total, bigs(w), lo, hi), out.Amount)
	}
}

func TestBoundedRefusesMoreThanItCanHold(t *testing.T) {
	w := []int64{1, 1, 1}
	lo := []int64{-MaxTotal, 0, 0}
	hi := []int64{-MaxTotal, none, none}
	require.False(t, Bounded(newShares(3), MaxTotal, w, lo, hi, Hamilton, &Scratch{}))
	require.False(t, SplitBig(newShares(3), MaxTotal, bigs(w), lo, hi, Hamilton))
	require.True(t, Bounded(newShares(3), 0, w, lo, hi, Hamilton, &Scratch{}))
}

func BenchmarkBounded(b *testing.B) {
	const n = 100_000
	r := rand.New(rand.NewPCG(1, 1))
	w, lo, hi := make([]int64, n), make([]int64, n), make([]int64, n)
	free := make([]int64, n)
	for i := range w {
		w[i] = 1 + r.Int64N(100_000)
		share := w[i] / 5
		lo[i], hi[i], free[i] = share*r.Int64N(100)/100, share*(100+r.Int64N(100))/100+1, none
		if r.IntN(10) == 0 {
			lo[i] = hi[i]
		}
	}
	least, _, most := Reach(w, lo, hi)
	l, _ := least.Int64()
	m, _ := most.Int64()
	dst := make([]int64, n)
	var s Scratch
	for _, tt := range []struct {
		name   string
		lo, hi []int64
	}{{"unbounded", make([]int64, n), free}, {"bounded", lo, hi}} {
		for _, m2 := range allMethods {
			b.Run(fmt.Sprintf("%s/method%d", tt.name, m2), func(b *testing.B) {
				for b.Loop() {
					Bounded(Shares{Amount: dst}, (l+m)/2, w, tt.lo, tt.hi, m2, &s)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/part")
			})
		}
	}
}
