package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// again rebuilds what became of a breakdown since it was first issued.
func (r *issuedReader) again(g *issuedGoal, b *Breakdown, path string) *Breakdown {
	if g.Kind == KindStock && len(g.Replans) > 0 {
		r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/replans", Bound: "not of a stock"})
		return nil
	}
	for i := range g.Replans {
		if b == nil {
			return nil
		}
		b = r.replan(&g.Replans[i], b, index(path+"/replans", i))
	}
	return b
}

// replan rebuilds one re-plan; nil beside faults.
func (r *issuedReader) replan(x *issuedReplan, before *Breakdown, path string) *Breakdown {
	count := r.c.Len()
	cs := r.replanned(x, before, path)
	if cs == nil {
		return nil
	}
	c := &replan{before: before, asOf: x.AsOf, shortfall: x.Shortfall, surplus: x.Surplus, leaver: x.Leaver, cols: len(cs.grid.pieces)}
	under := 0
	for p, piece := range cs.grid.pieces {
		if !piece.Last.After(x.AsOf) {
			c.closed = p + 1
		} else if !piece.First.After(x.AsOf) {
			under = 1
		}
	}
	if last := before.change; last != nil && x.AsOf.Before(last.asOf) {
		r.c.Add(&diag.Fault{Code: diag.Order, Path: path + "/asOf", Value: x.AsOf.String(), Bound: last.asOf.String()})
	}
	rows := cs.block(0)
	for _, step := range []func(*issuedReplan, *replan, *cascade, string){
		r.vacant, r.old,
		func(x *issuedReplan, c *replan, _ *cascade, path string) {
			c.handed = r.unlessZero(x.Handed, path+"/handed", rows*c.closed)
			c.waived = r.unlessZero(x.Waived, path+"/waived", rows*c.closed)
			c.past = r.reached(x, path, rows, c.closed+under, cs.metric.Step)
		},
		r.pools, r.moved,
	} {
		if step(x, c, cs, path); r.c.Len() > count {
			return nil
		}
	}
	b := newBreakdown(cs)
	b.change = c
	r.sums(b, &issuedState{Row: x.Row}, path)
	if r.c.Len() > count {
		return nil
	}
	return b
}

// replanned rebuilds the goal, the periods and the trees of a re-plan.
func (r *issuedReader) replanned(x *issuedReplan, before *Breakdown, path string) *cascade {
	count := r.c.Len()
	was := before.cs
	cs := &cascade{req: CascadeRequest{Goal: x.Goal, Metric: x.Metric, Fiscal: was.req.Fiscal}, metric: x.Metric, findings: x.Findings, grid: was.grid}
	if x.Goal.Split != nil {
		cs.rule = *x.Goal.Split
	}
	state := &issuedState{Goal: x.Goal, Metric: x.Metric, Fiscal: was.req.Fiscal, Grown: x.Grown, Axes: x.Axes}
	if r.goal(cs, state, path); r.c.Len() > count {
		return nil
	}
	cs.negative = was.negative || cs.negative
	whole, err := was.req.Fiscal.Parse(x.Goal.Period)
	if err != nil || whole != was.grid.whole || x.Goal.Every != was.req.Goal.Every || x.Goal.ID != was.req.Goal.ID ||
		!x.Metric.Step.Equal(was.metric.Step) || !slices.Equal(sortedGrains(cs.rule.Grains, x.Goal.Every), was.grid.grains) {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/goal", Value: x.Goal.ID, Bound: "the goal that was first issued"})
		return nil
	}
	if r.axes(cs, state, path); r.c.Len() > count {
		return nil
	}
	if r.size(cs, state, path); r.c.Len() > count {
		return nil
	}
	cs.setLimits()
	return cs
}

