package interchange_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"testing"

	"github.com/salesplan/salesplan/interchange"
	"github.com/stretchr/testify/require"
)

// FuzzReadMSPDI_Fields puts whatever texts into the fields of a file that is well
// formed: what is read can be written and is then the same.
func FuzzReadMSPDI_Fields(f *testing.F) {
	f.Add("PT8H0M0S", "7", "2027-03-01T08:00:00", "4", "2027-03-02T08:00:00", "4800", "7", "1", "50", "0.5", "1", "2")
	f.Add("PT0.5S", "8", "2027-03-01", "0", "", "-75", "19", "0", "100", "1.10", "6", "36")
	f.Add("P1DT1M", "44", "2027-03-01T24:00", "3", "2047-01-01T00:00:00Z", "214748", "20", "3", "9", "99999999.1234567", "5", "4")
	f.Add("P99999W", "39", "NA", "7", "2027-03-01T08:00:00+08:00", "5", "51", "2", "0", "", "2", "-2147483648")
	f.Add("PT40H0M0S", "40", "2027-03-01T08:00:00", "5", "2127-03-01T08:00:00", "600", "8", "2", "0", "3", "4", "1")
	f.Fuzz(func(t *testing.T, duration, format, date, constraint, on, lag, lagFormat, link, percent, units, recurrence, parameter string) {
		e := func(name, value string) string {
			var b bytes.Buffer
			_ = xml.EscapeText(&b, []byte(value))
			return "<" + name + ">" + b.String() + "</" + name + ">"
		}
		text := "<Project>" + e("StartDate", date) + e("CriticalSlackLimit", parameter) + "<CalendarUID>1</CalendarUID><Calendars><Calendar><UID>1</UID><IsBaseCalendar>1</IsBaseCalendar><Exceptions><Exception><TimePeriod>" +
			e("FromDate", date) + e("ToDate", on) + "</TimePeriod>" + e("Type", recurrence) + e("Period", parameter) + e("Month", link) + e("MonthDay", lagFormat) + e("MonthItem", constraint) + e("MonthPosition", link) + e("DaysOfWeek", lag) +
			"</Exception></Exceptions></Calendar><Calendar><UID>2</UID><BaseCalendarUID>1</BaseCalendarUID></Calendar></Calendars><Tasks><Task><UID>1</UID>" +
			e("Duration", duration) + e("DurationFormat", format) + e("Start", date) + e("ConstraintType", constraint) + e("ConstraintDate", on) + e("PercentComplete", percent) + e("RemainingDuration", duration) + e("LevelingDelay", lag) + e("Notes", units) +
			"</Task><Task><UID>2</UID>" + e("Duration", duration) + e("Manual", fmt.Sprint(len(format)%2)) + e("ManualStart", date) + "<PredecessorLink><PredecessorUID>1</PredecessorUID>" + e("Type", link) + e("LinkLag", lag) + e("LagFormat", lagFormat) + "</PredecessorLink>" +
			e("OutlineLevel", fmt.Sprint(1+len(lag)%2)) + "</Task></Tasks><Resources><Resource><UID>1</UID><CalendarUID>2</CalendarUID>" + e("MaxUnits", units) + e("Type", link) + "</Resource></Resources><Assignments><Assignment><TaskUID>1</TaskUID><ResourceUID>1</ResourceUID>" +
			e("Units", units) + e("Work", duration) + e("Cost", units) + e("HasFixedRateUnits", fmt.Sprint(len(percent)%2)) + "</Assignment></Assignments></Project>"
		p, err := interchange.ReadMSPDI(bytes.NewReader([]byte(text)), interchange.MSPDIOptions{})
		if err != nil {
			return
		}
		var out bytes.Buffer
		require.NoError(t, interchange.WriteMSPDI(&out, p, nil))
		again, err := interchange.ReadMSPDI(&out, interchange.MSPDIOptions{})
		require.NoError(t, err)
		p.Findings, again.Findings = nil, nil
		require.Equal(t, p.Request.Tasks, again.Request.Tasks)
		require.Equal(t, p, again)
		table, err := p.Schedule(t.Context())
		if err != nil {
			return // dates that contradict each other
		}
		require.NoError(t, interchange.WriteMSPDI(&out, p, table))
	})
}
