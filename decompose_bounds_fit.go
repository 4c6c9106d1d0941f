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
	nodes, limits, err := cs.rowTree()
	if err != nil {
		return err
	}
	odd := cs.oddRow(cs.everything())
	oddAt := func(i int) int64 {
		if odd == nil {
			return 0
		}
		return sumOf(odd[limits[i].first:limits[i].end])
	}
	ideals, conflict := cs.fit(nodes, oddAt, cs.wholeTotal())
	if conflict != nil {
		k := limits[conflict.node]
		days := calendar.Span(cs.grid.pieces[k.first].First, cs.grid.pieces[k.end-1].Last)
		return diag.Faults{cs.fitFault(conflict, k.rule, "the periods in "+cs.grid.fiscal.Label(days))}
	}
	var pieces, whole []*big.Rat
	for i := range nodes {
		if nodes[i].leaf {
			pieces = append(pieces, ideals[i])
			if odd != nil {
				whole = append(whole, cs.lessOddRat(ideals[i], oddAt(i)))
			}
		}
	}
	cs.line.weights = wholeNumbers(pieces)
	for t, turn := range cs.grid.turns {
		cs.line.sums[t] = sumOfBig(cs.line.weights[turn.first:turn.end])
		cs.line.fill(turn, cs.line.sums[t], cs.perTurn)
	}
	if odd != nil {
		cs.fillWhole(wholeNumbers(whole))
	}
	return nil
}

// fillWhole makes the goal's row what is left to divide in whole steps.
func (cs *cascade) fillWhole(weights []*big.Int) {
	clear(cs.line.row)
	whole := timeLine{weights: weights, row: cs.line.row}
	for _, turn := range cs.grid.turns {
		whole.fill(turn, sumOfBig(weights[turn.first:turn.end]), cs.wholeIn(turn))
	}
}

func sumOfBig(xs []*big.Int) *big.Int {
	sum := new(big.Int)
	for _, x := range xs {
		sum.Add(sum, x)
	}
	return sum
}

// rowTree lays out the goal's row: its recurrences, the bounded periods, and
// the leaf periods, in whole steps.
func (cs *cascade) rowTree() ([]fitNode, []stretchLimit, error) {
	limits := []stretchLimit{{stretch{first: 0, end: len(cs.grid.pieces)}, noLimit()}}
	if len(cs.grid.turns) > 1 {
		for _, t := range cs.grid.turns {
			whole := cs.wholeIn(t)
			limits = append(limits, stretchLimit{t, limit{whole, whole, -1}})
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
	open := []int32{}
	for _, l := range limits {
		for len(open) > 0 && limits[open[len(open)-1]].end <= l.first {
			open = open[:len(open)-1]
		}
		parent := int32(-1)
		if len(open) > 0 {
			parent = open[len(open)-1]
			if limits[parent].end < l.end {
				return nil, nil, diag.Faults{periodsCross(max(l.rule, limits[parent].rule))}
			}
		}
		leaf := l.end == l.first+1 && l.rule == leafRule
		n := fitNode{parent: parent, lo: l.lo, hi: l.hi, leaf: leaf}
		if leaf {
			n.weight = cs.line.weights[l.first]
		}
		nodes = append(nodes, n)
		open = append(open, int32(len(nodes)-1))
	}
	return nodes, limits, nil
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

// fitFault says which node's bounds cannot be met, and by how much, in
// sub-steps.
func (cs *cascade) fitFault(k *fitConflict, rule int, below string) *diag.Fault {
	path := "/goal/split/bounds"
	if rule >= 0 {
		path = index(path, rule)
	}
	text := func(n int64) string { return amountText(cs.subAmount(n)) }
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
// below them, and leaves of them what is to be divided in whole steps: odd is
// what each node has beside that, total the root's.
func (cs *cascade) boundUnits(ax *axisSplit, ideals []apportion.Fixed, limits []limit, leaves []limit, odd func(n int32) int64, total int64) ([]apportion.Fixed, error) {
	t := ax.tree
	nodes := make([]fitNode, len(t.nodes))
	rules := make([]int, len(t.nodes))
	loose := cs.odd == nil
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
			beside := int64(0)
			if odd != nil {
				beside = odd(int32(i))
			}
			f := cs.fitFault(&fitConflict{need: cs.inSubSteps(l.lo, beside), have: cs.inSubSteps(l.hi, beside)}, l.rule, ax.nameOf(int32(i)))
			if len(cs.bounds.stints) > 0 && t.moves(int32(i)) {
				f.Bound = clauses(f.Bound, spreadOverTeams)
			}
			return nil, diag.Faults{f}
		}
	}
	if loose {
		return ideals, nil
	}
	fitted, conflict := cs.fit(nodes, func(i int) int64 { return odd(int32(i)) }, total)
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
		x := fitted[i]
		if cs.odd != nil {
			x = cs.lessOddRat(x, odd(int32(i)))
		}
		out[i] = toFixed(x)
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
	for a, n := range cs.tuple(len(cs.axes), r) {
		names = append(names, cs.axes[a].nameInTeam(n))
	}
	return strings.Join(names, "/")
}

// nameInTeam names a node, after the team of a unit that changes teams.
func (ax *axisSplit) nameInTeam(i int32) string {
	if ax.tree.moves(i) {
		return ax.tree.parentID(i) + "/" + ax.nameOf(i)
	}
	return ax.nameOf(i)
}
