package salesplan

import "github.com/salesplan/salesplan/calendar"

// unitLinks are the units above each unit, of all axes: one, and of those that
// change teams several in turn.
type unitLinks struct {
	up     map[string]string
	movers map[string]*Unit
}

func newUnitLinks(axes []Axis) unitLinks {
	l := unitLinks{map[string]string{}, map[string]*Unit{}}
	for i := range axes {
		units := axes[i].tree()
		for k := range units {
			u := &units[k]
			l.up[u.ID] = u.Parent
			if len(u.Transfers) > 0 {
				l.movers[u.ID] = u
			}
		}
	}
	return l
}

// isBelow reports whether a unit is another one or below it, in all of a period
// in which it is there.
func (l unitLinks) isBelow(unit, other string, p calendar.Period) bool {
	u := l.movers[unit]
	if u == nil || unit == other || !p.Valid() {
		return l.climbs(unit, other)
	}
	all := true
	days := []span{{from: 0, to: int32(p.Days())}}
	if !u.From.IsZero() {
		days[0].from = clampDay(u.From.Sub(p.First), days[0].to)
	}
	if !u.To.IsZero() {
		days[0].to = clampDay(u.To.Sub(p.First)+1, days[0].to)
	}
	u.eachParent(func(parent string) {
		if len(overlap(days, u.daysBelow(parent, p))) > 0 {
			all = all && l.climbs(parent, other)
		}
	})
	return all
}

// climbs reports whether a unit is another one or below it. It takes no more
// steps than there are units, in a tree with a cycle too.
func (l unitLinks) climbs(unit, other string) bool {
	for range len(l.up) + 1 {
		if unit == other || unit == "" {
			break
		}
		unit = l.up[unit]
	}
	return unit == other
}
