package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// Codes of the findings of a split.
const (
	codeTotalMoved    diag.Code = "total-moved"
	codeGuessedYear   diag.Code = "holidays-guessed"
	codeIdleWeight    diag.Code = "weight-unused"
	codeMonthsMissing diag.Code = "months-not-covered"
	codeIdleLevel     diag.Code = "level-unused"
)

// splitMessages returns the texts of the findings of a split.
func splitMessages() diag.Catalogue {
	return diag.Catalogue{
		codeTotalMoved: {
			EN: "{subject}: what is owed of goal {goal} is {by} off its rounded share, because absences or bounds leave no other way",
			ZH: "{subject}：由于人员缺席或上下限，目标 {goal} 的数额比取整后的份额相差 {by}",
		},
		codeGuessedYear: {
			EN: "{subject}: the holidays of this year are not published yet; goal {goal} counts Monday to Friday as working days",
			ZH: "{subject} 年的放假安排尚未公布；目标 {goal} 按周一至周五计算工作日",
		},
		codeIdleWeight: {
			EN: "{subject}: the weights of {count|unit|units} ({first} first) do not count in goal {goal}, which goes by another basis",
			ZH: "{subject}：{count} 个单元（如 {first}）的权重在目标 {goal} 中不起作用，该目标按其他依据拆分",
		},
		codeIdleLevel: {
			EN: "{subject}: the rule for level {level} does not count in goal {goal}, whose units have {levels} {levels?level|levels}",
			ZH: "{subject}：第 {level} 级的规则在目标 {goal} 中不起作用，其单元只有 {levels} 级",
		},
		codeMonthsMissing: {
			EN: "{subject}: the history of {period} does not cover {count?month|months} {months}; {count?it takes|they take} {~rule}",
			ZH: "{subject}：{period} 的历史数据未覆盖 {months} 月，按{~rule}处理",
		},
	}
}

// Catalogue returns the texts of all faults, findings and advice of this
// module in English and Chinese.
func Catalogue() diag.Catalogue {
	return diag.Join(diag.Messages(), document.Messages(), calendar.Messages(),
		splitMessages(), oddMessages(), crmMessages(), draftMessages(), basisMessages(), besideMessages(),
		splitPhrases(), besidePhrases(), decomposePhrases(), planPhrases(), crmPhrases(), kindsMessages(), kindsPhrases(), transferPhrases(),
		changePhrases(), resplitMessages(), missingMessages(), resplitPhrases(), issuedMessages(), issuedPhrases(),
		taskPhrases(), scheduleMessages(), dateMessages(), processMessages(), levelMessages())
}
