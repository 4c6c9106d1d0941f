package salesplan

import (
	"cmp"
	"context"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A debt is what units are to hand out of closed periods, and who carries it.
type debt struct {
	nodes  []int32
	reason Reason
	about  int32
	amount int64 // below 0 for what is to be taken
	parts  []debtPart
	first  []int32 // rows that carry it before anybody else does
}

// A debtPart is what one unit has of a debt.
type debtPart struct {
	of *balance
	by int64
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

// moveDifferences hands out what units missed or brought beyond their targets in
// closed periods together, as far as it has not been.
func (m *mover) moveDifferences(ctx context.Context) error {
	balances := m.balances()
	debts := m.debts(balances)
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
	for i := range balances {
		m.mark(&balances[i])
	}
	return nil
}

// debts compares what each unit missed with what has been handed out of it, and
// collects the rest by those who carry it.
func (m *mover) debts(balances []balance) []*debt {
	at := map[debtKey]*debt{}
	var list []*debt
	for i := range balances {
		b := &balances[i]
		handed, waived := m.aim(b.missed(), b.handed, b.waived)
		b.waived = waived
		// What was handed out for the other reason is taken back the way it came.
		steps := []int64{handed}
		if b.handed < 0 && handed > 0 || b.handed > 0 && handed < 0 {
			steps = []int64{0, handed}
		}
		for _, to := range steps {
			was := b.handed + b.by
			by := to - was
			if by == 0 {
				continue
			}
			reason := ReasonShortfall
			if to < 0 || to == 0 && was < 0 {
				reason = ReasonSurplus
			}
			b.by += by
			key, d := m.carriers(b, reason)
			if at[key] == nil {
				at[key] = d
				list = append(list, d)
			}
			d = at[key]
			d.amount += by
			d.parts = append(d.parts, debtPart{b, by})
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

// A debtKey tells debts of other carriers, or for another reason, apart.
type debtKey struct {
	node, about int32
	reason      Reason
}

// carriers returns who carries a difference of a unit: its rows of all further
// axes, or those of the units that the policy names.
func (m *mover) carriers(b *balance, reason Reason) (debtKey, *debt) {
	u := m.axes[0]
	leaf := u.leaves[m.standing(b)]
	d := &debt{nodes: make([]int32, len(m.axes)), reason: reason, about: leaf}
	d.nodes[0] = leaf
	policy := m.req.Shortfall
	if reason == ReasonSurplus {
		policy = ShortfallKeep
	}
	switch policy {
	case ShortfallShare:
		d.nodes[0] = max(u.nodes[leaf].parent, 0)
		d.about = d.nodes[0]
	case ShortfallSpread:
		d.nodes[0], d.about = 0, 0
	default:
		if m.isGone(b) {
			m.inheritor(leaf, d)
		} else if len(b.leaves) > 1 {
			for _, k := range b.leaves {
				d.first = append(d.first, m.rowsOfLeaf(k)...)
			}
		}
	}
	return debtKey{d.nodes[0], d.about, reason}, d
}

// inheritor sends what somebody who is gone leaves where their targets went.
func (m *mover) inheritor(leaf int32, d *debt) {
	u := m.axes[0]
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
	d.first = m.rowsOfLeaf(u.nodes[heir].leaf)
}

// settle hands out one debt and records it.
func (m *mover) settle(ctx context.Context, d *debt) error {
	if d.amount == 0 {
		d.record(0)
		return nil
	}
	open := m.open()
	p := pool{reason: d.reason, about: d.about, amount: max(d.amount, -d.amount), take: d.amount < 0}
	of := m.ideally
	if p.take {
		of = m.above
	}
	var placed int64
	if len(d.first) > 0 {
		shares := m.gather(d.first, 0, open, of)
		if len(shares) == 0 && !p.take { // a vacancy line has no ideal of its own
			shares = m.gather(d.first, 0, open, m.evenly)
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
	d.record(placed)
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

// evenly weighs open cells by what the plan makes of all units in them.
func (m *mover) evenly(r, p int) (weight, room int64) {
	for k := r % m.block; k < m.rows; k += m.block {
		weight += m.ideal[k*m.open()+p]
	}
	return weight, apportion.Unbounded
}

// record notes how much of a debt was handed out; where not all of it was, of the
// first units.
func (d *debt) record(placed int64) {
	left := max(d.amount, -d.amount) - placed
	for k := len(d.parts) - 1; k >= 0; k-- {
		x := d.parts[k]
		by := x.by
		if left > 0 && (by < 0) == (d.amount < 0) {
			less := min(left, max(by, -by))
			left -= less
			if by < 0 {
				less = -less
			}
			by -= less
		}
		x.of.handed += by
	}
}

// foundOver says that nothing is left to be changed.
func (m *mover) foundOver() {
	m.findings = append(m.findings, diag.Finding{Severity: diag.Warning, Code: codeAllClosed,
		Subject: diag.Subject{Kind: "goal", ID: m.now.req.Goal.ID}, Args: []diag.Arg{diag.Date("asOf", m.req.AsOf.String())}})
}
