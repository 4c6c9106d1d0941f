package salesplan

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// fifteenAndThree is Himodus' capacity playbook: 15 reps at 100 %, 3 at 60 %.
func fifteenAndThree(target string, grains []calendar.Grain) CascadeRequest {
	var lines []string
	for i := range 18 {
		lines = append(lines, fmt.Sprint("rep", i))
	}
	req := flow(target, "2027", grains, lines...)
	for i := 15; i < 18; i++ {
		u := &req.Axes[0].Units[i]
		u.From = calendar.On(2027, 1, 1)
		for range 12 {
			u.Ramp = append(u.Ramp, dec("0.6"))
		}
		u.Ramp = append(u.Ramp, dec("1"))
	}
	return req
}

// The playbook's numbers: 16.8 rep equivalents, 6.72 M; the gap to 10.0 M is
// 3.28 M.
func TestCapacity_Case19a(t *testing.T) {
	for _, by := range []CapacityBy{CapacitySeason, CapacityDays} {
		for _, grains := range [][]calendar.Grain{nil, months} {
			b := cascaded(t, fifteenAndThree("10000000", grains))
			before := baseText(b)
			p, err := Capacity(b, CapacityRule{PerHead: dec("400000"), By: by})
			require.NoError(t, err)
			require.Equal(t, before, baseText(b))
			w := p.Whole
			require.Equal(t, "16.8 6720000 3280000 10000000", fmt.Sprint(w.There, w.Carried, w.Short, w.Required))
			require.Equal(t, "25 8.2", fmt.Sprint(w.Needed, w.Gap))
			var carried, required decimal.Decimal
			for _, l := range p.Lines {
				carried, required = carried.Add(l.Carried), required.Add(l.Required)
				require.Equal(t, l.Short.String(), l.Required.Sub(l.Carried).String())
				require.Equal(t, "16.8", l.There.String())
			}
			require.Equal(t, "6720000 10000000", fmt.Sprint(carried, required))
			require.Equal(t, "3280000", argOf(t, p.Findings()[0], "short"))
		}
	}
}

// The average attainment makes more heads needed: at 80 % 125 % of them.
func TestCapacity_Attainment(t *testing.T) {
	b := cascaded(t, fifteenAndThree("10000000", nil))
	p, err := Capacity(b, CapacityRule{PerHead: dec("400000"), Attainment: weight(dec("0.8"))})
	require.NoError(t, err)
	require.Equal(t, "31.25 5376000", fmt.Sprint(p.Whole.Needed, p.Whole.Carried))
}

// Who is missing must start a ramp earlier, and be sought before that.
func TestCapacity_Hires(t *testing.T) {
	req := flow("1200", "2027", months, "a", "b", "c @2027-01-01..2027-06-30")
	req.Goal.Split.Time.Basis = TimeSeasonality
	req.Goal.Split.Time.Shares = decs("5 5 5 10 10 10 10 10 10 5 10 10")
	b := cascaded(t, req)
	rule := CapacityRule{PerHead: dec("240"), By: CapacityDays, Grain: "quarter", Ramp: decs("0.25 0.5 0.75 1"), LeadDays: 60, AsOf: calendar.On(2026, 12, 1),
		Budgets: []BudgetEffect{{ID: "fair", Cost: dec("30"), Expected: dec("100.5")}, {ID: "ads", Cost: dec("12.5"), Expected: dec("40")}}}
	p, err := Capacity(b, rule)
	require.NoError(t, err)
	var hires []string
	for _, h := range p.Hires {
		hires = append(hires, fmt.Sprintf("%d %v %v %s", h.Count, h.Open, h.Start, b.Label(h.For)))
	}
	// A head brings 58.9, 59.8 and 60.7 (64, 65 and 66 of 261 working days). Q1
	// takes 3.06 and has 3, Q2 takes 6.02 and has 3, Q3 takes 5.93 and has 2.
	require.Equal(t, []string{"1 2026-08-02 2026-10-01 2027-Q1", "3 2026-11-02 2027-01-01 2027-Q2"}, hires)
	require.Equal(t, "42.5 140.5", fmt.Sprint(p.Cost, p.Expected))
	require.Equal(t, p.Whole.Short.Sub(dec("140.5")).String(), p.After.String())
	require.Equal(t, []string{"capacity-gap goal g", "capacity-late goal g"}, keysOf(p.Findings()))
	late := p.Findings()[1]
	require.Equal(t, "4 2026-08-02 2027-Q1", argOf(t, late, "count")+" "+argOf(t, late, "open")+" "+argOf(t, late, "period"))
	require.Equal(t, "2027-04-30", late.Advice[0].Until)
	for _, f := range p.Findings() {
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			require.NotContains(t, Catalogue().Text(f, lang), "{")
		}
	}
	rule.AsOf = calendar.On(2026, 8, 2)
	p, err = Capacity(b, rule)
	require.NoError(t, err)
	require.Len(t, p.Findings(), 1, "in time")
}

