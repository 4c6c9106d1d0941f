package salesplan

import (
	"math"
	"math/big"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
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

	// When is the goal's own row: what the whole goal owes in the period, one
	// entry for each recurrence that the period touches.
	When []PeriodShare `json:"when"`

	// Who are the units' totals over the whole period, from the goal's owner
	// down to the unit, axis by axis.
	Who []UnitShare `json:"who,omitempty"`

	// Cell is set where Amount is a single cell of the table of leaf units
	// and leaf periods.
	Cell *CellShare `json:"cell,omitempty"`
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
	// other way.
	Moved decimal.Decimal `json:"moved"`

	Amount decimal.Decimal `json:"amount"`
}

// A UnitShare is a unit's total over the whole period.
//
// On the first axis and from the third on, by largest remainder: Amount is
// Ideal rounded down to the step, and one step more if Rank is below what
// Parent leaves after the siblings' (and its own) ideals rounded down, Floors;
// then Moved, where absences of units made that impossible.
// On the second axis the totals are a table with both sums exact, and Amount
// is one of its cells or a sum of them.
type UnitShare struct {
	Axis string `json:"axis,omitempty"`
	Unit string `json:"unit"`

	// Basis, Weight and Weights say what divides the parent's amount: the
	// unit's weight and that of all its siblings with it. Only the ratio
	// matters.
	Basis   Basis           `json:"basis,omitempty"`
	Weight  decimal.Decimal `json:"weight"`
	Weights decimal.Decimal `json:"weights"`

	// Days is how many of Of (working) days the unit is there.
	// FullDays is how many full days these are worth by the unit's ramp.
	Days     int             `json:"days"`
	Of       int             `json:"of"`
	FullDays decimal.Decimal `json:"fullDays"`

	// Ideal is the unit's total before rounding, to 12 decimals of a step: the
	// sum of its ideal cells.
	Ideal  decimal.Decimal `json:"ideal"`
	Parent decimal.Decimal `json:"parent"`
	Floors decimal.Decimal `json:"floors"`
	Rank   int             `json:"rank"`
	Moved  decimal.Decimal `json:"moved"`

	Amount decimal.Decimal `json:"amount"`
}

// A CellShare is a cell of the table of leaf units and leaf periods. Fitted is
// Seed × RowFactor × ColumnFactor, up to what made the sums exact; Amount is
// its floor or ceiling in steps, such that the running totals of its row and of
// its column stay within one step of those of the fitted cells. Seed is the
// ideal cell, in the metric's measure.
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

	// Row and Column are the running totals up to and with the cell.
	Row    Running `json:"row"`
	Column Running `json:"column"`
}

// Running is a running total of fitted cells and of their amounts.
type Running struct {
	Fitted decimal.Decimal `json:"fitted"`
	Amount decimal.Decimal `json:"amount"`
}

// Explain says how the amount at a place came to be. Its errors are those of
// [Breakdown.Amount]. It takes time in proportion to the units' siblings and,
// for a cell, to the leaf units.
func (b *Breakdown) Explain(at At) (*Explanation, error) {
	nodes, s, err := b.locate(at)
	if err != nil {
		return nil, err
	}
	e := &Explanation{Goal: b.Goal(), Metric: b.cs.metric.ID, At: At{Period: s.Period}, Amount: b.decimal(b.sum(nodes, s))}
	rows := 0
	last := 0
	b.eachRow(nodes, func(r int) { rows++; last = r })
	for i := range b.cs.rule.Axes {
		e.At.Units = append(e.At.Units, b.cs.axes[i].tree.nodes[nodes[i]].id)
	}
	e.Cells = rows * (s.end - s.first)
	e.When = b.explainWhen(s)
	e.Who = b.explainWho(nodes)
	if e.Cells == 1 {
		e.Cell = b.explainCell(last, s.first)
	}
	return e, nil
}

func (b *Breakdown) explainWhen(s stretch) []PeriodShare {
	line := b.cs.line
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
		out = append(out, PeriodShare{
			Basis: line.basis, Period: calendar.Span(pieces[first].First, pieces[end-1].Last),
			Of: turn.Period, Target: b.decimal(b.cs.perTurn),
			Weight: decimal.NewFromBigInt(weight, 0), Before: decimal.NewFromBigInt(before, 0), Whole: decimal.NewFromBigInt(line.sums[t], 0),
			Moved: b.decimal(amount - rule), Amount: b.decimal(amount),
		})
	}
	return out
}

// explainWho explains the totals along the way from the owner to the units.
func (b *Breakdown) explainWho(nodes []int32) []UnitShare {
	var out []UnitShare
	for a, ax := range b.cs.axes {
		if a > 0 && (nodes[a] == 0 || !b.cs.axes[a-1].tree.isLeaf(nodes[a-1])) {
			break // below several units: a sum
		}
		var ideals []apportion.Fixed
		w := ax.static
		if a == 0 {
			ideals = b.cs.ideals
		} else if ideals, w = b.idealsAt(a, nodes); ideals == nil {
			break
		}
		for _, i := range ax.tree.path(nodes[a]) {
			if a > 0 && i == 0 {
				continue
			}
			out = append(out, b.explainUnit(ax, w, ideals, nodes[:a], i))
		}
	}
	return out
}

