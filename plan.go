package salesplan

import (
	"context"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/calendar/china"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Version is the version of the plan document that this package writes.
const Version = "1"

// A Plan is everything that a user writes: what is counted, who is there, what
// is owed and how it is divided. [Decode] reads one from JSON, [Encode] writes
// it; one built in Go is checked by [Plan.Validate] in the same way.
type Plan struct {
	// Version is the version of the document, [Version].
	Version string `json:"salesplan" plan:"required"`

	// Schema is where an editor finds the document's JSON Schema; it is kept,
	// and means nothing else.
	Schema string `json:"$schema,omitempty"`

	Name string `json:"name,omitempty"`

	// Currency is the currency of metrics measured in money.
	Currency string `json:"currency,omitempty"`

	// Rates convert amounts in other currencies.
	Rates []Rate `json:"rates,omitempty"`

	Calendar CalendarRule `json:"calendar,omitzero"`

	// Inputs says how tables of deals are to be read.
	Inputs Inputs `json:"inputs,omitzero"`

	// Tolerance is the share of an evidence's amount that may belong to no
	// unit before that is a finding of severity error; 0.01 if not given.
	Tolerance decimal.NullDecimal `json:"tolerance,omitzero"`

	// Externals are figures from outside, by which rates are divided: the size
	// of a market.
	Externals []External `json:"externals,omitempty"`

	Metrics []Metric `json:"metrics,omitempty"`
	Axes    []Axis   `json:"axes,omitempty"`
	Goals   []Goal   `json:"goals,omitempty"`

	// Relations say which goals hang on which; see [Plan.CheckRelations].
	Relations []Relation `json:"relations,omitempty"`

	// Strategy is what goals are to serve.
	Strategy *Strategy `json:"strategy,omitempty"`

	// SMART holds the thresholds by which goals are checked; see [CheckSMART].
	SMART *SMARTRule `json:"smart,omitempty"`

	// Processes are the ways from a lead to a customer.
	Processes []Process `json:"processes,omitempty"`

	// Calendars are those of tasks and resources that don't keep to Calendar.
	Calendars []NamedCalendar `json:"calendars,omitempty"`

	// Resources are the people, money and material that tasks take, beside the
	// units of the organisation axis.
	Resources []Resource `json:"resources,omitempty"`

	// Schedule says how the tasks are scheduled.
	Schedule *ScheduleRule `json:"schedule,omitempty"`

	// Tasks are the work to do, in the order in which it is listed.
	Tasks []Task `json:"tasks,omitempty"`
}

// A Rate is the worth of one unit of a currency in the plan's currency, from a
// day on until the next rate of that currency.
type Rate struct {
	Currency string          `json:"currency" plan:"required"`
	From     calendar.Date   `json:"from,omitzero"`
	Rate     decimal.Decimal `json:"rate" plan:"required"`
}

// Holidays names a published table of holidays. The zero Holidays knows none.
type Holidays string

// HolidaysChina is the table of the State Council of China, see
// [china.New].
const HolidaysChina Holidays = "china"

// UnmarshalText reads the name of a table; any other text is a fault of code
// [diag.Invalid].
func (h *Holidays) UnmarshalText(text []byte) error {
	return readEnum(h, text, []Holidays{HolidaysChina})
}

// A CalendarRule says which days are worked and how the year is divided.
type CalendarRule struct {
	WorkRule

	// Fiscal is the fiscal year; not given, it is the calendar year.
	Fiscal calendar.Fiscal `json:"fiscal,omitzero"`
}

// A WorkRule says which days are worked, and when.
type WorkRule struct {
	// Holidays names a published table of holidays.
	Holidays Holidays `json:"holidays,omitempty"`

	// Unpublished says what happens in years that the table doesn't cover.
	Unpublished calendar.Unpublished `json:"unpublished,omitempty"`

	// Week is the working time of a week; not given, Monday to Friday, eight
	// hours.
	Week *calendar.WorkWeek `json:"week,omitempty"`

	// Off are further days off, On further working days and Half days that
	// are worked for half the time. They win over the table.
	Off  []calendar.Date `json:"off,omitempty"`
	On   []calendar.Date `json:"on,omitempty"`
	Half []calendar.Date `json:"half,omitempty"`

	// Special are days with working time of their own; they win over the table
	// too.
	Special []calendar.DayShifts `json:"special,omitempty"`
}

// calendar returns the rule's calendar. Faults have paths below /spec.
func (r WorkRule) calendar() (*calendar.Calendar, error) { return calendar.New(r.Spec()) }

// Spec returns what the rule's calendar is made of, the published table
// included; see [calendar.New].
func (r WorkRule) Spec() calendar.Spec {
	spec := calendar.Spec{Unpublished: r.Unpublished}
	if r.Holidays == HolidaysChina {
		policy := r.Unpublished
		if policy == "" {
			policy = calendar.UnpublishedRefuse
		}
		spec = china.Spec(policy)
	}
	spec.Week = r.Week
	on, off := daySet(r.On), daySet(r.Off)
	for _, d := range r.Special {
		on[d.On], off[d.On] = true, true
	}
	// The rule's own days come first, so that faults have their indices.
	spec.Holidays = slices.Concat(r.Off, without(spec.Holidays, on))
	spec.Workdays = slices.Concat(r.On, without(spec.Workdays, off))
	spec.HalfDays, spec.Special = r.Half, r.Special
	return spec
}

func daySet(days []calendar.Date) map[calendar.Date]bool {
	set := make(map[calendar.Date]bool, len(days))
	for _, d := range days {
		set[d] = true
	}
	return set
}

func without(days []calendar.Date, drop map[calendar.Date]bool) []calendar.Date {
	return slices.DeleteFunc(slices.Clone(days), func(d calendar.Date) bool { return drop[d] })
}

// Inputs says how tables are read.
type Inputs struct {
	// Deals is the mapping of tables of deals.
	Deals *Mapping `json:"deals,omitempty"`

	// Customers is the mapping of tables of customers.
	Customers *CustomerMapping `json:"customers,omitempty"`
}

// Validate checks the plan: every field, every reference, every total. It
// returns all faults at once, in the order of the document, with paths from
// the plan's root; nil if there are none. Axes that are read from tables are
// checked as far as they are filled.
func (p *Plan) Validate() error {
	if p == nil {
		return &diag.Fault{Code: diag.Required, Path: "/plan"}
	}
	var c diag.Collector
	if p.Version != Version {
		c.Add(&diag.Fault{Code: diag.Version, Path: "/salesplan", Value: p.Version, Bound: Version})
	}
	p.checkRates(&c)
	p.checkCalendar(&c)
	if m := p.Inputs.Deals; m != nil {
		m.validate("/inputs/deals", &c)
	}
	if m := p.Inputs.Customers; m != nil {
		m.validate("/inputs/customers", &c)
	}
	if t := p.Tolerance; t.Valid && (!checkAmount(t.Decimal) || t.Decimal.IsNegative() || t.Decimal.GreaterThan(decimal.NewFromInt(1))) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/tolerance", Bound: "0 to 1"})
	}
	checkExternals(p.Externals, &c)
	metrics := p.checkMetrics(&c)
	p.checkKinds(metrics, &c)
	checkAxes(p.Axes, &c)
	p.checkGoals(metrics, &c)
	p.checkGoalTree(metrics, &c)
	p.checkRelations(&c)
	checkStrategy(p.Strategy, &c)
	checkSMARTRule(p.SMART, "/smart", &c)
	p.checkWork(&c)
	return c.Err()
}

