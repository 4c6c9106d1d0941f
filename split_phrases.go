package salesplan

import "github.com/salesplan/salesplan/diag"

// splitPhrases returns what the faults of splitting carry as values.
func splitPhrases() diag.Catalogue {
	list := []diag.Message{
		// Amounts and steps.
		{EN: amountBound, ZH: "最多 38 位数字，指数在 ±30 以内"},
		{EN: "9·10¹⁸ steps", ZH: "最小单位的 9·10¹⁸ 倍"},
		{EN: "{steps#} steps of {step#}", ZH: "{steps#} 个最小单位（{step#}）"},
		{EN: "{steps#} steps in all", ZH: "合计 {steps#} 个最小单位"},
		{EN: "{have#} step of {need#} by {by#}", ZH: "只有 {have#} 个最小单位，需要 {need#} 个，相差 {by#} 个"},
		{EN: "{have#} steps of {need#} by {by#}", ZH: "只有 {have#} 个最小单位，需要 {need#} 个，相差 {by#} 个"},
		{EN: "at most {most#}", ZH: "最多 {most#}"},
		{EN: "{least-} to {most-}", ZH: "{least-} 至 {most-}"},
		{EN: "1 or more", ZH: "不小于 1"},
		{EN: "1 or 100", ZH: "1 或 100"},
		{EN: "more than 0", ZH: "大于 0"},
		{EN: "0 (month {month})", ZH: "0（{month} 月）"},
		{EN: "0 (what {period} brought)", ZH: "0（{period} 的实际值）"},
		{EN: "{path-} is {amount#}", ZH: "{path-} 为 {amount#}"},

		// What can't be met, and by how much.
		{EN: "total {total#} by {by#}", ZH: "总额为 {total#}，相差 {by#}"},
		{EN: "min {min#} by {by#}", ZH: "下限为 {min#}，相差 {by#}"},
		{EN: "max {max#} by {by#}", ZH: "上限为 {max#}，相差 {by#}"},
		{EN: "min {min#}", ZH: "下限合计 {min#}"},
		{EN: "max {max#}", ZH: "上限合计 {max#}"},
		{EN: "lock {lock#}", ZH: "锁定合计 {lock#}"},
		{EN: "{sum#}, the sum of the rows; the difference is {by#}", ZH: "各行之和 {sum#}（差额 {by#}）"},
		{EN: "nobody below is there with a weight in {period}", ZH: "{period} 期间没有在岗且有权重的下级"},
		{EN: "apportion: {rows#} rows need {need#}, their {columns#} columns hold {have#}", ZH: "{rows#} 行需要 {need#}，而其 {columns#} 列只能容纳 {have#}"},

		{EN: "{steps#} steps, with {method-}", ZH: "{steps#} 个最小单位（{method-} 方法）"},
		{EN: "9·10¹⁸ steps, 2⁵⁰ with a divisor method", ZH: "最小单位的 9·10¹⁸ 倍，除数法为 2⁵⁰ 倍"},
		{EN: "9·10¹⁸ steps in every period", ZH: "每个期间为最小单位的 9·10¹⁸ 倍"},

		// Smooth series.
		{EN: "at least one", ZH: "至少一个"},
		{EN: "1 to {most#} periods in all", ZH: "合计 1 至 {most#} 个期间"},
		{EN: "{n#} periods", ZH: "{n#} 个期间"},
		{EN: "{n#}, {per#} for each benchmark", ZH: "{n#} 个（每个基准 {per#} 个）"},

		// Counts that should agree.
		{EN: "{n#} cells", ZH: "{n#} 个单元格"},
		{EN: "more than {n#} cells", ZH: "超过 {n#} 个单元格"},
	}
	for _, c := range []struct{ one, many, zh string }{
		{"name", "names", "个名称"}, {"total", "totals", "个合计"}, {"row", "rows", "行"}, {"row total", "row totals", "个行合计"},
		{"column total", "column totals", "个列合计"}, {"unit", "units", "个单元"}, {"axis", "axes", "个维度"},
	} {
		list = append(list, diag.Message{EN: "1 " + c.one, ZH: "1 " + c.zh}, diag.Message{EN: "{n#} " + c.many, ZH: "{n#} " + c.zh})
	}
	list = append(list, diag.Message{EN: "1 cell", ZH: "1 个单元格"})
	return diag.Phrases(append(list, conflictPhrases()...)...)
}

