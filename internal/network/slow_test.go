package network

import "slices"

type slowDates struct{ start, finish int64 }

// slowRun is one slow schedule.
type slowRun struct {
	p           *Project
	clocks      []slowClock
	parts       [][]int32 // leaves of each task; a leaf's own self
	leaf        []bool
	early, late []slowDates
	resume      []int64
	free, total []int64
	last        int64
	again       bool // the second pass of tasks that take the other dates
}

func newSlow(p *Project, patterns []Pattern) *slowRun {
	s := &slowRun{p: p, parts: make([][]int32, len(p.Tasks)), leaf: make([]bool, len(p.Tasks))}
	for _, pattern := range patterns {
		s.clocks = append(s.clocks, slowClockOf(pattern))
	}
	for i := range p.Tasks {
		s.leaf[i] = !slices.ContainsFunc(p.Tasks, func(t Task) bool { return t.Parent == int32(i) })
	}
	for i := range p.Tasks {
		if s.leaf[i] {
			for t := int32(i); t >= 0; t = p.Tasks[t].Parent {
				s.parts[t] = append(s.parts[t], int32(i))
			}
		}
	}
	n := len(p.Tasks)
	s.early, s.late = make([]slowDates, n), make([]slowDates, n)
	s.free, s.total, s.resume = make([]int64, n), make([]int64, n), make([]int64, n)
	return s
}

func (s *slowRun) clock(c int32) slowClock {
	if c < 0 {
		return nil
	}
	return s.clocks[c]
}

func (s *slowRun) lag(l *Link) (int64, slowClock) {
	lag := l.Lag
	if l.Unit >= LagPercent {
		product := s.p.Tasks[l.From].Duration * l.Lag
		lag = product / 10_000
		if rest := product % 10_000; rest >= 5000 {
			lag++
		} else if rest <= -5000 {
			lag--
		}
	}
	if l.Unit == LagElapsed || l.Unit == LagElapsedPercent {
		return lag, nil
	}
	c := s.p.Clock
	if l.Clock == OfSuccessor {
		c = s.p.Tasks[l.To].Clock
	} else if l.Clock == OfPredecessor {
		c = s.p.Tasks[l.From].Clock
	}
	if c < 0 {
		c = s.p.Clock
	}
	return lag, s.clock(c)
}

func fromStart(l *Link) bool { return l.Type == StartToStart || l.Type == StartToFinish }
func toStart(l *Link) bool   { return l.Type == FinishToStart || l.Type == StartToStart }

func (s *slowRun) progress(t int32) *Progress {
	for i := range s.p.Progress {
		if s.p.Progress[i].Task == t {
			return &s.p.Progress[i]
		}
	}
	return nil
}

func (s *slowRun) left(t int32) (done, left int64) {
	g, d := s.progress(t), s.p.Tasks[t].Duration
	if g.Remaining >= 0 {
		return max(0, d-g.Remaining), g.Remaining
	}
	done = (d*int64(g.Percent) + 5000) / 10_000
	return done, d - done
}

// of visits the constraints of a leaf and those of the summary tasks above.
func (s *slowRun) constraints(t int32, visit func(Constraint)) {
	for above := t; above >= 0; above = s.p.Tasks[above].Parent {
		for _, c := range s.p.Constraints {
			if c.Task == above {
				visit(c)
			}
		}
	}
}

// placeEarly returns the early dates of a leaf, given those of the others.
func (s *slowRun) placeEarly(t int32, start int64) slowDates {
	task := s.p.Tasks[t]
	c := s.clock(task.Clock)
	starts, finishes, linked := []int64{start}, []int64{}, []int64{}
	if s.p.HasDataDate {
		starts = append(starts, s.p.DataDate)
	}
	for i := range s.p.Links {
		l := &s.p.Links[i]
		if !slices.Contains(s.parts[l.To], t) {
			continue
		}
		for _, from := range s.parts[l.From] {
			at := s.early[from].finish
			if fromStart(l) {
				at = s.early[from].start
			}
			lag, clock := s.lag(l)
			if at = clock.earliest(at, lag); toStart(l) {
				starts, linked = append(starts, at), append(linked, at)
			} else {
				finishes = append(finishes, at)
			}
		}
	}
	if s.progress(t) != nil {
		return s.placeStarted(t, linked, finishes)
	}
	var must, mustFinish, fixed []int64
	s.constraints(t, func(x Constraint) {
		switch x.Kind {
		case StartNoEarlier:
			starts = append(starts, x.At)
		case FinishNoEarlier:
			finishes = append(finishes, x.At)
		case MustStart:
			must = append(must, x.At)
		case MustFinish:
			mustFinish = append(mustFinish, x.At)
		case FixedStart:
			fixed = append(fixed, x.At)
		case AsLate:
			if s.again && !s.p.Backward {
				starts = append(starts, s.late[t].start)
			}
		}
	})
	if s.p.LinksFirst {
		starts, finishes = append(starts, must...), append(finishes, mustFinish...)
		must, mustFinish = nil, nil
	}
	var d slowDates
	switch {
	case len(fixed) > 0:
		d.start, d.finish = c.forth(slices.Min(fixed), task.Duration)
		return d
	case len(must) > 0:
		d.start, d.finish = c.forth(slices.Min(must), task.Duration)
		return d
	case len(mustFinish) > 0:
		d.start, d.finish = c.back(slices.Min(mustFinish), task.Duration)
		return d
	}
	for at := slices.Max(starts); ; at++ {
		d.start, d.finish = c.forth(at, task.Duration)
		if !slices.ContainsFunc(finishes, func(f int64) bool { return !c.notAfter(f, d.finish, task.Duration) }) {
			break
		}
		at = d.start
	}
	if task.Delay > 0 {
		d.start, d.finish = c.forth(d.start+task.Delay, task.Duration)
	}
	for _, x := range s.p.Constraints {
		switch {
		case s.p.LinksFirst:
		case x.Task == t && x.Kind == StartNoLater && !c.notAfter(d.start, x.At, task.Duration):
			d.start, d.finish = c.forth(x.At, task.Duration)
		case x.Task == t && x.Kind == FinishNoLater && !c.notAfter(d.finish, x.At, task.Duration):
			d.start, d.finish = c.back(x.At, task.Duration)
		}
	}
	return d
}

