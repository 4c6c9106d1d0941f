package main

import (
	"io"
	"slices"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

// A targetsCall is the command line of targets.
type targetsCall struct {
	inputs
	grain, unit, period, idSystem string
	csv, wide, leaf, smart        bool
	width                         int
}

func (p *program) targetsCommand() *cobra.Command {
	call := &targetsCall{}
	cmd := &cobra.Command{
		Use: "targets PLAN", Short: "Print the targets of a plan's goals", Args: cobra.ExactArgs(1),
		Long: `Print the targets of a plan's goals: who owes how much in which period.

The table shows people × periods with their totals, further axes (product lines,
segments) below them on their own. Its grain is the month, where the goal has no
more than 13 of them, otherwise the finest grain with no more than 13 periods;
--grain chooses another, "goal" being the goal's whole period. --unit shows a
unit and what is below it; for a single person or a unit of a further axis, what
is owed by both together too. --period shows the periods inside one. Tables that
are wider than the terminal (or than --width, 120 where there is none) are
folded. Of a stock the table shows what there is to be at the end of each
period; of a rate the rate, its numerator, which is what is divided, and its
denominator. Whoever changes teams has a line in each; in CSV a column "parents"
says in which.

--csv writes one row for each unit and period of every grain, sums included:
rows with "leaf" true are those of which all others are made, and all that
--leaf leaves. A rate and its denominator have rows of their own, no leaves, by
their metrics. Texts that a spreadsheet would take for a formula get an apostrophe before them.`,
		Example: `  salesplan targets plan.json
  salesplan targets plan.json --file teams=sales_teams.csv --deals pipeline.csv
  salesplan targets plan.yaml --unit east --grain week --period 2027-Q1
  salesplan targets plan.json --csv --wide --encoding utf-8-bom -o targets.csv
  salesplan targets plan.json --csv --id-system salesforce
  salesplan targets plan.json --json --leaf | jq '.goals[0].rows[]'`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.targets(cmd, args[0], call) },
	}
	call.flags(p, cmd)
	f := cmd.Flags()
	f.StringVar(&call.grain, "grain", "", "only periods of this `GRAIN`: year, half, quarter, month, week, day or goal")
	f.StringVar(&call.unit, "unit", "", "only the unit of this `ID` (or name) and those below it")
	f.StringVar(&call.period, "period", "", "only periods inside this `PERIOD`: 2027-Q1, 2027-03, FY2027-H1, 2027-01-01/2027-01-31")
	f.BoolVar(&call.leaf, "leaf", false, "with --csv or --json: only the cells of which all else is made")
	f.IntVar(&call.width, "width", -1, "fold tables to `N` columns; 0 never folds")
	f.StringVar(&call.idSystem, "id-system", "", "add the units' ids in this `SYSTEM`, as the plan has them")
	f.BoolVar(&call.csv, "csv", false, "write CSV, one row for each unit and period")
	f.BoolVar(&call.wide, "wide", false, "with --csv: one row for each unit, one column for each period")
	f.BoolVar(&call.smart, "smart", false, "also find what keeps the goals from being specific, measurable, achievable, relevant and time-bound, and relations that don't hold")
	f.BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	p.severityFlag(cmd, diag.Warning)
	p.outputFlags(cmd)
	return cmd
}

func (c *targetsCall) check(p *program) error {
	switch {
	case c.wide && !c.csv:
		return badArgument(diag.Conflict, "wide", "--wide", "--csv --wide")
	case c.leaf && !c.csv && !p.json:
		return badArgument(diag.Conflict, "leaf", "--leaf", "--csv --leaf, --json --leaf")
	}
	grains := []string{"year", "half", "quarter", "month", "week", "day", string(salesplan.GrainGoal)}
	if c.grain != "" {
		return oneOf("grain", c.grain, grains...)
	}
	return nil
}