func keysOf(fs []diag.Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Key())
	}
	return out
}

// Teams that are leaves count their full-time equivalents; who is never missed needs no hire.
func TestCapacity_Teams(t *testing.T) {
	req := flow("100", "2027", quarters, "a", "b")
	req.Axes[0].Units[0].FTE, req.Axes[0].Units[1].FTE = weight(dec("7.5")), weight(dec("3"))
	b := cascaded(t, req)
	p, err := Capacity(b, CapacityRule{PerHead: dec("10"), Grain: "quarter"})
	require.NoError(t, err)
	require.Equal(t, "10.5 105 -5 -0.5", fmt.Sprint(p.Whole.There, p.Whole.Carried, p.Whole.Short, p.Whole.Gap))
	require.Empty(t, p.Hires)
	require.Empty(t, p.Findings())
	text, err := json.Marshal(p)
	require.NoError(t, err)
	var back struct {
		Whole map[string]string
		Lines []map[string]string
		Hires []any
	}
	require.NoError(t, json.Unmarshal(text, &back))
	require.Equal(t, map[string]string{"period": "2027", "needed": "10", "there": "10.5", "gap": "-0.5", "required": "100", "carried": "105", "short": "-5"}, back.Whole)
	require.Equal(t, "2027-Q4", back.Lines[3]["period"])
	require.NotNil(t, back.Hires)
}

func TestCapacity_Faults(t *testing.T) {
	_, err := Capacity(nil, CapacityRule{})
	require.Equal(t, "/breakdown required", places(err))
	b := cascaded(t, flow("-100", "2027", quarters, "team", "a < team"))
	_, err = Capacity(b, CapacityRule{Attainment: weight(dec("0")), By: "weeks", Grain: "day", Ramp: decs("0.5"), LeadDays: -1, Budgets: []BudgetEffect{{Cost: dec("-1"), Expected: decimal.New(1, 99)}}})
	require.Equal(t, "/breakdown negative, /rule/perHead out-of-range, /rule/attainment out-of-range, /rule/by invalid, /rule/ramp/0 total, /rule/leadDays out-of-range, "+
		"/rule/budgets/0/id required, /rule/budgets/0/cost negative, "+
		"/rule/budgets/0/expected out-of-range, /rule/grain off-grid", places(err))
	b = cascaded(t, flow("100", "2027", quarters, "a", "b"))
	_, err = Capacity(b, CapacityRule{PerHead: dec("9000000000000000000")})
	require.Equal(t, "/rule/perHead out-of-range", places(err))
	_, err = Capacity(b, CapacityRule{PerHead: dec("10"), Attainment: weight(dec("0"))})
	require.Equal(t, "/rule/attainment out-of-range", places(err))
	var by CapacityBy
	require.NoError(t, by.UnmarshalText([]byte("days")))
	require.ErrorIs(t, by.UnmarshalText([]byte("hours")), diag.Invalid)
}

// Lines add up to the whole, and hires close every gap in heads.
func TestCapacity_Laws(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 80 {
		b := randomBreakdown(t, r)
		if b.cs.negative {
			continue
		}
		by := []CapacityBy{CapacitySeason, CapacityDays}[r.IntN(2)]
		p, err := Capacity(b, CapacityRule{PerHead: decimal.New(1+r.Int64N(100_000), -1), By: by})
		require.NoError(t, err)
		var carried, required decimal.Decimal
		hired := int64(0)
		for _, l := range p.Lines {
			carried, required = carried.Add(l.Carried), required.Add(l.Required)
			for _, h := range p.Hires {
				if h.For == l.Period {
					hired += int64(h.Count)
				}
			}
			require.False(t, l.Gap.GreaterThan(decimal.New(hired, 0).Add(dec("0.0001"))))
		}
		require.True(t, carried.Equal(p.Whole.Carried))
		require.True(t, required.Equal(p.Whole.Required))
		require.True(t, required.Equal(b.Total()))
		again, err := Capacity(b, CapacityRule{PerHead: decimal.New(1, 9), By: by})
		require.NoError(t, err)
		require.False(t, p.Equal(again) && !required.IsZero())
		require.True(t, p.Equal(p))
	}
}
