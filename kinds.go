package salesplan

import (
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// Better says which way a metric is better. The zero Better is
// [BetterHigher].
type Better string

// The ways.
const (
	BetterHigher Better = "higher" // revenue, win rate
	BetterLower  Better = "lower"  // complaints, churn
)

// UnmarshalText reads a way; any other text is a fault of code
// [diag.Invalid].
func (b *Better) UnmarshalText(text []byte) error {
	return readEnum(b, text, []Better{BetterHigher, BetterLower})
}

// Binding says how a goal binds what its owner owes of its parent, if both have
// the same metric. The zero Binding is [BindingFixed].
type Binding string

// The bindings.
const (
	// BindingFixed fixes what the owner owes at the child's amounts: cell by
	// cell where the child has a split, else in total.
	BindingFixed Binding = "fixed"

	// BindingAtLeast makes them the least that the owner owes.
	BindingAtLeast Binding = "at-least"

	// BindingNone binds nothing; what differs is a finding.
	BindingNone Binding = "none"
)

// UnmarshalText reads a binding; any other text is a fault of code
// [diag.Invalid].
func (b *Binding) UnmarshalText(text []byte) error {
	return readEnum(b, text, []Binding{BindingFixed, BindingAtLeast, BindingNone})
}

// An External is a figure from outside: what a market was worth, what a
// competitor sold.
type External struct {
	// Series names what the figure is of, in the denominators of rates.
	Series string `json:"series" plan:"required"`

	// On is the last day of what the figure counts.
	On calendar.Date `json:"on" plan:"required"`

	Amount decimal.Decimal `json:"amount" plan:"required"`

	// Source says who states it.
	Source string `json:"source,omitempty"`
}

// checkKind checks what only some kinds of metrics have.
func checkKind(m Metric, path string, c *diag.Collector) {
	c.Add(checkEnum(m.Kind, append(metricKinds(), ""), path+"/kind"))
	c.Add(checkEnum(m.Better, []Better{"", BetterHigher, BetterLower}, path+"/better"))
	checkIdle(m.Kind != KindStock && m.Kind != KindRate, "only of a flow", c, map[string]string{path + "/counts": string(m.Counts)})
	c.Add(checkEnum(m.Reading, append(readings(), ""), path+"/reading"))
	if m.Kind != KindRate {
		checkIdle(false, "only of a rate", c, map[string]string{path + "/numerator": m.Numerator, path + "/denominator": m.Denominator, path + "/reading": string(m.Reading)})
		if m.Share {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/share", Value: "true", Bound: "only of a rate"})
		}
		return
	}
	for _, of := range []struct{ key, id, bound string }{
		{"numerator", m.Numerator, "the metric that is divided"},
		{"denominator", m.Denominator, "the metric or series by which it is divided"},
	} {
		if of.id == "" {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/" + of.key, Bound: of.bound})
		}
	}
	if m.Numerator != "" && m.Numerator == m.Denominator {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/denominator", Value: m.Denominator, Bound: "another than the numerator"})
	}
}

// checkIsFlow refuses to add up what doesn't add up.
func checkIsFlow(m Metric, path string, c *diag.Collector) {
	if m.Kind == KindStock || m.Kind == KindRate {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/kind", Value: string(m.Kind), Bound: "a flow; stocks and rates are split in other ways"})
	}
}

// maxExternals is how many figures from outside a plan may have.
const maxExternals = 100_000

// checkExternals checks figures from outside: each series has one a day.
func checkExternals(list []External, c *diag.Collector) {
	if len(list) > maxExternals {
		c.Add(&diag.Fault{Code: diag.TooMany, Path: "/externals", Bound: "100000"})
		return
	}
	type figure struct {
		series string
		on     calendar.Date
	}
	seen := make(map[figure]int, len(list))
	for i, x := range list {
		path := index("/externals", i)
		checkID(x.Series, path+"/series", c)
		if x.On.IsZero() {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/on", Bound: "a day"})
		}
		if !checkAmount(x.Amount) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/amount", Bound: amountBound})
		} else if x.Amount.Sign() <= 0 {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/amount", Value: x.Amount.String(), Bound: "more than 0"})
		}
		key := figure{x.Series, x.On}
		if j, twice := seen[key]; twice {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/on", Value: x.On.String(), Bound: index("/externals", j)})
			continue
		}
		seen[key] = i
	}
}

// checkKinds checks what rates are made of.
func (p *Plan) checkKinds(metrics map[string]int, c *diag.Collector) {
	ids := metricIDs(p)
	series := map[string]bool{}
	var names []string
	for _, x := range p.Externals {
		if !series[x.Series] {
			names = append(names, x.Series)
		}
		series[x.Series] = true
	}
	for i, m := range p.Metrics {
		if m.Kind != KindRate {
			continue
		}
		p.checkReading(m, index("/metrics", i), metrics, c)
		p.checkPart(m.Numerator, index("/metrics", i)+"/numerator", metrics, ids, false, c)
		if series[m.Denominator] {
			if _, both := metrics[m.Denominator]; both {
				c.Add(&diag.Fault{Code: diag.Ambiguous, Path: index("/metrics", i) + "/denominator", Value: m.Denominator, Bound: "a metric and a series"})
			}
			continue
		}
		p.checkPart(m.Denominator, index("/metrics", i)+"/denominator", metrics, append(names, ids...), true, c)
	}
}

