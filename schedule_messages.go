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
)

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
			EN: "{subject}: {constraint} {on} is missed by {by}",
			ZH: "{subject}：未能满足 {constraint} {on}，相差 {by}",
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
	if p.part < 0 {
		return diag.Finding{Severity: diag.Error, Code: codeDeadlineBroken, Subject: t.subject(p.task),
			Args: []diag.Arg{diag.Text("on", extra.Deadline.String()), by}}
	}
	return diag.Finding{Severity: diag.Error, Code: codeDateBroken, Subject: t.subject(p.task),
		Args: []diag.Arg{diag.Text("constraint", string(extra.Constraint.Kind)), diag.Text("on", extra.Constraint.On.String()), by}}
}

func (t *Timetable) subject(i int32) diag.Subject {
	return diag.Subject{Kind: "task", ID: t.rows[i].id}
}
