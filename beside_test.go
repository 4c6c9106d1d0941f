package salesplan

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

var months = []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth}

// baseText writes what a breakdown holds.
func baseText(b *Breakdown) string {
	text, _ := b.MarshalJSON()
	return string(text)
}

func lineOf(t *testing.T, at func(At) (decimal.Decimal, error), b *Breakdown, grain calendar.Grain, units ...string) string {
	t.Helper()
	whole, err := at(At{Units: units})
	require.NoError(t, err)
	out := whole.String() + ":"
	for _, p := range b.Periods(grain) {
		x, err := at(At{Units: units, Period: p})
		require.NoError(t, err)
		out += " " + x.String()
	}
	return out
}

// A team that reaches 80 % of what it is handed is handed 125 % (Revcast, how
// to calculate over-assignment); only the level that says so.
func TestHedge_OneLevel(t *testing.T) {
	b := cascaded(t, flow("480", "2027", quarters, "team", "wang-wei < team", "li-na < team @2027-04-01"))
	before := baseText(b)
	s, err := Hedge(b, HedgeRule{Levels: []HedgeLevel{{Level: 2, Share: dec("0.25")}}})
	require.NoError(t, err)
	require.Equal(t, "480: 120 120 120 120", lineOf(t, s.Amount, b, "quarter"))
	require.Equal(t, "480: 120 120 120 120", lineOf(t, s.Amount, b, "quarter", "team"))
	require.Equal(t, "375: 150 75 75 75", lineOf(t, s.Amount, b, "quarter", "wang-wei"))
	require.Equal(t, "225: 0 75 75 75", lineOf(t, s.Amount, b, "quarter", "li-na"))
	require.Equal(t, "120: 30 30 30 30", lineOf(t, s.Surplus, b, "quarter", "team"))
	require.Equal(t, "0: 0 0 0 0", lineOf(t, s.Surplus, b, "quarter"))
	require.Equal(t, before, baseText(b))
	require.Same(t, b, s.Base())
}

// Shares of several levels compound: 100 × 1.1 × 1.2.
func TestHedge_Compounds(t *testing.T) {
	b := cascaded(t, flow("100", "2027", nil, "a", "a1 < a", "a2 < a"))
	s, err := Hedge(b, HedgeRule{Levels: []HedgeLevel{{Level: 2, Share: dec("0.2")}, {Level: 1, Share: dec("0.1")}}})
	require.NoError(t, err)
	require.Equal(t, "110: 110", lineOf(t, s.Amount, b, GrainGoal, "a"))
	require.Equal(t, "66: 66", lineOf(t, s.Amount, b, GrainGoal, "a1"))
	require.Equal(t, "10: 10", lineOf(t, s.Surplus, b, GrainGoal))
	require.Equal(t, "22: 22", lineOf(t, s.Surplus, b, GrainGoal, "a"))
}

func TestHedge_Faults(t *testing.T) {
	b := cascaded(t, flow("480", "2027", quarters, "team", "a < team", "b < team"))
	_, err := Hedge(nil, HedgeRule{})
	require.Equal(t, "/breakdown required", places(err))
	_, err = Hedge(b, HedgeRule{Levels: []HedgeLevel{
		{Level: 0, Share: dec("0.1")}, {Level: 3, Share: dec("-0.1")}, {Level: 1, Share: dec("0.0000001")}, {Level: 1, Share: dec("10.1")}, {Level: 2, Share: decimal.New(1, 999999999)}}})
	require.Equal(t, "/rule/levels/0/level out-of-range, /rule/levels/1/share out-of-range, /rule/levels/1/level out-of-range, "+
		"/rule/levels/2/share out-of-range, /rule/levels/3/share out-of-range, /rule/levels/3/level duplicate, /rule/levels/4/share out-of-range", places(err))
	huge := cascaded(t, flow("9000000000000000000", "2027", nil, "a", "b"))
	_, err = Hedge(huge, HedgeRule{Levels: []HedgeLevel{{Level: 1, Share: dec("0.1")}}})
	require.Equal(t, "/breakdown out-of-range", places(err))
	s, err := Hedge(b, HedgeRule{})
	require.NoError(t, err)
	_, err = s.Amount(At{Units: []string{"c"}})
	require.Equal(t, "/at/units/0 unknown", places(err))
	_, err = s.Surplus(At{Units: []string{"a", "b"}})
	require.Equal(t, "/at/units mismatch", places(err))
	_, err = s.Amount(At{Period: calendar.Month(2027, 1)})
	require.Equal(t, "/at/period off-grid", places(err))
}

