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
	breakdowns []*Breakdown
	findings   []diag.Finding
}

// Goal returns the breakdown of a goal. An unknown goal is a fault of code
// [diag.Unknown] with the nearest name.
func (t *Targets) Goal(id string) (*Breakdown, error) {
	ids := make([]string, 0, len(t.breakdowns))
	for _, b := range t.breakdowns {
		if b.Goal() == id {
			return b, nil
		}
		ids = append(ids, b.Goal())
	}
	return nil, &diag.Fault{Code: diag.Unknown, Path: "/goal", Value: id, Bound: "the goals", Near: diag.Nearest(id, ids)}
}

// All yields the breakdowns in the order of the plan's goals.
func (t *Targets) All() iter.Seq[*Breakdown] { return slices.Values(t.breakdowns) }

// Amount returns what goal owes at a place; see [Breakdown.Amount].
func (t *Targets) Amount(goal string, at At) (decimal.Decimal, error) {
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
	return slices.EqualFunc(t.breakdowns, other.breakdowns, (*Breakdown).Equal)
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
	for i, b := range t.breakdowns {
		if i > 0 {
			jw.text(",")
		}
		jw.breakdown(b, q)
	}
	jw.text(`],"findings":`)
	findings := t.findings
	if findings == nil {
		findings = []diag.Finding{}
	}
	text, err := json.Marshal(findings)
	if err != nil {
		return err
	}
	jw.buf = append(jw.buf, text...)
	jw.text("}")
	jw.flush()
	return jw.err
}

// Check reports a query that none of the goals' splits can answer, with the
// faults of [Breakdown.Rows].
func (t *Targets) Check(q Query) error {
	var first error
	for _, b := range t.breakdowns {
		_, err := b.Rows(q)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// MarshalJSON writes the breakdown: what it is about, and all its rows.
func (b *Breakdown) MarshalJSON() ([]byte, error) {
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
	goal, m := b.cs.req.Goal, b.cs.metric
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
	jw.key("amount", b.Text(b.Total()))
	jw.list("axes", b.Axes())
	grains := make([]string, len(b.cs.grid.grains))
	for i, g := range b.cs.grid.grains {
		grains[i] = string(g)
	}
	jw.list("grains", grains)
	jw.text(`,"rows":[`)
	rows, err := b.Rows(q)
	if err == nil {
		first := true
		for r := range rows {
			if !first {
				jw.text(",")
			}
			first = false
			jw.row(b, r)
			if len(jw.buf) > 1<<16 {
				jw.flush()
				if jw.err != nil {
					return
				}
			}
		}
	}
	jw.text("]}")
}

func (jw *jsonRows) row(b *Breakdown, r Row) {
	jw.text(`{"units":[`)
	for i, u := range r.Units {
		if i > 0 {
			jw.text(",")
		}
		jw.buf = appendQuoted(jw.buf, u)
	}
	jw.text("]")
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
	jw.text("}")
}

// Text writes an amount with the decimals of the metric's step.
func (b *Breakdown) Text(amount decimal.Decimal) string {
	return amount.StringFixed(max(-b.cs.metric.Step.Exponent(), 0))
}

// Label names a period as the plan's fiscal year does: "FY2027-Q3", "2027-03",
// "2027-01-01/2027-01-03".
func (b *Breakdown) Label(p calendar.Period) string { return b.cs.grid.fiscal.Label(p) }
