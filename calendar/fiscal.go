package calendar

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
)

// A Weekday is a day of the week by its English name, as it stands in JSON.
type Weekday string

// The days of the week.
const (
	Monday    Weekday = "monday"
	Tuesday   Weekday = "tuesday"
	Wednesday Weekday = "wednesday"
	Thursday  Weekday = "thursday"
	Friday    Weekday = "friday"
	Saturday  Weekday = "saturday"
	Sunday    Weekday = "sunday"
)

// number returns 0 for Sunday to 6 for Saturday, as [Date.Weekday] counts, -1
// for anything else.
func (w Weekday) number() int {
	for i, name := range [...]Weekday{Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday} {
		if w == name {
			return i
		}
	}
	return -1
}

// A Pattern says how many weeks the three periods of a fiscal quarter have.
type Pattern string

// The patterns. The zero Pattern stands for calendar months.
const (
	Pattern445 Pattern = "4-4-5"
	Pattern454 Pattern = "4-5-4"
	Pattern544 Pattern = "5-4-4"
)

// A YearEnd says on which of the weekdays around the end of a month a fiscal
// year of whole weeks ends.
type YearEnd string

// The year ends.
const (
	YearEndLast    YearEnd = "last"    // the last such weekday of the month
	YearEndNearest YearEnd = "nearest" // the one nearest to the last day of the month, up to three days after it
)

// A NamedBy says after which calendar year a fiscal year is named.
type NamedBy string

// The namings. The zero NamedBy is NamedByEnd.
const (
	NamedByEnd   NamedBy = "end"   // the year in which it ends: April 2026 to March 2027 is FY2027
	NamedByStart NamedBy = "start" // the year in which it starts: the same is FY2026
)

// A Fiscal says how a company cuts its years: into calendar months from any
// first month, or into periods of whole weeks (a 52/53-week year). It is plain
// data; the zero Fiscal is the calendar year with ISO weeks.
//
// A fiscal year has 12 periods, 4 quarters of 3 and 2 halves of 6. Methods of a
// Fiscal that is not valid return the faults of [Fiscal.Validate].
type Fiscal struct {
	// FirstMonth is the month, 1 to 12, with which the year starts; 0 is 1. It
	// must be 0 where Pattern is set.
	FirstMonth int `json:"firstMonth,omitzero"`

	// Pattern makes it a year of whole weeks; YearEnd, Weekday and Month are
	// then required, and must be unset otherwise.
	Pattern Pattern `json:"pattern,omitzero"`

	// YearEnd, Weekday and Month say where the year ends: on the last such
	// Weekday of Month, or on the one nearest to the end of Month.
	YearEnd YearEnd `json:"yearEnd,omitzero"`
	Weekday Weekday `json:"weekday,omitzero"`
	Month   int     `json:"month,omitzero"`

	// LeapPeriod is the period, 1 to 12, that holds the 53rd week in years that
	// have one; 0 is 12.
	LeapPeriod int `json:"leapPeriod,omitzero"`

	// NamedBy says which calendar year gives the fiscal year its name. In a
	// year of whole weeks the end is that of Month, even if the last day falls
	// into the month after it, and the start is the month after Month.
	NamedBy NamedBy `json:"namedBy,omitzero"`

	// WeekStart is the first day of a week; unset it is Monday, and with a
	// Pattern the day after Weekday, the only one allowed there.
	WeekStart Weekday `json:"weekStart,omitzero"`
}

// scheme is a Fiscal resolved to numbers.
type scheme struct {
	byWeeks   bool
	first     int // first month
	pattern   [3]int
	nearest   bool
	endDay    int // weekday on which the year ends, 0 is Sunday
	month     int // month at whose end the year ends
	leap      int // period of the 53rd week
	byStart   bool
	weekStart int
}

// Validate returns all that is wrong with f, as [diag.Faults] with paths from
// "/fiscal": [diag.OutOfRange] and [diag.Invalid] for values that their field
// does not know, [diag.Required] and [diag.Conflict] for fields that the
// pattern needs or excludes.
func (f Fiscal) Validate() error {
	_, err := f.scheme()
	return err
}

