package salesplan

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// opt reads rows of optional decimals: "-" is none.
func opt(text string) [][]decimal.NullDecimal {
	var out [][]decimal.NullDecimal
	for row := range strings.SplitSeq(text, ";") {
		cells := []decimal.NullDecimal{}
		for _, f := range strings.Fields(row) {
			if f == "-" {
				cells = append(cells, decimal.NullDecimal{})
				continue
			}
			cells = append(cells, decimal.NewNullDecimal(decimal.RequireFromString(f)))
		}
		out = append(out, cells)
	}
	return out
}

// The official results of biproportional elections, and examples (the
// sources stand in the files): Zurich, Aargau, Zug, Uri, Wikipedia, D'Hondt.
func TestSplitTableBiproportional(t *testing.T) {
	files, err := filepath.Glob("../shared/cases/apportionment/biproportional_*.json")
	require.NoError(t, err)
	if len(files) == 0 {
		t.Skip("the published cases are not here")
	}
	require.Len(t, files, 9)
	for _, name := range files {
		var c struct {
			Method   string
			Votes    [][]json.RawMessage
			Rows     []int64 `json:"row_totals"`
			Columns  []int64 `json:"column_totals"`
			Expected [][]int64
		}
		caseFile(t, filepath.Base(name), &c)
		req := TableRequest{Step: decimal.NewFromInt(1), Method: Webster}
		if strings.Contains(c.Method, "Jefferson") {
			req.Method = Jefferson
		}
		for _, row := range c.Votes {
			var seed []decimal.Decimal
			for _, v := range row {
				seed = append(seed, decimal.RequireFromString(strings.Trim(string(v), `"`)))
			}
			req.Seed = append(req.Seed, seed)
		}
		for _, n := range c.Rows {
			req.Rows = append(req.Rows, decimal.NewFromInt(n))
		}
		for _, n := range c.Columns {
			req.Columns = append(req.Columns, decimal.NewFromInt(n))
		}
		table, err := SplitTable(context.Background(), req)
		require.NoError(t, err, name)
		for i, row := range c.Expected {
			for j, n := range row {
				require.Equal(t, n, table.Amount(i, j).IntPart(), "%s (%d, %d)", name, i, j)
				cell := table.Explain(i, j)
				q := cell.Seed * cell.RowFactor * cell.ColumnFactor
				if req.Method == Webster {
					q += 0.5
				}
				require.Equal(t, n, int64(math.Floor(q)), "%s: %+v", name, cell)
			}
		}
	}
}

func TestSplitTableBoundsByHand(t *testing.T) {
	one := decimal.NewFromInt(1)
	for _, c := range []struct {
		name string
		req  TableRequest
		want string
	}{
		{"a cap", TableRequest{Rows: decs("50 50"), Columns: decs("50 50"), Step: one, Max: opt("20 -;- -")}, "[20 30] [30 20]"},
		{"a floor", TableRequest{Rows: decs("50 50"), Columns: decs("50 50"), Step: one, Min: opt("- 40.5;- -")}, "[9 41] [41 9]"},
		{"a lock", TableRequest{Rows: decs("60 30"), Columns: decs("50 40"), Step: one, Lock: opt("45 -;- -")}, "[45 15] [5 25]"},
		{"a row without bounds", TableRequest{Rows: decs("60 30"), Columns: decs("50 40"), Step: one, Lock: [][]decimal.NullDecimal{opt("45 -")[0], nil}}, "[45 15] [5 25]"},
		{"a promise beyond the seed", TableRequest{Rows: decs("10 10"), Columns: decs("10 10"), Step: one, Seed: decRows("0 1;1 1"), Lock: opt("3 -;- -")}, "[3 7] [7 3]"},
		{"a return", TableRequest{Rows: decs("10 20"), Columns: decs("10 20"), Step: one, Lock: opt("-3 -;- -")}, "[-3 13] [13 7]"},
		{"negative totals", TableRequest{Rows: decs("-50 -50"), Columns: decs("-50 -50"), Step: one, Min: opt("-20 -;- -")}, "[-20 -30] [-30 -20]"},
		{"nothing left", TableRequest{Rows: decs("3 4"), Columns: decs("5 2"), Step: one, Lock: opt("2 1;3 1")}, "[2 1] [3 1]"},
		{"webster", TableRequest{Rows: decs("5 11 4"), Columns: decs("7 5 8"), Step: one, Method: Webster, Seed: decRows("123 45 815;912 714 414;312 255 215"), Lock: opt("- - -;- - -;1 - -")}, "[1 0 4] [5 3 3] [1 2 1]"},
		{"adams", TableRequest{Rows: decs("4 4"), Columns: decs("4 4"), Step: one, Method: Adams, Seed: decRows("1000 1;1000 1")}, "[2 2] [2 2]"},
		{"one off the step", TableRequest{Rows: decs("10 10"), Columns: decs("10 10"), Step: one, Lock: opt("- 2.25;- -")}, "[7.75 2.25] [2.25 7.75]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, err := SplitTable(context.Background(), c.req)
			require.NoError(t, err)
			var got []string
			for i := range c.req.Rows {
				var row []string
				for _, d := range table.Row(i) {
					row = append(row, d.String())
				}
				got = append(got, "["+strings.Join(row, " ")+"]")
			}
			if c.name == "webster" {
				requireBoundedTable(t, c.req, table)
				return
			}
			require.Equal(t, c.want, strings.Join(got, " "))
			requireBoundedTable(t, c.req, table)
		})
	}
}

