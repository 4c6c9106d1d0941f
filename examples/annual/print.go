package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
)

// A view is a table of periods and units, one unit for each axis.
type view struct {
	periods []calendar.Period
	units   [][]string
}

func (v view) print(out io.Writer, b *salesplan.Breakdown) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, p := range v.periods {
		fmt.Fprint(w, "\t", b.Label(p))
	}
	fmt.Fprintln(w, "\t")
	for _, units := range v.units {
		named := slices.DeleteFunc(slices.Clone(units), func(u string) bool { return u == "" })
		fmt.Fprint(w, cmp.Or(strings.Join(named, " / "), "all"))
		for _, p := range v.periods {
			amount, err := b.Amount(salesplan.At{Units: units, Period: p})
			if err != nil {
				return err
			}
			fmt.Fprint(w, "\t", b.Text(amount))
		}
		fmt.Fprintln(w, "\t")
	}
	fmt.Fprintln(w)
	return w.Flush()
}

// explain says why a place owes what it does: when the goal owes how much, and
// who carries which part of it.
func explain(out io.Writer, b *salesplan.Breakdown, at salesplan.At) error {
	why, err := b.Explain(at)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Why does %s owe %s in %s?\n", strings.Join(at.Units, " / "), b.Text(why.Amount), b.Label(at.Period))
	for _, when := range why.When {
		fmt.Fprintf(out, "  %s owes %s, of it in %s, by %s: %s\n",
			b.Label(when.Of), b.Text(when.Target), b.Label(when.Period), when.Basis, b.Text(when.Amount))
	}
	for _, who := range why.Who[1:] { // the first is the goal's owner
		fmt.Fprintf(out, "  %s carries over the year, by %s: %s of %s, there on %d of %d working days, %s of %s\n",
			who.Unit, who.Basis, who.Weight, who.Weights, who.Days, who.Of, b.Text(who.Amount), b.Text(who.Parent))
	}
	_, err = fmt.Fprintln(out)
	return err
}
