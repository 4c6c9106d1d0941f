package salesplan

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func null(s string) decimal.NullDecimal {
	return decimal.NewNullDecimal(decimal.RequireFromString(s))
}

func boundedQuarters(bounds ...BoundRule) CascadeRequest {
	req := flow("1200", "2027", []calendar.Grain{"quarter", "month"}, "company", "east < company", "a < east", "b < east", "west < company", "c < west", "d < west")
	req.Goal.Split.Bounds = bounds
	return req
}

func TestCascade_Bounds(t *testing.T) {
	for _, tt := range []struct {
		name   string
		bounds []BoundRule
		want   map[string]string // by unit: total and quarters
	}{
		{"a floor for a team", []BoundRule{{Unit: "east", Min: null("800")}},
			map[string]string{"east": "800", "west": "400", "a": "400"}},
		{"a cap for a person falls on all others", []BoundRule{{Unit: "a", Max: null("210")}},
			map[string]string{"a": "210", "b": "330", "c": "330"}},
		{"a promised number", []BoundRule{{Unit: "c", Lock: null("0")}},
			map[string]string{"c": "0", "d": "400"}},
		{"a quarter's floor", []BoundRule{{Period: "2027-Q1", Min: null("600")}},
			map[string]string{"company": "1200: 600 200 200 200", "a": "300"}},
		{"a month's cap", []BoundRule{{Period: "2027-02", Max: null("10")}},
			map[string]string{"company": "1200: 226 325 324 325"}},
		{"one person's month", []BoundRule{{Unit: "a", Period: "2027-03", Lock: null("100")}},
			map[string]string{"a": "300"}},
		{"a team's quarter", []BoundRule{{Unit: "east", Period: "2027-Q1", Min: null("300")}},
			map[string]string{"company": "1200: 300 300 300 300"}},
	} {
		b := cascaded(t, boundedQuarters(tt.bounds...))
		for unit, want := range tt.want {
			switch {
			case want != "" && !strings.Contains(want, ":"):
				require.Equal(t, want, total(t, b, unit), "%s: %s", tt.name, unit)
			case want != "":
				require.Equal(t, want, line(t, b, "quarter", unit), "%s: %s", tt.name, unit)
			}
		}
		requireBounds(t, b, boundedQuarters(tt.bounds...))
	}
}

// requireBounds checks every bound on the result, and that it adds up.
func requireBounds(t *testing.T, b *Breakdown, req CascadeRequest) {
	t.Helper()
	for _, r := range req.Goal.Split.Bounds {
		at := At{Units: make([]string, len(req.Goal.Split.Axes)), Parents: make([]string, len(req.Goal.Split.Axes))}
		for k, id := range r.units() {
			for a, rule := range req.Goal.Split.Axes {
				for _, axis := range req.Axes {
					for _, u := range axis.Units {
						if axis.ID == rule.Axis && u.ID == id {
							at.Units[a] = id
							if k < len(r.Parents) {
								at.Parents[a] = r.Parents[k]
							}
						}
					}
				}
			}
		}
		if r.Period != "" {
			at.Period, _ = req.Fiscal.Parse(r.Period)
		}
		x, err := b.Amount(at)
		require.NoError(t, err)
		switch {
		case r.Min.Valid && x.LessThan(r.Min.Decimal), r.Max.Valid && x.GreaterThan(r.Max.Decimal), r.Lock.Valid && !x.Equal(r.Lock.Decimal):
			t.Fatalf("%+v: %s", r, x)
		}
	}
	total := decimal.Decimal{}
	for _, r := range allRows(t, b, Query{LeafOnly: true}) {
		total = total.Add(r.Amount)
	}
	require.True(t, total.Equal(req.Goal.Target))
}

