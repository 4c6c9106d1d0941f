package salesplan

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// evidenced gives a request evidence of open deals, and of actuals ("+ …").
func evidenced(t testing.TB, req *CascadeRequest, counts Counts, lines ...string) {
	t.Helper()
	req.Metric.Counts = counts
	req.Metric.Measure = "CNY"
	p := &Plan{Version: Version, Metrics: []Metric{req.Metric}, Axes: req.Axes, Calendar: CalendarRule{Fiscal: req.Fiscal},
		Rates: []Rate{{Currency: "USD", Rate: dec("7")}, {Currency: "USD", From: calendar.On(2027, 7, 1), Rate: dec("6.5")}}}
	deals := func(yield func(Deal, error) bool) {
		for i, line := range lines {
			if !strings.HasPrefix(line, "+ ") && !yield(openDeal(line, i+2), nil) {
				return
			}
		}
	}
	actuals := func(yield func(Actual, error) bool) {
		for i, line := range lines {
			line, is := strings.CutPrefix(line, "+ ")
			if !is {
				continue
			}
			f := strings.Fields(line)
			a := Actual{Metric: req.Metric.ID, Row: i + 2, Amount: dec(f[2])}
			a.Unit, a.Product, _ = strings.Cut(f[0], "/")
			a.Product, a.Segment, _ = strings.Cut(a.Product, "/")
			a.On, _ = calendar.ParseDate(f[1])
			if !yield(a, nil) {
				return
			}
		}
	}
	e, err := Gather(p, deals, actuals)
	require.NoError(t, err)
	require.NoError(t, e.Faults())
	req.Evidence = e
}

// measuredUnits reads units with fields after a "|": "p 10" is a potential of
// 10, "fte 0.5" a half-time job, "g A" the group A.
func measuredUnits(lines ...string) []Unit {
	var out []Unit
	for _, line := range lines {
		head, rest, _ := strings.Cut(line, " | ")
		u := unitList(head)[0]
		f := strings.Fields(rest)
		for i := 0; i+1 < len(f); i += 2 {
			switch f[i] {
			case "p":
				u.Potential = some(f[i+1])
			case "fte":
				u.FTE = some(f[i+1])
			case "g":
				u.Group = f[i+1]
			}
		}
		out = append(out, u)
	}
	return out
}

func amountsOf(t *testing.T, b *Breakdown, units []Unit) string {
	t.Helper()
	var out []string
	for _, u := range units {
		x, err := b.Amount(At{Units: []string{u.ID}})
		require.NoError(t, err)
		out = append(out, u.ID+"="+x.String())
	}
	return strings.Join(out, " ")
}

func mixed(share string, p BasisPart) BlendPart { return BlendPart{Share: dec(share), BasisPart: p} }

func perhaps(pairs ...string) map[string]decimal.Decimal {
	out := map[string]decimal.Decimal{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = dec(pairs[i+1])
	}
	return out
}

var (
	lastYear   = BasisPart{Basis: BasisHistory, Period: "2026"}
	byPipeline = BasisPart{Basis: BasisPipeline}
	// ten, thirty and sixty have these potentials.
	spread = []string{"ten | p 10", "thirty | p 30", "sixty | p 60"}
)

