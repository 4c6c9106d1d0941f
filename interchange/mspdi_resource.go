package interchange

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A resourceSource is a resource as it stands in a file.
type resourceSource struct {
	resource salesplan.Resource
	detail   ResourceDetail
	calendar int
	periods  []availability
	path     string
	line     int
	column   int
}

// An availability is how much there is of a resource from a day to another.
type availability struct {
	from, to calendar.Date
	units    decimal.Decimal
}

// An assignment is what a task takes of a resource.
type assignment struct {
	task, resource int
	units          decimal.Decimal
	work           int64 // minutes
	cost           decimal.Decimal
	fixed          bool // so much of a material in all, whatever the work
	pauses         []pause
	contour        bool
	path           string
	line, column   int
}

// The years that the schema writes for "always".
const firstAvailable, lastAvailable = 1984, 2049

// readResource reads one resource.
func (m *mspdi) readResource(n *node, path string) {
	v := valueReader{n, path, &m.c}
	uid, ok := v.number(m.resource)
	if !ok {
		return
	}
	if v.flag("IsNull") || uid == 0 && v.text("Name") == "" {
		return // whoever does what nobody is assigned to
	}
	r := resourceSource{calendar: v.integerOr("CalendarUID", -1), path: path, line: n.line, column: n.column}
	r.resource = salesplan.Resource{ID: m.ownID(n, m.resourceField, uid), Name: v.text("Name")}
	r.detail = ResourceDetail{
		UID: uid, Initials: v.text("Initials"), Group: v.text("Group"), Code: v.text("Code"), Email: v.text("EmailAddress"), Note: v.text("Notes"),
	}
	switch kind := v.integerOr("Type", 1); {
	case kind == 2 || v.flag("IsCostResource"):
		r.resource.Kind = salesplan.ResourceMoney
	case kind == 0:
		r.resource.Kind, r.resource.Measure = salesplan.ResourceMaterial, v.text("MaterialLabel")
	default:
		v.readCapacity(&r)
	}
	m.resource[uid] = len(m.resources)
	m.resources = append(m.resources, r)
}

// readCapacity reads how many people there are, and when.
func (v valueReader) readCapacity(r *resourceSource) {
	units, ok := v.amount("MaxUnits")
	if ok && units.IsNegative() {
		v.fault("MaxUnits", diag.Negative, units.String(), "0")
		return
	}
	if ok && !units.Equal(decimal.NewFromInt(1)) {
		r.resource.Capacity = decimal.NewNullDecimal(units)
	}
	periods := v.n.child("AvailabilityPeriods")
	if periods == nil {
		return
	}
	for i := range periods.kids {
		p := valueReader{&periods.kids[i], v.path + "/AvailabilityPeriods/" + strconv.Itoa(i), v.c}
		units, ok := p.amount("AvailableUnits")
		a := availability{p.instant("AvailableFrom").Date(), p.instant("AvailableTo").Date(), units}
		if !a.from.IsZero() && a.from.Year() <= firstAvailable {
			a.from = calendar.Date{}
		}
		if a.to.Year() >= lastAvailable {
			a.to = calendar.Date{}
		}
		if !ok || units.IsNegative() || !a.to.IsZero() && a.to.Before(a.from) {
			p.fault("AvailableTo", diag.Order, p.text("AvailableTo"), "units from a day to a later one")
			continue
		}
		r.periods = append(r.periods, a)
	}
	r.setChanges()
}

