package salesplan

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// requireExplained checks an explanation from nothing but itself and the
// metric's step: every value is computed again.
func requireExplained(t *testing.T, b *Breakdown, e *Explanation) {
	t.Helper()
	step := b.Metric().Step
	for _, w := range e.When {
		requireWhen(t, w, step)
	}
	for _, u := range e.Who {
		requireWho(t, b, u, len(e.At.Units) > 1 && e.At.Units[1] != "" && e.At.Units[0] == b.cs.axes[0].tree.nodes[0].id && !b.cs.axes[0].tree.isLeaf(0), step)
	}
	if e.Cell != nil {
		require.Equal(t, 1, e.Cells)
		requireCell(t, b.cs.table, e.Cell, lessOddShare(e.Amount, e.Cell), step)
	}
}

// lessOddShare returns an amount without what its cell has beyond whole steps.
func lessOddShare(d decimal.Decimal, c *CellShare) decimal.Decimal {
	if c.Odd == nil {
		return d
	}
	return d.Sub(c.Odd.Amount)
}

// inSteps returns an amount in steps.
func inSteps(d, step decimal.Decimal) *big.Rat { return new(big.Rat).Quo(d.Rat(), step.Rat()) }

func requireWhen(t *testing.T, w PeriodShare, step decimal.Decimal) {
	t.Helper()
	target := inSteps(w.Target, step)
	negative := target.Sign() < 0
	target.Abs(target)
	at := func(weight decimal.Decimal) *big.Int {
		if w.Whole.IsZero() {
			return new(big.Int)
		}
		x := new(big.Rat).Mul(target, weight.Rat())
		x.Quo(x, w.Whole.Rat())
		return ratFloor(x.Add(x, big.NewRat(1, 2)))
	}
	want := new(big.Int).Sub(at(w.Before.Add(w.Weight)), at(w.Before))
	w.Amount = w.Amount.Sub(w.Moved)
	if negative {
		want.Neg(want)
	}
	require.Equal(t, want.String(), inSteps(w.Amount, step).RatString(), "%+v", w)
}

// alone says that the explanation is of a unit of the second axis by itself.
func requireWho(t *testing.T, b *Breakdown, u UnitShare, alone bool, step decimal.Decimal) {
	t.Helper()
	if u.Basis == "" {
		return // the owner
	}
	if !moved(b) && b.cs.odd == nil {
		require.True(t, u.Moved.IsZero())
	}
	if len(b.Axes()) > 1 && u.Axis == b.Axes()[1] && !alone {
		if u.Table != nil {
			requireCell(t, b.cs.crossed.res, u.Table, lessOddShare(u.Amount.Sub(u.Moved), u.Table), step)
		}
		return
	}
	require.Nil(t, u.Table)
	ideal, amount := inSteps(u.Ideal, step), inSteps(u.Amount.Sub(u.Moved), step)
	ideal.Abs(ideal)
	amount.Abs(amount)
	want := ratFloor(ideal)
	rest := new(big.Rat).Sub(inSteps(u.Parent.Abs(), step), inSteps(u.Floors.Abs(), step))
	if new(big.Rat).SetInt64(int64(u.Rank)).Cmp(rest) < 0 {
		want.Add(want, big.NewInt(1))
	}
	require.Equal(t, want.String(), amount.RatString(), "%+v", u)
}

