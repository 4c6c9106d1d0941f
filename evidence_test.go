package salesplan

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
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
	keys := map[string]bool{}
	for _, f := range e.Findings() {
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			text := crmMessages().Text(f, lang)
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
	assert.True(t, e.Knows("ann") && e.Knows("all") && !e.Knows("ben"))
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
		"warning unknown-owner owner Anne", "warning unknown-owner owner Zoe", "error unassigned axis org", "warning missing-owner deal won",
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
	assert.Equal(t, []string{"error unknown-stage stage Wonn", "error unknown-stage stage wonn", "error unknown-stage stage ", "error missing-close-date deal won"}, codesOf(e))
	assert.Equal(t, "Won", argOf(t, e.Findings()[0], "near"))
	assert.Equal(t, []string{"2027-03-02 ann/pump 9"}, bookings(e, "revenue"))
}

func TestGather_Missing(t *testing.T) {
	e := gatherRows(t, testPlan(), "1,ann,X,,Won,9,,2027-03-02", "2,ann,,pump,Won,,,2027-03-02", "3,ann,,pump,Offer,,,", "4,ann,Y,pump,Lost,0,,")
	assert.Equal(t, []string{
		"error missing-product deal won", "info missing-customer deal open", "error missing-customer deal won",
		"info missing-close-date deal open", "info missing-close-date deal lost", "info missing-amount deal open", "error missing-amount deal won",
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
	assert.Equal(t, []string{"warning missing-product deal won"}, codesOf(e))
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

// What spans months is divided over them by days, in steps, exactly.
func TestProrated(t *testing.T) {
	quarter, err := calendar.Fiscal{}.Split(calendar.Quarter(2027, 1), calendar.GrainMonth) // 31, 28, 31 days
	require.NoError(t, err)
	for _, c := range []struct{ amount, step, want string }{
		{"90", "1", "31 28 31"},
		{"100", "1", "34 32 34"}, // running 34.4, 65.6, 100
		{"-100", "1", "-34 -32 -34"},
		{"1", "1", "0 1 0"},          // 0.34, 0.66, 1
		{"100.5", "1", "35 31 34.5"}, // 34.6, 65.9; the odd half is left to the last
		{"0.4", "1", "0 0 0.4"},
		{"0", "1", "0 0 0"},
		{"100", "0", "34 32 34"},
	} {
		var got []string
		for _, d := range prorated(dec(c.amount), dec(c.step), quarter) {
			got = append(got, d.String())
		}
		assert.Equal(t, c.want, strings.Join(got, " "), "%s by %s", c.amount, c.step)
	}
}

func TestProrated_Exact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		first := calendar.On(2020, 1, 1).AddDays(r.IntN(2000))
		pieces, err := calendar.Fiscal{FirstMonth: 1 + r.IntN(12)}.Split(calendar.Span(first, first.AddDays(r.IntN(900))), calendar.GrainMonth)
		require.NoError(t, err)
		amount, step := decimal.New(r.Int64N(2e12)-1e12, -int32(r.IntN(6))), decimal.New(1+r.Int64N(50), -int32(r.IntN(4)))
		var sum decimal.Decimal
		for i, part := range prorated(amount, step, pieces) {
			sum = sum.Add(part)
			if i < len(pieces)-1 && amount.Sign() != 0 && part.Sign() == -amount.Sign() {
				t.Fatalf("%s is divided into %s", amount, part)
			}
		}
		require.True(t, sum.Equal(amount), "%s by %s gives %s", amount, step, sum)
	}
}

// randomDeals makes deals with distinct IDs, some of them odd.
func randomDeals(r *rand.Rand, n int) []Deal {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	deals := make([]Deal, n)
	for i := range deals {
		day := calendar.On(2027, 1, 1).AddDays(r.IntN(300))
		d := Deal{
			ID: fmt.Sprint("D", i), Owner: pick("ann", "Ann Lee", "ben", "zoe", ""), Customer: pick("A", "B", "C", "c", ""), Product: pick("pump", "valve", "tap"),
			Stage: pick("Won", "Won", "Lost", "Offer", "Dream"), Currency: pick("", "EUR", "USD", "CHF"), Amount: decimal.NewNullDecimal(decimal.New(r.Int64N(1e6)-1e4, -2)),
		}
		d.Outcome = testMapping().Stages[d.Stage]
		d.Amount.Valid = r.IntN(10) > 0
		if d.Closed = day; d.Outcome == OutcomeOpen || r.IntN(20) == 0 {
			d.Closed = calendar.Date{}
		}
		deals[i] = d
	}
	return deals
}

func dealsOf(deals []Deal) func(func(Deal, error) bool) {
	return func(yield func(Deal, error) bool) {
		for _, d := range deals {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// The order of the rows changes no booking, and rows cut in two files none
// either.
func TestGather_Order(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		deals := randomDeals(r, 1+r.IntN(200))
		a, err := Gather(testPlan(), dealsOf(deals), nil)
		require.NoError(t, err)
		checkTally(t, a)
		shuffled := slices.Clone(deals)
		r.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
		b, err := Gather(testPlan(), dealsOf(shuffled), nil)
		require.NoError(t, err)
		for _, metric := range []string{"revenue", "deals", "customers"} {
			require.Equal(t, bookings(a, metric), bookings(b, metric))
		}
		require.Equal(t, a.Tally(), b.Tally())
		require.ElementsMatch(t, codesOf(a), codesOf(b))
	}
}

// Bookings agree with a plain sum over the deals, and are in order.
func TestGather_Sums(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	p := testPlan()
	for range 30 {
		deals := randomDeals(r, 300)
		e, err := Gather(p, dealsOf(deals), nil)
		require.NoError(t, err)
		units := map[string]string{"ann": "ann", "Ann Lee": "ann", "ben": "ben", "pump": "pump", "valve": "valve"}
		want := map[string]decimal.Decimal{}
		for _, d := range deals {
			if d.Outcome != OutcomeWon || d.Closed.IsZero() || !d.Amount.Valid {
				continue
			}
			amount := d.Amount.Decimal
			switch {
			case d.Currency == "CHF", d.Currency == "USD" && d.Closed.Before(calendar.On(2027, 3, 1)):
				continue
			case d.Currency == "USD" && d.Closed.Before(calendar.On(2027, 6, 1)):
				amount = amount.Mul(dec("0.9"))
			case d.Currency == "USD":
				amount = amount.Mul(dec("0.8"))
			}
			key := d.Closed.String() + " " + units[d.Owner] + "/" + units[d.Product]
			want[key] = want[key].Add(amount)
		}
		var keys []string
		for b := range e.Bookings("revenue") {
			key := b.On.String() + " " + strings.Join(b.Units, "/")
			keys = append(keys, key)
			require.True(t, b.Amount.Equal(want[key]), key)
		}
		require.Len(t, keys, len(want))
		require.True(t, slices.IsSorted(keys))
	}
}

func TestGather_Bounded(t *testing.T) {
	deals := make([]Deal, 3*maxStrangers)
	for i := range deals {
		deals[i] = Deal{Owner: fmt.Sprint("stranger ", i), Product: "pump", Stage: fmt.Sprint("stage ", i), Row: i + 2}
	}
	e, err := Gather(testPlan(), dealsOf(deals), nil)
	require.NoError(t, err)
	owners := findingsOf(e, "unknown-owner")
	require.Len(t, owners, maxStrangers+1)
	assert.Equal(t, itoa(2*maxStrangers), argOf(t, owners[maxStrangers], "count"))
	assert.Len(t, findingsOf(e, "unknown-stage"), maxStrangers+1)
}

func TestGather_BadPlan(t *testing.T) {
	_, err := Gather(nil, nil, nil)
	assert.ErrorIs(t, err, diag.Required)
	p := testPlan()
	p.Axes[1].Units[1].Aka = []string{" PUMP"}
	_, err = Gather(p, nil, nil)
	require.ErrorIs(t, err, diag.Ambiguous)
	assert.Equal(t, "/plan/axes/1/units/1/aka/0", diag.All(err)[0].Path)
	e, err := Gather(&Plan{}, nil, nil)
	require.NoError(t, err)
	assert.Empty(t, e.Findings())
}

func TestEvidence_Pipeline(t *testing.T) {
	e := gatherRows(t, testPlan(), "1,Ann Lee,X,pump,Offer,1,,2027-04-01", "2,Zoe,Y,tap,Offer,,USD,", "3,ann,X,pump,Won,1,,2027-04-01")
	var got []string
	for d := range e.Pipeline() {
		got = append(got, d.ID+" "+d.Owner+" "+d.Product+" "+d.Customer+" "+d.ExpectedClose.String())
	}
	assert.Equal(t, []string{"1 ann pump X 2027-04-01", "2 Zoe tap Y "}, got)
}

func TestEvidence_Results(t *testing.T) {
	rows := []string{"1,ann,X,pump,Won,1.50,,2027-04-01", "2,Zoe,Y,pump,Offer,3,,2027-05-01"}
	e := gatherRows(t, testPlan(), rows...)
	assert.True(t, e.Equal(gatherRows(t, testPlan(), rows...)))
	assert.False(t, e.Equal(gatherRows(t, testPlan(), rows[0])))
	assert.False(t, e.Equal(nil))
	text, err := json.Marshal(e)
	require.NoError(t, err)
	for _, part := range []string{
		`{"axes":["org","product"],"counts":{"deals":2,`, `{"metric":"revenue","covers":"2027-04-01","bookings":[{"on":"2027-04-01","units":["ann","pump"],"amount":"1.5"}]}`,
		`{"metric":"visits","bookings":[]}`, `"pipeline":[{"row":3,"id":"2","owner":"Zoe","customer":"Y","product":"pump","stage":"Offer","amount":"3","expectedClose":"2027-05-01"}]`, `"code":"unknown-owner"`,
	} {
		assert.Contains(t, string(text), part)
	}
	for b := range e.Bookings("revenue") {
		b.Units[0] = "spoilt"
	}
	assert.Equal(t, []string{"2027-04-01 ann/pump 1.5"}, bookings(e, "revenue"), "a booking shares no memory")

	var none *Evidence
	_, ok := none.Covers("x")
	assert.False(t, ok || none.Knows("x"))
	assert.Empty(t, none.Axes())
	assert.Empty(t, none.Findings())
	assert.NoError(t, none.Faults())
	assert.Empty(t, bookings(none, "x"))
	assert.True(t, none.Equal(nil))
	assert.Equal(t, Tally{}, none.Tally())
	assert.True(t, none.Booked("x", nil, calendar.Period{}).IsZero())
}

func BenchmarkGather(b *testing.B) {
	const rows = 100_000
	r := rand.New(rand.NewPCG(7, 8))
	p := testPlan()
	for i := range 1000 {
		p.Axes[0].Units = append(p.Axes[0].Units, Unit{ID: fmt.Sprint("rep-", i), Parent: "all"})
	}
	var text strings.Builder
	text.WriteString(testHeader)
	for i := range rows {
		fmt.Fprintf(&text, "OPP-%08d,rep-%d,Customer %d,%s,%s,%d.%02d,,%s\n", i, r.IntN(1000), r.IntN(5000), []string{"pump", "valve"}[r.IntN(2)],
			[]string{"Won", "Lost", "Offer"}[r.IntN(3)], r.IntN(100000), r.IntN(100), calendar.On(2026, 1, 1).AddDays(r.IntN(365)))
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		e, err := Gather(p, ReadDeals(strings.NewReader(text.String()), testMapping()), nil)
		if err != nil || e.Tally().Deals != rows {
			b.Fatal(err, e.Tally())
		}
	}
}
