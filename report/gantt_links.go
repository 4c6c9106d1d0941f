package report

import (
	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/internal/svg"
)

// Links that make no date are drawn up to so many rows and links.
const (
	mostLinkRows = 60
	mostLinks    = 150
)

// A linkKey is a link between two tasks.
type linkKey struct {
	from, to string
	link     salesplan.LinkType
}

// drawLinks draws arrows of links whose tasks are both shown: those that make a
// date, and where there are few, the others too.
func (g *gantt) drawLinks() {
	if !g.opt.shows(PartLinks) {
		return
	}
	driving := g.driving()
	var shown []salesplan.TaskLink
	for l := range g.t.Links() {
		from, ok := g.at[l.From]
		to, known := g.at[l.To]
		if ok && known && from != to {
			shown = append(shown, l)
		}
	}
	few := len(g.rows) <= mostLinkRows && len(shown) <= mostLinks
	var other, drives, critical arrows
	for _, l := range shown {
		from, to := &g.rows[g.at[l.From]], &g.rows[g.at[l.To]]
		into := &other
		if driving[linkKey{l.From, l.To, l.Link}] {
			into = &drives
			if g.isCritical(from) && g.isCritical(to) && from.d.Longest && to.d.Longest {
				into = &critical
			}
		} else if !few {
			continue
		}
		g.arrow(into, from, to, l.Link)
	}
	g.drawArrows("lo", &other)
	g.drawArrows("ld", &drives)
	g.drawArrows("lk", &critical)
}

// driving are the links that make dates. In a plan that is scheduled back from
// its finish they are those to what follows.
func (g *gantt) driving() map[linkKey]bool {
	out := map[linkKey]bool{}
	for d := range g.t.Tasks() {
		for _, by := range []*salesplan.Driver{&d.Driver, &d.FinishDriver} {
			if by.Kind != salesplan.DriverLink {
				continue
			}
			own := d.ID
			if by.Of != "" {
				own = by.Of
			}
			out[linkKey{by.Task, own, by.Link}], out[linkKey{own, by.Task, by.Link}] = true, true
		}
	}
	return out
}

// arrows are lines and the heads at their ends.
type arrows struct{ lines, heads svg.Path }

func (g *gantt) drawArrows(class string, a *arrows) {
	g.shape(class, &a.lines)
	g.shape(class+" ah", &a.heads)
}

// arrow draws a link with level and upright lines only. It leaves the end of the
// one bar that the link ties and comes to that of the other; of a successor that
// starts later it comes from above or below.
func (g *gantt) arrow(a *arrows, from, to *row, link salesplan.LinkType) {
	atFinish := link == salesplan.LinkFinishToStart || link == salesplan.LinkFinishToFinish || link == ""
	toStart := link == salesplan.LinkFinishToStart || link == salesplan.LinkStartToStart || link == ""
	x1, m1 := g.anchor(from, atFinish)
	x2, m2 := g.anchor(to, !toStart)
	if !g.axis.holds(m1) || !g.axis.holds(m2) {
		return
	}
	_, y1 := g.barTop(from)
	top2, y2 := g.barTop(to)
	stub := g.look.bar * 6 / 10
	down := to.y > from.y
	a.lines.Move(x1, y1)
	if atFinish && toStart && x2+stub/2 >= x1 {
		// To the start from above or below.
		x := max(x2+min(stub/2, g.axis.x(to.finish)-x2), x1)
		if to.d.Milestone {
			x = max(x2, x1)
		}
		y := top2
		if !down {
			y = top2 + g.look.bar
		}
		a.lines.Across(x)
		a.lines.Down(y)
		a.head(x, y, 0, sign(down), stub)
		return
	}
	gap := stub * 12 / 10
	turn := x1 + gap // FS with a lead, FF
	switch {
	case !atFinish && toStart: // SS
		turn = min(x1, x2) - gap
	case atFinish && !toStart: // FF
		turn = max(x1, x2) + gap
	case !atFinish: // SF
		turn = x1 - gap
	}
	turn = max(min(turn, g.axis.right), g.axis.left)
	into := svg.Length(1) // the way the arrow points
	if !toStart {
		into = -1
	}
	a.lines.Across(turn)
	if atFinish == toStart {
		// Around the successor's bar, between the rows.
		y := to.y
		if !down {
			y += g.look.row
		}
		a.lines.Down(y)
		turn = max(min(x2-into*gap, g.axis.right), g.axis.left)
		a.lines.Across(turn)
	}
	a.lines.Down(y2)
	a.lines.Across(x2)
	a.head(x2, y2, into, 0, stub)
}

// anchor is where a link leaves or comes to a bar.
func (g *gantt) anchor(r *row, atFinish bool) (svg.Length, int64) {
	minute := r.start
	if atFinish {
		minute = r.finish
	}
	return g.axis.x(minute), minute
}

// head draws an arrow's head at a place, which it points to.
func (a *arrows) head(x, y, dx, dy, stub svg.Length) {
	size := max(stub/2, 3*svg.Pixel)
	half := size * 7 / 10
	a.heads.Move(x, y)
	a.heads.By(-dx*size-dy*half, -dy*size-dx*half)
	a.heads.By(2*dy*half, 2*dx*half)
	a.heads.Shut()
}

func sign(positive bool) svg.Length {
	if positive {
		return 1
	}
	return -1
}
