package salesplan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/calendar/china"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// units reads a tree from lines "id", "id < parent", "id < parent @from..to",
// "id < parent x weight".
func unitList(lines ...string) []Unit {
	out := make([]Unit, 0, len(lines))
	for _, line := range lines {
		var u Unit
		head, when, dated := strings.Cut(line, " @")
		head, weight, weighs := strings.Cut(head, " x ")
		u.ID, u.Parent, _ = strings.Cut(head, " < ")
		if weighs {
			u.Weight = decimal.NewNullDecimal(decimal.RequireFromString(weight))
		}
		if dated {
			from, to, _ := strings.Cut(when, "..")
			u.From, _ = calendar.ParseDate(from)
			u.To, _ = calendar.ParseDate(to)
		}
		out = append(out, u)
	}
	return out
}

// flow returns a goal of whole steps over an organisation.
func flow(target string, period string, grains []calendar.Grain, units ...string) CascadeRequest {
	return CascadeRequest{
		Metric: Metric{ID: "m", Step: decimal.New(1, 0)},
		Goal: Goal{ID: "g", Metric: "m", Period: period, Target: decimal.RequireFromString(target),
			Split: &SplitRule{Grains: grains, Axes: []AxisRule{{Axis: "org"}}}},
		Axes: []Axis{{ID: "org", Units: unitList(units...)}},
	}
}

func cascaded(t *testing.T, req CascadeRequest) *Breakdown {
	t.Helper()
	b, err := Cascade(context.Background(), req)
	require.NoError(t, err)
	return b
}

// line writes a place's whole amount and those of its periods of a grain.
func line(t *testing.T, b *Breakdown, grain calendar.Grain, units ...string) string {
	t.Helper()
	whole, err := b.Amount(At{Units: units})
	require.NoError(t, err)
	out := whole.String() + ":"
	for _, p := range b.Periods(grain) {
		x, err := b.Amount(At{Units: units, Period: p})
		require.NoError(t, err)
		out += " " + x.String()
	}
	return out
}

var quarters = []calendar.Grain{calendar.GrainQuarter}

// DECOMPOSE §3: 480 a year, 120 a quarter, Li Na from April.
func TestCascade_Arrival(t *testing.T) {
	req := flow("480", "2027", quarters, "team", "wang-wei < team", "li-na < team @2027-04-01")
	req.Goal.Owner = "team"
	b := cascaded(t, req)
	require.Equal(t, "480: 120 120 120 120", line(t, b, "quarter"))
	require.Equal(t, "300: 120 60 60 60", line(t, b, "quarter", "wang-wei"))
	require.Equal(t, "180: 0 60 60 60", line(t, b, "quarter", "li-na"))
	require.Empty(t, b.Findings())

	req.Goal.Target = req.Goal.Target.Neg()
	b = cascaded(t, req)
	require.Equal(t, "-300: -120 -60 -60 -60", line(t, b, "quarter", "wang-wei"))
	require.Equal(t, "-180: 0 -60 -60 -60", line(t, b, "quarter", "li-na"))
}

func customers(basis TimeBasis) CascadeRequest {
	req := flow("100", "2026", []calendar.Grain{calendar.GrainDay}, "wang-wei", "li-na", "zhao-lei")
	req.Goal.Every = calendar.GrainMonth
	req.Goal.Split.Time.Basis = basis
	req.Calendar = china.New(calendar.UnpublishedRefuse)
	return req
}

// The seed of the project: 100 new customers each month.
func TestCascade_CustomersEachMonth(t *testing.T) {
	tests := []struct {
		basis     TimeBasis
		low, high int64
	}{{TimeDays, 3, 4}, {TimeWorkdays, 4, 7}}
	for _, tt := range tests {
		req := customers(tt.basis)
		b := cascaded(t, req)
		require.Equal(t, "1200: 100 100 100 100 100 100 100 100 100 100 100 100", line(t, b, "month"))
		low, high := int64(100), int64(0)
		for _, d := range b.Periods(calendar.GrainDay) {
			x, err := b.Amount(At{Period: d})
			require.NoError(t, err)
			if tt.basis == TimeWorkdays && !req.Calendar.IsWorkday(d.First) {
				require.True(t, x.IsZero(), "%s is no working day", d)
				continue
			}
			low, high = min(low, x.IntPart()), max(high, x.IntPart())
		}
		require.Equal(t, [2]int64{tt.low, tt.high}, [2]int64{low, high}, tt.basis)
		for _, m := range b.Periods(calendar.GrainMonth) {
			for _, who := range []string{"wang-wei", "li-na", "zhao-lei"} {
				x, err := b.Amount(At{Units: []string{who}, Period: m})
				require.NoError(t, err)
				require.InDelta(t, 33.33, x.InexactFloat64(), 2, "%s in %s", who, m)
			}
		}
	}
	february := calendar.Month(2026, 2)
	require.Equal(t, 16, china.New(calendar.UnpublishedRefuse).Workdays(february))
	b := cascaded(t, customers(TimeWorkdays))
	want := 0
	for _, d := range b.Periods(calendar.GrainDay) {
		if x, _ := b.Amount(At{Period: d}); february.Contains(d.First) && !x.IsZero() {
			want++
			require.Contains(t, []int64{6, 7}, x.IntPart())
		}
	}
	require.Equal(t, 16, want)
}

