package salesplan

import (
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// goalPlaces returns where each goal stands, by id; -1 parents for none.
func (p *Plan) goalPlaces() (at map[string]int, parent []int) {
	at = make(map[string]int, len(p.Goals))
	for i, g := range p.Goals {
		if _, taken := at[g.ID]; !taken {
			at[g.ID] = i
		}
	}
	parent = make([]int, len(p.Goals))
	for i, g := range p.Goals {
		parent[i] = -1
		if k, ok := at[g.Parent]; ok && g.Parent != "" {
			parent[i] = k
		}
	}
	return at, parent
}

// checkGoalTree checks what goals say of other goals: parents, additions and
// losses.
func (p *Plan) checkGoalTree(metrics map[string]int, c *diag.Collector) {
	at, parent := p.goalPlaces()
	var ids []string
	for i := range p.Goals {
		ids = append(ids, p.Goals[i].ID)
	}
	up := newUnitLinks(p.Axes)
	for i, g := range p.Goals {
		path := index("/goals", i)
		if g.Parent != "" && parent[i] < 0 {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path + "/parent", Value: g.Parent, Bound: "the goals", Near: nearestOf(c, g.Parent, ids)})
		}
		if parent[i] >= 0 && parent[i] != i {
			p.checkChild(i, parent[i], metrics, up, c)
		}
		p.checkStockFlow(g.Additions, path+"/additions", at, metrics, ids, c)
		p.checkStockFlow(g.Losses, path+"/losses", at, metrics, ids, c)
	}
	p.checkGoalCycles(parent, c)
}

// checkStockFlow refuses additions or losses that are no goal of a flow.
func (p *Plan) checkStockFlow(id, path string, at, metrics map[string]int, ids []string, c *diag.Collector) {
	if id == "" {
		return
	}
	k, ok := at[id]
	if !ok {
		c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: "the goals", Near: nearestOf(c, id, ids)})
		return
	}
	if m, ok := metrics[p.Goals[k].Metric]; ok && !isFlow(p.Metrics[m]) {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Value: id, Bound: "a goal of a flow, not of a " + string(p.Metrics[m].Kind)})
	}
}

func isFlow(m Metric) bool { return m.Kind == "" || m.Kind == KindFlow }

// checkChild checks a goal against the one that it serves.
func (p *Plan) checkChild(i, above int, metrics map[string]int, up unitLinks, c *diag.Collector) {
	g, parent, path := p.Goals[i], p.Goals[above], index("/goals", i)
	if g.Metric != parent.Metric {
		if g.Binding != "" && g.Binding != BindingNone {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/binding", Value: string(g.Binding), Bound: "a goal of another metric is a contribution, and binds nothing"})
		}
		return
	}
	if m, ok := metrics[g.Metric]; ok && !isFlow(p.Metrics[m]) && g.Binding != BindingNone {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/binding", Value: string(g.Binding), Bound: "none, since only flows bind"})
		return
	}
	if g.Binding == BindingNone || awaitsTable(p.Axes) {
		return
	}
	fiscal := p.Calendar.Fiscal
	mine, err1 := fiscal.Parse(g.Period)
	theirs, err2 := fiscal.Parse(parent.Period)
	switch {
	case !up.climbs(g.Owner, parent.Owner) && up.movers[g.Owner] == nil:
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/owner", Value: g.Owner, Bound: "a unit below " + parent.Owner + ", which owes goal " + parent.ID})
	case err1 == nil && !up.isBelow(g.Owner, parent.Owner, mine):
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/owner", Value: g.Owner, Bound: "a unit that is below " + parent.Owner + " in all of " + g.Period + ", as " + g.Owner + " is not"})
	}
	if err1 == nil && err2 == nil && !theirs.Covers(mine) {
		c.Add(&diag.Fault{Code: diag.OffGrid, Path: path + "/period", Value: g.Period, Near: parent.Period})
	}
}

