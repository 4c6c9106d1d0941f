package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// setGoal finds by what the goal changed, in each recurrence: for one that
// doesn't recur, by what it is off what was issued and not handed out of closed
// periods, so that what found no place before is tried again.
func (m *mover) setGoal() error {
	m.goalBy = make([]int64, len(m.now.grid.turns))
	for t := range m.goalBy {
		m.goalBy[t] = m.now.perTurn - m.was.cs.perTurn
	}
	if len(m.goalBy) == 1 {
		m.goalBy[0] = m.now.total - (sumOf(m.was.unitRow(0)) - m.inherited)
	}
	m.lessChildren(m.goalBy)
	return m.checkRoom(m.goalBy, "/goal/target")
}

// moveGoal gives out what the goal was raised by, or takes what it was lowered
// by, in proportion over everybody and, in each recurrence, its open periods.
// What goals below have changed by is theirs.
func (m *mover) moveGoal(ctx context.Context) error {
	for t, turn := range m.now.grid.turns {
		first, end := max(turn.first, m.closed)-m.closed, turn.end-m.closed
		by := m.goalBy[t]
		if by == 0 || first >= end {
			continue
		}
		p := pool{reason: ReasonGoal, about: -1, amount: max(by, -by), take: by < 0}
		all := make([]int32, len(m.axes))
		var placed int64
		var err error
		if by < 0 {
			placed, err = m.climb(ctx, p, all, 0, first, end, m.above)
			m.goalBy[t] += placed
		} else {
			placed, err = m.climb(ctx, p, all, 0, first, end, m.ideally)
		}
		if err != nil {
			return err
		}
		if by > 0 {
			if m.goalBy[t] -= placed; placed < by {
				m.faultNobody(0, 0, first, by-placed)
			}
		}
	}
	return nil
}

// checkRoom refuses more than the engine's numbers.
func (m *mover) checkRoom(more []int64, path string) error {
	all, ok := sizeOf(m.cells)
	by, ok2 := sizeOf(more)
	if !ok || !ok2 || all > maxSteps-by {
		return diag.Faults{{Code: diag.OutOfRange, Path: path, Bound: stepsInAll}}
	}
	return nil
}

// lessChildren takes from what the goal changed by what its children did, apart
// from what they handed out of closed periods.
func (m *mover) lessChildren(byTurn []int64) {
	if len(m.childBy) == 0 {
		return
	}
	if len(byTurn) == 1 {
		byTurn[0] -= sumOf(m.childBy) - m.childHanded
		return
	}
	last := len(byTurn) - 1
	for t, turn := range m.now.grid.turns {
		for p := max(turn.first, m.closed); p < turn.end; p++ {
			byTurn[t] -= m.childBy[p-m.closed]
		}
	}
	byTurn[last] += m.childHanded
}

// ownRows lays the cells of goals below that fix what their owners owe into this
// goal's: where both have the same axes and leaf periods. Others bind by bounds.
func (m *mover) ownRows() {
	for _, child := range m.below {
		m.own(child)
	}
}

func (m *mover) own(child childMove) {
	b, g := child.now, m.now.grid
	if !slices.Equal(b.Axes(), m.frame.Axes()) || len(b.Axes()) == 0 {
		return
	}
	s, ok := g.find(b.cs.grid.whole)
	if !ok || !slices.Equal(b.cs.grid.pieces, g.pieces[s.first:s.end]) {
		return
	}
	at := make([][]int32, len(m.axes)) // by axis: the leaf here, by the child's
	for a, u := range m.axes {
		t := b.cs.axes[a].tree
		root, ok := int32(0), false
		if t.nodes[0].id != "" && t.nodes[0].id != u.nodes[0].id {
			roots := u.places(t.nodes[0].id, u.now)
			if len(roots) == 0 || len(roots) > 1 && u.now[roots[1]] >= 0 {
				return // or of a unit that changes teams
			}
			root = roots[0]
		}
		if at[a], ok = u.leavesOf(t, root); !ok {
			return
		}
	}
	if m.childBy == nil {
		m.childBy = make([]int64, m.open())
	}
	for r := range len(b.cells) / len(b.cs.grid.pieces) {
		m.ownRow(b, r, s, at)
	}
}

// ownRow lays one row of a goal below into the one here.
func (m *mover) ownRow(b *Breakdown, r int, s stretch, at [][]int32) {
	row, rest, scale := int32(0), r, int32(1)
	for a := len(at) - 1; a >= 0; a-- {
		row += at[a][rest%len(at[a])] * scale
		scale *= int32(len(m.axes[a].leaves))
		rest /= len(at[a])
	}
	to := int(row)
	m.owned[to] = true
	cols := s.end - s.first
	var moves []poolCell
	var takes []poolCell
	for p := max(s.first, m.closed); p < s.end; p++ {
		x := m.cell(to, p-m.closed)
		by := b.cells[r*cols+p-s.first] - *x
		m.childBy[p-m.closed] += by
		cell := int32(to*m.open() + p - m.closed)
		if by > 0 {
			moves = append(moves, poolCell{cell, by, by})
		} else if by < 0 {
			takes = append(takes, poolCell{cell, -by, -by})
		}
	}
	leaf := m.nodesOf(to)[0]
	if len(takes) > 0 {
		m.direct(pool{reason: ReasonChild, take: true, about: leaf}, takes)
	}
	if len(moves) > 0 {
		m.direct(pool{reason: ReasonChild, about: leaf}, moves)
	}
	for p := s.first; p < min(s.end, m.closed); p++ {
		i := to*m.closed + p
		before := m.handed[i]
		m.handed[i], m.waived[i] = b.change.handedAt(r, p-s.first), b.change.waivedAt(r, p-s.first)
		m.childHanded += m.handed[i] - before
	}
}

