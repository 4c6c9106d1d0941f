package salesplan

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

func duration(t testing.TB, text string) calendar.Duration {
	t.Helper()
	d, err := calendar.ParseDuration(text)
	require.NoError(t, err)
	return d
}

func moment(t testing.TB, text string) calendar.Moment {
	t.Helper()
	m, err := calendar.ParseMoment(text)
	require.NoError(t, err)
	return m
}

// taskList reads tasks written one a line: "id duration after…", each
// predecessor as "task", "task SS+2d" written task:SS+2d; "m" for a milestone.
func taskList(t testing.TB, text string) []Task {
	t.Helper()
	var out []Task
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		task := Task{ID: f[0]}
		switch f[1] {
		case "m":
			task.Milestone = true
		case "-": // a summary
		default:
			task.Duration = duration(t, f[1])
		}
		for _, pre := range f[2:] {
			if parent, ok := strings.CutPrefix(pre, "in:"); ok {
				task.Parent = parent
				continue
			}
			task.Predecessors = append(task.Predecessors, predecessor(t, pre))
		}
		out = append(out, task)
	}
	return out
}

func predecessor(t testing.TB, text string) Predecessor {
	t.Helper()
	id, how, _ := strings.Cut(text, ":")
	p := Predecessor{Task: id}
	if how == "" {
		return p
	}
	p.Link = map[string]LinkType{"FS": LinkFinishToStart, "SS": LinkStartToStart, "FF": LinkFinishToFinish, "SF": LinkStartToFinish}[how[:2]]
	if lag := strings.TrimPrefix(how[2:], "+"); lag != "" {
		require.NoError(t, p.Lag.UnmarshalText([]byte(lag)))
	}
	return p
}

func timetable(t testing.TB, req ScheduleRequest) *Timetable {
	t.Helper()
	tt, err := Schedule(req)
	require.NoError(t, err)
	return tt
}

func taskOf(t testing.TB, tt *Timetable, id string) TaskDates {
	t.Helper()
	d, err := tt.Task(id)
	require.NoError(t, err)
	return d
}

// A network of finish-to-start links: the R package critpath, its vignette CPM
// and PERT (github.com/cran/critpath).
func TestSchedule_Critpath(t *testing.T) {
	tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, `
		A 3d
		B 2d
		C 5d
		D 1d A
		E 1d B
		F 3d C D E`)})
	for id, want := range map[string][6]int{ // ES EF LS LF total free
		"A": {0, 3, 1, 4, 1, 0}, "B": {0, 2, 2, 4, 2, 0}, "C": {0, 5, 0, 5, 0, 0},
		"D": {3, 4, 4, 5, 1, 1}, "E": {2, 3, 4, 5, 2, 2}, "F": {5, 8, 5, 8, 0, 0},
	} {
		d := taskOf(t, tt, id)
		require.Equal(t, want, [6]int{workday(d.EarlyStart), workday(d.EarlyFinish), workday(d.LateStart), workday(d.LateFinish),
			int(d.TotalFloat) / 480, int(d.FreeFloat) / 480}, id)
		require.Equal(t, want[4] == 0, d.Critical, id)
		require.Equal(t, id == "C" || id == "F", d.Longest, id)
	}
	require.Equal(t, "2027-03-10T17:00", tt.Finish().String())
	var path []string
	for d := range tt.Critical() {
		path = append(path, d.ID)
	}
	require.Equal(t, []string{"C", "F"}, path)
	chain, err := tt.Chain("F")
	require.NoError(t, err)
	require.Len(t, chain, 2)
	require.Equal(t, Driver{Kind: DriverLink, Task: "C", Link: LinkFinishToStart}, chain[1].Driver)
	require.Equal(t, DriverStart, chain[0].Driver.Kind)
}

// workday counts working days from Monday 2027-03-01 at 08:00.
func workday(i calendar.Instant) int {
	var cal *calendar.Calendar
	return int(cal.Between(calendar.At(calendar.On(2027, 3, 1), 8*60), i).Minutes) / 480
}

