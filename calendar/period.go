package calendar

import (
	"strings"
	"time"

	"github.com/salesplan/salesplan/diag"
)

// A Period is the days from First to Last; both belong to it. It is a value,
// comparable with ==; the zero Period is unset. As text, in JSON too, it is
// what [Period.String] writes and [ParsePeriod] reads.
type Period struct {
	First, Last Date
}

// Span returns the days from first to last, or the zero Period if either is
// unset or last is before first.
func Span(first, last Date) Period {
	p := Period{first, last}
	if !p.Valid() {
		return Period{}
	}
	return p
}

// Year returns the calendar year y, or the zero Period if y is not between
// [MinYear] and [MaxYear].
func Year(y int) Period { return months(y, 1, 12) }

// Half returns the half h (1 or 2) of the calendar year y, or the zero Period
// if there is none.
func Half(y, h int) Period {
	if h < 1 || h > 2 {
		return Period{}
	}
	return months(y, 6*h-5, 6)
}

// Quarter returns the quarter q (1 to 4) of the calendar year y, or the zero
// Period if there is none.
func Quarter(y, q int) Period {
	if q < 1 || q > 4 {
		return Period{}
	}
	return months(y, 3*q-2, 3)
}

// Month returns the month m of the year y, or the zero Period if there is
// none.
func Month(y int, m time.Month) Period {
	if m < time.January || m > time.December {
		return Period{}
	}
	return months(y, int(m), 1)
}

// Week returns the ISO 8601 week of the ISO year, Monday to Sunday, or the
// zero Period if that year has no such week or the week is not wholly in
// range.
func Week(isoYear, week int) Period {
	if isoYear < MinYear || isoYear > MaxYear || week < 1 || week > 53 {
		return Period{}
	}
	// 4 January is always in week 1.
	jan4 := dayNumber(isoYear, 1, 4)
	monday := jan4 - (jan4-1)%7 + 7*(week-1)
	p := Span(dateFrom(monday), dateFrom(monday+6))
	if y, _ := p.First.ISOWeek(); y != isoYear {
		return Period{}
	}
	return p
}

// Day returns the period of the one day d, the zero Period if d is unset.
func Day(d Date) Period { return Period{d, d} }

// months returns n months of year y from month m; the caller keeps m and n
// within the year.
func months(y, m, n int) Period {
	first := On(y, time.Month(m), 1)
	if first.IsZero() {
		return Period{}
	}
	return Period{first, On(y, time.Month(m+n-1), daysIn(y, m+n-1))}
}

// IsZero reports whether p is unset.
func (p Period) IsZero() bool { return p == Period{} }

// Valid reports whether both ends are set and Last is not before First.
func (p Period) Valid() bool { return !p.First.IsZero() && !p.Last.Before(p.First) }

// Days returns the number of days of p, 0 if p is not valid.
func (p Period) Days() int {
	if !p.Valid() {
		return 0
	}
	return p.Last.Sub(p.First) + 1
}

// Contains reports whether d is a day of p.
func (p Period) Contains(d Date) bool {
	return p.Valid() && !d.Before(p.First) && !d.After(p.Last)
}

// Covers reports whether every day of other, which must be valid, is a day of
// p.
func (p Period) Covers(other Period) bool {
	return other.Valid() && p.Contains(other.First) && p.Contains(other.Last)
}

// Overlaps reports whether p and other have a day in common.
func (p Period) Overlaps(other Period) bool {
	return p.Valid() && other.Valid() && !other.Last.Before(p.First) && !other.First.After(p.Last)
}

// Intersect returns the days that p and other have in common and whether there
// are any.
func (p Period) Intersect(other Period) (Period, bool) {
	if !p.Overlaps(other) {
		return Period{}, false
	}
	return Period{maxDate(p.First, other.First), minDate(p.Last, other.Last)}, true
}

func minDate(a, b Date) Date {
	if b.Before(a) {
		return b
	}
	return a
}

func maxDate(a, b Date) Date {
	if b.After(a) {
		return b
	}
	return a
}

// Compare orders periods by their first day, then by their last. It returns
// -1, 0 or +1.
func (p Period) Compare(other Period) int {
	if c := p.First.Compare(other.First); c != 0 {
		return c
	}
	return p.Last.Compare(other.Last)
}

// String returns the shortest calendar spelling that means exactly these days:
// a day (2026-01-05), a year (2026), a half (2026-H1), a quarter (2026-Q3), a
// month (2026-02), an ISO week (2026-W07), otherwise first and last day
// (2026-01-05/2026-01-16). It is "" for the zero Period.
func (p Period) String() string {
	if p.IsZero() {
		return ""
	}
	b := make([]byte, 0, 21)
	switch {
	case !p.Valid():
	case p.First == p.Last:
		return p.First.String()
	case p.Days() == 7 && p.First.Weekday() == time.Monday:
		y, w := p.First.ISOWeek()
		return string(append2(append(appendYear(b, y), "-W"...), w))
	default:
		if s := monthsText(b, p); s != "" {
			return s
		}
	}
	return p.First.String() + "/" + p.Last.String()
}

