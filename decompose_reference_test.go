package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
)

// The reference: a cascade as its description has it, day by day and in
// fractions, without regard to time or memory. It knows nothing of the code
// that it is held against but the calendar.

// A refNode is a unit of an axis.
type refNode struct {
	id    string
	unit  Unit
	level int
	above *refNode
	kids  []*refNode

	weight *big.Rat   // among its siblings
	there  []int64    // by leaf period: the days on which it is there
	cells  []*big.Rat // by leaf period: its ideal
	ideal  *big.Rat
	total  *big.Int
}

// refTree builds the subtree of owner, or of the whole axis.
func refTree(a Axis, owner string) *refNode {
	nodes := map[string]*refNode{}
	root := &refNode{}
	for _, u := range a.Units {
		nodes[u.ID] = &refNode{id: u.ID, unit: u}
	}
	for _, u := range a.Units {
		up := root
		if u.Parent != "" {
			up = nodes[u.Parent]
		}
		nodes[u.ID].above = up
		up.kids = append(up.kids, nodes[u.ID])
	}
	if o := nodes[owner]; o != nil {
		root = o
		root.above = nil
	}
	root.each(func(n *refNode) {
		if n != root {
			n.level = n.above.level + 1
		}
	})
	return root
}

// each calls f with n and all below it, each before those below it.
func (n *refNode) each(f func(*refNode)) {
	f(n)
	for _, k := range n.kids {
		k.each(f)
	}
}

func (n *refNode) leaves() (out []*refNode) {
	n.each(func(m *refNode) {
		if len(m.kids) == 0 {
			out = append(out, m)
		}
	})
	return out
}

// isThere reports whether n is there on a day: a leaf when it and all above it
// (up to the goal's owner) are, an inner unit when any leaf below it is.
func (n *refNode) isThere(d calendar.Date) bool {
	if len(n.kids) > 0 {
		return slices.ContainsFunc(n.kids, func(k *refNode) bool { return k.isThere(d) })
	}
	for m := n; m != nil; m = m.above {
		if !m.unit.From.IsZero() && d.Before(m.unit.From) || !m.unit.To.IsZero() && d.After(m.unit.To) {
			return false
		}
	}
	return true
}

// A reference is a goal with its periods.
type reference struct {
	req    CascadeRequest
	rule   SplitRule
	whole  calendar.Period
	pieces []calendar.Period
	turns  []calendar.Period
	trees  []*refNode
	rules  []AxisRule

	row    []*big.Int // in steps
	lines  []*big.Rat // by leaf period: the running line of its turn
	failed string     // why there is no solution
}

func newReference(req CascadeRequest) *reference {
	r := &reference{req: req}
	if req.Goal.Split != nil {
		r.rule = *req.Goal.Split
	}
	r.whole, _ = req.Fiscal.Parse(req.Goal.Period)
	grains := slices.Clone(r.rule.Grains)
	r.turns = []calendar.Period{r.whole}
	if req.Goal.Every != "" {
		grains = append(grains, req.Goal.Every)
		r.turns, _ = req.Fiscal.Split(r.whole, req.Goal.Every)
	}
	r.pieces = []calendar.Period{r.whole}
	if len(grains) > 0 {
		r.pieces, _ = req.Fiscal.Grid(r.whole, grains)
	}
	for _, rule := range r.rule.Axes {
		for _, a := range req.Axes {
			if a.ID == rule.Axis {
				r.trees = append(r.trees, refTree(a, req.Goal.Owner))
				r.rules = append(r.rules, rule)
			}
		}
	}
	if len(r.trees) == 0 {
		r.trees = []*refNode{{id: req.Goal.Owner}}
		r.rules = []AxisRule{{}}
	}
	return r
}

func eachDay(p calendar.Period, f func(calendar.Date)) {
	for d := p.First; !d.After(p.Last); d = d.AddDays(1) {
		f(d)
	}
}

// counts says whether a day counts in the measure of time.
func (r *reference) counts(d calendar.Date) bool {
	return r.rule.Time.Within == TimeDays || r.rule.Time.Basis == TimeDays || r.req.Calendar.IsWorkday(d)
}

// measure counts the days of a period that count and satisfy ok; all days if
// none of the period counts.
func (r *reference) measure(p calendar.Period, ok func(calendar.Date) bool) int64 {
	var n, days, all int64
	eachDay(p, func(d calendar.Date) {
		if ok(d) {
			days++
		}
		if r.counts(d) {
			all++
			if ok(d) {
				n++
			}
		}
	})
	if all == 0 {
		return days
	}
	return n
}

// steps returns a number of steps without sign.
func (r *reference) perTurn() *big.Int {
	q := new(big.Rat).Quo(r.req.Goal.Target.Rat(), r.req.Metric.Step.Rat())
	return new(big.Int).Abs(q.Num())
}

