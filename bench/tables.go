package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/salesplan/salesplan"
	"github.com/shopspring/decimal"
)

// A size is that of a table.
type size struct{ rows, columns int }

func (s size) cells() int     { return s.rows * s.columns }
func (s size) String() string { return fmt.Sprintf("%dx%d", s.rows, s.columns) }

func tableSizes() []size { return []size{{1_000, 12}, {100_000, 12}, {1_000, 366}} }

// tableOf is next year's totals by person and by period, and what each person
// did in each period of last year; a quarter of the people came during it, so
// their cells before are 0 and stay it.
func tableOf(s size) salesplan.TableRequest {
	req, _ := yearOf(s)
	return req
}

// yearOf returns the request of tableOf and a table that meets its totals.
func yearOf(s size) (salesplan.TableRequest, [][]int64) {
	r := rand.New(rand.NewPCG(1, 1))
	amounts, seed := make([][]int64, s.rows), make([][]decimal.Decimal, s.rows)
	for i := range s.rows {
		amounts[i], seed[i] = make([]int64, s.columns), make([]decimal.Decimal, s.columns)
		for j := range s.columns {
			if i%4 == 3 && j < i%s.columns {
				continue
			}
			n := 1 + r.Int64N(9)
			amounts[i][j] = n
			seed[i][j] = decimal.New(n*(80+r.Int64N(40)), -2)
		}
	}
	return requestOf(seed, amounts), amounts
}

// requestOf asks for a table with the totals of the amounts.
func requestOf(seed [][]decimal.Decimal, amounts [][]int64) salesplan.TableRequest {
	req := salesplan.TableRequest{Seed: seed, Step: decimal.NewFromInt(1)}
	columns := make([]int64, len(amounts[0]))
	for _, row := range amounts {
		total := int64(0)
		for j, n := range row {
			total += n
			columns[j] += n
		}
		req.Rows = append(req.Rows, decimal.NewFromInt(total))
	}
	for _, n := range columns {
		req.Columns = append(req.Columns, decimal.NewFromInt(n))
	}
	return req
}

func tableContender(s size, req salesplan.TableRequest) contender {
	return contender{s.String(), max(200_000/s.cells(), 1), func() error {
		_, err := salesplan.SplitTable(context.Background(), req)
		return err
	}}
}

// checkMargins returns an error unless every row and column of the table adds
// up to its total.
func checkMargins(req salesplan.TableRequest, t *salesplan.Table) error {
	columns := make([]decimal.Decimal, len(req.Columns))
	for i, want := range req.Rows {
		sum := decimal.Zero
		for j, x := range t.Row(i) {
			sum = sum.Add(x)
			columns[j] = columns[j].Add(x)
		}
		if !sum.Equal(want) {
			return fmt.Errorf("row %d adds up to %s, not %s", i, sum, want)
		}
	}
	for j, want := range req.Columns {
		if !columns[j].Equal(want) {
			return fmt.Errorf("column %d adds up to %s, not %s", j, columns[j], want)
		}
	}
	return nil
}
