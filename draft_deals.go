package salesplan

import (
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// dealFields are the columns of a table of deals; nil for none.
type dealFields struct {
	id, owner, customer, product, segment, stage, amount, currency, opened, close, closed, expected *columnProfile
}

// list returns them in the order of the columns of a dealReader.
func (f dealFields) list() []*columnProfile {
	return []*columnProfile{f.id, f.owner, f.customer, f.product, f.segment, f.stage, f.amount, f.currency, f.opened, f.close, f.closed, f.expected}
}

func (f dealFields) found() (n int) {
	for _, c := range f.list() {
		if c != nil {
			n++
		}
	}
	return n
}

func headerOf(c *columnProfile) string {
	if c == nil {
		return ""
	}
	return c.header
}

func (f dealFields) columns() DealColumns {
	return DealColumns{
		ID: headerOf(f.id), Owner: headerOf(f.owner), Customer: headerOf(f.customer), Product: headerOf(f.product), Segment: headerOf(f.segment),
		Stage: headerOf(f.stage), Amount: headerOf(f.amount), Currency: headerOf(f.currency), Opened: headerOf(f.opened),
		Close: headerOf(f.close), Closed: headerOf(f.closed), ExpectedClose: headerOf(f.expected),
	}
}

// dealParts are what no table of deals lacks, as a fault says it.
var dealParts = [...]diag.Message{
	{EN: "stages of which one is won (Closed Won, 赢单)", ZH: "含赢单的阶段（Closed Won、赢单）"},
	{EN: "amounts", ZH: "金额"},
	{EN: "closing days", ZH: "结单日期"},
}

// lacks says what keeps the table from being one of deals.
func (f dealFields) lacks() (parts []string) {
	if f.stage == nil {
		parts = append(parts, dealParts[0].EN)
	}
	if f.amount == nil {
		parts = append(parts, dealParts[1].EN)
	}
	if f.close == nil && f.closed == nil {
		parts = append(parts, dealParts[2].EN)
	}
	return parts
}

// findDeals looks for the table of deals.
func (d *drafter) findDeals() error {
	var faults diag.Collector
	best, tied := 0, []string{}
	for _, g := range d.groups {
		f := d.fieldsOf(g)
		if parts := f.lacks(); parts != nil {
			faults.Add(&diag.Fault{
				Code: diag.Column, Path: diag.Pointer("tables", g.name()), Line: 1, Column: 1,
				Bound: joinNames(g.header) + ", but deals have " + strings.Join(parts, ", "),
			})
			continue
		}
		switch n := f.found(); {
		case n > best:
			best, tied, d.deals, d.cols = n, []string{g.name()}, g, f
		case n == best:
			tied = append(tied, g.name())
		}
	}
	if d.deals == nil {
		return faults.Err()
	}
	if len(tied) > 1 {
		return &diag.Fault{Code: diag.Ambiguous, Path: "/tables", Value: tied[0], Bound: joinNames(tied)}
	}
	return d.readFormats()
}

// fieldsOf finds the columns of deals in a table: by header, as far as the
// column holds what the header says, and the needed ones by what they hold.
func (d *drafter) fieldsOf(g *tableProfile) dealFields {
	days := func(c *columnProfile) bool { return c.isDays(d.opt.Date) }
	numbers := func(c *columnProfile) bool { return c.isNumbers(d.opt.Number) }
	staged := func(c *columnProfile) bool { return d.isStages(c, OutcomeWon) }
	decided := func(c *columnProfile) bool { return d.isStages(c, OutcomeWon) && d.isStages(c, OutcomeLost) }
	filled := func(c *columnProfile) bool { return c.filled > 0 }
	f := dealFields{
		id: g.column(wordsID, filled), owner: g.column(wordsOwner, filled), customer: g.column(wordsCustomer, filled),
		product: g.column(wordsProduct, filled), segment: g.column(wordsSegment, filled), currency: g.column(wordsCurrency, isCurrencies),
		stage: g.column(wordsStage, decided), amount: g.column(wordsAmount, numbers),
		opened: g.column(wordsOpened, days), close: g.column(wordsClose, days),
		closed: g.column(wordsClosed, days), expected: g.column(wordsExpected, days),
	}
	if f.stage == nil {
		f.stage = g.column(wordsStage, staged)
	}
	switch {
	case f.closed == nil && f.close == nil:
		f.close, f.expected = f.expected, nil
	case f.closed == nil && f.expected != nil:
		f.closed, f.close = f.close, nil
	case f.closed == nil:
	case f.expected == nil:
		f.expected, f.close = f.close, nil
	default:
		f.close = nil
	}
	d.guess(g, &f)
	return f
}

// guess finds the needed columns that no header names. Of several columns of
// days the one that goes on longest has the closing days.
func (d *drafter) guess(g *tableProfile, f *dealFields) {
	named, amount := f.close != nil || f.closed != nil, f.amount != nil
	for _, c := range g.columns {
		if c.twice || slices.Contains(f.list(), c) {
			continue
		}
		switch {
		case f.stage == nil && d.isStages(c, OutcomeWon) && d.isStages(c, OutcomeLost):
			f.stage = c
		case c.isDays(d.opt.Date):
			if !named && (f.close == nil || d.lastDay(c).After(d.lastDay(f.close))) {
				f.close = c
			}
		case (f.amount == nil || !amount && f.amount.isNumbering() && !c.isNumbering()) && c.isNumbers(d.opt.Number) && !isLevel(c.plain, "id prob year rate quantity qty phone count 概率 年 率 数量 电话 编号"):
			f.amount = c
		}
	}
}

// isNumbering reports whether a column numbers the rows: whole numbers, all of
// them different.
func (c *columnProfile) isNumbering() bool {
	return len(c.texts) == c.filled && !slices.ContainsFunc(c.texts, func(s string) bool { return !allDigits(s) })
}

func (d *drafter) lastDay(c *columnProfile) (last calendar.Date) {
	text, _, _ := fitDays([]*columnProfile{c}, d.opt.Date)
	p, _ := parseDatePattern(text)
	for _, s := range c.texts {
		if day, code := p.parse(s); code == "" {
			last = maxDay(last, day)
		}
	}
	return last
}

// isStages reports whether a column of few texts has a stage of that outcome.
func (d *drafter) isStages(c *columnProfile, want Outcome) bool {
	const most = 60
	return len(c.texts) > 0 && len(c.texts) <= most && slices.ContainsFunc(c.texts, func(s string) bool { return d.outcome(s) == want })
}

// outcome is that of a stage, as told or else as its name says.
func (d *drafter) outcome(stage string) Outcome {
	if o, told := d.told[foldName(stage)]; told {
		return o
	}
	return stageOutcome(stage)
}

// isCurrencies reports whether a column holds codes of currencies.
func isCurrencies(c *columnProfile) bool {
	return len(c.texts) > 0 && len(c.texts) <= 200 && !slices.ContainsFunc(c.texts, func(s string) bool { return len(s) > 16 })
}

// readFormats settles how the deals' days and amounts are written and what
// their stages mean.
func (d *drafter) readFormats() error {
	var faults diag.Collector
	var days []*columnProfile
	for _, c := range []*columnProfile{d.cols.opened, d.cols.close, d.cols.closed, d.cols.expected} {
		if c != nil {
			days = append(days, c)
		}
	}
	date, _, other := fitDays(days, d.opt.Date)
	if other != "" {
		faults.Add(&diag.Fault{Code: diag.Ambiguous, Path: "/options/date", Value: days[0].texts[0], Bound: date + ", " + other})
	}
	number, _, otherNumber := fitNumbers(d.cols.amount, d.opt.Number)
	if otherNumber != nil {
		faults.Add(&diag.Fault{Code: diag.Ambiguous, Path: "/options/number", Value: d.cols.amount.texts[0], Bound: number.example() + ", " + otherNumber.example()})
	}
	d.date, d.number, d.stages = date, number, map[string]Outcome{}
	for _, s := range d.cols.stage.texts {
		d.stages[s] = d.outcome(s)
	}
	if d.cols.opened != nil && !d.readable(d.cols.opened) {
		d.cols.opened = nil // written in another way
	}
	return faults.Err()
}

// readable reports whether a column's days are written as those of the
// mapping.
func (d *drafter) readable(c *columnProfile) bool {
	_, fit, _ := fitDays([]*columnProfile{c}, d.date)
	return 100*fit >= fitPercent*c.kept
}

// mapping returns the mapping of the deals: a ready one with what differs from
// it, or one that says everything.
func (d *drafter) mapping() *Mapping {
	m := Mapping{Columns: d.cols.columns(), Stages: d.stages, Number: d.number}
	if d.date != "yyyy-mm-dd" {
		m.Date = d.date
	}
	m.Separator = separatorOf(d.deals.comma)
	name := d.presetFor(m.Columns)
	if name == "" {
		return &m
	}
	preset, _ := presetNamed(name)
	return lessen(m, preset)
}

func separatorOf(comma byte) Separator {
	switch comma {
	case ';':
		return SeparatorSemicolon
	case '\t':
		return SeparatorTab
	}
	return ""
}

// presetFor returns the ready mapping that has most of its columns in common
// with the deals', among them at least three of the four that it needs.
func (d *drafter) presetFor(c DealColumns) string {
	best, name := 0, ""
	mine := c.list()
	for _, p := range Mappings() {
		needed, all := 0, 0
		for i, header := range p.Mapping.Columns.list() {
			if header != "" && foldName(header) == foldName(mine[i]) {
				all++
				if !mayLack(i) {
					needed++
				}
			}
		}
		if (needed == 4 || needed == 3 && all >= 6) && all > best {
			best, name = all, p.Name
		}
	}
	return name
}

// lessen returns a mapping that names a preset and says what differs from it.
func lessen(m Mapping, preset NamedMapping) *Mapping {
	p := preset.Mapping
	out := Mapping{Preset: preset.Name, Date: m.Date, Separator: m.Separator, Columns: m.Columns}
	c, q := &out.Columns, p.Columns
	for _, f := range []struct {
		mine *string
		its  string
	}{
		{&c.ID, q.ID}, {&c.Owner, q.Owner}, {&c.Customer, q.Customer}, {&c.Product, q.Product}, {&c.Segment, q.Segment}, {&c.Stage, q.Stage},
		{&c.Amount, q.Amount}, {&c.Currency, q.Currency}, {&c.Opened, q.Opened}, {&c.Close, q.Close},
	} {
		if foldName(*f.mine) == foldName(f.its) {
			*f.mine = ""
		}
	}
	if m.Number != (NumberFormat{}) && m.Number != p.Number {
		out.Number = m.Number
	}
	if p.Number != (NumberFormat{}) && m.Number == (NumberFormat{}) && m.Number.decimal() != p.Number.decimal() {
		out.Number = NumberFormat{Decimal: "."}
	}
	for _, s := range sortedKeys(m.Stages) {
		if known, ok := p.outcomes()[foldName(s)]; !ok || known != m.Stages[s] {
			if out.Stages == nil {
				out.Stages = map[string]Outcome{}
			}
			out.Stages[s] = m.Stages[s]
		}
	}
	return &out
}
