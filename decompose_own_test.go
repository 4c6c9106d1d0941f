package salesplan

import (
	"context"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/require"
)

// A sells in the first half, B in the second, C is new: with the goal's season
// all sell alike, with their own each keeps to theirs, C to that of the company;
// the row and the totals are the same.
func TestCascade_OwnSeason(t *testing.T) {
	req := flow("1200", "2027", []calendar.Grain{"quarter", "month"}, "company", "a < company", "b < company", "c < company")
	req.Evidence = evidenceOf(t, req.Axes, req.Fiscal,
		"a 2026-01-05 60", "a 2026-02-05 60", "a 2026-03-05 60", "a 2026-04-07 60", "a 2026-05-05 60", "a 2026-06-05 60",
		"b 2026-07-06 60", "b 2026-08-05 60", "b 2026-09-07 60", "b 2026-10-08 60", "b 2026-11-05 60", "b 2026-12-31 60", "a 2026-01-01 0")
	req.Goal.Split.Time = TimeRule{Basis: TimeHistory, Period: "2026"}
	same := cascaded(t, req)
	require.Equal(t, "400: 100 101 99 100", line(t, same, "quarter", "a"), "33⅓ a month, rounded")

	req.Goal.Split.Axes[0].Season = SeasonOwn
	own := cascaded(t, req)
	require.Equal(t, line(t, same, "quarter"), line(t, own, "quarter"))
	require.Equal(t, []string{"400", "400", "400"}, []string{total(t, own, "a"), total(t, own, "b"), total(t, own, "c")})
	require.Equal(t, "400: 200 200 0 0", line(t, own, "quarter", "a"))
	require.Equal(t, "400: 0 0 200 200", line(t, own, "quarter", "b"))
	require.Equal(t, "400", total(t, own, "c"))
	for _, row := range allRows(t, own, Query{LeafOnly: true}) {
		e, err := own.Explain(At{Units: row.Units, Period: row.Period})
		require.NoError(t, err)
		requireExplained(t, own, e)
	}

	for _, tt := range []struct {
		change func(*CascadeRequest)
		want   string
	}{
		{func(r *CascadeRequest) { r.Goal.Split.Time = TimeRule{} }, "/goal/split/axes/0/season required"},
		{func(r *CascadeRequest) { r.Goal.Split.Axes[0].Season = "mine" }, "/goal/split/axes/0/season invalid"},
		{func(r *CascadeRequest) { r.Goal.Split.Time.Period = "2020" }, "/goal/split/time/period no-weight"},
	} {
		bad := req
		split := *req.Goal.Split
		split.Axes = append([]AxisRule(nil), split.Axes...)
		bad.Goal.Split = &split
		tt.change(&bad)
		_, err := Cascade(context.Background(), bad)
		require.Equal(t, tt.want, places(err))
	}
	bad := req
	split := *req.Goal.Split
	split.Axes = []AxisRule{{Axis: "org"}, {Axis: "product", Season: SeasonOwn}}
	bad.Axes = append(bad.Axes, Axis{ID: "product", Units: unitList("x")})
	bad.Goal.Split = &split
	_, err := Cascade(context.Background(), bad)
	require.ErrorIs(t, err, diag.Conflict)
}
