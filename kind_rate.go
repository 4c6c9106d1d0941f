package salesplan

import (
	"context"
	"iter"
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Ratio is a numerator over a denominator. It is kept as both, since rates
// don't add up.
type Ratio struct {
	Numerator   decimal.Decimal `json:"numerator"`
	Denominator decimal.Decimal `json:"denominator"`
}

// Rat returns the exact value; ok is false over 0, where a rate is not
// applicable.
func (r Ratio) Rat() (value *big.Rat, ok bool) {
	if r.Denominator.IsZero() {
		return nil, false
	}
	return new(big.Rat).Quo(exactRat(r.Numerator), exactRat(r.Denominator)), true
}

// Round returns the value to the nearest multiple of step, half away from
// zero; ok is false over 0, where a rate is not applicable, and for a step that
// isn't positive.
func (r Ratio) Round(step decimal.Decimal) (value decimal.Decimal, ok bool) {
	x, ok := r.Rat()
	if !ok || step.Sign() <= 0 {
		return decimal.Decimal{}, false
	}
	x.Quo(x, exactRat(step))
	twice := new(big.Int).Lsh(new(big.Int).Abs(x.Num()), 1)
	n := twice.Add(twice, x.Denom())
	n.Quo(n, new(big.Int).Lsh(x.Denom(), 1))
	if x.Sign() < 0 {
		n.Neg(n)
	}
	return fromBigSteps(n, step), true
}

// exactRat returns a decimal as a rational, whatever its exponent.
func exactRat(d decimal.Decimal) *big.Rat {
	e := d.Exponent()
	if e >= 0 {
		return new(big.Rat).SetInt(new(big.Int).Mul(d.Coefficient(), bigPow10(e)))
	}
	return new(big.Rat).SetFrac(d.Coefficient(), bigPow10(-e))
}

// RateTarget returns the numerator that a rate takes of a denominator: target ×
// denominator, brought to a multiple of step towards the better side, up where
// higher is better (the zero Better) and down where lower is. Target is a
// fraction: 0.12 for 12 %. The ratio is the rate that this reaches.
//
// Faults have paths below /target, /denominator, /step and /better:
// [diag.OutOfRange] for a denominator that is not above 0, and beyond the limits
// of amounts and steps; [diag.Negative] for a target below 0.
func RateTarget(target, denominator, step decimal.Decimal, better Better) (decimal.Decimal, Ratio, error) {
	var c diag.Collector
	checkStep(step, "/step", &c)
	c.Add(checkEnum(better, []Better{"", BetterHigher, BetterLower}, "/better"))
	if !checkAmount(target) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/target", Bound: amountBound})
	} else if target.IsNegative() {
		c.Add(&diag.Fault{Code: diag.Negative, Path: "/target", Value: target.String(), Bound: "0"})
	}
	if !checkAmount(denominator) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/denominator", Bound: amountBound})
	} else if denominator.Sign() <= 0 {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/denominator", Value: denominator.String(), Bound: "more than 0"})
	}
	if c.Len() > 0 {
		return decimal.Decimal{}, Ratio{}, c.Err()
	}
	q, r := new(big.Int), new(big.Int)
	x := new(big.Rat).Mul(exactRat(target), exactRat(denominator))
	x.Quo(x, exactRat(step))
	q.QuoRem(x.Num(), x.Denom(), r)
	if r.Sign() > 0 && better != BetterLower {
		q.Add(q, big.NewInt(1))
	}
	if !q.IsInt64() || q.Int64() > maxSteps {
		return decimal.Decimal{}, Ratio{}, diag.Faults{{Code: diag.OutOfRange, Path: "/target", Value: target.String(), Bound: strconv.FormatInt(maxSteps, 10) + " steps of " + step.String()}}
	}
	numerator := fromSteps(q.Int64(), step)
	return numerator, Ratio{numerator, denominator}, nil
}

// A RateRequest is a goal of a rate and what it takes to divide it.
type RateRequest struct {
	// CascadeRequest has the goal and its metric, a rate. Its split divides the
	// numerator.
	CascadeRequest

	// Numerator is the metric of the rate's numerator.
	Numerator Metric

	// Denominator are the targets of the rate's denominator, a flow, and Stock
	// those of one that is a stock; neither for a figure from outside.
	Denominator *Breakdown
	Stock       *StockBreakdown

	// Externals are figures from outside. Those of the series that the rate's
	// denominator names with a day in the goal's period are added up.
	Externals []External
}

// A RateBreakdown is the goal of a rate split over units and periods: its
// numerator's targets, and the denominator that they are over. It is immutable
// and safe for use by many goroutines.
type RateBreakdown struct {
	goal        Goal
	metric      Metric
	grown       *GrownTarget
	numerator   *Breakdown
	denominator *Breakdown      // nil for a stock or a figure from outside
	stock       *StockBreakdown // nil for a flow or a figure from outside
	given       decimal.Decimal
	findings    []diag.Finding
}

