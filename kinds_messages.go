package salesplan

import "github.com/salesplan/salesplan/diag"

// Codes of the findings of stocks, rates and goals below goals.
const (
	codeVacantStock    diag.Code = "stock-vacant"
	codeStockFloor     diag.Code = "stock-floor"
	codeOpeningDiffers diag.Code = "opening-differs"
	codeRateGoal       diag.Code = "rate-goal-differs"
	codeChildDiffers   diag.Code = "child-goal-differs"
	codeChildrenDiffer diag.Code = "child-goals-differ"

	adviseSuccessor diag.Code = "name-successor"
	adviseAlign     diag.Code = "align-goals"
)

// kindsMessages returns the texts of the findings of stocks, rates and goals
// below goals.
func kindsMessages() diag.Catalogue {
	return diag.Catalogue{
		codeVacantStock: {
			EN: "{subject}: a leaver's stock of goal {goal} has nobody; {amount} at the end of the period.",
			ZH: "{subject}：目标 {goal} 中离职人员的存量无人接手，期末为 {amount}。",
		},
		codeStockFloor: {
			EN: "Goal {subject}: losses of {amount} fell on others, since no stock goes below 0.",
			ZH: "目标 {subject}：存量不能低于 0，{amount} 的减少转由其他人承担。",
		},
		codeOpeningDiffers: {
			EN: "Goal {subject}: its baseline is {baseline}, the last readings come to {read}; they differ by {by}.",
			ZH: "目标 {subject}：基线为 {baseline}，最近读数合计为 {read}，相差 {by}。",
		},
		codeRateGoal: {
			EN: "Goal {subject}: its rate takes {needed} of {metric}, goal {goal} has {amount}; they differ by {by}.",
			ZH: "目标 {subject}：该比率需要 {metric} 达到 {needed}，而目标 {goal} 为 {amount}，相差 {by}。",
		},
		codeChildDiffers: {
			EN: "Goal {subject}: it is {amount}, goal {parent} owes {owed} there; they differ by {by}.",
			ZH: "目标 {subject}：其值为 {amount}，而上级目标 {parent} 在该处为 {owed}，相差 {by}。",
		},
		codeChildrenDiffer: {
			EN: "Goal {subject}: it is {amount}, the {count} goals below come to {sum}; they differ by {by}.",
			ZH: "目标 {subject}：其值为 {amount}，{count} 个下级目标合计为 {sum}，相差 {by}。",
		},
		adviseSuccessor: {
			EN: "Name who takes over {amount} in {owner}.",
			ZH: "请指定 {owner} 中接手 {amount} 的人员。",
		},
		adviseAlign: {
			EN: "Bring the goals together; {amount} lie between them.",
			ZH: "请统一各目标：相差 {amount}。",
		},
	}
}

