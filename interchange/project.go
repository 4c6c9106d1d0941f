package interchange

import (
	"context"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A Project is work to do as programs for projects exchange it: what
// [salesplan.Schedule] puts dates to, and what those programs keep besides.
type Project struct {
	// Request holds the tasks, resources, calendars and the rule.
	Request salesplan.ScheduleRequest

	// Calendar is the ID of that of Request.Calendars which Request.Calendar is;
	// "" if it is none of them.
	Calendar string

	Properties Properties

	// Tasks and Resources hold by ID what a plan doesn't know of its tasks and
	// resources.
	Tasks     map[string]TaskDetail
	Resources map[string]ResourceDetail

	// Findings tell what a file holds that a plan has no place for.
	Findings []diag.Finding
}

// Properties are those of a project file.
type Properties struct {
	Name     string
	Title    string
	Subject  string
	Category string
	Company  string
	Manager  string
	Author   string

	// Currency is the code of the currency of money resources.
	Currency string

	// MinutesPerDay to DaysPerMonth are the lengths in which programs show
	// durations; 0 stands for 480, 2,400 and 20. They change no date.
	MinutesPerDay  int
	MinutesPerWeek int
	DaysPerMonth   int

	// DayStart and DayFinish are the minutes of the day at which tasks begin and
	// end that are given a day only. Both 0 stand for 08:00 and 17:00.
	DayStart  int
	DayFinish int

	// StatusDate is up to when progress is known; it moves nothing.
	StatusDate calendar.Instant
}

// A TaskDetail is what a file says of a task that a plan has no place for.
type TaskDetail struct {
	// UID is the task's number in the file; 0 for none yet.
	UID int

	// WBS is the task's code in the work breakdown structure.
	WBS string

	// Marked says that the task is shown as a milestone, whatever its length.
	Marked bool

	// Format is the unit in which the duration is shown, as the schema numbers
	// them; 0 is days.
	Format int

	// Type is 0 for fixed units, 1 for fixed duration, 2 for fixed work.
	Type int

	// EffortDriven says that more people make the task shorter.
	EffortDriven bool

	// Stored are the dates that the file's program computed.
	Stored Stored
}

// Stored are the dates of a task in a file.
type Stored struct {
	Start, Finish           calendar.Instant
	EarlyStart, EarlyFinish calendar.Instant
	LateStart, LateFinish   calendar.Instant

	// TotalFloat and FreeFloat are minutes of work; nil where the file has none.
	TotalFloat, FreeFloat *int64
	Critical              bool
}

// A ResourceDetail is what a file says of a resource that a plan has no place
// for.
type ResourceDetail struct {
	// UID is the resource's number in the file; 0 for none yet.
	UID int

	Initials string
	Group    string
	Code     string
	Email    string
	Note     string
}

// FromPlan returns a plan's tasks as a project, with those of its goals where
// the situation has targets. It returns the faults of
// [salesplan.Plan.ScheduleRequest].
func FromPlan(p *salesplan.Plan, s salesplan.Situation) (*Project, error) {
	req, err := p.ScheduleRequest(s)
	if err != nil {
		return nil, err
	}
	return &Project{Request: req, Properties: Properties{Name: p.Name, Title: p.Name, Currency: p.Currency}}, nil
}

// Schedule puts dates to the project's tasks; see [salesplan.Schedule], whose
// faults it returns.
func (p *Project) Schedule(ctx context.Context) (*salesplan.Timetable, error) {
	if ctx != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return salesplan.Schedule(p.Request)
}
