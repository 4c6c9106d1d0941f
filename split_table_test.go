package salesplan

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// decs reads decimals from a text of fields.
func decs(text string) []decimal.Decimal {
	out := []decimal.Decimal{}
	for _, f := range strings.Fields(text) {
		out = append(out, decimal.RequireFromString(f))
	}
	return out
}

// decRows reads rows of decimals, separated by semicolons.
func decRows(text string) [][]decimal.Decimal {
	var out [][]decimal.Decimal
	for row := range strings.SplitSeq(text, ";") {
		out = append(out, decs(row))
	}
	return out
}

func splitTable(t *testing.T, req TableRequest) *Table {
	t.Helper()
	table, err := SplitTable(context.Background(), req)
	require.NoError(t, err)
	requireTablePromises(t, req, table)
	return table
}

// requireTablePromises checks a table cell by cell through its methods alone.
func requireTablePromises(t *testing.T, req TableRequest, table *Table) {
	t.Helper()
	rows, cols := table.Size()
	require.Equal(t, [2]int{len(req.Rows), len(req.Columns)}, [2]int{rows, cols})
	line := func(name string, total decimal.Decimal, n int, amount, fitted func(k int) decimal.Decimal) {
		given, fit := decimal.Zero, decimal.Zero
		least, most := decimal.Zero, decimal.Zero
		for k := range n {
			a, f := amount(k), fitted(k)
			require.True(t, a.Mod(req.Step).IsZero(), "%s: %s is off the step", name, a)
			require.True(t, a.Sub(f).Abs().LessThan(req.Step), "%s: %s is neither floor nor ceiling of %s", name, a, f)
			require.False(t, a.Sign()*total.Sign() < 0, "%s: %s is on the other side of zero", name, a)
			given, fit = given.Add(a), fit.Add(f)
			gap := given.Sub(fit)
			require.True(t, gap.Abs().LessThan(req.Step), "%s: running total %s for %s", name, given, fit)
			least, most = decimal.Min(least, gap), decimal.Max(most, gap)
		}
		require.True(t, most.Sub(least).LessThan(req.Step.Mul(decimal.NewFromInt(2))), "%s: a stretch", name)
		require.True(t, given.Equal(total), "%s adds up to %s, not %s", name, given, total)
		require.True(t, fit.Equal(total), "%s is fitted to %s, not %s", name, fit, total)
	}
	for i, total := range req.Rows {
		line("row "+strconv.Itoa(i), total, cols,
			func(j int) decimal.Decimal { return table.Amount(i, j) },
			func(j int) decimal.Decimal { return table.Fitted(i, j) })
	}
	for j, total := range req.Columns {
		line("column "+strconv.Itoa(j), total, rows,
			func(i int) decimal.Decimal { return table.Amount(i, j) },
			func(i int) decimal.Decimal { return table.Fitted(i, j) })
	}
	for i, row := range req.Seed {
		for j, s := range row {
			if s.IsZero() {
				require.True(t, table.Fitted(i, j).IsZero(), "the seed is 0 at (%d, %d)", i, j)
			}
		}
	}
}

func caseFile(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile("../shared/cases/apportionment/" + name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the published cases are not here")
	}
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into))
}