// checkGoalCycles refuses goals that serve themselves, naming each circle once.
func (p *Plan) checkGoalCycles(parent []int, c *diag.Collector) {
	state := make([]int, len(parent))
	for i := range parent {
		at := i
		for at >= 0 && state[at] == 0 {
			state[at] = i + 1
			at = parent[at]
		}
		if at < 0 || state[at] != i+1 {
			continue
		}
		var names []string
		for k := at; ; {
			names = append(names, p.Goals[k].ID)
			if k = parent[k]; k == at {
				break
			}
		}
		c.Add(&diag.Fault{Code: diag.Cycle, Path: index("/goals", at) + "/parent", Value: p.Goals[at].ID, Bound: joinChain(names)})
	}
}

// A childBind turns the goals below a goal into bounds of its split.
type childBind struct {
	run    *goalRun
	goal   int // the parent's number
	grid   *grid
	axisOf map[string]string // by unit
	rules  []BoundRule
	from   []int // by rule: the child's number
}

// bind returns a goal with the bounds that the goals below it make, and which
// of them made each. Faults are added to the run's.
func (r *goalRun) bind(i int) (Goal, *childBind, bool) {
	g := r.plan.Goals[i]
	b := &childBind{run: r, goal: i}
	before := r.c.Len()
	for _, k := range r.below[i] {
		if child := r.plan.Goals[k]; child.Metric != g.Metric || child.Binding == BindingNone {
			continue
		}
		if b.grid == nil {
			grid, err := newGrid(g, r.plan.Calendar.Fiscal, r.cal)
			if err != nil {
				r.c.AddErr(diag.Reroot(err, map[string]string{"/goal": index("/goals", i)}), index("/goals", i))
				return g, nil, false
			}
			b.grid, b.axisOf = grid, r.axisOf()
		}
		b.add(k)
	}
	if b.grid == nil {
		return g, nil, true
	}
	if r.c.Len() == before {
		b.checkSum()
	}
	if r.c.Len() > before {
		return g, nil, false
	}
	split := &SplitRule{}
	if g.Split != nil {
		split = g.Split.clone()
	}
	split.Bounds = append(split.Bounds, b.rules...)
	g.Split = split
	return g, b, true
}

// axisOf returns the axis of each unit.
func (r *goalRun) axisOf() map[string]string {
	if r.axes == nil {
		r.axes = map[string]string{}
		for a := range r.plan.Axes {
			for _, u := range r.plan.Axes[a].tree() {
				r.axes[u.ID] = r.plan.Axes[a].ID
			}
		}
	}
	return r.axes
}

// splitsOver reports whether a goal is split over an axis.
func (g Goal) splitsOver(axis string) bool {
	return g.Split != nil && slices.ContainsFunc(g.Split.Axes, func(a AxisRule) bool { return a.Axis == axis })
}

// add adds the bounds of one child.
func (b *childBind) add(k int) {
	r := b.run
	g, child := r.plan.Goals[b.goal], r.plan.Goals[k]
	part, ok := r.parts[k].(*Breakdown)
	if !ok {
		return // it has faults of its own
	}
	path := index("/goals", k)
	if _, ok := b.grid.find(part.Period()); !ok {
		parent := Breakdown{cs: &cascade{grid: b.grid}}
		r.c.Add(&diag.Fault{Code: diag.OffGrid, Path: path + "/period", Value: child.Period, Near: parent.nearestPeriod(part.Period())})
		return
	}
	if child.Owner != g.Owner && !g.splitsOver(b.axisOf[child.Owner]) {
		r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/owner", Value: child.Owner, Bound: "goal " + g.ID + " is not split over axis " + b.axisOf[child.Owner]})
		return
	}
	nodes := make([]int32, len(part.cs.axes))
	stretches := b.stretches(part)
	shared := make([]bool, len(nodes))
	for a, ax := range part.Axes() {
		shared[a] = g.splitsOver(ax)
	}
	for {
		at := 0
		if b.isLeaves(part, nodes, shared) {
			for _, s := range stretches {
				b.rule(k, part, nodes, shared, s)
			}
		}
		for at = len(nodes) - 1; at >= 0; at-- { // the next tuple of nodes
			if shared[at] && int(nodes[at])+1 < len(part.cs.axes[at].tree.nodes) {
				nodes[at]++
				break
			}
			nodes[at] = 0
		}
		if at < 0 {
			return
		}
	}
}

