package salesplan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// Minutes of the engine count from the first day that there is, a Monday.
func minutesOf(d calendar.Date) int64 { return int64(d.Sub(epoch())) * dayMinutes }

func epoch() calendar.Date { return calendar.On(calendar.MinYear, 1, 1) }

const dayMinutes = 24 * 60

// instantOf is the instant of an engine's minute.
func instantOf(minute int64) calendar.Instant {
	return calendar.At(epoch(), 0).AddMinutes(minute)
}

// startOf and endOf are the minutes from which and up to which a moment counts.
func startOf(m calendar.Moment) int64 { return minutesOf(m.Date) + int64(m.Minute) }

func endOf(m calendar.Moment) int64 {
	if m.Timed {
		return startOf(m)
	}
	return minutesOf(m.Date) + dayMinutes
}

// A clockTable holds the working times that tasks keep to, each once: those of
// calendars, of people on them with their leave, and what several of them have
// in common.
type clockTable struct {
	clocks []*network.Clock
	byKey  map[string]int32

	calendars []*calendar.Calendar // the plan's, then those of names
	paths     []string
	byName    map[string]int32
	used      []bool // by calendar
	window    calendar.Period

	ofTask []int32 // by task
}

// setClocks finds the clock of each task.
func (s *scheduling) setClocks(c *diag.Collector) {
	t := &s.clocks
	t.byKey, t.byName = map[string]int32{}, map[string]int32{}
	t.calendars, t.paths = []*calendar.Calendar{s.req.Calendar}, []string{"/calendar"}
	for i, named := range s.req.Calendars {
		cal, err := named.calendar()
		if err != nil {
			c.AddErr(err, index("/calendars", i))
			return
		}
		t.byName[named.ID] = int32(len(t.calendars))
		t.calendars, t.paths = append(t.calendars, cal), append(t.paths, index("/calendars", i))
	}
	t.used = make([]bool, len(t.calendars))
	t.window = s.wrapWindow()
	if t.plain(0, nil) < 0 {
		c.Add(&diag.Fault{Code: diag.Infeasible, Path: "/calendar", Bound: "a calendar with working time"})
		return
	}
	if s.setCrewClocks(c); c.Len() > 0 {
		return
	}
	t.ofTask = make([]int32, len(s.req.Tasks))
	for i := range s.req.Tasks {
		t.ofTask[i] = s.clockOf(i, c)
	}
}

// setCrewClocks finds the clock of each of the people.
func (s *scheduling) setCrewClocks(c *diag.Collector) {
	for i := range s.crew.members {
		m := &s.crew.members[i]
		if m.kind != ResourcePeople {
			continue
		}
		var base int32
		if m.calendar != "" {
			base = s.clocks.byName[m.calendar]
		}
		if m.clock = s.clocks.plain(base, m.leave); m.clock < 0 {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: m.path, Value: m.id, Bound: "people who work at some time"})
		}
	}
}

// wrapWindow are the days that a calendar from elsewhere is asked about: from
// ten years before work begins to sixty years after.
func (s *scheduling) wrapWindow() calendar.Period {
	at := s.req.Rule.Start.Date
	if at.IsZero() {
		at = s.req.Rule.Finish.Date.AddMonths(-12 * 50)
	}
	first, last := at.AddMonths(-12*10), at.AddMonths(12*60)
	if first.IsZero() {
		first = epoch()
	}
	if last.IsZero() {
		last = calendar.On(calendar.MaxYear, 12, 31)
	}
	return calendar.Span(first, last)
}

// clockOf returns the clock of task i: its own calendar's cut with what its
// people work between them, or whichever of the two there is, else the plan's.
func (s *scheduling) clockOf(i int, c *diag.Collector) int32 {
	task, t := &s.req.Tasks[i], &s.clocks
	own := int32(-1)
	if task.Calendar != "" {
		if own = t.plain(t.byName[task.Calendar], nil); own < 0 {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/tasks", i) + "/calendar", Value: task.Calendar, Bound: "a calendar with working time"})
			return 0
		}
		if task.IgnorePeople {
			return own
		}
	}
	var people []int32
	for _, n := range s.crew.needs(task) {
		if m := &s.crew.members[n.member]; m.kind == ResourcePeople && m.team == nil {
			people = append(people, m.clock)
		}
	}
	k := t.joined(people)
	switch {
	case own < 0:
		return max(k, 0)
	case k < 0:
		return own
	}
	if k = t.cut(own, k); k < 0 {
		c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/tasks", i), Value: task.ID, Bound: "calendars of the task and its people that have working time in common"})
		return 0
	}
	return k
}

