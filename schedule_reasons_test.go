package salesplan

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// slowReason walks a chain for each task anew.
func slowReason(t *Timetable, i int32) reason {
	chain := t.chain(i)
	out := reason{known: true, alone: len(chain) == 1, first: -1, squeezed: -1, longest: -1}
	for _, k := range chain {
		if t.res.Flags[k]&(network.Summary|network.Finished) != 0 {
			continue
		}
		if out.first < 0 {
			out.first = k
		}
		if out.squeezed < 0 && t.res.TotalFloat[k] < 0 {
			out.squeezed = k
		}
		if d := t.rows[k].duration; d > 0 && (out.longest < 0 || d > t.rows[out.longest].duration) {
			out.longest = k
		}
	}
	return out
}

// linkedRequest is a random network without circles, in which some dates are
// imposed and some tasks done.
func linkedRequest(t *testing.T, r *rand.Rand) ScheduleRequest {
	req := ScheduleRequest{Rule: ScheduleRule{Start: moment(t, "2027-03-01")}, AsOf: calendar.On(2027, 3, 10)}
	n := 2 + r.IntN(25)
	for i := range n {
		task := Task{ID: strconv.Itoa(i), Duration: calendar.Duration{Minutes: int64(1+r.IntN(6)) * 240}}
		for k := range i {
			if r.IntN(4) == 0 {
				task.Predecessors = append(task.Predecessors, Predecessor{Task: strconv.Itoa(k), Link: linkTypes()[r.IntN(4)]})
			}
		}
		switch r.IntN(8) {
		case 0:
			task.Deadline = calendar.OnDay(calendar.On(2027, 3, 2+r.IntN(20)))
		case 1:
			task.Constraint = &Constraint{Kind: ConstraintFinishNoLater, On: calendar.OnDay(calendar.On(2027, 3, 2+r.IntN(20)))}
		case 2:
			task.Progress = &Progress{Started: moment(t, "2027-03-01"), Finished: moment(t, "2027-03-05")}
		}
		req.Tasks = append(req.Tasks, task)
	}
	return req
}

func TestReasons_AreThoseOfTheChains(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	chained, squeezed := 0, 0
	for range 300 {
		tt, err := Schedule(linkedRequest(t, r))
		require.NoError(t, err)
		sums := reasons{t: tt}
		for _, i := range r.Perm(tt.Len()) {
			i := int32(i)
			want := slowReason(tt, i)
			require.Equal(t, want, sums.of(i), "task %d", i)
			require.Equal(t, want, sums.of(i), "task %d, again", i)
			if !want.alone {
				chained++
			}
			if want.squeezed >= 0 && want.squeezed != i {
				squeezed++
			}
		}
	}
	require.Greater(t, chained, 500)
	require.Greater(t, squeezed, 100)
}

func TestCheckDates_LongChains(t *testing.T) {
	const n = 50_000
	for name, set := range map[string]func(*Task){
		"deadlines": func(k *Task) { k.Deadline = calendar.OnDay(calendar.On(2027, 1, 1)) },
		"baselines": func(k *Task) { k.Baseline = &Baseline{Finish: calendar.OnDay(calendar.On(2027, 1, 1))} },
		"goals":     func(k *Task) { k.Goal = "g" },
		"latest": func(k *Task) {
			k.Constraint = &Constraint{Kind: ConstraintFinishNoLater, On: calendar.OnDay(calendar.On(2027, 1, 8))}
		},
	} {
		t.Run(name, func(t *testing.T) {
			req := ScheduleRequest{Rule: ScheduleRule{Start: calendar.OnDay(calendar.On(2027, 1, 4))}, Goals: []Goal{{ID: "g", Period: "2027-01"}}}
			for i := range n {
				task := Task{ID: strconv.Itoa(i), Duration: calendar.Duration{Minutes: 60}}
				if i > 0 {
					task.Predecessors = []Predecessor{{Task: strconv.Itoa(i - 1)}}
				}
				set(&task)
				req.Tasks = append(req.Tasks, task)
			}
			tt, err := Schedule(req)
			require.NoError(t, err)
			begun := time.Now()
			found := CheckDates(tt, calendar.On(2027, 1, 29))
			require.Less(t, time.Since(begun), 20*time.Second, "a walk for each task takes minutes")
			require.NotEmpty(t, found)
		})
	}
}

