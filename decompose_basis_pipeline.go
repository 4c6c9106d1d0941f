package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// worth returns what each open deal would bring in a metric that counts
// amounts, at the rate of the day on which it is expected to close; of a deal
// without one, at the last.
func (g *gatherer) worth(m int) []decimal.NullDecimal {
	if g.plan.Metrics[m].Counts != CountsWonAmount {
		return nil
	}
	var out []decimal.NullDecimal
	for i := range g.deals {
		r := &g.deals[i]
		if r.replaced || r.outcome != isOpen {
			continue
		}
		var x decimal.NullDecimal
		on := firstSet(g.open[r.open].ExpectedClose, calendar.On(9999, 12, 31))
		if r.amount.Valid {
			x.Decimal, x.Valid = g.convert(m, r.amount.Decimal, r.currency, on)
		}
		out = append(out, x)
	}
	return out
}

// A pipeline is what of the open deals counts for a metric.
type pipeline struct {
	bookings []Booking // on the days on which they are expected to close

	// gaps are deals that don't count for want of an amount or a rate, of a
	// day, of a customer.
	gaps   [3]sighting
	stages map[string]bool
}

// pipelineOf finds what of the open deals counts: those expected to close in
// the window, if it is set, each with the part that its stage has. For a metric
// of customers a customer counts once, with the deal that counts most, the
// first of several.
func (e *Evidence) pipelineOf(metric Metric, window calendar.Period, probability map[string]decimal.Decimal) pipeline {
	out := pipeline{stages: map[string]bool{}}
	parts := make(map[string]decimal.Decimal, len(probability))
	for stage, d := range probability {
		parts[foldName(stage)] = d
	}
	s := e.seriesOf(metric.ID)
	if s == nil {
		return out
	}
	customers := map[string]int{}
	for i, d := range e.open {
		out.stages[foldName(d.Stage)] = true
		part, ok := parts[foldName(d.Stage)]
		if !ok {
			part = decimal.New(1, 0)
		}
		customer := foldName(d.Customer)
		switch {
		case !window.IsZero() && d.ExpectedClose.IsZero():
			out.gaps[1].add(int32(d.Row))
			continue
		case !window.IsZero() && !window.Contains(d.ExpectedClose):
			continue
		case metric.Counts == CountsWonCustomers && customer == "":
			out.gaps[2].add(int32(d.Row))
			continue
		case metric.Counts == CountsWonAmount:
			if !s.worth[i].Valid {
				out.gaps[0].add(int32(d.Row))
				continue
			}
			part = part.Mul(s.worth[i].Decimal)
		}
		b := Booking{On: d.ExpectedClose, Units: e.tuples[e.openAt[i]], Amount: part}
		if metric.Counts == CountsWonCustomers {
			if k, again := customers[customer]; again {
				if part.GreaterThan(out.bookings[k].Amount) {
					out.bookings[k] = b
				}
				continue
			}
			customers[customer] = len(out.bookings)
		}
		out.bookings = append(out.bookings, b)
	}
	return out
}

// readPipeline fills the table of an axis's open deals.
func (cs *cascade) readPipeline(ax *axisSplit, p placedPart, c *diag.Collector) *pastTable {
	var window calendar.Period
	if p.Period != "" {
		var err error
		if window, err = cs.req.Fiscal.Parse(p.Period); err != nil {
			c.AddErr(atPath(err, p.path+"/period"), p.path+"/period")
			return nil
		}
	}
	line := cs.req.Evidence.pipelineOf(cs.metric, window, p.Probability)
	codes := [...]diag.Code{codeDealUnvalued, codeDealUndated, codeDealNameless}
	for i, gap := range line.gaps {
		if gap.count > 0 {
			cs.find(diag.Finding{Severity: diag.Warning, Code: codes[i], Subject: diag.Subject{Kind: "axis", ID: ax.axis.ID},
				Args: []diag.Arg{diag.Count("count", gap.count), diag.Name("rows", gap.text()), diag.Name("goal", cs.req.Goal.ID)}})
		}
	}
	for _, stage := range sortedKeys(p.Probability) {
		if !line.stages[foldName(stage)] {
			cs.find(diag.Finding{Severity: diag.Warning, Code: codeStageMissing, Subject: diag.Subject{Kind: "stage", ID: stage},
				Args: []diag.Arg{diag.Name("goal", cs.req.Goal.ID)}})
		}
	}
	// Whoever changes teams takes a deal along: it counts for the team of the day
	// on which it is expected to close, within the goal's period.
	whole := cs.grid.whole
	for i := range line.bookings {
		b := &line.bookings[i]
		switch {
		case b.On.Before(whole.First): // or not set
			b.On = whole.First
		case b.On.After(whole.Last):
			b.On = whole.Last
		}
	}
	pt := cs.pastTable(ax, line.bookings)
	pt.known, pt.what = cs.knownUnits(ax.tree, calendar.Period{}), "open deals"
	return pt
}
