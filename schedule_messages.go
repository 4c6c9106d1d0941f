package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// Codes of the findings of a timetable.
const (
	codeDatesGuessed   diag.Code = "dates-guessed"
	codeLinkBroken     diag.Code = "link-broken"
	codeDateBroken     diag.Code = "date-broken"
	codeDeadlineBroken diag.Code = "deadline-broken"

	codeNoOwner        diag.Code = "task-without-owner"
	codeOwnerAway      diag.Code = "task-owner-away"
	codeUnreported     diag.Code = "task-unreported"
	codeMissed         diag.Code = "deadline-missed"
	codeWillMiss       diag.Code = "deadline-will-be-missed"
	codeMilestoneLate  diag.Code = "milestone-will-be-late"
	codeAtRisk         diag.Code = "deadline-at-risk"
	codeTooLate        diag.Code = "task-too-late"
	codeSlips          diag.Code = "task-slips"
	codeSlipped        diag.Code = "task-slipped"
	codeMilestoneSlips diag.Code = "milestone-slips"
	codeAfterGoal      diag.Code = "task-after-goal"
	codeOverloaded     diag.Code = "people-overloaded"

	codeAdviceTaskOwner diag.Code = "advise-task-owner"
	codeAdviceReport    diag.Code = "advise-report"
	codeAdviceShorten   diag.Code = "advise-shorten"
	codeAdviceWatch     diag.Code = "advise-watch"
	codeAdviceLevel     diag.Code = "advise-level"
	codeAdviceNewDate   diag.Code = "advise-new-date"
)

func dateMessages() diag.Catalogue {
	return diag.Catalogue{
		codeNoOwner:        {EN: "Task {subject} starts on {start} and is owned by nobody.", ZH: "任务 {subject} 将于 {start} 开始，但没有负责人。"},
		codeOwnerAway:      {EN: "Task {subject}: {owner} is not there in all of {start} to {finish}[; from {from}][; until {to}].", ZH: "任务 {subject}：{owner} 并非在 {start} 至 {finish} 期间都在岗[，自 {from}][，至 {to}]。"},
		codeUnreported:     {EN: "Task {subject} was to be finished by {finish}; nobody says that it is.", ZH: "任务 {subject} 应于 {finish} 前完成，但无人报告已完成。"},
		codeMissed:         {EN: "Task {subject} has missed its deadline {deadline}: it will be finished on {finish}, {by} late. What makes the date: {chain}.", ZH: "任务 {subject} 已错过期限 {deadline}：将于 {finish} 完成，晚 {by}。决定日期的任务链：{chain}。"},
		codeWillMiss:       {EN: "Task {subject} will miss its deadline {deadline}: it will be finished on {finish}, {by} late. What makes the date: {chain}.", ZH: "任务 {subject} 将错过期限 {deadline}：预计 {finish} 完成，晚 {by}。决定日期的任务链：{chain}。"},
		codeMilestoneLate:  {EN: "Milestone {subject} will be {by} late: {finish} instead of {deadline}. What makes the date: {chain}.", ZH: "里程碑 {subject} 将晚 {by}：预计 {finish}，期限 {deadline}。决定日期的任务链：{chain}。"},
		codeAtRisk:         {EN: "Task {subject} has only {float} to spare before its deadline {deadline}. What makes the date: {chain}.", ZH: "任务 {subject} 距期限 {deadline} 仅有 {float} 的余量。决定日期的任务链：{chain}。"},
		codeTooLate:        {EN: "Task {subject} will be finished on {finish}, but what follows needs it by {latest}: {by} too late. What makes the date: {chain}.", ZH: "任务 {subject} 预计 {finish} 完成，而后续任务需要它在 {latest} 前完成：晚 {by}。决定日期的任务链：{chain}。"},
		codeSlips:          {EN: "Task {subject} slips by {by}: {finish} instead of {planned}. What makes the date: {chain}.", ZH: "任务 {subject} 将推迟 {by}：预计 {finish}，原计划 {planned}。决定日期的任务链：{chain}。"},
		codeSlipped:        {EN: "Task {subject} was planned for {planned} and is not finished: {finish} is expected, {by} late. What makes the date: {chain}.", ZH: "任务 {subject} 原计划 {planned} 完成，尚未完成：预计 {finish}，晚 {by}。决定日期的任务链：{chain}。"},
		codeMilestoneSlips: {EN: "Milestone {subject} slips by {by}: {finish} instead of {planned}. What makes the date: {chain}.", ZH: "里程碑 {subject} 将推迟 {by}：预计 {finish}，原计划 {planned}。决定日期的任务链：{chain}。"},
		codeAfterGoal:      {EN: "Task {subject} serves goal {goal}, which is owed by {last}, but ends on {finish}, {by} later. What makes the date: {chain}.", ZH: "任务 {subject} 服务于应在 {last} 前完成的目标 {goal}，但预计 {finish} 才结束，晚 {by}。决定日期的任务链：{chain}。"},
		codeOverloaded:     {EN: "{subject} has more to do than time in {weeks|week|weeks}, the first from {first}; most of all in the week of {week}: {work} of work in {time}, above all {tasks}.", ZH: "{subject} 有 {weeks} 周的工作超出可用时间，最早自 {first}；{week} 当周最甚：{time} 的时间内有 {work} 的工作，主要是 {tasks}。"},

		codeAdviceTaskOwner: {EN: "Name somebody who does it by {until}.", ZH: "请在 {until} 前指定负责人。"},
		codeAdviceReport:    {EN: "Report what is done[; {owner} does it].", ZH: "请报告完成情况[，由 {owner} 负责]。"},
		codeAdviceShorten:   {EN: "Shorten {task} (now {duration}) by {by}, or do part of it beside the others, to make {until}[; {owner} decides].", ZH: "请将 {task}（现为 {duration}）缩短 {by} 或并行处理，以赶上 {until}[，由 {owner} 决定]。"},
		codeAdviceNewDate:   {EN: "Agree on a new date, {until} at the earliest[; {owner} decides].", ZH: "请商定新的日期，最早为 {until}[，由 {owner} 决定]。"},
		codeAdviceWatch:     {EN: "Keep {task} to {until}[; {owner} does it].", ZH: "请确保 {task} 在 {until} 前完成[，由 {owner} 负责]。"},
		codeAdviceLevel:     {EN: "Move {by} of work out of the week of {until}, or give it to somebody else.", ZH: "请将 {until} 当周的 {by} 工作移出或交给他人。"},
	}
}

