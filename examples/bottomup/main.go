// Bottomup is the round in which people answer the targets from above with what
// they commit to. A commitment is kept as it is; what a team's target leaves is
// split among those who haven't answered; and where all answers together don't
// fit, the amount is a line of its own that somebody has to decide about.
//
//	go run ./examples/bottomup
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
	b, err := targets.Goal("revenue-2027")
	if err != nil {
		return err
	}

	// In the east Wang Wei has answered; the others take what he leaves.
	answers := []salesplan.Commitment{{Unit: "wang-wei", Amount: decimal.NewFromInt(2_800_000)}}
	if err := show(out, "First answers", b, answers); err != nil {
		return err
	}

	// In the north both have, and commit less than is asked of them.
	answers = append(answers,
		salesplan.Commitment{Unit: "zhao-min", Amount: decimal.NewFromInt(2_400_000)},
		salesplan.Commitment{Unit: "sun-li", Amount: decimal.NewFromInt(1_900_000)})
	return show(out, "All answers", b, answers)
}

// show writes what each unit is asked for and carries, and what doesn't fit.
func show(out io.Writer, title string, b *salesplan.Breakdown, answers []salesplan.Commitment) error {
	rollup, err := salesplan.BottomUp(b, answers)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s\n%-16s%10s%10s%10s\n", title, "", "target", "carried", "mismatch")
	for r := range rollup.Rows() {
		if r.Grain != salesplan.GrainGoal {
			continue
		}
		mark := ""
		if r.Committed {
			mark = " committed"
		}
		fmt.Fprintf(out, "%-16s%10s%10s%10s%s\n", strings.Repeat("  ", r.Level)+r.Unit, r.Target, r.Amount, r.Mismatch, mark)
	}
	for _, finding := range rollup.Findings() {
		fmt.Fprintln(out, salesplan.Catalogue().Text(finding, diag.English))
		fmt.Fprintln(out, salesplan.Catalogue().Text(finding, diag.Chinese))
	}
	fmt.Fprintln(out)
	return nil
}
