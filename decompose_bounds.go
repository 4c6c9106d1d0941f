package salesplan

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// A limit is a bound in steps above zero, and the rule that it comes from; -1
// for none.
type limit struct {
	lo, hi int64
	rule   int
}

func noLimit() limit { return limit{0, apportion.Unbounded, -1} }

// narrow brings a limit within another.
func (l *limit) narrow(by limit) {
	if by.lo > l.lo || by.hi < l.hi {
		l.rule = by.rule
	}
	l.lo, l.hi = max(l.lo, by.lo), min(l.hi, by.hi)
}

// A cascadeBounds holds the bounds of a split by what they bound.
type cascadeBounds struct {
	units  []limit        // totals of the first axis's nodes
	lines  []limit        // totals of the second axis's nodes
	rows   []stretchLimit // the goal's row over stretches of leaf periods
	pairs  map[int]limit  // totals of leaf tuples of the first two axes
	cells  *tableBounds   // cells of the table; nil for none
	spread bool           // some stand on cells because their block was spread
}

type stretchLimit struct {
	stretch
	limit
}

// setBounds reads the split's bounds and brings the goal's row within them.
func (cs *cascade) setBounds() error {
	if len(cs.rule.Bounds) == 0 {
		return nil
	}
	if err := cs.bound(); err != nil {
		return err
	}
	if cs.peopleStand() && (len(cs.bounds.rows) > 0 || cs.bounds.cells != nil) {
		return diag.Faults{{Code: diag.Conflict, Path: "/goal/split/fix", Value: string(FixPeople), Bound: "bounds on periods, whose amounts follow the people's"}}
	}
	return cs.boundRow()
}

// bound reads the split's bounds and puts each where it belongs. A bound on an
// inner block is spread over its cells in proportion to the ideal cells.
func (cs *cascade) bound() error {
	var c diag.Collector
	b := &cascadeBounds{pairs: map[int]limit{}, units: noLimits(len(cs.axes[0].tree.nodes))}
	if len(cs.axes) > 1 {
		b.lines = noLimits(len(cs.axes[1].tree.nodes))
	}
	cs.bounds = b
	var blocks []blockLimit
	for i, r := range cs.rule.Bounds {
		nodes, s, ok := cs.placeOf(r, index("/goal/split/bounds", i), &c)
		if !ok {
			continue
		}
		l := cs.limitOf(r, i)
		if !b.place(cs, nodes, s, l) {
			blocks = append(blocks, blockLimit{nodes, s, l})
		}
	}
	if c.Len() == 0 && len(blocks) > 0 {
		cs.spreadBlocks(blocks, &c)
	}
	return c.Err()
}

func noLimits(n int) []limit {
	out := make([]limit, n)
	for i := range out {
		out[i] = noLimit()
	}
	return out
}

// A blockLimit bounds the cells of some units and leaf periods together.
type blockLimit struct {
	nodes []int32
	at    stretch
	limit limit
}

// placeOf finds the units and leaf periods of a bound.
func (cs *cascade) placeOf(r BoundRule, path string, c *diag.Collector) ([]int32, stretch, bool) {
	before := c.Len()
	nodes := make([]int32, len(cs.axes))
	for k, id := range r.units() {
		at := path + "/unit"
		if r.Unit == "" {
			at = index(path+"/units", k)
		}
		found := false
		for a, ax := range cs.axes {
			n, ok := ax.tree.index[id]
			if !ok || id == "" {
				continue
			}
			found = true
			if nodes[a] != 0 {
				c.Add(&diag.Fault{Code: diag.Conflict, Path: at, Value: id, Bound: "one unit of axis " + ax.axis.ID})
			}
			nodes[a] = n
		}
		if !found {
			var ids []string
			for _, ax := range cs.axes {
				ids = append(ids, ax.tree.ids()...)
			}
			c.Add(&diag.Fault{Code: diag.Unknown, Path: at, Value: id, Bound: "the units of the split", Near: nearestOf(c, id, ids)})
		}
	}
	var period calendar.Period
	if r.Period != "" {
		period, _ = cs.req.Fiscal.Parse(r.Period) // read before, by checkBounds
	}
	s, ok := cs.grid.find(period)
	if !ok {
		c.Add(&diag.Fault{Code: diag.OffGrid, Path: path + "/period", Value: r.Period})
	}
	return nodes, s, c.Len() == before
}

// limitOf returns a rule's bounds in steps of the goal's mirror above zero.
func (cs *cascade) limitOf(r BoundRule, rule int) limit {
	lo, hi := r.Min, r.Max
	if r.Lock.Valid {
		lo, hi = r.Lock, r.Lock
	}
	if cs.negative {
		lo, hi = mirrored(hi), mirrored(lo)
	}
	l := limit{0, apportion.Unbounded, rule}
	if lo.Valid {
		if n, ok := ceilSteps(lo.Decimal, cs.metric.Step); ok {
			l.lo = max(n, 0)
		} else if lo.Decimal.Sign() > 0 {
			l.lo = maxSteps
		}
	}
	if hi.Valid {
		if n, ok := floorSteps(hi.Decimal, cs.metric.Step); ok {
			l.hi = n
		} else if hi.Decimal.Sign() < 0 {
			l.hi = -1
		}
	}
	return l
}

