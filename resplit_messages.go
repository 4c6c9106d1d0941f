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
	codeActualsMissing diag.Code = "actuals-not-covering"
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
		codeActualsMissing: {
			EN: "{subject}: the actuals do not tell of {count?the closed period|the closed periods} {periods}; {count?its|their} targets stand",
			ZH: "{subject}：实际数据未覆盖已结束的期间 {periods}，按原目标计",
		},
		codeActualsApart: {
			EN: "{subject}: {count?an actual|actuals} of {amount} ({count}) {count?belongs|belong} to no unit with a target, and {count?is|are} left out",
			ZH: "{subject}：有 {count} 笔实际（共 {amount}）不属于任何有目标的单元，未计入",
		},
		codeVacantTargets: {
			EN: "{subject}: nobody carries {amount} of goal {goal} in the periods to come",
			ZH: "{subject}：目标 {goal} 后续期间有 {amount} 无人承担",
		},
	}
}
