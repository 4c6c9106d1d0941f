package network

// earlyPass computes early dates in the order of the nodes, none before start
// unless a date is imposed.
func (e *engine) earlyPass(start int64) {
	n := int32(len(e.p.Tasks))
	first := lower{start, -nothing, noDriver, noDriver}
	if e.p.HasDataDate && e.p.DataDate > start {
		first.start, first.byStart = e.p.DataDate, dataDriver
	}
	for i := range e.low {
		e.low[i] = first
		// What is left of a task that started before the project waits for its
		// links all the same; summary tasks only hand on what bounds them.
		if e.trait(int32(i))&(isSummary|isStarted) != 0 {
			e.low[i] = lower{-nothing, -nothing, noDriver, noDriver}
		}
	}
	for i := range e.groups {
		g := &e.groups[i]
		g.earlyStart, g.earlyFinish = dated{nothing, -1}, dated{-nothing, -1}
		g.maxStart, g.minFinish = -nothing, nothing
		g.seenEarlyStart, g.seenEarlyFinish = nothing, nothing
	}
	e.r.ProjectStart, e.r.ProjectFinish = nothing, -nothing
	for _, v := range e.order {
		switch {
		case v >= n:
			e.closeGroup(&e.groups[v-n])
		case e.trait(v)&isSummary != 0:
			e.openGroup(v)
		default:
			e.placeEarly(v)
		}
	}
	if len(e.p.Tasks) == 0 {
		e.r.ProjectStart, e.r.ProjectFinish = start, start
	}
}

// openGroup hands a summary task's bounds to its parts.
func (e *engine) openGroup(t int32) {
	low := &e.low[t]
	for i := e.bounds(t); i >= 0; i = e.nextBound[i] {
		if c := &e.p.Constraints[i]; c.Kind == StartNoEarlier {
			raise(&low.start, &low.byStart, c.At, -2-i)
		}
	}
	g := e.group[t]
	for _, part := range e.part[e.partStart[g]:e.partStart[g+1]] {
		raise(&e.low[part].start, &e.low[part].byStart, low.start, low.byStart)
		raise(&e.low[part].finish, &e.low[part].byFinish, low.finish, low.byFinish)
	}
}

// closeGroup gives a summary task the dates of its parts and passes them on.
func (e *engine) closeGroup(g *groupOf) {
	t := g.task
	e.r.EarlyStart[t], e.r.EarlyFinish[t] = g.earlyStart.at, g.earlyFinish.at
	e.pushLinks(t, g.maxStart, g.earlyFinish.at)
	if g.parent >= 0 {
		up := &e.groups[g.parent]
		up.earlyStart.atMost(g.earlyStart.at, t)
		up.earlyFinish.atLeast(g.earlyFinish.at, t)
		up.maxStart, up.minFinish = max(up.maxStart, g.maxStart), min(up.minFinish, g.minFinish)
		up.seenEarlyStart = min(up.seenEarlyStart, g.seenEarlyStart)
		up.seenEarlyFinish = min(up.seenEarlyFinish, g.seenEarlyFinish)
	}
}

// placeEarly gives a task its early dates and passes them on.
func (e *engine) placeEarly(t int32) {
	task, low := &e.p.Tasks[t], &e.low[t]
	var start, finish int64
	ok := true
	switch w := e.trait(t); {
	case w == 0 && low.finish == -nothing:
		start, finish, ok = e.placeSimply(t, task, low)
	case w&isStarted != 0:
		start, finish, ok = e.placeStarted(t, task, low, w)
	default:
		start, finish, ok = e.placeBound(t, task, low, w)
	}
	if !ok || start < e.earliest || finish > e.latest {
		start, finish = e.lost(t, start, finish, ok, e.r.early[t])
	}
	e.r.EarlyStart[t], e.r.EarlyFinish[t] = start, finish
	e.r.ProjectStart = min(e.r.ProjectStart, start)
	e.r.ProjectFinish = max(e.r.ProjectFinish, finish)
	e.pushLinks(t, start, finish)
	if task.Parent >= 0 {
		g := &e.groups[e.group[task.Parent]]
		g.earlyStart.atMost(start, t)
		g.earlyFinish.atLeast(finish, t)
		g.maxStart, g.minFinish = max(g.maxStart, start), min(g.minFinish, finish)
		seenStart, seenFinish := e.seenEarly(t)
		g.seenEarlyStart = min(g.seenEarlyStart, seenStart)
		g.seenEarlyFinish = min(g.seenEarlyFinish, seenFinish)
	}
}

