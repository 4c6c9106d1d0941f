package report

import (
	"io"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/internal/svg"
	"github.com/shopspring/decimal"
)

// LoadOptions say how [LoadChart] draws.
type LoadOptions struct {
	Style

	// Today is the day that a line marks; not given, there is none.
	Today calendar.Date `json:"today,omitzero"`

	// From and To are the first and last day shown; not given, all with a load
	// are.
	From calendar.Date `json:"from,omitzero"`
	To   calendar.Date `json:"to,omitzero"`

	// Rows is how many resources are shown at most, the first of them; 0 shows
	// all. How many more there are is said.
	Rows int `json:"rows,omitempty"`

	// ShortOnly leaves out resources of which there is enough in the days shown.
	ShortOnly bool `json:"shortOnly,omitempty"`
}

func (o *LoadOptions) check() error {
	return (&GanttOptions{Style: o.Style, From: o.From, To: o.To, Rows: o.Rows}).check()
}

// LoadChart draws what resources do when, as [salesplan.Timetable.Loads] tells
// it, as an SVG picture: for each resource a histogram of how much of it is used,
// with a line for how much there is; what is short stands above that line,
// hatched, and the most that is short is written beside the name. Each resource
// has a scale of its own.
//
// The work of people is drawn by the day where days are narrow, by the week where
// they are very narrow, and all else by the pixel: by the most in it. Faults are
// those of [Gantt]. Time is linear in the stretches.
func LoadChart(w io.Writer, loads []salesplan.ResourceLoad, opt LoadOptions) error {
	if err := opt.check(); err != nil {
		return err
	}
	c := newLoadChart(loads, opt)
	c.w = svg.NewWriter(w)
	c.draw()
	return c.w.Flush()
}

// A loadChart is a chart on its way.
type loadChart struct {
	canvas
	opt    LoadOptions
	panels []panel
	more   int
}

// A panel is the histogram of a resource.
type panel struct {
	load *salesplan.ResourceLoad
	top  decimal.Decimal // of its scale

	short decimal.Decimal // the most that is short
	on    calendar.Date   // since when
}

const (
	panelHeight = 74 * svg.Pixel
	panelGap    = 14 * svg.Pixel // room above a histogram
	panelFont   = 12 * svg.Pixel
)

func newLoadChart(loads []salesplan.ResourceLoad, opt LoadOptions) *loadChart {
	c := &loadChart{opt: opt, canvas: canvas{say: tongueOf(opt.Lang)}}
	c.opt.Style = opt.withDefaults("load", c.say.pick("Load of resources", "资源负荷"))
	c.setToday(opt.Today, calendar.Date{})
	c.width = svg.Px(c.opt.Width)
	c.setAxis(loads)
	for i := range loads {
		p, ok := c.panel(&loads[i])
		switch {
		case !ok || opt.ShortOnly && p.short.Sign() <= 0:
		case opt.Rows > 0 && len(c.panels) == opt.Rows:
			c.more++
		default:
			c.panels = append(c.panels, p)
		}
	}
	c.axis.left = margin + min(c.nameWidth(), c.width*30/100)
	c.scale = scaleOf(&c.axis)
	c.headTop = margin + svg.Px(72)
	c.top = c.headTop + 2*headLine
	c.bottom = c.top + svg.Length(max(len(c.panels), 1))*panelHeight
	c.height = c.bottom + margin
	if c.more > 0 {
		c.height += svg.Px(18)
	}
	return c
}

// setAxis finds the days shown.
func (c *loadChart) setAxis(loads []salesplan.ResourceLoad) {
	lo, hi := int64(-1), int64(-1)
	for i := range loads {
		for _, s := range loads[i].Stretches {
			from := minuteOf(s.From)
			if lo < 0 || from < lo {
				lo = from
			}
			hi = max(hi, from)
			if !s.To.IsZero() {
				hi = max(hi, minuteOf(s.To))
			}
		}
	}
	if lo < 0 {
		lo = max(c.today, 0)
		hi = lo + 30*dayMinutes
	}
	if !c.opt.From.IsZero() {
		lo = dayStart(c.opt.From)
	}
	if !c.opt.To.IsZero() {
		hi = dayStart(c.opt.To) + dayMinutes
	}
	c.axis.from = lo / dayMinutes * dayMinutes
	c.axis.to = max((hi+dayMinutes-1)/dayMinutes*dayMinutes, c.axis.from+dayMinutes)
	c.axis.left, c.axis.right = margin, c.width-margin
}

// ends returns a stretch's minutes, as far as it is on the axis.
func (c *loadChart) ends(s *salesplan.LoadStretch) (from, to int64, ok bool) {
	from, to = minuteOf(s.From), c.axis.to
	if !s.To.IsZero() {
		to = min(to, minuteOf(s.To))
	}
	from = max(from, c.axis.from)
	return from, to, from < to
}

