package salesplantest

import (
	"time"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

func maybe(d *drawer, from ...decimal.Decimal) decimal.NullDecimal {
	if d.often() {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(pick(d, from...))
}

// leaves gives units without units below what only they may have.
func (d *drawer) leaves(units []salesplan.Unit) {
	d.transfers(units)
	inner := map[string]bool{}
	for _, u := range units {
		inner[u.Parent] = true
		for _, t := range u.Transfers {
			inner[t.To] = true
		}
	}
	for i := range units {
		u := &units[i]
		u.Group = pick(d, "", "", "A", "B")
		if inner[u.ID] {
			continue
		}
		u.Potential = maybe(d, decimal.New(0, 0), d.positive())
		u.FTE = maybe(d, decimal.New(5, -1), decimal.New(1, 0))
		if !u.From.IsZero() && d.often() {
			u.Ramp = []decimal.Decimal{decimal.New(0, 0), decimal.New(25, -2), decimal.New(1, 0)}
		}
		// Later units succeed earlier ones, so that nobody succeeds himself.
		for _, next := range units[i+1:] {
			if !inner[next.ID] && d.seldom() {
				u.Successor = next.ID
				break
			}
		}
	}
}

// transfers lets some units without units below change to others that have some.
func (d *drawer) transfers(units []salesplan.Unit) {
	inner := map[string]bool{}
	var teams []string
	for _, u := range units {
		if u.Parent != "" && !inner[u.Parent] {
			inner[u.Parent] = true
			teams = append(teams, u.Parent)
		}
	}
	for i := range units {
		u := &units[i]
		if inner[u.ID] || u.Parent == "" || len(teams) < 2 || d.often() {
			continue
		}
		above, day := u.Parent, calendar.On(2027, time.March, 1)
		if !u.From.IsZero() {
			day = u.From.AddDays(1)
		}
		for range 1 + d.IntN(2) {
			to := pick(d, teams...)
			if to == above || !u.To.IsZero() && day.After(u.To) {
				continue
			}
			u.Transfers = append(u.Transfers, salesplan.UnitTransfer{On: day, To: to})
			above, day = to, day.AddDays(1+d.IntN(100))
		}
	}
}

// sells lets some units of the first axis sell units of the others.
func (d *drawer) sells(axes []salesplan.Axis) {
	for k := range axes {
		if k == 0 || len(axes[k].Units) == 0 {
			continue
		}
		for i := range axes[0].Units {
			if d.IntN(8) == 0 {
				u := &axes[0].Units[i]
				u.Sells = append(u.Sells, pick(d, axes[k].Units...).ID)
			}
		}
	}
}

// part goes by weights only where all units have one, and by the pipeline only
// where the metric counts deals.
func (d *drawer) part(axis salesplan.Axis, m salesplan.Metric) salesplan.BasisPart {
	p := salesplan.BasisPart{Basis: pick(d, "", salesplan.BasisEven, salesplan.BasisWeights, salesplan.BasisWeights, salesplan.BasisHistory,
		salesplan.BasisPipeline, salesplan.BasisPotential, salesplan.BasisHeadcount)}
	switch p.Basis {
	case salesplan.BasisHistory:
		p.Period = d.period()
		p.Newcomers = pick(d, "", salesplan.NewcomersRefuse, salesplan.NewcomersMedian, salesplan.NewcomersWeight)
	case salesplan.BasisPipeline:
		if m.Counts == "" {
			p.Basis = ""
			break
		}
		p.Probability = map[string]decimal.Decimal{"Offer": decimal.New(5, -1), "谈判": decimal.New(1, 0)}
	case salesplan.BasisPotential:
		p.Newcomers = salesplan.NewcomersMedian
	case salesplan.BasisWeights:
		if !d.weighted[axis.ID] {
			p.Basis = ""
		}
	}
	return p
}

// rule returns the rule of an axis or one of its levels.
func (d *drawer) rule(axis salesplan.Axis, m salesplan.Metric) salesplan.BasisRule {
	p := d.part(axis, m)
	r := salesplan.BasisRule{Basis: p.Basis, Period: p.Period, Newcomers: p.Newcomers, Probability: p.Probability}
	if d.seldom() {
		r = salesplan.BasisRule{Basis: salesplan.BasisBlend, Normalise: true}
		for range 1 + d.IntN(3) {
			r.Blend = append(r.Blend, salesplan.BlendPart{Share: decimal.NewFromInt(1 + d.Int64N(9)), BasisPart: d.part(axis, m)})
		}
	}
	if len(axis.Units) > 0 && d.seldom() {
		r.Growth = &salesplan.GrowthRule{
			Mode:  pick(d, salesplan.GrowthAdditive, salesplan.GrowthCompounding),
			Units: map[string]salesplan.UnitGrowth{pick(d, axis.Units...).ID: {Growth: decimal.New(d.Int64N(30)-10, -2), Relief: decimal.New(d.Int64N(20), -2)}},
			Limits: salesplan.Guardrails{
				MinGrowth: maybe(d, decimal.New(-5, -1)), MaxGrowth: maybe(d, decimal.New(5, -1)),
				MinRelief: maybe(d, decimal.New(0, 0)), MaxRelief: maybe(d, decimal.New(3, -1)),
			},
		}
	}
	switch d.IntN(6) {
	case 0, 5:
		by := d.part(axis, m)
		r.Buckets = &salesplan.BucketRule{By: &by}
	case 1:
		r.Buckets = &salesplan.BucketRule{Shares: map[string]decimal.Decimal{"A": decimal.NewFromInt(60), "B": decimal.NewFromInt(40)}}
	case 2:
		r.Buckets = &salesplan.BucketRule{Shares: map[string]decimal.Decimal{"A": d.positive(), "B/~": decimal.New(0, 0)}, Normalise: true}
	}
	return r
}

func (d *drawer) bounds(units []salesplan.Unit, m salesplan.Metric) []salesplan.BoundRule {
	zero, some := decimal.New(0, 0), m.Step.Mul(decimal.NewFromInt(1000))
	var parents []string
	if d.seldom() {
		parents = []string{pick(d, units...).ID}
	}
	return []salesplan.BoundRule{
		{Unit: pick(d, units...).ID, Period: pick(d, "", d.period()), Lock: decimal.NewNullDecimal(pick(d, zero, some))},
		{Units: []string{pick(d, units...).ID}, Parents: parents, Min: maybe(d, zero, some.Neg()), Max: decimal.NewNullDecimal(some)},
	}
}

// otherKinds adds a stock and a rate with their goals.
func (d *drawer) otherKinds(p *salesplan.Plan) {
	if d.often() {
		return
	}
	flow := p.Metrics[0].ID
	p.Externals = []salesplan.External{{Series: "market 市场", On: d.day(), Amount: d.positive(), Source: pick(d, "", "https://example.com/?a=1&b=2")}}
	p.Metrics = append(p.Metrics,
		salesplan.Metric{ID: "customers", Step: decimal.New(1, 0), Kind: salesplan.KindStock},
		salesplan.Metric{ID: "share", Measure: "%", Step: decimal.New(1, -1), Kind: salesplan.KindRate, Numerator: flow, Denominator: "market 市场", Share: d.often()},
		salesplan.Metric{ID: "churn", Measure: "%", Step: decimal.New(1, -1), Kind: salesplan.KindRate, Numerator: flow, Denominator: "customers", Better: salesplan.BetterLower,
			Reading: pick(d, "", salesplan.ReadingOpening, salesplan.ReadingClosing, salesplan.ReadingAverage)},
	)
	stock := salesplan.Goal{ID: "stock", Metric: "customers", Period: "2027", Baseline: decimal.NewNullDecimal(decimal.New(d.Int64N(500), 0)), Target: decimal.New(d.Int64N(1000), 0)}
	if d.often() {
		stock.Split = &salesplan.SplitRule{Bounds: []salesplan.BoundRule{{Period: "2027", Min: decimal.NewNullDecimal(decimal.New(0, 0)), Max: decimal.NewNullDecimal(stock.Target)}}}
	}
	for _, g := range p.Goals {
		switch {
		case stock.Additions == "":
			stock.Additions = g.ID
		case stock.Losses == "" && d.often():
			stock.Losses = g.ID
		}
	}
	p.Goals = append(p.Goals, stock, salesplan.Goal{ID: "rate", Metric: "share", Period: "2027", Target: decimal.New(125, -1)})
}

// links adds a goal that serves the first, and what hangs on goals.
func (d *drawer) links(p *salesplan.Plan) {
	if len(p.Goals) == 0 || d.often() {
		return
	}
	first := p.Goals[0]
	served := salesplan.Goal{
		ID: "part of the first", Metric: first.Metric, Period: first.Period, Every: first.Every, Owner: first.Owner, Target: first.Target,
		Parent: first.ID, Binding: salesplan.BindingNone,
	}
	if first.ID != "stock" {
		served.Binding = pick(d, "", salesplan.BindingAtLeast, salesplan.BindingFixed, salesplan.BindingNone)
	}
	p.Goals = append(p.Goals, served)
	p.Relations = []salesplan.Relation{{Result: first.ID, Factors: []string{served.ID, "1.5"}, Tolerance: maybe(d, decimal.New(5, -2))}}
}

func (d *drawer) strategy(p *salesplan.Plan) {
	if d.often() {
		return
	}
	p.Strategy = &salesplan.Strategy{
		Positioning: "the nearest help", Segments: []string{"大客户"}, Advantages: []string{"price", "service"}, Competitors: []string{"A & B"},
	}
	p.SMART = &salesplan.SMARTRule{
		Deviations: maybe(d, decimal.New(25, -1)), Growths: pick(d, 0, 4), Capacity: maybe(d, decimal.New(12, -1)),
		Baseline: maybe(d, decimal.New(1, -1)), ReachDays: pick(d, 0, 30), CheckpointDays: pick(d, 0, 14),
	}
}

// grow makes a goal's target by growth, which it then gives or doesn't.
func (d *drawer) grow(g *salesplan.Goal, m salesplan.Metric) {
	zero := decimal.New(0, 0)
	g.Growth = &salesplan.TargetGrowth{
		Mode:       pick(d, salesplan.GrowthAdditive, salesplan.GrowthCompounding),
		UnitGrowth: salesplan.UnitGrowth{Growth: pick(d, zero, decimal.New(1, -1), decimal.New(-25, -2)), Relief: pick(d, zero, decimal.New(3, -2))},
		Limits: pick(d, salesplan.Guardrails{}, salesplan.Guardrails{
			MinGrowth: decimal.NewNullDecimal(decimal.New(-1, 0)), MaxGrowth: decimal.NewNullDecimal(decimal.New(1, 0)),
			MinRelief: decimal.NewNullDecimal(zero), MaxRelief: decimal.NewNullDecimal(decimal.New(5, -1)),
		}),
	}
	if g.Target = zero; g.Every == "" && d.often() {
		g.Baseline, g.Growth.Period = decimal.NullDecimal{}, d.period()
		return
	}
	g.Baseline = decimal.NewNullDecimal(m.Step.Mul(decimal.NewFromInt(d.Int64N(1e9))))
	if target, err := salesplan.Grow(g.Baseline.Decimal, g.Growth.Growth, g.Growth.Relief, g.Growth.Mode, m.Step, g.Growth.Limits); err == nil && d.often() {
		g.Target = target
	}
}
