package salesplan

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// TableRequest asks for a table whose rows and columns both have given totals.
type TableRequest struct {
	// Rows and Columns are the totals, multiples of Step with equal sums, all
	// of one sign.
	Rows    []decimal.Decimal `json:"rows"`
	Columns []decimal.Decimal `json:"columns"`

	// Seed holds the proportions that the cells keep to, one list a row: last
	// year's amounts, say. Its scale doesn't matter; where it is 0 the cell
	// stays 0. Without a seed every row is divided in the columns' proportions.
	Seed [][]decimal.Decimal `json:"seed,omitempty"`

	// Step is the smallest amount that a cell can hold. It has no default.
	Step decimal.Decimal `json:"step"`

	// Method is LargestRemainder, the zero value: cells are the floor or the
	// ceiling of what the seed's proportions give. The divisor methods are for
	// small counts: every cell is its seed times a row's and a column's factor,
	// rounded as the method does.
	Method Method `json:"method,omitempty"`

	// Min, Max and Lock bound cells, one list a row. Each is empty or has a
	// list for every row; each of these is empty or has a place for every
	// column. A missing Min is 0 for totals that are not negative, a missing
	// Max is 0 for negative ones; otherwise a missing bound is no bound.
	// They are tightened to whole steps. A lock fixes a cell, at an amount of
	// either sign; it may be off the step.
	Min  [][]decimal.NullDecimal `json:"min,omitempty"`
	Max  [][]decimal.NullDecimal `json:"max,omitempty"`
	Lock [][]decimal.NullDecimal `json:"lock,omitempty"`

	// RowIDs and ColumnIDs, if given, are what faults call the rows and
	// columns; otherwise they go by index, from 0.
	RowIDs    []string `json:"rowIDs,omitempty"`
	ColumnIDs []string `json:"columnIDs,omitempty"`
}

// maxCells is how many cells a table may have.
const maxCells = 1 << 27

// SplitTable fills a table with both margins exact. The seed is fitted to the
// totals (iterative proportional fitting, Deming and Stephan 1940; cells that
// the totals force to 0 or to a bound are found first) and the fitted table is
// rounded by the deterministic variant of Doerr, Friedrich, Klein and Osbild,
// Unbiased Matrix Rounding (2006). Each cell is the floor or the ceiling of its
// fitted value in steps, each running total from the start of a row or column
// is less than one step from the fitted one, any stretch less than two.
//
// With bounds a fitted cell is the product of seed and factors, brought within
// its bounds; a cell whose seed is 0 has the amount nearest zero that its bounds
// allow. Bounds and locks on the step are met wherever a table of real numbers
// meets them. Where locks off the step leave a rest, [Table.Residues] carry it.
// A cell has an amount on the other side of zero only if it is locked there, or
// where its bounds allow that and no table without exists.
//
// With a divisor method the table is that of Balinski and Demange, Algorithms
// for proportional matrices in reals and integers (1989): amounts are
// median(min, rounded product of seed and factors, max), compared exactly; of
// tied tables it is the one whose first cell, in reading order, is largest, then
// the second, and so on. Locking cells at what they have changes nothing.
// Fitted is the amount itself then.
//
// Negative totals give the mirror of the positive table. The error holds all
// faults: [diag.Required] (no step), [diag.OffStep] (totals), [diag.OutOfRange]
// (more than 38 digits, exponents beyond ±30, totals or bounds beyond 9·10¹⁸
// steps, or totals beyond 2⁵⁰ with a divisor method; more than 2²⁷ cells),
// [diag.Negative] (seeds), [diag.Conflict] (totals of both signs),
// [diag.Mismatch] (sums that differ, lists of wrong length), [diag.Invalid]
// (another method), [diag.Infeasible] (a cell's bounds and lock that exclude
// each other; rows that need more than those columns hold in which they have a
// seed or that bounds leave to them: which rows, columns and bounds, and by how
// much; at /method where Adams or HuntingtonHill lack steps). When ctx ends, its
// error is returned.
//
// Time is near-linear: about 0.2 µs a cell, up to three times that with bounds.
// [WithProgress] reports progress.
func SplitTable(ctx context.Context, req TableRequest) (*Table, error) {
	t, err := newTable(req)
	if err != nil {
		return nil, err
	}
	err = t.solve(ctx, &req)
	var conflict *apportion.Conflict
	if errors.As(err, &conflict) {
		return nil, diag.Faults{t.conflictFault(conflict)}
	}
	if err != nil {
		return nil, err
	}
	return t, nil
}

