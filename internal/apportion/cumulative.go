package apportion

import "math/bits"

// Cumulative divides total over weights so that the running total of the parts
// is the running total of the exact shares, rounded half up: with C the running
// weight and W the sum, part i is r(total·Cᵢ/W) − r(total·Cᵢ₋₁/W) for
// r(z) = ⌊z+½⌋. So every running total is within half a step of its exact one,
// a weight of 0 gets 0, and parts that are added up over neighbours are what a
// split over the added weights gives.
//
// It wants 0 ≤ total ≤ [MaxTotal], weights that are not negative, their sum in
// (0, 2⁶³), and dst as long as weights; dst may be weights itself. One pass, no
// memory.
func Cumulative[T Integer](dst []T, total int64, weights []T, sum int64) {
	dst = dst[:len(weights)]
	w, half := uint64(sum), uint64(sum)>>1
	var running, before uint64
	for i, x := range weights {
		running += uint64(x)
		hi, lo := bits.Mul64(uint64(total), running)
		// Half up is the floor after adding W/2, rounded down where W is odd:
		// a remainder of (W−1)/2 is below half, one of (W+1)/2 above it.
		lo, carry := bits.Add64(lo, half, 0)
		q, _ := bits.Div64(hi+carry, lo, w)
		dst[i] = T(q - before)
		before = q
	}
}
