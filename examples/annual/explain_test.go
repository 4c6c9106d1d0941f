package main

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Why is my August what it is? Wang Wei's, Li Na's first month, Liu Yang's month
// after a colleague has left, a single cell, and the year.
func TestExplain(t *testing.T) {
	plan, err := salesplan.Decode(bytes.NewReader(document), salesplan.DecodeOptions{})
	require.NoError(t, err)
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(bytes.NewReader(export), *plan.Inputs.Deals), nil)
	require.NoError(t, err)
	targets, err := plan.Targets(context.Background(), evidence)
	require.NoError(t, err)
	for lang, file := range map[diag.Lang]string{diag.English: "testdata/explain-en.txt", diag.Chinese: "testdata/explain-zh.txt"} {
		var out strings.Builder
		for _, at := range []salesplan.At{
			{Units: []string{"wang-wei"}, Period: calendar.Month(2027, 8)},
			{Units: []string{"li-na"}, Period: calendar.Month(2027, 4)},
			{Units: []string{"liu-yang"}, Period: calendar.Month(2027, 9)},
			{Units: []string{"wang-wei", "cloud", "mid-market"}, Period: calendar.Day(calendar.On(2027, 8, 2))},
			{Units: []string{"wang-wei"}, Period: calendar.Year(2027)},
		} {
			e, err := targets.Explain("revenue-2027", at)
			require.NoError(t, err)
			out.WriteString(strings.Join(e.Lines(lang), "\n") + "\n\n")
		}
		if *update {
			require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), out.String())
	}
}
