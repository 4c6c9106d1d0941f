package leveling

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hardProject is one whose bound no schedule reaches.
func hardProject() *Project {
	p := largeProject(60, 3, 1, nil)
	for i := range p.Demands {
		p.Demands[i].Amount = 1 + int64(i*i)%3
	}
	for r := range p.Resources {
		p.Resources[r].Capacity[0].Value = 4
	}
	return p
}

// A search that is cancelled returns the best so far, in order and soon.
func TestSearch_Cancel(t *testing.T) {
	p := hardProject()
	ctx, cancel := context.WithCancel(context.Background())
	var calls []int64
	o := Options{Schedules: 1 << 40, Workers: 2, Progress: func(done, total int64) {
		assert.Equal(t, int64(1<<40), total)
		if calls = append(calls, done); len(calls) == 20 {
			cancel()
		}
	}}
	s, err := Search(ctx, p, o)
	require.NoError(t, err)
	require.NoError(t, verify(p, s))
	assert.Len(t, calls, 20, "nothing is begun after the end")
	assert.True(t, slices.IsSorted(calls))
	assert.Less(t, s.Schedules, int64(2000))

	s, err = Search(ctx, p, o)
	require.NoError(t, err)
	require.NoError(t, verify(p, s))
	assert.EqualValues(t, 1, s.Schedules, "with a context that is done already, one")
}

// With many activities the end is looked for before each schedule, and what was
// not made any more does not count.
func TestSearch_CancelLarge(t *testing.T) {
	p := largeProject(700, 3, 1, nil)
	q := quick(t, p)
	for left := range 12 {
		ctx := &countdown{Context: context.Background(), left: 5*left + 3}
		s, err := Search(ctx, p, Options{Schedules: 1000, Workers: 1 + left%2})
		require.NoError(t, err)
		require.NoError(t, verify(p, s))
		if s.Schedules >= q.Schedules {
			require.LessOrEqual(t, s.Makespan, q.Makespan)
		}
		require.LessOrEqual(t, s.Schedules, int64(2*(5*left+3)+4))
	}
}

// A countdown is a context that is done after it was asked a number of times.
type countdown struct {
	context.Context
	mu   sync.Mutex
	left int
}

func (c *countdown) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left < 0 {
		return context.Canceled
	}
	return nil
}

func TestSearch_Budget(t *testing.T) {
	p := hardProject()
	q := quick(t, p)
	require.Positive(t, q.Gap())
	for _, budget := range []int64{0, 1, q.Schedules, q.Schedules + 1, 50, 100, 101, 5000} {
		s, err := Search(context.Background(), p, Options{Schedules: budget})
		require.NoError(t, err)
		require.NoError(t, verify(p, s))
		if s.Gap() > 0 {
			// One more pass may turn a late schedule round.
			assert.InDelta(t, max(budget, q.Schedules), s.Schedules, 1, "budget %d", budget)
		}
	}
}

func TestSearch_Seeds(t *testing.T) {
	p := hardProject()
	run := func(seed uint64) *Schedule {
		s, err := Search(context.Background(), p, Options{Schedules: 800, Seed: seed})
		require.NoError(t, err)
		return s
	}
	assert.Equal(t, run(1), run(1))
	different := false
	for seed := range uint64(5) {
		different = different || !slices.Equal(run(seed).Start, run(seed+1).Start)
	}
	assert.True(t, different)
}

// At the bound there is nothing left to search.
func TestSearch_StopsAtBound(t *testing.T) {
	p := largeProject(100, 50, 1, nil)
	s, err := Search(context.Background(), p, Options{Schedules: 1 << 40})
	require.NoError(t, err)
	assert.Zero(t, s.Gap())
	assert.Less(t, s.Schedules, int64(1000))
}

