package salesplantest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A recorder is a testing.TB that keeps what it is told.
type recorder struct {
	testing.TB
	errors []string
	fatal  string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(f string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(f, args...))
}
func (r *recorder) Fatalf(f string, args ...any) { r.fatal = fmt.Sprintf(f, args...) }
func (r *recorder) Fatal(args ...any)            { r.fatal = fmt.Sprint(args...) }

func breakdowns(t *testing.T, p *salesplan.Plan) []*salesplan.Breakdown {
	t.Helper()
	targets, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	return slices.Collect(targets.All())
}

func TestRequireExact(t *testing.T) {
	for _, p := range []*salesplan.Plan{Annual(), Customers()} {
		for _, b := range breakdowns(t, p) {
			r := &recorder{}
			RequireExact(r, b)
			assert.Empty(t, r.errors)
			assert.Empty(t, r.fatal, b.Goal())
		}
	}
}

// After a re-plan the whole is the goal as it is now, and what is carried.
func TestRequireExact_Replanned(t *testing.T) {
	p := Customers()
	issued, err := p.Targets(context.Background(), nil)
	require.NoError(t, err)
	now := p.Clone()
	now.Goals[0].Target = now.Goals[0].Target.Mul(decimal.NewFromInt(2))
	year, err := calendar.Fiscal{}.Parse(now.Goals[0].Period)
	require.NoError(t, err)
	after, err := salesplan.Resplit(context.Background(), salesplan.ResplitRequest{Issued: issued, Plan: now, AsOf: year.First})
	require.NoError(t, err)
	for b := range after.All() {
		r := &recorder{}
		RequireExact(r, b)
		assert.Empty(t, r.errors)
		assert.Empty(t, r.fatal, b.Goal())
	}
}

func TestRequireExact_Nil(t *testing.T) {
	r := &recorder{}
	RequireExact(r, nil)
	assert.Equal(t, "no breakdown", r.fatal)
}

// Splits of other shapes: without axes or grains, owned by a unit of a later
// axis, with negative targets, one axis alone.
func TestRequireExact_Shapes(t *testing.T) {
	weeks := []calendar.Grain{calendar.GrainMonth, calendar.GrainWeek}
	rules := func(axes ...string) []salesplan.AxisRule {
		var out []salesplan.AxisRule
		for _, a := range axes {
			out = append(out, salesplan.AxisRule{Axis: a})
		}
		return out
	}
	for name, change := range map[string]func(*salesplan.Goal){
		"one cell":               func(g *salesplan.Goal) { g.Split = nil },
		"one cell, no owner":     func(g *salesplan.Goal) { g.Split, g.Owner = nil, "" },
		"no grains":              func(g *salesplan.Goal) { g.Split = &salesplan.SplitRule{Axes: rules("org", "product")} },
		"no axes":                func(g *salesplan.Goal) { g.Split = &salesplan.SplitRule{Grains: weeks} },
		"whole axes":             func(g *salesplan.Goal) { g.Owner = "" },
		"owner is a leaf":        func(g *salesplan.Goal) { g.Owner = "liu-yang" },
		"owner is a product":     func(g *salesplan.Goal) { g.Owner = "software" },
		"owner is one product":   func(g *salesplan.Goal) { g.Owner = "cloud" },
		"owner is a segment":     func(g *salesplan.Goal) { g.Owner = "small-business" },
		"products before people": func(g *salesplan.Goal) { g.Split = &salesplan.SplitRule{Grains: weeks, Axes: rules("product", "org")} },
		"negative":               func(g *salesplan.Goal) { g.Target = g.Target.Neg() },
		"zero":                   func(g *salesplan.Goal) { g.Target = decimal.Decimal{} },
		"every quarter":          func(g *salesplan.Goal) { g.Every = calendar.GrainQuarter },
	} {
		p := Annual()
		p.Goals = p.Goals[:1]
		g := &p.Goals[0]
		g.Split.Grains = weeks
		change(g)
		r := &recorder{}
		RequireExact(r, breakdowns(t, p)[0])
		assert.Empty(t, r.errors, name)
		assert.Empty(t, r.fatal, name)
	}
}

