package report

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/svg"
	"github.com/stretchr/testify/require"
)

func TestGantt_Golden(t *testing.T) {
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		tt := schedule(t, launch(lang))
		title := map[diag.Lang]string{diag.English: "Product launch, spring 2027", diag.Chinese: "2027 年春季新品上市计划"}[lang]
		for _, theme := range []Theme{ThemeLight, ThemeDark} {
			got := draw(t, tt, GanttOptions{Style: Style{Title: title, Lang: lang, Names: peopleNames(lang), Theme: theme}})
			keep(t, fmt.Sprintf("launch-%s-%s.svg", lang, theme), got)
			if theme == ThemeLight {
				golden(t, fmt.Sprintf("gantt-%s.svg", lang), got)
			}
		}
	}
}

// In little room columns go before the time axis does.
func TestGantt_Narrow(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	columns := 5
	for _, width := range []int{2000, 900, 640, minWidth} {
		opt := GanttOptions{Style: Style{Width: width, Names: peopleNames(diag.English)}}
		picture := draw(t, tt, opt)
		keep(t, fmt.Sprintf("launch-%d.svg", width), picture)
		for _, e := range inspect(t, picture) {
			require.NotRegexp(t, `^\d{4}-.*…`, e.text, "a date is never cut")
		}
		g := newGantt(tt, opt)
		require.LessOrEqual(t, len(g.cols), columns)
		columns = len(g.cols)
		require.GreaterOrEqual(t, g.axis.right-g.axis.left, g.width*40/100)
	}
	require.Less(t, columns, 4)
}

// However deep a task is, some of its name shows.
func TestGantt_Deep(t *testing.T) {
	req := salesplan.ScheduleRequest{Rule: salesplan.ScheduleRule{Start: moment("2027-03-01")}}
	for i := range 300 {
		task := salesplan.Task{ID: fmt.Sprint("level ", i)}
		if i > 0 {
			task.Parent = fmt.Sprint("level ", i-1)
		}
		if i == 299 {
			task.Duration = length("1d")
		}
		req.Tasks = append(req.Tasks, task)
	}
	for _, rows := range []int{0, 50, 100} {
		named := 0
		for _, e := range inspect(t, draw(t, schedule(t, req), GanttOptions{Style: Style{Width: minWidth}, Rows: rows})) {
			if e.name == "text" && strings.HasPrefix(e.class, "x") && strings.HasPrefix(e.text, "level") {
				named++
			}
		}
		require.Equal(t, cmp.Or(rows, 300), named)
	}
}

func TestGantt_Large(t *testing.T) {
	for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
		for _, n := range []int{100, 1000} {
			got := draw(t, schedule(t, project(n, lang)), GanttOptions{Style: Style{Lang: lang, Names: peopleNames(lang)}})
			keep(t, fmt.Sprintf("project-%s-%d.svg", lang, n), got)
			t.Log(n, len(got))
			require.Less(t, len(got), 1_000_000)
		}
	}
}

// shownTasks are the tasks that have a row, from the top down.
func shownTasks(all []*element) []string {
	var out []string
	for _, e := range all {
		if id, ok := e.attr["data-task"]; ok {
			out = append(out, id)
		}
	}
	return out
}

// classes counts the elements of each class.
func classes(all []*element) map[string]int {
	out := map[string]int{}
	for _, e := range all {
		out[e.class]++
	}
	return out
}

func textOf(all []*element) string {
	var b strings.Builder
	for _, e := range all {
		if e.name == "text" || e.name == "desc" {
			b.WriteString(e.text + "\n")
		}
	}
	return b.String()
}

func TestGantt_Rows(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	all := inspect(t, draw(t, tt, GanttOptions{Rows: 4}))
	require.Equal(t, []string{"prepare", "research", "pricing", "material"}, shownTasks(all))
	require.Contains(t, textOf(all), "… 5 more\n")
	require.Contains(t, textOf(all), "8 tasks", "what is said of the plan is said of all of it")
	all = inspect(t, draw(t, tt, GanttOptions{Rows: 9, Style: Style{Lang: diag.Chinese}}))
	require.Contains(t, textOf(all), "… 另有 1 项任务\n")
	all = inspect(t, draw(t, tt, GanttOptions{Rows: 10}))
	require.NotContains(t, textOf(all), "more")
}

