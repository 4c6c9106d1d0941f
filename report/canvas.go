package report

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/internal/svg"
)

const (
	margin    = 20 * svg.Pixel
	titleFont = 18 * svg.Pixel
	smallFont = 11 * svg.Pixel
	headLine  = 20 * svg.Pixel // a line of the axis
)

// A canvas is a picture with rows on a time axis.
type canvas struct {
	w   *svg.Writer
	say tongue

	axis  axis
	scale scale

	width, height svg.Length
	headTop       svg.Length // of the two lines of the axis
	top, bottom   svg.Length // of the rows

	today     int64 // minute of a line; below 0 for none
	todayText string
}

// setToday sets the line of a day: today, or the end of that up to which
// progress is known.
func (g *canvas) setToday(today, asOf calendar.Date) {
	g.today = -1
	switch {
	case !today.IsZero():
		g.today = dayStart(today)
		g.todayText = g.say.fill("today {day}", "今天 {day}", "day", g.say.day(today))
	case !asOf.IsZero():
		g.today = dayStart(asOf) + dayMinutes
		g.todayText = g.say.fill("as of {day}", "截至 {day}", "day", g.say.day(asOf))
	}
}

// begin writes what comes before the picture: its name and description, its
// styles and its ground.
func (g *canvas) begin(s *Style, about string, font svg.Length) {
	id, w := s.ID, g.w
	w.Open("svg", svg.T("xmlns", "http://www.w3.org/2000/svg"), svg.T("id", id), svg.T("role", "img"),
		svg.T("aria-labelledby", id+"-title "+id+"-desc"), svg.T("lang", g.say.pick("en", "zh-CN")),
		svg.L("width", g.width), svg.L("height", g.height), svg.T("viewBox", "0 0 "+g.width.String()+" "+g.height.String()))
	w.Leaf("title", s.Title, svg.T("id", id+"-title"))
	w.Leaf("desc", about, svg.T("id", id+"-desc"))
	w.Leaf("style", styleSheet(id, s.Theme, font))
	w.Open("defs")
	g.hatch(id+"-hatch", "ct", "ch")
	g.hatch(id+"-short", "qt", "qh")
	w.Close()
	w.Line()
	w.Empty("rect", svg.T("class", "bg"), svg.L("width", g.width), svg.L("height", g.height))
}

// hatch defines a pattern of slanting lines on a ground.
func (g *canvas) hatch(id, ground, line string) {
	w := g.w
	w.Open("pattern", svg.T("id", id), svg.T("width", "5"), svg.T("height", "5"), svg.T("patternUnits", "userSpaceOnUse"), svg.T("patternTransform", "rotate(45)"))
	w.Empty("rect", svg.T("class", ground), svg.T("width", "5"), svg.T("height", "5"))
	w.Empty("rect", svg.T("class", line), svg.T("width", "1.6"), svg.T("height", "5"))
	w.Close()
}

func (g *canvas) end() {
	g.w.Close()
	g.w.Line()
}

// drawTitle writes the title and a line of facts below it.
func (g *canvas) drawTitle(title, facts string) {
	room := g.width - 2*margin
	g.text("t", margin, margin+svg.Px(14), svg.Fit(title, titleFont*11/10, room))
	g.text("m", margin, margin+svg.Px(34), svg.Fit(facts, smallFont, room))
}

func (g *canvas) text(class string, x, y svg.Length, text string) {
	if text != "" {
		g.w.Leaf("text", text, svg.T("class", class), svg.L("x", x), svg.L("y", y))
	}
}

func (g *canvas) rect(class string, x, y, width, height svg.Length) {
	g.w.Empty("rect", svg.T("class", class), svg.L("x", x), svg.L("y", y), svg.L("width", width), svg.L("height", height))
}

func (g *canvas) shape(class string, p *svg.Path) {
	if !p.Empty() {
		g.w.Empty("path", svg.T("class", class), p.Attr())
		g.w.Line()
	}
}

// drawToday draws the line of the day asked about, over the rows.
func (g *canvas) drawToday() {
	if g.today < 0 || !g.axis.holds(g.today) {
		return
	}
	x := g.axis.x(g.today)
	var p svg.Path
	p.Move(x, g.top)
	p.Down(g.bottom)
	g.shape("td", &p)
	width := svg.Width(g.todayText, svg.Px(10)) + svg.Px(10)
	left := max(min(x-width/2, g.axis.right-width), g.axis.left)
	g.w.Empty("rect", svg.T("class", "tp"), svg.L("x", left), svg.L("y", g.bottom+svg.Px(2)), svg.L("width", width), svg.L("height", svg.Px(14)), svg.T("rx", "3"))
	g.text("tl", left+width/2, g.bottom+svg.Px(13), g.todayText)
}

// drawGrid draws the lines of the axis over the rows.
func (g *canvas) drawGrid() {
	var minor, major, frame svg.Path
	g.axis.lines(&minor, g.scale.minor, g.top, g.bottom)
	g.axis.lines(&major, g.scale.major, g.top, g.bottom)
	g.shape("g1", &minor)
	g.shape("g2", &major)
	frame.Move(margin, g.bottom)
	frame.Across(g.axis.right)
	frame.Move(g.axis.left, g.top)
	frame.Down(g.bottom)
	g.shape("g2", &frame)
}

// drawScale draws the two lines of the axis above the rows.
func (g *canvas) drawScale() {
	g.rect("hd", margin, g.headTop, g.width-2*margin, 2*headLine)
	g.drawTicks(g.scale.major, g.headTop, "h1", false)
	g.drawTicks(g.scale.minor, g.headTop+headLine, "h2", true)
	var p svg.Path
	g.axis.lines(&p, g.scale.major, g.headTop, g.headTop+headLine)
	g.axis.lines(&p, g.scale.minor, g.headTop+headLine, g.headTop+2*headLine)
	p.Move(g.axis.left, g.headTop+headLine)
	p.Across(g.axis.right)
	g.shape("g2", &p)
}

// drawTicks names the stretches of a line of the axis: all by names of the same
// length, but for those that the axis cuts.
func (g *canvas) drawTicks(u unit, y svg.Length, class string, minor bool) {
	const size, around = 10 * svg.Pixel, 4 * svg.Pixel
	ticks := g.axis.ticks(u)
	level := 0
	for _, k := range ticks {
		labels := u.labels(g.say, k.day, minor)
		room := k.to - k.from - around
		for level < len(labels)-1 && k.whole && k.to < g.axis.right && svg.Width(labels[level], size) > room {
			level++
		}
	}
	for _, k := range ticks {
		labels := u.labels(g.say, k.day, minor)
		level := min(level, len(labels)-1)
		names := labels[level:]
		if minor {
			names = labels[level : level+1]
		}
		text := fitting(names, size, k.to-k.from-around)
		if minor && u.step == 1 && (u.grain == "day" || u.grain == "month") {
			g.text(class+" c", (k.from+k.to)/2, y+svg.Px(14), text)
		} else {
			g.text(class, k.from+svg.Px(4), y+svg.Px(14), text)
		}
	}
}
