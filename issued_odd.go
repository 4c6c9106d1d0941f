package salesplan

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// issuedOdd lays out what cells have beyond whole steps; nil where there are no
// locks off the step.
func (cs *cascade) issuedOdd() *issuedOdd {
	if cs.odd == nil {
		return nil
	}
	out := &issuedOdd{Unit: cs.odd.unit}
	number := make(map[int]int64, len(cs.odd.locks))
	for i, rule := range cs.odd.locks {
		number[rule] = int64(i)
		r := cs.rule.Bounds[rule]
		out.Locks = append(out.Locks, issuedLock{Units: r.units(), Parents: r.Parents, Period: r.Period, Lock: r.Lock.Decimal})
	}
	numbers := make([]int64, 0, oddNumbers*len(cs.odd.cells))
	for _, x := range cs.odd.cells {
		lock := int64(-1)
		if x.rule >= 0 {
			lock = number[x.rule]
		}
		numbers = append(numbers, int64(x.at), x.odd, lock)
	}
	out.Cells = packInts(numbers, oddNumbers)
	return out
}

// oddNumbers is how many numbers stand for a cell of an [issuedOdd].
const oddNumbers = 3

// odd reads what cells have beyond whole steps.
func (r *issuedReader) odd(cs *cascade, s *issuedState, path string) {
	x := s.Odd
	if x == nil {
		return
	}
	path += "/odd"
	per, exact, ok := int64(0), false, false
	if checkAmount(x.Unit) && x.Unit.Sign() > 0 {
		per, exact, ok = toSteps(cs.metric.Step, x.Unit)
	}
	if !ok || !exact || per < 2 || per > maxSteps/max(cs.total, 1) {
		r.c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/unit", Value: diag.Clip(x.Unit.String()), Bound: "a part of the step"})
		return
	}
	l := &oddLayer{per: per, unit: x.Unit, cols: len(cs.grid.pieces)}
	cs.rule.Bounds = nil
	for i, lock := range x.Locks {
		r.lock(cs, lock, index(path+"/locks", i))
		l.locks = append(l.locks, i)
		cs.rule.Bounds = append(cs.rule.Bounds, BoundRule{Units: lock.Units, Parents: lock.Parents, Period: lock.Period, Lock: decimal.NewNullDecimal(lock.Lock)})
	}
	if len(x.Locks) == 0 {
		r.c.Add(&diag.Fault{Code: diag.Required, Path: path + "/locks", Bound: "the locks off the step"})
	}
	r.oddCells(cs, l, x.Cells, path+"/cells")
	cs.odd = l
	for _, turn := range cs.grid.turns {
		if r.c.Len() == 0 && cs.oddIn(cs.everything(), turn)%per != 0 {
			r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/cells", Bound: "whole steps in " + cs.grid.fiscal.Label(turn.Period)})
		}
	}
}

// lock checks a lock off the step.
func (r *issuedReader) lock(cs *cascade, lock issuedLock, path string) {
	if !checkAmount(lock.Lock) {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/lock", Bound: amountBound})
	}
	if len(lock.Parents) > len(lock.Units) {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/parents", Value: counted(len(lock.Parents), "unit", "units"), Bound: counted(len(lock.Units), "unit", "units")})
		return
	}
	if lock.Period != "" {
		if _, err := cs.req.Fiscal.Parse(lock.Period); err != nil {
			r.c.AddErr(atPath(err, path+"/period"), path+"/period")
			return
		}
	}
	cs.placeOf(BoundRule{Units: lock.Units, Parents: lock.Parents, Period: lock.Period}, path, r.c)
}

// oddCells reads the cells of a layer.
func (r *issuedReader) oddCells(cs *cascade, l *oddLayer, p packed, path string) {
	list := r.ints(p, path, -1)
	all := int64(cs.block(0)) * int64(l.cols)
	last := int64(-1)
	for i := 0; i < len(list); i += oddNumbers {
		if len(list)-i < oddNumbers {
			r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Bound: "three numbers for each"})
			return
		}
		at, odd, lock := list[i], list[i+1], list[i+2]
		if at <= last || at >= all || odd <= 0 || odd >= l.per || lock < -1 || lock >= int64(len(l.locks)) {
			r.c.Add(&diag.Fault{Code: diag.Order, Path: path, Value: "cell " + strconv.Itoa(i/oddNumbers), Bound: "cells in order, each with less than a step and a lock"})
			return
		}
		last = at
		l.cells = append(l.cells, oddAmount{at: int(at), odd: odd, rule: int(lock)})
	}
}
