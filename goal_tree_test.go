package salesplan

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// treePlan has a goal of 1,200 for the company, by quarters, and what serves it.
func treePlan(below ...Goal) *Plan {
	split := func() *SplitRule {
		return &SplitRule{Grains: []calendar.Grain{"quarter"}, Axes: []AxisRule{{Axis: "org"}}}
	}
	p := &Plan{
		Version: Version,
		Metrics: []Metric{{ID: "m", Step: dec("1")}, {ID: "n", Step: dec("1")}},
		Axes:    []Axis{{ID: "org", Units: unitList("co", "east < co", "a < east", "b < east", "west < co", "c < west", "d < west")}, {ID: "product", Units: unitList("x", "y")}},
		Goals:   []Goal{{ID: "top", Metric: "m", Period: "2027", Target: dec("1200"), Owner: "co", Split: split()}},
	}
	for _, g := range below {
		if g.Metric == "" {
			g.Metric = "m"
		}
		if g.Period == "" {
			g.Period = "2027"
		}
		if g.Parent == "" {
			g.Parent = "top"
		}
		if g.Why == "split" {
			g.Split = split()
		}
		p.Goals = append(p.Goals, g)
	}
	return p
}

func targetsOf(t *testing.T, p *Plan) *Targets {
	t.Helper()
	all, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	return all
}

func owes(t *testing.T, all *Targets, goal, unit, period string) string {
	t.Helper()
	at := At{}
	if unit != "" {
		at.Units = []string{unit}
	}
	if period != "" {
		p, err := calendar.ParsePeriod(period)
		require.NoError(t, err)
		at.Period = p
	}
	x, err := all.Amount(goal, at)
	require.NoError(t, err)
	return x.String()
}

// A goal without a split binds its owner's total; siblings have the rest.
func TestTargets_ChildTotal(t *testing.T) {
	all := targetsOf(t, treePlan(Goal{ID: "east", Owner: "east", Target: dec("900")}))
	require.Equal(t, "900", owes(t, all, "top", "east", ""))
	require.Equal(t, "300", owes(t, all, "top", "west", ""))
	require.Equal(t, "1200", owes(t, all, "top", "", ""))
	require.Equal(t, "225", owes(t, all, "top", "east", "2027-Q1"))

	all = targetsOf(t, treePlan(Goal{ID: "east", Owner: "east", Target: dec("500"), Binding: BindingAtLeast}))
	require.Equal(t, "600", owes(t, all, "top", "east", ""), "it has more than that anyhow")
	all = targetsOf(t, treePlan(Goal{ID: "east", Owner: "east", Target: dec("700"), Binding: BindingAtLeast}))
	require.Equal(t, "700", owes(t, all, "top", "east", ""))
	all = targetsOf(t, treePlan(Goal{ID: "east", Owner: "east", Target: dec("100"), Period: "2027-Q2", Binding: BindingFixed}))
	require.Equal(t, "100", owes(t, all, "top", "east", "2027-Q2"))
	require.Equal(t, "1200", owes(t, all, "top", "", ""))
}

// A goal with a split of its own binds cell by cell, and what serves it binds
// it first.
func TestTargets_ChildCells(t *testing.T) {
	east := Goal{ID: "east", Owner: "east", Target: dec("400"), Why: "split"}
	p := treePlan(Goal{ID: "a2", Owner: "a", Period: "2027-Q2", Target: dec("70"), Parent: "east"}, east)
	p.Goals[2].Split.Time = TimeRule{Basis: TimeSeasonality, Shares: decimals("5 5 5 5 5 5 5 5 5 15 20 20")}
	all := targetsOf(t, p)
	require.Equal(t, "70", owes(t, all, "east", "a", "2027-Q2"))
	cells := 0
	for _, unit := range []string{"east", "a", "b"} {
		for q := 1; q <= 4; q++ {
			quarter := "2027-Q" + strconv.Itoa(q)
			require.Equal(t, owes(t, all, "east", unit, quarter), owes(t, all, "top", unit, quarter), "%s in %s", unit, quarter)
			cells++
		}
	}
	require.Equal(t, 12, cells)
	require.Equal(t, "800", owes(t, all, "top", "west", ""))
	require.Equal(t, "1200", owes(t, all, "top", "", ""))
	require.Equal(t, []string{"top", "a2", "east"}, goalIDs(all), "in the order of the plan")
	require.Nil(t, p.Goals[0].Split.Bounds, "the plan is as it was")
}

