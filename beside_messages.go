package salesplan

import "github.com/salesplan/salesplan/diag"

// Codes of the findings of what stands beside a base, and of the checks of
// goals, with those of their advice.
const (
	codeRollup   diag.Code = "commitments-off-goal"
	codeMismatch diag.Code = "commitments-off-target"
	codeTiming   diag.Code = "commitments-off-period"

	codeCapacityGap  diag.Code = "capacity-gap"
	codeCapacityLate diag.Code = "capacity-late"

	codeRelation diag.Code = "relation-broken"

	codeOwnerMissing  diag.Code = "smart-owner-missing"
	codeOwnerGone     diag.Code = "smart-owner-absent"
	codePeriodUnread  diag.Code = "smart-period-unclear"
	codeUndivided     diag.Code = "smart-scope-undivided"
	codeUnmeasured    diag.Code = "smart-unmeasured"
	codeSourceUnread  diag.Code = "smart-source-unread"
	codeOwnerUnseen   diag.Code = "smart-owner-unmeasured"
	codeBaselineOff   diag.Code = "smart-baseline-off"
	codeStretch       diag.Code = "smart-beyond-trend"
	codeEasy          diag.Code = "smart-below-trend"
	codeHistoryShort  diag.Code = "smart-history-short"
	codeNetStretch    diag.Code = "smart-beyond-net-change"
	codeNetEasy       diag.Code = "smart-below-net-change"
	codeChangesShort  diag.Code = "smart-changes-short"
	codeOverCapacity  diag.Code = "smart-beyond-capacity"
	codeIrrelevant    diag.Code = "smart-serves-nothing"
	codeWhyUnchecked  diag.Code = "smart-why-unchecked"
	codePeriodPast    diag.Code = "smart-period-past"
	codeEvidenceOld   diag.Code = "smart-evidence-old"
	codeNoCheckpoints diag.Code = "smart-no-checkpoints"
	codeOffRecurrence diag.Code = "smart-recurrence-cut"

	codeAdviceRaise    diag.Code = "advise-raise-commitments"
	codeAdviceAccept   diag.Code = "advise-agree-surplus"
	codeAdviceHire     diag.Code = "advise-hire"
	codeAdviceLate     diag.Code = "advise-cover-late-hires"
	codeAdviceRelation diag.Code = "advise-relation"
	codeAdviceOwner    diag.Code = "advise-name-owner"
	codeAdvicePeriod   diag.Code = "advise-state-period"
	codeAdviceDivide   diag.Code = "advise-divide"
	codeAdviceMeasure  diag.Code = "advise-measure"
	codeAdviceBaseline diag.Code = "advise-baseline"
	codeAdviceLower    diag.Code = "advise-justify-growth"
	codeAdviceLift     diag.Code = "advise-lift"
	codeAdviceCut      diag.Code = "advise-justify-cut"
	codeAdviceTighten  diag.Code = "advise-tighten"
	codeAdviceServe    diag.Code = "advise-link-strategy"
)

// besideMessages returns the texts of the findings of what stands beside a
// base and of the checks of goals.
func besideMessages() diag.Catalogue {
	return diag.Join(commitmentMessages(), capacityMessages(), smartMessages(), besideAdvice())
}

// besidePhrases returns what the faults of what stands beside a base and of
// strategies carry as values.
func besidePhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "one unit of the first axis", ZH: "第一个维度的一个单元"},
		diag.Message{EN: "one unit of axis {axis}", ZH: "维度 {axis} 的一个单元"},
		diag.Message{EN: "a unit of axis {axis}, as the first commitment's", ZH: "与第一项承诺相同，维度 {axis} 的单元"},
		diag.Message{EN: "the axes of the split", ZH: "拆分的维度"},
		diag.Message{EN: "{n#} steps", ZH: "{n#} 个最小单位"},
		diag.Message{EN: "the credited units", ZH: "计入业绩的单元"},
		diag.Message{EN: "a unit below the goal's owner", ZH: "目标责任单元的下级单元"},
		diag.Message{EN: "an earlier commitment of {unit}", ZH: "{unit} 的前一项承诺"},
		diag.Message{EN: "a goal", ZH: "目标"},
		diag.Message{EN: "goals or numbers", ZH: "目标或数字"},
		diag.Message{EN: "a goal or a number", ZH: "目标或数字"},
	)
}

