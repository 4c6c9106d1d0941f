package salesplan

import (
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// result drops the vacancy lines that nothing came to, and lays the amounts out.
func (r *stockRun) result() (*StockBreakdown, error) {
	used := r.usedLeaves()
	axes, lines := r.withVacancies(func(a int, line string) bool {
		n, ok := r.axes[a].tree.index[line]
		return ok && used[a][n]
	})
	frame := r.plain
	if lines != nil {
		var err error
		if frame, err = r.layOut(axes); err != nil {
			return nil, err
		}
	}
	s := &StockBreakdown{goal: r.req.Goal, metric: r.req.Metric, grown: r.grown}
	place, rows := r.places(frame)
	s.opening = make([]int64, rows)
	for u, x := range r.opening {
		if place[u] >= 0 {
			s.opening[place[u]] = x
		}
	}
	lay := func(from [][]int64) *Breakdown {
		cols := len(r.pieces)
		cells := make([]int64, rows*cols)
		for u, row := range from {
			if place[u] >= 0 {
				copy(cells[place[u]*cols:], row)
			}
		}
		cs := *frame
		cs.total = sumOf(cells)
		cs.table = &apportion.Result{Amounts: cells, Converged: true}
		return newBreakdown(&cs)
	}
	s.moves, s.gains, s.drops = lay(r.moves), lay(r.gains), lay(r.drops)
	for _, x := range r.transfers {
		s.transfers = append(s.transfers, Transfer{r.names(x.from), r.names(x.to), r.pieces[x.piece], s.decimal(x.amount)})
	}
	s.findings = append(r.findings, r.found(used)...)
	return s, nil
}

// usedLeaves says of each axis's leaves whether any slot of theirs has something
// at any time.
func (r *stockRun) usedLeaves() []map[int32]bool {
	used := make([]map[int32]bool, len(r.axes))
	for a := range used {
		used[a] = map[int32]bool{}
	}
	if r.frame == r.plain {
		return used
	}
	mark := func(slot int) {
		for a, n := range r.nodesOf(slot) {
			used[a][n] = used[a][n] || r.vacant(a, n)
		}
	}
	for u, x := range r.opening {
		if x != 0 {
			mark(u)
		}
	}
	for _, x := range r.transfers {
		mark(x.to)
	}
	return used
}

// places returns the row of each slot in a frame, -1 for one that it doesn't
// have, and how many rows it has.
func (r *stockRun) places(frame *cascade) (place []int, rows int) {
	rows = 1
	at := make([][]int, len(r.axes)) // by axis, then leaf
	for a := range r.axes {
		t := frame.axes[a].tree
		rows *= len(t.leaves)
		for _, n := range r.axes[a].tree.leaves {
			k := -1
			if at := r.axes[a].tree.like(n, t); at != nil {
				k = int(t.nodes[at[0]].leaf)
			}
			at[a] = append(at[a], k)
		}
	}
	place = make([]int, len(r.opening))
	for u := range place {
		rest, step := u, 1
		for a := len(at) - 1; a >= 0; a-- {
			k := at[a][rest%len(at[a])]
			if k < 0 {
				place[u] = -1
				break
			}
			place[u] += k * step
			rest, step = rest/len(at[a]), step*len(frame.axes[a].tree.leaves)
		}
	}
	return place, rows
}

// found says where stocks have nobody, and what was moved for want of stock.
func (r *stockRun) found(used []map[int32]bool) []diag.Finding {
	var out []diag.Finding
	goal := diag.Name("goal", r.req.Goal.ID)
	text := func(n int64) string { return fromSteps(n, r.req.Metric.Step).String() }
	level := make([]int64, len(r.opening))
	for u := range level {
		level[u] = r.opening[u] + sumOf(r.moves[u])
	}
	for a := range r.axes {
		t := r.axes[a].tree
		for _, n := range t.leaves {
			if !used[a][n] {
				continue
			}
			nodes := make([]int32, len(r.axes))
			nodes[a] = n
			has := text(r.sum(level, nodes))
			out = append(out, diag.Finding{Severity: diag.Warning, Code: codeVacantStock, Subject: diag.Subject{Kind: "unit", ID: t.nodes[n].id},
				Args:   []diag.Arg{goal, diag.Amount("amount", has)},
				Advice: []diag.Advice{{Action: adviseSuccessor, Amount: has, Owner: r.frame.axes[a].nameOf(t.nodes[n].parent)}}})
		}
	}
	if r.floored > 0 {
		out = append(out, diag.Finding{Severity: diag.Info, Code: codeStockFloor, Subject: diag.Subject{Kind: "goal", ID: r.req.Goal.ID},
			Args: []diag.Arg{diag.Amount("amount", text(r.floored))}})
	}
	return out
}