// when rounds the running total of each turn half up.
func (r *reference) when() {
	ws := r.weights()
	total := new(big.Rat).SetInt(r.perTurn())
	for _, turn := range r.turns {
		sum := new(big.Rat)
		for i, p := range r.pieces {
			if turn.Covers(p) {
				sum.Add(sum, ws[i])
			}
		}
		if sum.Sign() == 0 {
			if total.Sign() != 0 {
				r.failed = "no weight"
				return
			}
			sum.SetInt64(1)
		}
		run, before := new(big.Rat), new(big.Int)
		for i, p := range r.pieces {
			if !turn.Covers(p) {
				continue
			}
			run.Add(run, ws[i])
			line := new(big.Rat).Mul(total, run)
			line.Quo(line, sum)
			now := ratFloor(new(big.Rat).Add(line, big.NewRat(1, 2)))
			r.row = append(r.row, new(big.Int).Sub(now, before))
			r.lines = append(r.lines, line)
			before = now
		}
	}
}

func ratFloor(x *big.Rat) *big.Int {
	q := new(big.Int)
	return q.Div(x.Num(), x.Denom()) // Euclidean: the floor, the denominator being positive
}

// who sends the row down the first tree and rounds the totals.
func (r *reference) who() {
	root := r.trees[0]
	r.presence(root)
	root.cells = make([]*big.Rat, len(r.pieces))
	for p, x := range r.row {
		root.cells[p] = new(big.Rat).SetInt(x)
		if x.Sign() != 0 && root.there[p] == 0 {
			r.failed = "nobody there"
		}
	}
	r.weigh(0, root, nil)
	r.descend(root)
	total := new(big.Int)
	for _, x := range r.row {
		total.Add(total, x)
	}
	refRound(root, total)
}

func (r *reference) presence(root *refNode) {
	root.each(func(n *refNode) {
		n.there = make([]int64, len(r.pieces))
		for p, piece := range r.pieces {
			n.there[p] = r.measure(piece, n.isThere)
		}
	})
}

// descend fills the ideals below n, whose own cells are filled.
func (r *reference) descend(n *refNode) {
	n.ideal = new(big.Rat)
	for _, x := range n.cells {
		n.ideal.Add(n.ideal, x)
	}
	if len(n.kids) == 0 {
		return
	}
	for _, k := range n.kids {
		k.cells = make([]*big.Rat, len(n.cells))
	}
	for p, x := range n.cells {
		sum := new(big.Rat)
		for _, k := range n.kids {
			k.cells[p] = new(big.Rat)
			sum.Add(sum, k.cells[p].Mul(k.weight, new(big.Rat).SetInt64(k.there[p])))
		}
		if sum.Sign() == 0 {
			if x.Sign() != 0 {
				r.failed = "nobody there"
			}
			continue
		}
		for _, k := range n.kids {
			k.cells[p].Mul(k.cells[p], x)
			k.cells[p].Quo(k.cells[p], sum)
		}
	}
	for _, k := range n.kids {
		r.descend(k)
	}
}

// refRound rounds ideals down a tree by largest remainder, ties in the order
// of the units.
func refRound(n *refNode, total *big.Int) {
	n.total = total
	rest := new(big.Int).Set(total)
	order := slices.Clone(n.kids)
	for _, k := range n.kids {
		k.total = ratFloor(k.ideal)
		rest.Sub(rest, k.total)
	}
	fraction := func(k *refNode) *big.Rat {
		return new(big.Rat).Sub(k.ideal, new(big.Rat).SetInt(ratFloor(k.ideal)))
	}
	slices.SortStableFunc(order, func(a, b *refNode) int { return fraction(b).Cmp(fraction(a)) })
	for _, k := range order {
		if rest.Sign() > 0 && fraction(k).Sign() > 0 {
			k.total.Add(k.total, big.NewInt(1))
			rest.Sub(rest, big.NewInt(1))
		}
	}
	for _, k := range n.kids {
		refRound(k, k.total)
	}
}

// under computes the ideals of an axis below a tuple of leaves with their ideal
// cells: scaled to the tuple's total.
func (r *reference) under(axis int, prefix []*refNode, cells []*big.Rat, total *big.Int) *refNode {
	rule := r.rules[axis]
	var root *refNode
	for _, a := range r.req.Axes {
		if a.ID == rule.Axis {
			root = refTree(a, r.req.Goal.Owner)
		}
	}
	r.presence(root)
	root.cells = cells
	r.weigh(axis, root, prefix)
	r.descend(root)
	scale := new(big.Rat)
	if root.ideal.Sign() != 0 {
		scale.Quo(new(big.Rat).SetInt(total), root.ideal)
	}
	root.each(func(n *refNode) { n.ideal = new(big.Rat).Mul(n.ideal, scale) })
	return root
}

// largestDifference returns the largest absolute difference of prefix sums over
// any stretch: the maximum less the minimum of the running differences.
func largestDifference(diffs []int64) int64 {
	var run, low, high int64
	for _, d := range diffs {
		run += d
		low, high = min(low, run), max(high, run)
	}
	return high - low
}