// vacant reads which lines are vacant.
func (r *issuedReader) vacant(x *issuedReplan, c *replan, cs *cascade, path string) {
	for range cs.axes {
		c.vacant = append(c.vacant, map[int32]bool{})
	}
	list := r.ints(x.Vacant, path+"/vacant", -1)
	if len(list)%2 != 0 {
		list = []int64{-1, -1}
	}
	for i := 0; i < len(list); i += 2 {
		a, n := list[i], list[i+1]
		if a < 0 || a >= int64(len(cs.axes)) || n < 0 || n >= int64(len(cs.axes[a].tree.nodes)) || !cs.axes[a].tree.isLeaf(int32(n)) {
			r.c.Add(&diag.Fault{Code: diag.Unknown, Path: path + "/vacant", Value: strconv.FormatInt(n, 10), Bound: "leaves of the axes"})
			return
		}
		c.vacant[a][int32(n)] = true
	}
}

// old reads which rows are those of the targets before: each of theirs once.
func (r *issuedReader) old(x *issuedReplan, c *replan, cs *cascade, path string) {
	list := r.ints(x.Old, path+"/old", cs.block(0))
	before := c.before.cs.block(0)
	seen := make([]bool, before)
	for _, k := range list {
		if k < -1 || k >= int64(before) || k >= 0 && seen[k] {
			r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/old", Value: strconv.FormatInt(k, 10), Bound: "each row of the targets before once"})
			return
		}
		if k >= 0 {
			seen[k] = true
		}
		c.old = append(c.old, int32(k))
	}
	if slices.Contains(seen, false) {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/old", Bound: "each row of the targets before once"})
	}
}

// unlessZero reads numbers that are left out where all are 0.
func (r *issuedReader) unlessZero(p packed, path string, want int) []int64 {
	if p == nil {
		return make([]int64, want)
	}
	xs := r.ints(p, path, want)
	if _, ok := sizeOf(xs); !ok {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: stepsInAll})
	}
	return xs
}

// reached reads what actuals came to.
func (r *issuedReader) reached(x *issuedReplan, path string, rows, cols int, step decimal.Decimal) *pastActuals {
	a := &pastActuals{cols: cols, unit: step, per: 1, known: make([]bool, cols)}
	a.steps = r.unlessZero(x.Reached, path+"/reached", rows*cols)
	if x.Rests != nil {
		a.unit = x.Unit
		n, exact, ok := int64(0), false, false
		if checkAmount(x.Unit) && x.Unit.Sign() > 0 {
			n, exact, ok = toSteps(step, x.Unit)
		}
		if !ok || !exact || n < 2 {
			r.c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/unit", Value: diag.Clip(x.Unit.String()), Bound: "a part of the step"})
			return nil
		}
		a.per = n
		a.rests = r.ints(x.Rests, path+"/rests", rows*cols)
		if slices.ContainsFunc(a.rests, func(x int64) bool { return x < 0 || x >= n }) {
			r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/rests", Bound: "less than a step"})
		}
	}
	for _, p := range r.ints(x.Known, path+"/known", -1) {
		if p < 0 || p >= int64(cols) {
			r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/known", Value: strconv.FormatInt(p, 10), Bound: counted(cols, "period", "periods")})
			return nil
		}
		a.known[p] = true
	}
	if x.Apart != nil {
		a.beside = *x.Apart
	}
	return a
}

// pools reads what was divided.
func (r *issuedReader) pools(x *issuedReplan, c *replan, cs *cascade, path string) {
	tables := make([]*apportion.Result, len(x.Tables))
	for i := range x.Tables {
		if tables[i] = r.poolTable(&x.Tables[i], index(path+"/tables", i)); tables[i] == nil {
			return
		}
	}
	list := r.ints(x.Pools, path+"/pools", -1)
	codes := reasonCodes()
	for i := 0; i < len(list); i += poolNumbers {
		if len(list)-i < poolNumbers {
			r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/pools", Bound: "seven numbers for each"})
			return
		}
		n := list[i : i+poolNumbers]
		ok := n[0] >= 0 && n[0] < int64(2*len(codes)) && n[2] >= 0 && n[2] < int64(len(cs.axes)) && n[3] >= 0 && n[4] >= 0 && n[5] >= 0 &&
			n[6] >= -1 && n[6] < int64(len(tables))
		if !ok || n[1] < -1 || n[1] >= int64(len(cs.axes[n[2]].tree.nodes)) || n[6] < 0 && n[5] == 0 && n[3] > 0 && n[4] > 0 {
			r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/pools", Value: "pool " + strconv.Itoa(i/poolNumbers), Bound: "reason, unit, axis, amounts from 0 up, table"})
			return
		}
		k := pool{reason: codes[n[0]/2], take: n[0]%2 == 1, about: int32(n[1]), axis: int32(n[2]), amount: n[3], num: n[4], den: n[5]}
		if n[6] >= 0 {
			k.table = tables[n[6]]
			k.cols = int32(len(k.table.ColFactor))
		}
		c.pools = append(c.pools, k)
	}
}

