package calendar

import (
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/salesplan/salesplan/diag"
)

// A Calendar says on which days and hours work is done. It is immutable and
// safe for use by many goroutines. A nil or zero Calendar is Monday to Friday,
// 08:00-12:00 and 13:00-17:00.
//
// A calendar may know its holidays for some years only ([Spec] FirstYear and
// LastYear). What answers with a bool or a number counts the other years by
// their weeks alone; ask [Calendar.Check] first, which refuses them where the
// calendar was made to refuse, and [Calendar.Guessed] for those counted so.
type Calendar struct {
	r *rules
}

// rules is what a calendar consists of. Exceptions are sorted by day, without
// duplicates.
type rules struct {
	week       [7]plan // from Sunday
	weekDays   [8]int32
	weekMins   [8]int64
	exceptions []exception
	firstYear  int
	lastYear   int
	guess      bool
	days       Days // not nil: a calendar from elsewhere
}

// plan is the work of one day.
type plan struct {
	shifts  []Shift
	minutes int32
}

// exception is a day that differs from its day of the week. days and minutes
// count the differences up to and including it.
type exception struct {
	day     int32
	plan    plan
	days    int32
	minutes int64
}

// Days is a calendar from elsewhere, such as one of github.com/rickar/cal. It
// is asked about midnight UTC of a day.
type Days interface {
	IsWorkday(date time.Time) bool
}

// New returns the calendar of spec. It returns [diag.Faults] with paths from
// "/spec": [diag.Required] for an unset day, [diag.Conflict] for a holiday
// that is worked and for shifts that overlap or are out of order, [diag.Order],
// [diag.OutOfRange] and [diag.Invalid] for shifts, years and values that do
// not exist. A day that stands twice in a list counts once. Cost is
// O(n log n) for n listed days.
func New(spec Spec) (*Calendar, error) {
	var faults diag.Collector
	spec.validate(&faults)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	r := standardRules()
	if spec.Week != nil {
		r.setWeek(spec.Week.days())
	}
	r.setExceptions(&spec)
	r.firstYear, r.lastYear = spec.FirstYear, spec.LastYear
	r.guess = spec.Unpublished == UnpublishedWeekdays
	return &Calendar{r}, nil
}

// Wrap returns a calendar whose working days, of 8 hours, are those of days. A
// nil days gives Monday to Friday. Its counts ask days about each single day.
func Wrap(days Days) *Calendar {
	r := standardRules()
	r.days = days
	return &Calendar{r}
}

func standardShifts() []Shift { return []Shift{{8 * 60, 12 * 60}, {13 * 60, 17 * 60}} }

func standardRules() *rules {
	r := &rules{}
	var week [7][]Shift
	for i := 1; i <= 5; i++ {
		week[i] = standardShifts()
	}
	r.setWeek(week)
	return r
}

// standard is what a nil Calendar consists of; nothing changes it.
var standard = standardRules()

// rules returns the calendar's rules, never nil.
func (c *Calendar) rules() *rules {
	if c == nil || c.r == nil {
		return standard
	}
	return c.r
}

func (r *rules) setWeek(week [7][]Shift) {
	for i, shifts := range week {
		r.week[i] = planOf(shifts)
	}
	// Day 1 of the count is a Monday; entry i holds the sums of i days from it.
	for i := range 7 {
		p := r.week[(i+1)%7]
		r.weekMins[i+1] = r.weekMins[i] + int64(p.minutes)
		r.weekDays[i+1] = r.weekDays[i] + p.count()
	}
}

func planOf(shifts []Shift) plan {
	p := plan{shifts: slices.Clone(shifts)}
	for _, s := range shifts {
		p.minutes += int32(s.To - s.From)
	}
	return p
}

// count returns 1 for a day on which there is work, otherwise 0.
func (p plan) count() int32 {
	if p.minutes > 0 {
		return 1
	}
	return 0
}

// half returns the first half of p.
func (p plan) half() plan {
	keep := int(p.minutes+1) / 2
	var shifts []Shift
	for _, s := range p.shifts {
		s.To = min(s.To, s.From+keep)
		if s.To > s.From {
			shifts = append(shifts, s)
		}
		keep -= s.To - s.From
	}
	return planOf(shifts)
}

// makeUp returns the plan of a worked day that its week leaves free.
func (r *rules) makeUp() plan {
	for i := 1; i <= 7; i++ {
		if p := r.week[i%7]; p.minutes > 0 {
			return p
		}
	}
	return planOf(standardShifts())
}

func (r *rules) setExceptions(spec *Spec) {
	makeUp := r.makeUp()
	worked := func(day int32) plan {
		if p := r.week[day%7]; p.minutes > 0 {
			return p
		}
		return makeUp
	}
	plans := make(map[int32]plan, len(spec.Holidays)+len(spec.Workdays)+len(spec.HalfDays)+len(spec.Special))
	for _, d := range spec.Holidays {
		plans[d.n] = plan{}
	}
	for _, d := range spec.Workdays {
		plans[d.n] = worked(d.n)
	}
	for _, d := range spec.HalfDays {
		plans[d.n] = worked(d.n).half()
	}
	for _, d := range spec.Special {
		plans[d.On.n] = planOf(d.Shifts)
	}
	r.exceptions = make([]exception, 0, len(plans))
	for day, p := range plans {
		r.exceptions = append(r.exceptions, exception{day: day, plan: p})
	}
	slices.SortFunc(r.exceptions, func(a, b exception) int { return int(a.day - b.day) })
	var days int32
	var minutes int64
	for i := range r.exceptions {
		e := &r.exceptions[i]
		usual := r.week[e.day%7]
		days += e.plan.count() - usual.count()
		minutes += int64(e.plan.minutes - usual.minutes)
		e.days, e.minutes = days, minutes
	}
}