// targets makes and writes the targets.
func (p *program) targets(cmd *cobra.Command, file string, call *targetsCall) error {
	if err := joined(p.checkOutput(), p.checkSeverity(cmd), call.check(p), p.notBoth(call.csv)); err != nil {
		return err
	}
	j, err := p.read(cmd.Context(), file, &call.inputs)
	if err != nil {
		return err
	}
	v, err := newView(j, call)
	if err != nil {
		return err
	}
	if v.targets, err = p.split(cmd.Context(), j); err != nil {
		return err
	}
	if err := v.targets.Check(v.query); err != nil {
		return renamed(err, map[string]string{"/query/grain": "/grain", "/query/under": "/unit"})
	}
	if err := v.leaveOut(); err != nil {
		return err
	}
	if call.smart {
		if err := v.judge(call.goal); err != nil {
			return err
		}
	}
	v.width = p.tableWidth(call.width)
	write := v.writeTable
	switch {
	case p.json:
		write = v.writeJSON
	case call.wide:
		write = v.writeWide
	case call.csv:
		write = v.writeLong
	}
	if err := p.deliver(func(w io.Writer) error { return write(p, w) }); err != nil {
		return err
	}
	findings := append(j.named(v.targets.Findings()), v.findings...)
	if !p.json {
		p.sayAll(j, findings)
	}
	return verdict(findings)
}

// judge adds what is to be said of the goals themselves, or of one of them.
func (v *view) judge(goal string) error {
	findings, err := v.job.whole.CheckGoals(v.job.evidence)
	if err != nil {
		return v.job.place(err)
	}
	for _, f := range findings {
		if goal == "" || f.Subject.ID == goal {
			v.findings = append(v.findings, f)
		}
	}
	return nil
}

// notBoth refuses two formats at once.
func (p *program) notBoth(csv bool) error {
	if csv && p.json {
		return badArgument(diag.Conflict, "json", "--json", "--csv")
	}
	return nil
}

// renamed gives faults the names of the flags that they are about.
func renamed(err error, names map[string]string) error {
	bad := &badInput{faults: inFile("", err)}
	for i, f := range bad.faults {
		g := *f.Fault
		if flag, ok := names[g.Path]; ok {
			g.Path = flag
		}
		bad.faults[i].Fault = &g
	}
	return bad
}

// A view is the part of the targets that was asked for.
type view struct {
	job      *job
	targets  *salesplan.Targets
	query    salesplan.Query
	names    map[string]string // by unit id
	system   string
	ids      map[string]string // units' ids in the system, by id
	parents  map[string]bool   // units with others below them
	movers   bool              // units change teams
	findings []diag.Finding
	period   string // as it was asked for
	top      int    // the level at which the table begins
	width    int    // of tables; 0 for any
}

func newView(j *job, call *targetsCall) (*view, error) {
	v := &view{job: j, system: call.idSystem, names: map[string]string{}, ids: map[string]string{}, parents: map[string]bool{}}
	for _, a := range j.plan.Axes {
		for _, u := range a.AllUnits() {
			v.names[u.ID] = u.ID
			if u.Name != "" {
				v.names[u.ID] = u.Name
			}
			if u.Parent != "" {
				v.parents[u.Parent] = true
			}
			for _, t := range u.Transfers {
				v.parents[t.To], v.movers = true, true
			}
		}
	}
	v.query.Grain, v.query.LeafOnly = calendar.Grain(call.grain), call.leaf
	if call.period != "" {
		period, err := j.plan.Calendar.Fiscal.Parse(call.period)
		if err != nil {
			return nil, renamed(err, nil)
		}
		v.query.Period, v.period = period, call.period
	}
	if call.unit != "" {
		at, err := j.findUnit(call.unit)
		if err != nil {
			return nil, err
		}
		v.query.Under = at.id
	}
	if v.system != "" {
		return v, v.readIDs()
	}
	return v, nil
}

