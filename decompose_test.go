package salesplan

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

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

// Several steps move from a group, no more than one from each of its units.
func TestCascade_TotalsMoveByOne(t *testing.T) {
	var units []string
	for i := range 16 {
		units = append(units, fmt.Sprintf("u%d @%s", i, []string{"..2027-06-30", "2027-07-01.."}[i/8]))
	}
	b := cascaded(t, flow("24", "2027", []calendar.Grain{"half"}, units...))
	require.Equal(t, "24: 12 12", line(t, b, "half"))
	for i := range 16 {
		require.Contains(t, []string{"1:", "2:"}, line(t, b, "none", fmt.Sprint("u", i)), "1½ up or down")
	}
	require.Len(t, b.Findings(), 8)
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

// places lists faults as "path code".
func places(err error) string {
	var out []string
	for _, f := range diag.All(err) {
		out = append(out, f.Path+" "+string(f.Code))
	}
	return strings.Join(out, ", ")
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