func requireCell(t *testing.T, res *apportion.Result, c *CellShare, given, step decimal.Decimal) {
	t.Helper()
	fitted, amount := inSteps(c.Fitted, step), inSteps(given, step)
	fitted.Abs(fitted)
	amount.Abs(amount)
	if f := c.Fitted.InexactFloat64(); res.Converged && !c.Forced {
		product := c.Seed * c.RowFactor * c.ColumnFactor
		if c.Min.Valid {
			product = max(product, c.Min.Decimal.InexactFloat64())
		}
		if c.Max.Valid {
			product = min(product, c.Max.Decimal.InexactFloat64())
		}
		require.LessOrEqual(t, math.Abs(product-f), 1024*step.InexactFloat64()*math.Ldexp(1, -int(res.Shift))+1e-11*math.Abs(f), "seed × factors %v, fitted %v", product, f)
	}
	require.False(t, c.Forced && !c.Fitted.IsZero() && !c.Min.Valid && !c.Max.Valid)
	floor := ratFloor(fitted)
	over := new(big.Rat).Sub(amount, new(big.Rat).SetInt(floor))
	require.True(t, over.Sign() == 0 || over.Cmp(big.NewRat(1, 1)) == 0 && !fitted.IsInt(), "%s for a fitted %s", given, c.Fitted)
	for _, run := range []RunningTotal{c.Row, c.Column} {
		d := inSteps(run.Given.Sub(run.Fitted), step)
		require.Less(t, d.Abs(d).Cmp(big.NewRat(1, 1)), 0, "running totals %s and %s", run.Given, run.Fitted)
	}
}

// A breakdown of three axes with everything in it.
func manyAxes(t *testing.T) (CascadeRequest, *Breakdown) {
	req := flow("-1234.56", "2027", []calendar.Grain{"quarter", "month"}, "company", "east < company", "a < east x 3", "b < east x 2 @2027-05-10..", "west < company", "c < west", "d < west @..2027-08-31")
	req.Metric.Step = decimal.New(1, -2)
	req.Goal.Owner = "company"
	req.Axes = append(req.Axes,
		Axis{ID: "product", Units: unitList("hard", "x < hard x 5", "y < hard x 3", "soft", "z < soft")},
		Axis{ID: "segment", Units: unitList("small", "large")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes,
		AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisWeights}}, AxisRule{Axis: "segment"})
	return req, cascaded(t, req)
}

func allRows(t *testing.T, b *Breakdown, q Query) []Row {
	t.Helper()
	seq, err := b.Rows(q)
	require.NoError(t, err)
	return slices.Collect(seq)
}

func TestBreakdown_Rows(t *testing.T) {
	_, b := manyAxes(t)
	rows := allRows(t, b, Query{})
	sum := decimal.Decimal{}
	leaves := 0
	for _, r := range rows {
		x, err := b.Amount(At{Units: r.Units, Period: r.Period})
		require.NoError(t, err)
		require.True(t, x.Equal(r.Amount), "%+v", r)
		if r.Leaf {
			sum, leaves = sum.Add(r.Amount), leaves+1
		}
	}
	require.Equal(t, "-1234.56", sum.String())
	require.Equal(t, 4*3*2*12, leaves)
	// 7 org nodes, below each of 4 leaves 5 products, below each of 3 leaves 2
	// segments; 5 products alone, with 2 segments below 3 leaves; 2 segments.
	require.Len(t, rows, (7+4*(5+3*2)+5+3*2+2)*(1+4+12))
	require.Equal(t, Row{Units: []string{"company", "", ""}, Axis: "org", Grain: GrainGoal, Period: calendar.Year(2027), Amount: rows[0].Amount}, rows[0])

	find := func(units ...string) Row {
		for _, r := range rows {
			if slices.Equal(r.Units, units) {
				return r
			}
		}
		t.Fatal(units)
		return Row{}
	}
	for _, tt := range []struct {
		units  []string
		parent string
		level  int
	}{
		{[]string{"east", "", ""}, "company", 1},
		{[]string{"a", "", ""}, "east", 2},
		{[]string{"a", "hard", ""}, "a", 1},
		{[]string{"a", "x", ""}, "hard", 2},
		{[]string{"a", "z", "large"}, "z", 1},
		{[]string{"company", "soft", ""}, "company", 1},
		{[]string{"company", "y", "small"}, "y", 1},
		{[]string{"company", "", "small"}, "", 1},
	} {
		r := find(tt.units...)
		require.Equal(t, [2]any{tt.parent, tt.level}, [2]any{r.Parent, r.Level}, "%v", tt.units)
		axis := "org"
		for i, u := range tt.units[1:] {
			if u != "" {
				axis = b.Axes()[i+1]
			}
		}
		require.Equal(t, axis, r.Axis, "%v", tt.units)
	}
}

