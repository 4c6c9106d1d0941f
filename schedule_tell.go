package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
	"github.com/shopspring/decimal"
)

// tell writes the request in the engine's numbers.
func (s *scheduling) tell(c *diag.Collector) {
	rule := &s.req.Rule
	s.net = network.Project{
		Clocks: s.clocks.clocks, OwnEnds: rule.OwnFloat,
		CriticalFloat: rule.Critical.Minutes, NearFloat: rule.atRisk(),
		Earliest: 0, Latest: minutesOf(calendar.On(calendar.MaxYear, 12, 31)) + dayMinutes,
		Tasks: make([]network.Task, len(s.req.Tasks)),
	}
	switch rule.OutOfOrder {
	case OutOfOrderOverride:
		s.net.OutOfOrder = network.ProgressOverride
	case OutOfOrderActual:
		s.net.OutOfOrder = network.ActualDates
	}
	if !rule.Start.IsZero() {
		s.net.Start = s.nextWork(0, rule.Start)
	}
	if !rule.Finish.IsZero() {
		s.net.Finish, s.net.HasFinish = s.lastWork(0, rule.Finish), true
		s.net.Backward = rule.Start.IsZero()
	}
	if !s.req.AsOf.IsZero() {
		s.net.DataDate, s.net.HasDataDate = minutesOf(s.req.AsOf)+dayMinutes, true
	}
	links := 0
	for i := range s.req.Tasks {
		links += len(s.req.Tasks[i].Predecessors)
	}
	s.net.Links, s.links = make([]network.Link, 0, links), make([]place, 0, links)
	for i := range s.req.Tasks {
		s.tellTask(i)
		s.tellProgress(i, c)
	}
}

func (r *ScheduleRule) atRisk() int64 {
	if r.AtRisk == nil {
		return calendar.MinutesPerWorkWeek
	}
	return r.AtRisk.Minutes
}

// nextWork is the first minute of work from a moment on; a moment with a time
// of day is meant as it is.
func (s *scheduling) nextWork(clock int32, m calendar.Moment) int64 {
	at := startOf(m)
	if !m.Timed && clock >= 0 {
		if next, ok := s.clocks.clocks[clock].Next(at); ok {
			return next
		}
	}
	return at
}

// lastWork is the end of the last minute of work up to a moment.
func (s *scheduling) lastWork(clock int32, m calendar.Moment) int64 {
	at := endOf(m)
	if !m.Timed && clock >= 0 {
		if last, ok := s.clocks.clocks[clock].Previous(at); ok && last > 0 {
			return last
		}
	}
	return at
}

func (s *scheduling) tellTask(i int) {
	t := &s.req.Tasks[i]
	n := network.Task{Duration: t.Duration.Minutes, Delay: t.Delay.Minutes, Clock: s.clocks.ofTask[i], Parent: network.None}
	if t.Duration.Elapsed {
		n.Clock = network.Elapsed
	}
	if t.Parent != "" {
		n.Parent = s.at[t.Parent]
	}
	s.net.Tasks[i] = n
	for k := range t.Predecessors {
		s.net.Links = append(s.net.Links, s.link(i, &t.Predecessors[k]))
		s.links = append(s.links, place{int32(i), int32(k)})
	}
	if k := t.Constraint; k != nil && k.Kind != ConstraintAsSoonAsPossible || k != nil && s.net.Backward {
		s.constrain(i, 0, s.constraint(n.Clock, *k))
	}
	if !t.Deadline.IsZero() {
		s.constrain(i, partDeadline, network.Constraint{Kind: network.Deadline, At: s.lastWork(n.Clock, t.Deadline)})
	}
}

func (s *scheduling) constrain(i int, part int32, k network.Constraint) {
	k.Task = int32(i)
	s.net.Constraints = append(s.net.Constraints, k)
	s.constraints = append(s.constraints, place{int32(i), part})
}

func (s *scheduling) constraint(clock int32, k Constraint) network.Constraint {
	switch k.Kind {
	case ConstraintAsLateAsPossible:
		return network.Constraint{Kind: network.AsLate}
	case ConstraintStartNoEarlier:
		return network.Constraint{Kind: network.StartNoEarlier, At: s.nextWork(clock, k.On)}
	case ConstraintStartNoLater:
		return network.Constraint{Kind: network.StartNoLater, At: s.nextWork(clock, k.On)}
	case ConstraintFinishNoEarlier:
		return network.Constraint{Kind: network.FinishNoEarlier, At: s.lastWork(clock, k.On)}
	case ConstraintFinishNoLater:
		return network.Constraint{Kind: network.FinishNoLater, At: s.lastWork(clock, k.On)}
	case ConstraintMustStart:
		return network.Constraint{Kind: network.MustStart, At: s.nextWork(clock, k.On)}
	case ConstraintMustFinish:
		return network.Constraint{Kind: network.MustFinish, At: s.lastWork(clock, k.On)}
	case ConstraintManual:
		return network.Constraint{Kind: network.FixedStart, At: s.nextWork(clock, k.On)}
	}
	return network.Constraint{Kind: network.AsSoon}
}

func (s *scheduling) link(i int, p *Predecessor) network.Link {
	l := network.Link{From: s.at[p.Task], To: int32(i), Lag: p.Lag.Time.Minutes}
	switch p.Link {
	case LinkStartToStart:
		l.Type = network.StartToStart
	case LinkFinishToFinish:
		l.Type = network.FinishToFinish
	case LinkStartToFinish:
		l.Type = network.StartToFinish
	}
	switch {
	case !p.Lag.Percent.IsZero():
		l.Unit, l.Lag = network.LagPercent, p.Lag.Percent.Shift(2).Round(0).IntPart()
	case p.Lag.Time.Elapsed:
		l.Unit = network.LagElapsed
	}
	switch s.req.Rule.Lags {
	case LagCalendarPredecessor:
		l.Clock = network.OfPredecessor
	case LagCalendarPlan:
		l.Clock = network.OfProject
	}
	return l
}