func (s *slowRun) placeStarted(t int32, linked, finishes []int64) slowDates {
	g, task := s.progress(t), s.p.Tasks[t]
	c := s.clock(task.Clock)
	if g.Finished {
		return slowDates{g.Start, g.Finish}
	}
	done, left := s.left(t)
	at := g.Start
	if s.p.OutOfOrder == ActualDates || !s.p.HasDataDate {
		if done > 0 {
			_, at = c.forth(at, done)
		}
	} else {
		at = max(at, s.p.DataDate)
	}
	if s.p.OutOfOrder == RetainedLogic {
		s.constraints(t, func(x Constraint) {
			if x.Task != t && x.Kind == StartNoEarlier {
				linked = append(linked, x.At)
			}
		})
		at = max(at, slices.Max(append(linked, at)))
	}
	for ; ; at++ {
		resume, finish := c.forth(at, left)
		if s.p.OutOfOrder == ActualDates || !slices.ContainsFunc(finishes, func(f int64) bool { return !c.notAfter(f, finish, max(task.Duration, left)) }) {
			s.resume[t] = resume
			return slowDates{g.Start, finish}
		}
		at = resume
	}
}

// bounds returns what links into other tasks allow a leaf's start and finish,
// given the dates of those: their late dates, or their early ones for free
// float.
func (s *slowRun) bounds(t int32, dates []slowDates) (starts, finishes []int64, linked bool) {
	for i := range s.p.Links {
		l := &s.p.Links[i]
		if !slices.Contains(s.parts[l.From], t) {
			continue
		}
		linked = true
		for _, to := range s.parts[l.To] {
			at := dates[to].finish
			g := s.progress(to)
			if g != nil && g.Finished {
				continue
			}
			if c, d := s.clock(s.p.Tasks[to].Clock), s.p.Tasks[to].Duration; !toStart(l) {
				if g != nil {
					_, left := s.left(to)
					d = max(d, left)
				}
				for d > 0 && !c.works(at) {
					at++
				}
			} else {
				at = dates[to].start
				if g != nil && s.p.OutOfOrder == ProgressOverride {
					continue
				}
				if g != nil && s.p.OutOfOrder == ActualDates {
					at = g.Start
				} else if g != nil {
					_, left := s.left(to)
					at, _ = s.clock(s.p.Tasks[to].Clock).back(dates[to].finish, left)
				}
			}
			lag, clock := s.lag(l)
			if lag != 0 {
				at = clock.lastBefore(at, lag)
			}
			if fromStart(l) {
				starts = append(starts, at)
			} else {
				finishes = append(finishes, at)
			}
		}
	}
	return starts, finishes, linked
}

