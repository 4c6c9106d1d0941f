package main

import (
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/stretchr/testify/require"
)

// All schedule the same work alike.
func TestScheduleContenders(t *testing.T) {
	w := workOf(2_000)
	require.InDelta(t, 3_000, w.links, 200)
	contenders, err := scheduleContenders(w)
	require.NoError(t, err)
	for _, c := range contenders {
		require.NoError(t, c.run(), c.name)
	}
	require.EqualValues(t, 9, (&work{days: []int64{3, 2, 4, 1}, before: [][]int32{nil, {0}, {0, 1}, nil}}).length())
}

func TestOverbooked(t *testing.T) {
	req := crewed(300, 6)
	unleveled, err := salesplan.Schedule(req)
	require.NoError(t, err)
	require.ErrorContains(t, overbooked(unleveled, req), "is overbooked at 2027-01-0")
	leveled, err := salesplan.LevelResources(t.Context(), req, salesplan.LevelOptions{})
	require.NoError(t, err)
	require.NoError(t, overbooked(leveled, req))
}

func TestWork_Request(t *testing.T) {
	tt, err := salesplan.Schedule(workOf(500).request(true))
	require.NoError(t, err)
	on, late := 0, 0
	for d := range tt.Tasks() {
		if d.Driver.Kind == salesplan.DriverConstraint {
			on++
		}
		if d.TotalFloat < 0 {
			late++
		}
	}
	require.Positive(t, min(on, late), "dates imposed count")
	require.True(t, tt.Start().Date() == calendar.On(2027, 1, 4))
}
