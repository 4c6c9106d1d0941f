package salesplan

import "github.com/salesplan/salesplan/calendar"

// WithBaseline returns a copy of the plan whose tasks have the dates of a
// timetable as their baseline: what was planned on the day on which it was agreed.
// Later timetables tell by how much they slip from it. Tasks that the timetable
// doesn't have keep the baseline that they have.
func (p *Plan) WithBaseline(t *Timetable) *Plan {
	out := p.Clone()
	if t == nil || out == nil {
		return out
	}
	for i := range out.Tasks {
		k, ok := t.find(out.Tasks[i].ID)
		if !ok {
			continue
		}
		d := t.dates(k)
		b := &Baseline{Start: calendar.AtInstant(d.Start), Finish: calendar.AtInstant(d.Finish)}
		if !d.Summary {
			b.Duration = d.Duration
		}
		out.Tasks[i].Baseline = b
	}
	return out
}
