package salesplan

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// splitDec reads a decimal of a test table.
func splitDec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func splitDecs(texts ...string) []decimal.Decimal {
	out := make([]decimal.Decimal, len(texts))
	for i, s := range texts {
		out[i] = splitDec(s)
	}
	return out
}

// splitTexts writes amounts for comparison.
func splitTexts(ds []decimal.Decimal) []string {
	out := make([]string, len(ds))
	for i, d := range ds {
		out[i] = d.String()
	}
	return out
}

func requireAmounts(t *testing.T, want []string, got []decimal.Decimal, msg ...any) {
	t.Helper()
	require.Equal(t, splitTexts(splitDecs(want...)), splitTexts(got), msg...)
}

// requireFault wants exactly one fault, with this code, path and bound.
func requireFault(t *testing.T, err error, code diag.Code, path, bound string) {
	t.Helper()
	all := diag.All(err)
	require.Len(t, all, 1, "%v", err)
	require.ErrorIs(t, err, code)
	require.Equal(t, path, all[0].Path)
	if bound != "" {
		require.Equal(t, bound, all[0].Bound)
	}
}

// readCases reads a file of published cases; without the folder the test is
// skipped, its most telling cases being copied in the tables of this file.
func readCases(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "shared", "cases", "apportionment", name))
	if err != nil {
		t.Skip("published cases are not beside the repository: ", err)
	}
	require.NoError(t, json.Unmarshal(text, into))
}

// caseWeights reads weights that a file has as numbers or as texts.
func caseWeights(t *testing.T, raw []any) []decimal.Decimal {
	t.Helper()
	out := make([]decimal.Decimal, len(raw))
	for i, w := range raw {
		switch w := w.(type) {
		case float64:
			out[i] = decimal.NewFromInt(int64(w))
		case string:
			out[i] = splitDec(w)
		}
	}
	return out
}

func splitUnits(t *testing.T, total int64, weights []decimal.Decimal, m Method) []int64 {
	t.Helper()
	got, err := Split(decimal.NewFromInt(total), weights, SplitOptions{Step: decimal.NewFromInt(1), Method: m})
	require.NoError(t, err)
	out := make([]int64, len(got))
	for i, d := range got {
		out[i] = d.IntPart()
	}
	return out
}

func TestSplitLargestRemainderCases(t *testing.T) {
	var file struct {
		Cases []struct {
			ID       string
			Total    int64
			Weights  []any
			Expected []int64
		}
	}
	readCases(t, "largest_remainder.json", &file)
	require.NotEmpty(t, file.Cases)
	for _, tt := range file.Cases {
		require.Equal(t, tt.Expected, splitUnits(t, tt.Total, caseWeights(t, tt.Weights), LargestRemainder), tt.ID)
	}
}

func TestSplitDivisorCases(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Method string
			Total      int64
			Weights    []any
			Expected   []int64
		}
	}
	readCases(t, "divisor_methods.json", &file)
	tried := 0
	for _, tt := range file.Cases {
		m := map[string]Method{"webster": Webster, "hh": HuntingtonHill, "adams": Adams, "jefferson": Jefferson}[tt.Method]
		if m == LargestRemainder {
			continue // Dean's method is not offered
		}
		tried++
		require.Equal(t, tt.Expected, splitUnits(t, tt.Total, caseWeights(t, tt.Weights), m), tt.ID)
	}
	require.Greater(t, tried, 10)
}

// US Census Bureau, 2020 Census apportionment results, table 1.
func TestSplitUSHouse(t *testing.T) {
	var file struct {
		Total    int64
		Weights  []int64
		Official []int64 `json:"expected_official"`
		Derived  struct{ Webster, Hamilton, Jefferson []int64 }
	}
	readCases(t, "us_house_2020.json", &file)
	for m, want := range map[Method][]int64{HuntingtonHill: file.Official, Webster: file.Derived.Webster, LargestRemainder: file.Derived.Hamilton, Jefferson: file.Derived.Jefferson} {
		got := make([]int64, len(file.Weights))
		require.NoError(t, SplitInts(got, file.Total, file.Weights, m, nil))
		require.Equal(t, want, got, m)
	}
}

