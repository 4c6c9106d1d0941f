package salesplan

import (
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// sayGrown says how the goal's target came from its baseline.
func (t *explainer) sayGrown(g *GrownTarget) {
	if g == nil {
		return
	}
	args := []diag.Arg{t.amountArg("target", g.Target), diag.Amount("base", g.Baseline.String()), diag.Amount("growth", g.Growth.String()), diag.Amount("relief", g.Relief.String()),
		diag.Amount("exact", g.Exact.String()), diag.Amount("step", t.e.Step.String())}
	if t.e.Rate != nil { // whose target is no amount
		args[0] = diag.Amount("target", g.Target.String())
	}
	if g.Period.Valid() {
		args = append(args, t.periodArg("period", g.Period))
	}
	m := diag.Message{
		EN: "The goal's target {target} is {base}[, what {period} came to,] × (1 + {growth} − {relief}) = {exact}, rounded half up.",
		ZH: "目标值 {target} 为 {base}[（{period} 的实际）] × (1 + {growth} − {relief}) = {exact}，四舍五入。",
	}
	if g.Mode == GrowthCompounding {
		m = diag.Message{
			EN: "The goal's target {target} is {base}[, what {period} came to,] × (1 + {growth}) × (1 − {relief}) = {exact}, rounded half up.",
			ZH: "目标值 {target} 为 {base}[（{period} 的实际）] × (1 + {growth}) × (1 − {relief}) = {exact}，四舍五入。",
		}
	}
	t.say(m, args...)
}

// sayStints says what a unit that changes teams owes below each.
func (t *explainer) sayStints() {
	for _, s := range told(t.e.Stints, maxTold) {
		t.sayStint(s)
	}
	rest := t.e.Stints[len(told(t.e.Stints, maxTold)):]
	if len(rest) == 0 {
		return
	}
	var sum decimal.Decimal
	for _, s := range rest {
		sum = sum.Add(s.Amount)
	}
	t.say(diag.Message{EN: "Below {n} further units it owes {amount}.", ZH: "归属另外 {n} 个单元期间应完成 {amount}。"}, diag.Count("n", len(rest)), t.amountArg("amount", sum))
}

// sayStint says it of one of them, with the way of the amount down to it.
func (t *explainer) sayStint(s StintShare) {
	var days []string
	for _, p := range s.Days {
		days = append(days, t.e.Fiscal.Label(p))
	}
	t.say(diag.Message{EN: "Below {above} ({days}) it owes {amount}.", ZH: "归属 {above} 期间（{days}）应完成 {amount}。"},
		textArg("above", t.placeNames(s.Parents)), textArg("days", strings.Join(days, ", ")), t.amountArg("amount", s.Amount))
	e := *t.e
	e.At.Parents, e.Amount, e.Cells = s.Parents, s.Amount, s.Cells
	e.Who, e.Ideal, e.Cell, e.Fitted = s.Who, s.Ideal, s.Cell, decimal.NullDecimal{}
	part := &explainer{e: &e, lang: t.lang, base: s.Amount}
	part.sayIdeals()
	part.sayWho()
	part.sayBoth()
	t.lines = append(t.lines, part.lines...)
}

// maxLocks is how many locks are told of a cell.
const maxLocks = 3

// sayOdd says what a cell has beyond whole steps, and of which locks.
func (t *explainer) sayOdd(o *OddShare) {
	if o == nil {
		return
	}
	var locks []string
	for _, l := range told(o.Locks, maxLocks) {
		e := *t.e
		e.At.Units, e.At.Parents = l.Units, l.Parents
		at := &explainer{e: &e, lang: t.lang}
		locks = append(locks, t.filled(diag.Message{EN: "{who} in {period} {amount}", ZH: "{who} 在 {period} {amount}"},
			textArg("who", at.here()), t.periodArg("period", l.Period), t.amountArg("amount", l.Amount)))
	}
	if len(told(o.Locks, maxLocks)) < len(o.Locks) {
		locks = append(locks, "…")
	}
	m := diag.Message{EN: "Beyond whole steps it has {odd}, as it is locked: {locks}.", ZH: "此外因锁定另有零头 {odd}：{locks}。"}
	if o.Rest {
		m = diag.Message{EN: "Beyond whole steps it carries {odd}, the rest of locks: {locks}.", ZH: "此外承担锁定值的零头 {odd}：{locks}。"}
	}
	t.andSay(m, t.amountArg("odd", o.Amount), textArg("locks", strings.Join(locks, "; ")))
}
