package salesplan

import (
	"iter"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Gather reads deals and actuals (either may be nil) into evidence for the
// plan.
//
// Names are matched with a unit's ID, its aka, its ids in other systems and its
// name, after trimming and without regard to case; nothing that is merely
// similar matches. What matches nothing is booked on the unit "" of that axis,
// and found: a finding of severity error where it is more than the plan's
// tolerance of what is booked of a metric, otherwise a warning. A manager may
// own deals like anybody else.
//
// A row with an ID that was there before corrects the earlier one: the later
// stands. A reversal that has an ID of its own is a negative amount and is
// added like any other. Repeated rows are found; rows without an ID are all
// different.
//
// Won deals count on the day they were closed. A customer's first won deal is
// the earliest in these deals (on one day, that of the lowest ID, without IDs
// the upper row); who bought before the first of them is new here. Amounts in
// another currency are converted at the plan's rate of that day, unrounded;
// without a rate they are left out and found. An actual that stands for all
// days from Since to On is booked on On if they lie in one fiscal month,
// otherwise divided over these months by their days, in the metric's step by
// cumulative rounding, each part on the last of its days.
//
// Errors of the sequences are kept and counted as findings of severity error;
// the other rows are used. Gather itself fails only if the plan is of no use:
// [diag.Required] at "/plan" if it is nil, [diag.Ambiguous] for spellings that
// two units share. Memory is proportional to the number of deals (about 250
// bytes each, 500 while they are open) and of different bookings; the time to
// the rows.
func Gather(p *Plan, deals iter.Seq2[Deal, error], actuals iter.Seq2[Actual, error]) (*Evidence, error) {
	if p == nil {
		return nil, &diag.Fault{Code: diag.Required, Path: "/plan"}
	}
	var faults diag.Collector
	if checkSpellings(p.Axes, &faults); faults.Len() > 0 {
		return nil, diag.Under(faults.Err(), "/plan")
	}
	g := newGatherer(p)
	if deals != nil {
		for d, err := range deals {
			if err != nil {
				g.tally.BadDeals++
				g.fault("deals", err)
				continue
			}
			g.deal(&d)
		}
	}
	if actuals != nil {
		for a, err := range actuals {
			if err != nil {
				g.tally.BadActuals++
				g.fault("actuals", err)
				continue
			}
			g.actual(&a)
		}
	}
	return g.evidence(), nil
}

// A gatherer keeps one short record of each row, so that corrections replace
// what they correct; everything is booked at the end.
type gatherer struct {
	plan   *Plan
	axes   []axisReader
	stages map[string]Outcome // the mapping's, by folded stage
	rates  map[string][]Rate  // by folded currency, from the earliest
	tally  Tally

	tuples     tupleTable
	customers  interner
	unmapped   interner // stages
	currencies interner
	texts      interner // of open deals
	codes      []int32  // scratch

	deals     []dealRecord
	dealIDs   map[string]int32
	open      []Deal
	actuals   []actualRecord
	actualIDs map[string]int32

	repeats    [2]sighting // deals, actuals: the same again
	changes    [2]sighting // and otherwise
	overridden decimal.Decimal
	metrics    unknownNames
	groups     []*faultGroup
	groupOf    map[faultKey]*faultGroup
	faults     diag.Collector

	booked []map[bookKey]decimal.Decimal // by metric
	spans  []calendar.Period             // by metric: days of actuals
	closed calendar.Period               // days on which deals were won or lost
	seen   [outcomes]int                 // rows that stand
	misses [missKinds][outcomes]sighting
	sights []map[int32]*sighting // by axis, of codes that are no unit's
	absent map[string]*absence   // currencies without a rate, folded
	used   []sighted             // by tuple
}

// Outcomes as small numbers.
const (
	isOpen = iota
	isWon
	isLost
	isUnmapped
	isActual
	outcomes
)

type dealRecord struct {
	id       string
	amount   decimal.NullDecimal
	closed   calendar.Date
	row      int32
	tuple    int32
	customer int32 // -1 for none
	stage    int32 // of unmapped
	currency int32 // -1 for none
	open     int32 // place in gatherer.open
	outcome  uint8
	replaced bool
}

type actualRecord struct {
	amount    decimal.Decimal
	since, on calendar.Date
	row       int32
	tuple     int32
	metric    int32
	currency  int32
	replaced  bool
}

func newGatherer(p *Plan) *gatherer {
	g := &gatherer{
		plan: p, axes: axisReaders(p), rates: map[string][]Rate{},
		dealIDs: map[string]int32{}, actualIDs: map[string]int32{}, groupOf: map[faultKey]*faultGroup{}, absent: map[string]*absence{},
		booked: make([]map[bookKey]decimal.Decimal, len(p.Metrics)), spans: make([]calendar.Period, len(p.Metrics)),
	}
	g.codes = make([]int32, len(g.axes))
	if p.Inputs.Deals != nil {
		m, _ := p.Inputs.Deals.resolve()
		g.stages = m.outcomes()
	}
	for i := range g.booked {
		g.booked[i] = map[bookKey]decimal.Decimal{}
	}
	for range g.axes {
		g.sights = append(g.sights, map[int32]*sighting{})
	}
	g.sortRates()
	return g
}

// deal keeps a deal's record.
func (g *gatherer) deal(d *Deal) {
	if d.Amount.Valid && !checkAmount(d.Amount.Decimal) {
		g.tally.BadDeals++
		g.fault("deals", &diag.Fault{Code: diag.OutOfRange, Path: rowPath(d.Row, "amount"), Bound: amountBound})
		return
	}
	g.tally.Deals++
	r := dealRecord{
		amount: d.Amount, closed: d.Closed, row: int32(d.Row), tuple: g.tupleOf(d), outcome: g.outcome(d),
		customer: g.customer(d), stage: -1, currency: g.currency(d.Currency), open: -1,
	}
	switch r.outcome {
	case isUnmapped:
		r.stage = g.stageOf(d.Stage)
	case isOpen:
		r.open = int32(len(g.open))
		g.open = append(g.open, g.keep(d))
	}
	if d.ID != "" {
		if before, again := g.dealIDs[d.ID]; again {
			g.replace(&g.deals[before], &r)
			r.id = g.deals[before].id
		} else {
			r.id = strings.Clone(d.ID)
		}
		g.dealIDs[r.id] = int32(len(g.deals))
	}
	g.deals = append(g.deals, r)
}

// replace marks a deal as corrected by a later one.
func (g *gatherer) replace(old, now *dealRecord) {
	old.replaced = true
	g.tally.Replaced++
	if g.same(old, now) {
		g.repeats[0].add(now.row)
		return
	}
	g.changes[0].add(now.row)
	if old.outcome == isWon && old.amount.Valid {
		g.overridden = g.overridden.Add(old.amount.Decimal.Abs())
	}
}

// same reports whether two records say the same of a deal.
func (g *gatherer) same(a, b *dealRecord) bool {
	x, y := *a, *b
	x.id, x.row, x.open, x.amount, x.replaced = y.id, y.row, y.open, y.amount, y.replaced
	if x != y || a.amount.Valid != b.amount.Valid || !a.amount.Decimal.Equal(b.amount.Decimal) {
		return false
	}
	if a.open < 0 {
		return true
	}
	p, q := g.open[a.open], g.open[b.open]
	p.Row, p.Amount = q.Row, q.Amount
	return p == q
}

// keep returns an open deal that doesn't hold on to the table it comes from.
func (g *gatherer) keep(d *Deal) Deal {
	k := *d
	k.ID = strings.Clone(d.ID)
	for _, s := range []*string{&k.Owner, &k.Customer, &k.Product, &k.Segment, &k.Stage, &k.Currency} {
		*s = g.texts.texts[g.texts.of(*s)]
	}
	return k
}

func (g *gatherer) outcome(d *Deal) uint8 {
	o := d.Outcome
	if o == "" {
		o = g.stages[foldName(d.Stage)]
	}
	switch o {
	case OutcomeOpen:
		return isOpen
	case OutcomeWon:
		return isWon
	case OutcomeLost:
		return isLost
	}
	return isUnmapped
}

// stageOf numbers a stage that the mapping doesn't know.
func (g *gatherer) stageOf(stage string) int32 {
	if stage = strings.TrimSpace(stage); len(g.unmapped.texts) >= maxStrangers {
		stage = "…"
	}
	return g.unmapped.of(stage)
}

// customer numbers a deal's customer: the unit, where an axis knows it, so that
// its spellings are one customer.
func (g *gatherer) customer(d *Deal) int32 {
	key := foldName(d.Customer)
	if key == "" {
		return -1
	}
	for i := range g.axes {
		if r := &g.axes[i]; r.field == FieldCustomer {
			if c := r.code(d.Customer); isUnit(c) {
				key = "\x00" + r.units[c].ID
			}
			break
		}
	}
	return g.customers.of(key)
}

func (g *gatherer) currency(text string) int32 {
	key := foldName(text)
	if key == "" {
		return -1
	}
	return g.currencies.of(key)
}

func (g *gatherer) tupleOf(d *Deal) int32 {
	for i := range g.axes {
		g.codes[i] = g.axes[i].code(fieldOf(d, g.axes[i].field))
	}
	return g.tuples.of(g.codes)
}

// actual keeps an actual's record.
func (g *gatherer) actual(a *Actual) {
	metric, fault := g.metricOf(a)
	switch {
	case fault != nil:
	case a.On.IsZero():
		fault = &diag.Fault{Code: diag.Required, Path: rowPath(a.Row, "on"), Bound: "a day"}
	case a.Since.After(a.On):
		fault = &diag.Fault{Code: diag.Order, Path: rowPath(a.Row, "since"), Value: a.Since.String() + "/" + a.On.String()}
	case !a.Since.IsZero() && a.On.Sub(a.Since) > maxActualDays:
		fault = &diag.Fault{Code: diag.OutOfRange, Path: rowPath(a.Row, "since"), Value: a.Since.String() + "/" + a.On.String(), Bound: strconv.Itoa(maxActualDays) + " days"}
	case !checkAmount(a.Amount):
		fault = &diag.Fault{Code: diag.OutOfRange, Path: rowPath(a.Row, "amount"), Bound: amountBound}
	}
	if fault != nil {
		g.tally.BadActuals++
		g.fault("actuals", fault)
		return
	}
	g.tally.Actuals++
	if metric < 0 {
		g.metrics.add(a.Metric, a.Row)
		return
	}
	r := actualRecord{
		amount: a.Amount, since: a.Since, on: a.On, row: int32(a.Row), metric: metric, currency: g.currency(a.Currency),
		tuple: g.tupleOf(&Deal{Owner: a.Unit, Product: a.Product, Segment: a.Segment, Customer: a.Customer}),
	}
	if a.ID != "" {
		if before, again := g.actualIDs[a.ID]; again {
			old := &g.actuals[before]
			old.replaced = true
			g.tally.ReplacedActuals++
			if x := *old; x.amount.Equal(r.amount) {
				x.amount, x.row, x.replaced = r.amount, r.row, false
				if x == r {
					g.repeats[1].add(r.row)
				} else {
					g.changes[1].add(r.row)
				}
			} else {
				g.changes[1].add(r.row)
			}
		}
		g.actualIDs[strings.Clone(a.ID)] = int32(len(g.actuals))
	}
	g.actuals = append(g.actuals, r)
}

// maxActualDays is the longest time over which an actual is divided.
const maxActualDays = 3660

// metricOf returns the place of an actual's metric; -1 for one that the plan
// doesn't have. An actual that names none is of the plan's only metric.
func (g *gatherer) metricOf(a *Actual) (int32, *diag.Fault) {
	if a.Metric == "" {
		if len(g.plan.Metrics) == 1 {
			return 0, nil
		}
		return -1, &diag.Fault{Code: diag.Required, Path: rowPath(a.Row, "metric"), Bound: joinNames(metricIDs(g.plan))}
	}
	return metricAt(g.plan, a.Metric), nil
}

// metricAt returns the place of a metric by its ID or name, folded; -1 for
// none.
func metricAt(p *Plan, text string) int32 {
	for i, m := range p.Metrics {
		if m.ID == text {
			return int32(i)
		}
	}
	key := foldName(text)
	for i, m := range p.Metrics {
		if foldName(m.ID) == key || m.Name != "" && foldName(m.Name) == key {
			return int32(i)
		}
	}
	return -1
}

func metricIDs(p *Plan) []string {
	ids := make([]string, len(p.Metrics))
	for i, m := range p.Metrics {
		ids[i] = m.ID
	}
	return ids
}

func rowPath(row int, field string) string {
	return diag.Pointer("rows", strconv.Itoa(row), field)
}

// unknownNames counts names that the plan doesn't have.
type unknownNames struct {
	names  interner
	sights []sighting
}

func (u *unknownNames) add(name string, row int) {
	if len(u.names.texts) >= maxStrangers {
		name = "…"
	}
	n := u.names.of(strings.TrimSpace(name))
	if int(n) == len(u.sights) {
		u.sights = append(u.sights, sighting{})
	}
	u.sights[n].add(int32(row))
}

// A faultKey is what faults of rows are counted by.
type faultKey struct {
	table  string
	column string
	code   diag.Code
}

// A faultGroup counts the rows with one kind of fault in one column.
type faultGroup struct {
	faultKey
	first *diag.Fault
	rows  sighting
}

// fault keeps and counts the faults of one row.
func (g *gatherer) fault(table string, err error) {
	var one diag.Collector
	one.AddErr(err, "")
	for _, f := range one.Kept() {
		located := *f
		located.Path = "/" + table + f.Path
		g.faults.Add(&located)
		key := faultKey{table: table, code: f.Code}
		row := 0
		if rest, ok := strings.CutPrefix(f.Path, "/rows/"); ok {
			number, column, _ := strings.Cut(rest, "/")
			row, _ = strconv.Atoi(number)
			key.column = strings.NewReplacer("~1", "/", "~0", "~").Replace(column)
		}
		group := g.groupOf[key]
		if group == nil {
			if len(g.groups) >= maxStrangers {
				continue
			}
			group = &faultGroup{faultKey: key, first: f}
			g.groupOf[key] = group
			g.groups = append(g.groups, group)
		}
		group.rows.add(int32(row))
	}
}
