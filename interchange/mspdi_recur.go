package interchange

import (
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// The types of recurrence of the schema.
const (
	recurDaily           = 1
	recurYearlyByDay     = 2
	recurYearlyByPlace   = 3
	recurMonthlyByDay    = 4
	recurMonthlyByPlace  = 5
	recurWeekly          = 6
	recurEveryDays       = 7
	recurEveryWeekdays   = 8
	maxExceptionDays     = 37_000    // of one exception: a hundred years
	maxAllExceptionDays  = 1_000_000 // of a document
	lastPlace            = 4
	itemDay, itemWeekday = 0, 1
	itemWeekendDay       = 2
	itemSunday           = 3
	itemSaturday         = 9
)

// A recurrence says on which days of a span an exception falls.
type recurrence struct {
	span        calendar.Period
	kind        int
	every       int // days, weeks or months; at least 1
	occurrences int // at most; 0 for as many as there are
	weekdays    int // bits from Sunday
	month       time.Month
	day         int // of the month
	item, place int // "the second Tuesday"
}

// days returns the days of the recurrence in order.
func (r *recurrence) days() []calendar.Date {
	switch r.kind {
	case recurYearlyByDay, recurYearlyByPlace:
		return r.months(r.firstOfMonth(r.month), 12)
	case recurMonthlyByDay, recurMonthlyByPlace:
		return r.months(r.firstOfMonth(0), r.every)
	case recurWeekly:
		return r.weekly()
	}
	step, count := 1, 0
	if r.kind == recurEveryDays {
		step, count = r.every, r.occurrences
	}
	var out []calendar.Date
	for d := r.span.First; r.has(d) && (count == 0 || len(out) < count); d = d.AddDays(step) {
		if w := d.Weekday(); r.kind != recurEveryWeekdays || w != time.Saturday && w != time.Sunday {
			out = append(out, d)
		}
	}
	return out
}

func (r *recurrence) has(d calendar.Date) bool { return !d.IsZero() && !d.After(r.span.Last) }

// weekly returns the weekdays asked for in the week of the first day, from
// Sunday, and in every so many weeks after it.
func (r *recurrence) weekly() []calendar.Date {
	var out []calendar.Date
	week := r.span.First.AddDays(-int(r.span.First.Weekday()))
	if week.IsZero() {
		return nil // the first days that there are
	}
	for ; r.has(week); week = week.AddDays(7 * r.every) {
		for i := range 7 {
			d := week.AddDays(i)
			if r.weekdays&(1<<i) == 0 || d.Before(r.span.First) || !r.has(d) {
				continue
			}
			if out = append(out, d); len(out) == r.occurrences {
				return out
			}
		}
	}
	return out
}

// firstOfMonth is the first day of the first month that may have an occurrence:
// that of the span's first day, or the one asked for in its year.
func (r *recurrence) firstOfMonth(m time.Month) calendar.Date {
	first := r.span.First
	if m == 0 {
		m = first.Month()
	}
	return calendar.On(first.Year(), m, 1)
}

// months returns the day asked for in every so many months from one on. A month
// whose day lies before the span counts for nothing; then the next is tried.
func (r *recurrence) months(month calendar.Date, step int) []calendar.Date {
	var out []calendar.Date
	for r.has(month) {
		d, ok := r.inMonth(month)
		if ok && d.Before(r.span.First) {
			if len(out) == 0 && step != 12 {
				month = month.AddMonths(1)
				continue
			}
			ok = false
		}
		if ok && r.has(d) {
			if out = append(out, d); len(out) == r.occurrences {
				return out
			}
		}
		month = month.AddMonths(step)
	}
	return out
}

// inMonth returns the day of a month on which the exception falls, and whether
// it has one.
func (r *recurrence) inMonth(first calendar.Date) (calendar.Date, bool) {
	length := calendar.Month(first.Year(), first.Month()).Days()
	if r.kind == recurYearlyByDay || r.kind == recurMonthlyByDay {
		if r.day < 1 || r.day > length {
			return calendar.Date{}, false
		}
		return first.AddDays(r.day - 1), true
	}
	found, last := 0, calendar.Date{}
	for i := range length {
		d := first.AddDays(i)
		if !r.isItem(d.Weekday()) {
			continue
		}
		last = d
		if found++; r.place < lastPlace && found == r.place+1 {
			return d, true
		}
	}
	return last, r.place == lastPlace && !last.IsZero()
}

// isItem reports whether a weekday is what is counted.
func (r *recurrence) isItem(w time.Weekday) bool {
	weekend := w == time.Saturday || w == time.Sunday
	switch r.item {
	case itemDay:
		return true
	case itemWeekday:
		return !weekend
	case itemWeekendDay:
		return weekend
	}
	return int(w) == r.item-itemSunday
}

// span reads a TimePeriod; a missing end is that of its first day.
func (v valueReader) span() (calendar.Period, bool) {
	k := v.n.child("TimePeriod")
	if k == nil {
		v.fault("TimePeriod", diag.Required, "", "from when to when")
		return calendar.Period{}, false
	}
	t := valueReader{k, v.path + "/TimePeriod", v.c}
	before := v.c.Len()
	from, to := t.instant("FromDate").Date(), t.instant("ToDate").Date()
	if to.IsZero() {
		to = from
	}
	if v.c.Len() > before {
		return calendar.Period{}, false
	}
	if from.IsZero() {
		t.fault("FromDate", diag.Required, "", "a day")
		return calendar.Period{}, false
	}
	if to.Before(from) {
		t.fault("ToDate", diag.Order, to.String(), from.String())
		return calendar.Period{}, false
	}
	if to.Sub(from) >= maxExceptionDays {
		t.fault("ToDate", diag.OutOfRange, to.String(), "at most 100 years")
		return calendar.Period{}, false
	}
	return calendar.Span(from, to), true
}

// recurrence reads on which days an exception falls.
func (v valueReader) recurrence() (recurrence, bool) {
	span, ok := v.span()
	if !ok {
		return recurrence{}, false
	}
	r := recurrence{
		span: span, kind: v.integerOr("Type", recurDaily), every: max(v.integerOr("Period", 1), 1),
		weekdays: v.integerOr("DaysOfWeek", 0), month: time.Month(v.integerOr("Month", 0) + 1), day: v.integerOr("MonthDay", 0),
		item: v.integerOr("MonthItem", 0), place: v.integerOr("MonthPosition", 0),
	}
	if v.flag("EnteredByOccurrences") {
		r.occurrences = max(v.integerOr("Occurrences", 0), 0)
	}
	if r.kind < recurDaily || r.kind > recurEveryWeekdays {
		r.kind = recurDaily // 9 is none: every day of the span
	}
	if r.month < time.January || r.month > time.December {
		v.fault("Month", diag.OutOfRange, v.text("Month"), "0 to 11")
		return r, false
	}
	if r.item < itemDay || r.item > itemSaturday || r.place < 0 || r.place > lastPlace {
		v.fault("MonthPosition", diag.OutOfRange, v.text("MonthPosition"), "0 to 4, of an item from 0 to 9")
		return r, false
	}
	r.every = min(r.every, maxExceptionDays) // so that no step leaves the range of dates unseen
	return r, true
}
