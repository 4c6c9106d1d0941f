package salesplan

import (
	"fmt"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// testPlan has two axes that deals name, and metrics of all kinds.
func testPlan() *Plan {
	m := testMapping()
	return &Plan{
		Version: Version, Currency: "EUR", Inputs: Inputs{Deals: &m},
		Rates: []Rate{{Currency: "USD", From: calendar.On(2027, 3, 1), Rate: dec("0.9")}, {Currency: "usd", From: calendar.On(2027, 6, 1), Rate: dec("0.8")}},
		Metrics: []Metric{
			{ID: "revenue", Measure: "EUR", Step: dec("0.01"), Counts: CountsWonAmount},
			{ID: "deals", Step: dec("1"), Counts: CountsWonDeals},
			{ID: "customers", Step: dec("1"), Counts: CountsWonCustomers},
			{ID: "visits", Step: dec("1")},
		},
		Axes: []Axis{
			{ID: "org", Units: []Unit{
				{ID: "all"}, {ID: "ann", Name: "Ann Lee", Parent: "all", Aka: []string{"A. Lee"}, IDs: map[string]string{"salesforce": "005A"}}, {ID: "ben", Parent: "all"},
			}},
			{ID: "product", Of: FieldProduct, Units: []Unit{{ID: "pump"}, {ID: "valve"}}},
		},
	}
}

// gatherRows gathers a table below testHeader.
func gatherRows(t *testing.T, p *Plan, rows ...string) *Evidence {
	t.Helper()
	e, err := Gather(p, ReadDeals(strings.NewReader(testHeader+strings.Join(rows, "\n")), testMapping()), nil)
	require.NoError(t, err)
	checkTally(t, e)
	checkTexts(t, e)
	return e
}

// checkTally checks that every deal is somewhere.
func checkTally(t *testing.T, e *Evidence) {
	t.Helper()
	n := e.Tally()
	assert.Equal(t, n.Deals, n.Won+n.Lost+n.Open+n.UnknownStage+n.Replaced)
	booked := e.Booked("deals", nil, calendar.Period{})
	assert.Equal(t, itoa(n.Won-n.Undated), booked.String(), "won deals are booked, or have no day")
}

// checkTexts checks that every finding can be said, and has a key of its own.
func checkTexts(t *testing.T, e *Evidence) {
	t.Helper()
	requireChineseFindings(t, e.Findings())
	keys := map[string]bool{}
	for _, f := range e.Findings() {
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			text := Catalogue().Text(f, lang)
			assert.NotContains(t, text, "{", f.Code)
			assert.NotContains(t, text, string(f.Code)+" ", f.Code)
		}
		assert.False(t, keys[f.Key()], f.Key())
		keys[f.Key()] = true
	}
}

// bookings writes bookings as lines.
func bookings(e *Evidence, metric string) []string {
	var out []string
	for b := range e.Bookings(metric) {
		out = append(out, b.On.String()+" "+strings.Join(b.Units, "/")+" "+b.Amount.String())
	}
	return out
}

func codesOf(e *Evidence) []string {
	var out []string
	for _, f := range e.Findings() {
		out = append(out, string(f.Severity)+" "+f.Key())
	}
	return out
}

func TestGather_Names(t *testing.T) {
	e := gatherRows(t, testPlan(),
		"1,ann,X,pump,Won,100,,2027-03-02", "2,ANN LEE ,X,Pump,Won,10,,2027-03-02", "3,a. lee,X,PUMP,Won,1,,2027-03-02",
		"4,005a,X,valve,Won,1000,,2027-03-02", "5,all,Y,pump,Won,5,,2027-03-01")
	assert.Equal(t, []string{"2027-03-01 all/pump 5", "2027-03-02 ann/pump 111", "2027-03-02 ann/valve 1000"}, bookings(e, "revenue"))
	assert.Equal(t, []string{"2027-03-01 all/pump 1", "2027-03-02 ann/pump 1"}, bookings(e, "customers"))
	assert.Empty(t, e.Findings())
	assert.True(t, e.Knows("ann", calendar.Period{}) && e.Knows("all", calendar.Period{}) && !e.Knows("ben", calendar.Period{}))
	assert.Equal(t, "1116", e.Booked("revenue", []string{"all"}, calendar.Period{}).String())
	assert.Equal(t, "111", e.Booked("revenue", []string{"ann", "pump"}, calendar.Month(2027, 3)).String())
	assert.Equal(t, "0", e.Booked("revenue", []string{"ann", "pump", "x"}, calendar.Period{}).String())
	assert.Equal(t, []string{"org", "product"}, e.Axes())
}

