package apportion

import (
	"math"
	"math/bits"
)

const (
	// maxShift is how many binary digits a fitted value has behind the point.
	maxShift = 24

	// cellBits is how many binary digits a fitted value has at most, as long
	// as some of them are behind the point.
	cellBits = 50
)

// quantise brings the fit to multiples of 2^-Shift with exact sums.
func (f *fit) quantise(m *meter, res *Result) error {
	most, err := f.largest(m)
	if err != nil {
		return err
	}
	shift := cellBits
	if most > 0 {
		shift -= exponent(most)
	}
	if !res.Converged {
		// Large amounts will be moved: even their sum must fit a cell.
		total := uint64(0)
		for _, r := range f.rowTotals {
			total += uint64(r)
		}
		shift = min(shift, 62-bits.Len64(total))
	}
	res.Shift = uint(min(max(shift, 0), maxShift))
	res.Fitted = make([]int64, f.rows*f.cols)
	gap, err := f.fill(m, res.Fitted, res.Shift)
	if err != nil {
		return err
	}
	v := &mover{f: f, q: res.Fitted, gap: gap, shift: res.Shift}
	if err := v.direct(m); err != nil {
		return err
	}
	if err := v.close(m); err != nil {
		return err
	}
	f.restore(res.Fitted, res.Shift)
	return nil
}

// largest returns the largest fitted cell.
func (f *fit) largest(m *meter) (float64, error) {
	most := 0.0
	if f.box != nil {
		for _, c := range f.box.fixed {
			most = max(most, math.Abs(float64(c.value)))
		}
	}
	for i, a := range f.a {
		if f.box != nil && f.box.bounded[i] {
			for j, x := range f.row(i) {
				most = max(most, f.box.clampTo(i*f.cols+j, float64(float64(a*x)*f.b[j])))
			}
		} else if a > 0 {
			top := 0.0
			for j, x := range f.row(i) {
				top = max(top, float64(x*f.b[j]))
			}
			most = max(most, float64(a*top))
		}
		if err := m.spend(f.cols); err != nil {
			return 0, err
		}
	}
	return most, nil
}

// fill writes whole units of 2^-shift beyond lower bounds with exact rows. What rounding leaves in
// a column goes into its next cell, so that columns stay near their totals;
// what a row lacks goes to its largest cell. It returns by how much the
// columns exceed their totals. Sums may leave int64; differences don't, and so
// come out right.
func (f *fit) fill(m *meter, q []int64, shift uint) ([]int64, error) {
	rest := make([]float64, f.cols)
	gap := make([]int64, f.cols)
	unit := math.Ldexp(1, int(shift))
	for i, r := range f.rowTotals {
		if r > 0 {
			out := q[i*f.cols : (i+1)*f.cols]
			var lack int64
			if f.box != nil && f.box.bounded[i] {
				lack = (r-f.least(i))<<shift - f.fillWithin(out, rest, i, shift)
			} else {
				lack = r<<shift - f.fillRow(out, rest, i, unit)
			}
			f.settle(out, rest, i, lack, shift)
			for j, x := range out {
				gap[j] += x
			}
		}
		if err := m.spend(f.cols); err != nil {
			return nil, err
		}
	}
	for j, c := range f.holds() {
		gap[j] -= c << shift
	}
	return gap, nil
}

// fillRow rounds the cells of a row, carrying what is left down the columns,
// and returns their sum.
func (f *fit) fillRow(out []int64, rest []float64, i int, unit float64) int64 {
	row, b := f.row(i), f.b
	a := f.a[i]
	b, rest, out = b[:len(row)], rest[:len(row)], out[:len(row)]
	sum := int64(0)
	for j, x := range row {
		y := float64(float64(float64(a*x)*b[j])*unit) + rest[j]
		k := math.Floor(y + 0.5)
		if x == 0 || !(k > 0) {
			k = 0
		}
		k = min(k, 9.2e18)
		if x > 0 {
			rest[j] = y - k
		}
		out[j] = int64(k)
		sum += int64(k)
	}
	return sum
}

