package salesplan

import (
	"context"
	"errors"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/leveling"
	"github.com/salesplan/salesplan/internal/network"
)

// LevelOptions say how hard [LevelResources] tries.
type LevelOptions struct {
	// Schedules is how many schedules may be tried; 0 asks for the best of a few
	// priority rules, at once.
	Schedules int64 `json:"schedules,omitempty"`

	// Seed chooses among equally good ways to search.
	Seed uint64 `json:"seed,omitempty"`

	// Workers is how many goroutines search, 1 if not given. It changes nothing
	// about the result.
	Workers int `json:"workers,omitempty"`
}

// LevelResources puts dates to tasks like [Schedule] and delays tasks until
// there are the people, money and material that they take.
//
// Deadlines and dates imposed count first (lateness, weighted by the tasks'
// priorities), then the last finish. What is done or under way stays where it
// is, and so does what must start or finish on a day. People work on as many
// tasks at a time as there are of them, on the days on which they are there; what
// a task takes of a person it takes of the person's team too. Money that a period
// leaves lapses with it, material stays. Money and material that a task takes at
// its finish are set aside when it starts. Where tasks have priorities and there
// isn't enough for two, the one with the lower priority yields, whatever that
// costs; nothing is searched then.
//
// Without a budget the dates are the best of several priority rules (Kolisch
// 1996) with forward-backward improvement; with one those of a genetic algorithm
// (Debels and Vanhoucke 2007) that starts from them, and so are never worse. The
// same seed and budget give the same dates. Cancelling ctx stops the search and
// returns the best dates so far; [WithProgress] hears how far it is.
//
// The timetable knows how good it is: [Timetable.Leveling]. Demands that nothing
// will ever meet are findings, and count as far as there is something. Faults are
// those of Schedule.
func LevelResources(ctx context.Context, req ScheduleRequest, opt LevelOptions) (*Timetable, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	if opt.Schedules < 0 {
		return nil, diag.Faults{{Code: diag.Negative, Path: "/options/schedules", Bound: "0"}}
	}
	s, err := newScheduling(req)
	if err != nil {
		return nil, err
	}
	res, faults := network.Schedule(&s.net)
	if len(faults) > 0 {
		return nil, s.explain(faults)
	}
	l, err := s.leveler(res)
	if err != nil {
		return nil, err
	}
	found, err := l.solve(ctx, opt)
	if err != nil {
		return nil, err
	}
	return l.timetable(res, found)
}

// A Leveling says how good the dates are that resources made.
type Leveling struct {
	// Schedules is how many were tried.
	Schedules int64 `json:"schedules"`

	// Finish is the last finish, Without what it would be if there were enough of
	// everything, and Bound a day before which no timetable with these resources
	// can finish; Gap is by which part of the time up to Bound it might be
	// earlier: 0 says that it is the best there is.
	Finish  calendar.Instant `json:"finish"`
	Without calendar.Instant `json:"without"`
	Bound   calendar.Instant `json:"bound"`
	Gap     float64          `json:"gap"`

	// Unmet is how many demands are above what there ever is.
	Unmet int `json:"unmet"`
}

// Leveling returns how good the dates are; ok is false for those that resources
// didn't move, of [Schedule].
func (t *Timetable) Leveling() (l Leveling, ok bool) {
	if t == nil || t.leveled == nil {
		return Leveling{}, false
	}
	return t.leveled.about, true
}

// leveled are dates that resources moved.
type leveled struct {
	start, finish []int64
	about         Leveling
	waits         map[int32]resourceWait
}

// A resourceWait is what a task waited for.
type resourceWait struct {
	member, task int32 // task is -1 where nobody made room
}

// drive says what resources made of a task's dates.
func (l *leveled) drive(t *Timetable, i int, d *TaskDates) {
	if l == nil {
		return
	}
	w, ok := l.waits[int32(i)]
	if !ok {
		return
	}
	d.Driver = Driver{Kind: DriverResource, Resource: t.crew.members[w.member].id, Waits: d.Driver.Waits}
	if w.task >= 0 {
		d.Driver.Task = t.rows[w.task].id
	}
}

