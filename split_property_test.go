package salesplan

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func allMethods() []Method {
	return []Method{LargestRemainder, Cumulative, Webster, HuntingtonHill, Adams, Jefferson}
}

// randomSplit draws steps, weights and a number of steps of any size; every
// positive weight can have one.
func randomSplit(r *rand.Rand) (steps int64, step decimal.Decimal, weights []decimal.Decimal) {
	step = decimal.New(1+r.Int64N(9), int32(r.IntN(7)-4))
	n := 1 + r.IntN(12)
	weights = make([]decimal.Decimal, n)
	for i := range weights {
		switch r.IntN(8) {
		case 0:
			weights[i] = decimal.Zero
		case 1:
			weights[i] = decimal.New(1, int32(r.IntN(20)))
		default:
			weights[i] = decimal.New(r.Int64N(1_000_000), int32(r.IntN(4)-3))
		}
	}
	weights[r.IntN(n)] = decimal.New(1, 3)
	steps = int64(n) + r.Int64N(maxSteps)>>r.IntN(62)
	return min(steps, maxSteps), step, weights
}

func stepsOf(t *testing.T, amounts []decimal.Decimal, step decimal.Decimal) []int64 {
	t.Helper()
	out := make([]int64, len(amounts))
	for i, d := range amounts {
		n, exact, ok := toSteps(d, step)
		require.True(t, exact && ok, "%s is a multiple of %s", d, step)
		out[i] = n
	}
	return out
}

func TestSplitPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(61, 62))
	for range 600 {
		steps, step, weights := randomSplit(r)
		total := fromSteps(steps, step)
		for _, m := range allMethods() {
			opt := SplitOptions{Step: step, Method: m}
			amounts, err := Split(total, weights, opt)
			require.NoError(t, err)
			got := stepsOf(t, amounts, step)
			requireSplitPromises(t, m, steps, weights, got)

			mirror, err := Split(total.Neg(), weights, opt)
			require.NoError(t, err)
			for i, n := range stepsOf(t, mirror, step) {
				require.Equal(t, -got[i], n, "the mirror of a negative total")
			}
			scaled := make([]decimal.Decimal, len(weights))
			for i, w := range weights {
				scaled[i] = w.Mul(splitDec("0.37"))
			}
			same, err := Split(total, scaled, opt)
			require.NoError(t, err)
			require.Equal(t, splitTexts(amounts), splitTexts(same), "only proportions matter")
		}
	}
}

func requireSplitPromises(t *testing.T, m Method, steps int64, weights []decimal.Decimal, got []int64) {
	t.Helper()
	all := new(big.Rat)
	for _, w := range weights {
		all.Add(all, w.Rat())
	}
	sum, running, ideals := int64(0), int64(0), new(big.Rat)
	half := big.NewRat(1, 2)
	for i, w := range weights {
		sum += got[i]
		running += got[i]
		ideal := new(big.Rat).Mul(w.Rat(), new(big.Rat).SetInt64(steps))
		ideal.Quo(ideal, all)
		ideals.Add(ideals, ideal)
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(got[i]), ideal)
		drift := new(big.Rat).Sub(new(big.Rat).SetInt64(running), ideals)
		if w.IsZero() {
			require.Zero(t, got[i])
		}
		if m == LargestRemainder || m == Cumulative {
			require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1)), "less than a step from the ideal")
		}
		if m == Cumulative {
			require.LessOrEqual(t, drift.Abs(drift).Cmp(half), 0, "a running total within half a step")
		}
		if m.engine().FirstStep() && w.IsPositive() {
			require.Positive(t, got[i])
		}
	}
	require.Equal(t, steps, sum)
	if m != Cumulative {
		requireOrder(t, weights, got)
	}
}

