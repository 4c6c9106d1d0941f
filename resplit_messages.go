package salesplan

import "github.com/salesplan/salesplan/diag"

// Codes of the findings of a re-plan.
const (
	codeGoalNew        diag.Code = "goal-not-issued"
	codeGoalGone       diag.Code = "goal-no-longer-planned"
	codeAllClosed      diag.Code = "resplit-nothing-open"
	codeForgiven       diag.Code = "shortfall-forgiven"
	codeSurplusKept    diag.Code = "surplus-kept"
	codeDifferenceOpen diag.Code = "difference-not-handed-out"
	codeGoalOpen       diag.Code = "goal-change-without-place"
	codeActualsApart   diag.Code = "actuals-without-target"
	codeVacantTargets  diag.Code = "targets-vacant"
)

// resplitMessages returns the texts of the findings of a re-plan.
func resplitMessages() diag.Catalogue {
	return diag.Catalogue{
		codeGoalNew: {
			EN: "{subject}: the goal was not among the issued targets; it is split as the plan says",
			ZH: "{subject}：该目标不在已下达的目标中，按计划重新拆分",
		},
		codeGoalGone: {
			EN: "{subject}: the plan no longer has this goal; its targets stay as they were issued",
			ZH: "{subject}：计划中已没有该目标，其分解目标保持下达时的数额",
		},
		codeAllClosed: {
			EN: "{subject}: all periods are closed as of {asOf}; nothing can be changed any more",
			ZH: "{subject}：截至 {asOf} 所有期间均已结束，无法再调整",
		},
		codeForgiven: {
			EN: "{subject}: {amount} that was missed is carried by nobody; the goal is lowered by it",
			ZH: "{subject}：未完成的 {amount} 不再由任何人承担，目标相应调低",
		},
		codeSurplusKept: {
			EN: "{subject}: {amount} was brought beyond the targets and lowers nobody's",
			ZH: "{subject}：超额完成 {amount}，不冲减任何人的目标",
		},
		codeDifferenceOpen: {
			EN: "{subject}: {amount} of the difference between actuals and targets could not be handed out",
			ZH: "{subject}：实际与目标的差额中有 {amount} 无法分摊",
		},
		codeGoalOpen: {
			EN: "{subject}: {amount} by which the goal was changed found no place in what is still open",
			ZH: "{subject}：目标调整额中有 {amount} 在剩余期间无法落实",
		},
		codeActualsApart: {
			EN: "{subject}: {count?an actual|actuals} of {amount} ({count}) {count?belongs|belong} to no unit with a target, and {count?is|are} left out",
			ZH: "{subject}：有 {count} 笔实际（共 {amount}）不属于任何有目标的单元，未计入",
		},
		codeVacantTargets: {
			EN: "{subject}: nobody carries {amount} of goal {goal} in the periods to come.",
			ZH: "{subject}：目标 {goal} 后续期间有 {amount} 无人承担。",
		},
	}
}

// resplitPhrases returns what the faults of a re-plan carry as values.
func resplitPhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "{amount} more would be needed in what is still open", ZH: "剩余期间还需增加 {amount}"},
		diag.Message{EN: "{amount} less would have to be owed in what is still open", ZH: "剩余期间须减少 {amount}"},
		diag.Message{EN: "{issued-}, as issued", ZH: "{issued-}（与下达时一致）"},
		diag.Message{EN: "metric {metric}, as issued", ZH: "指标 {metric}（与下达时一致）"},
		diag.Message{EN: "the sign of {amount}, as issued", ZH: "与下达时的 {amount} 同号"},
		diag.Message{EN: "1 leaf period, as issued", ZH: "1 个最细期间（与下达时一致）"},
		diag.Message{EN: "{n#} leaf periods, as issued", ZH: "{n#} 个最细期间（与下达时一致）"},
		diag.Message{EN: "nobody can carry {amount} in {period}", ZH: "{period} 的 {amount} 无人能承担"},
		diag.Message{EN: "a successor", ZH: "接任者"},
		diag.Message{EN: "the successor of {unit} is not there in {period}, where {amount} are owed", ZH: "{unit} 的接任者在 {period} 不在岗，该期间应完成 {amount}"},
		diag.Message{EN: "successors that are there", ZH: "在岗的接任者"},
		diag.Message{EN: "amounts that can be divided", ZH: "可以分摊的数额"},
		diag.Message{EN: "the plan's goals", ZH: "计划中的目标"},
		diag.Message{EN: "a goal of a flow, whose periods can be brought up one by one; a stock is issued anew", ZH: "流量指标的目标，其各期间可逐一调整；存量目标须重新下达"},
		diag.Message{EN: "a unit without units below, as issued", ZH: "没有下级的单元（与下达时一致）"},
		diag.Message{EN: "a unit with units below, as issued", ZH: "有下级的单元（与下达时一致）"},
		diag.Message{EN: "on or after {day}, up to which the issued targets know what happened", ZH: "不早于 {day}，已下达的目标已计入截至该日的实际"},
		diag.Message{EN: "18 decimals of a step", ZH: "步长的 18 位小数"},
		diag.Message{EN: "2^27 cells", ZH: "2^27 个单元格"},

		// Re-plans that are read.
		diag.Message{EN: "the goal that was first issued", ZH: "最初下达的目标"},
		diag.Message{EN: "leaves of the axes", ZH: "各维度的末级单元"},
		diag.Message{EN: "each row of the targets before once", ZH: "此前目标的每一行各一次"},
		diag.Message{EN: "a part of the step", ZH: "步长的一部分"},
		diag.Message{EN: "less than a step", ZH: "小于一个步长"},
		diag.Message{EN: "1 period", ZH: "1 个期间"},
		diag.Message{EN: "{n#} periods", ZH: "{n#} 个期间"},
		diag.Message{EN: "seven numbers for each", ZH: "每项七个数"},
		diag.Message{EN: "six numbers for each", ZH: "每项六个数"},
		diag.Message{EN: "pool {n#}", ZH: "第 {n#} 项分摊"},
		diag.Message{EN: "part {n#}", ZH: "第 {n#} 个份额"},
		diag.Message{EN: "reason, unit, axis, amounts from 0 up, table", ZH: "原因、单元、维度、不小于 0 的数额、表"},
		diag.Message{EN: "a shift up to 62, and columns", ZH: "不超过 62 的移位和若干列"},
		diag.Message{EN: "a cell, row by row, a pool, a weight and an amount", ZH: "逐行的单元格、分摊项、权重和数额"},
		diag.Message{EN: "a place in its table", ZH: "表中的位置"},
	)
}
