package salesplan_test

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/salesplantest"
)

// cellsOf are the rows that a query chooses, by goal, units and period.
func cellsOf(t testing.TB, all *salesplan.Targets, q salesplan.Query) map[string]string {
	t.Helper()
	cells := map[string]string{}
	put := func(goal string, kind string, r salesplan.Row, amount string) {
		key := cellKey(goal+" "+kind, r.Axis, r.Units, r.Parents, r.Grain, r.Period)
		require.NotContains(t, cells, key)
		cells[key] = amount
	}
	for b := range all.All() {
		if rows, err := b.Rows(q); err == nil {
			for r := range rows {
				put(b.Goal(), "flow "+b.Metric().ID, r, r.Amount.String())
			}
		}
	}
	for s := range all.Stocks() {
		if rows, err := s.Rows(q); err == nil {
			for r := range rows {
				put(s.Goal(), "stock "+s.Metric().ID, r, r.Amount.String())
			}
		}
	}
	for x := range all.Rates() {
		if rows, err := x.Rows(q); err == nil {
			for r := range rows {
				put(x.Goal(), "rate "+x.Metric().ID, r.Row, r.Amount.String()+" "+nullText(r.Rate))
			}
		}
	}
	return cells
}

func nullText(d decimal.NullDecimal) string {
	if !d.Valid {
		return "-"
	}
	return d.Decimal.String()
}

func cellKey(goal, axis string, units, parents []string, grain calendar.Grain, p calendar.Period) string {
	return fmt.Sprintf("%s|%s|%q|%q|%s|%s", goal, axis, units, parents, grain, p)
}

// stintsIn are the units of targets that change teams, with those above them.
func stintsIn(all *salesplan.Targets) []string {
	seen := map[string]bool{}
	add := func(rows iter.Seq[salesplan.Row], err error) {
		if err != nil {
			return
		}
		for r := range rows {
			if r.Parents != nil {
				seen[fmt.Sprintf("%q %q", r.Units, r.Parents)] = true
			}
		}
	}
	for b := range all.All() {
		add(b.Rows(salesplan.Query{Grain: salesplan.GrainGoal}))
	}
	for s := range all.Stocks() {
		add(s.Rows(salesplan.Query{Grain: salesplan.GrainGoal}))
	}
	for r := range all.Rates() {
		add(r.Numerator().Rows(salesplan.Query{Grain: salesplan.GrainGoal}))
	}
	return slices.Sorted(maps.Keys(seen))
}

// kindsOf are the words for a goal in the keys of cells.
func kindsOf(all *salesplan.Targets) map[string]string {
	out := map[string]string{}
	for b := range all.All() {
		out[b.Goal()] = b.Goal() + " flow " + b.Metric().ID
	}
	for s := range all.Stocks() {
		out[s.Goal()] = s.Goal() + " stock " + s.Metric().ID
	}
	for r := range all.Rates() {
		out[r.Goal()] = r.Goal() + " rate " + r.Metric().ID
	}
	return out
}

// A patched is what differences make of the old cells.
func patch(t testing.TB, old, now *salesplan.Targets, q salesplan.Query) map[string]string {
	t.Helper()
	d, err := salesplan.DiffTargets(old, now, q)
	require.NoError(t, err)
	cells := cellsOf(t, old, q)
	was, is := kindsOf(old), kindsOf(now)
	for x := range d.All() {
		oldKey := cellKey(was[x.Goal], x.Axis, x.Units, x.Parents, x.Grain, x.Period)
		newKey := cellKey(is[x.Goal], x.Axis, x.Units, x.Parents, x.Grain, x.Period)
		text := func(d, rate decimal.NullDecimal, key string) string {
			if strings.Contains(key, " rate ") {
				return d.Decimal.String() + " " + nullText(rate)
			}
			return d.Decimal.String()
		}
		if x.Kind != salesplan.ChangeAdded {
			require.True(t, x.Old.Valid)
			require.Equal(t, cells[oldKey], text(x.Old, x.OldRate, oldKey), oldKey)
			delete(cells, oldKey)
		}
		if x.Kind != salesplan.ChangeRemoved {
			require.True(t, x.New.Valid)
			require.NotContains(t, cells, newKey)
			cells[newKey] = text(x.New, x.NewRate, newKey)
		}
	}
	return cells
}

// Differences applied to the old cells give the new ones, whatever has changed:
// of plans that have little in common, as of one that was changed in a few
// places.
func TestDiffTargets_Apply(t *testing.T) {
	compared, differing := 0, 0
	for seed := range uint64(900) {
		p := salesplantest.RandomPlan(seed)
		old, err := p.Targets(context.Background(), nil)
		if err != nil {
			continue
		}
		for _, other := range []*salesplan.Plan{salesplantest.RandomPlan(seed + 500), mutated(p, seed)} {
			now, err := other.Targets(context.Background(), nil)
			if err != nil {
				continue
			}
			if !slices.Equal(stintsIn(old), stintsIn(now)) {
				continue // whose rows have other names
			}
			compared++
			got, want := patch(t, old, now, salesplan.Query{}), cellsOf(t, now, salesplan.Query{})
			require.Equal(t, want, got, "seed %d", seed)
			if d, err := salesplan.DiffTargets(old, now, salesplan.Query{}); err == nil && !d.Same() {
				differing++
			}
		}
	}
	require.Greater(t, compared, 50)
	require.Greater(t, differing, 30)
}

func count[T any](rows iter.Seq[T]) int {
	n := 0
	for range rows {
		n++
	}
	return n
}
