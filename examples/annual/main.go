// Annual divides a goal of 10,000,000 CNY over regions, teams, people, product
// lines and customer groups, from quarters to days, by what a CRM's export says
// of the year before.
//
//	go run ./examples/annual
//
// Then it puts dates to the tasks of the plan and of its goals, says what slips
// and what one of the people has to do, and with -gantt FILE draws the dates.
//
// The same plan on the command line:
//
//	salesplan targets examples/annual/plan.json --deals examples/annual/deals.csv
//	salesplan check examples/annual/plan.json --deals examples/annual/deals.csv --as-of 2026-12-18 --progress examples/annual/progress.csv
package main

import (
	"bytes"
	"context"
	_ "embed"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

//go:embed plan.json
var document []byte

//go:embed deals.csv
var export []byte

func main() {
	picture := flag.String("gantt", "", "draw the timetable as SVG into `FILE`")
	flag.Parse()
	if err := run(os.Stdout, *picture); err != nil {
		for _, fault := range diag.All(err) {
			fmt.Fprintln(os.Stderr, salesplan.Catalogue().Text(fault, diag.English))
		}
		os.Exit(2)
	}
}

// run prints everything and, where a file is named, draws the timetable into it.
func run(out io.Writer, picture string) error {
	plan, err := salesplan.Decode(bytes.NewReader(document), salesplan.DecodeOptions{})
	if err != nil {
		return err
	}
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(bytes.NewReader(export), *plan.Inputs.Deals), nil)
	if err != nil {
		return err
	}
	targets, err := plan.Targets(context.Background(), evidence)
	if err != nil {
		return err
	}
	b, err := targets.Goal("revenue-2027")
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, revenue in CNY: %s\n\n", b.Label(b.Period()), plan.Name)
	quarters := b.Periods(calendar.GrainQuarter)
	people := [][]string{{"wang-wei"}, {"wang-wei", "cloud"}, {"wang-wei", "cloud", "key-accounts"}, {"li-na"}, {"sun-li"}}
	for _, t := range []view{
		{quarters, [][]string{{"east"}, {"north"}, {"south"}, {}}},
		{quarters, [][]string{{"", "software"}, {"", "services"}, {"", "", "key-accounts"}}},
		{b.Periods(calendar.GrainMonth)[:6], people},
		{b.Periods(calendar.GrainDay)[3:8], people},
	} {
		if err := t.print(out, b); err != nil {
			return err
		}
	}
	if err := explain(out, b, salesplan.At{Units: []string{"wang-wei"}, Period: quarters[0]}); err != nil {
		return err
	}
	for _, f := range targets.Findings() {
		fmt.Fprintln(out, f.Severity, salesplan.Catalogue().Text(f, diag.English))
	}
	t, err := timetable(plan, targets, progress)
	if err != nil {
		return err
	}
	if err := printTimetable(out, t); err != nil || picture == "" {
		return err
	}
	var drawn bytes.Buffer
	if err := gantt(&drawn, plan, t); err != nil {
		return err
	}
	return os.WriteFile(picture, drawn.Bytes(), 0o644)
}
