package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A stockReading is the last reading of some units before a goal's period.
type stockReading struct {
	nodes  []int32 // of each axis
	amount decimal.Decimal
}

// open finds what each unit has on the day before the period.
func (r *stockRun) open(ctx context.Context) error {
	readings, err := r.readOpening()
	if err != nil {
		return err
	}
	read := decimal.Decimal{}
	for _, x := range readings {
		read = read.Add(x.amount)
	}
	goal, step := r.req.Goal, r.req.Metric.Step
	total := read
	known := len(readings) > 0
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
	case len(r.opening) == 1:
		r.opening[0] = n
		return nil
	case read.IsZero():
		return r.openBySplit(ctx, n)
	}
	return r.openByReadings(readings, n)
}

// readOpening returns the last readings before the period of the goal's units.
func (r *stockRun) readOpening() ([]stockReading, error) {
	e, first := r.req.Evidence, r.frame.grid.whole.First
	if e.seriesOf(r.req.Metric.ID) == nil {
		return nil, nil
	}
	columns := make([]int, len(r.axes))
	for a := range r.axes {
		columns[a] = slices.Index(e.axes, r.frame.axes[a].axis.ID)
	}
	var c diag.Collector
	var out []stockReading
	for _, b := range e.lastReadings(r.req.Metric.ID, calendar.Date{}, first.AddDays(-1)) {
		nodes, ok := r.readAt(b.Units, columns)
		if !ok {
			continue
		}
		if b.Amount.IsNegative() {
			c.Add(&diag.Fault{Code: diag.Negative, Path: "/evidence", Value: joinNames(named(b.Units)) + " " + b.Amount.String(), Bound: "0"})
		} else if !checkAmount(b.Amount) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/evidence", Value: joinNames(named(b.Units)), Bound: amountBound})
		}
		out = append(out, stockReading{nodes, b.Amount})
	}
	return out, c.Err()
}

func named(units []string) []string {
	return slices.DeleteFunc(slices.Clone(units), func(id string) bool { return id == "" })
}

// readAt returns the nodes to which a reading belongs, of a unit that changes
// teams its first, and whether it is one of the goal's: what somebody has goes
// along, so that it counts where the unit stands on the first day.
func (r *stockRun) readAt(units []string, columns []int) ([]int32, bool) {
	nodes := make([]int32, len(columns))
	owner, first := r.req.Goal.Owner, r.frame.grid.whole.First
	within := owner == ""
	for a, k := range columns {
		t := r.axes[a].tree
		within = within || r.frame.axes[a].axis.ID != "" && t.nodes[0].id == owner
		unit := ""
		if k >= 0 {
			unit = units[k]
		} else if r.frame.axes[a].axis.ID == "" {
			continue // the owner alone
		}
		n, ok := t.index[unit]
		if !ok || t.on(n, first) < 0 {
			return nil, false
		}
		nodes[a] = n
	}
	if !within {
		for k, unit := range units {
			within = within || r.req.Evidence.isBelow(k, unit, owner, first)
		}
	}
	return nodes, within
}

// lastReadings returns the last that was read of a metric from the first to the
// last of some days, for each of the units of which something was.
func (e *Evidence) lastReadings(metric string, from, to calendar.Date) []Booking {
	s := e.seriesOf(metric)
	if s == nil {
		return nil
	}
	latest := make(map[int32]bookedDay)
	for _, r := range s.rows {
		if r.on.After(to) {
			break
		}
		if !r.on.Before(from) {
			latest[r.tuple] = r
		}
	}
	var out []Booking
	for t, tuple := range e.tuples {
		if r, ok := latest[int32(t)]; ok {
			out = append(out, Booking{On: r.on, Units: slices.Clone(tuple), Amount: r.amount})
		}
	}
	return out
}

// openBySplit divides the opening as the split divides amounts, over those who
// are there on the first day.
func (r *stockRun) openBySplit(ctx context.Context, total int64) error {
	first := r.frame.grid.whole.First
	req := r.flow(total, nil)
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
	for s := range r.opening {
		if nodes, ok := r.ownNodes(s); ok {
			r.opening[s] = b.sum(nodes, stretch{first: 0, end: 1})
		}
	}
	return nil
}

