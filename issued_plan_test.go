package salesplan_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

// issued is what is handed out of a plan's targets.
func issued(t testing.TB, plan *salesplan.Plan, targets *salesplan.Targets) []byte {
	t.Helper()
	issue, err := plan.Issue(calendar.On(2026, 12, 18))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, salesplan.EncodeTargets(&b, targets, issue))
	return b.Bytes()
}

// Random plans of all kinds come back as they were issued, and say so without
// plan or evidence.
func TestTargets_IssuedPlans(t *testing.T) {
	done, kinds := 0, map[string]int{}
	for seed := range uint64(150) {
		plan := salesplantest.RandomPlan(seed)
		targets, err := plan.Targets(context.Background(), nil)
		if err != nil {
			continue
		}
		done++
		text := issued(t, plan, targets)
		got, err := salesplan.DecodeTargets(bytes.NewReader(text), salesplan.DecodeOptions{})
		require.NoError(t, err, "seed %d", seed)
		require.True(t, got.Equal(targets))
		require.Equal(t, string(text), string(issued(t, plan, got)))
		require.Equal(t, targets.Findings(), got.Findings())
		var x, y bytes.Buffer
		require.NoError(t, targets.WriteJSON(&x, salesplan.Query{}))
		require.NoError(t, got.WriteJSON(&y, salesplan.Query{}))
		require.Equal(t, x.String(), y.String())
		for b := range got.All() {
			kinds["flow"]++
			salesplantest.RequireExact(t, b)
		}
		for range got.Stocks() {
			kinds["stock"]++
		}
		for range got.Rates() {
			kinds["rate"]++
		}
		for _, g := range plan.Goals {
			require.Equal(t, targets.Contributions(g.ID), got.Contributions(g.ID))
		}
		findings, err := got.CheckPlan(plan)
		require.NoError(t, err)
		require.Empty(t, findings)
	}
	t.Log(done, kinds)
	require.Greater(t, done, 40)
	for _, kind := range []string{"flow", "stock", "rate"} {
		require.Positive(t, kinds[kind], kind)
	}
}

func annual(t testing.TB) (*salesplan.Plan, *salesplan.Targets) {
	t.Helper()
	document, err := os.Open("examples/annual/plan.json")
	require.NoError(t, err)
	defer document.Close()
	deals, err := os.Open("examples/annual/deals.csv")
	require.NoError(t, err)
	defer deals.Close()
	plan, err := salesplan.Decode(document, salesplan.DecodeOptions{})
	require.NoError(t, err)
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(deals, *plan.Inputs.Deals), nil)
	require.NoError(t, err)
	targets, err := plan.Targets(context.Background(), evidence)
	require.NoError(t, err)
	return plan, targets
}

// What was issued can be read for as long as it matters: the file of a plan by
// quarters, as version 1 wrote it.
func TestEncodeTargets_Golden(t *testing.T) {
	plan, err := salesplan.Decode(strings.NewReader(quarterly), salesplan.DecodeOptions{})
	require.NoError(t, err)
	targets, err := plan.Targets(context.Background(), nil)
	require.NoError(t, err)
	text := issued(t, plan, targets)
	const golden = "testdata/issued.json"
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(golden, text, 0o644))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Equal(t, string(want), string(text))
	got, err := salesplan.DecodeTargets(bytes.NewReader(want), salesplan.DecodeOptions{})
	require.NoError(t, err)
	require.True(t, targets.Equal(got))
}

const quarterly = `{
  "salesplan": "1", "name": "Quarterly plan 2027",
  "metrics": [{"id": "revenue", "measure": "CNY", "step": "0.01"}, {"id": "contracts", "step": "1", "kind": "stock"},
    {"id": "share", "measure": "%", "step": "0.1", "kind": "rate", "numerator": "revenue", "denominator": "market"}],
  "externals": [{"series": "market", "on": "2027-12-31", "amount": "80000001"}],
  "axes": [
    {"id": "org", "of": "owner", "units": [{"id": "company"}, {"id": "east", "parent": "company", "weight": "2"}, {"id": "west", "parent": "company", "weight": "1"},
      {"id": "wang-wei", "parent": "east", "to": "2027-08-31", "successor": "li-na"}, {"id": "li-na", "parent": "east", "from": "2027-02-15", "ramp": ["0.25", "0.5", "1"], "fte": "0.8"}]},
    {"id": "product", "of": "product", "units": [{"id": "hard"}, {"id": "soft"}]}],
  "goals": [
    {"id": "revenue-2027", "metric": "revenue", "period": "2027", "target": "10000000", "owner": "company", "split": {"grains": ["quarter"],
      "time": {"basis": "workdays"}, "axes": [{"axis": "org", "basis": "weights", "levels": [{"level": 2}]}, {"axis": "product"}],
      "bounds": [{"unit": "west", "period": "2027-Q1", "min": "900000"}]}},
    {"id": "contracts-2027", "metric": "contracts", "period": "2027", "baseline": "90", "target": "130", "owner": "company", "split": {"grains": ["quarter"], "axes": [{"axis": "org"}]}},
    {"id": "share-2027", "metric": "share", "period": "2027", "target": "12.5", "owner": "company", "parent": "revenue-2027", "split": {"axes": [{"axis": "org"}]}}
  ]
}`

