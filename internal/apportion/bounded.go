package apportion

import (
	"math/big"
	"math/bits"
)

// Millionth is the unit in which [Shares] hold the fraction of an ideal.
const Millionth = 1_000_000

// Shares receives a split within bounds. Amount must be as long as the weights;
// the others are as long or nil.
type Shares struct {
	// Amount is the parts.
	Amount []int64

	// Whole and Millionths are the ideals: Whole + Millionths/10⁶, both of the
	// ideal's sign, rounded to the nearest millionth.
	Whole      []int64
	Millionths []int32

	// Held is -1 where the ideal is the lower bound because its share would
	// be below it, 1 where it is the upper one, 0 where it is the share.
	Held []int8
}

// fitRounds is how often the fit clamps one side before it turns to sorting.
const fitRounds = 24

// Bounded divides total over weights within bounds. The ideals are the bounded
// proportional fit clamp(λ·wᵢ, loᵢ, hiᵢ), with the λ that makes them add up to
// total; a weight of 0 stands at the amount nearest 0 that its bounds allow.
// Then Hamilton gives every part its ideal's floor or, to the largest
// fractions, one more; Running rounds the running total of the ideals half up;
// a divisor method gives median(loᵢ, round(wᵢ/d), hiᵢ). Hamilton and Running
// keep every part less than one step from its ideal. All keep the bounds:
// floor and ceiling of an ideal are within bounds that are whole numbers.
//
// If total is below the sum of the amounts nearest 0, λ is negative, and the
// split is the mirror of that of the negated total within the negated bounds.
//
// It wants lo ≤ hi, weights that are not negative and add up to less than 2⁶³,
// and |total| ≤ [MaxTotal] within [Reach], and [FirstSteps] within total. It
// returns false, and nothing useful in out, if what the open parts share among
// them is above [MaxTotal]. It takes O(n log n) time, in most cases a few
// passes, and no memory if s has served as many parts before.
func Bounded(out Shares, total int64, weights, lo, hi []int64, m Method, s *Scratch) bool {
	flip, rest, ok := s.open(out, total, weights, lo, hi)
	if !ok {
		return false
	}
	cells := s.cells
	act, num, den := s.fit(rest, fitRounds)
	if m == Hamilton || m == Running {
		s.w, s.x = grow(s.w, len(act)), grow(s.x, len(act))
		for i, c := range act {
			s.w[i] = cells[c].w
		}
		if den > 0 {
			Split(s.x, num, s.w, den, m, s)
		}
		for i := range cells {
			cells[i].x = cells[i].bound()
		}
		for i, c := range act {
			cells[c].x = s.x[i]
		}
	} else {
		s.divide(cells, rest, num, den, m)
	}
	for i := range cells {
		c := &cells[i]
		whole, part := c.ideal(num, den)
		out.set(c, whole, part)
	}
	if flip {
		out.negate()
	}
	return true
}

// bound returns the bound at which a held cell stands.
func (c *cell) bound() int64 {
	if c.held < 0 {
		return c.lo
	}
	return c.hi
}

// ideal returns the cell's ideal, for λ = num/den, in whole steps and
// millionths.
func (c *cell) ideal(num, den int64) (whole int64, millionths int32) {
	if c.held != 0 {
		return c.bound(), 0
	}
	hi, lo := bits.Mul64(uint64(num), uint64(c.w))
	q, r := bits.Div64(hi, lo, uint64(den))
	hi, lo = bits.Mul64(r, Millionth)
	lo, carry := bits.Add64(lo, uint64(den)/2, 0)
	part, _ := bits.Div64(hi+carry, lo, uint64(den))
	if part == Millionth {
		return int64(q) + 1, 0
	}
	return int64(q), int32(part)
}

// set writes a cell's share.
func (out *Shares) set(c *cell, whole int64, millionths int32) {
	out.Amount[c.at] = c.x
	if out.Whole != nil {
		out.Whole[c.at], out.Millionths[c.at] = whole, millionths
	}
	if out.Held != nil {
		out.Held[c.at] = c.held
	}
}

func (out *Shares) negate() {
	for i := range out.Amount {
		out.Amount[i] = -out.Amount[i]
	}
	for i := range out.Whole {
		out.Whole[i], out.Millionths[i] = -out.Whole[i], -out.Millionths[i]
	}
	for i := range out.Held {
		out.Held[i] = -out.Held[i]
	}
}

// Nearest returns the number nearest 0 in [lo, hi].
func Nearest(lo, hi int64) int64 { return min(max(0, lo), hi) }

// Reach returns the least and the greatest total that parts within bounds can
// have when those of weight 0 stand at the amount nearest 0, and the total when
// all stand there.
func Reach(weights, lo, hi []int64) (least, nearest, most Sum) {
	for i, w := range weights {
		z := Nearest(lo[i], hi[i])
		nearest.Add(z)
		if w > 0 {
			least.Add(lo[i])
			most.Add(hi[i])
		} else {
			least.Add(z)
			most.Add(z)
		}
	}
	return least, nearest, most
}

