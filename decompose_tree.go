package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A tree is the part of an axis over which a goal is split, in the order of
// its units with each unit before those below it.
type tree struct {
	axis  string
	nodes []node
	index map[string]int32

	// leaves are the nodes without units below them.
	leaves []int32

	// partial says that somebody is not there all the time.
	partial bool
}

// A node is a unit in its tree. Node 0 is the root: the goal's owner, or the
// whole axis, whose id is "".
type node struct {
	id     string
	unit   *Unit
	place  int32 // of the unit among those of the axis
	parent int32 // -1 for the root
	end    int32 // after the last node below
	level  int32

	// The node's leaves are those numbered [leaf, leafEnd).
	leaf, leafEnd int32

	// spans are the days, from the period's first, on which somebody is there;
	// nil for a unit that always is.
	spans []span
}

// A span is the days [from, to).
type span struct{ from, to int32 }

// isLeaf reports whether node i has nobody below.
func (t *tree) isLeaf(i int32) bool { return t.nodes[i].end == i+1 }

// children calls f with each child of v, in order.
func (t *tree) children(v int32, f func(c int32)) {
	for c := v + 1; c < t.nodes[v].end; c = t.nodes[c].end {
		f(c)
	}
}

// always reports whether every child of v is always there.
func (t *tree) always(v int32) bool {
	if !t.partial {
		return true
	}
	for c := v + 1; c < t.nodes[v].end; c = t.nodes[c].end {
		if t.nodes[c].spans != nil {
			return false
		}
	}
	return true
}

// newTree builds the subtree of owner, or of the whole axis if owner is "" or
// of another axis. The axis must have passed checkAxes.
func newTree(axis Axis, owner string) *tree {
	units := slices.Clone(axis.tree())
	at := make(map[string]int32, len(units))
	for i := range units {
		at[units[i].ID] = int32(i)
	}
	// Children by parent, in order: a counting sort by parent.
	first := make([]int32, len(units)+2)
	parentOf := func(u *Unit) int32 {
		if u.Parent == "" {
			return 0
		}
		return at[u.Parent] + 1
	}
	for i := range units {
		first[parentOf(&units[i])+1]++
	}
	for i := 1; i < len(first); i++ {
		first[i] += first[i-1]
	}
	below := make([]int32, len(units))
	fill := slices.Clone(first)
	for i := range units {
		p := parentOf(&units[i])
		below[fill[p]] = int32(i)
		fill[p]++
	}

	t := &tree{axis: axis.ID, index: make(map[string]int32)}
	root := int32(-1)
	if o, ok := at[owner]; ok && owner != "" {
		root = o
	}
	t.add(units, root, -1, 0)
	type visit struct{ unit, node, next int32 }
	stack := []visit{{root, 0, first[root+1]}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == first[top.unit+2] {
			n := &t.nodes[top.node]
			n.end, n.leafEnd = int32(len(t.nodes)), int32(len(t.leaves))
			stack = stack[:len(stack)-1]
			continue
		}
		unit := below[top.next]
		top.next++
		i := t.add(units, unit, top.node, t.nodes[top.node].level+1)
		if first[unit+1] == first[unit+2] {
			t.leaves = append(t.leaves, i)
			t.nodes[i].end, t.nodes[i].leafEnd = i+1, int32(len(t.leaves))
			continue
		}
		stack = append(stack, visit{unit, i, first[unit+1]})
	}
	if len(t.nodes) == 1 {
		t.leaves = []int32{0}
		t.nodes[0].leafEnd = 1
	}
	return t
}

func (t *tree) add(units []Unit, unit, parent, level int32) int32 {
	n := node{parent: parent, level: level, leaf: int32(len(t.leaves))}
	if unit >= 0 {
		n.id, n.unit, n.place = units[unit].ID, &units[unit], unit
	}
	i := int32(len(t.nodes))
	t.nodes = append(t.nodes, n)
	t.index[n.id] = i
	return i
}

