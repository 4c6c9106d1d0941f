package salesplan

import (
	"math"
	"math/big"

	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// explainPiece explains a cell of the table of leaf units and leaf periods.
func (b *Breakdown) explainPiece(r, p int) *CellShare {
	seed := newSeeder(b.cs, len(b.cs.axes)).fixed(r)[p].Float()
	return b.explainCell(b.cs.table, b.cs.bounder(), seed, r, p, len(b.cs.grid.pieces))
}

// explainCell explains cell (r, p) of a table of cols columns, whose seed is in
// steps. It adds up the row and the column to it.
func (b *Breakdown) explainCell(res *apportion.Result, bounds apportion.Bounder, seed float64, r, p, cols int) *CellShare {
	at := res.Fitted[r*cols+p]
	c := &CellShare{
		Seed:      seed * b.cs.metric.Step.InexactFloat64(),
		RowFactor: res.RowFactor[r], ColumnFactor: res.ColFactor[p],
		Fitted: b.fitted(big.NewInt(at), res.Shift),
	}
	if b.cs.negative {
		c.Seed = -c.Seed
	}
	lo, hi := boundsAt(bounds, r, p, cols)
	b.explainBounds(c, lo, hi)
	quanta := float64(float64(seed*c.RowFactor)*c.ColumnFactor) * math.Ldexp(1, int(res.Shift))
	held := func(bound int64) bool { return at>>res.Shift == bound && at == bound<<res.Shift }
	c.Forced = res.Forced > 0 && (held(lo) && quanta > float64(at)+1 || held(hi) && quanta < float64(at)-1)
	c.Row = b.running(res, r*cols, r*cols+p, 1)
	c.Column = b.running(res, p, r*cols+p, cols)
	return c
}

// boundsAt returns what a cell may have.
func boundsAt(bounds apportion.Bounder, r, p, cols int) (lo, hi int64) {
	if bounds == nil {
		return 0, apportion.Unbounded
	}
	least, most := make([]int64, cols), make([]int64, cols)
	for j := range most {
		most[j] = apportion.Unbounded
	}
	bounds.Bounds(r, least, most)
	return least[p], most[p]
}

// explainBounds states the bounds of a cell.
func (b *Breakdown) explainBounds(c *CellShare, lo, hi int64) {
	least, most := &c.Min, &c.Max
	if b.cs.negative {
		least, most = most, least
	}
	if lo > 0 {
		*least = decimal.NewNullDecimal(b.decimal(lo))
	}
	if hi != apportion.Unbounded {
		*most = decimal.NewNullDecimal(b.decimal(hi))
	}
}

// running adds up the cells from first to last.
func (b *Breakdown) running(res *apportion.Result, first, last, stride int) RunningTotal {
	var fitted apportion.Sum
	var given int64
	for k := first; k <= last; k += stride {
		fitted.Add(res.Fitted[k])
		given += res.Amounts[k]
	}
	return RunningTotal{Fitted: b.fitted(fitted.Big(), res.Shift), Given: b.decimal(given)}
}

// fitted writes a fitted amount exactly: 2^-k is 5^k · 10^-k.
func (b *Breakdown) fitted(quanta *big.Int, shift uint) decimal.Decimal {
	k := int64(shift)
	x := new(big.Int).Exp(big.NewInt(5), big.NewInt(k), nil)
	x.Mul(x, quanta)
	if b.cs.negative {
		x.Neg(x)
	}
	return b.inPlaces(x, int32(k))
}