// FirstSteps returns the total that the parts need so that every positive
// weight whose bounds allow it has one step, of the sign of total less the sum
// of the amounts nearest 0. It is that sum itself if total is.
func FirstSteps(total int64, weights, lo, hi []int64) Sum {
	_, nearest, _ := Reach(weights, lo, hi)
	var t Sum
	t.Add(total)
	side := t.Cmp(nearest)
	var need Sum
	for i, w := range weights {
		l, h := lo[i], hi[i]
		switch {
		case w > 0 && side > 0 && h > 0:
			need.Add(max(l, 1))
		case w > 0 && side < 0 && l < 0:
			need.Add(min(h, -1))
		default:
			need.Add(Nearest(l, h))
		}
	}
	return need
}

// open fills s.cells with the parts that can move up from the amount nearest 0,
// all others being set in out, and returns what the cells have to share. If
// they have to move down instead everything is negated, and flip is true.
func (s *Scratch) open(out Shares, total int64, weights, lo, hi []int64) (flip bool, rest int64, ok bool) {
	var left Sum
	left.Add(total)
	for i := range weights {
		left.Sub(Nearest(lo[i], hi[i]))
	}
	flip = left.Sign() < 0
	left = Sum{}
	if flip {
		left.Sub(total)
	} else {
		left.Add(total)
	}
	s.cells = grow(s.cells, len(weights))[:0]
	for i, w := range weights {
		l, h := lo[i], hi[i]
		if flip {
			l, h = -h, -l
		}
		if w > 0 && h > 0 {
			s.cells = append(s.cells, cell{w: w, lo: max(l, 0), hi: h, at: int32(i)})
			continue
		}
		z := Nearest(l, h)
		left.Sub(z)
		fixed := cell{x: z, at: int32(i)}
		switch {
		case z > 0:
			fixed.held = -1
		case z < 0 || w > 0:
			fixed.held = 1
		}
		out.set(&fixed, z, 0)
	}
	rest, ok = left.Int64()
	if !ok || rest < 0 || rest > MaxTotal {
		return flip, 0, false
	}
	return flip, rest, true
}

// fit finds the bounded proportional fit of s.cells to rest: it sets held, and
// returns the indices of the cells that are free and λ = num/den for them (den
// is 0 if there are none).
//
// Each round splits what is left in proportion, and holds either all cells that
// fall below their lower bound or all that rise above their upper one,
// whichever side misses by more in sum: the true λ lies on that side, so they
// are held for good (Kiwiel, Variable fixing algorithms for the continuous
// quadratic knapsack problem, 2008). Holding both at once would go wrong. After
// the given number of rounds the breakpoints that remain are sorted instead.
func (s *Scratch) fit(rest int64, rounds int) (act []int32, num, den int64) {
	cells := s.cells
	act = grow(s.heap, len(cells))
	s.heap = act
	for i := range act {
		act[i] = int32(i)
		den += cells[i].w
	}
	for num = rest; len(act) > 0; rounds-- {
		if rounds == 0 {
			return s.fitSorted(act, num)
		}
		u, o := findHeld(cells, act, num, den)
		if u.n+o.n == 0 {
			break
		}
		side := cmpMul(uint64(den), uint64(u.amount)+uint64(o.amount), uint64(num), uint64(u.weight)+uint64(o.weight))
		if side >= 0 {
			num -= u.amount
			den -= u.weight
		}
		if side <= 0 {
			num -= o.amount
			den -= o.weight
		}
		act = keepFree(cells, act, side)
	}
	return act, num, den
}

// A misfit sums up the cells that a factor puts beyond one of their bounds.
type misfit struct {
	n              int
	amount, weight int64
}

// findHeld marks the cells that num/den puts below their lower bound and above
// their upper one.
func findHeld(cells []cell, act []int32, num, den int64) (under, over misfit) {
	for _, i := range act {
		c := &cells[i]
		if c.lo > 0 && cmpMul(uint64(num), uint64(c.w), uint64(c.lo), uint64(den)) < 0 {
			c.held = -1
			under.n++
			under.amount += c.lo
			under.weight += c.w
		} else if c.hi < num && cmpMul(uint64(num), uint64(c.w), uint64(c.hi), uint64(den)) > 0 {
			c.held = 1
			over.n++
			over.amount += c.hi
			over.weight += c.w
		}
	}
	return under, over
}

// keepFree returns the cells that stay free when those marked below are held if
// side ≥ 0, and those marked above if side ≤ 0.
func keepFree(cells []cell, act []int32, side int) []int32 {
	kept := act[:0]
	for _, i := range act {
		c := &cells[i]
		if c.held != 0 && int(c.held) != side {
			continue
		}
		c.held = 0
		kept = append(kept, i)
	}
	return kept
}

// fitSorted ends a fit whose bounds come off one by one.
func (s *Scratch) fitSorted(act []int32, num int64) ([]int32, int64, int64) {
	weights := make([]*big.Int, len(s.cells))
	for _, i := range act {
		weights[i] = big.NewInt(s.cells[i].w)
	}
	act, num, den := fitBig(s.cells, act, num, weights)
	return act, num, den.Int64()
}