func TestGather_Unassigned(t *testing.T) {
	p := testPlan()
	p.Metrics = p.Metrics[:1]
	e, err := Gather(p, ReadDeals(strings.NewReader(testHeader+strings.Join([]string{
		"1,ann,X,pump,Won,9900,,2027-03-02", "2,Anne,X,pump,Won,40,,2027-03-02", "3,anne,X,pump,Won,20,,2027-03-03", "4,Zoe,X,pump,Won,41,,2027-03-02",
		"5,,X,pump,Won,1,,2027-03-02", "6,anne,X,pump,Lost,9,,2027-03-02",
	}, "\n")), testMapping()), nil)
	require.NoError(t, err)
	checkTexts(t, e)
	assert.Equal(t, []string{
		"warning unknown-owner owner Anne", "warning unknown-owner owner Zoe", "error unassigned axis org", "warning missing-owner rows won",
	}, codesOf(e))
	anne := e.Findings()[0]
	assert.Equal(t, "3", argOf(t, anne, "count"))
	assert.Equal(t, "60", argOf(t, anne, "amount"))
	assert.Equal(t, "3, 4, 7", argOf(t, anne, "rows"))
	assert.Equal(t, "ann", argOf(t, anne, "near"))
	assert.Equal(t, []string{"2027-03-02 /pump 82", "2027-03-02 ann/pump 9900", "2027-03-03 /pump 20"}, bookings(e, "revenue"))
	assert.Equal(t, "10002", e.Booked("revenue", nil, calendar.Period{}).String(), "what is unassigned stays in the total")
	assert.Equal(t, "9900", e.Booked("revenue", []string{"all"}, calendar.Period{}).String(), "and in no unit")
}

// Where several metrics lose, a finding tells of money; one for each axis.
func TestGather_SeveralMetrics(t *testing.T) {
	var rows []string
	for i := range 100 {
		owner := "ann"
		if i%25 == 0 {
			owner = fmt.Sprint("stranger ", i) // 4 of 100 deals, each at 1 %, and 0.4 % of the amount
		}
		rows = append(rows, fmt.Sprintf("%d,%s,X,pump,Won,%d,,2027-03-02", i, owner, 100-99*max(0, 1-i%25)))
	}
	e := gatherRows(t, testPlan(), rows...)
	found := findingsOf(e, "unassigned")
	require.Len(t, found, 1)
	assert.Equal(t, "deals", argOf(t, found[0], "metric"))
	assert.Equal(t, "0.04", argOf(t, found[0], "share"))
	assert.Equal(t, "revenue", argOf(t, findingsOf(e, "unknown-owner")[1], "metric"))
}

// The tolerance is a share of what is booked: at it, a warning; above, an
// error.
func TestGather_Tolerance(t *testing.T) {
	p := testPlan()
	p.Metrics = p.Metrics[:1]
	for amount, want := range map[string]diag.Severity{"1": diag.Warning, "1.02": diag.Error} {
		e, err := Gather(p, ReadDeals(strings.NewReader(testHeader+"1,ann,X,pump,Won,99,,2027-03-02\n2,Zoe,X,pump,Won,"+amount+",,2027-03-02"), testMapping()), nil)
		require.NoError(t, err)
		assert.Equal(t, want, diag.Worst(e.Findings()), amount)
	}
	p.Tolerance = decimal.NewNullDecimal(dec("0.5"))
	e, _ := Gather(p, ReadDeals(strings.NewReader(testHeader+"1,ann,X,pump,Won,99,,2027-03-02\n2,Zoe,X,pump,Won,90,,2027-03-02"), testMapping()), nil)
	assert.Equal(t, diag.Warning, diag.Worst(e.Findings()))
}

func TestGather_AmbiguousName(t *testing.T) {
	p := testPlan()
	p.Axes[0].Units = append(p.Axes[0].Units, Unit{ID: "ann-2", Parent: "all", Name: "Ann Lee"})
	e := gatherRows(t, p, "1,Ann Lee,X,pump,Won,9,,2027-03-02", "2,ann,X,pump,Won,1,,2027-03-02")
	assert.Equal(t, []string{"error ambiguous-name owner Ann Lee"}, codesOf(e))
	assert.Equal(t, []string{"2027-03-02 /pump 9", "2027-03-02 ann/pump 1"}, bookings(e, "revenue"))
}

