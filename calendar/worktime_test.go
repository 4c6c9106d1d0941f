package calendar

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func duration(t testing.TB, s string) Duration {
	t.Helper()
	d, err := ParseDuration(s)
	require.NoError(t, err)
	return d
}

func TestAdd(t *testing.T) {
	c := calendarOf(t, Spec{Holidays: []Date{On(2026, 5, 1)}, Workdays: []Date{On(2026, 5, 9)}, HalfDays: []Date{On(2026, 5, 7)}})
	for _, row := range []struct{ from, d, want string }{
		{"2026-04-30T08:00", "1d", "2026-04-30T17:00"},
		{"2026-04-30T08:00", "4h", "2026-04-30T12:00"},
		{"2026-04-30T08:00", "4h1m", "2026-04-30T13:01"},
		{"2026-04-30T12:30", "1m", "2026-04-30T13:01"},
		{"2026-04-30T17:00", "1m", "2026-05-04T08:01"},
		{"2026-04-30T20:00", "1d", "2026-05-04T17:00"},
		{"2026-05-02T00:00", "0d", "2026-05-02T00:00"},
		{"2026-05-06T13:00", "1d", "2026-05-07T12:00"},
		{"2026-05-07T12:00", "2d", "2026-05-09T17:00"},
		{"2026-04-30T08:00", "1w", "2026-05-08T12:00"},
		{"2026-04-30T08:00", "3ed", "2026-05-03T08:00"},
		{"2026-04-30T08:00", "-3eh", "2026-04-30T05:00"},
		{"2026-05-04T08:00", "-1m", "2026-04-30T16:59"},
		{"2026-05-04T08:00", "-1d", "2026-04-30T08:00"},
		{"2026-05-04T17:00", "-1d", "2026-05-04T08:00"},
		{"2026-04-30T13:00", "-4h", "2026-04-30T08:00"},
		{"2026-04-30T17:00", "-4h", "2026-04-30T13:00"},
		{"2026-05-03T10:00", "-4h", "2026-04-30T13:00"},
	} {
		got, err := c.Add(instant(t, row.from), duration(t, row.d))
		require.NoError(t, err)
		assert.Equal(t, row.want, got.String(), "%s + %s", row.from, row.d)
	}
	night := calendarOf(t, Spec{Week: &WorkWeek{Monday: []Shift{{1320, 1440}}, Tuesday: []Shift{{0, 360}}}})
	got, err := night.Add(instant(t, "2026-05-04T22:00"), duration(t, "2h"))
	require.NoError(t, err)
	assert.Equal(t, "2026-05-05T00:00", got.String(), "the end of a day is the beginning of the next")
}

func TestAddWrapped(t *testing.T) {
	c := Wrap(every{5}) // 5, 10, 15 … January are free
	for _, row := range []struct{ from, d, want string }{
		{"2026-01-04T08:00", "1d", "2026-01-04T17:00"},
		{"2026-01-04T08:00", "8h1m", "2026-01-06T08:01"},
		{"2026-01-05T10:00", "1m", "2026-01-06T08:01"},
		{"2026-01-06T17:00", "-1d", "2026-01-06T08:00"},
		{"2026-01-06T17:00", "-2d", "2026-01-04T08:00"},
		{"2026-01-06T08:00", "-1m", "2026-01-04T16:59"},
		{"2026-01-05T10:00", "-4h", "2026-01-04T13:00"},
		{"2026-01-01T08:00", "4w", "2026-01-24T17:00"},
	} {
		at := instant(t, row.from)
		got, err := c.Add(at, duration(t, row.d))
		require.NoError(t, err)
		assert.Equal(t, row.want, got.String(), "%s + %s", row.from, row.d)
		assert.Equal(t, duration(t, row.d), c.Between(at, got))
	}
	// Both ends of the range stop the walk.
	_, err := c.Add(At(On(9999, 12, 30), 0), duration(t, "3d"))
	assert.ErrorIs(t, err, diag.OutOfRange)
	_, err = c.Add(At(On(1, 1, 2), 0), duration(t, "-2d"))
	assert.ErrorIs(t, err, diag.OutOfRange)
}

// slowAdd counts minute by minute.
func slowAdd(c *Calendar, at Instant, n int64) Instant {
	working := func(i Instant) bool {
		for _, s := range c.Shifts(i.Date()) {
			if s.From <= i.Minute() && i.Minute() < s.To {
				return true
			}
		}
		return false
	}
	for ; n > 0; at = at.AddMinutes(1) {
		if working(at) {
			n--
		}
	}
	for n < 0 {
		at = at.AddMinutes(-1)
		if working(at) {
			n++
		}
	}
	return at
}

