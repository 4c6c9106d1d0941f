package salesplan

import (
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// findHolder makes the open part with the largest ideal that can hold the odd
// rest beside its amount carry it.
func (p *partSplit) findHolder() bool {
	p.holder = p.bestHolder(func(k int) bool {
		lo, hi := p.boundsWithOdd(k)
		return lo <= p.out.Amount[k] && p.out.Amount[k] <= hi
	})
	return p.holder >= 0
}

// bestHolder returns the open part with the largest ideal that can hold the odd
// rest, those of weight zero last, -1 if there is none.
func (p *partSplit) bestHolder(can func(k int) bool) int {
	best := -1
	for k := range p.open {
		if (best < 0 || p.rather(k, best)) && can(k) {
			best = k
		}
	}
	return best
}

// rather reports whether open part k comes before the earlier part j as holder
// of the odd rest.
func (p *partSplit) rather(k, j int) bool {
	if a, b := p.weights.ints[k] > 0, p.weights.ints[j] > 0; a != b {
		return a
	}
	if a, b := p.out.Whole[k], p.out.Whole[j]; a != b {
		return a > b
	}
	return p.out.Millionths[k] > p.out.Millionths[j]
}

// boundsWithOdd returns the whole steps that open part k can have beside the
// odd rest.
func (p *partSplit) boundsWithOdd(k int) (lo, hi int64) {
	part := &p.parts[p.open[k]]
	lo, hi = p.lo[k], p.hi[k]
	least, most := part.Min, part.Max
	if p.mirrored {
		least, most = decimal.NullDecimal{Decimal: most.Decimal.Neg(), Valid: most.Valid}, decimal.NullDecimal{Decimal: least.Decimal.Neg(), Valid: least.Valid}
	}
	if least.Valid {
		lo, _ = ceilSteps(least.Decimal.Sub(p.odd), p.opt.Step)
	}
	if most.Valid {
		hi, _ = floorSteps(most.Decimal.Sub(p.odd), p.opt.Step)
	}
	return lo, hi
}

// divideAround divides the rest where no part can hold the odd rest beside the
// amount it would have: the part with the largest ideal that makes the split
// possible gets bounds that leave room for it.
func (p *partSplit) divideAround() *diag.Fault {
	why := p.checkReach()
	if why != nil && why.Code == diag.NoWeight {
		return why
	}
	least, _, most := apportion.Reach(p.weights.ints, p.lo, p.hi)
	p.idealsWithin(least, most)
	can := func(k int) bool {
		lo, hi := p.boundsWithOdd(k)
		return lo <= hi && p.reachWith(k, lo, hi, least, most)
	}
	p.holder = p.bestHolder(can)
	if p.holder < 0 {
		if why == nil {
			why = p.outOfReach(HeldByMax, most)
		}
		return why
	}
	p.lo[p.holder], p.hi[p.holder] = p.boundsWithOdd(p.holder)
	if f := p.checkReach(); f != nil {
		return f
	}
	return p.divide()
}

// idealsWithin computes ideals for a rest brought within reach: they rank the
// holders.
func (p *partSplit) idealsWithin(least, most apportion.Sum) {
	rest := p.rest
	if n, ok := least.Int64(); ok {
		p.rest = max(p.rest, n)
	}
	if n, ok := most.Int64(); ok {
		p.rest = min(p.rest, n)
	}
	if p.divide() != nil {
		clear(p.out.Whole)
		clear(p.out.Millionths)
	}
	p.rest = rest
}

// reachWith reports whether the rest is within reach if open part k has the
// given bounds.
func (p *partSplit) reachWith(k int, lo, hi int64, least, most apportion.Sum) bool {
	was, is := [2]int64{p.lo[k], p.hi[k]}, [2]int64{lo, hi}
	if p.weights.ints[k] == 0 {
		z := apportion.Nearest(was[0], was[1])
		was = [2]int64{z, z}
		z = apportion.Nearest(lo, hi)
		is = [2]int64{z, z}
	}
	least.Sub(was[0])
	least.Add(is[0])
	most.Sub(was[1])
	most.Add(is[1])
	var rest apportion.Sum
	rest.Add(p.rest)
	return least.Cmp(rest) <= 0 && rest.Cmp(most) <= 0
}