// A precedence diagram with start-to-start links, derived in
// research/scheduling.md §7.3 from a course's example.
func TestSchedule_Precedence(t *testing.T) {
	tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, `
		A 2d
		B 10d A:SS
		C 13d A
		D 12d A
		E 12d B
		F 7d B
		G 10d D
		H 16d D
		I 6d F
		J 12d C G:SS
		K 5d I:SS
		L 8d E I K
		M 5d H
		N 3d G J L M`)})
	for id, want := range map[string][2]int{
		"A": {0, 0}, "B": {0, 4}, "C": {2, 10}, "D": {2, 2}, "E": {10, 15}, "F": {10, 14}, "G": {14, 23}, "H": {14, 14},
		"I": {17, 21}, "J": {15, 23}, "K": {17, 22}, "L": {23, 27}, "M": {30, 30}, "N": {35, 35},
	} {
		d := taskOf(t, tt, id)
		require.Equal(t, want, [2]int{workday(d.EarlyStart), workday(d.LateStart)}, id)
	}
	require.Equal(t, 38, workday(taskOf(t, tt, "N").EarlyFinish))
}

// The pairs of tasks that Microsoft Project 2010 scheduled, as the project
// mpxj keeps them (junit/data, task-links-project2010-mspdi.xml): work begins on
// Friday 2014-10-17 and ends on 2014-11-03.
func TestSchedule_LinkPairs(t *testing.T) {
	for link, want := range map[string]struct {
		start              string
		total, preFree, by int64
	}{
		"FS":    {"2014-10-20T08:00", 10, 0, 10},
		"FS+1d": {"2014-10-21T08:00", 9, 0, 9},
		"FS+2d": {"2014-10-22T08:00", 8, 0, 8},
		"FS+1w": {"2014-10-27T08:00", 5, 0, 5},
		"FS+2w": {"2014-11-03T08:00", 0, 0, 0},
		"SF+2d": {"2014-10-20T08:00", 10, 0, 10},
		"SS+2d": {"2014-10-21T08:00", 9, 0, 9},
		"FF+2d": {"2014-10-21T08:00", 9, 0, 9},
	} {
		tt := timetable(t, ScheduleRequest{
			Rule:  ScheduleRule{Start: moment(t, "2014-10-17"), Finish: moment(t, "2014-11-03")},
			Tasks: taskList(t, "a 1d\nb 1d a:"+link),
		})
		a, b := taskOf(t, tt, "a"), taskOf(t, tt, "b")
		require.Equal(t, want.start, b.EarlyStart.String(), link)
		require.Equal(t, want.total*480, b.TotalFloat, link)
		require.Equal(t, want.total*480, a.TotalFloat, link)
		require.Equal(t, want.preFree*480, a.FreeFloat, link)
		require.Equal(t, want.by*480, b.FreeFloat, link)
		require.Equal(t, want.total == 0, b.Critical, link)
	}
}

// Dates that must hold leave negative float: slack9.mpp of the project mpxj,
// whose slacks its own test asserts.
func TestSchedule_NegativeFloat(t *testing.T) {
	tasks := taskList(t, `
		t1 5d
		t5 5d
		t6 5d t5
		t7 5d t6
		m2 m t7 t8
		t8 5d t5`)
	tasks[4].Constraint = &Constraint{Kind: ConstraintMustFinish, On: moment(t, "2006-05-04T17:00")}
	tasks[1].Duration, tasks[1].Constraint = duration(t, "4d"), nil
	tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2006-04-17")}, Tasks: tasks})
	m := taskOf(t, tt, "m2")
	require.Equal(t, "2006-05-04T17:00", m.Finish.String())
	require.Equal(t, DriverConstraint, m.FinishDriver.Kind)
	require.Equal(t, ConstraintMustFinish, m.FinishDriver.Constraint.Kind)
	require.Zero(t, taskOf(t, tt, "t7").TotalFloat)

	tasks[1].Duration = duration(t, "5d")
	tt = timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2006-04-17")}, Tasks: tasks})
	for id, late := range map[string]string{"t5": "2006-04-14T08:00", "t6": "2006-04-21T08:00", "t7": "2006-04-28T08:00"} {
		d := taskOf(t, tt, id)
		require.Equal(t, late, d.LateStart.String(), id)
		require.EqualValues(t, -480, d.TotalFloat, id)
		require.True(t, d.Critical, id)
	}
	require.EqualValues(t, 4*480, taskOf(t, tt, "t8").TotalFloat)
	require.Len(t, tt.Findings(), 1)
	require.Equal(t, codeLinkBroken, tt.Findings()[0].Code)
	require.Equal(t, "m2", tt.Findings()[0].Subject.ID)
}

