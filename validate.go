package salesplan

import (
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// maxIDBytes is the longest id.
const maxIDBytes = 128

// checkID refuses an empty id, one that is too long, and one with characters
// that cannot be seen or told apart.
func checkID(id, path string, c *diag.Collector) bool {
	switch {
	case id == "":
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "an id"})
	case len(id) > maxIDBytes:
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Value: id, Bound: strconv.Itoa(maxIDBytes) + " bytes"})
	case !cleanName(id):
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path, Value: id, Bound: "visible characters without spaces around them"})
	default:
		return true
	}
	return false
}

// checkMetric checks one metric.
func checkMetric(m Metric, path string, c *diag.Collector) {
	checkID(m.ID, path+"/id", c)
	checkKind(m, path, c)
	c.Add(checkEnum(m.Counts, []Counts{"", CountsWonAmount, CountsWonDeals, CountsWonCustomers}, path+"/counts"))
	checkStep(m.Step, path+"/step", c)
}

// checkStep refuses a step that is missing, negative or beyond the limits.
func checkStep(step decimal.Decimal, path string, c *diag.Collector) bool {
	switch {
	case !checkAmount(step):
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: amountBound})
	case step.IsZero():
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "the smallest amount that can be owed, for example 0.01"})
	case step.IsNegative():
		c.Add(&diag.Fault{Code: diag.Negative, Path: path, Value: step.String(), Bound: "0"})
	default:
		return true
	}
	return false
}

// amountBound says in a fault which amounts are read.
const amountBound = "at most 38 digits, exponent within ±30"

// checkAxes checks the axes of a plan: ids, trees, dates, weights, spellings.
func checkAxes(axes []Axis, c *diag.Collector) {
	axisAt := map[string]int{}
	unitAt := map[string]string{}
	before := c.Len()
	for i, axis := range axes {
		path := index("/axes", i)
		if checkID(axis.ID, path+"/id", c) {
			if j, taken := axisAt[axis.ID]; taken {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/id", Value: axis.ID, Bound: index("/axes", j)})
			}
			axisAt[axis.ID] = i
		}
		c.Add(checkEnum(axis.Of, []Field{"", FieldOwner, FieldProduct, FieldSegment, FieldCustomer}, path+"/of"))
		checkUnits(axis, path, unitAt, c)
	}
	checkSells(axes, unitAt, c)
	checkSuccessors(axes, unitAt, c)
	if c.Len() == before {
		checkSpellings(axes, c)
	}
}

// checkSells refuses units that sell what no axis has, or units of their own
// axis. Axes whose tables have not been read may have anything.
func checkSells(axes []Axis, unitAt map[string]string, c *diag.Collector) {
	if awaitsTable(axes) {
		return
	}
	for a, axis := range axes {
		own := index("/axes", a) + "/"
		for _, u := range axis.tree() {
			for i, id := range u.Sells {
				path := index(unitAt[u.ID]+"/sells", i)
				switch at, ok := unitAt[id]; {
				case !ok:
					c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: "the units", Near: nearestOf(c, id, sortedKeys(unitAt))})
				case strings.HasPrefix(at, own):
					c.Add(&diag.Fault{Code: diag.Invalid, Path: path, Value: id, Bound: "a unit of another axis"})
				}
			}
		}
	}
}

