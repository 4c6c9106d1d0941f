package salesplan

import (
	"cmp"
	"context"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// settle finds what is added, lost and handed over in each leaf period. Where
// bounds stand on units to which leavers hand over, what they receive is known
// only afterwards, and they are gone through again.
func (r *stockRun) settle(ctx context.Context) error {
	const rounds = 8
	found := r.findings
	for round := 1; ; round++ {
		r.findings = slices.Clone(found)
		r.transfers, r.orphan, r.floored, r.gains, r.drops = nil, false, 0, nil, nil
		if err := r.flows(ctx); err != nil {
			return err
		}
		if err := r.walk(ctx); err != nil {
			return err
		}
		if r.orphan {
			return diag.Faults{{Code: diag.Infeasible, Path: "/goal/owner", Value: r.req.Goal.Owner,
				Bound: "is not there to the end of the period, and nobody below it takes over what it has"}}
		}
		again, err := r.missed(round < rounds)
		if !again || err != nil {
			return err
		}
	}
}

// flows finds what is added and lost, by slot and leaf period.
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
	case off != 0 && r.req.Losses != nil && r.req.Additions != nil, off < 0 && r.req.Losses != nil:
		return diag.Faults{{Code: diag.Infeasible, Path: "/goal/target", Value: r.req.Goal.Target.String(), Bound: state + ", off by " + by}}
	case off > 0 && r.req.Additions != nil:
		return diag.Faults{{Code: diag.Infeasible, Path: "/goal/target", Value: r.req.Goal.Target.String(), Bound: state + ", " + by + " more are needed"}}
	}
	more, less, err := r.needed(off)
	if err != nil {
		return err
	}
	if less.total > 0 {
		if r.drops, err = r.derive(ctx, less); err != nil {
			return err
		}
	}
	if more.total > 0 {
		more.after(r)
		if r.gains, err = r.derive(ctx, more); err != nil {
			return err
		}
	}
	return nil
}

// derive divides a flow that follows from the target.
func (r *stockRun) derive(ctx context.Context, f stockFlow) ([][]int64, error) {
	b, err := Cascade(ctx, r.flow(f.total, f.rules))
	if err != nil {
		return nil, f.explain(err)
	}
	r.findings = append(r.findings, b.cs.findings...)
	var c diag.Collector
	rows := r.read(b, "/goal/split", &c)
	return rows, c.Err()
}

func sumRows(rows [][]int64) int64 {
	var sum int64
	for _, row := range rows {
		sum += sumOf(row)
	}
	return sum
}

// read returns a flow's amounts by slot and leaf period of the stock.
func (r *stockRun) read(b *Breakdown, path string, c *diag.Collector) [][]int64 {
	if f := b.offStep(path); f != nil {
		c.Add(f)
		return nil
	}
	if !b.cs.metric.Step.Equal(r.req.Metric.Step) {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: b.cs.metric.Step.String(), Bound: "the stock's step " + r.req.Metric.Step.String()})
		return nil
	}
	if b.cs.negative {
		c.Add(&diag.Fault{Code: diag.Negative, Path: path, Value: b.Total().String(), Bound: "0"})
		return nil
	}
	theirs := r.columnsIn(b)
	stretches := make([]stretch, len(r.pieces))
	for p, piece := range r.pieces {
		s, ok := b.cs.grid.find(piece)
		if !ok {
			c.Add(&diag.Fault{Code: diag.OffGrid, Path: path, Value: piece.String(), Near: b.nearestPeriod(piece)})
			return nil
		}
		stretches[p] = s
	}
	out := zeroRows(len(r.opening), len(r.pieces))
	var sum int64
	for slot := range out {
		own, ok := r.ownNodes(slot)
		if !ok {
			continue
		}
		places, missing := r.placesIn(b, theirs, own)
		if missing != "" {
			c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: b.Goal(), Bound: "has no " + missing + ", over which the stock is split"})
			return nil
		}
		for p, s := range stretches {
			out[slot][p] = b.sumAll(places, s)
			sum += out[slot][p]
		}
	}
	if sum != b.cs.total {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: b.Total().String(), Bound: fromSteps(sum, r.req.Metric.Step).String() + " over the stock's units and period"})
	}
	return out
}

// placesIn returns the tuples of nodes of a flow that are a slot's, by its nodes
// in the trees without vacancy lines, or a unit that the flow doesn't have; theirs
// are the places of the stock's axes in the flow's split.
func (r *stockRun) placesIn(b *Breakdown, theirs []int, own []int32) (places [][]int32, missing string) {
	places = [][]int32{make([]int32, len(b.cs.axes))}
	for a, n := range own {
		t := r.plain.axes[a].tree
		if id := t.nodes[n].id; theirs[a] >= 0 {
			at := b.cs.axes[theirs[a]].tree
			if _, known := at.index[id]; !known {
				return nil, id
			}
			places = withEach(places, theirs[a], t.like(n, at))
		} else if id != b.Owner() {
			return nil, id
		}
	}
	return places, ""
}

