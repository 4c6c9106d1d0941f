package salesplan

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func nullInt(n int64) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.NewFromInt(n))
}

// part reads "A w=5 min=0 max=40 lock=3".
func part(text string) Part {
	var p Part
	for word := range strings.FieldsSeq(text) {
		key, value, found := strings.Cut(word, "=")
		if !found {
			p.ID = word
			continue
		}
		d := decimal.NewNullDecimal(splitDec(value))
		switch key {
		case "w":
			p.Weight = d
		case "min":
			p.Min = d
		case "max":
			p.Max = d
		case "lock":
			p.Lock = d
		}
	}
	return p
}

func partList(text string) []Part {
	var out []Part
	for line := range strings.SplitSeq(text, ",") {
		out = append(out, part(line))
	}
	return out
}

// shareText writes "A 40 max" and "B 36.5 ~".
func shareText(s Share) string {
	text := strings.TrimSpace(s.ID + " " + s.Amount.String())
	if s.Bound != "" {
		text += " " + string(s.Bound)
	}
	if s.Residue {
		text += " ~"
	}
	return text
}

func sharesText(shares []Share) string {
	out := make([]string, len(shares))
	for i, s := range shares {
		out[i] = shareText(s)
	}
	return strings.Join(out, ", ")
}

func TestSplitParts(t *testing.T) {
	for _, tt := range []struct {
		what, total, step, parts string
		method                   Method
		want                     string
	}{
		{"5 : 3 : 2, first at most 40", "100", "1", "A w=5 max=40, B w=3, C w=2", LargestRemainder, "A 40 max, B 36, C 24"},
		{"5 : 3 : 2, first at most 40, in time", "100", "1", "A w=5 max=40, B w=3, C w=2", Cumulative, "A 40 max, B 36, C 24"},
		{"5 : 3 : 2, first at most 40, Webster", "100", "1", "A w=5 max=40, B w=3, C w=2", Webster, "A 40 max, B 36, C 24"},
		{"without weights: even", "100", "1", "A, B, C", LargestRemainder, "A 34, B 33, C 33"},
		{"without IDs", "10", "1", "w=1, w=1 min=7", LargestRemainder, "3, 7 min"},
		{"row 6a of the field's examples: February held, the quarter 60 → 100", "100", "1", "jan w=10, feb w=20 lock=20, mar w=30", LargestRemainder, "jan 20, feb 20 lock, mar 60"},
		{"row 6b: January 20, the quarter held", "60", "1", "jan w=10 lock=20, feb w=20, mar w=30", LargestRemainder, "jan 20 lock, feb 16, mar 24"},
		{"a lock of the other sign", "100", "1", "A w=1 lock=-20, B w=1, C w=2", LargestRemainder, "A -20 lock, B 40, C 80"},
		{"a lock of zero is a lock", "9", "1", "A w=1 lock=0, B w=1", LargestRemainder, "A 0 lock, B 9"},
		{"bounds are tightened to whole steps", "10", "1", "A w=1 min=6.2, B w=9 max=3.9", LargestRemainder, "A 7 min, B 3 max"},
		{"a weight of zero takes its minimum", "10", "1", "A w=0 min=3, B w=1, C w=1", LargestRemainder, "A 3 min, B 4, C 3"},
		{"a weight of zero below zero", "10", "1", "A w=0 min=-9 max=-3, B w=1, C w=1", LargestRemainder, "A -3 max, B 7, C 6"},
		{"a minimum above the total, beside one below zero", "10", "1", "A w=1 min=40, B w=1 min=-50, C w=2 min=-50", LargestRemainder, "A 40 min, B -10, C -20"},
		{"a negative total is the mirror", "-100", "1", "A w=5 min=-40, B w=3, C w=2", LargestRemainder, "A -40 min, B -36, C -24"},
		{"a negative total with a maximum", "-100", "1", "A w=5, B w=3, C w=2 max=-50", LargestRemainder, "A -31, B -19, C -50 max"},
		{"a total of zero", "0", "1", "A w=5 min=-10, B w=3 max=-4, C w=2 min=-9", LargestRemainder, ""},
		{"everything is locked", "100", "1", "A w=1 lock=60.5, B w=1 lock=39.5", LargestRemainder, "A 60.5 lock, B 39.5 lock"},
		{"locks leave nothing", "100", "1", "A lock=100, B", LargestRemainder, "A 100 lock, B 0"},
		{"fen under a plan in thousands", "12000000", "1000", "jan w=1 lock=1234567.89, feb w=1, mar w=2", LargestRemainder, "jan 1234567.89 lock, feb 3588000, mar 7177432.11 ~"},
		{"the largest can't hold the odd rest", "100", "1", "A w=5 max=40, B w=3, C w=2, D w=1 lock=0.7", LargestRemainder, "A 40 max, B 35.3 ~, C 24, D 0.7 lock"},
		{"the first is full but for the odd rest", "20", "1", "A w=1 max=10, B w=1 max=10, C w=1 lock=0.5", LargestRemainder, "A 10, B 9.5 ~, C 0.5 lock"},
		{"a maximum off the step has room", "21", "1", "A w=1 max=10, B w=1 max=10.5, C w=1 lock=0.5", LargestRemainder, "A 10, B 10.5 ~, C 0.5 lock"},
		{"a minimum off the step is met by the odd rest", "10", "1", "A w=1 min=9.5, B w=1 lock=0.3", LargestRemainder, "A 9.7 ~, B 0.3 lock"},
		{"an odd rest of a negative total", "-100", "1", "A w=3, B w=1, C w=1 lock=-0.25", LargestRemainder, "A -74.75 ~, B -25, C -0.25 lock"},
		{"an odd lock above zero under a negative total", "-100", "1", "A w=3, B w=1, C w=1 lock=0.25", LargestRemainder, "A -75.25 ~, B -25, C 0.25 lock"},
		{"the larger fraction holds the odd rest", "10", "1", "A w=10, B w=11, C w=1 lock=0.5", LargestRemainder, "A 4, B 5.5 ~, C 0.5 lock"},
		{"weight zero holds the odd rest last", "10", "1", "A w=0 min=8, B w=1, C lock=0.5 w=1", LargestRemainder, "A 8 min, B 1.5 ~, C 0.5 lock"},
		{"Adams within bounds", "5", "1", "A w=100, B w=1, C w=1 max=0", Adams, "A 4, B 1, C 0 max"},
	} {
		shares, err := SplitParts(splitDec(tt.total), partList(tt.parts), SplitOptions{Step: splitDec(tt.step), Method: tt.method})
		if tt.want == "" {
			require.ErrorIs(t, err, diag.Infeasible, tt.what)
			continue
		}
		require.NoError(t, err, tt.what)
		require.Equal(t, tt.want, sharesText(shares), tt.what)
	}
}