// kindsPhrases returns what the faults of stocks, rates and goals below goals
// carry as values.
func kindsPhrases() diag.Catalogue {
	return diag.Phrases(
		// Kinds of metrics.
		diag.Message{EN: "only of a flow", ZH: "仅用于流量"},
		diag.Message{EN: "only of a rate", ZH: "仅用于比率"},
		diag.Message{EN: "only of a stock", ZH: "仅用于存量"},
		diag.Message{EN: "a flow", ZH: "流量"},
		diag.Message{EN: "a stock", ZH: "存量"},
		diag.Message{EN: "a rate", ZH: "比率"},
		diag.Message{EN: "stocks and rates are split in other ways", ZH: "存量和比率另有拆分方式"},
		diag.Message{EN: "a flow, not a {kind-}", ZH: "流量，而非 {kind-}"},
		diag.Message{EN: "a goal of a flow, not of a {kind-}", ZH: "流量目标，而非 {kind-}"},
		diag.Message{EN: "a {kind-} is no sum of recurrences", ZH: "{kind-} 不是各次重复之和"},

		// Rates.
		diag.Message{EN: "the metric that is divided", ZH: "作为分子的指标"},
		diag.Message{EN: "the metric or series by which it is divided", ZH: "作为分母的指标或数列"},
		diag.Message{EN: "only of a rate over a stock", ZH: "仅用于以存量为分母的比率"},
		diag.Message{EN: "either targets of a flow or of a stock", ZH: "流量的目标与存量的目标只能取其一"},
		diag.Message{EN: "another than the numerator", ZH: "不同于分子的指标"},
		diag.Message{EN: "a metric and a series", ZH: "既是指标也是数列"},
		diag.Message{EN: "a figure of {series} in {period}", ZH: "{series} 在 {period} 的数值"},
		diag.Message{EN: "a goal of {metric} with this owner and period, or a figure from outside", ZH: "相同负责单元和期间的 {metric} 目标，或外部数据"},
		diag.Message{EN: "the units of goal {goal}", ZH: "目标 {goal} 的单元"},

		// Stocks.
		diag.Message{EN: "another than the additions", ZH: "不同于增加的目标"},
		diag.Message{EN: "a stock's readings are no amounts to add up", ZH: "存量的读数不能相加"},
		diag.Message{EN: "not of a stock", ZH: "不用于存量"},
		diag.Message{EN: "a stock's bounds stand at the end of its goal's period", ZH: "存量的上下限针对其目标期间的期末"},
		diag.Message{EN: "has to have at least {need#} and can have at most {can#}, by the bounds there and below", ZH: "按该处及其下级的上下限，至少须有 {need#}，至多可有 {can#}"},
		diag.Message{EN: "{by#} too much", ZH: "超出 {by#}"},
		diag.Message{EN: "of what is added", ZH: "就增加而言"},
		diag.Message{EN: "of what is lost", ZH: "就减少而言"},
		diag.Message{EN: "at least {amount#}, with what leavers hand over and what others cannot lose", ZH: "计入离职人员移交及他人无法减少的部分，至少 {amount#}"},
		diag.Message{EN: "at most {amount#}, with what leavers hand over and what others cannot lose", ZH: "计入离职人员移交及他人无法减少的部分，至多 {amount#}"},
		diag.Message{EN: "only units without units below succeed each other", ZH: "只有没有下级的单元可相互接替"},
		diag.Message{EN: "what there is before the first day, here or as a reading in the evidence", ZH: "期初存量（在此给出，或作为依据中的读数）"},
		diag.Message{EN: "opening {open#} + additions {added#} - losses {lost#} = {sum#}, off by {by#}", ZH: "期初 {open#} + 增加 {added#} - 减少 {lost#} = {sum#}，相差 {by#}"},
		diag.Message{EN: "opening {open#} + additions {added#} - losses {lost#} = {sum#}, {by#} more are needed", ZH: "期初 {open#} + 增加 {added#} - 减少 {lost#} = {sum#}，还需 {by#}"},
		diag.Message{EN: "the stock's step {step#}", ZH: "存量的最小单位 {step#}"},
		diag.Message{EN: "has no {unit}, over which the stock is split", ZH: "没有存量拆分所用的单元 {unit}"},
		diag.Message{EN: "{sum#} over the stock's units and period", ZH: "在存量的单元和期间内为 {sum#}"},
		diag.Message{EN: "loses {by#} more than it has in {period}", ZH: "在 {period} 的减少比其拥有的多 {by#}"},
		diag.Message{EN: "is not there to the end of the period, and nobody below it takes over what it has", ZH: "在期末前离开，且其下无人接手其存量"},

		// Targets from growth.
		diag.Message{EN: "either a baseline or the period of one", ZH: "基线与其期间只能取其一"},
		diag.Message{EN: "a rate's baseline is given", ZH: "比率的基线须直接给出"},
		diag.Message{EN: "a goal that recurs grows on the baseline of one recurrence, given", ZH: "重复目标以给出的单次基线为增长基础"},
		diag.Message{EN: "what the target grows on, or growth's period", ZH: "目标增长所依据的基线，或 growth 的期间"},
		diag.Message{EN: "the actuals that the target grows on", ZH: "目标增长所依据的实际数据"},
		diag.Message{EN: "a reading of {metric}", ZH: "{metric} 的读数"},
		diag.Message{EN: "actuals of all of {period}", ZH: "{period} 全期的实际数据"},
		diag.Message{EN: "there are those of {period}", ZH: "现有 {period} 的数据"},
		diag.Message{EN: "{target#}, by growth on the baseline of {baseline#}", ZH: "{target#}（由基线 {baseline#} 增长得出）"},
		diag.Message{EN: "left out, since {key} makes it", ZH: "留空（由 {key} 得出）"},

		// Goals below goals.
		diag.Message{EN: "only with a parent", ZH: "仅在有上级目标时使用"},
		diag.Message{EN: "a goal of another metric is a contribution, and binds nothing", ZH: "其他指标的目标只是贡献，不具约束"},
		diag.Message{EN: "none, since only flows bind", ZH: "none（只有流量具有约束）"},
		diag.Message{EN: "a unit below {unit}, which owes goal {goal}", ZH: "负责目标 {goal} 的 {unit} 的下级单元"},
		diag.Message{EN: "goal {goal} is not split over axis {axis}", ZH: "目标 {goal} 未按维度 {axis} 拆分"},
		diag.Message{EN: "{sum#} together, {by#} more than {total#}", ZH: "合计 {sum#}，比 {total#} 多 {by#}"},
		diag.Message{EN: "{sum#} together, {by#} less than {total#}", ZH: "合计 {sum#}，比 {total#} 少 {by#}"},
		diag.Message{EN: "goal {goal} takes {amount#} in {period}", ZH: "目标 {goal} 在 {period} 占 {amount#}"},
		diag.Message{EN: "goal {goal}", ZH: "目标 {goal}"},
		diag.Message{EN: "goals {goals} bind", ZH: "受目标 {goals} 约束"},
	)
}
