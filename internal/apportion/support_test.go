package apportion

import (
	"context"
	"math/bits"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// shortages returns by how much each set of rows needs more than the columns
// hold in which the rows have seeds (Gale 1957: a table exists if that is
// nowhere positive).
func shortages(p Problem) []int64 {
	x := p.Seed.(matrix).x
	out := make([]int64, 1<<p.Rows)
	for set := range out {
		cols := make([]bool, p.Cols)
		for i := range p.Rows {
			if set>>i&1 == 0 {
				continue
			}
			out[set] += p.RowTotals[i]
			for j := range cols {
				cols[j] = cols[j] || x[i*p.Cols+j] > 0
			}
		}
		for j, in := range cols {
			if in {
				out[set] -= p.ColTotals[j]
			}
		}
	}
	return out
}

// anyTable has random totals with equal sums over a random support, so that
// often no table exists.
func anyTable(r *rand.Rand, unit int64) Problem {
	rows, cols := 1+r.IntN(7), 1+r.IntN(7)
	x := make([]float64, rows*cols)
	rt, ct := make([]int64, rows), make([]int64, cols)
	density := 0.2 + 0.8*r.Float64()
	for k := range x {
		if r.Float64() < density {
			x[k] = 0.1 + r.Float64()
		}
	}
	for range r.IntN(30) {
		rt[r.IntN(rows)] += unit
		ct[r.IntN(cols)] += unit
	}
	rt[r.IntN(rows)] += 1
	ct[r.IntN(cols)] += 1
	return Problem{rows, cols, rt, ct, matrix{cols, x}, nil}
}

func TestConflictAgainstAllSubsets(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 2))
	solved, refused := 0, 0
	for n := range 4000 {
		p := anyTable(r, []int64{1, 7, 300_000_000_000_000_000}[n%3])
		short := shortages(p)
		worst := int64(0)
		for _, s := range short {
			worst = max(worst, s)
		}
		res, err := SolveTable(context.Background(), p, TableOptions{})
		if worst == 0 {
			require.NoError(t, err)
			requireTable(t, p, res)
			solved++
			continue
		}
		refused++
		var c *Conflict
		require.ErrorAs(t, err, &c)
		require.Equal(t, worst, c.Amount)
		set, need, have := 0, int64(0), int64(0)
		for _, i := range c.Rows {
			set |= 1 << i
			need += p.RowTotals[i]
		}
		for _, j := range c.Cols {
			have += p.ColTotals[j]
		}
		require.Equal(t, []int64{need, have}, []int64{c.Need, c.Have})
		require.Equal(t, need-have, short[set])
		require.Positive(t, short[set])
		require.Len(t, c.Rows, bits.OnesCount(uint(set)))
		for sub := set; sub > 0; {
			sub = (sub - 1) & set
			require.LessOrEqual(t, short[sub], int64(0), "a part of the conflict is one")
		}
	}
	require.Greater(t, solved, 500)
	require.Greater(t, refused, 500)
}

// A cell is forced to 0 if taking 1 from the totals of its row and column
// leaves totals that no table has.
func TestForcedAgainstAllSubsets(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 2))
	found := 0
	for range 2000 {
		p := scattered(r, 1+r.IntN(6), 1+r.IntN(6), 3, 0.5)
		f := newFit(p)
		require.NoError(t, f.load(p, &meter{ctx: context.Background()}))
		dropped, err := f.dropForced()
		require.NoError(t, err)
		want := 0
		for k, x := range p.Seed.(matrix).x {
			i, j := k/p.Cols, k%p.Cols
			if x == 0 || p.RowTotals[i] == 0 || p.ColTotals[j] == 0 {
				continue
			}
			p.RowTotals[i]--
			p.ColTotals[j]--
			forced := false
			for _, s := range shortages(p) {
				forced = forced || s > 0
			}
			p.RowTotals[i]++
			p.ColTotals[j]++
			require.Equal(t, forced, f.seed[k] == 0, "cell (%d, %d)", i, j)
			if forced {
				want++
			}
		}
		require.Equal(t, want, dropped)
		found += want
	}
	require.Greater(t, found, 200)
}

// Many rows with one pattern and many patterns: the conflict stays small and
// is found quickly.
func TestConflictOfManyRows(t *testing.T) {
	const rows, cols = 20000, 12
	x := make([]float64, rows*cols)
	rt, ct := make([]int64, rows), make([]int64, cols)
	for i := range rows {
		rt[i] = 12
		for j := range cols {
			if i%2 == 0 || j >= 6 {
				x[i*cols+j] = 1
			}
		}
	}
	for j := range ct {
		ct[j] = 12 * rows / cols
	}
	p := Problem{rows, cols, rt, ct, matrix{cols, x}, nil}
	requireTable(t, p, solve(t, p))

	ct[0]++
	ct[11]--
	_, err := SolveTable(context.Background(), p, TableOptions{})
	var c *Conflict
	require.ErrorAs(t, err, &c)
	require.Equal(t, int64(1), c.Amount)
	require.Equal(t, []int{6, 7, 8, 9, 10, 11}, c.Cols)
	require.Len(t, c.Rows, rows/2)
	require.Contains(t, c.Error(), "10000 rows need 120000")
}