// Units that change teams have rows in each, also two in a row: below the last
// of a unit's teams and the unit itself. A row in the wrong team is found.
func TestRequireExact_Transfers(t *testing.T) {
	move := func(day int, to string) []salesplan.UnitTransfer {
		return []salesplan.UnitTransfer{{On: calendar.On(2027, 3, day), To: to}}
	}
	b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
		Metric: salesplan.Metric{ID: "units", Step: decimal.NewFromInt(1)},
		Axes: []salesplan.Axis{
			{ID: "org", Units: []salesplan.Unit{{ID: "all"}, {ID: "a", Parent: "all"}, {ID: "p", Parent: "a", Transfers: move(5, "all")}, {ID: "b", Parent: "a"}}},
			{ID: "product", Units: []salesplan.Unit{{ID: "x"}, {ID: "y"}, {ID: "x1", Parent: "x", Transfers: move(20, "y")}, {ID: "x2", Parent: "x"}, {ID: "y1", Parent: "y"}}},
		},
		Goal: salesplan.Goal{ID: "g", Metric: "units", Period: "2027-H1", Target: decimal.NewFromInt(1001), Owner: "all",
			Split: &salesplan.SplitRule{Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth}, Axes: []salesplan.AxisRule{{Axis: "org"}, {Axis: "product"}}}},
	})
	require.NoError(t, err)
	r := &recorder{}
	RequireExact(r, b)
	require.Empty(t, r.errors)
	require.Empty(t, r.fatal)

	s, err := shapeOf(b)
	require.NoError(t, err)
	rows := rowsOf(t, b)
	moved := 0
	for i := range rows {
		if rows[i].Parents == nil || rows[i].Amount.IsZero() {
			continue
		}
		moved++
		changed := slices.Clone(rows)
		changed[i].Amount = changed[i].Amount.Add(decimal.NewFromInt(1))
		_, count := check(s, slices.Values(changed))
		require.Positive(t, count, "%v", rows[i])
	}
	require.Greater(t, moved, 50)
}

// Locks off the step, of units that change teams too, leave sums exact to their
// last digit; an amount that is off by less than the step is found.
func TestRequireExact_OddLocks(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 79))
	solved := 0
	for range 60 {
		day := calendar.On(2027, 1, 1).AddDays(1 + rng.IntN(360))
		lock := decimal.New(20_000+rng.Int64N(400_000), -2)
		month := calendar.Month(2027, time.Month(1+rng.IntN(12))).String()
		b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
			Metric: salesplan.Metric{ID: "units", Step: decimal.NewFromInt(5)},
			Axes: []salesplan.Axis{
				{ID: "org", Units: []salesplan.Unit{{ID: "a"}, {ID: "b"}, {ID: "p", Parent: "a", Transfers: []salesplan.UnitTransfer{{On: day, To: "b"}}}, {ID: "q", Parent: "a"}, {ID: "r", Parent: "b"}}},
				{ID: "product", Units: []salesplan.Unit{{ID: "x"}, {ID: "y"}}},
			},
			Goal: salesplan.Goal{ID: "g", Metric: "units", Period: "2027", Target: decimal.NewFromInt(120_000), Split: &salesplan.SplitRule{
				Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth}, Axes: []salesplan.AxisRule{{Axis: "org"}, {Axis: "product"}},
				Bounds: []salesplan.BoundRule{{Unit: "p", Period: month, Lock: decimal.NewNullDecimal(lock)}}}},
		})
		require.NoError(t, err, "%s %s", day, month)
		r := &recorder{}
		RequireExact(r, b)
		require.Empty(t, r.errors)
		require.Empty(t, r.fatal)
		solved++

		s, err := shapeOf(b)
		require.NoError(t, err)
		rows := rowsOf(t, b)
		i := rng.IntN(len(rows))
		rows[i].Amount = rows[i].Amount.Add(s.step)
		_, count := check(s, slices.Values(rows))
		require.Positive(t, count, "%v", rows[i])
	}
	require.Equal(t, 60, solved)
}