// checkUnits checks the units of one axis; unitAt holds the places of the ids
// of all axes so far.
func checkUnits(axis Axis, path string, unitAt map[string]string, c *diag.Collector) {
	units := axis.tree()
	unitPath := func(i int) string { return index(path+"/units", i) }
	if len(units) != len(axis.Units) { // read from a table: name units by id
		unitPath = func(i int) string { return path + "/units" + diag.Pointer(units[i].ID) }
	}
	here := make(map[string]int32, len(units))
	for i := range units {
		u := &units[i]
		at := unitPath(i)
		if checkID(u.ID, at+"/id", c) {
			if other, taken := unitAt[u.ID]; taken {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: at + "/id", Value: u.ID, Bound: other})
			} else {
				unitAt[u.ID], here[u.ID] = at, int32(i)
			}
		}
		checkUnit(u, at, c)
	}
	var ids []string
	parents := make([]int32, len(units))
	for i := range units {
		parents[i] = -1
		p := units[i].Parent
		if p == "" {
			continue
		}
		j, ok := here[p]
		if !ok && axis.Table != nil && axis.filled == nil {
			continue // the table may have it
		}
		if !ok {
			if ids == nil {
				ids = unitIDs(units)
			}
			c.Add(&diag.Fault{Code: diag.Unknown, Path: unitPath(i) + "/parent", Value: p, Bound: "the units of " + axis.ID, Near: nearestOf(c, p, ids)})
			continue
		}
		parents[i] = j
		if up := &units[j]; len(up.Ramp) > 0 {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: unitPath(int(j)) + "/ramp", Value: up.ID, Bound: "only units without units below have a ramp"})
		}
		if up := &units[j]; up.FTE.Valid {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: unitPath(int(j)) + "/fte", Value: up.ID, Bound: "only units without units below have them"})
		}
	}
	checkCycles(units, parents, unitPath, c)
	checkTransfers(axis, here, unitPath, c)
}

func unitIDs(units []Unit) []string {
	ids := make([]string, len(units))
	for i := range units {
		ids[i] = units[i].ID
	}
	return ids
}

// nearFaults is from how many faults on names near to unknown ones are looked for
// no more.
const nearFaults = 100

// nearestOf looks for the nearest name in a list that may be long, for a fault
// that c is about to get: beyond the first faults, or a few thousand names, it
// is not worth the time.
func nearestOf(c *diag.Collector, s string, names []string) string {
	const most = 2000
	if c.Len() >= nearFaults {
		return ""
	}
	return diag.Nearest(s, names[:min(len(names), most)])
}

// checkUnit checks a unit's own fields.
func checkUnit(u *Unit, path string, c *diag.Collector) {
	if u.Weight.Valid {
		switch w := u.Weight.Decimal; {
		case !checkAmount(w):
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/weight", Bound: amountBound})
		case w.IsNegative():
			c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/weight", Value: w.String(), Bound: "0"})
		}
	}
	checkMeasures(u, path, c)
	checkRamp(u, path+"/ramp", c)
	if !u.From.IsZero() && !u.To.IsZero() && u.To.Before(u.From) {
		c.Add(&diag.Fault{Code: diag.Order, Path: path + "/to", Value: u.To.String(), Bound: "from " + u.From.String()})
	}
}

// maxRampMonths is the longest ramp.
const maxRampMonths = 120

// checkRamp refuses a ramp without a first day, one that never reaches a full
// quota, and shares that are none.
func checkRamp(u *Unit, path string, c *diag.Collector) {
	if len(u.Ramp) == 0 {
		return
	}
	if u.From.IsZero() {
		c.Add(&diag.Fault{Code: diag.Required, Path: strings.TrimSuffix(path, "/ramp") + "/from", Bound: "the day on which the ramp begins"})
	}
	if len(u.Ramp) > maxRampMonths {
		c.Add(&diag.Fault{Code: diag.TooMany, Path: path, Bound: strconv.Itoa(maxRampMonths)})
		return
	}
	one := decimal.NewFromInt(1)
	for i, share := range u.Ramp {
		if !checkAmount(share) || share.IsNegative() || share.GreaterThan(one) || !share.Equal(share.Truncate(6)) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: index(path, i), Bound: "0 to 1, with at most 6 decimals"})
			return
		}
	}
	if last := u.Ramp[len(u.Ramp)-1]; !last.Equal(one) {
		c.Add(&diag.Fault{Code: diag.Total, Path: index(path, len(u.Ramp)-1), Value: last.String(), Bound: "1 in the last month"})
	}
}

