package salesplan

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// randomLines draws a split over people and product lines with bounds on lines,
// people, pairs, and single cells.
func randomLines(r *rand.Rand) CascadeRequest {
	req := flow("1", "2027", quarters, "company", "a < company", "b < company", "c < company")
	req.Goal.Target = decimal.NewFromInt(20 + r.Int64N(150))
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("hard", "x < hard", "y < hard", "z")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	if r.IntN(2) == 0 {
		req.Axes[0].Units[1+r.IntN(3)].From = chosen(r, calendar.Quarter(2027, 2), calendar.Quarter(2027, 3)).First
	}
	n := 2 + r.IntN(5)
	for range n {
		b := BoundRule{}
		of := int64(1)
		switch r.IntN(4) {
		case 0:
			b.Unit, of = chosen(r, "hard", "x", "y", "z"), 3
		case 1:
			b.Unit, of = chosen(r, "a", "b", "c"), 3
		case 2:
			b.Units, of = []string{chosen(r, "a", "b", "c"), chosen(r, "x", "y", "z")}, 9
		default:
			b.Units, b.Period, of = []string{chosen(r, "a", "b", "c"), chosen(r, "x", "y", "z")}, chosen(r, "2027-Q1", "2027-Q2", "2027-Q4"), 36
		}
		share := req.Goal.Target.IntPart() / of
		lo := r.Int64N(2*share + 2)
		switch r.IntN(3) {
		case 0:
			b.Min = decimal.NewNullDecimal(decimal.NewFromInt(lo))
		case 1:
			b.Max = decimal.NewNullDecimal(decimal.NewFromInt(lo))
		default:
			b.Lock = decimal.NewNullDecimal(decimal.NewFromInt(lo))
		}
		req.Goal.Split.Bounds = append(req.Goal.Split.Bounds, b)
	}
	return req
}

// feasibleLines asks a circulation with lower bounds, which knows nothing of
// periods: company → people → lines → company. What cells may have counts summed
// in their pair.
func feasibleLines(req CascadeRequest) bool {
	const far = int64(1) << 40
	type span struct{ lo, hi int64 }
	at := map[string]*span{}
	get := func(key string, hi int64) *span {
		if at[key] == nil {
			at[key] = &span{0, hi}
		}
		return at[key]
	}
	people, lines := []string{"a", "b", "c"}, []string{"x", "y", "z"}
	for i, p := range people {
		from := req.Axes[0].Units[1+i].From
		for _, l := range lines {
			for q := 1; q <= 4; q++ {
				hi := far
				if calendar.Quarter(2027, q).Last.Before(from) {
					hi = 0
				}
				get(p+l+calendar.Quarter(2027, q).String(), hi)
			}
		}
	}
	for _, b := range req.Goal.Split.Bounds {
		key := b.Unit
		for _, u := range b.Units {
			key += u
		}
		if b.Period != "" {
			q, _ := req.Fiscal.Parse(b.Period)
			key += q.String()
		}
		s := get(key, far)
		if b.Min.Valid {
			s.lo = max(s.lo, b.Min.Decimal.IntPart())
		}
		if b.Max.Valid {
			s.hi = min(s.hi, b.Max.Decimal.IntPart())
		}
		if b.Lock.Valid {
			s.lo, s.hi = max(s.lo, b.Lock.Decimal.IntPart()), min(s.hi, b.Lock.Decimal.IntPart())
		}
		if s.lo > s.hi {
			return false
		}
	}
	node := map[string]int{"company": 0, "a": 1, "b": 2, "c": 3, "x": 4, "y": 5, "z": 6, "hard": 7, "end": 8}
	f := apportion.NewFlow(11)
	need, possible := int64(0), true
	arc := func(from, to string, s span) {
		possible = possible && s.lo <= s.hi
		f.AddArc(node[from], node[to], max(s.hi-s.lo, 0))
		f.AddArc(9, node[to], s.lo)
		f.AddArc(node[from], 10, s.lo)
		need += s.lo
	}
	for _, p := range people {
		arc("company", p, *get(p, far))
		for _, l := range lines {
			pair := *get(p+l, far)
			var cells span
			for q := 1; q <= 4; q++ {
				c := get(p+l+calendar.Quarter(2027, q).String(), far)
				cells.lo, cells.hi = cells.lo+c.lo, min(cells.hi+c.hi, far)
			}
			arc(p, l, span{max(pair.lo, cells.lo), min(pair.hi, cells.hi)})
		}
	}
	arc("x", "hard", *get("x", far))
	arc("y", "hard", *get("y", far))
	arc("hard", "end", *get("hard", far))
	arc("z", "end", *get("z", far))
	total := req.Goal.Target.IntPart()
	arc("end", "company", span{total, total})
	return possible && f.Max(9, 10) == need
}

// What people, lines, their pairs and single cells are bounded to is met
// wherever it can be, and refused, with a reason, where it can't.
func TestCascade_BoundsOfLinesRandom(t *testing.T) {
	solved, moves, refused := 0, 0, 0
	for i := range 2000 {
		req := randomLines(rand.New(rand.NewPCG(uint64(i), 31)))
		b, err := Cascade(context.Background(), req)
		can := feasibleLines(req)
		if err != nil {
			require.ErrorIs(t, err, diag.Infeasible, "%d", i)
			requireChinese(t, err)
			require.False(t, can, "%d: %v\n%+v", i, err, req.Goal.Split.Bounds)
			refused++
			continue
		}
		require.True(t, can, "%d", i)
		requireBounds(t, b, req)
		requireSums(t, b)
		if moved(b) {
			moves++
		}
		solved++
	}
	t.Logf("%d solved, %d of them with moved totals, %d refused", solved, moves, refused)
	require.Greater(t, moves, 30)
	require.Greater(t, refused, 200)
}

// A floor on a line that its pairs can't fill with the people's totals: these
// give way.
func TestCascade_LinesMovePeople(t *testing.T) {
	req := flow("90", "2027", quarters, "company", "a < company", "b < company", "c < company")
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("x", "y")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	req.Goal.Split.Bounds = []BoundRule{
		{Unit: "x", Min: null("70")},
		{Units: []string{"b", "x"}, Max: null("5")},
		{Units: []string{"c", "y"}, Min: null("15")},
	}
	b := cascaded(t, req)
	requireBounds(t, b, req)
	require.Equal(t, "70", total(t, b, "", "x"))
	require.Equal(t, "15", total(t, b, "c", "y"))
	require.True(t, moved(b))

	req.Goal.Split.Bounds = append(req.Goal.Split.Bounds, BoundRule{Unit: "a", Max: null("40")}, BoundRule{Unit: "c", Max: null("35")})
	_, err := Cascade(context.Background(), req)
	require.ErrorIs(t, err, diag.Infeasible, "40 of a, 5 of b and 20 of c are 65 of x at most")
	requireChinese(t, err)
}
