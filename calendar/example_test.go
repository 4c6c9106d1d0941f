package calendar_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

func ExampleParseDate() {
	d, _ := calendar.ParseDate("2026-02-14")
	fmt.Println(d.Weekday(), d.AddDays(1))
	_, err := calendar.ParseDate("2026-02-30")
	fmt.Println(errors.Is(err, diag.OutOfRange))
	// Output:
	// Saturday 2026-02-15
	// true
}

func ExampleOn() {
	fmt.Println(calendar.On(2024, time.February, 29), calendar.On(2023, time.February, 29).IsZero())
	// Output: 2024-02-29 true
}

func ExampleDate_AddMonths() {
	end := calendar.On(2026, time.January, 31)
	fmt.Println(end.AddMonths(1), end.AddMonths(2))
	// Output: 2026-02-28 2026-03-31
}

func ExampleParsePeriod() {
	for _, text := range []string{"2026-Q3", "2026-W07", "2026-01-05/2026-01-16", "2026-02-01/2026-02-28"} {
		p, _ := calendar.ParsePeriod(text)
		fmt.Println(p, p.First, p.Last, p.Days())
	}
	// Output:
	// 2026-Q3 2026-07-01 2026-09-30 92
	// 2026-W07 2026-02-09 2026-02-15 7
	// 2026-01-05/2026-01-16 2026-01-05 2026-01-16 12
	// 2026-02 2026-02-01 2026-02-28 28
}

func ExampleFiscal_Parse() {
	india := calendar.Fiscal{FirstMonth: 4}
	p, _ := india.Parse("FY2027-Q4")
	fmt.Println(p.First, p.Last, india.Label(p))

	retail := calendar.Fiscal{Pattern: calendar.Pattern454, YearEnd: calendar.YearEndNearest,
		Weekday: calendar.Saturday, Month: 1, NamedBy: calendar.NamedByStart}
	p, _ = retail.Parse("FY2023")
	fmt.Println(p.First, p.Last, p.Days()/7, "weeks")
	// Output:
	// 2027-01-01 2027-03-31 FY2027-Q4
	// 2023-01-29 2024-02-03 53 weeks
}

func ExampleFiscal_Split() {
	pieces, _ := calendar.Fiscal{}.Split(calendar.Month(2026, time.February), calendar.GrainWeek)
	fmt.Println(pieces)
	// Output: [2026-02-01 2026-W06 2026-W07 2026-W08 2026-02-23/2026-02-28]
}

func ExampleFiscal_Grid() {
	pieces, _ := calendar.Fiscal{}.Grid(calendar.Year(2026), []calendar.Grain{calendar.GrainMonth, calendar.GrainWeek})
	fmt.Println(len(pieces), pieces[4], pieces[5])
	// Output: 63 2026-01-26/2026-01-31 2026-02-01
}

func ExampleNew() {
	c, _ := calendar.New(calendar.Spec{
		Holidays: []calendar.Date{calendar.On(2026, time.May, 1)},
		HalfDays: []calendar.Date{calendar.On(2026, time.December, 24)},
	})
	fmt.Println(c.Workdays(calendar.Month(2026, time.May)), c.WorkMinutes(calendar.Day(calendar.On(2026, time.December, 24))))
	// Output: 20 240
}

func ExampleCalendar_Add() {
	var c *calendar.Calendar // Monday to Friday
	start, _ := calendar.ParseInstant("2027-02-26T13:00")
	for _, text := range []string{"4h", "1d", "1ed", "-1d"} {
		d, _ := calendar.ParseDuration(text)
		end, _ := c.Add(start, d)
		fmt.Println(text, end)
	}
	// Output:
	// 4h 2027-02-26T17:00
	// 1d 2027-03-01T12:00
	// 1ed 2027-02-27T13:00
	// -1d 2027-02-25T13:00
}

func ExampleCalendar_Between() {
	var c *calendar.Calendar
	friday, _ := calendar.ParseInstant("2027-02-26T13:00")
	monday, _ := calendar.ParseInstant("2027-03-01T12:00")
	fmt.Println(c.Between(friday, monday))
	// Output: 1d
}

type noMondays struct{}

func (noMondays) IsWorkday(date time.Time) bool { return date.Weekday() != time.Monday }

// Calendars of github.com/rickar/cal have this method too.
func ExampleWrap() {
	fmt.Println(calendar.Wrap(noMondays{}).Workdays(calendar.Month(2026, time.February)))
	// Output: 24
}

// A rep starts on 1 July: what remains of a year's quota of 1,200,000.
func ExampleProrate() {
	part := calendar.Span(calendar.On(2026, time.July, 1), calendar.On(2026, time.December, 31))
	quota, _ := calendar.Prorate(decimal.NewFromInt(1200000), decimal.New(1, -2), calendar.Year(2026), part,
		calendar.ProrateBasis{Kind: calendar.ProrateCalendarDays})
	fmt.Println(quota)
	// Output: 604931.51
}
