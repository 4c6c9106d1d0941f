package salesplan

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

func explained(t *testing.T, b *Breakdown, at At) *Explanation {
	t.Helper()
	e, err := b.Explain(at)
	require.NoError(t, err)
	requireExplained(t, b, e)
	return e
}

// crossed is 10 steps over a (half the year) and b, and over x and y by 2 : 1.
func crossed() CascadeRequest {
	req := flow("10", "2027", []calendar.Grain{"half"}, "a @..2027-06-30", "b")
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("hard x 3", "x < hard x 2", "y < hard x 1", "z x 1")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisWeights}})
	return req
}

// A product line is explained by itself: 2 : 1 of what its group has.
func TestExplain_Line(t *testing.T) {
	req := crossed()
	b := cascaded(t, req)
	e := explained(t, b, At{Units: []string{"", "x"}})
	var who []string
	for _, u := range e.Who {
		who = append(who, fmt.Sprintf("%s/%s %s:%s %s of %s, floors %s rank %d: %s", u.Axis, u.Unit, u.Weight, u.Weights, u.Ideal, u.Parent, u.Floors, u.Rank, u.Amount))
		require.Nil(t, u.Table)
	}
	require.Equal(t, []string{
		"org/ 0:0 10 of 0, floors 0 rank 0: 10",
		"product/hard 3:4 7.5 of 10, floors 9 rank 0: 8",
		"product/x 2:3 5 of 8, floors 7 rank 1: 5",
	}, who)
	require.True(t, e.Amount.Equal(e.Who[2].Amount))
	y := explained(t, b, At{Units: []string{"", "y"}}).Who[2]
	require.Equal(t, "2.5 3 0", fmt.Sprint(y.Ideal, " ", y.Amount, " ", y.Rank))

	// Below several units that are not all there is, and further down, it is a
	// sum.
	_, many := manyAxes(t)
	require.Len(t, explained(t, many, At{Units: []string{"east", "x"}}).Who, 2)
	require.Len(t, explained(t, many, At{Units: []string{"", "x", "small"}}).Who, 3)
	require.Len(t, explained(t, many, At{Units: []string{"", "", "small"}}).Who, 1)
	require.Len(t, explained(t, many, At{Units: []string{"a", "", "small"}}).Who, 3)
}

// A line whose weights differ by whom it is below has no weight of its own.
func TestExplain_LineOfHistory(t *testing.T) {
	req := flow("900", "2027", nil, "a", "b")
	req.Axes[0].Of = FieldOwner
	req.Axes = append(req.Axes, Axis{ID: "product", Of: FieldProduct, Units: unitList("x", "y")})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product", BasisRule: BasisRule{Basis: BasisPipeline}})
	evidenced(t, &req, CountsWonAmount, "a/x P 30", "a/y P 10", "b/x P 1", "b/y P 4")
	u := explained(t, cascaded(t, req), At{Units: []string{"", "x"}}).Who[1]
	require.Equal(t, "pipeline 0 0 427.5 428", fmt.Sprint(u.Basis, " ", u.Weight, " ", u.Weights, " ", u.Ideal, " ", u.Amount), "¾ and ⅕ of 450")
}

// The table of both axes can be checked cell by cell.
func TestExplain_Pair(t *testing.T) {
	req := crossed()
	req.Goal.Target = decimal.New(-10, 0)
	b := cascaded(t, req)
	sum, given, leaves := decimal.Decimal{}, decimal.Decimal{}, 0
	for _, who := range []string{"a", "b"} {
		row := decimal.Decimal{}
		for _, product := range []string{"x", "y", "z"} {
			e := explained(t, b, At{Units: []string{who, product}})
			u := e.Who[len(e.Who)-1]
			require.NotNil(t, u.Table, product)
			row = row.Add(u.Table.Fitted)
			require.True(t, u.Table.Row.Fitted.Equal(row), "%s/%s", who, product)
			require.InDelta(t, u.Ideal.InexactFloat64(), u.Table.Seed, 1e-9)
			given, leaves = given.Add(u.Amount), leaves+1
		}
		sum = sum.Add(row)
	}
	require.Equal(t, "-10 -10 6", fmt.Sprint(sum, " ", given, " ", leaves))
	group := explained(t, b, At{Units: []string{"a", "hard"}})
	require.Nil(t, group.Who[len(group.Who)-1].Table)

	req.Goal.Target = decimal.New(10, 0)
	req.Goal.Split.Bounds = []BoundRule{{Units: []string{"a", "z"}, Min: decimal.NewNullDecimal(decimal.New(2, 0)), Max: decimal.NewNullDecimal(decimal.New(3, 0))},
		{Unit: "x", Max: decimal.NewNullDecimal(decimal.New(2, 0))}}
	b = cascaded(t, req)
	c := explained(t, b, At{Units: []string{"a", "z"}}).Who[2].Table
	require.Equal(t, "2 3", fmt.Sprint(c.Min.Decimal, " ", c.Max.Decimal))
	x := explained(t, b, At{Units: []string{"", "x"}}).Who[2]
	require.Equal(t, "2 2 0", fmt.Sprint(x.Ideal, " ", x.Amount, " ", x.Moved), "within its bound")
	require.False(t, explained(t, b, At{Units: []string{"b", "z"}}).Who[2].Table.Min.Valid)
}

