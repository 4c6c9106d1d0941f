package schematest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

// TestProgram: what the program prints with --json is as its schema says.
func TestProgram(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "salesplan")
	text, err := exec.Command("go", "build", "-o", program, "github.com/salesplan/salesplan/cmd/salesplan").CombinedOutput()
	require.NoError(t, err, "%s", text)
	for name, text := range map[string]string{
		"plan.json": string(encoded(t, salesplantest.Annual())), "bad.json": `{"salesplan": "1", "nmae": 1, "goals": [{}]}`,
		"weights.csv": "name,weight,max,lock\na,1,,\nb,2,10,\nc,1,,5\n", "table.csv": ",a,b\nx,1,2\ny,3,0\n",
		"deals.csv": "编号,阶段\n1,赢单\n", "open.csv": "负责人,阶段,金额,结单日期\n王伟,赢单,0,2026-01-05\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	writeChanged(t, dir)
	require.NoError(t, os.CopyFS(filepath.Join(dir, "export"), os.DirFS("../testdata/crm")))
	for _, tt := range []struct{ schema, line string }{
		{"targets", "targets plan.json --grain quarter"},
		{"targets", "targets plan.json --grain week --unit li-na"},
		{"targets", "targets plan.json --grain goal --id-system fxiaoke"},
		{"explain", "explain plan.json li-na 2027-Q2 --goal revenue-2027"},
		{"explain", "explain plan.json li-na/cloud/key-accounts 2027-06-01 --goal revenue-2027"},
		{"split", "split 100 --step 1 --parts 3"},
		{"split", "split -0.05 --step 0.01 --parts 3 --method webster"},
		{"split", "split 100 --step 1 --weights weights.csv"},
		{"split", "split 100 --step 1 --table table.csv"},
		{"init", "init --template annual"},
		{"init", "init --template customers --year 2027 --currency EUR --name X"},
		{"init", "init --template launch -o launch.yaml"},
		{"init", "init export/salesforce.csv export/salesforce-accounts.csv -o salesforce.yaml"},
		{"init", "init --deals export/hubspot.csv --lang zh"},
		{"init", "init --deals export/zoho.csv --deals export/zoho-products.csv --growth 12.5%"},
		{"init", "init export/fxiaoke.csv --lang zh --period 2027-H1"},
		{"init", "init open.csv"},
		{"diff", "diff plan.json changed.json"},
		{"diff", "diff plan.json plan.json"},
		{"diff", "diff january.json june.json --grain month"},
		{"merge", "merge plan.json changed.json plan.json"},
		{"merge", "merge plan.json changed.json other.json"},
		{"what-if", "what-if plan.json goal revenue-2027 target 11000000 --grain quarter --level 1"},
		{"what-if", "what-if plan.json unit company to 2027-03-31"},
		{"errors", "diff plan.json january.json"},
		{"errors", "init weights.csv"},
		{"errors", "init --template anual"},
		{"validate", "validate plan.json"},
		{"validate", "validate bad.json"},
		{"errors", "validate bad.json"},
		{"errors", "validate missing.json"},
		{"errors", "targets bad.json"},
		{"errors", "targets plan.json --deals deals.csv"},
		{"errors", "explain plan.json nobody 2027-Q2 --goal revenue-2027"},
		{"errors", "split 100 --step 0 --parts 3"},
		{"errors", "targets plan.json --colour red"},
	} {
		cmd := exec.Command(program, append(strings.Fields(tt.line), "--json")...)
		cmd.Dir = dir
		var out, errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			require.NoError(t, err)
		}
		require.NoError(t, accepts(compiled(t, tt.schema), out.Bytes()), "%s\n%.2000s%s", tt.line, out.String(), errs.String())
	}
}

// writeChanged writes the annual plan as it is changed by some, and what was
// issued of two of them.
func writeChanged(t *testing.T, dir string) {
	t.Helper()
	for name, text := range map[string]string{
		"january": "", "changed": "goal revenue-2027 target 11000000.00; unit li-na to 2027-06-30; move goal customers-2027 first",
		"other": "goal revenue-2027 target 12000000.00", "june": "add unit new parent east weight 2 from 2027-06-01; goal revenue-2027 target 11000000.00",
	} {
		changes, err := salesplan.ParseChanges(text)
		require.NoError(t, err)
		p, err := salesplan.Apply(salesplantest.Annual(), changes...)
		require.NoError(t, err)
		out := encoded(t, p)
		if name == "january" || name == "june" {
			targets, err := p.Targets(t.Context(), nil)
			require.NoError(t, err)
			issue, err := p.Issue(calendar.On(2027, 1, 4))
			require.NoError(t, err)
			var b bytes.Buffer
			require.NoError(t, salesplan.EncodeTargets(&b, targets, issue))
			out = b.Bytes()
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name+".json"), out, 0o600))
	}
}
