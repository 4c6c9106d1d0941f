package salesplan

import (
	"math/big"
	"math/bits"

	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// Amounts are guarded before any arithmetic: a number of a few bytes can stand
// for one that fills the memory.
const (
	maxDigits   = 38
	maxExponent = 30
	maxSteps    = apportion.MaxTotal
)

// pow10s are the powers of ten that 64 bits hold.
var pow10s = [...]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// smallLimit bounds the coefficients that the fast paths take.
const smallLimit = 1_000_000_000_000_000_000

// smallCoefficient returns d's coefficient if it has at most 18 digits. It
// compares before it reads, since a longer one would be cut in silence; unlike
// a count of digits that takes no time for a huge coefficient.
func smallCoefficient(d decimal.Decimal) (int64, bool) {
	if d.Sign() < 0 {
		if d.Cmp(decimal.New(-smallLimit, d.Exponent())) <= 0 {
			return 0, false
		}
	} else if d.Cmp(decimal.New(smallLimit, d.Exponent())) >= 0 {
		return 0, false
	}
	return d.CoefficientInt64(), true
}

// inExponents reports whether d's exponent is within the limits.
func inExponents(d decimal.Decimal) bool {
	return d.Exponent() >= -maxExponent && d.Exponent() <= maxExponent
}

// checkAmount reports whether d has at most 38 digits and an exponent within
// ±30.
func checkAmount(d decimal.Decimal) bool {
	if !inExponents(d) {
		return false
	}
	if _, small := smallCoefficient(d); small {
		return true
	}
	c := d.Coefficient()
	return c.BitLen() <= 127 && c.CmpAbs(bigPow10(maxDigits)) < 0
}

// bigPow10 returns 10ⁿ.
func bigPow10(n int32) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// toSteps returns d/step rounded towards zero and whether that is exact. ok is
// false if d or step is beyond the limits, step is not positive, or the result
// is beyond 9·10¹⁸.
func toSteps(d, step decimal.Decimal) (n int64, exact, ok bool) {
	if !checkAmount(d) || !checkAmount(step) || step.Sign() <= 0 {
		return 0, false, false
	}
	a, smallA := smallCoefficient(d)
	b, smallB := smallCoefficient(step)
	if smallA && smallB {
		if n, exact, ok := smallSteps(a, b, int(d.Exponent())-int(step.Exponent())); ok {
			return n, exact, true
		}
	}
	q, r := bigSteps(d, step)
	if !q.IsInt64() || q.Int64() > maxSteps || q.Int64() < -maxSteps {
		return 0, false, false
	}
	return q.Int64(), r.Sign() == 0, true
}

// smallSteps returns a·10^shift/b rounded towards zero, or ok false where its
// numbers of 128 bits don't reach.
func smallSteps(a, b int64, shift int) (n int64, exact, ok bool) {
	u := uint64(max(a, -a))
	var q, r uint64
	switch {
	case shift >= len(pow10s) || -shift >= len(pow10s):
		return 0, a == 0, a == 0
	case shift >= 0:
		hi, lo := bits.Mul64(u, pow10s[shift])
		if hi >= uint64(b) {
			return 0, false, false
		}
		q, r = bits.Div64(hi, lo, uint64(b))
	default:
		hi, lo := bits.Mul64(uint64(b), pow10s[-shift])
		if hi > 0 {
			return 0, u == 0, true
		}
		q, r = u/lo, u%lo
	}
	if q > maxSteps {
		return 0, false, false
	}
	n = int64(q)
	if a < 0 {
		n = -n
	}
	return n, r == 0, true
}

// bigSteps returns quotient and remainder of d/step, rounded towards zero; the
// remainder is in units of the smaller exponent.
func bigSteps(d, step decimal.Decimal) (q, r *big.Int) {
	e := min(d.Exponent(), step.Exponent())
	return new(big.Int).QuoRem(scaled(d, e), scaled(step, e), new(big.Int))
}

// scaled returns d in units of 10ᵉ, for an e that is at most its exponent.
func scaled(d decimal.Decimal, e int32) *big.Int {
	c := d.Coefficient()
	return c.Mul(c, bigPow10(d.Exponent()-e))
}

// floorSteps returns the largest number of whole steps that is at most d.
func floorSteps(d, step decimal.Decimal) (int64, bool) {
	n, exact, ok := toSteps(d, step)
	if !exact && d.Sign() < 0 {
		n--
	}
	return n, ok && n >= -maxSteps
}

// ceilSteps returns the smallest number of whole steps that is at least d.
func ceilSteps(d, step decimal.Decimal) (int64, bool) {
	n, exact, ok := toSteps(d, step)
	if !exact && d.Sign() > 0 {
		n++
	}
	return n, ok && n <= maxSteps
}

// fromSteps returns n·step, with the exponent of step.
func fromSteps(n int64, step decimal.Decimal) decimal.Decimal {
	if c, small := smallCoefficient(step); small {
		hi, lo := bits.Mul64(uint64(max(n, -n)), uint64(max(c, -c)))
		if hi == 0 && lo < 1<<63 {
			return decimal.New(n*c, step.Exponent())
		}
	}
	return fromBigSteps(big.NewInt(n), step)
}

// fromBigSteps returns n·step, with the exponent of step.
func fromBigSteps(n *big.Int, step decimal.Decimal) decimal.Decimal {
	c := step.Coefficient()
	return decimal.NewFromBigInt(c.Mul(c, n), step.Exponent())
}

// A stepWriter turns steps into amounts. Amounts that it has made lately are
// handed out again: equal parts share one.
type stepWriter struct {
	step decimal.Decimal
	seen [64]struct {
		n int64
		d decimal.Decimal
	}
	used uint64
}

func (w *stepWriter) amount(n int64) decimal.Decimal {
	slot := &w.seen[n&63]
	if bit := uint64(1) << (n & 63); w.used&bit == 0 || slot.n != n {
		w.used |= bit
		slot.n, slot.d = n, fromSteps(n, w.step)
	}
	return slot.d
}

// amountText writes d with all the places that its exponent gives it, as
// 10000000.00.
func amountText(d decimal.Decimal) string {
	return d.StringFixed(max(0, -d.Exponent()))
}

// weightInts returns weights as integers in the same proportions, without
// common factor, in memory of their own; ok is false if their sum takes more
// than 62 bits. The weights must be within the limits and not negative.
func weightInts(weights []decimal.Decimal) (w []int64, ok bool) {
	w = make([]int64, len(weights))
	if smallWeights(w, weights) {
		return w, true
	}
	sum := new(big.Int)
	large := weightBigs(weights)
	for _, x := range large {
		sum.Add(sum, x)
	}
	if sum.BitLen() > 62 {
		return nil, false
	}
	for i, x := range large {
		w[i] = x.Int64()
	}
	return w, true
}

// smallWeights is weightInts for weights of at most 18 digits. It reports
// false if one has more, is negative or beyond the limits, and if the sum
// takes more than 62 bits before common factors are taken out.
func smallWeights(w []int64, weights []decimal.Decimal) bool {
	least, most := int32(maxExponent), int32(-maxExponent)
	for i, d := range weights {
		c, small := smallCoefficient(d)
		if !small || c < 0 || !inExponents(d) {
			return false
		}
		w[i] = c
		if c != 0 {
			least, most = min(least, d.Exponent()), max(most, d.Exponent())
		}
	}
	if least < most && !scaleWeights(w, weights, least) {
		return false
	}
	sum, common := uint64(0), uint64(0)
	for _, x := range w {
		sum += uint64(x)
		if sum >= 1<<62 {
			return false
		}
		if common != 1 {
			common = gcd(common, uint64(x))
		}
	}
	if common > 1 {
		for i := range w {
			w[i] /= int64(common)
		}
	}
	return true
}

// scaleWeights brings coefficients to the exponent least.
func scaleWeights(w []int64, weights []decimal.Decimal, least int32) bool {
	for i, d := range weights {
		if w[i] == 0 {
			continue
		}
		shift := d.Exponent() - least
		if int(shift) >= len(pow10s) {
			return false
		}
		hi, lo := bits.Mul64(uint64(w[i]), pow10s[shift])
		if hi > 0 || lo > 1<<62 {
			return false
		}
		w[i] = int64(lo)
	}
	return true
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// weightBigs returns weights as integers in the same proportions, without
// common factor. The weights must be within the limits and not negative.
func weightBigs(weights []decimal.Decimal) []*big.Int {
	least := int32(maxExponent)
	for _, d := range weights {
		if !d.IsZero() {
			least = min(least, d.Exponent())
		}
	}
	out := make([]*big.Int, len(weights))
	common := new(big.Int)
	one := big.NewInt(1)
	for i, d := range weights {
		if d.IsZero() {
			out[i] = new(big.Int)
			continue
		}
		out[i] = scaled(d, least)
		if common.Cmp(one) != 0 {
			common.GCD(nil, nil, common, out[i])
		}
	}
	if common.Cmp(one) > 0 {
		for _, x := range out {
			x.Quo(x, common)
		}
	}
	return out
}
