package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// firstWalker returns the walker of the first axis's ideal cells.
func (cs *cascade) firstWalker() *walker {
	ax := cs.axes[0]
	if cs.season == nil {
		return newWalker(ax.tree, ax.static, cs.grid, cs.idealRow())
	}
	k := newWalker(ax.tree, ax.static, cs.grid, cs.season)
	k.people = true
	return k
}

// peopleStand reports whether the people's totals are fixed and the periods'
// amounts follow. Where everybody is always there, both come to the same.
func (cs *cascade) peopleStand() bool {
	return cs.rule.Fix == FixPeople && cs.axes[0].tree.partial
}

// standPeople finds the totals and the row of a goal whose people stand: a
// unit's cell follows weight × presence × ramp × the season's share of the
// period, whoever else is there; the cells together are scaled to the target,
// and a period's amount is the sum of its cells, by one cumulative split.
func (cs *cascade) standPeople(c *diag.Collector) []apportion.Fixed {
	t := cs.axes[0].tree
	cs.season = cs.seasonRow()
	ideals := make([]apportion.Fixed, len(t.nodes))
	row := make([]apportion.Fixed, len(cs.grid.pieces))
	add := func(i int32, cells []apportion.Fixed) {
		for p, x := range cells {
			ideals[i] = ideals[i].Add(x)
			row[p] = row[p].Add(x)
		}
	}
	k := cs.firstWalker()
	if t.isLeaf(0) {
		add(0, k.row())
	}
	for k.next() {
		if t.isLeaf(k.at) {
			add(k.at, k.row())
		}
	}
	for i := len(t.nodes) - 1; i > 0; i-- {
		p := t.nodes[i].parent
		ideals[p] = ideals[p].Add(ideals[i])
	}
	all := ideals[0].Big()
	if all.Sign() == 0 {
		if cs.total != 0 {
			c.Add(&diag.Fault{Code: diag.Infeasible, Path: "/goal/split/fix", Value: string(FixPeople), Bound: "nobody is there with a weight"})
		}
		return ideals
	}
	total := apportion.FixedInt(cs.total)
	for i := range ideals {
		ideals[i] = total.MulDivBig(ideals[i].Big(), all)
	}
	cs.followPeople(row, all)
	c.Add(cs.takeOdd())
	return ideals
}

// seasonRow returns each leaf period's share of the total by the time basis,
// before it is rounded.
func (cs *cascade) seasonRow() []apportion.Fixed {
	row := make([]apportion.Fixed, len(cs.grid.pieces))
	total := apportion.FixedInt(cs.total)
	for p, w := range cs.line.weights {
		if sum := cs.line.sums[0]; sum.Sign() > 0 {
			row[p] = total.MulDivBig(w, sum)
		}
	}
	return row
}

// followPeople makes the goal's row the sums of the people's cells.
func (cs *cascade) followPeople(row []apportion.Fixed, all *big.Int) {
	cs.line.weights = make([]*big.Int, len(row))
	for p, x := range row {
		cs.line.weights[p] = x.Big()
	}
	cs.line.sums = []*big.Int{all}
	cs.line.fill(cs.grid.turns[0], all, cs.total)
}
