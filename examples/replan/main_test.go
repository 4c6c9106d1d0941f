package main

import (
	"bytes"
	"flag"
	"os"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/golden.txt")

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(&out))
	if *update {
		require.NoError(t, os.WriteFile("testdata/golden.txt", out.Bytes(), 0o644))
	}
	want, err := os.ReadFile("testdata/golden.txt")
	require.NoError(t, err)
	assert.Equal(t, string(want), out.String())
}

// Nobody's first half changes, and the second one adds up by hand.
func TestReplan(t *testing.T) {
	issued, replanned, err := replan()
	require.NoError(t, err)
	before, err := issued.Goal("revenue-2027")
	require.NoError(t, err)
	after, err := replanned.Goal("revenue-2027")
	require.NoError(t, err)
	rows, err := before.Rows(salesplan.Query{})
	require.NoError(t, err)
	for r := range rows {
		if r.Period.Last.After(calendar.On(2027, 6, 30)) {
			continue
		}
		amount, err := after.Amount(salesplan.At{Units: r.Units, Period: r.Period})
		require.NoError(t, err)
		assert.True(t, amount.Equal(r.Amount), r.Units)
	}
	// The north missed 120,000 + 60,000, which its two people carry in six months;
	// Li Na's 150,000 a month stand vacant in July and are Zhou Min's afterwards.
	for unit, want := range map[string][2]int64{
		"chen-jie": {215_000, 215_000}, "sun-li": {215_000, 215_000}, "north": {430_000, 430_000},
		"li-na": {0, 0}, "east/vacancy": {150_000, 0}, "zhou-min": {0, 150_000}, "wang-wei": {300_000, 300_000}, "east": {600_000, 600_000},
	} {
		for i, p := range []calendar.Period{calendar.Month(2027, 7), calendar.Month(2027, 8)} {
			amount, err := after.Amount(salesplan.At{Units: []string{unit}, Period: p})
			require.NoError(t, err)
			assert.Equal(t, decimal.NewFromInt(want[i]).String(), amount.String(), "%s %s", unit, p)
		}
	}
}