// CascadeRate divides the goal of a rate. The numerator's total is target ×
// denominator, rounded as [RateTarget] does, and is split as [Cascade] does.
//
// The denominator is that of the targets given over the goal's period and by its
// owner: of a stock, its reading by [Metric.Reading]. A figure from outside is
// given for the goal's period as a whole, and not split.
//
// Faults are those of Cascade and, below /goal, /metric and /denominator,
// [diag.OutOfRange] for a denominator of 0, [diag.Required] for one without a
// figure, [diag.Mismatch] for targets of another metric, and those of the
// denominator at the goal's owner and period.
func CascadeRate(ctx context.Context, req RateRequest) (*RateBreakdown, error) {
	r := &RateBreakdown{goal: req.Goal, metric: req.Metric, denominator: req.Denominator, stock: req.Stock}
	var c diag.Collector
	checkMetric(req.Metric, "/metric", &c)
	if req.Metric.Kind != KindRate {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: "/metric/kind", Value: string(req.Metric.Kind), Bound: "a rate"})
	}
	if req.Goal.Metric != req.Metric.ID {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/goal/metric", Value: req.Goal.Metric, Bound: req.Metric.ID})
	}
	checkMetric(req.Numerator, "/numerator", &c)
	checkIsFlow(req.Numerator, "/numerator", &c)
	if req.Numerator.ID != req.Metric.Numerator {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/numerator/id", Value: req.Numerator.ID, Bound: req.Metric.Numerator})
	}
	checkTarget(req.Goal.Target, req.Metric.Step, "/goal/target", &c)
	checkGoalKind(req.Goal, &req.Metric, "/goal", &c)
	req.Goal.checkGrowth(&req.Metric, req.Fiscal, "/goal", &c)
	if c.Len() == 0 {
		grown, err := req.grow(req.Metric)
		c.AddErr(err, "/goal")
		r.goal, r.grown = req.Goal, grown
	}
	if c.Len() == 0 {
		c.AddErr(r.setDenominator(req), "/denominator")
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	total, _, err := RateTarget(req.Metric.fraction(req.Goal.Target), r.given, req.Numerator.Step, req.Metric.Better)
	if err != nil {
		return nil, diag.Reroot(err, map[string]string{"/target": "/goal/target", "/step": "/numerator/step"})
	}
	flow := req.CascadeRequest
	flow.Metric = req.Numerator
	flow.Goal.Growth = nil
	flow.Goal.Metric, flow.Goal.Target, flow.Goal.Baseline = req.Numerator.ID, total, decimal.NullDecimal{}
	if r.numerator, err = Cascade(ctx, flow); err != nil {
		return nil, err
	}
	return r, nil
}

// setDenominator finds what the goal's rate is over.
func (r *RateBreakdown) setDenominator(req RateRequest) error {
	period, err := req.Fiscal.Parse(req.Goal.Period)
	if err != nil {
		return atPath(err, "/goal/period")
	}
	if req.Denominator != nil && req.Stock != nil {
		return &diag.Fault{Code: diag.Conflict, Path: "/stock", Bound: "either targets of a flow or of a stock"}
	}
	if d := r.over(); d != nil {
		if d.Metric().ID != req.Metric.Denominator {
			return &diag.Fault{Code: diag.Mismatch, Path: "/denominator", Value: d.Metric().ID, Bound: req.Metric.Denominator}
		}
		at := At{Period: period}
		if req.Goal.Owner != d.Owner() {
			at.Units = []string{req.Goal.Owner}
		}
		if r.given, err = d.Amount(at); err != nil {
			return diag.Reroot(err, map[string]string{"/at/units/0": "/goal/owner", "/at/period": "/goal/period"})
		}
		if r.given.Sign() <= 0 {
			return &diag.Fault{Code: diag.OutOfRange, Path: "/denominator", Value: r.given.String(), Bound: "more than 0"}
		}
		return nil
	}
	var c diag.Collector
	checkExternals(req.Externals, &c)
	if c.Len() > 0 {
		return c.Err()
	}
	for _, x := range req.Externals {
		if x.Series == req.Metric.Denominator && period.Contains(x.On) {
			r.given = r.given.Add(x.Amount)
		}
	}
	if r.given.IsZero() {
		return &diag.Fault{Code: diag.Required, Path: "/externals", Bound: "a figure of " + req.Metric.Denominator + " in " + period.String()}
	}
	if !checkAmount(r.given) {
		return &diag.Fault{Code: diag.OutOfRange, Path: "/externals", Bound: amountBound}
	}
	return nil
}

// Goal returns the goal's ID.
func (r *RateBreakdown) Goal() string { return r.goal.ID }

// Metric returns the goal's metric, a rate.
func (r *RateBreakdown) Metric() Metric { return r.metric }

// Target returns the rate that the goal states, as a fraction.
func (r *RateBreakdown) Target() decimal.Decimal { return r.metric.fraction(r.goal.Target) }

// Grown says how the target came from the goal's baseline, in the metric's
// measure; nil for one that is given.
func (r *RateBreakdown) Grown() *GrownTarget { return r.grown.clone() }

// Reached returns the rate of the whole goal. Its numerator is rounded towards
// the better side, so that it is the target's or better.
func (r *RateBreakdown) Reached() Ratio { return Ratio{r.numerator.Total(), r.given} }

