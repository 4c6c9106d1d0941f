package salesplan

import (
	"iter"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// A replan is what a re-plan made of earlier targets.
type replan struct {
	before *Breakdown

	asOf      calendar.Date
	shortfall Shortfall
	surplus   Surplus
	leaver    Leaver

	closed int
	cols   int

	// handed and waived say, by row and closed period, how many steps of the
	// difference to what was reached have been handed out, and let go of; less
	// than 0 for what was reached beyond the target. What cells of one unit of the
	// first axis make up for among each other counts as handed out.
	handed, waived []int64
	past           *pastActuals

	vacant []map[int32]bool // by axis, the nodes
	old    []int32          // by row: that of the targets before, -1 for none

	pools  []pool
	parts  []poolPart // by row
	starts []int32    // by row: its first part
}

func (c *replan) isVacancy(axis int, node int32) bool { return c != nil && c.vacant[axis][node] }

// handedAt returns what has been handed out of a closed cell.
func (c *replan) handedAt(r, p int) int64 {
	if c == nil || p >= c.closed {
		return 0
	}
	return c.handed[r*c.closed+p]
}

func (c *replan) waivedAt(r, p int) int64 {
	if c == nil || p >= c.closed {
		return 0
	}
	return c.waived[r*c.closed+p]
}

// result makes a breakdown of the cells as they are now.
func (m *mover) result() *Breakdown {
	cs := m.frame.cs
	until := clampDay(m.req.AsOf.Sub(cs.grid.whole.First)+1, int32(cs.grid.whole.Days()))
	c := &replan{
		before: m.was, asOf: m.req.AsOf, shortfall: m.req.Shortfall, surplus: m.req.Surplus, leaver: m.req.Leaver,
		closed: m.closed, cols: m.cols, handed: m.handed, waived: m.waived, past: m.past,
		old: make([]int32, m.rows), pools: m.pools,
	}
	if w := m.was.change; w != nil && len(w.pools) == 0 {
		c.before = w.before
	}
	for a, u := range m.axes {
		u.settleSpans(m.was.cs.axes[a].tree, m.now.axes[a].tree, until)
		c.vacant = append(c.vacant, u.vacant)
		u.forget()
	}
	for r := range c.old {
		c.old[r] = -1
	}
	for r, to := range m.rowsFrom(m.was.cs, func(u *union) []int32 { return u.was }) {
		c.old[to] = int32(r)
	}
	if c.before != m.was { // the trees before have fewer nodes
		for r, k := range c.old {
			if k >= 0 {
				c.old[r] = m.was.change.old[k]
			}
		}
	}
	c.sortParts(m.parts, m.rows)
	cs.table = &apportion.Result{Amounts: m.cells, Converged: true}
	cs.bounds, cs.since = nil, 0
	b := newBreakdown(cs)
	b.change = c
	cs.findings = append(slices.Clone(m.was.origin().cs.findings), m.found(b)...)
	return b
}

// origin returns the targets as they were first issued.
func (b *Breakdown) origin() *Breakdown {
	for b.change != nil {
		b = b.change.before
	}
	return b
}

// sortParts puts the parts in the order of their rows.
func (c *replan) sortParts(parts []poolPart, rows int) {
	open := int32(c.cols - c.closed)
	c.starts = make([]int32, rows+1)
	for _, x := range parts {
		c.starts[x.cell/open+1]++
	}
	for r := range rows {
		c.starts[r+1] += c.starts[r]
	}
	c.parts = make([]poolPart, len(parts))
	next := slices.Clone(c.starts)
	for _, x := range parts {
		r := x.cell / open
		c.parts[next[r]] = x
		next[r]++
	}
}

// A TargetChange is a cell that a re-plan changed.
type TargetChange struct {
	Goal  string   `json:"goal"`
	Units []string `json:"units"`

	// Parents are the units above those of Units that change teams, as in [Row].
	Parents []string `json:"parents,omitempty"`

	Period calendar.Period `json:"period"`
	Old    decimal.Decimal `json:"old"`
	New    decimal.Decimal `json:"new"`

	// Moves say why; Old and their amounts add up to New.
	Moves []Move `json:"moves"`
}

// A Move is what a cell got or gave for one reason: part of an amount that was
// divided in proportion to weights. Amount is Fitted rounded down or up to a
// step. Fitted is Of × Weight ÷ Weights, or Room where that is less; where several
// units share several periods, so that a table was fitted, it is Weight ×
// RowFactor × ColumnFactor, up to what made sums exact.
type Move struct {
	Reason Reason `json:"reason"`

	// Unit is whom it is about: who left, came or fell short, or the unit below
	// which it was divided; "" for the whole goal.
	Unit string `json:"unit,omitempty"`

	// Amount is less than 0 for what was taken.
	Amount decimal.Decimal `json:"amount"`

	// Of is what was divided by these weights: all of it, but for what others
	// could not carry or had not.
	Of decimal.Decimal `json:"of"`

	// Weight is the cell's: what stood there above its least, of what is taken,
	// and the plan's ideal cell of what is given. Weights is that of all cells
	// among which Of was divided. Whole numbers, of which only the ratio matters.
	Weight  decimal.Decimal `json:"weight"`
	Weights decimal.Decimal `json:"weights"`

	RowFactor    float64 `json:"rowFactor,omitempty"`
	ColumnFactor float64 `json:"columnFactor,omitempty"`

	// Fitted is the cell's part before it was rounded, cut to 12 decimals of a
	// step where it has no end.
	Fitted decimal.Decimal `json:"fitted"`

	// Room is the most that the cell could take part with; not given where there
	// is no bound.
	Room decimal.NullDecimal `json:"room,omitzero"`
}

// Changes yields the cells that the latest re-plan changed, in the order of the
// units and periods; none for targets as they were split. Its cost is that of
// going through the cells.
func (b *Breakdown) Changes() iter.Seq[TargetChange] {
	return func(yield func(TargetChange) bool) {
		if b.missing() != nil || b.change == nil {
			return
		}
		c := b.change
		for r := range len(b.cells) / c.cols {
			if c.starts[r] == c.starts[r+1] {
				continue
			}
			for p := c.closed; p < c.cols; p++ {
				old, now := c.cellBefore(r, p), b.cells[r*c.cols+p]
				if old == now {
					continue
				}
				x := TargetChange{Goal: b.Goal(), Units: b.unitsOf(r), Parents: b.cs.parentsOf(b.cs.tuple(len(b.cs.axes), r)), Period: b.cs.grid.pieces[p],
					Old: b.decimal(old), New: b.decimal(now), Moves: b.movesOf(r, p)}
				if !yield(x) {
					return
				}
			}
		}
	}
}

// Changes yields the cells that the latest re-plan changed, goal by goal; those
// of a rate are of its numerator. See [Breakdown.Changes].
func (t *Targets) Changes() iter.Seq[TargetChange] {
	return func(yield func(TargetChange) bool) {
		for _, part := range t.parts {
			b, ok := part.(*Breakdown)
			if r, rate := part.(*RateBreakdown); rate {
				b, ok = r.numerator, true
			}
			if !ok {
				continue
			}
			for x := range b.Changes() {
				x.Goal = part.Goal()
				if !yield(x) {
					return
				}
			}
		}
	}
}

// cellBefore returns a cell of the targets before.
func (c *replan) cellBefore(r, p int) int64 {
	if c.old[r] < 0 {
		return 0
	}
	return c.before.cells[int(c.old[r])*c.cols+p]
}

// unitsOf returns the units of a row.
func (b *Breakdown) unitsOf(r int) []string {
	out := make([]string, len(b.cs.rule.Axes))
	nodes := b.cs.tuple(len(b.cs.axes), r)
	for a := range out {
		out[a] = b.cs.axes[a].tree.nodes[nodes[a]].id
	}
	return out
}

// movesOf returns what a cell got and gave.
func (b *Breakdown) movesOf(r, p int) []Move {
	c := b.change
	cell := int32(r*(c.cols-c.closed) + p - c.closed)
	var out []Move
	for _, x := range c.parts[c.starts[r]:c.starts[r+1]] {
		if x.cell == cell {
			out = append(out, b.moveOf(x))
		}
	}
	return out
}

func (b *Breakdown) moveOf(x poolPart) Move {
	k := &b.change.pools[x.pool]
	sign := int64(1)
	if k.take {
		sign = -1
	}
	move := Move{Reason: k.reason, Amount: b.decimal(sign * x.amount), Weight: decimal.NewFromInt(x.weight)}
	if k.about >= 0 {
		move.Unit = b.cs.axes[k.axis].tree.nodes[k.about].id
	}
	if x.room != apportion.Unbounded {
		move.Room = decimal.NewNullDecimal(b.decimal(sign * x.room))
	}
	if res := k.table; res != nil {
		move.Of = b.decimal(sign * k.amount)
		move.RowFactor, move.ColumnFactor = res.RowFactor[x.at/k.cols], res.ColFactor[x.at%k.cols]
		move.Fitted = b.fitted(big.NewInt(sign*res.Fitted[x.at]), res.Shift)
		return move
	}
	move.Of, move.Weights = b.decimal(sign*k.num), decimal.NewFromInt(k.den)
	move.Fitted = b.partOf(k, x, sign)
	return move
}
