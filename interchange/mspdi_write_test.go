package interchange_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func written(t *testing.T, p *interchange.Project, table *salesplan.Timetable) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, interchange.WriteMSPDI(&out, p, table))
	return out.Bytes()
}

func TestWriteMSPDI_Golden(t *testing.T) {
	p := launch()
	table, err := p.Schedule(t.Context())
	require.NoError(t, err)
	golden(t, "launch.xml", written(t, p, table))
}

// TestWriteMSPDI_PlanAgain: a plan that goes out and comes back has the same
// dates, and from then on stays what it is.
func TestWriteMSPDI_PlanAgain(t *testing.T) {
	p := launch()
	table, err := p.Schedule(t.Context())
	require.NoError(t, err)
	back := readProject(t, written(t, p, table))
	require.Empty(t, back.Findings)
	again, err := back.Schedule(t.Context())
	require.NoError(t, err)
	for d := range table.Tasks() {
		e, err := again.Task(d.ID)
		require.NoError(t, err)
		require.Equal(t, [7]any{d.Start, d.Finish, d.EarlyStart, d.EarlyFinish, d.LateStart, d.LateFinish, d.Name}, [7]any{e.Start, e.Finish, e.EarlyStart, e.EarlyFinish, e.LateStart, e.LateFinish, nameOf(e, d)}, d.ID)
		require.Equal(t, [5]any{d.TotalFloat, d.FreeFloat, d.Critical, d.Parent, d.Owner}, [5]any{e.TotalFloat, e.FreeFloat, e.Critical, e.Parent, e.Owner}, d.ID)
		require.Equal(t, d.Percent.String(), e.Percent.String())
	}
	task := func(id string) salesplan.Task {
		for _, x := range back.Request.Tasks {
			if x.ID == id {
				return x
			}
		}
		require.Fail(t, id)
		return salesplan.Task{}
	}
	require.Equal(t, "first line\nsecond <line>", task("offer").Note)
	require.Equal(t, 700, task("flyer").Priority)
	require.Equal(t, salesplan.ConstraintManual, task("hand").Constraint.Kind)
	var got []string
	for _, d := range task("flyer").Demands {
		amount := "1"
		if d.Amount.Valid {
			amount = d.Amount.Decimal.String()
		}
		got = append(got, d.Resource+" "+amount)
	}
	require.Equal(t, []string{"wang 0", "crew 2", "flyers 40", "budget 1500"}, got, "the owner answers for it and does none of it")
	crew := back.Request.Resources[0]
	require.Equal(t, p.Request.Resources[0].Leave, crew.Leave)
	require.Equal(t, p.Request.Resources[0].Changes, crew.Changes)
	require.Equal(t, "CNY", back.Request.Resources[1].Measure)
	require.Equal(t, "box", back.Request.Resources[2].Measure)

	second := readProject(t, written(t, back, nil))
	require.Equal(t, back, second)
}

func nameOf(got, want salesplan.TaskDates) string {
	if got.Name == "" {
		return want.Name
	}
	return got.Name
}

