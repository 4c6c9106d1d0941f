package salesplan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
)

func scenario(t testing.TB, name, text string) salesplan.Scenario {
	t.Helper()
	changes, err := salesplan.ParseChanges(text)
	require.NoError(t, err)
	return salesplan.Scenario{Name: name, Changes: changes}
}

func weighted() *salesplan.Plan {
	p := small()
	p.Goals[0].ID, p.Goals[0].Owner = "g", "company"
	p.Goals[0].Split.Axes[0] = salesplantest.ByWeights("org")
	for i := range p.Axes[0].Units {
		if u := &p.Axes[0].Units[i]; !u.Weight.Valid {
			u.Weight = salesplantest.Org("x", "y=1").Units[1].Weight
		}
	}
	return p
}

func whatIf(t testing.TB, p *salesplan.Plan, scenarios ...salesplan.Scenario) *salesplan.Comparison {
	t.Helper()
	c, err := salesplan.WhatIf(context.Background(), p, nil, scenarios...)
	require.NoError(t, err)
	return c
}

func TestWhatIf(t *testing.T) {
	p := weighted()
	c := whatIf(t, p,
		scenario(t, "more", "goal g target 1800"),
		scenario(t, "hire", "add unit new parent west weight 3"),
		scenario(t, "nobody", "unit company to 2027-06-30"),
		scenario(t, "typo", "unit lina weight 3"),
		scenario(t, "nothing", ""))
	rows, err := c.Rows(salesplan.Query{Grain: salesplan.GrainGoal})
	require.NoError(t, err)
	var lines []string
	for r := range rows {
		line := r.Units[0] + " " + r.Label() + ":"
		for i, a := range r.Amounts {
			line += " " + nullText(a) + "/" + nullText(r.By[i])
		}
		if r.Base.Valid {
			line += " of " + r.Text(r.Base.Decimal)
		}
		lines = append(lines, line)
	}
	require.Equal(t, []string{
		"company 2027: 1800/600 1200/0 -/- -/- 1200/0 of 1200.00",
		"east 2027: 900/300 600/0 -/- -/- 600/0 of 600.00",
		"li-na 2027: 300/100 200/0 -/- -/- 200/0 of 200.00",
		"wang-wei 2027: 600/200 400/0 -/- -/- 400/0 of 400.00",
		"west 2027: 900/300 600/0 -/- -/- 600/0 of 600.00",
		"zhao-lei 2027: 900/300 150/-450 -/- -/- 600/0 of 600.00",
		"new 2027: -/- 450/450 -/- -/- -/-",
	}, lines)
	require.Equal(t, []salesplan.GoalDifference{{Goal: "g", Kind: salesplan.ChangeChanged, Fields: []salesplan.FieldDifference{{Field: "amount", Old: "1200.00", New: "1800.00"}}}}, c.Goals()[0])
	require.Empty(t, c.Goals()[1])
	require.ErrorIs(t, c.Results[2].Err, diag.Infeasible)
	require.Nil(t, c.Results[2].Targets)
	salesplantest.RequireFaults(t, c.Results[3].Err, "unknown /changes/0/path")

	var b bytes.Buffer
	require.NoError(t, c.WriteJSON(&b, salesplan.Query{Grain: salesplan.GrainGoal}))
	text, err := json.Marshal(c)
	require.NoError(t, err)
	require.JSONEq(t, b.String(), string(text))
	var got struct {
		Scenarios []struct {
			Name    string
			Changes []salesplan.Change
			Goals   []salesplan.GoalDifference
			Faults  []*diag.Fault
		}
		Rows []struct {
			Units       []string
			Base        *string
			Amounts, By []*string
		}
	}
	require.NoError(t, json.Unmarshal(text, &got))
	require.Len(t, got.Rows, 7)
	require.Nil(t, got.Rows[6].Base)
	require.Equal(t, "-450.00", *got.Rows[5].By[1])
	require.Nil(t, got.Rows[5].Amounts[2])
	require.Equal(t, diag.Infeasible, got.Scenarios[2].Faults[0].Code)
	require.Equal(t, "/units/new", got.Scenarios[1].Changes[0].Path)
	require.Len(t, got.Scenarios[0].Goals, 1)
}

