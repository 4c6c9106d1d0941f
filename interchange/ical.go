package interchange

import (
	"io"
	"strconv"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// ICalendarOptions say what a calendar file holds.
type ICalendarOptions struct {
	// Stamp is when the file is made, which every entry must carry. It must be
	// given: nothing here reads the clock.
	Stamp time.Time `json:"stamp"`

	// Name is that of the calendar.
	Name string `json:"name,omitempty"`

	// Domain follows the IDs of tasks in those of entries, so that two plans have
	// different ones; "salesplan" if not given.
	Domain string `json:"domain,omitempty"`

	// Zone is the time zone of the plan. Without one times float: they are what
	// clocks show wherever one is.
	Zone *time.Location `json:"-"`

	// MilestonesOnly and CriticalOnly leave out other tasks; Summaries takes up
	// summary tasks.
	MilestonesOnly bool `json:"milestonesOnly,omitempty"`
	CriticalOnly   bool `json:"criticalOnly,omitempty"`
	Summaries      bool `json:"summaries,omitempty"`

	// TasksAsEvents writes tasks as events, for calendars that don't show things
	// to do.
	TasksAsEvents bool `json:"tasksAsEvents,omitempty"`

	// Critical is the category of critical tasks, "critical" or "关键"; none if
	// not given.
	Critical string `json:"critical,omitempty"`
}

// WriteICalendar writes a timetable as a calendar file (RFC 5545): milestones as
// events of a day, tasks as things to do, from their start to when they are due.
// Links to predecessors that are in the file too are relations of RFC 9253, held by
// the task that waits; their lags are gaps, a day of work written as a day. Entries
// keep their IDs from file to file. The owner is the entry's contact.
//
// A missing Stamp is a fault of code [diag.Required] at /stamp; where writing fails
// that is one of [diag.IO]. It takes time in proportion to tasks and links.
func WriteICalendar(w io.Writer, t *salesplan.Timetable, o ICalendarOptions) error {
	if o.Stamp.IsZero() {
		return &diag.Fault{Code: diag.Required, Path: "/stamp", Bound: "when the file is made"}
	}
	if o.Domain == "" {
		o.Domain = "salesplan"
	}
	c := &icalWriter{w: newLineWriter(w), o: o, stamp: utcText(o.Stamp)}
	c.chooseTasks(t)
	c.w.line("BEGIN:VCALENDAR")
	c.w.line("VERSION:2.0")
	c.w.line("PRODID:-//salesplan//interchange//EN")
	c.w.line("CALSCALE:GREGORIAN")
	if o.Name != "" {
		c.w.line("NAME:" + escapeText(o.Name))
		c.w.line("X-WR-CALNAME:" + escapeText(o.Name))
	}
	c.zone()
	for i := range c.tasks {
		c.entry(&c.tasks[i])
	}
	c.w.line("END:VCALENDAR")
	return c.w.end()
}

// An icalWriter is a timetable on its way to a calendar file.
type icalWriter struct {
	w     *lineWriter
	o     ICalendarOptions
	stamp string

	tasks []salesplan.TaskDates
	links map[string][]salesplan.TaskLink // by the task that waits
	time  map[string]calendar.Duration    // how long tasks take that are in the file
}

// chooseTasks keeps the tasks that are asked for, and the links between them.
func (c *icalWriter) chooseTasks(t *salesplan.Timetable) {
	c.links, c.time = map[string][]salesplan.TaskLink{}, map[string]calendar.Duration{}
	if t == nil {
		return
	}
	for d := range t.Tasks() {
		if d.Summary && !c.o.Summaries || c.o.MilestonesOnly && !d.Milestone || c.o.CriticalOnly && !d.Critical {
			continue
		}
		c.tasks = append(c.tasks, d)
		c.time[d.ID] = d.Duration
	}
	for l := range t.Links() {
		_, from := c.time[l.From]
		if _, to := c.time[l.To]; from && to {
			c.links[l.To] = append(c.links[l.To], l)
		}
	}
}

// entry writes one task.
func (c *icalWriter) entry(d *salesplan.TaskDates) {
	kind := "VTODO"
	if d.Milestone || c.o.TasksAsEvents {
		kind = "VEVENT"
	}
	c.w.line("BEGIN:" + kind)
	c.w.line("UID:" + c.uid(d.ID))
	c.w.line("DTSTAMP:" + c.stamp)
	c.w.line("SUMMARY:" + escapeText(nameOf(d.Name, d.ID)))
	switch {
	case d.Milestone:
		c.milestoneDay(d)
	case kind == "VEVENT":
		c.moment("DTSTART", d.Start)
		if d.Start.Before(d.Finish) {
			c.moment("DTEND", d.Finish)
		}
		c.w.line("STATUS:CONFIRMED")
	default:
		c.todo(d)
	}
	if d.Owner != "" {
		c.w.line("CONTACT:" + escapeText(d.Owner))
	}
	if d.Critical && c.o.Critical != "" {
		c.w.line("CATEGORIES:" + escapeText(c.o.Critical))
	}
	if _, written := c.time[d.Parent]; written && d.Parent != "" {
		c.w.line("RELATED-TO;RELTYPE=PARENT:" + c.uid(d.Parent))
	}
	for _, l := range c.links[d.ID] {
		c.w.line("RELATED-TO;RELTYPE=" + relation(l.Link) + c.gap(l) + ":" + c.uid(l.From))
	}
	c.w.line("END:" + kind)
}

func (c *icalWriter) uid(id string) string { return escapeText(id + "@" + c.o.Domain) }

// todo writes the times and the state of a thing to do.
func (c *icalWriter) todo(d *salesplan.TaskDates) {
	if d.Start.Before(d.Finish) {
		c.moment("DTSTART", d.Start)
	}
	c.moment("DUE", d.Finish)
	if d.Summary {
		return // its progress is that of its tasks
	}
	status := "NEEDS-ACTION"
	switch {
	case !d.Finished.IsZero():
		status = "COMPLETED"
	case !d.Started.IsZero() || d.Percent.Sign() > 0:
		status = "IN-PROCESS"
	}
	c.w.line("STATUS:" + status)
	percent := d.Percent.Round(0).IntPart()
	if status == "COMPLETED" {
		percent = 100
		if c.o.Zone != nil {
			c.w.line("COMPLETED:" + utcText(inZone(d.Finished, c.o.Zone)))
		}
	}
	c.w.line("PERCENT-COMPLETE:" + strconv.FormatInt(percent, 10))
}

// milestoneDay writes the day of a milestone; one at midnight that follows a
// finish belongs to the day that ends then.
func (c *icalWriter) milestoneDay(d *salesplan.TaskDates) {
	day := d.Finish.Date()
	follows := d.Driver.Kind == salesplan.DriverLink && (d.Driver.Link == salesplan.LinkFinishToStart || d.Driver.Link == salesplan.LinkFinishToFinish)
	if before := day.AddDays(-1); d.Finish.Minute() == 0 && follows && !before.IsZero() {
		day = before
	}
	c.w.line("DTSTART;VALUE=DATE:" + dayText(day))
	if next := day.AddDays(1); !next.IsZero() {
		c.w.line("DTEND;VALUE=DATE:" + dayText(next))
	}
	c.w.line("TRANSP:TRANSPARENT")
	c.w.line("STATUS:CONFIRMED")
}

// moment writes a time: floating, of UTC, or of the zone.
func (c *icalWriter) moment(property string, at calendar.Instant) {
	text := dayText(at.Date()) + "T" + twoDigits(at.Minute()/60) + twoDigits(at.Minute()%60) + "00"
	switch {
	case c.o.Zone == time.UTC:
		c.w.line(property + ":" + text + "Z")
	case c.o.Zone != nil:
		c.w.line(property + ";TZID=" + parameter(c.o.Zone.String()) + ":" + text)
	default:
		c.w.line(property + ":" + text)
	}
}

// relation is the name that RFC 9253 has for a link.
func relation(l salesplan.LinkType) string {
	switch l {
	case salesplan.LinkStartToStart:
		return "STARTTOSTART"
	case salesplan.LinkFinishToFinish:
		return "FINISHTOFINISH"
	case salesplan.LinkStartToFinish:
		return "STARTTOFINISH"
	}
	return "FINISHTOSTART"
}

// gap is the parameter of a lag; none for no lag.
func (c *icalWriter) gap(l salesplan.TaskLink) string {
	d := l.Lag.Time
	if pc := l.Lag.Percent; !pc.IsZero() {
		whole := c.time[l.From]
		d = calendar.Duration{Minutes: pc.Mul(decimal.NewFromInt(whole.Minutes)).Shift(-2).Round(0).IntPart(), Elapsed: whole.Elapsed}
	}
	if d.Minutes == 0 {
		return ""
	}
	return ";GAP=" + gapText(d)
}

// gapText writes a duration; a day of work, of eight hours, is a day.
func gapText(d calendar.Duration) string {
	sign, minutes, day := "", d.Minutes, int64(calendar.MinutesPerWorkDay)
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	if d.Elapsed {
		day = 24 * 60
	}
	out := sign + "P"
	if days := minutes / day; days > 0 {
		out += strconv.FormatInt(days, 10) + "D"
	}
	hours, rest := minutes%day/60, minutes%day%60
	if hours == 0 && rest == 0 {
		return out
	}
	out += "T"
	if hours > 0 {
		out += strconv.FormatInt(hours, 10) + "H"
	}
	if rest > 0 {
		out += strconv.FormatInt(rest, 10) + "M"
	}
	return out
}
