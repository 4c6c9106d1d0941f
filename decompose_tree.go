package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A tree is the part of an axis over which a goal is split, in the order of
// its units with each unit before those below it.
type tree struct {
	axis  string
	nodes []node

	// index has the first node of each unit.
	index map[string]int32

	// leaves are the nodes without units below them.
	leaves []int32

	// partial says that somebody is not there all the time, or not fully.
	partial bool

	// days are the calendar days of the goal's period, from first on.
	days  int32
	first calendar.Date

	// scale is what a full day counts in presence, so that a ramp's shares of
	// it are whole numbers.
	scale uint64
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

	// next is the next node of the same unit, one that stands below several
	// others in turn; 0 for none.
	next int32

	// The node's leaves are those numbered [leaf, leafEnd).
	leaf, leafEnd int32

	// spans are the days, from the period's first, on which somebody is there;
	// nil for a unit that always is.
	spans []span
}

// forget lets go of the units, but for what is read of them after a goal was
// split: who follows them, how many heads they are, what they sell, where they
// go, and what the root belongs to. There may be very many, and most have none of it.
func (t *tree) forget() {
	nobody := &Unit{}
	for i := range t.nodes {
		u := t.nodes[i].unit
		switch {
		case u == nil:
		case i == 0 || u.FTE.Valid || u.Successor != "" || u.Sells != nil || u.Transfers != nil:
			t.nodes[i].unit = &Unit{ID: u.ID, Parent: u.Parent, FTE: u.FTE, Successor: u.Successor, Sells: u.Sells, Transfers: u.Transfers}
		default:
			t.nodes[i].unit = nobody
		}
	}
}

// A span is the days [from, to), of which share of the tree's scale counts.
type span struct {
	from, to int32
	share    uint32
}

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
// of another axis. A unit that changes teams has a node below each of those that
// are in the tree. The axis must have passed checkAxes.
func newTree(axis Axis, owner string) *tree {
	units := slices.Clone(axis.tree())
	for i := range units {
		if units[i].Sells != nil {
			units[i].Sells = slices.Clone(units[i].Sells)
		}
		if units[i].Transfers != nil {
			units[i].Transfers = slices.Clone(units[i].Transfers)
		}
	}
	at := make(map[string]int32, len(units))
	for i := range units {
		at[units[i].ID] = int32(i)
	}
	// Children by parent, in order: a counting sort by parent.
	first := make([]int32, len(units)+2)
	slotOf := func(parent string) int32 {
		if parent == "" {
			return 0
		}
		return at[parent] + 1
	}
	for i := range units {
		units[i].eachParent(func(parent string) { first[slotOf(parent)+1]++ })
	}
	for i := 1; i < len(first); i++ {
		first[i] += first[i-1]
	}
	below := make([]int32, first[len(first)-1])
	fill := slices.Clone(first)
	for i := range units {
		units[i].eachParent(func(parent string) {
			p := slotOf(parent)
			below[fill[p]] = int32(i)
			fill[p]++
		})
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
	if before, again := t.index[n.id]; again {
		t.nodes[t.last(before)].next = i
	} else {
		t.index[n.id] = i
	}
	return i
}

// setPresence finds on which days of the period each unit is there, and how
// much of a full quota it carries: a leaf between its own From and To and those
// of all above it, while it stands there, by its ramp; an inner unit when any leaf below it is.
func (t *tree) setPresence(p calendar.Period) {
	t.setScale()
	days := int32(p.Days())
	t.days, t.first = days, p.First
	full := span{0, days, uint32(t.scale)}
	own := make([]span, len(t.nodes))
	for i := range t.nodes {
		n := &t.nodes[i]
		s := full
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
			t.unite(int32(i), full)
			continue
		}
		spans := t.stint(int32(i), own[i], p)
		if len(spans) != 1 || spans[0] != full {
			t.partial = true
			n.spans = spans
		}
	}
}

// maxRampScale bounds the decimals of a ramp's shares: six.
const maxRampScale = 1_000_000

// setScale finds the scale on which the shares of all ramps are whole.
func (t *tree) setScale() {
	t.scale = 1
	for i := range t.nodes {
		if u := t.nodes[i].unit; u != nil && t.isLeaf(int32(i)) {
			for _, share := range u.Ramp {
				for k := int32(0); k < -share.Exponent() && t.scale < maxRampScale; k++ {
					if x := pow10s[k]; t.scale <= x {
						t.scale = x * 10
					}
				}
			}
		}
	}
}

