package salesplan

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// eachWork schedules requests that are drawn, leaving out those whose links run
// in a circle or whose calendars never meet.
func eachWork(t *testing.T, runs int, draw workDraw, check func(seed uint64, rng *rand.Rand, req ScheduleRequest, tt *Timetable)) {
	t.Helper()
	done := 0
	for seed := uint64(0); done < runs; seed++ {
		require.Less(t, seed, uint64(20*runs), "too few can be scheduled")
		rng := rand.New(rand.NewPCG(seed, 47))
		req := drawWork(rng, draw)
		tt, err := Schedule(req)
		if err != nil {
			for _, f := range diag.All(err) {
				require.Contains(t, []diag.Code{diag.Cycle, diag.Infeasible}, f.Code, "seed %d: %v", seed, f)
			}
			continue
		}
		done++
		check(seed, rng, req, tt)
	}
}

// brokenWork are the links between tasks, and the dates imposed on them, that
// early dates break, by how many minutes: worked out on tables of minutes. Links
// of summaries are left out; ok is false for dates outside the tables.
func brokenWork(t *testing.T, req *ScheduleRequest, tt *Timetable) (links, dates map[string]int64, ok bool) {
	t.Helper()
	defer func() {
		if err := recover(); err != nil && err != errSlowRange {
			panic(err)
		}
	}()
	links, dates = map[string]int64{}, map[string]int64{}
	s := newSlowPlan(t, req)
	for i := range s.tasks {
		d := taskOf(t, tt, s.tasks[i].ID)
		s.tasks[i].early = slowSpan{slowMinute(d.EarlyStart), slowMinute(d.EarlyFinish)}
	}
	for i := range s.tasks {
		k := &s.tasks[i]
		short := func(at, bound int) int64 {
			if at >= bound {
				return 0
			}
			by := k.works.count(at, bound)
			if by == 0 && k.minutes == 0 && k.leaf() {
				by = 1
			}
			return int64(by)
		}
		s.links(i, true, func(l slowLink) {
			if l.of != i || l.named != l.from.ID || !k.leaf() {
				return
			}
			from, to := l.from.early.finish, k.early.finish
			if l.fromStart {
				from = l.from.early.start
			}
			if l.toStart {
				to = k.early.start
			}
			if by := short(to, l.works.lagged(from, l.lag)); by > 0 {
				links[fmt.Sprint(l.from.ID, " ", k.ID, " ", by)]++
			}
		})
		if k.Constraint == nil {
			continue
		}
		by := int64(0)
		switch on := k.Constraint.On; k.Constraint.Kind {
		case ConstraintStartNoEarlier:
			by = short(k.early.start, starting(k.works, on))
		case ConstraintFinishNoEarlier:
			by = short(k.early.finish, ending(k.works, on))
		case ConstraintStartNoLater:
			by = short(starting(k.works, on), k.early.start)
		case ConstraintFinishNoLater:
			by = short(ending(k.works, on), k.early.finish)
		case ConstraintMustStart, ConstraintManual:
			by = short(k.early.start, starting(k.works, on)) + short(starting(k.works, on), k.early.start)
		case ConstraintMustFinish:
			by = short(k.early.finish, ending(k.works, on)) + short(ending(k.works, on), k.early.finish)
		}
		if by > 0 {
			dates[k.ID+" "+calendar.Duration{Minutes: by}.String()]++
		}
	}
	return links, dates, true
}

// Early dates break no link and no date imposed, unless a finding says so; and
// what a finding says is so.
func TestSchedule_Keeps(t *testing.T) {
	kept, broken, missed := 0, 0, 0
	for _, draw := range []workDraw{{}, {imposed: true}, {progress: true}, {imposed: true, progress: true}, {imposed: true, backward: true}} {
		eachWork(t, 80, draw, func(seed uint64, _ *rand.Rand, req ScheduleRequest, tt *Timetable) {
			links, dates, ok := brokenWork(t, &req, tt)
			if !ok {
				return
			}
			kept++
			if !draw.imposed && !draw.progress {
				require.Empty(t, links, "seed %d", seed)
				require.Empty(t, tt.Findings(), "seed %d", seed)
			}
			said := map[string]int64{}
			saidDates := map[string]int64{}
			for _, f := range tt.Findings() {
				switch f.Code {
				case codeLinkBroken:
					var by calendar.Duration
					require.NoError(t, by.UnmarshalText([]byte(argOf(t, f, "by"))))
					said[fmt.Sprint(argOf(t, f, "task"), " ", f.Subject.ID, " ", by.Minutes)]++
				case codeDateBroken:
					saidDates[f.Subject.ID+" "+argOf(t, f, "by")]++
				}
			}
			for key, n := range links {
				require.LessOrEqual(t, n, said[key], "seed %d: %s is not said of %v", seed, key, tt.Findings())
			}
			require.Equal(t, dates, saidDates, "seed %d", seed)
			broken, missed = broken+len(links), missed+len(dates)
		})
	}
	t.Logf("%d links and %d dates are broken", broken, missed)
	require.Greater(t, kept, 350)
	require.Greater(t, min(broken, missed), 20)
}

