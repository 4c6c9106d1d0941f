package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
)

// Outline returns the plan that the targets are of as far as they know it: the
// metrics, the goals without their bounds, the fiscal year, and the units over
// which goals are split, without names. It is what there is to go by where
// targets were read and their plan is not at hand; it is not meant to be split
// again. It takes time linear in units and goals.
func (t *Targets) Outline() *Plan {
	o := outliner{plan: &Plan{Version: Version, Name: t.issue.Plan}, axes: map[string]int{}, units: map[string]bool{}, metrics: map[string]bool{}}
	for _, part := range t.parts {
		switch p := part.(type) {
		case *Breakdown:
			o.goal(p, p.cs.req.Goal, p.cs.metric)
		case *StockBreakdown:
			o.goal(p.moves, p.goal, p.metric)
		case *RateBreakdown:
			o.goal(p.numerator, p.goal, p.metric)
			o.metric(p.numerator.cs.metric)
		}
	}
	for _, ax := range o.alone {
		o.axis(ax, "owner")
	}
	for i := range o.plan.Axes { // of roots whose parents are in no split
		units := o.plan.Axes[i].Units
		for k := range units {
			units[k].keepTo(o.units)
		}
	}
	return o.plan
}

// keepTo lets go of units above that are not among those known.
func (u *Unit) keepTo(known map[string]bool) {
	kept := slices.DeleteFunc(u.Transfers, func(t UnitTransfer) bool { return !known[t.To] })
	if !known[u.Parent] {
		u.Parent = ""
		if len(kept) > 0 {
			u.Parent, kept = kept[0].To, kept[1:]
		}
	}
	u.Transfers = nil
	above := u.Parent
	for _, t := range kept {
		if t.To != above {
			u.Transfers, above = append(u.Transfers, t), t.To
		}
	}
}

// An outliner puts together what goals know of their plan.
type outliner struct {
	plan    *Plan
	axes    map[string]int // places, by id
	units   map[string]bool
	metrics map[string]bool

	// alone are the trees of goals without axes, of their owners alone, which
	// other goals may have on an axis.
	alone []*axisSplit
}

func (o *outliner) goal(b *Breakdown, g Goal, m Metric) {
	o.plan.Calendar.Fiscal = b.cs.grid.fiscal
	g = withoutBounds(g)
	if g.Split != nil {
		g.Split = g.Split.clone()
	}
	o.plan.Goals = append(o.plan.Goals, g)
	o.metric(m)
	for _, ax := range b.cs.axes {
		if ax.axis.ID == "" {
			o.alone = append(o.alone, ax)
			continue
		}
		o.axis(ax, ax.axis.ID)
	}
}

func (o *outliner) metric(m Metric) {
	if !o.metrics[m.ID] {
		o.metrics[m.ID] = true
		o.plan.Metrics = append(o.plan.Metrics, m)
	}
}

// axis adds the units of a tree that are not known yet.
func (o *outliner) axis(ax *axisSplit, id string) {
	if !slices.ContainsFunc(ax.tree.nodes, func(n node) bool { return n.id != "" && !o.units[n.id] }) {
		return
	}
	at, ok := o.axes[id]
	if !ok {
		at = len(o.plan.Axes)
		o.axes[id] = at
		o.plan.Axes = append(o.plan.Axes, Axis{ID: id})
	}
	t := ax.tree
	for i := range t.nodes {
		n := &t.nodes[i]
		if n.id == "" || o.units[n.id] {
			continue
		}
		o.units[n.id] = true
		u := Unit{ID: n.id}
		if n.parent >= 0 {
			u.Parent = t.nodes[n.parent].id
		} else if n.unit != nil {
			u.Parent = n.unit.Parent
		}
		if n.unit != nil {
			u.FTE, u.Successor, u.Sells = n.unit.FTE, n.unit.Successor, slices.Clone(n.unit.Sells)
			if len(n.unit.Transfers) > 0 {
				u.Parent, u.Transfers = n.unit.Parent, slices.Clone(n.unit.Transfers)
			}
		}
		o.plan.Axes[at].Units = append(o.plan.Axes[at].Units, u)
	}
}

// Only returns the targets of some goals, in the order of t, with those that
// rates among them are over. Findings of other goals' splits are left out;
// those of the evidence stay. A goal that is not there is a fault of code
// [diag.Unknown] with the nearest name.
func (t *Targets) Only(goals ...string) (*Targets, error) {
	var c diag.Collector
	keep := make([]bool, len(t.parts))
	for i, goal := range goals {
		k := slices.IndexFunc(t.parts, func(p targetPart) bool { return p.Goal() == goal })
		if k < 0 {
			var ids []string
			for _, p := range t.parts {
				ids = append(ids, p.Goal())
			}
			c.Add(&diag.Fault{Code: diag.Unknown, Path: index("/goals", i), Value: diag.Clip(goal), Bound: joinNames(ids), Near: diag.Nearest(goal, ids)})
			continue
		}
		keep[k] = true
		if r, ok := t.parts[k].(*RateBreakdown); ok && r.over() != nil {
			over := r.over()
			for j, p := range t.parts {
				keep[j] = keep[j] || p.Goal() == over.Goal()
			}
		}
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	out := &Targets{issue: t.issue, contributions: map[string][]string{}}
	said := map[string]bool{} // by a goal: true if one of those kept says so too
	for i, p := range t.parts {
		for _, f := range p.found() {
			key := wording(f)
			said[key] = said[key] || keep[i]
		}
		if keep[i] {
			out.parts = append(out.parts, p)
			gone := func(id string) bool {
				k := slices.IndexFunc(t.parts, func(p targetPart) bool { return p.Goal() == id })
				return k < 0 || !keep[k]
			}
			if below := slices.DeleteFunc(slices.Clone(t.contributions[p.Goal()]), gone); len(below) > 0 {
				out.contributions[p.Goal()] = below
			}
		}
	}
	for _, f := range t.findings {
		if kept, ofGoal := said[wording(f)]; kept || !ofGoal {
			out.findings = append(out.findings, f)
		}
	}
	return out, nil
}
