package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A ReplanShare is what one re-plan made of an amount: Old and the amounts of
// Moves add up to New.
type ReplanShare struct {
	AsOf      calendar.Date `json:"asOf"`
	Shortfall Shortfall     `json:"shortfall,omitempty"`
	Surplus   Surplus       `json:"surplus,omitempty"`
	Leaver    Leaver        `json:"leaver,omitempty"`

	Old decimal.Decimal `json:"old"`
	New decimal.Decimal `json:"new"`

	// Moves are those of a single cell, with all that it takes to compute them
	// again; of a sum of cells, their sums by reason and unit.
	Moves []Move `json:"moves,omitempty"`
}

// explainChain explains an amount that was re-planned: what was first issued,
// and each re-plan since.
func (b *Breakdown) explainChain(at At) (*Explanation, error) {
	places, s, err := b.locate(at)
	if err != nil {
		return nil, err
	}
	var chain []*Breakdown
	for x := b; x.change != nil; x = x.change.before {
		chain = append(chain, x)
	}
	slices.Reverse(chain)
	e := b.explanation(at, places[0], s)
	if origin, err := b.origin().Explain(at); err == nil {
		e.Target, e.When, e.Who, e.Ideal, e.Ramp = origin.Target, origin.When, origin.Who, origin.Ideal, origin.Ramp
		e.Cell, e.Fitted, e.Stints = origin.Cell, origin.Fitted, origin.Stints
	}
	e.Amount, e.Cells = b.chainAmount(at), b.cellsAt(places, s)
	if e.Cells > 1 {
		e.Sum = b.explainSum(e.At, places[0], s)
	}
	e.Issued = decimal.NewNullDecimal(b.origin().chainAmount(at))
	for _, x := range chain {
		c := x.change
		share := ReplanShare{AsOf: c.asOf, Shortfall: c.shortfall, Surplus: c.surplus, Leaver: c.leaver,
			Old: c.before.chainAmount(at), New: x.chainAmount(at)}
		if places, s, err := x.locate(at); err == nil {
			share.Moves = x.movesAt(places, s)
		}
		e.Replans = append(e.Replans, share)
	}
	b.callUnits(e)
	return e, nil
}

// chainAmount is Amount, which is 0 at a place that targets don't have yet.
func (b *Breakdown) chainAmount(at At) decimal.Decimal {
	x, err := b.Amount(at)
	if err != nil {
		return b.decimal(0)
	}
	return x
}

func (b *Breakdown) cellsAt(places [][]int32, s stretch) int {
	n := 0
	for _, nodes := range places {
		b.eachRow(nodes, func(int) { n++ })
	}
	return n * (s.end - s.first)
}

// movesAt returns the moves at a place: those of a cell, or their sums.
func (b *Breakdown) movesAt(places [][]int32, s stretch) []Move {
	c := b.change
	if len(places) == 1 && b.cellsAt(places, s) == 1 {
		var out []Move
		if s.first >= c.closed {
			b.eachRow(places[0], func(r int) { out = b.movesOf(r, s.first) })
		}
		return out
	}
	type key struct {
		reason      Reason
		axis, about int32
	}
	at := map[key]int{}
	var keys []key
	var sums []int64
	open := int32(c.cols - c.closed)
	add := func(r int) {
		for _, x := range c.parts[c.starts[r]:c.starts[r+1]] {
			if p := int(x.cell%open) + c.closed; p < s.first || p >= s.end {
				continue
			}
			k := &c.pools[x.pool]
			id := key{k.reason, k.axis, k.about}
			i, ok := at[id]
			if !ok {
				i = len(keys)
				at[id], keys, sums = i, append(keys, id), append(sums, 0)
			}
			if k.take {
				sums[i] -= x.amount
			} else {
				sums[i] += x.amount
			}
		}
	}
	for _, nodes := range places {
		b.eachRow(nodes, add)
	}
	var out []Move
	for i, id := range keys {
		if sums[i] == 0 {
			continue
		}
		move := Move{Reason: id.reason, Amount: b.decimal(sums[i])}
		if id.about >= 0 {
			move.Unit = b.cs.axes[id.axis].tree.nodes[id.about].id
		}
		out = append(out, move)
	}
	return out
}

// MarshalJSON writes the share with amounts as text.
func (s ReplanShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		AsOf      calendar.Date `json:"asOf"`
		Shortfall Shortfall     `json:"shortfall,omitempty"`
		Surplus   Surplus       `json:"surplus,omitempty"`
		Leaver    Leaver        `json:"leaver,omitempty"`
		Old       string        `json:"old"`
		New       string        `json:"new"`
		Moves     []Move        `json:"moves,omitempty"`
	}{s.AsOf, s.Shortfall, s.Surplus, s.Leaver, amountText(s.Old), amountText(s.New), s.Moves})
}

// MarshalJSON writes the move with amounts as text; what only a single cell has
// is left out of sums.
func (m Move) MarshalJSON() ([]byte, error) {
	optional := func(d decimal.Decimal) string {
		if m.Weight.IsZero() {
			return ""
		}
		return amountText(d)
	}
	return marshalPlain(struct {
		Reason       Reason  `json:"reason"`
		Unit         string  `json:"unit,omitempty"`
		Amount       string  `json:"amount"`
		Of           string  `json:"of,omitempty"`
		Weight       string  `json:"weight,omitempty"`
		Weights      string  `json:"weights,omitempty"`
		RowFactor    float64 `json:"rowFactor,omitempty"`
		ColumnFactor float64 `json:"columnFactor,omitempty"`
		Fitted       string  `json:"fitted,omitempty"`
		Room         string  `json:"room,omitempty"`
	}{
		m.Reason, m.Unit, amountText(m.Amount), optional(m.Of), optional(m.Weight), optional(m.Weights), m.RowFactor, m.ColumnFactor, optional(m.Fitted), boundText(m.Room),
	})
}

// MarshalJSON writes the change with amounts as text.
func (x TargetChange) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Goal    string          `json:"goal"`
		Units   []string        `json:"units"`
		Parents []string        `json:"parents,omitempty"`
		Period  calendar.Period `json:"period"`
		Old     string          `json:"old"`
		New     string          `json:"new"`
		Moves   []Move          `json:"moves"`
	}{x.Goal, x.Units, x.Parents, x.Period, amountText(x.Old), amountText(x.New), x.Moves})
}

// MarshalJSON writes the line with its amount as text.
func (l Line) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Kind   LineKind `json:"kind"`
		Amount string   `json:"amount"`
	}{l.Kind, amountText(l.Amount)})
}

func (s ReplanShare) same(o ReplanShare) bool {
	return s.AsOf == o.AsOf && s.Shortfall == o.Shortfall && s.Surplus == o.Surplus && s.Leaver == o.Leaver &&
		s.Old.Equal(o.Old) && s.New.Equal(o.New) && slices.EqualFunc(s.Moves, o.Moves, Move.same)
}

func (m Move) same(o Move) bool {
	return m.Reason == o.Reason && m.Unit == o.Unit && m.RowFactor == o.RowFactor && m.ColumnFactor == o.ColumnFactor &&
		m.Amount.Equal(o.Amount) && m.Of.Equal(o.Of) && m.Weight.Equal(o.Weight) && m.Weights.Equal(o.Weights) &&
		m.Fitted.Equal(o.Fitted) && sameBound(m.Room, o.Room)
}
