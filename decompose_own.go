package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// seasonWindow returns the window of the past by which units keep a season of
// their own; "" if the rule names none.
func seasonWindow(r SplitRule) string {
	if r.Time.Basis == TimeHistory {
		return r.Time.Period
	}
	if len(r.Axes) > 0 && r.Axes[0].Basis == BasisHistory {
		return r.Axes[0].Period
	}
	return ""
}

// An ownSeasons holds the seasons of units: each leaf period's weight, by the
// node of the first axis that brought something.
type ownSeasons struct {
	bookings map[int32][]Booking
	weights  map[int32][]*big.Int
}

// readSeasons collects what each unit brought, and works out the season of
// everybody who brought anything.
func (cs *cascade) readSeasons() error {
	var c diag.Collector
	t := cs.axes[0].tree
	rule := TimeRule{Period: seasonWindow(cs.rule), Missing: cs.rule.Time.Missing}
	if rule.Missing == "" {
		rule.Missing = MissingMean
	}
	window, ok := cs.window(rule.Period, cs.axes[0].path, &c)
	if !ok {
		return c.Err()
	}
	own := &ownSeasons{bookings: map[int32][]Booking{}, weights: map[int32][]*big.Int{}}
	column := cs.evidenceColumn(cs.axes[0].axis.ID)
	for b := range cs.req.Evidence.Bookings(cs.metric.ID) {
		if column < 0 || b.Units[column] == "" || !window.Contains(b.On) {
			continue
		}
		at, ok := t.bookedAt(b.Units[column], b.On)
		if !ok {
			continue
		}
		for _, n := range t.counts(at) {
			own.bookings[n] = append(own.bookings[n], b)
		}
		if at.dated >= 0 {
			own.bookings[0] = append(own.bookings[0], b)
		}
	}
	for i := range t.nodes {
		n := int32(i)
		if own.bookings[n] == nil {
			continue
		}
		shares := cs.sharesOf(rule, window, slices.Values(own.bookings[n]), &c)
		if c.Len() > 0 {
			return c.Err()
		}
		weights, err := cs.grid.byMonths(shares)
		if err != nil {
			return err
		}
		own.weights[n] = wholeNumbers(weights)
	}
	own.bookings = nil
	cs.own = own
	return nil
}

// row returns the ideal cells of a leaf by its own season, or that of the
// nearest unit above that has one: its total by weight × presence. It is nil
// where the season leaves nothing for the days on which the leaf is there.
func (own *ownSeasons) row(cs *cascade, leaf int32) []apportion.Fixed {
	t := cs.axes[0].tree
	n := leaf
	for n >= 0 && own.weights[n] == nil {
		n = t.nodes[n].parent
	}
	if n < 0 {
		return nil
	}
	there := make([]uint64, len(cs.grid.pieces))
	t.presence(leaf, cs.grid, there)
	parts := make([]*big.Rat, len(there))
	for p, days := range there {
		full := cs.grid.measure[p]
		if full == 0 {
			full = uint64(cs.grid.pieces[p].Days())
		}
		parts[p] = new(big.Rat).SetFrac(new(big.Int).SetUint64(days), new(big.Int).SetUint64(full*t.scale))
		parts[p].Mul(parts[p], new(big.Rat).SetInt(own.weights[n][p]))
	}
	weights := wholeNumbers(parts)
	sum := new(big.Int)
	for _, w := range weights {
		sum.Add(sum, w)
	}
	if sum.Sign() == 0 {
		return nil
	}
	row := make([]apportion.Fixed, len(weights))
	total := apportion.FixedInt(cs.units[leaf])
	for p, w := range weights {
		row[p] = total.MulDivBig(w, sum)
	}
	return row
}
