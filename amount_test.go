package salesplan

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestCheckAmount(t *testing.T) {
	nines := strings.Repeat("9", 38)
	for _, tt := range []struct {
		d    decimal.Decimal
		want bool
	}{
		{decimal.Zero, true},
		{decimal.Decimal{}, true},
		{splitDec(nines), true},
		{splitDec("-" + nines), true},
		{splitDec(nines + "0"), false},
		{splitDec("-1" + strings.Repeat("0", 38)), false},
		{decimal.New(1, 30), true},
		{decimal.New(1, 31), false},
		{decimal.New(1, -30), true},
		{decimal.New(1, -31), false},
		{decimal.New(0, 31), false},
		{decimal.New(1, 2_000_000_000), false},
		{decimal.NewFromBigInt(new(big.Int).Lsh(big.NewInt(1), 10_000_000), 0), false},
	} {
		require.Equal(t, tt.want, checkAmount(tt.d), "%d digits, exponent %d", tt.d.NumDigits(), tt.d.Exponent())
	}
}

func TestToSteps(t *testing.T) {
	for _, tt := range []struct {
		d, step string
		n       int64
		exact   bool
		ok      bool
	}{
		{"10000000.00", "0.01", 1_000_000_000, true, true},
		{"12000000", "1000", 12000, true, true},
		{"7", "2.5", 2, false, true},
		{"-7", "2.5", -2, false, true},
		{"7.5", "2.5", 3, true, true},
		{"0", "0.01", 0, true, true},
		{"1e30", "1e30", 1, true, true},
		{"1e-30", "1e30", 0, false, true},
		{"1e30", "1e-30", 0, false, false},
		{"9e18", "1", maxSteps, true, true},
		{"-9e18", "1", -maxSteps, true, true},
		{"9000000000000000001", "1", 0, false, false},
		{"9000000000000000000.5", "1", maxSteps, false, true},
		{"12345678901234567890123456789", "1234567890123456789012345678.9", 10, true, true},
		{"5", "0", 0, false, false},
		{"5", "-1", 0, false, false},
		{"1e31", "1e20", 0, false, false},
	} {
		n, exact, ok := toSteps(splitDec(tt.d), splitDec(tt.step))
		require.Equal(t, []any{tt.n, tt.exact, tt.ok}, []any{n, exact, ok}, "%s by %s", tt.d, tt.step)
	}
}

// randomAmount draws numbers of every size within the limits.
func randomAmount(r *rand.Rand) decimal.Decimal {
	c := new(big.Int).SetUint64(r.Uint64() >> r.IntN(64))
	if r.IntN(4) == 0 {
		c.Mul(c, new(big.Int).SetUint64(r.Uint64()>>2))
	}
	if r.IntN(2) == 0 {
		c.Neg(c)
	}
	return decimal.NewFromBigInt(c, int32(r.IntN(61)-30))
}

func TestStepsAgainstRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 52))
	reached := 0
	for range 8000 {
		d, step := randomAmount(r), randomAmount(r).Abs()
		if step.IsZero() || !checkAmount(d) || !checkAmount(step) {
			continue
		}
		q := new(big.Rat).Quo(d.Rat(), step.Rat())
		whole := new(big.Int).Quo(q.Num(), q.Denom())
		n, exact, ok := toSteps(d, step)
		require.Equal(t, whole.IsInt64() && whole.CmpAbs(big.NewInt(maxSteps)) <= 0, ok, "%s by %s", d, step)
		if !ok {
			continue
		}
		reached++
		require.Equal(t, whole.Int64(), n, "%s by %s", d, step)
		require.Equal(t, q.IsInt(), exact, "%s by %s", d, step)
		if floor, ok := floorSteps(d, step); ok {
			require.LessOrEqual(t, fromSteps(floor, step).Cmp(d), 0)
			require.Positive(t, fromSteps(floor, step).Add(step).Cmp(d))
		}
		if ceil, ok := ceilSteps(d, step); ok {
			require.GreaterOrEqual(t, fromSteps(ceil, step).Cmp(d), 0)
			require.Negative(t, fromSteps(ceil, step).Sub(step).Cmp(d))
		}
	}
	require.Greater(t, reached, 2000)
}

