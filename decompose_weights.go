package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/diag"
)

// A weighting is how much each node of a tree weighs among its siblings.
type weighting struct {
	weight []uint64 // by node
	sum    []uint64 // by inner node: of its children's weights

	// wide holds the weights of nodes, and wideSum the sums of their parents,
	// where they need more than 64 bits; weight and sum are then 0.
	wide    map[int32]*big.Int
	wideSum map[int32]*big.Int

	// limit keeps a group's weights, times what a leaf period counts, within
	// 63 bits.
	limit uint64
}

func newWeighting(t *tree, limit uint64) *weighting {
	return &weighting{weight: make([]uint64, len(t.nodes)), sum: make([]uint64, len(t.nodes)), limit: limit}
}

// even gives every child of v that counts the same weight.
func (w *weighting) even(t *tree, v int32, counts mask) {
	t.children(v, func(c int32) {
		if counts.has(c) {
			w.weight[c] = 1
			w.sum[v]++
		}
	})
}

// set gives the children of v the given weights, which must not be negative,
// divided by what they have in common.
func (w *weighting) set(t *tree, v int32, weights []*big.Int) {
	gcd, sum := new(big.Int), new(big.Int)
	for _, x := range weights {
		gcd.GCD(nil, nil, gcd, x)
	}
	if gcd.Sign() == 0 {
		return
	}
	for _, x := range weights {
		x.Quo(x, gcd)
		sum.Add(sum, x)
	}
	wide := sum.BitLen() > 63 || sum.Uint64() > w.limit
	if wide && w.wide == nil {
		w.wide, w.wideSum = make(map[int32]*big.Int), make(map[int32]*big.Int)
	}
	i := 0
	t.children(v, func(c int32) {
		if wide {
			w.wide[c] = weights[i]
		} else {
			w.weight[c] = weights[i].Uint64()
		}
		i++
	})
	if wide {
		w.wideSum[v] = sum
	} else {
		w.sum[v] = sum.Uint64()
	}
}

// total returns the sum of the weights of v's children, of any size.
func (w *weighting) total(v int32) *big.Int {
	if g := w.wideSum[v]; g != nil {
		return g
	}
	return new(big.Int).SetUint64(w.sum[v])
}

// of returns the weight of a node, of any size.
func (w *weighting) of(i int32) *big.Int {
	if x := w.wide[i]; x != nil {
		return x
	}
	return new(big.Int).SetUint64(w.weight[i])
}

// weigh returns the weights of an axis's units below the given units of the
// axes before. Faults are below the axis or its rule.
func (ax *axisSplit) weigh(prefix []int32, c *diag.Collector) *weighting {
	t := ax.tree
	w := newWeighting(t, ax.limit)
	m := &measurer{ax: ax, prefix: prefix, counts: ax.sold(prefix), c: c}
	for v := range t.nodes {
		v := int32(v)
		if t.isLeaf(v) {
			continue
		}
		rule := ax.rule.at(int(t.nodes[v].level) + 1)
		even := rule.Basis == "" || rule.Basis == BasisEven || rule.Basis == BasisWeights && !ax.anyWeight(v)
		if even && rule.Growth == nil && rule.Buckets == nil {
			w.even(t, v, m.counts)
			continue
		}
		if xs := m.siblings(v).weigh(rule); xs != nil {
			w.set(t, v, xs)
		}
	}
	return w
}

// anyWeight reports whether a child of v has a weight of its own.
func (ax *axisSplit) anyWeight(v int32) bool {
	t := ax.tree
	for c := v + 1; c < t.nodes[v].end; c = t.nodes[c].end {
		if t.nodes[c].unit.Weight.Valid {
			return true
		}
	}
	return false
}

// A mask says which nodes of a tree count; nil says that all do.
type mask []bool

func (m mask) has(i int32) bool { return m == nil || m[i] }

// sold returns the nodes that all units of the axes before sell: those that
// they name, with what stands above and below.
func (ax *axisSplit) sold(prefix []int32) mask {
	var out mask
	for i, n := range prefix {
		before := ax.before[i]
		for ; n >= 0; n = before.nodes[n].parent {
			if u := before.nodes[n].unit; u != nil && u.Sells != nil {
				out = ax.tree.keep(u.Sells, out)
			}
		}
	}
	return out
}

// keep narrows a mask to the units of the given ids, with what stands above and
// below. Without any of them in the tree, it stays.
func (t *tree) keep(ids []string, old mask) mask {
	var out mask
	for _, id := range ids {
		i, ok := t.index[id]
		if !ok {
			continue
		}
		if out == nil {
			out = make(mask, len(t.nodes))
		}
		t.nodesOf(i, func(i int32) {
			for _, above := range t.path(i) {
				out[above] = true
			}
			for below := i; below < t.nodes[i].end; below++ {
				out[below] = true
			}
		})
	}
	if out == nil {
		return old
	}
	for i := range out {
		out[i] = out[i] && old.has(int32(i))
	}
	return out
}

// doubledMedian returns twice the median of a non-empty list.
func doubledMedian(xs []*big.Int) *big.Int {
	s := slices.Clone(xs)
	slices.SortFunc(s, func(a, b *big.Int) int { return a.Cmp(b) })
	return new(big.Int).Add(s[(len(s)-1)/2], s[len(s)/2])
}
