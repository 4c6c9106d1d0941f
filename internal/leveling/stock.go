package leveling

import (
	"math/bits"
	"slices"
)

// A stock holds, by interval between two supplies, what is left: of all that
// came until then less all that was taken until the interval's end, or, where
// supplies lapse, of the interval's own supply. The first interval is the time
// before the first supply.
type stock struct {
	at     []int64
	left   []int64
	lapses bool
}

func newStock(s Stock) stock {
	k := stock{at: []int64{-never}, left: []int64{0}, lapses: s.Lapses}
	var sum int64
	for _, x := range s.Supply {
		sum += x.Value
		k.at = append(k.at, x.From)
		if s.Lapses {
			k.left = append(k.left, x.Value)
		} else {
			k.left = append(k.left, sum)
		}
	}
	return k
}

func (k *stock) copyFrom(q *stock) {
	k.at, k.lapses = q.at, q.lapses
	k.left = append(k.left[:0], q.left...)
}

func (k *stock) index(t int64) int {
	i, found := slices.BinarySearch(k.at, t)
	if !found {
		i--
	}
	return i
}

// most returns the largest draw that could ever be met.
func (k *stock) most(spread bool) int64 {
	if !k.lapses {
		return k.left[len(k.left)-1]
	}
	var sum int64
	for _, x := range k.left {
		sum += x
	}
	if spread {
		return sum
	}
	return slices.Max(k.left)
}

// drawn returns what is taken after w of d units of work, amount in all.
func drawn(amount, w, d int64) int64 {
	if w >= d {
		return amount
	}
	if w <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(amount), uint64(w))
	q, r := bits.Div64(hi, lo, uint64(d))
	if r > 0 {
		q++
	}
	return int64(q)
}

// workFor returns the most units of work out of d after which at most left of
// amount is taken.
func workFor(amount, left, d int64) int64 {
	if left <= 0 {
		return 0
	}
	if left >= amount {
		return d
	}
	hi, lo := bits.Mul64(uint64(left), uint64(d))
	q, _ := bits.Div64(hi, lo, uint64(amount))
	return int64(q)
}

// work is the working time before t on a clock that may be absent.
func work(c *clock, t int64) int64 {
	if c == nil {
		return t
	}
	return c.at(t)
}

// next returns the earliest start at or after s, where activity j of m begins,
// whose draw d the stock can meet, or never.
func (k *stock) next(m *model, j int32, d *draw, s int64) int64 {
	spread := d.spread && m.dur[j] > 0
	for {
		var t int64
		switch {
		case spread:
			t = k.nextSpread(m, j, d.amount, s)
		case k.lapses:
			t = k.nextPeriod(d.amount, s)
		default:
			t = k.nextStore(d.amount, s)
		}
		if t == never {
			return never
		}
		t = m.begin(j, t)
		if t == s || spread {
			return t
		}
		s = t
	}
}

func (k *stock) nextStore(amount, s int64) int64 {
	i := len(k.left) - 1
	if k.left[i] < amount {
		return never
	}
	for i > 0 && k.left[i-1] >= amount {
		i--
	}
	return max(s, k.at[i])
}

func (k *stock) nextPeriod(amount, s int64) int64 {
	for i := k.index(s); i < len(k.left); i++ {
		if k.left[i] >= amount {
			return max(s, k.at[i])
		}
	}
	return never
}

func (k *stock) nextSpread(m *model, j int32, amount, s int64) int64 {
	c, d := m.clock[j], m.dur[j]
	for i := k.index(s); i < len(k.left); {
		before := work(c, s)
		first := drawn(amount, work(c, k.at[i])-before, d)
		if !k.lapses || k.at[i] <= s {
			first = 0
		}
		if k.lapses && first == amount {
			return s
		}
		if i == len(k.left)-1 {
			if amount-first > k.left[i] {
				return never
			}
			return s
		}
		end := work(c, k.at[i+1])
		if drawn(amount, end-before, d)-first <= k.left[i] {
			i++
			continue
		}
		t := end - workFor(amount, k.left[i], d)
		if c != nil {
			t = c.last(t)
		}
		s = max(t, s+1)
		i = k.index(s)
	}
	return never
}

// take subtracts the draw d of activity j, which starts at s.
func (k *stock) take(c *clock, dur int64, d *draw, s int64) {
	i := k.index(s)
	if !d.spread || dur == 0 {
		k.left[i] -= d.amount
		for i++; !k.lapses && i < len(k.left); i++ {
			k.left[i] -= d.amount
		}
		return
	}
	before := work(c, s)
	var taken int64
	for ; i < len(k.left); i++ {
		now := d.amount
		if i+1 < len(k.at) {
			now = drawn(d.amount, work(c, k.at[i+1])-before, dur)
		}
		k.left[i] -= now
		if k.lapses {
			k.left[i] += taken
		}
		taken = now
		if k.lapses && taken == d.amount {
			return
		}
	}
}
