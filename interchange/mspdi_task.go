package interchange

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A taskSource is a task as it stands in a file.
type taskSource struct {
	task    salesplan.Task
	detail  TaskDetail
	stored  Stored
	level   int // in the outline, then the place of the summary above
	outline int
	links   []linkSource
	manual  bool
	kind    int // of the constraint
	date    calendar.Moment
	percent int

	calendar int
	elapsed  bool
	given    bool // a duration
	actual   struct{ start, finish calendar.Instant }
	rest     int64 // minutes that remain; -1 if not given
	place    struct {
		line, column int
		path         string
	}
}

// A linkSource is a link as it stands in a file.
type linkSource struct {
	from         int
	predecessor  salesplan.Predecessor
	line, column int
	path         string
}

// The numbers of link types and constraints in the schema.
var (
	linkNumbers = []salesplan.LinkType{
		salesplan.LinkFinishToFinish, salesplan.LinkFinishToStart, salesplan.LinkStartToFinish, salesplan.LinkStartToStart,
	}
	constraintNumbers = []salesplan.ConstraintKind{
		salesplan.ConstraintAsSoonAsPossible, salesplan.ConstraintAsLateAsPossible, salesplan.ConstraintMustStart, salesplan.ConstraintMustFinish,
		salesplan.ConstraintStartNoEarlier, salesplan.ConstraintStartNoLater, salesplan.ConstraintFinishNoEarlier, salesplan.ConstraintFinishNoLater,
	}
)

// readTask reads one task.
func (m *mspdi) readTask(n *node, path string) {
	v := valueReader{n, path, &m.c}
	uid, ok := v.number(m.taskAt)
	if !ok {
		return
	}
	name := v.text("Name")
	switch {
	case uid == 0 || v.flag("IsNull"):
		return
	case v.text("Active") != "" && !v.flag("Active"):
		m.lose(codeInactive, name)
		return
	case v.flag("ExternalTask"):
		m.lose(codeElsewhere, name)
		return
	}
	if v.flag("IsSubproject") || v.text("SubprojectName") != "" {
		m.lose(codeElsewhere, name)
	}
	m.taskAt[uid] = len(m.tasks)
	t := taskSource{level: v.integerOr("OutlineLevel", 1), calendar: v.integerOr("CalendarUID", -1)}
	t.place.line, t.place.column, t.place.path = n.line, n.column, path
	t.task = salesplan.Task{ID: m.ownID(n, m.taskIDField, uid), Name: name, Note: v.text("Notes"), IgnorePeople: v.flag("IgnoreResourceCalendar")}
	t.detail = TaskDetail{
		UID: uid, WBS: v.text("WBS"), Marked: v.flag("Milestone"), Format: v.above("DurationFormat", formatDays),
		Type: v.integerOr("Type", 0), EffortDriven: v.flag("EffortDriven"),
	}
	v.readTimes(&t)
	v.readProgress(&t)
	v.readStored(&t.stored)
	t.detail.Stored = t.stored
	v.readBaselines(&t, m)
	v.readLinks(&t, m)
	switch p := v.integerOr("Priority", 500); {
	case p == 500:
	case p < 0 || p > 1000:
		v.fault("Priority", diag.OutOfRange, strconv.Itoa(p), "0 to 1000")
	default:
		t.task.Priority = max(p, 1)
	}
	if w, ok := v.duration("OvertimeWork"); ok && w > 0 {
		m.lose(codeOvertime, name)
	}
	m.tasks = append(m.tasks, t)
}

// ownID returns the ID that a custom field holds, else the number as text.
func (m *mspdi) ownID(n *node, field string, uid int) string {
	if field != "" {
		for i := range n.kids {
			if k := &n.kids[i]; k.name == "ExtendedAttribute" && k.value("FieldID") == field {
				if id := k.value("Value"); id != "" {
					return id
				}
			}
		}
	}
	return strconv.Itoa(uid)
}

// readTimes reads how long a task takes and what bounds it.
func (v valueReader) readTimes(t *taskSource) {
	t.elapsed = isElapsed(t.detail.Format)
	t.manual = v.flag("Manual")
	for _, name := range []string{"Duration", "ManualDuration"} {
		if minutes, ok := v.duration(name); ok && !t.given {
			if minutes < 0 {
				v.fault(name, diag.Negative, v.text(name), "0")
			}
			t.task.Duration, t.given = calendar.Duration{Minutes: max(minutes, 0), Elapsed: t.elapsed && minutes > 0}, true
		}
	}
	t.kind, t.date = v.integerOr("ConstraintType", 0), v.moment("ConstraintDate")
	if t.kind < 0 || t.kind >= len(constraintNumbers) {
		v.fault("ConstraintType", diag.OutOfRange, strconv.Itoa(t.kind), "0 to 7")
		t.kind = 0
	}
	if t.manual {
		if t.date = v.moment("ManualStart"); t.date.IsZero() {
			t.date = v.moment("Start")
		}
	}
	t.task.Deadline = v.moment("Deadline")
	// Tenths of a minute, as all whole numbers of time.
	if tenths := v.integerOr("LevelingDelay", 0); tenths > 0 {
		t.task.Delay = calendar.Duration{Minutes: int64(tenths+5) / 10, Elapsed: true}
		if t.task.Delay.Minutes == 0 {
			t.task.Delay = calendar.Duration{}
		}
	}
}

