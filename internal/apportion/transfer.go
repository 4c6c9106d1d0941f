package apportion

import "math"

// farthest is the longest distance: beyond it all are the same.
const farthest = 0x1p900

// transfer moves units, one at a time, from rows that have too many, or for
// columns that have too few, to rows that have too few, along the path of
// cells on which the factors have to move least until each is tied.
func (d *division) transfer(m *meter) error {
	f := d.f
	d.wrong()
	need := append([]int64(nil), f.colTotals...) // what columns lack
	for k, n := range d.n {
		need[k%f.cols] -= n
	}
	t := &transfers{d: d, need: need, dist: make([]float64, f.rows+f.cols), from: make([]int32, f.rows+f.cols)}
	for {
		found, sources, err := t.search(m)
		switch {
		case err != nil:
			return err
		case !sources:
			return t.whole()
		case found < 0:
			return f.conflict()
		}
		t.move(found)
	}
}

// transfers searches for the nearest ties. Nodes are the rows, then the
// columns. From row i to column j a cell goes up, at a distance of what
// its signpost is beyond its quotient; from column j to row i one goes down.
type transfers struct {
	d    *division
	need []int64
	dist []float64
	from []int32
	heap []hop
	done []int32
}

// hop is a node at a distance.
type hop struct {
	dist float64
	node int32
}

// up and down return how far the factors have to move until cell k, at
// quotient q, goes up or down; 1 is not at all.
func (d *division) up(k int, q float64) float64 {
	if _, hi := d.bounds(k); d.n[k] >= hi {
		return math.Inf(1)
	}
	return min(max(d.post(d.n[k])/q, 1), farthest)
}

func (d *division) down(k int, q float64) float64 {
	if lo, _ := d.bounds(k); d.n[k] <= lo {
		return math.Inf(1)
	}
	return min(max(q/d.post(d.n[k]-1), 1), farthest)
}

// quotient is what cell k is rounded from.
func (d *division) quotient(k int) float64 {
	f := d.f
	return float64(float64(f.a[k/f.cols]*f.seed[k]) * f.b[k%f.cols])
}

// search finds the node nearest to the rows that lack something which has, or
// can take, one unit too many, and moves the factors so that the path is tied.
// It returns -1 if there is none.
func (t *transfers) search(m *meter) (found int32, sources bool, err error) {
	d, f := t.d, t.d.f
	t.heap, t.done = t.heap[:0], t.done[:0]
	for v := range t.dist {
		t.dist[v] = math.Inf(1)
	}
	for i, n := range d.lack {
		if n > 0 {
			t.reach(int32(i), 1, -1)
			sources = true
		}
	}
	found = -1
	for len(t.heap) > 0 {
		h := t.pop()
		if h.dist > t.dist[h.node] {
			continue
		}
		if t.ends(h.node) {
			found = h.node
			break
		}
		t.done = append(t.done, h.node)
		step, first, count := 1, int(h.node)*f.cols, f.cols
		if int(h.node) >= f.rows {
			step, first, count = f.cols, int(h.node)-f.rows, f.rows
		}
		for c := range count {
			k := first + c*step
			if f.seed[k] == 0 {
				continue
			}
			if step == 1 {
				t.reach(int32(f.rows+c), min(float64(h.dist*d.up(k, d.quotient(k))), math.Inf(1)), h.node)
			} else {
				t.reach(int32(c), float64(h.dist*d.down(k, d.quotient(k))), h.node)
			}
		}
		if err := m.spend(count); err != nil {
			return -1, true, err
		}
	}
	if found >= 0 {
		t.tie(t.dist[found])
	}
	return found, sources, nil
}

// ends reports whether a path may end here.
func (t *transfers) ends(v int32) bool {
	if int(v) < t.d.f.rows {
		return t.d.lack[v] < 0
	}
	return t.need[int(v)-t.d.f.rows] > 0
}

// tie moves the factors of all nodes nearer than the given distance.
func (t *transfers) tie(far float64) {
	f := t.d.f
	for _, v := range t.done {
		by := far / t.dist[v]
		if !(by > 1) {
			continue
		}
		if int(v) < f.rows {
			f.a[v] = float64(f.a[v] * by)
		} else {
			f.b[int(v)-f.rows] /= by
		}
	}
}

// move moves one unit along the path to a node.
func (t *transfers) move(v int32) {
	d, f := t.d, t.d.f
	if int(v) < f.rows {
		d.lack[v]++
	} else {
		t.need[int(v)-f.rows]--
	}
	for t.from[v] >= 0 {
		u := t.from[v]
		if int(u) < f.rows {
			d.n[int(u)*f.cols+int(v)-f.rows]++
		} else {
			d.n[int(v)*f.cols+int(u)-f.rows]--
		}
		v = u
	}
	d.lack[v]--
}

// whole returns a conflict if a row or column has kept too much, or a column
// too little, with no row lacking anything.
func (t *transfers) whole() error {
	for _, n := range t.d.lack {
		if n != 0 {
			return t.d.f.conflict()
		}
	}
	for _, n := range t.need {
		if n != 0 {
			return t.d.f.conflict()
		}
	}
	return nil
}

// reach notes a distance if it is the shortest so far.
func (t *transfers) reach(v int32, dist float64, from int32) {
	if !(dist < t.dist[v]) {
		return
	}
	t.dist[v], t.from[v] = dist, from
	t.heap = append(t.heap, hop{dist, v})
	for i := len(t.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !t.heap[i].before(t.heap[up]) {
			return
		}
		t.heap[i], t.heap[up] = t.heap[up], t.heap[i]
		i = up
	}
}

func (h hop) before(g hop) bool {
	return h.dist < g.dist || h.dist == g.dist && h.node < g.node
}

func (t *transfers) pop() hop {
	top, last := t.heap[0], len(t.heap)-1
	t.heap[0] = t.heap[last]
	t.heap = t.heap[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			return top
		}
		if right := child + 1; right < last && t.heap[right].before(t.heap[child]) {
			child = right
		}
		if !t.heap[child].before(t.heap[i]) {
			return top
		}
		t.heap[i], t.heap[child] = t.heap[child], t.heap[i]
		i = child
	}
}
