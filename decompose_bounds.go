package salesplan

import (
	"math/big"

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
	units []limit        // totals of the first axis's nodes
	lines []limit        // totals of the second axis's nodes
	rows  []stretchLimit // the goal's row over stretches of leaf periods
	pairs map[int]limit  // totals of leaf tuples of the first two axes
	cells *tableBounds   // cells of the table; nil for none

	onCells bool         // some are bounds of cells
	spread  bool         // some stand on cells because their block was spread
	stints  map[int]bool // rules that were spread over the teams of a unit
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
	if cs.peopleStand() && (len(cs.bounds.rows) > 0 || cs.bounds.onCells) {
		return diag.Faults{{Code: diag.Conflict, Path: "/goal/split/fix", Value: string(FixPeople), Bound: "bounds on periods, whose amounts follow the people's"}}
	}
	if cs.peopleStand() {
		return nil
	}
	return cs.boundRow()
}

// bound reads the split's bounds and puts each where it belongs. A bound on an
// inner block is spread over its cells in proportion to the ideal cells, and one
// on the total of a unit that changes teams over what it owes in each.
func (cs *cascade) bound() error {
	var c diag.Collector
	b := &cascadeBounds{pairs: map[int]limit{}, stints: map[int]bool{}, units: noLimits(len(cs.axes[0].tree.nodes))}
	if len(cs.axes) > 1 {
		b.lines = noLimits(len(cs.axes[1].tree.nodes))
	}
	cs.bounds = b
	var places []boundPlace
	for i, r := range cs.rule.Bounds {
		if tuples, s, ok := cs.placeOf(r, index("/goal/split/bounds", i), &c); ok {
			places = append(places, boundPlace{i, cs.thereIn(tuples, s), s})
		}
	}
	if c.Len() == 0 {
		cs.layOdd(places, &c)
	}
	if c.Len() > 0 {
		return c.Err()
	}
	var blocks, totals []blockLimit
	for _, k := range places {
		l := cs.limitBeside(cs.rule.Bounds[k.rule], k.rule, cs.oddInAll(k.tuples, k.at))
		switch kind := cs.placeKind(k); {
		case kind == placeBlock:
			blocks = append(blocks, blockLimit{k.tuples, k.at, l})
		case len(k.tuples) == 1:
			b.place(cs, kind, k.tuples[0], k.at, l)
		default:
			totals = append(totals, blockLimit{k.tuples, k.at, l})
		}
	}
	b.onCells = len(blocks) > 0
	if len(blocks) > 0 || cs.odd != nil {
		cs.spreadBlocks(blocks, &c)
	}
	if c.Len() == 0 && len(totals) > 0 {
		cs.spreadTotals(totals, &c)
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

// A blockLimit bounds the cells of some units and leaf periods together: below
// one tuple of nodes, or several of a unit that changes teams.
type blockLimit struct {
	places [][]int32
	at     stretch
	limit  limit
}

// placeOf finds the units and leaf periods of a bound.
func (cs *cascade) placeOf(r BoundRule, path string, c *diag.Collector) ([][]int32, stretch, bool) {
	before := c.Len()
	nodes := make([]int32, len(cs.axes))
	axisOf := make([]int, len(r.units()))
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
			axisOf[k] = a
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
	if c.Len() > before {
		return nil, s, false
	}
	places := cs.stints(nodes)
	for k, parent := range r.Parents {
		places = cs.chooseAt(places, axisOf[k], parent, index(path+"/parents", k), c)
	}
	return places, s, c.Len() == before
}

// limitOf returns a rule's bounds in steps of the goal's mirror above zero.
func (cs *cascade) limitOf(r BoundRule, rule int) limit { return cs.limitBeside(r, rule, 0) }

// limitBeside returns the same beside what the rule's cells have beyond whole
// steps, in sub-steps.
func (cs *cascade) limitBeside(r BoundRule, rule int, odd int64) limit {
	lo, hi := r.Min, r.Max
	if r.Lock.Valid {
		lo, hi = r.Lock, r.Lock
	}
	if cs.negative {
		lo, hi = mirrored(hi), mirrored(lo)
	}
	l := limit{0, apportion.Unbounded, rule}
	if lo.Valid {
		if n, ok := ceilSteps(cs.lessOdd(lo.Decimal, odd), cs.metric.Step); ok {
			l.lo = max(n, 0)
		} else if lo.Decimal.Sign() > 0 {
			l.lo = maxSteps
		}
	}
	if hi.Valid {
		if n, ok := floorSteps(cs.lessOdd(hi.Decimal, odd), cs.metric.Step); ok {
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

// A placeKind is what a bound stands on.
type placeKind int

const (
	placeBlock  placeKind = iota // cells
	placePeriod                  // a period's total
	placeUnit                    // a total of the first axis
	placeLine                    // a total of the second axis
	placePair                    // a total of leaf units of both
)

// placeKind returns what a bound stands on: the same for all tuples of units that
// change teams, which have leaves of one axis each.
func (cs *cascade) placeKind(k boundPlace) placeKind {
	nodes, s := k.tuples[0], k.at
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
		return placePeriod
	case whole && named == 1 && nodes[0] != 0:
		return placeUnit
	case whole && named == 1 && len(nodes) > 1 && nodes[1] != 0:
		return placeLine
	case whole && named == 2 && leaves:
		return placePair
	}
	return placeBlock
}

// pairOf numbers a pair of leaves of the first two axes.
func (cs *cascade) pairOf(nodes []int32) int {
	return int(cs.axes[0].tree.nodes[nodes[0]].leaf)*len(cs.axes[1].tree.leaves) + int(cs.axes[1].tree.nodes[nodes[1]].leaf)
}

// place keeps a limit of a total.
func (b *cascadeBounds) place(cs *cascade, kind placeKind, nodes []int32, s stretch, l limit) {
	switch kind {
	case placePeriod:
		b.rows = append(b.rows, stretchLimit{s, l})
	case placeUnit:
		b.units[nodes[0]].narrow(l)
	case placeLine:
		b.lines[nodes[1]].narrow(l)
	case placePair:
		p, ok := b.pairs[cs.pairOf(nodes)]
		if !ok {
			p = noLimit()
		}
		p.narrow(l)
		b.pairs[cs.pairOf(nodes)] = p
	}
}

// excludedByOthers is said of bounds that exclude each other.
const excludedByOthers = "another bound on the same cells excludes it"

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
		if k.limit.hi < 0 {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.limit.rule), Bound: excludedByOthers})
			continue
		}
		at := cs.blockCells(k)
		ideals := make([]apportion.Fixed, len(at))
		for i, cell := range at {
			ideals[i] = seeds.fixed(cell / cols)[cell%cols]
		}
		lo, hi, ok := cs.spreadLimit(k.limit, ideals, c)
		if !ok {
			continue
		}
		if k.limit.hi < k.limit.lo {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.limit.rule), Bound: excludedByOthers})
			continue
		}
		if len(at) > 1 {
			cs.bounds.spread = true
		}
		for i, cell := range at {
			r, p := cell/cols, cell%cols
			cells.open(r)
			cells.lo[r][p] = max(cells.lo[r][p], lo[i])
			if hi != nil {
				cells.hi[r][p] = min(cells.hi[r][p], hi[i])
			}
			if cells.lo[r][p] > cells.hi[r][p] {
				c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.limit.rule), Bound: excludedByOthers})
				cells.hi[r][p] = cells.lo[r][p]
			}
		}
	}
}

// blockCells lists the cells of a block, row by row.
func (cs *cascade) blockCells(k blockLimit) []int {
	b := Breakdown{cs: cs}
	var out []int
	for _, nodes := range k.places {
		b.eachRow(nodes, func(r int) {
			for p := k.at.first; p < k.at.end; p++ {
				out = append(out, r*len(cs.grid.pieces)+p)
			}
		})
	}
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
