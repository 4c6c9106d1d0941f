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
		m.floor = f(m.floor)
		for j := range m.due {
			if m.due[j] != Never {
				m.due[j] = f(m.due[j])
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
	}
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
