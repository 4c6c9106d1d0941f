package report

import (
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/svg"
	"github.com/stretchr/testify/require"
)

func axisOf(from, to string, pixels int) *axis {
	return &axis{from: dayStart(day(from)), to: dayStart(day(to)), left: 0, right: svg.Px(pixels)}
}

func TestScaleOf(t *testing.T) {
	for _, c := range []struct {
		from, to     string
		pixels       int
		major, minor calendar.Grain
		step         int
	}{
		{"2027-03-01", "2027-03-02", 600, "month", "day", 1},
		{"2027-03-01", "2027-04-05", 600, "month", "day", 1},
		{"2027-03-01", "2027-04-06", 600, "month", "week", 1},
		{"2027-03-01", "2027-09-01", 600, "month", "week", 1},
		{"2027-01-01", "2028-01-01", 600, "year", "month", 1},
		{"2027-01-01", "2031-01-01", 600, "year", "quarter", 1},
		{"2027-01-01", "2037-01-01", 600, "year", "year", 1},
		{"2027-01-01", "2057-01-01", 600, "year", "year", 5},
		{"0001-01-01", "9999-12-31", 600, "year", "year", 1000},
		{"0001-01-01", "9999-12-31", 60, "year", "year", 5000},
	} {
		s := scaleOf(axisOf(c.from, c.to, c.pixels))
		require.Equal(t, []any{c.major, c.minor, c.step}, []any{s.major.grain, s.minor.grain, s.minor.step}, "%s to %s in %d", c.from, c.to, c.pixels)
	}
}

// Stretches of a unit cover the axis without gap or overlap.
func TestAxis_Ticks(t *testing.T) {
	for _, s := range scales() {
		for _, u := range []unit{s.major, s.minor} {
			for _, span := range [][2]string{{"2027-02-10", "2027-05-20"}, {"2026-12-31", "2029-01-01"}, {"0001-01-01", "0003-06-01"}, {"9990-06-01", "9999-12-31"}} {
				a := axisOf(span[0], span[1], 1000)
				ticks := a.ticks(u)
				require.NotEmpty(t, ticks)
				require.Equal(t, a.left, ticks[0].from)
				require.Equal(t, a.right, ticks[len(ticks)-1].to)
				for i, k := range ticks {
					require.Equal(t, k.day, u.begin(k.day), "%v", u)
					require.Equal(t, dayStart(k.day) >= a.from, k.whole)
					if i > 0 {
						require.Equal(t, ticks[i-1].to, k.from)
						require.True(t, k.whole)
						require.True(t, ticks[i-1].day.Before(k.day))
					}
					for _, zh := range []bool{false, true} {
						for _, l := range u.labels(tongue{zh}, k.day, true) {
							require.NotEmpty(t, l)
						}
					}
				}
			}
		}
	}
}

func TestAxis_Labels(t *testing.T) {
	d := day("2027-08-01") // a Sunday
	for _, c := range []struct {
		u      unit
		minor  bool
		en, zh string
	}{
		{unit{calendar.GrainDay, 1, 0}, true, "Su 1|1", "1 日|1"},
		{unit{calendar.GrainWeek, 1, 0}, true, "1 Aug|1", "8月1日|1"},
		{unit{calendar.GrainMonth, 1, 0}, true, "Aug|8", "8月|8"},
		{unit{calendar.GrainMonth, 1, 0}, false, "August 2027|Aug 2027|Aug", "2027年8月|2027年8月|8月"},
		{unit{calendar.GrainQuarter, 1, 0}, true, "Q3|Q3", "第3季度|Q3"},
		{unit{calendar.GrainYear, 1, 0}, false, "2027|2027", "2027年|2027"},
		{unit{calendar.GrainYear, 10, 0}, false, "2027–2029", "2027–2029"},
	} {
		require.Equal(t, c.en, strings.Join(c.u.labels(tongue{}, d, c.minor), "|"))
		require.Equal(t, c.zh, strings.Join(c.u.labels(tongue{true}, d, c.minor), "|"))
	}
}

func TestAxis_FreeDays(t *testing.T) {
	var cal *calendar.Calendar
	// Saturday 27 February to Monday 15 March, ten pixels a day.
	a := axisOf("2027-02-27", "2027-03-15", 160)
	free := a.freeDays(cal.IsWorkday, 0, 100)
	require.Equal(t, "M0 0h20v1h-20zM70 0h20v1h-20zM140 0h20v1h-20z", attrText(free))
	a.right = svg.Px(47)
	free = a.freeDays(cal.IsWorkday, 0, 100)
	require.True(t, free.Empty(), "days of less than three pixels")
	end := axisOf("9999-12-01", "9999-12-31", 600)
	end.to += dayMinutes
	free = end.freeDays(cal.IsWorkday, 0, 100)
	require.Equal(t, 4, strings.Count(attrText(free), "z"))
}

// attrText is the outline of a path as a picture has it.
func attrText(p svg.Path) string {
	var b strings.Builder
	w := svg.NewWriter(&b)
	w.Empty("p", p.Attr())
	_ = w.Flush()
	_, d, _ := strings.Cut(b.String(), `d="`)
	d, _, _ = strings.Cut(d, `"`)
	return d
}

func TestTongue_Length(t *testing.T) {
	for text, want := range map[string][2]string{
		"0d": {"0 d", "0 天"}, "1d": {"1 d", "1 天"}, "2w": {"10 d", "10 天"}, "12h": {"1.5 d", "1.5 天"}, "4h": {"4 h", "4 小时"}, "90m": {"1.5 h", "1.5 小时"},
		"45m": {"45 min", "45 分钟"}, "3ed": {"3 ed", "3 日历天"}, "36eh": {"1.5 ed", "1.5 日历天"}, "-2d": {"−2 d", "−2 天"}, "-30m": {"−30 min", "−30 分钟"},
	} {
		d := length(text)
		require.Equal(t, want, [2]string{tongueOf(diag.English).length(d), tongueOf(diag.Chinese).length(d)}, text)
	}
	require.Equal(t, "12,345,678 tasks", tongue{}.count(12345678, "task", ""))
	require.Equal(t, "1 task", tongue{}.count(1, "task", ""))
	require.Equal(t, "999 项任务", tongue{true}.count(999, "", "项任务"))
}
