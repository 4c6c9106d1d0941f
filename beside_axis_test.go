package salesplan

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// overLines splits a goal over two people, and below them over product lines.
func overLines(target string) CascadeRequest {
	req := flow(target, "2027", quarters, "co", "a < co", "b < co")
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("hard", "x < hard", "y < hard", "soft")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	return req
}

// A product line is handed more than it owes over all people, level by level.
func TestHedge_LaterAxis(t *testing.T) {
	b := cascaded(t, overLines("1600"))
	before := baseText(b)
	s, err := Hedge(b, HedgeRule{Axis: "product", Levels: []HedgeLevel{{Level: 1, Share: dec("0.1")}, {Level: 2, Share: dec("0.05")}}})
	require.NoError(t, err)
	require.Equal(t, before, baseText(b))
	require.Equal(t, "product", s.Axis())
	require.Equal(t, "1600: 400 400 400 400", lineOf(t, s.Amount, b, "quarter"))
	require.Equal(t, "880: 220 220 220 220", lineOf(t, s.Amount, b, "quarter", "", "hard"))
	require.Equal(t, "160: 40 40 40 40", lineOf(t, s.Surplus, b, "quarter"), "10 % more on the lines")
	require.Equal(t, "44: 11 11 11 11", lineOf(t, s.Surplus, b, "quarter", "", "hard"), "5 % more below")
	text, err := json.Marshal(s)
	require.NoError(t, err)
	require.Contains(t, string(text), `"axis":"product","rows":[{"unit":"","level":0`)
	first, err := Hedge(b, HedgeRule{Axis: "org"})
	require.NoError(t, err)
	require.False(t, s.Equal(first))
	text, err = json.Marshal(first)
	require.NoError(t, err)
	require.NotContains(t, string(text), `"axis"`)

	_, err = Hedge(b, HedgeRule{Axis: "products"})
	require.Equal(t, "/rule/axis unknown", places(err))
	require.ErrorContains(t, err, "product")
	_, err = Hedge(b, HedgeRule{Axis: "product", Levels: []HedgeLevel{{Level: 3}}})
	require.Equal(t, "/rule/levels/0/level out-of-range", places(err))
	for _, at := range []At{{Units: []string{"a", "x"}}, {Units: []string{"a"}}, {Units: []string{"", "", ""}}} {
		_, err = s.Amount(at)
		require.Equal(t, "/at/units mismatch", places(err))
	}
	_, err = s.Amount(At{Units: []string{"", "z"}})
	require.Equal(t, "/at/units/1 unknown", places(err))
}

// Commitments by product line are kept, the other lines share what is left.
func TestBottomUp_LaterAxis(t *testing.T) {
	b := cascaded(t, overLines("1600"))
	before := baseText(b)
	r := rolled(t, b, Commitment{Unit: "x", Amount: dec("600")}, Commitment{Unit: "soft", Amount: dec("700")})
	require.Equal(t, before, baseText(b))
	require.Equal(t, "product", r.Axis())
	require.Equal(t, "600: 150 150 150 150", lineOf(t, r.Amount, b, "quarter", "", "x"))
	require.Equal(t, "300: 75 75 75 75", lineOf(t, r.Amount, b, "quarter", "", "y"), "what 900 leave beside 600")
	require.Equal(t, "900: 225 225 225 225", lineOf(t, r.Amount, b, "quarter", "", "hard"))
	require.Empty(t, r.Findings())

	r = rolled(t, b, Commitment{Unit: "hard", Amount: dec("700")}, Commitment{Unit: "soft", Amount: dec("700")})
	require.Equal(t, "-200: -50 -50 -50 -50", lineOf(t, r.Mismatch, b, "quarter"))
	require.Equal(t, []string{"commitments-off-goal goal g"}, keysOf(r.Findings()))
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(text), `"axis":"product"`)

	_, err = BottomUp(b, []Commitment{{Unit: "x", Amount: dec("1")}, {Unit: "a", Amount: dec("1")}, {Unit: "z", Amount: dec("1")}, {Amount: dec("1")}})
	require.Equal(t, "/commitments/1/unit conflict, /commitments/2/unit unknown, /commitments/3/unit required", places(err))
	require.False(t, r.Equal(rolled(t, b)))
}