// Working days of China, with days that are made up for: cases of
// research/scheduling.md §7.6.
func TestSchedule_China(t *testing.T) {
	cal, err := WorkRule{Holidays: HolidaysChina}.calendar()
	require.NoError(t, err)
	for _, c := range []struct{ start, lag, next string }{
		{"2026-02-13", "", "2026-02-14"}, {"2026-02-13", "+1d", "2026-02-24"},
		{"2026-09-30", "", "2026-10-08"}, {"2026-09-30", "+2d", "2026-10-10"},
		{"2025-09-26", "+2d", "2025-09-30"}, {"2024-02-09", "", "2024-02-18"},
	} {
		tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, c.start)}, Calendar: cal, Tasks: taskList(t, "a 1d\nb 1d a:FS"+c.lag)})
		require.Equal(t, c.next, taskOf(t, tt, "b").Start.Date().String(), c)
	}
	_, err = Schedule(ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2031-03-01")}, Calendar: cal, Tasks: taskList(t, "a 1d")})
	require.ErrorIs(t, err, diag.Unpublished)
	guess, err := WorkRule{Holidays: HolidaysChina, Unpublished: calendar.UnpublishedWeekdays}.calendar()
	require.NoError(t, err)
	tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2031-03-03")}, Calendar: guess, Tasks: taskList(t, "a 1d")})
	require.Equal(t, codeDatesGuessed, tt.Findings()[0].Code)
}

func TestSchedule_Summaries(t *testing.T) {
	tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, `
		phase - first
		a 2d in:phase
		b 3d a in:phase
		first 1d
		after 1d phase`)})
	phase := taskOf(t, tt, "phase")
	require.True(t, phase.Summary)
	require.Equal(t, "2027-03-02T08:00", phase.Start.String())
	require.Equal(t, "2027-03-08T17:00", phase.Finish.String())
	require.Equal(t, "1w", phase.Duration.String())
	a := taskOf(t, tt, "a")
	require.Equal(t, 1, a.Level)
	require.Equal(t, "phase", a.Parent)
	require.Equal(t, Driver{Kind: DriverLink, Task: "first", Link: LinkFinishToStart, Of: "phase"}, a.Driver)
	require.Equal(t, "2027-03-09T08:00", taskOf(t, tt, "after").Start.String())
	chain, err := tt.Chain("after")
	require.NoError(t, err)
	var names []string
	for _, d := range chain {
		if !d.Summary {
			names = append(names, d.ID)
		}
	}
	require.Equal(t, []string{"first", "a", "b", "after"}, names)
}

func TestSchedule_Backward(t *testing.T) {
	tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Finish: moment(t, "2027-03-31")}, Tasks: taskList(t, "a 2d\nb 3d a\nlaunch m b")})
	require.Equal(t, "2027-03-25T08:00", tt.Start().String())
	require.Equal(t, "2027-03-31T17:00", taskOf(t, tt, "launch").Finish.String())
	require.Equal(t, DriverFinish, taskOf(t, tt, "launch").FinishDriver.Kind)
}

