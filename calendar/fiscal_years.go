package calendar

// The arithmetic below works on day numbers, which may lie a little outside
// the range of Date, so that a fiscal year that begins before 0001-01-01 can
// be cut to what can be written.

// yearStart returns the first day of fiscal year y.
func (s scheme) yearStart(y int) int {
	if s.byWeeks {
		return s.yearEnd(y-1) + 1
	}
	return dayNumber(s.startYear(y), s.first, 1)
}

// startYear returns the calendar year in which fiscal year y starts, in a
// scheme of calendar months.
func (s scheme) startYear(y int) int {
	if s.first > 1 && !s.byStart {
		return y - 1
	}
	return y
}

// yearEnd returns the last day of fiscal year y in a scheme of weeks.
func (s scheme) yearEnd(y int) int {
	if s.byStart && s.month < 12 {
		y++
	}
	latest := dayNumber(y, s.month, daysIn(y, s.month))
	if s.nearest {
		latest += 3
	}
	return latest - mod(latest-s.endDay, 7)
}

// yearOf returns the fiscal year of day n.
func (s scheme) yearOf(n int) int {
	y, _, _ := civil(n)
	for y++; s.yearStart(y) > n; {
		y--
	}
	return y
}

// monthStart returns the first day of period p of fiscal year y. Period 13 is
// the first of the next year.
func (s scheme) monthStart(y, p int) int {
	if !s.byWeeks {
		m := s.first + p - 2
		return dayNumber(s.startYear(y)+m/12, m%12+1, 1)
	}
	start := s.yearStart(y)
	if p > 12 {
		return s.yearStart(y + 1)
	}
	weeks := 13 * ((p - 1) / 3)
	for _, w := range s.pattern[:(p-1)%3] {
		weeks += w
	}
	if p > s.leap && s.yearStart(y+1)-start > 52*7 {
		weeks++
	}
	return start + 7*weeks
}

// monthOf returns the fiscal year and the period of day n.
func (s scheme) monthOf(n int) (y, p int) {
	y = s.yearOf(n)
	if !s.byWeeks {
		_, m, _ := civil(n)
		return y, (m-s.first+12)%12 + 1
	}
	for p = 12; s.monthStart(y, p) > n; {
		p--
	}
	return y, p
}

// firstWeek returns the first day of week 1 of fiscal year y: the week that
// holds the year's fourth day, so that a week belongs to the year that holds
// most of it. For calendar years and Mondays that is the ISO rule.
func (s scheme) firstWeek(y int) int { return s.weekBegin(s.yearStart(y) + 3) }

// weekBegin returns the first day of the week of day n.
func (s scheme) weekBegin(n int) int { return n - mod(n-s.weekStart, 7) }

// weekOf returns the fiscal year and the week of day n.
func (s scheme) weekOf(n int) (y, w int) {
	middle := s.weekBegin(n) + 3
	y = s.yearOf(middle)
	return y, (middle-s.firstWeek(y))/7 + 1
}

// pieceEnd returns the last day of the piece of the grain that holds day n.
func (s scheme) pieceEnd(grain Grain, n int) int {
	switch grain {
	case GrainDay:
		return n
	case GrainWeek:
		return s.weekBegin(n) + 6
	}
	y, p := s.monthOf(n)
	switch grain {
	case GrainYear:
		p = 13
	case GrainHalf:
		p += 6 - (p-1)%6
	case GrainQuarter:
		p += 3 - (p-1)%3
	default:
		p++
	}
	return s.monthStart(y, p) - 1
}

func mod(a, b int) int { return (a%b + b) % b }
