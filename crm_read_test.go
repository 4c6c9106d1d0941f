package salesplan

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testMapping maps a small table of deals.
func testMapping() Mapping {
	return Mapping{
		Columns: DealColumns{ID: "id", Owner: "owner", Customer: "customer", Product: "product", Stage: "stage", Amount: "amount", Currency: "currency", Close: "close"},
		Stages:  map[string]Outcome{"Won": OutcomeWon, "Lost": OutcomeLost, "Offer": OutcomeOpen},
	}
}

const testHeader = "id,owner,customer,product,stage,amount,currency,close\n"

func readAll(in string, m Mapping) (deals []Deal, faults diag.Faults) {
	for d, err := range ReadDeals(strings.NewReader(in), m) {
		if err != nil {
			faults = append(faults, diag.All(err)...)
		} else {
			deals = append(deals, d)
		}
	}
	return deals, faults
}

func TestReadDeals(t *testing.T) {
	deals, faults := readAll(testHeader+
		"1, Ann ,Acme,Pump,won,1054.50,EUR,2027-03-01\n"+
		"2,Ben,Acme,Pump, LOST ,0,,2027-03-02\n"+
		",,,,,,,\n"+
		"3,Ben,,Pump,Offer,,,2027-09-30\n"+
		"4,Ben,,Pump,Thinking,7,,2027-09-30\n", testMapping())
	require.Empty(t, faults)
	require.Len(t, deals, 4)
	march := calendar.On(2027, 3, 1)
	want := Deal{ID: "1", Owner: "Ann", Customer: "Acme", Product: "Pump", Stage: "won", Currency: "EUR", Closed: march, Outcome: OutcomeWon, Row: 2}
	want.Amount.Valid, want.Amount.Decimal = true, dec("1054.50")
	assert.Equal(t, want, deals[0])
	assert.Equal(t, OutcomeLost, deals[1].Outcome)
	assert.True(t, deals[1].Amount.Valid && deals[1].Amount.Decimal.IsZero(), "0 is an amount")
	assert.False(t, deals[2].Amount.Valid, "no amount is none")
	assert.Equal(t, 5, deals[2].Row, "empty rows are rows")
	assert.Equal(t, calendar.On(2027, 9, 30), deals[2].ExpectedClose)
	assert.True(t, deals[2].Closed.IsZero())
	assert.Equal(t, Outcome(""), deals[3].Outcome)
	assert.Equal(t, "Thinking", deals[3].Stage)
}

func TestReadDeals_BadRows(t *testing.T) {
	deals, faults := readAll(testHeader+
		"1,Ann,Acme,Pump,Won,1e999999999,EUR,2027-02-30\n"+
		"2,Ann,Acme,Pump,Won,\"1,054\",EUR,1.3.2027\n"+
		"3,Ann\n"+
		"4,Ann,Acme,Pump,Won,5,EUR,2027-03-01\n", testMapping())
	require.Len(t, deals, 1)
	assert.Equal(t, "4", deals[0].ID)
	var got []string
	for _, f := range faults {
		got = append(got, string(f.Code)+" "+f.Path+" "+itoa(f.Line)+":"+itoa(f.Column)+" "+f.Value)
	}
	assert.Equal(t, []string{
		"out-of-range /rows/2/close 2:8 2027-02-30", "out-of-range /rows/2/amount 2:6 1e999999999",
		"syntax /rows/3/close 3:8 1.3.2027", "syntax /rows/3/amount 3:6 1,054", "ragged /rows/4 4:3 2",
	}, got)
}

