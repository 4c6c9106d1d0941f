package schematest

import (
	"bytes"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

// TestPlan_Random: what is valid is written as the schema has it, and reads
// back.
func TestPlan_Random(t *testing.T) {
	s := compiled(t, "plan")
	for seed := range uint64(600) {
		text := encoded(t, salesplantest.RandomPlan(seed))
		require.NoError(t, accepts(s, text), "seed %d\n%s", seed, text)
		again, err := salesplan.Decode(bytes.NewReader(text), salesplan.DecodeOptions{})
		require.NoError(t, err, "seed %d", seed)
		require.Equal(t, string(text), string(encoded(t, again)), "seed %d", seed)
	}
}
