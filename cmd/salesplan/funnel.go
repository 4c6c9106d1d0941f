package main

import (
	"io"
	"strconv"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

func (p *program) funnelCommand() *cobra.Command {
	call := &scheduleCall{}
	var grain, unit string
	cmd := &cobra.Command{
		Use: "funnel PLAN", Short: "Print how many leads, visits and offers the goals take", Args: cobra.ExactArgs(1),
		Long: `Print how many leads, visits and offers it takes to bring what is owed: for
each person and period, by the plan's process of the goal ("work"), stage by stage
and on each working day. What a process doesn't state is measured from --deals.`,
		Example: `  salesplan funnel plan.yaml --deals pipeline.csv
  salesplan funnel plan.yaml --grain month --unit li-na`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.funnel(cmd, args[0], call, grain, unit) },
	}
	call.flags(p, cmd)
	f := cmd.Flags()
	f.StringVar(&grain, "grain", "", "periods of this `GRAIN` instead of the goal's: month, week or day")
	f.StringVar(&unit, "unit", "", "only what a unit of this `ID` or name, and all below it, owe")
	f.IntVar(&call.width, "width", -1, "fold tables to `N` columns; 0 never folds")
	f.BoolVar(&p.okFinds, "ok-with-findings", false, "exit with 0 in spite of findings of severity error")
	p.severityFlag(cmd, diag.Warning)
	p.outputFlags(cmd)
	return cmd
}

func (p *program) funnel(cmd *cobra.Command, file string, call *scheduleCall, grain, unit string) error {
	errs := []error{p.checkOutput(), p.checkSeverity(cmd)}
	if grain != "" {
		errs = append(errs, oneOf("grain", grain, "year", "half", "quarter", "month", "week", "day"))
	}
	if err := joined(errs...); err != nil {
		return err
	}
	j, err := p.read(cmd.Context(), file, &call.inputs)
	if err != nil {
		return err
	}
	owners := map[string]bool{}
	if unit != "" {
		if owners, err = j.ownersBelow(unit); err != nil {
			return err
		}
	}
	targets, err := p.split(cmd.Context(), j)
	if err != nil {
		return err
	}
	var rows []salesplan.FunnelRow
	for i, g := range j.plan.Goals {
		if g.Work == nil || g.Work.Process == "" {
			continue
		}
		b, err := targets.Goal(g.ID)
		if err != nil {
			return err
		}
		by := calendar.Grain(grain)
		if by == "" {
			by = g.Work.Grain
		}
		f, err := salesplan.NewFunnel(b, processOf(j.plan, g.Work.Process), by)
		if err != nil {
			return j.place(diag.Reroot(err, map[string]string{"/process": "/goals/" + strconv.Itoa(i) + "/work/process"}))
		}
		for r := range f.Rows() {
			if unit == "" || owners[r.Unit] {
				rows = append(rows, r)
			}
		}
	}
	findings := append([]diag.Finding{}, j.named(append(targets.Findings(), j.found...))...)
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, struct {
				Rows     []salesplan.FunnelRow `json:"rows"`
				Findings []diag.Finding        `json:"findings"`
			}{append([]salesplan.FunnelRow{}, rows...), findings})
		}
		_, err := io.WriteString(w, p.funnelTable(j, rows, p.tableWidth(call.width)))
		return err
	})
	if err != nil {
		return err
	}
	if !p.json {
		p.sayHidden(p.sayFindings(findings, file))
	}
	return verdict(findings)
}

func processOf(plan *salesplan.Plan, id string) salesplan.Process {
	for _, k := range plan.Processes {
		if k.ID == id {
			return k
		}
	}
	return salesplan.Process{ID: id}
}

func (p *program) funnelTable(j *job, rows []salesplan.FunnelRow, width int) string {
	names := resourceNames(j.plan.Axes, j.plan.Resources)
	t := newTable()
	t.header(p.word("unit"), p.word("period"), p.word("owed"), p.word("stage"), p.fill("owner", "负责人"), p.word("from"), p.word("until"), p.word("number"), p.word("a day"))
	t.numbersFrom = t.width
	last := ""
	for _, r := range rows {
		unit, period, owed := names.of(r.Unit), j.plan.Calendar.Fiscal.Label(r.Period), r.Owed.String()
		if key := unit + "\x00" + period + "\x00" + r.Goal; key == last {
			unit, period, owed = "", "", ""
		} else {
			last = key
		}
		t.row(unit, period, owed, r.Name, names.of(r.Owner), r.Work.First.String(), r.Work.Last.String(), grouped(strconv.FormatInt(r.Count, 10)), r.PerDay.String())
	}
	return t.render(width) + "\n"
}
