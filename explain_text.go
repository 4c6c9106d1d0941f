package salesplan

import (
	"math/big"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Text puts the explanation into words: a paragraph that leads from the goal down
// to the amount, with the arithmetic to check each step by hand. Numbers that
// don't end within four decimals of the step are rounded, and have "≈" before
// them. Any lang other than [diag.Chinese] is served in English.
func (e *Explanation) Text(lang diag.Lang) string {
	sep := " "
	if lang == diag.Chinese {
		sep = ""
	}
	return strings.Join(e.Lines(lang), sep)
}

// Lines returns what [Explanation.Text] says, one text for each step on the way.
func (e *Explanation) Lines(lang diag.Lang) []string {
	if e == nil {
		return nil
	}
	t := &explainer{e: e, lang: lang, base: e.Amount}
	if e.Issued.Valid {
		t.base = e.Issued.Decimal
	}
	if e.Stock != nil {
		t.sayStock(e.Stock)
		return t.lines
	}
	t.sayOwed()
	t.sayGrown(e.Target)
	t.sayRate(e.Rate)
	t.sayWhen()
	t.sayIdeals()
	t.sayRamp(e.Ramp)
	t.sayWho()
	t.sayBoth()
	t.sayStints()
	t.sayBinds()
	t.sayReplans()
	t.saySum()
	return t.lines
}

// An explainer puts an explanation into words.
type explainer struct {
	e     *Explanation
	lang  diag.Lang
	base  decimal.Decimal // what the steps up to re-plans lead to
	lines []string
}

// A sentenceOf is a text with arguments, for a catalogue of one message.
type sentenceOf []diag.Arg

// Said implements [diag.Sayable].
func (s sentenceOf) Said() (diag.Code, []diag.Arg) { return "", s }

// filled fills a message.
func (t *explainer) filled(m diag.Message, args ...diag.Arg) string {
	return diag.Catalogue{"": m}.Text(sentenceOf(args), t.lang)
}

// say begins a line with a sentence.
func (t *explainer) say(m diag.Message, args ...diag.Arg) {
	t.lines = append(t.lines, t.filled(m, args...))
}

// andSay adds a sentence to the last line.
func (t *explainer) andSay(m diag.Message, args ...diag.Arg) {
	sep := " "
	if t.lang == diag.Chinese {
		sep = ""
	}
	t.lines[len(t.lines)-1] += sep + t.filled(m, args...)
}

// textArg is an argument of any length.
func textArg(name, text string) diag.Arg {
	return diag.Arg{Name: name, Kind: diag.KindName, Text: text}
}

// plainly is a text without arguments.
func (t *explainer) plainly(m diag.Message) string { return t.filled(m) }

// places is how many decimals the step has.
func (t *explainer) places() int32 { return max(-t.e.Step.Exponent(), 0) }

// amountArg is an argument with the decimals of the step, or with all of its own,
// of an amount that locks put off the step.
func (t *explainer) amountArg(name string, d decimal.Decimal) diag.Arg {
	places := t.places()
	for most := places + 30; places < most && !d.Equal(d.Truncate(places)); {
		places++
	}
	return diag.Amount(name, d.StringFixed(places))
}

// exactArg is an argument that may be finer than the step, and eq what stands before
// it.
func (t *explainer) exactArg(name string, d decimal.Decimal) diag.Arg {
	d = t.toFour(d)
	return diag.Amount(name, d.StringFixed(max(t.places(), -d.Exponent())))
}

// toFour brings an amount to four decimals more than the step has, with no zeros
// at its end.
func (t *explainer) toFour(d decimal.Decimal) decimal.Decimal {
	d = d.Round(t.places() + 4)
	for k := t.places(); k < t.places()+4; k++ {
		if short := d.Round(k); short.Equal(d) {
			return short
		}
	}
	return d
}

func (t *explainer) eqArg(d decimal.Decimal) diag.Arg {
	if t.toFour(d).Equal(d) {
		return diag.Name("eq", "=")
	}
	return diag.Name("eq", "≈")
}

func (t *explainer) periodArg(name string, p calendar.Period) diag.Arg {
	if !p.Valid() {
		return diag.Name(name, p.String())
	}
	return diag.Name(name, t.e.Fiscal.Label(p))
}

// unitArg names a unit; "" is all of them.
func (t *explainer) unitArg(name, id string) diag.Arg { return textArg(name, t.nameFor(id)) }

func (t *explainer) nameFor(id string) string {
	switch {
	case id == "":
		return t.plainly(diag.Message{EN: "the whole goal", ZH: "整个目标"})
	case t.e.Names[id] != "":
		return t.e.Names[id]
	}
	return id
}

// here names the place that is explained: of a unit of which a part is chosen, with
// the one above before it.
func (t *explainer) here() string {
	at := t.e.At
	var units []string
	for i, u := range at.Units {
		if u != "" && i < len(at.Parents) {
			units = append(units, at.Parents[i])
		}
		units = append(units, u)
	}
	return t.placeNames(units)
}

// placeNames names several units, one of each axis.
func (t *explainer) placeNames(units []string) string {
	var names []string
	for _, u := range units {
		if u != "" {
			names = append(names, t.nameFor(u))
		}
	}
	if len(names) == 0 {
		return t.nameFor("")
	}
	return strings.Join(names, " / ")
}

// sayOwed says what is explained.
func (t *explainer) sayOwed() {
	e := t.e
	args := []diag.Arg{textArg("who", t.here()), t.amountArg("amount", e.Amount), t.periodArg("period", e.At.Period), diag.Name("goal", e.Goal)}
	if e.Measure != "" {
		args = append(args, diag.Name("measure", e.Measure))
	}
	t.say(diag.Message{
		EN: "{who} owes {amount}[ {measure}] in {period} for goal {goal}.",
		ZH: "{who} 应完成 {amount}[ {measure}]（期间 {period}，目标 {goal}）。",
	}, args...)
	switch {
	case !e.Issued.Valid:
	case len(e.When) == 0:
		t.andSay(diag.Message{EN: "It had no target when targets were first issued.", ZH: "首次下达时尚无该项目标。"})
	default:
		t.andSay(diag.Message{EN: "First issued were {issued}, which came about as follows.", ZH: "首次下达的数额为 {issued}，计算如下。"}, t.amountArg("issued", e.Issued.Decimal))
	}
}

// maxTurns is how many recurrences are told one by one, and maxTold how many of
// anything else.
const (
	maxTurns = 3
	maxTold  = 12
)

// sayWhen says what the whole goal owes in the period.
func (t *explainer) sayWhen() {
	for i, s := range t.e.When {
		if i == maxTurns && len(t.e.When) > maxTurns+1 {
			t.andSay(diag.Message{EN: "So do the {n} further recurrences up to {period}.", ZH: "其后至 {period} 的 {n} 个周期同理。"},
				diag.Count("n", len(t.e.When)-i), t.periodArg("period", t.e.When[len(t.e.When)-1].Of))
			break
		}
		t.sayTurn(s)
	}
}

// sayTurn says it of one recurrence.
func (t *explainer) sayTurn(s PeriodShare) {
	amount, step := t.amountArg("amount", s.Amount), diag.Amount("step", t.e.Step.String())
	if s.Weight.Equal(s.Whole) && s.Moved.IsZero() {
		t.say(diag.Message{EN: "The whole goal owes {amount} in {period}.", ZH: "整个目标在 {period} 应完成 {amount}。"}, amount, t.periodArg("period", s.Period))
		return
	}
	through, before := s.through(s.Before.Add(s.Weight), t.e.Step), s.through(s.Before, t.e.Step)
	x, y, whole := lowest(s.Before.Add(s.Weight), s.Before, s.Whole)
	t.say(diag.Message{
		EN: "Of the goal's {target} in {of}, by {basis}, {target} × {x} ÷ {whole} = {through} are owed by the end of {period} and {target} × {y} ÷ {whole} = {before} before it, each rounded half up to {step}; so the whole goal owes {through} − {before} = {rule} in {period}.",
		ZH: "目标在 {of} 的总额 {target}，依据{basis}，至 {period} 末应累计完成 {target} × {x} ÷ {whole} = {through}，此前应累计完成 {target} × {y} ÷ {whole} = {before}，均四舍五入到 {step}；因此整个目标在 {period} 应完成 {through} − {before} = {rule}。",
	}, t.amountArg("target", s.Target), t.periodArg("of", s.Of), diag.Name("basis", t.basisName(s.Basis)), diag.Amount("x", x), diag.Amount("y", y), diag.Amount("whole", whole),
		t.amountArg("through", through), t.amountArg("before", before), t.amountArg("rule", through.Sub(before)), t.periodArg("period", s.Period), step)
	if !s.Moved.IsZero() {
		t.andSay(diag.Message{EN: "Bounds of cells leave no other way than to move that by {moved}, to {amount}.", ZH: "受单元格上下限所限，须调整 {moved}，成为 {amount}。"},
			t.amountArg("moved", s.Moved), amount)
	}
}

// through returns what is owed up to a weight: Target × weight ÷ Whole, rounded
// half up to the step.
func (s PeriodShare) through(weight, step decimal.Decimal) decimal.Decimal {
	if s.Whole.IsZero() || step.Sign() <= 0 {
		return decimal.Decimal{}
	}
	x := new(big.Rat).Mul(exactRat(s.Target.Abs()), exactRat(weight))
	x.Quo(x, exactRat(s.Whole))
	x.Quo(x, exactRat(step))
	n := new(big.Int).Lsh(x.Num(), 1)
	n.Add(n, x.Denom())
	n.Quo(n, new(big.Int).Lsh(x.Denom(), 1))
	d := fromBigSteps(n, step)
	if s.Target.IsNegative() {
		return d.Neg()
	}
	return d
}

// longest is how many digits a weight may have before it is told as a fraction.
const longest = 15

// lowest divides numbers by what they have in common; parts of 1 with 12 decimals
// where they still are too long to be told.
func lowest(x, y, whole decimal.Decimal) (string, string, string) {
	least := min(x.Exponent(), y.Exponent(), whole.Exponent(), 0)
	all := []*big.Int{x.Shift(-least).BigInt(), y.Shift(-least).BigInt(), whole.Shift(-least).BigInt()}
	gcd := new(big.Int)
	for _, n := range all {
		gcd.GCD(nil, nil, gcd, new(big.Int).Abs(n))
	}
	if gcd.Sign() > 0 {
		for _, n := range all {
			n.Quo(n, gcd)
		}
	}
	if len(all[2].String()) <= longest || all[2].Sign() == 0 {
		return all[0].String(), all[1].String(), all[2].String()
	}
	part := func(n *big.Int) string {
		text := new(big.Rat).SetFrac(n, all[2]).FloatString(12)
		return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return part(all[0]), part(all[1]), "1"
}

// lowestPair is lowest of two numbers.
func lowestPair(x, whole decimal.Decimal) (string, string) {
	a, _, b := lowest(x, whole, whole)
	return a, b
}

// saySum says of what the amount is made.
func (t *explainer) saySum() {
	parts := t.e.Sum
	if len(parts) == 0 {
		return
	}
	byPeriod := parts[0].Period != t.e.At.Period
	var list []string
	rest := decimal.Decimal{}
	for i, p := range parts {
		if i >= maxTold && len(parts) > maxTold+1 {
			rest = rest.Add(p.Amount)
			continue
		}
		name := t.periodArg("unit", p.Period)
		if !byPeriod {
			name = textArg("unit", t.nameFor(lastChange(t.e.At.Units, p.Units)))
		}
		list = append(list, t.filled(diag.Message{EN: "{unit} {amount}", ZH: "{unit} {amount}"}, name, t.amountArg("amount", p.Amount)))
	}
	if n := len(parts) - len(list); n > 0 {
		list = append(list, t.filled(diag.Message{EN: "{n} more {amount}", ZH: "其余 {n} 项 {amount}"}, diag.Count("n", n), t.amountArg("amount", rest)))
	}
	t.say(diag.Message{EN: "It is the sum of {list}.", ZH: "合计：{list}。"}, textArg("list", strings.Join(list, " + ")))
}

// lastChange returns the unit by which a place differs from that above it.
func lastChange(above, units []string) string {
	for i := len(units) - 1; i >= 0; i-- {
		if i >= len(above) || above[i] != units[i] {
			return units[i]
		}
	}
	return ""
}

// sayBinds says which goals below bind some of it.
func (t *explainer) sayBinds() {
	for _, x := range t.e.Binds {
		args := []diag.Arg{diag.Name("goal", x.Goal), t.unitArg("owner", x.Owner), t.amountArg("total", x.Total), t.periodArg("period", x.Period)}
		if x.Here.Valid && !x.Here.Decimal.Equal(x.Total) {
			args = append(args, t.amountArg("here", x.Here.Decimal))
		}
		m := diag.Message{
			EN: "Goal {goal} below fixes what {owner} owes in {period}: {total}[, {here} of it here].",
			ZH: "下级目标 {goal} 固定了 {owner} 在 {period} 的数额：{total}[，其中此处 {here}]。",
		}
		if x.Binding == BindingAtLeast {
			m = diag.Message{
				EN: "Goal {goal} below has {owner} owe at least {total} in {period}[, {here} of it here].",
				ZH: "下级目标 {goal} 要求 {owner} 在 {period} 至少完成 {total}[，其中此处 {here}]。",
			}
		}
		t.say(m, args...)
	}
}

// told returns the parts of a list that are told one by one.
func told[T any](list []T, most int) []T {
	if len(list) <= most+1 {
		return list
	}
	return slices.Clip(list[:most])
}
