package salesplan

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// pastOf books amounts month by month: each year's months bring that year's
// amount for each of its working days, by unit.
func pastOf(t *testing.T, p *Plan, perDay map[int]map[string]int64) *Evidence {
	t.Helper()
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for y := 2000; y < 2100; y++ {
			for _, unit := range sortedKeys(perDay[y]) {
				for m := time.January; m <= time.December; m++ {
					month := calendar.Month(y, m)
					amount := perDay[y][unit] * int64((*calendar.Calendar)(nil).Workdays(month))
					if !yield(Actual{Metric: "revenue", Unit: unit, Since: month.First, On: month.Last, Amount: dec(fmt.Sprint(amount))}, nil) {
						return
					}
				}
			}
		}
	})
	require.NoError(t, err)
	require.NoError(t, e.Faults())
	return e
}

// goodGoal is a plan and a past that nothing speaks against: growth of 10, 20
// and 15 % in three years, and 15 % asked for.
func goodGoal(t *testing.T) (*Plan, *Evidence) {
	p := relatedPlan()
	p.Relations, p.Goals = nil, p.Goals[:1]
	p.Goals[0].Target = dec("454089.00") // 1,740 a day on 261 days, 15 % over 1,513
	p.Goals[0].Why = "Win schools before Acme does"
	p.Goals[0].Split = &SplitRule{Grains: []calendar.Grain{"quarter", "month"}, Axes: []AxisRule{{Axis: "org"}}}
	p.Strategy = &Strategy{Segments: []string{"schools"}, Competitors: []string{"Acme"}}
	return p, pastOf(t, p, map[int]map[string]int64{
		2023: {"ann": 500, "ben": 300, "west": 200}, 2024: {"ann": 500, "ben": 400, "west": 200},
		2025: {"ann": 600, "ben": 420, "west": 300}, 2026: {"ann": 700, "ben": 418, "west": 400},
	})
}

func smartKeys(t *testing.T, p *Plan, e *Evidence) []string {
	t.Helper()
	fs, err := p.CheckGoals(e)
	require.NoError(t, err)
	var out []string
	for _, f := range fs {
		require.Equal(t, diag.Subject{Kind: "goal", ID: p.Goals[0].ID}, f.Subject)
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			require.NotContains(t, Catalogue().Text(f, lang), "{")
			require.NotContains(t, Catalogue().Text(f, lang), "=")
		}
		out = append(out, fmt.Sprint(f.Severity, " ", f.Code))
	}
	return out
}

// Each change makes exactly these findings.
func TestCheckSMART(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Plan)
		want   []string
	}{
		{"nothing", func(p *Plan) {}, nil},
		{"nobody's", func(p *Plan) { p.Goals[0].Owner = "" }, []string{"warning smart-owner-missing"}},
		{"an owner who comes later", func(p *Plan) { p.Axes[0].Units[0].From = calendar.On(2027, 2, 1) }, []string{"warning smart-owner-absent"}},
		{"an owner who leaves", func(p *Plan) { p.Axes[0].Units[0].To = calendar.On(2027, 11, 1) }, []string{"warning smart-owner-absent"}},
		{"not divided", func(p *Plan) { p.Goals[0].Split.Axes = nil }, []string{"info smart-scope-undivided"}},
		{"another metric", func(p *Plan) { p.Goals[0].Metric = "customers"; p.Goals[0].Target = dec("9") }, []string{"error smart-unmeasured"}},
		{"another metric with a source", func(p *Plan) { p.Goals[0].Metric, p.Goals[0].Source = "customers", "CRM"; p.Goals[0].Target = dec("9") }, []string{"info smart-source-unread"}},
		{"the baseline of a hope", func(p *Plan) { p.Goals[0].Baseline = weight(dec("500000")) }, []string{"warning smart-baseline-off"}},
		{"the baseline of the books", func(p *Plan) { p.Goals[0].Baseline = weight(dec("396198")) }, nil},
		{"twice as much", func(p *Plan) { p.Goals[0].Target = dec("600000.00") }, []string{"warning smart-beyond-trend", "error smart-beyond-capacity"}},
		{"twice as much where growth is wild", func(p *Plan) {
			p.Goals[0].Target = dec("600000.00")
			p.SMART = &SMARTRule{Deviations: weight(dec("20")), Capacity: weight(dec("1.5"))}
		}, nil},
		{"less than last year", func(p *Plan) { p.Goals[0].Target = dec("300000.00") }, []string{"info smart-below-trend"}},
		{"a short memory", func(p *Plan) { p.SMART = &SMARTRule{Growths: 13} }, []string{"info smart-history-short"}},
		{"no strategy, no why", func(p *Plan) { p.Strategy, p.Goals[0].Why = nil, "" }, []string{"warning smart-serves-nothing"}},
		{"no strategy", func(p *Plan) { p.Strategy = nil }, []string{"info smart-why-unchecked"}},
		{"a why that says nothing", func(p *Plan) { p.Goals[0].Why = "because the board wants it" }, []string{"warning smart-serves-nothing"}},
		{"split over a segment of the strategy", func(p *Plan) {
			p.Goals[0].Why = ""
			p.Goals[0].Split.Axes = append(p.Goals[0].Split.Axes, AxisRule{Axis: "segment"})
		}, nil},
		{"a past period", func(p *Plan) { p.Goals[0].Period, p.Goals[0].Target = "2026", dec("396198.00") }, []string{"warning smart-period-past"}},
		{"a far one", func(p *Plan) { p.Goals[0].Period = "2027-Q3"; p.Goals[0].Target = dec("110000.00") }, []string{"warning smart-evidence-old"}},
		{"nothing in between", func(p *Plan) { p.Goals[0].Split.Grains = nil }, []string{"info smart-no-checkpoints"}},
		{"a quarter without a date in between", func(p *Plan) {
			p.Goals[0].Split.Grains = nil
			p.Goals[0].Period, p.Goals[0].Target = "2027-Q1", dec("110000.00")
		}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, e := goodGoal(t)
			tt.change(p)
			require.Equal(t, tt.want, smartKeys(t, p, e))
		})
	}
}

