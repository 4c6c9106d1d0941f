package apportion

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// rounded quantises and rounds a fit as it stands, as after a fit that was cut
// short.
func rounded(t *testing.T, p Problem, f *fit) *Result {
	t.Helper()
	m := &meter{ctx: context.Background()}
	res := &Result{}
	require.NoError(t, f.quantise(m, res))
	var err error
	res.Amounts, err = roundTable(res.Fitted, p.Rows, p.Cols, res.Shift, m)
	require.NoError(t, err)
	return res
}

// A fit that stopped far from the totals is closed by flow alone, with every
// promise of the rounding.
func TestQuantiseClosesAnyGap(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 2))
	m := &meter{ctx: context.Background()}
	for n := range 1500 {
		most := []float64{2, 40, 1e4, 1e9, 6e16}[n%5]
		p := scattered(r, 1+r.IntN(14), 1+r.IntN(14), most, []float64{0, 0.4, 0.8}[n%3])
		f := newFit(p)
		require.NoError(t, f.load(p, m))
		if n%2 == 0 {
			require.NoError(t, f.pass(m)) // else no row has a factor at all
		}
		requireTable(t, p, rounded(t, p, f))
	}
}

func TestQuantiseFindsConflict(t *testing.T) {
	p := Problem{2, 2, []int64{5, 5}, []int64{3, 7}, matrix{2, []float64{1, 0, 1, 1}}, nil}
	f := newFit(p)
	m := &meter{ctx: context.Background()}
	require.NoError(t, f.load(p, m))
	require.NoError(t, f.pass(m))
	var c *Conflict
	require.ErrorAs(t, f.quantise(m, &Result{}), &c)
	require.Equal(t, &Conflict{Rows: []int{0}, Cols: []int{0}, Need: 5, Have: 3, Amount: 2}, c)
}

// A gap that only a long alternating path through the table closes: a
// staircase, whose rows have two cells each.
func TestQuantiseStaircase(t *testing.T) {
	const n = 600
	const cols = 60
	x := make([]float64, n*cols)
	rt, ct := make([]int64, n), make([]int64, cols)
	for i := range n {
		j := i * (cols - 1) / n
		x[i*cols+j], x[i*cols+j+1] = 1, 1
		rt[i] = 10
		ct[j] += int64(i % 11)
		ct[j+1] += 10 - int64(i%11)
	}
	ct[0] -= 15
	ct[cols-1] += 15
	p := Problem{n, cols, rt, ct, matrix{cols, x}, nil}
	requireTable(t, p, solve(t, p))
	f := newFit(p)
	m := &meter{ctx: context.Background()}
	require.NoError(t, f.load(p, m))
	requireTable(t, p, rounded(t, p, f))
}

// Dense tables need no repair to speak of: a fitted cell stays within a few
// units of the real fit.
func TestQuantiseStaysNear(t *testing.T) {
	p := people(500, 24, 4)
	res := solve(t, p)
	seed := make([]float64, p.Cols)
	for i := range p.Rows {
		clear(seed)
		p.Seed.Row(i, seed)
		for j, s := range seed {
			want := res.RowFactor[i] * s * res.ColFactor[j] * float64(int64(1)<<res.Shift)
			require.InDelta(t, want, float64(res.Fitted[i*p.Cols+j]), 40)
		}
	}
}
