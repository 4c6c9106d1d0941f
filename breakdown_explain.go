package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// An Explanation says how an amount came to be, with everything that it takes
// to compute it again.
type Explanation struct {
	Goal   string          `json:"goal"`
	Metric string          `json:"metric"`
	At     At              `json:"at"`
	Amount decimal.Decimal `json:"amount"`

	// Cells is how many leaf cells Amount is the sum of.
	Cells int `json:"cells"`

	// Target says how the goal's target came from its baseline, where it is not
	// given.
	Target *GrownTarget `json:"target,omitempty"`

	// When is the goal's own row: what the whole goal owes in the period, one
	// entry for each recurrence that the period touches.
	When []PeriodShare `json:"when"`

	// Who are the units' totals over the whole period, from the goal's owner
	// down to the unit, axis by axis: those of an axis below leaf units of the
	// axes before it. A unit of the second axis alone comes right below the
	// owner; any other that stands below several units is a sum.
	Who []UnitShare `json:"who,omitempty"`

	// Cell is set where Amount is a single cell of the table of leaf units
	// and leaf periods.
	Cell *CellShare `json:"cell,omitempty"`

	// Stints are set, and Who and Cell are not, where a unit stands below
	// several others in the period: Amount is the sum of what it owes below each.
	Stints []StintShare `json:"stints,omitempty"`
}

// A StintShare is what a unit that changes teams owes below one of them.
type StintShare struct {
	// Parents are the units above, as in [At].
	Parents []string `json:"parents"`

	// Days are those of the period on which the unit stands there.
	Days []calendar.Period `json:"days"`

	// Cells, Who and Cell are as in [Explanation].
	Cells int         `json:"cells"`
	Who   []UnitShare `json:"who,omitempty"`
	Cell  *CellShare  `json:"cell,omitempty"`

	Amount decimal.Decimal `json:"amount"`
}

// A PeriodShare is the part of a goal's row in one recurrence: Amount is
// Target × (Before + Weight) ÷ Whole rounded half up, less Target × Before ÷
// Whole rounded half up, both to the metric's step; then Moved.
type PeriodShare struct {
	Basis  TimeBasis       `json:"basis"`
	Period calendar.Period `json:"period"`

	// Of is the recurrence (the goal's period, if it doesn't recur) and Target
	// what is owed in it.
	Of     calendar.Period `json:"of"`
	Target decimal.Decimal `json:"target"`

	// Weight is that of the period, Before that of all before it in the
	// recurrence, Whole that of the recurrence; whole numbers, of which only
	// the ratios matter.
	Weight decimal.Decimal `json:"weight"`
	Before decimal.Decimal `json:"before"`
	Whole  decimal.Decimal `json:"whole"`

	// Moved is by how much Amount was moved, where the bounds of cells left no
	// other way, or locks off the step.
	Moved decimal.Decimal `json:"moved"`

	Amount decimal.Decimal `json:"amount"`
}

// A UnitShare is a unit's total over the whole period.
//
// On the first axis, from the third on, and for a unit of the second one alone
// (a product over all people), by largest remainder: Amount is Ideal rounded
// down to the step, and one step more if Rank is below what Parent leaves after
// the siblings' (and its own) ideals rounded down, Floors; then Moved, where
// absences, bounds, or locks off the step made that impossible.
// On the second axis, below a leaf unit of the first, the totals are a table
// with both sums exact: Amount is what Table says the cell was fitted to, rounded
// down or up to a step, then Moved; of a unit with units below it, the sum of
// their cells.
type UnitShare struct {
	Axis string `json:"axis,omitempty"`
	Unit string `json:"unit"`

	// Basis, Weight and Weights say what divides the parent's amount: the
	// unit's weight and that of all its siblings with it. Only the ratio
	// matters. Both weights are 0 for the owner, and for a unit of the second
	// axis alone whose weight isn't the same below all units of the first.
	Basis   Basis           `json:"basis,omitempty"`
	Weight  decimal.Decimal `json:"weight"`
	Weights decimal.Decimal `json:"weights"`

	// Days is how many of Of (working) days the unit is there.
	// FullDays is how many full days these are worth by the unit's ramp.
	Days     int             `json:"days"`
	Of       int             `json:"of"`
	FullDays decimal.Decimal `json:"fullDays"`

	// Ideal is the unit's total before rounding, to 12 decimals of a step: the
	// sum of its ideal cells, within its bounds.
	Ideal  decimal.Decimal `json:"ideal"`
	Parent decimal.Decimal `json:"parent"`
	Floors decimal.Decimal `json:"floors"`
	Rank   int             `json:"rank"`
	Moved  decimal.Decimal `json:"moved"`

	// Table is set for a leaf unit of the second axis below a leaf unit of the
	// first: its cell in the table of both axes' totals.
	Table *CellShare `json:"table,omitempty"`

	Amount decimal.Decimal `json:"amount"`
}

