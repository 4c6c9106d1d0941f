package salesplan

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A CascadeRequest is a goal and what it takes to divide it.
type CascadeRequest struct {
	Goal   Goal
	Metric Metric

	// Axes are the trees of units that the goal's split names, and that of
	// its owner.
	Axes []Axis

	// Calendar says which days are worked; nil is Monday to Friday.
	Calendar *calendar.Calendar

	// Fiscal is the fiscal year; its zero value the calendar year.
	Fiscal calendar.Fiscal

	// Evidence is what is known of the past, for rules that go by history.
	Evidence *Evidence

	// readings says that what is booked of the metric are readings, of which
	// the last counts.
	readings bool
}

// Cascade divides a goal over its units and over time, in three moves.
//
// When: the goal's row over the leaf periods, the pieces of the finest grain,
// is one cumulative split by the time basis. Its running total is never more
// than half a step from the line; a goal that recurs is exact at the end of
// each recurrence.
//
// Who: each leaf period's amount goes down the tree of units by weight ×
// presence × ramp among those who are there. A unit's ideal total is the sum
// of those cells; ideals are rounded down the tree by largest remainder, so
// that every total is the floor or the ceiling of its ideal. Where the rule
// fixes the people, their totals follow the season instead, and the row theirs.
//
// Both: one table of leaf units and leaf periods with both totals exact. See
// [SplitTable].
//
// Locks may be off the step, as actuals are of a plan in thousands. They hold to
// the last digit, and the totals of the goal stay exact: what a lock leaves of
// whole steps goes to other cells, in the unit's row first, so that the totals
// of units and then those of periods are whole where they can be. Findings name
// these cells. All other cells are in whole steps.
//
// Only that table is rounded, once; every other amount is a sum of its cells.
// So sub-units add up to their unit and sub-periods to their period, at every
// level of every axis and every grain. Any unit of the first axis in any leaf
// period, and any leaf unit over any stretch of time, is less than two steps
// from the fitted value. Who is not there owes nothing.
//
// Bounds and locks change row, totals and cells no more than they must: the
// bounded proportional fit, and where that leaves no table, a flow that moves
// as little as it can and names what it moved. What cannot be met is refused,
// with the amount.
//
// Faults, all at once, have paths below /goal, /metric and /axes:
// [diag.Infeasible] where something is owed in a period when nobody is there,
// [diag.NoWeight] and [diag.Required] where a rule has nothing to go by,
// [diag.OutOfRange] beyond 2²⁷ cells or 9·10¹⁸ steps, and those of
// [Plan.Validate].
//
// Time and memory are proportional to leaf units × leaf periods, about half a
// microsecond and, while it works, 40 bytes a cell. Cancelling ctx stops it
// soon; [WithProgress] hears how far it is. A ctx of nil is never cancelled.
func Cascade(ctx context.Context, req CascadeRequest) (*Breakdown, error) {
	if ctx == nil {
		ctx = context.Background()
	}
	var first error
	for attempt := 0; ; attempt++ {
		b, ways, err := cascadeOnce(ctx, req, attempt)
		if err == nil {
			return b, nil
		}
		if first == nil {
			first = err
		}
		if attempt+1 >= ways || !errors.Is(err, diag.Infeasible) {
			return nil, first
		}
	}
}

// cascadeOnce divides a goal; attempt is which of the ways for the rests of
// locks off the step to go is taken, and ways how many there are.
func cascadeOnce(ctx context.Context, req CascadeRequest, attempt int) (b *Breakdown, ways int, err error) {
	cs, err := newCascade(req)
	if err != nil {
		return nil, 0, err
	}
	cs.attempt = attempt
	b, err = cs.divide(ctx)
	return b, cs.attempts, err
}

