package salesplan

import (
	"context"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/require"
)

// An owner who is not there owes nothing, over whatever axes the goal is split,
// and if it isn't split at all.
func TestCascade_AbsentOwner(t *testing.T) {
	late := func() CascadeRequest {
		req := flow("480", "2027", []calendar.Grain{"quarter"}, "team", "li < team @2027-10-01..")
		req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("x", "y")})
		req.Goal.Owner = "li"
		return req
	}
	req := late()
	req.Goal.Split.Axes = []AxisRule{{Axis: "product"}}
	_, err := Cascade(context.Background(), req)
	require.Equal(t, "/goal/owner infeasible", places(err))
	require.Contains(t, diag.All(err)[0].Bound, "where the goal owes 360")

	req = late()
	req.Goal.Split, req.Goal.Period = nil, "2026"
	_, err = Cascade(context.Background(), req)
	require.Equal(t, "/goal/owner infeasible", places(err))

	req.Goal.Period = "2027-Q4"
	require.Equal(t, "480: 480", line(t, cascaded(t, req), GrainGoal))

	// A team is there on days when anybody of it is.
	req = late()
	req.Goal.Split.Axes, req.Goal.Owner = []AxisRule{{Axis: "product"}}, "team"
	_, err = Cascade(context.Background(), req)
	require.Equal(t, "/goal/owner infeasible", places(err))
}

// A result keeps nothing of the request that the caller may change later.
func TestCascade_SharesNoMemory(t *testing.T) {
	req := flow("480", "2027", []calendar.Grain{"quarter"}, "a", "b")
	req.Goal.Split.Axes[0].Levels = []LevelRule{{Level: 1, BasisRule: BasisRule{Basis: BasisEven}}}
	b := cascaded(t, req)
	again := cascaded(t, req)
	req.Goal.Split.Axes[0].Axis = "changed"
	req.Goal.Split.Axes[0].Levels[0].Basis = BasisWeights
	req.Goal.Split.Grains[0] = "day"
	req.Axes[0].Units[0].ID = "changed"
	require.Equal(t, []string{"org"}, b.Axes())
	require.True(t, b.Equal(again))
	_, err := b.Explain(At{Units: []string{"a"}})
	require.NoError(t, err)
}

// A rule that cannot count is said: for a level that the tree doesn't have as a
// finding, within a basis that has its own measure as a fault.
func TestCascade_IdleRules(t *testing.T) {
	req := flow("480", "2027", []calendar.Grain{"quarter"}, "a", "b")
	req.Goal.Split.Axes[0].Levels = []LevelRule{{Level: 9, BasisRule: BasisRule{Basis: BasisWeights}}}
	b := cascaded(t, req)
	require.Len(t, b.Findings(), 1)
	require.Equal(t, codeIdleLevel, b.Findings()[0].Code)

	req = flow("480", "2027", []calendar.Grain{"month", "day"}, "a", "b")
	for _, basis := range []TimeBasis{TimeDays, TimeWorkdays} {
		req.Goal.Split.Time = TimeRule{Basis: basis, Within: TimeDays}
		_, err := Cascade(context.Background(), req)
		require.Equal(t, "/goal/split/time/within conflict", places(err))
	}
}