// movedCrossing has absences for which totals of both axes must move.
func movedCrossing(i int) CascadeRequest {
	r := rand.New(rand.NewPCG(uint64(i), 77))
	there := []string{"", " @..2027-06-30", " @2027-07-01.."}
	var units, products []string
	for k := range 2 + r.IntN(6) {
		units = append(units, fmt.Sprintf("p%d%s", k, there[r.IntN(3)]))
	}
	for k := range 1 + r.IntN(3) {
		products = append(products, fmt.Sprintf("q%d%s", k, there[r.IntN(3)]))
	}
	products = append(products, "g", "q8 < g", "q9 < g"+there[r.IntN(3)])
	if i%3 > 0 {
		units = append(units, "rest")
	}
	req := flow(fmt.Sprint(3+r.IntN(30)), "2027", []calendar.Grain{"half"}, units...)
	req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList(products...)})
	req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
	return req
}

// What moved is named by all its units, once, with what it moved by in the end.
func TestCascade_MovedIsNamed(t *testing.T) {
	pairs, lines, people := 0, 0, 0
	for i := range 400 {
		b, err := Cascade(context.Background(), movedCrossing(i))
		if err != nil {
			require.ErrorIs(t, err, diag.Infeasible)
			t.Log(i, err)
			continue
		}
		for _, r := range allRows(t, b, Query{Grain: GrainGoal}) {
			explained(t, b, At{Units: r.Units})
		}
		found := map[string]string{}
		for _, f := range b.Findings() {
			if f.Code != codeTotalMoved {
				continue
			}
			by := argOf(t, f, "by")
			require.NotContains(t, found, f.Subject.ID)
			require.NotEqual(t, "0", by)
			found[f.Subject.ID] = by
		}
		// Every finding is a total off what was rounded, and each of those is
		// found.
		for _, r := range allRows(t, b, Query{Grain: GrainGoal, Axis: "product"}) {
			name, was := r.Units[1], int64(0)
			line := b.cs.axes[1].tree.index[r.Units[1]]
			if nd := b.cs.axes[1].tree.nodes[line]; r.Units[0] != "" {
				name = r.Units[0] + "/" + name
				row := int(b.cs.axes[0].tree.nodes[b.cs.axes[0].tree.index[r.Units[0]]].leaf) * len(b.cs.axes[1].tree.leaves)
				was = sumOf(b.cs.crossed.res.Amounts[row+int(nd.leaf) : row+int(nd.leafEnd)])
			} else {
				was = roundDown(b.cs.axes[1].tree, b.cs.lines.ideals, b.cs.total)[line]
			}
			by := r.Amount.Sub(decimal.New(was, 0))
			require.Equal(t, by.IsZero(), found[name] == "", "%d: %s %s", i, name, by)
			if by.IsZero() {
				continue
			}
			require.Equal(t, by.String(), found[name], "%d: %s", i, name)
			delete(found, name)
			if r.Units[0] != "" {
				pairs++
			} else {
				lines++
			}
		}
		for name := range found {
			require.True(t, strings.HasPrefix(name, "p") || name == "rest", name)
			people++
		}
	}
	t.Log(pairs, lines, people)
	require.Positive(t, pairs)
	require.Positive(t, lines)
	require.Positive(t, people)
}

