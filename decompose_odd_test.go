package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// inThousands is a plan in thousands of yuan, whose actuals carry fen.
func inThousands(bounds ...BoundRule) CascadeRequest {
	req := flow("12000000", "2027", []calendar.Grain{"quarter", "month"}, "company", "east < company", "a < east", "b < east", "west < company", "c < west", "d < west")
	req.Metric.Step = dec("1000")
	req.Goal.Split.Bounds = bounds
	return req
}

func fixed(unit, period, amount string) BoundRule {
	return BoundRule{Unit: unit, Period: period, Lock: null(amount)}
}

// offStep lists the cells that are no multiple of the step; those of units that
// change teams after their teams.
func offStep(t *testing.T, b *Breakdown) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, r := range allRows(t, b, Query{LeafOnly: true}) {
		if !r.Amount.Mod(b.Metric().Step).IsZero() {
			out[nameOfCell(r)+" "+b.Label(r.Period)] = b.Text(r.Amount)
		}
	}
	return out
}

func nameOfCell(r Row) string {
	var names []string
	for k, id := range r.Units {
		if r.Parents != nil && r.Parents[k] != "" {
			names = append(names, r.Parents[k])
		}
		names = append(names, id)
	}
	return strings.Trim(strings.Join(names, "/"), "/")
}

// requireOdd checks that all adds up, that every lock and bound holds, and that
// findings name every cell off the step and no other.
func requireOdd(t *testing.T, b *Breakdown, req CascadeRequest) {
	t.Helper()
	requireSums(t, b)
	all := req
	all.Goal.Target = req.Goal.Target.Mul(decimal.New(int64(len(b.cs.grid.turns)), 0))
	requireBounds(t, b, all)
	named := map[string]string{}
	locks := 0
	for _, f := range b.Findings() {
		args := map[string]string{}
		for _, a := range f.Args {
			args[a.Name] = a.Text
		}
		switch f.Code {
		case codeOddRest:
			named[f.Subject.ID+" "+args["period"]] = args["amount"]
		case codeOddLock:
			locks++
			for _, r := range allRows(t, b, Query{LeafOnly: true}) {
				plain := strings.Trim(strings.Join(r.Units, "/"), "/")
				if full := nameOfCell(r); (f.Subject.ID == full || f.Subject.ID == plain) && b.Label(r.Period) == args["period"] && b.Text(r.Amount) == args["amount"] {
					named[full+" "+args["period"]] = args["amount"]
				}
			}
		}
	}
	want := 0
	for _, r := range req.Goal.Split.Bounds {
		if r.Lock.Valid && !r.Lock.Decimal.Mod(b.Metric().Step).IsZero() {
			want++
		}
	}
	require.Equal(t, want, locks)
	require.Equal(t, named, offStep(t, b))
	for _, s := range b.cs.grid.turns {
		x, err := b.Amount(At{Period: s.Period})
		require.NoError(t, err)
		require.True(t, x.Equal(req.Goal.Target), "%s in %s", x, s.Period)
	}
	for _, r := range allRows(t, b, Query{}) {
		require.False(t, r.Amount.Sign()*req.Goal.Target.Sign() < 0, "%v against the goal's sign", r)
		at := At{Units: r.Units, Parents: r.Parents, Period: r.Period}
		x, err := b.Amount(at)
		require.NoError(t, err)
		require.True(t, x.Equal(r.Amount))
		e, err := b.Explain(at)
		require.NoError(t, err)
		require.True(t, e.Amount.Equal(r.Amount))
		requireExplained(t, b, e)
		if e.Cell != nil {
			require.Equal(t, !r.Amount.Mod(b.Metric().Step).IsZero(), e.Cell.Odd != nil, "%v", r)
		}
		requireStints(t, b, r)
	}
}

// requireStints checks that what a row's units owe in all teams together is
// explained by parts that add up to it, with what cells have beyond whole steps.
func requireStints(t *testing.T, b *Breakdown, r Row) {
	t.Helper()
	if r.Parents == nil {
		return
	}
	e, err := b.Explain(At{Units: r.Units, Period: r.Period})
	require.NoError(t, err)
	sum := decimal.Decimal{}
	for _, s := range e.Stints {
		sum = sum.Add(s.Amount)
		if s.Cell != nil {
			require.Equal(t, !s.Amount.Mod(b.Metric().Step).IsZero(), s.Cell.Odd != nil, "%v", r)
			requireCell(t, b.cs.table, s.Cell, lessOddShare(s.Amount, s.Cell), b.Metric().Step)
		}
	}
	require.True(t, e.Stints == nil || sum.Equal(e.Amount))
}

