package salesplan_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
)

// 480 customers a year for two people of equal weight, of whom Li Na comes in
// April: a quarter's 120 are carried by those who are there.
func ExampleCascade() {
	b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
		Metric: salesplan.Metric{ID: "customers", Step: decimal.NewFromInt(1)},
		Axes: []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{
			{ID: "team"},
			{ID: "wang-wei", Parent: "team"},
			{ID: "li-na", Parent: "team", From: calendar.On(2027, 4, 1)},
		}}},
		Goal: salesplan.Goal{
			ID: "customers-2027", Metric: "customers", Period: "2027", Target: decimal.NewFromInt(480), Owner: "team",
			Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainQuarter},
				Axes:   []salesplan.AxisRule{{Axis: "org"}},
			},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, unit := range []string{"team", "wang-wei", "li-na"} {
		fmt.Print(unit, ":")
		for _, quarter := range b.Periods(calendar.GrainQuarter) {
			amount, _ := b.Amount(salesplan.At{Units: []string{unit}, Period: quarter})
			fmt.Print(" ", amount)
		}
		fmt.Println()
	}
	// Output:
	// team: 120 120 120 120
	// wang-wei: 120 60 60 60
	// li-na: 0 60 60 60
}

// A document in, all goals' targets out.
func ExamplePlan_Targets() {
	plan, err := salesplan.Decode(strings.NewReader(`{
		"salesplan": "1",
		"metrics": [{"id": "revenue", "step": "0.01"}],
		"axes": [{"id": "org", "units": [
			{"id": "company"},
			{"id": "east", "parent": "company", "weight": "3"},
			{"id": "west", "parent": "company", "weight": "4"}]}],
		"goals": [{"id": "revenue-2027", "metric": "revenue", "period": "2027", "target": "10000000", "owner": "company",
			"split": {"grains": ["half"], "axes": [{"axis": "org", "basis": "weights"}]}}]}`), salesplan.DecodeOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	targets, err := plan.Targets(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for b := range targets.All() {
		rows, err := b.Rows(salesplan.Query{Grain: calendar.GrainHalf})
		if err != nil {
			fmt.Println(err)
			return
		}
		for r := range rows {
			fmt.Println(b.Goal(), r.Units[0], b.Label(r.Period), b.Text(r.Amount))
		}
	}
	// Output:
	// revenue-2027 company 2027-H1 5000000.00
	// revenue-2027 company 2027-H2 5000000.00
	// revenue-2027 east 2027-H1 2142857.15
	// revenue-2027 east 2027-H2 2142857.14
	// revenue-2027 west 2027-H1 2857142.85
	// revenue-2027 west 2027-H2 2857142.86
}

// What a person owes in a month, of everything and of one product line to one
// customer group.
func ExampleTargets_Amount() {
	targets, err := salesplantest.Annual().Targets(context.Background(), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	march := calendar.Month(2027, 3)
	fmt.Println(targets.Amount("revenue-2027", salesplan.At{}))
	fmt.Println(targets.Amount("revenue-2027", salesplan.At{Units: []string{"wang-wei"}, Period: march}))
	fmt.Println(targets.Amount("revenue-2027", salesplan.At{Units: []string{"wang-wei", "cloud", "key-accounts"}, Period: march}))
	fmt.Println(targets.Amount("revenue-2027", salesplan.At{Units: []string{"", "cloud"}, Period: march}))
	_, err = targets.Amount("revenue-2027", salesplan.At{Units: []string{"wang-wie"}})
	fmt.Println(err)
	// Output:
	// 10000000 <nil>
	// 132545.46 <nil>
	// 27834.55 <nil>
	// 377999.97 <nil>
	// /at/units/0: unknown "wang-wie", bound the units of org, nearest "wang-wei"
}

// The quarters of the people of one region.
func ExampleBreakdown_Rows() {
	b := annualRevenue()
	rows, err := b.Rows(salesplan.Query{Axis: "org", Under: "south", Grain: calendar.GrainQuarter})
	if err != nil {
		fmt.Println(err)
		return
	}
	for r := range rows {
		if r.Period == calendar.Quarter(2027, 1) {
			fmt.Printf("%d %s %s %s\n", r.Level, strings.Repeat("  ", r.Level)+r.Units[0], b.Label(r.Period), b.Text(r.Amount))
		}
	}
	// Output:
	// 1   south 2027-Q1 525000.00
	// 2     shenzhen 2027-Q1 288750.00
	// 3       huang-qiang 2027-Q1 158125.00
	// 3       zhou-ting 2027-Q1 130625.00
	// 2     guangzhou 2027-Q1 236250.00
	// 3       wu-lei 2027-Q1 130559.22
	// 3       maria-garcia 2027-Q1 105690.78
}

// Why does Wang Wei owe what he does in the first quarter?
func ExampleBreakdown_Explain() {
	why, err := annualRevenue().Explain(salesplan.At{Units: []string{"wang-wei"}, Period: calendar.Quarter(2027, 1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("amount:", why.Amount, "in", why.Cells, "cells")
	for _, w := range why.When {
		part := w.Target.Mul(w.Before.Add(w.Weight)).Div(w.Whole).Sub(w.Target.Mul(w.Before).Div(w.Whole))
		fmt.Println("when:", w.Basis, "- of", w.Target, "the goal owes", w.Amount, "=", part.Round(2))
	}
	for _, u := range why.Who[1:] {
		fmt.Println("who:", u.Unit, "by", u.Basis, u.Weight, "of", u.Weights, "- of", u.Parent, "over the year", u.Amount)
	}
	// Output:
	// amount: 309272.73 in 1080 cells
	// when: seasonality - of 10000000 the goal owes 2100000 = 2100000
	// who: east by weights 9 of 20 - of 10000000 over the year 4500000
	// who: shanghai by weights 3 of 5 - of 4500000 over the year 2700000
	// who: wang-wei by weights 6 of 15 - of 2700000 over the year 1162472.73
}

// Long work reports how far it has come.
func ExampleWithProgress() {
	last := ""
	ctx := salesplan.WithProgress(context.Background(), func(done, total int64) {
		last = fmt.Sprint(100*done/total, " %")
	})
	if _, err := salesplantest.Annual().Targets(ctx, nil); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(last)
	// Output: 100 %
}

// annualRevenue is the breakdown of a sample plan: 10,000,000.00 over regions,
// teams and people, product lines and customer groups.
func annualRevenue() *salesplan.Breakdown {
	targets, err := salesplantest.Annual().Targets(context.Background(), nil)
	if err != nil {
		panic(err)
	}
	b, err := targets.Goal("revenue-2027")
	if err != nil {
		panic(err)
	}
	return b
}
