package salesplan_test

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
)

// A nightly job posts only what is new: a finding keeps its key from day to day,
// whatever its numbers.
func Example_nightly() {
	plan := salesplantest.Annual()
	strange := salesplan.Deal{
		ID: "D-new", Owner: "Zhang Wei", Product: "cloud", Segment: "key-accounts", Customer: "Acme", Outcome: salesplan.OutcomeWon,
		Amount: decimal.NewNullDecimal(decimal.NewFromInt(50_000)), Currency: "CNY", Closed: calendar.On(2026, 12, 30),
	}
	posted := map[string]bool{}
	for _, f := range findings(plan, salesplantest.History()) { // last night
		posted[f.Key()] = true
	}
	tonight := func(yield func(salesplan.Deal, error) bool) {
		for d, err := range salesplantest.History() {
			if !yield(d, err) {
				return
			}
		}
		yield(strange, nil)
	}
	for _, f := range findings(plan, tonight) {
		if !posted[f.Key()] && f.Severity != diag.Info {
			fmt.Println(f.Severity, salesplan.Catalogue().Text(f, diag.English))
		}
	}
	// Output:
	// error Axis org has no owner "Zhang Wei": 1 row, 50,000 of revenue (0.6 % of the total); nearest is "wang-wei". Add "Zhang Wei" to the aka of wang-wei, if that is meant.
}

func findings(plan *salesplan.Plan, deals iter.Seq2[salesplan.Deal, error]) []diag.Finding {
	evidence, err := salesplan.Gather(plan, deals, nil)
	if err != nil {
		return nil
	}
	targets, err := plan.Targets(context.Background(), evidence)
	if err != nil {
		return evidence.Findings()
	}
	return slices.Clone(targets.Findings())
}