// Without dates imposed nothing is late: floats are never negative, free float is
// within the total, and late dates come after early ones.
func TestSchedule_Floats(t *testing.T) {
	free := 0
	eachWork(t, 200, workDraw{tasks: 40}, func(seed uint64, _ *rand.Rand, req ScheduleRequest, tt *Timetable) {
		longest := 0
		for d := range tt.Tasks() {
			require.GreaterOrEqual(t, d.TotalFloat, int64(0), "seed %d %s", seed, d.ID)
			require.GreaterOrEqual(t, d.FreeFloat, int64(0), "seed %d %s", seed, d.ID)
			require.False(t, d.LateFinish.Before(d.EarlyFinish) && d.Duration.Elapsed, "seed %d %s", seed, d.ID)
			if !d.Summary {
				require.LessOrEqual(t, d.FreeFloat, d.TotalFloat, "seed %d %s", seed, d.ID)
			}
			if d.FreeFloat > 0 {
				free++
			}
			if d.Longest {
				longest++
			}
			if !d.Summary {
				require.Equal(t, d.TotalFloat == 0, d.Critical, "seed %d %s", seed, d.ID)
			}
		}
		require.Positive(t, longest, "seed %d", seed)
	})
	require.Greater(t, free, 100)
}

// With one calendar and no elapsed time the longest path has no float, and
// reaches back from the last finish to the start.
func TestSchedule_LongestPath(t *testing.T) {
	eachWork(t, 200, workDraw{plain: true, tasks: 40}, func(seed uint64, _ *rand.Rand, req ScheduleRequest, tt *Timetable) {
		first, last := false, false
		for d := range tt.Critical() {
			if !req.Rule.OwnFloat {
				require.Zero(t, d.TotalFloat, "seed %d %s", seed, d.ID)
				require.True(t, d.Critical)
			}
			first = first || d.Driver.Kind == DriverStart
			last = last || d.EarlyFinish == tt.Finish()
		}
		require.True(t, first && last, "seed %d", seed)
	})
}

// A link more makes no early date earlier.
func TestSchedule_MoreLinks(t *testing.T) {
	moved := 0
	eachWork(t, 200, workDraw{tasks: 20}, func(seed uint64, rng *rand.Rand, req ScheduleRequest, tt *Timetable) {
		if len(req.Tasks) < 2 {
			return
		}
		more := req
		more.Tasks = cloneTasks(req.Tasks)
		to := 1 + rng.IntN(len(req.Tasks)-1)
		link := drawLink(rng, workDraw{}, req.Tasks[rng.IntN(to)].ID)
		more.Tasks[to].Predecessors = append(more.Tasks[to].Predecessors, link)
		settleSummaries(&more, workDraw{})
		after, err := Schedule(more)
		if err != nil {
			require.ErrorIs(t, err, diag.Cycle, "seed %d", seed)
			return
		}
		for d := range tt.Tasks() {
			e := taskOf(t, after, d.ID)
			require.False(t, e.EarlyStart.Before(d.EarlyStart), "seed %d %s", seed, d.ID)
			require.False(t, e.EarlyFinish.Before(d.EarlyFinish), "seed %d %s", seed, d.ID)
			if e.EarlyStart.After(d.EarlyStart) {
				moved++
			}
		}
	})
	require.Greater(t, moved, 50)
}

// Scheduling twice gives the same, in memory and as JSON; in which order tasks
// stand and what they are called changes no date and no float.
func TestSchedule_OrderAndNames(t *testing.T) {
	for _, draw := range []workDraw{{imposed: true, progress: true, tasks: 20}, {imposed: true, backward: true, tasks: 20}} {
		eachWork(t, 120, draw, func(seed uint64, rng *rand.Rand, req ScheduleRequest, tt *Timetable) {
			again := timetable(t, req)
			require.True(t, tt.Equal(again), "seed %d", seed)
			require.Equal(t, tt.Findings(), again.Findings())
			require.Equal(t, jsonText(t, tt), jsonText(t, again))

			mixed := renamed(req, rng)
			other, err := Schedule(mixed)
			require.NoError(t, err, "seed %d", seed)
			for i, task := range req.Tasks {
				d, e := taskOf(t, tt, task.ID), taskOf(t, other, newName(i))
				require.Equal(t, datesOnly(d), datesOnly(e), "seed %d %s", seed, d.ID)
			}
			require.Len(t, other.Findings(), len(tt.Findings()), "seed %d", seed)
		})
	}
}

func jsonText(t *testing.T, tt *Timetable) string {
	t.Helper()
	text, err := json.Marshal(tt)
	require.NoError(t, err)
	return string(text)
}

func newName(i int) string { return fmt.Sprintf("任务 %03d", 997*i%1000) }

