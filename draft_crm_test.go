package salesplan

import (
	"context"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func crmDraftTables(t testing.TB) []DraftTable {
	return draftTables(t, crmFolder, "accounts", "products", "sales_pipeline", "sales_teams")
}

// readRecords reads a table of the export without this package.
func readRecords(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(crmFolder + "/" + name + ".csv")
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	return rows[1:]
}

// The plan that is drafted from the public CRM export has the units, products,
// totals and months of the data, each counted here by itself.
func TestDraft_CRM(t *testing.T) {
	tables := crmDraftTables(t)
	d, err := Draft(context.Background(), tables, DraftOptions{Currency: "USD"})
	require.NoError(t, err)
	assert.Equal(t, []DraftedTable{
		{"accounts", DraftRoleCustomers, "", 85}, {"products", DraftRoleUnits, "product", 7},
		{"sales_pipeline", DraftRoleDeals, "", 8800}, {"sales_teams", DraftRoleUnits, "org", 35},
	}, d.Tables)

	p, e := rerun(t, d, tables)
	parents := map[string]string{}
	for i := range p.Axes {
		for _, u := range p.Axes[i].AllUnits() {
			parents[u.ID] = u.Parent
		}
	}
	offices, managers := map[string]bool{}, map[string]bool{}
	for _, row := range readRecords(t, "sales_teams") {
		assert.Equal(t, row[1], parents[row[0]])
		assert.Equal(t, row[2], parents[row[1]])
		managers[row[1]], offices[row[2]] = true, true
	}
	assert.Len(t, leafIDs(p, "org"), 35)
	assert.Len(t, p.Axes[0].AllUnits(), 35+len(managers)+len(offices))
	assert.Equal(t, []int{6, 3}, []int{len(managers), len(offices)})
	for _, row := range readRecords(t, "products") {
		assert.Equal(t, row[1], parents[row[0]])
	}
	assert.Len(t, p.Axes[1].AllUnits(), 7+3)
	assert.Len(t, leafIDs(p, "segment"), 10)

	var total decimal.Decimal
	won := 0
	months, agents, products, sectors := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}, map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
	sectorOf := map[string]string{}
	for _, row := range readRecords(t, "accounts") {
		sectorOf[row[0]] = row[1]
	}
	for _, row := range readRecords(t, "sales_pipeline") {
		if row[4] != "Won" {
			continue
		}
		won++
		amount := dec(row[7])
		total = total.Add(amount)
		for _, s := range []struct {
			sums map[string]decimal.Decimal
			key  string
		}{{months, row[6][:7]}, {agents, row[1]}, {products, strings.ReplaceAll(row[2], "GTXPro", "GTX Pro")}, {sectors, sectorOf[row[3]]}} {
			s.sums[s.key] = s.sums[s.key].Add(amount)
		}
	}
	assert.Equal(t, "10005534 4238", d.Total.String()+" "+itoa(d.Deals))
	assert.Equal(t, total.String(), d.Total.String())
	assert.Equal(t, won, d.Deals)
	require.Len(t, d.Months, 10)
	for _, m := range d.Months {
		assert.Equal(t, months[m.Period.String()].String(), m.Amount.String(), m.Period.String())
	}
	booked := func(units ...string) string { return e.Booked("revenue", units, calendar.Period{}).String() }
	for agent, amount := range agents {
		assert.Equal(t, amount.String(), booked(agent), agent)
	}
	for product, amount := range products {
		assert.Equal(t, amount.String(), booked("", product), product)
	}
	for sector, amount := range sectors {
		assert.Equal(t, amount.String(), booked("", "", sector), sector)
	}

	// 10,005,534 on 218 working days, 261 of them in 2018: 11,979,103.0…, with
	// a tenth on top 13,177,013.
	g := p.Goals[0]
	assert.Equal(t, "revenue-2018 2018 13200000 11979103", g.ID+" "+g.Period+" "+g.Target.String()+" "+g.Baseline.Decimal.String())
	assert.Contains(t, g.Why, "218 working days")
	assert.Equal(t, "won deals of sales_pipeline", g.Source)
	assert.Equal(t, "1", p.Metrics[0].Step.String(), "all amounts are whole")
}

// What is doubtful is said.
func TestDraft_CRMNotes(t *testing.T) {
	d, err := Draft(context.Background(), crmDraftTables(t), DraftOptions{})
	require.NoError(t, err)
	requireChineseFindings(t, d.Notes)
	codes := map[diag.Code]int{}
	for _, f := range d.Notes {
		codes[f.Code]++
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			text := Catalogue().Text(f, lang)
			assert.NotContains(t, text, "{", text)
			assert.NotEqual(t, string(f.Code), text)
		}
	}
	assert.Equal(t, map[diag.Code]int{
		"draft-deals": 1, "draft-formats": 1, "draft-stages": 3, "draft-axis": 2, "draft-aka": 1, "draft-customers": 1, "draft-axis-customers": 1,
		"draft-no-currency": 1, "draft-window": 1, "draft-season": 1, "draft-goal": 1,
		"missing-segment": 1, "missing-customer": 1, "missing-close-date": 1, "missing-amount": 1,
	}, codes)
	assert.Equal(t, []Unit{{ID: "GTX Pro", Aka: []string{"GTXPro"}}}, d.Plan.Axes[1].Units)
	assert.NotEqual(t, diag.Error, diag.Worst(d.Notes))

	// Without the customers' table the deals have no segments, which is no
	// error: nothing is split by them.
	p, err := d.Plan.WithTables(tablesOf(draftTables(t, crmFolder, "products", "sales_teams")))
	require.NoError(t, err)
	e, err := Gather(p, ReadDeals(openCRM(t, "sales_pipeline.csv"), *p.Inputs.Deals), nil)
	require.NoError(t, err)
	assert.NotEqual(t, diag.Error, diag.Worst(e.Findings()))
	_, err = p.Targets(context.Background(), e)
	require.NoError(t, err)
}
