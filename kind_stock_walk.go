package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A stockRun is the goal of a stock on its way to its targets. Slots are the
// leaves of its tree and, after them, the vacancy lines of teams.
type stockRun struct {
	req    StockRequest
	frame  *cascade // the grid and the tree
	tree   *tree
	pieces []calendar.Period
	target int64

	vacancies []int32         // by vacancy slot: the team's node
	slotOf    map[int32]int32 // of a team's vacancy
	taken     map[string]bool // ids of units

	opening []int64   // by slot
	gains   [][]int64 // by leaf, then leaf period; nil for none
	drops   [][]int64
	given   bool // losses are given, and not moved

	moves     [][]int64 // by slot
	transfers []transfer
	floored   int64
	findings  []diag.Finding
}

type transfer struct {
	from, to int32
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
	if c.Len() > 0 {
		return nil, c.Err()
	}
	r := &stockRun{req: req, slotOf: map[int32]int32{}}
	frame, err := r.layOut(req.Axes)
	if err != nil {
		return nil, err
	}
	r.frame, r.tree, r.pieces = frame, frame.axes[0].tree, frame.grid.pieces
	r.target, _, _ = toSteps(req.Goal.Target, req.Metric.Step)
	r.opening = make([]int64, len(r.tree.leaves))
	return r, nil
}

// flow returns the request for a flow of the stock.
func (r *stockRun) flow(total int64) CascadeRequest {
	req := r.req.CascadeRequest
	req.Metric.Kind = KindFlow
	g := &req.Goal
	g.Baseline, g.Additions, g.Losses = decimal.NullDecimal{}, "", ""
	g.Target = fromSteps(total, req.Metric.Step)
	return req
}

// layOut returns the grid and the tree without any amount.
func (r *stockRun) layOut(axes []Axis) (*cascade, error) {
	req := r.flow(0)
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

// flows finds what is added and lost, by leaf and leaf period.
func (r *stockRun) flows(ctx context.Context) error {
	var c diag.Collector
	var added, lost int64
	if a := r.req.Additions; a != nil {
		r.gains = r.read(a, "/goal/additions", &c)
		added = sumRows(r.gains)
	}
	if l := r.req.Losses; l != nil {
		r.drops, r.given = r.read(l, "/goal/losses", &c), true
		lost = sumRows(r.drops)
	}
	if c.Len() > 0 {
		return c.Err()
	}
	open := sumOf(r.opening)
	off := r.target - (open + added - lost) // what is missing
	text := func(n int64) string { return fromSteps(n, r.req.Metric.Step).String() }
	state := "opening " + text(open) + " + additions " + text(added) + " - losses " + text(lost) + " = " + text(open+added-lost)
	by := text(max(off, -off))
	switch {
	case off == 0:
		return nil
	case r.req.Losses != nil && r.req.Additions != nil, off < 0 && r.req.Losses != nil:
		return diag.Faults{{Code: diag.Infeasible, Path: "/goal/target", Value: r.req.Goal.Target.String(), Bound: state + ", off by " + by}}
	case off > 0 && r.req.Additions != nil:
		return diag.Faults{{Code: diag.Infeasible, Path: "/goal/target", Value: r.req.Goal.Target.String(), Bound: state + ", " + by + " more are needed"}}
	}
	b, err := Cascade(ctx, r.flow(max(off, -off)))
	if err != nil {
		return err
	}
	r.findings = append(r.findings, b.cs.findings...)
	if off > 0 {
		r.gains = r.read(b, "/goal/split", &c)
	} else {
		r.drops = r.read(b, "/goal/split", &c)
	}
	return c.Err()
}

func sumRows(rows [][]int64) int64 {
	var sum int64
	for _, row := range rows {
		sum += sumOf(row)
	}
	return sum
}

// read returns a flow's amounts by leaf and leaf period of the stock.
func (r *stockRun) read(b *Breakdown, path string, c *diag.Collector) [][]int64 {
	if !b.cs.metric.Step.Equal(r.req.Metric.Step) {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: b.cs.metric.Step.String(), Bound: "the stock's step " + r.req.Metric.Step.String()})
		return nil
	}
	if b.cs.negative {
		c.Add(&diag.Fault{Code: diag.Negative, Path: path, Value: b.Total().String(), Bound: "0"})
		return nil
	}
	t := b.cs.axes[0].tree
	out := make([][]int64, len(r.tree.leaves))
	var sum int64
	for i, leaf := range r.tree.leaves {
		id := r.tree.nodes[leaf].id
		if _, ok := t.index[id]; !ok {
			c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: b.Goal(), Bound: "has no " + id + ", over which the stock is split"})
			return nil
		}
		nodes := r.tree.like(leaf, t)
		out[i] = make([]int64, len(r.pieces))
		for p, piece := range r.pieces {
			s, ok := b.cs.grid.find(piece)
			if !ok {
				c.Add(&diag.Fault{Code: diag.OffGrid, Path: path, Value: piece.String(), Near: b.nearestPeriod(piece)})
				return nil
			}
			for _, n := range nodes {
				out[i][p] += sumOf(b.unitRow(n)[s.first:s.end])
			}
			sum += out[i][p]
		}
	}
	if sum != b.cs.total {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: b.Total().String(), Bound: fromSteps(sum, r.req.Metric.Step).String() + " over the stock's units and period"})
	}
	return out
}

