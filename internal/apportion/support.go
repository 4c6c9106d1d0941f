package apportion

import (
	"cmp"
	"slices"
)

// network is the table's support as a flow from rows to columns. Rows with
// seeds in the same columns are one node: whatever their sum can reach, each
// of them can. A row with bounds is a node of its own; what its cells have
// beyond their lower bounds flows.
type network struct {
	members [][]int32 // by group: its rows, ascending
	need    []int64   // by group: the sum of its rows' totals
	reach   [][]int32 // by group: its columns, ascending
	hold    []int64   // by column: its total
	room    [][]int64 // by group: what its cells can take; nil if that is all
	preset  [][]int64 // by group: a flow to begin with; nil if there is none
	effort  int       // how much more than its size a search costs
}

// newNetwork groups the rows that have a total.
func newNetwork(f *fit) *network {
	n := &network{hold: f.holds(), effort: 1}
	known := map[string]int32{} // looked up only, never walked
	key := make([]byte, (f.cols+7)/8)
	for i, r := range f.rowTotals {
		if f.box != nil && f.box.bounded[i] {
			n.addBounded(f, i)
			continue
		}
		if r == 0 {
			continue
		}
		clear(key)
		row := f.row(i)
		for j, x := range row {
			if x > 0 {
				key[j>>3] |= 1 << (j & 7)
			}
		}
		g, ok := known[string(key)]
		if !ok {
			g = int32(len(n.members))
			known[string(key)] = g
			n.members = append(n.members, nil)
			n.need = append(n.need, 0)
			n.reach = append(n.reach, columnsOf(row))
			n.room = append(n.room, nil)
			n.preset = append(n.preset, nil)
		}
		n.members[g] = append(n.members[g], int32(i))
		n.need[g] += r
	}
	return n
}

// addBounded adds a row with bounds. The flow to begin with is what the fit has
// come to.
func (n *network) addBounded(f *fit, i int) {
	n.effort = 6 // full arcs make for long ways round
	cols := columnsOf(f.row(i))
	room, preset := make([]int64, len(cols)), make([]int64, len(cols))
	for k, j := range cols {
		at := i*f.cols + int(j)
		lo := f.box.lo[at]
		room[k] = f.room(at, 0)
		preset[k] = max(int64(min(f.box.clampTo(at, float64(float64(f.a[i]*f.seed[at])*f.b[j])), 9e18)), lo) - lo
	}
	n.members = append(n.members, []int32{int32(i)})
	n.need = append(n.need, f.rowTotals[i]-f.least(i))
	n.reach = append(n.reach, cols)
	n.room = append(n.room, room)
	n.preset = append(n.preset, preset)
}

func columnsOf(row []float64) []int32 {
	var cols []int32
	for j, x := range row {
		if x > 0 {
			cols = append(cols, int32(j))
		}
	}
	return cols
}

// filled is the network of some groups, filled as far as it goes.
type filled struct {
	groups       []int32
	flow         *Flow // node k is groups[k]; then come the columns, source and sink
	feeds        []int // by group: its arc from the source
	source, sink int
	short        int64 // what the groups need beyond the flow
}

// fill fills the network of some of the groups. The arcs from groups to
// columns come first, in order.
func (n *network) fill(groups []int32) *filled {
	g, c := len(groups), len(n.hold)
	l := &filled{groups: groups, flow: NewFlow(g + c + 2), source: g + c, sink: g + c + 1}
	total := int64(0)
	for _, id := range groups {
		total += n.need[id]
	}
	for k, id := range groups {
		for c, j := range n.reach[id] {
			most := total + 1 // never full
			if n.room[id] != nil {
				most = min(most, n.room[id][c])
			}
			l.flow.AddArc(k, g+int(j), most)
		}
	}
	for k, id := range groups {
		l.feeds = append(l.feeds, l.flow.AddArc(l.source, k, n.need[id]))
	}
	for j, h := range n.hold {
		l.flow.AddArc(g+j, l.sink, h)
	}
	l.short = total - n.begin(l) - l.flow.Max(l.source, l.sink)
	return l
}

// begin lays the flows to begin with as far as the totals bear them, and
// returns their sum.
func (n *network) begin(l *filled) int64 {
	all, arc, f := int64(0), 0, l.flow
	for k, id := range l.groups {
		for c, j := range n.reach[id] {
			if n.preset[id] != nil {
				sink := int(f.first[len(l.groups)+int(j)]) // the column's latest arc
				x := min(n.preset[id][c], f.Residual(l.feeds[k]), f.Residual(sink), f.Residual(arc))
				f.SetFlow(arc, x)
				f.SetFlow(l.feeds[k], f.On(l.feeds[k])+x)
				f.SetFlow(sink, f.On(sink)+x)
				all += x
			}
			arc += 2
		}
	}
	return all
}

// violator returns the groups that compete for the same columns with the first
// one that lacks something: together they need more than these columns hold.
func (l *filled) violator() []int32 {
	in := l.cut()
	var out []int32
	for i, id := range l.groups {
		if in != nil && in[i] {
			out = append(out, id)
		}
	}
	return out
}

