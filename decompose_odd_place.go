package salesplan

import (
	"cmp"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// maxOddAttempts bounds how many ways for the rests of locks off the step are
// tried, and oddWork the cells that this takes.
const (
	maxOddAttempts = 64
	oddWork        = 1 << 24
)

// A boundPlace is where a bound stands: below a tuple of nodes, or several of
// units that change teams.
type boundPlace struct {
	rule   int
	tuples [][]int32
	at     stretch
}

// layOdd finds the cells beyond whole steps. A lock of cells has what it is off
// the step on that of its cells with the largest ideal. What remains goes along
// the amounts that add up to each other, as far as they are open: from the goal
// down the units to their cells, and from those up the periods to the goal. On a
// tree of such amounts each has what the ends of it lack; cells come first in
// the tree, so that totals stay in whole steps where they can, then periods,
// then units.
func (cs *cascade) layOdd(places []boundPlace, c *diag.Collector) {
	layer, fault := cs.newOddLayer()
	if c.Add(fault); layer == nil {
		return
	}
	o := newOddPlacer(cs, layer, places)
	o.lockCells(c)
	if c.Len() > 0 {
		return
	}
	o.lockPeriods(c)
	o.lockUnits(c)
	if c.Len() > 0 {
		return
	}
	c.Add(o.settle())
	slices.SortFunc(layer.cells, func(x, y oddAmount) int { return cmp.Compare(x.at, y.at) })
	cs.odd = layer
}

// An oddPlacer finds the cells of a layer. Its nodes are the rows of the table,
// its columns, periods that stand, and units.
type oddPlacer struct {
	cs         *cascade
	layer      *oddLayer
	places     []boundPlace
	rows, cols int
	seeds      *seeder

	open   []bool // by cell: it may carry a rest
	wary   bool   // cells in blocks with bounds carry none
	excess []int64
	arcs   []oddArc      // amounts that may be off the step, beside cells
	fixed  map[int]int64 // by node: what its total has beyond whole steps
	above  []int         // by node: the unit above; -1
	tops   [][]int       // by axis: the nodes of the tuples of leaves down to it
	units  []int         // by node of the first axis
}

// An oddArc is an amount that adds up from one node to another.
type oddArc struct{ from, to int }

func newOddPlacer(cs *cascade, layer *oddLayer, places []boundPlace) *oddPlacer {
	o := &oddPlacer{cs: cs, layer: layer, places: places, rows: cs.block(0), cols: layer.cols, fixed: map[int]int64{}}
	o.excess = make([]int64, o.rows+o.cols)
	o.above = make([]int, o.rows+o.cols)
	for i := range o.above {
		o.above[i] = -1
	}
	o.open = make([]bool, o.rows*o.cols)
	o.seeds = newSeeder(cs, len(cs.axes))
	for r := range o.rows {
		for p, x := range o.seeds.fixed(r) {
			o.open[r*o.cols+p] = x != (apportion.Fixed{})
		}
	}
	return o
}

func (o *oddPlacer) node(above int) int {
	o.excess, o.above = append(o.excess, 0), append(o.above, above)
	return len(o.excess) - 1
}

// cellsOf lists the cells of a place.
func (o *oddPlacer) cellsOf(k boundPlace) []int {
	return o.cs.blockCells(blockLimit{places: k.tuples, at: k.at})
}

// lockCells puts what locks of cells are off the step on one of their cells, the
// smallest blocks first, and closes all of them.
func (o *oddPlacer) lockCells(c *diag.Collector) {
	type block struct {
		boundPlace
		cells []int
	}
	var locks []block
	bounded := make([]bool, len(o.open))
	some := false
	for _, k := range o.places {
		if o.cs.placeKind(k) != placeBlock {
			continue
		}
		cells, r := o.cellsOf(k), o.cs.rule.Bounds[k.rule]
		if r.Lock.Valid {
			locks = append(locks, block{k, cells})
			continue
		}
		tight := len(cells) == 1 && o.tight(r)
		for _, at := range cells {
			bounded[at], some = true, true
			o.open[at] = o.open[at] && !tight
		}
	}
	slices.SortStableFunc(locks, func(x, y block) int { return cmp.Compare(len(x.cells), len(y.cells)) })
	closed, odd := make([]bool, len(o.open)), map[int]int64{}
	for _, k := range locks {
		rest := o.beyond(k.rule)
		for _, at := range k.cells {
			rest = o.layer.mod(rest - odd[at])
		}
		if rest != 0 {
			at := o.largest(k.cells, closed)
			if at < 0 {
				c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.rule), Bound: excludedByOthers})
				continue
			}
			if o.ideal(at) == (apportion.Fixed{}) {
				c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.rule), Bound: "nobody is there to owe it"})
				continue
			}
			odd[at] = rest
			o.put(at, rest, k.rule)
		}
		for _, at := range k.cells {
			closed[at], o.open[at] = true, false
		}
	}
	o.plan(bounded, some)
}

