package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// An issuedReplan is what one re-plan made of the targets before. Its cells are
// theirs, with what moved.
type issuedReplan struct {
	// AsOf is the day up to which actuals counted.
	AsOf calendar.Date `json:"asOf" plan:"required"`

	Shortfall Shortfall `json:"shortfall,omitempty"` // the policy for what was missed
	Surplus   Surplus   `json:"surplus,omitempty"`   // that for what was brought beyond the targets
	Leaver    Leaver    `json:"leaver,omitempty"`    // that for the targets of leavers

	Goal   Goal   `json:"goal" plan:"required"`   // as it was then, its split without bounds
	Metric Metric `json:"metric" plan:"required"` // the goal's

	// Grown says how the target came from a baseline, where it did.
	Grown *GrownTarget `json:"grown,omitempty"`

	// Axes are the trees of all units there were and are, without weights.
	Axes []issuedAxis `json:"axes" plan:"required"`

	// Vacant are the vacancy lines: the places of axes and nodes in turn.
	Vacant packed `json:"vacant,omitempty"`

	// Old is by row: that of the targets before, -1 for none.
	Old packed `json:"old" plan:"required"`

	// Handed and Waived say, by row and closed period, what has been handed out
	// of its difference, and let go of; left out where all are 0.
	Handed packed `json:"handed,omitempty"`
	Waived packed `json:"waived,omitempty"`

	// Reached is what actuals came to in whole steps, by row and period, the one
	// under way behind those that are closed; Rests are above them, in Unit.
	Reached packed          `json:"reached,omitempty"`
	Rests   packed          `json:"rests,omitempty"`
	Unit    decimal.Decimal `json:"unit,omitzero"` // that of Rests, a part of the step

	// Known are the numbers of the periods of which actuals tell.
	Known packed `json:"known,omitempty"`

	// Apart are the actuals that belong to no cell.
	Apart *Apart `json:"apart,omitempty"`

	// Pools are what was divided, seven numbers for each: its reason's number
	// twice, and one more for what was taken; the node that it is about, or -1,
	// and its axis; the amount; what of it is divided by weights, and all
	// weights; its table's number, or -1.
	Pools packed `json:"pools,omitempty"`

	// Parts are what cells had of pools, six numbers for each: the cell by row
	// and open period, the pool, the weight, the amount, the most that it could
	// have had, or -1, and its place in the pool's table.
	Parts packed `json:"parts,omitempty"`

	// Tables are what pools of several rows and periods were fitted to.
	Tables []issuedPoolTable `json:"tables,omitempty"`

	// Row are the sums of the leaf periods.
	Row packed `json:"row" plan:"required"`

	// Findings are what is to be said of it.
	Findings []diag.Finding `json:"findings,omitempty"`
}

// An issuedPoolTable is what a pool was fitted to.
type issuedPoolTable struct {
	// Fitted are its cells, in units of 2^-Shift.
	Fitted packed `json:"fitted" plan:"required"`
	Shift  uint   `json:"shift,omitempty"` // of Fitted

	Rows    packed `json:"rowFactors" plan:"required"`    // by row
	Columns packed `json:"columnFactors" plan:"required"` // by column
}

// reasonCodes are the reasons by their numbers in issued targets.
func reasonCodes() []Reason {
	return []Reason{ReasonLeaver, ReasonArrival, ReasonTransfer, ReasonGoal, ReasonShortfall, ReasonSurplus, ReasonBound, ReasonChild}
}

// How many numbers stand for each.
const (
	poolNumbers = 7 // of each pool, and
	partNumbers = 6 // of each part; see issuedReplan
)

// replansOf lays out what became of a breakdown since it was first issued.
func replansOf(b *Breakdown) ([]issuedReplan, error) {
	var out []issuedReplan
	for ; b.change != nil; b = b.change.before {
		x, err := replanOf(b)
		if err != nil {
			return nil, err
		}
		out = append(out, *x)
	}
	slices.Reverse(out)
	return out, nil
}

func replanOf(b *Breakdown) (*issuedReplan, error) {
	c, cs := b.change, b.cs
	x := &issuedReplan{AsOf: c.asOf, Shortfall: c.shortfall, Surplus: c.surplus, Leaver: c.leaver,
		Goal: withoutBounds(cs.req.Goal), Metric: cs.metric, Grown: cs.grown, Row: packInts(b.unitRow(0), 1), Findings: cs.findings}
	var vacant []int64
	for a, ax := range cs.axes {
		bare := *ax
		bare.static, bare.kept = nil, nil
		axis, err := (&cascade{axes: []*axisSplit{&bare}}).issuedAxis(0)
		if err != nil {
			return nil, err
		}
		x.Axes = append(x.Axes, *axis)
		for _, leaf := range ax.tree.leaves {
			if c.vacant[a][leaf] {
				vacant = append(vacant, int64(a), int64(leaf))
			}
		}
	}
	old := make([]int64, len(c.old))
	for i, k := range c.old {
		old[i] = int64(k)
	}
	x.Vacant, x.Old = packInts(vacant, 1), packInts(old, 1)
	x.Handed, x.Waived = packUnlessZero(c.handed, c.closed), packUnlessZero(c.waived, c.closed)
	x.Reached = packUnlessZero(c.past.steps, c.past.cols)
	if c.past.rests != nil {
		x.Rests, x.Unit = packInts(c.past.rests, c.past.cols), c.past.unit
	}
	var known []int64
	for p, k := range c.past.known {
		if k {
			known = append(known, int64(p))
		}
	}
	x.Known = packInts(known, 1)
	if c.past.beside.Count > 0 {
		apart := c.past.beside
		x.Apart = &apart
	}
	c.layPools(x)
	return x, nil
}

// packUnlessZero leaves out numbers that are all 0.
func packUnlessZero(xs []int64, cols int) packed {
	if !slices.ContainsFunc(xs, func(x int64) bool { return x != 0 }) {
		return nil
	}
	return packInts(xs, cols)
}

// layPools lays out what moved.
func (c *replan) layPools(x *issuedReplan) {
	numbers := make([]int64, 0, poolNumbers*len(c.pools))
	for i := range c.pools {
		k := &c.pools[i]
		code := int64(slices.Index(reasonCodes(), k.reason)) * 2
		if k.take {
			code++
		}
		table := int64(-1)
		if res := k.table; res != nil {
			table = int64(len(x.Tables))
			x.Tables = append(x.Tables, issuedPoolTable{Fitted: packInts(res.Fitted, int(k.cols)), Shift: res.Shift,
				Rows: packFloats(res.RowFactor), Columns: packFloats(res.ColFactor)})
		}
		numbers = append(numbers, code, int64(k.about), int64(k.axis), k.amount, k.num, k.den, table)
	}
	x.Pools = packInts(numbers, poolNumbers)
	numbers = make([]int64, 0, partNumbers*len(c.parts))
	for _, k := range c.parts {
		room := k.room
		if room == apportion.Unbounded {
			room = -1
		}
		numbers = append(numbers, int64(k.cell), int64(k.pool), k.weight, k.amount, room, int64(k.at))
	}
	x.Parts = packInts(numbers, partNumbers)
}
