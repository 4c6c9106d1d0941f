package salesplan

import (
	"context"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// What tasks that can't be moved take too much of money and material is said.
func TestLevelResources_SaysWhatStocksLack(t *testing.T) {
	fixed := func(id, day, resource string, amount int64) Task {
		return Task{
			ID: id, Duration: calendar.Duration{Minutes: 480}, Constraint: &Constraint{Kind: ConstraintMustStart, On: moment(t, day)},
			Demands: []Demand{{Resource: resource, Amount: decimal.NewNullDecimal(decimal.NewFromInt(amount)), When: DemandStart}},
		}
	}
	req := ScheduleRequest{
		Rule: ScheduleRule{Start: moment(t, "2027-01-04")},
		Resources: []Resource{
			{ID: "money", Kind: ResourceMoney, Budgets: []Budget{{Period: "2027-01", Amount: decimal.NewFromInt(40_000)}}},
			{ID: "box", Kind: ResourceMaterial, Supplies: []Supply{{On: calendar.On(2027, 1, 4), Amount: decimal.NewFromInt(10)}}},
		},
		Tasks: []Task{
			fixed("a", "2027-01-05", "money", 30_000), fixed("b", "2027-01-06", "money", 30_000),
			fixed("c", "2027-01-05", "box", 8), fixed("d", "2027-01-07", "box", 8),
		},
	}
	tt, err := LevelResources(context.Background(), req, LevelOptions{})
	require.NoError(t, err)
	require.Equal(t, []string{"task-not-leveled money", "task-not-leveled box"}, aboutOf(tt.Findings()))
	said := sayAll(tt.Findings(), diag.English)
	require.Contains(t, said, "money is short by 20,000")
	require.Contains(t, said, "box is short by 6")

	req.Tasks = []Task{req.Tasks[0], req.Tasks[2]}
	tt, err = LevelResources(context.Background(), req, LevelOptions{})
	require.NoError(t, err)
	require.Empty(t, tt.Findings(), "there is enough")
}

// The chain of a leveled date goes through the task that had the people.
func TestCheckDates_LeveledChains(t *testing.T) {
	req := ScheduleRequest{
		Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Axes: []Axis{{ID: "org", Units: []Unit{{ID: "li-na"}}}},
		Tasks: taskList(t, `
			list 3d
			visits 5d
			launch m visits`),
	}
	for i := range req.Tasks {
		req.Tasks[i].Owner = "li-na"
	}
	req.Tasks[0].Priority = 900
	req.Tasks[2].Deadline = moment(t, "2027-03-09")
	tt, err := LevelResources(context.Background(), req, LevelOptions{})
	require.NoError(t, err)
	require.Equal(t, "2027-03-10T17:00", tt.Finish().String())
	chain, err := tt.Chain("launch")
	require.NoError(t, err)
	var ids []string
	for _, d := range chain {
		ids = append(ids, d.ID)
	}
	require.Equal(t, []string{"list", "visits", "launch"}, ids)
	require.Contains(t, sayAll(CheckDates(tt, calendar.Date{}), diag.English), "1d late: 2027-03-10 instead of 2027-03-09. What makes the date: list → visits → launch.")
	sums := reasons{t: tt}
	for i := range int32(tt.Len()) {
		require.Equal(t, slowReason(tt, i), sums.of(i))
	}
}
