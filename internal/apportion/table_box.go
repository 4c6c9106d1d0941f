package apportion

// Unbounded is an upper bound that is none.
const Unbounded = int64(1<<63 - 1)

// Bounder delivers the bounds of a table's cells row by row.
type Bounder interface {
	// Bounds overwrites what bounds the cells of row i; lo comes filled with
	// 0, hi with [Unbounded]. Bounds are at most 9e18 from 0, and lo is at
	// most hi; a lock has them equal. It reports whether it has changed
	// anything. Rows may be asked for in any order and more than once, with
	// equal answers.
	Bounds(i int, lo, hi []int64) bool
}

// Beyond is the error of a table whose negative locks leave more than 9e18 to
// the other cells, or that is too large for a divisor method.
type Beyond struct{}

// Error says so.
func (Beyond) Error() string { return "apportion: amounts beyond the limit" }

// box holds the bounds of a fit. Cells that can't move are taken out of it:
// their seed is 0, their bounds are 0, and the fit's totals are without them.
type box struct {
	lo, hi  []int64   // by cell
	bounded []bool    // by row: whether there is more to heed than the totals
	held    []float64 // by column: the sum of the cells that stand at a bound
	weights []float64 // of the present row
	fixed   []fixedCell
	tight   bool // some row is bounded
	below   bool // some cell could have less than what is nearest 0
	short   bool // a row had no factor that meets its total
}

// A fixedCell is a cell that can't move. It is at row·columns + column.
type fixedCell struct {
	at    int32
	value int64
}

// A lineSum is what the cells of a row or column that are still open have to
// add up to, and can.
type lineSum struct {
	total, least, most Sum
	below              Sum  // the lower bounds below 0
	open               bool // a cell without upper bound
}

// loadWithin reads seed and bounds. Cells without a seed stay at the amount
// nearest 0 that their bounds allow; others are not let below 0, or what is
// nearest it, unless the table is to be deep. It returns a *Conflict if a
// single row or column can't have its total.
func (f *fit) loadWithin(p Problem, deep bool, m *meter) error {
	x := &box{
		lo: make([]int64, len(f.seed)), hi: make([]int64, len(f.seed)),
		bounded: make([]bool, f.rows), held: make([]float64, f.cols), weights: make([]float64, f.cols),
	}
	f.box = x
	rows, cols := make([]lineSum, f.rows), make([]lineSum, f.cols)
	for i, n := range f.rowTotals {
		rows[i].total.Add(n)
	}
	for j, n := range f.colTotals {
		cols[j].total.Add(n)
	}
	for i := range f.rows {
		at := i * f.cols
		lo, hi := x.lo[at:at+f.cols], x.hi[at:at+f.cols]
		for j := range hi {
			hi[j] = Unbounded
		}
		p.Seed.Row(i, f.row(i))
		x.bounded[i] = p.Bounds.Bounds(i, lo, hi)
		for j := range hi {
			f.admit(at+j, deep, &rows[i], &cols[j])
		}
		if err := m.spend(f.cols); err != nil {
			return err
		}
	}
	if !f.takeTotals(rows, cols) {
		return Beyond{}
	}
	if c := lineConflict(rows, cols); c != nil {
		return c
	}
	for i := 0; i < f.rows && !deep; i++ {
		f.settleRow(i) // in a deep table others may be below 0: totals limit nothing
	}
	f.start()
	return nil
}

// admit takes a cell over, or takes it out.
func (f *fit) admit(k int, deep bool, row, col *lineSum) {
	x := f.box
	s, lo, hi := f.seed[k], x.lo[k], x.hi[k]
	seeded := s > 0 && s <= maxSeed
	z := Nearest(lo, hi)
	if !deep && seeded && lo < z {
		x.below = true
		lo = z
		x.lo[k] = z
	}
	if !seeded || lo == hi {
		f.seed[k], x.lo[k], x.hi[k] = 0, 0, 0
		if z != 0 {
			x.fixed = append(x.fixed, fixedCell{int32(k), z})
			row.total.Sub(z)
			col.total.Sub(z)
		}
		return
	}
	for _, line := range []*lineSum{row, col} {
		line.least.Add(lo)
		line.below.Add(min(lo, 0))
		line.most.Add(hi)
		line.open = line.open || hi == Unbounded
	}
}

