package salesplan

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
	"github.com/shopspring/decimal"
)

// A Timetable holds the dates of tasks, and what made them. It is immutable and
// safe for use by many goroutines.
//
// The zero Timetable has no tasks.
type Timetable struct {
	rows   []timeRow
	owners []string // the first is ""
	order  []int32  // rows by id
	res    *network.Result
	links  []network.Link

	// more holds what few tasks have: what the plan says of those that are more
	// than a name, an owner, a duration and links.
	more map[int32]*Task

	constraints []place
	clocks      clockTable
	crew        *crew
	rule        ScheduleRule
	asOf        calendar.Date
	goals       map[string]calendar.Period // when they are owed

	leveled  *leveled // nil for dates that resources don't move
	findings []diag.Finding
}

// A timeRow is what most tasks have.
type timeRow struct {
	id, name string
	duration int64
	owner    int32 // of the timetable's owners
	parent   int32 // -1 for none
	clock    int32 // below 0 for elapsed time
}

// timetable keeps what the engine found.
func (s *scheduling) timetable(res *network.Result) (*Timetable, error) {
	var c diag.Collector
	t := &Timetable{
		res: res, links: s.net.Links, constraints: s.constraints, clocks: s.clocks, crew: s.crew,
		rule: s.req.Rule, asOf: s.req.AsOf, more: map[int32]*Task{}, goals: s.goalSpans(), rows: make([]timeRow, len(s.req.Tasks)), order: make([]int32, len(s.req.Tasks)),
	}
	owners := map[string]int32{"": 0}
	t.owners = []string{""}
	for i := range s.req.Tasks {
		task := &s.req.Tasks[i]
		owner, known := owners[task.Owner]
		if !known {
			owner = int32(len(t.owners))
			owners[task.Owner] = owner
			t.owners = append(t.owners, task.Owner)
		}
		t.rows[i] = timeRow{task.ID, task.Name, task.Duration.Minutes, owner, s.net.Tasks[i].Parent, s.net.Tasks[i].Clock}
		t.order[i] = int32(i)
		if task.Goal != "" || task.Constraint != nil || !task.Deadline.IsZero() || len(task.Demands) > 0 || task.Priority != 0 ||
			task.Baseline != nil || s.sources[i] != "" || task.Milestone || task.Delay.Minutes > 0 {
			extra := *task
			extra.Predecessors, extra.Progress = nil, nil
			extra.Demands, extra.Constraint, extra.Baseline = slices.Clone(task.Demands), copied(task.Constraint), copied(task.Baseline)
			if s.sources[i] != "" {
				p := s.progress[i]
				p.Remaining = copied(p.Remaining)
				extra.Progress = &p
			}
			t.more[int32(i)] = &extra
		}
	}
	slices.SortFunc(t.order, func(a, b int32) int { return strings.Compare(t.rows[a].id, t.rows[b].id) })
	if days, ok := spanOf(res); ok {
		t.findings = append(t.findings, t.clocks.checkYears(days, &c)...)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	for _, v := range res.Violations {
		t.findings = append(t.findings, t.violation(v))
	}
	return t, nil
}

// goalSpans are the periods of the goals that can be read.
func (s *scheduling) goalSpans() map[string]calendar.Period {
	out := map[string]calendar.Period{}
	for _, g := range s.req.Goals {
		if p, err := s.req.Fiscal.Parse(g.Period); err == nil {
			out[g.ID] = p
		}
	}
	return out
}

// TaskDates are the dates of a task.
type TaskDates struct {
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	Parent string `json:"parent,omitempty"`
	Owner  string `json:"owner,omitempty"`
	Goal   string `json:"goal,omitempty"`

	// Level is how many summaries stand above the task.
	Level     int  `json:"level"`
	Summary   bool `json:"summary"`
	Milestone bool `json:"milestone"`

	// Duration is the task's working time, of a summary that from its start to
	// its finish on the plan's calendar.
	Duration calendar.Duration `json:"duration"`

	// Start and Finish are when the task is to be done: its earliest dates, or
	// its latest ones where it is to be done as late as possible. After
	// [LevelResources] they are those at which there is enough for it.
	Start  calendar.Instant `json:"start"`
	Finish calendar.Instant `json:"finish"`

	// EarlyStart to LateFinish are the earliest and latest dates at which the
	// links, calendars and dates imposed allow the task.
	EarlyStart  calendar.Instant `json:"earlyStart"`
	EarlyFinish calendar.Instant `json:"earlyFinish"`
	LateStart   calendar.Instant `json:"lateStart"`
	LateFinish  calendar.Instant `json:"lateFinish"`

	// TotalFloat is by how many minutes of work the task may be later without
	// delaying the plan, below 0 where a date is missed already. FreeFloat is
	// the same for the tasks that follow; never below 0.
	TotalFloat int64 `json:"totalFloat"`
	FreeFloat  int64 `json:"freeFloat"`

	// Critical says that the total float is at most that of the rule (of a
	// summary, that this is so of a task below it; never of a finished task),
	// AtRisk that it is not but little more. Longest says that the task is on the
	// longest path: the chain of drivers from the last finish back.
	Critical bool `json:"critical"`
	AtRisk   bool `json:"atRisk"`
	Longest  bool `json:"longestPath"`

	// Driver is what made the start, FinishDriver what made the finish.
	Driver       Driver `json:"driver"`
	FinishDriver Driver `json:"finishDriver"`

	Deadline calendar.Moment `json:"deadline,omitzero"`

	// Started and Finished are when work began and ended, unset before; Percent
	// the part that is done.
	Started  calendar.Instant `json:"started,omitzero"`
	Finished calendar.Instant `json:"finished,omitzero"`
	Percent  decimal.Decimal  `json:"percent"`

	// Baseline is what was planned once, and the slips by how many minutes of
	// work the dates are later than that; not given without.
	Baseline   *Baseline `json:"baseline,omitempty"`
	StartSlip  *int64    `json:"startSlip,omitempty"`
	FinishSlip *int64    `json:"finishSlip,omitempty"`
}

// A DriverKind says what made a date.
type DriverKind string

// The kinds of drivers.
const (
	DriverStart      DriverKind = "start"      // work begins then
	DriverFinish     DriverKind = "finish"     // all ends then
	DriverLink       DriverKind = "link"       // a predecessor (of a latest date, a successor)
	DriverConstraint DriverKind = "constraint" // a date imposed
	DriverDeadline   DriverKind = "deadline"   // a deadline
	DriverDuration   DriverKind = "duration"   // the other date, and how long the task takes
	DriverPart       DriverKind = "part"       // a task of the summary
	DriverActual     DriverKind = "actual"     // it happened
	DriverAsOf       DriverKind = "as-of"      // what is not done is done later
	DriverOwnFinish  DriverKind = "own-finish" // nothing follows
	DriverAsLate     DriverKind = "as-late"    // it is done as late as possible
	DriverAsSoon     DriverKind = "as-soon"    // it is done as soon as possible
	DriverResource   DriverKind = "resource"   // there wasn't enough of a resource before
)

// A Driver is what made a date.
type Driver struct {
	Kind DriverKind `json:"kind"`

	// Task is the other task of a link or of a resource, or the summary's part.
	// In a plan that is scheduled back from its finish links come from the tasks
	// that follow.
	Task string `json:"task,omitempty"`

	// Link and Lag are those of a link. Of is the task that has it, where that
	// is a summary above the task.
	Link LinkType `json:"link,omitempty"`
	Lag  Lag      `json:"lag,omitzero"`
	Of   string   `json:"of,omitempty"`

	// Constraint is the date imposed.
	Constraint *Constraint `json:"constraint,omitempty"`

	// Resource is what there wasn't enough of.
	Resource string `json:"resource,omitempty"`

	// Waits says that the date is later than its driver because nobody works in
	// between.
	Waits bool `json:"waits,omitempty"`
}

// Len returns how many tasks there are.
func (t *Timetable) Len() int { return len(t.rows) }

// Start and Finish return the first start and the last finish of all tasks;
// unset without tasks.
func (t *Timetable) Start() calendar.Instant {
	if t == nil || len(t.rows) == 0 {
		return calendar.Instant{}
	}
	return instantOf(slices.Min(t.starts()))
}

// Finish returns the last finish of all tasks; see [Timetable.Start].
func (t *Timetable) Finish() calendar.Instant {
	if t == nil || len(t.rows) == 0 {
		return calendar.Instant{}
	}
	return instantOf(slices.Max(t.finishes()))
}

func (t *Timetable) starts() []int64 {
	if t.leveled != nil {
		return t.leveled.start
	}
	return t.res.Start
}

func (t *Timetable) finishes() []int64 {
	if t.leveled != nil {
		return t.leveled.finish
	}
	return t.res.Finish
}

// AsOf returns the day up to which progress was known, unset if none was asked
// for.
func (t *Timetable) AsOf() calendar.Date { return t.asOf }

// Findings returns what came up while the dates were made: dates imposed that
// links can't keep, years whose holidays are guessed.
func (t *Timetable) Findings() []diag.Finding { return slices.Clone(t.findings) }

// Tasks yields the dates of all tasks in the order of the plan.
func (t *Timetable) Tasks() iter.Seq[TaskDates] {
	return func(yield func(TaskDates) bool) {
		for i := range t.rows {
			if !yield(t.dates(i)) {
				return
			}
		}
	}
}

// Task returns the dates of a task. An unknown one is a fault of code
// [diag.Unknown] with the nearest name.
func (t *Timetable) Task(id string) (TaskDates, error) {
	if i, ok := t.find(id); ok {
		return t.dates(i), nil
	}
	ids := make([]string, 0, len(t.rows))
	for i := range t.rows {
		ids = append(ids, t.rows[i].id)
	}
	var c diag.Collector
	return TaskDates{}, &diag.Fault{Code: diag.Unknown, Path: "/task", Value: id, Bound: "the tasks", Near: nearestOf(&c, id, ids)}
}

func (t *Timetable) find(id string) (int, bool) {
	k, ok := slices.BinarySearchFunc(t.order, id, func(i int32, id string) int { return strings.Compare(t.rows[i].id, id) })
	if !ok {
		return 0, false
	}
	return int(t.order[k]), true
}

func (t *Timetable) dates(i int) TaskDates {
	r, res := &t.rows[i], t.res
	has := func(f network.Flags) bool { return res.Flags[i]&f != 0 }
	d := TaskDates{
		ID: r.id, Name: r.name, Owner: t.owners[r.owner], Summary: has(network.Summary),
		Duration: calendar.Duration{Minutes: r.duration, Elapsed: r.clock < 0},
		Start:    instantOf(t.starts()[i]), Finish: instantOf(t.finishes()[i]),
		EarlyStart: instantOf(res.EarlyStart[i]), EarlyFinish: instantOf(res.EarlyFinish[i]),
		LateStart: instantOf(res.LateStart[i]), LateFinish: instantOf(res.LateFinish[i]),
		TotalFloat: res.TotalFloat[i], FreeFloat: res.FreeFloat[i],
		Critical: has(network.Critical), AtRisk: has(network.NearCritical), Longest: has(network.LongestPath),
	}
	d.Driver, d.FinishDriver = t.driver(i, res.EarlyStartDriver(i)), t.driver(i, res.EarlyFinishDriver(i))
	if t.backward() {
		d.Driver, d.FinishDriver = t.driver(i, res.LateStartDriver(i)), t.driver(i, res.LateFinishDriver(i))
	}
	d.Driver.Waits = has(network.Waits)
	d.Milestone = r.duration == 0 && !d.Summary
	if r.parent >= 0 {
		d.Parent = t.rows[r.parent].id
	}
	for up := r.parent; up >= 0; up = t.rows[up].parent {
		d.Level++
	}
	if d.Summary {
		d.Duration = calendar.Duration{Minutes: t.clocks.clocks[0].Between(t.starts()[i], t.finishes()[i])}
	}
	t.addMore(i, &d)
	t.leveled.drive(t, i, &d)
	return d
}

// addMore adds what few tasks have.
func (t *Timetable) addMore(i int, d *TaskDates) {
	extra := t.more[int32(i)]
	if extra == nil {
		return
	}
	d.Goal, d.Deadline = extra.Goal, extra.Deadline
	if p := extra.Progress; p != nil {
		d.Percent = t.percent(i, p)
		if !p.Started.IsZero() || !p.Finished.IsZero() {
			d.Started = d.EarlyStart
		}
		if !p.Finished.IsZero() {
			d.Finished = d.EarlyFinish
		}
	}
	if b := extra.Baseline; b != nil {
		d.Baseline = copied(b)
		clock := t.clocks.clocks[max(t.rows[i].clock, 0)]
		if !b.Start.IsZero() {
			slip := clock.Between(startOf(b.Start), t.starts()[i])
			d.StartSlip = &slip
		}
		if !b.Finish.IsZero() {
			slip := clock.Between(endOf(b.Finish), t.finishes()[i])
			d.FinishSlip = &slip
		}
	}
}

// percent is the part of a task that is done, by what is said of it.
func (t *Timetable) percent(i int, p *Progress) decimal.Decimal {
	hundred := decimal.NewFromInt(100)
	switch {
	case !p.Finished.IsZero():
		return hundred
	case p.Percent.Valid:
		return p.Percent.Decimal
	case p.Remaining == nil || t.rows[i].duration == 0:
		return decimal.Decimal{}
	}
	done := max(t.rows[i].duration-p.Remaining.Minutes, 0)
	return decimal.NewFromInt(done).Mul(hundred).DivRound(decimal.NewFromInt(t.rows[i].duration), 2)
}

// Quantity returns how much of a goal its tasks have brought and how much they
// are to bring in all: a task that is done in part counts in proportion, rounded
// to six decimals. Both are 0 for a goal without tasks.
func (t *Timetable) Quantity(goal string) (done, planned decimal.Decimal) {
	for i := range t.rows {
		extra := t.more[int32(i)]
		if extra == nil || extra.Goal != goal || !extra.Quantity.Valid {
			continue
		}
		planned = planned.Add(extra.Quantity.Decimal)
		if extra.Progress != nil {
			done = done.Add(extra.Quantity.Decimal.Mul(t.percent(i, extra.Progress)).DivRound(decimal.NewFromInt(100), 6))
		}
	}
	return done, planned
}

// Critical yields the tasks of the longest path, by start: the chain of drivers
// from the last finish back to the beginning.
func (t *Timetable) Critical() iter.Seq[TaskDates] {
	return func(yield func(TaskDates) bool) {
		var on []int32
		for i := range t.rows {
			if t.res.Flags[i]&network.LongestPath != 0 && t.res.Flags[i]&network.Summary == 0 {
				on = append(on, int32(i))
			}
		}
		slices.SortStableFunc(on, func(a, b int32) int { return cmp.Compare(t.starts()[a], t.starts()[b]) })
		for _, i := range on {
			if !yield(t.dates(int(i))) {
				return
			}
		}
	}
}
