package salesplan

import (
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A TargetGrowth says what a goal's target is on its baseline, as [Grow] does.
type TargetGrowth struct {
	// Mode says how growth and relief work together.
	Mode GrowthMode `json:"mode" plan:"required"`

	// Growth and relief are those of the whole target, as 0.1 for 10 %.
	UnitGrowth

	// Period is the window of the past whose actuals, those of the goal's owner,
	// are the baseline: all that was booked of a flow, the last reading of a
	// stock. The evidence must cover it. It stands instead of the goal's Baseline;
	// the growth of a stock without either is on what there is before the goal's
	// period.
	Period string `json:"period,omitempty"`

	// Limits refuse what is outside of them.
	Limits Guardrails `json:"limits,omitzero"`
}

// A GrownTarget says how a goal's target came from its baseline: Exact is
// Baseline × (1 + Growth − Relief), or × (1 + Growth) × (1 − Relief) where Mode
// is compounding, and Target is Exact rounded half up to the metric's step.
type GrownTarget struct {
	Mode     GrowthMode      `json:"mode"`
	Growth   decimal.Decimal `json:"growth"`
	Relief   decimal.Decimal `json:"relief"`
	Baseline decimal.Decimal `json:"baseline"`

	// Period is the window of the evidence that the baseline is of; unset for
	// one that the goal gives.
	Period calendar.Period `json:"period,omitzero"`

	Exact  decimal.Decimal `json:"exact"`
	Target decimal.Decimal `json:"target"`
}

// MarshalJSON writes the target with amounts as text.
func (t GrownTarget) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Mode     GrowthMode      `json:"mode"`
		Growth   string          `json:"growth"`
		Relief   string          `json:"relief"`
		Baseline string          `json:"baseline"`
		Period   calendar.Period `json:"period,omitzero"`
		Exact    string          `json:"exact"`
		Target   string          `json:"target"`
	}{t.Mode, amountText(t.Growth), amountText(t.Relief), amountText(t.Baseline), t.Period, amountText(t.Exact), amountText(t.Target)})
}

func (t *GrownTarget) same(o *GrownTarget) bool {
	if t == nil || o == nil {
		return t == o
	}
	return t.Mode == o.Mode && t.Growth.Equal(o.Growth) && t.Relief.Equal(o.Relief) && t.Baseline.Equal(o.Baseline) &&
		t.Period == o.Period && t.Exact.Equal(o.Exact) && t.Target.Equal(o.Target)
}

func (t *GrownTarget) clone() *GrownTarget {
	if t == nil {
		return nil
	}
	out := *t
	return &out
}

// checkGrowth checks a goal's growth, as far as that takes no evidence.
func (g Goal) checkGrowth(m *Metric, fiscal calendar.Fiscal, path string, c *diag.Collector) {
	if g.Growth == nil {
		return
	}
	r, at := *g.Growth, path+"/growth"
	c.Add(checkEnum(r.Mode, growthModes(), at+"/mode"))
	if r.Limits.check(at+"/limits", c) && slices.Contains(growthModes(), r.Mode) {
		checkGrowth(r.Mode, r.UnitGrowth, r.Limits, at, c)
	}
	if r.Period != "" {
		if _, err := fiscal.Parse(r.Period); err != nil && fiscal.Validate() == nil {
			c.AddErr(atPath(err, at+"/period"), at+"/period")
		}
	}
	if m == nil {
		return
	}
	switch {
	case r.Period != "" && g.Baseline.Valid:
		c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/period", Value: r.Period, Bound: "either a baseline or the period of one"})
	case r.Period != "" && m.Kind == KindRate:
		c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/period", Value: r.Period, Bound: "a rate's baseline is given"})
	case r.Period != "" && g.Every != "":
		c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/period", Value: r.Period, Bound: "a goal that recurs grows on the baseline of one recurrence, given"})
	case r.Period == "" && !g.Baseline.Valid && m.Kind != KindStock:
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/baseline", Bound: "what the target grows on, or growth's period"})
	}
}

// A growthBase is what a goal's baseline is read from.
type growthBase struct {
	metric   Metric
	axes     []Axis
	fiscal   calendar.Fiscal
	evidence *Evidence
}

// grow returns the goal with the target that its growth makes, and how; the goal
// as it is, and nil, for one without. Faults have paths below /goal: a target
// that is given and says otherwise is [diag.Conflict], a baseline that nothing
// says [diag.Required].
func (g Goal) grow(in growthBase) (Goal, *GrownTarget, error) {
	if g.Growth == nil {
		return g, nil, nil
	}
	r := *g.Growth
	out := GrownTarget{Mode: r.Mode, Growth: r.Growth, Relief: r.Relief, Baseline: g.Baseline.Decimal}
	if !g.Baseline.Valid {
		base, period, f := g.pastBaseline(in)
		if f != nil {
			return g, nil, diag.Faults{f}
		}
		out.Baseline, out.Period = base, period
	}
	var err error
	if out.Target, err = Grow(out.Baseline, r.Growth, r.Relief, r.Mode, in.metric.Step, r.Limits); err != nil {
		return g, nil, diag.Reroot(err, map[string]string{
			"/mode": "/goal/growth/mode", "/growth": "/goal/growth/growth", "/relief": "/goal/growth/relief", "/limits": "/goal/growth/limits",
			"/baseline": "/goal/baseline", "/step": "/metric/step",
		})
	}
	out.Exact = out.Baseline.Mul(r.Mode.factor(r.Growth, r.Relief))
	if !g.Target.IsZero() && !g.Target.Equal(out.Target) {
		return g, nil, diag.Faults{{Code: diag.Conflict, Path: "/goal/target", Value: g.Target.String(),
			Bound: out.Target.String() + ", by growth on the baseline of " + out.Baseline.String()}}
	}
	g.Target = out.Target
	return g, &out, nil
}

