package calendar

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func texts(ps []Period) (out []string) {
	for _, p := range ps {
		out = append(out, p.String())
	}
	return out
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		fiscal Fiscal
		period string
		grain  Grain
		want   string
	}{
		{Fiscal{}, "2026", GrainYear, "2026"},
		{Fiscal{}, "2026", GrainHalf, "2026-H1 2026-H2"},
		{Fiscal{}, "2026", GrainQuarter, "2026-Q1 2026-Q2 2026-Q3 2026-Q4"},
		{Fiscal{}, "2026-Q1", GrainMonth, "2026-01 2026-02 2026-03"},
		{Fiscal{}, "2026-02", GrainWeek, "2026-02-01 2026-W06 2026-W07 2026-W08 2026-02-23/2026-02-28"},
		{Fiscal{}, "2026-01-30/2026-02-02", GrainDay, "2026-01-30 2026-01-31 2026-02-01 2026-02-02"},
		{Fiscal{}, "2025-12-31/2026-02-01", GrainMonth, "2025-12-31 2026-01 2026-02-01"},
		{Fiscal{}, "2026-02-10/2026-02-11", GrainYear, "2026-02-10/2026-02-11"},
		{Fiscal{WeekStart: Sunday}, "2026-02", GrainWeek, "2026-02-01/2026-02-07 2026-02-08/2026-02-14 2026-02-15/2026-02-21 2026-02-22/2026-02-28"},
		{april, "2026", GrainYear, "2026-Q1 2026-04-01/2026-12-31"},
		{april, "2026", GrainHalf, "2026-Q1 2026-04-01/2026-09-30 2026-Q4"},
		{Fiscal{FirstMonth: 2}, "2026-H1", GrainQuarter, "2026-01 2026-02-01/2026-04-30 2026-05-01/2026-06-30"},
		{nrf, "2024-02-01/2024-03-10", GrainMonth, "2024-02-01/2024-02-03 2024-02-04/2024-03-02 2024-03-03/2024-03-10"},
		{nrf, "2024-02-01/2024-02-12", GrainWeek, "2024-02-01/2024-02-03 2024-02-04/2024-02-10 2024-02-11/2024-02-12"},
		{Fiscal{}, "9999-12", GrainWeek, "9999-12-01/9999-12-05 9999-W49 9999-W50 9999-W51 9999-12-27/9999-12-31"},
	} {
		got, err := c.fiscal.Split(period(t, c.period), c.grain)
		require.NoError(t, err)
		assert.Equal(t, strings.Fields(c.want), texts(got), "%v by %s", c.period, c.grain)
	}
}

// Months and weeks together: 61 to 64 pieces a year, each within a month and
// a week.
func TestGridMonthWeek(t *testing.T) {
	seen := map[int]bool{}
	for y := 1900; y <= 2300; y++ {
		pieces, err := Fiscal{}.Grid(Year(y), []Grain{GrainMonth, GrainWeek})
		require.NoError(t, err)
		seen[len(pieces)] = true
		for _, p := range pieces {
			y1, w1 := p.First.ISOWeek()
			y2, w2 := p.Last.ISOWeek()
			require.True(t, p.First.Month() == p.Last.Month() && y1 == y2 && w1 == w2, "%v", p)
		}
	}
	assert.Equal(t, map[int]bool{61: true, 62: true, 63: true, 64: true}, seen)

	got, err := Fiscal{}.Grid(period(t, "2026-01-26/2026-02-08"), []Grain{GrainWeek, GrainQuarter, GrainMonth, GrainYear})
	require.NoError(t, err)
	assert.Equal(t, []string{"2026-01-26/2026-01-31", "2026-02-01", "2026-W06"}, texts(got))
	got, err = nrf.Grid(Year(2026), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"2026"}, texts(got))
}

// Any scheme, period and set of grains: the pieces cover the period exactly
// once, no piece crosses a boundary of any grain, and each boundary is needed.
func TestSplitCoversOnce(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	fiscals := append(allFiscals(), Fiscal{}, Fiscal{WeekStart: Sunday}, Fiscal{FirstMonth: 5, WeekStart: Friday})
	all := []Grain{GrainYear, GrainHalf, GrainQuarter, GrainMonth, GrainWeek, GrainDay}
	for range 3000 {
		f := fiscals[rng.IntN(len(fiscals))]
		s, err := f.scheme()
		require.NoError(t, err)
		first := [...]int32{1, lastDay - 900, rng.Int32N(lastDay)}[rng.IntN(3)] + rng.Int32N(800)
		p := Period{Date{max(1, min(first, lastDay))}, Date{}}
		p.Last = clampDate(int(p.First.n) + rng.IntN(900))
		grains := all[rng.IntN(3):][:1+rng.IntN(3)]
		pieces, err := f.Grid(p, grains)
		require.NoError(t, err)
		next := p.First.n
		for _, q := range pieces {
			if q.First.n != next || !q.Valid() {
				t.Fatalf("%+v %v %v: %v does not follow day %d", f, p, grains, q, next)
			}
			cut := q.Last == p.Last
			for _, g := range grains {
				if s.pieceEnd(g, int(q.First.n)) < int(q.Last.n) {
					t.Fatalf("%+v: %v crosses a %s", f, q, g)
				}
				cut = cut || s.pieceEnd(g, int(q.First.n)) == int(q.Last.n)
			}
			require.True(t, cut, "%+v: %v ends where no grain does", f, q)
			next = q.Last.n + 1
		}
		require.Equal(t, p.Last.n+1, next)
	}
}

