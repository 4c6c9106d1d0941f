package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// tableBounds are the bounds of a table's cells in steps, mirrored above zero
// where the totals are negative. Rows without any are nil.
type tableBounds struct {
	cols   int
	lo, hi [][]int64
	locked [][]bool
	odd    []oddCell // locks off the step, and the cells that carry their rests
}

// An oddCell has something beyond its whole steps.
type oddCell struct {
	at      int
	odd     decimal.Decimal // from 0 up to less than a step
	residue bool            // it is no lock, but carries the rest of some
}

// Bounds implements [apportion.Bounder].
func (b *tableBounds) Bounds(i int, lo, hi []int64) bool {
	if b.lo[i] == nil {
		return false
	}
	copy(lo, b.lo[i])
	copy(hi, b.hi[i])
	return true
}

// at returns what cell k may have.
func (b *tableBounds) at(k int) (lo, hi int64) {
	if b == nil || b.lo[k/b.cols] == nil {
		return 0, apportion.Unbounded
	}
	return b.lo[k/b.cols][k%b.cols], b.hi[k/b.cols][k%b.cols]
}

// lockedAt reports whether cell k is locked.
func (b *tableBounds) lockedAt(k int) bool {
	return b != nil && b.locked[k/b.cols] != nil && b.locked[k/b.cols][k%b.cols]
}

// open makes row i one that has bounds.
func (b *tableBounds) open(i int) {
	if b.lo[i] != nil {
		return
	}
	b.lo[i], b.hi[i] = make([]int64, b.cols), make([]int64, b.cols)
	for j := range b.hi[i] {
		b.hi[i][j] = apportion.Unbounded
	}
}

// oddAt returns what cell k has beyond whole steps, nil if nothing.
func (b *tableBounds) oddAt(k int) *oddCell {
	if b == nil {
		return nil
	}
	low, high := 0, len(b.odd)
	for low < high {
		if mid := (low + high) / 2; b.odd[mid].at < k {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low < len(b.odd) && b.odd[low].at == k {
		return &b.odd[low]
	}
	return nil
}

// sameOdd reports whether the same cells have the same beyond whole steps.
func (b *tableBounds) sameOdd(other *tableBounds) bool {
	var x, y []oddCell
	if b != nil {
		x = b.odd
	}
	if other != nil {
		y = other.odd
	}
	return slices.EqualFunc(x, y, func(p, q oddCell) bool {
		return p.at == q.at && p.residue == q.residue && p.odd.Equal(q.odd)
	})
}

// A boundReader reads the bounds of a request.
type boundReader struct {
	req    *TableRequest
	mirror bool
	out    *tableBounds
	c      *diag.Collector
}

// readTableBounds checks minimums, maximums and locks; without any it returns
// nil.
func readTableBounds(req *TableRequest, sign int64, c *diag.Collector) *tableBounds {
	rows, cols := len(req.Rows), len(req.Columns)
	some := false
	before := c.Len()
	for _, m := range []struct {
		path  string
		cells [][]decimal.NullDecimal
	}{{"/min", req.Min}, {"/max", req.Max}, {"/lock", req.Lock}} {
		some = some || len(m.cells) > 0
		checkBoundShape(m.cells, rows, cols, m.path, c)
	}
	if !some || c.Len() > before {
		return nil
	}
	r := boundReader{req: req, mirror: sign < 0, c: c, out: &tableBounds{
		cols: cols, lo: make([][]int64, rows), hi: make([][]int64, rows), locked: make([][]bool, rows),
	}}
	for i := range rows {
		for j := range cols {
			if given(req.Min, i, j) || given(req.Max, i, j) || given(req.Lock, i, j) {
				r.cell(i, j)
			}
		}
	}
	return r.out
}

// checkBoundShape wants as many rows as there are totals, each empty or with a
// cell for every column.
func checkBoundShape(cells [][]decimal.NullDecimal, rows, cols int, path string, c *diag.Collector) {
	if len(cells) != 0 && len(cells) != rows {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: strconv.Itoa(len(cells)) + " rows", Bound: strconv.Itoa(rows) + " row totals"})
	}
	for i, row := range cells {
		if len(row) != 0 && len(row) != cols {
			c.Add(&diag.Fault{Code: diag.Mismatch, Path: index(path, i), Value: strconv.Itoa(len(row)) + " cells", Bound: strconv.Itoa(cols) + " column totals"})
		}
		for j, d := range row {
			if d.Valid && !checkAmount(d.Decimal) {
				c.Add(&diag.Fault{Code: diag.OutOfRange, Path: index(index(path, i), j), Bound: amountBound})
			}
		}
	}
}

