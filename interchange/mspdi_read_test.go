package interchange_test

import (
	"bytes"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// withTasks is a file with tasks, numbered from 1.
func withTasks(tasks ...string) string {
	out := ""
	for i, t := range tasks {
		out += fmt.Sprintf("<Task><UID>%d</UID><Name>T%d</Name>%s</Task>", i+1, i+1, t)
	}
	return document("<Tasks><Task><UID>0</UID><OutlineLevel>0</OutlineLevel></Task>" + out + "</Tasks>")
}

func number(s string) decimal.NullDecimal {
	d, err := decimal.NewFromString(s)
	if err != nil {
		panic(err)
	}
	return decimal.NewNullDecimal(d)
}

func instant(s string) calendar.Moment {
	at, err := calendar.ParseInstant(s)
	if err != nil {
		panic(err)
	}
	return calendar.AtInstant(at)
}

// TestReadMSPDI_Tasks reads one field after the other.
func TestReadMSPDI_Tasks(t *testing.T) {
	day := calendar.Duration{Minutes: 480}
	half := calendar.Duration{Minutes: 240}
	started := instant("2027-03-01T08:00")
	cases := map[string]struct {
		inner string
		want  salesplan.Task
	}{
		"a day":             {`<Duration>PT8H0M0S</Duration>`, salesplan.Task{Duration: day}},
		"seconds":           {`<Duration>PT7H59M30S</Duration>`, salesplan.Task{Duration: day}},
		"days of the clock": {`<Duration>P1DT0H</Duration><DurationFormat>8</DurationFormat>`, salesplan.Task{Duration: calendar.Duration{Minutes: 1440, Elapsed: true}}},
		"a guess of those":  {`<Duration>PT24H0M0S</Duration><DurationFormat>40</DurationFormat>`, salesplan.Task{Duration: calendar.Duration{Minutes: 1440, Elapsed: true}}},
		"a guess of days":   {`<Duration>PT8H0M0S</Duration><DurationFormat>39</DurationFormat>`, salesplan.Task{Duration: day}},
		"hardly any time":   {`<Duration>PT0H0M1S</Duration>`, salesplan.Task{Duration: calendar.Duration{Minutes: 1}}},
		"a milestone":       {`<Duration>PT0H0M0S</Duration>`, salesplan.Task{Milestone: true}},
		"by its dates":      {`<Start>2027-03-01T08:00:00</Start><Finish>2027-03-02T12:00:00</Finish>`, salesplan.Task{Duration: calendar.Duration{Minutes: 720}}},
		"no earlier":        {`<Duration>PT8H0M0S</Duration><ConstraintType>4</ConstraintType><ConstraintDate>2027-03-02T09:30:00</ConstraintDate>`, salesplan.Task{Duration: day, Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintStartNoEarlier, On: instant("2027-03-02T09:30")}}},
		"must finish":       {`<Duration>PT8H0M0S</Duration><ConstraintType>3</ConstraintType><ConstraintDate>2027-03-02T17:00:00+08:00</ConstraintDate>`, salesplan.Task{Duration: day, Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintMustFinish, On: instant("2027-03-02T17:00")}}},
		"as late":           {`<Duration>PT8H0M0S</Duration><ConstraintType>1</ConstraintType>`, salesplan.Task{Duration: day, Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintAsLateAsPossible}}},
		"by hand":           {`<Manual>1</Manual><Duration>PT8H0M0S</Duration><ManualStart>2027-03-03T08:00:00</ManualStart><ConstraintType>0</ConstraintType>`, salesplan.Task{Duration: day, Constraint: &salesplan.Constraint{Kind: salesplan.ConstraintManual, On: instant("2027-03-03T08:00")}}},
		"by hand, undated":  {`<Manual>true</Manual><ManualDuration>PT8H0M0S</ManualDuration>`, salesplan.Task{Duration: day}},
		"midnight":          {`<Duration>PT8H0M0S</Duration><Deadline>2027-03-03T24:00:00</Deadline>`, salesplan.Task{Duration: day, Deadline: instant("2027-03-04T00:00")}},
		"priority":          {`<Duration>PT8H0M0S</Duration><Priority>0</Priority>`, salesplan.Task{Duration: day, Priority: 1}},
		"usual priority":    {`<Duration>PT8H0M0S</Duration><Priority>500</Priority>`, salesplan.Task{Duration: day}},
		"delay":             {`<Duration>PT8H0M0S</Duration><LevelingDelay>4800</LevelingDelay>`, salesplan.Task{Duration: day, Delay: calendar.Duration{Minutes: 480, Elapsed: true}}},
		"begun":             {`<Duration>PT8H0M0S</Duration><PercentComplete>50</PercentComplete><ActualStart>2027-03-01T08:00:00</ActualStart><RemainingDuration>PT4H0M0S</RemainingDuration>`, salesplan.Task{Duration: day, Progress: &salesplan.Progress{Started: started, Percent: number("50"), Remaining: &half}}},
		"begun, as planned": {`<Start>2027-03-01T08:00:00</Start><Duration>PT8H0M0S</Duration><PercentComplete>50</PercentComplete>`, salesplan.Task{Duration: day, Progress: &salesplan.Progress{Started: started, Percent: number("50")}}},
		"done":              {`<Start>2027-03-01T08:00:00</Start><Finish>2027-03-01T17:00:00</Finish><Duration>PT8H0M0S</Duration><PercentComplete>100</PercentComplete>`, salesplan.Task{Duration: day, Progress: &salesplan.Progress{Started: started, Finished: instant("2027-03-01T17:00"), Percent: number("100")}}},
		"baseline":          {`<Duration>PT8H0M0S</Duration><Baseline><Number>0</Number><Start>2027-03-01T08:00:00</Start><Finish>2027-03-01T17:00:00</Finish><Duration>PT8H0M0S</Duration></Baseline>`, salesplan.Task{Duration: day, Baseline: &salesplan.Baseline{Start: started, Finish: instant("2027-03-01T17:00"), Duration: day}}},
		"notes and unknowns": {`<Notes> one
two </Notes><Duration>PT8H0M0S</Duration><Strange><Deeper>1</Deeper></Strange><!-- a comment -->`, salesplan.Task{Duration: day, Note: "one\ntwo"}},
		"ignores people": {`<Duration>PT8H0M0S</Duration><IgnoreResourceCalendar>1</IgnoreResourceCalendar>`, salesplan.Task{Duration: day, IgnorePeople: true}},
	}
	for name, x := range cases {
		t.Run(name, func(t *testing.T) {
			p := readProject(t, []byte(withTasks(x.inner)))
			x.want.ID, x.want.Name = "1", "T1"
			require.Equal(t, x.want, p.Request.Tasks[0])
			require.Empty(t, p.Findings)
		})
	}
}

