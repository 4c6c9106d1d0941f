package salesplan_test

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

func splitAmount(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func splitNull(text string) decimal.NullDecimal {
	return decimal.NewNullDecimal(splitAmount(text))
}

// A year's goal over twelve people: the first four carry the odd cents.
func ExampleSplitEven() {
	parts, err := salesplan.SplitEven(splitAmount("10000000.00"), 12, splitAmount("0.01"))
	fmt.Println(parts[0], parts[3], parts[4], parts[11], err)

	_, err = salesplan.SplitEven(splitAmount("10000000.005"), 12, splitAmount("0.01"))
	fmt.Println(err)
	// Output:
	// 833333.34 833333.34 833333.33 833333.33 <nil>
	// /total: off-step "10000000.005", bound 0.01
}

// Three reps by weight, in whole thousands.
func ExampleSplit() {
	weights := []decimal.Decimal{splitAmount("0.5"), splitAmount("0.3"), splitAmount("0.25")}
	parts, err := salesplan.Split(splitAmount("1000000"), weights, salesplan.SplitOptions{Step: splitAmount("1000")})
	fmt.Println(parts, err)

	_, err = salesplan.Split(splitAmount("1000000"), weights, salesplan.SplitOptions{})
	fmt.Println(errors.Is(err, diag.Required), err)
	// Output:
	// [476000 286000 238000] <nil>
	// true /opt/step: required, bound the smallest amount that can be owed, for example 0.01
}

// 100 new customers over the days of April: three or four a day, and never half
// a customer off the straight line.
func ExampleSplit_cumulative() {
	days := make([]decimal.Decimal, 30)
	for i := range days {
		days[i] = splitAmount("1")
	}
	perDay, err := salesplan.Split(splitAmount("100"), days, salesplan.SplitOptions{Step: splitAmount("1"), Method: salesplan.Cumulative})
	fmt.Println(perDay, err)
	// Output:
	// [3 4 3 3 4 3 3 4 3 3 4 3 3 4 3 3 4 3 3 4 3 3 4 3 3 4 3 3 4 3] <nil>
}

// January is closed, Li Na can take at most 40 and the rest is shared by
// weight.
func ExampleSplitParts() {
	parts := []salesplan.Part{
		{ID: "closed", Weight: splitNull("0"), Lock: splitNull("12.5")},
		{ID: "li-na", Weight: splitNull("5"), Max: splitNull("40")},
		{ID: "wang-wei", Weight: splitNull("3")},
		{ID: "zhao-min", Weight: splitNull("2")},
	}
	shares, err := salesplan.SplitParts(splitAmount("112.5"), parts, salesplan.SplitOptions{Step: splitAmount("0.5")})
	for _, s := range shares {
		fmt.Printf("%s %s %q\n", s.ID, s.Amount, s.Bound)
	}
	fmt.Println(err)

	parts[2].Max, parts[3].Max = splitNull("20"), splitNull("30")
	_, err = salesplan.SplitParts(splitAmount("112.5"), parts, salesplan.SplitOptions{Step: splitAmount("0.5")})
	fmt.Println(err)
	// Output:
	// closed 12.5 "lock"
	// li-na 40 "max"
	// wang-wei 36 ""
	// zhao-min 24 ""
	// <nil>
	// /parts: infeasible "max 102.5", bound total 112.5 by 10
}

// Integers, without allocation from the second call on.
func ExampleSplitInts() {
	var scratch salesplan.Scratch
	seats := make([]int, 3)
	for _, total := range []int{10, 11} {
		err := salesplan.SplitInts(seats, total, []int{6, 6, 2}, salesplan.LargestRemainder, &scratch)
		fmt.Println(seats, err)
	}
	err := salesplan.SplitInts(seats, 11, []int{6, 6, 2}, salesplan.Webster, &scratch)
	fmt.Println(seats, err)
	// Output:
	// [4 4 2] <nil>
	// [5 5 1] <nil>
	// [5 5 1] <nil>
}

// Methods are text in JSON.
func ExampleMethod() {
	var opt salesplan.SplitOptions
	err := json.Unmarshal([]byte(`{"step": "0.01", "method": "huntington-hill"}`), &opt)
	fmt.Println(opt.Step, opt.Method, err)
	err = opt.Method.UnmarshalText([]byte("huntington"))
	fmt.Println(err)
	// Output:
	// 0.01 huntington-hill <nil>
	// /: invalid "huntington", bound largest-remainder, cumulative, webster, huntington-hill, adams, jefferson, nearest "huntington-hill"
}
