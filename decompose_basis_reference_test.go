package salesplan

import (
	"math/big"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// A refGroup is siblings that are to be weighed, in fractions.
type refGroup struct {
	r      *reference
	axis   int
	root   *refNode
	prefix []*refNode
	kids   []*refNode
}

func ratSum(xs []*big.Rat) *big.Rat {
	sum := new(big.Rat)
	for _, x := range xs {
		sum.Add(sum, x)
	}
	return sum
}

// shares divides by the sum; ok is false if that is 0.
func shares(xs []*big.Rat) (out []*big.Rat, ok bool) {
	sum := ratSum(xs)
	for _, x := range xs {
		if sum.Sign() == 0 {
			out = append(out, new(big.Rat))
		} else {
			out = append(out, new(big.Rat).Quo(x, sum))
		}
	}
	return out, sum.Sign() != 0
}

func (g refGroup) nothing() []*big.Rat {
	out := make([]*big.Rat, len(g.kids))
	for i := range out {
		out[i] = new(big.Rat)
	}
	return out
}

// weights follows the words of the rule: basis or blend, growth, buckets.
func (g refGroup) weights(rule BasisRule) []*big.Rat {
	out := g.nothing()
	if rule.Basis != BasisBlend {
		out = g.measured(rule.part())
	}
	for _, p := range rule.Blend {
		if p.Share.IsZero() {
			continue
		}
		part, ok := shares(g.measured(p.BasisPart))
		if !ok && !rule.Normalise {
			return g.nothing()
		}
		for i, x := range part {
			out[i].Add(out[i], x.Mul(x, p.Share.Rat()))
		}
	}
	if rule.Growth != nil {
		for i, k := range g.kids {
			u := rule.Growth.Units[k.id]
			one, grow, relief := big.NewRat(1, 1), u.Growth.Rat(), u.Relief.Rat()
			if rule.Growth.Mode == GrowthAdditive {
				one.Sub(one.Add(one, grow), relief)
			} else {
				one.Mul(grow.Add(grow, one), new(big.Rat).Sub(big.NewRat(1, 1), relief))
			}
			out[i] = new(big.Rat).Mul(out[i], one)
		}
	}
	if rule.Buckets == nil {
		return out
	}
	var by []*big.Rat
	if rule.Buckets.By != nil {
		by = g.measured(*rule.Buckets.By)
	}
	all := g.nothing()
	var done []string
	for _, k := range g.kids {
		name := k.unit.Group
		if slices.Contains(done, name) {
			continue
		}
		done = append(done, name)
		share, inside := new(big.Rat), g.nothing()
		if by == nil {
			share.Set(rule.Buckets.Shares[name].Rat())
		}
		for i, other := range g.kids {
			if other.unit.Group == name {
				inside[i].Set(out[i])
				if by != nil {
					share.Add(share, by[i])
				}
			}
		}
		inside, ok := shares(inside)
		if !ok && share.Sign() != 0 && !rule.Buckets.Normalise {
			return g.nothing()
		}
		for i, x := range inside {
			all[i].Add(all[i], x.Mul(x, share))
		}
	}
	return all
}

// measured is what each has by a basis; nil stands for nobody knows until the
// newcomers' rule has spoken.
func (g refGroup) measured(p BasisPart) []*big.Rat {
	out := g.nothing()
	given := slices.ContainsFunc(g.kids, func(k *refNode) bool { return k.unit.Weight.Valid })
	for i, k := range g.kids {
		switch {
		case p.Basis == BasisWeights && given:
			out[i] = k.unit.Weight.Decimal.Rat()
		case p.bySales():
			out[i] = g.sales(k, p)
		case p.Basis == BasisPotential:
			out[i] = refPotential(k)
		case p.Basis == BasisHeadcount:
			out[i] = g.heads(k)
		default:
			out[i].SetInt64(1)
		}
	}
	var known []*big.Rat
	for _, x := range out {
		if x != nil {
			known = append(known, x)
		}
	}
	slices.SortFunc(known, func(a, b *big.Rat) int { return a.Cmp(b) })
	for i, k := range g.kids {
		switch {
		case out[i] != nil:
		case p.Newcomers == NewcomersWeight:
			out[i] = k.unit.Weight.Decimal.Rat()
		case len(known) == 0:
			out[i] = big.NewRat(1, 1)
		default:
			out[i] = new(big.Rat).Add(known[(len(known)-1)/2], known[len(known)/2])
			out[i].Quo(out[i], big.NewRat(2, 1))
		}
	}
	return out
}

func refPotential(n *refNode) *big.Rat {
	if n.unit.Potential.Valid {
		return n.unit.Potential.Decimal.Rat()
	}
	if len(n.kids) == 0 {
		return nil
	}
	sum := new(big.Rat)
	for _, k := range n.kids {
		x := refPotential(k)
		if x == nil {
			return nil
		}
		sum.Add(sum, x)
	}
	return sum
}

// heads counts, day by day, the people who are there, over the days on which
// the unit is.
func (g refGroup) heads(n *refNode) *big.Rat {
	there, heads := int64(0), new(big.Rat)
	eachDay(g.r.whole, func(d calendar.Date) {
		if n.isThere(d) {
			there++
		}
		for _, leaf := range n.leaves() {
			if leaf.isThere(d) {
				fte := big.NewRat(1, 1)
				if leaf.unit.FTE.Valid {
					fte = leaf.unit.FTE.Decimal.Rat()
				}
				heads.Add(heads, fte)
			}
		}
	})
	if there == 0 {
		return heads
	}
	return heads.Quo(heads, big.NewRat(there, 1))
}

// sales returns what a unit brought in a window or has open; nil if the evidence
// has no word of it or of anybody below it. On a later axis that counts below
// the given units before, or else below their nearest ancestor below which
// there is something.
func (g refGroup) sales(n *refNode, p BasisPart) *big.Rat {
	known := false
	var window calendar.Period
	if p.Basis == BasisHistory {
		window, _ = g.r.req.Fiscal.Parse(p.Period)
	}
	n.each(func(m *refNode) { known = known || g.r.req.Evidence.Knows(m.id, window) })
	if !known {
		return nil
	}
	sum := g.r.brought
	if p.Basis == BasisPipeline {
		sum = g.r.isOpen
	}
	at := slices.Clone(g.prefix)
	for {
		if sum(g.axis, g.root, at, p).Sign() > 0 {
			return sum(g.axis, n, at, p)
		}
		i := len(at) - 1
		for i >= 0 && at[i].above == nil {
			i--
		}
		if i < 0 {
			return sum(g.axis, n, at, p)
		}
		at[i] = at[i].above
	}
}

// isOpen sums the open deals that belong to n and to all of before. The first
// three axes are those of owners, products and segments.
func (r *reference) isOpen(axis int, n *refNode, before []*refNode, p BasisPart) *big.Rat {
	field := func(a int, d Deal) string { return []string{d.Owner, d.Product, d.Segment}[a] }
	below := func(m *refNode, a int, d Deal) bool {
		found := false
		m.each(func(k *refNode) { found = found || k.id != "" && k.id == field(a, d) })
		return found
	}
	part := func(d Deal) *big.Rat {
		for stage, x := range p.Probability {
			if strings.EqualFold(stage, strings.TrimSpace(d.Stage)) {
				return x.Rat()
			}
		}
		return big.NewRat(1, 1)
	}
	window, _ := r.req.Fiscal.Parse(p.Period)
	var deals []Deal
	for d := range r.req.Evidence.Pipeline() {
		if p.Period == "" || !d.ExpectedClose.IsZero() && window.Contains(d.ExpectedClose) {
			deals = append(deals, d)
		}
	}
	sum := new(big.Rat)
	for i, d := range deals {
		ok := below(n, axis, d)
		for a, m := range before {
			ok = ok && (m.above == nil || below(m, a, d))
		}
		x := part(d)
		switch r.req.Metric.Counts {
		case CountsWonAmount:
			ok = ok && d.Amount.Valid
			x.Mul(x, d.Amount.Decimal.Rat())
		case CountsWonCustomers:
			for j, e := range deals {
				if same := strings.EqualFold(e.Customer, d.Customer); same && (part(e).Cmp(part(d)) > 0 || j < i && part(e).Cmp(part(d)) == 0) {
					ok = false // another of this customer's counts
				}
			}
			ok = ok && d.Customer != ""
		}
		if ok {
			sum.Add(sum, x)
		}
	}
	return sum
}

// A deal as the tests write it: "owner[/product] stage amount [close [customer]]".
func openDeal(line string, row int) Deal {
	f := append(strings.Fields(line), "", "")
	d := Deal{Stage: f[1], Outcome: OutcomeOpen, Row: row, Customer: f[4]}
	d.Owner, d.Product, _ = strings.Cut(f[0], "/")
	d.Product, d.Segment, _ = strings.Cut(d.Product, "/")
	if d.Customer == "-" {
		d.Customer = ""
	}
	if f[2] != "-" {
		amount, currency := f[2], ""
		if i := strings.IndexFunc(amount, func(r rune) bool { return r >= 'A' && r <= 'Z' }); i >= 0 {
			amount, currency = amount[:i], amount[i:]
		}
		d.Amount, d.Currency = decimal.NewNullDecimal(decimal.RequireFromString(amount)), currency
	}
	if f[3] != "-" {
		d.ExpectedClose, _ = calendar.ParseDate(f[3])
	}
	if d.Stage == "Lost" {
		d.Outcome, d.Closed, d.ExpectedClose = OutcomeLost, d.ExpectedClose, calendar.Date{}
	}
	return d
}

// weightsOf returns the weights of the first axis's highest units.
func (r *reference) weightsOf() []*big.Rat {
	var out []*big.Rat
	for _, k := range r.trees[0].kids {
		out = append(out, k.weight)
	}
	return out
}
