package leveling

import (
	"math"
	"slices"
)

// never is the answer where no time fits. It leaves room for sums.
const never = math.MaxInt64 / 4

// A profile is a step function of time: free[i] from at[i] until at[i+1]. The
// first step begins before all time. Neighbouring steps differ.
type profile struct {
	at   []int64
	free []int64
}

// newProfile returns the profile of a capacity, which is 0 before its first step.
func newProfile(steps []Step) profile {
	p := profile{at: []int64{-never}, free: []int64{0}}
	for _, s := range steps {
		if last := len(p.at) - 1; p.free[last] != s.Value {
			p.at = append(p.at, s.From)
			p.free = append(p.free, s.Value)
		}
	}
	return p
}

func (p *profile) copyFrom(q *profile) {
	p.at = append(p.at[:0], q.at...)
	p.free = append(p.free[:0], q.free...)
}

// index returns the step that holds t.
func (p *profile) index(t int64) int {
	lo, hi := 0, len(p.at)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if p.at[m] <= t {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo - 1
}

// until returns the end of step i.
func (p *profile) until(i int) int64 {
	if i+1 < len(p.at) {
		return p.at[i+1]
	}
	return never
}

// take subtracts amount on [from, until).
func (p *profile) take(from, until, amount int64) {
	if from >= until || amount == 0 {
		return
	}
	i := p.index(from)
	k := i
	for k+1 < len(p.at) && p.at[k+1] < until {
		k++
	}
	// Steps i..k hold the interval. What lies of step k after it keeps its value.
	splitEnd := p.until(k) > until
	rest := p.free[k]
	splitStart := p.at[i] < from
	value := p.free[i] - amount
	for s := i; s <= k; s++ {
		p.free[s] -= amount
	}
	if splitStart {
		p.free[i] += amount
	}
	switch {
	case splitStart && splitEnd:
		p.open(i+1, 2)
		p.at[i+1], p.free[i+1] = from, value
		if k == i {
			p.at[i+2], p.free[i+2] = until, rest
			return
		}
		p.slide(i+2, k+2)
		p.at[k+2], p.free[k+2] = until, rest
	case splitStart:
		p.open(i+1, 1)
		p.at[i+1], p.free[i+1] = from, value
		p.join(k + 2)
	case splitEnd:
		p.open(k+1, 1)
		p.at[k+1], p.free[k+1] = until, rest
		p.join(i)
	default:
		p.join(k + 1)
		p.join(i)
	}
}

// open makes room for n steps before step i.
func (p *profile) open(i, n int) {
	size := len(p.at)
	for range n {
		p.at = append(p.at, 0)
		p.free = append(p.free, 0)
	}
	copy(p.at[i+n:], p.at[i:size])
	copy(p.free[i+n:], p.free[i:size])
}

// slide moves steps from+1..to one place down, onto from: room for one step that
// was opened at from is wanted at to instead.
func (p *profile) slide(from, to int) {
	copy(p.at[from:to], p.at[from+1:to+1])
	copy(p.free[from:to], p.free[from+1:to+1])
}

// join merges step i into the one before if they are equal.
func (p *profile) join(i int) {
	if i <= 0 || i >= len(p.at) || p.free[i] != p.free[i-1] {
		return
	}
	p.at = slices.Delete(p.at, i, i+1)
	p.free = slices.Delete(p.free, i, i+1)
}

// clamp raises negative values to 0.
func (p *profile) clamp() {
	for i, f := range p.free {
		p.free[i] = max(f, 0)
	}
	for i := len(p.at) - 1; i > 0; i-- {
		p.join(i)
	}
}

// highest returns the largest value.
func (p *profile) highest() int64 { return slices.Max(p.free) }

// reversed returns the profile as seen from a time axis on which t stands for
// horizon-t.
func (p *profile) reversed(horizon int64) profile {
	n := len(p.at)
	r := profile{at: make([]int64, n), free: make([]int64, n)}
	for i := range n {
		r.free[i] = p.free[n-1-i]
		r.at[i] = -never
		if i > 0 {
			r.at[i] = horizon - p.at[n-i]
		}
	}
	return r
}
