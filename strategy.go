package salesplan

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Strategy says where and how the company means to win. Goals are checked
// against it: a goal is relevant if it points to something that stands here.
type Strategy struct {
	// Positioning is what the company wants to be, for whom.
	Positioning string `json:"positioning,omitempty"`

	// Segments are whom it serves with what: ids or names of units, such as
	// customer segments, regions and product lines, or other names.
	Segments []string `json:"segments,omitempty"`

	// Advantages are why customers choose it.
	Advantages []string `json:"advantages,omitempty"`

	// Competitors are against whom it wins and loses.
	Competitors []string `json:"competitors,omitempty"`
}

// A Relation says that a goal hangs on others: that the product of its factors
// is to be the result, as revenue = customers × average deal.
type Relation struct {
	// Result is the goal that the factors make.
	Result string `json:"result" plan:"required"`

	// Factors are ids of goals, or numbers ("25000", "0.22"). A goal of a flow
	// counts with its target over its whole period, all recurrences together,
	// and one measured in "%" of anything else in hundredths.
	Factors []string `json:"factors" plan:"required"`

	// Tolerance is the share of the result by which the product may miss it;
	// 0.01 if not given.
	Tolerance decimal.NullDecimal `json:"tolerance,omitzero"`
}

// maxFactors is how many factors a relation may have.
const maxFactors = 16

// maxStrategyItems is how many items a list of a strategy may have.
const maxStrategyItems = 1000

func (s *Strategy) clone() *Strategy {
	if s == nil {
		return nil
	}
	out := *s
	out.Segments, out.Advantages, out.Competitors = slices.Clone(s.Segments), slices.Clone(s.Advantages), slices.Clone(s.Competitors)
	return &out
}

func cloneRelations(rs []Relation) []Relation {
	out := slices.Clone(rs)
	for i := range out {
		out[i].Factors = slices.Clone(out[i].Factors)
	}
	return out
}

// items returns all that a goal may point to.
func (s *Strategy) items() []string {
	if s == nil {
		return nil
	}
	return slices.Concat(s.Segments, s.Advantages, s.Competitors)
}

func checkStrategy(s *Strategy, c *diag.Collector) {
	if s == nil {
		return
	}
	check := func(list []string, path string) {
		if len(list) > maxStrategyItems {
			c.Add(&diag.Fault{Code: diag.TooMany, Path: path, Bound: strconv.Itoa(maxStrategyItems)})
			return
		}
		seen := map[string]int{}
		for i, text := range list {
			at := index(path, i)
			folded := strings.ToLower(text)
			if !checkID(text, at, c) {
				continue
			}
			if j, twice := seen[folded]; twice {
				c.Add(&diag.Fault{Code: diag.Duplicate, Path: at, Value: text, Bound: index(path, j)})
			}
			seen[folded] = i
		}
	}
	check(s.Segments, "/strategy/segments")
	check(s.Advantages, "/strategy/advantages")
	check(s.Competitors, "/strategy/competitors")
}

// checkRelations checks the relations of a plan: that their goals are there and
// of one period, and that numbers are numbers.
func (p *Plan) checkRelations(c *diag.Collector) {
	ids := make([]string, len(p.Goals))
	for i := range p.Goals {
		ids[i] = p.Goals[i].ID
	}
	for i, r := range p.Relations {
		path := index("/relations", i)
		result := slices.Index(ids, r.Result)
		switch {
		case r.Result == "":
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/result", Bound: "a goal"})
		case result < 0:
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path + "/result", Value: r.Result, Bound: "the goals", Near: nearestOf(c, r.Result, ids)})
		}
		if t := r.Tolerance; t.Valid && (!checkAmount(t.Decimal) || t.Decimal.IsNegative() || t.Decimal.GreaterThan(decimal.NewFromInt(1))) {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/tolerance", Bound: "0 to 1"})
		}
		if len(r.Factors) == 0 {
			c.Add(&diag.Fault{Code: diag.Required, Path: path + "/factors", Bound: "goals or numbers"})
		}
		if len(r.Factors) > maxFactors {
			c.Add(&diag.Fault{Code: diag.TooMany, Path: path + "/factors", Bound: strconv.Itoa(maxFactors)})
			continue
		}
		for j, text := range r.Factors {
			p.checkFactor(text, r.Result, result, index(path+"/factors", j), ids, c)
		}
	}
}

