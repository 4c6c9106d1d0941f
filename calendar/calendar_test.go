package calendar

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func calendarOf(t testing.TB, spec Spec) *Calendar {
	t.Helper()
	c, err := New(spec)
	require.NoError(t, err)
	return c
}

// every answers like the calendars of github.com/rickar/cal: any day but the
// n-th ones.
type every struct{ n int }

func (e every) IsWorkday(date time.Time) bool { return date.YearDay()%e.n != 0 }

func never() Days { return every{1} }

func TestDefaultCalendar(t *testing.T) {
	for name, c := range map[string]*Calendar{"nil": nil, "zero": {}, "spec": calendarOf(t, Spec{}), "wrapped nil": Wrap(nil)} {
		assert.Equal(t, 20, c.Workdays(Month(2026, time.February)), name)
		assert.Equal(t, 261, c.Workdays(Year(2026)), name)
		assert.EqualValues(t, 261*480, c.WorkMinutes(Year(2026)), name)
		assert.True(t, c.IsWorkday(On(2026, 2, 13)), name)
		assert.False(t, c.IsWorkday(On(2026, 2, 14)), name)
		assert.False(t, c.IsWorkday(Date{}), name)
		assert.Equal(t, []Shift{{480, 720}, {780, 1020}}, c.Shifts(On(2026, 2, 13)))
		assert.Empty(t, c.Shifts(On(2026, 2, 14)))
		assert.Empty(t, c.Shifts(Date{}))
		assert.NoError(t, c.Check(Year(2027)))
		assert.Empty(t, c.Guessed(Year(2027)))
		assert.Zero(t, c.Workdays(Period{}))
		assert.Zero(t, c.WorkMinutes(Period{}))
		assert.Nil(t, c.WorkdayTable(Period{}))
	}
}

func TestCalendarSpec(t *testing.T) {
	c := calendarOf(t, Spec{
		Holidays: []Date{On(2026, 1, 1), On(2026, 1, 1), On(2026, 1, 3)},
		Workdays: []Date{On(2026, 1, 4), On(2026, 1, 5)},
		HalfDays: []Date{On(2026, 1, 6), On(2026, 1, 10)},
	})
	assert.Equal(t, []int32{0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8}, c.WorkdayTable(Span(On(2026, 1, 1), On(2026, 1, 10))))
	assert.EqualValues(t, 6*480+2*240, c.WorkMinutes(Span(On(2026, 1, 1), On(2026, 1, 10))))
	assert.Equal(t, []Shift{{480, 720}}, c.Shifts(On(2026, 1, 10)), "a half Saturday")

	// 7.5 hours on Monday to Thursday, Saturday mornings; the first half of a
	// day of 75 minutes has 38.
	week := &WorkWeek{
		Monday:   []Shift{{540, 720}, {750, 1020}},
		Tuesday:  []Shift{{0, 30}, {1395, 1440}},
		Saturday: []Shift{{540, 720}},
	}
	c = calendarOf(t, Spec{Week: week, Workdays: []Date{On(2026, 1, 7)}, HalfDays: []Date{On(2026, 1, 6)}})
	assert.Equal(t, []Shift{{540, 720}, {750, 1020}}, c.Shifts(On(2026, 1, 7)), "a Wednesday with Monday's hours")
	assert.Equal(t, []Shift{{0, 30}, {1395, 1403}}, c.Shifts(On(2026, 1, 6)))
	assert.EqualValues(t, 450+38+450+180, c.WorkMinutes(Week(2026, 2)))
	assert.Equal(t, 4, c.Workdays(Week(2026, 2)))

	// The calendar keeps nothing of what it was made from, and hands out copies.
	week.Monday[0].From = 0
	c.Shifts(On(2026, 1, 7))[0].From = 0
	assert.EqualValues(t, 450+38+450+180, c.WorkMinutes(Week(2026, 2)))
	assert.Equal(t, []Shift{{540, 720}, {750, 1020}}, c.Shifts(On(2026, 1, 7)))

	none := calendarOf(t, Spec{Week: &WorkWeek{}, Workdays: []Date{On(2026, 1, 7)}})
	assert.Equal(t, 1, none.Workdays(Span(On(1, 1, 1), On(9999, 12, 31))))
	assert.EqualValues(t, 480, none.WorkMinutes(Year(2026)))
}

