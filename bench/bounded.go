package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// The contenders of what is bounded, as the report calls them.
const (
	free    = "free"
	bounded = "bounds and locks"
)

func whole(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(n)) }

// freeParts are n parts with weights, and boundedParts the same ones with a
// floor on three in ten, a cap on three and a lock on one, each between a half
// and one and a half of what the part would have: about half of them hold.
func freeParts(n int) []salesplan.Part {
	parts := make([]salesplan.Part, n)
	for i, w := range decimals(weights(n)) {
		parts[i] = salesplan.Part{ID: fmt.Sprintf("part-%d", i), Weight: decimal.NewNullDecimal(w)}
	}
	return parts
}

func boundedParts(n int) ([]salesplan.Part, error) {
	parts := freeParts(n)
	shares, err := salesplan.SplitParts(totalAmount(), parts, salesplan.SplitOptions{Step: cent()})
	if err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(2, 1))
	for i := range parts {
		x := decimal.NewNullDecimal(shares[i].Amount.Mul(decimal.New(50+r.Int64N(101), -2)).Truncate(2))
		switch i % 10 {
		case 0, 1, 2:
			parts[i].Min = x
		case 3, 4, 5:
			parts[i].Max = x
		case 6:
			parts[i].Lock = x
		}
	}
	return parts, nil
}

// partsContenders split one total over parts with and without bounds.
func partsContenders(n int) ([]contender, error) {
	bound, err := boundedParts(n)
	if err != nil {
		return nil, err
	}
	of := func(name string, parts []salesplan.Part) contender {
		return contender{name, callsOf(n), func() error {
			_, err := salesplan.SplitParts(totalAmount(), parts, salesplan.SplitOptions{Step: cent()})
			return err
		}}
	}
	return []contender{of(free, freeParts(n)), of(bounded, bound)}, nil
}

// boundedSizes are those of the tables with bounds.
func boundedSizes() []size { return []size{{1_000, 12}, {10_000, 63}} }

// boundedTableOf is tableOf with a lock, a floor or a cap on three cells in
// ten, all of them met by one table, which is not that of the fit.
func boundedTableOf(s size) salesplan.TableRequest {
	req, amounts := yearOf(s)
	r := rand.New(rand.NewPCG(2, 1))
	for i := range s.rows {
		least, most, lock := make([]decimal.NullDecimal, s.columns), make([]decimal.NullDecimal, s.columns), make([]decimal.NullDecimal, s.columns)
		for j, n := range amounts[i] {
			switch r.IntN(10) {
			case 0:
				lock[j] = whole(n)
			case 1:
				least[j] = whole(n)
			case 2:
				most[j] = whole(n)
			}
		}
		req.Min, req.Max, req.Lock = append(req.Min, least), append(req.Max, most), append(req.Lock, lock)
	}
	return req
}

// A founding says what is left to the founders of a table after the first
// quarter, in which nobody else is there.
type founding string

const (
	unforced founding = "unforced" // less than the seed says
	forced   founding = "forced"   // nothing: the totals force their cells to 0
	nearly   founding = "nearly"   // next to nothing
)

func foundings() []founding { return []founding{unforced, forced, nearly} }

// A foundedCase is a table with one of the foundings.
type foundedCase struct {
	name  string
	table func(founding) salesplan.TableRequest
}

func foundedCases() []foundedCase {
	return []foundedCase{
		{"2x4", foundedPair},
		{"1000x12", func(does founding) salesplan.TableRequest { return foundedTable(1, 1_000, does) }},
		{"1000x12 with 100 founders", func(does founding) salesplan.TableRequest { return foundedTable(100, 1_000, does) }},
	}
}

// foundedPair has a founder and one who comes in the second of four quarters.
func foundedPair(does founding) salesplan.TableRequest {
	first := map[founding]int64{unforced: 2_100, forced: 1_200, nearly: 1_201}[does]
	one, quarter := decimal.NewFromInt(1), decimal.NewFromInt(1_200)
	return salesplan.TableRequest{
		Rows:    []decimal.Decimal{decimal.NewFromInt(first), decimal.NewFromInt(4_800 - first)},
		Columns: []decimal.Decimal{quarter, quarter, quarter, quarter},
		Seed:    [][]decimal.Decimal{{one, one, one, one}, {decimal.Zero, one, one, one}},
		Step:    one,
	}
}

