package calendar

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

var (
	nrf    = Fiscal{Pattern: Pattern454, YearEnd: YearEndNearest, Weekday: Saturday, Month: 1, NamedBy: NamedByStart}
	apple  = Fiscal{Pattern: Pattern544, YearEnd: YearEndLast, Weekday: Saturday, Month: 9, LeapPeriod: 1}
	april  = Fiscal{FirstMonth: 4}
	april0 = Fiscal{FirstMonth: 4, NamedBy: NamedByStart}
)

func TestFiscalParse(t *testing.T) {
	for _, c := range []struct {
		name       string
		fiscal     Fiscal
		text, want string
		label      string // "" if it is text
	}{
		{"calendar", Fiscal{}, "FY2027", "2027-01-01/2027-12-31", "2027"},
		{"calendar", Fiscal{}, "FY2027-P05", "2027-05-01/2027-05-31", "2027-05"},
		{"calendar", Fiscal{}, "FY2027-W07", "2027-02-15/2027-02-21", "2027-W07"},
		{"calendar", Fiscal{FirstMonth: 1}, "FY2027-Q3", "2027-07-01/2027-09-30", "2027-Q3"},
		{"April, end", april, "FY2027", "2026-04-01/2027-03-31", ""},
		{"April, end", april, "FY2027-H2", "2026-10-01/2027-03-31", ""},
		{"April, end", april, "FY2027-Q1", "2026-04-01/2026-06-30", ""},
		{"April, end", april, "FY2027-Q4", "2027-01-01/2027-03-31", ""},
		{"April, end", april, "FY2027-P12", "2027-03-01/2027-03-31", ""},
		{"April, end", april, "FY2027-W01", "2026-03-30/2026-04-05", ""},
		{"April, end", april, "2026", "2026-01-01/2026-12-31", ""},
		{"April, end", april, "2026-Q1", "2026-01-01/2026-03-31", "FY2026-Q4"},
		{"April, end", april, "2026-05-04", "2026-05-04/2026-05-04", ""},
		{"April, start", april0, "FY2026", "2026-04-01/2027-03-31", ""},
		{"April, start", april0, "FY2026-P10", "2027-01-01/2027-01-31", ""},
		{"December, end", Fiscal{FirstMonth: 12}, "FY2027-P02", "2027-01-01/2027-01-31", ""},
		{"Sunday weeks", Fiscal{WeekStart: Sunday}, "FY2026-W01", "2026-01-04/2026-01-10", ""},
		{"Sunday weeks", Fiscal{WeekStart: Sunday}, "FY2026", "2026-01-01/2026-12-31", "2026"},

		// nrf.com, 4-5-4 calendars 2022 to 2025: fiscal 2023 has 53 weeks.
		{"NRF", nrf, "FY2022", "2022-01-30/2023-01-28", ""},
		{"NRF", nrf, "FY2023", "2023-01-29/2024-02-03", ""},
		{"NRF", nrf, "FY2024", "2024-02-04/2025-02-01", ""},
		{"NRF", nrf, "FY2025", "2025-02-02/2026-01-31", ""},
		{"NRF", nrf, "FY2024-P01", "2024-02-04/2024-03-02", ""},
		{"NRF", nrf, "FY2024-P02", "2024-03-03/2024-04-06", ""},
		{"NRF", nrf, "FY2023-P12", "2023-12-31/2024-02-03", ""},
		{"NRF", nrf, "FY2023-W53", "2024-01-28/2024-02-03", ""},
		{"NRF", nrf, "FY2024-Q1", "2024-02-04/2024-05-04", ""},

		// Apple's form 10-K: fiscal 2023 ended on 2023-09-30 with a 53rd week in
		// its first quarter, which ended on 2022-12-31; 2022 on 2022-09-24, 2024 on 2024-09-28.
		{"Apple", apple, "FY2022", "2021-09-26/2022-09-24", ""},
		{"Apple", apple, "FY2023", "2022-09-25/2023-09-30", ""},
		{"Apple", apple, "FY2024", "2023-10-01/2024-09-28", ""},
		{"Apple", apple, "FY2023-Q1", "2022-09-25/2022-12-31", ""},
		{"Apple", apple, "FY2023-Q2", "2023-01-01/2023-04-01", ""},
		{"Apple", apple, "FY2023-P01", "2022-09-25/2022-11-05", ""},
	} {
		p, err := c.fiscal.Parse(c.text)
		require.NoError(t, err, "%s %s", c.name, c.text)
		assert.Equal(t, period(t, c.want), p, "%s %s", c.name, c.text)
		if c.label == "" {
			c.label = c.text
		}
		assert.Equal(t, c.label, c.fiscal.Label(p), c.name)
	}
}