func mirrored(d decimal.NullDecimal) decimal.NullDecimal {
	d.Decimal = d.Decimal.Neg()
	return d
}

// place keeps a limit where it bounds a total or a single cell. It reports
// false for a block of cells.
func (b *cascadeBounds) place(cs *cascade, nodes []int32, s stretch, l limit) bool {
	whole := s.first == 0 && s.end == len(cs.grid.pieces)
	named := 0
	for _, n := range nodes {
		if n != 0 {
			named++
		}
	}
	leaves := len(nodes) > 1 && cs.axes[0].tree.isLeaf(nodes[0]) && cs.axes[1].tree.isLeaf(nodes[1])
	switch {
	case named == 0:
		b.rows = append(b.rows, stretchLimit{s, l})
	case whole && named == 1 && nodes[0] != 0:
		b.units[nodes[0]].narrow(l)
	case whole && named == 1 && len(nodes) > 1 && nodes[1] != 0:
		b.lines[nodes[1]].narrow(l)
	case whole && named == 2 && leaves:
		r := int(cs.axes[0].tree.nodes[nodes[0]].leaf)*len(cs.axes[1].tree.leaves) + int(cs.axes[1].tree.nodes[nodes[1]].leaf)
		p, ok := b.pairs[r]
		if !ok {
			p = noLimit()
		}
		p.narrow(l)
		b.pairs[r] = p
	default:
		return false
	}
	return true
}

// spreadBlocks puts limits of blocks on their cells.
func (cs *cascade) spreadBlocks(blocks []blockLimit, c *diag.Collector) {
	rows := 1
	for _, ax := range cs.axes {
		rows *= len(ax.tree.leaves)
	}
	cols := len(cs.grid.pieces)
	cells := &tableBounds{cols: cols, lo: make([][]int64, rows), hi: make([][]int64, rows), locked: make([][]bool, rows)}
	cs.bounds.cells = cells
	seeds := newSeeder(cs, len(cs.axes))
	for _, k := range blocks {
		at := cs.blockCells(k)
		ideals := make([]apportion.Fixed, len(at))
		sum := new(big.Int)
		for i, cell := range at {
			ideals[i] = seeds.fixed(cell / cols)[cell%cols]
			sum.Add(sum, ideals[i].Big())
		}
		if sum.Sign() == 0 {
			if k.limit.lo > 0 {
				c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.limit.rule), Bound: "nobody is there to owe it"})
			}
			continue
		}
		lo := spreadOver(k.limit.lo, ideals, sum)
		hi := lo
		if k.limit.hi != apportion.Unbounded {
			hi = spreadOver(max(k.limit.hi, 0), ideals, sum)
		}
		if len(at) > 1 {
			cs.bounds.spread = true
		}
		for i, cell := range at {
			r, p := cell/cols, cell%cols
			cells.open(r)
			cells.lo[r][p] = max(cells.lo[r][p], lo[i])
			if k.limit.hi != apportion.Unbounded {
				cells.hi[r][p] = min(cells.hi[r][p], hi[i])
			}
			if cells.lo[r][p] > cells.hi[r][p] {
				c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.limit.rule), Bound: "another bound on the same cells excludes it"})
				cells.hi[r][p] = cells.lo[r][p]
			}
		}
	}
}

// blockCells lists the cells of a block, row by row.
func (cs *cascade) blockCells(k blockLimit) []int {
	b := Breakdown{cs: cs}
	var out []int
	b.eachRow(k.nodes, func(r int) {
		for p := k.at.first; p < k.at.end; p++ {
			out = append(out, r*len(cs.grid.pieces)+p)
		}
	})
	return out
}

// spreadOver divides an amount in proportion to ideals, by largest remainder.
func spreadOver(amount int64, ideals []apportion.Fixed, sum *big.Int) []int64 {
	parts := make([]apportion.Fixed, len(ideals))
	total := apportion.FixedInt(amount)
	for i, x := range ideals {
		parts[i] = total.MulDivBig(x.Big(), sum).Settle()
	}
	out := make([]int64, len(ideals))
	apportion.RoundIdeals(out, parts, amount, nil)
	return out
}

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
			return nil, diag.Faults{cs.fitFault(&fitConflict{need: l.lo, have: l.hi}, l.rule, ax.nameOf(int32(i)))}
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
		return nil, diag.Faults{cs.fitFault(conflict, rules[conflict.node], below)}
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
	}
	return f
}

// nameOfRow names the units of a row of the table.
func (cs *cascade) nameOfRow(r int) string {
	var names []string
	for a, n := range cs.tuple(len(cs.axes), r) {
		names = append(names, cs.axes[a].nameOf(n))
	}
	return strings.Join(names, "/")
}
