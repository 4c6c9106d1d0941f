package report

import (
	"io"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/internal/svg"
)

// Gantt draws a timetable as an SVG picture: a row for each task with its name,
// owner, dates and length, and its bar on a time axis, whose grain follows from
// the days shown and the width. Tasks stand below their summaries, in the order
// of the plan.
//
// Bars show what is done; critical ones are hatched and edged, those at risk
// dashed. Summaries are brackets, milestones diamonds. Thin lines after bars are
// total float (of a plan scheduled back from its finish, before them), thin bars
// below them the baseline; deadlines are marked, missed ones with by how much
// working time. Arrows are links: those that make dates always, others dashed
// where there are few. An hourglass stands before tasks that wait for a resource.
// Days without work on the plan's calendar are shaded where days are wide enough.
// With many tasks rows are lower, and the axis is repeated among them.
//
// Faults are [github.com/salesplan/salesplan/diag.OutOfRange] for a width and
// Negative for rows that can't be, Order for a window that ends before it
// begins, Syntax for an ID and Invalid for names that are not known. The picture
// of 1,000 tasks has less than 1 MB. Time and size are linear in the rows, but
// for sorting.
func Gantt(w io.Writer, t *salesplan.Timetable, opt GanttOptions) error {
	if err := opt.check(); err != nil {
		return err
	}
	g := newGantt(t, opt)
	g.w = svg.NewWriter(w)
	g.draw()
	return g.w.Flush()
}

// A gantt is a chart on its way: what it shows, where, and in which words.
type gantt struct {
	canvas
	t   *salesplan.Timetable
	opt GanttOptions
	chosen

	look   look
	cols   []column
	legend []legendItem
	bands  []svg.Length // where the axis is repeated
}

// A look is how large things are: the more rows, the smaller.
type look struct {
	row, font, bar, base svg.Length
	indent               svg.Length
	labels               bool // words beside bars
	many                 bool // the axis is repeated
}

func lookOf(rows int) look {
	switch {
	case rows <= 60:
		return look{row: svg.Px(30), font: svg.Px(12), bar: svg.Px(13), base: svg.Px(4), indent: svg.Px(14), labels: true}
	case rows <= 250:
		return look{row: svg.Px(20), font: svg.Px(11), bar: svg.Px(9), base: svg.Px(3), indent: svg.Px(11), labels: true, many: true}
	}
	return look{row: svg.Px(13), font: svg.Px(9), bar: svg.Px(6), base: svg.Px(2), indent: svg.Px(8), many: true}
}

const (
	bandHeight = 18 * svg.Pixel
	bandEvery  = 50 // rows
)

func newGantt(t *salesplan.Timetable, opt GanttOptions) *gantt {
	if t == nil {
		t = &salesplan.Timetable{}
	}
	g := &gantt{t: t, opt: opt, canvas: canvas{say: tongueOf(opt.Lang), today: -1}}
	g.opt.Style = opt.withDefaults("gantt", g.say.pick("Timetable", "进度计划"))
	g.chosen = choose(t, &g.opt)
	g.look = lookOf(len(g.rows))
	g.width = svg.Px(g.opt.Width)
	g.setToday(g.opt.Today, t.AsOf())
	g.setColumns()
	g.setAxis()
	g.legend = g.legendItems()
	g.setRows()
	return g
}

// setAxis finds the days shown: those asked for, or those of the tasks and of
// what is drawn beside them, as far as it isn't far off.
func (g *gantt) setAxis() {
	g.axis.left = margin
	for _, c := range g.cols {
		g.axis.left += c.width
	}
	g.axis.right = g.width - margin
	lo, hi := g.span()
	g.axis.from, g.axis.to = lo, hi
	g.scale = scaleOf(&g.axis)
	if g.opt.From.IsZero() {
		pad := max((hi-lo)/60, dayMinutes)
		g.axis.from = min(dayStart(g.scale.minor.begin(dayAt(lo))), max(lo-pad, 0)/dayMinutes*dayMinutes)
	}
	if g.opt.To.IsZero() {
		pad := (hi - lo) / 60
		if g.look.labels {
			pad = (hi - lo) / 16 // words beside the last bars
		}
		g.axis.to = dayStart(dayAt(hi+pad)) + dayMinutes
	}
	g.scale = scaleOf(&g.axis)
}

