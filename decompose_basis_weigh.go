package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// weigh returns the siblings' weights by a rule: its basis or blend, grown,
// then brought to the shares of their groups. It returns nil after faults, and
// where there is nothing to divide by.
func (s *siblingGroup) weigh(rule BasisRule) []*big.Int {
	var xs []*big.Int
	if rule.Basis == BasisBlend {
		xs = s.blend(rule)
	} else {
		xs = s.measure(rule.part())
	}
	if xs == nil {
		return nil
	}
	if rule.Growth != nil {
		s.grow(xs, rule.Growth)
	}
	if rule.Buckets != nil {
		return s.intoBuckets(xs, rule.Buckets)
	}
	return xs
}

func sumOfBigs(xs []*big.Int) *big.Int {
	sum := new(big.Int)
	for _, x := range xs {
		sum.Add(sum, x)
	}
	return sum
}

// blend adds up the siblings' parts by each basis, times its share.
func (s *siblingGroup) blend(rule BasisRule) []*big.Int {
	shares := make([]decimal.Decimal, len(rule.Blend))
	for i, p := range rule.Blend {
		shares[i] = p.Share
	}
	columns := make([][]*big.Int, len(shares))
	amounts := weightBigs(shares)
	before := s.c.Len()
	for i, p := range rule.Blend {
		if p.Share.Sign() > 0 {
			columns[i] = s.measure(p.BasisPart)
		}
	}
	if s.c.Len() > before {
		return nil
	}
	return combine(columns, amounts, rule.Normalise, len(s.nodes))
}

// combine adds up columns, each scaled to its amount. A nil column counts
// nothing. A column of zeros has nothing to divide by: it is left out, or else
// the result is nil.
func combine(columns [][]*big.Int, amounts []*big.Int, leaveOut bool, n int) []*big.Int {
	lcm := big.NewInt(1)
	sums := make([]*big.Int, len(columns))
	for k, xs := range columns {
		if amounts[k].Sign() == 0 || xs == nil {
			continue
		}
		sum := sumOfBigs(xs)
		if sum.Sign() > 0 {
			sums[k], lcm = sum, lcmOf(lcm, sum)
		} else if !leaveOut {
			return nil
		}
	}
	out := make([]*big.Int, n)
	for i := range out {
		out[i] = new(big.Int)
	}
	x := new(big.Int)
	for k, xs := range columns {
		if sums[k] == nil {
			continue
		}
		scale := new(big.Int).Quo(lcm, sums[k])
		scale.Mul(scale, amounts[k])
		for i := range out {
			out[i].Add(out[i], x.Mul(xs[i], scale))
		}
	}
	return out
}

// grow multiplies each weight by what its unit grows.
func (s *siblingGroup) grow(xs []*big.Int, rule *GrowthRule) {
	factors := make([]decimal.Decimal, len(xs))
	exp, any := int32(0), false
	for i := range xs {
		u, ok := rule.Units[s.unit(i).ID]
		any = any || ok
		factors[i] = rule.Mode.factor(u.Growth, u.Relief)
		exp = min(exp, factors[i].Exponent())
	}
	if !any {
		return
	}
	for i, x := range xs {
		x.Mul(x, scaled(factors[i], exp))
	}
}

// intoBuckets brings the weights of each group to the group's share.
func (s *siblingGroup) intoBuckets(xs []*big.Int, rule *BucketRule) []*big.Int {
	before := s.c.Len()
	groups, of := s.groups(rule)
	if s.c.Len() > before {
		return nil
	}
	amounts := make([]*big.Int, len(groups))
	if rule.By != nil {
		by := s.measure(*rule.By)
		if by == nil {
			return nil
		}
		for k := range amounts {
			amounts[k] = new(big.Int)
		}
		for i, k := range of {
			if k >= 0 {
				amounts[k].Add(amounts[k], by[i])
			}
		}
	} else {
		shares := make([]decimal.Decimal, len(groups))
		for k, g := range groups {
			shares[k] = rule.Shares[g]
		}
		amounts = weightBigs(shares)
	}
	return fillBuckets(xs, of, amounts, rule.Normalise)
}

// fillBuckets scales the weights of each group so that they come to its amount.
// of is the group of each weight, -1 for those that don't count.
func fillBuckets(xs []*big.Int, of []int, amounts []*big.Int, leaveOut bool) []*big.Int {
	sums := make([]*big.Int, len(amounts))
	for k := range sums {
		sums[k] = new(big.Int)
	}
	for i, k := range of {
		if k >= 0 {
			sums[k].Add(sums[k], xs[i])
		}
	}
	lcm := big.NewInt(1)
	for k, sum := range sums {
		switch {
		case amounts[k].Sign() == 0:
		case sum.Sign() > 0:
			lcm = lcmOf(lcm, sum)
		case !leaveOut:
			return nil
		}
	}
	scales := make([]*big.Int, len(sums))
	for k, sum := range sums {
		scales[k] = new(big.Int)
		if sum.Sign() > 0 && amounts[k].Sign() > 0 {
			scales[k].Mul(amounts[k], scales[k].Quo(lcm, sum))
		}
	}
	for i, k := range of {
		if k < 0 {
			xs[i] = new(big.Int)
			continue
		}
		xs[i].Mul(xs[i], scales[k])
	}
	return xs
}

// groups returns the groups of the siblings that count and the number of each
// sibling's, -1 for one that doesn't count. Siblings without a group, and
// groups without a share or with one but without siblings, are faults.
func (s *siblingGroup) groups(rule *BucketRule) ([]string, []int) {
	var names []string
	at := map[string]int{}
	of := make([]int, len(s.nodes))
	known := sortedKeys(rule.Shares)
	for i, n := range s.nodes {
		of[i] = -1
		if !s.counts.has(n) {
			continue
		}
		name := s.unit(i).Group
		_, shared := rule.Shares[name]
		switch {
		case name == "":
			s.c.Add(&diag.Fault{Code: diag.Required, Path: s.ax.unitPath(n) + "/group", Bound: "a group, as its siblings are divided by groups"})
			continue
		case rule.By == nil && !shared:
			s.c.Add(&diag.Fault{Code: diag.Unknown, Path: s.ax.unitPath(n) + "/group", Value: name, Bound: joinNames(known), Near: nearestOf(s.c, name, known)})
			continue
		}
		k, seen := at[name]
		if !seen {
			k = len(names)
			at[name] = k
			names = append(names, name)
		}
		of[i] = k
	}
	path := s.ax.rule.pathAt(int(s.ax.tree.nodes[s.v].level)+1, s.ax.path) + "/buckets"
	if len(names) > maxGroups {
		s.c.Add(&diag.Fault{Code: diag.TooMany, Path: path, Value: s.ax.nameOf(s.v), Bound: "64 groups"})
	}
	for _, name := range known {
		if _, seen := at[name]; !seen && !rule.Normalise && len(names) > 0 && rule.Shares[name].Sign() > 0 {
			s.c.Add(&diag.Fault{Code: diag.NoWeight, Path: path + "/shares" + diag.Pointer(name), Value: s.ax.nameOf(s.v),
				Bound: "a unit of this group below it, or normalise"})
		}
	}
	return names, of
}
