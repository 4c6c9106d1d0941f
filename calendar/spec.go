package calendar

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
)

// A Shift is a stretch of working time within a day, from minute From up to,
// and not including, minute To; To may be 1440. A night shift is two shifts on
// two days. As text it is 08:00-12:00.
type Shift struct {
	From, To int
}

// ParseShift reads a shift written as HH:MM-HH:MM, the end at most 24:00. It
// returns a [*diag.Fault] with path "/shift": [diag.Syntax] for any other
// spelling, [diag.OutOfRange] for a time that does not exist, [diag.Order] if
// the end is not after the beginning.
func ParseShift(s string) (Shift, error) {
	fault := &diag.Fault{Code: diag.Syntax, Path: "/shift", Value: diag.Clip(s), Bound: "HH:MM-HH:MM"}
	if len(s) != 11 || s[5] != '-' {
		return Shift{}, fault
	}
	h1, m1, ok1 := readClock(s[:5])
	h2, m2, ok2 := readClock(s[6:])
	if !ok1 || !ok2 {
		return Shift{}, fault
	}
	shift := Shift{60*h1 + m1, 60*h2 + m2}
	fault.Bound = ""
	switch {
	case m1 > 59 || m2 > 59 || shift.From > minutesPerDay || shift.To > minutesPerDay:
		fault.Code, fault.Bound = diag.OutOfRange, "00:00 to 24:00"
	case shift.From >= shift.To:
		fault.Code = diag.Order
	default:
		return shift, nil
	}
	return Shift{}, fault
}

// String returns s as HH:MM-HH:MM, its minutes moved into the day.
func (s Shift) String() string {
	clock := func(b []byte, minute int) []byte { return appendClock(b, min(max(minute, 0), minutesPerDay)) }
	return string(clock(append(clock(nil, s.From), '-'), s.To))
}

// valid reports whether s lies within a day and is not empty.
func (s Shift) valid() bool { return s.From >= 0 && s.From < s.To && s.To <= minutesPerDay }

// MarshalText returns what [Shift.String] returns. It returns [diag.Order] or
// [diag.OutOfRange] for a shift that [ParseShift] would not read.
func (s Shift) MarshalText() ([]byte, error) {
	if s.valid() {
		return []byte(s.String()), nil
	}
	code := diag.OutOfRange
	if s.From >= s.To {
		code = diag.Order
	}
	return nil, &diag.Fault{Code: code, Path: "/shift", Value: strconv.Itoa(s.From) + "-" + strconv.Itoa(s.To), Bound: "minutes 0 to 1440"}
}

// UnmarshalText reads a shift as [ParseShift] does, with its faults.
func (s *Shift) UnmarshalText(text []byte) error {
	v, err := ParseShift(string(text))
	if err == nil {
		*s = v
	}
	return err
}

// A WorkWeek is the working time of each day of the week. A day without shifts is
// free.
type WorkWeek struct {
	Monday    []Shift `json:"monday,omitempty"`
	Tuesday   []Shift `json:"tuesday,omitempty"`
	Wednesday []Shift `json:"wednesday,omitempty"`
	Thursday  []Shift `json:"thursday,omitempty"`
	Friday    []Shift `json:"friday,omitempty"`
	Saturday  []Shift `json:"saturday,omitempty"`
	Sunday    []Shift `json:"sunday,omitempty"`
}

func (w *WorkWeek) days() [7][]Shift {
	return [7][]Shift{w.Sunday, w.Monday, w.Tuesday, w.Wednesday, w.Thursday, w.Friday, w.Saturday}
}

// A DayShifts is the working time of one day. A day without shifts is free.
type DayShifts struct {
	// On is the day, Shifts are when there is work on it.
	On     Date    `json:"on" plan:"required"`
	Shifts []Shift `json:"shifts,omitempty"`
}

// Unpublished says what a calendar does in a year whose holidays it does not
// know. The zero Unpublished is UnpublishedRefuse.
type Unpublished string

// What to do in a year that is not published.
const (
	UnpublishedRefuse   Unpublished = "refuse"   // [Calendar.Check] and [Calendar.Add] return diag.Unpublished
	UnpublishedWeekdays Unpublished = "weekdays" // plan by the week alone; [Calendar.Guessed] names the year
)

