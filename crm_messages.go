package salesplan

import "github.com/salesplan/salesplan/diag"

// crmMessages returns the texts of the findings of [Gather] and of their
// advice.
func crmMessages() diag.Catalogue {
	const (
		booked   = "[, {amount} of {metric} ({share} of the total)]"
		bookedZH = "[，涉及 {metric} {amount}（占总额 {share}）]"
		rows     = "[, {count?row|rows} {rows}]"
		rowsZH   = "[，第 {rows} 行]"
	)
	c := diag.Catalogue{
		"ambiguous-name":     {EN: "\"{subject}\" may be several units of axis {axis}: {count|row|rows}" + booked + rows + ".", ZH: "“{subject}”可能指维度 {axis} 的多个单元：共 {count} 行" + bookedZH + rowsZH + "。"},
		"unassigned":         {EN: "{amount} of {metric} ({share} of the total) belongs to no unit of axis {subject}.", ZH: "{metric} 中有 {amount}（占总额 {share}）不属于维度 {subject} 的任何单元。"},
		"row-fault":          {EN: "{count|row|rows} of the {~table} could not be read[ in column {column}]: {~fault}[, first \"{value}\"][, expected {bound}][, did you mean \"{near}\"?]" + rows + ".", ZH: "{~table}表有 {count} 行无法读取[（{column} 列）]：{~fault}[，首个为“{value}”][，应为 {bound}][，是否指“{near}”？]" + rowsZH + "。"},
		"unreadable":         {EN: "The {~table} could not be read, or not to their end: {~fault}[ in {column}][ \"{value}\"][, expected {bound}][, did you mean \"{near}\"?][, {count|time|times}]" + rows + ".", ZH: "{~table}表无法读取或未能读完：{~fault}[（{column}）][“{value}”][，应为 {bound}][，是否指“{near}”？][，共 {count} 次]" + rowsZH + "。"},
		"missing-rate":       {EN: "{amount} {subject} in {count|row|rows} is left out: there is no rate for the day, first needed on {from}" + rows + ".", ZH: "有 {count} 行共 {amount} {subject} 未计入：当日没有汇率，最早需要 {from} 的汇率" + rowsZH + "。"},
		"unknown-stage":      {EN: "The mapping doesn't know stage \"{subject}\": {count|deal counts|deals count} as neither won, lost nor open, with {amount}[; did you mean \"{near}\"?]" + rows + ".", ZH: "映射中没有阶段“{subject}”：{count} 个商机、金额 {amount} 未计为赢单、输单或进行中[，是否指“{near}”？]" + rowsZH + "。"},
		"unknown-metric":     {EN: "The plan has no metric \"{subject}\": {count|actual is|actuals are} left out[; did you mean \"{near}\"?]" + rows + ".", ZH: "计划中没有指标“{subject}”：{count} 条实绩未计入[，是否指“{near}”？]" + rowsZH + "。"},
		"missing-close-date": {EN: "{count|deal|deals} ({~subject}) without a closing day" + rows + ".", ZH: "{count} 个商机（{~subject}）没有结单日期" + rowsZH + "。"},
		"missing-amount":     {EN: "{count|deal|deals} ({~subject}) without an amount" + rows + ".", ZH: "{count} 个商机（{~subject}）没有金额" + rowsZH + "。"},
		"duplicate-deal":     {EN: "{count|deal repeats|deals repeat} an earlier row; each counts once" + rows + ".", ZH: "{count} 个商机与前面的行重复，只计一次" + rowsZH + "。"},
		"duplicate-actual":   {EN: "{count|actual repeats|actuals repeat} an earlier row; each counts once" + rows + ".", ZH: "{count} 条实绩与前面的行重复，只计一次" + rowsZH + "。"},
		"corrected-deal":     {EN: "{count|deal has the ID of an earlier row and stands|deals have the ID of an earlier row and stand} in its place[; {amount} won in those rows no longer counts]" + rows + ".", ZH: "{count} 个商机与前面的行标识相同并取而代之[，被取代各行的赢单金额 {amount} 不再计入]" + rowsZH + "。"},
		"corrected-actual":   {EN: "{count|actual has the ID of an earlier row and stands|actuals have the ID of an earlier row and stand} in its place" + rows + ".", ZH: "{count} 条实绩与前面的行标识相同并取而代之" + rowsZH + "。"},
		"uncounted-deals":    {EN: "No metric counts deals: {count|was|were} read for nothing.", ZH: "没有指标以商机计数：读入的 {count} 个商机未被使用。"},
		"two-sources":        {EN: "Both deals and actuals are booked for {subject} in {period}; what stands in both counts twice.", ZH: "{subject} 在 {period} 同时按商机和实绩入账，重复部分会被计两次。"},
		"unread-axis":        {EN: "Nothing says which field of a deal names the units of axis {subject}; everything there belongs to no unit.", ZH: "未指明商机的哪个字段对应维度 {subject} 的单元，该维度上的数据均不属于任何单元。"},
		"outside-covers":     {EN: "{count|won deal was|won deals were} closed outside {period}, which the table is said to cover" + rows + ".", ZH: "{count} 个赢单的结单日期不在表格声明覆盖的 {period} 之内" + rowsZH + "。"},

		"add-aka":    {EN: "Add \"{spelling}\" to the aka of {near}, if that is meant.", ZH: "如果指的是 {near}，请把“{spelling}”加入它的 aka。"},
		"add-unit":   {EN: "Add \"{spelling}\" to axis {axis}, or to the aka of the unit that is meant.", ZH: "请把“{spelling}”加入维度 {axis}，或加入所指单元的 aka。"},
		"tell-apart": {EN: "Give the unit of axis {axis} that \"{spelling}\" means this name as aka.", ZH: "请在维度 {axis} 中把“{spelling}”写入所指单元的 aka。"},
		"map-stage":  {EN: "Give stage \"{stage}\" an outcome in the mapping: won, lost or open.", ZH: "请在映射中为阶段“{stage}”指定结果：won、lost 或 open。"},
		"add-rate":   {EN: "Give the plan a rate for {currency} from {until} on.", ZH: "请在计划中给出 {currency} 自 {until} 起的汇率。"},
	}
	fields := []struct{ id, en, zh string }{
		{"owner", "owner", "负责人"}, {"product", "product", "产品"}, {"segment", "segment", "细分"}, {"customer", "customer", "客户"},
	}
	for _, f := range fields {
		c[diag.Code("unknown-"+f.id)] = diag.Message{
			EN: "Axis {axis} has no " + f.en + " \"{subject}\": {count|row|rows}" + booked + rows + "[; nearest is \"{near}\"].",
			ZH: "维度 {axis} 中没有" + f.zh + "“{subject}”：共 {count} 行" + bookedZH + rowsZH + "[，最接近“{near}”]。",
		}
		c[diag.Code("missing-"+f.id)] = diag.Message{
			EN: "{count|row|rows} ({~subject}) with no " + f.en + booked + rows + ".",
			ZH: "{count} 行（{~subject}）没有" + f.zh + bookedZH + rowsZH + "。",
		}
	}
	return c
}
