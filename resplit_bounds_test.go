package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// theTeam are four people of two teams who owe 200, 600, 200 and 200 a month.
func theTeam() []string {
	return []string{"company", "east < company x 2", "west < company x 1", "li < east x 1", "wang < east x 3", "chen < west x 1", "zhao < west x 1"}
}

// asPlanned is what theTeam owes through September, and one who brought less or
// more in it: "li 110".
func asPlanned(change ...string) []string {
	var out []string
	for _, unit := range []string{"li 200", "wang 600", "chen 200", "zhao 200"} {
		var name, amount string
		fmt.Sscan(unit, &name, &amount)
		for month := 1; month <= 9; month++ {
			x := amount
			for _, c := range change {
				var who, other string
				if fmt.Sscan(c, &who, &other); who == name && month == 9 {
					x = other
				}
			}
			out = append(out, fmt.Sprintf("%s 2027-%02d %s", name, month, x))
		}
	}
	return out
}

func TestResplit_Bounds(t *testing.T) {
	for _, c := range []struct {
		name    string
		target  string
		bounds  []BoundRule
		actuals []string
		req     ResplitRequest
		want    map[string]string
		fault   string
	}{
		{name: "a cell's most turns away what is given", actuals: asPlanned("li 80"), req: ResplitRequest{Shortfall: ShortfallKeep},
			bounds: []BoundRule{{Unit: "li", Period: "2027-10", Max: null("210")}},
			want:   map[string]string{"li": "210 255 255", "wang": "600 600 600"}},
		{name: "a new lock on a cell is met by the team", actuals: asPlanned(),
			bounds: []BoundRule{{Unit: "li", Period: "2027-11", Lock: null("300")}},
			want:   map[string]string{"li": "200 300 200", "wang": "600 500 600", "east": "800 800 800"}},
		{name: "a most of the year is met by the team", actuals: asPlanned(),
			bounds: []BoundRule{{Unit: "li", Max: null("2100")}},
			want:   map[string]string{"li": "100 100 100", "wang": "700 700 700", "west": "400 400 400"}},
		{name: "a least of a team is met by the other", actuals: asPlanned(),
			bounds: []BoundRule{{Unit: "west", Min: null("5100")}},
			want:   map[string]string{"west": "500 500 500", "chen": "250 250 250", "east": "700 700 700", "li": "175 175 175"}},
		{name: "a least of a period is met by the others", actuals: asPlanned(),
			bounds: []BoundRule{{Period: "2027-12", Min: null("1500")}},
			want:   map[string]string{"company": "1050 1050 1500", "wang": "525 525 750"}},
		{name: "closed periods are not bound", actuals: asPlanned(),
			bounds: []BoundRule{{Unit: "li", Period: "2027-03", Lock: null("7")}}, want: map[string]string{"company": "1200 1200 1200"}},
		{name: "who is locked carries what was missed, whatever the policy", actuals: asPlanned("li 110"), req: ResplitRequest{Shortfall: ShortfallSpread},
			bounds: []BoundRule{{Unit: "li", Lock: null("2400")}}, want: map[string]string{"li": "230 230 230", "east": "820 820 820", "west": "410 410 410"}},
		{name: "what is closed can break a bound", actuals: asPlanned(),
			bounds: []BoundRule{{Unit: "wang", Max: null("5000")}}, fault: "/goals/0/split/bounds/0: infeasible, bound 400 less would have to be owed in what is still open"},
		{name: "nobody has room", actuals: asPlanned(), target: "15000",
			bounds: []BoundRule{{Unit: "li", Period: "2027-Q4", Max: null("600")}, {Unit: "wang", Period: "2027-Q4", Max: null("1800")}, {Unit: "west", Period: "2027-Q4", Max: null("1200")}},
			fault:  "infeasible"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := yearPlan("14400", theTeam()...)
			p.Goals[0].Split.Grains = append([]calendar.Grain{"quarter"}, p.Goals[0].Split.Grains...)
			req := c.req
			req.Issued, req.AsOf, req.Actuals = issue(t, p), day("2027-09-30"), happened(t, p, c.actuals...)
			req.Plan = p.Clone()
			req.Plan.Goals[0].Split.Bounds = c.bounds
			if c.target != "" {
				req.Plan.Goals[0].Target = decimal.RequireFromString(c.target)
			}
			got, err := Resplit(context.Background(), req)
			if c.fault != "" {
				require.ErrorContains(t, err, c.fault)
				return
			}
			require.NoError(t, err)
			for unit, want := range c.want {
				require.Equal(t, want, monthsOf(t, got, unit, 10), unit)
			}
			req.Issued = got
			again, err := Resplit(context.Background(), req)
			require.NoError(t, err)
			require.Empty(t, slices.Collect(again.Changes()))
		})
	}
}

