package calendar

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func TestParsePeriod(t *testing.T) {
	for _, c := range []struct{ text, first, last, canonical string }{
		{"2026", "2026-01-01", "2026-12-31", ""},
		{"2026-H1", "2026-01-01", "2026-06-30", ""},
		{"2026-H2", "2026-07-01", "2026-12-31", ""},
		{"2026-Q1", "2026-01-01", "2026-03-31", ""},
		{"2026-Q3", "2026-07-01", "2026-09-30", ""},
		{"2026-Q4", "2026-10-01", "2026-12-31", ""},
		{"2024-02", "2024-02-01", "2024-02-29", ""},
		{"2026-12", "2026-12-01", "2026-12-31", ""},
		{"2026-W01", "2025-12-29", "2026-01-04", ""},
		{"2026-W07", "2026-02-09", "2026-02-15", ""},
		{"2026-W53", "2026-12-28", "2027-01-03", ""},
		{"2020-W53", "2020-12-28", "2021-01-03", ""},
		{"0001-W01", "0001-01-01", "0001-01-07", ""},
		{"2026-01-05", "2026-01-05", "2026-01-05", ""},
		{"2026-01-05/2026-01-16", "2026-01-05", "2026-01-16", ""},
		{"2026-01-01/2026-09-30", "2026-01-01", "2026-09-30", ""},
		{"2026-02-01/2026-04-30", "2026-02-01", "2026-04-30", ""},
		{"2025-07-01/2026-06-30", "2025-07-01", "2026-06-30", ""},
		{"2025-01-01/2026-12-31", "2025-01-01", "2026-12-31", ""},
		{"2026-01-01/2026-12-31", "2026-01-01", "2026-12-31", "2026"},
		{"2026-04-01/2026-04-30", "2026-04-01", "2026-04-30", "2026-04"},
		{"2026-02-09/2026-02-15", "2026-02-09", "2026-02-15", "2026-W07"},
		{"2026-02-08/2026-02-14", "2026-02-08", "2026-02-14", ""},
		{"2026-01-05/2026-01-05", "2026-01-05", "2026-01-05", "2026-01-05"},
		{"9999", "9999-01-01", "9999-12-31", ""},
		{"0001", "0001-01-01", "0001-12-31", ""},
	} {
		p, err := ParsePeriod(c.text)
		require.NoError(t, err, c.text)
		assert.Equal(t, Period{date(t, c.first), date(t, c.last)}, p, c.text)
		if c.canonical == "" {
			c.canonical = c.text
		}
		assert.Equal(t, c.canonical, p.String())
	}
}

func TestParsePeriodFaults(t *testing.T) {
	for text, code := range map[string]diag.Code{
		"":                       diag.Syntax,
		"26":                     diag.Syntax,
		"202":                    diag.Syntax,
		"20266":                  diag.Syntax,
		"2026-":                  diag.Syntax,
		"2026-H":                 diag.Syntax,
		"2026-h1":                diag.Syntax,
		"2026Q3":                 diag.Syntax,
		"2026-Q33":               diag.Syntax,
		"2026-Qx":                diag.Syntax,
		"2026-2":                 diag.Syntax,
		"2026-W7":                diag.Syntax,
		"2026-P05":               diag.Syntax,
		"FY2026":                 diag.Syntax,
		" 2026":                  diag.Syntax,
		"2026-01-05/":            diag.Syntax,
		"/2026-01-05":            diag.Syntax,
		"2026-01/2026-02":        diag.Syntax,
		"2026-01-05/2026-01-1":   diag.Syntax,
		"2026-01-01/2/2026-01-1": diag.Syntax,
		"0000":                   diag.OutOfRange,
		"2026-H0":                diag.OutOfRange,
		"2026-H3":                diag.OutOfRange,
		"2026-Q0":                diag.OutOfRange,
		"2026-Q5":                diag.OutOfRange,
		"2026-00":                diag.OutOfRange,
		"2026-13":                diag.OutOfRange,
		"2026-W00":               diag.OutOfRange,
		"2025-W53":               diag.OutOfRange,
		"2026-W54":               diag.OutOfRange,
		"9999-W52":               diag.OutOfRange, // ends on 10000-01-02
		"2026-02-30":             diag.OutOfRange,
		"2026-02-01/2026-02-30":  diag.OutOfRange,
		"2026-02-02/2026-02-01":  diag.Order,
	} {
		p, err := ParsePeriod(text)
		assert.ErrorIs(t, err, code, text)
		assert.Equal(t, "/period", faultOf(t, err).Path)
		assert.True(t, p.IsZero(), text)
	}
}

