package leveling

import (
	"context"
	"sync"
	"sync/atomic"
)

// Options steer a search.
type Options struct {
	// Schedules is the budget: how many schedules may be generated. Each forward
	// and each backward pass counts as one, those of Quick included.
	Schedules int64

	// Seed selects the random numbers.
	Seed uint64

	// Workers is how many goroutines make schedules; below 1 counts as 1. It does
	// not change the result.
	Workers int

	// Progress, if not nil, is called now and then, always from the goroutine of
	// the caller, with the schedules made and the budget.
	Progress func(done, total int64)
}

// Search returns the best schedule found within the budget. It starts from
// [Quick] and is never worse. It ends early when the makespan reaches the bound
// and nothing is late, and soon after ctx is done, with the best so far. It
// returns an [*InputError] if p is not well-formed.
//
// The method is a genetic algorithm with two populations, one of schedules that
// lie early and one of schedules that lie late, each made from the other with
// one pass, after Debels and Vanhoucke, "A bi-population based genetic algorithm
// for the resource-constrained project scheduling problem" (LNCS 3483, 2005) and
// "A decomposition-based genetic algorithm for the resource-constrained
// project-scheduling problem" (Operations Research 55, 2007). Where capacities
// vary, or with release and due times, clocks or stocks, a late schedule means
// nothing by itself; then each child takes two passes, as in Valls, Ballestín and
// Quintanilla, "A hybrid genetic algorithm for the resource-constrained project
// scheduling problem" (European Journal of Operational Research 185, 2008).
func Search(ctx context.Context, p *Project, o Options) (*Schedule, error) {
	m, err := newModel(p)
	if err != nil {
		return nil, err
	}
	if m.n == 0 {
		return m.report(p, &trial{}, 0, 0), nil
	}
	s := m.core.search(ctx, o, tune(o.Schedules, m.n))
	return m.report(p, m.settle(&s.best), s.bound, s.made), nil
}

// tuning holds the numbers that were found by experiment on PSPLIB.
type tuning struct {
	size     int // individuals of a herd
	patience int // generations without a better schedule before a new start
	moves    int // activities that a mutation moves, on average
	window   int // the stretch of an order in which they lie
	peak     int // of 100 crossovers, those at the peak of use
	parallel int // of 100 children, those made in the order of time
	noise    int // disturbance of the first schedules, percent of the length
}

func tune(budget int64, n int) tuning {
	return tuning{
		size:     herdSize(20+min(budget/1000, 60), n),
		patience: 40, moves: 3, window: 20, peak: 75, parallel: 30, noise: 80,
	}
}

// herdSize bounds the size of herds, and what they hold in memory: about 80 bytes
// for each activity of each individual.
func herdSize(size int64, n int) int {
	return int(max(4, min(size, maxHerd, maxHeld/int64(n))))
}

const (
	maxHerd = 500
	maxHeld = 3_000_000

	// minShared is the number of activities to place from which several goroutines
	// are worth starting.
	minShared = 2000

	// longWork is the number of activities from which a search looks for the end of
	// its context before each schedule, not only before each generation.
	longWork = 500
)

// A search is one run of the genetic algorithm.
type search struct {
	m      *model
	o      Options
	tuning tuning
	desks  []*desk
	herds  [2]herd // of schedules that lie early, and late
	dates  *dates
	loads  []int64

	best  trial
	bound int64
	made  int64
	epoch uint64 // counts batches of work, for their random numbers
}

func (m *model) search(ctx context.Context, o Options, t tuning) *search {
	best, d := m.quick(ctx)
	s := &search{m: m, o: o, tuning: t, best: best, made: d.made}
	s.bound = m.lowerBound(best.cost.span)
	if s.done(ctx) {
		return s
	}
	d.made = 0
	s.desks = []*desk{d}
	for len(s.desks) < o.Workers {
		s.desks = append(s.desks, newDesk(m, best.cost.span))
	}
	s.dates = m.criticalPath()
	s.loads = m.loads()
	first := true
	for !s.done(ctx) {
		s.evolve(ctx, first)
		first = false
		s.tuning.size = herdSize(int64(s.tuning.size)*3/2, m.n)
		s.tuning.patience += s.tuning.patience / 4
	}
	return s
}

// done reports whether to stop.
func (s *search) done(ctx context.Context) bool {
	c := s.best.cost
	return s.made >= s.o.Schedules || ctx.Err() != nil ||
		c.excess == 0 && c.late == 0 && c.span <= max(s.bound, s.m.floor)
}

