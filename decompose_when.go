package salesplan

import (
	"math/big"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// A timeLine is the first move of a cascade: the goal's row over the leaf
// periods and what it was computed from.
type timeLine struct {
	basis   TimeBasis
	weights []*big.Int // by piece
	sums    []*big.Int // by turn: of its pieces' weights
	row     []int64    // steps, by piece
}

// when divides the total (of each turn) over the leaf periods: one cumulative
// split by the time basis, exact at the end of each turn, so that the running
// total is never more than half a step from the line.
func (cs *cascade) when() error {
	rule := cs.rule.Time
	weights, err := cs.timeWeights(rule)
	if err != nil {
		return err
	}
	line := timeLine{basis: rule.Basis, weights: wholeNumbers(weights), row: make([]int64, len(cs.grid.pieces))}
	if line.basis == "" {
		line.basis = TimeEven
	}
	for t, turn := range cs.grid.turns {
		sum := new(big.Int)
		for i := turn.first; i < turn.end; i++ {
			sum.Add(sum, line.weights[i])
		}
		line.sums = append(line.sums, sum)
		if sum.Sign() == 0 && cs.perTurn != 0 {
			return diag.Faults{{Code: diag.NoWeight, Path: "/goal/split/time/basis", Value: cs.grid.turns[t].String()}}
		}
		line.fill(turn, sum, cs.perTurn)
	}
	cs.line = line
	return nil
}

// fill rounds the running total of one turn half up.
func (l *timeLine) fill(turn stretch, sum *big.Int, total int64) {
	if sum.Sign() == 0 {
		return
	}
	var before int64
	prefix, x := new(big.Int), new(big.Int)
	for i := turn.first; i < turn.end; i++ {
		prefix.Add(prefix, l.weights[i])
		now := halfUp(x, total, prefix, sum)
		l.row[i] = now - before
		before = now
	}
}

// halfUp returns total · part/whole rounded half up; x is scratch.
func halfUp(x *big.Int, total int64, part, whole *big.Int) int64 {
	x.SetInt64(total)
	x.Mul(x, part)
	x.Lsh(x, 1)
	x.Add(x, whole)
	x.Quo(x, new(big.Int).Lsh(whole, 1))
	return x.Int64()
}

// timeWeights returns each leaf period's weight by the rule's basis.
func (cs *cascade) timeWeights(rule TimeRule) ([]*big.Rat, error) {
	g := cs.grid
	switch rule.Basis {
	case TimeDays, TimeWorkdays:
		out := make([]*big.Rat, len(g.pieces))
		for i := range out {
			out[i] = new(big.Rat).SetInt64(int64(g.measure[i]))
		}
		return out, nil
	case TimeSeasonality:
		shares, err := givenShares(rule, "/goal/split/time/shares")
		if err != nil {
			return nil, err
		}
		return g.byMonths(shares)
	case TimeHistory:
		shares, err := cs.historyShares(rule)
		if err != nil {
			return nil, err
		}
		return g.byMonths(shares)
	}
	return g.evenly()
}

// evenly gives every period of the finest grain that is no shorter than a
// month the same; without such a grain, every leaf period.
func (g *grid) evenly() ([]*big.Rat, error) {
	base := g.baseGrain()
	if base == "" {
		return []*big.Rat{big.NewRat(1, 1)}, nil
	}
	full, err := fullPeriods(g.fiscal, g.whole, base)
	if err != nil {
		return nil, atPath(err, "/goal/split/grains")
	}
	shares := make([]*big.Rat, len(full))
	for i := range shares {
		shares[i] = big.NewRat(1, 1)
	}
	return g.within(full, shares), nil
}

// baseGrain returns the grain whose periods have the same each in an even
// split; "" if the whole period is the only one.
func (g *grid) baseGrain() calendar.Grain {
	if len(g.grains) == 0 {
		return ""
	}
	base := g.grains[0]
	for _, grain := range g.grains {
		if grain.Rank() <= calendar.GrainMonth.Rank() {
			base = grain
		}
	}
	if base.Rank() > calendar.GrainMonth.Rank() {
		base = g.grains[len(g.grains)-1]
	}
	return base
}

// byMonths gives each leaf period its part of the shares of the twelve months.
func (g *grid) byMonths(shares [12]*big.Rat) ([]*big.Rat, error) {
	full, err := fullPeriods(g.fiscal, g.whole, calendar.GrainMonth)
	if err != nil {
		return nil, atPath(err, "/goal/period")
	}
	each := make([]*big.Rat, len(full))
	for i, m := range full {
		_, number, _ := g.fiscal.MonthOf(m.First)
		each[i] = shares[number-1]
	}
	return g.within(full, each), nil
}

// within divides the shares of full periods over the leaf periods in them, in
// proportion to the measure of what they have in common. A period that the
// goal covers in part gives that part of its share.
func (g *grid) within(full []calendar.Period, shares []*big.Rat) []*big.Rat {
	out := make([]*big.Rat, len(g.pieces))
	at := 0
	for i, piece := range g.pieces {
		out[i] = new(big.Rat)
		for at < len(full) && full[at].Last.Before(piece.First) {
			at++
		}
		for k := at; k < len(full) && full[k].Overlaps(piece); k++ {
			common, _ := full[k].Intersect(piece)
			part, whole := g.part(common, full[k])
			share := big.NewRat(part, whole)
			out[i].Add(out[i], share.Mul(share, shares[k]))
		}
	}
	return out
}

// part returns the measure of a part and of the whole that it belongs to, in
// calendar days where the whole has no working day.
func (g *grid) part(part, whole calendar.Period) (int64, int64) {
	if part == whole {
		return 1, 1
	}
	if m := g.outside(whole); m > 0 {
		return g.outside(part), m
	}
	return int64(part.Days()), int64(whole.Days())
}

// givenShares reads the twelve shares of a seasonality. Faults are at path.
func givenShares(rule TimeRule, path string) (shares [12]*big.Rat, err error) {
	var c diag.Collector
	if len(rule.Shares) != 12 {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: strconv.Itoa(len(rule.Shares)), Bound: "12"})
		return shares, c.Err()
	}
	total := new(big.Rat)
	for i, d := range rule.Shares {
		switch {
		case !checkAmount(d):
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: index(path, i)})
			shares[i] = new(big.Rat)
			continue
		case d.IsNegative():
			c.Add(&diag.Fault{Code: diag.Negative, Path: index(path, i), Value: d.String(), Bound: "0"})
		}
		shares[i] = d.Rat()
		total.Add(total, shares[i])
	}
	if c.Len() == 0 && !rule.Normalise && total.Cmp(big.NewRat(1, 1)) != 0 && total.Cmp(big.NewRat(100, 1)) != 0 {
		c.Add(&diag.Fault{Code: diag.Total, Path: path, Value: ratText(total), Bound: "1 or 100"})
	}
	if c.Len() == 0 && total.Sign() == 0 {
		c.Add(&diag.Fault{Code: diag.NoWeight, Path: path})
	}
	return shares, c.Err()
}

// wholeNumbers brings rationals to a common denominator.
func wholeNumbers(rs []*big.Rat) []*big.Int {
	lcm := big.NewInt(1)
	gcd := new(big.Int)
	for _, r := range rs {
		gcd.GCD(nil, nil, lcm, r.Denom())
		lcm.Mul(lcm, new(big.Int).Quo(r.Denom(), gcd))
	}
	out := make([]*big.Int, len(rs))
	for i, r := range rs {
		out[i] = new(big.Int).Mul(r.Num(), new(big.Int).Quo(lcm, r.Denom()))
	}
	return out
}
