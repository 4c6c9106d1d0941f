package salesplan

import (
	"math/big"
	"slices"
	"sort"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// An oddLayer holds what cells have beyond whole steps: where locks are off the
// step, the cells that they lock and those that carry what they leave. All else
// is divided in whole steps beside it.
//
// It counts in sub-steps, of which the step and all locks are multiples.
type oddLayer struct {
	per   int64           // sub-steps in a step
	unit  decimal.Decimal // a sub-step
	cols  int             // of the table
	cells []oddAmount     // by their places
	locks []int           // the bounds that are locks off the step
}

// An oddAmount is what a cell has beyond whole steps, above zero.
type oddAmount struct {
	at   int   // its place in the table
	odd  int64 // sub-steps, less than a step
	rule int   // the lock that fixes the cell; -1 for a cell that carries a rest
}

// newOddLayer returns an empty layer for locks off the step; nil where there
// are none.
func (cs *cascade) newOddLayer() (*oddLayer, *diag.Fault) {
	step := cs.metric.Step
	var locks []int
	for i, r := range cs.rule.Bounds {
		if r.Lock.Valid {
			if _, exact, ok := toSteps(r.Lock.Decimal, step); ok && !exact {
				locks = append(locks, i)
			}
		}
	}
	if locks == nil {
		return nil, nil
	}
	exp := step.Exponent()
	for _, i := range locks {
		exp = min(exp, cs.rule.Bounds[i].Lock.Decimal.Exponent())
	}
	common := scaled(step, exp)
	for _, i := range locks {
		x := scaled(cs.rule.Bounds[i].Lock.Decimal, exp)
		common.GCD(nil, nil, common, x.Abs(x))
	}
	per := scaled(step, exp)
	per.Quo(per, common)
	all := new(big.Int).Mul(per, big.NewInt(max(cs.total, 1)))
	if all.Cmp(big.NewInt(maxSteps)) > 0 {
		return nil, &diag.Fault{Code: diag.OutOfRange, Path: index("/goal/split/bounds", locks[0]) + "/lock",
			Value: cs.rule.Bounds[locks[0]].Lock.Decimal.String(), Bound: "9·10¹⁸ steps of " + decimal.NewFromBigInt(common, exp).String()}
	}
	return &oddLayer{per: per.Int64(), unit: decimal.NewFromBigInt(common, exp), cols: len(cs.grid.pieces), locks: locks}, nil
}

// beyond returns what an amount, above zero for the goal's sign, has beyond
// whole steps.
func (l *oddLayer) beyond(d decimal.Decimal) int64 {
	exp := min(l.unit.Exponent(), d.Exponent())
	x := scaled(d, exp)
	x.Quo(x, scaled(l.unit, exp))
	return x.Mod(x, big.NewInt(l.per)).Int64()
}

// mod brings sub-steps to 0 up to less than a step.
func (l *oddLayer) mod(n int64) int64 {
	if n %= l.per; n < 0 {
		n += l.per
	}
	return n
}

// find returns the first cell at a place or behind it.
func (l *oddLayer) find(at int) int {
	return sort.Search(len(l.cells), func(i int) bool { return l.cells[i].at >= at })
}

// on returns what a cell has, nil for one in whole steps.
func (l *oddLayer) on(at int) *oddAmount {
	if l == nil {
		return nil
	}
	if i := l.find(at); i < len(l.cells) && l.cells[i].at == at {
		return &l.cells[i]
	}
	return nil
}

// eachOdd calls f with the odd cells below a tuple of nodes.
func (cs *cascade) eachOdd(nodes []int32, f func(p int, x *oddAmount)) {
	l := cs.odd
	if l == nil || len(l.cells) == 0 {
		return
	}
	n, block := &cs.axes[0].tree.nodes[nodes[0]], cs.block(1)
	for i := l.find(int(n.leaf) * block * l.cols); i < len(l.cells) && l.cells[i].at < int(n.leafEnd)*block*l.cols; i++ {
		if x := &l.cells[i]; cs.isBelow(x.at/l.cols, nodes) {
			f(x.at%l.cols, x)
		}
	}
}

// isBelow reports whether a row of the table is below a tuple of nodes.
func (cs *cascade) isBelow(r int, nodes []int32) bool {
	for a := len(cs.axes) - 1; a >= 0; a-- {
		t := cs.axes[a].tree
		leaf := int32(r % len(t.leaves))
		r /= len(t.leaves)
		if a < len(nodes) && (leaf < t.nodes[nodes[a]].leaf || leaf >= t.nodes[nodes[a]].leafEnd) {
			return false
		}
	}
	return true
}

// oddIn returns what the cells below a tuple of nodes have beyond whole steps in
// a stretch of leaf periods, in sub-steps.
func (cs *cascade) oddIn(nodes []int32, s stretch) int64 {
	var sum int64
	cs.eachOdd(nodes, func(p int, x *oddAmount) {
		if p >= s.first && p < s.end {
			sum += x.odd
		}
	})
	return sum
}

// oddInAll returns the same below several tuples of nodes.
func (cs *cascade) oddInAll(tuples [][]int32, s stretch) int64 {
	var sum int64
	for _, nodes := range tuples {
		sum += cs.oddIn(nodes, s)
	}
	return sum
}

// oddRow returns what is below a tuple of nodes by leaf period; nil where all are in whole steps.
func (cs *cascade) oddRow(nodes []int32) []int64 {
	var row []int64
	cs.eachOdd(nodes, func(p int, x *oddAmount) {
		if row == nil {
			row = make([]int64, cs.odd.cols)
		}
		row[p] += x.odd
	})
	return row
}

// oddBelow returns a function of what lies below a node of the axis behind a
// prefix of nodes, over all the time; nil without a layer.
func (cs *cascade) oddBelow(prefix ...int32) func(n int32) int64 {
	if cs.odd == nil {
		return nil
	}
	return func(n int32) int64 {
		nodes := make([]int32, len(cs.axes))
		nodes[copy(nodes, prefix)] = n
		return cs.oddIn(nodes, cs.allTime())
	}
}

// oddOf returns that function below row r of the tuples of leaves of the first a
// axes, and what they have together.
func (cs *cascade) oddOf(a, r int) (odd func(n int32) int64, all int64) {
	if cs.odd == nil {
		return nil, 0
	}
	odd = cs.oddBelow(cs.tuple(a, r)...)
	return odd, odd(0)
}

func (cs *cascade) allTime() stretch {
	return stretch{cs.grid.whole, 0, len(cs.grid.pieces)}
}

// everything is the tuple of all roots.
func (cs *cascade) everything() []int32 { return make([]int32, len(cs.axes)) }

// per returns how many sub-steps a step has; 1 without a layer.
func (cs *cascade) per() int64 {
	if cs.odd == nil {
		return 1
	}
	return cs.odd.per
}

// wholeIn returns what is left to divide in whole steps of the goal's total in a
// recurrence.
func (cs *cascade) wholeIn(turn stretch) int64 {
	if cs.odd == nil {
		return cs.perTurn
	}
	return cs.perTurn - cs.oddIn(cs.everything(), turn)/cs.odd.per
}

// wholeTotal returns the same of the goal's total.
func (cs *cascade) wholeTotal() int64 {
	if cs.odd == nil {
		return cs.total
	}
	return cs.total - cs.oddIn(cs.everything(), cs.allTime())/cs.odd.per
}

// withOdd returns whole steps and sub-steps as an amount. One that is a multiple
// of the step has the step's decimals.
func (cs *cascade) withOdd(steps, odd int64) decimal.Decimal {
	per := cs.per()
	if odd%per == 0 {
		return fromSteps(cs.signed(steps+odd/per), cs.metric.Step)
	}
	return fromSteps(cs.signed(steps*per+odd), cs.odd.unit)
}

// noCellFor is the fault of a rest that no open cell can take.
func (cs *cascade) noCellFor(l *oddLayer, rest int64) *diag.Fault {
	lock := cs.rule.Bounds[l.locks[0]].Lock.Decimal
	return &diag.Fault{Code: diag.Infeasible, Path: index("/goal/split/bounds", l.locks[0]) + "/lock", Value: lock.String(),
		Bound: "locks leave " + fromSteps(cs.signed(rest), l.unit).String() + " beyond steps of " + cs.metric.Step.String() + ", and no open cell can take the rest"}
}

// takeOdd leaves of a row that stands what is to be divided in whole steps.
func (cs *cascade) takeOdd() *diag.Fault {
	for p, odd := range cs.oddRow(cs.everything()) {
		if cs.line.row[p] -= odd / cs.odd.per; cs.line.row[p] < 0 {
			return cs.noCellFor(cs.odd, odd)
		}
	}
	return nil
}

// text writes an amount with the decimals of the step; a multiple of the
// sub-step with as many more as it takes.
func (cs *cascade) text(amount decimal.Decimal) string {
	places := max(-cs.metric.Step.Exponent(), 0)
	if cs.odd != nil && checkAmount(amount) {
		if _, exact, _ := toSteps(amount, cs.odd.unit); exact {
			for !amount.Equal(amount.Truncate(places)) {
				places++
			}
		}
	}
	return amount.StringFixed(places)
}

// subAmount returns sub-steps as an amount.
func (cs *cascade) subAmount(n int64) decimal.Decimal {
	per := cs.per()
	return cs.withOdd(n/per, n%per)
}

// lessOdd returns an amount less sub-steps.
func (cs *cascade) lessOdd(d decimal.Decimal, odd int64) decimal.Decimal {
	if odd == 0 {
		return d
	}
	return d.Sub(fromSteps(odd, cs.odd.unit))
}

// inSubSteps returns a limit of whole steps in sub-steps, with what the layer
// has beside it.
func (cs *cascade) inSubSteps(n, odd int64) int64 {
	switch per := cs.per(); {
	case n > (maxSteps-odd)/per:
		return maxSteps
	case n < -maxSteps/per:
		return -maxSteps
	default:
		return n*per + odd
	}
}

// fit divides a total over a tree of amounts, see fitTree, as it is in the end:
// with what the layer adds to each node. The result is in steps; a conflict is
// in sub-steps.
func (cs *cascade) fit(nodes []fitNode, odd func(i int) int64, total int64) ([]*big.Rat, *fitConflict) {
	if cs.odd == nil {
		return fitTree(nodes, total)
	}
	real := slices.Clone(nodes)
	for i := range real {
		n := &real[i]
		n.lo = cs.inSubSteps(n.lo, odd(i))
		if n.hi != apportion.Unbounded {
			if n.hi = cs.inSubSteps(n.hi, odd(i)); n.hi == maxSteps {
				n.hi = apportion.Unbounded
			}
		}
	}
	out, conflict := fitTree(real, total*cs.odd.per+odd(0))
	per := new(big.Rat).SetInt64(cs.odd.per)
	for _, x := range out {
		x.Quo(x, per)
	}
	return out, conflict
}

// lessOddRat returns an amount in steps less sub-steps.
func (cs *cascade) lessOddRat(x *big.Rat, odd int64) *big.Rat {
	if odd == 0 {
		return x
	}
	return new(big.Rat).Sub(x, big.NewRat(odd, cs.odd.per))
}

// offStep is the fault of a breakdown that has amounts off the step where only
// whole steps can be divided; nil for any other.
func (b *Breakdown) offStep(path string) *diag.Fault {
	if b == nil || b.cs == nil || b.cs.odd == nil {
		return nil
	}
	return &diag.Fault{Code: diag.OffStep, Path: path, Value: amountText(b.cs.rule.Bounds[b.cs.odd.locks[0]].Lock.Decimal), Bound: b.cs.metric.Step.String()}
}

// sameOdd reports whether two breakdowns have the same beyond whole steps.
func (l *oddLayer) sameOdd(other *oddLayer) bool {
	if l == nil || other == nil {
		return l == other
	}
	return slices.EqualFunc(l.cells, other.cells, func(x, y oddAmount) bool {
		return x.at == y.at && fromSteps(x.odd, l.unit).Equal(fromSteps(y.odd, other.unit))
	})
}