// evolve breeds from new herds until nothing gets better for a while. Only the
// first ones hold the best schedule so far: later ones shall find another way.
func (s *search) evolve(ctx context.Context, first bool) {
	s.herds[0] = newHerd(s.m.n, s.tuning.size)
	if s.m.steady {
		s.herds[1] = newHerd(s.m.n, s.tuning.size)
	}
	s.populate(ctx, first)
	local := s.herds[0].best()
	for side, stale := 0, 0; stale <= s.tuning.patience && !s.done(ctx); stale++ {
		side = s.generation(ctx, side)
		if c := s.herds[side].best(); c.less(local) {
			local, stale = c, 0
		}
		if s.o.Progress != nil {
			s.o.Progress(min(s.made, s.o.Schedules), s.o.Schedules)
		}
	}
}

// share does the work for each place below count, on all desks. Every place has
// its own random numbers and its own output, so it makes no difference which
// desk does it.
func (s *search) share(ctx context.Context, count int, work func(d *desk, rnd *stream, place int)) {
	s.epoch++
	do := func(d *desk, place int) {
		if s.m.n >= longWork && ctx.Err() != nil {
			return // what was there before stays: a schedule too, or one that never counts
		}
		rnd := newStream(s.o.Seed, s.epoch, uint64(place))
		work(d, &rnd, place)
	}
	if len(s.desks) == 1 || count*s.m.n < minShared {
		for i := range count {
			do(s.desks[0], i)
		}
	} else {
		var next atomic.Int64
		var group sync.WaitGroup
		for _, d := range s.desks {
			group.Go(func() {
				for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
					do(d, i)
				}
			})
		}
		group.Wait()
	}
	for _, d := range s.desks {
		s.made += d.made
		d.made = 0
	}
}

// populate fills the early herd with schedules of both schemes, by latest finish
// times that are disturbed at random.
func (s *search) populate(ctx context.Context, withBest bool) {
	h := &s.herds[0]
	h.size = 0
	if withBest {
		h.now[0].copyFrom(&s.best)
		s.desks[0].sort.opposite(h.now[0].finish, h.now[0].order)
		h.now[0].sign()
		h.size = 1
	}
	count := int(min(int64(len(h.now)-h.size), s.o.Schedules-s.made))
	fresh := h.now[h.size : h.size+count]
	noise := 1 + min(s.dates.length, 1<<31-1)*int64(s.tuning.noise)/100
	s.share(ctx, count, func(d *desk, rnd *stream, i int) {
		for j, t := range s.dates.lateFinish {
			d.from[j] = t + int64(rnd.below(uint64(noise)))
		}
		x := &fresh[i]
		if i%2 == 0 {
			d.sort.byPriority(d.from, d.order)
			d.serial(d.order, &x.trial)
		} else {
			d.parallel(d.from, &x.trial)
		}
		d.sort.opposite(x.finish, x.order)
		x.sign()
	})
	h.size += count
	for i := range h.now[:h.size] {
		s.keep(&h.now[i].trial)
	}
}

func (s *search) keep(t *trial) {
	if t.cost.less(s.best.cost) {
		s.best.copyFrom(t)
	}
}

// generation makes children of the herd on one side and returns the side they
// are on: the other one if schedules of both directions are worth the same.
func (s *search) generation(ctx context.Context, side int) int {
	target, passes := side, int64(2)
	if s.m.steady {
		target, passes = 1-side, 1
	}
	parents := s.herds[side].now[:s.herds[side].size]
	h := &s.herds[target]
	count := int(min(int64(s.tuning.size), (s.o.Schedules-s.made+passes-1)/passes))
	s.share(ctx, count, func(d *desk, rnd *stream, i int) {
		s.breed(d, rnd, side, parents, i, &h.next[i])
	})
	if target == 0 {
		for i := range count {
			s.keep(&h.next[i].trial)
		}
	} else {
		s.realize(h.next[:count])
	}
	h.choose(count)
	return target
}

// realize turns the best late schedule round if it beats the best one: one more
// pass brings it to time 0.
func (s *search) realize(children []individual) {
	low := 0
	for i := range children {
		if children[i].cost.less(children[low].cost) {
			low = i
		}
	}
	if !children[low].cost.less(s.best.cost) {
		return
	}
	d, t := s.desks[0], newTrial(s.m.n)
	d.serial(children[low].order, &t)
	s.made += d.made
	d.made = 0
	s.keep(&t)
}