// 10,000,000.00 a year: cumulative over months, whatever finer grains there
// are; quarters are sums.
func TestCascade_TenMillion(t *testing.T) {
	months := "10000000: 833333.33 833333.34 833333.33 833333.33 833333.34 833333.33 833333.33 833333.34 833333.33 833333.33 833333.34 833333.33"
	for _, grains := range [][]calendar.Grain{{"month"}, {"quarter", "month"}, {"week", "quarter", "month"}, {"month", "day"}, {"half", "month", "week", "day"}} {
		req := flow("10000000", "2027", grains, "east", "a < east", "b < east", "west", "c < west")
		req.Metric.Step = decimal.RequireFromString("0.01")
		b := cascaded(t, req)
		require.Equal(t, months, line(t, b, "month"))
		if slices.Contains(grains, "quarter") {
			require.Equal(t, "10000000: 2500000 2500000 2500000 2500000", line(t, b, "quarter"))
		}
		require.Equal(t, "2500000", line(t, b, "none", "a")[:7])
		require.Equal(t, "5000000:", line(t, b, "none", "west"))
	}
}

// cases/apportionment/sales_cases.json, cascade-2026: splitting by days and
// summing by month is splitting by month.
func TestCascade_DaysAreMonths(t *testing.T) {
	var file struct {
		Cases []struct {
			ID         string
			Total      int64
			Cumulative []int64 `json:"cumulative_half_up"`
		}
	}
	readCases(t, "sales_cases.json", &file)
	found := false
	for _, c := range file.Cases {
		if c.ID != "cascade-2026" {
			continue
		}
		found = true
		for _, grains := range [][]calendar.Grain{{"month"}, {"month", "day"}, {"month", "week"}} {
			req := flow(fmt.Sprint(c.Total), "2026", grains, "solo")
			req.Goal.Split.Time.Basis = TimeDays
			want := fmt.Sprint(c.Total) + ":"
			for _, x := range c.Cumulative {
				want += fmt.Sprint(" ", x)
			}
			require.Equal(t, want, line(t, cascaded(t, req), "month"))
		}
	}
	require.True(t, found)
}

// research/splitting.md, last section: rounding level by level leaves A with 2
// and B with 0 where both owe 1.
func TestCascade_OneTable(t *testing.T) {
	req := flow("4", "2027", quarters,
		"m1", "A < m1", "a1 < A @2027-01-01..2027-03-31", "a3 < A @2027-07-01..2027-09-30",
		"B < m1", "b2 < B @2027-04-01..2027-06-30", "b4 < B @2027-10-01..2027-12-31",
		"m2", "C < m2", "c1 < C @2027-01-01..2027-03-31", "c3 < C @2027-07-01..2027-09-30",
		"D < m2", "d2 < D @2027-04-01..2027-06-30", "d4 < D @2027-10-01..2027-12-31")
	b := cascaded(t, req)
	require.Equal(t, "4: 1 1 1 1", line(t, b, "quarter"))
	for unit, want := range map[string]string{"m1": "2:", "m2": "2:", "A": "1:", "B": "1:", "C": "1:", "D": "1:"} {
		require.Equal(t, want, line(t, b, "none", unit), unit)
	}
	require.Equal(t, "1: 1 0 0 0", line(t, b, "quarter", "A"))
	require.Equal(t, "1: 0 0 1 0", line(t, b, "quarter", "C"))
	require.True(t, moved(b), "c3 carries the step that largest remainder gives to c1")
}

// Totals by largest remainder that no table has: A and B are there in the
// first half only, C and D in the second; each owes 1½ of 3 and 3.
func TestCascade_TotalsMove(t *testing.T) {
	req := flow("6", "2027", []calendar.Grain{"half"}, "A @..2027-06-30", "B @..2027-06-30", "C @2027-07-01..", "D @2027-07-01..")
	b := cascaded(t, req)
	require.Equal(t, "6: 3 3", line(t, b, "half"))
	require.Equal(t, "2: 2 0", line(t, b, "half", "A"))
	require.Equal(t, "1: 1 0", line(t, b, "half", "B"))
	require.Equal(t, "3: 0 3", "3:"+line(t, b, "half", "C")[2:4]+" "+addedUp(t, b, "C", "D"))
	var who []string
	for _, f := range b.Findings() {
		require.Equal(t, codeTotalMoved, f.Code)
		who = append(who, f.Subject.ID+" "+argOf(t, f, "by"))
	}
	require.Len(t, who, 2)
	require.Equal(t, "B -1", who[0], "largest remainder gives 2, 2, 1, 1")
	e, err := b.Explain(At{Units: []string{"B"}})
	require.NoError(t, err)
	require.Equal(t, "-1", e.Who[1].Moved.String())
	e, err = b.Explain(At{Units: []string{"A"}})
	require.NoError(t, err)
	require.True(t, e.Who[1].Moved.IsZero())
}

