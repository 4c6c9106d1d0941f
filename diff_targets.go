package salesplan

import (
	"bytes"
	"cmp"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// A TargetsDiff is how two plans' targets differ; see [DiffTargets]. It is
// immutable and safe for use by many goroutines.
type TargetsDiff struct {
	query Query
	goals []goalPair
}

// A goalPair is a goal's results; one of them may be nil.
type goalPair struct{ old, now targetPart }

// A GoalDifference is how a goal differs in what it is about.
type GoalDifference struct {
	// Goal is the goal's ID.
	Goal string `json:"goal"`

	// Kind is [ChangeAdded] or [ChangeRemoved] for a goal that only the new or
	// the old targets have, [ChangeChanged] where Fields has something, and
	// empty otherwise.
	Kind ChangeKind `json:"kind,omitempty"`

	// Fields are the things that differ.
	Fields []FieldDifference `json:"fields,omitempty"`
}

// A FieldDifference is one thing that is said of a goal.
type FieldDifference struct {
	// Field is "name", "kind", "metric", "step", "period", "owner", "amount" (what
	// is owed over the whole period; of a rate its target), "axes" or "grains".
	Field string `json:"field"`

	// Old and New are what is said of it, "" for nothing.
	Old string `json:"old"`
	New string `json:"new"`
}

// DiffTargets compares the targets of all goals: those that a plan had with
// those that it has, or has been issued. Goals are found again by their ids.
//
// A query that no goal of either knows has the faults of [Breakdown.Rows];
// targets that are nil are a fault of code [diag.Required] at /old or /now.
func DiffTargets(old, now *Targets, q Query) (*TargetsDiff, error) {
	var c diag.Collector
	for i, t := range []*Targets{old, now} {
		if t == nil {
			c.Add(&diag.Fault{Code: diag.Required, Path: []string{"/old", "/now"}[i]})
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	if err := now.Check(q); err != nil && (len(old.parts) == 0 || old.Check(q) != nil) {
		return nil, err
	}
	d := &TargetsDiff{query: q}
	was := make(map[string]targetPart, len(old.parts))
	for _, part := range old.parts {
		was[part.Goal()] = part
	}
	is := make(map[string]bool, len(now.parts))
	for _, part := range now.parts {
		is[part.Goal()] = true
		d.goals = append(d.goals, goalPair{was[part.Goal()], part})
	}
	for _, part := range old.parts {
		if !is[part.Goal()] {
			d.goals = append(d.goals, goalPair{part, nil})
		}
	}
	return d, nil
}

// Goals returns all goals, in the order of the new targets, then those that
// only the old ones have, with what differs in what they are about.
func (d *TargetsDiff) Goals() []GoalDifference {
	out := make([]GoalDifference, len(d.goals))
	for i, g := range d.goals {
		out[i] = g.about()
	}
	return out
}

// All yields the differences of all goals, in the order of [TargetsDiff.Goals];
// see [Diff].
func (d *TargetsDiff) All() iter.Seq[Difference] {
	return func(yield func(Difference) bool) {
		for _, g := range d.goals {
			for x := range g.rows(d.query) {
				if !yield(x) {
					return
				}
			}
		}
	}
}

// Same reports whether nothing differs.
func (d *TargetsDiff) Same() bool {
	for _, g := range d.goals {
		if g.about().Kind != "" {
			return false
		}
	}
	for range d.All() {
		return false
	}
	return true
}

// Goal yields the differences of one goal; none for one that neither side has.
func (d *TargetsDiff) Goal(id string) iter.Seq[Difference] {
	for _, g := range d.goals {
		if g.id() == id {
			return g.rows(d.query)
		}
	}
	return func(func(Difference) bool) {}
}

// Only leaves one goal. One that neither side has is a fault of code
// [diag.Unknown] at /goal, with the nearest name.
func (d *TargetsDiff) Only(goal string) (*TargetsDiff, error) {
	ids := make([]string, len(d.goals))
	for i, g := range d.goals {
		if ids[i] = g.id(); ids[i] == goal {
			return &TargetsDiff{query: d.query, goals: []goalPair{g}}, nil
		}
	}
	return nil, diag.Faults{{Code: diag.Unknown, Path: "/goal", Value: goal, Bound: "the goals", Near: diag.Nearest(goal, ids)}}
}

func (g goalPair) id() string {
	if g.now != nil {
		return g.now.Goal()
	}
	return g.old.Goal()
}

// rows yields the differences of the goal. One whose split doesn't know the
// query has none.
func (g goalPair) rows(q Query) iter.Seq[Difference] {
	rows, err := diffParts(g.old, g.now, q)
	if err != nil {
		return func(func(Difference) bool) {}
	}
	return rows
}

func (g goalPair) about() GoalDifference {
	out := GoalDifference{Goal: g.id()}
	switch {
	case g.old == nil:
		out.Kind = ChangeAdded
	case g.now == nil:
		out.Kind = ChangeRemoved
	}
	was, is := aboutPart(g.old), aboutPart(g.now)
	for i, name := range aboutFields() {
		if was[i] != is[i] {
			out.Fields = append(out.Fields, FieldDifference{name, was[i], is[i]})
		}
	}
	if len(out.Fields) > 0 {
		out.Kind = cmp.Or(out.Kind, ChangeChanged)
	}
	return out
}

func aboutFields() []string {
	return []string{"name", "kind", "metric", "step", "period", "owner", "amount", "axes", "grains"}
}

// aboutPart returns the values of aboutFields.
func aboutPart(part targetPart) []string {
	side, _ := newDiffSide(part, Query{})
	if side == nil {
		return make([]string, len(aboutFields()))
	}
	b := side.frame
	goal, amount := b.cs.req.Goal, b.Text(b.Total())
	switch {
	case side.stock != nil:
		goal, amount = side.stock.goal, b.Text(side.stock.Total())
	case side.rate != nil:
		goal, amount = side.rate.goal, amountText(side.rate.goal.Target)
	}
	grains := make([]string, len(b.cs.grid.grains))
	for i, grain := range b.cs.grid.grains {
		grains[i] = string(grain)
	}
	return []string{goal.Name, string(side.kind), side.metric.ID, side.metric.Step.String(), b.Label(b.Period()), b.Owner(), amount,
		strings.Join(b.Axes(), ", "), strings.Join(grains, ", ")}
}

// MarshalJSON writes the differences as [TargetsDiff.WriteJSON] does.
func (d *TargetsDiff) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := d.WriteJSON(&b)
	return b.Bytes(), err
}

// WriteJSON writes an object with "goals", each with its id, what differs in
// what it is about, and the "rows" that differ: "old" and "new" are amounts with
// the decimals of the metric's step and left out where there is none, "by" is
// their difference. Goals without differences are left out. It streams: memory
// does not grow with the rows.
func (d *TargetsDiff) WriteJSON(w io.Writer) error {
	jw := &jsonRows{w: w}
	jw.text(`{"goals":[`)
	first := true
	for _, g := range d.goals {
		about, begun := g.about(), false
		begin := func() {
			if !first {
				jw.text(",")
			}
			first, begun = false, true
			jw.goalDifference(about)
		}
		if about.Kind != "" {
			begin()
		}
		writeRows(jw, g.rows(d.query), func(x Difference) {
			if !begun {
				begin()
			}
			jw.difference(x)
		})
		if begun {
			jw.text("]}")
		}
	}
	jw.text("]}")
	jw.flush()
	return jw.err
}

func (jw *jsonRows) goalDifference(g GoalDifference) {
	jw.text("{")
	jw.key("goal", g.Goal)
	if g.Kind != "" {
		jw.key("kind", string(g.Kind))
	}
	if len(g.Fields) > 0 {
		jw.text(`,"fields":[`)
		for i, f := range g.Fields {
			if i > 0 {
				jw.text(",")
			}
			jw.text("{")
			jw.key("field", f.Field)
			jw.key("old", f.Old)
			jw.key("new", f.New)
			jw.text("}")
		}
		jw.text("]")
	}
	jw.text(`,"rows":[`)
}

// difference writes one row.
func (jw *jsonRows) difference(d Difference) {
	jw.text("{")
	jw.key("kind", string(d.Kind))
	jw.list("units", d.Units)
	if d.Parents != nil {
		jw.list("parents", d.Parents)
	}
	jw.key("axis", d.Axis)
	jw.key("parent", d.Parent)
	if d.OldParent != "" {
		jw.key("oldParent", d.OldParent)
	}
	jw.text(`,"level":`)
	jw.buf = strconv.AppendInt(jw.buf, int64(d.Level), 10)
	jw.key("grain", string(d.Grain))
	jw.key("period", d.Label())
	jw.key("first", d.Period.First.String())
	jw.key("last", d.Period.Last.String())
	jw.text(`,"leaf":`)
	jw.buf = strconv.AppendBool(jw.buf, d.Leaf)
	if d.Old.Valid {
		jw.key("old", d.Text(d.Old.Decimal))
	}
	if d.New.Valid {
		jw.key("new", d.Text(d.New.Decimal))
	}
	jw.key("by", d.Text(d.By()))
	if d.OldRate.Valid {
		jw.key("oldRate", amountText(d.OldRate.Decimal))
	}
	if d.NewRate.Valid {
		jw.key("newRate", amountText(d.NewRate.Decimal))
	}
	jw.text("}")
}

// MarshalJSON writes the difference as a row of [TargetsDiff.WriteJSON].
func (d Difference) MarshalJSON() ([]byte, error) {
	jw := &jsonRows{}
	jw.difference(d)
	return slices.Clip(jw.buf), jw.err
}
