package main

import (
	"cmp"
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
	for _, part := range v.parts() {
		b, q := part.frame, v.query
		q.Grain = v.grainOf(b)
		if !v.shows(b) {
			continue // leaveOut says so
		}
		if !first {
			_, _ = io.WriteString(w, "\n")
		}
		first = false
		if _, err := io.WriteString(w, v.render(p, part, q)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// render draws the table of a goal: its series below each other, each with its
// name where there are several.
func (v *view) render(p *program, part part, q salesplan.Query) string {
	b, t := part.frame, newTable()
	head := []string{""}
	if v.system != "" {
		head = append(head, v.system)
	}
	t.numbersFrom = len(head)
	if q.Grain != salesplan.GrainGoal {
		head = append(head, v.labels(b, q.Grain)...)
	}
	last := "Total"
	if part.metric.Kind == salesplan.KindStock {
		last = "End"
	}
	t.header(append(head, p.word(last))...)
	for i, s := range part.series {
		if i > 0 {
			t.separator()
		}
		indent := ""
		if s.name != "" {
			t.row(s.name)
			indent = "  "
		}
		v.addSeries(p, t, part, s, q, indent)
	}
	return v.title(part) + "\n" + t.render(v.width)
}

// addSeries adds the lines of a series, axis by axis.
func (v *view) addSeries(p *program, t *textTable, part part, s series, q salesplan.Query, indent string) {
	b := part.frame
	axes, root := b.Axes(), rootOf(b)
	if len(axes) == 0 {
		for l := range part.lines(s, q) {
			v.add(t, l, indent+v.ownerOf(b), "")
		}
	}
	for k, axis := range axes {
		q.Axis = axis
		begun := k == 0
		for l := range part.lines(s, q) {
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
				name = strings.Repeat("  ", l.level) + v.pairName(l)
			case unit != "":
				level := l.level
				if k > 0 {
					level--
				}
				name = strings.Repeat("  ", max(level-v.topLevel(l, q, k), 0)) + v.nameOf(unit)
				if unit == v.query.Under { // below none of the lines shown
					name += v.teamOf(l, k)
				}
			}
			v.add(t, l, indent+name, unit)
		}
	}
}

// nameOf is the name of a unit, or the id of one that isn't the plan's: a line
// for a stock that nobody takes over.
func (v *view) nameOf(unit string) string { return cmp.Or(v.names[unit], unit) }

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

// teamOf names the team in which a line's unit of an axis owes this, if it
// changes teams.
func (v *view) teamOf(l line, axis int) string {
	if axis >= len(l.parents) || l.parents[axis] == "" {
		return ""
	}
	return " (" + v.nameOf(l.parents[axis]) + ")"
}

// pairName names the units of a line; of one that changes teams, with the team.
func (v *view) pairName(l line) string {
	var names []string
	for i, u := range l.units {
		if u == "" {
			continue
		}
		names = append(names, v.nameOf(u)+v.teamOf(l, i))
	}
	return strings.Join(names, " / ")
}

func (v *view) title(part part) string {
	b, m := part.frame, part.metric
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

func (v *view) add(t *textTable, l line, name, unit string) {
	cells := []string{name}
	if v.system != "" {
		cells = append(cells, v.ids[unit])
	}
	if len(l.amounts) != 1 || t.width > len(cells)+1 {
		for _, a := range l.amounts {
			cells = append(cells, grouped(a))
		}
	}
	t.row(append(cells, grouped(l.total))...)
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

// defaultWidth is how wide tables are where no terminal says it.
const defaultWidth = 120

// tableWidth is the width of tables: what is asked for, or the terminal's.
func (p *program) tableWidth(asked int) int {
	switch {
	case asked >= 0:
		return asked
	case p.columns > 0 && p.outFile == "":
		return p.columns
	}
	return defaultWidth
}

// A textTable is a table for a terminal: names to the left, numbers to the
// right, wide characters counted as two.
type textTable struct {
	head        []string
	rows        [][]string // nil for a line between rows
	numbersFrom int
	width       int // in cells
}

func newTable() *textTable { return &textTable{numbersFrom: 1} }

func (t *textTable) header(cells ...string) {
	t.width = len(cells)
	t.head = printables(cells)
}

func (t *textTable) row(cells ...string) { t.rows = append(t.rows, printables(cells)) }

func (t *textTable) separator() { t.rows = append(t.rows, nil) }

func printables(cells []string) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = printable(c)
	}
	return out
}

// gap is what stands between two columns.
const gap = "  "

// render draws the table, in several parts below each other where it is wider
// than width, each with the names before its numbers. A width of 0 is any.
func (t *textTable) render(width int) string {
	var parts []string
	for _, columns := range t.folds(width) {
		parts = append(parts, t.part(columns))
	}
	return strings.Join(parts, "\n\n")
}

// folds divides the columns of numbers over as few parts as fit, of nearly
// equal numbers of columns.
func (t *textTable) folds(width int) [][]int {
	names, widest := 0, 0
	for i := range t.head {
		w := len(gap)
		for _, row := range append(t.rows, t.head) {
			if i < len(row) {
				w = max(w, text.StringWidth(row[i])+len(gap))
			}
		}
		if i < t.numbersFrom {
			names += w
		} else {
			widest = max(widest, w)
		}
	}
	numbers := t.width - t.numbersFrom
	fit := numbers
	if width > 0 && numbers > 0 {
		fit = min(max((width+len(gap)-names)/widest, 1), numbers)
	}
	if numbers <= fit {
		return [][]int{t.columns(t.numbersFrom, t.width)}
	}
	// The total goes with the last part. Parts of equal numbers of columns are
	// easier to read on, if that takes no more of them.
	parts := (numbers + fit - 1) / fit
	each := min((numbers-1+parts-1)/parts, fit)
	if each*parts >= numbers-1 && numbers-each*(parts-1) > fit {
		each = fit
	}
	var out [][]int
	for first := t.numbersFrom; first < t.width; first += each {
		last := min(first+each, t.width)
		if t.width-last == 1 && last+1-first <= fit {
			last++
		}
		out = append(out, t.columns(first, last))
		if last == t.width {
			break
		}
	}
	return out
}

// columns are those of names and those from first up to last.
func (t *textTable) columns(first, last int) []int {
	var out []int
	for i := range t.numbersFrom {
		out = append(out, i)
	}
	for i := first; i < last; i++ {
		out = append(out, i)
	}
	return out
}

// part draws some columns, without spaces at the ends of lines.
func (t *textTable) part(columns []int) string {
	text.OverrideRuneWidthEastAsianWidth(false) // whatever the locale
	w := table.NewWriter()
	style := table.StyleLight
	style.Options = table.Options{SeparateHeader: true}
	style.Format = table.FormatOptions{}
	style.Box.PaddingLeft, style.Box.PaddingRight = "", gap
	w.SetStyle(style)
	var configs []table.ColumnConfig
	for i, c := range columns {
		if c >= t.numbersFrom {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
		}
	}
	w.SetColumnConfigs(configs)
	w.AppendHeader(pick(t.head, columns))
	for _, row := range t.rows {
		if row == nil {
			w.AppendSeparator()
			continue
		}
		w.AppendRow(pick(row, columns))
	}
	lines := strings.Split(w.Render(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func pick(cells []string, columns []int) table.Row {
	row := make(table.Row, 0, len(columns))
	for _, c := range columns {
		if c < len(cells) {
			row = append(row, cells[c])
		}
	}
	return row
}
