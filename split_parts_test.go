package salesplan

import (
	"math/big"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A partsRange is what parts can have, computed from nothing but the rules: with
// the mirror image of a negative total, in steps of 1.
type partsRange struct {
	left        *big.Rat // after locks
	least, most *big.Rat // of open parts, whole bounds; most is nil for no bound
	firsts      int64    // steps that Adams wants, if the open parts go up from zero
	nearest     *big.Rat
	open, heavy int
	odd         bool
	own         bool // some part excludes itself
}

func rangeOf(in partsCase) partsRange {
	sign := int64(1)
	if in.total.IsNegative() {
		sign = -1
	}
	s := new(big.Rat).SetInt64(sign)
	r := partsRange{left: new(big.Rat).Mul(in.total.Rat(), s), least: new(big.Rat), most: new(big.Rat), nearest: new(big.Rat)}
	for _, p := range in.parts {
		if p.Lock.Valid {
			l := p.Lock.Decimal
			r.own = r.own || p.Min.Valid && l.LessThan(p.Min.Decimal) || p.Max.Valid && l.GreaterThan(p.Max.Decimal)
			r.left.Sub(r.left, new(big.Rat).Mul(l.Rat(), s))
			continue
		}
		r.add(p, sign)
	}
	r.odd = !r.left.IsInt()
	return r
}

// openBounds returns a part's whole bounds in the mirror; hi is nil for none.
func openBounds(p Part, sign int64) (lo int64, hi *int64) {
	minimum, maximum := p.Min, p.Max
	if sign < 0 {
		minimum, maximum = p.Max, p.Min
		minimum.Decimal, maximum.Decimal = minimum.Decimal.Neg(), maximum.Decimal.Neg()
	}
	if minimum.Valid {
		lo = minimum.Decimal.Ceil().IntPart()
	}
	if maximum.Valid {
		n := maximum.Decimal.Floor().IntPart()
		hi = &n
	}
	return lo, hi
}

func (r *partsRange) add(p Part, sign int64) {
	lo, hi := openBounds(p, sign)
	r.open++
	r.own = r.own || hi != nil && lo > *hi
	z := max(lo, 0)
	if hi != nil {
		z = min(z, *hi)
	}
	r.nearest.Add(r.nearest, new(big.Rat).SetInt64(z))
	first := z
	if p.Weight.Decimal.IsPositive() {
		r.heavy++
		if hi == nil || *hi > 0 {
			first = max(lo, 1)
		}
	} else {
		lo, hi = z, &z
	}
	r.firsts += first
	r.least.Add(r.least, new(big.Rat).SetInt64(lo))
	if hi == nil {
		r.most = nil
	} else if r.most != nil {
		r.most.Add(r.most, new(big.Rat).SetInt64(*hi))
	}
}

// requireSplitParts checks one call against its range, and reports whether it
// was met.
func requireSplitParts(t *testing.T, in partsCase, m Method) bool {
	t.Helper()
	shares, err := SplitParts(in.total, in.parts, SplitOptions{Step: decimal.NewFromInt(1), Method: m})
	r := rangeOf(in)
	switch {
	case r.own:
		require.ErrorIs(t, err, diag.Infeasible)
		return false
	case r.left.Sign() < 0, r.open == 0 && r.left.Sign() != 0:
		requireGap(t, in, err, new(big.Rat).Abs(r.left))
		return false
	case r.open > 0 && r.heavy == 0 && r.left.Sign() != 0 && (r.odd || r.left.Cmp(r.nearest) != 0):
		require.ErrorIs(t, err, diag.NoWeight)
		return false
	}
	if r.odd && err != nil {
		// Which part's bounds are off the step decides here; a table has cases.
		require.ErrorIs(t, err, diag.Infeasible)
		return false
	}
	if !r.odd && r.left.Cmp(r.least) < 0 {
		requireGap(t, in, err, new(big.Rat).Sub(r.least, r.left))
		return false
	}
	if !r.odd && r.most != nil && r.left.Cmp(r.most) > 0 {
		requireGap(t, in, err, new(big.Rat).Sub(r.left, r.most))
		return false
	}
	if m.engine().FirstStep() && err != nil {
		require.ErrorIs(t, err, diag.Infeasible)
		require.Equal(t, "/total", diag.All(err)[0].Path)
		require.True(t, r.odd || r.left.Cmp(r.nearest) < 0 || r.left.Cmp(new(big.Rat).SetInt64(r.firsts)) < 0)
		return false
	}
	require.NoError(t, err, "%v %+v", in.total, in.parts)
	requireShares(t, in, m, shares)
	return true
}

// requireGap wants an Infeasible fault that misses by gap.
func requireGap(t *testing.T, in partsCase, err error, gap *big.Rat) {
	t.Helper()
	require.ErrorIs(t, err, diag.Infeasible, "%v %+v", in.total, in.parts)
	_, by, found := strings.Cut(diag.All(err)[0].Bound, " by ")
	require.True(t, found)
	require.Zero(t, gap.Cmp(splitDec(by).Rat()), "%v: want a gap of %s", err, gap.RatString())
}

func requireShares(t *testing.T, in partsCase, m Method, shares []Share) {
	t.Helper()
	one := decimal.NewFromInt(1)
	sum, running, ideals := decimal.Zero, decimal.Zero, decimal.Zero
	residues := 0
	for i, s := range shares {
		p := in.parts[i]
		sum = sum.Add(s.Amount)
		running, ideals = running.Add(s.Amount), ideals.Add(s.Ideal)
		if s.Residue {
			residues++
		}
		if m == Cumulative { // ideals are stated to a millionth
			require.True(t, running.Sub(ideals).Abs().LessThanOrEqual(splitDec("0.50001")))
		}
		if p.Lock.Valid {
			require.True(t, s.Amount.Equal(p.Lock.Decimal) && s.Bound == HeldByLock)
			continue
		}
		require.True(t, s.Residue || s.Amount.IsInteger(), "%+v", in)
		requireWithin(t, in.total, p, s)
		if m == LargestRemainder || m == Cumulative {
			require.True(t, s.Amount.Sub(s.Ideal).Abs().LessThan(one))
		}
	}
	require.True(t, sum.Equal(in.total), "%s of %+v adds up to %s", in.total, in.parts, sum)
	require.LessOrEqual(t, residues, 1)
	requireOneFactor(t, in, shares)
	if m != Cumulative && residues == 0 {
		requirePartOrder(t, in, shares)
	}
}

func requireWithin(t *testing.T, total decimal.Decimal, p Part, s Share) {
	t.Helper()
	switch {
	case p.Min.Valid:
		require.True(t, s.Amount.GreaterThanOrEqual(p.Min.Decimal))
	case !total.IsNegative():
		require.False(t, s.Amount.IsNegative())
	}
	switch {
	case p.Max.Valid:
		require.True(t, s.Amount.LessThanOrEqual(p.Max.Decimal))
	case total.IsNegative():
		require.False(t, s.Amount.IsPositive())
	}
}

// requireOneFactor wants all ideals that nothing holds in one proportion.
func requireOneFactor(t *testing.T, in partsCase, shares []Share) {
	t.Helper()
	tolerance := splitDec("0.00002")
	for i, a := range shares {
		for j, b := range shares[:i] {
			if a.Bound != "" || b.Bound != "" || a.Residue || b.Residue {
				continue
			}
			left, right := a.Ideal.Mul(in.parts[j].Weight.Decimal), b.Ideal.Mul(in.parts[i].Weight.Decimal)
			require.True(t, left.Sub(right).Abs().LessThan(tolerance), "%s of %+v: %s and %s", in.total, in.parts, a.Ideal, b.Ideal)
		}
	}
}

// requirePartOrder wants heavier parts with the same bounds not to be nearer to
// zero, and equal ones to differ by at most a step.
func requirePartOrder(t *testing.T, in partsCase, shares []Share) {
	t.Helper()
	same := func(a, b decimal.NullDecimal) bool {
		return a.Valid == b.Valid && a.Decimal.Equal(b.Decimal)
	}
	for i, p := range in.parts {
		for j, q := range in.parts {
			if p.Lock.Valid || q.Lock.Valid || !same(p.Min, q.Min) || !same(p.Max, q.Max) {
				continue
			}
			a, b := shares[i].Amount, shares[j].Amount
			if !in.total.IsNegative() && a.IsPositive() && p.Weight.Decimal.GreaterThan(q.Weight.Decimal) {
				require.True(t, a.GreaterThanOrEqual(b), "%s of %+v: %s below %s", in.total, in.parts, a, b)
			}
			if p.Weight.Decimal.Equal(q.Weight.Decimal) {
				require.True(t, a.Sub(b).Abs().LessThanOrEqual(decimal.NewFromInt(1)))
			}
		}
	}
}
