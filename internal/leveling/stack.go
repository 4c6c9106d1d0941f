package leveling

// stack is parallel schedule generation for steady models without leads: it goes
// through time and starts at each instant what is ready and fits, in the given
// order. Because capacity is constant and nothing is placed ahead, what is free
// now stays free, and one look at the present decides.
func (s *slots) stack(m *model, order []int32, start, finish []int64) {
	k := &s.now
	k.init(s, m, order)
	for placed, t := 0, int64(0); placed < s.n; {
		for i := 0; i < len(k.open); {
			j := k.open[i]
			if k.ready[j] > t || !s.fitsNow(j) {
				i++
				continue
			}
			start[j], finish[j] = t, t+int64(s.dur[j])
			copy(k.open[i:], k.open[i+1:])
			k.open = k.open[:len(k.open)-1]
			placed++
			if s.dur[j] > 0 {
				s.change(j, -1)
				k.active = append(k.active, j)
			}
			if k.release(m, j, t, start, finish) {
				i = 0 // something became ready at once and may come first
			}
		}
		t = s.advance(t, finish)
	}
}

// A present is what stack knows of the current time.
type present struct {
	rank   []int32 // by activity: its place in the order
	waits  []int32
	ready  []int64
	open   []int32 // what waits for no start any more, in order
	active []int32
	free   []uint64
}

func (k *present) init(s *slots, m *model, order []int32) {
	if k.rank == nil {
		k.rank, k.waits, k.ready = make([]int32, s.n), make([]int32, s.n), make([]int64, s.n)
		k.free = make([]uint64, s.words)
	}
	for w := range k.free {
		k.free[w] = s.capacity[w*s.size]
	}
	k.open, k.active = k.open[:0], k.active[:0]
	for i, j := range order {
		k.rank[j], k.ready[j] = int32(i), 0
		k.waits[j] = s.arcAt[j+1] - s.arcAt[j]
		if k.waits[j] == 0 {
			k.open = append(k.open, j)
		}
	}
}

// release opens the successors of j that waited for it last, and reports whether
// one of them is ready now.
func (k *present) release(m *model, j int32, t int64, start, finish []int64) bool {
	now := false
	for x := m.succ.at[j]; x < m.succ.at[j+1]; x++ {
		next := m.succ.ends[x].other
		if k.waits[next]--; k.waits[next] > 0 {
			continue
		}
		k.ready[next] = m.ready(next, start, finish)
		now = now || k.ready[next] <= t
		i := len(k.open)
		k.open = append(k.open, next)
		for ; i > 0 && k.rank[k.open[i-1]] > k.rank[next]; i-- {
			k.open[i] = k.open[i-1]
		}
		k.open[i] = next
	}
	return now
}

func (s *slots) fitsNow(j int32) bool {
	for _, p := range s.packs[s.packAt[j]:s.packAt[j+1]] {
		if (s.now.free[p.word]-p.need)&guards != guards {
			return false
		}
	}
	return true
}

func (s *slots) change(j int32, sign int) {
	for _, p := range s.packs[s.packAt[j]:s.packAt[j+1]] {
		if sign < 0 {
			s.now.free[p.word] -= p.need
		} else {
			s.now.free[p.word] += p.need
		}
	}
}

// advance ends what ends next and returns the next time at which something ends
// or becomes ready.
func (s *slots) advance(t int64, finish []int64) int64 {
	k := &s.now
	next := int64(never)
	for _, j := range k.active {
		next = min(next, finish[j])
	}
	for _, j := range k.open {
		if r := k.ready[j]; r > t {
			next = min(next, r)
		}
	}
	kept := k.active[:0]
	for _, j := range k.active {
		if finish[j] > next {
			kept = append(kept, j)
		} else {
			s.change(j, 1)
		}
	}
	k.active = kept
	return next
}