func TestSpecJSON(t *testing.T) {
	const text = `{"week":{"monday":["08:00-12:00","13:00-24:00"]},"holidays":["2026-01-01"],"workdays":["2026-01-04"],
		"halfDays":["2026-12-24"],"firstYear":2020,"lastYear":2026,"unpublished":"weekdays"}`
	var spec Spec
	require.NoError(t, json.Unmarshal([]byte(text), &spec))
	assert.Equal(t, []Shift{{480, 720}, {780, 1440}}, spec.Week.Monday)
	b, err := json.Marshal(spec)
	require.NoError(t, err)
	assert.JSONEq(t, text, string(b))
	calendarOf(t, spec)
	b, err = json.Marshal(Spec{})
	require.NoError(t, err)
	assert.JSONEq(t, `{}`, string(b))
}

func TestParseShift(t *testing.T) {
	s, err := ParseShift("08:05-24:00")
	require.NoError(t, err)
	assert.Equal(t, Shift{485, 1440}, s)
	assert.Equal(t, "08:05-24:00", s.String())
	for text, code := range map[string]diag.Code{
		"": diag.Syntax, "8:00-12:00": diag.Syntax, "08:00–12:00": diag.Syntax, "08:00-12:0": diag.Syntax, "08:00-12:0x": diag.Syntax,
		"08:60-12:00": diag.OutOfRange, "08:00-24:01": diag.OutOfRange, "25:00-26:00": diag.OutOfRange,
		"12:00-08:00": diag.Order, "08:00-08:00": diag.Order, "24:00-24:00": diag.Order,
	} {
		_, err := ParseShift(text)
		assert.ErrorIs(t, err, code, text)
		assert.Equal(t, "/shift", faultOf(t, err).Path)
	}
	for shift, code := range map[Shift]diag.Code{{5, 5}: diag.Order, {-1, 5}: diag.OutOfRange, {5, 1441}: diag.OutOfRange} {
		_, err := shift.MarshalText()
		assert.ErrorIs(t, err, code)
		assert.Len(t, shift.String(), 11)
	}
}

func TestNewFaults(t *testing.T) {
	_, err := New(Spec{
		Week: &WorkWeek{
			Monday:  []Shift{{480, 720}, {700, 800}, {800, 900}},
			Tuesday: []Shift{{720, 480}, {-1, 5}, {1400, 1441}},
			Sunday:  []Shift{{600, 700}, {500, 550}},
		},
		Holidays:    []Date{On(2026, 1, 1), {}},
		Workdays:    []Date{{}, On(2026, 1, 1)},
		HalfDays:    []Date{On(2026, 1, 1)},
		FirstYear:   2026,
		LastYear:    2025,
		Unpublished: "ignore",
	})
	var got []string
	for _, f := range diag.All(err) {
		got = append(got, f.Path+" "+string(f.Code))
	}
	assert.ElementsMatch(t, []string{
		"/spec/week/monday/1 conflict", "/spec/week/tuesday/0 order", "/spec/week/tuesday/1 out-of-range", "/spec/week/tuesday/2 out-of-range",
		"/spec/week/sunday/1 conflict", "/spec/holidays/1 required", "/spec/workdays/0 required", "/spec/workdays/1 conflict",
		"/spec/halfDays/0 conflict", "/spec/lastYear order", "/spec/unpublished invalid",
	}, got)
	_, err = New(Spec{FirstYear: -1, LastYear: 10000})
	assert.Len(t, diag.All(err), 2)
}

func TestUnknownYears(t *testing.T) {
	spec := Spec{FirstYear: 2010, LastYear: 2026}
	refuse := calendarOf(t, spec)
	spec.Unpublished = UnpublishedWeekdays
	guess := calendarOf(t, spec)
	p := Span(On(2008, 5, 1), On(2028, 2, 1))

	var years []string
	for _, f := range diag.All(refuse.Check(p)) {
		assert.Equal(t, diag.Unpublished, f.Code)
		assert.Equal(t, "/period", f.Path)
		years = append(years, f.Value)
	}
	assert.Equal(t, []string{"2008", "2009", "2027", "2028"}, years)
	assert.Empty(t, refuse.Guessed(p))
	assert.NoError(t, guess.Check(p))
	assert.Equal(t, []int{2008, 2009, 2027, 2028}, guess.Guessed(p))

	known := Span(On(2010, 1, 1), On(2026, 12, 31))
	assert.NoError(t, refuse.Check(known))
	assert.Empty(t, guess.Guessed(known))
	assert.NoError(t, refuse.Check(Period{}))

	all := Span(On(1, 1, 1), On(9999, 12, 31))
	assert.Len(t, diag.All(refuse.Check(all)), diag.MaxKept+1)
	assert.Len(t, guess.Guessed(all), 9999-17)
	assert.Equal(t, []int{2025, 2026}, calendarOf(t, Spec{LastYear: 2024, Unpublished: UnpublishedWeekdays}).Guessed(Span(On(2000, 1, 1), On(2026, 1, 1))))
	assert.Equal(t, []int{2000}, calendarOf(t, Spec{FirstYear: 2001, Unpublished: UnpublishedWeekdays}).Guessed(Span(On(2000, 1, 1), On(2026, 1, 1))))
}

