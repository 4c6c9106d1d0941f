package salesplan

import (
	"cmp"
	"context"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A debt is what rows are to hand out of closed periods, and who carries it.
type debt struct {
	nodes  []int32
	reason Reason
	about  int32
	amount int64 // below 0 for what is to be taken
	cells  []int // closed cells that it comes from
	from   []int64
	direct int32 // a row that carries it alone, -1 for none
}

// maxSettleRounds is how often differences are handed out: again where bounds
// have made room for what had none.
const maxSettleRounds = 4

// settleAll hands out differences, brings all within bounds, and takes what the
// goal was lowered by and had no place before, until nothing moves.
func (m *mover) settleAll(ctx context.Context) error {
	for range maxSettleRounds {
		before := len(m.parts)
		if err := m.moveDifferences(ctx); err != nil {
			return err
		}
		if err := m.keepBounds(ctx); err != nil || m.c.Len() > 0 {
			return err
		}
		if err := m.moveGoal(ctx); err != nil || len(m.parts) == before {
			return err
		}
	}
	return nil
}

// moveDifferences hands out what closed periods missed or brought beyond their
// targets, as far as it has not been.
func (m *mover) moveDifferences(ctx context.Context) error {
	debts := m.debts()
	more := make([]int64, len(debts))
	for i, d := range debts {
		more[i] = d.amount
	}
	if err := m.checkRoom(more, "/actuals"); err != nil {
		return err
	}
	for _, d := range debts {
		if err := m.settle(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// debts compares what each closed period missed with what has been handed out
// of it, and collects the rest by those who carry it.
func (m *mover) debts() []*debt {
	at := map[int64]*debt{}
	var list []*debt
	for r := range m.rows {
		if m.owned[r] {
			continue
		}
		for p := range m.closed {
			if !m.past.known[p] {
				continue
			}
			i := r*m.closed + p
			missed := m.past.missed(r, p, m.cells[r*m.cols+p])
			handed, waived := m.aim(missed, m.handed[i], m.waived[i])
			m.waived[i] = waived
			by := handed - m.handed[i]
			if by == 0 {
				continue
			}
			reason := ReasonShortfall
			if handed < 0 || handed == 0 && m.handed[i] < 0 {
				reason = ReasonSurplus
			}
			key, d := m.carriers(r, reason)
			if at[key] == nil {
				at[key] = d
				list = append(list, d)
			}
			d = at[key]
			d.amount += by
			d.cells, d.from = append(d.cells, i), append(d.from, by)
		}
	}
	// What is given first, so that all there can be is there to be taken.
	slices.SortStableFunc(list, func(a, b *debt) int {
		return cmp.Compare(min(max(b.amount, -1), 1), min(max(a.amount, -1), 1))
	})
	return list
}

// aim returns how much of a difference is to be handed out, and how much is let
// go of: what was decided before stands, as far as the difference does.
func (m *mover) aim(missed, handed, waived int64) (int64, int64) {
	switch {
	case missed > 0 && m.req.Shortfall == ShortfallForgive:
		handed = min(max(handed, 0), missed)
		return handed, missed - handed
	case missed > 0:
		waived = min(max(waived, 0), missed)
		return missed - waived, waived
	case missed < 0 && m.req.Surplus == SurplusOffset:
		waived = max(min(waived, 0), missed)
		return missed - waived, waived
	case missed < 0:
		handed = max(min(handed, 0), missed)
		return handed, missed - handed
	}
	return 0, 0
}

// carriers returns who carries a difference of row r, with a key of theirs.
func (m *mover) carriers(r int, reason Reason) (int64, *debt) {
	nodes := m.nodesOf(r)
	u := m.axes[0]
	d := &debt{nodes: nodes, reason: reason, about: nodes[0], direct: -1}
	policy := m.req.Shortfall
	if reason == ReasonSurplus {
		policy = ShortfallKeep
	}
	switch policy {
	case ShortfallShare:
		nodes[0] = max(u.nodes[nodes[0]].parent, 0)
		d.about = nodes[0]
	case ShortfallSpread:
		nodes[0], d.about = 0, 0
	default:
		if m.isGone(r) {
			m.inheritor(r, d)
		}
	}
	first := d.direct
	if first < 0 {
		first = m.rowAt(m.coordinates(r), 0, u.nodes[nodes[0]].leaf)
	}
	key := int64(first)*int64(len(u.nodes)) + int64(nodes[0])
	if reason == ReasonSurplus {
		key = -key - 1
	}
	return key, d
}

// isGone reports whether a row is there in no open period.
func (m *mover) isGone(r int) bool {
	open := m.open()
	return !slices.Contains(m.there[r*open:(r+1)*open], true)
}

// inheritor sends what somebody who is gone leaves where their targets went.
func (m *mover) inheritor(r int, d *debt) {
	u := m.axes[0]
	leaf := d.nodes[0]
	parent := max(u.nodes[leaf].parent, 0)
	heir := int32(-1)
	switch m.req.Leaver {
	case LeaverVacancy:
		if v, ok := u.vacancy[parent]; ok {
			heir = v
		}
	case LeaverSuccessor:
		for p := 0; p < m.open() && heir < 0; p++ {
			if h, f := m.successor(0, leaf, p); f == nil {
				heir = h
			}
		}
	}
	if heir < 0 {
		d.nodes[0] = parent
		return
	}
	d.nodes[0] = heir
	d.direct = m.rowAt(m.coordinates(r), 0, u.nodes[heir].leaf)
}

// settle hands out one debt and records it.
func (m *mover) settle(ctx context.Context, d *debt) error {
	if d.amount == 0 {
		m.record(d, 0, 0)
		return nil
	}
	open := m.open()
	p := pool{reason: d.reason, about: d.about, amount: max(d.amount, -d.amount), take: d.amount < 0}
	of := m.ideally
	if p.take {
		of = m.above
	}
	var placed int64
	if d.direct >= 0 && !p.take {
		shares := m.gather([]int32{d.direct}, 0, open, of)
		if len(shares) == 0 { // a vacancy line has no ideal of its own
			shares = m.gather([]int32{d.direct}, 0, open, m.evenly)
		}
		n, err := m.hand(ctx, p, shares)
		if err != nil {
			return err
		}
		placed += n
		p.amount -= n
	}
	if p.amount > 0 {
		n, err := m.carry(ctx, p, d, of)
		if err != nil {
			return err
		}
		placed += n
	}
	m.record(d, d.amount, placed)
	if left := max(d.amount, -d.amount) - placed; left > 0 && !p.take {
		m.faultNobody(d.nodes[0], 0, 0, left)
	}
	return nil
}

// carry hands out below the place of a debt. Only what is owed climbs: a surplus
// lowers nobody else's targets.
func (m *mover) carry(ctx context.Context, p pool, d *debt, of func(r, q int) (int64, int64)) (int64, error) {
	if p.take && d.reason == ReasonSurplus {
		return m.hand(ctx, p, m.gather(m.rowsOf(d.nodes), 0, m.open(), of))
	}
	return m.climb(ctx, p, d.nodes, 0, 0, m.open(), of)
}

// evenly weighs open periods by what the plan makes of all units in them.
func (m *mover) evenly(r, p int) (weight, room int64) {
	return m.now.line.row[m.closed+p] + 1, apportion.Unbounded
}

// record notes what was handed out of the cells of a debt; where not all of it
// was, of the first ones.
func (m *mover) record(d *debt, wanted, placed int64) {
	left := max(wanted, -wanted) - placed
	for k := len(d.cells) - 1; k >= 0; k-- {
		by := d.from[k]
		if left > 0 && (by < 0) == (wanted < 0) {
			less := min(left, max(by, -by))
			left -= less
			if by < 0 {
				less = -less
			}
			by -= less
		}
		m.handed[d.cells[k]] += by
	}
}

// foundOver says that nothing is left to be changed.
func (m *mover) foundOver() {
	m.findings = append(m.findings, diag.Finding{Severity: diag.Warning, Code: codeAllClosed,
		Subject: diag.Subject{Kind: "goal", ID: m.now.req.Goal.ID}, Args: []diag.Arg{diag.Date("asOf", m.req.AsOf.String())}})
}
