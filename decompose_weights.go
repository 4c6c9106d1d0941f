package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A weighting is how much each node of a tree weighs among its siblings.
type weighting struct {
	weight []uint64 // by node
	sum    []uint64 // by inner node: of its children's weights

	// wide holds the weights of nodes, and wideSum the sums of their parents,
	// where they need more than 64 bits; weight and sum are then 0.
	wide    map[int32]*big.Int
	wideSum map[int32]*big.Int
}

// weightLimit keeps a group's weights, times the days of a period, within 63
// bits.
const weightLimit = 1 << 40

func newWeighting(t *tree) *weighting {
	return &weighting{weight: make([]uint64, len(t.nodes)), sum: make([]uint64, len(t.nodes))}
}

// even gives every child of v the same weight.
func (w *weighting) even(t *tree, v int32) {
	t.children(v, func(c int32) {
		w.weight[c] = 1
		w.sum[v]++
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
	wide := sum.BitLen() > 63 || sum.Uint64() > weightLimit
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
	w := newWeighting(t)
	for v := range t.nodes {
		v := int32(v)
		if t.isLeaf(v) {
			continue
		}
		rule := ax.rule.at(int(t.nodes[v].level) + 1)
		switch rule.Basis {
		case BasisWeights:
			ax.byWeights(w, v, c)
		case BasisHistory:
			ax.byHistory(w, v, rule, prefix, c)
		default:
			w.even(t, v)
		}
	}
	return w
}

// byWeights takes the units' own weights: of all siblings, or of none, who
// then weigh the same.
func (ax *axisSplit) byWeights(w *weighting, v int32, c *diag.Collector) {
	var ws []decimal.Decimal
	given, bad := 0, false
	ax.tree.children(v, func(child int32) {
		u := ax.tree.nodes[child].unit
		if u.Weight.Valid {
			given++
			bad = bad || !checkAmount(u.Weight.Decimal) || u.Weight.Decimal.IsNegative()
		}
		ws = append(ws, u.Weight.Decimal)
	})
	switch {
	case bad:
		return // a fault of the unit, said by checkAxes
	case given == 0:
		w.even(ax.tree, v)
	case given < len(ws):
		ax.tree.children(v, func(child int32) {
			if u := ax.tree.nodes[child].unit; !u.Weight.Valid {
				c.Add(&diag.Fault{Code: diag.Required, Path: ax.unitPath(child) + "/weight", Bound: "a weight, as its siblings have"})
			}
		})
	default:
		w.set(ax.tree, v, weightBigs(ws))
	}
}

// byHistory takes what the children of v brought, and the rule's answer for
// newcomers.
func (ax *axisSplit) byHistory(w *weighting, v int32, rule BasisRule, prefix []int32, c *diag.Collector) {
	t, table := ax.tree, ax.pasts[rule.Period]
	past := table.below(prefix)
	var weights, known []*big.Int
	var newcomers []int32
	t.children(v, func(child int32) {
		if !table.known[child] {
			newcomers = append(newcomers, child)
			weights = append(weights, nil)
			return
		}
		x := past.amount(child)
		if x.Sign() < 0 {
			c.Add(&diag.Fault{Code: diag.Negative, Path: ax.unitPath(child), Value: past.text(x), Bound: "0 (what " + rule.Period + " brought)"})
			x.SetInt64(0)
		}
		weights = append(weights, x)
		known = append(known, x)
	})
	if len(newcomers) > 0 && !ax.admit(weights, known, newcomers, v, rule, past, c) {
		return
	}
	w.set(t, v, weights)
}

// admit fills the weights of newcomers, which are nil so far. It reports false
// where there is nothing to fill them with.
func (ax *axisSplit) admit(weights, known []*big.Int, newcomers []int32, v int32, rule BasisRule, past past, c *diag.Collector) bool {
	switch rule.Newcomers {
	case NewcomersMedian:
		if len(known) == 0 {
			for i := range weights {
				weights[i] = big.NewInt(1)
			}
			return true
		}
		median := doubledMedian(known)
		for i, x := range weights {
			if x == nil {
				weights[i] = new(big.Int).Set(median)
				continue
			}
			x.Lsh(x, 1)
		}
		return true
	case NewcomersWeight:
		ok := true
		for i, k := 0, 0; i < len(weights); i++ {
			if weights[i] != nil {
				continue
			}
			child := newcomers[k]
			u := ax.tree.nodes[child].unit
			k++
			if !u.Weight.Valid {
				c.Add(&diag.Fault{Code: diag.Required, Path: ax.unitPath(child) + "/weight", Bound: "a weight: the unit has no history"})
				ok = false
				continue
			}
			weights[i] = past.whole(u.Weight.Decimal)
		}
		return ok
	}
	for _, n := range newcomers {
		c.Add(&diag.Fault{Code: diag.NoWeight, Path: ax.unitPath(n), Value: ax.tree.nodes[n].id,
			Bound: "newcomers: " + string(NewcomersMedian) + " or " + string(NewcomersWeight)})
	}
	return false
}

// doubledMedian returns twice the median of a non-empty list.
func doubledMedian(xs []*big.Int) *big.Int {
	s := slices.Clone(xs)
	slices.SortFunc(s, func(a, b *big.Int) int { return a.Cmp(b) })
	return new(big.Int).Add(s[(len(s)-1)/2], s[len(s)/2])
}
