package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A MetricKind says how a metric adds up. The zero MetricKind is [KindFlow].
type MetricKind string

// The kinds.
const (
	// KindFlow is the kind of metrics that add up over time and over people:
	// revenue, new customers.
	KindFlow MetricKind = "flow"

	// KindStock is the kind of metrics that add up over people, and over time
	// from what there is: opening + additions − losses. Active customers, open
	// contracts. Over a period a stock is that of its last day.
	KindStock MetricKind = "stock"

	// KindRate is the kind of metrics that are a numerator ÷ a denominator and
	// never add up: market share, win rate, average deal.
	KindRate MetricKind = "rate"
)

func metricKinds() []MetricKind { return []MetricKind{KindFlow, KindStock, KindRate} }

// UnmarshalText reads a kind; any other text is a fault of code
// [diag.Invalid].
func (k *MetricKind) UnmarshalText(text []byte) error {
	return readEnum(k, text, metricKinds())
}

// Counts says what of a deal is an actual of a metric. The zero Counts says
// that deals say nothing about it.
type Counts string

// What of a won deal counts, on the day it was closed.
const (
	CountsWonAmount    Counts = "won-amount"    // its amount
	CountsWonDeals     Counts = "won-deals"     // one
	CountsWonCustomers Counts = "won-customers" // one, for a customer's first won deal
)

// UnmarshalText reads what counts; any other text is a fault of code
// [diag.Invalid].
func (k *Counts) UnmarshalText(text []byte) error {
	return readEnum(k, text, []Counts{CountsWonAmount, CountsWonDeals, CountsWonCustomers})
}

// A Metric is what is counted.
type Metric struct {
	// ID is the metric's name in goals and actuals.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// Measure is the unit of its amounts: a currency ("CNY") or a thing
	// ("customer").
	Measure string `json:"measure,omitempty"`

	// Step is the smallest amount that can be owed: 0.01 for cents, 1 for
	// customers. Every target is a multiple of it.
	Step decimal.Decimal `json:"step" plan:"required"`

	// Kind says how the metric adds up.
	Kind MetricKind `json:"kind,omitempty"`

	// Counts says what of a deal is an actual of this metric. Only flows count
	// deals.
	Counts Counts `json:"counts,omitempty"`

	// Numerator is the ID of the metric, a flow, of which a rate is made, and
	// Denominator what it is divided by: the ID of another flow, of a stock, or a
	// series of the plan's externals.
	Numerator   string `json:"numerator,omitempty"`
	Denominator string `json:"denominator,omitempty"`

	// Reading says which reading of a denominator that is a stock counts for a
	// period; see [ReadingClosing].
	Reading Reading `json:"reading,omitempty"`

	// Better says which way is better; see [BetterHigher].
	Better Better `json:"better,omitempty"`

	// Share says that a rate is a share of its denominator, and so never over
	// 100 %.
	Share bool `json:"share,omitempty"`
}

// An Axis is a tree of units along which targets are split: the sales
// organisation, product lines, customer segments.
type Axis struct {
	// ID is the axis's name in split rules and in the columns of exports.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// Of is the field of a deal that names the axis's units. The axis of
	// FieldOwner is the organisation; where no axis says so, the first is.
	Of Field `json:"of,omitempty"`

	// Table says that units are read from a table; see [Plan.WithTables].
	Table *AxisTable `json:"table,omitempty"`

	// Units are the nodes of the tree, in the order in which targets are
	// listed and ties are broken. Where the axis has a Table, they refine its
	// units by ID or add to them.
	Units []Unit `json:"units,omitempty"`

	// filled are the units read from the table with those of Units; nil before
	// they are. read are those that the table has, as it has them.
	filled []Unit
	read   []tableUnit
}

// A tableUnit is what a table says of a unit.
type tableUnit struct{ id, parent, name string }

// An AxisTable says which table an axis is read from.
type AxisTable struct {
	// File is the name under which [Plan.WithTables] finds the table.
	File string `json:"file" plan:"required"`

	// Columns are the headers of the levels, from the top of the tree.
	Columns []string `json:"columns" plan:"required"`

	// Prefix makes ids "column:text", for tables in which one text stands on
	// two levels.
	Prefix bool `json:"prefix,omitempty"`
}