// given reports whether there is a bound for a cell.
func given(cells [][]decimal.NullDecimal, i, j int) bool {
	return len(cells) != 0 && len(cells[i]) != 0 && cells[i][j].Valid
}

// boundAt returns the bound of a cell, mirrored where the table is.
func (r *boundReader) boundAt(cells [][]decimal.NullDecimal, i, j int) (d decimal.Decimal, ok bool) {
	if !given(cells, i, j) {
		return d, false
	}
	d = cells[i][j].Decimal
	if r.mirror {
		d = d.Neg()
	}
	return d, true
}

// limits returns the least and the most of a cell, less what it has beyond
// whole steps, in whole steps.
func (r *boundReader) limits(i, j int, odd decimal.Decimal) (lo, hi int64) {
	least, most := r.req.Min, r.req.Max
	below, above := "/min", "/max"
	if r.mirror {
		least, most, below, above = most, least, above, below
	}
	hi = apportion.Unbounded
	step := r.req.Step
	if d, ok := r.boundAt(least, i, j); ok {
		if !odd.IsZero() {
			d = d.Sub(odd)
		}
		if lo, ok = ceilSteps(d, step); !ok {
			r.beyond(below, i, j, d)
		}
	}
	if d, ok := r.boundAt(most, i, j); ok {
		if !odd.IsZero() {
			d = d.Sub(odd)
		}
		if hi, ok = floorSteps(d, step); !ok {
			r.beyond(above, i, j, d)
		}
	}
	return lo, hi
}

func (r *boundReader) beyond(path string, i, j int, d decimal.Decimal) {
	if r.mirror {
		d = d.Neg()
	}
	r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: index(index(path, i), j), Value: d.String(), Bound: "9·10¹⁸ steps"})
}

// cell reads the bounds of one cell.
func (r *boundReader) cell(i, j int) {
	before := r.c.Len()
	lo, hi := r.limits(i, j, decimal.Zero)
	lock, locked := r.boundAt(r.req.Lock, i, j)
	if r.c.Len() > before {
		return
	}
	if f := r.ownConflict(i, j, lo, hi, locked); f != nil {
		r.c.Add(f)
		return
	}
	if locked {
		n, exact, ok := toSteps(lock, r.req.Step)
		if !ok {
			r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: index(index("/lock", i), j), Value: r.req.Lock[i][j].Decimal.String(), Bound: "9·10¹⁸ steps"})
			return
		}
		if !exact {
			n, _ = floorSteps(lock, r.req.Step)
			r.out.odd = append(r.out.odd, oddCell{at: i*r.out.cols + j, odd: lock.Sub(fromSteps(n, r.req.Step))})
		}
		lo, hi = n, n
		if r.out.locked[i] == nil {
			r.out.locked[i] = make([]bool, r.out.cols)
		}
		r.out.locked[i][j] = true
	}
	if lo != 0 || hi != apportion.Unbounded {
		r.out.open(i)
		r.out.lo[i][j], r.out.hi[i][j] = lo, hi
	}
}

// ownConflict returns the fault of a cell whose lock is not within its bounds,
// or whose bounds in whole steps exclude each other.
func (r *boundReader) ownConflict(i, j int, lo, hi int64, locked bool) *diag.Fault {
	if !locked && lo <= hi {
		return nil
	}
	cell := func(cells [][]decimal.NullDecimal) decimal.NullDecimal {
		if !given(cells, i, j) {
			return decimal.NullDecimal{}
		}
		return cells[i][j]
	}
	least, most := cell(r.req.Min), cell(r.req.Max)
	at := func(path string) string { return index(index(path, i), j) }
	if locked {
		lock := cell(r.req.Lock).Decimal
		if least.Valid && lock.LessThan(least.Decimal) {
			return infeasible(at("/lock"), lock.String(), "min", least.Decimal, lock)
		}
		if most.Valid && lock.GreaterThan(most.Decimal) {
			return infeasible(at("/lock"), lock.String(), "max", most.Decimal, lock)
		}
		return nil
	}
	switch {
	case !least.Valid:
		return infeasible(at("/max"), most.Decimal.String(), "min", decimal.Zero, most.Decimal)
	case !most.Valid:
		return infeasible(at("/min"), least.Decimal.String(), "max", decimal.Zero, least.Decimal)
	case least.Decimal.GreaterThan(most.Decimal):
		return infeasible(at("/min"), least.Decimal.String(), "max", most.Decimal, least.Decimal)
	}
	n, _ := ceilSteps(least.Decimal, r.req.Step)
	return infeasible(at("/max"), most.Decimal.String(), "min", fromSteps(n, r.req.Step), most.Decimal)
}
