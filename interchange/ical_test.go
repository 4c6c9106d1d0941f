package interchange_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite golden files")

// golden compares with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, got, 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "go test -update rewrites %s", file)
}

func work(days int64) calendar.Duration { return calendar.Duration{Minutes: days * 480} }

func day(month time.Month, d int) calendar.Date { return calendar.On(2027, month, d) }

// launch is a small plan with all kinds of links, texts in need of care and work
// that has begun.
func launch() *interchange.Project {
	number := func(n int64) decimal.NullDecimal { return decimal.NewNullDecimal(decimal.NewFromInt(n)) }
	half := decimal.NewNullDecimal(decimal.New(5, -1))
	return &interchange.Project{
		Properties: interchange.Properties{Name: "Launch & more <2027>", Author: "王芳", Currency: "CNY"},
		Request: salesplan.ScheduleRequest{
			Rule: salesplan.ScheduleRule{Start: calendar.OnDay(day(time.March, 1)), OutOfOrder: salesplan.OutOfOrderActual},
			Calendars: []salesplan.NamedCalendar{{ID: "six-day", Name: "Six days", WorkRule: salesplan.WorkRule{
				Week: &calendar.WorkWeek{
					Monday: shifts("09:00-12:00", "13:00-18:00"), Tuesday: shifts("09:00-12:00", "13:00-18:00"), Wednesday: shifts("09:00-18:00"),
					Thursday: shifts("09:00-18:00"), Friday: shifts("00:00-03:00", "23:00-24:00"), Saturday: shifts("09:00-12:00"),
				},
				Off: []calendar.Date{day(time.March, 8), day(time.March, 9)}, On: []calendar.Date{day(time.March, 14)},
				Special: []calendar.DayShifts{{On: day(time.March, 21), Shifts: shifts("10:00-11:00")}},
			}}},
			Axes: []salesplan.Axis{{ID: "org", Of: salesplan.FieldOwner, Units: []salesplan.Unit{{ID: "north", Name: "North"}, {ID: "wang", Name: "王芳", Parent: "north", FTE: half}}}},
			Resources: []salesplan.Resource{
				{ID: "crew", Name: "Crew", Capacity: number(3), Calendar: "six-day", Changes: []salesplan.CapacityChange{{From: day(time.April, 1), Capacity: decimal.NewFromInt(2)}}, Leave: []calendar.Period{calendar.Span(day(time.March, 22), day(time.March, 23))}},
				{ID: "budget", Kind: salesplan.ResourceMoney, Measure: "CNY"}, {ID: "flyers", Kind: salesplan.ResourceMaterial, Measure: "box"},
			},
			Tasks: []salesplan.Task{
				{ID: "prepare", Name: "Prepare"},
				{ID: "offer", Parent: "prepare", Name: "报价；给客户发送正式的产品报价单，并在一周之内电话回访确认客户已经收到并理解其中的全部条款", Owner: "wang", Duration: work(3), Note: "first line\nsecond <line>", Progress: &salesplan.Progress{
					Started: calendar.OnDay(day(time.March, 1)), Percent: number(50),
				}},
				{ID: "flyer", Parent: "prepare", Name: "Flyers, posters; C:\\print", Owner: "wang", Duration: work(2), Demands: []salesplan.Demand{{Resource: "crew", Amount: number(2)}, {Resource: "flyers", Amount: number(40)}, {Resource: "budget", Amount: number(1500)}},
					Predecessors: []salesplan.Predecessor{{Task: "offer", Link: salesplan.LinkStartToStart, Lag: salesplan.Lag{Time: work(1)}}}, Priority: 700},
				{ID: "wait", Name: "Post", Duration: calendar.Duration{Minutes: 2 * 1440, Elapsed: true}, Calendar: "six-day", IgnorePeople: true,
					Predecessors: []salesplan.Predecessor{{Task: "flyer", Lag: salesplan.Lag{Percent: decimal.NewFromInt(50)}}, {Task: "offer", Link: salesplan.LinkFinishToFinish, Lag: salesplan.Lag{Time: calendar.Duration{Minutes: -90, Elapsed: true}}}}},
				{ID: "done", Name: "Done", Owner: "wang", Duration: work(1), Progress: &salesplan.Progress{Started: calendar.OnDay(day(time.March, 1)), Finished: calendar.OnDay(day(time.March, 1))}},
				{ID: "go", Name: "Go live", Owner: "wang", Milestone: true, Deadline: calendar.OnDay(day(time.March, 12)), Predecessors: []salesplan.Predecessor{{Task: "wait"}, {Task: "prepare"}},
					Baseline: &salesplan.Baseline{Start: calendar.OnDay(day(time.March, 10)), Finish: calendar.OnDay(day(time.March, 10))}},
				{ID: "after", Duration: work(1), Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintStartNoEarlier, On: calendar.OnDay(day(time.March, 29))}, Delay: calendar.Duration{Minutes: 60, Elapsed: true},
					Predecessors: []salesplan.Predecessor{{Task: "go", Link: salesplan.LinkStartToFinish, Lag: salesplan.Lag{Percent: decimal.New(125, -1)}}}},
				{ID: "hand", Duration: work(1), Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintManual, On: calendar.OnDay(day(time.March, 5))}},
			},
		},
	}
}

