package salesplan

import (
	"math/big"
	"math/bits"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// axes rebuilds the trees of a split, in the order of its rules; without any
// rule, that of the owner alone.
func (r *issuedReader) axes(cs *cascade, s *issuedState, path string) {
	rules := cs.rule.Axes
	if len(rules) == 0 {
		rules = []AxisRule{{}}
	}
	if len(s.Axes) != len(rules) {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/axes", Value: counted(len(s.Axes), "axis", "axes"), Bound: counted(len(rules), "axis", "axes")})
		return
	}
	for i := range s.Axes {
		a := &s.Axes[i]
		at := index(path+"/axes", i)
		if a.Axis != rules[i].Axis {
			r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: at + "/axis", Value: a.Axis, Bound: rules[i].Axis})
		}
		t := r.plant(a, cs.grid.whole, at)
		if t == nil {
			return
		}
		ax := &axisSplit{n: i, path: index("/goal/split/axes", i), root: index("/axes", i), axis: Axis{ID: a.Axis}, rule: rules[i], tree: t}
		cs.axes = append(cs.axes, ax)
	}
}

// plant rebuilds one tree; nil beside faults.
func (r *issuedReader) plant(a *issuedAxis, whole calendar.Period, path string) *tree {
	before := r.c.Len()
	n := len(a.Units)
	t := &tree{axis: a.Axis, index: make(map[string]int32, n), days: int32(whole.Days()), first: whole.First, scale: a.Scale}
	if t.scale == 0 || t.scale > maxRampScale || bigPow10(scaleDigits(t.scale)).Uint64() != t.scale {
		r.c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/scale", Value: strconv.FormatUint(t.scale, 10), Bound: "a power of ten up to 1000000"})
	}
	parents := r.ints(a.Parents, path+"/parents", n-1)
	if r.c.Len() > before || !r.grow(t, a, parents, path) {
		return nil
	}
	r.presence(t, a, whole, path+"/presence")
	r.details(t, a, path+"/details")
	if r.c.Len() > before {
		return nil
	}
	return t
}

// grow lays out the nodes, each of which stands below one of those that are
// open: the node before it and those above that.
func (r *issuedReader) grow(t *tree, a *issuedAxis, parents []int64, path string) bool {
	n := len(a.Units)
	t.nodes = make([]node, n)
	var open []int32
	last := make(map[string]int32, n) // the last node of each unit
	shut := func(down int64, k int) {
		for len(open) > 0 && int64(open[len(open)-1]) != down {
			v := &t.nodes[open[len(open)-1]]
			v.end, v.leafEnd = int32(k), int32(len(t.leaves))
			open = open[:len(open)-1]
		}
	}
	before := r.c.Len()
	for k := range n {
		v := node{id: string(a.Units[k]), parent: -1, leaf: int32(len(t.leaves))}
		if k > 0 {
			if shut(parents[k-1], k); len(open) == 0 {
				r.c.Add(&diag.Fault{Code: diag.Order, Path: path + "/parents", Value: strconv.FormatInt(parents[k-1], 10), Bound: "the node before " + strconv.Itoa(k) + " or one above it"})
				return false
			}
			v.parent = open[len(open)-1]
			v.level = t.nodes[v.parent].level + 1
		}
		leaf := k == n-1 || parents[k] != int64(k)
		if k > 0 || v.id != "" {
			checkID(v.id, index(path+"/units", k), r.c)
			v.unit = &Unit{}
		}
		t.nodes[k] = v
		if before, again := last[v.id]; again {
			t.nodes[before].next = int32(k)
		} else {
			t.index[v.id] = int32(k)
		}
		last[v.id] = int32(k)
		if leaf {
			t.leaves = append(t.leaves, int32(k))
			t.nodes[k].end = int32(k) + 1
		}
		open = append(open, int32(k))
	}
	shut(-1, n)
	return r.c.Len() == before
}

// presence reads when who is there.
func (r *issuedReader) presence(t *tree, a *issuedAxis, whole calendar.Period, path string) {
	list := r.ints(a.Presence, path, -1)
	wrong := func(at int) {
		r.c.Add(&diag.Fault{Code: diag.Order, Path: path, Value: "number " + strconv.Itoa(at), Bound: "leaves in order, each with its spans of days in order"})
	}
	last := int64(-1)
	for i := 0; i < len(list); {
		k := list[i]
		if k <= last || k >= int64(len(t.nodes)) || !t.isLeaf(int32(k)) || i+1 == len(list) || list[i+1] < 0 || list[i+1] > int64(len(list)-i-2)/3 {
			wrong(i)
			return
		}
		last = k
		spans := make([]span, 0, list[i+1])
		days := int32(0)
		i += 2
		for range cap(spans) {
			from, ok := spanned(list[i], whole)
			to, ok2 := spanned(list[i+1], whole)
			if !ok || !ok2 || from < days || from >= to || list[i+2] < 0 || uint64(list[i+2]) > t.scale {
				wrong(i)
				return
			}
			spans = append(spans, span{from, to, uint32(list[i+2])})
			days = to
			i += 3
		}
		t.nodes[k].spans, t.partial = spans, true
	}
	full := span{0, t.days, uint32(t.scale)}
	for i := int32(len(t.nodes)) - 1; i >= 0 && t.partial; i-- {
		if !t.isLeaf(i) {
			t.unite(i, full)
		}
	}
}