// Zero-restricted controlled roundings (Cox 1987, JASA 82:520) of published
// and enumerated tables: the amounts must be among the feasible ones.
func TestSplitTableControlledRounding(t *testing.T) {
	var file struct {
		TwoWay []struct {
			ID           string
			RowTotals    []int64    `json:"row_totals"`
			ColumnTotals []int64    `json:"column_totals"`
			Share        [][]string `json:"share"`
			Optimal      [][][]int64
			Count        int `json:"feasible_roundings"`
		} `json:"two_way"`
	}
	caseFile(t, "controlled_rounding.json", &file)
	tried := 0
	for _, c := range file.TwoWay {
		if c.RowTotals == nil {
			continue // a table with another base, below
		}
		tried++
		req := TableRequest{Step: decimal.NewFromInt(1)}
		for _, r := range c.RowTotals {
			req.Rows = append(req.Rows, decimal.NewFromInt(r))
		}
		for _, k := range c.ColumnTotals {
			req.Columns = append(req.Columns, decimal.NewFromInt(k))
		}
		table := splitTable(t, req)
		for i, row := range c.Share {
			for j, s := range row {
				q, ok := new(big.Rat).SetString(s)
				require.True(t, ok)
				want, _ := q.Float64()
				require.InDelta(t, want, table.Fitted(i, j).InexactFloat64(), 1e-6, c.ID)
				floor := new(big.Int).Quo(q.Num(), q.Denom()).Int64()
				got := table.Amount(i, j).IntPart()
				require.True(t, got == floor || got == floor+1 && !q.IsInt(), "%s (%d, %d): %d for %s", c.ID, i, j, got, s)
			}
		}
		if c.Count == 1 {
			for i, row := range c.Optimal[0] {
				for j, n := range row {
					require.Equal(t, n, table.Amount(i, j).IntPart(), c.ID)
				}
			}
		}
	}
	require.Equal(t, 5, tried)
}

// The table of the SmallCountRounding vignette (CRAN), to base 5 with margins
// that are adjacent multiples of 5.
func TestSplitTableBaseFive(t *testing.T) {
	splitTable(t, TableRequest{
		Rows: decs("15 10 5"), Columns: decs("5 5 5 5 10"), Step: decimal.NewFromInt(5),
		Seed: decRows("6 0 1 3 4; 1 2 3 1 2; 0 1 1 0 2"),
	})
}

// The limit that ProportionalFitting.jl prints, recomputed by base R's loglin.
func TestSplitTableFit(t *testing.T) {
	var file struct {
		Cases []struct {
			ID           string
			Seed         [][]float64
			RowTotals    []int64 `json:"row_totals"`
			ColumnTotals []int64 `json:"column_totals"`
			Expected     [][]float64
		}
	}
	caseFile(t, "ipf.json", &file)
	require.NotEmpty(t, file.Cases)
	for _, c := range file.Cases {
		// A step of 1e-4 brings the fitted values' units, 2^-24 of it, well
		// below the eight places.
		req := TableRequest{Step: decimal.New(1, -4)}
		for i, r := range c.RowTotals {
			req.Rows = append(req.Rows, decimal.NewFromInt(r))
			req.Seed = append(req.Seed, nil)
			for _, s := range c.Seed[i] {
				req.Seed[i] = append(req.Seed[i], decimal.NewFromFloat(s))
			}
		}
		for _, k := range c.ColumnTotals {
			req.Columns = append(req.Columns, decimal.NewFromInt(k))
		}
		table := splitTable(t, req)
		require.True(t, table.Converged())
		for i, row := range c.Expected {
			for j, want := range row {
				require.InDelta(t, want, table.Fitted(i, j).InexactFloat64(), 1e-8, "%s (%d, %d)", c.ID, i, j)
			}
		}
	}
}

// A founder alone in the first quarter, the second rep from the second on, and
// totals that leave the founder nothing after it.
func TestSplitTableForcedCells(t *testing.T) {
	req := TableRequest{
		Rows: decs("120.00 360.00"), Columns: decs("120 120 120 120"), Step: decimal.New(1, -2),
		Seed: decRows("1 1 1 1; 0 1 1 1"),
	}
	table := splitTable(t, req)
	require.True(t, table.Converged())
	require.Equal(t, "[120.00 0.00 0.00 0.00]", texts(table.Row(0)))
	require.Equal(t, "[0.00 120.00 120.00 120.00]", texts(table.Row(1)))
	require.True(t, table.Explain(0, 2).Forced)
	require.False(t, table.Explain(0, 0).Forced)
	require.False(t, table.Explain(1, 0).Forced, "a cell without seed is not forced")

	// DECOMPOSE §3: 480 a year, two reps of equal weight, one from April.
	table = splitTable(t, TableRequest{
		Rows: decs("300 180"), Columns: decs("120 120 120 120"), Step: decimal.NewFromInt(1),
		Seed: decRows("120 60 60 60; 0 60 60 60"),
	})
	require.Equal(t, "[120 60 60 60]", texts(table.Row(0)))
	require.Equal(t, "[0 60 60 60]", texts(table.Row(1)))
}

