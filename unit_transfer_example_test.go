package salesplan_test

import (
	"context"
	"fmt"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// Li Na and Chen Jie change places on July 1: both teams have two people all
// year, so that each part of Li Na's year is her quota prorated by working days.
// Without Chen Jie, Wang Wei stays behind alone: what she no longer carries in
// the east is his, and in the west she is one of three.
func ExampleUnitTransfer() {
	to := func(team string) []salesplan.UnitTransfer {
		return []salesplan.UnitTransfer{{On: calendar.On(2027, time.July, 1), To: team}}
	}
	request := salesplan.CascadeRequest{
		Metric: salesplan.Metric{ID: "revenue", Step: decimal.NewFromInt(1)},
		Goal: salesplan.Goal{
			ID: "revenue-2027", Metric: "revenue", Period: "2027", Target: decimal.NewFromInt(4_000_000),
			Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainQuarter},
				Time:   salesplan.TimeRule{Basis: salesplan.TimeWorkdays},
				Axes:   []salesplan.AxisRule{{Axis: "org"}},
			},
		},
		Axes: []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{
			{ID: "east"}, {ID: "west"},
			{ID: "wang-wei", Parent: "east"}, {ID: "li-na", Parent: "east", Transfers: to("west")},
			{ID: "zhao-min", Parent: "west"}, {ID: "chen-jie", Parent: "west", Transfers: to("east")},
		}}},
	}
	print := func() {
		b, err := salesplan.Cascade(context.Background(), request)
		if err != nil {
			fmt.Println(err)
			return
		}
		rows, _ := b.Rows(salesplan.Query{Under: "li-na", Grain: salesplan.GrainGoal})
		for r := range rows {
			fmt.Println("below", r.Parent, r.Amount)
		}
		all, _ := b.Amount(salesplan.At{Units: []string{"li-na"}})
		fmt.Println("together", all)
	}

	whole, step := calendar.Year(2027), decimal.NewFromInt(1)
	basis := calendar.ProrateBasis{Kind: calendar.ProrateWorkingDays}
	for _, half := range []int{1, 2} {
		part, _ := calendar.Prorate(decimal.NewFromInt(1_000_000), step, whole, calendar.Half(2027, half), basis)
		fmt.Println("prorated", part)
	}
	print()

	request.Axes[0].Units[5].Transfers = nil // Chen Jie stays in the west
	print()

	// Output:
	// prorated 494253
	// prorated 505747
	// below east 494253
	// below west 505747
	// together 1000000
	// below east 494253
	// below west 337165
	// together 831418
}
