package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// pairBounds are the bounds of a table of the first two axes' leaf totals; nil
// for a split without.
type pairBounds struct {
	cols   int
	limits []limit // row by row
}

// pairLimits returns what the bounds of pairs and cells leave to each pair of
// leaves of the first two axes.
func (cs *cascade) pairLimits() *pairBounds {
	cells := cs.leafLimits(cs.block(2))
	if cells == nil && len(cs.bounds.pairs) == 0 {
		return nil
	}
	cols := len(cs.axes[1].tree.leaves)
	b := &pairBounds{cols, noLimits(len(cs.axes[0].tree.leaves) * cols)}
	for i := range b.limits {
		if p, ok := cs.bounds.pairs[i]; ok {
			b.limits[i].narrow(p)
		}
		if cells != nil {
			b.limits[i].narrow(cells[i])
		}
	}
	return b
}

// Bounds implements [apportion.Bounder].
func (b *pairBounds) Bounds(i int, lo, hi []int64) bool {
	changed := false
	for j, l := range b.limits[i*b.cols : (i+1)*b.cols] {
		if l.lo > 0 || l.hi != apportion.Unbounded {
			lo[j], hi[j], changed = l.lo, l.hi, true
		}
	}
	return changed
}

// byUnit and byLine add up the limits of the pairs of each leaf.
func (b *pairBounds) byUnit() []limit { return b.sums(func(k int) int { return k / b.cols }) }

func (b *pairBounds) byLine() []limit {
	if b == nil {
		return nil
	}
	return b.sums(func(k int) int { return k % b.cols })
}

func (b *pairBounds) sums(of func(k int) int) []limit {
	out := make([]limit, max(of(len(b.limits)-1), of(b.cols-1))+1)
	for i := range out {
		out[i].rule = -1
	}
	for k, x := range b.limits {
		l := &out[of(k)]
		l.lo = capped(l.lo, x.lo)
		l.hi = capped(l.hi, x.hi)
	}
	return out
}

// table returns the limits as those of a table's cells.
func (b *pairBounds) table() *tableBounds {
	rows := len(b.limits) / b.cols
	out := &tableBounds{cols: b.cols, lo: make([][]int64, rows), hi: make([][]int64, rows), locked: make([][]bool, rows)}
	for k, l := range b.limits {
		if l.lo > 0 || l.hi != apportion.Unbounded {
			out.open(k / b.cols)
			out.lo[k/b.cols][k%b.cols], out.hi[k/b.cols][k%b.cols] = l.lo, l.hi
		}
	}
	return out
}

// unitLimits returns what the bounds of pairs and cells leave to each leaf of
// the first axis; nil for no bounds. A pair whose own bounds exclude those of
// its cells is a fault.
func (cs *cascade) unitLimits() ([]limit, error) {
	if len(cs.axes) < 2 || len(cs.bounds.pairs) == 0 {
		return cs.leafLimits(cs.block(1)), nil
	}
	pairs := cs.pairLimits()
	for k, l := range pairs.limits {
		if l.lo > l.hi {
			nodes := cs.tuple(2, k)
			odd := cs.oddIn(nodes, cs.allTime())
			return nil, diag.Faults{cs.fitFault(&fitConflict{need: cs.inSubSteps(l.lo, odd), have: cs.inSubSteps(l.hi, odd)}, l.rule,
				cs.axes[0].nameInTeam(nodes[0])+"/"+cs.axes[1].nameInTeam(nodes[1]))}
		}
	}
	return pairs.byUnit(), nil
}

// moveCrossing moves the second axis's totals, and where that doesn't help the
// first axis's too, within their bounds, until both fit those of their pairs;
// the flow takes the shortest ways, so that little moves. It returns the second
// axis's totals, nil where there are none, and names the units that moved.
func (cs *cascade) moveCrossing(ax *axisSplit, lines []int64, seed matrixSeed) []int64 {
	first := cs.axes[0].tree
	n := &nested{ideal: cs.ideals, total: slices.Clone(cs.units), leaves: first.leaves, columns: leavesOf(ax.tree, lines)}
	for i := range first.nodes {
		n.parent = append(n.parent, first.nodes[i].parent)
	}
	if pairs := cs.pairLimits(); pairs != nil {
		n.cells = pairs.table()
	}
	for r := range first.leaves {
		has := make([]byte, seed.cols)
		for k := range has {
			lo, _ := n.cells.at(r*seed.cols + k)
			has[k] = '0'
			if seed.cells[r*seed.cols+k] > 0 || lo > 0 {
				has[k] = '1'
			}
		}
		n.support = append(n.support, string(has))
	}
	for i := range ax.tree.nodes {
		l := cs.bounds.lines[i]
		n.row = append(n.row, fitNode{parent: ax.tree.nodes[i].parent, lo: l.lo, hi: l.hi, leaf: ax.tree.isLeaf(int32(i))})
	}
	n.least, n.most = slices.Clone(n.total), slices.Clone(n.total)
	if !n.settle() {
		cs.widen(n)
		if !n.settle() {
			return nil
		}
	}
	for i, x := range n.total {
		if by := x - cs.units[i]; by != 0 {
			cs.foundMoved(diag.Subject{Kind: "unit", ID: first.nodes[i].id}, by)
		}
	}
	cs.units = n.total
	for r, leaf := range first.leaves {
		cs.totals[r] = n.total[leaf]
	}
	out := make([]int64, len(ax.tree.nodes))
	for k, leaf := range ax.tree.leaves {
		out[leaf] = n.columns[k]
	}
	return out
}