func scheduleMessages() diag.Catalogue {
	return diag.Catalogue{
		codeDatesGuessed: {
			EN: "{subject}: the holidays of this year are not published yet; dates count by the usual week",
			ZH: "{subject} 年的放假安排尚未公布；日期按通常的工作周计算",
		},
		codeLinkBroken: {
			EN: "{subject}: its dates break the link from {task} by {by}",
			ZH: "{subject}：其日期违反与 {task} 的关系，相差 {by}",
		},
		codeDateBroken: {
			EN: "{subject}: {imposed} is missed by {by}",
			ZH: "{subject}：未能满足“{imposed}”，相差 {by}",
		},
		codeDeadlineBroken: {
			EN: "{subject}: the deadline {on} is missed by {by}",
			ZH: "{subject}：超过期限 {on}，相差 {by}",
		},
	}
}

// violation says which link or date the dates break.
func (t *Timetable) violation(v network.Violation) diag.Finding {
	by := diag.Text("by", calendar.Duration{Minutes: v.By}.String())
	if v.Place == network.AtLink {
		l := t.links[v.Index]
		return diag.Finding{Severity: diag.Error, Code: codeLinkBroken, Subject: t.subject(l.To),
			Args: []diag.Arg{diag.Name("task", t.rows[l.From].id), by}}
	}
	p := t.constraints[v.Index]
	extra := t.more[p.task]
	if p.part == partDeadline {
		return diag.Finding{Severity: diag.Error, Code: codeDeadlineBroken, Subject: t.subject(p.task),
			Args: []diag.Arg{diag.Text("on", extra.Deadline.String()), by}}
	}
	return diag.Finding{Severity: diag.Error, Code: codeDateBroken, Subject: t.subject(p.task),
		Args: []diag.Arg{diag.Text("constraint", string(extra.Constraint.Kind)), diag.Text("on", extra.Constraint.On.String()),
			diag.Text("imposed", string(extra.Constraint.Kind)+" "+extra.Constraint.On.String()), by}}
}

func (t *Timetable) subject(i int32) diag.Subject {
	return diag.Subject{Kind: "task", ID: t.rows[i].id}
}
