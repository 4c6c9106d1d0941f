package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A nested is a tree of totals with its leaves' supports: which columns of a
// table each leaf can be given amounts in.
type nested struct {
	parent  []int32
	ideal   []apportion.Fixed
	total   []int64
	names   []diag.Subject
	leaves  []int32  // nodes, in the order of the table's rows
	support []string // by leaf: one byte a column, '1' where it can hold something
	columns []int64  // the columns' totals
	path    string

	// least and most are what bounds leave to each node; nil for none. cells
	// are the bounds of the table's cells, nil for none.
	least, most []int64
	cells       *tableBounds

	// hardLow and hardHigh are bounds that always hold; nil for none. pairs are
	// the nodes of the pairs of leaves of the first two axes.
	hardLow, hardHigh []int64
	pairs             []int32

	rowOf map[int32]int // by leaf

	// row is the tree of the columns, whose leaves they are, where they may give
	// way; nil while they stand.
	row []fitNode
}

// moveTotals moves the totals of units, each between the floor and the ceiling
// of its ideal, until the table of units and periods has a solution, and names
// those that moved. It works on all axes as one tree, in which each axis's
// units hang below the leaves of the axis before.
//
// Where bounds on cells leave no such totals, units may move as far as their
// bounds let them, and where that doesn't help the goal's row gives way: the
// flow takes the shortest ways, so that little moves.
func (cs *cascade) moveTotals() error {
	n := cs.nestedTree()
	before := slices.Clone(n.total)
	row := slices.Clone(n.columns)
	ok, err := cs.settleAll(n)
	if err != nil {
		return err
	}
	if !ok {
		return diag.Faults{{Code: diag.Infeasible, Path: n.path}}
	}
	for i, x := range n.total {
		if x != before[i] {
			cs.foundMoved(n.names[i], x-before[i])
		}
	}
	for p, x := range n.columns {
		if x != row[p] {
			cs.foundMoved(diag.Subject{Kind: "period", ID: cs.grid.fiscal.Label(cs.grid.pieces[p])}, x-row[p])
		}
	}
	cs.line.row = n.columns
	for i, leaf := range n.leaves {
		cs.totals[i] = n.total[leaf]
	}
	for i := range cs.units {
		cs.units[i] = n.total[i]
	}
	return nil
}

// widen lets the units of the first axis move as far as their bounds allow, and
// those below them wherever they must.
func (cs *cascade) widen(n *nested) {
	n.least, n.most = make([]int64, len(n.parent)), make([]int64, len(n.parent))
	for i := range n.most {
		n.most[i] = apportion.Unbounded
		if i < len(cs.bounds.units) {
			n.least[i], n.most[i] = cs.bounds.units[i].lo, cs.bounds.units[i].hi
		}
	}
}

// moveLines does the same for the second axis's totals against those of the
// first axis's leaves. What moved is named in the end, by closeLines.
func (cs *cascade) moveLines(ax *axisSplit, ideals []apportion.Fixed, totals []int64, seed matrixSeed) ([]int64, bool) {
	t := ax.tree
	n := nested{ideal: ideals, total: append([]int64(nil), totals...), leaves: t.leaves, columns: cs.totals, path: ax.path}
	for i := range t.nodes {
		n.parent = append(n.parent, t.nodes[i].parent)
	}
	for k := range t.leaves {
		has := make([]byte, len(cs.totals))
		for r := range has {
			has[r] = '0'
			if seed.cells[r*seed.cols+k] > 0 {
				has[r] = '1'
			}
		}
		n.support = append(n.support, string(has))
	}
	if !n.settle() {
		return nil, false
	}
	return n.total, true
}

// foundMoved names a total, or the goal's row in a period, that is not as it was
// rounded.
func (cs *cascade) foundMoved(who diag.Subject, by int64) {
	cs.find(diag.Finding{Severity: diag.Info, Code: codeTotalMoved, Subject: who,
		Args: []diag.Arg{diag.Amount("by", amountText(fromSteps(cs.signed(by), cs.metric.Step))), diag.Name("goal", cs.req.Goal.ID)}})
}

// nestedTree lays out all axes as one tree with ideals from the top. Its nodes
// are named by the units of all axes down to theirs.
func (cs *cascade) nestedTree() *nested {
	n := &nested{columns: slices.Clone(cs.line.row), path: "/goal/split"}
	if cs.bounds != nil {
		n.cells = cs.bounds.cells
	}
	t := cs.axes[0].tree
	for i := range t.nodes {
		n.add(t.nodes[i].parent, cs.ideals[i], cs.units[i], t.nodes[i].id)
	}
	tops := append([]int32(nil), t.leaves...)
	rows := cs.rowSums()
	for a := 1; a < len(cs.axes); a++ {
		tops = cs.nestAxis(n, cs.axes[a], tops, rows[a])
		if a == 1 {
			n.pairs = tops
		}
	}
	n.leaves = tops
	seeds := newSeeder(cs, len(cs.axes))
	for r := range tops {
		row := seeds.fixed(r)
		has := make([]byte, len(row))
		for p, x := range row {
			has[p] = '0'
			if x != (apportion.Fixed{}) {
				has[p] = '1'
			}
		}
		n.support = append(n.support, string(has))
	}
	return n
}

