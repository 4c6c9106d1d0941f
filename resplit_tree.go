package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
)

// A union is the tree of an axis in which both the issued units and those of the
// plan as it is now have their places: a node is the same where its unit and all
// units above are. Who changed teams has a node below each.
type union struct {
	*tree

	was, now []int32 // by node: that of the issued tree and of the plan's, -1 for none

	// vacancy is by node: the leaf that stands for those who left it; -1 for
	// none, and vacant says of a leaf that it is one.
	vacancy map[int32]int32
	vacant  map[int32]bool

	// before and after are by leaf and leaf period: the measure on which the
	// leaf is there as issued, and by the plan as it is now.
	before, after []int32

	// changed says of a leaf that both differ somewhere.
	changed []bool
}

// A pair is a node of the issued tree and one of the plan's, at the same place;
// -1 for none.
type pair struct{ was, now int32 }

// uniteTrees lays out the nodes of both trees, those of the issued one first among
// siblings. teams are nodes of the issued tree that get a vacancy line called by
// name.
func uniteTrees(was, now *tree, isVacancy func(int32) bool, teams map[int32]string) *union {
	u := &union{
		tree:    &tree{axis: now.axis, index: make(map[string]int32, len(now.nodes)), days: now.days, first: now.first, scale: now.scale},
		vacancy: map[int32]int32{}, vacant: map[int32]bool{},
	}
	type visit struct {
		node int32
		kids []pair
		next int
	}
	u.put(pair{0, 0}, was, now, -1, 0)
	stack := []visit{{node: 0, kids: pairUp(was, now, pair{0, 0})}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		at := &u.nodes[top.node]
		if top.next == len(top.kids) {
			if name, ok := teams[u.was[top.node]]; ok && u.was[top.node] >= 0 {
				u.vacancy[top.node] = u.putLeaf(name, top.node)
			}
			at = &u.nodes[top.node]
			at.end, at.leafEnd = int32(len(u.nodes)), int32(len(u.leaves))
			stack = stack[:len(stack)-1]
			continue
		}
		p := top.kids[top.next]
		top.next++
		i := u.put(p, was, now, top.node, at.level+1)
		if p.was >= 0 && isVacancy(p.was) {
			u.vacant[i] = true
			u.vacancy[u.nodes[i].parent] = i
		}
		stack = append(stack, visit{node: i, kids: pairUp(was, now, p)})
		if len(stack[len(stack)-1].kids) == 0 {
			stack = stack[:len(stack)-1]
			u.leaves = append(u.leaves, i)
			u.nodes[i].end, u.nodes[i].leafEnd = i+1, int32(len(u.leaves))
		}
	}
	if len(u.nodes) == 1 {
		u.leaves = []int32{0}
		u.nodes[0].leafEnd = 1
	}
	return u
}

// put adds the node of a pair.
func (u *union) put(p pair, was, now *tree, parent, level int32) int32 {
	n := node{parent: parent, level: level}
	if p.was >= 0 {
		o := &was.nodes[p.was]
		n.id, n.name, n.unit, n.place = o.id, o.name, o.unit, -1
	}
	if p.now >= 0 {
		o := &now.nodes[p.now]
		n.id, n.name, n.unit, n.place = o.id, o.name, o.unit, o.place
	}
	return u.add(n, p)
}

func (u *union) add(n node, p pair) int32 {
	i := int32(len(u.nodes))
	n.leaf = int32(len(u.leaves))
	u.nodes = append(u.nodes, n)
	u.was, u.now = append(u.was, p.was), append(u.now, p.now)
	u.list(i)
	return i
}

// places returns the nodes of a unit, those that the given side has before the
// others; none for a unit that isn't there.
func (u *union) places(id string, side []int32) []int32 {
	first, ok := u.index[id]
	if !ok {
		return nil
	}
	var out, others []int32
	u.nodesOf(first, func(i int32) {
		if side[i] >= 0 {
			out = append(out, i)
		} else {
			others = append(others, i)
		}
	})
	return append(out, others...)
}

// moved reports whether the unit of a leaf is there more than it was at another
// one, or less.
func (u *union) moved(leaf int32, more bool) bool {
	from, to := u.after, u.before
	if more {
		from, to = to, from
	}
	cols := len(from) / len(u.leaves)
	found := false
	u.nodesOf(u.index[u.nodes[leaf].id], func(n int32) {
		if n == leaf || !u.isLeaf(n) {
			return
		}
		at := int(u.nodes[n].leaf) * cols
		for p := at; p < at+cols; p++ {
			found = found || from[p] < to[p]
		}
	})
	return found
}

// putLeaf adds a vacancy line below a team.
func (u *union) putLeaf(name string, team int32) int32 {
	i := u.add(node{id: name, unit: &Unit{ID: name}, place: -1, parent: team, level: u.nodes[team].level + 1}, pair{-1, -1})
	u.vacant[i] = true
	u.leaves = append(u.leaves, i)
	u.nodes[i].end, u.nodes[i].leafEnd = i+1, int32(len(u.leaves))
	return i
}