// Side by side stands what two comparisons find one by one.
func TestWhatIf_Reference(t *testing.T) {
	compared := 0
	for seed := range uint64(900) {
		p := salesplantest.RandomPlan(seed)
		if _, err := p.Targets(context.Background(), nil); err != nil {
			continue
		}
		var scenarios []salesplan.Scenario
		for i := range uint64(3) {
			changes, err := salesplan.DiffPlans(p, mutated(p, 10*seed+i))
			require.NoError(t, err)
			scenarios = append(scenarios, salesplan.Scenario{Name: fmt.Sprint(i), Changes: changes})
		}
		c := whatIf(t, p, scenarios...)
		want := map[string]salesplan.Difference{}
		for i, o := range c.Results {
			if o.Targets == nil {
				require.Error(t, o.Err)
				continue
			}
			d, err := salesplan.DiffTargets(c.Base, o.Targets, salesplan.Query{})
			require.NoError(t, err)
			for x := range d.All() {
				want[fmt.Sprint(i, x.Goal, x.Axis)+cellKey("", "", x.Units, x.Parents, x.Grain, x.Period)] = x
			}
		}
		rows, err := c.Rows(salesplan.Query{})
		require.NoError(t, err)
		for r := range rows {
			for i := range c.Results {
				key := fmt.Sprint(i, r.Goal, r.Axis) + cellKey("", "", r.Units, r.Parents, r.Grain, r.Period)
				x, differs := want[key]
				delete(want, key)
				switch {
				case differs:
					require.Equal(t, nullText(x.New)+" "+nullText(x.Old), nullText(r.Amounts[i])+" "+nullText(r.Base))
					require.True(t, r.By[i].Decimal.Equal(x.By()))
					compared++
				case c.Results[i].Targets == nil:
					require.False(t, r.Amounts[i].Valid)
				default:
					require.Equal(t, nullText(r.Base), nullText(r.Amounts[i]))
				}
			}
		}
		require.Empty(t, want, "seed %d", seed)
	}
	require.Greater(t, compared, 300)
}

func TestWhatIf_Faults(t *testing.T) {
	p := weighted()
	_, err := salesplan.WhatIf(context.Background(), p, nil, salesplan.Scenario{}, salesplan.Scenario{Name: "a"}, salesplan.Scenario{Name: "a"})
	salesplantest.RequireFaults(t, err, "required /scenarios/0/name", "duplicate /scenarios/2/name")
	_, err = salesplan.WhatIf(context.Background(), nil, nil)
	require.ErrorIs(t, err, diag.Required)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = salesplan.WhatIf(ctx, p, nil, scenario(t, "a", "goal g target 1800"))
	require.ErrorIs(t, err, context.Canceled)
	c := whatIf(t, p, scenario(t, "a", "goal g target 1800"))
	_, err = c.Rows(salesplan.Query{Axis: "orc"})
	require.ErrorIs(t, err, diag.Unknown)
	require.Error(t, c.WriteJSON(&bytes.Buffer{}, salesplan.Query{Axis: "orc"}))
	c = whatIf(t, p)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	require.Equal(t, `{"scenarios":[],"rows":[]}`, string(text))
}

// A scenario may add an axis that the plan doesn't have; a query for it knows
// that one only.
func TestWhatIf_NewAxis(t *testing.T) {
	p := weighted()
	c := whatIf(t, p, scenario(t, "lines", `add axis {"id": "product", "units": [{"id": "gtx"}, {"id": "mg"}]}
		add /goals/g/split/axes/product {"axis": "product"}`))
	rows, err := c.Rows(salesplan.Query{Axis: "product", Grain: salesplan.GrainGoal})
	require.NoError(t, err)
	var units []string
	for r := range rows {
		require.False(t, r.Base.Valid)
		units = append(units, strings.Join(r.Units, "/"))
	}
	require.Contains(t, units, "company/gtx")
	require.Contains(t, units, "li-na/mg")
}