func TestGather_Stages(t *testing.T) {
	e := gatherRows(t, testPlan(),
		"1,ann,X,pump,Won,9,,2027-03-02", "2,ann,X,pump,Wonn,7,,2027-03-02", "3,ann,X,pump,wonn ,1,,2027-03-02", "4,ann,X,pump,,1,,2027-03-02", "5,ann,X,pump,Won,3,,")
	assert.Equal(t, Tally{Deals: 5, Won: 2, UnknownStage: 3, Undated: 1}, e.Tally())
	assert.Equal(t, []string{"error unknown-stage stage Wonn", "error unknown-stage stage wonn", "error unknown-stage stage ", "error missing-close-date rows won"}, codesOf(e))
	assert.Equal(t, "Won", argOf(t, e.Findings()[0], "near"))
	assert.Equal(t, []string{"2027-03-02 ann/pump 9"}, bookings(e, "revenue"))
}

func TestGather_Missing(t *testing.T) {
	e := gatherRows(t, testPlan(), "1,ann,X,,Won,9,,2027-03-02", "2,ann,,pump,Won,,,2027-03-02", "3,ann,,pump,Offer,,,", "4,ann,Y,pump,Lost,0,,")
	assert.Equal(t, []string{
		"error missing-product rows won", "info missing-customer rows open", "error missing-customer rows won",
		"info missing-close-date rows open", "info missing-close-date rows lost", "info missing-amount rows open", "error missing-amount rows won",
	}, codesOf(e))
	assert.Equal(t, []string{"2027-03-02 ann/ 9"}, bookings(e, "revenue"))
	assert.Equal(t, []string{"2027-03-02 ann/ 1", "2027-03-02 ann/pump 1"}, bookings(e, "deals"))
	assert.Equal(t, []string{"2027-03-02 ann/ 1"}, bookings(e, "customers"))
}

// A column that the table doesn't have is not an error in every row.
func TestGather_NoSuchColumn(t *testing.T) {
	p := testPlan()
	p.Metrics = p.Metrics[:2]
	e := gatherRows(t, p, "1,ann,,,Won,9,,2027-03-02", "2,ann,,,Won,9,,2027-03-02")
	assert.Equal(t, []string{"warning missing-product rows won"}, codesOf(e))
	e = gatherRows(t, p, "1,ann,,,Won,9,,2027-03-02", "2,ann,X,,Won,9,,2027-03-02")
	assert.Equal(t, []string{"warning missing-product rows won", "info missing-customer rows won"}, codesOf(e))
}

func TestGather_Corrections(t *testing.T) {
	e := gatherRows(t, testPlan(),
		"1,ann,X,pump,Won,9,,2027-03-02", "2,ben,Y,pump,Won,5,,2027-03-02", "2,ben,Y,pump,Won,5.00,,2027-03-02", "1,ben,X,valve,Won,7,,2027-04-01",
		"3,ann,Z,pump,Offer,1,,2027-05-01", "3,ann,Z,pump,Won,2,,2027-04-02", "1R,ben,X,valve,Won,-7,,2027-04-01", ",ann,Z,pump,Won,1,,2027-04-02", ",ann,Z,pump,Won,1,,2027-04-02")
	assert.Equal(t, []string{"2027-03-02 ben/pump 5", "2027-04-01 ben/valve 0", "2027-04-02 ann/pump 4"}, bookings(e, "revenue"))
	assert.Equal(t, 3, e.Tally().Replaced)
	assert.Equal(t, []string{"warning duplicate-deal deal ", "error corrected-deal deal "}, codesOf(e))
	assert.Equal(t, "4", argOf(t, e.Findings()[0], "rows"))
	assert.Equal(t, "5, 7", argOf(t, e.Findings()[1], "rows"))
	assert.Equal(t, "9", argOf(t, e.Findings()[1], "amount"))
	for range e.Pipeline() {
		t.Error("the open deal was won since")
	}
}

func TestGather_Currencies(t *testing.T) {
	e := gatherRows(t, testPlan(),
		"1,ann,X,pump,Won,10,usd,2027-03-01", "2,ann,X,pump,Won,10,USD,2027-06-01", "3,ann,X,pump,Won,10, eur,2027-06-02", "4,ann,X,pump,Won,10,USD,2027-02-28",
		"5,ann,X,pump,Won,20,CHF,2027-07-01", "6,ann,X,pump,Won,30,CHF,2027-05-01")
	assert.Equal(t, []string{"2027-03-01 ann/pump 9", "2027-06-01 ann/pump 8", "2027-06-02 ann/pump 10"}, bookings(e, "revenue"))
	assert.Equal(t, []string{"error missing-rate currency CHF", "error missing-rate currency USD"}, codesOf(e))
	f := e.Findings()[0]
	assert.Equal(t, "50", argOf(t, f, "amount"))
	assert.Equal(t, "2", argOf(t, f, "count"))
	assert.Equal(t, "2027-05-01", f.Advice[0].Until)
	assert.Equal(t, "6", e.Booked("deals", nil, calendar.Period{}).String(), "a number of deals needs no rate")
}