// What is written has the keys of the types, amounts are text with the step's
// decimals, and decimal's settings change nothing.
func TestExplanation_JSON(t *testing.T) {
	_, b := manyAxes(t)
	e := explained(t, b, At{Units: []string{"b", "x", "small"}, Period: calendar.Month(2027, 6)})
	bound := decimal.NewNullDecimal(decimal.New(-500, -2))
	e.Cell.Min, e.Cell.Max, e.Cell.Forced = bound, bound, true
	e.Target = &GrownTarget{Mode: GrowthAdditive}
	e.Cell.Odd = &OddShare{bound.Decimal, true, []LockShare{{[]string{"b"}, []string{"", "team"}, calendar.Month(2027, 6), bound.Decimal}}}
	e.Stints = stintsOf(e)
	text, err := json.Marshal(e)
	require.NoError(t, err)
	quotes, trim := decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros
	defer func() { decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = quotes, trim }()
	for _, set := range []bool{true, false} {
		decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = set, set
		again, err := json.Marshal(e)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
	}
	decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = quotes, trim

	var out map[string]any
	require.NoError(t, json.Unmarshal(text, &out))
	require.Equal(t, jsonKeys(reflect.TypeFor[Explanation]()), keySet(out))
	when := out["when"].([]any)[0].(map[string]any)
	require.Equal(t, jsonKeys(reflect.TypeFor[PeriodShare]()), keySet(when))
	require.Equal(t, "-1234.56", when["target"])
	require.Regexp(t, `^-?\d+\.\d\d$`, when["amount"])
	require.Equal(t, "0.00", when["moved"])
	cell := out["cell"].(map[string]any)
	require.Equal(t, jsonKeys(reflect.TypeFor[CellShare]()), keySet(cell))
	require.Equal(t, "-5.00", cell["min"])
	require.Equal(t, jsonKeys(reflect.TypeFor[RunningTotal]()), keySet(cell["row"].(map[string]any)))
	stint := out["stints"].([]any)[0].(map[string]any)
	require.Equal(t, jsonKeys(reflect.TypeFor[StintShare]()), keySet(stint))
	require.Equal(t, out["amount"], stint["amount"])
	odd := cell["odd"].(map[string]any)
	require.Equal(t, jsonKeys(reflect.TypeFor[OddShare]()), keySet(odd))
	require.Equal(t, "-5.00", odd["amount"])
	lock := odd["locks"].([]any)[0].(map[string]any)
	require.Equal(t, jsonKeys(reflect.TypeFor[LockShare]()), keySet(lock))
	require.Equal(t, "-5.00", lock["amount"])
	who := out["who"].([]any)
	for _, u := range who {
		require.Regexp(t, `^-?\d+\.\d\d$`, u.(map[string]any)["parent"])
	}
	pair := who[len(who)-2].(map[string]any)
	require.Equal(t, "x", pair["unit"])
	require.Equal(t, jsonKeys(reflect.TypeFor[UnitShare]()), keySet(pair))

	var back Explanation
	require.NoError(t, json.Unmarshal(text, &back))
	require.True(t, back.Equal(e), "nothing is lost")
	_, err = json.Marshal(Explanation{})
	require.NoError(t, err)
}

// stintsOf makes stints of an explanation that has none.
func stintsOf(e *Explanation) []StintShare {
	return []StintShare{{Parents: []string{"team", ""}, Days: []calendar.Period{e.At.Period}, Cells: 1, Who: e.Who, Cell: e.Cell, Amount: e.Amount}}
}

func keySet(m map[string]any) map[string]bool {
	out := map[string]bool{}
	for k := range m {
		out[k] = true
	}
	return out
}

func jsonKeys(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out[name] = true
	}
	return out
}

func TestExplanation_Equal(t *testing.T) {
	_, b := manyAxes(t)
	at := At{Units: []string{"b", "x", "small"}, Period: calendar.Month(2027, 6)}
	explain := func() *Explanation {
		e, other := explained(t, b, at), explained(t, b, at)
		e.At.Parents, e.Stints = []string{"a", "b"}, stintsOf(other)
		return e
	}
	e := explain()
	require.True(t, e.Equal(explain()))
	var none *Explanation
	require.True(t, none.Equal(nil))
	require.False(t, none.Equal(e))
	require.False(t, e.Equal(none))
	same := explain()
	same.Amount = same.Amount.Add(decimal.New(0, -9))
	require.True(t, e.Equal(same), "the same amount, written otherwise")

	changed := 0
	var change func(v reflect.Value, path string)
	change = func(v reflect.Value, path string) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		switch x := v.Addr().Interface().(type) {
		case *decimal.Decimal:
			*x = x.Add(decimal.New(1, 0))
		case *decimal.NullDecimal:
			x.Valid = !x.Valid
		case *calendar.Period:
			x.Last = x.Last.AddDays(1)
		default:
			switch v.Kind() {
			case reflect.Struct:
				for i := range v.NumField() {
					change(v.Field(i), path+"."+v.Type().Field(i).Name)
				}
				return
			case reflect.Pointer:
				if v.IsNil() {
					return
				}
				change(v.Elem(), path)
				v.SetZero()
			case reflect.Slice:
				change(v.Index(v.Len()-1), path+"[]")
				if v.Len() > 1 {
					change(v.Index(v.Len()-2), path+"[]")
				}
				v.SetLen(v.Len() - 1)
			case reflect.String:
				v.SetString(v.String() + "?")
			case reflect.Int:
				v.SetInt(v.Int() + 1)
			case reflect.Float64:
				v.SetFloat(v.Float() + 1)
			case reflect.Bool:
				v.SetBool(!v.Bool())
			}
		}
		require.False(t, e.Equal(same), path)
		require.False(t, same.Equal(e), path)
		v.Set(old)
		require.True(t, e.Equal(same), path)
		changed++
	}
	change(reflect.ValueOf(same).Elem(), "")
	require.Greater(t, changed, 60)
}

