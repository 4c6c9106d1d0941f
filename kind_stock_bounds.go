package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// A stockBound bounds what some units have at the end of the goal's period.
type stockBound struct {
	limit             // its rule is the number in the split
	places  [][]int32 // tuples of nodes with vacancy lines, several of units that change teams
	nodes   []int32   // that at the end of the period
	units   []string
	parents []string // of units that change teams, as in the rule
	opens   int64
	took    int64 // what they received from others, as far as is known
	grows   int64 // what they gain at least, and
	shrink  int64 // lose at least, by their bounds and those below
}

// checkStockBounds refuses bounds of a stock that don't stand at the end of the
// goal's period, and amounts below 0.
func checkStockBounds(g Goal, fiscal calendar.Fiscal, path string, c *diag.Collector) {
	whole, err := fiscal.Parse(g.Period)
	if err != nil || g.Split == nil {
		return // another fault
	}
	for i, b := range g.Split.Bounds {
		at := index(path+"/split/bounds", i)
		if p, err := fiscal.Parse(b.Period); b.Period != "" && err == nil && p.Last != whole.Last {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/period", Value: b.Period, Bound: "a stock's bounds stand at the end of its goal's period"})
		}
		for _, x := range []struct {
			key string
			d   decimal.NullDecimal
		}{{"min", b.Min}, {"max", b.Max}, {"lock", b.Lock}} {
			if x.d.Valid && checkAmount(x.d.Decimal) && x.d.Decimal.IsNegative() {
				c.Add(&diag.Fault{Code: diag.Negative, Path: at + "/" + x.key, Value: x.d.Decimal.String(), Bound: "0"})
			}
		}
	}
}

// setBounds reads the split's bounds.
func (r *stockRun) setBounds() error {
	s := r.req.Goal.Split
	if s == nil {
		return nil
	}
	var c diag.Collector
	for i, rule := range s.Bounds {
		whole := rule
		whole.Period = ""
		places, _, ok := r.plain.placeOf(whole, index("/goal/split/bounds", i), &c)
		if !ok {
			continue
		}
		b := stockBound{limit: r.plain.limitOf(rule, i), units: rule.units(), parents: rule.Parents}
		for _, own := range places {
			nodes := make([]int32, len(own))
			for a, n := range own {
				nodes[a] = r.plain.axes[a].tree.like(n, r.axes[a].tree)[0]
			}
			b.places = append(b.places, nodes)
		}
		b.nodes = r.atEnd(b.places)
		b.opens = r.sumAll(r.opening, b.places)
		r.bounds = append(r.bounds, b)
	}
	if c.Len() > 0 || len(r.bounds) == 0 {
		return c.Err()
	}
	for a := range r.axes {
		r.checkRoom(a, &c)
	}
	return c.Err()
}

// atEnd returns that of several tuples at which units that change teams stand at
// the end of the period; the first, where they are not there then.
func (r *stockRun) atEnd(places [][]int32) []int32 {
	end := int32(r.frame.grid.whole.Days() - 1)
	for _, nodes := range places {
		all := true
		for a, n := range nodes {
			all = all && r.there(a, n, end)
		}
		if all {
			return nodes
		}
	}
	return places[0]
}

// sumAll adds up what the slots below several tuples of nodes have.
func (r *stockRun) sumAll(level []int64, places [][]int32) int64 {
	var sum int64
	for _, nodes := range places {
		sum += r.sum(level, nodes)
	}
	return sum
}

// axisOf returns the axis of which the bound names a unit: the first for the
// whole, -1 for units of several.
func (b stockBound) axisOf() int {
	at, count := 0, 0
	for a, n := range b.nodes {
		if n != 0 {
			at = a
			count++
		}
	}
	if count > 1 {
		return -1
	}
	return at
}

// limits returns the bounds on the nodes of one axis. The root is to have the
// goal's target.
func (r *stockRun) limits(a int) []limit {
	out := noLimits(len(r.axes[a].tree.nodes))
	out[0] = limit{r.target, r.target, -1}
	for _, b := range r.bounds {
		if b.axisOf() == a {
			out[b.nodes[a]].narrow(b.limit)
		}
	}
	return out
}

