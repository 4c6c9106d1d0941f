package network

// LastException returns the last day whose working time is not that of its
// weekday; false if there is none.
func (c *Clock) LastException() (day int64, ok bool) {
	if n := len(c.days.keys); n > 0 {
		return c.days.keys[n-1], true
	}
	return 0, false
}

// Table lists the working time from the beginning of a day on, as spans that
// ascend and don't touch, up to a day from which it repeats every week: from is
// its first minute. The spans include those of the first week that repeats; none
// of them crosses from.
func (c *Clock) Table(day int64) (spans []Span64, from int64) {
	last := day
	if d, ok := c.LastException(); ok && d+1 > last {
		last = d + 1
	}
	from = last * dayMinutes
	for d := day; d < last+7; d++ {
		for _, s := range c.Spans(d) {
			at := Span64{d*dayMinutes + int64(s.Start), d*dayMinutes + int64(s.End)}
			if n := len(spans); n > 0 && spans[n-1].End == at.Start && at.Start != from {
				spans[n-1].End = at.End
				continue
			}
			spans = append(spans, at)
		}
	}
	return spans, from
}

// Span64 is a run of working minutes, from Start until before End.
type Span64 struct{ Start, End int64 }
