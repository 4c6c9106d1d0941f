package interchange

import (
	"io"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// MSPDIOptions say how a Microsoft Project file is read.
type MSPDIOptions struct {
	// MaxBytes is how long the file may be; 0 is 256 MiB.
	MaxBytes int64
}

// An mspdi is a file on its way to a project.
type mspdi struct {
	c diag.Collector
	p *Project

	calendars     map[int]*calendarSource
	calendarOrder []int
	exceptionDays int
	flatDays      int
	flatFull      bool

	tasks     []taskSource
	taskAt    map[int]int // by UID; -1 for those that no plan takes
	resources []resourceSource
	resource  map[int]int // by UID; -1 for those that no plan takes
	cost      map[int]bool
	assigned  []assignment

	backward      bool
	start, finish calendar.Instant
	calendarUID   int
	taskIDField   string // the custom fields that hold our IDs
	resourceField string

	lost map[diag.Code]*loss
}

// A loss is what a plan has no place for: how often, and where first.
type loss struct {
	count int
	first string
}

// lose notes that something of a task or resource isn't carried over.
func (m *mspdi) lose(code diag.Code, where string) {
	l := m.lost[code]
	if l == nil {
		l = &loss{first: where}
		m.lost[code] = l
	}
	l.count++
}

// ReadMSPDI reads a project in the XML format of Microsoft Project, as versions
// from 2002 on write it. Tasks get their UID for an ID, or the one that
// [WriteMSPDI] left in a custom field. The project summary (UID 0) and blank rows
// are no tasks. Times are local and without seconds.
//
// What a plan has no place for comes as findings: work in parts, overtime,
// contours, subprojects, inactive tasks, further baselines. What can't be read is a
// fault with the path of elements and the line: [diag.Syntax], [diag.Encoding],
// [diag.Type] and [diag.OutOfRange] of values, [diag.Duplicate] and
// [diag.Unknown] of numbers, [diag.Order], [diag.TooLarge], [diag.TooMany] and
// [diag.TooDeep] of what is beyond the bounds.
//
// It takes time and memory in proportion to the file.
func ReadMSPDI(r io.Reader, o MSPDIOptions) (*Project, error) {
	m := &mspdi{
		p:         &Project{Tasks: map[string]TaskDetail{}, Resources: map[string]ResourceDetail{}},
		calendars: map[int]*calendarSource{}, taskAt: map[int]int{}, resource: map[int]int{}, cost: map[int]bool{},
		calendarUID: -1, lost: map[diag.Code]*loss{},
	}
	if err := m.read(newXMLReader(r, o.MaxBytes)); err != nil {
		m.c.AddErr(err, "/")
		return nil, m.c.Err()
	}
	m.build()
	if err := m.c.Err(); err != nil {
		return nil, err
	}
	return m.p, nil
}

// read reads all elements. What is wrong with the text itself ends it.
func (m *mspdi) read(x *xmlReader) error {
	root, err := x.root()
	if err != nil {
		return err
	}
	if root != "Project" {
		line, column := x.dec.InputPos()
		return &diag.Fault{Code: diag.Unknown, Path: "/", Line: line, Column: column, Value: root, Bound: "Project"}
	}
	lists := map[string]func(n *node, path string){
		"Calendars": m.readCalendar, "Tasks": m.readTask, "Resources": m.readResource, "Assignments": m.readAssignment,
		"ExtendedAttributes": m.readField,
	}
	head := node{name: "Project"}
	head.line, head.column = x.dec.InputPos()
	for {
		name, err := x.element()
		if err != nil {
			return err
		}
		if name == "" {
			break
		}
		if item := lists[name]; item != nil {
			err = m.readList(x, name, item)
		} else if isProperty[name] {
			var n node
			if n, err = x.read(name); err == nil && head.child(name) == nil {
				head.kids = append(head.kids, n)
			}
		} else {
			err = x.skip()
		}
		if err != nil {
			return err
		}
	}
	m.readProperties(valueReader{&head, "", &m.c})
	return nil
}

func (m *mspdi) readList(x *xmlReader, list string, item func(n *node, path string)) error {
	for i := 0; ; i++ {
		name, err := x.element()
		if err != nil || name == "" {
			return err
		}
		n, err := x.read(name)
		if err != nil {
			return err
		}
		if i >= maxItems {
			return &diag.Fault{Code: diag.TooMany, Path: "/" + list, Line: n.line, Column: n.column, Bound: "at most " + strconv.Itoa(maxItems)}
		}
		item(&n, "/"+list+"/"+strconv.Itoa(i))
	}
}

// isProperty are the elements of a project that are read.
var isProperty = map[string]bool{
	"Name": true, "Title": true, "Subject": true, "Category": true, "Company": true, "Manager": true, "Author": true,
	"ScheduleFromStart": true, "StartDate": true, "FinishDate": true, "CriticalSlackLimit": true, "CurrencyCode": true,
	"CalendarUID": true, "DefaultStartTime": true, "DefaultFinishTime": true, "MinutesPerDay": true, "MinutesPerWeek": true,
	"DaysPerMonth": true, "MultipleCriticalPaths": true, "StatusDate": true,
}

// readField finds the custom fields that hold our IDs.
func (m *mspdi) readField(n *node, _ string) {
	if n.value("Alias") != idAlias {
		return
	}
	switch id := n.value("FieldID"); id {
	case taskIDField:
		m.taskIDField = id
	case resourceIDField:
		m.resourceField = id
	}
}

// readProperties reads what stands of the project as a whole.
func (m *mspdi) readProperties(v valueReader) {
	p := &m.p.Properties
	p.Name, p.Title, p.Subject, p.Category = v.text("Name"), v.text("Title"), v.text("Subject"), v.text("Category")
	p.Company, p.Manager, p.Author, p.Currency = v.text("Company"), v.text("Manager"), v.text("Author"), v.text("CurrencyCode")
	p.MinutesPerDay = v.above("MinutesPerDay", calendar.MinutesPerWorkDay)
	p.MinutesPerWeek, p.DaysPerMonth = v.above("MinutesPerWeek", calendar.MinutesPerWorkWeek), v.above("DaysPerMonth", daysPerMonth)
	p.DayStart, p.DayFinish = v.clockOr("DefaultStartTime", dayStart), v.clockOr("DefaultFinishTime", dayFinish)
	p.StatusDate = v.instant("StatusDate")
	m.start, m.finish = v.instant("StartDate"), v.instant("FinishDate")
	m.calendarUID = v.integerOr("CalendarUID", -1)
	m.backward = v.text("ScheduleFromStart") != "" && !v.flag("ScheduleFromStart")

	rule := &m.p.Request.Rule
	rule.OutOfOrder = salesplan.OutOfOrderActual
	rule.OwnFloat = v.flag("MultipleCriticalPaths")
	day := p.MinutesPerDay
	limit := v.integerOr("CriticalSlackLimit", 0)
	if minutes := int64(limit) * int64(day); minutes <= maxMinutes && minutes >= -maxMinutes {
		rule.Critical = calendar.Duration{Minutes: minutes}
	} else {
		v.fault("CriticalSlackLimit", diag.OutOfRange, v.text("CriticalSlackLimit"), "at most 9,999 years")
	}
}

// build makes the project of what was read.
func (m *mspdi) build() {
	m.buildCalendars()
	m.buildResources()
	m.buildTasks()
	m.buildAssignments()
	rule := &m.p.Request.Rule
	if m.backward {
		rule.Finish = calendar.AtInstant(m.finish)
	} else {
		if m.start.IsZero() {
			m.start = m.firstStart()
		}
		rule.Start = calendar.AtInstant(m.start)
	}
	m.tellLosses()
}

// firstStart is the first of the tasks' dates, for a file that doesn't say when
// work begins.
func (m *mspdi) firstStart() calendar.Instant {
	var first calendar.Instant
	for i := range m.tasks {
		if at := m.tasks[i].stored.Start; !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// buildCalendars makes the calendars that tasks and resources may name: those
// that others build on, and those of resources that keep hours of their own.
func (m *mspdi) buildCalendars() {
	for _, uid := range m.calendarOrder {
		s := m.calendars[uid]
		if m.derived(s) {
			continue
		}
		flat := m.flat(uid)
		named := salesplan.NamedCalendar{ID: strconv.Itoa(uid), Name: s.name, WorkRule: flat.rule()}
		if named.Name == named.ID {
			named.Name = "" // as it is written without one
		}
		m.p.Request.Calendars = append(m.p.Request.Calendars, named)
	}
	if m.calendars[m.calendarUID] == nil {
		return // Monday to Friday
	}
	flat := m.flat(m.calendarUID)
	cal, err := calendar.New(flat.rule().Spec())
	if err != nil {
		m.c.AddErr(err, "/Calendars")
		return
	}
	m.p.Request.Calendar, m.p.Calendar = cal, strconv.Itoa(m.calendarUID)
}
