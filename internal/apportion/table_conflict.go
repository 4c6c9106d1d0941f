package apportion

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// within calls solve with a problem and a fit for it. If that fails because of
// bounds, cells that could have less than the amount nearest 0 that their
// bounds allow get it where no table exists otherwise, and a conflict that
// remains is told in full.
func within(p Problem, m *meter, solve func(Problem, *fit) error) error {
	f := newFit(p)
	err := solve(p, f)
	var c *Conflict
	if p.Bounds == nil || !errors.As(err, &c) {
		return err
	}
	below := f.box.below
	f = newFit(p)
	if err := f.loadWithin(p, true, m); err != nil {
		if errors.As(err, &c) {
			return p.account(c, f)
		}
		return err
	}
	n := newNetwork(f)
	net := n.start(f)
	switch {
	case net.short > 0:
		return p.account(n.conflict(net, f.rowTotals), f)
	case below:
		p.Bounds = pinned{p.Bounds, p.Cols, n.pins(net, f)}
		return solve(p, newFit(p))
	}
	return p.account(c, f)
}

// start fills the network, beginning with the amounts nearest 0.
func (n *network) start(f *fit) *filled {
	for g, cols := range n.reach {
		for c, j := range cols {
			if n.preset[g] != nil {
				k := int(n.members[g][0])*f.cols + int(j)
				n.preset[g][c] = Nearest(f.box.lo[k], f.box.hi[k]) - f.box.lo[k]
			}
		}
	}
	return n.fill(n.all())
}

// pins returns the cells that have less than the amount nearest 0 in a network
// that was filled from there, in order.
func (n *network) pins(net *filled, f *fit) []fixedCell {
	var pins []fixedCell
	arc := 0
	for g, cols := range n.reach {
		for _, j := range cols {
			k := int(n.members[g][0])*f.cols + int(j)
			if x := f.box.lo[k] + net.flow.On(arc); n.room[g] != nil && x < Nearest(f.box.lo[k], f.box.hi[k]) {
				pins = append(pins, fixedCell{int32(k), x})
			}
			arc += 2
		}
	}
	slices.SortFunc(pins, func(a, b fixedCell) int { return cmp.Compare(a.at, b.at) })
	return pins
}

// pinned are bounds with some cells locked.
type pinned struct {
	Bounder
	cols int
	pins []fixedCell
}

// Bounds implements [Bounder].
func (b pinned) Bounds(i int, lo, hi []int64) bool {
	any := b.Bounder.Bounds(i, lo, hi)
	at, _ := slices.BinarySearchFunc(b.pins, int32(i*b.cols), func(c fixedCell, k int32) int { return cmp.Compare(c.at, k) })
	for ; at < len(b.pins) && int(b.pins[at].at) < (i+1)*b.cols; at++ {
		j := int(b.pins[at].at) - i*b.cols
		lo[j], hi[j] = b.pins[at].value, b.pins[at].value
		any = true
	}
	return any
}

// account fills in what the totals and bounds of a conflict come to, as they
// were given.
func (p *Problem) account(c *Conflict, f *fit) *Conflict {
	b := blockSums{rowIn: make([]bool, p.Rows), colIn: make([]bool, p.Cols), weight: map[int]int64{}}
	c.Need, c.Have = 0, 0
	for _, i := range c.Rows {
		b.rowIn[i] = true
		c.Need += p.RowTotals[i]
	}
	for _, j := range c.Cols {
		b.colIn[j] = true
		c.Have += p.ColTotals[j]
	}
	if c.ByColumn {
		c.Need, c.Have = c.Have, c.Need
	}
	c.Caps, c.Floors = nil, nil
	seed, lo, hi := make([]float64, p.Cols), make([]int64, p.Cols), make([]int64, p.Cols)
	for i := range p.Rows {
		for j := range p.Cols {
			seed[j], lo[j], hi[j] = 0, 0, Unbounded
		}
		p.Seed.Row(i, seed)
		p.Bounds.Bounds(i, lo, hi)
		b.addRow(c, i, seed, lo, hi)
	}
	c.Elsewhere, c.Taken = b.elsewhere.clip(), b.taken.clip()
	for _, cells := range [][]int{c.Caps, c.Floors} {
		slices.SortFunc(cells, func(x, y int) int {
			return cmp.Or(cmp.Compare(b.weight[y], b.weight[x]), cmp.Compare(x, y))
		})
	}
	if c.Amount == 0 {
		c.Amount = f.shortage()
	}
	c.Amount = max(c.Amount, c.Short())
	return c
}

