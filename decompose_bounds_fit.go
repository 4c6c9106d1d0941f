package salesplan

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// boundRow brings the goal's row within the bounds of its periods and of the
// cells in them: the bounded proportional fit, rounded as the row is.
func (cs *cascade) boundRow() error {
	if len(cs.bounds.rows) == 0 && cs.bounds.cells == nil {
		return nil
	}
	nodes, rules, err := cs.rowTree()
	if err != nil {
		return err
	}
	ideals, conflict := fitTree(nodes, cs.total)
	if conflict != nil {
		return diag.Faults{cs.fitFault(conflict, rules[conflict.node], "the periods in "+cs.grid.fiscal.Label(cs.spanOf(nodes, conflict.node)))}
	}
	var pieces []*big.Rat
	for i := range nodes {
		if nodes[i].leaf {
			pieces = append(pieces, ideals[i])
		}
	}
	cs.line.weights = wholeNumbers(pieces)
	for t, turn := range cs.grid.turns {
		sum := new(big.Int)
		for i := turn.first; i < turn.end; i++ {
			sum.Add(sum, cs.line.weights[i])
		}
		cs.line.sums[t] = sum
		cs.line.fill(turn, sum, cs.perTurn)
	}
	return nil
}

// spanOf returns the days of a node of the row's tree.
func (cs *cascade) spanOf(nodes []fitNode, v int32) calendar.Period {
	first, last, piece := -1, -1, 0
	for i := range nodes {
		if !nodes[i].leaf {
			continue
		}
		for n := int32(i); n >= 0; n = nodes[n].parent {
			if n == v {
				if first < 0 {
					first = piece
				}
				last = piece
			}
		}
		piece++
	}
	return calendar.Span(cs.grid.pieces[first].First, cs.grid.pieces[last].Last)
}

// rowTree lays out the goal's row: its recurrences, the bounded periods, and
// the leaf periods.
func (cs *cascade) rowTree() ([]fitNode, []int, error) {
	limits := []stretchLimit{{stretch{first: 0, end: len(cs.grid.pieces)}, noLimit()}}
	if len(cs.grid.turns) > 1 {
		for _, t := range cs.grid.turns {
			limits = append(limits, stretchLimit{t, limit{cs.perTurn, cs.perTurn, -1}})
		}
	}
	limits = append(limits, cs.bounds.rows...)
	for p, l := range cs.pieceLimits() {
		limits = append(limits, stretchLimit{stretch{first: p, end: p + 1}, l})
	}
	slices.SortStableFunc(limits, func(a, b stretchLimit) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(b.end, a.end))
	})
	var nodes []fitNode
	var rules []int
	var ends []int
	open := []int32{}
	for _, l := range limits {
		for len(open) > 0 && ends[open[len(open)-1]] <= l.first {
			open = open[:len(open)-1]
		}
		parent := int32(-1)
		if len(open) > 0 {
			parent = open[len(open)-1]
			if ends[parent] < l.end {
				return nil, nil, diag.Faults{{Code: diag.Conflict, Path: index("/goal/split/bounds", max(l.rule, rules[parent])) + "/period", Bound: "periods that lie within each other, or apart"}}
			}
		}
		leaf := l.end == l.first+1 && l.rule == leafRule
		n := fitNode{parent: parent, lo: l.lo, hi: l.hi, leaf: leaf}
		if leaf {
			n.weight = cs.line.weights[l.first]
		}
		nodes, rules, ends = append(nodes, n), append(rules, l.rule), append(ends, l.end)
		open = append(open, int32(len(nodes)-1))
	}
	return nodes, rules, nil
}

// leafRule marks the limits that cells put on a leaf period.
const leafRule = -2

// pieceLimits returns what the bounds of cells leave to each leaf period.
func (cs *cascade) pieceLimits() []limit {
	out := make([]limit, len(cs.grid.pieces))
	for p := range out {
		out[p] = limit{0, apportion.Unbounded, leafRule}
	}
	cells := cs.bounds.cells
	if cells == nil {
		return out
	}
	most := make([]int64, len(out))
	seeds := newSeeder(cs, len(cs.axes))
	for r := range cells.lo {
		for p, x := range seeds.fixed(r) {
			lo, hi := cells.at(r*cells.cols + p)
			out[p].lo = capped(out[p].lo, lo)
			if x != (apportion.Fixed{}) || lo > 0 {
				most[p] = capped(most[p], hi)
			}
		}
	}
	for p := range out {
		out[p].hi = most[p]
	}
	return out
}

// fitFault says which node's bounds cannot be met, and by how much.
func (cs *cascade) fitFault(k *fitConflict, rule int, below string) *diag.Fault {
	path := "/goal/split/bounds"
	if rule >= 0 {
		path = index(path, rule)
	}
	text := func(n int64) string { return amountText(fromSteps(cs.signed(n), cs.metric.Step)) }
	f := &diag.Fault{Code: diag.Infeasible, Path: path}
	if k.atMost {
		f.Value = below + " can have at most " + text(k.need)
		f.Bound = "there must be " + text(k.have) + ", short by " + text(k.have-k.need)
	} else {
		f.Value = below + " need at least " + text(k.need)
		f.Bound = "there is " + text(k.have) + ", short by " + text(k.need-k.have)
	}
	return f
}

const spreadOverTeams = "bounds on units that change teams were spread over the teams"