// TestReadMSPDI_Links reads types and lags.
func TestReadMSPDI_Links(t *testing.T) {
	link := func(inner string) string {
		return "<Duration>PT8H0M0S</Duration><PredecessorLink><PredecessorUID>1</PredecessorUID>" + inner + "</PredecessorLink>"
	}
	minutes := func(n int64, elapsed bool) salesplan.Lag {
		return salesplan.Lag{Time: calendar.Duration{Minutes: n, Elapsed: elapsed}}
	}
	cases := map[string]salesplan.Predecessor{
		``:                                      {},
		`<Type>0</Type>`:                        {Link: salesplan.LinkFinishToFinish},
		`<Type>1</Type><LinkLag>0</LinkLag>`:    {},
		`<Type>2</Type>`:                        {Link: salesplan.LinkStartToFinish},
		`<Type>3</Type><LinkLag>4800</LinkLag>`: {Link: salesplan.LinkStartToStart, Lag: minutes(480, false)},
		`<LinkLag>-4805</LinkLag><LagFormat>5</LagFormat>`:   {Lag: minutes(-481, false)},
		`<LinkLag>14400</LinkLag><LagFormat>8</LagFormat>`:   {Lag: minutes(1440, true)},
		`<LinkLag>14400</LinkLag><LagFormat>40</LagFormat>`:  {Lag: minutes(1440, true)},
		`<LinkLag>-75</LinkLag><LagFormat>19</LagFormat>`:    {Lag: salesplan.Lag{Percent: decimal.NewFromInt(-75)}},
		`<LinkLag>50</LinkLag><LagFormat>51</LagFormat>`:     {Lag: salesplan.Lag{Percent: decimal.NewFromInt(50)}},
		`<LinkLag>1</LinkLag><LagFormat>7</LagFormat>`:       {},
		`<CrossProject>0</CrossProject><LinkLag>6</LinkLag>`: {Lag: minutes(1, false)},
	}
	for inner, want := range cases {
		p := readProject(t, []byte(withTasks("<Duration>PT8H0M0S</Duration>", link(inner))))
		want.Task = "1"
		require.Equal(t, []salesplan.Predecessor{want}, p.Request.Tasks[1].Predecessors, inner)
		require.Empty(t, p.Findings, inner)
	}
}

