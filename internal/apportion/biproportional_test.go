package apportion

import (
	"context"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// objective returns Π over all steps given of signpost/weight, which a
// divisor method's table minimises (squared for HuntingtonHill).
func objective(p Problem, n []int64, m Method) *big.Rat {
	out := big.NewRat(1, 1)
	for k, x := range n {
		w := new(big.Rat).SetFloat64(p.Seed.(matrix).x[k])
		if w.Sign() == 0 {
			continue // fixed
		}
		if m == HuntingtonHill {
			w.Mul(w, w)
		}
		for i := range x {
			post := new(big.Rat).SetInt(bigSignpost(m, i))
			if post.Sign() == 0 {
				post.SetInt64(1) // owed to everybody
			}
			out.Mul(out, post.Quo(post, w))
		}
	}
	return out
}

// bestOfAll lists all tables, and returns the one with the least objective, of
// several the one whose first cell is largest, and so on; nil if there is none.
func bestOfAll(p Problem, m Method) []int64 {
	b := p.Bounds.(limits)
	var best, now []int64
	var least *big.Rat
	now = make([]int64, p.Rows*p.Cols)
	rows, cols := slices.Clone(p.RowTotals), slices.Clone(p.ColTotals)
	var fill func(k int)
	fill = func(k int) {
		if k == len(now) {
			for _, c := range cols {
				if c != 0 {
					return
				}
			}
			if x := objective(p, now, m); least == nil || x.Cmp(least) < 0 || x.Cmp(least) == 0 && slices.Compare(now, best) > 0 {
				least, best = x, slices.Clone(now)
			}
			return
		}
		i, j := k/p.Cols, k%p.Cols
		lo, hi := b.reach(p, k)
		if m.FirstStep() && hi > lo && lo == 0 && p.RowTotals[i] > 0 && p.ColTotals[j] > 0 {
			lo = 1
		}
		for x := lo; x <= min(hi, rows[i], cols[j]); x++ {
			now[k] = x
			rows[i] -= x
			cols[j] -= x
			if j < p.Cols-1 || rows[i] == 0 {
				fill(k + 1)
			}
			rows[i] += x
			cols[j] += x
		}
		now[k] = 0
	}
	fill(0)
	return best
}

// smallCounts is a table of few units with weights that often tie.
func smallCounts(r *rand.Rand, boxed bool) Problem {
	rows, cols := 1+r.IntN(3), 1+r.IntN(3)
	n := rows * cols
	p := Problem{Rows: rows, Cols: cols, RowTotals: make([]int64, rows), ColTotals: make([]int64, cols)}
	x := make([]float64, n)
	b := limits{cols, make([]int64, n), make([]int64, n)}
	for k := range x {
		x[k] = float64(r.IntN([]int{3, 7, 1000}[r.IntN(3)]))
		v := int64(r.IntN(4))
		if x[k] == 0 && r.IntN(8) > 0 {
			v = 0
		}
		b.hi[k] = Unbounded
		if boxed && v < 9 {
			switch r.IntN(5) {
			case 0:
				b.lo[k], b.hi[k] = v, v
			case 1:
				b.lo[k] = max(v-int64(r.IntN(2)), 0)
			case 2:
				b.hi[k] = v + int64(r.IntN(2))
			}
		}
		p.RowTotals[k/cols] += v
		p.ColTotals[k%cols] += v
	}
	p.Seed, p.Bounds = matrix{cols, x}, b
	return p
}

func TestDivisorAgainstAll(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 3))
	solved, refused := 0, 0
	for n := range 3000 {
		p := smallCounts(r, n%2 == 0)
		m := []Method{Webster, Jefferson, Adams, HuntingtonHill}[n%4]
		want := bestOfAll(p, m)
		q := p
		if n%2 == 1 {
			q.Bounds = nil
		}
		res, err := SolveDivisor(context.Background(), q, m, nil, TableOptions{})
		if want == nil {
			var c *Conflict
			require.ErrorAs(t, err, &c, "%+v", p)
			refused++
			continue
		}
		require.NoError(t, err, "%+v", p)
		require.Equal(t, want, res.Amounts, "%d: %+v", m, p)
		solved++
	}
	require.Greater(t, solved, 1500)
	require.Greater(t, refused, 200)
}

