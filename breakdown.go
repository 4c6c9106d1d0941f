package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Breakdown is a goal split over units and periods. It is immutable and safe
// for use by many goroutines.
//
// It holds whole steps: one number for each leaf unit (each tuple of leaf
// units, where there are several axes) and leaf period, and hands out
// decimals. Everything else is a sum of those. Where locks are off the step,
// what some cells have beyond whole steps stands beside them.
//
// The zero Breakdown owes nothing: it has no rows, what it is asked for is a
// fault of code [diag.Required] at /breakdown, or a zero value.
type Breakdown struct {
	cs *cascade

	// cells are the leaf amounts in steps, row by row; inner holds, for each
	// node of the first axis that is no single row, the sums of its rows. Both
	// are without what cells have beyond whole steps, the cascade's odd.
	cells []int64
	inner [][]int64
}

// newBreakdown takes the table of a cascade and adds up its inner units.
func newBreakdown(cs *cascade) *Breakdown {
	b := &Breakdown{cs: cs, cells: cs.table.Amounts}
	t := cs.axes[0].tree
	cols, block := len(cs.grid.pieces), cs.block(1)
	b.inner = make([][]int64, len(t.nodes))
	for i := len(t.nodes) - 1; i >= 0; i-- {
		n := &t.nodes[i]
		if t.isLeaf(int32(i)) && block == 1 {
			continue
		}
		sum := make([]int64, cols)
		if t.isLeaf(int32(i)) {
			for r := int(n.leaf) * block; r < int(n.leafEnd)*block; r++ {
				addRow(sum, b.cells[r*cols:(r+1)*cols])
			}
		} else {
			t.children(int32(i), func(c int32) { addRow(sum, b.unitRow(c)) })
		}
		b.inner[i] = sum
	}
	return b
}

func addRow(sum, row []int64) {
	for p, x := range row {
		sum[p] += x
	}
}

// unitRow returns the row of a node of the first axis.
func (b *Breakdown) unitRow(i int32) []int64 {
	if row := b.inner[i]; row != nil {
		return row
	}
	cols := len(b.cs.grid.pieces)
	r := int(b.cs.axes[0].tree.nodes[i].leaf)
	return b.cells[r*cols : (r+1)*cols]
}

// missing is the fault of a breakdown that no split made; nil for any other.
func (b *Breakdown) missing() *diag.Fault {
	if b == nil || b.cs == nil {
		return &diag.Fault{Code: diag.Required, Path: "/breakdown"}
	}
	return nil
}

// Goal returns the goal's ID.
func (b *Breakdown) Goal() string {
	if b.missing() != nil {
		return ""
	}
	return b.cs.req.Goal.ID
}

// Owner returns the unit that owes the goal; "" for one that all units owe.
func (b *Breakdown) Owner() string {
	if b.missing() != nil {
		return ""
	}
	return b.cs.req.Goal.Owner
}

// Total returns what the goal owes over its whole period: its target, or that
// of all its recurrences.
func (b *Breakdown) Total() decimal.Decimal {
	if b.missing() != nil {
		return decimal.Decimal{}
	}
	return b.decimal(b.cs.total)
}

// Grown says how the target came from the goal's baseline; nil for one that is
// given.
func (b *Breakdown) Grown() *GrownTarget {
	if b.missing() != nil {
		return nil
	}
	return b.cs.grown.clone()
}

// Metric returns the goal's metric.
func (b *Breakdown) Metric() Metric {
	if b.missing() != nil {
		return Metric{}
	}
	return b.cs.metric
}

// Period returns the goal's whole period.
func (b *Breakdown) Period() calendar.Period {
	if b.missing() != nil {
		return calendar.Period{}
	}
	return b.cs.grid.whole
}

// Axes returns the ids of the axes over which the goal is split, in order.
func (b *Breakdown) Axes() []string {
	if b.missing() != nil {
		return nil
	}
	ids := make([]string, 0, len(b.cs.rule.Axes))
	for _, r := range b.cs.rule.Axes {
		ids = append(ids, r.Axis)
	}
	return ids
}

