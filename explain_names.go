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
	for _, u := range e.Who {
		f(u.Unit)
	}
	for _, u := range e.Ideal {
		f(u.Unit)
		f(u.Season)
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