// tight reports whether bounds leave a cell less than a step to move in.
func (o *oddPlacer) tight(r BoundRule) bool {
	l := o.cs.limitOf(r, 0)
	return l.lo >= l.hi
}

// beyond returns what a lock is off the step.
func (o *oddPlacer) beyond(rule int) int64 {
	d := o.cs.rule.Bounds[rule].Lock.Decimal
	if o.cs.negative {
		d = d.Neg()
	}
	return o.layer.beyond(d)
}

// largest returns the cell with the largest ideal that no earlier lock holds; -1
// if there is none.
func (o *oddPlacer) largest(cells []int, closed []bool) int {
	best := -1
	var most apportion.Fixed
	for _, at := range cells {
		if closed[at] {
			continue
		}
		if x := o.ideal(at); best < 0 || x.Settle().Big().Cmp(most.Settle().Big()) > 0 {
			best, most = at, x
		}
	}
	return best
}

// ideal returns the ideal of a cell.
func (o *oddPlacer) ideal(at int) apportion.Fixed {
	return o.seeds.fixed(at / o.cols)[at%o.cols]
}

// put gives a cell something beyond whole steps.
func (o *oddPlacer) put(at int, odd int64, rule int) {
	o.layer.cells = append(o.layer.cells, oddAmount{at, odd, rule})
	o.excess[at/o.cols] -= odd
	o.excess[o.rows+at%o.cols] += odd
}

// plan says in how many ways the rests can be tried, and takes that of the
// cascade's attempt: by the column that takes those of rows, then without cells in
// blocks that have bounds.
func (o *oddPlacer) plan(bounded []bool, some bool) {
	cs, ways := o.cs, 1
	if some {
		ways = 2
	}
	cs.attempts = min(ways*o.cols, maxOddAttempts, max(ways, oddWork/(o.rows*o.cols)))
	if o.wary = some && cs.attempt%ways == 1; o.wary {
		for at, is := range bounded {
			o.open[at] = o.open[at] && !is
		}
	}
	cs.attempt /= ways
}

// lockPeriods lays out the periods that stand: the goal's, its recurrences, and
// those with locks.
func (o *oddPlacer) lockPeriods(c *diag.Collector) {
	type period struct {
		stretchLimit
		odd int64
	}
	list := []period{{stretchLimit{o.cs.allTime(), limit{rule: -1}}, 0}}
	if len(o.cs.grid.turns) > 1 {
		for _, t := range o.cs.grid.turns {
			list = append(list, period{stretchLimit{t, limit{rule: -1}}, 0})
		}
	}
	for _, k := range o.places {
		if o.cs.rule.Bounds[k.rule].Lock.Valid && o.cs.placeKind(k) == placePeriod {
			list = append(list, period{stretchLimit{k.at, limit{rule: k.rule}}, o.beyond(k.rule)})
		}
	}
	slices.SortStableFunc(list, func(x, y period) int {
		return cmp.Or(cmp.Compare(x.first, y.first), cmp.Compare(y.end, x.end))
	})
	class := make([]int, o.cols)
	nodes := make([]int, len(list))
	var open []int
	for i, k := range list {
		for len(open) > 0 && list[open[len(open)-1]].end <= k.first {
			open = open[:len(open)-1]
		}
		if len(open) == 0 {
			nodes[i] = o.node(-1)
		} else {
			up := open[len(open)-1]
			switch {
			case list[up].end < k.end:
				c.Add(periodsCross(max(k.rule, list[up].rule)))
			case list[up].stretch.first == k.first && list[up].end == k.end:
				if k.odd != list[up].odd {
					c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.rule), Value: o.cs.rule.Bounds[k.rule].Lock.Decimal.String(),
						Bound: excludedByOthers})
				}
				nodes[i] = nodes[up]
			default:
				nodes[i] = o.node(-1)
				o.excess[nodes[i]] -= k.odd
				o.excess[nodes[up]] += k.odd
			}
		}
		open = append(open, i)
		for p := k.first; p < k.end; p++ {
			class[p] = nodes[i]
		}
	}
	for p, k := range class {
		o.arcs = append(o.arcs, oddArc{o.rows + p, k})
	}
}

