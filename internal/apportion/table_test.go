package apportion

import (
	"context"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// matrix is a seed that is there already.
type matrix struct {
	cols int
	x    []float64
}

func (s matrix) Row(i int, dst []float64) { copy(dst, s.x[i*s.cols:]) }

// people is a table of units with a season, a quarter of whom come during the
// year, and the margins of a whole table that is near.
func people(rows, cols int, seed uint64) Problem {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float64, rows*cols)
	season := make([]float64, cols)
	for j := range season {
		season[j] = 0.5 + r.Float64()
	}
	rt, ct := make([]int64, rows), make([]int64, cols)
	for i := range rows {
		from := 0
		if i%4 == 3 {
			from = r.IntN(cols)
		}
		sum := 0.0
		for j := from; j < cols; j++ {
			x[i*cols+j] = season[j] * (0.8 + 0.4*r.Float64())
			sum += x[i*cols+j]
		}
		year := 10 + 60*r.Float64()
		for j := from; j < cols; j++ {
			n := int64(math.Floor(year*x[i*cols+j]/sum + r.Float64()))
			rt[i] += n
			ct[j] += n
		}
	}
	return Problem{rows, cols, rt, ct, matrix{cols, x}, nil}
}

// scattered is a table with the margins of a random whole table of cells up to
// about most, where a share of the cells is left empty; the seed is positive
// wherever that table is and in some cells where it is not, so that some are
// forced to 0.
func scattered(r *rand.Rand, rows, cols int, most float64, empty float64) Problem {
	x := make([]float64, rows*cols)
	rt, ct := make([]int64, rows), make([]int64, cols)
	for k := range x {
		if r.Float64() < empty {
			if r.IntN(4) == 0 {
				x[k] = math.Ldexp(0.5+r.Float64(), r.IntN(9)-4)
			}
			continue
		}
		n := int64(most * math.Pow(r.Float64(), 4))
		rt[k/cols] += n
		ct[k%cols] += n
		if n > 0 || r.IntN(2) == 0 {
			x[k] = math.Ldexp(0.5+r.Float64(), r.IntN(9)-4)
		}
	}
	return Problem{rows, cols, rt, ct, matrix{cols, x}, nil}
}

func bigSum(x []int64) *big.Int {
	s := new(big.Int)
	for _, v := range x {
		s.Add(s, big.NewInt(v))
	}
	return s
}

func columnOf(x []int64, cols, j int) []int64 {
	var out []int64
	for k := j; k < len(x); k += cols {
		out = append(out, x[k])
	}
	return out
}

// requireLine checks what a row or column promises: its sum fitted and given,
// each cell floor or ceiling, running totals within 1, stretches within 2.
func requireLine(t *testing.T, amounts, fitted []int64, shift uint, total int64, name string, i int) {
	t.Helper()
	require.Zero(t, bigSum(amounts).Cmp(big.NewInt(total)), "%s %d: sum of amounts", name, i)
	unit := new(big.Int).Lsh(big.NewInt(1), shift)
	require.Zero(t, bigSum(fitted).Cmp(new(big.Int).Mul(big.NewInt(total), unit)), "%s %d: sum of fitted", name, i)
	run, x := new(big.Int), new(big.Int) // given minus fitted, in quanta
	least, most := new(big.Int), new(big.Int)
	for k, a := range amounts {
		low := fitted[k] >> shift
		if fitted[k] < 0 || a != low && (a != low+1 || low<<shift == fitted[k]) {
			require.Fail(t, "neither floor nor ceiling", "%s %d: cell %d is %d for %d", name, i, k, a, fitted[k])
		}
		if low<<shift == fitted[k] {
			continue // given is fitted
		}
		run.Add(run, x.Lsh(x.SetInt64(a), shift)).Sub(run, x.SetInt64(fitted[k]))
		if run.CmpAbs(unit) >= 0 {
			require.Fail(t, "running total", "%s %d at %d", name, i, k)
		}
		if run.Cmp(least) < 0 {
			least.Set(run)
		}
		if run.Cmp(most) > 0 {
			most.Set(run)
		}
	}
	require.Negative(t, new(big.Int).Sub(most, least).Cmp(new(big.Int).Lsh(unit, 1)), "%s %d: a stretch", name, i)
}

func requireTable(t *testing.T, p Problem, res *Result) {
	t.Helper()
	seed := make([]float64, p.Cols)
	for i := range p.Rows {
		lo, hi := i*p.Cols, (i+1)*p.Cols
		requireLine(t, res.Amounts[lo:hi], res.Fitted[lo:hi], res.Shift, p.RowTotals[i], "row", i)
		clear(seed)
		p.Seed.Row(i, seed)
		for j, s := range seed {
			if s == 0 && res.Fitted[lo+j] != 0 {
				require.Fail(t, "a zero cell is filled", "(%d, %d)", i, j)
			}
		}
	}
	for j := range p.Cols {
		requireLine(t, columnOf(res.Amounts, p.Cols, j), columnOf(res.Fitted, p.Cols, j), res.Shift, p.ColTotals[j], "column", j)
	}
}