// TestWriteMSPDI_MakeUpDays: days off and make-up days of the published Chinese
// table travel as exceptions.
func TestWriteMSPDI_MakeUpDays(t *testing.T) {
	plan := &salesplan.Plan{
		Version: salesplan.Version, Name: "春节", Currency: "CNY",
		Calendar: salesplan.CalendarRule{WorkRule: salesplan.WorkRule{Holidays: salesplan.HolidaysChina}},
		Schedule: &salesplan.ScheduleRule{Start: calendar.OnDay(calendar.On(2026, time.February, 13))},
		Tasks:    []salesplan.Task{{ID: "a", Name: "年前", Duration: work(3)}, {ID: "b", Duration: work(1), Predecessors: []salesplan.Predecessor{{Task: "a"}}}},
	}
	var out bytes.Buffer
	require.NoError(t, interchange.PlanMSPDI(t.Context(), &out, plan, salesplan.Situation{}))
	text := out.String()
	require.Contains(t, text, "<FromDate>2026-02-16T00:00:00</FromDate>", "Spring Festival, from its first day that isn't free anyway")
	p := readProject(t, out.Bytes())
	cal := p.Request.Calendar
	require.True(t, cal.IsWorkday(calendar.On(2026, time.February, 14)), "a Saturday that is worked")
	require.False(t, cal.IsWorkday(calendar.On(2026, time.February, 23)))
	require.Equal(t, 21, cal.Workdays(calendar.Month(2026, time.January)))
	require.Equal(t, 248, cal.Workdays(calendar.Year(2026)), "as the State Council's notice has it")
	table, err := p.Schedule(t.Context())
	require.NoError(t, err)
	a, err := table.Task("a")
	require.NoError(t, err)
	require.Equal(t, "2026-02-24T17:00", a.Finish.String(), "Friday, Saturday, and after the festival")
	require.Equal(t, "年前", a.Name)

	plan.Tasks[0].ID = ""
	require.ErrorIs(t, interchange.PlanMSPDI(t.Context(), &out, plan, salesplan.Situation{}), diag.Required)
}

// TestWriteMSPDI_Backward: a project that is scheduled from its finish stays one.
func TestWriteMSPDI_Backward(t *testing.T) {
	p := &interchange.Project{Request: salesplan.ScheduleRequest{
		Rule: salesplan.ScheduleRule{Finish: calendar.AtInstant(calendar.At(day(time.March, 12), 17*60)), OutOfOrder: salesplan.OutOfOrderActual},
		Tasks: []salesplan.Task{
			{ID: "1", Duration: work(2)},
			{ID: "2", Duration: work(1), Predecessors: []salesplan.Predecessor{{Task: "1"}}, Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintAsSoonAsPossible}},
			{ID: "3", Duration: work(1), Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintFinishNoLater, On: calendar.AtInstant(calendar.At(day(time.March, 10), 17*60))}},
		},
	}}
	table, err := p.Schedule(t.Context())
	require.NoError(t, err)
	text := written(t, p, table)
	require.Contains(t, string(text), "<ScheduleFromStart>0</ScheduleFromStart>")
	back := readProject(t, text)
	require.Equal(t, p.Request.Rule, back.Request.Rule)
	for i := range p.Request.Tasks {
		require.Equal(t, p.Request.Tasks[i].Constraint, back.Request.Tasks[i].Constraint)
	}
	again, err := back.Schedule(t.Context())
	require.NoError(t, err)
	for d := range table.Tasks() {
		e, err := again.Task(d.ID)
		require.NoError(t, err)
		require.Equal(t, d.Start, e.Start)
	}
}

// TestWriteMSPDI_Updates: news of tasks count in what is written.
func TestWriteMSPDI_Updates(t *testing.T) {
	p := launch()
	p.Request.AsOf = day(time.March, 5)
	p.Request.Updates = []salesplan.TaskUpdate{{Task: "flyer", On: day(time.March, 4), Progress: salesplan.Progress{Started: calendar.OnDay(day(time.March, 2)), Finished: calendar.OnDay(day(time.March, 4))}}}
	table, err := p.Schedule(t.Context())
	require.NoError(t, err)
	back := readProject(t, written(t, p, table))
	require.Equal(t, "2027-03-05T17:00", back.Properties.StatusDate.String())
	for _, x := range back.Request.Tasks {
		if x.ID == "flyer" {
			require.Equal(t, "2027-03-04T18:00", x.Progress.Finished.String(), "when the crew goes home")
			require.True(t, x.Progress.Percent.Decimal.Equal(decimal.NewFromInt(100)))
		}
	}
}

