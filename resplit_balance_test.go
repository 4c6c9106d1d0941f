package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// onePerson is 100 a month for one person.
func onePerson() *Plan { return yearPlan("1200", "company", "li < company x 1") }

// What one month missed and the next brought is no difference, by any policy,
// whether it is looked at at once or month after month.
func TestResplit_NetsMonths(t *testing.T) {
	p := onePerson()
	for _, c := range []struct {
		name              string
		january, february string
		req               ResplitRequest
		issued, settled   string // the lines of both at once
		want              string // and li's March to December together
		first             string // after January alone, February with them
		then, thenSettled string // and the lines after February in turn
		thenWant          string
	}{
		{name: "made good", january: "0", february: "200", want: "1000", first: "1200", then: "carried 9", thenWant: "1000"},
		{name: "made good, offset", january: "0", february: "200", req: ResplitRequest{Surplus: SurplusOffset}, want: "1000",
			first: "1200", then: "carried 9", thenWant: "1000"},
		{name: "made good, forgiven", january: "0", february: "200", req: ResplitRequest{Shortfall: ShortfallForgive}, want: "1000", first: "1100", thenWant: "1000"},
		{name: "used up", january: "200", february: "0", want: "1000", first: "1100", thenWant: "1000"},
		{name: "used up, offset", january: "200", february: "0", req: ResplitRequest{Surplus: SurplusOffset}, want: "1000",
			first: "1000", then: "offset -9", thenWant: "1000"},
		{name: "made good in part", january: "0", february: "170", issued: "carried 30", want: "1030", first: "1200", then: "carried 39", thenWant: "1030"},
		{name: "forgiven in part", january: "0", february: "170", req: ResplitRequest{Shortfall: ShortfallForgive}, settled: "forgiven -30", want: "1000",
			first: "1100", thenSettled: "forgiven -30", thenWant: "1000"},
		{name: "more than made good", january: "0", february: "240", settled: "surplus 40", want: "1000",
			first: "1200", thenSettled: "surplus 31", thenWant: "991"}, // of the 100, 9 were February's
		{name: "more than made good, offset", january: "0", february: "240", req: ResplitRequest{Surplus: SurplusOffset}, issued: "offset -40", want: "960",
			first: "1200", then: "offset -31", thenWant: "960"},
		{name: "more than used up", january: "140", february: "0", issued: "carried 60", want: "1060", first: "1100", then: "carried 60", thenWant: "1060"},
		{name: "more than used up, offset", january: "140", february: "0", req: ResplitRequest{Surplus: SurplusOffset}, issued: "carried 60", want: "1060",
			first: "1060", then: "carried 56", thenWant: "1060"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rest := func(x *Targets, month int) string {
				a, err := x.Amount("goal", At{Units: []string{"li"}, Period: calendar.Span(calendar.On(2027, 1, 1).AddMonths(month-1), calendar.On(2027, 12, 31))})
				require.NoError(t, err)
				return a.String()
			}
			req := c.req
			req.Issued, req.Plan, req.AsOf = issue(t, p), p, day("2027-02-28")
			req.Actuals = happened(t, p, "li 2027-01 "+c.january, "li 2027-02 "+c.february)
			at := resplitTwice(t, req)
			require.Equal(t, c.want, rest(at, 3))
			requireLinesAre(t, at, c.issued, c.settled)

			req.AsOf, req.Actuals = day("2027-01-31"), happened(t, p, "li 2027-01 "+c.january)
			first := resplitTwice(t, req)
			require.Equal(t, c.first, rest(first, 2))
			req.Issued, req.AsOf, req.Actuals = requireRead(t, first), day("2027-02-28"), happened(t, p, "li 2027-01 "+c.january, "li 2027-02 "+c.february)
			after := resplitTwice(t, req)
			require.Equal(t, c.thenWant, rest(after, 3))
			requireLinesAre(t, after, c.then, c.thenSettled)
		})
	}
}

// resplitTwice re-plans, and again, which changes nothing.
func resplitTwice(t *testing.T, req ResplitRequest) *Targets {
	t.Helper()
	got, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	req.Issued = got
	again, err := Resplit(context.Background(), req)
	require.NoError(t, err)
	require.Empty(t, slices.Collect(again.Changes()))
	require.True(t, again.Equal(got))
	return got
}

func requireLinesAre(t *testing.T, x *Targets, issued, settled string) {
	t.Helper()
	b, err := x.Goal("goal")
	require.NoError(t, err)
	require.Equal(t, issued, linesText(b.Lines()))
	require.Equal(t, settled, linesText(b.Settled().Lines()))
	requireLines(t, b)
	requireChain(t, b, At{})
	requireChain(t, b, At{Units: []string{"li"}})
}