func (b *childBind) isLeaves(part *Breakdown, nodes []int32, shared []bool) bool {
	for a, n := range nodes {
		if shared[a] && !part.cs.axes[a].tree.isLeaf(n) {
			return false
		}
	}
	return true
}

// stretches returns the shortest stretches of a child's leaf periods that are
// made of whole leaf periods of the parent too.
func (b *childBind) stretches(part *Breakdown) []stretch {
	var out []stretch
	pieces := part.cs.grid.pieces
	first := 0
	for i := range pieces {
		span := calendar.Span(pieces[first].First, pieces[i].Last)
		if _, ok := b.grid.find(span); ok {
			out = append(out, stretch{span, first, i + 1})
			first = i + 1
		}
	}
	return out
}

// rule adds the bound of some units of a child in a stretch of its periods.
func (b *childBind) rule(k int, part *Breakdown, nodes []int32, shared []bool, s stretch) {
	g, child := b.run.plan.Goals[b.goal], b.run.plan.Goals[k]
	amount := part.owed([][]int32{nodes}, s)
	rule := BoundRule{Period: s.First.String() + "/" + s.Last.String()}
	owns := false
	for a, n := range nodes {
		if id := part.cs.axes[a].tree.nodes[n].id; shared[a] && id != "" {
			if id != g.Owner {
				rule.Units = append(rule.Units, id)
				if part.cs.axes[a].tree.moves(n) {
					rule.Parents = append(rule.Parents, make([]string, len(rule.Units)-len(rule.Parents))...)
					rule.Parents[len(rule.Units)-1] = part.cs.aboveID(nodes, a)
				}
			}
			owns = owns || b.axisOf[id] == b.axisOf[child.Owner]
		}
	}
	if !owns && child.Owner != g.Owner && child.Owner != "" {
		rule.Units = append(rule.Units, child.Owner)
	}
	if child.Binding == BindingAtLeast {
		if amount.IsZero() {
			return
		}
		rule.Min = decimal.NewNullDecimal(amount)
	} else {
		rule.Lock = decimal.NewNullDecimal(amount)
	}
	b.rules, b.from = append(b.rules, rule), append(b.from, k)
}

// outermost returns the children that bind the parent's whole period, without
// those that lie within another, in the order of the parent's units, and how
// many of its leaves they have. They are those for which choose reports true.
func (r *goalRun) outermost(parent int, choose func(k int) bool) (list []int, leaves, all int) {
	g := r.plan.Goals[parent]
	whole, err := r.plan.Calendar.Fiscal.Parse(g.Period)
	if err != nil {
		return nil, 0, 0
	}
	var t *tree
	type block struct{ k, first, end int }
	var blocks []block
	for _, k := range r.below[parent] {
		part, ok := r.parts[k].(*Breakdown)
		if !ok || r.plan.Goals[k].Metric != g.Metric || !choose(k) || part.Period() != whole {
			continue
		}
		owner := r.plan.Goals[k].Owner
		if owner == g.Owner {
			return []int{k}, 1, 1
		}
		if t == nil {
			for a := range r.plan.Axes {
				if r.plan.Axes[a].ID == r.axisOf()[owner] {
					t = newTree(r.plan.Axes[a], g.Owner)
				}
			}
		}
		if t == nil {
			continue
		}
		if i, ok := t.index[owner]; ok {
			t.nodesOf(i, func(n int32) {
				blocks = append(blocks, block{k, int(t.nodes[n].leaf), int(t.nodes[n].leafEnd)})
			})
		}
	}
	slices.SortStableFunc(blocks, func(x, y block) int {
		if x.first != y.first {
			return x.first - y.first
		}
		return y.end - x.end
	})
	end := 0
	within := map[int]bool{} // goals of which a part lies within another
	for _, x := range blocks {
		within[x.k] = within[x.k] || x.first < end
		end = max(end, x.end)
	}
	listed := map[int]bool{}
	for _, x := range blocks {
		if within[x.k] {
			continue
		}
		leaves += x.end - x.first
		if !listed[x.k] {
			list, listed[x.k] = append(list, x.k), true
		}
	}
	if t != nil {
		all = len(t.leaves)
	}
	return list, leaves, all
}