// checkPart refuses a part of a rate that is no flow, nor a stock where one may
// stand.
func (p *Plan) checkPart(id, path string, metrics map[string]int, known []string, stocks bool, c *diag.Collector) {
	if id == "" {
		return
	}
	k, ok := metrics[id]
	if !ok {
		c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: id, Bound: "the metrics", Near: nearestOf(c, id, known)})
		return
	}
	if kind := p.Metrics[k].Kind; kind != "" && kind != KindFlow && (kind != KindStock || !stocks) {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Value: id, Bound: "a flow, not a " + string(kind)})
	}
}

// checkGoalKind checks what goals of some kinds may have.
func checkGoalKind(g Goal, m *Metric, path string, c *diag.Collector) {
	c.Add(checkEnum(g.Binding, []Binding{"", BindingFixed, BindingAtLeast, BindingNone}, path+"/binding"))
	checkIdle(g.Parent != "", "only with a parent", c, map[string]string{path + "/binding": string(g.Binding)})
	if m == nil {
		return
	}
	checkIdle(m.Kind == KindStock, "only of a stock", c, map[string]string{path + "/additions": g.Additions, path + "/losses": g.Losses})
	if m.Kind != KindStock && m.Kind != KindRate {
		return
	}
	kind := "a " + string(m.Kind)
	if checkAmount(g.Target) && g.Target.IsNegative() {
		c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/target", Value: g.Target.String(), Bound: "0"})
	}
	checkIdle(false, kind+" is no sum of recurrences", c, map[string]string{path + "/every": string(g.Every)})
	switch m.Kind {
	case KindStock:
		checkStockGoal(g, *m, path, c)
	case KindRate:
		if m.Share && checkAmount(g.Target) && m.fraction(g.Target).GreaterThan(decimal.NewFromInt(1)) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/target", Value: g.Target.String(), Bound: "100 %"})
		}
	}
}

// checkStockGoal checks a stock's opening and how it is split.
func checkStockGoal(g Goal, m Metric, path string, c *diag.Collector) {
	if b := g.Baseline; b.Valid && checkAmount(b.Decimal) {
		if b.Decimal.IsNegative() {
			c.Add(&diag.Fault{Code: diag.Negative, Path: path + "/baseline", Value: b.Decimal.String(), Bound: "0"})
		} else {
			checkTarget(b.Decimal, m.Step, path+"/baseline", c)
		}
	}
	if g.Additions != "" && g.Additions == g.Losses {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/losses", Value: g.Losses, Bound: "another than the additions"})
	}
	if g.Split == nil {
		return
	}
	s := *g.Split
	const noSum = "a stock's readings are no amounts to add up"
	if s.Time.Basis == TimeHistory {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/split/time/basis", Value: string(s.Time.Basis), Bound: noSum})
	}
	if s.Fix == FixPeople {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/split/fix", Value: string(s.Fix), Bound: "not of a stock"})
	}
	for i, a := range s.Axes {
		at := index(path+"/split/axes", i)
		if a.Season != "" && a.Season != SeasonGoal {
			c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/season", Value: string(a.Season), Bound: noSum})
		}
	}
}

// checkSuccessors refuses successors that are no leaf of the same axis, and
// units that succeed themselves.
func checkSuccessors(axes []Axis, unitAt map[string]string, c *diag.Collector) {
	if awaitsTable(axes) {
		return
	}
	for a, axis := range axes {
		units := axis.tree()
		at := make(map[string]int32, len(units))
		inner := make(map[string]bool)
		any := false
		for i := range units {
			at[units[i].ID] = int32(i)
			units[i].eachParent(func(parent string) { inner[parent] = true })
			any = any || units[i].Successor != ""
		}
		if !any {
			continue
		}
		next := make([]int32, len(units))
		for i := range units {
			next[i] = -1
			u := &units[i]
			if u.Successor == "" {
				continue
			}
			path := unitAt[u.ID] + "/successor"
			switch j, ok := at[u.Successor]; {
			case !ok:
				c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: u.Successor, Bound: "the units of " + axis.ID, Near: nearestOf(c, u.Successor, unitIDs(units))})
			case inner[u.Successor] || inner[u.ID]:
				c.Add(&diag.Fault{Code: diag.Conflict, Path: path, Value: u.Successor, Bound: "only units without units below succeed each other"})
			default:
				next[i] = j
			}
		}
		place := index("/axes", a)
		cycles := diag.Collector{}
		checkCycles(units, next, func(i int) string { return place + "/units/" + units[i].ID }, &cycles)
		for _, f := range diag.All(cycles.Err()) {
			g := *f
			g.Path = unitAt[f.Value] + "/successor"
			c.Add(&g)
		}
	}
}

// fraction returns a rate as a fraction: a rate in "%" is given in hundredths.
func (m Metric) fraction(rate decimal.Decimal) decimal.Decimal {
	if m.inHundredths() {
		return rate.Shift(-2)
	}
	return rate
}

func (m Metric) inHundredths() bool { return strings.TrimSpace(m.Measure) == "%" }