// fillWithin is fillRow for cells within bounds.
func (f *fit) fillWithin(out []int64, rest []float64, i int, shift uint) int64 {
	row, x := f.row(i), f.box
	unit := math.Ldexp(1, int(shift))
	sum := int64(0)
	for j, s := range row {
		if s == 0 {
			out[j] = 0
			continue
		}
		k := i*f.cols + j
		above := x.clampTo(k, float64(float64(f.a[i]*s)*f.b[j])) - float64(x.lo[k])
		y := float64(above*unit) + rest[j]
		n := int64(min(max(math.Floor(y+0.5), 0), 9.2e18))
		n = min(n, f.room(k, shift))
		rest[j] = y - float64(n)
		if math.Abs(rest[j]) > 1 {
			rest[j] = 0 // a bound is in the way: the columns' gaps will tell
		}
		out[j] = n
		sum += n
	}
	return sum
}

// settle gives what a row lacks to its largest cell; what it has too much it
// takes there, and where that isn't enough from the others in turn.
func (f *fit) settle(out []int64, rest []float64, i int, lack int64, shift uint) {
	if lack == 0 {
		return
	}
	best := -1
	for j, x := range f.row(i) {
		if x > 0 && (best < 0 || out[j] > out[best]) {
			best = j
		}
	}
	if best < 0 {
		return // no cell at all: the columns' gaps will tell
	}
	for j := best; lack != 0; {
		d := max(lack, -out[j])
		if f.box != nil {
			d = min(d, f.room(i*f.cols+j, shift)-out[j])
		}
		out[j] += d
		rest[j] -= float64(d)
		lack -= d
		if j == best {
			j = -1
		}
		if j++; j == best {
			j++
		}
		if j >= len(out) {
			return
		}
	}
}

// mover moves amounts between cells of a row until columns have their totals.
type mover struct {
	f   *fit
	q   []int64
	gap []int64 // by column: what it has too much

	shift uint

	rowLevel, colLevel []int32
	rowAt, colAt       []int32
	queue              []int32
}

// direct moves what one row can take, each time through the row whose two
// cells are the widest, so that their proportions change least.
func (v *mover) direct(m *meter) error {
	tries := 2 * v.f.cols
	for from, over := range v.gap {
		for to := 0; over > 0 && to < len(v.gap) && tries > 0; to++ {
			d := min(over, -v.gap[to])
			if d <= 0 {
				continue
			}
			tries--
			if err := m.spend(v.f.rows); err != nil {
				return err
			}
			best, width := -1, d-1
			for i := range v.f.rows {
				if w := v.width(i, from, to); w > width {
					best, width = i, w
				}
			}
			if best >= 0 {
				v.q[best*v.f.cols+from] -= d
				v.q[best*v.f.cols+to] += d
				v.gap[to] += d
				over -= d
			}
		}
		v.gap[from] = over
	}
	return nil
}

// width is how much a row can take, and how little that changes it.
func (v *mover) width(i, from, to int) int64 {
	k, l := i*v.f.cols+from, i*v.f.cols+to
	w := min(v.q[k], v.q[l])
	if v.f.box != nil {
		w = min(w, v.f.room(l, v.shift)-v.q[l])
	}
	return w
}

// close moves the rest along shortest alternating paths through the table
// (Dinic's algorithm; the network is the table itself: a row reaches all its
// columns with a seed, a column the rows from which it has something).
func (v *mover) close(m *meter) error {
	if v.closed() {
		return v.whole()
	}
	v.rowLevel, v.rowAt = make([]int32, v.f.rows), make([]int32, v.f.rows)
	v.colLevel, v.colAt = make([]int32, v.f.cols), make([]int32, v.f.cols)
	for !v.closed() {
		found, err := v.search(m)
		if err != nil {
			return err
		}
		if !found {
			return v.f.conflict()
		}
		clear(v.rowAt)
		clear(v.colAt)
		for j := range v.gap {
			for v.gap[j] > 0 && v.push(int32(j)) {
				if err := m.spend(1); err != nil {
					return err
				}
			}
		}
	}
	return v.whole()
}

func (v *mover) closed() bool {
	for _, g := range v.gap {
		if g > 0 {
			return false
		}
	}
	return true
}

