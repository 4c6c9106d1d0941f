package calendar_test

import (
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/require"
)

// TestNew_Special counts the hours of days that have shifts of their own.
func TestNew_Special(t *testing.T) {
	saturday, tuesday, monday := calendar.On(2027, time.May, 1), calendar.On(2027, time.May, 4), calendar.On(2027, time.May, 3)
	morning := []calendar.Shift{{From: 8 * 60, To: 12 * 60}}
	cal, err := calendar.New(calendar.Spec{Special: []calendar.DayShifts{
		{On: tuesday}, {On: saturday, Shifts: morning}, {On: monday, Shifts: []calendar.Shift{{From: 0, To: 1440}}},
	}})
	require.NoError(t, err)
	require.Equal(t, morning, cal.Shifts(saturday))
	require.True(t, cal.IsWorkday(saturday))
	require.False(t, cal.IsWorkday(tuesday))
	require.Equal(t, int64(240+1440+3*480), cal.WorkMinutes(calendar.Span(saturday, calendar.On(2027, time.May, 9))))
	require.Equal(t, []calendar.Date{saturday, monday, tuesday}, cal.Unusual(calendar.Year(2027)))

	end, err := cal.Add(calendar.At(calendar.On(2027, time.April, 30), 16*60), calendar.Duration{Minutes: 60 + 240 + 1})
	require.NoError(t, err)
	require.Equal(t, "2027-05-03T00:01", end.String(), "an hour of Friday, the Saturday, a minute of Monday")
}

func TestNew_SpecialFaults(t *testing.T) {
	day := func(d int) calendar.Date { return calendar.On(2027, time.May, d) }
	_, err := calendar.New(calendar.Spec{
		Holidays: []calendar.Date{day(3)}, Workdays: []calendar.Date{day(8)}, HalfDays: []calendar.Date{day(5)},
		Special: []calendar.DayShifts{
			{On: day(3)}, {On: day(8)}, {On: day(5)}, {On: day(6)}, {On: day(6)}, {},
			{On: day(7), Shifts: []calendar.Shift{{From: 60, To: 60}, {From: 0, To: 1441}}},
		},
	})
	var got []string
	for _, f := range diag.All(err) {
		got = append(got, f.Path+" "+string(f.Code))
	}
	require.Equal(t, []string{
		"/spec/special/0/on conflict", "/spec/special/1/on conflict", "/spec/special/2/on conflict", "/spec/special/4/on conflict",
		"/spec/special/5/on required", "/spec/special/6/shifts/0 order", "/spec/special/6/shifts/1 out-of-range",
	}, got)
}
