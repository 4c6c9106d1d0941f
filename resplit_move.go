package salesplan

import (
	"context"
	"math/bits"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// run moves what has changed.
func (m *mover) run(ctx context.Context) (*Breakdown, error) {
	m.load()
	if err := m.readActuals(); err != nil {
		return nil, err
	}
	m.inherit()
	if m.open() == 0 {
		m.foundOver()
		return m.result(), nil
	}
	m.reach()
	if err := m.readBounds(); err != nil {
		return nil, err
	}
	m.ownRows()
	if err := m.setGoal(); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{m.moveLeavers, m.moveGoal, m.moveArrivals, m.settleAll} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if m.c.Len() > 0 {
			return nil, m.c.Err()
		}
	}
	return m.result(), nil
}

// reach sets what has been reached in the period under way, which is the least
// that its targets can be lowered to.
func (m *mover) reach() {
	if m.under < 0 || !m.past.known[m.closed] {
		return
	}
	for r := range m.rows {
		steps, rest := m.past.whole(r, m.closed)
		if rest > 0 {
			steps++
		}
		m.least[r] = max(steps, 0)
	}
}

// floor returns the least that a cell can be lowered to.
func (m *mover) floor(r, p int) int64 {
	least := int64(0)
	if p == 0 && m.under >= 0 {
		least = m.least[r]
	}
	lo, _ := m.held.at(r*m.open() + p)
	return max(least, lo)
}

// cell returns an open cell.
func (m *mover) cell(r, p int) *int64 { return &m.cells[r*m.cols+m.closed+p] }

// above is what stands above a cell's least: the weight, and the room, of what
// is taken.
func (m *mover) above(r, p int) (weight, room int64) {
	if m.owned[r] {
		return 0, 0
	}
	x := *m.cell(r, p) - m.floor(r, p)
	return x, x
}

// ideally is the plan's ideal cell of who is there, and the room below the
// cell's most: what is given goes by it.
func (m *mover) ideally(r, p int) (weight, room int64) {
	i := r*m.open() + p
	if m.owned[r] || !m.there[i] {
		return 0, 0
	}
	_, hi := m.held.at(i)
	if hi == apportion.Unbounded {
		return m.ideal[i], hi
	}
	return m.ideal[i], hi - *m.cell(r, p)
}

// others is above without newcomers.
func (m *mover) others(r, p int) (weight, room int64) {
	if m.fresh[r*m.open()+p] {
		return 0, 0
	}
	return m.above(r, p)
}

// rowsOf returns the rows below a tuple of nodes.
func (m *mover) rowsOf(nodes []int32) []int32 {
	var out []int32
	m.frame.eachRow(nodes, func(r int) { out = append(out, int32(r)) })
	return out
}

// nodesOf returns the leaf nodes of a row.
func (m *mover) nodesOf(r int) []int32 {
	out := m.coordinates(r)
	for a, k := range out {
		out[a] = m.axes[a].leaves[k]
	}
	return out
}

// climb hands an amount out below a tuple of nodes and, as far as there is
// nobody or no room, below the next unit above on an axis, and at last among
// all. It returns how much found a place.
func (m *mover) climb(ctx context.Context, p pool, nodes []int32, axis, first, end int, of func(r, p int) (weight, room int64)) (int64, error) {
	wanted := p.amount
	at := append([]int32(nil), nodes...)
	for p.amount > 0 {
		n, err := m.hand(ctx, p, m.gather(m.rowsOf(at), first, end, of))
		if err != nil {
			return 0, err
		}
		p.amount -= n
		if p.amount == 0 {
			break
		}
		if at[axis] = m.axes[axis].nodes[at[axis]].parent; at[axis] >= 0 {
			continue
		}
		if clear(at); len(at) == 1 {
			break
		}
		n, err = m.hand(ctx, p, m.gather(m.rowsOf(at), first, end, of))
		if err != nil {
			return 0, err
		}
		p.amount -= n
		break
	}
	return wanted - p.amount, nil
}