// walk goes through the leaf periods: what is added, what is lost, and what
// leavers hand over.
func (r *stockRun) walk(ctx context.Context) error {
	for len(r.opening) < len(r.tree.leaves)+len(r.vacancies) {
		r.opening = append(r.opening, 0)
	}
	level := slices.Clone(r.opening)
	r.moves = make([][]int64, len(level))
	for u := range r.moves {
		r.moves[u] = make([]int64, len(r.pieces))
	}
	if r.gains == nil {
		r.gains = zeroRows(len(r.tree.leaves), len(r.pieces))
	}
	if r.drops == nil {
		r.drops = zeroRows(len(r.tree.leaves), len(r.pieces))
	}
	before := make([]int64, 0, len(level))
	for p := range r.pieces {
		if err := ctx.Err(); err != nil {
			return err
		}
		before = append(before[:0], level...)
		for u := range r.gains {
			level[u] += r.gains[u][p]
		}
		if err := r.lose(level, p); err != nil {
			return err
		}
		level = r.handOver(level, p)
		for u := range level {
			if u >= len(before) {
				before = append(before, 0)
			}
			r.moves[u][p] = level[u] - before[u]
		}
	}
	return r.checkTaken()
}

func zeroRows(n, cols int) [][]int64 {
	out := make([][]int64, n)
	for i := range out {
		out[i] = make([]int64, cols)
	}
	return out
}

// lose takes the losses of a leaf period; what a unit doesn't have falls on the
// others.
func (r *stockRun) lose(level []int64, p int) error {
	var excess int64
	room := make([]int64, len(level))
	for u, has := range level {
		want := int64(0)
		if u < len(r.drops) {
			want = r.drops[u][p]
		}
		if want > has {
			if r.given {
				return r.tooMuch(r.slotName(int32(u)), p, want-has)
			}
			excess += want - has
			r.drops[u][p], want = has, has
		}
		level[u] -= want
		room[u] = level[u]
	}
	if excess == 0 {
		return nil
	}
	r.floored += excess
	if left := sumOf(room); left < excess {
		return r.tooMuch(r.frame.axes[0].nameOf(0), p, excess-left)
	}
	for len(r.drops) < len(level) { // vacancy lines lose too, if they must
		r.drops = append(r.drops, make([]int64, len(r.pieces)))
	}
	for _, byLoss := range []bool{true, false} {
		weights := make([]int64, len(level))
		var most int64
		for u := range level {
			if weights[u] = room[u]; byLoss {
				weights[u] = min(r.drops[u][p], 1<<40)
			}
			if weights[u] > 0 {
				most += room[u]
			}
		}
		n := min(excess, most)
		if n == 0 {
			continue
		}
		parts, err := boundedSplit(n, weights, room)
		if err != nil {
			return err
		}
		for u, x := range parts {
			r.drops[u][p] += x
			level[u] -= x
			room[u] -= x
		}
		excess -= n
	}
	return nil
}