// TestReadMSPDI_Outline: levels give summaries, whatever they skip.
func TestReadMSPDI_Outline(t *testing.T) {
	level := func(n int) string {
		return fmt.Sprintf("<OutlineLevel>%d</OutlineLevel><Duration>PT8H0M0S</Duration><ConstraintType>2</ConstraintType><ConstraintDate>2027-03-01T08:00:00</ConstraintDate>", n)
	}
	p := readProject(t, []byte(withTasks(level(1), level(2), level(4), level(3), level(2), level(1), level(2))))
	var got []string
	for _, x := range p.Request.Tasks {
		got = append(got, x.ID+"<"+x.Parent)
		summary := x.Duration.Minutes == 0
		require.Equal(t, summary, x.Constraint == nil, "only tasks must start on a day")
		require.False(t, x.Milestone)
	}
	require.Equal(t, []string{"1<", "2<1", "3<2", "4<2", "5<1", "6<", "7<6"}, got)
	require.Len(t, p.Findings, 1)
	require.Equal(t, diag.Code("mspdi-summary-constraint"), p.Findings[0].Code)
	_, err := p.Schedule(t.Context())
	require.NoError(t, err)
}

// TestReadMSPDI_Losses: what a plan has no place for is named, and nothing hangs
// on it.
func TestReadMSPDI_Losses(t *testing.T) {
	const day = "<Duration>PT8H0M0S</Duration>"
	link := func(n int) string {
		return fmt.Sprintf("<PredecessorLink><PredecessorUID>%d</PredecessorUID></PredecessorLink>", n)
	}
	text := withTasks(
		day+"<Active>0</Active>",
		day+"<IsNull>1</IsNull>",
		day+"<ExternalTask>1</ExternalTask>",
		day+link(1)+link(2)+link(3),
		day+"<IsSubproject>1</IsSubproject>"+"<PredecessorLink><PredecessorUID>4</PredecessorUID><CrossProject>1</CrossProject></PredecessorLink>",
		day+"<Manual>1</Manual>",
		day+"<OutlineLevel>2</OutlineLevel><OvertimeWork>PT1H0M0S</OvertimeWork><Baseline><Number>0</Number><Start>2027-03-02T08:00:00</Start><Finish>2027-03-01T08:00:00</Finish></Baseline>"+
			"<PredecessorLink><PredecessorUID>4</PredecessorUID><LinkLag>50</LinkLag><LagFormat>20</LagFormat></PredecessorLink>",
		"<Duration>PT0H0M0S</Duration>",
		day+"<ConstraintType>5</ConstraintType>",
		day+"<PercentComplete>10</PercentComplete>",
	)
	text = strings.Replace(text, "</Project>", `<Resources><Resource><UID>0</UID><ID>0</ID></Resource><Resource><UID>1</UID><Name>A</Name></Resource><Resource><UID>2</UID><Name>B</Name></Resource></Resources>
	<Assignments><Assignment><TaskUID>6</TaskUID><ResourceUID>1</ResourceUID></Assignment><Assignment><TaskUID>8</TaskUID><ResourceUID>1</ResourceUID></Assignment>
	<Assignment><TaskUID>8</TaskUID><ResourceUID>2</ResourceUID></Assignment><Assignment><TaskUID>4</TaskUID><ResourceUID>-65535</ResourceUID></Assignment>
	<Assignment><TaskUID>4</TaskUID><ResourceUID>0</ResourceUID></Assignment><Assignment><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID></Assignment>
	<Assignment><TaskUID>4</TaskUID><ResourceUID>2</ResourceUID><Units>0.5</Units><WorkContour>3</WorkContour></Assignment></Assignments></Project>`, 1)
	p := readProject(t, []byte(text))
	got := map[string]string{}
	for _, f := range p.Findings {
		require.Equal(t, diag.Warning, f.Severity)
		got[string(f.Code)] = f.Args[0].Text + " " + f.Args[1].Text
	}
	require.Equal(t, map[string]string{
		"mspdi-inactive": "1 T1", "mspdi-other-project": "3 T3", "mspdi-link": "3 T4", "mspdi-manual-summary": "1 T6", "mspdi-overtime": "1 T7",
		"mspdi-elapsed-lag": "1 T7", "mspdi-contrary-dates": "3 T7", "mspdi-summary-work": "1 T6", "mspdi-milestone-work": "1 T8", "mspdi-contour": "1 T4",
	}, got)
	require.Len(t, p.Request.Tasks, 7)
	require.Empty(t, p.Request.Tasks[0].Predecessors)
	require.Equal(t, "1", p.Request.Tasks[4].Owner, "the milestone's")
	require.Equal(t, []salesplan.Demand{{Resource: "2", Amount: number("0.5")}}, p.Request.Tasks[0].Demands)
	_, err := p.Schedule(t.Context())
	require.NoError(t, err)
}

