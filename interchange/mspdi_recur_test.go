package interchange_test

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/interchange"
	"github.com/stretchr/testify/require"
)

func itoa(n int) string { return strconv.Itoa(n) }

// TestMSPDI_Recurrences compares our expansion of 27 kinds of recurring
// exceptions, in four versions, with that of Microsoft Project itself, which writes
// the single days in the older style beside them.
func TestMSPDI_Recurrences(t *testing.T) {
	checked := 0
	for name, data := range sourceFiles(t) {
		if !strings.Contains(name, "recurring-exceptions") {
			continue
		}
		var file struct {
			Calendars struct {
				Calendar []struct {
					UID      int
					WeekDays struct {
						WeekDay []struct {
							DayType, DayWorking int
							TimePeriod          struct{ FromDate, ToDate string }
						}
					}
				}
			}
		}
		require.NoError(t, xml.Unmarshal(data, &file))
		p := readProject(t, data)
		for _, c := range file.Calendars.Calendar {
			if c.UID != 1 {
				continue
			}
			want, worked := []string{}, 0
			for _, d := range c.WeekDays.WeekDay {
				if d.DayType != 0 {
					continue
				}
				from, err := calendar.ParseDate(d.TimePeriod.FromDate[:10])
				require.NoError(t, err)
				to, err := calendar.ParseDate(d.TimePeriod.ToDate[:10])
				require.NoError(t, err)
				for day := from; !day.After(to); day = day.AddDays(1) {
					if w := day.Weekday(); d.DayWorking == 0 && w != time.Saturday && w != time.Sunday {
						want = append(want, day.String())
					} else if d.DayWorking == 1 {
						worked++
						require.Equal(t, shifts("09:00-13:00", "14:00-17:00"), p.Request.Calendar.Shifts(day))
					} else {
						require.False(t, p.Request.Calendar.IsWorkday(day), day)
					}
				}
			}
			got := []string{}
			for _, day := range p.Request.Calendar.Unusual(calendar.Span(calendar.On(1900, 1, 1), calendar.On(2100, 1, 1))) {
				if !p.Request.Calendar.IsWorkday(day) {
					got = append(got, day.String())
				}
			}
			slices.Sort(want)
			require.Equal(t, slices.Compact(want), got, name)
			require.Equal(t, 3, worked)
			checked++
		}
	}
	require.Equal(t, 4, checked)
}

