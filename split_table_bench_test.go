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

// BenchmarkSplitTableBounds puts floors, caps and locks on three cells in ten,
// beside the same table without.
func BenchmarkSplitTableBounds(b *testing.B) {
	for _, size := range [][2]int{{1_000, 12}, {10_000, 63}} {
		free := benchTable(size[0], size[1])
		table, err := SplitTable(context.Background(), free)
		if err != nil {
			b.Fatal(err)
		}
		for _, bounded := range []bool{false, true} {
			req := free
			if bounded {
				boundBench(&req, table)
			}
			b.Run(strconv.Itoa(size[0])+"x"+strconv.Itoa(size[1])+"/"+strconv.FormatBool(bounded), func(b *testing.B) {
				for b.Loop() {
					if _, err := SplitTable(context.Background(), req); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size[0]*size[1]), "ns/cell")
			})
		}
	}
}

func boundBench(req *TableRequest, table *Table) {
	r := rand.New(rand.NewPCG(2, 1))
	rows, cols := table.Size()
	for i := range rows {
		least, most, lock := make([]decimal.NullDecimal, cols), make([]decimal.NullDecimal, cols), make([]decimal.NullDecimal, cols)
		for j := range cols {
			a := table.Amount(i, j)
			switch r.IntN(10) {
			case 0:
				lock[j] = decimal.NewNullDecimal(a)
			case 1:
				least[j] = decimal.NewNullDecimal(decimal.Max(decimal.Zero, a.Sub(decimal.NewFromInt(r.Int64N(3)))))
			case 2:
				most[j] = decimal.NewNullDecimal(a.Add(decimal.NewFromInt(r.Int64N(3))))
			}
		}
		req.Min, req.Max, req.Lock = append(req.Min, least), append(req.Max, most), append(req.Lock, lock)
	}
}

// BenchmarkSplitTableFounder fits a founder alone in the first quarter and a
// second rep from the second on, with totals that leave the founder nothing
// after it, beside the same table with totals that force nothing.
func BenchmarkSplitTableFounder(b *testing.B) {
	for _, c := range []struct{ name, rows string }{{"free", "2100 2700"}, {"forced", "1200 3600"}, {"nearly", "1201 3599"}} {
		for _, bounded := range []bool{false, true} {
			req := TableRequest{Rows: decs(c.rows), Columns: decs("1200 1200 1200 1200"), Seed: decRows("1 1 1 1;0 1 1 1"), Step: decimal.NewFromInt(1)}
			if bounded {
				req.Max = opt("- - - -;- 1300 1300 1300")
				req.Min = opt("100 - - -;- 1 1 1")
			}
			b.Run(c.name+"/"+strconv.FormatBool(bounded), func(b *testing.B) {
				for b.Loop() {
					if _, err := SplitTable(context.Background(), req); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkSplitTableWebster apportions 60,000 units over 1,000 × 12.
func BenchmarkSplitTableWebster(b *testing.B) {
	r := rand.New(rand.NewPCG(3, 1))
	const rows, cols, units = 1000, 12, 60_000
	req := TableRequest{Step: decimal.NewFromInt(1), Method: Webster}
	rt, ct := make([]int64, rows), make([]int64, cols)
	for range rows {
		var seed []decimal.Decimal
		for range cols {
			seed = append(seed, decimal.NewFromInt(1+r.Int64N(100_000)))
		}
		req.Seed = append(req.Seed, seed)
	}
	for range units {
		rt[r.IntN(rows)]++
		ct[r.IntN(cols)]++
	}
	for _, n := range rt {
		req.Rows = append(req.Rows, decimal.NewFromInt(n))
	}
	for _, n := range ct {
		req.Columns = append(req.Columns, decimal.NewFromInt(n))
	}
	for b.Loop() {
		if _, err := SplitTable(context.Background(), req); err != nil {
			b.Fatal(err)
		}
	}
}
