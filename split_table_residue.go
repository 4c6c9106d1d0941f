package salesplan

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// residueWork bounds how much of the search for columns that can carry the
// rests of locks off the step is spent, in cells.
const residueWork = 1 << 28

// solve fills the table; the rests of locks off the step go to residual cells
// first, all in the first open column where that works.
func (t *Table) solve(ctx context.Context, req *TableRequest) error {
	p := apportion.Problem{
		Rows: len(t.rows), Cols: len(t.cols), RowTotals: t.rows, ColTotals: t.cols,
		Seed: tableSeed{t.seed, t.cols},
	}
	if t.bounds == nil {
		return t.divide(ctx, p, req)
	}
	p.Bounds = t.bounds
	if len(t.bounds.odd) == 0 {
		return t.divide(ctx, p, req)
	}
	r := newResidues(t, req)
	var first error
	open := r.open()
	for n, j := range open.columns() {
		if n > 0 && n*len(t.rows)*len(t.cols) > residueWork {
			break
		}
		b, ok := r.place(j)
		if !ok {
			continue
		}
		p.Bounds = b
		p.RowTotals, p.ColTotals = r.totals(b)
		err := apportion.Feasible(ctx, p, t.method.engine())
		var conflict *apportion.Conflict
		if errors.As(err, &conflict) {
			if first == nil {
				first, r.shown = err, b
			}
			continue
		}
		if err != nil {
			return err
		}
		t.bounds = b
		return t.divide(ctx, p, req)
	}
	if first != nil {
		t.bounds = r.shown
		return first
	}
	return diag.Faults{r.fault()}
}

// residues finds cells for the rests of locks off the step. A row whose locks
// have a rest needs another cell with one, and so does a column; open cells
// make rows and columns neighbours. On a tree of such neighbours every line
// but the root has one cell towards it, which takes what the line lacks; the
// root then has none left, as all totals are on the step.
type residues struct {
	t        *Table
	req      *TableRequest
	row, col []decimal.Decimal // what the locks of a line add up to beyond steps
	shown    *tableBounds      // the first that has failed
	stuck    int               // a line that has a rest and no way to pass it on
	rest     decimal.Decimal   // what it has
}

func newResidues(t *Table, req *TableRequest) *residues {
	r := &residues{t: t, req: req, row: make([]decimal.Decimal, len(t.rows)), col: make([]decimal.Decimal, len(t.cols)), stuck: -1}
	for _, o := range t.bounds.odd {
		i, j := o.at/len(t.cols), o.at%len(t.cols)
		r.row[i] = r.modStep(r.row[i].Add(o.odd))
		r.col[j] = r.modStep(r.col[j].Add(o.odd))
	}
	return r
}

// modStep returns what d has beyond whole steps, from 0 up to less than one.
func (r *residues) modStep(d decimal.Decimal) decimal.Decimal {
	n, _ := floorSteps(d, r.req.Step)
	return d.Sub(fromSteps(n, r.req.Step))
}

// open returns the cells that may carry rests.
func (r *residues) open() openCells {
	return openCells{len(r.row), len(r.col), r.free, func(i int) bool { return !r.row[i].IsZero() }}
}

// free reports whether cell (i, j) follows its seed.
func (r *residues) free(i, j int) bool {
	k := i*len(r.t.cols) + j
	if lo, hi := r.t.bounds.at(k); r.t.bounds.lockedAt(k) || lo == hi {
		return false
	}
	if r.t.seed != nil {
		return r.t.seed[k] > 0
	}
	return r.t.cols[j] != 0
}

// place returns bounds in which residual cells carry the rests, on trees of
// which the first has column root for its root.
func (r *residues) place(root int) (*tableBounds, bool) {
	rows, cols := len(r.row), len(r.col)
	up, order := r.open().trees(root)
	left := append(slices.Clone(r.row), r.col...)
	out := *r.t.bounds
	out.odd = slices.Clone(r.t.bounds.odd)
	out.lo, out.hi = slices.Clone(out.lo), slices.Clone(out.hi)
	for n := len(order) - 1; n >= 0; n-- {
		v := order[n]
		if left[v].IsZero() {
			continue
		}
		if up[v] < 0 {
			r.stuck, r.rest = v, left[v]
			return nil, false
		}
		d := r.modStep(left[v].Neg())
		left[up[v]] = r.modStep(left[up[v]].Add(d))
		i, j := min(v, up[v]), max(v, up[v])-rows
		out.odd = append(out.odd, oddCell{at: i*cols + j, odd: d, residue: true})
	}
	slices.SortFunc(out.odd, func(a, b oddCell) int { return cmp.Compare(a.at, b.at) })
	var c diag.Collector
	reader := boundReader{req: r.req, mirror: r.t.sign < 0, out: &out, c: &c}
	for _, o := range out.odd {
		if !o.residue {
			continue
		}
		i, j := o.at/cols, o.at%cols
		out.lo[i], out.hi[i] = slices.Clone(out.lo[i]), slices.Clone(out.hi[i])
		out.open(i)
		lo, hi := reader.limits(i, j, o.odd)
		if lo > hi || c.Len() > 0 {
			r.stuck, r.rest = i, r.row[i]
			return nil, false
		}
		out.lo[i][j], out.hi[i][j] = lo, hi
	}
	return &out, true
}

// totals returns what the lines have to add up to in whole steps, beside what
// their cells have beyond them.
func (r *residues) totals(b *tableBounds) (rows, cols []int64) {
	rows, cols = slices.Clone(r.t.rows), slices.Clone(r.t.cols)
	rowOdd, colOdd := make([]decimal.Decimal, len(rows)), make([]decimal.Decimal, len(cols))
	for _, o := range b.odd {
		i, j := o.at/len(cols), o.at%len(cols)
		rowOdd[i] = rowOdd[i].Add(o.odd)
		colOdd[j] = colOdd[j].Add(o.odd)
	}
	for i := range rows {
		n, _ := floorSteps(rowOdd[i], r.req.Step)
		rows[i] -= n
	}
	for j := range cols {
		n, _ := floorSteps(colOdd[j], r.req.Step)
		cols[j] -= n
	}
	return rows, cols
}

// fault says where a rest can't go.
func (r *residues) fault() *diag.Fault {
	name, odd := "", r.rest
	if v := r.stuck - len(r.row); v >= 0 {
		name = "column " + listed([]int{v}, r.t.colIDs)
	} else if r.stuck >= 0 {
		name = "row " + listed([]int{r.stuck}, r.t.rowIDs)
	}
	if r.t.sign < 0 {
		odd = odd.Neg()
	}
	return &diag.Fault{Code: diag.Infeasible, Path: "/lock", Value: name,
		Bound: "locks leave " + odd.String() + " beyond steps of " + r.req.Step.String() + ", and no open cell can take the rest"}
}

// A Residue is a cell that carries what locks off the step leave of whole
// steps.
type Residue struct {
	Row, Column int

	// Odd is what the cell has beyond a multiple of the step; it has the sign
	// of the totals.
	Odd decimal.Decimal
}

// Residues lists the cells that are off the step to make up for locks that are,
// in reading order: one in every row whose locks leave a rest, all in the first
// open column where that works, and those that these in turn make necessary.
func (t *Table) Residues() []Residue {
	var out []Residue
	if t.bounds == nil {
		return out
	}
	for _, o := range t.bounds.odd {
		if o.residue {
			odd := o.odd.Mul(decimal.NewFromInt(t.sign))
			out = append(out, Residue{o.at / len(t.cols), o.at % len(t.cols), odd})
		}
	}
	return out
}
