package salesplan

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// hundredCustomers is 100 new customers each month of a quarter, over three
// people.
func hundredCustomers(t testing.TB, grains ...calendar.Grain) *Breakdown {
	t.Helper()
	b, err := Cascade(context.Background(), CascadeRequest{
		Metric: Metric{ID: "customers", Step: decimal.New(1, 0)},
		Axes:   []Axis{{ID: "org", Units: []Unit{{ID: "east"}, {ID: "a", Parent: "east"}, {ID: "b", Parent: "east"}, {ID: "c", Parent: "east"}}}},
		Goal: Goal{ID: "new", Metric: "customers", Period: "2027-Q1", Every: calendar.GrainMonth, Target: decimal.New(100, 0), Owner: "east",
			Split: &SplitRule{Grains: grains, Time: TimeRule{Basis: TimeWorkdays}, Axes: []AxisRule{{Axis: "org"}}}},
	})
	require.NoError(t, err)
	return b
}

func quantities(tasks []Task) decimal.Decimal {
	var sum decimal.Decimal
	for _, t := range tasks {
		if t.Quantity.Valid {
			sum = sum.Add(t.Quantity.Decimal)
		}
	}
	return sum
}

// Tasks of any grain bring what is owed, each in its period.
func TestTasksFor_Grains(t *testing.T) {
	for _, split := range [][]calendar.Grain{nil, {calendar.GrainWeek}, {calendar.GrainDay}} {
		b := hundredCustomers(t, split...)
		for _, grain := range []calendar.Grain{"", calendar.GrainDay, calendar.GrainWeek, calendar.GrainMonth, calendar.GrainQuarter} {
			tasks, err := TasksFor(b, TaskRule{Grain: grain, Name: "Win", Parent: "all"}, nil)
			if grain == calendar.GrainQuarter {
				require.NoError(t, err)
				require.Len(t, tasks, 3)
			}
			require.NoError(t, err, grain)
			require.Equal(t, "300", quantities(tasks).String(), "%v %s", split, grain)
			ids := map[string]bool{}
			months := map[time.Month]decimal.Decimal{}
			for _, x := range tasks {
				require.False(t, ids[x.ID], x.ID)
				ids[x.ID] = true
				require.Equal(t, "new", x.Goal)
				require.Equal(t, "Win", x.Name)
				require.Equal(t, "all", x.Parent)
				require.Contains(t, []string{"a", "b", "c"}, x.Owner)
				require.Positive(t, x.Quantity.Decimal.Sign())
				first, last := x.Constraint.On.Date, x.Deadline.Date
				require.False(t, last.Before(first))
				var cal *calendar.Calendar
				require.Equal(t, cal.WorkMinutes(calendar.Span(first, last)), x.Duration.Minutes, x.ID)
				months[first.Month()] = months[first.Month()].Add(x.Quantity.Decimal)
				if grain == calendar.GrainDay {
					require.True(t, cal.IsWorkday(first), x.ID)
				}
			}
			if grain != calendar.GrainQuarter && (grain != calendar.GrainWeek && grain != "" || split == nil || split[0] == calendar.GrainWeek) {
				for m, sum := range months {
					require.Equal(t, "100", sum.String(), "%v %s %s", split, grain, m)
				}
			}
		}
	}
}

func TestTasksFor_Scheduled(t *testing.T) {
	b := hundredCustomers(t, calendar.GrainWeek)
	tasks, err := TasksFor(b, TaskRule{}, nil)
	require.NoError(t, err)
	axis := b.cs.axes[0].axis
	tt := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-01-01")}, Tasks: tasks, Axes: []Axis{axis}})
	for _, x := range tasks {
		d := taskOf(t, tt, x.ID)
		require.Equal(t, x.Deadline.Date, min2(d.Finish.Date(), x.Deadline.Date), x.ID)
		require.False(t, d.Start.Date().Before(x.Constraint.On.Date))
	}
	for _, f := range CheckDates(tt, calendar.Date{}) {
		require.NotEqual(t, codeOverloaded, f.Code, "a full week is no more than a week")
	}
	done, planned := tt.Quantity("new")
	require.Equal(t, "0 300", done.String()+" "+planned.String())
}

func min2(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return a // too late
	}
	return b
}

