package apportion

import (
	"context"
	"math"
	"math/big"
)

// MaxCount is the largest total of a table that [SolveDivisor] fills.
const MaxCount = 1 << 50

// A Weigher delivers the exact weight of a cell: what decides between
// amounts whose claims float64 can't tell apart. Only proportions within a row
// matter, so that rows may have scales of their own.
type Weigher interface {
	// Weight returns the weight of cell (i, j), as a number of the caller's.
	Weight(i, j int) *big.Rat
}

// SolveDivisor fills a table by a divisor method: cell (i, j) is the whole
// number median(lo, round(rᵢ·seed·cⱼ), hi), rounded at the method's signposts,
// with factors that make rows and columns add up to their totals (Balinski and
// Demange, Algorithms for proportional matrices in reals and integers, 1989).
// Up to ties there is one such table. From the factors of the proportional fit
// rows and columns are divided in turn, each by its own divisor; what that leaves is brought to the end by tie and
// transfer: the factors of a set of rows and columns move until a step of some
// cell is tied, and units wander along ties, which always ends. (The search for
// the ties nearest by is one for shortest paths; Rote and Zachariasen, Matrix
// scaling by network flow, 2007.) Cells near a signpost are decided in exact
// numbers. Among tied tables it is the one in which the first cell in reading
// order is largest, then the second, and so on (as far as 2^27 steps of search
// go).
//
// A method that owes every positive weight a first step gives every cell with a
// seed at least 1; where the totals have no such table there is a *[Conflict].
//
// It takes a problem as [SolveTable] does, with totals that add up to at most
// [MaxCount] (else the error is [Beyond]) and returns the same errors.
// Fitted are the amounts. exact may be nil if the seeds are exact themselves.
// Time is near-linear in the cells for most tables; at worst it is
// proportional to cells times units that alternate scaling leaves misplaced.
func SolveDivisor(ctx context.Context, p Problem, method Method, exact Weigher, opt TableOptions) (*Result, error) {
	cells := int64(p.Rows) * int64(p.Cols)
	m := &meter{ctx: ctx, report: opt.Progress, total: cells * (loadShare + fitShare + divideShare)}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if method.FirstStep() {
		p.Bounds = firstSteps{p, p.Bounds}
	}
	if exact == nil {
		exact = seedWeights{p.Seed, make([]float64, p.Cols)}
	}
	m.stage(cells * loadShare)
	res := &Result{}
	err := within(p, m, func(p Problem, f *fit) error {
		if err := f.load(p, m); err != nil {
			return err
		}
		// Factors of the fit put few units wrong, whatever the totals, and cells
		// that are forced have their amounts then.
		m.stage(cells * fitShare)
		if err := f.solve(m, res); err != nil {
			return err
		}
		m.stage(cells * divideShare)
		d := &division{f: f, method: method, n: make([]int64, len(f.seed)), exact: exact}
		return d.solve(m, res)
	})
	if err != nil {
		return nil, err
	}
	m.stage(0)
	return res, nil
}

// divideShare is the work of a division in passes over the cells.
const divideShare = 40

// firstSteps are bounds with a minimum of 1 for every cell that can have it.
type firstSteps struct {
	p     Problem
	given Bounder
}

// Bounds implements [Bounder].
func (b firstSteps) Bounds(i int, lo, hi []int64) bool {
	changed := b.given != nil && b.given.Bounds(i, lo, hi)
	if b.p.RowTotals[i] <= 0 {
		return changed
	}
	seed := make([]float64, b.p.Cols)
	b.p.Seed.Row(i, seed)
	for j, s := range seed {
		if s > 0 && s <= maxSeed && b.p.ColTotals[j] > 0 && lo[j] < 1 && hi[j] >= 1 {
			lo[j], changed = 1, true
		}
	}
	return changed
}

// seedWeights are seeds that are exact.
type seedWeights struct {
	seed Seeder
	row  []float64
}

// Weight implements [Weigher].
func (w seedWeights) Weight(i, j int) *big.Rat {
	w.seed.Row(i, w.row)
	return new(big.Rat).SetFloat64(w.row[j])
}

// division is a table on its way to a divisor method's amounts.
type division struct {
	f      *fit
	method Method
	n      []int64 // by cell
	exact  Weigher

	// The present row or column, and the rows that lack something.
	w      []float64
	lo, hi []int64
	s      Scratch
	lack   []int64
}

// bounds returns what cell k can have.
func (d *division) bounds(k int) (lo, hi int64) {
	switch {
	case d.f.seed[k] == 0:
		return 0, 0
	case d.f.box != nil:
		return d.f.box.lo[k], d.f.box.hi[k]
	}
	return 0, Unbounded
}

// post returns the signpost between k and k+1.
func (d *division) post(k int64) float64 {
	x := float64(k)
	switch d.method {
	case Jefferson:
		return x + 1
	case Adams:
		return x
	case HuntingtonHill:
		return math.Sqrt(float64(x * (x + 1)))
	}
	return x + 0.5
}

// round rounds at the signposts.
func (d *division) round(x float64) int64 {
	k := int64(min(math.Floor(x), 2*MaxCount))
	if x >= d.post(k) {
		k++
	}
	return k
}