// cut reports for each node whether the first group that lacks something could
// have it from there; it is nil if no group lacks anything.
func (l *filled) cut() []bool {
	for k, arc := range l.feeds {
		if l.flow.Residual(arc) > 0 {
			return l.flow.MinCut(k)
		}
	}
	return nil
}

// without returns a violator among the groups but those from start to end, nil
// if there is none. The flow that is there is kept, less that of these groups,
// and filled up; l is restored if there is no violator and of no use otherwise.
func (l *filled) without(start, end int) []int32 {
	f := l.flow
	before := slices.Clone(f.cap)
	for k := start; k < end; k++ {
		for arc := f.first[k]; arc >= 0; arc = f.next[arc] {
			if int(arc) == l.feeds[k]^1 {
				f.cap[arc], f.cap[arc^1] = 0, 0
				continue
			}
			x := f.On(int(arc))
			f.cap[arc], f.cap[arc^1] = 0, 0
			sink := f.first[f.to[arc]] // the column's latest arc
			f.cap[sink] += x
			f.cap[sink^1] -= x
		}
	}
	f.Max(l.source, l.sink)
	if out := l.violator(); out != nil {
		return out
	}
	copy(f.cap, before)
	return nil
}

func (n *network) all() []int32 {
	ids := make([]int32, len(n.members))
	for i := range ids {
		ids[i] = int32(i)
	}
	return ids
}

// dropForced takes the cells out that have the same amount in every table with
// these totals, 0 or that of a bound, and returns how many they are: those whose
// row and column lie in different strongly connected components of the residual
// network. If there is no table at all, it returns a *Conflict.
func (f *fit) dropForced() (int, error) {
	if !f.tight() && f.full() {
		return 0, nil
	}
	n := newNetwork(f)
	net := n.fill(n.all())
	if net.short > 0 {
		return 0, n.conflict(net, f.rowTotals)
	}
	comp := net.flow.Components()
	dropped, arc := 0, 0
	for g, cols := range n.reach {
		for _, j := range cols {
			if comp[g] != comp[len(n.members)+int(j)] {
				for _, i := range n.members[g] {
					f.force(int(i)*f.cols+int(j), net.flow.On(arc))
				}
				dropped += len(n.members[g])
			}
			arc += 2
		}
	}
	return dropped, nil
}

// force takes out a cell that must have an amount beyond its lower bound.
func (f *fit) force(k int, beyond int64) {
	if f.box == nil {
		f.seed[k] = 0
		return
	}
	f.fix(k, f.box.lo[k]+beyond)
}

// conflict says why there is no table.
func (f *fit) conflict() *Conflict {
	n := newNetwork(f)
	return n.conflict(n.fill(n.all()), f.rowTotals)
}

// conflictWork bounds the search for an irreducible conflict, in arcs.
const conflictWork = 1 << 27

// conflict finds an irreducible conflict in a network that is short: groups
// are left out, in ever smaller lots, as long as a violator remains without
// them, then rows. A violator that is short by 1 is irreducible: each of its
// groups holds something that would serve the one that lacks it.
func (n *network) conflict(net *filled, totals []int64) *Conflict {
	short := net.short
	net = n.fill(net.violator())
	work := 0
	for lot := (len(net.groups) + 1) / 2; lot >= 1; lot /= 2 {
		for end := len(net.groups); end > 0 && net.short > 1 && work < conflictWork; {
			start := max(end-lot, 0)
			work += n.effort * len(net.flow.to)
			if fewer := net.without(start, end); fewer != nil {
				net = n.fill(fewer)
				start = min(start, len(net.groups))
			}
			end = start
		}
	}
	return n.tell(net, totals, short)
}

// tell names the rows and columns of a conflict.
func (n *network) tell(net *filled, totals []int64, short int64) *Conflict {
	c := &Conflict{Amount: short}
	in := net.cut()
	held := int64(0) // by the columns, and beside them
	var firm []int   // rows with bounds: no row is like them
	for k, g := range net.groups {
		if !in[k] {
			continue
		}
		for _, i := range n.members[g] {
			if n.room[g] != nil {
				firm = append(firm, int(i))
			} else {
				c.Rows = append(c.Rows, int(i))
			}
		}
		c.Need += n.need[g]
		for r, j := range n.reach[g] {
			if !in[len(net.groups)+int(j)] {
				held += n.room[g][r]
			}
		}
	}
	for j, h := range n.hold {
		if in[len(net.groups)+j] {
			c.Cols = append(c.Cols, j)
			held += h
		}
	}
	c.Have = held
	c.shrink(totals)
	c.Rows = append(c.Rows, firm...)
	slices.Sort(c.Rows)
	return c
}

// shrink leaves out rows, smallest first, while the rest still needs too much.
// No group can be emptied that way, as there is no conflict without it.
func (c *Conflict) shrink(totals []int64) {
	slices.SortFunc(c.Rows, func(x, y int) int {
		return cmp.Or(cmp.Compare(totals[x], totals[y]), cmp.Compare(y, x))
	})
	kept := c.Rows[:0]
	for _, i := range c.Rows {
		if c.Need-totals[i] > c.Have {
			c.Need -= totals[i]
			continue
		}
		kept = append(kept, i)
	}
	c.Rows = kept
}