// renamed is a request with other names for tasks, which stand in another order.
func renamed(req ScheduleRequest, rng *rand.Rand) ScheduleRequest {
	names := map[string]string{"": ""}
	for i, t := range req.Tasks {
		names[t.ID] = newName(i)
	}
	out := req
	out.Tasks = cloneTasks(req.Tasks)
	for i := range out.Tasks {
		t := &out.Tasks[i]
		t.ID, t.Parent = names[t.ID], names[t.Parent]
		for k := range t.Predecessors {
			t.Predecessors[k].Task = names[t.Predecessors[k].Task]
		}
		rng.Shuffle(len(t.Predecessors), func(a, b int) {
			t.Predecessors[a], t.Predecessors[b] = t.Predecessors[b], t.Predecessors[a]
		})
	}
	rng.Shuffle(len(out.Tasks), func(a, b int) { out.Tasks[a], out.Tasks[b] = out.Tasks[b], out.Tasks[a] })
	out.Updates = slices.Clone(req.Updates)
	for i := range out.Updates {
		out.Updates[i].Task = names[out.Updates[i].Task]
	}
	return out
}

// datesOnly are a task's dates and floats without names; which of two drivers
// that make the same date is named may hang on the order.
func datesOnly(d TaskDates) TaskDates {
	d.ID, d.Parent, d.Driver, d.FinishDriver, d.Longest = "", "", Driver{}, Driver{}, false
	return d
}

// The chain of a task is one: each task of it drives the next, and nothing drives
// the first.
func TestTimetable_Chain(t *testing.T) {
	long := 0
	eachWork(t, 200, workDraw{imposed: true, progress: true, tasks: 30}, func(seed uint64, _ *rand.Rand, req ScheduleRequest, tt *Timetable) {
		for d := range tt.Tasks() {
			chain, err := tt.Chain(d.ID)
			require.NoError(t, err)
			require.Equal(t, d.ID, chain[len(chain)-1].ID)
			finish := true // whose driver is asked for
			for i := len(chain) - 1; i >= 0; i-- {
				by, other := chain[i].Driver, chain[i].FinishDriver
				if finish {
					by, other = other, by
				}
				if by.Kind == DriverDuration {
					by = other
				}
				if i == 0 {
					require.Empty(t, by.Task, "seed %d, chain of %s begins with %s", seed, d.ID, chain[i].ID)
					break
				}
				require.Equal(t, chain[i-1].ID, by.Task, "seed %d, chain of %s", seed, d.ID)
				if by.Kind == DriverLink {
					finish = by.Link == LinkFinishToStart || by.Link == LinkFinishToFinish
				}
			}
			if len(chain) > 4 {
				long++
			}
		}
	})
	require.Greater(t, long, 30)
	_, err := timetable(t, ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, Tasks: taskList(t, "list 1d")}).Chain("lst")
	require.ErrorIs(t, err, diag.Unknown)
	require.Equal(t, "list", diag.All(err)[0].Near)
}

// What CheckDates finds is said whole in both languages, and once.
func TestCheckDates_Texts(t *testing.T) {
	catalogue := Catalogue()
	hole := regexp.MustCompile(`[{}]|\[|\]|%!|  `)
	codes := map[diag.Code]int{}
	for _, draw := range []workDraw{{imposed: true, progress: true, tasks: 15}, {imposed: true, backward: true, tasks: 15}} {
		eachWork(t, 120, draw, func(seed uint64, rng *rand.Rand, req ScheduleRequest, _ *Timetable) {
			for i := range req.Tasks {
				if rng.IntN(3) == 0 {
					req.Tasks[i].Baseline = &Baseline{Finish: calendar.OnDay(calendar.On(2027, 3, 1).AddDays(rng.IntN(12)))}
				}
				if rng.IntN(3) == 0 {
					req.Tasks[i].Goal = "customers"
				}
			}
			req.Goals = []Goal{{ID: "customers", Period: "2027-02"}}
			tt := timetable(t, req)
			before := jsonText(t, tt)
			found := CheckDates(tt, calendar.On(2027, 3, 8))
			require.Equal(t, before, jsonText(t, tt))
			require.Equal(t, found, CheckDates(tt, calendar.On(2027, 3, 8)))
			said := map[string]bool{}
			for _, f := range found {
				codes[f.Code]++
				require.NotEmpty(t, f.Key())
				text := catalogue.Text(f, diag.English)
				require.False(t, said[text], "seed %d: %s", seed, text)
				said[text] = true
				for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
					require.NotRegexp(t, hole, catalogue.Text(f, lang), "seed %d", seed)
				}
			}
			requireChineseFindings(t, found)
		})
	}
	t.Log(codes)
	for _, code := range []diag.Code{codeLinkBroken, codeDateBroken, codeNoOwner, codeMissed, codeWillMiss, codeTooLate, codeSlips, codeSlipped, codeAfterGoal, codeOverloaded} {
		require.Positive(t, codes[code], code)
	}
}
