package leveling

import (
	"cmp"
	"slices"
)

// maxSpans bounds the breaks that an activity leaves to others on a resource
// whose users have different clocks; one with more occupies its breaks too, so
// that a long activity on a finely cut clock costs no unbounded work.
const maxSpans = 4096

// addDemands sets the demands and what fixed activities leave of the capacities.
// A demand above the highest capacity ever is unmet: it takes all there is.
func (m *model) addDemands(p *Project, clocks []*clock) {
	m.capacity = make([]profile, len(p.Resources))
	m.demand = make([][]need, m.n)
	highest := make([]int64, len(p.Resources))
	for r := range p.Resources {
		m.capacity[r] = newProfile(p.Resources[r].Capacity)
		highest[r] = m.capacity[r].highest()
	}
	m.whole = sharedClocks(p)
	sums := sumDemands(p)
	for i := range p.Activities {
		a := &p.Activities[i]
		j := m.number[i]
		for _, d := range sums[i] {
			r := d.resource
			if a.Fixed {
				occupy(&m.capacity[r], clocks[a.Clock], m.whole[r], a.Start, a.End, d.amount)
				continue
			}
			if d.amount > highest[r] {
				m.unmet = append(m.unmet, Infeasible{Activity: i, Resource: int(r), Stock: -1, Amount: d.amount, Most: highest[r]})
				m.excess++
				d.amount = highest[r]
			}
			if d.amount > 0 {
				m.demand[j] = append(m.demand[j], d)
			}
		}
	}
	for r := range m.capacity {
		m.capacity[r].clamp()
	}
}

// sumDemands returns the demands by activity of the project, those for one
// resource added up. What takes no time needs nothing.
func sumDemands(p *Project) [][]need {
	out := make([][]need, len(p.Activities))
	for _, d := range p.Demands {
		a := &p.Activities[d.Activity]
		if d.Amount == 0 || !a.Fixed && a.Duration == 0 {
			continue
		}
		out[d.Activity] = append(out[d.Activity], need{int32(d.Resource), d.Amount})
	}
	for i := range out {
		out[i] = byResource(out[i])
	}
	return out
}

// sharedClocks reports for each resource whether all its users have one clock.
func sharedClocks(p *Project) []bool {
	whole := make([]bool, len(p.Resources))
	first := make([]int, len(p.Resources))
	for r := range whole {
		whole[r], first[r] = true, -1
	}
	for _, d := range p.Demands {
		c := p.Activities[d.Activity].Clock
		if first[d.Resource] < 0 {
			first[d.Resource] = c
		}
		if first[d.Resource] != c {
			whole[d.Resource] = false
		}
	}
	return whole
}

// occupy takes amount from p in the working time of [from, until), or in all of
// it if nobody needs the breaks.
func occupy(p *profile, c *clock, whole bool, from, until, amount int64) {
	if c == nil || whole {
		p.take(from, until, amount)
		return
	}
	begin := from
	for range maxSpans {
		s := c.last(c.at(begin))
		if s >= until {
			return
		}
		e := min(until, c.breakAfter(s))
		p.take(s, e, amount)
		begin = e
	}
	p.take(begin, until, amount)
}

// breakAfter returns the end of the working span that s, a working time, is in.
func (k *clock) breakAfter(s int64) int64 {
	if k.mirrored {
		// The span reaches back to the latest time at which no more work is done.
		t := k.mirror - s
		return k.mirror - k.spanStart(t)
	}
	if s < 0 {
		return 0
	}
	if s >= k.end && k.cycle == 0 {
		return never
	}
	var shift int64
	if s >= k.end {
		shift = (s - k.base) / k.cycle * k.cycle
	}
	i, found := slices.BinarySearch(k.from, s-shift)
	if !found {
		i--
	}
	return k.until[i] + shift
}

// spanStart returns the start of the working span that ends at t or holds the
// time just before it.
func (k *clock) spanStart(t int64) int64 {
	if t <= 0 {
		return -never
	}
	if t > k.end && k.cycle == 0 {
		return k.end
	}
	var shift int64
	if t > k.end {
		shift = (t - k.base - 1) / k.cycle * k.cycle
	}
	i, _ := slices.BinarySearch(k.from, t-shift)
	return k.from[i-1] + shift
}

