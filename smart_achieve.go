package salesplan

import (
	"math"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// yearsBefore returns the same days n years earlier.
func yearsBefore(p calendar.Period, n int) calendar.Period {
	return calendar.Span(p.First.AddMonths(-12*n), p.Last.AddDays(1).AddMonths(-12*n).AddDays(-1))
}

// A quarterRate is what a quarter brought, and on how many working days.
type quarterRate struct {
	period calendar.Period
	days   int
	booked decimal.Decimal
	by     map[string]decimal.Decimal // by unit of the owner's axis
}

// quarters returns the whole fiscal quarters that the evidence covers, in
// order.
func (s *smartCheck) quarters() []quarterRate {
	covered, ok := s.in.Evidence.Covers(s.series())
	if !ok {
		return nil
	}
	full, err := fullPeriods(s.in.Fiscal, covered, calendar.GrainQuarter)
	if err != nil {
		return nil
	}
	var out []quarterRate
	for _, q := range full {
		if covered.Covers(q) {
			out = append(out, quarterRate{period: q, days: s.in.Calendar.Workdays(q), by: map[string]decimal.Decimal{}})
		}
	}
	column := s.column()
	at := 0
	for b := range s.in.Evidence.Bookings(s.series()) {
		for at < len(out) && out[at].period.Last.Before(b.On) {
			at++
		}
		if at == len(out) {
			break
		}
		if !out[at].period.Contains(b.On) {
			continue
		}
		unit := ""
		if column >= 0 {
			unit = b.Units[column]
		}
		out[at].by[unit] = out[at].by[unit].Add(b.Amount)
		if s.below(unit, b.On) {
			out[at].booked = out[at].booked.Add(b.Amount)
		}
	}
	return out
}

// below reports whether a unit is on a day the owner or below it.
func (s *smartCheck) below(unit string, on calendar.Date) bool {
	if s.unit == nil || s.tree == nil {
		return true
	}
	i, ok := s.tree.index[unit]
	return ok && unit != "" && s.tree.on(i, on) >= 0
}

func (s *smartCheck) achievable(g *grid) {
	if _, ok := s.in.Evidence.Covers(s.series()); !ok {
		return
	}
	switch s.in.Metric.Kind {
	case KindStock:
		s.stockTrend()
		return
	case KindRate:
		s.rateTrend()
		return
	}
	total := s.goal.Target
	if s.goal.Every != "" {
		if g.setTurns(s.goal) != nil {
			return
		}
		total = total.Mul(decimal.NewFromInt(int64(len(g.turns))))
	}
	quarters := s.quarters()
	s.trend(total, quarters)
	s.capacity(total, g, quarters)
}

// growths returns the quarters' growths over the same quarters of the year
// before, per working day.
func growths(quarters []quarterRate) []float64 {
	var out []float64
	for i := 4; i < len(quarters); i++ {
		now, before := quarters[i], quarters[i-4]
		if now.days > 0 && before.days > 0 && before.booked.Sign() > 0 {
			out = append(out, floatOf(now.booked)/float64(now.days)*float64(before.days)/floatOf(before.booked)-1)
		}
	}
	return out
}

func floatOf(d decimal.Decimal) float64 {
	f, _ := ratOf(d).Float64()
	return f
}

// meanSpread returns mean and standard deviation, of at least two numbers.
func meanSpread(xs []float64) (mean, sd float64) {
	for _, x := range xs {
		mean += x
	}
	mean /= float64(len(xs))
	for _, x := range xs {
		sd += float64((x - mean) * (x - mean))
	}
	return mean, math.Sqrt(sd / float64(len(xs)-1))
}

// base returns the latest period of the past that the target compares with,
// and how many years before it lies: the same days of an earlier year, else
// the last four whole quarters for a goal of a year or more.
func (s *smartCheck) base(quarters []quarterRate) (p calendar.Period, years int, ok bool) {
	covered, _ := s.in.Evidence.Covers(s.series())
	const furthest = 10
	var same calendar.Period
	for n := 1; n <= furthest && !ok; n++ {
		same, years = yearsBefore(s.period, n), n
		ok = covered.Covers(same)
	}
	const year = 364
	if n := len(quarters); n >= 4 && s.period.Days() >= year && (!ok || years > 1) {
		return calendar.Span(quarters[n-4].period.First, quarters[n-1].period.Last), 1, true
	}
	return same, years, ok
}

// trend judges the growth that the goal asks for by that of the past.
func (s *smartCheck) trend(total decimal.Decimal, quarters []quarterRate) {
	past := growths(quarters)
	base, years, ok := s.base(quarters)
	days := s.in.Calendar.Workdays(s.period)
	var rate float64
	if ok {
		rate = floatOf(s.booked(base)) / float64(max(s.in.Calendar.Workdays(base), 1))
	}
	if !ok || len(past) < s.rule.Growths || days == 0 || rate <= 0 {
		args := []diag.Arg{diag.Count("count", len(past)), diag.Count("needed", s.rule.Growths)}
		if days > 0 && rate > 0 {
			args = append(args, diag.Share("growth", placesOf(floatOf(total)/float64(days)/rate-1, 4)))
		}
		s.note(diag.Info, codeHistoryShort, nil, args...)
		return
	}
	mean, sd := meanSpread(past)
	wanted := floatOf(total)/float64(days)/rate - 1
	room := float64(floatOf(s.rule.Deviations.Decimal) * float64(sd*math.Sqrt(float64(years))))
	high, low := float64(mean*float64(years))+room, float64(mean*float64(years))-room
	args := []diag.Arg{diag.Share("growth", placesOf(wanted, 4)), diag.Period("period", s.in.Fiscal.Label(base)), diag.Amount("base", s.booked(base).String()),
		diag.Share("mean", placesOf(mean, 4)), diag.Share("spread", placesOf(sd, 4))}
	if s.over != nil {
		args = append(args, diag.Name("numerator", s.in.Metric.Numerator))
	}
	s.judge(wanted, low, high, func(stretch bool, limit, _ float64) {
		reach := float64(float64(float64(days)*rate) * (1 + limit))
		gap := s.steps(math.Abs(floatOf(total) - reach))
		if !stretch {
			s.note(diag.Info, codeEasy, s.suggest(false, gap), args...)
			return
		}
		args = append(args, diag.Share("limit", placesOf(limit, 4)), diag.Amount("reach", s.steps(reach)))
		s.note(diag.Warning, codeStretch, s.suggest(true, gap), args...)
	})
}

// placesOf writes a float with so many decimals.
func placesOf(x float64, places int) string {
	r := new(big.Rat).SetFloat64(x)
	if r == nil {
		return "0"
	}
	return ratPlaces(r, places).String()
}

// steps writes a float as an amount of whole steps; what a rate's numerator comes
// to, as the rate that it makes.
func (s *smartCheck) steps(x float64) string {
	step := s.in.Metric.Step
	r := new(big.Rat).SetFloat64(x)
	if r == nil {
		return placesOf(x, 2)
	}
	if s.over != nil {
		r.Mul(r, s.over)
	}
	n := new(big.Int)
	r.Quo(r, ratOf(step))
	n.Quo(r.Num(), r.Denom())
	return amountText(fromBigSteps(n, step))
}

// capacity judges the target by what those who carry it could sell.
func (s *smartCheck) capacity(total decimal.Decimal, g *grid, quarters []quarterRate) {
	column := s.column()
	if s.tree == nil || column < 0 || len(quarters) == 0 || s.axis != organisation(s.in.Axes) {
		return
	}
	best, ok := s.best(quarters)
	if !ok || g.setMeasure(true) != nil {
		return
	}
	s.tree.setPresence(g.whole)
	worth := new(big.Rat)
	for _, leaf := range s.tree.leaves {
		if u := s.tree.nodes[leaf].unit; u != nil {
			_, w := s.tree.daysThere(leaf, g)
			worth.Add(worth, new(big.Rat).Mul(new(big.Rat).SetUint64(w), headsOf(u)))
		}
	}
	all := g.days(g.whole)
	if all == 0 || worth.Sign() == 0 {
		return
	}
	headDays := new(big.Rat).Quo(worth, new(big.Rat).SetUint64(s.tree.scale))
	capacity := new(big.Rat).Mul(headDays, best.rate)
	capacity.Mul(capacity, ratOf(s.rule.Capacity.Decimal))
	if ratOf(total).Cmp(capacity) <= 0 {
		return
	}
	short := new(big.Rat).Sub(ratOf(total), capacity)
	heads := new(big.Rat).Quo(headDays, new(big.Rat).SetInt64(all))
	places := int(max(-s.in.Metric.Step.Exponent(), 0))
	s.note(diag.Error, codeOverCapacity, s.said(codeAdviceLower, ratPlaces(short, places).String()), diag.Amount("heads", ratPlaces(heads, 4).String()),
		diag.Name("best", best.unit), diag.Amount("most", best.amount.String()), diag.Period("period", s.in.Fiscal.Label(best.period)),
		diag.Amount("capacity", ratPlaces(capacity, places).String()), diag.Amount("target", amountText(total)), diag.Amount("short", ratPlaces(short, places).String()))
}

// headsOf returns the full-time equivalents that a unit stands for.
func headsOf(u *Unit) *big.Rat {
	if u.FTE.Valid {
		return ratOf(u.FTE.Decimal)
	}
	return big.NewRat(1, 1)
}

// A bestTime is what one unit sold at the best.
type bestTime struct {
	unit   string
	period calendar.Period
	amount decimal.Decimal
	rate   *big.Rat // per head and working day
}

// best returns the most that a single leaf of the axis has sold in a row of
// quarters about as long as the goal, up to four.
func (s *smartCheck) best(quarters []quarterRate) (bestTime, bool) {
	const quarterDays = 91
	n := min(max((s.period.Days()+quarterDays/2)/quarterDays, 1), 4, len(quarters))
	leaves := newTree(s.in.Axes[s.axis], "")
	var best bestTime
	for _, leaf := range leaves.leaves {
		id := leaves.nodes[leaf].id
		for i := n; i <= len(quarters) && id != ""; i++ {
			var sum decimal.Decimal
			days := 0
			for _, q := range quarters[i-n : i] {
				sum = sum.Add(q.by[id])
				days += q.days
			}
			heads := headsOf(leaves.nodes[leaf].unit)
			if days == 0 || sum.Sign() <= 0 || heads.Sign() <= 0 {
				continue
			}
			rate := new(big.Rat).Quo(ratOf(sum), heads.Mul(heads, big.NewRat(int64(days), 1)))
			if best.rate == nil || rate.Cmp(best.rate) > 0 {
				best = bestTime{id, calendar.Span(quarters[i-n].period.First, quarters[i-1].period.Last), sum, rate}
			}
		}
	}
	return best, best.rate != nil
}

// timeBound compares the goal's period with the evidence and looks for dates
// in between.
func (s *smartCheck) timeBound(g *grid) {
	p := g.whole
	if covered, ok := s.in.Evidence.Covers(s.series()); ok {
		gap := p.First.Sub(covered.Last) - 1
		switch {
		case !p.Last.After(covered.Last):
			s.note(diag.Warning, codePeriodPast, s.said(codeAdvicePeriod, ""), diag.Period("period", s.goal.Period), diag.Date("until", covered.Last.String()))
		case gap > s.rule.ReachDays:
			s.note(diag.Warning, codeEvidenceOld, s.said(codeAdviceMeasure, ""), diag.Date("from", p.First.String()), diag.Count("count", gap), diag.Date("until", covered.Last.String()))
		}
	}
	if s.goal.Every != "" {
		if g.setTurns(s.goal) != nil {
			s.note(diag.Error, codeOffRecurrence, s.said(codeAdvicePeriod, ""), diag.Text("every", string(s.goal.Every)), diag.Period("period", s.goal.Period))
		}
		return
	}
	if p.Days() > s.rule.CheckpointDays && !s.hasCheckpoints() {
		s.note(diag.Info, codeNoCheckpoints, s.said(codeAdviceDivide, amountText(s.goal.Target)), diag.Period("period", s.goal.Period))
	}
}

// hasCheckpoints reports whether the goal is split over quarters or shorter
// periods.
func (s *smartCheck) hasCheckpoints() bool {
	return s.goal.Split != nil && slices.ContainsFunc(s.goal.Split.Grains, func(g calendar.Grain) bool { return g.Rank() >= calendar.GrainQuarter.Rank() })
}