// Random bounds hold for what is settled, or their fault is told.
func TestResplit_RandomBounds(t *testing.T) {
	held, refused := 0, 0
	for i := range 150 {
		r := rand.New(rand.NewPCG(uint64(i), 3))
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			p := yearPlan("14400", theTeam()...)
			p.Goals[0].Split.Grains = append([]calendar.Grain{"quarter"}, p.Goals[0].Split.Grains...)
			req := ResplitRequest{Issued: issue(t, p), AsOf: day("2027-09-30"), Plan: p.Clone(),
				Shortfall: chosen(r, shortfalls()...), Surplus: chosen(r, surpluses()...)}
			req.Actuals = happened(t, p, asPlanned(fmt.Sprint("li ", r.IntN(400)), fmt.Sprint("chen ", r.IntN(400)), fmt.Sprint("wang ", 400+r.IntN(400)))...)
			split := req.Plan.Goals[0].Split
			for range 1 + r.IntN(4) {
				b := BoundRule{Unit: chosen(r, "", "li", "wang", "chen", "east", "west"), Period: chosen(r, "", "2027-10", "2027-11", "2027-Q4")}
				switch n := int64(r.IntN(900)); r.IntN(3) {
				case 0:
					b.Min = decimal.NewNullDecimal(decimal.NewFromInt(n))
				case 1:
					b.Max = decimal.NewNullDecimal(decimal.NewFromInt(n + 300))
				default:
					b.Lock = decimal.NewNullDecimal(decimal.NewFromInt(n))
				}
				if b.Period == "" && b.Unit != "" { // near what the year has
					year, _ := req.Issued.Amount("goal", At{Units: []string{b.Unit}})
					b.Min, b.Max, b.Lock = decimal.NewNullDecimal(year.Sub(decimal.NewFromInt(int64(r.IntN(300)-150)))), decimal.NullDecimal{}, decimal.NullDecimal{}
				}
				split.Bounds = append(split.Bounds, b)
			}
			got, err := Resplit(context.Background(), req)
			if err != nil {
				for _, f := range diag.All(err) {
					require.Contains(t, []diag.Code{diag.Infeasible, diag.Conflict}, f.Code)
				}
				refused++
				return
			}
			held++
			b, _ := got.Goal("goal")
			for _, rule := range split.Bounds {
				at := At{}
				if rule.Unit != "" {
					at.Units = []string{rule.Unit}
				}
				if rule.Period != "" {
					at.Period, _ = calendar.Fiscal{}.Parse(rule.Period)
				}
				amount := effective(t, b, at)
				require.False(t, rule.Min.Valid && amount.LessThan(rule.Min.Decimal), "%+v %s", rule, amount)
				require.False(t, rule.Max.Valid && amount.GreaterThan(rule.Max.Decimal), "%+v %s", rule, amount)
				require.False(t, rule.Lock.Valid && !amount.Equal(rule.Lock.Decimal), "%+v %s", rule, amount)
			}
			requireLines(t, b)
		})
	}
	require.Greater(t, held, 30)
	require.Greater(t, refused, 15)
}

// effective is what a place is bound by: open cells, and of closed ones what they
// were to bring less what was handed out.
func effective(t *testing.T, b *Breakdown, at At) decimal.Decimal {
	t.Helper()
	places, s, err := b.locate(at)
	require.NoError(t, err)
	total := b.sumAll(places, s)
	for _, nodes := range places {
		b.eachRow(nodes, func(r int) {
			for p := s.first; p < min(s.end, b.change.closed); p++ {
				total -= b.change.handedAt(r, p)
			}
		})
	}
	return b.decimal(total)
}

