package salesplan

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

func (t *explainer) timeBasis(b TimeBasis) string {
	switch b {
	case TimeDays:
		return t.word(diag.Message{EN: "calendar days", ZH: "日历天数"})
	case TimeWorkdays:
		return t.word(diag.Message{EN: "working days", ZH: "工作日"})
	case TimeSeasonality:
		return t.word(diag.Message{EN: "given seasonality", ZH: "给定的季节性"})
	case TimeHistory:
		return t.word(diag.Message{EN: "the past's seasonality", ZH: "历史季节性"})
	}
	return t.word(diag.Message{EN: "equal periods", ZH: "各期平均"})
}

func (t *explainer) basis(b Basis) diag.Arg {
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
	return diag.Name("basis", t.word(m))
}

// ideals follows the period's amount down the units.
func (t *explainer) ideals() {
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
			}, t.period("period", t.e.At.Period), t.exact("ideal", u.Ideal))
		}
		if i > 0 {
			t.step(u, t.e.Ideal[i-1].Ideal)
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

// step says how a unit's part of a period comes of that of the unit above.
func (t *explainer) step(u IdealShare, above decimal.Decimal) {
	args := []diag.Arg{t.unit("unit", u.Unit), t.exact("above", above), t.exact("ideal", u.Ideal), t.eq(u.Ideal), t.basis(u.Basis), t.period("period", t.e.At.Period),
		diag.Count("days", u.Days), diag.Count("of", u.Of), diag.Amount("full", u.FullDays.String())}
	part, parts := lowestPair(u.Part, u.Parts)
	weight, weights := lowestPair(u.Weight, u.Weights)
	args = append(args, diag.Amount("part", part), diag.Amount("parts", parts), diag.Amount("weight", weight), diag.Amount("weights", weights))
	switch {
	case u.Season != "":
		t.say(diag.Message{
			EN: "{unit} follows the season of {season}: {period} has {total} × {part} ÷ {parts} {eq} {ideal} of the {total} that {unit} carries over the whole period.",
			ZH: "{unit} 按 {season} 的季节性：整个期间承担的 {total} 中，{period} 为 {total} × {part} ÷ {parts} {eq} {ideal}。",
		}, append(args, t.unit("season", u.Season), t.amount("total", u.Total))...)
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
		t.present(u, args)
	}
}

// present says how a unit's part comes of its weight and of the days on which it
// and its siblings are there.
func (t *explainer) present(u IdealShare, args []diag.Arg) {
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

// who says the units' totals over the whole period, where the amount is one of
// them or was fitted to them.
func (t *explainer) who() {
	if len(t.e.Ideal) > 1 && t.e.Cell == nil && !t.isWhole() {
		return
	}
	above := ""
	for i, s := range t.e.Who {
		if i == 0 || s.Basis == "" || s.Weights.IsZero() && s.Parent.IsZero() { // the owner, or nothing to divide
			above = s.Unit
			continue
		}
		t.total(s, above)
		t.rounding(s, above, t.isCrossed(i))
		above = s.Unit
	}
}

// total says one of them.
func (t *explainer) total(s UnitShare, above string) {
	args := []diag.Arg{t.unit("unit", s.Unit), t.unit("above", above), t.amount("amount", s.Amount), t.amount("parent", s.Parent), t.basis(s.Basis), t.exact("ideal", s.Ideal)}
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
		t.add(diag.Message{EN: "{unit} is there on {days} of {of} days, worth {full} full ones.", ZH: "{unit} 在岗 {days} 天（共 {of} 天），折合 {full} 个整日。"},
			t.unit("unit", s.Unit), diag.Count("days", s.Days), diag.Count("of", s.Of), diag.Amount("full", s.FullDays.String()))
	}
}

// isCrossed reports whether total i is made of cells of the table of both axes'
// totals: one of the second axis, below a unit of the first.
func (t *explainer) isCrossed(i int) bool {
	who := t.e.Who
	second := slices.IndexFunc(who, func(s UnitShare) bool { return s.Axis != who[0].Axis })
	return second > 1 && who[i].Axis == who[second].Axis
}

// rounding says how an ideal total became an amount.
func (t *explainer) rounding(s UnitShare, above string, crossed bool) {
	switch left := s.Parent.Sub(s.Floors); {
	case crossed && s.Table == nil:
		t.add(diag.Message{EN: "It is the sum of what is below it, fitted to the totals of both axes.", ZH: "它是其下各项之和，各项按两个维度的合计拟合。"})
	case s.Table != nil:
		if !t.rounded(s.Table.Fitted).Equal(t.rounded(s.Ideal)) {
			t.add(diag.Message{EN: "Fitted to the totals of both axes it is {fitted}.", ZH: "按两个维度的合计拟合后为 {fitted}。"}, t.exact("fitted", s.Table.Fitted))
		}
	case !left.IsZero() && t.e.Step.Sign() > 0 && !s.Ideal.Equal(s.Amount.Sub(s.Moved)):
		t.add(diag.Message{
			EN: "Rounded down, all below {above} come to {floors}; the {steps} {steps?step|steps} left {steps?goes|go} to the largest fractions, of which this is number {rank}.",
			ZH: "{above} 下各项向下取整合计 {floors}，余下 {steps} 个步长归小数部分最大者，该项排第 {rank}。",
		}, t.unit("above", above), t.amount("floors", s.Floors), diag.Count("steps", stepsIn(left, t.e.Step)), diag.Count("rank", s.Rank+1))
	}
	if !s.Moved.IsZero() {
		t.add(diag.Message{EN: "Absences or bounds leave no other way than to move it by {moved}.", ZH: "受缺席或上下限所限，须调整 {moved}。"}, t.amount("moved", s.Moved))
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

// both says how the cells were fitted and rounded.
func (t *explainer) both() {
	e := t.e
	if c := e.Cell; c != nil {
		t.fit(c)
		t.bounds(c)
		t.add(diag.Message{
			EN: "In whole steps of {step} it is {amount}, so that running totals stay within a step: up to here {unit} has been given {rowGiven} of {rowFitted}, and {period} {columnGiven} of {columnFitted}.",
			ZH: "按步长 {step} 取整后为 {amount}，使累计数相差不足一个步长：至此 {unit} 已分配 {rowGiven}（拟合值 {rowFitted}），{period} 已分配 {columnGiven}（拟合值 {columnFitted}）。",
		}, diag.Amount("step", e.Step.String()), t.amount("amount", t.base), named("unit", t.place(e.At.Units)), t.period("period", e.At.Period),
			t.amount("rowGiven", c.Row.Given), t.exact("rowFitted", c.Row.Fitted), t.amount("columnGiven", c.Column.Given), t.exact("columnFitted", c.Column.Fitted))
		return
	}
	if e.Fitted.Valid {
		t.say(diag.Message{
			EN: "Its {cells} cells (leaf unit × leaf period), fitted to the totals of units and of periods, come to {fitted}; only they are rounded, each to {step}, and add up to {amount}.",
			ZH: "其 {cells} 个单元格（末级单元 × 最细期间）按单元和期间的合计拟合后共 {fitted}；只有单元格舍入到 {step}，相加得 {amount}。",
		}, diag.Count("cells", e.Cells), t.exact("fitted", e.Fitted.Decimal), diag.Amount("step", e.Step.String()), t.amount("amount", t.base))
	}
}

// fit says what a cell was fitted to.
func (t *explainer) fit(c *CellShare) {
	args := []diag.Arg{t.exact("seed", decimal.NewFromFloat(c.Seed)), diag.Name("row", factor(c.RowFactor)), diag.Name("column", factor(c.ColumnFactor)), t.exact("fitted", c.Fitted), t.eq(c.Fitted)}
	product := float64(c.Seed*c.RowFactor) * c.ColumnFactor
	off := decimal.NewFromFloat(product).Sub(c.Fitted).Abs()
	switch {
	case c.Forced:
		t.say(diag.Message{EN: "No table with the totals of units and of periods has another amount in the cell than {fitted}.", ZH: "在单元和期间的合计下，该单元格只能为 {fitted}。"}, args...)
	case t.rounded(off).IsZero():
		t.say(diag.Message{EN: "Fitted to the totals of units and of periods, the cell is {seed} × {row} × {column} {eq} {fitted}.", ZH: "按单元和期间的合计拟合后，该单元格为 {seed} × {row} × {column} {eq} {fitted}。"}, args...)
	default:
		t.say(diag.Message{EN: "Fitted to the totals of units and of periods, and brought within what the cells may have, the cell is {fitted}.", ZH: "按单元和期间的合计拟合并限于单元格的上下限后，该单元格为 {fitted}。"}, args...)
	}
}

// factor writes a factor of a row or column.
func factor(x float64) string { return strconv.FormatFloat(x, 'g', 10, 64) }

// bounds says what a cell may have.
func (t *explainer) bounds(c *CellShare) {
	switch args := []diag.Arg{t.amount("min", c.Min.Decimal), t.amount("max", c.Max.Decimal)}; {
	case c.Min.Valid && c.Max.Valid && c.Min.Decimal.Equal(c.Max.Decimal):
		t.add(diag.Message{EN: "It is locked at {min}.", ZH: "该单元格锁定为 {min}。"}, args...)
	case c.Min.Valid && c.Max.Valid:
		t.add(diag.Message{EN: "It may have {min} to {max}.", ZH: "其下限为 {min}，上限为 {max}。"}, args...)
	case c.Min.Valid:
		t.add(diag.Message{EN: "It must have at least {min}.", ZH: "其下限为 {min}。"}, args...)
	case c.Max.Valid:
		t.add(diag.Message{EN: "It may have at most {max}.", ZH: "其上限为 {max}。"}, args...)
	}
}
