package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

// another returns a request that differs from req in its target, and in some of
// its units and their weights.
func (m *planMaker) another(req CascadeRequest) CascadeRequest {
	out := req
	out.Goal.Target = req.Goal.Target.Add(req.Metric.Step.Mul(decimal.NewFromInt(int64(m.IntN(50)))))
	out.Axes = slices.Clone(req.Axes)
	for a := range out.Axes {
		units := cloneUnits(req.Axes[a].Units)
		parents := map[string]bool{}
		for i := range units {
			parents[units[i].Parent] = true
			if units[i].Weight.Valid && m.IntN(3) == 0 {
				units[i].Weight.Decimal = decimal.NewFromInt(int64(1 + m.IntN(9)))
			}
		}
		if m.IntN(2) == 0 {
			units = slices.DeleteFunc(units, func(u Unit) bool { return !parents[u.ID] && u.ID != req.Goal.Owner && m.IntN(5) == 0 })
		}
		if n := len(units); n > 0 && m.IntN(2) == 0 {
			units = append(units, Unit{ID: fmt.Sprintf("new-%d", a), Parent: units[m.IntN(n)].Parent, Weight: units[0].Weight})
		}
		out.Axes[a].Units = units
	}
	return out
}

func (m *planMaker) query(b *Breakdown) Query {
	var q Query
	if m.IntN(3) == 0 && len(b.Axes()) > 0 {
		q.Axis = chosen(m.Rand, b.Axes()...)
	}
	if m.IntN(3) == 0 {
		level := m.IntN(3)
		q.Level = &level
	}
	if m.IntN(3) == 0 {
		q.Grain = chosen(m.Rand, append(b.Grains(), GrainGoal)...)
	}
	if ids := b.cs.axes[0].tree.ids(); m.IntN(3) == 0 && len(ids) > 1 {
		q.Under = chosen(m.Rand, ids[1:]...)
	}
	q.LeafOnly = m.IntN(4) == 0
	return q
}

// chosenRows are the rows that a query chooses; none if it isn't known.
func chosenRows(b *Breakdown, q Query) []Row {
	rows, err := b.Rows(q)
	if err != nil {
		return nil
	}
	return slices.Collect(rows)
}

// lookUp finds the amount of another breakdown's row.
func lookUp(b *Breakdown, r Row) decimal.NullDecimal {
	amount, err := b.Amount(At{Units: r.Units, Period: r.Period})
	return decimal.NullDecimal{Decimal: amount, Valid: err == nil && slices.Contains(append(b.Grains(), GrainGoal), r.Grain)}
}

// What Diff yields is what looking up each chosen row of either in both finds.
func TestDiff_Reference(t *testing.T) {
	kinds, queries := map[ChangeKind]int{}, 0
	for seed := range uint64(700) {
		m := &planMaker{Rand: rand.New(rand.NewPCG(seed, 61))}
		req := m.request(40)
		old, err := Cascade(context.Background(), req)
		if err != nil {
			continue
		}
		now, err := Cascade(context.Background(), m.another(req))
		if err != nil {
			continue
		}
		queries++
		q := m.query(chosen(m.Rand, old, now))
		want := map[string]Difference{}
		for _, r := range append(chosenRows(now, q), chosenRows(old, q)...) {
			d := Difference{Kind: ChangeChanged, Old: lookUp(old, r), New: lookUp(now, r)}
			switch {
			case !d.Old.Valid:
				d.Kind = ChangeAdded
			case !d.New.Valid:
				d.Kind = ChangeRemoved
			case d.Old.Decimal.Equal(d.New.Decimal):
				continue
			}
			want[fmt.Sprintf("%q %s %s", r.Units, r.Grain, r.Period)] = d
		}
		rows, err := Diff(old, now, q)
		require.NoError(t, err)
		for d := range rows {
			key := fmt.Sprintf("%q %s %s", d.Units, d.Grain, d.Period)
			w, ok := want[key]
			require.True(t, ok, "seed %d: %s %+v", seed, key, q)
			delete(want, key)
			require.Equal(t, w.Kind, d.Kind, "seed %d: %s %+v", seed, key, q)
			require.True(t, w.Old.Decimal.Equal(d.Old.Decimal) && w.New.Decimal.Equal(d.New.Decimal), key)
			require.True(t, d.By().Equal(w.New.Decimal.Sub(w.Old.Decimal)))
			kinds[d.Kind]++
		}
		require.Empty(t, want, "seed %d: %+v", seed, q)
	}
	t.Log(queries, kinds)
	require.Greater(t, queries, 200)
	for _, kind := range []ChangeKind{ChangeAdded, ChangeRemoved, ChangeChanged} {
		require.Greater(t, kinds[kind], 100, kind)
	}
}

func TestDiff_Faults(t *testing.T) {
	m := &planMaker{Rand: rand.New(rand.NewPCG(1, 61))}
	var b *Breakdown
	for b == nil || len(b.Axes()) == 0 {
		b, _ = Cascade(context.Background(), m.request(40))
	}
	_, err := Diff(nil, b, Query{})
	require.ErrorIs(t, err, diag.Required)
	require.Equal(t, "/old", diag.All(err)[0].Path)
	_, err = Diff(b, &Breakdown{}, Query{})
	require.Equal(t, "/now", diag.All(err)[0].Path)
	_, err = Diff(b, b, Query{Axis: b.Axes()[0] + "x"})
	require.ErrorIs(t, err, diag.Unknown)
	require.Equal(t, b.Axes()[0], diag.All(err)[0].Near)
	_, err = DiffTargets(nil, nil, Query{})
	require.Len(t, diag.All(err), 2)
}
