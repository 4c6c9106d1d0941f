package interchange

import (
	"time"
)

// maxTurns bounds the turns of a zone that are written: two centuries of summer
// time.
const maxTurns = 400

// zone writes when clocks are turned between the first and the last date, as RFC
// 5545 wants it of a zone that is named.
func (c *icalWriter) zone() {
	zone := c.o.Zone
	if zone == nil || zone == time.UTC || len(c.tasks) == 0 {
		return
	}
	first, last := c.tasks[0].Start, c.tasks[0].Finish
	for i := range c.tasks {
		if d := &c.tasks[i]; d.Start.Before(first) {
			first = d.Start
		}
		if d := &c.tasks[i]; d.Finish.After(last) {
			last = d.Finish
		}
	}
	c.w.line("BEGIN:VTIMEZONE")
	c.w.line("TZID:" + escapeText(zone.String()))
	at, until := inZone(first, zone), inZone(last, zone)
	for range maxTurns {
		begin, end := at.ZoneBounds()
		c.observance(at, begin)
		if end.IsZero() || end.After(until) {
			break
		}
		at = end.In(zone)
	}
	c.w.line("END:VTIMEZONE")
}

// observance writes the time that clocks show from a turn on; from the beginning
// of our time, where there was none.
func (c *icalWriter) observance(at, begin time.Time) {
	kind := "STANDARD"
	if at.IsDST() {
		kind = "DAYLIGHT"
	}
	name, to := at.Zone()
	from, start := to, "19700101T000000"
	if !begin.IsZero() {
		_, from = begin.Add(-time.Second).In(c.o.Zone).Zone()
		start = begin.UTC().Add(time.Duration(from) * time.Second).Format("20060102T150405")
	}
	c.w.line("BEGIN:" + kind)
	c.w.line("DTSTART:" + start)
	c.w.line("TZOFFSETFROM:" + offsetText(from))
	c.w.line("TZOFFSETTO:" + offsetText(to))
	c.w.line("TZNAME:" + escapeText(name))
	c.w.line("END:" + kind)
}

// offsetText writes seconds east of Greenwich as +0800.
func offsetText(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	text := sign + twoDigits(seconds/3600) + twoDigits(seconds/60%60)
	if rest := seconds % 60; rest > 0 {
		text += twoDigits(rest)
	}
	return text
}
