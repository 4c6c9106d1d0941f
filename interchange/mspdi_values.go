package interchange

import (
	"math"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// maxMinutes bounds durations as the calendar does: 9,999 years.
const maxMinutes = 3_652_059 * 24 * 60

// A valueReader reads the values of an element's children and collects what is
// wrong with them.
type valueReader struct {
	n    *node
	path string
	c    *diag.Collector
}

func (v valueReader) fault(name string, code diag.Code, value, bound string) {
	f := &diag.Fault{Code: code, Path: v.path + "/" + name, Value: value, Bound: bound, Line: v.n.line, Column: v.n.column}
	if k := v.n.child(name); k != nil {
		f.Line, f.Column = k.line, k.column
	}
	v.c.Add(f)
}

// text returns a child's text; "" if it isn't there.
func (v valueReader) text(name string) string { return v.n.value(name) }

// integer returns a child's whole number, and whether there is one.
func (v valueReader) integer(name string) (int, bool) {
	s := v.n.value(name)
	if s == "" {
		return 0, false
	}
	// Some programs write whole numbers with decimals.
	whole, rest, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole, 10, 32)
	if err != nil || strings.Trim(rest, "0") != "" {
		v.fault(name, diag.Type, s, "a whole number")
		return 0, false
	}
	return int(n), true
}

func (v valueReader) integerOr(name string, otherwise int) int {
	if n, ok := v.integer(name); ok {
		return n
	}
	return otherwise
}

// above returns a child's whole number above 0, otherwise what it is without one.
func (v valueReader) above(name string, otherwise int) int {
	if n := v.integerOr(name, otherwise); n > 0 {
		return n
	}
	return otherwise
}

// flag returns a child that is 0 or 1, true or false.
func (v valueReader) flag(name string) bool {
	switch s := v.n.value(name); s {
	case "1", "true":
		return true
	case "", "0", "false":
	default:
		v.fault(name, diag.Type, s, "0 or 1")
	}
	return false
}

// amount returns a child's decimal number, rounded to six decimals.
func (v valueReader) amount(name string) (decimal.Decimal, bool) {
	s := v.n.value(name)
	if s == "" {
		return decimal.Decimal{}, false
	}
	d, ok := parseAmount(s)
	if !ok {
		v.fault(name, diag.Type, s, "a number")
	}
	return d, ok
}

// parseAmount reads a number of at most 38 characters in its shortest form, so
// that equal numbers are equal values.
func parseAmount(s string) (decimal.Decimal, bool) {
	if len(s) > 38 {
		return decimal.Decimal{}, false
	}
	for _, r := range strings.TrimPrefix(s, "-") {
		if (r < '0' || r > '9') && r != '.' {
			return decimal.Decimal{}, false // no exponents: they make numbers of any length
		}
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return decimal.Decimal{}, false
	}
	return shortest(d), true
}

func shortest(d decimal.Decimal) decimal.Decimal {
	out, err := decimal.NewFromString(d.Round(6).String())
	if err != nil {
		return d
	}
	return out
}

// duration returns a child's minutes, and whether there is one.
func (v valueReader) duration(name string) (int64, bool) {
	s := v.n.value(name)
	if s == "" {
		return 0, false
	}
	minutes, ok := parseDuration(s)
	switch {
	case !ok:
		v.fault(name, diag.Syntax, s, "a duration such as PT8H0M0S")
	case minutes > maxMinutes || minutes < -maxMinutes:
		v.fault(name, diag.OutOfRange, s, "at most 9,999 years")
		ok = false
	}
	return minutes, ok
}

// parseDuration reads a duration of XML Schema without years and months, whose
// length nobody knows, in minutes, half ones away from zero; any time at all is
// at least a minute. Beyond the range of int64 it is [math.MaxInt64].
func parseDuration(s string) (minutes int64, ok bool) {
	rest, negative := strings.CutPrefix(s, "-")
	rest, ok = strings.CutPrefix(rest, "P")
	if !ok || rest == "" {
		return 0, false
	}
	date, clock, timed := strings.Cut(rest, "T")
	if timed && clock == "" {
		return 0, false
	}
	var total float64 // of milliseconds; exact up to 285,000 years
	read := func(s, units string, scale map[byte]float64) bool {
		for next := 0; s != ""; {
			end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
			if end <= 0 || end > 20 {
				return false
			}
			n, err := strconv.ParseFloat(s[:end], 64)
			at := strings.IndexByte(units[next:], s[end])
			if err != nil || at < 0 {
				return false
			}
			total += math.Floor(float64(n*scale[s[end]]) + 0.5)
			next += at + 1
			s = s[end+1:]
		}
		return true
	}
	const second = 1000.0
	if !read(date, "YMWD", map[byte]float64{'W': 7 * 86400 * second, 'D': 86400 * second, 'Y': math.Inf(1), 'M': math.Inf(1)}) ||
		!read(clock, "HMS", map[byte]float64{'H': 3600 * second, 'M': 60 * second, 'S': second}) {
		return 0, false
	}
	if math.IsNaN(total) {
		return 0, false // 0 years
	}
	m := math.Floor(total/60_000 + 0.5)
	switch {
	case m == 0 && total > 0:
		m = 1
	case m > 9e18:
		return math.MaxInt64, true
	}
	if negative {
		return -int64(m), true
	}
	return int64(m), true
}