// Cells that only one of the two splits has bind where both meet.
func TestTargets_ChildGrids(t *testing.T) {
	p := treePlan(Goal{ID: "east", Owner: "east", Target: dec("400"), Why: "split"})
	p.Goals[1].Split.Grains = []calendar.Grain{"month"}
	p.Goals[1].Split.Axes = append(p.Goals[1].Split.Axes, AxisRule{Axis: "product"})
	all := targetsOf(t, p)
	for _, unit := range []string{"a", "b"} {
		require.Equal(t, owes(t, all, "east", unit, "2027-Q3"), owes(t, all, "top", unit, "2027-Q3"))
	}
	p = treePlan(Goal{ID: "east", Owner: "east", Target: dec("400"), Why: "split"})
	p.Goals[0].Split.Axes = append(p.Goals[0].Split.Axes, AxisRule{Axis: "product"})
	p.Goals[1].Split.Axes = []AxisRule{{Axis: "product", BasisRule: BasisRule{Basis: BasisWeights}}}
	p.Axes[1].Units = unitList("x x 3", "y x 1")
	all = targetsOf(t, p)
	for _, product := range []string{"x", "y"} {
		mine, err := all.Amount("east", At{Units: []string{product}, Period: calendar.Quarter(2027, 4)})
		require.NoError(t, err)
		theirs, err := all.Amount("top", At{Units: []string{"east", product}, Period: calendar.Quarter(2027, 4)})
		require.NoError(t, err)
		require.True(t, mine.Equal(theirs), "%s: %s and %s", product, mine, theirs)
	}
}

func goalIDs(all *Targets) (ids []string) {
	for b := range all.All() {
		ids = append(ids, b.Goal())
	}
	return ids
}

func decimals(text string) (out []decimal.Decimal) {
	for _, s := range strings.Fields(text) {
		out = append(out, dec(s))
	}
	return out
}

// What doesn't fit is refused at the goal that it should serve, with the
// amount.
func TestTargets_ChildInfeasible(t *testing.T) {
	tests := []struct {
		name  string
		below []Goal
		want  string
		says  []string
	}{
		{"more than the whole", []Goal{{ID: "east", Owner: "east", Target: dec("1300")}}, "/goals/0 infeasible", []string{"east", "1300 together, 100 more than 1200"}},
		{"more together", []Goal{{ID: "east", Owner: "east", Target: dec("700")}, {ID: "west", Owner: "west", Target: dec("600"), Binding: BindingAtLeast}},
			"/goals/0 infeasible", []string{"east", "west", "100 more than 1200"}},
		{"fixed and less together", []Goal{{ID: "east", Owner: "east", Target: dec("500")}, {ID: "west", Owner: "west", Target: dec("600")}},
			"/goals/0 infeasible", []string{"100 less than 1200"}},
		{"nested ones count once", []Goal{{ID: "east", Owner: "east", Target: dec("700")}, {ID: "a", Owner: "a", Target: dec("650")}}, "", nil},
		{"a person more than the team", []Goal{{ID: "east", Owner: "east", Target: dec("700")}, {ID: "a", Owner: "a", Target: dec("750")}},
			"/goals/0 infeasible", []string{"750", "700", "short by 50"}},
		{"more than the whole in a quarter and fixed elsewhere", []Goal{
			{ID: "q1", Owner: "co", Period: "2027-Q1", Target: dec("100")}, {ID: "q2", Owner: "co", Period: "2027-Q2", Target: dec("100")},
			{ID: "q3", Owner: "co", Period: "2027-Q3", Target: dec("100")}, {ID: "q4", Owner: "co", Period: "2027-Q4", Target: dec("100")}},
			"/goals/0 infeasible", []string{"short by 800"}},
		{"a child with faults says so, not its parent", []Goal{{ID: "east", Owner: "east", Target: dec("700")}, {ID: "a", Owner: "a", Target: dec("750"), Parent: "east"}},
			"/goals/1/owner conflict", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := treePlan(tt.below...)
			if tt.name == "a child with faults says so, not its parent" {
				p.Goals[1].Split = nil
				tt.want = "/goals/2/owner conflict"
			}
			_, err := p.Targets(context.Background(), nil)
			require.Equal(t, tt.want, places(err), "%v", err)
			for _, s := range tt.says {
				require.ErrorContains(t, err, s)
			}
		})
	}
}

