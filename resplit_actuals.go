package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A pastActuals is what was reached in closed periods and the one under way, by
// row and period. Amounts have the sign of the goal's mirror above zero.
type pastActuals struct {
	cols  int     // closed periods and the one under way
	steps []int64 // whole ones, rounded down
	rests []int64 // what is above them, in fine units; nil where nothing is

	// unit is the fine unit, of which a step has per.
	unit decimal.Decimal
	per  int64

	known  []bool // by period
	beside Apart
}

// Apart are actuals of a goal's metric that belong to none of its cells: to a
// unit that nobody knows, or to one above others.
type Apart struct {
	// Count is how many days' sums they are, Amount what they come to.
	Count  int             `json:"count"`
	Amount decimal.Decimal `json:"amount"`
}

// readActuals reads what happened up to the day asked for.
func (m *mover) readActuals() error {
	n := m.closed
	if m.under >= 0 {
		n++
	}
	m.past = &pastActuals{per: 1, unit: m.now.metric.Step, cols: n, steps: make([]int64, m.rows*n), known: make([]bool, n)}
	s := m.req.Actuals.seriesOf(m.now.metric.ID)
	if s == nil || n == 0 {
		return nil
	}
	pieces := m.now.grid.pieces
	for p := range m.past.known {
		m.past.known[p] = s.covered.Overlaps(pieces[p])
	}
	whole := m.now.grid.whole
	rows := slices.DeleteFunc(slices.Clone(s.rows), func(b bookedDay) bool {
		return !whole.Contains(b.on) || b.on.After(m.req.AsOf)
	})
	if err := m.setUnit(rows); err != nil {
		return err
	}
	finder := m.newRowFinder()
	for _, b := range rows {
		r, apart := finder.row(b.tuple, b.on)
		if apart {
			m.past.beside.Count++
			m.past.beside.Amount = m.past.beside.Amount.Add(b.amount)
		}
		if r < 0 {
			continue
		}
		if !m.past.add(r*n+m.now.grid.pieceOf(int32(b.on.Sub(whole.First))), b.amount, m.now.metric.Step, m.now.negative) {
			return diag.Faults{{Code: diag.OutOfRange, Path: "/actuals", Value: b.amount.String(), Bound: stepsInAll}}
		}
	}
	if _, ok := sizeOf(m.past.steps); !ok {
		return diag.Faults{{Code: diag.OutOfRange, Path: "/actuals", Bound: stepsInAll}}
	}
	return nil
}

// add adds an amount to a cell; false if that is more than the engine takes.
func (a *pastActuals) add(cell int, amount, step decimal.Decimal, negative bool) bool {
	if negative {
		amount = amount.Neg()
	}
	n, exact, ok := toSteps(amount, step)
	if !ok {
		return false
	}
	var rest int64
	if !exact {
		rest, _, ok = toSteps(amount.Sub(fromSteps(n, step)), a.unit)
		if rest += a.rests[cell]; rest < 0 {
			n, rest = n-1, rest+a.per
		} else if rest >= a.per {
			n, rest = n+1, rest-a.per
		}
		a.rests[cell] = rest
	}
	a.steps[cell] += n
	return ok && a.steps[cell] <= maxSteps && a.steps[cell] >= -maxSteps
}

// setUnit finds the unit of which the step and all amounts are multiples.
func (m *mover) setUnit(rows []bookedDay) error {
	step := m.now.metric.Step
	least, off := step.Exponent(), ""
	_, small := smallCoefficient(step)
	plain := small && step.Coefficient().Int64() == 1 // a power of ten
	for _, b := range rows {
		if plain && b.amount.Exponent() >= step.Exponent() {
			continue
		}
		if _, exact, ok := toSteps(b.amount, step); ok && !exact && (off == "" || b.amount.Exponent() < least) {
			least, off = min(least, b.amount.Exponent()), b.amount.String()
		}
	}
	if off == "" {
		return nil
	}
	per := scaled(step, least)
	if !per.IsInt64() || per.Int64() > maxSteps/2 {
		return diag.Faults{{Code: diag.OutOfRange, Path: "/actuals", Value: off, Bound: "18 decimals of a step"}}
	}
	m.past.unit, m.past.per = decimal.New(1, least), per.Int64()
	m.past.rests = make([]int64, len(m.past.steps))
	return nil
}

// whole returns what row r reached in period p in whole steps, and the rest
// above it in fine units.
func (a *pastActuals) whole(r, p int) (steps, rest int64) {
	i := r*a.cols + p
	if a.rests != nil {
		rest = a.rests[i]
	}
	return a.steps[i], rest
}

