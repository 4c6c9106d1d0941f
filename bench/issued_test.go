package main

import (
	"bytes"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/stretchr/testify/require"
)

// What the row measures is what it says: all cells, read as they were written.
func TestIssuedRow(t *testing.T) {
	targets, issue, err := promised(company{people: 60, perTeam: 6, perRegion: 2})
	require.NoError(t, err)
	var text bytes.Buffer
	require.NoError(t, salesplan.EncodeTargets(&text, targets, issue))
	require.NoError(t, writeContender(targets, issue).run())
	require.NoError(t, readContender(targets, text.Bytes()).run())
	other, _, err := promised(company{people: 66, perTeam: 6, perRegion: 2})
	require.NoError(t, err)
	require.Error(t, readContender(other, text.Bytes()).run())
	b, err := targets.Goal("revenue-2027")
	require.NoError(t, err)
	rows, err := b.Rows(salesplan.Query{LeafOnly: true})
	require.NoError(t, err)
	cells := 0
	for range rows {
		cells++
	}
	require.Equal(t, 60*12, cells)
}

func BenchmarkIssued(b *testing.B) {
	targets, issue, err := promised(large())
	require.NoError(b, err)
	var text bytes.Buffer
	require.NoError(b, salesplan.EncodeTargets(&text, targets, issue))
	b.Run("write", func(b *testing.B) { bench(b, writeContender(targets, issue)) })
	b.Run("read", func(b *testing.B) { bench(b, readContender(targets, text.Bytes())) })
}