// checkCycles refuses units that are above themselves, naming each circle once
// with its units in order.
func checkCycles(units []Unit, parents []int32, unitPath func(int) string, c *diag.Collector) {
	state := make([]int32, len(units)) // 0 new, otherwise the round in which it was seen
	for i := range units {
		round := int32(i + 1)
		at := int32(i)
		for at >= 0 && state[at] == 0 {
			state[at] = round
			at = parents[at]
		}
		if at < 0 || state[at] != round {
			continue
		}
		var names []string
		for k := at; ; {
			names = append(names, units[k].ID)
			if k = parents[k]; k == at {
				break
			}
		}
		c.Add(&diag.Fault{Code: diag.Cycle, Path: unitPath(int(at)) + "/parent", Value: units[at].ID, Bound: joinChain(names)})
	}
}

// A goalContext is what a goal refers to.
type goalContext struct {
	metric *Metric // nil if there is none of the goal's metric
	axes   []Axis
	units  unitNames
	fiscal calendar.Fiscal
}

// unitNames are the ids of the units of all axes.
type unitNames struct {
	known map[string]bool
	ids   []string
}

func newUnitNames(axes []Axis) unitNames {
	count := 0
	for i := range axes {
		count += len(axes[i].tree())
	}
	n := unitNames{known: make(map[string]bool, count), ids: make([]string, 0, count)}
	for i := range axes {
		for _, u := range axes[i].tree() {
			n.known[u.ID] = true
			n.ids = append(n.ids, u.ID)
		}
	}
	return n
}

// checkGoal checks one goal against what it refers to.
func checkGoal(g Goal, in goalContext, path string, c *diag.Collector) {
	checkID(g.ID, path+"/id", c)
	if in.metric != nil {
		checkTarget(g.Target, in.metric.Step, path+"/target", c)
		if g.Baseline.Valid && !checkAmount(g.Baseline.Decimal) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/baseline", Bound: amountBound})
		}
	}
	if _, err := in.fiscal.Parse(g.Period); err != nil && in.fiscal.Validate() == nil {
		c.AddErr(atPath(err, path+"/period"), path+"/period")
	}
	checkGrain(g.Every, path+"/every", c)
	checkGoalKind(g, in.metric, path, c)
	before := c.Len()
	if g.checkGrowth(in.metric, in.fiscal, path, c); c.Len() == before {
		g.checkGrown(in, path, c)
	}
	if in.metric != nil && in.metric.Kind == KindStock {
		checkStockBounds(g, in.fiscal, path, c)
	}
	if g.Owner != "" {
		if !in.units.known[g.Owner] && !awaitsTable(in.axes) {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path + "/owner", Value: g.Owner, Bound: "the units", Near: nearestOf(c, g.Owner, in.units.ids)})
		}
	}
	if g.Split != nil {
		checkSplit(*g.Split, in, path+"/split", c)
		if g.Every != "" && g.Split.Fix == FixPeople {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/split/fix", Value: string(FixPeople), Bound: "a goal that recurs is exact in each recurrence"})
		}
	}
}

func checkGrain(g calendar.Grain, path string, c *diag.Collector) {
	c.Add(checkEnum(g, []calendar.Grain{"", calendar.GrainYear, calendar.GrainHalf, calendar.GrainQuarter, calendar.GrainMonth, calendar.GrainWeek, calendar.GrainDay}, path))
}

// checkTarget refuses a target beyond the limits or off the step.
func checkTarget(target, step decimal.Decimal, path string, c *diag.Collector) {
	if !checkAmount(step) || step.Sign() <= 0 {
		return // the metric's fault
	}
	if !checkAmount(target) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: amountBound})
		return
	}
	_, exact, ok := toSteps(target, step)
	switch {
	case !ok:
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Value: target.String(), Bound: strconv.FormatInt(maxSteps, 10) + " steps of " + step.String()})
	case !exact:
		c.Add(&diag.Fault{Code: diag.OffStep, Path: path, Value: target.String(), Bound: step.String()})
	}
}
