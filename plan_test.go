package salesplan

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestPlan_Targets(t *testing.T) {
	p := goodPlan()
	all, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	var goals []string
	for b := range all.All() {
		goals = append(goals, b.Goal())
		i := len(goals) - 1
		alone := cascaded(t, CascadeRequest{Goal: p.Goals[i], Metric: p.Metrics[i], Axes: p.Axes})
		require.True(t, alone.Equal(b))
	}
	require.Equal(t, []string{"g1", "g2"}, goals)
	require.Empty(t, all.Findings())
}

// The faults of all goals' splits are reported together, from the plan's root.
func TestPlan_TargetsFaults(t *testing.T) {
	p := goodPlan()
	p.Goals[0].Split.Axes[1].Basis = BasisWeights
	p.Axes[1].Units[0].Weight = decimal.NewNullDecimal(decimal.New(1, 0))
	p.Axes[0].Units[1].From, p.Axes[0].Units[2].From = calendar.On(2027, 7, 1), calendar.On(2027, 4, 5)
	p.Goals[1].Target = decimal.New(1, 0)
	_, err := p.Targets(context.Background(), nil)
	require.Equal(t, "/axes/1/units/1/weight required, /goals/1/split/axes/0 infeasible", places(err))

	p = goodPlan()
	p.Goals[1].Split.Axes[0].BasisRule = BasisRule{Basis: BasisHistory, Period: "2026"}
	_, err = p.Targets(context.Background(), nil)
	require.Equal(t, "/evidence required", places(err))

	p = goodPlan()
	p.Axes[1].Table = &AxisTable{File: "products", Columns: []string{"product"}}
	_, err = p.Targets(context.Background(), nil)
	require.Equal(t, "/axes/1/table/file required", places(err))

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = goodPlan().Targets(ctx, nil)
	require.ErrorIs(t, err, context.Canceled)
}

// Findings of the evidence and of all goals come along, each once.
func TestPlan_TargetsFindings(t *testing.T) {
	p := goodPlan()
	p.Calendar = CalendarRule{WorkRule: WorkRule{Holidays: HolidaysChina, Unpublished: calendar.UnpublishedWeekdays}}
	p.Goals[0].Split.Time.Basis = TimeWorkdays
	p.Axes[0].Units[1].Weight = decimal.NewNullDecimal(decimal.New(3, 0))
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		yield(Actual{Metric: "revenue", Unit: "stranger", On: calendar.On(2026, 1, 1), Amount: decimal.New(5, 0)}, nil)
	})
	require.NoError(t, err)
	require.NotEmpty(t, e.Findings())
	all, err := p.Targets(context.Background(), e)
	require.NoError(t, err)
	keys := map[string]int{}
	for _, f := range all.Findings() {
		keys[f.Key()]++
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			require.NotContains(t, Catalogue().Text(f, lang), "{")
		}
	}
	for _, f := range e.Findings() {
		require.Contains(t, keys, f.Key())
	}
	require.Contains(t, keys, "holidays-guessed year 2027")
	require.Contains(t, keys, "weight-unused axis org")
	for b := range all.All() {
		for _, f := range b.Findings() {
			require.Contains(t, all.Findings(), f)
		}
	}
}

// A plan's own days off and on win over the published ones.
func TestCalendarRule(t *testing.T) {
	rule := WorkRule{Holidays: HolidaysChina, Unpublished: calendar.UnpublishedWeekdays,
		On: []calendar.Date{calendar.On(2026, 1, 1)}, Off: []calendar.Date{calendar.On(2026, 1, 5), calendar.On(2026, 2, 14)}}
	cal, err := rule.calendar()
	require.NoError(t, err)
	require.True(t, cal.IsWorkday(calendar.On(2026, 1, 1)), "New Year")
	require.False(t, cal.IsWorkday(calendar.On(2026, 1, 2)), "still a holiday")
	require.False(t, cal.IsWorkday(calendar.On(2026, 1, 5)), "a Monday")
	require.False(t, cal.IsWorkday(calendar.On(2026, 2, 14)), "a make-up Saturday")
	require.Error(t, func() error {
		c, err := WorkRule{Holidays: HolidaysChina}.calendar()
		require.NoError(t, err)
		return c.Check(calendar.Year(2027))
	}(), "refused, if nothing else is said")
	plain, err := CalendarRule{}.calendar()
	require.NoError(t, err)
	require.Equal(t, 261, plain.Workdays(calendar.Year(2027)))
}

func TestHolidays_UnmarshalText(t *testing.T) {
	var h Holidays
	require.NoError(t, h.UnmarshalText([]byte("china")))
	require.Equal(t, HolidaysChina, h)
	require.ErrorIs(t, h.UnmarshalText([]byte("chine")), diag.Invalid)
	require.Equal(t, HolidaysChina, h, "unchanged by a fault")
}

// Nothing depends on the decimal package's settings.
func TestPlan_DecimalSettings(t *testing.T) {
	run := func() (string, string) {
		p := goodPlan()
		p.Metrics[0].Step = decimal.RequireFromString("0.05")
		p.Axes[0].Units[1].Weight = decimal.NewNullDecimal(decimal.RequireFromString("0.333333333333333333333333"))
		p.Axes[0].Units[2].Weight = decimal.NewNullDecimal(decimal.RequireFromString("0.7"))
		p.Goals[0].Split.Axes[0].BasisRule = BasisRule{Basis: BasisWeights}
		p.Goals[0].Split.Time = TimeRule{Basis: TimeHistory, Period: "2026", Missing: "0.07"}
		e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
			for m := range 11 {
				period := calendar.Month(2026, time.Month(2+m))
				if !yield(Actual{Metric: "revenue", Since: period.First, On: period.Last, Amount: decimal.New(int64(100+m*m), -1)}, nil) {
					return
				}
			}
		})
		require.NoError(t, err)
		all, err := p.Targets(context.Background(), e)
		require.NoError(t, err)
		text, err := all.MarshalJSON()
		require.NoError(t, err)
		b, err := all.Goal("g1")
		require.NoError(t, err)
		x, err := b.Explain(At{Units: []string{"west", "y"}, Period: calendar.Month(2027, 5)})
		require.NoError(t, err)
		explained := ""
		for _, u := range x.Who {
			explained += u.Ideal.String() + " " + u.Amount.String() + " " + u.Weight.String() + ";"
		}
		asJSON, err := json.Marshal(x)
		require.NoError(t, err)
		return string(text), explained + x.Cell.Fitted.String() + string(asJSON)
	}
	text, explained := run()
	precision, quotes := decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes
	defer func() { decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes = precision, quotes }()
	decimal.DivisionPrecision, decimal.MarshalJSONWithoutQuotes = 2, true
	other, otherExplained := run()
	require.Equal(t, text, other)
	require.Equal(t, explained, otherExplained)
}

// Of a currency and a day there is one rate.
func TestPlan_RatesOfOneDay(t *testing.T) {
	p := &Plan{Version: Version, Rates: []Rate{
		{Currency: "USD", Rate: dec("7")}, {Currency: "EUR", Rate: dec("8")}, {Currency: "usd", From: calendar.On(2027, 1, 1), Rate: dec("7.1")},
		{Currency: "usd", Rate: dec("7.2")}, {Currency: "USD", From: calendar.On(2027, 1, 1), Rate: dec("7.1")},
	}}
	require.Equal(t, "/rates/3/from duplicate, /rates/4/from duplicate", places(p.Validate()))
	require.ErrorContains(t, p.Validate(), "/rates/2")
}
