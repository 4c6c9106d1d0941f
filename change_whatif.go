package salesplan

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Scenario is a set of changes to a plan that are weighed together.
type Scenario struct {
	// Name is what the scenario is called.
	Name string `json:"name"`

	// Changes are made one after the other.
	Changes []Change `json:"changes"`
}

// A ScenarioResult is what a scenario makes of a plan.
type ScenarioResult struct {
	Scenario Scenario

	// Plan is the changed plan and Targets what its goals owe; nil where Err
	// says why there is none.
	Plan    *Plan
	Targets *Targets

	// Err are the faults of a scenario that can't be: those of [Apply] or, of a
	// plan whose goals can't be split, those of [Plan.Targets], such as
	// [diag.Infeasible] with the amount that doesn't fit.
	Err error
}

// A Comparison sets scenarios side by side; see [WhatIf].
type Comparison struct {
	// Base are the plan's targets as it is.
	Base *Targets

	// Results are the scenarios', in their order.
	Results []ScenarioResult
}

// WhatIf splits a plan as it is and as each scenario changes it. The plan and
// the evidence stay as they are.
//
// A scenario that can't be made or split doesn't end the others: its
// [ScenarioResult.Err] says why. The error is that of the plan as it is
// ([Plan.Targets]), [diag.Required] and [diag.Duplicate] at
// "/scenarios/1/name" for names that are missing or stand twice, and the
// context's. The cost is that of splitting the plan once more for each scenario;
// all targets are held.
func WhatIf(ctx context.Context, p *Plan, evidence *Evidence, scenarios ...Scenario) (*Comparison, error) {
	var c diag.Collector
	seen := map[string]int{}
	for i, s := range scenarios {
		path := index("/scenarios", i) + "/name"
		k, twice := seen[s.Name]
		switch {
		case s.Name == "":
			c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "a name"})
		case twice:
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path, Value: s.Name, Bound: index("/scenarios", k)})
		default:
			seen[s.Name] = i
		}
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	base, err := p.Targets(ctx, evidence)
	if err != nil {
		return nil, err
	}
	out := &Comparison{Base: base}
	for _, s := range scenarios {
		o := ScenarioResult{Scenario: s}
		o.Scenario.Changes = slices.Clone(s.Changes)
		var targets *Targets
		plan, err := Apply(p, s.Changes...)
		if err == nil {
			targets, err = plan.Targets(ctx, evidence)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		o.Plan, o.Targets, o.Err = plan, targets, err
		out.Results = append(out.Results, o)
	}
	return out, nil
}

// A ScenarioRow is what one unit owes in one period by the plan as it is and by
// each scenario.
type ScenarioRow struct {
	Goal  string
	Units []string

	// Parents are the units above those of Units that change teams, as in [Row].
	Parents []string

	Axis   string
	Level  int
	Grain  calendar.Grain
	Period calendar.Period

	// Base is what is owed as it is; not valid where the unit isn't there.
	Base decimal.NullDecimal

	// Amounts are what is owed by each scenario, in their order; not valid
	// where the unit isn't there, or the scenario has no targets. By are the
	// differences from Base, what isn't there being 0. Rates are a rate's, and
	// BaseRate that of the plan as it is.
	Amounts  []decimal.NullDecimal
	By       []decimal.NullDecimal
	BaseRate decimal.NullDecimal
	Rates    []decimal.NullDecimal

	about Difference
}

// Text writes an amount with the decimals of the metric's step.
func (r ScenarioRow) Text(amount decimal.Decimal) string { return r.about.Text(amount) }

// Label names the row's period as the plan's fiscal year does.
func (r ScenarioRow) Label() string { return r.about.Label() }

// Goals returns, for each scenario that has targets, what differs in what its
// goals are about; see [TargetsDiff.Goals].
func (c *Comparison) Goals() [][]GoalDifference {
	out := make([][]GoalDifference, len(c.Results))
	for i, o := range c.Results {
		if o.Targets == nil {
			continue
		}
		if d, err := DiffTargets(c.Base, o.Targets, Query{}); err == nil {
			out[i] = slices.DeleteFunc(d.Goals(), func(g GoalDifference) bool { return g.Kind == "" })
		}
	}
	return out
}