func TestGantt_Window(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	opt := GanttOptions{From: day("2027-03-29"), To: day("2027-04-04")}
	all := inspect(t, draw(t, tt, opt))
	require.Equal(t, []string{"sell", "pilot", "hotline"}, shownTasks(all))
	require.Contains(t, textOf(all), "6 tasks outside of the days shown")
	g := newGantt(tt, opt)
	require.Equal(t, dayStart(day("2027-03-29")), g.axis.from)
	require.Equal(t, dayStart(day("2027-04-05")), g.axis.to)
	for _, e := range all {
		if e.class == "b k" && e.task == "pilot" { // it goes on after the window
			require.Equal(t, g.axis.right, e.length("x")+e.length("width"))
		}
	}
	require.Zero(t, classes(all)["dm"], "a deadline after the window")
	require.Zero(t, classes(all)["td"], "the day is before the window")
	all = inspect(t, draw(t, tt, GanttOptions{From: day("2030-01-01"), To: day("2030-01-31")}))
	require.Empty(t, shownTasks(all))
	require.Contains(t, textOf(all), "Nothing to show")
	all = inspect(t, draw(t, tt, GanttOptions{From: day("2027-04-12")}))
	require.Equal(t, []string{"sell", "orders", "live"}, shownTasks(all))
}

func TestGantt_Hide(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	plain := classes(inspect(t, draw(t, tt, GanttOptions{Hide: []GanttPart{PartLegend}})))
	gone := map[GanttPart][]string{
		PartFreeDays: {"fd"}, PartProgress: {"d", "dk", "sd"}, PartBaseline: {"bl"}, PartFloat: {"fl"}, PartDeadlines: {"dl", "dm", "dw", "lb lt"},
		PartCritical: {"b k", "ms mk", "dk", "lk"}, PartLinks: {"lo", "ld", "lk", "lk ah"}, PartSummaries: {"sm", "x s"}, PartColumns: {"x e"},
	}
	for part, list := range gone {
		got := classes(inspect(t, draw(t, tt, GanttOptions{Hide: []GanttPart{PartLegend, part}})))
		for _, class := range list {
			require.Positive(t, plain[class], class)
			require.Zero(t, got[class], "%s without %s", class, part)
		}
	}
	full := draw(t, tt, GanttOptions{})
	require.Contains(t, textOf(inspect(t, full)), "deadline missed")
	require.NotContains(t, textOf(inspect(t, draw(t, tt, GanttOptions{Hide: []GanttPart{PartLegend}}))), "deadline missed\n")
	all := inspect(t, draw(t, tt, GanttOptions{Hide: []GanttPart{PartDone}}))
	require.NotContains(t, shownTasks(all), "research")
	require.Contains(t, textOf(all), "1 task finished and left out")
	// Without the stress on critical tasks no word of it remains.
	require.NotContains(t, draw(t, tt, GanttOptions{Hide: []GanttPart{PartCritical}}), "ritical ")
}

// What a picture tells by colour it tells by shape too.
func TestGantt_NotByColourAlone(t *testing.T) {
	all := inspect(t, draw(t, schedule(t, launch(diag.English)), GanttOptions{}))
	style := ""
	for _, e := range all {
		if e.name == "style" {
			style = e.text
		}
	}
	require.Contains(t, style, "#gantt .k{fill:url(#gantt-hatch)", "critical bars are hatched")
	require.Contains(t, style, "#gantt .n{stroke-width:1.2;stroke-dasharray", "those at risk dashed")
	require.Contains(t, textOf(all), "3 d late\n", "a missed deadline says by how much")
}

func TestGantt_Describes(t *testing.T) {
	all := inspect(t, draw(t, schedule(t, launch(diag.English)), GanttOptions{Style: Style{Title: "A < B", Names: peopleNames(diag.English)}}))
	require.Equal(t, "A < B", all[1].text)
	require.Equal(t, "Gantt chart: 1 Mar 2027 – 21 Apr 2027 · 8 tasks · 6 critical · 1 deadline missed · as of 17 Mar 2027. "+
		"Longest path: Price list & discounts, Train the sales team, Pilot with three key accounts in Shanghai and Hangzhou, First 100 orders, Launch. "+
		"Deadlines missed: Pilot with three key accounts in Shanghai and Hangzhou by 3 d.", all[2].text)
	titles := map[string]string{}
	for _, e := range all {
		if id, ok := e.attr["data-task"]; ok {
			titles[id] = e.title
		}
	}
	require.Equal(t, "Pilot with three key accounts in Shanghai and Hangzhou (pilot) · Li Lei · 2027-03-29 – 2027-04-09, 10 d · total float −3 d · critical · "+
		"deadline 2027-04-06, 3 d late · baseline 2027-03-22 – 2027-04-02 · 5 d later than that · after “Train the sales team”", titles["pilot"])
	require.Contains(t, titles["research"], "100 % done")
	require.Contains(t, titles["hotline"], "finishes when “Pilot with three key accounts in Shanghai and Hangzhou” starts +5 d")
}

