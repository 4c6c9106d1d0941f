// Annual divides a goal of 10,000,000 CNY over regions, teams, people, product
// lines and customer groups, from quarters to days, by what a CRM's export says
// of the year before.
//
//	go run ./examples/annual
//
// The same plan on the command line:
//
//	salesplan targets examples/annual/plan.json --deals examples/annual/deals.csv
package main

import (
	"bytes"
	"context"
	_ "embed"
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
	if err := run(os.Stdout); err != nil {
		for _, fault := range diag.All(err) {
			fmt.Fprintln(os.Stderr, salesplan.Catalogue().Text(fault, diag.English))
		}
		os.Exit(2)
	}
}

func run(out io.Writer) error {
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
	return nil
}
