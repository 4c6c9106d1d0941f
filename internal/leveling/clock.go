package leveling

import "sort"

// A clock measures working time: at(t) is the working time before t, an
// ascending function of t whose inverses are first and last. Before time 0 and,
// without a cycle, after the table all time is working time, so that every
// function here has an answer.
//
// The mirrored form runs backwards from time mirror: it belongs to the problem
// in which time is reversed.
type clock struct {
	from, until []int64 // the spans
	done        []int64 // working time before each span, and of all at the end
	base, cycle int64   // the repeating part starts at base
	baseWork    int64   // working time before base
	cycleWork   int64   // working time of a cycle
	end         int64   // the end of the table
	mirror      int64
	mirrored    bool
}

func newClock(c Clock) *clock {
	k := &clock{base: c.From, cycle: c.Cycle}
	var sum int64
	for _, s := range c.Spans {
		k.from = append(k.from, s.From)
		k.until = append(k.until, s.Until)
		k.done = append(k.done, sum)
		sum += s.Until - s.From
		if s.From < c.From {
			k.baseWork = sum
		}
		k.end = s.Until
	}
	k.done = append(k.done, sum)
	if c.Cycle > 0 {
		k.end = c.From + c.Cycle
		k.cycleWork = sum - k.baseWork
	}
	return k
}

// reversed returns the clock as seen from a time axis on which t stands for
// horizon-t.
func (k *clock) reversed(horizon int64) *clock {
	r := *k
	r.mirror, r.mirrored = horizon, !k.mirrored
	return &r
}

// at returns the working time before t.
func (k *clock) at(t int64) int64 {
	if k.mirrored {
		return -k.forwardAt(k.mirror - t)
	}
	return k.forwardAt(t)
}

// first returns the earliest t with at(t) >= w: where work of that length ends.
func (k *clock) first(w int64) int64 {
	if k.mirrored {
		return k.mirror - k.forwardLast(-w)
	}
	return k.forwardFirst(w)
}

// last returns the latest t with at(t) <= w: where work after w begins.
func (k *clock) last(w int64) int64 {
	if k.mirrored {
		return k.mirror - k.forwardFirst(-w)
	}
	return k.forwardLast(w)
}

func (k *clock) forwardAt(t int64) int64 {
	if t <= 0 {
		return t
	}
	if t >= k.end {
		if k.cycle == 0 {
			return k.done[len(k.from)] + t - k.end
		}
		n := (t - k.base) / k.cycle
		return n*k.cycleWork + k.tableAt(t-n*k.cycle)
	}
	return k.tableAt(t)
}

// tableAt looks t up: the last span that starts before it.
func (k *clock) tableAt(t int64) int64 {
	lo, hi := 0, len(k.from)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if k.from[m] < t {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == 0 {
		return 0
	}
	return k.done[lo-1] + min(t, k.until[lo-1]) - k.from[lo-1]
}

func (k *clock) forwardFirst(w int64) int64 {
	if w <= 0 {
		return w
	}
	n := len(k.from)
	if w > k.done[n] {
		if k.cycle == 0 {
			return k.end + w - k.done[n]
		}
		// The last cycle that is not complete before w.
		c := (w - k.baseWork - 1) / k.cycleWork
		return c*k.cycle + k.forwardFirst(w-c*k.cycleWork)
	}
	i := sort.Search(n, func(i int) bool { return k.done[i+1] >= w })
	return k.from[i] + w - k.done[i]
}

func (k *clock) forwardLast(w int64) int64 {
	if w < 0 {
		return w
	}
	n := len(k.from)
	if w >= k.done[n] {
		if k.cycle == 0 {
			return k.end + w - k.done[n]
		}
		c := (w - k.baseWork) / k.cycleWork
		if c > 0 {
			return c*k.cycle + k.forwardLast(w-c*k.cycleWork)
		}
	}
	i := sort.Search(n, func(i int) bool { return k.done[i+1] > w })
	if i == n {
		return k.end
	}
	return k.from[i] + w - k.done[i]
}

// overruns reports whether work that ends at t needs time after the table.
func (k *clock) overruns(t int64) bool { return k.cycle == 0 && t > k.end }
