package salesplan_test

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// pair is a plan of 240 over a year for two people.
func pair() *salesplan.Plan {
	return &salesplan.Plan{
		Version: salesplan.Version, Name: "2027",
		Metrics: []salesplan.Metric{{ID: "m", Step: decimal.New(1, 0)}},
		Axes:    []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{{ID: "li-na"}, {ID: "wang-wei"}}}},
		Goals: []salesplan.Goal{{ID: "g", Metric: "m", Period: "2027", Target: decimal.New(240, 0),
			Split: &salesplan.SplitRule{Grains: []calendar.Grain{calendar.GrainMonth}, Axes: []salesplan.AxisRule{{Axis: "org"}}}}},
	}
}

// issuedPair are its targets, written on the day they were handed out and read
// again.
func issuedPair() (*salesplan.Targets, error) {
	plan := pair()
	targets, err := plan.Targets(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	issue, err := plan.Issue(calendar.On(2026, time.December, 18))
	if err != nil {
		return nil, err
	}
	var file bytes.Buffer
	if err := salesplan.EncodeTargets(&file, targets, issue); err != nil {
		return nil, err
	}
	return salesplan.DecodeTargets(&file, salesplan.DecodeOptions{})
}

func ExampleDecodeTargets() {
	issued, err := issuedPair()
	if err != nil {
		fmt.Println(err)
		return
	}
	issue, _ := issued.Issued()
	amount, _ := issued.Amount("g", salesplan.At{Units: []string{"li-na"}, Period: calendar.Month(2027, time.August)})
	fmt.Println(issue.On, amount)
	// Output:
	// 2026-12-18 10
}

// Li Na leaves on 30 June; nobody's first half changes, and the year still adds
// up.
func ExampleResplit() {
	issued, err := issuedPair()
	if err != nil {
		fmt.Println(err)
		return
	}
	plan := pair()
	plan.Axes[0].Units[0].To = calendar.On(2027, time.June, 30)
	targets, err := salesplan.Resplit(context.Background(), salesplan.ResplitRequest{
		Issued: issued, Plan: plan, AsOf: calendar.On(2027, time.June, 30), Leaver: salesplan.LeaverShare,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	b, _ := targets.Goal("g")
	for _, p := range []calendar.Period{calendar.Month(2027, time.June), calendar.Month(2027, time.July), calendar.Year(2027)} {
		for _, unit := range []string{"li-na", "wang-wei", ""} {
			amount, _ := b.Amount(salesplan.At{Units: []string{unit}, Period: p})
			fmt.Print(amount, " ")
		}
		fmt.Println(p)
	}
	e, _ := targets.Explain("g", salesplan.At{Units: []string{"wang-wei"}, Period: calendar.Month(2027, time.July)})
	lines := e.Lines(diag.English)
	fmt.Println(lines[len(lines)-1])
	// Output:
	// 10 10 20 2027-06
	// 0 20 20 2027-07
	// 60 180 240 2027
	// By the re-plan as of 2027-06-30 it was changed from 10 to 20. +10 because li-na is no longer there.
}
