package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

func (p *program) checkCommand() *cobra.Command {
	call := &scheduleCall{}
	cmd := &cobra.Command{
		Use: "check PLAN --as-of DATE", Short: "Say what slips, why, and what to do about it", Args: cobra.ExactArgs(1),
		Long: `Say what slips of a plan as of a day: dates that are missed, will be missed or
are at risk, tasks that nobody owns, people with more work than time, goals whose
tasks end too late; each with the chain of tasks that makes the date and what
would cure it. The goals themselves and their targets are judged too, as far as
there is something to judge them by.

--new-since reads what an earlier run wrote with --json and says only what that
didn't: a job that runs every night says each thing once.`,
		Example: `  salesplan check plan.yaml --as-of 2027-03-31 --progress done.csv
  salesplan check plan.yaml --as-of 2027-04-01 --json --new-since yesterday.json > today.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.checkPlan(cmd, args[0], call) },
	}
	call.situationFlags(p, cmd)
	cmd.Flags().StringVar(&call.newSince, "new-since", "", "only findings that this `FILE`, an earlier output with --json, doesn't have")
	_ = cmd.MarkFlagRequired("as-of")
	return cmd
}

func (p *program) checkPlan(cmd *cobra.Command, file string, call *scheduleCall) error {
	if err := joined(p.checkOutput(), p.checkSeverity(cmd), call.check(p)); err != nil {
		return err
	}
	earlier, err := p.earlierFindings(call.newSince)
	if err != nil {
		return err
	}
	j, s, err := p.situation(cmd, file, call)
	if err != nil {
		return err
	}
	report, err := j.plan.Check(cmd.Context(), s)
	if err != nil {
		return j.place(err)
	}
	report.Findings = salesplan.NewSince(j.named(append(j.found, report.Findings...)), earlier)
	if report.Findings == nil {
		report.Findings = []diag.Finding{}
	}
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, report)
		}
		return p.writeReport(w, report)
	})
	if err != nil {
		return err
	}
	return verdict(report.Findings)
}

// earlierFindings are those of an earlier output; none without a file.
func (p *program) earlierFindings(file string) ([]diag.Finding, error) {
	if file == "" {
		return nil, nil
	}
	r, err := p.openRaw(file, "new-since")
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPlanBytes))
	if err == nil {
		var earlier struct {
			Findings *[]diag.Finding `json:"findings"`
		}
		if err = json.Unmarshal(text, &earlier); err == nil && earlier.Findings != nil {
			return *earlier.Findings, nil
		}
	}
	return nil, &badInput{faults: []placed{{file, &diag.Fault{Code: diag.Syntax, Path: "/new-since", Bound: "what check or targets wrote with --json"}}}}
}

// writeReport writes findings for people to read, each with what to do.
func (p *program) writeReport(w io.Writer, report *salesplan.Report) error {
	catalogue, hidden, shown := messages(), 0, 0
	lang := diag.Lang(p.lang)
	for _, f := range report.Findings {
		severity, ok := p.shows(f)
		if !ok {
			hidden++
			continue
		}
		shown++
		if _, err := fmt.Fprintf(w, "%s: %s\n", p.word(string(severity)), printable(catalogue.Text(f, lang))); err != nil {
			return err
		}
	}
	if shown == 0 {
		if _, err := io.WriteString(w, p.word("nothing to report")+"\n"); err != nil {
			return err
		}
	}
	for _, s := range report.Skipped {
		p.say("not judged: {stage}, for want of {need}", "未检查：{stage}（缺少{need}）", "stage", p.word(string(s.Stage)), "need", p.word(s.Need))
	}
	p.sayHidden(hidden)
	return nil
}

// say writes a line to standard error.
func (p *program) say(en, zh string, values ...string) {
	fmt.Fprintln(p.errs, "salesplan: "+p.fill(en, zh, values...))
}
