package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// The types of this file are issued targets as they stand in their document:
// for each goal the state from which its breakdown is rebuilt. Nodes of trees
// are named by their place, since ids need not tell them apart.

// An issuedFile is the whole document.
type issuedFile struct {
	// Version is that of the document's layout.
	Version string `json:"salesplanTargets" plan:"required"`

	Issue Issue        `json:"issue" plan:"required"`
	Goals []issuedGoal `json:"goals"`

	// Contributions are, by goal, those that serve it with another metric.
	Contributions map[string][]string `json:"contributions,omitempty"`
	Findings      []diag.Finding      `json:"findings,omitempty"`

	// Checksum is over all that stands before it.
	Checksum string `json:"checksum,omitempty" plan:"required"`
}

// An issuedGoal is what one goal owes.
type issuedGoal struct {
	Kind MetricKind `json:"kind" plan:"required"`

	// State is the breakdown of a flow, that of a rate's numerator, or what a
	// stock gains and loses by leaf period, as it was first issued.
	State issuedState `json:"state" plan:"required"`

	Stock *issuedStock `json:"stock,omitempty"`
	Rate  *issuedRate  `json:"rate,omitempty"`

	// Replans are what became of State since, the earliest first.
	Replans []issuedReplan `json:"replans,omitempty"`
}

// An issuedStock is what a stock has beside the changes in its state.
type issuedStock struct {
	Goal   Goal   `json:"goal" plan:"required"`
	Metric Metric `json:"metric" plan:"required"`

	// Opening is by leaf; Additions and Losses are cells like those of the
	// state.
	Opening   packed `json:"opening" plan:"required"`
	Additions packed `json:"additions" plan:"required"`
	Losses    packed `json:"losses" plan:"required"`

	Transfers []Transfer     `json:"transfers,omitempty"`
	Grown     *GrownTarget   `json:"grown,omitempty"`
	Findings  []diag.Finding `json:"findings,omitempty"`
}

// An issuedRate is what a rate has beside its numerator.
type issuedRate struct {
	Goal   Goal   `json:"goal" plan:"required"`
	Metric Metric `json:"metric" plan:"required"`

	// Denominator is the id of the goal by which it is divided, a flow or a
	// stock; empty for a figure from outside.
	Denominator string `json:"denominator,omitempty"`

	// Given is the denominator of the whole goal.
	Given    decimal.Decimal `json:"given" plan:"required"`
	Grown    *GrownTarget    `json:"grown,omitempty"`
	Findings []diag.Finding  `json:"findings,omitempty"`
}

// An issuedState is a breakdown, with all that explains it.
type issuedState struct {
	Goal   Goal            `json:"goal" plan:"required"` // its split without bounds
	Metric Metric          `json:"metric" plan:"required"`
	Fiscal calendar.Fiscal `json:"fiscal,omitzero"`

	// Grown says how the target came from a baseline, where it did.
	Grown *GrownTarget `json:"grown,omitempty"`

	// Workdays has a digit for each day of the goal's period, how many working
	// days it counts; none where days are counted.
	Workdays packed `json:"workdays,omitempty"`

	Axes []issuedAxis `json:"axes" plan:"required"`

	// Row are the sums of the leaf periods, Units those of the first axis's
	// nodes, which say of damaged cells where they are.
	Row   packed `json:"row" plan:"required"`
	Units packed `json:"units,omitempty"`

	// Line says how the row came to be.
	Line *issuedLine `json:"line,omitempty"`

	// Ideals are those of the first axis's nodes, and Season is the row before
	// people come and go, where they stand.
	Ideals packed `json:"ideals,omitempty"`
	Season packed `json:"season,omitempty"`

	Own    *issuedSeasons `json:"ownSeasons,omitempty"`
	Bounds *issuedBounds  `json:"bounds,omitempty"`
	Cross  *issuedCross   `json:"cross,omitempty"`
	Odd    *issuedOdd     `json:"odd,omitempty"`

	// Table has the cells in whole steps.
	Table    issuedTable    `json:"table" plan:"required"`
	Findings []diag.Finding `json:"findings,omitempty"`
}

// An issuedOdd is what cells have beyond whole steps.
type issuedOdd struct {
	// Unit is that of the amounts, a part of the step.
	Unit decimal.Decimal `json:"unit" plan:"required"`

	// Locks are those off the step.
	Locks []issuedLock `json:"locks" plan:"required"`

	// Cells are in the order of their places, three numbers for each: its place
	// in the table, the amount in Unit, and the number of the lock that fixes it,
	// or -1.
	Cells packed `json:"cells" plan:"required"`
}

