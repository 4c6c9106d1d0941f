package salesplan

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
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

func TestSchedule_First(t *testing.T) {
	req := ScheduleRequest{
		Rule: ScheduleRule{Start: moment(t, "2027-03-01")},
		Tasks: []Task{
			{ID: "a", Duration: duration(t, "2d")},
			{ID: "b", Duration: duration(t, "3d"), Predecessors: []Predecessor{{Task: "a"}}},
			{ID: "c", Duration: duration(t, "1d"), Predecessors: []Predecessor{{Task: "a", Lag: Lag{Time: duration(t, "1d")}}}},
			{ID: "launch", Milestone: true, Predecessors: []Predecessor{{Task: "b"}, {Task: "c"}}, Deadline: moment(t, "2027-03-04")},
		},
	}
	tt, err := Schedule(req)
	require.NoError(t, err)
	text, err := json.MarshalIndent(tt, "", " ")
	require.NoError(t, err)
	t.Log(string(text))
	_ = context.Background
}
