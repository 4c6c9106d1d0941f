// Package report draws what salesplan computes: pictures as SVG, that stand
// alone, and charts in the words of Mermaid.
//
//	err := report.Gantt(w, timetable, report.GanttOptions{Style: report.Style{Title: plan.Name}})
//
// Pictures need nothing from outside: no fonts, style sheets or scripts. They are
// in English or Chinese, light or dark, tell nothing by colour alone, and carry
// what they show as text for those who can't see it. The same input gives the
// same bytes; what day it is is the caller's to say.
//
// Options are plain data with JSON tags; the zero value shows everything. What
// is wrong with them is a [github.com/salesplan/salesplan/diag.Fault] below
// /options; otherwise errors are those of the writer.
package report
