package apportion

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDivisorPublished(t *testing.T) {
	wahlrecht := []int64{43, 33, 12, 8, 4}
	wikiDE := []int64{450, 350, 199, 1}
	for _, tt := range []struct {
		source  string
		m       Method
		total   int64
		weights []int64
		want    []int64
	}{
		{"wahlrecht.de/verfahren/anschaulich", Adams, 10, wahlrecht, []int64{4, 3, 1, 1, 1}},
		{"wahlrecht.de/verfahren/anschaulich", HuntingtonHill, 10, wahlrecht, []int64{4, 3, 1, 1, 1}},
		{"wahlrecht.de/verfahren/anschaulich", Webster, 10, wahlrecht, []int64{5, 3, 1, 1, 0}},
		{"wahlrecht.de/verfahren/anschaulich", Jefferson, 10, wahlrecht, []int64{5, 4, 1, 0, 0}},
		{"de.wikipedia.org/wiki/Adams-Verfahren", Adams, 50, wikiDE, []int64{22, 17, 10, 1}},
		{"de.wikipedia.org/wiki/Hill-Huntington-Verfahren", HuntingtonHill, 50, wikiDE, []int64{22, 17, 10, 1}},
		{"European Parliament 2019, Austria (bmi.gv.at)", Jefferson, 18, []int64{1305956, 903151, 650114, 532193, 319024}, []int64{7, 5, 3, 2, 1}},
		{"en.wikipedia.org/wiki/Biproportional_apportionment", Webster, 20, []int64{983, 2040, 782}, []int64{5, 11, 4}},
		{"the tie goes to the first", Webster, 10, []int64{6, 6, 2}, []int64{5, 4, 1}},
		{"the Alabama example has no paradox here", Webster, 11, []int64{6, 6, 2}, []int64{5, 5, 1}},
	} {
		got := make([]int64, len(tt.weights))
		Divisor(got, tt.total, tt.weights, sum64(tt.weights), tt.m, &Scratch{})
		require.Equal(t, tt.want, got, "%s, method %d", tt.source, tt.m)
	}
}

func divisors() []Method { return []Method{Webster, HuntingtonHill, Adams, Jefferson} }

func positive(weights []int64) (n int64) {
	for _, w := range weights {
		if w > 0 {
			n++
		}
	}
	return n
}

func TestDivisorAgainstReference(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	var s Scratch
	for range 600 {
		n := 1 + r.IntN(9)
		w := randomWeights(r, n, r.IntN(6))
		for _, m := range divisors() {
			total := r.Int64N(60)
			if m.FirstStep() {
				total += positive(w)
			}
			got := make([]int64, n)
			Divisor(got, total, w, sum64(w), m, &s)
			require.Equal(t, refPlain(m, total, w), got, "method %d of %d by %v", m, total, w)
		}
	}
}

// For totals that no one can count up to, the optimality condition stands in
// for the reference: no part has a higher claim to its next step than another
// has to its last one, and among equal claims the lower index has it.
func TestDivisorOfHugeTotals(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	var s Scratch
	for round := range 600 {
		n := 1 + r.IntN(12)
		w := randomWeights(r, n, round%6)
		total := max(int64(n), randomTotal(r))
		for _, m := range divisors() {
			got := make([]int64, n)
			Divisor(got, total, w, sum64(w), m, &s)
			require.Equal(t, total, sum64(got))
			requireOptimal(t, m, bigs(w), got)
		}
	}
}

func requireOptimal(t *testing.T, m Method, w []*big.Int, got []int64) {
	t.Helper()
	for i := range w {
		if w[i].Sign() == 0 {
			require.Zero(t, got[i])
			continue
		}
		next := refClaim(m, w[i], got[i])
		for j := range w {
			if j == i || w[j].Sign() == 0 || got[j] == 0 {
				continue
			}
			last := refClaim(m, w[j], got[j]-1)
			if last == nil {
				continue
			}
			require.NotNil(t, next, "part %d has no step though %d has a second", i, j)
			c := next.Cmp(last)
			require.True(t, c < 0 || c == 0 && j < i, "method %d: %v got %v: part %d should have a step of part %d", m, w, got, i, j)
		}
	}
}

// More steps never leave anyone with fewer.
func TestDivisorIsHouseMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	var s Scratch
	for range 200 {
		n := 2 + r.IntN(8)
		w := randomWeights(r, n, 1+r.IntN(5))
		for _, m := range divisors() {
			before := make([]int64, n)
			total := positive(w) + r.Int64N(1000)
			Divisor(before, total, w, sum64(w), m, &s)
			after := make([]int64, n)
			Divisor(after, total+1, w, sum64(w), m, &s)
			for i := range after {
				require.GreaterOrEqual(t, after[i], before[i])
			}
		}
	}
}

func TestWideProducts(t *testing.T) {
	r := rand.New(rand.NewPCG(27, 28))
	toBig := func(words ...uint64) *big.Int {
		x := new(big.Int)
		for _, w := range words {
			x.Lsh(x, 64).Or(x, new(big.Int).SetUint64(w))
		}
		return x
	}
	for range 500 {
		a, b, c, d := r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()
		if r.IntN(3) == 0 {
			a, b, c, d = ^uint64(0)-a%2, ^uint64(0)-b%2, ^uint64(0)-c%2, ^uint64(0)-d%2
		}
		p := mul128(a, b, c, d)
		want := new(big.Int).Mul(toBig(a, b), toBig(c, d))
		require.Equal(t, want.String(), toBig(p[:]...).String())
		left, right := new(big.Int).Mul(toBig(a), toBig(b)), new(big.Int).Mul(toBig(c), toBig(d))
		require.Equal(t, left.Cmp(right), cmpMul(a, b, c, d))
		require.Zero(t, cmpMul(a, b, b, a))
	}
}