func TestReadDeals_Header(t *testing.T) {
	_, faults := readAll("id,Owner,customer,prodct,stage,amount,currency,close\n", testMapping())
	require.Len(t, faults, 1)
	assert.Equal(t, diag.Column, faults[0].Code)
	assert.Equal(t, "product", faults[0].Value)
	assert.Equal(t, "prodct", faults[0].Near)
	assert.Contains(t, faults[0].Bound, "customer, prodct")

	_, faults = readAll("id,owner,customer,product,stage,amount,currency,close,OWNER\n", testMapping())
	require.Len(t, faults, 1)
	assert.Equal(t, 9, faults[0].Column, "the second of the two")

	_, faults = readAll("id,owner,customer,product,stage,amount,currency,close,note,note\n", testMapping())
	assert.Empty(t, faults, "columns that aren't read may stand twice")

	_, faults = readAll(strings.ReplaceAll(testHeader, ",", ";"), testMapping())
	require.Len(t, faults, 1)
	assert.Equal(t, `";"`, faults[0].Bound)
	assert.Equal(t, "/mapping/separator", faults[0].Path)

	m := testMapping()
	m.Separator = SeparatorTab
	deals, faults := readAll(strings.ReplaceAll(testHeader+"1,Ann,Acme,Pump,Won,5,EUR,2027-03-01\n", ",", "\t"), m)
	assert.Empty(t, faults)
	assert.Len(t, deals, 1)

	_, faults = readAll(testHeader, Mapping{})
	assert.Len(t, faults, 3)
	assert.Equal(t, "/mapping/columns/stage", faults[0].Path)
}

func TestReadDeals_TwoDates(t *testing.T) {
	m := Mapping{Columns: DealColumns{Stage: "stage", Closed: "closed", ExpectedClose: "due", Opened: "opened"}, Stages: map[string]Outcome{"w": OutcomeWon}}
	deals, faults := readAll("stage,closed,due,opened\nw,2027-03-01,2027-04-01,2027-01-01\n", m)
	require.Empty(t, faults)
	assert.Equal(t, "2027-03-01 2027-04-01 2027-01-01", deals[0].Closed.String()+" "+deals[0].ExpectedClose.String()+" "+deals[0].Opened.String())
}

// Stopping early reads no further, and stops for good.
func TestReadDeals_Stop(t *testing.T) {
	n := 0
	for range ReadDeals(strings.NewReader(testHeader+strings.Repeat("1,Ann,Acme,Pump,Won,5,EUR,2027-03-01\n", 9)), testMapping()) {
		if n++; n == 3 {
			break
		}
	}
	assert.Equal(t, 3, n)
}

func TestMapping_Validate(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*Mapping)
		want string
	}{
		"good":           {func(*Mapping) {}, ""},
		"no stage":       {func(m *Mapping) { m.Columns.Stage = "" }, "required /m/columns/stage"},
		"no stages":      {func(m *Mapping) { m.Stages = nil }, "required /m/stages"},
		"no day":         {func(m *Mapping) { m.Columns.Close = "" }, "required /m/columns/close"},
		"two days":       {func(m *Mapping) { m.Columns.Closed = "x" }, "conflict /m/columns/closed"},
		"two due days":   {func(m *Mapping) { m.Columns.ExpectedClose = "x" }, "conflict /m/columns/expectedClose"},
		"outcome":        {func(m *Mapping) { m.Stages["Won"] = "gone" }, "invalid /m/stages/Won"},
		"stage twice":    {func(m *Mapping) { m.Stages["WON "] = OutcomeLost }, "ambiguous /m/stages/Won"},
		"same twice":     {func(m *Mapping) { m.Stages["WON "] = OutcomeWon }, ""},
		"date":           {func(m *Mapping) { m.Date = "yyyy-mm" }, "syntax /m/date"},
		"short year":     {func(m *Mapping) { m.Date = "yy-mm-dd" }, "syntax /m/date"},
		"month twice":    {func(m *Mapping) { m.Date = "yyyy-mm-mm" }, "syntax /m/date"},
		"not separable":  {func(m *Mapping) { m.Date = "yyyymd" }, "syntax /m/date"},
		"decimal":        {func(m *Mapping) { m.Number.Decimal = ";" }, "invalid /m/number/decimal"},
		"group":          {func(m *Mapping) { m.Number.Group = "1" }, "invalid /m/number/group"},
		"same signs":     {func(m *Mapping) { m.Number.Group = "." }, "conflict /m/number/group"},
		"separator":      {func(m *Mapping) { m.Separator = "|" }, "invalid /m/separator"},
		"covers":         {func(m *Mapping) { m.Covers = "2017-13" }, "out-of-range /m/covers"},
		"covers in turn": {func(m *Mapping) { m.Covers = "2017-03-01/2017-02-01" }, "order /m/covers"},
	} {
		m := testMapping()
		c.edit(&m)
		var faults diag.Collector
		m.validate("/m", &faults)
		requireChinese(t, faults.Err())
		got := ""
		for _, f := range faults.Kept() {
			got += string(f.Code) + " " + f.Path
		}
		assert.Equal(t, c.want, got, name)
	}
}