// rampUp cuts the days on which a leaf is there by the months of its ramp,
// which count from its From.
func (t *tree) rampUp(u *Unit, s span, p calendar.Period) []span {
	if s.from >= s.to {
		return []span{}
	}
	if u == nil || len(u.Ramp) == 0 || u.From.IsZero() {
		return []span{s}
	}
	var out []span
	add := func(x span) {
		if x.from >= x.to {
			return
		}
		if k := len(out) - 1; k >= 0 && out[k].share == x.share && out[k].to == x.from {
			out[k].to = x.to
			return
		}
		out = append(out, x)
	}
	days := int32(p.Days())
	for k, share := range u.Ramp {
		from := clampDay(u.From.AddMonths(k).Sub(p.First), days)
		to := clampDay(u.From.AddMonths(k+1).Sub(p.First), days)
		part, _, _ := toSteps(share, decimal.New(1, 0).Shift(-scaleDigits(t.scale)))
		add(span{max(from, s.from), min(to, s.to), uint32(part)})
	}
	after := clampDay(u.From.AddMonths(len(u.Ramp)).Sub(p.First), days)
	add(span{max(after, s.from), s.to, uint32(t.scale)})
	return out
}

func scaleDigits(scale uint64) int32 {
	var n int32
	for ; scale > 1; scale /= 10 {
		n++
	}
	return n
}

func clampDay(d int, days int32) int32 { return int32(min(max(d, 0), int(days))) }

// unite sets an inner node's spans to the union of its children's.
func (t *tree) unite(v int32, full span) {
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
		merged = append(merged, span{s.from, s.to, full.share})
	}
	if len(merged) == 1 && merged[0] == full {
		return
	}
	t.nodes[v].spans = merged
}

// presence sets dst to what node i carries of each leaf period: the measure on
// which it is there, in calendar days for a leaf period without a working day,
// times what of the tree's scale its ramp lets count.
func (t *tree) presence(i int32, g *grid, dst []uint64) {
	spans := t.nodes[i].spans
	if spans == nil {
		for p, days := range g.measure {
			if days == 0 {
				days = uint64(g.pieces[p].Days())
			}
			dst[p] = days * t.scale
		}
		return
	}
	clear(dst)
	t.eachDay(spans, g, func(p int, days uint64, s span) { dst[p] += days * uint64(s.share) })
}

// eachDay calls f with the measure that each span has of each leaf period.
func (t *tree) eachDay(spans []span, g *grid, f func(p int, days uint64, s span)) {
	for _, s := range spans {
		for p := g.pieceOf(s.from); p < len(g.pieces); p++ {
			first := int32(g.pieces[p].First.Sub(g.whole.First))
			last := int32(g.pieces[p].Last.Sub(g.whole.First)) + 1
			if first >= s.to {
				break
			}
			from, to := max(first, s.from), min(last, s.to)
			if g.measure[p] == 0 {
				f(p, uint64(to-from), s)
				continue
			}
			f(p, uint64(g.running[to]-g.running[from]), s)
		}
	}
}

// daysThere returns on how many days of the measure node i is there, and how
// many full days they are worth by its ramp, in the tree's scale.
func (t *tree) daysThere(i int32, g *grid) (days, worth uint64) {
	spans := t.nodes[i].spans
	if spans == nil {
		spans = []span{{0, int32(g.whole.Days()), uint32(t.scale)}}
	}
	t.eachDay(spans, g, func(p int, d uint64, s span) {
		if g.measure[p] > 0 {
			days += d
			worth += d * uint64(s.share)
		}
	})
	return days, worth
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

// called names the tree in a fault.
func (t *tree) called() string {
	if t.axis == "" {
		return "the units of the split"
	}
	return "the units of " + t.axis
}

// find returns the node of a unit; "" is the root.
func (t *tree) find(id, path string) (int32, *diag.Fault) {
	if id == "" {
		return 0, nil
	}
	if i, ok := t.index[id]; ok {
		return i, nil
	}
	return 0, &diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: t.called(), Near: diag.Nearest(id, t.ids())}
}
