package salesplan

import (
	"cmp"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A partDiff compares the results of one goal; one side may be nil.
type partDiff struct {
	old, now *diffSide
	q        Query
}

// A diffSlot is a period of a grain, and where each side has it.
type diffSlot struct {
	grain        calendar.Grain
	period       calendar.Period
	inOld, inNow bool
	atOld, atNow stretch

	leafOld, leafNow bool // the grain is the side's finest
}

// A diffRun is one walk.
type diffRun struct {
	*partDiff
	slots []diffSlot
	whole bool // equal leaf periods, steps and signs: equal rows need no look at the periods

	yield      func(Difference) bool
	oldAmounts stepWriter
	newAmounts stepWriter
	bufs       [2][]int64
}

// run yields the differences; false if the loop ended.
func (d *partDiff) run(yield func(Difference) bool) bool {
	r := &diffRun{partDiff: d, yield: yield, slots: d.slots()}
	if d.old != nil {
		r.oldAmounts.step = d.old.frame.cs.metric.Step
	}
	if d.now != nil {
		r.newAmounts.step = d.now.frame.cs.metric.Step
	}
	if d.old != nil && d.now != nil {
		a, b := d.old.frame.cs, d.now.frame.cs
		r.whole = slices.Equal(a.grid.pieces, b.grid.pieces) && slices.Equal(a.grid.grains, b.grid.grains) &&
			a.metric.Step.Equal(b.metric.Step) && a.negative == b.negative && d.now.rate == nil && a.odd == nil && b.odd == nil
	}
	return r.ofNow() && r.ofOld()
}

// slots are the periods that the query chooses, each with its place on both
// sides, from the coarsest grain.
func (d *partDiff) slots() []diffSlot {
	type key struct {
		grain  calendar.Grain
		period calendar.Period
	}
	at := map[key]int{}
	var out []diffSlot
	put := func(s *diffSide, set func(slot *diffSlot, st stretch, finest bool)) {
		if s == nil {
			return
		}
		grains := s.frame.cs.grid.grains
		for i, grain := range append([]calendar.Grain{GrainGoal}, grains...) {
			finest := i == len(grains)
			if d.q.Grain != "" && grain != d.q.Grain || d.q.LeafOnly && !finest {
				continue
			}
			for _, st := range s.frame.stretchesOf(grain) {
				if !d.q.Period.IsZero() && !d.q.Period.Covers(st.Period) {
					continue
				}
				k, known := at[key{grain, st.Period}]
				if !known {
					k = len(out)
					at[key{grain, st.Period}] = k
					out = append(out, diffSlot{grain: grain, period: st.Period})
				}
				set(&out[k], st, finest)
			}
		}
	}
	put(d.now, func(slot *diffSlot, st stretch, finest bool) { slot.inNow, slot.atNow, slot.leafNow = true, st, finest })
	put(d.old, func(slot *diffSlot, st stretch, finest bool) { slot.inOld, slot.atOld, slot.leafOld = true, st, finest })
	slices.SortStableFunc(out, func(a, b diffSlot) int {
		if a.grain != b.grain {
			return cmp.Or(cmp.Compare(rankOf(a.grain), rankOf(b.grain)), cmp.Compare(a.grain, b.grain))
		}
		return cmp.Or(a.period.First.Sub(b.period.First), a.period.Last.Sub(b.period.Last))
	})
	return out
}

// rankOf is a grain's rank, that of the whole period being the lowest.
func rankOf(g calendar.Grain) int {
	if g == GrainGoal {
		return -1
	}
	return g.Rank()
}

// ofNow yields the differences of the rows that are chosen in the new result.
func (r *diffRun) ofNow() bool {
	if r.now == nil || r.now.sel == nil {
		return true
	}
	more := true
	var there []int32
	if r.old != nil {
		there = make([]int32, len(r.old.frame.cs.axes))
	}
	r.now.sel.walk(func(nodes []int32, last int) bool {
		if !r.now.sel.takes(nodes, last) {
			return true
		}
		other := there
		if r.old != nil && !r.old.lookUp(r.now, nodes, there) {
			other = nil
		}
		more = r.tuple(nodes, last, other, -1)
		return more
	})
	return more
}

// ofOld yields those of the rows that are chosen in the old result only.
func (r *diffRun) ofOld() bool {
	if r.old == nil || r.old.sel == nil {
		return true
	}
	more := true
	var there []int32
	if r.now != nil {
		there = make([]int32, len(r.now.frame.cs.axes))
	}
	r.old.sel.walk(func(nodes []int32, last int) bool {
		if !r.old.sel.takes(nodes, last) {
			return true
		}
		if r.now == nil || !r.now.lookUp(r.old, nodes, there) {
			more = r.tuple(nil, -1, nodes, last)
			return more
		}
		at, visited := r.now.frame.visits(there)
		if visited && r.now.sel != nil && r.now.sel.takes(there, at) {
			return true // said already
		}
		more = r.tuple(there, at, nodes, last)
		return more
	})
	return more
}

// tuple yields the differences of one tuple of units, whose nodes are nil on a
// side that doesn't have it. A last axis below 0 is to be found out.
func (r *diffRun) tuple(now []int32, lastNow int, old []int32, lastOld int) bool {
	var a, b []int64
	if old != nil {
		a = r.old.amounts(old, r.bufs[0])
		r.keep(0, a, r.old)
	}
	if now != nil {
		b = r.now.amounts(now, r.bufs[1])
		r.keep(1, b, r.now)
	}
	if old != nil && now != nil && r.whole && slices.Equal(a, b) {
		return true
	}
	row := diffRow{r: r, now: now, old: old, lastNow: lastNow, lastOld: lastOld}
	if old != nil {
		row.odd[0] = r.old.frame.cs.oddRow(old)
	}
	if now != nil {
		row.odd[1] = r.now.frame.cs.oddRow(now)
	}
	for i := range r.slots {
		if !row.slot(&r.slots[i], a, b) {
			return false
		}
	}
	return true
}

// keep holds on to the memory of sums that a side has made for itself.
func (r *diffRun) keep(i int, amounts []int64, s *diffSide) {
	if s.stock != nil {
		r.bufs[i] = amounts
	}
}

// A diffRow is a tuple of units of which differences are found. What they have
// in common is only made if there are any.
type diffRow struct {
	r                *diffRun
	now, old         []int32
	lastNow, lastOld int

	made bool
	d    Difference
	leaf [2]bool    // of old and now
	odd  [2][]int64 // what each has beyond whole steps, by leaf period

	oldUnits, oldParents []string // of a rate
}

func (row *diffRow) slot(slot *diffSlot, a, b []int64) bool {
	r := row.r
	inOld, inNow := slot.inOld && row.old != nil, slot.inNow && row.now != nil
	if !inOld && !inNow {
		return true
	}
	var was, is int64
	if inOld {
		was = r.old.steps(a, slot.atOld)
	}
	if inNow {
		is = r.now.steps(b, slot.atNow)
	}
	if inOld && inNow && r.whole && was == is {
		return true
	}
	row.make()
	d := row.d
	d.Grain, d.Period, d.Kind = slot.grain, slot.period, ChangeChanged
	if inOld {
		d.Old = decimal.NewNullDecimal(r.old.beyond(r.oldAmounts.amount(was), row.odd[0], slot.atOld))
		d.OldRate = r.old.rateAt(row.oldUnits, row.oldParents, slot.period)
		d.Leaf = row.leaf[0] && slot.leafOld
	}
	if inNow {
		d.New = decimal.NewNullDecimal(r.now.beyond(r.newAmounts.amount(is), row.odd[1], slot.atNow))
		d.NewRate = r.now.rateAt(d.Units, d.Parents, slot.period)
		d.Leaf = row.leaf[1] && slot.leafNow
	}
	switch {
	case !inOld:
		d.Kind = ChangeAdded
	case !inNow:
		d.Kind = ChangeRemoved
	case d.Old.Decimal.Equal(d.New.Decimal) && sameRate(d.OldRate, d.NewRate):
		return true
	}
	return r.yield(d)
}

func sameRate(a, b decimal.NullDecimal) bool {
	return a.Valid == b.Valid && (!a.Valid || a.Decimal.Equal(b.Decimal))
}

// make fills in what the row's differences have in common.
func (row *diffRow) make() {
	if row.made {
		return
	}
	row.made = true
	shown, nodes, last := row.r.now, row.now, row.lastNow
	if nodes == nil {
		shown, nodes, last = row.r.old, row.old, row.lastOld
	}
	head := shown.frame.head(nodes, last)
	row.d = Difference{Goal: shown.goal, Units: head.Units, Parents: head.Parents, Axis: head.Axis, Parent: head.Parent, Level: head.Level, frame: shown.frame}
	if row.now != nil {
		row.leaf[1] = shown.frame.isLeafTuple(row.now)
	}
	if row.old == nil {
		return
	}
	row.leaf[0] = row.r.old.frame.isLeafTuple(row.old)
	if row.lastOld < 0 {
		row.lastOld, _ = row.r.old.frame.visits(row.old)
	}
	if row.r.old.rate != nil {
		was := row.r.old.frame.head(row.old, row.lastOld)
		row.oldUnits, row.oldParents = was.Units, was.Parents
	}
	if parent := row.r.old.frame.parentOf(row.old, row.lastOld); row.now != nil && parent != head.Parent {
		row.d.OldParent = parent
	}
}