// number-spellings.json: texts to accept or reject as a plain number.
func TestNumberFormat_Corpus(t *testing.T) {
	const file = "../shared/data/reliability/numbers/number-spellings.json"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("no %s beside the repository: the spellings of numbers are skipped", file)
	}
	var cases []struct {
		Text, Repeat, Expect string
		Times                int
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	for _, c := range cases {
		s := c.Text + strings.Repeat(c.Repeat, c.Times)
		_, code, bound := NumberFormat{}.parse(s)
		assert.Equal(t, c.Expect == "accept", code == "", "%.60q", s)
		assert.Equal(t, code == "", bound == "", "a fault says what was expected")
	}
}

func TestNumberFormat(t *testing.T) {
	german, swiss, french, grouped := NumberFormat{Decimal: ",", Group: "."}, NumberFormat{Group: "'"}, NumberFormat{Decimal: ",", Group: "\u202f"}, NumberFormat{Group: ","}
	for _, c := range []struct {
		f        NumberFormat
		in, want string
	}{
		{NumberFormat{}, "-0012", ""}, {NumberFormat{}, "-12.50", "-12.5"}, {NumberFormat{}, "1e3", "1000"}, {NumberFormat{}, "-0", "0"},
		{NumberFormat{}, "0.000000000000000000000000000001", "0.000000000000000000000000000001"},
		{NumberFormat{}, "0.0000000000000000000000000000001", ""},
		{NumberFormat{}, strings.Repeat("9", 38), strings.Repeat("9", 38)}, {NumberFormat{}, strings.Repeat("9", 39), ""},
		{german, "1.234.567,89", "1234567.89"}, {german, "1234567,89", "1234567.89"}, {german, "-1.234", "-1234"}, {german, "1.23", ""},
		{german, "1.2345", ""}, {german, ".123", ""}, {german, "1,234.5", ""}, {german, "0.123", ""},
		{NumberFormat{Decimal: ","}, "1.5", ""}, {NumberFormat{Decimal: ","}, "1,5", "1.5"}, {NumberFormat{Decimal: ","}, "1,5,6", ""},
		{swiss, "1'234.5", "1234.5"}, {french, "1\u202f234,5", "1234.5"}, {grouped, "1,234,567.89", "1234567.89"}, {grouped, "12,34,567", ""}, {grouped, "1,,234", ""},
		{grouped, "1.234,567", ""}, {grouped, "1234", "1234"}, {grouped, "--1,234", ""}, {grouped, "-", ""},
	} {
		d, code, _ := c.f.parse(c.in)
		got := ""
		if code == "" {
			got = d.String()
		}
		assert.Equal(t, c.want, got, "%+v %s", c.f, c.in)
	}
}

