package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/network"
)

// Chain returns what made the finish of a task: the tasks from the first to the
// task itself, each the driver of the next, with the links between them. The
// first one's driver is no other task. An unknown task is a fault of code
// [diag.Unknown]. It takes time in proportion to the chain.
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
	}
	return 0, false, false
}

// longest returns the task of a chain that takes the most time and isn't done.
func (t *Timetable) longest(chain []int32) int32 {
	best, most := int32(-1), int64(0)
	for _, i := range chain {
		if f := t.res.Flags[i]; f&(network.Summary|network.Finished) != 0 {
			continue
		}
		if t.rows[i].duration > most {
			best, most = i, t.rows[i].duration
		}
	}
	return best
}

// names are the ids of tasks, without summaries, in the order of a chain.
func (t *Timetable) chainNames(chain []int32) []string {
	var out []string
	for _, i := range chain {
		if t.res.Flags[i]&network.Summary == 0 {
			out = append(out, t.rows[i].id)
		}
	}
	return out
}

// chainText shows a chain by its last few tasks, which can be acted on.
func (t *Timetable) chainText(chain []int32) string {
	const most = 6
	names := t.chainNames(chain)
	for i := range names {
		names[i] = diag.Clip(names[i])
	}
	if len(names) > most {
		names = append([]string{"…"}, names[len(names)-most:]...)
	}
	return joinChain(names)
}