// TestReadMSPDI_Resources reads people, money and material.
func TestReadMSPDI_Resources(t *testing.T) {
	text := strings.Replace(withTasks("<Duration>PT8H0M0S</Duration>"), "</Project>", `<CurrencyCode>CNY</CurrencyCode><Resources>
	<Resource><UID>1</UID><Name>Crew</Name><Type>1</Type><MaxUnits>3.00</MaxUnits><AvailabilityPeriods>
	  <AvailabilityPeriod><AvailableFrom>2027-03-01T00:00:00</AvailableFrom><AvailableTo>2027-03-31T23:59:00</AvailableTo><AvailableUnits>2</AvailableUnits></AvailabilityPeriod>
	  <AvailabilityPeriod><AvailableFrom>2027-05-01T00:00:00</AvailableFrom><AvailableTo>2049-12-31T23:59:00</AvailableTo><AvailableUnits>0.5</AvailableUnits></AvailabilityPeriod>
	  <AvailabilityPeriod><AvailableFrom>1984-01-01T00:00:00</AvailableFrom><AvailableTo>2027-02-28T23:59:00</AvailableTo><AvailableUnits>4</AvailableUnits></AvailabilityPeriod></AvailabilityPeriods></Resource>
	<Resource><UID>2</UID><Name>Travel</Name><Type>0</Type><IsCostResource>1</IsCostResource></Resource>
	<Resource><UID>3</UID><Name>Paper</Name><Type>0</Type><MaterialLabel>box</MaterialLabel></Resource>
	<Resource><UID>4</UID><Name>One</Name></Resource></Resources><Assignments>
	<Assignment><TaskUID>1</TaskUID><ResourceUID>2</ResourceUID><Cost>150050</Cost></Assignment>
	<Assignment><TaskUID>1</TaskUID><ResourceUID>3</ResourceUID><Units>40</Units><HasFixedRateUnits>1</HasFixedRateUnits></Assignment>
	<Assignment><TaskUID>1</TaskUID><ResourceUID>3</ResourceUID><Units>1</Units><HasFixedRateUnits>0</HasFixedRateUnits><Work>PT2H30M0S</Work></Assignment>
	<Assignment><TaskUID>1</TaskUID><ResourceUID>4</ResourceUID><Units>1.00</Units></Assignment>
	<Assignment><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Units>1</Units></Assignment>
	<Assignment><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Units>0.25</Units></Assignment></Assignments></Project>`, 1)
	p := readProject(t, []byte(text))
	dec := func(s string) decimal.Decimal { return number(s).Decimal }
	require.Equal(t, []salesplan.Resource{
		{ID: "1", Name: "Crew", Capacity: number("4"), Changes: []salesplan.CapacityChange{
			{From: day(time.March, 1), Capacity: dec("2")}, {From: day(time.April, 1), Capacity: decimal.Decimal{}}, {From: day(time.May, 1), Capacity: dec("0.5")},
		}},
		{ID: "2", Name: "Travel", Kind: salesplan.ResourceMoney, Measure: "CNY"},
		{ID: "3", Name: "Paper", Kind: salesplan.ResourceMaterial, Measure: "box"},
		{ID: "4", Name: "One"},
	}, p.Request.Resources)
	require.Equal(t, "4", p.Request.Tasks[0].Owner)
	require.Equal(t, []salesplan.Demand{
		{Resource: "2", Amount: number("1500.5")}, {Resource: "3", Amount: number("42.5")}, {Resource: "4"}, {Resource: "1", Amount: number("1.25")},
	}, p.Request.Tasks[0].Demands)
	_, err := p.Schedule(t.Context())
	require.NoError(t, err)
}

