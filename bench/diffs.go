package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/salesplan/salesplan"
	"github.com/shopspring/decimal"
)

// raised are a company's monthly targets as they were, and with a tenth more to
// sell, so that all who are there owe more.
func raised(c company) (old, now *salesplan.Breakdown, err error) {
	req := monthly(c)
	if old, err = salesplan.Cascade(context.Background(), req); err != nil {
		return nil, nil, err
	}
	req.Goal.Target = req.Goal.Target.Mul(decimal.New(11, -1))
	now, err = salesplan.Cascade(context.Background(), req)
	return old, now, err
}

// differences counts the rows that differ.
func differences(old, now *salesplan.Breakdown, q salesplan.Query) (int, error) {
	rows, err := salesplan.Diff(old, now, q)
	if err != nil {
		return 0, err
	}
	n := 0
	for range rows {
		n++
	}
	return n, nil
}

func diffContender(name string, old, now *salesplan.Breakdown, want int, q salesplan.Query) contender {
	return contender{name, 1, func() error {
		n, err := differences(old, now, q)
		if err == nil && n != want {
			err = errors.New(fmt.Sprint(n, " rows, not ", want))
		}
		return err
	}}
}

func diffRow(rounds int) (row, error) {
	out := row{work: "`Diff` of two targets, 100,000 reps × 12, a tenth more to sell", must: "< 500 ms; memory independent of size"}
	old, now, err := raised(large())
	if err != nil {
		return out, err
	}
	rows, err := differences(old, now, salesplan.Query{})
	if err != nil {
		return out, err
	}
	cells, err := differences(old, now, salesplan.Query{LeafOnly: true})
	if err != nil {
		return out, err
	}
	best, err := measure(rounds, []contender{
		diffContender("rows", old, now, rows, salesplan.Query{}),
		diffContender("cells", old, now, cells, salesplan.Query{LeafOnly: true}),
		diffContender("equal", old, old, 0, salesplan.Query{}),
	})
	if err != nil {
		return out, err
	}
	out.checks = []check{
		atMost(milliseconds(best["rows"]), 500, fmt.Sprintf("%d rows, sums among them: %%.0f ms", rows)),
		{fmt.Sprintf("%d cells alone %.0f ms", cells, milliseconds(best["cells"])), true},
		{fmt.Sprintf("equal targets %.0f ms", milliseconds(best["equal"])), true},
	}
	return out, nil
}
