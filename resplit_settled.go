package salesplan

import (
	"iter"
	"math/big"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// partOf returns a part before it was rounded.
func (b *Breakdown) partOf(k *pool, x poolPart, sign int64) decimal.Decimal {
	n := new(big.Int).Mul(big.NewInt(k.num), big.NewInt(x.weight))
	den := big.NewInt(max(k.den, 1))
	if room := new(big.Int).Mul(big.NewInt(x.room), den); k.den == 0 || n.Cmp(room) > 0 {
		return b.decimal(sign * x.room)
	}
	n.Mul(n, big.NewInt(1_000_000_000_000*sign))
	n.Quo(n, den)
	if b.cs.negative {
		n.Neg(n)
	}
	return b.inPlaces(n, 12)
}

// A LineKind says what a line states.
type LineKind string

// What lines state.
const (
	// LineCarried is what closed periods missed and open ones carry in addition
	// to what was issued; LineOffset what they brought beyond their targets, by
	// which open ones were lowered.
	LineCarried LineKind = "carried"
	LineOffset  LineKind = "offset"

	// LineForgiven is what was missed and nobody carries; LineSurplus what was
	// brought beyond the targets and kept.
	LineForgiven LineKind = "forgiven"
	LineSurplus  LineKind = "surplus"

	// LineOpen is what was missed, or brought beyond the targets, and no policy
	// could hand out: nothing is open any more, or there is less left than was
	// to be offset.
	LineOpen LineKind = "open"

	// LineRest is what else: what the goal was changed by and found no place, and
	// parts of a step.
	LineRest LineKind = "rest"
)

// A Line is an amount by which a year differs from its goal.
type Line struct {
	Kind   LineKind        `json:"kind"`
	Amount decimal.Decimal `json:"amount"`
}

// Lines returns by what the targets issued for the whole period differ from the
// goal: Total and the lines add up to what all units owe. There are none for
// targets as they were split. The settled year has its own, [Settled.Lines].
func (b *Breakdown) Lines() []Line {
	if b.missing() != nil || b.change == nil {
		return nil
	}
	var carried, offset int64
	for _, x := range b.change.balances(b) {
		carried += max(x.handed, 0)
		offset += min(x.handed, 0)
	}
	rest := sumOf(b.unitRow(0)) - b.cs.total - carried - offset
	var out []Line
	for _, l := range []struct {
		kind LineKind
		n    int64
	}{{LineCarried, carried}, {LineOffset, offset}, {LineRest, rest}} {
		if l.n != 0 {
			out = append(out, Line{l.kind, b.decimal(l.n)})
		}
	}
	return out
}

// Settled is what happened in closed periods and what is owed in the others.
// Amounts of closed periods may be parts of a step.
type Settled struct {
	b     *Breakdown
	steps *Breakdown
	rests *Breakdown // in fine units; nil for none
}

// Settled returns what happened beside what was issued; nil for targets as they
// were split, of which nothing is known. Its cost is that of going through the
// cells.
func (b *Breakdown) Settled() *Settled {
	if b.missing() != nil || b.change == nil {
		return nil
	}
	c := b.change
	s := &Settled{b: b, steps: &Breakdown{cs: b.cs}}
	cells := append([]int64(nil), b.cells...)
	var rests []int64
	if c.past.rests != nil {
		rests = make([]int64, len(cells))
	}
	for r := range len(cells) / c.cols {
		for p := range c.closed {
			if !c.past.known[p] {
				continue
			}
			x, rest := c.past.whole(r, p)
			cells[r*c.cols+p] = x
			if rests != nil {
				rests[r*c.cols+p] = rest
			}
		}
	}
	s.steps = b.withCells(cells)
	if rests != nil {
		s.rests = b.withCells(rests)
	}
	return s
}

// withCells returns a breakdown over the same places with other cells.
func (b *Breakdown) withCells(cells []int64) *Breakdown {
	cs := *b.cs
	table := *b.cs.table
	table.Amounts = cells
	cs.table = &table
	return newBreakdown(&cs)
}

// AsOf returns the day up to which actuals count.
func (s *Settled) AsOf() calendar.Date { return s.b.change.asOf }

// Closed returns the closed leaf periods.
func (s *Settled) Closed() []calendar.Period {
	return append([]calendar.Period(nil), s.b.cs.grid.pieces[:s.b.change.closed]...)
}

// Unknown returns the closed leaf periods of which the actuals don't tell; in
// them the targets stand.
func (s *Settled) Unknown() []calendar.Period {
	var out []calendar.Period
	for p, known := range s.b.change.past.known[:s.b.change.closed] {
		if !known {
			out = append(out, s.b.cs.grid.pieces[p])
		}
	}
	return out
}

// Apart returns the actuals that belong to none of the goal's cells. They are
// in no amount and no line.
func (s *Settled) Apart() Apart { return s.b.change.past.beside }

// Amount returns what was reached at a place in its closed periods and is owed
// in the others; faults are those of [Breakdown.Amount].
func (s *Settled) Amount(at At) (decimal.Decimal, error) {
	x, err := s.steps.Amount(at)
	if err != nil || s.rests == nil {
		return x, err
	}
	places, p, err := s.rests.locate(at)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return x.Add(s.rest(s.rests.sumAll(places, p))), nil
}

func (s *Settled) rest(n int64) decimal.Decimal {
	return fromSteps(s.b.cs.signed(n), s.b.change.past.unit)
}

// Total returns what the whole period comes to.
func (s *Settled) Total() decimal.Decimal {
	c, b := s.b.change, s.b
	steps, rests := sumOf(b.unitRow(0)), int64(0)
	var carry apportion.Sum
	for r := range len(b.cells) / c.cols {
		for p := range c.closed {
			if c.past.known[p] {
				x, rest := c.past.whole(r, p)
				steps += x - b.cells[r*c.cols+p]
				carry.Add(rest)
			}
		}
	}
	whole, rest := new(big.Int).QuoRem(carry.Big(), big.NewInt(c.past.per), new(big.Int))
	steps, rests = steps+whole.Int64(), rest.Int64()
	total := b.decimal(steps)
	if rests != 0 {
		total = total.Add(s.rest(rests))
	}
	return total
}

// Rows yields the chosen rows, as [Breakdown.Rows] does.
func (s *Settled) Rows(q Query) (iter.Seq[Row], error) {
	rows, err := s.steps.Rows(q)
	if err != nil || s.rests == nil {
		return rows, err
	}
	rests, err := s.rests.Rows(q)
	if err != nil {
		return nil, err
	}
	step := s.b.cs.metric.Step
	return func(yield func(Row) bool) {
		next, stop := iter.Pull(rests)
		defer stop()
		for row := range rows {
			rest, _ := next()
			if n, _, _ := toSteps(rest.Amount, step); n != 0 {
				row.Amount = row.Amount.Add(fromSteps(n, s.b.change.past.unit))
			}
			if !yield(row) {
				return
			}
		}
	}, nil
}

// Lines returns by what the settled year differs from the goal: the goal's total
// and the lines add up to [Settled.Total].
func (s *Settled) Lines() []Line {
	c, b := s.b.change, s.b
	var forgiven, kept, open int64
	for _, x := range c.balances(b) {
		forgiven -= max(x.waived, 0)
		kept -= min(x.waived, 0)
		open -= x.missed() - x.by
	}
	rest := s.Total().Sub(b.Total())
	var out []Line
	for _, l := range []struct {
		kind LineKind
		n    int64
	}{{LineForgiven, forgiven}, {LineSurplus, kept}, {LineOpen, open}} {
		if l.n != 0 {
			x := b.decimal(l.n)
			rest = rest.Sub(x)
			out = append(out, Line{l.kind, x})
		}
	}
	if !rest.IsZero() {
		out = append(out, Line{LineRest, rest})
	}
	return out
}

// found says what a goal's owner should know of it as it stands.
func (m *mover) found(b *Breakdown) []diag.Finding {
	goal := diag.Subject{Kind: "goal", ID: b.Goal()}
	text := func(d decimal.Decimal) string { return b.Text(d) }
	out := m.findings
	s := &Settled{b: b}
	for _, l := range s.Lines() {
		amount := []diag.Arg{diag.Amount("amount", text(l.Amount.Abs()))}
		switch l.Kind {
		case LineForgiven:
			out = append(out, diag.Finding{Severity: diag.Info, Code: codeForgiven, Subject: goal, Args: amount})
		case LineSurplus:
			out = append(out, diag.Finding{Severity: diag.Info, Code: codeSurplusKept, Subject: goal, Args: amount})
		case LineOpen:
			out = append(out, diag.Finding{Severity: diag.Warning, Code: codeDifferenceOpen, Subject: goal, Args: amount})
		}
	}
	for _, l := range b.Lines() {
		if l.Kind == LineRest {
			out = append(out, diag.Finding{Severity: diag.Warning, Code: codeGoalOpen, Subject: goal, Args: []diag.Arg{diag.Amount("amount", text(l.Amount.Abs()))}})
		}
	}
	out = append(out, m.foundMissing(b, s)...)
	if apart := s.Apart(); apart.Count > 0 {
		out = append(out, diag.Finding{Severity: diag.Warning, Code: codeActualsApart, Subject: goal,
			Args: []diag.Arg{diag.Count("count", apart.Count), diag.Amount("amount", text(apart.Amount))}})
	}
	return append(out, m.foundVacant(b)...)
}

// foundVacant names the vacancy lines on which something is owed.
func (m *mover) foundVacant(b *Breakdown) []diag.Finding {
	var out []diag.Finding
	for a, u := range m.axes {
		for _, leaf := range u.leaves {
			if !u.vacant[leaf] {
				continue
			}
			nodes := make([]int32, len(m.axes))
			nodes[a] = leaf
			left := b.sum(nodes, stretch{first: m.closed, end: m.cols})
			if left == 0 {
				continue
			}
			amount := b.Text(b.decimal(left))
			out = append(out, diag.Finding{Severity: diag.Warning, Code: codeVacantTargets, Subject: diag.Subject{Kind: "unit", ID: u.nodes[leaf].id},
				Args:   []diag.Arg{diag.Name("goal", b.Goal()), diag.Amount("amount", amount)},
				Advice: []diag.Advice{{Action: adviseSuccessor, Amount: amount, Owner: m.frame.cs.axes[a].nameOf(u.nodes[leaf].parent)}}})
		}
	}
	return out
}