// solve runs the engine.
func (l *leveler) solve(ctx context.Context, opt LevelOptions) (*leveling.Schedule, error) {
	var found *leveling.Schedule
	var err error
	switch {
	case l.prioritised():
		found, err = leveling.InOrder(&l.p, l.byPriority())
	case opt.Schedules == 0:
		found, err = leveling.Quick(&l.p)
	default:
		found, err = leveling.Search(ctx, &l.p, leveling.Options{Schedules: opt.Schedules, Seed: opt.Seed, Workers: opt.Workers, Progress: progressOf(ctx)})
	}
	var bad *leveling.InputError
	if errors.As(err, &bad) {
		return nil, l.fault(bad)
	}
	return found, err
}

// fault says the engine's error in the words of the request.
func (l *leveler) fault(bad *leveling.InputError) error {
	f := &diag.Fault{Code: diag.OutOfRange, Path: "/tasks", Bound: "times and amounts that can be leveled"}
	if bad.Part == "Activities" && bad.Index >= 0 && bad.Index < len(l.task) && l.task[bad.Index] >= 0 {
		f.Path, f.Value = index("/tasks", int(l.task[bad.Index])), l.s.req.Tasks[l.task[bad.Index]].ID
	}
	if bad.Reason == "count" {
		f.Code, f.Bound = diag.TooMany, "fewer tasks and links"
	}
	return diag.Faults{f}
}

// prioritised reports whether tasks differ in priority.
func (l *leveler) prioritised() bool {
	return slices.ContainsFunc(l.s.req.Tasks, func(t Task) bool { return t.Priority != 0 })
}

// byPriority is the order in which tasks are served: the highest priority
// first, then what has to be finished first.
func (l *leveler) byPriority() []int {
	order := make([]int, len(l.p.Activities))
	for i := range order {
		order[i] = i
	}
	rank := func(a int) (priority int, late int64) {
		t := l.task[a]
		if t < 0 {
			return 1001, 0 // a joint of summaries takes nothing
		}
		return l.s.req.Tasks[t].priority(), l.cpm.LateFinish[t]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		pa, la := rank(a)
		pb, lb := rank(b)
		if pa != pb {
			return pb - pa
		}
		switch {
		case la < lb:
			return -1
		case la > lb:
			return 1
		}
		return 0
	})
	return order
}

func (t *Task) priority() int {
	if t.Priority == 0 {
		return 500
	}
	return t.Priority
}

// timetable takes the dates that were found: the engine of critical paths says
// what they leave of float, with each task's start as the earliest.
func (l *leveler) timetable(cpm *network.Result, found *leveling.Schedule) (*Timetable, error) {
	s := l.s
	res, faults := l.dated(cpm, found)
	if len(faults) > 0 {
		return nil, s.explain(faults)
	}
	t, err := s.timetable(res)
	if err != nil {
		return nil, err
	}
	out := &leveled{start: slices.Clone(res.Start), finish: slices.Clone(res.Finish), waits: map[int32]resourceWait{}}
	for a, task := range l.task {
		if task < 0 || l.p.Activities[a].Fixed {
			continue
		}
		out.start[task], out.finish[task] = l.origin+found.Start[a], l.origin+found.End[a]
		if d := found.Drivers[a]; d.Kind == leveling.DriverResource || d.Kind == leveling.DriverStock {
			w := resourceWait{task: -1}
			if d.Kind == leveling.DriverResource {
				w.member = l.resource[d.Index]
				if d.Activity >= 0 {
					w.task = l.task[d.Activity]
				}
			} else {
				w.member = l.stock[d.Index]
			}
			out.waits[task] = w
		}
	}
	l.summaries(out)
	out.about = Leveling{
		Schedules: found.Schedules, Finish: instantOf(slices.Max(append([]int64{0}, out.finish...))),
		Without: instantOf(slices.Max(append([]int64{0}, cpm.Finish...))), Bound: instantOf(l.origin + found.Bound),
		Gap: found.Gap(), Unmet: found.Excess,
	}
	t.leveled = out
	l.unmet(t, found)
	return t, nil
}

// dated schedules with what tasks waited for as their earliest starts. Tasks
// that only follow others are left to their links, which then are what makes
// their dates; should that not give the dates found, all are told theirs.
func (l *leveler) dated(cpm *network.Result, found *leveling.Schedule) (*network.Result, []network.Fault) {
	s := l.s
	told := len(s.net.Constraints)
	schedule := func(all bool) (*network.Result, []network.Fault) {
		s.net.Constraints, s.constraints = s.net.Constraints[:told], s.constraints[:told]
		for a, t := range l.task {
			if t < 0 || l.p.Activities[a].Fixed {
				continue
			}
			follows := found.Drivers[a].Kind == leveling.DriverLink
			if at := l.origin + found.Start[a]; at > cpm.Start[t] && (all || !follows) {
				s.constrain(int(t), partLeveled, network.Constraint{Kind: network.StartNoEarlier, At: at})
			}
		}
		return network.Schedule(&s.net)
	}
	res, faults := schedule(false)
	if len(faults) == 0 && !l.keeps(res, found) {
		return schedule(true)
	}
	return res, faults
}

