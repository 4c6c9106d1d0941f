package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crmFolder is the public "CRM Sales Opportunities" export (Maven Analytics).
const crmFolder = "../../../shared/data/crm-sales"

// crmInputs are the arguments that read the export; the test is skipped where
// it isn't there.
func crmInputs(t *testing.T) []string {
	t.Helper()
	if _, err := os.Stat(crmFolder); err != nil {
		t.Skipf("no %s beside the repository: the tests on the real CRM export are skipped", crmFolder)
	}
	return []string{
		"--deals", filepath.Join(crmFolder, "sales_pipeline.csv"),
		"--file", "teams=" + filepath.Join(crmFolder, "sales_teams.csv"),
		"--file", "products=" + filepath.Join(crmFolder, "products.csv"),
	}
}

// A crmRow is a row of the CSV.
type crmRow struct {
	org, product, parent, grain, period string
	leaf                                bool
	amount                              decimal.Decimal
}

func crmRows(t *testing.T, text string) []crmRow {
	t.Helper()
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Equal(t, []string{"goal", "metric", "org", "product", "parent", "level", "grain", "period", "first", "last", "leaf", "amount"}, records[0])
	var rows []crmRow
	for _, r := range records[1:] {
		rows = append(rows, crmRow{r[2], r[3], r[4], r[6], r[7], r[10] == "true", decimal.RequireFromString(r[11])})
	}
	return rows
}

func TestCRMExport_addsUpEverywhere(t *testing.T) {
	got := runProgram(t, append([]string{"targets", "testdata/crm-plan.json", "--csv", "--severity", "info"}, crmInputs(t)...)...)
	require.Equal(t, exitOK, got.code, got.errs)
	rows := crmRows(t, got.out)

	type key struct{ org, product, grain, period string }
	at := map[key]decimal.Decimal{}
	sums := map[key]decimal.Decimal{} // of those below
	byGrain := map[[3]string]decimal.Decimal{}
	for _, r := range rows {
		k := key{r.org, r.product, r.grain, r.period}
		if _, twice := at[k]; twice {
			t.Fatalf("two rows for %v", k)
		}
		at[k] = r.amount
		g := [3]string{r.org, r.product, r.grain}
		byGrain[g] = byGrain[g].Add(r.amount)
		above := key{r.parent, "", r.grain, r.period}
		if r.product != "" {
			above = key{r.org, r.parent, r.grain, r.period}
			if r.parent == r.org { // a series, below a person or the whole
				above.product = ""
			}
		} else if r.org == "" {
			continue
		}
		sums[above] = sums[above].Add(r.amount)
	}
	persons := map[string]bool{}
	for k, sum := range sums {
		if k.org == "" && k.product == "" {
			continue // the offices and, apart from them, the series
		}
		require.Equal(t, at[k].String(), sum.String(), "%v", k)
	}
	offices, series := map[key]decimal.Decimal{}, map[key]decimal.Decimal{}
	for _, r := range rows {
		whole := key{"", "", r.grain, r.period}
		switch {
		case r.org != "" && r.parent == "" && r.product == "":
			offices[whole] = offices[whole].Add(r.amount)
		case r.org == "" && r.product != "" && r.parent == "":
			series[whole] = series[whole].Add(r.amount)
		}
		if r.leaf {
			persons[r.org] = true
		}
	}
	require.Len(t, persons, 35)
	for k := range offices {
		assert.Equal(t, at[k].String(), offices[k].String(), "offices in %s", k.period)
		assert.Equal(t, at[k].String(), series[k].String(), "series in %s", k.period)
	}
	for g, sum := range byGrain {
		require.Equal(t, at[key{g[0], g[1], "goal", "2018"}].String(), sum.String(), "%v", g)
	}
	assert.Equal(t, "12000000", at[key{"", "", "goal", "2018"}].String())

	// January and February, of which the export doesn't tell, take the mean of
	// the ten months by working day: 23 and 20 of 218 + 43 working days.
	assert.Equal(t, "1015384.62", at[key{"", "", "month", "2018-01"}].String())
	assert.Equal(t, "923076.92", at[key{"", "", "month", "2018-02"}].String())
	assert.Contains(t, got.errs, "the history of 2017 does not cover months 1, 2; they take mean")

	// Who never sold gets the median of the team; the product that the
	// pipeline spells otherwise carries its share.
	assert.True(t, at[key{"Mei-Mei Johns", "", "goal", "2018"}].IsPositive())
	assert.Equal(t, "0.35", at[key{"", "GTX Pro", "goal", "2018"}].Div(decimal.New(12_000_000, 0)).StringFixed(2))
}