// randomBreakdown makes trees of people who come and go.
func randomBreakdown(t *testing.T, r *rand.Rand) *Breakdown {
	t.Helper()
	lines := []string{"all"}
	for i := range 1 + r.IntN(4) {
		lines = append(lines, fmt.Sprintf("t%d < all x %d", i, 1+r.IntN(9)))
		for k := range r.IntN(4) {
			line := fmt.Sprintf("p%d-%d < t%d x %d", i, k, i, r.IntN(9))
			if k == 0 {
				line = fmt.Sprintf("p%d-%d < t%d x %d", i, k, i, 1+r.IntN(9))
			} else if r.IntN(3) == 0 {
				line += fmt.Sprintf(" @2027-%02d-01..", 1+r.IntN(12))
			}
			lines = append(lines, line)
		}
	}
	req := flow(fmt.Sprint(r.IntN(20000)), "2027", months, lines...)
	if r.IntN(4) == 0 {
		req.Goal.Target = req.Goal.Target.Neg()
	}
	req.Goal.Split.Axes[0].Basis = BasisWeights
	req.Axes[0].Units[0].Weight = decimal.NewNullDecimal(dec("1"))
	return cascaded(t, req)
}

// The base never changes, the surplus closes every sum, nobody is handed less
// than the base, what a level adds keeps to its line, and a level without
// over-assignment hands on exactly what it was handed.
func TestHedge_Laws(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 7))
	for range 150 {
		b := randomBreakdown(t, r)
		before := baseText(b)
		deepest := 0
		for i := range b.cs.axes[0].tree.nodes {
			deepest = max(deepest, int(b.cs.axes[0].tree.nodes[i].level))
		}
		rule, shares := HedgeRule{}, map[int]int64{}
		for l := 1; l <= deepest; l++ {
			if r.IntN(2) == 0 {
				shares[l] = r.Int64N(900_000)
				rule.Levels = append(rule.Levels, HedgeLevel{Level: l, Share: decimal.New(shares[l], -6)})
			}
		}
		s, err := Hedge(b, rule)
		require.NoError(t, err)
		require.Equal(t, before, baseText(b))
		tree := b.cs.axes[0].tree
		for v := range tree.nodes {
			var running, added int64
			for p := range b.cs.grid.pieces {
				piece := stretch{b.cs.grid.pieces[p], p, p + 1}
				require.GreaterOrEqual(t, s.rows[v][p], b.unitRow(int32(v))[p])
				if b.unitRow(int32(v))[p] == 0 {
					require.Zero(t, s.rows[v][p])
				}
				if tree.isLeaf(int32(v)) {
					continue
				}
				var sum int64
				tree.children(int32(v), func(c int32) { sum += s.rows[c][p] })
				surplus := s.surplus(int32(v), piece)
				require.Equal(t, s.rows[v][p], sum-surplus)
				require.GreaterOrEqual(t, surplus, int64(0))
				running, added = running+s.rows[v][p], added+surplus
				off := new(big.Rat).Sub(big.NewRat(running*shares[int(tree.nodes[v].level)+1], microShare), big.NewRat(added, 1))
				require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(1, 2)), 0, "within half a step of its line")
			}
		}
		again, err := Hedge(b, rule)
		require.NoError(t, err)
		require.True(t, s.Equal(again))
		for row := range s.Rows() {
			street, err := s.Amount(At{Units: []string{row.Unit}, Period: row.Period})
			require.NoError(t, err)
			require.True(t, street.Equal(row.Street))
		}
	}
}

// Each sibling's street stays close to its share of what is handed down,
// computed by rationals.
func TestHedge_Fair(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 3))
	for range 60 {
		b := randomBreakdown(t, r)
		s, err := Hedge(b, HedgeRule{Levels: []HedgeLevel{{Level: 1, Share: dec("0.3")}}})
		require.NoError(t, err)
		tree := b.cs.axes[0].tree
		children := childrenOf(tree, 0)
		for _, c := range children {
			ideal, given := new(big.Rat), int64(0)
			for p := range b.cs.grid.pieces {
				given += s.rows[c][p] - b.unitRow(c)[p]
				if base := b.unitRow(0)[p]; base > 0 {
					extra := s.surplus(0, stretch{b.cs.grid.pieces[p], p, p + 1})
					ideal.Add(ideal, big.NewRat(extra*b.unitRow(c)[p], base))
				}
				off := new(big.Rat).Sub(ideal, big.NewRat(given, 1))
				require.Negative(t, off.Abs(off).Cmp(big.NewRat(2, 1)))
			}
		}
	}
}

