package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A unit that changes teams has several nodes in its tree, its stints: one below
// each unit above which it stands in turn, on days of their own. Each is a leaf
// like any other; what is asked of the unit is asked of all of them.

// last returns the last node of the unit of node i.
func (t *tree) last(i int32) int32 {
	for t.nodes[i].next != 0 {
		i = t.nodes[i].next
	}
	return i
}

// nodesOf calls f with each node of a unit, from its first.
func (t *tree) nodesOf(first int32, f func(i int32)) {
	for i := first; ; i = t.nodes[i].next {
		f(i)
		if t.nodes[i].next == 0 {
			return
		}
	}
}

// moves reports whether the unit of node i changes teams, in the tree or out of
// it.
func (t *tree) moves(i int32) bool {
	u := t.nodes[i].unit
	return u != nil && len(u.Transfers) > 0 && t.nodes[i].parent >= 0
}

// on returns the node at which a unit stands on a day, by its first node; -1 on
// a day on which it stands outside of the tree. It needs the units' transfers,
// as moves does.
func (t *tree) on(first int32, day calendar.Date) int32 {
	if !t.moves(first) {
		return first
	}
	return t.below(first, t.nodes[first].unit.parentOn(day))
}

// below returns the node of a unit that stands below parent; -1 for none.
func (t *tree) below(first int32, parent string) int32 {
	for i := first; ; i = t.nodes[i].next {
		if t.parentID(i) == parent {
			return i
		}
		if t.nodes[i].next == 0 {
			return -1
		}
	}
}

// stint cuts the days [s.from, s.to) on which leaf i is there to those on which
// it stands below the node above, and by its ramp, which counts from the unit's
// own first day.
func (t *tree) stint(i int32, s span, p calendar.Period) []span {
	u := t.nodes[i].unit
	if !t.moves(i) {
		return t.rampUp(u, s, p)
	}
	out := []span{}
	for _, d := range u.daysBelow(t.parentID(i), p) {
		d.from, d.to, d.share = max(d.from, s.from), min(d.to, s.to), s.share
		out = append(out, t.rampUp(u, d, p)...)
	}
	return out
}

// like returns the nodes of another tree of the same axis that are those of
// node i: below the same unit, or all of the unit where i is the root.
func (t *tree) like(i int32, other *tree) []int32 {
	first, ok := other.index[t.nodes[i].id]
	if !ok {
		return nil
	}
	if t.nodes[i].parent >= 0 && other.nodes[first].parent >= 0 {
		if n := other.below(first, t.parentID(i)); n >= 0 {
			return []int32{n}
		}
		return nil
	}
	var out []int32
	other.nodesOf(first, func(n int32) { out = append(out, n) })
	return out
}

// stints returns the tuples of nodes that a tuple of units, by their first
// nodes, stands for.
func (cs *cascade) stints(firsts []int32) [][]int32 {
	out := [][]int32{firsts}
	for a, first := range firsts {
		t := cs.axes[a].tree
		if t.nodes[first].next == 0 {
			continue
		}
		var more [][]int32
		for _, tuple := range out {
			t.nodesOf(first, func(n int32) {
				next := slices.Clone(tuple)
				next[a] = n
				more = append(more, next)
			})
		}
		out = more
	}
	return out
}

// thereIn returns those of several tuples whose units are all there on a day of
// a stretch; the first, where none is.
func (cs *cascade) thereIn(tuples [][]int32, s stretch) [][]int32 {
	if len(tuples) == 1 {
		return tuples
	}
	var out [][]int32
	for _, nodes := range tuples {
		if len(cs.daysOf(nodes, s)) > 0 {
			out = append(out, nodes)
		}
	}
	if out == nil {
		return tuples[:1]
	}
	return out
}

// daysOf returns the days of a stretch, from the period's first, on which all of
// a tuple's units are there.
func (cs *cascade) daysOf(nodes []int32, s stretch) []span {
	g := cs.grid
	out := []span{{from: int32(s.First.Sub(g.whole.First)), to: int32(s.Last.Sub(g.whole.First)) + 1}}
	for a, n := range nodes {
		if spans := cs.axes[a].tree.nodes[n].spans; spans != nil {
			out = overlap(out, spans)
		}
	}
	return out
}

// overlap returns the days that two lists of spans in order have in common,
// neighbours together.
func overlap(a, b []span) []span {
	var out []span
	for i, j := 0, 0; i < len(a) && j < len(b); {
		from, to := max(a[i].from, b[j].from), min(a[i].to, b[j].to)
		if from < to {
			if k := len(out) - 1; k >= 0 && out[k].to == from {
				out[k].to = to
			} else {
				out = append(out, span{from: from, to: to})
			}
		}
		if a[i].to < b[j].to {
			i++
		} else {
			j++
		}
	}
	return out
}

// periodOf returns the days of a span.
func (g *grid) periodOf(s span) calendar.Period {
	return calendar.Span(g.whole.First.AddDays(int(s.from)), g.whole.First.AddDays(int(s.to)-1))
}

// choose keeps those of several tuples whose units stand below the given ones;
// "" takes any.
func (cs *cascade) choose(tuples [][]int32, parents []string, path string, c *diag.Collector) [][]int32 {
	if len(parents) > len(cs.axes) {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: counted(len(parents), "unit", "units"), Bound: counted(len(cs.axes), "axis", "axes")})
		return tuples
	}
	for a, parent := range parents {
		tuples = cs.chooseAt(tuples, a, parent, index(path, a), c)
	}
	return tuples
}

// chooseAt keeps those of several tuples whose unit of axis a stands below
// parent.
func (cs *cascade) chooseAt(tuples [][]int32, a int, parent, path string, c *diag.Collector) [][]int32 {
	if parent == "" {
		return tuples
	}
	var above []string
	var kept [][]int32
	for _, nodes := range tuples {
		id := cs.aboveID(nodes, a)
		above = append(above, id)
		if id == parent {
			kept = append(kept, nodes)
		}
	}
	if kept == nil {
		slices.Sort(above)
		c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: parent,
			Bound: "the units above " + cs.axes[a].nameOf(tuples[0][a]), Near: diag.Nearest(parent, slices.Compact(above))})
		return tuples
	}
	return kept
}

// aboveID returns the unit above that of axis a in a tuple.
func (cs *cascade) aboveID(nodes []int32, a int) string {
	n := &cs.axes[a].tree.nodes[nodes[a]]
	switch {
	case n.parent >= 0:
		return cs.axes[a].tree.nodes[n.parent].id
	case n.unit != nil:
		return n.unit.Parent
	}
	return ""
}

// parentsOf returns the units above those of a tuple that change teams; nil where
// none does. They tell the rows of such a unit from each other.
func (cs *cascade) parentsOf(nodes []int32) []string {
	var out []string
	for a, n := range nodes {
		if !cs.axes[a].tree.moves(n) {
			continue
		}
		if out == nil {
			out = make([]string, len(cs.rule.Axes))
		}
		out[a] = cs.aboveID(nodes, a)
	}
	return out
}