// The inputs of 21 bug threads of other libraries.
func TestSplitRegressions(t *testing.T) {
	var file struct {
		Cases []struct {
			ID       string
			Total    json.Number
			Weights  []json.RawMessage
			Rule     string  `json:"weights_rule"`
			Expected []int64 `json:"expected_exact_lr"`
			First    int64   `json:"expected_first"`
		}
	}
	readCases(t, "regressions.json", &file)
	require.Len(t, file.Cases, 21)
	for _, tt := range file.Cases {
		total, err := tt.Total.Int64()
		require.NoError(t, err)
		weights := make([]decimal.Decimal, len(tt.Weights))
		for i, raw := range tt.Weights {
			weights[i] = splitDec(strings.Trim(string(raw), `"`))
		}
		if tt.Rule != "" {
			weights = []decimal.Decimal{decimal.New(1, 16)}
			for range 2000 {
				weights = append(weights, decimal.New(45, 11))
			}
			got := splitUnits(t, total, weights, LargestRemainder)
			require.Equal(t, tt.First, got[0], tt.ID)
			continue
		}
		require.Equal(t, tt.Expected, splitUnits(t, total, weights, LargestRemainder), tt.ID)
	}
}

func TestSplitSalesCases(t *testing.T) {
	var file struct {
		Cases []struct {
			ID                 string
			Total              int64
			Parts              int
			Weights            []int64
			Largest            []int64 `json:"largest_remainder"`
			Cumulative         []int64 `json:"cumulative_half_up"`
			DaysLargestByMonth []int64 `json:"day_largest_remainder_summed_by_month"`
		}
	}
	readCases(t, "sales_cases.json", &file)
	require.NotEmpty(t, file.Cases)
	for _, tt := range file.Cases {
		w := tt.Weights
		for range tt.Parts {
			w = append(w, 1)
		}
		got := make([]int64, len(w))
		require.NoError(t, SplitInts(got, tt.Total, w, LargestRemainder, nil))
		require.Equal(t, tt.Largest, got, tt.ID)
		require.NoError(t, SplitInts(got, tt.Total, w, Cumulative, nil))
		require.Equal(t, tt.Cumulative, got, tt.ID)
		if tt.DaysLargestByMonth != nil {
			require.Equal(t, tt.DaysLargestByMonth, daysByMonth(t, tt.Total, w, LargestRemainder))
			require.Equal(t, tt.Cumulative, daysByMonth(t, tt.Total, w, Cumulative))
		}
	}
}

// daysByMonth splits over the days of months and adds the days up again.
func daysByMonth(t *testing.T, total int64, days []int64, m Method) []int64 {
	t.Helper()
	var each []int64
	for _, n := range days {
		for range n {
			each = append(each, 1)
		}
	}
	require.NoError(t, SplitInts(each, total, append([]int64(nil), each...), m, nil))
	out := make([]int64, len(days))
	for i, n := range days {
		for _, x := range each[:n] {
			out[i] += x
		}
		each = each[n:]
	}
	return out
}

// European Proceedings EpSBS 2016.11.02.14, table 1: seats clamped to 6 … 96,
// by bounded Jefferson. The two other columns start from 5 + ⌈population/d⌉,
// which is Adams for the seats beyond 5.
func TestSplitPartsEuropeanParliament(t *testing.T) {
	var file struct {
		Cases []struct {
			ID              string
			Total, Min, Max int64
			Weights         []int64
			Expected        []int64
		}
	}
	readCases(t, "bounded_eu_parliament.json", &file)
	require.Len(t, file.Cases, 4)
	for _, tt := range file.Cases {
		m, base := Jefferson, int64(0)
		if strings.HasPrefix(tt.ID, "cambridge") {
			m, base = Adams, 5
		}
		parts := make([]Part, len(tt.Weights))
		for i, w := range tt.Weights {
			parts[i] = Part{Weight: nullInt(w), Min: nullInt(tt.Min - base), Max: nullInt(tt.Max - base)}
		}
		shares, err := SplitParts(decimal.NewFromInt(tt.Total-base*int64(len(parts))), parts, SplitOptions{Step: decimal.NewFromInt(1), Method: m})
		require.NoError(t, err)
		for i, s := range shares {
			require.Equal(t, tt.Expected[i], s.Amount.IntPart()+base, "%s, state %d", tt.ID, i)
		}
	}
}

