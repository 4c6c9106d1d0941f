package main

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/spf13/cobra"
)

// maxIssuedBytes bounds a file of issued targets: forty million cells of the
// usual size.
const maxIssuedBytes = 1 << 30

// An issueCall says where targets are issued to, and what is said of it.
type issueCall struct {
	file, on, by, note string
	force              bool
}

func (c *issueCall) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.file, "issue", "", "issue the targets: write them whole, with their reasons, to this `FILE`")
	f.StringVar(&c.on, "issued-on", "", "the `DATE` of --issue (default today)")
	f.StringVar(&c.by, "issued-by", "", "`WHO` issues them")
	f.StringVar(&c.note, "issue-note", "", "a `TEXT` that says why they are issued")
	f.BoolVar(&c.force, "force", false, "replace the file of --issue")
}

// check refuses flags that say something of an issue that there is none of, and
// to replace what was issued without being told to.
func (c *issueCall) check(p *program) error {
	if c.file == "" {
		for _, f := range []struct{ flag, value string }{{"issued-on", c.on}, {"issued-by", c.by}, {"issue-note", c.note}} {
			if f.value != "" {
				return badArgument(diag.Conflict, f.flag, "--"+f.flag, "--issue FILE --"+f.flag)
			}
		}
		return nil
	}
	if _, err := c.day(p); err != nil {
		return renamed(err, nil)
	}
	if c.file == p.outFile {
		return badArgument(diag.Conflict, "issue", c.file, "--output "+p.outFile)
	}
	info, err := os.Stat(c.file)
	if err != nil || !info.Mode().IsRegular() || c.force {
		return nil
	}
	return &badInput{faults: []placed{{c.file, &diag.Fault{Code: codeExists, Path: "/issue", Value: diag.Clip(c.file)}}}}
}

// day is the day of the issue: the one given, or today.
func (c *issueCall) day(p *program) (calendar.Date, error) {
	if c.on == "" {
		now := p.today()
		return calendar.On(now.Year(), now.Month(), now.Day()), nil
	}
	day, err := calendar.ParseDate(c.on)
	if err == nil {
		return day, nil
	}
	f := &diag.Fault{Code: diag.Invalid, Value: diag.Clip(c.on)}
	for _, first := range diag.All(err) {
		g := *first
		f = &g
	}
	f.Path = "/issued-on"
	return day, f
}

// issue writes targets of a plan to the file asked for, whole or not at all.
func (p *program) issue(c *issueCall, plan *salesplan.Plan, targets *salesplan.Targets) error {
	if c.file == "" {
		return nil
	}
	on, err := c.day(p)
	if err != nil {
		return renamed(err, nil)
	}
	issue, err := plan.Issue(on)
	if err != nil {
		return renamed(err, nil)
	}
	issue.By, issue.Note = c.by, c.note
	err = p.replaceFile(c.file, func(w io.Writer) error {
		buffered := bufio.NewWriterSize(untilInterrupted{p.ctx, w}, 64<<10)
		if err := salesplan.EncodeTargets(buffered, targets, issue); err != nil {
			return err
		}
		return buffered.Flush()
	})
	if p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		failed.Path = c.file // rather than the one beside it
		return &badInput{faults: []placed{{c.file, &diag.Fault{Code: diag.IO, Path: "/issue", Value: diag.Clip(failed.Error())}}}}
	}
	if err != nil {
		return &badInput{faults: inFile(c.file, err)}
	}
	return nil
}

// targetsFlag adds the flag of targets that were issued.
func (in *inputs) targetsFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&in.targets, "targets", "", "what was issued in this `FILE`, rather than what the plan would give today; PLAN, for names, may then be left out")
}

// planOrTargets takes a plan and n arguments more, or, of targets that were
// issued, those alone.
func planOrTargets(in *inputs, n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if in.targets != "" && len(args) == n {
			return nil
		}
		return cobra.ExactArgs(n+1)(cmd, args)
	}
}

// openTargets reads what was issued in a file.
func (p *program) openTargets(file, parameter string) (*salesplan.Targets, error) {
	r, err := p.openRaw(file, parameter)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	t, err := salesplan.DecodeTargets(r, salesplan.DecodeOptions{Limits: document.Limits{Bytes: maxIssuedBytes, Nodes: maxIssuedBytes / 32}})
	if err != nil {
		return nil, &badInput{faults: inFile(file, err)}
	}
	return t, nil
}

// readIssued reads targets that were issued and the plan whose names they go by;
// without one, what the targets know of it.
func (p *program) readIssued(file string, in *inputs) (*job, error) {
	for _, f := range []struct {
		flag  string
		given bool
	}{{"deals", len(in.deals) > 0}, {"customers", len(in.customers) > 0}, {"history", in.history != ""}} {
		if f.given {
			return nil, badArgument(diag.Conflict, f.flag, "--"+f.flag, "--targets "+in.targets)
		}
	}
	targets, err := p.openTargets(in.targets, "targets")
	if err != nil {
		return nil, err
	}
	j := &job{file: in.targets, plan: targets.Outline(), tables: map[string]string{}}
	if file != "" {
		if j, err = p.readPlan(file); err != nil {
			return nil, err
		}
		if err := p.readTables(j, in.tables, true); err != nil {
			return nil, err
		}
		found, err := targets.CheckPlan(j.plan)
		if err != nil {
			return nil, &badInput{faults: inFile(in.targets, err)}
		}
		j.found = append(j.found, found...)
		j.plan = targets.Roster(j.plan)
	} else if len(in.tables) > 0 {
		return nil, badArgument(diag.Conflict, "file", in.tables[0], "PLAN --file "+in.tables[0])
	}
	if j.whole, j.issued = j.plan, targets; in.goal != "" {
		if j.issued, err = targets.Only(in.goal); err != nil {
			return nil, renamed(err, map[string]string{"/goals/0": "/goal"})
		}
		j.only = in.goal
	}
	j.found = append(j.found, p.guesses()...)
	return j, nil
}