func shifts(texts ...string) []calendar.Shift {
	var out []calendar.Shift
	for _, s := range texts {
		shift, err := calendar.ParseShift(s)
		if err != nil {
			panic(err)
		}
		out = append(out, shift)
	}
	return out
}

func stamp() time.Time {
	return time.Date(2027, time.February, 1, 9, 30, 0, 0, time.FixedZone("CST", 8*3600))
}

func icalendar(t *testing.T, table *salesplan.Timetable, o interchange.ICalendarOptions) string {
	t.Helper()
	if o.Stamp.IsZero() {
		o.Stamp = stamp()
	}
	var out bytes.Buffer
	require.NoError(t, interchange.WriteICalendar(&out, table, o))
	return out.String()
}

// unfolded checks how lines are written and returns them whole.
func unfolded(t *testing.T, text string) []string {
	t.Helper()
	require.True(t, strings.HasSuffix(text, "\r\n"))
	var out []string
	for _, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		require.LessOrEqual(t, len(line), 75, line)
		require.True(t, utf8.ValidString(line), "a character is cut: %q", line)
		require.NotContains(t, line, "\n")
		if rest, folded := strings.CutPrefix(line, " "); folded {
			out[len(out)-1] += rest
		} else {
			out = append(out, line)
		}
	}
	return out
}

// entry returns the lines of the entry with an ID.
func entry(t *testing.T, lines []string, uid string) []string {
	t.Helper()
	for i, line := range lines {
		if line != "UID:"+uid {
			continue
		}
		from, to := i, i
		for !strings.HasPrefix(lines[from], "BEGIN:") {
			from--
		}
		for !strings.HasPrefix(lines[to], "END:") {
			to++
		}
		return lines[from : to+1]
	}
	require.Fail(t, "no entry", uid)
	return nil
}

func TestWriteICalendar_Golden(t *testing.T) {
	table, err := launch().Schedule(t.Context())
	require.NoError(t, err)
	zone, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	all := icalendar(t, table, interchange.ICalendarOptions{Name: "Launch; 上线", Zone: zone, Summaries: true, Critical: "关键", Domain: "plan-7.example.com"})
	unfolded(t, all)
	golden(t, "launch.ics", []byte(all))
}

