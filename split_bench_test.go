package salesplan

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
)

func benchWeights(n int) []int64 {
	r := rand.New(rand.NewPCG(1, 1))
	w := make([]int64, n)
	for i := range w {
		w[i] = 1 + r.Int64N(100_000)
	}
	return w
}

func benchDecimals(n int) []decimal.Decimal {
	out := make([]decimal.Decimal, n)
	for i, w := range benchWeights(n) {
		out[i] = decimal.New(w, -2)
	}
	return out
}

func perPart(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/part")
}

// BenchmarkSplitInts stands beside "floor": a loop that does only the multiply
// and divide of 128 bits, and so loses the rest.
func BenchmarkSplitInts(b *testing.B) {
	for _, n := range []int{1000, 100_000, 1_000_000} {
		w, dst := benchWeights(n), make([]int64, n)
		b.Run(fmt.Sprintf("floor/%d", n), func(b *testing.B) {
			var sum uint64
			for _, x := range w {
				sum += uint64(x)
			}
			for b.Loop() {
				for i, x := range w {
					hi, lo := bits.Mul64(1_000_000_000, uint64(x))
					q, _ := bits.Div64(hi, lo, sum)
					dst[i] = int64(q)
				}
			}
			perPart(b, n)
		})
		for m := LargestRemainder; m <= Jefferson; m++ {
			b.Run(fmt.Sprintf("%s/%d", m, n), func(b *testing.B) {
				var s Scratch
				_ = SplitInts(dst, 1_000_000_000, w, m, &s)
				b.ReportAllocs()
				for b.Loop() {
					_ = SplitInts(dst, 1_000_000_000, w, m, &s)
				}
				perPart(b, n)
			})
		}
	}
}

// naiveSplit is largest remainder as a user of decimals writes it.
func naiveSplit(total decimal.Decimal, weights []decimal.Decimal, step decimal.Decimal) []decimal.Decimal {
	sum := decimal.Zero
	for _, w := range weights {
		sum = sum.Add(w)
	}
	out := make([]decimal.Decimal, len(weights))
	type rest struct {
		i int
		d decimal.Decimal
	}
	rests := make([]rest, len(weights))
	left := total
	for i, w := range weights {
		exact := total.Mul(w).Div(sum)
		out[i] = exact.Div(step).Floor().Mul(step)
		rests[i] = rest{i, exact.Sub(out[i])}
		left = left.Sub(out[i])
	}
	slices.SortStableFunc(rests, func(a, b rest) int { return b.d.Cmp(a.d) })
	for k := 0; left.IsPositive(); k++ {
		out[rests[k].i] = out[rests[k].i].Add(step)
		left = left.Sub(step)
	}
	return out
}

func BenchmarkSplit(b *testing.B) {
	total, step := splitDec("10000000.00"), splitDec("0.01")
	for _, n := range []int{1000, 100_000, 1_000_000} {
		w := benchDecimals(n)
		if n <= 100_000 {
			b.Run(fmt.Sprintf("naive/%d", n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					naiveSplit(total, w, step)
				}
				perPart(b, n)
			})
		}
		b.Run(fmt.Sprintf("weighted/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Split(total, w, SplitOptions{Step: step})
			}
			perPart(b, n)
		})
		equal := make([]decimal.Decimal, n)
		for i := range equal {
			equal[i] = step
		}
		b.Run(fmt.Sprintf("equal/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Split(total, equal, SplitOptions{Step: step})
			}
			perPart(b, n)
		})
	}
}

func BenchmarkSplitParts(b *testing.B) {
	const n = 100_000
	r := rand.New(rand.NewPCG(2, 2))
	free, bound := make([]Part, n), make([]Part, n)
	for i, w := range benchDecimals(n) {
		free[i] = Part{ID: fmt.Sprint(i), Weight: decimal.NewNullDecimal(w)}
		bound[i] = free[i]
		share := w.IntPart() / 5
		bound[i].Min, bound[i].Max = nullInt(share*r.Int64N(100)/100), nullInt(share*2+1)
		if i%10 == 0 {
			bound[i].Lock = bound[i].Min
		}
	}
	for _, tt := range []struct {
		name  string
		parts []Part
	}{{"free", free}, {"bounds and locks", bound}} {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := SplitParts(splitDec("10000000.00"), tt.parts, SplitOptions{Step: splitDec("0.01")}); err != nil {
					b.Fatal(err)
				}
			}
			perPart(b, n)
		})
	}
}
