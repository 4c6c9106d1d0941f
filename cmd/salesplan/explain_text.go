package main

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A teller puts an explanation into words.
type teller struct {
	p     *program
	b     *salesplan.Breakdown
	e     *salesplan.Explanation
	names map[string]string
	out   strings.Builder
}

// say adds a sentence in the language asked for; both take the same values in
// the same order.
func (t *teller) say(english, chinese string, values ...any) {
	format := english
	if t.p.lang == string(diag.Chinese) {
		format = chinese
	}
	for i, v := range values {
		if s, ok := v.(string); ok {
			values[i] = printable(s)
		}
	}
	fmt.Fprintf(&t.out, format+"\n", values...)
}

// tell returns the explanation, a paragraph for each move.
func (t *teller) tell() string {
	e := t.e
	amount := t.money(e.Amount)
	if m := t.b.Metric().Measure; m != "" {
		amount += " " + m
	}
	t.say("%s owes %s in %s for goal %s.", "%s 应完成 %s（期间 %s，目标 %s）。", t.place(), amount, t.b.Label(e.At.Period), e.Goal)
	t.grown()
	t.when()
	t.who(e.Who)
	for _, s := range e.Stints {
		t.stint(s)
	}
	switch {
	case e.Cell != nil:
		t.cell(e.Cell, e.Amount)
	case e.Cells > 1:
		t.say("\nIt is the sum of %s cells (leaf unit × leaf period), the only numbers that are rounded.",
			"\n它是 %s 个单元格（末级单元 × 最细期间）之和，只有这些单元格经过舍入。", grouped(strconv.Itoa(e.Cells)))
	}
	return t.out.String()
}

// place names the units.
func (t *teller) place() string {
	var names []string
	for _, u := range t.e.At.Units {
		if u != "" {
			names = append(names, t.name(u))
		}
	}
	if len(names) == 0 {
		return t.p.word("Total")
	}
	return strings.Join(names, " / ")
}

func (t *teller) name(unit string) string {
	switch {
	case unit == "":
		return t.p.word("Total")
	case t.names[unit] != "":
		return t.names[unit]
	}
	return unit
}

func (t *teller) money(d decimal.Decimal) string { return grouped(t.b.Text(d)) }

// exact writes an amount that may be finer than the step.
func (t *teller) exact(d decimal.Decimal) string {
	step := max(-t.b.Metric().Step.Exponent(), 0)
	return grouped(d.Round(step + 4).String())
}

// grown tells how the goal's target came from its baseline.
func (t *teller) grown() {
	g := t.e.Target
	if g == nil {
		return
	}
	how := "× (1 + %[3]s − %[4]s)"
	if g.Mode == salesplan.GrowthCompounding {
		how = "× (1 + %[3]s) × (1 − %[4]s)"
	}
	base := grouped(g.Baseline.String())
	if g.Period.IsZero() {
		t.say("\nTarget: %[1]s is the baseline %[2]s "+how+" = %[5]s, rounded half up.",
			"\n目标值：%[1]s 为基线 %[2]s "+how+" = %[5]s，四舍五入。",
			t.money(g.Target), base, g.Growth.String(), g.Relief.String(), grouped(g.Exact.String()))
		return
	}
	t.say("\nTarget: %[1]s is what %[6]s came to, %[2]s, "+how+" = %[5]s, rounded half up.",
		"\n目标值：%[1]s 为 %[6]s 的实际 %[2]s "+how+" = %[5]s，四舍五入。",
		t.money(g.Target), base, g.Growth.String(), g.Relief.String(), grouped(g.Exact.String()), t.b.Label(g.Period))
}

// when tells what the whole goal owes in the period.
func (t *teller) when() {
	for _, s := range t.e.When {
		period := t.b.Label(s.Period)
		if s.Weight.Equal(s.Whole) {
			t.say("\nWhen: the whole goal owes %s in %s.", "\n时间：整个目标在 %[2]s 应完成 %[1]s。", t.money(s.Amount), period)
			continue
		}
		before, upTo, whole := reduced(s.Before, s.Before.Add(s.Weight), s.Whole)
		t.say("\nWhen: the whole goal owes %s in %s, by %s. Up to its end it is %s × %s ÷ %s,\nup to its beginning %s × %s ÷ %s, each rounded half up; the period owes the difference (%s of the total).",
			"\n时间：整个目标在 %[2]s 应完成 %[1]s，依据%[3]s。截至期末为 %[4]s × %[5]s ÷ %[6]s，\n截至期初为 %[7]s × %[8]s ÷ %[9]s，各自四舍五入；两者之差即该期间的目标（占总额 %[10]s）。",
			t.money(s.Amount), period, t.timeBasis(s.Basis),
			t.money(s.Target), grouped(upTo), grouped(whole), t.money(s.Target), grouped(before), grouped(whole), percent(s.Weight, s.Whole))
	}
}

