package leveling

// A scheduler places the activities of a model one by one, each as early as
// links and what is left of the supplies allow.
type scheduler interface {
	// run empties the schedule and places all activities in the given order, in
	// which predecessors come first (serial schedule generation). It returns the
	// number of demands that no time was found for.
	run(order []int32, start, finish []int64) int

	// reset empties the schedule; fit returns the earliest time from t on, where
	// activity j begins, at which j fits, and how many of its demands it has to
	// ignore; place puts j there and returns its end.
	reset()
	fit(j int32, t int64) (start int64, excess int)
	place(j int32, start int64) (finish int64)
}

// newScheduler returns the fastest scheduler that is right for the model.
func newScheduler(m *model) scheduler {
	if s := newSlots(m); s != nil {
		return s
	}
	return newEvents(m)
}

// events is the scheduler for every model: a profile per resource whose steps
// are where usage changes.
type events struct {
	m       *model
	free    []profile
	stocks  []stock
	ignored []bool // of the activity being placed: demands, then draws
}

func newEvents(m *model) *events {
	e := &events{m: m, free: make([]profile, len(m.capacity)), stocks: make([]stock, len(m.stocks))}
	most := 0
	for j := range m.n {
		most = max(most, len(m.demand[j])+len(m.draw[j]))
	}
	e.ignored = make([]bool, most)
	return e
}

func (e *events) reset() {
	for r := range e.free {
		e.free[r].copyFrom(&e.m.capacity[r])
	}
	for k := range e.stocks {
		e.stocks[k].copyFrom(&e.m.stocks[k])
	}
}

func (e *events) run(order []int32, start, finish []int64) int {
	e.reset()
	excess := 0
	for _, j := range order {
		s, x := e.fit(j, e.m.ready(j, start, finish))
		excess += x
		start[j] = s
		finish[j] = e.place(j, s)
	}
	return excess
}

func (e *events) fit(j int32, s int64) (int64, int) {
	needs, draws := e.m.demand[j], e.m.draw[j]
	excess := 0
	clear(e.ignored)
	for {
		t := s
		for i := range needs {
			if e.ignored[i] {
				continue
			}
			d := &needs[i]
			if next := e.fitResource(&e.free[d.resource], j, d.amount, t); next != never {
				t = next
				continue
			}
			e.ignored[i] = true
			excess++
		}
		for i := range draws {
			if e.ignored[len(needs)+i] {
				continue
			}
			d := &draws[i]
			if next := e.stocks[d.stock].next(e.m, j, d, t); next != never {
				t = next
				continue
			}
			e.ignored[len(needs)+i] = true
			excess++
		}
		if t == s {
			return s, excess
		}
		s = t
	}
}

// fitResource returns the earliest start of activity j from s on at which p has
// the amount free in all its working time, or never.
func (e *events) fitResource(p *profile, j int32, amount, s int64) int64 {
	m, c := e.m, e.m.clock[j]
	end := m.finish(j, s)
	i := p.index(s)
	for {
		// The time from s on is working time; later steps may lie in a break.
		if p.free[i] < amount && (c == nil || p.at[i] <= s || c.at(min(end, p.until(i))) > c.at(p.at[i])) {
			for p.free[i] < amount {
				if i++; i == len(p.at) {
					return never
				}
			}
			s = m.begin(j, p.at[i])
			end = m.finish(j, s)
			for p.until(i) <= s {
				i++
			}
			continue
		}
		if p.until(i) >= end {
			return s
		}
		i++
	}
}

func (e *events) place(j int32, s int64) int64 {
	m := e.m
	end := m.finish(j, s)
	for _, d := range m.demand[j] {
		occupy(&e.free[d.resource], m.clock[j], m.whole[d.resource], s, end, d.amount)
	}
	for i := range m.draw[j] {
		d := &m.draw[j][i]
		e.stocks[d.stock].take(m.clock[j], m.dur[j], d, s)
	}
	return end
}
