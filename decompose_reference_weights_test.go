package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
)

// weights returns the weight of each leaf period: for the bases that give
// shares to base periods, each day has an equal part of its base period's.
func (r *reference) weights() []*big.Rat {
	out := make([]*big.Rat, len(r.pieces))
	base, share := r.shares()
	for i, p := range r.pieces {
		out[i] = new(big.Rat)
		if base == "" {
			eachDay(p, func(d calendar.Date) {
				if r.counts(d) {
					out[i].Add(out[i], big.NewRat(1, 1))
				}
			})
			continue
		}
		eachDay(p, func(d calendar.Date) {
			b := r.periodOf(d, base)
			part := r.measure(b, func(e calendar.Date) bool { return e == d })
			all := r.measure(b, func(calendar.Date) bool { return true })
			x := big.NewRat(part, all)
			out[i].Add(out[i], x.Mul(x, share(b)))
		})
	}
	return out
}

// periodOf returns the whole period of a grain that holds d.
func (r *reference) periodOf(d calendar.Date, grain calendar.Grain) calendar.Period {
	ps, _ := r.req.Fiscal.Split(calendar.Span(d.AddDays(-800), d.AddDays(800)), grain)
	for _, p := range ps {
		if p.Contains(d) {
			return p
		}
	}
	return calendar.Period{}
}

// shares returns the grain of the base periods and their shares.
func (r *reference) shares() (calendar.Grain, func(calendar.Period) *big.Rat) {
	switch r.rule.Time.Basis {
	case TimeDays, TimeWorkdays:
		return "", nil
	case TimeSeasonality, TimeHistory:
		months := r.months()
		return calendar.GrainMonth, func(p calendar.Period) *big.Rat {
			_, n, _ := r.req.Fiscal.MonthOf(p.First)
			return months[n-1]
		}
	}
	grains := slices.Clone(r.rule.Grains)
	if r.req.Goal.Every != "" {
		grains = append(grains, r.req.Goal.Every)
	}
	var base calendar.Grain
	for _, g := range grains {
		longer := g.Rank() <= calendar.GrainMonth.Rank()
		switch {
		case base == "",
			longer && (base.Rank() > calendar.GrainMonth.Rank() || g.Rank() > base.Rank()),
			!longer && base.Rank() > calendar.GrainMonth.Rank() && g.Rank() > base.Rank():
			base = g
		}
	}
	if base == "" {
		return "", nil
	}
	return base, func(calendar.Period) *big.Rat { return big.NewRat(1, 1) }
}

// months returns the shares of the twelve months; the history must cover whole
// years.
func (r *reference) months() []*big.Rat {
	out := make([]*big.Rat, 12)
	for i := range out {
		out[i] = new(big.Rat)
		if r.rule.Time.Basis == TimeSeasonality {
			out[i].Set(r.rule.Time.Shares[i].Rat())
		}
	}
	if r.rule.Time.Basis == TimeHistory {
		window, _ := r.req.Fiscal.Parse(r.rule.Time.Period)
		for b := range r.req.Evidence.Bookings(r.req.Metric.ID) {
			if window.Contains(b.On) {
				_, n, _ := r.req.Fiscal.MonthOf(b.On)
				out[n-1].Add(out[n-1], b.Amount.Rat())
			}
		}
	}
	return out
}

// weigh sets the weights of all units of an axis below the given units of the
// axes before.
func (r *reference) weigh(axis int, root *refNode, prefix []*refNode) {
	root.each(func(n *refNode) {
		if len(n.kids) == 0 {
			return
		}
		g := refGroup{r, axis, root, prefix, n.kids}
		for i, w := range g.weights(r.rules[axis].at(n.level + 1)) {
			n.kids[i].weight = w
		}
	})
}

// brought sums the bookings of a window that belong to n and to all of before.
func (r *reference) brought(axis int, n *refNode, before []*refNode, rule BasisPart) *big.Rat {
	window, _ := r.req.Fiscal.Parse(rule.Period)
	names := r.req.Evidence.Axes()
	below := func(m *refNode, a int, b Booking) bool {
		column := slices.Index(names, r.rules[a].Axis)
		found := false
		m.each(func(k *refNode) { found = found || k.id != "" && k.id == b.Units[column] })
		return found
	}
	sum := new(big.Rat)
	for b := range r.req.Evidence.Bookings(r.req.Metric.ID) {
		ok := window.Contains(b.On) && below(n, axis, b)
		for a, m := range before {
			ok = ok && (m.above == nil || below(m, a, b))
		}
		if ok {
			sum.Add(sum, b.Amount.Rat())
		}
	}
	return sum
}
