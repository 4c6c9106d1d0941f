package salesplan

import (
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
}

// moveTotals moves the totals of units, each between the floor and the ceiling
// of its ideal, until the table of units and periods has a solution, and names
// those that moved. It works on all axes as one tree, in which each axis's
// units hang below the leaves of the axis before.
func (cs *cascade) moveTotals() error {
	n := cs.nestedTree()
	before := append([]int64(nil), n.total...)
	if !n.settle() {
		return diag.Faults{{Code: diag.Infeasible, Path: n.path}}
	}
	for i, x := range n.total {
		if x != before[i] {
			cs.foundMoved(n.names[i], x-before[i])
		}
	}
	for i, leaf := range n.leaves {
		cs.totals[i] = n.total[leaf]
	}
	for i := range cs.units {
		cs.units[i] = n.total[i]
	}
	return nil
}

// moveLines does the same for the second axis's totals against those of the
// first axis's leaves.
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
	for i, x := range n.total {
		if x != totals[i] {
			cs.foundMoved(diag.Subject{Kind: "unit", ID: t.nodes[i].id}, x-totals[i])
		}
	}
	return n.total, true
}

func (cs *cascade) foundMoved(who diag.Subject, by int64) {
	cs.find(diag.Finding{Severity: diag.Info, Code: codeTotalMoved, Subject: who,
		Args: []diag.Arg{diag.Amount("by", fromSteps(cs.signed(by), cs.metric.Step).String()), diag.Name("goal", cs.req.Goal.ID)}})
}

// nestedTree lays out all axes as one tree with ideals from the top.
func (cs *cascade) nestedTree() *nested {
	n := &nested{columns: cs.line.row, path: "/goal/split"}
	t := cs.axes[0].tree
	for i := range t.nodes {
		n.add(t.nodes[i].parent, cs.ideals[i], cs.units[i], t.nodes[i].id)
	}
	tops := append([]int32(nil), t.leaves...)
	rows := cs.rowSums()
	for a := 1; a < len(cs.axes); a++ {
		tops = cs.nestAxis(n, cs.axes[a], tops, rows[a])
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
		for i := 1; i < len(t.nodes); i++ {
			nd := &t.nodes[i]
			var sum int64
			for l := nd.leaf; l < nd.leafEnd; l++ {
				sum += totals[r*len(t.leaves)+int(l)]
			}
			at[i] = n.add(at[nd.parent], ideals[i], sum, nd.id)
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
	groups := map[string]int{}
	var patterns []string
	for _, s := range n.support {
		if _, ok := groups[s]; !ok {
			groups[s] = len(patterns)
			patterns = append(patterns, s)
		}
	}
	source := nodes + len(patterns) + len(n.columns)
	sink := source + 1
	f := apportion.NewFlow(sink + 1)
	arcs := n.addTree(f)
	supply := make([]int64, len(patterns))
	for i, leaf := range n.leaves {
		g := groups[n.support[i]]
		hold := f.AddArc(int(leaf), nodes+g, n.total[leaf]+1)
		f.SetFlow(hold, n.total[leaf])
		supply[g] += n.total[leaf]
	}
	var want int64
	for g, s := range patterns {
		f.AddArc(source, nodes+g, supply[g])
		want += supply[g]
		for p := range s {
			if s[p] == '1' {
				f.AddArc(nodes+g, nodes+len(patterns)+p, n.columns[p])
			}
		}
	}
	for p, x := range n.columns {
		f.AddArc(nodes+len(patterns)+p, sink, x)
	}
	if f.Max(source, sink) < want {
		return false
	}
	for i := range n.parent {
		if n.parent[i] >= 0 {
			low := n.low(i)
			n.total[i] = low + f.On(arcs[i])
		}
	}
	return true
}

// addTree adds an arc from each node to each child, with room from the floor
// to the ceiling of the child's ideal.
func (n *nested) addTree(f *apportion.Flow) []int {
	arcs := make([]int, len(n.parent))
	for i, p := range n.parent {
		if p < 0 {
			continue
		}
		low := n.low(i)
		high := low
		if q := n.ideal[i].Settle(); q.Lo > 0 {
			high = max(low, int64(q.Hi)+1)
		}
		high = max(high, n.total[i])
		arcs[i] = f.AddArc(int(p), i, high-low)
		f.SetFlow(arcs[i], n.total[i]-low)
	}
	return arcs
}

// low is the least total of a node: the floor of its ideal, or less where it
// already has less.
func (n *nested) low(i int) int64 {
	return min(int64(n.ideal[i].Settle().Hi), n.total[i])
}
