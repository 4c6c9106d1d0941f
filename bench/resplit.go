package main

import (
	"context"
	"errors"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// midyear is a company's year as it was issued and what became of it in July: one
// in fifty has left, as many come in August, and everybody missed or brought more
// than they owed in each month of the first half.
func midyear(c company) (salesplan.ResplitRequest, error) {
	req := monthly(c)
	plan := &salesplan.Plan{
		Version: salesplan.Version, Name: "Bench 2027",
		Metrics: []salesplan.Metric{req.Metric}, Axes: req.Axes, Goals: []salesplan.Goal{req.Goal},
	}
	out := salesplan.ResplitRequest{AsOf: calendar.On(2027, 6, 30), Surplus: salesplan.SurplusOffset}
	var err error
	if out.Issued, err = plan.Targets(context.Background(), nil); err != nil {
		return out, err
	}
	b, err := out.Issued.Goal(req.Goal.ID)
	if err != nil {
		return out, err
	}
	rows, err := b.Rows(salesplan.Query{LeafOnly: true, Period: calendar.Span(calendar.On(2027, 1, 1), out.AsOf)})
	if err != nil {
		return out, err
	}
	out.Actuals, err = salesplan.Gather(plan, nil, func(yield func(salesplan.Actual, error) bool) {
		i := int64(0)
		for r := range rows {
			i++
			a := salesplan.Actual{Unit: r.Units[0], Metric: req.Metric.ID, On: r.Period.Last, Amount: r.Amount.Mul(decimal.New(90+i%25, -2)).Round(2)}
			if !yield(a, nil) {
				return
			}
		}
	})
	if err != nil {
		return out, err
	}
	out.Plan = plan.Clone()
	units := &out.Plan.Axes[0].Units
	for i, u := range *units {
		if i%50 == 7 && u.Weight.Valid && u.From.IsZero() {
			(*units)[i].To = out.AsOf
			*units = append(*units, salesplan.Unit{ID: u.ID + "-next", Parent: u.Parent, Weight: u.Weight, From: calendar.On(2027, 8, 1)})
		}
	}
	return out, nil
}

func resplitContender(req salesplan.ResplitRequest) contender {
	return contender{"resplit", 1, func() error {
		got, err := salesplan.Resplit(context.Background(), req)
		if err == nil && got.Equal(req.Issued) {
			err = errors.New("nothing has changed")
		}
		return err
	}}
}

func resplitRow(rounds int) (row, error) {
	out := row{work: "Resplit at mid-year, 100,000 reps × 12", must: "< 2 s"}
	req, err := midyear(large())
	if err != nil {
		return out, err
	}
	best, err := measure(rounds, []contender{resplitContender(req)})
	if err != nil {
		return out, err
	}
	out.checks = []check{atMost(milliseconds(best["resplit"]), 2000, "%.0f ms")}
	return out, nil
}