func TestCascade_BoundFaults(t *testing.T) {
	for _, tt := range []struct {
		bounds      []BoundRule
		want, value string
		bound       string
	}{
		{[]BoundRule{{Unit: "a", Min: null("400")}, {Unit: "b", Min: null("300")}, {Unit: "east", Max: null("600")}},
			"/goal/split/bounds/2 infeasible", "the units of east need at least 700", "there is 600, short by 100"},
		{[]BoundRule{{Unit: "east", Max: null("500")}, {Unit: "west", Max: null("600")}},
			"/goal/split/bounds infeasible", "the units of org can have at most 1100", "there must be 1200, short by 100"},
		{[]BoundRule{{Period: "2027-Q1", Max: null("100")}, {Period: "2027-02", Min: null("150")}},
			"/goal/split/bounds/0 infeasible", "the periods in 2027-Q1 need at least 150", "there is 100, short by 50"},
		{[]BoundRule{{Unit: "a", Min: null("9"), Max: null("8")}}, "/goal/split/bounds/0/max conflict", "8", "at least min 9"},
		{[]BoundRule{{Unit: "a"}}, "/goal/split/bounds/0/min required", "", "min, max or lock"},
		{[]BoundRule{{Unit: "x", Min: null("1")}}, "/goal/split/bounds/0/unit unknown", "x", "units"},
		{[]BoundRule{{Unit: "a", Period: "2027-01-02/2027-01-03", Min: null("1")}}, "/goal/split/bounds/0/period off-grid", "2027-01-02/2027-01-03", ""},
		{[]BoundRule{{Units: []string{"a", "b"}, Min: null("1")}}, "/goal/split/bounds/0/units/1 conflict", "b", "one unit of axis org"},
		{[]BoundRule{{Period: "2027-01/2027-04", Min: null("1")}}, "/goal/split/bounds/0/period syntax", "2027-01/2027-04", ""},
		{[]BoundRule{{Period: "2027-01-01/2027-04-30", Min: null("1")}, {Period: "2027-Q2", Min: null("1")}}, "/goal/split/bounds/1/period conflict", "", "periods that lie within each other, or apart"},
	} {
		_, err := Cascade(context.Background(), boundedQuarters(tt.bounds...))
		require.Equal(t, tt.want, places(err))
		requireChinese(t, err)
		f := diag.All(err)[0]
		require.Equal(t, tt.value, f.Value)
		if tt.bound != "" {
			require.Contains(t, f.Bound, tt.bound)
		}
	}
}

// Whatever can be met is met, and what can't be is refused: an independent flow
// with lower bounds knows which.
func TestCascade_BoundsRandom(t *testing.T) {
	solved, refused := 0, 0
	for i := range 600 {
		r := rand.New(rand.NewPCG(uint64(i), 21))
		req := randomBounds(r)
		b, err := Cascade(context.Background(), req)
		can := feasibleBounds(req)
		if err != nil {
			require.ErrorIs(t, err, diag.Infeasible, "%d", i)
			require.False(t, can, "%d: %v\n%+v", i, err, req.Goal.Split.Bounds)
			refused++
			continue
		}
		require.True(t, can, "%d", i)
		requireBounds(t, b, req)
		solved++
		for _, row := range allRows(t, b, Query{LeafOnly: true}) {
			e, err := b.Explain(At{Units: row.Units, Period: row.Period})
			require.NoError(t, err)
			requireExplained(t, b, e)
		}
	}
	require.Greater(t, solved, 150)
	require.Greater(t, refused, 100)
}

var boundUnits = []string{"", "east", "a", "b", "west", "c", "d"}

// randomBounds bounds units, periods and single cells; no inner blocks, whose
// spreading may exclude what could be met otherwise.
func randomBounds(r *rand.Rand) CascadeRequest {
	req := boundedQuarters()
	req.Goal.Target = decimal.NewFromInt(20 + r.Int64N(200))
	n := 1 + r.IntN(6)
	for range n {
		b := BoundRule{}
		months := calendar.Month(2027, 1)
		switch r.IntN(3) {
		case 0:
			b.Unit = boundUnits[1+r.IntN(6)]
		case 1:
			b.Period = []string{"2027-Q1", "2027-Q3", "2027-02", "2027-04", "2027-12"}[r.IntN(5)]
		default:
			b.Unit, b.Period = []string{"a", "b", "c", "d"}[r.IntN(4)], months.String()
		}
		lo := r.Int64N(60)
		hi := lo + r.Int64N(40)
		switch r.IntN(4) {
		case 0:
			b.Min = decimal.NewNullDecimal(decimal.NewFromInt(lo))
		case 1:
			b.Max = decimal.NewNullDecimal(decimal.NewFromInt(lo))
		case 2:
			b.Lock = decimal.NewNullDecimal(decimal.NewFromInt(lo))
		default:
			b.Min, b.Max = decimal.NewNullDecimal(decimal.NewFromInt(lo)), decimal.NewNullDecimal(decimal.NewFromInt(hi))
		}
		req.Goal.Split.Bounds = append(req.Goal.Split.Bounds, b)
	}
	return req
}

