package network

// dayMinutes is the length of a day of local clock time.
const dayMinutes = 1440

// Limit bounds every instant, duration, lag and delay given to this package:
// 130,000 years of minutes, far from where a sum would overflow.
const Limit = int64(1) << 36

// maxDay bounds the days of exceptions, so that a day's minutes stay in Limit.
const maxDay = Limit / dayMinutes

// Span is a run of working minutes within the day on which it starts: from
// Start until before End, both in minutes from midnight. End may pass 1440: a
// shift that ends after midnight belongs to the day on which it began. A shift
// that ends at midnight has End 1440, not 0.
type Span struct{ Start, End int32 }

// Exception gives one day its own spans instead of those of its weekday; none
// makes the day free. A shift of the day before that passes midnight stays.
type Exception struct {
	Day   int64 // days from the epoch
	Spans []Span
}

// Pattern is a working calendar as data. Week[i] holds the spans of the days
// whose number from the epoch is i modulo 7, so the epoch decides the weekday
// of Week[0]: counted from 0001-01-01 it is Monday, counted from 1970-01-01
// Thursday. Spans may come in any order and touch or overlap.
type Pattern struct {
	Week       [7][]Span
	Exceptions []Exception
}

// Clock is a compiled working calendar. It counts working minutes from a fixed
// origin of its own, so only differences mean something. A clock doesn't
// change and may be used from several goroutines. It needs memory for its
// exceptions only, however long the time it is asked about: between exceptions
// the weekly pattern is arithmetic.
type Clock struct {
	always  bool
	week    [7]shape
	before  [8]int64 // working minutes of the week before each weekday
	hint    []uint8  // weekday to begin the search at, by minute of the week's work
	days    ranker   // days with a shape of their own, ascending
	starts  ranker   // working minutes before each of them
	shapes  []shape
	shifted []int64 // by how much exceptions before the i-th have moved the count
}

// hintShift is how many working minutes of a week share an entry of the hint.
const hintShift = 5

// shape is the working time of one day, its spans ascending and apart.
type shape struct {
	spans []run
	total int64
}

// run is one span of a shape with the working minutes of the day before it.
type run struct{ start, end, before int64 }

// Always returns the clock on which every minute works: its minutes are
// elapsed time. Worked is the instant itself.
func Always() *Clock {
	var week [7]shape
	for i := range week {
		week[i] = shapeOf([]Span{{0, dayMinutes}})
	}
	c := buildClock(week, nil, nil)
	c.always = true
	return c
}

// NewClock compiles a pattern. It reports every span that is empty, starts
// outside its day or lasts beyond the following one (BadSpan), every day
// beyond Limit (BadDay), every day with two exceptions (RepeatedDay), and a
// pattern without any working minute (NoWorkingTime); Fault.Index is then the
// index of the exception, or −1 − i for Week[i]. The clock is nil when there is
// a fault. Cost: n log n for n exceptions.
func NewClock(p Pattern) (*Clock, []Fault) {
	faults := checkPattern(p)
	if len(faults) > 0 {
		return nil, faults
	}
	own := make([][]Span, len(p.Exceptions))
	order := sortedDays(p.Exceptions)
	days := make([]int64, 0, 2*len(order))
	for i, k := range order {
		own[i] = p.Exceptions[k].Spans
		day := p.Exceptions[k].Day
		if len(days) == 0 || days[len(days)-1] < day {
			days = append(days, day)
		}
		days = append(days, day+1) // its own tail, or the missing one of its weekday
	}
	byDay := func(day int64) []Span {
		if i, ok := findDay(p.Exceptions, order, day); ok {
			return own[i]
		}
		return p.Week[weekday(day)]
	}
	var week [7]shape
	for i := range week {
		week[i] = shapeOf(clip(p.Week[i], p.Week[(i+6)%7]))
	}
	shapes := make([]shape, len(days))
	for i, day := range days {
		shapes[i] = shapeOf(clip(byDay(day), byDay(day-1)))
	}
	c := buildClock(week, days, shapes)
	if !c.works() {
		return nil, []Fault{{Kind: NoWorkingTime, Place: AtClock, Index: 0}}
	}
	return c, nil
}

// Worked returns the clock's working minutes before an instant, counted from
// the clock's own origin. Cost: constant for exceptions spread evenly, else
// logarithmic in their number.
func (c *Clock) Worked(at int64) int64 {
	if c.always {
		return at
	}
	day := floorDiv(at, dayMinutes)
	minute := at - day*dayMinutes
	s, before := c.dayOf(day)
	return before + s.worked(minute)
}

// Between returns the working minutes from one instant to another, negative
// when the second is the earlier one.
func (c *Clock) Between(from, to int64) int64 { return c.Worked(to) - c.Worked(from) }