// Grains returns the grains of the split, from the coarsest; that of the
// goal's whole period, [GrainGoal], is not among them.
func (b *Breakdown) Grains() []calendar.Grain {
	if b.missing() != nil {
		return nil
	}
	return slices.Clone(b.cs.grid.grains)
}

// Periods returns the periods of a grain, in order; those of [GrainGoal] are
// the whole period, those of a grain that the split doesn't have none.
func (b *Breakdown) Periods(grain calendar.Grain) []calendar.Period {
	if b.missing() != nil {
		return nil
	}
	var out []calendar.Period
	for _, s := range b.stretchesOf(grain) {
		out = append(out, s.Period)
	}
	return out
}

func (b *Breakdown) stretchesOf(grain calendar.Grain) []stretch {
	g := b.cs.grid
	if grain == GrainGoal {
		return []stretch{{g.whole, 0, len(g.pieces)}}
	}
	if i := slices.Index(g.grains, grain); i >= 0 {
		return g.periods[i]
	}
	return nil
}

// Findings returns what came up while the goal was split.
func (b *Breakdown) Findings() []diag.Finding {
	if b.missing() != nil {
		return nil
	}
	return slices.Clone(b.cs.findings)
}

// Converged reports whether the table of units and periods keeps to the ideal
// cells' proportions. Where it doesn't, the gap that the fit left was closed
// with all totals exact.
func (b *Breakdown) Converged() bool {
	if b.missing() != nil {
		return false
	}
	return b.cs.table.Converged
}

// An At is a place in a breakdown.
type At struct {
	// Units are one unit for each axis, in the order of the split; "" or a
	// missing one is all of that axis. Without axes, the owner alone.
	Units []string `json:"units,omitempty"`

	// Parents choose, of a unit that changes teams, the part that it owes below
	// one of them: one for each of Units; "" or a missing one takes all parts.
	Parents []string `json:"parents,omitempty"`

	// Period is a union of leaf periods; unset, the whole period.
	Period calendar.Period `json:"period,omitzero"`
}

// Amount returns what is owed at a place: At{} is the whole goal. A unit that
// is not there in the period owes 0, one that changes teams owes what it owes in
// all of them.
//
// A unit that the split doesn't have, or a parent that isn't its own, is a fault of code [diag.Unknown] with
// the nearest name, more units than axes one of code [diag.Mismatch], and a
// period that is no union of leaf periods one of code [diag.OffGrid]. A zero
// Breakdown is one of code [diag.Required].
// It takes time in proportion to the leaf units below and the leaf periods
// inside, less where all but the first unit are "".
func (b *Breakdown) Amount(at At) (decimal.Decimal, error) {
	places, s, err := b.locate(at)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return b.owed(places, s), nil
}

// owed returns what is owed below several tuples of nodes.
func (b *Breakdown) owed(places [][]int32, s stretch) decimal.Decimal {
	return b.cs.withOdd(b.sumAll(places, s), b.cs.oddInAll(places, s))
}

func (b *Breakdown) decimal(steps int64) decimal.Decimal {
	return fromSteps(b.cs.signed(steps), b.cs.metric.Step)
}

// locate finds the nodes and leaf periods of a place: one tuple of nodes, or
// several for units that change teams.
func (b *Breakdown) locate(at At) ([][]int32, stretch, error) {
	if b.missing() != nil {
		return nil, stretch{}, diag.Faults{b.missing()}
	}
	var c diag.Collector
	axes := b.cs.axes
	nodes := make([]int32, len(axes))
	if len(at.Units) > len(axes) {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/at/units", Value: counted(len(at.Units), "unit", "units"), Bound: counted(len(axes), "axis", "axes")})
	}
	for i := range min(len(at.Units), len(axes)) {
		n, f := axes[i].tree.find(at.Units[i], index("/at/units", i))
		nodes[i] = n
		c.Add(f)
	}
	s, ok := b.cs.grid.find(at.Period)
	if !ok {
		c.Add(&diag.Fault{Code: diag.OffGrid, Path: "/at/period", Value: at.Period.String(), Near: b.nearestPeriod(at.Period)})
	}
	places := b.cs.choose(b.cs.stints(nodes), at.Parents, "/at/parents", &c)
	return places, s, c.Err()
}

