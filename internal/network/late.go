package network

// latePass computes late dates against the order of the nodes, none after end.
func (e *engine) latePass(end int64) {
	n := int32(len(e.p.Tasks))
	e.r.LateEnd = end
	for i := range e.groups {
		g := &e.groups[i]
		g.lateStart, g.lateFinish = dated{nothing, -1}, dated{-nothing, -1}
		g.seenLateStart, g.seenLateFinish = nothing, nothing
	}
	for i := len(e.order) - 1; i >= 0; i-- {
		switch v := e.order[i]; {
		case v >= n:
			e.boundGroup(&e.groups[v-n])
		case e.trait(v)&isSummary != 0:
			e.closeLate(v)
		default:
			e.placeLate(v, end)
		}
	}
}

// boundGroup collects what links and bounds of a summary task allow its parts.
func (e *engine) boundGroup(g *groupOf) {
	g.toStart, g.toFinish = upper{nothing, noDriver}, upper{nothing, noDriver}
	g.hasSuccessors = e.outStart[g.task] < e.outStart[g.task+1]
	e.pullLinks(g.task, &g.toStart, &g.toFinish)
	for i := e.bounds(g.task); i >= 0; i = e.nextBound[i] {
		if c := &e.p.Constraints[i]; c.Kind == FinishNoLater || c.Kind == Deadline {
			g.toFinish.drop(c.At, -2-i)
		}
	}
	if g.parent >= 0 {
		up := &e.groups[g.parent]
		g.toStart.drop(up.toStart.at, up.toStart.by)
		g.toFinish.drop(up.toFinish.at, up.toFinish.by)
		g.hasSuccessors = g.hasSuccessors || up.hasSuccessors
	}
}

// closeLate gives a summary task the late dates of its parts.
func (e *engine) closeLate(t int32) {
	g := &e.groups[e.group[t]]
	e.r.LateStart[t], e.r.LateFinish[t] = g.lateStart.at, g.lateFinish.at
	if g.parent >= 0 {
		up := &e.groups[g.parent]
		up.lateStart.atMost(g.lateStart.at, t)
		up.lateFinish.atLeast(g.lateFinish.at, t)
		up.seenLateStart = min(up.seenLateStart, g.seenLateStart)
		up.seenLateFinish = min(up.seenLateFinish, g.seenLateFinish)
	}
}

// placeLate gives a task its late dates.
func (e *engine) placeLate(t int32, end int64) {
	task := &e.p.Tasks[t]
	toStart, toFinish := upper{nothing, noDriver}, upper{end, noDriver}
	e.pullLinks(t, &toStart, &toFinish)
	successors := e.outStart[t] < e.outStart[t+1]
	if task.Parent >= 0 {
		g := &e.groups[e.group[task.Parent]]
		toStart.drop(g.toStart.at, g.toStart.by)
		toFinish.drop(g.toFinish.at, g.toFinish.by)
		successors = successors || g.hasSuccessors
	}
	if e.p.OwnEnds && !e.p.Backward && !successors && e.r.EarlyFinish[t] < toFinish.at {
		toFinish = upper{e.r.EarlyFinish[t], ownDriver}
	}
	var start, finish int64
	var ok bool
	w := e.trait(t)
	switch {
	case w&isStarted != 0:
		start, finish, ok = e.lateStarted(t, task, w, toFinish)
	case w&isBound != 0:
		start, finish, ok = e.lateBound(t, task, toStart, toFinish)
	default:
		start, finish, ok = e.placeHigh(t, task, toStart, toFinish)
	}
	if !ok || (start < e.earliest && w&isStarted == 0) || finish < e.earliest {
		start, finish = e.lostLate(t, start, finish, ok)
	}
	e.r.LateStart[t], e.r.LateFinish[t] = start, finish
	if task.Parent >= 0 {
		g := &e.groups[e.group[task.Parent]]
		g.lateStart.atMost(start, t)
		g.lateFinish.atLeast(finish, t)
		seenStart, seenFinish := e.seenLate(t)
		g.seenLateStart = min(g.seenLateStart, seenStart)
		g.seenLateFinish = min(g.seenLateFinish, seenFinish)
	}
}