// A plan in thousands whose January is closed: the actuals hold to the fen, what
// they leave goes to February in each person's row, and every person's year, the
// quarter and the goal are whole.
func TestCascade_OddLocks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		bounds []BoundRule
		want   map[string]string // cells off the step
		whole  []string          // totals, by place
	}{
		{"one cell makes a rectangle: its row and column stay whole",
			[]BoundRule{fixed("a", "2027-01", "83417.35")},
			map[string]string{"a 2027-01": "83417.35", "a 2027-02": "265582.65", "b 2027-01": "", "b 2027-02": ""},
			[]string{"a ", " 2027-01", " 2027-02", "b "}},
		{"a closed month",
			[]BoundRule{fixed("a", "2027-01", "83417.35"), fixed("b", "2027-01", "301000"), fixed("c", "2027-01", "212345.67"), fixed("d", "2027-01", "199999.99")},
			map[string]string{"a 2027-01": "83417.35", "c 2027-01": "212345.67", "d 2027-01": "199999.99", "a 2027-02": "", "c 2027-02": "", "d 2027-02": ""},
			[]string{"a ", "b ", "c ", "d ", " 2027-03", " 2027-Q1", "east ", "west 2027-Q1"}},
		{"a person's year: a colleague's makes up for it, in the same month",
			[]BoundRule{fixed("c", "", "2500000.5")},
			map[string]string{"c 2027-01": "", "d 2027-01": ""},
			[]string{" 2027-01", "a ", "b ", "west ", "east "}},
		{"a team's year", []BoundRule{fixed("east", "", "7000000.01")},
			map[string]string{"a 2027-01": "", "c 2027-01": ""}, []string{" 2027-01", "b ", "d "}},
		{"a month's total: another's makes up for it, in the same row",
			[]BoundRule{fixed("", "2027-01", "831417.35")},
			map[string]string{"a 2027-01": "", "a 2027-02": ""}, []string{"a ", "east ", " 2027-03", " 2027-Q1"}},
		{"a team's quarter", []BoundRule{fixed("east", "2027-Q2", "900000.1")},
			map[string]string{"a 2027-04": "", "a 2027-01": "", "b 2027-04": "", "b 2027-01": ""}, nil},
		{"off the step together, not each", []BoundRule{fixed("a", "2027-01", "83417.35"), fixed("b", "2027-01", "83582.65")},
			map[string]string{"a 2027-01": "83417.35", "b 2027-01": "83582.65", "a 2027-02": "", "b 2027-02": ""}, []string{" 2027-01", " 2027-02", "a ", "b "}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			req := inThousands(tt.bounds...)
			b := cascaded(t, req)
			requireOdd(t, b, req)
			got := offStep(t, b)
			keys := func(m map[string]string) []string {
				var out []string
				for k := range m {
					out = append(out, k)
				}
				slices.Sort(out)
				return out
			}
			if tt.whole != nil {
				require.Equal(t, keys(tt.want), keys(got))
			}
			for k, x := range tt.want {
				if x != "" {
					require.Equal(t, x, got[k], k)
				}
			}
			for _, place := range tt.whole {
				unit, period, _ := strings.Cut(place, " ")
				at := At{Units: []string{unit}}
				if period != "" {
					at.Period, _ = req.Fiscal.Parse(period)
				}
				x, err := b.Amount(at)
				require.NoError(t, err)
				require.True(t, x.Mod(req.Metric.Step).IsZero(), "%s: %s", place, x)
			}
		})
	}
}

// randomOdd draws a small goal and locks near what it owes, most of them off the
// step.
func randomOdd(r *rand.Rand) (CascadeRequest, bool) {
	return randomOddWith(r, func(*CascadeRequest) {})
}

