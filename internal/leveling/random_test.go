package leveling

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A flavour says what random projects may hold.
type flavour struct {
	name                                             string
	clocks, steps, stocks, fixed, kinds, dues, leads bool
}

func flavours() []flavour {
	return []flavour{
		{name: "plain"},
		{name: "steps", steps: true, dues: true},
		{name: "fixed", fixed: true, steps: true},
		{name: "kinds", kinds: true},
		{name: "leads", kinds: true, leads: true, steps: true},
		{name: "stocks", stocks: true},
		{name: "clocks", clocks: true},
		{name: "all", clocks: true, steps: true, stocks: true, fixed: true, kinds: true, dues: true, leads: true},
	}
}

// randomProject draws a project whose every demand could be met at some time.
func randomProject(r *rand.Rand, f flavour) *Project {
	p := &Project{}
	n := 1 + r.IntN(25)
	if f.clocks {
		for range 1 + r.IntN(3) {
			p.Clocks = append(p.Clocks, randomClock(r))
		}
	}
	for range 1 + r.IntN(5) {
		p.Resources = append(p.Resources, randomResource(r, f.steps))
	}
	if f.stocks {
		for range 1 + r.IntN(2) {
			p.Stocks = append(p.Stocks, randomStock(r))
		}
	}
	for i := range n {
		p.Activities = append(p.Activities, randomActivity(r, f, len(p.Clocks)))
		for range r.IntN(3) {
			k := r.IntN(len(p.Resources))
			p.Demands = append(p.Demands, Demand{i, k, 1 + r.Int64N(3)})
		}
		if f.stocks && r.IntN(2) == 0 {
			p.Draws = append(p.Draws, Draw{i, r.IntN(len(p.Stocks)), r.Int64N(9), r.IntN(2) == 0})
		}
	}
	// Links go along a random order of the activities.
	order := r.Perm(n)
	for range n + r.IntN(n) {
		a, b := r.IntN(n), r.IntN(n)
		if a == b {
			continue
		}
		l := Link{From: order[min(a, b)], To: order[max(a, b)], Lag: max(0, r.Int64N(9)-5)}
		if f.kinds {
			l.Kind = LinkKind(r.IntN(4))
		}
		if f.leads {
			l.Lag = r.Int64N(15) - 7
		}
		l.Clock = r.IntN(len(p.Clocks) + 1)
		p.Links = append(p.Links, l)
	}
	return p
}

func randomActivity(r *rand.Rand, f flavour, clocks int) Activity {
	a := Activity{Duration: r.Int64N(9), Clock: r.IntN(clocks + 1), Release: max(0, r.Int64N(40)-30)}
	if f.name == "plain" {
		a.Release = 0
	}
	if f.dues && r.IntN(2) == 0 {
		a.Due, a.Weight = r.Int64N(60), 1+r.Int64N(3)
	}
	if f.fixed && r.IntN(4) == 0 {
		a.Fixed, a.Start = true, r.Int64N(20)-5
		a.End = a.Start + r.Int64N(12)
	}
	return a
}

func randomClock(r *rand.Rand) Clock {
	var c Clock
	t := r.Int64N(4)
	for range 1 + r.IntN(6) {
		s := Span{t, t + 1 + r.Int64N(8)}
		c.Spans = append(c.Spans, s)
		t = s.Until + 1 + r.Int64N(6)
	}
	if r.IntN(3) > 0 {
		c.From = c.Spans[r.IntN(len(c.Spans))].From
		c.Cycle = t - c.From
	}
	return c
}

func randomResource(r *rand.Rand, steps bool) Resource {
	if !steps {
		return Resource{Capacity: []Step{{0, 6}}}
	}
	x := Resource{Capacity: []Step{{0, 3 + r.Int64N(4)}}}
	for t := int64(0); r.IntN(4) > 0; {
		t += 1 + r.Int64N(15)
		x.Capacity = append(x.Capacity, Step{t, r.Int64N(7)})
	}
	// In the end everything can be met.
	last := x.Capacity[len(x.Capacity)-1].From
	x.Capacity = append(x.Capacity, Step{last + 5, 6})
	return x
}

func randomStock(r *rand.Rand) Stock {
	s := Stock{Lapses: r.IntN(2) == 0}
	t := r.Int64N(5)
	for range 2 + r.IntN(5) {
		s.Supply = append(s.Supply, Step{t, r.Int64N(40)})
		t += 1 + r.Int64N(15)
	}
	s.Supply = append(s.Supply, Step{t, 300})
	return s
}