func (t *teller) timeBasis(b salesplan.TimeBasis) string {
	if b == "" {
		b = salesplan.TimeEven
	}
	zh := map[salesplan.TimeBasis]string{
		salesplan.TimeEven: "各期平均", salesplan.TimeDays: "日历天数", salesplan.TimeWorkdays: "工作日", salesplan.TimeSeasonality: "给定的季节性", salesplan.TimeHistory: "历史季节性",
	}
	en := map[salesplan.TimeBasis]string{
		salesplan.TimeEven: "equal periods", salesplan.TimeDays: "calendar days", salesplan.TimeWorkdays: "working days", salesplan.TimeSeasonality: "given seasonality", salesplan.TimeHistory: "the past's seasonality",
	}
	if t.p.lang == string(diag.Chinese) {
		return zh[b]
	}
	return en[b]
}

// stint tells what a unit that changes teams owes in one of them.
func (t *teller) stint(s salesplan.StintShare) {
	var above, days []string
	for _, u := range s.Parents {
		if u != "" {
			above = append(above, t.name(u))
		}
	}
	for _, p := range s.Days {
		days = append(days, t.b.Label(p))
	}
	t.say("\nBelow %s (%s) it owes %s.", "\n归属 %s 期间（%s）应完成 %s。", strings.Join(above, " / "), strings.Join(days, ", "), t.money(s.Amount))
	t.who(s.Who)
	if s.Cell != nil {
		t.cell(s.Cell, s.Amount)
	}
}

// who tells the units' totals over the whole period, from the top.
func (t *teller) who(shares []salesplan.UnitShare) {
	above, begun := "", false
	for _, s := range shares {
		if s.Basis == "" || s.Weights.IsZero() && s.Parent.IsZero() { // the owner, or nothing to divide
			above = s.Unit
			continue
		}
		if !begun {
			begun = true
			t.say("\nWho, over the whole period:", "\n人员（整个期间）：")
		}
		if s.Weights.IsZero() {
			t.line(s, above)
			above = s.Unit
			continue
		}
		weight, weights := reducedPair(s.Weight, s.Weights)
		share := percent(s.Weight, s.Weights)
		if above == "" {
			t.say("- %s carries %s of the whole %s: weight %s of %s (%s), by %s; before rounding %s.",
				"- %s 承担总额 %[3]s 中的 %[2]s：权重 %[4]s / %[5]s（%[6]s），依据%[7]s；舍入前 %[8]s。",
				t.name(s.Unit), t.money(s.Amount), t.money(s.Parent), grouped(weight), grouped(weights), share, t.basis(s.Basis), t.exact(s.Ideal))
		} else {
			t.say("- %s carries %s of %s's %s: weight %s of %s (%s), by %s; before rounding %s.",
				"- %s 承担 %[3]s 的 %[4]s 中的 %[2]s：权重 %[5]s / %[6]s（%[7]s），依据%[8]s；舍入前 %[9]s。",
				t.name(s.Unit), t.money(s.Amount), t.name(above), t.money(s.Parent), grouped(weight), grouped(weights), share, t.basis(s.Basis), t.exact(s.Ideal))
		}
		if s.Days < s.Of {
			t.say("  It is there on %d of %d days.", "  在岗 %d 天，共 %d 天。", s.Days, s.Of)
		}
		if s.Table != nil && t.exact(s.Table.Fitted) != t.exact(s.Ideal) {
			t.say("  Fitted to the totals of both axes it is %s.", "  按两个维度的合计拟合后为 %s。", t.exact(s.Table.Fitted))
		}
		above = s.Unit
	}
}