func TestCascade_Bases(t *testing.T) {
	past := []string{"+ a 2026-03-01 300", "+ b 2026-05-01 100", "+ a 2025-03-01 100", "+ b 2025-05-01 100"}
	open := []string{"a Proposal 1000 2027-02-01", "b Negotiation 5000 2027-08-01", "b Proposal 1000"}
	withOpen := append(past[:2:2], open...)
	tests := []struct {
		name   string
		units  []string
		target string
		counts Counts
		lines  []string
		rule   BasisRule
		levels []LevelRule
		want   string
		fault  string
		says   string
	}{
		// Spreading: cases 5 and 7 (Anaplan, IBM).
		{name: "5, existing 10 / 30 / 60", units: spread, target: "300", rule: BasisRule{Basis: BasisPotential}, want: "ten=30 thirty=90 sixty=180"},
		{name: "7, three zeros are nothing to go by", units: []string{"a | p 0", "b | p 0", "c | p 0"}, target: "12000", rule: BasisRule{Basis: BasisPotential},
			fault: "/goal/split/axes/0/basis no-weight", says: "org"},
		{name: "7, three of which nobody said anything", units: []string{"a", "b", "c"}, target: "12000",
			rule: BasisRule{Basis: BasisPotential, Newcomers: NewcomersMedian}, want: "a=4000 b=4000 c=4000"},

		// Salesforce: 0 is no potential, null is not answered.
		{name: "0 is none", units: []string{"a | p 0", "b | p 1", "c | p 3"}, target: "100", rule: BasisRule{Basis: BasisPotential}, want: "a=0 b=25 c=75"},
		{name: "not given is refused", units: []string{"a", "b | p 1", "c | p 3"}, target: "100", rule: BasisRule{Basis: BasisPotential},
			fault: "/axes/0/units/0/potential required", says: "median-of-siblings"},
		{name: "not given is the median", units: []string{"a", "b | p 1", "c | p 3"}, target: "60", rule: BasisRule{Basis: BasisPotential, Newcomers: NewcomersMedian},
			want: "a=20 b=10 c=30"},
		{name: "0 counts in the median", units: []string{"a", "b | p 0", "c | p 3"}, target: "90", rule: BasisRule{Basis: BasisPotential, Newcomers: NewcomersMedian},
			want: "a=30 b=0 c=60"},
		{name: "not given is the weight", units: []string{"a x 4.5", "b x 9 | p 1.5", "c | p 3"}, target: "90", rule: BasisRule{Basis: BasisPotential, Newcomers: NewcomersWeight},
			want: "a=45 b=15 c=30"},
		{name: "no weight either", units: []string{"a", "b | p 1"}, target: "90", rule: BasisRule{Basis: BasisPotential, Newcomers: NewcomersWeight},
			fault: "/axes/0/units/0/weight required"},
		{name: "above others, their sum or its own", units: []string{"north", "a < north | p 1", "b < north | p 2", "south | p 6", "c < south | p 1", "d < south | p 0"}, target: "90",
			rule: BasisRule{Basis: BasisPotential}, want: "north=30 a=10 b=20 south=60 c=60 d=0"},
		{name: "a sum with a hole is unknown", units: []string{"north", "a < north | p 1", "b < north", "south | p 6"}, target: "90",
			rule: BasisRule{Basis: BasisPotential}, fault: "/axes/0/units/0/potential required, /axes/0/units/2/potential required", says: "each unit below"},

		// The pipeline.
		{name: "open amounts", units: []string{"a", "b"}, target: "700", counts: CountsWonAmount, lines: open, rule: BasisRule{Basis: BasisPipeline}, want: "a=100 b=600"},
		{name: "open deals", units: []string{"a", "b"}, target: "300", counts: CountsWonDeals, lines: open, rule: BasisRule{Basis: BasisPipeline}, want: "a=100 b=200"},
		{name: "by stage", units: []string{"a", "b"}, target: "500", counts: CountsWonAmount, lines: open,
			rule: BasisRule{Basis: BasisPipeline, Probability: perhaps(" negotiation", "0.6")}, want: "a=100 b=400"},
		{name: "a stage of no worth", units: []string{"a", "b"}, target: "500", counts: CountsWonAmount, lines: open,
			rule: BasisRule{Basis: BasisPipeline, Probability: perhaps("Negotiation", "0", "Proposal", "0.1")}, want: "a=250 b=250"},
		{name: "a window of expected closing", units: []string{"a", "b"}, target: "600", counts: CountsWonAmount, lines: open,
			rule: BasisRule{Basis: BasisPipeline, Period: "2027-H1"}, want: "a=600 b=0"},
		{name: "dollars at the rate of the day", units: []string{"a", "b", "c"}, target: "2000", counts: CountsWonAmount,
			lines: []string{"a P 100USD 2027-06-30", "b P 100USD 2027-07-01", "c P 650USD -"}, rule: BasisRule{Basis: BasisPipeline}, want: "a=251 b=233 c=1516"},
		{name: "customers count once, where they count most", units: []string{"a", "b", "c"}, target: "230", counts: CountsWonCustomers,
			lines: []string{"a P 1 - acme", "a N 1 - beta", "b N 1 - Acme", "b P 1 - ACME", "a N 1 - acme", "c P 9 - -", "c P 9 - gamma"},
			rule:  BasisRule{Basis: BasisPipeline, Probability: perhaps("P", "0.5", "N", "0.9")}, want: "a=90 b=90 c=50"},
		{name: "no open deal is 0, no deal at all is unknown", units: []string{"a", "b", "c"}, target: "300", counts: CountsWonAmount,
			lines: append(open, "c Lost 9 2026-01-01"), rule: BasisRule{Basis: BasisPipeline}, want: "a=43 b=257 c=0"},
		{name: "unknown is refused", units: []string{"a", "b", "c"}, target: "300", counts: CountsWonAmount, lines: open, rule: BasisRule{Basis: BasisPipeline},
			fault: "/axes/0/units/2 no-weight", says: "newcomers"},
		{name: "unknown takes its weight in the same measure", units: []string{"a", "b", "c x 3000"}, target: "1000", counts: CountsWonAmount, lines: open,
			rule: BasisRule{Basis: BasisPipeline, Newcomers: NewcomersWeight}, want: "a=100 b=600 c=300"},
		{name: "nothing open", units: []string{"a"}, target: "300", counts: CountsWonAmount, lines: []string{"a Lost 9 2026-01-01"}, rule: BasisRule{Basis: BasisPipeline},
			fault: "/goal/split/axes/0/basis no-weight", says: "org"},
		{name: "less than nothing open", units: []string{"a", "b"}, target: "300", counts: CountsWonAmount, lines: []string{"a P -9", "b P 10"}, rule: BasisRule{Basis: BasisPipeline},
			fault: "/axes/0/units/0 negative", says: "open deals"},

		// Heads.
		{name: "one each", units: []string{"big", "a < big", "b < big", "c < big", "small", "d < small"}, target: "400", rule: BasisRule{Basis: BasisHeadcount},
			want: "big=300 a=100 b=100 c=100 small=100 d=100"},
		{name: "full-time equivalents", units: []string{"big", "a < big", "b < big | fte 0.5", "small | fte 2.5", "none | fte 0"}, target: "400", rule: BasisRule{Basis: BasisHeadcount},
			want: "big=150 a=100 b=50 small=250 none=0"},
		{name: "whoever comes in mid-year is half there", units: []string{"big", "a < big", "b < big @2026-07-02..", "small", "d < small"}, target: "500",
			rule: BasisRule{Basis: BasisHeadcount}, want: "big=300 a=225 b=75 small=200 d=200"},
		{name: "a team that comes in mid-year is there in full then", units: []string{"old", "a < old", "new", "b < new @2026-07-02..", "c < new @2026-07-02.."}, target: "400",
			rule: BasisRule{Basis: BasisHeadcount}, want: "old=267 a=267 new=133 b=67 c=66"},
		{name: "who is never there is no head", units: []string{"big", "a < big", "b < big @2028-01-01..", "small", "d < small"}, target: "500",
			rule: BasisRule{Basis: BasisHeadcount}, want: "big=250 a=250 b=0 small=250 d=250"},

		// Blends: DECOMPOSE §4; SAP's 50 % of each of two years.
		{name: "60 % last year and 40 % pipeline", units: []string{"a", "b"}, target: "1000", counts: CountsWonAmount, lines: withOpen,
			rule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("60", lastYear), mixed("40", byPipeline)}}, want: "a=507 b=493"},
		{name: "in fractions of 1", units: []string{"a", "b"}, target: "1000", counts: CountsWonAmount, lines: withOpen,
			rule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("0.6", lastYear), mixed("0.4", byPipeline)}}, want: "a=507 b=493"},
		{name: "normalised", units: []string{"a", "b"}, target: "1000", counts: CountsWonAmount, lines: withOpen,
			rule: BasisRule{Basis: BasisBlend, Normalise: true, Blend: []BlendPart{mixed("3", lastYear), mixed("2", byPipeline)}}, want: "a=507 b=493"},
		{name: "half of each of two years, each to its own sum", units: []string{"a", "b"}, target: "1000", lines: past,
			rule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", lastYear), mixed("50", BasisPart{Basis: BasisHistory, Period: "2025"})}}, want: "a=625 b=375"},
		{name: "two views of one pipeline", units: []string{"a", "b"}, target: "800", counts: CountsWonDeals, lines: []string{"a N 1", "b P 1"}, want: "a=500 b=300",
			rule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisPipeline, Probability: perhaps("P", "1")}),
				mixed("50", BasisPart{Basis: BasisPipeline, Probability: perhaps("P", "0.333333333333333333333333333333", "N", "1")})}}},
		{name: "unknown to one part, nothing by another", units: []string{"a | p 0", "b | p 1"}, target: "1000", lines: []string{"+ a 2026-01-01 5", "+ b 2026-01-01 0"},
			rule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("70", BasisPart{Basis: BasisPotential}), mixed("30", lastYear)}}, want: "a=300 b=700"},
		{name: "each part has its own rule for newcomers", units: []string{"a x 3", "b x 1 | p 1"}, target: "800", lines: []string{"+ b 2026-01-01 5"},
			rule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisPotential, Newcomers: NewcomersWeight}), mixed("50", BasisPart{Basis: BasisHistory, Period: "2026", Newcomers: NewcomersMedian})}},
			want: "a=500 b=300"},
		{name: "a part with a share of 0 is not asked", units: []string{"a x 3", "b x 1"}, target: "800",
			rule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("100", BasisPart{Basis: BasisWeights}), mixed("0", BasisPart{Basis: BasisPotential})}}, want: "a=600 b=200"},
		{name: "faults of all parts", units: []string{"a x 3", "b"}, target: "800",
			rule:  BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisWeights}), mixed("50", BasisPart{Basis: BasisPotential})}},
			fault: "/axes/0/units/1/weight required, /axes/0/units/0/potential required, /axes/0/units/1/potential required"},
		{name: "a part by which all have nothing", units: []string{"a x 3 | p 0", "b x 1 | p 0"}, target: "800",
			rule:  BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisWeights}), mixed("50", BasisPart{Basis: BasisPotential})}},
			fault: "/goal/split/axes/0/basis no-weight"},
		{name: "is left out on request", units: []string{"a x 3 | p 0", "b x 1 | p 0"}, target: "800",
			rule: BasisRule{Basis: BasisBlend, Normalise: true, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisWeights}), mixed("50", BasisPart{Basis: BasisPotential})}},
			want: "a=600 b=200"},
		{name: "all of them left out", units: []string{"a | p 0", "b | p 0"}, target: "800",
			rule:  BasisRule{Basis: BasisBlend, Normalise: true, Blend: []BlendPart{mixed("50", BasisPart{Basis: BasisPotential})}},
			fault: "/goal/split/axes/0/basis no-weight"},

		// Growth.
		{name: "3a among siblings", units: []string{"a | p 1000", "b | p 1000"}, target: "2080", want: "a=1080 b=1000",
			rule: BasisRule{Basis: BasisPotential, Growth: &GrowthRule{Mode: GrowthAdditive, Units: map[string]UnitGrowth{"a": {dec("0.1"), dec("0.02")}}}}},
		{name: "3b among siblings", units: []string{"a | p 100000", "b | p 100000"}, target: "207800", want: "a=107800 b=100000",
			rule: BasisRule{Basis: BasisPotential, Growth: &GrowthRule{Mode: GrowthCompounding, Units: map[string]UnitGrowth{"a": {dec("0.1"), dec("0.02")}}}}},
		{name: "growth of an even split", units: []string{"a", "b"}, target: "210", want: "a=110 b=100",
			rule: BasisRule{Growth: &GrowthRule{Mode: GrowthCompounding, Units: map[string]UnitGrowth{"a": {Growth: dec("0.1")}}}}},
		{name: "given up altogether", units: []string{"a", "b"}, target: "210", want: "a=0 b=210",
			rule: BasisRule{Growth: &GrowthRule{Mode: GrowthAdditive, Units: map[string]UnitGrowth{"a": {Relief: dec("1")}}}}},

		// Buckets: groups by grade or industry first, then inside (Salesforce).
		{name: "groups first", units: []string{"a x 1 | g A", "b x 2 | g B", "c x 3 | g A", "d x 6 | g B"}, target: "1000", want: "a=150 b=100 c=450 d=300",
			rule: BasisRule{Basis: BasisWeights, Buckets: &BucketRule{Shares: perhaps("A", "60", "B", "40")}}},
		{name: "groups by heads, inside by weight", units: []string{"a x 1 | g A", "b x 2 | g B", "c x 3 | g A", "d x 6 | g B fte 2"}, target: "1000", want: "a=100 b=150 c=300 d=450",
			rule: BasisRule{Basis: BasisWeights, Buckets: &BucketRule{By: &BasisPart{Basis: BasisHeadcount}}}},
		{name: "a group of nobody", units: []string{"a | g A"}, target: "1000", rule: BasisRule{Buckets: &BucketRule{Shares: perhaps("A", "60", "B", "40")}},
			fault: "/goal/split/axes/0/buckets/shares/B no-weight", says: "org"},
		{name: "is left out on request", units: []string{"a | g A"}, target: "1000", rule: BasisRule{Buckets: &BucketRule{Normalise: true, Shares: perhaps("A", "60", "B", "40")}}, want: "a=1000"},
		{name: "a group of nobody without a share", units: []string{"a | g A"}, target: "1000", rule: BasisRule{Buckets: &BucketRule{Shares: perhaps("A", "1", "B", "0")}}, want: "a=1000"},
		{name: "a group of nothing", units: []string{"a | g A p 0", "b | g B p 1"}, target: "1000", rule: BasisRule{Basis: BasisPotential, Buckets: &BucketRule{Shares: perhaps("A", "60", "B", "40")}},
			fault: "/goal/split/axes/0/basis no-weight"},
		{name: "is left out, too", units: []string{"a | g A p 0", "b | g B p 1"}, target: "1000",
			rule: BasisRule{Basis: BasisPotential, Buckets: &BucketRule{Normalise: true, Shares: perhaps("A", "60", "B", "40")}}, want: "a=0 b=1000"},
		{name: "without a group, or in none of them", units: []string{"a", "b | g Gold", "c | g A"}, target: "1000", rule: BasisRule{Buckets: &BucketRule{Shares: perhaps("A", "60", "gold", "40")}},
			fault: "/axes/0/units/0/group required, /axes/0/units/1/group unknown, /goal/split/axes/0/buckets/shares/gold no-weight"},

		// Levels.
		{name: "a basis for each level", units: []string{"n x 1", "a < n | p 1", "b < n | p 2", "s x 2", "c < s | g A", "d < s | g A"}, target: "900",
			rule:   BasisRule{Basis: BasisWeights},
			levels: []LevelRule{{2, BasisRule{Basis: BasisPotential, Newcomers: NewcomersMedian}}}, want: "n=300 a=100 b=200 s=600 c=300 d=300"},
		{name: "a group of nobody on a level", units: []string{"n", "a < n | g A", "s", "c < s | g B"}, target: "900",
			levels: []LevelRule{{2, BasisRule{Buckets: &BucketRule{Shares: perhaps("A", "60", "B", "40")}}}},
			fault:  "/goal/split/axes/0/levels/0/buckets/shares/B no-weight, /goal/split/axes/0/levels/0/buckets/shares/A no-weight", says: "n"},
		{name: "buckets of a level", units: []string{"n", "a < n | g A", "s", "c < s | g B"}, target: "900",
			levels: []LevelRule{{2, BasisRule{Buckets: &BucketRule{Shares: perhaps("A", "1")}}}},
			fault:  "/axes/0/units/3/group unknown"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req := flow(tt.target, "2027", nil)
			if tt.rule.Basis == BasisHeadcount {
				req.Goal.Period = "2026"
				req.Goal.Split.Grains = []calendar.Grain{calendar.GrainHalf}
			}
			req.Axes[0].Units = measuredUnits(tt.units...)
			req.Axes[0].Of = FieldOwner
			req.Goal.Split.Axes[0] = AxisRule{Axis: "org", BasisRule: tt.rule, Levels: tt.levels}
			evidenced(t, &req, tt.counts, tt.lines...)
			b, err := Cascade(context.Background(), req)
			require.Equal(t, tt.fault, places(err))
			if tt.fault != "" {
				first := diag.All(err)[0]
				require.Contains(t, first.Value+" "+first.Bound, tt.says)
				requireSaid(t, err)
				return
			}
			require.Equal(t, tt.want, amountsOf(t, b, req.Axes[0].Units))
			requireSums(t, b)
			for _, u := range req.Axes[0].Units {
				e, err := b.Explain(At{Units: []string{u.ID}})
				require.NoError(t, err)
				last := e.Who[len(e.Who)-1]
				want := tt.rule.Basis
				if len(tt.levels) > 0 && u.Parent != "" {
					want = tt.levels[0].Basis
				}
				if want == "" {
					want = BasisEven
				}
				require.Equal(t, want, last.Basis)
			}
		})
	}
}

