package calendar

import "slices"

// UsualWeek returns the working time of a week without exceptions, from Monday.
// That of a wrapped calendar is Monday to Friday, 8 hours.
func (c *Calendar) UsualWeek() [7][]Shift {
	var week [7][]Shift
	for i, p := range c.rules().week {
		week[(i+6)%7] = slices.Clone(p.shifts)
	}
	return week
}

// Unusual returns the days of p, in order, whose working time is not that of
// [Calendar.UsualWeek]; none if p is not valid. It takes time in proportion to
// the exceptions, on a wrapped calendar to the days of p.
func (c *Calendar) Unusual(p Period) []Date {
	if !p.Valid() {
		return nil
	}
	r := c.rules()
	var out []Date
	if r.days != nil {
		for d := p.First; !d.IsZero() && !d.After(p.Last); d = d.AddDays(1) {
			if r.planOn(d.n).minutes != r.week[d.n%7].minutes {
				out = append(out, d)
			}
		}
		return out
	}
	for i := range r.exceptions {
		e := &r.exceptions[i]
		if d := (Date{e.day}); p.Contains(d) && !slices.Equal(e.plan.shifts, r.week[e.day%7].shifts) {
			out = append(out, d)
		}
	}
	return out
}

// Wrapped reports whether the calendar was made by [Wrap], so that only asking
// about a day tells whether it is worked.
func (c *Calendar) Wrapped() bool { return c.rules().days != nil }