// setChanges turns periods into the capacity before all of them and its changes.
func (r *resourceSource) setChanges() {
	slices.SortStableFunc(r.periods, func(a, b availability) int { return a.from.Compare(b.from) })
	var capacity decimal.Decimal
	type step struct {
		from  calendar.Date
		units decimal.Decimal
	}
	var steps []step
	for i, p := range r.periods {
		steps = append(steps, step{p.from, p.units})
		if p.to.IsZero() {
			continue
		}
		if next := p.to.AddDays(1); !next.IsZero() && (i+1 == len(r.periods) || next.Before(r.periods[i+1].from)) {
			steps = append(steps, step{next, decimal.Decimal{}})
		}
	}
	for _, s := range steps {
		changes := r.resource.Changes
		last := capacity
		if n := len(changes); n > 0 {
			last = changes[n-1].Capacity
		}
		switch {
		case s.from.IsZero():
			capacity = s.units
		case s.units.Equal(last):
		case len(changes) > 0 && !s.from.After(changes[len(changes)-1].From): // of two that overlap, the first counts
		default:
			r.resource.Changes = append(changes, salesplan.CapacityChange{From: s.from, Capacity: s.units})
		}
	}
	if len(r.periods) > 0 {
		r.resource.Capacity = decimal.NullDecimal{}
		if !capacity.Equal(decimal.NewFromInt(1)) {
			r.resource.Capacity = decimal.NewNullDecimal(capacity)
		}
	}
}

// buildResources makes the resources of those read, when all calendars are
// known.
func (m *mspdi) buildResources() {
	ids := map[string]string{}
	for i := range m.resources {
		r := &m.resources[i]
		if _, taken := ids[r.resource.ID]; taken {
			r.resource.ID = strconv.Itoa(r.detail.UID)
		}
		if other, taken := ids[r.resource.ID]; taken {
			m.c.Add(&diag.Fault{Code: diag.Duplicate, Path: r.path + "/UID", Line: r.line, Column: r.column, Value: r.resource.ID, Bound: other})
		}
		ids[r.resource.ID] = r.path
		if r.resource.Kind == salesplan.ResourceMoney {
			r.resource.Measure = m.p.Properties.Currency
		}
		if s := m.calendars[r.calendar]; s != nil && r.resource.Kind == "" {
			if m.derived(s) {
				leave, _ := s.leave()
				r.resource.Leave = slices.Clone(leave)
			}
			if id := m.sharedCalendar(r.calendar); id != m.p.Calendar {
				r.resource.Calendar = id
			}
		}
		m.p.Request.Resources = append(m.p.Request.Resources, r.resource)
		m.p.Resources[r.resource.ID] = r.detail
	}
}

// sharedCalendar returns the ID of a calendar, or of the one on which that of a
// resource builds.
func (m *mspdi) sharedCalendar(uid int) string {
	s := m.calendars[uid]
	for steps := 0; steps < maxBases && m.derived(s); steps++ {
		s = m.below(s)
	}
	return strconv.Itoa(s.uid)
}

// readAssignment reads one assignment.
func (m *mspdi) readAssignment(n *node, path string) {
	v := valueReader{n, path, &m.c}
	task, okTask := v.integer("TaskUID")
	resource, okResource := v.integer("ResourceUID")
	if !okTask || !okResource {
		return // of a budget, or nothing
	}
	a := assignment{task: task, resource: resource, units: decimal.NewFromInt(1), path: path, line: n.line, column: n.column}
	if units, ok := v.amount("Units"); ok {
		a.units = units
	}
	a.work, _ = v.duration("Work")
	a.cost, _ = v.amount("Cost")
	a.fixed = v.text("HasFixedRateUnits") == "" || v.flag("HasFixedRateUnits")
	a.pauses = findPauses(n)
	if w, ok := v.duration("OvertimeWork"); ok && w > 0 {
		m.lose(codeOvertime, m.taskName(task))
	}
	a.contour = v.integerOr("WorkContour", 0) != 0
	m.assigned = append(m.assigned, a)
}

// A pause is a span without work between others with some.
type pause struct{ from, to calendar.Instant }

// maxPauses bounds the pauses that are kept of an assignment.
const maxPauses = 1000

// findPauses returns the spans without work between others; whether they are free
// days or a work in parts the calendars tell.
func findPauses(n *node) []pause {
	const remaining, actual = "1", "2"
	var out []pause
	begun, kept := false, 0
	for i := range n.kids {
		k := &n.kids[i]
		if kind := k.value("Type"); k.name != "TimephasedData" || kind != remaining && kind != actual {
			continue
		}
		value := k.value("Value")
		if value == "" {
			continue
		}
		minutes, ok := parseDuration(value)
		from, okFrom := parseInstant(k.value("Start"))
		to, okTo := parseInstant(k.value("Finish"))
		switch {
		case ok && minutes > 0:
			begun, kept = true, len(out)
		case ok && begun && okFrom && okTo && len(out) < maxPauses:
			out = append(out, pause{from, to})
		}
	}
	return out[:kept]
}

