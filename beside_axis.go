package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
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

// unitAndDays finds the unit of the axis and the leaf periods of a place.
func (w *axisView) unitAndDays(at At) (int32, stretch, error) {
	for i, id := range at.Units {
		if i != w.axis && (id != "" || i >= len(w.b.cs.axes)) {
			given := counted(len(at.Units), "unit", "units")
			if w.axis > 0 {
				return 0, stretch{}, &diag.Fault{Code: diag.Mismatch, Path: "/at/units", Value: given, Bound: "one unit of axis " + w.b.cs.axes[w.axis].axis.ID}
			}
			return 0, stretch{}, &diag.Fault{Code: diag.Mismatch, Path: "/at/units", Value: given, Bound: "one unit of the first axis"}
		}
	}
	nodes, s, err := w.b.locate(at)
	if err != nil {
		return 0, stretch{}, err
	}
	return nodes[w.axis], s, nil
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
