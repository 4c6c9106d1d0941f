package apportion

import (
	"math"
	"math/big"
	"slices"
)

// SplitBig is [Bounded], for weights of any size, with equal results; without
// bounds (lo and hi nil) it is [Split]. It wants a positive weight unless all
// parts are bounded, and takes O(n log n) time and a few numbers a part.
func SplitBig(out Shares, total int64, weights []*big.Int, lo, hi []int64, m Method) bool {
	n := len(weights)
	signs := make([]int64, n)
	for i, w := range weights {
		signs[i] = int64(w.Sign())
	}
	if lo == nil {
		lo, hi = make([]int64, n), make([]int64, n)
		for i := range hi {
			hi[i] = math.MaxInt64
		}
	}
	var s Scratch
	flip, rest, ok := s.open(out, total, signs, lo, hi)
	if !ok {
		return false
	}
	own := make([]*big.Int, len(s.cells))
	act := make([]int32, len(s.cells))
	for i := range s.cells {
		own[i] = weights[s.cells[i].at]
		act[i] = int32(i)
	}
	act, num, den := fitBig(s.cells, act, rest, own)
	b := bigSplit{cells: s.cells, weights: own, num: big.NewInt(num), den: den}
	b.split(act, rest, m, &s)
	for i := range s.cells {
		whole, part := b.ideal(i)
		out.set(&s.cells[i], whole, part)
	}
	if flip {
		out.negate()
	}
	return true
}

// A bigSplit is a split of num over the free cells, whose weights add up to
// den.
type bigSplit struct {
	cells    []cell
	weights  []*big.Int
	num, den *big.Int
	t        big.Int
}

func (b *bigSplit) split(act []int32, rest int64, m Method, s *Scratch) {
	for i := range b.cells {
		if c := &b.cells[i]; c.held != 0 {
			c.x = c.bound()
		}
	}
	switch m {
	case Hamilton:
		b.largest(act)
	case Running:
		b.cumulative(act)
	default:
		b.divisor(rest, m, s)
	}
}

// share returns floor and remainder of num·weight/den.
func (b *bigSplit) share(num, weight *big.Int) (q int64, r *big.Int) {
	r = new(big.Int)
	b.t.Mul(num, weight)
	b.t.QuoRem(&b.t, b.den, r)
	return b.t.Int64(), r
}

func (b *bigSplit) ideal(i int) (whole int64, millionths int32) {
	c := &b.cells[i]
	if c.held != 0 {
		return c.bound(), 0
	}
	q, r := b.share(b.num, b.weights[i])
	r.Mul(r, big.NewInt(2*Millionth))
	r.Add(r, b.den)
	part := r.Quo(r, b.t.Lsh(b.den, 1)).Int64()
	if part == Millionth {
		return q + 1, 0
	}
	return q, int32(part)
}

func (b *bigSplit) largest(act []int32) {
	left := b.num.Int64()
	rem := make([]*big.Int, len(act))
	order := make([]int32, len(act))
	for k, i := range act {
		order[k] = int32(k)
		b.cells[i].x, rem[k] = b.share(b.num, b.weights[i])
		left -= b.cells[i].x
	}
	slices.SortStableFunc(order, func(k, l int32) int { return rem[l].Cmp(rem[k]) })
	for _, k := range order[:left] {
		b.cells[act[k]].x++
	}
}

func (b *bigSplit) cumulative(act []int32) {
	running := new(big.Int)
	before := int64(0)
	for _, i := range act {
		running.Add(running, b.weights[i])
		q, r := b.share(b.num, running)
		if r.Lsh(r, 1).Cmp(b.den) >= 0 {
			q++
		}
		b.cells[i].x = q - before
		before = q
	}
}

func (b *bigSplit) divisor(rest int64, m Method, s *Scratch) {
	first := firstStep(b.cells, rest, m)
	given := int64(0)
	claims := make([]*big.Int, len(b.cells)) // weights, squared where signposts are roots
	for i := range b.cells {
		c := &b.cells[i]
		c.lo = max(c.lo, first)
		if c.held == 0 {
			c.x = min(max(b.signpost(m, b.weights[i]), c.lo), c.hi)
		}
		given += c.x
		claims[i] = b.weights[i]
		if m == HuntingtonHill {
			claims[i] = new(big.Int).Mul(b.weights[i], b.weights[i])
		}
	}
	var left, right big.Int
	s.closeGap(b.cells, rest-given, func(i int32, k int64, j int32, l int64) int {
		left.Mul(claims[i], bigSignpost(m, l))
		right.Mul(claims[j], bigSignpost(m, k))
		return left.Cmp(&right)
	})
}

