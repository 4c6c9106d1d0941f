package salesplan

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

func (t *explainer) basisName(b TimeBasis) string {
	switch b {
	case TimeDays:
		return t.plainly(diag.Message{EN: "calendar days", ZH: "日历天数"})
	case TimeWorkdays:
		return t.plainly(diag.Message{EN: "working days", ZH: "工作日"})
	case TimeSeasonality:
		return t.plainly(diag.Message{EN: "given seasonality", ZH: "给定的季节性"})
	case TimeHistory:
		return t.plainly(diag.Message{EN: "the past's seasonality", ZH: "历史季节性"})
	}
	return t.plainly(diag.Message{EN: "equal periods", ZH: "各期平均"})
}

func (t *explainer) basisArg(b Basis) diag.Arg {
	m := diag.Message{EN: "equal shares", ZH: "平均"}
	switch b {
	case BasisWeights:
		m = diag.Message{EN: "given weights", ZH: "给定权重"}
	case BasisHistory:
		m = diag.Message{EN: "what each brought in the past", ZH: "历史实绩"}
	case BasisPipeline:
		m = diag.Message{EN: "open deals", ZH: "进行中的商机"}
	case BasisPotential:
		m = diag.Message{EN: "stated potential", ZH: "给定的潜力值"}
	case BasisHeadcount:
		m = diag.Message{EN: "headcount", ZH: "人数"}
	case BasisBlend:
		m = diag.Message{EN: "a blend of bases", ZH: "多项依据加权"}
	}
	return diag.Name("basis", t.plainly(m))
}

// sayIdeals follows the period's amount down the units.
func (t *explainer) sayIdeals() {
	if t.isWhole() {
		return // the totals say it
	}
	var owed decimal.Decimal
	for _, s := range t.e.When {
		owed = owed.Add(s.Amount)
	}
	for i, u := range t.e.Ideal {
		if i == 0 && len(t.e.Ideal) > 1 && !u.Ideal.Equal(owed) {
			t.say(diag.Message{
				EN: "People's totals are fixed: of what the season alone would give {period}, {ideal}, each carries their own part, whoever else is there, and all parts together are then brought to the goal's total.",
				ZH: "人员的总额固定：仅按季节性 {period} 为 {ideal}，各人承担自己的份额，与他人是否在岗无关，各份额再统一调整到目标总额。",
			}, t.periodArg("period", t.e.At.Period), t.exactArg("ideal", u.Ideal))
		}
		if i > 0 {
			t.sayStep(u, t.e.Ideal[i-1].Ideal)
		}
	}
}

// isWhole reports whether the whole period of a goal is explained, in which a
// unit's part is its total.
func (t *explainer) isWhole() bool {
	if len(t.e.Who) == 0 {
		return false
	}
	var sum decimal.Decimal
	for _, s := range t.e.When {
		if !s.Weight.Equal(s.Whole) {
			return false
		}
		sum = sum.Add(s.Amount)
	}
	return sum.Equal(t.e.Who[0].Amount)
}

// sayStep says how a unit's part of a period comes of that of the unit above.
func (t *explainer) sayStep(u IdealShare, above decimal.Decimal) {
	args := []diag.Arg{t.unitArg("unit", u.Unit), t.exactArg("above", above), t.exactArg("ideal", u.Ideal), t.eqArg(u.Ideal), t.basisArg(u.Basis), t.periodArg("period", t.e.At.Period),
		diag.Count("days", u.Days), diag.Count("of", u.Of), diag.Amount("full", u.FullDays.String())}
	part, parts := lowestPair(u.Part, u.Parts)
	weight, weights := lowestPair(u.Weight, u.Weights)
	args = append(args, diag.Amount("part", part), diag.Amount("parts", parts), diag.Amount("weight", weight), diag.Amount("weights", weights))
	switch {
	case u.Season != "":
		t.say(diag.Message{
			EN: "{unit} follows the season of {season}: {period} has {total} × {part} ÷ {parts} {eq} {ideal} of the {total} that {unit} carries over the whole period.",
			ZH: "{unit} 按 {season} 的季节性：整个期间承担的 {total} 中，{period} 为 {total} × {part} ÷ {parts} {eq} {ideal}。",
		}, append(args, t.unitArg("season", u.Season), t.amountArg("total", u.Total))...)
	case u.Parts.IsZero() && u.Ideal.IsZero():
		t.say(diag.Message{EN: "{unit} carries nothing of that.", ZH: "{unit} 不承担其中任何部分。"}, args...)
	case u.Parts.IsZero():
		t.say(diag.Message{
			EN: "Of these {above}, {unit} carries {ideal}, by {basis} (weight {weight} of {weights}) among those who are there in each of its leaf periods; {unit} is there on {days} of {of} days, worth {full} full ones.",
			ZH: "其中 {unit} 承担 {above} 中的 {ideal}，依据{basis}（权重 {weight} / {weights}），在每个最细期间由在岗者分担；{unit} 在岗 {days} 天（共 {of} 天），折合 {full} 个整日。",
		}, args...)
	case u.Part.Equal(u.Parts):
		t.say(diag.Message{EN: "{unit} carries all of these {ideal}.", ZH: "{unit} 承担其全部 {ideal}。"}, args...)
	case u.Part.Equal(u.Weight) && u.Parts.Equal(u.Weights):
		t.say(diag.Message{
			EN: "Of these {above}, {unit} carries {weight} of {weights} parts, by {basis}: {above} × {weight} ÷ {weights} {eq} {ideal}.",
			ZH: "其中 {unit} 依据{basis}承担 {weights} 份中的 {weight} 份：{above} × {weight} ÷ {weights} {eq} {ideal}。",
		}, args...)
	default:
		t.sayPresent(u, args)
	}
}