func TestPeriodConstructors(t *testing.T) {
	assert.Equal(t, period(t, "2026"), Year(2026))
	assert.Equal(t, period(t, "2026-H2"), Half(2026, 2))
	assert.Equal(t, period(t, "2026-Q3"), Quarter(2026, 3))
	assert.Equal(t, period(t, "2026-02"), Month(2026, time.February))
	assert.Equal(t, period(t, "2026-W07"), Week(2026, 7))
	assert.Equal(t, period(t, "2026-02-14"), Day(On(2026, 2, 14)))
	assert.Equal(t, period(t, "2026-02-14/2026-03-01"), Span(On(2026, 2, 14), On(2026, 3, 1)))
	const huge = 1<<63 - 1
	for _, none := range []Period{
		Year(0), Year(10000), Year(huge), Year(-huge), Half(2026, 0), Half(2026, 3), Half(2026, huge),
		Quarter(2026, 5), Quarter(2026, -huge), Quarter(0, 1), Month(2026, 0), Month(2026, 13), Month(huge, 1),
		Week(2026, 0), Week(2025, 53), Week(2026, huge), Week(0, 1), Week(10000, 1), Week(9999, 52),
		Day(Date{}), Span(On(2026, 1, 2), On(2026, 1, 1)), Span(Date{}, On(2026, 1, 1)), Span(On(2026, 1, 1), Date{}),
	} {
		assert.Equal(t, Period{}, none)
	}
}

// Weeks tile the days, and the spelling of each is read back.
func TestWeeksTile(t *testing.T) {
	next := On(1, 1, 1)
	for y := MinYear; y <= 2400; y++ {
		for w := 1; w <= 53; w++ {
			p := Week(y, w)
			if p.IsZero() && w == 53 {
				continue
			}
			require.Equal(t, next, p.First)
			require.Equal(t, 7, p.Days())
			next = p.Last.AddDays(1)
		}
	}
}

func TestPeriodSets(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	base := On(2026, 1, 1)
	day := func() Date { return base.AddDays(rng.IntN(12)) }
	for range 5000 {
		p, q := Period{day(), day()}, Period{day(), day()}
		in := func(p Period) (days []Date) {
			for i := range 12 {
				if d := base.AddDays(i); !p.First.After(d) && !p.Last.Before(d) {
					days = append(days, d)
				}
			}
			return days
		}
		dp, dq := in(p), in(q)
		var both []Date
		for _, d := range dp {
			if q.Contains(d) {
				both = append(both, d)
			}
		}
		require.Equal(t, len(dp) > 0, p.Valid())
		require.Equal(t, len(dp), p.Days())
		require.Equal(t, len(both) > 0, p.Overlaps(q), "%v %v", p, q)
		require.Equal(t, len(dq) > 0 && len(both) == len(dq), p.Covers(q), "%v %v", p, q)
		got, ok := p.Intersect(q)
		require.Equal(t, len(both) > 0, ok)
		require.Equal(t, len(both), got.Days())
		require.Equal(t, both, in(got))
		require.Equal(t, p.Compare(q), -q.Compare(p))
		require.Equal(t, p == q, p.Compare(q) == 0)
	}
	assert.Negative(t, Year(2026).Compare(Quarter(2026, 2)))
	assert.Positive(t, Year(2026).Compare(Quarter(2026, 1)))
}

func TestPeriodText(t *testing.T) {
	assert.Empty(t, Period{}.String())
	backwards := Period{On(2026, 1, 2), On(2026, 1, 1)}
	assert.Equal(t, "2026-01-02/2026-01-01", backwards.String())
	for _, bad := range []Period{backwards, {First: On(2026, 1, 2)}, {Last: On(2026, 1, 2)}} {
		_, err := bad.MarshalText()
		assert.ErrorIs(t, err, diag.Order)
		assert.Zero(t, bad.Days())
	}
}

// Whatever the days, the text is read back as the same days.
func TestPeriodTextRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 50000 {
		first := Date{1 + rng.Int32N(lastDay)}
		p := Span(first, first.AddDays([...]int{0, 6, 27, 29, 30, 89, 90, 91, 180, 183, 364, 365, rng.IntN(4000)}[rng.IntN(13)]))
		if rng.IntN(2) == 0 && p.Valid() {
			p.First = On(p.First.Year(), p.First.Month(), 1)
			p.Last = Month(p.Last.Year(), p.Last.Month()).Last
		}
		if p.IsZero() {
			continue
		}
		got, err := ParsePeriod(p.String())
		require.NoError(t, err)
		require.Equal(t, p, got)
	}
}

func TestGrain(t *testing.T) {
	order := []Grain{GrainYear, GrainHalf, GrainQuarter, GrainMonth, GrainWeek, GrainDay}
	for i, g := range order {
		assert.Equal(t, i, g.Rank())
		assert.True(t, g.Valid())
	}
	for _, g := range []Grain{"", "Year", "decade"} {
		assert.False(t, g.Valid())
		assert.Equal(t, -1, g.Rank())
	}
}