// Of the conventions of other programs those that come to the same.
func TestSplitOtherConventions(t *testing.T) {
	var file struct {
		Cases []struct {
			ID       string
			Total    int64
			Weights  []any
			Expected []int64
		}
	}
	readCases(t, "other_conventions.json", &file)
	tried := 0
	for _, tt := range file.Cases {
		if strings.HasPrefix(tt.ID, "tm1-") {
			tried++
			require.Equal(t, tt.Expected, splitUnits(t, tt.Total, caseWeights(t, tt.Weights), LargestRemainder), tt.ID)
		}
	}
	require.Equal(t, 2, tried)
}

func TestSplitTable1(t *testing.T) {
	step := splitDec("0.01")
	months := make([]decimal.Decimal, 12)
	for i := range months {
		months[i] = decimal.NewFromInt(1)
	}
	year := splitDec("10000000.00")
	people, err := Split(year, months, SplitOptions{Step: step})
	require.NoError(t, err)
	time, err := Split(year, months, SplitOptions{Step: step, Method: Cumulative})
	require.NoError(t, err)
	for i := range 12 {
		want := "833333.33"
		if i < 4 {
			want = "833333.34"
		}
		assert.Equal(t, want, people[i].StringFixed(2))
		want = "833333.33"
		if i%3 == 1 {
			want = "833333.34"
		}
		assert.Equal(t, want, time[i].StringFixed(2))
	}
}

// Rows 2 and 5 to 11 of the field's worked examples that are splits.
func TestSplitFieldExamples(t *testing.T) {
	for _, tt := range []struct {
		what, total, step string
		weights           []string
		want              []string
	}{
		{"30 days", "100", "1", repeat("1", 30), append(repeat("4", 10), repeat("3", 20)...)},
		{"31 days", "100", "1", repeat("1", 31), append(repeat("4", 7), repeat("3", 24)...)},
		{"28 days", "100", "1", repeat("1", 28), append(repeat("4", 16), repeat("3", 12)...)},
		{"22 working days", "100", "1", repeat("1", 22), append(repeat("5", 12), repeat("4", 10)...)},
		{"proportional spread", "300", "1", []string{"10", "30", "60"}, []string{"30", "90", "180"}},
		{"integer units over 3", "100", "1", repeat("1", 3), []string{"34", "33", "33"}},
		{"integer units over 4", "102", "1", repeat("1", 4), []string{"26", "26", "25", "25"}},
		{"220.00 by 445455 : 9091 : 545455", "220.00", "0.01", []string{"445455", "9091", "545455"}, []string{"98", "2", "120"}},
		{"99.99 by 75 : 25", "99.99", "0.01", []string{"75", "25"}, []string{"74.99", "25"}},
		{"0.01 by 33 : 66", "0.01", "0.01", []string{"33", "66"}, []string{"0", "0.01"}},
		{"613 units", "613", "1", []string{"98", "92", "98", "123", "102", "92"}, []string{"99", "93", "99", "125", "104", "93"}},
		{"613 units in another order", "613", "1", []string{"123", "92", "92", "98", "102", "98"}, []string{"125", "93", "93", "99", "104", "99"}},
		{"thousands", "12000000", "1000", []string{"8", "5", "9"}, []string{"4364000", "2727000", "4909000"}},
		{"a step above 1 that is no power of ten", "100", "2.5", []string{"1", "1", "1"}, []string{"35", "32.5", "32.5"}},
	} {
		got, err := Split(splitDec(tt.total), splitDecs(tt.weights...), SplitOptions{Step: splitDec(tt.step)})
		require.NoError(t, err, tt.what)
		requireAmounts(t, tt.want, got, tt.what)
	}
}

func repeat(s string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = s
	}
	return out
}

// Products beyond 64 bits: the input of github.com/Rhymond/go-money/issues/136,
// where Allocate panics.
func TestSplitLargeProducts(t *testing.T) {
	w := []int64{7999800, 133980000, 156200000, 1935580000, 2041080000, 287991, 1729180000}
	got := make([]int64, len(w))
	require.NoError(t, SplitInts(got, 6004307791, w, LargestRemainder, nil))
	require.Equal(t, w, got)
}

