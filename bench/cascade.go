package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A company is an organisation of regions, teams and people.
type company struct {
	people, perTeam, perRegion int // people a team, teams a region
}

// units are the company's tree. Every fourth person arrives during 2027.
func (c company) units() []salesplan.Unit {
	units := []salesplan.Unit{{ID: "company"}}
	for p := range c.people {
		team := p / c.perTeam
		region := team / c.perRegion
		if p%(c.perTeam*c.perRegion) == 0 {
			units = append(units, salesplan.Unit{ID: fmt.Sprintf("region-%d", region), Parent: "company"})
		}
		if p%c.perTeam == 0 {
			units = append(units, salesplan.Unit{ID: fmt.Sprintf("team-%d", team), Parent: fmt.Sprintf("region-%d", region)})
		}
		person := salesplan.Unit{
			ID: fmt.Sprintf("rep-%d", p), Parent: fmt.Sprintf("team-%d", team),
			Weight: decimal.NewNullDecimal(decimal.NewFromInt(int64(50 + p*31%101))),
		}
		if p%4 == 3 {
			person.From = calendar.On(2027, time.January, 2).AddDays(p * 7 % 300)
		}
		units = append(units, person)
	}
	return units
}

// byWeight divides evenly over regions and teams and by weight over people.
func byWeight() []salesplan.AxisRule {
	return []salesplan.AxisRule{{
		Axis:      "org",
		BasisRule: salesplan.BasisRule{Basis: salesplan.BasisEven},
		Levels:    []salesplan.LevelRule{{Level: 3, BasisRule: salesplan.BasisRule{Basis: salesplan.BasisWeights}}},
	}}
}

// large is the company of the cascade at size, with a hundred customers to win
// for each of its people.
func large() company { return company{people: 100_000, perTeam: 10, perRegion: 100} }

// agents is the company of the cascade to days.
func agents() company { return company{people: 35, perTeam: 6, perRegion: 2} }

// wholeYear divides customers over the company and over quarters, months and
// the weeks clipped to them.
func wholeYear(c company, customers int64) salesplan.CascadeRequest {
	return salesplan.CascadeRequest{
		Goal: salesplan.Goal{
			ID: "customers-2027", Metric: "customers", Period: "2027", Owner: "company",
			Target: decimal.NewFromInt(customers),
			Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth, calendar.GrainWeek},
				Time:   salesplan.TimeRule{Basis: salesplan.TimeWorkdays},
				Axes:   byWeight(),
			},
		},
		Metric: salesplan.Metric{ID: "customers", Step: decimal.NewFromInt(1)},
		Axes:   []salesplan.Axis{{ID: "org", Units: c.units()}},
	}
}

// daily divides 10,000,000.00 over the company and the 366 days of 2028.
func daily(c company) salesplan.CascadeRequest {
	return salesplan.CascadeRequest{
		Goal: salesplan.Goal{
			ID: "revenue-2028", Metric: "revenue", Period: "2028", Owner: "company",
			Target: totalAmount(),
			Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth, calendar.GrainDay},
				Time:   salesplan.TimeRule{Basis: salesplan.TimeDays},
				Axes:   byWeight(),
			},
		},
		Metric: salesplan.Metric{ID: "revenue", Step: cent()},
		Axes:   []salesplan.Axis{{ID: "org", Units: c.units()}},
	}
}

func cascadeContender(calls int, req salesplan.CascadeRequest) contender {
	return contender{"Cascade", calls, func() error {
		_, err := salesplan.Cascade(context.Background(), req)
		return err
	}}
}

// cellsOf counts leaf units × leaf periods, the integers that a breakdown of
// one axis can't do without.
func cellsOf(people int, b *salesplan.Breakdown) int {
	grains := b.Grains()
	return people * len(b.Periods(grains[len(grains)-1]))
}

// cancelled cancels a cascade when it has worked for a while, and returns how
// long it took to stop.
func cancelled(req salesplan.CascadeRequest, after time.Duration) (time.Duration, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var at time.Time
	timer := time.AfterFunc(after, func() {
		at = time.Now()
		cancel()
	})
	defer timer.Stop()
	_, err := salesplan.Cascade(ctx, req)
	stopped := time.Now()
	if !errors.Is(err, context.Canceled) {
		return 0, fmt.Errorf("cancelled after %s, Cascade returned %v", after, err)
	}
	return stopped.Sub(at), nil
}

// reports counts how often a cascade reports progress. The last report must
// be that all is done.
func reports(req salesplan.CascadeRequest) (count int, err error) {
	var done, total int64
	ctx := salesplan.WithProgress(context.Background(), func(d, t int64) {
		if d < done {
			err = fmt.Errorf("progress went back from %d to %d", done, d)
		}
		count, done, total = count+1, d, t
	})
	if _, failed := salesplan.Cascade(ctx, req); failed != nil {
		return count, failed
	}
	if err == nil && (count == 0 || done != total) {
		err = fmt.Errorf("after %d reports progress ended at %d of %d", count, done, total)
	}
	return count, err
}