// placeSimply places a task that only waits for starts.
func (e *engine) placeSimply(t int32, task *Task, low *lower) (start, finish int64, ok bool) {
	e.r.early[t] = causeOf(low.byStart, startPushed)
	if task.Duration == 0 {
		e.r.Flags[t] = 0
		return low.start, low.start, true
	}
	c := e.clock(task.Clock)
	worked, start, rests, ok := c.locate(low.start)
	e.r.Flags[t] = 0
	if rests {
		e.r.Flags[t] = Waits
	}
	if !ok {
		return 0, 0, false
	}
	finish, ok = c.FinishAt(worked + task.Duration)
	return start, finish, ok
}

// placeBound places a task with constraints, a delay or bounds of its finish.
func (e *engine) placeBound(t int32, task *Task, low *lower, w trait) (start, finish int64, ok bool) {
	c := e.clock(task.Clock)
	e.r.Flags[t] = 0
	if w&isBound != 0 {
		if i := e.imposed(t); i >= 0 {
			return e.placeImposed(t, task, c, i)
		}
		e.raiseBounds(t, low)
	}
	start, finish, ok = e.placeLow(t, task, c, low)
	if !ok {
		return start, finish, false
	}
	if w&isDelayed != 0 {
		if start, finish, ok = follow(c, start+task.Delay, task.Duration); !ok {
			return start, finish, false
		}
		e.r.Flags[t] |= Delayed
	}
	if w&isBound != 0 && !e.p.LinksFirst {
		start, finish, ok = e.clipEarly(t, task, c, start, finish)
	}
	return start, finish, ok
}

// placeLow places a task at the tighter of its lower bounds.
func (e *engine) placeLow(t int32, task *Task, c *Clock, low *lower) (start, finish int64, ok bool) {
	if task.Duration == 0 {
		if low.finish > low.start || (low.finish == low.start && better(low.byFinish, low.byStart)) {
			e.r.early[t] = causeOf(low.byFinish, finishPushed)
			return low.finish, low.finish, true
		}
		e.r.early[t] = causeOf(low.byStart, startPushed)
		return low.start, low.start, true
	}
	worked, start, rests, ok := c.locate(low.start)
	e.r.early[t] = causeOf(low.byStart, startPushed)
	if low.finish > -nothing {
		back := c.Worked(low.finish) - task.Duration
		if back > worked || !ok || (back == worked && better(low.byFinish, low.byStart)) {
			e.r.early[t] = causeOf(low.byFinish, finishPushed)
			worked, rests = back, false
			start, ok = c.StartAt(back)
		}
	}
	if !ok {
		return 0, 0, false
	}
	if rests {
		e.r.Flags[t] |= Waits
	}
	finish, ok = c.FinishAt(worked + task.Duration)
	return start, finish, ok
}

// raiseBounds applies the constraints that raise early dates.
func (e *engine) raiseBounds(t int32, low *lower) {
	for i := e.bounds(t); i >= 0; i = e.nextBound[i] {
		c := &e.p.Constraints[i]
		switch {
		case c.Kind == StartNoEarlier, c.Kind == MustStart && e.p.LinksFirst:
			raise(&low.start, &low.byStart, c.At, -2-i)
		case c.Kind == FinishNoEarlier, c.Kind == MustFinish && e.p.LinksFirst:
			raise(&low.finish, &low.byFinish, c.At, -2-i)
		}
	}
	if e.pinnedLate && e.trait(t)&isLate != 0 && e.r.LateStart[t] > low.start {
		low.start, low.byStart = e.r.LateStart[t], lateDriver
	}
}

// imposed returns the constraint that fixes a task's early dates, or −1: a
// fixed start before a must-start before a must-finish, and of several of a
// kind the earliest.
func (e *engine) imposed(t int32) int32 {
	best, rank := int32(-1), 0
	for i := e.bounds(t); i >= 0; i = e.nextBound[i] {
		c := &e.p.Constraints[i]
		r := 0
		switch {
		case c.Kind == FixedStart:
			r = 3
		case c.Kind == MustStart && !e.p.LinksFirst:
			r = 2
		case c.Kind == MustFinish && !e.p.LinksFirst:
			r = 1
		}
		if r > rank || (r > 0 && r == rank && c.At < e.p.Constraints[best].At) {
			best, rank = i, r
		}
	}
	return best
}

// placeImposed puts a task where a constraint wants it.
func (e *engine) placeImposed(t int32, task *Task, c *Clock, i int32) (start, finish int64, ok bool) {
	bound := &e.p.Constraints[i]
	if bound.Kind == MustFinish {
		e.r.early[t] = causeOf(-2-i, finishPushed)
		return precede(c, bound.At, task.Duration)
	}
	e.r.early[t] = causeOf(-2-i, startPushed)
	return follow(c, bound.At, task.Duration)
}

