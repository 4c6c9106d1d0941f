package main

import (
	"io"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A replanGoal is what a re-plan made of one goal.
type replanGoal struct {
	Goal    string                   `json:"goal"`
	Lines   []salesplan.Line         `json:"lines"`   // of the year as issued
	Settled []salesplan.Line         `json:"settled"` // of the year as it is settled
	Changes []salesplan.TargetChange `json:"changes"` // by cell

	b    *salesplan.Breakdown
	rows []replanRow
	sum  replanRow
}

// A replanRow is what changes for a unit of the first axis, or for units of all
// of them, in all open periods.
type replanRow struct {
	units   []string
	parents []string // above units that change teams; nil for all their parts together
	now, by decimal.Decimal
	why     []salesplan.Move // sums by reason and unit
}

func (r *replanRow) add(x salesplan.TargetChange) {
	r.by = r.by.Add(x.New).Sub(x.Old)
	for _, m := range x.Moves {
		i := slices.IndexFunc(r.why, func(k salesplan.Move) bool { return k.Reason == m.Reason && k.Unit == m.Unit })
		if i < 0 {
			i = len(r.why)
			r.why = append(r.why, salesplan.Move{Reason: m.Reason, Unit: m.Unit})
		}
		r.why[i].Amount = r.why[i].Amount.Add(m.Amount)
	}
}

// A replanView is the part of a re-plan that is shown.
type replanView struct {
	job   *job
	goals []replanGoal
	most  int
}

func newReplanView(j *job, got *salesplan.Targets, call *resplitCall) *replanView {
	v := &replanView{job: j, most: call.most}
	list := slices.Collect(got.All())
	for r := range got.Rates() {
		list = append(list, r.Numerator())
	}
	for _, b := range list {
		if j.only != "" && b.Goal() != j.only {
			continue
		}
		g := replanGoal{Goal: b.Goal(), Lines: append([]salesplan.Line{}, b.Lines()...), Settled: []salesplan.Line{}, Changes: []salesplan.TargetChange{}, b: b}
		if s := b.Settled(); s != nil {
			g.Settled = append(g.Settled, s.Lines()...)
		}
		at := map[string]int{}
		for x := range b.Changes() {
			g.Changes = append(g.Changes, x)
			units, parents := x.Units, x.Parents
			if !call.all {
				units, parents = units[:min(1, len(units))], nil
			}
			key := strings.Join(slices.Concat(units, parents), "\x00")
			i, ok := at[key]
			if !ok {
				i = len(g.rows)
				at[key] = i
				g.rows = append(g.rows, replanRow{units: units, parents: parents})
			}
			g.rows[i].add(x)
		}
		g.addUp()
		v.goals = append(v.goals, g)
	}
	return v
}

// addUp finds what the rows, and all units, owe in what is still open.
func (g *replanGoal) addUp() {
	if len(g.rows) == 0 {
		return
	}
	closed := len(g.b.Settled().Closed())
	grains := append([]calendar.Grain{salesplan.GrainGoal}, g.b.Grains()...)
	cells := g.b.Periods(grains[len(grains)-1])
	at := salesplan.At{Period: calendar.Span(cells[closed].First, cells[len(cells)-1].Last)}
	g.sum.now, _ = g.b.Amount(at)
	for i := range g.rows {
		r := &g.rows[i]
		at.Units, at.Parents = r.units, r.parents
		r.now, _ = g.b.Amount(at)
		g.sum.by = g.sum.by.Add(r.by)
	}
}

// write writes a table for each goal: who changes, by how much, and why.
func (v *replanView) write(p *program, w io.Writer, call *resplitCall) error {
	var out strings.Builder
	names := unitNames(v.job.plan)
	for i, g := range v.goals {
		if i > 0 {
			out.WriteString("\n")
		}
		b := g.b
		head := printable(g.Goal) + ", " + p.word("as of") + " " + call.asOf
		if m := b.Metric().Measure; m != "" {
			head += ", " + printable(m)
		}
		out.WriteString(head + "\n")
		if len(g.rows) == 0 {
			out.WriteString(p.word("no target changes") + "\n")
		} else {
			out.WriteString(v.table(p, g, names, call) + "\n")
		}
		v.lines(p, &out, b, p.word("the year as issued"), g.Lines, b.Total())
		if s := b.Settled(); s != nil && len(s.Closed()) > 0 {
			v.lines(p, &out, b, p.word("the year as settled"), g.Settled, b.Total())
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// largest returns the rows with the largest changes, in the order of the units,
// and the sum of the others.
func (v *replanView) largest(rows []replanRow) (shown []replanRow, left replanRow) {
	if v.most <= 0 || len(rows) <= v.most {
		return rows, left
	}
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return rows[b].by.Abs().Cmp(rows[a].by.Abs()) })
	for _, i := range order[v.most:] {
		left.now, left.by = left.now.Add(rows[i].now), left.by.Add(rows[i].by)
	}
	order = order[:v.most]
	slices.Sort(order)
	for _, i := range order {
		shown = append(shown, rows[i])
	}
	return shown, left
}

// table draws the rows with the largest changes. Of why there is as much as
// stands beside the numbers; it stands below them where one doesn't fit.
func (v *replanView) table(p *program, g replanGoal, names map[string]string, call *resplitCall) string {
	rows, left := v.largest(g.rows)
	head := []string{"", p.word("open before"), p.word("open now"), "±"}
	var cells [][]string
	add := func(name string, r replanRow) {
		cells = append(cells, printables([]string{name, grouped(g.b.Text(r.now.Sub(r.by))), grouped(g.b.Text(r.now)), signed(grouped(g.b.Text(r.by)))}))
	}
	for _, r := range rows {
		var units []string
		for _, u := range r.units {
			if name := names[u]; name != "" {
				u = name
			}
			units = append(units, u)
		}
		name := strings.Join(units, " / ")
		if name == "" {
			name = p.word("Total")
		}
		add(name, r)
	}
	if n := len(g.rows) - len(rows); n > 0 {
		add("… "+itoa(n), left)
	}
	add(p.word("Total"), g.sum)

	width := p.tableWidth(call.width)
	cells = append([][]string{head}, cells...)
	room := roomBeside(cells, width)
	if width == 0 {
		room = math.MaxInt
	}
	if whys, fits := v.whys(p, g.b, rows, names, room); fits {
		whys = append(whys, make([]string, len(cells)-len(whys))...)
		for i := range cells {
			cells[i] = append(cells[i], whys[i])
		}
		return tableOf(cells).render(0)
	}
	reasons := make([][]string, len(rows)+1)
	for i := range reasons {
		reasons[i] = cells[i][:1:1]
	}
	whys, _ := v.whys(p, g.b, rows, names, roomBeside(reasons, width))
	for i := range reasons {
		reasons[i] = append(reasons[i], whys[i])
	}
	return tableOf(cells).render(width) + "\n\n" + tableOf(reasons).render(0)
}

// whys returns the column that says why, as far as it fits in a width: the
// largest three reasons of each row, or fewer.
func (v *replanView) whys(p *program, b *salesplan.Breakdown, rows []replanRow, names map[string]string, width int) (out []string, fits bool) {
	out, fits = []string{p.word("why")}, text.StringWidth(p.word("why")) <= width
	for _, r := range rows {
		why := v.why(p, b, r, names, 3)
		for n := 2; n > 0 && text.StringWidth(why) > width; n-- {
			why = v.why(p, b, r, names, n)
		}
		fits = fits && text.StringWidth(why) <= width
		out = append(out, why)
	}
	return out, fits
}

// roomBeside returns how much of a width columns of texts leave.
func roomBeside(cells [][]string, width int) int {
	for i := range cells[0] {
		widest := 0
		for _, row := range cells {
			widest = max(widest, text.StringWidth(row[i]))
		}
		width -= widest + len(gap)
	}
	return width
}

// tableOf makes a table of a head and rows, of which the total is the last.
func tableOf(cells [][]string) *textTable {
	t := newTable()
	t.header(cells[0]...)
	for i, row := range cells[1:] {
		if i == len(cells)-2 && len(row) > 2 {
			t.separator()
		}
		t.row(row...)
	}
	return t
}

// why says what a row got and gave, the largest first, at most so many.
func (v *replanView) why(p *program, b *salesplan.Breakdown, r replanRow, names map[string]string, most int) string {
	moves := slices.DeleteFunc(slices.Clone(r.why), func(m salesplan.Move) bool { return m.Amount.IsZero() })
	if len(moves) == 0 {
		return p.word("moved within")
	}
	slices.SortStableFunc(moves, func(a, b salesplan.Move) int { return b.Amount.Abs().Cmp(a.Amount.Abs()) })
	var out []string
	for i, m := range moves {
		if i == most {
			out = append(out, "…")
			break
		}
		said := p.word(string(m.Reason))
		if m.Unit != "" && (len(r.units) == 0 || m.Unit != r.units[0]) {
			name := names[m.Unit]
			if name == "" {
				name = m.Unit
			}
			said += " " + printable(name)
		}
		if len(moves) > 1 {
			said += " " + signed(grouped(b.Text(m.Amount)))
		}
		out = append(out, said)
	}
	return strings.Join(out, "; ")
}

// lines states by what a year differs from the goal.
func (v *replanView) lines(p *program, out *strings.Builder, b *salesplan.Breakdown, name string, lines []salesplan.Line, total decimal.Decimal) {
	said := name + ": " + grouped(b.Text(total))
	sum := total
	for _, l := range lines {
		sum = sum.Add(l.Amount)
		said += " " + signed(grouped(b.Text(l.Amount))) + " (" + p.word(string(l.Kind)) + ")"
	}
	if len(lines) > 0 {
		said += " = " + grouped(b.Text(sum))
	}
	out.WriteString(said + "\n")
}
