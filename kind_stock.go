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
	grown  *GrownTarget

	// opening is by tuple of leaves; moves are what each has more or less after
	// each leaf period, and gains and drops what of it came and went.
	opening             []int64
	moves, gains, drops *Breakdown

	transfers []Transfer
	findings  []diag.Finding
}

// A Transfer is a leaver's stock that another unit takes over, or that of a unit
// that takes it along to another team.
type Transfer struct {
	// From are the units that had it, one of each axis of the split.
	From []string `json:"from"`

	// To are those that take it over: for a leaver, the successor or, where
	// there is none, the vacancy line of the team; for a unit that changes teams,
	// itself.
	To []string `json:"to"`

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
// period, and sells what the leaver had, or the successor's successor; where
// there is none, to a line of the team that is added to its units, called like
// the team with "/vacancy" behind. On every axis: a product line that ends has a
// successor too.
//
// Over several axes the opening goes down the first axis by readings, and below
// each unit of it down the next; a unit of which nothing was read there goes by
// the nearest unit above. By history, units go by their last reading in the
// window.
//
// A unit that changes teams takes along what it has, segment by segment.
//
// Bounds stand on what units have at the end of the goal's period, of a unit that
// changes teams on all that it has. Where they
// take a unit below its opening while the whole grows, or above while it
// shrinks, additions and losses are as few as lead there.
//
// At every time the units' stocks add up to the whole exactly, none is below 0,
// and a stock changes by its additions, losses and transfers only.
//
// Faults are those of Cascade, those of goals of a stock by [Plan.Validate],
// and below /goal: [diag.Required] where nobody says what there is at the
// beginning; [diag.Mismatch] for flows of other units or periods;
// [diag.Infeasible] for flows that don't lead from the opening to the target or
// take more than there is, with the amount, for a stock that nobody takes over,
// and for bounds that can't be met or are met only with more than the least of
// both flows. It takes about four times what Cascade takes.
func CascadeStock(ctx context.Context, req StockRequest) (*StockBreakdown, error) {
	r, err := newStockRun(req)
	if err != nil {
		return nil, err
	}
	if err := r.open(ctx); err != nil {
		return nil, err
	}
	if err := r.setBounds(); err != nil {
		return nil, err
	}
	if err := r.settle(ctx); err != nil {
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

// Grown says how the target came from the goal's baseline; nil for one that is
// given.
func (s *StockBreakdown) Grown() *GrownTarget { return s.grown.clone() }

// Period returns the goal's whole period.
func (s *StockBreakdown) Period() calendar.Period { return s.moves.Period() }

// Axes returns the ids of the axes over which the goal is split, in order.
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
		level += s.opens(nodes) + s.moves.sum(nodes, stretch{first: 0, end: until(p)})
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

// opens returns the opening of a tuple of nodes.
func (s *StockBreakdown) opens(nodes []int32) int64 {
	var sum int64
	s.moves.eachRow(nodes, func(r int) { sum += s.opening[r] })
	return sum
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
	g := s.moves.cs.grid
	return func(yield func(Row) bool) {
		var at, above []string
		var levels []int64
		for row := range rows {
			if levels == nil || !slices.Equal(row.Units, at) || !slices.Equal(row.Parents, above) {
				at, above, levels = row.Units, row.Parents, s.levels(row.Units, row.Parents)
			}
			p, _ := g.find(row.Period)
			row.Amount = s.decimal(levels[p.end-1])
			if !yield(row) {
				return
			}
		}
	}, nil
}

// levels returns what units have at the end of each leaf period; of those that
// change teams, below the given parents.
func (s *StockBreakdown) levels(units, parents []string) []int64 {
	nodes := make([]int32, len(s.moves.cs.axes))
	for a, id := range units {
		t := s.moves.cs.axes[a].tree
		nodes[a] = t.index[id]
		if a < len(parents) && parents[a] != "" {
			nodes[a] = t.below(nodes[a], parents[a])
		}
	}
	out := make([]int64, len(s.moves.cs.grid.pieces))
	if ofFirstAxis(nodes) {
		copy(out, s.moves.unitRow(nodes[0]))
	} else {
		cols := len(out)
		s.moves.eachRow(nodes, func(r int) { addRow(out, s.moves.cells[r*cols:(r+1)*cols]) })
	}
	level := s.opens(nodes)
	for p := range out {
		level += out[p]
		out[p] = level
	}
	return out
}

// Equal reports whether both have the same at every place and time.
func (s *StockBreakdown) Equal(other *StockBreakdown) bool {
	if s == nil || other == nil {
		return s == other
	}
	return slices.Equal(s.opening, other.opening) && s.moves.Equal(other.moves) && s.gains.Equal(other.gains) && s.drops.Equal(other.drops)
}