func TestDatePattern(t *testing.T) {
	for _, c := range []struct{ pattern, in, want string }{
		{"", "2027-03-01", "2027-03-01"}, {"", "2027-3-1", ""}, {"", "2027-02-29", ""}, {"", "2028-02-29", "2028-02-29"}, {"", "1899-12-31", ""}, {"", "2201-01-01", ""},
		{"", "2027-03-01T08:30:00.000Z", "2027-03-01"}, {"", "2027-03-01 23:59", "2027-03-01"}, {"", "2027-03-01 8:30:15 PM", "2027-03-01"},
		{"", "2027-03-01T00:30:00+08:00", "2027-03-01"}, {"", "2027-03-01T00:30+0800", "2027-03-01"}, {"", "2027-03-01T24:00", ""}, {"", "2027-03-01T08", ""}, {"", "2027-03-01 x", ""},
		{"", "2027-03-01T08:30:15.", ""}, {"", "2027-03-01T08:30+8:0", ""}, {"", "2027-03-01 ", ""}, {"", "2027-03-01T08:60", ""},
		{"yyyy/m/d", "2027/3/1", "2027-03-01"}, {"yyyy/m/d", "2027/03/01", "2027-03-01"}, {"yyyy/m/d", "27/3/1", ""}, {"yyyy/m/d", "2027/13/1", ""},
		{"d.m.yyyy", "1.3.2027", "2027-03-01"}, {"m/d/yyyy", "3/1/2027", "2027-03-01"}, {"m/d/yyyy", "3/1/2027 12:00 AM", "2027-03-01"}, {"m/d/yyyy", "31/1/2027", ""},
		{"yyyymmdd", "20270301", "2027-03-01"}, {"yyyy年m月d日", "2027年3月1日", "2027-03-01"}, {"yyyy年m月d日", "2027年3月1", ""}, {"m/d/yyyy", "３/1/2027", ""},
	} {
		p, ok := parseDatePattern(c.pattern)
		require.True(t, ok, c.pattern)
		d, code := p.parse(c.in)
		got := ""
		if code == "" {
			got = d.String()
		}
		assert.Equal(t, c.want, got, "%s %s", c.pattern, c.in)
	}
}

// date-spellings.json: texts to accept or reject as a plain date. Years outside
// 1900 to 2200 and times behind the day are this reader's own matter.
func TestDatePattern_Corpus(t *testing.T) {
	const file = "../shared/data/reliability/dates/date-spellings.json"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("no %s beside the repository: the spellings of dates are skipped", file)
	}
	var cases []struct{ Text, Expect string }
	require.NoError(t, json.Unmarshal(text, &cases))
	p, _ := parseDatePattern("")
	for _, c := range cases {
		if len(c.Text) > 10 && isTimeOfDay(c.Text[10:]) || c.Expect == "accept" && (c.Text < "1900" || c.Text > "2201") {
			continue
		}
		_, code := p.parse(c.Text)
		assert.Equal(t, c.Expect == "accept", code == "", "%q", c.Text)
	}
}

func FuzzReadDeals(f *testing.F) {
	f.Add(testHeader + "1,Ann,Acme,Pump,Won,5,EUR,2027-03-01\n")
	f.Add(testHeader + "1,\"Ann\n\",Acme,Pump,Won,1e5,EUR,2027-03-01 10:00\n\n,,,,,,,\n2,x\"")
	p := testPlan()
	f.Fuzz(func(t *testing.T, in string) {
		deals, faults := readAll(in, testMapping())
		if lines := strings.Count(in, "\n") + 1; len(deals) > lines {
			t.Errorf("%d deals from %d lines", len(deals), lines)
		}
		for _, f := range faults {
			if f.Code == "" || f.Path == "" || len(f.Value) > 4*100 {
				t.Errorf("bad fault %+v", f)
			}
		}
		e, err := Gather(p, ReadDeals(strings.NewReader(in), testMapping()), nil)
		require.NoError(t, err)
		checkTally(t, e)
		assert.Equal(t, len(deals), e.Tally().Deals)
		assert.Equal(t, len(faults) > 0, e.Faults() != nil)
		won := slices.DeleteFunc(deals, func(d Deal) bool { return d.Outcome != OutcomeWon })
		assert.LessOrEqual(t, e.Tally().Won, len(won))
	})
}
