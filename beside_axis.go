package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// An axisView is a breakdown seen along one of its axes: what each of its units
// owes over all units of the others.
type axisView struct {
	b    *Breakdown
	axis int
	tree *tree
	held [][]int64 // by node; nil for the first axis, whose rows the breakdown holds
}

// along returns the view along an axis. The rows of a later axis are sums over
// all cells.
func (b *Breakdown) along(axis int) *axisView {
	w := &axisView{b: b, axis: axis, tree: b.cs.axes[axis].tree}
	if axis == 0 {
		return w
	}
	cols := len(b.cs.grid.pieces)
	w.held = make([][]int64, len(w.tree.nodes))
	for v := range w.held {
		w.held[v] = make([]int64, cols)
	}
	behind := 1
	for _, ax := range b.cs.axes[axis+1:] {
		behind *= len(ax.tree.leaves)
	}
	for r := 0; r*cols < len(b.cells); r++ {
		leaf := w.tree.leaves[r/behind%len(w.tree.leaves)]
		addRow(w.held[leaf], b.cells[r*cols:(r+1)*cols])
	}
	for v := len(w.held) - 1; v > 0; v-- {
		addRow(w.held[w.tree.nodes[v].parent], w.held[v])
	}
	return w
}

// row returns what a node owes by leaf period.
func (w *axisView) row(v int32) []int64 {
	if w.held == nil {
		return w.b.unitRow(v)
	}
	return w.held[v]
}

// name returns the id of a later axis, for JSON; "" for the first.
func (w *axisView) name() string {
	if w.axis == 0 {
		return ""
	}
	return w.b.cs.axes[w.axis].axis.ID
}

// at returns the place of a unit of the axis.
func (w *axisView) at(unit string) At {
	units := make([]string, w.axis+1)
	units[w.axis] = unit
	return At{Units: units}
}

// unitAndDays finds the unit of the axis, of which there are several nodes if it
// changes teams, and the leaf periods of a place.
func (w *axisView) unitAndDays(at At) ([]int32, stretch, error) {
	for i, id := range at.Units {
		if i != w.axis && (id != "" || i >= len(w.b.cs.axes)) {
			bound := "one unit of the first axis"
			if w.axis > 0 {
				bound = "one unit of axis " + w.b.cs.axes[w.axis].axis.ID
			}
			return nil, stretch{}, &diag.Fault{Code: diag.Mismatch, Path: "/at/units", Value: counted(len(at.Units), "unit", "units"), Bound: bound}
		}
	}
	places, s, err := w.b.locate(at)
	if err != nil {
		return nil, stretch{}, err
	}
	nodes := make([]int32, len(places))
	for i := range places {
		nodes[i] = places[i][w.axis]
	}
	return nodes, s, nil
}

// read adds up what of returns for the nodes of a unit of the axis.
func (w *axisView) read(at At, of func(v int32, days stretch) int64) (decimal.Decimal, error) {
	nodes, days, err := w.unitAndDays(at)
	if err != nil {
		return decimal.Decimal{}, err
	}
	var sum int64
	for _, v := range nodes {
		sum += of(v, days)
	}
	return w.b.decimal(sum), nil
}

// thereIn reports whether the unit of a node of the axis is there on a day of a
// stretch.
func (w *axisView) thereIn(v int32, s stretch) bool {
	nodes := make([]int32, len(w.b.cs.axes))
	nodes[w.axis] = v
	return len(w.b.cs.daysOf(nodes, s)) > 0
}

// axisNamed returns the place of an axis of the split, of "" the first; ok is
// false for none.
func (b *Breakdown) axisNamed(id string) (axis int, ok bool) {
	if id == "" {
		return 0, true
	}
	axis = slices.IndexFunc(b.cs.axes, func(ax *axisSplit) bool { return ax.axis.ID == id })
	return max(axis, 0), axis >= 0
}
