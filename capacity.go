package salesplan

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A CapacityBy says how what a full head sells in a goal's period is divided
// over it. The zero CapacityBy is [CapacitySeason].
type CapacityBy string

// How a head sells over time.
const (
	CapacitySeason CapacityBy = "season" // as the goal's own amounts
	CapacityDays   CapacityBy = "days"   // by days, as the split measures presence
)

// UnmarshalText reads how a head sells; any other text is a fault of code
// [diag.Invalid].
func (b *CapacityBy) UnmarshalText(text []byte) error {
	return readEnum(b, text, []CapacityBy{CapacitySeason, CapacityDays})
}

// A CapacityRule says what people can carry.
type CapacityRule struct {
	// PerHead is the quota of one full head over the goal's whole period.
	PerHead decimal.Decimal `json:"perHead"`

	// Attainment is the share of it that heads reach on average; not given, 1.
	Attainment decimal.NullDecimal `json:"attainment,omitzero"`

	// By says how that is divided over the period.
	By CapacityBy `json:"by,omitempty"`

	// Grain is the grain of the result, one of the split's; not given, the
	// month, and where the split has none, the whole period.
	Grain calendar.Grain `json:"grain,omitempty"`

	// Ramp is a new hire's, month by month up to 1; not given, a full quota
	// from the first day on.
	Ramp []decimal.Decimal `json:"ramp,omitempty"`

	// LeadDays is how many days lie between looking for somebody and the first
	// day of work.
	LeadDays int `json:"leadDays,omitempty"`

	// AsOf is the day from which on people can be sought; unset, any.
	AsOf calendar.Date `json:"asOf,omitzero"`

	// Budgets are what money is stated to bring beside what heads carry.
	Budgets []BudgetEffect `json:"budgets,omitempty"`
}

// A BudgetEffect is what a budget is stated to bring. It is a statement: nobody
// computes it from the cost.
type BudgetEffect struct {
	ID       string          `json:"id"`
	Cost     decimal.Decimal `json:"cost"`
	Expected decimal.Decimal `json:"expected"`
}

// A CapacityLine is what a period takes and what is there. Heads are full ones,
// to four decimals.
type CapacityLine struct {
	Period calendar.Period

	// Needed are the heads that would carry what is required, There those who
	// are there by presence and ramp, and Gap is the difference, less than 0
	// for a surplus.
	Needed decimal.Decimal
	There  decimal.Decimal
	Gap    decimal.Decimal

	// Required is the goal's amount, Carried what those who are there bring,
	// Short the difference, less than 0 for a surplus.
	Required decimal.Decimal
	Carried  decimal.Decimal
	Short    decimal.Decimal
}

// A Hire is how many people have to come by when.
type Hire struct {
	// Count people are to be sought from Open on, to start on Start, so that
	// they carry a full quota in For.
	Count int
	Open  calendar.Date
	Start calendar.Date
	For   calendar.Period
}

// A CapacityPlan is what a goal takes and what there is. It is a value of its
// own, that nothing in the library changes.
type CapacityPlan struct {
	Goal string

	// Whole is the line of the whole period: There are the heads that would
	// carry as much if they were there all the time.
	Whole CapacityLine

	// Lines are those of the periods; Required and Carried add up to those of
	// Whole.
	Lines []CapacityLine

	// Hires are the heads that are missing, by when they have to come.
	Hires []Hire

	// Cost and Expected total the budgets; After is what is missing when they
	// bring what is stated.
	Cost     decimal.Decimal
	Expected decimal.Decimal
	After    decimal.Decimal

	findings []diag.Finding
	step     decimal.Decimal
	label    func(calendar.Period) string
}

