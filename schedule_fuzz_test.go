package salesplan

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// FuzzTimetable reads plans with tasks and schedules, levels and checks them: no
// document makes that panic or take long; dates are in order, the same twice, and
// valid JSON; faults have places, findings are said in both languages.
func FuzzTimetable(f *testing.F) {
	for name, bad := range badWorks() {
		if strings.Contains(name, "10,000") {
			continue
		}
		// The table's changes need no test but to read dates with.
		f.Add(encodedBad(f, bad))
	}
	for _, seed := range []string{
		`{"salesplan": "1", "schedule": {"start": "2027-03-01"}, "tasks": [{"id": "a", "duration": "1d"}, {"id": "b", "milestone": true, "predecessors": [{"task": "a", "link": "start-to-finish", "lag": "-50%"}]}]}`,
		`{"salesplan": "1", "schedule": {"finish": "2027-03-01T12:00", "lags": "plan", "ownFloat": true}, "tasks": [{"id": "s", "deadline": "2027-02-01"}, {"id": "a", "parent": "s", "duration": "3ed", "constraint": {"kind": "must-start-on", "on": "2027-02-27"}}]}`,
		`{"salesplan": "1", "calendar": {"holidays": "china", "unpublished": "weekdays"}, "schedule": {"start": "2031-01-01", "outOfOrder": "actual-dates"}, "tasks": [{"id": "a", "duration": "2w", "progress": {"started": "2030-12-01", "percent": "40"}, "delay": "1ed"}]}`,
		`{"salesplan": "1", "axes": [{"id": "org", "of": "owner", "units": [{"id": "p", "fte": "0.5", "from": "2027-04-01"}]}], "resources": [{"id": "m", "kind": "money", "budgets": [{"period": "2027-Q2", "amount": "10"}]}, {"id": "p", "leave": ["2027-04"]}], "schedule": {"start": "2027-03-01"}, "tasks": [{"id": "a", "owner": "p", "duration": "1d", "demands": [{"resource": "m", "amount": "7", "when": "finish"}, {"resource": "p", "amount": "0.25"}]}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		plan, err := Decode(bytes.NewReader(text), DecodeOptions{Limits: document.Limits{Bytes: 1 << 16, Nodes: 2000}})
		if err != nil {
			return
		}
		tt, err := plan.Timetable(context.Background(), Situation{})
		if err != nil {
			require.Nil(t, tt)
			for _, fault := range diag.All(err) {
				require.NotEmpty(t, fault.Code)
				require.True(t, strings.HasPrefix(fault.Path, "/"), fault.Path)
			}
			return
		}
		for d := range tt.Tasks() {
			require.False(t, d.EarlyFinish.Before(d.EarlyStart), d.ID)
			require.False(t, d.EarlyStart.IsZero() || d.LateFinish.IsZero(), d.ID)
		}
		again, err := plan.Timetable(context.Background(), Situation{})
		require.NoError(t, err)
		require.True(t, tt.Equal(again))
		once, err := json.Marshal(tt)
		require.NoError(t, err)
		require.True(t, json.Valid(once))
		catalogue := Catalogue()
		for _, finding := range CheckDates(tt, tt.Start().Date()) {
			require.NotEmpty(t, finding.Key())
			require.NotEmpty(t, catalogue.Text(finding, diag.English))
			require.NotEmpty(t, catalogue.Text(finding, diag.Chinese))
		}
		req, err := plan.ScheduleRequest(Situation{})
		require.NoError(t, err)
		leveled, err := LevelResources(context.Background(), req, LevelOptions{})
		if err == nil {
			require.Equal(t, tt.Len(), leveled.Len())
		}
	})
}

// encodedBad is the plan of a request that something is wrong with.
func encodedBad(f *testing.F, bad badWork) []byte {
	f.Helper()
	req := goodWork(f)
	bad.change(new(testing.T), &req)
	var text bytes.Buffer
	require.NoError(f, Encode(&text, planOf(req)))
	return text.Bytes()
}

// FuzzReadTaskUpdates reads tables of news: no table makes it panic, what is read
// has a task and a day, and written as a table it reads back.
func FuzzReadTaskUpdates(f *testing.F) {
	for _, seed := range []string{
		"task,on,started,finished,percent,remaining,note\nlist,2027-01-07,2027-01-04,2027-01-06T12:30,,,done\n",
		"on,task,percent\n2027-01-08,deck,40%\n,,\n2027-01-08,,140\n",
		"task;on;remaining\na;2027-01-08;2d\n", "task\ton\na\t2027-13-01\n", "task,on,remaining\n\"a\nb\",2027-01-08,-3ed\n",
		"task\n", "", "\xef\xbb\xbftask,on\na,2027-01-08", "task,on,percent\na,2027-01-08,1e9\n", "task,on,on\na,b,c\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var table strings.Builder
		table.WriteString("task,on,started,finished,percent,remaining\n")
		var read []TaskUpdate
		for u, err := range ReadTaskUpdates(bytes.NewReader(text)) {
			if err != nil {
				for _, fault := range diag.All(err) {
					require.NotEmpty(t, fault.Code)
				}
				continue
			}
			require.NotEmpty(t, u.Task)
			require.False(t, u.On.IsZero())
			if p := u.Percent; p.Valid {
				require.False(t, p.Decimal.IsNegative() || p.Decimal.IntPart() > 100)
			}
			u.Note = ""
			read = append(read, u)
			table.WriteString(updateRow(u))
		}
		i := 0
		for u, err := range ReadTaskUpdates(strings.NewReader(table.String())) {
			require.NoError(t, err, "%q", table.String())
			require.Equal(t, updateRow(read[i]), updateRow(u))
			i++
		}
		require.Len(t, read, i)
	})
}

// updateRow is a row of a table of updates.
func updateRow(u TaskUpdate) string {
	cells := []string{`"` + strings.ReplaceAll(u.Task, `"`, `""`) + `"`, u.On.String(), momentText(u.Started), momentText(u.Finished), "", ""}
	if u.Percent.Valid {
		cells[4] = amountText(u.Percent.Decimal)
	}
	if u.Remaining != nil {
		cells[5] = u.Remaining.String()
	}
	return strings.Join(cells, ",") + "\n"
}

func momentText(m calendar.Moment) string {
	if m.IsZero() {
		return ""
	}
	return m.String()
}
