package salesplan

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// spreadTotals divides limits of totals of units that change teams over what
// they owe in each: in proportion to the ideal cells, as far as the bounds of
// these parts and of their cells allow it.
func (cs *cascade) spreadTotals(totals []blockLimit, c *diag.Collector) {
	if cs.peopleStand() {
		cs.season = cs.seasonRow()
	}
	kindOf := func(k blockLimit) placeKind { return cs.placeKind(boundPlace{k.limit.rule, k.places, k.at}) }
	// Pairs first: what they bound is a part of units and lines.
	slices.SortStableFunc(totals, func(x, y blockLimit) int { return cmp.Compare(kindOf(y), kindOf(x)) })
	seeds, cols := newSeeder(cs, len(cs.axes)), len(cs.grid.pieces)
	below := map[placeKind][]limit{}
	for _, k := range totals {
		kind := kindOf(k)
		if k.limit.hi < k.limit.lo { // less than nothing
			cs.bounds.place(cs, kind, k.places[0], k.at, k.limit)
			continue
		}
		if _, ok := below[kind]; !ok {
			below[kind] = cs.limitsBelow(kind)
		}
		ideals, room := make([]apportion.Fixed, len(k.places)), make([]limit, len(k.places))
		for i, nodes := range k.places {
			for _, cell := range cs.blockCells(blockLimit{places: [][]int32{nodes}, at: k.at}) {
				ideals[i] = ideals[i].Add(seeds.fixed(cell / cols)[cell%cols])
			}
			room[i] = cs.roomOf(kind, nodes, below[kind])
		}
		lo, hi, ok := cs.spreadLimit(k.limit, ideals, c)
		if !ok {
			continue
		}
		lo, hi = fitLimit(k.limit, ideals, room, lo, hi)
		cs.bounds.stints[k.limit.rule] = true
		for i, nodes := range k.places {
			l := limit{lo[i], apportion.Unbounded, k.limit.rule}
			if hi != nil {
				l.hi = hi[i]
			}
			cs.bounds.place(cs, kind, nodes, k.at, l)
		}
	}
}

// limitsBelow returns what bounds of pairs and cells leave to the leaf totals of a
// kind; nil for all.
func (cs *cascade) limitsBelow(kind placeKind) []limit {
	var out []limit
	switch kind {
	case placePair:
		out = cs.leafLimits(cs.block(2))
	case placeUnit:
		out, _ = cs.unitLimits() // pairs that exclude their cells are said later
	case placeLine:
		out = cs.pairLimits().byLine()
	}
	return out
}

// roomOf returns what bounds leave to one total of a leaf.
func (cs *cascade) roomOf(kind placeKind, nodes []int32, below []limit) limit {
	out, at := noLimit(), 0
	switch b := cs.bounds; kind {
	case placeUnit:
		out, at = b.units[nodes[0]], int(cs.axes[0].tree.nodes[nodes[0]].leaf)
	case placeLine:
		out, at = b.lines[nodes[1]], int(cs.axes[1].tree.nodes[nodes[1]].leaf)
	case placePair:
		at = cs.pairOf(nodes)
		if p, ok := b.pairs[at]; ok {
			out = p
		}
	}
	if below != nil {
		out.narrow(below[at])
	}
	return out
}

// spreadLimit divides a limit in proportion to ideals; there is no hi where it
// has none. It reports false where nobody is there to have a part.
func (cs *cascade) spreadLimit(l limit, ideals []apportion.Fixed, c *diag.Collector) (lo, hi []int64, ok bool) {
	sum := sumOfFixed(ideals)
	if sum.Sign() == 0 {
		if l.lo > 0 {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", l.rule), Bound: "nobody is there to owe it"})
		}
		return nil, nil, false
	}
	lo = spreadOver(l.lo, ideals, sum)
	if l.hi != apportion.Unbounded { // beyond the least, so that no part's most is below its least
		hi = spreadOver(max(l.hi-l.lo, 0), ideals, sum)
		addRow(hi, lo)
	}
	return lo, hi, true
}

func sumOfFixed(xs []apportion.Fixed) *big.Int {
	sum := new(big.Int)
	for _, x := range xs {
		sum.Add(sum, x.Big())
	}
	return sum
}

// fitLimit moves the parts lo and hi of a limit to where others leave room for
// them, by the bounded proportional fit. Where there is none, they stay, and it is
// said of them what can't be met.
func fitLimit(l limit, ideals []apportion.Fixed, room []limit, lo, hi []int64) (least, most []int64) {
	fits := true
	var need, can int64
	for i, r := range room {
		fits = fits && lo[i] <= r.hi && (hi == nil || hi[i] >= r.lo)
		need, can = capped(need, r.lo), capped(can, r.hi)
	}
	base := max(l.lo, need)
	if fits || base > min(l.hi, can) {
		return lo, hi
	}
	nodes := []fitNode{{parent: -1, hi: apportion.Unbounded}}
	for i, r := range room {
		nodes = append(nodes, fitNode{lo: r.lo, hi: r.hi, leaf: true, weight: ideals[i].Big()})
	}
	fitted, conflict := fitTree(nodes, base)
	if conflict != nil {
		return lo, hi
	}
	parts := make([]apportion.Fixed, len(ideals))
	for i := range parts {
		parts[i] = toFixed(fitted[i+1]).Settle()
	}
	least = make([]int64, len(parts))
	apportion.RoundIdeals(least, parts, base, nil)
	if l.hi != apportion.Unbounded {
		most = spreadOver(l.hi-base, ideals, sumOfFixed(ideals))
		addRow(most, least)
	}
	return least, most
}
