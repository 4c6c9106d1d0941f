package salesplan

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A residual cell stays within its own bounds: what February can't hold goes to
// March, and where nothing can it is refused.
func TestCascade_OddLocksWithinBounds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		bounds []BoundRule
		want   string // a's cells off the step
	}{
		{"a cap", []BoundRule{{Unit: "a", Period: "2027-02", Max: null("265000")}}, "2027-01 2027-02"},
		{"less than a step to move in", []BoundRule{{Unit: "a", Period: "2027-02", Min: null("265100"), Max: null("266050")}}, "2027-01 2027-03"},
		{"a lock", []BoundRule{fixed("a", "2027-02", "265000")}, "2027-01 2027-03"},
		{"everything capped: a cap leaves room for the rest", []BoundRule{{Unit: "a", Period: "2027-02/2027-12", Max: null("2916582.65")}}, "2027-01 2027-02"},
	} {
		bounds := append([]BoundRule{fixed("a", "2027-01", "83417.35")}, tt.bounds...)
		if bounds[1].Period == "2027-02/2027-12" {
			bounds[1].Period = "2027-02-01/2027-12-31"
		}
		req := inThousands(bounds...)
		b := cascaded(t, req)
		requireOdd(t, b, req)
		var got []string
		for _, m := range b.Periods(calendar.GrainMonth) {
			if _, off := offStep(t, b)["a "+b.Label(m)]; off {
				got = append(got, b.Label(m))
			}
		}
		require.Equal(t, tt.want, strings.Join(got, " "), tt.name)
	}
}

func TestCascade_OddLockFaults(t *testing.T) {
	months := func(unit string, amount string) []BoundRule {
		var out []BoundRule
		for m := range 12 {
			out = append(out, fixed(unit, calendar.Month(2027, 1).First.AddMonths(m).String()[:7], amount))
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		bounds []BoundRule
		change func(req *CascadeRequest)
		want   string
		bound  string
	}{
		{"the goal's own total", []BoundRule{fixed("", "", "12000000.5")}, nil, "/goal/split/bounds/0 infeasible", excludedByOthers},
		{"two locks of one cell", []BoundRule{fixed("a", "2027-01", "1000.5"), fixed("a", "2027-01", "1000.6")}, nil, "/goal/split/bounds/1 infeasible", excludedByOthers},
		{"two locks of one person", []BoundRule{fixed("a", "", "1000.5"), fixed("a", "", "1000.6")}, nil, "/goal/split/bounds/1 infeasible", excludedByOthers},
		{"two locks of one month", []BoundRule{fixed("", "2027-01", "1000.5"), fixed("", "2027-01", "1000.6")}, nil, "/goal/split/bounds/1 infeasible", excludedByOthers},
		{"nothing left open", months("", "1000000.01"), nil, "/goal/split/bounds/0/lock infeasible", "locks leave 0.12 beyond steps of 1000, and no open cell can take the rest"},
		{"above a cap of the same cell", []BoundRule{fixed("a", "2027-01", "1000.5"), {Unit: "a", Period: "2027-01", Max: null("1000.4")}}, nil, "/goal/split/bounds/1 infeasible", ""},
		{"against the goal's sign", []BoundRule{fixed("a", "2027-01", "-1000.5")}, nil, "/goal/split/bounds/0 infeasible", ""},
		{"somebody who is not there", []BoundRule{fixed("a", "2027-01", "1000.5")},
			func(req *CascadeRequest) { req.Axes[0].Units[2].From = calendar.On(2027, 3, 1) }, "/goal/split/bounds/0 infeasible", "nobody is there to owe it"},
		{"people stand", []BoundRule{fixed("a", "2027-03", "1000.5")},
			func(req *CascadeRequest) {
				req.Axes[0].Units[2].From, req.Goal.Split.Fix = calendar.On(2027, 3, 1), FixPeople
			}, "/goal/split/fix conflict", ""},
		{"finer than the numbers reach", []BoundRule{fixed("a", "2027-01", "1000.000000000000000001")}, nil, "/goal/split/bounds/0/lock out-of-range", "9·10¹⁸ steps of 0.000000000000000001"},
		{"more than there is", []BoundRule{fixed("a", "2027-01", "12000000.5")}, nil, "/goal/split/bounds/0 infeasible", ""},
		{"overlapping periods", []BoundRule{fixed("", "2027-01-01/2027-04-30", "1000.5"), fixed("", "2027-Q2", "1000")}, nil, "/goal/split/bounds/1/period conflict", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := inThousands(tt.bounds...)
			if tt.change != nil {
				tt.change(&req)
			}
			_, err := Cascade(context.Background(), req)
			require.Contains(t, places(err), strings.Split(tt.want, " ")[1])
			if !strings.Contains(tt.name, "more than") && !strings.Contains(tt.name, "cap of") {
				require.Equal(t, tt.want, places(err))
			}
			require.Contains(t, diag.All(err)[0].Bound, tt.bound)
			requireChinese(t, err)
		})
	}
}

