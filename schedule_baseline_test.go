package salesplan

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
)

func TestPlan_WithBaseline(t *testing.T) {
	p := &Plan{Version: Version, Schedule: &ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, "all -\na 2d in:all\nb 3d a in:all\ndone m b")}
	ctx := context.Background()
	tt, err := p.Timetable(ctx, Situation{})
	require.NoError(t, err)
	agreed := p.WithBaseline(tt)
	require.Nil(t, p.Tasks[1].Baseline, "the plan itself stays")
	require.NoError(t, agreed.Validate())
	later, err := agreed.Timetable(ctx, Situation{})
	require.NoError(t, err)
	for d := range later.Tasks() {
		require.Zero(t, *d.StartSlip, d.ID)
		require.Zero(t, *d.FinishSlip, d.ID)
	}
	require.Empty(t, findCodes(CheckDates(later, calendar.Date{}), codeSlips, codeMilestoneSlips))

	agreed.Tasks[1].Duration = duration(t, "3d")
	later, err = agreed.Timetable(ctx, Situation{})
	require.NoError(t, err)
	require.EqualValues(t, 480, *taskOf(t, later, "done").FinishSlip)
	require.EqualValues(t, 480, *taskOf(t, later, "all").FinishSlip)
	require.Len(t, findCodes(CheckDates(later, calendar.Date{}), codeMilestoneSlips), 1)
	require.True(t, p.WithBaseline(nil).Tasks[0].Baseline == nil)
}

func TestTimetable_JSONOfLeveling(t *testing.T) {
	text, err := json.Marshal(level(t, randomWork(4, 8), LevelOptions{}))
	require.NoError(t, err)
	var out struct {
		Leveling *Leveling
		Loads    []ResourceLoad
	}
	require.NoError(t, json.Unmarshal(text, &out))
	require.NotNil(t, out.Leveling)
	require.NotEmpty(t, out.Loads)
	require.NotEmpty(t, out.Loads[0].Stretches)
}