// The deadline of the pilot is three working days before its finish, over a
// weekend.
func TestLateness(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	pilot, err := tt.Task("pilot")
	require.NoError(t, err)
	require.Equal(t, length("3d"), lateness(tt.Calendar(), pilot.Deadline.End(), pilot.Finish))
	require.Equal(t, length("0d"), lateness(nil, moment("2027-04-09").End(), pilot.Finish))
	require.Equal(t, length("24eh"), lateness(nil, moment("2027-04-09").End(), moment("2027-04-10").End()), "nobody works on Saturday")
}

func TestGantt_Empty(t *testing.T) {
	for _, tt := range []*salesplan.Timetable{nil, {}} {
		all := inspect(t, draw(t, tt, GanttOptions{}))
		require.Contains(t, textOf(all), "Nothing to show")
		inspect(t, draw(t, tt, GanttOptions{Style: Style{Lang: diag.Chinese}, Today: day("9999-12-31"), From: day("9999-12-31")}))
		inspect(t, draw(t, tt, GanttOptions{Today: day("0001-01-01"), To: day("0001-01-01")}))
		require.Contains(t, drawMermaid(t, tt, GanttOptions{}), "gantt\n")
	}
}

// Links that make dates are told from others, also back from a finish.
func TestGantt_Driving(t *testing.T) {
	tasks := []salesplan.Task{
		{ID: "a", Duration: length("5d")}, {ID: "b", Duration: length("1d")},
		{ID: "c", Duration: length("2d"), Predecessors: []salesplan.Predecessor{after("a"), after("b")}},
	}
	forward := newGantt(schedule(t, salesplan.ScheduleRequest{Tasks: tasks, Rule: salesplan.ScheduleRule{Start: moment("2027-03-01")}}), GanttOptions{})
	require.True(t, forward.driving()[linkKey{"a", "c", salesplan.LinkFinishToStart}])
	require.False(t, forward.driving()[linkKey{"b", "c", salesplan.LinkFinishToStart}])
	tasks = append(tasks, salesplan.Task{ID: "d", Duration: length("1d"), Predecessors: []salesplan.Predecessor{after("b")}})
	backward := newGantt(schedule(t, salesplan.ScheduleRequest{Tasks: tasks, Rule: salesplan.ScheduleRule{Finish: moment("2027-03-31")}}), GanttOptions{})
	require.True(t, backward.driving()[linkKey{"a", "c", salesplan.LinkFinishToStart}])
	require.True(t, backward.driving()[linkKey{"b", "c", salesplan.LinkFinishToStart}])
	require.False(t, backward.driving()[linkKey{"b", "d", salesplan.LinkFinishToStart}])
}

// Arrows end at the bar of the task that they point to.
func TestGantt_Arrows(t *testing.T) {
	g := newGantt(schedule(t, launch(diag.English)), GanttOptions{})
	links := 0
	for l := range g.t.Links() {
		links++
		var a arrows
		from, to := &g.rows[g.at[l.From]], &g.rows[g.at[l.To]]
		g.arrow(&a, from, to, l.Link)
		line, head := places(t, attrText(a.lines)), places(t, attrText(a.heads))
		last := line[len(line)-1]
		require.Equal(t, last, head[0], "the head is at the end")
		top, middle := g.barTop(to)
		require.True(t, last[1] == top || last[1] == middle || last[1] == top+g.look.bar, "%s to %s", l.From, l.To)
		require.GreaterOrEqual(t, last[0], g.axis.x(to.start))
		require.LessOrEqual(t, last[0], g.axis.x(to.finish))
		for i := 1; i < len(line); i++ {
			require.True(t, line[i][0] == line[i-1][0] || line[i][1] == line[i-1][1], "lines are level or upright")
		}
		_, start := g.barTop(from)
		require.Equal(t, start, line[0][1])
	}
	require.Equal(t, 10, links)
}

