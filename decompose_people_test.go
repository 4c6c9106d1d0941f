package salesplan

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func ramp(shares ...string) []decimal.Decimal {
	var out []decimal.Decimal
	for _, s := range shares {
		out = append(out, decimal.RequireFromString(s))
	}
	return out
}

// Two reps of equal weight, Li Na from April: whose total stands is a rule.
// The figures are those of the decomposition's contract.
func TestCascade_Fix(t *testing.T) {
	req := flow("480", "2027", []calendar.Grain{"quarter"}, "team", "wang-wei < team", "li-na < team @2027-04-01..")
	req.Goal.Split.Time.Basis = TimeEven
	b := cascaded(t, req)
	require.Equal(t, "300: 120 60 60 60", line(t, b, "quarter", "wang-wei"))
	require.Equal(t, "180: 0 60 60 60", line(t, b, "quarter", "li-na"))

	req.Goal.Split.Fix = FixPeople
	req.Metric.Step = decimal.New(1, -2)
	b = cascaded(t, req)
	require.Equal(t, "480: 68.57 137.14 137.15 137.14", line(t, b, "quarter"), "before rounding 68.571428…, then 137.142857…")
	require.Equal(t, "274.29", total(t, b, "wang-wei"), "weights 1 and ¾")
	require.Equal(t, "205.71", total(t, b, "li-na"))
	e, err := b.Explain(At{Units: []string{"li-na"}, Period: calendar.Quarter(2027, 3)})
	require.NoError(t, err)
	requireExplained(t, b, e)
}

func total(t *testing.T, b *Breakdown, units ...string) string {
	t.Helper()
	x, err := b.Amount(At{Units: units})
	require.NoError(t, err)
	return x.String()
}

// Li Na carries a quarter, a half and three quarters of a full quota in her
// first months; what she doesn't, falls on her sibling.
func TestCascade_Ramp(t *testing.T) {
	req := flow("1200", "2027", []calendar.Grain{"month"}, "team", "wang-wei < team", "li-na < team @2027-04-01..")
	req.Axes[0].Units[2].Ramp = ramp("0.25", "0.5", "0.75", "1")
	b := cascaded(t, req)
	want := []float64{0, 0, 0, 100 * 0.25 / 1.25, 100 * 0.5 / 1.5, 100 * 0.75 / 1.75, 50, 50, 50, 50, 50, 50}
	for m, w := range want {
		x, err := b.Amount(At{Units: []string{"li-na"}, Period: calendar.Month(2027, time.Month(m+1))})
		require.NoError(t, err)
		require.InDelta(t, w, x.InexactFloat64(), 1)
	}
	e, err := b.Explain(At{Units: []string{"li-na"}})
	require.NoError(t, err)
	li := e.Who[len(e.Who)-1]
	require.Equal(t, 197, li.Days)
	// April to June 2027 have 22, 21 and 22 working days, of which she carries
	// a quarter, a half and three quarters.
	require.Equal(t, "164.5", li.FullDays.String(), "197 − 22·¾ − 21·½ − 22·¼")
}

// Who ramps up in the middle of a month is measured by the days.
func TestTree_RampUp(t *testing.T) {
	u := Unit{ID: "x", From: calendar.On(2027, 1, 16), Ramp: ramp("0.5", "1", "1")}
	tr := newTree(Axis{Units: []Unit{{ID: "all"}, {ID: "y", Parent: "all"}, func() Unit { v := u; v.Parent = "all"; return v }()}}, "")
	tr.setPresence(calendar.Year(2027))
	require.Equal(t, uint64(10), tr.scale)
	require.Equal(t, []span{{15, 46, 5}, {46, 365, 10}}, tr.nodes[3].spans)
	require.Nil(t, tr.nodes[1].spans, "y is always there, so somebody is")

	for _, tt := range []struct {
		from string
		days int // of half a quota in 2027
	}{{"2026-12-16", 15}, {"2026-12-01", 0}, {"2027-12-20", 12}} {
		d, err := calendar.ParseDate(tt.from)
		require.NoError(t, err)
		v := u
		v.From = d
		tr := newTree(Axis{Units: []Unit{v}}, "")
		tr.setPresence(calendar.Year(2027))
		half := 0
		for _, s := range tr.nodes[1].spans {
			if s.share == 5 {
				half += int(s.to - s.from)
			}
		}
		require.Equal(t, tt.days, half, tt.from)
	}
}

