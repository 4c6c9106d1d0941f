package leveling

import (
	"cmp"
	"slices"
)

// A model is the problem in the form that schedulers read: activities that are
// not fixed, numbered in an order that all links respect and that is otherwise
// the order of the project's indices. In a mirrored model time runs backwards
// and links point to lower numbers.
type model struct {
	n       int
	given   []int32 // number -> index in the project
	number  []int32 // index in the project -> number, or -1
	dur     []int64
	release []int64
	due     []int64 // Never where lateness does not count; rounded down to the unit
	weight  []int64
	clock   []*clock

	pred, succ links
	demand     [][]need // by activity, by resource
	draw       [][]draw
	capacity   []profile // what fixed activities leave, at least 0
	whole      []bool    // by resource: all its users share a clock, breaks need no room
	stocks     []stock   // what fixed activities leave

	mirrored bool
	early    bool  // a successor may start before, or with, its predecessor
	plain    bool  // no clocks and no stocks
	steady   bool  // plain, constant capacity, no releases, nothing fixed, no due times
	dated    bool  // some lateness counts
	floor    int64 // the latest end of a fixed activity
	unit     int64 // what a unit of the model's time is in the project's
	excess   int   // demands that nothing will ever meet

	// Core is the problem to solve: this one, or the same one on an axis of working
	// time, to be read with axis, where all work follows one clock.
	core *model
	axis *clock

	realDue   []int64 // due times as the project has them
	realFloor int64   // floor, likewise

	unmet []Infeasible
}

// A need is a demand of one activity; amounts are at least 1.
type need struct {
	resource int32
	amount   int64
}

// A draw is what one activity takes from a stock: when it starts, and evenly over
// its work. One without duration takes all of it at once.
type draw struct {
	stock        int32
	once, spread int64
}

// links are the links of each activity, grouped: those of activity j are
// ends[at[j]:at[j+1]].
type links struct {
	at   []int32
	ends []end
}

// An end is a link as seen from one of its activities: the other one, and the
// rest.
type end struct {
	other int32
	kind  LinkKind
	lag   int64
	clock *clock
}

func (l *links) of(j int32) []end { return l.ends[l.at[j]:l.at[j+1]] }

// newModel checks the project and prepares it.
func newModel(p *Project) (*model, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	order, err := topological(p)
	if err != nil {
		return nil, err
	}
	m := &model{unit: 1, number: make([]int32, len(p.Activities))}
	for i := range m.number {
		m.number[i] = -1
	}
	for _, i := range order {
		if !p.Activities[i].Fixed {
			m.number[i] = int32(len(m.given))
			m.given = append(m.given, int32(i))
		}
	}
	m.n = len(m.given)
	clocks := make([]*clock, len(p.Clocks)+1)
	for i, c := range p.Clocks {
		clocks[i+1] = newClock(c)
	}
	m.addActivities(p, clocks)
	m.addLinks(p, clocks)
	m.addDemands(p, clocks)
	m.addDraws(p, clocks)
	m.classify(p)
	m.relax()
	m.core = m.working()
	m.core.rescale()
	return m, nil
}

func (m *model) addActivities(p *Project, clocks []*clock) {
	m.dur = make([]int64, m.n)
	m.release = make([]int64, m.n)
	m.due = make([]int64, m.n)
	m.weight = make([]int64, m.n)
	m.clock = make([]*clock, m.n)
	m.realDue = make([]int64, m.n)
	for j, i := range m.given {
		a := &p.Activities[i]
		m.dur[j], m.release[j], m.clock[j] = a.Duration, a.Release, clocks[a.Clock]
		m.due[j] = Never
		if a.Weight > 0 && a.Due != Never {
			m.due[j], m.weight[j] = a.Due, a.Weight
			m.realDue[j] = a.Due
		}
	}
}

// addLinks groups the links. One from a fixed activity becomes a release, one to
// a fixed activity can change nothing any more.
func (m *model) addLinks(p *Project, clocks []*clock) {
	type pair struct {
		from, to int32
		end
	}
	var all []pair
	for _, l := range p.Links {
		to := m.number[l.To]
		if to < 0 {
			continue
		}
		e := end{other: m.number[l.From], kind: l.Kind, lag: l.Lag, clock: clocks[l.Clock]}
		if from := e.other; from >= 0 {
			all = append(all, pair{from, to, e})
			if l.Kind != FinishStart || l.Lag < 0 {
				m.early = true
			}
			continue
		}
		a := &p.Activities[l.From]
		m.release[to] = max(m.release[to], m.bound(to, &e, a.Start, a.End))
	}
	m.pred = group(m.n, len(all), func(i int) (int32, end) { return all[i].to, all[i].end })
	m.succ = group(m.n, len(all), func(i int) (int32, end) {
		e := all[i].end
		e.other = all[i].to
		return all[i].from, e
	})
}

func group(n, count int, get func(int) (int32, end)) links {
	l := links{at: make([]int32, n+1), ends: make([]end, count)}
	for i := range count {
		j, _ := get(i)
		l.at[j+1]++
	}
	for j := range n {
		l.at[j+1] += l.at[j]
	}
	next := slices.Clone(l.at[:n])
	for i := range count {
		j, e := get(i)
		l.ends[next[j]] = e
		next[j]++
	}
	return l
}

