package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// A ScheduleRequest is work to do and what it takes to put dates to it.
type ScheduleRequest struct {
	Tasks []Task

	// Rule says how they are scheduled; its Start or Finish must be given.
	Rule ScheduleRule

	// Resources and Axes are who does the work and what it takes; see
	// [Resource].
	Resources []Resource
	Axes      []Axis

	// Calendar says when work is done; nil is Monday to Friday, 08:00-12:00 and
	// 13:00-17:00. Calendars are those that tasks and resources name.
	Calendar  *calendar.Calendar
	Calendars []NamedCalendar

	// Fiscal is the fiscal year, in whose words budgets name their periods.
	Fiscal calendar.Fiscal

	// Goals are those that tasks serve; tasks may name others, of which nothing
	// is known then.
	Goals []Goal

	// Updates are what was done. Those later than AsOf are not known yet.
	Updates []TaskUpdate

	// AsOf is the day, its end, up to which progress is known: what is not done
	// by then is done later. Unset, nothing is known but what tasks say of
	// themselves, and no work moves because of it.
	AsOf calendar.Date
}

// Schedule puts dates to tasks: the earliest and latest start and finish of
// each, minute by minute, on the calendars of the plan, of the task and of the
// people who do it, with the float between them and what made every date.
//
// It is the critical-path method (Kelley and Walker 1959) with the precedence
// diagram's four links, in the reading of Microsoft Project: floats are working
// minutes of the task's calendar, a milestone keeps its predecessor's instant, a
// link of a summary task counts for all tasks below it, dates that must hold do
// so and leave negative float. Resources that don't suffice move nothing here;
// see [LevelResources].
//
// Faults, all at once, have paths below /tasks, /rule, /resources, /calendars,
// /axes and /updates: those of [Plan.Validate], [diag.Cycle] with the tasks of
// a circle in order, [diag.Infeasible] where calendars never meet,
// [diag.OutOfRange] for dates before 0001 or after 9999, and
// [diag.Unpublished] for years whose holidays are not known.
//
// Time and memory are near-linear in tasks and links: 100,000 tasks take well
// under a second.
func Schedule(req ScheduleRequest) (*Timetable, error) {
	s, err := newScheduling(req)
	if err != nil {
		return nil, err
	}
	res, faults := network.Schedule(&s.net)
	if len(faults) > 0 {
		return nil, s.explain(faults)
	}
	return s.timetable(res)
}

// A Situation is what is known when something is asked of a plan. What isn't
// given isn't judged.
type Situation struct {
	// AsOf is the day, its end, for which is asked.
	AsOf calendar.Date

	// Evidence is what the past says.
	Evidence *Evidence

	// Targets are what is owed: with them the tasks by which goals are carried
	// out are tasks of the plan; see [Plan.GoalTasks].
	Targets *Targets

	// Updates are what was done.
	Updates []TaskUpdate
}

// Timetable schedules the plan's tasks, with those of its goals where targets
// are given; see [Schedule]. It returns the faults of [Plan.Validate], of
// [Plan.GoalTasks] and of Schedule, with paths from the plan's root.
func (p *Plan) Timetable(ctx context.Context, s Situation) (*Timetable, error) {
	req, err := p.ScheduleRequest(s)
	if err != nil {
		return nil, err
	}
	if ctx != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	t, err := Schedule(req)
	if err != nil {
		return nil, diag.Reroot(err, map[string]string{"/rule": "/schedule"})
	}
	return t, nil
}