// lineConflict returns the conflict of the row or column that misses its total
// by the most, if one does.
func lineConflict(rows, cols []lineSum) *Conflict {
	var worst Sum
	var found *Conflict
	look := func(d Sum, c Conflict) {
		if d.Cmp(worst) > 0 {
			worst, found = d, &c
		}
	}
	for i := range rows {
		over, under := rows[i].miss()
		look(over, Conflict{Rows: []int{i}, ByColumn: true})
		look(under, Conflict{Rows: []int{i}})
	}
	for j := range cols {
		over, under := cols[j].miss()
		look(over, Conflict{Cols: []int{j}})
		look(under, Conflict{Cols: []int{j}, ByColumn: true})
	}
	return found
}

// miss returns by how much the least that a line can have exceeds its total,
// and by how much the most falls short of it.
func (l *lineSum) miss() (over, under Sum) {
	over, under = l.least, l.total
	over.minus(l.total)
	under.minus(l.most)
	if l.open {
		under = Sum{}
	}
	return over, under
}

// takeTotals makes what the lines' open cells add up to the fit's totals.
func (f *fit) takeTotals(rows, cols []lineSum) bool {
	all, allCols := Sum{}, Sum{}
	f.rowTotals, f.colTotals = make([]int64, f.rows), make([]int64, f.cols)
	ok := true
	for i := range rows {
		n, fits := rows[i].total.Int64()
		f.rowTotals[i] = n
		all.Add(max(n, 0))
		all.minus(rows[i].below) // what flows beyond lower bounds
		ok = ok && fits
	}
	for j := range cols {
		n, fits := cols[j].total.Int64()
		f.colTotals[j] = n
		allCols.Add(max(n, 0))
		allCols.minus(cols[j].below)
		ok = ok && fits
	}
	most := Sum{}
	most.Add(MaxTotal)
	return ok && all.Cmp(most) <= 0 && allCols.Cmp(most) <= 0
}

// settleRow closes the cells of a row for which the totals leave nothing, sees
// whether bounds say more than the totals do, and scales the seed.
func (f *fit) settleRow(i int) {
	x := f.box
	row := f.row(i)
	given := false
	for j, s := range row {
		k := i*f.cols + j
		if s == 0 {
			continue
		}
		most := min(f.rowTotals[i], f.colTotals[j])
		given = given || x.lo[k] > 0 || x.hi[k] < most
		if most == 0 && x.lo[k] == 0 {
			f.fix(k, 0)
		}
	}
	x.bounded[i] = x.bounded[i] && given
	x.tight = x.tight || x.bounded[i]
	f.scale[i] = f.tidy(row)
}

// fix takes an open cell out at an amount.
func (f *fit) fix(k int, value int64) {
	x := f.box
	f.seed[k], x.lo[k], x.hi[k] = 0, 0, 0
	if value != 0 {
		f.rowTotals[k/f.cols] -= value
		f.colTotals[k%f.cols] -= value
		x.fixed = append(x.fixed, fixedCell{int32(k), value})
	}
}

// tight reports whether there are bounds that say more than the totals do.
func (f *fit) tight() bool { return f.box != nil && f.box.tight }

// room returns how far cell k may rise above its lower bound, in units of
// 2^-shift.
func (f *fit) room(k int, shift uint) int64 {
	if f.box == nil {
		return Unbounded
	}
	r := uint64(f.box.hi[k]) - uint64(f.box.lo[k]) // up to 2·9e18
	if f.box.hi[k] == Unbounded || r > uint64(Unbounded)>>shift {
		return Unbounded
	}
	return int64(r << shift)
}

// least returns the sum of a row's lower bounds.
func (f *fit) least(i int) int64 {
	if f.box == nil || !f.box.bounded[i] {
		return 0
	}
	sum := int64(0)
	for _, n := range f.box.lo[i*f.cols : (i+1)*f.cols] {
		sum += n
	}
	return sum
}

// holds returns what the columns' totals leave beyond lower bounds.
func (f *fit) holds() []int64 {
	if f.box == nil {
		return f.colTotals
	}
	out := append([]int64(nil), f.colTotals...)
	for i, bounded := range f.box.bounded {
		if bounded {
			for j := range out {
				out[j] -= f.box.lo[i*f.cols+j]
			}
		}
	}
	return out
}

// restore makes amounts above lower bounds whole amounts, fixed ones included.
func (f *fit) restore(q []int64, shift uint) {
	if f.box == nil {
		return
	}
	for i, bounded := range f.box.bounded {
		if bounded {
			for k := i * f.cols; k < (i+1)*f.cols; k++ {
				q[k] += f.box.lo[k] << shift
			}
		}
	}
	for _, c := range f.box.fixed {
		q[c.at] = c.value << shift
	}
}
