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
	in := &inputs{}
	cmd := &cobra.Command{
		Use: "explain [PLAN] UNIT[/UNIT] PERIOD", Short: "Say how one target came to be", Args: planOrTargets(in, 2),
		Long: `Say how one target came to be, with the arithmetic to check it.

UNIT is a unit's id or name; with several axes one of each may be given, in any
order, with a slash between them: wang-wei/hardware. --goal may be left out where
only one goal knows the unit and the period. Of a rate the numerator is
explained, of a stock nothing. PERIOD is a period of the
goal or a union of some: 2027, 2027-Q1, 2027-03, 2027-W07, FY2027-P05,
2027-01-01/2027-01-03.`,
		Example: `  salesplan explain plan.json east 2027-Q1
  salesplan explain plan.json wang-wei/hardware 2027-03 --goal revenue-2027
  salesplan explain wang-wei 2027-03 --targets issued/2027.json
  salesplan explain plan.json "Anna Snelling" 2018-03 --deals pipeline.csv --file teams=teams.csv --lang zh`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.explain(cmd, args, in) },
	}
	in.flags(p, cmd)
	in.targetsFlag(cmd)
	p.severityFlag(cmd, diag.Warning)
	cmd.Flags().BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	p.outputFlags(cmd)
	return cmd
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
	b, e, err := j.explanation(targets, args, period)
	if err != nil {
		return err
	}
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, explained{e, append([]diag.Finding{}, j.named(targets.Findings())...), j.rowFaults})
		}
		t := &teller{p: p, b: b, e: e, names: unitNames(j.plan)}
		_, err := io.WriteString(w, t.tell())
		return err
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
func (j *job) explanation(targets *salesplan.Targets, args []string, period calendar.Period) (*salesplan.Breakdown, *salesplan.Explanation, error) {
	var in []*salesplan.Breakdown
	var found *salesplan.Explanation
	var unknown, elsewhen error
	for _, b := range j.explainable(targets) {
		units, err := j.findUnits(args[1], b.Axes())
		if err == nil {
			var e *salesplan.Explanation
			if e, err = b.Explain(salesplan.At{Units: units, Period: period}); err == nil {
				in, found = append(in, b), e
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
		return in[0], found, nil
	case len(in) > 1:
		var ids []string
		for _, b := range in {
			ids = append(ids, b.Goal())
		}
		return nil, nil, badArgument(diag.Required, "goal", "", some(ids))
	case elsewhen != nil:
		return nil, nil, elsewhen
	case unknown != nil:
		return nil, nil, unknown
	}
	return nil, nil, badArgument(diag.Required, "goal", "", "a plan with a goal of a flow or a rate")
}

// explainable are the breakdowns of flows and of the numerators of rates, or
// that of the only goal that is shown.
func (j *job) explainable(targets *salesplan.Targets) []*salesplan.Breakdown {
	out := slices.Collect(targets.All())
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
