package salesplan

import (
	"bytes"
	"context"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each template is valid, splits without evidence, and is read back as it is
// written.
func TestTemplate(t *testing.T) {
	for _, name := range Templates() {
		for _, year := range []int{2024, 2027, 2100} {
			p, err := Template(name, year)
			require.NoError(t, err, name)
			require.NoError(t, p.Validate(), name)
			targets, err := p.Targets(context.Background(), nil)
			require.NoError(t, err, name)
			for _, g := range p.Goals {
				b, err := targets.Goal(g.ID)
				require.NoError(t, err)
				assert.NotEmpty(t, b.Axes(), name)
				assert.Greater(t, len(b.Periods(b.Grains()[len(b.Grains())-1])), 5, name)
			}
			assert.NotEqual(t, diag.Error, diag.Worst(targets.Findings()))
			var first, second bytes.Buffer
			require.NoError(t, Encode(&first, p))
			q, err := Decode(bytes.NewReader(first.Bytes()), DecodeOptions{})
			require.NoError(t, err, name)
			require.NoError(t, Encode(&second, q))
			assert.Equal(t, first.String(), second.String())
			assert.Less(t, first.Len(), 5000, "a starter is small")
		}
	}
}

func TestTemplate_Faults(t *testing.T) {
	_, err := Template("anual", 2027)
	require.ErrorIs(t, err, diag.Invalid)
	f := diag.All(err)[0]
	assert.Equal(t, "/name annual annual, customers, launch", f.Path+" "+f.Near+" "+f.Bound)
	for _, year := range []int{0, 1899, 2201} {
		_, err = Template("annual", year)
		assert.ErrorIs(t, err, diag.OutOfRange)
	}
}