func (r *issuedReader) poolTable(t *issuedPoolTable, path string) *apportion.Result {
	count := r.c.Len()
	res := &apportion.Result{Shift: t.Shift}
	res.RowFactor, res.ColFactor = r.floats(t.Rows, path+"/rowFactors", -1), r.floats(t.Columns, path+"/columnFactors", -1)
	if r.c.Len() > count {
		return nil
	}
	if t.Shift > 62 || len(res.ColFactor) == 0 {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: "a shift up to 62, and columns"})
		return nil
	}
	if res.Fitted = r.ints(t.Fitted, path+"/fitted", len(res.RowFactor)*len(res.ColFactor)); r.c.Len() > count {
		return nil
	}
	return res
}

// moved reads what each cell had of each pool, and brings the cells of the
// targets before up to it.
func (r *issuedReader) moved(x *issuedReplan, c *replan, cs *cascade, path string) {
	rows, open := len(c.old), int64(c.cols-c.closed)
	cells := make([]int64, rows*c.cols)
	for i, k := range c.old {
		if k >= 0 {
			copy(cells[i*c.cols:(i+1)*c.cols], c.before.cells[int(k)*c.cols:])
		}
	}
	list := r.ints(x.Parts, path+"/parts", -1)
	bad := func(i int, bound string) {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/parts", Value: "part " + strconv.Itoa(i/partNumbers), Bound: bound})
	}
	parts := make([]poolPart, 0, len(list)/partNumbers)
	last := int64(0)
	for i := 0; i < len(list); i += partNumbers {
		if len(list)-i < partNumbers {
			bad(i, "six numbers for each")
			return
		}
		n := list[i : i+partNumbers]
		if n[0] < 0 || n[0] >= int64(rows)*open || n[0]/max(open, 1) < last || n[1] < 0 || n[1] >= int64(len(c.pools)) || n[2] < 0 || n[3] <= 0 || n[3] > maxSteps || n[4] < -1 {
			bad(i, "a cell, row by row, a pool, a weight and an amount")
			return
		}
		last = n[0] / open
		k := &c.pools[n[1]]
		if n[5] < 0 || n[5] > 1<<30 || k.table != nil && n[5] >= int64(len(k.table.Fitted)) {
			bad(i, "a place in its table")
			return
		}
		part := poolPart{cell: int32(n[0]), pool: int32(n[1]), weight: n[2], amount: n[3], room: n[4], at: int32(n[5])}
		if part.room < 0 {
			part.room = apportion.Unbounded
		}
		cell := &cells[last*int64(c.cols)+int64(c.closed)+n[0]%open]
		if k.take {
			*cell -= part.amount
		} else if *cell += part.amount; *cell > maxSteps {
			bad(i, stepsInAll)
			return
		}
		if *cell < -maxSteps {
			bad(i, stepsInAll)
			return
		}
		parts = append(parts, part)
	}
	if _, ok := sizeOf(cells); !ok || slices.ContainsFunc(cells, func(x int64) bool { return x < 0 }) {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/parts", Bound: stepsInAll})
		return
	}
	if open == 0 {
		open = 1
	}
	c.parts, c.starts = parts, make([]int32, rows+1)
	for _, x := range parts {
		c.starts[int64(x.cell)/open+1]++
	}
	for i := range rows {
		c.starts[i+1] += c.starts[i]
	}
	cs.table = &apportion.Result{Amounts: cells, Converged: true}
}
