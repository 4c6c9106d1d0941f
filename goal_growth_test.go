package salesplan

import (
	"context"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// grownPlan is a plan with one goal, given as JSON without what all have.
func grownPlan(t *testing.T, goal string) (*Plan, error) {
	t.Helper()
	return Decode(strings.NewReader(`{"salesplan": "1",
  "metrics": [{"id": "revenue", "measure": "CNY", "step": 1000},
    {"id": "customers", "step": 1, "kind": "stock"},
    {"id": "won", "step": 1}, {"id": "offers", "step": 1},
    {"id": "rate", "measure": "%", "step": 0.1, "kind": "rate", "numerator": "won", "denominator": "offers", "share": true}],
  "axes": [{"id": "org", "units": [{"id": "east"}, {"id": "a", "parent": "east"}, {"id": "b", "parent": "east"}, {"id": "west"}]}],
  "goals": [{"id": "g", "period": "2027", `+goal+`}]}`), DecodeOptions{})
}

func sold(t *testing.T, p *Plan, lines ...string) *Evidence {
	t.Helper()
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for _, l := range lines {
			f := strings.Fields(l)
			d, err := calendar.ParseDate(f[2])
			require.NoError(t, err)
			if !yield(Actual{Metric: f[0], Unit: f[1], On: d, Amount: dec(f[3])}, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	return e
}

// Targets from baselines and growth. The additive and the compounding one of 10 %
// growth and 5 % relief are the case of shared practice: 1,050 and 1,045 for 1,000.
func TestGoal_Growth(t *testing.T) {
	sales := []string{"revenue a 2026-01-01 700000", "revenue b 2026-06-30 200000", "revenue west 2026-12-31 100000", "revenue a 2025-12-31 5000000",
		"customers a 2026-03-31 900", "customers a 2026-12-31 40", "customers west 2026-11-30 60"}
	tests := []struct {
		name, goal string
		want       string // target < baseline
	}{
		{"additive", `"metric": "revenue", "baseline": 1000000, "growth": {"mode": "additive", "growth": 0.1, "relief": 0.05}`, "1050000 < 1000000"},
		{"compounding", `"metric": "revenue", "baseline": 1000000, "growth": {"mode": "compounding", "growth": 0.1, "relief": 0.05}`, "1045000 < 1000000"},
		{"half up to the step", `"metric": "revenue", "baseline": 1005, "growth": {"mode": "additive", "growth": 0.5}`, "2000 < 1005"},
		{"given as well", `"metric": "revenue", "baseline": 1000000, "target": "1100000", "growth": {"mode": "additive", "growth": 0.1}`, "1100000 < 1000000"},
		{"nothing on nothing", `"metric": "revenue", "baseline": 0, "growth": {"mode": "additive", "growth": 0.1}`, "0 < 0"},
		{"on a year of the past", `"metric": "revenue", "growth": {"mode": "additive", "growth": 0.2, "period": "2026"}`, "1200000 < 1000000 of 2026"},
		{"of the owner", `"metric": "revenue", "owner": "east", "growth": {"mode": "additive", "growth": 0.2, "period": "2026"}`, "1080000 < 900000 of 2026"},
		{"each month", `"metric": "revenue", "every": "month", "baseline": 10000, "growth": {"mode": "additive", "growth": 0.1}`, "11000 < 10000"},
		{"a stock on its opening", `"metric": "customers", "baseline": 100, "growth": {"mode": "additive", "growth": 0.25}`, "125 < 100"},
		{"a stock on what was read last", `"metric": "customers", "growth": {"mode": "additive", "growth": 0.25}`, "125 < 100 of 2026-03-31/2026-12-31"},
		{"a stock on a reading of a window", `"metric": "customers", "owner": "east", "growth": {"mode": "additive", "growth": 0.1, "period": "2026-H1"}`, "990 < 900 of 2026-H1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := grownPlan(t, tt.goal)
			require.NoError(t, err)
			before := p.Clone()
			e := sold(t, p, sales...)
			targets, err := p.Targets(context.Background(), e)
			require.NoError(t, err)
			require.Equal(t, before, p, "the plan is left as it is")
			text, err := json.Marshal(targets)
			require.NoError(t, err)
			require.Equal(t, tt.want, grownText(t, targets), string(text))
			require.Contains(t, string(text), `"growth":{"mode":"`)

			var again strings.Builder
			require.NoError(t, Encode(&again, p))
			back, err := Decode(strings.NewReader(again.String()), DecodeOptions{})
			require.NoError(t, err, again.String())
			require.Equal(t, p.Goals[0].Target.String(), back.Goals[0].Target.String())

			_, err = p.CheckGoals(e)
			require.NoError(t, err)
		})
	}
}

func grownText(t *testing.T, targets *Targets) string {
	t.Helper()
	var grown *GrownTarget
	var amount decimal.Decimal
	for b := range targets.All() {
		grown = b.Grown()
		amount = b.decimal(b.cs.perTurn)
		x, err := b.Explain(At{})
		require.NoError(t, err)
		require.True(t, x.Target.same(grown), "the explanation says it too")
		text, err := json.Marshal(x)
		require.NoError(t, err)
		require.Contains(t, string(text), `"target":{"mode":"`)
	}
	for s := range targets.Stocks() {
		grown, amount = s.Grown(), s.Total()
	}
	require.NotNil(t, grown)
	require.True(t, amount.Equal(grown.Target))
	out := amount.String() + " < " + grown.Baseline.String()
	if !grown.Period.IsZero() {
		out += " of " + grown.Period.String()
	}
	return out
}

func TestGoal_GrowthBadInput(t *testing.T) {
	const by = `"growth": {"mode": "additive", "growth": 0.1`
	tests := []struct {
		name, goal, want string
		says             string
	}{
		{"a target that says otherwise", `"metric": "revenue", "baseline": 1000000, "target": 1200000, ` + by + `}`, "/goals/0/target conflict", "1100000, by growth on the baseline of 1000000"},
		{"a target of 0", `"metric": "revenue", "baseline": 1000000, "target": 0, ` + by + `}`, "/goals/0/target conflict", "left out, since growth makes it"},
		{"neither", `"metric": "revenue"`, "/goals/0/target required", ""},
		{"null is neither", `"metric": "revenue", "growth": null`, "/goals/0/target required", ""},
		{"no mode", `"metric": "revenue", "baseline": 1, "growth": {"growth": 0.1}`, "/goals/0/growth/mode required", ""},
		{"no baseline", `"metric": "revenue", ` + by + `}`, "/goals/0/baseline required", "or growth's period"},
		{"two", `"metric": "revenue", "baseline": 1000, ` + by + `, "period": "2026"}`, "/goals/0/growth/period conflict", ""},
		{"a window that is none", `"metric": "revenue", ` + by + `, "period": "2026-13"}`, "/goals/0/growth/period out-of-range", ""},
		{"a rate's window", `"metric": "rate", ` + by + `, "period": "2026"}`, "/goals/0/growth/period conflict", ""},
		{"a window of what recurs", `"metric": "revenue", "every": "month", ` + by + `, "period": "2026"}`, "/goals/0/growth/period conflict", ""},
		{"outside the guardrails", `"metric": "revenue", "baseline": 1000, ` + by + `, "limits": {"maxGrowth": 0.05}}`, "/goals/0/growth/growth out-of-range", "-1 to 0.05"},
		{"guardrails that cross", `"metric": "revenue", "baseline": 1000, ` + by + `, "limits": {"minGrowth": 0.5, "maxGrowth": 0.05}}`, "/goals/0/growth/limits/maxGrowth order", ""},
		{"more relief than there is", `"metric": "revenue", "baseline": 1000, ` + by + `, "relief": 1.5}`, "/goals/0/growth/relief out-of-range", ""},
		{"a negative baseline", `"metric": "revenue", "baseline": -1000, ` + by + `}`, "/goals/0/baseline negative", ""},
		{"a share over all", `"metric": "rate", "baseline": 95, ` + by + `}`, "/goals/0/growth out-of-range", "100 %"},
		{"beyond the limits", `"metric": "revenue", "baseline": "9e30", ` + by + `}`, "/goals/0/baseline out-of-range", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := grownPlan(t, tt.goal)
			require.Equal(t, tt.want, places(err))
			require.ErrorContains(t, err, tt.says)
		})
	}
	late := []struct{ name, goal, want, says string }{
		{"a window not covered", `"metric": "revenue", ` + by + `, "period": "2026"}`, "/goals/0/growth/period required", "there are those of 2026-03-01"},
		{"nothing read", `"metric": "customers", ` + by + `}`, "/goals/0/baseline required", ""},
		{"a target that differs from the past's", `"metric": "revenue", "target": 5000, ` + by + `, "period": "2026-03-01"}`, "/goals/0/target conflict", "11000"},
	}
	for _, tt := range late {
		t.Run(tt.name, func(t *testing.T) {
			p, err := grownPlan(t, tt.goal)
			require.NoError(t, err)
			_, err = p.Targets(context.Background(), sold(t, p, "revenue a 2026-03-01 10000"))
			require.Equal(t, tt.want, places(err))
			require.ErrorContains(t, err, tt.says)
			_, err = p.Targets(context.Background(), nil)
			require.Equal(t, "/evidence required", places(err))
			_, err = p.CheckGoals(nil)
			require.Equal(t, "/evidence required", places(err))
		})
	}
}

// What is said of a target is enough to compute it again, and its parts add up to
// it at every level.
func TestGoal_GrowthProperty(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 27))
	for range 200 {
		req := flow("0", "2027", quarters, "co", "a < co", "b < co")
		req.Metric.Step = decimal.New(1+rng.Int64N(9), int32(rng.IntN(4)-2))
		mode := growthModes()[rng.IntN(2)]
		req.Goal.Baseline = weight(decimal.New(rng.Int64N(1e8), -int32(rng.IntN(3))))
		req.Goal.Growth = &TargetGrowth{Mode: mode, UnitGrowth: UnitGrowth{Growth: decimal.New(rng.Int64N(300)-50, -2), Relief: decimal.New(rng.Int64N(50), -2)}}
		b := cascaded(t, req)
		requireSums(t, b)
		g := b.Grown()
		one := big.NewRat(1, 1)
		factor := new(big.Rat).Add(one, g.Growth.Rat())
		if mode == GrowthCompounding {
			factor.Mul(factor, new(big.Rat).Sub(one, g.Relief.Rat()))
		} else {
			factor.Sub(factor, g.Relief.Rat())
		}
		exact := factor.Mul(factor, g.Baseline.Rat())
		require.Zero(t, exact.Cmp(g.Exact.Rat()))
		off := new(big.Rat).Sub(g.Target.Rat(), exact)
		half := new(big.Rat).Quo(req.Metric.Step.Rat(), big.NewRat(2, 1))
		require.True(t, off.Cmp(half) <= 0 && off.Cmp(half.Neg(half)) > 0, "half up: %s for %s", g.Target, exact.FloatString(6))
		require.True(t, b.Total().Equal(g.Target))
	}
}