// plain returns the clock of a calendar with leave taken out; -1 if nothing is
// left of it.
func (t *clockTable) plain(cal int32, leave []calendar.Period) int32 {
	t.used[cal] = true
	var key strings.Builder
	key.WriteString("c" + strconv.Itoa(int(cal)))
	for _, l := range leave {
		key.WriteString("-" + l.String())
	}
	if k, ok := t.byKey[key.String()]; ok {
		return k
	}
	return t.add(key.String(), compile(t.calendars[cal], leave, t.window))
}

func (t *clockTable) add(key string, clock *network.Clock) int32 {
	k := int32(-1)
	if clock != nil {
		k = int32(len(t.clocks))
		t.clocks = append(t.clocks, clock)
	}
	t.byKey[key] = k
	return k
}

// joined returns the clock on which at least one of several works; -1 for none
// of them.
func (t *clockTable) joined(parts []int32) int32 {
	if len(parts) == 0 {
		return -1
	}
	slices.Sort(parts)
	parts = slices.Compact(parts)
	at := parts[0]
	for _, next := range parts[1:] {
		key := "j" + strconv.Itoa(int(at)) + "," + strconv.Itoa(int(next))
		k, ok := t.byKey[key]
		if !ok {
			k = t.add(key, network.Join(t.clocks[at], t.clocks[next]))
		}
		at = k
	}
	return at
}

// cut returns the clock of what two have in common; -1 if that is nothing.
func (t *clockTable) cut(a, b int32) int32 {
	if a == b {
		return a
	}
	key := "x" + strconv.Itoa(int(a)) + "," + strconv.Itoa(int(b))
	k, ok := t.byKey[key]
	if !ok {
		both, works := network.Cut(t.clocks[a], t.clocks[b])
		if !works {
			both = nil
		}
		k = t.add(key, both)
	}
	return k
}

// compile makes a clock of a calendar; nil if it never works.
func compile(cal *calendar.Calendar, leave []calendar.Period, window calendar.Period) *network.Clock {
	var p network.Pattern
	for i, shifts := range cal.UsualWeek() {
		p.Week[i] = spansOf(shifts)
	}
	free := map[int64]bool{}
	for _, l := range leave {
		for d := l.First; !d.IsZero() && !d.After(l.Last); d = d.AddDays(1) {
			if day := minutesOf(d) / dayMinutes; !free[day] {
				free[day] = true
				p.Exceptions = append(p.Exceptions, network.Exception{Day: day})
			}
		}
	}
	all := window
	if !cal.Wrapped() {
		all = calendar.Span(epoch(), calendar.On(calendar.MaxYear, 12, 31))
	}
	for _, d := range cal.Unusual(all) {
		if day := minutesOf(d) / dayMinutes; !free[day] {
			p.Exceptions = append(p.Exceptions, network.Exception{Day: day, Spans: spansOf(cal.Shifts(d))})
		}
	}
	clock, faults := network.NewClock(p)
	if len(faults) > 0 {
		return nil
	}
	return clock
}

func spansOf(shifts []calendar.Shift) []network.Span {
	out := make([]network.Span, len(shifts))
	for i, s := range shifts {
		out[i] = network.Span{Start: int32(s.From), End: int32(s.To)}
	}
	return out
}

// checkYears refuses years that a calendar doesn't know, and names those that
// are guessed, within the days that the dates span.
func (t *clockTable) checkYears(p calendar.Period, c *diag.Collector) []diag.Finding {
	var out []diag.Finding
	for i, cal := range t.calendars {
		if !t.used[i] || cal == nil {
			continue
		}
		if err := cal.Check(p); err != nil {
			c.AddErr(diag.Reroot(err, map[string]string{"/period": t.paths[i] + "/unpublished"}), t.paths[i])
		}
		for _, year := range cal.Guessed(p) {
			out = append(out, diag.Finding{Severity: diag.Warning, Code: codeDatesGuessed, Subject: diag.Subject{Kind: "year", ID: strconv.Itoa(year)}})
		}
	}
	return uniqueFindings(out)
}