// small is a breakdown of two axes whose rows can be counted by hand: 3 people
// in 2 teams × 2 products × 2 quarters.
func small(t *testing.T) *salesplan.Breakdown {
	t.Helper()
	b, err := salesplan.Cascade(context.Background(), salesplan.CascadeRequest{
		Metric: salesplan.Metric{ID: "units", Step: decimal.NewFromInt(10)},
		Axes: []salesplan.Axis{
			{ID: "org", Units: []salesplan.Unit{{ID: "all"}, {ID: "a", Parent: "all"}, {ID: "a1", Parent: "a"}, {ID: "a2", Parent: "a"}, {ID: "b", Parent: "all"}, {ID: "b1", Parent: "b"}}},
			{ID: "product", Units: []salesplan.Unit{{ID: "x"}, {ID: "y"}}},
		},
		Goal: salesplan.Goal{ID: "g", Metric: "units", Period: "2027-H1", Target: decimal.NewFromInt(1000), Owner: "all",
			Split: &salesplan.SplitRule{Grains: []calendar.Grain{calendar.GrainQuarter}, Axes: []salesplan.AxisRule{{Axis: "org"}, {Axis: "product"}}}},
	})
	require.NoError(t, err)
	return b
}

func rowsOf(t *testing.T, b *salesplan.Breakdown) []salesplan.Row {
	t.Helper()
	rows, err := b.Rows(salesplan.Query{})
	require.NoError(t, err)
	return slices.Collect(rows)
}

// find returns the row of units in a period.
func find(t *testing.T, rows []salesplan.Row, period string, units ...string) *salesplan.Row {
	t.Helper()
	i := slices.IndexFunc(rows, func(r salesplan.Row) bool {
		return slices.Equal(r.Units, units) && r.Period.String() == period
	})
	require.GreaterOrEqual(t, i, 0, "%s %s", units, period)
	return &rows[i]
}

