package leveling

import (
	"context"
	"slices"
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

// An individual is a schedule and the order that the opposite direction makes of
// it.
type individual struct {
	trial
	order []int32
}

// A herd is a population; next is where its children are made.
type herd struct {
	now, next []individual
}

// A search is a run of the genetic algorithm.
type search struct {
	m       *model
	o       Options
	desks   []*desk
	herds   [2]herd // of forward and of backward schedules
	best    trial
	tuning  tuning
	made    int64
	epoch   uint64
	weights []int64 // what a unit of each activity's time uses, for crossover
	key     []int64
	bound   int64
	stale   int
}

// tuning holds the numbers that were found by experiment.
type tuning struct {
	size     int
	mutate   int // of 1,000 activities
	peak     int // of 100 crossovers
	patience int
	spread   int
}

// Search returns the best schedule found within the budget. It starts from
// [Quick] and is never worse. It ends early when the makespan reaches the bound,
// and soon after ctx is done, with the best so far. It returns an [*InputError]
// if p is not well-formed.
//
// The method is the genetic algorithm with two populations, one of schedules
// that lie early and one of schedules that lie late, of Debels and Vanhoucke ("A
// bi-population based genetic algorithm for the resource-constrained project
// scheduling problem", LNCS 3483, 2005; "A decomposition-based genetic algorithm
// for the resource-constrained project-scheduling problem", Operations Research
// 55, 2007).
func Search(ctx context.Context, p *Project, o Options) (*Schedule, error) {
	m, err := newModel(p)
	if err != nil {
		return nil, err
	}
	if m.n == 0 {
		return m.report(p, &trial{cost: m.cost(nil, 0)}, 0), nil
	}
	best, d := m.quick()
	s := &search{m: m, o: o, best: best, made: d.made, tuning: tune(m, o)}
	s.bound = m.lowerBound(best.cost.span)
	if !s.done(ctx) {
		s.prepare(d)
		s.run(ctx)
	}
	return m.report(p, &s.best, s.made), nil
}

func tune(m *model, o Options) tuning {
	return tuning{size: 40, mutate: 10, peak: 50, patience: 1000, spread: 30}
}

// done reports whether to stop.
func (s *search) done(ctx context.Context) bool {
	return s.made >= s.o.Schedules || ctx.Err() != nil ||
		s.best.cost.excess == 0 && s.best.cost.late == 0 && s.best.cost.span <= s.bound
}

func (s *search) prepare(d *desk) {
	s.desks = []*desk{d}
	for len(s.desks) < s.o.Workers {
		s.desks = append(s.desks, newDesk(s.m, s.best.cost.span))
	}
	d.made = 0
	for h := range s.herds {
		s.herds[h] = herd{s.newIndividuals(), s.newIndividuals()}
	}
	s.weights = s.m.loads()
	s.key = make([]int64, s.m.n)
}

func (s *search) newIndividuals() []individual {
	out := make([]individual, s.tuning.size)
	for i := range out {
		out[i] = individual{newTrial(s.m.n), make([]int32, s.m.n)}
	}
	return out
}

// loads returns how much of all capacities each activity takes, in parts of
// 1,024 of one resource.
func (m *model) loads() []int64 {
	out := make([]int64, m.n)
	for j, needs := range m.demand {
		for _, d := range needs {
			if c := m.capacity[d.resource].highest(); c > 0 {
				out[j] += d.amount * 1024 / c
			}
		}
	}
	return out
}

func (s *search) run(ctx context.Context) {
	s.populate()
	side := 0
	for !s.done(ctx) {
		s.generation(side)
		if s.m.steady {
			side = 1 - side
		}
		if s.o.Progress != nil {
			s.o.Progress(min(s.made, s.o.Schedules), s.o.Schedules)
		}
	}
}

// share runs work for each place below count on all desks and adds up what they
// made.
func (s *search) share(count int, work func(d *desk, place int)) {
	if len(s.desks) == 1 || count*s.m.n < 2000 {
		for i := range count {
			work(s.desks[0], i)
		}
	} else {
		var next atomic.Int64
		var group sync.WaitGroup
		for _, d := range s.desks {
			group.Go(func() {
				for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
					work(d, i)
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

// populate fills the forward herd with the best schedule so far and with
// schedules by latest finish times that are disturbed at random.
func (s *search) populate() {
	dates := s.m.criticalPath()
	now := s.herds[0].now
	now[0].copyFrom(&s.best)
	s.desks[0].sort.opposite(now[0].finish, now[0].order)
	count := min(len(now)-1, int(max(0, s.o.Schedules-s.made)))
	s.epoch++
	s.share(count, func(d *desk, i int) {
		rnd := newStream(s.o.Seed, s.epoch, uint64(i))
		x := &now[i+1]
		noise := 1 + dates.length*int64(s.tuning.spread)/100
		key := d.from
		for j := range key {
			key[j] = dates.lateFinish[j] + int64(rnd.below(int(min(noise, 1<<30))))
		}
		d.sort.byPriority(key, d.order)
		d.serial(d.order, &x.trial)
		d.sort.opposite(x.finish, x.order)
	})
	for i := range count {
		s.keep(&now[i+1].trial)
	}
	s.herds[0].now = now[:count+1]
	if s.m.steady {
		s.herds[1].now = s.herds[1].now[:0]
	}
}

func (s *search) keep(t *trial) {
	if t.cost.less(s.best.cost) {
		s.best.copyFrom(t)
		s.stale = 0
	}
}

// generation makes the children of the parents on one side: by a pass in the
// opposite direction and, unless schedules of both directions are worth the same,
// one back.
func (s *search) generation(side int) {
	parents := s.herds[side].now
	target := side
	if s.m.steady {
		target = 1 - side
	}
	h := &s.herds[target]
	cost := int64(2)
	if s.m.steady {
		cost = 1
	}
	count := int(min(int64(s.tuning.size), (s.o.Schedules-s.made+cost-1)/cost))
	s.epoch++
	s.share(count, func(d *desk, i int) {
		rnd := newStream(s.o.Seed, s.epoch, uint64(i))
		s.breed(d, &rnd, side, parents, i, &h.next[i])
	})
	if target == 0 {
		for i := range count {
			s.keep(&h.next[i].trial)
		}
	} else {
		s.realize(h.next[:count])
	}
	s.replace(h, count)
}

// breed makes one child.
func (s *search) breed(d *desk, rnd *stream, side int, parents []individual, i int, child *individual) {
	father := &parents[i%len(parents)]
	mother := &parents[s.tournament(rnd, parents, i%len(parents))]
	s.cross(d, rnd, father, mother)
	s.mutate(d, rnd, side)
	if !s.m.steady {
		d.behind.run(d.order, d.from, d.until)
		d.made++
		d.turn.opposite(d.until, d.order)
		d.serial(d.order, &child.trial)
		d.sort.opposite(child.finish, child.order)
		return
	}
	w, m, sort := d.behind, d.back, d.turn
	if side == 1 {
		w, m, sort = d.ahead, d.m, d.sort
	}
	excess := w.run(d.order, child.start, child.finish)
	child.cost = m.cost(child.finish, excess)
	d.made++
	sort.opposite(child.finish, child.order)
}

// realize turns the best backward schedule round if it beats the best one.
func (s *search) realize(herd []individual) {
	low := slices.MinFunc(herd, func(a, b individual) int { return a.cost.compare(b.cost) })
	if !low.cost.less(s.best.cost) {
		return
	}
	t := newTrial(s.m.n)
	s.desks[0].serial(low.order, &t)
	s.made += s.desks[0].made
	s.desks[0].made = 0
	s.keep(&t)
}

// replace lets children take the places of their predecessors.
func (s *search) replace(h *herd, count int) {
	if len(h.now) < count {
		h.now = h.now[:count]
		for i := range count {
			h.now[i], h.next[i] = h.next[i], h.now[i]
		}
		return
	}
	elite := 0
	for i := range h.now {
		if h.now[i].cost.less(h.now[elite].cost) {
			elite = i
		}
	}
	for i := range count {
		if i == elite && h.now[i].cost.less(h.next[i].cost) {
			continue
		}
		h.now[i], h.next[i] = h.next[i], h.now[i]
	}
}

// tournament returns the better of two other individuals.
func (s *search) tournament(rnd *stream, herd []individual, not int) int {
	n := len(herd)
	if n == 1 {
		return 0
	}
	pick := func() int {
		i := rnd.below(n - 1)
		if i >= not {
			i++
		}
		return i
	}
	a, b := pick(), pick()
	if herd[b].cost.less(herd[a].cost) {
		return b
	}
	return a
}

// cross writes a child's order to the desk: the father's between two points, the
// mother's before and after.
func (s *search) cross(d *desk, rnd *stream, father, mother *individual) {
	n := s.m.n
	var a, b int
	if rnd.below(100) < s.tuning.peak {
		a, b = s.peak(d, rnd, father)
	} else {
		size := n/4 + rnd.below(n/2+1)
		a = rnd.below(n - size + 1)
		b = a + size
	}
	place := d.place()
	for k, j := range father.order {
		place[j] = int32(k)
	}
	head, tail := 0, b
	for _, j := range mother.order {
		switch k := int(place[j]); {
		case k < a:
			d.order[head] = j
			head++
		case k >= b:
			d.order[tail] = j
			tail++
		}
	}
	copy(d.order[a:b], father.order[a:b])
}

// peak returns the stretch of the father's order in which resources are used
// most: of a random share of its length, the densest window.
func (s *search) peak(d *desk, rnd *stream, father *individual) (int, int) {
	n := s.m.n
	span := father.cost.span
	width := span/4 + int64(rnd.below(int(span/2)+1))
	// The order descends in finish times: two pointers over windows in which
	// activities finish.
	bestA, bestB := 0, n
	var sum, best int64 = 0, -1
	b := 0
	for a := range n {
		top := father.finish[father.order[a]]
		for b < n && father.finish[father.order[b]] > top-width {
			j := father.order[b]
			sum += s.weights[j] * s.m.dur[j]
			b++
		}
		if sum > best {
			best, bestA, bestB = sum, a, b
		}
		j := father.order[a]
		sum -= s.weights[j] * s.m.dur[j]
	}
	return bestA, bestB
}

// mutate moves some activities to random places between their predecessors and
// successors in the order.
func (s *search) mutate(d *desk, rnd *stream, side int) {
	m := d.back
	if side == 1 {
		m = d.m
	}
	n := m.n
	for range n {
		if rnd.below(1000) >= s.tuning.mutate {
			continue
		}
		k := rnd.below(n)
		j := d.order[k]
		d.stamp++
		for _, e := range m.pred.of(j) {
			d.mark[e.other] = d.stamp
		}
		for _, e := range m.succ.of(j) {
			d.mark[e.other] = d.stamp
		}
		low, high := k, k
		for low > 0 && d.mark[d.order[low-1]] != d.stamp {
			low--
		}
		for high < n-1 && d.mark[d.order[high+1]] != d.stamp {
			high++
		}
		to := low + rnd.below(high-low+1)
		if to < k {
			copy(d.order[to+1:k+1], d.order[to:k])
		} else {
			copy(d.order[k:to], d.order[k+1:to+1])
		}
		d.order[to] = j
	}
}