// An owner within the tree has a unit above.
func TestBreakdown_InnerOwner(t *testing.T) {
	req, _ := manyAxes(t)
	req.Goal.Owner = "east"
	rows := allRows(t, cascaded(t, req), Query{Grain: GrainGoal, Axis: "org"})
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprint(r.Parent, "/", r.Units[0], " ", r.Level))
	}
	require.Equal(t, []string{"company/east 0", "east/a 1", "east/b 1"}, got)

	req.Goal.Owner = "hard"
	b := cascaded(t, req)
	rows = allRows(t, b, Query{Grain: GrainGoal, Axis: "product"})
	require.Equal(t, Row{Units: []string{"a", "x", ""}, Axis: "product", Parent: "hard", Level: 1, Grain: GrainGoal, Period: calendar.Year(2027), Amount: rows[0].Amount}, rows[0])
	_, err := b.Amount(At{Units: []string{"", "soft"}})
	require.ErrorIs(t, err, diag.Unknown)
}

func TestBreakdown_Queries(t *testing.T) {
	_, b := manyAxes(t)
	all := allRows(t, b, Query{})
	under := map[string][]string{"east": {"east", "a", "b"}, "hard": {"hard", "x", "y"}, "small": {"small"}, "company": {"company", "east", "west", "a", "b", "c", "d"}}
	axes := []string{"", "org", "product", "segment"}
	tried := 0
	for _, axis := range axes {
		for level := -1; level < 3; level++ {
			for _, grain := range []calendar.Grain{"", GrainGoal, "quarter", "month"} {
				for _, unit := range []string{"", "east", "hard", "small", "company"} {
					for _, leafOnly := range []bool{false, true} {
						q := Query{Axis: axis, Grain: grain, Under: unit, LeafOnly: leafOnly}
						if level >= 0 {
							q.Level = &level
						}
						var want []Row
						for _, r := range all {
							if (axis == "" || r.Axis == axis) && (level < 0 || r.Level == level) && (grain == "" || r.Grain == grain) &&
								(unit == "" || slices.ContainsFunc(r.Units, func(u string) bool { return slices.Contains(under[unit], u) })) && (!leafOnly || r.Leaf) {
								want = append(want, r)
							}
						}
						require.Equal(t, want, allRows(t, b, q), "%+v", q)
						if len(want) > 0 {
							tried++
						}
					}
				}
			}
		}
	}
	require.Greater(t, tried, 100)

	for _, tt := range []struct {
		q    Query
		want string
		near string
	}{
		{Query{Axis: "orgs"}, "/query/axis unknown", "org"},
		{Query{Grain: "week"}, "/query/grain off-grid", "goal, quarter, month"},
		{Query{Under: "Eest", Axis: "?"}, "/query/axis unknown, /query/under unknown", ""},
	} {
		_, err := b.Rows(tt.q)
		require.Equal(t, tt.want, places(err))
		require.Equal(t, tt.near, diag.All(err)[0].Near)
	}
	n := 0
	seq, _ := b.Rows(Query{})
	for range seq {
		if n++; n == 3 {
			break
		}
	}
	require.Equal(t, 3, n)
}