// Work done counts as progress of the goal.
func TestTimetable_Quantity(t *testing.T) {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, "a 5d\nb 5d\nc 5d")}
	for i := range req.Tasks {
		req.Tasks[i].Goal, req.Tasks[i].Quantity = "g", decimal.NewNullDecimal(decimal.NewFromInt(40))
	}
	req.Tasks[0].Progress = &Progress{Finished: moment(t, "2027-03-05")}
	req.Tasks[1].Progress = &Progress{Started: moment(t, "2027-03-01"), Percent: decimal.NewNullDecimal(decimal.NewFromInt(25))}
	done, planned := timetable(t, req).Quantity("g")
	require.Equal(t, "50 120", done.String()+" "+planned.String())
	done, planned = timetable(t, req).Quantity("other")
	require.Equal(t, "0 0", done.String()+" "+planned.String())
}

func TestTasksFor_Campaigns(t *testing.T) {
	b := hundredCustomers(t)
	rule := TaskRule{Campaigns: []Campaign{
		{ID: "fair", Period: "2027-03", Quantity: decimal.NewNullDecimal(decimal.NewFromInt(120)), Owner: "a"},
		{ID: "mailing", Name: "Mailing", Period: "2027-01-11/2027-02-05", Share: decimal.NewNullDecimal(decimal.NewFromInt(2)), Demands: []Demand{{Resource: "b"}}},
		{ID: "calls", Period: "2027-Q1", Share: decimal.NewNullDecimal(decimal.NewFromInt(1))},
	}}
	tasks, err := TasksFor(b, rule, nil)
	require.NoError(t, err)
	require.Equal(t, "120 120 60", tasks[0].Quantity.Decimal.String()+" "+tasks[1].Quantity.Decimal.String()+" "+tasks[2].Quantity.Decimal.String())
	require.Equal(t, []string{"a", "east", "east"}, []string{tasks[0].Owner, tasks[1].Owner, tasks[2].Owner})
	require.Equal(t, "Mailing", tasks[1].Name)
	require.Equal(t, "2027-02-05", tasks[1].Deadline.String())
	require.Len(t, tasks[1].Demands, 1)

	rule.Campaigns[0].Quantity = decimal.NewNullDecimal(decimal.NewFromInt(301))
	_, err = TasksFor(b, rule, nil)
	require.ErrorIs(t, err, diag.Infeasible)
	for _, change := range []func(*TaskRule){
		func(r *TaskRule) { r.Campaigns[1].Share = decimal.NullDecimal{} },
		func(r *TaskRule) { r.Campaigns[1].ID = "fair" },
		func(r *TaskRule) { r.Campaigns[1].Period = "soon" },
		func(r *TaskRule) { r.Grain = calendar.GrainDay },
		func(r *TaskRule) { r.Campaigns = r.Campaigns[:1] },
		func(r *TaskRule) { r.Campaigns[1].Share = decimal.NewNullDecimal(decimal.NewFromInt(-1)) },
	} {
		bad := rule.clone()
		change(bad)
		_, err := TasksFor(b, *bad, nil)
		require.Error(t, err)
		require.True(t, strings.HasPrefix(diag.All(err)[0].Path, "/rule/"), "%v", err)
		requireChinese(t, err)
	}
}

func salesProcess() Process {
	stage := func(id, conversion string, days int64, owner string) ProcessStage {
		return ProcessStage{ID: id, Owner: owner, Conversion: decimal.NewNullDecimal(decimal.RequireFromString(conversion)), Days: decimal.NewNullDecimal(decimal.New(days, 0))}
	}
	return Process{ID: "direct", Stages: []ProcessStage{stage("lead", "0.5", 7, "marketing"), stage("visit", "0.4", 14, ""), stage("offer", "0.25", 21, "")}}
}

