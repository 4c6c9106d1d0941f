package salesplan

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/calendar"
)

// stockedWork is drawn work with people who come later, money by period and
// material by supply.
func stockedWork(seed uint64, n int) ScheduleRequest {
	req := randomWork(seed, n)
	req.Axes[0].Units[2].From = calendar.On(2027, 3, 8)
	req.Axes[0].Units[3].To = calendar.On(2027, 12, 31)
	req.Resources = append(req.Resources,
		Resource{ID: "cash", Kind: ResourceMoney, Budgets: []Budget{
			{Period: "2027-03-01/2027-03-07", Amount: dec("90")}, {Period: "2027-03-08/2027-03-14", Amount: dec("60.5")}, {Period: "2027-03-22/2027-12-31", Amount: dec("900")},
		}},
		Resource{ID: "kits", Kind: ResourceMaterial, Supplies: []Supply{{On: calendar.On(2027, 3, 15), Amount: dec("400")}, {On: calendar.On(2027, 3, 1), Amount: dec("12.5")}}},
	)
	whens := append(demandTimes(), "")
	for i := range req.Tasks {
		if req.Tasks[i].ID == "sum" {
			continue
		}
		amount := decimal.NewNullDecimal(decimal.NewFromInt(int64(5 + 7*i%40)))
		switch (int(seed) + i) % 5 {
		case 0:
			req.Tasks[i].Demands = append(req.Tasks[i].Demands, Demand{Resource: "cash", Amount: amount, When: whens[i%4]})
		case 1:
			req.Tasks[i].Demands = append(req.Tasks[i].Demands, Demand{Resource: "kits", Amount: amount, When: whens[i%4]})
		}
	}
	return req
}

// A slowLoad is a task's dates and the minutes in between that are worked.
type slowLoad struct {
	*Task
	slowSpan
	works  slowWork
	worked int // all of them
}

// requireFeasible walks the minutes of a leveled timetable: nobody is there more
// often than there are of them, no money is spent and no material used that
// isn't there, every task has its time, no link is broken.
func requireFeasible(t *testing.T, seed uint64, req ScheduleRequest, tt *Timetable) {
	t.Helper()
	s := newSlowPlan(t, &req)
	var loads []slowLoad
	for i := range s.tasks {
		k := &s.tasks[i]
		if !k.leaf() {
			continue
		}
		d := taskOf(t, tt, k.ID)
		l := slowLoad{Task: k.Task, slowSpan: slowSpan{slowMinute(d.Start), slowMinute(d.Finish)}, works: k.works}
		l.worked = k.works.count(l.start, l.finish)
		require.Equal(t, k.minutes, l.worked, "seed %d: the time of %s", seed, k.ID)
		loads = append(loads, l)
	}
	links, dates, ok := brokenWork(t, &req, tt)
	require.True(t, ok, "seed %d", seed)
	require.Empty(t, links, "seed %d", seed)
	require.Empty(t, dates, "seed %d", seed)
	requireHeads(t, seed, req, loads)
	requireCash(t, seed, req, loads)
	requireKits(t, seed, req, loads)
}

// heads is how many there are of a person or pool on a day.
func slowHeads(req ScheduleRequest, id string, day calendar.Date) float64 {
	heads := 1.0
	for _, u := range req.Axes[0].Units {
		if u.ID == id && (!u.From.IsZero() && day.Before(u.From) || !u.To.IsZero() && day.After(u.To)) {
			return 0
		}
	}
	for _, r := range req.Resources {
		if r.ID != id {
			continue
		}
		if r.Capacity.Valid {
			heads = r.Capacity.Decimal.InexactFloat64()
		}
		for _, c := range r.Changes {
			if !day.Before(c.From) {
				heads = c.Capacity.InexactFloat64()
			}
		}
	}
	return heads
}

func requireHeads(t *testing.T, seed uint64, req ScheduleRequest, loads []slowLoad) {
	t.Helper()
	last := 0
	for _, l := range loads {
		last = max(last, l.finish)
	}
	for minute := 0; minute < last; minute++ {
		used := map[string]float64{}
		for _, l := range loads {
			if minute < l.start || minute >= l.finish || !l.works.at(minute) {
				continue
			}
			people := 0
			for _, d := range l.Demands {
				if d.Resource == "cash" || d.Resource == "kits" {
					continue
				}
				people++
				amount := 1.0
				if d.Amount.Valid {
					amount = d.Amount.Decimal.InexactFloat64()
				}
				used[d.Resource] += amount
			}
			if people == 0 && l.Owner != "" {
				used[l.Owner]++
			}
		}
		if len(used) == 0 {
			continue
		}
		day := slowFirst().AddDays(minute / dayMinutes)
		team := 0.0
		for _, id := range []string{"p0", "p1", "p2", "pool"} {
			there := slowHeads(req, id, day)
			require.LessOrEqual(t, used[id], there, "seed %d: %s at %s", seed, id, slowInstant(minute))
			if id != "pool" {
				used["t"] += used[id]
				team += there
			}
		}
		require.LessOrEqual(t, used["t"], team, "seed %d: the team at %s", seed, slowInstant(minute))
	}
}

