package network

// lateDriver and earlyDriver are packed drivers of tasks that take the dates of
// the other pass.
const (
	lateDriver  = int32(-1 << 31)
	earlyDriver = lateDriver + 1
	ownDriver   = lateDriver + 2
	dataDriver  = lateDriver + 3
)

// causeOf unpacks a driver.
func causeOf(by int32, pushed edge) cause {
	switch {
	case by >= 0:
		return cause{by, ByLink, pushed}
	case by == noDriver:
		return cause{-1, ByProject, pushed}
	case by == dataDriver:
		return cause{-1, ByDataDate, pushed}
	case by == lateDriver:
		return cause{-1, ByLate, pushed}
	case by == earlyDriver:
		return cause{-1, ByEarly, pushed}
	case by == ownDriver:
		return cause{-1, ByOwnEnd, pushed}
	}
	return cause{-2 - by, ByConstraint, pushed}
}

// better reports whether a driver stands before another of an equal bound: a
// link before a constraint before the project, the lower index first.
func better(a, b int32) bool {
	if (a >= 0) != (b >= 0) {
		return a >= 0
	}
	if a >= 0 {
		return a < b
	}
	return a != noDriver && (b == noDriver || a > b)
}

// raise moves a lower bound up.
func raise(at *int64, by *int32, to int64, why int32) {
	if to > *at || (to == *at && better(why, *by)) {
		*at, *by = to, why
	}
}

// drop moves an upper bound down.
func (u *upper) drop(to int64, why int32) {
	if to < u.at || (to == u.at && better(why, u.by)) {
		u.at, u.by = to, why
	}
}

func (d *dated) atMost(at int64, task int32) {
	if at < d.at || (at == d.at && task < d.task) {
		*d = dated{at, task}
	}
}

func (d *dated) atLeast(at int64, task int32) {
	if at > d.at || (at == d.at && task < d.task) {
		*d = dated{at, task}
	}
}

// follow places a duration at the first working minute not before an instant.
func follow(c *Clock, at, duration int64) (start, finish int64, ok bool) {
	if duration == 0 {
		return at, at, true
	}
	worked, start, _, ok := c.locate(at)
	if !ok {
		return 0, 0, false
	}
	finish, ok = c.FinishAt(worked + duration)
	return start, finish, ok
}

// precede places a duration so that it ends at the last working minute not
// after an instant.
func precede(c *Clock, at, duration int64) (start, finish int64, ok bool) {
	if duration == 0 {
		return at, at, true
	}
	worked := c.Worked(at)
	if finish, ok = c.FinishAt(worked); !ok {
		return 0, 0, false
	}
	start, ok = c.StartAt(worked - duration)
	return start, finish, ok
}

// after reports whether a date is later than another: in working time, and for
// a milestone on the clock.
func after(c *Clock, a, b, duration int64) bool {
	if duration == 0 {
		return a > b
	}
	return a > b && c.Worked(a) > c.Worked(b)
}

// lag returns a link's lag in minutes, whether it is elapsed, and its clock.
func (e *engine) lag(l *Link) (minutes int64, c *Clock) {
	minutes = l.Lag
	if l.Unit >= LagPercent {
		minutes = min(max(share(e.durationOf(l.From), l.Lag), -2*Limit), 2*Limit)
	}
	if l.Unit == LagElapsed || l.Unit == LagElapsedPercent {
		return minutes, e.always
	}
	index := e.p.Clock
	switch l.Clock {
	case OfSuccessor:
		index = e.p.Tasks[l.To].Clock
	case OfPredecessor:
		index = e.p.Tasks[l.From].Clock
	}
	if index < 0 {
		index = e.p.Clock
	}
	return minutes, e.clock(index)
}

// durationOf returns the duration that percentages refer to.
func (e *engine) durationOf(t int32) int64 {
	if e.trait(t)&isSummary == 0 {
		return e.p.Tasks[t].Duration
	}
	return e.clock(e.p.Tasks[t].Clock).Between(e.r.EarlyStart[t], e.r.EarlyFinish[t])
}

// ahead returns where a link with lag lets its successor's end be at the
// earliest: the first instant by which the lag has passed. It reports a lag
// that the clock never works.
func (e *engine) ahead(i int32, l *Link, from int64) int64 {
	minutes, c := e.lag(l)
	if minutes == 0 {
		return from
	}
	if c.always {
		return from + minutes
	}
	at, ok := c.FinishAt(c.Worked(from) + minutes)
	if ok {
		return at
	}
	if minutes < 0 {
		return -nothing + 1 // a lead to before all working time bounds nothing
	}
	if !e.isLost(l.From) {
		e.badLag(i)
	}
	return e.latest + 1
}

// behind returns where a link with lag lets its predecessor's end be at the
// latest: the inverse of ahead.
func (e *engine) behind(i int32, l *Link, from int64) int64 {
	minutes, c := e.lag(l)
	if minutes == 0 {
		return from
	}
	if c.always {
		return from - minutes
	}
	at, ok := c.StartAt(c.Worked(from) - minutes)
	if ok {
		return at
	}
	if minutes < 0 {
		return nothing - 1 // a lead from behind all working time bounds nothing
	}
	e.badLag(i)
	return e.earliest - 1
}

// badLag reports a lag that the clock never works, and keeps that the
// successor's dates need no report of their own.
func (e *engine) badLag(i int32) {
	if !e.badLags[i] {
		if e.badLags == nil {
			e.badLags = map[int32]bool{}
		}
		e.badLags[i] = true
		e.fault(NoWorkingTime, AtLink, int(i))
	}
}
