package salesplan

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func some(s string) decimal.NullDecimal {
	if s == "" {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(dec(s))
}

// Guardrails of the training that also has the additive formula: growth 5 to
// 25 %, relief up to 5 %.
var rails = Guardrails{MinGrowth: some("0.05"), MaxGrowth: some("0.25"), MaxRelief: some("0.05")}

func TestGrow(t *testing.T) {
	tests := []struct {
		name                 string
		base, growth, relief string
		mode                 GrowthMode
		step                 string
		limits               Guardrails
		want, fault, says    string
	}{
		// SAP's training and glossary of quota planning contradict each other: cases 3a and 3b.
		{name: "3a, additive", base: "1000", growth: "0.10", relief: "0.02", mode: GrowthAdditive, step: "1", limits: rails, want: "1080"},
		{name: "3a, had it compounded", base: "1000", growth: "0.10", relief: "0.02", mode: GrowthCompounding, step: "1", want: "1078"},
		{name: "3b, compounding", base: "100000", growth: "0.10", relief: "0.02", mode: GrowthCompounding, step: "0.01", limits: rails, want: "107800"},
		{name: "3b, had it added up", base: "100000", growth: "0.10", relief: "0.02", mode: GrowthAdditive, step: "0.01", want: "108000"},
		// Oracle's 110 % of the past, and 8 % on the later of two years: case 4.
		{name: "4, 110 % of the past", base: "250000", growth: "0.1", relief: "0", mode: GrowthAdditive, step: "0.01", want: "275000"},
		{name: "4, the change between two years", base: "108", growth: "0.08", relief: "0", mode: GrowthCompounding, step: "0.01", want: "116.64"},

		{name: "half a step is rounded up", base: "5", growth: "0.1", relief: "0", mode: GrowthAdditive, step: "1", want: "6"},
		{name: "less is rounded down", base: "4", growth: "0.1", relief: "0", mode: GrowthAdditive, step: "1", want: "4"},
		{name: "to thousands", base: "1234567", growth: "-0.5", relief: "0", mode: GrowthAdditive, step: "1000", want: "617000"},
		{name: "half a coarse step", base: "3000", growth: "-0.5", relief: "0", mode: GrowthAdditive, step: "1000", want: "2000"},
		{name: "a step that is no power of ten", base: "100", growth: "0.01", relief: "0", mode: GrowthAdditive, step: "0.3", want: "101.1"},
		{name: "of nothing", base: "0", growth: "9", relief: "1", mode: GrowthAdditive, step: "1", want: "0"},
		{name: "all given up", base: "500", growth: "3", relief: "1", mode: GrowthCompounding, step: "1", want: "0"},
		{name: "at the limits", base: "100", growth: "0.25", relief: "0.05", mode: GrowthAdditive, step: "1", limits: rails, want: "120"},

		{name: "too much growth is refused, not clamped", base: "100", growth: "0.2501", relief: "0", mode: GrowthAdditive, step: "1", limits: rails,
			fault: "/growth out-of-range", says: "0.05 to 0.25"},
		{name: "too little growth and too much relief", base: "100", growth: "0.04", relief: "0.06", mode: GrowthAdditive, step: "1", limits: rails,
			fault: "/growth out-of-range, /relief out-of-range", says: "0.05 to 0.25"},
		{name: "relief over everything", base: "100", growth: "0", relief: "1.01", mode: GrowthCompounding, step: "1", fault: "/relief out-of-range", says: "0 to 1"},
		{name: "relief below nothing", base: "100", growth: "0", relief: "-0.01", mode: GrowthCompounding, step: "1", fault: "/relief out-of-range", says: "0 to 1"},
		{name: "growth below nothing", base: "100", growth: "-1.01", relief: "0", mode: GrowthAdditive, step: "1", fault: "/growth out-of-range", says: "at least -1"},
		{name: "both together below nothing", base: "100", growth: "-0.6", relief: "0.5", mode: GrowthAdditive, step: "1", fault: "/relief out-of-range", says: "1 + growth -0.6"},
		{name: "both together, compounding", base: "100", growth: "-0.6", relief: "0.5", mode: GrowthCompounding, step: "1", want: "20"},
		{name: "no mode", base: "100", growth: "0", relief: "0", step: "1", fault: "/mode invalid", says: "additive, compounding"},
		{name: "everything at once", base: "-1", growth: "0", relief: "0", mode: "both", step: "-1",
			limits: Guardrails{MinGrowth: some("-2"), MaxRelief: some("2"), MinRelief: some("1e40")},
			fault:  "/mode invalid, /baseline negative, /step negative, /limits/minGrowth out-of-range, /limits/minRelief out-of-range, /limits/maxRelief out-of-range"},
		{name: "crossed limits", base: "1", growth: "0", relief: "0", mode: GrowthAdditive, step: "1",
			limits: Guardrails{MinGrowth: some("0.2"), MaxGrowth: some("0.1"), MinRelief: some("0.3"), MaxRelief: some("0.2")},
			fault:  "/limits/maxGrowth order, /limits/maxRelief order", says: "at least 0.2"},
		{name: "no step", base: "1", growth: "0", relief: "0", mode: GrowthAdditive, step: "0", fault: "/step required"},
		{name: "huge numbers", base: "1e31", growth: "1e31", relief: "1e-31", mode: GrowthAdditive, step: "1", fault: "/baseline out-of-range"},
		{name: "huge growth", base: "1", growth: "1e31", relief: "1e-31", mode: GrowthAdditive, step: "1", fault: "/growth out-of-range, /relief out-of-range"},
		{name: "more steps than there are", base: "9000000000000000000", growth: "0.1", relief: "0", mode: GrowthAdditive, step: "1", fault: "/baseline out-of-range", says: "steps"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Grow(dec(tt.base), dec(tt.growth), dec(tt.relief), tt.mode, dec(tt.step), tt.limits)
			require.Equal(t, tt.fault, places(err))
			if tt.fault != "" {
				first := diag.All(err)[0]
				require.Contains(t, first.Value+" "+first.Bound, tt.says)
				return
			}
			require.True(t, got.Equal(dec(tt.want)), "%s, want %s", got, tt.want)
		})
	}
}

