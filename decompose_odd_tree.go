package salesplan

import (
	"cmp"
	"slices"

	"github.com/salesplan/salesplan/diag"
)

// nest hangs the tree of an axis below each of tops, or makes it the first, and
// returns the nodes of its leaves: rows of the table where it is the last.
func (o *oddPlacer) nest(t *tree, tops []int, last bool) []int {
	var out []int
	for r, top := range tops {
		ids := make([]int, len(t.nodes))
		for i := range t.nodes {
			up := top
			if i > 0 {
				up = ids[t.nodes[i].parent]
			}
			switch leaf := t.isLeaf(int32(i)); {
			case last && leaf:
				ids[i] = r*len(t.leaves) + int(t.nodes[i].leaf)
				o.above[ids[i]] = up
			case i == 0 && top >= 0:
				ids[i] = top
			default:
				ids[i] = o.node(up)
			}
		}
		if top < 0 {
			o.units = ids
		}
		for _, leaf := range t.leaves {
			out = append(out, ids[leaf])
		}
	}
	return out
}

// lockLines fixes what the second axis's locked totals have beyond whole steps.
// A line is no node of the tree: the rest of one stands below one unit of the
// first axis, and all else of a locked line is in whole steps.
func (o *oddPlacer) lockLines(c *diag.Collector) {
	if len(o.cs.axes) < 2 {
		return
	}
	locks := o.lineLocks(c)
	if len(locks) == 0 {
		return
	}
	leaves := len(o.cs.axes[1].tree.leaves)
	lines := o.knownLines()
	closed := make([]bool, leaves)
	rests := make([]int64, leaves)
	for _, l := range locks {
		rest, at := o.beyond(l.rule), -1
		for _, j := range l.leaves {
			rest = o.layer.mod(rest - lines[j] - rests[j])
			if at < 0 && !closed[j] {
				at = j
			}
		}
		if rest != 0 && at < 0 {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", l.rule), Bound: excludedByOthers})
			return
		}
		if rest != 0 {
			rests[at] = rest
		}
		for _, j := range l.leaves {
			closed[j] = true
		}
	}
	o.fixLines(closed, rests, c)
}

// A lineLock is a lock of a line's total, or of the parts of one that changes
// places in the second axis's tree.
type lineLock struct {
	rule   int
	leaves []int
}

// lineLocks lists the locks of the second axis's totals: those of single leaves
// first, then of lines that change, then of lines with others below, the deepest
// first.
func (o *oddPlacer) lineLocks(c *diag.Collector) []lineLock {
	t := o.cs.axes[1].tree
	locks := map[[2]int32]boundPlace{} // by the first and last node
	var keys [][2]int32
	for _, k := range o.places {
		if !o.cs.rule.Bounds[k.rule].Lock.Valid || o.cs.placeKind(k) != placeLine {
			continue
		}
		key := [2]int32{k.tuples[0][1], k.tuples[len(k.tuples)-1][1]}
		was, twice := locks[key]
		if twice && o.beyond(was.rule) != o.beyond(k.rule) {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.rule), Bound: excludedByOthers})
		}
		if locks[key] = k; !twice {
			keys = append(keys, key)
		}
	}
	kind := func(k [2]int32) int {
		switch {
		case k[0] != k[1]:
			return 1
		case t.isLeaf(k[0]):
			return 0
		}
		return 2
	}
	slices.SortFunc(keys, func(x, y [2]int32) int {
		return cmp.Or(cmp.Compare(kind(x), kind(y)), cmp.Compare(y[0], x[0]), cmp.Compare(y[1], x[1]))
	})
	var out []lineLock
	for _, k := range keys {
		l := lineLock{rule: locks[k].rule}
		for _, nodes := range locks[k].tuples {
			for j := t.nodes[nodes[1]].leaf; j < t.nodes[nodes[1]].leafEnd; j++ {
				l.leaves = append(l.leaves, int(j))
			}
		}
		out = append(out, l)
	}
	return out
}

// knownLines adds up what pairs of the first two axes' leaves have beyond whole
// steps by line, where that stands: those that are locked and those of which all
// cells are, which are fixed.
func (o *oddPlacer) knownLines() []int64 {
	leaves := len(o.cs.axes[1].tree.leaves)
	out := make([]int64, leaves)
	block := o.cs.block(2)
	for r, v := range o.tops[1] {
		odd, known := o.fixed[v]
		if !known && !o.anyOpen(r*block, (r+1)*block) {
			for i := r * block; i < (r+1)*block; i++ {
				odd -= o.excess[i]
			}
			odd = o.layer.mod(odd)
			o.fix(v, odd, -1, nil)
		}
		out[r%leaves] = o.layer.mod(out[r%leaves] + odd)
	}
	return out
}