// crossingFault says which units and lines conflict where no table of both
// axes' totals exists.
func (cs *cascade) crossingFault(k *apportion.Conflict, p apportion.Problem) *diag.Fault {
	t := &Table{step: cs.metric.Step, sign: cs.signed(1), rows: p.RowTotals, cols: p.ColTotals}
	for r := range p.RowTotals {
		t.rowIDs = append(t.rowIDs, cs.axes[0].nameInTeam(cs.axes[0].tree.leaves[r]))
	}
	for _, leaf := range cs.axes[1].tree.leaves {
		t.colIDs = append(t.colIDs, cs.axes[1].nameInTeam(leaf))
	}
	path := cs.axes[1].path
	if pairs, ok := p.Bounds.(*pairBounds); ok {
		t.bounds, path = pairs.table(), "/goal/split/bounds"
	}
	f := t.conflictFault(k)
	if f.Path = path; cs.bounds != nil && len(cs.bounds.stints) > 0 {
		f.Bound = clauses(f.Bound, spreadOverTeams)
	}
	return f
}

// boundedLines reports which leaves of the second axis are in a line that has
// bounds; nil for none.
func (cs *cascade) boundedLines() []bool {
	if cs.bounds == nil || cs.bounds.lines == nil {
		return nil
	}
	t := cs.axes[1].tree
	var out []bool
	for i, l := range cs.bounds.lines {
		if l.lo <= 0 && l.hi == apportion.Unbounded {
			continue
		}
		if out == nil {
			out = make([]bool, len(t.leaves))
		}
		for k := t.nodes[i].leaf; k < t.nodes[i].leafEnd; k++ {
			out[k] = true
		}
	}
	return out
}

// linesHold reports whether the second axis's totals, as a tree of all axes has
// them, are within their bounds.
func (cs *cascade) linesHold(n *nested) bool {
	t := cs.axes[1].tree
	sums := make([]int64, len(t.nodes))
	for k, v := range n.pairs {
		sums[t.leaves[k%len(t.leaves)]] += n.total[v]
	}
	for i := len(sums) - 1; i > 0; i-- {
		sums[t.nodes[i].parent] += sums[i]
	}
	for i, l := range cs.bounds.lines {
		if sums[i] < l.lo || sums[i] > l.hi {
			return false
		}
	}
	return true
}

// settleAll settles the totals: as they are to be; with bounds, where nothing
// else helps, as far as these allow, and then with a goal's row that gives way.
// Lines that have bounds stand first; where that leaves no totals, those are
// taken with which they hold.
func (cs *cascade) settleAll(n *nested) (bool, error) {
	if cs.bounds == nil {
		return n.settle(), nil
	}
	lines := cs.boundedLines()
	for _, stand := range []bool{true, false} {
		n.least, n.most, n.row = nil, nil, nil
		if cs.hold(n, nil); stand {
			cs.hold(n, lines)
		}
		for _, more := range []func() error{
			func() error { return nil },
			func() error { cs.widen(n); return nil },
			func() (err error) { n.row, _, err = cs.rowTree(); return err },
		} {
			if err := more(); err != nil {
				return false, err
			}
			total, columns := slices.Clone(n.total), slices.Clone(n.columns)
			if n.settle() {
				if lines == nil || cs.linesHold(n) {
					return true, nil
				}
				n.total, n.columns = total, columns
			}
		}
		if lines == nil {
			break
		}
	}
	return false, nil
}

// hold keeps the totals of pairs within their bounds, and those of lines that
// have bounds as they are: a line's total is the sum of pairs below all units,
// which the tree doesn't have.
func (cs *cascade) hold(n *nested, lines []bool) {
	n.hardLow, n.hardHigh = make([]int64, len(n.parent)), make([]int64, len(n.parent))
	for i := range n.hardHigh {
		n.hardHigh[i] = apportion.Unbounded
	}
	for k, v := range n.pairs {
		if l, ok := cs.bounds.pairs[k]; ok {
			n.hardLow[v], n.hardHigh[v] = l.lo, l.hi
		}
		if lines != nil && lines[k%len(lines)] {
			n.hardLow[v], n.hardHigh[v] = n.total[v], n.total[v]
		}
	}
}