// An issuedLock is a lock off the step, as the plan had it.
type issuedLock struct {
	// Units are whose amount is locked.
	Units []string `json:"units,omitempty"`

	// Parents are the teams of units that change them.
	Parents []string `json:"parents,omitempty"`

	// Period is when; without it, the whole period.
	Period string `json:"period,omitempty"`

	// Lock is the amount.
	Lock decimal.Decimal `json:"lock"`
}

// An issuedLine is a timeLine but for its row.
type issuedLine struct {
	Basis   TimeBasis `json:"basis" plan:"required"`
	Weights packed    `json:"weights" plan:"required"`
}

// An issuedAxis is the tree of an axis over which a goal is split.
type issuedAxis struct {
	// Axis is the axis's id; empty for the owner of a goal that is split over
	// none.
	Axis string `json:"axis,omitempty"`

	// Units are the ids of the nodes, each before those below it; the root's is
	// empty for a whole axis. Parents are the places of their parents, from the
	// second node on.
	Units   []issuedID `json:"units" plan:"required"`
	Parents packed     `json:"parents,omitempty"`

	// Presence says of each leaf that is not always there, or not fully, its
	// place, a number of spans, and of each the day on which it begins, the day
	// before which it ends, and the share of Scale that it carries.
	Presence packed `json:"presence,omitempty"`
	Scale    uint64 `json:"scale"`

	// Details are those of the few units that have any.
	Details []issuedUnit `json:"details,omitempty"`

	// Weights are by node; where they differ by what is above, those of several
	// trees in a row, and Which says which of them is that of each tuple of
	// leaves of the axes before.
	Weights packed `json:"weights,omitempty"`
	Which   packed `json:"which,omitempty"`
}

// An issuedID is an id, which may be empty.
type issuedID string

// UnmarshalText takes any text; ids are checked with their tree.
func (x *issuedID) UnmarshalText(text []byte) error {
	*x = issuedID(text)
	return nil
}

// An issuedUnit is what is read of a unit after it was split.
type issuedUnit struct {
	Node      int                 `json:"node"`                // its place
	Parent    string              `json:"parent,omitempty"`    // of the root, above the split, and of who changes teams
	Transfers []UnitTransfer      `json:"transfers,omitempty"` // to other teams
	FTE       decimal.NullDecimal `json:"fte,omitzero"`        // full-time equivalents
	Successor string              `json:"successor,omitempty"` // who takes over its stocks
	Sells     []string            `json:"sells,omitempty"`     // of later axes
}

// An issuedSeasons holds the seasons of the nodes that have one of their own.
type issuedSeasons struct {
	Nodes   packed `json:"nodes,omitempty"`
	Weights packed `json:"weights,omitempty"`
}

// An issuedBounds holds what cells may have, of the rows that have bounds.
type issuedBounds struct {
	Rows  packed `json:"rows,omitempty"`
	Cells packed `json:"cells,omitempty"`
}

// An issuedCross is how the totals of the first two axes' leaves came to be.
type issuedCross struct {
	Ideals  packed `json:"ideals" plan:"required"` // of the second axis's nodes
	Rounded packed `json:"rounded" plan:"required"`
	Amounts packed `json:"amounts" plan:"required"`

	Seed   packed        `json:"seed" plan:"required"`
	Bounds *issuedBounds `json:"bounds,omitempty"`
	Table  issuedTable   `json:"table" plan:"required"`
}

// An issuedTable is a table with what it was fitted to.
type issuedTable struct {
	Amounts packed `json:"amounts" plan:"required"`

	// Fitted is what the fitted cells have beyond the amounts, in units of
	// 2^-Shift; left out, with the factors, where nothing was fitted.
	Fitted  packed `json:"fitted,omitempty"`
	Shift   uint   `json:"shift,omitempty"`
	Rows    packed `json:"rowFactors,omitempty"`
	Columns packed `json:"columnFactors,omitempty"`

	Rounds    int  `json:"rounds,omitempty"` // of the fit
	Forced    int  `json:"forced,omitempty"` // cells that no table with these totals has otherwise
	Converged bool `json:"converged"`        // whether the fit kept to the seed's proportions
}
