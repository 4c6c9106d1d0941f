package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

func (p *program) validateCommand() *cobra.Command {
	in := &inputs{}
	cmd := &cobra.Command{
		Use: "validate PLAN", Short: "Check a plan and report all that is wrong with it", Args: cobra.ExactArgs(1),
		Long: `Check a plan and report all that is wrong with it, each fault with its line and
column, and what its owner should know about it.

What can be said of the goals without the past is said too: whether they have
an owner, dates in between and something that they serve, and whether relations
between them hold.

Goals that are split without a look at the past are split, so that bounds which
can't be met and weights without effect come up; those that need deals or
history, or a table that isn't beside the plan, are named and the others split.`,
		Example: `  salesplan validate plan.yaml
  salesplan validate plan.json --file teams=sales_teams.csv --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.validate(cmd, args[0], in) },
	}
	in.tableFlag(p, cmd)
	cmd.Flags().BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	p.severityFlag(cmd, diag.Info)
	cmd.Flags().BoolVar(&p.json, "json", false, "write one JSON object with faults and findings")
	return cmd
}

func (p *program) validate(cmd *cobra.Command, file string, in *inputs) error {
	if err := p.checkSeverity(cmd); err != nil {
		return err
	}
	j, err := p.readPlan(file)
	if err != nil {
		return err
	}
	if err := p.readTables(j, in.tables, false); err != nil {
		return err
	}
	findings := append(p.guesses(), j.skip(j.missingFor)...)
	if err := j.plan.Validate(); err != nil { // now that tables are read
		return j.place(err)
	}
	dated, err := j.dates(cmd.Context())
	if err != nil {
		return err
	}
	findings = append(findings, dated...)
	judged, err := j.plan.CheckGoals(nil)
	if err != nil {
		return j.place(err)
	}
	findings = append(findings, j.skip(func(g salesplan.Goal) string {
		if needsPast(g) {
			return "the past: deals or history"
		}
		return ""
	})...)
	if len(j.plan.Goals) > 0 {
		targets, err := p.split(cmd.Context(), j)
		if err != nil {
			return err
		}
		findings = append(targets.Findings(), findings...)
	}
	findings = append(findings, slices.DeleteFunc(judged, needsEvidence)...)
	if p.json {
		err = writeJSON(p.out, struct {
			Faults   []placed       `json:"faults"`
			Findings []diag.Finding `json:"findings"`
		}{[]placed{}, append([]diag.Finding{}, findings...)})
	} else {
		p.sayHidden(p.sayFindings(findings, file))
		_, err = io.WriteString(p.out, fmt.Sprintf("%s: %s\n", fileName(file), p.word("valid")))
	}
	if err != nil {
		return err
	}
	return verdict(findings)
}

// dates puts dates to the plan's tasks, where it says when work begins, and
// returns what came up.
func (j *job) dates(ctx context.Context) ([]diag.Finding, error) {
	if len(j.plan.Tasks) == 0 {
		return nil, nil
	}
	t, err := j.plan.Timetable(ctx, salesplan.Situation{})
	if errors.Is(err, diag.Required) {
		return nil, nil
	}
	if err != nil {
		return nil, j.place(err)
	}
	return t.Findings(), nil
}

// needsEvidence reports whether a finding only says that nothing was there to
// measure the goal by.
func needsEvidence(f diag.Finding) bool {
	return slices.Contains([]diag.Code{"smart-unmeasured", "smart-source-unread", "smart-history-short", "smart-evidence-old"}, f.Code)
}

// skip leaves the plan the goals that can be split with what is there, and
// finds the others, with what they need.
func (j *job) skip(needed func(salesplan.Goal) string) []diag.Finding {
	var findings []diag.Finding
	keep := []int{}
	for i, g := range j.plan.Goals {
		need := needed(g)
		if need == "" {
			keep = append(keep, i)
			continue
		}
		findings = append(findings, diag.Finding{
			Severity: diag.Info, Code: codeSkipped, Subject: diag.Subject{Kind: "goal", ID: g.ID}, Args: []diag.Arg{diag.Text("need", need)},
		})
	}
	j.keep(keep)
	return findings
}

// missingFor says which table a goal needs that is missing, "" for none: that of
// an axis over which it is split, or one that may have its owner.
func (j *job) missingFor(g salesplan.Goal) string {
	for _, m := range j.missing {
		over := g.Split != nil && slices.ContainsFunc(g.Split.Axes, func(a salesplan.AxisRule) bool { return a.Axis == m.axis })
		if over || g.Owner != "" && !j.knows(g.Owner) {
			return "the table " + m.table
		}
	}
	return ""
}

// knows reports whether an axis has a unit.
func (j *job) knows(unit string) bool {
	return slices.ContainsFunc(j.plan.Axes, func(a salesplan.Axis) bool {
		return slices.ContainsFunc(a.AllUnits(), func(u salesplan.Unit) bool { return u.ID == unit })
	})
}

// needsPast reports whether a goal is split by what was reached before.
func needsPast(g salesplan.Goal) bool {
	if g.Split == nil {
		return false
	}
	return g.Split.Time.Basis == salesplan.TimeHistory || slices.ContainsFunc(g.Split.Axes, func(a salesplan.AxisRule) bool {
		return a.Basis == salesplan.BasisHistory || slices.ContainsFunc(a.Levels, func(l salesplan.LevelRule) bool { return l.Basis == salesplan.BasisHistory })
	})
}