func texts(ds []decimal.Decimal) string {
	var out []string
	for _, d := range ds {
		out = append(out, amountText(d))
	}
	return "[" + strings.Join(out, " ") + "]"
}

func TestSplitTableNegativeIsMirror(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 1))
	for range 40 {
		req := randomTable(r)
		table := splitTable(t, req)
		mirror := req
		mirror.Rows, mirror.Columns = negated(req.Rows), negated(req.Columns)
		got := splitTable(t, mirror)
		rows, cols := table.Size()
		for i := range rows {
			for j := range cols {
				require.True(t, table.Amount(i, j).Neg().Equal(got.Amount(i, j)))
				require.True(t, table.Fitted(i, j).Neg().Equal(got.Fitted(i, j)))
			}
		}
	}
}

func negated(ds []decimal.Decimal) []decimal.Decimal {
	out := make([]decimal.Decimal, len(ds))
	for i, d := range ds {
		out[i] = d.Neg()
	}
	return out
}

// randomTable asks for a table that exists: its totals are those of a random
// one with empty cells, in random steps and sizes.
func randomTable(r *rand.Rand) TableRequest {
	steps := decs("0.01 1 1000 0.05 7 1e-8 3e5")
	req := TableRequest{Step: steps[r.IntN(len(steps))]}
	rows, cols := 1+r.IntN(7), 1+r.IntN(7)
	most := int64(1) << r.IntN(57)
	rt, ct := make([]int64, rows), make([]int64, cols)
	seeded := r.IntN(4) > 0
	for i := range rows {
		var seed []decimal.Decimal
		for j := range cols {
			n := r.Int64N(most + 1)
			s := decimal.New(1+r.Int64N(1e6), int32(r.IntN(8)-6))
			if seeded && r.IntN(3) == 0 {
				n = 0
				if r.IntN(3) > 0 {
					s = decimal.Zero
				}
			}
			rt[i] += n
			ct[j] += n
			seed = append(seed, s)
		}
		if seeded {
			req.Seed = append(req.Seed, seed)
		}
	}
	for _, n := range rt {
		req.Rows = append(req.Rows, fromSteps(n, req.Step))
	}
	for _, n := range ct {
		req.Columns = append(req.Columns, fromSteps(n, req.Step))
	}
	return req
}

// Every fitted value follows from its explanation, every amount from the
// fitted value, and the running totals are those of the cells.
func TestSplitTableExplain(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for n := range 150 {
		req := randomTable(r)
		if n%2 == 1 {
			req.Rows, req.Columns = negated(req.Rows), negated(req.Columns)
		}
		table := splitTable(t, req)
		step := req.Step.InexactFloat64()
		for at, amount := range table.All() {
			i, j := at[0], at[1]
			c := table.Explain(i, j)
			require.True(t, amount.Equal(c.Amount))
			row, col := RunningTotal{}, RunningTotal{}
			for k := range j + 1 {
				row.Given, row.Fitted = row.Given.Add(table.Amount(i, k)), row.Fitted.Add(table.Fitted(i, k))
			}
			for k := range i + 1 {
				col.Given, col.Fitted = col.Given.Add(table.Amount(k, j)), col.Fitted.Add(table.Fitted(k, j))
			}
			require.True(t, row.Given.Equal(c.Row.Given) && row.Fitted.Equal(c.Row.Fitted))
			require.True(t, col.Given.Equal(c.Column.Given) && col.Fitted.Equal(c.Column.Fitted))
			if req.Seed != nil {
				require.Equal(t, req.Seed[i][j].InexactFloat64(), c.Seed)
			}
			if c.Forced {
				require.True(t, c.Fitted.IsZero())
				continue
			}
			slack := 1e-5*step + 1e-12*math.Abs(req.Rows[i].InexactFloat64()) + 1e-12*math.Abs(req.Columns[j].InexactFloat64())
			require.InDelta(t, c.Fitted.InexactFloat64(), c.Seed*c.RowFactor*c.ColumnFactor, slack)
		}
	}
}

