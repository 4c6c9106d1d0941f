package salesplan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// book is an actual of metric m: "unit[/product] day amount".
func evidenceOf(t testing.TB, axes []Axis, fiscal calendar.Fiscal, lines ...string) *Evidence {
	t.Helper()
	p := &Plan{Version: Version, Metrics: []Metric{{ID: "m", Step: decimal.New(1, -2)}}, Axes: axes, Calendar: CalendarRule{Fiscal: fiscal}}
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for i, text := range lines {
			f := strings.Fields(text)
			a := Actual{Metric: "m", Row: i + 1, Amount: decimal.RequireFromString(f[2])}
			a.Unit, a.Product, _ = strings.Cut(f[0], "/")
			a.Product, a.Segment, _ = strings.Cut(a.Product, "/")
			from, to, ranged := strings.Cut(f[1], "..")
			if a.On, _ = calendar.ParseDate(from); ranged {
				a.Since = a.On
				a.On, _ = calendar.ParseDate(to)
			}
			if a.On.IsZero() {
				t.Fatal(text)
			}
			if !yield(a, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	require.NoError(t, e.Faults())
	return e
}

func TestCascade_Newcomers(t *testing.T) {
	units := []string{"old", "a < old", "b < old x 25", "new < old x 10", "fresh", "n1 < fresh x 1", "n2 < fresh x 3"}
	past := []string{"a 2026-03-01 30", "b 2026-05-01 10", "a 2026-12-31 0"}
	tests := []struct {
		name  string
		rule  BasisRule
		past  []string
		units []string
		want  string
		fault string
	}{
		{name: "the median of an even number is the mean of the middle two", rule: BasisRule{Newcomers: NewcomersMedian}, want: "a=120 b=40 new=80 n1=120 n2=120"},
		{name: "the median of an odd number", past: append(past, "new 2026-04-01 12"), units: append(units, "more < old"),
			rule: BasisRule{Newcomers: NewcomersMedian}, want: "a=113 b=37 new=45 n1=120 n2=120"},
		{name: "their weight, in the metric's measure", past: append(past, "n1 2026-02-02 5"), rule: BasisRule{Newcomers: NewcomersWeight},
			want: "a=256 b=86 new=85 n1=33 n2=20"},
		{name: "a weight finer than what was sold", units: []string{"a", "b x 0.5", "new x 0.25", "n1", "n2"}, past: []string{"a 2026-03-01 1", "b 2026-12-31 0", "n1 2026-01-01 0", "n2 2026-01-01 0"},
			rule: BasisRule{Newcomers: NewcomersWeight}, want: "a=384 b=0 new=96 n1=0 n2=0"},
		{name: "refused", rule: BasisRule{Newcomers: NewcomersRefuse}, fault: "/axes/0/units/4 no-weight, /axes/0/units/3 no-weight, /axes/0/units/5 no-weight, /axes/0/units/6 no-weight"},
		{name: "refused by default", past: append(past, "n1 2026-02-02 5"), fault: "/axes/0/units/3 no-weight, /axes/0/units/6 no-weight"},
		{name: "without a weight", units: append(units, "w < fresh"), past: append(past, "n1 2026-02-02 5"), rule: BasisRule{Newcomers: NewcomersWeight},
			fault: "/axes/0/units/7/weight required"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.units == nil {
				tt.units = units
			}
			if tt.past == nil {
				tt.past = past
			}
			req := flow("480", "2027", nil, tt.units...)
			tt.rule.Basis, tt.rule.Period = BasisHistory, "2026"
			req.Goal.Split.Axes[0].BasisRule = tt.rule
			req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, tt.past...)
			b, err := Cascade(context.Background(), req)
			if tt.fault != "" {
				require.Equal(t, tt.fault, places(err))
				return
			}
			require.NoError(t, err)
			var got []string
			for _, u := range []string{"a", "b", "new", "n1", "n2"} {
				got = append(got, u+"="+strings.TrimSuffix(line(t, b, "none", u), ":"))
			}
			require.Equal(t, tt.want, strings.Join(got, " "))
		})
	}
}