// setPresence finds on which days of the period each unit is there: a leaf
// between its own From and To and those of all above it, an inner unit when
// any leaf below it is.
func (t *tree) setPresence(p calendar.Period) {
	days := int32(p.Days())
	own := make([]span, len(t.nodes))
	for i := range t.nodes {
		n := &t.nodes[i]
		s := span{0, days}
		if n.parent >= 0 {
			s = own[n.parent]
		}
		if u := n.unit; u != nil {
			if !u.From.IsZero() {
				s.from = max(s.from, clampDay(u.From.Sub(p.First), days))
			}
			if !u.To.IsZero() {
				s.to = min(s.to, clampDay(u.To.Sub(p.First)+1, days))
			}
		}
		own[i] = s
	}
	for i := len(t.nodes) - 1; i >= 0; i-- {
		n := &t.nodes[i]
		if !t.isLeaf(int32(i)) {
			t.unite(int32(i), days)
			continue
		}
		if s := own[i]; s != (span{0, days}) {
			t.partial = true
			n.spans = []span{}
			if s.from < s.to {
				n.spans = []span{s}
			}
		}
	}
}

func clampDay(d int, days int32) int32 { return int32(min(max(d, 0), int(days))) }

// unite sets an inner node's spans to the union of its children's.
func (t *tree) unite(v, days int32) {
	var all []span
	whole := false
	t.children(v, func(c int32) {
		if t.nodes[c].spans == nil {
			whole = true
		}
		if !whole {
			all = append(all, t.nodes[c].spans...)
		}
	})
	if whole {
		return
	}
	slices.SortFunc(all, func(a, b span) int { return int(a.from) - int(b.from) })
	merged := []span{}
	for _, s := range all {
		if k := len(merged) - 1; k >= 0 && s.from <= merged[k].to {
			merged[k].to = max(merged[k].to, s.to)
			continue
		}
		merged = append(merged, s)
	}
	if len(merged) == 1 && merged[0] == (span{0, days}) {
		return
	}
	t.nodes[v].spans = merged
}

// presence sets dst to the measure of each leaf period on which node i is
// there, in calendar days for a leaf period without a working day.
func (t *tree) presence(i int32, g *grid, dst []uint64) {
	spans := t.nodes[i].spans
	if spans == nil {
		for p, days := range g.measure {
			if dst[p] = days; days == 0 {
				dst[p] = uint64(g.pieces[p].Days())
			}
		}
		return
	}
	clear(dst)
	for _, s := range spans {
		for p := g.pieceOf(s.from); p < len(g.pieces); p++ {
			first := int32(g.pieces[p].First.Sub(g.whole.First))
			last := int32(g.pieces[p].Last.Sub(g.whole.First)) + 1
			if first >= s.to {
				break
			}
			from, to := max(first, s.from), min(last, s.to)
			if g.measure[p] == 0 {
				dst[p] += uint64(to - from)
				continue
			}
			dst[p] += uint64(g.running[to] - g.running[from])
		}
	}
}

// pieceOf returns the leaf period that holds day d.
func (g *grid) pieceOf(d int32) int {
	day := g.whole.First.AddDays(int(d))
	i, found := slices.BinarySearchFunc(g.pieces, day, func(q calendar.Period, d calendar.Date) int { return q.First.Compare(d) })
	if !found {
		i--
	}
	return max(i, 0)
}

// path returns the nodes from the root down to i.
func (t *tree) path(i int32) []int32 {
	var out []int32
	for ; i >= 0; i = t.nodes[i].parent {
		out = append(out, i)
	}
	slices.Reverse(out)
	return out
}

// ids returns the units' ids, for the nearest name of an unknown one.
func (t *tree) ids() []string {
	out := make([]string, len(t.nodes))
	for i := range t.nodes {
		out[i] = t.nodes[i].id
	}
	return out
}

// find returns the node of a unit; "" is the root.
func (t *tree) find(id, path string) (int32, *diag.Fault) {
	if id == "" {
		return 0, nil
	}
	if i, ok := t.index[id]; ok {
		return i, nil
	}
	return 0, &diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: "the units of " + t.axis, Near: diag.Nearest(id, t.ids())}
}
