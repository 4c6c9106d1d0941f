package interchange

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// taskDates are the dates that are written of a task.
func (m *mspdiWriter) taskDates() map[string]salesplan.TaskDates {
	if m.t == nil {
		return nil
	}
	out := make(map[string]salesplan.TaskDates, m.t.Len())
	for d := range m.t.Tasks() {
		out[d.ID] = d
	}
	return out
}

// writeTasks writes the project's summary and all tasks.
func (m *mspdiWriter) writeTasks() {
	x := m.x
	x.open("Tasks")
	x.open("Task")
	x.number("UID", 0)
	x.number("ID", 0)
	x.text("Name", m.p.Properties.Name)
	x.number("Type", 1)
	x.flag("IsNull", false)
	x.text("OutlineNumber", "0")
	x.number("OutlineLevel", 0)
	if m.t != nil {
		x.instant("Start", m.t.Start())
		x.instant("Finish", m.t.Finish())
	}
	x.flag("Summary", true)
	x.close()
	dates := m.taskDates()
	for n, i := range m.order {
		d, dated := dates[m.req.Tasks[i].ID]
		m.writeTask(n+1, i, d, dated)
	}
	x.close()
}

// stored returns the dates to be written of a task.
func (m *mspdiWriter) stored(id string, d *salesplan.TaskDates, dated bool) Stored {
	if !dated {
		return m.p.Tasks[id].Stored
	}
	total, free := d.TotalFloat, d.FreeFloat
	return Stored{
		Start: d.Start, Finish: d.Finish, EarlyStart: d.EarlyStart, EarlyFinish: d.EarlyFinish,
		LateStart: d.LateStart, LateFinish: d.LateFinish, TotalFloat: &total, FreeFloat: &free, Critical: d.Critical,
	}
}

func (m *mspdiWriter) writeTask(row, i int, d salesplan.TaskDates, dated bool) {
	x, t := m.x, &m.req.Tasks[i]
	s := m.stored(t.ID, &d, dated)
	detail, known := m.p.Tasks[t.ID]
	if !known {
		detail.Marked = t.Milestone
	}
	uid := m.taskUID.of[t.ID]
	manual := t.Constraint != nil && t.Constraint.Kind == salesplan.ConstraintManual
	duration := t.Duration.Minutes
	if m.summary[i] && dated {
		duration = d.Duration.Minutes
	}
	x.open("Task")
	x.number("UID", uid)
	x.number("ID", row)
	x.some("Name", t.Name)
	x.flag("Manual", manual)
	x.number("Type", detail.Type)
	x.flag("IsNull", false)
	x.some("WBS", detail.WBS)
	x.text("OutlineNumber", m.outline[i])
	x.number("OutlineLevel", m.level[i])
	x.number("Priority", priorityOf(t))
	x.instant("Start", s.Start)
	x.instant("Finish", s.Finish)
	x.duration("Duration", duration)
	if manual {
		start := m.startOf(t.Constraint.On)
		x.instant("ManualStart", start)
		x.instant("ManualFinish", m.after(t, start, s.Finish, dated))
		x.duration("ManualDuration", duration)
	}
	x.number("DurationFormat", formatOf(detail.Format, t.Duration))
	x.flag("EffortDriven", detail.EffortDriven)
	x.flag("Milestone", detail.Marked)
	x.flag("Summary", m.summary[i])
	x.flag("Critical", s.Critical)
	x.instant("EarlyStart", s.EarlyStart)
	x.instant("EarlyFinish", s.EarlyFinish)
	x.instant("LateStart", s.LateStart)
	x.instant("LateFinish", s.LateFinish)
	if s.FreeFloat != nil {
		x.tenths("FreeSlack", *s.FreeFloat)
	}
	if s.TotalFloat != nil {
		x.tenths("TotalSlack", *s.TotalFloat)
	}
	m.writeProgress(t, &d, dated)
	m.writeBounds(t)
	x.flag("IgnoreResourceCalendar", t.IgnorePeople)
	x.some("Notes", t.Note)
	for _, l := range t.Predecessors {
		m.writeLink(l)
	}
	m.ownField(taskIDField, t.ID, uid)
	m.writeBaseline(t.Baseline)
	x.close()
}

// priorityOf is a task's priority: 500 if it has none.
func priorityOf(t *salesplan.Task) int {
	if t.Priority == 0 {
		return 500
	}
	return t.Priority
}

// formatOf is the unit in which a duration is shown: the one it had, if that is
// of its kind of time.
func formatOf(format int, d calendar.Duration) int {
	switch {
	case format > 0 && (isElapsed(format) == d.Elapsed || d.Minutes == 0):
		return format
	case d.Elapsed:
		return formatElapsedDays
	}
	return formatDays
}

