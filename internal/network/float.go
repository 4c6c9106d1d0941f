package network

import "slices"

// finish derives floats, flags, violations and the dates to work by.
func (e *engine) finish() {
	n := int32(len(e.p.Tasks))
	for i := range e.groups {
		e.groups[i].critical = false
	}
	for i := len(e.order) - 1; i >= 0; i-- {
		switch v := e.order[i]; {
		case v >= n:
			e.freeGroup(&e.groups[v-n])
		case e.trait(v)&isSummary != 0:
			e.floatGroup(v)
		default:
			e.floatTask(v)
		}
	}
	e.longestPath()
	e.findViolations()
	e.workBy()
	e.spreadGroups()
}

// floatTask measures how far a task can slip.
func (e *engine) floatTask(t int32) {
	r, task := e.r, &e.p.Tasks[t]
	if w := e.trait(t); w&isFinished != 0 {
		return
	} else if w&isStarted != 0 {
		e.floatStarted(t, task)
	} else {
		c := e.clock(task.Clock)
		start, finish := c.Worked(r.EarlyStart[t]), c.Worked(r.EarlyFinish[t])
		r.StartFloat[t] = c.Worked(r.LateStart[t]) - start
		r.FinishFloat[t] = c.Worked(r.LateFinish[t]) - finish
		r.TotalFloat[t] = min(r.StartFloat[t], r.FinishFloat[t])
		toStart, toFinish := e.freeBounds(t, task)
		free := nothing
		if toStart < nothing {
			free = c.Worked(toStart) - start
		}
		if toFinish < nothing {
			free = min(free, c.Worked(toFinish)-finish)
		}
		r.FreeFloat[t] = max(0, free)
	}
	e.flag(t, r.TotalFloat[t])
	if task.Parent >= 0 && r.Flags[t]&Critical != 0 {
		e.groups[e.group[task.Parent]].critical = true
	}
}

// floatStarted measures how far the remaining part of a task can slip.
func (e *engine) floatStarted(t int32, task *Task) {
	r, c := e.r, e.clock(task.Clock)
	float := c.Between(r.EarlyFinish[t], r.LateFinish[t])
	r.StartFloat[t], r.FinishFloat[t], r.TotalFloat[t] = float, float, float
	_, toFinish := e.freeBounds(t, task)
	r.FreeFloat[t] = max(0, c.Between(r.EarlyFinish[t], toFinish))
}

// freeBounds returns up to where a task's start and finish can slip without
// moving an early date: of the successors, and of the project's end where no
// successor waits for the finish.
func (e *engine) freeBounds(t int32, task *Task) (toStart, toFinish int64) {
	toStart, toFinish = nothing, nothing
	successors := e.freeLinks(t, &toStart, &toFinish)
	if task.Parent >= 0 {
		g := &e.groups[e.group[task.Parent]]
		toStart, toFinish = min(toStart, g.freeStart), min(toFinish, g.freeFinish)
		successors = successors || g.hasSuccessors
	}
	if !successors && e.p.OwnEnds && !e.p.Backward {
		return toStart, e.r.EarlyFinish[t]
	}
	if toFinish == nothing {
		return toStart, e.r.LateEnd
	}
	return toStart, min(toFinish, max(e.r.LateEnd, e.r.ProjectFinish))
}

// freeLinks lowers bounds to what the early dates of the successors allow; it
// reports whether there are any links.
func (e *engine) freeLinks(t int32, toStart, toFinish *int64) bool {
	links := e.out[e.outStart[t]:e.outStart[t+1]]
	for _, i := range links {
		l := &e.p.Links[i]
		at := e.r.EarlyStart[l.To]
		if l.Type == FinishToFinish || l.Type == StartToFinish || e.trait(l.To)&(isSummary|isStarted) != 0 {
			start, finish := e.seenEarly(l.To)
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
			*toFinish = min(*toFinish, at)
		} else {
			*toStart = min(*toStart, at)
		}
	}
	return len(links) > 0
}

