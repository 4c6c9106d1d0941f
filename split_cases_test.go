package salesplan

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

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
