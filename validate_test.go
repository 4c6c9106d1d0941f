package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/calendar/china"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func ring(n int) []Unit {
	units := make([]Unit, n)
	for i := range units {
		units[i] = Unit{ID: fmt.Sprint("u", i), Parent: fmt.Sprint("u", (i+1)%n)}
	}
	return units
}

func weight(d decimal.Decimal) decimal.NullDecimal { return decimal.NewNullDecimal(d) }

// Each request has exactly these faults.
func TestCascade_BadInput(t *testing.T) {
	tests := []struct {
		name   string
		change func(*CascadeRequest)
		want   string
		says   string // in the first fault's value, bound or near
	}{
		{"no metric id, no step", func(r *CascadeRequest) { r.Metric = Metric{} }, "/metric/id required, /metric/step required", ""},
		{"negative step", func(r *CascadeRequest) { r.Metric.Step = decimal.New(-1, 0) }, "/metric/step negative", ""},
		{"step beyond the limits", func(r *CascadeRequest) { r.Metric.Step = decimal.New(1, -31) }, "/metric/step out-of-range", ""},
		{"kind and counts of later", func(r *CascadeRequest) { r.Metric.Kind, r.Metric.Counts = "stok", "won" }, "/metric/kind invalid, /metric/counts invalid", ""},
		{"off-step target", func(r *CascadeRequest) { r.Goal.Target = decimal.RequireFromString("100.5") }, "/goal/target off-step", "100.5"},
		{"endless target", func(r *CascadeRequest) { r.Goal.Target = decimal.New(1, 999999999) }, "/goal/target out-of-range", ""},
		{"too many steps", func(r *CascadeRequest) { r.Goal.Target = decimal.RequireFromString("9000000000000000001") }, "/goal/target out-of-range", "9000000000000000001"},
		{"too many steps in all recurrences", func(r *CascadeRequest) {
			r.Goal.Target, r.Goal.Every = decimal.New(1, 18), "month"
		}, "/goal/target out-of-range", "in all"},
		{"endless baseline", func(r *CascadeRequest) { r.Goal.Baseline = weight(decimal.New(1, 999999999)) }, "/goal/baseline out-of-range", ""},
		{"no period", func(r *CascadeRequest) { r.Goal.Period = "" }, "/goal/period syntax", ""},
		{"no such period", func(r *CascadeRequest) { r.Goal.Period = "2027-02-30" }, "/goal/period out-of-range", ""},
		{"period ends before it begins", func(r *CascadeRequest) { r.Goal.Period = "2027-03-01/2027-02-01" }, "/goal/period order", ""},
		{"not whole recurrences", func(r *CascadeRequest) { r.Goal.Period, r.Goal.Every = "2027-01-04/2027-03-31", "month" }, "/goal/period off-grid", "2027-Q1"},
		{"no such grain", func(r *CascadeRequest) {
			r.Goal.Every, r.Goal.Split.Grains = "fortnight", []calendar.Grain{"month", "mnth", ""}
		},
			"/goal/every invalid, /goal/split/grains/1 invalid, /goal/split/grains/2 required", ""},
		{"no such time basis", func(r *CascadeRequest) { r.Goal.Split.Time = TimeRule{Basis: "evenly", Within: "even"} }, "/goal/split/time/basis invalid, /goal/split/time/within invalid", "even"},
		{"unknown owner", func(r *CascadeRequest) { r.Goal.Owner = "teem" }, "/goal/owner unknown", "team"},
		{"unknown axis", func(r *CascadeRequest) { r.Goal.Split.Axes[0].Axis = "orgs" }, "/goal/split/axes/0/axis unknown", "org"},
		{"axis twice", func(r *CascadeRequest) { r.Goal.Split.Axes = append(r.Goal.Split.Axes, AxisRule{Axis: "org"}) }, "/goal/split/axes/1/axis duplicate", ""},
		{"too many axes", func(r *CascadeRequest) { r.Goal.Split.Axes = make([]AxisRule, 17) }, "/goal/split/axes too-many", "16"},
		{"no such basis", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: "weight", Newcomers: "median"}
			r.Goal.Split.Axes[0].Levels = []LevelRule{{Level: 0}, {Level: 2, BasisRule: BasisRule{Basis: "histories"}}, {Level: 2}}
		}, "/goal/split/axes/0/basis invalid, /goal/split/axes/0/newcomers invalid, /goal/split/axes/0/levels/0/level out-of-range, " +
			"/goal/split/axes/0/levels/1/basis invalid, /goal/split/axes/0/levels/2/level duplicate", "weights"},
		{"history without a window", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].BasisRule, r.Goal.Split.Time = BasisRule{Basis: BasisHistory}, TimeRule{Basis: TimeHistory}
		}, "/goal/split/time/period required, /goal/split/axes/0/period required", ""},
		{"history with a window that is none", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].BasisRule, r.Goal.Split.Time = BasisRule{Basis: BasisHistory, Period: "last year"}, TimeRule{Basis: TimeHistory, Period: "2026-13", Missing: "some"}
		}, "/goal/split/time/period out-of-range, /goal/split/time/missing invalid, /goal/split/axes/0/period syntax", ""},
		{"history without evidence", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisHistory, Period: "2026"}
		}, "/evidence required", "2026"},
		{"time and units by history without evidence", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].BasisRule, r.Goal.Split.Time = BasisRule{Basis: BasisHistory, Period: "2026"}, TimeRule{Basis: TimeHistory, Period: "2026"}
		}, "/evidence required", "2026"},
		{"evidence of another year", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisHistory, Period: "2024"}
		}, "/goal/split/axes/0/period no-weight", "actuals of 2026-02-01/2026-03-01"},
		{"history of nothing", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisHistory, Period: "2026-02"}
		}, "/goal/split/axes/0/basis no-weight", "org"},
		{"dangling parents", func(r *CascadeRequest) { r.Axes[0].Units[1].Parent, r.Axes[0].Units[2].Parent = "teams", "x" },
			"/axes/0/units/1/parent unknown, /axes/0/units/2/parent unknown", "team"},
		{"parent in another axis", func(r *CascadeRequest) {
			r.Axes = append(r.Axes, Axis{ID: "product", Units: unitList("p < team")})
		}, "/axes/1/units/0/parent unknown", ""},
		{"one's own parent", func(r *CascadeRequest) { r.Axes[0].Units[0].Parent = "team" }, "/axes/0/units/0/parent cycle", "team"},
		{"two circles and a dangling parent", func(r *CascadeRequest) {
			r.Axes[0].Units = append(r.Axes[0].Units, unitList("c < d", "d < c", "e < f", "f < g", "g < e", "h < nowhere", "i < c")...)
		}, "/axes/0/units/8/parent unknown, /axes/0/units/3/parent cycle, /axes/0/units/5/parent cycle", ""},
		{"a circle of 10,000", func(r *CascadeRequest) {
			r.Axes[0].Units, r.Goal.Owner = ring(10_000), "u7"
		}, "/axes/0/units/0/parent cycle", "(10000)"},
		{"duplicate ids", func(r *CascadeRequest) {
			r.Axes = append(r.Axes, Axis{ID: "org", Units: unitList("a", "b", "b")})
		}, "/axes/1/id duplicate, /axes/1/units/0/id duplicate, /axes/1/units/1/id duplicate, /axes/1/units/2/id duplicate", "/axes/0"},
		{"ids that cannot be told", func(r *CascadeRequest) {
			r.Axes[0].Units = append(r.Axes[0].Units, Unit{}, Unit{ID: " a"}, Unit{ID: "a\u200b"}, Unit{ID: strings.Repeat("x", 129)}, Unit{ID: "\xff"})
		}, "/axes/0/units/3/id required, /axes/0/units/4/id invalid, /axes/0/units/5/id invalid, /axes/0/units/6/id out-of-range, /axes/0/units/7/id invalid", ""},
		{"weights", func(r *CascadeRequest) {
			r.Axes[0].Units[1].Weight, r.Axes[0].Units[2].Weight = weight(decimal.New(-1, 0)), weight(decimal.New(1, 999999999))
			r.Axes[0].Units[2].From, r.Axes[0].Units[2].To = calendar.On(2027, 3, 2), calendar.On(2027, 3, 1)
		}, "/axes/0/units/1/weight negative, /axes/0/units/2/weight out-of-range, /axes/0/units/2/to order", ""},
		{"no such field", func(r *CascadeRequest) { r.Axes[0].Of = "deal" }, "/axes/0/of invalid", ""},
		{"partial weights", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].Basis = BasisWeights
			r.Axes[0].Units[1].Weight = weight(decimal.New(1, 0))
		}, "/axes/0/units/2/weight required", ""},
		{"partial weights of two axes", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].Basis = BasisWeights
			r.Axes[0].Units[2].Weight = weight(decimal.New(1, 0))
			r.Axes = append(r.Axes, Axis{ID: "product", Units: unitList("p x 1", "q")})
			r.Goal.Split.Axes = append(r.Goal.Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisWeights}})
		}, "/axes/0/units/1/weight required, /axes/1/units/1/weight required", ""},
		{"time and weights at once", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].Basis, r.Goal.Split.Time = BasisWeights, TimeRule{Basis: TimeHistory, Period: "2026"}
			r.Axes[0].Units[1].Weight = weight(decimal.New(1, 0))
		}, "/goal/split/time/missing required, /axes/0/units/2/weight required", ""},
		{"all weights zero", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].Basis = BasisWeights
			r.Axes[0].Units[1].Weight, r.Axes[0].Units[2].Weight = weight(decimal.Decimal{}), weight(decimal.Decimal{})
		}, "/goal/split/axes/0/basis no-weight", "team"},
		{"nobody there", func(r *CascadeRequest) {
			r.Goal.Split.Grains = []calendar.Grain{"month"}
			r.Axes[0].Units[1].From, r.Axes[0].Units[2].From = calendar.On(2027, 3, 1), calendar.On(2027, 4, 5)
		}, "/goal/split/axes/0 infeasible", "2027-01-01/2027-02-28"},
		{"nobody with a weight there", func(r *CascadeRequest) {
			r.Goal.Split.Axes[0].Basis, r.Goal.Split.Grains = BasisWeights, []calendar.Grain{"quarter"}
			r.Axes[0].Units[1].Weight, r.Axes[0].Units[2].Weight = weight(decimal.Decimal{}), weight(decimal.New(1, 0))
			r.Axes[0].Units[2].To = calendar.On(2027, 6, 30)
		}, "/goal/split/axes/0 infeasible", "2027-H2, where the goal owes 50"},
		{"the owner isn't there", func(r *CascadeRequest) {
			r.Goal.Owner, r.Goal.Split.Grains = "a", []calendar.Grain{"quarter"}
			r.Axes[0].Units[1].From = calendar.On(2027, 4, 1)
		}, "/goal/split/axes/0 infeasible", "2027-Q1, where the goal owes 25"},
		{"no product there", func(r *CascadeRequest) {
			r.Axes = append(r.Axes, Axis{ID: "product", Units: unitList("p @2027-07-01..", "q @2027-07-01..")})
			r.Goal.Split.Axes = append(r.Goal.Split.Axes, AxisRule{Axis: "product"})
			r.Goal.Split.Grains = []calendar.Grain{"half"}
		}, "/goal/split/axes/1 infeasible", "2027-H1, where the goal owes 50"},
		{"too many cells", func(r *CascadeRequest) {
			r.Goal.Split.Grains, r.Goal.Period = []calendar.Grain{"day"}, "2000-01-01/2199-12-31"
			for range 10_000 {
				r.Axes[0].Units = append(r.Axes[0].Units, Unit{ID: fmt.Sprint("n", len(r.Axes[0].Units)), Parent: "team"})
			}
		}, "/goal/split out-of-range", "cells"},
		{"too many periods", func(r *CascadeRequest) {
			r.Goal.Split.Grains, r.Goal.Period = []calendar.Grain{"day"}, "1000-01-01/2999-12-31"
		}, "/goal/split/grains out-of-range", ""},
		{"holidays that are not published", func(r *CascadeRequest) {
			r.Calendar, r.Goal.Period = china.New(calendar.UnpublishedRefuse), "2026-10-01/2028-02-29"
			r.Goal.Split.Time.Basis = TimeWorkdays
		}, "/goal/period unpublished, /goal/period unpublished", "2027"},
		{"holidays that a month in part needs", func(r *CascadeRequest) {
			r.Calendar, r.Goal.Period = china.New(calendar.UnpublishedRefuse), "2027-01-15/2027-12-31"
			r.Goal.Split.Grains = []calendar.Grain{"month"}
		}, "/goal/period unpublished", "2027"},
		{"no such fiscal year", func(r *CascadeRequest) { r.Fiscal.FirstMonth = 13 }, "/fiscal/firstMonth out-of-range", "13"},
		{"everything at once", func(r *CascadeRequest) {
			r.Metric.Step, r.Goal.Period, r.Goal.Owner, r.Goal.ID = decimal.Decimal{}, "20-27", "?", ""
			r.Axes[0].Units[1].ID = "team"
		}, "/metric/step required, /axes/0/units/1/id duplicate, /goal/id required, /goal/period syntax, /goal/owner unknown", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := flow("100", "2027", nil, "team", "a < team", "b < team")
			req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, "nobody 2026-02-01 5", "a 2026-02-02 0", "b 2026-02-02 0", "a 2026-03-01 1")
			if strings.Contains(tt.name, "without evidence") {
				req.Evidence = nil
			}
			tt.change(&req)
			start := time.Now()
			_, err := Cascade(context.Background(), req)
			require.Less(t, time.Since(start), 5*time.Second)
			require.Equal(t, tt.want, places(err))
			requireChinese(t, err)
			first := diag.All(err)[0]
			require.Contains(t, first.Value+" "+first.Bound+" "+first.Near, tt.says)
			for _, f := range diag.All(err) {
				require.ErrorIs(t, err, f.Code)
				for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
					text := Catalogue().Text(f, lang)
					require.Contains(t, text, f.Path)
					require.NotContains(t, text, "{")
				}
			}
		})
	}
}

