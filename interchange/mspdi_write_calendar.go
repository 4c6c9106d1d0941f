package interchange

import (
	"slices"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
)

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
