package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/report"
)

// progress is what people said of their tasks by the evening of 18 December.
//
//go:embed progress.csv
var progress []byte

func asOf() calendar.Date { return calendar.On(2026, 12, 18) }

// timetable puts dates to the plan's tasks, those by which its goals are carried
// out among them, by what was done.
func timetable(plan *salesplan.Plan, targets *salesplan.Targets, progress []byte) (*salesplan.Timetable, error) {
	s := salesplan.Situation{AsOf: asOf(), Targets: targets}
	for u, err := range salesplan.ReadTaskUpdates(bytes.NewReader(progress)) {
		if err != nil {
			return nil, err
		}
		s.Updates = append(s.Updates, u)
	}
	return plan.Timetable(context.Background(), s)
}

// printTimetable prints the way to the launch, what slips on it, and what one of
// the people has to do.
func printTimetable(out io.Writer, t *salesplan.Timetable) error {
	chain, err := t.Chain("go")
	if err != nil {
		return err
	}
	names := make([]string, len(chain))
	for i, d := range chain {
		names[i] = cmp.Or(d.Name, d.ID)
	}
	last := chain[len(chain)-1]
	fmt.Fprintf(out, "\nAs of %s %s is on %s, owed by %s: %s.\n\n", t.AsOf(), last.Name, last.Finish.Date(), last.Deadline, strings.Join(names, " → "))
	for _, f := range salesplan.CheckDates(t, asOf()) {
		if f.Severity != diag.Info {
			fmt.Fprintln(out, f.Severity, salesplan.Catalogue().Text(f, diag.English))
		}
	}
	fmt.Fprintf(out, "\nTo do for anna-schmidt:\n")
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, d := range tasksOf(t, "anna-schmidt") {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s %%\n", d.Start.Date(), d.Finish.Date(), d.Name, d.Percent)
	}
	return w.Flush()
}

// tasksOf are the tasks of an owner that are not done, by start.
func tasksOf(t *salesplan.Timetable, owner string) []salesplan.TaskDates {
	var list []salesplan.TaskDates
	for d := range t.Tasks() {
		if d.Owner == owner && !d.Summary && d.Finished.IsZero() {
			list = append(list, d)
		}
	}
	slices.SortStableFunc(list, func(a, b salesplan.TaskDates) int { return a.Start.Compare(b.Start) })
	return list
}

// gantt draws the timetable, with the names of people.
func gantt(out io.Writer, plan *salesplan.Plan, t *salesplan.Timetable) error {
	names := map[string]string{}
	for _, u := range plan.Axes[0].Units {
		names[u.ID] = u.Name
	}
	return report.Gantt(out, t, report.GanttOptions{Style: report.Style{Title: plan.Name, Names: names}})
}
