package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A stockRun is the goal of a stock on its way to its targets. Slots are tuples
// of one leaf of each axis, vacancy lines among them.
type stockRun struct {
	req    StockRequest
	plain  *cascade // the grid and the trees
	frame  *cascade // the same with vacancy lines
	axes   []stockAxis
	pieces []calendar.Period
	target int64
	grown  *GrownTarget
	bounds []stockBound

	opening []int64   // by slot
	gains   [][]int64 // by slot, then leaf period; nil for none
	drops   [][]int64
	given   bool // losses are given, and not moved

	moves     [][]int64 // by slot
	transfers []transfer
	orphan    bool // what somebody has is taken over by nobody
	floored   int64
	findings  []diag.Finding
}

// A stockAxis is one axis of a stock.
type stockAxis struct {
	tree      *tree           // with vacancy lines
	own       []int32         // by node: that of the tree without; -1 for a vacancy line
	vacancies map[int32]int32 // by node: its vacancy line
}

type transfer struct {
	from, to int
	piece    int
	amount   int64
}

func newStockRun(req StockRequest) (*stockRun, error) {
	var c diag.Collector
	checkMetric(req.Metric, "/metric", &c)
	if req.Metric.Kind != KindStock {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: "/metric/kind", Value: string(req.Metric.Kind), Bound: "a stock"})
	}
	checkTarget(req.Goal.Target, req.Metric.Step, "/goal/target", &c)
	checkGoalKind(req.Goal, &req.Metric, "/goal", &c)
	req.Goal.checkGrowth(&req.Metric, req.Fiscal, "/goal", &c)
	if s := req.Goal.Split; s != nil {
		checkBounds(s.Bounds, goalContext{metric: &req.Metric, axes: req.Axes, units: newUnitNames(req.Axes), fiscal: req.Fiscal}, "/goal/split/bounds", &c)
		checkStockBounds(req.Goal, req.Fiscal, "/goal", &c)
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	grown, err := req.grow(req.Metric)
	if err != nil {
		return nil, err
	}
	r := &stockRun{req: req, grown: grown}
	if r.plain, err = r.layOut(req.Axes); err != nil {
		return nil, err
	}
	axes, lines := r.withVacancies(func(int, string) bool { return true })
	r.frame = r.plain
	if lines != nil {
		if r.frame, err = r.layOut(axes); err != nil {
			return nil, err
		}
	}
	slots := 1
	for a, ax := range r.frame.axes {
		r.axes = append(r.axes, newStockAxis(ax.tree, r.plain.axes[a].tree, lines[ax.axis.ID]))
		slots *= len(ax.tree.leaves)
	}
	r.pieces = r.frame.grid.pieces
	r.target, _, _ = toSteps(req.Goal.Target, req.Metric.Step)
	r.opening = make([]int64, slots)
	return r, nil
}

func newStockAxis(t, plain *tree, lines map[string]string) stockAxis {
	x := stockAxis{tree: t, own: make([]int32, len(t.nodes)), vacancies: map[int32]int32{}}
	for i := range t.nodes {
		x.own[i] = -1
		if own := t.like(int32(i), plain); own != nil {
			x.own[i] = own[0]
		}
	}
	for team, line := range lines {
		x.vacancies[t.index[team]] = t.index[line]
	}
	return x
}

// withVacancies returns the axes with a vacancy line in each team that somebody
// may leave, if keep reports true of it; and the names of these lines by axis and
// team, nil without any.
func (r *stockRun) withVacancies(keep func(axis int, line string) bool) ([]Axis, map[string]map[string]string) {
	var lines map[string]map[string]string
	var taken map[string]bool
	axes := slices.Clone(r.req.Axes)
	for k, ax := range r.plain.axes {
		t := ax.tree
		teams := make(map[int32]bool)
		var units []Unit
		for i := range t.nodes {
			team := t.nodes[i].parent
			if t.nodes[i].spans == nil || team < 0 || teams[team] {
				continue
			}
			teams[team] = true
			if taken == nil {
				taken = newUnitNames(r.req.Axes).known
			}
			id := t.nodes[team].id
			line := vacancyName(id, taken)
			if !keep(k, line) {
				continue
			}
			if lines == nil {
				lines = map[string]map[string]string{}
			}
			if lines[ax.axis.ID] == nil {
				lines[ax.axis.ID] = map[string]string{}
			}
			lines[ax.axis.ID][id] = line
			units = append(units, Unit{ID: line, Parent: id})
		}
		a := slices.IndexFunc(axes, func(x Axis) bool { return x.ID == ax.axis.ID })
		if a >= 0 && len(units) > 0 {
			axes[a] = Axis{ID: axes[a].ID, Name: axes[a].Name, Of: axes[a].Of, Units: slices.Concat(axes[a].tree(), units)}
		}
	}
	return axes, lines
}

// vacancyName returns an id for a team's vacancy line that no unit has, and takes
// it.
func vacancyName(team string, taken map[string]bool) string {
	name := "vacancy"
	if team != "" {
		name = team + "/vacancy"
	}
	for k, stem := 2, name; taken[name]; k++ {
		name = stem + "-" + strconv.Itoa(k)
	}
	taken[name] = true
	return name
}

