package salesplan

import (
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A TaskRule says how a goal becomes tasks: what each person owes in each week
// (or day, or month) is a task of theirs, or what is owed in all is divided over
// campaigns.
type TaskRule struct {
	// Grain is the period of a task: [calendar.GrainWeek] if not given. It may be
	// finer than the goal's split; what a period of that owes is then divided by
	// working days.
	Grain calendar.Grain `json:"grain,omitempty"`

	// Name is what the tasks are called; the goal's name or ID if not given.
	Name string `json:"name,omitempty"`

	// Parent is the summary task under which the tasks stand.
	Parent string `json:"parent,omitempty"`

	// Process is the ID of the sales process that leads to what is owed: there
	// is a task for each of its stages, before what is owed by the usual days.
	Process string `json:"process,omitempty"`

	// Duration is how long a task takes; if not given, all working time of its
	// period.
	Duration calendar.Duration `json:"duration,omitzero"`

	// Demands are what each task takes.
	Demands []Demand `json:"demands,omitempty"`

	// Campaigns divide what is owed instead.
	Campaigns []Campaign `json:"campaigns,omitempty"`
}

// A Campaign is a task that is to bring a part of what a goal owes: a fair, a
// mailing, a launch.
type Campaign struct {
	// ID is that of the task.
	ID string `json:"id" plan:"required"`

	// Name is for people; the ID serves where it is empty.
	Name string `json:"name,omitempty"`

	// Period is when it runs: from its first day to its last.
	Period string `json:"period" plan:"required"`

	// Share is the campaign's part of what the campaigns bring, Quantity an
	// amount that it brings whatever the others do. One of them is given.
	Share    decimal.NullDecimal `json:"share,omitzero"`
	Quantity decimal.NullDecimal `json:"quantity,omitzero"`

	// Owner is who answers for it; the goal's owner if not given.
	Owner string `json:"owner,omitempty"`

	// Demands are what it takes.
	Demands []Demand `json:"demands,omitempty"`
}

func (r *TaskRule) clone() *TaskRule {
	if r == nil {
		return nil
	}
	out := *r
	out.Demands = slices.Clone(r.Demands)
	out.Campaigns = slices.Clone(r.Campaigns)
	for i := range out.Campaigns {
		out.Campaigns[i].Demands = slices.Clone(out.Campaigns[i].Demands)
	}
	return &out
}

// checkTaskRule checks a rule's own fields.
func checkTaskRule(r *TaskRule, fiscal calendar.Fiscal, path string, c *diag.Collector) {
	checkGrain(r.Grain, path+"/grain", c)
	if r.Duration.Minutes < 0 {
		c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/duration", Value: r.Duration.String(), Bound: "0"})
	}
	if len(r.Campaigns) == 0 {
		return
	}
	only := func(key string, given bool) {
		if given {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/" + key, Bound: "not with campaigns"})
		}
	}
	only("grain", r.Grain != "")
	only("process", r.Process != "")
	only("demands", len(r.Demands) > 0)
	only("duration", r.Duration.Minutes > 0)
	shares := false
	seen := map[string]int{}
	for i, k := range r.Campaigns {
		at := index(path+"/campaigns", i)
		if checkID(k.ID, at+"/id", c) {
			if j, taken := seen[k.ID]; taken {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: at + "/id", Value: k.ID, Bound: index(path+"/campaigns", j)})
			}
			seen[k.ID] = i
		}
		if _, err := fiscal.Parse(k.Period); err != nil && fiscal.Validate() == nil {
			c.AddErr(atPath(err, at+"/period"), at+"/period")
		}
		if k.Share.Valid == k.Quantity.Valid {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/share", Bound: "either a share or a quantity"})
		}
		if k.Share.Valid {
			shares = true
			if !checkAmount(k.Share.Decimal) || k.Share.Decimal.IsNegative() {
				c.Add(&diag.Fault{Code: diag.OutOfRange, Path: at + "/share", Bound: "0 or more"})
			}
		}
		if k.Quantity.Valid && !checkAmount(k.Quantity.Decimal) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: at + "/quantity", Bound: amountBound})
		}
	}
	if !shares {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/campaigns", Bound: "a campaign with a share, for what the others leave"})
	}
}