// sayPresent says how a unit's part comes of its weight and of the days on which it
// and its siblings are there.
func (t *explainer) sayPresent(u IdealShare, args []diag.Arg) {
	of := decimal.New(int64(max(u.Of, 1)), 0)
	if parts := u.Parts.DivRound(of, 0); u.Part.Equal(u.Weight.Mul(of)) && u.Parts.Equal(parts.Mul(of)) {
		weight, weights := lowestPair(u.Weight, parts)
		t.say(diag.Message{
			EN: "Of these {above}, {unit} carries {part} of {parts} parts, by {basis} among those who are there in {period}: {above} × {part} ÷ {parts} {eq} {ideal}.",
			ZH: "其中 {unit} 依据{basis}，在 {period} 在岗者中承担 {parts} 份中的 {part} 份：{above} × {part} ÷ {parts} {eq} {ideal}。",
		}, append(args[:9:9], diag.Amount("part", weight), diag.Amount("parts", weights))...)
		return
	}
	part, parts := u.Part.String(), u.Parts.String()
	if len(parts) > longest {
		part, parts = lowestPair(u.Part, u.Parts)
	}
	args = append(args[:9:9], diag.Amount("part", part), diag.Amount("parts", parts), diag.Amount("weight", u.Weight.String()))
	t.say(diag.Message{
		EN: "Of these {above}, {unit} carries {part} of {parts} parts, by {basis} × days there (weight {weight} × {full} full days, being there on {days} of {of} days in {period}): {above} × {part} ÷ {parts} {eq} {ideal}.",
		ZH: "其中 {unit} 依据{basis} × 在岗天数承担 {parts} 份中的 {part} 份（权重 {weight} × {full} 个整日，{period} 在岗 {days} 天，共 {of} 天）：{above} × {part} ÷ {parts} {eq} {ideal}。",
	}, args...)
}

// sayWho says the units' totals over the whole period, where the amount is one of
// them or was fitted to them.
func (t *explainer) sayWho() {
	if len(t.e.Ideal) > 1 && t.e.Cell == nil && !t.isWhole() {
		return
	}
	above := ""
	for i, s := range t.e.Who {
		if i == 0 || s.Basis == "" || s.Weights.IsZero() && s.Parent.IsZero() { // the owner, or nothing to divide
			above = s.Unit
			continue
		}
		t.sayTotal(s, above)
		t.sayRounding(s, above, t.isCrossed(i))
		above = s.Unit
	}
}