// after is when a task placed by hand ends.
func (m *mspdiWriter) after(t *salesplan.Task, start, finish calendar.Instant, dated bool) calendar.Instant {
	if dated {
		return finish
	}
	end, err := m.req.Calendar.Add(start, t.Duration)
	if err != nil {
		return finish
	}
	return end
}

// writeProgress writes what is done of a task. With news besides what the task
// says, the dates tell.
func (m *mspdiWriter) writeProgress(t *salesplan.Task, d *salesplan.TaskDates, dated bool) {
	x := m.x
	var p salesplan.Progress
	if t.Progress != nil {
		p = *t.Progress
	}
	if dated && len(m.req.Updates) > 0 {
		p = salesplan.Progress{Started: calendar.AtInstant(d.Started), Finished: calendar.AtInstant(d.Finished), Percent: decimal.NewNullDecimal(d.Percent)}
	}
	percent := int64(0)
	if p.Percent.Valid {
		percent = p.Percent.Decimal.Round(0).IntPart()
	} else if !p.Finished.IsZero() {
		percent = 100
	}
	rest := t.Duration.Minutes - decimal.NewFromInt(t.Duration.Minutes*percent).Shift(-2).Round(0).IntPart()
	switch {
	case !p.Finished.IsZero():
		rest = 0
	case p.Remaining != nil:
		rest = p.Remaining.Minutes
	}
	x.text("PercentComplete", strconv.FormatInt(percent, 10))
	if p.Started.IsZero() && p.Finished.IsZero() {
		return
	}
	x.instant("ActualStart", m.startOf(p.Started))
	x.instant("ActualFinish", m.endOf(p.Finished))
	x.duration("ActualDuration", max(t.Duration.Minutes-rest, 0))
	x.duration("RemainingDuration", rest)
}

// writeBounds writes the dates and calendars imposed on a task.
func (m *mspdiWriter) writeBounds(t *salesplan.Task) {
	x := m.x
	backward := m.req.Rule.Start.IsZero() && !m.req.Rule.Finish.IsZero()
	kind, on := salesplan.ConstraintAsSoonAsPossible, calendar.Instant{}
	if backward {
		kind = salesplan.ConstraintAsLateAsPossible
	}
	if k := t.Constraint; k != nil && k.Kind != salesplan.ConstraintManual {
		kind = k.Kind
		switch kind {
		case salesplan.ConstraintStartNoEarlier, salesplan.ConstraintStartNoLater, salesplan.ConstraintMustStart:
			on = m.startOf(k.On)
		default:
			on = m.endOf(k.On)
		}
	}
	calendarUID := -1
	if t.Calendar != "" {
		calendarUID = m.calendarUID.of[t.Calendar]
	}
	x.number("ConstraintType", max(slices.Index(constraintNumbers, kind), 0))
	x.number("CalendarUID", calendarUID)
	x.instant("ConstraintDate", on)
	x.instant("Deadline", m.endOf(t.Deadline))
	x.tenths("LevelingDelay", t.Delay.Minutes)
	x.number("LevelingDelayFormat", formatElapsedDays)
}

func (m *mspdiWriter) writeLink(l salesplan.Predecessor) {
	x := m.x
	kind := l.Link
	if kind == "" {
		kind = salesplan.LinkFinishToStart
	}
	lag, format := m.lag(l)
	x.open("PredecessorLink")
	x.number("PredecessorUID", m.taskUID.of[l.Task])
	x.number("Type", slices.Index(linkNumbers, kind))
	x.flag("CrossProject", false)
	x.text("LinkLag", strconv.FormatInt(lag, 10))
	x.number("LagFormat", format)
	x.close()
}

func (m *mspdiWriter) writeBaseline(b *salesplan.Baseline) {
	if b == nil {
		return
	}
	x := m.x
	x.open("Baseline")
	x.number("Number", 0)
	x.instant("Start", m.startOf(b.Start))
	x.instant("Finish", m.endOf(b.Finish))
	if b.Duration.Minutes != 0 {
		x.duration("Duration", b.Duration.Minutes)
		x.number("DurationFormat", formatOf(0, b.Duration))
	}
	x.close()
}