func (s *scheduling) tellProgress(i int, c *diag.Collector) {
	path := s.sources[i]
	if path == "" {
		return
	}
	p, clock := s.progress[i], s.net.Tasks[i].Clock
	n := network.Progress{Task: int32(i), Remaining: -1, Finished: !p.Finished.IsZero()}
	if n.Finished {
		n.Finish = s.lastWork(clock, p.Finished)
	}
	if !p.Started.IsZero() {
		n.Start = s.nextWork(clock, p.Started)
	} else {
		n.Start = s.before(clock, n.Finish, s.net.Tasks[i].Duration)
	}
	if n.Finished {
		n.Start = min(n.Start, n.Finish) // a day without work
	}
	if p.Percent.Valid {
		n.Percent = int32(p.Percent.Decimal.Mul(decimal.NewFromInt(100)).Round(0).IntPart())
	}
	if r := p.Remaining; r != nil {
		n.Remaining = r.Minutes
		if r.Elapsed != s.req.Tasks[i].Duration.Elapsed && r.Minutes > 0 {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/remaining", Value: r.String(), Bound: "time as the task's duration is"})
		}
	}
	for k, at := range []calendar.Moment{p.Started, p.Finished} {
		if s.net.HasDataDate && at.Date.After(s.req.AsOf) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + []string{"/started", "/finished"}[k], Value: at.String(), Bound: "not after " + s.req.AsOf.String()})
		}
	}
	s.net.Progress = append(s.net.Progress, n)
}

// before is when a task began that was done by an instant.
func (s *scheduling) before(clock int32, finish, minutes int64) int64 {
	if clock < 0 {
		return finish - minutes
	}
	k := s.clocks.clocks[clock]
	if start, ok := k.StartAt(k.Worked(finish) - minutes); ok {
		return start
	}
	return finish
}

// explain says the engine's faults in the words of the request.
func (s *scheduling) explain(faults []network.Fault) error {
	var c diag.Collector
	for _, f := range faults {
		c.Add(s.fault(f))
	}
	return c.Err()
}

func (s *scheduling) fault(f network.Fault) *diag.Fault {
	out := &diag.Fault{Code: diag.OutOfRange, Path: s.pathOf(f), Value: s.valueOf(f)}
	switch f.Kind {
	case network.LinkCycle:
		out.Code, out.Bound = diag.Cycle, joinChain(s.chain(f))
	case network.LinkToPart:
		out.Code, out.Bound = diag.Cycle, "a summary isn't linked to a task of its own"
	case network.SummaryConstraint:
		out.Code, out.Bound = diag.Conflict, "start-no-earlier, finish-no-later or a deadline, for a summary"
	case network.SummaryLag:
		out.Code, out.Bound = diag.Conflict, "no percentage of a summary in a plan that is scheduled back from its finish"
	case network.NoWorkingTime:
		out.Code, out.Bound = diag.Infeasible, "a calendar with working time"
	case network.FinishBeforeStart:
		out.Code, out.Bound = diag.Order, "an end after its beginning"
	case network.BeyondLimit, network.BeyondHorizon, network.BadBounds:
		out.Bound = "dates from 0001-01-01 to 9999-12-31"
	case network.TooMany:
		out.Code, out.Bound = diag.TooMany, "fewer tasks and links"
	default: // refused before
		out.Code, out.Bound = diag.Invalid, "tasks that can be scheduled"
	}
	return out
}

func (s *scheduling) pathOf(f network.Fault) string {
	switch f.Place {
	case network.AtTask:
		return index("/tasks", f.Index)
	case network.AtLink:
		p := s.links[f.Index]
		return index(index("/tasks", int(p.task))+"/predecessors", int(p.part))
	case network.AtConstraint:
		p := s.constraints[f.Index]
		if p.part == partDeadline {
			return index("/tasks", int(p.task)) + "/deadline"
		}
		return index("/tasks", int(p.task)) + "/constraint"
	case network.AtProgress:
		return s.sources[s.net.Progress[f.Index].Task]
	}
	if s.req.Rule.Start.IsZero() {
		return "/rule/finish"
	}
	return "/rule/start"
}

func (s *scheduling) valueOf(f network.Fault) string {
	switch f.Place {
	case network.AtTask:
		return s.req.Tasks[f.Index].ID
	case network.AtLink:
		p := s.links[f.Index]
		return s.req.Tasks[p.task].Predecessors[p.part].Task
	}
	return ""
}

// chain are the tasks of a circle, in order.
func (s *scheduling) chain(f network.Fault) []string {
	names := make([]string, 0, len(f.Cycle))
	for _, t := range f.Cycle {
		names = append(names, s.req.Tasks[t].ID)
	}
	return names
}

// span are the days from the first to the last date of a result.
func spanOf(r *network.Result) (calendar.Period, bool) {
	if len(r.Start) == 0 {
		return calendar.Period{}, false
	}
	first := min(slices.Min(r.EarlyStart), slices.Min(r.LateStart))
	last := max(slices.Max(r.EarlyFinish), slices.Max(r.LateFinish))
	a, b := instantOf(max(first, 0)).Date(), instantOf(max(last-1, 0)).Date()
	if a.IsZero() || b.IsZero() {
		return calendar.Period{}, false
	}
	return calendar.Span(a, b), true
}
