package salesplan

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cellsOf lists the leaf amounts in order.
func cellsOf(t *testing.T, b *Breakdown) []string {
	t.Helper()
	var out []string
	for _, r := range allRows(t, b, Query{LeafOnly: true}) {
		out = append(out, r.Amount.String())
	}
	return out
}

// What must not change a result, or change it in a known way.
func TestCascade_Invariances(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 30
	}
	changes := []struct {
		name   string
		change func(*CascadeRequest)
		same   func(x string) string
	}{
		{"other names", func(r *CascadeRequest) {
			rename := func(id string) string {
				if id == "" {
					return ""
				}
				return "z" + id
			}
			for a := range r.Axes {
				for i := range r.Axes[a].Units {
					u := &r.Axes[a].Units[i]
					u.ID, u.Parent = rename(u.ID), rename(u.Parent)
				}
			}
			r.Goal.Owner = rename(r.Goal.Owner)
		}, nil},
		{"weights times 7/1000", func(r *CascadeRequest) {
			for a := range r.Axes {
				for i := range r.Axes[a].Units {
					if w := &r.Axes[a].Units[i].Weight; w.Valid && w.Decimal.NumDigits() < 20 {
						w.Decimal = w.Decimal.Mul(decimal.New(7, -3))
					}
				}
			}
		}, nil},
		{"step and target times 10", func(r *CascadeRequest) {
			r.Metric.Step, r.Goal.Target = r.Metric.Step.Shift(1), r.Goal.Target.Shift(1)
		}, func(x string) string { return decimal.RequireFromString(x).Shift(-1).String() }},
		{"the other sign", func(r *CascadeRequest) { r.Goal.Target = r.Goal.Target.Neg() },
			func(x string) string { return decimal.RequireFromString(x).Neg().String() }},
		{"order of grains and axes of the plan", func(r *CascadeRequest) {
			slices.Reverse(r.Goal.Split.Grains)
			r.Goal.Split.Grains = append(r.Goal.Split.Grains, r.Goal.Split.Grains...)
			slices.Reverse(r.Axes)
		}, nil},
		{"other roots of the first axis, if not asked for", func(r *CascadeRequest) {
			if r.Goal.Owner != "" {
				r.Axes[0].Units = append([]Unit{{ID: "before"}}, append(r.Axes[0].Units, Unit{ID: "after"}, Unit{ID: "below", Parent: "after"})...)
			}
		}, nil},
	}
	for i := range rounds {
		seed := uint64(i)
		make := func() CascadeRequest {
			m := &planMaker{Rand: rand.New(rand.NewPCG(seed, 11))}
			return m.request(200)
		}
		b, err := Cascade(context.Background(), make())
		if err != nil {
			continue
		}
		want := cellsOf(t, b)
		for _, c := range changes {
			req := make()
			c.change(&req)
			other, err := Cascade(context.Background(), req)
			require.NoError(t, err, "%d %s", i, c.name)
			got := cellsOf(t, other)
			if c.same != nil {
				for k, x := range got {
					got[k] = c.same(x)
				}
			}
			for k := range want {
				require.True(t, decimal.RequireFromString(want[k]).Equal(decimal.RequireFromString(got[k])), "%d %s: cell %d: %s, %s", i, c.name, k, want[k], got[k])
			}
		}
	}
}

// A finer grain doesn't change the coarser periods of the goal, nor, where
// everybody is always there, a unit's total.
func TestCascade_FinerGrains(t *testing.T) {
	for i := range 80 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 13))}
		req := m.request(60)
		for a := range req.Axes {
			for k := range req.Axes[a].Units {
				u := &req.Axes[a].Units[k]
				u.From, u.To = calendar.Date{}, calendar.Date{}
			}
		}
		req.Goal.Split.Grains = []calendar.Grain{"month"}
		req.Axes, req.Goal.Split.Axes = req.Axes[:1], req.Goal.Split.Axes[:1]
		b, err := Cascade(context.Background(), req)
		if err != nil {
			continue
		}
		for _, grains := range [][]calendar.Grain{{"quarter", "month"}, {"month", "week"}, {"half", "week", "month", "day"}} {
			req.Goal.Split.Grains = grains
			if req.Goal.Every == calendar.GrainWeek {
				continue
			}
			finer := cascaded(t, req)
			require.Equal(t, line(t, b, "month"), line(t, finer, "month"), "%d %v", i, grains)
			for _, u := range allRows(t, b, Query{Grain: GrainGoal}) {
				x, err := finer.Amount(At{Units: u.Units})
				require.NoError(t, err)
				require.True(t, x.Equal(u.Amount), "%d %v %v: %s %s", i, grains, u.Units, x, u.Amount)
			}
		}
	}
}

