package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// An OddShare is what a cell has beyond whole steps, because locks are off the
// step.
type OddShare struct {
	Amount decimal.Decimal `json:"amount"`

	// Rest says that the cell is not locked itself, but makes up for locks.
	Rest bool `json:"rest,omitempty"`

	// Locks are those: the one that the cell belongs to, or those that it makes
	// up for; those that have cells with it in its row or column, where there
	// are any, or else all. Not given for totals of two axes.
	Locks []LockShare `json:"locks,omitempty"`
}

// A LockShare is a lock off the step.
type LockShare struct {
	// Units are those that the lock names, Period its period. Parents choose, of
	// units that change teams, what they owe below one of them, as in [At].
	Units   []string        `json:"units,omitempty"`
	Parents []string        `json:"parents,omitempty"`
	Period  calendar.Period `json:"period"`

	Amount decimal.Decimal `json:"amount"`
}

// explainOdd says what a cell of the table has beyond whole steps; nil for
// nothing.
func (b *Breakdown) explainOdd(r, p int) *OddShare {
	l := b.cs.odd
	x := l.on(r*len(b.cs.grid.pieces) + p)
	if x == nil {
		return nil
	}
	out := &OddShare{Amount: b.cs.withOdd(0, x.odd), Rest: x.rule < 0}
	if x.rule >= 0 {
		out.Locks = []LockShare{b.cs.lockShare(x.rule)}
		return out
	}
	for _, rule := range b.cs.locksBeside(r, p) {
		out.Locks = append(out.Locks, b.cs.lockShare(rule))
	}
	return out
}

func (cs *cascade) lockShare(rule int) LockShare {
	r := cs.rule.Bounds[rule]
	s := LockShare{Units: slices.Clone(r.units()), Parents: slices.Clone(r.Parents), Period: cs.grid.whole, Amount: r.Lock.Decimal}
	if r.Period != "" {
		s.Period, _ = cs.req.Fiscal.Parse(r.Period) // read before, by checkBounds
	}
	return s
}

// locksBeside returns the locks off the step with cells in a row or column of
// the table; all of them, where none has.
func (cs *cascade) locksBeside(r, p int) []int {
	var out []int
	for _, x := range cs.odd.cells {
		if x.rule >= 0 && (x.at/cs.odd.cols == r || x.at%cs.odd.cols == p) {
			out = append(out, x.rule)
		}
	}
	if out == nil {
		return cs.odd.locks
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// oddOfLine returns what a node of the second axis has beyond whole steps.
func (b *Breakdown) oddOfLine(n int32) int64 {
	return b.cs.oddIn([]int32{0, n}, b.cs.allTime())
}

// MarshalJSON writes the share with amounts as text.
func (o OddShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Amount string      `json:"amount"`
		Rest   bool        `json:"rest,omitempty"`
		Locks  []LockShare `json:"locks,omitempty"`
	}{amountText(o.Amount), o.Rest, o.Locks})
}

// MarshalJSON writes the lock with its amount as text.
func (l LockShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Units   []string        `json:"units,omitempty"`
		Parents []string        `json:"parents,omitempty"`
		Period  calendar.Period `json:"period"`
		Amount  string          `json:"amount"`
	}{l.Units, l.Parents, l.Period, amountText(l.Amount)})
}

func (o *OddShare) same(x *OddShare) bool {
	if o == nil || x == nil {
		return o == x
	}
	return o.Amount.Equal(x.Amount) && o.Rest == x.Rest && slices.EqualFunc(o.Locks, x.Locks, LockShare.same)
}

func (l LockShare) same(x LockShare) bool {
	return slices.Equal(l.Units, x.Units) && slices.Equal(l.Parents, x.Parents) && l.Period == x.Period && l.Amount.Equal(x.Amount)
}