// nestAxis hangs an axis below each of tops and returns its leaves. totals are
// the amounts of those leaves.
func (cs *cascade) nestAxis(n *nested, ax *axisSplit, tops []int32, totals []int64) []int32 {
	t := ax.tree
	var out []int32
	var none diag.Collector
	seeds := newSeeder(cs, ax.n)
	for r, top := range tops {
		w := ax.weighting(cs.tuple(ax.n, r), &none)
		ideals := make([]apportion.Fixed, len(t.nodes))
		ideals[0] = n.ideal[top]
		if t.partial {
			k := newWalker(t, w, cs.grid, seeds.fixed(r))
			for k.next() {
				for _, x := range k.row() {
					ideals[k.at] = ideals[k.at].Add(x)
				}
			}
		} else {
			descend(t, w, ideals)
		}
		at := make([]int32, len(t.nodes))
		at[0] = top
		above := n.names[top].ID + "/"
		for i := 1; i < len(t.nodes); i++ {
			nd := &t.nodes[i]
			var sum int64
			for l := nd.leaf; l < nd.leafEnd; l++ {
				sum += totals[r*len(t.leaves)+int(l)]
			}
			at[i] = n.add(at[nd.parent], ideals[i], sum, above+nd.id)
		}
		for _, leaf := range t.leaves {
			out = append(out, at[leaf])
		}
	}
	return out
}

// rowSums returns, for each axis, the totals of the tuples of leaves down to
// it.
func (cs *cascade) rowSums() [][]int64 {
	out := make([][]int64, len(cs.axes))
	out[len(cs.axes)-1] = cs.totals
	for a := len(cs.axes) - 1; a > 0; a-- {
		size := len(cs.axes[a].tree.leaves)
		up := make([]int64, len(out[a])/size)
		for i, x := range out[a] {
			up[i/size] += x
		}
		out[a-1] = up
	}
	return out
}

func (n *nested) add(parent int32, ideal apportion.Fixed, total int64, id string) int32 {
	n.parent = append(n.parent, parent)
	n.ideal = append(n.ideal, ideal)
	n.total = append(n.total, total)
	n.names = append(n.names, diag.Subject{Kind: "unit", ID: id})
	return int32(len(n.parent) - 1)
}

// settle finds totals, each the floor or the ceiling of its ideal, with which
// every column can be filled, by a flow that starts from the totals there are
// and reroutes as little as it must: first what fits as it is, then along the
// shortest ways through the tree. The ideal cells being a solution in
// fractions, there is one in whole numbers (the flow's matrix is totally
// unimodular).
func (n *nested) settle() bool {
	nodes := len(n.parent)
	groups, patterns := n.groups()
	source := nodes + len(patterns) + len(n.columns)
	sink := source + 1
	f := apportion.NewFlow(sink + 1)
	arcs := n.addTree(f)
	rest := slices.Clone(n.columns) // what lower bounds of cells leave to columns
	supply := make([]int64, len(patterns))
	for i, leaf := range n.leaves {
		g := groups[i]
		kept := n.keptBy(i, rest)
		hold := f.AddArc(int(leaf), nodes+g, n.roomOf(leaf)-kept)
		f.SetFlow(hold, n.total[leaf]-kept)
		supply[g] += n.total[leaf] - kept
	}
	var want int64
	for g, i := range patterns {
		f.AddArc(source, nodes+g, supply[g])
		want += supply[g]
		for p := range n.support[i] {
			if room := n.roomIn(i, p); room > 0 {
				f.AddArc(nodes+g, nodes+len(patterns)+p, room)
			}
		}
	}
	for p, x := range rest {
		if x < 0 {
			return false // bounds of cells, of which the row knows
		}
		f.AddArc(nodes+len(patterns)+p, sink, x)
	}
	shifts := n.addRow(f, nodes+len(patterns))
	if f.Max(source, sink) < want {
		return false
	}
	for p, k := range shifts {
		n.columns[p] = n.row[k.node].lo + f.On(k.arc)
	}
	for i := range n.parent {
		if n.parent[i] >= 0 {
			n.total[i] = n.low(i) + f.On(arcs[i])
		}
	}
	return true
}

// A shift is the arc by which a column gives way, and its node in the tree of
// the columns.
type shift struct{ node, arc int }

