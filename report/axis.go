package report

import (
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/internal/svg"
)

const dayMinutes = 24 * 60

// minuteOf counts the minutes from the first day that there is.
func minuteOf(i calendar.Instant) int64 {
	return i.Sub(calendar.At(calendar.On(calendar.MinYear, 1, 1), 0))
}

func dayStart(d calendar.Date) int64 { return minuteOf(calendar.At(d, 0)) }

// dayAt is the day of a minute; the last one there is for later ones, the first
// for earlier ones.
func dayAt(minute int64) calendar.Date {
	first, last := calendar.On(calendar.MinYear, 1, 1), calendar.On(calendar.MaxYear, 12, 31)
	days := max(min(minute/dayMinutes, int64(last.Sub(first))), 0)
	return first.AddDays(int(days))
}

// An axis puts time across a picture.
type axis struct {
	from, to    int64 // minutes
	left, right svg.Length
}

// x is where a minute is; those outside are at the edge.
func (a *axis) x(minute int64) svg.Length {
	minute = max(min(minute, a.to), a.from)
	return a.left + svg.Length((minute-a.from)*int64(a.right-a.left)/(a.to-a.from))
}

func (a *axis) holds(minute int64) bool { return minute >= a.from && minute <= a.to }

// dayWidth is how wide a day is.
func (a *axis) dayWidth() svg.Length {
	return svg.Length(int64(a.right-a.left) * dayMinutes / (a.to - a.from))
}

// A unit is a stretch of time that a line of the header counts in: so many days,
// weeks, months or years.
type unit struct {
	grain calendar.Grain
	step  int
	least int // pixels that its label needs
}

// A scale is what the two lines of the header count in.
type scale struct{ major, minor unit }

// scales are those that there are, the finest first.
func scales() []scale {
	day, week := calendar.GrainDay, calendar.GrainWeek
	month, quarter, year := calendar.GrainMonth, calendar.GrainQuarter, calendar.GrainYear
	list := []scale{
		{unit{month, 1, 0}, unit{day, 1, 17}},
		{unit{month, 1, 0}, unit{week, 1, 22}},
		{unit{year, 1, 0}, unit{month, 1, 28}},
		{unit{year, 1, 0}, unit{quarter, 1, 24}},
	}
	for step := 1; step <= 1000; step *= 10 {
		for _, k := range []int{1, 2, 5} {
			list = append(list, scale{unit{year, 10 * step * k, 0}, unit{year, step * k, 40}})
		}
	}
	return list
}

// begin is the first day of the stretch that holds a day.
func (u unit) begin(d calendar.Date) calendar.Date {
	switch u.grain {
	case calendar.GrainWeek:
		if monday := d.AddDays(-(int(d.Weekday()) + 6) % 7); !monday.IsZero() {
			return monday
		}
	case calendar.GrainMonth:
		return calendar.On(d.Year(), d.Month(), 1)
	case calendar.GrainQuarter:
		return calendar.On(d.Year(), (d.Month()-1)/3*3+1, 1)
	case calendar.GrainYear:
		return calendar.On(max(d.Year()/u.step*u.step, calendar.MinYear), 1, 1)
	}
	return d
}

// next is the first day of the next stretch; unset after the last one.
func (u unit) next(begin calendar.Date) calendar.Date {
	switch u.grain {
	case calendar.GrainWeek:
		return begin.AddDays(7)
	case calendar.GrainMonth:
		return begin.AddMonths(1)
	case calendar.GrainQuarter:
		return begin.AddMonths(3)
	case calendar.GrainYear:
		return begin.AddMonths(12 * (begin.Year()/u.step*u.step + u.step - begin.Year()))
	}
	return begin.AddDays(1)
}

// minutes is about how long a stretch is.
func (u unit) minutes() int64 {
	days := map[calendar.Grain]int64{calendar.GrainDay: 1, calendar.GrainWeek: 7, calendar.GrainMonth: 30, calendar.GrainQuarter: 91, calendar.GrainYear: 365}
	return days[u.grain] * int64(u.step) * dayMinutes
}

// scaleOf returns the finest scale whose labels have room.
func scaleOf(a *axis) scale {
	list := scales()
	for _, s := range list {
		if int64(a.right-a.left)*s.minor.minutes()/(a.to-a.from) >= int64(svg.Px(s.minor.least)) {
			return s
		}
	}
	return list[len(list)-1]
}

// A tick is a stretch of time as far as it is on the axis.
type tick struct {
	day      calendar.Date // its first day, on the axis or before
	from, to svg.Length
	whole    bool // the stretch begins on the axis
}

// ticks returns the stretches of a unit, from left to right.
func (a *axis) ticks(u unit) []tick {
	var out []tick
	for d := u.begin(dayAt(a.from)); !d.IsZero(); {
		start := dayStart(d)
		if start >= a.to {
			break
		}
		next, end := u.next(d), a.to
		if !next.IsZero() {
			end = min(end, dayStart(next))
		}
		out = append(out, tick{day: d, from: a.x(start), to: a.x(end), whole: start >= a.from})
		d = next
	}
	return out
}

// labels are the names of a stretch, the longest first.
func (u unit) labels(t tongue, d calendar.Date, minor bool) []string {
	switch u.grain {
	case calendar.GrainDay:
		n := strconv.Itoa(d.Day())
		return []string{t.pick(t.weekday(d)+" "+n, n+" "+t.weekday(d)), n}
	case calendar.GrainWeek:
		return []string{t.day(d), strconv.Itoa(d.Day())}
	case calendar.GrainMonth:
		if minor {
			return []string{t.month(d), strconv.Itoa(int(d.Month()))}
		}
		return []string{t.monthYear(d, false), t.monthYear(d, true), t.month(d)}
	case calendar.GrainQuarter:
		return []string{t.quarter(d), "Q" + strconv.Itoa((int(d.Month())+2)/3)}
	}
	if !minor && u.step > 1 {
		last := min(d.Year()/u.step*u.step+u.step-1, calendar.MaxYear)
		return []string{strconv.Itoa(d.Year()) + "–" + strconv.Itoa(last)}
	}
	return []string{t.year(d), strconv.Itoa(d.Year())}
}

// fitting returns the longest of several texts that has room, "" if none has.
func fitting(texts []string, size, room svg.Length) string {
	for _, text := range texts {
		if svg.Width(text, size) <= room {
			return text
		}
	}
	return ""
}

// leastDay is how wide a day must be for free days to be shaded.
const leastDay = 3 * svg.Pixel

// freeDays are the stretches of days that aren't worked; none where days are too
// narrow to be seen.
func (a *axis) freeDays(works func(d calendar.Date) bool, top, bottom svg.Length) svg.Path {
	var p svg.Path
	if a.dayWidth() < leastDay {
		return p
	}
	begun := int64(-1)
	for minute := a.from; ; minute += dayMinutes {
		d := dayAt(minute)
		free := minute < a.to && !works(d)
		switch {
		case free && begun < 0:
			begun = minute
		case !free && begun >= 0:
			p.Rect(a.x(begun), top, a.x(minute)-a.x(begun), bottom-top)
			begun = -1
		}
		if minute >= a.to {
			return p
		}
	}
}

// lines draws an upright line where each stretch of a unit begins.
func (a *axis) lines(p *svg.Path, u unit, top, bottom svg.Length) {
	for _, k := range a.ticks(u) {
		if k.whole && k.from > a.left {
			p.Move(k.from, top)
			p.Down(bottom)
		}
	}
}
