package apportion

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// limits are bounds that are there already.
type limits struct {
	cols   int
	lo, hi []int64
}

func (b limits) Bounds(i int, lo, hi []int64) bool {
	copy(lo, b.lo[i*b.cols:])
	copy(hi, b.hi[i*b.cols:])
	return true
}

// reach returns the bounds of a cell as they count: one without a seed stays
// at the amount nearest 0.
func (b limits) reach(p Problem, k int) (lo, hi int64) {
	if p.Seed.(matrix).x[k] > 0 {
		return b.lo[k], b.hi[k]
	}
	z := Nearest(b.lo[k], b.hi[k])
	return z, z
}

// lacking returns by how much a bounded table is infeasible: what a
// circulation with lower bounds lacks, by the slow flow on a matrix.
func lacking(p Problem) int64 {
	b := p.Bounds.(limits)
	n := p.Rows + p.Cols
	s, t := n, n+1
	c := make([][]int64, n+2)
	for v := range c {
		c[v] = make([]int64, n+2)
	}
	over := make([]int64, n)
	for i, r := range p.RowTotals {
		over[i] += r
	}
	for j, x := range p.ColTotals {
		over[p.Rows+j] -= x
	}
	for k := range b.lo {
		lo, hi := b.reach(p, k)
		i, j := k/p.Cols, p.Rows+k%p.Cols
		over[i] -= lo
		over[j] += lo
		c[i][j] = min(hi-lo, 1<<60)
		if hi == Unbounded {
			c[i][j] = 1 << 60
		}
	}
	want := int64(0)
	for v, d := range over {
		if d > 0 {
			c[s][v] = d
			want += d
		} else {
			c[v][t] = -d
		}
	}
	return want - slowFlow(c, s, t)
}

// boxedTable has bounds around a random whole table, so that a table within
// them exists, or, if wild, anywhere.
func boxedTable(r *rand.Rand, rows, cols int, most int64, wild, signed bool) Problem {
	n := rows * cols
	p := Problem{Rows: rows, Cols: cols, RowTotals: make([]int64, rows), ColTotals: make([]int64, cols)}
	x, b := make([]float64, n), limits{cols, make([]int64, n), make([]int64, n)}
	for k := range x {
		v := r.Int64N(most + 1)
		if r.IntN(3) == 0 {
			v = 0
		}
		if signed && r.IntN(3) == 0 {
			v = -v
		}
		b.lo[k], b.hi[k] = min(0, v), Unbounded
		spread := r.Int64N(most/2 + 2)
		at := v
		if wild && r.IntN(4) == 0 {
			at = r.Int64N(most + 1)
			b.lo[k], b.hi[k] = min(0, at), Unbounded
		}
		switch r.IntN(6) {
		case 0:
			b.lo[k], b.hi[k] = at, at
		case 1:
			b.lo[k] = max(at-spread, b.lo[k])
		case 2:
			b.hi[k] = at + spread
		case 3:
			b.lo[k], b.hi[k] = max(at-spread, b.lo[k]), at+r.Int64N(most/2+2)
		}
		if r.IntN(5) > 0 || !wild && Nearest(b.lo[k], b.hi[k]) != v {
			x[k] = math.Ldexp(0.5+r.Float64(), r.IntN(9)-4)
		}
		p.RowTotals[k/cols] += v
		p.ColTotals[k%cols] += v
	}
	if wild && r.IntN(3) == 0 && !signed {
		i, j := r.IntN(rows), r.IntN(rows)
		d := min(p.RowTotals[i], 1+r.Int64N(most/3+1))
		p.RowTotals[i] -= d
		p.RowTotals[j] += d
	}
	p.Seed, p.Bounds = matrix{cols, x}, b
	return p
}

// requireBoxed checks sums, bounds, and that amounts are floor or ceiling.
func requireBoxed(t *testing.T, p Problem, res *Result) {
	t.Helper()
	b := p.Bounds.(limits)
	rows, cols := make([]int64, p.Rows), make([]int64, p.Cols)
	qr, qc := make([]int64, p.Rows), make([]int64, p.Cols)
	for k, a := range res.Amounts {
		lo, hi := b.reach(p, k)
		q := res.Fitted[k]
		if a < lo || a > hi {
			require.Fail(t, "out of bounds", "cell %d: %d not in %d..%d", k, a, lo, hi)
		}
		if low := q >> res.Shift; a != low && (a != low+1 || low<<res.Shift == q) {
			require.Fail(t, "neither floor nor ceiling", "cell %d: %d for %d", k, a, q)
		}
		rows[k/p.Cols] += a
		cols[k%p.Cols] += a
		qr[k/p.Cols] += q
		qc[k%p.Cols] += q
	}
	require.Equal(t, p.RowTotals, rows)
	require.Equal(t, p.ColTotals, cols)
	for i, r := range p.RowTotals {
		require.Equal(t, r<<res.Shift, qr[i])
	}
	for j, c := range p.ColTotals {
		require.Equal(t, c<<res.Shift, qc[j])
	}
}