// Where weekends and working days don't matter, holidays need not be known.
func TestCascade_UnpublishedUnneeded(t *testing.T) {
	for name, change := range map[string]func(*CascadeRequest){
		"even months": func(r *CascadeRequest) {},
		"calendar days": func(r *CascadeRequest) {
			r.Goal.Split.Time.Basis, r.Goal.Split.Grains = TimeDays, []calendar.Grain{"day"}
		},
		"days within": func(r *CascadeRequest) {
			r.Goal.Split.Time.Within, r.Goal.Split.Grains = TimeDays, []calendar.Grain{"month", "week"}
			r.Axes[0].Units[1].From = calendar.On(2027, 4, 1)
		},
	} {
		req := flow("100", "2027", []calendar.Grain{"month"}, "team", "a < team", "b < team")
		req.Calendar = china.New(calendar.UnpublishedRefuse)
		change(&req)
		require.Empty(t, cascaded(t, req).Findings(), name)
		req.Goal.Split.Time.Basis = TimeWorkdays
		req.Goal.Split.Time.Within = ""
		_, err := Cascade(context.Background(), req)
		require.Equal(t, "/goal/period unpublished", places(err), name)
		req.Calendar = china.New(calendar.UnpublishedWeekdays)
		b := cascaded(t, req)
		require.Equal(t, "holidays-guessed year 2027", b.Findings()[0].Key())
	}
}