// columnsIn returns the place of each of the stock's axes in a flow's split, -1
// for one over which it isn't split.
func (r *stockRun) columnsIn(b *Breakdown) []int {
	out := make([]int, len(r.plain.axes))
	for a, ax := range r.plain.axes {
		out[a] = slices.IndexFunc(b.cs.axes, func(x *axisSplit) bool { return x.axis.ID == ax.axis.ID })
		if ax.axis.ID == "" { // the owner alone
			out[a] = b.axisOf(ax.tree.nodes[0].id)
		}
	}
	return out
}

// walk goes through the leaf periods: what is added, what is lost, and what
// leavers hand over.
func (r *stockRun) walk(ctx context.Context) error {
	level := slices.Clone(r.opening)
	r.moves = zeroRows(len(level), len(r.pieces))
	if r.gains == nil {
		r.gains = zeroRows(len(level), len(r.pieces))
	}
	if r.drops == nil {
		r.drops = zeroRows(len(level), len(r.pieces))
	}
	before := make([]int64, len(level))
	groups := r.movers()
	for p := range r.pieces {
		if err := ctx.Err(); err != nil {
			return err
		}
		copy(before, level)
		for u := range r.gains {
			level[u] += r.gains[u][p]
		}
		first := len(r.transfers)
		r.takeAlong(level, groups, p)
		if err := r.lose(level, p); err != nil {
			return err
		}
		r.handOver(level, p)
		r.transfers = append(r.transfers[:first], merged(r.transfers[first:])...)
		for u := range level {
			r.moves[u][p] = level[u] - before[u]
		}
	}
	return nil
}

// movers lists the slots of each tuple of units of which some change teams.
func (r *stockRun) movers() [][]int {
	var out [][]int
	for slot := range r.opening {
		kin := r.kin(slot)
		if len(kin) < 2 || r.slotOf(kin[0]) != slot {
			continue
		}
		var slots []int
		for _, nodes := range kin {
			slots = append(slots, r.slotOf(nodes))
		}
		out = append(out, slots)
	}
	return out
}

// takeAlong moves what units that change teams lose in one of them and have in
// another: they take it along on the day, not at the end of the leaf period.
func (r *stockRun) takeAlong(level []int64, groups [][]int, p int) {
	for _, slots := range groups {
		for _, to := range slots {
			for _, from := range slots {
				n := min(r.drops[to][p]-level[to], level[from]-r.drops[from][p])
				if n <= 0 {
					continue
				}
				r.transfers = append(r.transfers, transfer{from, to, p, n})
				level[from] -= n
				level[to] += n
			}
		}
	}
}

// merged returns the transfers of a leaf period in the order of who had it, one
// for each pair.
func merged(list []transfer) []transfer {
	slices.SortStableFunc(list, func(x, y transfer) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)) })
	var out []transfer
	for _, x := range list {
		if k := len(out) - 1; k >= 0 && out[k].from == x.from && out[k].to == x.to {
			out[k].amount += x.amount
			continue
		}
		out = append(out, x)
	}
	return out
}

func zeroRows(n, cols int) [][]int64 {
	out := make([][]int64, n)
	cells := make([]int64, n*cols)
	for i := range out {
		out[i] = cells[i*cols : (i+1)*cols : (i+1)*cols]
	}
	return out
}

// lose takes the losses of a leaf period; what a unit doesn't have falls on the
// others.
func (r *stockRun) lose(level []int64, p int) error {
	var excess int64
	room := make([]int64, len(level))
	for u, has := range level {
		want := r.drops[u][p]
		if want > has {
			if r.given {
				return r.tooMuch(joinNames(named(r.names(u))), p, want-has)
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
func (r *stockRun) handOver(level []int64, p int) {
	day := int32(r.pieces[p].Last.Sub(r.frame.grid.whole.First))
	gone := make([][]bool, len(r.axes)) // by axis, then leaf; nil where all are there
	some := false
	for a := range r.axes {
		for k, n := range r.axes[a].tree.leaves {
			if r.there(a, n, day) {
				continue
			}
			if gone[a] == nil {
				gone[a], some = make([]bool, len(r.axes[a].tree.leaves)), true
			}
			gone[a][k] = true
		}
	}
	if !some {
		return
	}
	for u := range level {
		if level[u] == 0 || !r.isGone(u, gone) {
			continue
		}
		to, ok := r.holder(u, day)
		if !ok {
			r.orphan = true
			continue
		}
		r.transfers = append(r.transfers, transfer{u, to, p, level[u]})
		level[to] += level[u]
		level[u] = 0
	}
}

// isGone reports whether one of a slot's units is among those gone.
func (r *stockRun) isGone(slot int, gone [][]bool) bool {
	for a := len(gone) - 1; a >= 0; a-- {
		n := len(r.axes[a].tree.leaves)
		if gone[a] != nil && gone[a][slot%n] {
			return true
		}
		slot /= n
	}
	return false
}

// holder returns the slot that takes over from one of which a unit isn't there.
func (r *stockRun) holder(slot int, day int32) (int, bool) {
	nodes := r.nodesOf(slot)
	for a := range nodes {
		if r.there(a, nodes[a], day) {
			continue
		}
		if nodes[a] = r.next(a, nodes, day); nodes[a] < 0 {
			return 0, false
		}
	}
	return r.slotOf(nodes), true
}