// freeGroup collects what links out of a summary task leave its parts.
func (e *engine) freeGroup(g *groupOf) {
	g.freeStart, g.freeFinish = nothing, nothing
	e.freeLinks(g.task, &g.freeStart, &g.freeFinish)
	if g.parent >= 0 {
		up := &e.groups[g.parent]
		g.freeStart, g.freeFinish = min(g.freeStart, up.freeStart), min(g.freeFinish, up.freeFinish)
	}
}

// floatGroup measures a summary task like one long task; it is critical when a
// part is.
func (e *engine) floatGroup(t int32) {
	r, task := e.r, &e.p.Tasks[t]
	g := &e.groups[e.group[t]]
	c := e.clock(task.Clock)
	r.StartFloat[t] = c.Between(r.EarlyStart[t], r.LateStart[t])
	r.FinishFloat[t] = c.Between(r.EarlyFinish[t], r.LateFinish[t])
	r.TotalFloat[t] = min(r.StartFloat[t], r.FinishFloat[t])
	toStart, toFinish := e.freeBounds(t, task)
	free := nothing
	if toStart < nothing {
		free = c.Between(r.EarlyStart[t], toStart)
	}
	if toFinish < nothing {
		free = min(free, c.Between(r.EarlyFinish[t], toFinish))
	}
	r.FreeFloat[t] = max(0, free)
	r.Flags[t] = Summary
	if g.critical {
		r.Flags[t] |= Critical
		if g.parent >= 0 {
			e.groups[g.parent].critical = true
		}
	} else if r.TotalFloat[t] <= e.p.NearFloat {
		r.Flags[t] |= NearCritical
	}
}

func (e *engine) flag(t int32, float int64) {
	switch {
	case float <= e.p.CriticalFloat:
		e.r.Flags[t] |= Critical
	case float <= e.p.NearFloat:
		e.r.Flags[t] |= NearCritical
	}
}

// workBy picks the dates to work by. In a backward project these are the late
// ones, except of tasks that have been put somewhere by hand.
func (e *engine) workBy() {
	r := e.r
	r.Start, r.Finish = r.EarlyStart, r.EarlyFinish
	if !e.p.Backward {
		return
	}
	r.Start, r.Finish = r.LateStart, r.LateFinish
	fixed := false
	for t := range e.p.Tasks {
		i := int32(-1)
		if w := e.trait(int32(t)); w&(isBound|isStarted) == isBound {
			i = e.imposed(int32(t))
		}
		if i < 0 || e.p.Constraints[i].Kind != FixedStart {
			continue
		}
		if !fixed {
			fixed = true
			r.Start, r.Finish = slices.Clone(r.Start), slices.Clone(r.Finish)
		}
		r.Start[t], r.Finish[t] = r.EarlyStart[t], r.EarlyFinish[t]
	}
	if fixed {
		e.workByGroups()
	}
}

// workByGroups derives the dates of summary tasks from those of their parts.
func (e *engine) workByGroups() {
	r := e.r
	for i := range e.groups {
		t := e.groups[i].task
		r.Start[t], r.Finish[t] = nothing, -nothing
	}
	for i := len(e.order) - 1; i >= 0; i-- {
		if t := e.order[i]; int(t) < len(e.p.Tasks) {
			if p := e.p.Tasks[t].Parent; p >= 0 {
				r.Start[p], r.Finish[p] = min(r.Start[p], r.Start[t]), max(r.Finish[p], r.Finish[t])
			}
		}
	}
}

// spreadGroups keeps which parts give each summary task its dates.
func (e *engine) spreadGroups() {
	if e.groups == nil {
		return
	}
	e.r.spread = make([]spread, len(e.groups))
	for i := range e.groups {
		g := &e.groups[i]
		e.r.spread[i] = spread{g.task, g.earlyStart.task, g.earlyFinish.task, g.lateStart.task, g.lateFinish.task}
	}
}
