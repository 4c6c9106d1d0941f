package calendar

import (
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func decs(texts ...string) (out []decimal.Decimal) {
	for _, s := range texts {
		out = append(out, dec(s))
	}
	return out
}

func TestProrate(t *testing.T) {
	quarters := ProrateBasis{Kind: ProrateSeasonality, Grain: GrainQuarter, Shares: decs("0.2", "0.2", "0.2", "0.4"), Within: ProrateWholeMonths}
	days := ProrateBasis{Kind: ProrateCalendarDays}
	workdays := ProrateBasis{Kind: ProrateWorkingDays}
	months := ProrateBasis{Kind: ProrateWholeMonths}
	fiscalMonths := ProrateBasis{Kind: ProrateWholeMonths, Fiscal: nrf}
	for _, c := range []struct{ name, amount, step, whole, part, want string }{
		// community.quickbase.com, "formula to prorate a quota": quarters of 20, 20,
		// 20 and 40 %, by months within a quarter; the page prints 86,667.
		{"quarters", "100000", "0.01", "2026", "2026-03-01/2026-12-31", "86666.67"},
		{"quarters", "100000", "0.01", "2026", "2026-10-01/2026-12-31", "40000"},
		{"quarters", "100000", "0.01", "2026", "2026-11-01/2026-12-31", "26666.67"},
		{"quarters", "100000", "0.01", "2026", "2026-12-01/2026-12-31", "13333.33"},
		{"quarters", "100000", "1", "2026", "2026-03-01/2026-12-31", "86667"},
		// The common rule for a hire in mid-year: quota × active days ÷ days.
		{"days", "1200000", "0.01", "2026", "2026-07-01/2026-12-31", "604931.51"},
		{"days", "100", "1", "2026-01-01/2026-01-03", "2026-01-01", "33"},
		{"days", "100", "1", "2026-01-01/2026-01-03", "2026-01-02", "34"},
		{"days", "100", "1", "2026-01-01/2026-01-03", "2026-01-03", "33"},
		{"days", "-100", "1", "2026-01-01/2026-01-03", "2026-01-02", "-34"},
		{"days", "1", "1", "2026-01-01/2026-01-02", "2026-01-01", "1"},
		{"days", "-1", "1", "2026-01-01/2026-01-02", "2026-01-01", "-1"},
		{"days", "0", "0.01", "2026", "2026-Q1", "0"},
		{"days", "12000", "1000", "2026", "2026-02", "1000"},
		{"workdays", "261", "1", "2026", "2026-02", "20"},
		{"workdays", "261", "1", "2026", "2026-02-14/2026-02-15", "0"},
		{"months", "1200", "1", "2026", "2026-02", "100"},
		{"months", "1200", "1", "2026", "2026-02-15/2026-04-29", "200"},
		{"months", "1200", "1", "2026", "2026-02-15/2026-02-27", "0"},
		{"months", "1200", "1", "2026", "2026-02-15/2026-02-28", "100"},
		{"months", "1200", "1", "2026", "2026-02-01/2026-02-27", "0"},
		{"months", "200", "1", "2026-01-10/2026-02-09", "2026-01-10/2026-01-31", "100"},
		{"fiscalMonths", "1200", "1", "2023-01-29/2024-02-03", "2023-02-26/2023-04-01", "100"},
	} {
		basis := map[string]ProrateBasis{"quarters": quarters, "days": days, "workdays": workdays, "months": months, "fiscalMonths": fiscalMonths}[c.name]
		got, err := Prorate(dec(c.amount), dec(c.step), period(t, c.whole), period(t, c.part), basis)
		require.NoError(t, err)
		assert.True(t, dec(c.want).Equal(got), "%s of %s: %s, want %s", c.part, c.amount, got, c.want)
	}
}

// A piece of the season without a working day is cut by calendar days.
func TestProrateSeasonality(t *testing.T) {
	golden := Spec{}
	for d := On(2026, 10, 1); d.Month() == time.October; d = d.AddDays(1) {
		golden.Holidays = append(golden.Holidays, d)
	}
	basis := ProrateBasis{Kind: ProrateSeasonality, Shares: decs("0.5", "0.25", "0.25"), Calendar: calendarOf(t, golden)}
	for part, want := range map[string]string{
		"2026-10": "5000", "2026-10-01": "161.29", "2026-11": "2500", "2026-11-02": "119.05", "2026-11-01": "0", "2026-12": "2500",
	} {
		got, err := Prorate(dec("10000"), dec("0.01"), Quarter(2026, 4), period(t, part), basis)
		require.NoError(t, err)
		assert.Equal(t, want, got.String(), part)
	}
}

func randomBasis(rng *rand.Rand, t *testing.T, whole Period) ProrateBasis {
	kinds := []ProrateKind{ProrateCalendarDays, ProrateWorkingDays, ProrateWholeMonths, ProrateSeasonality}
	b := ProrateBasis{Kind: kinds[rng.IntN(4)], Calendar: calendarOf(t, randomSpec(rng)), Fiscal: []Fiscal{{}, april, nrf, apple}[rng.IntN(4)]}
	if b.Kind == ProrateSeasonality {
		b.Grain = []Grain{"", GrainWeek, GrainQuarter}[rng.IntN(3)]
		b.Within = append(kinds[:3:3], "")[rng.IntN(4)]
		grain := b.Grain
		if grain == "" {
			grain = GrainMonth
		}
		pieces, err := b.Fiscal.Split(whole, grain)
		require.NoError(t, err)
		rest := int64(10000)
		for i := range pieces {
			share := rng.Int64N(rest + 1)
			if i == len(pieces)-1 {
				share = rest
			}
			rest -= share
			b.Shares = append(b.Shares, decimal.New(share, -4))
		}
	}
	return b
}

// Parts that tile the whole add up exactly; each is a multiple of the step,
// within one step of its share, and mirrored for the negative amount.
func TestProrateTiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	steps := decs("0.01", "1", "1000", "0.05", "0.000001")
	for range 600 {
		first := On(2025, 11, 15).AddDays(rng.IntN(90))
		whole := Span(first, first.AddDays(rng.IntN(150)))
		basis := randomBasis(rng, t, whole)
		step := steps[rng.IntN(len(steps))]
		amount := step.Mul(decimal.NewFromInt(rng.Int64N(1<<(1+rng.IntN(62))) * (1 - 2*rng.Int64N(2))))
		sum := decimal.Decimal{}
		for from := whole.First; !from.After(whole.Last); {
			part := Period{from, minDate(whole.Last, from.AddDays(rng.IntN(40)))}
			got, err := Prorate(amount, step, whole, part, basis)
			if err != nil {
				require.ErrorIs(t, err, diag.NoWeight)
				require.Contains(t, []ProrateKind{ProrateWorkingDays}, basis.Kind)
				sum = amount
				break
			}
			mirror, err := Prorate(amount.Neg(), step, whole, part, basis)
			require.NoError(t, err)
			require.True(t, mirror.Equal(got.Neg()))
			require.True(t, got.Mod(step).IsZero())
			require.True(t, got.Sign()*amount.Sign() >= 0)
			sum = sum.Add(got)
			from = part.Last.AddDays(1)
		}
		require.True(t, sum.Equal(amount), "%s is not %s by %+v over %v", sum, amount, basis, whole)
	}
}

