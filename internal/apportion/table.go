package apportion

import (
	"context"
	"math"
	"strconv"
)

// Seeder delivers the seed of a table row by row, so that a caller needs no
// matrix of its own.
type Seeder interface {
	// Row fills dst, one value a column. Values that are not positive and
	// finite count as 0. Rows may be asked for in any order and more than
	// once, with equal answers.
	Row(i int, dst []float64)
}

// Problem is a table to be filled: whole totals of rows and columns, at least
// 0, with equal sums of at most 9e18, and a seed whose proportions the cells
// keep to. A table has at most 2^27 cells.
type Problem struct {
	Rows, Cols           int
	RowTotals, ColTotals []int64
	Seed                 Seeder

	// Bounds may be nil. With bounds totals may also be below 0, and sums of
	// what they leave to cells that can move are at most 9e18; else the error
	// is [Beyond].
	Bounds Bounder
}

// TableOptions says how [SolveTable] reports its progress.
type TableOptions struct {
	// Progress, if not nil, is called now and then with the work done and the
	// whole work, in cell operations; the last call has them equal.
	Progress func(done, total int64)
}

// Result is a filled table. Cell (i, j) is at i*Cols + j.
type Result struct {
	// Amounts are the whole amounts; rows and columns add up to their totals.
	Amounts []int64

	// Fitted are the amounts before rounding, in units of 2^-Shift; rows and
	// columns add up to their totals here too. An amount is the floor or the
	// ceiling of its fitted value.
	Fitted []int64
	Shift  uint

	// RowFactor · seed · ColFactor, brought within the cell's bounds, is the
	// fitted value, up to the few units of 2^-Shift by which sums were made
	// exact (more if not Converged).
	RowFactor, ColFactor []float64

	// Converged is false if the fit stayed apart from the totals and the gap
	// was closed without regard to the seed's proportions.
	Converged bool

	// Rounds is how often the fit went through the table.
	Rounds int

	// Forced counts the cells with a positive seed that no table with these
	// totals can fill, or that have the amount of a bound in every such table.
	Forced int
}

// Conflict says why no table with these totals exists: what the rows need is
// more than the columns hold in which alone they have a seed, together with
// what bounds let the rows have in other columns, and less what they reserve
// for other rows in these.
type Conflict struct {
	// Rows and Cols are the conflict, in ascending order. It is irreducible:
	// without any one of the rows there is none. (The search ends after 2^27 steps;
	// only among thousands of rows that have bounds, or that all have their
	// seeds in different ones of hundreds of columns, may then rows be left
	// that could be spared.)
	Rows, Cols []int

	// ByColumn turns the conflict round: it is the columns that need, and the
	// rows that hold.
	ByColumn bool

	// Need is the sum of the totals of those that need, Have that of those
	// that hold.
	Need, Have int64

	// Elsewhere is the most that those that need can have outside this block
	// of rows and columns, Taken the least that others must have of those
	// that hold. Both are 0 without bounds.
	Elsewhere, Taken int64

	// Caps are the cells, at row·columns + column, whose upper bounds count in
	// Elsewhere, Floors those whose lower bounds count in Taken, the largest
	// first.
	Caps, Floors []int

	// Amount is the least by which totals or bounds would have to give way
	// until a table exists, over all conflicts there are; at least
	// [Conflict.Short].
	Amount int64
}

// Short returns by how much the conflict misses.
func (c *Conflict) Short() int64 {
	var s Sum
	s.Add(c.Need)
	s.Add(c.Taken)
	s.Sub(c.Have)
	s.Sub(c.Elsewhere)
	return s.clip()
}

// Error returns the sizes of the conflict.
func (c *Conflict) Error() string {
	text := "apportion: " + strconv.Itoa(len(c.Rows)) + " rows need " + strconv.FormatInt(c.Need, 10) +
		", their " + strconv.Itoa(len(c.Cols)) + " columns hold " + strconv.FormatInt(c.Have, 10)
	if c.ByColumn {
		text = "apportion: " + strconv.Itoa(len(c.Cols)) + " columns need " + strconv.FormatInt(c.Need, 10) +
			", their " + strconv.Itoa(len(c.Rows)) + " rows hold " + strconv.FormatInt(c.Have, 10)
	}
	if c.Elsewhere != 0 || c.Taken != 0 {
		text += "; bounds allow " + strconv.FormatInt(c.Elsewhere, 10) + " elsewhere and reserve " + strconv.FormatInt(c.Taken, 10)
	}
	return text
}