// conflictPhrases are what a table says that has no solution: which rows need
// more than which columns hold, and which bounds count in it. Long lists of
// either are cut.
func conflictPhrases() (list []diag.Message) {
	const short, zhShort = ", short by {short#}", "，差 {short#}"
	lines := []struct{ en, zh string }{{"row", "行"}, {"column", "列"}}
	for _, l := range []struct{ en, zh string }{{"", ""}, {" and {more#} more", " 等（另有 {more#} 个）"}} {
		for _, w := range lines {
			list = append(list,
				diag.Message{EN: w.en + "s {ids}" + l.en + " need {need#}", ZH: w.zh + " {ids}" + l.zh + " 需要 {need#}"},
				diag.Message{EN: w.en + "s {ids}" + l.en + " hold at most {have#}" + short, ZH: w.zh + " {ids}" + l.zh + " 最多容纳 {have#}" + zhShort},
				diag.Message{EN: w.en + " {ids}" + l.en + " has {have#}" + short, ZH: w.zh + " {ids}" + l.zh + " 只有 {have#}" + zhShort})
		}
		list = append(list,
			diag.Message{EN: "{bounds}" + l.en + " takes {taken#}", ZH: "{bounds}" + l.zh + " 占用 {taken#}"},
			diag.Message{EN: "{bounds}" + l.en + " allows at most {most#}" + short, ZH: "{bounds}" + l.zh + " 最多允许 {most#}" + zhShort},
			diag.Message{EN: "{bounds}" + l.en + " allows {most#} elsewhere", ZH: "{bounds}" + l.zh + " 在其他位置允许 {most#}"})
	}
	for _, w := range lines {
		list = append(list, diag.Message{EN: "no " + w.en + " is open to them" + short, ZH: "没有可用的" + w.zh + zhShort})
	}
	return append(list,
		diag.Message{EN: "row {row}", ZH: "{row} 行"}, // as "column {name}" of tables
		diag.Message{EN: "over all conflicts {amount#} must give way", ZH: "所有冲突合计须让出 {amount#}"},
		diag.Message{EN: "bounds on blocks were spread over their cells", ZH: "区块的上下限已分摊到其单元格"},
		diag.Message{EN: "locks leave {odd#} beyond steps of {step#}, and no open cell can take the rest", ZH: "锁定值超出最小单位 {step#} 整数倍的部分为 {odd#}，没有可用的单元格承担余数"},
		diag.Message{EN: "what bounds and locks leave", ZH: "扣除上下限与锁定后的余额"})
}

// planPhrases returns what the faults of plans, goals and documents carry as
// values.
func planPhrases() diag.Catalogue {
	return diag.Phrases(
		// Names are looked up among these.
		diag.Message{EN: "the goals", ZH: "目标"},
		diag.Message{EN: "the metrics", ZH: "指标"},
		diag.Message{EN: "the axes", ZH: "维度"},
		diag.Message{EN: "the units", ZH: "单元"},
		diag.Message{EN: "the units of {axis}", ZH: "维度 {axis} 的单元"},
		diag.Message{EN: "the units of the split", ZH: "拆分中的单元"},

		// What is missing.
		diag.Message{EN: "a plan", ZH: "计划"},
		diag.Message{EN: "a metric", ZH: "指标"},
		diag.Message{EN: "a grain", ZH: "期间粒度"},
		diag.Message{EN: "an id", ZH: "标识"},
		diag.Message{EN: "an id, as other parts have", ZH: "标识（其他份额都有）"},
		diag.Message{EN: "a weight, as other parts have", ZH: "权重（其他份额都有）"},
		diag.Message{EN: "a weight, as its siblings have", ZH: "权重（同级单元都有）"},
		diag.Message{EN: "a weight: the unit has no history", ZH: "权重（该单元没有历史数据）"},
		diag.Message{EN: "newcomers: {first-} or {second-}", ZH: "newcomers 设为 {first-} 或 {second-}"},
		diag.Message{EN: "the smallest amount that can be owed, for example 0.01", ZH: "可承担的最小数量，例如 0.01"},
		diag.Message{EN: "the window of the past, for example \"2026\"", ZH: "历史数据的期间，例如“2026”"},
		diag.Message{EN: "the shares of the twelve months", ZH: "十二个月的份额"},
		diag.Message{EN: "deals or actuals of {period}", ZH: "{period} 的商机或实绩"},
		diag.Message{EN: "actuals of {period}", ZH: "只有 {period} 的实绩"},
		diag.Message{EN: "no actuals of {metric}", ZH: "没有指标 {metric} 的实绩"},
		diag.Message{EN: "{first-}, {second-} or a share of the year below 1", ZH: "{first-}、{second-} 或小于 1 的全年份额"},
		diag.Message{EN: "{first-}, {second-} or a share of the year below 1/{months#}", ZH: "{first-}、{second-} 或小于 1/{months#} 的全年份额"},
		diag.Message{EN: "\"mean\" or a share for each month that the history doesn't cover: {months}", ZH: "\"mean\" 或未覆盖月份（{months} 月）的份额"},

		// What does not go together.
		diag.Message{EN: "only with basis history", ZH: "仅用于 history 依据"},
		diag.Message{EN: "only with basis seasonality", ZH: "仅用于 seasonality 依据"},
		diag.Message{EN: "from {date-}", ZH: "开始于 {date-}"},
		diag.Message{EN: "visible characters without spaces around them", ZH: "首尾无空格的可见字符"},
		diag.Message{EN: "the table {file}", ZH: "表 {file}"},
		diag.Message{EN: "the table of that name", ZH: "同名的表"},
		diag.Message{EN: "the columns of axis {axis}", ZH: "维度 {axis} 的列"},
		diag.Message{EN: "the table has it below \"{parent}\"", ZH: "表中其上级为“{parent}”"},

		// The types of fields.
		diag.Message{EN: "a number", ZH: "数字"},
		diag.Message{EN: "a whole number", ZH: "整数"},
		diag.Message{EN: "a text", ZH: "文本"},
		diag.Message{EN: "a list", ZH: "列表"},
		diag.Message{EN: "an object", ZH: "对象"},
		diag.Message{EN: "a pointer", ZH: "指针"},
		diag.Message{EN: "true or false", ZH: "true 或 false"},
		diag.Message{EN: "nothing that can be read", ZH: "无法读取的类型"},
		diag.Message{EN: "a type that can be written", ZH: "可写出的类型"},

		// Words.
		diag.Message{EN: MissingMean, ZH: "已覆盖月份的均值"},
	)
}
