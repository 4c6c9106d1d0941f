package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/diag"
)

// mergeUpdates brings each task's progress up to what is known.
func (s *scheduling) mergeUpdates(c *diag.Collector) {
	s.progress = make([]Progress, len(s.req.Tasks))
	s.sources = make([]string, len(s.req.Tasks))
	for i := range s.req.Tasks {
		if p := s.req.Tasks[i].Progress; p != nil {
			s.progress[i], s.sources[i] = *p, index("/tasks", i)+"/progress"
		}
	}
	order := make([]int, 0, len(s.req.Updates))
	for i, u := range s.req.Updates {
		if s.req.AsOf.IsZero() || !u.On.After(s.req.AsOf) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return s.req.Updates[a].On.Compare(s.req.Updates[b].On) })
	for _, i := range order {
		u := s.req.Updates[i]
		t := s.at[u.Task]
		s.progress[t].take(u.Progress)
		s.sources[t] = index("/updates", i)
	}
	for i, p := range s.progress {
		if s.sources[i] == "" || p.empty() {
			s.sources[i] = ""
			continue
		}
		switch {
		case s.summary[i]:
			c.Add(&diag.Fault{Code: diag.Conflict, Path: s.sources[i], Value: s.req.Tasks[i].ID, Bound: "the progress of a summary is that of its tasks"})
		case p.Started.IsZero() && p.Finished.IsZero() && p.begun():
			c.Add(&diag.Fault{Code: diag.Required, Path: s.sources[i] + "/started", Bound: "when work began"})
		case !p.Started.IsZero() && !p.Finished.IsZero() && before(p.Finished, p.Started):
			c.Add(&diag.Fault{Code: diag.Order, Path: s.sources[i] + "/finished", Value: p.Finished.String(), Bound: "from " + p.Started.String()})
		}
	}
}

func (p Progress) empty() bool {
	return p.Started.IsZero() && p.Finished.IsZero() && !p.Percent.Valid && p.Remaining == nil
}

// begun reports whether something was done.
func (p Progress) begun() bool {
	return p.Percent.Valid && p.Percent.Decimal.Sign() > 0 || p.Remaining != nil
}

// take replaces what news says otherwise. News of what remains outdates the
// percentage known before, and the other way round.
func (p *Progress) take(news Progress) {
	if !news.Started.IsZero() {
		p.Started = news.Started
	}
	if !news.Finished.IsZero() {
		p.Finished = news.Finished
	}
	if news.Percent.Valid || news.Remaining != nil {
		p.Percent, p.Remaining = news.Percent, copied(news.Remaining)
	}
}