// details reads what few units have.
func (r *issuedReader) details(t *tree, a *issuedAxis, path string) {
	last := -1
	for i, d := range a.Details {
		if d.Node <= last || d.Node >= len(t.nodes) || t.nodes[d.Node].unit == nil {
			r.c.Add(&diag.Fault{Code: diag.Order, Path: index(path, i) + "/node", Value: strconv.Itoa(d.Node), Bound: "units in order"})
			return
		}
		last = d.Node
		if d.FTE.Valid && d.FTE.Decimal.IsNegative() {
			r.c.Add(&diag.Fault{Code: diag.Negative, Path: index(path, i) + "/fte", Value: d.FTE.Decimal.String(), Bound: "0"})
		}
		for k, x := range d.Transfers {
			at := index(index(path, i)+"/transfers", k)
			checkID(x.To, at+"/to", r.c)
			if k > 0 && !x.On.After(d.Transfers[k-1].On) {
				r.c.Add(&diag.Fault{Code: diag.Order, Path: at + "/on", Value: x.On.String(), Bound: "after " + d.Transfers[k-1].On.String()})
			}
		}
		*t.nodes[d.Node].unit = Unit{ID: t.nodes[d.Node].id, Parent: d.Parent, FTE: d.FTE, Successor: d.Successor, Sells: d.Sells, Transfers: d.Transfers}
	}
}

// weights reads what units weigh.
func (r *issuedReader) weights(cs *cascade, s *issuedState, path string, split bool) {
	rows := 1
	for i, ax := range cs.axes {
		at := index(path+"/axes", i)
		r.weigh(ax, &s.Axes[i], rows, at, split)
		rows *= len(ax.tree.leaves)
	}
}

// weigh reads the weights of one axis, below rows tuples of the axes before.
func (r *issuedReader) weigh(ax *axisSplit, a *issuedAxis, rows int, path string, split bool) {
	n := len(ax.tree.nodes)
	switch {
	case !split && (a.Weights != nil || a.Which != nil):
		r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/weights", Bound: "not of a stock"})
	case !split:
	case a.Which == nil:
		if xs := r.bigs(a.Weights, path+"/weights", n); xs != nil {
			ax.static = newWeighting(ax.tree, ax.limit)
			ax.static.fill(ax.tree, xs)
		}
	case ax.n == 0:
		r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/which", Bound: "no axis before"})
	default:
		which := r.ints(a.Which, path+"/which", rows)
		xs := r.bigs(a.Weights, path+"/weights", -1)
		if which == nil || xs == nil {
			return
		}
		if len(xs)%n != 0 {
			r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/weights", Value: counted(len(xs), "number", "numbers"), Bound: "trees of " + counted(n, "unit", "units")})
			return
		}
		ax.kept = &keptWeights{which: which}
		for ; len(xs) > 0; xs = xs[n:] {
			w := newWeighting(ax.tree, ax.limit)
			w.fill(ax.tree, xs[:n])
			ax.kept.list = append(ax.kept.list, w)
		}
		for _, k := range which {
			if k < 0 || k >= int64(len(ax.kept.list)) {
				r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/which", Value: strconv.FormatInt(k, 10), Bound: "0 to " + strconv.Itoa(len(ax.kept.list)-1)})
				return
			}
		}
	}
}

// fill gives all nodes the given weights.
func (w *weighting) fill(t *tree, xs []*big.Int) {
	for v := range t.nodes {
		v := int32(v)
		if t.isLeaf(v) {
			continue
		}
		var sum, carry uint64
		small := true
		t.children(v, func(c int32) {
			if small = small && xs[c].IsUint64(); small {
				sum, carry = bits.Add64(sum, xs[c].Uint64(), 0)
				small = carry == 0 && sum <= w.limit
			}
		})
		if !small {
			var weights []*big.Int
			t.children(v, func(c int32) { weights = append(weights, xs[c]) })
			w.set(t, v, weights)
			continue
		}
		w.sum[v] = sum
		t.children(v, func(c int32) { w.weight[c] = xs[c].Uint64() })
	}
}

// keptWeights are the weights of an axis's units where they differ by what
// is above: list has each once, which says whose are which.
type keptWeights struct {
	list  []*weighting
	which []int64 // by tuple of leaves of the axes before
}

// at returns the weights below a tuple of leaves.
func (k *keptWeights) at(before []*tree, prefix []int32) *weighting {
	r := 0
	for i, n := range prefix {
		r = r*len(before[i].leaves) + int(before[i].nodes[n].leaf)
	}
	return k.list[k.which[r]]
}
