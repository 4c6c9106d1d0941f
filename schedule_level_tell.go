package salesplan

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/internal/leveling"
	"github.com/salesplan/salesplan/internal/network"
)

// A leveler is a request in the numbers of the leveling engine.
type leveler struct {
	s   *scheduling
	cpm *network.Result
	p   leveling.Project

	origin int64   // the minute of the engine's time 0
	task   []int32 // by activity; -1 for a joint
	at     []int32 // by task: its activity; -1 for a summary

	// joints are points of summaries that links hang on, by task and role; -1
	// for none yet. children are the tasks below each summary.
	joints   [4][]int32
	children [][]int32

	clock map[int32]int // by clock of the network: the engine's, plus one

	resource, stock   []int32 // members
	scale, stockScale []int64 // of the engine's amounts, in millionths
}

// leveler translates a request and its dates without resources.
func (s *scheduling) leveler(cpm *network.Result) (*leveler, error) {
	l := &leveler{s: s, cpm: cpm, clock: map[int32]int{}}
	l.setOrigin()
	n := len(s.req.Tasks)
	l.at, l.children = make([]int32, n), make([][]int32, n)
	for r := range l.joints {
		l.joints[r] = slices.Repeat([]int32{-1}, n)
	}
	// Ties go to the lower id, whatever the order in which tasks are listed.
	order := make([]int32, n)
	for i := range order {
		order[i], l.at[i] = int32(i), -1
		if up := s.net.Tasks[i].Parent; up >= 0 {
			l.children[up] = append(l.children[up], int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(s.req.Tasks[a].ID, s.req.Tasks[b].ID) })
	for _, i := range order {
		if !s.summary[i] {
			l.addTask(i)
		}
	}
	for k := range s.net.Links {
		l.addLink(&s.net.Links[k])
	}
	return l, l.addResources(order)
}

func (l *leveler) setOrigin() {
	if len(l.cpm.Start) == 0 {
		return
	}
	l.origin = slices.Min(l.cpm.Start) / dayMinutes * dayMinutes
}

func (l *leveler) addTask(i int32) {
	s, net := l.s, &l.s.net.Tasks[i]
	a := leveling.Activity{Duration: net.Duration, Due: leveling.Never, Release: l.cpm.Start[i] - l.origin, Clock: l.clockOf(net.Clock)}
	task := &s.req.Tasks[i]
	flags := l.cpm.Flags[i]
	must := task.Constraint != nil && (task.Constraint.Kind == ConstraintMustStart || task.Constraint.Kind == ConstraintMustFinish)
	if flags&(network.Started|network.Finished) != 0 || must {
		a.Fixed, a.Start, a.End = true, l.cpm.Start[i]-l.origin, l.cpm.Finish[i]-l.origin
	} else if !l.released(i) {
		a.Release = max(l.s.earliest()-l.origin, 0)
	}
	if due, ok := l.due(i); ok {
		a.Due, a.Weight = due-l.origin, int64(task.priority())
	}
	l.at[i] = int32(len(l.p.Activities))
	l.p.Activities = append(l.p.Activities, a)
	l.task = append(l.task, i)
}

// released reports whether the earliest start of a task comes from anything but
// its links, which the engine has itself.
func (l *leveler) released(i int32) bool {
	t := &l.s.req.Tasks[i]
	if t.Delay.Minutes > 0 || t.Constraint != nil && t.Constraint.Kind != ConstraintAsSoonAsPossible || l.s.net.Backward {
		return true
	}
	for up := l.s.net.Tasks[i].Parent; up >= 0; up = l.s.net.Tasks[up].Parent {
		if l.s.req.Tasks[up].Constraint != nil {
			return true
		}
	}
	return false
}

// earliest is when work begins that nothing else holds.
func (s *scheduling) earliest() int64 {
	if s.net.HasDataDate {
		return max(s.net.Start, s.net.DataDate)
	}
	return s.net.Start
}

// due is when a task is to be finished: its deadline, a date by which it has to
// be, or the finish of the rule for tasks that nothing follows.
func (l *leveler) due(i int32) (int64, bool) {
	due, ok := int64(0), false
	take := func(at int64) {
		if !ok || at < due {
			due, ok = at, true
		}
	}
	for up := i; up >= 0; up = l.s.net.Tasks[up].Parent {
		t := &l.s.req.Tasks[up]
		clock := l.s.net.Tasks[up].Clock
		if !t.Deadline.IsZero() {
			take(l.s.lastWork(clock, t.Deadline))
		}
		if k := t.Constraint; k != nil && k.Kind == ConstraintFinishNoLater {
			take(l.s.lastWork(clock, k.On))
		} else if k != nil && k.Kind == ConstraintStartNoLater && clock >= 0 {
			c := l.s.clocks.clocks[clock]
			if at, works := c.FinishAt(c.Worked(l.s.nextWork(clock, k.On)) + l.s.net.Tasks[i].Duration); works {
				take(at)
			}
		}
	}
	if l.s.net.HasFinish && l.s.net.Finish > l.origin {
		take(l.s.net.Finish)
	}
	return due, ok
}

// clockOf translates a clock of the network.
func (l *leveler) clockOf(k int32) int {
	if k < 0 {
		return 0
	}
	if c, ok := l.clock[k]; ok {
		return c
	}
	spans, from := l.s.clocks.clocks[k].Table(l.origin / dayMinutes)
	c := leveling.Clock{From: from - l.origin, Cycle: 7 * dayMinutes, Spans: make([]leveling.Span, len(spans))}
	for i, s := range spans {
		c.Spans[i] = leveling.Span{From: s.Start - l.origin, Until: s.End - l.origin}
	}
	l.p.Clocks = append(l.p.Clocks, c)
	l.clock[k] = len(l.p.Clocks)
	return len(l.p.Clocks)
}

// addLink translates a link. One of a summary goes through a joint: a point
// after (or before) all of its tasks.
func (l *leveler) addLink(k *network.Link) {
	out := leveling.Link{Lag: k.Lag}
	fromFinish := k.Type == network.FinishToStart || k.Type == network.FinishToFinish
	toStart := k.Type == network.FinishToStart || k.Type == network.StartToStart
	switch k.Unit {
	case network.LagElapsed:
	case network.LagWorking:
		out.Clock = l.clockOf(l.lagClock(k))
	default:
		out.Lag = lagOfPercent(l.duration(k.From), k.Lag)
		if k.Unit == network.LagPercent {
			out.Clock = l.clockOf(l.lagClock(k))
		}
	}
	if out.Lag == 0 {
		out.Clock = 0
	}
	out.From, out.To = l.end(k.From, fromFinish, true), l.end(k.To, !toStart, false)
	out.Kind = leveling.FinishStart
	switch k.Type {
	case network.StartToStart:
		out.Kind = leveling.StartStart
	case network.FinishToFinish:
		out.Kind = leveling.FinishFinish
	case network.StartToFinish:
		out.Kind = leveling.StartFinish
	}
	l.p.Links = append(l.p.Links, out)
}

func (l *leveler) lagClock(k *network.Link) int32 {
	c := l.s.net.Clock
	switch k.Clock {
	case network.OfSuccessor:
		c = l.s.net.Tasks[k.To].Clock
	case network.OfPredecessor:
		c = l.s.net.Tasks[k.From].Clock
	}
	if c < 0 {
		c = l.s.net.Clock
	}
	return c
}

// duration is a task's working time, of a summary that of its dates without
// resources.
func (l *leveler) duration(i int32) int64 {
	if !l.s.summary[i] {
		return l.s.net.Tasks[i].Duration
	}
	return l.s.clocks.clocks[0].Between(l.cpm.EarlyStart[i], l.cpm.EarlyFinish[i])
}

// lagOfPercent is hundredths of a percent of a duration, rounded half away from 0.
func lagOfPercent(minutes, hundredths int64) int64 {
	x := new(big.Int).Mul(big.NewInt(minutes), big.NewInt(hundredths))
	q, r := x.QuoRem(x, big.NewInt(10_000), new(big.Int))
	if r.CmpAbs(big.NewInt(5_000)) >= 0 {
		q.Add(q, big.NewInt(int64(r.Sign())))
	}
	return q.Int64()
}

// The roles of joints: a point that follows the starts, or the finishes, of all
// tasks of a summary, and one that they follow.
const (
	afterStarts = iota
	afterFinishes
	beforeStarts
	beforeFinishes
)

// end returns the activity that stands for an end of a task; after tells whether
// something waits for it, rather than it for something.
func (l *leveler) end(i int32, finish, after bool) int {
	if !l.s.summary[i] {
		return int(l.at[i])
	}
	role := beforeStarts
	switch {
	case after && finish:
		role = afterFinishes
	case after:
		role = afterStarts
	case finish:
		role = beforeFinishes
	}
	l.addJoints(i, role)
	return int(l.joints[role][i])
}

// addJoints ties a summary's joint to its tasks, and to the joints of summaries
// below.
func (l *leveler) addJoints(i int32, role int) {
	if l.joints[role][i] >= 0 {
		return
	}
	l.joints[role][i] = l.joint()
	for open := []int32{i}; len(open) > 0; {
		up := open[len(open)-1]
		open = open[:len(open)-1]
		joint := int(l.joints[role][up])
		for _, c := range l.children[up] {
			to := int(l.at[c])
			summary := l.s.summary[c]
			if summary {
				if l.joints[role][c] < 0 {
					l.joints[role][c] = l.joint()
					open = append(open, c)
				}
				to = int(l.joints[role][c])
			}
			l.p.Links = append(l.p.Links, tie(joint, to, role, summary))
		}
	}
}

// tie is the link between a joint and a task below, or its joint.
func tie(joint, to, role int, summary bool) leveling.Link {
	switch {
	case role == afterStarts && !summary:
		return leveling.Link{From: to, To: joint, Kind: leveling.StartStart}
	case role == afterStarts || role == afterFinishes:
		return leveling.Link{From: to, To: joint, Kind: leveling.FinishStart}
	case role == beforeFinishes && !summary:
		return leveling.Link{From: joint, To: to, Kind: leveling.FinishFinish}
	}
	return leveling.Link{From: joint, To: to, Kind: leveling.FinishStart}
}

func (l *leveler) joint() int32 {
	l.p.Activities = append(l.p.Activities, leveling.Activity{Due: leveling.Never})
	l.task = append(l.task, -1)
	return int32(len(l.p.Activities) - 1)
}
