package apportion

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func randomFixed(r *rand.Rand) Fixed {
	f := Fixed{r.Uint64() >> r.IntN(64), r.Uint64() >> r.IntN(64)}
	switch r.IntN(6) {
	case 0:
		f.Hi = 0
	case 1:
		f.Lo = 0
	case 2:
		f.Lo = math.MaxUint64 - f.Lo&3
	}
	return f
}

func TestFixed_MulDiv(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		f := randomFixed(r)
		den := max(1, r.Uint64()>>r.IntN(64))
		num := den
		if r.IntN(10) > 0 && den > 1 {
			num = r.Uint64N(den)
		}
		want := f.Big()
		want.Mul(want, new(big.Int).SetUint64(num))
		want.Quo(want, new(big.Int).SetUint64(den))
		require.Equal(t, want.String(), f.MulDiv(num, den).Big().String(), "%v · %d/%d", f, num, den)
		require.Equal(t, f.MulDiv(num, den), f.MulDivBig(new(big.Int).SetUint64(num), new(big.Int).SetUint64(den)))
	}
	huge := new(big.Int).Exp(big.NewInt(10), big.NewInt(60), nil)
	third := new(big.Int).Div(huge, big.NewInt(3))
	require.Equal(t, FixedInt(1).MulDiv(1, 3), FixedInt(1).MulDivBig(third, huge))
}

func TestFixed_AddCmp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 3))
	for range 5_000 {
		f, g := randomFixed(r), randomFixed(r)
		f.Hi >>= 1
		g.Hi >>= 2
		require.Equal(t, new(big.Int).Add(f.Big(), g.Big()).String(), f.Add(g).Big().String())
		require.Equal(t, f.Big().Cmp(g.Big()), f.Cmp(g))
		require.Zero(t, f.Cmp(f))
		require.Equal(t, f, fixedFromBig(f.Big()))
	}
}

func TestFixed_Settle(t *testing.T) {
	unit := new(big.Int).Lsh(big.NewInt(1), 16)
	r := rand.New(rand.NewPCG(1, 4))
	for range 5_000 {
		f := randomFixed(r)
		f.Hi >>= 1
		s := f.Settle()
		require.Zero(t, new(big.Int).Mod(s.Big(), unit).Sign())
		d := new(big.Int).Sub(s.Big(), f.Big())
		require.LessOrEqual(t, d.Abs(d).Cmp(big.NewInt(1<<15)), 0, "the nearest")
		require.Equal(t, s, s.Settle())
	}
	// Thirds add up to a whole again, by whatever way they came.
	third := FixedInt(1).MulDiv(1, 3)
	require.Equal(t, FixedInt(1), third.Add(third).Add(third).Settle())
	require.Equal(t, FixedInt(100).MulDiv(1, 3).Settle().Lo, FixedInt(1).MulDiv(1, 3).Settle().Lo)
}

func TestFixed_Float(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	for range 5_000 {
		f := randomFixed(r)
		want, _ := new(big.Rat).SetFrac(f.Big(), new(big.Int).Lsh(big.NewInt(1), 64)).Float64()
		got := f.Float()
		require.True(t, got == want || got == math.Nextafter(want, math.Inf(1)) || got == math.Nextafter(want, 0), "%v: %v, not %v", f, got, want)
	}
}

// Largest remainder of ideals against the same with fractions.
func TestRoundIdeals(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 6))
	var order []int32
	for range 3_000 {
		n := 1 + r.IntN(40)
		total := r.Int64N(1 << (1 + r.IntN(61)))
		weights := make([]uint64, n)
		sum := uint64(0)
		for i := range weights {
			weights[i] = r.Uint64N(1 << (1 + r.IntN(20)))
			if r.IntN(4) == 0 {
				weights[i] = weights[0]
			}
			sum += weights[i]
		}
		if sum == 0 {
			continue
		}
		ideals := make([]Fixed, n)
		want := make([]int64, n)
		rest := total
		fraction := make([]*big.Int, n) // in units of 1/sum
		places := make([]int, n)
		for i, w := range weights {
			ideals[i] = FixedInt(total).MulDiv(w, sum).Settle()
			q, m := new(big.Int).QuoRem(new(big.Int).Mul(big.NewInt(total), new(big.Int).SetUint64(w)), new(big.Int).SetUint64(sum), new(big.Int))
			want[i], fraction[i], places[i] = q.Int64(), m, i
			rest -= want[i]
		}
		slices.SortStableFunc(places, func(a, b int) int { return fraction[b].Cmp(fraction[a]) })
		for _, i := range places[:rest] {
			want[i]++
		}
		got := make([]int64, n)
		order = RoundIdeals(got, ideals, total, order)
		require.Equal(t, want, got, "%d by %v", total, weights)
	}
}

// A total that is off the ideals' sum is met all the same, by nobody who has
// nothing and without going below nothing.
func TestRoundIdeals_OffTotal(t *testing.T) {
	half := Fixed{0, 1 << 63}
	tests := []struct {
		ideals []Fixed
		total  int64
		want   []int64
	}{
		{nil, 0, []int64{}},
		{[]Fixed{{}, {}}, 5, []int64{5, 0}},
		{[]Fixed{{}, {2, 0}, half}, 7, []int64{0, 4, 3}},
		{[]Fixed{half, {2, 1 << 62}, {3, 0}}, 3, []int64{0, 1, 2}},
		{[]Fixed{half, half, half}, 1, []int64{1, 0, 0}},
		{[]Fixed{half, {1, 1<<63 + 1<<20}, half}, 2, []int64{0, 2, 0}},
	}
	for _, tt := range tests {
		got := make([]int64, len(tt.ideals))
		RoundIdeals(got, tt.ideals, tt.total, nil)
		require.Equal(t, tt.want, got, "%v", tt.ideals)
	}
}
