package salesplan

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A SMARTRule holds the thresholds of [CheckSMART].
type SMARTRule struct {
	// Deviations is how many standard deviations of past growth the growth
	// asked for may be from its mean; 2 if not given.
	Deviations decimal.NullDecimal `json:"deviations,omitzero"`

	// Growths is how many year-on-year growths of quarters it takes to judge;
	// 3 if not given, at least 2.
	Growths int `json:"growths,omitempty"`

	// Capacity is the share of the best that one has ever sold which may be
	// asked of every full head; 1 if not given.
	Capacity decimal.NullDecimal `json:"capacity,omitzero"`

	// Baseline is the share by which a stated baseline may be off what is
	// booked; 0.05 if not given.
	Baseline decimal.NullDecimal `json:"baseline,omitzero"`

	// ReachDays is how many days may lie between the last day that the
	// evidence covers and the goal's first; 92 if not given.
	ReachDays int `json:"reachDays,omitempty"`

	// CheckpointDays is how long a goal may be without a date in between; 92 if
	// not given.
	CheckpointDays int `json:"checkpointDays,omitempty"`
}

// clone returns a copy that shares no memory with r.
func (r *SMARTRule) clone() *SMARTRule {
	if r == nil {
		return nil
	}
	out := *r
	return &out
}

// checkSMARTRule checks the thresholds; r may be nil.
func checkSMARTRule(r *SMARTRule, path string, c *diag.Collector) {
	if r == nil {
		return
	}
	between := func(d decimal.NullDecimal, most int64, name string) {
		if d.Valid && (!checkAmount(d.Decimal) || d.Decimal.IsNegative() || d.Decimal.GreaterThan(decimal.NewFromInt(most))) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/" + name, Bound: "0 to " + strconv.FormatInt(most, 10)})
		}
	}
	between(r.Deviations, 100, "deviations")
	between(r.Capacity, 100, "capacity")
	between(r.Baseline, 1, "baseline")
	within := func(n, least, most int, name string) {
		if n != 0 && (n < least || n > most) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/" + name, Value: strconv.Itoa(n), Bound: strconv.Itoa(least) + " to " + strconv.Itoa(most)})
		}
	}
	within(r.Growths, 2, 1000, "growths")
	within(r.ReachDays, 1, 36600, "reachDays")
	within(r.CheckpointDays, 1, 36600, "checkpointDays")
}

// filled returns the rule with its defaults.
func (r *SMARTRule) filled() SMARTRule {
	var out SMARTRule
	if r != nil {
		out = *r
	}
	const quarter = 92
	or := func(d *decimal.NullDecimal, value decimal.Decimal) {
		if !d.Valid {
			*d = decimal.NewNullDecimal(value)
		}
	}
	or(&out.Deviations, decimal.New(2, 0))
	or(&out.Capacity, decimal.New(1, 0))
	or(&out.Baseline, decimal.New(5, -2))
	if out.Growths == 0 {
		out.Growths = 3
	}
	if out.ReachDays == 0 {
		out.ReachDays = quarter
	}
	if out.CheckpointDays == 0 {
		out.CheckpointDays = quarter
	}
	return out
}

// A SMARTInput is what a goal is judged by. What isn't given isn't judged by,
// but for the evidence: a goal without any can't be measured.
type SMARTInput struct {
	Metric Metric
	Axes   []Axis

	// Goals and Relations are those of the plan, for what the goal serves.
	Goals     []Goal
	Relations []Relation
	Strategy  *Strategy

	// Externals are the plan's figures from outside, by which rates are divided.
	Externals []External

	// Calendar says which days are worked; nil is Monday to Friday.
	Calendar *calendar.Calendar
	Fiscal   calendar.Fiscal

	Evidence *Evidence

	// Rule holds the thresholds; nil stands for the defaults.
	Rule *SMARTRule
}

// CheckSMART returns what speaks against a goal being specific, measurable,
// achievable, relevant and bound in time. It judges by evidence, not by which
// fields are filled:
//
//   - Specific: the owner is a unit of the plan and there in all of the period;
//     the period is one that the calendar knows; where people stand below the
//     owner, each owes a part.
//   - Measurable: there are actuals of the metric, and of the owner; or at least
//     a source is named. A stated baseline is what was booked a year before.
//   - Achievable: the growth asked for, per working day over the latest year of
//     the same days that the evidence covers, is within Deviations standard
//     deviations of the mean of the past quarters' growths over the same
//     quarters of the year before (n years on, n times the mean and √n times
//     the deviation). And if every head below the owner, as far as present and
//     ramped up, sold per working day as much as anyone did in their best time
//     of about the goal's length, up to four quarters, they would reach it. A
//     rate is judged by the growth that it takes of its numerator, where the
//     denominator is known: from outside, or owed by a goal of the same owner and
//     period. A stock is judged by the net change from its baseline or last
//     reading, per working day, against those between past quarters in which it was
//     read. Where lower is better, what is a stretch lies below.
//   - Relevant: it has a parent, or is a factor of a relation, or the same metric is owed above
//     its owner over its period, or its owner, its metric, the units that it is
//     split over, its name or its why point to a segment, an advantage or a
//     competitor of the strategy.
//   - Time-bound: the period is not past; the evidence ends within ReachDays of
//     its first day; it is made of whole recurrences; and one longer than
//     CheckpointDays has dates in between.
//
// All is measured in whole fiscal quarters and working days. Growths are
// estimates, in float64. Findings stand in that order; their subject is the
// goal. What is at fault otherwise is [Plan.Validate]'s: here a target beyond the
// limits counts as 0, and thresholds that are none as the defaults. It takes
// time in proportion to the bookings and units.
func CheckSMART(goal Goal, in SMARTInput) []diag.Finding {
	s := &smartCheck{goal: goal, in: in, rule: in.Rule.filled()}
	s.guard()
	bare := goal
	bare.Split, bare.Every = nil, ""
	g, err := newGrid(bare, in.Fiscal, in.Calendar)
	s.setOwner()
	s.specific(err)
	s.measurable(g)
	if err == nil {
		s.period = g.whole
		s.achievable(g)
	}
	s.relevant()
	if err == nil {
		s.timeBound(g)
	}
	return s.out
}

