package salesplan_test

import (
	"context"
	"fmt"

	"github.com/salesplan/salesplan"
	"github.com/shopspring/decimal"
)

// Next year's totals of three reps and four quarters, in the proportions of
// last year's table. The third rep was not there in the first quarter.
func ExampleSplitTable() {
	d := decimal.NewFromInt
	table, err := salesplan.SplitTable(context.Background(), salesplan.TableRequest{
		Rows:    []decimal.Decimal{d(37), d(40), d(23)},
		Columns: []decimal.Decimal{d(25), d(30), d(25), d(20)},
		Seed: [][]decimal.Decimal{
			{d(9), d(11), d(8), d(7)},
			{d(10), d(12), d(9), d(8)},
			{d(0), d(7), d(6), d(5)},
		},
		Step: d(1),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	rows, _ := table.Size()
	for i := range rows {
		fmt.Println(table.Row(i))
	}
	c := table.Explain(0, 1)
	fmt.Println("fitted", c.Fitted.Round(4), "given", c.Amount, "- so far", c.Row.Fitted.Round(4), "and", c.Row.Given)
	// Output:
	// [13 10 8 6]
	// [12 11 9 8]
	// [0 9 8 6]
	// fitted 10.3319 given 10 - so far 22.3618 and 23
}

// Rows that need more than the columns hold in which alone they sell.
func ExampleSplitTable_infeasible() {
	d := decimal.NewFromInt
	_, err := salesplan.SplitTable(context.Background(), salesplan.TableRequest{
		Rows:    []decimal.Decimal{d(30), d(22), d(48)},
		Columns: []decimal.Decimal{d(60), d(25), d(15)},
		Seed: [][]decimal.Decimal{
			{d(0), d(1), d(1)},
			{d(0), d(1), d(1)},
			{d(1), d(1), d(1)},
		},
		Step:      d(1),
		RowIDs:    []string{"east", "west", "north"},
		ColumnIDs: []string{"Q1", "Q2", "Q3"},
	})
	fmt.Println(err)
	// Output: /seed: infeasible "rows east, west need 52", bound columns Q2, Q3 hold at most 40, short by 12
}

// A key account has promised 6,000 in the third quarter, the new rep takes at
// most 4,000 a quarter, and nobody falls below 2,000.
func ExampleSplitTable_bounds() {
	d := decimal.NewFromInt
	some := func(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(d(n)) }
	none := decimal.NullDecimal{}
	table, err := salesplan.SplitTable(context.Background(), salesplan.TableRequest{
		Rows:    []decimal.Decimal{d(22_000), d(12_000)},
		Columns: []decimal.Decimal{d(6_000), d(8_000), d(10_000), d(10_000)},
		Seed: [][]decimal.Decimal{
			{d(50), d(60), d(40), d(90)},
			{d(10), d(30), d(60), d(50)},
		},
		Min:  [][]decimal.NullDecimal{nil, {some(2_000), some(2_000), some(2_000), some(2_000)}},
		Max:  [][]decimal.NullDecimal{nil, {some(4_000), some(4_000), some(4_000), some(4_000)}},
		Lock: [][]decimal.NullDecimal{{none, none, some(6_000), none}, nil},
		Step: d(100),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Row(0))
	fmt.Println(table.Row(1))
	fmt.Println(table.Explain(1, 2).Bound, table.Explain(1, 0).Bound, table.Explain(0, 2).Bound)
	// Output:
	// [4000 5500 6000 6500]
	// [2000 2500 4000 3500]
	// max min lock
}

// Floors that a total doesn't hold: which, and by how much.
func ExampleSplitTable_conflict() {
	d := decimal.NewFromInt
	floor := decimal.NewNullDecimal(d(1_600_000))
	_, err := salesplan.SplitTable(context.Background(), salesplan.TableRequest{
		Rows:      []decimal.Decimal{d(3_000_000), d(5_000_000)},
		Columns:   []decimal.Decimal{d(4_000_000), d(4_000_000)},
		Min:       [][]decimal.NullDecimal{{floor, floor}, nil},
		Step:      d(1_000),
		RowIDs:    []string{"east", "west"},
		ColumnIDs: []string{"H1", "H2"},
	})
	fmt.Println(err)
	// Output: /min: infeasible "min (east, H1), min (east, H2) takes 3200000", bound row east has 3000000, short by 200000
}

// 20 new customers by district and party of an election: Webster's method with
// both totals fixed.
func ExampleSplitTable_webster() {
	d := decimal.NewFromInt
	table, err := salesplan.SplitTable(context.Background(), salesplan.TableRequest{
		Rows:    []decimal.Decimal{d(5), d(11), d(4)},
		Columns: []decimal.Decimal{d(7), d(5), d(8)},
		Seed: [][]decimal.Decimal{
			{d(123), d(45), d(815)},
			{d(912), d(714), d(414)},
			{d(312), d(255), d(215)},
		},
		Step:   d(1),
		Method: salesplan.Webster,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range 3 {
		fmt.Println(table.Row(i))
	}
	// Output:
	// [1 0 4]
	// [4 4 3]
	// [2 1 1]
}

// Two years over quarters that follow last year's, without a jump at New Year.
func ExampleSmooth() {
	d := decimal.RequireFromString
	var indicator []decimal.Decimal
	for _, x := range []string{"98.2", "100.8", "102.2", "100.8", "99.0", "101.6", "102.7", "101.5"} {
		indicator = append(indicator, d(x))
	}
	quarters, err := salesplan.Smooth([]decimal.Decimal{d("4000"), d("4161.4")}, indicator, 4, d("0.1"))
	fmt.Println(quarters, err)
	// Output: [969.8 998.4 1018.4 1013.4 1007.2 1042.9 1060.3 1051] <nil>
}