// Rows yields the chosen rows in which any scenario differs from the plan as it
// is, goal by goal: those of the plan in its order, then those that only
// scenarios have. A query that no goal of the plan or of any scenario knows has
// the faults of [Breakdown.Rows].
//
// The rows that differ are held while they are put together.
func (c *Comparison) Rows(q Query) (iter.Seq[ScenarioRow], error) {
	diffs := make([]*TargetsDiff, len(c.Results))
	first, known := c.Base.Check(q), false
	for i, o := range c.Results {
		if o.Targets == nil {
			continue
		}
		d, err := DiffTargets(c.Base, o.Targets, q)
		if err != nil {
			first = err
			continue
		}
		diffs[i], known = d, true
	}
	if first != nil && !known {
		return nil, first
	}
	return func(yield func(ScenarioRow) bool) {
		for _, goal := range c.goals() {
			for _, row := range c.rowsOf(goal, diffs, q) {
				if !yield(row) {
					return
				}
			}
		}
	}, nil
}

// goals are the ids of the goals of all, those of the plan first.
func (c *Comparison) goals() []string {
	var ids []string
	seen := map[string]bool{}
	add := func(t *Targets) {
		if t == nil {
			return
		}
		for _, part := range t.parts {
			if !seen[part.Goal()] {
				seen[part.Goal()] = true
				ids = append(ids, part.Goal())
			}
		}
	}
	add(c.Base)
	for _, o := range c.Results {
		add(o.Targets)
	}
	return ids
}

// rowsOf puts the scenarios' differences of one goal side by side.
func (c *Comparison) rowsOf(goal string, diffs []*TargetsDiff, q Query) []ScenarioRow {
	table := sideBySide{at: map[string]int{}, n: len(diffs)}
	for i, d := range diffs {
		if d == nil {
			continue
		}
		for x := range d.Goal(goal) {
			table.put(i, x)
		}
	}
	if len(table.rows) == 0 {
		return nil
	}
	// What a scenario leaves as it is stands in the plan's own rows, which give
	// the order, too.
	part, err := partOf[targetPart](c.Base, goal, "")
	if err == nil {
		for x := range (goalPair{old: nil, now: part}).rows(q) {
			table.base(x)
		}
	}
	table.fill(c, diffs)
	slices.SortStableFunc(table.rows, func(a, b scenarioLine) int { return a.order - b.order })
	out := make([]ScenarioRow, len(table.rows))
	for i, r := range table.rows {
		out[i] = r.ScenarioRow
	}
	return out
}

// A sideBySide is a table of the rows that differ.
type sideBySide struct {
	rows []scenarioLine
	at   map[string]int
	n    int // scenarios
	seen int // rows of the plan
	key  []byte
}

type scenarioLine struct {
	ScenarioRow
	differs []bool
	order   int
}

// find returns the row of a difference; nil if there is none.
func (t *sideBySide) find(x Difference) (*scenarioLine, string) {
	t.key = t.key[:0]
	for _, u := range x.Units {
		t.key = append(append(t.key, u...), 0)
	}
	t.key = append(t.key, 1)
	for _, u := range x.Parents {
		t.key = append(append(t.key, u...), 0)
	}
	t.key = append(append(t.key, 1), x.Grain...)
	t.key = append(append(t.key, 1), x.Period.String()...)
	if i, ok := t.at[string(t.key)]; ok {
		return &t.rows[i], ""
	}
	return nil, string(t.key)
}