// blockSums adds up the bounds that count in a conflict.
type blockSums struct {
	rowIn, colIn     []bool
	elsewhere, taken Sum
	weight           map[int]int64 // looked up only, never walked
}

func (b *blockSums) addRow(c *Conflict, i int, seed []float64, lo, hi []int64) {
	for j, s := range seed {
		if b.rowIn[i] == b.colIn[j] {
			continue
		}
		least, most := lo[j], hi[j]
		seeded := s > 0 && s <= maxSeed
		if !seeded {
			least = Nearest(least, most)
			most = least
		}
		k := i*len(seed) + j
		switch needs := b.rowIn[i] != c.ByColumn; {
		case needs && (most != 0 || seeded):
			b.elsewhere.Add(most)
			c.Caps, b.weight[k] = append(c.Caps, k), most
		case !needs && least != 0:
			b.taken.Add(least)
			c.Floors, b.weight[k] = append(c.Floors, k), least
		}
	}
}

// clip returns the sum, or the nearest number of int64.
func (s Sum) clip() int64 {
	n, ok := s.Int64()
	switch {
	case ok:
		return n
	case s.hi < 0:
		return -Unbounded
	}
	return Unbounded
}

// shortage returns the least by which totals or bounds of a loaded table would
// have to give way, for totals that may even be below what lower bounds take:
// what a circulation lacks whose arcs have these bounds (Hoffman 1960).
func (f *fit) shortage() int64 {
	x := f.box
	over := make([]Sum, f.rows+f.cols) // by row, then by column
	for i, n := range f.rowTotals {
		over[i].Add(n)
	}
	for j, n := range f.colTotals {
		over[f.rows+j].Sub(n)
	}
	for k, lo := range x.lo {
		over[k/f.cols].Sub(lo)
		over[f.rows+k%f.cols].Add(lo)
	}
	flow, want := NewFlow(f.rows+f.cols+2), Sum{}
	source, sink := f.rows+f.cols, f.rows+f.cols+1
	for k, s := range f.seed {
		if s > 0 {
			flow.AddArc(k/f.cols, f.rows+k%f.cols, min(f.room(k, 0), MaxTotal))
		}
	}
	for v, d := range over {
		n, ok := d.Int64()
		if !ok {
			return Unbounded
		}
		if n > 0 {
			want.Add(n)
			flow.AddArc(source, v, n)
		} else if n < 0 {
			flow.AddArc(v, sink, -n)
		}
	}
	if n, ok := want.Int64(); ok && n <= MaxTotal {
		return n - flow.Max(source, sink)
	}
	return Unbounded
}

// Feasible reports whether a table exists, as [SolveTable] or, for a divisor
// method, [SolveDivisor] would find it: its error is theirs. It fits nothing.
func Feasible(ctx context.Context, p Problem, method Method) error {
	if method.FirstStep() {
		p.Bounds = firstSteps{p, p.Bounds}
	}
	m := &meter{ctx: ctx}
	return within(p, m, func(p Problem, f *fit) error {
		if err := f.load(p, m); err != nil {
			return err
		}
		n := newNetwork(f)
		if net := n.fill(n.all()); net.short > 0 {
			return n.conflict(net, f.rowTotals)
		}
		return nil
	})
}
