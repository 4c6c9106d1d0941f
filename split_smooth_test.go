package salesplan

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// The quarterly accounts example of the IMF manual (2001, example 6.2) and
// Stata's, to all digits that statsmodels, tempdisagg and an exact solution
// agree on.
func TestSmoothPublished(t *testing.T) {
	var file struct {
		Cases []struct {
			ID         string
			Indicator  []json.RawMessage
			Benchmarks []json.RawMessage
			Per        int       `json:"periods_per_benchmark"`
			Exact      []float64 `json:"expected_exact"`
			Published  []float64 `json:"expected_published"`
			Tolerance  float64   `json:"published_tolerance"`
		}
		Contrast struct{ Values []float64 }
	}
	caseFile(t, "denton.json", &file)
	require.Len(t, file.Cases, 2)
	read := func(raw []json.RawMessage) []decimal.Decimal {
		var out []decimal.Decimal
		for _, r := range raw {
			out = append(out, decimal.RequireFromString(strings.Trim(string(r), `"`)))
		}
		return out
	}
	for n, c := range file.Cases {
		benchmarks := read(c.Benchmarks)
		for _, step := range decs("1e-10 0.1") {
			got, err := Smooth(benchmarks, read(c.Indicator), c.Per, step)
			require.NoError(t, err)
			requireSmooth(t, benchmarks, got, c.Per, step)
			for i, d := range got {
				require.InDelta(t, c.Exact[i], d.InexactFloat64(), 1.2*step.InexactFloat64(), "%s %d", c.ID, i)
				require.InDelta(t, c.Published[i], d.InexactFloat64(), c.Tolerance+step.InexactFloat64(), "%s %d", c.ID, i)
			}
			if n == 0 { // what the classic start makes of it
				require.Greater(t, got[0].InexactFloat64(), file.Contrast.Values[0]+300)
			}
		}
	}
}

// requireSmooth checks that periods add up to their benchmarks, on the step.
func requireSmooth(t *testing.T, benchmarks, got []decimal.Decimal, per int, step decimal.Decimal) {
	t.Helper()
	for k, b := range benchmarks {
		sum := decimal.Zero
		for _, d := range got[k*per : (k+1)*per] {
			n, exact, ok := toSteps(d, step)
			require.True(t, exact && ok, "%s is off the step", d)
			_ = n
			sum = sum.Add(d)
		}
		require.True(t, sum.Equal(b), "benchmark %d: %s, not %s", k, sum, b)
	}
}

// slowSmooth solves the same minimum in exact rationals: the ratios and one
// multiplier a benchmark, by elimination.
func slowSmooth(benchmarks []int64, indicator []int64, per int) []*big.Rat {
	n, k := len(indicator), len(benchmarks)
	size := n + k
	m := make([][]*big.Rat, size)
	for i := range m {
		m[i] = make([]*big.Rat, size+1)
		for j := range m[i] {
			m[i][j] = new(big.Rat)
		}
	}
	add := func(i, j int, x int64) { m[i][j].Add(m[i][j], big.NewRat(x, 1)) }
	for t := 1; t < n; t++ {
		add(t, t, 1)
		add(t-1, t-1, 1)
		add(t, t-1, -1)
		add(t-1, t, -1)
	}
	for t := range n {
		if b := t / per; b < k {
			add(t, n+b, indicator[t])
			add(n+b, t, indicator[t])
		}
	}
	for b, x := range benchmarks {
		add(n+b, size, x)
	}
	for c := range size {
		p := c
		for m[p][c].Sign() == 0 {
			p++
		}
		m[c], m[p] = m[p], m[c]
		for r := range size {
			if r == c || m[r][c].Sign() == 0 {
				continue
			}
			by := new(big.Rat).Quo(m[r][c], m[c][c])
			for j := c; j <= size; j++ {
				m[r][j].Sub(m[r][j], new(big.Rat).Mul(by, m[c][j]))
			}
		}
	}
	out := make([]*big.Rat, n)
	for t := range out {
		out[t] = new(big.Rat).Quo(m[t][size], m[t][t])
		out[t].Mul(out[t], big.NewRat(indicator[t], 1))
	}
	return out
}

func TestSmoothAgainstElimination(t *testing.T) {
	r := rand.New(rand.NewPCG(51, 1))
	one := decimal.NewFromInt(1)
	for range 150 {
		k, per := 1+r.IntN(5), 1+r.IntN(5)
		n := k*per + r.IntN(3)
		benchmarks, indicator := make([]int64, k), make([]int64, n)
		var b, ind []decimal.Decimal
		for i := range benchmarks {
			benchmarks[i] = r.Int64N(2000) - 200
			b = append(b, decimal.NewFromInt(benchmarks[i]))
		}
		for i := range indicator {
			indicator[i] = r.Int64N(20)
			if i%per == 0 {
				indicator[i]++
			}
			ind = append(ind, decimal.New(indicator[i], -3)) // scale is of no account
		}
		got, err := Smooth(b, ind, per, one)
		require.NoError(t, err)
		requireSmooth(t, b, got, per, one)
		want := slowSmooth(benchmarks, indicator, per)
		given, ideal := decimal.Zero, new(big.Rat)
		for i, d := range got {
			if i%per == 0 && i <= k*per {
				given, ideal = decimal.Zero, new(big.Rat)
			}
			given = given.Add(d)
			ideal.Add(ideal, want[i])
			gap := new(big.Rat).Sub(given.Rat(), ideal)
			require.LessOrEqual(t, gap.Abs(gap).Cmp(big.NewRat(1, 2)), 0, "period %d: %s for %s", i, given, ideal.FloatString(5))
		}
		for i := range b {
			b[i] = b[i].Neg()
		}
		mirror, err := Smooth(b, ind, per, one)
		require.NoError(t, err)
		for i := range got {
			require.True(t, got[i].Neg().Equal(mirror[i]))
		}
	}
}

