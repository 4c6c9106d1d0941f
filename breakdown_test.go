package salesplan

import (
	"math"
	"math/big"
	"testing"

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
		requireWho(t, b, u, step)
	}
	if e.Cell != nil {
		require.Equal(t, 1, e.Cells)
		requireCell(t, b, e, step)
	}
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
	if negative {
		want.Neg(want)
	}
	require.Equal(t, want.String(), inSteps(w.Amount, step).RatString(), "%+v", w)
}

func requireWho(t *testing.T, b *Breakdown, u UnitShare, step decimal.Decimal) {
	t.Helper()
	if u.Basis == "" || moved(b) || len(b.Axes()) > 1 && u.Axis == b.Axes()[1] {
		return // the owner; a total that absences moved; a table
	}
	ideal, amount := inSteps(u.Ideal, step), inSteps(u.Amount, step)
	ideal.Abs(ideal)
	amount.Abs(amount)
	want := ratFloor(ideal)
	rest := new(big.Rat).Sub(inSteps(u.Parent.Abs(), step), inSteps(u.Floors.Abs(), step))
	if new(big.Rat).SetInt64(int64(u.Rank)).Cmp(rest) < 0 {
		want.Add(want, big.NewInt(1))
	}
	require.Equal(t, want.String(), amount.RatString(), "%+v", u)
}

func requireCell(t *testing.T, b *Breakdown, e *Explanation, step decimal.Decimal) {
	t.Helper()
	c := e.Cell
	fitted, amount := inSteps(c.Fitted, step), inSteps(e.Amount, step)
	fitted.Abs(fitted)
	amount.Abs(amount)
	if b.Converged() {
		f, _ := fitted.Float64()
		product := c.Seed * c.RowFactor * c.ColumnFactor
		require.LessOrEqual(t, math.Abs(product-f), 1e-4+1e-9*math.Abs(f), "seed × factors %v, fitted %v", product, f)
	}
	floor := ratFloor(fitted)
	over := new(big.Rat).Sub(amount, new(big.Rat).SetInt(floor))
	require.True(t, over.Sign() == 0 || over.Cmp(big.NewRat(1, 1)) == 0 && !fitted.IsInt(), "%s for a fitted %s", e.Amount, c.Fitted)
	for _, run := range []Running{c.Row, c.Column} {
		d := inSteps(run.Amount.Sub(run.Fitted), step)
		require.Less(t, d.Abs(d).Cmp(big.NewRat(1, 1)), 0, "running totals %s and %s", run.Amount, run.Fitted)
	}
}