// leavesOf returns the leaf of the union for each leaf of a tree whose root
// stands at a node of it.
func (u *union) leavesOf(t *tree, root int32) ([]int32, bool) {
	at := make([]int32, len(t.nodes))
	at[0] = root
	out := make([]int32, len(t.leaves))
	if t.isLeaf(0) {
		if !u.isLeaf(root) {
			return nil, false
		}
		out[0] = u.nodes[root].leaf
		return out, true
	}
	for i := int32(1); i < int32(len(t.nodes)); i++ {
		at[i] = -1
		if p := at[t.nodes[i].parent]; p >= 0 {
			u.children(p, func(c int32) {
				if u.nodes[c].id == t.nodes[i].id {
					at[i] = c
				}
			})
		}
		if at[i] < 0 || t.isLeaf(i) != u.isLeaf(at[i]) {
			return nil, false
		}
		if t.isLeaf(i) {
			out[t.nodes[i].leaf] = u.nodes[at[i]].leaf
		}
	}
	return out, true
}

// moveArrivals makes room for newcomers: each gets the plan's ideal cells, first
// from the team's vacancy line, then from the siblings.
func (m *mover) moveArrivals(ctx context.Context) error {
	var teams teamList
	at := make([]int32, len(m.axes))
	for r := range m.rows {
		if !m.owned[r] && !m.vacant[r] && m.changed(m.coordinatesIn(at, r)) {
			m.arrive(r, at, &teams)
		}
	}
	for i := range teams.list {
		if err := m.makeRoom(ctx, &teams.list[i]); err != nil {
			return err
		}
	}
	return nil
}

// arrive finds what row r, at the given leaves, is to get for days on which it was
// not there.
func (m *mover) arrive(r int, at []int32, teams *teamList) {
	var run, before int64
	for p := range m.open() {
		a := m.changedAxis(at, p, false)
		if a < 0 {
			continue
		}
		u, k := m.axes[a], int(at[a])*m.cols+m.closed+p
		i := r*m.open() + p
		run += mulDiv(m.ideal[i], int64(u.after[k]-u.before[k]), int64(u.after[k]))
		through := (run + int64(1)<<m.q>>1) >> m.q
		need := through - before - max(m.given[i], 0)
		before = through
		if _, hi := m.held.at(i); hi != apportion.Unbounded {
			need = min(need, hi-*m.cell(r, p))
		}
		if need <= 0 {
			continue
		}
		leaf := u.leaves[at[a]]
		reason := ReasonArrival
		if u.moved(leaf, false) {
			reason = ReasonTransfer
		}
		t := teams.get(m, r, a, max(u.nodes[leaf].parent, 0), p, leaf, reason)
		t.amount += need
		t.shares = append(t.shares, poolCell{int32(i), m.ideal[i], need})
	}
}

// makeRoom takes what newcomers to a team are to get in one period, and gives it
// to them.
func (m *mover) makeRoom(ctx context.Context, t *teamMove) error {
	u := m.axes[t.axis]
	p := pool{reason: t.reason, take: true, about: t.about, axis: int32(t.axis), amount: t.amount}
	var placed int64
	if v, ok := u.vacancy[t.nodes[t.axis]]; ok {
		nodes := slices.Clone(t.nodes)
		nodes[t.axis] = v
		n, err := m.hand(ctx, p, m.gather(m.rowsOf(nodes), t.period, t.period+1, m.above))
		if err != nil {
			return err
		}
		placed += n
		p.amount -= n
	}
	n, err := m.climb(ctx, p, t.nodes, t.axis, t.period, t.period+1, m.others)
	if err != nil {
		return err
	}
	if placed += n; placed == 0 {
		return nil
	}
	give := pool{reason: t.reason, about: t.about, axis: int32(t.axis)}
	if placed == t.amount {
		m.direct(give, t.shares)
		return nil
	}
	give.amount = placed
	shares := slices.Clone(t.shares)
	for i := range shares {
		shares[i].weight = shares[i].room
	}
	_, err = m.hand(ctx, give, shares)
	return err
}

// inherit takes over what earlier re-plans handed out of closed periods.
func (m *mover) inherit() {
	m.handed, m.waived = make([]int64, m.rows*m.closed), make([]int64, m.rows*m.closed)
	if m.was.change == nil {
		return
	}
	n := min(m.was.change.closed, m.closed)
	for r, to := range m.rowsFrom(m.was.cs, func(u *union) []int32 { return u.was }) {
		for p := range n {
			m.handed[int(to)*m.closed+p] = m.was.change.handedAt(r, p)
			m.inherited += m.was.change.handedAt(r, p)
			m.waived[int(to)*m.closed+p] = m.was.change.waivedAt(r, p)
		}
	}
}
