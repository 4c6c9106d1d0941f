package salesplan

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

// FuzzDecodeTargets reads issued targets, once as they are and once with an
// honest checksum, which a stranger can write too: nothing panics, what is
// accepted answers all questions and is written in one form.
func FuzzDecodeTargets(f *testing.F) {
	f.Add(issuedText(f, sampleTargets(f)))
	f.Add(issuedText(f, targetsWith(cascadedIn(f, movedCrossing(1)))))
	if golden, err := os.ReadFile("testdata/issued.json"); err == nil {
		f.Add(golden)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if targets, err := decodeTargets(text); err == nil {
			requireAnswers(t, targets)
		}
		file, err := laidOut(text)
		if err != nil {
			return
		}
		targets, err := decodeTargets(sealedText(t, file))
		if err != nil {
			require.NotEmpty(t, diag.All(err))
			require.Nil(t, targets)
			return
		}
		requireAnswers(t, targets)
	})
}

// requireAnswers asks targets for everything, and for the same bytes twice.
func requireAnswers(t *testing.T, targets *Targets) {
	t.Helper()
	issue, _ := targets.Issued()
	write := func(x *Targets) string {
		var w strings.Builder
		require.NoError(t, EncodeTargets(&w, x, issue))
		return w.String()
	}
	once := write(targets)
	again, err := decodeTargets([]byte(once))
	require.NoError(t, err)
	require.Equal(t, once, write(again))
	require.True(t, targets.Equal(again))
	_, err = targets.MarshalJSON()
	require.NoError(t, err)
	for _, part := range targets.parts {
		b, ok := part.(*Breakdown)
		if !ok {
			continue
		}
		n := 0
		rows, err := b.Rows(Query{})
		require.NoError(t, err)
		for row := range rows {
			if n++; n > 200 {
				break
			}
			if n%9 != 1 {
				continue
			}
			_, err := b.Explain(At{Units: row.Units, Period: row.Period})
			require.NoError(t, err)
		}
	}
}
