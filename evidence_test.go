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

func TestProrated_Ties(t *testing.T) {
	july, august := calendar.Month(2027, 7), calendar.Month(2027, 8)
	for _, c := range []struct {
		amount string
		second calendar.Period
		want   string
	}{
		{"1", august, "1 0"}, // a running total of 0.5 goes up
		{"-3", august, "-2 -1"},
		{"0.6", calendar.Span(august.First, august.First.AddDays(2)), "0.6 0"}, // 0.547 goes up, but not above the whole
	} {
		parts := prorated(dec(c.amount), dec("1"), []calendar.Period{july, c.second})
		assert.Equal(t, c.want, parts[0].String()+" "+parts[1].String())
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
	assert.False(t, ok || none.Knows("x", calendar.Period{}))
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