func randomOddWith(r *rand.Rand, change func(*CascadeRequest)) (CascadeRequest, bool) {
	req := flow("1", "2027", chosen(r, []calendar.Grain{"quarter", "month"}, []calendar.Grain{"month"}, quarters, []calendar.Grain{"half"}),
		"company", "east < company", "a < east", "b < east", "west < company", "c < west", "d < west")
	req.Metric.Step = dec(chosen(r, "1", "1000", "0.05", "0.01"))
	if r.IntN(3) == 0 {
		units := req.Axes[0].Units
		u := &units[[]int{2, 3, 5, 6}[r.IntN(4)]]
		if u.From = calendar.Month(2027, 1).First.AddDays(r.IntN(170)); r.IntN(2) == 0 {
			u.From, u.To = calendar.Date{}, u.From
		}
		req.Goal.Split.Fix = chosen(r, "", FixPeople)
	}
	if r.IntN(4) == 0 && req.Goal.Split.Fix == "" {
		req.Goal.Every = chosen(r, calendar.GrainHalf, calendar.GrainQuarter)
		if req.Goal.Split.Grains[0] == "half" {
			req.Goal.Every = calendar.GrainHalf
		}
	}
	switch r.IntN(4) {
	case 0:
		req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("hard", "x < hard", "y < hard", "z")})
		req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	case 1:
		req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("x", "z")}, Axis{ID: "segment", Units: unitList("big", "small")})
		req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"}, AxisRule{Axis: "segment"})
	}
	req.Goal.Target = req.Metric.Step.Mul(decimal.New(chosen(r, int64(300), 3000, 1e6)+r.Int64N(300), 0))
	if r.IntN(3) == 0 {
		req.Goal.Target = req.Goal.Target.Neg()
	}
	change(&req)
	free, err := Cascade(context.Background(), req)
	if err != nil {
		return req, false
	}
	rows, err := free.Rows(Query{})
	if err != nil {
		return req, false
	}
	var all []Row
	for x := range rows {
		all = append(all, x)
	}
	for range 1 + r.IntN(5) {
		x := all[r.IntN(len(all))]
		if r.IntN(2) == 0 { // a closed first period
			x.Period = free.cs.grid.pieces[0]
		}
		b := BoundRule{}
		place := At{Units: x.Units, Period: x.Period}
		one := x.Parents != nil && r.IntN(2) == 0
		for k, u := range x.Units {
			if u != "" {
				b.Units = append(b.Units, u)
				if one {
					b.Parents = append(b.Parents, x.Parents[k])
				}
			}
		}
		if one {
			place.Parents = x.Parents
		}
		if x.Period != free.Period() {
			b.Period = x.Period.First.String() + "/" + x.Period.Last.String()
		}
		if len(b.Units) == 0 && b.Period == "" {
			continue
		}
		d, _ := free.Amount(place)
		b.Lock = decimal.NewNullDecimal(d.Add(req.Metric.Step.Mul(decimal.New(r.Int64N(2000)-1000, -3))))
		switch r.IntN(6) {
		case 0:
			b.Min, b.Lock = b.Lock, decimal.NullDecimal{}
		case 1:
			b.Max, b.Lock = b.Lock, decimal.NullDecimal{}
		}
		req.Goal.Split.Bounds = append(req.Goal.Split.Bounds, b)
	}
	return req, true
}

// Whatever locks off the step there are: where a goal can be split, sums are
// exact at every level and in every period, every lock holds to the last digit,
// and only cells that findings name are off the step.
func TestCascade_OddLocksRandom(t *testing.T) {
	rounds := 400
	if testing.Short() {
		rounds = 150
	}
	solved, odd, refused := 0, 0, map[string]int{}
	for i := range rounds {
		r := rand.New(rand.NewPCG(uint64(i), 77))
		req, ok := randomOdd(r)
		if !ok {
			continue
		}
		b, err := Cascade(context.Background(), req)
		if err != nil {
			requireChinese(t, err)
			f := diag.All(err)[0]
			require.Contains(t, []diag.Code{diag.Infeasible, diag.Conflict}, f.Code, "%d: %v", i, err)
			refused[f.Bound]++
			continue
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) { requireOdd(t, b, req) })
		solved++
		if len(offStep(t, b)) > 0 {
			odd++
		}
	}
	t.Logf("%d solved, %d of them off the step", solved, odd)
	for why, n := range refused {
		t.Log(n, why)
	}
	require.Greater(t, odd, rounds/3)
}
