package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
)

// report prints how many new customers the days owe, and for one week who owes
// them. Saturday, 14 February is worked, to make up for the Spring Festival.
func report(out io.Writer, b *salesplan.Breakdown, basis salesplan.TimeBasis) error {
	february, week := calendar.Month(2026, time.February), calendar.Week(2026, 7)
	least, most, days := int64(1<<62), int64(0), 0
	for _, day := range b.Periods(calendar.GrainDay) {
		amount, err := b.Amount(salesplan.At{Period: day})
		if err != nil {
			return err
		}
		n := amount.IntPart()
		if n == 0 {
			continue // a day off
		}
		least, most = min(least, n), max(most, n)
		if february.Covers(day) {
			days++
		}
	}
	fmt.Fprintf(out, "%d to %d a day; February 2026 has %d %s\n", least, most, days, basis)
	for _, day := range b.Periods(calendar.GrainDay) {
		if !week.Covers(day) {
			continue
		}
		owners, err := ownersOf(b, day)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s %s  %s\n", day.First.Weekday().String()[:3], b.Label(day), cmp.Or(strings.Join(owners, ", "), "day off"))
	}
	_, err := fmt.Fprintln(out)
	return err
}

// ownersOf lists who owes how many new customers on a day.
func ownersOf(b *salesplan.Breakdown, day calendar.Period) ([]string, error) {
	cells, err := b.Rows(salesplan.Query{LeafOnly: true})
	if err != nil {
		return nil, err
	}
	var owners []string
	for cell := range cells {
		if cell.Period == day && !cell.Amount.IsZero() {
			owners = append(owners, cell.Units[0]+" "+b.Text(cell.Amount))
		}
	}
	return owners, nil
}
