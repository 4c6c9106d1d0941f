package salesplan

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/salesplan/salesplan/calendar"
)

// A workDraw says what a drawn request may have.
type workDraw struct {
	plain    bool // one calendar, no elapsed time, no people
	imposed  bool // constraints, deadlines, delays
	progress bool // as of a day, by what tasks say and by news
	backward bool
	tasks    int // at most; 9 if not given
}

// drawWork draws a request: tasks with summaries and milestones, every kind of
// link and lag, calendars with breaks, night shifts and days of their own, people
// with leave.
func drawWork(rng *rand.Rand, draw workDraw) ScheduleRequest {
	req := ScheduleRequest{
		Axes: []Axis{{ID: "org", Units: []Unit{{ID: "team"}, {ID: "anna", Parent: "team"}, {ID: "boris", Parent: "team"}, {ID: "chen"}}}},
	}
	day := calendar.On(2027, 3, 1).AddDays(rng.IntN(7))
	at := calendar.OnDay(day)
	if rng.IntN(3) == 0 {
		at.Timed, at.Minute = true, rng.IntN(1440)
	}
	req.Rule = ScheduleRule{Start: at, Lags: append(lagCalendars(), "")[rng.IntN(4)], OwnFloat: rng.IntN(5) == 0}
	if draw.backward {
		req.Rule.Start, req.Rule.Finish = calendar.Moment{}, calendar.OnDay(day.AddDays(28))
	} else if draw.imposed && rng.IntN(4) == 0 {
		req.Rule.Finish = calendar.OnDay(day.AddDays(5 + rng.IntN(20)))
	}
	if !draw.plain {
		drawCalendars(rng, &req)
	}
	n := 1 + rng.IntN(max(draw.tasks, 9))
	ids := rng.Perm(n)
	for i := range n {
		req.Tasks = append(req.Tasks, drawTask(rng, draw, &req, ids, i))
	}
	settleSummaries(&req, draw)
	if draw.progress {
		drawProgress(rng, &req)
	}
	return req
}

func drawID(ids []int, i int) string { return fmt.Sprintf("t%02d", ids[i]) }

func drawWeek(rng *rand.Rand) *calendar.WorkWeek {
	days := [][]calendar.Shift{
		{{From: 480, To: 720}, {From: 780, To: 1020}},
		{{From: 480, To: 720}, {From: 780, To: 1020}},
		{{From: 540, To: 1200}},
		{{From: 0, To: 360}, {From: 1320, To: 1440}}, // nights
		{{From: 600, To: 630}, {From: 700, To: 1140}},
		{},
	}
	usual := days[rng.IntN(len(days)-1)]
	week := &calendar.WorkWeek{}
	for i, d := range []*[]calendar.Shift{&week.Monday, &week.Tuesday, &week.Wednesday, &week.Thursday, &week.Friday, &week.Saturday, &week.Sunday} {
		if i < 5 || rng.IntN(3) == 0 {
			*d = usual
		}
		if i > 0 && rng.IntN(5) == 0 {
			*d = days[rng.IntN(len(days))]
		}
	}
	return week
}

// drawCalendars draws the plan's calendar, two others and who works on them.
func drawCalendars(rng *rand.Rand, req *ScheduleRequest) {
	rule := func() WorkRule {
		w := WorkRule{Week: drawWeek(rng)}
		first := calendar.On(2027, 2, 25)
		for i, day := range rng.Perm(30)[:rng.IntN(5)] {
			d := first.AddDays(day)
			switch i % 4 {
			case 0:
				w.Off = append(w.Off, d)
			case 1:
				w.On = append(w.On, d)
			case 2:
				w.Half = append(w.Half, d)
			case 3:
				w.Special = append(w.Special, calendar.DayShifts{On: d, Shifts: []calendar.Shift{{From: 600, To: 601 + rng.IntN(700)}}})
			}
		}
		return w
	}
	if rng.IntN(2) == 0 {
		req.Calendar, _ = calendar.New(rule().Spec())
	}
	req.Calendars = []NamedCalendar{{ID: "one", WorkRule: rule()}, {ID: "two", WorkRule: rule()}}
	leave := calendar.Span(calendar.On(2027, 3, 3), calendar.On(2027, 3, 3+rng.IntN(6)))
	req.Resources = []Resource{
		{ID: "anna", Leave: []calendar.Period{leave}},
		{ID: "boris", Calendar: "two"},
		{ID: "machine", Calendar: "one", Leave: []calendar.Period{calendar.Day(calendar.On(2027, 3, 5))}},
		{ID: "cash", Kind: ResourceMoney, Budgets: []Budget{{Period: "2027", Amount: decimal.NewFromInt(1000)}}},
	}
}

