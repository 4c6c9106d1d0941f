package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// basisPart draws a basis that needs nothing that units may lack.
func (m *planMaker) basisPart(weighted bool) BasisPart {
	p := BasisPart{Basis: chosen(m.Rand, "", BasisEven, BasisWeights, BasisHistory, BasisPipeline, BasisPotential, BasisHeadcount), Newcomers: NewcomersMedian}
	if weighted {
		p.Newcomers = chosen(m.Rand, NewcomersMedian, NewcomersWeight)
	}
	switch p.Basis {
	case BasisHistory:
		p.Period = chosen(m.Rand, "2025", "2025-H2")
	case BasisPipeline:
		p.Period = chosen(m.Rand, "", "", "2027")
		if m.IntN(2) == 0 {
			p.Probability = perhaps("n", chosen(m.Rand, "0", "0.25", "0.333333"), "q", "0.5")
		}
	}
	return p
}

// basisRule draws a rule of any kind for the units of an axis.
func (m *planMaker) basisRule(units []Unit) BasisRule {
	weighted := true
	for _, u := range units {
		weighted = weighted && u.Weight.Valid
	}
	p := m.basisPart(weighted)
	r := BasisRule{Basis: p.Basis, Period: p.Period, Newcomers: p.Newcomers, Probability: p.Probability}
	if m.IntN(2) == 0 {
		r = BasisRule{Basis: BasisBlend, Normalise: m.IntN(3) > 0}
		for range 1 + m.IntN(4) {
			r.Blend = append(r.Blend, BlendPart{decimal.New(m.Int64N(4), int32(m.IntN(2))), m.basisPart(weighted)})
		}
		r.Blend[0].Share = decimal.New(1, 0)
		if !r.Normalise {
			total := decimal.Decimal{}
			for _, b := range r.Blend[1:] {
				total = total.Add(b.Share)
			}
			if r.Blend[0].Share = decimal.New(100, 0).Sub(total); r.Blend[0].Share.IsNegative() {
				r.Normalise, r.Blend[0].Share = true, decimal.New(1, -1)
			}
		}
	}
	if m.IntN(3) == 0 {
		r.Growth = &GrowthRule{Mode: chosen(m.Rand, GrowthAdditive, GrowthCompounding), Units: map[string]UnitGrowth{}}
		for range 3 {
			r.Growth.Units[units[m.IntN(len(units))].ID] = UnitGrowth{decimal.New(m.Int64N(300), -2), decimal.New(m.Int64N(101), -2)}
		}
	}
	switch m.IntN(4) {
	case 0:
		r.Buckets = &BucketRule{Normalise: true, Shares: perhaps("A", "5", "B", "3.5", "C", chosen(m.Rand, "0", "1"))}
	case 1:
		by := m.basisPart(weighted)
		r.Buckets = &BucketRule{Normalise: m.IntN(3) > 0, By: &by}
	}
	return r
}

// based draws a goal by all bases, with evidence of bookings and open deals.
func (m *planMaker) based(t *testing.T, cells int) CascadeRequest {
	req := m.request(cells)
	req.Goal.Owner = ""
	if req.Fiscal != (calendar.Fiscal{}) || req.Goal.Period[0] == 'F' {
		req.Fiscal, req.Goal.Period, req.Goal.Every, req.Goal.Split.Grains = calendar.Fiscal{}, "2027", "", []calendar.Grain{"quarter"}
	}
	for a := range req.Axes {
		axis := &req.Axes[a]
		axis.Of = []Field{FieldOwner, FieldProduct, FieldSegment}[a]
		parent := map[string]bool{}
		for i := range axis.Units {
			u := &axis.Units[i]
			parent[u.Parent] = true
			u.Group = chosen(m.Rand, "A", "A", "B", "C")
			if m.IntN(4) > 0 {
				u.Potential = decimal.NewNullDecimal(decimal.New(m.Int64N(5), int32(m.IntN(4)-2)))
			}
		}
		for i := range axis.Units {
			if u := &axis.Units[i]; !parent[u.ID] && m.IntN(3) == 0 {
				u.FTE = decimal.NewNullDecimal(decimal.New(m.Int64N(25), -1))
			}
		}
		rule := &req.Goal.Split.Axes[a]
		rule.BasisRule, rule.Levels = m.basisRule(axis.Units), nil
		for level := range m.IntN(3) {
			rule.Levels = append(rule.Levels, LevelRule{level + 1, m.basisRule(axis.Units)})
		}
	}
	var lines []string
	who := func() string {
		name := "nobody"
		if m.IntN(6) > 0 {
			name = req.Axes[0].Units[m.IntN(len(req.Axes[0].Units))].ID
		}
		for _, a := range req.Axes[1:] {
			name += "/" + a.Units[m.IntN(len(a.Units))].ID
		}
		return name
	}
	for range m.IntN(30) {
		lines = append(lines, fmt.Sprintf("+ %s %s %d.%02d", who(), calendar.On(2024, 10, 1).AddDays(m.IntN(600)), m.IntN(1000), m.IntN(100)))
	}
	for range m.IntN(30) {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %s", who(), chosen(m.Rand, "N", "n", "Q", "P", "Lost"), chosen(m.Rand, "-", "1", "20.50", "333"),
			chosen(m.Rand, "-", "2026-12-31", "2027-01-01", "2027-10-10"), chosen(m.Rand, "acme", "Beta", "beta", "gamma", "delta")))
	}
	lines = append(lines, "+ nobody 2025-01-01 1", "+ nobody 2025-12-31 1")
	evidenced(t, &req, chosen(m.Rand, CountsWonAmount, CountsWonDeals, CountsWonCustomers), lines...)
	return req
}