func TestWrap(t *testing.T) {
	c := Wrap(every{10})
	assert.False(t, c.IsWorkday(On(2026, 1, 10)))
	assert.True(t, c.IsWorkday(On(2026, 1, 11)))
	assert.Equal(t, 28, c.Workdays(Month(2026, time.January)))
	assert.EqualValues(t, 28*480, c.WorkMinutes(Month(2026, time.January)))
	assert.Zero(t, Wrap(never()).Workdays(Year(2026)))
	Wrap(midnightUTC{t}).IsWorkday(On(2026, 3, 8))
}

type midnightUTC struct{ t *testing.T }

func (m midnightUTC) IsWorkday(date time.Time) bool {
	assert.True(m.t, date.Equal(time.Date(2026, 3, 8, 0, 0, 0, 0, time.UTC)))
	assert.Equal(m.t, time.UTC, date.Location())
	return true
}

// randomSpec returns a calendar around 2026 with odd weeks, and its exceptions
// by day.
func randomSpec(rng *rand.Rand) Spec {
	shifts := func() []Shift {
		cuts := make([]int, 2*rng.IntN(4))
		for i := range cuts {
			cuts[i] = rng.IntN(1441)
		}
		slices.Sort(cuts)
		var out []Shift
		for i := 0; i < len(cuts); i += 2 {
			if cuts[i] < cuts[i+1] {
				out = append(out, Shift{cuts[i], cuts[i+1]})
			}
		}
		return out
	}
	var spec Spec
	if rng.IntN(4) > 0 {
		spec.Week = &WorkWeek{shifts(), shifts(), shifts(), shifts(), shifts(), shifts(), shifts()}
	}
	for n := range 60 {
		d := On(2026, 1, 1).AddDays(n)
		switch rng.IntN(6) {
		case 0:
			spec.Holidays = append(spec.Holidays, d)
		case 1:
			spec.Workdays = append(spec.Workdays, d)
		case 2:
			spec.HalfDays = append(spec.HalfDays, d)
		}
	}
	rng.Shuffle(len(spec.Holidays), func(i, j int) {
		spec.Holidays[i], spec.Holidays[j] = spec.Holidays[j], spec.Holidays[i]
	})
	return spec
}

// Counts of any period equal looking at each day, and add up over parts.
func TestWorkdaysAgainstDays(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 400 {
		spec := randomSpec(rng)
		c := calendarOf(t, spec)
		if rng.IntN(10) == 0 {
			c = Wrap(every{2 + rng.IntN(9)})
		}
		first := On(2025, 12, 20).AddDays(rng.IntN(60))
		p := Span(first, first.AddDays(rng.IntN(50)))
		days, minutes := 0, int64(0)
		table := c.WorkdayTable(p)
		require.Len(t, table, p.Days()+1)
		for i := range p.Days() {
			d := p.First.AddDays(i)
			require.EqualValues(t, days, table[i])
			var today int64
			for _, s := range c.Shifts(d) {
				today += int64(s.To - s.From)
			}
			require.Equal(t, today > 0, c.IsWorkday(d))
			if slices.Contains(spec.Holidays, d) && c.rules().days == nil {
				require.Zero(t, today)
			}
			if today > 0 {
				days++
			}
			minutes += today
		}
		require.Equal(t, days, c.Workdays(p))
		require.Equal(t, minutes, c.WorkMinutes(p))
		cut := p.First.AddDays(rng.IntN(p.Days()))
		require.Equal(t, days, c.Workdays(Span(p.First, cut))+c.Workdays(Span(cut.AddDays(1), p.Last)))
	}
}

func BenchmarkWorkdays(b *testing.B) {
	c := calendarOf(b, Spec{Holidays: []Date{On(2026, 1, 1), On(2026, 5, 1), On(2026, 10, 1)}})
	p := Year(2026)
	b.ReportAllocs()
	for b.Loop() {
		c.Workdays(p)
	}
}