func TestSplitEven(t *testing.T) {
	for _, tt := range []struct {
		total string
		n     int
		step  string
		want  []string
	}{
		{"100", 3, "1", []string{"34", "33", "33"}},
		{"-100", 3, "1", []string{"-34", "-33", "-33"}},
		{"0", 2, "0.01", []string{"0", "0"}},
		{"0.02", 3, "0.01", []string{"0.01", "0.01", "0"}},
		{"5000", 2, "1000", []string{"3000", "2000"}},
		{"-99", 10, "1", append(repeat("-10", 9), "-9")},
	} {
		got, err := SplitEven(splitDec(tt.total), tt.n, splitDec(tt.step))
		require.NoError(t, err)
		requireAmounts(t, tt.want, got)
		weighted, err := Split(splitDec(tt.total), splitDecs(repeat("7.5", tt.n)...), SplitOptions{Step: splitDec(tt.step)})
		require.NoError(t, err)
		requireAmounts(t, tt.want, weighted)
	}
}

func TestSplitEvenFaults(t *testing.T) {
	one := decimal.NewFromInt(1)
	_, err := SplitEven(one, 3, decimal.Zero)
	requireFault(t, err, diag.Required, "/step", "")
	_, err = SplitEven(one, 0, one)
	requireFault(t, err, diag.OutOfRange, "/n", "1 to 134217728")
	_, err = SplitEven(one, 1<<27+1, one)
	requireFault(t, err, diag.OutOfRange, "/n", "1 to 134217728")
	_, err = SplitEven(splitDec("0.5"), 2, one)
	requireFault(t, err, diag.OffStep, "/total", "1")
	_, err = SplitEven(splitDec("0.5"), -2, one.Neg())
	require.Len(t, diag.All(err), 2)
}

func TestSplitFaults(t *testing.T) {
	step := splitDec("0.01")
	ok := splitDecs("1", "2")
	for _, tt := range []struct {
		what    string
		total   string
		weights []decimal.Decimal
		opt     SplitOptions
		code    diag.Code
		path    string
		bound   string
	}{
		{"no step", "1", ok, SplitOptions{}, diag.Required, "/opt/step", ""},
		{"a negative step", "1", ok, SplitOptions{Step: step.Neg()}, diag.Negative, "/opt/step", ""},
		{"a huge step", "1", ok, SplitOptions{Step: decimal.New(1, 999999999)}, diag.OutOfRange, "/opt/step", amountBound},
		{"off step", "1.005", ok, SplitOptions{Step: step}, diag.OffStep, "/total", "0.01"},
		{"too many steps", "90000000000000000.01", ok, SplitOptions{Step: step}, diag.OutOfRange, "/total", ""},
		{"a weight that fills the memory", "1", []decimal.Decimal{decimal.New(1, 999999999)}, SplitOptions{Step: step}, diag.OutOfRange, "/weights/0", amountBound},
		{"a weight too fine", "1", []decimal.Decimal{decimal.New(1, -31)}, SplitOptions{Step: step}, diag.OutOfRange, "/weights/0", amountBound},
		{"39 digits", "1", splitDecs("1", strings.Repeat("9", 39)), SplitOptions{Step: step}, diag.OutOfRange, "/weights/1", amountBound},
		{"a negative weight", "1", splitDecs("1", "-0.5"), SplitOptions{Step: step}, diag.Negative, "/weights/1", "0"},
		{"no parts", "0", nil, SplitOptions{Step: step}, diag.Required, "/weights", ""},
		{"nothing to split by", "1", splitDecs("0", "0.00"), SplitOptions{Step: step}, diag.NoWeight, "/weights", ""},
		{"a method that is none", "1", ok, SplitOptions{Step: step, Method: 99}, diag.Invalid, "/opt/method", ""},
		{"fewer steps than weights", "0.01", splitDecs("1", "0", "5"), SplitOptions{Step: step, Method: Adams}, diag.Infeasible, "/total", "1 steps of 2 by 1"},
		{"fewer steps than weights, negative", "-0.02", splitDecs("1", "3", "5"), SplitOptions{Step: step, Method: HuntingtonHill}, diag.Infeasible, "/total", "2 steps of 3 by 1"},
	} {
		_, err := Split(splitDec(tt.total), tt.weights, tt.opt)
		require.Error(t, err, tt.what)
		requireFault(t, err, tt.code, tt.path, tt.bound)
	}
	_, err := Split(decimal.New(1, 999999999), splitDecs("-1", "2", "-3"), SplitOptions{Method: 77})
	require.Len(t, diag.All(err), 5, "all faults at once: %v", err)
}

