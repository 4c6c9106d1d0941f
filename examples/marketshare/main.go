// Marketshare turns a share of a market into revenue to sell. The size of the
// market is a figure from outside, with its source; the revenue that the share
// takes of it is split exactly, the market is not. The rate is always one of
// sums, never a sum of rates; and when the association corrects its forecast,
// the same plan says what the same share takes now.
//
//	go run ./examples/marketshare
//
// The same plan on the command line:
//
//	salesplan targets examples/marketshare/plan.json
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
	if err := show(out, "As forecast", plan); err != nil {
		return err
	}

	// The second half is corrected upwards: the same share takes more.
	plan.Externals[1].Amount = decimal.NewFromInt(46_000_000)
	return show(out, "As corrected", plan)
}

// show writes the revenue that the share takes, by unit and quarter, with the
// share of the market that each unit brings.
func show(out io.Writer, title string, plan *salesplan.Plan) error {
	targets, err := plan.Targets(context.Background(), nil)
	if err != nil {
		return err
	}
	share, err := targets.Rate("share-2027")
	if err != nil {
		return err
	}
	reached := share.Reached()
	fmt.Fprintf(out, "%s: %s of a market of %s\n", title, reached.Numerator, reached.Denominator)
	rows, err := share.Rows(salesplan.Query{})
	if err != nil {
		return err
	}
	for r := range rows {
		if r.Grain != salesplan.GrainGoal {
			fmt.Fprintf(out, "%10s", r.Amount)
			continue
		}
		fmt.Fprintf(out, "\n%-10s%8s %%%10s =", r.Units[0], r.Rate.Decimal, r.Amount)
	}
	fmt.Fprint(out, "\n\n")
	return nil
}