// keeps reports whether the tasks that could be moved start as was found.
func (l *leveler) keeps(res *network.Result, found *leveling.Schedule) bool {
	for a, t := range l.task {
		if t >= 0 && !l.p.Activities[a].Fixed && res.Start[t] != l.origin+found.Start[a] {
			return false
		}
	}
	return true
}

// summaries start with the first of their tasks and finish with the last.
func (l *leveler) summaries(out *leveled) {
	s := l.s
	seen := make([]bool, len(s.req.Tasks))
	for i := range s.req.Tasks {
		if s.summary[i] {
			continue
		}
		for up := s.net.Tasks[i].Parent; up >= 0; up = s.net.Tasks[up].Parent {
			if !seen[up] {
				seen[up], out.start[up], out.finish[up] = true, out.start[i], out.finish[i]
				continue
			}
			out.start[up], out.finish[up] = min(out.start[up], out.start[i]), max(out.finish[up], out.finish[i])
		}
	}
}

const (
	codeDemandUnmet diag.Code = "demand-unmet"
	codeNotLeveled  diag.Code = "task-not-leveled"
)

func levelMessages() diag.Catalogue {
	return diag.Catalogue{
		codeDemandUnmet: {
			EN: "Task {subject} takes {amount} of {resource}, of which there is never more than {most}.",
			ZH: "任务 {subject} 需要 {resource} {amount}，而其数量从不超过 {most}。",
		},
		codeNotLeveled: {
			EN: "{subject} is short by {by} from {from} on: tasks that stay where they are take more than there is.",
			ZH: "{subject} 自 {from} 起短缺 {by}：不可移动的任务所需超过现有。",
		},
	}
}

// unmet names demands above anything there ever is, and what tasks that could
// not be moved take too much.
func (l *leveler) unmet(t *Timetable, found *leveling.Schedule) {
	for _, x := range found.Infeasible {
		m, scale := int32(0), int64(0)
		if x.Resource >= 0 {
			m, scale = l.resource[x.Resource], l.scale[x.Resource]
		} else {
			m, scale = l.stock[x.Stock], l.stockScale[x.Stock]
		}
		t.findings = append(t.findings, diag.Finding{Severity: diag.Error, Code: codeDemandUnmet, Subject: t.subject(l.task[x.Activity]),
			Args: []diag.Arg{diag.Amount("amount", microAmount(x.Amount, scale)), diag.Name("resource", t.crew.members[m].id), diag.Amount("most", microAmount(x.Most, scale))}})
	}
	for r, usage := range found.Usage {
		above := slices.ContainsFunc(found.Infeasible, func(x leveling.Infeasible) bool { return x.Resource == r }) // said already
		for _, seg := range usage {
			if seg.Short() > 0 && !above {
				t.findings = append(t.findings, diag.Finding{Severity: diag.Warning, Code: codeNotLeveled,
					Subject: diag.Subject{Kind: "resource", ID: t.crew.members[l.resource[r]].id},
					Args:    []diag.Arg{diag.Amount("by", microAmount(seg.Short(), l.scale[r])), diag.Date("from", dayOf(l.origin+seg.From))}})
				break
			}
		}
	}
	for k, levels := range found.Levels {
		above := slices.ContainsFunc(found.Infeasible, func(x leveling.Infeasible) bool { return x.Resource < 0 && x.Stock == k }) // said already
		for _, lv := range levels {
			if lv.Left < 0 && lv.Drawn > 0 && !above {
				t.findings = append(t.findings, diag.Finding{Severity: diag.Warning, Code: codeNotLeveled,
					Subject: diag.Subject{Kind: "resource", ID: t.crew.members[l.stock[k]].id},
					Args:    []diag.Arg{diag.Amount("by", microAmount(-lv.Left, l.stockScale[k])), diag.Date("from", dayOf(l.origin+max(lv.From, 0)))}})
				break
			}
		}
	}
}

// microAmount is an amount of the engine, times its scale in millionths.
func microAmount(n, scale int64) string { return amountOf(n, scale).String() }
