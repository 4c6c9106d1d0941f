package calendar

import (
	"slices"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

func grains() []Grain {
	return []Grain{GrainYear, GrainHalf, GrainQuarter, GrainMonth, GrainWeek, GrainDay}
}

func weekdays() []Weekday {
	return []Weekday{Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday}
}

// readEnum sets *into to text if that is one of known, and otherwise returns a
// fault of code [diag.Invalid] with the known values and the nearest one.
func readEnum[T ~string](into *T, name string, text []byte, known ...T) error {
	if i := slices.Index(known, T(text)); i >= 0 {
		*into = known[i]
		return nil
	}
	return enumFault("/"+name, string(text), known...)
}

func enumFault[T ~string](path, value string, known ...T) *diag.Fault {
	names := make([]string, len(known))
	for i, k := range known {
		names[i] = string(k)
	}
	return &diag.Fault{Code: diag.Invalid, Path: path, Value: diag.Clip(value),
		Bound: strings.Join(names, ", "), Near: diag.Nearest(value, names)}
}

// UnmarshalText reads a grain; any other text is a fault of code
// [diag.Invalid].
func (g *Grain) UnmarshalText(text []byte) error { return readEnum(g, "grain", text, grains()...) }

// UnmarshalText reads the name of a day; any other text is a fault of code
// [diag.Invalid].
func (w *Weekday) UnmarshalText(text []byte) error {
	return readEnum(w, "weekday", text, weekdays()...)
}

// UnmarshalText reads a pattern; any other text is a fault of code
// [diag.Invalid].
func (p *Pattern) UnmarshalText(text []byte) error {
	return readEnum(p, "pattern", text, Pattern445, Pattern454, Pattern544)
}

// UnmarshalText reads a year end; any other text is a fault of code
// [diag.Invalid].
func (e *YearEnd) UnmarshalText(text []byte) error {
	return readEnum(e, "yearEnd", text, YearEndLast, YearEndNearest)
}

// UnmarshalText reads a naming; any other text is a fault of code
// [diag.Invalid].
func (n *NamedBy) UnmarshalText(text []byte) error {
	return readEnum(n, "namedBy", text, NamedByEnd, NamedByStart)
}

// UnmarshalText reads a policy; any other text is a fault of code
// [diag.Invalid].
func (u *Unpublished) UnmarshalText(text []byte) error {
	return readEnum(u, "unpublished", text, UnpublishedRefuse, UnpublishedWeekdays)
}

// UnmarshalText reads a kind of proration; any other text is a fault of code
// [diag.Invalid].
func (k *ProrateKind) UnmarshalText(text []byte) error {
	return readEnum(k, "kind", text, ProrateCalendarDays, ProrateWorkingDays, ProrateWholeMonths, ProrateSeasonality)
}
