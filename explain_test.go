package salesplan

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// fillExplanation gives an explanation all that one can have.
func fillExplanation(e *Explanation, bound decimal.NullDecimal) {
	d := bound.Decimal
	e.At.Parents, e.Target = []string{"a", "b"}, &GrownTarget{Mode: GrowthAdditive, Period: calendar.Year(2026)}
	e.Cell.Odd = &OddShare{d, true, []LockShare{{[]string{"b"}, []string{"", "team"}, calendar.Month(2027, 6), d}}}
	e.Stints = []StintShare{{Parents: []string{"team", ""}, Days: []calendar.Period{e.At.Period}, Cells: 1, Who: slices.Clone(e.Who), Ideal: slices.Clone(e.Ideal), Amount: e.Amount}}
	cell := *e.Cell
	e.Stints[0].Cell = &cell
	e.Measure, e.Fiscal, e.Fitted, e.Issued = "CNY", calendar.Fiscal{FirstMonth: 4}, bound, bound
	e.Sum = []SumPart{{e.At.Units, []string{"a"}, calendar.Month(2027, 6), d}}
	e.Ramp = &RampShare{Before: calendar.Month(2027, 5), Others: []AbsenceShare{{Axis: "org", Unit: "a", Days: 1, By: d}}}
	e.Binds = []BindShare{{Goal: "child", Owner: "b", Binding: BindingFixed, Period: calendar.Year(2027), Total: d, Here: bound}}
	e.Rate = &RateShare{Metric: "share", Over: "market", Better: BetterHigher}
	e.Stock = &StockShare{Opening: d}
	e.Replans = []ReplanShare{{AsOf: calendar.On(2027, 6, 30), Shortfall: ShortfallKeep, Surplus: SurplusKeep, Leaver: LeaverShare,
		Moves: []Move{{Reason: ReasonLeaver, Unit: "a", Amount: d, Of: d, Weight: d, Weights: d, RowFactor: 1, ColumnFactor: 1, Fitted: d, Room: bound}}}}
}

// requireWay recomputes the way of a period's amount down the units, what others
// leave, what cells were fitted to, and sums.
func requireWay(t *testing.T, b *Breakdown, e *Explanation) {
	t.Helper()
	near := func(want *big.Rat, got decimal.Decimal, message string) {
		t.Helper()
		off := new(big.Rat).Sub(inSteps(got, e.Step), want)
		size, _ := new(big.Rat).Abs(want).Float64()
		require.True(t, off.Abs(off).Cmp(new(big.Rat).SetFloat64(1e-9*(1+size*1e-9))) <= 0, "%s: %s not %s", message, inSteps(got, e.Step).FloatString(15), want.FloatString(15))
	}
	owed := decimal.Decimal{}
	for _, s := range e.When {
		owed = owed.Add(s.Amount)
	}
	for i, u := range e.Ideal {
		switch {
		case i == 0 && b.cs.season == nil:
			require.True(t, u.Ideal.Equal(owed), "%s %s", u.Ideal, owed)
		case i == 0:
		case u.Season != "":
			near(new(big.Rat).Mul(inSteps(u.Total, e.Step), new(big.Rat).Quo(u.Part.Rat(), u.Parts.Rat())), u.Ideal, u.Unit)
		case !u.Parts.IsZero():
			near(new(big.Rat).Mul(inSteps(e.Ideal[i-1].Ideal, e.Step), new(big.Rat).Quo(u.Part.Rat(), u.Parts.Rat())), u.Ideal, u.Unit)
		default:
			require.True(t, b.cs.axes[max(axisNumber(b, u.Axis), 0)].tree.partial || u.Weights.IsZero(), u.Unit)
			require.True(t, u.Ideal.Abs().LessThanOrEqual(e.Ideal[i-1].Ideal.Abs().Add(e.Step)), u.Unit)
		}
		require.LessOrEqual(t, u.Days, u.Of)
		require.True(t, u.FullDays.LessThanOrEqual(decimal.New(int64(u.Days), 0)))
	}
	if e.Cell != nil {
		last := e.Ideal[len(e.Ideal)-1]
		require.InDelta(t, e.Cell.Seed, last.Ideal.InexactFloat64(), 1e-10*e.Step.InexactFloat64()+1e-12*math.Abs(e.Cell.Seed))
	}
	if len(e.Sum) > 0 {
		sum := decimal.Decimal{}
		for _, p := range e.Sum {
			sum = sum.Add(p.Amount)
		}
		require.True(t, sum.Equal(e.Amount))
	}
	requireRamp(t, e)
}