// divide lets the engine fill the table.
func (t *Table) divide(ctx context.Context, p apportion.Problem, req *TableRequest) error {
	opt := apportion.TableOptions{Progress: progressOf(ctx)}
	var res *apportion.Result
	var err error
	if t.method == LargestRemainder {
		res, err = apportion.SolveTable(ctx, p, opt)
	} else {
		var exact apportion.Weigher // the columns' totals are exact
		if req.Seed != nil {
			exact = seedWeigher(req.Seed)
		}
		res, err = apportion.SolveDivisor(ctx, p, t.method.engine(), exact, opt)
	}
	switch {
	case errors.Is(err, apportion.Beyond{}) && t.bounds == nil:
		return diag.Faults{{Code: diag.OutOfRange, Path: "/rows", Value: amountText(t.amount(t.total())), Bound: strconv.Itoa(apportion.MaxCount) + " steps, with " + t.method.String()}}
	case errors.Is(err, apportion.Beyond{}):
		return diag.Faults{{Code: diag.OutOfRange, Path: "/min", Value: "what bounds and locks leave", Bound: "9·10¹⁸ steps, 2⁵⁰ with a divisor method"}}
	case err != nil:
		return err
	}
	t.solved = *res
	return nil
}

func (t *Table) total() (n int64) {
	for _, r := range t.rows {
		n += r
	}
	return n
}

// seedWeigher is a seed in exact numbers.
type seedWeigher [][]decimal.Decimal

// Weight implements [apportion.Weigher].
func (s seedWeigher) Weight(i, j int) *big.Rat { return s[i][j].Rat() }

// tableSeed is the seed as the engine wants it: as it was given, or else the
// columns' totals in every row.
type tableSeed struct {
	cells []float64
	cols  []int64
}

// Row implements [apportion.Seeder].
func (s tableSeed) Row(i int, dst []float64) {
	if s.cells != nil {
		copy(dst, s.cells[i*len(s.cols):])
		return
	}
	for j, c := range s.cols {
		dst[j] = float64(c)
	}
}

// newTable checks a request and takes its numbers over: totals as steps above
// zero, the seed as floats.
func newTable(req TableRequest) (*Table, error) {
	var c diag.Collector
	t := &Table{
		step: req.Step, sign: 1, method: req.Method,
		rowIDs: slices.Clone(req.RowIDs), colIDs: slices.Clone(req.ColumnIDs),
	}
	if req.Method == Cumulative || req.Method > Jefferson {
		names := methodNames()
		allowed := append([]string{names[LargestRemainder]}, names[Webster:]...)
		c.Add(&diag.Fault{Code: diag.Invalid, Path: "/method", Value: fmt.Sprint(req.Method), Bound: joinNames(allowed)})
	}
	if checkStep(req.Step, "/step", &c) {
		t.rows = tableTotals(req.Rows, req.Step, "/rows", &c)
		t.cols = tableTotals(req.Columns, req.Step, "/columns", &c)
		checkSums(req, t.rows, t.cols, &c)
		t.sign = oneSign(req, &c)
	}
	checkIDs(t.rowIDs, len(req.Rows), "/rowIDs", &c)
	checkIDs(t.colIDs, len(req.Columns), "/columnIDs", &c)
	if cells := int64(len(req.Rows)) * int64(len(req.Columns)); cells > maxCells {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/rows", Value: strconv.FormatInt(cells, 10) + " cells", Bound: "at most " + strconv.Itoa(maxCells)})
	} else {
		if req.Seed != nil {
			t.seed = tableSeeds(req, &c)
		}
		if checkAmount(req.Step) && req.Step.Sign() > 0 {
			t.bounds = readTableBounds(&req, t.sign, &c)
		}
	}
	for _, totals := range [][]int64{t.rows, t.cols} {
		for i := range totals {
			totals[i] *= t.sign
		}
	}
	return t, c.Err()
}

// tableTotals returns totals in steps; nil if one of them has a fault.
func tableTotals(totals []decimal.Decimal, step decimal.Decimal, path string, c *diag.Collector) []int64 {
	out := make([]int64, len(totals))
	before := c.Len()
	for i, d := range totals {
		n, exact, ok := toSteps(d, step)
		out[i] = n
		if exact && ok {
			continue
		}
		checkTarget(d, step, path+"/"+strconv.Itoa(i), c)
	}
	if c.Len() > before {
		return nil
	}
	return out
}

