package apportion

import "math"

const (
	// levelTries bounds the search for a row's factor.
	levelTries = 80

	// maxFactor bounds a row's factor; times a seed and a column factor, both
	// below 1, it is still a number.
	maxFactor = 0x1p900
)

// passWithin is pass for cells within bounds: every row is filled to its total
// like connected vessels, cell j holding clamp(a·seed·b, lo, hi), which is the
// nearest row with that total and these bounds in the sense of Kullback and
// Leibler.
func (f *fit) passWithin(m *meter) error {
	f.rounds++
	x := f.box
	clear(f.sum)
	clear(x.held)
	x.short = false
	for i := range f.rows {
		if x.bounded[i] {
			f.levelRow(i)
		} else {
			f.scaleRow(i)
		}
		if err := m.spend(f.cols); err != nil {
			return err
		}
	}
	return nil
}

// levelRow fills a row to its total and adds it to the columns.
func (f *fit) levelRow(i int) {
	x, at := f.box, i*f.cols
	row, b := f.row(i), f.b
	w := x.weights[:len(row)]
	b = b[:len(row)]
	for j, s := range row {
		w[j] = float64(s * b[j])
	}
	lo, hi := x.lo[at:at+len(row)], x.hi[at:at+len(row)]
	a, ok := 0.0, true
	if f.rowTotals[i] != 0 {
		a, ok = level(w, lo, hi, float64(f.rowTotals[i]), f.a[i])
	}
	x.short = x.short || !ok
	f.a[i] = a
	sum, held := f.sum[:len(row)], x.held[:len(row)]
	for j, v := range w {
		v = float64(a * v)
		if l := float64(lo[j]); v <= l {
			held[j] += l
		} else if h := float64(hi[j]); v >= h {
			held[j] += h
		} else {
			sum[j] += float64(a * row[j])
		}
	}
}

// level returns the factor a for which clamp(a·w, lo, hi) add up to total, and
// whether there is one. Starting at a, it goes along the line on which the
// cells that are now between their bounds are; what leads out of the interval
// in which the factor is known to be is halved instead.
func level(w []float64, lo, hi []int64, total, a float64) (float64, bool) {
	near := 0x1p-28 + float64(total*0x1p-49)
	low, high := 0.0, maxFactor
	if !(a > 0) {
		sum := 0.0
		for _, v := range w {
			sum += v
		}
		a = total / sum
	}
	if !(a > 0 && a < maxFactor) {
		a = 1
	}
	for range levelTries {
		free, held := vessels(w, lo, hi, a)
		d := total - held - float64(a*free)
		if math.Abs(d) <= near {
			return a, true
		}
		up := d > 0
		if up {
			low = a
		} else {
			high = a
		}
		next := (total - held) / free
		if free == 0 {
			next = nextLevel(w, lo, hi, a, d)
		}
		if !(next > low && next < high) {
			if next = (low + high) / 2; high == maxFactor {
				next = max(float64(4*low), 1)
			} else if float64(16*low) < high {
				next = high / 8
			}
			if next <= low || next >= high {
				return a, false
			}
		}
		a = next
	}
	return a, false
}

// vessels returns the sum of the weights of the cells that a brings between
// their bounds, and the sum of the others' bounds.
func vessels(w []float64, lo, hi []int64, a float64) (free, held float64) {
	lo, hi = lo[:len(w)], hi[:len(w)]
	for j, v := range w {
		y := float64(a * v)
		if l := float64(lo[j]); y <= l {
			held += l
		} else if h := float64(hi[j]); y >= h {
			held += h
		} else {
			free += v
		}
	}
	return free, held
}

// nextLevel returns the factor for a row in which all cells are at a bound and
// d is missing (less than 0: too much): that of the cell that is first to leave
// its bound, and beyond by what it would need alone.
func nextLevel(w []float64, lo, hi []int64, a, d float64) float64 {
	next, weight := math.NaN(), 0.0
	for j, v := range w {
		if v == 0 {
			continue
		}
		l, h := float64(lo[j]), float64(hi[j])
		y := float64(a * v)
		if d > 0 && y <= l && l < h && !(l/v >= next) {
			next, weight = l/v, v
		}
		if d < 0 && y >= h && l < h && !(h/v <= next) {
			next, weight = h/v, v
		}
	}
	return next + d/weight
}

// clampTo returns v within the bounds of cell k.
func (x *box) clampTo(k int, v float64) float64 {
	if l := float64(x.lo[k]); v <= l {
		return l
	}
	return min(v, float64(x.hi[k]))
}

// levelColumns brings the columns nearer to their totals: what the cells
// between their bounds have to carry scales them; where that says nothing, the
// factor is doubled or halved.
func (f *fit) levelColumns() {
	for j, s := range f.sum {
		want := float64(f.colTotals[j])
		held := f.box.held[j]
		if held == 0 {
			if s > 0 {
				f.b[j] = want / s
			}
			continue
		}
		free := float64(f.b[j] * s)
		d := want - held - free
		if math.Abs(d) <= nearTotal(want) {
			continue
		}
		by := (want - held) / free
		switch {
		case free > 0 && by > 0:
			by = min(max(by, 1.0/16), 16)
		case d > 0:
			by = 2
		default:
			by = 0.5
		}
		f.b[j] = float64(f.b[j] * by)
	}
	f.normalise()
}
