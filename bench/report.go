package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/salesplan/salesplan"
)

// A check is one number of a row: what was measured, and whether it is within
// what must be reached.
type check struct {
	text string
	ok   bool
}

func atMost(x, limit float64, format string) check {
	return check{fmt.Sprintf(format, x), x <= limit}
}

// A row is a piece of work, what it must reach, and what it does.
type row struct {
	work, must string
	checks     []check
}

func (r row) measured() string {
	texts := make([]string, len(r.checks))
	for i, c := range r.checks {
		texts[i] = c.text
	}
	return strings.Join(texts, "; ")
}

// noLimit is what a row must reach that is there to be known.
const noLimit = "no limit"

// verdict names what is not reached.
func (r row) verdict() string {
	if r.must == noLimit {
		return "–"
	}
	var missed []string
	for _, c := range r.checks {
		if !c.ok {
			missed = append(missed, c.text)
		}
	}
	if missed == nil {
		return "reached"
	}
	return "**missed**: " + strings.Join(missed, "; ")
}

func writeRows(w io.Writer, rows []row) {
	fmt.Fprintf(w, "| work | must reach | measured | verdict |\n| --- | --- | --- | --- |\n")
	for _, r := range rows {
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", r.work, r.must, r.measured(), r.verdict())
	}
}

// timings are those of the one-way split, by number of parts.
type timings map[int]map[string]timing