// The laws of streets and rollups along either axis, at every unit and period:
// what is added is a line of its own, and nobody is handed less than the base.
func TestBeside_LaterAxisLaws(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 27))
	for range 60 {
		req := overLines(strconv.Itoa(rng.IntN(5000)))
		b := cascaded(t, req)
		axis := []string{"org", "product"}[rng.IntN(2)]
		k, _ := b.axisNamed(axis)
		rule := HedgeRule{Axis: axis, Levels: []HedgeLevel{{Level: 1, Share: decimal.New(rng.Int64N(60), -2)}}}
		s, err := Hedge(b, rule)
		require.NoError(t, err)
		var cs []Commitment
		for _, u := range req.Axes[k].Units {
			if u.ID != "co" && rng.IntN(2) == 0 {
				p := calendar.Period{}
				if rng.IntN(2) == 0 {
					p = calendar.Quarter(2027, 1+rng.IntN(4))
				}
				cs = append(cs, Commitment{Unit: u.ID, Period: p, Amount: decimal.NewFromInt(int64(rng.IntN(2000)))})
			}
		}
		if len(cs) == 0 {
			continue // a rollup of nobody's commitments is along the first axis
		}
		r := rolled(t, b, cs...)
		for _, c := range cs {
			x, err := r.Amount(withPeriod(r.view.at(c.Unit), c.Period))
			require.NoError(t, err)
			require.True(t, x.Equal(c.Amount), "%s committed %s, carries %s", c.Unit, c.Amount, x)
		}
		tr := b.cs.axes[k].tree
		for v := range tr.nodes {
			for _, p := range append(b.Periods("quarter"), b.Period()) {
				at := withPeriod(r.view.at(tr.nodes[v].id), p)
				read := func(f func(At) (decimal.Decimal, error), at At) decimal.Decimal {
					x, err := f(at)
					require.NoError(t, err)
					return x
				}
				base, street := read(b.Amount, at), read(s.Amount, at)
				require.True(t, street.GreaterThanOrEqual(base))
				require.False(t, read(s.Surplus, at).IsNegative())
				if tr.isLeaf(int32(v)) {
					continue
				}
				var streets, carried decimal.Decimal
				tr.children(int32(v), func(c int32) {
					below := withPeriod(r.view.at(tr.nodes[c].id), p)
					streets, carried = streets.Add(read(s.Amount, below)), carried.Add(read(r.Amount, below))
				})
				require.True(t, streets.Sub(read(s.Surplus, at)).Equal(street))
				require.True(t, carried.Equal(read(r.Amount, at).Add(read(r.Mismatch, at))))
			}
		}
	}
}

func withPeriod(at At, p calendar.Period) At {
	at.Period = p
	return at
}

// What is seen along a later axis is what the breakdown says of it.
func TestBreakdown_Along(t *testing.T) {
	req := overLines("997")
	req.Axes = append(req.Axes, Axis{ID: "segment", Units: unitList("s1", "s2", "s3")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "segment"})
	b := cascaded(t, req)
	for k := range b.cs.axes {
		w := b.along(k)
		for v := range w.tree.nodes {
			for i, p := range b.Periods("quarter") {
				x, err := b.Amount(withPeriod(w.at(w.tree.nodes[v].id), p))
				require.NoError(t, err)
				require.True(t, x.Equal(b.decimal(w.row(int32(v))[i])), "axis %d, %s", k, w.tree.nodes[v].id)
			}
		}
	}
	_, err := Hedge(&Breakdown{}, HedgeRule{Axis: "product"})
	require.ErrorIs(t, err, diag.Required)
}
