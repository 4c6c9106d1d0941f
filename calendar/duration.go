package calendar

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
)

// How many minutes the units of a working [Duration] have. A day of work is
// always 8 hours and a week 5 such days, whatever the calendar: on a calendar
// with shorter days, 1d takes more than one of them.
const (
	MinutesPerWorkDay  = 8 * 60
	MinutesPerWorkWeek = 5 * MinutesPerWorkDay
)

// maxMinutes bounds durations: the minutes of all days that a Date can be.
const maxMinutes = lastDay * minutesPerDay

// A Duration is a length of working time, or of elapsed time, in whole
// minutes; it may be negative. It is a value, comparable with ==; the zero
// Duration is no working time.
//
// As text it has units w, d, h and m: 2w, 3d, 4h30m, 90m; for elapsed time,
// which runs through nights and holidays, ew, ed, eh and em: 3ed. A working
// week is 5 days of 8 hours, an elapsed week 7 days of 24.
type Duration struct {
	Minutes int64
	Elapsed bool
}

type durationUnit struct {
	letter  byte
	minutes int64
}

func durationUnits(elapsed bool) [4]durationUnit {
	if elapsed {
		return [4]durationUnit{{'w', 7 * minutesPerDay}, {'d', minutesPerDay}, {'h', 60}, {'m', 1}}
	}
	return [4]durationUnit{{'w', MinutesPerWorkWeek}, {'d', MinutesPerWorkDay}, {'h', 60}, {'m', 1}}
}

// durationSpellings says in a fault how durations are written.
const durationSpellings = "3d, 2w, 4h30m, 90m or 3ed"

// ParseDuration reads a duration such as 3d, 2w, 4h30m, 90m, -1d or 3ed: whole
// numbers with units from the largest to the smallest, each at most once, all
// working or all elapsed, with a leading hyphen for a negative one. It returns
// a [*diag.Fault] with path "/duration": [diag.Syntax] for any other spelling,
// [diag.OutOfRange] beyond 9,999 years.
func ParseDuration(s string) (Duration, error) {
	fault := &diag.Fault{Code: diag.Syntax, Path: "/duration", Value: diag.Clip(s), Bound: durationSpellings}
	rest, negative := s, false
	if rest != "" && rest[0] == '-' {
		rest, negative = rest[1:], true
	}
	d, ok, inRange := readDuration(rest)
	if !ok {
		return Duration{}, fault
	}
	if !inRange {
		fault.Code, fault.Bound = diag.OutOfRange, "at most 9,999 years"
		return Duration{}, fault
	}
	if negative {
		d.Minutes = -d.Minutes
	}
	return d, nil
}

func readDuration(s string) (d Duration, ok, inRange bool) {
	if s == "" {
		return d, false, false
	}
	inRange = true
	next := 0 // first unit that may still come
	for first := true; s != ""; first = false {
		count := 0
		for count < len(s) && s[count] >= '0' && s[count] <= '9' {
			count++
		}
		if count == 0 || count == len(s) {
			return d, false, false
		}
		number, unit := s[:count], s[count:]
		elapsed := unit[0] == 'e'
		if elapsed {
			unit = unit[1:]
		}
		if unit == "" || !first && elapsed != d.Elapsed {
			return d, false, false
		}
		d.Elapsed = elapsed
		units := durationUnits(elapsed)
		for next < len(units) && units[next].letter != unit[0] {
			next++
		}
		if next == len(units) {
			return d, false, false
		}
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || n > maxMinutes/units[next].minutes {
			n, inRange = 0, false
		}
		d.Minutes += n * units[next].minutes
		inRange = inRange && d.Minutes <= maxMinutes
		next++
		s = unit[1:]
	}
	return d, true, inRange
}

// String returns d in the largest units that fit: weeks only if they are
// whole, otherwise days, hours and minutes. No time is 0d or 0ed.
func (d Duration) String() string {
	var b []byte
	rest := uint64(d.Minutes)
	if d.Minutes < 0 {
		b = append(b, '-')
		rest = -rest
	}
	units := durationUnits(d.Elapsed)
	if rest == 0 || rest%uint64(units[0].minutes) != 0 {
		units[0].minutes = 0
	}
	for i, u := range units {
		if u.minutes == 0 {
			continue
		}
		n := rest / uint64(u.minutes)
		rest %= uint64(u.minutes)
		if n == 0 && (d.Minutes != 0 || i != 1) {
			continue
		}
		b = strconv.AppendUint(b, n, 10)
		if d.Elapsed {
			b = append(b, 'e')
		}
		b = append(b, u.letter)
	}
	return string(b)
}

// MarshalText returns what [Duration.String] returns. It returns
// [diag.OutOfRange] beyond 9,999 years.
func (d Duration) MarshalText() ([]byte, error) {
	if d.Minutes > maxMinutes || d.Minutes < -maxMinutes {
		return nil, &diag.Fault{Code: diag.OutOfRange, Path: "/duration", Value: d.String(), Bound: "at most 9,999 years"}
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a duration as [ParseDuration] does, with its faults.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := ParseDuration(string(text))
	if err == nil {
		*d = v
	}
	return err
}