// panel measures a resource's histogram; ok is false without a load in the days
// shown.
func (c *loadChart) panel(load *salesplan.ResourceLoad) (p panel, ok bool) {
	p = panel{load: load, top: decimal.NewFromInt(1)}
	for i := range load.Stretches {
		s := &load.Stretches[i]
		from, _, shown := c.ends(s)
		if !shown {
			continue
		}
		if high := decimal.Max(s.Used, s.There); !ok || high.GreaterThan(p.top) {
			p.top = high
		}
		ok = true
		if s.Short.GreaterThan(p.short) {
			p.short, p.on = s.Short, dayAt(from)
		}
	}
	if p.top.Sign() <= 0 {
		p.top = decimal.NewFromInt(1)
	}
	return p, ok
}

func (c *loadChart) kind(p *panel) string {
	switch p.load.Kind {
	case salesplan.ResourceMoney:
		return c.say.pick("money", "资金")
	case salesplan.ResourceMaterial:
		return c.say.pick("material", "物料")
	}
	return c.say.pick("people", "人员")
}

// shortText says what is short at most, "" for nothing.
func (c *loadChart) shortText(p *panel) string {
	if p.short.Sign() <= 0 {
		return ""
	}
	return c.say.fill("short by {n}, {day}", "缺 {n}，{day}", "n", p.short.String(), "day", p.on.String())
}

func (c *loadChart) nameWidth() svg.Length {
	widest := svg.Px(90)
	for i := range c.panels {
		p := &c.panels[i]
		widest = max(widest, svg.Width(c.opt.nameOf(p.load.Resource), panelFont)*11/10, svg.Width(c.shortText(p), smallFont)*11/10)
	}
	return widest + svg.Px(60) // the scale's numbers
}

func (c *loadChart) draw() {
	short := 0
	for i := range c.panels {
		if c.panels[i].short.Sign() > 0 {
			short++
		}
	}
	facts := c.say.count(len(c.panels), "resource", "项资源")
	if short > 0 {
		facts += " · " + c.say.fill("{n} short", "{n} 项不足", "n", grouped(short))
	}
	about := c.say.fill("Load of resources: {facts}.", "资源负荷：{facts}。", "facts", facts)
	for i := range c.panels {
		if text := c.shortText(&c.panels[i]); text != "" && i < mostNames {
			about += c.say.pick(" ", "") + c.opt.nameOf(c.panels[i].load.Resource) + c.say.pick(": ", "：") + text + c.say.pick(".", "。")
		}
	}
	c.begin(&c.opt.Style, about, panelFont)
	c.drawTitle(c.opt.Title, facts)
	c.drawLegend(short > 0)
	c.drawGrid()
	c.drawScale()
	for i := range c.panels {
		c.drawPanel(&c.panels[i], c.top+svg.Length(i)*panelHeight)
	}
	c.drawToday()
	if c.more > 0 {
		c.text("m", margin, c.bottom+svg.Px(20), c.say.fill("… {n} more", "… 另有 {n} 项资源", "n", grouped(c.more)))
	}
	if len(c.panels) == 0 {
		c.text("m", margin, c.top+svg.Px(34), c.say.pick("Nothing to show", "没有可显示的资源"))
	}
	c.end()
}

func (c *loadChart) drawLegend(short bool) {
	x, y := margin, margin+svg.Px(58)
	item := func(class, name string) {
		if class == "th" {
			var p svg.Path
			p.Move(x, y-svg.Px(4))
			p.Across(x + signWidth)
			c.shape(class, &p)
		} else {
			c.rect(class, x, y-svg.Px(9), signWidth, svg.Px(10))
		}
		c.text("m", x+signWidth+svg.Px(5), y, name)
		x += signWidth + svg.Px(5) + svg.Width(name, smallFont) + legendGap
	}
	item("u", c.say.pick("used", "占用"))
	item("th", c.say.pick("there", "可用"))
	if short {
		item("q", c.say.pick("short", "不足"))
	}
}

