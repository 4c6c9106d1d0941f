package salesplan_test

import (
	"context"
	"fmt"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

func ExampleRateTarget() {
	// 12 % of a market of 81,250,004 in whole yuan.
	revenue, reached, err := salesplan.RateTarget(decimal.RequireFromString("0.12"), decimal.NewFromInt(81_250_004), decimal.NewFromInt(1), salesplan.BetterHigher)
	if err != nil {
		fmt.Println(err)
		return
	}
	share, _ := reached.Round(decimal.New(1, -10))
	fmt.Println(revenue, share)
	// Output: 9750001 0.1200000064
}

// A share of a market whose size is known from outside: the revenue that it
// takes is split, the market is not.
func ExampleCascadeRate() {
	b, err := salesplan.CascadeRate(context.Background(), salesplan.RateRequest{
		CascadeRequest: salesplan.CascadeRequest{
			Goal: salesplan.Goal{ID: "share-2027", Metric: "share", Period: "2027", Target: decimal.NewFromInt(12),
				Split: &salesplan.SplitRule{Axes: []salesplan.AxisRule{{Axis: "org"}}}},
			Metric: salesplan.Metric{ID: "share", Measure: "%", Step: decimal.New(1, -1), Kind: salesplan.KindRate, Numerator: "revenue", Denominator: "market", Share: true},
			Axes:   []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{{ID: "east"}, {ID: "west"}}}},
		},
		Numerator: salesplan.Metric{ID: "revenue", Measure: "CNY", Step: decimal.NewFromInt(1000)},
		Externals: []salesplan.External{{Series: "market", On: calendar.On(2027, 12, 31), Amount: decimal.NewFromInt(81_250_004), Source: "industry association"}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("revenue:", b.Numerator().Total())
	for _, unit := range []string{"", "east", "west"} {
		rate, err := b.Rate(salesplan.At{Units: []string{unit}})
		if err != nil {
			fmt.Println(err)
			return
		}
		value, ok := rate.Round(decimal.New(1, -4))
		fmt.Println(unit, value, ok)
	}
	// Output:
	// revenue: 9751000
	//  0.12 true
	// east 0.06 true
	// west 0.06 true
}

// Active customers: 400 now, 460 at the end of the year. Li Na leaves in May;
// Wang Wei takes over hers.
func ExampleCascadeStock() {
	s, err := salesplan.CascadeStock(context.Background(), salesplan.StockRequest{CascadeRequest: salesplan.CascadeRequest{
		Goal: salesplan.Goal{ID: "customers-2027", Metric: "customers", Period: "2027", Baseline: decimal.NewNullDecimal(decimal.NewFromInt(400)), Target: decimal.NewFromInt(460),
			Split: &salesplan.SplitRule{Grains: []calendar.Grain{"quarter"}, Axes: []salesplan.AxisRule{{Axis: "org"}}}},
		Metric: salesplan.Metric{ID: "customers", Measure: "customer", Step: decimal.NewFromInt(1), Kind: salesplan.KindStock},
		Axes: []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{
			{ID: "wang-wei"}, {ID: "li-na", To: calendar.On(2027, 5, 31), Successor: "wang-wei"}}}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, unit := range []string{"", "wang-wei", "li-na"} {
		fmt.Print(unit, ":")
		for _, q := range s.Periods(calendar.GrainQuarter) {
			x, err := s.Amount(salesplan.At{Units: []string{unit}, Period: q})
			if err != nil {
				fmt.Println(err)
				return
			}
			fmt.Print(" ", x)
		}
		fmt.Println()
	}
	fmt.Println(s.Transfers()[0].Amount)
	// Output:
	// : 415 430 445 460
	// wang-wei: 208 430 445 460
	// li-na: 207 0 0 0
	// 213
}
