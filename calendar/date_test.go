package calendar

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

const corpus = "../../shared/data/reliability/"

// shared returns a file of the shared test data, which is not part of the
// repository.
func shared(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(corpus + name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no shared test data: %v", err)
	}
	require.NoError(t, err)
	return b
}

func date(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDate(s)
	require.NoError(t, err)
	return d
}

func period(t testing.TB, s string) Period {
	t.Helper()
	p, err := ParsePeriod(s)
	require.NoError(t, err)
	return p
}

// faultOf requires err to hold exactly one fault and returns it.
func faultOf(t testing.TB, err error) *diag.Fault {
	t.Helper()
	all := diag.All(err)
	require.Len(t, all, 1, "error: %v", err)
	return all[0]
}

func TestParseDateCorpus(t *testing.T) {
	var rows []struct{ Text, Expect string }
	require.NoError(t, json.Unmarshal(shared(t, "dates/date-spellings.json"), &rows))
	require.Len(t, rows, 126)
	for _, row := range rows {
		d, err := ParseDate(row.Text)
		if row.Expect == "accept" {
			assert.NoError(t, err, row.Text)
			assert.Equal(t, row.Text, d.String())
			continue
		}
		assert.True(t, d.IsZero(), row.Text)
		assert.Equal(t, "/date", faultOf(t, err).Path, row.Text)
	}
}

func TestParseDateFaults(t *testing.T) {
	for text, code := range map[string]diag.Code{
		"":            diag.Syntax,
		"2026-2-03":   diag.Syntax,
		"2026-02-3x":  diag.Syntax,
		"2026/02/03":  diag.Syntax,
		"2026-02-03 ": diag.Syntax,
		"２０２６-02-03":  diag.Syntax,
		"2026-02-30":  diag.OutOfRange,
		"2026-13-01":  diag.OutOfRange,
		"2026-00-10":  diag.OutOfRange,
		"2026-01-00":  diag.OutOfRange,
		"0000-01-01":  diag.OutOfRange,
		"1900-02-29":  diag.OutOfRange,
	} {
		_, err := ParseDate(text)
		assert.ErrorIs(t, err, code, text)
		assert.Equal(t, diag.Clip(text), faultOf(t, err).Value)
	}
}

// Every day that there is, against package time.
func TestDatesAgainstTime(t *testing.T) {
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	n := int32(1)
	for ; at.Year() <= MaxYear; n++ {
		d := Date{n}
		y, m, day := at.Date()
		gy, gm, gd := d.civil()
		if gy != y || time.Month(gm) != m || gd != day || On(y, m, day) != d || d.Weekday() != at.Weekday() {
			t.Fatalf("day %d is %v, want %v", n, d, at)
		}
		if n%7 == 3 || n%365 < 8 {
			iy, iw := at.ISOWeek()
			y, w := d.ISOWeek()
			if iy != y || iw != w || d.YearDay() != at.YearDay() || !d.Time().Equal(at) || d.String() != at.Format(time.DateOnly) {
				t.Fatalf("day %d: %v, week %d-%d, day %d; want %v", n, d, y, w, d.YearDay(), at)
			}
		}
		at = at.AddDate(0, 0, 1)
	}
	assert.EqualValues(t, lastDay+1, n)
}

func TestISOWeekOracle(t *testing.T) {
	f, err := os.Open(corpus + "calendar/iso-week-oracle.csv")
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("no shared test data: %v", err)
	}
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 6514)
	for _, row := range rows[1:] {
		d := date(t, row[0])
		y, w := d.ISOWeek()
		weekday := (int(d.Weekday())+6)%7 + 1
		got := []string{d.String(), strconv.Itoa(y), strconv.Itoa(w), strconv.Itoa(weekday), strconv.Itoa(d.YearDay())}
		require.Equal(t, row, got)
		require.True(t, Week(y, w).Contains(d), row)
	}
}

func TestOn(t *testing.T) {
	assert.Equal(t, "2024-02-29", On(2024, time.February, 29).String())
	for _, bad := range [][3]int{{2023, 2, 29}, {2026, 0, 1}, {2026, 13, 1}, {2026, 4, 31}, {2026, 1, 0}, {2026, 1, 32}, {0, 1, 1}, {10000, 1, 1}, {-5, 1, 1}, {1 << 40, 1, 1}} {
		assert.True(t, On(bad[0], time.Month(bad[1]), bad[2]).IsZero(), "%v", bad)
	}
}

// The day is the one on the wall where t is, not the one in UTC.
func TestDateOf(t *testing.T) {
	auckland := time.FixedZone("NZDT", 13*3600)
	honolulu := time.FixedZone("HST", -10*3600)
	at := time.Date(2026, 3, 1, 11, 30, 0, 0, time.UTC)
	assert.Equal(t, "2026-03-02", DateOf(at.In(auckland)).String())
	assert.Equal(t, "2026-03-01", DateOf(at.In(honolulu)).String())
	assert.True(t, DateOf(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero())
	assert.True(t, DateOf(time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC)).IsZero())
	assert.Equal(t, "0001-01-01", DateOf(time.Time{}).String())
}

