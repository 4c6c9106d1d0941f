package report

import (
	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/internal/svg"
)

// signs are the signs that a chart has.
type signs struct {
	task, done, critical, atRisk, summary, milestone, float, baseline, met, missed, waits bool
}

func (g *gantt) signs() signs {
	var s signs
	for i := range g.rows {
		r := &g.rows[i]
		s.summary = s.summary || r.d.Summary
		s.milestone = s.milestone || r.d.Milestone
		bar := !r.d.Summary && !r.d.Milestone
		s.critical = s.critical || bar && g.isCritical(r)
		s.atRisk = s.atRisk || bar && g.isAtRisk(r)
		s.task = s.task || bar && !g.isCritical(r) && !g.isAtRisk(r)
		s.done = s.done || r.done > 0 && bar && g.opt.shows(PartProgress)
		from, to := r.float()
		s.float = s.float || to > from && g.opt.shows(PartFloat)
		_, _, planned := r.baseline()
		s.baseline = s.baseline || planned && g.opt.shows(PartBaseline)
		if !r.d.Deadline.IsZero() && g.opt.shows(PartDeadlines) && g.axis.holds(minuteOf(r.d.Deadline.End())) {
			s.met, s.missed = s.met || !r.isLate(), s.missed || r.isLate()
		}
		s.waits = s.waits || g.waits(r)
	}
	return s
}

func (g *gantt) isCritical(r *row) bool {
	return r.d.Critical && r.d.Finished.IsZero() && g.opt.shows(PartCritical)
}

func (g *gantt) isAtRisk(r *row) bool {
	return r.d.AtRisk && r.d.Finished.IsZero() && g.opt.shows(PartCritical)
}

// waits reports whether a resource delays a task.
func (g *gantt) waits(r *row) bool {
	return r.d.Driver.Kind == salesplan.DriverResource && g.opt.shows(PartResources)
}

// barTop is where the bar of a row begins, and its middle.
func (g *gantt) barTop(r *row) (top, middle svg.Length) {
	height := g.look.bar
	if g.opt.shows(PartBaseline) && r.d.Baseline != nil {
		height += g.look.base + svg.Px(2)
	}
	top = r.y + (g.look.row-height)/2
	return top, top + g.look.bar/2
}

// drawRow draws a task: what its columns say, and its bar.
func (g *gantt) drawRow(r *row) {
	w := g.w
	w.Open("g", svg.T("data-task", r.d.ID))
	w.Leaf("title", g.tooltip(r))
	g.drawCells(r)
	top, middle := g.barTop(r)
	from, to := g.axis.x(r.start), g.axis.x(r.finish)
	shown := r.finish >= g.axis.from && r.start <= g.axis.to
	if g.opt.shows(PartBaseline) {
		g.drawBaseline(r, top+g.look.bar+svg.Px(2))
	}
	if lo, hi := r.float(); hi > lo && g.opt.shows(PartFloat) && lo < g.axis.to && hi > g.axis.from {
		g.floatLine(g.axis.x(lo), g.axis.x(hi), middle+g.look.bar*35/100)
	}
	end := to
	switch {
	case !shown:
	case r.d.Summary:
		g.bracket(from, to, top, g.look.bar, g.doneOf(r))
	case r.d.Milestone:
		class := "ms"
		if g.isCritical(r) {
			class = "ms mk"
		}
		if r.done == 1000 {
			class = "ms md"
		}
		size := g.look.bar*6/10 + svg.Pixel/2
		g.diamond(class, to, middle, size)
		end += size
	default:
		g.drawBar(r, from, to, top)
	}
	if g.waits(r) && g.axis.holds(r.start) {
		g.hourglass(max(from-svg.Px(7), g.axis.left), middle, g.look.bar*4/10)
	}
	g.drawDeadline(r, top)
	g.drawLabel(r, end, middle)
	w.Close()
	w.Line()
}

func (g *gantt) doneOf(r *row) int64 {
	if !g.opt.shows(PartProgress) {
		return 0
	}
	return r.done
}

// drawCells writes the columns of a row.
func (g *gantt) drawCells(r *row) {
	x, base := margin, r.y+g.look.row/2+g.look.font*36/100
	for _, c := range g.cols {
		left, class := x+g.inset(), "x"
		room := c.width - colGap
		size := g.look.font
		if c.indent {
			left += g.indent(r)
			room -= g.indent(r)
			if r.d.Summary {
				class, size = "x s", size*11/10
			}
		}
		if c.class != nil {
			if extra := c.class(r); extra != "" {
				class += " " + extra
			}
		}
		text := svg.Fit(c.text(r), size, room)
		if c.right {
			g.text(class+" e", x+c.width-colGap, base, text)
		} else {
			g.text(class, left, base, text)
		}
		x += c.width
	}
}

// leastBar is how wide a bar is at least, so that it can be seen.
const leastBar = 2 * svg.Pixel

func (g *gantt) drawBar(r *row, from, to, top svg.Length) {
	class := "b"
	switch {
	case g.isCritical(r):
		class = "b k"
	case g.isAtRisk(r):
		class = "b n"
	}
	if to-from < leastBar {
		from = min(from, g.axis.right-leastBar)
		to = from + leastBar
	}
	g.rect(class, from, top, to-from, g.look.bar)
	if done := g.doneOf(r); done > 0 {
		class := "d"
		if g.isCritical(r) {
			class = "dk"
		}
		// The part done is that of the whole bar, also where the window cuts it.
		x := min(g.axis.x(r.start+(r.finish-r.start)*done/1000), to)
		if done == 1000 {
			x = to
		}
		if x > from {
			g.rect(class, from, top, x-from, g.look.bar)
		}
	}
}

