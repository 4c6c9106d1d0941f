package salesplan

import (
	"math"
	"slices"

	"github.com/shopspring/decimal"
)

// run places tasks until nothing moves; false where that leaves the days that
// the slow scheduler knows.
func (s *slowPlan) run() (ok bool) {
	defer func() {
		if err := recover(); err != nil {
			if err != errSlowRange {
				panic(err)
			}
			ok = false
		}
	}()
	for i := range s.tasks {
		s.report(&s.tasks[i])
	}
	rule := &s.req.Rule
	if rule.Start.IsZero() {
		end := ending(s.plan, rule.Finish)
		s.settleLate(end)
		first := math.MaxInt
		for i := range s.tasks {
			if s.tasks[i].leaf() {
				first = min(first, s.tasks[i].late.start)
			}
		}
		s.last = s.settleEarly(first)
		s.again = true
		s.settleLate(end)
		return true
	}
	start := starting(s.plan, rule.Start)
	s.last = s.settleEarly(start)
	s.firstLast = s.last
	s.settleLate(s.end())
	s.again = true
	s.last = s.settleEarly(start)
	return true
}

// end is from where late dates run.
func (s *slowPlan) end() int {
	if !s.req.Rule.Finish.IsZero() {
		return ending(s.plan, s.req.Rule.Finish)
	}
	return s.last
}

func (s *slowPlan) backward() bool { return s.req.Rule.Start.IsZero() }

func (s *slowPlan) settleEarly(start int) int {
	s.settle(func(k *slowTask) *slowSpan { return &k.early }, slowSpan{start, start}, func(i int) slowSpan { return s.placeEarly(i, start) })
	last := math.MinInt
	for i := range s.tasks {
		if s.tasks[i].leaf() {
			last = max(last, s.tasks[i].early.finish)
		}
	}
	return last
}

func (s *slowPlan) settleLate(end int) {
	s.settle(func(k *slowTask) *slowSpan { return &k.late }, slowSpan{end, end}, func(i int) slowSpan { return s.placeLate(i, end) })
}

func (s *slowPlan) settle(of func(*slowTask) *slowSpan, first slowSpan, place func(int) slowSpan) {
	for i := range s.tasks {
		*of(&s.tasks[i]) = first
	}
	for round, moved := 0, true; moved; round++ {
		if round > 3*len(s.tasks)+3 {
			panic("the slow scheduler doesn't settle")
		}
		moved = false
		for i := range s.tasks {
			if k := &s.tasks[i]; k.leaf() {
				d := place(i)
				moved = moved || d != *of(k)
				*of(k) = d
			}
		}
	}
}

// A slowLink is a link between two tasks without others below them.
type slowLink struct {
	of                 int    // the task that has the link
	named              string // whom it names
	from, to           *slowTask
	fromStart, toStart bool
	lag                int
	works              slowWork // of the lag
}

// links visits the links into a task, or those out of it.
func (s *slowPlan) links(i int, into bool, visit func(slowLink)) {
	for k := range s.tasks {
		for _, p := range s.tasks[k].Predecessors {
			from, to := &s.tasks[s.at[p.Task]], &s.tasks[k]
			l := slowLink{of: k, named: p.Task, fromStart: p.Link == LinkStartToStart || p.Link == LinkStartToFinish, toStart: p.Link == "" || p.Link == LinkFinishToStart || p.Link == LinkStartToStart}
			l.lag, l.works = int(p.Lag.Time.Minutes), s.plan
			if !p.Lag.Percent.IsZero() {
				l.lag = int(p.Lag.Percent.Mul(decimal.NewFromInt(int64(from.minutes))).Div(decimal.NewFromInt(100)).Round(0).IntPart())
			}
			worker := to
			if s.req.Rule.Lags == LagCalendarPredecessor {
				worker = from
			}
			switch {
			case p.Lag.Time.Elapsed:
				l.works = nil
			case s.req.Rule.Lags != LagCalendarPlan && !worker.Duration.Elapsed:
				l.works = worker.works
			}
			ends, others := to.leaves, from.leaves
			if !into {
				ends, others = others, ends
			}
			if !slices.Contains(ends, i) {
				continue
			}
			for _, other := range others {
				l.from, l.to = &s.tasks[other], &s.tasks[i]
				if !into {
					l.from, l.to = l.to, l.from
				}
				visit(l)
			}
		}
	}
}

