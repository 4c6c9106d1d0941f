package salesplan

import (
	"math/big"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// maxDraftCells is how many targets a drafted goal has at most.
const maxDraftCells = 2_000_000

// proposeGoal adds the proposed goal to the plan, with what it is based on.
func (d *drafter) proposeGoal(out *PlanDraft, filled *Plan) error {
	covered, ok := out.Evidence.Covers(metricRevenue)
	if !ok {
		d.note(diag.Warning, "draft-no-goal", "table", d.deals.name())
		return nil
	}
	cal, err := d.plan.Calendar.calendar()
	if err != nil {
		return err
	}
	out.Window = lastMonths(covered, cal)
	d.months(out, covered)
	if out.Total.Sign() <= 0 {
		d.note(diag.Warning, "draft-no-goal", "table", d.deals.name())
		return nil
	}
	period := d.period
	if period.IsZero() {
		period = calendar.Year(out.Window.Last.Year() + 1)
	}
	g := d.goal(out, covered, period, cal)
	if d.opt.Name == "" {
		d.plan.Name = d.said("draft-name-plan", diag.Period("period", period.String()))
	}
	return d.try(out, filled, g)
}

// lastMonths returns the last twelve months of what is covered, or fewer. A
// month at an end of which less than half the working days are covered is none.
func lastMonths(covered calendar.Period, cal *calendar.Calendar) calendar.Period {
	month := func(on calendar.Date) calendar.Period { return calendar.Month(on.Year(), on.Month()) }
	enough := func(m calendar.Period) bool {
		part, _ := m.Intersect(covered)
		return 2*cal.Workdays(part) >= cal.Workdays(m)
	}
	first, last := month(covered.First), month(covered.Last)
	if !enough(last) && first != last {
		last = month(last.First.AddDays(-1))
	}
	if !enough(first) && first != last {
		first = month(first.Last.AddDays(1))
	}
	if earliest := month(last.First.AddMonths(-11)); first.First.Before(earliest.First) {
		first = earliest
	}
	return calendar.Span(first.First, last.Last)
}

// months adds up what the window brought, month by month, and notes it.
func (d *drafter) months(out *PlanDraft, covered calendar.Period) {
	var season []string
	e := out.Evidence
	out.Total = e.Booked(metricRevenue, nil, out.Window)
	for on := out.Window.First; !on.After(out.Window.Last); on = on.AddMonths(1) {
		m := DraftMonth{Period: calendar.Month(on.Year(), on.Month())}
		m.Amount = e.Booked(metricRevenue, nil, m.Period)
		deals := e.Booked(metricWonDeals, nil, m.Period)
		m.Deals = int(deals.IntPart())
		out.Deals += m.Deals
		out.Months = append(out.Months, m)
		season = append(season, m.Period.String()+" "+percent(m.Amount, out.Total))
	}
	tally := e.Tally()
	d.note(diag.Info, "draft-window", "table", d.deals.name(), diag.Period("period", covered.String()), diag.Amount("amount", e.Booked(metricRevenue, nil, calendar.Period{}).String()),
		diag.Count("won", tally.Won), diag.Count("lost", tally.Lost), diag.Count("open", tally.Open))
	d.note(diag.Info, "draft-season", "metric", metricRevenue, diag.Period("period", out.Window.String()), diag.Amount("amount", out.Total.String()), diag.Arg{Name: "months", Kind: diag.KindName, Text: strings.Join(season, ", ")})
}

// percent writes part ÷ whole.
func percent(part, whole decimal.Decimal) string {
	if whole.IsZero() {
		return "0 %"
	}
	return part.Shift(2).DivRound(whole, 1).String() + " %"
}

// goal returns the proposed goal: what the window brought on a working day, for
// the working days of the period, with growth.
func (d *drafter) goal(out *PlanDraft, covered, period calendar.Period, cal *calendar.Calendar) Goal {
	growth := decimal.New(1, -1)
	if d.opt.Growth.Valid {
		growth = d.opt.Growth.Decimal
	}
	step := d.plan.Metrics[0].Step
	known, _ := out.Window.Intersect(covered)
	days := max(cal.Workdays(known), 1)
	ahead := cal.Workdays(period)
	base := new(big.Rat).Mul(out.Total.Rat(), big.NewRat(int64(ahead), int64(days)))
	target := new(big.Rat).Mul(base, new(big.Rat).Add(big.NewRat(1, 1), growth.Rat()))
	baseline := onStep(base, step)
	rounded := readable(target, step)
	args := []diag.Arg{
		diag.Period("window", out.Window.String()), diag.Amount("amount", out.Total.String()), diag.Count("deals", out.Deals), diag.Count("months", len(out.Months)),
		diag.Count("days", days), diag.Count("ahead", ahead), diag.Period("period", period.String()),
		diag.Amount("base", baseline.String()), diag.Share("growth", growth.String()), diag.Amount("target", rounded.String()),
	}
	d.note(diag.Info, "draft-goal", "goal", metricRevenue+"-"+period.String(), args...)
	var names []string
	for _, t := range d.deals.tables {
		names = append(names, t.Name)
	}
	return Goal{
		ID: metricRevenue + "-" + strings.ReplaceAll(period.String(), "/", "-"), Name: d.said("draft-name-goal", diag.Period("period", period.String())),
		Metric: metricRevenue, Period: period.String(), Baseline: decimal.NewNullDecimal(baseline), Target: rounded,
		Why: d.said("draft-goal", args...), Source: d.said("draft-source", diag.Name("table", joinNames(names))),
		Split: d.split(out),
	}
}

// onStep rounds an amount to the step.
func onStep(r *big.Rat, step decimal.Decimal) decimal.Decimal {
	q := new(big.Rat).Quo(r, step.Rat())
	n, _ := new(big.Int).SetString(q.FloatString(0), 10)
	return decimal.NewFromBigInt(n, 0).Mul(step)
}

// readable rounds an amount to three digits, and not finer than the step.
func readable(r *big.Rat, step decimal.Decimal) decimal.Decimal {
	const digits = 3
	whole := onStep(r, step)
	size := int32(len(whole.Abs().Coefficient().String())) + whole.Exponent() - digits
	if size <= 0 {
		return whole
	}
	unit := decimal.New(1, size)
	if rounded := onStep(r, unit); rounded.Mod(step).IsZero() {
		return rounded
	}
	return whole
}

// split is the goal's rule: by history over time and the axes of owners and
// products.
func (d *drafter) split(out *PlanDraft) *SplitRule {
	window := out.Window.String()
	s := &SplitRule{
		Grains: []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth},
		Time:   TimeRule{Basis: TimeHistory, Period: window, Missing: MissingMean},
	}
	for i := range d.plan.Axes {
		if a := &d.plan.Axes[i]; a.Of == FieldOwner || a.Of == FieldProduct {
			s.Axes = append(s.Axes, AxisRule{Axis: a.ID, BasisRule: BasisRule{Basis: BasisHistory, Period: window, Newcomers: NewcomersMedian}})
		}
	}
	return s
}