// requireBoxedFit checks that fitted values are seed times factors within
// bounds.
func requireBoxedFit(t *testing.T, p Problem, res *Result) {
	t.Helper()
	b, x := p.Bounds.(limits), p.Seed.(matrix).x
	unit := math.Ldexp(1, -int(res.Shift))
	for k, q := range res.Fitted {
		lo, hi := b.reach(p, k)
		got := float64(q) * unit
		if res.Forced > 0 && (q == lo<<res.Shift || q == hi<<res.Shift || q == 0) {
			continue
		}
		v := res.RowFactor[k/p.Cols] * x[k] * res.ColFactor[k%p.Cols]
		want := min(max(v, float64(lo), math.Min(0, float64(hi))), float64(hi))
		slack := float64(6*(p.Rows+p.Cols))*unit + 1e-11*math.Abs(float64(p.RowTotals[k/p.Cols])) + 1e-11*math.Abs(want)
		if !(math.Abs(got-want) <= slack) {
			require.Fail(t, "not the fitted value", "cell %d: %v for %v: %+v %+v", k, got, want, p, res)
		}
	}
}

// Whatever an independent flow finds feasible is solved; whatever it doesn't
// is refused, with the amount that the flow lacks.
func TestBoxedAgainstFlow(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 5))
	solved, refused, slow, forced := 0, 0, 0, 0
	for n := range 6000 {
		wild, signed := n%2 == 1, n%5 == 4
		p := boxedTable(r, 1+r.IntN(7), 1+r.IntN(7), []int64{2, 9, 1000, 1e9}[n%4], wild, signed)
		short := lacking(p)
		res, err := SolveTable(context.Background(), p, TableOptions{})
		if short == 0 {
			require.NoError(t, err, "%d: %+v", n, p)
			requireBoxed(t, p, res)
			if res.Converged && !signed {
				requireBoxedFit(t, p, res)
			} else if !res.Converged {
				slow++
			}
			if res.Forced > 0 {
				forced++
			}
			solved++
			continue
		}
		refused++
		var c *Conflict
		require.ErrorAs(t, err, &c, "%d", n)
		require.Equal(t, short, c.Amount, "%d: %+v %+v", n, p, c)
		requireConflict(t, p, c)
	}
	require.Greater(t, solved, 3000)
	require.Greater(t, refused, 500)
	require.Greater(t, forced, 300)
	require.Less(t, slow, 100)
	t.Log("solved", solved, "refused", refused, "forced", forced, "not converged", slow)
}

// requireConflict recomputes what a conflict says, and checks that it is one
// and that none of its lines can be left out.
func requireConflict(t *testing.T, p Problem, c *Conflict) {
	t.Helper()
	rows, cols := make([]bool, p.Rows), make([]bool, p.Cols)
	for _, i := range c.Rows {
		rows[i] = true
	}
	for _, j := range c.Cols {
		cols[j] = true
	}
	need, taken, have, elsewhere := block(p, rows, cols, c.ByColumn)
	require.Equal(t, []int64{need, taken, have, elsewhere}, []int64{c.Need, c.Taken, c.Have, c.Elsewhere}, "%+v", c)
	require.Equal(t, need+taken-have-elsewhere, c.Short())
	require.Positive(t, c.Short(), "%+v %+v", p, c)
	for _, i := range c.Rows {
		rows[i] = false
		need, taken, have, elsewhere := block(p, rows, cols, c.ByColumn)
		if !c.ByColumn {
			require.LessOrEqual(t, need+taken, have+elsewhere, "row %d can be left out of %+v", i, c)
		}
		rows[i] = true
	}
}

func block(p Problem, rows, cols []bool, byColumn bool) (need, taken, have, elsewhere int64) {
	b := p.Bounds.(limits)
	for i, in := range rows {
		if in {
			need += p.RowTotals[i]
		}
	}
	for j, in := range cols {
		if in {
			have += p.ColTotals[j]
		}
	}
	if byColumn {
		need, have = have, need
	}
	for k := range b.lo {
		lo, hi := b.reach(p, k)
		r, c := rows[k/p.Cols], cols[k%p.Cols]
		if byColumn {
			r, c = c, r
		}
		switch {
		case r && !c && hi == Unbounded:
			elsewhere += 1 << 60
		case r && !c:
			elsewhere += hi
		case !r && c:
			taken += lo
		}
	}
	return need, taken, have, elsewhere
}

