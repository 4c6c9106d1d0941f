package report

import (
	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/internal/svg"
	"github.com/shopspring/decimal"
)

// A row is a task as it is drawn.
type row struct {
	d             salesplan.TaskDates
	level         int
	y             svg.Length
	start, finish int64 // minutes
	done          int64 // thousandths
	late          calendar.Duration
}

// name is the task's name; its ID serves where it has none.
func (r *row) name() string { return nameOf(&r.d) }

func nameOf(d *salesplan.TaskDates) string {
	if d.Name != "" {
		return d.Name
	}
	return d.ID
}

// isLate reports whether the deadline is missed.
func (r *row) isLate() bool { return r.late.Minutes > 0 }

// float is the stretch by which the task may move; empty for none.
func (r *row) float() (from, to int64) {
	if r.d.Summary || !r.d.Finished.IsZero() || r.d.TotalFloat <= 0 {
		return 0, 0
	}
	if late := minuteOf(r.d.LateFinish); late > r.finish {
		return r.finish, late
	}
	if early := minuteOf(r.d.EarlyStart); early < r.start {
		return early, r.start
	}
	return 0, 0
}

// baseline is when the task was planned once.
func (r *row) baseline() (from, to int64, ok bool) {
	b := r.d.Baseline
	if b == nil || b.Start.IsZero() && b.Finish.IsZero() {
		return 0, 0, false
	}
	switch {
	case b.Start.IsZero():
		to = minuteOf(b.Finish.End())
		return to, to, true
	case b.Finish.IsZero():
		from = minuteOf(b.Start.Start())
		return from, from, true
	}
	from, to = minuteOf(b.Start.Start()), minuteOf(b.Finish.End())
	if r.d.Milestone {
		from = to
	}
	return min(from, to), to, true
}

// beside are the minutes of what is drawn beside the bar.
func (r *row) beside(o *GanttOptions) []int64 {
	var out []int64
	if o.shows(PartFloat) {
		if from, to := r.float(); to > from {
			out = append(out, from, to)
		}
	}
	if o.shows(PartBaseline) {
		if from, to, ok := r.baseline(); ok {
			out = append(out, from, to)
		}
	}
	if o.shows(PartDeadlines) && !r.d.Deadline.IsZero() {
		out = append(out, minuteOf(r.d.Deadline.End()))
	}
	return out
}

// chosen is what a chart shows of a timetable.
type chosen struct {
	rows  []row
	at    map[string]int    // rows by task
	named map[string]string // names of tasks by ID

	more, outside, finished int // tasks left out, and why

	tasks, critical, late int // in all
	path, lateNames       []string
}

// mostNames is how many names a description lists.
const mostNames = 12

// choose picks the tasks that are shown: those within the window, as many as are
// asked for, each below its summary.
func choose(t *salesplan.Timetable, o *GanttOptions) chosen {
	say := tongueOf(o.Lang)
	c := chosen{at: map[string]int{}, named: make(map[string]string, t.Len())}
	all := inOrder(t)
	cal := t.Calendar()
	for i := range all {
		r := &all[i]
		c.named[r.d.ID] = r.name()
		if !r.d.Deadline.IsZero() {
			r.late = lateness(cal, r.d.Deadline.End(), r.d.Finish)
		}
		if r.isLate() {
			c.late++
			if len(c.lateNames) < mostNames {
				c.lateNames = append(c.lateNames, say.fill("{task} by {time}", "{task} 迟 {time}", "task", r.name(), "time", say.length(r.late)))
			}
		}
		if !r.d.Summary {
			c.tasks++
			if r.d.Critical && r.d.Finished.IsZero() {
				c.critical++
			}
		}
		if c.leaves(r, o) {
			continue
		}
		if o.Rows > 0 && len(c.rows) == o.Rows {
			if !r.d.Summary {
				c.more++
			}
			continue
		}
		c.at[r.d.ID] = len(c.rows)
		c.rows = append(c.rows, *r)
	}
	n := 0
	for d := range t.Critical() {
		if n++; n > mostNames {
			c.path[mostNames-1] = "…"
			break
		}
		c.path = append(c.path, nameOf(&d))
	}
	return c
}

// leaves reports whether a task isn't asked for, and counts it.
func (c *chosen) leaves(r *row, o *GanttOptions) bool {
	count := 1
	if r.d.Summary {
		count = 0
	}
	switch {
	case r.d.Summary && !o.shows(PartSummaries):
		return true
	case !o.shows(PartDone) && !r.d.Finished.IsZero():
		c.finished += count
		return true
	case !o.From.IsZero() && r.finish < dayStart(o.From), !o.To.IsZero() && r.start >= dayStart(o.To)+dayMinutes:
		c.outside += count
		return true
	}
	return false
}

// lateness is the working time from a deadline to a finish, or the elapsed time
// where nobody works in between; 0 if it is met.
func lateness(cal *calendar.Calendar, deadline, finish calendar.Instant) calendar.Duration {
	if deadline.IsZero() || !finish.After(deadline) {
		return calendar.Duration{}
	}
	if d := cal.Between(deadline, finish); d.Minutes > 0 {
		return d
	}
	return calendar.Duration{Minutes: finish.Sub(deadline), Elapsed: true}
}

