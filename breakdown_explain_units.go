package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// explainWho explains the totals along the way from the owner to the units.
func (b *Breakdown) explainWho(nodes []int32) []UnitShare {
	first := b.cs.axes[0]
	x := &unitExplainer{b: b, ax: first, w: first.static, ideals: b.cs.ideals, odd: b.cs.oddBelow(), amountOf: b.totalsBelow(nil), remainder: true}
	out := x.path(nodes[0])
	if len(nodes) > 1 && nodes[1] != 0 && nodes[0] == 0 && !first.tree.isLeaf(0) {
		return append(out, b.explainLine(nodes[1])...)
	}
	for a := 1; a < len(nodes); a++ {
		ax := b.cs.axes[a]
		if !b.cs.axes[a-1].tree.isLeaf(nodes[a-1]) {
			break // below several units: a sum
		}
		if nodes[a] == 0 && ax.tree.isLeaf(0) {
			continue // the owner itself
		}
		ideals, w := b.idealsAt(a, nodes)
		if nodes[a] == 0 || ideals == nil {
			break
		}
		x := &unitExplainer{b: b, ax: ax, w: w, ideals: ideals, amountOf: b.totalsBelow(nodes[:a]), remainder: a > 1}
		if a > 1 {
			x.odd = b.cs.oddBelow(nodes[:a]...)
		}
		shares := x.path(nodes[a])[1:]
		if a == 1 {
			b.explainCrossing(shares, nodes[0], ax.tree.path(nodes[1])[1:])
		}
		out = append(out, shares...)
	}
	return out
}

// totalsBelow returns the totals over the whole period of one axis's nodes
// below the given ones of the axes before, in sub-steps.
func (b *Breakdown) totalsBelow(prefix []int32) func(n int32) int64 {
	whole := stretch{first: 0, end: len(b.cs.grid.pieces)}
	return func(n int32) int64 {
		nodes := make([]int32, len(b.cs.axes))
		nodes[copy(nodes, prefix)] = n
		return b.sum(nodes, whole)*b.cs.per() + b.cs.oddIn(nodes, whole)
	}
}

// explainLine explains the totals of the second axis alone, down to a unit.
func (b *Breakdown) explainLine(n int32) []UnitShare {
	ax, lines := b.cs.axes[1], b.cs.lines
	x := &unitExplainer{b: b, ax: ax, w: ax.static, ideals: lines.ideals, odd: b.cs.oddBelow(0), remainder: true,
		amountOf: func(n int32) int64 { return lines.amounts[n]*b.cs.per() + b.oddOfLine(n) }}
	return x.path(n)[1:]
}

// explainCrossing adds to the totals of the second axis's nodes below a leaf of
// the first what the table of both axes says of them.
func (b *Breakdown) explainCrossing(shares []UnitShare, leaf int32, nodes []int32) {
	t, x := b.cs.axes[1].tree, b.cs.crossed
	r := int(b.cs.axes[0].tree.nodes[leaf].leaf)
	row := x.res.Amounts[r*len(t.leaves) : (r+1)*len(t.leaves)]
	for i, n := range nodes {
		nd := &t.nodes[n]
		odd := b.cs.oddIn([]int32{leaf, n}, b.cs.allTime())
		given := b.cs.withOdd(sumOf(row[nd.leaf:nd.leafEnd]), odd)
		shares[i].Moved = shares[i].Amount.Sub(given)
		if t.isLeaf(n) {
			seed := x.seed.cells[r*len(t.leaves)+int(nd.leaf)]
			shares[i].Table = b.explainCell(x.res, x.bounds, seed, r, int(nd.leaf), len(t.leaves))
			if odd != 0 {
				shares[i].Table.Odd = &OddShare{Amount: b.cs.withOdd(0, odd)}
			}
		}
	}
}

// idealsAt computes the ideals of an axis below a tuple of leaves again.
func (b *Breakdown) idealsAt(a int, nodes []int32) ([]apportion.Fixed, *weighting) {
	cs := b.cs
	ax := cs.axes[a]
	w := ax.weighting(nodes[:a], new(diag.Collector))
	r := 0
	for i := range nodes[:a] {
		t := cs.axes[i].tree
		r = r*len(t.leaves) + int(t.nodes[nodes[i]].leaf)
	}
	var total int64
	if leaves := len(ax.tree.leaves); a == 1 { // before anything moved
		total = sumOf(cs.crossed.res.Amounts[r*leaves : (r+1)*leaves])
		_, odd := cs.oddOf(1, r)
		total += odd / cs.per()
	} else {
		total = b.totalsBelow(nodes[:a])(0) / cs.per()
	}
	ideals, err := cs.idealsBelow(ax, w, newSeeder(cs, a), r, total)
	if err != nil {
		return nil, nil
	}
	if a > 1 && cs.bounds != nil {
		if limits := cs.leafLimits(cs.block(a + 1)); limits != nil {
			n := len(ax.tree.leaves)
			odd, all := cs.oddOf(a, r)
			if ideals, err = cs.boundUnits(ax, ideals, noLimits(len(ideals)), limits[r*n:(r+1)*n], odd, total-all/cs.per()); err != nil {
				return nil, nil
			}
		}
	}
	return ideals, w
}