// feasibleBounds asks a circulation with lower bounds: company → teams → people
// → months → quarters → company.
func feasibleBounds(req CascadeRequest) bool {
	const far = int64(1) << 40
	total := req.Goal.Target.IntPart()
	type arc struct {
		from, to string
		lo, hi   int64
	}
	var arcs []*arc
	at := map[string]*arc{}
	add := func(key, from, to string, lo, hi int64) {
		a := &arc{from, to, lo, hi}
		arcs, at[key] = append(arcs, a), a
	}
	for _, u := range []struct{ id, up string }{{"east", "company"}, {"west", "company"}, {"a", "east"}, {"b", "east"}, {"c", "west"}, {"d", "west"}} {
		add(u.id, u.up, u.id, 0, far)
	}
	for m := 1; m <= 12; m++ {
		month := fmt.Sprintf("2027-%02d", m)
		for _, p := range []string{"a", "b", "c", "d"} {
			add(p+" "+month, p, month, 0, far)
		}
		q := fmt.Sprintf("2027-Q%d", (m+2)/3)
		add(month, month, q, 0, far)
		if m%3 == 0 {
			add(q, q, "end", 0, far)
		}
	}
	for _, b := range req.Goal.Split.Bounds {
		key := b.Unit
		if b.Period != "" && key != "" {
			key += " "
		}
		a := at[key+b.Period]
		if b.Min.Valid {
			a.lo = max(a.lo, b.Min.Decimal.IntPart())
		}
		if b.Max.Valid {
			a.hi = min(a.hi, b.Max.Decimal.IntPart())
		}
		if b.Lock.Valid {
			a.lo, a.hi = max(a.lo, b.Lock.Decimal.IntPart()), min(a.hi, b.Lock.Decimal.IntPart())
		}
		if a.lo > a.hi {
			return false
		}
	}
	add("all", "end", "company", total, total)
	nodes := map[string]int{}
	node := func(s string) int {
		if _, ok := nodes[s]; !ok {
			nodes[s] = len(nodes)
		}
		return nodes[s]
	}
	for _, a := range arcs {
		node(a.from)
		node(a.to)
	}
	f := apportion.NewFlow(len(nodes) + 2)
	need := int64(0)
	for _, a := range arcs {
		f.AddArc(node(a.from), node(a.to), a.hi-a.lo)
		f.AddArc(len(nodes), node(a.to), a.lo)
		f.AddArc(node(a.from), len(nodes)+1, a.lo)
		need += a.lo
	}
	return f.Max(len(nodes), len(nodes)+1) == need
}

// Bounds on a person's product line and on a line alone.
func TestCascade_BoundsOfLines(t *testing.T) {
	req := boundedQuarters(BoundRule{Units: []string{"a", "x"}, Lock: null("100")}, BoundRule{Unit: "y", Max: null("300")}, BoundRule{Unit: "west", Min: null("700")})
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("x", "y")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	b := cascaded(t, req)
	requireBounds(t, b, req)
	require.Equal(t, "300", total(t, b, "", "y"))
	require.Equal(t, "100", total(t, b, "a", "x"))
	require.Equal(t, "700", total(t, b, "west"))

	mirror := boundedQuarters(BoundRule{Units: []string{"a", "x"}, Lock: null("-100")}, BoundRule{Unit: "y", Min: null("-300")}, BoundRule{Unit: "west", Max: null("-700")})
	mirror.Axes, mirror.Goal.Split.Axes, mirror.Goal.Target = req.Axes, req.Goal.Split.Axes, req.Goal.Target.Neg()
	m := cascaded(t, mirror)
	for _, row := range allRows(t, b, Query{}) {
		x, err := m.Amount(At{Units: row.Units, Period: row.Period})
		require.NoError(t, err)
		require.True(t, x.Equal(row.Amount.Neg()), "%v", row)
	}
}

// Locking every leaf cell at its present value changes nothing.
func TestCascade_LockedAsIs(t *testing.T) {
	req := boundedQuarters()
	req.Axes[0].Units[2].From = calendar.On(2027, 5, 10)
	b := cascaded(t, req)
	for _, row := range allRows(t, b, Query{LeafOnly: true}) {
		req.Goal.Split.Bounds = append(req.Goal.Split.Bounds, BoundRule{Unit: row.Units[0], Period: row.Period.String(), Lock: decimal.NewNullDecimal(row.Amount)})
	}
	again, err := Cascade(context.Background(), req)
	require.NoError(t, err)
	require.True(t, b.Equal(again))
}