// Capacity returns the heads that a breakdown's goal takes, by period, against
// those who are there: each leaf of the first axis is one head, as far as it
// is present and ramped up.
//
//	needed = required ÷ (a full head's quota in the period × attainment)
//	carried = heads there × a full head's quota in the period × attainment
//
// Where heads are missing, hires are those who fill the period's gap, rounded
// up to whole people, beyond those hired for earlier periods; they start early
// enough to be fully ramped up on the period's first day. What they bring
// before that is not counted. Nobody is let go.
//
// Amounts are exact to the metric's step: what is carried is rounded as a
// running total. Budgets add what is stated, once, to the whole period.
//
// Faults, all at once: [diag.Required] at /breakdown; [diag.Negative] there for
// a goal that is; at /rule those of its fields. It takes time in proportion to
// leaf units × leaf periods.
func Capacity(b *Breakdown, rule CapacityRule) (*CapacityPlan, error) {
	if f := checkBreakdown(b, big.NewRat(1, 1)); f != nil {
		return nil, diag.Faults{f}
	}
	var c diag.Collector
	if b.cs.negative {
		c.Add(&diag.Fault{Code: diag.Negative, Path: "/breakdown", Value: b.Total().String(), Bound: "0"})
	}
	grain := checkCapacity(b, rule, &c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	k := newCapacity(b, rule)
	if k.carries(stretch{b.cs.grid.whole, 0, len(b.cs.grid.pieces)}).Cmp(new(big.Rat).SetInt64(maxSteps)) > 0 {
		return nil, diag.Faults{{Code: diag.OutOfRange, Path: "/rule/perHead", Value: rule.PerHead.String(), Bound: strconv.FormatInt(maxSteps, 10) + " steps in all"}}
	}
	return k.plan(grain), nil
}

// checkCapacity checks a rule and returns the grain of the result.
func checkCapacity(b *Breakdown, rule CapacityRule, c *diag.Collector) calendar.Grain {
	if !checkAmount(rule.PerHead) || rule.PerHead.Sign() <= 0 {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/rule/perHead", Bound: "more than 0"})
	}
	if a := rule.Attainment; a.Valid && shareMicros(a.Decimal, "/rule/attainment", c) == 0 && a.Decimal.IsZero() {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/rule/attainment", Value: "0", Bound: "more than 0"})
	}
	c.Add(checkEnum(rule.By, []CapacityBy{"", CapacitySeason, CapacityDays}, "/rule/by"))
	if len(rule.Ramp) > 0 {
		checkRamp(&Unit{From: calendar.On(2000, 1, 1), Ramp: rule.Ramp}, "/rule/ramp", c)
	}
	const year = 366
	if rule.LeadDays < 0 || rule.LeadDays > 10*year {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/rule/leadDays", Value: strconv.Itoa(rule.LeadDays), Bound: "0 to " + strconv.Itoa(10*year)})
	}
	for i, e := range rule.Budgets {
		path := index("/rule/budgets", i)
		checkID(e.ID, path+"/id", c)
		checkPositive(e.Cost, path+"/cost", c)
		checkPositive(e.Expected, path+"/expected", c)
	}
	return capacityGrain(b, rule.Grain, c)
}

// checkPositive refuses an amount beyond the limits or below 0.
func checkPositive(x decimal.Decimal, path string, c *diag.Collector) {
	switch {
	case !checkAmount(x):
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: amountBound})
	case x.IsNegative():
		c.Add(&diag.Fault{Code: diag.Negative, Path: path, Value: x.String(), Bound: "0"})
	}
}

func capacityGrain(b *Breakdown, grain calendar.Grain, c *diag.Collector) calendar.Grain {
	switch {
	case grain == "" && slices.Contains(b.cs.grid.grains, calendar.GrainMonth):
		return calendar.GrainMonth
	case grain == "":
		return GrainGoal
	case b.stretchesOf(grain) == nil:
		names := []string{string(GrainGoal)}
		for _, g := range b.cs.grid.grains {
			names = append(names, string(g))
		}
		c.Add(&diag.Fault{Code: diag.OffGrid, Path: "/rule/grain", Value: string(grain), Near: joinNames(names)})
	}
	return grain
}

// A capacity is a plan on its way: by leaf period, what is required, what a
// full head brings of its quota, and how much of a head is there.
type capacity struct {
	b        *Breakdown
	rule     CapacityRule
	perHead  *big.Rat // in steps, over the whole period
	required []int64
	weights  []int64
	all      *big.Int   // of the weights
	full     []uint64   // presence of one full head
	there    []*big.Rat // presence of those who are there
}

func newCapacity(b *Breakdown, rule CapacityRule) *capacity {
	g, t := b.cs.grid, b.cs.axes[0].tree
	k := &capacity{b: b, rule: rule, required: b.unitRow(0), all: new(big.Int),
		weights: make([]int64, len(g.pieces)), full: make([]uint64, len(g.pieces)), there: make([]*big.Rat, len(g.pieces))}
	k.perHead = new(big.Rat).Quo(ratOf(rule.PerHead), ratOf(b.cs.metric.Step))
	if rule.Attainment.Valid {
		k.perHead.Mul(k.perHead, ratOf(rule.Attainment.Decimal))
	}
	for p, days := range g.measure {
		if days == 0 {
			days = uint64(g.pieces[p].Days())
		}
		k.full[p] = days * t.scale
		k.weights[p] = int64(days)
		if rule.By != CapacityDays {
			k.weights[p] = max(k.required[p], 0)
		}
		k.all.Add(k.all, big.NewInt(k.weights[p]))
	}
	k.count(t, g)
	return k
}

