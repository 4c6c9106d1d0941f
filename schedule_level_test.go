package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

func level(t testing.TB, req ScheduleRequest, opt LevelOptions) *Timetable {
	t.Helper()
	tt, err := LevelResources(context.Background(), req, opt)
	require.NoError(t, err)
	return tt
}

func twoPeople() []Axis {
	return []Axis{{ID: "org", Units: []Unit{{ID: "east"}, {ID: "li-na", Parent: "east"}, {ID: "wang-wei", Parent: "east"}}}}
}

// One person does one thing at a time, two of a team two.
func TestLevelResources_People(t *testing.T) {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Axes: twoPeople(), Tasks: taskList(t, "a 2d\nb 3d\nc 1d a")}
	for i := range req.Tasks {
		req.Tasks[i].Owner = "li-na"
	}
	tt := level(t, req, LevelOptions{})
	require.Equal(t, "2027-03-08T17:00", tt.Finish().String(), "six days of work")
	about, ok := tt.Leveling()
	require.True(t, ok)
	require.Equal(t, "2027-03-03T17:00", about.Without.String())
	require.Zero(t, about.Gap)
	b := taskOf(t, tt, "b")
	if b.Driver.Kind == DriverResource {
		require.Equal(t, "li-na", b.Driver.Resource)
	}
	var waited []string
	for d := range tt.Tasks() {
		if d.Driver.Kind == DriverResource {
			waited = append(waited, d.ID)
			require.NotEmpty(t, d.Driver.Task)
		}
		require.Equal(t, d.EarlyStart, d.Start, d.ID)
		require.GreaterOrEqual(t, d.TotalFloat, int64(0))
	}
	require.NotEmpty(t, waited)
	loads, err := tt.Loads()
	require.NoError(t, err)
	require.Len(t, loads, 1)
	for _, s := range loads[0].Stretches {
		require.True(t, s.Short.IsZero())
	}

	// The team as a whole does two at a time; its people's tasks count in it.
	req.Tasks = append(req.Tasks, taskList(t, "d 2d\ne 2d")...)
	req.Tasks[3].Demands, req.Tasks[4].Demands = []Demand{{Resource: "east"}}, []Demand{{Resource: "east"}}
	tt = level(t, req, LevelOptions{})
	require.Equal(t, "2027-03-08T17:00", tt.Finish().String())
	requireSupplied(t, tt)

	// Without leveling it is short, and by how much.
	loads, err = timetable(t, req).Loads()
	require.NoError(t, err)
	short := false
	for _, l := range loads {
		for _, s := range l.Stretches {
			short = short || s.Short.Sign() > 0
		}
	}
	require.True(t, short)
}

// requireSupplied checks that nothing is used that isn't there.
func requireSupplied(t testing.TB, tt *Timetable) {
	t.Helper()
	loads, err := tt.Loads()
	require.NoError(t, err)
	for _, l := range loads {
		for _, s := range l.Stretches {
			require.True(t, s.Short.IsZero(), "%s %s: %s of %s", l.Resource, s.From, s.Used, s.There)
		}
	}
}

func TestLevelResources_Presence(t *testing.T) {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Axes: twoPeople(), Tasks: taskList(t, "a 5d\nb 5d")}
	req.Axes[0].Units[1].From = calendar.On(2027, 3, 15)
	req.Resources = []Resource{{ID: "wang-wei", Leave: []calendar.Period{calendar.Span(calendar.On(2027, 3, 3), calendar.On(2027, 3, 5))}}}
	req.Tasks[0].Owner, req.Tasks[1].Owner = "li-na", "wang-wei"
	tt := level(t, req, LevelOptions{})
	require.Equal(t, "2027-03-15T08:00", taskOf(t, tt, "a").Start.String(), "from her first day")
	require.Equal(t, DriverResource, taskOf(t, tt, "a").Driver.Kind)
	require.Equal(t, "2027-03-10T17:00", taskOf(t, tt, "b").Finish.String(), "two days, leave, three days")
	requireSupplied(t, tt)
}