func TestFiscalParseFaults(t *testing.T) {
	for text, code := range map[string]diag.Code{
		"FY": diag.Syntax, "FY27": diag.Syntax, "fy2027": diag.Syntax, "FY2027-03": diag.Syntax, "FY2027-2027": diag.Syntax,
		"FY2027-P5": diag.Syntax, "FY2027Q3": diag.Syntax, "FY2027-01-05": diag.Syntax, "FY2027/FY2028": diag.Syntax, "": diag.Syntax,
		"FY0000": diag.OutOfRange, "FY0001": diag.OutOfRange, "FY2027-H3": diag.OutOfRange, "FY2027-Q0": diag.OutOfRange,
		"FY2027-P00": diag.OutOfRange, "FY2027-P13": diag.OutOfRange, "FY2027-W00": diag.OutOfRange, "FY2027-W54": diag.OutOfRange,
		"FY2027-W53": diag.OutOfRange, "2026-02-30": diag.OutOfRange,
	} {
		_, err := april.Parse(text)
		assert.ErrorIs(t, err, code, text)
		assert.Equal(t, "/period", faultOf(t, err).Path)
	}
}

func TestFiscalValidate(t *testing.T) {
	paths := func(err error) (out []string) {
		for _, f := range diag.All(err) {
			out = append(out, f.Path+" "+string(f.Code))
		}
		return out
	}
	for _, ok := range []Fiscal{{}, april, nrf, apple, {FirstMonth: 12, WeekStart: Sunday}, {NamedBy: NamedByEnd},
		{Pattern: Pattern445, YearEnd: YearEndLast, Weekday: Friday, Month: 12, WeekStart: Saturday}} {
		assert.NoError(t, ok.Validate())
	}
	for _, c := range []struct {
		fiscal Fiscal
		want   []string
	}{
		{Fiscal{FirstMonth: 13}, []string{"/fiscal/firstMonth out-of-range"}},
		{Fiscal{FirstMonth: -1}, []string{"/fiscal/firstMonth out-of-range"}},
		{Fiscal{NamedBy: "middle", WeekStart: "Mon"}, []string{"/fiscal/namedBy invalid", "/fiscal/weekStart invalid"}},
		{Fiscal{YearEnd: YearEndLast, Weekday: Friday, Month: 1, LeapPeriod: 3}, []string{
			"/fiscal/yearEnd conflict", "/fiscal/weekday conflict", "/fiscal/month conflict", "/fiscal/leapPeriod conflict"}},
		{Fiscal{Pattern: Pattern445}, []string{"/fiscal/yearEnd required", "/fiscal/weekday required", "/fiscal/month required"}},
		{Fiscal{Pattern: "4-4-4", YearEnd: "first", Weekday: "sat", Month: 13, LeapPeriod: 13, FirstMonth: 2}, []string{
			"/fiscal/pattern invalid", "/fiscal/yearEnd invalid", "/fiscal/weekday invalid", "/fiscal/month out-of-range",
			"/fiscal/leapPeriod out-of-range", "/fiscal/firstMonth conflict"}},
		{Fiscal{Pattern: Pattern445, YearEnd: YearEndLast, Weekday: Saturday, Month: 1, WeekStart: Monday}, []string{"/fiscal/weekStart conflict"}},
	} {
		assert.Equal(t, c.want, paths(c.fiscal.Validate()))
		for name, call := range map[string]func() error{
			"Parse": func() error { _, err := c.fiscal.Parse("2026"); return err },
			"Year":  func() error { _, err := c.fiscal.Year(2026); return err },
			"Split": func() error { _, err := c.fiscal.Split(Year(2026), GrainMonth); return err },
			"Grid":  func() error { _, err := c.fiscal.Grid(Year(2026), nil); return err },
		} {
			assert.Equal(t, c.want, paths(call()), name)
		}
		y, n, p := c.fiscal.MonthOf(On(2026, 1, 1))
		assert.Zero(t, y+n+p.Days())
		assert.Equal(t, "2026", c.fiscal.Label(Year(2026)))
	}
}

