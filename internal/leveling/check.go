package leveling

import "slices"

// check returns what is wrong with the project's values, or nil. Cycles show
// later, when activities are put in order.
func (p *Project) check() error {
	if len(p.Activities) > MaxActivities {
		return &InputError{Part: "Activities", Index: -1, Reason: "count"}
	}
	fail := func(part string, i int, reason string) error {
		return &InputError{Part: part, Index: i, Reason: reason}
	}
	for i, a := range p.Activities {
		if !a.inRange() {
			return fail("Activities", i, "range")
		}
		if a.Clock < 0 || a.Clock > len(p.Clocks) {
			return fail("Activities", i, "index")
		}
	}
	n := len(p.Activities)
	for i, l := range p.Links {
		if !within(l.From, n) || !within(l.To, n) || l.Clock < 0 || l.Clock > len(p.Clocks) {
			return fail("Links", i, "index")
		}
		if abs(l.Lag) > MaxTime || l.Kind > StartFinish {
			return fail("Links", i, "range")
		}
	}
	for i, d := range p.Demands {
		if !within(d.Activity, n) || !within(d.Resource, len(p.Resources)) {
			return fail("Demands", i, "index")
		}
		if d.Amount < 0 || d.Amount > MaxAmount {
			return fail("Demands", i, "range")
		}
	}
	for i, d := range p.Draws {
		if !within(d.Activity, n) || !within(d.Stock, len(p.Stocks)) {
			return fail("Draws", i, "index")
		}
		if d.Amount < 0 || d.Amount > MaxAmount {
			return fail("Draws", i, "range")
		}
	}
	return p.checkSupplies()
}

func (a *Activity) inRange() bool {
	ok := a.Duration >= 0 && a.Duration <= MaxTime && a.Release >= 0 && a.Release <= MaxTime &&
		a.Weight >= 0 && a.Weight <= MaxWeight
	if a.Weight > 0 && a.Due != Never {
		ok = ok && abs(a.Due) <= MaxTime
	}
	if a.Fixed {
		ok = ok && a.Start <= a.End && abs(a.Start) <= MaxTime && abs(a.End) <= MaxTime
	}
	return ok
}

func (p *Project) checkSupplies() error {
	for i, r := range p.Resources {
		if reason := checkSteps(r.Capacity); reason != "" {
			return &InputError{Part: "Resources", Index: i, Reason: reason}
		}
	}
	for i, s := range p.Stocks {
		if reason := checkSteps(s.Supply); reason != "" {
			return &InputError{Part: "Stocks", Index: i, Reason: reason}
		}
	}
	for i, c := range p.Clocks {
		if reason := c.check(); reason != "" {
			return &InputError{Part: "Clocks", Index: i, Reason: reason}
		}
	}
	return nil
}

func checkSteps(steps []Step) string {
	for i, s := range steps {
		if abs(s.From) > MaxTime || s.Value < 0 || s.Value > MaxAmount {
			return "range"
		}
		if i > 0 && s.From <= steps[i-1].From {
			return "order"
		}
	}
	return ""
}

func (c *Clock) check() string {
	if c.Cycle < 0 || c.Cycle > MaxTime || c.From < 0 || c.From > MaxTime {
		return "range"
	}
	for i, s := range c.Spans {
		switch {
		case s.From < 0 || s.Until > MaxTime:
			return "range"
		case s.From >= s.Until || i > 0 && s.From <= c.Spans[i-1].Until:
			return "order"
		case c.Cycle > 0 && (s.From < c.From && s.Until > c.From || s.Until > c.From+c.Cycle):
			return "range"
		}
	}
	// A cycle without work would let an activity wait for ever.
	if c.Cycle > 0 && !slices.ContainsFunc(c.Spans, func(s Span) bool { return s.From >= c.From }) {
		return "range"
	}
	return ""
}

func within(i, n int) bool { return i >= 0 && i < n }

func abs(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}