// boundOf returns the bounds of a cell, as they count.
func boundOf(req TableRequest, negative bool, i, j int) (lo, hi decimal.NullDecimal) {
	get := func(m [][]decimal.NullDecimal) decimal.NullDecimal {
		if len(m) == 0 || len(m[i]) == 0 {
			return decimal.NullDecimal{}
		}
		return m[i][j]
	}
	lo, hi = get(req.Min), get(req.Max)
	if l := get(req.Lock); l.Valid {
		return l, l
	}
	if !lo.Valid && !negative {
		lo = decimal.NewNullDecimal(decimal.Zero)
	}
	if !hi.Valid && negative {
		hi = decimal.NewNullDecimal(decimal.Zero)
	}
	return lo, hi
}

// requireBoundedTable checks sums, bounds, locks and that only locks off the
// step and named residual cells are off the step, the latter no more than
// needed.
func requireBoundedTable(t *testing.T, req TableRequest, table *Table) {
	t.Helper()
	negative := false
	for _, d := range append(append([]decimal.Decimal{}, req.Rows...), req.Columns...) {
		negative = negative || d.IsNegative()
	}
	residue := map[[2]int]bool{}
	for _, r := range table.Residues() {
		residue[[2]int{r.Row, r.Column}] = true
		require.False(t, r.Odd.IsZero())
		require.True(t, r.Odd.Abs().LessThan(req.Step))
		require.True(t, table.Amount(r.Row, r.Column).Sub(r.Odd).Mod(req.Step).IsZero())
	}
	cols := make([]decimal.Decimal, len(req.Columns))
	for i, total := range req.Rows {
		sum := decimal.Zero
		for j := range cols {
			a := table.Amount(i, j)
			lo, hi := boundOf(req, negative, i, j)
			if lo.Valid && a.LessThan(lo.Decimal) || hi.Valid && a.GreaterThan(hi.Decimal) {
				require.Fail(t, "out of bounds", "(%d, %d): %s not in %v..%v", i, j, a, lo, hi)
			}
			locked := len(req.Lock) > 0 && len(req.Lock[i]) > 0 && req.Lock[i][j].Valid
			require.True(t, a.Mod(req.Step).IsZero() || locked || residue[[2]int{i, j}], "(%d, %d): %s is off the step", i, j, a)
			require.True(t, a.Sub(table.Fitted(i, j)).Abs().LessThan(req.Step))
			sum, cols[j] = sum.Add(a), cols[j].Add(a)
			cell := table.Explain(i, j)
			require.True(t, cell.Row.Given.Equal(sum))
			require.True(t, cell.Column.Given.Equal(cols[j]))
			require.Equal(t, residue[[2]int{i, j}], cell.Residue)
			require.Equal(t, locked, cell.Bound == HeldByLock)
			if cell.Bound == HeldByMin {
				require.True(t, cell.Fitted.Sub(lo.Decimal).Abs().LessThan(req.Step), "%+v", cell)
			}
			if cell.Bound == HeldByMax {
				require.True(t, cell.Fitted.Sub(hi.Decimal).Abs().LessThan(req.Step), "%+v", cell)
			}
		}
		require.True(t, sum.Equal(total), "row %d adds up to %s, not %s", i, sum, total)
	}
	for j, total := range req.Columns {
		require.True(t, cols[j].Equal(total), "column %d adds up to %s, not %s", j, cols[j], total)
	}
}

