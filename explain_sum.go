package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// A SumPart is an amount of which a sum is made.
type SumPart struct {
	// Units are those of the part, one for each axis, Parents the units above
	// those that change teams, as in [Row], and Period is its own.
	Units   []string        `json:"units"`
	Parents []string        `json:"parents,omitempty"`
	Period  calendar.Period `json:"period"`

	// Amount is what is owed there.
	Amount decimal.Decimal `json:"amount"`
}

// maxSumParts is how many parts an explanation lists.
const maxSumParts = 1000

// explainSum takes an amount apart: into those of the units right below the last
// one named, of the next axis's units below a leaf, or of the next finer periods;
// none for a cell, and for more parts than there is any use in.
func (b *Breakdown) explainSum(at At, nodes []int32, s stretch) []SumPart {
	var out []SumPart
	units := at.Units
	for len(units) < len(nodes) && len(b.cs.rule.Axes) > 0 {
		units = append(units, "")
	}
	add := func(units, parents []string, p calendar.Period) {
		out = append(out, SumPart{Units: units, Parents: parents, Period: p, Amount: b.chainAmount(At{Units: units, Parents: parents, Period: p})})
	}
	if a := b.sumAxis(nodes); a >= 0 {
		t := b.cs.axes[a].tree
		n := 0
		t.children(nodes[a], func(int32) { n++ })
		if n > maxSumParts {
			return nil
		}
		t.children(nodes[a], func(c int32) {
			more, below := slices.Clone(units), slices.Clone(nodes)
			more[a], below[a] = t.nodes[c].id, c
			add(more, b.cs.parentsOf(below), s.Period)
		})
	} else {
		ps := b.finer(s)
		if len(ps) > maxSumParts {
			return nil
		}
		for _, p := range ps {
			add(units, at.Parents, p.Period)
		}
	}
	var sum decimal.Decimal
	for _, x := range out {
		sum = sum.Add(x.Amount)
	}
	if len(out) < 2 || !sum.Equal(b.chainAmount(At{Units: at.Units, Parents: at.Parents, Period: s.Period})) {
		return nil // of a unit that stands at several places
	}
	return out
}

// sumAxis returns the axis whose units an amount is taken apart by: that of the
// last named unit, if there are units below it, or the next one; -1 for periods.
func (b *Breakdown) sumAxis(nodes []int32) int {
	last := 0
	for a, n := range nodes {
		if n != 0 {
			last = a
		}
	}
	for a := last; a < len(nodes); a++ {
		if !b.cs.axes[a].tree.isLeaf(nodes[a]) {
			return a
		}
	}
	return -1
}

// finer returns the periods of the coarsest grain of which a stretch has several.
func (b *Breakdown) finer(s stretch) []stretch {
	for _, ps := range b.cs.grid.periods {
		var out []stretch
		for _, p := range ps {
			if p.first >= s.first && p.end <= s.end && p.end > p.first {
				out = append(out, p)
			}
		}
		if len(out) > 1 && out[0].first == s.first && out[len(out)-1].end == s.end {
			return out
		}
	}
	return nil
}

// explainFitted adds up what the cells of a place were fitted to, with what they
// have beyond whole steps.
func (b *Breakdown) explainFitted(nodes []int32, s stretch) decimal.Decimal {
	var sum apportion.Sum
	cols := len(b.cs.grid.pieces)
	res := b.cs.table
	b.eachRow(nodes, func(r int) {
		for p := s.first; p < s.end; p++ {
			sum.Add(res.Fitted[r*cols+p])
		}
	})
	return b.fitted(sum.Big(), res.Shift).Add(b.cs.withOdd(0, b.cs.oddIn(nodes, s)))
}

// MarshalJSON writes the part with its amount as text.
func (p SumPart) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Units   []string        `json:"units"`
		Parents []string        `json:"parents,omitempty"`
		Period  calendar.Period `json:"period"`
		Amount  string          `json:"amount"`
	}{p.Units, p.Parents, p.Period, amountText(p.Amount)})
}

func (p SumPart) same(o SumPart) bool {
	return slices.Equal(p.Units, o.Units) && slices.Equal(p.Parents, o.Parents) && p.Period == o.Period && p.Amount.Equal(o.Amount)
}