// document is a project file with the elements given.
func document(inner string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><Project xmlns="http://schemas.microsoft.com/project"><StartDate>2027-03-01T08:00:00</StartDate><CalendarUID>1</CalendarUID>` + inner + `</Project>`
}

// withException is a file whose calendar has an exception.
func withException(span, rest string) string {
	from, to, _ := strings.Cut(span, " ")
	return document(`<Calendars><Calendar><UID>1</UID><IsBaseCalendar>1</IsBaseCalendar><Exceptions><Exception><TimePeriod><FromDate>` + from + `T00:00:00</FromDate><ToDate>` + to +
		`T23:59:00</ToDate></TimePeriod>` + rest + `</Exception></Exceptions></Calendar></Calendars>`)
}

// TestReadMSPDI_Exceptions lists days by hand.
func TestReadMSPDI_Exceptions(t *testing.T) {
	cases := map[string]struct{ span, rest, want string }{
		"a span":                      {"2027-03-01 2027-03-03", `<Type>1</Type>`, "03-01 03-02 03-03"},
		"no type":                     {"2027-03-01 2027-03-02", ``, "03-01 03-02"},
		"occurrences of a span":       {"2027-03-01 2027-03-03", `<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>1</Occurrences><Type>1</Type>`, "03-01 03-02 03-03"},
		"every third day":             {"2027-03-01 2027-03-10", `<Type>7</Type><Period>3</Period>`, "03-01 03-04 03-10"},
		"three of them":               {"2027-03-01 2027-12-31", `<EnteredByOccurrences>1</EnteredByOccurrences><Occurrences>2</Occurrences><Type>7</Type><Period>3</Period>`, "03-01 03-04"},
		"weekdays":                    {"2027-03-05 2027-03-08", `<Type>8</Type>`, "03-05 03-08"},
		"Tuesdays and Fridays":        {"2027-03-01 2027-03-31", `<Type>6</Type><Period>2</Period><DaysOfWeek>36</DaysOfWeek>`, "03-02 03-05 03-16 03-19 03-30"},
		"last Friday":                 {"2027-03-01 2027-05-31", `<Type>5</Type><Period>1</Period><MonthItem>8</MonthItem><MonthPosition>4</MonthPosition>`, "03-26 04-30 05-28"},
		"first weekday":               {"2027-05-01 2027-06-30", `<Type>5</Type><MonthItem>1</MonthItem><MonthPosition>0</MonthPosition>`, "05-03 06-01"},
		"last day":                    {"2027-03-01 2027-04-30", `<Type>5</Type><MonthItem>0</MonthItem><MonthPosition>4</MonthPosition>`, "03-31 04-30"},
		"fourth day that isn't 31":    {"2027-03-01 2027-07-31", `<Type>4</Type><Period>1</Period><MonthDay>31</MonthDay>`, "03-31 05-31"},
		"month whose day is over":     {"2027-03-10 2027-06-30", `<Type>4</Type><Period>2</Period><MonthDay>5</MonthDay>`, "04-05"},
		"year whose day is over":      {"2027-03-10 2029-12-31", `<Type>2</Type><Month>2</Month><MonthDay>9</MonthDay>`, "2028-03-09 2029-03-09"},
		"last Monday of May":          {"2027-01-01 2028-12-31", `<Type>3</Type><Month>4</Month><MonthItem>4</MonthItem><MonthPosition>4</MonthPosition>`, "2027-05-31 2028-05-29"},
		"leap day":                    {"2027-01-01 2033-12-31", `<Type>2</Type><Month>1</Month><MonthDay>29</MonthDay>`, "2028-02-29 2032-02-29-not"},
		"a period of nothing is one":  {"2027-03-01 2027-03-02", `<Type>7</Type><Period>0</Period>`, "03-01 03-02"},
		"a period beyond all periods": {"2027-03-01 2027-03-31", `<Type>4</Type><Period>2000000000</Period><MonthDay>8</MonthDay>`, "03-08"},
	}
	for name, x := range cases {
		t.Run(name, func(t *testing.T) {
			p := readProject(t, []byte(withException(x.span, x.rest)))
			var got []string
			for _, d := range p.Request.Calendar.Unusual(calendar.Span(calendar.On(2000, 1, 1), calendar.On(2100, 1, 1))) {
				got = append(got, d.String())
			}
			var want []string
			for _, s := range strings.Fields(x.want) {
				if len(s) == len("03-01") {
					s = "2027-" + s
				}
				if !strings.HasSuffix(s, "-not") { // a Sunday anyway
					want = append(want, s)
				}
			}
			require.Equal(t, want, got)
		})
	}
}

// TestReadMSPDI_WorkingTimes reads midnight, overlaps and alternative weeks.
func TestReadMSPDI_WorkingTimes(t *testing.T) {
	times := func(pairs ...string) string {
		out := "<WorkingTimes>"
		for _, p := range pairs {
			from, to, _ := strings.Cut(p, "-")
			out += "<WorkingTime><FromTime>" + from + ":00</FromTime><ToTime>" + to + ":00</ToTime></WorkingTime>"
		}
		return out + "</WorkingTimes>"
	}
	p := readProject(t, []byte(document(`<Calendars><Calendar><UID>1</UID><IsBaseCalendar>1</IsBaseCalendar><WeekDays>
		<WeekDay><DayType>2</DayType><DayWorking>1</DayWorking>`+times("23:00-00:00", "00:00-03:00", "04:00-08:00")+`</WeekDay>
		<WeekDay><DayType>3</DayType><DayWorking>1</DayWorking>`+times("00:00-00:00")+`</WeekDay>
		<WeekDay><DayType>4</DayType><DayWorking>1</DayWorking>`+times("13:00-17:00", "08:00-12:00", "11:00-14:00")+`</WeekDay>
		<WeekDay><DayType>5</DayType><DayWorking>1</DayWorking></WeekDay>
		<WeekDay><DayType>7</DayType><DayWorking>0</DayWorking>`+times("08:00-12:00")+`</WeekDay>
		<WeekDay><DayType>0</DayType><DayWorking>1</DayWorking><TimePeriod><FromDate>2027-03-06T00:00:00</FromDate><ToDate>2027-03-06T23:59:00</ToDate></TimePeriod>`+times("10:00-11:00")+`</WeekDay>
		</WeekDays><WorkWeeks><WorkWeek><TimePeriod><FromDate>2027-03-01T00:00:00</FromDate><ToDate>2027-03-07T23:59:00</ToDate></TimePeriod><WeekDays>
		<WeekDay><DayType>2</DayType><DayWorking>0</DayWorking></WeekDay><WeekDay><DayType>7</DayType><DayWorking>0</DayWorking></WeekDay></WeekDays></WorkWeek></WorkWeeks></Calendar></Calendars>`)))
	on := func(d int) []calendar.Shift { return p.Request.Calendar.Shifts(day(time.March, d)) }
	require.Equal(t, shifts("00:00-03:00", "04:00-08:00", "23:00-24:00"), on(8), "Monday")
	require.Empty(t, on(1), "Monday of the other week")
	require.Equal(t, shifts("00:00-24:00"), on(2))
	require.Equal(t, shifts("08:00-17:00"), on(3), "overlapping times are one")
	require.Equal(t, shifts("08:00-12:00", "13:00-17:00"), on(4), "worked without saying when")
	require.Equal(t, shifts("08:00-12:00", "13:00-17:00"), on(5), "not given")
	require.Equal(t, shifts("10:00-11:00"), on(6), "an exception wins over the week of a span")
	require.Empty(t, on(13))
}

// TestReadMSPDI_CalendarFaults lists what is refused, with its line.
func TestReadMSPDI_CalendarFaults(t *testing.T) {
	of := func(inner string) string {
		return document("<Calendars><Calendar><UID>1</UID>" + inner + "</Calendar></Calendars>")
	}
	chain := ""
	for i := range 40 {
		chain += fmt.Sprintf("<Calendar><UID>%d</UID><IsBaseCalendar>1</IsBaseCalendar><BaseCalendarUID>%d</BaseCalendarUID></Calendar>", i+1, i+2)
	}
	cases := map[string]struct{ text, want string }{
		"twice":         {document("<Calendars><Calendar><UID>1</UID></Calendar><Calendar><UID>1</UID></Calendar></Calendars>"), "/Calendars/1/UID duplicate"},
		"no number":     {document("<Calendars><Calendar><Name>x</Name></Calendar></Calendars>"), "/Calendars/0/UID required"},
		"day 9":         {of("<WeekDays><WeekDay><DayType>9</DayType></WeekDay></WeekDays>"), "/Calendars/0/WeekDays/0/DayType out-of-range"},
		"backward":      {of("<WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>12:00:00</FromTime><ToTime>08:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>"), "/Calendars/0/WeekDays/0/WorkingTimes/0/ToTime order"},
		"no time":       {of("<WeekDays><WeekDay><DayType>2</DayType><DayWorking>1</DayWorking><WorkingTimes><WorkingTime><FromTime>25:00:00</FromTime><ToTime>08:00:00</ToTime></WorkingTime></WorkingTimes></WeekDay></WeekDays>"), "/Calendars/0/WeekDays/0/WorkingTimes/0/FromTime syntax"},
		"end first":     {withException("2027-03-02 2027-03-01", ""), "/Calendars/0/Exceptions/0/TimePeriod/ToDate order"},
		"no span":       {of("<Exceptions><Exception/></Exceptions>"), "/Calendars/0/Exceptions/0/TimePeriod required"},
		"ages":          {withException("0001-01-01 9999-12-31", ""), "/Calendars/0/Exceptions/0/TimePeriod/ToDate out-of-range"},
		"thirteenth":    {withException("2027-03-01 2027-03-02", "<Type>2</Type><Month>12</Month>"), "/Calendars/0/Exceptions/0/Month out-of-range"},
		"tenth place":   {withException("2027-03-01 2027-03-02", "<Type>3</Type><MonthPosition>9</MonthPosition>"), "/Calendars/0/Exceptions/0/MonthPosition out-of-range"},
		"base of bases": {document("<Calendars>" + chain + "</Calendars>"), "/Calendars/16/BaseCalendarUID too-deep"},
		"own base":      {document("<Calendars><Calendar><UID>1</UID><BaseCalendarUID>2</BaseCalendarUID></Calendar><Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar></Calendars>"), "/Calendars/0/BaseCalendarUID too-deep"},
		"work week":     {of("<WorkWeeks><WorkWeek><TimePeriod><FromDate>2027-03-01T00:00:00</FromDate></TimePeriod><WeekDays><WeekDay><DayType>0</DayType></WeekDay></WeekDays></WorkWeek></WorkWeeks>"), "/Calendars/0/WorkWeeks/0/WeekDays/0/DayType out-of-range"},
	}
	for name, x := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := interchange.ReadMSPDI(strings.NewReader(x.text), interchange.MSPDIOptions{})
			all := diag.All(err)
			require.NotEmpty(t, all)
			require.Equal(t, x.want, all[0].Path+" "+string(all[0].Code))
			require.Positive(t, all[0].Line)
			require.Positive(t, all[0].Column)
		})
	}
}

// TestReadMSPDI_ManyExceptions: a small file can't ask for more days than there
// is patience.
func TestReadMSPDI_ManyExceptions(t *testing.T) {
	one := `<Exception><TimePeriod><FromDate>1950-01-01T00:00:00</FromDate><ToDate>2049-12-31T23:59:00</ToDate></TimePeriod></Exception>`
	_, err := interchange.ReadMSPDI(strings.NewReader(document("<Calendars><Calendar><UID>1</UID><Exceptions>"+strings.Repeat(one, 1000)+"</Exceptions></Calendar></Calendars>")), interchange.MSPDIOptions{})
	require.ErrorIs(t, err, diag.TooMany)
	require.Len(t, diag.All(err), 1)

	many := "<Calendars><Calendar><UID>0</UID><IsBaseCalendar>1</IsBaseCalendar><Exceptions>" + strings.Repeat(one, 20) + "</Exceptions></Calendar>"
	for i := range 200 {
		many += fmt.Sprintf("<Calendar><UID>%d</UID><IsBaseCalendar>1</IsBaseCalendar><BaseCalendarUID>0</BaseCalendarUID></Calendar>", i+1)
	}
	_, err = interchange.ReadMSPDI(strings.NewReader(document(many+"</Calendars>")), interchange.MSPDIOptions{})
	require.ErrorIs(t, err, diag.TooMany)
}