func TestFiscalJSON(t *testing.T) {
	for text, want := range map[string]Fiscal{
		`{}`:                                    {},
		`{"firstMonth":4,"namedBy":"start"}`:    april0,
		`{"firstMonth":7,"weekStart":"sunday"}`: {FirstMonth: 7, WeekStart: Sunday},
		`{"pattern":"4-5-4","yearEnd":"nearest","weekday":"saturday","month":1,"namedBy":"start"}`: nrf,
		`{"pattern":"5-4-4","yearEnd":"last","weekday":"saturday","month":9,"leapPeriod":1}`:       apple,
	} {
		var f Fiscal
		require.NoError(t, json.Unmarshal([]byte(text), &f))
		assert.Equal(t, want, f)
		b, err := json.Marshal(f)
		require.NoError(t, err)
		assert.JSONEq(t, text, string(b))
	}
}

// allFiscals returns schemes of all first months, and of all patterns, months
// and kinds of year end, three weekdays each, so that every weekday meets every
// month and kind of year end.
func allFiscals() []Fiscal {
	var out []Fiscal
	for _, by := range []NamedBy{NamedByEnd, NamedByStart} {
		for m := 1; m <= 12; m++ {
			out = append(out, Fiscal{FirstMonth: m, NamedBy: by})
			for i, pattern := range []Pattern{Pattern445, Pattern454, Pattern544} {
				for _, end := range []YearEnd{YearEndLast, YearEndNearest} {
					for k := range 3 {
						if (by == NamedByStart) == ((m+i+k)%2 == 0) {
							continue // either naming will do: it moves no day
						}
						j := (3*i + k) % 7
						day := weekdays()[j]
						out = append(out, Fiscal{Pattern: pattern, YearEnd: end, Weekday: day, Month: m,
							LeapPeriod: (i*7 + j + m) % 13, NamedBy: by})
					}
				}
			}
		}
	}
	return out
}

// slowYearEnd finds the end of a year of whole weeks by looking at the days
// around the end of the month one after the other.
func slowYearEnd(f Fiscal, year int) time.Time {
	if f.NamedBy == NamedByStart && f.Month < 12 {
		year++
	}
	monthEnd := time.Date(year, time.Month(f.Month)+1, 0, 0, 0, 0, 0, time.UTC)
	for away := range 7 {
		for _, d := range []time.Time{monthEnd.AddDate(0, 0, -away), monthEnd.AddDate(0, 0, away)} {
			if strings.EqualFold(d.Weekday().String(), string(f.Weekday)) && (f.YearEnd == YearEndNearest || !d.After(monthEnd)) {
				return d
			}
		}
	}
	panic("a week has seven days")
}