// The order of siblings decides ties and nothing else: a unit's total is the
// floor or the ceiling of the same ideal.
func TestCascade_OrderOfSiblings(t *testing.T) {
	for i := range 60 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 17))}
		req := m.request(200)
		req.Axes, req.Goal.Split.Axes = req.Axes[:1], req.Goal.Split.Axes[:1]
		b, err := Cascade(context.Background(), req)
		if err != nil {
			continue
		}
		slices.Reverse(req.Axes[0].Units)
		other := cascaded(t, req)
		for _, r := range allRows(t, b, Query{Grain: GrainGoal}) {
			x, err := other.Amount(At{Units: r.Units})
			require.NoError(t, err)
			d := x.Sub(r.Amount).Abs()
			require.True(t, d.LessThanOrEqual(req.Metric.Step), "%d %v", i, r.Units)
		}
	}
}

func TestCascade_Deterministic(t *testing.T) {
	m := &planMaker{Rand: rand.New(rand.NewPCG(8, 19))}
	var req CascadeRequest
	var b *Breakdown
	for b == nil || len(b.Axes()) < 2 {
		req = m.request(800)
		b, _ = Cascade(context.Background(), req)
	}
	want, err := json.Marshal(b)
	require.NoError(t, err)
	before, err := json.Marshal(req.Axes)
	require.NoError(t, err)
	for i := range 100 {
		procs := runtime.GOMAXPROCS([]int{1, 8}[i%2])
		again, err := Cascade(context.Background(), req)
		runtime.GOMAXPROCS(procs)
		require.NoError(t, err)
		require.True(t, b.Equal(again))
		if i%20 < 2 {
			got, err := json.Marshal(again)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		}
	}
	after, err := json.Marshal(req.Axes)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "the request is not changed")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for r := range slices.Values(allRows(t, b, Query{Grain: GrainGoal})) {
				_, err := b.Explain(At{Units: r.Units})
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
}

func TestCascade_ProgressAndCancellation(t *testing.T) {
	units := []string{"co"}
	for i := range 1500 {
		units = append(units, fmt.Sprintf("p%d < co @2027-%02d-05..", i, 1+i%12))
	}
	units = append(units, "first < co")
	req := flow("1000000", "2027", []calendar.Grain{"day"}, units...)
	req.Goal.Split.Time.Basis = TimeDays
	last, whole, calls := int64(0), int64(0), 0
	ctx := WithProgress(context.Background(), func(done, total int64) {
		require.Greater(t, done, last)
		require.LessOrEqual(t, done, total)
		if whole != 0 {
			require.Equal(t, whole, total)
		}
		last, whole = done, total
		calls++
	})
	_, err := Cascade(ctx, req)
	require.NoError(t, err)
	require.Equal(t, whole, last)
	require.Greater(t, calls, 10)

	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	_, err = Cascade(WithProgress(ctx, func(done, total int64) {
		if seen++; seen == 3 {
			cancel()
		}
	}), req)
	require.ErrorIs(t, err, context.Canceled)
	require.LessOrEqual(t, seen, 4, "it stops soon")
	_, err = Cascade(ctx, req)
	require.ErrorIs(t, err, context.Canceled)
}

// FuzzCascade reads requests from bytes. Nothing panics, and what succeeds adds
// up.
func FuzzCascade(f *testing.F) {
	f.Add([]byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"))
	f.Add([]byte{})
	f.Add([]byte("a goal over people and time, and back again"))
	for i := range 8 {
		r := rand.New(rand.NewPCG(uint64(i), 23))
		data := make([]byte, 60)
		for k := range data {
			data[k] = byte(r.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		req := requestOf(data)
		b, err := Cascade(context.Background(), req)
		if err != nil {
			for _, fault := range diag.All(err) {
				require.NotEmpty(t, fault.Path)
				require.NotEmpty(t, Catalogue().Text(fault, diag.Chinese))
			}
			require.NotEmpty(t, diag.All(err))
			return
		}
		requireSums(t, b)
		whole, err := b.Amount(At{})
		require.NoError(t, err)
		turns := max(1, len(b.Periods(req.Goal.Every)))
		require.True(t, whole.Equal(req.Goal.Target.Mul(decimal.New(int64(turns), 0))))
		sum := decimal.Decimal{}
		for _, r := range allRows(t, b, Query{LeafOnly: true}) {
			sum = sum.Add(r.Amount)
		}
		require.True(t, sum.Equal(whole))
	})
}