func TestSplitTableFaults(t *testing.T) {
	one := decimal.NewFromInt(1)
	for _, c := range []struct {
		name string
		req  TableRequest
		want []string
	}{
		{"no step", TableRequest{Rows: decs("1"), Columns: decs("1")}, []string{"/step: required"}},
		{"negative step", TableRequest{Rows: decs("1"), Columns: decs("1"), Step: one.Neg()}, []string{"/step: negative"}},
		{"huge step", TableRequest{Step: decimal.New(1, 1<<30)}, []string{"/step: out-of-range"}},
		{"off step", TableRequest{Rows: decs("1 1 1 1.5"), Columns: decs("4.5"), Step: one}, []string{"/rows/3: off-step \"1.5\", bound 1", "/columns/0: off-step"}},
		{"sums", TableRequest{Rows: decs("1 2"), Columns: decs("4.00"), Step: decimal.New(1, -2)}, []string{"/columns: mismatch \"4.00\", bound 3.00, the sum of the rows; the difference is 1.00"}},
		{"empty and not", TableRequest{Columns: decs("4"), Step: one}, []string{"/columns: mismatch \"4\""}},
		{"signs", TableRequest{Rows: decs("0 3 -1"), Columns: decs("2"), Step: one}, []string{"/rows/2: conflict \"-1\", bound /rows/1 is 3"}},
		{"large", TableRequest{Rows: decs("9e18 1"), Columns: decs("9000000000000000001"), Step: one}, []string{"/columns/0: out-of-range"}},
		{"large sums", TableRequest{Rows: decs("9e18 9e18"), Columns: decs("9e18 9e18"), Step: one}, []string{"/rows: out-of-range", "/columns: out-of-range"}},
		{"bomb", TableRequest{Rows: []decimal.Decimal{decimal.New(1, 1<<30)}, Columns: decs("1"), Step: one}, []string{"/rows/0: out-of-range"}},
		{"seed rows", TableRequest{Rows: decs("1 1"), Columns: decs("2"), Step: one, Seed: decRows("1")}, []string{"/seed: mismatch \"1 row\", bound 2 row totals"}},
		{"seed cells", TableRequest{Rows: decs("1 1"), Columns: decs("2"), Step: one, Seed: decRows("1;1 2")}, []string{"/seed/1: mismatch \"2 cells\", bound 1 column total"}},
		{"seed values", TableRequest{Rows: decs("1 1"), Columns: decs("1 1"), Step: one, Seed: [][]decimal.Decimal{{one, one.Neg()}, {decimal.New(1, 31), one}}}, []string{"/seed/0/1: negative \"-1\"", "/seed/1/0: out-of-range"}},
		{"names", TableRequest{Rows: decs("1"), Columns: decs("1"), Step: one, RowIDs: []string{}, ColumnIDs: []string{"a", "b"}}, []string{"/rowIDs: mismatch", "/columnIDs: mismatch \"2 names\", bound 1 total"}},
		{"method", TableRequest{Rows: decs("1"), Columns: decs("1"), Step: one, Method: Cumulative}, []string{"/method: invalid \"cumulative\", bound largest-remainder, webster"}},
		{"cells", TableRequest{Rows: make([]decimal.Decimal, 1<<14), Columns: make([]decimal.Decimal, 1<<14), Step: one}, []string{"/rows: out-of-range \"268435456 cells\""}},
		{"all at once", TableRequest{Rows: decs("1.5"), Columns: decs("-1"), Step: one, Method: Cumulative, RowIDs: []string{"a", "b"}, Seed: decRows("-1")},
			[]string{"/method: invalid", "/rows/0: off-step", "/columns/0: conflict", "/rowIDs: mismatch", "/seed/0/0: negative"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := SplitTable(context.Background(), c.req)
			require.Nil(t, table)
			faults := diag.All(err)
			require.Len(t, faults, len(c.want), "%v", err)
			requireChinese(t, err)
			for i, want := range c.want {
				require.True(t, strings.HasPrefix(faults[i].Error(), want), "%s", faults[i])
			}
		})
	}
}

