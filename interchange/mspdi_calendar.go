package interchange

import (
	"slices"
	"sort"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A calendarSource is a calendar as it stands in a file: what it changes of that
// below it.
type calendarSource struct {
	uid, base int
	name      string
	isBase    bool
	week      [7]daySource // from Sunday
	special   map[calendar.Date][]calendar.Shift
	line      int
	column    int
	path      string

	leaves    []calendar.Period // once asked for
	onlyLeave bool
	asked     bool
}

// A daySource is the working time of a day of the week, where the file says so.
type daySource struct {
	given  bool
	shifts []calendar.Shift
}

func standardShifts() []calendar.Shift {
	return []calendar.Shift{{From: 8 * 60, To: 12 * 60}, {From: 13 * 60, To: 17 * 60}}
}

// readCalendar reads one calendar.
func (m *mspdi) readCalendar(n *node, path string) {
	v := valueReader{n, path, &m.c}
	uid, ok := v.integer("UID")
	if !ok {
		v.fault("UID", diag.Required, "", "a number")
		return
	}
	s := &calendarSource{
		uid: uid, base: v.integerOr("BaseCalendarUID", -1), name: v.text("Name"), isBase: v.flag("IsBaseCalendar"),
		special: map[calendar.Date][]calendar.Shift{}, line: n.line, column: n.column, path: path,
	}
	if _, taken := m.calendars[uid]; taken {
		v.fault("UID", diag.Duplicate, strconv.Itoa(uid), "")
		return
	}
	m.calendars[uid] = s
	m.calendarOrder = append(m.calendarOrder, uid)
	exceptions := n.child("Exceptions")
	if exceptions != nil {
		for i := range exceptions.kids {
			m.readException(s, &exceptions.kids[i], path+"/Exceptions/"+strconv.Itoa(i))
		}
	}
	if days := n.child("WeekDays"); days != nil {
		for i := range days.kids {
			// Files of 2007 and later repeat their exceptions in the older style.
			m.readWeekDay(s, &days.kids[i], path+"/WeekDays/"+strconv.Itoa(i), exceptions == nil)
		}
	}
	if weeks := n.child("WorkWeeks"); weeks != nil {
		for i := range weeks.kids {
			m.readWorkWeek(s, &weeks.kids[i], path+"/WorkWeeks/"+strconv.Itoa(i))
		}
	}
}

// readWeekDay reads a day of the week, or an exception of the older style.
func (m *mspdi) readWeekDay(s *calendarSource, n *node, path string, old bool) {
	v := valueReader{n, path, &m.c}
	day, ok := v.integer("DayType")
	switch {
	case !ok || day < 0 || day > 7:
		v.fault("DayType", diag.OutOfRange, v.text("DayType"), "0 to 7")
	case day > 0:
		s.week[day-1] = daySource{true, v.shifts()}
	case old:
		if span, ok := v.span(); ok {
			m.except(s, v, (&recurrence{span: span, kind: recurDaily}).days(), v.shifts())
		}
	}
}

// readException reads an exception with its recurrence.
func (m *mspdi) readException(s *calendarSource, n *node, path string) {
	v := valueReader{n, path, &m.c}
	if r, ok := v.recurrence(); ok {
		m.except(s, v, r.days(), v.shifts())
	}
}

// readWorkWeek reads the week of a span of time. Exceptions win over it, so it
// comes after them.
func (m *mspdi) readWorkWeek(s *calendarSource, n *node, path string) {
	v := valueReader{n, path, &m.c}
	span, ok := v.span()
	if !ok {
		return
	}
	days := n.child("WeekDays")
	if days == nil {
		return
	}
	for i := range days.kids {
		d := valueReader{&days.kids[i], path + "/WeekDays/" + strconv.Itoa(i), &m.c}
		day, ok := d.integer("DayType")
		if !ok || day < 1 || day > 7 {
			d.fault("DayType", diag.OutOfRange, d.text("DayType"), "1 to 7")
			continue
		}
		r := recurrence{span: span, kind: recurWeekly, every: 1, weekdays: 1 << (day - 1)}
		m.except(s, d, r.days(), d.shifts())
	}
}

// except gives days working time of their own; of two that name a day the first
// counts.
func (m *mspdi) except(s *calendarSource, v valueReader, days []calendar.Date, shifts []calendar.Shift) {
	if m.exceptionDays += len(days); m.exceptionDays > maxAllExceptionDays {
		if m.exceptionDays-len(days) <= maxAllExceptionDays {
			v.fault("TimePeriod", diag.TooMany, "", "at most 1000000 days of exceptions")
		}
		return
	}
	for _, d := range days {
		if _, taken := s.special[d]; !taken {
			s.special[d] = shifts
		}
	}
}

// shifts reads the working time of a day: none where it is free, the usual eight
// hours where it is worked without saying when.
func (v valueReader) shifts() []calendar.Shift {
	if !v.flag("DayWorking") {
		return nil
	}
	times := v.n.child("WorkingTimes")
	if times == nil || len(times.kids) == 0 {
		return standardShifts()
	}
	var out []calendar.Shift
	for i := range times.kids {
		t := valueReader{&times.kids[i], v.path + "/WorkingTimes/" + strconv.Itoa(i), v.c}
		from, okFrom := t.clock("FromTime")
		to, okTo := t.clock("ToTime")
		if !okFrom || !okTo {
			if len(times.kids[i].kids) > 0 && t.text("FromTime")+t.text("ToTime") == "" {
				t.fault("FromTime", diag.Required, "", "a time of day")
			}
			continue
		}
		if to == 0 {
			to = 1440 // midnight, at the end of the day
		}
		if to <= from {
			t.fault("ToTime", diag.Order, t.text("ToTime"), t.text("FromTime"))
			continue
		}
		out = append(out, calendar.Shift{From: from, To: to})
	}
	return merged(out)
}

// merged returns shifts in order, those that overlap as one.
func merged(shifts []calendar.Shift) []calendar.Shift {
	sort.Slice(shifts, func(i, k int) bool {
		return shifts[i].From < shifts[k].From || shifts[i].From == shifts[k].From && shifts[i].To < shifts[k].To
	})
	var out []calendar.Shift
	for _, s := range shifts {
		if last := len(out) - 1; last >= 0 && s.From < out[last].To {
			out[last].To = max(out[last].To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// Bounds of calendars that take over others.
const (
	maxBases    = 16        // calendars below each other
	maxFlatDays = 2_000_000 // exceptions with those that are taken over
)

// below returns the calendar on which another builds; nil if there is none.
func (m *mspdi) below(s *calendarSource) *calendarSource {
	if s.base < 0 || s.base == s.uid {
		return nil
	}
	return m.calendars[s.base]
}

// A flatCalendar is a calendar with all that it takes over.
type flatCalendar struct {
	week    [7][]calendar.Shift // from Sunday
	special map[calendar.Date][]calendar.Shift
}

// flat returns a calendar with what it takes over from those below it.
func (m *mspdi) flat(uid int) flatCalendar {
	var chain []*calendarSource
	for s := m.calendars[uid]; s != nil; s = m.below(s) {
		if len(chain) == maxBases {
			m.c.Add(&diag.Fault{Code: diag.TooDeep, Path: s.path + "/BaseCalendarUID", Line: s.line, Column: s.column, Value: strconv.Itoa(s.base), Bound: "a calendar on a few others"})
			break
		}
		chain = append(chain, s)
		m.flatDays += len(s.special)
	}
	if m.flatDays > maxFlatDays {
		if !m.flatFull {
			m.flatFull = true
			m.c.Add(&diag.Fault{Code: diag.TooMany, Path: "/Calendars", Bound: "at most 2000000 days of exceptions in all calendars"})
		}
		return flatCalendar{}
	}
	f := flatCalendar{special: map[calendar.Date][]calendar.Shift{}}
	for i := 1; i <= 5; i++ {
		f.week[i] = standardShifts()
	}
	for _, s := range slices.Backward(chain) {
		for i, d := range s.week {
			if d.given {
				f.week[i] = d.shifts
			}
		}
		for d, shifts := range s.special {
			f.special[d] = shifts
		}
	}
	return f
}

// rule returns a calendar in a plan's words. Days that are as their week has
// them anyway are left out.
func (f *flatCalendar) rule() salesplan.WorkRule {
	w := calendar.WorkWeek{Sunday: f.week[0], Monday: f.week[1], Tuesday: f.week[2], Wednesday: f.week[3], Thursday: f.week[4], Friday: f.week[5], Saturday: f.week[6]}
	rule := salesplan.WorkRule{Week: &w}
	days := make([]calendar.Date, 0, len(f.special))
	for d := range f.special {
		days = append(days, d)
	}
	slices.SortFunc(days, calendar.Date.Compare)
	for _, d := range days {
		shifts, usual := f.special[d], f.week[d.Weekday()]
		switch {
		case slices.Equal(shifts, usual):
		case len(shifts) == 0:
			rule.Off = append(rule.Off, d)
		default:
			rule.Special = append(rule.Special, calendar.DayShifts{On: d, Shifts: shifts})
		}
	}
	return rule
}

// leave returns the days off of a calendar that takes nothing else away from or
// adds to its base, merged to periods, and whether it is such a one.
func (s *calendarSource) leave() ([]calendar.Period, bool) {
	if !s.asked {
		s.asked = true
		s.leaves, s.onlyLeave = s.findLeave()
	}
	return s.leaves, s.onlyLeave
}

func (s *calendarSource) findLeave() ([]calendar.Period, bool) {
	for _, d := range s.week {
		if d.given {
			return nil, false
		}
	}
	days := make([]calendar.Date, 0, len(s.special))
	for d, shifts := range s.special {
		if len(shifts) > 0 {
			return nil, false
		}
		days = append(days, d)
	}
	slices.SortFunc(days, calendar.Date.Compare)
	const most = 3650 // days of a leave
	var out []calendar.Period
	for _, d := range days {
		if last := len(out) - 1; last >= 0 && out[last].Last.AddDays(1) == d && out[last].Days() < most {
			out[last].Last = d
			continue
		}
		out = append(out, calendar.Day(d))
	}
	return out, true
}

// derived reports whether a calendar is that of one resource: its base, with
// days off at most.
func (m *mspdi) derived(s *calendarSource) bool {
	if s.isBase || m.below(s) == nil {
		return false
	}
	_, onlyLeave := s.leave()
	return onlyLeave
}