// Ten of twelve months are known: 2026-03 to 2026-12, each 1,000 a working day.
func TestCascade_MissingMonths(t *testing.T) {
	var past []string
	for m := range 10 {
		p := calendar.Month(2026, time.Month(3+m))
		days := (*calendar.Calendar)(nil).Workdays(p)
		past = append(past, fmt.Sprintf("solo %s..%s %d", p.First, p.Last, 1000*days))
	}
	tests := []struct {
		missing string
		period  string
		grains  []calendar.Grain
		first   string // January and February
		fault   string
	}{
		{missing: "mean", first: "22000 20000"}, // working days in January and February 2026
		{missing: "mean", grains: []calendar.Grain{"month", "week"}, first: "22000 20000"},
		{missing: "mean", period: "2026-03-01/2026-12-31", fault: "", first: "21000 20000"}, // those of 2027, the window has none
		{missing: "0.05", first: "12166.67 12166.67"},
		{missing: "0", first: "0 0"},
		{missing: "0.5", fault: "/goal/split/time/missing invalid"},
		{missing: "-0.1", fault: "/goal/split/time/missing invalid"},
		{missing: "half", fault: "/goal/split/time/missing invalid"},
		{missing: "refuse", fault: "/goal/split/time/missing required"},
		{missing: "", fault: "/goal/split/time/missing required"},
	}
	const worked = 219 // working days from March to December 2026
	for _, tt := range tests {
		t.Run(tt.missing+tt.period, func(t *testing.T) {
			if tt.grains == nil {
				tt.grains = []calendar.Grain{"month"}
			}
			if tt.period == "" {
				tt.period = "2026"
			}
			req := flow("0", "2027", tt.grains, "solo")
			req.Metric.Step = decimal.New(1, -2)
			var jan, feb decimal.Decimal
			if tt.fault == "" {
				a, b, _ := strings.Cut(tt.first, " ")
				jan, feb = decimal.RequireFromString(a), decimal.RequireFromString(b)
			}
			// A target of what the past brought makes shares amounts.
			req.Goal.Target = jan.Add(feb).Add(decimal.NewFromInt(1000 * worked)).Round(0)
			if tt.missing == "0.05" {
				req.Goal.Target = decimal.RequireFromString("243333.33")
			}
			req.Goal.Split.Time = TimeRule{Basis: TimeHistory, Period: tt.period, Missing: tt.missing}
			req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, past...)
			b, err := Cascade(context.Background(), req)
			require.Equal(t, tt.fault, places(err))
			if err != nil {
				return
			}
			x, _ := b.Amount(At{Period: calendar.Month(2027, 1)})
			y, _ := b.Amount(At{Period: calendar.Month(2027, 2)})
			require.InDelta(t, jan.InexactFloat64(), x.InexactFloat64(), 0.011)
			require.InDelta(t, feb.InexactFloat64(), y.InexactFloat64(), 0.011)
			require.Len(t, b.Findings(), 1)
			require.Equal(t, codeMonthsMissing, b.Findings()[0].Code)
			require.Equal(t, "1, 2", argOf(t, b.Findings()[0], "months"))
		})
	}
}

// On a later axis history is that of the unit above, or of its nearest
// ancestor that has some.
func TestCascade_LaterHistory(t *testing.T) {
	req := flow("1000", "2027", nil, "company", "east < company", "a < east", "b < east", "west < company", "c < west")
	req.Axes = append(req.Axes, Axis{ID: "product", Of: FieldProduct, Units: unitList("x", "y", "z")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisHistory, Period: "2026", Newcomers: NewcomersMedian}})
	req.Goal.Split.Axes[0].Levels = []LevelRule{{Level: 2, BasisRule: BasisRule{Basis: BasisEven}}}
	req.Evidence = evidenceOf(t, req.Axes, req.Fiscal,
		"a/x 2026-02-01 30", "a/y 2026-03-01 10", "a/x 2025-12-31 999", "stranger/y 2026-01-01 40", "b/z 2026-12-31 0")
	b := cascaded(t, req)
	cells := func(who string) string {
		return who + " " + line(t, b, "none", who, "x") + line(t, b, "none", who, "y") + line(t, b, "none", who, "z")
	}
	require.Equal(t, "a 188:62:0:", cells("a"), "her own 30 : 10; z is known, and brought nothing")
	require.Equal(t, "b 187:63:0:", cells("b"), "east's 30 : 10")
	require.Equal(t, "c 375:125:0:", cells("c"), "the company's 30 : 10; the stranger belongs to no unit")
	require.Equal(t, "750:", line(t, b, "none", "", "x"), "187½ + 187½ + 375")
}

