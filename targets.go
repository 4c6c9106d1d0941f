package salesplan

import (
	"bytes"
	"encoding/json"
	"io"
	"iter"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Targets are the breakdowns of a plan's goals, with what came up while they
// were made. They are immutable and safe for use by many goroutines.
type Targets struct {
	parts    []targetPart // in the order of the plan's goals
	findings []diag.Finding

	contributions map[string][]string // by goal: those below of other metrics

	issue Issue // of targets that were read; zero for others
}

// Goal returns the breakdown of a flow's goal. An unknown goal is a fault of
// code [diag.Unknown] with the nearest name, one of a stock or rate one of code
// [diag.Mismatch].
func (t *Targets) Goal(id string) (*Breakdown, error) { return partOf[*Breakdown](t, id, "a flow") }

// All yields the breakdowns of flows in the order of the plan's goals; those of
// other kinds are [Targets.Stocks] and [Targets.Rates].
func (t *Targets) All() iter.Seq[*Breakdown] { return partsOf[*Breakdown](t) }

// Amount returns what goal owes at a place: what is to be sold in the period of
// a flow, what there is to be at its end of a stock. See [Breakdown.Amount]. A
// rate, which is no amount, is a fault of code [diag.Mismatch].
func (t *Targets) Amount(goal string, at At) (decimal.Decimal, error) {
	if s, err := t.Stock(goal); err == nil {
		return s.Amount(at)
	}
	b, err := t.Goal(goal)
	if err != nil {
		return decimal.Decimal{}, err
	}
	return b.Amount(at)
}

// Findings returns the findings of the evidence and of all splits.
func (t *Targets) Findings() []diag.Finding { return slices.Clone(t.findings) }

// Equal reports whether both owe the same for the same goals, in the same
// order.
func (t *Targets) Equal(other *Targets) bool {
	if t == nil || other == nil {
		return t == other
	}
	return slices.EqualFunc(t.parts, other.parts, targetPart.same)
}

// MarshalJSON writes the targets as [Targets.WriteJSON] does.
func (t *Targets) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	if err := t.WriteJSON(&b, Query{}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// WriteJSON writes the chosen rows of all goals to w: an object with "goals",
// each with what it is about and its "rows", and "findings". Amounts are
// strings with the decimals of the metric's step. A query that a goal's split
// doesn't know leaves that goal without rows; one that no goal knows is a
// fault. It streams: memory does not grow with the rows.
func (t *Targets) WriteJSON(w io.Writer, q Query) error {
	if err := t.Check(q); err != nil {
		return err
	}
	jw := &jsonRows{w: w}
	jw.text(`{"goals":[`)
	for i, part := range t.parts {
		if i > 0 {
			jw.text(",")
		}
		part.write(jw, q)
	}
	jw.text("]")
	jw.value("findings", findingList(t.findings))
	jw.text("}")
	jw.flush()
	return jw.err
}

// Check reports a query that none of the goals' splits can answer, with the
// faults of [Breakdown.Rows].
func (t *Targets) Check(q Query) error {
	var first error
	for _, part := range t.parts {
		err := part.check(q)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// MarshalJSON writes the breakdown: what it is about, and all its rows; null for
// a zero Breakdown.
func (b *Breakdown) MarshalJSON() ([]byte, error) {
	if b.missing() != nil {
		return []byte("null"), nil
	}
	jw := &jsonRows{}
	jw.breakdown(b, Query{})
	return jw.buf, jw.err
}

// jsonRows writes rows as JSON; without a writer it keeps all in its buffer.
type jsonRows struct {
	w   io.Writer
	buf []byte
	err error
}

func (jw *jsonRows) text(s string) { jw.buf = append(jw.buf, s...) }

// key writes a key and its text value, after a comma if it isn't the first.
func (jw *jsonRows) key(name, value string) {
	if last := jw.buf[len(jw.buf)-1]; last != '{' && last != '[' {
		jw.text(",")
	}
	jw.text(`"` + name + `":`)
	jw.buf = appendQuoted(jw.buf, value)
}

func (jw *jsonRows) list(name string, values []string) {
	jw.text(`,"` + name + `":[`)
	for i, v := range values {
		if i > 0 {
			jw.text(",")
		}
		jw.buf = appendQuoted(jw.buf, v)
	}
	jw.text("]")
}

func (jw *jsonRows) flush() {
	if jw.w == nil || jw.err != nil {
		return
	}
	if _, err := jw.w.Write(jw.buf); err != nil {
		jw.err = err
	}
	jw.buf = jw.buf[:0]
}

func (jw *jsonRows) breakdown(b *Breakdown, q Query) {
	jw.header(b, b.cs.req.Goal, b.cs.metric, b.Total())
	jw.grown(b.cs.grown)
	jw.text(`,"rows":[`)
	rows, err := b.Rows(q)
	if err == nil {
		writeRows(jw, rows, func(r Row) {
			jw.row(b, r)
			jw.text("}")
		})
	}
	jw.text("]}")
}

// header writes what a goal is about.
func (jw *jsonRows) header(b *Breakdown, goal Goal, m Metric, amount decimal.Decimal) {
	jw.text("{")
	jw.key("goal", goal.ID)
	if goal.Name != "" {
		jw.key("name", goal.Name)
	}
	jw.key("metric", m.ID)
	jw.key("measure", m.Measure)
	jw.key("step", m.Step.String())
	jw.key("period", b.cs.grid.fiscal.Label(b.cs.grid.whole))
	jw.key("owner", b.Owner())
	jw.key("amount", b.Text(amount))
	jw.list("axes", b.Axes())
	grains := make([]string, len(b.cs.grid.grains))
	for i, g := range b.cs.grid.grains {
		grains[i] = string(g)
	}
	jw.list("grains", grains)
}

// grown writes how a target came from its baseline, where it did.
func (jw *jsonRows) grown(t *GrownTarget) {
	if t == nil || jw.err != nil {
		return
	}
	text, err := marshalPlain(t)
	if err != nil {
		jw.err = err
		return
	}
	jw.text(`,"growth":`)
	jw.buf = append(jw.buf, text...)
}

// writeRows writes rows with commas between them, until writing fails.
func writeRows[R any](jw *jsonRows, rows iter.Seq[R], write func(R)) {
	first := true
	for r := range rows {
		if !first {
			jw.text(",")
		}
		first = false
		write(r)
		if len(jw.buf) > 1<<16 {
			jw.flush()
			if jw.err != nil {
				return
			}
		}
	}
}

// value writes a key and its value, after a comma.
func (jw *jsonRows) value(name string, v any) {
	text, err := json.Marshal(v)
	if err != nil && jw.err == nil {
		jw.err = err
	}
	jw.text(`,"` + name + `":`)
	jw.buf = append(jw.buf, text...)
}

// row writes a row without its closing brace.
func (jw *jsonRows) row(b *Breakdown, r Row) {
	jw.text(`{"units":[`)
	for i, u := range r.Units {
		if i > 0 {
			jw.text(",")
		}
		jw.buf = appendQuoted(jw.buf, u)
	}
	jw.text("]")
	if r.Parents != nil {
		jw.list("parents", r.Parents)
	}
	jw.key("axis", r.Axis)
	jw.key("parent", r.Parent)
	jw.text(`,"level":`)
	jw.buf = strconv.AppendInt(jw.buf, int64(r.Level), 10)
	jw.key("grain", string(r.Grain))
	jw.key("period", b.Label(r.Period))
	jw.key("first", r.Period.First.String())
	jw.key("last", r.Period.Last.String())
	if r.Leaf {
		jw.text(`,"leaf":true`)
	} else {
		jw.text(`,"leaf":false`)
	}
	jw.key("amount", b.Text(r.Amount))
}

// Text writes an amount with the decimals of the metric's step; one that a lock
// off the step makes, with all of its own.
func (b *Breakdown) Text(amount decimal.Decimal) string {
	if b.missing() != nil {
		return amountText(amount)
	}
	return b.cs.text(amount)
}

// Label names a period as the plan's fiscal year does: "FY2027-Q3", "2027-03",
// "2027-01-01/2027-01-03".
func (b *Breakdown) Label(p calendar.Period) string {
	if b.missing() != nil {
		return p.String()
	}
	return b.cs.grid.fiscal.Label(p)
}
