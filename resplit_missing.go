package salesplan

import (
	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// Codes of the findings on closed periods without actuals, and of what to do.
const (
	codeActualsMissing     diag.Code = "actuals-not-covering"
	codeActualsOtherDays   diag.Code = "actuals-of-other-days"
	codeActualsOtherMetric diag.Code = "actuals-of-no-metric"

	adviseCovers  diag.Code = "widen-covers"
	adviseActuals diag.Code = "give-actuals"
)

// foundMissing says of which closed periods the actuals don't tell. It is an
// error where actuals were given and tell of none: nothing moves then, which
// can't be what they were given for.
func (m *mover) foundMissing(b *Breakdown, s *Settled) []diag.Finding {
	unknown := s.Unknown()
	if len(unknown) == 0 {
		return nil
	}
	runs := joinedPeriods(unknown)
	names := make([]string, len(runs))
	for i, p := range runs {
		names[i] = b.Label(p)
	}
	goal, metric := diag.Subject{Kind: "goal", ID: b.Goal()}, m.now.metric.ID
	args := []diag.Arg{nameList("periods", names), diag.Count("count", len(names))}
	advice := m.adviseCovers(unknown)
	covered, ok := m.req.Actuals.Covers(metric)
	if m.req.Actuals == nil || len(unknown) < len(s.Closed()) || !ok && m.req.tellsOfGoals() {
		return []diag.Finding{{Severity: diag.Warning, Code: codeActualsMissing, Subject: goal, Args: args, Advice: advice}}
	}
	if advice == nil {
		advice = []diag.Advice{{Action: adviseActuals, Args: args[:1:1]}}
	}
	if !ok {
		return []diag.Finding{{Severity: diag.Error, Code: codeActualsOtherMetric, Subject: goal, Args: append(args, diag.Name("metric", metric)), Advice: advice}}
	}
	return []diag.Finding{{Severity: diag.Error, Code: codeActualsOtherDays, Subject: goal, Args: append(args, diag.Period("covered", b.Label(covered))), Advice: advice}}
}

// adviseCovers is what to do where deals were won in periods that count as
// unknown: the mapping says that its table covers other days.
func (m *mover) adviseCovers(unknown []calendar.Period) []diag.Advice {
	in, e := m.req.Plan.Inputs.Deals, m.req.Actuals
	if in == nil || in.Covers == "" || e == nil || e.tally.Deals == 0 || m.now.metric.Counts == "" {
		return nil
	}
	covers, err := calendar.ParsePeriod(in.Covers)
	if err != nil || !e.booksIn(unknown) {
		return nil
	}
	to := widen(widen(covers, unknown[0].First, unknown[0].First), m.req.AsOf, m.req.AsOf)
	return []diag.Advice{{Action: adviseCovers, Args: []diag.Arg{diag.Name("covers", in.Covers), diag.Period("to", to.String())}}}
}

// booksIn reports whether something is booked, of whatever metric, in one of
// some periods, which are in order.
func (e *Evidence) booksIn(periods []calendar.Period) bool {
	for _, s := range e.series {
		k := 0
		for _, b := range s.rows { // by day
			for k < len(periods) && periods[k].Last.Before(b.on) {
				k++
			}
			if k == len(periods) {
				break
			}
			if periods[k].Contains(b.on) {
				return true
			}
		}
	}
	return false
}

// tellsOfGoals reports whether the actuals tell of what some goal of the plan is
// about, up to the day asked for.
func (r ResplitRequest) tellsOfGoals() bool {
	measures := map[string]string{}
	for _, m := range r.Plan.Metrics {
		measures[m.ID] = m.ID
		if m.Kind == KindRate {
			measures[m.ID] = m.Numerator
		}
	}
	for _, g := range r.Plan.Goals {
		whole, err := r.Plan.Calendar.Fiscal.Parse(g.Period)
		if err != nil || whole.First.After(r.AsOf) {
			continue
		}
		if whole.Last.After(r.AsOf) {
			whole.Last = r.AsOf
		}
		if covered, ok := r.Actuals.Covers(measures[g.Metric]); ok && covered.Overlaps(whole) {
			return true
		}
	}
	return false
}

// joinedPeriods joins periods, which are in order, where one begins on the day
// after another.
func joinedPeriods(list []calendar.Period) []calendar.Period {
	var out []calendar.Period
	for _, p := range list {
		if n := len(out); n > 0 && out[n-1].Last.AddDays(1) == p.First {
			out[n-1].Last = p.Last
			continue
		}
		out = append(out, p)
	}
	return out
}

// missingMessages returns the texts of the findings on closed periods without
// actuals.
func missingMessages() diag.Catalogue {
	return diag.Catalogue{
		codeActualsMissing: {
			EN: "{subject}: the actuals do not tell of {count?the closed period|the closed periods} {periods}; {count?its|their} targets stand.",
			ZH: "{subject}：实际数据未覆盖已结束的期间 {periods}，按原目标计。",
		},
		codeActualsOtherDays: {
			EN: "{subject}: the actuals tell of {covered}, and of nothing in {count?the closed period|the closed periods} {periods}; {count?its|their} targets stand, and no difference moves.",
			ZH: "{subject}：实际数据覆盖 {covered}，完全未覆盖已结束的期间 {periods}；该期间按原目标计，差额未作分摊。",
		},
		codeActualsOtherMetric: {
			EN: "{subject}: the actuals tell nothing of {metric} in {count?the closed period|the closed periods} {periods}; {count?its|their} targets stand, and no difference moves.",
			ZH: "{subject}：实际数据中没有指标 {metric}，已结束的期间 {periods} 按原目标计，差额未作分摊。",
		},
		adviseCovers: {
			EN: "Set inputs.deals.covers to {to} or leave it out; it is {covers}, and deals closed outside it do not count as actuals.",
			ZH: "请将 inputs.deals.covers 由 {covers} 改为 {to}，或删去该项：在其范围之外结单的商机不计入实际。",
		},
		adviseActuals: {
			EN: "Give the actuals of {periods}.",
			ZH: "请提供 {periods} 的实际数据。",
		},
	}
}