func TestWriteMSPDI_Faults(t *testing.T) {
	start := salesplan.ScheduleRule{Start: calendar.OnDay(day(time.March, 1))}
	cases := map[string]struct {
		change func(r *salesplan.ScheduleRequest)
		want   []string
	}{
		"duplicate":      {func(r *salesplan.ScheduleRequest) { r.Tasks[1].ID = "a" }, []string{"/tasks/1/id duplicate"}},
		"unknown parent": {func(r *salesplan.ScheduleRequest) { r.Tasks[1].Parent = "x" }, []string{"/tasks/1/parent unknown"}},
		"circle above":   {func(r *salesplan.ScheduleRequest) { r.Tasks[0].Parent, r.Tasks[1].Parent = "b", "a" }, []string{"/tasks/0/parent cycle"}},
		"unknown task":   {func(r *salesplan.ScheduleRequest) { r.Tasks[1].Predecessors[0].Task = "x" }, []string{"/tasks/1/predecessors/0/task unknown"}},
		"unknown people": {func(r *salesplan.ScheduleRequest) { r.Tasks[0].Owner = "x" }, []string{"/tasks/0/owner unknown"}},
		"unknown demand": {func(r *salesplan.ScheduleRequest) { r.Tasks[0].Demands = []salesplan.Demand{{Resource: "x"}} }, []string{"/tasks/0/demands/0/resource unknown"}},
		"unknown hours":  {func(r *salesplan.ScheduleRequest) { r.Tasks[0].Calendar = "x" }, []string{"/tasks/0/calendar unknown"}},
		"lag of ages":    {func(r *salesplan.ScheduleRequest) { r.Tasks[1].Predecessors[0].Lag.Time.Minutes = 1e9 }, []string{"/tasks/1/predecessors/0/lag out-of-range"}},
		"delay of ages":  {func(r *salesplan.ScheduleRequest) { r.Tasks[1].Delay = calendar.Duration{Minutes: 1e9, Elapsed: true} }, []string{"/tasks/1/delay out-of-range"}},
		"calendar twice": {func(r *salesplan.ScheduleRequest) { r.Calendars = []salesplan.NamedCalendar{{ID: "c"}, {ID: "c"}} }, []string{"/calendars/1/id duplicate"}},
		"calendar faulty": {func(r *salesplan.ScheduleRequest) {
			r.Calendars = []salesplan.NamedCalendar{{ID: "c", WorkRule: salesplan.WorkRule{Off: []calendar.Date{{}}}}}
		}, []string{"/calendars/0/spec/holidays/0 required"}},
		"people twice": {func(r *salesplan.ScheduleRequest) { r.Resources = []salesplan.Resource{{ID: "p"}, {ID: "p"}} }, []string{"/resources/1/id duplicate"}},
	}
	for name, x := range cases {
		t.Run(name, func(t *testing.T) {
			p := &interchange.Project{Request: salesplan.ScheduleRequest{Rule: start, Tasks: []salesplan.Task{
				{ID: "a", Duration: work(1)}, {ID: "b", Duration: work(1), Predecessors: []salesplan.Predecessor{{Task: "a"}}},
			}}}
			x.change(&p.Request)
			var got []string
			for _, f := range diag.All(interchange.WriteMSPDI(&bytes.Buffer{}, p, nil)) {
				got = append(got, f.Path+" "+string(f.Code))
			}
			require.Equal(t, x.want, got)
		})
	}
	require.ErrorIs(t, interchange.WriteMSPDI(failing{}, launch(), nil), diag.IO)
}

// TestWriteMSPDI_Deep: an outline of 20,000 levels takes no stack and little
// text.
func TestWriteMSPDI_Deep(t *testing.T) {
	const depth = 20_000
	tasks := make([]salesplan.Task, depth)
	for i := range tasks {
		tasks[i].ID = "t" + strings.Repeat("0", 5-len(itoa(i))) + itoa(i)
		if i > 0 {
			tasks[i].Parent = tasks[i-1].ID
		}
	}
	tasks[depth-1].Duration = work(1)
	out := written(t, &interchange.Project{Request: salesplan.ScheduleRequest{Rule: salesplan.ScheduleRule{Start: calendar.OnDay(day(time.March, 1))}, Tasks: tasks}}, nil)
	require.Less(t, len(out), depth*1600)
}
