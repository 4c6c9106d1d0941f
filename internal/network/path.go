package network

// longestPath marks the tasks on every chain of driving links that ends with
// the project: unlike float, it isn't misled by imposed dates and by clocks
// that differ along the chain.
func (e *engine) longestPath() {
	n := int32(len(e.p.Tasks))
	for i := range e.groups {
		g := &e.groups[i]
		g.onPath, g.drivenS, g.drivenF = false, false, false
	}
	for i := len(e.order) - 1; i >= 0; i-- {
		switch v := e.order[i]; {
		case v >= n:
			g := &e.groups[v-n]
			g.pathS, g.pathF = e.drivesPath(g.task, g.maxStart, g.earlyFinish.at)
			if g.parent >= 0 {
				up := &e.groups[g.parent]
				g.pathS = g.pathS || (up.pathS && g.maxStart == up.maxStart)
				g.pathF = g.pathF || (up.pathF && g.earlyFinish.at == up.earlyFinish.at)
			}
		case e.trait(v)&isSummary != 0:
			e.passPath(v)
		default:
			if e.onLongestPath(v) {
				e.r.Flags[v] |= LongestPath
				e.markAbove(v)
			}
		}
	}
}

// markAbove tells the summary task above a task on the longest path so, and
// whether its bounds drive it.
func (e *engine) markAbove(t int32) {
	p := e.p.Tasks[t].Parent
	if p < 0 {
		return
	}
	g, low := &e.groups[e.group[p]], &e.low[p]
	g.onPath = true
	g.drivenS = g.drivenS || e.drives(t, low.start, low.byStart, true)
	g.drivenF = g.drivenF || (low.finish > -nothing && e.drives(t, low.finish, low.byFinish, false))
}

// passPath marks a summary task when a part is marked, and tells the one above.
func (e *engine) passPath(t int32) {
	g := &e.groups[e.group[t]]
	if !g.onPath {
		return
	}
	e.r.Flags[t] |= LongestPath
	if g.parent >= 0 {
		up := &e.groups[g.parent]
		low, above := &e.low[t], &e.low[up.task]
		up.onPath = true
		up.drivenS = up.drivenS || (g.drivenS && low.start == above.start)
		up.drivenF = up.drivenF || (g.drivenF && low.finish == above.finish)
	}
}

func (e *engine) onLongestPath(t int32) bool {
	r := e.r
	if r.EarlyFinish[t] == r.ProjectFinish {
		return true
	}
	fromStart, fromFinish := e.drivesPath(t, r.EarlyStart[t], r.EarlyFinish[t])
	if fromStart || fromFinish {
		return true
	}
	p := e.p.Tasks[t].Parent
	if p < 0 {
		return false
	}
	g := &e.groups[e.group[p]]
	return (g.pathS && r.EarlyStart[t] == g.maxStart) || (g.pathF && r.EarlyFinish[t] == g.earlyFinish.at)
}

// drivesPath reports whether a link from a task's start, or from its finish,
// drives a task on the longest path.
func (e *engine) drivesPath(t int32, start, finish int64) (fromStart, fromFinish bool) {
	for _, i := range e.out[e.outStart[t]:e.outStart[t+1]] {
		l := &e.p.Links[i]
		if e.r.Flags[l.To]&LongestPath == 0 && e.trait(l.To)&isSummary == 0 {
			continue
		}
		at, isStart := finish, l.Type == StartToStart || l.Type == StartToFinish
		if isStart {
			at = start
		}
		if l.Lag != 0 {
			at = e.ahead(i, l, at)
		}
		if e.drives(l.To, at, i, l.Type == FinishToStart || l.Type == StartToStart) {
			fromStart = fromStart || isStart
			fromFinish = fromFinish || !isStart
		}
	}
	return fromStart, fromFinish
}

// drives reports whether a bound of a task's start or finish makes its early
// date; of a summary task, those of a part on the longest path.
func (e *engine) drives(t int32, at int64, link int32, toStart bool) bool {
	if e.trait(t)&isSummary != 0 {
		return e.drivesPart(t, at, toStart)
	}
	why := e.r.early[t]
	if why.kind != ByLink && why.kind != ByProject && why.kind != ByConstraint || e.pinned(t) {
		return why.kind == ByLink && why.index == link
	}
	task := &e.p.Tasks[t]
	c := e.clock(task.Clock)
	if !toStart {
		if task.Duration == 0 {
			return at == e.r.EarlyFinish[t]
		}
		return c.Worked(at) == c.Worked(e.r.EarlyFinish[t])
	}
	start, _, ok := follow(c, at, task.Duration)
	if ok && task.Delay > 0 {
		start, _, ok = follow(c, start+task.Delay, task.Duration)
	}
	return ok && start == e.r.EarlyStart[t]
}

// drivesPart looks at the parts of a summary task on the longest path. Its bound
// is theirs, so the link drives one of them exactly when it makes the bound
// and the bound makes the part's date.
func (e *engine) drivesPart(t int32, at int64, toStart bool) bool {
	low := &e.low[t]
	if (toStart && at != low.start) || (!toStart && at != low.finish) {
		return false
	}
	g := &e.groups[e.group[t]]
	if toStart {
		return g.drivenS
	}
	return g.drivenF
}

// pinned reports whether something else than links makes a task's early dates.
func (e *engine) pinned(t int32) bool {
	return e.trait(t)&(isStarted|isFinished) != 0 || (e.trait(t)&isBound != 0 && e.imposed(t) >= 0)
}
