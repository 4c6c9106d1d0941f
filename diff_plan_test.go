package salesplan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/salesplantest"
)

func changesOf(t testing.TB, old, now *salesplan.Plan) []string {
	t.Helper()
	changes, err := salesplan.DiffPlans(old, now)
	require.NoError(t, err)
	lines := []string{}
	for _, c := range changes {
		lines = append(lines, c.String())
	}
	return lines
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func sure(s string) decimal.NullDecimal { return decimal.NewNullDecimal(dec(s)) }

// Entries of every list of a plan go by the names that the documentation tells.
func TestDiffPlans_Names(t *testing.T) {
	plan := func(n string) *salesplan.Plan {
		weights := salesplan.BasisRule{Basis: salesplan.BasisWeights}
		return &salesplan.Plan{
			Rates:     []salesplan.Rate{{Currency: "USD", Rate: dec("7")}, {Currency: "USD", From: calendar.On(2027, 1, 1), Rate: dec(n)}},
			Externals: []salesplan.External{{Series: "market", On: calendar.On(2026, 12, 31), Amount: dec(n)}},
			Axes: []salesplan.Axis{{ID: "o/~rg", Units: []salesplan.Unit{
				{ID: "a", Ramp: []decimal.Decimal{dec("0.5"), dec(n)}, Aka: []string{"x", "y" + n}, IDs: map[string]string{"crm": n}},
			}}},
			Goals: []salesplan.Goal{{ID: "g", Split: &salesplan.SplitRule{
				Axes: []salesplan.AxisRule{{Axis: "o/~rg",
					BasisRule: salesplan.BasisRule{Blend: []salesplan.BlendPart{{BasisPart: salesplan.BasisPart{Basis: salesplan.BasisEven}, Share: dec(n)}}},
					Levels:    []salesplan.LevelRule{{Level: 2, BasisRule: salesplan.BasisRule{Period: "202" + n}}, {Level: 3, BasisRule: weights}}}},
				Bounds: []salesplan.BoundRule{{Unit: "a", Min: sure("1")}, {Unit: "a", Period: "2027-Q1", Min: sure(n)}, {Units: []string{"a", "b"}, Max: sure(n)}},
			}}},
			Relations: []salesplan.Relation{{Result: "g", Factors: []string{"h"}, Tolerance: sure(n)}},
		}
	}
	require.Equal(t, []string{
		`set /rates/USD,2027-01-01/rate "2"`,
		`set /externals/market,2026-12-31/amount "2"`,
		`set /axes/o~1~0rg/units/a/ramp ["0.5","2"]`,
		`remove /axes/o~1~0rg/units/a/aka/y1`,
		`add /axes/o~1~0rg/units/a/aka/y2 "y2" after x`,
		`set /axes/o~1~0rg/units/a/ids/crm "2"`,
		`set /goals/g/split/axes/o~1~0rg/blend/even/share "2"`,
		`set /goals/g/split/axes/o~1~0rg/levels/2/period "2022"`,
		`set /goals/g/split/bounds/a,2027-Q1/min "2"`,
		`set /goals/g/split/bounds/a+b/max "2"`,
		`set /relations/g/tolerance "2"`,
	}, changesOf(t, plan("1"), plan("2")))
}

// As few entries as can be are said to have moved.
func TestDiffPlans_Order(t *testing.T) {
	base := small()
	order := func(ids string) *salesplan.Plan {
		p := small()
		for i, id := range strings.Fields(ids) {
			p.Axes[0].Units[i] = *unitOf(base, id)
		}
		return p
	}
	for ids, want := range map[string][]string{
		"company east li-na wang-wei west zhao-lei": {},
		"east li-na wang-wei west zhao-lei company": {"move /axes/org/units/company after zhao-lei"},
		"zhao-lei company east li-na wang-wei west": {"move /axes/org/units/zhao-lei first"},
		"company wang-wei li-na east west zhao-lei": {"move /axes/org/units/li-na after wang-wei", "move /axes/org/units/east after li-na"},
	} {
		got := changesOf(t, base, order(ids))
		require.Len(t, got, len(want), ids)
		changes, err := salesplan.ParseChanges(strings.Join(got, "\n"))
		require.NoError(t, err)
		now, err := salesplan.Apply(base, changes...)
		require.NoError(t, err)
		require.Equal(t, ids, unitIDs(now))
		if len(want) < 2 {
			require.Equal(t, want, got)
		}
	}
}

// Lists in which two entries would have one name change as a whole.
func TestDiffPlans_Nameless(t *testing.T) {
	old, now := small(), small()
	old.Relations = []salesplan.Relation{{Result: "g", Factors: []string{"2"}}, {Result: "g", Factors: []string{"3"}}}
	now.Relations = []salesplan.Relation{{Result: "g", Factors: []string{"2"}}, {Result: "g", Factors: []string{"4"}}}
	require.Equal(t, []string{`set /relations [{"result":"g","factors":["2"]},{"result":"g","factors":["4"]}]`}, changesOf(t, old, now))
}

func TestDiffPlans_Faults(t *testing.T) {
	_, err := salesplan.DiffPlans(nil, &salesplan.Plan{Name: "\xff"})
	salesplantest.RequireFaults(t, err, "required /old", "encoding /now/name")
}

// BenchmarkApply finds and makes as many changes as there are people.
func BenchmarkApply(b *testing.B) {
	for _, people := range []int{10_000, 100_000} {
		plan := func(weight int64) *salesplan.Plan {
			axis := salesplan.Axis{ID: "org", Units: []salesplan.Unit{{ID: "company"}}}
			for i := range people {
				axis.Units = append(axis.Units, salesplan.Unit{ID: fmt.Sprintf("rep-%d", int64(i)*weight), Parent: "company", Weight: decimal.NewNullDecimal(decimal.NewFromInt(weight))})
			}
			return &salesplan.Plan{Version: salesplan.Version, Axes: []salesplan.Axis{axis}}
		}
		old, now := plan(2), plan(3)
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			for b.Loop() {
				changes, err := salesplan.DiffPlans(old, now)
				require.NoError(b, err)
				_, err = salesplan.Apply(old, changes...)
				require.NoError(b, err)
			}
		})
	}
}
