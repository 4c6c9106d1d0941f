package apportion

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

var allMethods = []Method{Hamilton, Running, Webster, HuntingtonHill, Adams, Jefferson}

func TestLargestPublished(t *testing.T) {
	for _, tt := range []struct {
		source  string
		total   int64
		weights []int64
		want    []int64
	}{
		{"Alabama paradox, 10 seats (en.wikipedia.org/wiki/Apportionment_paradox)", 10, []int64{6, 6, 2}, []int64{4, 4, 2}},
		{"Alabama paradox, 11 seats", 11, []int64{6, 6, 2}, []int64{5, 5, 1}},
		{"de.wikipedia.org/wiki/Hare-Niemeyer-Verfahren", 60, []int64{216, 310, 22, 32}, []int64{23, 32, 2, 3}},
		{"moneyphp: the tie of 3.5 and 1.5 goes to the first", 5, []int64{70, 30}, []int64{4, 1}},
		{"shopspring sees equal shares", 1, []int64{499999999999999999, 500000000000000001}, []int64{0, 1}},
		{"nothing to divide", 0, []int64{3, 4}, []int64{0, 0}},
	} {
		got := make([]int64, len(tt.weights))
		Largest(got, tt.total, tt.weights, sum64(tt.weights), &Scratch{})
		require.Equal(t, tt.want, got, tt.source)
	}
}

// randomWeights draws weights of the given kind whose sum is below 2⁶³.
func randomWeights(r *rand.Rand, n, kind int) []int64 {
	w := make([]int64, n)
	limit := math.MaxInt64 / int64(n)
	for i := range w {
		switch kind {
		case 0:
			w[i] = 7
		case 1:
			w[i] = r.Int64N(4)
		case 2:
			w[i] = r.Int64N(100_000)
		case 3:
			w[i] = r.Int64N(limit)
		case 4: // a few giants
			w[i] = 1 + r.Int64N(10)
			if r.IntN(8) == 0 {
				w[i] = limit - r.Int64N(3)
			}
		default: // a tower
			w[i] = min(limit, int64(1)<<(i%62))
		}
	}
	w[r.IntN(n)] = max(1, w[0])
	return w
}

// randomTotal draws totals of every magnitude up to MaxTotal.
func randomTotal(r *rand.Rand) int64 {
	if r.IntN(8) == 0 {
		return MaxTotal - r.Int64N(3)
	}
	return r.Int64N(MaxTotal) >> r.IntN(62)
}

func TestLargestAndCumulativeAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var s Scratch
	for round := range 1500 {
		n := 1 + r.IntN(12)
		switch round % 25 {
		case 0:
			n = 20 + r.IntN(60)
		case 1:
			n = 100 + r.IntN(400)
		}
		w := randomWeights(r, n, r.IntN(6))
		total := randomTotal(r)
		got := make([]int64, n)
		for _, m := range []Method{Hamilton, Running} {
			Split(got, total, w, sum64(w), m, &s)
			require.Equal(t, refPlain(m, total, w), got, "method %d of %d by %v", m, total, w)
		}
	}
}

// The large sizes take other paths: histograms of 11 digits, classes that are
// taken whole, classes full of ties.
func TestLargestLargeSizes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var s Scratch
	for _, n := range []int{4095, 4096, 9000} {
		for kind := range 6 {
			w := randomWeights(r, n, kind)
			for _, total := range []int64{0, 1, int64(n) - 1, int64(n) * 3 / 2, MaxTotal, randomTotal(r)} {
				got := make([]int64, n)
				Largest(got, total, w, sum64(w), &s)
				require.True(t, slices.Equal(sortedLargest(total, w), got), "n %d kind %d total %d", n, kind, total)
			}
		}
	}
}

// sortedLargest sorts the remainders, kept as numbers of 64 bits.
func sortedLargest(total int64, w []int64) []int64 {
	sum, left := big.NewInt(sum64(w)), total
	out, rem, order := make([]int64, len(w)), make([]int64, len(w)), make([]int, len(w))
	for i, x := range w {
		q, m := new(big.Int).Mul(big.NewInt(total), big.NewInt(x)), new(big.Int)
		q.QuoRem(q, sum, m)
		out[i], rem[i], order[i] = q.Int64(), m.Int64(), i
		left -= out[i]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rem[a] > rem[b]:
			return -1
		case rem[a] < rem[b]:
			return 1
		}
		return 0
	})
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