// requireOrder wants heavier parts not to get less, equal ones to differ by at
// most a step, the first ones having it.
func requireOrder(t *testing.T, weights []decimal.Decimal, got []int64) {
	t.Helper()
	for i := range weights {
		for j := range weights {
			switch c := weights[i].Cmp(weights[j]); {
			case c > 0:
				require.GreaterOrEqual(t, got[i], got[j])
			case c == 0 && i < j:
				require.Contains(t, []int64{0, 1}, got[i]-got[j])
			}
		}
	}
}

// Largest remainder and divisor methods don't depend on the order of parts of
// different weight.
func TestSplitInAnyOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(63, 64))
	for range 500 {
		n := 2 + r.IntN(8)
		w := r.Perm(1000)[:n]
		weights := make([]int64, n)
		for i, x := range w {
			weights[i] = int64(x)*int64(x) + 1
		}
		total := int64(n) + r.Int64N(10_000)
		perm := r.Perm(n)
		shuffled := make([]int64, n)
		for i, p := range perm {
			shuffled[i] = weights[p]
		}
		for _, m := range []Method{Webster, HuntingtonHill, LargestRemainder} {
			got, other := make([]int64, n), make([]int64, n)
			require.NoError(t, SplitInts(got, total, weights, m, nil))
			require.NoError(t, SplitInts(other, total, shuffled, m, nil))
			if tied(m, total, weights) {
				continue
			}
			for i, p := range perm {
				require.Equal(t, got[p], other[i], "%s of %d by %v", m, total, weights)
			}
		}
	}
}

// tied reports whether two parts have equal claims to a step.
func tied(m Method, total int64, weights []int64) bool {
	if m != LargestRemainder {
		back, got := make([]int64, len(weights)), make([]int64, len(weights))
		turned := slices.Clone(weights)
		slices.Reverse(turned)
		_ = SplitInts(got, total, weights, m, nil)
		_ = SplitInts(back, total, turned, m, nil)
		slices.Reverse(back)
		return !slices.Equal(got, back)
	}
	sum := int64(0)
	for _, w := range weights {
		sum += w
	}
	seen := map[int64]bool{}
	for _, w := range weights {
		rem := total * w % sum
		if seen[rem] {
			return true
		}
		seen[rem] = true
	}
	return false
}

// Adding the parts of a cumulative split over neighbours gives the split over
// the added weights.
func TestCumulativeAggregates(t *testing.T) {
	r := rand.New(rand.NewPCG(65, 66))
	for range 500 {
		days := make([]int64, 1+r.IntN(100))
		var months []int64
		for i := range days {
			days[i] = r.Int64N(1000)
			if i == 0 || r.IntN(10) == 0 {
				months = append(months, 0)
			}
			months[len(months)-1] += days[i]
		}
		days[0]++
		months[0]++
		total := r.Int64N(maxSteps) >> r.IntN(60)
		byDay, byMonth := make([]int64, len(days)), make([]int64, len(months))
		require.NoError(t, SplitInts(byDay, total, days, Cumulative, nil))
		require.NoError(t, SplitInts(byMonth, total, months, Cumulative, nil))
		at, left := 0, months[0]
		for i, w := range days {
			for left == 0 && w > 0 {
				at++
				left = months[at]
			}
			byMonth[at] -= byDay[i]
			left -= w
		}
		for _, rest := range byMonth {
			require.Zero(t, rest)
		}
	}
}

// The package-level settings of decimal change nothing.
func TestSplitIgnoresDecimalSettings(t *testing.T) {
	run := func() string {
		shares, err := SplitParts(splitDec("1000000.01"), partList("A w=1 max=333.333, B w=3, C w=7, D w=1 lock=0.12345"), SplitOptions{Step: splitDec("0.01")})
		require.NoError(t, err)
		text, err := json.Marshal(shares)
		require.NoError(t, err)
		amounts, err := Split(splitDec("1000000.01"), splitDecs("0.333333333333", "1", "7e20"), SplitOptions{Step: splitDec("0.01"), Method: Webster})
		require.NoError(t, err)
		even, err := SplitEven(splitDec("100"), 7, splitDec("0.001"))
		require.NoError(t, err)
		all := string(text)
		for _, d := range append(amounts, even...) {
			all += " " + d.String()
		}
		return all
	}
	want := run()
	precision, quotes := decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes
	defer func() { decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes = precision, quotes }()
	decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes = 2, true
	require.Equal(t, want, run())
}

