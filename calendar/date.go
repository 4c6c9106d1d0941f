package calendar

import (
	"time"

	"github.com/salesplan/salesplan/diag"
)

// A Date is a day of the proleptic Gregorian calendar, without a time zone. It
// is a value: comparable with == and usable as a map key. The zero Date is
// unset. Dates run from 0001-01-01 to 9999-12-31; arithmetic that leaves this
// range returns the zero Date, and so does arithmetic on the zero Date.
//
// As text a Date is YYYY-MM-DD, the zero Date the empty text.
type Date struct {
	// n counts days from 0000-12-31, so that 0001-01-01, a Monday, is 1.
	n int32
}

// The first and last year that a [Date] can have.
const (
	MinYear = 1
	MaxYear = 9999
)

const (
	firstDay = 1       // 0001-01-01
	lastDay  = 3652059 // 9999-12-31
)

// On returns the given day, or the zero Date if there is no such day
// (30 February, month 13) or its year is not between [MinYear] and [MaxYear].
// It never normalises.
func On(year int, month time.Month, day int) Date {
	if year < MinYear || year > MaxYear || month < time.January || month > time.December ||
		day < 1 || day > daysIn(year, int(month)) {
		return Date{}
	}
	return Date{int32(dayNumber(year, int(month), day))}
}

// DateOf returns the day of t in t's own location, or the zero Date if its
// year is not between [MinYear] and [MaxYear].
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return On(year, month, day)
}

// ParseDate reads a day written as YYYY-MM-DD, ASCII digits and hyphens only.
// It returns a [*diag.Fault] with path "/date": [diag.Syntax] for any other
// spelling, [diag.OutOfRange] for a day that does not exist (2026-02-30) and
// for the year 0000.
func ParseDate(s string) (Date, error) {
	y, m, d, ok := readDate(s)
	if !ok {
		return Date{}, &diag.Fault{Code: diag.Syntax, Path: "/date", Value: diag.Clip(s), Bound: "YYYY-MM-DD"}
	}
	date := On(y, time.Month(m), d)
	if date.IsZero() {
		return Date{}, &diag.Fault{Code: diag.OutOfRange, Path: "/date", Value: s, Bound: "a day from 0001-01-01 to 9999-12-31"}
	}
	return date, nil
}

func readDate(s string) (y, m, d int, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	y, okY := digits(s[:4])
	m, okM := digits(s[5:7])
	d, okD := digits(s[8:])
	return y, m, d, okY && okM && okD
}

