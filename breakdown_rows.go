package salesplan

import (
	"iter"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Query chooses rows of a breakdown. Its zero value chooses all.
type Query struct {
	// Axis chooses rows whose last named axis it is.
	Axis string `json:"axis,omitempty"`

	// Level chooses rows of one level: 0 is the goal's owner, and on a later
	// axis its roots are level 1. A level that no unit has chooses no row.
	Level *int `json:"level,omitempty"`

	// Grain chooses rows of one grain; [GrainGoal] is that of the whole
	// period.
	Grain calendar.Grain `json:"grain,omitempty"`

	// Under chooses rows of a unit and of all below it: of a unit that changes
	// teams, those below each of them.
	Under string `json:"under,omitempty"`

	// Period chooses rows of periods that lie in it; one in which none lies
	// chooses no row.
	Period calendar.Period `json:"period,omitzero"`

	// LeafOnly chooses the cells of which all else is made.
	LeafOnly bool `json:"leafOnly,omitempty"`
}

// A Row is what one unit owes in one period. A unit that changes teams has rows
// below each of them, with what it owes there, so that rows add up to those of
// their parents; on days on which it stands elsewhere it owes 0.
type Row struct {
	// Units are one for each axis, "" for all of an axis. Units of a later
	// axis stand below each leaf of the axis before, and alone.
	Units []string

	// Parents are the units above those of Units that change teams, "" for the
	// others; nil where none does. With them an [At] is this row's place.
	Parents []string

	// Axis is the last named axis: that of the unit which the row is about;
	// "" for a goal that is split over no axis.
	Axis string

	// Parent is the unit above that of the last named axis; for a root of a
	// later axis, the unit of the axis before.
	Parent string

	// Level is that of the last named axis's unit.
	Level int

	Grain  calendar.Grain
	Period calendar.Period

	// Leaf says that this is a cell: a leaf unit of every axis in a leaf
	// period.
	Leaf bool

	Amount decimal.Decimal
}

// Rows yields the chosen rows: units in the order of their trees, each with
// its whole period first and then its periods from the coarsest grain. An axis
// or unit that the split doesn't have is a fault of code [diag.Unknown], a
// grain it doesn't have one of code [diag.OffGrid], and a zero Breakdown one of
// code [diag.Required]. A level or period that no row has is no fault: it yields
// none.
//
// A row's Units and Parents belong to the caller, but those of one unit's rows share their
// memory. Rows are made as the loop asks for them.
func (b *Breakdown) Rows(q Query) (iter.Seq[Row], error) {
	sel, err := b.choose(q)
	if err != nil {
		return nil, err
	}
	return func(yield func(Row) bool) { sel.walk(yield) }, nil
}

// A selection is a query that was found to make sense.
type selection struct {
	b      *Breakdown
	q      Query
	last   int // the axis asked for, -1 for any
	grains []calendar.Grain

	underAxis int // -1 for none
	under     []int32
}

func (b *Breakdown) choose(q Query) (*selection, error) {
	var c diag.Collector
	if f := b.missing(); f != nil {
		return nil, diag.Faults{f}
	}
	s := &selection{b: b, q: q, last: -1, underAxis: -1}
	if q.Axis != "" {
		if s.last = slices.Index(b.Axes(), q.Axis); s.last < 0 {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: "/query/axis", Value: q.Axis, Bound: joinNames(b.Axes()), Near: diag.Nearest(q.Axis, b.Axes())})
		}
	}
	s.grains = append([]calendar.Grain{GrainGoal}, b.cs.grid.grains...)
	if q.Grain != "" {
		if !slices.Contains(s.grains, q.Grain) {
			names := make([]string, len(s.grains))
			for i, g := range s.grains {
				names[i] = string(g)
			}
			c.Add(&diag.Fault{Code: diag.OffGrid, Path: "/query/grain", Value: string(q.Grain), Near: joinNames(names)})
		}
		s.grains = []calendar.Grain{q.Grain}
	}
	if q.Under != "" {
		for i, ax := range b.cs.axes {
			if n, ok := ax.tree.index[q.Under]; ok {
				s.underAxis, s.under = i, nil
				ax.tree.nodesOf(n, func(n int32) { s.under = append(s.under, n) })
			}
		}
		if s.underAxis < 0 {
			var ids []string
			for _, ax := range b.cs.axes {
				ids = append(ids, ax.tree.ids()...)
			}
			c.Add(&diag.Fault{Code: diag.Unknown, Path: "/query/under", Value: q.Under, Bound: "the units of the split", Near: nearestOf(&c, q.Under, ids)})
		}
	}
	return s, c.Err()
}