// instant returns a child's time, to the minute; unset if it isn't there. A zone
// is passed over: plans keep to local time.
func (v valueReader) instant(name string) calendar.Instant {
	s := v.n.value(name)
	if s == "" || s == "NA" {
		return calendar.Instant{}
	}
	at, ok := parseInstant(s)
	if !ok {
		v.fault(name, diag.Syntax, s, "a time such as 2027-03-01T08:00:00")
	}
	return at
}

func (v valueReader) moment(name string) calendar.Moment {
	return calendar.AtInstant(v.instant(name))
}

func parseInstant(s string) (calendar.Instant, bool) {
	const length = len("2027-03-01T08:00")
	if len(s) == len("2027-03-01") {
		s += "T00:00"
	}
	if len(s) < length {
		return calendar.Instant{}, false
	}
	next := strings.HasPrefix(s[10:], "T24:00")
	if next {
		s = s[:10] + "T00:00" + s[length:]
	}
	at, err := calendar.ParseInstant(s[:length])
	if err != nil || !isRest(s[length:]) {
		return calendar.Instant{}, false
	}
	if next {
		at = calendar.At(at.Date().AddDays(1), 0)
	}
	return at, !at.IsZero()
}

// isRest reports whether s is what may follow the minutes of a time: seconds and
// a zone.
func isRest(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && !strings.ContainsRune(":.+-Z", r) {
			return false
		}
	}
	return true
}

// clock returns a child's time of day in minutes, and whether there is one.
func (v valueReader) clock(name string) (int, bool) {
	s := v.n.value(name)
	if s == "" {
		return 0, false
	}
	if len(s) >= 5 && s[2] == ':' && isRest(s) {
		hour, errHour := strconv.Atoi(s[:2])
		minute, errMinute := strconv.Atoi(s[3:5])
		if errHour == nil && errMinute == nil && hour*60+minute <= 1440 && minute < 60 {
			return hour*60 + minute, true
		}
	}
	v.fault(name, diag.Syntax, s, "a time of day such as 08:00:00")
	return 0, false
}

// clockOr returns a child's time of day, of which midnight is the beginning.
func (v valueReader) clockOr(name string, otherwise int) int {
	if minute, ok := v.clock(name); ok {
		return minute % 1440
	}
	return otherwise
}

// What a project has that doesn't say.
const (
	daysPerMonth = 20
	dayStart     = 8 * 60
	dayFinish    = 17 * 60
)

// The formats of durations in Microsoft Project: the unit in which one is shown.
// Those that are guesses are 32 higher.
const (
	formatElapsedMinutes = 4
	formatDays           = 7
	formatElapsedDays    = 8
	formatElapsedMonths  = 12
	formatPercent        = 19
	formatElapsedPercent = 20
	formatGuess          = 32
)

// isElapsed reports whether a format is of elapsed time.
func isElapsed(format int) bool {
	if format > formatGuess {
		format -= formatGuess
	}
	return format >= formatElapsedMinutes && format <= formatElapsedMonths && format%2 == 0 || format == formatElapsedPercent
}

// isPercent reports whether a format is a percentage.
func isPercent(format int) bool {
	if format > formatGuess {
		format -= formatGuess
	}
	return format == formatPercent || format == formatElapsedPercent
}

// number reads the UID of a task or resource, which no other has, and takes it.
func (v valueReader) number(taken map[int]int) (uid int, ok bool) {
	if uid, ok = v.integer("UID"); !ok {
		v.fault("UID", diag.Required, "", "a number")
		return 0, false
	}
	if _, twice := taken[uid]; twice {
		v.fault("UID", diag.Duplicate, strconv.Itoa(uid), "")
		return 0, false
	}
	taken[uid] = -1
	return uid, true
}