// addRow adds the tree of the columns, where they may give way: what arrives in
// one that is full goes on, up the tree and down, to one that is not, which
// makes the first one larger and the other one smaller.
func (n *nested) addRow(f *apportion.Flow, columns int) []shift {
	if n.row == nil {
		return nil
	}
	amounts := make([]int64, len(n.row))
	at := make([]int, len(n.row))
	column := 0
	for i := range n.row {
		if n.row[i].leaf {
			amounts[i], at[i] = n.columns[column], columns+column
			column++
		} else {
			at[i] = f.AddNode()
		}
	}
	for i := len(n.row) - 1; i > 0; i-- {
		amounts[n.row[i].parent] += amounts[i]
	}
	var out []shift
	all := sumOf(n.columns)
	for i := range n.row {
		k := &n.row[i]
		if k.parent < 0 {
			continue
		}
		k.lo = min(k.lo, amounts[i])
		arc := f.AddArc(at[i], at[k.parent], max(min(k.hi, all), amounts[i])-k.lo)
		f.SetFlow(arc, amounts[i]-k.lo)
		if k.leaf {
			out = append(out, shift{i, arc})
		}
	}
	return out
}

// groups numbers the leaves by what they can hold where: those without bounds
// of their own share a number with their like. patterns has a leaf of each.
func (n *nested) groups() (groups, patterns []int) {
	at := map[string]int{}
	groups = make([]int, len(n.leaves))
	for i, s := range n.support {
		if n.cells != nil && n.cells.lo[i] != nil {
			groups[i] = len(patterns)
			patterns = append(patterns, i)
			continue
		}
		g, ok := at[s]
		if !ok {
			g = len(patterns)
			at[s] = g
			patterns = append(patterns, i)
		}
		groups[i] = g
	}
	return groups, patterns
}

// keptBy takes what leaf i's cells must have from the columns, and returns
// their sum.
func (n *nested) keptBy(i int, rest []int64) int64 {
	if n.cells == nil || n.cells.lo[i] == nil {
		return 0
	}
	for p, lo := range n.cells.lo[i] {
		rest[p] -= lo
	}
	return sumOf(n.cells.lo[i])
}

// roomIn returns what leaf i may have in a column beyond what it must.
func (n *nested) roomIn(i, p int) int64 {
	lo, hi := int64(0), apportion.Unbounded
	if n.cells != nil {
		lo, hi = n.cells.at(i*len(n.columns) + p)
	}
	switch {
	case n.support[i][p] != '1':
		return 0
	case hi == apportion.Unbounded:
		return max(sumOf(n.columns), 0)
	}
	return hi - lo
}

// roomOf returns the most that a leaf may have.
func (n *nested) roomOf(leaf int32) int64 {
	room := n.total[leaf] + 1
	if n.most != nil {
		room = min(n.most[leaf], sumOf(n.columns))
	}
	if n.hardHigh != nil {
		room = min(room, n.hardHigh[leaf])
	}
	return max(room, n.total[leaf])
}

// addTree adds an arc from each node to each child, with room from the floor
// to the ceiling of the child's ideal, or as far as its bounds allow.
func (n *nested) addTree(f *apportion.Flow) []int {
	arcs := make([]int, len(n.parent))
	all := sumOf(n.columns)
	for i, p := range n.parent {
		if p < 0 {
			continue
		}
		low := n.low(i)
		high := low
		if q := n.ideal[i].Settle(); q.Lo > 0 {
			high = max(low, int64(q.Hi)+1)
		}
		if n.most != nil {
			high = min(n.most[i], all)
		}
		if n.hardHigh != nil {
			high = min(high, n.hardHigh[i])
		}
		high = max(high, n.total[i])
		arcs[i] = f.AddArc(int(p), i, high-low)
		f.SetFlow(arcs[i], n.total[i]-low)
	}
	return arcs
}

// low is the least total of a node: the floor of its ideal, or less where it
// already has less or its bounds allow it, but no less than its cells must have.
func (n *nested) low(i int) int64 {
	least := n.mustHave(i)
	if n.hardLow != nil {
		least = max(least, n.hardLow[i])
	}
	if n.least != nil {
		return min(max(n.least[i], least), n.total[i])
	}
	return min(max(int64(n.ideal[i].Settle().Hi), least), n.total[i])
}

// mustHave returns what the cells of a leaf must have at least.
func (n *nested) mustHave(node int) int64 {
	if n.cells == nil {
		return 0
	}
	if n.rowOf == nil {
		n.rowOf = make(map[int32]int, len(n.leaves))
		for r, leaf := range n.leaves {
			n.rowOf[leaf] = r
		}
	}
	r, ok := n.rowOf[int32(node)]
	if !ok || n.cells.lo[r] == nil {
		return 0
	}
	return sumOf(n.cells.lo[r])
}
