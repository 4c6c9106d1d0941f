package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A BindShare is a goal below that binds some of an amount.
type BindShare struct {
	// Goal is its ID, Owner who owes it, and Binding how it binds in its Period.
	Goal    string          `json:"goal"`
	Owner   string          `json:"owner,omitempty"`
	Binding Binding         `json:"binding"`
	Period  calendar.Period `json:"period"`

	// Total is what that goal owes, and Here what of it is owed at the place that
	// is explained; not given where that goal isn't split that far.
	Total decimal.Decimal     `json:"total"`
	Here  decimal.NullDecimal `json:"here,omitzero"`
}

// A RateShare says how the numerator of a rate comes of its target: Total is
// Target × Denominator brought to a step towards the better side.
type RateShare struct {
	// Metric is the rate and Target what it is to be, as a fraction; Better says
	// which way the numerator is rounded. Over is the metric of the Denominator,
	// or the series of a figure from outside.
	Metric      string          `json:"metric"`
	Target      decimal.Decimal `json:"target"`
	Better      Better          `json:"better"`
	Over        string          `json:"over"`
	Denominator decimal.Decimal `json:"denominator"`
	Total       decimal.Decimal `json:"total"`

	// Here is the rate at the place that is explained; its denominator is 0 where
	// it is not applicable.
	Here Ratio `json:"here"`
}

// A StockShare says how a stock at the end of a period comes of that at its
// beginning: Opening + Additions − Losses + Received.
type StockShare struct {
	// Opening is what there is at the beginning of the period, Additions what
	// comes in it, and Losses what goes.
	Opening   decimal.Decimal `json:"opening"`
	Additions decimal.Decimal `json:"additions"`
	Losses    decimal.Decimal `json:"losses"`

	// Received is what is taken over from leavers, less what is handed over.
	Received decimal.Decimal `json:"received"`
}

// Explain says how an amount of a goal came to be, of whatever kind, and which
// goals below bind some of it. Faults are those of [Targets.Goal] for an unknown
// goal and of [Breakdown.Explain].
func (t *Targets) Explain(goal string, at At) (*Explanation, error) {
	for _, part := range t.parts {
		if part.Goal() != goal {
			continue
		}
		switch p := part.(type) {
		case *StockBreakdown:
			return p.Explain(at)
		case *RateBreakdown:
			return p.Explain(at)
		case *Breakdown:
			e, err := p.Explain(at)
			if err == nil {
				e.Binds = t.binds(p, e.At)
				p.callUnits(e)
			}
			return e, err
		}
	}
	_, err := t.Goal(goal)
	return nil, err
}

// binds returns the goals below a goal that bind some of what is owed at a place.
func (t *Targets) binds(b *Breakdown, at At) []BindShare {
	var out []BindShare
	for child := range t.All() {
		g := child.cs.req.Goal
		common, both := child.Period().Intersect(at.Period)
		if g.Parent != b.Goal() || g.Metric != b.cs.metric.ID || g.Binding == BindingNone || !both || !b.touches(g.Owner, at) {
			continue
		}
		x := BindShare{Goal: g.ID, Owner: g.Owner, Binding: g.Binding, Period: child.Period(), Total: child.Total()}
		if x.Binding == "" {
			x.Binding = BindingFixed
		}
		if here, ok := child.owedAt(b, at, common); ok {
			x.Here = decimal.NewNullDecimal(here)
		}
		out = append(out, x)
	}
	return out
}

// touches reports whether a unit is one of those of a place, or stands above or
// below it.
func (b *Breakdown) touches(unit string, at At) bool {
	a := b.axisOf(unit)
	if unit == "" || unit == b.Owner() || a < 0 || a >= len(at.Units) {
		return true
	}
	t := b.cs.axes[a].tree
	return t.anyBelow(unit, at.Units[a]) || t.anyBelow(at.Units[a], unit)
}

// anyBelow reports whether a unit is another one or stands below it, at any of
// their places; "" is all units.
func (t *tree) anyBelow(unit, other string) bool {
	i, ok := t.index[unit]
	j, known := t.index[other]
	if !ok || !known {
		return ok && other == ""
	}
	below := false
	t.nodesOf(j, func(top int32) {
		t.nodesOf(i, func(n int32) { below = below || n >= top && n < t.nodes[top].end })
	})
	return below
}

