package salesplan

import (
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// checkWork checks the calendars, resources and tasks of a plan.
func (p *Plan) checkWork(c *diag.Collector) {
	checkScheduleRule(p.Schedule, "/schedule", c)
	if len(p.Calendars)+len(p.Resources)+len(p.Tasks)+len(p.Processes) == 0 && !p.hasWork() {
		return // there may be very many units, which nothing then refers to
	}
	w := newWorkNames(p)
	w.checkCalendars(p.Calendars, c)
	w.checkResources(p.Resources, c)
	processes := w.checkProcesses(p.Processes, c)
	w.checkTasks(p.Tasks, c)
	for i, g := range p.Goals {
		if g.Work != nil {
			w.checkGoalWork(&g, p.metricKind(g.Metric), processes, index("/goals", i)+"/work", c)
		}
	}
}

// metricKind is the kind of a metric, "" for one that there isn't.
func (p *Plan) metricKind(id string) MetricKind {
	for _, m := range p.Metrics {
		if m.ID == id {
			if m.Kind == "" {
				return KindFlow
			}
			return m.Kind
		}
	}
	return ""
}

// checkGoalWork checks how a goal becomes tasks.
func (w *workNames) checkGoalWork(g *Goal, kind MetricKind, processes map[string]int, path string, c *diag.Collector) {
	r := g.Work
	if kind != "" && kind != KindFlow {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: g.ID, Bound: "a flow"})
	}
	checkTaskRule(r, w.fiscal, path, c)
	if _, known := processes[r.Process]; r.Process != "" && !known {
		refer(r.Process, path+"/process", "the processes", false, sortedKeys(processes), c)
	}
	if _, known := w.tasks[r.Parent]; r.Parent != "" && !known {
		refer(r.Parent, path+"/parent", "the tasks", false, sortedKeys(w.tasks), c)
	}
	w.checkDemands(&Task{Demands: r.Demands}, path, c)
	for i := range r.Campaigns {
		k, at := &r.Campaigns[i], index(path+"/campaigns", i)
		w.checkOwner(k.Owner, at+"/owner", c)
		w.checkDemands(&Task{Demands: k.Demands}, at, c)
		if _, taken := w.tasks[k.ID]; taken {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: at + "/id", Value: k.ID, Bound: "the tasks"})
		}
	}
}

// workNames are what tasks and resources refer to.
type workNames struct {
	units     unitNames
	axes      []Axis
	fiscal    calendar.Fiscal
	goals     map[string]int
	goalIDs   []string
	goalSteps []decimal.Decimal // by goal: the step of its metric, 0 if unknown
	anyGoal   bool              // the goals aren't given

	tasks       map[string]int32
	parents     map[string]bool // under which goals put their tasks
	calendars   map[string]int
	calendarIDs []string

	// leaves are the units of the organisation axis without units below them,
	// inner those above others; both are resources.
	leaves, inner map[string]bool

	kinds       map[string]ResourceKind // by resource
	resourceIDs []string

	// hasty says that there are so many faults that names near to unknown ones
	// are looked for no more.
	hasty bool
}

func newWorkNames(p *Plan) *workNames {
	w := &workNames{
		units: newUnitNames(p.Axes), axes: p.Axes, fiscal: p.Calendar.Fiscal,
		goals: map[string]int{}, calendars: map[string]int{}, kinds: map[string]ResourceKind{},
		leaves: map[string]bool{}, inner: map[string]bool{}, parents: map[string]bool{},
	}
	steps := map[string]decimal.Decimal{}
	for _, m := range p.Metrics {
		steps[m.ID] = m.Step
	}
	for i, g := range p.Goals {
		if g.Work != nil && g.Work.Parent != "" {
			w.parents[g.Work.Parent] = true
		}
		w.goals[g.ID] = i
		w.goalIDs = append(w.goalIDs, g.ID)
		w.goalSteps = append(w.goalSteps, steps[g.Metric])
	}
	if i := organisation(p.Axes); i >= 0 {
		org := &p.Axes[i]
		for _, u := range org.tree() {
			if u.Parent != "" {
				w.inner[u.Parent] = true
			}
			for _, x := range u.Transfers {
				w.inner[x.To] = true
			}
		}
		for _, u := range org.tree() {
			if !w.inner[u.ID] {
				w.leaves[u.ID] = true
			}
			w.kinds[u.ID] = ResourcePeople
			w.resourceIDs = append(w.resourceIDs, u.ID)
		}
	}
	return w
}

func (w *workNames) checkCalendars(calendars []NamedCalendar, c *diag.Collector) {
	for i, k := range calendars {
		path := index("/calendars", i)
		if checkID(k.ID, path+"/id", c) {
			if j, taken := w.calendars[k.ID]; taken {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/id", Value: k.ID, Bound: index("/calendars", j)})
			} else {
				w.calendars[k.ID] = i
				w.calendarIDs = append(w.calendarIDs, k.ID)
			}
		}
		checkWorkRule(k.WorkRule, path, c)
	}
}

// refer refuses a name that nothing has; what is not given is no fault.
func refer(id, path, bound string, known bool, ids []string, c *diag.Collector) {
	if id != "" && !known {
		c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: bound, Near: nearestOf(c, id, ids)})
	}
}