// CheckGoals returns the findings of [CheckSMART] for all goals, in their
// order, and those of [Plan.CheckRelations]. The plan must pass
// [Plan.Validate], and its tables must have been read; otherwise their faults
// are returned. The evidence may be nil: then nothing can be measured.
func (p *Plan) CheckGoals(evidence *Evidence) ([]diag.Finding, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if err := p.checkTables(); err != nil {
		return nil, err
	}
	cal, err := p.Calendar.calendar()
	if err != nil {
		return nil, err
	}
	if p, err = p.grown(evidence); err != nil {
		return nil, err
	}
	in := SMARTInput{Axes: p.Axes, Goals: p.Goals, Relations: p.Relations, Strategy: p.Strategy, Externals: p.Externals,
		Calendar: cal, Fiscal: p.Calendar.Fiscal, Evidence: evidence, Rule: p.SMART}
	var out []diag.Finding
	for _, g := range p.Goals {
		in.Metric = p.Metrics[slices.IndexFunc(p.Metrics, func(m Metric) bool { return m.ID == g.Metric })]
		out = append(out, CheckSMART(g, in)...)
	}
	return append(out, p.relationFindings()...), nil
}

// A smartCheck is a goal that is being judged.
type smartCheck struct {
	goal   Goal
	in     SMARTInput
	rule   SMARTRule
	period calendar.Period

	// axis is the owner's, with the tree below the owner; -1 for an owner that
	// no axis has. For a goal of all units it is the organisation.
	axis int
	tree *tree
	unit *Unit // the owner

	// over is what a rate is for each unit of its numerator; nil for others.
	over *big.Rat

	out []diag.Finding
}

// guard replaces numbers beyond the limits before anything is computed.
func (s *smartCheck) guard() {
	if !checkAmount(s.goal.Target) {
		s.goal.Target = decimal.Decimal{}
	}
	grown, _, err := s.goal.grow(growthBase{s.in.Metric, s.in.Axes, s.in.Fiscal, s.in.Evidence})
	if err == nil {
		s.goal = grown
	}
	if step := s.in.Metric.Step; !checkAmount(step) || step.Sign() <= 0 {
		s.in.Metric.Step = decimal.New(1, 0)
	}
	var c diag.Collector
	if checkSMARTRule(s.in.Rule, "", &c); c.Len() > 0 {
		s.rule = (*SMARTRule)(nil).filled()
	}
}

// note adds a finding about the goal.
func (s *smartCheck) note(severity diag.Severity, code diag.Code, advice []diag.Advice, args ...diag.Arg) {
	s.out = append(s.out, diag.Finding{Severity: severity, Code: code, Subject: diag.Subject{Kind: "goal", ID: diag.Clip(s.goal.ID)}, Args: args, Advice: advice})
}

// said returns one piece of advice for the goal's owner, due before the goal
// begins.
func (s *smartCheck) said(action diag.Code, amount string, args ...diag.Arg) []diag.Advice {
	until := ""
	if p, err := s.in.Fiscal.Parse(s.goal.Period); err == nil {
		until = p.First.String()
	}
	return []diag.Advice{{Action: action, Amount: amount, Until: until, Owner: s.goal.Owner, Args: args}}
}

// setOwner finds the goal's owner and the tree below it.
func (s *smartCheck) setOwner() {
	s.axis = -1
	if s.goal.Owner == "" {
		s.axis = organisation(s.in.Axes)
	}
	for a := range s.in.Axes {
		units := s.in.Axes[a].tree()
		for i := range units {
			if s.goal.Owner != "" && units[i].ID == s.goal.Owner {
				s.axis, s.unit = a, &units[i]
			}
		}
	}
	var c diag.Collector
	checkAxes(s.in.Axes, &c)
	if s.axis >= 0 && c.Len() == 0 {
		s.tree = newTree(s.in.Axes[s.axis], s.goal.Owner)
	}
}