func addedUp(t *testing.T, b *Breakdown, units ...string) string {
	sum := decimal.Decimal{}
	for _, u := range units {
		x, err := b.Amount(At{Units: []string{u}})
		require.NoError(t, err)
		sum = sum.Add(x)
	}
	return sum.String()
}

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

// places lists faults as "path code".
func places(err error) string {
	var out []string
	for _, f := range diag.All(err) {
		out = append(out, f.Path+" "+string(f.Code))
	}
	return strings.Join(out, ", ")
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

func TestCascade_Seasonality(t *testing.T) {
	shares := func(list ...string) (out []decimal.Decimal) {
		for _, s := range list {
			out = append(out, decimal.RequireFromString(s))
		}
		return out
	}
	per := shares("8", "5", "9", "8", "8", "9", "7", "7", "9", "9", "10", "11")
	of1 := make([]decimal.Decimal, 12)
	more := slices.Clone(per)
	more[11] = decimal.New(12, 0)
	for i, s := range per {
		of1[i] = s.Shift(-2)
	}
	tests := []struct {
		name  string
		rule  TimeRule
		fault string
	}{
		{name: "100", rule: TimeRule{Shares: per}},
		{name: "1", rule: TimeRule{Shares: of1}},
		{name: "101", rule: TimeRule{Shares: more}, fault: "/goal/split/time/shares total"},
		{name: "eleven", rule: TimeRule{Shares: per[:11]}, fault: "/goal/split/time/shares mismatch"},
		{name: "negative", rule: TimeRule{Shares: append(shares("-8", "16"), per[1:11]...)}, fault: "/goal/split/time/shares/0 negative"},
		{name: "nothing", rule: TimeRule{Shares: make([]decimal.Decimal, 12), Normalise: true}, fault: "/goal/split/time/shares no-weight"},
		{name: "none", fault: "/goal/split/time/shares required"},
		{name: "huge", rule: TimeRule{Shares: append([]decimal.Decimal{decimal.New(1, 999999999)}, per[1:]...)}, fault: "/goal/split/time/shares/0 out-of-range"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := flow("12000000", "2027", []calendar.Grain{"month", "quarter"}, "solo")
			req.Metric.Step = decimal.New(1000, 0)
			req.Goal.Split.Time = tt.rule
			req.Goal.Split.Time.Basis = TimeSeasonality
			b, err := Cascade(context.Background(), req)
			require.Equal(t, tt.fault, places(err))
			plan := &Plan{Version: Version, Metrics: []Metric{req.Metric}, Axes: req.Axes, Goals: []Goal{req.Goal}}
			require.Equal(t, strings.Replace(tt.fault, "/goal/", "/goals/0/", 1), places(plan.Validate()))
			if err == nil { // sales_cases.json, 12M-unit1000-seasonal
				require.Equal(t, "12000000: 960000 600000 1080000 960000 960000 1080000 840000 840000 1080000 1080000 1200000 1320000", line(t, b, "month"))
			}
		})
	}
	t.Run("normalised, of a fiscal year", func(t *testing.T) {
		req := flow("12120", "FY2027", []calendar.Grain{"month"}, "solo")
		req.Fiscal = calendar.Fiscal{FirstMonth: 4}
		req.Goal.Split.Time = TimeRule{Basis: TimeSeasonality, Shares: more, Normalise: true}
		b := cascaded(t, req)
		require.Equal(t, "12120: 960 600 1080 960 960 1080 840 840 1080 1080 1200 1440", line(t, b, "month"))
		require.Equal(t, calendar.Month(2026, 4), b.Periods("month")[0])
	})
}

// On a later axis history is that of the unit above, or of its nearest
// ancestor that has some.
func TestCascade_LaterHistory(t *testing.T) {
	req := flow("1000", "2027", nil, "company", "east < company", "a < east", "b < east", "west < company", "c < west")
	req.Axes = append(req.Axes, Axis{ID: "product", Of: FieldProduct, Units: unitList("x", "y", "z")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisHistory, Period: "2026", Newcomers: NewcomersMedian}})
	req.Goal.Split.Axes[0].Levels = []LevelRule{{Level: 2, BasisRule: BasisRule{Basis: BasisEven}}}
	req.Evidence = evidenceOf(t, req.Axes, req.Fiscal,
		"a/x 2026-02-01 30", "a/y 2026-03-01 10", "a/x 2025-12-31 999", "stranger/y 2026-01-01 40", "b/z 2027-01-01 77")
	b := cascaded(t, req)
	cells := func(who string) string {
		return who + " " + line(t, b, "none", who, "x") + line(t, b, "none", who, "y") + line(t, b, "none", who, "z")
	}
	require.Equal(t, "a 188:62:0:", cells("a"), "her own 30 : 10; z is known, by its deals of 2027, and brought nothing")
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