func (p *Plan) checkFactor(text, result string, resultAt int, path string, ids []string, c *diag.Collector) {
	at := slices.Index(ids, text)
	switch {
	case text == "":
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "a goal or a number"})
	case text == result:
		c.Add(&diag.Fault{Code: diag.Cycle, Path: path, Value: text, Bound: text})
	case at < 0:
		if _, ok := factorNumber(text); !ok {
			c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: text, Bound: "the goals", Near: nearestOf(c, text, ids)})
		}
	case resultAt >= 0:
		fiscal := p.Calendar.Fiscal
		mine, err1 := fiscal.Parse(p.Goals[at].Period)
		other, err2 := fiscal.Parse(p.Goals[resultAt].Period)
		if err1 == nil && err2 == nil && mine != other {
			c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: p.Goals[at].Period, Bound: p.Goals[resultAt].Period})
		}
	}
}

// factorNumber reads a number of a relation, of at most 38 digits.
func factorNumber(text string) (decimal.Decimal, bool) {
	const longest = 80
	if len(text) > longest {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(text)
	return d, err == nil && checkAmount(d)
}

// CheckRelations returns a finding for each relation whose factors don't make
// its result: by how much and which share of it. Goals count with their target
// over their whole period, all recurrences together,
// and one measured in "%" of anything else in hundredths. The plan must pass
// [Plan.Validate]; otherwise its faults are returned.
func (p *Plan) CheckRelations() ([]diag.Finding, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return p.relationFindings(), nil
}

func (p *Plan) relationFindings() []diag.Finding {
	var out []diag.Finding
	for _, r := range p.Relations {
		result, first, ok := p.goalTotal(r.Result)
		product := big.NewRat(1, 1)
		for _, text := range r.Factors {
			x, _, isGoal := p.goalTotal(text)
			if n, isNumber := factorNumber(text); !isGoal && isNumber {
				x, isGoal = ratOf(n), true
			}
			if ok = ok && isGoal; ok {
				product.Mul(product, x)
			}
		}
		if !ok {
			continue
		}
		tolerance := decimal.New(1, -2)
		if r.Tolerance.Valid {
			tolerance = r.Tolerance.Decimal
		}
		if f, broken := p.relationFinding(r, [2]*big.Rat{result, product}, ratOf(tolerance), first); broken {
			out = append(out, f)
		}
	}
	return out
}

// relationFinding compares a result with its product.
func (p *Plan) relationFinding(r Relation, sides [2]*big.Rat, tolerance *big.Rat, first string) (diag.Finding, bool) {
	result, product := sides[0], sides[1]
	by := new(big.Rat).Sub(product, result)
	allowed := new(big.Rat).Mul(new(big.Rat).Abs(result), tolerance)
	if new(big.Rat).Abs(by).Cmp(allowed) <= 0 {
		return diag.Finding{}, false
	}
	part := big.NewRat(1, 1)
	if result.Sign() != 0 {
		part = new(big.Rat).Abs(new(big.Rat).Quo(by, result))
	}
	goal := p.Goals[slices.IndexFunc(p.Goals, func(g Goal) bool { return g.ID == r.Result })]
	return diag.Finding{Severity: diag.Warning, Code: codeRelation, Subject: diag.Subject{Kind: "goal", ID: r.Result},
		Args: []diag.Arg{diag.Amount("target", ratText(result)), diag.Name("factors", joinSome(r.Factors, " × ")),
			diag.Amount("product", ratText(product)), diag.Amount("by", ratText(by)), diag.Share("share", ratPlaces(part, 4).String())},
		Advice: []diag.Advice{{Action: codeAdviceRelation, Amount: ratText(new(big.Rat).Abs(by)), Until: first, Owner: goal.Owner}}}, true
}

// goalTotal returns what a goal owes over its whole period and the period's
// first day; ok is false for no goal, or one whose recurrences can't be counted.
func (p *Plan) goalTotal(id string) (total *big.Rat, first string, ok bool) {
	i := slices.IndexFunc(p.Goals, func(g Goal) bool { return g.ID == id })
	if i < 0 || !checkAmount(p.Goals[i].Target) {
		return nil, "", false
	}
	m := slices.IndexFunc(p.Metrics, func(m Metric) bool { return m.ID == p.Goals[i].Metric })
	if m < 0 {
		return nil, "", false
	}
	bare, _, err := p.Goals[i].grow(growthBase{metric: p.Metrics[m]})
	if err != nil && bare.Target.IsZero() {
		return nil, "", false // it grows on what only the evidence knows
	}
	bare.Split = nil
	g, err := newGrid(bare, p.Calendar.Fiscal, nil)
	if err != nil {
		return nil, "", false
	}
	total = ratOf(bare.Target)
	if isFlow(p.Metrics[m]) {
		total.Mul(total, big.NewRat(int64(len(g.turns)), 1))
	} else if p.Metrics[m].Measure == "%" {
		total.Quo(total, big.NewRat(100, 1))
	}
	return total, g.whole.First.String(), true
}
