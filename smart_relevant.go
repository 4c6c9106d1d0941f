package salesplan

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// relevant looks for what the goal serves.
func (s *smartCheck) relevant() {
	if s.servesGoal() || s.servesStrategy() {
		return
	}
	switch items := s.in.Strategy.items(); {
	case len(items) == 0 && s.goal.Why != "":
		s.note(diag.Info, codeWhyUnchecked, nil, diag.Name("why", s.goal.Why))
	case len(items) == 0:
		s.note(diag.Warning, codeIrrelevant, nil)
	default:
		s.note(diag.Warning, codeIrrelevant, s.said(codeAdviceServe, "", nameList("items", items)))
	}
}

// servesGoal reports whether another goal hangs on this one, by a relation or
// because a unit above owes the same metric over a period that holds this one's.
func (s *smartCheck) servesGoal() bool {
	if s.goal.Parent != "" && slices.ContainsFunc(s.in.Goals, func(g Goal) bool { return g.ID == s.goal.Parent }) {
		return true
	}
	for _, r := range s.in.Relations {
		if slices.Contains(r.Factors, s.goal.ID) {
			return true
		}
	}
	if s.tree == nil || s.unit == nil {
		return false
	}
	mine, err := s.in.Fiscal.Parse(s.goal.Period)
	if err != nil {
		return false
	}
	above := s.above()
	for _, g := range s.in.Goals {
		p, err := s.in.Fiscal.Parse(g.Period)
		if g.ID == s.goal.ID || g.Metric != s.goal.Metric || err != nil || !p.Covers(mine) {
			continue
		}
		if g.Owner == "" || above[g.Owner] || g.Owner == s.goal.Owner && p != mine {
			return true
		}
	}
	return false
}

// above returns the units above the owner.
func (s *smartCheck) above() map[string]bool {
	out := map[string]bool{}
	parents := map[string]string{}
	for _, u := range s.in.Axes[s.axis].tree() {
		parents[u.ID] = u.Parent
	}
	for id := parents[s.goal.Owner]; id != "" && !out[id]; id = parents[id] {
		out[id] = true
	}
	return out
}

// servesStrategy reports whether something in the goal points to the strategy:
// its owner or what it is split over, or words of its name and why.
func (s *smartCheck) servesStrategy() bool {
	words := strings.ToLower(s.goal.Name + "\n" + s.goal.Why + "\n" + s.in.Metric.ID + "\n" + s.in.Metric.Name)
	units := map[string]bool{}
	add := func(u *Unit) { units[strings.ToLower(u.ID)], units[strings.ToLower(u.Name)] = true, true }
	for a := range s.in.Axes {
		if !s.splitsOver(s.in.Axes[a].ID) {
			continue
		}
		if a == s.axis && s.tree != nil {
			continue // only what is below the owner
		}
		all := s.in.Axes[a].tree()
		for i := range all {
			add(&all[i])
		}
	}
	if s.unit != nil {
		add(s.unit)
		above := s.above()
		all := s.in.Axes[s.axis].tree()
		for i := range all {
			if above[all[i].ID] {
				add(&all[i])
			}
		}
	}
	for _, item := range s.in.Strategy.items() {
		item = strings.ToLower(item)
		if item != "" && (units[item] || containsWord(words, item)) {
			return true
		}
	}
	return false
}

// containsWord reports whether text has word in it with no Latin letter or
// digit right beside; both are in lower case.
func containsWord(text, word string) bool {
	joins := func(r rune) bool { return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.Is(unicode.Han, r) }
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return false
		}
		at := from + i
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(word):])
		first, size := utf8.DecodeRuneInString(word)
		last, _ := utf8.DecodeLastRuneInString(word)
		if !(joins(first) && joins(before)) && !(joins(last) && joins(after)) {
			return true
		}
		from = at + size
	}
}