// dates are the instants imposed on a task, by kind; what is imposed on a
// summary is on all tasks below it.
func (s *slowPlan) dates(i int) map[ConstraintKind][]int {
	out := map[ConstraintKind][]int{}
	for n, up := range s.tasks[i].above {
		k := s.tasks[up]
		if k.Constraint == nil {
			continue
		}
		switch kind := k.Constraint.Kind; kind {
		case ConstraintStartNoEarlier, ConstraintStartNoLater, ConstraintMustStart, ConstraintManual:
			out[kind] = append(out[kind], starting(k.works, k.Constraint.On))
		case ConstraintFinishNoEarlier, ConstraintFinishNoLater, ConstraintMustFinish:
			if kind == ConstraintFinishNoLater && n > 0 {
				kind = "above" // bounds the late dates only
			}
			out[kind] = append(out[kind], ending(k.works, k.Constraint.On))
		default:
			out[kind] = append(out[kind], 0)
		}
	}
	for _, up := range s.tasks[i].above {
		if k := s.tasks[up]; !k.Deadline.IsZero() {
			out["above"] = append(out["above"], ending(k.works, k.Deadline))
		}
	}
	return out
}

// notAfter reports a ≤ b in a task's working time.
func (k *slowTask) notAfter(a, b int) bool {
	for ; b < a; b++ {
		if k.long() == 0 || k.works.at(b) {
			return false
		}
	}
	return true
}

func (s *slowPlan) placeEarly(i, start int) slowSpan {
	k, dates := &s.tasks[i], s.dates(i)
	starts, finishes, linked := []int{start, s.asOf}, []int(nil), []int(nil)
	s.links(i, true, func(l slowLink) {
		at := l.from.early.finish
		if l.fromStart {
			at = l.from.early.start
		}
		if at = l.works.lagged(at, l.lag); l.toStart {
			linked = append(linked, at)
		} else {
			finishes = append(finishes, at)
		}
	})
	if k.begun {
		return s.placeBegun(i, linked, finishes, dates)
	}
	starts = append(append(starts, linked...), dates[ConstraintStartNoEarlier]...)
	finishes = append(finishes, dates[ConstraintFinishNoEarlier]...)
	if dates[ConstraintAsLateAsPossible] != nil && s.again && !s.backward() {
		starts = append(starts, k.late.start)
	}
	switch {
	case dates[ConstraintManual] != nil:
		return k.works.forth(dates[ConstraintManual][0], k.minutes)
	case dates[ConstraintMustStart] != nil:
		return k.works.forth(dates[ConstraintMustStart][0], k.minutes)
	case dates[ConstraintMustFinish] != nil:
		return k.works.back(dates[ConstraintMustFinish][0], k.minutes)
	}
	d := k.works.forth(slices.Max(starts), k.minutes)
	for slices.ContainsFunc(finishes, func(f int) bool { return !k.notAfter(f, d.finish) }) {
		d = k.works.later(d, k.minutes)
	}
	if k.Delay.Minutes > 0 {
		d = k.works.forth(d.start+int(k.Delay.Minutes), k.minutes)
	}
	for _, at := range dates[ConstraintStartNoLater] {
		if !k.notAfter(d.start, at) {
			d = k.works.forth(at, k.minutes)
		}
	}
	for _, at := range dates[ConstraintFinishNoLater] {
		if !k.notAfter(d.finish, at) {
			d = k.works.back(at, k.minutes)
		}
	}
	return d
}

// placeBegun places what is left of a task.
func (s *slowPlan) placeBegun(i int, linked, finishes []int, dates map[ConstraintKind][]int) slowSpan {
	k, rule := &s.tasks[i], s.req.Rule.OutOfOrder
	if k.done {
		return k.actual
	}
	at := k.actual.start
	if rule == OutOfOrderActual || s.asOf < 0 {
		if k.worked > 0 {
			at = k.works.forth(at, k.worked).finish
		}
	} else {
		at = max(at, s.asOf)
	}
	if rule == "" || rule == OutOfOrderRetained {
		for _, up := range k.above[1:] {
			if c := s.tasks[up].Constraint; c != nil && c.Kind == ConstraintStartNoEarlier {
				linked = append(linked, dates[ConstraintStartNoEarlier]...)
			}
		}
		at = slices.Max(append(linked, at))
	}
	d := k.works.forth(at, k.left)
	for rule != OutOfOrderActual && slices.ContainsFunc(finishes, func(f int) bool { return !k.notAfter(f, d.finish) }) {
		d = k.works.later(d, k.left)
	}
	k.resume = d.start
	return slowSpan{k.actual.start, d.finish}
}

