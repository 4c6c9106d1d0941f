package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/stretchr/testify/require"
)

// unitsYAML is a plan of n units.
func unitsYAML(n int) string {
	var b strings.Builder
	b.WriteString("salesplan: 1\naxes:\n- id: org\n  units:\n  - id: all\n")
	for i := range n {
		fmt.Fprintf(&b, "  - id: rep-%d\n    parent: all\n    weight: %d.5\n    from: 2027-01-15\n    aka: [Rep %d]\n", i, i, i)
	}
	return b.String()
}

func BenchmarkYAML_units(b *testing.B) {
	text := []byte(unitsYAML(100_000))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := decodeYAML(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFormatYAML_units(b *testing.B) {
	text := unitsYAML(10_000)
	plan, _, err := decodeYAML([]byte(text))
	require.NoError(b, err)
	var canonical strings.Builder
	require.NoError(b, salesplan.Encode(&canonical, plan))
	for b.Loop() {
		if _, err := formatYAML([]byte(text), []byte(canonical.String())); err != nil {
			b.Fatal(err)
		}
	}
}
