package apportion

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// hardTables are the shapes of seeds and totals on which plain scaling is slow
// or the search for forced cells has much to do.
var hardTables = []struct {
	name string
	// cell changes what stands in cell (i, j) of the table whose totals are
	// asked for, and whether there is a seed.
	cell func(r *rand.Rand, i, j, rows, cols int, n int64) (int64, bool)
}{
	{"late rows, and totals that leave the others nothing late", func(_ *rand.Rand, i, j, _, cols int, n int64) (int64, bool) {
		early := j < cols/2
		if i%2 == 1 {
			return pick(!early, n), !early
		}
		return pick(early, n), true
	}},
	{"the same, but one row keeps a single unit late", func(_ *rand.Rand, i, j, _, cols int, n int64) (int64, bool) {
		early := j < cols/2
		switch {
		case i%2 == 1:
			return pick(!early, n), !early
		case i == 0 && j == cols-1:
			return 1, true
		}
		return pick(early, n), true
	}},
	{"every row another pattern", func(r *rand.Rand, _, _, _, _ int, n int64) (int64, bool) {
		open := r.IntN(2) == 0
		return pick(open, n), open
	}},
	{"every row another pattern, and late ones", func(r *rand.Rand, i, j, _, cols int, n int64) (int64, bool) {
		early, open := j < cols/2, r.IntN(2) == 0
		if i%2 == 1 {
			return pick(open && !early, n), open && !early
		}
		return pick(open && early, n), open
	}},
	{"a staircase of forced cells", func(_ *rand.Rand, i, j, rows, cols int, n int64) (int64, bool) {
		first := i * cols / rows
		return pick(j == first, n), j >= first
	}},
	{"far fewer units than cells", func(r *rand.Rand, _, _, _, cols int, _ int64) (int64, bool) {
		return pick(r.IntN(3*cols) == 0, 1), true
	}},
}

func pick(yes bool, n int64) int64 {
	if yes {
		return n
	}
	return 0
}

func hardTable(kind, rows, cols int) Problem {
	r := rand.New(rand.NewPCG(5, 5))
	p := Problem{rows, cols, make([]int64, rows), make([]int64, cols), nil, nil}
	x := make([]float64, rows*cols)
	for k := range x {
		i, j := k/cols, k%cols
		n, open := hardTables[kind].cell(r, i, j, rows, cols, r.Int64N(30))
		if open {
			x[k] = 0.2 + r.Float64()
		}
		p.RowTotals[i] += n
		p.ColTotals[j] += n
	}
	p.Seed = matrix{cols, x}
	return p
}

func TestSolveTableHard(t *testing.T) {
	for kind, h := range hardTables {
		for _, size := range [][2]int{{8, 6}, {300, 12}, {60, 90}} {
			p := hardTable(kind, size[0], size[1])
			res := solve(t, p)
			require.True(t, res.Converged, "%s %v", h.name, size)
			require.Less(t, res.Rounds, 150, "%s %v", h.name, size)
			requireTable(t, p, res)
			requireFit(t, p, res)
		}
	}
}

// Thousands of rows that all have different patterns and form one conflict.
func TestConflictOfManyPatterns(t *testing.T) {
	p := hardTable(3, 1000, 60)
	p.ColTotals[0]++
	p.ColTotals[59]--
	_, err := SolveTable(context.Background(), p, TableOptions{})
	var c *Conflict
	require.True(t, errors.As(err, &c))
	require.Equal(t, int64(1), c.Amount)
	require.Equal(t, int64(1), c.Need-c.Have)
	for _, i := range c.Rows {
		require.Equal(t, 1, i%2)
	}
	require.Len(t, c.Cols, 30)
	require.Equal(t, 30, c.Cols[0])
}

func BenchmarkSolveTableHard(b *testing.B) {
	for kind, h := range hardTables {
		b.Run(h.name, func(b *testing.B) {
			const rows, cols = 10000, 12
			p := hardTable(kind, rows, cols)
			for b.Loop() {
				if _, err := SolveTable(context.Background(), p, TableOptions{}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(rows*cols), "ns/cell")
		})
	}
}