// sayTotal says one of them.
func (t *explainer) sayTotal(s UnitShare, above string) {
	args := []diag.Arg{t.unitArg("unit", s.Unit), t.unitArg("above", above), t.amountArg("amount", s.Amount), t.amountArg("parent", s.Parent), t.basisArg(s.Basis), t.exactArg("ideal", s.Ideal)}
	switch {
	case s.Weight.Equal(s.Weights) && !s.Weight.IsZero() && s.Table == nil && s.Amount.Equal(s.Parent):
		t.say(diag.Message{EN: "Over the whole period {unit} carries all of {above}'s {amount}.", ZH: "整个期间 {unit} 承担 {above} 的全部 {amount}。"}, args...)
	case s.Weights.IsZero():
		t.say(diag.Message{
			EN: "Over the whole period {unit} carries {amount} of {above}'s {parent}: the sum over all units, each by {basis}; before rounding {ideal}.",
			ZH: "整个期间 {unit} 承担 {above} 的 {parent} 中的 {amount}：各单元之和，各自依据{basis}；舍入前 {ideal}。",
		}, args...)
	default:
		weight, weights := lowestPair(s.Weight, s.Weights)
		args = append(args, diag.Amount("weight", weight), diag.Amount("weights", weights), diag.Name("share", percentOf(s.Weight, s.Weights)))
		t.say(diag.Message{
			EN: "Over the whole period {unit} carries {amount} of {above}'s {parent}: weight {weight} of {weights} ({share}), by {basis}; before rounding {ideal}.",
			ZH: "整个期间 {unit} 承担 {above} 的 {parent} 中的 {amount}：权重 {weight} / {weights}（{share}），依据{basis}；舍入前 {ideal}。",
		}, args...)
	}
	if s.Days < s.Of || !s.FullDays.Equal(decimal.New(int64(s.Of), 0)) {
		t.andSay(diag.Message{EN: "{unit} is there on {days} of {of} days, worth {full} full ones.", ZH: "{unit} 在岗 {days} 天（共 {of} 天），折合 {full} 个整日。"},
			t.unitArg("unit", s.Unit), diag.Count("days", s.Days), diag.Count("of", s.Of), diag.Amount("full", s.FullDays.String()))
	}
}

// isCrossed reports whether total i is made of cells of the table of both axes'
// totals: one of the second axis, below a unit of the first.
func (t *explainer) isCrossed(i int) bool {
	who := t.e.Who
	second := slices.IndexFunc(who, func(s UnitShare) bool { return s.Axis != who[0].Axis })
	return second > 1 && who[i].Axis == who[second].Axis
}

// sayRounding says how an ideal total became an amount.
func (t *explainer) sayRounding(s UnitShare, above string, crossed bool) {
	switch left := s.Parent.Sub(s.Floors); {
	case crossed && s.Table == nil:
		t.andSay(diag.Message{EN: "It is the sum of what is below it, fitted to the totals of both axes.", ZH: "它是其下各项之和，各项按两个维度的合计拟合。"})
	case s.Table != nil:
		if !t.toFour(s.Table.Fitted).Equal(t.toFour(s.Ideal)) {
			t.andSay(diag.Message{EN: "Fitted to the totals of both axes it is {fitted}.", ZH: "按两个维度的合计拟合后为 {fitted}。"}, t.exactArg("fitted", s.Table.Fitted))
		}
	case !left.IsZero() && t.e.Step.Sign() > 0 && !s.Ideal.Equal(s.Amount.Sub(s.Moved)):
		t.andSay(diag.Message{
			EN: "Rounded down, all below {above} come to {floors}; the {steps} {steps?step|steps} left {steps?goes|go} to the largest fractions, of which this is number {rank}.",
			ZH: "{above} 下各项向下取整合计 {floors}，余下 {steps} 个步长归小数部分最大者，该项排第 {rank}。",
		}, t.unitArg("above", above), t.amountArg("floors", s.Floors), diag.Count("steps", stepsIn(left, t.e.Step)), diag.Count("rank", s.Rank+1))
	}
	if !s.Moved.IsZero() {
		t.andSay(diag.Message{EN: "Absences or bounds leave no other way than to move it by {moved}.", ZH: "受缺席或上下限所限，须调整 {moved}。"}, t.amountArg("moved", s.Moved))
	}
}

// stepsIn returns how many steps an amount has.
func stepsIn(d, step decimal.Decimal) int {
	n := new(big.Rat).Quo(exactRat(d.Abs()), exactRat(step))
	q := new(big.Int).Quo(n.Num(), n.Denom())
	if !q.IsInt64() || q.Int64() > 1<<30 {
		return 1 << 30
	}
	return int(q.Int64())
}

// percentOf writes a ÷ b with two decimals.
func percentOf(a, b decimal.Decimal) string {
	if b.IsZero() {
		return "0 %"
	}
	return new(big.Rat).Quo(exactRat(a.Shift(2)), exactRat(b)).FloatString(2) + " %"
}