// checkSum refuses goals below whose total can't be the parent's.
func (b *childBind) checkSum() {
	r := b.run
	g := r.plan.Goals[b.goal]
	turns := int64(len(b.grid.turns))
	total := g.Target.Mul(decimal.NewFromInt(turns))
	if total.IsNegative() {
		return
	}
	list, leaves, all := r.outermost(b.goal, func(k int) bool { return r.plan.Goals[k].Binding != BindingNone })
	var sum decimal.Decimal
	var names []string
	fixed := len(list) > 0
	for _, k := range list {
		part := r.parts[k].(*Breakdown)
		if part.Total().IsNegative() {
			return
		}
		sum = sum.Add(part.Total())
		names = append(names, part.Goal())
		fixed = fixed && r.plan.Goals[k].Binding != BindingAtLeast
	}
	off := sum.Sub(total)
	if off.IsPositive() || off.IsNegative() && fixed && leaves == all {
		bound := sum.String() + " together, " + off.Abs().String() + " more than " + total.String()
		if off.IsNegative() {
			bound = sum.String() + " together, " + off.Abs().String() + " less than " + total.String()
		}
		r.c.Add(&diag.Fault{Code: diag.Infeasible, Path: index("/goals", b.goal), Value: joinNames(names), Bound: bound})
	}
}

// explain gives faults of bounds that goals below made the parent's path and
// the child's name.
func (b *childBind) explain(err error) error {
	if b == nil {
		return err
	}
	own := 0
	if s := b.run.plan.Goals[b.goal].Split; s != nil {
		own = len(s.Bounds)
	}
	all := diag.All(err)
	if len(all) == 0 {
		return err
	}
	out := make(diag.Faults, len(all))
	for i, f := range all {
		x := *f
		if n, ok := boundNumber(f.Path); ok && n >= own && n-own < len(b.from) {
			rule := b.rules[n-own]
			x.Path = "/goal"
			amount := rule.Lock.Decimal
			if rule.Min.Valid {
				amount = rule.Min.Decimal
			}
			x.Value = b.run.plan.Goals[b.from[n-own]].ID
			x.Bound = clauses("goal "+x.Value+" takes "+amount.String()+" in "+rule.Period, f.Value, f.Bound)
		} else if own == 0 && f.Path == "/goal/split/bounds" {
			x.Path = "/goal"
			x.Bound = clauses("goals "+b.names()+" bind", f.Bound)
		}
		out[i] = &x
	}
	return out
}

// clauses joins what is said of one fault.
func clauses(list ...string) string {
	return strings.Join(slices.DeleteFunc(list, func(s string) bool { return s == "" }), "; ")
}

// names lists the goals that bind, a few of them.
func (b *childBind) names() string {
	const most = 5
	var names []string
	for i, k := range b.from {
		if i > 0 && k == b.from[i-1] {
			continue
		}
		if len(names) == most {
			names = append(names, "…")
			break
		}
		names = append(names, b.run.plan.Goals[k].ID)
	}
	return joinNames(names)
}