// digits reads up to nine ASCII digits.
func digits(s string) (n int, ok bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

// IsZero reports whether d is unset.
func (d Date) IsZero() bool { return d.n == 0 }

// Year returns the year, 0 for the zero Date.
func (d Date) Year() int {
	y, _, _ := d.civil()
	return y
}

// Month returns the month, 0 for the zero Date.
func (d Date) Month() time.Month {
	_, m, _ := d.civil()
	return time.Month(m)
}

// Day returns the day of the month from 1, 0 for the zero Date.
func (d Date) Day() int {
	_, _, day := d.civil()
	return day
}

// Weekday returns the day of the week, Sunday for the zero Date.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.n % 7) }

// YearDay returns the day of the year from 1, 0 for the zero Date.
func (d Date) YearDay() int {
	if d.n == 0 {
		return 0
	}
	return int(d.n) - dayNumber(d.Year(), 1, 1) + 1
}

// ISOWeek returns the ISO 8601 year and week of d: the week from Monday to
// Sunday belongs to the year that holds its Thursday. Both are 0 for the zero
// Date.
func (d Date) ISOWeek() (year, week int) {
	if d.n == 0 {
		return 0, 0
	}
	thursday := int(d.n) - (int(d.n)-1)%7 + 3
	year, _, _ = civil(thursday)
	return year, (thursday-dayNumber(year, 1, 1))/7 + 1
}

// AddDays returns the day n days after d (before d if n is negative), or the
// zero Date if that is out of range.
func (d Date) AddDays(n int) Date {
	if d.n == 0 || n > lastDay || n < -lastDay {
		return Date{}
	}
	return dateFrom(int(d.n) + n)
}

// AddMonths returns the same day of the month n months after d (before d if n
// is negative), or the last day of that month if it is shorter: 31 January and
// one month is 28 or 29 February. It returns the zero Date if the result is
// out of range.
func (d Date) AddMonths(n int) Date {
	const most = 12 * MaxYear
	if d.n == 0 || n > most || n < -most {
		return Date{}
	}
	y, m, day := d.civil()
	total := 12*y + (m - 1) + n
	y, m = total/12, total%12+1 // On refuses years and months out of range
	return On(y, time.Month(m), min(day, daysIn(y, m)))
}

// Sub returns the number of days from other to d, negative if d is earlier. It
// is 0 if either is unset.
func (d Date) Sub(other Date) int {
	if d.n == 0 || other.n == 0 {
		return 0
	}
	return int(d.n) - int(other.n)
}

// Compare returns -1, 0 or +1 if d is earlier than, equal to or later than
// other. The zero Date is earlier than any other.
func (d Date) Compare(other Date) int {
	switch {
	case d.n < other.n:
		return -1
	case d.n > other.n:
		return 1
	}
	return 0
}

// Before reports whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.n < other.n }

// After reports whether d is later than other.
func (d Date) After(other Date) bool { return d.n > other.n }

// Time returns midnight UTC at the beginning of d, the zero [time.Time] for
// the zero Date.
func (d Date) Time() time.Time {
	if d.n == 0 {
		return time.Time{}
	}
	y, m, day := d.civil()
	return time.Date(y, time.Month(m), day, 0, 0, 0, 0, time.UTC)
}

// String returns d as YYYY-MM-DD, "" for the zero Date.
func (d Date) String() string {
	if d.n == 0 {
		return ""
	}
	return string(d.append(make([]byte, 0, 10)))
}

func (d Date) append(b []byte) []byte {
	y, m, day := d.civil()
	b = appendYear(b, y)
	b = append2(append(b, '-'), m)
	return append2(append(b, '-'), day)
}

func appendYear(b []byte, y int) []byte { return append2(append2(b, y/100), y%100) }

func append2(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

// MarshalText returns what [Date.String] returns. The error is always nil.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes: a day as [ParseDate] reads it,
// with its faults, or the empty text for the zero Date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	date, err := ParseDate(string(text))
	if err == nil {
		*d = date
	}
	return err
}

func (d Date) civil() (y, m, day int) {
	if d.n == 0 {
		return 0, 0, 0
	}
	return civil(int(d.n))
}

// dateFrom returns the Date of a day number, the zero Date if it is out of
// range.
func dateFrom(n int) Date {
	if n < firstDay || n > lastDay {
		return Date{}
	}
	return Date{int32(n)}
}

// clampDate returns the Date of a day number, moved into range.
func clampDate(n int) Date { return Date{int32(min(max(n, firstDay), lastDay))} }

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func daysIn(y, m int) int {
	switch m {
	case 2:
		if isLeap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// shift moves years by whole 400-year cycles so that the arithmetic below,
// which divides towards zero, also holds for the years just before 1.
const (
	shiftYears = 400
	shiftDays  = 146097
)

// dayNumber returns the day number of a civil date of the years -398 and
// later. Years are counted from March, so that the leap day is the last.
func dayNumber(y, m, d int) int {
	y += shiftYears
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 306 - shiftDays
}

// civil is the inverse of dayNumber.
func civil(n int) (y, m, d int) {
	n += 305 + shiftDays // days from 1 March of the year 0 of the shifted count
	era := n / shiftDays
	doe := n % shiftDays
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	y = era*400 + yoe - shiftYears
	m = mp + 3
	if m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}