func (d *division) solve(m *meter, res *Result) error {
	f := d.f
	total := Sum{}
	for _, r := range f.rowTotals {
		total.Add(r)
	}
	if n, ok := total.Int64(); !ok || n > MaxCount {
		return Beyond{}
	}
	long := max(f.rows, f.cols)
	d.w, d.lo, d.hi = make([]float64, long), make([]int64, long), make([]int64, long)
	d.lack = make([]int64, f.rows)
	if err := d.alternate(m, res); err != nil {
		return err
	}
	if err := d.transfer(m); err != nil {
		return err
	}
	if err := d.settleTies(m); err != nil {
		return err
	}
	for range 3 {
		d.centre()
	}
	if f.box != nil {
		for _, c := range f.box.fixed {
			d.n[c.at] = c.value
		}
	}
	res.Amounts, res.Fitted, res.Converged = d.n, d.n, true
	res.RowFactor, res.ColFactor = f.factors()
	return nil
}

const (
	// alternations bounds how often rows and columns are divided in turn.
	alternations = 60

	// patience is how many of them may bring nothing.
	patience = 4
)

// alternate divides rows and columns in turn, as long as that brings something:
// until fewer units are in the wrong row. The columns have their totals then.
func (d *division) alternate(m *meter, res *Result) error {
	f := d.f
	best, wait := int64(math.MaxInt64), 0
	for n := 0; n < alternations && best > 0 && wait < patience; n++ {
		res.Rounds++
		for i := range f.rows {
			f.a[i] = d.divideLine(i*f.cols, 1, f.b, f.rowTotals[i], f.a[i])
		}
		for j := range f.cols {
			f.b[j] = d.divideLine(j, f.cols, f.a, f.colTotals[j], f.b[j])
		}
		d.balance()
		wrong := d.wrong()
		if wait++; wrong < best {
			best, wait = wrong, 0
		}
		if err := m.spend(2 * len(f.seed)); err != nil {
			return err
		}
	}
	return nil
}

// balance keeps the factors within what float64 holds: the largest of the
// columns' comes to [1/2, 1), and the rows' move the other way.
func (d *division) balance() {
	most := 0.0
	for _, b := range d.f.b {
		most = max(most, b)
	}
	if !(most > 0) || math.IsInf(most, 0) {
		return
	}
	e := exponent(most)
	for j, b := range d.f.b {
		d.f.b[j] = math.Ldexp(b, -e)
	}
	for i, a := range d.f.a {
		d.f.a[i] = math.Ldexp(a, e)
	}
}

// wrong computes what the rows lack, and returns the sum of what is missing.
func (d *division) wrong() int64 {
	f, sum := d.f, int64(0)
	for i := range f.rows {
		d.lack[i] = f.rowTotals[i]
		for _, n := range d.n[i*f.cols : (i+1)*f.cols] {
			d.lack[i] -= n
		}
		sum += max(d.lack[i], 0)
	}
	return sum
}

// divideLine divides a row's or column's total over its cells, whose weights
// are their seeds times the factors of the lines that cross it, and returns its
// factor, in the middle of those that give these amounts. It starts at the
// given one, if that is positive.
func (d *division) divideLine(first, stride int, cross []float64, total int64, factor float64) float64 {
	w, lo, hi := d.w[:len(cross)], d.lo[:len(cross)], d.hi[:len(cross)]
	sum := 0.0
	for t, c := range cross {
		k := first + t*stride
		w[t] = float64(d.f.seed[k] * c)
		lo[t], hi[t] = d.bounds(k)
		sum += w[t]
	}
	if !(sum > 0) {
		return 0
	}
	cells := grow(d.s.cells, len(cross))[:len(cross)]
	d.s.cells = cells
	gap := total
	try := func() {
		gap = total
		for t := range cells {
			x := min(max(d.round(float64(w[t]*factor)), lo[t]), hi[t])
			cells[t] = cell{lo: lo[t], hi: hi[t], x: x, at: int32(t)}
			gap -= x
		}
	}
	if factor > 0 {
		try()
	}
	if !(factor > 0) || max(gap, -gap) > int64(len(cross)) {
		if d.f.box == nil {
			factor = float64(total) / sum
		} else {
			factor, _ = level(w, lo, hi, float64(total), factor)
		}
		try()
	}
	d.s.closeGap(cells, gap, func(i int32, k int64, j int32, l int64) int {
		x, y := float64(w[i]*d.post(l)), float64(w[j]*d.post(k))
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	for t := range cells {
		d.n[first+t*stride] = cells[t].x
	}
	return d.middle(first, stride, cross, factor)
}

// middle returns the factor in the middle of those for which the cells of a
// line have their amounts; without limits on either side it is the one given.
func (d *division) middle(first, stride int, cross []float64, factor float64) float64 {
	low, high := 0.0, math.Inf(1)
	for t, c := range cross {
		k := first + t*stride
		w := float64(d.f.seed[k] * c)
		if !(w > 0) {
			continue
		}
		lo, hi := d.bounds(k)
		if n := d.n[k]; n > lo {
			low = max(low, d.post(n-1)/w)
		}
		if n := d.n[k]; n < hi {
			high = min(high, d.post(n)/w)
		}
	}
	switch {
	case low > 0 && !math.IsInf(high, 0):
		return float64(math.Sqrt(low) * math.Sqrt(high))
	case low > 0:
		return max(low, factor)
	case !math.IsInf(high, 0):
		return float64(0.5 * high)
	}
	return factor
}

// centre moves all factors to the middle of where they can be.
func (d *division) centre() {
	f := d.f
	for i := range f.rows {
		f.a[i] = d.middle(i*f.cols, 1, f.b, f.a[i])
	}
	for j := range f.cols {
		f.b[j] = d.middle(j, f.cols, f.a, f.b[j])
	}
}