// Numerator returns the targets of the rate's numerator.
func (r *RateBreakdown) Numerator() *Breakdown { return r.numerator }

// Denominator returns the targets of the rate's denominator; ok is false for a
// stock and for a figure from outside.
func (r *RateBreakdown) Denominator() (targets *Breakdown, ok bool) {
	return r.denominator, r.denominator != nil
}

// Stock returns the targets of the rate's denominator where that is a stock, and
// whether it is one.
func (r *RateBreakdown) Stock() (targets *StockBreakdown, ok bool) {
	return r.stock, r.stock != nil
}

// Findings returns what came up while the goal was split.
func (r *RateBreakdown) Findings() []diag.Finding {
	return append(r.numerator.Findings(), slices.Clone(r.findings)...)
}

// Rate returns the rate at a place: its numerator there over its denominator
// there; it is derived and never a sum of rates. Over a denominator from outside,
// which is not split, it is what the units bring to the whole rate.
//
// The value is not applicable ([Ratio.Rat] reports false) where the denominator
// is 0, and in parts of the goal's period under a denominator from outside. Its
// faults are those of [Breakdown.Amount], of the numerator and of the
// denominator.
func (r *RateBreakdown) Rate(at At) (Ratio, error) {
	n, err := r.numerator.Amount(at)
	if err != nil {
		return Ratio{}, err
	}
	if r.over() == nil {
		if at.Period.IsZero() || at.Period == r.numerator.Period() {
			return Ratio{n, r.given}, nil
		}
		return Ratio{Numerator: n}, nil
	}
	d, err := r.under(at)
	if err != nil {
		return Ratio{}, err
	}
	return Ratio{n, d}, nil
}

// under reads the denominator where the numerator stands.
func (r *RateBreakdown) under(at At) (decimal.Decimal, error) {
	if at.Period.IsZero() {
		at.Period = r.numerator.Period()
	}
	over := r.over()
	theirs := over.Axes()
	units, parents := make([]string, max(len(theirs), 1)), make([]string, len(theirs))
	for i, axis := range r.numerator.Axes() {
		k := slices.Index(theirs, axis)
		switch {
		case i >= len(at.Units) || at.Units[i] == "":
		case k < 0 && at.Units[i] != r.numerator.Owner():
			return decimal.Decimal{}, &diag.Fault{Code: diag.Unknown, Path: index("/at/units", i), Value: at.Units[i], Bound: "the units of goal " + over.Goal()}
		case k >= 0:
			units[k] = at.Units[i]
			if i < len(at.Parents) {
				parents[k] = at.Parents[i]
			}
		}
	}
	if owner := r.numerator.Owner(); owner != over.Owner() && owner != "" {
		if k := over.axisOf(owner); k >= 0 && units[k] == "" {
			units[k] = owner
		}
	}
	return over.Amount(At{Units: units, Parents: parents, Period: at.Period})
}

// axisOf returns the axis that has a unit, -1 for none.
func (b *Breakdown) axisOf(unit string) int {
	for i, ax := range b.cs.axes {
		if _, ok := ax.tree.index[unit]; ok {
			return i
		}
	}
	return -1
}

// A RateRow is a row of the numerator with what it is over.
type RateRow struct {
	Row
	Denominator decimal.Decimal

	// Rate is the rate to the metric's step; not valid where it is not
	// applicable or the denominator isn't split that far. It is in hundredths
	// for a metric measured in "%", a fraction otherwise.
	Rate decimal.NullDecimal
}

// Rows yields the numerator's rows with the rates; see [Breakdown.Rows].
func (r *RateBreakdown) Rows(q Query) (iter.Seq[RateRow], error) {
	rows, err := r.numerator.Rows(q)
	if err != nil {
		return nil, err
	}
	return func(yield func(RateRow) bool) {
		for row := range rows {
			out := RateRow{Row: row}
			if x, err := r.Rate(At{Units: row.Units, Parents: row.Parents, Period: row.Period}); err == nil {
				out.Denominator = x.Denominator
				if v, ok := r.shown(x); ok {
					out.Rate = decimal.NewNullDecimal(v)
				}
			}
			if !yield(out) {
				return
			}
		}
	}, nil
}

// shown returns a rate in the metric's measure and step.
func (r *RateBreakdown) shown(x Ratio) (decimal.Decimal, bool) {
	if r.metric.inHundredths() {
		x.Numerator = x.Numerator.Shift(2)
	}
	return x.Round(r.metric.Step)
}

// Period returns the goal's whole period.
func (r *RateBreakdown) Period() calendar.Period { return r.numerator.Period() }

// Equal reports whether both say the same at every place.
func (r *RateBreakdown) Equal(other *RateBreakdown) bool {
	if r == nil || other == nil {
		return r == other
	}
	return r.goal.ID == other.goal.ID && r.metric.ID == other.metric.ID && r.goal.Target.Equal(other.goal.Target) &&
		r.given.Equal(other.given) && r.numerator.Equal(other.numerator) && r.denominator.Equal(other.denominator) &&
		r.metric.Reading == other.metric.Reading && r.stock.Equal(other.stock)
}
