package report

import (
	"github.com/salesplan/salesplan/internal/svg"
)

// drawGround draws what lies below the bars: the days without work, the lines
// between rows and those of the axis.
func (g *gantt) drawGround() {
	if len(g.rows) == 0 {
		return
	}
	stripes := svg.Path{}
	for i := range g.rows {
		if i%2 == 1 {
			stripes.Rect(margin, g.rows[i].y, g.width-2*margin, g.look.row)
		}
	}
	g.shape("st", &stripes)
	if g.opt.shows(PartFreeDays) {
		free := g.axis.freeDays(g.t.Calendar().IsWorkday, g.top, g.bottom)
		g.shape("fd", &free)
	}
	g.drawGrid()
}

// drawAxis draws the heads of the columns and the two lines of the axis above
// the rows, and the axis again among many rows.
func (g *gantt) drawAxis() {
	g.drawScale()
	g.drawHeads(g.headTop + 2*headLine - svg.Px(6))
	for _, y := range g.bands {
		g.rect("hd", margin, y, g.width-2*margin, bandHeight)
		unit := g.scale.major
		if len(g.axis.ticks(unit)) < 3 {
			unit = g.scale.minor
		}
		g.drawTicks(unit, y-svg.Px(1), "h2", unit == g.scale.minor)
	}
}

// drawHeads names the columns.
func (g *gantt) drawHeads(y svg.Length) {
	x := margin
	for _, c := range g.cols {
		head := svg.Fit(c.head, smallFont, c.width-colGap)
		if c.right {
			g.text("h e", x+c.width-colGap, y, head)
		} else {
			g.text("h", x+g.inset(), y, head)
		}
		x += c.width
	}
}

// inset is the room left of a text in its column.
func (g *gantt) inset() svg.Length { return 4 * svg.Pixel }

// A legendItem is a sign and what it means.
type legendItem struct {
	name  string
	width svg.Length
	draw  func(x, y svg.Length) // at the left edge and the middle
}

const (
	signWidth = 26 * svg.Pixel
	legendGap = 16 * svg.Pixel
)

// legendLines is how many lines the legend takes.
func (g *gantt) legendLines() int {
	lines, x := 0, g.width
	for _, item := range g.legend {
		if x+item.width > g.width-margin {
			lines, x = lines+1, margin
		}
		x += item.width
	}
	return lines
}

func (g *gantt) drawLegend() {
	x, y := g.width, margin+svg.Px(38)
	for _, item := range g.legend {
		if x+item.width > g.width-margin {
			x, y = margin, y+svg.Px(20)
		}
		item.draw(x, y-svg.Px(4))
		g.text("m", x+signWidth+svg.Px(5), y, item.name)
		x += item.width
	}
}

// legendItems are the signs that the picture has.
func (g *gantt) legendItems() []legendItem {
	if !g.opt.shows(PartLegend) || len(g.rows) == 0 {
		return nil
	}
	var out []legendItem
	add := func(en, zh string, draw func(x, y svg.Length)) {
		name := g.say.pick(en, zh)
		out = append(out, legendItem{name, signWidth + svg.Px(5) + svg.Width(name, smallFont) + legendGap, draw})
	}
	bar := func(class string) func(x, y svg.Length) {
		return func(x, y svg.Length) { g.rect(class, x, y-svg.Px(5), signWidth, svg.Px(10)) }
	}
	has := g.signs()
	if has.task {
		add("task", "任务", bar("b"))
	}
	if has.done {
		add("done", "已完成部分", bar("b d"))
	}
	if has.critical {
		add("critical", "关键", bar("b k"))
	}
	if has.atRisk {
		add("little float", "时差较小", bar("b n"))
	}
	if has.summary {
		add("summary", "摘要任务", func(x, y svg.Length) { g.bracket(x, x+signWidth, y-svg.Px(4), svg.Px(8), 0) })
	}
	if has.milestone {
		add("milestone", "里程碑", func(x, y svg.Length) { g.diamond("ms", x+signWidth/2, y, svg.Px(6)) })
	}
	if has.float {
		add("total float", "总时差", func(x, y svg.Length) { g.floatLine(x, x+signWidth, y) })
	}
	if has.baseline {
		add("baseline", "基线", func(x, y svg.Length) { g.rect("bl", x, y-svg.Px(2), signWidth, svg.Px(4)) })
	}
	if has.met {
		add("deadline", "期限", func(x, y svg.Length) { g.deadlineSign("dl", x+signWidth/2, y-svg.Px(6), svg.Px(12)) })
	}
	if has.missed {
		add("deadline missed", "期限未达成", func(x, y svg.Length) { g.deadlineSign("dm", x+signWidth/2, y-svg.Px(6), svg.Px(12)) })
	}
	if has.waits {
		add("waits for a resource", "等待资源", func(x, y svg.Length) { g.hourglass(x+signWidth/2, y, svg.Px(5)) })
	}
	return out
}