func axisNumber(b *Breakdown, axis string) int {
	for i, a := range b.Axes() {
		if a == axis {
			return i
		}
	}
	return -1
}

func requireRamp(t *testing.T, e *Explanation) {
	t.Helper()
	r := e.Ramp
	if r == nil {
		return
	}
	require.NotEmpty(t, r.Others)
	now, then := r.Now.Alone, r.Then.Alone
	for i, o := range r.Others {
		require.False(t, o.By.IsZero() && o.ByBefore.IsZero())
		require.False(t, o.FullDays.Mul(decimal.New(int64(r.Then.Of), 0)).Equal(o.FullDaysBefore.Mul(decimal.New(int64(r.Now.Of), 0))), "%s differs", o.Unit)
		require.GreaterOrEqual(t, o.By.Sign()*e.Amount.Sign(), 0)
		if now, then = now.Add(o.By), then.Add(o.ByBefore); i > 0 {
			p := r.Others[i-1]
			require.True(t, o.By.Sub(o.ByBefore).Abs().LessThanOrEqual(p.By.Sub(p.ByBefore).Abs()))
		}
	}
	require.Equal(t, r.Now.Ideal.String(), trimmedTo(now, r.Now.Ideal))
	require.Equal(t, r.Then.Ideal.String(), trimmedTo(then, r.Then.Ideal))
	last := e.Ideal[len(e.Ideal)-1].Ideal
	require.True(t, r.Now.Ideal.Sub(last).Abs().LessThanOrEqual(e.Step.Shift(-9)), "%s %s", r.Now.Ideal, last)
	require.Equal(t, r.Now.Days, e.Ideal[len(e.Ideal)-1].Days)
}

// trimmedTo writes an amount with the decimals of another.
func trimmedTo(d, like decimal.Decimal) string {
	return decimal.NewFromBigInt(d.Shift(-like.Exponent()).BigInt(), like.Exponent()).String()
}