// readIDs takes the units' ids in the system asked for.
func (v *view) readIDs() error {
	systems := map[string]bool{}
	var faults []diag.Finding
	for _, a := range v.job.plan.Axes {
		var without []string
		units := a.AllUnits()
		for _, u := range units {
			for s := range u.IDs {
				systems[s] = true
			}
			id, ok := u.IDs[v.system]
			if v.ids[u.ID] = id; !ok {
				v.ids[u.ID] = u.ID
				without = append(without, u.ID)
			}
		}
		if len(without) > 0 {
			faults = append(faults, diag.Finding{
				Severity: diag.Warning, Code: codeNoID, Subject: diag.Subject{Kind: "axis", ID: a.ID},
				Args: []diag.Arg{diag.Count("count", len(without)), diag.Name("system", v.system), diag.Text("units", some(without))},
			})
		}
	}
	if !systems[v.system] {
		known := make([]string, 0, len(systems))
		for s := range systems {
			known = append(known, s)
		}
		slices.Sort(known)
		f := &diag.Fault{Code: diag.Unknown, Path: "/id-system", Value: diag.Clip(v.system), Bound: some(known), Near: diag.Nearest(v.system, known)}
		return &badInput{faults: []placed{{"", f}}}
	}
	v.findings = append(v.findings, faults...)
	return nil
}

// leaveOut finds goals that have nothing to show. That none has is a fault.
func (v *view) leaveOut() error {
	var shown int
	var nearest []string
	for _, part := range v.parts() {
		b := part.frame
		if v.shows(b) {
			shown++
			continue
		}
		var asked []string
		if v.query.Grain != "" {
			asked = append(asked, "--grain "+string(v.query.Grain))
		}
		if v.query.Under != "" {
			asked = append(asked, "--unit "+v.query.Under)
		}
		if v.period != "" {
			asked = append(asked, "--period "+v.period)
			nearest = append(nearest, b.Label(b.Period()))
		}
		if v.query.LeafOnly {
			asked = append(asked, "--leaf")
		}
		v.findings = append(v.findings, diag.Finding{
			Severity: diag.Info, Code: codeLeftOut, Subject: diag.Subject{Kind: "goal", ID: b.Goal()},
			Args: []diag.Arg{diag.Text("query", strings.Join(asked, " "))},
		})
	}
	switch {
	case shown > 0 || len(v.findings) == 0:
		return nil
	case v.period != "":
		return wrongArgument(&diag.Fault{Code: diag.OffGrid, Path: "/period", Value: diag.Clip(v.period), Near: some(nearest)})
	}
	return wrongArgument(&diag.Fault{Code: diag.OffGrid, Path: "/grain", Value: string(v.query.Grain)})
}

// shows reports whether a goal has rows to show.
func (v *view) shows(b *salesplan.Breakdown) bool {
	rows, err := b.Rows(v.query)
	if err != nil {
		return false
	}
	for range rows {
		return true
	}
	return false
}

// mostColumns is how many periods a table shows at most, unless asked for
// more: a year's months, or thirteen periods of four weeks.
const mostColumns = 13

// grainOf is the grain of a goal's table.
func (v *view) grainOf(b *salesplan.Breakdown) calendar.Grain {
	if v.query.Grain != "" {
		return v.query.Grain
	}
	best := salesplan.GrainGoal
	for _, g := range b.Grains() {
		n := len(v.periods(b, g))
		if v.query.LeafOnly {
			best = g // of the cells, which are of the finest grain
			continue
		}
		if n > mostColumns || n == 0 {
			continue
		}
		if best = g; g == calendar.GrainMonth {
			break
		}
	}
	return best
}

// periods are those of a grain that are shown.
func (v *view) periods(b *salesplan.Breakdown, grain calendar.Grain) []calendar.Period {
	return slices.DeleteFunc(b.Periods(grain), func(p calendar.Period) bool {
		return !v.query.Period.IsZero() && !v.query.Period.Covers(p)
	})
}