// requireFit checks that the fitted values are seed times factors, up to the
// units that made sums exact and what float64 can tell apart.
func requireFit(t *testing.T, p Problem, res *Result) {
	t.Helper()
	seed := make([]float64, p.Cols)
	unit := math.Ldexp(1, -int(res.Shift))
	for i := range p.Rows {
		clear(seed)
		p.Seed.Row(i, seed)
		for j, s := range seed {
			got := float64(res.Fitted[i*p.Cols+j]) * unit
			if got == 0 && res.Forced > 0 {
				continue
			}
			want := res.RowFactor[i] * s * res.ColFactor[j]
			slack := float64(4*(p.Rows+p.Cols))*unit + 1e-12*(float64(p.RowTotals[i])+float64(p.ColTotals[j]))
			if !(math.Abs(want-got) <= slack) {
				require.Fail(t, "not the fitted value", "(%d, %d): %v for %v", i, j, got, want)
			}
		}
	}
}

func solve(t *testing.T, p Problem) *Result {
	t.Helper()
	res, err := SolveTable(context.Background(), p, TableOptions{})
	require.NoError(t, err)
	return res
}

func TestSolveTablePeople(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {1, 12}, {12, 1}, {2, 2}, {100, 63}, {1000, 12}, {64, 366}} {
		p := people(size[0], size[1], 7)
		res := solve(t, p)
		requireTable(t, p, res)
		require.True(t, res.Converged, "%v", size)
		requireFit(t, p, res)
	}
}

func TestSolveTablePromises(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	slow, forced := 0, 0
	for n := range 1500 {
		rows, cols := 1+r.IntN(12), 1+r.IntN(12)
		most := []float64{2, 5, 40, 1e4, 1e9, 1e14, 6e16}[n%7]
		p := scattered(r, rows, cols, most, []float64{0, 0.3, 0.7}[n%3])
		res := solve(t, p)
		requireTable(t, p, res)
		if res.Converged {
			requireFit(t, p, res)
		} else {
			slow++
		}
		if res.Forced > 0 {
			forced++
		}
	}
	require.Greater(t, forced, 50, "tables with forced cells")
	require.Less(t, slow, 60, "tables that did not converge")
	t.Log("not converged:", slow, "forced:", forced)
}

// The largest totals there are: a single cell, a diagonal, and a full table.
func TestSolveTableLargest(t *testing.T) {
	const all = int64(9_000_000_000_000_000_000)
	p := Problem{1, 1, []int64{all}, []int64{all}, matrix{1, []float64{3}}, nil}
	require.Equal(t, []int64{all}, solve(t, p).Amounts)

	p = Problem{3, 3, []int64{all - 3, 1, 2}, []int64{2, all - 3, 1}, matrix{3, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1}}, nil}
	requireTable(t, p, solve(t, p))

	p = Problem{2, 3, []int64{all / 2, all / 2}, []int64{all / 3, all / 3, all / 3}, matrix{3, []float64{1e-30, 2e-30, 3e-30, 1e30, 1e30, 1e30}}, nil}
	res := solve(t, p)
	requireTable(t, p, res)
	requireFit(t, p, res)

	// Far more quanta in a column than int64 holds.
	rows := 20000
	x := make([]float64, rows*2)
	rt := make([]int64, rows)
	for i := range rows {
		rt[i] = 300_000_000_000_001
		x[2*i], x[2*i+1] = 1, 2+float64(i%7)
	}
	total := rt[0] * int64(rows)
	p = Problem{rows, 2, rt, []int64{total / 3, total - total/3}, matrix{2, x}, nil}
	res = solve(t, p)
	require.NotZero(t, res.Shift)
	requireTable(t, p, res)
	requireFit(t, p, res)
}

// A founder alone in the first quarter, a second rep from the second on, and
// totals that leave the founder nothing after it: plain scaling would come
// within 1e-4 only after 187,501 rounds.
func TestSolveTableForced(t *testing.T) {
	seed := matrix{4, []float64{1, 1, 1, 1, 0, 1, 1, 1}}
	p := Problem{2, 4, []int64{25, 75}, []int64{25, 25, 25, 25}, seed, nil}
	res := solve(t, p)
	require.Equal(t, []int64{25, 0, 0, 0, 0, 25, 25, 25}, res.Amounts)
	require.Equal(t, 3, res.Forced)
	require.True(t, res.Converged)
	require.Less(t, res.Rounds, 60)
}

