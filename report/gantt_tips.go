package report

import (
	"strings"

	"github.com/salesplan/salesplan"
)

// tooltip says all that a row shows, and what made its dates.
func (g *gantt) tooltip(r *row) string {
	s, d := g.say, &r.d
	parts := []string{r.name()}
	if d.Name != "" && d.Name != d.ID {
		parts[0] += s.pick(" (", "（") + d.ID + s.pick(")", "）")
	}
	add := func(en, zh string, values ...string) { parts = append(parts, s.fill(en, zh, values...)) }
	if d.Owner != "" {
		parts = append(parts, g.opt.nameOf(d.Owner))
	}
	if d.Milestone {
		parts = append(parts, lastDay(d.Finish).String())
	} else {
		add("{from} – {to}, {time}", "{from} – {to}，{time}", "from", d.Start.Date().String(), "to", lastDay(d.Finish).String(), "time", s.length(d.Duration))
	}
	if r.done > 0 {
		add("{n} % done", "已完成 {n}%", "n", tenths(r.done))
	}
	if !d.Summary && d.Finished.IsZero() {
		add("total float {time}", "总时差 {time}", "time", s.working(d.TotalFloat))
		if d.FreeFloat > 0 {
			add("free float {time}", "自由时差 {time}", "time", s.working(d.FreeFloat))
		}
	}
	if g.isCritical(r) {
		add("critical", "关键任务")
	}
	if r.isLate() {
		add("deadline {day}, {time} late", "期限 {day}，迟 {time}", "day", d.Deadline.String(), "time", s.length(r.late))
	} else if !d.Deadline.IsZero() {
		add("deadline {day}", "期限 {day}", "day", d.Deadline.String())
	}
	g.addBaseline(r, add)
	name := func(id string) string {
		if known := g.named[id]; known != "" {
			return known
		}
		return id
	}
	for _, driver := range []salesplan.Driver{d.Driver, d.FinishDriver} {
		if text := s.driver(driver, name, g.opt.nameOf); text != "" && parts[len(parts)-1] != text {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " · ")
}

func (g *gantt) addBaseline(r *row, add func(en, zh string, values ...string)) {
	b := r.d.Baseline
	if b == nil || !g.opt.shows(PartBaseline) {
		return
	}
	switch {
	case b.Start.IsZero() && b.Finish.IsZero():
		return
	case b.Start.IsZero() || r.d.Milestone || b.Finish.IsZero():
		m := b.Finish
		if m.IsZero() {
			m = b.Start
		}
		add("baseline {day}", "基线 {day}", "day", m.String())
	default:
		add("baseline {from} – {to}", "基线 {from} – {to}", "from", b.Start.String(), "to", b.Finish.String())
	}
	switch slip := r.d.FinishSlip; {
	case slip == nil || *slip == 0:
	case *slip > 0:
		add("{time} later than that", "晚 {time}", "time", g.say.working(*slip))
	default:
		add("{time} earlier than that", "早 {time}", "time", g.say.working(-*slip))
	}
}

// tenths writes thousandths as a percentage.
func tenths(thousandths int64) string {
	text := number(int(thousandths / 10))
	if rest := thousandths % 10; rest != 0 {
		text += "." + number(int(rest))
	}
	return text
}
