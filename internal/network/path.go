package network

// longestPath marks the tasks on every chain of driving links that ends with
// the project: unlike float, it isn't misled by imposed dates and by clocks
// that differ along the chain. A link drives its successor when its bound alone
// would give the successor its early date; so a summary task keeps from which
// instant on a bound does that for a part on the path.
func (e *engine) longestPath() {
	n := int32(len(e.p.Tasks))
	for i := range e.groups {
		g := &e.groups[i]
		g.onPath, g.sinceStart, g.sinceFinish = false, nothing, nothing
	}
	for i := len(e.order) - 1; i >= 0; i-- {
		switch v := e.order[i]; {
		case v >= n:
			g := &e.groups[v-n]
			g.fromStart, g.fromFinish = e.drivenFrom(g.task)
			if g.parent >= 0 {
				up := &e.groups[g.parent]
				g.fromStart, g.fromFinish = min(g.fromStart, up.fromStart), min(g.fromFinish, up.fromFinish)
			}
		case e.trait(v)&isSummary != 0:
			if g := &e.groups[e.group[v]]; g.onPath {
				e.markPath(v, g.sinceStart, g.sinceFinish)
			}
		default:
			if e.onLongestPath(v) {
				since, until := int64(0), int64(0)
				if e.p.Tasks[v].Parent >= 0 {
					since, until = e.since(v)
				}
				e.markPath(v, since, until)
			}
		}
	}
}

// markPath marks a task and tells the summary task above.
func (e *engine) markPath(t int32, sinceStart, sinceFinish int64) {
	e.r.Flags[t] |= LongestPath
	if p := e.p.Tasks[t].Parent; p >= 0 {
		up := &e.groups[e.group[p]]
		up.onPath = true
		up.sinceStart, up.sinceFinish = min(up.sinceStart, sinceStart), min(up.sinceFinish, sinceFinish)
	}
}

func (e *engine) onLongestPath(t int32) bool {
	start, finish := e.r.EarlyStart[t], e.r.EarlyFinish[t]
	if finish == e.r.ProjectFinish {
		return true
	}
	fromStart, fromFinish := e.drivenFrom(t)
	if p := e.p.Tasks[t].Parent; p >= 0 {
		g := &e.groups[e.group[p]]
		fromStart, fromFinish = min(fromStart, g.fromStart), min(fromFinish, g.fromFinish)
	}
	return start >= fromStart || finish >= fromFinish
}

// drivenFrom returns from which instants on the start and the finish of a task
// drive a task on the longest path through its own links.
func (e *engine) drivenFrom(t int32) (start, finish int64) {
	start, finish = nothing, nothing
	for _, i := range e.out[e.outStart[t]:e.outStart[t+1]] {
		l := &e.p.Links[i]
		if e.r.Flags[l.To]&LongestPath == 0 {
			continue
		}
		at, until := e.since(l.To)
		if l.Type == FinishToFinish || l.Type == StartToFinish {
			at = until
		}
		if at == nothing {
			continue
		}
		if l.Lag != 0 {
			at = e.reaching(l, at)
		}
		if l.Type == StartToStart || l.Type == StartToFinish {
			start = min(start, at)
		} else {
			finish = min(finish, at)
		}
	}
	return start, finish
}

// since returns from which instants on a bound of a task's start and of its
// finish gives it its early dates; nothing where no bound does, because a date
// is imposed or actual.
func (e *engine) since(t int32) (start, finish int64) {
	w, task, low := e.trait(t), &e.p.Tasks[t], &e.low[t]
	if w&isSummary != 0 {
		g := &e.groups[e.group[t]]
		return g.sinceStart, g.sinceFinish
	}
	start, finish = e.r.EarlyStart[t], e.r.EarlyFinish[t]
	why := e.r.early[t]
	if w&(isStarted|isDelayed) != 0 || why.kind == ByLate {
		return e.sinceDriver(low, why)
	}
	if w&isBound != 0 && e.imposed(t) >= 0 {
		return nothing, nothing
	}
	c := e.clock(task.Clock)
	if after(c, low.start, start, task.Duration) || (low.finish > -nothing && after(c, low.finish, finish, task.Duration)) {
		return nothing, nothing // an upper bound is honoured
	}
	if task.Duration > 0 {
		if at, ok := c.FinishAt(c.Worked(start)); ok {
			start = at
		}
	}
	return start, finish
}

// sinceDriver returns the bound that a single driving link has made.
func (e *engine) sinceDriver(low *lower, why cause) (start, finish int64) {
	switch {
	case why.kind != ByLink:
		return nothing, nothing
	case why.edge == finishPushed:
		return nothing, low.finish
	}
	return low.start, nothing
}

// reaching returns the first instant from which a link with lag reaches at: the
// least one that ahead takes to at or later.
func (e *engine) reaching(l *Link, at int64) int64 {
	minutes, c := e.lag(l)
	if minutes == 0 {
		return at
	}
	if c.always {
		return at - minutes
	}
	from, ok := c.FinishAt(c.Worked(at-1) + 1 - minutes)
	switch {
	case ok:
		return from
	case minutes > 0:
		return -nothing // before all working time
	}
	return nothing
}