func TestPlan_GoalTreeFaults(t *testing.T) {
	tests := []struct {
		name  string
		below []Goal
		want  string
	}{
		{"unknown", []Goal{{ID: "east", Owner: "east", Target: dec("1"), Parent: "topp"}}, "/goals/1/parent unknown"},
		{"itself", []Goal{{ID: "east", Owner: "east", Target: dec("1"), Parent: "east"}}, "/goals/1/parent cycle"},
		{"a circle", []Goal{{ID: "e", Owner: "co", Target: dec("1"), Parent: "f"}, {ID: "f", Owner: "co", Target: dec("1"), Parent: "e"}}, "/goals/1/parent cycle"},
		{"an owner elsewhere", []Goal{{ID: "e", Owner: "east", Target: dec("1"), Why: "split"}, {ID: "w", Owner: "west", Target: dec("1"), Parent: "e"}}, "/goals/2/owner conflict"},
		{"outside the period", []Goal{{ID: "e", Owner: "east", Target: dec("1"), Period: "2028-Q1"}}, "/goals/1/period off-grid"},
		{"between periods", []Goal{{ID: "e", Owner: "east", Target: dec("1"), Period: "2027-02"}}, "/goals/1/period off-grid"},
		{"no such binding", []Goal{{ID: "e", Owner: "east", Target: dec("1"), Binding: "strict"}}, "/goals/1/binding invalid"},
		{"a contribution that binds", []Goal{{ID: "e", Owner: "east", Metric: "n", Target: dec("1"), Binding: BindingFixed}}, "/goals/1/binding conflict"},
		{"additions of a flow", []Goal{{ID: "e", Owner: "east", Target: dec("1"), Additions: "top", Losses: "nobody"}}, "/goals/1/additions conflict, /goals/1/losses conflict, /goals/1/losses unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := treePlan(tt.below...).Targets(context.Background(), nil)
			require.Equal(t, tt.want, places(err))
		})
	}
	p := treePlan(Goal{ID: "e", Owner: "east", Target: dec("1")})
	p.Goals[1].Parent, p.Goals[1].Binding = "", BindingFixed
	require.Equal(t, "/goals/1/binding conflict", places(p.Validate()))
	p = treePlan(Goal{ID: "e", Owner: "east", Target: dec("1")})
	p.Metrics[0].Kind, p.Metrics[0].Better = KindStock, "up"
	require.Equal(t, "/metrics/0/better invalid, /goals/1/binding conflict", places(p.Validate()))
	p = treePlan()
	p.Axes[0].Units[2].Successor, p.Axes[0].Units[3].Successor, p.Axes[0].Units[5].Successor, p.Axes[0].Units[6].Successor = "b", "a", "west", "x"
	require.Equal(t, "/axes/0/units/5/successor conflict, /axes/0/units/6/successor unknown, /axes/0/units/2/successor cycle", places(p.Validate()))
	p = treePlan()
	p.Externals = []External{{Series: "", Amount: dec("0")}, {Series: "s", On: calendar.On(2027, 1, 1), Amount: dec("1")}, {Series: "s", On: calendar.On(2027, 1, 1), Amount: decimal.New(1, 99)}}
	require.Equal(t, "/externals/0/series required, /externals/0/on required, /externals/0/amount out-of-range, /externals/2/amount out-of-range, /externals/2/on duplicate", places(p.Validate()))
	p = treePlan()
	p.Metrics = append(p.Metrics, Metric{ID: "r", Step: dec("1"), Kind: KindRate, Numerator: "q", Denominator: "s"}, Metric{ID: "q", Step: dec("1"), Kind: KindStock},
		Metric{ID: "t", Step: dec("1"), Numerator: "m", Share: true})
	require.Equal(t, "/metrics/4/numerator conflict, /metrics/4/share conflict, /metrics/2/numerator conflict, /metrics/2/denominator unknown", places(p.Validate()))
}

