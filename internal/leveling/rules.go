package leveling

import "math/bits"

// A rule gives every activity a priority, the lowest first.
type rule uint8

// The priority rules, after Kolisch, "Serial and parallel resource-constrained
// project scheduling methods revisited", European Journal of Operational
// Research 90 (1996): latest finish time, minimum slack, latest start time, most
// total successors, greatest rank positional weight over all successors.
const (
	ruleLFT rule = iota
	ruleSlack
	ruleLST
	ruleSuccessors
	ruleWeight
	rules
)

// maxClosure bounds the activities for which rules are tried that look at all
// successors, which takes the square of their number. With more, the rules that
// are left are also those that win most often.
const maxClosure = 2500

// dates are the early and late dates of activities without resources, late ones
// against the length of the whole.
type dates struct {
	earlyStart, earlyFinish, lateStart, lateFinish []int64
	length                                         int64
}

// criticalPath computes dates. An activity with a due time is late against that
// if it comes first.
func (m *model) criticalPath() *dates {
	d := &dates{}
	d.earlyStart, d.earlyFinish = m.forward()
	d.length = m.floor
	for _, f := range d.earlyFinish {
		d.length = max(d.length, f)
	}
	back := m.reversed(d.length)
	for j, due := range m.due {
		if due < d.length {
			back.release[j] = d.length - due
		}
	}
	d.lateFinish, d.lateStart = back.forward()
	for j := range m.n {
		d.lateStart[j] = d.length - d.lateStart[j]
		d.lateFinish[j] = d.length - d.lateFinish[j]
	}
	return d
}

// forward places every activity as early as links allow.
func (m *model) forward() (start, finish []int64) {
	start, finish = make([]int64, m.n), make([]int64, m.n)
	for k := range int32(m.n) {
		j := k
		if m.mirrored {
			j = int32(m.n) - 1 - k
		}
		start[j] = m.ready(j, start, finish)
		finish[j] = m.finish(j, start[j])
	}
	return start, finish
}

// priorities returns the keys of a rule, or nil where it would cost too much.
func (m *model) priorities(r rule, d *dates) []int64 {
	if m.n > maxClosure && r > ruleSlack {
		return nil
	}
	key := make([]int64, m.n)
	switch r {
	case ruleLFT:
		return d.lateFinish
	case ruleLST:
		return d.lateStart
	case ruleSlack:
		for j := range key {
			key[j] = d.lateStart[j] - d.earlyStart[j]
		}
	default:
		m.closure(key, r)
	}
	return key
}

// closure sums over all successors: 1 each, or their durations and one's own.
func (m *model) closure(key []int64, r rule) {
	words := (m.n + 63) / 64
	sets := make([]uint64, words*m.n)
	for j := m.n - 1; j >= 0; j-- {
		own := sets[j*words:][:words]
		for _, e := range m.succ.of(int32(j)) {
			other := sets[int(e.other)*words:][:words]
			for w := range own {
				own[w] |= other[w]
			}
			own[e.other/64] |= 1 << (e.other % 64)
		}
		if r == ruleWeight {
			key[j] = -m.dur[j]
		}
		for w, set := range own {
			if r == ruleSuccessors {
				key[j] -= int64(bits.OnesCount64(set))
				continue
			}
			for ; set != 0; set &= set - 1 {
				key[j] -= m.dur[w*64+bits.TrailingZeros64(set)]
			}
		}
	}
}

// An opening is an activity whose predecessors are placed, and the earliest time
// it was last seen to fit.
type opening struct {
	time int64
	key  int64
	j    int32
}

// parallel generates a schedule in the order of time: of all activities that can
// start first, the one with the lowest key does (parallel schedule generation).
func (s *sorter) parallel(w scheduler, key, start, finish []int64) int {
	m := s.m
	ready := heap[opening]{less: func(a, b opening) bool {
		if a.time != b.time {
			return a.time < b.time
		}
		if a.key != b.key {
			return a.key < b.key
		}
		return (a.j < b.j) != m.mirrored
	}}
	s.open(func(j int32) { ready.push(opening{m.ready(j, start, finish), key[j], j}) })
	w.reset()
	excess := 0
	for len(ready.items) > 0 {
		o := ready.pop()
		t, x := w.fit(o.j, o.time)
		if t > o.time {
			o.time = t
			ready.push(o)
			continue
		}
		excess += x
		start[o.j] = t
		finish[o.j] = w.place(o.j, t)
		for _, e := range m.succ.of(o.j) {
			if s.waits[e.other]--; s.waits[e.other] == 0 {
				ready.push(opening{m.ready(e.other, start, finish), key[e.other], e.other})
			}
		}
	}
	return excess
}
