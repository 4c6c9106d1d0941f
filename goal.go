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
	// Denominator what it is divided by: the ID of another flow or a series of
	// the plan's externals.
	Numerator   string `json:"numerator,omitempty"`
	Denominator string `json:"denominator,omitempty"`

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
	// they are.
	filled []Unit
}

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
	// given in hundredths.
	Target decimal.Decimal `json:"target" plan:"required"`

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
}

// A SplitRule says how a goal is divided over time and units.
type SplitRule struct {
	// Grains are the periods into which the goal's period is divided, for
	// example quarter, month and week. Pieces of the finer ones are clipped
	// to the coarser ones.
	Grains []calendar.Grain `json:"grains,omitempty"`

	// Time says how much each period owes.
	Time TimeRule `json:"time,omitzero"`

	// Axes say over which units, in this order, and how much each owes.
	Axes []AxisRule `json:"axes,omitempty"`

	// Fix says what stands where people come and go.
	Fix Fix `json:"fix,omitempty"`

	// Bounds are what units owe at least, at most, or for certain.
	Bounds []BoundRule `json:"bounds,omitempty"`
}

// Fix says what stands where people come and go. The zero Fix is [FixPeriods].
type Fix string

// What stands.
const (
	// FixPeriods keeps the periods' amounts: who is there carries them.
	FixPeriods Fix = "periods"

	// FixPeople keeps the people's: a unit's total follows weight × presence ×
	// ramp × season, and a period's amount becomes the sum of theirs.
	FixPeople Fix = "people"
)

// UnmarshalText reads what stands; any other text is a fault of code
// [diag.Invalid].
func (f *Fix) UnmarshalText(text []byte) error {
	return readEnum(f, text, []Fix{FixPeriods, FixPeople})
}

// A TimeBasis says by what an amount is divided over time. The zero TimeBasis
// is [TimeEven].
type TimeBasis string

// The time bases.
const (
	// TimeEven gives every period of the finest grain that is no shorter
	// than a month the same.
	TimeEven TimeBasis = "even"

	// TimeDays goes by calendar days, TimeWorkdays by working days.
	TimeDays     TimeBasis = "days"
	TimeWorkdays TimeBasis = "workdays"

	// TimeSeasonality goes by given shares of the twelve months of a year.
	TimeSeasonality TimeBasis = "seasonality"

	// TimeHistory goes by what each month of the year brought in the past.
	TimeHistory TimeBasis = "history"
)

// UnmarshalText reads a basis; any other text is a fault of code
// [diag.Invalid].
func (b *TimeBasis) UnmarshalText(text []byte) error {
	return readEnum(b, text, []TimeBasis{TimeEven, TimeDays, TimeWorkdays, TimeSeasonality, TimeHistory})
}

// A TimeRule says how an amount is divided over time.
type TimeRule struct {
	Basis TimeBasis `json:"basis,omitempty"`

	// Within divides a month (and whatever else Basis gives a share to) over
	// the shorter periods in it: [TimeWorkdays] (the default) or [TimeDays].
	Within TimeBasis `json:"within,omitempty"`

	// Shares are the twelve months' shares for [TimeSeasonality], from the
	// first month of the year (the fiscal year, where the plan has one). They
	// total 1 or 100.
	Shares []decimal.Decimal `json:"shares,omitempty"`

	// Normalise accepts shares with another total.
	Normalise bool `json:"normalise,omitempty"`

	// Period is the window of the past for [TimeHistory].
	Period string `json:"period,omitempty"`

	// Missing says what a month takes that the past doesn't cover: "mean"
	// (the covered months' mean per working day), "refuse" (the default) or
	// a share of the year ("0.08").
	Missing string `json:"missing,omitempty"`
}

// A Basis says by what an amount is divided over units. The zero Basis is
// [BasisEven].
type Basis string

// The bases.
const (
	BasisEven    Basis = "even"    // all siblings the same
	BasisWeights Basis = "weights" // by the units' weights
	BasisHistory Basis = "history" // by what the units brought in the past

	// BasisPipeline goes by the units' open deals: by their amounts or their
	// number, as the metric counts those won.
	BasisPipeline Basis = "pipeline"

	// BasisPotential goes by the units' stated potential.
	BasisPotential Basis = "potential"

	// BasisHeadcount goes by the people at or below each unit: the sum of their
	// full-time equivalents, each for the days of the goal's period on which
	// they are there, over those on which the unit is.
	BasisHeadcount Basis = "headcount"

	// BasisBlend goes by several bases, each with its share.
	BasisBlend Basis = "blend"
)

func bases() []Basis {
	return []Basis{BasisEven, BasisWeights, BasisHistory, BasisPipeline, BasisPotential, BasisHeadcount, BasisBlend}
}

