package leveling

import (
	"cmp"
	"math"
	"slices"
)

// An individual is a schedule, and the order in which the opposite direction
// places its activities.
type individual struct {
	trial
	order     []int32
	signature uint64
}

// sign computes the signature, by which equal schedules are known.
func (x *individual) sign() {
	var v uint64
	for _, f := range x.finish {
		v = mix(v + uint64(f))
	}
	x.signature = v
}

// A herd is a population: the first size of now. Children are made in next.
type herd struct {
	now, next []individual
	size      int
	ranks     []rank
	seen      []uint64
}

// A rank is what decides who stays.
type rank struct {
	cost  cost
	twin  bool
	place int // the children's come first
}

func newHerd(n, size int) herd {
	h := herd{now: make([]individual, size), next: make([]individual, size)}
	for i := range size {
		h.now[i], h.next[i] = newIndividual(n), newIndividual(n)
	}
	slots := 1
	for slots < 4*size {
		slots *= 2
	}
	h.seen = make([]uint64, slots)
	return h
}

// newIndividual returns one that any schedule is better than.
func newIndividual(n int) individual {
	x := individual{trial: newTrial(n), order: make([]int32, n)}
	x.cost.excess = math.MaxInt
	return x
}

// best returns the least cost in the herd.
func (h *herd) best() cost {
	best := h.now[0].cost
	for i := range h.now[:h.size] {
		if h.now[i].cost.less(best) {
			best = h.now[i].cost
		}
	}
	return best
}

// choose lets the best of the first count children and of the herd stay, the
// younger ones among equals, and of equal schedules one only as long as there
// are others.
func (h *herd) choose(count int) {
	h.ranks = h.ranks[:0]
	clear(h.seen)
	for i := range count {
		h.ranks = append(h.ranks, rank{h.next[i].cost, h.twin(h.next[i].signature), i})
	}
	for i := range h.size {
		h.ranks = append(h.ranks, rank{h.now[i].cost, h.twin(h.now[i].signature), count + i})
	}
	slices.SortFunc(h.ranks, func(a, b rank) int {
		if a.twin != b.twin {
			if a.twin {
				return 1
			}
			return -1
		}
		return cmp.Or(a.cost.compare(b.cost), cmp.Compare(a.place, b.place))
	})
	size := min(len(h.now), len(h.ranks))
	// The places of those that go are for the children that stay.
	var free []int
	for i := h.size; i < size; i++ {
		free = append(free, i)
	}
	for _, r := range h.ranks[size:] {
		if r.place >= count {
			free = append(free, r.place-count)
		}
	}
	k := 0
	for _, r := range h.ranks[:size] {
		if r.place < count {
			h.now[free[k]], h.next[r.place] = h.next[r.place], h.now[free[k]]
			k++
		}
	}
	h.size = size
}

// twin reports whether it has been called with the same signature since seen was
// cleared.
func (h *herd) twin(signature uint64) bool {
	v := max(signature, 1) // 0 is an empty slot
	mask := uint64(len(h.seen) - 1)
	for i := v & mask; ; i = (i + 1) & mask {
		switch h.seen[i] {
		case v:
			return true
		case 0:
			h.seen[i] = v
			return false
		}
	}
}

// tournament returns the better one of two that are not the given one, unless
// that is alone.
func tournament(rnd *stream, herd []individual, not int) *individual {
	n := len(herd)
	if n == 1 {
		return &herd[0]
	}
	pick := func() *individual {
		i := int(rnd.below(uint64(n - 1)))
		if i >= not {
			i++
		}
		return &herd[i]
	}
	a, b := pick(), pick()
	if b.cost.less(a.cost) {
		return b
	}
	return a
}