// draws adds up what is taken of a stock from one minute up to another: what is
// taken at the finish is set aside at the start, what is taken bit by bit goes
// with the work.
func slowDraws(loads []slowLoad, stock string, from, to int) *big.Rat {
	sum := new(big.Rat)
	for _, l := range loads {
		for _, d := range l.Demands {
			if d.Resource != stock {
				continue
			}
			amount := d.Amount.Decimal.Rat()
			switch {
			case d.When == DemandStart || d.When == DemandFinish:
				if l.start >= from && l.start < to {
					sum.Add(sum, amount)
				}
			case l.start < to && l.finish > from:
				part := big.NewRat(int64(l.works.count(max(l.start, from), min(l.finish, to))), int64(l.worked))
				sum.Add(sum, part.Mul(part, amount))
			}
		}
	}
	return sum
}

func requireCash(t *testing.T, seed uint64, req ScheduleRequest, loads []slowLoad) {
	t.Helper()
	all := new(big.Rat)
	for _, r := range req.Resources {
		for _, b := range r.Budgets {
			p, err := calendar.Fiscal{}.Parse(b.Period)
			require.NoError(t, err)
			from, to := slowMinute(calendar.At(p.First, 0)), min(slowMinute(calendar.At(p.Last.AddDays(1), 0)), slowDays*dayMinutes)
			spent := slowDraws(loads, "cash", from, to)
			require.LessOrEqual(t, spent.Cmp(b.Amount.Rat()), 0, "seed %d: %s spent in %s", seed, spent.FloatString(3), b.Period)
			all.Add(all, spent)
		}
	}
	require.Zero(t, all.Cmp(slowDraws(loads, "cash", 0, slowDays*dayMinutes)), "seed %d: money is spent in periods without a budget", seed)
}

func requireKits(t *testing.T, seed uint64, req ScheduleRequest, loads []slowLoad) {
	t.Helper()
	for day := range slowDays {
		there := new(big.Rat)
		for _, r := range req.Resources {
			for _, s := range r.Supplies {
				if !s.On.After(slowFirst().AddDays(day)) {
					there.Add(there, s.Amount.Rat())
				}
			}
		}
		used := slowDraws(loads, "kits", 0, (day+1)*dayMinutes)
		require.LessOrEqual(t, used.Cmp(there), 0, "seed %d: %s used by day %d of %s", seed, used.FloatString(3), day, there.FloatString(3))
	}
}

// The checker refuses what isn't feasible.
func TestRequireFeasible(t *testing.T) {
	req := stockedWork(4, 12)
	s := newSlowPlan(t, &req)
	loads := func(at int, works slowWork, tasks ...Task) (out []slowLoad) {
		for i := range tasks {
			out = append(out, slowLoad{&tasks[i], slowSpan{at, at + 60}, works, 60})
		}
		return out
	}
	monday := slowMinute(calendar.At(calendar.On(2027, 3, 8), 9*60))
	one := decimal.NewNullDecimal(dec("61"))
	for name, check := range map[string]func(*testing.T){
		"person": func(t *testing.T) {
			requireHeads(t, 0, req, loads(monday, s.plan, Task{Owner: "p0"}, Task{Owner: "p0"}))
		},
		"absent": func(t *testing.T) { requireHeads(t, 0, req, loads(monday-7*dayMinutes, s.plan, Task{Owner: "p1"})) },
		"team": func(t *testing.T) {
			requireHeads(t, 0, req, loads(monday, s.plan, Task{Owner: "t"}, Task{Owner: "t"}, Task{Owner: "p0"}, Task{Owner: "p1"}))
		},
		"money": func(t *testing.T) {
			requireCash(t, 0, req, loads(monday, s.plan, Task{Demands: []Demand{{"cash", one, ""}}}))
		},
		"lapsed": func(t *testing.T) {
			requireCash(t, 0, req, loads(monday+7*dayMinutes, s.plan, Task{Demands: []Demand{{"cash", one, DemandStart}}}))
		},
		"material": func(t *testing.T) {
			requireKits(t, 0, req, loads(monday, s.plan, Task{Demands: []Demand{{"kits", one, DemandFinish}}}))
		},
	} {
		require.True(t, fails(check), name)
	}
}

// fails reports whether a check fails, in a test of its own.
func fails(check func(*testing.T)) bool {
	done := make(chan bool)
	go func() {
		t := &testing.T{}
		defer func() { done <- t.Failed() }()
		check(t)
	}()
	return <-done
}

// Leveled timetables are feasible by the checker, never later with a budget than
// without, and never before what is said to be the bound.
func TestLevelResources_Feasible(t *testing.T) {
	waited := map[string]int{}
	for seed := range uint64(20) {
		req := stockedWork(seed, 4+int(seed%12))
		quick := level(t, req, LevelOptions{})
		require.Empty(t, quick.Findings(), "seed %d", seed)
		requireFeasible(t, seed, req, quick)
		about, _ := quick.Leveling()
		require.Equal(t, quick.Finish(), about.Finish)
		require.False(t, about.Finish.Before(about.Bound), "seed %d", seed)
		for d := range quick.Tasks() {
			if d.Driver.Kind == DriverResource {
				require.NotEmpty(t, d.Driver.Resource, "seed %d: what %s waits for", seed, d.ID)
				waited[d.Driver.Resource]++
			}
		}
		if seed%5 > 0 {
			continue
		}
		better := level(t, req, LevelOptions{Schedules: 300, Seed: seed})
		requireFeasible(t, seed, req, better)
		require.False(t, better.Finish().After(quick.Finish()), "seed %d", seed)
		about, _ = better.Leveling()
		require.False(t, about.Finish.Before(about.Bound), "seed %d", seed)
	}
	t.Log(waited)
	for _, id := range []string{"p0", "p1", "pool", "cash", "kits"} {
		require.Positive(t, waited[id], fmt.Sprint("nobody waits for ", id))
	}
}