// Locking every cell at what it has changes nothing.
func TestBoxedLockAll(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 5))
	for n := range 300 {
		p := boxedTable(r, 1+r.IntN(8), 1+r.IntN(8), 50, false, n%3 == 0)
		res := solve(t, p)
		x := make([]float64, p.Rows*p.Cols)
		for k := range x {
			x[k] = 1
		}
		q := p
		q.Bounds, q.Seed = limits{p.Cols, res.Amounts, res.Amounts}, matrix{p.Cols, x}
		require.Equal(t, res.Amounts, solve(t, q).Amounts)
	}
}

// Bounds that don't bind give the same table as none.
func TestBoxedLoose(t *testing.T) {
	r := rand.New(rand.NewPCG(24, 5))
	for n := range 300 {
		p := scattered(r, 1+r.IntN(10), 1+r.IntN(10), []float64{3, 100, 1e9}[n%3], 0.3)
		want := solve(t, p)
		lo, hi := make([]int64, p.Rows*p.Cols), make([]int64, p.Rows*p.Cols)
		for k := range hi {
			hi[k] = Unbounded
		}
		p.Bounds = limits{p.Cols, lo, hi}
		got := solve(t, p)
		require.Equal(t, want.Amounts, got.Amounts)
		for k := range hi {
			hi[k] = int64(9e18)
		}
		require.Equal(t, want.Amounts, solve(t, p).Amounts)
	}
}

// A hand-made case: 100 by equal seeds over 2 × 2, one cell at most 20.
func TestBoxedByHand(t *testing.T) {
	p := Problem{2, 2, []int64{50, 50}, []int64{50, 50}, matrix{2, []float64{1, 1, 1, 1}},
		limits{2, []int64{0, 0, 0, 0}, []int64{20, Unbounded, Unbounded, Unbounded}}}
	require.Equal(t, []int64{20, 30, 30, 20}, solve(t, p).Amounts)

	// Locks leave a negative rest, which only a cell that may be below 0 takes.
	p.Bounds = limits{2, []int64{60, -20, 0, 0}, []int64{60, Unbounded, Unbounded, Unbounded}}
	_, err := SolveTable(context.Background(), p, TableOptions{})
	var c *Conflict
	require.ErrorAs(t, err, &c)
	require.Equal(t, int64(10), c.Amount)
	p.Bounds = limits{2, []int64{60, -20, -30, 0}, []int64{60, Unbounded, Unbounded, Unbounded}}
	require.Equal(t, []int64{60, -10, -10, 60}, solve(t, p).Amounts)

	// A row's minimums are more than its total.
	p.Bounds = limits{2, []int64{30, 30, 0, 0}, []int64{Unbounded, Unbounded, Unbounded, Unbounded}}
	_, err = SolveTable(context.Background(), p, TableOptions{})
	require.ErrorAs(t, err, &c)
	require.Equal(t, &Conflict{Rows: []int{0}, ByColumn: true, Have: 50, Taken: 60, Floors: []int{0, 1}, Amount: 10}, c)

	// Locks beyond what fits int64.
	const all = int64(9e18)
	p.RowTotals, p.ColTotals = []int64{all, 0}, []int64{all, 0}
	p.Bounds = limits{2, []int64{0, 0, -all, 0}, []int64{all, all, -all, all}}
	_, err = SolveTable(context.Background(), p, TableOptions{})
	require.ErrorIs(t, err, Beyond{})
}

// The founder alone, with bounds: forced cells are found as without.
func TestBoxedFounder(t *testing.T) {
	for _, q := range []int64{25, 1e6, 1e12} {
		p := Problem{2, 4, []int64{q, 3 * q}, []int64{q, q, q, q}, matrix{4, []float64{1, 1, 1, 1, 0, 1, 1, 1}},
			limits{4, []int64{0, 0, 0, 0, 0, 1, 0, 0}, []int64{q, q, q, q, q, q + 5, q, q}}}
		res := solve(t, p)
		require.True(t, res.Converged)
		require.Equal(t, []int64{q, 0, 0, 0, 0, q, q, q}, res.Amounts)
	}
}

