package salesplan

import (
	"encoding/json"
	"fmt"
	"math"
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
	requireChinese(t, err)
	require.ErrorIs(t, err, code)
	require.Equal(t, path, all[0].Path)
	if bound != "" {
		require.Equal(t, bound, all[0].Bound)
	}
}

func TestSplitYear(t *testing.T) {
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

// Row 1 of the field's worked examples: a flat split of the year has the odd fen
// in its first four months, one through quarters in the first of each.
func TestSplitThroughQuarters(t *testing.T) {
	step := splitDec("0.01")
	quarters, err := SplitEven(splitDec("10000000.00"), 4, step)
	require.NoError(t, err)
	requireAmounts(t, repeat("2500000", 4), quarters)
	for _, q := range quarters {
		months, err := SplitEven(q, 3, step)
		require.NoError(t, err)
		requireAmounts(t, []string{"833333.34", "833333.33", "833333.33"}, months)
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
		{"fewer steps than weights", "0.01", splitDecs("1", "0", "5"), SplitOptions{Step: step, Method: Adams}, diag.Infeasible, "/total", "1 step of 2 by 1"},
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
	requireFault(t, SplitInts(dst, 1, w, HuntingtonHill, nil), diag.Infeasible, "/total", "1 step of 2 by 1")
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
