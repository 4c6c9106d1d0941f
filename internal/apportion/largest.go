package apportion

import (
	"math/bits"
)

// smallParts is how many remainders are put in order by insertion; above it
// they are counted by their leading digits.
const smallParts = 32

// Largest divides total over weights by largest remainder (Hamilton 1792): the
// whole part of every exact share, and one more for the largest fractions until
// the total is reached, equal fractions by index.
//
// It wants 0 ≤ total ≤ [MaxTotal], weights that are not negative, their sum in
// (0, 2⁶³), and dst as long as weights; dst may be weights itself. It takes
// O(n) time for any weights, and no memory if s has served as many parts
// before.
func Largest[T Integer](dst []T, total int64, weights []T, sum int64, s *Scratch) {
	n := len(weights)
	dst = dst[:n]
	if n <= smallParts {
		var buf [smallParts]uint64
		rem := buf[:n]
		if k := total - floorShares(dst, rem, total, weights, sum); k > 0 {
			cut, ties := cutSmall(rem, int(k))
			raise(dst, rem, cut, ties)
		}
		return
	}
	s.rem = grow(s.rem, n)
	if k := total - floorShares(dst, s.rem, total, weights, sum); k > 0 {
		cut, ties := s.cut(s.rem, int(k), bits.Len64(uint64(sum)-1))
		raise(dst, s.rem, cut, ties)
	}
}

// floorShares sets dst to the whole parts of the exact shares and rem to what
// is left of each, in units of 1/sum, and returns the sum of the whole parts.
func floorShares[T Integer](dst []T, rem []uint64, total int64, weights []T, sum int64) int64 {
	dst, rem = dst[:len(weights)], rem[:len(weights)]
	var given uint64
	for i, x := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(x))
		q, r := bits.Div64(hi, lo, uint64(sum))
		dst[i] = T(q)
		rem[i] = r
		given += q
	}
	return int64(given)
}

// raise adds one to the parts whose remainder is above cut and to the first
// ties parts whose remainder is cut.
func raise[T Integer](dst []T, rem []uint64, cut uint64, ties int) {
	rem = rem[:len(dst)]
	i := 0
	for ; ties > 0 && i < len(dst); i++ {
		_, above := bits.Sub64(cut, rem[i], 0)
		dst[i] += T(above)
		if rem[i] == cut {
			dst[i]++
			ties--
		}
	}
	for ; i < len(dst); i++ {
		// The borrow of cut − rem is 1 where rem is above: no branch, since
		// half of them would be mispredicted.
		_, above := bits.Sub64(cut, rem[i], 0)
		dst[i] += T(above)
	}
}

// cutSmall returns the value cut and the number ties such that the k largest of
// vals are those above cut and ties of those equal to it, for 0 < k ≤ len(vals)
// ≤ smallParts.
func cutSmall(vals []uint64, k int) (cut uint64, ties int) {
	var buf [smallParts]uint64
	top := buf[:0] // the k largest so far, in falling order
	for _, v := range vals {
		if len(top) == k && v <= top[k-1] {
			continue
		}
		if len(top) < k {
			top = append(top, v)
		}
		i := len(top) - 1
		for ; i > 0 && top[i-1] < v; i-- {
			top[i] = top[i-1]
		}
		top[i] = v
	}
	cut = top[k-1]
	for i := k - 1; i >= 0 && top[i] == cut; i-- {
		ties++
	}
	return cut, ties
}

// cut is [cutSmall] for any number of values below 2^width, of which more than
// k are positive. It counts the values by their leading digits, keeps those in
// the class where the k-th largest lies, and goes on with the digits below:
// linear whatever the values are.
func (s *Scratch) cut(vals []uint64, k, width int) (cut uint64, ties int) {
	digits := 8
	if len(vals) >= 4096 {
		digits = 11
	}
	if s.hist == nil {
		s.hist = make([]uint32, 1<<11)
	}
	hist := s.hist[:1<<digits]
	shift := max(width-digits, 0)
	prefix := uint64(0) // the digits above shift+digits, as they are in vals
	for {
		class, above, size := topClass(hist, vals, k, shift)
		k -= above
		prefix |= class << shift
		if k == size && prefix > 0 {
			return prefix - 1, 0
		}
		if shift == 0 {
			return prefix, k
		}
		vals = s.keep(vals, size, prefix, shift)
		if size <= smallParts {
			return cutSmall(vals, k)
		}
		shift = max(shift-digits, 0)
	}
}

// topClass finds the class of vals, by the digits from shift on, in which the
// k-th largest lies; above is the number of values in higher classes, size the
// number in this one.
func topClass(hist []uint32, vals []uint64, k, shift int) (class uint64, above, size int) {
	clear(hist)
	mask := uint64(len(hist) - 1)
	for _, v := range vals {
		hist[v>>(uint(shift)&63)&mask]++
	}
	c := len(hist) - 1
	for ; c > 0; c-- {
		if above+int(hist[c]) >= k {
			break
		}
		above += int(hist[c])
	}
	return uint64(c), above, int(hist[c])
}

// keep returns the size values that agree with prefix from shift on.
func (s *Scratch) keep(vals []uint64, size int, prefix uint64, shift int) []uint64 {
	if cap(s.sel) < size {
		s.sel = make([]uint64, size)
	}
	kept := s.sel[:0]
	want := prefix >> shift
	for _, v := range vals {
		if v>>(uint(shift)&63) == want {
			kept = append(kept, v)
		}
	}
	return kept
}
