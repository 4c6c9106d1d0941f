package calendar

import (
	"github.com/salesplan/salesplan/diag"
)

const minutesPerDay = 24 * 60

// An Instant is a minute of a [Date], local and without a time zone. It is a
// value, comparable with ==; the zero Instant is unset. As text it is
// YYYY-MM-DDTHH:MM, the zero Instant the empty text.
type Instant struct {
	day    Date
	minute int32
}

// At returns the instant at the given minute of the day, 0 to 1439. It returns
// the zero Instant if the date is unset or there is no such minute.
func At(d Date, minute int) Instant {
	if d.IsZero() || minute < 0 || minute >= minutesPerDay {
		return Instant{}
	}
	return Instant{d, int32(minute)}
}

// ParseInstant reads an instant written as YYYY-MM-DDTHH:MM. It returns a
// [*diag.Fault] with path "/instant": [diag.Syntax] for any other spelling,
// [diag.OutOfRange] for a day or a time of day that does not exist (24:00
// included).
func ParseInstant(s string) (Instant, error) {
	syntax := &diag.Fault{Code: diag.Syntax, Path: "/instant", Value: diag.Clip(s), Bound: "YYYY-MM-DDTHH:MM"}
	if len(s) != 16 || s[10] != 'T' {
		return Instant{}, syntax
	}
	_, _, _, ok := readDate(s[:10])
	hour, minute, okT := readClock(s[11:])
	if !ok || !okT {
		return Instant{}, syntax
	}
	d, err := ParseDate(s[:10])
	if err != nil || hour > 23 || minute > 59 {
		return Instant{}, &diag.Fault{Code: diag.OutOfRange, Path: "/instant", Value: s,
			Bound: "0001-01-01T00:00 to 9999-12-31T23:59"}
	}
	return At(d, 60*hour+minute), nil
}

// readClock reads HH:MM without judging the numbers.
func readClock(s string) (hour, minute int, ok bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, 0, false
	}
	hour, okH := digits(s[:2])
	minute, okM := digits(s[3:])
	return hour, minute, okH && okM
}

// IsZero reports whether i is unset.
func (i Instant) IsZero() bool { return i.day.IsZero() }

// Date returns the day of i.
func (i Instant) Date() Date { return i.day }

// Minute returns the minute of the day, 0 to 1439.
func (i Instant) Minute() int { return int(i.minute) }

// AddMinutes returns the instant n minutes after i (before i if n is
// negative), or the zero Instant if i is unset or the result is out of range.
func (i Instant) AddMinutes(n int64) Instant {
	const most = int64(lastDay * minutesPerDay)
	if i.IsZero() || n > most || n < -most {
		return Instant{}
	}
	return instantFrom(i.count() + n)
}

// Sub returns the minutes from other to i, negative if i is earlier. It is 0
// if either is unset.
func (i Instant) Sub(other Instant) int64 {
	if i.IsZero() || other.IsZero() {
		return 0
	}
	return i.count() - other.count()
}

// Compare returns -1, 0 or +1 if i is earlier than, equal to or later than
// other. The zero Instant is earlier than any other.
func (i Instant) Compare(other Instant) int {
	switch a, b := i.count(), other.count(); {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// Before reports whether i is earlier than other.
func (i Instant) Before(other Instant) bool { return i.count() < other.count() }

// After reports whether i is later than other.
func (i Instant) After(other Instant) bool { return i.count() > other.count() }

// String returns i as YYYY-MM-DDTHH:MM, "" for the zero Instant.
func (i Instant) String() string {
	if i.IsZero() {
		return ""
	}
	b := append(i.day.append(make([]byte, 0, 16)), 'T')
	return string(appendClock(b, int(i.minute)))
}

func appendClock(b []byte, minute int) []byte {
	return append2(append(append2(b, minute/60), ':'), minute%60)
}

// MarshalText returns what [Instant.String] returns. The error is always nil.
func (i Instant) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads what MarshalText writes: an instant as [ParseInstant]
// reads it, with its faults, or the empty text for the zero Instant.
func (i *Instant) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*i = Instant{}
		return nil
	}
	at, err := ParseInstant(string(text))
	if err == nil {
		*i = at
	}
	return err
}

// count returns the minutes from the beginning of 0000-12-31.
func (i Instant) count() int64 { return int64(i.day.n)*minutesPerDay + int64(i.minute) }

func instantFrom(count int64) Instant {
	if count < firstDay*minutesPerDay || count >= (lastDay+1)*minutesPerDay {
		return Instant{}
	}
	return Instant{Date{int32(count / minutesPerDay)}, int32(count % minutesPerDay)}
}
