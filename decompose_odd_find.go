package salesplan

import (
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Codes of the findings of locks off the step.
const (
	codeOddLock diag.Code = "lock-off-step"
	codeOddRest diag.Code = "rest-of-lock"
)

// oddMessages returns the texts of the findings of locks off the step.
func oddMessages() diag.Catalogue {
	return diag.Catalogue{
		codeOddLock: {
			EN: "{subject}: in {period} goal {goal} is locked at {amount}, which is {odd} beyond whole steps of {step}",
			ZH: "{subject}：目标 {goal} 在 {period} 锁定为 {amount}，比最小单位 {step} 的整数倍多 {odd}",
		},
		codeOddRest: {
			EN: "{subject}: in {period} {amount} of goal {goal} carries the rest of locks, {odd} beyond whole steps of {step}",
			ZH: "{subject}：目标 {goal} 在 {period} 的 {amount} 承担锁定值的零头，比最小单位 {step} 的整数倍多 {odd}",
		},
	}
}

// foundOdd names the locks off the step, and the cells that carry what they
// leave.
func (cs *cascade) foundOdd() {
	if cs.odd == nil {
		return
	}
	label := cs.grid.fiscal.Label
	for _, rule := range cs.odd.locks {
		l := cs.lockShare(rule)
		who := diag.Subject{Kind: "unit", ID: joinTeams(l.Units, l.Parents)}
		if len(l.Units) == 0 {
			who = diag.Subject{Kind: "goal", ID: cs.req.Goal.ID}
		}
		d := l.Amount
		if cs.negative {
			d = d.Neg()
		}
		cs.find(diag.Finding{Severity: diag.Info, Code: codeOddLock, Subject: who, Args: cs.oddArgs(label(l.Period), l.Amount, cs.odd.beyond(d))})
	}
	for _, x := range cs.odd.cells {
		if x.rule >= 0 {
			if k := cs.rule.Bounds[x.rule]; cs.isCell(k) {
				continue // the lock itself
			}
		}
		r, p := x.at/cs.odd.cols, x.at%cs.odd.cols
		who := diag.Subject{Kind: "unit", ID: cs.nameOfRow(r)}
		if who.ID == "" {
			who = diag.Subject{Kind: "goal", ID: cs.req.Goal.ID}
		}
		amount := cs.withOdd(cs.table.Amounts[x.at], x.odd)
		cs.find(diag.Finding{Severity: diag.Info, Code: codeOddRest, Subject: who, Args: cs.oddArgs(label(cs.grid.pieces[p]), amount, x.odd)})
	}
}

// joinTeams names units, after the teams of those that change teams of which one
// is chosen.
func joinTeams(units, parents []string) string {
	var names []string
	for k, id := range units {
		if k < len(parents) && parents[k] != "" {
			names = append(names, parents[k])
		}
		names = append(names, id)
	}
	return strings.Join(names, "/")
}

// oddArgs are the arguments of a finding of an amount off the step.
func (cs *cascade) oddArgs(period string, amount decimal.Decimal, odd int64) []diag.Arg {
	return []diag.Arg{
		diag.Period("period", period), diag.Amount("amount", cs.text(amount)), diag.Amount("odd", cs.text(cs.withOdd(0, odd))),
		diag.Amount("step", cs.metric.Step.String()), diag.Name("goal", cs.req.Goal.ID),
	}
}

// isCell reports whether a bound is one of a single cell.
func (cs *cascade) isCell(r BoundRule) bool {
	var none diag.Collector
	tuples, s, ok := cs.placeOf(r, "", &none)
	if !ok || s.end != s.first+1 {
		return false
	}
	if tuples = cs.thereIn(tuples, s); len(tuples) > 1 {
		return false
	}
	for a, n := range tuples[0] {
		if !cs.axes[a].tree.isLeaf(n) {
			return false
		}
	}
	return true
}