// boundedSplit divides n by weight, none getting more than its room.
func boundedSplit(n int64, weights, room []int64) ([]int64, error) {
	parts := make([]Part, len(weights))
	for i := range parts {
		most := room[i]
		if weights[i] == 0 {
			most = 0
		}
		parts[i].Weight = decimal.NewNullDecimal(decimal.NewFromInt(weights[i]))
		parts[i].Max = decimal.NewNullDecimal(decimal.NewFromInt(most))
	}
	shares, err := SplitParts(decimal.NewFromInt(n), parts, SplitOptions{Step: decimal.NewFromInt(1)})
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(shares))
	for i, s := range shares {
		out[i], _, _ = toSteps(s.Amount, decimal.NewFromInt(1))
	}
	return out, nil
}

func (r *stockRun) tooMuch(unit string, p int, by int64) error {
	return diag.Faults{{Code: diag.Infeasible, Path: "/goal/losses", Value: unit,
		Bound: "loses " + fromSteps(by, r.req.Metric.Step).String() + " more than it has in " + r.pieces[p].String()}}
}

// handOver moves what units have that are not there at the end of a leaf
// period.
func (r *stockRun) handOver(level []int64, p int) []int64 {
	day := int32(r.pieces[p].Last.Sub(r.frame.grid.whole.First))
	for u := range r.tree.leaves {
		if level[u] == 0 || r.tree.there(r.tree.leaves[u], day) {
			continue
		}
		to := r.holder(int32(u), day)
		for int(to) >= len(level) {
			level = append(level, 0)
			r.moves = append(r.moves, make([]int64, len(r.pieces)))
			r.opening = append(r.opening, 0)
		}
		r.transfers = append(r.transfers, transfer{int32(u), to, p, level[u]})
		level[to] += level[u]
		level[u] = 0
	}
	return level
}

// there reports whether a node is there on a day, counted from the period's
// first.
func (t *tree) there(i, day int32) bool {
	spans := t.nodes[i].spans
	return spans == nil || slices.ContainsFunc(spans, func(s span) bool { return s.from <= day && day < s.to })
}

// thereOn returns the node at which the unit of node i is on a day; -1 for none.
func (t *tree) thereOn(i, day int32) int32 {
	at := int32(-1)
	t.nodesOf(t.index[t.nodes[i].id], func(n int32) {
		if t.there(n, day) {
			at = n
		}
	})
	return at
}

// holder returns the slot that takes over from a leaf that isn't there: the same
// unit in another team, the next in the line of successors who is there, or the
// vacancy line of its team.
func (r *stockRun) holder(slot, day int32) int32 {
	at := r.tree.leaves[slot]
	for range r.tree.leaves {
		if n := r.tree.thereOn(at, day); n >= 0 {
			return r.tree.nodes[n].leaf
		}
		u := r.tree.nodes[at].unit
		if u == nil || u.Successor == "" {
			break
		}
		next, ok := r.tree.index[u.Successor]
		if !ok {
			break
		}
		at = next
	}
	left := r.tree.leaves[slot]
	if n := r.tree.on(r.tree.index[r.tree.nodes[left].id], r.frame.grid.whole.First.AddDays(int(day))); n >= 0 {
		left = n // where it stood in the end
	}
	team := r.tree.nodes[left].parent
	if s, ok := r.slotOf[team]; ok {
		return s
	}
	s := int32(len(r.tree.leaves) + len(r.vacancies))
	r.vacancies = append(r.vacancies, team)
	r.slotOf[team] = s
	return s
}

// checkTaken refuses a stock that nobody of the goal's units takes over.
func (r *stockRun) checkTaken() error {
	if _, lost := r.slotOf[-1]; !lost {
		return nil
	}
	return diag.Faults{{Code: diag.Infeasible, Path: "/goal/owner", Value: r.req.Goal.Owner,
		Bound: "is not there to the end of the period, and nobody below it takes over what it has"}}
}