func TestWriteICalendar_Entries(t *testing.T) {
	table, err := launch().Schedule(t.Context())
	require.NoError(t, err)
	lines := unfolded(t, icalendar(t, table, interchange.ICalendarOptions{}))
	require.Equal(t, []string{
		"BEGIN:VTODO", "UID:offer@salesplan", "DTSTAMP:20270201T013000Z",
		"SUMMARY:报价；给客户发送正式的产品报价单，并在一周之内电话回访确认客户已经收到并理解其中的全部条款",
		"DTSTART:20270301T080000", "DUE:20270303T170000", "STATUS:IN-PROCESS", "PERCENT-COMPLETE:50", "CONTACT:wang", "END:VTODO",
	}, entry(t, lines, "offer@salesplan"))
	flyer := entry(t, lines, "flyer@salesplan")
	require.Contains(t, flyer, `SUMMARY:Flyers\, posters\; C:\\print`)
	require.Contains(t, flyer, "RELATED-TO;RELTYPE=STARTTOSTART;GAP=P1D:offer@salesplan")
	wait := entry(t, lines, "wait@salesplan")
	require.Contains(t, wait, "RELATED-TO;RELTYPE=FINISHTOSTART;GAP=P1D:flyer@salesplan", "half of two days")
	require.Contains(t, wait, "RELATED-TO;RELTYPE=FINISHTOFINISH;GAP=-PT1H30M:offer@salesplan")
	require.Contains(t, entry(t, lines, "done@salesplan"), "STATUS:COMPLETED")
	require.Contains(t, entry(t, lines, "done@salesplan"), "PERCENT-COMPLETE:100")
	live := entry(t, lines, "go@salesplan")
	goLive, err := table.Task("go")
	require.NoError(t, err)
	text := func(d calendar.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
	require.Contains(t, live, "DTSTART;VALUE=DATE:"+text(goLive.Finish.Date()))
	require.Contains(t, live, "DTEND;VALUE=DATE:"+text(goLive.Finish.Date().AddDays(1)))
	require.Contains(t, live, "RELATED-TO;RELTYPE=FINISHTOSTART:wait@salesplan")
	require.NotContains(t, strings.Join(live, "\n"), "prepare@", "a summary that isn't in the file is no relation")
	require.Contains(t, entry(t, lines, "after@salesplan"), "RELATED-TO;RELTYPE=STARTTOFINISH:go@salesplan", "a part of nothing is no gap")
	require.Contains(t, entry(t, lines, "after@salesplan"), "SUMMARY:after")
	require.NotContains(t, strings.Join(lines, "\n"), "TZID")
}

func TestWriteICalendar_Choice(t *testing.T) {
	table, err := launch().Schedule(t.Context())
	require.NoError(t, err)
	count := func(o interchange.ICalendarOptions, what string) int {
		n := 0
		for _, line := range unfolded(t, icalendar(t, table, o)) {
			if line == what {
				n++
			}
		}
		return n
	}
	critical := 0
	for d := range table.Tasks() {
		if d.Critical && !d.Summary {
			critical++
		}
	}
	require.Positive(t, critical)
	require.Equal(t, 6, count(interchange.ICalendarOptions{}, "BEGIN:VTODO"))
	require.Equal(t, 1, count(interchange.ICalendarOptions{}, "BEGIN:VEVENT"))
	require.Equal(t, 7, count(interchange.ICalendarOptions{TasksAsEvents: true}, "BEGIN:VEVENT"))
	require.Equal(t, 0, count(interchange.ICalendarOptions{TasksAsEvents: true}, "BEGIN:VTODO"))
	require.Equal(t, 7, count(interchange.ICalendarOptions{Summaries: true}, "BEGIN:VTODO"))
	require.Equal(t, 0, count(interchange.ICalendarOptions{MilestonesOnly: true}, "BEGIN:VTODO"))
	require.Equal(t, 1, count(interchange.ICalendarOptions{MilestonesOnly: true}, "BEGIN:VEVENT"))
	require.Equal(t, critical, count(interchange.ICalendarOptions{CriticalOnly: true, TasksAsEvents: true}, "BEGIN:VEVENT"))
	require.Equal(t, critical, count(interchange.ICalendarOptions{Critical: "late, soon"}, `CATEGORIES:late\, soon`))
}

// TestWriteICalendar_Zone: the turns of clocks are those of the zone, told in the
// time before each.
func TestWriteICalendar_Zone(t *testing.T) {
	table, err := salesplan.Schedule(salesplan.ScheduleRequest{
		Rule:  salesplan.ScheduleRule{Start: calendar.OnDay(day(time.March, 1))},
		Tasks: []salesplan.Task{{ID: "long", Duration: work(200), Progress: &salesplan.Progress{Started: calendar.OnDay(day(time.March, 1)), Finished: calendar.OnDay(day(time.December, 3))}}},
	})
	require.NoError(t, err)
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	lines := unfolded(t, icalendar(t, table, interchange.ICalendarOptions{Zone: zone}))
	text := strings.Join(lines, "\n")
	require.Contains(t, text, "TZID:America/New_York\nBEGIN:STANDARD\nDTSTART:20261101T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nTZNAME:EST\nEND:STANDARD\n"+
		"BEGIN:DAYLIGHT\nDTSTART:20270314T020000\nTZOFFSETFROM:-0500\nTZOFFSETTO:-0400\nTZNAME:EDT\nEND:DAYLIGHT\n"+
		"BEGIN:STANDARD\nDTSTART:20271107T020000\nTZOFFSETFROM:-0400\nTZOFFSETTO:-0500\nTZNAME:EST\nEND:STANDARD\nEND:VTIMEZONE\n")
	require.Contains(t, text, "DTSTART;TZID=America/New_York:20270301T080000\nDUE;TZID=America/New_York:20271203T170000\n")
	require.Contains(t, text, "COMPLETED:20271203T220000Z")

	utc := icalendar(t, table, interchange.ICalendarOptions{Zone: time.UTC})
	require.Contains(t, utc, "DTSTART:20270301T080000Z\r\n")
	require.NotContains(t, utc, "VTIMEZONE")
	fixed := icalendar(t, table, interchange.ICalendarOptions{Zone: time.FixedZone("A;B\"\n", -(4*3600 + 56*60 + 2))})
	require.Contains(t, fixed, "DTSTART:19700101T000000\r\nTZOFFSETFROM:-045602\r\nTZOFFSETTO:-045602\r\n")
	require.Contains(t, fixed, `DTSTART;TZID="A;B":20270301T080000`)
}

// TestWriteICalendar_Midnight: a milestone after work that ends at midnight is
// one of that day.
func TestWriteICalendar_Midnight(t *testing.T) {
	night := &salesplan.WorkRule{Week: &calendar.WorkWeek{Monday: shifts("16:00-24:00"), Tuesday: shifts("16:00-24:00")}}
	cal, err := calendar.New(night.Spec())
	require.NoError(t, err)
	table, err := salesplan.Schedule(salesplan.ScheduleRequest{
		Calendar: cal, Rule: salesplan.ScheduleRule{Start: calendar.OnDay(day(time.March, 1))},
		Tasks: []salesplan.Task{{ID: "shift", Duration: work(1)}, {ID: "end", Milestone: true, Predecessors: []salesplan.Predecessor{{Task: "shift"}}}},
	})
	require.NoError(t, err)
	require.Contains(t, icalendar(t, table, interchange.ICalendarOptions{}), "DTSTART;VALUE=DATE:20270301\r\nDTEND;VALUE=DATE:20270302\r\n")
}

func TestWriteICalendar_Faults(t *testing.T) {
	err := interchange.WriteICalendar(&bytes.Buffer{}, nil, interchange.ICalendarOptions{})
	require.ErrorIs(t, err, diag.Required)
	require.ErrorIs(t, interchange.WriteICalendar(failing{}, nil, interchange.ICalendarOptions{Stamp: stamp()}), diag.IO)
	require.Equal(t, []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//salesplan//interchange//EN", "CALSCALE:GREGORIAN", "END:VCALENDAR"}, unfolded(t, icalendar(t, nil, interchange.ICalendarOptions{})))
}

// failing is a writer that can't.
type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }

// FuzzWriteICalendar: whatever a task is called, lines are well folded and the
// name comes back.
func FuzzWriteICalendar(f *testing.F) {
	for _, s := range []string{"", "plain", "a,b;c\\d", "one\ntwo\r\nthree\rfour", strings.Repeat("长", 80), strings.Repeat("x", 74) + "é", "\x00\x1b\x7f\t", "bad \xff byte", "🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		table, err := salesplan.Schedule(salesplan.ScheduleRequest{
			Rule:  salesplan.ScheduleRule{Start: calendar.OnDay(day(time.March, 1))},
			Tasks: []salesplan.Task{{ID: "a", Name: name, Duration: work(1)}},
		})
		if err != nil {
			return
		}
		var got string
		for _, line := range unfolded(t, icalendar(t, table, interchange.ICalendarOptions{})) {
			if text, ok := strings.CutPrefix(line, "SUMMARY:"); ok {
				got = strings.NewReplacer(`\\`, `\`, `\,`, `,`, `\;`, `;`, `\n`, "\n").Replace(text)
			}
		}
		want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(name, "\ufffd"))
		want = strings.Map(func(r rune) rune {
			if r != '\n' && r != '\t' && (r < ' ' || r == 0x7f) {
				return ' '
			}
			return r
		}, want)
		if want == "" {
			want = "a"
		}
		require.Equal(t, want, got)
	})
}
