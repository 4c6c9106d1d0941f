package main

import (
	"bufio"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// A csvWriter writes CSV with what it takes for programs that read it otherwise:
// texts that a spreadsheet would take for a formula get an apostrophe before
// them, and what has a semicolon or a tab in it is in quotes, as if that
// separated the cells.
type csvWriter struct {
	out *bufio.Writer
}

func newCSV(w io.Writer) *csvWriter { return &csvWriter{out: bufio.NewWriter(w)} }

// write writes a row of cells that are as they should be, texts by [salesplan.NeutralCell].
func (c *csvWriter) write(cells ...string) error {
	if len(cells) == 1 && cells[0] == "" {
		_, err := c.out.WriteString("\"\"\n") // rather than a blank line
		return err
	}
	for i, s := range cells {
		if i > 0 {
			_ = c.out.WriteByte(',')
		}
		if !strings.ContainsAny(s, ",;\t\"\r\n") && strings.TrimSpace(s) == s {
			_, _ = c.out.WriteString(s)
			continue
		}
		_ = c.out.WriteByte('"')
		_, _ = c.out.WriteString(strings.ReplaceAll(s, `"`, `""`))
		_ = c.out.WriteByte('"')
	}
	return c.out.WriteByte('\n')
}

// flush writes what is held back and returns the first error of the writer.
func (c *csvWriter) flush() error { return c.out.Flush() }

// axes are the ids of the axes of all goals, in the plan's order.
func (v *view) axes() []string {
	used := map[string]bool{}
	for _, p := range v.parts() {
		for _, a := range p.frame.Axes() {
			used[a] = true
		}
	}
	var out []string
	for _, a := range v.job.plan.Axes {
		if used[a.ID] {
			out = append(out, a.ID)
		}
	}
	return out
}

// unitColumns are the headers of the axes, and of the units' ids in the system
// asked for. An axis may have the name of another column.
func (v *view) unitColumns(axes []string, taken ...string) []string {
	var out []string
	for _, a := range axes {
		name := a
		if slices.Contains(taken, a) {
			name = "axis " + a
		}
		out = append(out, salesplan.NeutralCell(name))
		if v.system != "" {
			out = append(out, salesplan.NeutralCell(name+" "+v.system))
		}
	}
	return out
}

// unitCells are a row's units under these headers.
func (v *view) unitCells(b *salesplan.Breakdown, axes, units []string) []string {
	var out []string
	of := b.Axes()
	for _, a := range axes {
		unit := ""
		if i := slices.Index(of, a); i >= 0 {
			unit = units[i]
		}
		out = append(out, salesplan.NeutralCell(unit))
		if v.system != "" {
			out = append(out, salesplan.NeutralCell(v.ids[unit]))
		}
	}
	return out
}

// teamColumn is the header of the units above those that change teams, where
// the plan has any: without it two rows of such a unit would look the same.
func (v *view) teamColumn() []string {
	if !v.movers {
		return nil
	}
	return []string{"parents"}
}

func (v *view) teamCell(parents []string) []string {
	if !v.movers {
		return nil
	}
	named := slices.DeleteFunc(slices.Clone(parents), func(u string) bool { return u == "" })
	return []string{salesplan.NeutralCell(strings.Join(named, "/"))}
}

// writeLong writes one row for each unit and period.
func (v *view) writeLong(_ *program, w io.Writer) error {
	out := newCSV(w)
	axes := v.axes()
	before, after := []string{"goal", "metric"}, append(v.teamColumn(), "parent", "level", "grain", "period", "first", "last", "leaf", "amount")
	_ = out.write(slices.Concat(before, v.unitColumns(axes, append(before, after...)...), after)...)
	for _, part := range v.parts() {
		b := part.frame
		for _, series := range part.series {
			rows, err := series.rows(v.query)
			if err != nil || v.query.LeafOnly && series.derived {
				continue // leaveOut says so
			}
			head := []string{salesplan.NeutralCell(b.Goal()), salesplan.NeutralCell(series.metric)}
			for r := range rows {
				if r.none {
					continue
				}
				cells := slices.Concat(head, v.unitCells(b, axes, r.Units), v.teamCell(r.Parents), []string{
					salesplan.NeutralCell(r.Parent), strconv.Itoa(r.Level), string(r.Grain), b.Label(r.Period), r.Period.First.String(), r.Period.Last.String(),
					strconv.FormatBool(r.Leaf && !series.derived), series.text(r),
				})
				if err := out.write(cells...); err != nil {
					return err
				}
			}
		}
	}
	return out.flush()
}

// isLeaf reports whether a row's units have nothing below them.
func (v *view) isLeaf(units []string) bool {
	for _, u := range units {
		if u == "" || v.parents[u] {
			return false
		}
	}
	return true
}

// writeWide writes one row for each unit, with a column for each period of all
// goals.
func (v *view) writeWide(_ *program, w io.Writer) error {
	axes := v.axes()
	var periods []string
	column := map[string]int{}
	for _, part := range v.parts() {
		for _, label := range v.labels(part.frame, v.grainOf(part.frame)) {
			if _, ok := column[label]; !ok {
				column[label] = len(periods)
				periods = append(periods, label)
			}
		}
	}
	out := newCSV(w)
	before, after := []string{"goal", "metric"}, append(v.teamColumn(), "parent", "level", "leaf")
	_ = out.write(slices.Concat(before, v.unitColumns(axes, append(before, after...)...), after, periods, []string{"total"})...)
	for _, part := range v.parts() {
		b, q := part.frame, v.query
		q.Grain = v.grainOf(b)
		labels := v.labels(b, q.Grain)
		for _, series := range part.series {
			head := []string{salesplan.NeutralCell(b.Goal()), salesplan.NeutralCell(series.metric)}
			for l := range part.lines(series, q) {
				amounts := make([]string, len(periods))
				for i, a := range l.amounts {
					amounts[column[labels[i]]] = a
				}
				cells := slices.Concat(head, v.unitCells(b, axes, l.units), v.teamCell(l.parents),
					[]string{salesplan.NeutralCell(l.parent), strconv.Itoa(l.level), strconv.FormatBool(v.isLeaf(l.units) && !series.derived)}, amounts, []string{l.total})
				if err := out.write(cells...); err != nil {
					return err
				}
			}
		}
	}
	return out.flush()
}

// writeJSON writes the targets in the library's shape, with this program's
// findings among the others and behind them the faults of rows and the ids of
// the system asked for.
func (v *view) writeJSON(_ *program, w io.Writer) error {
	theirs := v.targets.Findings()
	if theirs == nil {
		theirs = []diag.Finding{}
	}
	text, err := json.Marshal(theirs)
	if err != nil {
		return err
	}
	end := `"findings":` + string(text) + "}"
	tail := &tailWriter{w: w, hold: len(end)}
	if err := v.targets.WriteJSON(tail, v.query); err != nil {
		return err
	}
	if string(tail.kept) != end {
		return wrongArgument(&diag.Fault{Code: diag.Syntax, Path: "/targets", Value: diag.Clip(string(tail.kept))})
	}
	var rest []byte
	add := func(before string, value any) {
		rest = append(append(rest, before...), jsonText(value)...)
	}
	add(`"findings":`, append(v.job.named(theirs), v.findings...))
	if len(v.job.rowFaults) > 0 {
		add(`,"faults":`, v.job.rowFaults)
	}
	if v.system != "" {
		add(`,"ids":`, struct {
			System string            `json:"system"`
			Units  map[string]string `json:"units"`
		}{v.system, v.ids})
	}
	_, err = w.Write(append(rest, "}\n"...))
	return err
}

// A tailWriter holds back its last bytes.
type tailWriter struct {
	w    io.Writer
	hold int
	kept []byte
}

func (t *tailWriter) Write(b []byte) (int, error) {
	all := append(t.kept, b...)
	cut := max(len(all)-t.hold, 0)
	if _, err := t.w.Write(all[:cut]); err != nil {
		return 0, err
	}
	t.kept = append([]byte(nil), all[cut:]...)
	return len(b), nil
}