// drawPanel draws a resource from y down.
func (c *loadChart) drawPanel(p *panel, y svg.Length) {
	w := c.w
	name := c.opt.nameOf(p.load.Resource)
	w.Open("g", svg.T("data-resource", p.load.Resource))
	tip := name + " · " + c.kind(p)
	if text := c.shortText(p); text != "" {
		tip += " · " + text
	}
	w.Leaf("title", tip)
	room := c.axis.left - margin - svg.Px(56)
	c.text("x s", margin+svg.Px(4), y+svg.Px(26), svg.Fit(name, panelFont*11/10, room))
	c.text("m", margin+svg.Px(4), y+svg.Px(42), svg.Fit(c.kind(p), smallFont, room))
	c.text("m lt", margin+svg.Px(4), y+svg.Px(58), svg.Fit(c.shortText(p), smallFont*11/10, room))
	base := y + panelHeight - svg.Px(6)
	c.text("h2 e", c.axis.left-svg.Px(6), y+panelGap+svg.Px(4), amountText(p.top))
	c.text("h2 e", c.axis.left-svg.Px(6), base, "0")
	c.drawBars(p, base)
	var line svg.Path
	line.Move(c.axis.left, base)
	line.Across(c.axis.right)
	line.Move(margin, y+panelHeight)
	line.Across(c.axis.right)
	c.shape("g2", &line)
	w.Close()
	w.Line()
}

// A bar is a stretch of a histogram, or several that are drawn as one: by the
// most of each.
type bar struct {
	from, to           int64 // minutes
	used, there, short svg.Length
}

func (b *bar) take(other *bar) {
	b.to = max(b.to, other.to)
	b.used, b.there, b.short = max(b.used, other.used), max(b.there, other.there), max(b.short, other.short)
}

// bucket is how long a stretch is at least, in minutes, on the axis's marks. People
// go home at night, but whoever looks at months wants to see days.
func (c *loadChart) bucket(p *panel) int64 {
	width := c.axis.dayWidth()
	switch {
	case p.load.Kind == salesplan.ResourceMoney || p.load.Kind == salesplan.ResourceMaterial || width >= svg.Px(60):
		return max(int64(svg.Pixel)*(c.axis.to-c.axis.from)/int64(c.axis.right-c.axis.left), 1)
	case width >= leastDay:
		return dayMinutes
	case width >= leastDay/7:
		return 7 * dayMinutes
	}
	return max(int64(leastDay)*(c.axis.to-c.axis.from)/int64(c.axis.right-c.axis.left), 1)
}

// bars are the stretches of a histogram, widened to whole buckets: in a bucket
// that several share counts the most of each.
func (c *loadChart) bars(p *panel, high svg.Length) []bar {
	height := func(v decimal.Decimal) svg.Length {
		if v.Sign() <= 0 {
			return 0
		}
		return svg.Length(v.Mul(decimal.NewFromInt(int64(high))).DivRound(p.top, 0).IntPart())
	}
	var out []bar
	size := c.bucket(p)
	for i := range p.load.Stretches {
		s := &p.load.Stretches[i]
		from, to, ok := c.ends(s)
		if !ok {
			continue
		}
		b := bar{from / size * size, (to + size - 1) / size * size, height(s.Used), height(s.There), height(s.Short)}
		if n := len(out); n > 0 && out[n-1].to > b.from {
			// The last bucket of the one before is the first of this one.
			before := &out[n-1]
			shared := bar{b.from, before.to, before.used, before.there, before.short}
			if before.to = b.from; before.to <= before.from {
				out = out[:n-1]
			}
			rest := b
			rest.from = shared.to
			b.to = shared.to
			shared.take(&b)
			out = append(out, shared)
			b = rest
		}
		switch n := len(out); {
		case b.to <= b.from:
		case n > 0 && out[n-1] == (bar{out[n-1].from, b.from, b.used, b.there, b.short}):
			out[n-1].to = b.to
		default:
			out = append(out, b)
		}
	}
	return out
}

// drawBars draws the histogram upwards from base.
func (c *loadChart) drawBars(p *panel, base svg.Length) {
	var used, there, short svg.Path
	for _, b := range c.bars(p, panelHeight-panelGap-svg.Px(6)) {
		x, width := c.axis.x(b.from), c.axis.x(b.to)-c.axis.x(b.from)
		if width <= 0 {
			continue
		}
		b.short = min(b.short, b.used)
		if enough := b.used - b.short; enough > 0 {
			used.Rect(x, base-enough, width, enough)
		}
		if b.short > 0 {
			short.Rect(x, base-b.used, width, b.short)
		}
		there.Move(x, base-b.there)
		there.Across(x + width)
	}
	c.shape("u", &used)
	c.shape("q", &short)
	c.shape("th", &there)
}

// amountText writes an amount shortly: thousands, millions and billions by their
// letters, with two decimals at most.
func amountText(v decimal.Decimal) string {
	for _, unit := range []struct {
		shift int32
		name  string
	}{{9, "G"}, {6, "M"}, {3, "k"}} {
		if v.Abs().GreaterThanOrEqual(decimal.New(1, unit.shift+1)) {
			return v.Shift(-unit.shift).Round(1).String() + unit.name
		}
	}
	return v.Round(2).String()
}