func (f Fiscal) scheme() (scheme, error) {
	if f == (Fiscal{}) {
		return scheme{first: 1, weekStart: 1}, nil
	}
	var faults diag.Collector
	s := scheme{byStart: f.NamedBy == NamedByStart}
	if f.NamedBy != "" && f.NamedBy != NamedByEnd && !s.byStart {
		faults.Add(enumFault("/fiscal/namedBy", string(f.NamedBy), NamedByEnd, NamedByStart))
	}
	if f.Pattern == "" {
		f.monthScheme(&s, &faults)
	} else {
		f.weekScheme(&s, &faults)
	}
	return s, faults.Err()
}

func (f Fiscal) monthScheme(s *scheme, faults *diag.Collector) {
	s.first = monthIn(f.FirstMonth, 1, "firstMonth", faults)
	s.weekStart = 1
	if f.WeekStart != "" {
		s.weekStart = weekdayIn(f.WeekStart, "weekStart", faults)
	}
	for _, field := range []struct{ name, value string }{
		{"yearEnd", string(f.YearEnd)},
		{"weekday", string(f.Weekday)},
		{"month", nonzero(f.Month)},
		{"leapPeriod", nonzero(f.LeapPeriod)},
	} {
		if field.value != "" {
			faults.Add(&diag.Fault{Code: diag.Conflict, Path: "/fiscal/" + field.name, Value: field.value, Bound: "only with a pattern"})
		}
	}
}

func (f Fiscal) weekScheme(s *scheme, faults *diag.Collector) {
	s.byWeeks = true
	switch f.Pattern {
	case Pattern445:
		s.pattern = [3]int{4, 4, 5}
	case Pattern454:
		s.pattern = [3]int{4, 5, 4}
	case Pattern544:
		s.pattern = [3]int{5, 4, 4}
	default:
		faults.Add(enumFault("/fiscal/pattern", string(f.Pattern), Pattern445, Pattern454, Pattern544))
	}
	switch f.YearEnd {
	case YearEndLast, YearEndNearest:
		s.nearest = f.YearEnd == YearEndNearest
	case "":
		faults.Add(missing("yearEnd", "last, nearest"))
	default:
		faults.Add(enumFault("/fiscal/yearEnd", string(f.YearEnd), YearEndLast, YearEndNearest))
	}
	if f.Weekday == "" {
		faults.Add(missing("weekday", "monday to sunday"))
	} else {
		s.endDay = weekdayIn(f.Weekday, "weekday", faults)
	}
	if f.Month == 0 {
		faults.Add(missing("month", "1 to 12"))
	} else {
		s.month = monthIn(f.Month, 1, "month", faults)
	}
	s.leap = monthIn(f.LeapPeriod, 12, "leapPeriod", faults)
	if f.FirstMonth != 0 {
		faults.Add(&diag.Fault{Code: diag.Conflict, Path: "/fiscal/firstMonth", Value: strconv.Itoa(f.FirstMonth), Bound: "only without a pattern"})
	}
	s.weekStart = (s.endDay + 1) % 7
	if f.WeekStart != "" && weekdayIn(f.WeekStart, "weekStart", faults) != s.weekStart && f.Weekday.number() >= 0 {
		faults.Add(&diag.Fault{Code: diag.Conflict, Path: "/fiscal/weekStart", Value: string(f.WeekStart), Bound: "the day after " + string(f.Weekday)})
	}
}

func missing(field, bound string) *diag.Fault {
	return &diag.Fault{Code: diag.Required, Path: "/fiscal/" + field, Bound: bound}
}

func monthIn(m, otherwise int, field string, faults *diag.Collector) int {
	if m == 0 {
		return otherwise
	}
	if m < 1 || m > 12 {
		faults.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/fiscal/" + field, Value: strconv.Itoa(m), Bound: "1 to 12"})
		return otherwise
	}
	return m
}

func weekdayIn(w Weekday, field string, faults *diag.Collector) int {
	n := w.number()
	if n < 0 {
		faults.Add(enumFault("/fiscal/"+field, string(w), weekdays()...))
		return 0
	}
	return n
}

func nonzero(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
