package main

import (
	"math/bits"
	"math/rand/v2"
	"slices"

	gomoney "github.com/Rhymond/go-money"
	govalues "github.com/govalues/money"
	"github.com/salesplan/salesplan"
	"github.com/shopspring/decimal"
)

// The total of all one-way splits, 10,000,000.00 in steps of 0.01.
//
// go-money multiplies amount and ratio in 64 bits and panics, or goes wrong in
// silence, where that overflows; it gives all that rounding leaves to the
// first parts and panics where that is more than there are parts. This total
// and weights of at most maxWeight it survives: the largest product is 10¹⁴.
const (
	totalSteps = 1_000_000_000
	maxWeight  = 100_000
)

func totalAmount() decimal.Decimal { return decimal.New(totalSteps, -2) }
func cent() decimal.Decimal        { return decimal.New(1, -2) }

// oneWaySizes are the numbers of parts; the numbers to reach are for those
// from 1,000 on.
func oneWaySizes() []int { return []int{12, 1_000, 100_000, 1_000_000} }

// A contender does one piece of work in one way; calls is how many make a
// benchmark in the report.
type contender struct {
	name  string
	calls int
	run   func() error
}

// The contenders of the one-way split, as the report calls them.
const (
	onlyLoop       = "mul+div loop"
	intsLargest    = "SplitInts largest-remainder"
	intsCumulative = "SplitInts cumulative"
	intsWebster    = "SplitInts webster"
	splitWeighted  = "Split weighted"
	splitEqual     = "Split equal"
	splitEven      = "SplitEven"
	moneyAllocate  = "go-money Allocate"
	moneySplit     = "go-money Split"
	govaluesSplit  = "govalues Split"
	userDecimals   = "shopspring by hand"
)

// weights returns n weights between 1 and maxWeight, the same every time.
func weights(n int) []int64 {
	r := rand.New(rand.NewPCG(1, 1))
	w := make([]int64, n)
	for i := range w {
		w[i] = 1 + r.Int64N(maxWeight)
	}
	return w
}

func decimals(weights []int64) []decimal.Decimal {
	out := make([]decimal.Decimal, len(weights))
	for i, w := range weights {
		out[i] = decimal.New(w, -2)
	}
	return out
}

func ratios(weights []int64) []int {
	out := make([]int, len(weights))
	for i, w := range weights {
		out[i] = int(w)
	}
	return out
}

// oneWay returns everybody who splits one total over n parts. The work of
// integers has run once, so that their scratch has its size.
func oneWay(n int) ([]contender, error) {
	w := weights(n)
	calls := callsOf(n)
	out := []contender{{onlyLoop, calls, loopOf(w)}}
	for _, m := range []struct {
		name   string
		method salesplan.Method
	}{
		{intsLargest, salesplan.LargestRemainder},
		{intsCumulative, salesplan.Cumulative},
		{intsWebster, salesplan.Webster},
	} {
		run := intsOf(w, m.method)
		if err := run(); err != nil {
			return nil, err
		}
		out = append(out, contender{m.name, calls, run})
	}
	out = append(out, decimalsOf(w)...)
	return append(out, peersOf(w)...), nil
}

// callsOf lets a benchmark divide into two million parts in all, or fewer where
// a call has few.
func callsOf(n int) int { return min(2_000_000/n, 1_000) }

// loopOf does only what no exact split can do without: it loses the rest.
func loopOf(w []int64) func() error {
	dst := make([]int64, len(w))
	sum := uint64(0)
	for _, x := range w {
		sum += uint64(x)
	}
	return func() error {
		for i, x := range w {
			hi, lo := bits.Mul64(totalSteps, uint64(x))
			q, _ := bits.Div64(hi, lo, sum)
			dst[i] = int64(q)
		}
		return nil
	}
}

func intsOf(w []int64, method salesplan.Method) func() error {
	dst := make([]int64, len(w))
	scratch := new(salesplan.Scratch)
	return func() error {
		return salesplan.SplitInts(dst, totalSteps, w, method, scratch)
	}
}

// decimalsOf are the splits of decimals into decimals.
func decimalsOf(w []int64) []contender {
	total, step, calls := totalAmount(), cent(), callsOf(len(w))
	opt := salesplan.SplitOptions{Step: step}
	given, equal := decimals(w), make([]decimal.Decimal, len(w))
	for i := range equal {
		equal[i] = step
	}
	return []contender{
		{splitWeighted, calls, func() error { _, err := salesplan.Split(total, given, opt); return err }},
		{splitEqual, calls, func() error { _, err := salesplan.Split(total, equal, opt); return err }},
		{splitEven, calls, func() error { _, err := salesplan.SplitEven(total, len(w), step); return err }},
		{userDecimals, calls, func() error { largestRemainderByHand(total, given, 2); return nil }},
	}
}

func peersOf(w []int64) []contender {
	whole := gomoney.New(totalSteps, gomoney.CNY)
	r, calls := ratios(w), callsOf(len(w))
	amount := govalues.MustNewAmount("CNY", totalSteps, 2)
	return []contender{
		{moneyAllocate, calls, func() error { _, err := whole.Allocate(r...); return err }},
		{moneySplit, calls, func() error { _, err := whole.Split(len(w)); return err }},
		{govaluesSplit, calls, func() error { _, err := amount.Split(len(w)); return err }},
	}
}

// largestRemainderByHand is the largest remainder as a user of decimals
// writes it, without waste: each part's exact share once, cut at the places of
// a cent, and the cents that are left to the largest remainders.
func largestRemainderByHand(total decimal.Decimal, weights []decimal.Decimal, places int32) []decimal.Decimal {
	sum := decimal.Zero
	for _, w := range weights {
		sum = sum.Add(w)
	}
	type remainder struct {
		part int
		size decimal.Decimal
	}
	parts := make([]decimal.Decimal, len(weights))
	rest := make([]remainder, len(weights))
	left := total
	for i, w := range weights {
		share := total.Mul(w).Div(sum)
		parts[i] = share.Truncate(places)
		rest[i] = remainder{i, share.Sub(parts[i])}
		left = left.Sub(parts[i])
	}
	slices.SortStableFunc(rest, func(a, b remainder) int { return b.size.Cmp(a.size) })
	step := decimal.New(1, -places)
	for k := 0; left.IsPositive(); k++ {
		parts[rest[k].part] = parts[rest[k].part].Add(step)
		left = left.Sub(step)
	}
	return parts
}