func TestSplitPartsInfeasible(t *testing.T) {
	for _, tt := range []struct {
		what, total, step, parts string
		method                   Method
		code                     diag.Code
		path, value, bound       string
	}{
		{"minimums beyond the total", "100", "1", "A w=1 min=70, B w=1 min=50", 0, diag.Infeasible, "/parts", "min 120", "total 100 by 20"},
		{"maximums short of the total", "100", "0.01", "A w=1 max=30.5, B w=1 max=40", 0, diag.Infeasible, "/parts", "max 70.5", "total 100 by 29.5"},
		{"a weight of zero takes nothing", "100", "1", "A w=0, B w=1 max=40", 0, diag.Infeasible, "/parts", "max 40", "total 100 by 60"},
		{"locks beyond the total", "100", "1", "A w=1 lock=105.5, B w=1", 0, diag.Infeasible, "/parts", "lock 105.5", "total 100 by 5.5"},
		{"locks short of the total, nobody open", "100", "1", "A w=1 lock=60, B w=1 lock=39.5", 0, diag.Infeasible, "/parts", "lock 99.5", "total 100 by 0.5"},
		{"locks count in the sum", "100", "1", "A w=1 lock=60, B w=1 max=30", 0, diag.Infeasible, "/parts", "max 90", "total 100 by 10"},
		{"a total of zero leaves nothing to take", "0", "1", "A w=1 lock=5, B w=1 min=-9", 0, diag.Infeasible, "/parts", "lock 5", "total 0 by 5"},
		{"a lock below zero of a negative total", "-100", "1", "A w=1 lock=-105, B w=1", 0, diag.Infeasible, "/parts", "lock -105", "total -100 by 5"},
		{"a negative total above its maximums", "-100", "1", "A w=1 max=-70, B w=1 max=-50", 0, diag.Infeasible, "/parts", "max -120", "total -100 by 20"},
		{"a negative total below its minimums", "-100", "1", "A w=1 min=-30, B w=1 min=-40", 0, diag.Infeasible, "/parts", "min -70", "total -100 by 30"},
		{"nobody has room for the odd rest", "20.0", "0.5", "A w=1 max=10, B w=1 max=9.8, C w=1 lock=0.1", 0, diag.Infeasible, "/parts", "max 19.6", "total 20 by 0.4"},
		{"nobody has room for the odd rest of a negative total", "-20.0", "0.5", "A w=1 min=-10, B w=1 min=-9.8, C w=1 lock=-0.1", 0, diag.Infeasible, "/parts", "min -19.6", "total -20 by 0.4"},
		{"Huntington–Hill lacks steps downwards", "-1", "1", "A w=1, B w=1, C w=1", HuntingtonHill, diag.Infeasible, "/total", "huntington-hill", "1 step of 3 by 2"},
		{"Adams lacks steps below a minimum", "4", "1", "A w=1 min=6, B w=1 min=-9, C w=1 min=-9, D w=1 min=-9", Adams, diag.Infeasible, "/total", "adams", "4 steps of 3 by 1"},
		{"minimum above maximum", "9", "1", "A w=1, B w=1 min=5 max=3", 0, diag.Infeasible, "/parts/1/min", "5", "max 3 by 2"},
		{"a maximum below zero without a minimum", "9", "1", "A w=1, B w=1 max=-3", 0, diag.Infeasible, "/parts/1/max", "-3", "min 0 by 3"},
		{"a minimum above zero of a negative total", "-9", "1", "A w=1, B w=1 min=3", 0, diag.Infeasible, "/parts/1/min", "3", "max 0 by 3"},
		{"no whole step between the bounds", "9", "1", "A w=1, B w=1 min=0.3 max=0.7", 0, diag.Infeasible, "/parts/1/max", "0.7", "min 1 by 0.3"},
		{"a lock below its minimum", "9", "1", "A w=1, B w=1 min=5 lock=3.5", 0, diag.Infeasible, "/parts/1/lock", "3.5", "min 5 by 1.5"},
		{"a lock above its maximum", "9", "1", "A w=1, B w=1 max=5 lock=6", 0, diag.Infeasible, "/parts/1/lock", "6", "max 5 by 1"},
		{"Adams lacks steps", "3", "1", "A w=1, B w=1 min=2, C w=9, D w=1 max=0", Adams, diag.Infeasible, "/total", "adams", "3 steps of 4 by 1"},
		{"nothing to split by", "3", "1", "A w=0, B w=0", 0, diag.NoWeight, "/parts", "", ""},
		{"nothing to split an odd rest by", "3", "1", "A w=0, B w=1 lock=2.5", 0, diag.NoWeight, "/parts", "", ""},
	} {
		_, err := SplitParts(splitDec(tt.total), partList(tt.parts), SplitOptions{Step: splitDec(tt.step), Method: tt.method})
		require.Error(t, err, tt.what)
		requireFault(t, err, tt.code, tt.path, tt.bound)
		require.Equal(t, tt.value, diag.All(err)[0].Value, tt.what)
	}
}

