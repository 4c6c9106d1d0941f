package apportion

import "math"

// fit is a seed on its way to the totals: cell (i, j) stands at
// a[i] · seed[i][j] · b[j]. After a pass the rows fit and the columns have what
// the pass found.
type fit struct {
	rows, cols int
	rowTotals  []int64
	colTotals  []int64

	seed  []float64 // row-major; 0 where the cell stays 0
	scale []int32   // by row: the seed was divided by 2^scale
	a, b  []float64
	sum   []float64 // by column: the sum of a[i]·seed[i][j]

	rounds int
	step   newton
	box    *box // nil without bounds
}

const (
	// plainRounds is how long plain scaling is tried: tables whose seed is
	// near the totals, and dense ones, need 8 to 13 rounds.
	plainRounds = 20

	// maxRounds bounds the passes over the table, those of Newton steps
	// included.
	maxRounds = 400

	// maxSeed is the largest seed.
	maxSeed = math.MaxFloat64
)

func newFit(p Problem) *fit {
	return &fit{
		rows: p.Rows, cols: p.Cols, rowTotals: p.RowTotals, colTotals: p.ColTotals,
		seed:  make([]float64, p.Rows*p.Cols),
		scale: make([]int32, p.Rows),
		a:     make([]float64, p.Rows),
		b:     make([]float64, p.Cols),
		sum:   make([]float64, p.Cols),
	}
}

func (f *fit) row(i int) []float64 { return f.seed[i*f.cols : (i+1)*f.cols : (i+1)*f.cols] }

// load reads the seed. Each row is scaled by a power of two, so that factors
// stay within what float64 holds; cells of empty rows and columns become 0.
func (f *fit) load(p Problem, m *meter) error {
	if p.Bounds != nil {
		return f.loadWithin(p, false, m)
	}
	s := p.Seed
	for i := range f.rows {
		row := f.row(i)
		if f.rowTotals[i] > 0 {
			s.Row(i, row)
			f.scale[i] = f.tidy(row)
		}
		if err := m.spend(f.cols); err != nil {
			return err
		}
	}
	f.start()
	return nil
}

// start sets the column factors that the first pass takes.
func (f *fit) start() {
	for j := range f.b {
		if f.colTotals[j] > 0 {
			f.b[j] = 1
		}
	}
}

// tidy clears what is no seed and scales the rest to a largest value in
// [1/2, 1).
func (f *fit) tidy(row []float64) int32 {
	most := 0.0
	for j, x := range row {
		if !(x > 0) || x > maxSeed || f.colTotals[j] == 0 {
			row[j] = 0
			continue
		}
		most = max(most, x)
	}
	if most == 0 {
		return 0
	}
	e := exponent(most)
	if e == 0 {
		return 0
	}
	if by := math.Ldexp(1, -e); by > 0 && by < math.MaxFloat64 {
		for j := range row {
			row[j] *= by
		}
		return int32(e)
	}
	for j := range row {
		row[j] = math.Ldexp(row[j], -e)
	}
	return int32(e)
}

// solve fits the seed to the totals: plain rounds first; if they are slow, the
// cells that must be 0 are taken out, and Newton steps do the rest.
func (f *fit) solve(m *meter, res *Result) error {
	ok, err := f.plain(m)
	if err == nil && !ok {
		if res.Forced, err = f.dropForced(); err == nil {
			ok, err = f.newtonRounds(m)
		}
	}
	res.Converged, res.Rounds = ok, f.rounds
	return err
}

func (f *fit) plain(m *meter) (bool, error) {
	half := 0.0 // the gap half-way
	for n := 0; ; n++ {
		if err := f.pass(m); err != nil {
			return false, err
		}
		ok, gap := f.distance()
		if ok {
			return true, nil
		}
		f.scaleColumns()
		switch {
		case n == plainRounds/2-1:
			half = gap
		case n == plainRounds-1 && !f.nearly(half, gap), n == 2*plainRounds-1:
			return false, nil
		}
	}
}

