package salesplantest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// RandomPlan returns a small valid plan, the same for the same seed: for tests
// of what holds for every plan. Over some hundreds of seeds each field of a
// plan is used and left out, with names in several scripts, odd characters in
// ids, and amounts of all sizes. What a seed gives may change from release to
// release; [Annual] and [Customers] are for tests that compare with fixed
// numbers.
//
// [salesplan.Plan.Validate] accepts it. [salesplan.Plan.Targets] may ask for
// more: the tables of its axes, evidence where it goes by history, holidays of
// years that are not published, groups and bounds that can be met, and somebody
// who is there when something is owed. About a quarter of the seeds give targets without any of that.
func RandomPlan(seed uint64) *salesplan.Plan {
	d := &drawer{Rand: newRand(seed)}
	p := &salesplan.Plan{
		Version: salesplan.Version, Schema: pick(d, "", "plan.schema.json"),
		Name: pick(d, "", "Plan 2027", "Plan\n年\u2028度"), Currency: pick(d, "", "CNY", "EUR"),
		Calendar: d.calendar(), Inputs: d.inputs(),
	}
	if d.often() {
		p.Rates = []salesplan.Rate{
			{Currency: "USD", Rate: decimal.New(7, 0)}, {Currency: "USD", From: d.day(), Rate: d.positive()},
		}
		p.Tolerance = decimal.NewNullDecimal(decimal.New(d.Int64N(101), -2))
	}
	for i := range 1 + d.IntN(3) {
		p.Metrics = append(p.Metrics, d.metric(i))
	}
	for i := range d.IntN(4) {
		p.Axes = append(p.Axes, d.axis(i))
	}
	d.sells(p.Axes)
	for i := range d.IntN(4) {
		p.Goals = append(p.Goals, d.goal(i, p))
	}
	d.otherKinds(p)
	d.links(p)
	d.strategy(p)
	d.work(p)
	return p
}

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 4)) }

// A drawer draws the parts of a plan.
type drawer struct {
	*rand.Rand

	weighted map[string]bool // the axes all of whose units have a weight
}

func pick[T any](d *drawer, from ...T) T { return from[d.IntN(len(from))] }

// often is true twice in three times, seldom once in four.
func (d *drawer) often() bool  { return d.IntN(3) > 0 }
func (d *drawer) seldom() bool { return d.IntN(4) == 0 }

