package network

import (
	"math"
	"slices"
)

// maxPercent bounds lags in hundredths of a percent, so that their minutes can
// be computed: 671,088 percent.
const maxPercent = int64(1) << 26

// check reports everything wrong with a project that its lists show one by one;
// cycles of parents and of links are found later.
func (e *engine) check() {
	p := e.p
	if len(p.Tasks) > math.MaxInt32/2 || len(p.Links) > math.MaxInt32 || len(p.Constraints) > math.MaxInt32-8 || len(p.Progress) > math.MaxInt32 {
		e.fault(TooMany, AtProject, 0)
		return
	}
	e.checkProject()
	for i := range p.Tasks {
		e.checkTask(i, &p.Tasks[i])
	}
	for i := range p.Links {
		e.checkLink(i, &p.Links[i])
	}
	for i := range p.Constraints {
		e.checkConstraint(i, &p.Constraints[i])
	}
	e.checkProgress()
}

func (e *engine) checkProject() {
	p := e.p
	if !e.knownClock(p.Clock) {
		e.fault(UnknownClock, AtProject, 0)
	}
	for i, c := range p.Clocks {
		if c == nil {
			e.fault(UnknownClock, AtClock, i)
		}
	}
	if beyond(p.Earliest) || beyond(p.Latest) || beyond(p.CriticalFloat) || beyond(p.NearFloat) ||
		(!p.Backward && beyond(p.Start)) || ((p.Backward || p.HasFinish) && beyond(p.Finish)) ||
		(p.HasDataDate && beyond(p.DataDate)) {
		e.fault(BeyondLimit, AtProject, 0)
	}
	outside := func(at int64) bool { return at < e.earliest || at > e.latest }
	if e.earliest > e.latest || (!p.Backward && outside(p.Start)) || ((p.Backward || p.HasFinish) && outside(p.Finish)) {
		e.fault(BadBounds, AtProject, 0)
	}
	if p.OutOfOrder > ActualDates {
		e.fault(UnknownKind, AtProject, 0)
	}
}

func (e *engine) checkTask(i int, t *Task) {
	if !e.knownClock(t.Clock) {
		e.fault(UnknownClock, AtTask, i)
	}
	switch {
	case t.Duration < 0:
		e.fault(NegativeDuration, AtTask, i)
	case t.Duration > Limit:
		e.fault(BeyondLimit, AtTask, i)
	}
	switch {
	case t.Delay < 0:
		e.fault(NegativeDelay, AtTask, i)
	case t.Delay > Limit:
		e.fault(BeyondLimit, AtTask, i)
	}
	if t.Parent != None && !e.knownTask(t.Parent) {
		e.fault(UnknownParent, AtTask, i)
	}
}

func (e *engine) checkLink(i int, l *Link) {
	switch {
	case !e.knownTask(l.From) || !e.knownTask(l.To):
		e.fault(UnknownTask, AtLink, i)
	case l.From == l.To:
		e.fault(SelfLink, AtLink, i)
	}
	if l.Type > StartToFinish || l.Unit > LagElapsedPercent || l.Clock > OfProject {
		e.fault(UnknownKind, AtLink, i)
	}
	if beyond(l.Lag) || (l.Unit >= LagPercent && (l.Lag > maxPercent || l.Lag < -maxPercent)) {
		e.fault(BeyondLimit, AtLink, i)
	}
}

func (e *engine) checkConstraint(i int, c *Constraint) {
	if !e.knownTask(c.Task) {
		e.fault(UnknownTask, AtConstraint, i)
	}
	switch {
	case c.Kind > FixedStart:
		e.fault(UnknownKind, AtConstraint, i)
	case c.Kind == AsLate || c.Kind == AsSoon:
	case beyond(c.At):
		e.fault(BeyondLimit, AtConstraint, i)
	case c.At < e.earliest || c.At > e.latest:
		e.fault(BeyondHorizon, AtConstraint, i)
	}
}

func (e *engine) checkProgress() {
	records := e.p.Progress
	for i := range records {
		g := &records[i]
		if !e.knownTask(g.Task) {
			e.fault(UnknownTask, AtProgress, i)
		}
		if beyond(g.Start) || beyond(g.Remaining) || (g.Finished && beyond(g.Finish)) {
			e.fault(BeyondLimit, AtProgress, i)
		} else if g.Start < e.earliest || g.Start > e.latest || (g.Finished && g.Finish > e.latest) {
			e.fault(BeyondHorizon, AtProgress, i)
		}
		if g.Finished && g.Finish < g.Start {
			e.fault(FinishBeforeStart, AtProgress, i)
		}
		if g.Percent < 0 || g.Percent > 10_000 || g.Remaining < -1 {
			e.fault(BadProgress, AtProgress, i)
		}
	}
	order := make([]int32, len(records))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if d := int64(records[a].Task) - int64(records[b].Task); d != 0 {
			return sign(d)
		}
		return int(a - b)
	})
	for i := 1; i < len(order); i++ {
		if records[order[i]].Task == records[order[i-1]].Task {
			e.fault(RepeatedProgress, AtProgress, int(order[i]))
		}
	}
	e.records = order
}

// checkSummaries reports what summary tasks can't have; it needs the parents
// to be without cycles.
func (e *engine) checkSummaries() {
	if e.groups == nil {
		return
	}
	for i, c := range e.p.Constraints {
		if e.group[c.Task] >= 0 && c.Kind != StartNoEarlier && c.Kind != FinishNoLater && c.Kind != Deadline {
			e.fault(SummaryConstraint, AtConstraint, i)
		}
	}
	for i, g := range e.p.Progress {
		if e.group[g.Task] >= 0 {
			e.fault(SummaryProgress, AtProgress, i)
		}
	}
	for i := range e.p.Links {
		if l := &e.p.Links[i]; e.p.Backward && l.Unit >= LagPercent && e.group[l.From] >= 0 {
			e.fault(SummaryLag, AtLink, i)
		}
	}
	e.checkOwnParts()
}

// checkOwnParts reports links between a summary task and its own parts, by
// the numbers that a walk through the tree gives on the way down.
func (e *engine) checkOwnParts() {
	down, last := e.numberTree()
	within := func(part, of int32) bool { return down[of] < down[part] && down[part] <= last[of] }
	for i := range e.p.Links {
		if l := &e.p.Links[i]; within(l.From, l.To) || within(l.To, l.From) {
			e.fault(LinkToPart, AtLink, i)
		}
	}
}

func (e *engine) knownClock(c int32) bool {
	return c == Elapsed || (c >= 0 && int(c) < len(e.p.Clocks) && e.p.Clocks[c] != nil)
}

func (e *engine) knownTask(t int32) bool { return t >= 0 && int(t) < len(e.p.Tasks) }

func (e *engine) fault(kind FaultKind, place Place, index int) {
	e.faults = append(e.faults, Fault{Kind: kind, Place: place, Index: index})
}

func beyond(x int64) bool { return x > Limit || x < -Limit }

func sign(x int64) int {
	switch {
	case x < 0:
		return -1
	case x > 0:
		return 1
	}
	return 0
}
