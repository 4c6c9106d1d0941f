package salesplan

import "iter"

// A TaskLink is a link between two tasks, as their dates heed it.
type TaskLink struct {
	// From is the predecessor, To the task whose dates hang on it.
	From string   `json:"from"`
	To   string   `json:"to"`
	Link LinkType `json:"link"`
	Lag  Lag      `json:"lag,omitzero"`
}

// Links yields the links between the tasks, by the task whose dates hang on
// them, in the order of the plan.
func (t *Timetable) Links() iter.Seq[TaskLink] {
	return func(yield func(TaskLink) bool) {
		for _, l := range t.links {
			link := TaskLink{From: t.rows[l.From].id, To: t.rows[l.To].id, Link: linkTypes()[linkPlace(l.Type)], Lag: lagOf(l)}
			if !yield(link) {
				return
			}
		}
	}
}
