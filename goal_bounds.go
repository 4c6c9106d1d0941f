package salesplan

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A BoundRule bounds what a unit owes in a period, or fixes it.
type BoundRule struct {
	// Unit is the unit, of any axis of the split; Units are several, at most
	// one of each axis, for what they owe together: a person's product line.
	// Neither is the whole goal.
	Unit  string   `json:"unit,omitempty"`
	Units []string `json:"units,omitempty"`

	// Parents choose, of units that change teams, what they owe below one of
	// them: one for each of the units; "" or a missing one takes all that they
	// owe, over which the bound is spread.
	Parents []string `json:"parents,omitempty"`

	// Period is a union of leaf periods; not given, the goal's whole period.
	Period string `json:"period,omitempty"`

	// Min and Max are the least and the most that may be owed, brought within
	// to whole steps; Lock is what is owed, of a flow also what is no multiple
	// of the step, such as actuals. Not given and 0 are two things.
	Min  decimal.NullDecimal `json:"min,omitzero"`
	Max  decimal.NullDecimal `json:"max,omitzero"`
	Lock decimal.NullDecimal `json:"lock,omitzero"`
}

// units returns the units that the rule names.
func (r BoundRule) units() []string {
	if r.Unit != "" {
		return []string{r.Unit}
	}
	return r.Units
}

// maxBounds is how many bounds a split may have.
const maxBounds = 100_000

// checkBounds checks the fields of bounds; whether they can be met is found
// when the goal is split.
func checkBounds(rules []BoundRule, in goalContext, path string, c *diag.Collector) {
	if len(rules) > maxBounds {
		c.Add(&diag.Fault{Code: diag.TooMany, Path: path, Bound: strconv.Itoa(maxBounds)})
		return
	}
	for i, r := range rules {
		at := index(path, i)
		if r.Unit != "" && len(r.Units) > 0 {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/units", Bound: "either unit or units"})
		}
		for _, id := range r.units() {
			if in.units.known != nil && !in.units.known[id] && !awaitsTable(in.axes) {
				c.Add(&diag.Fault{Code: diag.Unknown, Path: at + "/unit", Value: id, Bound: "the units", Near: nearestOf(c, id, in.units.ids)})
			}
		}
		for k, id := range r.Parents {
			if k >= len(r.units()) {
				c.Add(&diag.Fault{Code: diag.Mismatch, Path: at + "/parents", Value: counted(len(r.Parents), "unit", "units"), Bound: counted(len(r.units()), "unit", "units")})
				break
			}
			if id != "" && in.units.known != nil && !in.units.known[id] && !awaitsTable(in.axes) {
				c.Add(&diag.Fault{Code: diag.Unknown, Path: index(at+"/parents", k), Value: id, Bound: "the units", Near: nearestOf(c, id, in.units.ids)})
			}
		}
		if r.Period != "" {
			if _, err := in.fiscal.Parse(r.Period); err != nil {
				c.AddErr(atPath(err, at+"/period"), at+"/period")
			}
		}
		r.checkAmounts(in, at, c)
	}
}

func (r BoundRule) checkAmounts(in goalContext, path string, c *diag.Collector) {
	given := 0
	for _, b := range []struct {
		name string
		d    decimal.NullDecimal
	}{{"min", r.Min}, {"max", r.Max}, {"lock", r.Lock}} {
		if !b.d.Valid {
			continue
		}
		given++
		if !checkAmount(b.d.Decimal) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/" + b.name, Bound: amountBound})
		} else if b.name == "lock" && in.metric != nil && checkAmount(in.metric.Step) && in.metric.Step.Sign() > 0 {
			if _, exact, ok := toSteps(b.d.Decimal, in.metric.Step); ok && !exact && isFlow(*in.metric) {
				continue // the rest goes elsewhere
			}
			checkTarget(b.d.Decimal, in.metric.Step, path+"/lock", c)
		}
	}
	switch {
	case given == 0:
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/min", Bound: "min, max or lock"})
	case r.Lock.Valid && given > 1:
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/lock", Value: r.Lock.Decimal.String(), Bound: "either a lock or min and max"})
	case r.Min.Valid && r.Max.Valid && r.Max.Decimal.LessThan(r.Min.Decimal):
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/max", Value: r.Max.Decimal.String(), Bound: "at least min " + r.Min.Decimal.String()})
	}
}
