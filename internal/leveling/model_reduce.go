package leveling

import "slices"

// relax drops the demands on resources that can never run short, because their
// least capacity covers all demands at once.
func (m *model) relax() {
	total := make([]int64, len(m.capacity))
	for _, needs := range m.demand {
		for _, d := range needs {
			total[d.resource] = min(total[d.resource]+d.amount, never)
		}
	}
	ample := make([]bool, len(m.capacity))
	for r := range m.capacity {
		c := &m.capacity[r]
		ample[r] = slices.Min(c.free[c.index(0):]) >= total[r]
	}
	for j, needs := range m.demand {
		m.demand[j] = slices.DeleteFunc(needs, func(d need) bool { return ample[d.resource] })
	}
}

// rescale divides all times by their greatest common divisor. Every time that a
// scheduler can come to is a sum of them, so no schedule is lost.
func (m *model) rescale() {
	if !m.plain {
		return
	}
	var g int64
	each := func(f func(t int64) int64) {
		for _, times := range [][]int64{m.dur, m.release} {
			for i := range times {
				times[i] = f(times[i])
			}
		}
		for _, l := range [][]end{m.pred.ends, m.succ.ends} {
			for i := range l {
				l[i].lag = f(l[i].lag)
			}
		}
		for r := range m.capacity {
			for i := range m.capacity[r].at[1:] {
				m.capacity[r].at[i+1] = f(m.capacity[r].at[i+1])
			}
		}
	}
	each(func(t int64) int64 { g = gcd(g, abs(t)); return t })
	if g > 1 {
		each(func(t int64) int64 { return t / g })
		m.unit = g
		m.floor = -floorDiv(-m.floor, g)
		m.due = slices.Clone(m.due)
		for j, t := range m.due {
			if t != Never {
				m.due[j] = floorDiv(t, g)
			}
		}
	}
}

// working returns the problem on the axis of working time if all work and all lags
// follow one clock, so that breaks matter to nothing; otherwise the problem as it
// is. Lateness is still counted on the axis of all time.
func (m *model) working() *model {
	c := m.oneClock()
	if c == nil {
		return m
	}
	w := *m
	w.axis, w.plain = c, true
	w.clock, w.dur = make([]*clock, m.n), slices.Clone(m.dur)
	w.release = make([]int64, m.n)
	w.due = make([]int64, m.n)
	for j := range m.n {
		w.release[j] = c.at(m.release[j])
		w.due[j] = Never
		if m.due[j] != Never {
			w.due[j] = c.at(m.due[j])
		}
	}
	w.pred = links{at: m.pred.at, ends: withoutClocks(m.pred.ends)}
	w.succ = links{at: m.succ.at, ends: withoutClocks(m.succ.ends)}
	w.capacity = make([]profile, len(m.capacity))
	w.steady = !m.dated && m.n == len(m.number) && !slices.ContainsFunc(w.release, func(t int64) bool { return t > 0 })
	for r := range m.capacity {
		from := &m.capacity[r]
		to := profile{at: from.at[:1:1], free: from.free[:1:1]}
		for i := 1; i < len(from.at); i++ {
			t := c.at(from.at[i])
			if last := len(to.at) - 1; to.at[last] == t {
				to.free[last] = from.free[i]
				continue
			}
			to.at, to.free = append(to.at, t), append(to.free, from.free[i])
		}
		for i := len(to.at) - 1; i > 0; i-- {
			to.join(i)
		}
		w.steady = w.steady && to.at[len(to.at)-1] <= 0
		w.capacity[r] = to
	}
	w.floor = c.at(m.floor)
	return &w
}

// oneClock returns the only clock of the problem, or nil.
func (m *model) oneClock() *clock {
	var c *clock
	for j, k := range m.clock {
		if len(m.draw[j]) > 0 {
			return nil
		}
		if m.dur[j] == 0 {
			continue
		}
		if k == nil || c != nil && k != c {
			return nil
		}
		c = k
	}
	for _, e := range m.pred.ends {
		if e.lag != 0 && e.clock != c {
			return nil
		}
	}
	for j := range m.demand {
		for _, d := range m.demand[j] {
			if !m.whole[d.resource] {
				return nil
			}
		}
	}
	return c
}

func withoutClocks(ends []end) []end {
	out := slices.Clone(ends)
	for i := range out {
		out[i].clock = nil
	}
	return out
}

// settle turns a schedule of the core into one of m itself: with its order, one
// serial pass.
func (m *model) settle(t *trial) *trial {
	if m.core == m {
		return t
	}
	order := make([]int32, m.n)
	newSorter(m).byPriority(t.start, order)
	own := newTrial(m.n)
	excess := newEvents(m).run(order, own.start, own.finish)
	own.cost = m.cost(own.finish, excess)
	return &own
}

// floorDiv returns the largest integer that is at most a/b, for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
