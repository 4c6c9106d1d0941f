package apportion

import (
	"math/big"
	"slices"
)

// The reference: every method as its definition says it, with exact rationals
// and no cleverness.

func rat(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// refIdeals is the bounded proportional fit of total ≥ the sum nearest 0, or of
// its mirror: λ is tried at every breakpoint.
func refIdeals(total int64, weights []*big.Int, lo, hi []int64) []*big.Rat {
	at := func(lambda *big.Rat) ([]*big.Rat, *big.Rat) {
		sum := new(big.Rat)
		out := make([]*big.Rat, len(weights))
		for i, w := range weights {
			x := new(big.Rat).SetInt(w)
			x.Mul(x, lambda)
			if x.Cmp(rat(lo[i])) < 0 {
				x = rat(lo[i])
			}
			if x.Cmp(rat(hi[i])) > 0 {
				x = rat(hi[i])
			}
			out[i] = x
			sum.Add(sum, x)
		}
		return out, sum
	}
	var points []*big.Rat
	for i, w := range weights {
		if w.Sign() > 0 {
			for _, b := range []int64{lo[i], hi[i]} {
				points = append(points, new(big.Rat).SetFrac(big.NewInt(b), w))
			}
		}
	}
	slices.SortFunc(points, func(a, b *big.Rat) int { return a.Cmp(b) })
	for k, p := range points {
		out, sum := at(p)
		c := sum.Cmp(rat(total))
		if c == 0 {
			return out
		}
		if c > 0 { // λ is between p and the point before: linear there
			q := points[k-1]
			_, before := at(q)
			part := new(big.Rat).Quo(new(big.Rat).Sub(rat(total), before), new(big.Rat).Sub(sum, before))
			lambda := new(big.Rat).Sub(p, q)
			lambda.Mul(lambda, part).Add(lambda, q)
			out, _ = at(lambda)
			return out
		}
	}
	out, _ := at(new(big.Rat))
	return out
}

func ratFloor(r *big.Rat) int64 {
	q, m := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	_ = m
	return q.Int64()
}

func refHamilton(ideals []*big.Rat, total int64) []int64 {
	out := make([]int64, len(ideals))
	rest := make([]*big.Rat, len(ideals))
	order := make([]int, len(ideals))
	for i, q := range ideals {
		order[i] = i
		out[i] = ratFloor(q)
		rest[i] = new(big.Rat).Sub(q, rat(out[i]))
		total -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return rest[b].Cmp(rest[a]) })
	for _, i := range order[:total] {
		out[i]++
	}
	return out
}

func refRunning(ideals []*big.Rat) []int64 {
	out := make([]int64, len(ideals))
	running, before := new(big.Rat), int64(0)
	for i, q := range ideals {
		running.Add(running, q)
		now := ratFloor(new(big.Rat).Add(running, big.NewRat(1, 2)))
		out[i] = now - before
		before = now
	}
	return out
}

// refClaim is the claim to step k+1: the weight, squared for HuntingtonHill,
// over the signpost; nil stands for an infinite one.
func refClaim(m Method, w *big.Int, k int64) *big.Rat {
	n := big.NewInt(k)
	num := new(big.Rat).SetInt(w)
	var post *big.Rat
	switch m {
	case Webster:
		post = new(big.Rat).Add(new(big.Rat).SetInt(n), big.NewRat(1, 2))
	case Jefferson:
		post = rat(k + 1)
	case Adams:
		post = rat(k)
	case HuntingtonHill:
		num.Mul(num, num)
		post = new(big.Rat).SetInt(new(big.Int).Mul(n, big.NewInt(k+1)))
	}
	if post.Sign() == 0 {
		return nil
	}
	return num.Quo(num, post)
}

// refDivisor hands out one step after the other.
func refDivisor(m Method, total int64, weights []*big.Int, lo, hi []int64) []int64 {
	out := make([]int64, len(weights))
	for i := range out {
		out[i] = Nearest(lo[i], hi[i])
		total -= out[i]
	}
	for ; total > 0; total-- {
		best := -1
		var claim *big.Rat
		for i, w := range weights {
			if w.Sign() == 0 || out[i] < 0 || out[i] >= hi[i] {
				continue
			}
			c := refClaim(m, w, out[i])
			if best < 0 || claim != nil && (c == nil || c.Cmp(claim) > 0) {
				best, claim = i, c
			}
		}
		out[best]++
	}
	return out
}

// refSplit mirrors what has to move down from the amounts nearest 0.
func refSplit(m Method, total int64, weights []*big.Int, lo, hi []int64) []int64 {
	nearest := int64(0)
	for i := range weights {
		nearest += Nearest(lo[i], hi[i])
	}
	if total < nearest {
		nlo, nhi := make([]int64, len(lo)), make([]int64, len(hi))
		for i := range lo {
			nlo[i], nhi[i] = -hi[i], -lo[i]
		}
		out := refSplit(m, -total, weights, nlo, nhi)
		for i := range out {
			out[i] = -out[i]
		}
		return out
	}
	switch m {
	case Hamilton:
		return refHamilton(refIdeals(total, weights, lo, hi), total)
	case Running:
		return refRunning(refIdeals(total, weights, lo, hi))
	}
	return refDivisor(m, total, weights, lo, hi)
}

// refPlain is refSplit without bounds.
func refPlain(m Method, total int64, weights []int64) []int64 {
	n := len(weights)
	if m == Hamilton || m == Running {
		ideals := make([]*big.Rat, n)
		for i, w := range weights {
			ideals[i] = big.NewRat(w, sum64(weights))
			ideals[i].Mul(ideals[i], rat(total))
		}
		if m == Running {
			return refRunning(ideals)
		}
		return refHamilton(ideals, total)
	}
	lo, hi := make([]int64, n), make([]int64, n)
	for i := range hi {
		hi[i] = total
	}
	return refSplit(m, total, bigs(weights), lo, hi)
}

func bigs(weights []int64) []*big.Int {
	out := make([]*big.Int, len(weights))
	for i, w := range weights {
		out[i] = big.NewInt(w)
	}
	return out
}

func sum64(xs []int64) int64 {
	var s int64
	for _, x := range xs {
		s += x
	}
	return s
}