func TestSplitPartsFaults(t *testing.T) {
	for _, tt := range []struct {
		what, parts string
		code        diag.Code
		path        string
	}{
		{"two of one name", "A, B, A", diag.Duplicate, "/parts/2/id"},
		{"one without a name", "A, w=1, C", diag.Required, "/parts/1/id"},
		{"one without a weight", "A w=1, B w=1, C", diag.Required, "/parts/2/weight"},
		{"a negative weight", "A w=1, B w=-1", diag.Negative, "/parts/1/weight"},
		{"a weight beyond the limits", "A w=1, B w=1e31", diag.OutOfRange, "/parts/1/weight"},
		{"a minimum beyond the limits", "A w=1, B w=1 min=-1e31", diag.OutOfRange, "/parts/1/min"},
		{"a maximum of too many steps", "A w=1, B w=1 max=1e19", diag.OutOfRange, "/parts/1/max"},
		{"a lock of too many steps", "A w=1, B w=1 lock=-1e19", diag.OutOfRange, "/parts/1/lock"},
		{"a lock leaves too many steps", "A w=1, B w=1 lock=-9e18", diag.OutOfRange, "/parts"},
	} {
		parts := partList(tt.parts)
		if tt.what == "one without a name" {
			for i := range parts {
				parts[i].Weight = decimal.NullDecimal{}
			}
		}
		_, err := SplitParts(splitDec("10"), parts, SplitOptions{Step: splitDec("1")})
		require.Error(t, err, tt.what)
		requireFault(t, err, tt.code, tt.path, "")
	}
	_, err := SplitParts(splitDec("10.5"), partList("A w=1 min=2 max=1, A w=-1, C"), SplitOptions{Step: splitDec("1"), Method: 8})
	require.Len(t, diag.All(err), 5, "all at once, but those of bounds that rest on sound numbers: %v", err)
	_, err = SplitParts(splitDec("10"), nil, SplitOptions{Step: splitDec("1")})
	requireFault(t, err, diag.Required, "/parts", "")
}

