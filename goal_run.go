package salesplan

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A goalRun splits the goals of a plan, each after those that it needs.
type goalRun struct {
	plan     *Plan
	cal      *calendar.Calendar
	evidence *Evidence

	metrics []int   // by goal
	parent  []int   // by goal, -1 for none
	below   [][]int // by goal
	at      map[string]int
	axes    map[string]string

	parts    []targetPart // by goal; nil for one that failed
	findings []diag.Finding
	c        diag.Collector
}

func newGoalRun(p *Plan, cal *calendar.Calendar, evidence *Evidence) *goalRun {
	r := &goalRun{plan: p, cal: cal, evidence: evidence}
	r.at, r.parent = p.goalPlaces()
	at := make(map[string]int, len(p.Metrics))
	for i, m := range p.Metrics {
		at[m.ID] = i
	}
	r.below = make([][]int, len(p.Goals))
	for i, g := range p.Goals {
		r.metrics = append(r.metrics, at[g.Metric])
		if k := r.parent[i]; k >= 0 {
			r.below[k] = append(r.below[k], i)
		}
	}
	r.parts = make([]targetPart, len(p.Goals))
	return r
}

// order returns the goals as they are split: flows from the goals that serve
// others up to those that are served, then stocks, then rates.
func (r *goalRun) order() []int {
	depth := make([]int, len(r.parent))
	var chain []int
	for i := range depth {
		chain = chain[:0]
		at := i
		for at >= 0 && depth[at] == 0 {
			chain = append(chain, at)
			at = r.parent[at]
		}
		d := 0
		if at >= 0 {
			d = depth[at]
		}
		for k := len(chain) - 1; k >= 0; k-- {
			d++
			depth[chain[k]] = d
		}
	}
	out := make([]int, len(depth))
	for i := range out {
		out[i] = i
	}
	rank := func(i int) int {
		switch r.metric(i).Kind {
		case KindStock:
			return 1
		case KindRate:
			return 2
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Or(rank(a)-rank(b), depth[b]-depth[a]) })
	return out
}

func (r *goalRun) metric(i int) Metric { return r.plan.Metrics[r.metrics[i]] }

// all splits all goals.
func (r *goalRun) all(ctx context.Context) error {
	if err := r.each(ctx, r.one); err != nil {
		return err
	}
	r.compare()
	return nil
}

// each keeps what one makes of each goal, those that bind others first.
func (r *goalRun) each(ctx context.Context, one func(context.Context, int) (targetPart, error)) error {
	for _, i := range r.order() {
		part, err := one(ctx, i)
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			r.c.AddErr(diag.Reroot(err, map[string]string{"/goal": index("/goals", i), "/metric": index("/metrics", r.metrics[i])}), index("/goals", i))
			continue
		}
		r.parts[i] = part
	}
	return r.c.Err()
}

func (r *goalRun) request(i int) CascadeRequest {
	return CascadeRequest{
		Goal: r.plan.Goals[i], Metric: r.metric(i), Axes: r.plan.Axes,
		Calendar: r.cal, Fiscal: r.plan.Calendar.Fiscal, Evidence: r.evidence,
	}
}

// one splits a goal. Where a goal that it needs has failed, or doesn't fit, it
// returns nothing: the run has the faults.
func (r *goalRun) one(ctx context.Context, i int) (targetPart, error) {
	req := r.request(i)
	switch req.Metric.Kind {
	case KindStock:
		return r.stock(ctx, req)
	case KindRate:
		return r.rate(ctx, i, req)
	}
	for _, k := range r.below[i] {
		if r.parts[k] == nil && isFlow(r.metric(k)) {
			return nil, nil
		}
	}
	goal, bind, ok := r.bind(i)
	if !ok {
		return nil, nil
	}
	req.Goal = goal
	b, err := Cascade(ctx, req)
	if err != nil {
		return nil, bind.explain(err)
	}
	return b, nil
}

