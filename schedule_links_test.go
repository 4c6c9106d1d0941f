package salesplan_test

import (
	"slices"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func days(n int64) calendar.Duration { return calendar.Duration{Minutes: n * 480} }

// TestSchedule_Manual: a task placed by hand stays before its predecessor's
// end, its float is what that misses, and its successors follow it.
func TestSchedule_Manual(t *testing.T) {
	monday := calendar.OnDay(calendar.On(2027, time.March, 1))
	table, err := salesplan.Schedule(salesplan.ScheduleRequest{
		Rule: salesplan.ScheduleRule{Start: monday},
		Tasks: []salesplan.Task{
			{ID: "a", Duration: days(3)},
			{
				ID: "b", Duration: days(2), Predecessors: []salesplan.Predecessor{{Task: "a"}},
				Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintManual, On: calendar.OnDay(calendar.On(2027, time.March, 2))},
			},
			{ID: "c", Duration: days(1), Predecessors: []salesplan.Predecessor{{Task: "b", Link: salesplan.LinkStartToStart, Lag: salesplan.Lag{Time: days(1)}}}},
		},
	})
	require.NoError(t, err)
	b, err := table.Task("b")
	require.NoError(t, err)
	require.Equal(t, "2027-03-02T08:00", b.Start.String())
	require.Equal(t, "2027-03-03T17:00", b.Finish.String())
	require.Equal(t, salesplan.DriverConstraint, b.Driver.Kind)
	c, err := table.Task("c")
	require.NoError(t, err)
	require.Equal(t, "2027-03-03T08:00", c.Start.String())

	require.Equal(t, []salesplan.TaskLink{
		{From: "a", To: "b", Link: salesplan.LinkFinishToStart},
		{From: "b", To: "c", Link: salesplan.LinkStartToStart, Lag: salesplan.Lag{Time: days(1)}},
	}, slices.Collect(table.Links()))
	for range table.Links() {
		break // whoever stops early is left alone
	}
}

// TestSchedule_ActualDates: the rest of a task follows what is done, whatever
// its predecessor and the day asked about.
func TestSchedule_ActualDates(t *testing.T) {
	for rule, want := range map[salesplan.OutOfOrder]string{
		salesplan.OutOfOrderActual:   "2027-03-04T17:00", // begun on Monday, four days
		salesplan.OutOfOrderOverride: "2027-03-15T17:00", // the rest follows the day asked about
		salesplan.OutOfOrderRetained: "2027-03-22T17:00", // the rest waits for the predecessor
	} {
		table, err := salesplan.Schedule(salesplan.ScheduleRequest{
			AsOf: calendar.On(2027, time.March, 10),
			Rule: salesplan.ScheduleRule{Start: calendar.OnDay(calendar.On(2027, time.March, 1)), OutOfOrder: rule},
			Tasks: []salesplan.Task{
				{ID: "a", Duration: days(5)},
				{
					ID: "b", Duration: days(4), Predecessors: []salesplan.Predecessor{{Task: "a"}},
					Progress: &salesplan.Progress{
						Started: calendar.OnDay(calendar.On(2027, time.March, 1)),
						Percent: decimal.NewNullDecimal(decimal.NewFromInt(25)),
					},
				},
			},
		})
		require.NoError(t, err)
		b, err := table.Task("b")
		require.NoError(t, err)
		require.Equal(t, want, b.Finish.String(), rule)
	}
}

// TestPlan_ScheduleRequest: what a plan asks gives the plan's timetable.
func TestPlan_ScheduleRequest(t *testing.T) {
	p := &salesplan.Plan{
		Version: salesplan.Version, Name: "Launch",
		Schedule: &salesplan.ScheduleRule{Start: calendar.OnDay(calendar.On(2027, time.March, 1))},
		Calendar: salesplan.CalendarRule{WorkRule: salesplan.WorkRule{
			Holidays: salesplan.HolidaysChina, Unpublished: calendar.UnpublishedWeekdays,
			Off:     []calendar.Date{calendar.On(2027, time.March, 2)},
			Special: []calendar.DayShifts{{On: calendar.On(2027, time.March, 3), Shifts: []calendar.Shift{{From: 480, To: 720}}}},
		}},
		Tasks: []salesplan.Task{{ID: "a", Duration: days(2)}},
	}
	req, err := p.ScheduleRequest(salesplan.Situation{})
	require.NoError(t, err)
	table, err := salesplan.Schedule(req)
	require.NoError(t, err)
	a, err := table.Task("a")
	require.NoError(t, err)
	require.Equal(t, "2027-03-04T12:00", a.Finish.String(), "a day, a free one, half a day, half a day")

	p.Tasks[0].ID = ""
	_, err = p.ScheduleRequest(salesplan.Situation{})
	require.ErrorContains(t, err, "/tasks/0/id")
}