func TestSchedule_Progress(t *testing.T) {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, "a 4d\nb 2d a\nc 1d b"), AsOf: calendar.On(2027, 3, 5)}
	half := decimal.NewNullDecimal(decimal.NewFromInt(50))
	req.Updates = []TaskUpdate{
		{Task: "a", On: calendar.On(2027, 3, 4), Progress: Progress{Percent: half}},
		{Task: "a", On: calendar.On(2027, 3, 2), Progress: Progress{Started: moment(t, "2027-03-02")}},
		{Task: "a", On: calendar.On(2027, 3, 8), Progress: Progress{Finished: moment(t, "2027-03-08")}},
	}
	tt := timetable(t, req)
	a := taskOf(t, tt, "a")
	require.Equal(t, "2027-03-02T08:00", a.Start.String())
	require.Equal(t, "2027-03-02T08:00", a.Started.String())
	require.Equal(t, "50", a.Percent.String())
	require.Equal(t, "2027-03-09T17:00", a.Finish.String(), "two days are left after Friday")
	require.Equal(t, DriverActual, a.Driver.Kind)
	require.Equal(t, "2027-03-10T08:00", taskOf(t, tt, "b").Start.String())

	req.AsOf = calendar.On(2027, 3, 8)
	a = taskOf(t, timetable(t, req), "a")
	require.Equal(t, "2027-03-08T17:00", a.Finished.String())
	require.Equal(t, "100", a.Percent.String())

	// Without a day nothing is too early to be known.
	req.AsOf = calendar.Date{}
	require.Equal(t, "2027-03-08T17:00", taskOf(t, timetable(t, req), "a").Finished.String())

	req.AsOf = calendar.On(2027, 3, 12)
	req.Updates = []TaskUpdate{{Task: "b", On: calendar.On(2027, 3, 1), Progress: Progress{Finished: moment(t, "2027-03-13")}}}
	_, err := Schedule(req)
	require.ErrorIs(t, err, diag.OutOfRange)
	req.Updates = []TaskUpdate{{Task: "b", On: calendar.On(2027, 3, 1), Progress: Progress{Percent: half}}, {Task: "x"}}
	_, err = Schedule(req)
	require.ErrorIs(t, err, diag.Unknown)
	require.ErrorIs(t, err, diag.Required)
}

// The people's calendars and leave are those of their tasks.
func TestSchedule_People(t *testing.T) {
	sixDays := calendar.WorkWeek{}
	day := []calendar.Shift{{From: 9 * 60, To: 17 * 60}}
	sixDays.Monday, sixDays.Tuesday, sixDays.Wednesday, sixDays.Thursday, sixDays.Friday, sixDays.Saturday = day, day, day, day, day, day
	req := ScheduleRequest{
		Rule: ScheduleRule{Start: moment(t, "2027-03-05")}, // a Friday
		Axes: []Axis{{ID: "org", Units: []Unit{{ID: "east"}, {ID: "li-na", Parent: "east"}, {ID: "wang-wei", Parent: "east"}}}},
		Resources: []Resource{
			{ID: "li-na", Leave: []calendar.Period{calendar.Span(calendar.On(2027, 3, 8), calendar.On(2027, 3, 9))}},
			{ID: "shop", Calendar: "six"},
		},
		Calendars: []NamedCalendar{{ID: "six", WorkRule: WorkRule{Week: &sixDays}}},
		Tasks:     taskList(t, "plan 2d\nshop 2d\nboth 2d\nfree 2d\nown 2d"),
	}
	req.Tasks[0].Owner, req.Tasks[1].Owner = "wang-wei", "shop"
	req.Tasks[2].Demands = []Demand{{Resource: "li-na"}, {Resource: "shop"}}
	req.Tasks[3].Demands, req.Tasks[3].Calendar, req.Tasks[3].IgnorePeople = []Demand{{Resource: "li-na"}}, "six", true
	req.Tasks[4].Owner = "li-na"
	tt := timetable(t, req)
	for id, finish := range map[string]string{
		"plan": "2027-03-08T17:00", "shop": "2027-03-06T17:00", // Friday and Saturday
		"both": "2027-03-06T16:00", // nine hours on Friday between them, seven on Saturday
		"free": "2027-03-06T17:00", "own": "2027-03-10T17:00",
	} {
		require.Equal(t, finish, taskOf(t, tt, id).Finish.String(), id)
	}
}