// line tells a total whose weight is another one below each unit of the axis
// before.
func (t *teller) line(s salesplan.UnitShare, above string) {
	of := t.p.word("Total")
	if above != "" {
		of = t.name(above)
	}
	t.say("- %s carries %s of %s's %s: the sum over all units, each by %s; before rounding %s.",
		"- %s 承担 %[3]s 的 %[4]s 中的 %[2]s：各单元之和，各自依据%[5]s；舍入前 %[6]s。",
		t.name(s.Unit), t.money(s.Amount), of, t.money(s.Parent), t.basis(s.Basis), t.exact(s.Ideal))
}

func (t *teller) basis(b salesplan.Basis) string {
	zh := map[salesplan.Basis]string{
		salesplan.BasisEven: "平均", salesplan.BasisWeights: "给定权重", salesplan.BasisHistory: "历史实绩", salesplan.BasisPipeline: "进行中的商机",
		salesplan.BasisPotential: "给定的潜力值", salesplan.BasisHeadcount: "人数", salesplan.BasisBlend: "多项依据加权",
	}
	en := map[salesplan.Basis]string{
		salesplan.BasisEven: "equal shares", salesplan.BasisWeights: "given weights", salesplan.BasisHistory: "what each brought in the past", salesplan.BasisPipeline: "open deals",
		salesplan.BasisPotential: "stated potential", salesplan.BasisHeadcount: "headcount", salesplan.BasisBlend: "a blend of bases",
	}
	if t.p.lang == string(diag.Chinese) {
		return zh[b]
	}
	return en[b]
}

// cell tells how one cell of the table of units and periods came to be.
func (t *teller) cell(c *salesplan.CellShare, amount decimal.Decimal) {
	whole := amount
	if c.Odd != nil {
		whole = whole.Sub(c.Odd.Amount)
	}
	t.say("\nBoth: fitted to the totals of units and periods the cell is %s; in whole steps of %s it is %s.",
		"\n合并：按单元和期间的合计拟合后，该单元格为 %s；按最小单位 %s 取整后为 %s。", t.exact(c.Fitted), t.b.Metric().Step.String(), t.money(whole))
	t.say("Up to here this unit has been given %s of %s fitted, this period %s of %s: both within a step.",
		"至此，该单元已分配 %s（拟合值 %s），该期间已分配 %s（拟合值 %s），相差均不足一个最小单位。",
		t.money(c.Row.Given), t.exact(c.Row.Fitted), t.money(c.Column.Given), t.exact(c.Column.Fitted))
	t.odd(c.Odd)
}

// odd tells what a cell has beyond whole steps, and of which locks.
func (t *teller) odd(o *salesplan.OddShare) {
	if o == nil {
		return
	}
	const most = 3
	var locks []string
	for i, l := range o.Locks {
		if i == most {
			locks = append(locks, "…")
			break
		}
		var at []string
		for k, u := range l.Units {
			if k < len(l.Parents) && l.Parents[k] != "" {
				at = append(at, t.name(l.Parents[k]))
			}
			at = append(at, t.name(u))
		}
		locks = append(locks, strings.TrimSpace(strings.Join(at, " / ")+" "+t.b.Label(l.Period))+" = "+t.money(l.Amount))
	}
	if o.Rest {
		t.say("Beyond whole steps it carries %s, the rest of locks: %s.", "此外承担锁定值的零头 %s：%s。", t.money(o.Amount), strings.Join(locks, "; "))
		return
	}
	t.say("Beyond whole steps it has %s, as it is locked: %s.", "此外因锁定另有零头 %s：%s。", t.money(o.Amount), strings.Join(locks, "; "))
}

// reduced divides whole numbers by what they have in common.
func reduced(a, b, c decimal.Decimal) (string, string, string) {
	x, y, z := a.BigInt(), b.BigInt(), c.BigInt()
	g := new(big.Int).GCD(nil, nil, new(big.Int).GCD(nil, nil, x, y), z)
	if g.Sign() > 0 {
		x.Quo(x, g)
		y.Quo(y, g)
		z.Quo(z, g)
	}
	return x.String(), y.String(), z.String()
}

func reducedPair(a, b decimal.Decimal) (string, string) {
	x, y, _ := reduced(a, b, b)
	return x, y
}

// percent writes a ÷ b with two decimals.
func percent(a, b decimal.Decimal) string {
	if b.IsZero() {
		return "0 %"
	}
	return a.Mul(decimal.New(100, 0)).DivRound(b, 2).StringFixed(2) + " %"
}