// boundUnits brings ideal totals within the bounds of units and of the cells
// below them.
func (cs *cascade) boundUnits(ax *axisSplit, ideals []apportion.Fixed, limits []limit, leaves []limit) ([]apportion.Fixed, error) {
	t := ax.tree
	nodes := make([]fitNode, len(t.nodes))
	rules := make([]int, len(t.nodes))
	loose := true
	for i := range nodes {
		l := limits[i]
		nodes[i] = fitNode{parent: t.nodes[i].parent, leaf: t.isLeaf(int32(i))}
		if nodes[i].leaf {
			nodes[i].weight = ideals[i].Big()
			if leaves != nil {
				l.narrow(leaves[t.nodes[i].leaf])
			}
		}
		nodes[i].lo, nodes[i].hi, rules[i] = l.lo, l.hi, l.rule
		loose = loose && l.lo <= 0 && l.hi == apportion.Unbounded
		if l.lo > l.hi {
			f := cs.fitFault(&fitConflict{need: l.lo, have: l.hi}, l.rule, ax.nameOf(int32(i)))
			if len(cs.bounds.stints) > 0 && t.moves(int32(i)) {
				f.Bound = clauses(f.Bound, spreadOverTeams)
			}
			return nil, diag.Faults{f}
		}
	}
	if loose {
		return ideals, nil
	}
	total := int64(ideals[0].Settle().Hi)
	fitted, conflict := fitTree(nodes, total)
	if conflict != nil {
		below := ax.nameOf(conflict.node)
		if !t.isLeaf(conflict.node) {
			below = "the units of " + below
		}
		f := cs.fitFault(conflict, rules[conflict.node], below)
		for _, rule := range rules[conflict.node:t.nodes[conflict.node].end] {
			if cs.bounds.stints[rule] {
				f.Bound = clauses(f.Bound, spreadOverTeams)
				break
			}
		}
		return nil, diag.Faults{f}
	}
	out := make([]apportion.Fixed, len(ideals))
	for i := range out {
		out[i] = toFixed(fitted[i])
	}
	return out, nil
}

// leafLimits returns what the bounds of cells leave to each tuple of leaves of
// the first axes; width is how many rows of the table stand below one.
func (cs *cascade) leafLimits(width int) []limit {
	cells := cs.bounds.cells
	if cells == nil {
		return nil
	}
	out := make([]limit, len(cells.lo)/width)
	seeds := newSeeder(cs, len(cs.axes))
	for i := range out {
		out[i] = limit{0, 0, -1}
	}
	for r := range cells.lo {
		l := &out[r/width]
		if cells.lo[r] == nil {
			l.hi = apportion.Unbounded
			continue
		}
		for p, x := range seeds.fixed(r) {
			lo, hi := cells.at(r*cells.cols + p)
			l.lo = capped(l.lo, lo)
			if x != (apportion.Fixed{}) || lo > 0 {
				l.hi = capped(l.hi, hi)
			}
		}
	}
	return out
}

// bounder returns the bounds of the table's cells for the engine.
func (cs *cascade) bounder() apportion.Bounder {
	if cs.bounds == nil || cs.bounds.cells == nil {
		return nil
	}
	return cs.bounds.cells
}

// pairBounds are the bounds of a table of the first two axes' leaf totals.
type pairBounds struct {
	cols  int
	pairs map[int]limit
	cells []limit // what cells leave to each pair; nil for none
}

// Bounds implements [apportion.Bounder].
func (b pairBounds) Bounds(i int, lo, hi []int64) bool {
	changed := false
	for j := range lo {
		l := noLimit()
		if p, ok := b.pairs[i*b.cols+j]; ok {
			l.narrow(p)
		}
		if b.cells != nil {
			l.narrow(b.cells[i*b.cols+j])
		}
		if l.lo > 0 || l.hi != apportion.Unbounded {
			lo[j], hi[j], changed = l.lo, max(l.hi, l.lo), true
		}
	}
	return changed
}

// tableFault says which units and periods conflict where no table exists.
func (cs *cascade) tableFault(k *apportion.Conflict) *diag.Fault {
	t := &Table{step: cs.metric.Step, sign: cs.signed(1), rows: cs.totals, cols: cs.line.row}
	for r := range cs.totals {
		t.rowIDs = append(t.rowIDs, cs.nameOfRow(r))
	}
	for _, p := range cs.grid.pieces {
		t.colIDs = append(t.colIDs, cs.grid.fiscal.Label(p))
	}
	f := &diag.Fault{Path: "/goal/split"}
	if cs.bounds != nil {
		t.bounds = cs.bounds.cells
	}
	*f = *t.conflictFault(k)
	f.Path = "/goal/split"
	if cs.bounds != nil {
		f.Path = "/goal/split/bounds"
		if cs.bounds.spread {
			clause := func(bound string) { f.Bound += "; " + bound }
			clause("bounds on blocks were spread over their cells")
		}
		if len(cs.bounds.stints) > 0 {
			f.Bound = clauses(f.Bound, spreadOverTeams)
		}
	}
	return f
}

// nameOfRow names the units of a row of the table, after the team of one that
// changes teams.
func (cs *cascade) nameOfRow(r int) string {
	var names []string
	nodes := cs.tuple(len(cs.axes), r)
	for a, n := range nodes {
		if cs.axes[a].tree.moves(n) {
			names = append(names, cs.aboveID(nodes, a))
		}
		names = append(names, cs.axes[a].nameOf(n))
	}
	return strings.Join(names, "/")
}