// span is from when to when there is something to show.
func (g *gantt) span() (lo, hi int64) {
	lo, hi = -1, -1
	for i := range g.rows {
		r := &g.rows[i]
		if lo < 0 || r.start < lo {
			lo = r.start
		}
		hi = max(hi, r.finish)
	}
	if lo < 0 {
		lo = max(g.today, 0)
		hi = lo + 30*dayMinutes
	}
	near := (hi-lo)/2 + 14*dayMinutes
	least, most := lo-near, hi+near
	for i := range g.rows {
		for _, m := range g.rows[i].beside(&g.opt) {
			if m >= least && m <= most {
				lo, hi = min(lo, m), max(hi, m)
			}
		}
	}
	if g.today >= least && g.today <= most {
		lo, hi = min(lo, g.today), max(hi, g.today)
	}
	if !g.opt.From.IsZero() {
		lo = dayStart(g.opt.From)
	}
	if !g.opt.To.IsZero() {
		hi = dayStart(g.opt.To) + dayMinutes
	}
	return lo, max(hi, lo+dayMinutes)
}

// setRows finds where each row stands.
func (g *gantt) setRows() {
	y := margin + svg.Px(42)
	if n := g.legendLines(); n > 0 {
		y += svg.Length(n) * svg.Px(20)
	}
	g.headTop = y + svg.Px(8)
	y = g.headTop + 2*headLine
	g.top = y
	for i := range g.rows {
		if g.look.many && i > 0 && i%bandEvery == 0 && len(g.rows)-i > bandEvery/3 {
			g.bands = append(g.bands, y)
			y += bandHeight
		}
		g.rows[i].y = y
		y += g.look.row
	}
	if len(g.rows) == 0 {
		y += svg.Px(60)
	}
	g.bottom = y
	g.height = y + margin
	if len(g.notes()) > 0 {
		g.height += svg.Length(len(g.notes())) * svg.Px(18)
	}
}

// notes say what the picture leaves out.
func (g *gantt) notes() []string {
	var out []string
	if g.more > 0 {
		out = append(out, g.say.fill("… {n} more", "… 另有 {n} 项任务", "n", grouped(g.more)))
	}
	if g.outside > 0 {
		out = append(out, g.say.fill("{n} outside of the days shown", "{n}不在所示日期内", "n", g.say.count(g.outside, "task", "项任务")))
	}
	if g.finished > 0 {
		out = append(out, g.say.fill("{n} finished and left out", "{n}已完成，未列出", "n", g.say.count(g.finished, "task", "项任务")))
	}
	return out
}

// draw writes the picture from the ground up.
func (g *gantt) draw() {
	g.begin(&g.opt.Style, g.describe(), g.look.font)
	g.drawHead()
	g.drawGround()
	g.drawAxis()
	g.drawLinks()
	for i := range g.rows {
		g.drawRow(&g.rows[i])
	}
	g.drawToday()
	g.drawNotes()
	g.end()
}

// drawHead writes the title and what is to be said below it.
func (g *gantt) drawHead() {
	g.drawTitle(g.opt.Title, g.facts())
	g.drawLegend()
}

// facts is the line below the title.
func (g *gantt) facts() string {
	s := g.say
	if g.t.Len() == 0 {
		return s.pick("No tasks", "没有任务")
	}
	out := s.date(g.t.Start().Date()) + " – " + s.date(lastDay(g.t.Finish())) + " · " + s.count(g.tasks, "task", "项任务")
	if g.critical > 0 && g.opt.shows(PartCritical) {
		out += " · " + s.fill("{n} critical", "关键任务 {n} 项", "n", grouped(g.critical))
	}
	if g.late > 0 && g.opt.shows(PartDeadlines) {
		out += " · " + s.fill("{n} missed", "{n}未达成", "n", s.count(g.late, "deadline", "个期限"))
	}
	if !g.t.AsOf().IsZero() {
		out += " · " + s.fill("as of {day}", "截至 {day}", "day", s.date(g.t.AsOf()))
	}
	return out
}

// describe says in words what the picture shows, for those who can't see it.
func (g *gantt) describe() string {
	s := g.say
	space := s.pick(" ", "")
	out := s.fill("Gantt chart: {facts}.", "甘特图：{facts}。", "facts", g.facts())
	if len(g.path) > 0 && g.opt.shows(PartCritical) {
		out += space + s.fill("Longest path: {path}.", "最长路径：{path}。", "path", s.names(g.path))
	}
	if len(g.lateNames) > 0 && g.opt.shows(PartDeadlines) {
		out += space + s.fill("Deadlines missed: {late}.", "未达成的期限：{late}。", "late", s.names(g.lateNames))
	}
	for _, n := range g.notes() {
		out += space + n + s.pick(".", "。")
	}
	return out
}

func (g *gantt) drawNotes() {
	y := g.bottom + svg.Px(20)
	for _, n := range g.notes() {
		g.text("m", margin, y, svg.Fit(n, smallFont, g.width-2*margin))
		y += svg.Px(18)
	}
	if len(g.rows) == 0 {
		g.text("m", margin, g.top+svg.Px(34), g.say.pick("Nothing to show", "没有可显示的任务"))
	}
}

// number writes a count for an attribute.
func number(n int) string { return strconv.Itoa(n) }
