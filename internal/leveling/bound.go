package leveling

import (
	"cmp"
	"slices"
)

const (
	// maxEnergy bounds the activities of which all pairs of heads and tails are
	// looked at, maxLifts the functions that demands are lifted with.
	maxEnergy = 2000
	maxLifts  = 12

	// maxRefute bounds the activities for which lengths are refuted, which takes
	// the third power of their number; maxIntervals those of a resource for which
	// intervals also begin at late starts and end at early finishes.
	maxRefute    = 120
	maxIntervals = 60
)

// lowerBound returns a lower bound on the makespan of schedules without excess,
// at most upper, the makespan of one. Fixed activities do not count. It is the
// largest of three: the critical path; the energy of what lies between a head and
// a tail; and the shortest length that is not refuted by where activities must
// lie (Klein and Scholl, "Computing lower bounds by destructive improvement",
// European Journal of Operational Research 112, 1999).
func (m *model) lowerBound(upper int64) int64 {
	e := m.newEstimate()
	bound := slices.Max(e.finish)
	for r := range m.capacity {
		bound = max(bound, e.energyOf(int32(r), upper))
	}
	if m.plain && m.n <= maxRefute {
		bound = e.destroy(bound, upper)
	}
	return min(bound, upper)
}

// realBound turns a bound of the core into one of the project.
func (m *model) realBound(bound int64) int64 {
	c := m.core
	bound *= c.unit
	if c.axis != nil {
		bound = c.axis.first(bound)
	}
	return max(bound, m.realFloor)
}

// An estimate holds what is known of every schedule: each activity starts at its
// head or later, and after its end at least its tail of time is needed.
type estimate struct {
	m            *model
	head, finish []int64
	tail         []int64
	users        [][]user // by resource
}

// A user is an activity that needs a resource.
type user struct {
	j      int32
	amount int64
}

func (m *model) newEstimate() *estimate {
	e := &estimate{m: m, tail: make([]int64, m.n)}
	e.head, e.finish = m.forward()
	length := slices.Max(e.finish)
	if m.plain {
		e.tail, _ = m.reversed(length).forward()
	}
	e.users = make([][]user, len(m.capacity))
	for j, needs := range m.demand {
		for _, d := range needs {
			e.users[d.resource] = append(e.users[d.resource], user{int32(j), d.amount})
		}
	}
	return e
}

// energyOf bounds the makespan by one resource: its users with heads from h on
// and tails from q on cannot be done before the capacity after h has done their
// work, and q remains. Demands are also lifted by dual feasible functions, which
// count what cannot run side by side (Carlier and Néron, "On linear lower bounds
// for the resource constrained project scheduling problem", European Journal of
// Operational Research 149, 2003).
func (e *estimate) energyOf(r int32, upper int64) int64 {
	m, users := e.m, e.users[r]
	if len(users) == 0 {
		return 0
	}
	c := &m.capacity[r]
	if !m.plain || len(users) > maxEnergy {
		return e.total(c, users)
	}
	byTail := slices.Clone(users)
	slices.SortFunc(byTail, func(a, b user) int {
		return cmp.Or(cmp.Compare(e.tail[b.j], e.tail[a.j]), cmp.Compare(a.j, b.j))
	})
	capacity := slices.Max(c.free[c.index(0):])
	if last := len(c.at) - 1; c.at[last] > 0 {
		return e.varying(c, byTail)
	}
	var bound int64
	for _, lift := range lifts(byTail, capacity) {
		bound = max(bound, e.pairs(byTail, lift, capacity))
	}
	return min(bound, upper)
}

// A lift raises demands above capacity-low to all of it and lowers those below
// low to nothing: whatever fits side by side still does.
type lift struct{ low int64 }

func (l lift) of(amount, capacity int64) int64 {
	switch {
	case amount > capacity-l.low:
		return capacity
	case amount < l.low:
		return 0
	}
	return amount
}

func lifts(users []user, capacity int64) []lift {
	out := []lift{{0}}
	var lows []int64
	for _, u := range users {
		for _, low := range []int64{u.amount, capacity - u.amount + 1} {
			if low > 0 && 2*low <= capacity {
				lows = append(lows, low)
			}
		}
	}
	if capacity > 1 {
		lows = append(lows, capacity/2)
	}
	slices.Sort(lows)
	lows = slices.Compact(lows)
	for i := len(lows) - 1; i >= 0 && len(out) < maxLifts; i-- {
		out = append(out, lift{lows[i]})
	}
	return out
}

// pairs tries all heads and tails at constant capacity.
func (e *estimate) pairs(byTail []user, l lift, capacity int64) int64 {
	m := e.m
	var bound int64
	type item struct{ head, tail, energy int64 }
	items := make([]item, 0, len(byTail))
	for _, u := range byTail {
		if x := l.of(u.amount, capacity); x > 0 {
			items = append(items, item{e.head[u.j], e.tail[u.j], saturate(x, m.dur[u.j])})
		}
	}
	for i := range items {
		h := items[i].head
		var sum int64
		for k := range items {
			x := &items[k]
			if x.head < h {
				continue
			}
			sum = min(sum+x.energy, never)
			bound = max(bound, h+(sum+capacity-1)/capacity+x.tail)
		}
	}
	return bound
}

// varying tries all heads and tails where capacity varies.
func (e *estimate) varying(c *profile, byTail []user) int64 {
	var bound int64
	for i := range byTail {
		h := e.head[byTail[i].j]
		// The work is used up along the profile while users come in.
		at, t := c.index(h), h
		for _, u := range byTail {
			if e.head[u.j] < h {
				continue
			}
			work := saturate(u.amount, e.m.dur[u.j])
			for work > 0 {
				free := c.free[at]
				room := c.until(at) - t
				if free > 0 && room >= (work+free-1)/free {
					break
				}
				if at == len(c.at)-1 {
					return bound // never: the demands do not fit at all
				}
				work -= free * room
				at, t = at+1, c.until(at)
			}
			if work > 0 {
				bound = max(bound, t+(work+c.free[at]-1)/c.free[at]+e.tail[u.j])
				// What is left of the last unit is given away: a weaker, true bound.
				t += work / c.free[at]
			}
		}
	}
	return bound
}

// total bounds by all work on a resource, from the first head on.
func (e *estimate) total(c *profile, users []user) int64 {
	m := e.m
	h := int64(never)
	var work int64
	for _, u := range users {
		h = min(h, e.head[u.j])
		work = min(work+saturate(u.amount, m.dur[u.j]), never)
	}
	for at, t := c.index(h), h; ; at, t = at+1, c.until(at) {
		free, room := c.free[at], c.until(at)-t
		if free > 0 && room >= (work+free-1)/free {
			return t + (work+free-1)/free
		}
		if at == len(c.at)-1 {
			return 0
		}
		work -= free * room
	}
}

// saturate returns a·b, or never where that is more.
func saturate(a, b int64) int64 {
	if a > 0 && b > never/a {
		return never
	}
	return a * b
}