// id returns an id that no other prefix and number has.
func (d *drawer) id(prefix string, i int) string {
	return prefix + pick(d, "-", "-", "-", " ", "/", "“", "王伟", `"`, `\`, "~1", "é", "<&>") + fmt.Sprint(i)
}

func (d *drawer) positive() decimal.Decimal {
	return decimal.New(1+d.Int64N(pick(d, int64(9), 1e6, 1e15)), int32(d.IntN(30)-20))
}

func (d *drawer) amount() decimal.Decimal {
	return pick(d, d.positive(), d.positive().Neg(), decimal.New(0, int32(-d.IntN(3))))
}

func (d *drawer) day() calendar.Date { return calendar.On(2027, time.January, 1).AddDays(d.IntN(365)) }

// period returns a period of 2026 or 2027, in calendar or fiscal words; every
// calendar has both.
func (d *drawer) period() string {
	year := pick(d, "2026", "2027")
	if d.seldom() {
		return "FY" + year + pick(d, "", "-H1", "-Q2", "-P12", "-W01")
	}
	return year + pick(d, "", "", "-H2", "-Q4", "-11", "-W52", "-12-31", "-04-01/2028-03-31")
}

func (d *drawer) calendar() salesplan.CalendarRule {
	r := salesplan.CalendarRule{WorkRule: d.workRule()}
	switch d.IntN(3) {
	case 0:
		r.Fiscal = calendar.Fiscal{
			FirstMonth: d.IntN(13), NamedBy: pick(d, "", calendar.NamedByStart, calendar.NamedByEnd),
			WeekStart: pick(d, "", calendar.Sunday),
		}
	case 1:
		r.Fiscal = calendar.Fiscal{
			Pattern: pick(d, calendar.Pattern445, calendar.Pattern454, calendar.Pattern544),
			YearEnd: pick(d, calendar.YearEndLast, calendar.YearEndNearest),
			Weekday: calendar.Saturday, Month: 1 + d.IntN(12), LeapPeriod: d.IntN(13), WeekStart: pick(d, "", calendar.Sunday),
		}
	}
	return r
}

func (d *drawer) workRule() salesplan.WorkRule {
	var r salesplan.WorkRule
	if d.often() {
		r.Holidays, r.Unpublished = salesplan.HolidaysChina, pick(d, "", calendar.UnpublishedRefuse, calendar.UnpublishedWeekdays)
	}
	if d.often() {
		r.Week = d.week()
		r.Off = []calendar.Date{calendar.On(2027, time.July, 1)}
		r.On = []calendar.Date{calendar.On(2027, time.July, 3), calendar.On(2027, time.July, 4)}
		r.Half = []calendar.Date{calendar.On(2027, time.July, 2)}
		r.Special = []calendar.DayShifts{
			{On: calendar.On(2027, time.July, 5), Shifts: []calendar.Shift{{From: 9 * 60, To: 12 * 60}}},
			{On: calendar.On(2027, time.July, 6)},
		}
	}
	return r
}

// week returns a week that is worked on some of its days, always on Mondays.
func (d *drawer) week() *calendar.WorkWeek {
	shifts := func() []calendar.Shift {
		return pick(d, nil,
			[]calendar.Shift{{From: 8 * 60, To: 12 * 60}, {From: 13*60 + 5, To: 24 * 60}},
			[]calendar.Shift{{From: 0, To: 1}},
		)
	}
	return &calendar.WorkWeek{
		Monday: []calendar.Shift{{From: 9 * 60, To: 17 * 60}}, Tuesday: shifts(), Wednesday: shifts(), Thursday: shifts(),
		Friday: shifts(), Saturday: shifts(), Sunday: shifts(),
	}
}

func (d *drawer) inputs() salesplan.Inputs {
	var in salesplan.Inputs
	if d.often() {
		in.Deals = d.deals()
	}
	if d.often() {
		in.Customers = pick(d,
			&salesplan.CustomerMapping{Preset: "salesforce"},
			&salesplan.CustomerMapping{
				Columns:   salesplan.CustomerColumns{ID: "编号", Name: "Name", Aka: "Short", Owner: "Owner", Segment: "Level"},
				Separator: pick(d, salesplan.SeparatorSemicolon, salesplan.SeparatorTab),
			})
	}
	return in
}

func (d *drawer) deals() *salesplan.Mapping {
	m := &salesplan.Mapping{
		Columns: salesplan.DealColumns{
			ID: "编号", Owner: "Owner", Customer: "Account", Product: "Product", Segment: pick(d, "", "Level"), Stage: "Stage",
			Amount: "Amount", Currency: pick(d, "", "Currency"), Opened: "Created", Closed: "Closed", ExpectedClose: "Expected",
		},
		Stages: map[string]salesplan.Outcome{d.id("won", 1): salesplan.OutcomeWon, "lost": salesplan.OutcomeLost, "": salesplan.OutcomeOpen},
		Date:   pick(d, "", "m/d/yyyy", "yyyy年m月d日"), Separator: pick(d, "", salesplan.SeparatorSemicolon, salesplan.SeparatorTab),
		Covers: pick(d, "", "2026", "2026-01-01/2026-06-30"),
		Number: pick(d, salesplan.NumberFormat{}, salesplan.NumberFormat{Decimal: ",", Group: "."},
			salesplan.NumberFormat{Group: "'", Unit: "万元", Sign: "¥"}, salesplan.NumberFormat{Group: "\u202f", Decimal: "."}),
	}
	if d.often() {
		m.Columns.Closed, m.Columns.ExpectedClose, m.Columns.Close = "", "", "Close"
	}
	if d.seldom() {
		m.Preset = "salesforce"
		m.Columns = salesplan.DealColumns{Owner: "Seller"}
	}
	return m
}

func (d *drawer) metric(i int) salesplan.Metric {
	return salesplan.Metric{
		ID: d.id("metric", i), Name: pick(d, "", "Revenue 销售额"), Measure: pick(d, "", "CNY"),
		Step: decimal.New(1+d.Int64N(999), int32(d.IntN(20)-10)), Kind: pick(d, "", salesplan.KindFlow),
		Counts: pick(d, "", salesplan.CountsWonAmount, salesplan.CountsWonDeals, salesplan.CountsWonCustomers),
		Better: pick(d, "", salesplan.BetterHigher, salesplan.BetterLower),
	}
}

func (d *drawer) axis(i int) salesplan.Axis {
	a := salesplan.Axis{
		ID: d.id("axis", i), Name: pick(d, "", "组织"),
		Of: pick(d, "", salesplan.FieldOwner, salesplan.FieldProduct, salesplan.FieldSegment, salesplan.FieldCustomer),
	}
	weighted := d.often()
	for j := range d.IntN(6) {
		u := salesplan.Unit{ID: d.id(fmt.Sprintf("unit%d-", i), j), Name: pick(d, "", "Ünit")}
		if j > 0 && d.often() {
			u.Parent = a.Units[d.IntN(j)].ID
		}
		if weighted {
			u.Weight = decimal.NewNullDecimal(d.positive())
		} else if d.seldom() {
			u.Weight = decimal.NewNullDecimal(decimal.Decimal{})
		}
		if d.seldom() {
			u.From = d.day()
		}
		if d.seldom() {
			u.To = calendar.On(2028, time.January, 1).AddDays(d.IntN(100))
		}
		if d.often() {
			u.Aka = []string{fmt.Sprintf("Alias %d %d", i, j), d.id(fmt.Sprintf("别名%d ", i), j)}
			u.IDs = map[string]string{"salesforce": fmt.Sprintf("005-%d-%d", i, j), d.id("x", j): fmt.Sprintf("%d/%d", i, j)}
		}
		a.Units = append(a.Units, u)
	}
	d.leaves(a.Units)
	if d.seldom() {
		a.Table = &salesplan.AxisTable{File: "people.csv", Columns: []string{"Region", "Name"}, Prefix: d.often()}
	}
	if d.weighted == nil {
		d.weighted = map[string]bool{}
	}
	d.weighted[a.ID] = weighted
	return a
}

func (d *drawer) goal(i int, p *salesplan.Plan) salesplan.Goal {
	m := pick(d, p.Metrics...)
	g := salesplan.Goal{
		ID: d.id("goal", i), Name: pick(d, "", "目标"), Metric: m.ID, Period: d.period(),
		Target: m.Step.Mul(decimal.NewFromInt(d.Int64N(1e9) - 1e8)), Why: pick(d, "", "grow"), Source: pick(d, "", "CRM"),
	}
	if p.Calendar.Fiscal == (calendar.Fiscal{}) && d.often() {
		g.Period, g.Every = "2027", pick(d, calendar.GrainMonth, calendar.GrainQuarter, calendar.GrainHalf)
	}
	if d.seldom() {
		g.Baseline = decimal.NewNullDecimal(d.amount())
	}
	if d.seldom() {
		d.grow(&g, m)
	}
	if d.often() {
		g.Split = d.split(p.Axes, m)
		if g.Every != "" && g.Split.Fix == salesplan.FixPeople {
			g.Split.Fix = "" // what recurs is exact in each recurrence
		}
	}
	if len(p.Axes) > 0 && len(p.Axes[0].Units) > 0 && d.seldom() {
		g.Owner = pick(d, p.Axes[0].Units...).ID
	}
	return g
}

func (d *drawer) split(axes []salesplan.Axis, m salesplan.Metric) *salesplan.SplitRule {
	r := &salesplan.SplitRule{Time: d.time(), Fix: pick(d, "", "", salesplan.FixPeriods, salesplan.FixPeople)}
	for _, g := range []calendar.Grain{calendar.GrainYear, calendar.GrainHalf, calendar.GrainQuarter, calendar.GrainMonth, calendar.GrainWeek, calendar.GrainDay} {
		if d.seldom() {
			r.Grains = append(r.Grains, g)
		}
	}
	for _, i := range d.Perm(len(axes))[:d.IntN(len(axes)+1)] {
		if len(axes[i].Units) == 0 && axes[i].Table == nil {
			continue
		}
		a := salesplan.AxisRule{Axis: axes[i].ID, BasisRule: d.rule(axes[i], m)}
		for level := range d.IntN(3) {
			a.Levels = append(a.Levels, salesplan.LevelRule{Level: level + 1, BasisRule: d.rule(axes[i], m)})
		}
		if len(r.Axes) == 0 && r.Time.Basis == salesplan.TimeHistory {
			a.Season = pick(d, "", salesplan.SeasonGoal, salesplan.SeasonOwn)
		}
		r.Axes = append(r.Axes, a)
	}
	if len(axes) > 0 && len(axes[0].Units) > 0 && d.seldom() {
		r.Bounds = d.bounds(axes[0].Units, m)
	}
	return r
}

func (d *drawer) time() salesplan.TimeRule {
	t := salesplan.TimeRule{
		Basis: pick(d, "", salesplan.TimeEven, salesplan.TimeDays, salesplan.TimeWorkdays, salesplan.TimeSeasonality, salesplan.TimeHistory),
	}
	if t.Basis != salesplan.TimeDays && t.Basis != salesplan.TimeWorkdays {
		t.Within = pick(d, "", salesplan.TimeDays, salesplan.TimeWorkdays)
	}
	switch t.Basis {
	case salesplan.TimeHistory:
		t.Period, t.Missing = d.period(), pick(d, "", salesplan.MissingMean, salesplan.MissingRefuse, "0.08")
	case salesplan.TimeSeasonality:
		if t.Normalise = d.often(); !t.Normalise {
			t.Shares = shares(7, 5, 9, 8, 8, 9, 8, 8, 9, 8, 9, 12)
			break
		}
		for range 12 {
			t.Shares = append(t.Shares, decimal.New(1+d.Int64N(9), int32(-d.IntN(3))))
		}
	}
	return t
}