func (p *Plan) checkRates(c *diag.Collector) {
	type day struct {
		currency string
		from     calendar.Date
	}
	seen := make(map[day]int, len(p.Rates))
	for i, r := range p.Rates {
		path := index("/rates", i)
		checkID(r.Currency, path+"/currency", c)
		key := day{foldName(r.Currency), r.From}
		if j, twice := seen[key]; !twice {
			seen[key] = i
		} else if r.Currency != "" {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/from", Value: r.From.String(), Bound: index("/rates", j)})
		}
		if !checkAmount(r.Rate) || r.Rate.Sign() <= 0 {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/rate", Bound: "more than 0"})
		}
	}
}

func (p *Plan) checkCalendar(c *diag.Collector) {
	r := p.Calendar
	if err := r.Fiscal.Validate(); err != nil {
		c.AddErr(diag.Reroot(err, map[string]string{"/fiscal": "/calendar/fiscal"}), "/calendar/fiscal")
	}
	checkWorkRule(r.WorkRule, "/calendar", c)
}

func checkWorkRule(r WorkRule, path string, c *diag.Collector) {
	c.Add(checkEnum(r.Holidays, []Holidays{"", HolidaysChina}, path+"/holidays"))
	if _, err := r.calendar(); err != nil {
		c.AddErr(diag.Reroot(err, map[string]string{
			"/spec/week": path + "/week", "/spec/unpublished": path + "/unpublished",
			"/spec/holidays": path + "/off", "/spec/workdays": path + "/on", "/spec/halfDays": path + "/half", "/spec/special": path + "/special",
		}), path)
	}
}