// A late deal of January changes what is handed out by as much.
func TestResplit_LateDealChangesTheNet(t *testing.T) {
	p := onePerson()
	req := ResplitRequest{Issued: issue(t, p), Plan: p, AsOf: day("2027-02-28"), Surplus: SurplusOffset}
	for _, c := range []struct{ january, february, issued string }{
		{"0", "150", "carried 50"}, {"30", "150", "carried 20"}, {"50", "150", ""}, {"90", "150", "offset -40"}, {"0", "90", "carried 110"},
	} {
		req.Actuals = happened(t, p, "li 2027-01 "+c.january, "li 2027-02 "+c.february)
		req.Issued = resplitTwice(t, req)
		requireLinesAre(t, req.Issued, c.issued, "")
	}
}

// Actuals that are told by month, of targets by day, change nothing where months
// are met, and hand out what they miss.
func TestResplit_MonthsOfDays(t *testing.T) {
	for _, shortfall := range shortfalls() {
		for _, surplus := range surpluses() {
			p := yearPlan("120000", "company", "li < company x 1", "wang < company x 2")
			p.Goals[0].Split.Grains = []calendar.Grain{calendar.GrainMonth, calendar.GrainDay}
			issued := issue(t, p)
			b, _ := issued.Goal("goal")
			const header = "unit,2027-01,2027-02,2027-03,2027-04,2027-05\n"
			met, short := header, header
			for _, unit := range []string{"li", "wang"} {
				met, short = met+unit, short+unit
				for _, month := range b.Periods(calendar.GrainMonth)[:5] {
					x, err := b.Amount(At{Units: []string{unit}, Period: month})
					require.NoError(t, err)
					met, short = met+","+x.String(), short+","+x.Sub(decimal.NewFromInt(10)).String()
				}
				met, short = met+"\n", short+"\n"
			}
			told := func(table string) *Evidence {
				e, err := Gather(p, nil, ReadHistory(strings.NewReader(table), p, ""))
				require.NoError(t, err)
				return e
			}
			req := ResplitRequest{Issued: issued, Plan: p, AsOf: day("2027-05-31"), Actuals: told(met), Shortfall: shortfall, Surplus: surplus}
			got := resplitTwice(t, req)
			require.Empty(t, slices.Collect(got.Changes()))
			requireLinesAre(t, got, "", "")
			req.Issued, req.Actuals = got, told(short)
			if got = resplitTwice(t, req); shortfall == ShortfallForgive {
				requireLinesAre(t, got, "", "forgiven -100")
			} else {
				requireLinesAre(t, got, "carried 100", "")
			}
		}
	}
}

// What somebody sold of one product makes up for another; parts of a step add up.
func TestResplit_NetsProducts(t *testing.T) {
	p := yearPlan("4800", "company", "li < company x 1", "wang < company x 1")
	p.Axes[0].Of = FieldOwner
	p.Axes = append(p.Axes, Axis{ID: "product", Of: FieldProduct, Units: unitList("cloud x 1", "edge x 1")})
	p.Goals[0].Split.Axes = append(p.Goals[0].Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisWeights}})
	sold := func(cloud, edge string) *Evidence {
		var list []Actual
		for _, unit := range []string{"li", "wang"} {
			for product, amount := range map[string]string{"cloud": cloud, "edge": edge} {
				if unit == "wang" {
					amount = "100"
				}
				list = append(list, Actual{Unit: unit, Product: product, Metric: "revenue", On: calendar.On(2027, 1, 5), Amount: decimal.RequireFromString(amount)})
			}
		}
		e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
			for _, a := range list {
				if !yield(a, nil) {
					return
				}
			}
		})
		require.NoError(t, err)
		return e
	}
	req := ResplitRequest{Issued: issue(t, p), Plan: p, AsOf: day("2027-01-31"), Surplus: SurplusOffset}
	for _, c := range []struct{ cloud, edge, cloudLeft, edgeLeft, issued, settled string }{
		{"150", "50", "1100", "1100", "", ""},
		{"150", "28", "1111", "1111", "carried 22", ""},
		{"178", "50", "1086", "1086", "offset -28", ""},
		{"150.5", "50.5", "1100", "1099", "offset -1", ""}, // each half a step more
		{"99.5", "99.5", "1101", "1100", "carried 1", ""},
	} {
		req.Actuals = sold(c.cloud, c.edge)
		got := resplitTwice(t, req)
		requireLinesAre(t, got, c.issued, c.settled)
		sum := decimal.Decimal{}
		for product, want := range map[string]string{"cloud": c.cloudLeft, "edge": c.edgeLeft} {
			x, err := got.Amount("goal", At{Units: []string{"li", product}, Period: calendar.Span(calendar.On(2027, 2, 1), calendar.On(2027, 12, 31))})
			require.NoError(t, err)
			sum = sum.Add(x)
			require.True(t, x.Sub(decimal.RequireFromString(want)).Abs().LessThanOrEqual(decimal.NewFromInt(1)), "%s: %s, not %s", product, x, want)
		}
		require.Equal(t, decimal.RequireFromString(c.cloudLeft).Add(decimal.RequireFromString(c.edgeLeft)).String(), sum.String())
	}
}