func commitmentMessages() diag.Catalogue {
	return diag.Catalogue{
		codeRollup: {
			EN: "Goal {subject}: {committed} comes from below against a target of {target}, {by} off[; that is {share} of the target].",
			ZH: "目标 {subject}：自下而上合计 {committed}，目标为 {target}，相差 {by}[，为目标的 {share}]。",
		},
		codeMismatch: {
			EN: "{subject}: those right below carry {committed} of goal {goal}, the unit itself {target}: {by} off[; that is {share} of it].",
			ZH: "{subject}：目标 {goal} 的直接下级合计 {committed}，本单元为 {target}，相差 {by}[，为其 {share}]。",
		},
		codeTiming: {
			EN: "{subject}: commitments to goal {goal} fit as a whole, but {moved} stands in other periods than the targets, first in {period}.",
			ZH: "{subject}：目标 {goal} 的承诺总额相符，但有 {moved} 不在目标所在的期间，最早为 {period}。",
		},
		codeRelation: {
			EN: "Goal {subject} is {target}, but {factors} make {product}: {by} off, {share} of the goal.",
			ZH: "目标 {subject} 为 {target}，而 {factors} 相乘得 {product}，相差 {by}，为目标的 {share}。",
		},
	}
}

func capacityMessages() diag.Catalogue {
	return diag.Catalogue{
		codeCapacityGap: {
			EN: "Goal {subject} takes {needed} full heads and {there} are there: they carry {carried} of {target}, {short} is missing[; with {expected} stated for budgets of {cost}, {after} is missing].",
			ZH: "目标 {subject} 需要 {needed} 个满产能人力，现有 {there} 个：可承担 {target} 中的 {carried}，缺口 {short}[；预算 {cost} 声明可带来 {expected}，之后缺口 {after}]。",
		},
		codeCapacityLate: {
			EN: "Goal {subject}: {count|head|heads} for {period} would have to be sought by {open} to carry a full quota then, which is before {asOf}.",
			ZH: "目标 {subject}：{period} 所需的 {count} 人须在 {open} 前开始招聘才能届时满额，该日早于 {asOf}。",
		},
	}
}

