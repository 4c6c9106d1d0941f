package apportion

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// slowRound is the rounding as the paper tells it: for each digit it draws the
// pairs of each row and column and walks along every cycle, whose first cell in
// reading order goes up.
func slowRound(fitted []int64, rows, cols int, shift uint) []int64 {
	x := append([]int64(nil), fitted...)
	for digit := range shift {
		inRow, inCol := map[int]int{}, map[int]int{}
		pairUp := func(pairs map[int]int, n int, cell func(k int) int) {
			last := -1
			for k := range n {
				c := cell(k)
				if x[c]>>digit&1 == 0 {
					continue
				}
				if last < 0 {
					last = c
					continue
				}
				pairs[last], pairs[c] = c, last
				last = -1
			}
		}
		for i := range rows {
			pairUp(inRow, cols, func(k int) int { return i*cols + k })
		}
		for j := range cols {
			pairUp(inCol, rows, func(k int) int { return k*cols + j })
		}
		unit := int64(1) << digit
		done := map[int]bool{}
		for start := range x {
			if x[start]>>digit&1 == 0 || done[start] {
				continue
			}
			moves := map[int]int64{}
			for c := start; !done[c]; c = inCol[inRow[c]] {
				moves[c], moves[inRow[c]] = unit, -unit
				done[c], done[inRow[c]] = true, true
			}
			for c, d := range moves {
				x[c] += d
			}
		}
	}
	for k := range x {
		x[k] >>= shift
	}
	return x
}

// quanta is a random table of multiples of 2^-shift whose sums are whole: a
// whole table, changed along random rectangles.
func quanta(r *rand.Rand, rows, cols int, shift uint) []int64 {
	x := make([]int64, rows*cols)
	for k := range x {
		x[k] = r.Int64N(5) << shift
	}
	for range 3 * rows * cols {
		i, j, k, l := r.IntN(rows), r.IntN(cols), r.IntN(rows), r.IntN(cols)
		if i == k || j == l {
			continue
		}
		d := min(r.Int64N(3<<shift), x[i*cols+j], x[k*cols+l])
		x[i*cols+j] -= d
		x[k*cols+l] -= d
		x[i*cols+l] += d
		x[k*cols+j] += d
	}
	return x
}

func TestRoundTableAgainstSlow(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 1))
	m := &meter{ctx: context.Background()}
	for n := range 600 {
		rows, cols := 1+r.IntN(10), 1+r.IntN(10)
		shift := []uint{0, 1, 2, 7, 24}[n%5]
		x := quanta(r, rows, cols, shift)
		was := append([]int64(nil), x...)
		got, err := roundTable(x, rows, cols, shift, m)
		require.NoError(t, err)
		require.Equal(t, was, x, "the fitted values stay")
		require.Equal(t, slowRound(x, rows, cols, shift), got)
	}
}

// Halves everywhere: the first cell goes up, and so on along the diagonal.
func TestRoundTableHalves(t *testing.T) {
	m := &meter{ctx: context.Background()}
	got, err := roundTable([]int64{1, 1, 1, 1}, 2, 2, 1, m)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 0, 0, 1}, got)
	got, err = roundTable([]int64{2, 1, 1, 1, 1, 2, 1, 2, 1}, 3, 3, 1, m)
	require.NoError(t, err)
	require.Equal(t, []int64{1, 1, 0, 0, 1, 1, 1, 0, 1}[0], got[0])
	require.Equal(t, slowRound([]int64{2, 1, 1, 1, 1, 2, 1, 2, 1}, 3, 3, 1), got)
}