// UnmarshalText reads a basis; any other text is a fault of code
// [diag.Invalid].
func (b *Basis) UnmarshalText(text []byte) error {
	return readEnum(b, text, bases())
}

// Newcomers says what weight a unit has of which a basis knows nothing: one
// without a row in the history's window, without a deal of any kind, without a
// potential. What is known to be 0 is 0. The zero Newcomers is
// [NewcomersRefuse].
type Newcomers string

// The rules for newcomers.
const (
	// NewcomersRefuse makes a unit of which nothing is known a fault.
	NewcomersRefuse Newcomers = "refuse"

	// NewcomersMedian gives it the median of its siblings that are known, and
	// where none of them is, all of them the same.
	NewcomersMedian Newcomers = "median-of-siblings"

	// NewcomersWeight takes the unit's weight for its history, pipeline or
	// potential, in the same measure.
	NewcomersWeight Newcomers = "weight"
)

// UnmarshalText reads a rule; any other text is a fault of code
// [diag.Invalid].
func (n *Newcomers) UnmarshalText(text []byte) error {
	return readEnum(n, text, []Newcomers{NewcomersRefuse, NewcomersMedian, NewcomersWeight})
}

// A BasisRule says by what an amount is divided over siblings: by a basis or a
// blend of several, with what it is expected to grow, after the groups of
// buckets have their shares.
type BasisRule struct {
	Basis Basis `json:"basis,omitempty"`

	// Period is the window of the past for [BasisHistory], and that of the
	// expected closing for [BasisPipeline], where without it all open deals
	// count.
	Period string `json:"period,omitempty"`

	// Newcomers says what a unit weighs of which the basis knows nothing.
	Newcomers Newcomers `json:"newcomers,omitempty"`

	// Probability is the part of an open deal that counts, 0 to 1, by stage as
	// the data spells it, for [BasisPipeline]; of other stages all counts.
	Probability map[string]decimal.Decimal `json:"probability,omitempty"`

	// Blend are the bases of a [BasisBlend]. Their shares total 1 or 100.
	Blend []BlendPart `json:"blend,omitempty"`

	// Normalise accepts shares of a blend with another total, and leaves out
	// bases by which all siblings have 0. Otherwise such siblings have nothing
	// to divide by.
	Normalise bool `json:"normalise,omitempty"`

	// Growth is what each unit is expected to grow on its base.
	Growth *GrowthRule `json:"growth,omitempty"`

	// Buckets divides the amount over the groups of the siblings first.
	Buckets *BucketRule `json:"buckets,omitempty"`
}

// An AxisRule says how an amount is divided over the units of one axis.
type AxisRule struct {
	// Axis is the axis's ID.
	Axis string `json:"axis" plan:"required"`

	BasisRule

	// Levels are the rules of single levels, where they differ from the
	// axis's.
	Levels []LevelRule `json:"levels,omitempty"`

	// Season says whose season the units of the first axis keep to.
	Season Season `json:"season,omitempty"`
}

// Season says whose season units keep to. The zero Season is [SeasonGoal].
type Season string

// The seasons.
const (
	// SeasonGoal is the goal's: everybody owes more when the goal does.
	SeasonGoal Season = "goal"

	// SeasonOwn is a unit's own, by what each month of the year brought it in
	// the past (the window of the axis's history, or that of the goal's time
	// basis), or the nearest unit above that brought anything. The goal's row
	// and the units' totals stand.
	SeasonOwn Season = "own"
)

// UnmarshalText reads a season; any other text is a fault of code
// [diag.Invalid].
func (x *Season) UnmarshalText(text []byte) error {
	return readEnum(x, text, []Season{SeasonGoal, SeasonOwn})
}

// A LevelRule is the rule of one level of an axis. The units right below the
// goal's owner (on a later axis, its roots) are level 1.
type LevelRule struct {
	Level int `json:"level" plan:"required"`
	BasisRule
}

// at returns the rule for the units of the given level.
func (r AxisRule) at(level int) BasisRule {
	for _, l := range r.Levels {
		if l.Level == level {
			return l.BasisRule
		}
	}
	return r.BasisRule
}

// readEnum sets *into to text if that is one of known, and otherwise returns a
// fault with the known values.
func readEnum[T ~string](into *T, text []byte, known []T) error {
	if i := slices.Index(known, T(text)); i >= 0 {
		*into = known[i]
		return nil
	}
	return enumFault(T(text), known, "")
}

// enumFault returns the fault for a value outside its enumeration, nil for one
// inside. The empty value is every enumeration's default.
func enumFault[T ~string](v T, known []T, path string) error {
	if f := checkEnum(v, known, path); f != nil {
		return f
	}
	return nil
}

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