// organisation returns the axis of owners; the first, where no axis says so.
func organisation(axes []Axis) int {
	if i := slices.IndexFunc(axes, func(a Axis) bool { return a.Of == FieldOwner }); i >= 0 || len(axes) == 0 {
		return i
	}
	return 0
}

func (s *smartCheck) specific(periodErr error) {
	g := s.goal
	if s.unit == nil {
		s.note(diag.Warning, codeOwnerMissing, s.said(codeAdviceOwner, ""))
	}
	if periodErr != nil {
		s.note(diag.Error, codePeriodUnread, s.said(codeAdvicePeriod, ""), diag.Text("period", diag.Clip(g.Period)))
	}
	if u := s.unit; u != nil && periodErr == nil {
		p, _ := s.in.Fiscal.Parse(g.Period)
		if u.From.After(p.First) || !u.To.IsZero() && u.To.Before(p.Last) {
			args := []diag.Arg{diag.Name("owner", g.Owner), diag.Period("period", g.Period)}
			if !u.From.IsZero() {
				args = append(args, diag.Date("from", u.From.String()))
			}
			if !u.To.IsZero() {
				args = append(args, diag.Date("to", u.To.String()))
			}
			s.note(diag.Warning, codeOwnerGone, s.said(codeAdviceOwner, ""), args...)
		}
	}
	if s.tree != nil && s.unit != nil && !s.splitsOver(s.in.Axes[s.axis].ID) && len(s.tree.nodes) > 1 {
		s.note(diag.Info, codeUndivided, s.said(codeAdviceDivide, amountText(s.goal.Target)), diag.Count("count", len(s.tree.index)-1),
			diag.Name("owner", g.Owner), diag.Amount("target", amountText(g.Target)))
	}
}

func (s *smartCheck) splitsOver(axis string) bool {
	return s.goal.Split != nil && slices.ContainsFunc(s.goal.Split.Axes, func(a AxisRule) bool { return a.Axis == axis })
}

// series returns the metric whose actuals count: of a rate that none are read
// of, its numerator.
func (s *smartCheck) series() string {
	m := s.in.Metric
	if _, ok := s.in.Evidence.Covers(m.ID); !ok && m.Kind == KindRate && m.Numerator != "" {
		return m.Numerator
	}
	return m.ID
}

// measurable looks for actuals of the metric, of the owner, and of the
// baseline's year; g is nil where the period can't be read.
func (s *smartCheck) measurable(g *grid) {
	m := s.in.Metric.ID
	covered, ok := s.in.Evidence.Covers(s.series())
	switch {
	case !ok && s.goal.Source == "":
		s.note(diag.Error, codeUnmeasured, s.said(codeAdviceMeasure, ""), diag.Name("metric", m))
		return
	case !ok:
		s.note(diag.Info, codeSourceUnread, s.said(codeAdviceMeasure, ""), diag.Name("source", s.goal.Source), diag.Name("metric", m))
		return
	}
	if s.unit != nil && !s.ownerKnown(covered) {
		s.note(diag.Warning, codeOwnerUnseen, s.said(codeAdviceMeasure, ""), diag.Name("metric", m), diag.Period("period", s.in.Fiscal.Label(covered)), diag.Name("owner", s.goal.Owner))
	}
	if b := s.goal.Baseline; g != nil && b.Valid && checkAmount(b.Decimal) && s.goal.Every == "" && isFlow(s.in.Metric) {
		before := yearsBefore(g.whole, 1)
		booked := s.booked(before)
		by := b.Decimal.Sub(booked)
		if covered.Covers(before) && by.Abs().GreaterThan(booked.Abs().Mul(s.rule.Baseline.Decimal)) {
			s.note(diag.Warning, codeBaselineOff, s.said(codeAdviceBaseline, booked.String()), diag.Amount("baseline", b.Decimal.String()),
				diag.Amount("booked", booked.String()), diag.Period("period", s.in.Fiscal.Label(before)), diag.Amount("by", by.String()))
		}
	}
}

// column returns the owner's axis among those of the evidence's bookings.
func (s *smartCheck) column() int {
	if s.axis < 0 {
		return -1
	}
	return slices.Index(s.in.Evidence.Axes(), s.in.Axes[s.axis].ID)
}

// booked returns what is booked below the owner in a period.
func (s *smartCheck) booked(p calendar.Period) decimal.Decimal {
	return s.in.Evidence.Booked(s.series(), s.scope(), p)
}

// scope returns the owner as units of a booking.
func (s *smartCheck) scope() []string {
	column := s.column()
	if s.unit == nil || column < 0 {
		return nil
	}
	units := make([]string, column+1)
	units[column] = s.goal.Owner
	return units
}

// ownerKnown reports whether something was booked below the owner, or the
// owner is the root of everything on its axis.
func (s *smartCheck) ownerKnown(covered calendar.Period) bool {
	return !s.booked(covered).IsZero() || s.tree != nil && len(s.tree.index) == len(s.in.Axes[s.axis].tree())
}