// checkGrow compares Grow with fractions.
func checkGrow(t *testing.T, base, growth, relief decimal.Decimal, mode GrowthMode, step decimal.Decimal) {
	t.Helper()
	one := big.NewRat(1, 1)
	g, r := growth.Rat(), relief.Rat()
	want := new(big.Rat)
	if mode == GrowthAdditive {
		want.Sub(want.Add(one, g), r)
	} else {
		want.Mul(want.Add(one, g), new(big.Rat).Sub(one, r))
	}
	got, err := Grow(base, growth, relief, mode, step, Guardrails{})
	if want.Sign() < 0 {
		require.ErrorIs(t, err, diag.OutOfRange)
		return
	}
	require.NoError(t, err)
	want.Mul(want, base.Rat()).Quo(want, step.Rat())
	want.Add(want, big.NewRat(1, 2))
	steps := new(big.Int).Quo(want.Num(), want.Denom())
	require.Equal(t, new(big.Rat).Mul(new(big.Rat).SetInt(steps), step.Rat()), got.Rat(), "%s %s %s %s %s", base, growth, relief, mode, step)
}

func TestGrow_AsFractions(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 1))
	for range 2000 {
		growth, relief := decimal.New(r.Int64N(4000)-1000, -3), decimal.New(r.Int64N(1001), -3)
		step := decimal.New(1+r.Int64N(40), int32(r.IntN(6))-3)
		checkGrow(t, decimal.New(r.Int64N(1e9), int32(r.IntN(6))-3), growth, relief, chosen(r, GrowthAdditive, GrowthCompounding), step)
	}
}

func FuzzGrow(f *testing.F) {
	f.Add(int64(1000), int64(100), int64(20), true, int64(1))
	f.Add(int64(100000), int64(-999), int64(1000), false, int64(300))
	f.Fuzz(func(t *testing.T, base, growth, relief int64, additive bool, step int64) {
		mode := GrowthCompounding
		if additive {
			mode = GrowthAdditive
		}
		abs := func(x, most int64) int64 { return max(x%most, -(x % most)) }
		checkGrow(t, decimal.New(abs(base, 1e12), -2), decimal.New(abs(growth, 5000)-1000, -3), decimal.New(abs(relief, 1001), -3), mode, decimal.New(1+abs(step, 1e6), -2))
	})
}

// The two formulas of one vendor: 1,000 × (1 + 10 % − 2 %), and 100,000 ×
// (1 + 10 %) × (1 − 2 %).
func ExampleGrow() {
	rate, relief := decimal.New(10, -2), decimal.New(2, -2)
	a, _ := Grow(decimal.New(1000, 0), rate, relief, GrowthAdditive, decimal.New(1, 0), Guardrails{})
	b, _ := Grow(decimal.New(100000, 0), rate, relief, GrowthCompounding, decimal.New(1, 0), Guardrails{})
	fmt.Println(a, b)
	_, err := Grow(decimal.New(1000, 0), rate, relief, GrowthAdditive, decimal.New(1, 0), Guardrails{MaxGrowth: decimal.NewNullDecimal(decimal.New(5, -2))})
	fmt.Println(err)
	// Output:
	// 1080 107800
	// /growth: out-of-range "0.1", bound -1 to 0.05
}

func TestGrowthMode_UnmarshalText(t *testing.T) {
	var m GrowthMode
	require.NoError(t, m.UnmarshalText([]byte("compounding")))
	require.Equal(t, GrowthCompounding, m)
	require.ErrorIs(t, m.UnmarshalText([]byte("compound")), diag.Invalid)
	require.ErrorIs(t, m.UnmarshalText(nil), diag.Invalid)
}