func (t *sideBySide) put(scenario int, x Difference) {
	row, key := t.find(x)
	if row == nil {
		const behind = 1 << 30 // the plan's own
		t.at[key] = len(t.rows)
		t.rows = append(t.rows, scenarioLine{order: behind, differs: make([]bool, t.n), ScenarioRow: ScenarioRow{
			Goal: x.Goal, Units: x.Units, Parents: x.Parents, Axis: x.Axis, Level: x.Level, Grain: x.Grain, Period: x.Period,
			Base: x.Old, BaseRate: x.OldRate, about: x,
			Amounts: make([]decimal.NullDecimal, t.n), By: make([]decimal.NullDecimal, t.n), Rates: make([]decimal.NullDecimal, t.n),
		}})
		row = &t.rows[len(t.rows)-1]
	}
	row.By[scenario] = decimal.NullDecimal{Decimal: x.By(), Valid: !row.differs[scenario]} // none between metrics
	row.differs[scenario] = true
	row.Amounts[scenario], row.Rates[scenario] = x.New, x.NewRate
}

// base takes a row of the plan as it is.
func (t *sideBySide) base(x Difference) {
	if row, _ := t.find(x); row != nil {
		row.order, row.Base, row.BaseRate = t.seen, x.New, x.NewRate
	}
	t.seen++
}

// fill gives scenarios that change nothing in a row what the plan has there.
func (t *sideBySide) fill(c *Comparison, diffs []*TargetsDiff) {
	for i := range t.rows {
		row := &t.rows[i]
		for k, differs := range row.differs {
			if differs || diffs[k] == nil || !row.Base.Valid {
				continue
			}
			row.Amounts[k], row.Rates[k] = row.Base, row.BaseRate
			row.By[k] = decimal.NewNullDecimal(decimal.Zero)
		}
	}
}

// MarshalJSON writes the comparison as [Comparison.WriteJSON] does, with the
// rows of whole goals.
func (c *Comparison) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := c.WriteJSON(&b, Query{Grain: GrainGoal})
	return b.Bytes(), err
}

// WriteJSON writes an object with "scenarios", each with its name, its changes
// and either "goals", what differs in what they are about, or "faults", and
// "rows", those of [Comparison.Rows]: "base" is the amount as it is, "amounts"
// and "by" have one for each scenario, null where there is none. A query that
// nothing knows has the faults of Rows.
func (c *Comparison) WriteJSON(w io.Writer, q Query) error {
	rows, err := c.Rows(q)
	if err != nil {
		return err
	}
	type scenarioJSON struct {
		Scenario
		Goals  []GoalDifference `json:"goals,omitempty"`
		Faults diag.Faults      `json:"faults,omitempty"`
	}
	about := c.Goals()
	list := make([]scenarioJSON, len(c.Results))
	for i, o := range c.Results {
		list[i] = scenarioJSON{Scenario: o.Scenario, Goals: about[i], Faults: diag.All(o.Err)}
		if list[i].Changes == nil {
			list[i].Changes = []Change{}
		}
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	jw := &jsonRows{w: w}
	jw.text(`{"scenarios":`)
	jw.buf = append(jw.buf, text...)
	jw.text(`,"rows":[`)
	writeRows(jw, rows, jw.scenarioRow)
	jw.text("]}")
	jw.flush()
	return jw.err
}

func (jw *jsonRows) scenarioRow(r ScenarioRow) {
	jw.text("{")
	jw.key("goal", r.Goal)
	jw.list("units", r.Units)
	if r.Parents != nil {
		jw.list("parents", r.Parents)
	}
	jw.key("axis", r.Axis)
	jw.key("grain", string(r.Grain))
	jw.key("period", r.Label())
	amounts := func(name string, list []decimal.NullDecimal, text func(decimal.Decimal) string) {
		jw.text(`,"` + name + `":[`)
		for i, d := range list {
			if i > 0 {
				jw.text(",")
			}
			if !d.Valid {
				jw.text("null")
				continue
			}
			jw.buf = appendQuoted(jw.buf, text(d.Decimal))
		}
		jw.text("]")
	}
	if r.Base.Valid {
		jw.key("base", r.Text(r.Base.Decimal))
	}
	amounts("amounts", r.Amounts, r.Text)
	amounts("by", r.By, r.Text)
	if r.BaseRate.Valid {
		jw.key("baseRate", amountText(r.BaseRate.Decimal))
	}
	if slices.ContainsFunc(r.Rates, func(d decimal.NullDecimal) bool { return d.Valid }) {
		amounts("rates", r.Rates, amountText)
	}
	jw.text("}")
}
