package salesplan

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// The slow scheduler knows every minute of slowDays days, whether it is worked,
// and walks them one by one. It reads requests as the comments of [Task] and
// [ScheduleRule] say and works out nothing: what [Schedule] computes has to
// agree with it.
const slowDays = 100

func slowFirst() calendar.Date { return calendar.On(2027, 1, 25) }

// errSlowRange ends a run that leaves the days that the slow scheduler knows.
var errSlowRange = errors.New("outside the days of the slow scheduler")

// A slowWork says of every minute whether it is worked; nil is always.
type slowWork []bool

func (w slowWork) at(minute int) bool {
	if minute < 0 || minute >= slowDays*dayMinutes {
		panic(errSlowRange)
	}
	return w == nil || w[minute]
}

// count is the work from a to b, negative backwards.
func (w slowWork) count(a, b int) int {
	if a > b {
		return -w.count(b, a)
	}
	n := 0
	for ; a < b; a++ {
		if w.at(a) {
			n++
		}
	}
	return n
}

// forth works from at on, back up to at.
func (w slowWork) forth(at, minutes int) slowSpan {
	for minutes > 0 && !w.at(at) {
		at++
	}
	d := slowSpan{at, at}
	for ; minutes > 0; d.finish++ {
		if w.at(d.finish) {
			minutes--
		}
	}
	return d
}

func (w slowWork) back(at, minutes int) slowSpan {
	for minutes > 0 && !w.at(at-1) {
		at--
	}
	d := slowSpan{at, at}
	for minutes > 0 {
		if d.start--; w.at(d.start) {
			minutes--
		}
	}
	return d
}

// later and sooner move work by one minute of it.
func (w slowWork) later(d slowSpan, minutes int) slowSpan {
	d.start++
	for minutes > 0 && !w.at(d.start) {
		d.start++
	}
	for minutes > 0 && !w.at(d.finish) {
		d.finish++
	}
	return slowSpan{d.start, d.finish + 1}
}

func (w slowWork) sooner(d slowSpan, minutes int) slowSpan {
	d.start--
	for minutes > 0 && !w.at(d.start) {
		d.start--
	}
	d.finish--
	for minutes > 0 && !w.at(d.finish-1) {
		d.finish--
	}
	return d
}

// lagged is the first instant that keeps a lag behind at, before the last one
// from which a lag is kept until at.
func (w slowWork) lagged(at, lag int) int {
	for ; lag > 0; at++ {
		if w.at(at) {
			lag--
		}
	}
	if lag == 0 {
		return at
	}
	for lag < 0 || !w.at(at-1) {
		if at--; w.at(at) {
			lag++
		}
	}
	return at
}

func (w slowWork) before(at, lag int) int {
	if lag == 0 {
		return at
	}
	for lag > 0 {
		if at--; w.at(at) {
			lag--
		}
	}
	for ; lag < 0 || !w.at(at) && lag == 0; at++ {
		if w.at(at) {
			lag++
		}
	}
	return at
}

// A slowSpan is from when to when; minutes count from slowFirst.
type slowSpan struct{ start, finish int }

// A slowTask is a task as the slow scheduler sees it.
type slowTask struct {
	*Task
	works   slowWork
	leaves  []int // of a summary all tasks below it, of another itself
	above   []int // itself and the summaries above
	begun   bool
	done    bool
	actual  slowSpan
	worked  int // of one that is begun, and what is left
	left    int
	resume  int
	early   slowSpan
	late    slowSpan
	minutes int
}

func (k *slowTask) leaf() bool { return len(k.leaves) == 1 && k.leaves[0] == k.above[0] }

// long is how long a task is, with what remains of it.
func (k *slowTask) long() int { return max(k.minutes, k.left) }

// A slowPlan is a request under way.
type slowPlan struct {
	req   *ScheduleRequest
	tasks []slowTask
	at    map[string]int
	plan  slowWork
	again bool // tasks that take the other dates have them
	asOf  int  // -1 for unset
	known map[string]slowWork
	last  int

	firstLast int // before tasks took the other dates
}

