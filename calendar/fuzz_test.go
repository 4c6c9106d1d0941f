package calendar

import (
	"testing"

	"github.com/salesplan/salesplan/diag"
)

// The law of every reader: what it accepts, written and read again, is the
// same value, and the written text is stable; what it refuses is one fault and
// no value.
func roundTrip[T comparable](t *testing.T, text string, read func(string) (T, error), write func(T) ([]byte, error)) {
	t.Helper()
	v, err := read(text)
	if err != nil {
		var zero T
		if all := diag.All(err); len(all) != 1 || v != zero {
			t.Fatalf("%q: %v with faults %v", text, v, err)
		}
		return
	}
	out, err := write(v)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	again, err := read(string(out))
	if err != nil || again != v {
		t.Fatalf("%q: written %q, read %v, %v; want %v", text, out, again, err, v)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"", "2026-02-14", "2026-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "２０２６-01-01", "2026-02-14\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		roundTrip(t, s, ParseDate, Date.MarshalText)
		if d, err := ParseDate(s); err == nil && d.String() != s {
			t.Fatalf("%q is written %q", s, d)
		}
	})
}

func FuzzParseInstant(f *testing.F) {
	for _, s := range []string{"", "2027-03-01T08:00", "2027-03-01T24:00", "2027-03-01 08:00", "0001-01-01T00:00", "9999-12-31T23:59"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		roundTrip(t, s, ParseInstant, Instant.MarshalText)
		if i, err := ParseInstant(s); err == nil && i.String() != s {
			t.Fatalf("%q is written %q", s, i)
		}
	})
}

func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"", "2026", "2026-H1", "2026-Q3", "2026-02", "2026-W53", "2026-01-05", "2026-01-05/2026-01-16", "FY2027-P05", "FY2027-W53", "FY2027", "9999-W52"} {
		f.Add(s)
	}
	fiscals := []Fiscal{{}, april, nrf, apple}
	f.Fuzz(func(t *testing.T, s string) {
		roundTrip(t, s, ParsePeriod, Period.MarshalText)
		for _, fiscal := range fiscals {
			roundTrip(t, s, fiscal.Parse, func(p Period) ([]byte, error) { return []byte(fiscal.Label(p)), nil })
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range []string{"", "3d", "2w", "4h30m", "90m", "-1d", "3ed", "1ew2ed3eh4em", "99999999999999999999w", "0d", "-0m", "1d2eh"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		roundTrip(t, s, ParseDuration, Duration.MarshalText)
	})
}

func FuzzParseShift(f *testing.F) {
	for _, s := range []string{"", "08:00-12:00", "00:00-24:00", "12:00-08:00", "08:00-24:01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		roundTrip(t, s, ParseShift, Shift.MarshalText)
	})
}
