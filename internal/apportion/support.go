package apportion

import (
	"cmp"
	"slices"
)

// network is the table's support as a flow from rows to columns. Rows with
// seeds in the same columns are one node: whatever their sum can reach, each
// of them can.
type network struct {
	members [][]int32 // by group: its rows, ascending
	need    []int64   // by group: the sum of its rows' totals
	reach   [][]int32 // by group: its columns, ascending
	hold    []int64   // by column: its total
}

// newNetwork groups the rows that have a total.
func newNetwork(f *fit) *network {
	n := &network{hold: f.colTotals}
	known := map[string]int32{} // looked up only, never walked
	key := make([]byte, (f.cols+7)/8)
	for i, r := range f.rowTotals {
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
		}
		n.members[g] = append(n.members[g], int32(i))
		n.need[g] += r
	}
	return n
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
		for _, j := range n.reach[id] {
			l.flow.AddArc(k, g+int(j), total+1) // never full
		}
	}
	for k, id := range groups {
		l.feeds = append(l.feeds, l.flow.AddArc(l.source, k, n.need[id]))
	}
	for j, h := range n.hold {
		l.flow.AddArc(g+j, l.sink, h)
	}
	l.short = total - l.flow.Max(l.source, l.sink)
	return l
}

// violator returns the groups that compete for the same columns with the first
// one that lacks something: together they need more than these columns hold.
func (l *filled) violator() []int32 {
	for k, arc := range l.feeds {
		if l.flow.Residual(arc) == 0 {
			continue
		}
		in := l.flow.MinCut(k)
		var out []int32
		for i, id := range l.groups {
			if in[i] {
				out = append(out, id)
			}
		}
		return out
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

// dropForced clears the seed of the cells that are 0 in every table with these
// totals, and returns how many they are: those without flow whose row and
// column lie in different strongly connected components of the residual
// network. If there is no table at all, it returns a *Conflict.
func (f *fit) dropForced() (int, error) {
	if f.full() {
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
			if net.flow.On(arc) == 0 && comp[g] != comp[len(n.members)+int(j)] {
				for _, i := range n.members[g] {
					f.row(int(i))[j] = 0
				}
				dropped += len(n.members[g])
			}
			arc += 2
		}
	}
	return dropped, nil
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
			work += len(net.flow.to)
			if fewer := net.without(start, end); fewer != nil {
				net = n.fill(fewer)
				start = min(start, len(net.groups))
			}
			end = start
		}
	}
	return n.tell(net.groups, totals, short)
}

// tell names the rows and columns of a conflict between groups.
func (n *network) tell(groups []int32, totals []int64, short int64) *Conflict {
	c := &Conflict{Amount: short}
	held := make([]bool, len(n.hold))
	for _, g := range groups {
		for _, i := range n.members[g] {
			c.Rows = append(c.Rows, int(i))
		}
		c.Need += n.need[g]
		for _, j := range n.reach[g] {
			held[j] = true
		}
	}
	for j, in := range held {
		if in {
			c.Cols = append(c.Cols, j)
			c.Have += n.hold[j]
		}
	}
	c.shrink(totals)
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
	slices.Sort(c.Rows)
}
