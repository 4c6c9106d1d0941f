package main

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A part is what the targets say of one goal: the amounts of a flow, the levels
// of a stock, a rate with its numerator and denominator. They stand at the same
// places, those of frame.
type part struct {
	frame  *salesplan.Breakdown
	metric salesplan.Metric // the goal's
	series []series
}

// A series are the amounts of one metric.
type series struct {
	name    string // in a table; "" for the only one
	metric  string // its id
	text    func(cell) string
	rows    func(salesplan.Query) (iter.Seq[cell], error)
	total   func(shown []cell) cell // of a line
	derived bool                    // no amount of it is a leaf
}

// A cell is an amount at a place, where there is one.
type cell struct {
	salesplan.Row
	none bool
	over decimal.Decimal // of a rate's numerator: the denominator
}

// parts are the goals' parts in the order of the plan.
func (v *view) parts() []part {
	var out []part
	for b := range v.targets.All() {
		out = append(out, part{b, b.Metric(), []series{amounts(b, "")}})
	}
	for s := range v.targets.Stocks() {
		out = append(out, part{s.Additions(), s.Metric(), []series{levels(s)}})
	}
	for r := range v.targets.Rates() {
		out = append(out, v.rate(r))
	}
	out = slices.DeleteFunc(out, func(p part) bool { return v.job.only != "" && p.frame.Goal() != v.job.only })
	order := map[string]int{}
	for i, g := range v.job.plan.Goals {
		order[g.ID] = i
	}
	slices.SortStableFunc(out, func(a, b part) int { return cmp.Compare(order[a.frame.Goal()], order[b.frame.Goal()]) })
	return out
}

func plain(b *salesplan.Breakdown) func(cell) string {
	return func(c cell) string { return b.Text(c.Amount) }
}

// amounts is the series of a flow.
func amounts(b *salesplan.Breakdown, name string) series {
	rows := func(q salesplan.Query) (iter.Seq[cell], error) {
		all, err := b.Rows(q)
		return cellsOf(all, func(r salesplan.Row) cell { return cell{Row: r} }), err
	}
	return series{name: name, metric: b.Metric().ID, text: plain(b), rows: rows, total: sum}
}

// levels is the series of a stock: what there is at the end of each period.
func levels(s *salesplan.StockBreakdown) series {
	rows := func(q salesplan.Query) (iter.Seq[cell], error) {
		all, err := s.Rows(q)
		return cellsOf(all, func(r salesplan.Row) cell { return cell{Row: r} }), err
	}
	last := func(shown []cell) cell { return shown[len(shown)-1] }
	return series{metric: s.Metric().ID, text: plain(s.Additions()), rows: rows, total: last}
}

// rate are the series of a rate: itself, its numerator, and what that is over.
func (v *view) rate(r *salesplan.RateBreakdown) part {
	m := r.Metric()
	of := func(amount func(salesplan.RateRow) (decimal.Decimal, bool)) func(salesplan.Query) (iter.Seq[cell], error) {
		return func(q salesplan.Query) (iter.Seq[cell], error) {
			all, err := r.Rows(q)
			return cellsOf(all, func(row salesplan.RateRow) cell {
				c := cell{Row: row.Row, over: row.Denominator}
				a, ok := amount(row)
				c.Amount, c.none = a, !ok
				return c
			}), err
		}
	}
	whole := func(c cell) (salesplan.Ratio, bool) {
		x, err := r.Rate(salesplan.At{Units: c.Units, Parents: c.Parents})
		return x, err == nil && !x.Denominator.IsZero() && v.query.Period.IsZero()
	}
	rates := series{name: cmp.Or(m.Name, m.ID), metric: m.ID, derived: true, text: func(c cell) string { return c.Amount.StringFixed(max(-m.Step.Exponent(), 0)) }}
	rates.rows = of(func(row salesplan.RateRow) (decimal.Decimal, bool) { return row.Rate.Decimal, row.Rate.Valid })
	rates.total = func(shown []cell) cell {
		c := shown[0]
		x, ok := whole(c)
		if strings.TrimSpace(m.Measure) == "%" {
			x.Numerator = x.Numerator.Shift(2)
		}
		c.Amount, c.none = decimal.Zero, true
		if a, rounded := x.Round(m.Step); ok && rounded {
			c.Amount, c.none = a, false
		}
		return c
	}
	over := series{name: m.Denominator, metric: m.Denominator, derived: true, text: func(c cell) string { return c.Amount.String() }}
	if d, ok := r.Denominator(); ok {
		over.name, over.text = cmp.Or(d.Metric().Name, m.Denominator), plain(d)
	}
	over.rows = of(func(row salesplan.RateRow) (decimal.Decimal, bool) { return row.Denominator, row.Rate.Valid })
	over.total = func(shown []cell) cell {
		c := shown[0]
		x, ok := whole(c)
		c.Amount, c.none = x.Denominator, !ok
		return c
	}
	n := r.Numerator()
	return part{n, m, []series{rates, amounts(n, cmp.Or(n.Metric().Name, n.Metric().ID)), over}}
}

func cellsOf[R any](rows iter.Seq[R], of func(R) cell) iter.Seq[cell] {
	return func(yield func(cell) bool) {
		if rows == nil {
			return
		}
		for r := range rows {
			if !yield(of(r)) {
				return
			}
		}
	}
}

func sum(shown []cell) cell {
	total := shown[0]
	for _, c := range shown[1:] {
		total.Amount = total.Amount.Add(c.Amount)
	}
	return total
}

// write is the text of a cell, "" where there is none.
func (s series) write(c cell) string {
	if c.none {
		return ""
	}
	return s.text(c)
}

// A line is what a unit (or one of each axis) owes in all periods of a grain.
type line struct {
	units   []string
	parents []string // above units that change teams
	parent  string
	level   int
	amounts []string
	total   string
}

// lines collects the rows of one grain by unit.
func (p part) lines(s series, q salesplan.Query) iter.Seq[line] {
	return func(yield func(line) bool) {
		rows, err := s.rows(q)
		if err != nil {
			return
		}
		n := 0
		for _, period := range p.frame.Periods(q.Grain) {
			if q.Period.IsZero() || q.Period.Covers(period) {
				n++
			}
		}
		var shown []cell
		for c := range rows {
			if shown = append(shown, c); len(shown) < n {
				continue
			}
			l := line{units: c.Units, parents: c.Parents, parent: c.Parent, level: c.Level, total: s.write(s.total(shown))}
			for _, x := range shown {
				l.amounts = append(l.amounts, s.write(x))
			}
			if !yield(l) {
				return
			}
			shown = shown[:0]
		}
	}
}

// labels are the labels of the periods of a grain that are shown.
func (v *view) labels(b *salesplan.Breakdown, grain calendar.Grain) []string {
	var out []string
	for _, p := range v.periods(b, grain) {
		out = append(out, b.Label(p))
	}
	return out
}
