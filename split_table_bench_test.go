package salesplan

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
)

// BenchmarkSplitTable fits, quantises and rounds last year's table to next
// year's totals: a quarter of the rows start during the year.
func BenchmarkSplitTable(b *testing.B) {
	for _, size := range [][2]int{{100, 12}, {1_000, 12}, {1_000, 366}, {100_000, 12}} {
		rows, cols := size[0], size[1]
		b.Run(strconv.Itoa(rows)+"x"+strconv.Itoa(cols), func(b *testing.B) {
			req := benchTable(rows, cols)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := SplitTable(context.Background(), req); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows*cols), "ns/cell")
		})
	}
}

func benchTable(rows, cols int) TableRequest {
	r := rand.New(rand.NewPCG(1, 1))
	req := TableRequest{Step: decimal.NewFromInt(1)}
	ct := make([]int64, cols)
	for i := range rows {
		total := int64(0)
		seed := make([]decimal.Decimal, cols)
		for j := range seed {
			if i%4 == 3 && j < i%cols {
				continue
			}
			n := 1 + r.Int64N(9)
			seed[j] = decimal.New(80+r.Int64N(40)*n, -2)
			total += n
			ct[j] += n
		}
		req.Seed = append(req.Seed, seed)
		req.Rows = append(req.Rows, decimal.NewFromInt(total))
	}
	for _, n := range ct {
		req.Columns = append(req.Columns, decimal.NewFromInt(n))
	}
	return req
}