func TestLevelResources_MoneyAndMaterial(t *testing.T) {
	req := ScheduleRequest{
		Rule: ScheduleRule{Start: moment(t, "2027-01-04")},
		Resources: []Resource{
			{ID: "budget", Kind: ResourceMoney, Budgets: []Budget{{Period: "2027-01", Amount: dec("1000.50")}, {Period: "2027-02", Amount: dec("800")}, {Period: "2027-04", Amount: dec("5000")}}},
			{ID: "samples", Kind: ResourceMaterial, Supplies: []Supply{{On: calendar.On(2027, 1, 18), Amount: dec("30")}, {On: calendar.On(2027, 1, 4), Amount: dec("20")}}},
		},
		Tasks: taskList(t, "fair 5d\nmailing 2d\nlaunch 1d\nkit 1d\nkit2 1d"),
	}
	for i, amount := range []string{"900", "500.25", "900"} {
		req.Tasks[i].Demands = []Demand{{Resource: "budget", Amount: decimal.NewNullDecimal(dec(amount)), When: DemandStart}}
	}
	req.Tasks[3].Demands = []Demand{{Resource: "samples", Amount: decimal.NewNullDecimal(dec("20"))}}
	req.Tasks[4].Demands = []Demand{{Resource: "samples", Amount: decimal.NewNullDecimal(dec("25"))}}
	tt := level(t, req, LevelOptions{})
	requireSupplied(t, tt)
	months := map[string]string{}
	for d := range tt.Tasks() {
		months[d.ID] = d.Start.Date().String()
	}
	require.Equal(t, "2027-04-01", max(months["fair"], months["launch"]), "February has too little, March nothing")
	require.Equal(t, "2027-01-04", min(months["fair"], months["launch"]))
	require.Equal(t, "2027-02-01", months["mailing"])
	require.Equal(t, "2027-01-18", max(months["kit"], months["kit2"]))

	req.Tasks[0].Demands[0].Amount = decimal.NewNullDecimal(dec("6000"))
	tt = level(t, req, LevelOptions{})
	require.Equal(t, codeDemandUnmet, tt.Findings()[0].Code)
	require.Contains(t, Catalogue().Text(tt.Findings()[0], diag.English), "Task fair takes 6,000 of budget, of which there is never more than 5,000")
}

// The higher priority goes first, and dates that must hold do.
func TestLevelResources_Priority(t *testing.T) {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Axes: twoPeople(), Tasks: taskList(t, "a 1d\nb 3d\nc 2d")}
	for i := range req.Tasks {
		req.Tasks[i].Owner = "li-na"
	}
	req.Tasks[2].Priority, req.Tasks[0].Priority = 900, 100
	tt := level(t, req, LevelOptions{})
	require.Equal(t, "2027-03-01T08:00", taskOf(t, tt, "c").Start.String())
	require.Equal(t, "2027-03-03T08:00", taskOf(t, tt, "b").Start.String())
	require.Equal(t, "2027-03-08T08:00", taskOf(t, tt, "a").Start.String())
	req.Tasks[0].Constraint = &Constraint{Kind: ConstraintMustStart, On: moment(t, "2027-03-02")}
	tt = level(t, req, LevelOptions{})
	require.Equal(t, "2027-03-02T08:00", taskOf(t, tt, "a").Start.String())
	requireSupplied(t, tt)

	// A deadline that can be kept is.
	req = ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Axes: twoPeople(), Tasks: taskList(t, "a 5d\nb 1d")}
	req.Tasks[0].Owner, req.Tasks[1].Owner, req.Tasks[1].Deadline = "li-na", "li-na", moment(t, "2027-03-01")
	require.Equal(t, "2027-03-01T17:00", taskOf(t, level(t, req, LevelOptions{}), "b").Finish.String())
}

// randomWork is a plan of tasks with summaries, all kinds of links, calendars
// and resources.
func randomWork(seed uint64, n int) ScheduleRequest {
	rng := rand.New(rand.NewPCG(seed, 9))
	long := []calendar.Shift{{From: 9 * 60, To: 20 * 60}}
	req := ScheduleRequest{
		Rule:      ScheduleRule{Start: calendar.OnDay(calendar.On(2027, 3, 1))},
		Axes:      []Axis{{ID: "org", Units: []Unit{{ID: "t"}, {ID: "p0", Parent: "t"}, {ID: "p1", Parent: "t"}, {ID: "p2", Parent: "t"}}}},
		Calendars: []NamedCalendar{{ID: "six", WorkRule: WorkRule{Week: &calendar.WorkWeek{Monday: long, Tuesday: long, Wednesday: long, Thursday: long, Friday: long, Saturday: long}}}},
		Resources: []Resource{
			{ID: "p0", Leave: []calendar.Period{calendar.Span(calendar.On(2027, 3, 10), calendar.On(2027, 3, 16))}},
			{ID: "p1", Calendar: "six"},
			{ID: "pool", Capacity: decimal.NewNullDecimal(dec("2.5")), Changes: []CapacityChange{{From: calendar.On(2027, 3, 20), Capacity: dec("1.5")}}},
		},
	}
	for i := range n {
		task := Task{ID: fmt.Sprintf("t%02d", i), Duration: calendar.Duration{Minutes: 30 * (1 + rng.Int64N(60))}}
		if rng.IntN(5) == 0 {
			task.Calendar = "six"
		}
		switch rng.IntN(5) {
		case 0:
			task.Owner = "p0"
		case 1:
			task.Owner = "p1"
		case 2:
			task.Demands = []Demand{{Resource: "pool", Amount: decimal.NewNullDecimal(decimal.New(1+rng.Int64N(3), 0).Div(decimal.NewFromInt(2)))}, {Resource: "p2", Amount: decimal.NewNullDecimal(dec("0.5"))}}
		case 3:
			task.Demands = []Demand{{Resource: "t"}}
		}
		if i > 0 && rng.IntN(6) == 0 {
			task.Constraint = &Constraint{Kind: ConstraintStartNoEarlier, On: calendar.OnDay(calendar.On(2027, 3, 1).AddDays(rng.IntN(20)))}
		}
		for range rng.IntN(3) {
			if i == 0 {
				break
			}
			p := Predecessor{Task: fmt.Sprintf("t%02d", rng.IntN(i)), Link: linkTypes()[rng.IntN(4)]}
			switch rng.IntN(4) {
			case 0:
				p.Lag.Time = calendar.Duration{Minutes: 60 * (rng.Int64N(20) - 6)}
			case 1:
				p.Lag.Time = calendar.Duration{Minutes: 60 * rng.Int64N(60), Elapsed: true}
			}
			if !slices.ContainsFunc(task.Predecessors, func(q Predecessor) bool { return q.Task == p.Task }) {
				task.Predecessors = append(task.Predecessors, p)
			}
		}
		req.Tasks = append(req.Tasks, task)
	}
	if n > 6 && seed%2 == 0 { // a summary of the first three, and tasks that hang on it
		req.Tasks = append(req.Tasks, Task{ID: "sum"})
		for i := range 3 {
			req.Tasks[i].Parent = "sum"
		}
		last := &req.Tasks[n-1]
		last.Predecessors = []Predecessor{{Task: "sum", Link: linkTypes()[rng.IntN(2)], Lag: Lag{Time: calendar.Duration{Minutes: 120}}}}
	}
	return req
}