// inOrder returns all tasks, each below its summary, siblings in the order of
// the plan, and what is done of each: of a summary the mean of its tasks,
// weighed by their length.
func inOrder(t *salesplan.Timetable) []row {
	rows := make([]row, 0, t.Len())
	at := make(map[string]int32, t.Len())
	for d := range t.Tasks() {
		at[d.ID] = int32(len(rows))
		rows = append(rows, row{d: d, level: d.Level, start: minuteOf(d.Start), finish: minuteOf(d.Finish)})
	}
	// Siblings are chained, first to last; a summary knows its first and last.
	n := len(rows)
	first, next, last := filled(n+1), filled(n), filled(n+1)
	parent := filled(n)
	for i := range rows {
		up := int32(n)
		if p, ok := at[rows[i].d.Parent]; ok && rows[i].d.Parent != "" {
			up = p
			parent[i] = p
		}
		if last[up] < 0 {
			first[up] = int32(i)
		} else {
			next[last[up]] = int32(i)
		}
		last[up] = int32(i)
	}
	out := make([]row, 0, n)
	order := make([]int32, 0, n)
	for i := first[n]; i >= 0; {
		order = append(order, i)
		switch {
		case first[i] >= 0:
			i = first[i]
			continue
		case next[i] >= 0:
			i = next[i]
			continue
		}
		for i = parent[i]; i >= 0 && next[i] < 0; {
			i = parent[i]
		}
		if i >= 0 {
			i = next[i]
		}
	}
	sumProgress(rows, order, parent)
	for _, i := range order {
		out = append(out, rows[i])
	}
	return out
}

// sumProgress sets what is done of each task, from the last row up.
func sumProgress(rows []row, order, parent []int32) {
	weight, done := make([]int64, len(rows)), make([]int64, len(rows))
	for k := len(order) - 1; k >= 0; k-- {
		i := order[k]
		r := &rows[i]
		if !r.d.Summary {
			r.done = thousandths(r.d.Percent)
			weight[i] = r.d.Duration.Minutes
			done[i] = weight[i] * r.done
		} else if weight[i] > 0 {
			r.done = done[i] / weight[i]
		}
		if p := parent[i]; p >= 0 {
			weight[p] += weight[i]
			done[p] += done[i]
		}
	}
}

// thousandths of a percentage between 0 and 100.
func thousandths(percent decimal.Decimal) int64 {
	return max(min(percent.Shift(1).Round(0).IntPart(), 1000), 0)
}

func filled(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// A column stands left of the axis.
type column struct {
	head   string
	width  svg.Length
	right  bool // its texts end at its right edge
	text   func(r *row) string
	class  func(r *row) string
	indent bool
}

// colGap is the room between columns.
const colGap = 12 * svg.Pixel

// setColumns finds which columns there are room for, and how wide they are.
func (g *gantt) setColumns() {
	s := g.say
	day := func(d calendar.Date) string { return d.String() }
	name := column{head: s.pick("Task", "任务"), indent: true, text: func(r *row) string { return r.name() }}
	list := []column{
		{head: s.pick("Owner", "负责人"), text: func(r *row) string { return g.opt.nameOf(r.d.Owner) }},
		{head: s.pick("Start", "开始"), text: func(r *row) string { return day(r.d.Start.Date()) }},
		{head: s.pick("Finish", "完成"), text: func(r *row) string { return day(lastDay(r.d.Finish)) }, class: func(r *row) string {
			if r.isLate() && g.opt.shows(PartDeadlines) {
				return "lt"
			}
			return ""
		}},
		{head: s.pick("Length", "工期"), right: true, text: func(r *row) string {
			if r.d.Milestone {
				return ""
			}
			return s.length(r.d.Duration)
		}},
	}
	g.measure(&name, g.width*26/100)
	for i := range list {
		most := g.width // dates and lengths are never cut
		if i == 0 {
			most = max(g.width*12/100, svg.Px(80))
		}
		g.measure(&list[i], most)
	}
	room := g.width*53/100 - name.width
	g.cols = []column{name}
	if !g.opt.shows(PartColumns) {
		return
	}
	// The dates come first, then who, then how long.
	keep := make([]bool, len(list))
	for _, i := range []int{2, 1, 0, 3} {
		if list[i].width > 0 && list[i].width <= room {
			keep[i], room = true, room-list[i].width
		}
	}
	for i := range list {
		if keep[i] {
			g.cols = append(g.cols, list[i])
		}
	}
}

// measure finds how wide a column is: 0 for one without texts.
func (g *gantt) measure(c *column, most svg.Length) {
	widest := svg.Length(0)
	for i := range g.rows {
		r := &g.rows[i]
		w := svg.Width(c.text(r), g.look.font)
		if c.indent {
			if r.d.Summary {
				w = w * 11 / 10
			}
			w += g.indent(r)
		}
		widest = max(widest, w)
	}
	if widest == 0 && !c.indent {
		c.width = 0
		return
	}
	c.width = min(max(widest, svg.Width(c.head, smallFont)), most) + colGap
}

// indent is how far a name is moved in below its summaries: at most by a tenth of
// the picture, so that some of the name always shows.
func (g *gantt) indent(r *row) svg.Length {
	return min(svg.Length(r.level)*g.look.indent, g.width/10)
}