// pastBaseline reads a goal's baseline from the evidence.
func (g Goal) pastBaseline(in growthBase) (decimal.Decimal, calendar.Period, *diag.Fault) {
	none := func(path, bound string) (decimal.Decimal, calendar.Period, *diag.Fault) {
		return decimal.Decimal{}, calendar.Period{}, &diag.Fault{Code: diag.Required, Path: path, Bound: bound}
	}
	if in.evidence == nil {
		return none("/evidence", "the actuals that the target grows on")
	}
	path, text := "/goal/growth/period", g.Growth.Period
	if text == "" { // a stock's, before the goal's period
		path, text = "/goal/baseline", g.Period
	}
	p, err := in.fiscal.Parse(text)
	if err != nil {
		return decimal.Decimal{}, p, diag.All(atPath(err, path))[0]
	}
	covered, ok := in.evidence.Covers(in.metric.ID)
	units := in.ownerColumn(g.Owner)
	if !ok || units == nil {
		return none(path, "actuals of "+in.metric.ID)
	}
	if in.metric.Kind == KindStock {
		from, on := p.First, p.Last
		if g.Growth.Period == "" {
			on = p.First
			p = calendar.Span(covered.First, p.First.AddDays(-1))
			from = calendar.Date{}
		}
		var sum decimal.Decimal
		known := false
		for _, b := range in.evidence.lastReadings(in.metric.ID, from, p.Last) {
			if in.within(b.Units, units, on) {
				sum, known = sum.Add(b.Amount), true
			}
		}
		if !known {
			return none(path, "a reading of "+in.metric.ID)
		}
		return sum, p, nil
	}
	if !covered.Covers(p) {
		return none(path, "actuals of all of "+text+"; there are those of "+covered.String())
	}
	return in.evidence.Booked(in.metric.ID, units, p), p, nil
}

// ownerColumn returns the owner as the units of [Evidence.Booked]: the owner at
// the place of its axis; nil if the evidence doesn't know the axis.
func (in growthBase) ownerColumn(owner string) []string {
	units := make([]string, len(in.evidence.axes))
	if owner == "" {
		return units
	}
	for _, a := range in.axes {
		k := slices.Index(in.evidence.axes, a.ID)
		if k >= 0 && slices.ContainsFunc(a.tree(), func(u Unit) bool { return u.ID == owner }) {
			units[k] = owner
			return units
		}
	}
	return nil
}

// within reports whether units are on a day those given or below.
func (in growthBase) within(units, below []string, on calendar.Date) bool {
	for a, want := range below {
		if want != "" && !in.evidence.isBelow(a, units[a], want, on) {
			return false
		}
	}
	return true
}

// grow gives the request's goal the target that its growth makes.
func (r *CascadeRequest) grow(m Metric) (*GrownTarget, error) {
	g, grown, err := r.Goal.grow(growthBase{m, r.Axes, r.Fiscal, r.Evidence})
	r.Goal, r.Goal.Growth = g, nil // what is made of the goal has its target
	return grown, err
}

// grown returns the plan with the targets that the growth of its goals makes.
// Faults have paths from the plan's root. The plan must be sound.
func (p *Plan) grown(evidence *Evidence) (*Plan, error) {
	if !slices.ContainsFunc(p.Goals, func(g Goal) bool { return g.Growth != nil }) {
		return p, nil
	}
	out := *p
	out.Goals = slices.Clone(p.Goals)
	var c diag.Collector
	for i, g := range out.Goals {
		k := slices.IndexFunc(p.Metrics, func(m Metric) bool { return m.ID == g.Metric })
		grown, _, err := g.grow(growthBase{p.Metrics[k], p.Axes, p.Calendar.Fiscal, evidence})
		if err != nil {
			c.AddErr(diag.Reroot(err, map[string]string{"/goal": index("/goals", i), "/metric": index("/metrics", k)}), index("/goals", i))
		}
		out.Goals[i] = grown
	}
	return &out, c.Err()
}

// checkGrown checks the targets that growth on given baselines makes.
func (g Goal) checkGrown(in goalContext, path string, c *diag.Collector) {
	if g.Growth == nil || !g.Baseline.Valid || in.metric == nil || !checkAmount(g.Target) {
		return
	}
	grown, _, err := g.grow(growthBase{metric: *in.metric, fiscal: in.fiscal})
	if err != nil {
		c.AddErr(diag.Reroot(err, map[string]string{"/goal": path}), path)
		return
	}
	if m := *in.metric; m.Kind == KindRate && m.Share && m.fraction(grown.Target).GreaterThan(decimal.NewFromInt(1)) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/growth", Value: grown.Target.String(), Bound: "100 %"})
	}
}