// Below a person a product's pipeline is that person's, or else that of the
// nearest unit above that has any.
func TestCascade_PipelineBelow(t *testing.T) {
	req := flow("1200", "2027", nil, "east", "a < east", "b < east", "c")
	req.Axes[0].Of = FieldOwner
	req.Axes = append(req.Axes, Axis{ID: "product", Of: FieldProduct, Units: unitList("x", "y")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisPipeline}})
	evidenced(t, &req, CountsWonAmount, "a/x P 30", "a/y P 10", "c/x P 1", "nobody/y P 79")
	b := cascaded(t, req)
	cells := func(who string) string { return line(t, b, "none", who, "x") + line(t, b, "none", who, "y") }
	require.Equal(t, "225:75:", cells("a"), "her own 30 : 10")
	require.Equal(t, "225:75:", cells("b"), "east's 30 : 10")
	require.Equal(t, "600:0:", cells("c"), "his own 1 : 0")
	e, err := b.Explain(At{Units: []string{"a", "x"}})
	require.NoError(t, err)
	last := e.Who[len(e.Who)-1]
	require.Equal(t, "pipeline 3:4", fmt.Sprintf("%s %s:%s", last.Basis, last.Weight, last.Weights))
}

// What doesn't count is found.
func TestCascade_BasisFindings(t *testing.T) {
	req := flow("700", "2027", nil, "a", "b", "deep < b")
	req.Axes[0].Of = FieldOwner
	req.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisPipeline, Period: "2027", Probability: perhaps("Proposal", "0.5", "Propsal", "0.1"),
		Growth: &GrowthRule{Mode: GrowthAdditive, Units: map[string]UnitGrowth{"deep": {Growth: dec("1")}, "a": {}}}}
	req.Goal.Split.Axes[0].Levels = []LevelRule{{2, BasisRule{}}}
	evidenced(t, &req, CountsWonAmount, "a Proposal 10 2027-01-01", "b Proposal - 2027-01-01", "b Proposal 7EUR 2027-01-01", "a Proposal 9 -", "b P 5 2027-01-01")
	require.Equal(t, "a=350 b=350 deep=350", amountsOf(t, cascaded(t, req), req.Axes[0].Units))
	said := func(req CascadeRequest) string {
		var out []string
		for _, f := range cascaded(t, req).cs.findings {
			text := Catalogue().Text(f, diag.English)
			require.NotContains(t, text, "{")
			require.NotContains(t, Catalogue().Text(f, diag.Chinese), "{")
			out = append(out, string(f.Severity)+" "+text)
		}
		return strings.Join(out, "\n")
	}
	require.Equal(t, strings.Join([]string{
		"warning org: 2 open deals (rows 3, 4) have no amount, or one without a rate; goal g is split without them",
		"warning org: 1 open deals (rows 5) have no day of expected closing; goal g, which goes by those of a window, is split without them",
		"warning Propsal: no open deal is in this stage, to which goal g gives a probability",
		"warning deep: its growth does not count in goal g, which divides nothing over it by that rule",
	}, "\n"), said(req))

	evidenced(t, &req, CountsWonCustomers, "a Proposal 10 2027-01-01 acme", "b Propsal 1 2027-03-01", "b Propsal 1 2027-03-01 beta", "b - - 2028-01-01")
	require.Contains(t, said(req), "warning org: 1 open deals (rows 3) have no customer")

	// A weight counts where a part asks for it.
	req = flow("700", "2027", nil, "a x 1", "b x 2")
	for _, tt := range []struct {
		part BasisPart
		idle bool
	}{
		{BasisPart{Basis: BasisPotential, Newcomers: NewcomersWeight}, false},
		{BasisPart{Basis: BasisWeights}, false},
		{BasisPart{Basis: BasisHeadcount}, true},
		{BasisPart{Basis: BasisEven, Newcomers: NewcomersWeight}, true},
	} {
		req.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("1", tt.part)}}
		require.Equal(t, tt.idle, strings.Contains(said(req), "the weights of 2 units"), tt.part)
	}
}