func newSlowPlan(t testing.TB, req *ScheduleRequest) *slowPlan {
	s := &slowPlan{req: req, tasks: make([]slowTask, len(req.Tasks)), at: map[string]int{}, asOf: -1, known: map[string]slowWork{}}
	s.plan = s.calendar(t, "", nil)
	for i := range req.Tasks {
		s.at[req.Tasks[i].ID] = i
	}
	for i := range s.tasks {
		for up := req.Tasks[i].ID; up != ""; up = req.Tasks[s.at[up]].Parent {
			s.tasks[i].above = append(s.tasks[i].above, s.at[up])
		}
	}
	for i := range s.tasks {
		if !slices.ContainsFunc(req.Tasks, func(k Task) bool { return k.Parent == req.Tasks[i].ID }) {
			for _, up := range s.tasks[i].above {
				s.tasks[up].leaves = append(s.tasks[up].leaves, i)
			}
		}
	}
	if !req.AsOf.IsZero() {
		s.asOf = slowMinute(calendar.At(req.AsOf.AddDays(1), 0))
	}
	for i := range s.tasks {
		k := &s.tasks[i]
		k.Task, k.minutes = &req.Tasks[i], int(req.Tasks[i].Duration.Minutes)
		if !k.Duration.Elapsed {
			k.works = s.worksOf(t, k.Task)
		}
	}
	return s
}

func slowMinute(i calendar.Instant) int {
	return int(i.Sub(calendar.At(slowFirst(), 0)))
}

func slowInstant(minute int) calendar.Instant {
	return calendar.At(slowFirst(), 0).AddMinutes(int64(minute))
}

// calendar is the working time of a named calendar, or the plan's, without some
// days.
func (s *slowPlan) calendar(t testing.TB, name string, leave []calendar.Period) slowWork {
	key := fmt.Sprint(name, leave)
	if s.known[key] != nil {
		return s.known[key]
	}
	cal := s.req.Calendar
	for _, named := range s.req.Calendars {
		if named.ID == name {
			var err error
			cal, err = calendar.New(named.Spec())
			require.NoError(t, err)
		}
	}
	works := make(slowWork, slowDays*dayMinutes)
	for day := range slowDays {
		d := slowFirst().AddDays(day)
		if slices.ContainsFunc(leave, func(p calendar.Period) bool { return p.Contains(d) }) {
			continue
		}
		for _, shift := range cal.Shifts(d) {
			for m := shift.From; m < shift.To; m++ {
				works[day*dayMinutes+m] = true
			}
		}
	}
	s.known[key] = works
	return works
}

// worksOf is the time in which a task is worked on: that of its own calendar in
// which one or the other of its people works.
func (s *slowPlan) worksOf(t testing.TB, k *Task) slowWork {
	units := map[string]bool{} // of the organisation: whether others stand below
	for _, u := range s.req.Axes[0].Units {
		units[u.ID] = false
		if u.Parent != "" {
			units[u.Parent] = true
		}
	}
	var people []string
	named := false
	for _, d := range k.Demands {
		r := slices.IndexFunc(s.req.Resources, func(r Resource) bool { return r.ID == d.Resource })
		if r < 0 || s.req.Resources[r].Kind == "" || s.req.Resources[r].Kind == ResourcePeople {
			named = true
			if !units[d.Resource] {
				people = append(people, d.Resource)
			}
		}
	}
	if !named && k.Owner != "" && !units[k.Owner] && k.Duration.Minutes > 0 {
		people = append(people, k.Owner)
	}
	var joint slowWork
	for _, p := range people {
		name, leave := "", []calendar.Period(nil)
		for _, r := range s.req.Resources {
			if r.ID == p {
				name, leave = r.Calendar, r.Leave
			}
		}
		works := s.calendar(t, name, leave)
		if joint = slices.Clone(joint); joint == nil {
			joint = works
			continue
		}
		for m := range joint {
			joint[m] = works[m] || joint[m]
		}
	}
	if k.Calendar == "" {
		if joint == nil {
			return s.plan
		}
		return joint
	}
	own := slices.Clone(s.calendar(t, k.Calendar, nil))
	for m := range joint {
		own[m] = own[m] && (k.IgnorePeople || joint[m])
	}
	return own
}

// starting and ending are the minutes that a moment stands for on a task's
// working time.
func starting(w slowWork, m calendar.Moment) int {
	at := slowMinute(m.Start())
	for !m.Timed && !w.at(at) {
		at++
	}
	return at
}

func ending(w slowWork, m calendar.Moment) int {
	at := slowMinute(m.End())
	for !m.Timed && !w.at(at-1) {
		at--
	}
	return at
}

