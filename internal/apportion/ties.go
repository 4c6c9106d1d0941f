package apportion

import (
	"math/big"
)

const (
	// tieWork bounds the search for the first of many tied tables, in cells.
	tieWork = 1 << 27

	// repairs bounds how often a near tie is decided again.
	repairs = 1 << 12
)

// settleTies decides in exact numbers what float64 left open. Going round a
// cycle of cells, up one and down the next, must not raise the product of the
// claims met: Π signpost/weight over the steps up is at least that over the
// steps down. Only cells so near to a signpost that all rounding errors along
// a cycle could hide it can be on a cycle that does.
func (d *division) settleTies(m *meter) error {
	for range repairs {
		g := d.nearTies()
		if len(g.arcs) == 0 {
			return nil
		}
		if err := m.spend(len(d.n)); err != nil {
			return err
		}
		cycle := g.measure()
		if cycle == nil {
			return g.first(m)
		}
		for _, a := range cycle {
			d.step(g.arcs[a])
		}
	}
	return nil
}

// tieArc is a step that a cell could take: up, from its row to its column, or
// down, from its column to its row.
type tieArc struct {
	cell     int32
	up       bool
	from, to int32
}

func (d *division) step(a tieArc) {
	if a.up {
		d.n[a.cell]++
	} else {
		d.n[a.cell]--
	}
}

// tieGraph holds the steps that could be on a cycle of tied cells.
type tieGraph struct {
	d    *division
	arcs []tieArc
	out  [][]int32 // by node: its arcs
	len  []*big.Rat

	dist []*big.Rat // by node, along parent arcs
	back []int32    // by node: the arc from its parent, -1 at a root
}

// nearTies lists the steps at which the factors are, but for what rounding
// errors come to along a cycle, and that are on a cycle of such steps.
func (d *division) nearTies() *tieGraph {
	f := d.f
	worst := 0x1p-50
	for k, s := range f.seed {
		if s > 0 {
			q := d.quotient(k)
			lo, hi := d.bounds(k)
			if miss := 1 - d.post(d.n[k])/q; d.n[k] < hi && miss > worst {
				worst = miss
			}
			if miss := 1 - q/d.post(d.n[k]-1); d.n[k] > lo && miss > worst {
				worst = miss
			}
		}
	}
	near := 1 + float64(worst*float64(4*min(f.rows, f.cols)+8))
	net := NewFlow(f.rows + f.cols)
	var arcs []tieArc
	for k, s := range f.seed {
		if s == 0 {
			continue
		}
		q := d.quotient(k)
		i, j := int32(k/f.cols), int32(f.rows+k%f.cols)
		if d.up(k, q) <= near {
			arcs = append(arcs, tieArc{int32(k), true, i, j})
			net.AddArc(int(i), int(j), 1)
		}
		if d.down(k, q) <= near {
			arcs = append(arcs, tieArc{int32(k), false, j, i})
			net.AddArc(int(j), int(i), 1)
		}
	}
	comp := net.Components()
	g := &tieGraph{d: d, out: make([][]int32, f.rows+f.cols)}
	for _, a := range arcs {
		if comp[a.from] == comp[a.to] {
			g.out[a.from] = append(g.out[a.from], int32(len(g.arcs)))
			g.arcs = append(g.arcs, a)
		}
	}
	return g
}

// claim returns what a step multiplies the product by. For HuntingtonHill,
// whose signposts are roots, it is squared.
func (d *division) claim(a tieArc) *big.Rat {
	f := d.f
	w := d.exact.Weight(int(a.cell)/f.cols, int(a.cell)%f.cols)
	n := d.n[a.cell]
	if !a.up {
		n--
	}
	post := new(big.Rat).SetInt(bigSignpost(d.method, n))
	switch d.method {
	case Webster:
		post.Quo(post, big.NewRat(2, 1))
	case HuntingtonHill:
		w = new(big.Rat).Mul(w, w)
	}
	if a.up {
		return post.Quo(post, w)
	}
	return w.Quo(w, post)
}

// measure computes distances along the steps, exactly. It returns a cycle that
// leads below where it started, if there is one.
func (g *tieGraph) measure() []int32 {
	g.len = make([]*big.Rat, len(g.arcs))
	for k, a := range g.arcs {
		g.len[k] = g.d.claim(a)
	}
	nodes := len(g.out)
	g.dist, g.back = make([]*big.Rat, nodes), make([]int32, nodes)
	for root := range g.out {
		if g.dist[root] != nil || len(g.out[root]) == 0 {
			continue
		}
		g.dist[root], g.back[root] = big.NewRat(1, 1), -1
		queue := []int32{int32(root)}
		for len(queue) > 0 {
			u := queue[0]
			queue = queue[1:]
			for _, k := range g.out[u] {
				v := g.arcs[k].to
				if g.dist[v] != nil && g.compare(k) >= 0 {
					continue
				}
				if g.dist[v] != nil && g.above(u, v) {
					return g.cycle(k)
				}
				g.dist[v] = new(big.Rat).Mul(g.dist[u], g.len[k])
				g.back[v] = k
				queue = append(queue, v)
			}
		}
	}
	return nil
}