func TestSchedule_Faults(t *testing.T) {
	base := func() ScheduleRequest {
		return ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, "a 1d\nb 1d a\nc 1d b")}
	}
	night, dayShift := &calendar.WorkWeek{Monday: []calendar.Shift{{From: 0, To: 60}}}, &calendar.WorkWeek{Monday: []calendar.Shift{{From: 600, To: 660}}}
	for name, c := range map[string]struct {
		change func(r *ScheduleRequest)
		code   diag.Code
		path   string
	}{
		"no start":  {func(r *ScheduleRequest) { r.Rule = ScheduleRule{} }, diag.Required, "/rule/start"},
		"unknown":   {func(r *ScheduleRequest) { r.Tasks[2].Predecessors[0].Task = "bb" }, diag.Unknown, "/tasks/2/predecessors/0/task"},
		"duplicate": {func(r *ScheduleRequest) { r.Tasks[2].ID = "a" }, diag.Duplicate, "/tasks/2/id"},
		"self":      {func(r *ScheduleRequest) { r.Tasks[2].Predecessors[0].Task = "c" }, diag.Cycle, "/tasks/2/predecessors/0/task"},
		"cycle":     {func(r *ScheduleRequest) { r.Tasks[0].Predecessors = []Predecessor{{Task: "c"}} }, diag.Cycle, "/tasks/"},
		"negative":  {func(r *ScheduleRequest) { r.Tasks[1].Duration.Minutes = -1 }, diag.Negative, "/tasks/1/duration"},
		"nothing":   {func(r *ScheduleRequest) { r.Tasks[1].Duration.Minutes = 0 }, diag.Required, "/tasks/1/duration"},
		"huge lag":  {func(r *ScheduleRequest) { r.Tasks[1].Predecessors[0].Lag.Time.Minutes = 9e9 }, diag.OutOfRange, ""},
		"year 9999": {func(r *ScheduleRequest) { r.Rule.Start = calendar.OnDay(calendar.On(9999, 12, 31)) }, diag.OutOfRange, ""},
		"year 1":    {func(r *ScheduleRequest) { r.Rule = ScheduleRule{Finish: calendar.OnDay(calendar.On(1, 1, 2))} }, diag.OutOfRange, ""},
		"own part":  {func(r *ScheduleRequest) { r.Tasks[0].Parent, r.Tasks[1].Duration = "b", calendar.Duration{} }, diag.Cycle, "/tasks/1/predecessors/0"},
		"summary":   {func(r *ScheduleRequest) { r.Tasks[0].Parent = "c" }, diag.Conflict, "/tasks/2/duration"},
		"parents":   {func(r *ScheduleRequest) { r.Tasks[0].Parent, r.Tasks[1].Parent = "b", "a" }, diag.Cycle, "/tasks/0/parent"},
		"calendar":  {func(r *ScheduleRequest) { r.Tasks[0].Calendar = "none" }, diag.Unknown, "/tasks/0/calendar"},
		"owner":     {func(r *ScheduleRequest) { r.Tasks[0].Owner = "none" }, diag.Unknown, "/tasks/0/owner"},
		"resource":  {func(r *ScheduleRequest) { r.Tasks[0].Demands = []Demand{{Resource: "none"}} }, diag.Unknown, "/tasks/0/demands/0/resource"},
		"no date":   {func(r *ScheduleRequest) { r.Tasks[0].Constraint = &Constraint{Kind: ConstraintMustStart} }, diag.Required, "/tasks/0/constraint/on"},
		"finished first": {func(r *ScheduleRequest) {
			r.Tasks[0].Progress = &Progress{Started: moment(t, "2027-03-03"), Finished: moment(t, "2027-03-02")}
		}, diag.Order, "/tasks/0/progress/finished"},
		"never works": {func(r *ScheduleRequest) {
			r.Calendars = []NamedCalendar{{ID: "x", WorkRule: WorkRule{Week: &calendar.WorkWeek{}}}}
			r.Tasks[0].Calendar = "x"
		}, diag.Infeasible, "/tasks/0/calendar"},
		"never meet": {func(r *ScheduleRequest) {
			r.Calendars = []NamedCalendar{{ID: "x", WorkRule: WorkRule{Week: night}}, {ID: "y", WorkRule: WorkRule{Week: dayShift}}}
			r.Resources = []Resource{{ID: "p", Calendar: "y"}}
			r.Tasks[0].Calendar, r.Tasks[0].Owner = "x", "p"
		}, diag.Infeasible, "/tasks/0"},
	} {
		req := base()
		c.change(&req)
		tt, err := Schedule(req)
		require.Nil(t, tt, name)
		require.ErrorIs(t, err, c.code, name)
		require.True(t, strings.HasPrefix(diag.All(err)[0].Path, c.path), "%s: %v", name, err)
		requireChinese(t, err)
	}
}