// GoalTasks makes the tasks by which the plan's goals are carried out that say
// how ([Goal] Work), goal by goal; see [TasksFor]. Goals of which there are no
// targets have none. Faults have paths from the plan's root.
func (p *Plan) GoalTasks(t *Targets) ([]Task, error) {
	var c diag.Collector
	var out []Task
	for i, g := range p.Goals {
		if g.Work == nil {
			continue
		}
		b, err := t.Goal(g.ID)
		if err != nil {
			continue
		}
		var process *Process
		for k := range p.Processes {
			if p.Processes[k].ID == g.Work.Process {
				process = &p.Processes[k]
			}
		}
		tasks, err := TasksFor(b, *g.Work, process)
		c.AddErr(diag.Reroot(err, map[string]string{"/rule": index("/goals", i) + "/work", "/breakdown": index("/goals", i), "/process": index("/goals", i) + "/work/process"}), index("/goals", i)+"/work")
		out = append(out, tasks...)
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	return out, nil
}

// ScheduleRequest returns what [Plan.Timetable] asks of [Schedule] in a
// situation: the plan's tasks, those of its goals where targets are given, and
// what it takes to put dates to them. Where the plan says neither when work
// begins nor when it ends, it begins with the first of its goals or of their
// tasks. Faults are
// those of [Plan.Validate] and [Plan.GoalTasks], with paths from the plan's root.
func (p *Plan) ScheduleRequest(s Situation) (ScheduleRequest, error) {
	var req ScheduleRequest
	if err := p.Validate(); err != nil {
		return req, err
	}
	if err := p.checkTables(); err != nil {
		return req, err
	}
	cal, err := p.Calendar.calendar()
	if err != nil {
		return req, err
	}
	req = ScheduleRequest{
		Tasks: p.Tasks, Resources: p.Resources, Axes: p.Axes, Calendar: cal, Calendars: p.Calendars,
		Fiscal: p.Calendar.Fiscal, Goals: p.Goals, Updates: s.Updates, AsOf: s.AsOf,
	}
	if s.Targets != nil {
		tasks, err := p.GoalTasks(s.Targets)
		if err != nil {
			return req, err
		}
		req.Tasks = slices.Concat(p.Tasks, tasks)
	}
	if p.Schedule != nil {
		req.Rule = *p.Schedule
	}
	if req.Rule.Start.IsZero() && req.Rule.Finish.IsZero() {
		req.Rule.Start = calendar.OnDay(p.firstDay(req.Tasks[len(p.Tasks):]))
	}
	return req, nil
}

// firstDay is the first day of the plan's goals, and of the tasks by which they
// are carried out: leads for January are won in the year before. Unset without
// goals.
func (p *Plan) firstDay(tasks []Task) calendar.Date {
	var first calendar.Date
	take := func(d calendar.Date) {
		if first.IsZero() || d.Before(first) {
			first = d
		}
	}
	for _, g := range p.Goals {
		if period, err := p.Calendar.Fiscal.Parse(g.Period); err == nil {
			take(period.First)
		}
	}
	for i := range tasks {
		take(tasks[i].Constraint.On.Date)
	}
	return first
}

// A scheduling is tasks on their way to their dates: what the engine is told,
// and what its numbers stand for.
type scheduling struct {
	req    ScheduleRequest
	crew   *crew
	clocks clockTable
	net    network.Project

	at      map[string]int32 // tasks by id
	summary []bool

	links       []place // of net.Links
	constraints []place // of net.Constraints
	progress    []Progress
	sources     []string // by task: where its progress stands, "" for none
}

// A place is a task and which of its parts something comes from: the number of a
// link, 0 for its constraint, or one of the following.
type place struct{ task, part int32 }

const (
	partDeadline = -1 // its deadline
	partLeveled  = -2 // a date that resources made
)

// newScheduling checks a request and tells the engine.
func newScheduling(req ScheduleRequest) (*scheduling, error) {
	s := &scheduling{req: req}
	if err := s.check(); err != nil {
		return nil, err
	}
	s.summary = make([]bool, len(req.Tasks))
	for i := range req.Tasks {
		if p := req.Tasks[i].Parent; p != "" {
			s.summary[s.at[p]] = true
		}
	}
	var c diag.Collector
	s.crew = newCrew(&s.req, &c)
	s.setClocks(&c)
	s.mergeUpdates(&c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	s.tell(&c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	return s, nil
}

// check refuses what is wrong with the request itself.
func (s *scheduling) check() error {
	req := &s.req
	var c diag.Collector
	c.AddErr(req.Fiscal.Validate(), "/fiscal")
	checkAxes(req.Axes, &c)
	p := &Plan{Axes: req.Axes, Tasks: req.Tasks, Resources: req.Resources, Calendars: req.Calendars}
	p.Calendar.Fiscal = req.Fiscal
	w := newWorkNames(p)
	w.anyGoal = true
	for _, g := range req.Goals {
		if g.Work != nil {
			w.parents[g.Work.Parent] = true
		}
	}
	w.checkCalendars(p.Calendars, &c)
	w.checkResources(p.Resources, &c)
	checkScheduleRule(&req.Rule, "/rule", &c)
	if req.Rule.Start.IsZero() && req.Rule.Finish.IsZero() {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/rule/start", Bound: "when work begins, or finish: when it ends"})
	}
	w.checkTasks(p.Tasks, &c)
	s.at = w.tasks
	var ids []string
	if len(req.Updates) > 0 {
		ids = sortedKeys(w.tasks)
	}
	for i, u := range req.Updates {
		path := index("/updates", i)
		if u.Task == "" {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/task", Bound: "a task"})
		}
		_, known := w.tasks[u.Task]
		refer(u.Task, path+"/task", "the tasks", known, ids, &c)
		if u.On.IsZero() {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/on", Bound: "a day"})
		}
		checkProgress(u.Progress, path, &c)
	}
	return c.Err()
}