// addDraws sets the draws and what fixed activities leave of the stocks. A draw
// above anything there ever is is unmet and left out.
func (m *model) addDraws(p *Project, clocks []*clock) {
	m.draw = make([][]draw, m.n)
	m.stocks = make([]stock, len(p.Stocks))
	most := make([][2]int64, len(p.Stocks))
	for k := range p.Stocks {
		m.stocks[k] = newStock(p.Stocks[k])
		most[k] = [2]int64{m.stocks[k].most(false), m.stocks[k].most(true)}
	}
	for i, draws := range sumDraws(p) {
		a := &p.Activities[i]
		for _, d := range draws {
			if a.Fixed {
				c := clocks[a.Clock]
				m.stocks[d.stock].take(c, work(c, a.End)-work(c, a.Start), &d, a.Start)
				continue
			}
			amount, limit := d.once, most[d.stock][0]
			switch {
			case a.Duration == 0:
				amount += d.spread
			case d.once <= limit:
				amount, limit = d.once+d.spread, most[d.stock][1]
				if d.spread == 0 {
					limit = most[d.stock][0]
				}
			}
			if amount > limit {
				m.unmet = append(m.unmet, Infeasible{Activity: i, Resource: -1, Stock: int(d.stock), Amount: amount, Most: limit})
				m.excess++
				continue
			}
			m.draw[m.number[i]] = append(m.draw[m.number[i]], d)
		}
	}
}

// sumDraws returns the draws by activity of the project, those on one stock added
// up.
func sumDraws(p *Project) [][]draw {
	out := make([][]draw, len(p.Activities))
	for _, d := range p.Draws {
		if d.Amount == 0 {
			continue
		}
		list := out[d.Activity]
		k := slices.IndexFunc(list, func(x draw) bool { return x.stock == int32(d.Stock) })
		if k < 0 {
			k = len(list)
			list = append(list, draw{stock: int32(d.Stock)})
		}
		if d.Spread {
			list[k].spread = min(list[k].spread+d.Amount, 2*MaxAmount)
		} else {
			list[k].once = min(list[k].once+d.Amount, 2*MaxAmount)
		}
		out[d.Activity] = list
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b draw) int { return cmp.Compare(a.stock, b.stock) })
	}
	return out
}

// classify sets what kind of problem it is.
func (m *model) classify(p *Project) {
	m.plain = !slices.ContainsFunc(m.clock, func(c *clock) bool { return c != nil }) &&
		!slices.ContainsFunc(m.draw, func(d []draw) bool { return len(d) > 0 }) &&
		!slices.ContainsFunc(m.pred.ends, func(e end) bool { return e.clock != nil && e.lag != 0 })
	m.dated = slices.ContainsFunc(m.due, func(t int64) bool { return t != Never })
	for _, a := range p.Activities {
		if a.Fixed {
			m.floor = max(m.floor, a.End)
			m.realFloor = m.floor
		}
	}
	m.steady = m.plain && !m.dated && m.n == len(p.Activities) &&
		!slices.ContainsFunc(m.release, func(t int64) bool { return t > 0 })
	for r := range m.capacity {
		c := &m.capacity[r]
		if last := len(c.at) - 1; c.at[last] > 0 {
			m.steady = false
		}
	}
}

// reversed returns the problem in which time runs backwards from horizon: a
// schedule of it, turned round, keeps links and capacities, and starts late.
// Releases become 0 and stocks are left out: taking later only helps a store.
func (m *model) reversed(horizon int64) *model {
	r := *m
	r.mirrored = !m.mirrored
	r.pred, r.succ = turn(m.succ, horizon), turn(m.pred, horizon)
	r.release = make([]int64, m.n)
	r.clock = make([]*clock, m.n)
	r.draw = make([][]draw, m.n)
	r.capacity = make([]profile, len(m.capacity))
	seen := map[*clock]*clock{}
	for j, c := range m.clock {
		if c != nil && seen[c] == nil {
			seen[c] = c.reversed(horizon)
		}
		r.clock[j] = seen[c]
	}
	for i := range m.capacity {
		r.capacity[i] = m.capacity[i].reversed(horizon)
		// Before time 0 there is always room, so that everything fits somewhere.
		r.capacity[i].free[len(r.capacity[i].free)-1] = m.capacity[i].highest()
	}
	return &r
}

// turn exchanges the two ends of links: a finish of the predecessor that a start
// waits for becomes the same kind of link from the other side, and a link of
// starts becomes one of finishes.
func turn(l links, horizon int64) links {
	out := links{at: l.at, ends: slices.Clone(l.ends)}
	for i := range out.ends {
		e := &out.ends[i]
		switch e.kind {
		case StartStart:
			e.kind = FinishFinish
		case FinishFinish:
			e.kind = StartStart
		}
		if e.clock != nil {
			e.clock = e.clock.reversed(horizon)
		}
	}
	return out
}
