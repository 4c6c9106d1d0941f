package salesplan

import (
	"context"
	"iter"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A StockRequest is a goal of a stock and what it takes to divide it.
type StockRequest struct {
	// CascadeRequest has the goal and its metric, a stock. The goal's target is
	// what there is to be at the end, its baseline what there is at the
	// beginning; without one, the evidence's last readings before the goal's
	// period say so.
	CascadeRequest

	// Additions and Losses are the targets of the flows by which the stock grows
	// and shrinks, over the same units and periods; nil for those that follow
	// from the target.
	Additions, Losses *Breakdown
}

// A StockBreakdown is the goal of a stock split over units and periods. It is
// immutable and safe for use by many goroutines. At every place
//
//	Amount = Opening + Additions − Losses + Received
//
// and at every time the units' amounts add up to the goal's.
type StockBreakdown struct {
	goal   Goal
	metric Metric

	// opening is by leaf; moves are what each leaf has more or less after each
	// leaf period, and gains and drops what of it came and went.
	opening             []int64
	moves, gains, drops *Breakdown

	transfers []Transfer
	findings  []diag.Finding
}

// A Transfer is a leaver's stock that another unit takes over, or that of a unit
// that takes it along to another team.
type Transfer struct {
	From string `json:"from"`

	// To is the successor or, where there is none, the vacancy line of the
	// team; From itself for a unit that changes teams.
	To string `json:"to"`

	// Period is the leaf period at whose end the stock has moved.
	Period calendar.Period `json:"period"`
	Amount decimal.Decimal `json:"amount"`
}

// CascadeStock divides the goal of a stock over its units and over time, as two
// flows that are not negative: what is added and what is lost.
//
// The opening goes to the units that are there on the first day, in proportion
// to their readings where the evidence has some, otherwise as the split divides
// amounts. Where neither additions nor losses are given, the net change is
// split as [Cascade] splits a flow; where one is given, the other is what the
// target leaves, and is split so. What a unit cannot lose because it has
// nothing falls, in the same leaf period, on the others: in proportion to what
// they lose, and then to what they have. Losses that are given are not moved.
//
// What a leaver has goes to the successor that is there at the end of the leaf
// period, or the successor's successor; where there is none, to a line of the
// team that is added to its units, called like the team with "/vacancy" behind.
//
// At every time the units' stocks add up to the whole exactly, none is below 0,
// and a stock changes by its additions, losses and transfers only.
//
// Faults are those of Cascade, those of goals of a stock by [Plan.Validate],
// and below /goal: [diag.Required] where nobody says what there is at the
// beginning; [diag.Mismatch] for flows of other units or periods;
// [diag.Infeasible] for flows that don't lead from the opening to the target or
// take more than there is, with the amount, and for a stock that nobody takes
// over. It takes about four times what Cascade takes.
func CascadeStock(ctx context.Context, req StockRequest) (*StockBreakdown, error) {
	r, err := newStockRun(req)
	if err != nil {
		return nil, err
	}
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	if err := r.flows(ctx); err != nil {
		return nil, err
	}
	if err := r.walk(ctx); err != nil {
		return nil, err
	}
	return r.result()
}

// Goal returns the goal's ID.
func (s *StockBreakdown) Goal() string { return s.goal.ID }

// Owner returns the unit that owes the goal; "" for one that all units owe.
func (s *StockBreakdown) Owner() string { return s.goal.Owner }

// Metric returns the goal's metric, a stock.
func (s *StockBreakdown) Metric() Metric { return s.metric }

// Total returns what there is to be at the end of the goal's period.
func (s *StockBreakdown) Total() decimal.Decimal {
	return s.decimal(sumOf(s.opening) + sumOf(s.moves.unitRow(0)))
}

// Period returns the goal's whole period.
func (s *StockBreakdown) Period() calendar.Period { return s.moves.Period() }

// Axes returns the ids of the axes over which the goal is split: one, or none.
func (s *StockBreakdown) Axes() []string { return s.moves.Axes() }

// Grains returns the grains of the split, from the coarsest.
func (s *StockBreakdown) Grains() []calendar.Grain { return s.moves.Grains() }

// Periods returns the periods of a grain, in order; see [Breakdown.Periods].
func (s *StockBreakdown) Periods(grain calendar.Grain) []calendar.Period {
	return s.moves.Periods(grain)
}

// Findings returns what came up while the goal was split.
func (s *StockBreakdown) Findings() []diag.Finding { return slices.Clone(s.findings) }

// Transfers returns what leavers hand over, in the order of the periods and
// then of the units.
func (s *StockBreakdown) Transfers() []Transfer { return slices.Clone(s.transfers) }

// Additions returns what is added, and Losses what is lost, by unit and period:
// flows, whose amounts over a period are sums.
func (s *StockBreakdown) Additions() *Breakdown { return s.gains }

// Losses returns what is lost; see [StockBreakdown.Additions].
func (s *StockBreakdown) Losses() *Breakdown { return s.drops }

// Amount returns what there is to be at a place: over a period, at the end of
// its last day. Faults are those of [Breakdown.Amount].
func (s *StockBreakdown) Amount(at At) (decimal.Decimal, error) {
	return s.level(at, func(p stretch) int { return p.end })
}

// Opening returns what there is at a place before the first day of its period.
func (s *StockBreakdown) Opening(at At) (decimal.Decimal, error) {
	return s.level(at, func(p stretch) int { return p.first })
}

func (s *StockBreakdown) level(at At, until func(stretch) int) (decimal.Decimal, error) {
	places, p, err := s.moves.locate(at)
	if err != nil {
		return decimal.Decimal{}, err
	}
	var level int64
	for _, nodes := range places {
		level += s.opens(nodes[0]) + sumOf(s.moves.unitRow(nodes[0])[:until(p)])
	}
	return s.decimal(level), nil
}

// Received returns what a place takes over from leavers outside it, less what
// it hands over to units outside it.
func (s *StockBreakdown) Received(at At) (decimal.Decimal, error) {
	places, p, err := s.moves.locate(at)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return s.decimal(s.moves.sumAll(places, p) - s.gains.sumAll(places, p) + s.drops.sumAll(places, p)), nil
}

// opens returns the opening of a node.
func (s *StockBreakdown) opens(i int32) int64 {
	n := &s.moves.cs.axes[0].tree.nodes[i]
	return sumOf(s.opening[n.leaf:n.leafEnd])
}

func (s *StockBreakdown) decimal(steps int64) decimal.Decimal {
	return fromSteps(steps, s.metric.Step)
}

// Rows yields the chosen rows, as [Breakdown.Rows] does; the amount of a row is
// what there is to be at the end of its period.
func (s *StockBreakdown) Rows(q Query) (iter.Seq[Row], error) {
	rows, err := s.moves.Rows(q)
	if err != nil {
		return nil, err
	}
	t, g := s.moves.cs.axes[0].tree, s.moves.cs.grid
	return func(yield func(Row) bool) {
		at := int32(-1)
		levels := make([]int64, len(g.pieces))
		for row := range rows {
			i := int32(0)
			if len(row.Units) > 0 {
				i = t.index[row.Units[0]]
			}
			if len(row.Parents) > 0 {
				i = t.below(i, row.Parents[0])
			}
			if i != at {
				at = i
				level := s.opens(i)
				for p, x := range s.moves.unitRow(i) {
					level += x
					levels[p] = level
				}
			}
			p, _ := g.find(row.Period)
			row.Amount = s.decimal(levels[p.end-1])
			if !yield(row) {
				return
			}
		}
	}, nil
}

// Equal reports whether both have the same at every place and time.
func (s *StockBreakdown) Equal(other *StockBreakdown) bool {
	if s == nil || other == nil {
		return s == other
	}
	return slices.Equal(s.opening, other.opening) && s.moves.Equal(other.moves) && s.gains.Equal(other.gains) && s.drops.Equal(other.drops)
}

// readings returns the last reading of a stock before a day, by unit of an
// axis, "" for what belongs to none; where axis is "", all that is of unit under
// it or below.
func (e *Evidence) readings(metric, axis, under string, before calendar.Date) map[string]decimal.Decimal {
	s := e.seriesOf(metric)
	if s == nil {
		return nil
	}
	latest := map[int32]decimal.Decimal{}
	for _, r := range s.rows {
		if !r.on.Before(before) {
			break
		}
		latest[r.tuple] = r.amount
	}
	a := slices.Index(e.axes, axis)
	out := map[string]decimal.Decimal{}
	for t, tuple := range e.tuples {
		amount, ok := latest[int32(t)]
		if !ok {
			continue
		}
		unit := ""
		if a >= 0 && a < len(tuple) {
			unit = tuple[a]
		} else if axis == "" && under != "" {
			if !slices.ContainsFunc(allBelow(e, tuple, under, before), func(in bool) bool { return in }) {
				continue
			}
			unit = under
		}
		out[unit] = out[unit].Add(amount)
	}
	return out
}

func allBelow(e *Evidence, tuple []string, under string, on calendar.Date) []bool {
	in := make([]bool, len(tuple))
	for a, unit := range tuple {
		in[a] = e.isBelow(a, unit, under, on)
	}
	return in
}