// refer is the function of that name, for the many parts of tasks.
func (w *workNames) refer(id, path, bound string, known bool, ids []string, c *diag.Collector) {
	if w.hasty {
		ids = nil
	}
	refer(id, path, bound, known, ids, c)
}

func (w *workNames) calendar(id, path string, c *diag.Collector) {
	_, known := w.calendars[id]
	w.refer(id, path, "the calendars", known, w.calendarIDs, c)
}

func checkScheduleRule(r *ScheduleRule, path string, c *diag.Collector) {
	if r == nil {
		return
	}
	c.Add(checkEnum(r.Lags, append(lagCalendars(), ""), path+"/lags"))
	c.Add(checkEnum(r.OutOfOrder, append(outOfOrders(), ""), path+"/outOfOrder"))
	if !r.Start.IsZero() && !r.Finish.IsZero() && !r.Start.Start().Before(r.Finish.End()) {
		c.Add(&diag.Fault{Code: diag.Order, Path: path + "/finish", Value: r.Finish.String(), Bound: "from " + r.Start.String()})
	}
	if r.Critical.Elapsed {
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/critical", Value: r.Critical.String(), Bound: "working time"})
	}
	if r.AtRisk != nil && (r.AtRisk.Elapsed || r.AtRisk.Minutes < 0) {
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/atRisk", Value: r.AtRisk.String(), Bound: "working time, not negative"})
	}
}

func (w *workNames) checkTasks(tasks []Task, c *diag.Collector) {
	at := make(map[string]int32, len(tasks))
	ids := make([]string, 0, len(tasks))
	for i := range tasks {
		var own diag.Collector
		if !checkID(tasks[i].ID, "/id", &own) {
			c.AddErr(diag.Under(own.Err(), index("/tasks", i)), "")
			continue
		}
		if j, taken := at[tasks[i].ID]; taken {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: index("/tasks", i) + "/id", Value: tasks[i].ID, Bound: index("/tasks", int(j))})
			continue
		}
		at[tasks[i].ID] = int32(i)
		ids = append(ids, tasks[i].ID)
	}
	summary := make([]bool, len(tasks))
	parents := make([]int32, len(tasks))
	for i := range tasks {
		parents[i] = -1
		if tasks[i].Parent == "" {
			continue
		}
		j, known := at[tasks[i].Parent]
		refer(tasks[i].Parent, index("/tasks", i)+"/parent", "the tasks", known, ids, c)
		if known {
			parents[i], summary[j] = j, true
		}
	}
	for parent := range w.parents {
		if j, known := at[parent]; known {
			summary[j] = true
		}
	}
	checkTaskCycles(tasks, parents, c)
	w.tasks = at
	for i := range tasks {
		// Nearly all tasks are well: paths are only made for those that aren't.
		var own diag.Collector
		w.hasty = c.Len() >= nearFaults
		w.checkTask(&tasks[i], summary[i], &own)
		w.checkPredecessors(&tasks[i], ids, &own)
		if own.Len() > 0 {
			c.AddErr(diag.Under(own.Err(), index("/tasks", i)), "")
		}
	}
}

func (w *workNames) checkPredecessors(t *Task, ids []string, c *diag.Collector) {
	for k := range t.Predecessors {
		pre := &t.Predecessors[k]
		_, known := w.tasks[pre.Task]
		kind := checkEnum(pre.Link, append(linkTypes(), ""), "")
		if known && pre.Task != t.ID && kind == nil {
			continue
		}
		to := index("/predecessors", k)
		switch {
		case pre.Task == "":
			c.Add(&diag.Fault{Code: diag.Required, Path: to + "/task", Bound: "a task"})
		case pre.Task == t.ID:
			c.Add(&diag.Fault{Code: diag.Cycle, Path: to + "/task", Value: t.ID, Bound: "a task doesn't follow itself"})
		default:
			w.refer(pre.Task, to+"/task", "the tasks", known, ids, c)
		}
		c.Add(checkEnum(pre.Link, append(linkTypes(), ""), to+"/link"))
	}
}

// checkTaskCycles refuses tasks that are above themselves.
func checkTaskCycles(tasks []Task, parents []int32, c *diag.Collector) {
	units := make([]Unit, len(tasks))
	for i := range tasks {
		units[i].ID = tasks[i].ID
	}
	checkCycles(units, parents, func(i int) string { return index("/tasks", i) }, c)
}

