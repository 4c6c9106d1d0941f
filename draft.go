package salesplan

import (
	"context"
	"io"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A DraftTable is a table of a CRM's export for [Draft].
type DraftTable struct {
	// Name is the name by which the plan will know the table, without spaces
	// around it: that of the file without its ending.
	Name string

	// Data is the table: UTF-8, with a row of column names, separated by
	// commas, semicolons or tabs. It is read several times from its beginning.
	Data io.ReadSeeker
}

// DraftOptions tells [Draft] what a table doesn't. The zero DraftOptions leaves
// everything to it.
type DraftOptions struct {
	// Name is the plan's; not given, it says the year.
	Name string `json:"name,omitempty"`

	// Lang is the language of the names and reasons in the plan; English if
	// not given.
	Lang diag.Lang `json:"lang,omitempty"`

	// Currency is that of the amounts, where no column has it.
	Currency string `json:"currency,omitempty"`

	// Growth is what the goal is to be above the past; 0.1 if not given.
	Growth decimal.NullDecimal `json:"growth,omitzero"`

	// Period is the goal's; not given, it is the year after the one in which
	// the last deal was closed.
	Period string `json:"period,omitempty"`

	// Date and Number are how days and amounts are written, as in [Mapping];
	// needed where the tables leave it open.
	Date   string       `json:"date,omitempty"`
	Number NumberFormat `json:"number,omitzero"`

	// Stages are the outcomes of stages whose names don't say them: {"Signed":
	// "won"}.
	Stages map[string]Outcome `json:"stages,omitempty"`
}

// A DraftRole is what a table was taken for.
type DraftRole string

// The roles.
const (
	DraftRoleDeals     DraftRole = "deals"
	DraftRoleUnits     DraftRole = "units" // of the axis that DraftedTable.Axis names
	DraftRoleCustomers DraftRole = "customers"
	DraftRoleUnused    DraftRole = "unused"
)

// A DraftedTable says what a table was taken for.
type DraftedTable struct {
	Name string    `json:"name"`
	Role DraftRole `json:"role"`
	Axis string    `json:"axis,omitempty"`
	Rows int       `json:"rows"`
}

// A DraftMonth is what a month of the past brought.
type DraftMonth struct {
	Period calendar.Period
	Amount decimal.Decimal
	Deals  int
}

// A PlanDraft is a plan that was made from a CRM's export, with what it is
// based on.
type PlanDraft struct {
	// Plan is valid. Its axes are filled by [Plan.WithTables] with those of
	// the tables that have the role DraftRoleUnits.
	Plan *Plan

	// Tables says what each table was taken for, in their order.
	Tables []DraftedTable

	// Notes say what was taken for what, what is doubtful, and what [Gather]
	// found.
	Notes []diag.Finding

	// Window is the part of the past on which the goal is based, Total and
	// Deals what was won in it, Months the same month by month.
	Window calendar.Period
	Total  decimal.Decimal
	Deals  int
	Months []DraftMonth

	// Evidence is what the tables hold, for [Plan.Targets].
	Evidence *Evidence
}

// Draft makes a plan from the tables of a CRM's export: a table of deals and,
// as far as they are there, tables of people, of products and of customers, in
// any order. Which is which is found by the headers, in English or Chinese, and
// by what the columns hold.
//
// The plan has the mapping of the deals (a ready one, where it fits, with what
// differs), an axis for owners, products and segments each, from the table or
// column that has them, metrics, and a goal for the next year: what the last
// twelve months brought (fewer, where the tables cover fewer) on a working day,
// for all working days of the year, with growth, rounded to three digits. It is
// split by history. A spelling in the deals that differs from one unit's in
// case, spaces and punctuation only becomes its aka; names that are merely
// near are noted. Nothing is taken silently: see [PlanDraft.Notes].
//
// Faults:
//   - [diag.Required] at "/tables" for none, [diag.Duplicate] for a name that
//     two have;
//   - [diag.Column] at "/tables/leads" for each table, if none is one of deals,
//     with what it lacks;
//   - [diag.Ambiguous] at "/tables" for two tables that could as well be the
//     deals, and at "/options/date" or "/options/number" for days or amounts
//     that can be read in two ways;
//   - those of the options, with paths from "/options", and of the tables, see
//     [ReadDeals] and [Plan.WithTables].
//
// Tables are streamed. Memory is bounded by the different texts that are kept
// of each column (100,000 of up to 256 bytes), and for the deals as with
// [Gather].
func Draft(ctx context.Context, tables []DraftTable, opt DraftOptions) (*PlanDraft, error) {
	d := &drafter{ctx: ctx, tables: tables, opt: opt, cat: Catalogue()}
	if err := d.checkOptions(); err != nil {
		return nil, err
	}
	if err := d.profile(); err != nil {
		return nil, err
	}
	if err := d.findDeals(); err != nil {
		return nil, err
	}
	if err := d.makeAxes(); err != nil {
		return nil, err
	}
	if err := d.makePlan(); err != nil {
		return nil, err
	}
	return d.finish()
}

// A drafter makes one draft.
type drafter struct {
	ctx    context.Context
	tables []DraftTable
	opt    DraftOptions
	cat    diag.Catalogue
	period calendar.Period    // of the options; zero for none
	told   map[string]Outcome // of the options, by folded stage

	groups []*tableProfile // tables with the same header are one
	roles  map[*tableProfile]DraftedTable
	deals  *tableProfile
	cols   dealFields
	date   string
	number NumberFormat
	stages map[string]Outcome

	plan  *Plan
	notes []diag.Finding
}

func (d *drafter) checkOptions() error {
	var c diag.Collector
	if len(d.tables) == 0 {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/tables", Bound: "a table of deals"})
	}
	seen := map[string]int{}
	for i, t := range d.tables {
		path := index("/tables", i)
		if checkID(t.Name, path+"/name", &c) {
			if j, taken := seen[t.Name]; taken {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/name", Value: t.Name, Bound: index("/tables", j)})
			}
			seen[t.Name] = i
		}
		if t.Data == nil {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/data", Bound: "the table"})
		}
	}
	if g := d.opt.Growth; g.Valid && (!checkAmount(g.Decimal) || g.Decimal.Abs().GreaterThan(decimal.NewFromInt(100)) || g.Decimal.LessThan(decimal.New(-99, -2))) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/options/growth", Bound: "-0.99 to 100"})
	}
	if d.opt.Period != "" {
		p, err := calendar.ParsePeriod(d.opt.Period)
		if err != nil {
			c.AddErr(atPath(err, "/options/period"), "/options/period")
		}
		d.period = p
	}
	if _, ok := parseDatePattern(d.opt.Date); !ok {
		c.Add(&diag.Fault{Code: diag.Syntax, Path: "/options/date", Value: d.opt.Date, Bound: "yyyy, mm or m, dd or d, each once: yyyy-mm-dd"})
	}
	d.opt.Number.check("/options/number", &c)
	if len(d.opt.Stages) > 0 {
		Mapping{Stages: d.opt.Stages}.validateStages("/options", &c)
	}
	d.told = Mapping{Stages: d.opt.Stages}.outcomes()
	return c.Err()
}

// note adds a note.
func (d *drafter) note(severity diag.Severity, code diag.Code, kind, id string, args ...diag.Arg) {
	kept := args[:0:0]
	for _, a := range args {
		if a.Text != "" {
			kept = append(kept, a)
		}
	}
	d.notes = append(d.notes, diag.Finding{Severity: severity, Code: code, Subject: diag.Subject{Kind: kind, ID: diag.Clip(id)}, Args: kept})
}
