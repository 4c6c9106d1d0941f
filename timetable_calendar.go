package salesplan

import "github.com/salesplan/salesplan/calendar"

// Calendar returns the calendar of the plan: when work is done where tasks and
// people say nothing else. Nil, as a calendar, is Monday to Friday, 08:00-12:00
// and 13:00-17:00.
func (t *Timetable) Calendar() *calendar.Calendar {
	if t == nil || len(t.clocks.calendars) == 0 {
		return nil
	}
	return t.clocks.calendars[0]
}