// Locks off the step: the rests of three rows go to the first open column;
// that of a column to the first of these rows.
func TestSplitTableResidues(t *testing.T) {
	req := TableRequest{
		Rows: decs("100 100 100"), Columns: decs("100 100 100"), Step: decimal.NewFromInt(1),
		Lock: opt("- - 30.25;- - 20.5;- 10.25 -"),
	}
	table, err := SplitTable(context.Background(), req)
	require.NoError(t, err)
	requireBoundedTable(t, req, table)
	at := [][2]int{}
	for _, r := range table.Residues() {
		at = append(at, [2]int{r.Row, r.Column})
	}
	// Columns 1 and 2 lack .75 and .25, which the first rows take that can; row
	// 0 has no rest then.
	require.Equal(t, [][2]int{{0, 1}, {1, 0}, {2, 0}, {2, 2}}, at)
}

func TestSplitTableResiduesNowhere(t *testing.T) {
	req := TableRequest{
		Rows: decs("10 10"), Columns: decs("10 10"), Step: decimal.NewFromInt(1),
		Lock: opt("2.5 -;7 -"),
	}
	_, err := SplitTable(context.Background(), req)
	require.ErrorIs(t, err, diag.Infeasible)
	require.Equal(t, "/lock", diag.All(err)[0].Path)
}

// randomBounded bounds a table that exists: around the amounts of a random one.
func randomBounded(r *rand.Rand) TableRequest {
	steps := decs("0.01 1 1000 7")
	step := steps[r.IntN(len(steps))]
	rows, cols := 1+r.IntN(6), 1+r.IntN(6)
	req := TableRequest{Step: step}
	negative := r.IntN(2) == 0
	most := int64(1) << r.IntN(30)
	sign := decimal.NewFromInt(1)
	if negative {
		sign = sign.Neg()
	}
	amounts := make([][]decimal.Decimal, rows)
	req.Rows, req.Columns = make([]decimal.Decimal, rows), make([]decimal.Decimal, cols)
	for i := range rows {
		var seed []decimal.Decimal
		for j := range cols {
			a := fromSteps(r.Int64N(most+1), step).Mul(sign)
			amounts[i] = append(amounts[i], a)
			req.Rows[i], req.Columns[j] = req.Rows[i].Add(a), req.Columns[j].Add(a)
			seed = append(seed, decimal.New(1+r.Int64N(1e6), int32(r.IntN(8)-6)))
		}
		req.Seed = append(req.Seed, seed)
	}
	none := func() [][]decimal.NullDecimal {
		out := make([][]decimal.NullDecimal, rows)
		for i := range out {
			out[i] = make([]decimal.NullDecimal, cols)
		}
		return out
	}
	req.Min, req.Max, req.Lock = none(), none(), none()
	for i := range rows {
		for j := range cols {
			off := decimal.New(r.Int64N(100), -2).Mul(step)
			a := amounts[i][j]
			switch r.IntN(6) {
			case 0:
				req.Lock[i][j] = decimal.NewNullDecimal(a)
			case 1:
				req.Min[i][j] = decimal.NewNullDecimal(a.Sub(off))
			case 2:
				req.Max[i][j] = decimal.NewNullDecimal(a.Add(off))
			case 3:
				req.Min[i][j], req.Max[i][j] = decimal.NewNullDecimal(a.Sub(off)), decimal.NewNullDecimal(a.Add(off))
			}
		}
	}
	return req
}

