package interchange_test

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/interchange"
)

// A file of Microsoft Project with two tasks of a day, one after the other.
const twoTasks = `<Project xmlns="http://schemas.microsoft.com/project">
  <StartDate>2027-03-01T08:00:00</StartDate>
  <Tasks>
    <Task><UID>1</UID><Name>List</Name><Duration>PT8H0M0S</Duration></Task>
    <Task><UID>2</UID><Name>Calls</Name><Duration>PT8H0M0S</Duration>
      <PredecessorLink><PredecessorUID>1</PredecessorUID><Type>1</Type></PredecessorLink></Task>
  </Tasks>
</Project>`

func ExampleReadMSPDI() {
	project, err := interchange.ReadMSPDI(strings.NewReader(twoTasks), interchange.MSPDIOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	t, err := salesplan.Schedule(project.Request)
	if err != nil {
		fmt.Println(err)
		return
	}
	for d := range t.Tasks() {
		fmt.Println(d.Name, d.Start, d.Finish)
	}
	var file bytes.Buffer
	fmt.Println(interchange.WriteMSPDI(&file, project, t), strings.Contains(file.String(), "<Finish>2027-03-02T17:00:00</Finish>"))
	// Output:
	// List 2027-03-01T08:00 2027-03-01T17:00
	// Calls 2027-03-02T08:00 2027-03-02T17:00
	// <nil> true
}

func ExampleWriteICalendar() {
	t, err := salesplan.Schedule(salesplan.ScheduleRequest{
		Rule:  salesplan.ScheduleRule{Start: calendar.OnDay(calendar.On(2027, time.March, 1))},
		Tasks: []salesplan.Task{{ID: "launch", Name: "发布会", Milestone: true}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var file bytes.Buffer
	err = interchange.WriteICalendar(&file, t, interchange.ICalendarOptions{Stamp: time.Date(2026, time.November, 26, 9, 0, 0, 0, time.UTC)})
	fmt.Println(err)
	for line := range strings.Lines(file.String()) {
		if strings.HasPrefix(line, "DTSTART") || strings.HasPrefix(line, "SUMMARY") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	// Output:
	// <nil>
	// SUMMARY:发布会
	// DTSTART;VALUE=DATE:20270301
}
