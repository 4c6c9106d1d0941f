package salesplan_test

import (
	"context"
	"fmt"
	"log"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
)

// twoTeams is a plan of two teams, with a person in one and two in the other.
func twoTeams() *salesplan.Plan {
	goal := salesplantest.Goal("revenue", "2027", 12_000, salesplantest.Even("org"))
	goal.ID = "revenue-2027"
	return &salesplan.Plan{
		Version: salesplan.Version,
		Metrics: []salesplan.Metric{salesplantest.Revenue()},
		Axes:    []salesplan.Axis{salesplantest.Org("company", "east/li-na", "east/wang-wei", "west/zhao-lei")},
		Goals:   []salesplan.Goal{goal},
	}
}

// Changes as people write them.
func ExampleParseChange() {
	change, err := salesplan.ParseChange("unit li-na to 2027-06-30")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(change.Kind, change.Path, string(change.New))

	_, err = salesplan.ParseChange("unit li-na too 2027-06-30")
	fmt.Println(err)
	// Output:
	// changed /units/li-na/to "2027-06-30"
	// /text (line 1, column 12): unknown-key "too", nearest "to"
}

// A plan with somebody who leaves and somebody who arrives; the plan itself
// stays as it is.
func ExampleApply() {
	changes, err := salesplan.ParseChanges(`
		unit li-na to 2027-06-30
		add unit liu-yang parent east from 2027-08-01 after li-na
		goal revenue-2027 target 13000`)
	if err != nil {
		log.Fatal(err)
	}
	plan, err := salesplan.Apply(twoTeams(), changes...)
	if err != nil {
		log.Fatal(err)
	}
	for _, u := range plan.Axes[0].Units {
		fmt.Printf("%s [%s, %s]\n", u.ID, u.From, u.To)
	}
	fmt.Println(plan.Goals[0].Target)
	// Output:
	// company [, ]
	// east [, ]
	// li-na [, 2027-06-30]
	// liu-yang [2027-08-01, ]
	// wang-wei [, ]
	// west [, ]
	// zhao-lei [, ]
	// 13000
}

// What somebody did to a plan.
func ExampleDiffPlans() {
	old, now := twoTeams(), twoTeams()
	now.Goals[0].Target = decimal.NewFromInt(13_000)
	now.Axes[0].Units = append(now.Axes[0].Units[:3:3], now.Axes[0].Units[4:]...) // without wang-wei
	changes, err := salesplan.DiffPlans(old, now)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range changes {
		fmt.Println(c)
	}
	// Output:
	// remove /axes/org/units/wang-wei
	// set /goals/revenue-2027/target "13000"
}

// Who owes more or less, by the teams.
func ExampleDiffTargets() {
	old, now := twoTeams(), twoTeams()
	now.Goals[0].Target = decimal.NewFromInt(13_000)
	before, err := old.Targets(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	after, err := now.Targets(context.Background(), nil)
	if err != nil {
		log.Fatal(err)
	}
	teams := 2
	d, err := salesplan.DiffTargets(before, after, salesplan.Query{Level: &teams, Grain: salesplan.GrainGoal})
	if err != nil {
		log.Fatal(err)
	}
	for _, g := range d.Goals() {
		for _, f := range g.Fields {
			fmt.Println(g.Goal, f.Field, f.Old, f.New)
		}
	}
	for x := range d.All() {
		fmt.Println(x.Units, x.Label(), x.Text(x.Old.Decimal), x.Text(x.New.Decimal), x.Text(x.By()))
	}
	// Output:
	// revenue-2027 amount 12000.00 13000.00
	// [east] 2027 6000.00 6500.00 500.00
	// [west] 2027 6000.00 6500.00 500.00
}

// One goal of two breakdowns.
func ExampleDiff() {
	breakdown := func(target int64) *salesplan.Breakdown {
		p := twoTeams()
		p.Goals[0].Target = decimal.NewFromInt(target)
		all, err := p.Targets(context.Background(), nil)
		if err != nil {
			log.Fatal(err)
		}
		b, err := all.Goal("revenue-2027")
		if err != nil {
			log.Fatal(err)
		}
		return b
	}
	rows, err := salesplan.Diff(breakdown(12_000), breakdown(13_000), salesplan.Query{Under: "east", Grain: salesplan.GrainGoal})
	if err != nil {
		log.Fatal(err)
	}
	for x := range rows {
		fmt.Println(x.Kind, x.Units, x.By())
	}
	// Output:
	// changed [east] 500
	// changed [li-na] 250
	// changed [wang-wei] 250
}

// Two people changed one plan.
func ExampleMerge() {
	ours, theirs := twoTeams(), twoTeams()
	ours.Goals[0].Target = decimal.NewFromInt(13_000)
	theirs.Goals[0].Target = decimal.NewFromInt(14_000)
	theirs.Name = "Second half"
	plan, conflicts, err := salesplan.Merge(twoTeams(), ours, theirs)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(plan.Name)
	for _, c := range conflicts {
		fmt.Printf("%s: %s in the base, %s at %s, %s at %s\n", c.Path, c.Base, c.Ours, c.OursAt, c.Theirs, c.TheirsAt)
	}
	// Output:
	// Second half
	// /goals/revenue-2027/target: "12000" in the base, "13000" at /goals/0/target, "14000" at /goals/0/target
}

// Two futures beside each other, and one that can't be.
func ExampleWhatIf() {
	var scenarios []salesplan.Scenario
	for _, s := range [][2]string{
		{"leave", "unit li-na to 2027-06-30"}, {"more", "goal revenue-2027 target 15000"}, {"closed", "unit company to 2027-06-30"},
	} {
		changes, err := salesplan.ParseChanges(s[1])
		if err != nil {
			log.Fatal(err)
		}
		scenarios = append(scenarios, salesplan.Scenario{Name: s[0], Changes: changes})
	}
	plan := twoTeams()
	plan.Goals[0].Owner = "company"
	c, err := salesplan.WhatIf(context.Background(), plan, nil, scenarios...)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := c.Rows(salesplan.Query{Grain: salesplan.GrainGoal})
	if err != nil {
		log.Fatal(err)
	}
	for r := range rows {
		fmt.Println(r.Units, r.Text(r.Base.Decimal), r.By[0].Decimal, r.By[1].Decimal)
	}
	for _, s := range c.Results {
		for _, f := range diag.All(s.Err) {
			fmt.Println(s.Scenario.Name+":", salesplan.Catalogue().Text(f, diag.English))
		}
	}
	// Output:
	// [company] 12000.00 0 3000
	// [east] 6000.00 0 1500
	// [li-na] 3000.00 -1500 750
	// [wang-wei] 3000.00 1500 750
	// [west] 6000.00 0 1500
	// [zhao-lei] 6000.00 0 1500
	// closed: /goals/0/split/axes/0: cannot be met ("company"): nobody is there with a weight in 2027-H2, where the goal owes 6,000.00
}
