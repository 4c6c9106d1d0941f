package main

import (
	"bytes"
	"fmt"
	"io"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/spf13/cobra"
)

func (p *program) mergeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "merge BASE OURS THEIRS", Short: "Join the changes that two plans made to a common one", Args: cobra.ExactArgs(3),
		Long: `Join the changes that two plans made to a common base, and write the plan as JSON.

What only one of them changed is taken from it; entries of lists are found by
their ids, wherever they stand. What both changed in different ways is a
conflict: then all conflicts are told, with their lines in both files, no plan is
written, and the exit code is 1. Two plans that fit everywhere but make no valid
plan together are bad input.`,
		Example: `  salesplan merge base.json mine.json theirs.json -o plan.json`,
		RunE:    func(_ *cobra.Command, args []string) error { return p.merge(args) },
	}
	p.outputFlags(cmd)
	return cmd
}

func (p *program) merge(args []string) error {
	if err := p.checkOutput(); err != nil {
		return err
	}
	var jobs [3]*job
	var errs [3]error
	for i, parameter := range []string{"base", "ours", "theirs"} {
		jobs[i], errs[i] = p.planOf(args[i], parameter)
	}
	if err := joined(errs[:]...); err != nil {
		return err
	}
	plan, conflicts, err := salesplan.Merge(jobs[0].plan, jobs[1].plan, jobs[2].plan)
	findings := make([]diag.Finding, len(conflicts))
	for i, c := range conflicts {
		findings[i] = conflictFinding(c, jobs[1], jobs[2])
	}
	if err != nil {
		return &badInput{faults: inFile("", err), findings: findings}
	}
	switch {
	case p.json:
		out := struct {
			Plan      *planJSON            `json:"plan,omitempty"`
			Conflicts []salesplan.Conflict `json:"conflicts"`
		}{Conflicts: append([]salesplan.Conflict{}, conflicts...)}
		if len(conflicts) == 0 {
			out.Plan = &planJSON{plan}
		}
		err = p.deliver(func(w io.Writer) error { return writeJSON(w, out) })
	case len(conflicts) > 0:
		p.sayFindings(findings, "")
	default:
		err = p.deliver(func(w io.Writer) error { return salesplan.Encode(w, plan) })
	}
	if err == nil {
		err = verdict(findings)
	}
	return err
}

// planOf reads the plan of a parameter.
func (p *program) planOf(file, parameter string) (*job, error) {
	r, err := p.openRaw(file, parameter)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return p.planFrom(file, decodePlan(r))
}

// conflictFinding says a conflict with the lines of both files.
func conflictFinding(c salesplan.Conflict, ours, theirs *job) diag.Finding {
	value := func(raw []byte) string {
		if raw == nil {
			return "-"
		}
		return shortJSON(raw)
	}
	return diag.Finding{
		Severity: diag.Error, Code: codeConflict, Subject: diag.Subject{Kind: "place", ID: c.Path},
		Args: []diag.Arg{
			{Name: "base", Kind: diag.KindName, Text: value(c.Base)},
			{Name: "ours", Kind: diag.KindName, Text: value(c.Ours)},
			{Name: "theirs", Kind: diag.KindName, Text: value(c.Theirs)},
			{Name: "here", Kind: diag.KindName, Text: ours.lineOf(c.OursAt)},
			{Name: "there", Kind: diag.KindName, Text: theirs.lineOf(c.TheirsAt)},
		},
	}
}

// lineOf is the file and the line of a place in a plan's document.
func (j *job) lineOf(pointer string) string {
	if j.tree == nil {
		j.tree, _ = document.Read(bytes.NewReader(j.text), document.Limits{})
	}
	line, _ := j.tree.Locate(pointer)
	return fmt.Sprintf("%s:%d", fileName(j.file), line)
}

// A planJSON is a plan as the library writes it.
type planJSON struct{ plan *salesplan.Plan }

// MarshalJSON writes the plan.
func (p planJSON) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := salesplan.Encode(&b, p.plan)
	return b.Bytes(), err
}