// A Spec is what a [Calendar] is made of, as plain data. The zero Spec is
// Monday to Friday, 08:00-12:00 and 13:00-17:00, without holidays.
type Spec struct {
	// Week is the working time of a week; nil is Monday to Friday, 8 hours.
	Week *WorkWeek `json:"week,omitempty"`

	// Holidays are free, whatever their day of the week.
	Holidays []Date `json:"holidays,omitempty"`

	// Workdays are worked, whatever their day of the week (make-up days). One
	// on a day of the week that is otherwise free has the hours of the week's
	// first working day from Monday, or 8 hours if the week has none.
	Workdays []Date `json:"workdays,omitempty"`

	// HalfDays are working days on which only the first half of the day's
	// minutes is worked; an odd minute is worked.
	HalfDays []Date `json:"halfDays,omitempty"`

	// Special are days with working time of their own: an evening shift, a
	// Saturday that ends at noon. One without shifts is free.
	Special []DayShifts `json:"special,omitempty"`

	// FirstYear and LastYear are the years for which Holidays and Workdays are
	// known; 0 leaves that side open.
	FirstYear int `json:"firstYear,omitzero"`
	LastYear  int `json:"lastYear,omitzero"`

	// Unpublished says what happens in other years; it is
	// UnpublishedRefuse if unset.
	Unpublished Unpublished `json:"unpublished,omitzero"`
}

// validate reports what is wrong with s.
func (s *Spec) validate(faults *diag.Collector) {
	if s.Week != nil {
		names := [7]Weekday{Sunday, Monday, Tuesday, Wednesday, Thursday, Friday, Saturday}
		for i, shifts := range s.Week.days() {
			checkShifts(shifts, "/spec/week/"+string(names[i]), faults)
		}
	}
	off := map[Date]bool{}
	for i, d := range s.Holidays {
		checkDay(d, "/spec/holidays/", i, faults)
		off[d] = true
	}
	for _, list := range []struct {
		path string
		days []Date
	}{{"/spec/workdays/", s.Workdays}, {"/spec/halfDays/", s.HalfDays}} {
		for i, d := range list.days {
			checkDay(d, list.path, i, faults)
			if off[d] && !d.IsZero() {
				faults.Add(&diag.Fault{Code: diag.Conflict, Path: list.path + strconv.Itoa(i), Value: d.String(), Bound: "not a holiday too"})
			}
		}
	}
	s.checkSpecial(off, faults)
	checkYear(s.FirstYear, "/spec/firstYear", faults)
	checkYear(s.LastYear, "/spec/lastYear", faults)
	if s.FirstYear > 0 && s.LastYear > 0 && s.LastYear < s.FirstYear {
		faults.Add(&diag.Fault{Code: diag.Order, Path: "/spec/lastYear", Value: strconv.Itoa(s.LastYear), Bound: strconv.Itoa(s.FirstYear)})
	}
	if s.Unpublished != "" && s.Unpublished != UnpublishedRefuse && s.Unpublished != UnpublishedWeekdays {
		faults.Add(enumFault("/spec/unpublished", string(s.Unpublished), UnpublishedRefuse, UnpublishedWeekdays))
	}
}

// checkSpecial reports what is wrong with the days that have shifts of their
// own: each stands in one list only, and once.
func (s *Spec) checkSpecial(off map[Date]bool, faults *diag.Collector) {
	if len(s.Special) == 0 {
		return
	}
	taken := off
	for _, list := range [][]Date{s.Workdays, s.HalfDays} {
		for _, d := range list {
			taken[d] = true
		}
	}
	for i, d := range s.Special {
		path := "/spec/special/" + strconv.Itoa(i)
		if d.On.IsZero() {
			faults.Add(&diag.Fault{Code: diag.Required, Path: path + "/on", Bound: "a day"})
		}
		if taken[d.On] && !d.On.IsZero() {
			faults.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/on", Value: d.On.String(), Bound: "a day that stands nowhere else"})
		}
		taken[d.On] = true
		checkShifts(d.Shifts, path+"/shifts", faults)
	}
}

func checkShifts(shifts []Shift, path string, faults *diag.Collector) {
	end := 0
	for i, s := range shifts {
		f := &diag.Fault{Path: path + "/" + strconv.Itoa(i), Value: s.String()}
		switch {
		case s.From >= s.To:
			f.Code = diag.Order
		case !s.valid():
			f.Code, f.Bound = diag.OutOfRange, "00:00 to 24:00"
		case s.From < end:
			f.Code, f.Bound = diag.Conflict, "after the shift before it"
		}
		if f.Code != "" {
			faults.Add(f)
			continue
		}
		end = s.To
	}
}

func checkDay(d Date, path string, i int, faults *diag.Collector) {
	if d.IsZero() {
		faults.Add(&diag.Fault{Code: diag.Required, Path: path + strconv.Itoa(i), Bound: "a day"})
	}
}

func checkYear(y int, path string, faults *diag.Collector) {
	if y < 0 || y > MaxYear {
		faults.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Value: strconv.Itoa(y), Bound: "1 to 9999"})
	}
}
