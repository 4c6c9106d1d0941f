package salesplan

import (
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// amounts reads the table and what follows from it: the totals of its rows and
// columns.
func (r *issuedReader) amounts(cs *cascade, s *issuedState, path string, split bool) {
	rows, cols := cs.block(0), len(cs.grid.pieces)
	cs.table = r.table(&s.Table, path+"/table", rows, cols, split)
	if cs.table == nil {
		return
	}
	row := make([]int64, cols)
	cs.totals = make([]int64, rows)
	for i := range rows {
		cells := cs.table.Amounts[i*cols : (i+1)*cols]
		addRow(row, cells)
		cs.totals[i] = sumOf(cells)
	}
	total := sumOf(row)
	if !split {
		cs.total = total
		return
	}
	cs.line.row = row
	if want := cs.wholeTotal(); total != want {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/table/amounts", Value: strconv.FormatInt(total, 10) + " steps in all", Bound: strconv.FormatInt(want, 10) + " steps in all"})
	}
}

// table reads a table; split says that it was fitted.
func (r *issuedReader) table(t *issuedTable, path string, rows, cols int, split bool) *apportion.Result {
	before := r.c.Len()
	if t.Shift > 62 || t.Rounds < 0 || t.Forced < 0 {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: "a shift up to 62, and numbers from 0 up"})
		return nil
	}
	res := &apportion.Result{Shift: t.Shift, Converged: t.Converged, Rounds: t.Rounds, Forced: t.Forced}
	res.Amounts = r.steps(t.Amounts, path+"/amounts", rows*cols, !split)
	if !split {
		if t.Fitted != nil || t.Rows != nil || t.Columns != nil {
			r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/fitted", Bound: "not of a stock"})
		}
	} else if res.Amounts != nil {
		res.Fitted = r.fit(res.Amounts, t, path)
		res.RowFactor = r.floats(t.Rows, path+"/rowFactors", rows)
		res.ColFactor = r.floats(t.Columns, path+"/columnFactors", cols)
	}
	if r.c.Len() > before {
		return nil
	}
	return res
}

// fit reads the fitted cells: each less than a step from its amount.
func (r *issuedReader) fit(amounts []int64, t *issuedTable, path string) []int64 {
	out := r.ints(t.Fitted, path+"/fitted", len(amounts))
	step := int64(1) << t.Shift
	for k, rest := range out {
		if rest <= -step || rest >= step || amounts[k] > math.MaxInt64>>t.Shift {
			r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/fitted", Value: "cell " + strconv.Itoa(k), Bound: "less than a step from the amount"})
			return nil
		}
		out[k] = amounts[k]<<t.Shift + rest
	}
	return out
}

// reasons reads what explains the amounts of a split.
func (r *issuedReader) reasons(cs *cascade, s *issuedState, path string) {
	first := cs.axes[0].tree
	cs.units = r.each(s.Units, path+"/units", len(first.nodes))
	cs.ideals = r.fixed(s.Ideals, path+"/ideals", len(first.nodes))
	if s.Season != nil {
		cs.season = r.fixed(s.Season, path+"/season", len(cs.grid.pieces))
	}
	r.timeLine(cs, s, path)
	r.seasons(cs, s, path+"/ownSeasons")
	rows, cols := cs.block(0), len(cs.grid.pieces)
	if s.Bounds != nil {
		cs.bounds = &cascadeBounds{pairs: map[int]limit{}, cells: r.bounds(s.Bounds, path+"/bounds", rows, cols)}
	}
	r.cross(cs, s, path+"/cross")
}

// without refuses what only a split has.
func (r *issuedReader) without(s *issuedState, path string) {
	if s.Line != nil || s.Ideals != nil || s.Units != nil || s.Season != nil || s.Own != nil || s.Bounds != nil || s.Cross != nil || s.Odd != nil {
		r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/line", Bound: "not of a stock"})
	}
}

func (r *issuedReader) timeLine(cs *cascade, s *issuedState, path string) {
	if s.Line == nil {
		r.c.Add(&diag.Fault{Code: diag.Required, Path: path + "/line", Bound: "what the row goes by"})
		return
	}
	cs.line.basis = s.Line.Basis
	cs.line.weights = r.bigs(s.Line.Weights, path+"/line/weights", len(cs.grid.pieces))
	if cs.line.weights == nil {
		return
	}
	for _, turn := range cs.grid.turns {
		sum := new(big.Int)
		for _, w := range cs.line.weights[turn.first:turn.end] {
			sum.Add(sum, w)
		}
		cs.line.sums = append(cs.line.sums, sum)
	}
}