// Weekends owe something where every day has the same; whoever is there then
// carries it.
func TestCascade_WithoutWorkingDays(t *testing.T) {
	req := flow("60", "2027-01-01/2027-01-30", []calendar.Grain{"day"}, "a", "b @2027-01-11..")
	b := cascaded(t, req)
	require.Equal(t, "40:", line(t, b, "none", "a"))
	saturday := calendar.Day(calendar.On(2027, 1, 16))
	x, err := b.Amount(At{Units: []string{"b"}, Period: saturday})
	require.NoError(t, err)
	require.Equal(t, "1", x.String())
}

func TestCascade_ZeroValues(t *testing.T) {
	_, err := Cascade(context.Background(), CascadeRequest{})
	require.Equal(t, "/metric/id required, /metric/step required, /goal/id required, /goal/period syntax", places(err))
	var p *Plan
	require.Equal(t, "/plan required", places(p.Validate()))
	_, err = p.Targets(context.Background(), nil)
	require.Equal(t, "/plan required", places(err))
	require.Equal(t, "/salesplan version", places((&Plan{}).Validate()))
	_, err = Cascade(context.Background(), flow("7", "2027", nil))
	require.Equal(t, "/goal/split/axes/0/axis required", places(err), "an axis without units")
	nothing := flow("0", "2027", quarters, "a @2028-01-01..", "b x 0")
	require.Equal(t, "0: 0 0 0 0", line(t, cascaded(t, nothing), "quarter"), "nothing is owed by nobody")
}