// anyOpen reports whether some cell of rows may carry a rest.
func (o *oddPlacer) anyOpen(from, to int) bool {
	for _, open := range o.open[from*o.cols : to*o.cols] {
		if open {
			return true
		}
	}
	return false
}

// fixLines puts the rests of locked lines below the first unit that has open
// cells in all of them, or else each below the first that has.
func (o *oddPlacer) fixLines(closed []bool, rests []int64, c *diag.Collector) {
	leaves := len(closed)
	can := func(unit, line int) bool {
		_, known := o.fixed[o.tops[1][unit*leaves+line]]
		return !known
	}
	units := len(o.tops[1]) / leaves
	all := -1
	for u := 0; u < units && all < 0; u++ {
		all = u
		for j, rest := range rests {
			if rest != 0 && !can(u, j) {
				all = -1
				break
			}
		}
	}
	for j := range closed {
		if !closed[j] {
			continue
		}
		at := all
		for u := 0; u < units && at < 0; u++ {
			if can(u, j) {
				at = u
			}
		}
		if rests[j] != 0 && at < 0 {
			c.Add(o.cs.noCellFor(o.layer, rests[j]))
			return
		}
		for u := range units {
			if !can(u, j) {
				continue
			}
			odd := int64(0)
			if u == at {
				odd = rests[j]
			}
			o.fix(o.tops[1][u*leaves+j], odd, -1, nil)
		}
	}
}

// settle gives cells what makes everything add up: on a tree of open cells and
// other amounts, from its leaves up.
func (o *oddPlacer) settle() *diag.Fault {
	open := openCells{o.rows, o.cols, func(i, j int) bool { return o.open[i*o.cols+j] },
		func(i int) bool { return o.layer.mod(o.excess[i]) != 0 }}
	columns := open.columns()
	root := columns[min(o.cs.attempt, len(columns)-1)]
	up, order := open.trees(root)
	f := newOddForest(len(o.excess))
	for _, v := range order {
		if up[v] >= 0 {
			f.join(v, up[v])
		}
	}
	for _, a := range o.arcs {
		if a.from == o.rows+root {
			f.join(a.from, a.to)
		}
	}
	for _, a := range o.arcs {
		f.join(a.from, a.to)
	}
	for k := len(f.walk()) - 1; k >= 0; k-- {
		v := f.order[k]
		rest := o.layer.mod(o.excess[v])
		if rest == 0 {
			continue
		}
		w := f.up[v]
		if w < 0 {
			return o.cs.noCellFor(o.layer, rest)
		}
		o.excess[w] += rest
		o.excess[w] = o.layer.mod(o.excess[w])
		switch {
		case v < o.rows && w >= o.rows && w < o.rows+o.cols: // out of a row
			o.layer.cells = append(o.layer.cells, oddAmount{v*o.cols + w - o.rows, rest, -1})
		case w < o.rows && v >= o.rows && v < o.rows+o.cols: // into a column
			o.layer.cells = append(o.layer.cells, oddAmount{w*o.cols + v - o.rows, o.layer.per - rest, -1})
		}
	}
	return nil
}

// An oddForest is a forest over nodes that grows by what joins two trees.
type oddForest struct {
	set   []int
	near  [][]int
	up    []int // after a walk: the node towards the first of the tree; -1
	order []int
}

func newOddForest(n int) *oddForest {
	f := &oddForest{set: make([]int, n), near: make([][]int, n), up: make([]int, n)}
	for i := range f.set {
		f.set[i] = i
	}
	return f
}

func (f *oddForest) tree(v int) int {
	for f.set[v] != v {
		f.set[v] = f.set[f.set[v]]
		v = f.set[v]
	}
	return v
}

// join adds an edge, unless both ends are in one tree.
func (f *oddForest) join(v, w int) {
	if x, y := f.tree(v), f.tree(w); x != y {
		f.set[x] = y
		f.near[v], f.near[w] = append(f.near[v], w), append(f.near[w], v)
	}
}

// walk orders the nodes, each behind the one towards the first of its tree.
func (f *oddForest) walk() []int {
	seen := make([]bool, len(f.set))
	for s := range f.set {
		if seen[s] {
			continue
		}
		head := len(f.order)
		seen[s], f.up[s] = true, -1
		f.order = append(f.order, s)
		for ; head < len(f.order); head++ {
			v := f.order[head]
			for _, w := range f.near[v] {
				if !seen[w] {
					seen[w], f.up[w] = true, v
					f.order = append(f.order, w)
				}
			}
		}
	}
	return f.order
}
