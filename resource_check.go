package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

func (w *workNames) checkResources(resources []Resource, c *diag.Collector) {
	seen := map[string]int{}
	for i := range resources {
		r, path := &resources[i], index("/resources", i)
		if checkID(r.ID, path+"/id", c) {
			j, taken := seen[r.ID]
			switch {
			case taken:
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/id", Value: r.ID, Bound: index("/resources", j)})
			case w.inner[r.ID]:
				c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/id", Value: r.ID, Bound: "a unit above others is as many people as they are"})
			case w.units.known[r.ID] && !w.leaves[r.ID]:
				c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/id", Value: r.ID, Bound: "only units of the organisation are people"})
			case w.leaves[r.ID] && r.kind() != ResourcePeople:
				c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/kind", Value: string(r.Kind), Bound: "units of the organisation are people"})
			}
			if !taken {
				seen[r.ID] = i
				if _, unit := w.kinds[r.ID]; !unit {
					w.resourceIDs = append(w.resourceIDs, r.ID)
				}
				w.kinds[r.ID] = r.kind()
			}
		}
		c.Add(checkEnum(r.Kind, append(resourceKinds(), ""), path+"/kind"))
		w.checkResource(r, path, c)
	}
}

func (r *Resource) kind() ResourceKind {
	if r.Kind == "" {
		return ResourcePeople
	}
	return r.Kind
}

// checkResource refuses what a resource of its kind doesn't have, and amounts
// that are none.
func (w *workNames) checkResource(r *Resource, path string, c *diag.Collector) {
	only := func(kind ResourceKind, bound, key string, given bool) {
		if given && r.kind() != kind {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/" + key, Value: string(r.kind()), Bound: bound})
		}
	}
	const ofPeople, ofMoney, ofMaterial = "only of people", "only of money", "only of material"
	only(ResourcePeople, ofPeople, "capacity", r.Capacity.Valid)
	only(ResourcePeople, ofPeople, "changes", len(r.Changes) > 0)
	only(ResourcePeople, ofPeople, "calendar", r.Calendar != "")
	only(ResourcePeople, ofPeople, "leave", len(r.Leave) > 0)
	only(ResourceMoney, ofMoney, "budgets", len(r.Budgets) > 0)
	only(ResourceMaterial, ofMaterial, "supplies", len(r.Supplies) > 0)
	if r.Capacity.Valid {
		checkResourceAmount(r.Capacity.Decimal, path+"/capacity", c)
	}
	w.calendar(r.Calendar, path+"/calendar", c)
	for i, x := range r.Changes {
		at := index(path+"/changes", i)
		checkResourceAmount(x.Capacity, at+"/capacity", c)
		if x.From.IsZero() {
			c.Add(&diag.Fault{Code: diag.Required, Path: at + "/from", Bound: "a day"})
		} else if i > 0 && !x.From.After(r.Changes[i-1].From) {
			c.Add(&diag.Fault{Code: diag.Order, Path: at + "/from", Value: x.From.String(), Bound: "after " + r.Changes[i-1].From.String()})
		}
	}
	for i, l := range r.Leave {
		switch at := index(path+"/leave", i); {
		case !l.Valid():
			c.Add(&diag.Fault{Code: diag.Invalid, Path: at, Value: l.String(), Bound: "a period"})
		case l.Days() > maxLeaveDays:
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: at, Value: l.String(), Bound: "at most 10 years"})
		}
	}
	w.checkBudgets(r.Budgets, path+"/budgets", c)
	for i, s := range r.Supplies {
		at := index(path+"/supplies", i)
		checkResourceAmount(s.Amount, at+"/amount", c)
		if s.On.IsZero() {
			c.Add(&diag.Fault{Code: diag.Required, Path: at + "/on", Bound: "a day"})
		}
	}
}

func (w *workNames) checkBudgets(budgets []Budget, path string, c *diag.Collector) {
	var before []calendar.Period
	for i, b := range budgets {
		at := index(path, i)
		checkResourceAmount(b.Amount, at+"/amount", c)
		p, err := w.fiscal.Parse(b.Period)
		if err != nil {
			if w.fiscal.Validate() == nil {
				c.AddErr(atPath(err, at+"/period"), at+"/period")
			}
			continue
		}
		if j := slices.IndexFunc(before, p.Overlaps); j >= 0 {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/period", Value: b.Period, Bound: "periods that don't overlap"})
		}
		before = append(before, p)
	}
}

// maxLeaveDays bounds a leave: ten years.
const maxLeaveDays = 3660

// Amounts of resources have at most resourcePlaces decimals, so that engines
// count them in whole numbers.
const (
	resourcePlaces = 6
	maxResource    = 1_000_000_000_000
)

func checkResourceAmount(d decimal.Decimal, path string, c *diag.Collector) {
	const resourceBound = "0 to 1000000000000, with at most 6 decimals"
	if !checkAmount(d) || d.IsNegative() || d.GreaterThan(decimal.NewFromInt(maxResource)) || !d.Equal(d.Truncate(resourcePlaces)) {
		f := &diag.Fault{Code: diag.OutOfRange, Path: path, Bound: resourceBound}
		if checkAmount(d) {
			f.Value = d.String()
		}
		c.Add(f)
	}
}