// bounded puts bounds on a table of people: floors and caps around what the
// cells would have, and locks.
func bounded(p Problem, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 9))
	res, err := SolveTable(context.Background(), p, TableOptions{})
	if err != nil {
		panic(err)
	}
	b := limits{p.Cols, make([]int64, len(res.Amounts)), make([]int64, len(res.Amounts))}
	for k, n := range res.Amounts {
		b.hi[k] = Unbounded
		switch r.IntN(10) {
		case 0:
			b.lo[k], b.hi[k] = n, n // a lock
		case 1:
			b.lo[k] = max(0, n-1+r.Int64N(2))
		case 2:
			b.hi[k] = n + r.Int64N(2)
		}
	}
	p.Bounds = b
	return p
}

func TestBoxedPeople(t *testing.T) {
	for _, size := range [][2]int{{100, 63}, {1000, 12}} {
		p := bounded(people(size[0], size[1], 7), 1)
		res := solve(t, p)
		requireBoxed(t, p, res)
		require.True(t, res.Converged)
		requireBoxedFit(t, p, res)
		t.Log(size, res.Rounds, res.Forced)
	}
}

func FuzzBoxed(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint8(4), uint8(20), true, false)
	f.Add(uint64(99), uint8(1), uint8(9), uint8(40), false, true)
	f.Fuzz(func(t *testing.T, seed uint64, rows, cols, bits uint8, wild, signed bool) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := boxedTable(r, 1+int(rows%8), 1+int(cols%8), int64(1)<<(bits%40), wild, signed)
		short := lacking(p)
		res, err := SolveTable(context.Background(), p, TableOptions{})
		if short == 0 {
			require.NoError(t, err)
			requireBoxed(t, p, res)
			return
		}
		var c *Conflict
		require.ErrorAs(t, err, &c)
		require.Equal(t, short, c.Amount)
		requireConflict(t, p, c)
	})
}

func BenchmarkBoxed(b *testing.B) {
	for _, size := range [][2]int{{1000, 12}, {10000, 63}} {
		free := people(size[0], size[1], 7)
		for _, c := range []struct {
			name string
			p    Problem
		}{{"free", free}, {"bounded", bounded(free, 1)}} {
			b.Run(c.name, func(b *testing.B) {
				for b.Loop() {
					if _, err := SolveTable(context.Background(), c.p, TableOptions{}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size[0]*size[1]), "ns/cell")
			})
		}
	}
}

func TestBoxedDeterministic(t *testing.T) {
	p := bounded(people(60, 20, 9), 3)
	q := counts(60, 12, 30, 4)
	first, second := solve(t, p), divide(t, q, Webster)
	was := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(was)
	for n := range 40 {
		if n == 20 {
			runtime.GOMAXPROCS(8)
		}
		require.Equal(t, first, solve(t, p))
		require.Equal(t, second, divide(t, q, Webster))
	}
}

// Progress stays within the whole, even where the problem is taken up twice.
func TestBoxedProgress(t *testing.T) {
	const rows, cols = 2000, 60
	p := people(rows, cols, 3)
	b := limits{cols, make([]int64, rows*cols), make([]int64, rows*cols)}
	for k := range b.hi {
		b.hi[k] = Unbounded
	}
	b.lo[0], b.hi[0] = p.RowTotals[0]+2, p.RowTotals[0]+2 // leaves less than 0
	b.lo[1] = -2
	p.ColTotals[0], p.ColTotals[1] = p.ColTotals[0]+2, p.ColTotals[1]-2
	for j := 2; j < cols; j++ {
		b.hi[j] = 0
	}
	p.Bounds = b
	last, all := int64(0), int64(0)
	res, err := SolveTable(context.Background(), p, TableOptions{Progress: func(done, total int64) {
		require.Greater(t, done, last)
		require.LessOrEqual(t, done, total)
		last, all = done, total
	}})
	require.NoError(t, err)
	requireBoxed(t, p, res)
	require.Equal(t, int64(-2), res.Amounts[1])
	require.Equal(t, all, last)
}

// The shapes on which plain scaling is slow, with bounds on top.
func TestBoxedHard(t *testing.T) {
	for kind, h := range hardTables {
		for _, size := range [][2]int{{8, 6}, {300, 12}, {60, 90}} {
			p := bounded(hardTable(kind, size[0], size[1]), uint64(kind))
			res := solve(t, p)
			requireBoxed(t, p, res)
			require.True(t, res.Converged, "%s %v: %d rounds", h.name, size, res.Rounds)
			requireBoxedFit(t, p, res)
		}
	}
}