// readProgress reads what is done.
func (v valueReader) readProgress(t *taskSource) {
	t.percent = v.integerOr("PercentComplete", 0)
	if t.percent < 0 || t.percent > 100 {
		v.fault("PercentComplete", diag.OutOfRange, strconv.Itoa(t.percent), "0 to 100")
	}
	t.actual.start, t.actual.finish = v.instant("ActualStart"), v.instant("ActualFinish")
	t.rest = -1
	if minutes, ok := v.duration("RemainingDuration"); ok {
		t.rest = max(minutes, 0)
	}
}

// readStored reads the dates that another program computed.
func (v valueReader) readStored(s *Stored) {
	*s = Stored{
		Start: v.instant("Start"), Finish: v.instant("Finish"),
		EarlyStart: v.instant("EarlyStart"), EarlyFinish: v.instant("EarlyFinish"),
		LateStart: v.instant("LateStart"), LateFinish: v.instant("LateFinish"), Critical: v.flag("Critical"),
	}
	tenths := func(name string) *int64 {
		n, ok := v.integer(name)
		if !ok {
			return nil
		}
		minutes := int64(n) / 10
		return &minutes
	}
	s.TotalFloat, s.FreeFloat = tenths("TotalSlack"), tenths("FreeSlack")
}

// readBaselines reads what was planned once; the first baseline is the plan's.
func (v valueReader) readBaselines(t *taskSource, m *mspdi) {
	for i := range v.n.kids {
		k := &v.n.kids[i]
		if k.name != "Baseline" {
			continue
		}
		b := valueReader{k, v.path + "/Baseline", v.c}
		if n := b.integerOr("Number", 0); n != 0 || t.task.Baseline != nil {
			m.lose(codeBaselines, t.task.Name)
			continue
		}
		base := salesplan.Baseline{Start: b.moment("Start"), Finish: b.moment("Finish")}
		if minutes, ok := b.duration("Duration"); ok {
			base.Duration = calendar.Duration{Minutes: minutes, Elapsed: minutes > 0 && isElapsed(b.integerOr("DurationFormat", t.detail.Format))}
		}
		if !base.Start.IsZero() && !base.Finish.IsZero() && base.Finish.End().Before(base.Start.Start()) {
			m.lose(codeContrary, t.task.Name)
			continue
		}
		if base != (salesplan.Baseline{}) {
			t.task.Baseline = &base
		}
	}
}

// readLinks reads the tasks before a task.
func (v valueReader) readLinks(t *taskSource, m *mspdi) {
	nth := 0
	for i := range v.n.kids {
		k := &v.n.kids[i]
		if k.name != "PredecessorLink" {
			continue
		}
		l := valueReader{k, v.path + "/PredecessorLink/" + strconv.Itoa(nth), v.c}
		nth++
		from, ok := l.integer("PredecessorUID")
		if !ok {
			l.fault("PredecessorUID", diag.Required, "", "a task")
			continue
		}
		if l.flag("CrossProject") {
			m.lose(codeElsewhere, t.task.Name)
			continue
		}
		kind := l.integerOr("Type", 1)
		if kind < 0 || kind >= len(linkNumbers) {
			l.fault("Type", diag.OutOfRange, strconv.Itoa(kind), "0 to 3")
			continue
		}
		link := linkSource{from: from, line: k.line, column: k.column, path: l.path}
		if link.predecessor.Link = linkNumbers[kind]; kind == 1 {
			link.predecessor.Link = ""
		}
		link.predecessor.Lag = l.lag(t, m)
		t.links = append(t.links, link)
	}
}

// lag reads a lag: tenths of a minute, or percent.
func (v valueReader) lag(t *taskSource, m *mspdi) salesplan.Lag {
	n, format := v.integerOr("LinkLag", 0), v.integerOr("LagFormat", formatDays)
	if n == 0 {
		return salesplan.Lag{}
	}
	if isPercent(format) {
		if isElapsed(format) {
			m.lose(codeElapsedLag, t.task.Name)
		}
		if n > 100_000 || n < -100_000 {
			v.fault("LinkLag", diag.OutOfRange, strconv.Itoa(n), "at most 100000%")
		}
		return salesplan.Lag{Percent: decimal.NewFromInt(int64(n))}
	}
	minutes := int64(n) / 10
	if rest := n % 10; rest >= 5 {
		minutes++
	} else if rest <= -5 {
		minutes--
	}
	if minutes == 0 {
		return salesplan.Lag{}
	}
	return salesplan.Lag{Time: calendar.Duration{Minutes: minutes, Elapsed: isElapsed(format)}}
}