// try splits the goal, with simpler rules where its own can't be followed.
func (d *drafter) try(out *PlanDraft, filled *Plan, g Goal) error {
	d.bound(filled, g.Split)
	p := *filled
	var err error
	for _, simpler := range []func(*SplitRule){
		func(*SplitRule) {},
		func(s *SplitRule) { s.Time = TimeRule{Basis: TimeWorkdays} },
		func(s *SplitRule) {
			for i := range s.Axes {
				s.Axes[i].BasisRule = BasisRule{}
			}
		},
		func(s *SplitRule) { s.Grains = s.Grains[1:] },
		func(s *SplitRule) { s.Grains = nil },
	} {
		simpler(g.Split)
		p.Goals = []Goal{g}
		if _, tried := p.Targets(d.ctx, out.Evidence); tried == nil {
			d.plan.Goals = []Goal{g}
			if err != nil {
				d.note(diag.Warning, "draft-simpler", "goal", g.ID, faultArgs(err)...)
			}
			return nil
		} else if d.ctx.Err() != nil {
			return tried
		} else if err == nil {
			err = tried
		}
	}
	return err
}

// bound drops axes that would make more targets than a start needs.
func (d *drafter) bound(filled *Plan, s *SplitRule) {
	cells := 16
	kept := s.Axes[:0]
	for _, r := range s.Axes {
		for i := range filled.Axes {
			if a := &filled.Axes[i]; a.ID != r.Axis {
				continue
			}
			units := max(len(filled.Axes[i].tree()), 1)
			if cells*units > maxDraftCells && len(kept) > 0 {
				d.note(diag.Warning, "draft-axis-left", "axis", r.Axis, diag.Count("count", units), diag.Count("cells", cells*units))
				continue
			}
			cells *= units
			kept = append(kept, r)
		}
	}
	s.Axes = kept
}
