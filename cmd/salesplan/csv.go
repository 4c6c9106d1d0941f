package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// safeCell returns a text as a cell that no spreadsheet takes for a formula:
// an apostrophe stands before what begins like one (in full width too), and
// before an apostrophe. Numbers don't come here.
func safeCell(s string) string {
	for _, prefix := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(s, prefix) {
			return "'" + s
		}
	}
	return s
}

// axes are the ids of the axes of all goals, in the plan's order.
func (v *view) axes() []string {
	used := map[string]bool{}
	for b := range v.targets.All() {
		for _, a := range b.Axes() {
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
		out = append(out, safeCell(name))
		if v.system != "" {
			out = append(out, safeCell(name+" "+v.system))
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
		out = append(out, safeCell(unit))
		if v.system != "" {
			out = append(out, safeCell(v.ids[unit]))
		}
	}
	return out
}

// writeLong writes one row for each unit and period.
func (v *view) writeLong(_ *program, w io.Writer) error {
	out := csv.NewWriter(w)
	axes := v.axes()
	before, after := []string{"goal", "metric"}, []string{"parent", "level", "grain", "period", "first", "last", "leaf", "amount"}
	_ = out.Write(slices.Concat(before, v.unitColumns(axes, append(before, after...)...), after))
	for b := range v.targets.All() {
		rows, err := b.Rows(v.query)
		if err != nil {
			continue // leftOut says so
		}
		head := []string{safeCell(b.Goal()), safeCell(b.Metric().ID)}
		for r := range rows {
			cells := slices.Concat(head, v.unitCells(b, axes, r.Units), []string{
				safeCell(r.Parent), strconv.Itoa(r.Level), string(r.Grain), b.Label(r.Period), r.Period.First.String(), r.Period.Last.String(),
				strconv.FormatBool(r.Leaf), b.Text(r.Amount),
			})
			if err := out.Write(cells); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// A line is what a unit (or one of each axis) owes in all periods of a grain.
type line struct {
	units   []string
	parent  string
	level   int
	amounts []decimal.Decimal
	total   decimal.Decimal
}

// lines collects the rows of one grain by unit.
func lines(b *salesplan.Breakdown, q salesplan.Query) func(yield func(line) bool) {
	return func(yield func(line) bool) {
		rows, err := b.Rows(q)
		if err != nil {
			return
		}
		n := 0
		for _, p := range b.Periods(q.Grain) {
			if q.Period.IsZero() || q.Period.Covers(p) {
				n++
			}
		}
		l := line{amounts: make([]decimal.Decimal, 0, n)}
		for r := range rows {
			if len(l.amounts) == 0 {
				l.units, l.parent, l.level, l.total = r.Units, r.Parent, r.Level, decimal.Zero
			}
			l.amounts = append(l.amounts, r.Amount)
			l.total = l.total.Add(r.Amount)
			if len(l.amounts) < n {
				continue
			}
			if !yield(l) {
				return
			}
			l.amounts = l.amounts[:0]
		}
	}
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
	for b := range v.targets.All() {
		for _, period := range v.periods(b, v.grainOf(b)) {
			label := b.Label(period)
			if _, ok := column[label]; !ok {
				column[label] = len(periods)
				periods = append(periods, label)
			}
		}
	}
	out := csv.NewWriter(w)
	before, after := []string{"goal", "metric"}, []string{"parent", "level", "leaf"}
	_ = out.Write(slices.Concat(before, v.unitColumns(axes, append(before, after...)...), after, periods, []string{"total"}))
	for b := range v.targets.All() {
		q := v.query
		q.Grain = v.grainOf(b)
		var at []int
		for _, period := range v.periods(b, q.Grain) {
			at = append(at, column[b.Label(period)])
		}
		for l := range lines(b, q) {
			amounts := make([]string, len(periods))
			for i, a := range l.amounts {
				amounts[at[i]] = b.Text(a)
			}
			cells := slices.Concat([]string{safeCell(b.Goal()), safeCell(b.Metric().ID)}, v.unitCells(b, axes, l.units),
				[]string{safeCell(l.parent), strconv.Itoa(l.level), strconv.FormatBool(v.isLeaf(l.units))}, amounts, []string{b.Text(l.total)})
			if err := out.Write(cells); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
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
