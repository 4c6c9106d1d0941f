package salesplan

import "github.com/salesplan/salesplan/diag"

// decomposePhrases returns what the faults of bases, bounds, people and seasons
// carry as values.
func decomposePhrases() diag.Catalogue {
	return diag.Join(basisPhrases(), boundPhrases(), diag.Phrases(
		// People: when they are there, and what they sell.
		diag.Message{EN: "nobody is there with a weight", ZH: "没有在岗且有权重的人员"},
		diag.Message{EN: "a goal that recurs is exact in each recurrence", ZH: "重复目标的每一次都须精确"},
		diag.Message{EN: "a unit of another axis", ZH: "其他维度的单元"},
		diag.Message{EN: "only units without units below have a ramp", ZH: "只有没有下级的单元可设 ramp"},
		diag.Message{EN: "only units without units below have them", ZH: "只有没有下级的单元可设 fte"},
		diag.Message{EN: "the day on which the ramp begins", ZH: "ramp 的开始日期"},
		diag.Message{EN: "{least-} to {most-}, with at most {n#} decimals", ZH: "{least-} 至 {most-}，最多 {n#} 位小数"},
		diag.Message{EN: "1 in the last month", ZH: "1（最后一个月）"},

		// Seasons.
		diag.Message{EN: "only on the first axis", ZH: "仅用于第一个维度"},
		diag.Message{EN: "a history with a window: of the axis, or of the time basis", ZH: "带期间的历史数据（该维度的或时间依据的）"},
	))
}

// basisPhrases are what the checks of bases, growth and groups say.
func basisPhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "open deals", ZH: "进行中的商机"},
		diag.Message{EN: "0 (open deals)", ZH: "0（进行中的商机）"},
		diag.Message{EN: "only in the parts of the blend", ZH: "仅用于 blend 的各部分"},
		diag.Message{EN: "only with basis blend", ZH: "仅用于 blend 依据"},
		diag.Message{EN: "only with basis history or pipeline", ZH: "仅用于 history 或 pipeline 依据"},
		diag.Message{EN: "only with basis pipeline", ZH: "仅用于 pipeline 依据"},
		diag.Message{EN: "the bases of the blend", ZH: "blend 的各项依据"},
		diag.Message{EN: `metric {metric} counts no deals; "counts" says which`, ZH: `指标 {metric} 不统计商机（须用 "counts" 指定）`},

		diag.Message{EN: "a weight: of the unit nothing is known", ZH: "权重（该单元没有任何已知数据）"},
		diag.Message{EN: "a potential, or newcomers: {first-} or {second-}", ZH: "潜力值，或将 newcomers 设为 {first-} 或 {second-}"},
		diag.Message{EN: "a potential, its own or of each unit below, or newcomers: {first-} or {second-}", ZH: "潜力值（自身的或各下级单元的），或将 newcomers 设为 {first-} 或 {second-}"},

		// Growth.
		diag.Message{EN: "the growth of single units", ZH: "各单元的增长率"},
		diag.Message{EN: "9·10¹⁸ steps of {step#}", ZH: "最小单位 {step#} 的 9·10¹⁸ 倍"},
		diag.Message{EN: "at least {least#}", ZH: "不小于 {least#}"},
		diag.Message{EN: "at most 1 + growth {growth#}", ZH: "不大于 1 加增长率 {growth#}"},

		// Groups.
		diag.Message{EN: "shares or by", ZH: "shares 或 by"},
		diag.Message{EN: "the groups' shares, or by", ZH: "各组的份额，或 by"},
		diag.Message{EN: "a group, as its siblings are divided by groups", ZH: "组（同级单元按组划分）"},
		diag.Message{EN: "{n#} groups", ZH: "{n#} 个组"},
		diag.Message{EN: "a unit of this group below it, or normalise", ZH: "其下级应有属于该组的单元，或使用 normalise"},
	)
}

// boundPhrases are what bounds and locks of a split say: how they exclude each
// other, and what is missing to meet them.
func boundPhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "either unit or units", ZH: "unit 或 units"},
		diag.Message{EN: "min, max or lock", ZH: "min、max 或 lock"},
		diag.Message{EN: "either a lock or min and max", ZH: "lock，或 min 与 max"},
		diag.Message{EN: "at least min {min#}", ZH: "不小于下限 {min#}"},
		diag.Message{EN: "one unit of axis {axis}", ZH: "维度 {axis} 只能有一个单元"},
		diag.Message{EN: "bounds on periods, whose amounts follow the people's", ZH: "期间的上下限（各期间的数量由人员决定）"},
		diag.Message{EN: "periods that lie within each other, or apart", ZH: "各期间应互相包含或互不重叠"},
		diag.Message{EN: "another bound on the same cells excludes it", ZH: "与相同单元格的另一个上下限冲突"},
		diag.Message{EN: "nobody is there to owe it", ZH: "没有在岗人员可以承担"},

		diag.Message{EN: "nobody is there with a weight in {periods}, where the goal owes {amount#}", ZH: "{periods} 没有在岗且有权重的人员，而目标在此应完成 {amount#}"},
		diag.Message{EN: "only with a basis that divides months", ZH: "仅用于按月份份额拆分的依据"},
		diag.Message{EN: "an axis with units", ZH: "有单元的维度"},
		diag.Message{EN: "{unit} need at least {need#}", ZH: "{unit} 至少需要 {need#}"},
		diag.Message{EN: "the units of {unit} need at least {need#}", ZH: "{unit} 的下级单元至少需要 {need#}"},
		diag.Message{EN: "the periods in {period} need at least {need#}", ZH: "{period} 内的各期间至少需要 {need#}"},
		diag.Message{EN: "there is {have#}, short by {short#}", ZH: "只有 {have#}，差 {short#}"},
		diag.Message{EN: "{unit} can have at most {most#}", ZH: "{unit} 最多容纳 {most#}"},
		diag.Message{EN: "the units of {unit} can have at most {most#}", ZH: "{unit} 的下级单元最多容纳 {most#}"},
		diag.Message{EN: "the periods in {period} can have at most {most#}", ZH: "{period} 内的各期间最多容纳 {most#}"},
		diag.Message{EN: "there must be {have#}, short by {short#}", ZH: "应有 {have#}，差 {short#}"},
	)
}
