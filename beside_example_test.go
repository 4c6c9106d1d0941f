package salesplan_test

import (
	"context"
	"fmt"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

func teamOfTwo() *salesplan.Breakdown {
	b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
		Metric: salesplan.Metric{ID: "revenue", Measure: "CNY", Step: decimal.New(1, 0)},
		Axes: []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{
			{ID: "team"}, {ID: "wang-wei", Parent: "team"}, {ID: "li-na", Parent: "team", From: calendar.On(2027, 4, 1)}}}},
		Goal: salesplan.Goal{ID: "revenue-2027", Metric: "revenue", Period: "2027", Target: decimal.New(480_000, 0), Owner: "team",
			Split: &salesplan.SplitRule{Grains: []calendar.Grain{calendar.GrainQuarter}, Axes: []salesplan.AxisRule{{Axis: "org"}}}},
	})
	if err != nil {
		fmt.Println(err)
	}
	return b
}

// People who reach 80 % of their quotas are handed 125 %; the company still
// counts on the base.
func ExampleHedge() {
	street, err := salesplan.Hedge(teamOfTwo(), salesplan.HedgeRule{
		Levels: []salesplan.HedgeLevel{{Level: 1, Share: decimal.RequireFromString("0.25")}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for row := range street.Rows() {
		if row.Grain == salesplan.GrainGoal {
			fmt.Println(row.Unit, "base", row.Base, "street", row.Street, "surplus", row.Surplus)
		}
	}
	// Output:
	// team base 480000 street 480000 surplus 120000
	// wang-wei base 300000 street 375000 surplus 0
	// li-na base 180000 street 225000 surplus 0
}

// A specialist is credited with half of what Li Na owes.
func ExampleOverlay() {
	overlays, err := salesplan.Overlay(teamOfTwo(), salesplan.OverlayRule{Credits: []salesplan.Credit{
		{Unit: "specialist", On: []string{"li-na"}, Share: decimal.RequireFromString("0.5")}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for row := range overlays.Rows() {
		fmt.Println(row.Unit, row.Period, row.Amount, "of", row.Of)
	}
	// Output:
	// specialist 2027 90000 of 180000
	// specialist 2027-Q1 0 of 0
	// specialist 2027-Q2 30000 of 60000
	// specialist 2027-Q3 30000 of 60000
	// specialist 2027-Q4 30000 of 60000
}

// Wang Wei commits 350,000, Li Na 90,000: 40,000 are nobody's.
func ExampleBottomUp() {
	rollup, err := salesplan.BottomUp(teamOfTwo(), []salesplan.Commitment{
		{Unit: "wang-wei", Amount: decimal.New(350_000, 0)}, {Unit: "li-na", Amount: decimal.New(90_000, 0)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range rollup.Findings() {
		fmt.Println(salesplan.Catalogue().Text(f, diag.English))
	}
	// Output:
	// Goal revenue-2027: 440,000 comes from below against a target of 480,000, -40,000 off; that is 91.7 % of the target. Find 40,000 more, or lower the target, by 2027-01-01; team decides.
}

// Full heads sell 200,000 a year; new ones take three months to get there.
func ExampleCapacity() {
	plan, err := salesplan.Capacity(teamOfTwo(), salesplan.CapacityRule{
		PerHead: decimal.New(200_000, 0), Grain: calendar.GrainQuarter, LeadDays: 60,
		Ramp: []decimal.Decimal{decimal.RequireFromString("0.25"), decimal.RequireFromString("0.5"), decimal.RequireFromString("0.75"), decimal.New(1, 0)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range plan.Lines {
		fmt.Println(line.Period, "needed", line.Needed, "there", line.There, "short", line.Short)
	}
	for _, hire := range plan.Hires {
		fmt.Println(hire.Count, "for", hire.For, "to start on", hire.Start, "sought from", hire.Open)
	}
	// Output:
	// 2027-Q1 needed 2.4 there 1 short 70000
	// 2027-Q2 needed 2.4 there 2 short 20000
	// 2027-Q3 needed 2.4 there 2 short 20000
	// 2027-Q4 needed 2.4 there 2 short 20000
	// 2 for 2027-Q1 to start on 2026-10-01 sought from 2026-08-02
}

// Revenue is customers × average deal; here the three don't fit.
func ExamplePlan_CheckRelations() {
	plan := &salesplan.Plan{
		Version: salesplan.Version,
		Metrics: []salesplan.Metric{{ID: "revenue", Step: decimal.New(1, -2)}, {ID: "customers", Step: decimal.New(1, 0)}},
		Goals: []salesplan.Goal{
			{ID: "revenue-2027", Metric: "revenue", Period: "2027", Target: decimal.New(3_000_000, 0)},
			{ID: "customers-2027", Metric: "customers", Period: "2027", Every: calendar.GrainMonth, Target: decimal.New(10, 0)},
		},
		Relations: []salesplan.Relation{{Result: "revenue-2027", Factors: []string{"customers-2027", "22000"}}},
	}
	findings, err := plan.CheckRelations()
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range findings {
		fmt.Println(salesplan.Catalogue().Text(f, diag.English))
	}
	// Output:
	// Goal revenue-2027 is 3,000,000, but customers-2027 × 22000 make 2,640,000: -360,000 off, 12 % of the goal. Change one of the goals by 360,000 before 2027-01-01.
}
