package report_test

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/report"
)

// work is a small plan: visits, then quotations, then signatures.
func work() *salesplan.Timetable {
	day := func(n int64) calendar.Duration { return calendar.Duration{Minutes: n * calendar.MinutesPerWorkDay} }
	after := func(task string) []salesplan.Predecessor { return []salesplan.Predecessor{{Task: task}} }
	t, err := salesplan.Schedule(salesplan.ScheduleRequest{
		Rule: salesplan.ScheduleRule{Start: calendar.OnDay(calendar.On(2027, 3, 1))},
		Tasks: []salesplan.Task{
			{ID: "visit", Name: "客户拜访", Duration: day(5)},
			{ID: "quote", Name: "方案报价", Duration: day(3), Predecessors: after("visit")},
			{ID: "signed", Name: "签约", Milestone: true, Predecessors: after("quote")},
		},
	})
	if err != nil {
		log.Fatal(err)
	}
	return t
}

func ExampleGantt() {
	var picture bytes.Buffer
	err := report.Gantt(&picture, work(), report.GanttOptions{
		Style: report.Style{Title: "三月签约计划", Lang: diag.Chinese, Theme: report.ThemeAuto},
		Today: calendar.On(2027, 3, 3),
		Hide:  []report.GanttPart{report.PartFreeDays},
	})
	if err != nil {
		log.Fatal(err)
	}
	_, about, _ := strings.Cut(picture.String(), "-desc\">")
	about, _, _ = strings.Cut(about, "</desc>")
	fmt.Println(about)
	// Output: 甘特图：2027年3月1日 – 2027年3月10日 · 3 项任务 · 关键任务 3 项。最长路径：客户拜访、方案报价、签约。
}

func ExampleGanttMermaid() {
	if err := report.GanttMermaid(os.Stdout, work(), report.GanttOptions{Style: report.Style{Title: "March"}}); err != nil {
		log.Fatal(err)
	}
	// Output:
	// gantt
	//     title March
	//     dateFormat YYYY-MM-DD HH:mm
	//     axisFormat %d %b
	//     todayMarker off
	//     客户拜访 :crit, t1, 2027-03-01 08:00, 2027-03-05 17:00
	//     方案报价 :crit, t2, 2027-03-08 08:00, 2027-03-10 17:00
	//     签约 :crit, milestone, t3, 2027-03-10 17:00, 0d
}

func ExampleLoadChart() {
	loads, err := work().Loads()
	if err != nil {
		log.Fatal(err)
	}
	var picture bytes.Buffer
	if err := report.LoadChart(&picture, loads, report.LoadOptions{ShortOnly: true}); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.Contains(picture.String(), "Nothing to show"))
	// Output: true
}
