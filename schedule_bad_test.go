package salesplan

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A badWork changes a good request for the worse.
type badWork struct {
	change func(t *testing.T, r *ScheduleRequest)
	code   diag.Code
	path   string // /rule is /schedule in a plan
	bound  string // part of what is allowed
}

func badWorks() map[string]badWork {
	week := func(from, to int) WorkRule {
		return WorkRule{Week: &calendar.WorkWeek{Monday: []calendar.Shift{{From: from, To: to}}}}
	}
	lag := func(minutes int64, elapsed bool) func(*testing.T, *ScheduleRequest) {
		return func(_ *testing.T, r *ScheduleRequest) {
			r.Tasks[1].Predecessors[0].Lag.Time = calendar.Duration{Minutes: minutes, Elapsed: elapsed}
		}
	}
	circle := func(n int) func(*testing.T, *ScheduleRequest) {
		return func(_ *testing.T, r *ScheduleRequest) {
			r.Tasks = nil
			for i := range n {
				r.Tasks = append(r.Tasks, Task{ID: fmt.Sprint("t", i), Duration: calendar.Duration{Minutes: 1}, Predecessors: []Predecessor{{Task: fmt.Sprint("t", (i+n-1)%n)}}})
			}
		}
	}
	rule := func(start, finish string) func(*testing.T, *ScheduleRequest) {
		return func(t *testing.T, r *ScheduleRequest) {
			r.Rule = ScheduleRule{}
			for text, m := range map[string]*calendar.Moment{start: &r.Rule.Start, finish: &r.Rule.Finish} {
				if text != "" {
					*m = moment(t, text)
				}
			}
		}
	}
	works := map[string]badWork{
		"unknown task":      {func(_ *testing.T, r *ScheduleRequest) { r.Tasks[2].Predecessors[0].Task = "lst" }, diag.Unknown, "/tasks/2/predecessors/0/task", "the tasks"},
		"duplicate":         {func(_ *testing.T, r *ScheduleRequest) { r.Tasks[2].ID = "list" }, diag.Duplicate, "/tasks/2/id", "/tasks/0"},
		"self-link":         {func(_ *testing.T, r *ScheduleRequest) { r.Tasks[1].Predecessors[0].Task = "call" }, diag.Cycle, "/tasks/1/predecessors/0/task", ""},
		"circle of 2":       {circle(2), diag.Cycle, "/tasks/1/predecessors/0", "t0 → t1"},
		"circle of 10,000":  {circle(10_000), diag.Cycle, "/tasks/9999/predecessors/0", "t0 → t1 → t2 → t3 → t4 → t5 → t6 → t7 → t8 → t9 → … (10000)"},
		"negative duration": {func(_ *testing.T, r *ScheduleRequest) { r.Tasks[0].Duration.Minutes = -480 }, diag.Negative, "/tasks/0/duration", "0"},
		"negative delay": {func(_ *testing.T, r *ScheduleRequest) {
			r.Tasks[0].Delay = calendar.Duration{Minutes: -1, Elapsed: true}
		}, diag.Negative, "/tasks/0/delay", "0"},
		"all ends before it begins": {rule("2027-03-02", "2027-03-01"), diag.Order, "/rule/finish", "from 2027-03-02"},
		"finished before it started": {func(t *testing.T, r *ScheduleRequest) {
			r.Tasks[0].Progress = &Progress{Started: moment(t, "2027-03-03"), Finished: moment(t, "2027-03-02")}
		}, diag.Order, "/tasks/0/progress/finished", "from 2027-03-03"},
		"planned to end before it begins": {func(t *testing.T, r *ScheduleRequest) {
			r.Tasks[0].Baseline = &Baseline{Start: moment(t, "2027-03-03"), Finish: moment(t, "2027-03-02")}
		}, diag.Order, "/tasks/0/baseline/finish", "from 2027-03-03"},
		"calendar without working time": {func(_ *testing.T, r *ScheduleRequest) {
			r.Calendars = []NamedCalendar{{ID: "never", WorkRule: WorkRule{Week: &calendar.WorkWeek{}}}}
			r.Tasks[1].Calendar = "never"
		}, diag.Infeasible, "/tasks/1/calendar", "a calendar with working time"},
		"people who never work": {func(_ *testing.T, r *ScheduleRequest) {
			r.Calendars = []NamedCalendar{{ID: "never", WorkRule: WorkRule{Week: &calendar.WorkWeek{}}}}
			r.Resources = []Resource{{ID: "crew", Calendar: "never"}}
		}, diag.Infeasible, "/resources/0", "people who work"},
		"calendars that never meet": {func(_ *testing.T, r *ScheduleRequest) {
			r.Calendars = []NamedCalendar{{ID: "dawn", WorkRule: week(240, 300)}, {ID: "dusk", WorkRule: week(1200, 1260)}}
			r.Resources = []Resource{{ID: "crew", Calendar: "dusk"}}
			r.Tasks[1].Calendar, r.Tasks[1].Owner = "dawn", "crew"
		}, diag.Infeasible, "/tasks/1", "have working time in common"},
		"a lag of 10⁹ minutes of work":  {lag(1_000_000_000, false), diag.OutOfRange, "/tasks/1/predecessors/0", "9999-12-31"},
		"a task of 10⁹ minutes of work": {func(_ *testing.T, r *ScheduleRequest) { r.Tasks[0].Duration.Minutes = 1_000_000_000 }, diag.OutOfRange, "/tasks/0", "9999-12-31"},
		"from the last day":             {rule("9999-12-31", ""), diag.OutOfRange, "/tasks/1", "9999-12-31"},
		"until the second day":          {rule("", "0001-01-02"), diag.OutOfRange, "/tasks/0", "0001-01-01"},
		"a percentage of a summary, backwards": {func(t *testing.T, r *ScheduleRequest) {
			rule("", "2027-03-31")(t, r)
			r.Tasks[0].Duration, r.Tasks[2].Parent, r.Tasks[2].Predecessors = calendar.Duration{}, "list", nil
			r.Tasks[1].Predecessors[0].Lag.Percent = decimal.NewFromInt(50)
		}, diag.Conflict, "/tasks/1/predecessors/0", "no percentage of a summary"},
	}
	return works
}

