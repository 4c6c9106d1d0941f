package salesplan

import (
	"iter"
	"math/big"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// The rules for months that a history doesn't cover, beside a share.
const (
	MissingRefuse = "refuse"
	MissingMean   = "mean"
)

// A pastMonth is what one of the twelve months brought in a window.
type pastMonth struct {
	amount  *big.Rat // sum over the covered occurrences, scaled to whole ones
	covered int64    // how many of them
	lacking []calendar.Period
}

// historyShares returns the twelve months' shares by what they brought: the
// mean of a month's covered occurrences, and for a month without one what the
// rule says.
func (cs *cascade) historyShares(rule TimeRule) (shares [12]*big.Rat, err error) {
	var c diag.Collector
	const path = "/goal/split/time"
	window, ok := cs.window(rule.Period, path, &c)
	if !ok {
		return shares, c.Err()
	}
	inScope := cs.scope()
	mine := func(yield func(Booking) bool) {
		for b := range cs.req.Evidence.Bookings(cs.metric.ID) {
			if window.Contains(b.On) && inScope(b) && !yield(b) {
				return
			}
		}
	}
	shares = cs.sharesOf(rule, window, mine, &c)
	if c.Len() == 0 && len(cs.missing) > 0 {
		cs.find(diag.Finding{Severity: diag.Info, Code: codeMonthsMissing, Subject: diag.Subject{Kind: "goal", ID: cs.req.Goal.ID},
			Args: []diag.Arg{diag.Period("period", rule.Period), diag.Count("count", len(cs.missing)), nameList("months", cs.missing), diag.Text("rule", rule.Missing)}})
	}
	return shares, c.Err()
}

// sharesOf returns the twelve months' shares by what certain bookings of a
// window, in the order of their days, brought.
func (cs *cascade) sharesOf(rule TimeRule, window calendar.Period, bookings iter.Seq[Booking], c *diag.Collector) (shares [12]*big.Rat) {
	const path = "/goal/split/time"
	months, rate, err := cs.pastMonths(window, bookings)
	if err != nil {
		c.AddErr(err, path)
		return shares
	}
	var missing []int
	total := new(big.Rat)
	for i := range months {
		m := &months[i]
		if m.covered == 0 {
			missing = append(missing, i)
			shares[i] = new(big.Rat)
			continue
		}
		shares[i] = m.amount.Quo(m.amount, new(big.Rat).SetInt64(m.covered))
		if shares[i].Sign() < 0 {
			c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/period", Value: ratText(shares[i]), Bound: "0 (month " + strconv.Itoa(i+1) + ")"})
		}
		total.Add(total, shares[i])
	}
	cs.missing = nil
	if len(missing) > 0 {
		cs.fillMissing(&shares, months, missing, rule, rate, total, c)
	}
	return shares
}

// fillMissing gives the months that the past doesn't cover their shares.
func (cs *cascade) fillMissing(shares *[12]*big.Rat, months [12]pastMonth, missing []int, rule TimeRule, rate, total *big.Rat, c *diag.Collector) {
	const path = "/goal/split/time/missing"
	names := make([]string, len(missing))
	for k, i := range missing {
		names[k] = strconv.Itoa(i + 1)
	}
	switch rule.Missing {
	case "", MissingRefuse:
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "\"mean\" or a share for each month that the history doesn't cover: " + joinNames(names)})
		return
	case MissingMean:
		for _, i := range missing {
			days := cs.missingDays(i, months[i], c)
			shares[i] = new(big.Rat).Mul(rate, days)
		}
	default:
		d, ok := missingShare(rule.Missing)
		if !ok || d.Mul(decimal.NewFromInt(int64(len(missing)))).Cmp(decimal.NewFromInt(1)) >= 0 {
			c.Add(&diag.Fault{Code: diag.Invalid, Path: path, Value: rule.Missing, Bound: "\"mean\", \"refuse\" or a share of the year below 1/" + strconv.Itoa(len(missing))})
			return
		}
		// The covered months are what the missing ones leave of the year.
		share := d.Rat()
		rest := new(big.Rat).Sub(big.NewRat(1, 1), new(big.Rat).Mul(share, big.NewRat(int64(len(missing)), 1)))
		year := new(big.Rat).Quo(total, rest)
		for _, i := range missing {
			shares[i] = new(big.Rat).Mul(share, year)
		}
	}
	cs.missing = names
}