func TestGantt_WaitsForResource(t *testing.T) {
	req := salesplan.ScheduleRequest{
		Rule: salesplan.ScheduleRule{Start: moment("2027-03-01")}, Resources: people(),
		Tasks: []salesplan.Task{{ID: "a", Name: "Call", Owner: "li", Duration: length("5d"), Priority: 900}, {ID: "b", Name: "Visit", Owner: "li", Duration: length("3d")}},
	}
	tt, err := salesplan.LevelResources(t.Context(), req, salesplan.LevelOptions{})
	require.NoError(t, err)
	picture := draw(t, tt, GanttOptions{Style: Style{Names: peopleNames(diag.English)}})
	keep(t, "waits.svg", picture)
	all := inspect(t, picture)
	require.Equal(t, 2, classes(all)["hg"], "the task and the legend")
	require.Contains(t, textOf(all), "waits for Li Lei\n")
	g := newGantt(tt, GanttOptions{Style: Style{Names: peopleNames(diag.English)}})
	for _, e := range all {
		if e.class == "hg" && e.task == "b" {
			for _, p := range places(t, e.attr["d"]) {
				require.InDelta(t, int64(g.axis.x(g.rows[g.at["b"]].start)), int64(p[0]), float64(svg.Px(12)))
			}
		}
	}
	require.Contains(t, picture, "waits for Li Lei, until then at “Call”")
	require.Zero(t, classes(inspect(t, draw(t, tt, GanttOptions{Hide: []GanttPart{PartResources}})))["hg"])
}

// A thousand rows: no arrows but those that make dates, the axis among them.
func TestGantt_Thousand(t *testing.T) {
	tt := schedule(t, project(1000, diag.Chinese))
	picture := draw(t, tt, GanttOptions{Style: Style{Lang: diag.Chinese}})
	all := inspect(t, picture)
	require.Len(t, shownTasks(all), 1000)
	count := classes(all)
	require.Zero(t, count["lo"])
	require.Positive(t, count["ld"])
	require.GreaterOrEqual(t, count["hd"], 19)
	require.Less(t, len(picture), 1_000_000)
}

func TestGantt_Themes(t *testing.T) {
	tt := schedule(t, launch(diag.English))
	light, dark := lightPalette(), darkPalette()
	for theme, want := range map[Theme][]string{ThemeLight: {light.ground}, ThemeDark: {dark.ground}, ThemeAuto: {light.ground, dark.ground, "@media (prefers-color-scheme:dark)"}} {
		picture := draw(t, tt, GanttOptions{Style: Style{Theme: theme}})
		inspect(t, picture)
		for _, text := range want {
			require.Contains(t, picture, text)
		}
		require.Equal(t, theme != ThemeLight, strings.Contains(picture, dark.ground))
	}
}

// Texts stand out from their ground as WCAG 2.2 asks: at least 4.5 to 1, signs at
// least 3 to 1 where nothing else marks them.
func TestPalettes_Contrast(t *testing.T) {
	for _, p := range []palette{lightPalette(), darkPalette()} {
		for _, text := range []string{p.text, p.soft, p.late} {
			for _, ground := range []string{p.ground, p.head, p.stripe} {
				require.GreaterOrEqual(t, contrast(t, text, ground), 4.5, "%s on %s", text, ground)
			}
		}
		require.GreaterOrEqual(t, contrast(t, p.onToday, p.today), 4.5)
		for _, sign := range []string{p.taskEdge, p.done, p.criticalEdge, p.summary, p.summaryDone, p.float, p.deadline, p.today, p.link, p.criticalLink, p.cue} {
			require.GreaterOrEqual(t, contrast(t, sign, p.ground), 3.0, "%s on %s", sign, p.ground)
		}
	}
}

// contrast is that of WCAG 2.2 between two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light := func(colour string) float64 {
		n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 32)
		require.NoError(t, err)
		part := func(shift int) float64 {
			v := float64(n>>shift&0xff) / 255
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*part(16) + 0.7152*part(8) + 0.0722*part(0)
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func BenchmarkGantt(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		tt := schedule(b, project(n, diag.Chinese))
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Gantt(io.Discard, tt, GanttOptions{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