// counts is a table of rows × cols with about perRow units a row.
func counts(rows, cols, perRow int, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float64, rows*cols)
	rt, ct := make([]int64, rows), make([]int64, cols)
	for k := range x {
		x[k] = float64(1 + r.IntN(100000))
	}
	for i := range rows {
		for range perRow {
			rt[i]++
			ct[r.IntN(cols)]++
		}
	}
	return Problem{rows, cols, rt, ct, matrix{cols, x}, nil}
}

// requireDivided checks sums, and that every amount is its rounded quotient.
func requireDivided(t *testing.T, p Problem, m Method, res *Result) {
	t.Helper()
	rows, cols := make([]int64, p.Rows), make([]int64, p.Cols)
	d := &division{method: m}
	for k, n := range res.Amounts {
		rows[k/p.Cols] += n
		cols[k%p.Cols] += n
		q := res.RowFactor[k/p.Cols] * p.Seed.(matrix).x[k] * res.ColFactor[k%p.Cols]
		lo, hi := int64(0), Unbounded
		if p.Bounds != nil {
			lo, hi = p.Bounds.(limits).reach(p, k)
		}
		if n > max(lo, 0) {
			require.Greater(t, q*(1+1e-9), d.post(n-1), "cell %d", k)
		}
		if n < hi && q > 0 {
			require.Less(t, q*(1-1e-9), d.post(n), "cell %d", k)
		}
	}
	require.Equal(t, p.RowTotals, rows)
	require.Equal(t, p.ColTotals, cols)
}

func divide(t *testing.T, p Problem, m Method) *Result {
	t.Helper()
	res, err := SolveDivisor(context.Background(), p, m, nil, TableOptions{})
	require.NoError(t, err)
	return res
}

func TestDivisorLarger(t *testing.T) {
	for _, size := range [][3]int{{1000, 12, 60}, {12, 400, 3000}, {50, 40, 7}, {300, 63, 2}, {30, 30, 100000}} {
		p := counts(size[0], size[1], size[2], 5)
		for _, m := range []Method{Webster, Jefferson} {
			requireDivided(t, p, m, divide(t, p, m))
		}
	}
}

// All seeds alike, and totals that leave half a unit everywhere: every cell is
// tied. The first ones in reading order get the odd steps.
func TestDivisorAllTied(t *testing.T) {
	const rows, cols = 40, 12
	x := make([]float64, rows*cols)
	for k := range x {
		x[k] = 3
	}
	p := Problem{rows, cols, make([]int64, rows), make([]int64, cols), matrix{cols, x}, nil}
	for i := range p.RowTotals {
		p.RowTotals[i] = cols*5 + cols/2
	}
	for j := range p.ColTotals {
		p.ColTotals[j] = rows*5 + rows/2
	}
	res := divide(t, p, Webster)
	requireDivided(t, p, Webster, res)
	for k, n := range res.Amounts {
		want := int64(5)
		if (k/cols < rows/2) == (k%cols < cols/2) {
			want = 6
		}
		require.Equal(t, want, n, "cell %d", k)
	}
}

// Locking cells at what they have changes nothing.
func TestDivisorLocks(t *testing.T) {
	r := rand.New(rand.NewPCG(33, 3))
	tried := 0
	for n := range 600 {
		p := smallCounts(r, true)
		m := []Method{Webster, Jefferson, HuntingtonHill}[n%3]
		res, err := SolveDivisor(context.Background(), p, m, nil, TableOptions{})
		if err != nil {
			continue // none exists
		}
		tried++
		b := p.Bounds.(limits)
		q := p
		c := limits{b.cols, slices.Clone(b.lo), slices.Clone(b.hi)}
		for k := range c.lo {
			if r.IntN(3) == 0 {
				c.lo[k], c.hi[k] = res.Amounts[k], res.Amounts[k]
			}
		}
		q.Bounds = c
		require.Equal(t, res.Amounts, divide(t, q, m).Amounts)
	}
	require.Greater(t, tried, 200)
	p := counts(60, 12, 40, 9)
	res := divide(t, p, Webster)
	c := limits{p.Cols, make([]int64, len(res.Amounts)), make([]int64, len(res.Amounts))}
	for k := range c.hi {
		c.hi[k] = Unbounded
		if k%5 == 0 {
			c.lo[k], c.hi[k] = res.Amounts[k], res.Amounts[k]
		}
	}
	p.Bounds = c
	require.Equal(t, res.Amounts, divide(t, p, Webster).Amounts)
}

