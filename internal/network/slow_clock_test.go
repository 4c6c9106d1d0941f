package network

// The slow scheduler walks minute by minute and applies the definitions of
// dates as they stand in the comments of this package, without working-minute
// arithmetic: the fast one has to agree with it.

const slowDays = 45 // the slow scheduler knows so many days before and after 0

// slowClock says of every minute whether it is worked; nil works always.
type slowClock []bool

func slowClockOf(p Pattern) slowClock {
	works := make(slowClock, 2*slowDays*dayMinutes)
	for day := int64(-slowDays - 1); day < slowDays; day++ {
		spans := p.Week[((day%7)+7)%7]
		for _, x := range p.Exceptions {
			if x.Day == day {
				spans = x.Spans
			}
		}
		for _, s := range spans {
			for m := day*dayMinutes + int64(s.Start); m < day*dayMinutes+int64(s.End); m++ {
				if i := m + slowDays*dayMinutes; i >= 0 && i < int64(len(works)) {
					works[i] = true
				}
			}
		}
	}
	return works
}

// errSlow leaves the range that the slow scheduler knows.
type errSlow struct{}

func (c slowClock) works(minute int64) bool {
	i := minute + slowDays*dayMinutes
	if i < 0 || i >= 2*slowDays*dayMinutes {
		panic(errSlow{})
	}
	return c == nil || c[i]
}

// count returns the working minutes from a to b, negative backwards.
func (c slowClock) count(a, b int64) int64 {
	if a > b {
		return -c.count(b, a)
	}
	n := int64(0)
	for m := a; m < b; m++ {
		if c.works(m) {
			n++
		}
	}
	return n
}

// notAfter reports a ≤ b, in working time.
func (c slowClock) notAfter(a, b, duration int64) bool {
	return a <= b || (duration > 0 && c.count(b, a) == 0)
}

// forth places a duration at the first possible start not before at.
func (c slowClock) forth(at, duration int64) (start, finish int64) {
	if duration == 0 {
		return at, at
	}
	for !c.works(at) {
		at++
	}
	start, finish = at, at
	for duration > 0 {
		if c.works(finish) {
			duration--
		}
		finish++
	}
	return start, finish
}

// back places a duration at the last possible finish not after at.
func (c slowClock) back(at, duration int64) (start, finish int64) {
	if duration == 0 {
		return at, at
	}
	for !c.works(at - 1) {
		at--
	}
	start, finish = at, at
	for duration > 0 {
		start--
		if c.works(start) {
			duration--
		}
	}
	return start, finish
}

// earliest returns the first instant that keeps a lag behind p.
func (c slowClock) earliest(p, lag int64) int64 {
	for lag > 0 {
		if c.works(p) {
			lag--
		}
		p++
	}
	if lag == 0 {
		return p
	}
	for lag < 0 || !c.works(p-1) {
		p--
		if c.works(p) {
			lag++
		}
	}
	return p
}

// lastBefore returns the last instant from which a lag is kept until x.
func (c slowClock) lastBefore(x, lag int64) int64 {
	for lag > 0 {
		x--
		if c.works(x) {
			lag--
		}
	}
	for lag < 0 || (!c.works(x) && lag == 0) {
		if c.works(x) {
			lag++
		}
		x++
	}
	return x
}