func TestCRMExport_misspeltProduct(t *testing.T) {
	plan, err := os.ReadFile("testdata/crm-plan.json")
	require.NoError(t, err)
	cure := `,
     "units": [{"id": "GTX Pro", "aka": ["GTXPro"]}]`
	require.Contains(t, string(plan), cure)
	sick := write(t, "plan.json", strings.Replace(string(plan), cure, "", 1))

	args := append([]string{"targets", sick, "--grain", "quarter"}, crmInputs(t)...)
	got := runProgram(t, args...)
	assert.Equal(t, exitFindings, got.code)
	assert.Contains(t, got.errs, `error: Axis product has no product "GTXPro": 1,480 rows, 3,510,578 of revenue (35.1 % of the total), rows 3, 13, 20,`)
	assert.Contains(t, got.errs, `Add "GTXPro" to the aka of GTX Pro`)
	assert.Contains(t, got.out, "12,000,000.00", "the targets are there all the same")
	assert.NotContains(t, got.errs, "info: ")
	assert.Contains(t, got.errs, "salesplan: findings of lower severity not shown: 4 (--severity info shows them)")
	all := runProgram(t, append(args, "--severity", "info")...)
	assert.Contains(t, all.errs, "1,425 rows (open) with no customer")
	assert.Contains(t, all.errs, "2,089 deals (open) without a closing day")

	assert.Equal(t, exitOK, runProgram(t, append(args, "--ok-with-findings")...).code)

	got = runProgram(t, append(args, "--json")...)
	assert.Equal(t, exitFindings, got.code)
	assert.Empty(t, got.errs)
	var object struct {
		Goals    []struct{ Amount string }
		Findings []diag.Finding
	}
	require.NoError(t, json.Unmarshal([]byte(got.out), &object))
	assert.Equal(t, "12000000.00", object.Goals[0].Amount)
	i := slices.IndexFunc(object.Findings, func(f diag.Finding) bool { return f.Severity == diag.Error })
	require.GreaterOrEqual(t, i, 0)
	assert.Equal(t, "GTXPro", object.Findings[i].Subject.ID)
}

func TestCRMExport_refusedNewcomersSayWhatWasFound(t *testing.T) {
	plan, err := os.ReadFile("testdata/crm-plan.json")
	require.NoError(t, err)
	text := strings.Replace(string(plan), `, "aka": ["GTXPro"]`, "", 1)
	text = strings.Replace(text, `"2017", "newcomers": "median-of-siblings"}
        ]`, `"2017"}
        ]`, 1)
	got := runProgram(t, append([]string{"targets", write(t, "plan.json", text)}, crmInputs(t)...)...)
	assert.Equal(t, exitBadInput, got.code)
	assert.Empty(t, got.out)
	assert.Contains(t, got.errs, `has no product "GTXPro"`, "the finding explains the fault")
	assert.Contains(t, got.errs, "GTX Pro")
}

func TestCRMExport_explains(t *testing.T) {
	args := append([]string{"explain", "testdata/crm-plan.json", "Anna Snelling/MG Advanced", "2018-03-05/2018-03-11"}, crmInputs(t)...)
	got := runProgram(t, args...)
	require.Equal(t, exitOK, got.code, got.errs)
	for _, want := range []string{
		"Anna Snelling / MG Advanced owes ", "by the past's seasonality", "Over the whole period Central carries 4,013,330.62 of the whole goal's 12,000,000.00: weight 1,115,431 of 3,335,178 (33.44 %)",
		"Fitted to the totals of units and of periods, the cell is ",
	} {
		assert.Contains(t, got.out, want)
	}
}