// Amount over every union of leaf periods is the sum of its leaf periods.
func TestBreakdown_Unions(t *testing.T) {
	_, b := manyAxes(t)
	months := b.Periods("month")
	for _, units := range [][]string{nil, {"east"}, {"b"}, {"", "hard"}, {"west", "z"}, {"d", "", "large"}, {"a", "x", "small"}} {
		for i := range months {
			sum := decimal.Decimal{}
			for j := i; j < len(months); j++ {
				one, err := b.Amount(At{Units: units, Period: months[j]})
				require.NoError(t, err)
				sum = sum.Add(one)
				x, err := b.Amount(At{Units: units, Period: calendar.Span(months[i].First, months[j].Last)})
				require.NoError(t, err)
				require.True(t, sum.Equal(x))
			}
		}
	}
	for _, tt := range []struct {
		at   At
		want string
		near string
	}{
		{At{Units: []string{"aa"}}, "/at/units/0 unknown", "a"},
		{At{Units: []string{"x"}}, "/at/units/0 unknown", "a"},
		{At{Units: []string{"a", "b"}}, "/at/units/1 unknown", "x"},
		{At{Units: []string{"company", "", "", ""}}, "/at/units mismatch", ""},
		{At{Period: calendar.Span(calendar.On(2027, 1, 2), calendar.On(2027, 4, 1))}, "/at/period off-grid", "2027-01-01/2027-04-30"},
		{At{Period: calendar.Year(2026)}, "/at/period off-grid", "2027"},
		{At{Period: calendar.Period{First: calendar.On(2027, 1, 1)}}, "/at/period off-grid", "2027"},
		{At{Units: []string{"nobody", "nothing"}, Period: calendar.Month(2028, 1)}, "/at/units/0 unknown, /at/units/1 unknown, /at/period off-grid", ""},
	} {
		_, err := b.Amount(tt.at)
		require.Equal(t, tt.want, places(err))
		_, same := b.Explain(tt.at)
		require.Equal(t, err, same)
		if tt.near != "" && tt.near != "x" && tt.near != "a" {
			require.Equal(t, tt.near, diag.All(err)[0].Near)
		}
	}
}

// The whole of a breakdown from its explanations.
func TestBreakdown_Explain(t *testing.T) {
	req, b := manyAxes(t)
	for _, r := range allRows(t, b, Query{}) {
		e, err := b.Explain(At{Units: r.Units, Period: r.Period})
		require.NoError(t, err)
		require.Equal(t, r.Units, e.At.Units)
		require.Equal(t, r.Period, e.At.Period)
		require.True(t, e.Amount.Equal(r.Amount))
		require.Equal(t, r.Leaf, e.Cell != nil, "%+v", r)
		requireExplained(t, b, e)
		goal, err := b.Amount(At{Period: r.Period})
		require.NoError(t, err)
		require.True(t, goal.Equal(e.When[0].Amount))
		require.Equal(t, "company", e.Who[0].Unit)
		if last := e.Who[len(e.Who)-1]; r.Grain == GrainGoal && (r.Units[0] != "company" || r.Units[2] == "") {
			require.True(t, last.Amount.Equal(r.Amount), "%+v %+v", last, r)
		}
	}
	e, err := b.Explain(At{Units: []string{"b", "x"}})
	require.NoError(t, err)
	var who []string
	for _, u := range e.Who {
		who = append(who, fmt.Sprintf("%s/%s %s %s:%s", u.Axis, u.Unit, u.Basis, u.Weight, u.Weights))
	}
	require.Equal(t, []string{"org/company  0:0", "org/east even 1:2", "org/b even 1:2", "product/hard weights 1:2", "product/x weights 5:8"}, who)
	cal := req.Calendar
	require.Equal(t, cal.Workdays(calendar.Span(calendar.On(2027, 5, 10), calendar.On(2027, 12, 31))), e.Who[2].Days)
	require.Equal(t, cal.Workdays(calendar.Year(2027)), e.Who[2].Of)

	recurring := cascaded(t, customers(TimeDays))
	e, err = recurring.Explain(At{Period: calendar.Quarter(2026, 1)})
	require.NoError(t, err)
	require.Len(t, e.When, 3)
	for _, w := range e.When {
		require.Equal(t, "100", w.Amount.String())
	}
}