// writeResources writes people, money and material.
func (m *mspdiWriter) writeResources() {
	x := m.x
	x.open("Resources")
	for i := range m.people {
		p := &m.people[i]
		r, d := &p.resource, &p.detail
		uid := m.resourceUID.of[r.ID]
		x.open("Resource")
		x.number("UID", uid)
		x.number("ID", i+1)
		x.some("Name", r.Name)
		people := r.Kind == "" || r.Kind == salesplan.ResourcePeople
		x.flag("Type", people)
		x.flag("IsNull", false)
		x.some("Initials", d.Initials)
		if r.Kind == salesplan.ResourceMaterial {
			x.some("MaterialLabel", r.Measure)
		}
		x.some("Code", d.Code)
		x.some("Group", d.Group)
		x.some("EmailAddress", d.Email)
		if people {
			x.amount("MaxUnits", capacityOf(r))
		}
		if p.calendar > 0 {
			x.number("CalendarUID", p.calendar)
		}
		x.some("Notes", d.Note)
		x.flag("IsCostResource", r.Kind == salesplan.ResourceMoney)
		m.writeAvailability(r)
		m.ownField(resourceIDField, r.ID, uid)
		x.close()
	}
	x.close()
}

// capacityOf is how many people there are; 1 if it isn't said.
func capacityOf(r *salesplan.Resource) decimal.Decimal {
	if r.Capacity.Valid {
		return r.Capacity.Decimal
	}
	return decimal.NewFromInt(1)
}

// writeAvailability writes how the number of people changes.
func (m *mspdiWriter) writeAvailability(r *salesplan.Resource) {
	if len(r.Changes) == 0 {
		return
	}
	x := m.x
	period := func(from, to string, units decimal.Decimal) {
		if units.Sign() <= 0 {
			return
		}
		x.open("AvailabilityPeriod")
		x.text("AvailableFrom", from)
		x.text("AvailableTo", to)
		x.amount("AvailableUnits", units)
		x.close()
	}
	const always, ever = "1984-01-01T00:00:00", "2049-12-31T23:59:00"
	x.open("AvailabilityPeriods")
	from, units := always, capacityOf(r)
	for _, c := range r.Changes {
		period(from, c.From.AddDays(-1).String()+"T23:59:00", units)
		from, units = c.From.String()+"T00:00:00", c.Capacity
	}
	period(from, ever, units)
	x.close()
}

// writeAssignments writes what tasks take, the owner first.
func (m *mspdiWriter) writeAssignments() {
	x := m.x
	kinds := make(map[string]salesplan.ResourceKind, len(m.people))
	for i := range m.people {
		kinds[m.people[i].resource.ID] = m.people[i].resource.Kind
	}
	x.open("Assignments")
	uid := 0
	for _, i := range m.order {
		t := &m.req.Tasks[i]
		if m.summary[i] {
			continue
		}
		for _, d := range demandsOf(t, kinds) {
			uid++
			m.writeAssignment(uid, t, d, kinds[d.Resource])
		}
	}
	x.close()
}

// demandsOf are a task's demands with the owner first: one who isn't among the
// people it demands takes part with nothing, if there are any, else full time.
func demandsOf(t *salesplan.Task, kinds map[string]salesplan.ResourceKind) []salesplan.Demand {
	if t.Owner == "" {
		return t.Demands
	}
	out := slices.Clone(t.Demands)
	isPeople := func(d salesplan.Demand) bool {
		k := kinds[d.Resource]
		return k == "" || k == salesplan.ResourcePeople
	}
	own := slices.IndexFunc(out, func(d salesplan.Demand) bool { return d.Resource == t.Owner })
	first := slices.IndexFunc(out, isPeople)
	if own < 0 {
		d := salesplan.Demand{Resource: t.Owner}
		if first >= 0 {
			d.Amount = decimal.NewNullDecimal(decimal.Decimal{})
		}
		return slices.Insert(out, max(first, 0), d)
	}
	if first >= 0 && first < own {
		d := out[own]
		out = slices.Insert(slices.Delete(out, own, own+1), first, d)
	}
	return out
}

func (m *mspdiWriter) writeAssignment(uid int, t *salesplan.Task, d salesplan.Demand, kind salesplan.ResourceKind) {
	x, amount := m.x, amountOf(d)
	x.open("Assignment")
	x.number("UID", uid)
	x.number("TaskUID", m.taskUID.of[t.ID])
	x.number("ResourceUID", m.resourceUID.of[d.Resource])
	switch kind {
	case salesplan.ResourceMoney:
		x.amount("Cost", amount.Shift(2))
	case salesplan.ResourceMaterial:
		x.flag("HasFixedRateUnits", true)
		x.flag("FixedMaterial", true)
		x.amount("Units", amount)
	default:
		x.amount("Units", amount)
		x.duration("Work", amount.Mul(decimal.NewFromInt(t.Duration.Minutes)).Round(0).IntPart())
	}
	x.close()
}