// checkRoom refuses bounds of one axis that no stocks of the target's sum meet.
func (r *stockRun) checkRoom(a int, c *diag.Collector) {
	t, limits := r.axes[a].tree, r.limits(a)
	end := int32(r.frame.grid.whole.Days() - 1)
	least, most := make([]int64, len(limits)), make([]int64, len(limits))
	add := func(x, y int64) int64 {
		if x > maxSteps-y {
			return apportion.Unbounded
		}
		return x + y
	}
	for i := int32(len(limits)) - 1; i >= 0; i-- {
		l := limits[i]
		switch {
		case t.isLeaf(i) && r.there(a, i, end):
			most[i] = apportion.Unbounded
		case t.isLeaf(i): // who has left has nothing
		}
		need, can := max(least[i], l.lo), min(most[i], l.hi)
		if need > can {
			path := "/goal/target"
			if l.rule >= 0 {
				path = index("/goal/split/bounds", l.rule)
			}
			text := func(n int64) string { return fromSteps(n, r.req.Metric.Step).String() }
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: path, Value: r.frame.axes[a].nameOf(i),
				Bound: "has to have at least " + text(need) + " and can have at most " + text(can) + ", by the bounds there and below; " + text(need-can) + " too much"})
			can = need
		}
		if p := t.nodes[i].parent; p >= 0 {
			least[p], most[p] = add(least[p], need), add(most[p], min(can, maxSteps))
		}
	}
}

// A stockFlow is a flow that follows from a stock's target, with what bounds it.
type stockFlow struct {
	total int64
	gains bool
	rules []BoundRule
	from  []int // by rule: the number of the stock's bound; -1 for others
}

// bound bounds the flow of some units; from is the stock's bound for which it
// does.
func (f *stockFlow) bound(units, parents []string, lo, hi int64, from int, step decimal.Decimal) {
	rule := BoundRule{Units: units, Parents: parents}
	if lo > 0 {
		rule.Min = decimal.NewNullDecimal(fromSteps(lo, step))
	}
	if hi < f.total {
		rule.Max = decimal.NewNullDecimal(fromSteps(hi, step))
	}
	if rule.Min.Valid || rule.Max.Valid {
		f.rules, f.from = append(f.rules, rule), append(f.from, from)
	}
}

// explain gives the faults of a flow the places of the stock's bounds.
func (f stockFlow) explain(err error) error {
	all := diag.All(err)
	if len(f.rules) == 0 || len(all) == 0 {
		return err
	}
	out := make(diag.Faults, len(all))
	for i, x := range all {
		y := *x
		if n, ok := boundNumber(x.Path); ok && n < len(f.from) {
			y.Path = "/goal/split/bounds"
			if f.from[n] >= 0 {
				y.Path = index(y.Path, f.from[n])
			}
		}
		which := "of what is lost"
		if f.gains {
			which = "of what is added"
		}
		y.Bound = clauses(which, x.Bound)
		out[i] = &y
	}
	return out
}

// needed returns what has to be added and lost besides the flows that are given,
// where off is missing in all. Losses come with their bounds; what is added has
// them once the losses are known.
//
// Without bounds only one of them is needed. Where a unit's bound takes it below
// its opening while the whole grows, or above while it shrinks, both are: no more
// than the bounds take.
func (r *stockRun) needed(off int64) (more, less stockFlow, err error) {
	more, less = stockFlow{total: max(off, 0), gains: true}, stockFlow{total: max(-off, 0)}
	if len(r.bounds) == 0 {
		return more, less, nil
	}
	for i := range r.bounds {
		b := &r.bounds[i]
		b.grows, b.shrink = 0, 0
		if r.gains != nil {
			b.grows = r.sumFlow(r.gains, b.places)
		}
	}
	if r.req.Additions == nil && r.req.Losses == nil {
		both := less.total
		for a := range r.axes {
			both = max(both, r.least(a))
		}
		more.total, less.total = both+off, both
	}
	step := r.req.Metric.Step
	for i, b := range r.bounds {
		open := b.opens + b.took + b.grows
		lo := b.shrink
		if b.hi != apportion.Unbounded {
			lo = max(lo, open-b.hi)
		}
		less.bound(b.units, b.parents, lo, max(open-b.lo, 0), i, step)
	}
	r.boundByStock(&less)
	return more, less, nil
}