func smartMessages() diag.Catalogue {
	return diag.Catalogue{
		codeOwnerMissing:  {EN: "Goal {subject} is owed by nobody in particular.", ZH: "目标 {subject} 没有明确的责任单元。"},
		codeOwnerGone:     {EN: "Goal {subject}: its owner {owner} is not there in all of {period}[; from {from}][; until {to}].", ZH: "目标 {subject}：责任单元 {owner} 并非在整个 {period} 都在岗[，自 {from}][，至 {to}]。"},
		codePeriodUnread:  {EN: "Goal {subject}: {period} is no period that the plan's calendar knows.", ZH: "目标 {subject}：计划日历无法识别期间 {period}。"},
		codeUndivided:     {EN: "Goal {subject}: {count|unit|units} below {owner} owe no part of {target}.", ZH: "目标 {subject}：{owner} 下有 {count} 个单元，均未承担 {target} 的任何部分。"},
		codeUnmeasured:    {EN: "Goal {subject} can't be measured: there are no actuals of {metric}, and no source is named.", ZH: "目标 {subject} 无法衡量：没有指标 {metric} 的实绩，也未指明数据来源。"},
		codeSourceUnread:  {EN: "Goal {subject} is to be measured by \"{source}\", but there are no actuals of {metric} from it yet.", ZH: "目标 {subject} 拟以“{source}”衡量，但其中尚无指标 {metric} 的实绩。"},
		codeOwnerUnseen:   {EN: "Goal {subject}: there are actuals of {metric} in {period}, but none belongs to {owner}.", ZH: "目标 {subject}：{period} 有指标 {metric} 的实绩，但没有属于 {owner} 的。"},
		codeBaselineOff:   {EN: "Goal {subject}: its baseline is {baseline}, but {booked} is booked in {period}, {by} less than stated.", ZH: "目标 {subject}：基线为 {baseline}，而 {period} 已入账 {booked}，比所述少 {by}。"},
		codeStretch:       {EN: "Goal {subject} asks for a growth[ of {numerator}] of {growth} over {period} ({base}) per working day; past quarters grew by {mean} ± {spread} a year, which allows {limit}, {reach} in all.", ZH: "目标 {subject} 要求[ {numerator}]每工作日较 {period}（{base}）增长 {growth}；以往各季同比增长 {mean} ± {spread}，可支持 {limit}，合计 {reach}。"},
		codeEasy:          {EN: "Goal {subject} asks for a growth[ of {numerator}] of {growth} over {period} ({base}) per working day; past quarters grew by {mean} ± {spread} a year.", ZH: "目标 {subject} [的 {numerator}]每工作日较 {period}（{base}）仅增长 {growth}；以往各季同比增长 {mean} ± {spread}。"},
		codeHistoryShort:  {EN: "Goal {subject}: whether it can be achieved can't be judged by the past: {count|year-on-year growth|year-on-year growths} of quarters are known, {needed} are needed[; it asks for a growth of {growth}].", ZH: "目标 {subject}：无法据历史判断可达性：已知 {count} 个季度同比增长，需要 {needed} 个[；目标要求增长 {growth}]。"},
		codeNetStretch:    {EN: "Goal {subject} asks for a net change of {change}; at the pace of {count|past change|past changes}, {mean} ± {spread} per working day, {reach} is within reach.", ZH: "目标 {subject} 要求净变动 {change}；按以往 {count} 次变动（每工作日 {mean} ± {spread}），可达到 {reach}。"},
		codeNetEasy:       {EN: "Goal {subject} asks for a net change of {change}; at the pace of {count|past change|past changes}, {mean} ± {spread} per working day, it comes to {reach} anyway.", ZH: "目标 {subject} 要求净变动 {change}；按以往 {count} 次变动（每工作日 {mean} ± {spread}），本就会达到 {reach}。"},
		codeChangesShort:  {EN: "Goal {subject}: whether its net change of {change} can be achieved can't be judged by the past: {count|change|changes} between quarters with readings are known, {needed} are needed.", ZH: "目标 {subject}：无法据历史判断净变动 {change} 是否可达：已知 {count} 次季度间变动，需要 {needed} 次。"},
		codeOverCapacity:  {EN: "Goal {subject}: {heads} full heads, each selling as {best} did at the best ({most} in {period}), would bring {capacity} of {target}; {short} is beyond what anyone ever sold.", ZH: "目标 {subject}：{heads} 个满产能人力即使都达到 {best} 的最好水平（{period} 为 {most}），也只能带来 {target} 中的 {capacity}；缺口 {short} 超出任何人的历史最好水平。"},
		codeIrrelevant:    {EN: "Goal {subject} serves no other goal, and nothing in it points to the strategy.", ZH: "目标 {subject} 不服务于其他目标，也未与战略关联。"},
		codeWhyUnchecked:  {EN: "Goal {subject} says why (\"{why}\"), but the plan has no strategy to check that against.", ZH: "目标 {subject} 说明了原因（“{why}”），但计划中没有战略可供核对。"},
		codePeriodPast:    {EN: "Goal {subject}: all of {period} is past: the evidence reaches {until}.", ZH: "目标 {subject}：{period} 已全部过去：依据截至 {until}。"},
		codeEvidenceOld:   {EN: "Goal {subject} begins on {from}, {count|day|days} after the last day that the evidence covers, {until}.", ZH: "目标 {subject} 始于 {from}，距依据覆盖的最后一日 {until} 有 {count} 天。"},
		codeNoCheckpoints: {EN: "Goal {subject} is due at the end of {period} with no date in between.", ZH: "目标 {subject} 在 {period} 末到期，其间没有任何检查点。"},
		codeOffRecurrence: {EN: "Goal {subject} recurs each {every}, but {period} is not made of whole ones.", ZH: "目标 {subject} 按 {every} 重复，但 {period} 不是由完整周期组成。"},
	}
}

