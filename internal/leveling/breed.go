package leveling

import "slices"

// loads returns how much of all capacities each activity takes over its time, in
// parts of 1,024 of one resource.
func (m *model) loads() []int64 {
	out := make([]int64, m.n)
	for j, needs := range m.demand {
		for _, d := range needs {
			if c := m.capacity[d.resource].highest(); c > 0 {
				out[j] += d.amount * 1024 / c
			}
		}
		if out[j] > 0 && m.dur[j] > never/out[j] {
			out[j] = never / int64(m.n)
			continue
		}
		out[j] = min(out[j]*m.dur[j], never/int64(m.n))
	}
	return out
}

// breed makes one child from the i-th parent and another one.
func (s *search) breed(d *desk, rnd *stream, side int, parents []individual, i int, child *individual) {
	i %= len(parents)
	s.cross(d, rnd, &parents[i], tournament(rnd, parents, i))
	m, w, sort := d.back, d.behind, d.turn
	if side == 1 {
		m, w, sort = d.m, d.ahead, d.sort
	}
	s.mutate(d, rnd, m)
	dice := int(rnd.below(100))
	if !s.m.steady {
		d.early(dice, child)
		return
	}
	if dice < s.tuning.parallel {
		d.parallelOrder(m, w, sort, &child.trial)
	} else {
		w.run(d.order, child.start, child.finish)
	}
	child.cost = m.cost(child.finish, 0)
	d.made++
	sort.opposite(child.finish, child.order)
	child.sign()
}

// parallelOrder makes the schedule of the desk's order in the order of time. The
// active schedules that serial generation makes include a best one, but the fewer
// ones without delay that parallel generation makes are better on average, and so
// worth a share (Kochetov and Stolyar, "Evolutionary local search with variable
// neighborhood for the resource constrained project scheduling problem", 2003).
func (d *desk) parallelOrder(m *model, w scheduler, sort *sorter, t *trial) int {
	if s, ok := w.(*slots); ok && m.steady && !m.early {
		s.stack(m, d.order, t.start, t.finish)
		return 0
	}
	for k, j := range d.order {
		d.keys[j] = int64(k)
	}
	return sort.parallel(w, d.keys, t.start, t.finish)
}

// early makes a child of the desk's order where only early schedules count: by
// way of a late one, or at once, because a late one knows nothing of stocks and
// little of due times; then the order is turned round.
func (d *desk) early(dice int, child *individual) {
	t := &child.trial
	switch {
	case dice < 12:
		slices.Reverse(d.order)
		excess := d.parallelOrder(d.m, d.ahead, d.sort, t)
		t.cost = d.m.cost(t.finish, excess)
		d.made++
	case dice < 25:
		slices.Reverse(d.order)
		d.serial(d.order, t)
	default:
		d.behind.run(d.order, d.from, d.until)
		d.made++
		d.turn.opposite(d.until, d.order)
		d.serial(d.order, t)
	}
	d.sort.opposite(t.finish, child.order)
	child.sign()
}

// cross writes a child's order to the desk: between two points the activities of
// the father's stretch in his order, before and after it the others in the
// mother's. Links are respected because both parents respect them (Hartmann, "A
// competitive genetic algorithm for resource-constrained project scheduling",
// Naval Research Logistics 45, 1998).
func (s *search) cross(d *desk, rnd *stream, father, mother *individual) {
	var a, b int
	if int(rnd.below(100)) < s.tuning.peak {
		a, b = s.peak(rnd, father)
	} else {
		n := uint64(s.m.n)
		size := n/4 + rnd.below(n/2+1)
		a = int(rnd.below(n - size + 1))
		b = a + int(size)
	}
	for k, j := range father.order {
		d.places[j] = int32(k)
	}
	head, tail := 0, b
	for _, j := range mother.order {
		switch k := int(d.places[j]); {
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

// peak returns the stretch of the father's order with the activities that finish
// in that window of time, of a random width, in which most work finishes: the
// part of a schedule that is worth keeping (Debels and Vanhoucke 2005).
func (s *search) peak(rnd *stream, father *individual) (int, int) {
	order, finish := father.order, father.finish
	low, high := finish[order[0]], finish[order[0]]
	for _, f := range finish {
		low, high = min(low, f), max(high, f)
	}
	span := high - low
	width := span/4 + int64(rnd.below(uint64(span/2+1)))
	bestA, bestB := 0, len(order)
	var sum, best int64 = 0, -1
	b := 0
	for a, first := range order {
		for b < len(order) && finish[order[b]] > finish[first]-width {
			sum += s.loads[order[b]]
			b++
		}
		if sum > best {
			best, bestA, bestB = sum, a, b
		}
		if b > a {
			sum -= s.loads[first]
		} else {
			b = a + 1
		}
	}
	return bestA, bestB
}

// mutate moves a few activities of a stretch of the desk's order to random places
// between their predecessors and successors in m.
func (s *search) mutate(d *desk, rnd *stream, m *model) {
	width := min(s.tuning.window, m.n)
	base := int(rnd.below(uint64(m.n - width + 1)))
	for range rnd.below(uint64(2*s.tuning.moves + 1)) {
		k := base + int(rnd.below(uint64(width)))
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
		for high < m.n-1 && d.mark[d.order[high+1]] != d.stamp {
			high++
		}
		to := low + int(rnd.below(uint64(high-low+1)))
		if to < k {
			copy(d.order[to+1:k+1], d.order[to:k])
		} else {
			copy(d.order[k:to], d.order[k+1:to+1])
		}
		d.order[to] = j
	}
}