// Li Na ramps up from April by a quarter, a half, three quarters. Zhao Min is
// away up to June: in July she is back, and Li Na's month is lower although her
// ramp rises. 1200 a year, 100 a month:
//
//	June: Li Na ¾ of 1¾ that are there: 42.86; if Zhao Min were there, ¾ of 2¾: 27.27
//	July: Li Na 1 of 3: 33.33
func TestExplain_AgainstRamp(t *testing.T) {
	req := flow("1200", "2027", []calendar.Grain{"month"}, "team", "wang-wei < team", "li-na < team @2027-04-01..", "zhao-min < team @2027-07-01..")
	req.Axes[0].Units[2].Ramp = ramp("0.25", "0.5", "0.75", "1")
	b := cascaded(t, req)
	e := explained(t, b, At{Units: []string{"li-na"}, Period: calendar.Month(2027, 7)})
	r := e.Ramp
	require.NotNil(t, r)
	require.True(t, r.Against)
	require.Equal(t, calendar.Month(2027, 6), r.Before)
	require.Equal(t, "33.33 33.33", r.Now.Alone.StringFixed(2)+" "+r.Now.Ideal.StringFixed(2))
	require.Equal(t, "27.27 42.86", r.Then.Alone.StringFixed(2)+" "+r.Then.Ideal.StringFixed(2))
	require.Len(t, r.Others, 1)
	o := r.Others[0]
	require.Equal(t, "zhao-min 22 0", fmt.Sprint(o.Unit, " ", o.Days, " ", o.DaysBefore))
	require.Equal(t, "0.00 15.58", o.By.StringFixed(2)+" "+o.ByBefore.StringFixed(2), "¾ × 100 × (1/1.75 − 1/2.75)")

	// Wang Wei's month jumps because others are away, whoever they are.
	e = explained(t, b, At{Units: []string{"wang-wei"}, Period: calendar.Month(2027, 4)})
	require.True(t, e.Ramp.Against)
	require.Equal(t, "li-na", e.Ramp.Others[0].Unit)
	require.Equal(t, "0.25", fmt.Sprint(e.Ramp.Others[0].FullDays.Div(decimal.New(int64(e.Ramp.Now.Of), 0))))

	// With the ramp, not against it: Li Na's second month, in which nobody else
	// changes, needs no words; nor does the first period.
	require.Nil(t, explained(t, b, At{Units: []string{"li-na"}, Period: calendar.Month(2027, 5)}).Ramp)
	require.Nil(t, explained(t, b, At{Units: []string{"wang-wei"}, Period: calendar.Month(2027, 1)}).Ramp)
	require.Nil(t, explained(t, b, At{Units: []string{"team"}, Period: calendar.Month(2027, 7)}).Ramp, "alone")

	// Where people's totals are fixed nobody carries what others don't.
	req.Goal.Split.Fix = FixPeople
	require.Nil(t, explained(t, cascaded(t, req), At{Units: []string{"li-na"}, Period: calendar.Month(2027, 7)}).Ramp)
}

// What others leave is what a plan in which they are always there would not give:
// the unit's share of a plan without a single one of the absences.
func TestExplain_RampCounterfactual(t *testing.T) {
	found := 0
	for i := range 120 {
		r := rand.New(rand.NewPCG(uint64(i), 4))
		units := []string{"co", "east < co x 3", "west < co x 2"}
		from := func() string {
			return chosen(r, "", "", " @2027-04-12..", " @..2027-07-20", " @2027-03-01..2027-09-14")
		}
		for k := range 3 + r.IntN(4) {
			units = append(units, fmt.Sprintf("p%d < %s x %d%s", k, chosen(r, "east", "west"), 1+r.IntN(4), from()))
		}
		units = append(units, "e < east x 1", "w < west x 2")
		req := flow("1200000", "2027", []calendar.Grain{"quarter", "month", "week"}, units...)
		req.Goal.Split.Axes[0].Basis = BasisWeights
		b, err := Cascade(context.Background(), req)
		require.NoError(t, err)
		at := At{Units: []string{chosen(r, "e", "w", "p0", "p1", "east")}, Period: chosen(r, calendar.Month(2027, 4), calendar.Month(2027, 7), calendar.Quarter(2027, 3), calendar.Month(2027, 10))}
		e := explained(t, b, at)
		if e.Ramp == nil {
			continue
		}
		// The same plan in which the others that differ are always there.
		for _, o := range e.Ramp.Others {
			for k := range req.Axes[0].Units {
				if u := &req.Axes[0].Units[k]; u.ID == o.Unit {
					u.From, u.To = calendar.Date{}, calendar.Date{}
				}
			}
		}
		full := explained(t, cascaded(t, req), at)
		want := full.Ideal[len(full.Ideal)-1].Ideal
		require.True(t, e.Ramp.Now.Alone.Sub(want).Abs().LessThan(decimal.New(1, -9)), "%d %v: %s, not %s", i, at, e.Ramp.Now.Alone, want)
		found++
	}
	require.Greater(t, found, 40)
}