func goodPlan() *Plan {
	return &Plan{
		Version: Version, Name: "plan", Currency: "CNY",
		Metrics: []Metric{{ID: "revenue", Measure: "CNY", Step: decimal.New(1, -2)}, {ID: "customers", Step: decimal.New(1, 0)}},
		Axes:    []Axis{{ID: "org", Units: unitList("company", "east < company", "west < company @2027-03-01..")}, {ID: "product", Units: unitList("x", "y")}},
		Goals: []Goal{
			{ID: "g1", Metric: "revenue", Period: "2027", Target: decimal.New(100000, 0), Owner: "company",
				Split: &SplitRule{Grains: []calendar.Grain{"quarter", "month"}, Axes: []AxisRule{{Axis: "org"}, {Axis: "product"}}}},
			{ID: "g2", Name: "New customers", Metric: "customers", Period: "2027", Every: "quarter", Target: decimal.New(25, 0),
				Split: &SplitRule{Axes: []AxisRule{{Axis: "org"}}}},
		},
	}
}

func TestPlan_Validate(t *testing.T) {
	require.NoError(t, goodPlan().Validate())
	tests := []struct {
		name   string
		change func(*Plan)
		want   string
	}{
		{"version", func(p *Plan) { p.Version = "2" }, "/salesplan version"},
		{"rates", func(p *Plan) {
			p.Rates = []Rate{{}, {Currency: "USD", Rate: decimal.New(-1, 0)}, {Currency: "EUR", Rate: decimal.New(1, 99999)}}
		}, "/rates/0/currency required, /rates/0/rate out-of-range, /rates/1/rate out-of-range, /rates/2/rate out-of-range"},
		{"tolerance", func(p *Plan) { p.Tolerance = weight(decimal.New(2, 0)) }, "/tolerance out-of-range"},
		{"metrics", func(p *Plan) {
			p.Metrics = append(p.Metrics, Metric{ID: "revenue", Step: decimal.New(1, 0)}, Metric{ID: "x y", Kind: "ratio"})
		},
			"/metrics/2/id duplicate, /metrics/3/kind invalid, /metrics/3/step required"},
		{"goals", func(p *Plan) { p.Goals[1].ID, p.Goals[1].Metric, p.Goals[0].Metric = "g1", "custmers", "" },
			"/goals/0/metric required, /goals/1/id duplicate, /goals/1/metric unknown"},
		{"a step that a goal needs", func(p *Plan) { p.Metrics[0].Step = decimal.Decimal{} }, "/metrics/0/step required"},
		{"calendar", func(p *Plan) {
			p.Calendar = CalendarRule{WorkRule: WorkRule{Holidays: "mars", Off: []calendar.Date{calendar.On(2027, 1, 1), {}}, On: []calendar.Date{calendar.On(2027, 1, 1)}}}
		}, "/calendar/holidays invalid, /calendar/off/1 required, /calendar/on/0 conflict"},
		{"fiscal year", func(p *Plan) { p.Calendar.Fiscal.FirstMonth = 13 }, "/calendar/fiscal/firstMonth out-of-range"},
		{"units and goals", func(p *Plan) {
			p.Axes[1].Units[0].ID, p.Goals[0].Split.Axes[1].Axis, p.Goals[1].Owner = "east", "prodct", "north"
		}, "/axes/1/units/0/id duplicate, /goals/0/split/axes/1/axis unknown, /goals/1/owner unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := goodPlan()
			tt.change(p)
			err := p.Validate()
			require.Equal(t, tt.want, places(err))
			requireChinese(t, err)
			_, same := p.Targets(context.Background(), nil)
			require.Equal(t, places(err), places(same))
		})
	}
}

