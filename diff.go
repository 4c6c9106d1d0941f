package salesplan

import (
	"cmp"
	"iter"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Difference is what one unit owes in one period by two breakdowns of a goal.
type Difference struct {
	// Kind is [ChangeChanged] for another amount, [ChangeAdded] and
	// [ChangeRemoved] for a unit or a period that only the new or the old
	// breakdown has.
	Kind ChangeKind

	Goal string

	// What the fields of a [Row] say, of the new breakdown where it has the
	// row; OldParent is set where the old one has the unit below another.
	Units     []string
	Parents   []string
	Axis      string
	Parent    string
	OldParent string
	Level     int
	Grain     calendar.Grain
	Period    calendar.Period
	Leaf      bool

	// Old and New are what is owed: of a stock, what there is to be at the end
	// of the period, of a rate its numerator. Not valid where a breakdown
	// doesn't have the unit or the period.
	Old, New decimal.NullDecimal

	// OldRate and NewRate are a rate's; not valid where it is not applicable.
	OldRate, NewRate decimal.NullDecimal

	frame *Breakdown // that of the fields above
}

// By returns by how much more is owed, what isn't there being 0.
func (d Difference) By() decimal.Decimal { return d.New.Decimal.Sub(d.Old.Decimal) }

// Text writes an amount with the decimals of the metric's step.
func (d Difference) Text(amount decimal.Decimal) string {
	return d.frame.Text(amount)
}

// Label names the period as the plan's fiscal year does; see [Breakdown.Label].
func (d Difference) Label() string {
	return d.frame.Label(d.Period)
}

// Diff yields where two breakdowns differ, among the rows that q chooses of
// either: first the rows of now, in the order of [Breakdown.Rows], then those
// that only old has or q only chooses there. A row is found again by its units'
// ids, each on its axis, and by its period; what changed its parent keeps its
// row, but units that change teams in the course of time have one below each. A unit or period that one of them doesn't have is named with all its
// rows, those that owe nothing too. Breakdowns of different metrics have nothing
// in common.
//
// A query that neither knows has the faults of Rows; a breakdown that is missing
// or zero is a fault of code [diag.Required] at /old or /now. Differences are
// made as the loop asks for them: one pass over the cells, memory for one row of
// periods.
func Diff(old, now *Breakdown, q Query) (iter.Seq[Difference], error) {
	var c diag.Collector
	for i, b := range []*Breakdown{old, now} {
		if b.missing() != nil {
			c.Add(&diag.Fault{Code: diag.Required, Path: []string{"/old", "/now"}[i]})
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return diffParts(old, now, q)
}

// diffParts compares the results of a goal, of which one may be nil.
func diffParts(old, now targetPart, q Query) (iter.Seq[Difference], error) {
	a, errA := newDiffSide(old, q)
	b, errB := newDiffSide(now, q)
	if (a == nil || errA != nil) && (b == nil || errB != nil) {
		return nil, cmp.Or(errB, errA)
	}
	if a != nil && b != nil && !a.comparable(b) {
		gone, came := &partDiff{old: a, q: q}, &partDiff{now: b, q: q}
		return func(yield func(Difference) bool) { _ = gone.run(yield) && came.run(yield) }, nil
	}
	d := &partDiff{old: a, now: b, q: q}
	return func(yield func(Difference) bool) { d.run(yield) }, nil
}

// A diffSide is one of two results that are compared.
type diffSide struct {
	goal   string
	kind   MetricKind
	metric Metric
	frame  *Breakdown // of the units and periods
	stock  *StockBreakdown
	rate   *RateBreakdown
	sel    *selection // nil for a query that it doesn't know
}

func newDiffSide(part targetPart, q Query) (*diffSide, error) {
	s := &diffSide{kind: KindFlow}
	switch p := part.(type) {
	case *Breakdown:
		s.frame = p
	case *StockBreakdown:
		s.kind, s.stock, s.frame = KindStock, p, p.moves
	case *RateBreakdown:
		s.kind, s.rate, s.frame = KindRate, p, p.numerator
	default:
		return nil, nil
	}
	s.goal, s.metric = part.Goal(), part.Metric()
	sel, err := s.frame.choose(q)
	if err == nil {
		s.sel = sel
	}
	return s, err
}

func (s *diffSide) comparable(other *diffSide) bool {
	return s.kind == other.kind && s.metric.ID == other.metric.ID
}

// amounts returns what a tuple of nodes owes in each leaf period or, of a stock,
// has at the end of each; buf is used where sums have to be made.
func (s *diffSide) amounts(nodes []int32, buf []int64) []int64 {
	row := s.frame.rowOf(nodes)
	if s.stock == nil {
		return row
	}
	level := s.stock.opens(nodes)
	buf = buf[:0]
	for _, x := range row {
		level += x
		buf = append(buf, level)
	}
	return buf
}

// steps returns the amount of a stretch of leaf periods.
func (s *diffSide) steps(amounts []int64, st stretch) int64 {
	if s.stock != nil {
		return amounts[st.end-1]
	}
	return s.frame.cs.signed(sumOf(amounts[st.first:st.end]))
}

// beyond adds to an amount what is beyond whole steps.
func (s *diffSide) beyond(amount decimal.Decimal, odd []int64, st stretch) decimal.Decimal {
	if odd == nil {
		return amount
	}
	return amount.Add(s.frame.cs.subAmount(sumOf(odd[st.first:st.end])))
}

func (s *diffSide) rateAt(units, parents []string, period calendar.Period) decimal.NullDecimal {
	if s == nil || s.rate == nil {
		return decimal.NullDecimal{}
	}
	x, err := s.rate.Rate(At{Units: units, Parents: parents, Period: period})
	if err != nil {
		return decimal.NullDecimal{}
	}
	v, ok := s.rate.shown(x)
	return decimal.NullDecimal{Decimal: v, Valid: ok}
}

// lookUp finds the nodes of another side's tuple, axis by axis; false if a unit
// isn't there. An axis that only one side has stands for its goal's owner.
func (s *diffSide) lookUp(other *diffSide, nodes, into []int32) bool {
	mine, theirs := s.frame.cs.axes, other.frame.cs.axes
	clear(into)
	for i, n := range nodes {
		k := axisAt(mine, theirs[i].axis.ID)
		switch {
		case k >= 0:
			m := s.twin(other, k, i, n)
			if m < 0 {
				return false
			}
			into[k] = m
		case n != 0 || !s.owns(theirs[i].tree.nodes[0].id):
			return false
		}
	}
	for _, ax := range mine {
		if axisAt(theirs, ax.axis.ID) < 0 && !other.owns(ax.tree.nodes[0].id) {
			return false
		}
	}
	return true
}

func axisAt(axes []*axisSplit, id string) int {
	return slices.IndexFunc(axes, func(ax *axisSplit) bool { return ax.axis.ID == id })
}

// owns reports whether a root is that of all units, or the goal's owner.
func (s *diffSide) owns(root string) bool { return root == "" || root == s.frame.Owner() }

// twin returns the node on axis k for node n of the other's axis i, -1 for none.
// Of a unit that stands at several places, it is that below the same unit.
func (s *diffSide) twin(other *diffSide, k, i int, n int32) int32 {
	mine, theirs := s.frame.cs.axes[k].tree, other.frame.cs.axes[i].tree
	id := theirs.nodes[n].id
	if id == "" { // all units, where that is what the other's root is
		if mine.nodes[0].id != "" {
			return -1
		}
		return 0
	}
	m, ok := mine.index[id]
	if !ok {
		return -1
	}
	if mine.nodes[m].next == 0 && theirs.alone(n) {
		return m
	}
	found := int32(-1)
	mine.nodesOf(m, func(place int32) {
		if found < 0 && parentID(mine, place) == parentID(theirs, n) {
			found = place
		}
	})
	return found
}

func parentID(t *tree, n int32) string {
	if p := t.nodes[n].parent; p >= 0 {
		return t.nodes[p].id
	}
	return ""
}

// visits reports whether a walk over the rows comes to a tuple of nodes, whose
// last named axis it returns: the units of an axis stand below each leaf of the
// axes before, and alone.
func (b *Breakdown) visits(nodes []int32) (last int, ok bool) {
	first := slices.IndexFunc(nodes, func(n int32) bool { return n != 0 })
	if first < 0 {
		return 0, true
	}
	last = len(nodes) - 1
	for nodes[last] == 0 {
		last--
	}
	for i := first; i < last; i++ {
		t := b.cs.axes[i].tree
		if len(t.nodes) > 1 && (nodes[i] == 0 || !t.isLeaf(nodes[i])) {
			return last, false
		}
	}
	return last, true
}