func measureOneWay(rounds int) (timings, error) {
	out := timings{}
	for _, n := range oneWaySizes() {
		contenders, err := oneWay(n)
		if err != nil {
			return nil, err
		}
		if out[n], err = measure(rounds, contenders); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// of returns how often one contender's time goes into another's.
func (t timings) of(n int, name, in string) float64 { return t[n][in].ns / t[n][name].ns }

// span gives the smallest and the largest of a number over the sizes that
// count.
func (t timings) span(number func(n int) float64) (low, high float64) {
	first := true
	for _, n := range oneWaySizes() {
		if n < 1_000 {
			continue
		}
		x := number(n)
		if first {
			low, high, first = x, x, false
		}
		low, high = min(low, x), max(high, x)
	}
	return low, high
}

func (t timings) largestRow() row {
	_, allocs := t.span(func(n int) float64 { return float64(t[n][intsLargest].allocs) })
	slowest, fastest := t.span(func(n int) float64 { return t.of(n, intsLargest, moneyAllocate) })
	least, most := t.span(func(n int) float64 { return t.of(n, onlyLoop, intsLargest) })
	return row{"`SplitInts`, largest remainder, 1,000 … 1,000,000 weights, scratch reused",
		"0 allocations; ≥ 3 × faster than go-money `Allocate`; ≤ 4 × the multiply and divide loop",
		[]check{
			atMost(allocs, 0, "%.0f allocations"),
			{fmt.Sprintf("%.1f–%.1f × faster", slowest, fastest), slowest >= 3},
			{fmt.Sprintf("%.1f–%.1f × the loop", least, most), most <= 4},
		}}
}

func (t timings) cumulativeRow() row {
	_, allocs := t.span(func(n int) float64 { return float64(t[n][intsCumulative].allocs) })
	least, most := t.span(func(n int) float64 { return t.of(n, onlyLoop, intsCumulative) })
	return row{"`SplitInts`, cumulative", "0 allocations; ≤ 1.5 × that loop", []check{
		atMost(allocs, 0, "%.0f allocations"),
		{fmt.Sprintf("%.2f–%.2f × the loop", least, most), most <= 1.5},
	}}
}

func (t timings) decimalsRow() row {
	slowest, fastest := t.span(func(n int) float64 { return t.of(n, splitWeighted, userDecimals) })
	_, beside := t.span(func(n int) float64 { return float64(t[n][splitWeighted].allocs - 2*int64(n)) })
	_, equal := t.span(func(n int) float64 { return float64(t[n][splitEqual].allocs) })
	return row{"`Split` (decimals in and out), 1,000 … 1,000,000 weights",
		"≥ 10 × faster than the largest remainder on shopspring decimals; ≤ 2 allocations a part; equal weights ≤ 8 a call",
		[]check{
			{fmt.Sprintf("%.0f–%.0f × faster", slowest, fastest), slowest >= 10},
			// The slices of a call are no part's: they may be as many as
			// those of equal weights.
			{fmt.Sprintf("2 allocations a part and %.0f a call", max(beside, 0)), beside <= 8},
			{fmt.Sprintf("equal weights %.0f a call", equal), equal <= 8},
		}}
}

func tableRow(rounds int) (row, error) {
	out := row{work: "`SplitTable`, 1,000 × 12, 100,000 × 12, 1,000 × 366",
		must: "≤ 400 ns a cell up to 100,000 cells, ≤ 700 beyond, fit included; near-linear; both margins exact"}
	var contenders []contender
	for _, s := range tableSizes() {
		req := tableOf(s)
		t, err := salesplan.SplitTable(context.Background(), req)
		if err != nil {
			return out, err
		}
		if err := checkMargins(req, t); err != nil {
			return out, err
		}
		contenders = append(contenders, tableContender(s, req))
	}
	best, err := measure(rounds, contenders)
	if err != nil {
		return out, err
	}
	each := func(s size) float64 { return best[s.String()].ns / float64(s.cells()) }
	for _, s := range tableSizes() {
		limit := 700.0
		if s.cells() <= 100_000 {
			limit = 400
		}
		out.checks = append(out.checks, check{fmt.Sprintf("%s: %.0f ns a cell", s, each(s)), each(s) <= limit})
	}
	// Near-linear: each cell of a table a hundred times as high costs at most
	// twice as much. Checked margins are exact, or this isn't reached.
	sizes := tableSizes()
	out.checks = append(out.checks,
		atMost(each(sizes[1])/each(sizes[0]), 2, "%.1f × a cell for 100 × the rows"), check{"margins exact", true})
	return out, nil
}

func largeRow(rounds int) (row, error) {
	c := large()
	req := wholeYear(c, 100*int64(c.people))
	out := row{work: "`Cascade`, 100,000 reps × (4 quarters, 12 months, weeks clipped to months)",
		must: "< 8 s; peak heap ≤ 5 ×, retained ≤ 3 × the bare integers; progress and cancellation"}
	best, err := measure(min(rounds, 3), []contender{cascadeContender(1, req)})
	if err != nil {
		return out, err
	}
	b, heap, err := heapOf(func() (*salesplan.Breakdown, error) { return salesplan.Cascade(context.Background(), req) })
	if err != nil {
		return out, err
	}
	cells := cellsOf(c.people, b)
	count, err := reports(req)
	if err != nil {
		return out, err
	}
	took := time.Duration(best["Cascade"].ns)
	stopped, err := cancelled(req, took/3)
	if err != nil {
		return out, err
	}
	bare := float64(8 * cells)
	out.checks = []check{
		atMost(took.Seconds(), 8, "%.2f s"),
		{fmt.Sprintf("%d cells, %.0f ns each", cells, best["Cascade"].ns/float64(cells)), true},
		atMost(float64(heap.peak)/bare, 5, "peak %.2f ×"),
		atMost(float64(heap.retained)/bare, 3, "retained %.2f ×"),
		{fmt.Sprintf("%d progress reports", count), count > 1},
		atMost(float64(stopped.Microseconds())/1_000, 500, "cancelled within %.1f ms"),
	}
	return out, nil
}

func dailyRow(rounds int) (row, error) {
	best, err := measure(rounds, []contender{cascadeContender(10, daily(agents()))})
	return row{"`Cascade`, 35 agents × 366 days", "< 20 ms", []check{atMost(best["Cascade"].ns/1e6, 20, "%.1f ms")}}, err
}

// writeOneWay writes every contender's time a part and allocations a call.
func writeOneWay(w io.Writer, t timings) error {
	contenders, err := oneWay(1)
	if err != nil {
		return err
	}
	fmt.Fprint(w, "| ns a part (allocations a call) |")
	for _, n := range oneWaySizes() {
		fmt.Fprintf(w, " %d |", n)
	}
	fmt.Fprintf(w, "\n| --- |%s\n", strings.Repeat(" --: |", len(oneWaySizes())))
	for _, c := range contenders {
		fmt.Fprintf(w, "| %s |", c.name)
		for _, n := range oneWaySizes() {
			x := t[n][c.name]
			fmt.Fprintf(w, " %.1f (%d) |", x.ns/float64(n), x.allocs)
		}
		fmt.Fprintln(w)
	}
	return nil
}

func writeAnswers(w io.Writer) {
	fmt.Fprintf(w, "| asked | right, by largest remainder | `SplitInts` | peer | its answer | known from |\n| --- | --- | --- | --- | --- | --- |\n")
	for _, a := range answers() {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", a.asked, a.right, a.ours(), a.peer, a.theirs(), a.source)
	}
}

// writeReport measures everything and writes what it found.
func writeReport(w io.Writer, rounds int) error {
	fmt.Fprintf(w, "Measured by `go run .` in `bench/`: %s, %s/%s, %d processors, best of %d rounds.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), rounds)
	split, err := measureOneWay(rounds)
	if err != nil {
		return err
	}
	rows := []row{split.largestRow(), split.cumulativeRow(), split.decimalsRow()}
	for _, measured := range []func(int) (row, error){
		tableRow, largeRow, dailyRow,
		partsRow, boundedTableRow, founderRow, websterRow, boundedCascadeRow, decodeRow, danglingRow, diffRow, issuedRow, resplitRow,
		scheduleRow, levelRow,
	} {
		r, err := measured(rounds)
		if err != nil {
			return err
		}
		rows = append(rows, r)
	}
	writeRows(w, rows)
	fmt.Fprintf(w, "\nOne total of 10,000,000.00 over n parts, side by side, on weights that go-money survives.%s\n\n", misallocated())
	if err := writeOneWay(w, split); err != nil {
		return err
	}
	fmt.Fprintf(w, "\nWhere peers give another answer:\n\n")
	writeAnswers(w)
	return nil
}

// misallocated says on how many parts of the measured input go-money differs
// from the largest remainder.
func misallocated() string {
	const n = 1_000
	w := weights(n)
	ours := make([]int64, n)
	theirs, err := allocated(totalSteps, w)
	if err == nil {
		err = salesplan.SplitInts(ours, totalSteps, w, salesplan.LargestRemainder, nil)
	}
	if err != nil {
		return " " + err.Error() + "."
	}
	wrong := 0
	for i := range w {
		if ours[i] != theirs[i] {
			wrong++
		}
	}
	return fmt.Sprintf(" Of the 1,000 parts `Allocate` gives %d another amount than the largest remainder.", wrong)
}
