// Package china is the working calendar of mainland China: the public holidays
// and the make-up working days (调休) that the State Council publishes each
// autumn for the year to come.
//
// The days of the years [FirstYear] to [LastYear] are known. A calendar asked
// about another year refuses, or counts Monday to Friday, as it was told to:
// see [New]. The week is Monday to Friday, 08:00-12:00 and 13:00-17:00; a
// company with other hours or further free days changes what [Spec] returns.
package china

import (
	"slices"
	"time"

	"github.com/salesplan/salesplan/calendar"
)

// The years whose arrangement is in the table. The last days of LastYear can
// still change with the notice for the year after it.
const (
	FirstYear = 2010
	LastYear  = 2026
)

// A Day is a day of a published arrangement.
type Day struct {
	// Date is the day.
	Date calendar.Date

	// Name is the holiday as the notice calls it, Chinese; English its English
	// name. A make-up day has the name of the holiday that it makes up for.
	Name, English string

	// Off reports whether the day is free; otherwise it is worked.
	Off bool
}

// A Policy says what the calendar does in a year that is not published:
// [calendar.UnpublishedRefuse], the default, or [calendar.UnpublishedWeekdays].
type Policy = calendar.Unpublished

// New returns the calendar. Outside the published years,
// [calendar.UnpublishedWeekdays] counts Monday to Friday and names the years
// in Guessed; any other policy refuses: Check and Add return faults of code
// diag.Unpublished.
func New(policy Policy) *calendar.Calendar {
	if policy != calendar.UnpublishedWeekdays {
		policy = calendar.UnpublishedRefuse
	}
	// The table is sound, a test proves it, so that there is no error.
	c, _ := calendar.New(Spec(policy))
	return c
}

// Spec returns what [New] makes its calendar of, for callers to extend: with
// other hours, or with a company's own holidays. [calendar.New] reports a
// policy that does not exist.
func Spec(policy Policy) calendar.Spec {
	spec := calendar.Spec{FirstYear: FirstYear, LastYear: LastYear, Unpublished: policy}
	for _, d := range days() {
		if d.Off {
			spec.Holidays = append(spec.Holidays, d.Date)
		} else {
			spec.Workdays = append(spec.Workdays, d.Date)
		}
	}
	return spec
}

// Days returns the holidays and make-up days that fall into p, in order of
// date.
func Days(p calendar.Period) []Day {
	return slices.DeleteFunc(days(), func(d Day) bool { return !p.Contains(d.Date) })
}

func days() []Day {
	var out []Day
	for _, h := range table {
		last := date(h.last)
		for d := date(h.first); !d.After(last) && !d.IsZero(); d = d.AddDays(1) {
			out = append(out, Day{d, h.name.zh, h.name.en, true})
		}
		for _, w := range h.worked {
			out = append(out, Day{date(w), h.name.zh, h.name.en, false})
		}
	}
	slices.SortStableFunc(out, func(a, b Day) int { return a.Date.Compare(b.Date) })
	return out
}

func date(n int) calendar.Date {
	return calendar.On(n/10000, time.Month(n/100%100), n%100)
}