// TestReadMSPDI_Calendars: a resource's calendar that only takes days off is
// leave; one with hours of its own is a calendar.
func TestReadMSPDI_Calendars(t *testing.T) {
	exception := `<Exceptions><Exception><TimePeriod><FromDate>2027-03-02T00:00:00</FromDate><ToDate>2027-03-03T23:59:00</ToDate></TimePeriod></Exception></Exceptions>`
	p := readProject(t, []byte(document(`<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar></Calendar>
	<Calendar><UID>2</UID><Name>Night</Name><IsBaseCalendar>1</IsBaseCalendar><WeekDays><WeekDay><DayType>2</DayType><DayWorking>0</DayWorking></WeekDay></WeekDays></Calendar>
	<Calendar><UID>3</UID><BaseCalendarUID>2</BaseCalendarUID>`+exception+`</Calendar>
	<Calendar><UID>4</UID><Name>Mine</Name><BaseCalendarUID>2</BaseCalendarUID><WeekDays><WeekDay><DayType>3</DayType><DayWorking>0</DayWorking></WeekDay></WeekDays></Calendar>
	<Calendar><UID>5</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar></Calendars>
	<Tasks><Task><UID>1</UID><Duration>PT8H0M0S</Duration><CalendarUID>2</CalendarUID></Task><Task><UID>2</UID><Duration>PT8H0M0S</Duration><CalendarUID>-1</CalendarUID></Task></Tasks>
	<Resources><Resource><UID>1</UID><CalendarUID>3</CalendarUID></Resource><Resource><UID>2</UID><CalendarUID>4</CalendarUID></Resource><Resource><UID>3</UID><CalendarUID>5</CalendarUID></Resource></Resources>`)))
	var ids []string
	for _, c := range p.Request.Calendars {
		ids = append(ids, c.ID+" "+c.Name)
	}
	require.Equal(t, []string{"1 Standard", "2 Night", "4 Mine"}, ids)
	require.Equal(t, "1", p.Calendar)
	r := p.Request.Resources
	require.Equal(t, "2", r[0].Calendar)
	require.Equal(t, []calendar.Period{calendar.Span(day(time.March, 2), day(time.March, 3))}, r[0].Leave)
	require.Equal(t, [2]string{"4", ""}, [2]string{r[1].Calendar, r[2].Calendar})
	require.Empty(t, p.Request.Calendars[2].Week.Monday, "from the calendar below")
	require.Empty(t, p.Request.Calendars[2].Week.Tuesday, "its own")
	require.NotEmpty(t, p.Request.Calendars[2].Week.Wednesday)
	require.Equal(t, [2]string{"2", ""}, [2]string{p.Request.Tasks[0].Calendar, p.Request.Tasks[1].Calendar})
}