// walk yields the rows of the first axis's nodes, with those of further axes
// below each leaf, and then those of further axes alone.
func (s *selection) walk(yield func(Row) bool) {
	axes := s.b.cs.axes
	t := axes[0].tree
	nodes := make([]int32, len(axes))
	for i := range t.nodes {
		nodes[0] = int32(i)
		if !s.emit(nodes, 0, yield) {
			return
		}
		if t.isLeaf(int32(i)) && i > 0 && !s.below(nodes, 1, yield) {
			return
		}
	}
	for a := 1; a < len(nodes); a++ {
		clear(nodes)
		if len(axes[a].tree.nodes) == 1 {
			continue // the owner itself, which stands in every row
		}
		if !s.below(nodes, a, yield) {
			return
		}
	}
}

// below yields the rows of the axes from a on, below the given nodes of the
// axes before. It goes no deeper than there are axes.
func (s *selection) below(nodes []int32, a int, yield func(Row) bool) bool {
	if a >= len(nodes) {
		return true
	}
	t := s.b.cs.axes[a].tree
	for i := int32(1); i < int32(len(t.nodes)); i++ {
		nodes[a] = i
		if !s.emit(nodes, a, yield) {
			return false
		}
		if t.isLeaf(i) && !s.below(nodes, a+1, yield) {
			return false
		}
	}
	nodes[a] = 0
	if len(t.nodes) == 1 { // the owner stands on this axis, alone
		return s.below(nodes, a+1, yield)
	}
	return true
}

// emit yields the rows of one tuple of nodes, of which last is the last named
// axis.
func (s *selection) emit(nodes []int32, last int, yield func(Row) bool) bool {
	axes := s.b.cs.axes
	n := &axes[last].tree.nodes[nodes[last]]
	if s.last >= 0 && s.last != last || s.q.Level != nil && *s.q.Level != int(n.level) || !s.isUnder(nodes) {
		return true
	}
	leaf := s.isLeafTuple(nodes)
	if s.q.LeafOnly && !leaf {
		return true
	}
	row := Row{Level: int(n.level), Units: make([]string, len(s.b.cs.rule.Axes))}
	for i := range row.Units {
		row.Units[i] = axes[i].tree.nodes[nodes[i]].id
	}
	row.Parents = s.b.cs.parentsOf(nodes)
	if len(row.Units) > 0 {
		row.Axis = axes[last].axis.ID
	}
	switch {
	case last > 0 && n.parent <= 0 && axes[last].tree.nodes[0].id == "":
		row.Parent = axes[last-1].tree.nodes[nodes[last-1]].id
	case n.parent >= 0:
		row.Parent = axes[last].tree.nodes[n.parent].id
	case n.unit != nil:
		row.Parent = n.unit.Parent
	}
	amounts, odd := s.b.rowOf(nodes), s.b.cs.oddRow(nodes)
	g := s.b.cs.grid
	for _, grain := range s.grains {
		finest := len(g.grains) == 0 || grain == g.grains[len(g.grains)-1]
		if s.q.LeafOnly && !finest {
			continue
		}
		for _, st := range s.b.stretchesOf(grain) {
			if !s.q.Period.IsZero() && !s.q.Period.Covers(st.Period) {
				continue
			}
			row.Grain, row.Period, row.Leaf = grain, st.Period, leaf && finest
			row.Amount = s.b.decimal(sumOf(amounts[st.first:st.end]))
			if odd != nil {
				row.Amount = s.b.cs.withOdd(sumOf(amounts[st.first:st.end]), sumOf(odd[st.first:st.end]))
			}
			if !yield(row) {
				return false
			}
		}
	}
	return true
}

// rowOf returns the leaf periods' amounts of a tuple of nodes, in whole steps.
func (b *Breakdown) rowOf(nodes []int32) []int64 {
	if ofFirstAxis(nodes) {
		return b.unitRow(nodes[0])
	}
	cols := len(b.cs.grid.pieces)
	sum := make([]int64, cols)
	b.eachRow(nodes, func(r int) { addRow(sum, b.cells[r*cols:(r+1)*cols]) })
	return sum
}

func (s *selection) isUnder(nodes []int32) bool {
	if s.underAxis < 0 {
		return true
	}
	n, t := nodes[s.underAxis], s.b.cs.axes[s.underAxis].tree
	return slices.ContainsFunc(s.under, func(top int32) bool { return n >= top && n < t.nodes[top].end })
}

func (s *selection) isLeafTuple(nodes []int32) bool {
	for i, n := range nodes {
		if !s.b.cs.axes[i].tree.isLeaf(n) {
			return false
		}
	}
	return true
}
