package salesplan_test

import (
	"bytes"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/salesplantest"
)

func encoded(t testing.TB, p *salesplan.Plan) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, salesplan.Encode(&b, p))
	return b.String()
}

// What makes one plan of any other, makes it: of plans that have nothing in
// common, as of one that was changed here and there.
func TestDiffPlans_Apply(t *testing.T) {
	kinds := map[salesplan.ChangeKind]int{}
	for seed := range uint64(150) {
		old := salesplantest.RandomPlan(seed)
		for _, now := range []*salesplan.Plan{salesplantest.RandomPlan(seed + 1000), mutated(old, seed)} {
			requireDiff(t, old, now, kinds)
		}
	}
	for _, kind := range []salesplan.ChangeKind{salesplan.ChangeAdded, salesplan.ChangeRemoved, salesplan.ChangeChanged, salesplan.ChangeMoved} {
		require.Greater(t, kinds[kind], 50, kind)
	}
}

func requireDiff(t *testing.T, old, now *salesplan.Plan, kinds map[salesplan.ChangeKind]int) {
	t.Helper()
	before := encoded(t, old)
	changes, err := salesplan.DiffPlans(old, now)
	require.NoError(t, err)
	got, err := salesplan.Apply(old, changes...)
	require.NoError(t, err, "%v", changes)
	require.Equal(t, encoded(t, now), encoded(t, got), "%v", changes)
	require.Equal(t, before, encoded(t, old), "the plan stays as it is")

	var texts bytes.Buffer
	for _, c := range changes {
		kinds[c.Kind]++
		texts.WriteString(c.String() + "\n")
	}
	read, err := salesplan.ParseChanges(texts.String())
	require.NoError(t, err, texts.String())
	require.Len(t, read, len(changes))
	for i, c := range changes {
		c.Old = nil
		require.Equal(t, c.String(), read[i].String())
	}
	got, err = salesplan.Apply(old, read...)
	require.NoError(t, err)
	require.Equal(t, encoded(t, now), encoded(t, got), "from their texts")

	again, err := salesplan.DiffPlans(now, got)
	require.NoError(t, err)
	require.Empty(t, again)
}

// mutated is a valid plan that differs from another in a few places.
func mutated(p *salesplan.Plan, seed uint64) *salesplan.Plan {
	r := rand.New(rand.NewPCG(seed, 6))
	for range 100 {
		out := p.Clone()
		for range 1 + r.IntN(6) {
			mutate(out, r)
		}
		if out.Validate() == nil {
			return out
		}
	}
	return p.Clone()
}

func mutate(p *salesplan.Plan, r *rand.Rand) {
	axis := &salesplan.Axis{}
	if len(p.Axes) > 0 {
		axis = &p.Axes[r.IntN(len(p.Axes))]
	}
	switch n := len(axis.Units); r.IntN(9) {
	case 0:
		p.Name += "x"
	case 1:
		if len(p.Goals) > 0 {
			g := &p.Goals[r.IntN(len(p.Goals))]
			g.Why, g.Target = "because", g.Target.Add(decimal.NewFromInt(int64(r.IntN(3))))
		}
	case 2:
		r.Shuffle(n, func(i, k int) { axis.Units[i], axis.Units[k] = axis.Units[k], axis.Units[i] })
	case 3:
		if n > 0 {
			i := r.IntN(n)
			axis.Units = append(axis.Units[:i], axis.Units[i+1:]...)
		}
	case 4:
		if n > 0 {
			u := salesplan.Unit{ID: "new " + strconv.Itoa(r.IntN(1000)) + "/~;\"", Parent: axis.Units[r.IntN(n)].Parent}
			axis.Units = append(axis.Units, u)
		}
	case 5:
		if n > 0 {
			u := &axis.Units[r.IntN(n)]
			u.Aka = append(u.Aka, "aka "+strconv.Itoa(r.IntN(1000)))
		}
	case 6:
		p.Calendar.Off = append(p.Calendar.Off, calendar.On(2027, 3, 1+r.IntN(28)))
	case 7:
		r.Shuffle(len(p.Goals), func(i, k int) { p.Goals[i], p.Goals[k] = p.Goals[k], p.Goals[i] })
	case 8:
		p.Rates = append(p.Rates, salesplan.Rate{Currency: "USD", From: calendar.On(2027, 1, 1+r.IntN(28)), Rate: decimal.New(71, -1)})
	}
}
