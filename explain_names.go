package salesplan

// callUnits fills in what the units of an explanation are called.
func (b *Breakdown) callUnits(e *Explanation) {
	call := func(id string) {
		if id == "" || e.Names[id] != "" {
			return
		}
		for x := b; ; x = x.change.before {
			for _, ax := range x.cs.axes {
				if i, ok := ax.tree.index[id]; ok && ax.tree.nodes[i].name != "" {
					e.Names[id] = ax.tree.nodes[i].name
					return
				}
			}
			if x.change == nil {
				return
			}
		}
	}
	e.eachUnit(call)
}

// eachUnit calls f with the ids of all units that an explanation names, some of
// them more than once.
func (e *Explanation) eachUnit(f func(id string)) {
	for _, id := range e.At.Units {
		f(id)
	}
	for _, id := range e.At.Parents {
		f(id)
	}
	e.Cell.eachUnit(f)
	eachOnWay(e.Who, e.Ideal, f)
	for _, s := range e.Stints {
		for _, id := range s.Parents {
			f(id)
		}
		s.Cell.eachUnit(f)
		eachOnWay(s.Who, s.Ideal, f)
	}
	if e.Ramp != nil {
		for _, u := range e.Ramp.Others {
			f(u.Unit)
		}
	}
	for _, p := range e.Sum {
		for _, id := range p.Units {
			f(id)
		}
		for _, id := range p.Parents {
			f(id)
		}
	}
	for _, x := range e.Binds {
		f(x.Owner)
	}
	for _, r := range e.Replans {
		for _, m := range r.Moves {
			f(m.Unit)
		}
	}
}

// eachOnWay calls f with the units on the way down to one.
func eachOnWay(who []UnitShare, ideals []IdealShare, f func(id string)) {
	for _, u := range who {
		f(u.Unit)
	}
	for _, u := range ideals {
		f(u.Unit)
		f(u.Season)
	}
}

// eachUnit calls f with the units of the locks that a cell has a part of.
func (c *CellShare) eachUnit(f func(id string)) {
	if c == nil || c.Odd == nil {
		return
	}
	for _, l := range c.Odd.Locks {
		for _, id := range l.Units {
			f(id)
		}
		for _, id := range l.Parents {
			f(id)
		}
	}
}