// Without any currency in the plan, one in the data is everybody's, two are
// not added.
func TestGather_NoCurrency(t *testing.T) {
	p := testPlan()
	p.Currency, p.Rates, p.Metrics[0].Measure = "", nil, ""
	assert.Equal(t, []string{"2027-03-01 ann/pump 11"}, bookings(gatherRows(t, p, "1,ann,X,pump,Won,10,USD,2027-03-01", "2,ann,X,pump,Won,1,,2027-03-01"), "revenue"))
	assert.Empty(t, bookings(gatherRows(t, p, "1,ann,X,pump,Won,10,USD,2027-03-01", "2,ann,X,pump,Won,1,CHF,2027-03-01"), "revenue"))
}

func TestGather_Customers(t *testing.T) {
	e := gatherRows(t, testPlan(),
		"7,ann,Acme,pump,Won,1,,2027-04-01", "9,ben,ACME ,pump,Won,1,,2027-03-01", "8,ann,acme,valve,Won,1,,2027-03-01", "1,ann,Acme,pump,Won,1,,", "2,ann,Acme,pump,Lost,1,,2027-01-01")
	assert.Equal(t, []string{"2027-03-01 ann/valve 1"}, bookings(e, "customers"), "on one day, the lowest ID")

	p := testPlan()
	p.Axes = append(p.Axes, Axis{ID: "customer", Of: FieldCustomer, Units: []Unit{{ID: "acme", Aka: []string{"Acme Inc."}}, {ID: "beta"}}})
	e = gatherRows(t, p, "1,ann,Acme,pump,Won,1,,2027-04-01", "2,ann,Acme Inc.,pump,Won,1,,2027-05-01", "3,ann,Beta,pump,Won,1,,2027-05-01")
	assert.Equal(t, []string{"2027-04-01 ann/pump/acme 1", "2027-05-01 ann/pump/beta 1"}, bookings(e, "customers"), "spellings of a unit are one customer")
}

func TestGather_Covers(t *testing.T) {
	p := testPlan()
	rows := []string{"1,ann,X,pump,Won,1,,2027-04-01", "2,ann,X,pump,Lost,1,,2027-06-09", "3,ann,X,pump,Offer,1,,2027-12-09", "4,ann,X,pump,Won,1,,2027-03-05"}
	covers := func(metric string) string {
		got, ok := gatherRows(t, p, rows...).Covers(metric)
		assert.Equal(t, !got.IsZero(), ok)
		return got.String()
	}
	assert.Equal(t, "2027-03-05/2027-06-09", covers("revenue"), "a lost deal tells of its day too")
	assert.Equal(t, "", covers("visits"))
	assert.Equal(t, "", covers("nothing"))
	p.Inputs.Deals.Covers = "2027-04-01/2027-07-31"
	assert.Equal(t, "2027-04-01/2027-07-31", covers("revenue"))
	assert.Equal(t, []string{"warning outside-covers deal "}, codesOf(gatherRows(t, p, rows...)))
}

func TestGather_RowFaults(t *testing.T) {
	e := gatherRows(t, testPlan(), "1,ann,X,pump,Won,x,,2027-03-02", "2,ann,X,pump,Won,y,,2027-03-32", "3,ann,X,pump,Won,1,,2027-03-02", "4")
	assert.Equal(t, Tally{Deals: 1, Won: 1, BadDeals: 3}, e.Tally())
	assert.Equal(t, []string{
		"error row-fault table deals amount syntax", "error row-fault table deals close out-of-range", "error row-fault table deals ragged",
	}, codesOf(e))
	assert.Equal(t, "2, 3", argOf(t, e.Findings()[0], "rows"))
	faults := diag.All(e.Faults())
	require.Len(t, faults, 4)
	assert.Equal(t, "/deals/rows/2/amount", faults[0].Path)

	e, err := Gather(testPlan(), ReadDeals(strings.NewReader("id,owner\n"), testMapping()), nil)
	require.NoError(t, err)
	assert.Equal(t, diag.Code("unreadable"), e.Findings()[0].Code)
	checkTexts(t, e)
}