// SolveTable fills a table; see [SolveDivisor] for small counts. The seed is fitted to the totals by iterative
// proportional fitting (Deming and Stephan 1940), helped by Newton steps where
// that is slow; cells that the totals force to 0 are found first if it is. The
// fitted table is brought to multiples of 2^-24 (2^-50 of the largest cell if
// that is coarser) with exact sums and rounded by the deterministic variant of
// Doerr, Friedrich, Klein and Osbild, Unbiased Matrix Rounding (2006): every
// amount is the floor or ceiling of its fitted value, every running total of a
// row or column from its start is less than 1 from the fitted one.
//
// With bounds the fitted cells are clamp(a·seed·b, lo, hi): scaling a row is
// replaced by filling it like connected vessels. A cell without a seed stays at
// the amount nearest 0 that its bounds allow; one with a seed goes below that
// only if no table without such cells exists. Bounds and locks are met by every
// table; where a real table within them exists, one of whole numbers does.
//
// Errors are a [*Conflict] or that of ctx. The same problem gives the same
// result on every machine. Time is near-linear in the cells; beside the result
// it holds at most one word a cell, three if there are bounds.
func SolveTable(ctx context.Context, p Problem, opt TableOptions) (*Result, error) {
	cells := int64(p.Rows) * int64(p.Cols)
	m := &meter{ctx: ctx, report: opt.Progress, total: cells * (loadShare + fitShare + quantaShare + roundShare)}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.stage(cells * loadShare)
	res := &Result{}
	if err := within(p, m, func(p Problem, f *fit) error { return f.finish(p, m, res) }); err != nil {
		return nil, err
	}
	m.stage(cells * roundShare)
	var err error
	if res.Amounts, err = roundTable(res.Fitted, p.Rows, p.Cols, res.Shift, m); err != nil {
		return nil, err
	}
	m.stage(0)
	return res, nil
}

// finish loads a problem and brings it to a fitted table with exact sums.
func (f *fit) finish(p Problem, m *meter, res *Result) error {
	cells := int64(p.Rows) * int64(p.Cols)
	if err := f.load(p, m); err != nil {
		return err
	}
	m.stage(cells * fitShare)
	if err := f.solve(m, res); err != nil {
		return err
	}
	m.stage(cells * quantaShare)
	if err := f.quantise(m, res); err != nil {
		return err
	}
	res.RowFactor, res.ColFactor = f.factors()
	return nil
}

// The parts of the work, in passes over the cells, for the progress.
const (
	loadShare   = 1
	fitShare    = 16
	quantaShare = 3
	roundShare  = maxShift
)

// meter counts cell operations, and every 2^20 of them looks for cancellation
// and reports progress.
type meter struct {
	ctx    context.Context
	report func(done, total int64)

	ops         int64 // since the last look
	done, total int64
	limit       int64 // of the present stage
}

const lookEvery = 1 << 20

// spend counts n cell operations.
func (m *meter) spend(n int) error {
	m.ops += int64(n)
	if m.ops < lookEvery {
		return nil
	}
	done := min(m.done+m.ops, m.limit)
	m.ops = 0
	if m.report != nil && done > m.done {
		m.report(done, m.total)
	}
	m.done = max(m.done, done)
	return m.ctx.Err()
}

// stage ends the stage before and begins one of the given work.
func (m *meter) stage(work int64) {
	m.ops = 0
	if m.report != nil && m.limit > m.done {
		m.report(m.limit, m.total)
	}
	m.done = m.limit
	m.limit = min(m.limit+work, m.total) // a problem may be taken up twice
}

// exponent returns the least e with x < 2^e, for x > 0.
func exponent(x float64) int {
	_, e := math.Frexp(x)
	return e
}