// Goals below are brought up first, and stand in those that they serve.
func TestResplit_Children(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	child := Goal{ID: "west", Metric: "revenue", Period: "2027", Target: decimal.NewFromInt(4800), Owner: "west", Parent: "goal", Split: p.Goals[0].Split.clone()}
	p.Goals = append(p.Goals, child)
	req := ResplitRequest{Issued: issue(t, p), AsOf: day("2027-09-30"), Actuals: happened(t, p, asPlanned("chen 80", "li 170")...), Plan: p.Clone()}

	req.Shortfall = ShortfallSpread // the child's stays in the child, the others' with the others
	got, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	require.Equal(t, "220 220 220", monthsOf(t, got, "chen", 10))
	require.Equal(t, "220 220 220", monthsOf(t, got, "zhao", 10))
	require.Equal(t, "810 810 810", monthsOf(t, got, "east", 10))
	requireSame(t, got, "west", "goal", "west")

	req.Shortfall = ShortfallKeep // a child that is raised takes from the others
	req.Plan.Goals[1].Target = decimal.NewFromInt(4800 + 300)
	got, err = Resplit(context.Background(), req)
	require.NoError(t, err)
	requireSame(t, got, "west", "goal", "west")
	require.Equal(t, "540 540 540", monthsOf(t, got, "west", 10))
	require.Equal(t, "710 710 710", monthsOf(t, got, "east", 10))
	req.Issued = got
	again, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	require.Empty(t, slices.Collect(again.Changes()))

	req.Plan.Goals[0].Target = decimal.NewFromInt(14400 + 300) // unless the goal is raised too
	got, err = Resplit(context.Background(), req)
	require.NoError(t, err)
	require.Equal(t, "810 810 810", monthsOf(t, got, "east", 10))

	p.Goals[1].Split = nil // one that is a single cell binds the sum
	req = ResplitRequest{Issued: issue(t, p), AsOf: day("2027-09-30"), Actuals: happened(t, p, asPlanned("chen 20")...), Plan: p.Clone(), Shortfall: ShortfallSpread}
	got, err = Resplit(context.Background(), req)
	require.NoError(t, err)
	b, _ := got.Goal("goal")
	require.Equal(t, "4800", effective(t, b, At{Units: []string{"west"}}).String())
	require.Equal(t, "460 460 460", monthsOf(t, got, "west", 10))
}

// requireSame checks that a unit owes the same in two goals.
func requireSame(t *testing.T, x *Targets, child, parent, unit string) {
	t.Helper()
	a, err := x.Goal(child)
	require.NoError(t, err)
	b, err := x.Goal(parent)
	require.NoError(t, err)
	rows, err := a.Rows(Query{})
	require.NoError(t, err)
	for r := range rows {
		amount, err := b.Amount(At{Units: r.Units, Period: r.Period})
		require.NoError(t, err)
		require.True(t, amount.Equal(r.Amount), r)
	}
}

// Rates are brought up by their numerators; stocks are only kept.
func TestResplit_Kinds(t *testing.T) {
	p := yearPlan("14400", theTeam()...)
	p.Metrics = append(p.Metrics, Metric{ID: "market", Step: decimal.New(1, 0)}, Metric{ID: "share", Step: decimal.New(1, -4), Kind: KindRate, Numerator: "revenue", Denominator: "market", Share: true})
	p.Externals = []External{{Series: "size", On: day("2027-01-01"), Amount: decimal.NewFromInt(144_000)}}
	p.Metrics[2].Denominator = "size"
	p.Goals = append(p.Goals, Goal{ID: "rate", Metric: "share", Period: "2027", Target: decimal.New(1, -1), Owner: "company", Split: p.Goals[0].Split.clone()})
	req := ResplitRequest{Issued: issue(t, p), AsOf: day("2027-09-30"), Actuals: happened(t, p, asPlanned("li 110")...), Plan: p.Clone()}
	got, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	rate, err := got.Rate("rate")
	require.NoError(t, err)
	oct, err := rate.Numerator().Amount(At{Units: []string{"li"}, Period: calendar.Month(2027, 10)})
	require.NoError(t, err)
	require.Equal(t, "230", oct.String())
	require.Len(t, slices.Collect(got.Changes()), 6)
	requireRead(t, got)
}
