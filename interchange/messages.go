package interchange

import (
	"maps"
	"slices"

	"github.com/salesplan/salesplan/diag"
)

// Codes of what a plan has no place for.
const (
	codeSplit         diag.Code = "mspdi-split"
	codeOvertime      diag.Code = "mspdi-overtime"
	codeContour       diag.Code = "mspdi-contour"
	codeElsewhere     diag.Code = "mspdi-other-project"
	codeInactive      diag.Code = "mspdi-inactive"
	codeLink          diag.Code = "mspdi-link"
	codeBaselines     diag.Code = "mspdi-baselines"
	codeConstraint    diag.Code = "mspdi-summary-constraint"
	codeManualSummary diag.Code = "mspdi-manual-summary"
	codeSummaryWork   diag.Code = "mspdi-summary-work"
	codeMilestoneWork diag.Code = "mspdi-milestone-work"
	codeElapsedLag    diag.Code = "mspdi-elapsed-lag"
	codeContrary      diag.Code = "mspdi-contrary-dates"
)

// Messages returns the texts of this package's findings, and of what its faults
// carry as values, in English and Chinese.
func Messages() diag.Catalogue {
	return diag.Join(findingMessages(), phrases())
}

func findingMessages() diag.Catalogue {
	return diag.Catalogue{
		codeSplit: {
			EN: "{count|assignment is|assignments are} worked in parts with pauses between them ({first} first); the plan schedules each in one piece",
			ZH: "{count} 项分配的工作被拆分为有间断的几段（如 {first}）；计划按连续工作安排",
		},
		codeOvertime: {
			EN: "{count|task or assignment has|tasks or assignments have} overtime ({first} first), which the plan doesn't know",
			ZH: "{count} 项任务或分配含加班（如 {first}），计划不记录加班",
		},
		codeContour: {
			EN: "{count|assignment has|assignments have} work that rises and falls ({first} first); the plan spreads it evenly",
			ZH: "{count} 项分配的工作量分布不均（如 {first}）；计划按均匀分布处理",
		},
		codeElsewhere: {
			EN: "{count|task or link|tasks or links} of other projects ({first} first) {count?is|are} not taken over",
			ZH: "{count} 个其他项目的任务或链接（如 {first}）未导入",
		},
		codeInactive: {
			EN: "{count|inactive task|inactive tasks} ({first} first) {count?is|are} not taken over",
			ZH: "{count} 个停用的任务（如 {first}）未导入",
		},
		codeLink: {
			EN: "{count|link hangs|links hang} on tasks that are not taken over ({first} first) and {count?is|are} left out",
			ZH: "{count} 个链接（如 {first}）的前置任务未导入，已略去",
		},
		codeBaselines: {
			EN: "{count|further baseline|further baselines} ({first} first) {count?is|are} not taken over; the plan has one",
			ZH: "{count} 个其他基线（如 {first}）未导入；计划只有一个基线",
		},
		codeConstraint: {
			EN: "{count|summary task has|summary tasks have} a constraint that only tasks can have ({first} first); it is left out",
			ZH: "{count} 个摘要任务（如 {first}）带有只适用于普通任务的限制，已略去",
		},
		codeManualSummary: {
			EN: "{count|summary task is|summary tasks are} placed by hand ({first} first); the plan gives {count?it|them} the dates of {count?its|their} tasks",
			ZH: "{count} 个摘要任务为手动安排（如 {first}）；计划按其子任务的日期安排",
		},
		codeSummaryWork: {
			EN: "{count|assignment|assignments} to summary tasks ({first} first) {count?is|are} left out; people work on tasks",
			ZH: "{count} 项对摘要任务的分配（如 {first}）已略去；人员只分配到普通任务",
		},
		codeMilestoneWork: {
			EN: "{count|further assignment|further assignments} to milestones ({first} first) {count?is|are} left out; a milestone has an owner",
			ZH: "{count} 项对里程碑的其他分配（如 {first}）已略去；里程碑只有负责人",
		},
		codeElapsedLag: {
			EN: "{count|lag is|lags are} a percentage in elapsed time ({first} first); the plan counts it in working time",
			ZH: "{count} 个延隔时间为按日历时间的百分比（如 {first}）；计划按工作时间计算",
		},
		codeContrary: {
			EN: "{count|date contradicts|dates contradict} others of the same task, or {count?is|are} missing ({first} first); {count?it is|they are} left out",
			ZH: "{count} 个日期与同一任务的其他日期矛盾或缺失（如 {first}），已略去",
		},
	}
}

// tellLosses makes findings of what isn't carried over, by code.
func (m *mspdi) tellLosses() {
	for _, code := range slices.Sorted(maps.Keys(m.lost)) {
		l := m.lost[code]
		m.p.Findings = append(m.p.Findings, diag.Finding{
			Severity: diag.Warning, Code: code, Subject: diag.Subject{Kind: "project", ID: m.p.Properties.Name},
			Args: []diag.Arg{diag.Count("count", l.count), diag.Name("first", l.first)},
		})
	}
}

// The custom fields in which IDs travel: Text30 of tasks and of resources.
const (
	idAlias         = "salesplan ID"
	taskIDField     = "188744016"
	resourceIDField = "205521140"
)

func phrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "well-formed XML", ZH: "格式正确的 XML"},
		diag.Message{EN: "a smaller file", ZH: "更小的文件"},
		diag.Message{EN: "at most {n#} levels", ZH: "最多 {n#} 层"},
		diag.Message{EN: "at most {n#}", ZH: "最多 {n#}"},
		diag.Message{EN: "no document type", ZH: "不含文档类型声明"},
		diag.Message{EN: "fewer elements in one", ZH: "单个元素内的子元素更少"},
		diag.Message{EN: "a whole number", ZH: "整数"},
		diag.Message{EN: "a number", ZH: "数字"},
		diag.Message{EN: "0 or 1", ZH: "0 或 1"},
		diag.Message{EN: "a duration such as PT8H0M0S", ZH: "时长，例如 PT8H0M0S"},
		diag.Message{EN: "a time such as 2027-03-01T08:00:00", ZH: "时间，例如 2027-03-01T08:00:00"},
		diag.Message{EN: "a time of day such as 08:00:00", ZH: "时刻，例如 08:00:00"},
		diag.Message{EN: "a time of day", ZH: "时刻"},
		diag.Message{EN: "from when to when", ZH: "起止日期"},
		diag.Message{EN: "0 to 4, of an item from 0 to 9", ZH: "0 至 4，项目为 0 至 9"},
		diag.Message{EN: "at most {n#} days of exceptions", ZH: "最多 {n#} 天例外日"},
		diag.Message{EN: "at most {n#} days of exceptions in all calendars", ZH: "所有日历合计最多 {n#} 天例外日"},
		diag.Message{EN: "a calendar on a few others", ZH: "只继承少数几层的日历"},
		diag.Message{EN: "a task", ZH: "任务"},
		diag.Message{EN: "the tasks", ZH: "各任务"},
		diag.Message{EN: "the resources", ZH: "各资源"},
		diag.Message{EN: "units from a day to a later one", ZH: "数量及先后有序的起止日期"},
		diag.Message{EN: "when the file is made", ZH: "文件的生成时间"},
		diag.Message{EN: "a task that isn't above itself", ZH: "不以自身为上级的任务"},
	)
}
