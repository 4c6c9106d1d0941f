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

// next returns the earliest start at or after s, where activity j of m begins, at
// which the stock can meet its draw d, or never.
func (k *stock) next(m *model, j int32, d *draw, s int64) int64 {
	for {
		var t int64
		switch {
		case d.spread > 0 && m.dur[j] > 0:
			return k.nextSpread(m, j, d, s)
		case k.lapses:
			t = k.nextPeriod(d.once+d.spread, s)
		default:
			t = k.nextStore(d.once+d.spread, s)
		}
		if t == never {
			return never
		}
		t = m.begin(j, t)
		if t == s {
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

// nextSpread walks the intervals that the work from s on lies in. Where one of
// them takes too much, the start moves until the work before the interval's end
// is little enough.
func (k *stock) nextSpread(m *model, j int32, d *draw, s int64) int64 {
	c, dur := m.clock[j], m.dur[j]
	last := len(k.left) - 1
	for i := k.index(s); ; {
		before := work(c, s)
		left, earlier := k.left[i]-d.once, int64(0)
		if k.lapses && k.at[i] > s {
			left += d.once
			earlier = drawn(d.spread, work(c, k.at[i])-before, dur)
			if earlier == d.spread {
				return s
			}
		}
		now := d.spread
		if i < last {
			now = drawn(d.spread, work(c, k.at[i+1])-before, dur)
		}
		switch {
		case now-earlier <= left:
			if i == last {
				return s
			}
			i++
			continue
		case i == last:
			return never
		case left < 0:
			s = m.begin(j, k.at[i+1])
		default:
			t := work(c, k.at[i+1]) - workFor(d.spread, left, dur)
			if c != nil {
				t = c.last(t)
			}
			s = max(t, s+1)
		}
		i = k.index(s)
	}
}

// take subtracts the draw d of an activity that starts at s.
func (k *stock) take(c *clock, dur int64, d *draw, s int64) {
	spread := d.spread
	if dur == 0 {
		spread = 0
	}
	before := work(c, s)
	taken := int64(0)
	for i := k.index(s); i < len(k.left); i++ {
		now := d.once + d.spread
		if i+1 < len(k.at) && spread > 0 {
			now = d.once + drawn(spread, work(c, k.at[i+1])-before, dur)
		}
		k.left[i] -= now
		if !k.lapses {
			continue
		}
		k.left[i] += taken
		if taken = now; taken == d.once+d.spread {
			return
		}
	}
}