// A unitExplainer explains totals of one axis.
type unitExplainer struct {
	b        *Breakdown
	ax       *axisSplit
	w        *weighting          // nil for weights that differ by what is above
	ideals   []apportion.Fixed   // in whole steps
	odd      func(n int32) int64 // what nodes have beside them; nil for nothing
	amountOf func(n int32) int64 // in sub-steps

	// remainder says that the totals are rounded down the tree.
	remainder bool
}

// path explains the nodes from the root down to n.
func (x *unitExplainer) path(n int32) []UnitShare {
	var out []UnitShare
	for _, i := range x.ax.tree.path(n) {
		out = append(out, x.unit(i))
	}
	return out
}

func (x *unitExplainer) unit(i int32) UnitShare {
	b, t, g := x.b, x.ax.tree, x.b.cs.grid
	u := UnitShare{Axis: x.ax.axis.ID, Unit: t.nodes[i].id, Ideal: x.ideal(i), Amount: b.cs.subAmount(x.amountOf(i)), Moved: b.decimal(0)}
	days, worth := t.daysThere(i, g)
	u.Days, u.Of = int(days), int(g.running[len(g.running)-1])
	u.FullDays = decimal.New(int64(worth), -scaleDigits(t.scale))
	v := t.nodes[i].parent
	if v < 0 {
		u.Parent, u.Floors = b.decimal(0), b.decimal(0)
		return u
	}
	rule := x.ax.rule.at(int(t.nodes[i].level))
	if u.Basis = rule.Basis; u.Basis == "" {
		u.Basis = BasisEven
	}
	if x.w != nil {
		u.Weight, u.Weights = decimal.NewFromBigInt(x.w.of(i), 0), decimal.NewFromBigInt(x.w.total(v), 0)
	}
	left := x.amountOf(v)
	u.Parent = b.cs.subAmount(left)
	own := x.floor(i)
	var floors int64
	t.children(v, func(c int32) {
		q := x.floor(c)
		floors += q.whole
		if more := q.part.Cmp(own.part); more > 0 || more == 0 && c < i {
			u.Rank++
		}
	})
	u.Floors = b.decimal(floors)
	if x.remainder {
		amount, per := own.whole, b.cs.per()
		if int64(u.Rank)*per < left-floors*per {
			amount++
		}
		u.Moved = b.cs.subAmount(x.amountOf(i) - amount*per)
	}
	return u
}

// ideal writes a node's ideal total, with what it has beyond whole steps.
func (x *unitExplainer) ideal(i int32) decimal.Decimal {
	d := x.b.ideal(x.ideals[i])
	if x.odd != nil {
		if odd := x.odd(i); odd != 0 {
			d = d.Add(fromSteps(x.b.cs.signed(odd), x.b.cs.odd.unit))
		}
	}
	return d
}

// A floored amount is one rounded down, and the part that this takes off it.
type floored struct {
	whole int64
	part  *big.Int // of 2⁶⁴, or of 2⁶⁴ times the sub-steps in a step
}

func (x *unitExplainer) floor(i int32) floored {
	q := x.ideals[i].Settle()
	if x.odd == nil {
		return floored{int64(q.Hi), new(big.Int).SetUint64(q.Lo)}
	}
	per := new(big.Int).Lsh(big.NewInt(x.b.cs.per()), 64)
	all := new(big.Int).Lsh(big.NewInt(x.odd(i)), 64)
	all.Add(all, new(big.Int).Mul(q.Big(), big.NewInt(x.b.cs.per())))
	whole, part := new(big.Int).QuoRem(all, per, new(big.Int))
	return floored{whole.Int64(), part}
}

// ideal writes an ideal amount with 12 decimals of a step, cut so that its
// floor is that of the amount itself.
func (b *Breakdown) ideal(f apportion.Fixed) decimal.Decimal {
	x := f.Settle().Big()
	x.Mul(x, big.NewInt(1_000_000_000_000))
	x.Rsh(x, 64)
	if b.cs.negative {
		x.Neg(x)
	}
	return b.inPlaces(x, 12)
}

// inPlaces returns x · 10^-places steps, with no more decimals than it takes,
// but those of the step.
func (b *Breakdown) inPlaces(x *big.Int, places int32) decimal.Decimal {
	step := b.cs.metric.Step
	n := new(big.Int).Mul(x, step.Coefficient())
	q, rest, ten := new(big.Int), new(big.Int), big.NewInt(10)
	for ; places > 0; places-- {
		if q.QuoRem(n, ten, rest); rest.Sign() != 0 {
			break
		}
		n.Set(q)
	}
	return decimal.NewFromBigInt(n, step.Exponent()-places)
}
