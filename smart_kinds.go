package salesplan

import (
	"math"
	"math/big"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// rateTrend judges what a rate takes of its numerator by the numerator's past,
// where the denominator of the goal's period is known: a figure from outside, or
// the target of a goal with the same owner and period.
func (s *smartCheck) rateTrend() {
	m := s.in.Metric
	over, ok := s.rateDenominator()
	if s.series() != m.Numerator || !ok || over.Sign() <= 0 {
		return
	}
	needed := m.fraction(s.goal.Target).Mul(over)
	if !checkAmount(needed) {
		return
	}
	s.over = new(big.Rat).Inv(ratOf(over))
	if m.inHundredths() {
		s.over.Mul(s.over, big.NewRat(100, 1))
	}
	s.trend(needed, s.quarters())
}

// rateDenominator returns what the goal's rate is over.
func (s *smartCheck) rateDenominator() (decimal.Decimal, bool) {
	var sum decimal.Decimal
	known := false
	for _, x := range s.in.Externals {
		if x.Series == s.in.Metric.Denominator && s.period.Contains(x.On) && checkAmount(x.Amount) {
			sum, known = sum.Add(x.Amount), true
		}
	}
	if known {
		return sum, checkAmount(sum)
	}
	for _, g := range s.in.Goals {
		p, err := s.in.Fiscal.Parse(g.Period)
		if g.Metric != s.in.Metric.Denominator || g.Owner != s.goal.Owner || err != nil || p != s.period || g.Every != "" {
			continue
		}
		if !checkAmount(g.Target) || g.Baseline.Valid && !checkAmount(g.Baseline.Decimal) {
			continue
		}
		switch s.in.Metric.Reading {
		case ReadingOpening:
			return g.Baseline.Decimal, g.Baseline.Valid
		case ReadingAverage:
			return g.Baseline.Decimal.Add(g.Target).Mul(decimal.New(5, -1)), g.Baseline.Valid
		}
		return g.Target, true
	}
	return sum, false
}

// A stockPoint is what there was of a stock at the end of a quarter in which it
// was read.
type stockPoint struct {
	on    calendar.Date
	level decimal.Decimal
}

// stockPoints returns what there was below the owner at the end of each whole
// quarter with a reading, and the last level before the goal's period. What a unit
// has that changes teams counts where it stands then.
func (s *smartCheck) stockPoints() (points []stockPoint, last decimal.NullDecimal) {
	e, scope := s.in.Evidence, s.scope()
	inside := e.tuplesBelow(scope)
	latest := map[int32]decimal.Decimal{}
	var sum decimal.Decimal
	var changing []int32
	level := func(day calendar.Date) (all decimal.Decimal, some bool) {
		all = sum
		for _, t := range changing {
			if e.tupleBelow(t, scope, day) {
				all, some = all.Add(latest[t]), true
			}
		}
		return all, some
	}
	quarters := s.quarters()
	at, read := 0, false
	closeUntil := func(day calendar.Date) {
		for at < len(quarters) && quarters[at].period.Last.Before(day) {
			if read {
				end := quarters[at].period.Last
				all, _ := level(end)
				points = append(points, stockPoint{end, all})
			}
			at, read = at+1, false
		}
	}
	known := false
	for _, r := range e.seriesOf(s.series()).rows {
		if !r.on.Before(s.period.First) {
			break
		}
		if inside[r.tuple] == isOut {
			continue
		}
		closeUntil(r.on)
		before, again := latest[r.tuple]
		latest[r.tuple] = r.amount
		if inside[r.tuple] == isIn {
			sum, known = sum.Sub(before).Add(r.amount), true
		} else if !again {
			changing = append(changing, r.tuple)
		}
		if inside[r.tuple] == isIn || e.tupleBelow(r.tuple, scope, r.on) {
			read = read || at < len(quarters) && quarters[at].period.Contains(r.on)
		}
	}
	closeUntil(s.period.First)
	if all, some := level(s.period.First); known || some {
		last = decimal.NewNullDecimal(all)
	}
	return points, last
}

// stockTrend judges the net change that a stock's goal asks for by those between
// the quarters of the past, per working day: for a goal as long as n of them,
// their mean and Deviations times their deviation over √n.
func (s *smartCheck) stockTrend() {
	points, last := s.stockPoints()
	opening := s.goal.Baseline
	if !opening.Valid || !checkAmount(opening.Decimal) {
		opening = last
	}
	days := s.in.Calendar.Workdays(s.period)
	if !opening.Valid || days == 0 {
		return
	}
	var changes []float64
	all := 0
	for i := 1; i < len(points); i++ {
		between := s.in.Calendar.Workdays(calendar.Span(points[i-1].on.AddDays(1), points[i].on))
		if between > 0 {
			changes = append(changes, floatOf(points[i].level.Sub(points[i-1].level))/float64(between))
			all += between
		}
	}
	change := s.goal.Target.Sub(opening.Decimal)
	args := []diag.Arg{diag.Amount("change", amountText(change)), diag.Count("count", len(changes))}
	if len(changes) < max(s.rule.Growths, 2) {
		s.note(diag.Info, codeChangesShort, nil, append(args, diag.Count("needed", s.rule.Growths))...)
		return
	}
	mean, sd := meanSpread(changes)
	lengths := float64(days) * float64(len(changes)) / float64(all)
	room := float64(floatOf(s.rule.Deviations.Decimal)*sd) / math.Sqrt(lengths)
	open := floatOf(opening.Decimal)
	high := open + float64(float64(days)*float64(mean+room))
	low := open + float64(float64(days)*float64(mean-room))
	args = append(args, diag.Amount("mean", placesOf(mean, 4)), diag.Amount("spread", placesOf(sd, 4)))
	s.judge(floatOf(s.goal.Target), low, high, func(stretch bool, limit, gap float64) {
		args = append(args, diag.Amount("reach", s.steps(limit)))
		if stretch {
			s.note(diag.Warning, codeNetStretch, s.suggest(true, s.steps(gap)), args...)
		} else {
			s.note(diag.Info, codeNetEasy, s.suggest(false, s.steps(gap)), args...)
		}
	})
}

// judge calls found where a value lies outside a range: as a stretch on the side
// that is better, and else as easy; with the limit there and by how much it is
// beyond.
func (s *smartCheck) judge(x, low, high float64, found func(stretch bool, limit, gap float64)) {
	noise := float64(1e-9 * max(math.Abs(low), math.Abs(high), 1))
	lower := s.in.Metric.Better == BetterLower
	switch {
	case x > high+noise:
		found(!lower, high, x-high)
	case x < low-noise:
		found(lower, low, low-x)
	}
}

// suggest returns what to do about a goal beyond or short of what the past
// allows.
func (s *smartCheck) suggest(stretch bool, amount string) []diag.Advice {
	switch lower := s.in.Metric.Better == BetterLower; {
	case stretch && lower:
		return s.said(codeAdviceCut, amount)
	case stretch:
		return s.said(codeAdviceLower, amount)
	case lower:
		return s.said(codeAdviceTighten, amount)
	}
	return s.said(codeAdviceLift, amount)
}