func TestCut(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var s Scratch
	for range 4000 {
		n := 2 + r.IntN(200)
		width := 1 + r.IntN(63)
		vals := make([]uint64, n)
		for i := range vals {
			vals[i] = 1 + r.Uint64()>>(64-uint(width))>>uint(r.IntN(width))
			vals[i] = min(vals[i], 1<<width-1)
		}
		k := 1 + r.IntN(n-1)
		sorted := slices.Clone(vals)
		slices.Sort(sorted)
		slices.Reverse(sorted)
		cut, ties := s.cut(vals, k, width)
		above, equal := 0, 0
		for _, v := range vals {
			if v > cut {
				above++
			}
			if v == cut {
				equal++
			}
		}
		require.Equal(t, k, above+ties, "k %d of %v: cut %d ties %d", k, vals, cut, ties)
		require.LessOrEqual(t, ties, equal)
		if ties == 0 {
			require.Greater(t, sorted[k-1], cut)
		} else {
			require.Equal(t, sorted[k-1], cut)
		}
	}
}

func TestSplitOfOtherIntegers(t *testing.T) {
	var s Scratch
	for _, m := range allMethods {
		got8 := make([]int8, 3)
		Split(got8, 100, []int8{50, 30, 20}, 100, m, &s)
		require.Equal(t, []int8{50, 30, 20}, got8, "method %d", m)
		gotU := make([]uint64, 2)
		Split(gotU, MaxTotal, []uint64{1, 2}, 3, m, &s)
		require.Equal(t, []uint64{MaxTotal / 3, MaxTotal / 3 * 2}, gotU, "method %d", m)
	}
}

// dst may be the weights themselves.
func TestSplitInPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var s Scratch
	for _, n := range []int{5, 50, 5000} {
		for _, m := range allMethods {
			w := randomWeights(r, n, 2)
			want := make([]int64, n)
			Split(want, 123_456_789, w, sum64(w), m, &s)
			Split(w, 123_456_789, w, sum64(w), m, &s)
			require.Equal(t, want, w, "method %d", m)
		}
	}
}

func TestEven(t *testing.T) {
	for _, tt := range []struct {
		total int64
		want  []int64
	}{
		{100, []int64{34, 33, 33}},
		{2, []int64{1, 1, 0}},
		{0, []int64{0, 0}},
		{MaxTotal, []int64{MaxTotal}},
	} {
		got := make([]int64, len(tt.want))
		Even(got, tt.total)
		require.Equal(t, tt.want, got)
	}
}

func TestScratchMakesSplitsFree(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	var s Scratch
	for _, n := range []int{12, 1000, 5000} {
		w := randomWeights(r, n, 2)
		lo, hi := make([]int64, n), make([]int64, n)
		for i := range lo {
			lo[i], hi[i] = r.Int64N(300), 1_000+r.Int64N(3_000)
		}
		dst := make([]int64, n)
		total := int64(n) * 900
		for _, m := range allMethods {
			run := func() { Split(dst, total, w, sum64(w), m, &s) }
			run()
			require.Zero(t, testing.AllocsPerRun(5, run), "method %d of %d parts", m, n)
			bounded := func() { require.True(t, Bounded(Shares{Amount: dst}, total, w, lo, hi, m, &s)) }
			bounded()
			require.Zero(t, testing.AllocsPerRun(5, bounded), "method %d of %d bounded parts", m, n)
		}
	}
}

func TestSum(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for range 200 {
		var s Sum
		want := new(big.Int)
		for range 1 + r.IntN(20) {
			x := int64(r.Uint64())
			if r.IntN(2) == 0 {
				s.Add(x)
				want.Add(want, big.NewInt(x))
			} else {
				s.Sub(x)
				want.Sub(want, big.NewInt(x))
			}
		}
		require.Equal(t, want.String(), s.Big().String())
		require.Equal(t, want.Sign(), s.Sign())
		n, ok := s.Int64()
		require.Equal(t, want.IsInt64(), ok)
		if ok {
			require.Equal(t, want.Int64(), n)
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	for _, n := range []int{12, 1000, 100_000, 1_000_000} {
		w := make([]int64, n)
		r := rand.New(rand.NewPCG(1, 1))
		for i := range w {
			w[i] = 1 + r.Int64N(100_000)
		}
		sum := sum64(w)
		dst := make([]int64, n)
		rem := make([]uint64, n)
		var s Scratch
		b.Run(fmt.Sprintf("floors/%d", n), func(b *testing.B) {
			for b.Loop() {
				floorShares(dst, rem, 1_000_000_000, w, sum)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/part")
		})
		for _, m := range allMethods {
			b.Run(fmt.Sprintf("method%d/%d", m, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Split(dst, 1_000_000_000, w, sum, m, &s)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/part")
			})
		}
	}
}
