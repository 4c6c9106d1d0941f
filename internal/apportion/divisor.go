package apportion

import (
	"math"
	"math/bits"
)

// A cell is a part of positive weight that a split may still move.
type cell struct {
	w, lo, hi int64
	x         int64 // its amount
	at        int32 // its index among the caller's parts
	held      int8  // -1 if its ideal is lo, 1 if it is hi, 0 if it is in proportion
}

// Divisor divides total over weights by the divisor method m: part i is
// weights[i]/d, rounded by the method's signposts, for a divisor d that makes
// the parts add up to total (Balinski and Young, Fair Representation, 1982).
// Signposts stand between k and k+1 at k+½ (Webster), √(k(k+1))
// (HuntingtonHill), k (Adams) and k+1 (Jefferson). They are compared exactly.
//
// It wants 0 ≤ total ≤ [MaxTotal], weights that are not negative, their sum in
// (0, 2⁶³), and dst as long as weights; dst may be weights itself. Where
// [Method.FirstStep] says so, total must be 0 or at least the number of
// positive weights. It starts at most 3n/2 steps away from the end, whatever
// the total, and takes O(n log n) time; no memory if s has served as many parts
// before.
func Divisor[T Integer](dst []T, total int64, weights []T, sum int64, m Method, s *Scratch) {
	dst = dst[:len(weights)]
	s.cells = grow(s.cells, len(weights))[:0]
	for i, w := range weights {
		if w > 0 {
			s.cells = append(s.cells, cell{w: int64(w), hi: math.MaxInt64, at: int32(i)})
		}
	}
	s.divide(s.cells, total, total, sum, m)
	clear(dst)
	for i := range s.cells {
		c := &s.cells[i]
		dst[c.at] = T(c.x)
	}
}

// divide sets the x of cells, by divisor method m, to amounts between lo and hi
// that add up to total. num/den is a factor for which the proportional fit of
// the cells, each held at its bound or free, adds up to total.
func (s *Scratch) divide(cells []cell, total, num, den int64, m Method) {
	scale, first := uint64(num), firstStep(cells, total, m)
	if freeOnly(cells) {
		// Jefferson rounds every part down, Adams up: half a step a part.
		switch half := uint64(len(cells)) / 2; m {
		case Jefferson:
			scale += half
		case Adams:
			scale -= min(half, scale)
		}
	}
	given := int64(0)
	for i := range cells {
		c := &cells[i]
		c.lo = max(c.lo, first)
		switch {
		case c.held < 0:
			c.x = c.lo
		case c.held > 0:
			c.x = c.hi
		default:
			c.x = min(max(signpost(m, scale, uint64(c.w), uint64(den)), c.lo), c.hi)
		}
		given += c.x
	}
	s.closeGap(cells, total-given, func(i int32, k int64, j int32, l int64) int {
		return comparePriority(m, uint64(cells[i].w), uint64(k), uint64(cells[j].w), uint64(l))
	})
}

// firstStep returns 1 if m owes every cell a first step, and there is one to
// give beyond the lower bounds.
func firstStep(cells []cell, total int64, m Method) int64 {
	if !m.FirstStep() {
		return 0
	}
	for i := range cells {
		total -= cells[i].lo
	}
	return min(total, 1)
}

func freeOnly(cells []cell) bool {
	for i := range cells {
		if cells[i].held != 0 {
			return false
		}
	}
	return true
}

// signpost returns num·w/den rounded by the signposts of m. It wants w ≤ den.
func signpost(m Method, num, w, den uint64) int64 {
	hi, lo := bits.Mul64(num, w)
	q, r := bits.Div64(hi, lo, den)
	up := false
	switch m {
	case Webster:
		up = r >= den-r
	case Adams:
		up = r > 0
	case HuntingtonHill:
		up = r > 0 && (q == 0 || r >= den-r || aboveGeometric(q, r, den))
	}
	if up {
		q++
	}
	return int64(q)
}

// aboveGeometric reports whether q + r/den is above √(q(q+1)), for 2r < den:
// squared, and less what stands on both sides, r² > q·den·(den−2r).
func aboveGeometric(q, r, den uint64) bool {
	h, l := bits.Mul64(q, den)
	right := mul128(h, l, 0, den-2*r)
	sh, sl := bits.Mul64(r, r)
	return cmp256([4]uint64{0, 0, sh, sl}, right) > 0
}

