package salesplantest_test

import (
	"context"
	"fmt"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
)

// A commission app's test: the plan is fixed, so the expected payout can be
// written down.
func ExampleAnnual() {
	targets, err := salesplantest.Annual().Targets(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	march := salesplan.At{Units: []string{"wang-wei"}, Period: calendar.Month(2027, time.March)}
	target, err := targets.Amount("revenue-2027", march)
	if err != nil {
		fmt.Println(err)
		return
	}
	commission := target.Mul(decimal.RequireFromString("0.03")).Round(2)
	fmt.Println("target", target, "- commission at 100 %:", commission)
	// Output: target 132545.46 - commission at 100 %: 3976.36
}

func ExampleCustomers() {
	targets, err := salesplantest.Customers().Targets(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, period := range []calendar.Period{calendar.Day(calendar.On(2026, 2, 1)), calendar.Month(2026, 2), calendar.Year(2026)} {
		amount, err := targets.Amount("customers-2026", salesplan.At{Period: period})
		fmt.Println(period, amount, err)
	}
	// Output:
	// 2026-02-01 4 <nil>
	// 2026-02 100 <nil>
	// 2026 1200 <nil>
}

func ExampleHistory() {
	evidence, err := salesplan.Gather(salesplantest.Annual(), salesplantest.History(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("won in 2026:", evidence.Booked("revenue", nil, calendar.Year(2026)))
	fmt.Println("of it in the east:", evidence.Booked("revenue", []string{"east"}, calendar.Year(2026)))
	for _, f := range evidence.Findings() {
		fmt.Println(f.Severity, salesplan.Catalogue().Text(f, diag.English))
	}
	// Output:
	// won in 2026: 8562209.69
	// of it in the east: 3450689.58
	// warning Axis org has no owner "郑凯": 1 row, 28,134.67 of revenue (0.3 % of the total), row 167. Add "郑凯" to axis org, or to the aka of the unit that is meant.
}

// The plan of a test, and what it says if an owner is misspelt.
func ExampleOrg() {
	goal := salesplantest.Goal("revenue", "2027", 1_000_000, salesplantest.ByWeights("org"))
	goal.Owner = "eats"
	plan := &salesplan.Plan{
		Version: salesplan.Version,
		Metrics: []salesplan.Metric{salesplantest.Revenue()},
		Axes:    []salesplan.Axis{salesplantest.Org("company", "east/wang-wei=120", "east/li-na=80")},
		Goals:   []salesplan.Goal{goal},
	}
	fmt.Println(plan.Validate())
	// In a test: salesplantest.RequireFaults(t, plan.Validate(), "unknown /goals/0/owner")

	// Output: /goals/0/owner: unknown "eats", bound the units, nearest "east"
}