// Whatever is broken is named, and nothing else is.
func TestCheck_Broken(t *testing.T) {
	ten := decimal.NewFromInt(10)
	add := func(r *salesplan.Row, n int64) { r.Amount = r.Amount.Add(ten.Mul(decimal.NewFromInt(n))) }
	drop := func(rows []salesplan.Row, units ...string) []salesplan.Row {
		return slices.DeleteFunc(rows, func(r salesplan.Row) bool { return slices.Equal(r.Units, units) })
	}
	tests := []struct {
		name  string
		spoil func(rows []salesplan.Row) []salesplan.Row
		want  []string
		more  bool // want are some of what is reported, as parts of it
	}{
		{"nothing", func(rows []salesplan.Row) []salesplan.Row { return rows }, nil, false},
		{"a cell", func(rows []salesplan.Row) []salesplan.Row {
			add(find(t, rows, "2027-Q2", "a1", "x"), 1)
			return rows
		}, []string{
			"a1 / x in 2027-H1: 130, but its sub-periods 140",
			"a1 in 2027-Q2: 120, but its sub-units on product 130",
			"all / x in 2027-Q2: 240, but its sum over the units before 250",
		}, false},
		{"a cell and its period", func(rows []salesplan.Row) []salesplan.Row {
			add(find(t, rows, "2027-Q1", "a1", "x"), 1)
			add(find(t, rows, "2027-Q2", "a1", "x"), -1)
			return rows
		}, []string{
			"a1 in 2027-Q1: 130, but its sub-units on product 140",
			"a1 in 2027-Q2: 120, but its sub-units on product 110",
			"all / x in 2027-Q1: 260, but its sum over the units before 270",
			"all / x in 2027-Q2: 240, but its sum over the units before 230",
		}, false},
		{"a unit's whole period", func(rows []salesplan.Row) []salesplan.Row {
			add(find(t, rows, "2027-H1", "b", ""), -1)
			return rows
		}, []string{
			"b in 2027-H1: 490, but its sub-periods 500",
			"b in 2027-H1: 490, but its sub-units on org 500",
			"all in 2027-H1: 1000, but its sub-units on org 990",
		}, false},
		{"a product alone", func(rows []salesplan.Row) []salesplan.Row {
			for _, p := range []string{"2027-H1", "2027-Q1"} {
				add(find(t, rows, p, "all", "y"), 2)
			}
			return rows
		}, []string{
			"all / y in 2027-Q1: 260, but its sum over the units before 240",
			"all in 2027-Q1: 500, but its sub-units on product 520",
		}, false},
		{"the goal", func(rows []salesplan.Row) []salesplan.Row {
			for i := range rows {
				rows[i].Amount = rows[i].Amount.Mul(decimal.NewFromInt(2))
			}
			return rows
		}, []string{"the whole is 2000, the goal 1000"}, false},
		{"off the step", func(rows []salesplan.Row) []salesplan.Row {
			r := find(t, rows, "2027-Q1", "a2", "y")
			r.Amount = r.Amount.Add(decimal.RequireFromString("0.5"))
			return rows
		}, []string{"a2 / y in 2027-Q1: ", "is no multiple of 10"}, true},
		{"a person missing", func(rows []salesplan.Row) []salesplan.Row {
			return drop(drop(drop(rows, "b1", ""), "b1", "x"), "b1", "y")
		}, []string{"b has nobody below", "x in 2027-Q1", "y in 2027-Q2"}, true},
		{"a parent missing", func(rows []salesplan.Row) []salesplan.Row { return drop(rows, "b", "") },
			[]string{"b1 stands below b, which was not there before it"}, true},
		{"products missing below a person", func(rows []salesplan.Row) []salesplan.Row {
			return drop(drop(rows, "a1", "x"), "a1", "y")
		}, []string{"a1 has nobody below"}, true},
		{"a product never alone", func(rows []salesplan.Row) []salesplan.Row { return drop(drop(rows, "all", "y"), "all", "x") },
			[]string{"all / x never came", "all / y never came"}, false},
		{"a period missing", func(rows []salesplan.Row) []salesplan.Row {
			r := find(t, rows, "2027-Q2", "a1", "x")
			i := slices.IndexFunc(rows, func(q salesplan.Row) bool { return &q != r && slices.Equal(q.Units, r.Units) && q.Period == r.Period })
			return slices.Delete(rows, i, i+1)
		}, []string{"a1 / x has only 2 of 3 periods"}, true},
		{"a period twice", func(rows []salesplan.Row) []salesplan.Row {
			i := slices.IndexFunc(rows, func(q salesplan.Row) bool { return q.Grain == calendar.GrainQuarter })
			return slices.Insert(rows, i, rows[i])
		}, []string{"all has quarter 2027-Q1 where it shouldn't"}, true},
		{"a unit twice", func(rows []salesplan.Row) []salesplan.Row {
			var again []salesplan.Row
			for _, r := range rows {
				if again = append(again, r); slices.Equal(r.Units, []string{"b1", "y"}) && r.Period.String() == "2027-Q2" {
					for _, p := range []string{"2027-H1", "2027-Q1", "2027-Q2"} {
						again = append(again, *find(t, rows, p, "b1", "x"))
					}
				}
			}
			return again
		}, []string{"b1 in 2027-Q1: 250, but its sub-units on product 380"}, true},
		{"no rows", func([]salesplan.Row) []salesplan.Row { return nil }, []string{"there are no rows"}, false},
		{"rows without units", func(rows []salesplan.Row) []salesplan.Row { return []salesplan.Row{{Amount: ten}} }, []string{"a row has 0 units for 2 axes"}, false},
	}
	b := small(t)
	s, err := shapeOf(b)
	require.NoError(t, err)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			places, count := check(s, slices.Values(test.spoil(rowsOf(t, b))))
			assert.Len(t, places, count)
			if !test.more {
				assert.Len(t, places, len(test.want), strings.Join(places, "\n"))
			}
			for _, want := range test.want {
				assert.True(t, slices.ContainsFunc(places, func(p string) bool { return strings.Contains(p, want) }), "%q in\n%s", want, strings.Join(places, "\n"))
			}
		})
	}
}

// Any single amount that is changed by a step is noticed, in a breakdown of
// three axes.
func TestCheck_EveryRowCounts(t *testing.T) {
	p := Annual()
	g := &p.Goals[0]
	g.Split.Grains = []calendar.Grain{calendar.GrainQuarter}
	g.Owner = "south"
	b := breakdowns(t, p)[0]
	s, err := shapeOf(b)
	require.NoError(t, err)
	rows := rowsOf(t, b)
	for i := range rows {
		before := rows[i].Amount
		rows[i].Amount = before.Add(s.step)
		_, count := check(s, slices.Values(rows))
		require.Positive(t, count, "%v %s", rows[i].Units, rows[i].Period)
		rows[i].Amount = before
	}
	_, count := check(s, slices.Values(rows))
	assert.Zero(t, count)
}

// Only so many places are reported; all are counted.
func TestCheck_Limit(t *testing.T) {
	b := small(t)
	s, err := shapeOf(b)
	require.NoError(t, err)
	rows := rowsOf(t, b)
	for i := range rows {
		rows[i].Amount = decimal.NewFromInt(10 * int64(i*i))
	}
	places, count := check(s, slices.Values(rows))
	assert.Len(t, places, MaxReported)
	assert.Greater(t, count, MaxReported)
}