// nearly reports whether as many rounds again will do, where those to come are
// far cheaper than the search for forced cells: with bounds. The gap has come
// down by half/gap in half the rounds.
func (f *fit) nearly(half, gap float64) bool {
	if !f.tight() {
		return false
	}
	near := 0.0
	for _, c := range f.colTotals {
		near += nearTotal(float64(c))
	}
	by := gap / half
	return float64(float64(by*by)*gap) < float64(near/float64(f.cols))
}

// pass scales the rows to their totals and sums the columns.
func (f *fit) pass(m *meter) error {
	if f.box != nil {
		return f.passWithin(m)
	}
	f.rounds++
	clear(f.sum)
	for i := range f.rows {
		f.scaleRow(i)
		if err := m.spend(f.cols); err != nil {
			return err
		}
	}
	return nil
}

func (f *fit) scaleRow(i int) {
	f.a[i] = 0
	if f.rowTotals[i] > 0 {
		row := f.row(i)
		if t := dot(row, f.b); t > 0 {
			a := float64(f.rowTotals[i]) / t
			f.a[i] = a
			addScaled(f.sum, a, row)
		}
	}
}

// dot returns the scalar product, in four interleaved sums, which takes a
// quarter of the time of a single one.
func dot(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	j := 0
	for ; j+4 <= len(x); j += 4 {
		s0 += float64(x[j] * y[j])
		s1 += float64(x[j+1] * y[j+1])
		s2 += float64(x[j+2] * y[j+2])
		s3 += float64(x[j+3] * y[j+3])
	}
	for ; j < len(x); j++ {
		s0 += float64(x[j] * y[j])
	}
	return (s0 + s1) + (s2 + s3)
}

func addScaled(dst []float64, a float64, x []float64) {
	dst = dst[:len(x)]
	for j, v := range x {
		dst[j] += float64(a * v)
	}
}

// distance returns whether each column is as near to its total as is needed,
// and the sum of the columns' distances.
func (f *fit) distance() (bool, float64) {
	ok, all := f.box == nil || !f.box.short, 0.0
	for j := range f.b {
		want := float64(f.colTotals[j])
		d := math.Abs(f.free(j) + f.heldIn(j) - want)
		if !(d <= nearTotal(want)) {
			ok = false
		}
		all += d
	}
	return ok, all
}

// nearTotal is how near to its total a column is brought: a quarter of the
// finest unit, or what float64 sums can tell apart.
func nearTotal(want float64) float64 { return 0x1p-26 + float64(want*0x1p-46) }

// free returns what the cells of a column that stand at no bound add up to.
func (f *fit) free(j int) float64 { return float64(f.b[j] * f.sum[j]) }

// heldIn returns what the others add up to.
func (f *fit) heldIn(j int) float64 {
	if f.box == nil {
		return 0
	}
	return f.box.held[j]
}

// scaleColumns scales the columns to their totals.
func (f *fit) scaleColumns() {
	if f.box != nil {
		f.levelColumns()
		return
	}
	for j, s := range f.sum {
		if s > 0 {
			f.b[j] = float64(f.colTotals[j]) / s
		}
	}
	f.normalise()
}

// normalise scales the column factors to a largest one in [1/2, 1) and keeps
// them above 2^-400; with the rows' seeds of at most 1 no product overflows.
func (f *fit) normalise() {
	most := 0.0
	for _, b := range f.b {
		most = max(most, b)
	}
	if most == 0 {
		return
	}
	by := math.Ldexp(1, -exponent(most))
	for j, b := range f.b {
		if f.colTotals[j] > 0 {
			f.b[j] = max(float64(b*by), 0x1p-400)
		}
	}
}

// factors returns the factors for the seed as it was delivered.
func (f *fit) factors() (row, col []float64) {
	for i, e := range f.scale {
		f.a[i] = math.Ldexp(f.a[i], -int(e))
	}
	return f.a, f.b
}