// direct moves given amounts, one for each share.
func (m *mover) direct(p pool, shares []poolCell) {
	amounts := make([]int64, len(shares))
	for i := range shares {
		shares[i].weight = shares[i].room
		amounts[i] = shares[i].room
		p.amount += shares[i].room
	}
	p.num, p.den = p.amount, p.amount
	m.keep(p, shares, amounts)
}

// A teamMove collects what is to move below one node, in one open period.
type teamMove struct {
	nodes  []int32 // the place
	axis   int
	about  int32
	reason Reason
	period int
	amount int64
	shares []poolCell // newcomers
}

type teamKey struct {
	row    int // the first below the place
	axis   int
	node   int32
	period int
}

// A teamList holds such moves in the order in which they came up.
type teamList struct {
	at   map[teamKey]int
	list []teamMove
}

func (l *teamList) get(m *mover, r, axis int, node int32, period int, about int32, reason Reason) *teamMove {
	nodes := m.nodesOf(r)
	nodes[axis] = node
	first := 0
	for a, n := range nodes {
		first = first*len(m.axes[a].leaves) + int(m.axes[a].nodes[n].leaf)
	}
	key := teamKey{first, axis, node, period}
	i, ok := l.at[key]
	if !ok {
		if l.at == nil {
			l.at = map[teamKey]int{}
		}
		i = len(l.list)
		l.at[key] = i
		l.list = append(l.list, teamMove{nodes: nodes, axis: axis, about: about, reason: reason, period: period})
	}
	t := &l.list[i]
	if t.about != about {
		t.about = node
	}
	return t
}

// changedAxis returns the first axis on which a row's presence in an open period
// is less (or more) than as issued, -1 for none.
func (m *mover) changedAxis(at []int32, p int, less bool) int {
	for a, u := range m.axes {
		k := int(at[a])*m.cols + m.closed + p
		if less && u.after[k] < u.before[k] || !less && u.after[k] > u.before[k] {
			return a
		}
	}
	return -1
}

// moveLeavers takes what those who are no longer there, or not as long, were to
// bring, and gives it to whom the policy says.
func (m *mover) moveLeavers(ctx context.Context) error {
	var teams teamList
	at := make([]int32, len(m.axes))
	for r := range m.rows {
		if m.owned[r] || m.vacant[r] || !m.changed(m.coordinatesIn(at, r)) {
			continue
		}
		m.leave(r, at, &teams)
	}
	for i := range teams.list {
		t := &teams.list[i]
		p := pool{reason: t.reason, about: t.about, axis: int32(t.axis), amount: t.amount}
		placed, err := m.climb(ctx, p, t.nodes, t.axis, t.period, t.period+1, m.ideally)
		if err != nil {
			return err
		}
		if placed < t.amount {
			m.faultNobody(t.nodes[t.axis], t.axis, t.period, t.amount-placed)
		}
	}
	return nil
}

// faultNobody refuses an amount that nobody can carry.
func (m *mover) faultNobody(node int32, axis, p int, amount int64) {
	m.c.Add(&diag.Fault{Code: diag.Infeasible, Path: "/goal/split", Value: m.axes[axis].nodes[node].id,
		Bound: "nobody can carry " + m.text(amount) + " in " + m.label(p)})
}

// text writes steps as an amount of the metric.
func (m *mover) text(n int64) string {
	return amountText(fromSteps(m.now.signed(n), m.now.metric.Step))
}

// label names open period p.
func (m *mover) label(p int) string { return m.now.grid.fiscal.Label(m.period(p)) }