// Results are copies: a lock's amount is not the argument's number.
func TestSplitKeepsItsArguments(t *testing.T) {
	weights := splitDecs("5", "3", "2")
	before := splitTexts(weights)
	_, err := Split(splitDec("100"), weights, SplitOptions{Step: splitDec("1")})
	require.NoError(t, err)
	require.Equal(t, before, splitTexts(weights))
	lock := splitDec("0.7")
	shares, err := SplitParts(splitDec("1"), []Part{{Lock: decimal.NewNullDecimal(lock)}, {}}, SplitOptions{Step: splitDec("1")})
	require.NoError(t, err)
	require.NotEqual(t, [1]decimal.Decimal{lock}, [1]decimal.Decimal{splitDec("0.71")})
	require.False(t, shares[0].Amount == lock, "one number in two places")
}

// A split of any size takes no more memory than promised.
func TestSplitAllocations(t *testing.T) {
	n := 3000
	weights, equal := make([]decimal.Decimal, n), make([]decimal.Decimal, n)
	ints := make([]int64, n)
	for i := range weights {
		weights[i], equal[i], ints[i] = decimal.New(int64(i*i+1), -2), decimal.NewFromInt(7), int64(i*i+1)
	}
	opt := SplitOptions{Step: splitDec("0.01")}
	total := splitDec("10000000.00")
	require.LessOrEqual(t, testing.AllocsPerRun(5, func() { _, _ = Split(total, weights, opt) }), float64(2*n+8))
	require.LessOrEqual(t, testing.AllocsPerRun(5, func() { _, _ = Split(total, equal, opt) }), 8.0)
	opt.Method = Cumulative
	require.LessOrEqual(t, testing.AllocsPerRun(5, func() { _, _ = Split(total, equal, opt) }), 8.0)
	dst := make([]int64, n)
	var s Scratch
	for _, m := range allMethods() {
		run := func() {
			if SplitInts(dst, 123_456_789, ints, m, &s) != nil {
				t.Fail()
			}
		}
		run()
		require.Zero(t, testing.AllocsPerRun(5, run), m)
	}
	small := ints[:12]
	require.Zero(t, testing.AllocsPerRun(5, func() { _ = SplitInts(dst[:12], 123_456_789, small, Cumulative, &s) }))
}

// Random bounds and locks: what can be met is met, what can't misses by the
// stated amount.
func TestSplitPartsPromises(t *testing.T) {
	r := rand.New(rand.NewPCG(67, 68))
	met := 0
	for range 2000 {
		in := randomParts(r)
		for _, m := range allMethods() {
			if requireSplitParts(t, in, m) {
				met++
			}
		}
	}
	require.Greater(t, met, 4000)
}

// A partsCase is a call of SplitParts with a step of 1.
type partsCase struct {
	total decimal.Decimal
	parts []Part
}

func randomParts(r *rand.Rand) partsCase {
	in := partsCase{total: decimal.NewFromInt(r.Int64N(200) - 60), parts: make([]Part, 1+r.IntN(6))}
	tenth := func(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.New(n, -1)) }
	for i := range in.parts {
		p := Part{Weight: nullInt(r.Int64N(6))}
		low := r.Int64N(300) - 100
		switch r.IntN(6) {
		case 0:
			p.Min = tenth(low)
		case 1:
			p.Max = tenth(low + 100)
		case 2:
			p.Min, p.Max = tenth(low), tenth(low+r.Int64N(600))
		case 3:
			p.Lock = nullInt(r.Int64N(40) - 5)
		case 4:
			if r.IntN(3) == 0 {
				p.Lock = tenth(r.Int64N(300))
			}
		}
		in.parts[i] = p
	}
	return in
}
