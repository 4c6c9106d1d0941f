package china_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/calendar/china"
	"github.com/salesplan/salesplan/diag"
)

const published = "../../../shared/data/holiday-cn"

type entry struct {
	Name     string
	Date     string
	IsOffDay bool
}

// readPublished returns the days of the notices for the given years.
func readPublished(t *testing.T, from, to int) map[calendar.Date]entry {
	t.Helper()
	out := map[calendar.Date]entry{}
	for y := from; y <= to; y++ {
		b, err := os.ReadFile(filepath.Join(published, fmt.Sprintf("%d.json", y)))
		if errors.Is(err, os.ErrNotExist) {
			t.Skipf("no shared test data: %v", err)
		}
		require.NoError(t, err)
		var file struct{ Days []entry }
		require.NoError(t, json.Unmarshal(b, &file))
		for _, e := range file.Days {
			d, err := calendar.ParseDate(e.Date)
			require.NoError(t, err)
			require.NotContains(t, out, d)
			out[d] = e
		}
	}
	return out
}

// Every day of the known years is as published, and a weekday or weekend
// otherwise.
func TestAgainstPublished(t *testing.T) {
	want := readPublished(t, china.FirstYear, china.LastYear)
	c := china.New(calendar.UnpublishedRefuse)
	known := calendar.Span(calendar.Year(china.FirstYear).First, calendar.Year(china.LastYear).Last)
	days := map[calendar.Date]china.Day{}
	for _, d := range china.Days(known) {
		require.NotContains(t, days, d.Date)
		days[d.Date] = d
	}
	work := 0
	for d := known.First; !d.After(known.Last); d = d.AddDays(1) {
		e, listed := want[d]
		worked := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
		if listed {
			worked = !e.IsOffDay
			assert.Equal(t, e.Name, days[d].Name, d)
			assert.Equal(t, e.IsOffDay, days[d].Off, d)
			assert.NotEmpty(t, days[d].English)
		}
		require.Equal(t, worked, c.IsWorkday(d), "%v", d)
		if worked {
			work++
		}
	}
	assert.Len(t, days, len(want))
	assert.Equal(t, work, c.Workdays(known))
}

// The year after the last has no notice yet in the data; when it has one, the
// table is to be extended.
func TestNextYearIsOpen(t *testing.T) {
	assert.Empty(t, readPublished(t, china.LastYear+1, china.LastYear+1))
}

func TestKnownFigures(t *testing.T) {
	c := china.New(calendar.UnpublishedRefuse)
	assert.Equal(t, 16, c.Workdays(calendar.Month(2026, time.February)))
	assert.True(t, c.IsWorkday(calendar.On(2026, time.February, 14)), "a make-up Saturday")
	assert.EqualValues(t, 480, c.WorkMinutes(calendar.Day(calendar.On(2026, time.February, 14))))
	assert.False(t, c.IsWorkday(calendar.On(2026, time.February, 17)))
	assert.True(t, c.IsWorkday(calendar.On(2011, time.December, 31)), "arranged by the notice for 2012")
	assert.False(t, c.IsWorkday(calendar.On(2018, time.December, 31)), "arranged by the notice for 2019")
	assert.True(t, c.IsWorkday(calendar.On(2020, time.February, 3)))
}

// The table is sound without the published files at hand: its Spec makes a
// calendar, holidays are in order of notice and make-up days near them.
func TestTable(t *testing.T) {
	spec := china.Spec(calendar.UnpublishedWeekdays)
	_, err := calendar.New(spec)
	require.NoError(t, err)
	for y := china.FirstYear; y <= china.LastYear; y++ {
		off, worked := 0, 0
		for _, d := range china.Days(calendar.Year(y)) {
			require.False(t, d.Date.IsZero())
			if d.Off {
				off++
			} else {
				worked++
			}
		}
		assert.True(t, off >= 20 && off <= 36, "%d has %d days off", y, off)
		assert.True(t, worked >= 2 && worked <= 12, "%d has %d make-up days", y, worked)
	}
	assert.Empty(t, china.Days(calendar.Year(china.FirstYear-2)))
	assert.Empty(t, china.Days(calendar.Period{}))
}

func TestUnpublished(t *testing.T) {
	next := calendar.Year(china.LastYear + 1)
	before := calendar.Year(china.FirstYear - 1)
	for _, policy := range []china.Policy{"", calendar.UnpublishedRefuse, "whatever"} {
		c := china.New(policy)
		assert.NoError(t, c.Check(calendar.Year(china.LastYear)))
		assert.NoError(t, c.Check(calendar.Year(china.FirstYear)))
		assert.ErrorIs(t, c.Check(next), diag.Unpublished)
		assert.ErrorIs(t, c.Check(before), diag.Unpublished)
		assert.Empty(t, c.Guessed(next))
		_, err := c.Add(calendar.At(next.First, 0), calendar.Duration{Minutes: 1})
		assert.ErrorIs(t, err, diag.Unpublished)
	}
	c := china.New(calendar.UnpublishedWeekdays)
	assert.NoError(t, c.Check(next))
	assert.Equal(t, []int{china.LastYear + 1}, c.Guessed(next))
	assert.Equal(t, 261, c.Workdays(next))
	_, err := calendar.New(china.Spec("whatever"))
	assert.ErrorIs(t, err, diag.Invalid)
}

func ExampleNew() {
	c := china.New(calendar.UnpublishedRefuse)
	fmt.Println(c.Workdays(calendar.Month(2026, time.February)))
	fmt.Println(c.Check(calendar.Year(2027)))
	fmt.Println(china.New(calendar.UnpublishedWeekdays).Guessed(calendar.Year(2027)))
	// Output:
	// 16
	// /period: unpublished "2027"
	// [2027]
}

func ExampleDays() {
	for _, d := range china.Days(calendar.Month(2026, time.January)) {
		fmt.Println(d.Date, d.Name, d.English, d.Off)
	}
	// Output:
	// 2026-01-01 元旦 New Year true
	// 2026-01-02 元旦 New Year true
	// 2026-01-03 元旦 New Year true
	// 2026-01-04 元旦 New Year false
}