func TestSplitTableInfeasible(t *testing.T) {
	req := TableRequest{
		Rows: decs("-30 -22 -48"), Columns: decs("-60 -25 -15"), Step: decimal.New(1, -1),
		Seed:   decRows("0 1 1; 0 1 1; 1 1 1"),
		RowIDs: []string{"east", "west", "north"}, ColumnIDs: []string{"Q1", "Q2", "Q3"},
	}
	_, err := SplitTable(context.Background(), req)
	require.ErrorIs(t, err, diag.Infeasible)
	require.EqualError(t, err, `/seed: infeasible "rows east, west need -52.0", bound columns Q2, Q3 hold at most -40.0, short by 12.0`)

	req.RowIDs, req.ColumnIDs = nil, nil
	req.Seed = decRows("0 1 1; 0 0 0; 1 1 1")
	_, err = SplitTable(context.Background(), req)
	require.EqualError(t, err, `/seed: infeasible "rows 1 need -22.0", bound no column is open to them, short by 22.0`)

	// Many alike: a conflict is named in a few of them, and what is missing
	// over all.
	many := TableRequest{Columns: decs("40 960"), Step: decimal.NewFromInt(1)}
	for range 100 {
		many.Rows = append(many.Rows, decimal.NewFromInt(10))
		many.Seed = append(many.Seed, decs("1 0"))
	}
	_, err = SplitTable(context.Background(), many)
	requireChinese(t, err)
	require.EqualError(t, err, `/seed: infeasible "rows 0, 1, 2, 3, 4 need 50", bound columns 0 hold at most 40, short by 10; over all conflicts 960 must give way`)
}

