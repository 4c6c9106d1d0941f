package salesplan

import "github.com/salesplan/salesplan/diag"

// taskPhrases returns what faults of tasks and resources carry as values.
func taskPhrases() diag.Catalogue {
	return diag.Phrases(
		diag.Message{EN: "0 to {most-}, with at most 6 decimals", ZH: "0 至 {most-}，最多 6 位小数"},
		diag.Message{EN: "2d, -4h, 3ed or 50%", ZH: "2d、-4h、3ed 或 50%"},
		diag.Message{EN: "at most {n-}%", ZH: "最多 {n-}%"},
		diag.Message{EN: "after {date-}", ZH: "晚于 {date-}"},

		// Calendars and resources.
		diag.Message{EN: "the calendars", ZH: "各日历"},
		diag.Message{EN: "a unit above others is as many people as they are", ZH: "有下级的单元，其人数即各下级之和"},
		diag.Message{EN: "only units of the organisation are people", ZH: "只有组织维度的单元是人员"},
		diag.Message{EN: "units of the organisation are people", ZH: "组织维度的单元是人员"},
		diag.Message{EN: "only of people", ZH: "仅用于人员"},
		diag.Message{EN: "only of money", ZH: "仅用于资金"},
		diag.Message{EN: "only of material", ZH: "仅用于物料"},
		diag.Message{EN: "a period", ZH: "期间"},
		diag.Message{EN: "periods that don't overlap", ZH: "互不重叠的期间"},
		diag.Message{EN: "a resource", ZH: "资源"},
		diag.Message{EN: "the resources and the units of the organisation", ZH: "资源及组织维度的单元"},
		diag.Message{EN: "the units and resources", ZH: "单元和资源"},

		// Times.
		diag.Message{EN: "working time", ZH: "工作时间"},
		diag.Message{EN: "working time, not negative", ZH: "非负的工作时间"},
		diag.Message{EN: "elapsed time, such as 3ed", ZH: "自然时间，例如 3ed"},

		// Dates imposed.
		diag.Message{EN: "start-no-earlier {date-}", ZH: "最早开始于 {date-}"},
		diag.Message{EN: "start-no-later {date-}", ZH: "最晚开始于 {date-}"},
		diag.Message{EN: "finish-no-earlier {date-}", ZH: "最早完成于 {date-}"},
		diag.Message{EN: "finish-no-later {date-}", ZH: "最晚完成于 {date-}"},
		diag.Message{EN: "must-start-on {date-}", ZH: "必须开始于 {date-}"},
		diag.Message{EN: "must-finish-on {date-}", ZH: "必须完成于 {date-}"},
		diag.Message{EN: "manual {date-}", ZH: "手动安排于 {date-}"},

		// Tasks.
		diag.Message{EN: "a task", ZH: "任务"},
		diag.Message{EN: "the tasks", ZH: "各任务"},
		diag.Message{EN: "a task doesn't follow itself", ZH: "任务不能以自身为前置任务"},
		diag.Message{EN: "a constraint", ZH: "限制"},
		diag.Message{EN: "only constraints with a date have one", ZH: "仅用于带日期的限制"},
		diag.Message{EN: "the progress of a summary is that of its tasks", ZH: "摘要任务的进度即其下各任务的进度"},
		diag.Message{EN: "the goal of the quantity", ZH: "数量所属的目标"},
		diag.Message{EN: "a summary is as long as its tasks", ZH: "摘要任务的工期由其下各任务决定"},
		diag.Message{EN: "a summary is no milestone", ZH: "摘要任务不能是里程碑"},
		diag.Message{EN: "a summary takes what its tasks take", ZH: "摘要任务的需求即其下各任务的需求"},
		diag.Message{EN: "a milestone has none", ZH: "里程碑没有工期"},
		diag.Message{EN: "a milestone takes nobody's time", ZH: "里程碑不占用人员时间"},
		diag.Message{EN: "a duration, or milestone: true", ZH: "工期，或 milestone: true"},
		diag.Message{EN: "people work all the while", ZH: "人员在任务期间一直工作"},
		diag.Message{EN: "at most 10 years", ZH: "最多 10 年"},

		// Processes and tasks of goals.
		diag.Message{EN: "fewer than 9·10¹⁸ in a stage", ZH: "一个阶段少于 9·10¹⁸"},
		diag.Message{EN: "a stage", ZH: "阶段"},
		diag.Message{EN: "a conversion, stated or measured from deals", ZH: "转化率（给出，或由商机测得）"},
		diag.Message{EN: "days, stated or measured from deals", ZH: "天数（给出，或由商机测得）"},
		diag.Message{EN: "more than 0, at most 1, with at most 6 decimals", ZH: "大于 0 且不超过 1，最多 6 位小数"},
		diag.Message{EN: "the processes", ZH: "各流程"},
		diag.Message{EN: "the process of that name", ZH: "该名称的流程"},
		diag.Message{EN: "not with campaigns", ZH: "不与 campaigns 同用"},
		diag.Message{EN: "either a share or a quantity", ZH: "share 与 quantity 二选一"},
		diag.Message{EN: "0 or more", ZH: "0 或更多"},
		diag.Message{EN: "a campaign with a share, for what the others leave", ZH: "一个带 share 的活动，以承担其余部分"},
		diag.Message{EN: "{n-} tasks", ZH: "{n-} 个任务"},

		// Dates.
		diag.Message{EN: "when work begins, or finish: when it ends", ZH: "工作开始的时间，或用 finish 给出结束的时间"},
		diag.Message{EN: "when work began", ZH: "工作开始的时间"},
		diag.Message{EN: "time as the task's duration is", ZH: "与任务工期同类的时间"},
		diag.Message{EN: "not after {date-}", ZH: "不晚于 {date-}"},
		diag.Message{EN: "a calendar with working time", ZH: "有工作时间的日历"},
		diag.Message{EN: "people who work at some time", ZH: "有工作时间的人员"},
		diag.Message{EN: "calendars of the task and its people that have working time in common", ZH: "任务与其人员的日历须有共同的工作时间"},
		diag.Message{EN: "a summary isn't linked to a task of its own", ZH: "摘要任务不能与其下的任务相关联"},
		diag.Message{EN: "start-no-earlier, finish-no-later or a deadline, for a summary", ZH: "摘要任务只能用 start-no-earlier、finish-no-later 或期限"},
		diag.Message{EN: "no percentage of a summary in a plan that is scheduled back from its finish", ZH: "倒排计划中的延隔不能用摘要任务的百分比"},
		diag.Message{EN: "an end after its beginning", ZH: "结束须晚于开始"},
		diag.Message{EN: "dates from 0001-01-01 to 9999-12-31", ZH: "0001-01-01 至 9999-12-31 的日期"},
		diag.Message{EN: "amounts that can be leveled", ZH: "可以平衡的数量"},
		diag.Message{EN: "times and amounts that can be leveled", ZH: "可以平衡的时间和数量"},
		diag.Message{EN: "fewer tasks and links", ZH: "更少的任务和关系"},
		diag.Message{EN: "tasks that can be scheduled", ZH: "可以排期的任务"},
	)
}
