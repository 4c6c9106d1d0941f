package salesplan

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// loadWeeks is how many weeks ahead the load of people is judged.
const loadWeeks = 157

// crew finds people who have more to do in a week than they have time.
func (k *dateCheck) crew() {
	t := k.t
	first := t.Start().Date()
	if !k.asOf.IsZero() && k.asOf.After(first) {
		first = k.asOf.AddDays(1)
	}
	if first.IsZero() {
		return
	}
	monday := first.AddDays(-(int(first.Weekday()) + 6) % 7)
	if monday.IsZero() {
		monday = first
	}
	loads, tasks := k.loads(minutesOf(monday), minutesOf(first))
	members := make([]int32, 0, len(loads))
	for m := range loads {
		members = append(members, m)
	}
	slices.Sort(members)
	for _, m := range members {
		k.overload(m, loads[m], tasks[m], monday)
	}
}

// loads adds up, by member and week from start on, the minutes of work × heads,
// and lists the tasks; what is done before now is done.
func (k *dateCheck) loads(start, now int64) (map[int32]*[loadWeeks]float64, map[int32][]int32) {
	t := k.t
	out, tasks := map[int32]*[loadWeeks]float64{}, map[int32][]int32{}
	for i := range t.rows {
		if t.res.Flags[i]&(network.Summary|network.Finished) != 0 || t.rows[i].duration == 0 {
			continue
		}
		from, to := max(t.starts()[i], now), t.finishes()[i]
		if resume, ok := t.res.Resume(i); ok {
			from = max(from, resume)
		}
		if from >= to {
			continue
		}
		for _, n := range t.needs(int32(i)) {
			if t.crew.members[n.member].kind != ResourcePeople {
				continue
			}
			load := out[n.member]
			if load == nil {
				load = new([loadWeeks]float64)
				out[n.member] = load
			}
			tasks[n.member] = append(tasks[n.member], int32(i))
			for week := (from - start) / (7 * dayMinutes); week < loadWeeks && start+week*7*dayMinutes < to; week++ {
				a, b := start+week*7*dayMinutes, start+(week+1)*7*dayMinutes
				work := k.between(int32(i), max(a, from), min(b, to))
				load[week] += headMinutes(work, n.amount)
			}
		}
	}
	return out, tasks
}

// headMinutes is minutes of work × heads; the product is rounded before it is added to
// others, on every machine.
func headMinutes(minutes, micros int64) float64 {
	return float64(float64(minutes) * (float64(micros) / microsOfOne))
}

// overload finds the weeks in which a member has more to do than time.
func (k *dateCheck) overload(m int32, load *[loadWeeks]float64, tasks []int32, monday calendar.Date) {
	t := k.t
	weeks, worst, most, first := 0, 0, 0.0, -1
	for week, work := range load {
		if work == 0 {
			continue
		}
		at := monday.AddDays(7 * week)
		// An hour too much is within how people plan a week.
		if over := work - t.available(m, at); over > 60 {
			weeks++
			if first < 0 {
				first = week
			}
			if over > most {
				worst, most = week, over
			}
		}
	}
	if weeks == 0 {
		return
	}
	at := monday.AddDays(7 * worst)
	hours := func(minutes float64) string { return strconv.FormatFloat(minutes/60, 'f', 1, 64) + " h" }
	k.found = append(k.found, diag.Finding{
		Severity: diag.Warning, Code: codeOverloaded, Subject: diag.Subject{Kind: "unit", ID: t.crew.members[m].id},
		Args: []diag.Arg{
			diag.Count("weeks", weeks), diag.Date("first", monday.AddDays(7*first).String()), diag.Date("week", at.String()),
			diag.Text("work", hours(load[worst])), diag.Text("time", hours(load[worst]-most)), diag.Text("tasks", joinNames(k.busiest(m, tasks, at))),
		},
		Advice: []diag.Advice{{Action: codeAdviceLevel, Owner: t.crew.members[m].id, Until: at.String(), Args: []diag.Arg{diag.Text("by", hours(most))}}},
	})
}

// busiest are the tasks that take most of a member's week.
func (k *dateCheck) busiest(m int32, tasks []int32, monday calendar.Date) []string {
	type share struct {
		task int32
		work float64
	}
	t := k.t
	from, to := minutesOf(monday), minutesOf(monday)+7*dayMinutes
	var all []share
	for _, i := range tasks {
		if t.starts()[i] >= to || t.finishes()[i] <= from {
			continue
		}
		for _, n := range t.needs(i) {
			if n.member == m {
				work := k.between(i, max(from, t.starts()[i]), min(to, t.finishes()[i]))
				all = append(all, share{i, headMinutes(work, n.amount)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b share) int { return cmp.Compare(b.work, a.work) })
	var names []string
	for _, s := range all[:min(len(all), 4)] {
		names = append(names, t.rows[s.task].id)
	}
	return names
}

// available is the working time × heads of a member in the week from a Monday.
func (t *Timetable) available(m int32, monday calendar.Date) float64 {
	who := &t.crew.members[m]
	people := who.team
	if people == nil {
		people = []stay{{person: m}}
	}
	sum := 0.0
	for d := range 7 {
		day := monday.AddDays(d)
		for _, s := range people {
			if p := &t.crew.members[s.person]; p.there(day) && s.on(day) {
				at := minutesOf(day)
				sum += headMinutes(t.clocks.clocks[p.clock].Between(at, at+dayMinutes), p.capacityOn(day))
			}
		}
	}
	return sum
}

// there reports whether a member belongs to the crew on a day.
func (m *member) there(day calendar.Date) bool {
	return !day.IsZero() && !day.Before(m.from) && (m.to.IsZero() || !day.After(m.to))
}

// capacityOn is a member's capacity on a day, in millionths.
func (m *member) capacityOn(day calendar.Date) int64 {
	at := m.capacity
	for _, x := range m.changes {
		if x.From.After(day) {
			break
		}
		at = micros(x.Capacity)
	}
	return at
}
