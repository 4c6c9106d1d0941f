package report

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/svg"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// randomRequest is a plan of up to 80 tasks with whatever tasks may have, in any
// order: parts before their summaries, long names, summaries in summaries.
func randomRequest(rng *rand.Rand) salesplan.ScheduleRequest {
	names := []string{"", "x", "Quotation & contract", "与重点客户签订年度框架合同并完成首批订单交付的全部准备工作", "👩‍👩‍👧‍👦 family day <3>", "e\u0301te\u0301 \x00\t\"quoted\"", strings.Repeat("long ", 40)}
	start := calendar.On(1990+rng.IntN(100), 1, 1).AddDays(rng.IntN(365))
	req := salesplan.ScheduleRequest{Rule: salesplan.ScheduleRule{Start: calendar.OnDay(start)}, Resources: people()}
	backward := rng.IntN(4) == 0
	if backward {
		req.Rule = salesplan.ScheduleRule{Finish: calendar.OnDay(start)}
	}
	moment := func() calendar.Moment { return calendar.OnDay(start.AddDays(rng.IntN(200) - 20)) }
	owners := []string{"", "li", "han", "wang"}
	spread := []int64{60, 480, 4800, 48000}[rng.IntN(4)]
	var tops []string
	n := rng.IntN(80)
	for i := range n {
		id := fmt.Sprint("t", i)
		task := salesplan.Task{ID: id, Name: names[rng.IntN(len(names))], Owner: owners[rng.IntN(4)]}
		if len(tops) > 0 && rng.IntN(3) > 0 {
			task.Parent = tops[rng.IntN(len(tops))]
		}
		if rng.IntN(6) == 0 && i < n-1 {
			tops = append(tops, id)
			part := salesplan.Task{ID: id + "p", Parent: id, Milestone: true}
			task.Owner = ""
			req.Tasks = append(req.Tasks, part, task)
			continue
		}
		switch rng.IntN(8) {
		case 0:
			task.Milestone = true
		default:
			task.Duration = calendar.Duration{Minutes: 1 + rng.Int64N(spread), Elapsed: rng.IntN(8) == 0}
		}
		for range rng.IntN(3) {
			before := fmt.Sprint("t", rng.IntN(i+1))
			if before != id && !slices.ContainsFunc(task.Predecessors, func(p salesplan.Predecessor) bool { return p.Task == before }) && !slices.Contains(tops, before) {
				links := []salesplan.LinkType{salesplan.LinkFinishToStart, salesplan.LinkStartToStart, salesplan.LinkFinishToFinish, salesplan.LinkStartToFinish}
				task.Predecessors = append(task.Predecessors, salesplan.Predecessor{Task: before, Link: links[rng.IntN(4)]})
			}
		}
		if rng.IntN(5) == 0 {
			task.Deadline = moment()
		}
		if rng.IntN(5) == 0 {
			task.Baseline = &salesplan.Baseline{}
			if rng.IntN(3) > 0 {
				task.Baseline.Start = moment()
			}
			if task.Baseline.Finish = moment(); task.Baseline.Finish.Date.Before(task.Baseline.Start.Date) {
				task.Baseline.Finish = task.Baseline.Start
			}
		}
		if rng.IntN(6) == 0 && !task.Milestone && !backward {
			task.Progress = &salesplan.Progress{Started: calendar.OnDay(start.AddDays(rng.IntN(30))), Percent: decimal.NewNullDecimal(decimal.NewFromInt(rng.Int64N(101)))}
		}
		req.Tasks = append(req.Tasks, task)
	}
	rng.Shuffle(len(req.Tasks), func(i, j int) { req.Tasks[i], req.Tasks[j] = req.Tasks[j], req.Tasks[i] })
	return req
}

func randomOptions(rng *rand.Rand, tt *salesplan.Timetable) GanttOptions {
	o := GanttOptions{Style: Style{Lang: []diag.Lang{diag.English, diag.Chinese}[rng.IntN(2)], Theme: themes()[rng.IntN(3)]}}
	o.Width = []int{0, minWidth, 640, 900, 2000, maxWidth}[rng.IntN(6)]
	if rng.IntN(3) == 0 {
		o.Names = map[string]string{"li": "李雷（华东大区重点客户部经理）", "han": "Han Meimei-Featherstonehaugh"}
	}
	for _, p := range ganttParts() {
		if rng.IntN(12) == 0 {
			o.Hide = append(o.Hide, p)
		}
	}
	if rng.IntN(3) == 0 {
		o.Rows = 1 + rng.IntN(30)
	}
	if day := tt.Start().Date(); !day.IsZero() && rng.IntN(3) == 0 {
		o.From = day.AddDays(rng.IntN(20) - 5)
		o.To = o.From.AddDays(rng.IntN(60))
		o.Today = o.From.AddDays(rng.IntN(90) - 15)
	}
	return o
}

