package salesplan_test

import (
	"fmt"
	"io"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A mapping says once what an export's columns and stages mean.
func exampleMapping() *salesplan.Mapping {
	return &salesplan.Mapping{
		Columns: salesplan.DealColumns{ID: "Opportunity", Owner: "Owner", Stage: "Stage", Amount: "Amount", Close: "Close Date"},
		Stages:  map[string]salesplan.Outcome{"Closed Won": salesplan.OutcomeWon, "Closed Lost": salesplan.OutcomeLost, "Proposal": salesplan.OutcomeOpen},
		Date:    "m/d/yyyy",
		Number:  salesplan.NumberFormat{Group: ","},
	}
}

const exampleExport = `Opportunity,Owner,Stage,Amount,Close Date
006A,Wang Wei,Closed Won,"12,000.00",3/1/2027
006B,Li Na,Closed Won,"8,500.00",3/9/2027
006C,Lina,Closed Won,700.00,4/2/2027
006D,Li Na,Proposal,"4,000.00",6/30/2027
006E,Li Na,Closed Lost,0,31/3/2027
`

func exampleOrganisation() *salesplan.Plan {
	return &salesplan.Plan{
		Version: salesplan.Version, Currency: "CNY", Inputs: salesplan.Inputs{Deals: exampleMapping()},
		Metrics: []salesplan.Metric{{ID: "revenue", Measure: "CNY", Step: decimal.RequireFromString("0.01"), Counts: salesplan.CountsWonAmount}},
		Axes: []salesplan.Axis{{ID: "org", Of: salesplan.FieldOwner, Units: []salesplan.Unit{
			{ID: "east"}, {ID: "wang-wei", Name: "Wang Wei", Parent: "east"}, {ID: "li-na", Name: "Li Na", Parent: "east"},
		}}},
	}
}

func ExampleReadDeals() {
	for deal, err := range salesplan.ReadDeals(strings.NewReader(exampleExport), *exampleMapping()) {
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s %s %s %s %q %q\n", deal.ID, deal.Owner, deal.Outcome, deal.Amount.Decimal, deal.Closed, deal.ExpectedClose)
	}
	// Output:
	// 006A Wang Wei won 12000 "2027-03-01" ""
	// 006B Li Na won 8500 "2027-03-09" ""
	// 006C Lina won 700 "2027-04-02" ""
	// 006D Li Na open 4000 "" "2027-06-30"
	// /rows/6/Close Date (line 6, column 5): out-of-range "31/3/2027", bound a day of the years 1900 to 2200
}

func ExampleGather() {
	plan := exampleOrganisation()
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(strings.NewReader(exampleExport), *plan.Inputs.Deals), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	covered, _ := evidence.Covers("revenue")
	fmt.Println("covers", covered)
	fmt.Println("east", evidence.Booked("revenue", []string{"east"}, calendar.Period{}))
	fmt.Println("all", evidence.Booked("revenue", nil, calendar.Period{}))
	for _, f := range evidence.Findings() {
		fmt.Println(f.Severity, salesplan.Catalogue().Text(f, diag.English))
	}
	// Output:
	// covers 2027-03-01/2027-04-02
	// east 20500
	// all 21200
	// error 1 row of the deals could not be read in column Close Date: out-of-range, first "31/3/2027", expected a day of the years 1900 to 2200, row 6.
	// error Axis org has no owner "Lina": 1 row, 700 of revenue (3.3 % of the total), row 4; nearest is "li-na". Add "Lina" to the aka of li-na, if that is meant.
}

func ExampleEvidence_Bookings() {
	plan := exampleOrganisation()
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(strings.NewReader(exampleExport), *plan.Inputs.Deals), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for b := range evidence.Bookings("revenue") {
		fmt.Printf("%s %q %s\n", b.On, b.Units, b.Amount)
	}
	// Output:
	// 2027-03-01 ["wang-wei"] 12000
	// 2027-03-09 ["li-na"] 8500
	// 2027-04-02 [""] 700
}

// A spreadsheet of last year's months: an empty cell is missing, 0 is 0.
func ExampleReadHistory() {
	sheet := "Rep,2026-11,2026-12\nWang Wei,900,1100\nLi Na,,0\n"
	for a, err := range salesplan.ReadHistory(strings.NewReader(sheet), exampleOrganisation(), "revenue") {
		fmt.Println(a.Unit, a.Since, a.On, a.Amount, err)
	}
	// Output:
	// Wang Wei 2026-11-01 2026-11-30 900 <nil>
	// Wang Wei 2026-12-01 2026-12-31 1100 <nil>
	// Li Na 2026-12-01 2026-12-31 0 <nil>
}

func ExamplePlan_WithTables() {
	plan := &salesplan.Plan{Version: salesplan.Version, Axes: []salesplan.Axis{{
		ID: "product", Of: salesplan.FieldProduct,
		Table: &salesplan.AxisTable{File: "products", Columns: []string{"series", "product"}},
		Units: []salesplan.Unit{{ID: "GTX Pro", Aka: []string{"GTXPro"}}},
	}}}
	plan, err := plan.WithTables(map[string]io.Reader{
		"products": strings.NewReader("product,series,price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\nMG Special,MG,55\n"),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, u := range plan.Axes[0].AllUnits() {
		fmt.Printf("%s (%s) %s\n", u.ID, u.Parent, u.Aka)
	}
	// Output:
	// GTX () []
	// GTX Basic (GTX) []
	// GTX Pro (GTX) [GTXPro]
	// MG () []
	// MG Special (MG) []
}