// buildTasks makes the tasks of those read, when all of them are known.
func (m *mspdi) buildTasks() {
	summary := m.outline()
	ids := make(map[string]int, len(m.tasks))
	for i := range m.tasks {
		t := &m.tasks[i]
		if _, taken := ids[t.task.ID]; taken {
			t.task.ID = strconv.Itoa(t.detail.UID) // a row that was copied with its custom field
		}
		if k, taken := ids[t.task.ID]; taken {
			m.c.Add(&diag.Fault{Code: diag.Duplicate, Path: t.place.path + "/UID", Line: t.place.line, Column: t.place.column, Value: t.task.ID, Bound: m.tasks[k].place.path})
		}
		ids[t.task.ID] = i
	}
	for i := range m.tasks {
		t := &m.tasks[i]
		if t.level >= 0 {
			t.task.Parent = m.tasks[t.level].task.ID
		}
		m.finishTimes(t, summary[i])
		if !summary[i] {
			m.finishProgress(t)
		}
		if m.calendars[t.calendar] != nil && t.calendar >= 0 {
			t.task.Calendar = m.sharedCalendar(t.calendar)
		}
		m.finishLinks(t)
		m.p.Request.Tasks = append(m.p.Request.Tasks, t.task)
		m.p.Tasks[t.task.ID] = t.detail
	}
}

// outline turns levels into the places of the summaries above, -1 for none, and
// returns which tasks are summaries.
func (m *mspdi) outline() []bool {
	summary := make([]bool, len(m.tasks))
	var above []int // by level
	for i := range m.tasks {
		t := &m.tasks[i]
		for len(above) > 0 && m.tasks[above[len(above)-1]].outline >= t.level {
			above = above[:len(above)-1]
		}
		t.outline = t.level
		t.level = -1
		if len(above) > 0 {
			t.level = above[len(above)-1]
			summary[t.level] = true
		}
		above = append(above, i)
	}
	return summary
}

// finishTimes settles a task's length and what bounds it.
func (m *mspdi) finishTimes(t *taskSource, summary bool) {
	kind := constraintNumbers[t.kind]
	if summary {
		t.task.Duration, t.task.Delay, t.task.IgnorePeople = calendar.Duration{}, calendar.Duration{}, false
		if t.manual {
			m.lose(codeManualSummary, t.task.Name)
		}
		if t.manual || kind != salesplan.ConstraintStartNoEarlier && kind != salesplan.ConstraintFinishNoLater {
			if !t.manual && t.kind > 1 {
				m.lose(codeConstraint, t.task.Name)
			}
			return
		}
	} else if !t.given && !t.stored.Start.IsZero() && !t.stored.Finish.IsZero() {
		t.task.Duration = m.p.Request.Calendar.Between(t.stored.Start, t.stored.Finish)
		t.task.Duration.Minutes = max(t.task.Duration.Minutes, 0)
	}
	t.task.Milestone = !summary && t.task.Duration.Minutes == 0
	switch {
	case t.manual && !t.date.IsZero():
		t.task.Constraint = &salesplan.Constraint{Kind: salesplan.ConstraintManual, On: t.date}
	case t.manual:
	case t.kind == 0 && !m.backward || t.kind == 1 && m.backward: // what is done anyway
	case t.kind <= 1:
		t.task.Constraint = &salesplan.Constraint{Kind: kind}
	case t.date.IsZero():
		m.lose(codeContrary, t.task.Name)
	default:
		t.task.Constraint = &salesplan.Constraint{Kind: kind, On: t.date}
	}
}

// finishProgress settles what is done of a task.
func (m *mspdi) finishProgress(t *taskSource) {
	if t.actual.start.IsZero() && t.actual.finish.IsZero() && t.percent == 0 {
		return
	}
	p := salesplan.Progress{Percent: decimal.NewNullDecimal(decimal.NewFromInt(int64(t.percent)))}
	start, finish := t.actual.start, t.actual.finish
	if start.IsZero() {
		start = t.stored.Start
	}
	if finish.IsZero() && t.percent == 100 {
		finish = t.stored.Finish
	}
	if start.IsZero() && finish.IsZero() || !finish.IsZero() && finish.Before(start) {
		m.lose(codeContrary, t.task.Name)
		return
	}
	p.Started, p.Finished = calendar.AtInstant(start), calendar.AtInstant(finish)
	if finish.IsZero() && t.rest >= 0 && !t.task.Milestone {
		p.Remaining = &calendar.Duration{Minutes: t.rest, Elapsed: t.task.Duration.Elapsed && t.rest > 0}
	}
	t.task.Progress = &p
}

// finishLinks names the tasks before a task.
func (m *mspdi) finishLinks(t *taskSource) {
	for _, l := range t.links {
		i, known := m.taskAt[l.from]
		switch {
		case !known:
			m.c.Add(&diag.Fault{Code: diag.Unknown, Path: l.path + "/PredecessorUID", Line: l.line, Column: l.column, Value: strconv.Itoa(l.from), Bound: "the tasks"})
			continue
		case i < 0:
			m.lose(codeLink, t.task.Name)
			continue
		}
		l.predecessor.Task = m.tasks[i].task.ID
		if !slices.Contains(t.task.Predecessors, l.predecessor) {
			t.task.Predecessors = append(t.task.Predecessors, l.predecessor)
		}
	}
}