// idealsAt computes the ideals of an axis below a tuple of leaves again.
func (b *Breakdown) idealsAt(a int, nodes []int32) ([]apportion.Fixed, *weighting) {
	ax := b.cs.axes[a]
	w := ax.weighting(nodes[:a], new(diag.Collector))
	r := 0
	for i := range nodes[:a] {
		t := b.cs.axes[i].tree
		r = r*len(t.leaves) + int(t.nodes[nodes[i]].leaf)
	}
	above := append(append([]int32(nil), nodes[:a]...), make([]int32, len(nodes)-a)...)
	whole := stretch{first: 0, end: len(b.cs.grid.pieces)}
	ideals, err := b.cs.idealsBelow(ax, w, newSeeder(b.cs, a), r, b.sum(above, whole))
	if err != nil {
		return nil, nil
	}
	return ideals, w
}

func (b *Breakdown) explainUnit(ax *axisSplit, w *weighting, ideals []apportion.Fixed, prefix []int32, i int32) UnitShare {
	g, t := b.cs.grid, ax.tree
	whole := stretch{first: 0, end: len(g.pieces)}
	amountOf := func(n int32) int64 {
		nodes := append(append([]int32(nil), prefix...), n)
		return b.sum(append(nodes, make([]int32, len(b.cs.axes)-len(nodes))...), whole)
	}
	u := UnitShare{Axis: ax.axis.ID, Unit: t.nodes[i].id, Ideal: b.ideal(ideals[i]), Amount: b.decimal(amountOf(i))}
	days, worth := t.daysThere(i, g)
	u.Days, u.Of = int(days), int(g.running[len(g.running)-1])
	u.FullDays = decimal.New(int64(worth), -scaleDigits(t.scale))
	v := t.nodes[i].parent
	if v < 0 {
		return u
	}
	rule := ax.rule.at(int(t.nodes[i].level))
	if u.Basis = rule.Basis; u.Basis == "" {
		u.Basis = BasisEven
	}
	u.Weight, u.Weights = decimal.NewFromBigInt(w.of(i), 0), decimal.NewFromBigInt(w.total(v), 0)
	u.Parent = b.decimal(amountOf(v))
	own := ideals[i].Settle()
	var floors int64
	t.children(v, func(c int32) {
		q := ideals[c].Settle()
		floors += int64(q.Hi)
		if q.Lo > own.Lo || q.Lo == own.Lo && c < i {
			u.Rank++
		}
	})
	u.Floors = b.decimal(floors)
	if ax.n != 1 {
		amount := int64(own.Hi)
		if int64(u.Rank) < amountOf(v)-floors {
			amount++
		}
		u.Moved = b.decimal(amountOf(i) - amount)
	}
	return u
}

// ideal writes an ideal amount with 12 decimals of a step, cut so that its
// floor is that of the amount itself.
func (b *Breakdown) ideal(f apportion.Fixed) decimal.Decimal {
	x := f.Settle().Big()
	x.Mul(x, big.NewInt(1_000_000_000_000))
	x.Rsh(x, 64)
	if b.cs.negative {
		x.Neg(x)
	}
	return decimal.NewFromBigInt(x, -12).Mul(b.cs.metric.Step)
}

func (b *Breakdown) explainCell(r, p int) *CellShare {
	res := b.cs.table
	cols := len(b.cs.grid.pieces)
	seed := newSeeder(b.cs, len(b.cs.axes)).fixed(r)[p].Float()
	c := &CellShare{
		Seed:      seed * b.cs.metric.Step.InexactFloat64(),
		RowFactor: res.RowFactor[r], ColumnFactor: res.ColFactor[p],
		Fitted: b.fitted(big.NewInt(res.Fitted[r*cols+p])),
	}
	if b.cs.negative {
		c.Seed = -c.Seed
	}
	quanta := float64(float64(seed*c.RowFactor)*c.ColumnFactor) * math.Ldexp(1, int(res.Shift))
	at := res.Fitted[r*cols+p]
	c.Forced = res.Forced > 0 && at == 0 && quanta > 1
	if b.cs.bounds != nil && b.cs.bounds.cells != nil {
		b.explainBounds(c, r*cols+p)
		lo, hi := b.cs.bounds.cells.at(r*cols + p)
		c.Forced = res.Forced > 0 && (at == lo<<res.Shift && quanta > float64(at)+1 || hi != apportion.Unbounded && at == hi<<res.Shift && quanta < float64(at)-1)
	}
	row, column := new(big.Int), new(big.Int)
	var rowSum, columnSum int64
	for q := 0; q <= p; q++ {
		row.Add(row, big.NewInt(res.Fitted[r*cols+q]))
		rowSum += res.Amounts[r*cols+q]
	}
	for i := 0; i <= r; i++ {
		column.Add(column, big.NewInt(res.Fitted[i*cols+p]))
		columnSum += res.Amounts[i*cols+p]
	}
	c.Row = Running{b.fitted(row), b.decimal(rowSum)}
	c.Column = Running{b.fitted(column), b.decimal(columnSum)}
	return c
}

// explainBounds states the bounds of a cell.
func (b *Breakdown) explainBounds(c *CellShare, cell int) {
	lo, hi := b.cs.bounds.cells.at(cell)
	least, most := &c.Min, &c.Max
	if b.cs.negative {
		least, most = most, least
	}
	if lo > 0 {
		*least = decimal.NewNullDecimal(b.decimal(lo))
	}
	if hi != apportion.Unbounded {
		*most = decimal.NewNullDecimal(b.decimal(hi))
	}
}

// fitted writes a fitted amount exactly: 2^-k is 5^k · 10^-k.
func (b *Breakdown) fitted(quanta *big.Int) decimal.Decimal {
	k := int64(b.cs.table.Shift)
	x := new(big.Int).Exp(big.NewInt(5), big.NewInt(k), nil)
	x.Mul(x, quanta)
	if b.cs.negative {
		x.Neg(x)
	}
	return decimal.NewFromBigInt(x, int32(-k)).Mul(b.cs.metric.Step)
}