func TestAddAgainstMinutes(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for range 150 {
		c := calendarOf(t, randomSpec(rng))
		if rng.IntN(5) == 0 {
			c = Wrap(every{2 + rng.IntN(5)})
		}
		at := At(On(2026, 1, 1).AddDays(rng.IntN(60)), rng.IntN(minutesPerDay))
		if c.WorkMinutes(Span(at.Date().AddDays(30), at.Date().AddDays(44))) == 0 {
			continue
		}
		n := rng.Int64N(4001) - 2000
		if rng.IntN(4) == 0 {
			// Whole days meet the ends of shifts.
			n = c.WorkMinutes(Day(at.Date())) * (1 - 2*rng.Int64N(2))
		}
		got, err := c.Add(at, Duration{Minutes: n})
		require.NoError(t, err)
		require.Equal(t, slowAdd(c, at, n), got, "%v + %d", at, n)
		require.Equal(t, Duration{Minutes: n}, c.Between(at, got))
		require.Equal(t, Duration{Minutes: -n}, c.Between(got, at))
	}
}

// Between is additive over any instants, and Add its inverse, over centuries.
func TestBetweenInverse(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	for range 3000 {
		c := calendarOf(t, Spec{Holidays: []Date{On(2026, 1, 1), On(2026, 1, 3)}, HalfDays: []Date{On(2026, 1, 2)}, Workdays: []Date{On(2026, 1, 4)}})
		any := func() Instant { return At(On(1, 1, 1).AddDays(rng.IntN(lastDay)), rng.IntN(minutesPerDay)) }
		x, y, z := any(), any(), any()
		xy, yz := c.Between(x, y), c.Between(y, z)
		require.Equal(t, c.Between(x, z).Minutes, xy.Minutes+yz.Minutes)
		end, err := c.Add(x, xy)
		require.NoError(t, err)
		require.Equal(t, xy, c.Between(x, end))
		require.Zero(t, c.Between(end, y).Minutes)
		if xy.Minutes > 0 {
			require.False(t, end.After(y), "the earliest such instant")
		}
		if xy.Minutes < 0 {
			require.False(t, end.Before(y), "the latest such instant")
		}
	}
	assert.Zero(t, (*Calendar)(nil).Between(Instant{}, At(On(2026, 1, 1), 0)))
	assert.Zero(t, (*Calendar)(nil).Between(At(On(2026, 1, 1), 0), Instant{}))
}

func TestAddFaults(t *testing.T) {
	var c *Calendar
	at := At(On(2026, 1, 1), 0)
	_, err := c.Add(Instant{}, Duration{Minutes: 1})
	assert.ErrorIs(t, err, diag.Required)
	assert.Equal(t, "/at", faultOf(t, err).Path)

	empty := calendarOf(t, Spec{Week: &WorkWeek{}})
	last := calendarOf(t, Spec{Week: &WorkWeek{}, Workdays: []Date{On(9999, 12, 31)}})
	const huge = 1<<63 - 1
	for _, row := range []struct {
		c *Calendar
		d Duration
	}{
		{c, Duration{maxMinutes, false}},
		{c, Duration{-maxMinutes, false}},
		{c, Duration{huge, false}},
		{c, Duration{-huge - 1, false}},
		{c, Duration{huge, true}},
		{c, Duration{-huge - 1, true}},
		{c, Duration{maxMinutes, true}},
		{empty, Duration{1, false}},
		{empty, Duration{-1, false}},
		{last, Duration{481, false}},
		{Wrap(never()), Duration{1, false}},
		{Wrap(never()), Duration{-1, false}},
	} {
		got, err := row.c.Add(at, row.d)
		assert.ErrorIs(t, err, diag.OutOfRange)
		assert.Equal(t, "/duration", faultOf(t, err).Path)
		assert.True(t, got.IsZero())
	}
	end, err := last.Add(at, Duration{480, false})
	require.NoError(t, err)
	assert.Equal(t, "9999-12-31T17:00", end.String())
	// Midnight after the last day is out of range.
	night := calendarOf(t, Spec{Week: &WorkWeek{Friday: []Shift{{1380, 1440}}}})
	_, err = night.Add(At(On(9999, 12, 31), 1380), Duration{60, false})
	assert.ErrorIs(t, err, diag.OutOfRange)
}

func TestAddUnpublished(t *testing.T) {
	spec := Spec{FirstYear: 2025, LastYear: 2026}
	c := calendarOf(t, spec)
	at := At(On(2026, 12, 31), 480)
	end, err := c.Add(at, Duration{480, false})
	require.NoError(t, err)
	assert.Equal(t, "2026-12-31T17:00", end.String())
	for _, row := range []struct {
		n    int64
		year string
	}{{481, "2027"}, {480 * 600, "2027"}, {maxMinutes, "2027"}, {-480 * 800, "2024"}, {-maxMinutes, "2024"}} {
		_, err := c.Add(at, Duration{row.n, false})
		assert.ErrorIs(t, err, diag.Unpublished)
		assert.Equal(t, row.year, faultOf(t, err).Value)
	}
	_, err = c.Add(at, Duration{maxMinutes / 2, true})
	assert.NoError(t, err, "the clock knows no holidays")
	spec.Unpublished = UnpublishedWeekdays
	end, err = calendarOf(t, spec).Add(at, Duration{481, false})
	require.NoError(t, err)
	assert.Equal(t, "2027-01-01T08:01", end.String())
}