// What holds for every picture: it is well-formed and alone, nothing leaves it
// ([inspect]); bars lie on the axis, in proportion to their dates; the texts of
// the columns don't meet; what isn't shown is counted.
func TestGantt_Properties(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 7))
	drawn, bars := 0, 0
	for range 60 {
		tt, err := salesplan.Schedule(randomRequest(rng))
		if err != nil {
			continue // circles through summaries
		}
		opt := randomOptions(rng, tt)
		picture := draw(t, tt, opt)
		require.Equal(t, picture, draw(t, tt, opt))
		drawn++
		all := inspect(t, picture)
		g := newGantt(tt, opt)
		bars += checkBars(t, g, all)
		checkCells(t, g, all)
		checkCounts(t, g, tt)
		for _, e := range all {
			if e.class == "lo" || e.class == "ld" || e.class == "lk" {
				for _, p := range places(t, e.attr["d"]) {
					require.GreaterOrEqual(t, p[0], g.axis.left)
					require.LessOrEqual(t, p[0], g.axis.right)
				}
			}
		}
	}
	require.Greater(t, drawn, 40)
	require.Greater(t, bars, 300)
}

// checkBars compares bars with the dates of their tasks by the axis's ends.
func checkBars(t *testing.T, g *gantt, all []*element) int {
	t.Helper()
	n := 0
	for _, e := range all {
		if e.name != "rect" || e.task == "" || !strings.HasPrefix(e.class, "b") || e.class == "bl" {
			continue
		}
		n++
		r := &g.rows[g.at[e.task]]
		require.Equal(t, e.task, r.d.ID)
		from, to := e.length("x"), e.length("x")+e.length("width")
		require.GreaterOrEqual(t, from, g.axis.left, r.d.ID)
		require.LessOrEqual(t, to, g.axis.right, r.d.ID)
		require.GreaterOrEqual(t, e.length("y"), r.y)
		require.LessOrEqual(t, e.length("y")+e.length("height"), r.y+g.look.row)
		if to-from <= leastBar {
			continue
		}
		// Slowly, in floats.
		place := func(minute int64) float64 {
			part := float64(minute-g.axis.from) / float64(g.axis.to-g.axis.from)
			return float64(g.axis.left) + min(max(part, 0), 1)*float64(g.axis.right-g.axis.left)
		}
		require.InDelta(t, place(minuteOf(r.d.Start)), float64(from), 1.01, r.d.ID)
		require.InDelta(t, place(minuteOf(r.d.Finish)), float64(to), 1.01, r.d.ID)
	}
	return n
}

// checkCells: the texts of a row's columns follow one another and end before the
// axis.
func checkCells(t *testing.T, g *gantt, all []*element) {
	t.Helper()
	ends := map[string]svg.Length{}
	for _, e := range all {
		if e.name != "text" || e.task == "" || !strings.HasPrefix(e.class, "x") {
			continue
		}
		size := g.look.font
		if strings.Contains(e.class, "s") {
			size = size * 11 / 10
		}
		from, width := e.length("x"), svg.Width(e.text, size)
		if strings.HasSuffix(e.class, " e") {
			from -= width
		}
		if end, ok := ends[e.task]; ok {
			require.GreaterOrEqual(t, from, end, "%s %q", e.task, e.text)
		}
		ends[e.task] = from + width
		require.LessOrEqual(t, from+width, g.axis.left, "%s %q", e.task, e.text)
	}
}

// checkCounts: every task has a row or is counted; summaries come before their
// parts.
func checkCounts(t *testing.T, g *gantt, tt *salesplan.Timetable) {
	t.Helper()
	tasks := 0
	for i := range g.rows {
		r := &g.rows[i]
		if !r.d.Summary {
			tasks++
		}
		if at, ok := g.at[r.d.Parent]; ok && r.d.Parent != "" {
			require.Less(t, at, i)
		}
	}
	want := 0
	for d := range tt.Tasks() {
		if !d.Summary {
			want++
		}
	}
	require.Equal(t, want, tasks+g.more+g.outside+g.finished)
}
