package main

import (
	"bytes"
	"context"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/golden.txt")

func TestRun(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run(&out, ""))
	if *update {
		require.NoError(t, os.WriteFile("testdata/golden.txt", out.Bytes(), 0o644))
	}
	want, err := os.ReadFile("testdata/golden.txt")
	require.NoError(t, err)
	assert.Equal(t, string(want), out.String())
}

// The timetable: what its text says is so, and its picture shows every task.
func TestTimetable(t *testing.T) {
	plan, err := salesplan.Decode(bytes.NewReader(document), salesplan.DecodeOptions{})
	require.NoError(t, err)
	evidence, err := salesplan.Gather(plan, salesplan.ReadDeals(bytes.NewReader(export), *plan.Inputs.Deals), nil)
	require.NoError(t, err)
	targets, err := plan.Targets(context.Background(), evidence)
	require.NoError(t, err)
	tt, err := timetable(plan, targets, progress)
	require.NoError(t, err)
	for d := range tt.Tasks() {
		assert.True(t, d.Summary || d.Owner != "", "%s has an owner", d.ID)
	}
	done, planned := tt.Quantity("customers-q1")
	assert.Equal(t, "6", planned.String(), "tasks bring what the goal asks for")
	assert.Equal(t, "1", done.String(), "Wang Wei's offers of January")

	// What makes the launch late is the whole reason: with as much less of the
	// pilot left as is said, it is on time.
	tt, err = timetable(plan, targets, bytes.Replace(progress, []byte("18d"), []byte("15d"), 1))
	require.NoError(t, err)
	launch, err := tt.Task("go")
	require.NoError(t, err)
	assert.Equal(t, launch.Deadline.Date, launch.Finish.Date())

	// There is money for all of it only in January.
	req, err := plan.ScheduleRequest(salesplan.Situation{Targets: targets})
	require.NoError(t, err)
	leveled, err := salesplan.LevelResources(context.Background(), req, salesplan.LevelOptions{})
	require.NoError(t, err)
	assert.Empty(t, slices.DeleteFunc(leveled.Findings(), func(f diag.Finding) bool { return f.Severity != diag.Error || f.Code == "deadline-broken" }))

	file := filepath.Join(t.TempDir(), "annual.svg")
	require.NoError(t, run(io.Discard, file))
	picture, err := os.ReadFile(file)
	require.NoError(t, err)
	for _, task := range plan.Tasks {
		assert.Contains(t, string(picture), task.Name)
	}
	assert.NoError(t, xml.Unmarshal(picture, new(struct{})))
	assert.ErrorIs(t, run(io.Discard, filepath.Join(t.TempDir(), "none", "annual.svg")), os.ErrNotExist)
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