// Names are nothing: with the same order of service, or with links, demands and
// draws listed in any order, the dates are the same. Indices decide ties only.
func TestSchedules_Permuted(t *testing.T) {
	for _, f := range flavours() {
		for seed := range uint64(60) {
			r := rand.New(rand.NewPCG(seed, 14))
			p := randomProject(r, f)
			n := len(p.Activities)
			place, order := r.Perm(n), r.Perm(n)
			q := permuted(p, place)
			moved := make([]int, n)
			for k, i := range order {
				moved[k] = place[i]
			}
			a, err := InOrder(p, order)
			require.NoError(t, err)
			b, err := InOrder(q, moved)
			require.NoError(t, err)
			for i := range n {
				require.Equal(t, a.Start[i], b.Start[place[i]], "%s %d", f.name, seed)
			}
			require.Equal(t, a.Bound, b.Bound)
			q = permuted(p, nil)
			shuffle(r, q)
			require.Equal(t, quick(t, p).Start, quick(t, q).Start, "%s %d", f.name, seed)
		}
	}
}

// permuted returns the project with activity i at place[i]; nil keeps all places.
func permuted(p *Project, place []int) *Project {
	q := joined(p, &Project{})
	if place == nil {
		return q
	}
	for i, a := range p.Activities {
		q.Activities[place[i]] = a
	}
	for i := range q.Links {
		q.Links[i].From, q.Links[i].To = place[q.Links[i].From], place[q.Links[i].To]
	}
	for i := range q.Demands {
		q.Demands[i].Activity = place[q.Demands[i].Activity]
	}
	for i := range q.Draws {
		q.Draws[i].Activity = place[q.Draws[i].Activity]
	}
	return q
}

func shuffle(r *rand.Rand, p *Project) {
	r.Shuffle(len(p.Links), func(i, k int) { p.Links[i], p.Links[k] = p.Links[k], p.Links[i] })
	r.Shuffle(len(p.Demands), func(i, k int) { p.Demands[i], p.Demands[k] = p.Demands[k], p.Demands[i] })
	r.Shuffle(len(p.Draws), func(i, k int) { p.Draws[i], p.Draws[k] = p.Draws[k], p.Draws[i] })
}

// Scheduling changes nothing of the project, so it can be done twice.
func TestSearch_Pure(t *testing.T) {
	for _, f := range flavours() {
		p := randomProject(rand.New(rand.NewPCG(4, 13)), f)
		before := joined(p, &Project{})
		_, err := Search(context.Background(), p, Options{Schedules: 300})
		require.NoError(t, err)
		require.Equal(t, before, joined(p, &Project{}))
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, x := range []struct {
		name    string
		set     string
		workers int
	}{{"j30/1", "j30", 1}, {"j60/1", "j60", 1}, {"j60/2", "j60", 2}} {
		all := psplib(b, x.set)
		b.Run(x.name, func(b *testing.B) {
			var made int64
			for b.Loop() {
				for i := 8; i < len(all); i += 40 {
					s, err := Search(context.Background(), all[i].project, Options{Schedules: 5000, Seed: 1, Workers: x.workers})
					require.NoError(b, err)
					made += s.Schedules
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(made), "ns/schedule")
		})
	}
}

// Schedule generation alone, without breeding.
func BenchmarkSerial(b *testing.B) {
	for _, x := range []struct {
		name string
		p    *Project
	}{
		{"j30", psplib(b, "j30")[20].project},
		{"j60", psplib(b, "j60")[20].project},
		{"120", joined(psplib(b, "j60")[20].project, psplib(b, "j60")[24].project)},
	} {
		m, err := newModel(x.p)
		require.NoError(b, err)
		for name, w := range map[string]scheduler{"slots": newSlots(m), "events": newEvents(m)} {
			b.Run(x.name+"/"+name, func(b *testing.B) {
				t := newTrial(m.n)
				order := make([]int32, m.n)
				newSorter(m).byPriority(m.criticalPath().lateFinish, order)
				b.ReportAllocs()
				for b.Loop() {
					w.run(order, t.start, t.finish)
				}
			})
		}
	}
}
