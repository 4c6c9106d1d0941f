package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// slotName returns the id of a slot's unit.
func (r *stockRun) slotName(slot int32) string {
	if k := int(slot) - len(r.tree.leaves); k >= 0 {
		return r.vacancyName(r.vacancies[k])
	}
	return r.tree.nodes[r.tree.leaves[slot]].id
}

// vacancyName returns an id that no unit has.
func (r *stockRun) vacancyName(team int32) string {
	name := "vacancy"
	if id := r.tree.nodes[team].id; id != "" {
		name = id + "/vacancy"
	}
	if r.taken == nil {
		r.taken = newUnitNames(r.req.Axes).known
	}
	for k := 2; r.taken[name]; k++ {
		name = r.tree.nodes[team].id + "/vacancy-" + strconv.Itoa(k)
	}
	return name
}

// result adds the vacancy lines to the tree and lays the amounts out on it.
func (r *stockRun) result() (*StockBreakdown, error) {
	names := make([]string, len(r.moves))
	for u := range names {
		names[u] = r.slotName(int32(u))
	}
	frame := r.frame
	if len(r.vacancies) > 0 {
		axes := slices.Clone(r.req.Axes)
		for a := range axes {
			if axes[a].ID != r.frame.axes[0].axis.ID {
				continue
			}
			units := slices.Clone(axes[a].tree())
			for k, team := range r.vacancies {
				units = append(units, Unit{ID: names[len(r.tree.leaves)+k], Parent: r.tree.nodes[team].id})
			}
			axes[a] = Axis{ID: axes[a].ID, Name: axes[a].Name, Of: axes[a].Of, Units: units}
		}
		var err error
		if frame, err = r.layOut(axes); err != nil {
			return nil, err
		}
	}
	s := &StockBreakdown{goal: r.req.Goal, metric: r.req.Metric}
	t := frame.axes[0].tree
	place := make([]int32, len(names))
	for u, name := range names {
		n := t.index[name]
		if u < len(r.tree.leaves) {
			n = r.tree.like(r.tree.leaves[u], t)[0]
		}
		place[u] = t.nodes[n].leaf
	}
	s.opening = make([]int64, len(t.leaves))
	for u, x := range r.opening {
		s.opening[place[u]] = x
	}
	lay := func(rows [][]int64) *Breakdown {
		cols := len(r.pieces)
		cells := make([]int64, len(t.leaves)*cols)
		for u, row := range rows {
			copy(cells[int(place[u])*cols:], row)
		}
		cs := *frame
		cs.total = sumOf(cells)
		cs.table = &apportion.Result{Amounts: cells, Converged: true}
		return newBreakdown(&cs)
	}
	s.moves, s.gains, s.drops = lay(r.moves), lay(r.gains), lay(r.drops)
	for _, x := range r.transfers {
		s.transfers = append(s.transfers, Transfer{names[x.from], names[x.to], r.pieces[x.piece], s.decimal(x.amount)})
	}
	s.findings = append(r.findings, r.found(names)...)
	return s, nil
}

// found says where stocks have nobody, and what was moved for want of stock.
func (r *stockRun) found(names []string) []diag.Finding {
	var out []diag.Finding
	goal := diag.Name("goal", r.req.Goal.ID)
	text := func(n int64) string { return fromSteps(n, r.req.Metric.Step).String() }
	for k, team := range r.vacancies {
		slot := len(r.tree.leaves) + k
		level := r.opening[slot] + sumOf(r.moves[slot])
		out = append(out, diag.Finding{Severity: diag.Warning, Code: codeVacantStock, Subject: diag.Subject{Kind: "unit", ID: names[slot]},
			Args:   []diag.Arg{goal, diag.Amount("amount", text(level))},
			Advice: []diag.Advice{{Action: adviseSuccessor, Amount: text(level), Owner: r.frame.axes[0].nameOf(team)}}})
	}
	if r.floored > 0 {
		out = append(out, diag.Finding{Severity: diag.Info, Code: codeStockFloor, Subject: diag.Subject{Kind: "goal", ID: r.req.Goal.ID},
			Args: []diag.Arg{diag.Amount("amount", text(r.floored))}})
	}
	return out
}
