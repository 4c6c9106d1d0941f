package interchange

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// numbers are the numbers by which a file calls what we call by IDs.
type numbers struct {
	of    map[string]int
	taken map[int]bool
	next  int
}

// give numbers an ID: with the number it had, with itself where it is one, else
// with the next. All IDs with a number are to be given before those without.
func (n *numbers) give(ids []string, had func(id string) int) {
	n.of, n.taken, n.next = map[string]int{}, map[int]bool{}, 1
	const most = 1<<31 - 1
	for pass := range 2 {
		for _, id := range ids {
			if _, done := n.of[id]; done {
				continue
			}
			uid := had(id)
			if k, err := strconv.ParseInt(id, 10, 32); uid == 0 && err == nil && strconv.FormatInt(k, 10) == id {
				uid = int(k)
			}
			if uid > 0 && uid <= most && !n.taken[uid] {
				n.of[id], n.taken[uid] = uid, true
			} else if pass == 1 {
				n.of[id] = n.another()
			}
		}
	}
}

// another returns a number that nothing has.
func (n *numbers) another() int {
	for n.taken[n.next] {
		n.next++
	}
	n.taken[n.next] = true
	return n.next
}

// arrangeTasks finds the order in which tasks are written.
func (m *mspdiWriter) arrangeTasks(c *diag.Collector) {
	tasks := m.req.Tasks
	ids := make([]string, len(tasks))
	for i := range tasks {
		id := tasks[i].ID
		ids[i] = id
		if k, taken := m.at[id]; taken {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path("tasks", i) + "/id", Value: id, Bound: path("tasks", k)})
		}
		m.at[id] = i
	}
	m.taskUID.give(ids, func(id string) int { return m.p.Tasks[id].UID })
	below := make([][]int, len(tasks)+1)
	m.summary, m.outline, m.level = make([]bool, len(tasks)), make([]string, len(tasks)), make([]int, len(tasks))
	for i := range tasks {
		up := len(tasks)
		if parent := tasks[i].Parent; parent != "" {
			k, known := m.at[parent]
			if !known {
				c.Add(&diag.Fault{Code: diag.Unknown, Path: path("tasks", i) + "/parent", Value: parent, Bound: "the tasks"})
				continue
			}
			up, m.summary[k] = k, true
		}
		below[up] = append(below[up], i)
	}
	stack := []int{len(tasks)}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		prefix, level := "", 1
		if i < len(tasks) {
			m.order = append(m.order, i)
			prefix, level = m.outline[i]+".", m.level[i]+1
		}
		for n, k := range below[i] {
			// Numbers of a very deep outline are cut: nobody reads them.
			if m.level[k] = level; level <= maxOutline {
				m.outline[k] = prefix + strconv.Itoa(n+1)
			} else {
				m.outline[k] = prefix[:len(prefix)-1]
			}
		}
		for _, k := range slices.Backward(below[i]) {
			stack = append(stack, k)
		}
	}
	if c.Len() == 0 && len(m.order) < len(tasks) {
		seen := make([]bool, len(tasks))
		for _, i := range m.order {
			seen[i] = true
		}
		i := slices.Index(seen, false)
		c.Add(&diag.Fault{Code: diag.Cycle, Path: path("tasks", i) + "/parent", Value: tasks[i].ID, Bound: "a task that isn't above itself"})
	}
	for i := range tasks {
		m.ownFields = m.ownFields || tasks[i].ID != strconv.Itoa(m.taskUID.of[tasks[i].ID])
	}
}

// maxOutline is the depth to which tasks have numbers of their own in the outline.
const maxOutline = 100

// arrangePeople lists the resources: those of the request, and the units that
// tasks name.
func (m *mspdiWriter) arrangePeople(c *diag.Collector) {
	known := map[string]bool{}
	var ids []string
	add := func(r salesplan.Resource) {
		known[r.ID] = true
		ids = append(ids, r.ID)
		m.people = append(m.people, person{resource: r, detail: m.p.Resources[r.ID]})
	}
	for i, r := range m.req.Resources {
		if known[r.ID] {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path("resources", i) + "/id", Value: r.ID})
			continue
		}
		add(r)
	}
	units := map[string]salesplan.Resource{}
	for _, a := range m.req.Axes {
		for _, u := range a.Units {
			units[u.ID] = salesplan.Resource{ID: u.ID, Name: u.Name, Capacity: u.FTE}
		}
	}
	use := func(id, path string) {
		if id == "" || known[id] {
			return
		}
		r, ok := units[id]
		if !ok {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: "the resources and the units of the organisation"})
			return
		}
		add(r)
	}
	for i := range m.req.Tasks {
		use(m.req.Tasks[i].Owner, path("tasks", i)+"/owner")
		for k, d := range m.req.Tasks[i].Demands {
			use(d.Resource, path("tasks", i)+"/demands/"+strconv.Itoa(k)+"/resource")
		}
	}
	m.resourceUID.give(ids, func(id string) int { return m.p.Resources[id].UID })
	for _, id := range ids {
		m.ownFields = m.ownFields || id != strconv.Itoa(m.resourceUID.of[id])
	}
}

// arrangeCalendars makes the calendars and numbers them.
func (m *mspdiWriter) arrangeCalendars(c *diag.Collector) {
	var ids []string
	for i, n := range m.req.Calendars {
		cal, err := calendar.New(n.Spec())
		c.AddErr(diag.Under(err, path("calendars", i)), path("calendars", i))
		if _, taken := m.calendars[n.ID]; taken {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path("calendars", i) + "/id", Value: n.ID})
			continue
		}
		m.calendars[n.ID] = cal
		ids = append(ids, n.ID)
	}
	m.calendarUID.give(ids, func(string) int { return 0 })
	m.base = m.calendarUID.of[m.p.Calendar]
	if _, named := m.calendars[m.p.Calendar]; !named {
		m.base = m.calendarUID.another()
	}
	for i := range m.people {
		r := &m.people[i].resource
		if _, known := m.calendars[r.Calendar]; r.Calendar != "" && !known {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path("resources", i) + "/calendar", Value: r.Calendar, Bound: "the calendars"})
		}
	}
}

// checkTask refuses what a task names that isn't there, and what the format can't
// hold.
func (m *mspdiWriter) checkTask(i int, c *diag.Collector) {
	t := &m.req.Tasks[i]
	if _, known := m.calendars[t.Calendar]; t.Calendar != "" && !known {
		c.Add(&diag.Fault{Code: diag.Unknown, Path: path("tasks", i) + "/calendar", Value: t.Calendar, Bound: "the calendars"})
	}
	const most = 1<<31 - 1
	for k, l := range t.Predecessors {
		at := path("tasks", i) + "/predecessors/" + strconv.Itoa(k)
		if _, known := m.at[l.Task]; !known {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: at + "/task", Value: l.Task, Bound: "the tasks"})
			continue
		}
		if lag, _ := m.lag(l); lag > most || lag < -most {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: at + "/lag", Value: l.Lag.String(), Bound: "at most 400 years"})
		}
	}
	if d := t.Delay.Minutes; d > most/10 {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path("tasks", i) + "/delay", Value: t.Delay.String(), Bound: "at most 400 years"})
	}
}