// whole returns a conflict if columns lack what no other has too much: then a
// row without any cell has kept it.
func (v *mover) whole() error {
	for _, g := range v.gap {
		if g < 0 {
			return v.f.conflict()
		}
	}
	return nil
}

// search numbers rows and columns by their distance from the columns that have
// too much, and reports whether one that lacks something is in reach.
func (v *mover) search(m *meter) (bool, error) {
	for i := range v.rowLevel {
		v.rowLevel[i] = -1
	}
	queue := v.queue[:0]
	for j, g := range v.gap {
		v.colLevel[j] = -1
		if g > 0 {
			v.colLevel[j] = 0
			queue = append(queue, int32(j))
		}
	}
	c, found := v.f.cols, int32(1<<31-1) // the level of the nearest found
	for head := 0; head < len(queue) && v.colLevel[queue[head]] < found; head++ {
		j := queue[head]
		if err := m.spend(v.f.rows); err != nil {
			return false, err
		}
		for i := range v.rowLevel {
			if v.rowLevel[i] >= 0 || v.q[i*c+int(j)] == 0 {
				continue
			}
			v.rowLevel[i] = v.colLevel[j] + 1
			for k, x := range v.f.row(i) {
				if x > 0 && v.colLevel[k] < 0 && v.roomy(i*c+k) {
					v.colLevel[k] = v.rowLevel[i] + 1
					queue = append(queue, int32(k))
					if v.gap[k] < 0 {
						found = min(found, v.colLevel[k])
					}
				}
			}
		}
	}
	v.queue = queue
	return found < 1<<31-1, nil
}

// roomy reports whether cell k can still rise.
func (v *mover) roomy(k int) bool {
	return v.f.box == nil || v.q[k] < v.f.room(k, v.shift)
}

// push moves what it can along one path from a column that has too much.
func (v *mover) push(source int32) bool {
	c := v.f.cols
	path := v.queue[:0] // column, row, column, row, …
	j := source
	for {
		if v.gap[j] < 0 {
			v.move(append(path, j))
			return true
		}
		i := v.nextRow(j)
		if i < 0 {
			if len(path) == 0 {
				return false
			}
			i, j = path[len(path)-1], path[len(path)-2]
			path = path[:len(path)-2]
			v.rowAt[i]++
		}
		if k := v.nextCol(i, c); k >= 0 {
			path = append(path, j, i)
			j = k
		} else {
			v.colAt[j]++
		}
	}
}

func (v *mover) nextRow(j int32) int32 {
	c := v.f.cols
	for i := v.colAt[j]; int(i) < v.f.rows; i++ {
		if v.rowLevel[i] == v.colLevel[j]+1 && v.q[int(i)*c+int(j)] > 0 {
			v.colAt[j] = i
			return i
		}
	}
	v.colAt[j] = int32(v.f.rows)
	return -1
}

func (v *mover) nextCol(i int32, c int) int32 {
	row := v.f.row(int(i))
	for k := v.rowAt[i]; int(k) < c; k++ {
		if row[k] > 0 && v.colLevel[k] == v.rowLevel[i]+1 && v.roomy(int(i)*c+int(k)) {
			v.rowAt[i] = k
			return k
		}
	}
	v.rowAt[i] = int32(c)
	return -1
}

// move moves the most that the path's columns and cells allow.
func (v *mover) move(path []int32) {
	c := v.f.cols
	last := path[len(path)-1]
	d := min(v.gap[path[0]], -v.gap[last])
	for p := 0; p+2 < len(path); p += 2 {
		row := int(path[p+1]) * c
		d = min(d, v.q[row+int(path[p])])
		if v.f.box != nil {
			up := row + int(path[p+2])
			d = min(d, v.f.room(up, v.shift)-v.q[up])
		}
	}
	for p := 0; p+2 < len(path); p += 2 {
		row := int(path[p+1]) * c
		v.q[row+int(path[p])] -= d
		v.q[row+int(path[p+2])] += d
	}
	v.gap[path[0]] -= d
	v.gap[last] += d
}