// maxTasks is how many tasks a rule may make.
const maxTasks = 1_000_000

// TasksFor makes the tasks by which a breakdown is carried out: one for each
// unit without units below it and each period of the rule's grain in which it
// owes something, or one for each campaign. Each has its quantity of the goal,
// its owner, its first day as the earliest start and its last as the deadline.
// Their quantities add up to what the breakdown owes.
//
// With a process there is a task for each stage, earlier than what is owed by
// the days that the stages after it take; only those of the last stage have a
// quantity of the goal, the names of the others say how many: see [NewFunnel].
//
// Units are those of the first axis. IDs are "goal/unit/period" and, with a
// process, "/stage"; of campaigns their own. A rule that makes more than a
// million tasks is a fault of code [diag.TooMany], an id that is too long one
// of [diag.OutOfRange], a grain that the breakdown can't be cut by one of
// [diag.OffGrid], and quantities of campaigns that don't leave what shares can
// take one of [diag.Infeasible].
func TasksFor(b *Breakdown, rule TaskRule, process *Process) ([]Task, error) {
	if f := b.missing(); f != nil {
		return nil, diag.Faults{f}
	}
	var c diag.Collector
	checkTaskRule(&rule, b.cs.grid.fiscal, "/rule", &c)
	if rule.Process != "" && process == nil {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/process", Value: rule.Process, Bound: "the process of that name"})
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	m := &taskMaker{b: b, rule: rule.clone()}
	switch {
	case len(rule.Campaigns) > 0:
		return m.campaigns()
	case rule.Process != "":
		return m.stages(process)
	}
	err := eachShare(b, rule.Grain, "/rule/grain", func(unit string, p calendar.Period, amount decimal.Decimal) error {
		return m.add(m.task(unit, p, amount))
	})
	return m.tasks, err
}

// A taskMaker makes the tasks of a rule.
type taskMaker struct {
	b     *Breakdown
	rule  *TaskRule
	tasks []Task
}

func (m *taskMaker) add(t Task) error {
	var c diag.Collector
	if checkID(t.ID, "/rule/id", &c); c.Len() > 0 {
		return c.Err()
	}
	if len(m.tasks) == maxTasks {
		return diag.Faults{{Code: diag.TooMany, Path: "/rule/grain", Bound: strconv.Itoa(maxTasks) + " tasks"}}
	}
	m.tasks = append(m.tasks, t)
	return nil
}

// task is what a unit does in a period.
func (m *taskMaker) task(unit string, p calendar.Period, amount decimal.Decimal) Task {
	t := Task{
		ID: m.b.Goal() + "/" + unit + "/" + m.b.Label(p), Name: m.name(), Parent: m.rule.Parent, Owner: unit,
		Goal: m.b.Goal(), Quantity: decimal.NewNullDecimal(amount), Duration: m.duration(p),
		Constraint: &Constraint{Kind: ConstraintStartNoEarlier, On: calendar.OnDay(p.First)}, Deadline: calendar.OnDay(p.Last),
		Demands: slices.Clone(m.rule.Demands),
	}
	return t
}

func (m *taskMaker) name() string {
	switch goal := &m.b.cs.req.Goal; {
	case m.rule.Name != "":
		return m.rule.Name
	case goal.Name != "":
		return goal.Name
	}
	return ""
}

// duration is the working time of a period, all of it where nobody works then.
func (m *taskMaker) duration(p calendar.Period) calendar.Duration {
	if m.rule.Duration.Minutes > 0 {
		return m.rule.Duration
	}
	if n := m.b.cs.grid.cal.WorkMinutes(p); n > 0 {
		return calendar.Duration{Minutes: n}
	}
	return calendar.Duration{Minutes: int64(p.Days()) * dayMinutes, Elapsed: true}
}

func (m *taskMaker) campaigns() ([]Task, error) {
	parts := make([]Part, len(m.rule.Campaigns))
	for i, k := range m.rule.Campaigns {
		parts[i] = Part{ID: k.ID, Weight: k.Share, Lock: k.Quantity}
		if !k.Share.Valid {
			parts[i].Weight = decimal.NewNullDecimal(decimal.Decimal{})
		}
	}
	shares, err := SplitParts(m.b.Total(), parts, SplitOptions{Step: m.b.cs.metric.Step})
	if err != nil {
		return nil, diag.Reroot(err, map[string]string{"/parts": "/rule/campaigns", "/total": "/breakdown"})
	}
	for i, k := range m.rule.Campaigns {
		p, _ := m.b.cs.grid.fiscal.Parse(k.Period)
		t := m.task("", p, shares[i].Amount)
		t.ID, t.Owner, t.Demands = k.ID, k.Owner, k.Demands
		if k.Name != "" {
			t.Name = k.Name
		}
		if t.Owner == "" {
			t.Owner = m.b.Owner()
		}
		if err := m.add(t); err != nil {
			return nil, err
		}
	}
	return m.tasks, nil
}

// eachShare calls f with what each unit of the first axis without units below
// it owes in each piece of a grain, where that is not 0: units in the order of
// their tree, each with its periods in order.
func eachShare(b *Breakdown, grain calendar.Grain, path string, f func(unit string, p calendar.Period, amount decimal.Decimal) error) error {
	if grain == "" {
		grain = calendar.GrainWeek
	}
	cuts, err := cutsFor(b, grain, path)
	if err != nil {
		return err
	}
	t := b.cs.axes[0].tree
	seen := make(map[string]bool, len(t.leaves))
	for _, leaf := range t.leaves {
		unit := t.nodes[leaf].id
		if seen[unit] {
			continue
		}
		seen[unit] = true
		for _, cut := range cuts {
			if err := b.eachCut(unit, cut, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// A cut is a period that a breakdown knows and the pieces into which it is
// divided by working days; nil for one that is a piece itself.
type cut struct {
	whole  calendar.Period
	pieces []calendar.Period
}

func (b *Breakdown) eachCut(unit string, k cut, f func(unit string, p calendar.Period, amount decimal.Decimal) error) error {
	amount, err := b.Amount(At{Units: []string{unit}, Period: k.whole})
	if err != nil || amount.IsZero() {
		return err
	}
	if k.pieces == nil {
		return f(unit, k.whole, amount)
	}
	basis := calendar.ProrateBasis{Kind: calendar.ProrateWorkingDays, Calendar: b.cs.grid.cal, Fiscal: b.cs.grid.fiscal}
	if b.cs.grid.cal.Workdays(k.whole) == 0 {
		basis.Kind = calendar.ProrateCalendarDays
	}
	for _, p := range k.pieces {
		part, err := calendar.Prorate(amount, b.cs.metric.Step, k.whole, p, basis)
		if err != nil {
			return err
		}
		if part.IsZero() {
			continue
		}
		if err := f(unit, p, part); err != nil {
			return err
		}
	}
	return nil
}

// cutsFor cuts a breakdown's period by a grain: into periods that it has, into
// unions of its leaf periods, or into parts of them.
func cutsFor(b *Breakdown, grain calendar.Grain, path string) ([]cut, error) {
	g := b.cs.grid
	var out []cut
	if own := b.stretchesOf(grain); own != nil {
		for _, s := range own {
			out = append(out, cut{whole: s.Period})
		}
		return out, nil
	}
	pieces, err := g.fiscal.Split(g.whole, grain)
	if err != nil {
		return nil, atPath(err, path)
	}
	unions := true
	for _, p := range pieces {
		_, ok := g.find(p)
		unions = unions && ok
	}
	if unions {
		for _, p := range pieces {
			out = append(out, cut{whole: p})
		}
		return out, nil
	}
	for _, leaf := range g.pieces {
		parts, err := g.fiscal.Split(leaf, grain)
		if err != nil {
			return nil, atPath(err, path)
		}
		out = append(out, cut{leaf, parts})
	}
	return out, nil
}
