package schematest

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func asJSON(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

func annualTargets(t *testing.T) *salesplan.Targets {
	t.Helper()
	targets, err := salesplantest.Annual().Targets(t.Context(), nil)
	require.NoError(t, err)
	return targets
}

func TestOutput_Targets(t *testing.T) {
	s := compiled(t, "targets")
	targets := annualTargets(t)
	level := 1
	for _, q := range []salesplan.Query{
		{Grain: salesplan.GrainGoal}, {Grain: calendar.GrainQuarter, Axis: "product"}, {Grain: calendar.GrainWeek, Level: &level}, {Grain: calendar.GrainDay, Under: "li-na", Axis: "org"},
	} {
		var b bytes.Buffer
		require.NoError(t, targets.WriteJSON(&b, q))
		require.NoError(t, accepts(s, b.Bytes()))
	}
	require.ErrorContains(t, accepts(s, []byte(`{"goals": [{"goal": "a"}], "findings": []}`)), "missing properties")
}

// What is issued of random plans keeps to its schema, and what is misspelt in it
// doesn't.
func TestOutput_Issued(t *testing.T) {
	s := compiled(t, "issued")
	write := func(p *salesplan.Plan, targets *salesplan.Targets) []byte {
		issue, err := p.Issue(calendar.On(2026, 12, 18))
		require.NoError(t, err)
		var b bytes.Buffer
		require.NoError(t, salesplan.EncodeTargets(&b, targets, issue))
		return b.Bytes()
	}
	done := 0
	for seed := range uint64(60) {
		p := salesplantest.RandomPlan(seed)
		if targets, err := p.Targets(t.Context(), nil); err == nil {
			done++
			require.NoError(t, accepts(s, write(p, targets)), seed)
		}
	}
	require.Greater(t, done, 10)
	text := string(write(salesplantest.Annual(), annualTargets(t)))
	require.NoError(t, accepts(s, []byte(text)))
	for _, tt := range [][2]string{{`"checksum"`, `"checksums"`}, {`"amounts"`, `"amount"`}, {`"scale": 1`, `"scale": "1"`}, {`"kind": "flow"`, `"kind": "flew"`}, {`"on": "2026-12-18"`, `"on": "18.12.2026"`}} {
		require.Contains(t, text, tt[0])
		require.Error(t, accepts(s, []byte(strings.Replace(text, tt[0], tt[1], 1))), tt[1])
	}
}

// Findings of every shape, with advice and without.
func TestOutput_Findings(t *testing.T) {
	finding := diag.Finding{
		Severity: diag.Warning, Code: "late", Subject: diag.Subject{Kind: "unit", ID: "li-na"},
		Args:   []diag.Arg{diag.Text("t", "x"), diag.Name("n", "x"), diag.Amount("a", "1"), diag.Count("c", 1), diag.Share("s", "0.5"), diag.Date("d", "2027-01-01"), diag.Period("p", "2027")},
		Advice: []diag.Advice{{Action: "hurry", Amount: "5", Until: "2027-03-01", Owner: "li-na", Args: []diag.Arg{diag.Count("c", 1)}}, {Action: "wait"}},
	}
	fault := &diag.Fault{Code: diag.Unknown, Path: "/goals/0/owner", Line: 3, Column: 4, Value: "x", Bound: "units", Near: "y"}
	out := struct {
		Faults   []*diag.Fault  `json:"faults"`
		Findings []diag.Finding `json:"findings"`
	}{[]*diag.Fault{fault, {Code: diag.Required}}, []diag.Finding{finding, {Severity: diag.Info, Code: "x", Subject: diag.Subject{Kind: "goal"}}}}
	for _, name := range []string{"errors", "validate"} {
		require.NoError(t, accepts(compiled(t, name), asJSON(t, out)), name)
		require.NoError(t, accepts(compiled(t, name), []byte(`{"faults":[]}`)), name)
		require.Error(t, accepts(compiled(t, name), []byte(`{"faults":null}`)), name)
	}
}

func TestOutput_Explain(t *testing.T) {
	s := compiled(t, "explain")
	b, err := annualTargets(t).Goal("revenue-2027")
	require.NoError(t, err)
	for _, at := range []salesplan.At{
		{}, {Units: []string{"east"}, Period: calendar.Quarter(2027, 1)}, {Units: []string{"li-na"}}, {Units: []string{"", "cloud"}},
		{Units: []string{"li-na", "cloud", "key-accounts"}, Period: calendar.Day(calendar.On(2027, 6, 1))},
	} {
		e, err := b.Explain(at)
		require.NoError(t, err)
		out := map[string]any{}
		require.NoError(t, json.Unmarshal(asJSON(t, e), &out))
		require.Error(t, accepts(s, asJSON(t, out)), "without findings")
		out["findings"] = []diag.Finding{}
		require.NoError(t, accepts(s, asJSON(t, out)), "%v", at)
	}
}

func TestOutput_Split(t *testing.T) {
	s := compiled(t, "split")
	opt := salesplan.SplitOptions{Step: dec("0.01"), Method: salesplan.Webster}
	lock := decimal.NewNullDecimal(dec("1.005"))
	shares, err := salesplan.SplitParts(dec("100"), []salesplan.Part{{ID: "a", Weight: decimal.NewNullDecimal(dec("2"))}, {ID: "b", Weight: decimal.NewNullDecimal(dec("1")), Max: decimal.NewNullDecimal(dec("3"))}, {ID: "c", Weight: decimal.NewNullDecimal(dec("1")), Lock: lock}}, opt)
	require.NoError(t, err)
	table, err := salesplan.SplitTable(t.Context(), salesplan.TableRequest{
		Rows: []decimal.Decimal{dec("3"), dec("4")}, Columns: []decimal.Decimal{dec("5"), dec("2")}, Step: dec("1"), RowIDs: []string{"r", "s"}, ColumnIDs: []string{"c", "d"},
	})
	require.NoError(t, err)
	head := map[string]any{"total": "100.00", "step": "0.01", "method": salesplan.Webster}
	for key, value := range map[string]any{"shares": shares, "amounts": []string{"50.00", "-50.00"}} {
		out := map[string]any{key: value}
		for k, v := range head {
			out[k] = v
		}
		require.NoError(t, accepts(s, asJSON(t, out)), key)
		delete(out, "total")
		require.Error(t, accepts(s, asJSON(t, out)), key)
	}
	require.NoError(t, accepts(s, asJSON(t, table)))
	require.Error(t, accepts(s, []byte(`{"total":"1","step":"1","method":"hare","amounts":["1"]}`)))
}
