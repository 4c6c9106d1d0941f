package salesplan

import (
	"cmp"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A bookKey is a day and a combination of codes.
type bookKey struct {
	on    calendar.Date
	tuple int32
}

// What rows lack, besides names of units.
const (
	missOwner = iota
	missProduct
	missSegment
	missCustomer
	missClose
	missAmount
	missKinds
)

// evidence books everything and says what was found.
func (g *gatherer) evidence() *Evidence {
	g.used = make([]sighted, len(g.tuples.list))
	g.bookDeals()
	g.bookCustomers()
	for i := range g.actuals {
		g.bookActual(&g.actuals[i])
	}
	e := &Evidence{known: map[string]sighted{}, tally: g.tally, faults: g.faults.Err(), parents: []map[string]string{}, axes: []string{}}
	for i := range g.axes {
		e.axes = append(e.axes, g.axes[i].id)
		above := make(map[string]string, len(g.axes[i].units))
		for _, u := range g.axes[i].units {
			above[u.ID] = u.Parent
			if len(u.Transfers) > 0 {
				if e.movers == nil {
					e.movers = map[string]Unit{}
				}
				e.movers[u.ID] = Unit{Parent: u.Parent, Transfers: slices.Clone(u.Transfers)}
			}
		}
		e.parents = append(e.parents, above)
	}
	for t, codes := range g.tuples.list {
		for a, c := range codes {
			if g.used[t].ever && isUnit(c) {
				id := g.axes[a].units[c].ID
				e.known[id] = e.known[id].join(g.used[t])
			}
		}
	}
	public := g.publicTuples(e)
	for m := range g.plan.Metrics {
		e.series = append(e.series, bookedSeries{g.plan.Metrics[m].ID, g.covered(m), g.rows(m, public), g.worth(m)})
	}
	e.open, e.openAt = g.pipeline(public)
	e.findings = g.findings()
	return e
}

// bookDeals counts the deals that stand and books amounts and numbers of those
// won.
func (g *gatherer) bookDeals() {
	for i := range g.deals {
		r := &g.deals[i]
		if r.replaced {
			continue
		}
		g.see(r.tuple, r.row, int(r.outcome), g.daysOf(r))
		if r.customer < 0 {
			g.misses[missCustomer][r.outcome].add(r.row)
		}
		if !r.amount.Valid {
			g.misses[missAmount][r.outcome].add(r.row)
		}
		switch r.outcome {
		case isOpen:
			g.tally.Open++
			if g.open[r.open].ExpectedClose.IsZero() {
				g.misses[missClose][isOpen].add(r.row)
			}
			continue
		case isUnmapped:
			g.tally.UnknownStage++
			continue
		case isWon:
			g.tally.Won++
		case isLost:
			g.tally.Lost++
		}
		if r.closed.IsZero() {
			g.misses[missClose][r.outcome].add(r.row)
			if r.outcome == isWon {
				g.tally.Undated++
			}
			continue
		}
		g.closed = widen(g.closed, r.closed, r.closed)
		if r.outcome == isWon {
			g.bookWon(r)
		}
	}
}

func (g *gatherer) bookWon(r *dealRecord) {
	refused := false
	for m := range g.plan.Metrics {
		switch g.plan.Metrics[m].Counts {
		case CountsWonDeals:
			g.book(m, r.tuple, r.closed, decimal.New(1, 0))
		case CountsWonAmount:
			if !r.amount.Valid {
				continue
			}
			amount, ok := g.convert(m, r.amount.Decimal, r.currency, r.closed)
			if ok {
				g.book(m, r.tuple, r.closed, amount)
			} else if !refused {
				refused = true
				g.refuse(r.currency, r.amount.Decimal, r.closed, r.row)
			}
		}
	}
}

// bookCustomers books a customer on the day of its first won deal.
func (g *gatherer) bookCustomers() {
	first := make([]int32, len(g.customers.texts)) // place of the deal + 1
	for i := range g.deals {
		r := &g.deals[i]
		if r.replaced || r.outcome != isWon || r.closed.IsZero() || r.customer < 0 {
			continue
		}
		if k := first[r.customer]; k == 0 || r.before(&g.deals[k-1]) {
			first[r.customer] = int32(i) + 1
		}
	}
	for m := range g.plan.Metrics {
		if g.plan.Metrics[m].Counts != CountsWonCustomers {
			continue
		}
		for _, k := range first {
			if k > 0 {
				g.book(m, g.deals[k-1].tuple, g.deals[k-1].closed, decimal.New(1, 0))
			}
		}
	}
}

// before orders a customer's deals by day, then ID, then row.
func (r *dealRecord) before(other *dealRecord) bool {
	return cmp.Or(r.closed.Compare(other.closed), cmp.Compare(r.id, other.id), cmp.Compare(r.row, other.row)) < 0
}

// bookActual books one actual, divided over the fiscal months that it spans.
func (g *gatherer) bookActual(r *actualRecord) {
	if r.replaced {
		return
	}
	g.see(r.tuple, r.row, isActual, calendar.Period{First: firstSet(r.since, r.on), Last: r.on})
	m := int(r.metric)
	amount, ok := g.convert(m, r.amount, r.currency, r.on)
	if !ok {
		g.refuse(r.currency, r.amount, r.on, r.row)
		return
	}
	g.tally.BookedActuals++
	if r.since.IsZero() {
		r.since = r.on
	}
	g.spans[m] = widen(g.spans[m], r.since, r.on)
	fiscal := g.plan.Calendar.Fiscal
	if _, _, month := fiscal.MonthOf(r.since); month.Contains(r.on) {
		g.book(m, r.tuple, r.on, amount)
		return
	}
	pieces, err := fiscal.Split(calendar.Span(r.since, r.on), calendar.GrainMonth)
	if err != nil { // the plan's fiscal year is of no use
		g.book(m, r.tuple, r.on, amount)
		return
	}
	for i, part := range prorated(amount, g.plan.Metrics[m].Step, pieces) {
		g.book(m, r.tuple, pieces[i].Last, part)
	}
}

// prorated divides an amount over periods by their days: each running total is
// the nearest multiple of the step, half away from zero, and the last is the
// amount. An amount that is no multiple of the step leaves its odd rest in the
// last part.
func prorated(amount, step decimal.Decimal, pieces []calendar.Period) []decimal.Decimal {
	if !step.IsPositive() || !checkAmount(step) {
		step = decimal.New(1, 0)
	}
	size := amount.Abs()
	total, days := int64(0), int64(0)
	for _, p := range pieces {
		total += int64(p.Days())
	}
	unit := step.Mul(decimal.NewFromInt(total))
	var before decimal.Decimal
	out := make([]decimal.Decimal, len(pieces))
	for i, p := range pieces {
		days += int64(p.Days())
		steps, rest := size.Mul(decimal.NewFromInt(days)).QuoRem(unit, 0)
		if rest.Add(rest).GreaterThanOrEqual(unit) {
			steps = steps.Add(decimal.New(1, 0))
		}
		running := steps.Mul(step)
		if i == len(pieces)-1 || running.GreaterThan(size) {
			running = size
		}
		if out[i] = running.Sub(before); amount.IsNegative() {
			out[i] = out[i].Neg()
		}
		before = running
	}
	return out
}

func (g *gatherer) book(metric int, tuple int32, on calendar.Date, amount decimal.Decimal) {
	key := bookKey{on, tuple}
	if sum, ok := g.booked[metric][key]; ok {
		amount = sum.Add(amount)
	}
	g.booked[metric][key] = amount
}

// A sighted says on which days something was seen, from the first to the last;
// always, if that is not known of all of it.
type sighted struct {
	ever, always bool
	days         calendar.Period
}

func (s sighted) join(t sighted) sighted {
	switch {
	case !s.ever:
		return t
	case !t.ever:
		return s
	}
	s.days = widen(s.days, t.days.First, t.days.Last)
	s.always = s.always || t.always
	return s
}

// daysOf returns the days on which a deal says that its owner was there: that
// of its closing, or all since its opening if it still is open.
func (g *gatherer) daysOf(r *dealRecord) calendar.Period {
	if r.outcome != isOpen {
		return calendar.Period{First: r.closed, Last: r.closed}
	}
	d := &g.open[r.open]
	first := firstSet(d.Opened, d.ExpectedClose)
	return calendar.Period{First: first, Last: maxDay(first, d.ExpectedClose)}
}

func firstSet(a, b calendar.Date) calendar.Date {
	if a.IsZero() {
		return b
	}
	return a
}

// see notes when a row's units were there, and counts what of its names is no
// unit.
func (g *gatherer) see(tuple, row int32, outcome int, days calendar.Period) {
	g.used[tuple] = g.used[tuple].join(sighted{ever: true, always: days.First.IsZero(), days: days})
	g.seen[outcome]++
	for a, c := range g.tuples.list[tuple] {
		if isUnit(c) || g.axes[a].field == "" {
			continue
		}
		if isStranger(c) {
			s := g.sights[a][c]
			if s == nil {
				s = &sighting{}
				g.sights[a][c] = s
			}
			s.add(row)
		} else if k := missOf(g.axes[a].field); k != missCustomer || outcome == isActual {
			g.misses[k][outcome].add(row)
		}
	}
}

func missOf(f Field) int {
	switch f {
	case FieldProduct:
		return missProduct
	case FieldSegment:
		return missSegment
	case FieldCustomer:
		return missCustomer
	}
	return missOwner
}

// covered returns the days that the evidence covers for a metric.
func (g *gatherer) covered(m int) calendar.Period {
	span := g.spans[m]
	if g.plan.Metrics[m].Counts == "" || g.tally.Deals == 0 {
		return span
	}
	deals := g.closed
	if w, ok := g.window(); ok {
		deals = w
	}
	if deals.IsZero() {
		return span
	}
	return widen(span, deals.First, deals.Last)
}

// window returns the period that the mapping says deals cover.
func (g *gatherer) window() (calendar.Period, bool) {
	if g.plan.Inputs.Deals == nil || g.plan.Inputs.Deals.Covers == "" {
		return calendar.Period{}, false
	}
	w, err := calendar.ParsePeriod(g.plan.Inputs.Deals.Covers)
	return w, err == nil
}

func widen(p calendar.Period, first, last calendar.Date) calendar.Period {
	if p.IsZero() {
		return calendar.Span(first, last)
	}
	return calendar.Span(minDay(p.First, first), maxDay(p.Last, last))
}

// publicTuples gives the evidence its combinations of unit IDs, sorted, and
// returns the place of each of the gatherer's.
func (g *gatherer) publicTuples(e *Evidence) []int32 {
	all := make([][]string, len(g.tuples.list))
	order := make([]int, len(all))
	for t, codes := range g.tuples.list {
		order[t] = t
		all[t] = make([]string, len(codes))
		for a, c := range codes {
			if isUnit(c) {
				all[t][a] = g.axes[a].units[c].ID
			}
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(slices.Compare(all[a], all[b]), cmp.Compare(a, b)) })
	public := make([]int32, len(all))
	for _, t := range order {
		if n := len(e.tuples); n == 0 || !slices.Equal(e.tuples[n-1], all[t]) {
			e.tuples = append(e.tuples, all[t])
		}
		public[t] = int32(len(e.tuples) - 1)
	}
	return public
}

// rows returns what is booked of a metric, in order.
func (g *gatherer) rows(m int, public []int32) []bookedDay {
	rows := make([]bookedDay, 0, len(g.booked[m]))
	for key, amount := range g.booked[m] {
		rows = append(rows, bookedDay{key.on, public[key.tuple], amount})
	}
	slices.SortFunc(rows, func(a, b bookedDay) int { return cmp.Or(a.on.Compare(b.on), cmp.Compare(a.tuple, b.tuple)) })
	out := rows[:0]
	for _, r := range rows { // sums are exact, so the order of equals is of no account
		if n := len(out); n > 0 && out[n-1].on == r.on && out[n-1].tuple == r.tuple {
			out[n-1].amount = out[n-1].amount.Add(r.amount)
		} else {
			out = append(out, r)
		}
	}
	return out
}

// pipeline returns the open deals with the units that they belong to, by name
// and as combinations.
func (g *gatherer) pipeline(public []int32) ([]Deal, []int32) {
	var out []Deal
	var at []int32
	for i := range g.deals {
		r := &g.deals[i]
		if r.replaced || r.outcome != isOpen {
			continue
		}
		d := g.open[r.open]
		codes := g.tuples.list[r.tuple]
		for a := len(codes) - 1; a >= 0; a-- {
			if !isUnit(codes[a]) {
				continue
			}
			unit := g.axes[a].units[codes[a]].ID
			switch g.axes[a].field {
			case FieldOwner:
				d.Owner = unit
			case FieldProduct:
				d.Product = unit
			case FieldSegment:
				d.Segment = unit
			case FieldCustomer:
				d.Customer = unit
			}
		}
		d.Outcome = OutcomeOpen
		out = append(out, d)
		at = append(at, public[r.tuple])
	}
	return out, at
}

// An absence is money in a currency for which there is no rate.
type absence struct {
	currency string
	amount   decimal.Decimal
	first    calendar.Date
	rows     sighting
}

// refuse leaves an amount out for want of a rate.
func (g *gatherer) refuse(currency int32, amount decimal.Decimal, on calendar.Date, row int32) {
	name := g.currencies.texts[currency]
	a := g.absent[name]
	if a == nil {
		a = &absence{currency: name, first: on}
		g.absent[name] = a
	}
	a.amount = a.amount.Add(amount)
	a.first = minDay(a.first, on)
	a.rows.add(row)
}

// sortRates keeps the plan's rates by currency, from the earliest.
func (g *gatherer) sortRates() {
	for _, r := range g.plan.Rates {
		if key := foldName(r.Currency); checkAmount(r.Rate) {
			g.rates[key] = append(g.rates[key], r)
		}
	}
	for _, rates := range g.rates {
		slices.SortStableFunc(rates, func(a, b Rate) int { return a.From.Compare(b.From) })
	}
}

// convert returns an amount in the metric's currency, and false without a rate
// for the day.
func (g *gatherer) convert(metric int, amount decimal.Decimal, currency int32, on calendar.Date) (decimal.Decimal, bool) {
	home := g.plan.Currency
	if home == "" {
		home = g.plan.Metrics[metric].Measure
	}
	if currency < 0 || home == "" && len(g.rates) == 0 && len(g.currencies.texts) == 1 || g.currencies.texts[currency] == foldName(home) {
		return amount, true
	}
	rates := g.rates[g.currencies.texts[currency]]
	k, _ := slices.BinarySearchFunc(rates, on, func(r Rate, d calendar.Date) int {
		if r.From.After(d) {
			return 1
		}
		return -1
	})
	if k == 0 {
		return decimal.Decimal{}, false
	}
	return amount.Mul(rates[k-1].Rate), true
}
