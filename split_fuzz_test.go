package salesplan

import (
	"encoding/binary"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// fuzzWeights reads eight bytes a weight; the first byte shifts them down.
func fuzzWeights(data []byte) []int64 {
	if len(data) == 0 {
		return nil
	}
	shift := data[0] & 63
	var out []int64
	for data = data[1:]; len(data) >= 8 && len(out) < 200; data = data[8:] {
		out = append(out, int64(binary.LittleEndian.Uint64(data)>>1>>shift))
	}
	return out
}

// FuzzSplitInts compares with the definitions, computed in big numbers.
func FuzzSplitInts(f *testing.F) {
	seed := func(total int64, shift byte, m byte, weights ...uint64) {
		data := []byte{shift}
		for _, w := range weights {
			data = binary.LittleEndian.AppendUint64(data, w)
		}
		f.Add(total, m, data)
	}
	seed(100, 0, 0, 10, 6, 4)
	seed(-11, 0, 1, 12, 12, 4)
	seed(9e18, 0, 2, 1<<63, 1<<63, 1<<63)
	seed(5, 0, 3, 1<<63, 2, 0)
	seed(1<<62, 3, 4, 1<<60, 77, 5)
	seed(435, 40, 5, 1<<63, 1<<62, 1<<61, 1<<60)
	f.Fuzz(func(t *testing.T, total int64, method byte, data []byte) {
		m := Method(method % 6)
		weights := fuzzWeights(data)
		got := make([]int64, len(weights))
		err := SplitInts(got, total, weights, m, nil)
		if refused := refuses(total, weights, m); refused || err != nil {
			require.Equal(t, refused, err != nil, "%v", err)
			return
		}
		if total < 0 {
			total = -total
			for i := range got {
				got[i] = -got[i]
			}
		}
		require.Equal(t, bigSplitOf(m, total, weights, got), got)
	})
}

func refuses(total int64, weights []int64, m Method) bool {
	positive := int64(0)
	for _, w := range weights {
		if w > 0 {
			positive++
		}
	}
	few := (m == Adams || m == HuntingtonHill) && max(total, -total) < positive
	return len(weights) == 0 || total > maxSteps || total < -maxSteps || total != 0 && (positive == 0 || few)
}

// bigSplitOf is the split by definition; a divisor method's is judged by its
// claims, and is got if they are in order.
func bigSplitOf(m Method, total int64, weights, got []int64) []int64 {
	sum, running := new(big.Int), new(big.Int)
	for _, w := range weights {
		sum.Add(sum, big.NewInt(w))
	}
	out, rem, order := make([]int64, len(weights)), make([]*big.Int, len(weights)), make([]int, len(weights))
	if total == 0 {
		return out
	}
	left, before := total, int64(0)
	for i, w := range weights {
		running.Add(running, big.NewInt(w))
		x := new(big.Int).Mul(big.NewInt(w), big.NewInt(total))
		rem[i], order[i] = new(big.Int), i
		x.QuoRem(x, sum, rem[i])
		out[i] = x.Int64()
		left -= out[i]
		if m == Cumulative {
			now := new(big.Int).Mul(running, big.NewInt(total))
			now.Lsh(now, 1).Add(now, sum)
			now.Quo(now, new(big.Int).Lsh(sum, 1))
			out[i] = now.Int64() - before
			before = now.Int64()
		}
	}
	switch m {
	case Cumulative:
	case LargestRemainder:
		slices.SortStableFunc(order, func(i, j int) int { return rem[j].Cmp(rem[i]) })
		for _, i := range order[:left] {
			out[i]++
		}
	default:
		if claimsInOrder(m, total, weights, got) {
			return got
		}
	}
	return out
}

// claim is a weight, squared for HuntingtonHill, over the signpost above k; nil
// is an infinite one.
func claim(m Method, w, k int64) *big.Rat {
	num, post := big.NewRat(w, 1), new(big.Rat)
	switch m {
	case Webster:
		post.SetInt64(k).Add(post, big.NewRat(1, 2))
	case Jefferson:
		post.SetInt64(k).Add(post, big.NewRat(1, 1))
	case Adams:
		post.SetInt64(k)
	case HuntingtonHill:
		num.Mul(num, num)
		post.SetInt64(k).Mul(post, big.NewRat(k+1, 1))
	}
	if post.Sign() == 0 {
		return nil
	}
	return num.Quo(num, post)
}

func claimsInOrder(m Method, total int64, weights, got []int64) bool {
	var sum int64
	var lowest *big.Rat // the lowest claim that was met, and who had it
	last := -1
	for i, w := range weights {
		sum += got[i]
		if got[i] < 0 || w == 0 && got[i] != 0 {
			return false
		}
		if got[i] > 0 {
			if c := claim(m, w, got[i]-1); c != nil && (lowest == nil || c.Cmp(lowest) <= 0) {
				lowest, last = c, i
			}
		}
	}
	for i, w := range weights {
		if w == 0 {
			continue
		}
		next := claim(m, w, got[i])
		if next == nil {
			return false
		}
		if lowest != nil && i != last && (next.Cmp(lowest) > 0 || next.Cmp(lowest) == 0 && i < last) {
			return false
		}
	}
	return sum == total
}

// FuzzSplitParts wants that what can be met is met, within bounds and with the
// exact sum, and that what can't misses by the stated amount.
func FuzzSplitParts(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed, int64(seed)*17-60, byte(seed))
	}
	f.Fuzz(func(t *testing.T, seed uint64, total int64, method byte) {
		in := randomParts(rand.New(rand.NewPCG(seed, 1)))
		in.total = decimal.NewFromInt(total % 1_000_000)
		requireSplitParts(t, in, Method(method%6))
	})
}

// FuzzSplit throws numbers of any spelling at Split: it answers with parts that
// add up, or with faults.
func FuzzSplit(f *testing.F) {
	f.Add("100", "1", "3", "2", byte(0))
	f.Add("1e999999999", "-1e-999999999", "0", "1e30", byte(9))
	f.Add("-0.07", "0.01", "1e-30", "99999999999999999999999999999999999999", byte(4))
	f.Fuzz(func(t *testing.T, total, step, a, b string, method byte) {
		var ds [4]decimal.Decimal
		for i, text := range []string{total, step, a, b} {
			d, err := decimal.NewFromString(text)
			if err != nil || len(text) > 60 {
				t.Skip()
			}
			ds[i] = d
		}
		parts, err := Split(ds[0], ds[2:], SplitOptions{Step: ds[1], Method: Method(method)})
		if err != nil {
			return
		}
		require.True(t, decimal.Sum(parts[0], parts[1:]...).Equal(ds[0]))
		for i, p := range parts {
			require.True(t, p.Mod(ds[1]).IsZero())
			require.True(t, !ds[2+i].IsZero() || p.IsZero())
		}
	})
}
