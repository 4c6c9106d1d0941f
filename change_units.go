package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// resolve puts the axis of a unit into a path that begins with "units", and
// makes an entry for a unit that only a table has.
func (e *edit) resolve(tokens []string, value *document.Node) ([]string, *diag.Fault) {
	axes := e.root.child("axes")
	if axes == nil || len(tokens) < 2 {
		return tokens, nil
	}
	if tokens[0] == "units" {
		axis, f := e.axisOf(axes.value, tokens[1], value, len(tokens) == 2)
		if f != nil {
			return nil, f
		}
		if _, read := e.homes[tokens[1]]; read && value == nil && len(tokens) == 2 {
			return nil, tableUnitFault(tokens[1]) // what the plan says of it may go, but not the unit
		}
		tokens = slices.Concat([]string{"axes", axis.name}, tokens)
	}
	if tokens[0] != "axes" || len(tokens) < 4 || tokens[2] != "units" {
		return tokens, nil
	}
	return tokens, e.refine(axes.value, tokens, value != nil || len(tokens) > 4)
}

// axisOf finds the axis of a unit, or that on which a new one is to stand.
func (e *edit) axisOf(axes *editable, id string, value *document.Node, whole bool) (*child, *diag.Fault) {
	if axis := e.home(axes, id); axis != nil {
		return axis, nil
	}
	if !whole || value == nil || value.Kind != document.Object {
		return nil, e.noUnit(axes, id, "/path")
	}
	if parent := value.Get("parent"); parent != nil {
		if axis := e.home(axes, parent.Text); axis != nil {
			return axis, nil
		}
		return nil, e.noUnit(axes, parent.Text, "/new/parent")
	}
	if axes.first != nil && axes.first == axes.last {
		return axes.first, nil
	}
	return nil, &diag.Fault{Code: diag.Required, Path: "/path", Value: id, Bound: "the parent, or the place /axes/AXIS/units/ID"}
}

// home returns the axis that has a unit.
func (e *edit) home(axes *editable, id string) *child {
	axes.open()
	e.readHomes()
	for c := axes.first; c != nil; c = c.next {
		if units := c.value.child("units"); units != nil && units.value.child(id) != nil && units.value.child(id).name == id {
			return c
		}
	}
	if i, ok := e.homes[id]; ok {
		return axes.child(e.plan.Axes[i].ID)
	}
	return nil
}

// noUnit is the fault of a unit that no axis has.
func (e *edit) noUnit(axes *editable, id, path string) *diag.Fault {
	const most = 2000
	var names []string
	for c := axes.first; c != nil; c = c.next {
		if units := c.value.child("units"); units != nil {
			units.value.open()
			names = append(names, units.value.names()...)
		}
	}
	for i := range e.plan.Axes {
		for _, u := range e.plan.Axes[i].read {
			names = append(names, u.id)
		}
	}
	return &diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: "the units", Near: diag.Nearest(id, names[:min(len(names), most)])}
}

func tableUnitFault(id string) *diag.Fault {
	return &diag.Fault{Code: diag.Conflict, Path: "/path", Value: id, Bound: "the axis's table has this unit"}
}

// readHomes notes the axes of units from tables.
func (e *edit) readHomes() {
	if e.homes != nil {
		return
	}
	e.homes = map[string]int{}
	for i := range e.plan.Axes {
		for _, u := range e.plan.Axes[i].read {
			e.homes[u.id] = i
		}
	}
}

// refine makes an entry for a unit that only a table has, so that its fields
// can be set. Such a unit can't be taken away.
func (e *edit) refine(axes *editable, tokens []string, sets bool) *diag.Fault {
	axis, id := axes.child(tokens[1]), tokens[3]
	if axis == nil || axis != e.home(axes, id) {
		return nil
	}
	units := axis.value.child("units")
	if units != nil && units.value.child(id) != nil {
		return nil
	}
	if !sets {
		return tableUnitFault(id)
	}
	if len(tokens) == 4 {
		return nil // given as a whole
	}
	if units == nil {
		axis.value.put("units", edited(&document.Node{Kind: document.Array}), axis.value.last)
		units = axis.value.child("units")
		units.value.open()
		units.value.by = 0 // by id
	}
	entry := &document.Node{Kind: document.Object, Keys: []document.Key{{Name: "id"}}, Items: []document.Node{{Kind: document.String, Text: id}}}
	units.value.put(id, edited(entry), units.value.last)
	return nil
}

// keepTables fills the plan's axes with the units that another plan's had from
// the same tables, and validates it again if there are such.
func (p *Plan) keepTables(from *Plan) error {
	var c diag.Collector
	kept := false
	for i := range p.Axes {
		a := &p.Axes[i]
		for k := range from.Axes {
			b := &from.Axes[k]
			if a.ID != b.ID || b.filled == nil || a.Table == nil || !a.Table.same(b.Table) {
				continue
			}
			units, at := make([]Unit, len(b.read)), make(map[string]int, len(b.read))
			for n, u := range b.read {
				units[n], at[u.id] = Unit{ID: u.id, Parent: u.parent, Name: u.name}, n
			}
			a.read, kept = slices.Clone(b.read), true
			a.refine(units, at, index("/axes", i), &c)
		}
	}
	if err := c.Err(); err != nil || !kept {
		return err
	}
	return p.Validate()
}

func (t *AxisTable) same(other *AxisTable) bool {
	return other != nil && t.File == other.File && t.Prefix == other.Prefix && slices.Equal(t.Columns, other.Columns)
}