// Next returns the first instant not before at where a working minute begins;
// false when the clock never works again.
func (c *Clock) Next(at int64) (int64, bool) {
	_, next, _, ok := c.locate(at)
	return next, ok
}

// locate returns the working minutes before an instant, where the next one
// begins, and whether the instant lies within a rest: neither where a working
// minute ends nor where one begins.
func (c *Clock) locate(at int64) (worked, next int64, rests, ok bool) {
	if c.always {
		return at, at, false, true
	}
	day := floorDiv(at, dayMinutes)
	minute := at - day*dayMinutes
	s, before := c.dayOf(day)
	ended := int64(-1)
	for _, r := range s.spans {
		if minute < r.end {
			rests = minute < r.start && minute != ended
			if minute == 0 && rests {
				rests = !c.endsAtMidnight(day - 1)
			}
			return before + r.before + max(0, minute-r.start), day*dayMinutes + max(minute, r.start), rests, true
		}
		ended = r.end
	}
	worked = before + s.total
	next, ok = c.minute(worked)
	rests = minute != ended && (minute > 0 || !c.endsAtMidnight(day-1))
	return worked, next, rests, ok
}

// endsAtMidnight reports whether the last minute of a day is worked.
func (c *Clock) endsAtMidnight(day int64) bool {
	s, _ := c.dayOf(day)
	return len(s.spans) > 0 && s.spans[len(s.spans)-1].end == dayMinutes
}

// Previous returns the last instant not after at where a working minute ends;
// false when the clock never worked before.
func (c *Clock) Previous(at int64) (int64, bool) { return c.FinishAt(c.Worked(at)) }

// StartAt returns the last instant before which exactly the given number of
// minutes is worked: where the next working minute begins (the morning rather
// than the evening before). False when the clock never works so much.
func (c *Clock) StartAt(worked int64) (int64, bool) { return c.minute(worked) }

// FinishAt returns the first instant before which exactly the given number of
// minutes is worked: where the last of them ends (the evening rather than the
// next morning). False when the clock never works so much.
func (c *Clock) FinishAt(worked int64) (int64, bool) {
	at, ok := c.minute(worked - 1)
	return at + 1, ok
}

// minute returns where the working minute of the given number begins.
func (c *Clock) minute(number int64) (int64, bool) {
	if c.always {
		return number, true
	}
	i := c.starts.upTo(number)
	if i > 0 {
		s := &c.shapes[i-1]
		if rest := number - c.starts.keys[i-1]; rest < s.total {
			return c.days.keys[i-1]*dayMinutes + s.minute(rest), true
		}
	}
	total := c.before[7]
	if total == 0 {
		return 0, false
	}
	number -= c.shifted[i]
	week := floorDiv(number, total)
	number -= week * total
	d := int64(c.hint[number>>hintShift])
	for number >= c.before[d+1] {
		d++
	}
	return (week*7+d)*dayMinutes + c.week[d].minute(number-c.before[d]), true
}

// dayOf returns the shape of a day and the working minutes before it.
func (c *Clock) dayOf(day int64) (*shape, int64) {
	i := c.days.upTo(day)
	if i > 0 && c.days.keys[i-1] == day {
		return &c.shapes[i-1], c.starts.keys[i-1]
	}
	week := floorDiv(day, 7)
	d := day - week*7
	return &c.week[d], week*c.before[7] + c.before[d] + c.shifted[i]
}

// works reports whether the clock has any working minute.
func (c *Clock) works() bool {
	if c.before[7] > 0 {
		return true
	}
	for i := range c.shapes {
		if c.shapes[i].total > 0 {
			return true
		}
	}
	return false
}

// buildClock joins weekday shapes with those of single days, ascending.
func buildClock(week [7]shape, days []int64, shapes []shape) *Clock {
	c := &Clock{week: week, shapes: shapes}
	for i := range week {
		c.before[i+1] = c.before[i] + week[i].total
	}
	c.hint = make([]uint8, c.before[7]>>hintShift+1)
	for i, d := 0, 0; i < len(c.hint); i++ {
		for d < 6 && int64(i)<<hintShift >= c.before[d+1] {
			d++
		}
		c.hint[i] = uint8(d)
	}
	starts := make([]int64, len(days))
	c.shifted = make([]int64, len(days)+1)
	for i, day := range days {
		d := weekday(day)
		starts[i] = floorDiv(day, 7)*c.before[7] + c.before[d] + c.shifted[i]
		c.shifted[i+1] = c.shifted[i] + shapes[i].total - week[d].total
	}
	c.days, c.starts = newRanker(days), newRanker(starts)
	return c
}