func TestSplitPartsEven(t *testing.T) {
	opt := SplitOptions{Step: splitDec("1"), Even: true}
	shares, err := SplitParts(splitDec("10"), partList("A w=0, B w=0 max=2, C w=0"), opt)
	require.NoError(t, err)
	require.Equal(t, "A 4, B 2 max, C 4", sharesText(shares))
}

func TestSplitPartsIdeals(t *testing.T) {
	shares, err := SplitParts(splitDec("10.00"), partList("A w=1, B w=1, C w=1, D w=4 max=1"), SplitOptions{Step: splitDec("0.01")})
	require.NoError(t, err)
	require.Equal(t, "A 3, B 3, C 3, D 1 max", sharesText(shares))
	shares, err = SplitParts(splitDec("-10"), partList("A w=1, B w=2"), SplitOptions{Step: splitDec("1")})
	require.NoError(t, err)
	require.Equal(t, []string{"-3.333333", "-6.666667"}, []string{shares[0].Ideal.String(), shares[1].Ideal.String()})
	shares, err = SplitParts(splitDec("9000000000000000000"), partList("A w=1, B w=6"), SplitOptions{Step: splitDec("1")})
	require.NoError(t, err)
	require.Equal(t, "1285714285714285714.285714", shares[0].Ideal.String())
}

// Weights whose proportions take more than 62 bits go another way, with the
// same results and faults.
func TestSplitPartsOfWideWeights(t *testing.T) {
	wide := partList("A w=50000000000000000000000000000000000001 max=40, B w=30000000000000000000000000000000000000, C w=20000000000000000000000000000000000000, D w=1 lock=0.7")
	shares, err := SplitParts(splitDec("100"), wide, SplitOptions{Step: splitDec("1")})
	require.NoError(t, err)
	require.Equal(t, "A 40 max, B 35.3 ~, C 24, D 0.7 lock", sharesText(shares))
	wide[1].Max, wide[2].Max = nullInt(2), nullInt(3)
	_, err = SplitParts(splitDec("100"), wide, SplitOptions{Step: splitDec("1")})
	requireFault(t, err, diag.Infeasible, "/parts", "total 100 by 54.3")
}

func TestShareJSON(t *testing.T) {
	shares, err := SplitParts(splitDec("100"), partList("A w=5 max=40.00, B w=3, C w=1 lock=0.75"), SplitOptions{Step: splitDec("0.5")})
	require.NoError(t, err)
	text, err := json.Marshal(shares)
	require.NoError(t, err)
	require.Equal(t, `[{"id":"A","amount":"40.0","ideal":"40.0","bound":"max"},{"id":"B","amount":"59.25","ideal":"59.25","residue":true},{"id":"C","amount":"0.75","ideal":"0.75","bound":"lock"}]`, string(text))
	var back []Share
	require.NoError(t, json.Unmarshal(text, &back))
	for i := range back {
		require.True(t, back[i].Equal(shares[i]))
		require.False(t, back[i].Equal(Share{ID: "x"}))
	}
	var p Part
	require.NoError(t, json.Unmarshal([]byte(`{"id":"A","weight":"5","max":null,"lock":0}`), &p))
	require.True(t, p.Weight.Valid && !p.Max.Valid && p.Lock.Valid)
}