// leave takes what row r, at the given leaves, loses by absence.
func (m *mover) leave(r int, at []int32, teams *teamList) {
	var takes []poolCell
	axis := -1
	for p := range m.open() {
		a := m.changedAxis(at, p, true)
		if a < 0 {
			continue
		}
		u, k := m.axes[a], int(at[a])*m.cols+m.closed+p
		x := *m.cell(r, p)
		kept := mulDiv(x, int64(u.after[k]), int64(u.before[k]))
		if by := x - max(kept, min(m.floor(r, p), x)); by > 0 {
			takes, axis = append(takes, poolCell{int32(r*m.open() + p), by, by}), a
		}
	}
	if len(takes) == 0 {
		return
	}
	u := m.axes[axis]
	leaf := u.leaves[at[axis]]
	reason := ReasonLeaver
	if u.moved(leaf, true) {
		reason = ReasonTransfer
	}
	about := pool{reason: reason, about: leaf, axis: int32(axis)}
	m.direct(pool{reason: reason, take: true, about: leaf, axis: int32(axis)}, takes)
	heirs := map[int32][]poolCell{}
	var order []int32
	for _, s := range takes {
		p := int(s.cell) % m.open()
		heir, ok := m.heir(r, axis, leaf, p, s.room)
		if !ok {
			continue
		}
		if heir < 0 {
			teams.get(m, r, axis, max(u.nodes[leaf].parent, 0), p, leaf, reason).amount += s.room
			continue
		}
		to := m.rowAt(at, axis, u.nodes[heir].leaf)
		if heirs[to] == nil {
			order = append(order, to)
		}
		heirs[to] = append(heirs[to], poolCell{to*int32(m.open()) + int32(p), s.room, s.room})
	}
	for _, to := range order {
		m.direct(about, heirs[to])
	}
}

// rowAt returns the row with one axis's leaf replaced.
func (m *mover) rowAt(at []int32, axis int, leaf int32) int32 {
	row := int32(0)
	for a, u := range m.axes {
		k := at[a]
		if a == axis {
			k = leaf
		}
		row = row*int32(len(u.leaves)) + k
	}
	return row
}

// heir returns the leaf that takes over what a leaver was to bring in an open
// period; -1 where its siblings do. It is false where there should be one.
func (m *mover) heir(r, axis int, leaf int32, p int, amount int64) (int32, bool) {
	u := m.axes[axis]
	switch m.req.Leaver {
	case LeaverVacancy:
		if v, ok := u.vacancy[u.nodes[leaf].parent]; ok {
			return v, true
		}
		return -1, true
	case LeaverSuccessor:
	default:
		return -1, true
	}
	heir, f := m.successor(axis, leaf, p)
	if f == nil {
		return heir, true
	}
	name := u.nodes[leaf].id
	if f.Code == diag.Infeasible {
		f.Bound = "the successor of " + name + " is not there in " + m.label(p) + ", where " + m.text(amount) + " are owed"
	}
	m.blame(name, f)
	return 0, false
}

// successor returns the leaf of a leaver's successor, or the successor's, that is
// there in an open period, or the fault of there being none.
func (m *mover) successor(axis int, leaf int32, p int) (int32, *diag.Fault) {
	u := m.axes[axis]
	at := leaf
	for range len(u.nodes) {
		unit := u.nodes[at].unit
		if unit == nil || unit.Successor == "" {
			if at == leaf {
				return 0, &diag.Fault{Code: diag.Required, Value: u.nodes[at].id, Bound: "a successor"}
			}
			return 0, &diag.Fault{Code: diag.Infeasible, Value: u.nodes[at].id}
		}
		next := u.places(unit.Successor, u.now)
		if len(next) == 0 || !u.isLeaf(next[0]) {
			return 0, &diag.Fault{Code: diag.Unknown, Value: unit.Successor, Bound: u.called()}
		}
		at = next[0]
		for _, i := range next {
			if u.isLeaf(i) && m.isThere(u, u.nodes[i].leaf, p) {
				return i, nil
			}
		}
	}
	return 0, &diag.Fault{Code: diag.Cycle, Value: u.nodes[leaf].id, Bound: "successors that are there"}
}

// blame refuses a leaver's successor, once for each leaver.
func (m *mover) blame(leaver string, f *diag.Fault) {
	if m.blamed[leaver] {
		return
	}
	if m.blamed == nil {
		m.blamed = map[string]bool{}
	}
	m.blamed[leaver] = true
	f.Path = "/leaver"
	m.c.Add(f)
}

// mulDiv returns x · num/den rounded down, for numbers that are not negative and
// num at most den.
func mulDiv(x, num, den int64) int64 {
	hi, lo := bits.Mul64(uint64(x), uint64(num))
	q, _ := bits.Div64(hi, lo, uint64(den))
	return int64(q)
}