// sayBoth says how the cells were fitted and rounded.
func (t *explainer) sayBoth() {
	e := t.e
	if c := e.Cell; c != nil {
		whole := t.base
		if c.Odd != nil {
			whole = whole.Sub(c.Odd.Amount)
		}
		t.sayFit(c)
		t.sayBounds(c)
		t.andSay(diag.Message{
			EN: "In whole steps of {step} it is {amount}, so that running totals stay within a step: up to here {unit} has been given {rowGiven} of {rowFitted}, and {period} {columnGiven} of {columnFitted}.",
			ZH: "按步长 {step} 取整后为 {amount}，使累计数相差不足一个步长：至此 {unit} 已分配 {rowGiven}（拟合值 {rowFitted}），{period} 已分配 {columnGiven}（拟合值 {columnFitted}）。",
		}, diag.Amount("step", e.Step.String()), t.amountArg("amount", whole), textArg("unit", t.here()), t.periodArg("period", e.At.Period),
			t.amountArg("rowGiven", c.Row.Given), t.exactArg("rowFitted", c.Row.Fitted), t.amountArg("columnGiven", c.Column.Given), t.exactArg("columnFitted", c.Column.Fitted))
		t.sayOdd(c.Odd)
		return
	}
	if e.Fitted.Valid {
		t.say(diag.Message{
			EN: "Its {cells} cells (leaf unit × leaf period), fitted to the totals of units and of periods, come to {fitted}; only they are rounded, each to {step}, and add up to {amount}.",
			ZH: "其 {cells} 个单元格（末级单元 × 最细期间）按单元和期间的合计拟合后共 {fitted}；只有单元格舍入到 {step}，相加得 {amount}。",
		}, diag.Count("cells", e.Cells), t.exactArg("fitted", e.Fitted.Decimal), diag.Amount("step", e.Step.String()), t.amountArg("amount", t.base))
	}
}

// sayFit says what a cell was fitted to.
func (t *explainer) sayFit(c *CellShare) {
	args := []diag.Arg{t.exactArg("seed", decimal.NewFromFloat(c.Seed)), diag.Name("row", factorText(c.RowFactor)), diag.Name("column", factorText(c.ColumnFactor)), t.exactArg("fitted", c.Fitted), t.eqArg(c.Fitted)}
	product := float64(c.Seed*c.RowFactor) * c.ColumnFactor
	off := decimal.NewFromFloat(product).Sub(c.Fitted).Abs()
	switch {
	case c.Forced:
		t.say(diag.Message{EN: "No table with the totals of units and of periods has another amount in the cell than {fitted}.", ZH: "在单元和期间的合计下，该单元格只能为 {fitted}。"}, args...)
	case t.toFour(off).IsZero():
		t.say(diag.Message{EN: "Fitted to the totals of units and of periods, the cell is {seed} × {row} × {column} {eq} {fitted}.", ZH: "按单元和期间的合计拟合后，该单元格为 {seed} × {row} × {column} {eq} {fitted}。"}, args...)
	default:
		t.say(diag.Message{EN: "Fitted to the totals of units and of periods, and brought within what the cells may have, the cell is {fitted}.", ZH: "按单元和期间的合计拟合并限于单元格的上下限后，该单元格为 {fitted}。"}, args...)
	}
}

// factorText writes a factor of a row or column.
func factorText(x float64) string { return strconv.FormatFloat(x, 'g', 10, 64) }

// sayBounds says what a cell may have.
func (t *explainer) sayBounds(c *CellShare) {
	switch args := []diag.Arg{t.amountArg("min", c.Min.Decimal), t.amountArg("max", c.Max.Decimal)}; {
	case c.Min.Valid && c.Max.Valid && c.Min.Decimal.Equal(c.Max.Decimal):
		t.andSay(diag.Message{EN: "It is locked at {min}.", ZH: "该单元格锁定为 {min}。"}, args...)
	case c.Min.Valid && c.Max.Valid:
		t.andSay(diag.Message{EN: "It may have {min} to {max}.", ZH: "其下限为 {min}，上限为 {max}。"}, args...)
	case c.Min.Valid:
		t.andSay(diag.Message{EN: "It must have at least {min}.", ZH: "其下限为 {min}。"}, args...)
	case c.Max.Valid:
		t.andSay(diag.Message{EN: "It may have at most {max}.", ZH: "其上限为 {max}。"}, args...)
	}
}