// missed returns by how many whole steps row r fell short of an amount in period
// p; less than 0 where it has more.
func (a *pastActuals) missed(r, p int, target int64) int64 {
	steps, rest := a.whole(r, p)
	by := target - steps
	if by > 0 && rest > 0 {
		by--
	}
	return by
}

// A rowFinder finds the rows of the units of bookings.
type rowFinder struct {
	m       *mover
	columns []int       // by axis: that of the evidence
	owner   int         // the evidence's column of the owner's axis, where no axis of the split has it; -1 for none
	whole   bool        // the goal is owed by whole axes
	found   []*foundRow // by tuple; nil for one that has not been looked for
}

// A foundRow is the row of a tuple of units, or what there is instead of one.
// Where several nodes have the same unit it depends on the day.
type foundRow struct {
	row     int
	apart   bool
	several [][]int32 // by axis: the leaves
}

func (m *mover) newRowFinder() *rowFinder {
	e := m.req.Actuals
	f := &rowFinder{m: m, owner: -1, found: make([]*foundRow, len(e.tuples))}
	for a := range m.axes {
		f.columns = append(f.columns, slices.Index(e.axes, m.now.axes[a].axis.ID))
	}
	if t := m.now.owner; t != nil {
		f.owner = slices.Index(e.axes, t.axis)
	}
	root := m.now.axes[0].tree.nodes[0].unit
	f.whole = m.now.owner == nil && (root == nil || root.Parent == "")
	return f
}

// row returns the row of a booking, -1 for none; apart says that it should have
// one and doesn't.
func (f *rowFinder) row(tuple int32, on calendar.Date) (r int, apart bool) {
	x := f.found[tuple]
	if x == nil {
		found := f.find(f.m.req.Actuals.tuples[tuple])
		x = &found
		f.found[tuple] = x
	}
	if x.several == nil {
		return x.row, x.apart
	}
	for a, u := range f.m.axes {
		leaf := x.several[a][0]
		for _, k := range x.several[a] {
			if f.isThere(u, k, on) {
				leaf = k
				break
			}
		}
		r = r*len(u.leaves) + int(leaf)
	}
	return r, false
}

// isThere reports whether a leaf of a union is there on a day: up to the day
// asked for, as issued.
func (f *rowFinder) isThere(u *union, leaf int32, on calendar.Date) bool {
	day := int32(on.Sub(f.m.now.grid.whole.First))
	a := slices.Index(f.m.axes, u)
	i, t := u.was[u.leaves[leaf]], f.m.was.cs.axes[a].tree
	if i < 0 {
		i, t = u.now[u.leaves[leaf]], f.m.now.axes[a].tree
	}
	if i < 0 {
		return false
	}
	spans := t.nodes[i].spans
	return spans == nil || slices.ContainsFunc(spans, func(s span) bool { return s.from <= day && day < s.to })
}

func (f *rowFinder) find(units []string) foundRow {
	if f.owner >= 0 {
		if _, ok := f.m.now.owner.index[units[f.owner]]; !ok {
			return foundRow{row: -1}
		}
	}
	x := foundRow{}
	several := false
	for a, u := range f.m.axes {
		id := ""
		if c := f.columns[a]; c >= 0 && c < len(units) {
			id = units[c]
		}
		if len(u.nodes) == 1 && (u.nodes[0].id == "" || f.columns[a] < 0) {
			x.several = append(x.several, []int32{0}) // all of the axis
			continue
		}
		var leaves []int32
		nodes := u.places(id, u.was)
		for _, n := range nodes {
			if u.isLeaf(n) {
				leaves = append(leaves, u.nodes[n].leaf)
			}
		}
		if len(leaves) == 0 {
			return foundRow{row: -1, apart: f.isApart(a, id, len(nodes) > 0)}
		}
		several = several || len(leaves) > 1
		x.row = x.row*len(u.leaves) + int(leaves[0])
		x.several = append(x.several, leaves)
	}
	if !several {
		x.several = nil
	}
	return x
}

// isApart reports whether a unit without a cell should have one: one above
// others, or one that nobody knows where all units owe the goal.
func (f *rowFinder) isApart(a int, id string, above bool) bool {
	if above && id != "" {
		return true
	}
	if a > 0 {
		return true // whoever sold it has cells
	}
	return f.whole && !f.m.known[id]
}