// TestReadMSPDI_Text: byte order marks, readers that give little at a time, and
// files without anything.
func TestReadMSPDI_Text(t *testing.T) {
	text := []byte("\ufeff" + withTasks("<Duration>PT8H0M0S</Duration>"))
	for name, r := range map[string]io.Reader{"plain": bytes.NewReader(text), "one byte": iotest.OneByteReader(bytes.NewReader(text)), "end with data": iotest.DataErrReader(bytes.NewReader(text))} {
		p, err := interchange.ReadMSPDI(r, interchange.MSPDIOptions{MaxBytes: int64(len(text))})
		require.NoError(t, err, name)
		require.Len(t, p.Request.Tasks, 1, name)
		require.Equal(t, instant("2027-03-01T08:00"), p.Request.Rule.Start)
	}
	empty := readProject(t, []byte("<Project/>"))
	require.Empty(t, empty.Request.Tasks)
	start := readProject(t, []byte(`<Project><Tasks><Task><UID>1</UID><Duration>PT8H</Duration><Start>2027-03-02T08:00:00</Start></Task></Tasks></Project>`))
	require.Equal(t, instant("2027-03-02T08:00"), start.Request.Rule.Start, "the first task's, where the project says nothing")
}

// TestReadMSPDI_Faults lists what is refused, where.
func TestReadMSPDI_Faults(t *testing.T) {
	deep := strings.Repeat("<a>", 100)
	cases := map[string]struct{ text, want string }{
		"empty":             {"", "/ syntax 1"},
		"other root":        {"<Plan/>", "/ unknown 1"},
		"cut":               {"<Project>\n<Tasks>", "/ syntax 2"},
		"crossed":           {"<Project>\n<Tasks></Project>", "/ syntax 2"},
		"bad bytes":         {"<Project><Name>\xff</Name></Project>", "/ encoding 1"},
		"other encoding":    {`<?xml version="1.0" encoding="UTF-16"?><Project/>`, "/ encoding 1"},
		"document type":     {"<!DOCTYPE Project [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]><Project><Name>&b;</Name></Project>", "/ invalid 1"},
		"outside":           {"<!DOCTYPE Project SYSTEM \"file:///etc/passwd\"><Project/>", "/ invalid 1"},
		"entity":            {"<Project><Name>&a;</Name></Project>", "/ syntax 1"},
		"deep":              {"<Project><Tasks><Task>" + deep, "/ too-deep 1"},
		"deep, passed over": {"<Project><Views>" + deep, "/ too-deep 1"},
		"wide":              {"<Project><Tasks><Task>" + strings.Repeat("<a/>", 200_001), "/ too-many 1"},
		"no number":         {document("<Tasks>\n<Task><Name>x</Name></Task></Tasks>"), "/Tasks/0/UID required 2"},
		"same number":       {document("<Tasks>\n<Task><UID>1</UID></Task>\n<Task><UID>1</UID></Task></Tasks>"), "/Tasks/1/UID duplicate 3"},
		"number in words":   {document("<Tasks>\n<Task><UID>one</UID></Task></Tasks>"), "/Tasks/0/UID type 2"},
		"huge number":       {document("<Tasks>\n<Task><UID>99999999999</UID></Task></Tasks>"), "/Tasks/0/UID type 2"},
		"no such task":      {withTasks("<PredecessorLink>\n<PredecessorUID>7</PredecessorUID></PredecessorLink>"), "/Tasks/1/PredecessorLink/0/PredecessorUID unknown 1"},
		"no task":           {withTasks("<PredecessorLink/>"), "/Tasks/1/PredecessorLink/0/PredecessorUID required 1"},
		"no such link":      {withTasks("<PredecessorLink><PredecessorUID>1</PredecessorUID><Type>4</Type></PredecessorLink>"), "/Tasks/1/PredecessorLink/0/Type out-of-range 1"},
		"lag of ages":       {withTasks("<PredecessorLink><PredecessorUID>1</PredecessorUID><LinkLag>10000000000</LinkLag></PredecessorLink>"), "/Tasks/1/PredecessorLink/0/LinkLag type 1"},
		"percent of ages":   {withTasks("<PredecessorLink><PredecessorUID>1</PredecessorUID><LinkLag>1000000000</LinkLag><LagFormat>19</LagFormat></PredecessorLink>"), "/Tasks/1/PredecessorLink/0/LinkLag out-of-range 1"},
		"duration of ages":  {withTasks("<Duration>PT1000000000H0M0S</Duration>"), "/Tasks/1/Duration out-of-range 1"},
		"more than ages":    {withTasks("<Duration>PT99999999999999999999H</Duration>"), "/Tasks/1/Duration out-of-range 1"},
		"years":             {withTasks("<Duration>P1Y</Duration>"), "/Tasks/1/Duration out-of-range 1"},
		"no years":          {withTasks("<Duration>P0Y</Duration>"), "/Tasks/1/Duration syntax 1"},
		"no duration":       {withTasks("<Duration>8 hours</Duration>"), "/Tasks/1/Duration syntax 1"},
		"not a number":      {withTasks("<Duration>PTNaNH</Duration>"), "/Tasks/1/Duration syntax 1"},
		"below nothing":     {withTasks("<Duration>-PT8H0M0S</Duration>"), "/Tasks/1/Duration negative 1"},
		"day that isn't":    {withTasks("<Deadline>2027-02-30T08:00:00</Deadline>"), "/Tasks/1/Deadline syntax 1"},
		"last midnight":     {withTasks("<Deadline>9999-12-31T24:00:00</Deadline>"), "/Tasks/1/Deadline syntax 1"},
		"constraint 8":      {withTasks("<ConstraintType>8</ConstraintType>"), "/Tasks/1/ConstraintType out-of-range 1"},
		"priority":          {withTasks("<Priority>1001</Priority>"), "/Tasks/1/Priority out-of-range 1"},
		"percent":           {withTasks("<PercentComplete>101</PercentComplete>"), "/Tasks/1/PercentComplete out-of-range 1"},
		"flag":              {withTasks("<Milestone>yes</Milestone>"), "/Tasks/1/Milestone type 1"},
		"units":             {document("<Resources><Resource><UID>1</UID><MaxUnits>1e9</MaxUnits></Resource></Resources>"), "/Resources/0/MaxUnits type 1"},
		"fewer than none":   {document("<Resources><Resource><UID>1</UID><MaxUnits>-1</MaxUnits></Resource></Resources>"), "/Resources/0/MaxUnits negative 1"},
		"no such resource":  {document("<Assignments><Assignment><TaskUID>0</TaskUID><ResourceUID>3</ResourceUID></Assignment></Assignments>"), "/Assignments/0/ResourceUID unknown 1"},
		"to no such task":   {document("<Resources><Resource><UID>3</UID></Resource></Resources><Assignments><Assignment><TaskUID>9</TaskUID><ResourceUID>3</ResourceUID></Assignment></Assignments>"), "/Assignments/0/TaskUID unknown 1"},
		"slack of ages":     {document("<CriticalSlackLimit>2000000000</CriticalSlackLimit><MinutesPerDay>2000000000</MinutesPerDay>"), "/CriticalSlackLimit out-of-range 1"},
	}
	for name, x := range cases {
		t.Run(name, func(t *testing.T) {
			p, err := interchange.ReadMSPDI(strings.NewReader(x.text), interchange.MSPDIOptions{})
			require.Nil(t, p)
			all := diag.All(err)
			require.NotEmpty(t, all)
			require.Equal(t, x.want, fmt.Sprint(all[0].Path, " ", all[0].Code, " ", all[0].Line))
		})
	}
	text := withTasks("<Duration>x</Duration><Deadline>y</Deadline>", "<Priority>z</Priority>")
	_, err := interchange.ReadMSPDI(strings.NewReader(text), interchange.MSPDIOptions{})
	require.Len(t, diag.All(err), 3, "all at once")
	_, err = interchange.ReadMSPDI(strings.NewReader(text), interchange.MSPDIOptions{MaxBytes: int64(len(text)) - 1})
	require.ErrorIs(t, err, diag.TooLarge)
	_, err = interchange.ReadMSPDI(iotest.ErrReader(io.ErrClosedPipe), interchange.MSPDIOptions{})
	require.ErrorIs(t, err, diag.IO)
}

