package main

import (
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/salesplan/salesplan"
)

// writeTable writes the targets for people to read: a table for each goal, the
// first axis with its units indented by level, then each further axis.
func (v *view) writeTable(p *program, w io.Writer) error {
	first := true
	for b := range v.targets.All() {
		q := v.query
		q.Grain = v.grainOf(b)
		if _, err := b.Rows(q); err != nil {
			continue // leftOut says so
		}
		if !first {
			_, _ = io.WriteString(w, "\n")
		}
		first = false
		if _, err := io.WriteString(w, v.render(p, b, q)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// render draws the table of a goal.
func (v *view) render(p *program, b *salesplan.Breakdown, q salesplan.Query) string {
	t := newTable()
	head := []string{""}
	if v.system != "" {
		head = append(head, v.system)
	}
	t.numbersFrom = len(head)
	if q.Grain != salesplan.GrainGoal {
		for _, period := range b.Periods(q.Grain) {
			head = append(head, b.Label(period))
		}
	}
	t.header(append(head, p.word("Total"))...)
	axes, root := b.Axes(), rootOf(b)
	if len(axes) == 0 {
		for l := range lines(b, q) {
			v.add(p, t, b, l, v.ownerOf(b), "")
		}
	}
	for k, axis := range axes {
		q.Axis = axis
		begun := k == 0
		for l := range lines(b, q) {
			alone := slices.Equal(l.units[:k], root[:k])
			if !alone && !v.showsPairs(l.units, axis) {
				continue
			}
			if !begun {
				begun = true
				t.separator()
			}
			name, unit := p.word("Total"), l.units[k]
			switch {
			case !alone:
				name = strings.Repeat("  ", l.level) + v.pairName(l.units)
			case unit != "":
				level := l.level
				if k > 0 {
					level--
				}
				name = strings.Repeat("  ", max(level-v.topLevel(l, q, k), 0)) + v.names[unit]
			}
			v.add(p, t, b, l, name, unit)
		}
	}
	return v.title(b) + "\n" + t.render()
}

// rootOf returns the units of the row of the whole goal.
func rootOf(b *salesplan.Breakdown) []string {
	rows, err := b.Rows(salesplan.Query{Grain: salesplan.GrainGoal})
	if err == nil {
		for r := range rows {
			return r.Units
		}
	}
	return nil
}

func (v *view) ownerOf(b *salesplan.Breakdown) string {
	for _, g := range v.job.plan.Goals {
		if g.ID == b.Goal() && g.Owner != "" {
			return v.names[g.Owner]
		}
	}
	return b.Goal()
}

// topLevel is the level of the unit at which the table begins.
func (v *view) topLevel(l line, q salesplan.Query, axis int) int {
	if q.Under == l.units[axis] && axis == 0 {
		v.top = l.level
	}
	return v.top
}

// showsPairs reports whether a row of several units is shown: where one person
// or a unit of the further axis is asked for.
func (v *view) showsPairs(units []string, axis string) bool {
	under := v.query.Under
	if under == "" {
		return false
	}
	at, err := v.job.findUnit(under)
	return err == nil && (at.axis == axis || slices.Contains(units, under))
}

func (v *view) pairName(units []string) string {
	var names []string
	for _, u := range units {
		if u != "" {
			names = append(names, v.names[u])
		}
	}
	return strings.Join(names, " / ")
}

func (v *view) title(b *salesplan.Breakdown) string {
	m := b.Metric()
	name := b.Goal()
	for _, g := range v.job.plan.Goals {
		if g.ID == b.Goal() && g.Name != "" {
			name = g.Name
		}
	}
	metric := m.ID
	if m.Name != "" {
		metric = m.Name
	}
	if m.Measure != "" {
		metric += " (" + m.Measure + ")"
	}
	return printable(name + " · " + metric + " · " + b.Label(b.Period()))
}

func (v *view) add(p *program, t *textTable, b *salesplan.Breakdown, l line, name, unit string) {
	cells := []string{name}
	if v.system != "" {
		cells = append(cells, v.ids[unit])
	}
	if len(l.amounts) != 1 || t.width > len(cells)+1 {
		for _, a := range l.amounts {
			cells = append(cells, grouped(b.Text(a)))
		}
	}
	t.row(append(cells, grouped(b.Text(l.total)))...)
}

// grouped writes a plain number with commas between groups of three digits.
func grouped(number string) string {
	sign, digits := "", number
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(whole[i])
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return b.String()
}

// A textTable is a table for a terminal: names to the left, numbers to the
// right, wide characters counted as two.
type textTable struct {
	w           table.Writer
	numbersFrom int
	width       int
}

func newTable() *textTable {
	text.OverrideRuneWidthEastAsianWidth(false) // whatever the locale
	t := &textTable{w: table.NewWriter(), numbersFrom: 1}
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Format = table.FormatOptions{}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", "  "
	t.w.SetStyle(style)
	return t
}

func (t *textTable) header(cells ...string) {
	t.width = len(cells)
	t.w.AppendHeader(t.cells(cells))
	var configs []table.ColumnConfig
	for i := t.numbersFrom; i < len(cells); i++ {
		configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	t.w.SetColumnConfigs(configs)
}

func (t *textTable) row(cells ...string) { t.w.AppendRow(t.cells(cells)) }

func (t *textTable) separator() { t.w.AppendSeparator() }

func (t *textTable) cells(cells []string) table.Row {
	row := make(table.Row, len(cells))
	for i, c := range cells {
		row[i] = printable(c)
	}
	return row
}

// render draws the table without spaces at the ends of its lines.
func (t *textTable) render() string {
	lines := strings.Split(t.w.Render(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}