// Whatever the bases are, the targets are those of the rule in fractions.
func TestCascade_BasesAsFractions(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 40
	}
	done := 0
	for i := range rounds {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 11))}
		req := m.based(t, 60)
		b, ref, ok := solved(t, req)
		if !ok {
			continue
		}
		done++
		requireLine(t, b, ref)
		requireTotals(t, b, ref)
		requireSums(t, b)
		requireIdealCells(t, b, ref)
		requireNested(t, b, ref)
	}
	require.Greater(t, done, rounds/4)
	t.Logf("%d of %d solved", done, rounds)
}

// Scaling what only counts in proportion changes nothing: shares of a blend or
// of buckets, all potentials, all full-time equivalents. Nor does a blend of one
// basis, or the same growth for all.
func TestCascade_BasesInProportion(t *testing.T) {
	done := 0
	for i := range 40 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 12))}
		req := m.based(t, 60)
		if _, err := Cascade(context.Background(), req); err != nil {
			continue
		}
		done++
		b := cascaded(t, req)
		for name, change := range map[string]func(r *BasisRule, units []Unit){
			"shares": func(r *BasisRule, _ []Unit) {
				for k := range r.Blend {
					r.Blend[k].Share = r.Blend[k].Share.Shift(-2)
				}
				if r.Buckets != nil {
					for g, x := range r.Buckets.Shares {
						r.Buckets.Shares[g] = x.Mul(decimal.New(7, 0))
					}
				}
			},
			"a blend of one": func(r *BasisRule, _ []Unit) {
				if r.Basis != BasisBlend {
					r.Blend = []BlendPart{{decimal.New(100, 0), r.part()}}
					r.Basis, r.Period, r.Newcomers, r.Probability = BasisBlend, "", "", nil
				}
			},
			"growth of all": func(r *BasisRule, units []Unit) {
				if r.Growth == nil {
					r.Growth = &GrowthRule{Mode: GrowthAdditive, Units: map[string]UnitGrowth{}}
					for _, u := range units {
						r.Growth.Units[u.ID] = UnitGrowth{Growth: decimal.New(17, -2)}
					}
				}
			},
		} {
			p := (&Plan{Version: Version, Axes: req.Axes, Goals: []Goal{req.Goal}}).Clone()
			again := req
			again.Axes, again.Goal = p.Axes, p.Goals[0]
			for a := range again.Goal.Split.Axes {
				rule := &again.Goal.Split.Axes[a]
				change(&rule.BasisRule, again.Axes[a].Units)
				for k := range rule.Levels {
					change(&rule.Levels[k].BasisRule, again.Axes[a].Units)
				}
			}
			require.True(t, sameAmounts(t, b, cascaded(t, again)), "%d: %s", i, name)
		}
	}
	require.Greater(t, done, 10)
}

func sameAmounts(t *testing.T, a, b *Breakdown) bool {
	t.Helper()
	x, err := a.Rows(Query{})
	require.NoError(t, err)
	y, err := b.Rows(Query{})
	require.NoError(t, err)
	var first []string
	for r := range x {
		first = append(first, fmt.Sprint(r.Units, r.Period, r.Amount))
	}
	for r := range y {
		if len(first) == 0 || first[0] != fmt.Sprint(r.Units, r.Period, r.Amount) {
			return false
		}
		first = first[1:]
	}
	return len(first) == 0
}

