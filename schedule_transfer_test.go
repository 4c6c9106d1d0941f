package salesplan

import (
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
)

// A team is those who stand in it on the day.
func TestSchedule_Transfers(t *testing.T) {
	two := decimal.NewNullDecimal(decimal.NewFromInt(2))
	req := ScheduleRequest{
		Rule: ScheduleRule{Start: moment(t, "2027-03-01")},
		Axes: []Axis{{ID: "org", Units: []Unit{
			{ID: "east"}, {ID: "west"}, {ID: "wang-wei", Parent: "east"}, {ID: "zhao-lei", Parent: "west"},
			{ID: "li-na", Parent: "east", Transfers: []UnitTransfer{{On: calendar.On(2027, 3, 15), To: "west"}, {On: calendar.On(2027, 4, 1), To: "east"}}},
		}}},
		Tasks: taskList(t, "a 3d\nb 3d\nc 3d"),
	}
	for i, team := range []string{"east", "west", "west"} {
		req.Tasks[i].Demands = []Demand{{Resource: team, Amount: two}}
	}
	tt := level(t, req, LevelOptions{})
	require.Empty(t, tt.Findings())
	requireSupplied(t, tt)
	require.Equal(t, "2027-03-01T08:00", taskOf(t, tt, "a").Start.String())
	require.Equal(t, "2027-03-15T08:00", min(taskOf(t, tt, "b").Start.String(), taskOf(t, tt, "c").Start.String()), "from when she is there")
	require.Equal(t, "2027-03-18T08:00", max(taskOf(t, tt, "b").Start.String(), taskOf(t, tt, "c").Start.String()))

	req.Tasks[1].Duration = duration(t, "20d") // longer than she is there
	tt = level(t, req, LevelOptions{})
	require.NotEmpty(t, tt.Findings())
	found := CheckDates(timetable(t, req), calendar.Date{})
	require.Contains(t, aboutOf(found), "people-overloaded west")
}
