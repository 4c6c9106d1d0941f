package salesplan

import (
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readHistory(in string, p *Plan, metric string) (lines []string, faults diag.Faults) {
	for a, err := range ReadHistory(strings.NewReader(in), p, metric) {
		if err != nil {
			faults = append(faults, diag.All(err)...)
			continue
		}
		days := a.On.String()
		if !a.Since.IsZero() {
			days = a.Since.String() + "/" + days
		}
		lines = append(lines, itoa(a.Row)+" "+a.Metric+" "+strings.Join([]string{a.Unit, a.Product, a.Segment, a.Customer, a.Currency, a.ID, a.Deal}, ",")+" "+days+" "+a.Amount.String())
	}
	return lines, faults
}

func faultLines(faults diag.Faults) (out []string) {
	for _, f := range faults {
		out = append(out, string(f.Code)+" "+f.Path+" "+itoa(f.Line)+":"+itoa(f.Column)+" "+f.Value)
	}
	return out
}

func TestReadHistory_Matrix(t *testing.T) {
	p := testPlan()
	p.Calendar.Fiscal = calendar.Fiscal{FirstMonth: 4}
	lines, faults := readHistory("\ufeffRep,2026-01,2026-Q2,FY2027-P04\nAnn Lee,10,0,\n\"Ben\",,-1.50,3\n,,,\n", p, "revenue")
	assert.Empty(t, faults)
	assert.Equal(t, []string{
		"2 revenue Ann Lee,,,,,, 2026-01-01/2026-01-31 10", "2 revenue Ann Lee,,,,,, 2026-04-01/2026-06-30 0",
		"3 revenue Ben,,,,,, 2026-04-01/2026-06-30 -1.5", "3 revenue Ben,,,,,, 2026-07-01/2026-07-31 3",
	}, lines, "an empty cell is missing, 0 is 0")

	lines, _ = readHistory("Product;2026\npump;7\n", p, "visits")
	assert.Equal(t, []string{"2 visits ,pump,,,,, 2026-01-01/2026-12-31 7"}, lines)

	lines, faults = readHistory("rep,2026-01,2026-02\nann,1,x\nben,2\ncho,3,4\n", p, "visits")
	assert.Equal(t, []string{"4 visits cho,,,,,, 2026-01-01/2026-01-31 3", "4 visits cho,,,,,, 2026-02-01/2026-02-28 4"}, lines, "of a row with a fault nothing is used")
	assert.Equal(t, []string{"syntax /rows/2/2026-02 2:3 x", "ragged /rows/3 3:3 2"}, faultLines(faults))

	_, faults = readHistory("rep,2026-01,2026-Q1,2026-03,2026-05,2026-05\n", p, "visits")
	assert.Equal(t, []string{"duplicate /rows/1 1:3 2026-Q1", "duplicate /rows/1 1:4 2026-03", "duplicate /rows/1 1:6 2026-05"}, faultLines(faults))
	_, faults = readHistory("rep,1850\n", p, "visits")
	assert.Equal(t, []string{"out-of-range /rows/1 1:2 1850"}, faultLines(faults))
}

func TestReadHistory_Long(t *testing.T) {
	p := testPlan()
	lines, faults := readHistory(strings.Join([]string{
		"Period,ORG,product,Customer,metric,value,currency,id,deal,note",
		"2026-01,Ann,pump,Acme,revenue,10.50,USD,a1,d1,first",
		"2026-01-15,ben,,,visits,3,,,,",
		"2026-Q1,ben,,,,4,,,,",
		"2026-Q1,ben,,,,,,,,",
	}, "\n"), p, "deals")
	assert.Empty(t, faults)
	assert.Equal(t, []string{
		"2 revenue Ann,pump,,Acme,USD,a1,d1 2026-01-01/2026-01-31 10.5", "3 visits ben,,,,,, 2026-01-15 3", "4 deals ben,,,,,, 2026-01-01/2026-03-31 4",
	}, lines)

	lines, faults = readHistory("unit\tsince\ton\tamount\nann\t2026-02-01\t2026-02-10\t1\nben\t\t2026-02-10\t1\ncho\t2026-03-01\t2026-02-10\t1\n", p, "visits")
	assert.Equal(t, []string{"2 visits ann,,,,,, 2026-02-01/2026-02-10 1", "3 visits ben,,,,,, 2026-02-10 1"}, lines)
	assert.Equal(t, []string{"order /rows/4/since 4:2 2026-03-01"}, faultLines(faults))

	_, faults = readHistory("date,amount,metric\n2026-02-30,1,x\n,2,x\n1700-01-01,1,x\n2026-01-01,1.5.2,x\n2026-01-01,1,\n", p, "")
	assert.Equal(t, []string{
		"out-of-range /rows/2/date 2:1 2026-02-30", "required /rows/3/date 3:1 ", "out-of-range /rows/4/date 4:1 1700-01-01",
		"syntax /rows/5/amount 5:2 1.5.2", "required /rows/6/metric 6:3 ",
	}, faultLines(faults))
}

// A table of targets has sums beside the cells of which they are made.
func TestReadHistory_Leaf(t *testing.T) {
	lines, faults := readHistory(strings.Join([]string{
		"goal,metric,org,parent,level,grain,period,first,last,leaf,amount",
		"g,visits,north,,1,goal,2026,2026-01-01,2026-12-31,false,7",
		"g,visits,ann,north,2,half,2026-H1,2026-01-01,2026-06-30,true,3",
		"g,visits,ann,north,2,half,2026-H2,2026-07-01,2026-12-31,TRUE,4",
		"g,visits,ben,north,2,half,2026-H2,2026-07-01,2026-12-31,yes,4",
		"g,visits,ben,north,2,half,2026-H2,2026-07-01,2026-12-31,,4",
		"g,visits,ben,north,2,half,2026-H2,2026-07-01,2026-12-31,,",
	}, "\n"), testPlan(), "")
	assert.Equal(t, []string{"3 visits ann,,,,,, 2026-01-01/2026-06-30 3", "4 visits ann,,,,,, 2026-07-01/2026-12-31 4"}, lines)
	assert.Equal(t, []string{"invalid /rows/5/leaf 5:10 yes", "invalid /rows/6/leaf 6:10 "}, faultLines(faults))
}

func TestReadHistory_Faults(t *testing.T) {
	p := testPlan()
	for _, c := range []struct{ in, metric, want string }{
		{"date,amount\n", "", "required /metric 0:0 "},
		{"date,amount\n", "visit", "unknown /metric 0:0 visit"},
		{"date,amnt\n", "visits", "column /rows/1 1:2 amnt|column /rows/1 1:1 amount"},
		{"date,amount,prodct\n", "visits", "column /rows/1 1:3 prodct"},
		{"date,on,amount\n", "visits", "column /rows/1 1:2 on"},
		{"date,amount,org,unit\n", "visits", "column /rows/1 1:4 unit"},
		{"rep,2026-01,Total\n", "visits", "column /rows/1 1:1 date|column /rows/1 1:1 amount"},
		{"", "visits", "required /rows/1 1:1 "},
	} {
		lines, faults := readHistory(c.in, p, c.metric)
		assert.Empty(t, lines)
		requireChinese(t, faults)
		assert.Equal(t, c.want, strings.Join(faultLines(faults), "|"), c.in)
	}
	_, faults := readHistory("date,amount\n", nil, "")
	assert.Equal(t, "required /plan 0:0 ", faultLines(faults)[0])
	p.Metrics = p.Metrics[:1]
	lines, _ := readHistory("date,amount\n2026-01-01,1\n", p, "")
	assert.Equal(t, []string{"2 revenue ,,,,,, 2026-01-01 1"}, lines, "the only metric")
}

// A matrix of quarters is booked by month.
func TestReadHistory_Gather(t *testing.T) {
	p := testPlan()
	e, err := Gather(p, nil, ReadHistory(strings.NewReader("rep,2026-Q1,2026-04\nann,90,5\nTotal,90,5\n"), p, "visits"))
	require.NoError(t, err)
	assert.Equal(t, []string{
		"2026-01-31 / 31", "2026-01-31 ann/ 31", "2026-02-28 / 28", "2026-02-28 ann/ 28", "2026-03-31 / 31", "2026-03-31 ann/ 31", "2026-04-30 / 5", "2026-04-30 ann/ 5",
	}, bookings(e, "visits"))
	covered, _ := e.Covers("visits")
	assert.Equal(t, "2026-01-01/2026-04-30", covered.String())
	assert.Equal(t, []string{"error unknown-owner owner Total", "warning missing-product rows actual"}, codesOf(e))
	checkTexts(t, e)
}

func FuzzReadHistory(f *testing.F) {
	f.Add("rep,2026-01,2026-Q2\nann,1,2\n", "visits")
	f.Add("date,unit,amount,metric\n2026-01,ann,1e3,visits\n", "")
	p := testPlan()
	f.Fuzz(func(t *testing.T, in, metric string) {
		lines, faults := readHistory(in, p, metric)
		if most := strings.Count(in, "\n")*strings.Count(in, ",") + len(in) + 1; len(lines) > most {
			t.Errorf("%d actuals from %d bytes", len(lines), len(in))
		}
		for _, f := range faults {
			if f.Code == "" || f.Path == "" {
				t.Errorf("bad fault %+v", f)
			}
		}
		e, err := Gather(p, nil, ReadHistory(strings.NewReader(in), p, metric))
		require.NoError(t, err)
		n := e.Tally()
		assert.Equal(t, len(lines), n.Actuals+n.BadActuals-badRows(in, p, metric))
	})
}

// badRows counts the rows that ReadHistory itself refuses.
func badRows(in string, p *Plan, metric string) (n int) {
	for _, err := range ReadHistory(strings.NewReader(in), p, metric) {
		if err != nil {
			n++
		}
	}
	return n
}

// Of two goals of one metric in a table of targets, the rows of the second for
// the same units and days are refused; those of others are read.
func TestReadHistory_Goals(t *testing.T) {
	p := testPlan()
	lines, faults := readHistory("goal,unit,period,amount\nall,Ann Lee,2026-Q1,10\nall,Ben,2026-Q1,20\npart,Ann Lee,2026-01,4\npart,Ann Lee,2026-04,5\nall,Ann Lee,2026-Q2,6\nall,Ben,2026-Q2,7\npart,Cho,2026-01,8\n", p, "revenue")
	assert.Equal(t, []string{"duplicate /rows/4/goal 4:1 part", "duplicate /rows/6/goal 6:1 all"}, faultLines(faults))
	assert.Equal(t, "goal all", faults[0].Bound)
	assert.Len(t, lines, 5)
	lines, faults = readHistory("goal,metric,unit,period,amount\na,revenue,Ann Lee,2026,10\nb,visits,Ann Lee,2026,3\n", p, "")
	assert.Empty(t, faults, "of another metric")
	assert.Len(t, lines, 2)
	lines, faults = readHistory("unit,period,amount\nAnn Lee,2026,10\nAnn Lee,2026,3\n", p, "revenue")
	assert.Empty(t, faults, "rows of actuals are added")
	assert.Len(t, lines, 2)
}