// compare compares the distance that an arc gives its end with the one it has.
func (g *tieGraph) compare(k int32) int {
	a := g.arcs[k]
	from, to := g.dist[a.from], g.dist[a.to]
	left := new(big.Int).Mul(from.Num(), g.len[k].Num())
	right := new(big.Int).Mul(to.Num(), g.len[k].Denom())
	return left.Mul(left, to.Denom()).Cmp(right.Mul(right, from.Denom()))
}

// above reports whether v is on the way from the root to u.
func (g *tieGraph) above(u, v int32) bool {
	for u != v {
		if g.back[u] < 0 {
			return false
		}
		u = g.arcs[g.back[u]].from
	}
	return true
}

// cycle returns the arcs from the end of arc k to its start, and k.
func (g *tieGraph) cycle(k int32) []int32 {
	out := []int32{k}
	for u := g.arcs[k].from; u != g.arcs[k].to; {
		out = append(out, g.back[u])
		u = g.arcs[g.back[u]].from
	}
	return out
}

// tied is a cell on its signpost: the step is there, or not.
type tied struct {
	cell, row, col int32
	high           bool
}

// first takes, of all tied tables, the one whose first cell is largest, then
// the second, and so on.
func (g *tieGraph) first(m *meter) error {
	d, f := g.d, g.d.f
	var cells []tied
	rows, cols := make([][]int32, f.rows), make([][]int32, f.cols)
	for k, a := range g.arcs {
		if g.compare(int32(k)) != 0 {
			continue
		}
		i, j := a.cell/int32(f.cols), a.cell%int32(f.cols)
		rows[i] = append(rows[i], int32(len(cells)))
		cols[j] = append(cols[j], int32(len(cells)))
		cells = append(cells, tied{a.cell, i, j, !a.up})
	}
	s := &tieSearch{cells: cells, rows: rows, cols: cols, rowFrom: make([]int32, f.rows), colFrom: make([]int32, f.cols)}
	for k := range cells {
		if cells[k].high || s.work > tieWork {
			continue
		}
		before := s.work
		for _, c := range s.path(int32(k)) {
			cells[c].high = !cells[c].high
			if cells[c].high {
				d.n[cells[c].cell]++
			} else {
				d.n[cells[c].cell]--
			}
		}
		if err := m.spend(s.work - before); err != nil {
			return err
		}
	}
	return nil
}

// tieSearch looks for cycles among tied cells.
type tieSearch struct {
	cells            []tied
	rows, cols       [][]int32
	rowFrom, colFrom []int32 // the cell by which a line was reached, -1 if not
	queue            []int32
	work             int
}

// path returns the cells to turn so that cell k goes up and none before it
// changes: k, down from its column, up to another, and so back to its row; nil
// if there is no such cycle.
func (s *tieSearch) path(k int32) []int32 {
	start := s.cells[k]
	for i := range s.rowFrom {
		s.rowFrom[i] = -1
	}
	for j := range s.colFrom {
		s.colFrom[j] = -1
	}
	s.colFrom[start.col] = k
	s.queue = append(s.queue[:0], start.col)
	for head := 0; head < len(s.queue); head++ {
		for _, c := range s.cols[s.queue[head]] {
			s.work++
			if c <= k || !s.cells[c].high || s.rowFrom[s.cells[c].row] >= 0 {
				continue
			}
			i := s.cells[c].row
			s.rowFrom[i] = c
			if i == start.row {
				return s.trace(k, c)
			}
			for _, up := range s.rows[i] {
				s.work++
				if j := s.cells[up].col; up > k && !s.cells[up].high && s.colFrom[j] < 0 {
					s.colFrom[j] = up
					s.queue = append(s.queue, j)
				}
			}
		}
	}
	return nil
}

func (s *tieSearch) trace(k, c int32) []int32 {
	out := []int32{c}
	for j := s.cells[c].col; ; {
		up := s.colFrom[j]
		out = append(out, up)
		if up == k {
			return out
		}
		c = s.rowFrom[s.cells[up].row]
		out = append(out, c)
		j = s.cells[c].col
	}
}