func TestSplitOfNothing(t *testing.T) {
	for m := LargestRemainder; m <= Jefferson; m++ {
		opt := SplitOptions{Step: splitDec("0.01"), Method: m}
		got, err := Split(decimal.Zero, splitDecs("3", "0", "4"), opt)
		require.NoError(t, err, m)
		requireAmounts(t, []string{"0", "0", "0"}, got, m)
		got, err = Split(decimal.Zero, splitDecs("0", "0"), opt)
		require.NoError(t, err, m)
		requireAmounts(t, []string{"0", "0"}, got, m)
		opt.Even = true
		got, err = Split(splitDec("0.05"), splitDecs("0", "0"), opt)
		require.NoError(t, err, m)
		requireAmounts(t, []string{"0.03", "0.02"}, got, m)
		got, err = Split(splitDec("0.06"), splitDecs("1", "2"), opt)
		require.NoError(t, err, m)
		requireAmounts(t, []string{"0.02", "0.04"}, got, "Even is for zero weights only")
	}
}

func TestSplitIntsFaults(t *testing.T) {
	w := []int64{1, 2}
	dst := []int64{8, 9}
	requireFault(t, SplitInts(dst[:1], 3, w, LargestRemainder, nil), diag.Mismatch, "/dst", "2")
	requireFault(t, SplitInts[int64](nil, 3, nil, LargestRemainder, nil), diag.Required, "/weights", "")
	requireFault(t, SplitInts(dst, 3, w, Method(6), nil), diag.Invalid, "/method", "")
	requireFault(t, SplitInts(dst, maxSteps+1, w, Cumulative, nil), diag.OutOfRange, "/total", "")
	requireFault(t, SplitInts(dst, math.MinInt64, w, Cumulative, nil), diag.OutOfRange, "/total", "")
	requireFault(t, SplitInts(dst, 3, []int64{0, 0}, Cumulative, nil), diag.NoWeight, "/weights", "")
	requireFault(t, SplitInts(dst, 1, w, HuntingtonHill, nil), diag.Infeasible, "/total", "1 steps of 2 by 1")
	requireFault(t, SplitInts(dst, 3, []int64{1, -2}, LargestRemainder, nil), diag.Negative, "/weights/1", "0")
	requireFault(t, SplitInts([]uint64{0}, math.MaxUint64, []uint64{1}, LargestRemainder, nil), diag.OutOfRange, "/total", "")
	require.Len(t, diag.All(SplitInts(dst, 3, []int64{-1, math.MinInt64}, LargestRemainder, nil)), 2)
	require.Len(t, diag.All(SplitInts(dst, 3, nil, Method(9), nil)), 3)
	require.Equal(t, []int64{8, 9}, dst, "nothing is written where there is a fault")
}

func TestSplitIntsTypes(t *testing.T) {
	got8 := make([]int8, 2)
	require.NoError(t, SplitInts(got8, -128, []int8{127, 1}, LargestRemainder, nil))
	require.Equal(t, []int8{-127, -1}, got8)
	gotU := make([]uint64, 3)
	require.NoError(t, SplitInts(gotU, maxSteps, []uint64{math.MaxUint64, math.MaxUint64, 2}, LargestRemainder, nil))
	require.Equal(t, []uint64{maxSteps / 2, maxSteps / 2, 0}, gotU, "weights beyond 64 bits in sum")
	type fen int32
	named := make([]fen, 3)
	require.NoError(t, SplitInts(named, 100, []fen{5, 3, 2}, Webster, new(Scratch)))
	require.Equal(t, []fen{50, 30, 20}, named)
	require.NoError(t, SplitInts(named, 0, []fen{0, 0, 0}, Webster, nil))
	require.Equal(t, []fen{0, 0, 0}, named)
}

func TestMethodText(t *testing.T) {
	for m := LargestRemainder; m <= Jefferson; m++ {
		text, err := json.Marshal(SplitOptions{Method: m})
		require.NoError(t, err)
		var back SplitOptions
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, m, back.Method)
		require.Equal(t, m != LargestRemainder, strings.Contains(string(text), m.String()), "the zero method is not written")
	}
	require.Equal(t, "huntington-hill", fmt.Sprint(HuntingtonHill))
	m := Adams
	require.NoError(t, m.UnmarshalText(nil))
	require.Equal(t, LargestRemainder, m)
	err := m.UnmarshalText([]byte("webstr"))
	requireFault(t, err, diag.Invalid, "", "")
	require.Equal(t, "webster", diag.All(err)[0].Near)
	_, err = Method(9).MarshalText()
	requireFault(t, err, diag.Invalid, "", "")
	require.Equal(t, "method 9", Method(9).String())
}
