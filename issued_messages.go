package salesplan

import "github.com/salesplan/salesplan/diag"

// Codes of the findings of issued targets.
const codePlanChanged diag.Code = "plan-changed"

// issuedMessages returns the texts of the findings of issued targets.
func issuedMessages() diag.Catalogue {
	return diag.Catalogue{
		codePlanChanged: {
			EN: "[plan {subject}: ]the plan has changed since its targets were issued on {on}; what was issued stands",
			ZH: "[计划 {subject}：]自 {on} 下达目标以来，计划已有改动；以已下达的目标为准",
		},
	}
}

// issuedPhrases returns what the faults of issued targets carry as values.
func issuedPhrases() diag.Catalogue {
	list := []diag.Message{
		// What the document is of.
		{EN: "issued targets", ZH: "已下达的目标"},
		{EN: "issued targets of this plan", ZH: "本计划的已下达目标"},
		{EN: "what goes with the kind {kind-}", ZH: "{kind-} 类指标所需的内容"},
		{EN: "not of the kind {kind-}", ZH: "{kind-} 类指标没有此项"},
		{EN: "what the row goes by", ZH: "时间拆分的依据"},
		{EN: "the table of the first two axes", ZH: "前两个维度的交叉表"},
		{EN: "one axis", ZH: "只有一个维度"},
		{EN: "no axis before", ZH: "之前没有维度"},
		{EN: "those of the cells only", ZH: "仅可为单元格的上下限"},

		// Lists and their lengths.
		{EN: "1 number", ZH: "1 个数"},
		{EN: "{count#} numbers", ZH: "{count#} 个数"},
		{EN: "1 day", ZH: "1 天"},
		{EN: "{count#} days", ZH: "{count#} 天"},
		{EN: "{count#} days of all goals", ZH: "所有目标合计 {count#} 天"},
		{EN: "rows of 1 leaf period", ZH: "每行 1 个最细期间"},
		{EN: "rows of {count#} leaf periods", ZH: "每行 {count#} 个最细期间"},
		{EN: "trees of 1 unit", ZH: "每棵树 1 个单元"},
		{EN: "trees of {count#} units", ZH: "每棵树 {count#} 个单元"},
		{EN: "a digit for each day of the period", ZH: "期间内每天一位数字"},
		{EN: "whole numbers with one blank between them", ZH: "整数，之间以一个空格分隔"},
		{EN: "whole numbers from 0 up with one blank between them", ZH: "不小于 0 的整数，之间以一个空格分隔"},
		{EN: "hexadecimal numbers with one blank between them", ZH: "十六进制数，之间以一个空格分隔"},
		{EN: "finite numbers with one blank between them", ZH: "有限的数，之间以一个空格分隔"},
		{EN: "what cells may have, with one blank between them", ZH: "各单元格的上下限，之间以一个空格分隔"},

		// Trees and tables.
		{EN: "a power of ten up to 1000000", ZH: "不超过 1000000 的十的幂"},
		{EN: "the node before {node#} or one above it", ZH: "{node#} 之前的节点或其上级"},
		{EN: "leaves in order, each with its spans of days in order", ZH: "按顺序排列的末级单元，各带按顺序排列的天数区间"},
		{EN: "units in order", ZH: "按顺序排列的单元"},
		{EN: "rows in order", ZH: "按顺序排列的行"},
		{EN: "number {place#}", ZH: "第 {place#} 个数"},
		{EN: "cell {place#}", ZH: "第 {place#} 个单元格"},
		{EN: "number {place#} is {number#}", ZH: "第 {place#} 个数为 {number#}"},
		{EN: "the cells' sum {sum#}", ZH: "单元格之和 {sum#}"},
		{EN: "the locks off the step", ZH: "不是最小单位整数倍的锁定值"},
		{EN: "whole steps in {period}", ZH: "{period} 合计为最小单位的整数倍"},
		{EN: "three numbers for each", ZH: "每个单元格三个数"},
		{EN: "cells in order, each with less than a step and a lock", ZH: "按顺序排列的单元格，各带不足一个最小单位的数额和一个锁定值"},
		{EN: "a flow or a stock", ZH: "流量类或存量类目标"},
		{EN: "less than a step from the amount", ZH: "与数额相差不到一个最小单位"},
		{EN: "a shift up to 62, and numbers from 0 up", ZH: "位移不超过 62，其余为不小于 0 的数"},
		{EN: stepsInAll, ZH: "合计 0 至 9·10¹⁸ 个最小单位"},
	}
	return diag.Phrases(list...)
}