// A breakdown that no split made says so.
func TestBreakdown_Zero(t *testing.T) {
	var zero Breakdown
	var none *Breakdown
	for _, b := range []*Breakdown{&zero, none} {
		_, err := b.Amount(At{})
		require.Equal(t, "/breakdown required", places(err))
		_, err = b.Explain(At{Units: []string{"a"}})
		require.Equal(t, "/breakdown required", places(err))
		_, err = b.Rows(Query{Axis: "org"})
		require.Equal(t, "/breakdown required", places(err))
		require.Equal(t, [2]string{}, [2]string{b.Goal(), b.Owner()})
		require.True(t, b.Total().IsZero())
		require.Zero(t, b.Metric())
		require.Zero(t, b.Period())
		require.Empty(t, b.Axes())
		require.Empty(t, b.Grains())
		require.Empty(t, b.Periods(GrainGoal))
		require.Empty(t, b.Findings())
		require.False(t, b.Converged())
		require.Equal(t, "7.50", b.Text(decimal.New(750, -2)))
		require.Equal(t, "2027", b.Label(calendar.Year(2027)))
		text, err := json.Marshal(b)
		require.NoError(t, err)
		require.Equal(t, "null", string(text))
	}
	_, full := manyAxes(t)
	require.True(t, zero.Equal(&Breakdown{}))
	require.False(t, zero.Equal(full))
	require.False(t, full.Equal(&zero))
}

// Without a context nothing stops the work.
func TestCascade_NilContext(t *testing.T) {
	req, b := manyAxes(t)
	var ctx context.Context
	got, err := Cascade(ctx, req)
	require.NoError(t, err)
	require.True(t, got.Equal(b))
}

// A level or a period that no row has yields none, without a fault.
func TestBreakdown_NoSuchRows(t *testing.T) {
	_, b := manyAxes(t)
	level := 9
	require.Empty(t, allRows(t, b, Query{Level: &level}))
	require.Empty(t, allRows(t, b, Query{Period: calendar.Year(1999)}))
	require.Empty(t, allRows(t, b, Query{Period: calendar.Day(calendar.On(2027, 3, 3))}))
}

// Whatever the plan, each total of several axes is explained by what its
// explanation says.
func TestExplain_RandomPlans(t *testing.T) {
	pairs, lines, deeper := 0, 0, 0
	for i := range 250 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 91))}
		b, err := Cascade(context.Background(), m.request(60))
		if err != nil || len(b.Axes()) < 2 {
			continue
		}
		for _, r := range allRows(t, b, Query{Grain: GrainGoal}) {
			e := explained(t, b, At{Units: r.Units})
			last := e.Who[len(e.Who)-1]
			if last.Unit != r.Units[len(r.Units)-1] && (len(r.Units) > 2 || r.Axis != b.Axes()[1]) {
				continue
			}
			switch {
			case last.Table != nil:
				pairs++
			case last.Axis == b.Axes()[1] && r.Units[0] == b.cs.axes[0].tree.nodes[0].id && !b.cs.axes[0].tree.isLeaf(0):
				require.True(t, last.Amount.Equal(r.Amount))
				lines++
			case len(b.Axes()) > 2 && last.Axis == b.Axes()[2]:
				require.True(t, last.Amount.Equal(r.Amount))
				deeper++
			}
		}
	}
	t.Log(pairs, lines, deeper)
	require.Greater(t, pairs, 100)
	require.Greater(t, lines, 50)
	require.Greater(t, deeper, 50)
}

// Bounds on cells hold the ideals of the axes above them too.
func TestExplain_DeepBound(t *testing.T) {
	req, free := manyAxes(t)
	req.Goal.Split.Bounds = []BoundRule{{Units: []string{"b", "x", "small"}, Max: decimal.NewNullDecimal(decimal.New(-60, 0))}}
	at := At{Units: []string{"b", "x", "small"}}
	was, err := free.Amount(at)
	require.NoError(t, err)
	require.True(t, was.GreaterThan(decimal.New(-60, 0)), "%s: the bound says something", was)
	b := cascaded(t, req)
	for _, r := range allRows(t, b, Query{Grain: GrainGoal}) {
		explained(t, b, At{Units: r.Units})
	}
	u := explained(t, b, at).Who
	last := u[len(u)-1]
	require.Equal(t, "small -60 -60", fmt.Sprint(last.Unit, " ", last.Ideal, " ", last.Amount))
}