// With binding none, what differs is a finding with the amount.
func TestTargets_ChildNone(t *testing.T) {
	all := targetsOf(t, treePlan(
		Goal{ID: "e", Owner: "east", Target: dec("700"), Binding: BindingNone},
		Goal{ID: "w", Owner: "west", Target: dec("600"), Binding: BindingNone},
		Goal{ID: "k", Owner: "east", Metric: "n", Target: dec("5")}))
	require.Equal(t, "600", owes(t, all, "top", "east", ""))
	require.Equal(t, []string{"k"}, all.Contributions("top"))
	require.Empty(t, all.Contributions("e"))
	said := map[string]string{}
	for _, f := range all.Findings() {
		said[f.Key()] = plainText(f)
		require.NotContains(t, Catalogue().Text(f, diag.Chinese), "{")
	}
	require.Equal(t, map[string]string{
		"child-goal-differs goal e":   "Goal e: it is 700, goal top owes 600 there; they differ by 100. Bring the goals together; 100 lie between them.",
		"child-goals-differ goal top": "Goal top: it is 1200, the 2 goals below come to 1300; they differ by 100. Bring the goals together; 100 lie between them.",
	}, said)
}

// plainText is a finding in English without marks between thousands.
func plainText(f diag.Finding) string {
	return strings.ReplaceAll(Catalogue().Text(f, diag.English), "1,", "1")
}

// Whatever goals below ask for: they have it to the step, the rest adds up, or
// the parent is refused.
func TestTargets_ChildProperty(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 9))
	solved := 0
	for range 60 {
		p := treePlan()
		for _, unit := range []string{"east", "west", "a", "c", "d"} {
			if rng.IntN(2) == 0 {
				continue
			}
			g := Goal{ID: "g-" + unit, Metric: "m", Owner: unit, Parent: "top", Target: decimal.NewFromInt(int64(rng.IntN(500))), Period: []string{"2027", "2027-Q1", "2027-H2"}[rng.IntN(3)]}
			if rng.IntN(2) == 0 {
				g.Binding = BindingAtLeast
			}
			if rng.IntN(2) == 0 {
				g.Split = p.Goals[0].Split.clone()
			}
			p.Goals = append(p.Goals, g)
		}
		all, err := p.Targets(context.Background(), nil)
		if err != nil {
			for _, f := range diag.All(err) {
				require.Equal(t, diag.Infeasible, f.Code, f.Error())
				require.Truef(t, strings.HasPrefix(f.Path, "/goals/0"), f.Error())
			}
			continue
		}
		solved++
		require.Equal(t, "1200", owes(t, all, "top", "", ""))
		for _, g := range p.Goals[1:] {
			mine, theirs := dec(owes(t, all, g.ID, "", "")), dec(owes(t, all, "top", g.Owner, g.Period))
			require.True(t, theirs.Equal(mine) || g.Binding == BindingAtLeast && theirs.GreaterThan(mine), "%s: %s and %s", g.ID, mine, theirs)
		}
	}
	require.Greater(t, solved, 20)
}

