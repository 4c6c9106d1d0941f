package salesplan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
	"github.com/stretchr/testify/require"
)

// Goals of all kinds of random plans are explained, in words and as data, and by
// targets that were issued as by those of the plan.
func TestTargets_ExplainPlans(t *testing.T) {
	kinds := map[string]int{}
	for seed := range uint64(120) {
		plan := salesplantest.RandomPlan(seed)
		targets, err := plan.Targets(context.Background(), nil)
		if err != nil {
			continue
		}
		got, err := salesplan.DecodeTargets(bytes.NewReader(issued(t, plan, targets)), salesplan.DecodeOptions{})
		require.NoError(t, err)
		parts := slices.Collect(targets.All())
		for s := range targets.Stocks() {
			parts = append(parts, s.Additions())
		}
		for r := range targets.Rates() {
			parts = append(parts, r.Numerator())
		}
		for _, b := range parts {
			rows, err := b.Rows(salesplan.Query{})
			require.NoError(t, err)
			n := 0
			for row := range rows {
				if n++; n > 6 && n%61 != 0 {
					continue
				}
				at := salesplan.At{Units: row.Units, Period: row.Period}
				e, err := targets.Explain(b.Goal(), at)
				require.NoError(t, err)
				for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
					require.NotRegexp(t, `[{}\[\]]|  `, e.Text(lang))
				}
				again, err := got.Explain(b.Goal(), at)
				require.NoError(t, err)
				require.True(t, e.Equal(again), "seed %d %v", seed, at)
				text, err := json.Marshal(e)
				require.NoError(t, err)
				var back salesplan.Explanation
				require.NoError(t, json.Unmarshal(text, &back))
				require.True(t, back.Equal(e), string(text))
				back.Names = e.Names
				require.Equal(t, e.Text(diag.English), back.Text(diag.English), "the data say all that the words do")
				switch {
				case e.Stock != nil:
					kinds["stock"]++
				case e.Rate != nil:
					kinds["rate"]++
				case len(e.Binds) > 0:
					kinds["bound"]++
				default:
					kinds["flow"]++
				}
			}
		}
	}
	t.Log(kinds)
	require.Len(t, kinds, 4)
}
