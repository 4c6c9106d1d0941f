package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/salesplantest"
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

// Every unit of every axis adds up, in every period from quarters to days.
func TestPlan_Exact(t *testing.T) {
	plan, err := salesplan.Decode(bytes.NewReader(document), salesplan.DecodeOptions{})
	require.NoError(t, err)
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(bytes.NewReader(export), *plan.Inputs.Deals), nil)
	require.NoError(t, err)
	tally := evidence.Tally()
	assert.Equal(t, 128, tally.Deals)
	assert.Equal(t, tally.Deals, tally.Won+tally.Lost+tally.Open, "every stage is mapped")
	targets, err := plan.Targets(context.Background(), evidence)
	require.NoError(t, err)
	for b := range targets.All() {
		salesplantest.RequireExact(t, b)
	}
}
