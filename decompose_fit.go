package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/internal/apportion"
)

// A fitNode is a node of a tree of amounts with bounds: units, or periods and
// the periods in them. Parents stand before their children.
type fitNode struct {
	parent int32 // -1 for the root
	weight *big.Int
	lo, hi int64 // apportion.Unbounded: no upper bound

	leaf bool

	// least and most are what the bounds of the node and of all below leave.
	least, most int64

	// below is the sum of the weights of the leaves below; loose says that no
	// bound stands there.
	below *big.Int
	loose bool
}

// A fitConflict is a node whose bounds cannot be met together with those below:
// what they need at least (or allow at most) and what the node has.
type fitConflict struct {
	node   int32
	need   int64
	have   int64
	atMost bool // below allow at most need, the node needs at least have
}

// fitTree divides a total over the leaves of a tree in proportion to their
// weights, such that every node's sum is within its bounds: the bounded
// proportional fit clamp(λ·w, lo, hi), level by level, the projection that
// changes the proportions least. Inside a node that a bound holds, and nowhere
// else, another λ counts. The result is exact.
//
// It is found by fixing one side a round (after rnabox, Wesołowski, Wieczorkowski
// and Wójciak, Optimality of the recursive Neyman allocation, 2022): where the
// clamped amounts come to less than the total, whatever is held at its upper
// bound will be so in the end, and the other way round.
func fitTree(nodes []fitNode, total int64) ([]*big.Rat, *fitConflict) {
	if c := tighten(nodes, total); c != nil {
		return nil, c
	}
	out := make([]*big.Rat, len(nodes))
	f := &treeFit{nodes: nodes, out: out, first: childLists(nodes)}
	f.todo = append(f.todo, 0)
	out[0] = new(big.Rat).SetInt64(total)
	for len(f.todo) > 0 {
		v := f.todo[len(f.todo)-1]
		f.todo = f.todo[:len(f.todo)-1]
		f.divide(v)
	}
	return out, nil
}

// tighten finds what the bounds leave to each node, from the leaves up.
func tighten(nodes []fitNode, total int64) *fitConflict {
	for i := range nodes {
		n := &nodes[i]
		n.least, n.most, n.loose, n.below = 0, 0, true, new(big.Int)
		if n.leaf {
			n.least, n.most = n.lo, n.hi
			n.loose = n.lo <= 0 && n.hi == apportion.Unbounded
			n.below.Set(n.weight)
		}
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		n := &nodes[i]
		if !n.leaf {
			if n.hi != apportion.Unbounded && n.least > n.hi {
				return &fitConflict{node: int32(i), need: n.least, have: n.hi}
			}
			if n.most != apportion.Unbounded && n.most < n.lo {
				return &fitConflict{node: int32(i), need: n.most, have: n.lo, atMost: true}
			}
			n.loose = n.loose && n.lo <= 0 && n.hi == apportion.Unbounded
			n.least, n.most = max(n.least, n.lo), min(n.most, n.hi)
		}
		if n.weight != nil && n.leaf && n.weight.Sign() == 0 { // nearest to zero
			n.most = max(n.least, min(n.most, 0))
			n.loose = n.loose && n.most == 0
		}
		if n.parent < 0 {
			continue
		}
		p := &nodes[n.parent]
		p.below.Add(p.below, n.below)
		p.loose = p.loose && n.loose
		p.least = capped(p.least, n.least)
		if p.most != apportion.Unbounded {
			p.most = capped(p.most, n.most)
		}
	}
	switch root := &nodes[0]; {
	case root.least > total:
		return &fitConflict{node: 0, need: root.least, have: total}
	case root.most < total:
		return &fitConflict{node: 0, need: root.most, have: total, atMost: true}
	}
	return nil
}

// capped adds amounts without leaving the range of amounts.
func capped(a, b int64) int64 {
	if b == apportion.Unbounded || a > apportion.Unbounded-max(b, 0) {
		return apportion.Unbounded
	}
	return a + b
}

// A treeFit is a fit on its way.
type treeFit struct {
	nodes []fitNode
	out   []*big.Rat
	first [][]int32 // children
	todo  []int32   // nodes whose amount stands and is to be divided
}

func childLists(nodes []fitNode) [][]int32 {
	out := make([][]int32, len(nodes))
	for i := range nodes {
		if p := nodes[i].parent; p >= 0 {
			out[p] = append(out[p], int32(i))
		}
	}
	return out
}

// divide gives the nodes below v their parts of v's amount.
func (f *treeFit) divide(v int32) {
	if f.nodes[v].leaf {
		return
	}
	if f.nodes[v].loose {
		f.spread(v, f.out[v], f.nodes[v].below)
		return
	}
	below := f.belowOf(v)
	fixed := map[int32]bool{}
	for {
		lambda := f.lambda(v, below, fixed)
		value := f.clampAll(v, below, fixed, lambda)
		side := f.out[v].Cmp(value[v].sum)
		if side == 0 {
			f.settle(v, below, fixed, value)
			return
		}
		if !f.fix(v, below, fixed, value, side) {
			f.settle(v, below, fixed, value)
			return
		}
	}
}

