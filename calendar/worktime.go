package calendar

import (
	"sort"

	"github.com/salesplan/salesplan/diag"
)

// MaxSearch is the most days that [Calendar.Add] walks through on a wrapped
// calendar, about a thousand years.
const MaxSearch = 366_000

// Add returns the instant at which d has passed from at: working minutes on
// the calendar, or minutes of the clock if d is elapsed. It is the earliest
// such instant, the end of a shift rather than the beginning of the next; for
// a negative d the latest, the beginning of a shift. Without minutes it is at.
//
// It returns a [*diag.Fault]: [diag.Required] if at is unset, path "/at";
// [diag.OutOfRange], path "/duration", if the calendar has no such instant
// before the range of [Date] ends, or a wrapped one none within [MaxSearch]
// days; and those of [Calendar.Check] where a working duration reaches a year
// that the calendar does not know and refuses. It takes O(log n) time for
// n exceptions, on a wrapped calendar O(days).
func (c *Calendar) Add(at Instant, d Duration) (Instant, error) {
	if at.IsZero() {
		return Instant{}, &diag.Fault{Code: diag.Required, Path: "/at", Bound: "an instant"}
	}
	if d.Minutes == 0 {
		return at, nil
	}
	beyond := &diag.Fault{Code: diag.OutOfRange, Path: "/duration", Value: d.String(), Bound: "0001-01-01 to 9999-12-31"}
	if d.Minutes > maxMinutes || d.Minutes < -maxMinutes {
		return Instant{}, beyond
	}
	if d.Elapsed {
		if end := at.AddMinutes(d.Minutes); !end.IsZero() {
			return end, nil
		}
		return Instant{}, beyond
	}
	r := c.rules()
	end := r.add(at, d.Minutes)
	// A search that ran out of the range says first which years stopped it.
	reach := Period{minDate(at.day, end.day), maxDate(at.day, end.day)}
	switch {
	case end.IsZero() && d.Minutes > 0:
		reach = Period{at.day, Date{lastDay}}
	case end.IsZero():
		reach = Period{Date{firstDay}, at.day}
	}
	if err := c.checkNearest(reach, d.Minutes < 0); err != nil {
		return Instant{}, err
	}
	if end.IsZero() {
		return Instant{}, beyond
	}
	return end, nil
}

// checkNearest is Check, but names only the unknown year that is reached
// first.
func (c *Calendar) checkNearest(p Period, backward bool) error {
	r := c.rules()
	years := r.unknown(p)
	if r.guess || len(years) == 0 {
		return nil
	}
	y := years[0]
	if backward {
		y = years[len(years)-1]
	}
	return c.Check(Year(y))
}

// Between returns the working time from a to b, negative if b is earlier, and
// none if either is unset. For any a and working d, Between(a, Add(a, d)) is
// d. It counts years that the calendar does not know by their weeks alone. It
// takes O(log n) time for n exceptions, on a wrapped calendar O(days).
func (c *Calendar) Between(a, b Instant) Duration {
	if a.IsZero() || b.IsZero() {
		return Duration{}
	}
	if b.Before(a) {
		return Duration{Minutes: -c.Between(b, a).Minutes}
	}
	r := c.rules()
	if r.days == nil {
		return Duration{Minutes: r.until(b) - r.until(a)}
	}
	minutes := c.WorkMinutes(Span(a.day, b.day.AddDays(-1)))
	minutes += r.planOn(b.day.n).before(int(b.minute)) - r.planOn(a.day.n).before(int(a.minute))
	return Duration{Minutes: minutes}
}

// before returns the working minutes of the day before the given minute.
func (p plan) before(minute int) int64 {
	var sum int
	for _, s := range p.shifts {
		sum += max(0, min(s.To, minute)-s.From)
	}
	return int64(sum)
}

// end returns the minute of the day at which n of its working minutes, at
// least one, have passed.
func (p plan) end(n int64) int {
	for _, s := range p.shifts {
		if length := int64(s.To - s.From); n > length {
			n -= length
			continue
		}
		return s.From + int(n)
	}
	return minutesPerDay
}

// start returns the minute of the day from which n of its working minutes, at
// least one, remain.
func (p plan) start(n int64) int {
	for i := len(p.shifts) - 1; i >= 0; i-- {
		s := p.shifts[i]
		if length := int64(s.To - s.From); n > length {
			n -= length
			continue
		}
		return s.To - int(n)
	}
	return 0
}

// until returns the working minutes before i, of the whole range.
func (r *rules) until(i Instant) int64 {
	_, minutes := r.total(i.day.n - 1)
	return minutes + r.planOn(i.day.n).before(int(i.minute))
}

// add moves at by n working minutes, n not 0. It returns the zero Instant if
// there are not as many.
func (r *rules) add(at Instant, n int64) Instant {
	if r.days != nil {
		return r.walk(at, n)
	}
	target := r.until(at) + n
	if n > 0 {
		day := int32(sort.Search(lastDay, func(i int) bool {
			_, through := r.total(int32(i + 1))
			return through >= target
		})) + 1
		if day > lastDay {
			return Instant{}
		}
		_, before := r.total(day - 1)
		return onDay(day, r.planOn(day).end(target-before))
	}
	if target < 0 {
		return Instant{}
	}
	// The last day before which no more than target minutes lie.
	day := int32(sort.Search(lastDay, func(i int) bool {
		_, through := r.total(int32(i + 1))
		return through > target
	})) + 1
	if day > lastDay {
		return Instant{}
	}
	_, through := r.total(day)
	return onDay(day, r.planOn(day).start(through-target))
}

// onDay returns a minute of a day; minute 1440 is the beginning of the next.
func onDay(day int32, minute int) Instant {
	return instantFrom(int64(day)*minutesPerDay + int64(minute))
}

// walk is add on a calendar from elsewhere, day by day.
func (r *rules) walk(at Instant, n int64) Instant {
	day := at.day.n
	if n > 0 {
		n += r.planOn(day).before(int(at.minute))
		for range MaxSearch {
			p := r.planOn(day)
			if n <= int64(p.minutes) {
				return onDay(day, p.end(n))
			}
			n -= int64(p.minutes)
			if day++; day > lastDay {
				break
			}
		}
		return Instant{}
	}
	p := r.planOn(day)
	n = -n + int64(p.minutes) - p.before(int(at.minute))
	for range MaxSearch {
		p := r.planOn(day)
		if n <= int64(p.minutes) {
			return onDay(day, p.start(n))
		}
		n -= int64(p.minutes)
		if day--; day < firstDay {
			break
		}
	}
	return Instant{}
}