// openByReadings divides the opening in proportion to readings: down the first
// axis, and below each of its units down the next, where a unit of which nothing
// was read there goes by what was read of the nearest unit above. Readings of
// units that are not there on the first day count for whoever took over.
func (r *stockRun) openByReadings(readings []stockReading, total int64) error {
	for i := range readings {
		for a := range r.axes {
			n := readings[i].nodes[a]
			if r.axes[a].tree.isLeaf(n) && !r.there(a, n, 0) && !readings[i].amount.IsZero() {
				if to := r.next(a, readings[i].nodes, 0); to >= 0 {
					readings[i].nodes[a] = to
				}
			}
		}
	}
	type part struct {
		nodes  []int32
		amount int64
	}
	parts := []part{{nil, total}}
	for a := range r.axes {
		t, table := r.axes[a].tree, r.tableOf(a, readings)
		var next []part
		for _, p := range parts {
			give := make([]int64, len(t.nodes))
			give[0] = p.amount
			o := opener{r, a, p.nodes, table.below(p.nodes)}
			for v := range t.nodes {
				v := int32(v)
				if give[v] == 0 {
					continue
				}
				if t.isLeaf(v) {
					next = append(next, part{append(slices.Clone(p.nodes), v), give[v]})
				} else if err := o.divide(v, give); err != nil {
					return err
				}
			}
		}
		parts = next
	}
	for _, p := range parts {
		r.opening[r.slotOf(p.nodes)] = p.amount
	}
	return nil
}

// tableOf adds up readings by the units of the axes up to a.
func (r *stockRun) tableOf(a int, readings []stockReading) *pastTable {
	pt := &pastTable{byUnits: map[int64]*pastSums{}}
	for k := range a {
		pt.before = append(pt.before, r.axes[k].tree)
	}
	for _, x := range readings {
		pt.exp = min(pt.exp, x.amount.Exponent())
	}
	t := r.axes[a].tree
	for _, x := range readings {
		if x.nodes[a] != 0 { // that of the whole axis says nothing of its parts
			pt.addNode(slices.Clone(x.nodes[:a]), x.nodes[a], len(t.nodes), scaled(x.amount, pt.exp))
		}
	}
	pt.addUp(t)
	return pt
}

// An opener divides openings down one axis, below a tuple of nodes of the axes
// before.
type opener struct {
	run    *stockRun
	axis   int
	prefix []int32
	past   past
}

// divide divides what a node has over its children.
func (o opener) divide(v int32, give []int64) error {
	t := o.run.axes[o.axis].tree
	var children []int32
	var weights []decimal.Decimal
	any := false
	t.children(v, func(c int32) {
		w := decimal.Decimal{}
		if o.past.pastSums != nil && o.past.sums[c] != nil { // a node's own, also of a unit that changes teams
			w = decimal.NewFromBigInt(o.past.sums[c], o.past.exp)
		}
		children, weights = append(children, c), append(weights, w)
		any = any || !w.IsZero()
	})
	if !any {
		o.sameForAll(children, weights)
	}
	parts, err := Split(decimal.NewFromInt(give[v]), weights, SplitOptions{Step: decimal.NewFromInt(1)})
	if err != nil {
		return atPath(err, "/evidence")
	}
	for i, x := range parts {
		give[children[i]], _, _ = toSteps(x, decimal.NewFromInt(1))
	}
	return nil
}

// sameForAll gives all who are there on the first day, and sell what the units
// before sell, the same; where nobody is, the vacancy line has it.
func (o opener) sameForAll(children []int32, weights []decimal.Decimal) {
	sold := o.run.frame.axes[o.axis].sold(o.prefix)
	for _, some := range []func(c int32) bool{
		func(c int32) bool { return !o.run.vacant(o.axis, c) && o.run.there(o.axis, c, 0) && sold.has(c) },
		func(c int32) bool { return !o.run.vacant(o.axis, c) && o.run.there(o.axis, c, 0) },
		func(c int32) bool { return o.run.vacant(o.axis, c) },
		func(int32) bool { return true },
	} {
		any := false
		for i, c := range children {
			if some(c) {
				weights[i], any = decimal.NewFromInt(1), true
			}
		}
		if any {
			return
		}
	}
}