func TestSchedule_ManyUnknownNames(t *testing.T) {
	var units []Unit
	req := ScheduleRequest{Rule: ScheduleRule{Start: calendar.OnDay(calendar.On(2027, 1, 4))}}
	for i := range 50_000 {
		id := strconv.Itoa(i)
		units = append(units, Unit{ID: "u" + id})
		req.Tasks = append(req.Tasks, Task{
			ID: id, Owner: "x" + id, Duration: calendar.Duration{Minutes: 60}, Calendar: "c" + id,
			Predecessors: []Predecessor{{Task: "t" + id}}, Demands: []Demand{{Resource: "r" + id}},
		})
	}
	req.Axes = []Axis{{ID: "org", Units: units}}
	begun := time.Now()
	_, err := Schedule(req)
	require.Less(t, time.Since(begun), 10*time.Second, "looking for the nearest of all names takes minutes")
	all := diag.All(err)
	require.Equal(t, "u0", all[0].Near)
	if len(all) < 900 {
		t.Fatalf("only %d faults", len(all))
	}
	for _, f := range all[:900] {
		require.Equal(t, diag.Unknown, f.Code)
	}
}

func TestCheckDates_AdviseANewDate(t *testing.T) {
	advice := func(asOf calendar.Date, deadline string, set func(*ScheduleRequest)) string {
		req := launchRequest(t)
		req.AsOf = asOf
		req.Tasks[3].Deadline = moment(t, deadline)
		if set != nil {
			set(&req)
		}
		tt, err := Schedule(req)
		require.NoError(t, err)
		for _, f := range CheckDates(tt, asOf) {
			if f.Subject.ID == "launch" && len(f.Advice) > 0 {
				require.Len(t, f.Advice, 1)
				return string(f.Advice[0].Action) + " " + f.Advice[0].Until + " " + f.Advice[0].Owner
			}
		}
		return ""
	}
	// launch ends on 2027-03-10: list takes three days, train five.
	require.Equal(t, "advise-shorten 2027-03-09 li-na", advice(calendar.Date{}, "2027-03-09", nil))
	require.Equal(t, "advise-new-date 2027-03-10 li-na", advice(calendar.Date{}, "2027-03-03", nil), "five days of five")
	require.Equal(t, "advise-shorten 2027-03-04 li-na", advice(calendar.Date{}, "2027-03-04", nil), "four days of five")
	require.Equal(t, "advise-new-date 2027-03-17 li-na", advice(calendar.On(2027, 3, 7), "2027-03-05", nil), "the day is past")
	begun := func(req *ScheduleRequest) {
		req.Tasks[0].Progress = &Progress{Finished: moment(t, "2027-03-03")}
		req.Tasks[1].Progress = &Progress{Finished: moment(t, "2027-03-05")}
		left := calendar.Duration{Minutes: 960}
		req.Tasks[2].Progress = &Progress{Started: moment(t, "2027-03-04"), Remaining: &left}
	}
	require.Equal(t, "advise-new-date 2027-03-10 li-na", advice(calendar.Date{}, "2027-03-08", begun), "two days of the two that are left")
	require.Equal(t, "advise-shorten 2027-03-09 li-na", advice(calendar.Date{}, "2027-03-09", begun), "one of two")
}

func TestSchedule_SaysDatesImposedInChinese(t *testing.T) {
	for _, k := range constraintKinds()[2:] {
		said, ok := Catalogue().Phrase(string(k)+" 2027-03-02T08:00", diag.Chinese)
		require.True(t, ok, k)
		require.NotContains(t, said, string(k))
		require.Contains(t, said, "2027-03-02T08:00")
	}
	broken := diag.Finding{Severity: diag.Error, Code: codeDateBroken, Subject: diag.Subject{Kind: "task", ID: "launch"}, Args: []diag.Arg{
		diag.Text("imposed", "finish-no-later 2027-03-02"), diag.Text("by", "6d")}}
	require.Equal(t, "launch：未能满足“最晚完成于 2027-03-02”，相差 6d", Catalogue().Text(broken, diag.Chinese))
	require.Equal(t, "launch: finish-no-later 2027-03-02 is missed by 6d", Catalogue().Text(broken, diag.English))
}
