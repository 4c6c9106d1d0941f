package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// oddPlan is in thousands; the actual of Li's January carries fen.
const oddPlan = `{
  "salesplan": "1",
  "metrics": [{"id": "revenue", "step": "1000"}],
  "axes": [{"id": "org", "units": [{"id": "li", "name": "Li Na"}, {"id": "wang"}]}],
  "goals": [{"id": "g", "metric": "revenue", "period": "2027", "target": "2400000",
    "split": {"grains": ["month"], "axes": [{"axis": "org"}],
      "bounds": [{"unit": "li", "period": "2027-01", "lock": "83417.35"}]}}]
}`

func TestOddLocks(t *testing.T) {
	plan := filepath.Join(t.TempDir(), "plan.json")
	require.NoError(t, os.WriteFile(plan, []byte(oddPlan), 0o600))
	for _, tt := range []struct {
		args []string
		want []string
	}{
		{[]string{"targets", plan, "--csv"}, []string{"83417.35", "2400000"}},
		{[]string{"explain", plan, "li", "2027-01"}, []string{"it is 83,000", "Beyond whole steps it has 417.35, as it is locked: Li Na in 2027-01 83,417.35."}},
		{[]string{"explain", plan, "wang", "2027-01"}, []string{"Beyond whole steps it carries 582.65, the rest of locks: Li Na in 2027-01 83,417.35."}},
		{[]string{"explain", plan, "wang", "2027-01", "--lang", "zh"}, []string{"此外承担锁定值的零头 582.65：Li Na"}},
	} {
		got := runProgram(t, tt.args...)
		require.Equal(t, exitOK, got.code, got.errs)
		for _, want := range tt.want {
			assert.Contains(t, got.out, want, tt.args)
		}
	}
}