// pairUp returns the children of a place, by their ids.
func pairUp(was, now *tree, p pair) []pair {
	if p.was >= 0 && p.now >= 0 {
		if out, ok := sameChildren(was, now, p); ok {
			return out
		}
	}
	var out []pair
	if p.was >= 0 {
		was.children(p.was, func(c int32) { out = append(out, pair{c, -1}) })
	}
	if p.now < 0 {
		return out
	}
	at := make(map[string]int, len(out))
	for i, x := range out {
		at[was.nodes[x.was].id] = i
	}
	now.children(p.now, func(c int32) {
		if i, ok := at[now.nodes[c].id]; ok {
			out[i].now = c
			return
		}
		out = append(out, pair{-1, c})
	})
	return out
}

// sameChildren pairs children that are the same in the same order on both sides,
// but for those that come behind the others on one; false for any others.
func sameChildren(was, now *tree, p pair) ([]pair, bool) {
	var out []pair
	a, b := p.was+1, p.now+1
	endA, endB := was.nodes[p.was].end, now.nodes[p.now].end
	for a < endA && b < endB {
		if was.nodes[a].id != now.nodes[b].id {
			return nil, false
		}
		out = append(out, pair{a, b})
		a, b = was.nodes[a].end, now.nodes[b].end
	}
	for ; a < endA; a = was.nodes[a].end {
		out = append(out, pair{a, -1})
	}
	for ; b < endB; b = now.nodes[b].end {
		out = append(out, pair{-1, b})
	}
	return out, true
}

// checkLeaves refuses units that are owed something themselves on one side and
// have units below on the other.
func (u *union) checkLeaves(was, now *tree, ax *axisSplit, c *diag.Collector) {
	for i := range u.nodes {
		if u.isLeaf(int32(i)) {
			continue
		}
		if k := u.was[i]; k >= 0 && was.isLeaf(k) {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: ax.unitPath(u.now[i]), Value: u.nodes[i].id, Bound: "a unit without units below, as issued"})
		}
		if k := u.now[i]; k >= 0 && now.isLeaf(k) {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: ax.unitPath(k), Value: u.nodes[i].id, Bound: "a unit with units below, as issued"})
		}
	}
}

// measureBoth finds on how much of each leaf period each leaf is there: as
// issued, and by the plan.
func (u *union) measureBoth(was, now *tree, g *grid) {
	cols := len(g.pieces)
	u.before, u.after = make([]int32, len(u.leaves)*cols), make([]int32, len(u.leaves)*cols)
	u.changed = make([]bool, len(u.leaves))
	for k, leaf := range u.leaves {
		if i := u.was[leaf]; i >= 0 {
			was.measureOf(i, g, u.before[k*cols:(k+1)*cols])
		}
		if i := u.now[leaf]; i >= 0 {
			now.measureOf(i, g, u.after[k*cols:(k+1)*cols])
		}
		if u.vacant[leaf] { // always there
			(&tree{nodes: make([]node, 1)}).measureOf(0, g, u.after[k*cols:(k+1)*cols])
			copy(u.before[k*cols:], u.after[k*cols:(k+1)*cols])
		}
		u.changed[k] = !slices.Equal(u.before[k*cols:(k+1)*cols], u.after[k*cols:(k+1)*cols])
	}
}

// measureOf sets dst to the measure on which node i is there, whatever its ramp
// lets it carry: calendar days in a leaf period without a working day.
func (t *tree) measureOf(i int32, g *grid, dst []int32) {
	spans := t.nodes[i].spans
	if spans == nil {
		for p, days := range g.measure {
			if days == 0 {
				days = uint64(g.pieces[p].Days())
			}
			dst[p] = int32(days)
		}
		return
	}
	t.eachDay(spans, g, func(p int, days uint64, _ span) { dst[p] += int32(days) })
}

// settleSpans sets the days on which the nodes are there from now on: as in the
// plan, and for units that it no longer has as issued, up to day until.
func (u *union) settleSpans(was, now *tree, until int32) {
	full := span{0, u.days, uint32(u.scale)}
	for i := len(u.nodes) - 1; i >= 0; i-- {
		n := &u.nodes[i]
		switch {
		case !u.isLeaf(int32(i)):
			u.unite(int32(i), full)
		case u.vacant[int32(i)]:
		case u.now[i] >= 0:
			n.spans = slices.Clone(now.nodes[u.now[i]].spans)
		default:
			spans := was.nodes[u.was[i]].spans
			if spans == nil {
				spans = []span{{0, u.days, uint32(was.scale)}}
			}
			n.spans = []span{}
			for _, s := range spans {
				if s.to = min(s.to, until); s.from < s.to {
					s.share = uint32(uint64(s.share) * u.scale / max(was.scale, 1))
					n.spans = append(n.spans, s)
				}
			}
		}
		u.partial = u.partial || n.spans != nil
	}
}

// vacancyOf names the vacancy line of a team, unlike any unit there is.
func vacancyOf(t *tree, team int32, taken map[string]bool) string {
	name := "vacancy"
	if id := t.nodes[team].id; id != "" {
		name = id + "/vacancy"
	}
	free := name
	for k := 2; taken[free]; k++ {
		free = name + "-" + strconv.Itoa(k)
	}
	return free
}
