package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A UnitTransfer is a unit's change to another team in the course of time: from
// the day On it stands below the unit To.
type UnitTransfer struct {
	// On is the first day below the other unit.
	On calendar.Date `json:"on" plan:"required"`

	// To is the other unit, of the same axis.
	To string `json:"to" plan:"required"`
}

// ParentOn returns the unit above u on a day: Parent before the first of the
// transfers, and for an unset day; "" for a root.
func (u Unit) ParentOn(day calendar.Date) string { return u.parentOn(day) }

func (u *Unit) parentOn(day calendar.Date) string {
	above := u.Parent
	for _, t := range u.Transfers {
		if t.On.After(day) {
			break
		}
		above = t.To
	}
	return above
}

// eachParent calls f with each unit below which u stands in turn, once.
func (u *Unit) eachParent(f func(parent string)) {
	f(u.Parent)
	for i, t := range u.Transfers {
		again := func(x UnitTransfer) bool { return x.To == t.To }
		if t.To != u.Parent && !slices.ContainsFunc(u.Transfers[:i], again) {
			f(t.To)
		}
	}
}

// daysBelow returns the days of a period, from its first, on which u stands
// below parent.
func (u *Unit) daysBelow(parent string, p calendar.Period) []span {
	var out []span
	days := int32(p.Days())
	add := func(above string, from, to int32) {
		if above == parent && from < to {
			out = append(out, span{from: from, to: to})
		}
	}
	above, from := u.Parent, int32(0)
	for _, t := range u.Transfers {
		on := clampDay(t.On.Sub(p.First), days)
		add(above, from, on)
		above, from = t.To, on
	}
	add(above, from, days)
	return out
}

// maxTransfers is how often a unit may change.
const maxTransfers = 100

// checkTransfers refuses transfers that are none: to units of nowhere, in no
// order, on days on which the unit isn't there, or of units with others below
// them. A unit with none below cannot be above anything, so that none of those
// that remain lead to a circle.
func checkTransfers(axis Axis, here map[string]int32, unitPath func(int) string, c *diag.Collector) {
	units := axis.tree()
	if !slices.ContainsFunc(units, func(u Unit) bool { return len(u.Transfers) > 0 }) {
		return
	}
	inner, listed := make(map[string]bool), make(map[string]bool)
	for i := range units {
		units[i].eachParent(func(parent string) { inner[parent] = inner[parent] || parent != units[i].ID })
		listed[units[i].Parent] = true
	}
	open := axis.Table != nil && axis.filled == nil // the table may have more
	var ids []string
	for i := range units {
		u := &units[i]
		path := unitPath(i) + "/transfers"
		if inner[u.ID] && !listed[u.ID] { // others have been said before
			u.checkLeafFields(unitPath(i), c)
		}
		switch {
		case len(u.Transfers) == 0:
			continue
		case len(u.Transfers) > maxTransfers:
			c.Add(&diag.Fault{Code: diag.TooMany, Path: path, Value: strconv.Itoa(len(u.Transfers)), Bound: strconv.Itoa(maxTransfers)})
			continue
		case u.Parent == "" && !open:
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Value: u.ID, Bound: "only units below another change teams"})
		case inner[u.ID] && u.ID != "":
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Value: u.ID, Bound: "only units without units below change teams"})
		}
		for k, t := range u.Transfers {
			u.checkTransferDay(k, index(path, k)+"/on", c)
			at := index(path, k) + "/to"
			_, known := here[t.To]
			switch {
			case !checkID(t.To, at, c):
			case t.To == u.ID:
				c.Add(&diag.Fault{Code: diag.Cycle, Path: at, Value: t.To, Bound: joinChain([]string{u.ID})})
			case !known && !open:
				if ids == nil {
					ids = unitIDs(units)
				}
				c.Add(&diag.Fault{Code: diag.Unknown, Path: at, Value: t.To, Bound: "the units of " + axis.ID, Near: nearestOf(c, t.To, ids)})
			case t.To == u.above(k):
				c.Add(&diag.Fault{Code: diag.Conflict, Path: at, Value: t.To, Bound: "another unit than the one above so far"})
			}
		}
	}
}

// checkLeafFields refuses what only units without units below have.
func (u *Unit) checkLeafFields(path string, c *diag.Collector) {
	if len(u.Ramp) > 0 {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/ramp", Value: u.ID, Bound: "only units without units below have a ramp"})
	}
	if u.FTE.Valid {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/fte", Value: u.ID, Bound: "only units without units below have them"})
	}
}

// above returns the unit above before the k-th transfer.
func (u *Unit) above(k int) string {
	if k == 0 {
		return u.Parent
	}
	return u.Transfers[k-1].To
}

// checkTransferDay refuses a day that isn't set, is not after the one before
// it, or on which the unit isn't there.
func (u *Unit) checkTransferDay(k int, path string, c *diag.Collector) {
	on := u.Transfers[k].On
	switch {
	case on.IsZero():
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "the first day below the other unit"})
	case k > 0 && on == u.Transfers[k-1].On:
		c.Add(&diag.Fault{Code: diag.Duplicate, Path: path, Value: on.String(), Bound: "one transfer a day"})
	case k > 0 && on.Before(u.Transfers[k-1].On):
		c.Add(&diag.Fault{Code: diag.Order, Path: path, Value: on.String(), Bound: "after " + u.Transfers[k-1].On.String()})
	case !u.From.IsZero() && !on.After(u.From):
		c.Add(&diag.Fault{Code: diag.Order, Path: path, Value: on.String(), Bound: "after " + u.From.String()})
	case !u.To.IsZero() && on.After(u.To):
		c.Add(&diag.Fault{Code: diag.Order, Path: path, Value: on.String(), Bound: "to " + u.To.String()})
	}
}

// transferPhrases returns what the faults of units that change teams carry as
// values.
func transferPhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "only units without units below change teams", ZH: "只有没有下级的单元可设 transfers"},
		diag.Message{EN: "only units below another change teams", ZH: "只有有上级的单元可设 transfers"},
		diag.Message{EN: "another unit than the one above so far", ZH: "与此前上级不同的单元"},
		diag.Message{EN: "the first day below the other unit", ZH: "归属新上级的第一天"},
		diag.Message{EN: "one transfer a day", ZH: "每天至多一次调动"},
		diag.Message{EN: "after {date-}", ZH: "{date-} 之后"},
		diag.Message{EN: "to {date-}", ZH: "截至 {date-}"},
		diag.Message{EN: "bounds on units that change teams were spread over the teams", ZH: "调动单元的上下限已分摊到其各上级"},
		diag.Message{EN: "the units above {unit}", ZH: "{unit} 的上级单元"},
		diag.Message{EN: "a unit that is below {owner} in all of {period}, as {unit} is not", ZH: "在 {period} 内始终属于 {owner} 的单元（{unit} 不是）"},
	)
}
