package salesplan

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// The metrics of a drafted plan. Deals are counted for the draft only.
const (
	metricRevenue      = "revenue"
	metricNewCustomers = "new-customers"
	metricWonDeals     = "won-deals"
)

// makePlan adds what is counted and in which currency.
func (d *drafter) makePlan() error {
	p := d.plan
	p.Currency = d.currency()
	if p.Currency == "CNY" {
		p.Calendar = CalendarRule{WorkRule: WorkRule{Holidays: HolidaysChina, Unpublished: calendar.UnpublishedWeekdays}}
	}
	p.Metrics = []Metric{{ID: metricRevenue, Name: d.said("draft-name-revenue"), Measure: p.Currency, Step: d.step(), Counts: CountsWonAmount}}
	if d.cols.customer != nil {
		p.Metrics = append(p.Metrics, Metric{ID: metricNewCustomers, Name: d.said("draft-name-customers"), Measure: "customer", Step: decimal.New(1, 0), Counts: CountsWonCustomers})
	}
	return nil
}

// currency is the currency of the amounts: that of the options, of most deals,
// or of the sign before the amounts.
func (d *drafter) currency() string {
	if d.opt.Currency != "" {
		return d.opt.Currency
	}
	if c := d.cols.currency; c != nil {
		best := ""
		for _, s := range c.texts {
			if best == "" || c.rows[s] > c.rows[best] {
				best = s
			}
		}
		if len(c.texts) > 1 {
			d.note(diag.Warning, "draft-currencies", "column", c.header, diag.Name("currency", best), nameList("others", c.texts))
		}
		return best
	}
	switch d.number.Sign {
	case "￥", "CNY", "RMB":
		return "CNY"
	case "€", "EUR":
		return "EUR"
	case "£", "GBP":
		return "GBP"
	case "US$", "USD":
		return "USD"
	case "HK$":
		return "HKD"
	case "NT$":
		return "TWD"
	}
	if d.number.Unit != "" && d.number.Unit != "K" && d.number.Unit != "M" {
		return "CNY"
	}
	d.note(diag.Warning, "draft-no-currency", "plan", "")
	return ""
}

// step is one of the currency, where all amounts are whole, or a hundredth.
func (d *drafter) step() decimal.Decimal {
	for _, s := range d.cols.amount.texts {
		if amount, code, _ := d.number.parse(s); code == "" && !amount.IsInteger() {
			return decimal.New(1, -2)
		}
	}
	return decimal.New(1, 0)
}

// dealRows yields all deals, with their customers' segments.
func (d *drafter) dealRows() iter.Seq2[Deal, error] {
	deals := func(yield func(Deal, error) bool) {
		for _, t := range d.deals.tables {
			if _, err := t.Data.Seek(0, io.SeekStart); err != nil {
				yield(Deal{}, errors.Join(&diag.Fault{Code: diag.IO, Value: diag.Clip(err.Error())}, err))
				return
			}
			for deal, err := range ReadDeals(t.Data, *d.plan.Inputs.Deals) {
				if d.ctx.Err() != nil || !yield(deal, err) {
					return
				}
			}
		}
	}
	m := d.plan.Inputs.Customers
	if m == nil {
		return deals
	}
	for _, g := range d.groups {
		if d.roles[g].Role == DraftRoleCustomers {
			if _, err := g.tables[0].Data.Seek(0, io.SeekStart); err == nil {
				return FillCustomers(deals, ReadCustomers(g.tables[0].Data, *m))
			}
		}
	}
	return deals
}

// fill returns the plan with its axes read.
func (d *drafter) fill() (*Plan, error) {
	tables := map[string]io.Reader{}
	for _, g := range d.groups {
		if d.roles[g].Role == DraftRoleUnits {
			if _, err := g.tables[0].Data.Seek(0, io.SeekStart); err != nil {
				return nil, errors.Join(&diag.Fault{Code: diag.IO, Path: diag.Pointer("tables", g.name()), Value: diag.Clip(err.Error())}, err)
			}
			tables[g.name()] = g.tables[0].Data
		}
	}
	p, err := d.plan.WithTables(tables)
	if err != nil {
		return nil, err
	}
	return p, p.Validate()
}

