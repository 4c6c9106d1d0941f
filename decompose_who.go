package salesplan

import (
	"context"
	"math/big"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// An axisSplit is one axis of a goal's split.
type axisSplit struct {
	n    int    // its number in the split
	path string // of its rule
	root string // of the axis itself

	axis  Axis
	rule  AxisRule
	tree  *tree
	pasts map[string]*pastTable // by what they hold, see BasisPart.key

	before []*tree // of the axes before
	limit  uint64  // of weights, see weighting

	// static is the weighting where it is the same below all units of the
	// axes before.
	static *weighting
}

// unitPath returns the JSON pointer of a unit, for faults.
// Those of an axis that is read from a table are named by their ids.
func (ax *axisSplit) unitPath(i int32) string {
	n := &ax.tree.nodes[i]
	if ax.axis.Table != nil {
		return ax.root + "/units" + diag.Pointer(n.id)
	}
	return index(ax.root+"/units", int(n.place))
}

// weighting returns the weights below a tuple of units of the axes before.
func (ax *axisSplit) weighting(prefix []int32, c *diag.Collector) *weighting {
	if ax.static != nil {
		return ax.static
	}
	return ax.weigh(prefix, c)
}

// weighUnits finds the weights of each axis's units, but for those that depend
// on the unit above.
func (cs *cascade) weighUnits(c *diag.Collector) {
	for _, ax := range cs.axes {
		before := c.Len()
		if ax.goesByHistory() {
			cs.readPast(ax, c)
		}
		if c.Len() == before && (ax.n == 0 || !ax.goesByHistory() && !cs.someSell) {
			ax.static = ax.weigh(nil, c)
		}
	}
}

// who finds the totals of the leaf units: each leaf period's amount goes down
// the first tree by weight × presence, a unit's ideal total is the sum of
// those cells, and the ideals are rounded down the tree by largest remainder.
// Further axes nest below.
func (cs *cascade) who(ctx context.Context) error {
	var c diag.Collector
	if cs.peopleStand() {
		cs.ideals = cs.standPeople(&c)
	} else {
		cs.ideals = cs.idealTotals(ctx, &c)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.Len() > 0 {
		return c.Err()
	}
	if cs.bounds != nil {
		leaves, err := cs.unitLimits()
		if err != nil {
			return err
		}
		bounded, err := cs.boundUnits(cs.axes[0], cs.ideals, cs.bounds.units, leaves, cs.oddBelow(), cs.wholeTotal())
		if err != nil {
			return err
		}
		cs.ideals = bounded
	}
	cs.units = roundDown(cs.axes[0].tree, cs.ideals, cs.wholeTotal())
	if cs.axes[0].rule.Season == SeasonOwn {
		if err := cs.readSeasons(); err != nil {
			return err
		}
	}
	cs.totals = make([]int64, 0, len(cs.axes[0].tree.leaves))
	for _, leaf := range cs.axes[0].tree.leaves {
		cs.totals = append(cs.totals, cs.units[leaf])
	}
	return cs.nest(ctx)
}

// idealRow returns the goal's row as ideals.
func (cs *cascade) idealRow() []apportion.Fixed {
	row := make([]apportion.Fixed, len(cs.line.row))
	for p, x := range cs.line.row {
		row[p] = apportion.FixedInt(x)
	}
	for p, odd := range cs.oddRow(cs.everything()) {
		row[p] = row[p].Add(apportion.FixedInt(odd).MulDiv(1, uint64(cs.odd.per)))
	}
	return row
}

// idealTotals returns each node's ideal total, the sum of its ideal cells.
// Where all siblings are always there, that is the parent's total by weight.
func (cs *cascade) idealTotals(ctx context.Context, c *diag.Collector) []apportion.Fixed {
	ax := cs.axes[0]
	t := ax.tree
	ideals := make([]apportion.Fixed, len(t.nodes))
	ideals[0] = apportion.FixedInt(cs.total)
	if !t.partial {
		descend(t, ax.static, ideals)
		cs.checkCarried(ax, ideals, c)
		return ideals
	}
	row := cs.idealRow()
	cs.checkOwner(ax, row, c)
	k := cs.firstWalker()
	for k.next() {
		if k.at&1023 == 0 && ctx.Err() != nil {
			return ideals
		}
		v := t.nodes[k.at].parent
		if k.at == v+1 {
			cs.reportLost(ax, v, k.lost(v), c)
		}
		if t.always(v) {
			ideals[k.at] = shareOf(ax.static, v, k.at, ideals[v])
			continue
		}
		for _, x := range k.row() {
			ideals[k.at] = ideals[k.at].Add(x)
		}
	}
	return ideals
}

// shareOf returns what child i of v has of an ideal of v, by weight.
func shareOf(w *weighting, v, i int32, of apportion.Fixed) apportion.Fixed {
	if sum := w.wideSum[v]; sum != nil {
		return of.MulDivBig(w.wide[i], sum)
	}
	return of.MulDiv(w.weight[i], max(w.sum[v], 1))
}

// descend fills the ideals of all nodes from that of the root, by weight.
func descend(t *tree, w *weighting, ideals []apportion.Fixed) {
	for i := int32(1); i < int32(len(t.nodes)); i++ {
		v := t.nodes[i].parent
		ideals[i] = shareOf(w, v, i, ideals[v])
	}
}

// checkCarried refuses an amount that none of a unit's children has a weight
// for.
func (cs *cascade) checkCarried(ax *axisSplit, ideals []apportion.Fixed, c *diag.Collector) {
	for v := range ax.tree.nodes {
		v := int32(v)
		if !ax.tree.isLeaf(v) && ideals[v] != (apportion.Fixed{}) && ax.static.total(v).Sign() == 0 {
			c.Add(&diag.Fault{Code: diag.NoWeight, Path: ax.path + "/basis", Value: ax.nameOf(v)})
		}
	}
}

func (ax *axisSplit) nameOf(v int32) string {
	if id := ax.tree.nodes[v].id; id != "" {
		return id
	}
	return ax.axis.ID
}

// checkOwner refuses periods in which an owner without units below owes
// something and is not there.
func (cs *cascade) checkOwner(ax *axisSplit, row []apportion.Fixed, c *diag.Collector) {
	if !ax.tree.isLeaf(0) {
		return
	}
	there := make([]uint64, len(row))
	ax.tree.presence(0, cs.grid, there)
	var lost []int
	for p, x := range row {
		if there[p] == 0 && x != (apportion.Fixed{}) {
			lost = append(lost, p)
		}
	}
	cs.reportLost(ax, 0, lost, c)
}

// reportLost refuses periods in which a unit owes something and nobody below
// it is there to owe it.
func (cs *cascade) reportLost(ax *axisSplit, v int32, lost []int, c *diag.Collector) {
	if len(lost) == 0 {
		return
	}
	var amount int64
	for _, p := range lost {
		amount += cs.line.row[p]
	}
	c.Add(&diag.Fault{Code: diag.Infeasible, Path: ax.path, Value: ax.nameOf(v),
		Bound: "nobody is there with a weight in " + cs.periodsOf(lost) + ", where the goal owes " + amountText(fromSteps(cs.signed(amount), cs.metric.Step))})
}

// periodsOf names leaf periods, neighbours together.
func (cs *cascade) periodsOf(pieces []int) string {
	var names []string
	for i := 0; i < len(pieces); {
		j := i
		for j+1 < len(pieces) && pieces[j+1] == pieces[j]+1 {
			j++
		}
		names = append(names, cs.grid.fiscal.Label(calendar.Span(cs.grid.pieces[pieces[i]].First, cs.grid.pieces[pieces[j]].Last)))
		i = j + 1
	}
	return joinNames(names)
}

// roundDown rounds ideal totals down a tree: the root has the total, and each
// node's children get the floor of their ideals and one step more for the
// largest fractions, ties in the order of the units. Every total is the floor
// or the ceiling of its ideal.
func roundDown(t *tree, ideals []apportion.Fixed, total int64) []int64 {
	out := make([]int64, len(t.nodes))
	out[0] = total
	var parts []apportion.Fixed
	var whole []int64
	var order []int32
	for v := range t.nodes {
		v := int32(v)
		if t.isLeaf(v) {
			continue
		}
		parts = parts[:0]
		t.children(v, func(c int32) { parts = append(parts, ideals[c].Settle()) })
		whole = append(whole[:0], make([]int64, len(parts))...)
		order = apportion.RoundIdeals(whole, parts, out[v], order)
		i := 0
		t.children(v, func(c int32) {
			out[c] = whole[i]
			i++
		})
	}
	return out
}

// block returns how many rows of the table stand below one leaf of the axis
// before a.
func (cs *cascade) block(a int) int {
	n := 1
	for _, ax := range cs.axes[a:] {
		n *= len(ax.tree.leaves)
	}
	return n
}

// nest divides the totals of the first axis's leaf units over the further
// axes: the second one as a table with both totals exact, deeper ones by
// largest remainder.
func (cs *cascade) nest(ctx context.Context) error {
	if len(cs.axes) > 1 {
		if err := cs.cross(ctx); err != nil {
			return err
		}
	}
	for a := 2; a < len(cs.axes); a++ {
		if err := cs.deepen(ctx, cs.axes[a]); err != nil {
			return err
		}
	}
	return nil
}

// tuple returns the nodes of the axes before a of row r, which counts the
// tuples of their leaves.
func (cs *cascade) tuple(a, r int) []int32 {
	nodes := make([]int32, a)
	for i := a - 1; i >= 0; i-- {
		leaves := cs.axes[i].tree.leaves
		nodes[i] = leaves[r%len(leaves)]
		r /= len(leaves)
	}
	return nodes
}

// deepen divides each total over the leaves of one more axis.
func (cs *cascade) deepen(ctx context.Context, ax *axisSplit) error {
	var c diag.Collector
	t := ax.tree
	out := make([]int64, 0, len(cs.totals)*len(t.leaves))
	seeds := newSeeder(cs, ax.n)
	var limits []limit
	if cs.bounds != nil {
		limits = cs.leafLimits(cs.block(ax.n + 1))
	}
	for r, total := range cs.totals {
		if err := ctx.Err(); err != nil {
			return err
		}
		w := ax.weighting(cs.tuple(ax.n, r), &c)
		if c.Len() > 0 {
			return c.Err()
		}
		odd, all := cs.oddOf(ax.n, r)
		ideals, err := cs.idealsBelow(ax, w, seeds, r, total+all/cs.per())
		if err != nil {
			return err
		}
		if limits != nil {
			if ideals, err = cs.boundUnits(ax, ideals, noLimits(len(t.nodes)), limits[r*len(t.leaves):(r+1)*len(t.leaves)], odd, total); err != nil {
				return err
			}
		}
		rounded := roundDown(t, ideals, total)
		for _, leaf := range t.leaves {
			out = append(out, rounded[leaf])
		}
	}
	cs.totals = out
	return nil
}

// idealsBelow divides the total of one tuple of units over the nodes of the
// next axis; seeds are the rows of such tuples, which cost one pass where they
// are asked for in order. Where some of them are not always there, in proportion to the
// sums of their ideal cells.
func (cs *cascade) idealsBelow(ax *axisSplit, w *weighting, seeds *seeder, r int, total int64) ([]apportion.Fixed, error) {
	t := ax.tree
	ideals := make([]apportion.Fixed, len(t.nodes))
	ideals[0] = apportion.FixedInt(total)
	if total == 0 {
		return ideals, nil
	}
	if !t.partial {
		descend(t, w, ideals)
	} else if err := cs.idealsPresent(ax, w, seeds.fixed(r), total, ideals); err != nil {
		return nil, err
	}
	var c diag.Collector
	for v := range t.nodes {
		v := int32(v)
		if !t.isLeaf(v) && ideals[v] != (apportion.Fixed{}) && w.total(v).Sign() == 0 {
			c.Add(&diag.Fault{Code: diag.NoWeight, Path: ax.path + "/basis", Value: ax.nameOf(v)})
		}
	}
	return ideals, c.Err()
}

// idealsPresent sums the ideal cells of the nodes below a row and scales them
// to its total.
func (cs *cascade) idealsPresent(ax *axisSplit, w *weighting, row []apportion.Fixed, total int64, ideals []apportion.Fixed) error {
	var c diag.Collector
	cs.checkOwner(ax, row, &c)
	k := newWalker(ax.tree, w, cs.grid, row)
	sums := make([]*big.Int, len(ideals))
	sum := func() *big.Int {
		var f apportion.Fixed
		for _, x := range k.row() {
			f = f.Add(x)
		}
		return f.Big()
	}
	sums[0] = sum()
	for k.next() {
		if v := ax.tree.nodes[k.at].parent; k.at == v+1 {
			cs.reportLost(ax, v, k.lost(v), &c)
		}
		sums[k.at] = sum()
	}
	if c.Len() > 0 || sums[0].Sign() == 0 {
		return c.Err()
	}
	whole := apportion.FixedInt(total)
	for i := range ideals {
		if sums[i].Cmp(sums[0]) > 0 {
			sums[i] = sums[0]
		}
		ideals[i] = whole.MulDivBig(sums[i], sums[0])
	}
	return nil
}