// placeHigh places a task below its upper bounds.
func (e *engine) placeHigh(t int32, task *Task, toStart, toFinish upper) (start, finish int64, ok bool) {
	if task.Duration == 0 {
		if toStart.at < toFinish.at || (toStart.at == toFinish.at && better(toStart.by, toFinish.by)) {
			e.r.late[t] = causeOf(toStart.by, startPushed)
			return toStart.at, toStart.at, true
		}
		e.r.late[t] = causeOf(toFinish.by, finishPushed)
		return toFinish.at, toFinish.at, true
	}
	c := e.clock(task.Clock)
	worked := c.Worked(toFinish.at)
	e.r.late[t] = causeOf(toFinish.by, finishPushed)
	if toStart.at < nothing {
		forth := c.Worked(toStart.at) + task.Duration
		if forth < worked || (forth == worked && better(toStart.by, toFinish.by)) {
			worked = forth
			e.r.late[t] = causeOf(toStart.by, startPushed)
		}
	}
	if finish, ok = c.FinishAt(worked); !ok {
		return 0, 0, false
	}
	start, ok = c.StartAt(worked - task.Duration)
	return start, finish, ok
}

// lateBound places a task with constraints.
func (e *engine) lateBound(t int32, task *Task, toStart, toFinish upper) (start, finish int64, ok bool) {
	c := e.clock(task.Clock)
	for i := e.bounds(t); i >= 0; i = e.nextBound[i] {
		switch k := &e.p.Constraints[i]; k.Kind {
		case StartNoLater:
			toStart.drop(k.At, -2-i)
		case FinishNoLater, Deadline:
			toFinish.drop(k.At, -2-i)
		case MustStart:
			if e.p.LinksFirst {
				toStart.drop(k.At, -2-i)
			}
		case MustFinish:
			if e.p.LinksFirst {
				toFinish.drop(k.At, -2-i)
			}
		}
	}
	if i := e.imposed(t); i >= 0 && e.p.Constraints[i].Kind != FixedStart {
		k := &e.p.Constraints[i]
		if k.Kind == MustStart {
			e.r.late[t] = causeOf(-2-i, startPushed)
			return follow(c, k.At, task.Duration)
		}
		e.r.late[t] = causeOf(-2-i, finishPushed)
		return precede(c, k.At, task.Duration)
	}
	if e.pinnedEarly && e.trait(t)&isSoon != 0 && e.r.EarlyFinish[t] < toFinish.at {
		toFinish = upper{e.r.EarlyFinish[t], earlyDriver}
	}
	start, finish, ok = e.placeHigh(t, task, toStart, toFinish)
	if ok && e.p.Backward && !e.p.LinksFirst {
		start, finish, ok = e.clipLate(t, task, c, start, finish)
	}
	return start, finish, ok
}

// clipLate honours lower bounds in a backward project, as clipEarly does upper
// ones in a forward project.
func (e *engine) clipLate(t int32, task *Task, c *Clock, start, finish int64) (int64, int64, bool) {
	ok := true
	for i := e.bounds(t); i >= 0 && ok; i = e.nextBound[i] {
		switch k := &e.p.Constraints[i]; {
		case k.Kind == StartNoEarlier && after(c, k.At, start, task.Duration):
			start, finish, ok = follow(c, k.At, task.Duration)
			e.r.late[t] = causeOf(-2-i, startPushed)
		case k.Kind == FinishNoEarlier && after(c, k.At, finish, task.Duration):
			start, finish, ok = precede(c, k.At, task.Duration)
			e.r.late[t] = causeOf(-2-i, finishPushed)
		}
	}
	return start, finish, ok
}

// lateStarted gives a task in progress its late finish; what is done has no
// float.
func (e *engine) lateStarted(t int32, task *Task, w trait, toFinish upper) (start, finish int64, ok bool) {
	i := e.records[e.recordOf[t]]
	g := &e.p.Progress[i]
	e.r.late[t] = cause{i, ByActual, finishPushed}
	if w&isFinished != 0 {
		return g.Start, g.Finish, true
	}
	for i := e.bounds(t); i >= 0; i = e.nextBound[i] {
		if k := &e.p.Constraints[i]; k.Kind == FinishNoLater || k.Kind == Deadline || k.Kind == MustFinish {
			toFinish.drop(k.At, -2-i)
		}
	}
	e.r.late[t] = causeOf(toFinish.by, finishPushed)
	_, left := e.remaining(t)
	_, finish, ok = precede(e.clock(task.Clock), toFinish.at, max(task.Duration, left))
	return g.Start, finish, ok
}

