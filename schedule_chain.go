package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// Chain returns what made the finish of a task: the tasks from the first to the
// task itself, each the driver of the next: a task before it, or after
// [LevelResources] one that had the resource until then. The first one's driver
// is no other task. An unknown task is a fault of code [diag.Unknown]. It takes time in proportion to the chain.
func (t *Timetable) Chain(id string) ([]TaskDates, error) {
	i, ok := t.find(id)
	if !ok {
		_, err := t.Task(id)
		return nil, err
	}
	var out []TaskDates
	for _, k := range t.chain(int32(i)) {
		out = append(out, t.dates(int(k)))
	}
	return out, nil
}

// chain follows the drivers of early dates back from a task's finish.
func (t *Timetable) chain(i int32) []int32 {
	out := []int32{i}
	seen := map[int32]bool{i: true}
	ofFinish := true
	for {
		next, finish, ok := t.drivenBy(i, ofFinish)
		if !ok || seen[next] {
			slices.Reverse(out)
			return out
		}
		seen[next] = true
		out = append(out, next)
		i, ofFinish = next, finish
	}
}

// drivenBy returns the task that made a date of task i, and whether it was its
// finish that did.
//
// A date that was made from behind has nothing before it.
func (t *Timetable) drivenBy(i int32, ofFinish bool) (next int32, finish, ok bool) {
	if t.backward() {
		return 0, false, false
	}
	d, other := t.res.EarlyStartDriver(int(i)), t.res.EarlyFinishDriver(int(i))
	if ofFinish {
		d, other = other, d
	}
	if d.Kind == network.ByDuration {
		d = other
	}
	switch d.Kind {
	case network.ByLink:
		l := t.links[d.Index]
		return l.From, l.Type == network.FinishToStart || l.Type == network.FinishToFinish, true
	case network.ByPart:
		return d.Index, ofFinish, true
	case network.ByConstraint:
		if p := t.constraints[d.Index]; p.part == partLeveled && t.leveled != nil {
			if w, ok := t.leveled.waits[p.task]; ok && w.task >= 0 {
				return w.task, true, true
			}
		}
	}
	return 0, false, false
}

// chainText shows the chain that makes a task's finish by its last few tasks,
// which can be acted on; summaries are left out.
func (t *Timetable) chainText(i int32) string {
	const most = 6
	var names []string
	seen := map[int32]bool{}
	ofFinish, ok := true, true
	for ; ok && !seen[i]; i, ofFinish, ok = t.drivenBy(i, ofFinish) {
		seen[i] = true
		if t.res.Flags[i]&network.Summary != 0 {
			continue
		}
		if len(names) == most {
			names = append(names, "…")
			break
		}
		names = append(names, diag.Clip(t.rows[i].id))
	}
	slices.Reverse(names)
	return joinChain(names)
}