// A plan of many faults is refused in good time, the first thousand of them
// named.
func TestPlan_ManyFaults(t *testing.T) {
	const n = 50_000
	r := rand.New(rand.NewPCG(1, 2))
	for name, change := range map[string]func(p *Plan, i int) Unit{
		"dangling": func(p *Plan, i int) Unit {
			return Unit{ID: fmt.Sprint("unit-number-", i), Parent: fmt.Sprint("unit-nvmber-", r.IntN(n))}
		},
		"twice":     func(p *Plan, i int) Unit { return Unit{ID: "east"} },
		"ring":      func(p *Plan, i int) Unit { return Unit{ID: fmt.Sprint("u", i), Parent: fmt.Sprint("u", i^1)} },
		"newcomers": func(p *Plan, i int) Unit { return Unit{ID: fmt.Sprint("u", i), Parent: "east"} },
		"weights":   func(p *Plan, i int) Unit { return Unit{ID: fmt.Sprint("u", i), Parent: "east"} },
	} {
		t.Run(name, func(t *testing.T) {
			p := goodPlan()
			p.Metrics[0].ID, p.Goals = "m", p.Goals[:1]
			p.Goals[0].Metric = "m"
			for i := range n {
				p.Axes[0].Units = append(p.Axes[0].Units, change(p, i))
			}
			rule := &p.Goals[0].Split.Axes[0]
			switch name {
			case "newcomers":
				rule.BasisRule = BasisRule{Basis: BasisHistory, Period: "2026"}
			case "weights":
				rule.Basis, p.Axes[0].Units[5].Weight = BasisWeights, weight(decimal.New(1, 0))
			}
			e := evidenceOf(t, goodPlan().Axes, p.Calendar.Fiscal, "east 2026-01-01 5", "west 2026-01-01 5")
			start := time.Now()
			_, err := p.Targets(context.Background(), e)
			all := diag.All(err)
			require.Len(t, all, diag.MaxKept+1)
			require.Equal(t, diag.More, all[diag.MaxKept].Code)
			require.Less(t, time.Since(start), 20*time.Second)
			t.Log(time.Since(start))
		})
	}
}
