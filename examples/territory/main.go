// Territory divides a region's goal where real life sets limits: a floor for a
// team, a cap for a person who leaves, a promised quarter, a short month, two
// newcomers who ramp up. Everything adds up all the same; and where the limits
// exclude each other, one sentence says which and by how much.
//
//	go run ./examples/territory
//
// The same plan on the command line:
//
//	salesplan targets examples/territory/plan.json --grain quarter
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
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

//go:embed plan.json
var document []byte

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
	targets, err := plan.Targets(context.Background(), nil)
	if err != nil {
		return err
	}
	b, err := targets.Goal("east-2027")
	if err != nil {
		return err
	}
	if err := table(out, b); err != nil {
		return err
	}

	// Nobody can promise what the team doesn't have.
	limit := decimal.NewNullDecimal(decimal.NewFromInt(4_000_000))
	split := plan.Goals[0].Split
	split.Bounds = append(split.Bounds, salesplan.BoundRule{Unit: "hangzhou", Max: limit})
	_, err = plan.Targets(context.Background(), nil)
	for _, fault := range diag.All(err) {
		fmt.Fprintln(out, salesplan.Catalogue().Text(fault, diag.English))
		fmt.Fprintln(out, salesplan.Catalogue().Text(fault, diag.Chinese))
	}
	return nil
}

// table writes units × quarters.
func table(out io.Writer, b *salesplan.Breakdown) error {
	rows, err := b.Rows(salesplan.Query{Grain: "quarter"})
	if err != nil {
		return err
	}
	unit := ""
	for r := range rows {
		if r.Units[0] != unit {
			unit = r.Units[0]
			total, err := b.Amount(salesplan.At{Units: r.Units})
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "\n%-16s%10s ", strings.Repeat("  ", r.Level)+unit, total)
		}
		fmt.Fprintf(out, "%10s", r.Amount)
	}
	fmt.Fprint(out, "\n\n")
	return nil
}