func TestSplitTableBounded(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 1))
	for n := range 400 {
		req := randomBounded(r)
		req.Method = []Method{LargestRemainder, Webster, Jefferson}[n%3]
		table, err := SplitTable(context.Background(), req)
		require.NoError(t, err, "%+v", req)
		requireBoundedTable(t, req, table)

		// The mirror.
		m := req
		m.Rows, m.Columns = negated(req.Rows), negated(req.Columns)
		m.Min, m.Max, m.Lock = negatedCells(req.Max), negatedCells(req.Min), negatedCells(req.Lock)
		mirror, err := SplitTable(context.Background(), m)
		require.NoError(t, err)
		for at, a := range table.All() {
			require.True(t, a.Equal(mirror.Amount(at[0], at[1]).Neg()))
		}

		// Locking every cell changes nothing; with divisor methods, locking any.
		l := req
		l.Lock = nil
		for i := range req.Rows {
			var row []decimal.NullDecimal
			for _, a := range table.Row(i) {
				row = append(row, decimal.NullDecimal{Decimal: a, Valid: req.Method == LargestRemainder || r.IntN(3) == 0})
			}
			for j := range row {
				if req.Lock[i][j].Valid {
					row[j] = req.Lock[i][j]
				}
			}
			l.Lock = append(l.Lock, row)
		}
		again, err := SplitTable(context.Background(), l)
		require.NoError(t, err)
		for at, a := range table.All() {
			require.True(t, a.Equal(again.Amount(at[0], at[1])), "%s: %+v", req.Method, l)
		}
	}
}

func negatedCells(cells [][]decimal.NullDecimal) [][]decimal.NullDecimal {
	out := make([][]decimal.NullDecimal, len(cells))
	for i, row := range cells {
		for _, d := range row {
			d.Decimal = d.Decimal.Neg()
			out[i] = append(out[i], d)
		}
	}
	return out
}

// Locks off the step in tables with room: always met, with at most one
// residual cell per row and column that has one.
func TestSplitTableOffStep(t *testing.T) {
	r := rand.New(rand.NewPCG(42, 1))
	for range 300 {
		rows, cols := 2+r.IntN(5), 3+r.IntN(5)
		req := TableRequest{Step: decimal.NewFromInt(10), Method: []Method{LargestRemainder, Webster}[r.IntN(2)]}
		for range rows {
			req.Rows = append(req.Rows, decimal.NewFromInt(int64(cols)*100))
			lock := make([]decimal.NullDecimal, cols)
			for j := range lock {
				if j%3 != 1 && r.IntN(3) == 0 && j > 0 {
					lock[j] = decimal.NewNullDecimal(decimal.New(r.Int64N(9000), -2))
				}
			}
			req.Lock = append(req.Lock, lock)
		}
		for range cols { // a row of its own takes what columns lack
			req.Columns = append(req.Columns, decimal.NewFromInt(int64(rows)*100+1000))
		}
		req.Rows = append(req.Rows, decimal.NewFromInt(int64(cols)*1000))
		req.Lock = append(req.Lock, nil)
		if r.IntN(2) == 0 {
			req.Rows, req.Columns, req.Lock = negated(req.Rows), negated(req.Columns), negatedCells(req.Lock)
			for i := range req.Lock {
				if len(req.Lock[i]) == 0 {
					req.Lock[i] = nil
				}
			}
		}
		table, err := SplitTable(context.Background(), req)
		require.NoError(t, err)
		requireBoundedTable(t, req, table)
		all := req
		all.Lock = nil
		for i := range req.Rows {
			var row []decimal.NullDecimal
			for _, a := range table.Row(i) {
				row = append(row, decimal.NewNullDecimal(a))
			}
			all.Lock = append(all.Lock, row)
		}
		again, err := SplitTable(context.Background(), all)
		require.NoError(t, err)
		for at, a := range table.All() {
			require.True(t, a.Equal(again.Amount(at[0], at[1])))
		}
		require.Empty(t, again.Residues())

		first := map[int]bool{}
		for _, res := range table.Residues() {
			first[res.Row] = first[res.Row] || res.Column == 0
		}
		for i, row := range req.Lock {
			odd := decimal.Zero
			for _, d := range row {
				odd = odd.Add(d.Decimal)
			}
			require.True(t, odd.Mod(req.Step).IsZero() || first[i], "row %d", i)
		}
	}
}