func goodWork(t testing.TB) ScheduleRequest {
	return ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, "list 1d\ncall 1d list\nvisit 1d call")}
}

// planOf is the plan whose timetable a request asks for.
func planOf(req ScheduleRequest) *Plan {
	return &Plan{Version: Version, Tasks: req.Tasks, Resources: req.Resources, Calendars: req.Calendars, Schedule: &req.Rule}
}

// What is wrong is refused with its code and place: in a request, and in a plan
// that is written and read.
func TestSchedule_Bad(t *testing.T) {
	for name, bad := range badWorks() {
		t.Run(name, func(t *testing.T) {
			req := goodWork(t)
			bad.change(t, &req)
			refused := func(err error, path string) {
				t.Helper()
				require.Error(t, err)
				f := diag.All(err)[0]
				require.Equal(t, bad.code, f.Code, err)
				require.Equal(t, path, f.Path, err)
				require.Contains(t, f.Bound, bad.bound)
				requireChinese(t, err)
			}
			tt, err := Schedule(req)
			require.Nil(t, tt)
			refused(err, bad.path)
			tt, err = LevelResources(context.Background(), req, LevelOptions{Schedules: 10})
			require.Nil(t, tt)
			refused(err, bad.path)

			path := strings.Replace(bad.path, "/rule", "/schedule", 1)
			var text bytes.Buffer
			require.NoError(t, Encode(&text, planOf(req)))
			plan, err := Decode(&text, DecodeOptions{})
			if err == nil {
				_, err = plan.Timetable(context.Background(), Situation{})
			}
			refused(err, path)
		})
	}
}

