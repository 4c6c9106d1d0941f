package apportion

import "math"

// newton holds the vectors of a Newton step, one value a column.
type newton struct {
	delta, res, dir, hess, z, old []float64
}

const (
	stepPasses = 24   // passes over the table that one Newton step may take
	stepGain   = 1e-4 // how far it brings the square of its remaining error
	slow       = 0.2  // plain rounds that leave more than this are slow
)

// newtonRounds goes on from where plain scaling was slow. The logarithms of
// the column factors minimise a convex function, Σ Rᵢ·log(Σ sᵢⱼ·bⱼ) − Σ Cⱼ·log bⱼ,
// whose gradient is the columns' distance from their totals; Newton's equation
// for it is solved by conjugate gradients, which takes one pass over the table
// for each group of near eigenvalues and so isn't held up by a few nearly
// separate blocks, as scaling is. A step that leads away is halved.
func (f *fit) newtonRounds(m *meter) (bool, error) {
	n := f.cols
	buf := make([]float64, 6*n)
	f.step = newton{buf[:n], buf[n : 2*n], buf[2*n : 3*n], buf[3*n : 4*n], buf[4*n : 5*n], buf[5*n:]}
	if err := f.pass(m); err != nil {
		return false, err
	}
	ok, gap := f.distance()
	for !ok && f.rounds < maxRounds {
		before := gap
		f.scaleColumns()
		if err := f.pass(m); err != nil {
			return false, err
		}
		if ok, gap = f.distance(); ok || gap < slow*before {
			continue
		}
		if err := f.newtonStep(m); err != nil {
			return false, err
		}
		var err error
		if ok, gap, err = f.advance(m, gap); err != nil {
			return false, err
		}
	}
	return ok, nil
}

// advance takes the step in delta, or a part of it that leads nearer.
func (f *fit) advance(m *meter, gap float64) (bool, float64, error) {
	s := &f.step
	copy(s.old, f.b)
	for try := 0; ; try++ {
		for j, d := range s.delta {
			f.b[j] = float64(s.old[j] * growth(d))
		}
		if try == 4 {
			copy(f.b, s.old)
		}
		f.normalise()
		if err := f.pass(m); err != nil {
			return false, 0, err
		}
		ok, now := f.distance()
		if ok || now < gap || try == 4 {
			return ok, now, nil
		}
		for j := range s.delta {
			s.delta[j] /= 4
		}
	}
}

// growth is about e^d, and positive: math.Exp differs between machines.
func growth(d float64) float64 {
	d = min(max(d, -16), 16)
	half := float64(0.5 * float64(d*d))
	if d < 0 {
		return 1 / (1 - d + half)
	}
	return 1 + d + half
}

// newtonStep solves H·delta = totals − columns by conjugate gradients, with
// the columns' sums as preconditioner.
func (f *fit) newtonStep(m *meter) error {
	s := &f.step
	clear(s.delta)
	rz := 0.0
	for j := range f.b {
		have := f.free(j)
		s.res[j] = float64(f.colTotals[j]) - have - f.heldIn(j)
		s.dir[j] = over(s.res[j], have)
		rz += float64(s.res[j] * s.dir[j])
	}
	for first, k := rz, 0; k < stepPasses && rz > float64(first*stepGain); k++ {
		if err := f.curve(m); err != nil {
			return err
		}
		bend := 0.0
		for j, p := range s.dir {
			bend += float64(p * s.hess[j])
		}
		if !(bend > 0) {
			return nil
		}
		alpha, was := rz/bend, rz
		if math.IsInf(alpha, 0) {
			return nil
		}
		rz = 0
		for j := range s.delta {
			s.delta[j] += float64(alpha * s.dir[j])
			s.res[j] -= float64(alpha * s.hess[j])
			s.z[j] = over(s.res[j], f.free(j))
			rz += float64(s.res[j] * s.z[j])
		}
		beta := rz / was
		for j := range s.dir {
			s.dir[j] = s.z[j] + float64(beta*s.dir[j])
		}
	}
	return nil
}

func over(x, y float64) float64 {
	if y > 0 {
		return x / y
	}
	return 0
}

// curve computes hess = H·dir: in each row, every cell times what its column's
// dir differs from the row's mean dir. Taken as differences, because near a
// singular H little else is left of them.
func (f *fit) curve(m *meter) error {
	f.rounds++
	s := &f.step
	weighted := s.z
	for j, b := range f.b {
		weighted[j] = float64(b * s.dir[j])
	}
	clear(s.hess)
	for i, a := range f.a {
		if a > 0 && f.box != nil && f.box.bounded[i] {
			f.curveWithin(i, weighted)
		} else if a > 0 {
			row := f.row(i)
			mean := dot(row, weighted) * a / float64(f.rowTotals[i])
			for j, x := range row {
				s.hess[j] += float64(float64(a*x) * (s.dir[j] - mean))
			}
		}
		if err := m.spend(f.cols); err != nil {
			return err
		}
	}
	for j, b := range f.b {
		s.hess[j] *= b
	}
	return nil
}

// curveWithin adds a row whose cells have bounds: those that stand at one don't
// move.
func (f *fit) curveWithin(i int, weighted []float64) {
	s, x, a := &f.step, f.box, f.a[i]
	row, at := f.row(i), i*f.cols
	free := x.weights
	mean, sum := 0.0, 0.0
	for j, v := range row {
		free[j] = 0
		y := float64(a * float64(v*f.b[j]))
		if y > float64(x.lo[at+j]) && y < float64(x.hi[at+j]) {
			free[j] = float64(a * v)
			mean += float64(free[j] * weighted[j])
			sum += y
		}
	}
	if !(sum > 0) {
		return
	}
	mean /= sum
	for j, v := range free {
		s.hess[j] += float64(v * (s.dir[j] - mean))
	}
}

// full reports whether every cell of a row and column with a total has a seed.
func (f *fit) full() bool {
	for i, r := range f.rowTotals {
		if r == 0 {
			continue
		}
		for j, x := range f.row(i) {
			if x == 0 && f.colTotals[j] > 0 {
				return false
			}
		}
	}
	return true
}