// ERPNext pull request 40062: 5 units credited 100 % and 10 units credited 50 %
// are 10, not 15.
func TestOverlay_Case13(t *testing.T) {
	req := flow("15", "2027-01", nil, "first x 5", "second x 10")
	req.Goal.Split.Axes[0].Basis = BasisWeights
	b := cascaded(t, req)
	before := baseText(b)
	o, err := Overlay(b, OverlayRule{Credits: []Credit{
		{Unit: "ana", On: []string{"first"}, Share: dec("1")}, {Unit: "ana", On: []string{"second"}, Share: dec("0.5")}}})
	require.NoError(t, err)
	got, err := o.Amount("ana", calendar.Period{})
	require.NoError(t, err)
	require.Equal(t, "10", got.String())
	require.Equal(t, before, baseText(b))
	text, err := json.Marshal(o)
	require.NoError(t, err)
	require.JSONEq(t, `{"goal":"g","metric":"m","step":"1","period":"2027-01","rows":[{"unit":"ana","grain":"goal","period":"2027-01","amount":"10","of":"15"}]}`, string(text))
}

// Credits for products and for a part of the year, of an odd amount.
func TestOverlay_ProductsAndPeriods(t *testing.T) {
	req := flow("1001", "2027", quarters, "east", "west")
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("x", "y")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	b := cascaded(t, req)
	o, err := Overlay(b, OverlayRule{Credits: []Credit{
		{Unit: "x-specialist", On: []string{"", "x"}, Share: dec("0.5")},
		{Unit: "partners", On: []string{"east"}, Period: calendar.Quarter(2027, 4), Share: dec("0.5")}}})
	require.NoError(t, err)
	require.Equal(t, []string{"x-specialist", "partners"}, o.Units())
	x, err := b.Amount(At{Units: []string{"", "x"}})
	require.NoError(t, err)
	got, err := o.Amount("x-specialist", calendar.Period{})
	require.NoError(t, err)
	require.Equal(t, x.Div(dec("2")).Round(0).String(), got.String())
	var sum decimal.Decimal
	for _, q := range b.Periods("quarter") {
		part, err := o.Amount("x-specialist", q)
		require.NoError(t, err)
		sum = sum.Add(part)
	}
	require.Equal(t, got.String(), sum.String())
	first, err := o.Amount("partners", calendar.Quarter(2027, 1))
	require.NoError(t, err)
	require.True(t, first.IsZero())
	_, err = o.Amount("partner", calendar.Month(2027, 1))
	require.Equal(t, "/unit unknown, /period off-grid", places(err))
	require.Equal(t, "partners", diag.All(err)[0].Near)
}

// Credits total at most 100 % of a cell, unless the rule says otherwise.
func TestOverlay_Limit(t *testing.T) {
	b := cascaded(t, flow("100", "2027", quarters, "team", "a < team", "b < team"))
	credits := []Credit{{Unit: "p", On: []string{"team"}, Share: dec("0.6")}, {Unit: "q", On: []string{"a"}, Share: dec("0.5")}}
	_, err := Overlay(b, OverlayRule{Credits: credits})
	require.Equal(t, "/rule/credits/1/share total", places(err))
	require.Equal(t, "1.1", diag.All(err)[0].Value)
	o, err := Overlay(b, OverlayRule{Credits: credits, Limit: weight(dec("1.1"))})
	require.NoError(t, err)
	same, err := Overlay(b, OverlayRule{Credits: credits, Limit: weight(dec("2"))})
	require.NoError(t, err)
	require.True(t, o.Equal(same))
	_, err = Overlay(b, OverlayRule{Credits: []Credit{
		{Share: dec("-1")}, {Unit: "p", On: []string{"c"}, Share: dec("1")}, {Unit: "p", On: []string{"a", "b"}}, {Unit: "p", Period: calendar.Month(2027, 1)}, {Unit: "p", Share: dec("1.5")}}})
	require.Equal(t, "/rule/credits/0/unit required, /rule/credits/0/share out-of-range, /rule/credits/1/on/0 unknown, "+
		"/rule/credits/2/on mismatch, /rule/credits/3/period off-grid, /rule/credits/4/share total", places(err))
	_, err = Overlay(nil, OverlayRule{})
	require.Equal(t, "/breakdown required", places(err))
}

// Every credit's running total is within half a step of its share, and the base
// is as before.
func TestOverlay_Laws(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 9))
	for range 80 {
		b := randomBreakdown(t, r)
		before := baseText(b)
		tree := b.cs.axes[0].tree
		v := int32(r.IntN(len(tree.nodes)))
		share := r.Int64N(microShare)
		o, err := Overlay(b, OverlayRule{Credits: []Credit{{Unit: "o", On: []string{tree.nodes[v].id}, Share: decimal.New(share, -6)}}})
		require.NoError(t, err)
		require.Equal(t, before, baseText(b))
		var base, credit int64
		for p := range b.cs.grid.pieces {
			base, credit = base+b.unitRow(v)[p], credit+o.credit[0][p]
			off := new(big.Rat).Sub(big.NewRat(base*share, microShare), big.NewRat(credit, 1))
			require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(1, 2)), 0)
		}
		for row := range o.Rows() {
			got, err := o.Amount("o", row.Period)
			require.NoError(t, err)
			require.True(t, got.Equal(row.Amount))
		}
	}
}
