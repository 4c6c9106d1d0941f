package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

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
