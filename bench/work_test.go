package main

import (
	"context"
	"errors"
	"flag"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func TestTableOf(t *testing.T) {
	req := tableOf(size{200, 12})
	table, err := salesplan.SplitTable(context.Background(), req)
	require.NoError(t, err)
	require.NoError(t, checkMargins(req, table))
	empty := 0
	for _, row := range req.Seed {
		if row[0].IsZero() {
			empty++
		}
	}
	require.Equal(t, 50, empty, "a quarter of the people are not there in the first period")
}

func TestCheckMargins_Finds(t *testing.T) {
	req := tableOf(size{20, 12})
	table, err := salesplan.SplitTable(context.Background(), req)
	require.NoError(t, err)
	req.Columns[4] = req.Columns[4].Add(decimal.NewFromInt(1))
	require.ErrorContains(t, checkMargins(req, table), "column 4 ")
	req.Rows[7] = req.Rows[7].Add(decimal.NewFromInt(1))
	require.ErrorContains(t, checkMargins(req, table), "row 7 ")
}

func TestWholeYear(t *testing.T) {
	c := company{people: 240, perTeam: 10, perRegion: 6}
	req := wholeYear(c, 24_000)
	b, err := salesplan.Cascade(context.Background(), req)
	require.NoError(t, err)
	salesplantest.RequireExact(t, b)
	require.Equal(t, 240*61, cellsOf(c.people, b))

	units := req.Axes[0].Units
	require.Len(t, units, 1+4+24+240)
	year, late := calendar.Year(2027), 0
	for _, u := range units {
		if !u.From.IsZero() {
			require.True(t, year.First.Before(u.From) && !year.Last.Before(u.From), "%s arrives on %s", u.ID, u.From)
			late++
		}
	}
	require.Equal(t, 60, late, "a quarter of the people arrive during the year")
}

func TestDaily(t *testing.T) {
	b, err := salesplan.Cascade(context.Background(), daily(agents()))
	require.NoError(t, err)
	salesplantest.RequireExact(t, b)
	require.Equal(t, 35*366, cellsOf(35, b))
}

func TestReports(t *testing.T) {
	count, err := reports(wholeYear(company{people: 2_000, perTeam: 10, perRegion: 10}, 200_000))
	require.NoError(t, err)
	require.Positive(t, count)
}

func TestCancelled(t *testing.T) {
	c := company{people: 2_000, perTeam: 10, perRegion: 10}
	took, err := cancelled(wholeYear(c, 200_000), time.Millisecond)
	require.NoError(t, err)
	require.Positive(t, took)
	_, err = cancelled(daily(company{people: 1, perTeam: 1, perRegion: 1}), time.Hour)
	require.ErrorContains(t, err, "returned <nil>")
}

// A piece of work that fills 64 MiB and keeps a quarter.
func TestHeapOf(t *testing.T) {
	kept, use, err := heapOf(func() ([]byte, error) {
		all := make([][]byte, 4)
		for i := range all {
			all[i] = make([]byte, 16<<20)
			all[i][i] = 1
			time.Sleep(sampleEvery)
		}
		return all[0], nil
	})
	require.NoError(t, err)
	require.Len(t, kept, 16<<20)
	require.InDelta(t, 16<<20, use.retained, 4<<20)
	require.GreaterOrEqual(t, use.peak, int64(32<<20)) // the rest may be collected by then
}

func TestMeasure(t *testing.T) {
	before := flag.Lookup("test.benchtime").Value.String()
	defer func() { require.NoError(t, flag.Set("test.benchtime", before)) }()
	calls := map[string]int{}
	var sink [][]byte
	best, err := measure(3, []contender{
		{"quick", 4, func() error { calls["quick"]++; return nil }},
		{"slow", 2, func() error {
			calls["slow"]++
			sink = append(sink[:0], make([]byte, 64), make([]byte, 64))
			time.Sleep(2 * time.Millisecond)
			return nil
		}},
	})
	require.NoError(t, err)
	require.GreaterOrEqual(t, calls["quick"], 12)
	require.GreaterOrEqual(t, calls["slow"], 6)
	require.GreaterOrEqual(t, best["slow"].ns, 2e6)
	require.GreaterOrEqual(t, best["slow"].allocs, int64(2))
	require.Less(t, best["quick"].ns, best["slow"].ns)
	require.Len(t, sink, 2)

	_, err = measure(1, []contender{{"broken", 1, func() error { return errors.New("no") }}})
	require.EqualError(t, err, "broken: no")
}

func TestRows(t *testing.T) {
	var b strings.Builder
	writeRows(&b, []row{
		{"A", "≤ 2", []check{atMost(2, 2, "%.0f s"), atMost(1, 2, "%.0f ms")}},
		{"B", "≤ 2", []check{atMost(3, 2, "%.0f s"), atMost(1, 2, "%.0f ms")}},
		{"C", noLimit, []check{{"9 s", true}}},
	})
	require.Equal(t, `| work | must reach | measured | verdict |
| --- | --- | --- | --- |
| A | ≤ 2 | 2 s; 1 ms | reached |
| B | ≤ 2 | 3 s; 1 ms | **missed**: 3 s |
| C | no limit | 9 s | – |
`, b.String())
}

// even gives every contender of every size the same time and no allocation,
// but for those named.
func even(other map[string]timing) timings {
	out := timings{}
	for _, n := range oneWaySizes() {
		out[n] = map[string]timing{}
		for _, name := range []string{onlyLoop, intsLargest, intsCumulative, splitWeighted, splitEqual, moneyAllocate, userDecimals} {
			out[n][name] = timing{ns: 10}
		}
		for name, x := range other {
			out[n][name] = x
		}
	}
	return out
}

func TestTimings_Verdicts(t *testing.T) {
	for _, tt := range []struct {
		name  string
		row   func(timings) row
		other map[string]timing
		want  string
	}{
		{"as fast as it must be", timings.largestRow, map[string]timing{moneyAllocate: {ns: 30}}, "reached"},
		{"beside a faster peer", timings.largestRow, nil, "**missed**: 1.0–1.0 × faster"},
		{"allocates", timings.largestRow, map[string]timing{moneyAllocate: {ns: 80}, intsLargest: {ns: 20, allocs: 1}}, "**missed**: 1 allocations"},
		{"slower than four loops", timings.largestRow, map[string]timing{moneyAllocate: {ns: 500}, intsLargest: {ns: 41}}, "**missed**: 4.1–4.1 × the loop"},
		{"one and a half loops", timings.cumulativeRow, map[string]timing{intsCumulative: {ns: 15}}, "reached"},
		{"more than that", timings.cumulativeRow, map[string]timing{intsCumulative: {ns: 16}}, "**missed**: 1.60–1.60 × the loop"},
		{"ten times by hand", timings.decimalsRow, map[string]timing{userDecimals: {ns: 100}}, "reached"},
		{"nine times by hand", timings.decimalsRow, map[string]timing{userDecimals: {ns: 90}}, "**missed**: 9–9 × faster"},
		{"allocates for equal weights", timings.decimalsRow, map[string]timing{userDecimals: {ns: 100}, splitEqual: {ns: 10, allocs: 9}}, "**missed**: equal weights 9 a call"},
		{"allocates a third for each part", timings.decimalsRow, map[string]timing{userDecimals: {ns: 100}, splitWeighted: {ns: 10, allocs: 3_000}}, "**missed**: 2 allocations a part and 1000 a call"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Equal(t, tt.want, tt.row(even(tt.other)).verdict())
		})
	}
}

// The smallest size is shown but counts for nothing.
func TestTimings_Span(t *testing.T) {
	low, high := timings{}.span(func(n int) float64 { return float64(n) })
	require.Equal(t, 1_000.0, low)
	require.Equal(t, 1_000_000.0, high)
}

func TestWriteAnswers(t *testing.T) {
	var b strings.Builder
	writeAnswers(&b)
	require.Contains(t, b.String(), "| 5 by 0 : 7 : 3 | 0 4 1 | 0 4 1 | go-money Allocate | 1 3 1 | moneyphp/money#436 |\n")
	require.Equal(t, 2+len(answers()), strings.Count(b.String(), "\n"))
}

func TestWriteOneWay(t *testing.T) {
	var b strings.Builder
	require.NoError(t, writeOneWay(&b, even(map[string]timing{splitEven: {ns: 24, allocs: 3}})))
	require.Contains(t, b.String(), "| SplitEven | 2.0 (3) | 0.0 (3) | 0.0 (3) | 0.0 (3) |\n")
}