// bounds are what tasks that follow leave of a task's start and finish, by
// their late dates or their early ones.
func (s *slowPlan) bounds(i int, of func(*slowTask) slowSpan) (starts, finishes []int, linked bool) {
	rule := s.req.Rule.OutOfOrder
	s.links(i, false, func(l slowLink) {
		linked = true
		if l.to.done || l.toStart && l.to.begun && rule == OutOfOrderOverride {
			return
		}
		at := of(l.to).finish
		switch {
		case l.toStart && l.to.begun && rule == OutOfOrderActual:
			at = l.to.actual.start
		case l.toStart && l.to.begun:
			at = l.to.works.back(at, l.to.left).start
		case l.toStart:
			at = of(l.to).start
		default:
			for l.to.long() > 0 && !l.to.works.at(at) {
				at++
			}
		}
		if at = l.works.before(at, l.lag); l.fromStart {
			starts = append(starts, at)
		} else {
			finishes = append(finishes, at)
		}
	})
	return starts, finishes, linked
}

func (s *slowPlan) placeLate(i, end int) slowSpan {
	k, dates := &s.tasks[i], s.dates(i)
	starts, finishes, linked := s.bounds(i, func(k *slowTask) slowSpan { return k.late })
	starts = append(starts, dates[ConstraintStartNoLater]...)
	finishes = slices.Concat(finishes, []int{end}, dates[ConstraintFinishNoLater], dates["above"])
	if s.req.Rule.OwnFloat && !s.backward() && !linked {
		finishes = append(finishes, k.early.finish)
	}
	if dates[ConstraintAsSoonAsPossible] != nil && s.again && s.backward() && !k.begun {
		finishes = append(finishes, k.early.finish)
	}
	must, mustFinish := dates[ConstraintMustStart], dates[ConstraintMustFinish]
	switch {
	case k.done:
		return k.actual
	case k.begun:
		return slowSpan{k.actual.start, k.works.back(slices.Min(append(finishes, mustFinish...)), k.long()).finish}
	case must != nil:
		return k.works.forth(must[0], k.minutes)
	case mustFinish != nil:
		return k.works.back(mustFinish[0], k.minutes)
	}
	d := k.works.back(slices.Min(finishes), k.minutes)
	for slices.ContainsFunc(starts, func(b int) bool { return !k.notAfter(d.start, b) }) {
		d = k.works.sooner(d, k.minutes)
	}
	if c := k.Constraint; c != nil && s.backward() {
		switch at := dates[c.Kind]; {
		case c.Kind == ConstraintStartNoEarlier && !k.notAfter(at[0], d.start):
			d = k.works.forth(at[0], k.minutes)
		case c.Kind == ConstraintFinishNoEarlier && !k.notAfter(at[0], d.finish):
			d = k.works.back(at[0], k.minutes)
		}
	}
	return d
}

// expected are the dates and floats of a task.
func (s *slowPlan) expected(i int) TaskDates {
	k := &s.tasks[i]
	early, late := k.early, k.late
	for n, leaf := range k.leaves {
		other := &s.tasks[leaf]
		if n == 0 {
			early, late = other.early, other.late
			continue
		}
		early = slowSpan{min(early.start, other.early.start), max(early.finish, other.early.finish)}
		late = slowSpan{min(late.start, other.late.start), max(late.finish, other.late.finish)}
	}
	d := TaskDates{EarlyStart: slowInstant(early.start), EarlyFinish: slowInstant(early.finish), LateStart: slowInstant(late.start), LateFinish: slowInstant(late.finish)}
	if !k.leaf() || k.done {
		return d
	}
	free := math.MaxInt
	starts, finishes, linked := s.bounds(i, func(k *slowTask) slowSpan { return k.early })
	switch {
	case s.req.Rule.OwnFloat && !s.backward() && !linked:
		finishes = append(finishes, early.finish)
	case len(finishes) == 0:
		finishes = append(finishes, s.endOfAll())
	default:
		finishes = append(finishes, max(s.endOfAll(), s.last))
	}
	for _, b := range finishes {
		free = min(free, k.works.count(early.finish, b))
	}
	total := k.works.count(early.finish, late.finish)
	if !k.begun {
		total = min(total, k.works.count(early.start, late.start))
		for _, b := range starts {
			free = min(free, k.works.count(early.start, b))
		}
	}
	d.TotalFloat, d.FreeFloat = int64(total), int64(max(0, free))
	return d
}

// endOfAll is the end that was given, or else the end that came out first.
func (s *slowPlan) endOfAll() int {
	if s.backward() || !s.req.Rule.Finish.IsZero() {
		return ending(s.plan, s.req.Rule.Finish)
	}
	return s.firstLast
}
