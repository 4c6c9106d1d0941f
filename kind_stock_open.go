package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// open finds what each unit has on the day before the period.
func (r *stockRun) open(ctx context.Context) error {
	own, known, err := r.readOpening()
	if err != nil {
		return err
	}
	read := decimal.Decimal{}
	for _, x := range own {
		read = read.Add(x)
	}
	goal, step := r.req.Goal, r.req.Metric.Step
	total := read
	if goal.Baseline.Valid {
		total = goal.Baseline.Decimal
		if known && !total.Equal(read) {
			r.findings = append(r.findings, diag.Finding{Severity: diag.Warning, Code: codeOpeningDiffers, Subject: diag.Subject{Kind: "goal", ID: goal.ID},
				Args: []diag.Arg{diag.Amount("baseline", total.String()), diag.Amount("read", read.String()), diag.Amount("by", total.Sub(read).Abs().String())}})
		}
	} else if !known {
		return diag.Faults{{Code: diag.Required, Path: "/goal/baseline", Bound: "what there is before the first day, here or as a reading in the evidence"}}
	}
	var c diag.Collector
	checkTarget(total, step, "/goal/baseline", &c)
	if c.Len() > 0 {
		return c.Err()
	}
	n, _, _ := toSteps(total, step)
	switch {
	case n == 0:
		return nil
	case r.tree.isLeaf(0):
		r.opening[0] = n
		return nil
	case read.IsZero():
		return r.openBySplit(ctx, n)
	}
	return r.openByReadings(own, n)
}

// readOpening returns the readings of the tree's nodes, and whether there are
// any.
func (r *stockRun) readOpening() (own []decimal.Decimal, known bool, err error) {
	axis := ""
	if s := r.req.Goal.Split; s != nil && len(s.Axes) > 0 {
		axis = s.Axes[0].Axis
	}
	own = make([]decimal.Decimal, len(r.tree.nodes))
	read := r.req.Evidence.readings(r.req.Metric.ID, axis, r.req.Goal.Owner, r.frame.grid.whole.First)
	var c diag.Collector
	for _, id := range sortedKeys(read) {
		i, ok := r.tree.index[id]
		if !ok || r.tree.on(i, r.frame.grid.whole.First) < 0 {
			continue
		}
		known = true
		own[i] = own[i].Add(read[id])
		if read[id].IsNegative() {
			c.Add(&diag.Fault{Code: diag.Negative, Path: "/evidence", Value: id + " " + read[id].String(), Bound: "0"})
		} else if !checkAmount(read[id]) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/evidence", Value: id, Bound: amountBound})
		}
	}
	return own, known, c.Err()
}

// openBySplit divides the opening as the split divides amounts, over those who
// are there on the first day.
func (r *stockRun) openBySplit(ctx context.Context, total int64) error {
	first := r.frame.grid.whole.First
	req := r.flow(total)
	req.Goal.Period = calendar.Span(first, first).String()
	rule := r.req.Goal.Split
	req.Goal.Split = &SplitRule{Time: TimeRule{Within: TimeDays}, Axes: rule.Axes}
	req.Axes = slices.Clone(req.Axes)
	for a := range req.Axes {
		units := slices.Clone(req.Axes[a].tree())
		for i := range units {
			units[i].Ramp = nil // what one has doesn't ramp up
		}
		req.Axes[a].Units, req.Axes[a].Table, req.Axes[a].filled = units, nil, nil
	}
	b, err := Cascade(ctx, req)
	if err != nil {
		return err
	}
	for i, leaf := range r.tree.leaves {
		for _, n := range r.tree.like(leaf, b.cs.axes[0].tree) {
			r.opening[i] += sumOf(b.unitRow(n))
		}
	}
	return nil
}

// openByReadings divides the opening down the tree in proportion to readings.
// Those of units that are not there on the first day count for whoever took
// over.
func (r *stockRun) openByReadings(own []decimal.Decimal, total int64) error {
	t := r.tree
	vacant := map[int32]decimal.Decimal{}
	for k, leaf := range t.leaves {
		if own[leaf].IsZero() || t.there(leaf, 0) {
			continue
		}
		if to := r.holder(int32(k), 0); int(to) < len(t.leaves) {
			own[t.leaves[to]] = own[t.leaves[to]].Add(own[leaf])
		} else {
			vacant[t.nodes[leaf].parent] = vacant[t.nodes[leaf].parent].Add(own[leaf])
		}
		own[leaf] = decimal.Decimal{}
	}
	below := slices.Clone(own)
	for i := int32(len(t.nodes)) - 1; i >= 0; i-- {
		below[i] = below[i].Add(vacant[i])
		if v := t.nodes[i].parent; v >= 0 {
			below[v] = below[v].Add(below[i])
		}
	}
	give := make([]int64, len(t.nodes))
	give[0] = total
	for v := range t.nodes {
		v := int32(v)
		if t.isLeaf(v) {
			r.opening[t.nodes[v].leaf] = give[v]
			continue
		}
		if err := r.openBelow(v, give, below, vacant[v]); err != nil {
			return err
		}
	}
	return nil
}

// openBelow divides what a node has over its children and its vacancy line.
func (r *stockRun) openBelow(v int32, give []int64, below []decimal.Decimal, vacant decimal.Decimal) error {
	if give[v] == 0 {
		return nil
	}
	t := r.tree
	var children []int32
	var weights []decimal.Decimal
	sum := vacant
	t.children(v, func(c int32) {
		children, weights = append(children, c), append(weights, below[c])
		sum = sum.Add(below[c])
	})
	weights = append(weights, vacant)
	if sum.IsZero() { // read of the node itself only: all that are there the same
		any := false
		for i, c := range children {
			if t.there(c, 0) {
				weights[i], any = decimal.NewFromInt(1), true
			}
		}
		if !any {
			weights[len(children)] = decimal.NewFromInt(1)
		}
	}
	parts, err := Split(decimal.NewFromInt(give[v]), weights, SplitOptions{Step: decimal.NewFromInt(1)})
	if err != nil {
		return atPath(err, "/evidence")
	}
	for i, x := range parts {
		n, _, _ := toSteps(x, decimal.NewFromInt(1))
		if i < len(children) {
			give[children[i]] = n
		} else if n > 0 {
			r.openVacancy(v, n)
		}
	}
	return nil
}

// openVacancy gives a team's vacancy line an opening.
func (r *stockRun) openVacancy(team int32, n int64) {
	slot, ok := r.slotOf[team]
	if !ok {
		slot = int32(len(r.tree.leaves) + len(r.vacancies))
		r.vacancies = append(r.vacancies, team)
		r.slotOf[team] = slot
	}
	for int(slot) >= len(r.opening) {
		r.opening = append(r.opening, 0)
	}
	r.opening[slot] = n
}
