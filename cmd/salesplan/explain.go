package main

import (
	"errors"
	"io"
	"slices"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

func (p *program) explainCommand() *cobra.Command {
	in, at := &inputs{}, &explainPlace{}
	cmd := &cobra.Command{
		Use: "explain [PLAN] UNIT[/UNIT] PERIOD", Short: "Say how one target came to be",
		Args: func(cmd *cobra.Command, args []string) error {
			return planOrTargets(in, 2-at.flags())(cmd, args)
		},
		Long: `Say how one target came to be: from the goal down to the unit and the period,
with the arithmetic to check each step by hand, and then what re-plans made of it.

UNIT is a unit's id or name; with several axes one of each may be given, in any
order, with a slash between them: wang-wei/hardware. PERIOD is a period of the
goal or a union of some: 2027, 2027-Q1, 2027-03, 2027-W07, FY2027-P05,
2027-01-01/2027-01-03. Both may be given as --unit and --period instead. --goal
may be left out where only one goal knows the unit and the period. Of a rate the
numerator is explained.`,
		Example: `  salesplan explain plan.json east 2027-Q1
  salesplan explain plan.json --unit wang-wei --period 2027-08
  salesplan explain plan.json wang-wei/hardware 2027-03 --goal revenue-2027
  salesplan explain wang-wei 2027-03 --targets issued/2027.json
  salesplan explain plan.json "Anna Snelling" 2018-03 --deals pipeline.csv --file teams=teams.csv --lang zh`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.explain(cmd, at.join(args), in) },
	}
	in.flags(p, cmd)
	in.targetsFlag(cmd)
	cmd.Flags().StringVar(&at.unit, "unit", "", "the `UNIT`, rather than as an argument")
	cmd.Flags().StringVar(&at.period, "period", "", "the `PERIOD`, rather than as an argument")
	p.severityFlag(cmd, diag.Warning)
	cmd.Flags().BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	p.outputFlags(cmd)
	return cmd
}

// An explainPlace is what of a place is given by flags.
type explainPlace struct{ unit, period string }

// flags counts them.
func (at *explainPlace) flags() int {
	n := 0
	for _, s := range []string{at.unit, at.period} {
		if s != "" {
			n++
		}
	}
	return n
}

// join puts them among the arguments: the unit before the period.
func (at *explainPlace) join(args []string) []string {
	out := slices.Clone(args)
	switch {
	case at.unit != "" && at.period != "":
		return append(out, at.unit, at.period)
	case at.unit != "":
		return slices.Insert(out, len(out)-1, at.unit)
	case at.period != "":
		return append(out, at.period)
	}
	return out
}

func (p *program) explain(cmd *cobra.Command, args []string, in *inputs) error {
	if len(args) == 2 {
		args = append([]string{""}, args...) // without a plan
	}
	if err := joined(p.checkOutput(), p.checkSeverity(cmd)); err != nil {
		return err
	}
	j, err := p.read(cmd.Context(), args[0], in)
	if err != nil {
		return err
	}
	period, err := j.plan.Calendar.Fiscal.Parse(args[2])
	if err != nil {
		return err
	}
	targets, err := p.split(cmd.Context(), j)
	if err != nil {
		return err
	}
	e, err := j.explanation(targets, args, period)
	if err != nil {
		return err
	}
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, explained{e, append([]diag.Finding{}, j.named(targets.Findings())...), j.rowFaults})
		}
		e.Names = unitNames(j.plan)
		for _, line := range e.Lines(diag.Lang(p.lang)) {
			if _, err := io.WriteString(w, printable(line)+"\n"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !p.json {
		p.sayAll(j, j.named(targets.Findings()))
	}
	return verdict(j.named(targets.Findings()))
}

// explanation explains the place in the only goal that knows its units and its
// period. Where none does, the fault is that of the goal that comes closest: one
// that knows the units.
func (j *job) explanation(targets *salesplan.Targets, args []string, period calendar.Period) (*salesplan.Explanation, error) {
	var in []string
	var found *salesplan.Explanation
	var unknown, elsewhen error
	for _, b := range j.explainable(targets) {
		units, err := j.findUnits(args[1], b.Axes())
		if err == nil {
			var e *salesplan.Explanation
			if e, err = targets.Explain(b.Goal(), salesplan.At{Units: units, Period: period}); err == nil {
				in, found = append(in, b.Goal()), e
				continue
			}
			err = explainFault(err, args)
			if errors.Is(err, diag.OffGrid) && elsewhen == nil {
				elsewhen = err
			}
		}
		if unknown == nil {
			unknown = err
		}
	}
	switch {
	case len(in) == 1:
		return found, nil
	case len(in) > 1:
		return nil, badArgument(diag.Required, "goal", "", some(in))
	case elsewhen != nil:
		return nil, elsewhen
	case unknown != nil:
		return nil, unknown
	}
	return nil, badArgument(diag.Required, "goal", "", "a plan with a goal")
}

// explainable are what the goals' amounts stand on, of all or of the only one that
// is shown.
func (j *job) explainable(targets *salesplan.Targets) []*salesplan.Breakdown {
	out := slices.Collect(targets.All())
	for s := range targets.Stocks() {
		out = append(out, s.Additions())
	}
	for r := range targets.Rates() {
		out = append(out, r.Numerator())
	}
	return slices.DeleteFunc(out, func(b *salesplan.Breakdown) bool { return j.only != "" && b.Goal() != j.only })
}

// explained is what explain writes with --json.
type explained struct {
	*salesplan.Explanation
	Findings []diag.Finding `json:"findings"`
	Faults   []placed       `json:"faults,omitempty"`
}

// MarshalJSON writes the explanation and what goes with it as one object.
func (e explained) MarshalJSON() ([]byte, error) {
	text := jsonText(e.Explanation)
	rest := jsonText(struct {
		Findings []diag.Finding `json:"findings"`
		Faults   []placed       `json:"faults,omitempty"`
	}{e.Findings, e.Faults})
	return append(append(text[:len(text)-1], ','), rest[1:]...), nil
}

// explainFault says which argument a fault of [salesplan.Breakdown.Explain] is
// about.
func explainFault(err error, args []string) error {
	bad := &badInput{faults: inFile("", err)}
	for i, f := range bad.faults {
		g := *f.Fault
		switch {
		case errors.Is(&g, diag.OffGrid):
			g.Path, g.Value = "/period", diag.Clip(args[2])
		case errors.Is(&g, diag.Unknown), errors.Is(&g, diag.Mismatch):
			g.Path = "/unit"
		}
		bad.faults[i].Fault = &g
	}
	return bad
}

func unitNames(plan *salesplan.Plan) map[string]string {
	names := map[string]string{}
	for _, a := range plan.Axes {
		for _, u := range a.AllUnits() {
			names[u.ID] = u.ID
			if u.Name != "" {
				names[u.ID] = u.Name
			}
		}
	}
	return names
}
