package apportion

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
)

// A Fixed is a non-negative fixed-point number of steps: Hi + Lo/2⁶⁴. It holds
// ideal amounts: shares of shares, to within a few 2⁻⁶⁴ of a step.
type Fixed struct{ Hi, Lo uint64 }

// FixedInt returns n, which must not be negative.
func FixedInt(n int64) Fixed { return Fixed{Hi: uint64(n)} }

// Add returns f + g. The sum must be below 2⁶⁴.
func (f Fixed) Add(g Fixed) Fixed {
	lo, carry := bits.Add64(f.Lo, g.Lo, 0)
	return Fixed{f.Hi + g.Hi + carry, lo}
}

// MulDiv returns f · num/den rounded down to a multiple of 2⁻⁶⁴. It wants
// num ≤ den and den > 0.
func (f Fixed) MulDiv(num, den uint64) Fixed {
	if num == den {
		return f
	}
	h1, h0 := bits.Mul64(f.Hi, num)
	l1, l0 := bits.Mul64(f.Lo, num)
	mid, carry := bits.Add64(h0, l1, 0)
	top := h1 + carry
	hi, rem := bits.Div64(top, mid, den)
	lo, _ := bits.Div64(rem, l0, den)
	return Fixed{hi, lo}
}

// MulDivBig is [Fixed.MulDiv] for numbers of any size.
func (f Fixed) MulDivBig(num, den *big.Int) Fixed {
	x := f.Big()
	x.Mul(x, num)
	x.Quo(x, den)
	return fixedFromBig(x)
}

// Big returns f in units of 2⁻⁶⁴.
func (f Fixed) Big() *big.Int {
	x := new(big.Int).SetUint64(f.Hi)
	x.Lsh(x, 64)
	return x.Or(x, new(big.Int).SetUint64(f.Lo))
}

func fixedFromBig(x *big.Int) Fixed {
	lo := new(big.Int).And(x, new(big.Int).SetUint64(^uint64(0))).Uint64()
	return Fixed{new(big.Int).Rsh(x, 64).Uint64(), lo}
}

// Float returns the nearest float64, or one beside it.
func (f Fixed) Float() float64 {
	return float64(f.Hi) + float64(float64(f.Lo)*0x1p-64)
}

// Cmp compares f and g.
func (f Fixed) Cmp(g Fixed) int {
	return cmp.Or(cmp.Compare(f.Hi, g.Hi), cmp.Compare(f.Lo, g.Lo))
}

// settleBits is how many binary digits of an ideal count when it is compared:
// what lies below is the noise of rounding down along a chain of shares.
const settleBits = 48

// Settle returns f rounded to the nearest multiple of 2⁻⁴⁸, so that ideals that
// are equal but were reached by different ways compare equal, and a whole
// number that was missed by a hair is whole again.
func (f Fixed) Settle() Fixed {
	const drop = 64 - settleBits
	g := f.Add(Fixed{Lo: 1 << (drop - 1)})
	g.Lo &^= 1<<drop - 1
	return g
}

// RoundIdeals sets dst to whole numbers that add up to total: each ideal's
// floor, and one more for the largest fractions, equal ones by index. The
// ideals must be settled and add up to total but for less than one per part;
// a total further off is met all the same, as evenly as the order of the
// fractions allows. It takes O(n log n) time and the scratch of one index a
// part.
func RoundIdeals(dst []int64, ideals []Fixed, total int64, order []int32) []int32 {
	var floors int64
	for i, q := range ideals {
		dst[i] = int64(q.Hi)
		floors += dst[i]
	}
	rest := total - floors
	if rest == 0 || len(ideals) == 0 {
		return order
	}
	order = fractionOrder(order[:0], ideals, rest)
	n := int64(len(order))
	if n == 0 { // every part is 0: nobody can carry the rest but the first
		dst[0] += rest
		return order
	}
	each, odd := rest/n, rest%n
	for k, i := range order {
		dst[i] += each
		switch {
		case int64(k) < odd:
			dst[i]++
		case odd < 0 && n-int64(k) <= -odd:
			dst[i]--
		}
	}
	return order
}

// fractionOrder lists the parts with a positive ideal from the largest
// fraction to the smallest, equal ones by index; where something has to be
// taken away, parts without a whole step left are not in it.
func fractionOrder(order []int32, ideals []Fixed, rest int64) []int32 {
	for i, q := range ideals {
		if q.Hi == 0 && (q.Lo == 0 || rest < 0) {
			continue
		}
		order = append(order, int32(i))
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(ideals[b].Lo, ideals[a].Lo), cmp.Compare(a, b))
	})
	return order
}
