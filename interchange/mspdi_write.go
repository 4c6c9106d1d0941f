package interchange

import (
	"context"
	"io"
	"strconv"

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