// bigSignpost returns the signpost of m between k and k+1: twice it for
// Webster, its square for HuntingtonHill.
func bigSignpost(m Method, k int64) *big.Int {
	n := new(big.Int).SetInt64(k)
	up := new(big.Int).SetInt64(k + 1)
	switch m {
	case Webster:
		return n.Add(n, up)
	case HuntingtonHill:
		return n.Mul(n, up)
	case Jefferson:
		return up
	}
	return n
}

// signpost is the function of that name, for big weights.
func (b *bigSplit) signpost(m Method, weight *big.Int) int64 {
	q, r := b.share(b.num, weight)
	up := false
	switch m {
	case Webster:
		up = new(big.Int).Lsh(r, 1).Cmp(b.den) >= 0
	case Adams:
		up = r.Sign() > 0
	case HuntingtonHill:
		exact := new(big.Int).Mul(b.num, weight)
		exact.Mul(exact, exact)
		post := bigSignpost(m, q)
		post.Mul(post, b.den).Mul(post, b.den)
		up = exact.Cmp(post) > 0
	}
	if up {
		q++
	}
	return q
}

// fitBig is [Scratch.fit] for cells act with weights of any size, by sorting
// the factors at which a cell comes to a bound and searching among them.
func fitBig(cells []cell, act []int32, num int64, weights []*big.Int) ([]int32, int64, *big.Int) {
	points := breakpoints(cells, act, num, weights)
	var left, right big.Int
	slices.SortFunc(points, func(p, q breakpoint) int {
		return left.Mul(p.amount, q.weight).Cmp(right.Mul(q.amount, p.weight))
	})
	// The first breakpoint at which the cells have enough is not below λ, the
	// one before is not above it: between them nothing comes to a bound.
	at, _ := slices.BinarySearchFunc(points, big.NewInt(num), func(p breakpoint, total *big.Int) int {
		return p.compareTotal(cells, act, weights, total)
	})
	var end *breakpoint
	if at < len(points) {
		end = &points[at]
	}
	den, all := new(big.Int), num
	kept := act[:0]
	for _, i := range act {
		c := &cells[i]
		switch {
		case end != nil:
			c.held = end.side(c, weights[i], all)
		case c.hi < all: // λ is beyond every breakpoint
			c.held = 1
		}
		if c.held != 0 {
			num -= c.bound()
			continue
		}
		kept = append(kept, i)
		den.Add(den, weights[i])
	}
	return kept, num, den
}

// A breakpoint is a factor amount/weight.
type breakpoint struct{ amount, weight *big.Int }

// breakpoints lists the factors at which a cell leaves its lower bound or comes
// to its upper one, without lower bounds of 0 and upper bounds of everything.
func breakpoints(cells []cell, act []int32, total int64, weights []*big.Int) []breakpoint {
	var points []breakpoint
	for _, i := range act {
		if c := &cells[i]; c.lo > 0 {
			points = append(points, breakpoint{big.NewInt(c.lo), weights[i]})
		}
		if c := &cells[i]; c.hi < total {
			points = append(points, breakpoint{big.NewInt(c.hi), weights[i]})
		}
	}
	return points
}

// side returns where a cell stands just below the factor p: at its lower bound,
// at its upper one, or free.
func (p *breakpoint) side(c *cell, weight *big.Int, total int64) int8 {
	var bound, share big.Int
	share.Mul(p.amount, weight)
	if c.lo > 0 && bound.Mul(bound.SetInt64(c.lo), p.weight).Cmp(&share) >= 0 {
		return -1
	}
	if c.hi < total && bound.Mul(bound.SetInt64(c.hi), p.weight).Cmp(&share) < 0 {
		return 1
	}
	return 0
}

// compareTotal compares the sum of the cells at the factor p with total: below
// is -1.
func (p *breakpoint) compareTotal(cells []cell, act []int32, weights []*big.Int, total *big.Int) int {
	held, free := new(big.Int), new(big.Int)
	all := total.Int64()
	var t big.Int
	for _, i := range act {
		c := &cells[i]
		switch p.side(c, weights[i], all) {
		case -1:
			held.Add(held, t.SetInt64(c.lo))
		case 1:
			held.Add(held, t.SetInt64(c.hi))
		default:
			free.Add(free, weights[i])
		}
	}
	held.Sub(total, held).Mul(held, p.weight) // what the free ones have to carry
	return free.Mul(free, p.amount).Cmp(held)
}