// Goals that grow bind, add up and hang on each other like others.
func TestGoal_GrowthAmongGoals(t *testing.T) {
	p, err := Decode(strings.NewReader(`{"salesplan": "1",
  "metrics": [{"id": "revenue", "step": 1}, {"id": "won", "step": 1}],
  "axes": [{"id": "org", "units": [{"id": "co"}, {"id": "a", "parent": "co"}, {"id": "b", "parent": "co"}]}],
  "goals": [
    {"id": "all", "metric": "revenue", "period": "2027", "owner": "co", "baseline": 1000, "growth": {"mode": "additive", "growth": 0.2}, "split": {"axes": [{"axis": "org"}]}},
    {"id": "mine", "metric": "revenue", "period": "2027", "owner": "a", "parent": "all", "baseline": 500, "growth": {"mode": "additive", "growth": 0.5}},
    {"id": "deals", "metric": "won", "period": "2027", "target": 12}],
  "relations": [{"result": "all", "factors": ["deals", "90"]}]}`), DecodeOptions{})
	require.NoError(t, err)
	targets, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	b, err := targets.Goal("all")
	require.NoError(t, err)
	x, err := b.Amount(At{Units: []string{"b"}})
	require.NoError(t, err)
	require.Equal(t, "450", x.String(), "1200 without the 750 of a")
	fs, err := p.CheckRelations()
	require.NoError(t, err)
	require.Equal(t, "-120", argOf(t, fs[0], "by"))

	p.Goals[0].Baseline, p.Goals[0].Growth.Period = decimal.NullDecimal{}, "2026"
	fs, err = p.CheckRelations()
	require.NoError(t, err)
	require.Empty(t, fs, "what only the evidence knows is not compared")
	require.ErrorIs(t, func() error { _, err := p.Targets(context.Background(), nil); return err }(), diag.Required)
}
