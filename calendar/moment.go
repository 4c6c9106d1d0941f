package calendar

import (
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// momentSpellings says in a fault how moments are written.
const momentSpellings = "YYYY-MM-DD or YYYY-MM-DDTHH:MM"

// A Moment is a day, or a minute of it: what people write where either will do,
// "2027-03-01" or "2027-03-01T17:00". It is a value, comparable with ==; the
// zero Moment is unset.
//
// A day stands for its beginning where something starts and for its end where
// something finishes.
type Moment struct {
	Date Date

	// Minute is the minute of the day, 0 to 1439, where Timed; otherwise 0.
	Minute int
	Timed  bool
}

// OnDay returns the Moment of a day.
func OnDay(d Date) Moment { return Moment{Date: d} }

// AtInstant returns the Moment of an instant; the zero one of the zero Instant.
func AtInstant(i Instant) Moment {
	if i.IsZero() {
		return Moment{}
	}
	return Moment{Date: i.Date(), Minute: i.Minute(), Timed: true}
}

// ParseMoment reads a day as [ParseDate] does or an instant as [ParseInstant]
// does, with their faults, at path "/moment".
func ParseMoment(s string) (Moment, error) {
	var m Moment
	var err error
	if strings.ContainsRune(s, 'T') {
		var i Instant
		i, err = ParseInstant(s)
		m = AtInstant(i)
	} else {
		m.Date, err = ParseDate(s)
	}
	if all := diag.All(err); len(all) > 0 {
		f := *all[0]
		f.Path = "/moment"
		if f.Code == diag.Syntax {
			f.Bound = momentSpellings
		}
		return Moment{}, &f
	}
	return m, nil
}

// IsZero reports whether m is unset.
func (m Moment) IsZero() bool { return m.Date.IsZero() }

// Start returns the instant from which m counts: that of a day is its first
// minute. The zero Moment has the zero Instant.
func (m Moment) Start() Instant {
	if m.IsZero() {
		return Instant{}
	}
	return At(m.Date, m.Minute)
}

// End returns the instant up to which m counts: that of a day is the first
// minute of the next one. The zero Moment has the zero Instant, and so has the
// last day that there is.
func (m Moment) End() Instant {
	switch {
	case m.IsZero():
		return Instant{}
	case m.Timed:
		return At(m.Date, m.Minute)
	}
	return At(m.Date.AddDays(1), 0)
}

// String returns m as it is written, the zero Moment as "".
func (m Moment) String() string {
	if m.Timed {
		return m.Start().String()
	}
	return m.Date.String()
}

// MarshalText returns what [Moment.String] returns. The error is always nil.
func (m Moment) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes: a moment as [ParseMoment] reads
// it, with its faults, or the empty text for the zero Moment.
func (m *Moment) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*m = Moment{}
		return nil
	}
	parsed, err := ParseMoment(string(text))
	if err != nil {
		return err
	}
	*m = parsed
	return nil
}
