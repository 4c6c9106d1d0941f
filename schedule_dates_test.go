package salesplan

import (
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// launchRequest is a small launch with owners, a deadline and a goal.
func launchRequest(t testing.TB) ScheduleRequest {
	req := ScheduleRequest{
		Rule:  ScheduleRule{Start: moment(t, "2027-03-01")},
		Axes:  []Axis{{ID: "org", Units: []Unit{{ID: "east"}, {ID: "li-na", Parent: "east"}, {ID: "wang-wei", Parent: "east", To: calendar.On(2027, 3, 31)}}}},
		Goals: []Goal{{ID: "customers", Period: "2027-Q1"}},
		Tasks: taskList(t, `
			list 3d
			brochure 5d
			train 5d list
			launch m train brochure
			visits 10d launch`),
	}
	for i, owner := range []string{"li-na", "wang-wei", "li-na", "li-na", "li-na"} {
		req.Tasks[i].Owner = owner
	}
	req.Tasks[4].Goal, req.Tasks[4].Quantity = "customers", decimal.NewNullDecimal(decimal.NewFromInt(40))
	req.Tasks[3].Deadline = moment(t, "2027-03-19")
	return req
}

func aboutOf(findings []diag.Finding) []string {
	var out []string
	for _, f := range findings {
		out = append(out, string(f.Code)+" "+f.Subject.ID)
	}
	return out
}

func sayAll(findings []diag.Finding, lang diag.Lang) string {
	var b strings.Builder
	for _, f := range findings {
		b.WriteString(Catalogue().Text(f, lang) + "\n")
	}
	return b.String()
}

func TestCheckDates_Well(t *testing.T) {
	req := launchRequest(t)
	require.Empty(t, CheckDates(timetable(t, req), calendar.Date{}))
	req.Tasks[3].Deadline = moment(t, "2027-03-12") // two days of float
	found := CheckDates(timetable(t, req), calendar.Date{})
	require.Equal(t, []string{"deadline-at-risk launch"}, aboutOf(found))
	require.Equal(t, "list", found[0].Advice[0].Args[0].Text)
	require.Contains(t, sayAll(found, diag.English), "has only 2d to spare before its deadline 2027-03-12. What makes the date: list → train → launch.")
	require.Empty(t, CheckDates(nil, calendar.Date{}))
	require.Empty(t, CheckDates(new(Timetable), calendar.Date{}))
}

func TestCheckDates_Late(t *testing.T) {
	req := launchRequest(t)
	req.Tasks[2].Duration = duration(t, "14d")
	found := CheckDates(timetable(t, req), calendar.Date{})
	require.Equal(t, []string{"milestone-will-be-late launch", "task-after-goal visits"}, aboutOf(found))
	late := found[0]
	require.Equal(t, diag.Error, late.Severity)
	require.Equal(t, diag.Advice{
		Action: codeAdviceShorten, Until: "2027-03-19", Owner: "li-na",
		Args: []diag.Arg{diag.Name("task", "train"), diag.Text("by", "2d"), diag.Text("duration", "14d")},
	}, late.Advice[0])
	en, zh := sayAll(found, diag.English), sayAll(found, diag.Chinese)
	require.Contains(t, en, "Milestone launch will be 2d late: 2027-03-23 instead of 2027-03-19. What makes the date: list → train → launch.")
	require.Contains(t, zh, "里程碑 launch 将晚 2d")
	require.NotContains(t, zh, "instead")
}

// Without a deadline it is what follows that is kept waiting.
func TestCheckDates_TooLate(t *testing.T) {
	req := launchRequest(t)
	req.Tasks[3].Deadline = calendar.Moment{}
	req.Tasks[3].Constraint = &Constraint{Kind: ConstraintMustFinish, On: moment(t, "2027-03-09")}
	found := CheckDates(timetable(t, req), calendar.Date{})
	require.Equal(t, []string{"link-broken launch", "task-too-late list", "people-overloaded li-na"}, aboutOf(found), "visits begin before training ends")
	require.Contains(t, sayAll(found, diag.English), "Task list will be finished on 2027-03-03, but what follows needs it by 2027-03-02: 1d too late.")
}

// What was to be done by now is judged by what is known of it.
func TestCheckDates_AsOf(t *testing.T) {
	req := launchRequest(t)
	req.AsOf = calendar.On(2027, 3, 22)
	req.Updates = []TaskUpdate{{Task: "list", On: calendar.On(2027, 3, 4), Progress: Progress{Started: moment(t, "2027-03-01"), Finished: moment(t, "2027-03-03")}}}
	found := CheckDates(timetable(t, req), req.AsOf)
	codes := aboutOf(found)
	require.Contains(t, codes, "deadline-missed launch")
	require.NotContains(t, codes, "task-too-late list", "it is done")

	// Dates made in advance tell what nobody reported.
	req.AsOf, req.Updates = calendar.Date{}, nil
	found = CheckDates(timetable(t, req), calendar.On(2027, 3, 8))
	require.Equal(t, []string{"task-unreported list", "task-unreported brochure"}, aboutOf(found))
}

func TestCheckDates_Baseline(t *testing.T) {
	req := launchRequest(t)
	req.Tasks[3].Deadline = calendar.Moment{}
	req.Tasks[2].Baseline = &Baseline{Start: moment(t, "2027-03-02"), Finish: moment(t, "2027-03-08")}
	req.Tasks[3].Baseline = &Baseline{Finish: moment(t, "2027-03-09")}
	tt := timetable(t, req)
	train := taskOf(t, tt, "train")
	require.EqualValues(t, 2*480, *train.StartSlip)
	require.EqualValues(t, 2*480, *train.FinishSlip)
	found := CheckDates(tt, calendar.Date{})
	require.Equal(t, []string{"task-slips train", "milestone-slips launch"}, aboutOf(found))
	found = CheckDates(tt, calendar.On(2027, 3, 9))
	require.Contains(t, aboutOf(found), "task-slipped train")
}

func TestCheckDates_People(t *testing.T) {
	req := launchRequest(t)
	req.Tasks[1].Owner = ""
	req.Tasks = append(req.Tasks, taskList(t, "fair 5d\ncalls 25d\nlater 5d calls")...)
	for i := 5; i < 8; i++ {
		req.Tasks[i].Owner = "wang-wei"
	}
	tt := timetable(t, req)
	found := CheckDates(tt, calendar.Date{})
	require.Equal(t, []string{"task-without-owner brochure", "task-owner-away calls", "task-owner-away later", "people-overloaded wang-wei"}, aboutOf(found))
	over := found[3]
	require.Contains(t, Catalogue().Text(over, diag.English), "wang-wei has more to do than time in 3 weeks, the first from 2027-03-01")
	require.Contains(t, Catalogue().Text(over, diag.English), "80.0 h of work in 40.0 h, above all fair, calls")

	// Half of the time for each is enough.
	half := decimal.NewNullDecimal(decimal.New(5, -1))
	req.Tasks[5].Demands, req.Tasks[6].Demands = []Demand{{Resource: "wang-wei", Amount: half}}, []Demand{{Resource: "wang-wei", Amount: half}}
	require.False(t, slices.ContainsFunc(CheckDates(timetable(t, req), calendar.On(2027, 2, 28)), func(f diag.Finding) bool {
		return f.Code == codeOverloaded && f.Args[0].Text == "3"
	}))
	// A team has the time of its people, and more people have more.
	team := launchRequest(t)
	team.Tasks = taskList(t, "a 5d\nb 5d\nc 5d")
	for i := range team.Tasks {
		team.Tasks[i].Owner = "east"
	}
	require.Equal(t, []string{"people-overloaded east"}, aboutOf(CheckDates(timetable(t, team), calendar.Date{})))
	team.Resources = []Resource{{ID: "li-na", Capacity: decimal.NewNullDecimal(decimal.NewFromInt(2))}}
	require.Empty(t, CheckDates(timetable(t, team), calendar.Date{}))
}

// Keys stay the same from day to day.
func TestCheckDates_Keys(t *testing.T) {
	req := launchRequest(t)
	req.Tasks[2].Duration = duration(t, "14d")
	req.AsOf = calendar.On(2027, 3, 2)
	first := CheckDates(timetable(t, req), req.AsOf)
	req.AsOf = calendar.On(2027, 3, 3)
	second := CheckDates(timetable(t, req), req.AsOf)
	require.NotEmpty(t, first)
	for i := range first {
		require.Equal(t, first[i].Key(), second[i].Key())
	}
}

func findCodes(findings []diag.Finding, codes ...diag.Code) []diag.Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f diag.Finding) bool { return !slices.Contains(codes, f.Code) })
}
