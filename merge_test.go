package salesplan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/salesplantest"
)

// exchanged are conflicts with their sides the other way round.
func exchanged(conflicts []salesplan.Conflict) []salesplan.Conflict {
	var out []salesplan.Conflict
	for _, c := range conflicts {
		c.Ours, c.Theirs, c.OursAt, c.TheirsAt = c.Theirs, c.Ours, c.TheirsAt, c.OursAt
		out = append(out, c)
	}
	return out
}

// Laws of merging, on plans that two sides changed here and there: a side that
// changed nothing gives way, equal sides are agreed, and the sides can be
// exchanged. Where nothing is in conflict, the merged plan has both sides'
// changes.
func TestMerge_Laws(t *testing.T) {
	clean, conflicting, invalid := 0, 0, 0
	for seed := range uint64(90) {
		base := salesplantest.RandomPlan(seed)
		ours, theirs := mutated(base, 2*seed), mutated(base, 2*seed+1)
		for _, law := range []struct{ base, ours, theirs, want *salesplan.Plan }{
			{base, base, theirs, theirs}, {base, ours, base, ours}, {base, ours, ours, ours},
		} {
			got, conflicts, err := salesplan.Merge(law.base, law.ours, law.theirs)
			require.NoError(t, err)
			require.Empty(t, conflicts)
			require.Equal(t, encoded(t, law.want), encoded(t, got))
		}
		got, conflicts, err := salesplan.Merge(base, ours, theirs)
		other, otherConflicts, otherErr := salesplan.Merge(base, theirs, ours)
		require.Equal(t, conflicts, exchanged(otherConflicts), "seed %d", seed)
		require.Equal(t, err, otherErr)
		if err != nil {
			require.Nil(t, got)
			invalid++
			continue
		}
		require.Equal(t, encoded(t, got), encoded(t, other), "seed %d", seed)
		if len(conflicts) > 0 {
			conflicting++
			requirePlaces(t, conflicts, ours, theirs)
			continue
		}
		clean++
		requireChanges(t, base, ours, got)
		requireChanges(t, base, theirs, got)
	}
	t.Log(clean, conflicting, invalid)
	require.Greater(t, clean, 40)
	require.Greater(t, conflicting, 8)
}

// requireChanges wants a merged plan to have what a side changed: its changes
// of values are found in those from the base to the merged plan.
func requireChanges(t *testing.T, base, side, merged *salesplan.Plan) {
	t.Helper()
	changes, err := salesplan.DiffPlans(base, side)
	require.NoError(t, err)
	found, err := salesplan.DiffPlans(base, merged)
	require.NoError(t, err)
	has := map[string]bool{}
	for _, c := range found {
		has[string(c.Kind)+c.Path] = true
	}
	for _, c := range changes {
		if c.Kind == salesplan.ChangeAdded || c.Kind == salesplan.ChangeRemoved {
			require.True(t, has[string(c.Kind)+c.Path] || has[string(salesplan.ChangeAdded)+parentPath(c.Path)], "%s", c)
		}
	}
}

func parentPath(p string) string { return p[:strings.LastIndexByte(p, '/')] }

// requirePlaces wants each conflict's values at the places it names.
func requirePlaces(t *testing.T, conflicts []salesplan.Conflict, ours, theirs *salesplan.Plan) {
	t.Helper()
	for _, c := range conflicts {
		for _, side := range []struct {
			plan  *salesplan.Plan
			at    string
			value json.RawMessage
		}{{ours, c.OursAt, c.Ours}, {theirs, c.TheirsAt, c.Theirs}} {
			var v any
			require.NoError(t, json.Unmarshal([]byte(encoded(t, side.plan)), &v))
			for _, token := range strings.Split(side.at, "/")[1:] {
				v = step(t, v, strings.NewReplacer("~1", "/", "~0", "~").Replace(token))
			}
			if side.value != nil && !strings.HasPrefix(string(side.value), `["`) { // an order's names
				text, err := json.Marshal(v)
				require.NoError(t, err)
				require.JSONEq(t, string(side.value), string(text))
			}
		}
	}
}

func step(t *testing.T, v any, token string) any {
	t.Helper()
	switch at := v.(type) {
	case map[string]any:
		require.Contains(t, at, token)
		return at[token]
	case []any:
		var i int
		require.NoError(t, json.Unmarshal([]byte(token), &i))
		require.Less(t, i, len(at))
		return at[i]
	}
	require.Fail(t, "no place", token)
	return nil
}

// small is a plan of a company with two people and two goals.
func small() *salesplan.Plan {
	return &salesplan.Plan{
		Version: salesplan.Version,
		Metrics: []salesplan.Metric{salesplantest.Revenue()},
		Axes:    []salesplan.Axis{salesplantest.Org("company", "east/li-na=1", "east/wang-wei=2", "west/zhao-lei=1")},
		Goals:   []salesplan.Goal{salesplantest.Goal("revenue", "2027", 1200, salesplantest.Even("org"))},
	}
}

func unitOf(p *salesplan.Plan, id string) *salesplan.Unit {
	for a := range p.Axes {
		for i := range p.Axes[a].Units {
			if u := &p.Axes[a].Units[i]; u.ID == id {
				return u
			}
		}
	}
	return nil
}

func unitIDs(p *salesplan.Plan) string {
	var ids []string
	for _, u := range p.Axes[0].Units {
		ids = append(ids, u.ID)
	}
	return strings.Join(ids, " ")
}