// Whatever the project, schedules keep to links, clocks, capacities and stocks,
// in every unit of time.
func TestSchedules_Random(t *testing.T) {
	for _, f := range flavours() {
		t.Run(f.name, func(t *testing.T) {
			met := 0
			for seed := range uint64(200) {
				r := rand.New(rand.NewPCG(seed, 7))
				p := randomProject(r, f)
				quick, err := Quick(p)
				require.NoError(t, err)
				require.NoError(t, verify(p, quick), "seed %d", seed)
				best, err := Search(context.Background(), p, Options{Schedules: 200, Seed: seed})
				require.NoError(t, err)
				require.NoError(t, verify(p, best), "seed %d", seed)
				was := cost{quick.Excess, quick.Late, quick.Makespan}
				require.False(t, was.less(cost{best.Excess, best.Late, best.Makespan}), "seed %d: worse than Quick", seed)
				require.Equal(t, quick.Bound, best.Bound)
				if best.Excess == 0 {
					met++
					require.LessOrEqual(t, best.Bound, best.Makespan, "seed %d", seed)
				}
			}
			require.Greater(t, met, 150)
		})
	}
}

// One generation of schedules does not depend on who makes it.
func TestSearch_Workers(t *testing.T) {
	for _, f := range flavours() {
		for seed := range uint64(5) {
			p := randomProject(rand.New(rand.NewPCG(seed, 8)), f)
			// Enough activities for the work to be shared.
			for len(p.Activities) < 60 {
				p = joined(p, randomProject(rand.New(rand.NewPCG(seed, uint64(len(p.Activities)))), f))
			}
			var first *Schedule
			for _, workers := range []int{1, 2, 8} {
				s, err := Search(context.Background(), p, Options{Schedules: 600, Seed: seed, Workers: workers})
				require.NoError(t, err)
				if first == nil {
					first = s
				}
				require.Equal(t, first, s, "%s, seed %d, %d workers", f.name, seed, workers)
			}
		}
	}
}

// joined returns both projects side by side.
func joined(a, b *Project) *Project {
	p := &Project{}
	for _, x := range []*Project{a, b} {
		act, res, st, cl := len(p.Activities), len(p.Resources), len(p.Stocks), len(p.Clocks)
		shift := func(clock int) int {
			if clock > 0 {
				clock += cl
			}
			return clock
		}
		for _, y := range x.Activities {
			y.Clock = shift(y.Clock)
			p.Activities = append(p.Activities, y)
		}
		for _, y := range x.Links {
			y.From, y.To, y.Clock = y.From+act, y.To+act, shift(y.Clock)
			p.Links = append(p.Links, y)
		}
		for _, y := range x.Demands {
			p.Demands = append(p.Demands, Demand{y.Activity + act, y.Resource + res, y.Amount})
		}
		for _, y := range x.Draws {
			p.Draws = append(p.Draws, Draw{y.Activity + act, y.Stock + st, y.Amount, y.Spread})
		}
		p.Resources = append(p.Resources, x.Resources...)
		p.Stocks = append(p.Stocks, x.Stocks...)
		p.Clocks = append(p.Clocks, x.Clocks...)
	}
	return p
}

// The packed scheduler and the general one agree on every order.
func TestSlots_EqualEvents(t *testing.T) {
	compared := 0
	for _, f := range flavours() {
		for seed := range uint64(300) {
			r := rand.New(rand.NewPCG(seed, 9))
			m, err := newModel(randomProject(r, f))
			require.NoError(t, err)
			if m.n == 0 {
				continue
			}
			for _, m := range []*model{m, m.reversed(50)} {
				s := newSlots(m)
				if s == nil {
					continue
				}
				compared++
				compareSchedulers(t, r, m, s, fmt.Sprint(f.name, seed))
			}
		}
	}
	require.Greater(t, compared, 1000)
}

// A lead longer than everything is no link at all.
func TestSlots_LongLead(t *testing.T) {
	p := &Project{Activities: []Activity{{Duration: 3}, {Duration: 2}}, Links: []Link{{From: 0, To: 1, Lag: -1<<32 - 5}}}
	m, err := newModel(p)
	require.NoError(t, err)
	require.NotNil(t, newSlots(m))
	s := quick(t, p)
	require.Equal(t, []int64{0, 0}, s.Start)
}

func compareSchedulers(t *testing.T, r *rand.Rand, m *model, s *slots, name string) {
	e := newEvents(m)
	a, b := newTrial(m.n), newTrial(m.n)
	order, key := make([]int32, m.n), make([]int64, m.n)
	sort := newSorter(m)
	for range 3 {
		for j := range key {
			key[j] = r.Int64N(20)
		}
		sort.byPriority(key, order)
		require.Zero(t, s.run(order, a.start, a.finish), name)
		require.Zero(t, e.run(order, b.start, b.finish), name)
		require.Equal(t, b, a, name)
		sort.parallel(s, key, a.start, a.finish)
		sort.parallel(e, key, b.start, b.finish)
		require.Equal(t, b, a, name)
	}
}
