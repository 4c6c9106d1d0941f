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