// nearestPeriod widens a period to the leaf periods that it touches.
func (b *Breakdown) nearestPeriod(p calendar.Period) string {
	common, ok := p.Intersect(b.cs.grid.whole)
	if !ok {
		return b.cs.grid.fiscal.Label(b.cs.grid.whole)
	}
	g := b.cs.grid
	first := g.pieces[g.pieceOf(int32(common.First.Sub(g.whole.First)))].First
	last := g.pieces[g.pieceOf(int32(common.Last.Sub(g.whole.First)))].Last
	return g.fiscal.Label(calendar.Span(first, last))
}

// ofFirstAxis reports whether a tuple names all of the axes behind the first, so
// that its row is held.
func ofFirstAxis(nodes []int32) bool {
	return !slices.ContainsFunc(nodes[1:], func(n int32) bool { return n != 0 })
}

// sum adds up the cells below a tuple of nodes, in whole steps.
func (b *Breakdown) sum(nodes []int32, s stretch) int64 {
	if ofFirstAxis(nodes) {
		return sumOf(b.unitRow(nodes[0])[s.first:s.end])
	}
	cols := len(b.cs.grid.pieces)
	var total int64
	b.eachRow(nodes, func(r int) {
		total += sumOf(b.cells[r*cols+s.first : r*cols+s.end])
	})
	return total
}

// sumAll adds up the cells below several tuples of nodes.
func (b *Breakdown) sumAll(places [][]int32, s stretch) int64 {
	var total int64
	for _, nodes := range places {
		total += b.sum(nodes, s)
	}
	return total
}

func sumOf(xs []int64) int64 {
	var sum int64
	for _, x := range xs {
		sum += x
	}
	return sum
}

// eachRow calls f with each row below a tuple of nodes, in order.
func (b *Breakdown) eachRow(nodes []int32, f func(r int)) {
	axes := b.cs.axes
	at := make([]int32, len(axes))
	for i := range at {
		at[i] = axes[i].tree.nodes[nodes[i]].leaf
	}
	for {
		r := 0
		for i := range at {
			r = r*len(axes[i].tree.leaves) + int(at[i])
		}
		f(r)
		i := len(at) - 1
		for ; i >= 0; i-- {
			if at[i]++; at[i] < axes[i].tree.nodes[nodes[i]].leafEnd {
				break
			}
			at[i] = axes[i].tree.nodes[nodes[i]].leaf
		}
		if i < 0 {
			return
		}
	}
}

// Equal reports whether both breakdowns owe the same at every place.
func (b *Breakdown) Equal(other *Breakdown) bool {
	if b == nil || other == nil {
		return b == other
	}
	if b.cs == nil || other.cs == nil {
		return b.cs == other.cs
	}
	if b.Goal() != other.Goal() || b.cs.metric.ID != other.cs.metric.ID || !b.cs.metric.Step.Equal(other.cs.metric.Step) ||
		b.cs.negative != other.cs.negative || !slices.Equal(b.Axes(), other.Axes()) ||
		!slices.Equal(b.cs.grid.grains, other.cs.grid.grains) || !slices.Equal(b.cs.grid.pieces, other.cs.grid.pieces) ||
		!slices.Equal(b.cells, other.cells) || !b.cs.odd.sameOdd(other.cs.odd) {
		return false
	}
	for i, ax := range b.cs.axes {
		same := slices.EqualFunc(ax.tree.nodes, other.cs.axes[i].tree.nodes, func(x, y node) bool {
			return x.id == y.id && x.parent == y.parent
		})
		if !same {
			return false
		}
	}
	return true
}