// checkTask checks a task's own fields; paths are below the task.
func (w *workNames) checkTask(t *Task, summary bool, c *diag.Collector) {
	const path = ""
	w.checkTaskGoal(t, path, c)
	w.checkOwner(t.Owner, path+"/owner", c)
	checkTaskTime(t, summary, path, c)
	w.calendar(t.Calendar, path+"/calendar", c)
	if k := t.Constraint; k != nil {
		at := path + "/constraint"
		if k.Kind == "" {
			c.Add(&diag.Fault{Code: diag.Required, Path: at + "/kind", Bound: "a constraint"})
		} else {
			c.Add(checkEnum(k.Kind, constraintKinds(), at+"/kind"))
		}
		switch {
		case k.Kind.dated() && k.On.IsZero():
			c.Add(&diag.Fault{Code: diag.Required, Path: at + "/on", Bound: "a day"})
		case !k.Kind.dated() && !k.On.IsZero():
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/on", Value: k.On.String(), Bound: "only constraints with a date have one"})
		}
	}
	w.checkDemands(t, path, c)
	if p := t.Priority; p < 0 || p > 1000 {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/priority", Value: strconv.Itoa(p), Bound: "1 to 1000"})
	}
	if b := t.Baseline; b != nil && !b.Start.IsZero() && !b.Finish.IsZero() && before(b.Finish, b.Start) {
		c.Add(&diag.Fault{Code: diag.Order, Path: path + "/baseline/finish", Value: b.Finish.String(), Bound: "from " + b.Start.String()})
	}
	if t.Progress != nil {
		checkProgress(*t.Progress, path+"/progress", c)
		if summary {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/progress", Value: t.ID, Bound: "the progress of a summary is that of its tasks"})
		}
	}
}

func (w *workNames) checkTaskGoal(t *Task, path string, c *diag.Collector) {
	g, known := w.goals[t.Goal]
	w.refer(t.Goal, path+"/goal", "the goals", known || w.anyGoal, w.goalIDs, c)
	if !t.Quantity.Valid {
		return
	}
	if t.Goal == "" {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/goal", Bound: "the goal of the quantity"})
	}
	switch q := t.Quantity.Decimal; {
	case !checkAmount(q):
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/quantity", Bound: amountBound})
	case known:
		checkTarget(q, w.goalSteps[g], path+"/quantity", c)
	}
}

// checkTaskTime refuses times that a task of its kind doesn't have.
func checkTaskTime(t *Task, summary bool, path string, c *diag.Collector) {
	switch d := t.Duration; {
	case d.Minutes < 0:
		c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/duration", Value: d.String(), Bound: "0"})
	case summary && d.Minutes > 0:
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/duration", Value: d.String(), Bound: "a summary is as long as its tasks"})
	case t.Milestone && d.Minutes > 0:
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/duration", Value: d.String(), Bound: "a milestone has none"})
	case !summary && !t.Milestone && d.Minutes == 0:
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/duration", Bound: "a duration, or milestone: true"})
	}
	if t.Milestone && summary {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/milestone", Value: t.ID, Bound: "a summary is no milestone"})
	}
	if t.Delay.Minutes < 0 {
		c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/delay", Value: t.Delay.String(), Bound: "0"})
	} else if t.Delay.Minutes > 0 && !t.Delay.Elapsed {
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/delay", Value: t.Delay.String(), Bound: "elapsed time, such as 3ed"})
	}
	if summary && len(t.Demands) > 0 {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/demands", Value: t.ID, Bound: "a summary takes what its tasks take"})
	}
}

func (w *workNames) checkDemands(t *Task, path string, c *diag.Collector) {
	seen := map[string]int{}
	for i, d := range t.Demands {
		at := index(path+"/demands", i)
		kind, known := w.kinds[d.Resource]
		switch {
		case d.Resource == "":
			c.Add(&diag.Fault{Code: diag.Required, Path: at + "/resource", Bound: "a resource"})
		case awaitsTable(w.axes):
		default:
			w.refer(d.Resource, at+"/resource", "the resources and the units of the organisation", known, w.resourceIDs, c)
		}
		if j, taken := seen[d.Resource]; taken && d.Resource != "" {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: at + "/resource", Value: d.Resource, Bound: index(path+"/demands", j)})
		} else {
			seen[d.Resource] = i
		}
		if d.Amount.Valid {
			checkResourceAmount(d.Amount.Decimal, at+"/amount", c)
		}
		c.Add(checkEnum(d.When, append(demandTimes(), ""), at+"/when"))
		if d.When != "" && known && kind == ResourcePeople {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/when", Value: string(d.When), Bound: "people work all the while"})
		}
		if t.Milestone && known && kind == ResourcePeople && (!d.Amount.Valid || d.Amount.Decimal.Sign() > 0) {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/resource", Value: d.Resource, Bound: "a milestone takes nobody's time"})
		}
	}
}

// before reports whether an end lies before a beginning.
func before(end, begin calendar.Moment) bool {
	return end.Date.Before(begin.Date) || end.End().Before(begin.Start())
}

func checkProgress(p Progress, path string, c *diag.Collector) {
	if !p.Finished.IsZero() && !p.Started.IsZero() && before(p.Finished, p.Started) {
		c.Add(&diag.Fault{Code: diag.Order, Path: path + "/finished", Value: p.Finished.String(), Bound: "from " + p.Started.String()})
	}
	if x := p.Percent; x.Valid && (!checkAmount(x.Decimal) || x.Decimal.IsNegative() || x.Decimal.GreaterThan(decimal.NewFromInt(100))) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/percent", Bound: "0 to 100"})
	}
	if r := p.Remaining; r != nil && r.Minutes < 0 {
		c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/remaining", Value: r.String(), Bound: "0"})
	}
}