// bound returns the earliest start of activity j that a link allows from a
// predecessor at [start, finish).
func (m *model) bound(j int32, e *end, start, finish int64) int64 {
	t := finish
	if e.kind == StartStart || e.kind == StartFinish {
		t = start
	}
	switch {
	case e.clock == nil || e.lag == 0:
		t += e.lag
	case e.lag > 0:
		t = e.clock.first(e.clock.at(t) + e.lag)
	default:
		t = e.clock.last(e.clock.at(t) + e.lag)
	}
	if e.kind == FinishStart || e.kind == StartStart {
		return t
	}
	if c := m.clock[j]; c != nil && m.dur[j] > 0 {
		return c.last(c.at(t) - m.dur[j])
	}
	return t - m.dur[j]
}

// begin returns the earliest start of activity j at or after t.
func (m *model) begin(j int32, t int64) int64 {
	if c := m.clock[j]; c != nil && m.dur[j] > 0 {
		return c.last(c.at(t))
	}
	return t
}

// finish returns where activity j ends that starts at s, a result of begin.
func (m *model) finish(j int32, s int64) int64 {
	if c := m.clock[j]; c != nil && m.dur[j] > 0 {
		return c.first(c.at(s) + m.dur[j])
	}
	return s + m.dur[j]
}

// ready returns the earliest start of activity j that its release and the links
// allow, when its predecessors are placed.
func (m *model) ready(j int32, start, finish []int64) int64 {
	t := m.release[j]
	for k := m.pred.at[j]; k < m.pred.at[j+1]; k++ {
		e := &m.pred.ends[k]
		t = max(t, m.bound(j, e, start[e.other], finish[e.other]))
	}
	return m.begin(j, t)
}

// topological returns the activities in an order that links respect, the lowest
// index first wherever there is a choice.
func topological(p *Project) ([]int, error) {
	n := len(p.Activities)
	waits := make([]int, n)
	next := make([][]int32, n)
	for _, l := range p.Links {
		waits[l.To]++
		next[l.From] = append(next[l.From], int32(l.To))
	}
	var open heap[int]
	open.less = func(a, b int) bool { return a < b }
	for i := range n {
		if waits[i] == 0 {
			open.push(i)
		}
	}
	order := make([]int, 0, n)
	for len(open.items) > 0 {
		i := open.pop()
		order = append(order, i)
		for _, k := range next[i] {
			if waits[k]--; waits[k] == 0 {
				open.push(int(k))
			}
		}
	}
	if len(order) == n {
		return order, nil
	}
	return nil, &InputError{Part: "Links", Index: -1, Reason: "cycle", Cycle: findCycle(next, waits)}
}

// findCycle walks backwards among the activities that never became ready: each
// has a predecessor of its kind, so the walk must close.
func findCycle(next [][]int32, waits []int) []int {
	before := make([]int, len(waits))
	first := -1
	for i := range next {
		if waits[i] == 0 {
			continue
		}
		for _, k := range next[i] {
			before[k] = i
		}
		if first < 0 {
			first = i
		}
	}
	seen := make([]bool, len(waits))
	i := first
	for ; !seen[i]; i = before[i] {
		seen[i] = true
	}
	cycle := []int{i}
	for k := before[i]; k != i; k = before[k] {
		cycle = append(cycle, k)
	}
	slices.Reverse(cycle)
	low := slices.Index(cycle, slices.Min(cycle))
	return append(cycle[low:], cycle[:low]...)
}

// A heap is a binary heap of values ordered by less.
type heap[T any] struct {
	items []T
	less  func(a, b T) bool
}

func (h *heap[T]) push(x T) {
	h.items = append(h.items, x)
	i := len(h.items) - 1
	for i > 0 {
		up := (i - 1) / 2
		if !h.less(h.items[i], h.items[up]) {
			break
		}
		h.items[i], h.items[up] = h.items[up], h.items[i]
		i = up
	}
}

func (h *heap[T]) pop() T {
	top := h.items[0]
	last := len(h.items) - 1
	h.items[0] = h.items[last]
	h.items = h.items[:last]
	for i := 0; ; {
		c := 2*i + 1
		if c >= last {
			return top
		}
		if c+1 < last && h.less(h.items[c+1], h.items[c]) {
			c++
		}
		if !h.less(h.items[c], h.items[i]) {
			return top
		}
		h.items[i], h.items[c] = h.items[c], h.items[i]
		i = c
	}
}

// byResource orders and merges the needs of one activity.
func byResource(needs []need) []need {
	slices.SortFunc(needs, func(a, b need) int { return cmp.Compare(a.resource, b.resource) })
	out := needs[:0]
	for _, x := range needs {
		if k := len(out); k > 0 && out[k-1].resource == x.resource {
			out[k-1].amount = min(out[k-1].amount+x.amount, 2*MaxAmount)
			continue
		}
		out = append(out, x)
	}
	return out
}