// pullLinks lowers a task's bounds to what the late dates of its successors
// allow.
func (e *engine) pullLinks(t int32, toStart, toFinish *upper) {
	for _, i := range e.out[e.outStart[t]:e.outStart[t+1]] {
		l := &e.p.Links[i]
		at := e.r.LateStart[l.To]
		if l.Type == FinishToFinish || l.Type == StartToFinish || e.trait(l.To)&(isSummary|isStarted) != 0 {
			start, finish := e.seenLate(l.To)
			if at = finish; l.Type == FinishToStart || l.Type == StartToStart {
				at = start
			}
		}
		if at == nothing {
			continue
		}
		if l.Lag != 0 {
			at = e.behind(i, l, at)
		}
		if l.Type == FinishToStart || l.Type == FinishToFinish {
			toFinish.drop(at, i)
		} else {
			toStart.drop(at, i)
		}
	}
}

// seenLate returns the late dates of a task that bound its predecessors:
// none of a finished one, and of one in progress those of what is still to be
// done, as far as the rule for it heeds links.
func (e *engine) seenLate(t int32) (start, finish int64) {
	w := e.trait(t)
	switch {
	case w&isSummary != 0:
		g := &e.groups[e.group[t]]
		return g.seenLateStart, g.seenLateFinish
	case w&isFinished != 0:
		return nothing, nothing
	case w&isStarted == 0:
		return e.r.LateStart[t], e.untilWork(t, e.r.LateFinish[t], 0)
	}
	return e.seenStarted(t, e.r.LateFinish[t])
}

// seenEarly is seenLate for early dates.
func (e *engine) seenEarly(t int32) (start, finish int64) {
	w := e.trait(t)
	switch {
	case w&isSummary != 0:
		g := &e.groups[e.group[t]]
		return g.seenEarlyStart, g.seenEarlyFinish
	case w&isFinished != 0:
		return nothing, nothing
	case w&isStarted == 0:
		return e.r.EarlyStart[t], e.untilWork(t, e.r.EarlyFinish[t], 0)
	}
	return e.seenStarted(t, e.r.EarlyFinish[t])
}

// seenStarted returns the dates of a task in progress that bound its
// predecessors when its remaining part ends at finish.
func (e *engine) seenStarted(t int32, finish int64) (start, until int64) {
	_, left := e.remaining(t)
	until = e.untilWork(t, finish, left)
	switch e.p.OutOfOrder {
	case ActualDates:
		return e.p.Progress[e.records[e.recordOf[t]]].Start, until
	case ProgressOverride:
		return nothing, until
	}
	start, _, ok := precede(e.clock(e.p.Tasks[t].Clock), finish, left)
	if !ok {
		start = nothing
	}
	return start, until
}

// untilWork returns the last instant that is not after a finish in a task's
// working time: a predecessor's finish may lie in the rest that follows, since
// links to a finish are measured in working time.
func (e *engine) untilWork(t int32, finish, left int64) int64 {
	task := &e.p.Tasks[t]
	if task.Duration == 0 && left == 0 {
		return finish
	}
	c := e.clock(task.Clock)
	until, ok := c.StartAt(c.Worked(finish))
	if !ok {
		return nothing
	}
	return until
}

// lostLate reports late dates that can't be computed, as lost does early ones.
func (e *engine) lostLate(t int32, start, finish int64, ok bool) (int64, int64) {
	kind := BeyondHorizon
	if !ok {
		kind = NoWorkingTime
		start, finish = e.earliest-1, e.earliest-1
	}
	why := e.r.late[t]
	if why.kind != ByLink {
		e.fault(kind, AtTask, int(t))
	} else if l := &e.p.Links[why.index]; e.r.LateStart[l.To] >= e.earliest && !e.badLags[why.index] {
		if l.Lag != 0 && ok {
			e.fault(kind, AtLink, int(why.index))
		} else {
			e.fault(kind, AtTask, int(t))
		}
	}
	return max(start, e.earliest-1), max(finish, e.earliest-1)
}

// firstLateStart returns the earliest late start, from which a backward
// project's early dates run.
func (e *engine) firstLateStart() int64 {
	first := nothing
	for t := range e.p.Tasks {
		if e.trait(int32(t))&isSummary == 0 {
			first = min(first, e.r.LateStart[t])
		}
	}
	if first == nothing {
		first = e.p.Finish
	}
	return first
}