// least finds the least that the units of one axis gain and lose by their bounds,
// and returns what they lose in all: of a unit's gains and losses, those of its
// parts are the least, and one of them is raised until the rest is within.
func (r *stockRun) least(a int) int64 {
	t, limits := r.axes[a].tree, r.limits(a)
	opens, took := make([]int64, len(limits)), make([]int64, len(limits))
	grows, shrink := make([]int64, len(limits)), make([]int64, len(limits))
	opens[0] = sumOf(r.opening)
	for _, b := range r.bounds {
		switch b.axisOf() {
		case a:
			opens[b.nodes[a]], took[b.nodes[a]] = b.opens, b.took
		case -1: // a unit's part of another axis: the unit's is no less
			grows[b.nodes[a]] = max(grows[b.nodes[a]], b.lo-b.opens-b.took)
			if b.hi != apportion.Unbounded {
				shrink[b.nodes[a]] = max(shrink[b.nodes[a]], b.opens+b.took-b.hi)
			}
		}
	}
	sums := make([][2]int64, len(limits))
	for i := len(limits) - 1; i >= 0; i-- {
		g, l := max(grows[i], sums[i][0]), max(shrink[i], sums[i][1])
		if limit := limits[i]; limit != noLimit() {
			net := opens[i] + took[i] + g - l
			if net < limit.lo {
				g += limit.lo - net
			} else if net > limit.hi {
				l += net - limit.hi
			}
		}
		grows[i], shrink[i] = g, l
		if p := t.nodes[i].parent; p >= 0 {
			sums[p][0] += g
			sums[p][1] += l
		}
	}
	for i := range r.bounds {
		if b := &r.bounds[i]; b.axisOf() == a {
			b.grows, b.shrink = grows[b.nodes[a]], shrink[b.nodes[a]]
		}
	}
	return shrink[0]
}

// boundByStock lets no unit lose more than it has, so that what it can't lose
// doesn't fall on units with bounds: leaf units of the first axis, or those of the
// first two together.
func (r *stockRun) boundByStock(less *stockFlow) {
	const most = 20_000
	if less.total == 0 || len(r.axes[0].tree.leaves) < 2 || len(r.opening) > most {
		return
	}
	if len(r.axes) > 2 {
		return
	}
	for slot := range r.opening {
		if _, own := r.ownNodes(slot); !own {
			continue
		}
		places := r.kin(slot)
		if r.slotOf(places[0]) != slot {
			continue // a unit that changes teams has what it has in all of them
		}
		var has int64
		for _, nodes := range places {
			at := r.slotOf(nodes)
			if has += r.opening[at]; r.gains != nil {
				has += sumOf(r.gains[at])
			}
		}
		less.bound(named(r.names(slot)), nil, 0, has, -1, r.req.Metric.Step)
	}
}

// kin returns the tuples of nodes of a slot's units, several of those that change
// teams.
func (r *stockRun) kin(slot int) [][]int32 {
	nodes := r.nodesOf(slot)
	for a, n := range nodes {
		t := r.axes[a].tree
		nodes[a] = t.index[t.nodes[n].id]
	}
	return r.frame.stints(nodes)
}

// after bounds what is added, once the losses are known.
func (f *stockFlow) after(r *stockRun) {
	f.rules, f.from = nil, nil
	for i, b := range r.bounds {
		open := b.opens + b.took
		if r.drops != nil {
			open -= r.sumFlow(r.drops, b.places)
		}
		hi := int64(apportion.Unbounded)
		if b.hi != apportion.Unbounded {
			hi = b.hi - open
		}
		f.bound(b.units, b.parents, b.lo-open, hi, i, r.req.Metric.Step)
	}
}

// sumFlow adds up a flow below several tuples of nodes.
func (r *stockRun) sumFlow(rows [][]int64, places [][]int32) int64 {
	var sum int64
	for _, nodes := range places {
		(&Breakdown{cs: r.frame}).eachRow(nodes, func(s int) { sum += sumOf(rows[s]) })
	}
	return sum
}

// missed reports whether a bound is missed that may yet be met, now that what
// leavers hand over is known; where none may, it returns their faults.
func (r *stockRun) missed(mayTry bool) (again bool, err error) {
	if len(r.bounds) == 0 {
		return false, nil
	}
	level := slices.Clone(r.opening)
	for u := range level {
		level[u] += sumOf(r.moves[u])
	}
	var c diag.Collector
	for i := range r.bounds {
		b := &r.bounds[i]
		has := r.sumAll(level, b.places)
		if has >= b.lo && has <= b.hi {
			continue
		}
		what, amount := "at least ", b.lo
		if has > b.hi {
			what, amount = "at most ", b.hi
		}
		c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", i), Value: fromSteps(has, r.req.Metric.Step).String(),
			Bound: what + fromSteps(amount, r.req.Metric.Step).String() + ", with what leavers hand over and what others cannot lose"})
	}
	if c.Len() == 0 {
		return false, nil
	}
	moved := false
	for i := range r.bounds {
		b := &r.bounds[i]
		took := r.sumAll(level, b.places) - b.opens - r.sumFlow(r.gains, b.places) + r.sumFlow(r.drops, b.places)
		moved = moved || took != b.took
		b.took = took
	}
	if moved && mayTry {
		return true, nil
	}
	return false, c.Err()
}
