// Customers states one goal, 100 new customers in each month of 2026, and
// divides it over days and people: 3 or 4 a day, each with an owner. On working
// days alone it is 4 to 7 a day.
//
//	go run ./examples/customers
//
// The same plan on the command line:
//
//	salesplan targets examples/customers/plan.json --deals examples/customers/deals.csv
package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"

	"github.com/salesplan/salesplan"
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
	for _, basis := range []salesplan.TimeBasis{salesplan.TimeDays, salesplan.TimeWorkdays} {
		plan.Goals[0].Split.Time.Basis = basis
		targets, err := plan.Targets(context.Background(), evidence)
		if err != nil {
			return err
		}
		b, err := targets.Goal("customers-2026")
		if err != nil {
			return err
		}
		fmt.Fprintln(out, plan.Goals[0].Name)
		if err := report(out, b, basis); err != nil {
			return err
		}
		for _, f := range targets.Findings() {
			fmt.Fprintln(out, f.Severity, salesplan.Catalogue().Text(f, diag.English))
		}
	}
	return nil
}
