package leveling

import (
	"cmp"
	"slices"
)

// destroy returns the least length that cannot be refuted, if that is above the
// bound: by growing steps, and then by halving the last one, because what refutes
// a length refutes all shorter ones.
func (e *estimate) destroy(bound, upper int64) int64 {
	r := newRefuter(e)
	step := int64(1)
	top := bound
	for top < upper && r.refutes(top) {
		bound = top + 1
		top = min(bound+step-1, upper)
		step *= 2
	}
	for bound < top {
		middle := bound + (top-bound)/2
		if r.refutes(middle) {
			bound = middle + 1
		} else {
			top = middle
		}
	}
	return bound
}

// A refuter shows that a length is too short. It narrows the windows of
// activities by links and by pairs that cannot overlap, and looks for an interval
// whose work does not fit (energetic reasoning, after Erschler, Lopez and
// Thuriot, "Raisonnement temporel sous contraintes de ressource et problèmes
// d'ordonnancement", Revue d'intelligence artificielle 5, 1991).
type refuter struct {
	*estimate
	early, late  []int64 // earliest start, latest finish
	apart        [][]int32
	starts, ends []int64
}

func newRefuter(e *estimate) *refuter {
	n := e.m.n
	r := &refuter{estimate: e, early: make([]int64, n), late: make([]int64, n)}
	r.apart = make([][]int32, n)
	for k, users := range e.users {
		c := &e.m.capacity[k]
		most := c.highest()
		for i, a := range users {
			for _, b := range users[:i] {
				if a.amount+b.amount > most {
					r.apart[a.j] = append(r.apart[a.j], b.j)
				}
			}
		}
	}
	return r
}

// refutes reports whether no schedule has the length.
func (r *refuter) refutes(length int64) bool {
	for j := range r.early {
		r.early[j] = r.head[j]
		r.late[j] = length - r.tail[j]
	}
	for changed := true; changed; {
		changed = r.separate() || r.propagate()
		for j := range r.early {
			if r.late[j]-r.early[j] < r.m.dur[j] {
				return true
			}
		}
	}
	for k := range r.users {
		if len(r.users[k]) > 0 && r.overfull(int32(k)) {
			return true
		}
	}
	return false
}

// separate orders pairs of which only one order is left.
func (r *refuter) separate() bool {
	changed := false
	before := func(a, b int32) {
		if t := r.early[a] + r.m.dur[a]; t > r.early[b] {
			r.early[b], changed = t, true
		}
		if t := r.late[b] - r.m.dur[b]; t < r.late[a] {
			r.late[a], changed = t, true
		}
	}
	for a := range int32(len(r.apart)) {
		for _, b := range r.apart[a] {
			both := r.m.dur[a] + r.m.dur[b]
			if both == r.m.dur[a] || both == r.m.dur[b] {
				continue
			}
			ab := r.late[b]-r.early[a] >= both
			ba := r.late[a]-r.early[b] >= both
			switch {
			case !ab && !ba:
				r.late[a] = r.early[a] // no window is left
				return true
			case !ba:
				before(a, b)
			case !ab:
				before(b, a)
			}
			if r.late[a]-r.early[a] < r.m.dur[a] || r.late[b]-r.early[b] < r.m.dur[b] {
				return true
			}
		}
	}
	return changed
}

// propagate carries windows along the links.
func (r *refuter) propagate() bool {
	m, changed := r.m, false
	for j := range int32(m.n) {
		for _, x := range m.pred.of(j) {
			if t := r.early[x.other] + m.gap(j, &x); t > r.early[j] {
				r.early[j], changed = t, true
			}
		}
	}
	for j := int32(m.n) - 1; j >= 0; j-- {
		for _, x := range m.pred.of(j) {
			t := r.late[j] - m.dur[j] - m.gap(j, &x) + m.dur[x.other]
			if t < r.late[x.other] {
				r.late[x.other], changed = t, true
			}
		}
	}
	return changed
}

// overfull reports whether some interval needs more of a resource than it has.
func (r *refuter) overfull(k int32) bool {
	m, users := r.m, r.users[k]
	c := &m.capacity[k]
	r.starts, r.ends = r.starts[:0], r.ends[:0]
	for _, u := range users {
		d := m.dur[u.j]
		r.starts = append(r.starts, r.early[u.j])
		r.ends = append(r.ends, r.late[u.j])
		if len(users) <= maxIntervals {
			r.starts = append(r.starts, r.late[u.j]-d)
			r.ends = append(r.ends, r.early[u.j]+d)
		}
	}
	slices.Sort(r.starts)
	slices.Sort(r.ends)
	r.starts, r.ends = slices.Compact(r.starts), slices.Compact(r.ends)
	for _, a := range r.starts {
		i, _ := slices.BinarySearchFunc(r.ends, a+1, cmp.Compare[int64])
		at, t, room := c.index(a), a, int64(0)
		for _, b := range r.ends[i:] {
			for c.until(at) < b {
				room += saturate(c.free[at], c.until(at)-t)
				at, t = at+1, c.until(at)
			}
			room = min(room+saturate(c.free[at], b-t), never)
			t = b
			if r.energy(users, a, b) > room {
				return true
			}
		}
	}
	return false
}

// energy returns the work that users must do in [a, b) wherever they lie.
func (r *refuter) energy(users []user, a, b int64) int64 {
	var sum int64
	for _, u := range users {
		d := r.m.dur[u.j]
		least := min(d, b-a, r.early[u.j]+d-a, b-(r.late[u.j]-d))
		if least > 0 {
			sum = min(sum+saturate(u.amount, least), never)
		}
	}
	return sum
}