func TestFromSteps(t *testing.T) {
	r := rand.New(rand.NewPCG(53, 54))
	for range 5000 {
		n, step := r.Int64N(maxSteps)>>r.IntN(63), randomAmount(r)
		if r.IntN(2) == 0 {
			n = -n
		}
		got := fromSteps(n, step)
		want := new(big.Rat).Mul(new(big.Rat).SetInt64(n), step.Rat())
		require.Zero(t, want.Cmp(got.Rat()), "%d times %s", n, step)
		require.Equal(t, step.Exponent(), got.Exponent())
	}
	require.Equal(t, "10000000.00", amountText(fromSteps(1_000_000_000, splitDec("0.01"))))
	require.Equal(t, "12000000", amountText(fromSteps(12, decimal.New(1, 6))))
}

func TestStepWriterSharesEqualAmounts(t *testing.T) {
	w := stepWriter{step: splitDec("0.01")}
	for _, n := range []int64{0, 64, 0, -64, -1, 63, 1, 64} {
		require.Equal(t, fromSteps(n, w.step).String(), w.amount(n).String())
	}
	require.Zero(t, testing.AllocsPerRun(10, func() { w.amount(64); w.amount(1) }))
}

func TestWeightInts(t *testing.T) {
	for _, tt := range []struct {
		weights []string
		want    []int64
	}{
		{[]string{"0.25", "0.5", "0.25"}, []int64{1, 2, 1}},
		{[]string{"265.09", "0", "33.91"}, []int64{26509, 0, 3391}},
		{[]string{"1e30", "2e30"}, []int64{1, 2}},
		{[]string{"1e-30", "3e-30"}, []int64{1, 3}},
		{[]string{"0", "0e5"}, []int64{0, 0}},
		{[]string{"0e-30", "7e10"}, []int64{0, 1}},
		{[]string{"10000000000000000000000", "20000000000000000000000"}, []int64{1, 2}},
		{[]string{"900000000000000000", "900000000000000000", "900000000000000000", "900000000000000000", "900000000000000000", "900000000000000000"}, []int64{1, 1, 1, 1, 1, 1}},
		{[]string{"100", "184467440737095516e2"}, []int64{1, 184467440737095516}}, // 2⁶⁴ − 16 would wrap
		{[]string{"1000000000000", "0.000001"}, []int64{1_000_000_000_000_000_000, 1}},
		{[]string{"100000000000000000000", "1"}, nil},
	} {
		w, ok := weightInts(splitDecs(tt.weights...))
		require.Equal(t, tt.want != nil, ok, tt.weights)
		if ok {
			require.Equal(t, tt.want, w, tt.weights)
			continue
		}
		large := weightBigs(splitDecs(tt.weights...))
		require.Equal(t, tt.weights[0], large[0].String())
	}
}

func TestWeightsKeepTheirProportions(t *testing.T) {
	r := rand.New(rand.NewPCG(55, 56))
	for range 3000 {
		weights := make([]decimal.Decimal, 1+r.IntN(5))
		for i := range weights {
			weights[i] = randomAmount(r).Abs()
			if !checkAmount(weights[i]) {
				weights[i] = decimal.Zero
			}
		}
		large := weightBigs(weights)
		small, ok := weightInts(weights)
		sum := new(big.Int)
		for _, x := range large {
			sum.Add(sum, x)
		}
		require.Equal(t, sum.BitLen() <= 62, ok, "%v", weights)
		for i := range weights {
			left := new(big.Rat).Mul(weights[0].Rat(), new(big.Rat).SetInt(large[i]))
			right := new(big.Rat).Mul(weights[i].Rat(), new(big.Rat).SetInt(large[0]))
			require.Zero(t, left.Cmp(right))
			if ok {
				require.Equal(t, large[i].Int64(), small[i])
			}
		}
	}
}

func TestReadingAmountsTakesNoMemory(t *testing.T) {
	d, step := splitDec("833333.34"), splitDec("0.01")
	require.Zero(t, testing.AllocsPerRun(10, func() {
		if n, exact, ok := toSteps(d, step); n != 83333334 || !exact || !ok {
			t.Fail()
		}
	}))
	require.LessOrEqual(t, testing.AllocsPerRun(10, func() { fromSteps(math.MaxInt32, step) }), 2.0)
}
