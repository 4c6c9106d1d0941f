package main

import (
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/stretchr/testify/require"
)

func TestRaised(t *testing.T) {
	c := company{people: 200, perTeam: 10, perRegion: 5}
	old, now, err := raised(c)
	require.NoError(t, err)
	n, err := differences(old, now, salesplan.Query{LeafOnly: true})
	require.NoError(t, err)
	require.Equal(t, 12*c.people-absent(t, old), n)
	require.Error(t, diffContender("x", old, now, n+1, salesplan.Query{LeafOnly: true}).run())
	require.NoError(t, diffContender("x", old, now, n, salesplan.Query{LeafOnly: true}).run())
}

// absent counts the cells of people who are not there yet.
func absent(t *testing.T, b *salesplan.Breakdown) int {
	t.Helper()
	rows, err := b.Rows(salesplan.Query{LeafOnly: true})
	require.NoError(t, err)
	n := 0
	for r := range rows {
		if r.Amount.IsZero() {
			n++
		}
	}
	return n
}
