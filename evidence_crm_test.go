package salesplan

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// crmFolder is the public "CRM Sales Opportunities" export (Maven Analytics);
// its README gives the totals that the tests below expect.
const crmFolder = "../shared/data/crm-sales"

func openCRM(t testing.TB, name string) io.Reader {
	t.Helper()
	f, err := os.Open(filepath.Join(crmFolder, name))
	if os.IsNotExist(err) {
		t.Skipf("no %s beside the repository: the tests on the real CRM export are skipped", crmFolder)
	}
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func crmMapping() Mapping {
	return Mapping{
		Columns: DealColumns{
			ID: "opportunity_id", Owner: "sales_agent", Customer: "account", Product: "product", Stage: "deal_stage",
			Amount: "close_value", Opened: "engage_date", Close: "close_date",
		},
		Stages: map[string]Outcome{"Won": OutcomeWon, "Lost": OutcomeLost, "Engaging": OutcomeOpen, "Prospecting": OutcomeOpen},
	}
}

// crmPlan is a plan whose axes are the export's own tables. With the cure, the
// plan knows how the pipeline spells a product.
func crmPlan(t testing.TB, cured bool) *Plan {
	m := crmMapping()
	p := &Plan{
		Version: Version, Inputs: Inputs{Deals: &m},
		Metrics: []Metric{
			{ID: "revenue", Measure: "USD", Step: dec("0.01"), Counts: CountsWonAmount},
			{ID: "deals", Step: dec("1"), Counts: CountsWonDeals},
			{ID: "customers", Step: dec("1"), Counts: CountsWonCustomers},
		},
		Axes: []Axis{
			{ID: "org", Of: FieldOwner, Table: &AxisTable{File: "teams", Columns: []string{"regional_office", "manager", "sales_agent"}}},
			{ID: "product", Of: FieldProduct, Table: &AxisTable{File: "products", Columns: []string{"series", "product"}}},
		},
	}
	if cured {
		p.Axes[1].Units = []Unit{{ID: "GTX Pro", Aka: []string{"GTXPro"}}}
	}
	p, err := p.WithTables(map[string]io.Reader{"teams": openCRM(t, "sales_teams.csv"), "products": openCRM(t, "products.csv")})
	require.NoError(t, err)
	return p
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func gatherCRM(t testing.TB, cured bool) (*Plan, *Evidence) {
	p := crmPlan(t, cured)
	e, err := Gather(p, ReadDeals(openCRM(t, "sales_pipeline.csv"), *p.Inputs.Deals), nil)
	require.NoError(t, err)
	return p, e
}

func findingsOf(e *Evidence, code diag.Code) []diag.Finding {
	return slices.DeleteFunc(e.Findings(), func(f diag.Finding) bool { return f.Code != code })
}

func argOf(t testing.TB, f diag.Finding, name string) string {
	t.Helper()
	for _, a := range f.Args {
		if a.Name == name {
			return a.Text
		}
	}
	t.Fatalf("finding %s has no argument %s", f.Key(), name)
	return ""
}

func TestCRMTree(t *testing.T) {
	p := crmPlan(t, false)
	org := p.Axes[0].AllUnits()
	require.Len(t, org, 3+6+35)
	parents := map[string]int{}
	for _, u := range org {
		parents[u.Parent]++
	}
	assert.Equal(t, 3, parents[""], "offices")
	assert.Equal(t, 2, parents["Central"], "managers of an office")
	assert.Equal(t, []string{"Central", "Dustin Brinkmann", "Anna Snelling"}, []string{org[0].ID, org[1].ID, org[2].ID}, "parents first, as they appear")
	assert.Len(t, p.Axes[1].AllUnits(), 3+7)
	assert.Empty(t, p.Axes[0].Units, "what is read is kept apart from what is written")
}

func TestCRMTotals(t *testing.T) {
	p, e := gatherCRM(t, false)
	months := []string{"1134672", "721932", "1025713", "1338466", "696932", "1050059", "1235264", "731980", "938943", "1131573"}
	var sum decimal.Decimal
	for i, want := range months {
		got := e.Booked("revenue", nil, calendar.Month(2017, time.Month(i+3)))
		assert.Equal(t, want, got.String(), "month %d", i+3)
		sum = sum.Add(got)
	}
	assert.Equal(t, "10005534", sum.String())
	assert.Equal(t, sum.String(), e.Booked("revenue", nil, calendar.Period{}).String())
	assert.Equal(t, "4238", e.Booked("deals", nil, calendar.Period{}).String())
	assert.Equal(t, "85", e.Booked("customers", nil, calendar.Period{}).String(), "every account bought")

	covered, ok := e.Covers("revenue")
	require.True(t, ok)
	assert.Equal(t, "2017-03-01/2017-12-31", covered.String())

	var known, silent int
	for _, u := range p.Axes[0].AllUnits() {
		switch {
		case e.Knows(u.ID, calendar.Period{}):
			known++
		case u.Parent != "" && u.Parent != "Central" && u.Parent != "East" && u.Parent != "West":
			silent++
		}
	}
	assert.Equal(t, 30, known)
	assert.Equal(t, 5, silent, "agents who never appear in the pipeline")
	assert.False(t, e.Knows("Central", calendar.Period{}))

	var units decimal.Decimal
	for _, office := range []string{"Central", "East", "West"} {
		units = units.Add(e.Booked("revenue", []string{office}, calendar.Period{}))
	}
	assert.Equal(t, sum.String(), units.String(), "the offices are everything")
}

// Nothing is dropped in silence: every row is won and booked, lost, open, or
// counted by a finding.
func TestCRMNothingIsLost(t *testing.T) {
	_, e := gatherCRM(t, false)
	n := e.Tally()
	assert.Equal(t, Tally{Deals: 8800, Won: 4238, Lost: 2473, Open: 2089}, n)
	open := 0
	for d := range e.Pipeline() {
		open++
		assert.Equal(t, OutcomeOpen, d.Outcome)
		assert.True(t, d.ExpectedClose.IsZero())
	}
	assert.Equal(t, n.Open, open)
	assert.NoError(t, e.Faults())
}

func TestCRMFindings(t *testing.T) {
	_, e := gatherCRM(t, false)
	unknown := findingsOf(e, "unknown-product")
	require.Len(t, unknown, 1)
	f := unknown[0]
	assert.Equal(t, diag.Error, f.Severity)
	assert.Equal(t, diag.Subject{Kind: "product", ID: "GTXPro"}, f.Subject)
	assert.Equal(t, "1480", argOf(t, f, "count"))
	assert.Equal(t, "3510578", argOf(t, f, "amount"))
	assert.Equal(t, "0.3509", argOf(t, f, "share"))
	assert.Equal(t, "GTX Pro", argOf(t, f, "near"))
	assert.Equal(t, "3, 13, 20, 31, 34, …", argOf(t, f, "rows"))
	require.Len(t, f.Advice, 1)
	assert.Equal(t, diag.Code("add-aka"), f.Advice[0].Action)

	accounts := findingsOf(e, "missing-customer")
	require.Len(t, accounts, 1)
	assert.Equal(t, "1425", argOf(t, accounts[0], "count"))
	assert.Equal(t, "open", accounts[0].Subject.ID)
	assert.Equal(t, diag.Info, accounts[0].Severity)
	dates := findingsOf(e, "missing-close-date")
	require.Len(t, dates, 1)
	assert.Equal(t, "2089", argOf(t, dates[0], "count"))
	assert.Len(t, e.Findings(), 4, "and open deals without amount")

	_, cured := gatherCRM(t, true)
	assert.Empty(t, findingsOf(cured, "unknown-product"))
	assert.NotEqual(t, diag.Error, diag.Worst(cured.Findings()))
	assert.Equal(t, "3510578", cured.Booked("revenue", []string{"", "GTX Pro"}, calendar.Period{}).String())
	assert.Equal(t, e.Booked("revenue", nil, calendar.Period{}).String(), cured.Booked("revenue", nil, calendar.Period{}).String())
}