// A circle of any length is named by its tasks.
func TestSchedule_LongCycle(t *testing.T) {
	const n = 10_000
	tasks := make([]Task, n)
	for i := range tasks {
		tasks[i] = Task{ID: fmt.Sprint("t", i), Duration: calendar.Duration{Minutes: 1}, Predecessors: []Predecessor{{Task: fmt.Sprint("t", (i+n-1)%n)}}}
	}
	_, err := Schedule(ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: tasks})
	require.ErrorIs(t, err, diag.Cycle)
	require.Contains(t, diag.All(err)[0].Bound, "(10000)")
}

func TestTimetable_JSON(t *testing.T) {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, "a 2d\nlaunch m a:FS+1d")}
	req.Tasks[1].Deadline, req.Tasks[0].Name = moment(t, "2027-03-02"), "准备 <A>"
	tt := timetable(t, req)
	text, err := json.Marshal(tt)
	require.NoError(t, err)
	var out struct {
		Start, Finish string
		Tasks         []struct {
			ID, Start, Finish, LateStart, LateFinish string
			TotalFloat, FreeFloat                    int64
			Critical                                 bool
			Driver                                   Driver
		}
		Findings []diag.Finding
	}
	require.NoError(t, json.Unmarshal(text, &out))
	require.Len(t, out.Tasks, 2)
	require.Equal(t, "2027-03-01T08:00", out.Tasks[0].Start)
	require.Equal(t, "2027-02-26T08:00", out.Tasks[0].LateStart)
	require.EqualValues(t, -480, out.Tasks[1].TotalFloat)
	require.Equal(t, Driver{Kind: DriverLink, Task: "a", Link: LinkFinishToStart, Lag: Lag{Time: duration(t, "1d")}}, out.Tasks[1].Driver)
	require.NotNil(t, out.Findings)

	again := timetable(t, req)
	require.True(t, tt.Equal(again))
	req.Tasks[0].Duration.Minutes++
	require.False(t, tt.Equal(timetable(t, req)))
	require.True(t, new(Timetable).Equal(new(Timetable)))
	text, err = json.Marshal(new(Timetable))
	require.NoError(t, err)
	require.JSONEq(t, `{"start":"","finish":"","tasks":[],"findings":[]}`, string(text))
}

func TestPlan_Timetable(t *testing.T) {
	p := &Plan{Version: Version, Tasks: taskList(t, "a 2d\nb 1d a"),
		Metrics: []Metric{{ID: "m", Step: decimal.New(1, 0)}}, Goals: []Goal{{ID: "g", Metric: "m", Period: "2027-Q2", Target: decimal.New(5, 0)}}}
	p.Tasks[0].Goal = "g"
	tt, err := p.Timetable(context.Background(), Situation{})
	require.NoError(t, err)
	require.Equal(t, "2027-04-01T08:00", tt.Start().String(), "work begins with the first goal")
	p.Tasks[1].Predecessors[0].Task = "x"
	_, err = p.Timetable(context.Background(), Situation{})
	require.ErrorIs(t, err, diag.Unknown)
	p.Tasks[1].Predecessors, p.Goals, p.Tasks[0].Goal = nil, nil, ""
	_, err = p.Timetable(context.Background(), Situation{})
	require.ErrorIs(t, err, diag.Required)
	require.Equal(t, "/schedule/start", diag.All(err)[0].Path)
}