// All schemes over 1900 to 2200: years have 12 periods, tile the days, end
// where the rule says and have the weeks of their pattern; every day finds its
// period; names are read back.
func TestFiscalYearsTile(t *testing.T) {
	for _, f := range allFiscals() {
		s, err := f.scheme()
		require.NoError(t, err)
		start, err := f.Year(1900)
		require.NoError(t, err)
		next := start.First
		for y := 1900; y <= 2200; y++ {
			year, err := f.Year(y)
			require.NoError(t, err)
			if f.Pattern != "" {
				require.Equal(t, DateOf(slowYearEnd(f, y)), year.Last, "%+v %d", f, y)
			}
			for n := 1; n <= 12; n++ {
				p := s.part(y, 'P', n)
				if p.First != next {
					t.Fatalf("%+v: period %d of %d begins %v, want %v", f, n, y, p.First, next)
				}
				next = p.Last.AddDays(1)
				checkLength(t, f, year, p, n)
				for _, d := range []Date{p.First, p.Last} {
					if gy, gn := s.monthOf(int(d.n)); gy != y || gn != n {
						t.Fatalf("%+v: %v is in %d-%d, want %d-%d", f, d, gy, gn, y, n)
					}
				}
			}
			require.Equal(t, next, year.Last.AddDays(1))
			no := 1 + y%12
			gy, gn, gp := f.MonthOf(s.part(y, 'P', no).First.AddDays(13))
			require.Equal(t, []any{y, no, s.part(y, 'P', no)}, []any{gy, gn, gp})
		}
	}
}

func checkLength(t *testing.T, f Fiscal, year, p Period, n int) {
	t.Helper()
	want := Month(p.First.Year(), p.First.Month()).Days()
	if f.Pattern != "" {
		leap := f.LeapPeriod
		if leap == 0 {
			leap = 12
		}
		want = 7 * int(f.Pattern[2*((n-1)%3)]-'0')
		if n == leap && year.Days() == 371 {
			want += 7
		}
		if d := year.Days(); d != 364 && d != 371 {
			t.Fatalf("%+v: a year of %d days", f, d)
		}
	}
	if p.Days() != want {
		t.Fatalf("%+v: period %d of %v has %d days, want %d", f, n, year, p.Days(), want)
	}
}

func TestFiscalLabelsRoundTrip(t *testing.T) {
	for i, f := range allFiscals() {
		year := 1900 + i*7%301
		var texts []string
		add := func(format string, most int) {
			for n := 1; n <= most; n++ {
				texts = append(texts, fmt.Sprintf(format, year, n))
			}
		}
		texts = append(texts, fmt.Sprintf("FY%d", year))
		add("FY%d-H%d", 2)
		add("FY%d-Q%d", 4)
		add("FY%d-P%02d", 12)
		add("FY%d-W%02d", 52)
		for _, text := range texts {
			p, err := f.Parse(text)
			require.NoError(t, err)
			label := f.Label(p)
			if f.Pattern != "" || f.FirstMonth > 1 {
				require.Equal(t, text, label, "%+v", f)
			}
			again, err := f.Parse(label)
			require.NoError(t, err)
			require.Equal(t, p, again)
		}
	}
}

// The weeks of a fiscal year tile too: each begins the day after the one
// before, over the years' ends.
func TestFiscalWeeksTile(t *testing.T) {
	for _, f := range []Fiscal{{}, april, nrf, apple, {FirstMonth: 7, WeekStart: Sunday}, {FirstMonth: 2, WeekStart: Saturday}} {
		s, err := f.scheme()
		require.NoError(t, err)
		next := s.part(1900, 'W', 1).First
		for y := 1900; y <= 2200; y++ {
			weeks := 0
			for p := s.part(y, 'W', 1); !p.IsZero(); p = s.part(y, 'W', weeks+1) {
				require.Equal(t, next, p.First)
				next = p.Last.AddDays(1)
				weeks++
				gy, gw := s.weekOf(int(p.Last.n))
				require.Equal(t, [2]int{y, weeks}, [2]int{gy, gw})
				if f == (Fiscal{}) {
					require.Equal(t, Week(y, weeks), p)
				}
			}
			require.Contains(t, []int{52, 53}, weeks)
		}
	}
}