// clipEarly honours upper bounds: a task that links push past one stays on it.
func (e *engine) clipEarly(t int32, task *Task, c *Clock, start, finish int64) (int64, int64, bool) {
	ok := true
	for i := e.bounds(t); i >= 0 && ok; i = e.nextBound[i] {
		bound := &e.p.Constraints[i]
		switch {
		case bound.Kind == StartNoLater && after(c, start, bound.At, task.Duration):
			start, finish, ok = follow(c, bound.At, task.Duration)
			e.r.early[t] = causeOf(-2-i, startPushed)
		case bound.Kind == FinishNoLater && after(c, finish, bound.At, task.Duration):
			start, finish, ok = precede(c, bound.At, task.Duration)
			e.r.early[t] = causeOf(-2-i, finishPushed)
		}
	}
	return start, finish, ok
}

// placeStarted places the remaining part of a task in progress.
func (e *engine) placeStarted(t int32, task *Task, low *lower, w trait) (start, finish int64, ok bool) {
	record := &e.r.records[e.recordOf[t]]
	g := &e.p.Progress[record.progress]
	e.r.Flags[t] = Started
	e.r.early[t] = cause{record.progress, ByActual, startPushed}
	if w&isFinished != 0 {
		e.r.Flags[t] |= Finished
		record.resume = g.Finish
		return g.Start, g.Finish, true
	}
	c := e.clock(task.Clock)
	done, left := e.remaining(t)
	resume, ok := g.Start, true
	rule := e.p.OutOfOrder
	if rule == ActualDates || !e.p.HasDataDate {
		if done > 0 {
			resume, ok = c.FinishAt(c.Worked(g.Start) + done)
		}
	} else if e.p.DataDate > resume {
		resume = e.p.DataDate
		e.r.early[t] = cause{-1, ByDataDate, startPushed}
	}
	if rule == RetainedLogic && low.byStart != noDriver && low.byStart != dataDriver && low.start > resume {
		resume = low.start
		e.r.early[t] = causeOf(low.byStart, startPushed)
	}
	if !ok {
		return g.Start, 0, false
	}
	record.resume, finish, ok = follow(c, resume, left)
	if ok && rule != ActualDates && low.finish > -nothing && after(c, low.finish, finish, max(task.Duration, left)) {
		e.r.early[t] = causeOf(low.byFinish, finishPushed)
		at := low.finish
		if last, worked := c.Previous(at); left == 0 && task.Duration > 0 && worked {
			at = last // work that is done has no more to do after hours
		}
		record.resume, finish, ok = precede(c, at, left)
	}
	return g.Start, finish, ok
}

// pushLinks raises the bounds of a task's successors.
func (e *engine) pushLinks(t int32, start, finish int64) {
	for _, i := range e.out[e.outStart[t]:e.outStart[t+1]] {
		l := &e.p.Links[i]
		at := finish
		if l.Type == StartToStart || l.Type == StartToFinish {
			at = start
		}
		if l.Lag != 0 {
			at = e.ahead(i, l, at)
		}
		low := &e.low[l.To]
		if l.Type == FinishToStart || l.Type == StartToStart {
			raise(&low.start, &low.byStart, at, i)
		} else {
			raise(&low.finish, &low.byFinish, at, i)
		}
	}
}

// bounds returns a task's first constraint, or −1.
func (e *engine) bounds(t int32) int32 {
	if e.firstBound == nil {
		return -1
	}
	return e.firstBound[t]
}

// lost reports dates that can't be computed, at the link when its lag led
// there, and returns dates just outside the horizon in their place. Tasks that
// follow a lost one are not reported.
func (e *engine) lost(t int32, start, finish int64, ok bool, why cause) (int64, int64) {
	kind := BeyondHorizon
	if !ok {
		kind = NoWorkingTime
		start, finish = e.latest+1, e.latest+1
	}
	start, finish = max(start, e.earliest-1), min(finish, e.latest+1)
	if why.kind != ByLink {
		e.fault(kind, AtTask, int(t))
	} else if l := &e.p.Links[why.index]; !e.isLost(l.From) && !e.badLags[why.index] {
		if l.Lag != 0 && ok {
			e.fault(kind, AtLink, int(why.index))
		} else {
			e.fault(kind, AtTask, int(t))
		}
	}
	return min(start, e.latest+1), finish
}

// isLost reports whether a task's early dates were lost.
func (e *engine) isLost(t int32) bool {
	return e.r.EarlyStart[t] < e.earliest || e.r.EarlyFinish[t] > e.latest
}
