package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/diag"
)

// A resplitRun brings the issued goals of a plan up to it, each after those that
// it needs.
type resplitRun struct {
	*goalRun
	req ResplitRequest

	units map[string]bool // the plan's, once asked for
}

// match refuses targets of another plan: those that have none of its goals.
func (r *resplitRun) match() error {
	var ids []string
	for _, part := range r.req.Issued.parts {
		ids = append(ids, part.Goal())
		if _, ok := r.at[part.Goal()]; ok {
			return nil
		}
	}
	f := &diag.Fault{Code: diag.Mismatch, Path: "/issued", Value: joinNames(ids), Bound: "the plan's goals"}
	if len(r.plan.Goals) > 0 {
		f.Near = r.plan.Goals[0].ID
	}
	return diag.Faults{f}
}

// all brings up all goals.
func (r *resplitRun) all(ctx context.Context) error { return r.each(ctx, r.one) }

// issued returns the part of a goal as it was issued; nil for none.
func (r *resplitRun) issued(i int) targetPart {
	for _, part := range r.req.Issued.parts {
		if part.Goal() == r.plan.Goals[i].ID {
			return part
		}
	}
	return nil
}

func (r *resplitRun) one(ctx context.Context, i int) (targetPart, error) {
	issued := r.issued(i)
	if issued == nil {
		part, err := r.goalRun.one(ctx, i)
		if err == nil && part != nil {
			r.findings = append(r.findings, diag.Finding{Severity: diag.Info, Code: codeGoalNew, Subject: diag.Subject{Kind: "goal", ID: r.plan.Goals[i].ID}})
		}
		return part, err
	}
	switch was := issued.(type) {
	case *StockBreakdown:
		return r.stockAgain(ctx, i, was)
	case *RateBreakdown:
		return r.rateAgain(ctx, i, was)
	case *Breakdown:
		return r.flowAgain(ctx, i, was)
	}
	return nil, kindFault(issued, r.metric(i))
}

// kindFault refuses a goal that was issued as one of another kind.
func kindFault(issued targetPart, m Metric) error {
	return diag.Faults{{Code: diag.Mismatch, Path: "/goal/metric", Value: m.ID, Bound: "metric " + issued.Metric().ID + ", as issued"}}
}

// flowAgain brings up the goal of a flow.
func (r *resplitRun) flowAgain(ctx context.Context, i int, was *Breakdown) (targetPart, error) {
	req := r.request(i)
	if !isFlow(req.Metric) {
		return nil, kindFault(was, req.Metric)
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
	m, err := r.mover(ctx, req, was)
	if err != nil {
		return nil, bind.explain(err)
	}
	if grown := r.keptGrowth(i); grown != nil {
		m.frame.cs.grown = grown
	}
	m.below = r.childrenOf(i)
	b, err := m.run(ctx)
	if err != nil {
		return nil, bind.explain(err)
	}
	return b, nil
}

// childrenOf returns the goals below that fix what their owners owe.
func (r *resplitRun) childrenOf(i int) []childMove {
	var out []childMove
	for _, k := range r.below[i] {
		g := r.plan.Goals[k]
		now, ok := r.parts[k].(*Breakdown)
		if !ok || g.Metric != r.plan.Goals[i].Metric || g.Binding != "" && g.Binding != BindingFixed {
			continue
		}
		was, _ := r.issued(k).(*Breakdown)
		out = append(out, childMove{was: was, now: now})
	}
	return out
}

// rateAgain brings up the numerator of a rate to its new total.
func (r *resplitRun) rateAgain(ctx context.Context, i int, was *RateBreakdown) (targetPart, error) {
	fresh, err := r.goalRun.one(ctx, i)
	if err != nil || fresh == nil {
		return nil, err
	}
	rate, ok := fresh.(*RateBreakdown)
	if !ok {
		return nil, kindFault(was, r.metric(i))
	}
	m, err := r.mover(ctx, rate.numerator.cs.req, was.numerator)
	if err != nil {
		return nil, err
	}
	if rate.numerator, err = m.run(ctx); err != nil {
		return nil, err
	}
	if grown := r.keptGrowth(i); grown != nil {
		rate.grown = grown
	}
	return rate, nil
}

// keptGrowth says how the target of a goal grew that stays as it was issued; nil
// for any other.
func (r *resplitRun) keptGrowth(i int) *GrownTarget {
	g := r.req.Plan.Goals[i]
	if was := r.req.Issued.grownOf(g.ID); was.fits(g, r.plan.Calendar.Fiscal) {
		return was
	}
	return nil
}

// stockAgain keeps the goal of a stock as it was issued, where nothing that it
// is made of has changed. A stock's periods hang together, so that a new target
// or other people take a new split.
func (r *resplitRun) stockAgain(ctx context.Context, i int, was *StockBreakdown) (targetPart, error) {
	fresh, err := r.goalRun.one(ctx, i)
	if err != nil || fresh == nil {
		return nil, err
	}
	now, ok := fresh.(*StockBreakdown)
	if !ok {
		return nil, kindFault(was, r.metric(i))
	}
	if !now.Equal(was) {
		return nil, diag.Faults{{Code: diag.Conflict, Path: "/goal/metric", Value: was.metric.ID,
			Bound: "a goal of a flow, whose periods can be brought up one by one; a stock is issued anew"}}
	}
	return was, nil
}

// targets collects the parts, with goals that the plan no longer has as they
// were issued.
func (r *resplitRun) targets() *Targets {
	t := &Targets{parts: r.parts, contributions: r.contributions()}
	t.findings = append(t.findings, r.req.Evidence.Findings()...)
	for _, part := range t.parts {
		t.findings = append(t.findings, part.found()...)
	}
	for _, part := range r.req.Issued.parts {
		if _, ok := r.at[part.Goal()]; ok {
			continue
		}
		t.parts = append(slices.Clip(t.parts), part)
		r.findings = append(r.findings, diag.Finding{Severity: diag.Warning, Code: codeGoalGone, Subject: diag.Subject{Kind: "goal", ID: part.Goal()}})
	}
	t.findings = uniqueFindings(append(t.findings, r.findings...))
	return t
}