// A unit sells what it names, with all below; the other cells are empty, and
// product totals follow.
func TestCascade_Sells(t *testing.T) {
	req := flow("900", "2027", []calendar.Grain{"quarter"}, "company", "a < company", "b < company", "c < company")
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("hard", "x < hard", "y < hard", "soft", "z < soft")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	req.Axes[0].Units[1].Sells = []string{"hard"}
	req.Axes[0].Units[2].Sells = []string{"x", "z"}
	b := cascaded(t, req)
	require.Equal(t, "300", total(t, b, "a"))
	require.Equal(t, []string{"150", "150", "0"}, []string{total(t, b, "a", "x"), total(t, b, "a", "y"), total(t, b, "a", "z")})
	require.Equal(t, []string{"150", "0", "150"}, []string{total(t, b, "b", "x"), total(t, b, "b", "y"), total(t, b, "b", "z")})
	require.Equal(t, []string{"75", "75", "150"}, []string{total(t, b, "c", "x"), total(t, b, "c", "y"), total(t, b, "c", "z")})

	req.Axes[0].Units[0].Sells = []string{"soft"}
	_, err := Cascade(context.Background(), req)
	require.Equal(t, "/goal/split/axes/1/basis no-weight", places(err), "a sells hardware, the company software only")
}

func TestCascade_PeopleFaults(t *testing.T) {
	base := func() CascadeRequest { return flow("100", "2027", nil, "team", "a < team", "b < team @2027-03-01..") }
	for _, tt := range []struct {
		name   string
		change func(*CascadeRequest)
		want   string
	}{
		{"a ramp without a beginning", func(r *CascadeRequest) { r.Axes[0].Units[1].Ramp = ramp("0.5", "1") }, "/axes/0/units/1/from required"},
		{"a ramp that never ends", func(r *CascadeRequest) { r.Axes[0].Units[2].Ramp = ramp("0.5", "0.9") }, "/axes/0/units/2/ramp/1 total"},
		{"shares beyond a whole", func(r *CascadeRequest) { r.Axes[0].Units[2].Ramp = ramp("1.5", "1") }, "/axes/0/units/2/ramp/0 out-of-range"},
		{"seven decimals", func(r *CascadeRequest) { r.Axes[0].Units[2].Ramp = ramp("0.1234567", "1") }, "/axes/0/units/2/ramp/0 out-of-range"},
		{"a team's ramp", func(r *CascadeRequest) {
			r.Axes[0].Units[0].Ramp, r.Axes[0].Units[0].From = ramp("0.5", "1"), calendar.On(2027, 1, 1)
		}, "/axes/0/units/0/ramp conflict, /axes/0/units/0/ramp conflict"},
		{"sells what isn't there", func(r *CascadeRequest) { r.Axes[0].Units[1].Sells = []string{"x", "b"} }, "/axes/0/units/1/sells/0 unknown, /axes/0/units/1/sells/1 invalid"},
		{"people stand in each month", func(r *CascadeRequest) { r.Goal.Every, r.Goal.Split.Fix = "month", FixPeople }, "/goal/split/fix conflict"},
		{"no such fix", func(r *CascadeRequest) { r.Goal.Split.Fix = "both" }, "/goal/split/fix invalid"},
		{"nobody at all", func(r *CascadeRequest) {
			r.Goal.Split.Fix, r.Axes[0].Units[0].To = FixPeople, calendar.On(2026, 12, 31)
		}, "/goal/split/fix infeasible"},
	} {
		req := base()
		tt.change(&req)
		_, err := Cascade(context.Background(), req)
		require.Equal(t, tt.want, places(err), tt.name)
		requireChinese(t, err)
	}
}