// As above, but the founder has a little left: no cell is forced, and plain
// scaling is about as slow.
func TestSolveTableNearlyForced(t *testing.T) {
	for _, q := range []int64{1e3, 1e6, 1e9, 1e12} {
		seed := matrix{4, []float64{1, 1, 1, 1, 0, 1, 1, 1}}
		p := Problem{2, 4, []int64{q + 1, 3*q - 1}, []int64{q, q, q, q}, seed, nil}
		res := solve(t, p)
		requireTable(t, p, res)
		require.True(t, res.Converged, "%d", q)
		for j := 1; j < 4; j++ {
			third := math.Ldexp(float64(res.Fitted[j]), -int(res.Shift))
			require.InDelta(t, 1.0/3, third, 1e-3, "%d", q)
		}
	}
}

func TestSolveTableEmpty(t *testing.T) {
	none := matrix{0, nil}
	require.Empty(t, solve(t, Problem{0, 0, nil, nil, none, nil}).Amounts)
	require.Empty(t, solve(t, Problem{0, 3, nil, []int64{0, 0, 0}, none, nil}).Amounts)
	zeros := solve(t, Problem{2, 2, []int64{0, 0}, []int64{0, 0}, matrix{2, []float64{1, 2, 3, 4}}, nil})
	require.Equal(t, []int64{0, 0, 0, 0}, zeros.Amounts)
	odd := matrix{2, []float64{math.NaN(), math.Inf(1), -1, 1}}
	_, err := SolveTable(context.Background(), Problem{2, 2, []int64{1, 1}, []int64{1, 1}, odd, nil}, TableOptions{})
	var c *Conflict
	require.ErrorAs(t, err, &c)
	require.Equal(t, []int{0}, c.Rows)
	require.Empty(t, c.Cols)
}

// Seeds far apart, as far as decimals of 38 digits and exponents of 30 go.
func TestSolveTableFarSeeds(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 100 {
		p := scattered(r, 6, 5, 1000, 0.2)
		x := p.Seed.(matrix).x
		for k := range x {
			x[k] *= math.Pow(10, float64(r.IntN(98)-30))
		}
		requireTable(t, p, solve(t, p))
	}
}

func TestSolveTableDeterministic(t *testing.T) {
	p := people(200, 30, 9)
	first := solve(t, p)
	was := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(was)
	for n := range 100 {
		if n == 50 {
			runtime.GOMAXPROCS(8)
		}
		require.Equal(t, first, solve(t, p))
	}
}

func TestSolveTableProgressAndCancel(t *testing.T) {
	p := people(20000, 12, 1)
	last, calls, all := int64(0), 0, int64(0)
	_, err := SolveTable(context.Background(), p, TableOptions{Progress: func(done, total int64) {
		require.Greater(t, done, last)
		require.LessOrEqual(t, done, total)
		last, all, calls = done, total, calls+1
	}})
	require.NoError(t, err)
	require.Equal(t, all, last)
	require.Greater(t, calls, 4)

	for _, at := range []int64{0, 1, 2, 5, 9, 15, 30} {
		ctx, cancel := context.WithCancel(context.Background())
		if at == 0 {
			cancel()
		}
		after := 0
		res, err := SolveTable(ctx, p, TableOptions{Progress: func(done, total int64) {
			if ctx.Err() != nil {
				after++
			}
			if done*44 >= at*total {
				cancel()
			}
		}})
		cancel()
		require.Nil(t, res)
		require.ErrorIs(t, err, context.Canceled)
		require.LessOrEqual(t, after, 2)
	}
}

// The engine must not hold more than its result and two words a cell.
func TestSolveTableMemory(t *testing.T) {
	const rows, cols = 20000, 20
	p := people(rows, cols, 2)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	solve(t, p)
	runtime.ReadMemStats(&after)
	perCell := float64(after.TotalAlloc-before.TotalAlloc) / (rows * cols)
	require.Less(t, perCell, 56.0, "bytes allocated in all") // 16 of result, 8 of seed, 4 + pairs of rounding
	require.Less(t, after.Mallocs-before.Mallocs, uint64(400))
}

func FuzzSolveTable(f *testing.F) {
	f.Add(uint64(1), uint8(3), uint8(4), uint8(20))
	f.Add(uint64(99), uint8(1), uint8(9), uint8(60))
	f.Fuzz(func(t *testing.T, seed uint64, rows, cols, bits uint8) {
		r := rand.New(rand.NewPCG(seed, 2))
		p := scattered(r, 1+int(rows%16), 1+int(cols%16), math.Ldexp(1, int(bits%55)), r.Float64())
		requireTable(t, p, solve(t, p))
	})
}

func BenchmarkSolveTable(b *testing.B) {
	for _, s := range []struct {
		name       string
		rows, cols int
	}{{"100x63", 100, 63}, {"1000x12", 1000, 12}, {"1000x366", 1000, 366}, {"100000x12", 100000, 12}, {"100000x63", 100000, 63}} {
		b.Run(s.name, func(b *testing.B) {
			p := people(s.rows, s.cols, 7)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := SolveTable(context.Background(), p, TableOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(s.rows*s.cols), "ns/cell")
		})
	}
}