// Calendar days against big.Rat's own rounding to whole steps.
func TestProrateAgainstRat(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	round := func(steps int64, k, n int) decimal.Decimal {
		r := new(big.Rat).SetInt64(steps)
		return dec(r.Mul(r, big.NewRat(int64(k), int64(n))).FloatString(0))
	}
	for range 3000 {
		n := 1 + rng.IntN(400)
		whole := Span(On(2026, 1, 1), On(2026, 1, 1).AddDays(n-1))
		a := rng.IntN(n)
		b := a + rng.IntN(n-a)
		steps := rng.Int64N(9e18) >> rng.IntN(63) * (1 - 2*rng.Int64N(2))
		part := Span(whole.First.AddDays(a), whole.First.AddDays(b))
		got, err := Prorate(decimal.New(steps, -2), dec("0.01"), whole, part, ProrateBasis{Kind: ProrateCalendarDays})
		require.NoError(t, err)
		want := round(steps, b+1, n).Sub(round(steps, a, n)).Shift(-2)
		require.True(t, want.Equal(got), "%d steps, days %d to %d of %d: %s, want %s", steps, a, b, n, got, want)
	}
}

func TestProrateFaults(t *testing.T) {
	year, days := Year(2026), ProrateBasis{Kind: ProrateCalendarDays}
	season := func(grain Grain, shares ...string) ProrateBasis {
		return ProrateBasis{Kind: ProrateSeasonality, Grain: grain, Shares: decs(shares...)}
	}
	within := season(GrainHalf, "0.5", "0.5")
	within.Within = ProrateSeasonality
	published := ProrateBasis{Kind: ProrateWorkingDays, Calendar: calendarOf(t, Spec{LastYear: 2025})}
	idle := ProrateBasis{Kind: ProrateWorkingDays, Calendar: calendarOf(t, Spec{Week: &WorkWeek{}})}
	for _, c := range []struct {
		amount, step string
		whole, part  Period
		basis        ProrateBasis
		path         string
		code         diag.Code
	}{
		{"1e31", "1", year, year, days, "/amount", diag.OutOfRange},
		{"1", "1e-31", year, year, days, "/step", diag.OutOfRange},
		{"1e-31", "1", year, year, days, "/amount", diag.OutOfRange},
		{"999999999999999999999999999999999999999", "1e30", year, year, days, "/amount", diag.OutOfRange},
		{"9000000000000000001", "1", year, year, days, "/amount", diag.OutOfRange},
		{"-9000000000000000001", "1", year, year, days, "/amount", diag.OutOfRange},
		{"1", "0", year, year, days, "/step", diag.Required},
		{"1", "-1", year, year, days, "/step", diag.Negative},
		{"1.5", "1", year, year, days, "/amount", diag.OffStep},
		{"1", "0.3", year, year, days, "/amount", diag.OffStep},
		{"1", "1", Period{}, year, days, "/whole", diag.Required},
		{"1", "1", year, Period{On(2026, 2, 2), On(2026, 2, 1)}, days, "/part", diag.Order},
		{"1", "1", year, Span(On(2026, 12, 1), On(2027, 1, 1)), days, "/part", diag.OutOfRange},
		{"1", "1", year, year, ProrateBasis{}, "/basis/kind", diag.Required},
		{"1", "1", year, year, ProrateBasis{Kind: "days"}, "/basis/kind", diag.Invalid},
		{"1", "1", year, year, ProrateBasis{Kind: ProrateCalendarDays, Fiscal: Fiscal{FirstMonth: 13}}, "/basis/fiscal/firstMonth", diag.OutOfRange},
		{"1", "1", year, year, within, "/basis/within", diag.Invalid},
		{"1", "1", year, year, season(GrainHalf, "0.5", "0.49"), "/basis/shares", diag.Total},
		{"1", "1", year, year, season(GrainHalf), "/basis/shares", diag.Total},
		{"1", "1", year, year, season(GrainHalf, "1.5", "-0.5"), "/basis/shares/1", diag.Negative},
		{"1", "1", year, year, season(GrainHalf, "0.5", "5e-32"), "/basis/shares/1", diag.OutOfRange},
		{"1", "1", year, year, season(GrainQuarter, "0.5", "0.5"), "/basis/shares", diag.Mismatch},
		{"1", "1", year, year, season("decade", "1"), "/basis/grain", diag.Invalid},
		{"1", "1", year, year, published, "/period", diag.Unpublished},
		{"1", "1", year, year, idle, "/whole", diag.NoWeight},
	} {
		got, err := Prorate(dec(c.amount), dec(c.step), c.whole, c.part, c.basis)
		f := faultOf(t, err)
		assert.Equal(t, c.code, f.Code, "%s %v", c.path, f)
		assert.Equal(t, c.path, f.Path)
		assert.True(t, got.IsZero())
	}
	for _, huge := range []decimal.Decimal{decimal.New(1, 1<<31-1), decimal.New(1, -1<<31), decimal.NewFromBigInt(powerOfTen(38), 0)} {
		_, err := Prorate(huge, dec("1"), year, year, days)
		assert.Equal(t, "/amount", faultOf(t, err).Path)
		_, err = Prorate(dec("1"), huge, year, year, days)
		assert.Equal(t, "/step", faultOf(t, err).Path)
	}
	_, err := Prorate(dec("1.5"), dec("1"), Period{}, Period{}, ProrateBasis{})
	assert.Len(t, diag.All(err), 4, "all at once: %v", err)
	for _, most := range []string{"9000000000000000000", "-9000000000000000000", "9e30"} {
		step := "1"
		if most == "9e30" {
			step = "1e12"
		}
		got, err := Prorate(dec(most), dec(step), year, year, days)
		require.NoError(t, err)
		assert.True(t, got.Equal(dec(most)))
	}
}