// finish gathers the evidence, proposes the goal and tries it.
func (d *drafter) finish() (*PlanDraft, error) {
	if d.plan.Name = d.opt.Name; d.plan.Name == "" {
		d.plan.Name = d.said("draft-name-plan")
	}
	filled, err := d.fill()
	if err != nil {
		return nil, err
	}
	counted := *filled
	counted.Metrics = append(counted.Metrics[:len(counted.Metrics):len(counted.Metrics)], Metric{ID: metricWonDeals, Step: decimal.New(1, 0), Counts: CountsWonDeals})
	e, err := Gather(&counted, d.dealRows(), nil)
	if err == nil {
		err = d.ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	out := &PlanDraft{Plan: d.plan, Evidence: e, Months: []DraftMonth{}}
	if err := d.proposeGoal(out, filled); err != nil {
		return nil, err
	}
	for _, t := range d.tables {
		g := d.groups[slices.IndexFunc(d.groups, func(g *tableProfile) bool {
			return slices.ContainsFunc(g.tables, func(other DraftTable) bool { return other.Name == t.Name })
		})]
		role := d.roles[g]
		if role.Role == "" {
			role.Role = DraftRoleUnused
		}
		role.Name, role.Rows = t.Name, g.counts[t.Name]
		out.Tables = append(out.Tables, role)
	}
	out.Notes = append(d.notes, e.Findings()...)
	return out, nil
}

// said says a message in the draft's language.
func (d *drafter) said(code diag.Code, args ...diag.Arg) string {
	lang := d.opt.Lang
	if lang == "" {
		lang = diag.English
	}
	return d.cat.Text(diag.Finding{Code: code, Args: args}, lang)
}

// sayDeals notes what was taken for what in the table of deals.
func (d *drafter) sayDeals() {
	m := d.plan.Inputs.Deals
	names := [dealColumns]string{"id", "owner", "customer", "product", "segment", "stage", "amount", "currency", "opened", "close", "closed", "expectedClose"}
	var parts []string
	for i, header := range d.cols.columns().list() {
		if header != "" {
			parts = append(parts, names[i]+" = "+header)
		}
	}
	d.note(diag.Info, "draft-deals", "table", d.deals.name(), diag.Count("count", d.deals.rows), diag.Arg{Name: "columns", Kind: diag.KindName, Text: strings.Join(parts, ", ")})
	if m.Preset != "" {
		d.note(diag.Info, "draft-preset", "mapping", m.Preset)
	}
	number := d.number.example()
	d.note(diag.Info, "draft-formats", "table", d.deals.name(), diag.Name("date", d.date), diag.Name("number", strings.TrimPrefix(number, "a number such as ")))
	for _, o := range []Outcome{OutcomeWon, OutcomeLost, OutcomeOpen} {
		var stages []string
		rows := 0
		for _, s := range d.cols.stage.texts {
			if d.stages[s] == o {
				stages = append(stages, s)
				rows += d.cols.stage.rows[s]
			}
		}
		if stages != nil {
			d.note(diag.Info, "draft-stages", "outcome", string(o), nameList("stages", stages), diag.Count("count", rows))
		}
	}
	if d.deals.bad > 0 {
		d.note(diag.Error, "draft-bad-rows", "table", d.deals.name(), diag.Count("count", d.deals.bad))
	}
}

// unused notes the tables that nothing is made from.
func (d *drafter) unused() {
	for _, g := range d.groups {
		if _, used := d.roles[g]; used {
			continue
		}
		for _, t := range g.tables {
			d.note(diag.Warning, "draft-unused", "table", t.Name, nameList("columns", g.header))
		}
	}
}

// countsOf lists how many texts the columns have.
func countsOf(columns []*columnProfile) string {
	counts := make([]string, len(columns))
	for i, c := range columns {
		counts[i] = strconv.Itoa(len(c.texts))
	}
	return strings.Join(counts, ", ")
}
