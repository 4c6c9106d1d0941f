package salesplan_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

// What was issued knows its units, goals and metrics, and the fiscal year.
func TestTargets_Outline(t *testing.T) {
	plan, targets := annual(t)
	got, err := salesplan.DecodeTargets(bytes.NewReader(issued(t, plan, targets)), salesplan.DecodeOptions{})
	require.NoError(t, err)
	outline := got.Outline()
	require.Equal(t, plan.Name, outline.Name)
	require.Equal(t, plan.Calendar.Fiscal, outline.Calendar.Fiscal)
	for _, axis := range outline.Axes {
		i := slices.IndexFunc(plan.Axes, func(a salesplan.Axis) bool { return a.ID == axis.ID })
		require.GreaterOrEqual(t, i, 0)
		parents := map[string]string{}
		for _, u := range plan.Axes[i].AllUnits() {
			parents[u.ID] = u.Parent
		}
		for _, u := range axis.Units {
			require.Equal(t, parents[u.ID], u.Parent, u.ID)
		}
		require.Len(t, axis.Units, len(parents))
	}
	for i, g := range outline.Goals {
		require.Equal(t, plan.Goals[i].ID, g.ID)
		require.True(t, plan.Goals[i].Target.Equal(g.Target))
	}
	require.Len(t, outline.Goals, len(plan.Goals))
	require.Equal(t, outline, targetsNamed(targets.Outline(), plan.Name), "whether read or split")
}

func targetsNamed(p *salesplan.Plan, name string) *salesplan.Plan {
	p.Name = name
	return p
}

// Outlines of random plans have every unit once, below units that they have,
// and are the caller's.
func TestTargets_OutlineRandom(t *testing.T) {
	done := 0
	for seed := range uint64(100) {
		plan := salesplantest.RandomPlan(seed)
		targets, err := plan.Targets(context.Background(), nil)
		if err != nil {
			continue
		}
		done++
		before := string(issued(t, plan, targets))
		outline := targets.Outline()
		units := map[string]bool{}
		for _, a := range outline.Axes {
			for _, u := range a.Units {
				require.False(t, units[u.ID], u.ID)
				units[u.ID] = true
			}
			for _, u := range a.Units {
				require.True(t, u.Parent == "" || units[u.Parent], u.ID)
			}
		}
		for i, g := range outline.Goals {
			require.True(t, g.Owner == "" || units[g.Owner], g.Owner)
			require.True(t, slices.ContainsFunc(outline.Metrics, func(m salesplan.Metric) bool { return m.ID == g.Metric }))
			if g.Split != nil {
				require.Empty(t, g.Split.Bounds)
				outline.Goals[i].Split.Grains = append(outline.Goals[i].Split.Grains[:0], "day")
				for k := range g.Split.Axes {
					outline.Goals[i].Split.Axes[k].Axis = "another"
				}
			}
		}
		require.Equal(t, before, string(issued(t, plan, targets)))
	}
	require.Greater(t, done, 25)
}

func TestTargets_Only(t *testing.T) {
	plan, err := salesplan.Decode(strings.NewReader(strings.Replace(quarterly, `"denominator": "market"`, `"denominator": "visits"`, 1)), salesplan.DecodeOptions{})
	require.Error(t, err)
	require.Nil(t, plan)
	text := strings.NewReplacer(`"denominator": "market"`, `"denominator": "visits"`, `{"id": "share",`, `{"id": "visits", "step": "1"}, {"id": "share",`,
		`{"id": "share-2027"`, `{"id": "visits-2027", "metric": "visits", "period": "2027", "target": "4000", "owner": "company", "parent": "revenue-2027", "split": {"axes": [{"axis": "org"}]}}, {"id": "share-2027"`).Replace(quarterly)
	plan, err = salesplan.Decode(strings.NewReader(text), salesplan.DecodeOptions{})
	require.NoError(t, err)
	targets, err := plan.Targets(context.Background(), nil)
	require.NoError(t, err)
	all := len(targets.Findings())

	share, err := targets.Only("share-2027")
	require.NoError(t, err)
	var goals []string
	for _, g := range share.Outline().Goals {
		goals = append(goals, g.ID)
	}
	require.Equal(t, []string{"visits-2027", "share-2027"}, goals, "a rate with what it is over")
	require.Less(t, len(share.Findings()), all)
	for _, f := range share.Findings() {
		for _, a := range f.Args {
			require.NotEqual(t, "contracts-2027", a.Text)
		}
	}
	_, err = salesplan.DecodeTargets(bytes.NewReader(issued(t, plan, share)), salesplan.DecodeOptions{})
	require.NoError(t, err)

	revenue, err := targets.Only("revenue-2027")
	require.NoError(t, err)
	require.Equal(t, []string{"visits-2027", "share-2027"}, targets.Contributions("revenue-2027"))
	require.Empty(t, revenue.Contributions("revenue-2027"), "of goals that are not there")
	everything, err := targets.Only("share-2027", "revenue-2027", "contracts-2027")
	require.NoError(t, err)
	require.True(t, everything.Equal(targets))
	require.Equal(t, targets.Findings(), everything.Findings())

	_, err = targets.Only("revenue-2027", "visit-2027", "x")
	require.ErrorIs(t, err, diag.Unknown)
	require.Equal(t, "/goals/1 visits-2027", firstFault(err).Path+" "+firstFault(err).Near)
	require.Len(t, diag.All(err), 2)
}