// Only flows take locks off the step.
func TestPlan_OddLockOfStock(t *testing.T) {
	p := treePlan()
	p.Metrics[0].Kind = KindStock
	p.Goals[0].Split.Bounds = []BoundRule{fixed("a", "", "10.5")}
	require.Contains(t, places(p.Validate()), "/goals/0/split/bounds/0/lock off-step")
}

// Where people stand, a person's year off the step leaves every month's total
// whole; where a goal recurs, every recurrence is exact.
func TestCascade_OddLocksElsewhere(t *testing.T) {
	req := inThousands(fixed("a", "", "2000000.25"))
	req.Axes[0].Units[2].From, req.Goal.Split.Fix = calendar.On(2027, 3, 1), FixPeople
	b := cascaded(t, req)
	requireOdd(t, b, req)
	require.Len(t, offStep(t, b), 2)

	req = inThousands(fixed("a", "2027-05", "80000.25"), fixed("", "2027-08", "900000.5"))
	req.Goal.Every, req.Goal.Target = calendar.GrainQuarter, dec("3000000")
	b = cascaded(t, req)
	requireOdd(t, b, req)
	require.Len(t, offStep(t, b), 6)

	req = inThousands(fixed("a", "2027-01", "-83417.35"))
	req.Goal.Target = req.Goal.Target.Neg()
	b = cascaded(t, req)
	requireOdd(t, b, req)
	require.Equal(t, "-265582.65", offStep(t, b)["a 2027-02"], "the mirror of the positive goal")

	one := CascadeRequest{Metric: Metric{ID: "m", Step: dec("1000")}, Goal: Goal{ID: "g", Metric: "m", Period: "2027", Target: dec("12000"),
		Split: &SplitRule{Grains: quarters, Bounds: []BoundRule{fixed("", "2027-Q1", "1234.56")}}}}
	b = cascaded(t, one)
	require.Equal(t, map[string]string{"2027-Q1": "1234.56", "2027-Q2": "3765.44"}, trimmed(offStep(t, b)))
}

func trimmed(m map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range m {
		out[strings.TrimSpace(k)] = v
	}
	return out
}

// A closed January of fifty people makes February's cells odd, but its total no
// other than it should be: the rests are not added to what is divided.
func TestCascade_OddLocksKeepTheLine(t *testing.T) {
	req := flow("60000000", "2027", []calendar.Grain{"month"}, "company")
	req.Metric.Step = dec("1000")
	for i := range 50 {
		id := "p" + decimal.NewFromInt(int64(i)).String()
		req.Axes[0].Units = append(req.Axes[0].Units, Unit{ID: id, Parent: "company"})
		req.Goal.Split.Bounds = append(req.Goal.Split.Bounds, fixed(id, "2027-01", decimal.New(int64(10000000+i*1234_57), -2).String()))
	}
	b := cascaded(t, req)
	requireSums(t, b)
	require.Len(t, offStep(t, b), 98, "one actual happens to be whole")
	january, err := b.Amount(At{Period: calendar.Month(2027, 1)})
	require.NoError(t, err)
	rest := req.Goal.Target.Sub(january).Div(decimal.New(11, 0))
	months := b.Periods(calendar.GrainMonth)
	for m := range 11 {
		x, err := b.Amount(At{Period: months[1+m]})
		require.NoError(t, err)
		require.True(t, x.Sub(rest).Abs().LessThan(dec("1000")), "%s for %s", x, rest)
		x, err = b.Amount(At{Units: []string{"p49"}, Period: months[1+m]})
		require.NoError(t, err)
		own := dec("1200000").Sub(dec("160493.93")).Div(decimal.New(11, 0))
		require.True(t, x.Sub(own).Abs().LessThan(dec("2000")), "%s of %s", x, own)
	}
}