func besideAdvice() diag.Catalogue {
	return diag.Catalogue{
		codeAdviceRaise:    {EN: "Find {amount} more, or lower the target, by {until}[; {owner} decides].", ZH: "请在 {until} 前补足 {amount} 或调低目标[，由 {owner} 决定]。"},
		codeAdviceAccept:   {EN: "Agree by {until} whether {amount} above the target stands[; {owner} decides].", ZH: "请在 {until} 前确认是否保留高出目标的 {amount}[，由 {owner} 决定]。"},
		codeAdviceHire:     {EN: "Hire {amount|head|heads}, the first by {until}[; {owner} decides].", ZH: "请招聘 {amount} 人，首批不晚于 {until} 到岗[，由 {owner} 决定]。"},
		codeAdviceLate:     {EN: "Cover {amount} otherwise until {until}[; {owner} decides].", ZH: "在 {until} 之前另行安排 {amount}[，由 {owner} 决定]。"},
		codeAdviceRelation: {EN: "Change one of the goals by {amount} before {until}[; {owner} decides].", ZH: "请在 {until} 前将其中一个目标调整 {amount}[，由 {owner} 决定]。"},
		codeAdviceOwner:    {EN: "Name the unit that owes it[ by {until}].", ZH: "请指定责任单元[，不晚于 {until}]。"},
		codeAdvicePeriod:   {EN: "State a period such as 2027, 2027-Q1 or FY2027[; {owner} decides].", ZH: "请填写期间，如 2027、2027-Q1 或 FY2027[，由 {owner} 决定]。"},
		codeAdviceDivide:   {EN: "Divide {amount} before {until}[; {owner} decides].", ZH: "请在 {until} 前拆分 {amount}[，由 {owner} 负责]。"},
		codeAdviceMeasure:  {EN: "Name a source and bring its actuals[ by {until}][; {owner} is responsible].", ZH: "请指明来源并提供实绩[，不晚于 {until}][，由 {owner} 负责]。"},
		codeAdviceBaseline: {EN: "Set the baseline to {amount}, or correct the evidence[; {owner} is responsible].", ZH: "请将基线设为 {amount} 或更正依据[，由 {owner} 负责]。"},
		codeAdviceLower:    {EN: "Say what brings {amount} more than before, or lower the target, by {until}[; {owner} decides].", ZH: "请在 {until} 前说明高出部分 {amount} 的来源或调低目标[，由 {owner} 决定]。"},
		codeAdviceLift:     {EN: "Consider {amount} more[ by {until}][; {owner} decides].", ZH: "可考虑提高 {amount}[，不晚于 {until}][，由 {owner} 决定]。"},
		codeAdviceCut:      {EN: "Say what brings it down by {amount} more than before, or raise the target, by {until}[; {owner} decides].", ZH: "请在 {until} 前说明多降 {amount} 的来源或放宽目标[，由 {owner} 决定]。"},
		codeAdviceTighten:  {EN: "Consider {amount} less[ by {until}][; {owner} decides].", ZH: "可考虑降低 {amount}[，不晚于 {until}][，由 {owner} 决定]。"},
		codeAdviceServe:    {EN: "Link it to a goal, or to one of: {items}[; {owner} decides].", ZH: "请将其与某个目标或以下内容关联：{items}[，由 {owner} 决定]。"},
	}
}