// Who changes teams is one person: what they missed in one team they carry in the
// other, or have made good there.
func TestResplit_NetsTeams(t *testing.T) {
	p := yearPlan("2400", "company", "east < company x 1", "west < company x 1", "li < east x 1", "wang < east x 1", "zhao < west x 1", "qian < west x 1")
	moved := p.Clone()
	moved.Axes[0].Units[3].Transfers = []UnitTransfer{{On: day("2027-04-01"), To: "west"}}
	if err := moved.Validate(); err != nil {
		t.Fatal(err)
	}
	issued := issue(t, moved)
	b, _ := issued.Goal("goal")
	target := func(x *Breakdown, unit string, m int) decimal.Decimal {
		a, err := x.Amount(At{Units: []string{unit}, Period: x.Periods(calendar.GrainMonth)[m-1]})
		require.NoError(t, err)
		return a
	}
	lines := func(b *Breakdown, march, april int64) []string {
		var out []string
		for _, unit := range []string{"li", "wang", "zhao", "qian"} {
			for m := 1; m <= 4; m++ {
				x := target(b, unit, m)
				if unit == "li" && m == 3 {
					x = x.Add(decimal.NewFromInt(march))
				} else if unit == "li" && m == 4 {
					x = x.Add(decimal.NewFromInt(april))
				}
				out = append(out, fmt.Sprintf("%s 2027-%02d %s", unit, m, x))
			}
		}
		return out
	}
	req := ResplitRequest{Issued: issued, Plan: moved, AsOf: day("2027-04-30"), Actuals: happened(t, moved, lines(b, -20, 20)...)}
	got := resplitTwice(t, req)
	require.Empty(t, slices.Collect(got.Changes()))
	requireLinesAre(t, got, "", "")
	req.Actuals = happened(t, moved, lines(b, -20, 4)...)
	got = resplitTwice(t, req)
	requireLinesAre(t, got, "carried 16", "")
	for x := range got.Changes() {
		require.Equal(t, []string{"li"}, x.Units)
		require.Equal(t, []string{"west"}, x.Parents)
	}
}

// By any policy, and whatever happens, the rest of the year changes by what each
// person is short to date: a slow count of it.
func TestResplit_NetReference(t *testing.T) {
	for i := range 40 {
		r := rand.New(rand.NewPCG(uint64(i), 23))
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			p := yearPlan(strconv.Itoa(12000+12*r.IntN(50000)), "company", "east < company x 1", "west < company x 2", "li < east x 1", "wang < east x 3", "zhao < west x 1")
			req := ResplitRequest{Issued: issue(t, p), Plan: p, Shortfall: chosen(r, shortfalls()...), Surplus: chosen(r, surpluses()...)}
			b, _ := req.Issued.Goal("goal")
			months := b.Periods(calendar.GrainMonth)
			closed := 1 + r.IntN(6)
			var lines []string
			var carried, offset, forgiven, kept int64
			for _, unit := range []string{"li", "wang", "zhao"} {
				var short int64
				for m, month := range months[:closed] {
					x, err := b.Amount(At{Units: []string{unit}, Period: month})
					require.NoError(t, err)
					by := r.Int64N(x.IntPart()) - x.IntPart()/2
					short += by
					lines = append(lines, fmt.Sprintf("%s 2027-%02d %d", unit, m+1, x.IntPart()-by))
				}
				switch {
				case short > 0 && req.Shortfall == ShortfallForgive:
					forgiven += short
				case short > 0:
					carried += short
				case req.Surplus == SurplusOffset:
					offset -= short
				default:
					kept -= short
				}
			}
			req.AsOf, req.Actuals = months[closed-1].Last, happened(t, p, lines...)
			got := resplitTwice(t, req)
			b, _ = got.Goal("goal")
			want := func(kinds ...any) map[LineKind]int64 {
				out := map[LineKind]int64{}
				for k := 0; k < len(kinds); k += 2 {
					if n := kinds[k+1].(int64); n != 0 {
						out[kinds[k].(LineKind)] = n
					}
				}
				return out
			}
			is := func(lines []Line) map[LineKind]int64 {
				out := map[LineKind]int64{}
				for _, l := range lines {
					out[l.Kind] = l.Amount.IntPart()
				}
				return out
			}
			require.Equal(t, want(LineCarried, carried, LineOffset, -offset), is(b.Lines()))
			require.Equal(t, want(LineForgiven, -forgiven, LineSurplus, kept), is(b.Settled().Lines()))
			requireLines(t, b)
		})
	}
}
