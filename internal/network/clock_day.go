package network

import "slices"

// worked returns the working minutes of the day before a minute of it.
func (s *shape) worked(minute int64) int64 {
	for _, r := range s.spans {
		if minute < r.end {
			return r.before + max(0, minute-r.start)
		}
	}
	return s.total
}

// minute returns where the day's working minute of the given number begins;
// the number is at least 0 and below the total.
func (s *shape) minute(number int64) int64 {
	for _, r := range s.spans {
		if rest := number - r.before; rest < r.end-r.start {
			return r.start + rest
		}
	}
	return dayMinutes
}

// list returns the spans of a shape.
func (s *shape) list() []Span {
	spans := make([]Span, len(s.spans))
	for i, r := range s.spans {
		spans[i] = Span{int32(r.start), int32(r.end)}
	}
	return spans
}

// shapeOf sorts and joins spans that lie within the day.
func shapeOf(spans []Span) shape {
	sorted := slices.Clone(spans)
	slices.SortFunc(sorted, func(a, b Span) int {
		if a.Start != b.Start {
			return int(a.Start - b.Start)
		}
		return int(a.End - b.End)
	})
	var s shape
	for _, span := range sorted {
		start, end := int64(span.Start), int64(span.End)
		if n := len(s.spans); n > 0 && start <= s.spans[n-1].end {
			s.spans[n-1].end = max(s.spans[n-1].end, end)
			continue
		}
		s.spans = append(s.spans, run{start: start, end: end})
	}
	for i := range s.spans {
		s.spans[i].before = s.total
		s.total += s.spans[i].end - s.spans[i].start
	}
	return s
}

// clip returns what of a day's own spans and of those of the day before falls
// within the day.
func clip(own, previous []Span) []Span {
	spans := make([]Span, 0, len(own)+1)
	for _, s := range own {
		if s.Start < dayMinutes {
			spans = append(spans, Span{s.Start, min(s.End, dayMinutes)})
		}
	}
	for _, s := range previous {
		if s.End > dayMinutes {
			spans = append(spans, Span{max(0, s.Start-dayMinutes), s.End - dayMinutes})
		}
	}
	return spans
}

// Cut returns the clock that works when both do; false when they never meet.
// Cost: linear in the exceptions of both.
func Cut(a, b *Clock) (*Clock, bool) {
	c := combine(a, b, func(x, y *shape) shape {
		var both []Span
		for _, r := range x.spans {
			for _, q := range y.spans {
				if start, end := max(r.start, q.start), min(r.end, q.end); start < end {
					both = append(both, Span{int32(start), int32(end)})
				}
			}
		}
		return shapeOf(both)
	})
	if !c.works() {
		return nil, false
	}
	return c, true
}

// Join returns the clock that works when either does. Cost: linear in the
// exceptions of both.
func Join(a, b *Clock) *Clock {
	return combine(a, b, func(x, y *shape) shape {
		return shapeOf(append(x.list(), y.list()...))
	})
}

// combine builds a clock day by day from two.
func combine(a, b *Clock, merge func(x, y *shape) shape) *Clock {
	if a == b || (a.always && b.always) {
		return a
	}
	var week [7]shape
	for i := range week {
		week[i] = merge(&a.week[i], &b.week[i])
	}
	days := make([]int64, 0, len(a.days.keys)+len(b.days.keys))
	days = append(append(days, a.days.keys...), b.days.keys...)
	slices.Sort(days)
	days = slices.Compact(days)
	shapes := make([]shape, len(days))
	for i, day := range days {
		x, _ := a.dayOf(day)
		y, _ := b.dayOf(day)
		shapes[i] = merge(x, y)
	}
	return buildClock(week, days, shapes)
}

// Spans returns the working time of a day from the epoch, ascending and within
// the day: what a shift of the day before leaves after midnight is included.
func (c *Clock) Spans(day int64) []Span {
	s, _ := c.dayOf(day)
	return s.list()
}

// checkPattern reports what NewClock refuses.
func checkPattern(p Pattern) []Fault {
	var faults []Fault
	bad := func(spans []Span) bool {
		for _, s := range spans {
			if s.Start < 0 || s.Start >= dayMinutes || s.End <= s.Start || s.End > 2*dayMinutes {
				return true
			}
		}
		return false
	}
	for i := range p.Week {
		if bad(p.Week[i]) {
			faults = append(faults, Fault{Kind: BadSpan, Place: AtClock, Index: -1 - i})
		}
	}
	for i, x := range p.Exceptions {
		if x.Day < -maxDay || x.Day > maxDay {
			faults = append(faults, Fault{Kind: BadDay, Place: AtClock, Index: i})
		}
		if bad(x.Spans) {
			faults = append(faults, Fault{Kind: BadSpan, Place: AtClock, Index: i})
		}
	}
	order := sortedDays(p.Exceptions)
	for i := 1; i < len(order); i++ {
		if p.Exceptions[order[i]].Day == p.Exceptions[order[i-1]].Day {
			faults = append(faults, Fault{Kind: RepeatedDay, Place: AtClock, Index: order[i]})
		}
	}
	return faults
}

// sortedDays returns the indices of exceptions by day.
func sortedDays(exceptions []Exception) []int {
	order := make([]int, len(exceptions))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := exceptions[a].Day, exceptions[b].Day
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return order
}

// findDay returns the rank of a day among sorted exceptions.
func findDay(exceptions []Exception, order []int, day int64) (int, bool) {
	return slices.BinarySearchFunc(order, day, func(k int, day int64) int {
		switch x := exceptions[k].Day; {
		case x < day:
			return -1
		case x > day:
			return 1
		}
		return 0
	})
}

// weekday returns a day's place in Week.
func weekday(day int64) int { return int(day - floorDiv(day, 7)*7) }

// floorDiv divides rounding down, for a positive divisor.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// ranker counts how many of its ascending keys are at most a value. A table
// with about as many entries as keys brings the search to the right place at
// once when they are spread evenly.
type ranker struct {
	keys  []int64
	shift uint
	table []int32
}

func newRanker(keys []int64) ranker {
	r := ranker{keys: keys}
	if len(keys) == 0 {
		return r
	}
	first, wide := keys[0], keys[len(keys)-1]-keys[0]
	for wide>>r.shift > int64(2*len(keys)) {
		r.shift++
	}
	r.table = make([]int32, wide>>r.shift+2)
	k := 0
	for i := range r.table {
		for k < len(keys) && (keys[k]-first)>>r.shift < int64(i) {
			k++
		}
		r.table[i] = int32(k)
	}
	return r
}

// upTo returns how many keys are at most x.
func (r *ranker) upTo(x int64) int {
	n := len(r.keys)
	if n == 0 || x < r.keys[0] {
		return 0
	}
	if x >= r.keys[n-1] {
		return n
	}
	b := (x - r.keys[0]) >> r.shift
	lo, hi := int(r.table[b]), int(r.table[b+1])
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if r.keys[mid] <= x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