// stock splits a goal of a stock, with the flows that it names.
func (r *goalRun) stock(ctx context.Context, req CascadeRequest) (targetPart, error) {
	s := StockRequest{CascadeRequest: req}
	for _, f := range []struct {
		id   string
		into **Breakdown
	}{{req.Goal.Additions, &s.Additions}, {req.Goal.Losses, &s.Losses}} {
		if f.id == "" {
			continue
		}
		b, ok := r.parts[r.at[f.id]].(*Breakdown)
		if !ok {
			return nil, nil
		}
		*f.into = b
	}
	b, err := CascadeStock(ctx, s)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// rate splits a goal of a rate.
func (r *goalRun) rate(ctx context.Context, i int, req CascadeRequest) (targetPart, error) {
	n := slices.IndexFunc(r.plan.Metrics, func(m Metric) bool { return m.ID == req.Metric.Numerator })
	q := RateRequest{CascadeRequest: req, Numerator: r.plan.Metrics[n], Externals: r.plan.Externals}
	roots := map[string]string{"/numerator": index("/metrics", n), "/denominator": index("/goals", i) + "/metric"}
	if !slices.ContainsFunc(r.plan.Externals, func(x External) bool { return x.Series == req.Metric.Denominator }) {
		d, err := r.denominator(i)
		if err != nil || d < 0 {
			return nil, err
		}
		switch part := r.parts[d].(type) {
		case *Breakdown:
			q.Denominator = part
		case *StockBreakdown:
			q.Stock = part
		}
		roots["/denominator"] = index("/goals", d) + "/target"
	}
	b, err := CascadeRate(ctx, q)
	if err != nil {
		return nil, diag.Reroot(err, roots)
	}
	r.compareNumerator(i, b)
	return b, nil
}

// denominator returns the goal of a rate's denominator: that with the same
// owner and period or else the only one that has them among its units and
// periods; -1 if it has faults of its own.
func (r *goalRun) denominator(i int) (int, error) {
	g, m := r.plan.Goals[i], r.metric(i)
	fiscal := r.plan.Calendar.Fiscal
	period, err := fiscal.Parse(g.Period)
	if err != nil {
		return -1, atPath(err, "/goal/period")
	}
	var wider []int
	var names []string
	for k, other := range r.plan.Goals {
		if other.Metric != m.Denominator {
			continue
		}
		b, ok := r.parts[k].(interface {
			Amount(At) (decimal.Decimal, error)
			Period() calendar.Period
		})
		if !ok {
			return -1, nil
		}
		if other.Owner == g.Owner && b.Period() == period {
			return k, nil
		}
		at := At{Period: period}
		if other.Owner != g.Owner {
			at.Units = []string{g.Owner}
		}
		if _, err := b.Amount(at); err == nil && g.Owner != "" {
			wider, names = append(wider, k), append(names, other.ID)
		}
	}
	if len(wider) == 1 {
		return wider[0], nil
	}
	if len(wider) > 1 {
		return -1, &diag.Fault{Code: diag.Ambiguous, Path: "/goal/metric", Value: m.Denominator, Bound: joinNames(names)}
	}
	return -1, &diag.Fault{Code: diag.Required, Path: "/goal/metric", Value: g.Metric, Bound: "a goal of " + m.Denominator + " with this owner and period, or a figure from outside"}
}

// compareNumerator finds goals of a rate's numerator that say otherwise.
func (r *goalRun) compareNumerator(i int, b *RateBreakdown) {
	g := r.plan.Goals[i]
	needed := b.numerator.Total()
	for k, other := range r.plan.Goals {
		if other.Metric != b.metric.Numerator || other.Owner != g.Owner {
			continue
		}
		part, ok := r.parts[k].(*Breakdown)
		if !ok || part.Period() != b.Period() || part.Total().Equal(needed) {
			continue
		}
		by := needed.Sub(part.Total()).Abs().String()
		r.findings = append(r.findings, diag.Finding{Severity: diag.Warning, Code: codeRateGoal, Subject: diag.Subject{Kind: "goal", ID: g.ID},
			Args: []diag.Arg{diag.Name("metric", b.metric.Numerator), diag.Name("goal", other.ID), diag.Amount("needed", needed.String()),
				diag.Amount("amount", part.Total().String()), diag.Amount("by", by)},
			Advice: []diag.Advice{{Action: adviseAlign, Amount: by, Owner: g.Owner}}})
	}
}

// contributions returns the goals below each goal that have another metric.
func (r *goalRun) contributions() map[string][]string {
	out := map[string][]string{}
	for i, g := range r.plan.Goals {
		for _, k := range r.below[i] {
			if child := r.plan.Goals[k]; child.Metric != g.Metric {
				out[g.ID] = append(out[g.ID], child.ID)
			}
		}
	}
	return out
}

// compare finds what goals that bind nothing differ by from those they serve.
func (r *goalRun) compare() {
	loose := func(k int) bool { return r.plan.Goals[k].Binding == BindingNone }
	for i, g := range r.plan.Goals {
		for _, k := range r.below[i] {
			if loose(k) && r.plan.Goals[k].Metric == g.Metric {
				r.compareChild(i, k)
			}
		}
		list, leaves, all := r.outermost(i, loose)
		part, ok := r.parts[i].(*Breakdown)
		if !ok || len(list) < 2 || leaves != all {
			continue
		}
		sum := part.Total().Sub(part.Total())
		for _, k := range list {
			sum = sum.Add(r.parts[k].(*Breakdown).Total())
		}
		if by := sum.Sub(part.Total()).Abs(); !by.IsZero() {
			r.findings = append(r.findings, diag.Finding{Severity: diag.Warning, Code: codeChildrenDiffer, Subject: diag.Subject{Kind: "goal", ID: g.ID},
				Args: []diag.Arg{diag.Amount("amount", part.Total().String()), diag.Amount("sum", sum.String()), diag.Amount("by", by.String()),
					diag.Count("count", len(list))},
				Advice: []diag.Advice{{Action: adviseAlign, Amount: by.String(), Owner: g.Owner}}})
		}
	}
}

// compareChild compares one goal with what its parent owes at its place.
func (r *goalRun) compareChild(parent, k int) {
	g, child := r.plan.Goals[parent], r.plan.Goals[k]
	whole, err := r.plan.Calendar.Fiscal.Parse(child.Period)
	if err != nil {
		return
	}
	at := At{Period: whole}
	if child.Owner != g.Owner && child.Owner != "" {
		if g.Split == nil {
			return
		}
		for _, a := range g.Split.Axes {
			unit := ""
			if a.Axis == r.axisOf()[child.Owner] {
				unit = child.Owner
			}
			at.Units = append(at.Units, unit)
		}
	}
	type level interface {
		Amount(At) (decimal.Decimal, error)
		Total() decimal.Decimal
	}
	above, ok := r.parts[parent].(level)
	mine, ok2 := r.parts[k].(level)
	if !ok || !ok2 {
		return
	}
	owed, err := above.Amount(at)
	if err != nil {
		return // it isn't split that far
	}
	if by := mine.Total().Sub(owed).Abs(); !by.IsZero() {
		r.findings = append(r.findings, diag.Finding{Severity: diag.Warning, Code: codeChildDiffers, Subject: diag.Subject{Kind: "goal", ID: child.ID},
			Args:   []diag.Arg{diag.Name("parent", g.ID), diag.Amount("amount", mine.Total().String()), diag.Amount("owed", owed.String()), diag.Amount("by", by.String())},
			Advice: []diag.Advice{{Action: adviseAlign, Amount: by.String(), Owner: child.Owner}}})
	}
}

// boundNumber returns the number of the bound that a path names.
func boundNumber(path string) (int, bool) {
	rest, ok := strings.CutPrefix(path, "/goal/split/bounds/")
	if !ok {
		return 0, false
	}
	number, _, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(number)
	return n, err == nil
}