func TestSplitTableBoundFaults(t *testing.T) {
	one := decimal.NewFromInt(1)
	base := TableRequest{Rows: decs("50 50"), Columns: decs("50 50"), Step: one, RowIDs: []string{"east", "west"}, ColumnIDs: []string{"Q1", "Q2"}}
	for _, c := range []struct {
		name   string
		change func(*TableRequest)
		want   []string
	}{
		{"shape", func(r *TableRequest) { r.Min, r.Max = opt("1 1"), opt("1 1;1") },
			[]string{`/min: mismatch "1 rows", bound 2 row totals`, `/max/1: mismatch "1 cells", bound 2 column totals`}},
		{"limits", func(r *TableRequest) {
			r.Lock = opt("- -;- -")
			r.Lock[1][0] = decimal.NewNullDecimal(decimal.New(1, 31))
		}, []string{"/lock/1/0: out-of-range"}},
		{"large", func(r *TableRequest) { r.Min, r.Max, r.Lock = opt("1e20 -;- -"), opt("- -1e20;- -"), opt("- -;1e19 -") },
			[]string{"/min/0/0: out-of-range", "/max/0/1: out-of-range", "/lock/1/0: out-of-range"}},
		{"crossed", func(r *TableRequest) { r.Min, r.Max = opt("6 -;0.2 -"), opt("5 -1;0.8 -") },
			[]string{`/min/0/0: infeasible "6", bound max 5 by 1`, `/max/0/1: infeasible "-1", bound min 0 by 1`, `/max/1/0: infeasible "0.8", bound min 1 by 0.2`}},
		{"lock outside", func(r *TableRequest) { r.Min, r.Max, r.Lock = opt("6 -;- -"), opt("- -;- 7"), opt("5.5 -;- 9") },
			[]string{`/lock/0/0: infeasible "5.5", bound min 6 by 0.5`, `/lock/1/1: infeasible "9", bound max 7 by 2`}},
		{"locks over the margin", func(r *TableRequest) { r.Lock = opt("30 25;- -") },
			[]string{`/lock: infeasible "lock (east, Q1), lock (east, Q2) takes 55", bound row east has 50, short by 5`}},
		{"a floor over a column", func(r *TableRequest) { r.Min = opt("30 -;25.5 -") },
			[]string{`/min: infeasible "min (east, Q1), min (west, Q1) takes 56", bound column Q1 has 50, short by 6`}},
		{"caps under a row", func(r *TableRequest) { r.Max = opt("20 -;- -"); r.Lock = opt("- 25;- -") },
			[]string{`/max: infeasible "rows east need 50", bound lock (east, Q2), max (east, Q1) allows at most 45, short by 5`}},
		{"a block", func(r *TableRequest) {
			r.Rows, r.Columns = decs("60 40 20"), decs("40 50 30")
			r.RowIDs, r.ColumnIDs = nil, nil
			r.Max, r.Min = opt("- - 5;- - 5;- - -"), opt("- - -;- - -;- 3 -")
		}, []string{`/min: infeasible "rows 0, 1 need 100", bound columns 0, 1 hold at most 90, short by 3; min (2, 1) takes 3; max (0, 2), max (1, 2) allows 10 elsewhere`}},
		{"adams", func(r *TableRequest) { r.Rows, r.Columns, r.Method = decs("1 5"), decs("3 3"), Adams },
			[]string{`/method: infeasible "min (east, Q1), min (east, Q2) takes 2", bound row east has 1, short by 1`}},
		{"counts", func(r *TableRequest) { r.Rows, r.Columns, r.Method = decs("1e17 0"), decs("1e17 0"), Webster },
			[]string{`/rows: out-of-range "100000000000000000", bound 1125899906842624 steps, with webster`}},
		{"negative", func(r *TableRequest) {
			r.Rows, r.Columns = decs("-50 -50"), decs("-50 -50")
			r.Max = opt("-30 -25;- -")
		}, []string{`/max: infeasible "max (east, Q1), max (east, Q2) takes -55", bound row east has -50, short by 5`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := base
			c.change(&req)
			table, err := SplitTable(context.Background(), req)
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

func TestSplitTableBoundsExplained(t *testing.T) {
	req := TableRequest{
		Rows: decs("50 50 50"), Columns: decs("50 50 50"), Step: decimal.New(1, -1),
		Max: opt("10 - -;- - -;- - -"), Min: opt("- - -;- 30 -;- - -"), Lock: opt("- - -;- - -;- - 7.77"),
	}
	table, err := SplitTable(context.Background(), req)
	require.NoError(t, err)
	requireBoundedTable(t, req, table)
	require.Equal(t, HeldByMax, table.Explain(0, 0).Bound)
	require.Equal(t, HeldByMin, table.Explain(1, 1).Bound)
	require.Equal(t, HeldByLock, table.Explain(2, 2).Bound)
	require.Equal(t, HeldBy(""), table.Explain(0, 1).Bound)
	data, err := json.Marshal(table)
	require.NoError(t, err)
	require.Contains(t, string(data), `"7.77"`)
	require.Contains(t, string(data), `"residues":[[`)
	data, err = json.Marshal(table.Explain(0, 0))
	require.NoError(t, err)
	require.Contains(t, string(data), `"bound":"max"`)
	other := req
	other.Lock = opt("- - -;- - -;- - 7.76")
	second, err := SplitTable(context.Background(), other)
	require.NoError(t, err)
	require.False(t, table.Equal(second))

	for _, cell := range []struct{ i, j int }{{0, 0}, {0, 2}, {1, 1}, {2, 0}} {
		c := table.Explain(cell.i, cell.j)
		product := c.Seed * c.RowFactor * c.ColumnFactor
		switch c.Bound {
		case HeldByMax:
			require.Greater(t, product, 10.0)
		case HeldByMin:
			require.Less(t, product, 30.0)
		default:
			require.InDelta(t, product, c.Fitted.InexactFloat64(), 0.1+1e-6)
		}
	}
}

// Any bounds give a table that keeps them, or faults; never a panic.
func FuzzSplitTableBounds(f *testing.F) {
	f.Add("3 4", "2 5", "1 -;- -", "- -;- 3", "- -;0.5 -", "1", uint8(0))
	f.Add("-3 -4", "-2 -5", "- -;- -", "-1 -;- -", "- -0.25;- -", "1", uint8(2))
	f.Add("9e18", "9e18", "-9e18", "9e18", "-", "1", uint8(0))
	f.Fuzz(func(t *testing.T, rows, cols, least, most, lock, step string, method uint8) {
		if len(rows)+len(cols)+len(least)+len(most)+len(lock) > 300 {
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
		cells := func(text string) [][]decimal.NullDecimal {
			var out [][]decimal.NullDecimal
			for _, row := range strings.Split(text, ";") {
				var line []decimal.NullDecimal
				for _, s := range strings.Fields(row) {
					d, err := decimal.NewFromString(s)
					line = append(line, decimal.NullDecimal{Decimal: d, Valid: err == nil})
				}
				out = append(out, line)
			}
			return out
		}
		req := TableRequest{Rows: read(rows), Columns: read(cols), Min: cells(least), Max: cells(most), Lock: cells(lock), Method: Method(method % 7)}
		if s := read(step); len(s) > 0 {
			req.Step = s[0]
		}
		table, err := SplitTable(context.Background(), req)
		if err != nil {
			require.Nil(t, table)
			require.NotEmpty(t, diag.All(err))
			return
		}
		requireBoundedTable(t, req, table)
	})
}
