//go:build ignore

// The outputs of the commands, of results that write themselves. This file is
// read, not compiled: fields, tags and comments are what their schemas are made
// from.

package outputs

import (
	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Targets are the targets of a plan's goals, as written by "salesplan targets
// --json".
type Targets struct {
	// Goals are the plan's goals, in its order.
	Goals []GoalTargets `json:"goals"`

	// Findings are what the plan's owner should know.
	Findings []diag.Finding `json:"findings"`

	// Faults are rows of the data that could not be read and were left out.
	Faults []PlacedFault `json:"faults,omitempty"`

	// IDs are the units' ids in the system that was asked for.
	IDs *SystemIDs `json:"ids,omitempty"`
}

// SystemIDs are ids of units in another system.
type SystemIDs struct {
	// System is the name of the system.
	System string `json:"system"`

	// Units are the ids by unit; a unit that has none stands with its own.
	Units map[string]string `json:"units"`
}

// GoalTargets are what is owed for one goal.
type GoalTargets struct {
	// Goal is the goal's ID, Name what people call it.
	Goal string `json:"goal"`
	Name string `json:"name,omitempty"`

	// Metric is the ID of the metric, Measure the unit of its amounts and Step
	// the smallest of them.
	Metric  string          `json:"metric"`
	Measure string          `json:"measure"`
	Step    decimal.Decimal `json:"step"`

	// Period is the goal's whole period: a calendar or a fiscal one.
	Period string `json:"period"`

	// Owner is the unit that owes it all, left out where it is all units.
	Owner string `json:"owner,omitempty"`

	// Amount is what is owed in the whole period; of a stock, what there is to be
	// at its end, and of a rate its numerator.
	Amount decimal.Decimal `json:"amount"`

	// Kind is left out for a flow. Opening is what there is of a stock before
	// the period.
	Kind    salesplan.MetricKind `json:"kind,omitempty"`
	Opening *decimal.Decimal     `json:"opening,omitempty"`

	// Numerator is the ID of a rate's numerator, Denominator the amount that it
	// is over and Rate what that makes, in the measure of the rate's metric.
	Numerator   string           `json:"numerator,omitempty"`
	Denominator *decimal.Decimal `json:"denominator,omitempty"`
	Rate        *decimal.Decimal `json:"rate,omitempty"`

	// Growth says how the goal's target came from its baseline; left out for one
	// that is given.
	Growth *salesplan.GrownTarget `json:"growth,omitempty"`

	// Axes are the axes over which the goal is split, Grains the periods, from
	// the coarsest.
	Axes   []string         `json:"axes"`
	Grains []calendar.Grain `json:"grains"`

	// Rows are what the units owe in each period, as far as they were asked
	// for.
	Rows []Row `json:"rows"`
}

// A RowGrain is the size of a row's period: "goal" for the goal's whole
// period, or a grain of the split.
type RowGrain string

// The sizes of periods of rows.
const (
	RowGoal    RowGrain = "goal"
	RowYear    RowGrain = "year"
	RowHalf    RowGrain = "half"
	RowQuarter RowGrain = "quarter"
	RowMonth   RowGrain = "month"
	RowWeek    RowGrain = "week"
	RowDay     RowGrain = "day"
)

// A Row is what a unit, or a unit of each axis, owes in one period.
type Row struct {
	// Units are one for each axis, "" for all of an axis.
	Units []string `json:"units"`

	// Parents are the units above those of Units that change teams, "" for the
	// others; left out where none does.
	Parents []string `json:"parents,omitempty"`

	// Axis is the last named axis: that of the unit which the row is about; "" or
	// left out for a goal that is split over no axis.
	Axis string `json:"axis,omitempty"`

	// Parent is the unit above that of the last named axis, "" if there is
	// none. For a root of a later axis it is the unit of the axis before.
	Parent string `json:"parent"`

	// Level is that of the last named axis's unit: 0 is the goal's owner.
	Level int `json:"level"`

	Grain RowGrain `json:"grain"`

	// Period is the name of the period, First its first and Last its last day.
	Period string        `json:"period"`
	First  calendar.Date `json:"first"`
	Last   calendar.Date `json:"last"`

	// Leaf marks the rows of which all others are sums.
	Leaf bool `json:"leaf"`

	// Amount is what is owed.
	Amount decimal.Decimal `json:"amount"`

	// Denominator is what a rate's amount is over, and Rate what that makes; left
	// out where the rate is not applicable.
	Denominator *decimal.Decimal `json:"denominator,omitempty"`
	Rate        *decimal.Decimal `json:"rate,omitempty"`
}

// Explained is how one target came to be, as written by "salesplan explain
// --json".
type Explained struct {
	*salesplan.Explanation

	// Findings are what the plan's owner should know.
	Findings []diag.Finding `json:"findings"`

	// Faults are rows of the data that could not be read and were left out.
	Faults []PlacedFault `json:"faults,omitempty"`
}

// SplitHead is what a split was asked for.
type SplitHead struct {
	// Total is what was divided, Step the smallest amount that a part can have.
	Total decimal.Decimal `json:"total"`
	Step  decimal.Decimal `json:"step"`

	// Method says who got the indivisible rest.
	Method salesplan.Method `json:"method"`
}

// SplitAmounts are equal parts, as written by "salesplan split --parts --json".
type SplitAmounts struct {
	SplitHead

	// Amounts are the parts, in order. They add up to the total.
	Amounts []decimal.Decimal `json:"amounts"`
}

// SplitShares are weighted parts, as written by "salesplan split --weights
// --json".
type SplitShares struct {
	SplitHead

	// Shares are the parts, in the order of the file. Their amounts add up to
	// the total.
	Shares []Share `json:"shares"`
}

// A Share is what a part gets.
type Share struct {
	// ID is the part's name.
	ID string `json:"id,omitempty"`

	// Amount is the part's exact share of the total: a multiple of the step,
	// but for locks off the step and the share marked as Residue.
	Amount decimal.Decimal `json:"amount"`

	// Ideal is the amount before rounding.
	Ideal decimal.Decimal `json:"ideal"`

	// Bound says what held the part from its proportional share; it is left
	// out for one in proportion to its weight.
	Bound salesplan.HeldBy `json:"bound,omitempty"`

	// Residue marks the share that carries the odd rest which locks off the
	// step leave.
	Residue bool `json:"residue,omitempty"`
}

// SplitTable is a table with exact totals of its rows and columns, as written
// by "salesplan split --table --json".
type SplitTable struct {
	// Step is the smallest amount that a cell can have.
	Step decimal.Decimal `json:"step"`

	// RowIDs are the names of the rows, ColumnIDs those of the columns.
	RowIDs    []string `json:"rowIDs,omitempty"`
	ColumnIDs []string `json:"columnIDs,omitempty"`

	// Rows are the totals of the rows, Columns those of the columns.
	Rows    []decimal.Decimal `json:"rows"`
	Columns []decimal.Decimal `json:"columns"`

	// Amounts are the cells, row by row.
	Amounts [][]decimal.Decimal `json:"amounts"`

	// Converged says that the cells keep to the proportions of the old ones.
	// Where they don't, the gap that was left is closed with all totals exact.
	Converged bool `json:"converged"`
}

// Drafted is a plan to start from, as written by "salesplan init --json".
type Drafted struct {
	// Plan is what was written into the file, without comments.
	Plan salesplan.Plan `json:"plan"`

	// Tables say what each table was taken for, in their order.
	Tables []salesplan.DraftedTable `json:"tables"`

	// Window is the part of the past on which the goal is based; left out where
	// no goal is proposed.
	Window calendar.Period `json:"window,omitempty"`

	// Total and Deals are what was won in it, Months the same month by month.
	Total  decimal.Decimal `json:"total"`
	Deals  int             `json:"deals"`
	Months []DraftedMonth  `json:"months"`

	// Notes say what was taken for what, and what is doubtful.
	Notes []diag.Finding `json:"notes"`

	// Next are the words of the command that prints the plan's targets.
	Next []string `json:"next"`
}

// A DraftedMonth is what a month of the past brought.
type DraftedMonth struct {
	Period calendar.Period `json:"period"`

	// Amount is what was won in it, Deals how many deals that were.
	Amount decimal.Decimal `json:"amount"`
	Deals  int             `json:"deals"`
}

// Validated is what is wrong with a plan, as written by "salesplan validate
// --json": nothing, for a plan that is valid.
type Validated struct {
	// Faults are all that is wrong, in the order of the document.
	Faults []PlacedFault `json:"faults"`

	// Findings are what the plan's owner should know.
	Findings []diag.Finding `json:"findings,omitempty"`
}

// Failed is what every command writes with --json if its input is at fault.
type Failed struct {
	// Faults are all that is wrong.
	Faults []PlacedFault `json:"faults"`

	// Findings are what was found before that was known.
	Findings []diag.Finding `json:"findings,omitempty"`
}

// A PlacedFault is something wrong with the input: what, where, and the way
// out.
type PlacedFault struct {
	// File is the file in which it stands; left out for the command line.
	File string `json:"file,omitempty"`

	*diag.Fault
}

// PlanDifferences are what makes one plan of another, as written by "salesplan
// diff --json" for two plans.
type PlanDifferences struct {
	// Changes are made one after the other; none if the plans are the same.
	Changes []salesplan.Change `json:"changes"`
}

// TargetDifferences are how issued targets differ, as written by "salesplan
// diff --json" for two files of them.
type TargetDifferences struct {
	// Goals are those that differ.
	Goals []GoalRows `json:"goals"`
}

// GoalRows are a goal's differences.
type GoalRows struct {
	salesplan.GoalDifference

	// Rows are those that differ.
	Rows []DifferenceRow `json:"rows"`
}

// A DifferenceRow is what a unit owes in a period by two breakdowns.
type DifferenceRow struct {
	// Kind is changed, or added or removed for a unit or period that only one
	// side has.
	Kind salesplan.ChangeKind `json:"kind"`

	// Units are one for each axis, "" for all of an axis; Axis is that of the
	// last, Parent the unit above it, OldParent the one that it was below, and
	// Level its depth. Parents are the units above those that change teams.
	Units     []string `json:"units"`
	Parents   []string `json:"parents,omitempty"`
	Axis      string   `json:"axis"`
	Parent    string   `json:"parent"`
	OldParent string   `json:"oldParent,omitempty"`
	Level     int      `json:"level"`

	// Grain is the size of the period, "goal" for all of it.
	Grain string `json:"grain"`

	// Period is the period as the plan's year names it, First and Last are its
	// days.
	Period string        `json:"period"`
	First  calendar.Date `json:"first"`
	Last   calendar.Date `json:"last"`

	// Leaf says that the row is a cell of which all else is made.
	Leaf bool `json:"leaf"`

	// Old and New are what is owed, left out where a side doesn't have it, and By
	// the difference.
	Old *decimal.Decimal `json:"old,omitempty"`
	New *decimal.Decimal `json:"new,omitempty"`
	By  decimal.Decimal  `json:"by"`

	// OldRate and NewRate are a rate's.
	OldRate *decimal.Decimal `json:"oldRate,omitempty"`
	NewRate *decimal.Decimal `json:"newRate,omitempty"`
}

// Merged is a plan with the changes of two sides, as written by "salesplan merge
// --json".
type Merged struct {
	// Plan is the merged plan, left out where there are conflicts.
	Plan *PlanDocument `json:"plan,omitempty"`

	// Conflicts are the places that both sides changed in different ways.
	Conflicts []salesplan.Conflict `json:"conflicts"`
}

// Compared are scenarios side by side, as written by "salesplan what-if --json".
type Compared struct {
	// Scenarios are those asked for, in their order.
	Scenarios []ScenarioHead `json:"scenarios"`

	// Rows are those in which any scenario differs from the plan as it is.
	Rows []ScenarioRow `json:"rows"`
}

// A ScenarioHead is a scenario, and what came of it.
type ScenarioHead struct {
	salesplan.Scenario

	// Goals are those that differ in what they are about.
	Goals []salesplan.GoalDifference `json:"goals,omitempty"`

	// Faults say why there are no targets.
	Faults []*diag.Fault `json:"faults,omitempty"`
}

// A ScenarioRow is what one unit owes in one period by all scenarios.
type ScenarioRow struct {
	// Goal is the goal's ID.
	Goal string `json:"goal"`

	// Units are one for each axis, "" for all of an axis; Axis is that of the
	// last. Parents are the units above those that change teams.
	Units   []string `json:"units"`
	Parents []string `json:"parents,omitempty"`
	Axis    string   `json:"axis"`

	// Grain is the size of the period, "goal" for all of it; Period its name.
	Grain  string `json:"grain"`
	Period string `json:"period"`

	// Base is the amount as it is, left out where the unit isn't there.
	Base *decimal.Decimal `json:"base,omitempty"`

	// Amounts are the scenarios', By how much more each is, and Rates a rate's;
	// null where there is none.
	Amounts  []decimal.NullDecimal `json:"amounts"`
	By       []decimal.NullDecimal `json:"by"`
	BaseRate *decimal.Decimal      `json:"baseRate,omitempty"`
	Rates    []decimal.NullDecimal `json:"rates,omitempty"`
}
