package salesplan

import "slices"

// cloneWork copies calendars, resources and tasks into out.
func (p *Plan) cloneWork(out *Plan) {
	out.Processes = cloneProcesses(p.Processes)
	out.Calendars = slices.Clone(p.Calendars)
	for i := range out.Calendars {
		out.Calendars[i].WorkRule = out.Calendars[i].clone()
	}
	out.Resources = slices.Clone(p.Resources)
	for i := range out.Resources {
		r := &out.Resources[i]
		r.Changes, r.Leave = slices.Clone(r.Changes), slices.Clone(r.Leave)
		r.Budgets, r.Supplies = slices.Clone(r.Budgets), slices.Clone(r.Supplies)
	}
	if p.Schedule != nil {
		s := *p.Schedule
		s.AtRisk = copied(s.AtRisk)
		out.Schedule = &s
	}
	out.Tasks = cloneTasks(p.Tasks)
}

func cloneTasks(tasks []Task) []Task {
	out := slices.Clone(tasks)
	for i := range out {
		t := &out[i]
		t.Predecessors, t.Demands = slices.Clone(t.Predecessors), slices.Clone(t.Demands)
		t.Constraint, t.Baseline, t.Progress = copied(t.Constraint), copied(t.Baseline), copied(t.Progress)
		if t.Progress != nil {
			t.Progress.Remaining = copied(t.Progress.Remaining)
		}
	}
	return out
}

// copied returns a pointer to a copy of what p points to; nil for nil.
func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	x := *p
	return &x
}