// Whatever weights a rule comes to, in groups of any size, the parts of the
// result are those in fractions: no proportion is lost on the way to whole
// numbers.
func TestCascade_BasisExplained(t *testing.T) {
	req := flow("1000", "2027", nil)
	req.Axes[0].Units = measuredUnits("a x 3 | p 0.000000000000000001", "b x 5 | p 99999999999999999999", "c x 7 | p 12345678901234567890.5")
	req.Goal.Split.Axes[0].BasisRule = BasisRule{Basis: BasisBlend, Blend: []BlendPart{mixed("33.3", BasisPart{Basis: BasisWeights}), mixed("66.7", BasisPart{Basis: BasisPotential})},
		Growth: &GrowthRule{Mode: GrowthCompounding, Units: map[string]UnitGrowth{"a": {dec("0.123456"), dec("0.000001")}}}}
	b := cascaded(t, req)
	ref := newReference(req)
	ref.weigh(0, ref.trees[0], nil)
	sum := dec("0")
	for _, k := range ref.trees[0].kids {
		e, err := b.Explain(At{Units: []string{k.id}})
		require.NoError(t, err)
		u := e.Who[1]
		require.Equal(t, BasisBlend, u.Basis)
		own := u.Weight.Rat()
		want := ratSum(ref.weightsOf())
		want.Quo(k.weight, want)
		require.Equal(t, want, own.Quo(own, u.Weights.Rat()), k.id)
		sum = sum.Add(u.Weight)
	}
	e, _ := b.Explain(At{Units: []string{"a"}})
	require.True(t, sum.Equal(e.Who[1].Weights))
}

// A target by 60 % of what each brought last year and 40 % of what is open,
// where a deal in negotiation counts more than a proposal.
func ExampleBasisRule() {
	plan := &Plan{
		Version: Version, Currency: "CNY",
		Metrics: []Metric{{ID: "revenue", Step: decimal.New(1, 0), Counts: CountsWonAmount}},
		Axes:    []Axis{{ID: "org", Of: FieldOwner, Units: []Unit{{ID: "li-na"}, {ID: "wang-wei"}}}},
		Goals: []Goal{{ID: "g", Metric: "revenue", Period: "2027", Target: decimal.New(1_000_000, 0), Split: &SplitRule{
			Axes: []AxisRule{{Axis: "org", BasisRule: BasisRule{Basis: BasisBlend, Blend: []BlendPart{
				{Share: decimal.New(60, 0), BasisPart: BasisPart{Basis: BasisHistory, Period: "2026"}},
				{Share: decimal.New(40, 0), BasisPart: BasisPart{Basis: BasisPipeline, Probability: map[string]decimal.Decimal{
					"Negotiation": decimal.New(6, -1), "Proposal": decimal.New(2, -1),
				}}},
			}}}},
		}}},
	}
	deals := func(yield func(Deal, error) bool) {
		for _, d := range []Deal{
			{Owner: "li-na", Outcome: OutcomeWon, Closed: calendar.On(2026, 5, 1), Amount: decimal.NewNullDecimal(decimal.New(300_000, 0))},
			{Owner: "wang-wei", Outcome: OutcomeWon, Closed: calendar.On(2026, 8, 1), Amount: decimal.NewNullDecimal(decimal.New(100_000, 0))},
			{Owner: "li-na", Outcome: OutcomeOpen, Stage: "Proposal", Amount: decimal.NewNullDecimal(decimal.New(300_000, 0))},
			{Owner: "wang-wei", Outcome: OutcomeOpen, Stage: "Negotiation", Amount: decimal.NewNullDecimal(decimal.New(100_000, 0))},
		} {
			if !yield(d, nil) {
				return
			}
		}
	}
	evidence, err := Gather(plan, deals, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	targets, err := plan.Targets(context.Background(), evidence)
	if err != nil {
		fmt.Println(err)
		return
	}
	b, _ := targets.Goal("g")
	for _, who := range []string{"li-na", "wang-wei"} {
		e, _ := b.Explain(At{Units: []string{who}})
		u := e.Who[1]
		fmt.Println(who, u.Amount, "by", u.Basis, u.Weight, "of", u.Weights)
	}
	// Output:
	// li-na 650000 by blend 13 of 20
	// wang-wei 350000 by blend 7 of 20
}
