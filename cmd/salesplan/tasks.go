package main

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
)

func (p *program) tasksCommand() *cobra.Command {
	call := &scheduleCall{}
	var unit, period string
	cmd := &cobra.Command{
		Use: "tasks PLAN --unit ID --period P", Short: "Print what one person is to do", Args: cobra.ExactArgs(1),
		Long: `Print what one person (or a team and all below it) is to do in a period, in the
order of the dates: the plan's tasks, and those by which its goals are carried out
("work"), with how much of the goal each is to bring.`,
		Example: `  salesplan tasks plan.yaml --unit li-na --period 2027-03
  salesplan tasks plan.yaml --unit east --period 2027-W10 --json`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.tasks(cmd, args[0], call, unit, period) },
	}
	call.situationFlags(p, cmd)
	f := cmd.Flags()
	f.StringVar(&unit, "unit", "", "whose tasks: a unit's `ID` or name, or a resource's")
	f.StringVar(&period, "period", "", "only tasks that touch this `PERIOD`: 2027-03, 2027-W10, 2027-03-01")
	f.IntVar(&call.width, "width", -1, "fold tables to `N` columns; 0 never folds")
	_ = cmd.MarkFlagRequired("unit")
	return cmd
}

// A personTask is a line of one person's list.
type personTask struct {
	salesplan.TaskDates
	Quantity string `json:"quantity,omitempty"`
	Measure  string `json:"measure,omitempty"`
}

func (p *program) tasks(cmd *cobra.Command, file string, call *scheduleCall, unit, period string) error {
	if err := joined(p.checkOutput(), p.checkSeverity(cmd), call.check(p)); err != nil {
		return err
	}
	j, s, err := p.situation(cmd, file, call)
	if err != nil {
		return err
	}
	within := calendar.Period{}
	if period != "" {
		if within, err = j.plan.Calendar.Fiscal.Parse(period); err != nil {
			return err
		}
	}
	owners, err := j.ownersBelow(unit)
	if err != nil {
		return err
	}
	req, t, err := j.timetable(cmd.Context(), s, unleveled)
	if err != nil {
		return err
	}
	list := listTasks(t, req.Tasks, owners, within, measures(j.plan))
	err = p.deliver(func(w io.Writer) error {
		if p.json {
			return writeJSON(w, struct {
				Tasks    []personTask   `json:"tasks"`
				Findings []diag.Finding `json:"findings"`
			}{append([]personTask{}, list...), append([]diag.Finding{}, t.Findings()...)})
		}
		_, err := io.WriteString(w, p.taskTable(j, list, p.tableWidth(call.width)))
		return err
	})
	if err != nil {
		return err
	}
	if !p.json {
		p.sayHidden(p.sayFindings(t.Findings(), file))
	}
	return verdict(t.Findings())
}

// ownersBelow are a unit and all below it, or a resource.
func (j *job) ownersBelow(text string) (map[string]bool, error) {
	owners := map[string]bool{}
	for _, r := range j.plan.Resources {
		if r.ID == text {
			owners[r.ID] = true
		}
	}
	unit, err := j.findUnit(text)
	if err != nil {
		if len(owners) > 0 {
			return owners, nil
		}
		return nil, err
	}
	owners[unit.id] = true
	for _, a := range j.plan.Axes {
		if a.ID != unit.axis {
			continue
		}
		units := a.AllUnits()
		for grown := true; grown; {
			grown = false
			for _, u := range units {
				if !owners[u.ID] && owners[u.Parent] {
					owners[u.ID], grown = true, true
				}
			}
		}
	}
	return owners, nil
}

// measures are what goals are counted in.
func measures(plan *salesplan.Plan) map[string]string {
	of := map[string]string{}
	for _, m := range plan.Metrics {
		of[m.ID] = m.Measure
	}
	out := map[string]string{}
	for _, g := range plan.Goals {
		out[g.ID] = of[g.Metric]
	}
	return out
}

func listTasks(t *salesplan.Timetable, tasks []salesplan.Task, owners map[string]bool, within calendar.Period, measures map[string]string) []personTask {
	var out []personTask
	i := 0
	for d := range t.Tasks() {
		task := tasks[i]
		i++
		works := slices.ContainsFunc(task.Demands, func(k salesplan.Demand) bool { return owners[k.Resource] })
		if d.Summary || !owners[d.Owner] && !works {
			continue
		}
		last, err := calendar.ParseDate(lastDay(d.Finish))
		if err != nil || !within.IsZero() && !within.Overlaps(calendar.Span(d.Start.Date(), maxDate(last, d.Start.Date()))) {
			continue
		}
		line := personTask{TaskDates: d}
		if task.Quantity.Valid {
			line.Quantity, line.Measure = task.Quantity.Decimal.String(), measures[task.Goal]
		}
		out = append(out, line)
	}
	slices.SortStableFunc(out, func(a, b personTask) int { return a.Start.Compare(b.Start) })
	return out
}

func maxDate(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func (p *program) taskTable(j *job, list []personTask, width int) string {
	names := resourceNames(j.plan.Axes, j.plan.Resources)
	t := newTable()
	t.header(p.word("from"), p.word("until"), p.word("task"), p.fill("owner", "负责人"), p.word("quantity"), p.word("done"), p.word("float"))
	t.numbersFrom = t.width
	for _, d := range list {
		name := cmp.Or(d.Name, d.ID)
		done := ""
		if !d.Percent.IsZero() {
			done = d.Percent.String() + " %"
		}
		t.row(d.Start.Date().String(), lastDay(d.Finish), name, names.of(d.Owner), strings.TrimSpace(grouped(d.Quantity)+" "+d.Measure), done, calendar.Duration{Minutes: d.TotalFloat}.String())
	}
	return t.render(width) + "\n"
}