func (cs *cascade) divide(ctx context.Context) (*Breakdown, error) {
	var c diag.Collector
	c.AddErr(cs.when(), "/goal/split/time")
	cs.weighUnits(&c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	cs.foundIdleWeights()
	if err := cs.checkOwnerThere(); err != nil {
		return nil, err
	}
	if err := cs.setBounds(); err != nil {
		return nil, err
	}
	if err := cs.who(ctx); err != nil {
		return nil, err
	}
	cs.axes[0].tree.forget() // its weights stand
	if err := cs.both(ctx); err != nil {
		return nil, err
	}
	cs.foundOdd()
	return newBreakdown(cs), nil
}

// A cascade is a goal on its way to its targets.
type cascade struct {
	req    CascadeRequest
	metric Metric
	grown  *GrownTarget // nil for a target that is given
	rule   SplitRule
	axes   []*axisSplit

	// owner is the tree of the goal's owner, where no axis of the split has it.
	owner *tree

	// perTurn is the target in steps, without its sign; total that of all
	// turns.
	perTurn, total int64
	negative       bool

	// When.
	grid *grid
	line timeLine

	// Who: by node of the first axis, and by tuple of leaf units.
	ideals []apportion.Fixed
	units  []int64
	totals []int64

	// missing are the months that the past didn't cover; own is nil where all
	// units keep to the goal's season.
	missing []string
	own     *ownSeasons

	// bounds is nil for a split without, odd for one without locks off the step;
	// odd's rests go as the given attempt has it, of as many as there are.
	bounds   *cascadeBounds
	odd      *oddLayer
	attempt  int
	attempts int

	// season is the goal's row before people come and go, where they stand.
	season []apportion.Fixed

	// someSell says that units sell parts of later axes only.
	someSell bool

	// lines are the second axis's totals and crossed what made the first two
	// axes' totals; nil for a split over fewer axes.
	lines   *lineTotals
	crossed *crossing

	// Both.
	table *apportion.Result

	findings []diag.Finding
}

func (cs *cascade) find(f diag.Finding) { cs.findings = append(cs.findings, f) }

// signed gives a number of steps the sign of the goal's target.
func (cs *cascade) signed(n int64) int64 {
	if cs.negative {
		return -n
	}
	return n
}

// foundIdleLevels names rules of levels that the tree doesn't have.
func (cs *cascade) foundIdleLevels(ax *axisSplit) {
	deepest := int32(0)
	for i := range ax.tree.nodes {
		deepest = max(deepest, ax.tree.nodes[i].level)
	}
	for _, l := range ax.rule.Levels {
		if l.Level > int(deepest) {
			cs.find(diag.Finding{Severity: diag.Warning, Code: codeIdleLevel, Subject: diag.Subject{Kind: "axis", ID: ax.axis.ID},
				Args: []diag.Arg{diag.Count("level", l.Level), diag.Count("levels", int(deepest)), diag.Name("goal", cs.req.Goal.ID)}})
		}
	}
}

// maxParts is how many cells a call may have.
const maxParts = 1 << 27

// newCascade checks a request and lays out its periods and trees.
func newCascade(req CascadeRequest) (*cascade, error) {
	var c diag.Collector
	checkMetric(req.Metric, "/metric", &c)
	checkIsFlow(req.Metric, "/metric", &c)
	c.AddErr(req.Fiscal.Validate(), "/fiscal")
	checkAxes(req.Axes, &c)
	checkGoal(req.Goal, goalContext{metric: &req.Metric, axes: req.Axes, units: newUnitNames(req.Axes), fiscal: req.Fiscal}, "/goal", &c)
	if req.Metric.ID != "" && req.Goal.Metric != req.Metric.ID {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/goal/metric", Value: req.Goal.Metric, Bound: req.Metric.ID})
	}
	if what, needed := needsEvidence(req.Goal.Split); needed && req.Evidence == nil {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/evidence", Bound: what})
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	grown, err := req.grow(req.Metric)
	if err != nil {
		return nil, err
	}
	cs := &cascade{req: req, metric: req.Metric, grown: grown}
	if req.Goal.Split != nil {
		cs.req.Goal.Split = req.Goal.Split.clone()
		cs.rule = *cs.req.Goal.Split
	}
	n, _, _ := toSteps(req.Goal.Target, req.Metric.Step)
	cs.negative = n < 0
	cs.perTurn = max(n, -n)
	grid, err := newGrid(req.Goal, req.Fiscal, req.Calendar)
	if err != nil {
		return nil, err
	}
	cs.grid = grid
	cs.plantTrees()
	if err := cs.checkSize(); err != nil {
		return nil, err
	}
	partial := false
	for _, ax := range cs.axes {
		ax.tree.setPresence(grid.whole)
		partial = partial || ax.tree.partial
		cs.foundIdleLevels(ax)
	}
	if cs.owner != nil {
		cs.owner.setPresence(grid.whole)
		partial = partial || cs.owner.partial
	}
	if err := grid.setMeasure(grid.needsWorkdays(cs.rule.Time, partial)); err != nil {
		return nil, err
	}
	cs.setLimits()
	cs.foundGuesses()
	return cs, nil
}

// setLimits tells each axis what stands before it and how large weights may be.
func (cs *cascade) setLimits() {
	longest := uint64(1)
	for i, p := range cs.grid.pieces {
		longest = max(longest, cs.grid.measure[i], uint64(p.Days()))
	}
	var before []*tree
	for _, ax := range cs.axes {
		ax.before = slices.Clone(before)
		ax.limit = 1 << 62 / (longest * ax.tree.scale)
		before = append(before, ax.tree)
		for i := range ax.tree.nodes {
			u := ax.tree.nodes[i].unit
			cs.someSell = cs.someSell || u != nil && u.Sells != nil
		}
	}
}

// checkOwnerThere refuses periods in which the goal's owner owes something and
// neither is there nor anybody below, where no axis of the split has it.
func (cs *cascade) checkOwnerThere() error {
	if cs.owner == nil || cs.owner.nodes[0].spans == nil {
		return nil
	}
	there := make([]uint64, len(cs.grid.pieces))
	cs.owner.presence(0, cs.grid, there)
	var lost []int
	for p, x := range cs.line.row {
		if x > 0 && there[p] == 0 {
			lost = append(lost, p)
		}
	}
	var c diag.Collector
	cs.reportLost(&axisSplit{path: "/goal/owner", tree: cs.owner}, 0, lost, &c)
	return c.Err()
}

// plantTrees builds the trees of the axes that the rule names; without any,
// a tree of the owner alone.
func (cs *cascade) plantTrees() {
	owner := cs.req.Goal.Owner
	for i, rule := range cs.rule.Axes {
		for a := range cs.req.Axes {
			if cs.req.Axes[a].ID != rule.Axis {
				continue
			}
			cs.axes = append(cs.axes, &axisSplit{
				n: i, path: index("/goal/split/axes", i), root: index("/axes", a),
				axis: cs.req.Axes[a], rule: rule, tree: newTree(cs.req.Axes[a], owner),
			})
		}
	}
	for a := range cs.req.Axes {
		inSplit := slices.ContainsFunc(cs.rule.Axes, func(r AxisRule) bool { return r.Axis == cs.req.Axes[a].ID })
		if t := newTree(cs.req.Axes[a], owner); owner != "" && !inSplit && t.nodes[0].id == owner {
			cs.owner = t
		}
	}
	if len(cs.axes) == 0 {
		cs.axes = []*axisSplit{{path: "/goal", tree: newTree(Axis{Units: ownerAlone(owner)}, owner)}}
	}
}

func ownerAlone(owner string) []Unit {
	if owner == "" {
		return nil
	}
	return []Unit{{ID: owner}}
}

// checkSize refuses more cells or steps than the engine takes.
func (cs *cascade) checkSize() error {
	cells := int64(len(cs.grid.pieces))
	for _, ax := range cs.axes {
		cells *= int64(len(ax.tree.leaves))
		if cells > maxParts {
			return diag.Faults{{Code: diag.OutOfRange, Path: "/goal/split", Value: "more than " + strconv.FormatInt(cells, 10) + " cells", Bound: strconv.Itoa(maxParts)}}
		}
	}
	turns := int64(len(cs.grid.turns))
	if cs.perTurn > maxSteps/turns {
		return diag.Faults{{Code: diag.OutOfRange, Path: "/goal/target", Value: cs.req.Goal.Target.String(), Bound: strconv.FormatInt(maxSteps, 10) + " steps in all"}}
	}
	cs.total = cs.perTurn * turns
	return nil
}

// foundGuesses names years whose holidays are guessed.
func (cs *cascade) foundGuesses() {
	if !cs.grid.counted {
		return
	}
	for _, year := range cs.grid.cal.Guessed(cs.grid.whole) {
		cs.find(diag.Finding{Severity: diag.Warning, Code: codeGuessedYear,
			Subject: diag.Subject{Kind: "year", ID: strconv.Itoa(year)},
			Args:    []diag.Arg{diag.Name("goal", cs.req.Goal.ID)}})
	}
}