func TestBreakdown_Accessors(t *testing.T) {
	req, b := manyAxes(t)
	require.Equal(t, "g", b.Goal())
	require.Equal(t, req.Metric, b.Metric())
	require.Equal(t, calendar.Year(2027), b.Period())
	require.Equal(t, []string{"org", "product", "segment"}, b.Axes())
	require.Equal(t, []calendar.Grain{"quarter", "month"}, b.Grains())
	require.Equal(t, []calendar.Period{calendar.Year(2027)}, b.Periods(GrainGoal))
	require.Len(t, b.Periods("quarter"), 4)
	require.Empty(t, b.Periods("day"))
	require.True(t, b.Converged())
	b.Grains()[0] = "day"
	b.Findings()
	require.Equal(t, calendar.Grain("quarter"), b.Grains()[0])
	require.Equal(t, "-1234.56", b.Text(decimal.New(-123456, -2)))
	require.Equal(t, "7.00", b.Text(decimal.New(7, 0)))
}

func TestBreakdown_Equal(t *testing.T) {
	req, b := manyAxes(t)
	require.True(t, b.Equal(cascaded(t, req)))
	var none *Breakdown
	require.False(t, b.Equal(none))
	require.True(t, none.Equal(nil))
	for name, change := range map[string]func(*CascadeRequest){
		"goal":   func(r *CascadeRequest) { r.Goal.ID = "h" },
		"metric": func(r *CascadeRequest) { r.Metric.ID, r.Goal.Metric = "n", "n" },
		"step":   func(r *CascadeRequest) { r.Metric.Step = decimal.New(2, -2) },
		"sign":   func(r *CascadeRequest) { r.Goal.Target = r.Goal.Target.Neg() },
		"amount": func(r *CascadeRequest) { r.Goal.Target = r.Goal.Target.Add(r.Metric.Step) },
		"grains": func(r *CascadeRequest) { r.Goal.Split.Grains = []calendar.Grain{"month"} },
		"period": func(r *CascadeRequest) { r.Goal.Period = "2026" },
		"unit":   func(r *CascadeRequest) { r.Axes[2].Units[1].ID = "huge" },
		"parent": func(r *CascadeRequest) { r.Axes[1].Units[4].Parent = "" },
		"axes":   func(r *CascadeRequest) { r.Goal.Split.Axes = r.Goal.Split.Axes[:2] },
	} {
		other, _ := manyAxes(t)
		change(&other)
		require.False(t, b.Equal(cascaded(t, other)), name)
	}
	other, _ := manyAxes(t)
	other.Metric.Step = decimal.New(100, -4)
	require.True(t, b.Equal(cascaded(t, other)), "the same step, written otherwise")
}

// A goal without a split is one cell; one that only recurs is one a period.
func TestBreakdown_NoSplit(t *testing.T) {
	req := flow("12", "2027", nil, "team", "a < team")
	req.Goal.Split, req.Goal.Owner = nil, "team"
	b := cascaded(t, req)
	require.Len(t, allRows(t, b, Query{}), 1)
	row := allRows(t, b, Query{LeafOnly: true})
	require.Equal(t, []Row{{Units: []string{}, Grain: GrainGoal, Period: calendar.Year(2027), Leaf: true, Amount: decimal.New(12, 0)}}, row)
	x, err := b.Amount(At{Units: []string{"team"}})
	require.NoError(t, err)
	require.Equal(t, "12", x.String())
	_, err = b.Amount(At{Units: []string{"a"}})
	require.Equal(t, "/at/units/0 unknown", places(err))
	e, err := b.Explain(At{})
	require.NoError(t, err)
	requireExplained(t, b, e)
	require.NotNil(t, e.Cell)

	req.Goal.Every, req.Goal.Owner = calendar.GrainQuarter, ""
	b = cascaded(t, req)
	require.Equal(t, "48: 12 12 12 12", line(t, b, "quarter"))
	require.Len(t, allRows(t, b, Query{}), 5)
}