// A Unit is a node of an axis: a region, a team, a person, a product line, a
// customer segment.
type Unit struct {
	// ID is unique over all axes of a plan.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// Parent is the unit above, in the same axis; none for a root.
	Parent string `json:"parent,omitempty"`

	// Weight is the unit's part among its siblings where a split goes by
	// weights. Not given and 0 are two things.
	Weight decimal.NullDecimal `json:"weight,omitzero"`

	// Potential is what could be sold there, for splits that go by it. 0 says
	// that there is none; not given, that nobody knows. A unit above others
	// has the sum of theirs, if it gives none itself and all of them are known.
	Potential decimal.NullDecimal `json:"potential,omitzero"`

	// FTE are the full-time equivalents that the unit stands for in a
	// headcount; not given, 1. Only units without units below have them.
	FTE decimal.NullDecimal `json:"fte,omitzero"`

	// Group is the unit's group among its siblings, for splits that go by
	// groups first: a grade, an industry.
	Group string `json:"group,omitempty"`

	// From and To are the first and last day on which the unit is there;
	// unset for one that always is.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`

	// Transfers are the unit's changes to other teams of the axis, in the order
	// of their days: from each day on it stands below another unit. The days lie
	// after From and not after To. Weight, ramp, FTE and what it sells are the
	// unit's own wherever it stands; what it brought in the past counts for the
	// team below which it stood on that day. Only units with a parent and without
	// units below have some.
	Transfers []UnitTransfer `json:"transfers,omitempty"`

	// Ramp is a newcomer's share of a full quota, month by month from From on;
	// afterwards it is full. What one does not carry falls on the siblings.
	// Only units without units below have one.
	Ramp []decimal.Decimal `json:"ramp,omitempty"`

	// Successor is the unit that takes over what stocks the unit has when it
	// leaves, one without units below in the same axis. Where there is none, or
	// it isn't there, the team's vacancy line has them.
	Successor string `json:"successor,omitempty"`

	// Sells are the units of later axes that this unit and all below it sell,
	// with those below them; not given, all. An axis of which it names none is
	// not restricted.
	Sells []string `json:"sells,omitempty"`

	// Aka are other spellings under which data calls the unit, compared after
	// trimming and without regard to case.
	Aka []string `json:"aka,omitempty"`

	// IDs are the unit's ids in other systems, by system:
	// {"salesforce": "005…"}.
	IDs map[string]string `json:"ids,omitempty"`
}

// A Goal is a target of a metric, its owner and its period.
type Goal struct {
	ID   string `json:"id" plan:"required"`
	Name string `json:"name,omitempty"`

	// Metric is the ID of what is counted.
	Metric string `json:"metric" plan:"required"`

	// Period is when the target is owed: a calendar period ("2027",
	// "2027-H1", "2027-04-01/2028-03-31") or a fiscal one ("FY2027-Q3").
	Period string `json:"period" plan:"required"`

	// Every makes the goal recur: the target is owed in each month (quarter,
	// week, …) of Period, which must be made of whole ones.
	Every calendar.Grain `json:"every,omitempty"`

	// Baseline is what was reached before; of a stock, what there is on the day
	// before Period. Where a stock's goal gives none, the evidence's readings
	// say so.
	Baseline decimal.NullDecimal `json:"baseline,omitzero"`

	// Target is what is owed over Period, or in each recurrence of it; of a
	// stock, what there is to be on its last day. A rate measured in "%" is
	// given in hundredths. With Growth it need not be given, and is 0 then.
	Target decimal.Decimal `json:"target" plan:"required,unless=growth"`

	// Growth makes the target from the baseline. A target that is given besides
	// must be the same.
	Growth *TargetGrowth `json:"growth,omitempty"`

	// Owner is the unit that owes the target; it is split over the units
	// below. Where it is empty, over all units.
	Owner string `json:"owner,omitempty"`

	// Parent is the ID of the goal that this one serves. One with the same
	// metric binds what its owner owes of the parent, by Binding; one with
	// another metric is a contribution.
	Parent  string  `json:"parent,omitempty"`
	Binding Binding `json:"binding,omitempty"`

	// Additions and Losses are the IDs of goals of flows that say by what a
	// stock grows and shrinks. Where one is given, the other follows from the
	// target; where none is, the stock goes from its baseline to its target by
	// the split.
	Additions string `json:"additions,omitempty"`
	Losses    string `json:"losses,omitempty"`

	// Why says what the goal serves; Source where its actuals come from.
	Why    string `json:"why,omitempty"`
	Source string `json:"source,omitempty"`

	// Split says how the target is divided. A goal without is one cell.
	Split *SplitRule `json:"split,omitempty"`

	// Work says how the goal becomes tasks; see [TasksFor].
	Work *TaskRule `json:"work,omitempty"`
}

// readEnum sets *into to text if that is one of known, and otherwise returns a
// fault with the known values.
func readEnum[T ~string](into *T, text []byte, known []T) error {
	if i := slices.Index(known, T(text)); i >= 0 {
		*into = known[i]
		return nil
	}
	return checkEnum(T(text), known, "")
}

// checkEnum returns the fault for a value outside its enumeration, nil for one
// inside. A list with "" takes a value that isn't given.
func checkEnum[T ~string](v T, known []T, path string) *diag.Fault {
	if slices.Contains(known, v) {
		return nil
	}
	var names []string
	for _, k := range known {
		if k != "" {
			names = append(names, string(k))
		}
	}
	return &diag.Fault{Code: diag.Invalid, Path: path, Value: string(v), Bound: joinNames(names), Near: diag.Nearest(string(v), names)}
}
