package salesplan

import (
	"encoding/json"
	"iter"
	"math"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// Table is a table that adds up in both directions. It is immutable and safe
// for use by many goroutines; the zero Table is empty. It holds whole steps and
// makes the decimals that its methods return.
type Table struct {
	step           decimal.Decimal
	sign           int64   // of the amounts; all that follows is of its mirror above zero
	rows, cols     []int64 // the totals in steps
	rowIDs, colIDs []string
	method         Method
	seed           []float64    // row-major; nil if there was none
	bounds         *tableBounds // nil if there were none
	solved         apportion.Result
}

// RunningTotal is the sum of a row or column from its start to a cell: as
// fitted, and as given out in whole steps. They differ by less than one step.
type RunningTotal struct {
	Fitted decimal.Decimal
	Given  decimal.Decimal
}

// TableCell is how a cell of a table came to be. Fitted is Seed · RowFactor ·
// ColumnFactor brought within the cell's bounds, up to the few parts in 2²⁴ of a
// step by which sums were made exact (more in a table that has not converged),
// and Amount is Fitted rounded down or up to a step. With a divisor method both
// are the product rounded as the method does.
type TableCell struct {
	Amount decimal.Decimal
	Fitted decimal.Decimal

	// Seed, RowFactor and ColumnFactor are what the fit made of the seed. For
	// a table without a seed, Seed is the product of the totals.
	Seed         float64
	RowFactor    float64
	ColumnFactor float64

	// Forced is true if the seed is positive and yet every table with these
	// totals and bounds has this amount, 0 or that of a bound, here. The factors
	// then say nothing.
	Forced bool

	// Bound says what holds the cell: its lock, or a bound that keeps it from
	// the product of seed and factors; empty if nothing does.
	Bound HeldBy

	// Residue marks a cell off the step that makes up for locks that are.
	Residue bool

	// Row and Column are the running totals up to this cell.
	Row    RunningTotal
	Column RunningTotal
}

// Size returns the number of rows and columns.
func (t *Table) Size() (rows, columns int) { return len(t.rows), len(t.cols) }

// Converged reports whether the fit reached the totals. If it didn't, the gap
// was closed without regard to the seed's proportions; sums are exact all the
// same.
func (t *Table) Converged() bool { return t.solved.Converged }

// at returns the place of cell (i, j), or false outside the table.
func (t *Table) at(i, j int) (int, bool) {
	ok := i >= 0 && i < len(t.rows) && j >= 0 && j < len(t.cols)
	return i*len(t.cols) + j, ok
}

// Amount returns cell (i, j), counted from 0; 0 outside the table.
func (t *Table) Amount(i, j int) decimal.Decimal {
	k, ok := t.at(i, j)
	if !ok {
		return decimal.Zero
	}
	return t.withOdd(k, t.amount(t.solved.Amounts[k]))
}

// withOdd adds what cell k has beyond whole steps.
func (t *Table) withOdd(k int, amount decimal.Decimal) decimal.Decimal {
	if o := t.bounds.oddAt(k); o != nil {
		return amount.Add(o.odd.Mul(decimal.NewFromInt(t.sign)))
	}
	return amount
}

func (t *Table) amount(steps int64) decimal.Decimal { return fromSteps(t.sign*steps, t.step) }

// Fitted returns the exact value that cell (i, j) was rounded from; 0 outside
// the table.
func (t *Table) Fitted(i, j int) decimal.Decimal {
	k, ok := t.at(i, j)
	if !ok {
		return decimal.Zero
	}
	return t.withOdd(k, t.dyadic(big.NewInt(t.solved.Fitted[k])))
}

// dyadic returns a number of quanta as an amount: n/2^s is n·5^s/10^s.
func (t *Table) dyadic(quanta *big.Int) decimal.Decimal {
	shift := int64(t.solved.Shift)
	n := new(big.Int).Exp(big.NewInt(5), big.NewInt(shift), nil)
	n.Mul(n, quanta).Mul(n, big.NewInt(t.sign)).Mul(n, t.step.Coefficient())
	places, ten, rest := shift, big.NewInt(10), new(big.Int)
	for q := new(big.Int); places > 0; places-- {
		if q.QuoRem(n, ten, rest); rest.Sign() != 0 {
			break
		}
		n.Set(q)
	}
	return decimal.NewFromBigInt(n, t.step.Exponent()-int32(places))
}

// Row returns the amounts of row i; nil outside the table.
func (t *Table) Row(i int) []decimal.Decimal {
	if i < 0 || i >= len(t.rows) {
		return nil
	}
	w := stepWriter{step: t.step}
	out := make([]decimal.Decimal, len(t.cols))
	for j := range out {
		k := i*len(t.cols) + j
		out[j] = t.withOdd(k, w.amount(t.sign*t.solved.Amounts[k]))
	}
	return out
}

// All ranges over the cells, row by row: {row, column}, counted from 0, and
// the amount.
func (t *Table) All() iter.Seq2[[2]int, decimal.Decimal] {
	return func(yield func([2]int, decimal.Decimal) bool) {
		w := stepWriter{step: t.step}
		for k, n := range t.solved.Amounts {
			if !yield([2]int{k / len(t.cols), k % len(t.cols)}, t.withOdd(k, w.amount(t.sign*n))) {
				return
			}
		}
	}
}

// Explain returns how cell (i, j) came to be; the zero TableCell outside the
// table. It adds up the row and the column to it.
func (t *Table) Explain(i, j int) TableCell {
	k, ok := t.at(i, j)
	if !ok {
		return TableCell{}
	}
	c := TableCell{
		Amount: t.Amount(i, j), Fitted: t.Fitted(i, j),
		Row:    t.running(i*len(t.cols), k, 1),
		Column: t.running(j, k, len(t.cols)),
	}
	size := t.step.InexactFloat64()
	c.RowFactor = float64(t.sign) * t.solved.RowFactor[i] * size
	c.ColumnFactor = t.solved.ColFactor[j]
	if t.seed != nil {
		c.Seed = t.seed[k]
	} else {
		// The engine took the columns' totals in steps for the seed.
		row := float64(t.rows[i]) * size
		c.Seed = row * (float64(t.cols[j]) * size)
		c.RowFactor = 0
		if row > 0 {
			c.RowFactor = float64(t.sign) * t.solved.RowFactor[i] / row
		}
	}
	t.hold(&c, k, size)
	return c
}

// hold says what holds a cell. What was taken out is told from a cell whose
// fitted value is just too small or near a bound by what its factors would give
// it: more than sums are mended by.
func (t *Table) hold(c *TableCell, k int, size float64) {
	lo, hi := t.bounds.at(k)
	scale := math.Ldexp(1, int(t.solved.Shift))
	product := math.Abs(c.Seed*c.RowFactor*c.ColumnFactor) / size * scale
	fitted := float64(t.solved.Fitted[k])
	least, most := float64(lo)*scale, float64(hi)*scale
	inside := math.Min(math.Max(product, math.Max(least, math.Min(0, most))), most)
	c.Forced = t.solved.Forced > 0 && c.Seed > 0 && math.Abs(inside-fitted) > 1 && (fitted == least || fitted == most || fitted == 0)
	below, above := HeldByMin, HeldByMax
	if t.sign < 0 {
		below, above = above, below
	}
	switch {
	case t.bounds == nil:
	case t.bounds.lockedAt(k):
		c.Bound = HeldByLock
	case lo != 0 && fitted == least && (product < least || c.Forced):
		c.Bound = below
	case fitted == most && (product > most || c.Forced):
		c.Bound = above
	}
	if o := t.bounds.oddAt(k); o != nil {
		c.Residue = o.residue
	}
}

// running adds up the cells from first to last.
func (t *Table) running(first, last, stride int) RunningTotal {
	var fitted, given apportion.Sum
	odd := decimal.Zero
	if t.bounds != nil {
		for _, o := range t.bounds.odd {
			if o.at >= first && o.at <= last && (o.at-first)%stride == 0 {
				odd = odd.Add(o.odd.Mul(decimal.NewFromInt(t.sign)))
			}
		}
	}
	for k := first; k <= last; k += stride {
		fitted.Add(t.solved.Fitted[k])
		given.Add(t.solved.Amounts[k])
	}
	g, _ := given.Int64()
	return RunningTotal{Fitted: t.dyadic(fitted.Big()).Add(odd), Given: t.amount(g).Add(odd)}
}

// Equal reports whether two tables have the same step, totals, names, amounts
// and fitted values.
func (t *Table) Equal(u *Table) bool {
	if t == nil || u == nil {
		return t == u
	}
	return t.step.Equal(u.step) && t.sign == u.sign && t.solved.Shift == u.solved.Shift &&
		slices.Equal(t.rows, u.rows) && slices.Equal(t.cols, u.cols) &&
		slices.Equal(t.rowIDs, u.rowIDs) && slices.Equal(t.colIDs, u.colIDs) && t.bounds.sameOdd(u.bounds) &&
		slices.Equal(t.solved.Amounts, u.solved.Amounts) && slices.Equal(t.solved.Fitted, u.solved.Fitted)
}

// MarshalJSON writes the table as one object: step, names, totals and amounts
// as text, whether the fit converged, and the cells, by row and column, that
// carry the rests of locks off the step.
func (t *Table) MarshalJSON() ([]byte, error) {
	if t == nil {
		return []byte("null"), nil
	}
	out := struct {
		Step      string     `json:"step"`
		RowIDs    []string   `json:"rowIDs,omitempty"`
		ColumnIDs []string   `json:"columnIDs,omitempty"`
		Rows      []string   `json:"rows"`
		Columns   []string   `json:"columns"`
		Amounts   [][]string `json:"amounts"`
		Converged bool       `json:"converged"`
		Residues  [][2]int   `json:"residues,omitempty"`
	}{
		t.step.String(), t.rowIDs, t.colIDs, t.texts(t.rows), t.texts(t.cols),
		make([][]string, len(t.rows)), t.solved.Converged, nil,
	}
	for i := range out.Amounts {
		out.Amounts[i] = t.texts(t.solved.Amounts[i*len(t.cols) : (i+1)*len(t.cols)])
	}
	if t.bounds != nil {
		for _, o := range t.bounds.odd {
			i, j := o.at/len(t.cols), o.at%len(t.cols)
			out.Amounts[i][j] = amountText(t.Amount(i, j))
			if o.residue {
				out.Residues = append(out.Residues, [2]int{i, j})
			}
		}
	}
	return json.Marshal(out)
}

func (t *Table) texts(steps []int64) []string {
	out := make([]string, len(steps))
	for i, n := range steps {
		out[i] = amountText(t.amount(n))
	}
	return out
}

// MarshalJSON writes the cell with amounts as text.
func (c TableCell) MarshalJSON() ([]byte, error) {
	type running struct {
		Fitted string `json:"fitted"`
		Given  string `json:"given"`
	}
	return json.Marshal(struct {
		Amount       string  `json:"amount"`
		Fitted       string  `json:"fitted"`
		Seed         float64 `json:"seed"`
		RowFactor    float64 `json:"rowFactor"`
		ColumnFactor float64 `json:"columnFactor"`
		Forced       bool    `json:"forced,omitempty"`
		Bound        HeldBy  `json:"bound,omitempty"`
		Residue      bool    `json:"residue,omitempty"`
		Row          running `json:"row"`
		Column       running `json:"column"`
	}{
		amountText(c.Amount), amountText(c.Fitted), c.Seed, c.RowFactor, c.ColumnFactor, c.Forced, c.Bound, c.Residue,
		running{amountText(c.Row.Fitted), amountText(c.Row.Given)},
		running{amountText(c.Column.Fitted), amountText(c.Column.Given)},
	})
}
