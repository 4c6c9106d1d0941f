package main

import (
	"context"
	"errors"
	"io"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

// A resplitCall is the command line of resplit.
type resplitCall struct {
	inputs
	issued, actuals, asOf      string
	shortfall, surplus, leaver string
	most, width                int
	all                        bool
	issue                      issueCall
}

func (p *program) resplitCommand() *cobra.Command {
	call := &resplitCall{}
	cmd := &cobra.Command{
		Use: "resplit PLAN --targets ISSUED", Short: "Bring issued targets up to a changed plan and to what happened", Args: cobra.ExactArgs(1),
		Long: `Bring issued targets up to the plan as it is now and to what happened by a day,
and print who changes, by how much, and why.

Periods that end by --as-of are closed: they keep what was issued. Of the others
only changes move: targets of those who leave, room for those who come or change
teams, a goal that was raised or lowered, and what closed periods missed or
brought beyond their targets. What happened is read from --actuals (a long table
or a matrix of units and periods, like --history of targets) or from --deals; where
the plan says by inputs.deals.covers what its deals cover, that has to reach --as-of.

--shortfall says who carries what was missed: keep (whoever missed it, in their
remaining periods), share (with their siblings), spread (everybody), forgive
(nobody: the goal is lowered by a stated line). --surplus says what becomes of
what was brought beyond the targets: keep (nothing) or offset (it lowers the
remaining targets of whoever brought it). --leaver says who takes over the
targets of those who leave: share (their siblings), successor (whom the plan
names) or vacancy (a line of the team, from which newcomers take theirs).

The table has a row for each unit of a goal's first axis, over all periods that
are still open; --all has one for the units of all axes. --json has every cell.

The result is issued with --issue, and remembers what has been handed out: the
same again changes nothing.`,
		Example: `  salesplan resplit plan.json --targets issued/2027.json --actuals half.csv --as-of 2027-06-30
  salesplan resplit plan.json --targets issued/2027.json --deals crm.csv --as-of 2027-06-30 --shortfall share --surplus offset
  salesplan resplit plan.json --targets issued/2027.json --as-of 2027-06-30 --leaver vacancy --issue issued/2027-07.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.resplit(cmd, args[0], call) },
	}
	call.flags(p, cmd)
	f := cmd.Flags()
	f.StringVar(&call.issued, "targets", "", "what was issued, in this `FILE`")
	f.StringVar(&call.actuals, "actuals", "", "CSV `FILE` of what happened: a long table, or a matrix of units and periods")
	f.StringVar(&call.asOf, "as-of", "", "the last `DAY` of which the actuals tell")
	f.StringVar(&call.shortfall, "shortfall", string(salesplan.ShortfallKeep), "who carries what was missed: keep, share, spread or forgive")
	f.StringVar(&call.surplus, "surplus", string(salesplan.SurplusKeep), "what becomes of what was brought beyond the targets: keep or offset")
	f.StringVar(&call.leaver, "leaver", string(salesplan.LeaverShare), "who takes over the targets of those who leave: share, successor or vacancy")
	f.IntVar(&call.most, "most", 30, "show the `N` largest changes of each goal; 0 shows all")
	f.BoolVar(&call.all, "all", false, "show all changes by the units of all axes, not of the first only")
	f.IntVar(&call.width, "width", -1, "fold tables to `N` columns; 0 never folds")
	f.BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	call.issue.flags(cmd)
	p.severityFlag(cmd, diag.Warning)
	p.outputFlags(cmd)
	return cmd
}

// request reads the policies and the day.
func (c *resplitCall) request() (salesplan.ResplitRequest, error) {
	var req salesplan.ResplitRequest
	var errs []error
	for _, f := range []struct {
		flag, value string
		read        func([]byte) error
	}{{"shortfall", c.shortfall, req.Shortfall.UnmarshalText}, {"surplus", c.surplus, req.Surplus.UnmarshalText}, {"leaver", c.leaver, req.Leaver.UnmarshalText}} {
		if err := f.read([]byte(f.value)); err != nil {
			errs = append(errs, renamed(err, map[string]string{"": "/" + f.flag}))
		}
	}
	switch {
	case c.issued == "":
		errs = append(errs, badArgument(diag.Required, "targets", "", "the file of what was issued"))
	case c.asOf == "":
		errs = append(errs, badArgument(diag.Required, "as-of", "", "a day"))
	default:
		day, err := calendar.ParseDate(c.asOf)
		if err != nil {
			f := *diag.All(err)[0]
			f.Path = "/as-of"
			errs = append(errs, wrongArgument(&f))
		}
		req.AsOf = day
	}
	return req, joined(errs...)
}

// resplit makes, prints and issues a re-plan.
func (p *program) resplit(cmd *cobra.Command, file string, call *resplitCall) error {
	req, err := call.request()
	if err := joined(p.checkOutput(), p.checkSeverity(cmd), err, call.issue.check(p)); err != nil {
		return err
	}
	if call.issue.file != "" && call.goal != "" {
		return badArgument(diag.Conflict, "issue", call.issue.file, "--goal "+call.goal)
	}
	j, err := p.readResplit(cmd.Context(), file, call, &req)
	if err != nil {
		return err
	}
	m := p.meter("splitting")
	got, err := salesplan.Resplit(salesplan.WithProgress(cmd.Context(), m.report), req)
	m.done()
	if err != nil {
		if cmd.Context().Err() != nil {
			return cmd.Context().Err()
		}
		return j.placeResplit(err, call)
	}
	if err := p.issue(&call.issue, j.whole, got); err != nil {
		return err
	}
	findings := j.named(got.Findings())
	if call.all && !cmd.Flags().Changed("most") {
		call.most = 0
	}
	shown := newReplanView(j, got, call)
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, struct {
				AsOf     calendar.Date  `json:"asOf"`
				Goals    []replanGoal   `json:"goals"`
				Findings []diag.Finding `json:"findings"`
				Faults   []placed       `json:"faults,omitempty"`
			}{req.AsOf, shown.goals, append([]diag.Finding{}, findings...), j.rowFaults})
		}
		return shown.write(p, w, call)
	})
	if err != nil {
		return err
	}
	if !p.json {
		p.sayAll(j, findings)
	}
	return verdict(findings)
}

// readResplit reads the plan, what was issued and what happened.
func (p *program) readResplit(ctx context.Context, file string, call *resplitCall, req *salesplan.ResplitRequest) (*job, error) {
	j, err := p.readPlan(file)
	if err != nil {
		return nil, err
	}
	if err := p.readTables(j, call.tables, true); err != nil {
		return nil, err
	}
	if req.Issued, err = p.openTargets(call.issued, "targets"); err != nil {
		return nil, err
	}
	found, err := req.Issued.CheckPlan(j.plan)
	if err != nil {
		return nil, &badInput{faults: inFile(call.issued, err)}
	}
	req.Plan, j.whole = j.plan, j.plan
	if call.goal != "" {
		if err := j.choose(call.goal); err != nil {
			return nil, err
		}
	}
	j.plan = req.Issued.Roster(j.whole) // who left has actuals too
	if err := p.gather(ctx, j, &call.inputs); err != nil {
		return nil, err
	}
	req.Evidence, req.Actuals = j.evidence, j.evidence
	if len(call.deals) == 0 {
		req.Actuals = nil // the past says nothing of the year
	}
	if call.actuals != "" {
		happened := &job{file: j.file, text: j.text, tree: j.tree, plan: j.plan, tables: j.tables}
		if err := p.gather(ctx, happened, &inputs{history: call.actuals}); err != nil {
			return nil, err
		}
		req.Actuals = happened.evidence
		j.rowFaults, j.data = append(j.rowFaults, happened.rowFaults...), append(j.data, happened.data...)
		j.found = append(j.found, happened.evidence.Findings()...)
	}
	j.found = append(append(j.found, found...), p.guesses()...)
	return j, nil
}

// placeResplit places the faults of a re-plan: those of the request are of the
// command line, those of what was issued of its file.
func (j *job) placeResplit(err error, call *resplitCall) error {
	placed := j.place(err)
	var bad *badInput
	if !errors.As(placed, &bad) {
		return err
	}
	for i, f := range bad.faults {
		g := *f.Fault
		switch {
		case g.Path == "/asOf":
			g.Path = "/as-of"
		case g.Path == "/issued":
			g.Path, bad.faults[i].File = "/targets", call.issued
		}
		bad.faults[i].Fault = &g
	}
	return bad
}