// Results don't follow decimal's package-level settings.
func TestProrateSettings(t *testing.T) {
	defer func(n int) { decimal.DivisionPrecision = n }(decimal.DivisionPrecision)
	decimal.DivisionPrecision = 1
	got, err := Prorate(dec("100000.00"), dec("0.01"), Year(2026), Quarter(2026, 1), ProrateBasis{Kind: ProrateCalendarDays})
	require.NoError(t, err)
	assert.Equal(t, "24657.53", got.String())
}

func TestEnumText(t *testing.T) {
	var b ProrateBasis
	require.NoError(t, json.Unmarshal([]byte(`{"kind":"seasonality","grain":"quarter","shares":["1"],"within":"whole-months","fiscal":{"firstMonth":4}}`), &b))
	assert.Equal(t, ProrateBasis{Kind: ProrateSeasonality, Grain: GrainQuarter, Shares: decs("1"), Within: ProrateWholeMonths, Fiscal: april}, b)
	for text, path := range map[string]string{
		`{"kind":"season"}`: "/kind", `{"grain":"Month"}`: "/grain", `{"fiscal":{"pattern":"445"}}`: "/pattern",
		`{"fiscal":{"yearEnd":""}}`: "/yearEnd", `{"fiscal":{"weekday":"sat"}}`: "/weekday", `{"fiscal":{"namedBy":"END"}}`: "/namedBy",
	} {
		f := faultOf(t, json.Unmarshal([]byte(text), &b))
		assert.Equal(t, diag.Invalid, f.Code, text)
		assert.Equal(t, path, f.Path)
		assert.NotEmpty(t, f.Bound)
	}
	var u Unpublished
	assert.ErrorIs(t, u.UnmarshalText([]byte("ignore")), diag.Invalid)
	require.NoError(t, u.UnmarshalText([]byte("weekdays")))
	assert.Equal(t, UnpublishedWeekdays, u)
	var g Grain
	assert.Equal(t, "month", diag.All(g.UnmarshalText([]byte("mnoth")))[0].Near)
}