func TestMerge_DifferentThings(t *testing.T) {
	base, ours, theirs := small(), small(), small()
	unitOf(ours, "li-na").To = calendar.On(2027, 6, 30)
	ours.Axes[0].Units = append(ours.Axes[0].Units, salesplan.Unit{ID: "new-z", Parent: "east"}, salesplan.Unit{ID: "new-b", Parent: "east"})
	ours.Calendar.Off = []calendar.Date{calendar.On(2027, 10, 1)}
	unitOf(theirs, "li-na").Aka = []string{"李娜"}
	theirs.Axes[0].Units = append(theirs.Axes[0].Units, salesplan.Unit{ID: "new-a", Parent: "west"})
	theirs.Goals[0].Target = decimal.NewFromInt(1300)
	theirs.Calendar.Off = []calendar.Date{calendar.On(2027, 5, 1), calendar.On(2027, 10, 1)}
	got, conflicts, err := salesplan.Merge(base, ours, theirs)
	require.NoError(t, err)
	require.Empty(t, conflicts)
	require.Equal(t, unitIDs(base)+" new-a new-b new-z", unitIDs(got), "what both add is in the order of ids")
	u, _ := got.Unit("li-na")
	require.Equal(t, "2027-06-30 李娜", u.To.String()+" "+u.Aka[0])
	require.Equal(t, "1300", got.Goals[0].Target.String())
	require.Equal(t, []calendar.Date{calendar.On(2027, 5, 1), calendar.On(2027, 10, 1)}, got.Calendar.Off)
}

func TestMerge_Conflicts(t *testing.T) {
	base, ours, theirs := small(), small(), small()
	ours.Goals[0].Target = decimal.NewFromInt(1300)
	theirs.Goals = append([]salesplan.Goal{salesplantest.Goal("revenue", "2026", 7)}, theirs.Goals...)
	theirs.Goals[0].ID = "before"
	theirs.Goals[1].Target = decimal.NewFromInt(1400)
	ours.Axes[0].Units = ours.Axes[0].Units[:len(ours.Axes[0].Units)-1] // zhao-lei
	unitOf(theirs, "zhao-lei").Name = "Zhao Lei"
	got, conflicts, err := salesplan.Merge(base, ours, theirs)
	require.NoError(t, err)
	id := base.Goals[0].ID
	require.Equal(t, []salesplan.Conflict{
		{Path: "/axes/org/units/zhao-lei", Base: json.RawMessage(`{"id":"zhao-lei","parent":"west","weight":"1"}`),
			Theirs: json.RawMessage(`{"id":"zhao-lei","name":"Zhao Lei","parent":"west","weight":"1"}`), OursAt: "/axes/0/units", TheirsAt: "/axes/0/units/5"},
		{Path: "/goals/" + id + "/target", Base: json.RawMessage(`"1200"`), Ours: json.RawMessage(`"1300"`), Theirs: json.RawMessage(`"1400"`),
			OursAt: "/goals/0/target", TheirsAt: "/goals/1/target"},
	}, conflicts)
	require.Equal(t, unitIDs(base), unitIDs(got), "the base stands where the sides don't agree")
	require.Equal(t, "1200", got.Goals[1].Target.String())
	require.Equal(t, "before", got.Goals[0].ID)
}

// Two orders of one list are a conflict; one order wins over none.
func TestMerge_Order(t *testing.T) {
	base := small()
	order := func(ids string) *salesplan.Plan {
		p := small()
		for i, id := range strings.Fields(ids) {
			p.Axes[0].Units[i] = *unitOf(base, id)
		}
		return p
	}
	const was = "company east li-na wang-wei west zhao-lei"
	require.Equal(t, was, unitIDs(base))
	moved := order("company west zhao-lei east li-na wang-wei")
	grown := small()
	grown.Axes[0].Units = append(grown.Axes[0].Units[:3:3], append([]salesplan.Unit{{ID: "new", Parent: "east"}}, grown.Axes[0].Units[3:]...)...)
	got, conflicts, err := salesplan.Merge(base, moved, grown)
	require.NoError(t, err)
	require.Empty(t, conflicts)
	require.Equal(t, "company west zhao-lei east li-na new wang-wei", unitIDs(got))

	got, conflicts, err = salesplan.Merge(base, moved, order("company east wang-wei li-na west zhao-lei"))
	require.NoError(t, err)
	require.Len(t, conflicts, 1)
	require.Equal(t, "/axes/org/units", conflicts[0].Path)
	require.JSONEq(t, `["company","east","wang-wei","li-na","west","zhao-lei"]`, string(conflicts[0].Theirs))
	require.Equal(t, was, unitIDs(got))
}

// Sides that fit the places but not each other make no plan.
func TestMerge_Invalid(t *testing.T) {
	base, ours, theirs := small(), small(), small()
	ours.Axes[0].Units = ours.Axes[0].Units[:4] // without west and zhao-lei
	theirs.Axes[0].Units = append(theirs.Axes[0].Units, salesplan.Unit{ID: "new", Parent: "west"})
	got, conflicts, err := salesplan.Merge(base, ours, theirs)
	require.Nil(t, got)
	require.Empty(t, conflicts)
	salesplantest.RequireFaults(t, err, "unknown /axes/0/units/4/parent")
	require.Zero(t, diag.All(err)[0].Line)

	_, _, err = salesplan.Merge(base, nil, &salesplan.Plan{Name: "\xff"})
	salesplantest.RequireFaults(t, err, "required /ours", "encoding /theirs/name")
}