func drawTask(rng *rand.Rand, draw workDraw, req *ScheduleRequest, ids []int, i int) Task {
	t := Task{ID: drawID(ids, i), Milestone: rng.IntN(6) == 0}
	if !t.Milestone {
		t.Duration.Minutes = 1 + rng.Int64N(1200)
	}
	if i > 0 && rng.IntN(4) == 0 {
		t.Parent = drawID(ids, rng.IntN(i))
	}
	if !draw.plain {
		t.Duration.Elapsed = !t.Milestone && rng.IntN(8) == 0
		t.Calendar = []string{"", "", "", "one", "two"}[rng.IntN(5)]
		t.IgnorePeople = rng.IntN(3) == 0
		t.Owner = []string{"", "anna", "boris", "chen", "team", "machine"}[rng.IntN(6)]
		if !t.Milestone && rng.IntN(3) == 0 {
			for _, k := range rng.Perm(5)[:1+rng.IntN(2)] {
				t.Demands = append(t.Demands, Demand{Resource: []string{"anna", "boris", "team", "machine", "cash"}[k]})
			}
		}
	}
	for range rng.IntN(3) {
		if i > 0 {
			t.Predecessors = append(t.Predecessors, drawLink(rng, draw, drawID(ids, rng.IntN(i))))
		}
	}
	if draw.imposed {
		drawDates(rng, &t)
	}
	return t
}

func drawLink(rng *rand.Rand, draw workDraw, from string) Predecessor {
	p := Predecessor{Task: from, Link: append(linkTypes(), "")[rng.IntN(5)]}
	switch kind := rng.IntN(6); {
	case kind == 0:
		p.Lag.Time.Minutes = rng.Int64N(1500) - 500
	case kind == 1 && !draw.plain:
		p.Lag.Time = calendar.Duration{Minutes: rng.Int64N(4000) - 1000, Elapsed: true}
	case kind == 2:
		p.Lag.Percent = decimal.NewFromInt(rng.Int64N(250) - 80)
	}
	return p
}

func drawDates(rng *rand.Rand, t *Task) {
	on := func() calendar.Moment {
		m := calendar.OnDay(calendar.On(2027, 3, 2).AddDays(rng.IntN(14)))
		if rng.IntN(3) == 0 {
			m.Timed, m.Minute = true, rng.IntN(1440)
		}
		return m
	}
	if rng.IntN(3) == 0 {
		k := &Constraint{Kind: constraintKinds()[rng.IntN(len(constraintKinds()))]}
		if k.Kind.dated() {
			k.On = on()
		}
		t.Constraint = k
	}
	if rng.IntN(5) == 0 {
		t.Deadline = on()
	}
	if rng.IntN(8) == 0 {
		t.Delay = calendar.Duration{Minutes: rng.Int64N(3000), Elapsed: true}
	}
}

// settleSummaries takes from summaries what they can't have, and the links
// between tasks one of which is above the other.
func settleSummaries(req *ScheduleRequest, draw workDraw) {
	parent, summary := map[string]string{}, map[string]bool{}
	for _, t := range req.Tasks {
		parent[t.ID] = t.Parent
		summary[t.Parent] = true
	}
	within := func(id, above string) bool {
		for ; id != ""; id = parent[id] {
			if id == above {
				return true
			}
		}
		return false
	}
	for i := range req.Tasks {
		t := &req.Tasks[i]
		if summary[t.ID] {
			t.Duration, t.Milestone, t.Demands, t.Delay = calendar.Duration{}, false, nil, calendar.Duration{}
			if k := t.Constraint; k != nil && k.Kind != ConstraintStartNoEarlier && (k.Kind != ConstraintFinishNoLater || draw.backward) {
				t.Constraint = nil
			}
		}
		t.Predecessors = slices.DeleteFunc(t.Predecessors, func(p Predecessor) bool {
			// How long a summary is isn't for the slow scheduler to know.
			return within(t.ID, p.Task) || within(p.Task, t.ID) || summary[p.Task] && !p.Lag.Percent.IsZero()
		})
	}
}

// drawProgress lets some of the tasks be begun or done by a day, in any order.
func drawProgress(rng *rand.Rand, req *ScheduleRequest) {
	first := calendar.On(2027, 3, 1)
	days := 2 + rng.IntN(6)
	if rng.IntN(4) > 0 {
		req.AsOf = first.AddDays(days)
	}
	req.Rule.OutOfOrder = append(outOfOrders(), "")[rng.IntN(4)]
	summary := map[string]bool{}
	for _, t := range req.Tasks {
		summary[t.Parent] = true
	}
	for i := range req.Tasks {
		t := &req.Tasks[i]
		if summary[t.ID] || rng.IntN(3) > 0 {
			continue
		}
		started := rng.IntN(days)
		p := Progress{Started: calendar.OnDay(first.AddDays(started))}
		switch rng.IntN(3) {
		case 0:
			p.Finished = calendar.OnDay(first.AddDays(started + rng.IntN(days-started)))
			if rng.IntN(2) == 0 {
				p.Started = calendar.Moment{}
			}
		case 1:
			p.Percent = decimal.NewNullDecimal(decimal.NewFromInt(rng.Int64N(101)))
		case 2:
			p.Remaining = &calendar.Duration{Minutes: rng.Int64N(1000), Elapsed: t.Duration.Elapsed}
		}
		if rng.IntN(2) == 0 {
			t.Progress = &p
			continue
		}
		req.Updates = append(req.Updates, TaskUpdate{Task: t.ID, On: first.AddDays(rng.IntN(days + 3)), Progress: p})
		if rng.IntN(2) == 0 { // what was known before
			req.Updates = append(req.Updates, TaskUpdate{Task: t.ID, On: first, Progress: Progress{Started: calendar.OnDay(first)}})
		}
	}
}
