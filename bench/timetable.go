package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"
)

// A work is a network of tasks by which schedulers are compared: each takes one
// to ten days and follows up to three of the fifty before it.
type work struct {
	days   []int64
	before [][]int32
	links  int
}

func workOf(n int) *work {
	r := rand.New(rand.NewPCG(42, uint64(n)))
	w := &work{days: make([]int64, n), before: make([][]int32, n)}
	for i := range n {
		w.days[i] = 1 + r.Int64N(10)
		for range r.IntN(4) {
			if back := 1 + r.IntN(50); back <= i && !slices.Contains(w.before[i], int32(i-back)) {
				w.before[i] = append(w.before[i], int32(i-back))
				w.links++
			}
		}
	}
	return w
}

func monday() calendar.Date { return calendar.On(2027, 1, 4) }

// request asks for the dates of the work from a Monday on; dated gives some
// tasks earliest starts, deadlines and a calendar of their own.
func (w *work) request(dated bool) salesplan.ScheduleRequest {
	shift := []calendar.Shift{{From: 9 * 60, To: 20 * 60}}
	week := &calendar.WorkWeek{Tuesday: shift, Wednesday: shift, Thursday: shift, Friday: shift, Saturday: shift}
	req := salesplan.ScheduleRequest{
		Rule:      salesplan.ScheduleRule{Start: calendar.OnDay(monday())},
		Calendars: []salesplan.NamedCalendar{{ID: "shop", WorkRule: salesplan.WorkRule{Week: week}}},
		Tasks:     make([]salesplan.Task, len(w.days)),
	}
	for i := range req.Tasks {
		t := &req.Tasks[i]
		t.ID, t.Duration.Minutes = fmt.Sprint("task-", i), w.days[i]*calendar.MinutesPerWorkDay
		for _, j := range w.before[i] {
			t.Predecessors = append(t.Predecessors, salesplan.Predecessor{Task: req.Tasks[j].ID})
		}
		switch day := calendar.OnDay(monday().AddDays(i % 3000)); {
		case dated && i%50 == 0:
			t.Constraint = &salesplan.Constraint{Kind: salesplan.ConstraintStartNoEarlier, On: day}
		case dated && i%50 == 1:
			t.Deadline = day
		case dated && i%10 == 2:
			t.Calendar = "shop"
		}
	}
	return req
}

// length is the days that the work takes, by arrays of numbers: the least that
// any scheduler must do, without calendars, floats of successors or drivers.
func (w *work) length() int64 {
	n := len(w.days)
	finish, late := make([]int64, n), make([]int64, n)
	last := int64(0)
	for i, days := range w.days {
		start := int64(0)
		for _, j := range w.before[i] {
			start = max(start, finish[j])
		}
		finish[i] = start + days
		last = max(last, finish[i])
	}
	for i := range late {
		late[i] = last
	}
	for i := n - 1; i >= 0; i-- {
		for _, j := range w.before[i] {
			late[j] = min(late[j], late[i]-w.days[i])
		}
	}
	return last
}

// graph is the work as gonum has it.
func (w *work) graph() *simple.DirectedGraph {
	g := simple.NewDirectedGraph()
	for i := range w.days {
		g.AddNode(simple.Node(i))
	}
	for i, before := range w.before {
		for _, j := range before {
			g.SetEdge(g.NewEdge(simple.Node(j), simple.Node(i)))
		}
	}
	return g
}

// sortedLength is what length gives, on gonum's graph and by its order.
func (w *work) sortedLength(g *simple.DirectedGraph) (int64, error) {
	order, err := topo.Sort(g)
	if err != nil {
		return 0, err
	}
	finish, late := make([]int64, len(w.days)), make([]int64, len(w.days))
	last := int64(0)
	for _, node := range order {
		start := int64(0)
		for from := g.To(node.ID()); from.Next(); {
			start = max(start, finish[from.Node().ID()])
		}
		finish[node.ID()] = start + w.days[node.ID()]
		last = max(last, finish[node.ID()])
	}
	for i := range late {
		late[i] = last
	}
	for _, node := range slices.Backward(order) {
		for to := g.From(node.ID()); to.Next(); {
			late[node.ID()] = min(late[node.ID()], late[to.Node().ID()]-w.days[to.Node().ID()])
		}
	}
	return last, nil
}

const (
	datedSchedule = "Schedule, calendars and dates imposed"
	plainSchedule = "Schedule, one calendar"
	plainArrays   = "arrays of numbers"
	gonumGraph    = "gonum's graph"
)

func scheduleContender(name string, req salesplan.ScheduleRequest) contender {
	return contender{name, 1, func() error {
		_, err := salesplan.Schedule(req)
		return err
	}}
}