// layOut returns the grid and the trees without any amount.
func (r *stockRun) layOut(axes []Axis) (*cascade, error) {
	req := r.flow(0, nil)
	req.Axes = axes
	if s := r.req.Goal.Split; s != nil {
		plain := &SplitRule{Grains: s.Grains}
		for _, a := range s.Axes {
			plain.Axes = append(plain.Axes, AxisRule{Axis: a.Axis})
		}
		req.Goal.Split = plain
	}
	cs, err := newCascade(req)
	if err != nil {
		return nil, err
	}
	cs.findings = nil // those of the flows say it
	return cs, nil
}

// flow returns the request for a flow of the stock, within bounds.
func (r *stockRun) flow(total int64, bounds []BoundRule) CascadeRequest {
	req := r.req.CascadeRequest
	req.Metric.Kind, req.readings = KindFlow, true
	g := &req.Goal
	g.Baseline, g.Additions, g.Losses, g.Growth = decimal.NullDecimal{}, "", "", nil
	g.Target = fromSteps(total, req.Metric.Step)
	if g.Split != nil {
		split := *g.Split
		split.Bounds = bounds
		g.Split = &split
	}
	return req
}

// nodesOf returns the leaf nodes of a slot.
func (r *stockRun) nodesOf(slot int) []int32 {
	nodes := make([]int32, len(r.axes))
	for a := len(nodes) - 1; a >= 0; a-- {
		leaves := r.axes[a].tree.leaves
		nodes[a] = leaves[slot%len(leaves)]
		slot /= len(leaves)
	}
	return nodes
}

// slotOf returns the slot of leaf nodes.
func (r *stockRun) slotOf(nodes []int32) int {
	slot := 0
	for a, n := range nodes {
		t := r.axes[a].tree
		slot = slot*len(t.leaves) + int(t.nodes[n].leaf)
	}
	return slot
}

// ownNodes returns the nodes of a slot in the trees without vacancy lines; ok is
// false for a slot of such a line.
func (r *stockRun) ownNodes(slot int) (nodes []int32, ok bool) {
	nodes = r.nodesOf(slot)
	for a, n := range nodes {
		if nodes[a] = r.axes[a].own[n]; nodes[a] < 0 {
			return nil, false
		}
	}
	return nodes, true
}

// names returns the ids of a slot's units.
func (r *stockRun) names(slot int) []string {
	out := make([]string, len(r.axes))
	for a, n := range r.nodesOf(slot) {
		out[a] = r.axes[a].tree.nodes[n].id
	}
	return out
}

// sum adds up what the slots below some nodes have.
func (r *stockRun) sum(level []int64, nodes []int32) int64 {
	var sum int64
	(&Breakdown{cs: r.frame}).eachRow(nodes, func(s int) { sum += level[s] })
	return sum
}

func (r *stockRun) vacant(a int, n int32) bool { return r.axes[a].own[n] < 0 }

// there reports whether a node is there on a day of the period; vacancy lines
// are.
func (r *stockRun) there(a int, n, day int32) bool {
	own := r.axes[a].own[n]
	return own < 0 || r.plain.axes[a].tree.there(own, day)
}

// there reports whether a node is there on a day, counted from the period's
// first.
func (t *tree) there(i, day int32) bool {
	spans := t.nodes[i].spans
	return spans == nil || slices.ContainsFunc(spans, func(s span) bool { return s.from <= day && day < s.to })
}

// thereOn returns the node at which the unit of node i is on a day; -1 for none.
func (r *stockRun) thereOn(a int, i, day int32) int32 {
	t, at := r.axes[a].tree, int32(-1)
	t.nodesOf(t.index[t.nodes[i].id], func(n int32) {
		if r.there(a, n, day) {
			at = n
		}
	})
	return at
}

// next returns the node that takes over from a leaf of axis a that isn't there:
// the same unit in another team, the next in the line of successors who is there
// and sells what the leaf had, or the vacancy line of its team, in the end; -1
// where there is no team.
func (r *stockRun) next(a int, nodes []int32, day int32) int32 {
	t := r.axes[a].tree
	at := nodes[a]
	for range t.leaves {
		if n := r.thereOn(a, at, day); n >= 0 && r.sells(a, n, nodes) {
			return n
		}
		u := t.nodes[at].unit
		if u == nil || u.Successor == "" {
			break
		}
		n, ok := t.index[u.Successor]
		if !ok {
			break
		}
		at = n
	}
	left := nodes[a]
	if n := t.on(t.index[t.nodes[left].id], r.frame.grid.whole.First.AddDays(int(day))); n >= 0 {
		left = n // where it stood in the end
	}
	if line, ok := r.axes[a].vacancies[t.nodes[left].parent]; ok {
		return line
	}
	return -1
}

// sells reports whether, with node n on axis a, the units of each axis sell those
// of the axes behind.
func (r *stockRun) sells(a int, n int32, nodes []int32) bool {
	if !r.frame.someSell {
		return true
	}
	with := slices.Clone(nodes)
	with[a] = n
	for b := 1; b < len(with); b++ {
		if !r.vacant(b, with[b]) && !r.frame.axes[b].sold(with[:b]).has(with[b]) {
			return false
		}
	}
	return true
}