// The way down the units: whole shares, presence and ramp, and sums over leaf
// periods in which shares differ.
func TestExplain_Ideal(t *testing.T) {
	req := flow("2400", "2027", []calendar.Grain{"quarter", "month"}, "team", "wang-wei < team x 2", "li-na < team x 1 @2027-04-01..")
	req.Goal.Owner = "team"
	req.Goal.Split.Axes[0].Basis = BasisWeights
	req.Axes[0].Units[2].Ramp = ramp("0.25", "0.5", "1")
	b := cascaded(t, req)
	way := func(p calendar.Period) []string {
		var out []string
		for _, u := range explained(t, b, At{Units: []string{"li-na"}, Period: p}).Ideal {
			out = append(out, fmt.Sprintf("%s %s:%s %d/%d=%s %s:%s %s", u.Unit, u.Weight, u.Weights, u.Days, u.Of, u.FullDays, u.Part, u.Parts, u.Ideal.StringFixed(2)))
		}
		return out
	}
	require.Equal(t, []string{"team 0:0 22/22=22 0:0 200.00", "li-na 1:3 22/22=5.5 5.5:49.5 22.22"}, way(calendar.Month(2027, 4)))
	require.Equal(t, []string{"team 0:0 22/22=22 0:0 200.00", "li-na 1:3 22/22=22 22:66 66.67"}, way(calendar.Month(2027, 7)))
	require.Equal(t, []string{"team 0:0 65/65=65 0:0 600.00", "li-na 1:3 65/65=38 0:0 128.89"}, way(calendar.Quarter(2027, 2)), "22.22 + 40 + 66.67")
	require.Equal(t, []string{"team 0:0 21/21=21 0:0 200.00", "li-na 1:3 0/21=0 0:42 0.00"}, way(calendar.Month(2027, 1)))
}

// Cells that a sum is made of add up, and so does what they were fitted to.
func TestExplain_Sum(t *testing.T) {
	_, b := manyAxes(t)
	for _, at := range []At{{}, {Units: []string{"b"}}, {Units: []string{"b", "x"}, Period: calendar.Month(2027, 6)}, {Units: []string{"", "x"}}, {Units: []string{"b", "x", "small"}}} {
		e := explained(t, b, at)
		require.NotEmpty(t, e.Sum)
		require.True(t, e.Fitted.Valid)
		want, given := decimal.Decimal{}, decimal.Decimal{}
		for _, r := range allRows(t, b, Query{LeafOnly: true}) {
			if !isWithin(b, r, e.At) {
				continue
			}
			c := explained(t, b, At{Units: r.Units, Period: r.Period})
			want, given = want.Add(c.Cell.Fitted), given.Add(c.Amount)
		}
		require.True(t, e.Fitted.Decimal.Equal(want), "%v: %s %s", at, e.Fitted.Decimal, want)
		require.True(t, e.Amount.Equal(given))
	}
}

// isIn reports whether a row lies in a place.
func isWithin(b *Breakdown, r Row, at At) bool {
	for i, id := range at.Units {
		t := b.cs.axes[i].tree
		n, v := t.index[r.Units[i]], t.index[id]
		if n < v || n >= t.nodes[v].end {
			return false
		}
	}
	return at.Period.Covers(r.Period)
}

// What a stock gains and loses has no table; explaining it says what there is.
func TestExplain_Stock(t *testing.T) {
	for i := range 60 {
		s, err := CascadeStock(context.Background(), randomStock(t, rand.New(rand.NewPCG(uint64(i), 9))))
		if err != nil {
			continue
		}
		rows, err := s.Rows(Query{})
		require.NoError(t, err)
		for r := range rows {
			at := At{Units: r.Units, Parents: r.Parents, Period: r.Period}
			e, err := s.Explain(at)
			require.NoError(t, err)
			x := e.Stock
			require.True(t, e.Amount.Equal(r.Amount))
			require.True(t, e.Amount.Equal(x.Opening.Add(x.Additions).Sub(x.Losses).Add(x.Received)), "%+v", e)
			requireTold(t, e)
			gains, err := s.Additions().Explain(at)
			require.NoError(t, err)
			require.True(t, gains.Amount.Equal(x.Additions))
			require.Empty(t, gains.When)
			require.NotEmpty(t, gains.Text("en"))
		}
		_, err = s.Explain(At{Units: []string{"nobody"}})
		require.Error(t, err)
	}
}