// planOn returns the work of day n.
func (r *rules) planOn(n int32) plan {
	if r.days != nil {
		if !r.days.IsWorkday(Date{n}.Time()) {
			return plan{}
		}
		return r.week[1]
	}
	if i := r.upTo(n); i > 0 && r.exceptions[i-1].day == n {
		return r.exceptions[i-1].plan
	}
	return r.week[n%7]
}

// upTo returns the number of exceptions on day n and before.
func (r *rules) upTo(n int32) int {
	return sort.Search(len(r.exceptions), func(i int) bool { return r.exceptions[i].day > n })
}

// total returns the working days and minutes from day 1 to day n. It must not
// be asked of a calendar from elsewhere.
func (r *rules) total(n int32) (days int32, minutes int64) {
	weeks, rest := n/7, n%7
	days = weeks*r.weekDays[7] + r.weekDays[rest]
	minutes = int64(weeks)*r.weekMins[7] + r.weekMins[rest]
	if i := r.upTo(n); i > 0 {
		days += r.exceptions[i-1].days
		minutes += r.exceptions[i-1].minutes
	}
	return days, minutes
}

// IsWorkday reports whether there is work on d; never on the zero Date.
func (c *Calendar) IsWorkday(d Date) bool {
	return !d.IsZero() && c.rules().planOn(d.n).minutes > 0
}

// Shifts returns the working time of d, none on a free day.
func (c *Calendar) Shifts(d Date) []Shift {
	if d.IsZero() {
		return nil
	}
	return slices.Clone(c.rules().planOn(d.n).shifts)
}

// Workdays returns the number of working days in p, a half day counted as one;
// 0 if p is not valid. It takes O(log n) time for n exceptions, for a wrapped
// calendar O(days).
func (c *Calendar) Workdays(p Period) int {
	if !p.Valid() {
		return 0
	}
	r := c.rules()
	if r.days != nil {
		table := c.WorkdayTable(p)
		return int(table[len(table)-1])
	}
	before, _ := r.total(p.First.n - 1)
	through, _ := r.total(p.Last.n)
	return int(through - before)
}

// WorkMinutes returns the working minutes in p, 0 if p is not valid. Cost is
// that of [Calendar.Workdays].
func (c *Calendar) WorkMinutes(p Period) int64 {
	if !p.Valid() {
		return 0
	}
	r := c.rules()
	if r.days != nil {
		return int64(c.Workdays(p)) * int64(r.week[1].minutes)
	}
	_, before := r.total(p.First.n - 1)
	_, through := r.total(p.Last.n)
	return through - before
}

// WorkdayTable returns the running count of working days: entry i is the
// number among the first i days of p, so that there is one entry more than p
// has days. It is nil if p is not valid. It takes O(days) time.
func (c *Calendar) WorkdayTable(p Period) []int32 {
	if !p.Valid() {
		return nil
	}
	r := c.rules()
	table := make([]int32, p.Days()+1)
	next := r.upTo(p.First.n - 1)
	for i := range table[1:] {
		n := p.First.n + int32(i)
		day := r.week[n%7]
		switch {
		case r.days != nil:
			day = r.planOn(n)
		case next < len(r.exceptions) && r.exceptions[next].day == n:
			day = r.exceptions[next].plan
			next++
		}
		table[i+1] = table[i] + day.count()
	}
	return table
}

// unknown returns the years of p that the calendar does not know.
func (r *rules) unknown(p Period) []int {
	if !p.Valid() || r.firstYear == 0 && r.lastYear == 0 {
		return nil
	}
	var years []int
	for y := p.First.Year(); y <= p.Last.Year(); y++ {
		if y < r.firstYear || r.lastYear > 0 && y > r.lastYear {
			years = append(years, y)
		}
	}
	return years
}

// Check returns a fault of code [diag.Unpublished] and path "/period" for each
// year of p that the calendar does not know, if it was made to refuse such
// years, otherwise nil.
func (c *Calendar) Check(p Period) error {
	r := c.rules()
	if r.guess {
		return nil
	}
	var faults diag.Collector
	for _, y := range r.unknown(p) {
		faults.Add(&diag.Fault{Code: diag.Unpublished, Path: "/period", Value: strconv.Itoa(y)})
	}
	return faults.Err()
}

// Guessed returns the years of p that the calendar does not know and counts by
// their weeks alone, in order; none if it refuses them.
func (c *Calendar) Guessed(p Period) []int {
	if r := c.rules(); r.guess {
		return r.unknown(p)
	}
	return nil
}
