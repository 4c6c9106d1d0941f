package salesplan

import (
	"context"
	"errors"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// both divides the leaf units' totals over the leaf periods: one table with
// the totals as one margin and the goal's row as the other, seeded with the
// ideal cells.
func (cs *cascade) both(ctx context.Context) error {
	res, err := cs.solve(ctx)
	var conflict *apportion.Conflict
	if errors.As(err, &conflict) {
		// Absences make the rounded totals impossible: move some of them.
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := cs.moveTotals(); err != nil {
			return err
		}
		res, err = cs.solve(ctx)
		if errors.As(err, &conflict) {
			return diag.Faults{cs.tableFault(conflict)}
		}
	}
	if err != nil {
		return err
	}
	cs.table = res
	cs.closeLines()
	return nil
}

func (cs *cascade) solve(ctx context.Context) (*apportion.Result, error) {
	return apportion.SolveTable(ctx, apportion.Problem{
		Rows: len(cs.totals), Cols: len(cs.line.row),
		RowTotals: cs.totals, ColTotals: cs.line.row,
		Seed: newSeeder(cs, len(cs.axes)), Bounds: cs.bounder(),
	}, apportion.TableOptions{Progress: progressOf(ctx)})
}

// A seeder computes ideal cells row by row: a row is a tuple of leaf units of
// the first depth axes. It keeps the rows below the last unit of the first
// axis, so that going through them in order costs one pass.
type seeder struct {
	cs    *cascade
	depth int
	first *walker
	leaf  int // the number of the first axis's leaf whose rows are kept
	rows  [][]apportion.Fixed
}

func newSeeder(cs *cascade, depth int) *seeder {
	return &seeder{cs: cs, depth: depth, leaf: -1}
}

// Row implements [apportion.Seeder].
func (s *seeder) Row(i int, dst []float64) {
	for p, x := range s.fixed(i) {
		dst[p] = x.Float()
	}
}

// fixed returns row i; it is overwritten by the next call.
func (s *seeder) fixed(i int) []apportion.Fixed {
	block := 1
	for _, ax := range s.cs.axes[1:s.depth] {
		block *= len(ax.tree.leaves)
	}
	if leaf := i / block; leaf != s.leaf {
		s.open(leaf)
	}
	return s.rows[i%block]
}

// open computes the rows below one leaf of the first axis.
func (s *seeder) open(leaf int) {
	ax := s.cs.axes[0]
	node := ax.tree.leaves[leaf]
	if s.first == nil || s.first.at > node {
		s.first = s.cs.firstWalker()
		s.first.to(node)
	}
	for s.first.at < node {
		s.first.next()
	}
	s.leaf = leaf
	s.rows = append(s.rows[:0], s.first.row())
	if own := s.cs.own; own != nil {
		if row := own.row(s.cs, node); row != nil {
			s.rows[0] = row
		}
	}
	var none diag.Collector // weights were checked when totals were made
	for a := 1; a < s.depth; a++ {
		below := s.cs.axes[a]
		var next [][]apportion.Fixed
		for r, row := range s.rows {
			prefix := s.cs.tuple(a, leaf*len(s.rows)+r)
			k := newWalker(below.tree, below.weighting(prefix, &none), s.cs.grid, row)
			if below.tree.isLeaf(0) {
				next = append(next, slices.Clone(k.row()))
			}
			for k.next() {
				if below.tree.isLeaf(k.at) {
					next = append(next, slices.Clone(k.row()))
				}
			}
		}
		s.rows = next
	}
}

// cross divides the totals of the first axis's leaves over the leaves of the
// second: one table of both totals. The second axis's totals are the sums of
// the ideal cells, rounded down its own tree.
//
// What it went by is kept, so that the totals can be explained.
func (cs *cascade) cross(ctx context.Context) error {
	ax := cs.axes[1]
	t := ax.tree
	people := len(cs.totals)
	sums := make([]apportion.Fixed, len(t.nodes))
	seed := matrixSeed{cols: len(t.leaves), cells: make([]float64, 0, people*len(t.leaves))}
	seeds := newSeeder(cs, 1)
	var c diag.Collector
	for r, total := range cs.totals {
		if err := ctx.Err(); err != nil {
			return err
		}
		w := ax.weighting(cs.tuple(1, r), &c)
		if c.Len() > 0 {
			return c.Err()
		}
		_, all := cs.oddOf(1, r)
		ideals, err := cs.idealsBelow(ax, w, seeds, r, total+all/cs.per())
		if err != nil {
			return err
		}
		for i, x := range ideals {
			sums[i] = sums[i].Add(x)
		}
		for _, leaf := range t.leaves {
			seed.cells = append(seed.cells, ideals[leaf].Float())
		}
	}
	sums[0] = apportion.FixedInt(cs.total)
	problem := apportion.Problem{Rows: people, Cols: len(t.leaves), RowTotals: cs.totals, Seed: seed}
	if cs.bounds != nil {
		pairs := cs.pairLimits()
		bounded, err := cs.boundUnits(ax, sums, cs.bounds.lines, pairs.byLine(), cs.oddBelow(0), cs.wholeTotal())
		if err != nil {
			return err
		}
		sums = bounded
		if pairs != nil {
			problem.Bounds = pairs
		}
	}
	lines := roundDown(t, sums, cs.wholeTotal())
	cs.lines = &lineTotals{ideals: sums, rounded: lines}
	problem.ColTotals = leavesOf(t, lines)
	res, err := apportion.SolveTable(ctx, problem, apportion.TableOptions{})
	var conflict *apportion.Conflict
	if errors.As(err, &conflict) {
		var moved []int64
		if cs.bounds != nil {
			moved = cs.moveCrossing(ax, lines, seed)
		} else {
			moved, _ = cs.moveLines(ax, sums, lines, seed)
		}
		if moved == nil {
			return diag.Faults{cs.crossingFault(conflict, problem)}
		}
		problem.RowTotals, problem.ColTotals = cs.totals, leavesOf(t, moved)
		res, err = apportion.SolveTable(ctx, problem, apportion.TableOptions{})
		if errors.As(err, &conflict) {
			return diag.Faults{cs.crossingFault(conflict, problem)}
		}
	}
	if err != nil {
		return err
	}
	cs.crossed = &crossing{res: res, seed: seed, bounds: problem.Bounds}
	cs.totals = slices.Clone(res.Amounts) // which may yet move
	return nil
}

// A crossing is the table of the first two axes' leaf totals.
type crossing struct {
	res    *apportion.Result
	seed   matrixSeed
	bounds apportion.Bounder // nil for none
}

// lineTotals are the totals of the second axis's nodes over the whole first
// axis: ideal, rounded down the tree, and as they came out in the end.
type lineTotals struct {
	ideals  []apportion.Fixed
	rounded []int64
	amounts []int64
}

// closeLines adds up the second axis's totals and names those that are not as
// they were rounded.
func (cs *cascade) closeLines() {
	if cs.lines == nil {
		return
	}
	t := cs.axes[1].tree
	sums := make([]int64, len(t.nodes))
	below := cs.block(2)
	for r, x := range cs.totals {
		sums[t.leaves[r/below%len(t.leaves)]] += x
	}
	for i := len(sums) - 1; i > 0; i-- {
		sums[t.nodes[i].parent] += sums[i]
	}
	cs.lines.amounts = sums
	for i, x := range sums {
		if by := x - cs.lines.rounded[i]; by != 0 {
			cs.foundMoved(diag.Subject{Kind: "unit", ID: t.nodes[i].id}, by)
		}
	}
}

func leavesOf(t *tree, totals []int64) []int64 {
	out := make([]int64, len(t.leaves))
	for i, leaf := range t.leaves {
		out[i] = totals[leaf]
	}
	return out
}

// A matrixSeed is a seed that is held as a matrix.
type matrixSeed struct {
	cols  int
	cells []float64
}

// Row implements [apportion.Seeder].
func (m matrixSeed) Row(i int, dst []float64) { copy(dst, m.cells[i*m.cols:]) }