func TestListed(t *testing.T) {
	at := make([]int, 500)
	for i := range at {
		at[i] = i
	}
	require.Equal(t, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 487 more", listed(at, nil))
	require.Equal(t, `a\u202eb`, listed([]int{1}, []string{"", "a\u202eb"}))
}

func TestSeedFloat(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 5000 {
		d := decimal.New(r.Int64()>>r.IntN(63), int32(r.IntN(61)-30))
		want, _ := d.Rat().Float64()
		got, ok := seedFloat(d)
		require.True(t, ok)
		require.Equal(t, want, got, "%s", d)
	}
	_, ok := seedFloat(decimal.New(1, 31))
	require.False(t, ok)
}

func TestTableOutside(t *testing.T) {
	table := splitTable(t, TableRequest{Rows: decs("3"), Columns: decs("1 2"), Step: decimal.NewFromInt(1)})
	for _, at := range [][2]int{{-1, 0}, {0, -1}, {1, 0}, {0, 2}} {
		require.True(t, table.Amount(at[0], at[1]).IsZero())
		require.True(t, table.Fitted(at[0], at[1]).IsZero())
		require.Equal(t, TableCell{}, table.Explain(at[0], at[1]))
	}
	require.Nil(t, table.Row(1))
	n := 0
	for range table.All() {
		n++
		break
	}
	require.Equal(t, 1, n)
	for _, empty := range []*Table{splitTable(t, TableRequest{Step: decimal.NewFromInt(1)}), new(Table)} {
		for range empty.All() {
			require.Fail(t, "a cell in an empty table")
		}
		require.Nil(t, empty.Row(0))
		require.True(t, empty.Equal(empty))
		_, err := json.Marshal(empty)
		require.NoError(t, err)
	}
}

// Same bytes at any number of processors, with any of decimal's settings.
func TestSplitTableDeterministic(t *testing.T) {
	req := randomTable(rand.New(rand.NewPCG(77, 1)))
	first := splitTable(t, req)
	want, err := json.Marshal(first)
	require.NoError(t, err)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	quotes, digits := decimal.MarshalJSONWithoutQuotes, decimal.DivisionPrecision
	defer func() { decimal.MarshalJSONWithoutQuotes, decimal.DivisionPrecision = quotes, digits }()
	decimal.MarshalJSONWithoutQuotes, decimal.DivisionPrecision = true, 1
	for n := range 100 {
		if n == 50 {
			runtime.GOMAXPROCS(8)
		}
		table, err := SplitTable(context.Background(), req)
		require.NoError(t, err)
		require.True(t, first.Equal(table))
		got, err := json.Marshal(table)
		require.NoError(t, err)
		require.Equal(t, string(want), string(got))
	}
}

func TestTableEqual(t *testing.T) {
	req := TableRequest{Rows: decs("3 4"), Columns: decs("2 5"), Step: decimal.NewFromInt(1), RowIDs: []string{"a", "b"}}
	table := splitTable(t, req)
	require.True(t, table.Equal(table))
	require.False(t, table.Equal(nil))
	for _, change := range []func(*TableRequest){
		func(r *TableRequest) { r.Rows = decs("4 3") },
		func(r *TableRequest) { r.Columns = decs("3 4") },
		func(r *TableRequest) { r.RowIDs = []string{"a", "c"} },
		func(r *TableRequest) { r.ColumnIDs = []string{"a", "c"} },
		func(r *TableRequest) { r.Step = decimal.New(1, -1) },
		func(r *TableRequest) { r.Seed = decRows("1 9; 3 1") },
		func(r *TableRequest) { r.Rows, r.Columns = negated(r.Rows), negated(r.Columns) },
	} {
		other := req
		change(&other)
		require.False(t, table.Equal(splitTable(t, other)))
	}
}

func TestTableJSON(t *testing.T) {
	table := splitTable(t, TableRequest{
		Rows: decs("1 2"), Columns: decs("1.5 1.5"), Step: decimal.New(1, -2), ColumnIDs: []string{"H1", "H2"},
	})
	got, err := json.Marshal(table)
	require.NoError(t, err)
	require.JSONEq(t, `{"step": "0.01", "columnIDs": ["H1", "H2"], "rows": ["1.00", "2.00"], "columns": ["1.50", "1.50"],
		"amounts": [["0.50", "0.50"], ["1.00", "1.00"]], "converged": true}`, string(got))
	cell, err := json.Marshal(table.Explain(1, 1))
	require.NoError(t, err)
	var read map[string]any
	require.NoError(t, json.Unmarshal(cell, &read))
	require.Equal(t, "1.00", read["amount"])
	require.Equal(t, map[string]any{"fitted": "2.00", "given": "2.00"}, read["row"])
	require.InDelta(t, 1.0, read["seed"].(float64)*read["rowFactor"].(float64)*read["columnFactor"].(float64), 1e-9)
}

func TestSplitTableProgress(t *testing.T) {
	req := TableRequest{Step: decimal.NewFromInt(1)}
	for range 300 {
		req.Rows = append(req.Rows, decimal.NewFromInt(40))
		req.Columns = append(req.Columns, decimal.NewFromInt(40))
	}
	var last, all int64
	ctx, cancel := context.WithCancel(context.Background())
	_, err := SplitTable(WithProgress(ctx, func(done, total int64) { last, all = done, total }), req)
	require.NoError(t, err)
	require.Positive(t, all)
	require.Equal(t, all, last)

	_, err = SplitTable(WithProgress(ctx, func(int64, int64) { cancel() }), req)
	require.ErrorIs(t, err, context.Canceled)
	_, err = SplitTable(WithProgress(context.Background(), nil), req)
	require.NoError(t, err)
}

// Any numbers give a table that keeps its promises, or faults; never a panic.
func FuzzSplitTable(f *testing.F) {
	f.Add("3 4", "2 5", "1 0;1 1", "1")
	f.Add("-0.03 0", "-0.01 -0.02", "", "0.01")
	f.Add("30 22 48", "60 25 15", "0 1 1;0 1 1;1 1 1", "1")
	f.Add("9e18", "9e18", "1e-30", "1")
	f.Add("1e30", "1e999", "1;2", "1e-30")
	f.Fuzz(func(t *testing.T, rows, cols, seed, step string) {
		if len(rows)+len(cols)+len(seed) > 400 {
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
		req := TableRequest{Rows: read(rows), Columns: read(cols)}
		if s := read(step); len(s) > 0 {
			req.Step = s[0]
		}
		if seed != "" {
			for _, row := range strings.Split(seed, ";") {
				req.Seed = append(req.Seed, read(row))
			}
		}
		table, err := SplitTable(context.Background(), req)
		if err != nil {
			require.Nil(t, table)
			require.NotEmpty(t, diag.All(err))
			return
		}
		requireTablePromises(t, req, table)
	})
}