// checkSums refuses totals with different sums, and sums beyond the limit.
func checkSums(req TableRequest, rows, cols []int64, c *diag.Collector) {
	if rows == nil || cols == nil {
		return // the totals' own faults
	}
	var r, k apportion.Sum
	for _, n := range rows {
		r.Add(n)
	}
	for _, n := range cols {
		k.Add(n)
	}
	for _, s := range []struct {
		path string
		sum  apportion.Sum
	}{{"/rows", r}, {"/columns", k}} {
		if n, ok := s.sum.Int64(); !ok || max(n, -n) > maxSteps {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: s.path, Value: fromBigSteps(s.sum.Big(), req.Step).String(),
				Bound: strconv.FormatInt(maxSteps, 10) + " steps of " + req.Step.String()})
		}
	}
	if r != k {
		sum, want := fromBigSteps(k.Big(), req.Step), fromBigSteps(r.Big(), req.Step)
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/columns", Value: amountText(sum),
			Bound: amountText(want) + ", the sum of the rows; the difference is " + amountText(sum.Sub(want))})
	}
}

// oneSign returns the sign that all totals have, and refuses those of another
// than the first.
func oneSign(req TableRequest, c *diag.Collector) int64 {
	sign, first := 0, ""
	for _, m := range []struct {
		path   string
		totals []decimal.Decimal
	}{{"/rows/", req.Rows}, {"/columns/", req.Columns}} {
		for i, d := range m.totals {
			switch {
			case d.Sign() == 0 || d.Sign() == sign || !checkAmount(d):
			case sign == 0:
				sign, first = d.Sign(), m.path+strconv.Itoa(i)+" is "+d.String()
			default:
				c.Add(&diag.Fault{Code: diag.Conflict, Path: m.path + strconv.Itoa(i), Value: d.String(), Bound: first})
			}
		}
	}
	if sign < 0 {
		return -1
	}
	return 1
}

func checkIDs(ids []string, want int, path string, c *diag.Collector) {
	if ids != nil && len(ids) != want {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: counted(len(ids), "name", "names"), Bound: counted(want, "total", "totals")})
	}
}

// tableSeeds returns the seed as floats, row-major.
func tableSeeds(req TableRequest, c *diag.Collector) []float64 {
	rows, cols := len(req.Rows), len(req.Columns)
	if len(req.Seed) != rows {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/seed", Value: counted(len(req.Seed), "row", "rows"), Bound: counted(rows, "row total", "row totals")})
	}
	out := make([]float64, rows*cols)
	for i, row := range req.Seed {
		path := "/seed/" + strconv.Itoa(i)
		if len(row) != cols {
			c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: counted(len(row), "cell", "cells"), Bound: counted(cols, "column total", "column totals")})
		}
		for j, d := range row {
			x, ok := seedFloat(d)
			switch {
			case !ok:
				c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/" + strconv.Itoa(j), Bound: amountBound})
			case x < 0:
				c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/" + strconv.Itoa(j), Value: d.String(), Bound: "0"})
			case i < rows && j < cols:
				out[i*cols+j] = x
			}
		}
	}
	return out
}

// exactPow10 are the powers of ten that float64 holds exactly.
var exactPow10 = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// seedFloat returns the float64 nearest to d; ok is false beyond the limits.
// One operation on two exact numbers is rounded once and so gives the nearest.
func seedFloat(d decimal.Decimal) (x float64, ok bool) {
	e := int(d.Exponent())
	if n, small := smallCoefficient(d); small && max(n, -n) < 1<<53 {
		switch {
		case e >= 0 && e < len(exactPow10):
			return float64(n) * exactPow10[e], true
		case e < 0 && -e < len(exactPow10):
			return float64(n) / exactPow10[-e], true
		}
	}
	if !checkAmount(d) {
		return 0, false
	}
	return d.InexactFloat64(), true
}

// listed returns the names of the first few of many, and how many more.
func listed(at []int, ids []string) string {
	const width = 40
	var b strings.Builder
	for n, i := range at {
		name := strconv.Itoa(i)
		if ids != nil {
			name = diag.Clip(ids[i])
		}
		if n > 0 && b.Len()+len(name) > width {
			return b.String() + " and " + strconv.Itoa(len(at)-n) + " more"
		}
		if n > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name)
	}
	return b.String()
}