// Whoever ramps up, leaves or sells parts only: everything adds up, who is not
// there owes nothing, and totals are within a step of weight × presence × ramp
// × season where the people stand.
func TestCascade_PeopleRandom(t *testing.T) {
	for i := range 150 {
		r := rand.New(rand.NewPCG(uint64(i), 77))
		units := []Unit{{ID: "all"}}
		n := 2 + r.IntN(8)
		for k := range n {
			u := Unit{ID: fmt.Sprintf("p%d", k), Parent: "all"}
			if k > 0 && r.IntN(2) == 0 {
				u.From = calendar.On(2027, 1, 1).AddDays(r.IntN(400) - 100)
				if r.IntN(2) == 0 {
					u.Ramp = ramp("0", "0.3", "0.75", "1")
				}
			}
			if k > 0 && r.IntN(4) == 0 {
				u.To = calendar.On(2027, 6, 1).AddDays(r.IntN(200))
				if !u.From.IsZero() && u.To.Before(u.From) {
					u.To = u.From
				}
			}
			units = append(units, u)
		}
		req := CascadeRequest{
			Metric: Metric{ID: "m", Step: decimal.New(1, 0)},
			Axes:   []Axis{{ID: "org", Units: units}},
			Goal: Goal{ID: "g", Metric: "m", Period: "2027", Owner: "all", Target: decimal.NewFromInt(r.Int64N(5000)),
				Split: &SplitRule{Grains: []calendar.Grain{"month", "week"}, Axes: []AxisRule{{Axis: "org"}}, Fix: []Fix{FixPeriods, FixPeople}[r.IntN(2)]}},
		}
		b := cascaded(t, req)
		sum := new(big.Rat)
		share := make([]*big.Rat, n)
		for k, u := range units[1:] {
			share[k] = new(big.Rat)
			for _, p := range b.Periods("week") {
				x, err := b.Amount(At{Units: []string{u.ID}, Period: p})
				require.NoError(t, err)
				if !u.From.IsZero() && p.Last.Before(u.From) || !u.To.IsZero() && p.First.After(u.To) {
					require.True(t, x.IsZero(), "%d %s %s", i, u.ID, p)
				}
				share[k].Add(share[k], slowPart(u, p))
			}
			sum.Add(sum, share[k])
		}
		if req.Goal.Split.Fix != FixPeople {
			continue
		}
		target := req.Goal.Target.Rat()
		for k, u := range units[1:] {
			ideal := share[k].Quo(share[k], sum)
			ideal.Mul(ideal, target)
			x, err := b.Amount(At{Units: []string{u.ID}})
			require.NoError(t, err)
			off := ideal.Sub(ideal, x.Rat())
			require.Negative(t, off.Abs(off).Cmp(big.NewRat(1, 1)), "%d %s: %s", i, u.ID, x)
		}
	}
}

// slowPart is what one carries of a leaf period of 2027, of an even month cut
// by its working days.
func slowPart(u Unit, p calendar.Period) *big.Rat {
	var cal *calendar.Calendar
	month := calendar.Month(p.First.Year(), p.First.Month())
	worth := new(big.Rat)
	days := 0
	for d := p.First; !d.After(p.Last); d = d.AddDays(1) {
		if !cal.IsWorkday(d) {
			continue
		}
		days++
		if !u.From.IsZero() && d.Before(u.From) || !u.To.IsZero() && d.After(u.To) {
			continue
		}
		share := big.NewRat(1, 1)
		for k, s := range u.Ramp {
			if !d.Before(u.From.AddMonths(k)) && d.Before(u.From.AddMonths(k+1)) {
				share = s.Rat()
			}
		}
		worth.Add(worth, share)
	}
	return worth.Quo(worth, big.NewRat(int64(cal.Workdays(month)), 1))
}