// A month's share is the mean of its covered occurrences, a month of which more
// than half is covered counts scaled to the whole, one of which less is covered
// is missing.
func TestCascade_HistoryMonths(t *testing.T) {
	whole := func(year, month int, amount string) string {
		p := calendar.Month(year, time.Month(month))
		return fmt.Sprintf("solo %s..%s %s", p.First, p.Last, amount)
	}
	var past []string
	for m := 1; m <= 12; m++ {
		past = append(past, whole(2025, m, "40"))
	}
	req := flow("0", "2027", []calendar.Grain{"month"}, "solo")
	months := func(target, period, missing string, past ...string) string {
		req.Goal.Target = decimal.RequireFromString(target)
		req.Goal.Split.Time = TimeRule{Basis: TimeHistory, Period: period, Missing: missing}
		req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, past...)
		b, err := Cascade(context.Background(), req)
		if err != nil {
			return places(err)
		}
		return line(t, b, "month")
	}
	twice := append(slices.Clone(past), whole(2026, 1, "80"), whole(2026, 2, "20"), whole(2026, 3, "0"))
	require.Equal(t, "470: 60 30 20 40 40 40 40 40 40 40 40 40", months("470", "2025-01-01/2026-12-31", "", twice...))

	// From 13 January: 15 of the 23 working days of January 2025 are covered.
	part := append([]string{"solo 2025-01-13..2025-01-31 30"}, past[1:]...)
	require.Equal(t, "486: 46 40 40 40 40 40 40 40 40 40 40 40", months("486", "2025", "", part...), "30 on 15 days are 46 on 23")
	// To 12 December: 10 of 23.
	part = append(slices.Clone(past[:11]), "solo 2025-12-01..2025-12-12 30")
	require.Equal(t, "/goal/split/time/missing required", months("500", "2025", "", part...))
	require.Equal(t, "440: 40 40 40 40 40 40 40 40 40 40 40 0", months("440", "2025", "0", part...))
}

// What was sold and given back is no history: the nearest ancestor's counts.
func TestCascade_HistoryOfNothing(t *testing.T) {
	req := flow("80", "2027", nil, "a", "b")
	req.Axes = append(req.Axes, Axis{ID: "product", Of: FieldProduct, Units: unitList("x", "y")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisHistory, Period: "2026"}})
	req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, "a/x 2026-02-01 5", "a/x 2026-02-02 -5", "b/x 2026-03-01 1", "b/y 2026-03-01 3")
	b := cascaded(t, req)
	require.Equal(t, "10:30:", line(t, b, "none", "a", "x")+line(t, b, "none", "a", "y"))

	req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, "a/x 2026-02-01 -5", "b/x 2026-03-01 1", "b/y 2026-03-01 3", "a/y 2026-03-01 9")
	_, err := Cascade(context.Background(), req)
	require.Equal(t, "/axes/1/units/0 negative", places(err), "a brought 4 in all, but less than nothing of x")
}

// A newcomer's weight counts; that of a unit with a history doesn't, and is found
// once the past is read.
func TestCascade_IdleWeightOfKnownUnits(t *testing.T) {
	req := flow("100", "2027", nil, "a x 5", "b x 1", "c")
	req.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisHistory, Period: "2026", Newcomers: NewcomersWeight}
	req.Evidence = sold(t, &Plan{Version: Version, Metrics: []Metric{req.Metric}, Axes: req.Axes}, "m a 2026-01-01 30", "m c 2026-12-31 19")
	b := cascaded(t, req)
	x, err := b.Amount(At{Units: []string{"b"}})
	require.NoError(t, err)
	require.Equal(t, "2", x.String(), "1 of 50")
	fs := b.Findings()
	require.Len(t, fs, 1)
	require.Equal(t, codeIdleWeight, fs[0].Code)
	require.Equal(t, "1 a", argOf(t, fs[0], "count")+" "+argOf(t, fs[0], "first"))

	req.Axes[0].Units[0].Weight.Valid = false
	require.Empty(t, cascaded(t, req).Findings())
	req.Axes[0].Units[0].Weight, req.Axes[0].Units[0].Potential = weight(dec("5")), weight(dec("3"))
	req.Axes[0].Units[2].Potential = weight(dec("3"))
	req.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisPotential, Newcomers: NewcomersWeight}
	fs = cascaded(t, req).Findings()
	require.Len(t, fs, 1, "nor that of a unit with a potential")
	require.Equal(t, "a", argOf(t, fs[0], "first"))
}