// foundedTable has founders who are there all year and people who arrive from
// the fourth of twelve months on. The seed is the same whatever the founders
// do, and positive wherever somebody is there.
func foundedTable(founders, people int, does founding) salesplan.TableRequest {
	const months, alone = 12, 3
	r := rand.New(rand.NewPCG(4, 1))
	amounts, seed := make([][]int64, people), make([][]decimal.Decimal, people)
	for i := range people {
		amounts[i], seed[i] = make([]int64, months), make([]decimal.Decimal, months)
		for j := range months {
			founder := i < founders
			if !founder && j < alone+i%4 {
				continue
			}
			n := 50 + r.Int64N(100)
			seed[i][j] = decimal.New(n*(80+r.Int64N(40)), -2)
			if founder && j >= alone {
				n = map[founding]int64{unforced: n / 3, nearly: int64(j % 2)}[does]
			}
			amounts[i][j] = n
		}
	}
	return requestOf(seed, amounts)
}

// foundedContender fits a table of founders and checks that the fit came to
// its end.
func foundedContender(name string, req salesplan.TableRequest) contender {
	return contender{name, max(200_000/(len(req.Rows)*len(req.Columns)), 1), func() error {
		t, err := salesplan.SplitTable(context.Background(), req)
		if err == nil && !t.Converged() {
			err = fmt.Errorf("the fit did not converge")
		}
		return err
	}}
}

// websterTable apportions units over rows and columns, drawn at random, by
// weights that know nothing of them.
func websterTable(s size, units int) salesplan.TableRequest {
	r := rand.New(rand.NewPCG(3, 1))
	amounts, seed := make([][]int64, s.rows), make([][]decimal.Decimal, s.rows)
	for i := range s.rows {
		amounts[i] = make([]int64, s.columns)
		for range s.columns {
			seed[i] = append(seed[i], decimal.NewFromInt(1+r.Int64N(maxWeight)))
		}
	}
	for range units {
		amounts[r.IntN(s.rows)][r.IntN(s.columns)]++
	}
	req := requestOf(seed, amounts)
	req.Method = salesplan.Webster
	return req
}

// team is the company of the cascade with bounds.
func team() company { return company{people: 1_000, perTeam: 10, perRegion: 10} }

// monthly divides 100,000.00 for each of the company's people over the
// company and the twelve months.
func monthly(c company) salesplan.CascadeRequest {
	return salesplan.CascadeRequest{
		Goal: salesplan.Goal{
			ID: "revenue-2027", Metric: "revenue", Period: "2027", Owner: "company",
			Target: decimal.NewFromInt(100_000 * int64(c.people)),
			Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainMonth},
				Time:   salesplan.TimeRule{Basis: salesplan.TimeWorkdays},
				Axes:   byWeight(),
			},
		},
		Metric: salesplan.Metric{ID: "revenue", Step: cent()},
		Axes:   []salesplan.Axis{{ID: "org", Units: c.units()}},
	}
}

// boundedMonthly gives each of the company's people one bound beside what they
// owe without: by turns a cap and a floor on the year, a lock and a cap on
// December.
func boundedMonthly(c company) (salesplan.CascadeRequest, error) {
	req := monthly(c)
	b, err := salesplan.Cascade(context.Background(), req)
	if err != nil {
		return req, err
	}
	months := b.Periods(calendar.GrainMonth)
	december := months[len(months)-1]
	split := *req.Goal.Split
	for p := range c.people {
		rule := salesplan.BoundRule{Unit: fmt.Sprintf("rep-%d", p)}
		at := salesplan.At{Units: []string{rule.Unit}}
		if p%4 >= 2 {
			at.Period, rule.Period = december, "2027-12"
		}
		amount, err := b.Amount(at)
		if err != nil {
			return req, err
		}
		beside := func(percent int64) decimal.NullDecimal {
			return decimal.NewNullDecimal(amount.Mul(decimal.New(percent, -2)).Truncate(2))
		}
		switch p % 4 {
		case 0:
			rule.Max = beside(95)
		case 1:
			rule.Min = beside(103)
		case 2:
			rule.Lock = beside(105)
		case 3:
			rule.Max = beside(90)
		}
		split.Bounds = append(split.Bounds, rule)
	}
	req.Goal.Split = &split
	return req, nil
}