// tellShape notes whether the work of an assignment has pauses or a shape.
func (m *mspdi) tellShape(a *assignment) {
	for _, p := range a.pauses {
		if m.p.Request.Calendar.Between(p.from, p.to).Minutes > 0 {
			m.lose(codeSplit, m.taskName(a.task))
			return
		}
	}
	if a.contour {
		m.lose(codeContour, m.taskName(a.task))
	}
}

func (m *mspdi) taskName(uid int) string {
	if i, known := m.taskAt[uid]; known && i >= 0 {
		return m.tasks[i].task.Name
	}
	return strconv.Itoa(uid)
}

// buildAssignments adds what tasks take, the same resource once.
func (m *mspdi) buildAssignments() {
	summary := map[string]bool{}
	for i := range m.p.Request.Tasks {
		summary[m.p.Request.Tasks[i].Parent] = true
	}
	for _, a := range m.assigned {
		m.tellShape(&a)
		i, known := m.taskAt[a.task]
		r, real := m.resource[a.resource]
		if !real && a.resource > 0 {
			m.c.Add(&diag.Fault{Code: diag.Unknown, Path: a.path + "/ResourceUID", Line: a.line, Column: a.column, Value: strconv.Itoa(a.resource), Bound: "the resources"})
			continue
		}
		if !known && a.task > 0 {
			m.c.Add(&diag.Fault{Code: diag.Unknown, Path: a.path + "/TaskUID", Line: a.line, Column: a.column, Value: strconv.Itoa(a.task), Bound: "the tasks"})
			continue
		}
		if !known || !real || i < 0 || r < 0 {
			continue // of nobody, or to nothing that a plan takes
		}
		t := &m.p.Request.Tasks[i]
		if summary[t.ID] {
			m.lose(codeSummaryWork, t.Name)
			continue
		}
		m.demand(t, &m.resources[r], &a)
	}
}

// demand adds what an assignment says to a task's demands. The first of the
// people owns the task; a milestone takes nobody's time.
func (m *mspdi) demand(t *salesplan.Task, r *resourceSource, a *assignment) {
	d := salesplan.Demand{Resource: r.resource.ID}
	amount := a.units
	switch r.resource.Kind {
	case salesplan.ResourceMoney:
		amount = shortest(a.cost.Shift(-2)) // money is in hundredths
	case salesplan.ResourceMaterial:
		if !a.fixed {
			amount = shortest(decimal.NewFromInt(a.work).DivRound(decimal.NewFromInt(60), 6)) // an hour stands for one
		}
	default:
		if t.Owner == "" {
			t.Owner = r.resource.ID
		}
		if t.Milestone {
			if t.Owner != r.resource.ID {
				m.lose(codeMilestoneWork, t.Name)
			}
			return
		}
	}
	if amount.IsNegative() {
		m.c.Add(&diag.Fault{Code: diag.Negative, Path: a.path + "/Units", Line: a.line, Column: a.column, Value: amount.String(), Bound: "0"})
		return
	}
	k := slices.IndexFunc(t.Demands, func(x salesplan.Demand) bool { return x.Resource == d.Resource })
	if k < 0 {
		t.Demands, k = append(t.Demands, d), len(t.Demands)
	} else {
		amount = amount.Add(amountOf(t.Demands[k]))
	}
	t.Demands[k].Amount = decimal.NullDecimal{}
	if !amount.Equal(decimal.NewFromInt(1)) {
		t.Demands[k].Amount = decimal.NewNullDecimal(shortest(amount))
	}
}

// amountOf is how much a demand is of; 1 if it doesn't say.
func amountOf(d salesplan.Demand) decimal.Decimal {
	if d.Amount.Valid {
		return d.Amount.Decimal
	}
	return decimal.NewFromInt(1)
}
