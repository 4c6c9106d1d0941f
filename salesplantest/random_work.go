package salesplantest

import (
	"fmt"
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// work adds calendars, resources and tasks.
func (d *drawer) work(p *salesplan.Plan) {
	if d.often() {
		return
	}
	for i := range d.IntN(3) {
		p.Calendars = append(p.Calendars, salesplan.NamedCalendar{
			ID: d.id("calendar", i), Name: pick(d, "", "六天工作制"),
			WorkRule: d.workRule(),
		})
	}
	p.Resources = d.resources(p.Calendars)
	if d.often() {
		p.Schedule = d.schedule()
	}
	for i := range d.IntN(9) {
		p.Tasks = append(p.Tasks, d.task(i, p))
	}
	p.Processes = d.processes(p.Resources)
	for i := range p.Goals {
		if flow(p, p.Goals[i].Metric) && d.seldom() {
			p.Goals[i].Work = d.goalWork(p)
		}
	}
}

func (d *drawer) calendarOf(calendars []salesplan.NamedCalendar) string {
	if len(calendars) == 0 {
		return ""
	}
	return pick(d, "", pick(d, calendars...).ID)
}

func (d *drawer) resources(calendars []salesplan.NamedCalendar) []salesplan.Resource {
	small := func() decimal.Decimal { return decimal.New(1+d.Int64N(1000), -2) }
	day := d.day()
	return []salesplan.Resource{
		{
			ID: d.id("people", 0), Name: pick(d, "", "Presales 售前"), Kind: pick(d, "", salesplan.ResourcePeople),
			Capacity: maybe(d, small()), Changes: []salesplan.CapacityChange{{From: day, Capacity: small()}, {From: day.AddDays(40), Capacity: small()}},
			Calendar: d.calendarOf(calendars), Leave: []calendar.Period{calendar.Month(2027, time.Month(1+d.IntN(12)))},
		},
		{
			ID: d.id("money", 0), Kind: salesplan.ResourceMoney, Measure: pick(d, "", "CNY"),
			Budgets: []salesplan.Budget{{Period: "2027-Q1", Amount: small()}, {Period: "2027-05", Amount: small()}},
		},
		{
			ID: d.id("material", 0), Kind: salesplan.ResourceMaterial,
			Supplies: []salesplan.Supply{{On: d.day(), Amount: small()}},
		},
	}
}

func (d *drawer) schedule() *salesplan.ScheduleRule {
	return &salesplan.ScheduleRule{
		Start: pick(d, calendar.Moment{}, d.moment()), Finish: pick(d, calendar.Moment{}, calendar.OnDay(calendar.On(2028, time.June, 30))),
		Critical: calendar.Duration{Minutes: d.Int64N(3) * 60}, AtRisk: pick(d, nil, &calendar.Duration{Minutes: 480}),
		Lags:       pick(d, "", salesplan.LagCalendarSuccessor, salesplan.LagCalendarPredecessor, salesplan.LagCalendarPlan),
		OutOfOrder: pick(d, "", salesplan.OutOfOrderRetained, salesplan.OutOfOrderOverride, salesplan.OutOfOrderActual), OwnFloat: d.seldom(),
	}
}

func (d *drawer) moment() calendar.Moment {
	return pick(d, calendar.OnDay(d.day()), calendar.AtInstant(calendar.At(d.day(), d.IntN(1440))))
}

func (d *drawer) task(i int, p *salesplan.Plan) salesplan.Task {
	t := salesplan.Task{
		ID: fmt.Sprint("task ", i), Name: pick(d, "", "拜访 “A & B”"), Note: pick(d, "", "line\nbreak"),
		Deadline: pick(d, calendar.Moment{}, d.moment()), Calendar: d.calendarOf(p.Calendars), IgnorePeople: d.seldom(),
		Delay: calendar.Duration{Minutes: d.Int64N(2) * 1440, Elapsed: true},
	}
	if t.Delay.Minutes == 0 {
		t.Delay = calendar.Duration{}
	}
	if t.Milestone = d.seldom(); !t.Milestone {
		t.Duration = calendar.Duration{Minutes: 1 + d.Int64N(10_000), Elapsed: d.seldom()}
		t.Demands = d.demands(p.Resources)
	}
	if i > 0 {
		t.Predecessors = d.predecessors(p.Tasks)
	}
	if i == 7 { // a summary above nothing but the one before
		t = salesplan.Task{ID: "summary 0", Name: t.Name}
		p.Tasks[6].Parent = t.ID
		for k := range p.Tasks[:6] {
			p.Tasks[k].Parent = pick(d, "", t.ID)
		}
	}
	if len(p.Goals) > 0 && d.often() {
		t.Goal = pick(d, p.Goals...).ID
		t.Quantity = pick(d, decimal.NullDecimal{}, decimal.NewNullDecimal(decimal.New(0, 0)))
	}
	if len(p.Resources) > 0 {
		t.Owner = pick(d, "", p.Resources[0].ID)
	}
	if t.ID != "summary 0" {
		d.dates(&t)
	}
	return t
}

func (d *drawer) demands(resources []salesplan.Resource) []salesplan.Demand {
	var out []salesplan.Demand
	for _, r := range resources {
		if !d.seldom() {
			continue
		}
		x := salesplan.Demand{Resource: r.ID, Amount: maybe(d, decimal.New(1+d.Int64N(9), -1))}
		if r.Kind == salesplan.ResourceMoney || r.Kind == salesplan.ResourceMaterial {
			x.When = pick(d, "", salesplan.DemandEven, salesplan.DemandStart, salesplan.DemandFinish)
		}
		out = append(out, x)
	}
	return out
}

func (d *drawer) predecessors(tasks []salesplan.Task) []salesplan.Predecessor {
	var out []salesplan.Predecessor
	for _, k := range d.Perm(len(tasks))[:d.IntN(min(3, len(tasks)))] {
		out = append(out, salesplan.Predecessor{
			Task: tasks[k].ID,
			Link: pick(d, "", salesplan.LinkFinishToStart, salesplan.LinkStartToStart, salesplan.LinkFinishToFinish, salesplan.LinkStartToFinish),
			Lag: pick(d, salesplan.Lag{}, salesplan.Lag{Time: calendar.Duration{Minutes: d.Int64N(5000) - 2500, Elapsed: d.seldom()}},
				salesplan.Lag{Percent: decimal.New(d.Int64N(2000)-1000, -1)}),
		})
	}
	return out
}

// dates adds what is imposed on a task, was planned of it and was done.
func (d *drawer) dates(t *salesplan.Task) {
	if d.seldom() {
		t.Constraint = &salesplan.Constraint{
			Kind: pick(d, salesplan.ConstraintStartNoEarlier, salesplan.ConstraintStartNoLater, salesplan.ConstraintFinishNoEarlier,
				salesplan.ConstraintFinishNoLater, salesplan.ConstraintMustStart, salesplan.ConstraintMustFinish, salesplan.ConstraintManual),
			On: d.moment(),
		}
	} else if d.seldom() {
		t.Constraint = &salesplan.Constraint{Kind: pick(d, salesplan.ConstraintAsSoonAsPossible, salesplan.ConstraintAsLateAsPossible)}
	}
	if d.seldom() {
		t.Priority = 1 + d.IntN(1000)
	}
	start := d.moment()
	if d.seldom() {
		t.Baseline = &salesplan.Baseline{Start: start, Finish: calendar.OnDay(start.Date.AddDays(3)), Duration: t.Duration}
	}
	if d.seldom() {
		t.Progress = &salesplan.Progress{
			Started: start, Finished: pick(d, calendar.Moment{}, calendar.OnDay(start.Date.AddDays(9))),
			Percent: maybe(d, decimal.New(d.Int64N(101), 0)), Remaining: pick(d, nil, &calendar.Duration{Minutes: d.Int64N(999)}),
		}
	}
}

func flow(p *salesplan.Plan, metric string) bool {
	for _, m := range p.Metrics {
		if m.ID == metric {
			return m.Kind == "" || m.Kind == salesplan.KindFlow
		}
	}
	return false
}

func (d *drawer) processes(resources []salesplan.Resource) []salesplan.Process {
	p := salesplan.Process{ID: d.id("process", 0), Name: pick(d, "", "直销")}
	for i := range 1 + d.IntN(3) {
		p.Stages = append(p.Stages, salesplan.ProcessStage{
			ID: d.id("stage", i), Name: pick(d, "", "Visit 拜访"), Stages: []string{fmt.Sprint("Stage ", i)},
			Owner: pick(d, "", resources[0].ID), Conversion: maybe(d, decimal.New(1+d.Int64N(100), -2)), Days: maybe(d, decimal.New(d.Int64N(60), 0)),
		})
	}
	return []salesplan.Process{p}
}

func (d *drawer) goalWork(p *salesplan.Plan) *salesplan.TaskRule {
	r := &salesplan.TaskRule{Name: pick(d, "", "Win"), Parent: ""}
	for _, t := range p.Tasks {
		if t.ID == "summary 0" {
			r.Parent = pick(d, "", t.ID)
		}
	}
	demands := d.demands(p.Resources)
	if d.often() {
		r.Grain, r.Process = pick(d, "", calendar.GrainWeek, calendar.GrainMonth), pick(d, "", p.Processes[0].ID)
		r.Duration, r.Demands = pick(d, calendar.Duration{}, calendar.Duration{Minutes: 60}), demands
		return r
	}
	r.Campaigns = []salesplan.Campaign{
		{ID: d.id("campaign", 0), Period: "2027-Q1", Share: decimal.NewNullDecimal(decimal.New(3, 0)), Owner: pick(d, "", p.Resources[0].ID), Demands: demands},
		{ID: d.id("campaign", 1), Name: "Fair", Period: "2027-05", Quantity: decimal.NewNullDecimal(decimal.Decimal{})},
	}
	return r
}