// placeLate returns the late dates of a leaf, given those of the others.
func (s *slowRun) placeLate(t int32, end int64) slowDates {
	task := s.p.Tasks[t]
	c := s.clock(task.Clock)
	starts, finishes, linked := s.bounds(t, s.late)
	finishes = append(finishes, end)
	if s.p.OwnEnds && !s.p.Backward && !linked {
		finishes = append(finishes, s.early[t].finish)
	}
	var must, mustFinish []int64
	s.constraints(t, func(x Constraint) {
		switch {
		case x.Kind == StartNoLater:
			starts = append(starts, x.At)
		case x.Kind == FinishNoLater || x.Kind == Deadline:
			finishes = append(finishes, x.At)
		case x.Kind == MustStart:
			must = append(must, x.At)
		case x.Kind == MustFinish:
			mustFinish = append(mustFinish, x.At)
		case x.Kind == AsSoon && s.again && s.p.Backward && s.progress(t) == nil:
			finishes = append(finishes, s.early[t].finish)
		}
	})
	fixed := slices.ContainsFunc(s.p.Constraints, func(x Constraint) bool { return x.Task == t && x.Kind == FixedStart })
	var d slowDates
	if g := s.progress(t); g != nil {
		if g.Finished {
			return slowDates{g.Start, g.Finish}
		}
		_, left := s.left(t)
		_, finish := c.back(slices.Min(append(finishes, mustFinish...)), max(task.Duration, left))
		return slowDates{g.Start, finish}
	}
	if s.p.LinksFirst {
		starts, finishes = append(starts, must...), append(finishes, mustFinish...)
		must, mustFinish = nil, nil
	}
	switch {
	case len(must) > 0 && !fixed:
		d.start, d.finish = c.forth(slices.Min(must), task.Duration)
		return d
	case len(mustFinish) > 0 && !fixed:
		d.start, d.finish = c.back(slices.Min(mustFinish), task.Duration)
		return d
	}
	for at := slices.Min(finishes); ; at-- {
		d.start, d.finish = c.back(at, task.Duration)
		if !slices.ContainsFunc(starts, func(b int64) bool { return !c.notAfter(d.start, b, task.Duration) }) {
			break
		}
		at = d.finish
	}
	for _, x := range s.p.Constraints {
		switch {
		case s.p.LinksFirst || !s.p.Backward || x.Task != t:
		case x.Kind == StartNoEarlier && !c.notAfter(x.At, d.start, task.Duration):
			d.start, d.finish = c.forth(x.At, task.Duration)
		case x.Kind == FinishNoEarlier && !c.notAfter(x.At, d.finish, task.Duration):
			d.start, d.finish = c.back(x.At, task.Duration)
		}
	}
	return d
}

// run places tasks until nothing moves.
func (s *slowRun) run() (ok bool) {
	defer func() {
		if err := recover(); err != nil {
			if _, out := err.(errSlow); !out {
				panic(err)
			}
			ok = false
		}
	}()
	end := s.p.Finish
	if s.p.Backward {
		s.settleLate(end)
		start := int64(1 << 62)
		for i := range s.late {
			if s.leaf[i] {
				start = min(start, s.late[i].start)
			}
		}
		s.last = s.settleEarly(start)
		s.again = true
		s.settleLate(end)
	} else {
		s.last = s.settleEarly(s.p.Start)
		if !s.p.HasFinish {
			end = s.last
		}
		s.settleLate(end)
		s.again = true
		s.last = s.settleEarly(s.p.Start)
	}
	for i := range s.p.Tasks {
		if t := int32(i); s.leaf[i] {
			s.measure(t, end)
		}
	}
	return true
}

func (s *slowRun) settleEarly(start int64) int64 {
	for i := range s.early {
		s.early[i] = slowDates{start, start}
	}
	return s.settle(s.early, func(t int32) slowDates { return s.placeEarly(t, start) })
}

func (s *slowRun) settleLate(end int64) {
	for i := range s.late {
		s.late[i] = slowDates{end, end}
	}
	s.settle(s.late, func(t int32) slowDates { return s.placeLate(t, end) })
}

func (s *slowRun) settle(dates []slowDates, place func(int32) slowDates) int64 {
	for round, moved := 0, true; moved; round++ {
		if round > 3*len(dates)+3 {
			panic("the slow scheduler doesn't settle")
		}
		moved = false
		for i := range dates {
			if s.leaf[i] {
				d := place(int32(i))
				moved = moved || d != dates[i]
				dates[i] = d
			}
		}
	}
	last := int64(-1 << 62)
	for i := range dates {
		if s.leaf[i] {
			last = max(last, dates[i].finish)
		}
	}
	return last
}

// measure counts a leaf's floats.
func (s *slowRun) measure(t int32, end int64) {
	c := s.clock(s.p.Tasks[t].Clock)
	g := s.progress(t)
	if g != nil && g.Finished {
		return
	}
	e, l := s.early[t], s.late[t]
	starts, finishes, linked := s.bounds(t, s.early)
	if s.p.OwnEnds && !s.p.Backward && !linked {
		finishes = append(finishes, e.finish)
	} else if len(finishes) == 0 {
		finishes = append(finishes, end)
	} else {
		finishes = append(finishes, max(end, s.last))
	}
	s.total[t] = min(c.count(e.start, l.start), c.count(e.finish, l.finish))
	free := int64(1) << 62
	for _, b := range finishes {
		free = min(free, c.count(e.finish, b))
	}
	if g != nil {
		s.total[t] = c.count(e.finish, l.finish)
	} else {
		for _, b := range starts {
			free = min(free, c.count(e.start, b))
		}
	}
	s.free[t] = max(0, free)
}