// bracket draws a summary, and what is done of it, in thousandths.
func (g *gantt) bracket(from, to, top, height svg.Length, done int64) {
	if to-from < leastBar {
		to = from + leastBar
	}
	beam := height * 45 / 100
	tip := min(height*6/10, (to-from)/2)
	var p svg.Path
	p.Move(from, top)
	p.Across(to)
	p.Down(top + height)
	p.Line(to-tip, top+beam)
	p.Across(from + tip)
	p.Line(from, top+height)
	p.Shut()
	g.w.Empty("path", svg.T("class", "sm"), p.Attr())
	if done > 0 {
		g.rect("sd", from, top, (to-from)*svg.Length(done)/1000, beam)
	}
}

func (g *gantt) diamond(class string, x, y, size svg.Length) {
	var p svg.Path
	p.Move(x-size, y)
	p.Line(x, y-size)
	p.Line(x+size, y)
	p.Line(x, y+size)
	p.Shut()
	g.w.Empty("path", svg.T("class", class), p.Attr())
}

// floatLine draws how far a task may move: a line with an end.
func (g *gantt) floatLine(from, to, y svg.Length) {
	var p svg.Path
	p.Move(from, y)
	p.Across(to)
	p.Move(to, y-svg.Px(3))
	p.Down(y + svg.Px(3))
	g.w.Empty("path", svg.T("class", "fl"), p.Attr())
}

func (g *gantt) hourglass(x, y, size svg.Length) {
	var p svg.Path
	half := size * 7 / 10
	p.Move(x-half, y-size)
	p.Across(x + half)
	p.Line(x-half, y+size)
	p.Across(x + half)
	p.Shut()
	g.w.Empty("path", svg.T("class", "hg"), p.Attr())
}

func (g *gantt) drawBaseline(r *row, y svg.Length) {
	lo, hi, ok := r.baseline()
	if !ok || hi < g.axis.from || lo > g.axis.to {
		return
	}
	if r.d.Milestone || lo == hi {
		if g.axis.holds(hi) {
			size := g.look.base*6/10 + svg.Pixel
			g.diamond("bl", g.axis.x(hi), min(y+g.look.base/2, r.y+g.look.row-size), size)
		}
		return
	}
	from, to := g.axis.x(lo), g.axis.x(hi)
	g.rect("bl", from, y, max(to-from, leastBar), g.look.base)
}

// deadlineSign draws a deadline: a line below a pointer.
func (g *gantt) deadlineSign(class string, x, top, height svg.Length) {
	var p svg.Path
	half := min(svg.Px(5), height*4/10)
	p.Move(x-half, top)
	p.Across(x + half)
	p.Line(x, top+half*3/2)
	p.Shut()
	p.Move(x, top+half*3/2)
	p.Down(top + height)
	g.w.Empty("path", svg.T("class", class), p.Attr())
}

// drawDeadline draws the deadline of a row, and the way from there to the finish
// where it is missed.
func (g *gantt) drawDeadline(r *row, top svg.Length) {
	if r.d.Deadline.IsZero() || !g.opt.shows(PartDeadlines) {
		return
	}
	minute := minuteOf(r.d.Deadline.End())
	class := "dl"
	if r.isLate() {
		class = "dm"
		if minute < g.axis.to && r.finish > g.axis.from {
			var p svg.Path
			y := top + g.look.bar + svg.Px(1)
			p.Move(g.axis.x(minute), y)
			p.Across(g.axis.x(r.finish))
			g.w.Empty("path", svg.T("class", "dw"), p.Attr())
		}
	}
	if g.axis.holds(minute) {
		g.deadlineSign(class, g.axis.x(minute), top-svg.Px(2), g.look.bar+svg.Px(4))
	}
}

// drawLabel writes beside a bar by how much it is late, when a milestone is, and
// for whom a task waits: after the bar, or after its deadline if that is there.
func (g *gantt) drawLabel(r *row, end, middle svg.Length) {
	if !g.look.labels || r.start > g.axis.to || r.finish < g.axis.from {
		return
	}
	var class, text string
	switch {
	case r.isLate() && g.opt.shows(PartDeadlines):
		class, text = " lt", g.say.fill("{time} late", "迟 {time}", "time", g.say.length(r.late))
	case g.waits(r):
		text = g.say.fill("waits for {who}", "等待 {who}", "who", g.opt.nameOf(r.d.Driver.Resource))
	case r.d.Milestone:
		text = g.say.day(lastDay(r.d.Finish))
	default:
		return
	}
	size := g.look.font * 9 / 10
	width, gap := svg.Width(text, size), svg.Px(6)
	x := end + gap
	if g.opt.shows(PartDeadlines) && !r.d.Deadline.IsZero() {
		if at := g.axis.x(minuteOf(r.d.Deadline.End())); at+gap > x && at-gap < x+width {
			x = at + svg.Px(8)
		}
	}
	if x+width > g.axis.right {
		return
	}
	g.rect("lg", x-svg.Px(2), middle-size*6/10, width+svg.Px(2), size*12/10)
	g.text("lb"+class, x, middle+size*36/100, text)
}
