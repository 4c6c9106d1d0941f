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

	// team are the people that a unit above others is made of.
	team []int32

	budgets  []fund
	supplies []Supply
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

// addUnits adds the units of the organisation: leaves are people, the others
// all of those below them.
func (w *crew) addUnits(axis Axis, place int) {
	t := newTree(axis, "")
	path := index("/axes", place) + "/units"
	for i := 1; i < len(t.nodes); i++ {
		n := &t.nodes[i]
		m := member{id: n.id, kind: ResourcePeople, path: index(path, int(n.place)), from: n.unit.From, to: n.unit.To, capacity: microsOfOne}
		if n.unit.FTE.Valid {
			m.capacity = micros(n.unit.FTE.Decimal)
		}
		if up := n.parent; up > 0 {
			above := &w.members[up-1]
			if m.from.Before(above.from) {
				m.from = above.from
			}
			if !above.to.IsZero() && (m.to.IsZero() || m.to.After(above.to)) {
				m.to = above.to
			}
		}
		w.at[n.id] = int32(len(w.members))
		w.members = append(w.members, m)
	}
	for i := 1; i < len(t.nodes); i++ {
		if t.isLeaf(int32(i)) {
			for up := t.nodes[i].parent; up > 0; up = t.nodes[up].parent {
				w.members[up-1].team = append(w.members[up-1].team, int32(i-1))
			}
		}
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
