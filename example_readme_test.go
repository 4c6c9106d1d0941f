package salesplan_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/require"
)

// The program of the README, on the annual example.
func Example() {
	ctx := context.Background()
	planFile, _ := os.Open("examples/annual/plan.json")
	csvFile, _ := os.Open("examples/annual/deals.csv")

	plan, err := salesplan.Decode(planFile, salesplan.DecodeOptions{})
	if err != nil {
		for _, f := range diag.All(err) { // all faults at once, with line, column and remedy
			fmt.Println(salesplan.Catalogue().Text(f, diag.Chinese))
		}
		return
	}
	deals := salesplan.ReadDeals(csvFile, *plan.Inputs.Deals) // a CRM export, streamed
	evidence, err := salesplan.Gather(plan, deals, nil)
	if err != nil {
		return
	}
	targets, err := plan.Targets(ctx, evidence)
	if err != nil {
		return
	}
	march := calendar.Month(2027, time.March)
	amount, err := targets.Amount("revenue-2027", salesplan.At{Units: []string{"li-na"}, Period: march})
	for _, f := range targets.Findings() { // misspelt products, missing months, guessed holidays …
		fmt.Println(f.Severity, salesplan.Catalogue().Text(f, diag.English))
	}

	fmt.Println(amount, err)
	april, _ := targets.Amount("revenue-2027", salesplan.At{Units: []string{"li-na"}, Period: calendar.Month(2027, time.April)})
	fmt.Println(april)
	// Output:
	// warning Axis org has no owner "郑凯": 1 row, 41,800 of revenue (0.5 % of the total), row 41. Add "郑凯" to axis org, or to the aka of the unit that is meant.
	// warning 2027: the holidays of this year are not published yet; goal revenue-2027 counts Monday to Friday as working days
	// warning 2027: the holidays of this year are not published yet; goal customers-q1 counts Monday to Friday as working days
	// 0 <nil>
	// 52296.89
}

// The code of the README is that of the example, line by line.
func TestReadme_Code(t *testing.T) {
	source, err := os.ReadFile("example_readme_test.go")
	require.NoError(t, err)
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		_, rest, ok := strings.Cut(string(text), "```go\n")
		require.True(t, ok)
		block, _, _ := strings.Cut(rest, "```")
		lines := 0
		for line := range strings.Lines(block) {
			code, _, _ := strings.Cut(line, " // ")
			code = strings.TrimSpace(strings.ReplaceAll(code, "diag.Chinese", "diag.English"))
			text := strings.ReplaceAll(string(source), "diag.Chinese", "diag.English")
			require.Contains(t, text, code, name)
			lines++
		}
		require.GreaterOrEqual(t, lines, 20, name)
	}
}
