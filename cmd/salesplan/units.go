package main

import (
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
)

// A foundUnit is a unit and the axis on which it stands.
type foundUnit struct {
	id   string
	axis string
}

// findUnit finds a unit by its id or otherwise by its name or another
// spelling, which must then be one unit's only.
func (j *job) findUnit(text string) (foundUnit, error) {
	var close []foundUnit
	var ids []string
	for _, a := range j.plan.Axes {
		for _, u := range a.AllUnits() {
			if u.ID == text {
				return foundUnit{u.ID, a.ID}, nil
			}
			ids = append(ids, u.ID)
			if isCalled(u, text) {
				close = append(close, foundUnit{u.ID, a.ID})
			}
		}
	}
	switch len(close) {
	case 1:
		return close[0], nil
	case 0:
		return foundUnit{}, &diag.Fault{Code: diag.Unknown, Path: "/unit", Value: diag.Clip(text), Near: diag.Nearest(text, ids)}
	}
	var those []string
	for _, u := range close {
		those = append(those, u.id)
	}
	return foundUnit{}, &diag.Fault{Code: diag.Ambiguous, Path: "/unit", Value: diag.Clip(text), Bound: some(those)}
}

func isCalled(u salesplan.Unit, text string) bool {
	for _, name := range append([]string{u.ID, u.Name}, u.Aka...) {
		if name != "" && strings.EqualFold(strings.TrimSpace(name), strings.TrimSpace(text)) {
			return true
		}
	}
	return false
}

// findUnits finds the units of a place written as UNIT/UNIT, in any order. An
// id may have a slash in it: the longest that is a unit is taken.
func (j *job) findUnits(text string, axes []string) ([]string, error) {
	units := make([]string, len(axes))
	pieces := strings.Split(text, "/")
	for len(pieces) > 0 {
		var unit foundUnit
		var err, first error
		used := len(pieces)
		for ; used > 0; used-- {
			if unit, err = j.findUnit(strings.Join(pieces[:used], "/")); err == nil {
				break
			}
			first = err
		}
		if used == 0 {
			return nil, first
		}
		pieces = pieces[used:]
		at := -1
		for i, a := range axes {
			if a == unit.axis {
				at = i
			}
		}
		switch {
		case at < 0 && len(axes) > 0:
			return nil, &diag.Fault{Code: diag.Mismatch, Path: "/unit", Value: unit.id + " of axis " + unit.axis, Bound: some(axes)}
		case at < 0: // a goal without axes is its owner's alone
			units = append(units, unit.id)
		case units[at] != "":
			return nil, &diag.Fault{Code: diag.Conflict, Path: "/unit", Value: unit.id, Bound: units[at]}
		default:
			units[at] = unit.id
		}
	}
	return units, nil
}
