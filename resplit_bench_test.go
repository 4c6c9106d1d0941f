package salesplan

import (
	"context"
	"fmt"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// BenchmarkResplit brings the targets of 100,000 people × 12 months up to what
// happened in the first half: one in fifty leaves, as many come, and everybody
// has missed or brought more.
func BenchmarkResplit(b *testing.B) {
	const people = 100_000
	units := []Unit{{ID: "company"}}
	for i := range people {
		if i%10 == 0 {
			units = append(units, Unit{ID: fmt.Sprint("team", i/10), Parent: "company"})
		}
		units = append(units, Unit{ID: fmt.Sprint("rep", i), Parent: fmt.Sprint("team", i/10), Weight: decimal.NewNullDecimal(decimal.NewFromInt(int64(50 + i%50)))})
	}
	p := yearPlan("12000000000")
	p.Axes[0].Units = units
	p.Goals[0].Split.Axes[0] = AxisRule{Axis: "org", Levels: []LevelRule{{Level: 2, BasisRule: BasisRule{Basis: BasisWeights}}}}
	issued, err := p.Targets(context.Background(), nil)
	if err != nil {
		b.Fatal(err)
	}
	goal, _ := issued.Goal("goal")
	actuals, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for i := range people {
			for m := range 6 {
				month := calendar.Month(2027, 1).First.AddMonths(m)
				n := goal.cells[i*12+m]
				if !yield(Actual{Unit: fmt.Sprint("rep", i), Metric: "revenue", On: month.AddDays(i % 28), Amount: decimal.NewFromInt(n*int64(90+i%25)/100 + int64(i%2))}, nil) {
					return
				}
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	now := p.Clone()
	for i := range now.Axes[0].Units {
		u := &now.Axes[0].Units[i]
		if i%55 == 3 && u.Parent != "company" && u.Parent != "" {
			u.To = day("2027-06-30")
			now.Axes[0].Units = append(now.Axes[0].Units, Unit{ID: fmt.Sprint("new", i), Parent: u.Parent, Weight: u.Weight, From: day("2027-08-01")})
		}
	}
	for _, c := range []struct {
		name string
		Shortfall
		Surplus
	}{{"keep", ShortfallKeep, SurplusOffset}, {"share", ShortfallShare, SurplusKeep}, {"spread", ShortfallSpread, SurplusKeep}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x, err := Resplit(context.Background(), ResplitRequest{Issued: issued, Plan: now, AsOf: day("2027-06-30"), Actuals: actuals, Shortfall: c.Shortfall, Surplus: c.Surplus})
				if err != nil {
					b.Fatal(err)
				}
				_ = x
			}
		})
	}
}