// What is large but right is done.
func TestSchedule_Extreme(t *testing.T) {
	for name, c := range map[string]struct {
		change        func(r *ScheduleRequest)
		start, finish string
	}{
		"10⁹ minutes on the clock": {func(r *ScheduleRequest) {
			r.Tasks[1].Predecessors[0].Lag.Time = calendar.Duration{Minutes: 1_000_000_000, Elapsed: true}
		}, "2027-03-01T08:00", "3928-06-29T17:00"},
		"10⁹ minutes before": {func(r *ScheduleRequest) {
			r.Tasks[1].Predecessors[0].Lag.Time = calendar.Duration{Minutes: -1_000_000_000, Elapsed: true}
		}, "2027-03-01T08:00", "2027-03-02T17:00"},
		"from the first day": {func(r *ScheduleRequest) { r.Rule.Start = moment(t, "0001-01-01") }, "0001-01-01T08:00", "0001-01-03T17:00"},
		"until the last day": {func(r *ScheduleRequest) { r.Rule = ScheduleRule{Finish: moment(t, "9999-12-31")} }, "9999-12-29T08:00", "9999-12-31T17:00"},
	} {
		req := goodWork(t)
		c.change(&req)
		tt, err := Schedule(req)
		require.NoError(t, err, name)
		require.Equal(t, c.start, tt.Start().String(), name)
		require.Equal(t, c.finish, tt.Finish().String(), name)
		require.Empty(t, CheckDates(tt, calendar.Date{})[3:], "%s: only that nobody owns the three tasks", name)
		leveled, err := LevelResources(context.Background(), req, LevelOptions{})
		require.NoError(t, err, name)
		require.Equal(t, c.finish, leveled.Finish().String(), name)
	}
}

// A demand above anything there ever is is a finding, and the rest is leveled.
func TestLevelResources_Above(t *testing.T) {
	req := goodWork(t)
	req.Resources = []Resource{
		{ID: "crew", Capacity: decimal.NewNullDecimal(dec("2"))},
		{ID: "cash", Kind: ResourceMoney, Budgets: []Budget{{Period: "2027-03", Amount: dec("10")}}},
		{ID: "kits", Kind: ResourceMaterial, Supplies: []Supply{{On: calendar.On(2027, 3, 1), Amount: dec("5")}}},
	}
	req.Tasks[0].Demands = []Demand{{Resource: "crew", Amount: decimal.NewNullDecimal(dec("2.5"))}}
	req.Tasks[1].Demands = []Demand{{Resource: "cash", Amount: decimal.NewNullDecimal(dec("10.01"))}}
	req.Tasks[2].Demands = []Demand{{Resource: "kits", Amount: decimal.NewNullDecimal(dec("5.5"))}}
	for _, opt := range []LevelOptions{{}, {Schedules: 50}} {
		tt := level(t, req, opt)
		about, _ := tt.Leveling()
		require.Equal(t, 3, about.Unmet)
		found := tt.Findings()
		require.Len(t, found, 3)
		for i, most := range []string{"2", "10", "5"} {
			require.Equal(t, codeDemandUnmet, found[i].Code)
			require.Equal(t, req.Tasks[i].ID, found[i].Subject.ID)
			require.Equal(t, most, argOf(t, found[i], "most"))
		}
		requireChineseFindings(t, found)
		require.Equal(t, "2027-03-03T17:00", tt.Finish().String())
	}
}

// A chain is leveled without recursion, however long.
func TestLevelResources_LongChain(t *testing.T) {
	if testing.Short() {
		t.Skip("a chain of 20,000 tasks takes half a second")
	}
	req := goodWork(t)
	req.Resources = []Resource{{ID: "crew"}}
	req.Tasks = nil
	for i := range 20_000 {
		task := Task{ID: fmt.Sprint("t", i), Owner: "crew", Duration: calendar.Duration{Minutes: 1}}
		if i > 0 {
			task.Predecessors = []Predecessor{{Task: fmt.Sprint("t", i-1)}}
		}
		req.Tasks = append(req.Tasks, task)
	}
	tt := level(t, req, LevelOptions{})
	require.Equal(t, timetable(t, req).Finish(), tt.Finish())
	chain, err := tt.Chain("t19999")
	require.NoError(t, err)
	require.Len(t, chain, 20_000)
}
