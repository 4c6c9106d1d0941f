package report

import (
	"bytes"
	"fmt"
	"html"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/require"
)

func drawMermaid(t testing.TB, tt *salesplan.Timetable, opt GanttOptions) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, GanttMermaid(&b, tt, opt))
	return b.String()
}

func TestGanttMermaid_Golden(t *testing.T) {
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		got := drawMermaid(t, schedule(t, launch(lang)), GanttOptions{Style: Style{Lang: lang, Title: "Launch: 1;2#3"}})
		keep(t, "launch-"+string(lang)+".mmd", got)
		golden(t, "gantt-"+string(lang)+".mmd", got)
	}
}

// hostile are names that mean something to Mermaid.
func hostile() []string {
	return []string{
		"a: b", "a, b; c # d", "section x", "Title of the book", "2027-03-01 kickoff", "click here", "%% comment", "100 % sure",
		"<b>bold</b>", "{braces}", "end", "gantt", "a\nb\tc", "weekday plan", `quote " & 'single'`, "  ", "价格：表，一；二", "todayMarker off", "#35;", "style:#x;",
		"done, crit", "vert line", "accDescr: x", "include this", "tickInterval", "%%{init}%%", "a%%b", "`code`",
	}
}

func hostileRequest() salesplan.ScheduleRequest {
	req := salesplan.ScheduleRequest{Rule: salesplan.ScheduleRule{Start: moment("2027-03-01")}}
	for i, name := range hostile() {
		id := string(rune('A'+i%26)) + string(rune('a'+i/26))
		req.Tasks = append(req.Tasks,
			salesplan.Task{ID: "s" + id, Name: name},
			salesplan.Task{ID: id, Name: name, Parent: "s" + id, Duration: length("1d")})
	}
	return req
}

func TestGanttMermaid_Names(t *testing.T) {
	got := drawMermaid(t, schedule(t, hostileRequest()), GanttOptions{Style: Style{Title: "a: b; c # %% d"}})
	keep(t, "hostile.mmd", got)
	golden(t, "hostile.mmd", got)
}

// The lines of a Gantt diagram, by Mermaid's grammar (gantt.jison): names hold no
// colon, data no "#" and ";", comments begin with %%.
var mermaidLine = regexp.MustCompile(`^(gantt|    (title [^\n%]+|dateFormat YYYY-MM-DD HH:mm|axisFormat [-%a-zA-Z ]+|todayMarker off|%% [^{}\n]*|section [^\n%]+|` +
	`[^:\n%]+ :((crit|active|done|milestone), )*t\d+, \d{4}-\d\d-\d\d \d\d:\d\d, (0d|\d{4}-\d\d-\d\d \d\d:\d\d)))$`)

// checkMermaid reads a chart by the grammar and compares it with the timetable.
func checkMermaid(t *testing.T, text string, tt *salesplan.Timetable) (tasks int) {
	t.Helper()
	require.True(t, strings.HasSuffix(text, "\n"))
	want := map[string]int{}
	for d := range tt.Tasks() {
		if d.Milestone {
			want[fmt.Sprint(stamp(d.Finish), ", 0d")]++
		} else if !d.Summary {
			want[stamp(d.Start)+", "+stamp(d.Finish)]++
		}
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		require.Regexp(t, mermaidLine, line)
		if name, data, ok := strings.Cut(line, " :"); ok {
			tasks++
			fields := strings.Split(data, ", ")
			dates := strings.Join(fields[len(fields)-2:], ", ")
			require.Positive(t, want[dates], line)
			want[dates]--
			for _, word := range mermaidWords() {
				require.False(t, strings.HasPrefix(strings.ToLower(strings.TrimSpace(name)), word), line)
			}
			require.NotRegexp(t, `^\s*\d`, name, "a date")
		}
	}
	return tasks
}

func TestGanttMermaid_Grammar(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	drawn := 0
	for range 150 {
		tt, err := salesplan.Schedule(randomRequest(rng))
		if err != nil {
			continue
		}
		opt := randomOptions(rng, tt)
		text := drawMermaid(t, tt, opt)
		require.Equal(t, text, drawMermaid(t, tt, opt))
		tasks := checkMermaid(t, text, tt)
		m := newGantt(tt, opt)
		shown := 0
		for i := range m.rows {
			if !m.rows[i].d.Summary {
				shown++
			}
		}
		require.Equal(t, shown, tasks)
		drawn += tasks
	}
	require.Greater(t, drawn, 500)
	tt := schedule(t, hostileRequest())
	require.Equal(t, len(hostile()), checkMermaid(t, drawMermaid(t, tt, GanttOptions{Style: Style{Title: "100 %: a"}}), tt))
}

// Names read back as they were: Mermaid turns its entity codes into HTML's.
func TestEntities(t *testing.T) {
	for _, name := range hostile() {
		code := regexp.MustCompile(`#(\d+);`).ReplaceAllString(entities(name), "&#$1;")
		want := strings.Join(strings.Fields(name), " ")
		if want == "" {
			want = "-"
		}
		require.Equal(t, want, html.UnescapeString(code))
	}
	require.Equal(t, "Plain name 计划", entities("Plain name 计划"))
}

func TestGanttMermaid_Options(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	got := drawMermaid(t, tt, GanttOptions{Hide: []GanttPart{PartCritical, PartSummaries, PartDone}, Rows: 3})
	require.NotContains(t, got, "crit")
	require.NotContains(t, got, "section")
	require.NotContains(t, got, "done,")
	require.Contains(t, got, "%% … 4 more\n")
	require.Contains(t, got, "%% 1 task finished and left out\n")
	require.Equal(t, 3, strings.Count(got, " :"))
}