// scheduleContenders schedule the same work, after all of them agreed on how long
// it takes.
func scheduleContenders(w *work) ([]contender, error) {
	t, err := salesplan.Schedule(w.request(false))
	if err != nil {
		return nil, err
	}
	g := w.graph()
	sorted, err := w.sortedLength(g)
	if err != nil {
		return nil, err
	}
	days := int64(t.Calendar().Workdays(calendar.Span(monday(), t.Finish().Date())))
	if days != w.length() || sorted != days {
		return nil, fmt.Errorf("the work takes %d days, by arrays %d, by gonum's graph %d", days, w.length(), sorted)
	}
	return []contender{
		scheduleContender(datedSchedule, w.request(true)),
		scheduleContender(plainSchedule, w.request(false)),
		{plainArrays, 1, func() error {
			if w.length() != days {
				return fmt.Errorf("not %d days", days)
			}
			return nil
		}},
		{gonumGraph, 1, func() error {
			_, err := w.sortedLength(g)
			return err
		}},
	}, nil
}

func scheduleRow(rounds int) (row, error) {
	const n = 100_000
	w := workOf(n)
	out := row{work: fmt.Sprintf("`Schedule`, %d tasks, %d links, calendars, floats, dates imposed", n, w.links), must: "< 150 ms; < 200 bytes a task retained"}
	contenders, err := scheduleContenders(w)
	if err != nil {
		return out, err
	}
	best, err := measure(rounds, contenders)
	if err != nil {
		return out, err
	}
	req := w.request(true)
	_, heap, err := heapOf(func() (*salesplan.Timetable, error) { return salesplan.Schedule(req) })
	out.checks = []check{
		atMost(milliseconds(best[datedSchedule]), 150, "%.0f ms"),
		atMost(float64(heap.retained)/n, 200, "%.0f bytes a task"),
		{fmt.Sprintf("one calendar %.0f ms", milliseconds(best[plainSchedule])), true},
		{fmt.Sprintf("arrays of numbers without calendars %.1f ms", milliseconds(best[plainArrays])), true},
		{fmt.Sprintf("gonum's graph, built before, %.0f ms", milliseconds(best[gonumGraph])), true},
	}
	return out, err
}

// crewed gives tasks to people, one each, half of them part of another's time.
func crewed(tasks, people int) salesplan.ScheduleRequest {
	req := workOf(tasks).request(false)
	for i := range people {
		req.Resources = append(req.Resources, salesplan.Resource{ID: fmt.Sprint("person-", i), Capacity: decimal.NewNullDecimal(decimal.NewFromInt(1))})
	}
	half := decimal.NewNullDecimal(decimal.New(5, -1))
	for i := range req.Tasks {
		t := &req.Tasks[i]
		t.Demands = []salesplan.Demand{{Resource: fmt.Sprint("person-", i%people)}}
		if i%2 == 0 {
			t.Demands = append(t.Demands, salesplan.Demand{Resource: fmt.Sprint("person-", (i+7)%people), Amount: half})
		}
	}
	return req
}

// overbooked returns what nobody is there for; tasks that are leveled have none.
func overbooked(t *salesplan.Timetable, req salesplan.ScheduleRequest) error {
	type change struct {
		at   calendar.Instant
		half int64
	}
	by := map[string][]change{}
	for i, d := range slices.Collect(t.Tasks()) {
		for _, need := range req.Tasks[i].Demands {
			half := int64(2)
			if need.Amount.Valid {
				half = need.Amount.Decimal.Mul(decimal.NewFromInt(2)).IntPart()
			}
			by[need.Resource] = append(by[need.Resource], change{d.Start, half}, change{d.Finish, -half})
		}
	}
	for id, changes := range by {
		slices.SortFunc(changes, func(a, b change) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.half, b.half)) })
		used := int64(0)
		for _, c := range changes {
			if used += c.half; used > 2 {
				return fmt.Errorf("%s is overbooked at %s", id, c.at)
			}
		}
	}
	return nil
}

func levelContender(name string, req salesplan.ScheduleRequest, opt salesplan.LevelOptions) contender {
	return contender{name, 1, func() error {
		_, err := salesplan.LevelResources(context.Background(), req, opt)
		return err
	}}
}

func levelRow(rounds int) (row, error) {
	const tasks, people = 5_000, 20
	out := row{work: fmt.Sprintf("`LevelResources`, %d tasks, %d people, at once", tasks, people), must: "< 0.5 s; nobody overbooked"}
	req := crewed(tasks, people)
	t, err := salesplan.LevelResources(context.Background(), req, salesplan.LevelOptions{})
	if err != nil {
		return out, err
	}
	if err := overbooked(t, req); err != nil {
		return out, err
	}
	best, err := measure(rounds, []contender{levelContender("at once", req, salesplan.LevelOptions{})})
	about, _ := t.Leveling()
	out.checks = []check{
		atMost(best["at once"].ns/1e9, 0.5, "%.2f s"),
		{fmt.Sprintf("within %.1f %% of the bound", 100*about.Gap), true},
		{"nobody overbooked", true},
	}
	return out, err
}