// report notes what was done of a task, by the news of it that is known.
func (s *slowPlan) report(k *slowTask) {
	var p Progress
	if k.Progress != nil {
		p = *k.Progress
	}
	for day := calendar.On(2027, 1, 1); day.Before(calendar.On(2028, 1, 1)) && (s.asOf < 0 || !day.After(s.req.AsOf)); day = day.AddDays(1) {
		for _, u := range s.req.Updates {
			if u.Task == k.ID && u.On == day {
				p.Started, p.Finished = newer(p.Started, u.Started), newer(p.Finished, u.Finished)
				if u.Percent.Valid || u.Remaining != nil {
					p.Percent, p.Remaining = u.Percent, u.Remaining
				}
			}
		}
	}
	k.done, k.begun = !p.Finished.IsZero(), !p.Started.IsZero() || !p.Finished.IsZero()
	if k.done {
		k.actual.finish = ending(k.works, p.Finished)
		k.actual.start = k.works.back(k.actual.finish, k.minutes).start
	}
	if !p.Started.IsZero() {
		k.actual.start = starting(k.works, p.Started)
	}
	if k.done {
		k.actual.start = min(k.actual.start, k.actual.finish)
	}
	if !k.begun {
		return
	}
	k.worked = int(p.Percent.Decimal.Mul(decimal.NewFromInt(int64(k.minutes))).Div(decimal.NewFromInt(100)).Round(0).IntPart())
	k.left = k.minutes - k.worked
	if p.Remaining != nil {
		k.left = int(p.Remaining.Minutes)
		k.worked = max(0, k.minutes-k.left)
	}
}

// newer is the news where there is some.
func newer(old, news calendar.Moment) calendar.Moment {
	if news.IsZero() {
		return old
	}
	return news
}

// compareSlowPlan compares one request; false where the slow scheduler can't say.
func compareSlowPlan(t *testing.T, seed uint64, draw workDraw) (*Timetable, bool) {
	t.Helper()
	req := drawWork(rand.New(rand.NewPCG(seed, 31)), draw)
	tt, err := Schedule(req)
	if err != nil {
		for _, f := range diag.All(err) {
			require.Contains(t, []diag.Code{diag.Cycle, diag.Infeasible}, f.Code, "seed %d: %v", seed, f)
		}
		return nil, false
	}
	s := newSlowPlan(t, &req)
	if !s.run() {
		return nil, false
	}
	for i := range s.tasks {
		d := taskOf(t, tt, s.tasks[i].ID)
		where := fmt.Sprintf("seed %d, task %s", seed, d.ID)
		want := s.expected(i)
		require.Equal(t, want.EarlyStart.String()+" "+want.EarlyFinish.String(), d.EarlyStart.String()+" "+d.EarlyFinish.String(), "early, %s", where)
		require.Equal(t, want.LateStart.String()+" "+want.LateFinish.String(), d.LateStart.String()+" "+d.LateFinish.String(), "late, %s", where)
		if s.tasks[i].leaf() {
			require.Equal(t, want.TotalFloat, d.TotalFloat, "total float, %s", where)
			require.Equal(t, want.FreeFloat, d.FreeFloat, "free float, %s", where)
		}
	}
	return tt, true
}

// Dates and floats are those of the scheduler that walks minute by minute.
func TestSchedule_Slow(t *testing.T) {
	for name, draw := range map[string]workDraw{
		"links":    {},
		"imposed":  {imposed: true},
		"progress": {progress: true},
		"all":      {imposed: true, progress: true},
		"backward": {imposed: true, backward: true},
	} {
		t.Run(name, func(t *testing.T) {
			compared, negative, moved := 0, 0, 0
			for seed := range uint64(80) {
				tt, ok := compareSlowPlan(t, seed, draw)
				if !ok {
					continue
				}
				compared++
				for d := range tt.Tasks() {
					if d.TotalFloat < 0 {
						negative++
					}
					if d.Driver.Kind == DriverLink || d.FinishDriver.Kind == DriverLink {
						moved++
					}
				}
			}
			t.Logf("%d compared, %d tasks with negative float, %d moved by links", compared, negative, moved)
			require.Greater(t, compared, 50)
			require.Greater(t, moved, 50)
			if draw.imposed {
				require.Greater(t, negative, 15)
			}
		})
	}
}

func FuzzSchedule_Slow(f *testing.F) {
	f.Add(uint64(0), uint8(0))
	f.Add(uint64(7), uint8(3))
	f.Add(uint64(19), uint8(5))
	f.Fuzz(func(t *testing.T, seed uint64, which uint8) {
		compareSlowPlan(t, seed, workDraw{imposed: which&1 != 0, progress: which&2 != 0, backward: which&4 != 0})
	})
}