func (r *issuedReader) seasons(cs *cascade, s *issuedState, path string) {
	if s.Own == nil {
		return
	}
	cols := len(cs.grid.pieces)
	at := r.ints(s.Own.Nodes, path+"/nodes", -1)
	cs.own = &ownSeasons{weights: make(map[int32][]*big.Int, len(at))}
	if len(at) > s.Own.Weights.count()/cols { // whose product might not be an int
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/weights", Value: counted(s.Own.Weights.count(), "number", "numbers"), Bound: "rows of " + counted(cols, "leaf period", "leaf periods")})
		return
	}
	weights := r.bigs(s.Own.Weights, path+"/weights", len(at)*cols)
	if weights == nil {
		return
	}
	last := int64(-1)
	for i, n := range at {
		if n <= last || n >= int64(len(cs.axes[0].tree.nodes)) {
			r.c.Add(&diag.Fault{Code: diag.Order, Path: path + "/nodes", Value: strconv.FormatInt(n, 10), Bound: "units in order"})
			return
		}
		last = n
		cs.own.weights[int32(n)] = weights[i*cols : (i+1)*cols : (i+1)*cols]
	}
}

// bounds reads what the cells of some rows may have.
func (r *issuedReader) bounds(b *issuedBounds, path string, rows, cols int) *tableBounds {
	out := &tableBounds{cols: cols, lo: make([][]int64, rows), hi: make([][]int64, rows), locked: make([][]bool, rows)}
	at := r.ints(b.Rows, path+"/rows", -1)
	if len(at) > rows {
		r.c.Add(&diag.Fault{Code: diag.TooMany, Path: path + "/rows", Bound: strconv.Itoa(rows)})
		return out
	}
	cells := unpack(r.packedReader, b.Cells, path+"/cells", len(at)*cols, readRange, "what cells may have, with one blank between them")
	if cells == nil {
		return out
	}
	last := int64(-1)
	for i, k := range at {
		if k <= last || k >= int64(rows) {
			r.c.Add(&diag.Fault{Code: diag.Order, Path: path + "/rows", Value: strconv.FormatInt(k, 10), Bound: "rows in order"})
			return out
		}
		last = k
		out.open(int(k))
		for j, x := range cells[i*cols : (i+1)*cols] {
			out.lo[k][j], out.hi[k][j] = x.lo, x.hi
		}
	}
	return out
}

// cross reads how the first two axes' totals came to be.
func (r *issuedReader) cross(cs *cascade, s *issuedState, path string) {
	switch {
	case s.Cross == nil && len(cs.axes) > 1:
		r.c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "the table of the first two axes"})
		return
	case s.Cross != nil && len(cs.axes) == 1:
		r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Bound: "one axis"})
		return
	case s.Cross == nil:
		return
	}
	x := s.Cross
	nodes, rows, cols := len(cs.axes[1].tree.nodes), len(cs.axes[0].tree.leaves), len(cs.axes[1].tree.leaves)
	cs.lines = &lineTotals{
		ideals:  r.fixed(x.Ideals, path+"/ideals", nodes),
		rounded: r.each(x.Rounded, path+"/rounded", nodes),
		amounts: r.each(x.Amounts, path+"/amounts", nodes),
	}
	cs.crossed = &crossing{
		res:  r.table(&x.Table, path+"/table", rows, cols, true),
		seed: matrixSeed{cols: cols, cells: r.floats(x.Seed, path+"/seed", rows*cols)},
	}
	if x.Bounds != nil {
		cs.crossed.bounds = r.bounds(x.Bounds, path+"/bounds", rows, cols)
	}
}

// sums compares the sums that the document states with those of the cells.
func (r *issuedReader) sums(b *Breakdown, s *issuedState, path string) {
	wrong := func(path string, i int, has, states int64) {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: "number " + strconv.Itoa(i) + " is " + strconv.FormatInt(states, 10), Bound: "the cells' sum " + strconv.FormatInt(has, 10)})
	}
	row := b.unitRow(0)
	if states := r.ints(s.Row, path+"/row", len(row)); states != nil && !slices.Equal(states, row) {
		i := firstDifference(states, row)
		wrong(path+"/row", i, row[i], states[i])
	}
	if b.cs.units == nil {
		return
	}
	for i, states := range b.cs.units {
		if has := sumOf(b.unitRow(int32(i))); has != states {
			wrong(path+"/units", i, has, states)
			return
		}
	}
}

func firstDifference(a, b []int64) int {
	for i := range a {
		if a[i] != b[i] {
			return i
		}
	}
	return len(a)
}