// comparePriority compares wa/s(a) with wb/s(b), where s(k) is the signpost of
// m between k and k+1: the claims of two parts that have a and b steps to the
// next one.
func comparePriority(m Method, wa, a, wb, b uint64) int {
	switch m {
	case Webster:
		return cmpMul(wa, 2*b+1, wb, 2*a+1)
	case Jefferson:
		return cmpMul(wa, b+1, wb, a+1)
	case Adams:
		return cmpMul(wa, b, wb, a)
	}
	return cmp256(squareTimes(wa, b), squareTimes(wb, a))
}

// squareTimes returns w²·k(k+1).
func squareTimes(w, k uint64) [4]uint64 {
	wh, wl := bits.Mul64(w, w)
	kh, kl := bits.Mul64(k, k+1)
	return mul128(wh, wl, kh, kl)
}

// closeGap gives gap more steps to the cells of the highest claims, or takes
// -gap from those of the lowest, within their bounds. Claims are compared by
// claim(i, k, j, l): cell i at k steps against cell j at l. Among equal claims
// the lower index is first to get a step and last to lose one.
func (s *Scratch) closeGap(cells []cell, gap int64, claim func(i int32, k int64, j int32, l int64) int) {
	if gap == 0 {
		return
	}
	h := stepHeap{cells: cells, claim: claim, give: gap > 0}
	s.heap = grow(s.heap, len(cells))[:0]
	for i := range cells {
		if h.movable(&cells[i]) {
			s.heap = append(s.heap, int32(i))
		}
	}
	h.order = s.heap
	for i := len(h.order)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
	step := int64(1)
	if !h.give {
		step = -1
	}
	for ; gap != 0 && len(h.order) > 0; gap -= step {
		c := &cells[h.order[0]]
		c.x += step
		if !h.movable(c) {
			last := len(h.order) - 1
			h.order[0] = h.order[last]
			h.order = h.order[:last]
		}
		h.down(0)
	}
}

// A stepHeap has the cell that moves next on top.
type stepHeap struct {
	cells []cell
	order []int32
	claim func(i int32, k int64, j int32, l int64) int
	give  bool
}

func (h *stepHeap) movable(c *cell) bool {
	if h.give {
		return c.x < c.hi
	}
	return c.x > c.lo
}

func (h *stepHeap) before(i, j int32) bool {
	k, l := h.cells[i].x, h.cells[j].x
	if h.give {
		if c := h.claim(i, k, j, l); c != 0 {
			return c > 0
		}
		return i < j
	}
	if c := h.claim(i, k-1, j, l-1); c != 0 {
		return c < 0
	}
	return i > j
}

func (h *stepHeap) down(i int) {
	for {
		child := 2*i + 1
		if child >= len(h.order) {
			return
		}
		if right := child + 1; right < len(h.order) && h.before(h.order[right], h.order[child]) {
			child = right
		}
		if !h.before(h.order[child], h.order[i]) {
			return
		}
		h.order[i], h.order[child] = h.order[child], h.order[i]
		i = child
	}
}

// cmpMul compares a·b with c·d.
func cmpMul(a, b, c, d uint64) int {
	h1, l1 := bits.Mul64(a, b)
	h2, l2 := bits.Mul64(c, d)
	return cmp256([4]uint64{0, 0, h1, l1}, [4]uint64{0, 0, h2, l2})
}

// mul128 returns the product of two numbers of 128 bits, highest word first.
func mul128(ah, al, bh, bl uint64) [4]uint64 {
	h0, p0 := bits.Mul64(al, bl)
	h1, l1 := bits.Mul64(ah, bl)
	h2, l2 := bits.Mul64(al, bh)
	h3, l3 := bits.Mul64(ah, bh)
	p1, c1 := bits.Add64(h0, l1, 0)
	p1, c2 := bits.Add64(p1, l2, 0)
	p2, c3 := bits.Add64(h1, h2, c1)
	p2, c4 := bits.Add64(p2, l3, c2)
	return [4]uint64{h3 + c3 + c4, p2, p1, p0}
}

func cmp256(a, b [4]uint64) int {
	for i := range a {
		if a[i] != b[i] {
			if a[i] < b[i] {
				return -1
			}
			return 1
		}
	}
	return 0
}
