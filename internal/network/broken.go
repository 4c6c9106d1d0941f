package network

// findViolations lists the links and constraints that the early dates break.
// Without imposed dates and progress no link can be broken.
func (e *engine) findViolations() {
	if e.what == nil || (len(e.p.Constraints) == 0 && len(e.p.Progress) == 0) {
		return
	}
	for i := range e.p.Links {
		if by := e.brokenLink(int32(i), &e.p.Links[i]); by > 0 {
			e.r.Violations = append(e.r.Violations, Violation{By: by, Index: int32(i), Place: AtLink})
		}
	}
	for i := range e.p.Constraints {
		if by := e.brokenBound(&e.p.Constraints[i]); by > 0 {
			e.r.Violations = append(e.r.Violations, Violation{By: by, Index: int32(i), Place: AtConstraint})
		}
	}
}

// brokenLink returns by how many minutes the successor comes too early.
func (e *engine) brokenLink(i int32, l *Link) int64 {
	from := e.r.EarlyFinish[l.From]
	if l.Type == StartToStart || l.Type == StartToFinish {
		from = e.r.EarlyStart[l.From]
		if e.trait(l.From)&isSummary != 0 {
			from = e.groups[e.group[l.From]].maxStart
		}
	}
	at := from
	if l.Lag != 0 {
		at = e.ahead(i, l, from)
	}
	toStart := l.Type == FinishToStart || l.Type == StartToStart
	date := e.r.EarlyFinish[l.To]
	if toStart {
		date = e.r.EarlyStart[l.To]
	} else if e.trait(l.To)&isSummary != 0 {
		date = e.groups[e.group[l.To]].minFinish
	}
	return e.shortBy(l.To, date, at)
}

// shortBy returns by how many working minutes of a task a date comes before a
// bound, at least 1 when a milestone does so on the clock only.
func (e *engine) shortBy(t int32, date, bound int64) int64 {
	task := &e.p.Tasks[t]
	if date >= bound {
		return 0
	}
	by := e.clock(task.Clock).Between(date, bound)
	if by == 0 && task.Duration == 0 && e.trait(t)&isSummary == 0 {
		return 1
	}
	return by
}

// brokenBound returns by how many minutes early dates miss a constraint.
func (e *engine) brokenBound(c *Constraint) int64 {
	start, finish := e.r.EarlyStart[c.Task], e.r.EarlyFinish[c.Task]
	switch c.Kind {
	case StartNoEarlier:
		return e.shortBy(c.Task, start, c.At)
	case FinishNoEarlier:
		return e.shortBy(c.Task, finish, c.At)
	case StartNoLater:
		return e.shortBy(c.Task, c.At, start)
	case FinishNoLater, Deadline:
		return e.shortBy(c.Task, c.At, finish)
	case MustStart, FixedStart:
		return e.shortBy(c.Task, c.At, start) + e.shortBy(c.Task, start, c.At)
	case MustFinish:
		return e.shortBy(c.Task, c.At, finish) + e.shortBy(c.Task, finish, c.At)
	}
	return 0
}