// checkMetrics returns where each metric stands.
func (p *Plan) checkMetrics(c *diag.Collector) map[string]int {
	at := make(map[string]int, len(p.Metrics))
	for i, m := range p.Metrics {
		path := index("/metrics", i)
		checkMetric(m, path, c)
		if j, taken := at[m.ID]; taken && m.ID != "" {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/id", Value: m.ID, Bound: index("/metrics", j)})
			continue
		}
		at[m.ID] = i
	}
	return at
}

func (p *Plan) checkGoals(metrics map[string]int, c *diag.Collector) {
	seen := make(map[string]int, len(p.Goals))
	units, ids := newUnitNames(p.Axes), metricIDs(p)
	for i, g := range p.Goals {
		path := index("/goals", i)
		if j, taken := seen[g.ID]; taken && g.ID != "" {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/id", Value: g.ID, Bound: index("/goals", j)})
		} else {
			seen[g.ID] = i
		}
		in := goalContext{axes: p.Axes, units: units, fiscal: p.Calendar.Fiscal}
		if m, ok := metrics[g.Metric]; ok {
			in.metric = &p.Metrics[m]
		} else if g.Metric == "" {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/metric", Bound: "a metric"})
		} else {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path + "/metric", Value: g.Metric, Bound: "the metrics", Near: nearestOf(c, g.Metric, ids)})
		}
		checkGoal(g, in, path, c)
	}
}

// Targets splits the plan's goals: flows as [Cascade] does, stocks as
// [CascadeStock], rates as [CascadeRate]. Goals that bind others are split
// before them. Evidence is needed by rules that go by history, and may be nil
// for plans without.
//
// It returns the faults of [Plan.Validate] and, for all goals at once, those
// of the splits, with paths from the plan's root; [diag.Infeasible] at a goal's
// path names goals below it that don't fit, and by how much. Cost and progress are those
// of Cascade, goal by goal.
func (p *Plan) Targets(ctx context.Context, evidence *Evidence) (*Targets, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	cal, err := p.Calendar.calendar()
	if err != nil {
		return nil, err
	}
	if err := p.checkTables(); err != nil {
		return nil, err
	}
	if p, err = p.grown(evidence); err != nil {
		return nil, err
	}
	run := newGoalRun(p, cal, evidence)
	if err := run.all(ctx); err != nil {
		return nil, err
	}
	t := &Targets{parts: run.parts, contributions: run.contributions()}
	if evidence != nil {
		t.findings = append(t.findings, evidence.Findings()...)
	}
	for _, part := range t.parts {
		t.findings = append(t.findings, part.found()...)
	}
	t.findings = uniqueFindings(append(t.findings, run.findings...))
	return t, nil
}

// checkTables refuses axes whose tables have not been read.
func (p *Plan) checkTables() error {
	var c diag.Collector
	for i := range p.Axes {
		if a := &p.Axes[i]; a.Table != nil && a.filled == nil {
			c.Add(&diag.Fault{Code: diag.Required, Path: index("/axes", i) + "/table/file", Value: a.Table.File, Bound: "the table of that name"})
		}
	}
	return c.Err()
}

// uniqueFindings drops findings that say again, word for word, what one before
// them says.
func uniqueFindings(fs []diag.Finding) []diag.Finding {
	seen := map[string]bool{}
	return slices.DeleteFunc(fs, func(f diag.Finding) bool {
		key := wording(f)
		defer func() { seen[key] = true }()
		return seen[key]
	})
}

// wording is all that a finding says.
func wording(f diag.Finding) string {
	key := f.Key()
	for _, a := range f.Args {
		key += "\x00" + a.Name + "=" + a.Text
	}
	return key
}

// Unit returns the unit of an id, in whichever axis it is, and whether there is
// one. For many ids, make a map of [Axis.AllUnits].
func (p *Plan) Unit(id string) (Unit, bool) {
	for i := range p.Axes {
		for _, u := range p.Axes[i].tree() {
			if u.ID == id {
				return cloneUnit(u), true
			}
		}
	}
	return Unit{}, false
}