// Leveled dates keep every link, calendar and capacity, are those that critical
// paths give from them on, and better the more is tried.
func TestLevelResources_Random(t *testing.T) {
	for seed := range uint64(120) {
		req := randomWork(seed, 4+int(seed%12))
		quick := level(t, req, LevelOptions{})
		requireSupplied(t, quick)
		require.Empty(t, quick.Findings(), "seed %d", seed)
		for d := range quick.Tasks() {
			require.Equal(t, d.EarlyStart.String(), d.Start.String(), "seed %d %s", seed, d.ID)
			require.Equal(t, d.EarlyFinish.String(), d.Finish.String(), "seed %d %s", seed, d.ID)
		}
		about, _ := quick.Leveling()
		require.False(t, about.Finish.Before(about.Bound), "seed %d", seed)
		require.False(t, about.Finish.Before(about.Without), "seed %d", seed)
		if seed%6 == 0 {
			better := level(t, req, LevelOptions{Schedules: 200, Seed: seed})
			requireSupplied(t, better)
			require.False(t, better.Finish().After(quick.Finish()))
			require.True(t, better.Equal(level(t, req, LevelOptions{Schedules: 200, Seed: seed, Workers: 2})))
		}
		// The order in which tasks are listed doesn't matter.
		mixed := req
		mixed.Tasks = slices.Clone(req.Tasks)
		slices.Reverse(mixed.Tasks)
		other := level(t, mixed, LevelOptions{})
		for d := range quick.Tasks() {
			require.Equal(t, d.Start, taskOf(t, other, d.ID).Start, "seed %d %s", seed, d.ID)
		}
	}
}

func TestLevelResources_Progress(t *testing.T) {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Axes: twoPeople(), Tasks: taskList(t, "a 4d\nb 2d\nc 2d"), AsOf: calendar.On(2027, 3, 3)}
	for i := range req.Tasks {
		req.Tasks[i].Owner = "li-na"
	}
	req.Tasks[1].Progress = &Progress{Started: moment(t, "2027-03-01"), Finished: moment(t, "2027-03-02")}
	req.Tasks[2].Progress = &Progress{Started: moment(t, "2027-03-03"), Percent: decimal.NewNullDecimal(dec("50"))}
	tt := level(t, req, LevelOptions{})
	require.Equal(t, "2027-03-02T17:00", taskOf(t, tt, "b").Finish.String())
	require.Equal(t, "2027-03-04T17:00", taskOf(t, tt, "c").Finish.String())
	require.Equal(t, "2027-03-05T08:00", taskOf(t, tt, "a").Start.String(), "after what is under way")
}

func TestLevelResources_Stops(t *testing.T) {
	req := randomWork(3, 14)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tt, err := LevelResources(ctx, req, LevelOptions{Schedules: 1_000_000_000})
	require.NoError(t, err, "the best so far")
	requireSupplied(t, tt)
	_, err = LevelResources(context.Background(), req, LevelOptions{Schedules: -1})
	require.ErrorIs(t, err, diag.Negative)
	_, ok := timetable(t, req).Leveling()
	require.False(t, ok)
	empty := level(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}}, LevelOptions{})
	require.Zero(t, empty.Len())
}
