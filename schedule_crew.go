package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A crew is who does the work and what it takes: the units of the organisation
// axis and the resources, by id.
type crew struct {
	members []member
	at      map[string]int32
}

// A member is a resource: people, money or material.
type member struct {
	id   string
	kind ResourceKind
	path string // of the resource or unit it comes from

	// Of people: the calendar they work on ("" is the plan's), when they don't,
	// and from when to when they are there at all.
	calendar string
	leave    []calendar.Period
	from, to calendar.Date
	clock    int32 // of their calendar and leave

	// capacity is in millionths, from each of changes on as they say.
	capacity int64
	changes  []CapacityChange

	// team are the people that a unit above others is made of; moves says that a
	// person changes teams.
	team  []stay
	moves bool

	budgets  []fund
	supplies []Supply
}

// A stay is a person in a team, from a day to a day; unset, from the first or to
// the last.
type stay struct {
	person   int32
	from, to calendar.Date
}

// on reports whether it includes a day.
func (s stay) on(day calendar.Date) bool {
	return !day.Before(s.from) && (s.to.IsZero() || !day.After(s.to))
}

// A fund is money that there is for a period.
type fund struct {
	period calendar.Period
	amount decimal.Decimal
}

// micro is the number of millionths in a resource's amount, which has at most
// six decimals.
func micros(d decimal.Decimal) int64 {
	n, _, _ := toSteps(d, decimal.New(1, -resourcePlaces))
	return n
}

const microsOfOne = 1_000_000

func newCrew(req *ScheduleRequest, c *diag.Collector) *crew {
	w := &crew{at: map[string]int32{}}
	if i := organisation(req.Axes); i >= 0 {
		w.addUnits(req.Axes[i], i)
	}
	for i := range req.Resources {
		w.addResource(&req.Resources[i], index("/resources", i), req.Fiscal, c)
	}
	return w
}

// addUnits adds the units of the organisation: those without units below are
// people, the others all of the people below them, as long as these stand there.
func (w *crew) addUnits(axis Axis, place int) {
	units := axis.tree()
	path := index("/axes", place) + "/units"
	inner := map[string]bool{}
	for i := range units {
		inner[units[i].Parent] = true
		for _, x := range units[i].Transfers {
			inner[x.To] = true
		}
	}
	for i := range units {
		u := &units[i]
		m := member{id: u.ID, kind: ResourcePeople, path: index(path, i), from: u.From, to: u.To, capacity: microsOfOne, moves: len(u.Transfers) > 0}
		if u.FTE.Valid {
			m.capacity = micros(u.FTE.Decimal)
		}
		w.at[u.ID] = int32(len(w.members))
		w.members = append(w.members, m)
	}
	for i := range units {
		if u := &units[i]; !inner[u.ID] {
			from := calendar.Date{}
			for k, x := range u.Transfers {
				to := x.On.AddDays(-1)
				w.join(units, w.at[u.ID], u.parentOn(to), from, to)
				from = x.On
				if k+1 == len(u.Transfers) {
					w.join(units, w.at[u.ID], x.To, from, calendar.Date{})
				}
			}
			if len(u.Transfers) == 0 {
				w.join(units, w.at[u.ID], u.Parent, from, calendar.Date{})
			}
		}
	}
}

// join makes a person one of the people of a unit and of all above it, on some
// days; one who never moves is there no longer than they are.
func (w *crew) join(units []Unit, person int32, unit string, from, to calendar.Date) {
	p := &w.members[person]
	for at := unit; at != ""; {
		i, known := w.at[at]
		if !known {
			return
		}
		above := &w.members[i]
		above.team = append(above.team, stay{person, from, to})
		if u := &units[i]; !p.moves {
			if p.from.Before(u.From) {
				p.from = u.From
			}
			if !u.To.IsZero() && (p.to.IsZero() || p.to.After(u.To)) {
				p.to = u.To
			}
		}
		at = units[i].Parent
	}
}

func (w *crew) addResource(r *Resource, path string, fiscal calendar.Fiscal, c *diag.Collector) {
	i, refines := w.at[r.ID]
	if !refines {
		i = int32(len(w.members))
		w.at[r.ID] = i
		w.members = append(w.members, member{id: r.ID, kind: r.kind(), capacity: microsOfOne})
	}
	m := &w.members[i]
	m.path, m.calendar = path, r.Calendar
	m.leave, m.changes, m.supplies = slices.Clone(r.Leave), slices.Clone(r.Changes), slices.Clone(r.Supplies)
	slices.SortStableFunc(m.supplies, func(a, b Supply) int { return a.On.Compare(b.On) })
	if r.Capacity.Valid {
		m.capacity = micros(r.Capacity.Decimal)
	}
	for k, b := range r.Budgets {
		p, err := fiscal.Parse(b.Period)
		if err != nil {
			c.AddErr(atPath(err, index(path+"/budgets", k)+"/period"), index(path+"/budgets", k)+"/period")
			continue
		}
		m.budgets = append(m.budgets, fund{p, b.Amount})
	}
	slices.SortFunc(m.budgets, func(a, b fund) int { return a.period.Compare(b.period) })
}

// A need is what a task takes of a member, in millionths.
type need struct {
	member int32
	amount int64
	when   DemandTime
	demand int32 // of the task's demands; -1 for its owner
}

// needs returns what a task takes: its demands and, where no people are among
// them, its owner full time. Demands of nothing are left out.
func (w *crew) needs(t *Task) []need {
	var out []need
	people := false
	for k, d := range t.Demands {
		i := w.at[d.Resource]
		people = people || w.members[i].kind == ResourcePeople
		amount := int64(microsOfOne)
		if d.Amount.Valid {
			amount = micros(d.Amount.Decimal)
		}
		if amount > 0 {
			out = append(out, need{i, amount, d.When, int32(k)})
		}
	}
	if i, known := w.at[t.Owner]; known && !people && t.Duration.Minutes > 0 && w.members[i].kind == ResourcePeople {
		out = append(out, need{i, microsOfOne, "", -1})
	}
	return out
}
