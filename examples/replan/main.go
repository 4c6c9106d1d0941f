// Replan brings the targets of a year up to what happened in its first half: a
// rep left on 30 June, another one starts in August, and the north fell short.
// Nobody's first half changes; of the second, only what has to.
//
//	go run ./examples/replan
//
// The same on the command line:
//
//	salesplan targets examples/replan/plan.json --issue issued.json --issued-on 2026-12-18
//	salesplan resplit examples/replan/july.json --targets issued.json \
//		--actuals examples/replan/actuals.csv --as-of 2027-06-30 --shortfall share --leaver vacancy
package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// The plan as the year's targets were issued by it, and as it is in July.
var (
	//go:embed plan.json
	january []byte

	//go:embed july.json
	july []byte
)

//go:embed actuals.csv
var half []byte

func main() {
	if err := run(os.Stdout); err != nil {
		for _, fault := range diag.All(err) {
			fmt.Fprintln(os.Stderr, salesplan.Catalogue().Text(fault, diag.English))
		}
		os.Exit(2)
	}
}

func run(out io.Writer) error {
	issued, replanned, err := replan()
	if err != nil {
		return err
	}
	before, err := issued.Goal("revenue-2027")
	if err != nil {
		return err
	}
	after, err := replanned.Goal("revenue-2027")
	if err != nil {
		return err
	}
	if err := table(out, before, after); err != nil {
		return err
	}
	for _, l := range after.Lines() {
		fmt.Fprintf(out, "The year as issued differs from the goal by %s (%s).\n", after.Text(l.Amount), l.Kind)
	}
	for _, l := range after.Settled().Lines() {
		fmt.Fprintf(out, "The year as settled differs from it by %s (%s).\n", after.Text(l.Amount), l.Kind)
	}
	if err := why(out, after, "sun-li", calendar.Month(2027, 8)); err != nil {
		return err
	}
	for _, f := range replanned.Findings() {
		fmt.Fprintln(out, f.Severity, salesplan.Catalogue().Text(f, diag.English))
	}
	return nil
}

// replan makes the targets of the year, and what became of them in July.
func replan() (issued, replanned *salesplan.Targets, err error) {
	plan, err := salesplan.Decode(bytes.NewReader(january), salesplan.DecodeOptions{})
	if err != nil {
		return nil, nil, err
	}
	if issued, err = plan.Targets(context.Background(), nil); err != nil {
		return nil, nil, err
	}
	now, err := salesplan.Decode(bytes.NewReader(july), salesplan.DecodeOptions{})
	if err != nil {
		return nil, nil, err
	}
	people := issued.Roster(now) // those who left have actuals too
	actuals, err := salesplan.Gather(people, nil, salesplan.ReadHistory(bytes.NewReader(half), people, ""))
	if err != nil {
		return nil, nil, err
	}
	replanned, err = salesplan.Resplit(context.Background(), salesplan.ResplitRequest{
		Issued: issued, Plan: now, AsOf: calendar.On(2027, 6, 30), Actuals: actuals,
		Shortfall: salesplan.ShortfallShare, Leaver: salesplan.LeaverVacancy,
	})
	return issued, replanned, err
}

// table writes what everybody owes in the first half and in the months after
// it, as issued and as re-planned.
func table(out io.Writer, before, after *salesplan.Breakdown) error {
	months := after.Periods(calendar.GrainMonth)
	first := calendar.Span(months[0].First, months[5].Last)
	fmt.Fprintf(out, "%-18s%12s%12s%12s%12s%12s\n", "", "first half", "July", "August", "in January", "in July")
	rows, err := after.Rows(salesplan.Query{Grain: salesplan.GrainGoal})
	if err != nil {
		return err
	}
	second := calendar.Span(months[6].First, months[11].Last)
	for r := range rows {
		name := strings.Repeat("  ", r.Level) + r.Units[0]
		fmt.Fprintf(out, "%-18s", name)
		for _, p := range []calendar.Period{first, months[6], months[7]} {
			amount, err := after.Amount(salesplan.At{Units: r.Units, Period: p})
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "%12s", after.Text(amount))
		}
		was := "" // who came since had no target
		if amount, err := before.Amount(salesplan.At{Units: r.Units, Period: second}); err == nil {
			was = before.Text(amount)
		}
		is, err := after.Amount(salesplan.At{Units: r.Units, Period: second})
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%12s%12s\n", was, after.Text(is))
	}
	fmt.Fprintln(out, "\nThe last two columns are the second half.")
	return nil
}

// why says how one amount came to be, in a line for each re-plan.
func why(out io.Writer, b *salesplan.Breakdown, unit string, p calendar.Period) error {
	e, err := b.Explain(salesplan.At{Units: []string{unit}, Period: p})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nWhy does %s owe %s in %s? %s was issued.\n", unit, b.Text(e.Amount), b.Label(p), b.Text(e.Issued.Decimal))
	for _, r := range e.Replans {
		for _, m := range r.Moves {
			fmt.Fprintf(out, "As of %s: %s, %s: %s of %s, by weight; fitted %s.\n", r.AsOf, m.Reason, m.Unit, b.Text(m.Amount), b.Text(m.Of), m.Fitted)
		}
	}
	fmt.Fprintln(out)
	return nil
}
