package leveling

import (
	"fmt"
	"slices"
)

// verify is the judge of every schedule in the tests: it shares no code with the
// schedulers, and steps through time unit by unit where that is short enough,
// event by event where not. It returns the first thing that is wrong.
func verify(p *Project, s *Schedule) error {
	if err := verifyTimes(p, s); err != nil {
		return err
	}
	if err := verifyLinks(p, s); err != nil {
		return err
	}
	if s.Excess > 0 {
		return nil
	}
	for r := range p.Resources {
		if err := verifyResource(p, s, r); err != nil {
			return err
		}
	}
	for k := range p.Stocks {
		if err := verifyStock(p, s, k); err != nil {
			return err
		}
	}
	return nil
}

// isWorking reports whether the unit of time from t on is working time, by
// walking the table.
func isWorking(p *Project, clock int, t int64) bool {
	if clock == 0 || t < 0 {
		return true
	}
	c := &p.Clocks[clock-1]
	if c.Cycle > 0 {
		for t >= c.From+c.Cycle {
			t -= c.Cycle
		}
	} else if len(c.Spans) == 0 || t >= c.Spans[len(c.Spans)-1].Until {
		return true
	}
	for _, x := range c.Spans {
		if t >= x.From && t < x.Until {
			return true
		}
	}
	return false
}

// workIn counts working units one by one.
func workIn(p *Project, clock int, from, until int64) int64 {
	if clock == 0 {
		return until - from
	}
	var sum int64
	for t := from; t < until; t++ {
		if isWorking(p, clock, t) {
			sum++
		}
	}
	return sum
}

func verifyTimes(p *Project, s *Schedule) error {
	for i, a := range p.Activities {
		start, end := s.Start[i], s.End[i]
		switch {
		case a.Fixed:
			if start != a.Start || end != a.End {
				return fmt.Errorf("fixed activity %d moved", i)
			}
			continue
		case start < a.Release:
			return fmt.Errorf("activity %d starts at %d, before its release", i, start)
		case workIn(p, a.Clock, start, end) != a.Duration:
			return fmt.Errorf("activity %d works %d of %d", i, workIn(p, a.Clock, start, end), a.Duration)
		case a.Duration > 0 && (!isWorking(p, a.Clock, start) || !isWorking(p, a.Clock, end-1)):
			return fmt.Errorf("activity %d lies in a break at its ends", i)
		}
	}
	return nil
}

func verifyLinks(p *Project, s *Schedule) error {
	for k, l := range p.Links {
		if p.Activities[l.To].Fixed {
			continue
		}
		t := s.End[l.From]
		if l.Kind == StartStart || l.Kind == StartFinish {
			t = s.Start[l.From]
		}
		if l.Clock == 0 {
			t += l.Lag
		} else {
			for lag := l.Lag; lag > 0; t++ {
				if isWorking(p, l.Clock, t) {
					lag--
				}
			}
			for lag := l.Lag; lag < 0; {
				if t--; isWorking(p, l.Clock, t) {
					lag++
				}
			}
		}
		to := s.Start[l.To]
		late := to < t
		if l.Kind == FinishFinish || l.Kind == StartFinish {
			to = s.End[l.To]
			late = to < t && workIn(p, p.Activities[l.To].Clock, to, t) > 0
		}
		if late {
			return fmt.Errorf("link %d: %d before %d", k, to, t)
		}
	}
	return nil
}

func verifyResource(p *Project, s *Schedule, r int) error {
	times := []int64{0}
	amount := make([]int64, len(p.Activities))
	for _, d := range p.Demands {
		if d.Resource != r {
			continue
		}
		if a := p.Activities[d.Activity]; a.Fixed && a.Start < a.End || !a.Fixed && a.Duration > 0 {
			amount[d.Activity] += d.Amount
		}
	}
	minute := false
	for i := range amount {
		if amount[i] > 0 {
			times = append(times, s.Start[i], s.End[i])
			minute = minute || p.Activities[i].Clock > 0
		}
	}
	steps := p.Resources[r].Capacity
	for _, c := range steps {
		times = append(times, c.From)
	}
	if minute { // breaks are where the checker looks at every unit
		for t := slices.Min(times); t < s.Makespan; t++ {
			times = append(times, t)
		}
	}
	for _, t := range times {
		var used, fixed, capacity int64
		for _, c := range steps {
			if c.From <= t {
				capacity = c.Value
			}
		}
		for i, x := range amount {
			if x > 0 && s.Start[i] <= t && t < s.End[i] && isWorking(p, p.Activities[i].Clock, t) {
				used += x
				if p.Activities[i].Fixed {
					fixed += x
				}
			}
		}
		if used > capacity && used > fixed {
			return fmt.Errorf("resource %d at %d: %d of %d", r, t, used, capacity)
		}
	}
	return nil
}

func verifyStock(p *Project, s *Schedule, k int) error {
	st := p.Stocks[k]
	var last int64
	for i := range p.Activities {
		last = max(last, s.End[i])
	}
	for _, x := range st.Supply {
		last = max(last, x.From)
	}
	// What is taken by the end of each unit of time.
	for i := 0; i <= len(st.Supply); i++ {
		from, until := int64(-1<<40), last+1
		var supplied int64
		if i > 0 {
			from = st.Supply[i-1].From
		}
		if i < len(st.Supply) {
			until = st.Supply[i].From
		}
		if i > 0 {
			supplied = st.Supply[i-1].Value
		}
		if !st.Lapses {
			supplied, from = 0, -1<<40
			for _, x := range st.Supply[:i] {
				supplied += x.Value
			}
		}
		var taken, fixed int64
		for _, d := range p.Draws {
			if d.Stock != k {
				continue
			}
			amount := takenBy(p, s, &d, until) - takenBy(p, s, &d, from)
			taken += amount
			if p.Activities[d.Activity].Fixed {
				fixed += amount
			}
		}
		if taken > supplied && taken > fixed {
			return fmt.Errorf("stock %d before %d: %d of %d", k, until, taken, supplied)
		}
	}
	return nil
}

// takenBy returns what a draw has taken before t.
func takenBy(p *Project, s *Schedule, d *Draw, t int64) int64 {
	start, end := s.Start[d.Activity], s.End[d.Activity]
	clock := p.Activities[d.Activity].Clock
	whole := workIn(p, clock, start, end)
	switch {
	case t <= start:
		return 0
	case !d.Spread || whole == 0 || t >= end:
		return d.Amount
	}
	part := workIn(p, clock, start, t)
	return (d.Amount*part + whole - 1) / whole
}