// TestReadMSPDI_Memory: a file of empty elements takes memory in proportion to
// itself.
func TestReadMSPDI_Memory(t *testing.T) {
	text := document("<Tasks>" + strings.Repeat("<Task/>", 300_000) + "</Tasks>")
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := interchange.ReadMSPDI(strings.NewReader(text), interchange.MSPDIOptions{})
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, diag.Required)
	require.Len(t, diag.All(err), diag.MaxKept+1)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(len(text))*400)
}

// FuzzReadMSPDI: whatever the bytes, there is a project or faults; a project can be
// written and read again, and is then the same.
func FuzzReadMSPDI(f *testing.F) {
	f.Add([]byte(withTasks("<Duration>PT8H0M0S</Duration>", "<Duration>PT0H0M0S</Duration><PredecessorLink><PredecessorUID>1</PredecessorUID><LinkLag>-75</LinkLag><LagFormat>19</LagFormat></PredecessorLink>")))
	f.Add([]byte(withException("2027-03-01 2027-12-31", "<Type>5</Type><Period>1</Period><MonthItem>8</MonthItem><MonthPosition>4</MonthPosition>")))
	f.Add([]byte(withTasks("<OutlineLevel>2</OutlineLevel><Manual>1</Manual><ManualStart>2027-03-01T08:00:00</ManualStart>", "<OutlineLevel>1</OutlineLevel><PercentComplete>50</PercentComplete><Start>2027-03-01T08:00:00</Start>")))
	f.Add([]byte(document("<Calendars><Calendar><UID>1</UID><BaseCalendarUID>2</BaseCalendarUID></Calendar><Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar></Calendars>")))
	f.Add([]byte(document("<Resources><Resource><UID>1</UID><MaxUnits>2.50</MaxUnits><CalendarUID>1</CalendarUID></Resource></Resources><Tasks><Task><UID>1</UID><Duration>PT1H</Duration></Task></Tasks><Assignments><Assignment><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID><Units>0.5</Units></Assignment></Assignments>")))
	f.Add([]byte("<!DOCTYPE a [<!ENTITY b \"c\">]><Project>&b;</Project>"))
	var launched bytes.Buffer
	if err := interchange.WriteMSPDI(&launched, launch(), nil); err == nil {
		f.Add(launched.Bytes())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := interchange.ReadMSPDI(bytes.NewReader(data), interchange.MSPDIOptions{MaxBytes: 1 << 20})
		if err != nil {
			require.NotEmpty(t, diag.All(err))
			require.Nil(t, p)
			return
		}
		var out bytes.Buffer
		require.NoError(t, interchange.WriteMSPDI(&out, p, nil))
		again, err := interchange.ReadMSPDI(&out, interchange.MSPDIOptions{})
		require.NoError(t, err)
		require.Equal(t, len(p.Request.Tasks), len(again.Request.Tasks))
		for i := range p.Request.Tasks {
			a, b := p.Request.Tasks[i], again.Request.Tasks[i]
			require.Equal(t, [3]any{a.ID, a.Parent, a.Predecessors}, [3]any{b.ID, b.Parent, b.Predecessors})
			require.Equal(t, [3]any{a.Duration, a.Constraint, a.Deadline}, [3]any{b.Duration, b.Constraint, b.Deadline})
		}
		require.Equal(t, p.Request.Rule, again.Request.Rule)
		_, _ = p.Schedule(t.Context()) // faults or dates, no panic
	})
}
