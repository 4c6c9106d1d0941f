package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
)

// A whatIfCall is the command line of what-if.
type whatIfCall struct {
	inputs
	scenarios            []string
	changes, grain, unit string
	level, width         int
}

func (p *program) whatIfCommand() *cobra.Command {
	call := &whatIfCall{}
	cmd := &cobra.Command{
		Use: "what-if PLAN [CHANGE...]", Short: "Say what changes to a plan would do to its targets", Args: cobra.MinimumNArgs(1),
		Long: `Say what changes to a plan would do to its targets, without changing the plan.

A CHANGE is one line, in quotes:

  unit li-na to 2027-06-30                    a field of a unit, goal, metric or axis
  goal revenue-2027 target 11000000
  goal revenue-2027 split/time/basis days     a deeper field
  add unit zhao-lei parent east weight 1 from 2027-08-01
  remove unit zhao-lei
  move unit zhao-lei after li-na
  set /calendar/holidays china                any place of the plan

Several changes may stand in one, with semicolons between them. The CHANGEs, and
those in the file of --changes (text, a line each, or JSON), are one scenario;
each --scenario is another, and all stand side by side. The exit code is 1 if
the targets of one can't be made: its faults are told; 2 if a change can't be.`,
		Example: `  salesplan what-if plan.json "unit li-na to 2027-06-30"
  salesplan what-if plan.json --scenario "leave:unit li-na to 2027-06-30" --scenario "more:goal revenue-2027 target 11000000"
  salesplan what-if plan.yaml "goal revenue-2027 target 11000000" --grain quarter --level 1 --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.whatIf(cmd, args, call) },
	}
	call.flags(p, cmd)
	f := cmd.Flags()
	f.StringArrayVar(&call.scenarios, "scenario", nil, "`NAME:CHANGE;CHANGE`: a scenario; may be given several times")
	f.StringVar(&call.changes, "changes", "", "read more changes from this `FILE`")
	f.StringVar(&call.grain, "grain", string(salesplan.GrainGoal), "periods of this `GRAIN`: year, half, quarter, month, week, day or goal")
	f.StringVar(&call.unit, "unit", "", "only the unit of this `ID` (or name) and those below it")
	f.IntVar(&call.level, "level", -1, "only units of this `LEVEL`; the goal's owner has 0")
	f.IntVar(&call.width, "width", -1, "fold tables to `N` columns; 0 never folds")
	f.BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of scenarios whose targets can't be made")
	p.severityFlag(cmd, diag.Warning)
	p.outputFlags(cmd)
	return cmd
}

func (p *program) whatIf(cmd *cobra.Command, args []string, call *whatIfCall) error {
	grains := []string{"year", "half", "quarter", "month", "week", "day", string(salesplan.GrainGoal)}
	if err := joined(p.checkOutput(), p.checkSeverity(cmd), oneOf("grain", call.grain, grains...)); err != nil {
		return err
	}
	scenarios, err := p.scenariosOf(args[1:], call)
	if err != nil {
		return err
	}
	j, err := p.read(cmd.Context(), args[0], &call.inputs)
	if err != nil {
		return err
	}
	q := salesplan.Query{Grain: calendar.Grain(call.grain), Under: call.unit}
	if call.level >= 0 {
		q.Level = &call.level
	}
	if at, err := j.findUnit(call.unit); call.unit != "" && err == nil {
		q.Under = at.id // a scenario's own unit is not the plan's
	}
	m := p.meter("splitting")
	c, err := salesplan.WhatIf(salesplan.WithProgress(cmd.Context(), m.report), j.whole, j.evidence, scenarios...)
	m.done()
	if err != nil {
		return j.place(err)
	}
	if err := impossible(c); err != nil {
		return err
	}
	rows, err := c.Rows(q)
	if err != nil {
		return renamed(err, map[string]string{"/query/grain": "/grain", "/query/under": "/unit"})
	}
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			if err := c.WriteJSON(w, q); err != nil {
				return err
			}
			_, err := io.WriteString(w, "\n")
			return err
		}
		return p.tellScenarios(w, c, rows, j, call)
	})
	if err != nil {
		return err
	}
	return p.sayScenarios(c, j)
}

// scenariosOf reads the scenarios of the command line.
func (p *program) scenariosOf(args []string, call *whatIfCall) ([]salesplan.Scenario, error) {
	var out []salesplan.Scenario
	var errs []error
	own := salesplan.Scenario{Name: p.word("changed")}
	if len(args) > 1 && !strings.ContainsAny(args[0], " \t") {
		args = []string{strings.Join(args, " ")} // one change without quotes
	}
	for i, text := range args {
		changes, err := salesplan.ParseChanges(text)
		errs = append(errs, inArgument(err, "/change/"+itoa(i)))
		own.Changes = append(own.Changes, changes...)
	}
	if call.changes != "" {
		changes, err := p.readChanges(call.changes)
		errs = append(errs, err)
		own.Changes = append(own.Changes, changes...)
	}
	if len(own.Changes) > 0 || len(call.scenarios) == 0 {
		out = append(out, own)
	}
	for i, text := range call.scenarios {
		name, list, ok := strings.Cut(text, ":")
		if !ok || name == "" {
			errs = append(errs, badArgument(diag.Syntax, "scenario", text, "NAME:CHANGE;CHANGE"))
			continue
		}
		changes, err := salesplan.ParseChanges(list)
		errs = append(errs, inArgument(err, "/scenario/"+itoa(i)))
		out = append(out, salesplan.Scenario{Name: name, Changes: changes})
	}
	if err := joined(errs...); err != nil {
		return nil, err
	}
	if len(args) == 0 && call.changes == "" && len(call.scenarios) == 0 {
		return nil, badArgument(diag.Required, "change", "", "a change")
	}
	return out, nil
}

// inArgument says which argument faults of a text are about.
func inArgument(err error, path string) error {
	if err == nil {
		return nil
	}
	return renamed(err, map[string]string{"/text": path})
}

// readChanges reads a file of changes: JSON, or lines of text.
func (p *program) readChanges(file string) ([]salesplan.Change, error) {
	r, err := p.openRaw(file, "changes")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPlanBytes+1))
	if err != nil {
		return nil, &badInput{faults: []placed{{file, &diag.Fault{Code: diag.IO, Path: "/changes", Value: diag.Clip(err.Error())}}}}
	}
	var changes []salesplan.Change
	switch body := strings.TrimLeft(strings.TrimPrefix(string(text), "\ufeff"), " \t\r\n"); {
	case body != "" && strings.ContainsRune(`[{"`, rune(body[0])):
		changes, err = salesplan.DecodeChanges(strings.NewReader(string(text)))
	default:
		changes, err = salesplan.ParseChanges(strings.TrimPrefix(string(text), "\ufeff"))
	}
	if err != nil {
		return nil, &badInput{faults: inFile(file, err)}
	}
	return changes, nil
}

// impossible are the faults of scenarios whose changes can't be made.
func impossible(c *salesplan.Comparison) error {
	bad := &badInput{}
	for _, o := range c.Results {
		if o.Plan != nil {
			continue
		}
		for _, f := range inFile("", o.Err) {
			g := *f.Fault
			if len(c.Results) > 1 {
				g.Path = diag.Pointer("scenarios", o.Scenario.Name) + g.Path
			}
			bad.faults = append(bad.faults, placed{"", &g})
		}
	}
	if len(bad.faults) == 0 {
		return nil
	}
	return bad
}

// sayScenarios tells why scenarios have no targets.
func (p *program) sayScenarios(c *salesplan.Comparison, j *job) error {
	if !p.json {
		p.sayAll(j, j.named(c.Base.Findings()))
	}
	var err error
	for _, o := range c.Results {
		if o.Targets != nil {
			continue
		}
		err = errFindings
		if p.json {
			continue // in the object
		}
		fmt.Fprintf(p.errs, "%s:\n", printable(o.Scenario.Name))
		var faults []placed
		for _, f := range inFile("", o.Err) {
			g := *f.Fault
			g.Line, g.Column = 0, 0
			faults = append(faults, placed{"", &g})
		}
		p.sayFaults(faults)
	}
	return errors.Join(err, nil)
}

// tellScenarios writes a table for each goal: who owes what as it is, and by
// each scenario how much more or less.
func (p *program) tellScenarios(w io.Writer, c *salesplan.Comparison, rows iter.Seq[salesplan.ScenarioRow], j *job, call *whatIfCall) error {
	var t *textTable
	var goal string
	flush := func() error {
		if t == nil {
			return nil
		}
		_, err := io.WriteString(w, printable(goal)+"\n"+t.render(p.tableWidth(call.width))+"\n")
		t = nil
		return err
	}
	names := unitNames(j.whole)
	first := true
	for r := range rows {
		if j.only != "" && r.Goal != j.only {
			continue
		}
		if r.Goal != goal {
			if err := flush(); err != nil {
				return err
			}
			if !first {
				_, _ = io.WriteString(w, "\n")
			}
			first, goal, t = false, r.Goal, p.scenarioTable(c)
		}
		t.row(p.scenarioCells(r, names)...)
	}
	if err := flush(); err != nil || !first {
		return err
	}
	_, err := io.WriteString(w, p.word("no target changes")+"\n")
	return err
}

func (p *program) scenarioTable(c *salesplan.Comparison) *textTable {
	t := newTable()
	t.numbersFrom = 2
	head := []string{"", p.word("period"), p.word("as it is")}
	for _, o := range c.Results {
		head = append(head, o.Scenario.Name, "±")
	}
	t.header(head...)
	return t
}

func (p *program) scenarioCells(r salesplan.ScenarioRow, names map[string]string) []string {
	units := inTeams(r.Units, r.Parents, func(id string) string { return cmp.Or(names[id], id) })
	cells := []string{strings.Repeat("  ", r.Level) + cmp.Or(strings.Join(units, " / "), p.word("Total")), r.Label(), ""}
	if r.Base.Valid {
		cells[2] = r.Text(r.Base.Decimal)
	}
	for i, a := range r.Amounts {
		pair := []string{"", ""}
		if a.Valid {
			pair[0] = r.Text(a.Decimal)
		}
		if r.By[i].Valid {
			pair[1] = signed(r.Text(r.By[i].Decimal))
		}
		cells = slices.Concat(cells, pair)
	}
	return cells
}

// signed puts a plus before an amount above zero.
func signed(amount string) string {
	if strings.HasPrefix(amount, "-") || strings.Trim(amount, "0.") == "" {
		return amount
	}
	return "+" + amount
}

// amountIf is the text of an amount, "" where there is none.
func amountIf(x salesplan.Difference, ok bool, amount decimal.Decimal) string {
	if !ok {
		return ""
	}
	return x.Text(amount)
}
