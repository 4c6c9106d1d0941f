package leveling

import (
	"cmp"
	"slices"
)

// A cost is what schedules are compared by, in this order.
type cost struct {
	excess     int
	late, span int64
}

func (a cost) compare(b cost) int {
	return cmp.Or(cmp.Compare(a.excess, b.excess), cmp.Compare(a.late, b.late), cmp.Compare(a.span, b.span))
}

func (a cost) less(b cost) bool { return a.compare(b) < 0 }

// cost returns the cost of a schedule of the model.
func (m *model) cost(finish []int64, excess int) cost {
	c := cost{excess: excess, span: m.floor}
	for _, f := range finish {
		c.span = max(c.span, f)
	}
	if m.dated {
		for j, d := range m.due {
			if f := finish[j]; f > d {
				c.late = addUpTo(c.late, m.lateness(f, j), m.weight[j])
			}
		}
	}
	return c
}

// lateness returns how long after its due time an activity ends that finishes at
// f, in the project's unit.
func (m *model) lateness(f int64, j int) int64 {
	f *= m.unit
	if m.axis != nil {
		f = m.axis.first(f)
	}
	return f - m.realDue[j]
}

// addUpTo returns sum + a·b, or the largest integer where that is more. All are
// at least 0.
func addUpTo(sum, a, b int64) int64 {
	if a > 0 && b > (Never-sum)/a {
		return Never
	}
	return sum + a*b
}

// A sorter orders activities for the scheduler of the opposite direction. Its
// buffers serve one goroutine.
type sorter struct {
	m      *model
	counts []int32
	keys   []int64
	heap   heap[int32]
	waits  []int32
}

func newSorter(m *model) *sorter {
	return &sorter{m: m, keys: make([]int64, m.n)}
}

// opposite writes the activities in descending order of their finish, which is
// ascending order of their start for time turned round: a serial scheduler of
// the opposite direction that follows it lets no activity begin later than it
// lies now. Ties go to what comes first in that direction.
func (s *sorter) opposite(finish []int64, order []int32) {
	if s.m.early {
		finish = s.leadingKeys(finish)
	}
	low, high := finish[0], finish[0]
	for _, f := range finish {
		low, high = min(low, f), max(high, f)
	}
	width := high - low + 1
	if width > int64(8*len(finish)+256) {
		s.compareSort(finish, order)
		return
	}
	if int64(len(s.counts)) < width+1 {
		s.counts = make([]int32, width+1)
	}
	counts := s.counts[:width+1]
	clear(counts)
	for _, f := range finish {
		counts[high-f+1]++
	}
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	put := func(j int) {
		k := &counts[high-finish[j]]
		order[*k] = int32(j)
		*k++
	}
	if s.m.mirrored {
		for j := range finish {
			put(j)
		}
		return
	}
	for j := len(finish) - 1; j >= 0; j-- {
		put(j)
	}
}

func (s *sorter) compareSort(finish []int64, order []int32) {
	for j := range order {
		order[j] = int32(j)
	}
	sign := 1
	if !s.m.mirrored {
		sign = -1
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(finish[b], finish[a]), sign*cmp.Compare(a, b))
	})
}

// leadingKeys lowers the finish of each activity to that of its successors,
// where leads or links of starts let a successor finish first: the successor
// comes first in the opposite direction.
func (s *sorter) leadingKeys(finish []int64) []int64 {
	copy(s.keys, finish)
	lower := func(j int) {
		for _, e := range s.m.succ.of(int32(j)) {
			s.keys[j] = min(s.keys[j], s.keys[e.other])
		}
	}
	if s.m.mirrored {
		for j := range finish {
			lower(j)
		}
	} else {
		for j := len(finish) - 1; j >= 0; j-- {
			lower(j)
		}
	}
	return s.keys
}

// byPriority writes the activities in the order of their keys, lowest first, as
// far as links allow.
func (s *sorter) byPriority(key []int64, order []int32) {
	m := s.m
	s.heap.less = func(a, b int32) bool {
		if key[a] != key[b] {
			return key[a] < key[b]
		}
		return (a < b) != m.mirrored
	}
	s.heap.items = s.heap.items[:0]
	s.open(s.heap.push)
	for k := range order {
		j := s.heap.pop()
		order[k] = j
		for _, e := range m.succ.of(j) {
			if s.waits[e.other]--; s.waits[e.other] == 0 {
				s.heap.push(e.other)
			}
		}
	}
}

// open counts what each activity waits for and yields those that wait for nothing.
func (s *sorter) open(yield func(j int32)) {
	s.waits = s.waits[:0]
	for j := range int32(s.m.n) {
		s.waits = append(s.waits, int32(len(s.m.pred.of(j))))
	}
	for j, w := range s.waits {
		if w == 0 {
			yield(int32(j))
		}
	}
}