// The numbers of a goal beyond the trend and beyond what its people can do,
// recomputed by hand.
func TestCheckSMART_Numbers(t *testing.T) {
	p, e := goodGoal(t)
	p.Goals[0].Target = dec("600000.00")
	fs, err := p.CheckGoals(e)
	require.NoError(t, err)
	require.Len(t, fs, 2)
	// Each quarter of 2024, 2025 and 2026 grew by 10 %, 20 % and 15 %.
	var growths []float64
	for _, g := range []float64{1100.0/1000 - 1, 1320.0/1100 - 1, 1518.0/1320 - 1} {
		growths = append(growths, g, g, g, g)
	}
	mean, sd := meanSpread(growths)
	require.InDelta(t, 0.15, mean, 1e-9)
	require.InDelta(t, math.Sqrt((0.0025*8)/11), sd, 1e-9)
	require.Equal(t, "0.15", argOf(t, fs[0], "mean"))
	require.Equal(t, "0.0426", argOf(t, fs[0], "spread"))
	require.Equal(t, "0.2353", argOf(t, fs[0], "limit"))
	require.Equal(t, "2026", argOf(t, fs[0], "period"))
	require.Equal(t, fmt.Sprint(1518*261), argOf(t, fs[0], "base"))
	require.Equal(t, "0.5144", argOf(t, fs[0], "growth"), "600,000 ÷ 261 ÷ 1,518 − 1")
	require.Equal(t, "110", fs[0].Advice[0].Amount[:3]) // 600,000 − 396,198 × 1.2353
	require.Equal(t, "2027-01-01 company", fs[0].Advice[0].Until+" "+fs[0].Advice[0].Owner)
	// The best was ann's 700 a day in 2026; there are three heads.
	require.Equal(t, "ann 182700 2026", argOf(t, fs[1], "best")+" "+argOf(t, fs[1], "most")+" "+argOf(t, fs[1], "period"))
	require.Equal(t, "3 548100 51900", argOf(t, fs[1], "heads")+" "+argOf(t, fs[1], "capacity")+" "+argOf(t, fs[1], "short"))
	require.Equal(t, "51900", fs[1].Advice[0].Amount)
}

// Who comes in July carries half a year, and less while ramping up.
func TestCheckSMART_RampedHeads(t *testing.T) {
	p, e := goodGoal(t)
	p.Axes[0].Units[4].From = calendar.On(2027, 7, 1) // west
	p.Axes[0].Units[4].Ramp = decs("0.5 0.5 0.5 1")
	p.Goals[0].Target = dec("450000.00")
	fs, err := p.CheckGoals(e)
	require.NoError(t, err)
	require.Equal(t, []string{"smart-beyond-capacity goal revenue-2027"}, keysOf(fs))
	// 261 + 261 + 66 × ½ + 66 working days, 700 a day.
	require.Equal(t, fmt.Sprint(700*(261+261+33+66)), argOf(t, fs[0], "capacity"))
	require.Equal(t, "2.3793", argOf(t, fs[0], "heads"))
}