func TestSplitFaults(t *testing.T) {
	_, err := Fiscal{}.Split(Year(2026), "decade")
	assert.ErrorIs(t, err, diag.Invalid)
	assert.Equal(t, "/grain", faultOf(t, err).Path)
	_, err = Fiscal{}.Grid(Year(2026), []Grain{GrainDay, "", GrainWeek, "x"})
	require.Len(t, diag.All(err), 2)
	assert.Equal(t, "/grains/1", diag.All(err)[0].Path)
	assert.Equal(t, "/grains/3", diag.All(err)[1].Path)
	_, err = Fiscal{}.Split(Period{}, GrainDay)
	assert.ErrorIs(t, err, diag.Required)
	_, err = Fiscal{}.Split(Period{On(2026, 1, 2), On(2026, 1, 1)}, GrainDay)
	assert.ErrorIs(t, err, diag.Order)

	first := On(1000, 1, 1)
	pieces, err := Fiscal{}.Split(Span(first, first.AddDays(MaxPieces-1)), GrainDay)
	require.NoError(t, err)
	assert.Len(t, pieces, MaxPieces)
	_, err = Fiscal{}.Split(Span(first, first.AddDays(MaxPieces)), GrainDay)
	assert.ErrorIs(t, err, diag.OutOfRange)
	assert.Equal(t, "/period", faultOf(t, err).Path)
	months, err := nrf.Split(Span(On(1, 1, 1), On(9999, 12, 31)), GrainMonth)
	require.NoError(t, err)
	assert.InDelta(t, 12*9999, len(months), 13)
}

func TestFiscalAtTheLimits(t *testing.T) {
	const huge = 1<<63 - 1
	for _, f := range []Fiscal{{}, april, april0, nrf, apple, {Pattern: Pattern445, YearEnd: YearEndNearest, Weekday: Sunday, Month: 12}} {
		for _, y := range []int{-huge, -1, 0, 10000, huge} {
			_, err := f.Year(y)
			assert.ErrorIs(t, err, diag.OutOfRange, "%+v %d", f, y)
		}
		for _, d := range []Date{On(1, 1, 1), On(9999, 12, 31)} {
			_, n, p := f.MonthOf(d)
			assert.True(t, p.Contains(d), "%+v %v", f, d)
			assert.True(t, n >= 1 && n <= 12)
			for _, g := range []Grain{GrainYear, GrainMonth, GrainWeek} {
				pieces, err := f.Split(Day(d), g)
				require.NoError(t, err)
				assert.Equal(t, []Period{Day(d)}, pieces)
			}
			assert.NotEmpty(t, f.Label(Span(On(9999, 12, 1), On(9999, 12, 31))))
			assert.NotEmpty(t, f.Label(Span(On(1, 1, 1), On(1, 1, 31))))
		}
		y, n, p := f.MonthOf(Date{})
		assert.Zero(t, y+n+p.Days())
		assert.Empty(t, f.Label(Period{}))
	}
	_, err := april.Year(1)
	assert.ErrorIs(t, err, diag.OutOfRange, "it starts in the year 0")
	p, err := april.Year(2)
	require.NoError(t, err)
	assert.Equal(t, "0001-04-01/0002-03-31", p.String())
}

// Weeks begin where each territory of CLDR begins them.
func TestWeekStartByTerritory(t *testing.T) {
	var cldr struct {
		Supplemental struct {
			WeekData struct{ FirstDay map[string]string }
		}
	}
	require.NoError(t, json.Unmarshal(shared(t, "calendar/cldr-weekData.json"), &cldr))
	days := map[string]Weekday{"mon": Monday, "fri": Friday, "sat": Saturday, "sun": Sunday}
	rows := 0
	for territory, day := range cldr.Supplemental.WeekData.FirstDay {
		if strings.Contains(territory, "alt") {
			continue
		}
		rows++
		require.Contains(t, days, day, territory)
		weeks, err := Fiscal{WeekStart: days[day]}.Split(Year(2026), GrainWeek)
		require.NoError(t, err)
		for _, w := range weeks[1 : len(weeks)-1] {
			require.Equal(t, 7, w.Days())
			require.True(t, strings.HasPrefix(strings.ToLower(w.First.Weekday().String()), day), territory)
		}
	}
	assert.Greater(t, rows, 140)
}