// A plan of all kinds: the market share takes revenue that another goal should
// have, and customers come and go.
func TestTargets_Kinds(t *testing.T) {
	p := treePlan()
	p.Externals = []External{{Series: "market", On: calendar.On(2027, 12, 31), Amount: dec("9999"), Source: "association"}}
	p.Metrics = append(p.Metrics, Metric{ID: "customers", Step: dec("1"), Kind: KindStock},
		Metric{ID: "share", Measure: "%", Step: dec("0.1"), Kind: KindRate, Numerator: "m", Denominator: "market", Share: true},
		Metric{ID: "deal", Measure: "CNY", Step: dec("1"), Kind: KindRate, Numerator: "m", Denominator: "n"})
	org := &SplitRule{Grains: []calendar.Grain{"quarter"}, Axes: []AxisRule{{Axis: "org"}}}
	p.Goals = append(p.Goals,
		Goal{ID: "deal", Metric: "deal", Period: "2027", Owner: "co", Target: dec("30"), Split: org},
		Goal{ID: "share", Metric: "share", Period: "2027", Owner: "co", Target: dec("12.5"), Split: org},
		Goal{ID: "customers", Metric: "customers", Period: "2027", Owner: "co", Baseline: weight(dec("100")), Target: dec("120"), Additions: "new", Split: org},
		Goal{ID: "new", Metric: "n", Period: "2027", Owner: "co", Target: dec("40"), Split: org})
	all := targetsOf(t, p)
	require.Equal(t, []string{"top", "new"}, goalIDs(all))
	s, err := all.Stock("customers")
	require.NoError(t, err)
	requireStock(t, s)
	require.Equal(t, "20", s.Losses().Total().String())
	require.Equal(t, "110", owes(t, all, "customers", "", "2027-Q2"))
	r, err := all.Rate("share")
	require.NoError(t, err)
	require.Equal(t, "1250", r.Numerator().Total().String())
	r, err = all.Rate("deal")
	require.NoError(t, err)
	require.Equal(t, "1200", r.Numerator().Total().String())
	require.Equal(t, "25/1", rat(t, r, At{Units: []string{"a"}, Period: calendar.Quarter(2027, 1)}), "75 over 3 customers")
	var said []string
	for _, f := range all.Findings() {
		said = append(said, plainText(f))
	}
	require.Equal(t, []string{"Goal share: its rate takes 1250 of m, goal top has 1200; they differ by 50. Bring the goals together; 50 lie between them."}, said)

	_, err = all.Goal("customers")
	require.ErrorIs(t, err, diag.Mismatch)
	_, err = all.Amount("share", At{})
	require.ErrorIs(t, err, diag.Mismatch)
	_, err = all.Rate("shar")
	require.ErrorIs(t, err, diag.Unknown)
	text, err := all.MarshalJSON()
	require.NoError(t, err)
	require.Contains(t, string(text), `"kind":"stock","opening":"100"`)
	require.Contains(t, string(text), `"kind":"rate","numerator":"m","denominator":"9999","rate":"12.5"`)
	require.True(t, all.Equal(targetsOf(t, p)))
	n := 0
	for range all.Stocks() {
		n++
	}
	for range all.Rates() {
		n++
	}
	require.Equal(t, 3, n)

	p.Goals[4].Target = dec("0")
	_, err = p.Targets(context.Background(), nil)
	require.Equal(t, "/goals/3/target infeasible, /goals/4/target out-of-range", places(err), "0 new customers: no growth, and no average deal")
	p.Goals[4].Metric = "m"
	_, err = p.Targets(context.Background(), nil)
	require.Equal(t, "/goals/3/target infeasible, /goals/1/metric required", places(err))
}
