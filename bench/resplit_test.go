package main

import (
	"context"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/stretchr/testify/require"
)

// What the row measures is what it says: people leave and come, and all others
// change too.
func TestResplitRow(t *testing.T) {
	req, err := midyear(company{people: 120, perTeam: 6, perRegion: 2})
	require.NoError(t, err)
	require.NoError(t, resplitContender(req).run())
	got, err := salesplan.Resplit(context.Background(), req)
	require.NoError(t, err)
	people, reasons := map[string]bool{}, map[salesplan.Reason]bool{}
	for x := range got.Changes() {
		people[x.Units[0]] = true
		for _, m := range x.Moves {
			reasons[m.Reason] = true
		}
	}
	require.Greater(t, len(people), 100)
	require.Subset(t, reasons, map[salesplan.Reason]bool{salesplan.ReasonLeaver: true, salesplan.ReasonArrival: true, salesplan.ReasonShortfall: true, salesplan.ReasonSurplus: true})
	req.Plan, req.Actuals = req.Plan.Clone(), nil
	req.Issued = got
	require.Error(t, resplitContender(req).run())
}

func BenchmarkResplit(b *testing.B) {
	req, err := midyear(large())
	require.NoError(b, err)
	bench(b, resplitContender(req))
}
