package salesplan_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
)

// cascadeOf divides a year over teams of ten people, each with a weight of its
// own, and over quarters and months.
func cascadeOf(tb testing.TB, people int, target, shift int64) *salesplan.Breakdown {
	tb.Helper()
	axis := salesplan.Axis{ID: "org", Units: []salesplan.Unit{{ID: "company"}}}
	for p := range people {
		team := fmt.Sprintf("team-%d", p/10)
		if p%10 == 0 {
			axis.Units = append(axis.Units, salesplan.Unit{ID: team, Parent: "company"})
		}
		weight := decimal.NewFromInt(50 + (int64(p)*31+shift)%101)
		axis.Units = append(axis.Units, salesplan.Unit{ID: fmt.Sprintf("rep-%d", p), Parent: team, Weight: decimal.NewNullDecimal(weight)})
	}
	even := salesplan.BasisRule{Basis: salesplan.BasisEven}
	b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
		Metric: salesplan.Metric{ID: "revenue", Step: decimal.New(1, -2)},
		Axes:   []salesplan.Axis{axis},
		Goal: salesplan.Goal{ID: "g", Metric: "revenue", Period: "2027", Owner: "company", Target: decimal.NewFromInt(target),
			Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth},
				Axes: []salesplan.AxisRule{{Axis: "org", BasisRule: even, Levels: []salesplan.LevelRule{
					{Level: 2, BasisRule: salesplan.BasisRule{Basis: salesplan.BasisWeights}}}}},
			}},
	})
	require.NoError(tb, err)
	return b
}

// BenchmarkDiff compares the targets of 100,000 people in twelve months of which
// all, or none, are others.
func BenchmarkDiff(b *testing.B) {
	old := cascadeOf(b, 100_000, 1_000_000_000, 0)
	for name, now := range map[string]*salesplan.Breakdown{"all": cascadeOf(b, 100_000, 1_100_000_000, 7), "none": old} {
		for _, leaf := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/leaf=%v", name, leaf), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					rows, err := salesplan.Diff(old, now, salesplan.Query{LeafOnly: leaf})
					require.NoError(b, err)
					b.ReportMetric(float64(count(rows)), "rows")
				}
			})
		}
	}
}

// A comparison holds no more for many people than for few.
func TestDiff_Memory(t *testing.T) {
	held := func(people int) (most, rows int) {
		old, now := cascadeOf(t, people, 1_000_000, 0), cascadeOf(t, people, 1_100_000, 7)
		all, err := salesplan.Diff(old, now, salesplan.Query{})
		require.NoError(t, err)
		var before, at runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for range all {
			if rows++; rows%(people*5) == 0 {
				runtime.GC()
				runtime.ReadMemStats(&at)
				most = max(most, int(at.HeapAlloc)-int(before.HeapAlloc))
			}
		}
		return most, rows
	}
	few, fewRows := held(500)
	many, manyRows := held(10_000)
	require.Greater(t, manyRows, 15*fewRows)
	require.Less(t, many, few+256<<10, "%d rows hold %d bytes, %d rows %d", manyRows, many, fewRows, few)
}
