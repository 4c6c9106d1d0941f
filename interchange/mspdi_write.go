package interchange

import (
	"context"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// PlanMSPDI schedules a plan's tasks, with those of its goals where the situation
// has targets, and writes them as [WriteMSPDI] does. It returns the faults of
// [salesplan.Plan.Timetable] and of WriteMSPDI.
func PlanMSPDI(ctx context.Context, w io.Writer, plan *salesplan.Plan, s salesplan.Situation) error {
	p, err := FromPlan(plan, s)
	if err != nil {
		return err
	}
	t, err := plan.Timetable(ctx, s)
	if err != nil {
		return err
	}
	return WriteMSPDI(w, p, t)
}

// WriteMSPDI writes a project in the XML format of Microsoft Project (2010 and
// later), in the order of its schema: calendars with free days and make-up days as
// exceptions, tasks with what another program needs to reach the same dates,
// resources and assignments.
//
// A timetable gives the tasks' dates, floats and critical flags; without one the
// dates that the project was read with are written. IDs that aren't numbers travel
// in the custom field Text30, so that [ReadMSPDI] finds them again.
//
// Faults have paths below /tasks, /resources and /calendars: [diag.Unknown] for
// names that nothing bears, [diag.Duplicate], [diag.Cycle] of summaries,
// [diag.OutOfRange] for lags that the format can't hold; and [diag.IO] if writing
// fails. It takes time in proportion to tasks, links, demands and exceptions.
func WriteMSPDI(w io.Writer, p *Project, t *salesplan.Timetable) error {
	m, err := newMSPDIWriter(w, p, t)
	if err != nil {
		return err
	}
	x := m.x
	x.raw(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<Project xmlns="http://schemas.microsoft.com/project">` + "\n")
	x.in = append(x.in, "Project")
	m.properties()
	m.fields()
	m.writeCalendars()
	m.writeTasks()
	m.writeResources()
	m.writeAssignments()
	x.in = nil
	x.raw("</Project>\n")
	return x.end()
}

// An mspdiWriter is a project on its way to a file.
type mspdiWriter struct {
	x   *xmlWriter
	p   *Project
	req *salesplan.ScheduleRequest
	t   *salesplan.Timetable

	order     []int // tasks, parents before their children
	outline   []string
	level     []int
	summary   []bool
	at        map[string]int
	taskUID   numbers
	ownFields bool

	people      []person
	resourceUID numbers
	calendarUID numbers
	base        int // the number of the project's calendar
	calendars   map[string]*calendar.Calendar
}

// A person is a resource to be written: one of the request's, or a unit.
type person struct {
	resource salesplan.Resource
	detail   ResourceDetail
	calendar int // the number of its calendar
}

// numbers are the numbers by which a file calls what we call by IDs.
type numbers struct {
	of    map[string]int
	taken map[int]bool
	next  int
}

// give numbers an ID: with the number it had, with itself where it is one, else
// with the next. All IDs with a number are to be given before those without.
func (n *numbers) give(ids []string, had func(id string) int) {
	n.of, n.taken, n.next = map[string]int{}, map[int]bool{}, 1
	const most = 1<<31 - 1
	for pass := range 2 {
		for _, id := range ids {
			if _, done := n.of[id]; done {
				continue
			}
			uid := had(id)
			if k, err := strconv.ParseInt(id, 10, 32); uid == 0 && err == nil && strconv.FormatInt(k, 10) == id {
				uid = int(k)
			}
			if uid > 0 && uid <= most && !n.taken[uid] {
				n.of[id], n.taken[uid] = uid, true
			} else if pass == 1 {
				n.of[id] = n.another()
			}
		}
	}
}

// another returns a number that nothing has.
func (n *numbers) another() int {
	for n.taken[n.next] {
		n.next++
	}
	n.taken[n.next] = true
	return n.next
}

// newMSPDIWriter checks what is to be written, and numbers it.
func newMSPDIWriter(w io.Writer, p *Project, t *salesplan.Timetable) (*mspdiWriter, error) {
	m := &mspdiWriter{x: newXMLWriter(w), p: p, req: &p.Request, t: t, at: map[string]int{}, calendars: map[string]*calendar.Calendar{}}
	var c diag.Collector
	m.arrangeTasks(&c)
	m.arrangePeople(&c)
	m.arrangeCalendars(&c)
	if err := c.Err(); err != nil {
		return nil, err
	}
	for i := range m.req.Tasks {
		m.checkTask(i, &c)
	}
	return m, c.Err()
}

func path(list string, i int) string { return "/" + list + "/" + strconv.Itoa(i) }

// arrangeTasks finds the order in which tasks are written.
func (m *mspdiWriter) arrangeTasks(c *diag.Collector) {
	tasks := m.req.Tasks
	ids := make([]string, len(tasks))
	for i := range tasks {
		id := tasks[i].ID
		ids[i] = id
		if k, taken := m.at[id]; taken {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path("tasks", i) + "/id", Value: id, Bound: path("tasks", k)})
		}
		m.at[id] = i
	}
	m.taskUID.give(ids, func(id string) int { return m.p.Tasks[id].UID })
	below := make([][]int, len(tasks)+1)
	m.summary, m.outline, m.level = make([]bool, len(tasks)), make([]string, len(tasks)), make([]int, len(tasks))
	for i := range tasks {
		up := len(tasks)
		if parent := tasks[i].Parent; parent != "" {
			k, known := m.at[parent]
			if !known {
				c.Add(&diag.Fault{Code: diag.Unknown, Path: path("tasks", i) + "/parent", Value: parent, Bound: "the tasks"})
				continue
			}
			up, m.summary[k] = k, true
		}
		below[up] = append(below[up], i)
	}
	stack := []int{len(tasks)}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		prefix, level := "", 1
		if i < len(tasks) {
			m.order = append(m.order, i)
			prefix, level = m.outline[i]+".", m.level[i]+1
		}
		for n, k := range below[i] {
			// Numbers of a very deep outline are cut: nobody reads them.
			if m.level[k] = level; level <= maxOutline {
				m.outline[k] = prefix + strconv.Itoa(n+1)
			} else {
				m.outline[k] = prefix[:len(prefix)-1]
			}
		}
		for _, k := range slices.Backward(below[i]) {
			stack = append(stack, k)
		}
	}
	if c.Len() == 0 && len(m.order) < len(tasks) {
		seen := make([]bool, len(tasks))
		for _, i := range m.order {
			seen[i] = true
		}
		i := slices.Index(seen, false)
		c.Add(&diag.Fault{Code: diag.Cycle, Path: path("tasks", i) + "/parent", Value: tasks[i].ID, Bound: "a task that isn't above itself"})
	}
	for i := range tasks {
		m.ownFields = m.ownFields || tasks[i].ID != strconv.Itoa(m.taskUID.of[tasks[i].ID])
	}
}

// maxOutline is the depth to which tasks have numbers of their own in the outline.
const maxOutline = 100

// arrangePeople lists the resources: those of the request, and the units that
// tasks name.
func (m *mspdiWriter) arrangePeople(c *diag.Collector) {
	known := map[string]bool{}
	var ids []string
	add := func(r salesplan.Resource) {
		known[r.ID] = true
		ids = append(ids, r.ID)
		m.people = append(m.people, person{resource: r, detail: m.p.Resources[r.ID]})
	}
	for i, r := range m.req.Resources {
		if known[r.ID] {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path("resources", i) + "/id", Value: r.ID})
			continue
		}
		add(r)
	}
	units := map[string]salesplan.Resource{}
	for _, a := range m.req.Axes {
		for _, u := range a.Units {
			units[u.ID] = salesplan.Resource{ID: u.ID, Name: u.Name, Capacity: u.FTE}
		}
	}
	use := func(id, path string) {
		if id == "" || known[id] {
			return
		}
		r, ok := units[id]
		if !ok {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: "the resources and the units of the organisation"})
			return
		}
		add(r)
	}
	for i := range m.req.Tasks {
		use(m.req.Tasks[i].Owner, path("tasks", i)+"/owner")
		for k, d := range m.req.Tasks[i].Demands {
			use(d.Resource, path("tasks", i)+"/demands/"+strconv.Itoa(k)+"/resource")
		}
	}
	m.resourceUID.give(ids, func(id string) int { return m.p.Resources[id].UID })
	for _, id := range ids {
		m.ownFields = m.ownFields || id != strconv.Itoa(m.resourceUID.of[id])
	}
}

// arrangeCalendars makes the calendars and numbers them.
func (m *mspdiWriter) arrangeCalendars(c *diag.Collector) {
	var ids []string
	for i, n := range m.req.Calendars {
		cal, err := calendar.New(n.Spec())
		c.AddErr(diag.Under(err, path("calendars", i)), path("calendars", i))
		if _, taken := m.calendars[n.ID]; taken {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path("calendars", i) + "/id", Value: n.ID})
			continue
		}
		m.calendars[n.ID] = cal
		ids = append(ids, n.ID)
	}
	m.calendarUID.give(ids, func(string) int { return 0 })
	m.base = m.calendarUID.of[m.p.Calendar]
	if _, named := m.calendars[m.p.Calendar]; !named {
		m.base = m.calendarUID.another()
	}
	for i := range m.people {
		r := &m.people[i].resource
		if _, known := m.calendars[r.Calendar]; r.Calendar != "" && !known {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path("resources", i) + "/calendar", Value: r.Calendar, Bound: "the calendars"})
		}
	}
}

// checkTask refuses what a task names that isn't there, and what the format can't
// hold.
func (m *mspdiWriter) checkTask(i int, c *diag.Collector) {
	t := &m.req.Tasks[i]
	if _, known := m.calendars[t.Calendar]; t.Calendar != "" && !known {
		c.Add(&diag.Fault{Code: diag.Unknown, Path: path("tasks", i) + "/calendar", Value: t.Calendar, Bound: "the calendars"})
	}
	const most = 1<<31 - 1
	for k, l := range t.Predecessors {
		at := path("tasks", i) + "/predecessors/" + strconv.Itoa(k)
		if _, known := m.at[l.Task]; !known {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: at + "/task", Value: l.Task, Bound: "the tasks"})
			continue
		}
		if lag, _ := m.lag(l); lag > most || lag < -most {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: at + "/lag", Value: l.Lag.String(), Bound: "at most 400 years"})
		}
	}
	if d := t.Delay.Minutes; d > most/10 {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path("tasks", i) + "/delay", Value: t.Delay.String(), Bound: "at most 400 years"})
	}
}

// lag is a lag in the schema's numbers: tenths of a minute, or whole percent. A
// percentage that isn't whole is written as the time that it is.
func (m *mspdiWriter) lag(l salesplan.Predecessor) (lag int64, format int) {
	d := l.Lag.Time
	if pc := l.Lag.Percent; !pc.IsZero() {
		if pc.IsInteger() {
			return pc.IntPart(), formatPercent
		}
		before := &m.req.Tasks[m.at[l.Task]]
		d.Minutes = pc.Mul(decimal.NewFromInt(before.Duration.Minutes)).Shift(-2).Round(0).IntPart()
	}
	if d.Elapsed {
		return d.Minutes * 10, formatElapsedDays
	}
	return d.Minutes * 10, formatDays
}

// properties writes what stands of the project as a whole.
func (m *mspdiWriter) properties() {
	x, p, rule := m.x, &m.p.Properties, &m.req.Rule
	or := func(n, otherwise int) int {
		if n > 0 {
			return n
		}
		return otherwise
	}
	x.number("SaveVersion", 14)
	x.some("Name", p.Name)
	x.some("Title", p.Title)
	x.some("Subject", p.Subject)
	x.some("Category", p.Category)
	x.some("Company", p.Company)
	x.some("Manager", p.Manager)
	x.some("Author", p.Author)
	backward := rule.Start.IsZero() && !rule.Finish.IsZero()
	x.flag("ScheduleFromStart", !backward)
	start, finish := m.startOf(rule.Start), m.endOf(rule.Finish)
	if m.t != nil && start.IsZero() {
		start = m.t.Start()
	}
	if m.t != nil && !backward {
		finish = m.t.Finish()
	}
	x.instant("StartDate", start)
	x.instant("FinishDate", finish)
	day := or(p.MinutesPerDay, calendar.MinutesPerWorkDay)
	x.text("CriticalSlackLimit", strconv.FormatInt(rule.Critical.Minutes/int64(day), 10))
	x.some("CurrencyCode", p.Currency)
	x.number("CalendarUID", m.base)
	from, to := p.DayStart, p.DayFinish
	if from == 0 && to == 0 {
		from, to = dayStart, dayFinish
	}
	x.clock("DefaultStartTime", from)
	x.clock("DefaultFinishTime", to)
	x.number("MinutesPerDay", day)
	x.number("MinutesPerWeek", or(p.MinutesPerWeek, calendar.MinutesPerWorkWeek))
	x.number("DaysPerMonth", or(p.DaysPerMonth, daysPerMonth))
	x.number("DurationFormat", formatDays)
	x.number("HonorConstraints", 0)
	x.flag("MultipleCriticalPaths", rule.OwnFloat)
	x.instant("StatusDate", m.statusDate())
}

// statusDate is up to when progress is known: the end of the day asked about, or
// what the file said.
func (m *mspdiWriter) statusDate() calendar.Instant {
	if d := m.req.AsOf; !d.IsZero() {
		return m.endOf(calendar.OnDay(d))
	}
	return m.p.Properties.StatusDate
}

// startOf is the instant from which a moment counts: of a day, when work begins
// on the project's calendar.
func (m *mspdiWriter) startOf(at calendar.Moment) calendar.Instant {
	if at.Timed || at.IsZero() {
		return at.Start()
	}
	if next, err := m.req.Calendar.Add(at.Start(), calendar.Duration{Minutes: 1}); err == nil {
		return next.AddMinutes(-1)
	}
	return at.Start()
}

// endOf is the instant up to which a moment counts: of a day, when work ends.
func (m *mspdiWriter) endOf(at calendar.Moment) calendar.Instant {
	if at.Timed || at.IsZero() {
		return at.End()
	}
	if last, err := m.req.Calendar.Add(at.End(), calendar.Duration{Minutes: -1}); err == nil {
		return last.AddMinutes(1)
	}
	return at.End()
}

// fields writes which custom fields hold our IDs.
func (m *mspdiWriter) fields() {
	if !m.ownFields {
		return
	}
	m.x.open("ExtendedAttributes")
	for _, id := range []string{taskIDField, resourceIDField} {
		m.x.open("ExtendedAttribute")
		m.x.text("FieldID", id)
		m.x.text("FieldName", "Text30")
		m.x.text("Alias", idAlias)
		m.x.close()
	}
	m.x.close()
}

// ownField writes an ID that isn't the number of what it names.
func (m *mspdiWriter) ownField(field, id string, uid int) {
	if id == strconv.Itoa(uid) {
		return
	}
	m.x.open("ExtendedAttribute")
	m.x.text("FieldID", field)
	m.x.text("Value", id)
	m.x.close()
}

// writeCalendars writes the calendars: those with names, the project's if it has
// none, and one for each of the people.
func (m *mspdiWriter) writeCalendars() {
	m.x.open("Calendars")
	for _, n := range m.req.Calendars {
		name := n.Name
		if name == "" {
			name = n.ID
		}
		m.writeCalendar(m.calendarUID.of[n.ID], name, m.calendars[n.ID])
	}
	if _, named := m.calendars[m.p.Calendar]; !named {
		m.writeCalendar(m.base, "Standard", m.req.Calendar)
	}
	for i := range m.people {
		p := &m.people[i]
		if p.resource.Kind != "" && p.resource.Kind != salesplan.ResourcePeople {
			continue
		}
		base := m.base
		if p.resource.Calendar != "" {
			base = m.calendarUID.of[p.resource.Calendar]
		}
		p.calendar = m.calendarUID.another()
		m.x.open("Calendar")
		m.x.number("UID", p.calendar)
		m.x.text("Name", nameOf(p.resource.Name, p.resource.ID))
		m.x.flag("IsBaseCalendar", false)
		m.x.number("BaseCalendarUID", base)
		if len(p.resource.Leave) > 0 {
			m.x.open("Exceptions")
			for _, l := range p.resource.Leave {
				m.writeException("Leave", l, nil)
			}
			m.x.close()
		}
		m.x.close()
	}
	m.x.close()
}

func nameOf(name, id string) string {
	if name == "" {
		return id
	}
	return name
}

// writeCalendar writes a calendar that builds on no other.
func (m *mspdiWriter) writeCalendar(uid int, name string, cal *calendar.Calendar) {
	x := m.x
	x.open("Calendar")
	x.number("UID", uid)
	x.text("Name", name)
	x.flag("IsBaseCalendar", true)
	x.number("BaseCalendarUID", -1)
	x.open("WeekDays")
	week := cal.UsualWeek()
	for i := range 7 {
		shifts := week[(i+6)%7] // from Sunday
		x.open("WeekDay")
		x.number("DayType", i+1)
		x.flag("DayWorking", len(shifts) > 0)
		m.writeShifts(shifts)
		x.close()
	}
	x.close()
	m.writeExceptions(cal)
	x.close()
}

func (m *mspdiWriter) writeShifts(shifts []calendar.Shift) {
	if len(shifts) == 0 {
		return
	}
	m.x.open("WorkingTimes")
	for _, s := range shifts {
		m.x.open("WorkingTime")
		m.x.clock("FromTime", s.From)
		m.x.clock("ToTime", s.To)
		m.x.close()
	}
	m.x.close()
}

// writeExceptions writes the days that aren't as their week has them; those in a
// row that are alike are one exception.
func (m *mspdiWriter) writeExceptions(cal *calendar.Calendar) {
	days := cal.Unusual(m.window(cal))
	if len(days) == 0 {
		return
	}
	m.x.open("Exceptions")
	for i := 0; i < len(days); {
		shifts, k := cal.Shifts(days[i]), i+1
		for k < len(days) && days[k] == days[k-1].AddDays(1) && slices.Equal(cal.Shifts(days[k]), shifts) && days[k].Sub(days[i]) < maxExceptionDays {
			k++
		}
		name := "Holiday"
		if len(shifts) > 0 {
			name = "Working time"
		}
		m.writeException(name, calendar.Span(days[i], days[k-1]), shifts)
		i = k
	}
	m.x.close()
}

// window are the days of which exceptions are written: all, and of a calendar
// that has to be asked day by day those around the dates.
func (m *mspdiWriter) window(cal *calendar.Calendar) calendar.Period {
	first, last := calendar.On(calendar.MinYear, time.January, 1), calendar.On(calendar.MaxYear, time.December, 31)
	if !cal.Wrapped() {
		return calendar.Span(first, last)
	}
	from, to := m.req.Rule.Start.Date, m.req.Rule.Finish.Date
	if m.t != nil && m.t.Len() > 0 {
		from, to = m.t.Start().Date(), m.t.Finish().Date()
	}
	if from.IsZero() {
		from = to
	}
	if to.IsZero() {
		to = from
	}
	from, to = from.AddMonths(-12), to.AddMonths(60)
	if !from.IsZero() {
		first = from
	}
	if !to.IsZero() {
		last = to
	}
	return calendar.Span(first, last)
}

func (m *mspdiWriter) writeException(name string, span calendar.Period, shifts []calendar.Shift) {
	x := m.x
	x.open("Exception")
	x.flag("EnteredByOccurrences", false)
	x.open("TimePeriod")
	x.text("FromDate", span.First.String()+"T00:00:00")
	x.text("ToDate", span.Last.String()+"T23:59:00")
	x.close()
	x.number("Occurrences", span.Days())
	x.text("Name", name)
	x.number("Type", recurDaily)
	x.flag("DayWorking", len(shifts) > 0)
	m.writeShifts(shifts)
	x.close()
}