// spread divides an amount over the leaves below v by weight alone.
func (f *treeFit) spread(v int32, amount *big.Rat, weight *big.Int) {
	stack := []int32{v}
	for len(stack) > 0 {
		n := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, c := range f.first[n] {
			f.out[c] = new(big.Rat)
			if weight.Sign() > 0 {
				f.out[c].SetFrac(f.nodes[c].below, weight)
				f.out[c].Mul(f.out[c], amount)
			}
			stack = append(stack, c)
		}
	}
}

// belowOf lists v and the nodes below it, parents first, but not what stands
// below a node without bounds.
func (f *treeFit) belowOf(v int32) []int32 {
	list := []int32{v}
	for k := 0; k < len(list); k++ {
		if n := list[k]; n == v || !f.nodes[n].loose {
			list = append(list, f.first[n]...)
		}
	}
	return list
}

// lambda is what a weight of 1 gets of what the fixed nodes leave.
func (f *treeFit) lambda(v int32, below []int32, fixed map[int32]bool) *big.Rat {
	rest := new(big.Rat).Set(f.out[v])
	weight := new(big.Int)
	held := map[int32]bool{}
	for _, n := range below[1:] {
		p := f.nodes[n].parent
		if held[p] {
			held[n] = true
			continue
		}
		if fixed[n] {
			held[n] = true
			rest.Sub(rest, f.out[n])
			continue
		}
		if f.nodes[n].leaf || f.nodes[n].loose {
			weight.Add(weight, f.nodes[n].below)
		}
	}
	if weight.Sign() == 0 {
		return new(big.Rat)
	}
	return rest.Quo(rest, new(big.Rat).SetInt(weight))
}

// A clamped is a node's amount for some λ: the sum of what is below, brought
// within its bounds; side is 1 where it is held at the upper one, -1 at the
// lower one.
type clamped struct {
	sum  *big.Rat
	side int
}

func (f *treeFit) clampAll(v int32, below []int32, fixed map[int32]bool, lambda *big.Rat) map[int32]*clamped {
	out := make(map[int32]*clamped, len(below))
	for _, n := range below {
		out[n] = &clamped{sum: new(big.Rat)}
	}
	for k := len(below) - 1; k >= 0; k-- {
		n, x := below[k], out[below[k]]
		node := &f.nodes[n]
		switch {
		case n == v:
			continue
		case fixed[n]:
			x.sum.Set(f.out[n])
		default:
			if node.leaf || node.loose {
				x.sum.SetInt(node.below)
				x.sum.Mul(x.sum, lambda)
			}
			x.clamp(node.least, node.most)
		}
		up := out[node.parent]
		up.sum.Add(up.sum, x.sum)
	}
	return out
}

func (x *clamped) clamp(lo, hi int64) {
	bound := new(big.Rat)
	if hi != apportion.Unbounded && x.sum.Cmp(bound.SetInt64(hi)) >= 0 {
		x.sum.Set(bound)
		x.side = 1
	}
	if x.sum.Cmp(bound.SetInt64(lo)) <= 0 {
		x.sum.Set(bound)
		x.side = -1
	}
	if lo == hi {
		x.side = 2 // both
	}
}

// fix holds the outermost nodes that are at the bounds of one side for good. It
// reports false where there are none.
func (f *treeFit) fix(v int32, below []int32, fixed map[int32]bool, value map[int32]*clamped, side int) bool {
	done := false
	held := map[int32]bool{}
	for _, n := range below[1:] {
		if p := f.nodes[n].parent; held[p] || fixed[n] {
			held[n] = true
			continue
		}
		if s := value[n].side; s == side || s == 2 {
			fixed[n], held[n], done = true, true, true
			f.out[n] = value[n].sum
		}
	}
	return done
}

// settle keeps the amounts that were found, and divides those of nodes that a
// bound holds among the nodes below them.
func (f *treeFit) settle(v int32, below []int32, fixed map[int32]bool, value map[int32]*clamped) {
	held := map[int32]bool{}
	for _, n := range below[1:] {
		if held[f.nodes[n].parent] {
			held[n] = true
			continue
		}
		f.out[n] = value[n].sum
		if fixed[n] || value[n].side != 0 || f.nodes[n].loose {
			held[n] = true
			f.todo = append(f.todo, n)
		}
	}
}

// toFixed returns a non-negative rational rounded down to a multiple of 2⁻⁶⁴.
func toFixed(r *big.Rat) apportion.Fixed {
	if r.Sign() <= 0 {
		return apportion.Fixed{}
	}
	return apportion.FixedInt(1).MulDivBig(r.Num(), r.Denom())
}