func TestZeroDate(t *testing.T) {
	var d Date
	assert.True(t, d.IsZero())
	assert.Empty(t, d.String())
	assert.Zero(t, d.Year())
	assert.Zero(t, d.Month())
	assert.Zero(t, d.Day())
	assert.Zero(t, d.YearDay())
	y, w := d.ISOWeek()
	assert.Zero(t, y)
	assert.Zero(t, w)
	assert.True(t, d.AddDays(1).IsZero())
	assert.True(t, d.AddMonths(1).IsZero())
	assert.Zero(t, d.Sub(On(2026, 1, 1)))
	assert.Zero(t, On(2026, 1, 1).Sub(d))
	assert.True(t, d.Time().IsZero())
	assert.True(t, d.Before(On(1, 1, 1)))
}

func TestAddAtTheLimits(t *testing.T) {
	first, last := On(MinYear, time.January, 1), On(MaxYear, time.December, 31)
	const huge = 1<<63 - 1
	for _, n := range []int{1, 2, 4000000, 1 << 31, 1 << 32, huge} {
		assert.True(t, last.AddDays(n).IsZero(), n)
		assert.True(t, first.AddDays(-n).IsZero(), n)
		assert.True(t, last.AddMonths(n).IsZero(), n)
		assert.True(t, first.AddMonths(-n).IsZero(), n)
	}
	assert.True(t, first.AddDays(-huge-1).IsZero())
	assert.True(t, last.AddMonths(-huge-1).IsZero())
	assert.Equal(t, last, first.AddDays(lastDay-1))
	assert.Equal(t, first, last.AddDays(1-lastDay))
	assert.Equal(t, "9999-12-01", first.AddMonths(12*9999-1).String())
	assert.Equal(t, "0001-01-31", last.AddMonths(1-12*9999).String())
}

// All month ends of 1900 to 2200 by -24 to +24 months: the same day or, in a
// shorter month, its last, never a day of the month after.
func TestAddMonths(t *testing.T) {
	for y := 1900; y <= 2200; y++ {
		for m := time.January; m <= time.December; m++ {
			end := Month(y, m).Last
			for n := -24; n <= 24; n++ {
				// The first day has no trouble with lengths, so time can tell.
				want := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
				got := end.AddMonths(n)
				if got.Year() != want.Year() || got.Month() != want.Month() ||
					got.Day() != min(end.Day(), want.AddDate(0, 1, -1).Day()) {
					t.Fatalf("%v by %d months is %v", end, n, got)
				}
			}
		}
	}
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-12-15", 1, "2027-01-15"},
	} {
		assert.Equal(t, c.want, date(t, c.from).AddMonths(c.n).String())
	}
}

func TestDateOrder(t *testing.T) {
	a, b := On(2026, 2, 28), On(2026, 3, 1)
	assert.Equal(t, 1, b.Sub(a))
	assert.Equal(t, -1, a.Sub(b))
	assert.Equal(t, -1, a.Compare(b))
	assert.Equal(t, 1, b.Compare(a))
	assert.Equal(t, 0, a.Compare(a))
	assert.True(t, a.Before(b) && !b.Before(a) && b.After(a) && !a.After(b) && !a.Before(a))
}

func TestTextRoundTrip(t *testing.T) {
	type doc struct {
		Day    Date    `json:"day,omitzero"`
		At     Instant `json:"at,omitzero"`
		Period Period  `json:"period,omitzero"`
		Lag    Duration
	}
	in := doc{On(2026, 2, 14), At(On(2027, 3, 1), 480), Quarter(2026, 3), Duration{Minutes: -90}}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"day":"2026-02-14","at":"2027-03-01T08:00","period":"2026-Q3","Lag":"-1h30m"}`, string(b))
	var out doc
	require.NoError(t, json.Unmarshal(b, &out))
	assert.Equal(t, in, out)

	b, err = json.Marshal(doc{})
	require.NoError(t, err)
	assert.JSONEq(t, `{"Lag":"0d"}`, string(b))
	require.NoError(t, json.Unmarshal([]byte(`{"day":"","at":"","period":""}`), &out))
	assert.Equal(t, doc{Lag: in.Lag}, out)
	for _, bad := range []string{`{"day":"2026-02-30"}`, `{"at":"2026-02-03"}`, `{"period":"2026-Q5"}`, `{"Lag":""}`} {
		assert.NotEmpty(t, diag.All(json.Unmarshal([]byte(bad), &out)), bad)
	}
	assert.Equal(t, doc{Lag: in.Lag}, out, "a fault leaves the value alone")
}
