package salesplan

import (
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
)

func TestNumberFormat_Marks(t *testing.T) {
	wan, yuan, dollar := NumberFormat{Unit: "万元"}, NumberFormat{Unit: "元", Group: ","}, NumberFormat{Sign: "$", Group: ","}
	for _, c := range []struct {
		format     NumberFormat
		text, want string // "" for none
	}{
		{wan, "12.5", "125000"}, {wan, "12.5万", "125000"}, {wan, "12.5万元", "125000"}, {wan, "-12.5 万元", "-125000"}, {wan, "8000元", "8000"},
		{wan, "1.2亿", "120000000"}, {wan, "0.00001", "0.1"}, {wan, "万", ""}, {wan, "12.5万万", ""}, {wan, "12,5万", ""},
		{yuan, "12.5万", "125000"}, {yuan, "8,000", "8000"}, {yuan, "8,000.50元", "8000.5"}, {yuan, "3百万", "3000000"}, {yuan, "2千", "2000"}, {yuan, "¥5", ""},
		{NumberFormat{}, "12.5万", ""}, {NumberFormat{}, "$5", ""}, {NumberFormat{Unit: "K"}, "12.5", "12500"}, {NumberFormat{Unit: "K"}, "1.5M", "1500000"},
		{dollar, "$1,234.50", "1234.5"}, {dollar, "-$5", "-5"}, {dollar, "$-5", "-5"}, {dollar, "$ 5", "5"}, {dollar, "5 $", "5"}, {dollar, "5", "5"},
		{dollar, "--5", ""}, {dollar, "-$-5", ""}, {dollar, "$$5", ""}, {dollar, "$", ""}, {dollar, "-", ""}, {dollar, "€5", ""},
		{NumberFormat{Sign: "¥", Unit: "元"}, "¥12.5万", "125000"}, {NumberFormat{Sign: "EUR", Decimal: ",", Group: "."}, "1.234,50 EUR", "1234.5"},
		{NumberFormat{Unit: "亿元"}, "99999999999999999999999999999999999999", "9999999999999999999999999999999999999900000000"},
		{NumberFormat{Unit: "亿元"}, "1e25", ""}, // beyond the exponents that amounts have
	} {
		amount, code, _ := c.format.parse(c.text)
		if c.want == "" {
			assert.NotEmpty(t, code, "%+v %q gives %s", c.format, c.text, amount)
			continue
		}
		assert.Empty(t, code, "%+v %q", c.format, c.text)
		assert.True(t, dec(c.want).Equal(amount), "%+v %q gives %s", c.format, c.text, amount)
	}
}

func TestNumberFormat_MarksRefused(t *testing.T) {
	for _, c := range []struct {
		format NumberFormat
		want   string
	}{
		{NumberFormat{Unit: "dozen"}, "invalid /m/number/unit"}, {NumberFormat{Sign: "5"}, "invalid /m/number/sign"},
		{NumberFormat{Sign: "a b"}, "invalid /m/number/sign"}, {NumberFormat{Sign: "-"}, "invalid /m/number/sign"},
		{NumberFormat{Sign: "Deutschmark"}, "invalid /m/number/sign"},
	} {
		m := testMapping()
		m.Number = c.format
		var faults diag.Collector
		m.validate("/m", &faults)
		all := diag.All(faults.Err())
		if assert.Len(t, all, 1, "%+v", c.format) {
			assert.Equal(t, c.want, string(all[0].Code)+" "+all[0].Path)
		}
	}
}

// A day that has two readings is refused until the mapping says which.
func TestReadDeals_TwoWays(t *testing.T) {
	row := testHeader + "1,Ann,Acme,Pump,Won,5,,3/5/2017\n2,Ann,Acme,Pump,Won,5,,3/3/2017\n3,Ann,Acme,Pump,Won,5,,2017/3/5\n"
	_, faults := readAll(row, testMapping())
	var got []string
	for _, f := range faults {
		got = append(got, string(f.Code)+" "+f.Value+" "+f.Bound)
	}
	assert.Equal(t, []string{"ambiguous 3/5/2017 m/d/yyyy, d/m/yyyy", "syntax 3/3/2017 yyyy-mm-dd", "syntax 2017/3/5 yyyy-mm-dd"}, got)
	for format, want := range map[string]string{"m/d/yyyy": "2017-03-05", "d/m/yyyy": "2017-05-03"} {
		m := testMapping()
		m.Date = format
		deals, _ := readAll(row, m)
		assert.Equal(t, want, deals[0].Closed.String())
	}
	m := testMapping()
	m.Date = "yyyy/m/d"
	deals, _ := readAll(testHeader+"1,Ann,Acme,Pump,Won,5,,2017/3/5 10:22\n", m)
	assert.Equal(t, "2017-03-05", deals[0].Closed.String())
}