func TestSmoothByHand(t *testing.T) {
	one := decimal.NewFromInt(1)
	for _, c := range []struct {
		name                  string
		benchmarks, indicator []decimal.Decimal
		per                   int
		want                  string
	}{
		{"in proportion", decs("60 120"), decs("1 2 3 2 4 6"), 3, "[10 20 30 20 40 60]"},
		{"even", decs("30 30"), nil, 3, "[10 10 10 10 10 10]"},
		{"one benchmark", decs("100"), decs("1 1 1"), 3, "[33 34 33]"},
		{"one period", decs("5 7 1"), nil, 1, "[5 7 1]"},
		{"the last ratio", decs("60"), decs("1 2 3 4 5"), 3, "[10 20 30 40 50]"},
		{"without sales", decs("60 0 60"), decs("1 2 3 0 0 0 3 2 1"), 3, "[10 20 30 0 0 0 30 20 10]"},
		{"nothing", decs("0 0"), decs("0 0 0 0"), 2, "[0 0 0 0]"},
	} {
		got, err := Smooth(c.benchmarks, c.indicator, c.per, one)
		require.NoError(t, err, c.name)
		require.Equal(t, c.want, texts(got), c.name)
	}
}

func TestSmoothFaults(t *testing.T) {
	one := decimal.NewFromInt(1)
	for _, c := range []struct {
		name                  string
		benchmarks, indicator []decimal.Decimal
		per                   int
		step                  decimal.Decimal
		want                  []string
	}{
		{"nothing given", nil, nil, 0, decimal.Zero, []string{"/step: required", "/benchmarks: required", "/per: out-of-range \"0\""}},
		{"off step", decs("1.5"), nil, 1, one, []string{"/benchmarks/0: off-step"}},
		{"too short", decs("1 2"), decs("1 2 3"), 2, one, []string{"/indicator: mismatch \"3 periods\", bound 4, 2 for each benchmark"}},
		{"negative", decs("1"), decs("1 -2"), 2, one, []string{"/indicator/1: negative"}},
		{"no weight", decs("1 2"), decs("1 1 0 0"), 2, one, []string{"/benchmarks/1: no-weight"}},
		{"bomb", []decimal.Decimal{decimal.New(1, 1<<30)}, []decimal.Decimal{decimal.New(1, 1<<30)}, 1, one, []string{"/benchmarks/0: out-of-range", "/indicator/0: out-of-range"}},
		{"many", decs("1 2 3"), nil, 1 << 19, one, []string{"/per: out-of-range"}},
		{"swings", decs("9e18 -9e18 0"), decs("9 9 1 1000 1 1"), 2, one, []string{"/benchmarks/1: out-of-range"}},
	} {
		got, err := Smooth(c.benchmarks, c.indicator, c.per, c.step)
		require.Nil(t, got, c.name)
		faults := diag.All(err)
		require.Len(t, faults, len(c.want), "%s: %v", c.name, err)
		for i, want := range c.want {
			require.True(t, strings.HasPrefix(faults[i].Error(), want), "%s: %s", c.name, faults[i])
		}
	}
}

func FuzzSmooth(f *testing.F) {
	f.Add("4000 4161.4", "98 100 102 100 99 101 102 101", 4, "0.1")
	f.Add("-9e18 9e18", "1e-30 1e30", 1, "1")
	f.Add("0 5", "0 0 1 0", 2, "1")
	f.Fuzz(func(t *testing.T, benchmarks, indicator string, per int, step string) {
		if len(benchmarks)+len(indicator) > 300 || per > 1000 {
			return
		}
		read := func(text string) []decimal.Decimal {
			var out []decimal.Decimal
			for _, s := range strings.Fields(text) {
				if d, err := decimal.NewFromString(s); err == nil {
					out = append(out, d)
				}
			}
			return out
		}
		b, s := read(benchmarks), decimal.Zero
		if d := read(step); len(d) > 0 {
			s = d[0]
		}
		got, err := Smooth(b, read(indicator), per, s)
		if err != nil {
			require.NotEmpty(t, diag.All(err))
			return
		}
		requireSmooth(t, b, got, per, s)
	})
}

func BenchmarkSmooth(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	var benchmarks, indicator []decimal.Decimal
	for range 4000 {
		benchmarks = append(benchmarks, decimal.NewFromInt(1000+r.Int64N(500)))
		for range 3 {
			indicator = append(indicator, decimal.NewFromInt(50+r.Int64N(50)))
		}
	}
	for b.Loop() {
		if _, err := Smooth(benchmarks, indicator, 3, decimal.New(1, -2)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/12000, "ns/period")
}
