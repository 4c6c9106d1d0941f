package apportion

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Weights of any size give what weights of 64 bits give, times a constant that
// pushes them beyond.
func TestSplitBigEqualsSplit(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	var s Scratch
	factor, _ := new(big.Int).SetString("340282366920938463463374607431768211507", 10)
	for range 400 {
		n := 1 + r.IntN(40)
		w := randomWeights(r, n, r.IntN(6))
		total := max(int64(n), randomTotal(r))
		large := bigs(w)
		for _, x := range large {
			x.Mul(x, factor)
		}
		for _, m := range allMethods {
			want, out := make([]int64, n), newShares(n)
			Split(want, total, w, sum64(w), m, &s)
			require.True(t, SplitBig(out, total, large, nil, nil, m))
			require.Equal(t, want, out.Amount, "method %d of %d by %v", m, total, w)
		}
	}
}

func TestSplitBigWithinBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(43, 44))
	var s Scratch
	factor := new(big.Int).Lsh(big.NewInt(3), 90)
	for round := range 800 {
		n := 1 + r.IntN(12)
		c := randomBounded(r, n, []int64{5, 40, MaxTotal / int64(2*n)}[round%3])
		large := bigs(c.weights)
		for _, x := range large {
			x.Mul(x, factor)
		}
		for _, m := range allMethods {
			if !c.serves(m) {
				continue
			}
			want, out := newShares(n), newShares(n)
			require.True(t, Bounded(want, c.total, c.weights, c.lo, c.hi, m, &s))
			require.True(t, SplitBig(out, c.total, large, c.lo, c.hi, m))
			require.Equal(t, want.Amount, out.Amount, "method %d of %+v", m, c)
			require.Equal(t, want.Whole, out.Whole, "method %d of %+v", m, c)
			require.Equal(t, want.Millionths, out.Millionths, "method %d of %+v", m, c)
		}
	}
}

// Weights that 64 bits cannot tell apart.
func TestSplitBigSeesTheLastDigit(t *testing.T) {
	a, _ := new(big.Int).SetString("99999999999999999999999999999999999999", 10)
	b := new(big.Int).Add(a, big.NewInt(1))
	for _, m := range allMethods {
		if m == Running || m.FirstStep() {
			continue
		}
		out := newShares(2)
		require.True(t, SplitBig(out, 1, []*big.Int{a, b}, nil, nil, m))
		require.Equal(t, []int64{0, 1}, out.Amount, "method %d", m)
	}
}