// owedAt returns what a goal owes at a place of its parent's in a period; false where
// it isn't split that far.
func (b *Breakdown) owedAt(parent *Breakdown, at At, p calendar.Period) (decimal.Decimal, bool) {
	units, parents := make([]string, len(b.Axes())), make([]string, len(b.Axes()))
	for k, axis := range parent.Axes() {
		id := at.Units[k]
		if id == "" || id == parent.Owner() {
			continue
		}
		a := -1
		for i, mine := range b.Axes() {
			if mine == axis {
				a = i
			}
		}
		t := parent.cs.axes[k].tree
		switch {
		case t.anyBelow(b.Owner(), id): // at the owner or above it
		case a < 0:
			return decimal.Decimal{}, false
		default:
			units[a] = id
			if k < len(at.Parents) {
				parents[a] = at.Parents[k]
			}
		}
	}
	x, err := b.Amount(At{Units: units, Parents: parents, Period: p})
	return x, err == nil
}

// Explain says how the numerator at a place came to be, and with [Explanation.Rate]
// how the whole numerator comes of the rate. Its errors are those of
// [Breakdown.Explain].
func (r *RateBreakdown) Explain(at At) (*Explanation, error) {
	e, err := r.numerator.Explain(at)
	if err != nil {
		return nil, err
	}
	e.Rate = &RateShare{Metric: r.metric.ID, Target: r.Target(), Better: r.metric.Better, Over: r.metric.Denominator,
		Denominator: r.given, Total: r.numerator.Total()}
	if e.Rate.Better == "" {
		e.Rate.Better = BetterHigher
	}
	if here, err := r.Rate(e.At); err == nil {
		e.Rate.Here = here
	}
	return e, nil
}

// Explain says of what the stock at the end of a period is made: see
// [Explanation.Stock]. Its errors are those of [Breakdown.Amount].
func (s *StockBreakdown) Explain(at At) (*Explanation, error) {
	e, err := s.gains.Explain(at)
	if err != nil {
		return nil, err
	}
	share := &StockShare{Additions: e.Amount}
	e.Metric, e.Cells, e.Sum = s.metric.ID, 0, nil
	e.Measure, e.Step, e.Stock = s.metric.Measure, s.metric.Step, share
	for _, x := range []struct {
		into *decimal.Decimal
		of   func(At) (decimal.Decimal, error)
	}{{&e.Amount, s.Amount}, {&share.Opening, s.Opening}, {&share.Losses, s.drops.Amount}, {&share.Received, s.Received}} {
		if *x.into, err = x.of(e.At); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// MarshalJSON writes the share with amounts as text.
func (x BindShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Goal    string          `json:"goal"`
		Owner   string          `json:"owner,omitempty"`
		Binding Binding         `json:"binding"`
		Period  calendar.Period `json:"period"`
		Total   string          `json:"total"`
		Here    string          `json:"here,omitempty"`
	}{x.Goal, x.Owner, x.Binding, x.Period, amountText(x.Total), boundText(x.Here)})
}

func (x BindShare) same(o BindShare) bool {
	return x.Goal == o.Goal && x.Owner == o.Owner && x.Binding == o.Binding && x.Period == o.Period &&
		x.Total.Equal(o.Total) && sameBound(x.Here, o.Here)
}

// MarshalJSON writes the share with amounts as text.
func (r RateShare) MarshalJSON() ([]byte, error) {
	type ratio struct {
		Numerator   string `json:"numerator"`
		Denominator string `json:"denominator"`
	}
	return marshalPlain(struct {
		Metric      string `json:"metric"`
		Target      string `json:"target"`
		Better      Better `json:"better"`
		Over        string `json:"over"`
		Denominator string `json:"denominator"`
		Total       string `json:"total"`
		Here        ratio  `json:"here"`
	}{r.Metric, amountText(r.Target), r.Better, r.Over, amountText(r.Denominator), amountText(r.Total),
		ratio{amountText(r.Here.Numerator), amountText(r.Here.Denominator)}})
}

func (r *RateShare) same(o *RateShare) bool {
	if r == nil || o == nil {
		return r == o
	}
	return r.Metric == o.Metric && r.Target.Equal(o.Target) && r.Better == o.Better && r.Over == o.Over &&
		r.Denominator.Equal(o.Denominator) && r.Total.Equal(o.Total) &&
		r.Here.Numerator.Equal(o.Here.Numerator) && r.Here.Denominator.Equal(o.Here.Denominator)
}

// MarshalJSON writes the share with amounts as text.
func (s StockShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Opening   string `json:"opening"`
		Additions string `json:"additions"`
		Losses    string `json:"losses"`
		Received  string `json:"received"`
	}{amountText(s.Opening), amountText(s.Additions), amountText(s.Losses), amountText(s.Received)})
}

func (s *StockShare) same(o *StockShare) bool {
	if s == nil || o == nil {
		return s == o
	}
	return s.Opening.Equal(o.Opening) && s.Additions.Equal(o.Additions) && s.Losses.Equal(o.Losses) && s.Received.Equal(o.Received)
}
