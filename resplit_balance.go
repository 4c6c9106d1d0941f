package salesplan

// A shortage adds up by how much closed cells fell short of their targets.
type shortage struct{ steps, rest int64 }

// add adds what row r fell short of a target in period p; less than 0 where it
// has more.
func (s *shortage) add(a *pastActuals, r, p int, target int64) {
	steps, rest := a.whole(r, p)
	s.steps += target - steps
	if s.rest += rest; s.rest >= a.per {
		s.steps, s.rest = s.steps-1, s.rest-a.per
	}
}

// whole returns it in whole steps, rounded towards 0.
func (s *shortage) whole() int64 {
	if s.steps > 0 && s.rest > 0 {
		return s.steps - 1
	}
	return s.steps
}

// A balance is what a unit of the first axis missed in all closed periods that
// are known together, over all units of further axes, and what became of it:
// what one month or line missed and another brought is no difference.
type balance struct {
	leaves []int32 // of the first axis: several where the unit changes teams
	shortage
	handed, waived int64
	by             int64 // what is to be handed out besides; as it stands, what was of known periods
}

func (b *balance) missed() int64 { return b.whole() }

// balances adds up the closed periods by unit; rows of goals below are theirs.
func (m *mover) balances() []balance {
	var out []balance
	u := m.axes[0]
	for k, of := range u.people() {
		if of == len(out) {
			out = append(out, balance{})
		}
		b := &out[of]
		b.leaves = append(b.leaves, int32(k))
		m.eachClosed(int32(k), func(r, p, i int) {
			b.add(m.past, r, p, m.cells[r*m.cols+p])
			b.handed += m.handed[i]
			b.waived += m.waived[i]
		})
	}
	return out
}

// people numbers the units of the leaves: all leaves of a unit that changes
// teams have one number.
func (t *tree) people() []int {
	out := make([]int, len(t.leaves))
	at := make(map[string]int, len(t.leaves))
	for k, leaf := range t.leaves {
		n, ok := at[t.nodes[leaf].id]
		if !ok {
			n = len(at)
			at[t.nodes[leaf].id] = n
		}
		out[k] = n
	}
	return out
}

// rowsOfLeaf returns the rows of a leaf of the first axis.
func (m *mover) rowsOfLeaf(leaf int32) []int32 {
	out := make([]int32, m.block)
	for i := range out {
		out[i] = leaf*int32(m.block) + int32(i)
	}
	return out
}

// eachClosed calls f with the closed cells of a leaf of the first axis that are
// known and its own, and their places in handed and waived.
func (m *mover) eachClosed(leaf int32, f func(r, p, i int)) {
	for r := int(leaf) * m.block; r < (int(leaf)+1)*m.block; r++ {
		for p := 0; p < m.closed && !m.owned[r]; p++ {
			if m.past.known[p] {
				f(r, p, r*m.closed+p)
			}
		}
	}
}

// standing returns the leaf at which a unit stands next: the first that is there
// in an open period, or the last.
func (m *mover) standing(b *balance) int32 {
	best, at := b.leaves[len(b.leaves)-1], m.open()
	for _, k := range b.leaves {
		for p := range at {
			if m.isHere(k, p) {
				best, at = k, p
				break
			}
		}
	}
	return best
}

// isHere reports whether any row of a leaf of the first axis is there in an open
// period.
func (m *mover) isHere(leaf int32, p int) bool {
	for r := int(leaf) * m.block; r < (int(leaf)+1)*m.block; r++ {
		if m.there[r*m.open()+p] {
			return true
		}
	}
	return false
}

// isGone reports whether a unit is there in no open period.
func (m *mover) isGone(b *balance) bool {
	for _, k := range b.leaves {
		for p := range m.open() {
			if m.isHere(k, p) {
				return false
			}
		}
	}
	return true
}

// mark records, cell by cell, what became of a unit's difference: all of what each
// cell missed counts as handed out, but for what was let go of or found no place,
// which is that of the last cells.
func (m *mover) mark(b *balance) {
	kept, waived := -b.handed, b.waived
	var at []int
	for _, k := range b.leaves {
		m.eachClosed(k, func(r, p, i int) {
			m.handed[i], m.waived[i] = m.past.missed(r, p, m.cells[r*m.cols+p]), 0
			kept += m.handed[i]
			at = append(at, i)
		})
	}
	for k := len(at) - 1; k >= 0 && (kept != 0 || waived != 0); k-- {
		i := at[k]
		missed := m.handed[i]
		less := upTo(kept, missed)
		m.handed[i], kept = missed-less, kept-less
		m.waived[i] = upTo(waived, missed)
		waived -= m.waived[i]
	}
	if len(at) > 0 {
		m.handed[at[len(at)-1]] -= kept
		m.waived[at[len(at)-1]] += waived
	}
}

// upTo returns as much of x as a bound of the same sign lets through.
func upTo(x, bound int64) int64 {
	if x > 0 {
		return max(min(x, bound), 0)
	}
	return min(max(x, bound), 0)
}

// balances adds up, by unit, what became of closed periods: the same as it stands
// in a re-plan, in which all rows count.
func (c *replan) balances(b *Breakdown) []balance {
	var out []balance
	block := b.cs.block(1)
	for k, of := range b.cs.axes[0].tree.people() {
		if of == len(out) {
			out = append(out, balance{})
		}
		x := &out[of]
		for r := k * block; r < (k+1)*block; r++ {
			for p := range c.closed {
				handed, waived := c.handed[r*c.closed+p], c.waived[r*c.closed+p]
				x.handed += handed
				x.waived += waived
				if c.past.known[p] {
					x.add(c.past, r, p, b.cells[r*c.cols+p])
					x.by += handed + waived
				}
			}
		}
	}
	return out
}