// count adds up who is there.
func (k *capacity) count(t *tree, g *grid) {
	ones := make([]uint64, len(g.pieces))
	presence := make([]uint64, len(g.pieces))
	for p := range k.there {
		k.there[p] = new(big.Rat)
	}
	for _, leaf := range t.leaves {
		if t.nodes[leaf].unit == nil {
			continue // an axis without units: nobody
		}
		t.presence(leaf, g, presence)
		fte := t.nodes[leaf].unit.FTE
		for p, x := range presence {
			if !fte.Valid {
				ones[p] += x
			} else if x > 0 {
				k.there[p].Add(k.there[p], new(big.Rat).Mul(ratOf(fte.Decimal), new(big.Rat).SetUint64(x)))
			}
		}
	}
	for p, x := range ones {
		k.there[p].Add(k.there[p], new(big.Rat).SetUint64(x))
	}
}

// quota returns what one full head brings in a stretch, in steps.
func (k *capacity) quota(s stretch) *big.Rat {
	sum := new(big.Int)
	for _, w := range k.weights[s.first:s.end] {
		sum.Add(sum, big.NewInt(w))
	}
	if k.all.Sign() == 0 {
		return new(big.Rat)
	}
	return new(big.Rat).Mul(k.perHead, new(big.Rat).SetFrac(sum, k.all))
}

// carries returns what those who are there bring in a stretch, in steps.
func (k *capacity) carries(s stretch) *big.Rat {
	sum := new(big.Rat)
	if k.all.Sign() == 0 {
		return sum
	}
	for p := s.first; p < s.end; p++ {
		part := new(big.Rat).SetFrac(big.NewInt(k.weights[p]), new(big.Int).Mul(k.all, new(big.Int).SetUint64(k.full[p])))
		sum.Add(sum, part.Mul(part, k.there[p]))
	}
	return sum.Mul(sum, k.perHead)
}

// heads returns how many full heads are there on average over a stretch.
func (k *capacity) heads(s stretch) *big.Rat {
	sum, full := new(big.Rat), new(big.Int)
	for p := s.first; p < s.end; p++ {
		sum.Add(sum, k.there[p])
		full.Add(full, new(big.Int).SetUint64(k.full[p]))
	}
	if full.Sign() == 0 {
		return sum
	}
	return sum.Quo(sum, new(big.Rat).SetInt(full))
}

func (k *capacity) plan(grain calendar.Grain) *CapacityPlan {
	b := k.b
	whole := stretch{b.cs.grid.whole, 0, len(b.cs.grid.pieces)}
	out := &CapacityPlan{Goal: b.Goal(), step: b.cs.metric.Step, label: b.Label}
	running := new(big.Rat)
	var before int64
	needs := []*big.Rat{}
	for _, s := range b.stretchesOf(grain) {
		running.Add(running, k.carries(s))
		after := roundRat(running)
		line, gap := k.line(s, after-before, k.heads(s))
		before = after
		out.Lines = append(out.Lines, line)
		needs = append(needs, gap)
	}
	there := new(big.Rat)
	if k.perHead.Sign() > 0 && k.all.Sign() > 0 {
		there.Quo(k.carries(whole), k.perHead)
	}
	out.Whole, _ = k.line(whole, before, there)
	out.Hires = k.hires(out.Lines, needs)
	for _, e := range k.rule.Budgets {
		out.Cost, out.Expected = out.Cost.Add(e.Cost), out.Expected.Add(e.Expected)
	}
	out.After = out.Whole.Short.Sub(out.Expected)
	k.find(out)
	return out
}

// line returns a stretch's line, and its gap in heads before it is rounded.
func (k *capacity) line(s stretch, carried int64, there *big.Rat) (CapacityLine, *big.Rat) {
	required := sumOf(k.required[s.first:s.end])
	needed := new(big.Rat)
	if q := k.quota(s); q.Sign() > 0 {
		needed.Quo(new(big.Rat).SetInt64(required), q)
	}
	gap := new(big.Rat).Sub(needed, there)
	return CapacityLine{
		Period: s.Period, Needed: ratPlaces(needed, 4), There: ratPlaces(there, 4), Gap: ratPlaces(gap, 4),
		Required: k.b.decimal(required), Carried: k.b.decimal(carried), Short: k.b.decimal(required - carried),
	}, gap
}