// A CellShare is a cell of a table: of leaf units and leaf periods, or of the
// leaf units of two axes. Fitted is Seed × RowFactor × ColumnFactor, up to what
// made the sums exact. What is given is its floor or ceiling in steps, such that
// the running totals of its row and of its column stay within one step of those
// of the fitted cells. Seed is the ideal cell, in the metric's measure.
type CellShare struct {
	Seed         float64         `json:"seed"`
	RowFactor    float64         `json:"rowFactor"`
	ColumnFactor float64         `json:"columnFactor"`
	Fitted       decimal.Decimal `json:"fitted"`

	// Min and Max are the cell's bounds, within which the product was brought;
	// not given where there are none.
	Min decimal.NullDecimal `json:"min,omitzero"`
	Max decimal.NullDecimal `json:"max,omitzero"`

	// Forced says that Fitted is 0 (or a bound) whatever the factors are: no table with
	// these totals has an amount there.
	Forced bool `json:"forced,omitempty"`

	// Odd is what the cell has beyond whole steps, where locks are off the step;
	// all else here is in whole steps, beside it. Not given for a cell without.
	Odd *OddShare `json:"odd,omitempty"`

	// Row and Column are the running totals up to and with the cell.
	Row    RunningTotal `json:"row"`
	Column RunningTotal `json:"column"`
}

// Explain says how the amount at a place came to be; of a unit that changes
// teams in the period, for each of them. Its errors are those of
// [Breakdown.Amount]. It takes time in proportion to the units' siblings and,
// for a cell, to the leaf units.
func (b *Breakdown) Explain(at At) (*Explanation, error) {
	places, s, err := b.locate(at)
	if err != nil {
		return nil, err
	}
	places = b.cs.thereIn(places, s)
	e := &Explanation{Goal: b.Goal(), Metric: b.cs.metric.ID, At: At{Period: s.Period}, Amount: b.owed(places, s), Target: b.Grown()}
	for i := range b.cs.rule.Axes {
		e.At.Units = append(e.At.Units, b.cs.axes[i].tree.nodes[places[0][i]].id)
	}
	e.At.Parents = slices.Clone(at.Parents)
	e.When = b.explainWhen(s)
	for _, nodes := range places {
		x := b.explainStint(nodes, s)
		e.Cells += x.Cells
		e.Stints = append(e.Stints, x)
	}
	if len(places) == 1 {
		e.Who, e.Cell, e.Stints = e.Stints[0].Who, e.Stints[0].Cell, nil
	}
	slices.SortStableFunc(e.Stints, func(x, y StintShare) int { return x.Days[0].First.Compare(y.Days[0].First) })
	return e, nil
}

// explainStint explains what a tuple of nodes owes.
func (b *Breakdown) explainStint(nodes []int32, s stretch) StintShare {
	x := StintShare{Parents: b.cs.parentsOf(nodes), Amount: b.owed([][]int32{nodes}, s), Who: b.explainWho(nodes)}
	for _, d := range b.cs.daysOf(nodes, s) {
		x.Days = append(x.Days, b.cs.grid.periodOf(d))
	}
	rows, last := 0, 0
	b.eachRow(nodes, func(r int) { rows++; last = r })
	x.Cells = rows * (s.end - s.first)
	if x.Cells == 1 {
		x.Cell = b.explainPiece(last, s.first)
		x.Cell.Odd = b.explainOdd(last, s.first)
	}
	return x
}

func (b *Breakdown) explainWhen(s stretch) []PeriodShare {
	line, odd := b.cs.line, b.cs.oddRow(b.cs.everything())
	var out []PeriodShare
	for t, turn := range b.cs.grid.turns {
		first, end := max(s.first, turn.first), min(s.end, turn.end)
		if first >= end {
			continue
		}
		weight, before := new(big.Int), new(big.Int)
		for i := turn.first; i < end; i++ {
			if i < first {
				before.Add(before, line.weights[i])
			} else {
				weight.Add(weight, line.weights[i])
			}
		}
		pieces := b.cs.grid.pieces
		amount := sumOf(line.row[first:end])
		rule := amount
		if line.sums[t].Sign() > 0 {
			through := new(big.Int).Add(before, weight)
			rule = halfUp(new(big.Int), b.cs.perTurn, through, line.sums[t]) - halfUp(new(big.Int), b.cs.perTurn, before, line.sums[t])
		}
		var beyond int64
		if odd != nil {
			beyond = sumOf(odd[first:end])
		}
		out = append(out, PeriodShare{
			Basis: line.basis, Period: calendar.Span(pieces[first].First, pieces[end-1].Last),
			Of: turn.Period, Target: b.decimal(b.cs.perTurn),
			Weight: decimal.NewFromBigInt(weight, 0), Before: decimal.NewFromBigInt(before, 0), Whole: decimal.NewFromBigInt(line.sums[t], 0),
			Moved: b.cs.withOdd(amount-rule, beyond), Amount: b.cs.withOdd(amount, beyond),
		})
	}
	return out
}