// What is read of a breakdown has all decimals: rows, text, JSON, explanations;
// what takes whole steps says so.
func TestBreakdown_OddReaders(t *testing.T) {
	req := inThousands(fixed("a", "2027-01", "83417.35"))
	b := cascaded(t, req)
	text, err := json.Marshal(b)
	require.NoError(t, err)
	require.Contains(t, string(text), `"amount":"83417.35"`)
	require.Contains(t, string(text), `"amount":"265582.65"`)
	require.Contains(t, string(text), `"amount":"12000000"`)
	require.Equal(t, "83417.35", b.Text(dec("83417.350")))
	require.Equal(t, "83417", b.Text(dec("83417.3501")), "no amount of this breakdown")
	require.Equal(t, "84000", b.Text(dec("84000.00")))

	again := cascaded(t, req)
	require.True(t, b.Equal(again))
	other := cascaded(t, inThousands(fixed("a", "2027-01", "83417.30")))
	require.False(t, b.Equal(other))
	require.False(t, b.Equal(cascaded(t, inThousands())))
	finer := cascaded(t, inThousands(fixed("a", "2027-01", "83417.35"), fixed("a", "2027-03", "265000")))
	require.False(t, b.Equal(finer))

	e, err := b.Explain(At{Units: []string{"a"}, Period: calendar.Month(2027, 1)})
	require.NoError(t, err)
	require.Equal(t, OddShare{Amount: dec("417.35"), Locks: []LockShare{{Units: []string{"a"}, Period: calendar.Month(2027, 1), Amount: dec("83417.35")}}}, *e.Cell.Odd)
	e, err = b.Explain(At{Units: []string{"b"}, Period: calendar.Month(2027, 1)})
	require.NoError(t, err)
	require.True(t, e.Cell.Odd.Rest)
	require.Equal(t, "582.65", e.Cell.Odd.Amount.String())
	require.Len(t, e.Cell.Odd.Locks, 1)
	text, err = json.Marshal(e)
	require.NoError(t, err)
	require.Contains(t, string(text), `"odd":{"amount":"582.65","rest":true,"locks":[{"units":["a"],"period":"2027-01","amount":"83417.35"}]}`)
	var back Explanation
	require.NoError(t, json.Unmarshal(text, &back))
	require.True(t, back.Equal(e))

	said := map[diag.Code]string{}
	for _, f := range b.Findings() {
		said[f.Code] += Catalogue().Text(f, diag.English) + "\n" + Catalogue().Text(f, diag.Chinese) + "\n"
	}
	require.Contains(t, said[codeOddLock], "83,417.35")
	require.Contains(t, said[codeOddRest], "265,582.65")

	_, err = Hedge(b, HedgeRule{})
	require.Equal(t, "/breakdown off-step", places(err))
	_, err = Overlay(b, OverlayRule{})
	require.Equal(t, "/breakdown off-step", places(err))
	_, err = BottomUp(b, nil)
	require.Equal(t, "/breakdown off-step", places(err))
	_, err = Capacity(b, CapacityRule{PerHead: dec("1")})
	require.Equal(t, "/breakdown off-step", places(err))
}

// Locks on the step leave nothing to carry: no layer, no findings, no keys.
func TestCascade_NoOddLocks(t *testing.T) {
	for _, bounds := range [][]BoundRule{nil, {fixed("a", "2027-01", "83000")}, {fixed("a", "2027-01", "83000.00"), {Unit: "b", Min: null("100.5")}}} {
		b := cascaded(t, inThousands(bounds...))
		require.Nil(t, b.cs.odd)
		require.Empty(t, offStep(t, b))
		e, err := b.Explain(At{Units: []string{"a"}, Period: calendar.Month(2027, 1)})
		require.NoError(t, err)
		text, err := json.Marshal(e)
		require.NoError(t, err)
		require.NotContains(t, string(text), `"odd"`)
		for _, f := range b.Findings() {
			require.NotContains(t, []diag.Code{codeOddLock, codeOddRest}, f.Code)
		}
	}
}

// A goal below that carries locks off the step binds its parent to the last
// digit, and leaves it nothing more to carry.
func TestTargets_OddChild(t *testing.T) {
	p := treePlan(Goal{ID: "east", Owner: "east", Target: dec("900"), Why: "split"})
	p.Goals[1].Split.Bounds = []BoundRule{fixed("a", "2027-Q1", "83.45")}
	all := targetsOf(t, p)
	for _, goal := range []string{"top", "east"} {
		require.Equal(t, "83.45", owes(t, all, goal, "a", "2027-01-01/2027-03-31"))
		require.Equal(t, owes(t, all, "east", "a", "2027-04-01/2027-06-30"), owes(t, all, goal, "a", "2027-04-01/2027-06-30"))
		require.Equal(t, "900", owes(t, all, goal, "east", ""))
	}
	top, err := all.Goal("top")
	require.NoError(t, err)
	requireSums(t, top)
	require.Equal(t, "1200", owes(t, all, "top", "", ""))
	require.Len(t, offStep(t, top), 4, "%v", offStep(t, top))
}