// missingBound says in a fault what a missing month may take.
const missingBound = "\"mean\", \"refuse\" or a share of the year below 1"

// missingShare reads the share of the year that a missing month takes.
func missingShare(text string) (decimal.Decimal, bool) {
	d, f := parseAmount(text)
	return d, f == nil && !d.IsNegative() && d.LessThan(decimal.NewFromInt(1))
}

// missingDays returns the working days of a month that the past doesn't
// cover: the mean over its occurrences in the window, else in the goal's own
// period.
func (cs *cascade) missingDays(month int, m pastMonth, c *diag.Collector) *big.Rat {
	occurrences := m.lacking
	if len(occurrences) == 0 {
		full, err := fullPeriods(cs.req.Fiscal, cs.grid.whole, calendar.GrainMonth)
		if err != nil {
			return new(big.Rat)
		}
		for _, p := range full {
			if _, number, _ := cs.req.Fiscal.MonthOf(p.First); number == month+1 {
				occurrences = append(occurrences, p)
			}
		}
	}
	if len(occurrences) == 0 {
		return new(big.Rat)
	}
	var days int64
	for _, p := range occurrences {
		if !cs.grid.byDays {
			c.AddErr(atPath(cs.grid.cal.Check(p), "/goal/period"), "/goal/period")
		}
		days += cs.grid.outside(p)
	}
	return big.NewRat(days, int64(len(occurrences)))
}

// pastMonths adds up the bookings of a window by the twelve months of the
// year, and returns the covered months' mean per working day.
func (cs *cascade) pastMonths(window calendar.Period, bookings iter.Seq[Booking]) (months [12]pastMonth, rate *big.Rat, err error) {
	fiscal := cs.req.Fiscal
	full, err := fullPeriods(fiscal, window, calendar.GrainMonth)
	if err != nil {
		return months, nil, atPath(err, "/goal/split/time/period")
	}
	covered, _ := cs.req.Evidence.Covers(cs.metric.ID)
	covered, _ = covered.Intersect(window)
	if !cs.grid.byDays {
		if err := cs.grid.cal.Check(calendar.Span(full[0].First, full[len(full)-1].Last)); err != nil {
			return months, nil, atPath(err, "/goal/split/time/period")
		}
	}
	sums := make([]*big.Rat, len(full))
	for i := range sums {
		sums[i] = new(big.Rat)
	}
	at := 0
	for b := range bookings {
		for full[at].Last.Before(b.On) {
			at++
		}
		sums[at].Add(sums[at], b.Amount.Rat())
	}
	for i := range months {
		months[i].amount = new(big.Rat)
	}
	total, days := new(big.Rat), int64(0)
	for i, p := range full {
		_, number, _ := fiscal.MonthOf(p.First)
		m := &months[number-1]
		part, whole := cs.coverage(p, covered)
		if 2*part < whole || part == 0 {
			m.lacking = append(m.lacking, p)
			continue
		}
		total.Add(total, sums[i])
		days += part
		m.covered++
		m.amount.Add(m.amount, sums[i].Mul(sums[i], big.NewRat(whole, part)))
	}
	if days == 0 {
		return months, new(big.Rat), nil
	}
	return months, total.Quo(total, new(big.Rat).SetInt64(days)), nil
}

// coverage returns how many working days of a month are covered, and how many
// it has. A month of which less than half is covered counts as missing, one of
// which more is covered is scaled to the whole.
func (cs *cascade) coverage(month, covered calendar.Period) (part, whole int64) {
	whole = cs.grid.outside(month)
	common, ok := covered.Intersect(month)
	if !ok {
		return 0, whole
	}
	return cs.grid.outside(common), whole
}