// A goal for those below an owner is judged by what they sold; one that a
// bigger one holds serves that.
func TestCheckSMART_Owner(t *testing.T) {
	p, e := goodGoal(t)
	p.Goals = append(p.Goals, Goal{ID: "east", Metric: "revenue", Period: "2027-Q1", Target: dec("80000.00"), Owner: "east",
		Split: &SplitRule{Axes: []AxisRule{{Axis: "org"}}}})
	fs, err := p.CheckGoals(e)
	require.NoError(t, err)
	require.Empty(t, fs)
	p.Goals[1].Owner, p.Axes[0].Units = "north", append(p.Axes[0].Units, unitList("north < company", "kim < north")...)
	e, err = Gather(p, nil, func(yield func(Actual, error) bool) {
		yield(Actual{Metric: "revenue", Unit: "ann", On: calendar.On(2026, 12, 31), Amount: dec("5")}, nil)
	})
	require.NoError(t, err)
	fs = CheckSMART(p.Goals[1], SMARTInput{Metric: p.Metrics[0], Axes: p.Axes, Goals: p.Goals, Strategy: p.Strategy, Evidence: e})
	require.Equal(t, []string{"smart-owner-unmeasured goal east", "smart-history-short goal east"}, keysOf(fs))
	p.Relations = []Relation{{Result: "revenue-2027", Factors: []string{"x"}}}
	fs = CheckSMART(Goal{ID: "x", Metric: "calls", Period: "soon", Owner: "ann", Source: "diary"}, SMARTInput{Metric: Metric{ID: "calls", Step: dec("1")}, Axes: p.Axes, Relations: p.Relations})
	require.Equal(t, []string{"smart-period-unclear goal x", "smart-source-unread goal x"}, keysOf(fs))
}

// Recurring goals count with all their recurrences; what isn't whole ones is
// said. Bad trees, circles and endless numbers make no trouble.
func TestCheckSMART_Edges(t *testing.T) {
	p, e := goodGoal(t)
	p.Goals[0].Every, p.Goals[0].Target = "month", dec("37840.75")
	require.Empty(t, smartKeys(t, p, e))
	p.Goals[0].Target = dec("50000.00")
	require.Equal(t, []string{"warning smart-beyond-trend", "error smart-beyond-capacity"}, smartKeys(t, p, e))
	in := SMARTInput{Metric: p.Metrics[0], Axes: p.Axes, Strategy: p.Strategy, Evidence: e}
	cut := p.Goals[0]
	cut.Period = "2027-01-15/2027-12-31"
	require.Equal(t, []string{"smart-recurrence-cut goal revenue-2027"}, keysOf(CheckSMART(cut, in)))

	in.Axes = []Axis{{ID: "org", Units: ring(5)}}
	cut.Owner, cut.Every = "u1", ""
	require.NotPanics(t, func() { CheckSMART(cut, in) })
	require.NotPanics(t, func() { CheckSMART(Goal{}, SMARTInput{}) })
	endless, huge := p.Goals[0], decimal.New(1, 999999999)
	endless.Split, endless.Every, endless.Target, endless.Baseline = nil, "", huge, weight(huge)
	start := time.Now()
	fs := CheckSMART(endless, SMARTInput{Metric: Metric{ID: "revenue", Step: decimal.New(1, -999999999)}, Axes: p.Axes, Strategy: p.Strategy, Evidence: e, Rule: &SMARTRule{Capacity: weight(huge)}})
	require.Equal(t, "smart-scope-undivided goal revenue-2027", keysOf(fs)[0])
	require.Less(t, time.Since(start), 30*time.Second)
	require.Equal(t, CheckSMART(cut, in), CheckSMART(cut, in))
}

// A goal with a parent serves it; a rate is measured by its numerator.
func TestCheckSMART_ParentAndRate(t *testing.T) {
	p, e := goodGoal(t)
	ann := Goal{ID: "x", Metric: "revenue", Period: "2027-Q1", Target: dec("44800.00"), Owner: "ann", Parent: "revenue-2027"}
	in := SMARTInput{Metric: p.Metrics[0], Axes: p.Axes, Strategy: p.Strategy, Evidence: e, Goals: p.Goals}
	require.Empty(t, CheckSMART(ann, in))
	in.Goals = nil
	require.Equal(t, []string{"smart-serves-nothing goal x"}, keysOf(CheckSMART(ann, in)))

	in.Metric = Metric{ID: "share", Kind: KindRate, Measure: "%", Step: dec("0.1"), Numerator: "revenue", Denominator: "market"}
	ann.Metric, ann.Target, ann.Why = "share", dec("12"), "schools"
	require.Empty(t, CheckSMART(ann, in))
	in.Metric.Numerator = "visits"
	require.Equal(t, []string{"smart-unmeasured goal x"}, keysOf(CheckSMART(ann, in)))
}