// The whole year of the annual example, with its evidence: it is written and
// read, and explains itself without.
func TestTargets_IssuedAnnual(t *testing.T) {
	plan, targets := annual(t)
	text := issued(t, plan, targets)
	got, err := salesplan.DecodeTargets(bytes.NewReader(text), salesplan.DecodeOptions{})
	require.NoError(t, err)
	b, err := targets.Goal("revenue-2027")
	require.NoError(t, err)
	again, err := got.Goal("revenue-2027")
	require.NoError(t, err)
	cells := 0
	rows, err := b.Rows(salesplan.Query{LeafOnly: true})
	require.NoError(t, err)
	for row := range rows {
		if cells++; cells%101 != 0 {
			continue
		}
		at := salesplan.At{Units: row.Units, Period: row.Period}
		x, err := b.Explain(at)
		require.NoError(t, err)
		y, err := again.Explain(at)
		require.NoError(t, err)
		require.True(t, x.Equal(y))
	}
	t.Logf("%d bytes for %d cells", len(text), cells)
}

func TestPlan_Fingerprint(t *testing.T) {
	const table = "team,person\nEast,Ann\nEast,Bob\n"
	base := `{"salesplan": "1", "name": "N", "metrics": [{"id": "m", "step": "1"}], "axes": [{"id": "org", "table": {"file": "people", "columns": ["team", "person"]}}],
		"goals": [{"id": "g", "metric": "m", "period": "2027", "target": "10"}]}`
	read := func(text, people string) *salesplan.Plan {
		p, err := salesplan.Decode(strings.NewReader(text), salesplan.DecodeOptions{})
		require.NoError(t, err)
		if people != "" {
			p, err = p.WithTables(map[string]io.Reader{"people": strings.NewReader(people)})
			require.NoError(t, err)
		}
		return p
	}
	mark := func(p *salesplan.Plan) string {
		m, err := p.Fingerprint()
		require.NoError(t, err)
		require.Regexp(t, "^sha256:[0-9a-f]{64}$", m)
		return m
	}
	plan := read(base, table)
	require.Equal(t, mark(plan), mark(read(strings.ReplaceAll(base, "\n\t\t", " "), table)), "layout says nothing")
	require.NotEqual(t, mark(plan), mark(read(base, "")), "nor are the people known")
	require.NotEqual(t, mark(plan), mark(read(base, table+"East,Cy\n")), "somebody new")
	raised := read(strings.Replace(base, `"10"`, `"11"`, 1), table)
	require.NotEqual(t, mark(plan), mark(raised))
	_, err := (*salesplan.Plan)(nil).Fingerprint()
	require.ErrorIs(t, err, diag.Required)

	targets, err := plan.Targets(context.Background(), nil)
	require.NoError(t, err)
	got, err := salesplan.DecodeTargets(bytes.NewReader(issued(t, plan, targets)), salesplan.DecodeOptions{})
	require.NoError(t, err)
	issue, ok := got.Issued()
	require.True(t, ok)
	require.Equal(t, salesplan.Issue{On: calendar.On(2026, 12, 18), Plan: "N", Fingerprint: mark(plan)}, issue)
	_, ok = targets.Issued()
	require.False(t, ok)

	findings, err := got.CheckPlan(raised)
	require.NoError(t, err)
	require.Len(t, findings, 1)
	require.Equal(t, "plan N: the plan has changed since its targets were issued on 2026-12-18; what was issued stands", salesplan.Catalogue().Text(findings[0], diag.English))
	other := read(strings.Replace(base, `"id": "g"`, `"id": "h"`, 1), table)
	_, err = got.CheckPlan(other)
	require.ErrorIs(t, err, diag.Mismatch)
	require.Equal(t, "/targets: these do not agree: N and issued targets of this plan", salesplan.Catalogue().Text(firstFault(err), diag.English))
	_, err = got.CheckPlan(nil)
	require.ErrorIs(t, err, diag.Required)
}

func firstFault(err error) *diag.Fault {
	var f *diag.Fault
	errors.As(err, &f)
	return f
}