// monthsText spells years, halves, quarters and months.
func monthsText(b []byte, p Period) string {
	y, m, d := p.First.civil()
	ly, lm, ld := p.Last.civil()
	if d != 1 || y != ly || ld != daysIn(ly, lm) {
		return ""
	}
	b = appendYear(b, y)
	n := lm - m + 1
	switch {
	case n == 12:
	case n == 6 && m%6 == 1:
		b = append(b, '-', 'H', byte('1'+m/6))
	case n == 3 && m%3 == 1:
		b = append(b, '-', 'Q', byte('1'+m/3))
	case n == 1:
		b = append2(append(b, '-'), m)
	default:
		return ""
	}
	return string(b)
}

const periodSpellings = "2026, 2026-H1, 2026-Q3, 2026-02, 2026-W07, 2026-01-05 or 2026-01-05/2026-01-16"

// ParsePeriod reads a calendar period: 2026, 2026-H1, 2026-Q3, 2026-02,
// 2026-W07 (an ISO week), 2026-01-05 or 2026-01-05/2026-01-16. It returns a
// [*diag.Fault] with path "/period": [diag.Syntax] for any other spelling,
// [diag.OutOfRange] for a period that does not exist (2026-Q5, 2026-02-30),
// [diag.Order] if the last day is before the first.
func ParsePeriod(s string) (Period, error) {
	p, code := readPeriod(s)
	if code == "" {
		return p, nil
	}
	f := &diag.Fault{Code: code, Path: "/period", Value: diag.Clip(s)}
	switch code {
	case diag.Syntax:
		f.Bound = periodSpellings
	case diag.OutOfRange:
		f.Bound = "a period that exists, in the years 0001 to 9999"
	}
	return Period{}, f
}

// readPeriod returns the period or the code of what is wrong.
func readPeriod(s string) (Period, diag.Code) {
	if from, to, ok := strings.Cut(s, "/"); ok {
		return readSpan(from, to)
	}
	if len(s) == 10 {
		return readSpan(s, s)
	}
	if len(s) < 4 {
		return Period{}, diag.Syntax
	}
	y, ok := digits(s[:4])
	if !ok {
		return Period{}, diag.Syntax
	}
	var p Period
	kind, n, ok := readPart(s[4:])
	switch {
	case !ok:
		return Period{}, diag.Syntax
	case kind == 0:
		p = Year(y)
	case kind == 'H':
		p = Half(y, n)
	case kind == 'Q':
		p = Quarter(y, n)
	case kind == 'M':
		p = Month(y, time.Month(n))
	case kind == 'W':
		p = Week(y, n)
	default:
		return Period{}, diag.Syntax
	}
	if p.IsZero() {
		return Period{}, diag.OutOfRange
	}
	return p, ""
}

// readPart reads what may follow a year: nothing (kind 0), -H1, -Q3, -02
// (kind M), -W07 or -P05.
func readPart(s string) (kind byte, n int, ok bool) {
	switch {
	case s == "":
		return 0, 0, true
	case len(s) < 3 || s[0] != '-':
		return 0, 0, false
	case s[1] == 'H' || s[1] == 'Q':
		n, ok = digits(s[2:])
		return s[1], n, ok && len(s) == 3
	case s[1] == 'W' || s[1] == 'P':
		n, ok = digits(s[2:])
		return s[1], n, ok && len(s) == 4
	}
	n, ok = digits(s[1:])
	return 'M', n, ok && len(s) == 3
}

func readSpan(from, to string) (Period, diag.Code) {
	first, code := readDay(from)
	last, code2 := readDay(to)
	switch {
	case code == diag.Syntax || code2 == diag.Syntax:
		return Period{}, diag.Syntax
	case code != "" || code2 != "":
		return Period{}, diag.OutOfRange
	case last.Before(first):
		return Period{}, diag.Order
	}
	return Period{first, last}, ""
}

func readDay(s string) (Date, diag.Code) {
	y, m, d, ok := readDate(s)
	if !ok {
		return Date{}, diag.Syntax
	}
	date := On(y, time.Month(m), d)
	if date.IsZero() {
		return Date{}, diag.OutOfRange
	}
	return date, ""
}

// MarshalText returns what [Period.String] returns. It returns a [*diag.Fault]
// of code [diag.Order] if p is neither valid nor zero.
func (p Period) MarshalText() ([]byte, error) {
	if !p.IsZero() && !p.Valid() {
		return nil, &diag.Fault{Code: diag.Order, Path: "/period", Value: p.String()}
	}
	return []byte(p.String()), nil
}

// UnmarshalText reads what MarshalText writes: a period as [ParsePeriod] reads
// it, with its faults, or the empty text for the zero Period.
func (p *Period) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*p = Period{}
		return nil
	}
	q, err := ParsePeriod(string(text))
	if err == nil {
		*p = q
	}
	return err
}
