package salesplan_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

func workdays(n int64) calendar.Duration {
	return calendar.Duration{Minutes: n * calendar.MinutesPerWorkDay}
}

// launch is a list, a brochure that is begun a day after it, and a launch.
func launch() salesplan.ScheduleRequest {
	return salesplan.ScheduleRequest{
		Rule: salesplan.ScheduleRule{Start: calendar.OnDay(calendar.On(2027, time.March, 1))},
		Axes: []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{{ID: "li-na"}, {ID: "wang-wei"}}}},
		Tasks: []salesplan.Task{
			{ID: "list", Owner: "li-na", Duration: workdays(3)},
			{ID: "brochure", Owner: "li-na", Duration: workdays(5), Predecessors: []salesplan.Predecessor{
				{Task: "list", Link: salesplan.LinkStartToStart, Lag: salesplan.Lag{Time: workdays(1)}}}},
			{ID: "launch", Owner: "wang-wei", Milestone: true, Predecessors: []salesplan.Predecessor{{Task: "brochure"}},
				Deadline: calendar.OnDay(calendar.On(2027, time.March, 5))},
		},
	}
}

func ExampleSchedule() {
	t, err := salesplan.Schedule(launch())
	if err != nil {
		fmt.Println(err)
		return
	}
	for d := range t.Tasks() {
		fmt.Println(d.ID, d.Start, d.Finish, calendar.Duration{Minutes: d.TotalFloat}, d.Driver.Kind)
	}
	// Output:
	// list 2027-03-01T08:00 2027-03-03T17:00 -1d start
	// brochure 2027-03-02T08:00 2027-03-08T17:00 -1d link
	// launch 2027-03-08T17:00 2027-03-08T17:00 -1d link
}

func ExampleCheckDates() {
	t, err := salesplan.Schedule(launch())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range salesplan.CheckDates(t, calendar.Date{}) {
		fmt.Println(f.Code, f.Subject.ID)
		fmt.Println(salesplan.Catalogue().Text(f, diag.Chinese))
	}
	// Output:
	// milestone-will-be-late launch
	// 里程碑 launch 将晚 1d：预计 2027-03-08，期限 2027-03-05。决定日期的任务链：list → brochure → launch。请将 brochure（现为 1w）缩短 1d 或并行处理，以赶上 2027-03-05，由 li-na 决定。
	// people-overloaded li-na
	// li-na 有 1 周的工作超出可用时间，最早自 2027-03-01；2027-03-01 当周最甚：40.0 h 的时间内有 56.0 h 的工作，主要是 brochure, list。请将 2027-03-01 当周的 16.0 h 工作移出或交给他人。
}

// One person does one thing at a time.
func ExampleLevelResources() {
	t, err := salesplan.LevelResources(context.Background(), launch(), salesplan.LevelOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for d := range t.Tasks() {
		fmt.Println(d.ID, d.Start.Date(), d.Finish.Date(), d.Driver.Kind)
	}
	about, _ := t.Leveling()
	fmt.Println("gap", about.Gap)
	// Output:
	// list 2027-03-01 2027-03-03 start
	// brochure 2027-03-04 2027-03-10 resource
	// launch 2027-03-10 2027-03-10 link
	// gap 0
}

// customers is 100 new customers in March for two people.
func customers() *salesplan.Breakdown {
	b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
		Metric: salesplan.Metric{ID: "new-customers", Step: decimal.New(1, 0)},
		Axes:   []salesplan.Axis{{ID: "org", Units: []salesplan.Unit{{ID: "li-na"}, {ID: "wang-wei"}}}},
		Goal: salesplan.Goal{ID: "new", Metric: "new-customers", Period: "2027-03", Target: decimal.New(100, 0),
			Split: &salesplan.SplitRule{Axes: []salesplan.AxisRule{{Axis: "org"}}}},
	})
	if err != nil {
		panic(err)
	}
	return b
}

// 100 new customers in March are two or three a working day for each of two
// people.
func ExampleTasksFor() {
	tasks, err := salesplan.TasksFor(customers(), salesplan.TaskRule{Grain: calendar.GrainDay}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(tasks))
	for _, t := range tasks[:3] {
		fmt.Println(t.ID, t.Owner, t.Quantity.Decimal, t.Deadline)
	}
	// Output:
	// 46
	// new/li-na/2027-03-01 li-na 2 2027-03-01
	// new/li-na/2027-03-02 li-na 2 2027-03-02
	// new/li-na/2027-03-03 li-na 3 2027-03-03
}

func process() salesplan.Process {
	stage := func(id, conversion string, days int64) salesplan.ProcessStage {
		return salesplan.ProcessStage{ID: id, Conversion: decimal.NewNullDecimal(decimal.RequireFromString(conversion)), Days: decimal.NewNullDecimal(decimal.NewFromInt(days))}
	}
	return salesplan.Process{ID: "direct", Stages: []salesplan.ProcessStage{stage("visit", "0.4", 10), stage("offer", "0.5", 20)}}
}

func ExampleNewFunnel() {
	f, err := salesplan.NewFunnel(customers(), process(), calendar.GrainMonth)
	if err != nil {
		fmt.Println(err)
		return
	}
	for r := range f.Rows() {
		fmt.Println(r.Unit, r.Stage, r.Count, "from", r.Work.First, r.PerDay, "a day")
	}
	// Output:
	// li-na visit 250 from 2027-01-30 11.9 a day
	// li-na offer 100 from 2027-02-09 4.35 a day
	// wang-wei visit 250 from 2027-01-30 11.9 a day
	// wang-wei offer 100 from 2027-02-09 4.35 a day
}

// Two of eight decided deals were won; what the visits' 0.5 leaves of that is the
// offers'.
func ExampleMeasureProcess() {
	p := process()
	p.Stages[0].Conversion = decimal.NewNullDecimal(decimal.RequireFromString("0.5"))
	p.Stages[1].Conversion = decimal.NullDecimal{}
	var deals []salesplan.Deal
	for i := range 8 {
		d := salesplan.Deal{ID: fmt.Sprint(i), Outcome: salesplan.OutcomeLost}
		if i < 2 {
			d.Outcome = salesplan.OutcomeWon
		}
		deals = append(deals, d)
	}
	facts, err := salesplan.MeasureProcess(p, slices.Values(deals), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(facts.Conversion.Decimal, facts.Process.Stages[1].Conversion.Decimal)
	// Output:
	// 0.25 0.5
}