// periodsCross refuses bounds on periods that overlap in part.
func periodsCross(rule int) *diag.Fault {
	return &diag.Fault{Code: diag.Conflict, Path: index("/goal/split/bounds", rule) + "/period", Bound: "periods that lie within each other, or apart"}
}

// lockUnits lays out the units of all axes as one tree above the rows, and fixes
// the totals that are locked.
func (o *oddPlacer) lockUnits(c *diag.Collector) {
	tops := []int{-1}
	for a, ax := range o.cs.axes {
		tops = o.nest(ax.tree, tops, a == len(o.cs.axes)-1)
		o.tops = append(o.tops, tops)
	}
	var movers []boundPlace
	for _, k := range o.places {
		if !o.cs.rule.Bounds[k.rule].Lock.Valid {
			continue
		}
		switch kind := o.cs.placeKind(k); {
		case kind != placeUnit && kind != placePair:
		case len(k.tuples) > 1:
			movers = append(movers, k)
		default:
			o.fix(o.total(kind, k.tuples[0]), o.beyond(k.rule), k.rule, c)
		}
	}
	for _, k := range movers {
		o.fixMover(k, c)
	}
	o.lockLines(c)
	for v, up := range o.above {
		if _, ok := o.fixed[v]; up >= 0 && !ok {
			o.arcs = append(o.arcs, oddArc{up, v})
		}
	}
}

// total returns the node of a total of a unit, or of leaf units of the first two
// axes.
func (o *oddPlacer) total(kind placeKind, nodes []int32) int {
	if kind == placeUnit {
		return o.units[nodes[0]]
	}
	return o.tops[1][o.cs.pairOf(nodes)]
}

// fixMover sets what the totals of a unit that changes teams have beyond whole
// steps, where their sum is locked: those that stand, by locks of their own or of
// all of their cells, have what they have, and of the others that with the largest
// ideal has what remains.
func (o *oddPlacer) fixMover(k boundPlace, c *diag.Collector) {
	kind, rest := o.cs.placeKind(k), o.beyond(k.rule)
	best, most := -1, apportion.Fixed{}
	var open []int
	for _, nodes := range k.tuples {
		one := boundPlace{k.rule, [][]int32{nodes}, k.at}
		v, cells := o.total(kind, nodes), o.cellsOf(one)
		if odd, known := o.known(v, one, cells); known {
			rest = o.layer.mod(rest - odd)
			continue
		}
		var ideal apportion.Fixed
		for _, at := range cells {
			ideal = ideal.Add(o.ideal(at))
		}
		if best < 0 || ideal.Settle().Big().Cmp(most.Settle().Big()) > 0 {
			best, most = v, ideal
		}
		open = append(open, v)
	}
	if rest != 0 && best < 0 {
		c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", k.rule), Bound: excludedByOthers})
		return
	}
	for _, v := range open {
		odd := int64(0)
		if v == best {
			odd = rest
		}
		o.fix(v, odd, k.rule, c)
	}
}

// known returns what a total has beyond whole steps where that stands: it is
// fixed, or all of its cells are, which fixes it.
func (o *oddPlacer) known(v int, k boundPlace, cells []int) (odd int64, ok bool) {
	if odd, ok = o.fixed[v]; ok {
		return odd, true
	}
	if slices.ContainsFunc(cells, func(at int) bool { return o.open[at] }) {
		return 0, false
	}
	for _, x := range o.layer.cells {
		if o.cs.isBelow(x.at/o.cols, k.tuples[0]) {
			odd = o.layer.mod(odd + x.odd)
		}
	}
	o.fix(v, odd, -1, nil)
	return odd, true
}

// fix sets what the total of a unit's node has beyond whole steps.
func (o *oddPlacer) fix(v int, odd int64, rule int, c *diag.Collector) {
	if was, ok := o.fixed[v]; ok {
		if was != odd {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", rule), Bound: excludedByOthers})
		}
		return
	}
	o.fixed[v] = odd
	o.excess[v] += odd
	o.excess[o.above[v]] -= odd
}