func TestDivisorLimits(t *testing.T) {
	p := Problem{1, 1, []int64{MaxCount + 1}, []int64{MaxCount + 1}, matrix{1, []float64{1}}, nil}
	_, err := SolveDivisor(context.Background(), p, Webster, nil, TableOptions{})
	require.ErrorIs(t, err, Beyond{})
	p.RowTotals, p.ColTotals = []int64{MaxCount}, []int64{MaxCount}
	require.Equal(t, []int64{MaxCount}, divide(t, p, Jefferson).Amounts)
	empty := Problem{0, 0, nil, nil, matrix{0, nil}, nil}
	require.Empty(t, divide(t, empty, Webster).Amounts)

	r := rand.New(rand.NewPCG(3, 1))
	for range 60 { // seeds far apart
		p := smallCounts(r, false)
		for k := range p.Seed.(matrix).x {
			for range r.IntN(200) {
				p.Seed.(matrix).x[k] /= 2
			}
		}
		require.Equal(t, bestOfAll(p, Webster), divide(t, p, Webster).Amounts)
	}
}

func TestDivisorCancelAndProgress(t *testing.T) {
	p := counts(2000, 30, 20, 2)
	last, all := int64(0), int64(0)
	_, err := SolveDivisor(context.Background(), p, Webster, nil, TableOptions{Progress: func(done, total int64) {
		require.Greater(t, done, last)
		last, all = done, total
	}})
	require.NoError(t, err)
	require.Equal(t, all, last)
	ctx, cancel := context.WithCancel(context.Background())
	_, err = SolveDivisor(ctx, p, Webster, nil, TableOptions{Progress: func(int64, int64) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzDivisor(f *testing.F) {
	f.Add(uint64(1), false, uint8(0))
	f.Add(uint64(2), true, uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, boxed bool, method uint8) {
		p := smallCounts(rand.New(rand.NewPCG(seed, 4)), boxed)
		m := Webster + Method(method%4)
		want := bestOfAll(p, m)
		res, err := SolveDivisor(context.Background(), p, m, nil, TableOptions{})
		if want == nil {
			var c *Conflict
			require.ErrorAs(t, err, &c)
			return
		}
		require.NoError(t, err)
		require.Equal(t, want, res.Amounts)
	})
}

func BenchmarkDivisor(b *testing.B) {
	for _, s := range []struct {
		name string
		p    Problem
	}{{"1000x12", counts(1000, 12, 60, 7)}, {"10000x63", counts(10000, 63, 60, 7)}} {
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := SolveDivisor(context.Background(), s.p, Webster, nil, TableOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// bigWeights are weights that float64 doesn't hold.
type bigWeights [][]string

func (w bigWeights) Weight(i, j int) *big.Rat {
	x, _ := new(big.Rat).SetString(w[i][j])
	return x
}

func (w bigWeights) Row(i int, dst []float64) {
	for j := range dst {
		dst[j], _ = w.Weight(i, j).Float64()
	}
}

// Which diagonal gets the units is decided in the 30th digit; and where that
// is equal, by the order of reading.
func TestDivisorExact(t *testing.T) {
	for _, c := range []struct {
		w    bigWeights
		want []int64
	}{
		{bigWeights{{"1000000000000000000000000000001", "1000000000000000000000000000000"}, {"1", "1"}}, []int64{1, 0, 0, 1}},
		{bigWeights{{"1000000000000000000000000000000", "1000000000000000000000000000001"}, {"1", "1"}}, []int64{0, 1, 1, 0}},
		{bigWeights{{"1000000000000000000000000000001", "1000000000000000000000000000001"}, {"1", "1"}}, []int64{1, 0, 0, 1}},
	} {
		p := Problem{2, 2, []int64{1, 1}, []int64{1, 1}, c.w, nil}
		for m := Webster; m <= Jefferson; m++ {
			if m.FirstStep() {
				continue // two units for four cells
			}
			res, err := SolveDivisor(context.Background(), p, m, c.w, TableOptions{})
			require.NoError(t, err)
			require.Equal(t, c.want, res.Amounts)
		}
	}
}
