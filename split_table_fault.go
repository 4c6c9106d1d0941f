package salesplan

import (
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// conflictFault says which rows need more than which columns hold, or the
// other way round, which bounds count in it, and by how much it misses.
func (t *Table) conflictFault(k *apportion.Conflict) *diag.Fault {
	w := conflictText{t: t, k: k, needAt: k.Rows, needIDs: t.rowIDs, holdAt: k.Cols, holdIDs: t.colIDs}
	if k.ByColumn {
		w.needAt, w.needIDs, w.holdAt, w.holdIDs = w.holdAt, w.holdIDs, w.needAt, w.needIDs
	}
	f := &diag.Fault{Code: diag.Infeasible, Path: w.path()}
	taken, elsewhere := w.blockOf(k.Floors, k.Taken), w.blockOf(k.Caps, k.Elsewhere)
	needs, holds := lineWord(k.ByColumn), lineWord(!k.ByColumn)
	short := ", short by " + amountText(fromSteps(k.Short(), t.step))
	switch {
	case len(w.needAt) == 0:
		f.Bound = holds + " " + listed(w.holdAt, w.holdIDs) + " has " + w.text(t.sum(k.ByColumn, w.holdAt)) + short
	case len(w.holdAt) == 0 && len(k.Caps) == 0:
		f.Bound = "no " + holds + " is open to them" + short
	case len(w.holdAt) == 0:
		f.Bound = w.bounds(k.Caps) + " allows at most " + w.text(elsewhere) + short
		elsewhere = decimal.Zero
	default:
		f.Bound = holds + "s " + listed(w.holdAt, w.holdIDs) + " hold at most " + w.text(t.sum(k.ByColumn, w.holdAt)) + short
	}
	clause := func(bound string) { f.Bound += "; " + bound }
	if len(w.needAt) == 0 {
		f.Value = w.bounds(k.Floors) + " takes " + w.text(taken)
	} else {
		f.Value = needs + "s " + listed(w.needAt, w.needIDs) + " need " + w.text(t.sum(!k.ByColumn, w.needAt))
		if !taken.IsZero() {
			clause(w.bounds(k.Floors) + " takes " + w.text(taken))
		}
	}
	if !elsewhere.IsZero() && len(k.Caps) > 0 {
		clause(w.bounds(k.Caps) + " allows " + w.text(elsewhere) + " elsewhere")
	}
	if k.Amount != k.Short() {
		clause("over all conflicts " + amountText(fromSteps(k.Amount, t.step)) + " must give way")
	}
	return f
}

// lineWord returns what a line of the table is called.
func lineWord(isColumn bool) string {
	if isColumn {
		return "column"
	}
	return "row"
}

// conflictText writes a conflict. Lines at needAt need more than those at
// holdAt have.
type conflictText struct {
	t              *Table
	k              *apportion.Conflict
	needAt, holdAt []int
	needIDs        []string
	holdIDs        []string
}

// text writes an amount of the mirror above zero as it was given.
func (w *conflictText) text(d decimal.Decimal) string {
	return amountText(d.Mul(decimal.NewFromInt(w.t.sign)))
}

// sum adds up the totals of rows or columns.
func (t *Table) sum(rows bool, at []int) decimal.Decimal {
	totals := t.cols
	if rows {
		totals = t.rows
	}
	var s apportion.Sum
	for _, i := range at {
		s.Add(totals[i])
	}
	return fromBigSteps(s.Big(), t.step)
}

// blockOf returns what cells have in steps, and what they have beyond them.
func (w *conflictText) blockOf(cells []int, steps int64) decimal.Decimal {
	out := fromSteps(steps, w.t.step)
	for _, k := range cells {
		if o := w.t.bounds.oddAt(k); o != nil {
			out = out.Add(o.odd)
		}
	}
	return out
}

// kind returns what a cell's bound is called.
func (w *conflictText) kind(k int, floor bool) string {
	if w.t.bounds.lockedAt(k) {
		return "lock"
	}
	if floor == (w.t.sign > 0) {
		return "min"
	}
	return "max"
}

// path names the input that conflicts with the totals: bounds if some count,
// else the seed.
func (w *conflictText) path() string {
	kinds := map[string]bool{} // looked up only, never walked
	for _, k := range w.k.Floors {
		kinds[w.kind(k, true)] = true
	}
	for _, k := range w.k.Caps {
		kinds[w.kind(k, false)] = true
	}
	switch {
	case w.t.method.engine().FirstStep():
		return "/method"
	case kinds["min"]:
		return "/min"
	case kinds["max"]:
		return "/max"
	case kinds["lock"]:
		return "/lock"
	}
	return "/seed"
}

// bounds names the bounds of the first few of many cells.
func (w *conflictText) bounds(cells []int) string {
	floor := len(cells) > 0 && len(w.k.Floors) > 0 && &cells[0] == &w.k.Floors[0]
	const few = 3
	var names []string
	for n, k := range cells {
		if n == few {
			break
		}
		row, col := listed([]int{k / len(w.t.cols)}, w.t.rowIDs), listed([]int{k % len(w.t.cols)}, w.t.colIDs)
		names = append(names, w.kind(k, floor)+" ("+row+", "+col+")")
	}
	out := strings.Join(names, ", ")
	if len(cells) > few {
		out += " and " + strconv.Itoa(len(cells)-few) + " more"
	}
	return out
}