func TestGather_BuiltDeals(t *testing.T) {
	huge := Deal{ID: "1", Owner: "ann", Product: "pump", Outcome: OutcomeWon, Closed: calendar.On(2027, 3, 1), Amount: decimal.NewNullDecimal(decimal.New(1, 1<<30))}
	fine := Deal{ID: "2", Owner: "ann", Product: "pump", Customer: "X", Stage: "won", Closed: calendar.On(2027, 3, 1), Amount: decimal.NewNullDecimal(dec("1"))}
	e, err := Gather(testPlan(), func(yield func(Deal, error) bool) { _ = yield(huge, nil) && yield(fine, nil) }, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"2027-03-01 ann/pump 1"}, bookings(e, "revenue"), "the plan's mapping knows the stage")
	assert.Equal(t, Tally{Deals: 1, Won: 1, BadDeals: 1}, e.Tally())
}

func actualsOf(list ...Actual) func(func(Actual, error) bool) {
	return func(yield func(Actual, error) bool) {
		for _, a := range list {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func TestGather_Actuals(t *testing.T) {
	p := testPlan()
	day := calendar.On(2027, 3, 10)
	e, err := Gather(p, nil, actualsOf(
		Actual{ID: "a", Unit: "Ann Lee", Metric: "visits", On: day, Amount: dec("3"), Product: "pump", Row: 2},
		Actual{ID: "a", Unit: "ann", Metric: "Visits", On: day, Amount: dec("4"), Product: "pump", Row: 3},
		Actual{ID: "a", Unit: "ann", Metric: "visits", On: day, Amount: dec("4.0"), Product: "pump", Row: 4},
		Actual{Unit: "ben", Metric: "visits", On: day, Amount: dec("-1"), Product: "pump", Row: 5},
		Actual{Unit: "ben", Metric: "visit", On: day, Amount: dec("1"), Product: "pump", Row: 6},
		Actual{Unit: "ben", On: day, Amount: dec("1"), Product: "pump", Row: 7},
		Actual{Unit: "ben", Metric: "visits", Amount: dec("1"), Product: "pump", Row: 8},
		Actual{Unit: "ben", Metric: "visits", Since: day.AddDays(1), On: day, Amount: dec("1"), Product: "pump", Row: 9},
		Actual{Unit: "ben", Metric: "visits", Since: calendar.On(2000, 1, 1), On: day, Amount: dec("1"), Product: "pump", Row: 10},
		Actual{Unit: "ann", Metric: "revenue", On: day, Amount: dec("10"), Currency: "USD", Product: "pump", Row: 11},
		Actual{Unit: "ann", Metric: "revenue", On: day, Amount: dec("10"), Currency: "CHF", Product: "pump", Row: 12},
	))
	require.NoError(t, err)
	checkTexts(t, e)
	assert.Equal(t, []string{"2027-03-10 ann/pump 4", "2027-03-10 ben/pump -1"}, bookings(e, "visits"))
	assert.Equal(t, []string{"2027-03-10 ann/pump 9"}, bookings(e, "revenue"))
	assert.Equal(t, Tally{Actuals: 7, BadActuals: 4, BookedActuals: 3, ReplacedActuals: 2}, e.Tally())
	assert.Equal(t, []string{
		"error row-fault table actuals metric required", "error row-fault table actuals on required", "error row-fault table actuals since order",
		"error row-fault table actuals since out-of-range", "error missing-rate currency CHF", "error unknown-metric metric visit",
		"warning duplicate-actual actual ", "warning corrected-actual actual ",
	}, codesOf(e))
	covered, _ := e.Covers("visits")
	assert.Equal(t, "2027-03-10", covered.String())
}

func TestGather_TwoSources(t *testing.T) {
	p := testPlan()
	e, err := Gather(p, ReadDeals(strings.NewReader(testHeader+"1,ann,X,pump,Won,1,,2027-03-02\n2,ann,X,pump,Won,1,,2027-04-02"), testMapping()),
		actualsOf(Actual{Unit: "ann", Product: "pump", Metric: "revenue", Since: calendar.On(2027, 4, 1), On: calendar.On(2027, 4, 30), Amount: dec("5")}))
	require.NoError(t, err)
	assert.Equal(t, []string{"warning two-sources metric revenue"}, codesOf(e))
	covered, _ := e.Covers("revenue")
	assert.Equal(t, "2027-03-02/2027-04-30", covered.String())
	checkTexts(t, e)
}

func TestGather_UnusedAndUnread(t *testing.T) {
	p := testPlan()
	p.Metrics = p.Metrics[3:]
	p.Axes[0].Of, p.Axes[1].Of = FieldOwner, ""
	e, err := Gather(p, ReadDeals(strings.NewReader(testHeader+"1,ann,X,pump,Won,1,,2027-03-02"), testMapping()), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"warning uncounted-deals deal ", "warning unread-axis axis product"}, codesOf(e))
	checkTexts(t, e)
}