// 100 customers a month are 100 ÷ (0.5 × 0.4 × 0.25) = 2,000 leads, 1,000 visits
// and 400 offers.
func TestNewFunnel(t *testing.T) {
	b := hundredCustomers(t)
	f, err := NewFunnel(b, salesProcess(), calendar.GrainMonth)
	require.NoError(t, err)
	for stage, want := range map[string]int64{"lead": 6000, "visit": 3000, "offer": 1200} {
		require.Equal(t, want, f.Count(stage, calendar.Period{}), stage)
	}
	rows := slices.Collect(f.Rows())
	require.Len(t, rows, 3*3*3)
	first := rows[0]
	require.Equal(t, "lead", first.Stage)
	require.Equal(t, "a marketing", first.Unit+" "+first.Owner)
	require.Equal(t, "2026-11-20/2026-12-20", first.Work.String(), "42 days before January")
	require.Equal(t, "34", first.Owed.String())
	require.EqualValues(t, 680, first.Count)
	require.Equal(t, "32.38", first.PerDay.String(), "on 21 working days")
	require.True(t, rows[2].Last)
	require.Equal(t, "a", rows[2].Owner)

	// Over the running total enough are on the way, and never two too many.
	f, err = NewFunnel(hundredCustomers(t, calendar.GrainDay), salesProcess(), calendar.GrainDay)
	require.NoError(t, err)
	type key struct{ unit, stage string }
	owed, count := map[key]decimal.Decimal{}, map[key]int64{}
	rate := map[string]decimal.Decimal{"lead": decimal.New(5, -2), "visit": decimal.New(1, -1), "offer": decimal.New(25, -2)}
	for r := range f.Rows() {
		k := key{r.Unit, r.Stage}
		owed[k], count[k] = owed[k].Add(r.Owed), count[k]+r.Count
		over := decimal.NewFromInt(count[k]).Mul(rate[r.Stage]).Sub(owed[k])
		require.False(t, over.IsNegative())
		require.True(t, over.LessThan(rate[r.Stage]))
		require.GreaterOrEqual(t, r.Count, int64(0))
	}
	again, err := NewFunnel(hundredCustomers(t, calendar.GrainDay), salesProcess(), calendar.GrainDay)
	require.NoError(t, err)
	require.True(t, f.Equal(again))
	text, err := json.Marshal(f)
	require.NoError(t, err)
	require.Contains(t, string(text), `"goal":"new","rows":[{"goal":"new","stage":"lead"`)

	bad := salesProcess()
	bad.Stages[0].Conversion, bad.Stages[1].Days, bad.Stages[2].ID = decimal.NullDecimal{}, decimal.NewNullDecimal(decimal.New(-1, 0)), "lead"
	_, err = NewFunnel(b, bad, "")
	require.Len(t, diag.All(err), 3)
	requireChinese(t, err)
}

func TestTasksFor_Process(t *testing.T) {
	b := hundredCustomers(t)
	p := salesProcess()
	tasks, err := TasksFor(b, TaskRule{Grain: calendar.GrainMonth, Process: "direct"}, &p)
	require.NoError(t, err)
	require.Len(t, tasks, 27)
	require.Equal(t, "new/a/2027-01/lead", tasks[0].ID)
	require.Equal(t, "680 × lead", tasks[0].Name)
	require.Equal(t, "marketing", tasks[0].Owner)
	require.False(t, tasks[0].Quantity.Valid)
	require.Equal(t, "300", quantities(tasks).String())
	require.Equal(t, "2027-01-31", tasks[2].Deadline.String())
	_, err = TasksFor(b, TaskRule{Process: "direct"}, nil)
	require.ErrorIs(t, err, diag.Required)
	_, err = TasksFor(new(Breakdown), TaskRule{}, nil)
	require.ErrorIs(t, err, diag.Required)
}

func TestPlan_GoalTasks(t *testing.T) {
	p := &Plan{
		Version: Version, Metrics: []Metric{{ID: "customers", Step: decimal.New(1, 0)}},
		Axes: []Axis{{ID: "org", Units: []Unit{{ID: "east"}, {ID: "a", Parent: "east"}, {ID: "b", Parent: "east"}}}},
		Goals: []Goal{{ID: "new", Metric: "customers", Period: "2027-03", Target: decimal.New(100, 0),
			Split: &SplitRule{Axes: []AxisRule{{Axis: "org"}}}, Work: &TaskRule{Grain: calendar.GrainDay, Parent: "win"}}},
		Tasks: []Task{{ID: "win", Name: "Win customers"}},
	}
	ctx := context.Background()
	targets, err := p.Targets(ctx, nil)
	require.NoError(t, err)
	tasks, err := p.GoalTasks(targets)
	require.NoError(t, err)
	require.Len(t, tasks, 46, "23 working days, two people: two or three customers a day each")
	tt, err := p.Timetable(ctx, Situation{Targets: targets})
	require.NoError(t, err)
	require.Equal(t, 47, tt.Len())
	win := taskOf(t, tt, "win")
	require.True(t, win.Summary)
	require.Equal(t, "2027-03-31T17:00", win.Finish.String())
	require.Empty(t, CheckDates(tt, calendar.Date{}))

	p.Goals[0].Work.Process, p.Goals[0].Work.Parent = "x", "y"
	err = p.Validate()
	require.Equal(t, []string{"/goals/0/work/process", "/goals/0/work/parent"}, []string{diag.All(err)[1].Path, diag.All(err)[2].Path})
}