// roundRat rounds a rational that is not negative half up; it must be below
// 9·10¹⁸.
func roundRat(r *big.Rat) int64 {
	n := new(big.Int).Add(new(big.Int).Lsh(r.Num(), 1), r.Denom())
	return n.Quo(n, new(big.Int).Lsh(r.Denom(), 1)).Int64()
}

// hires returns whom each period's gap takes beyond those hired before.
func (k *capacity) hires(lines []CapacityLine, gaps []*big.Rat) []Hire {
	months := k.rampMonths()
	var out []Hire
	hired := int64(0)
	for i, gap := range gaps {
		n := new(big.Int).Neg(new(big.Int).Div(new(big.Int).Neg(gap.Num()), gap.Denom())) // rounded up
		if !n.IsInt64() || n.Int64() <= hired {
			continue
		}
		start := lines[i].Period.First.AddMonths(-months)
		out = append(out, Hire{Count: int(n.Int64() - hired), Open: start.AddDays(-k.rule.LeadDays), Start: start, For: lines[i].Period})
		hired = n.Int64()
	}
	return out
}

// find says what is missing, and whom there is no time to find.
func (k *capacity) find(out *CapacityPlan) {
	b, w := k.b, out.Whole
	goal := diag.Subject{Kind: "goal", ID: b.Goal()}
	if w.Short.Sign() > 0 {
		args := []diag.Arg{diag.Amount("needed", w.Needed.String()), diag.Amount("there", w.There.String()),
			diag.Amount("carried", b.Text(w.Carried)), diag.Amount("target", b.Text(w.Required)), diag.Amount("short", b.Text(w.Short))}
		if len(k.rule.Budgets) > 0 {
			args = append(args, diag.Amount("expected", out.Expected.String()), diag.Amount("cost", out.Cost.String()), diag.Amount("after", out.After.String()))
		}
		f := diag.Finding{Severity: diag.Warning, Code: codeCapacityGap, Subject: goal, Args: args}
		if out.After.Sign() <= 0 {
			f.Severity = diag.Info
		}
		if len(out.Hires) > 0 {
			count := 0
			for _, h := range out.Hires {
				count += h.Count
			}
			f.Advice = []diag.Advice{{Action: codeAdviceHire, Amount: strconv.Itoa(count), Until: out.Hires[0].Start.String(), Owner: b.Owner()}}
		}
		out.findings = append(out.findings, f)
	}
	late, first := 0, -1
	for i, h := range out.Hires {
		if !k.rule.AsOf.IsZero() && h.Open.Before(k.rule.AsOf) {
			late += h.Count
			if first < 0 {
				first = i
			}
		}
	}
	if first >= 0 {
		h := out.Hires[first]
		cover := k.uncovered(out)
		out.findings = append(out.findings, diag.Finding{Severity: diag.Warning, Code: codeCapacityLate, Subject: goal,
			Args: []diag.Arg{diag.Count("count", late), diag.Period("period", b.Label(h.For)), diag.Date("open", h.Open.String()), diag.Date("asOf", k.rule.AsOf.String())},
			Advice: []diag.Advice{{Action: codeAdviceLate, Amount: b.Text(cover), Owner: b.Owner(),
				Until: k.rule.AsOf.AddDays(k.rule.LeadDays).AddMonths(k.rampMonths()).String()}}})
	}
}

func (k *capacity) rampMonths() int {
	n := slices.IndexFunc(k.rule.Ramp, func(d decimal.Decimal) bool { return d.Equal(decimal.NewFromInt(1)) })
	return max(n, 0)
}

// uncovered returns what is missing in the periods that begin before somebody
// sought from AsOf on could carry a full quota.
func (k *capacity) uncovered(out *CapacityPlan) decimal.Decimal {
	ready := k.rule.AsOf.AddDays(k.rule.LeadDays).AddMonths(k.rampMonths())
	var sum decimal.Decimal
	for _, l := range out.Lines {
		if l.Period.First.Before(ready) && l.Short.Sign() > 0 {
			sum = sum.Add(l.Short)
		}
	}
	return sum
}
