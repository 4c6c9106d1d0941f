package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A measurer finds what units have by a basis, below certain units of the axes
// before.
type measurer struct {
	ax     *axisSplit
	prefix []int32
	counts mask
	c      *diag.Collector

	potentials []decimal.NullDecimal // by node, once asked for, times perDays
	perDays    *big.Int
	people     []heads // by node, once asked for
}

// A siblingGroup is the children of a node.
type siblingGroup struct {
	*measurer
	v     int32
	nodes []int32
}

func (m *measurer) siblings(v int32) *siblingGroup {
	s := &siblingGroup{measurer: m, v: v}
	m.ax.tree.children(v, func(c int32) { s.nodes = append(s.nodes, c) })
	return s
}

func (s *siblingGroup) unit(i int) *Unit { return s.ax.tree.nodes[s.nodes[i]].unit }

// measure returns what each of the siblings has by a basis, in whole numbers of
// which only the ratios matter; 0 for those that don't count. It returns nil
// after faults.
func (s *siblingGroup) measure(p BasisPart) []*big.Int {
	switch p.Basis {
	case BasisWeights:
		return s.given()
	case BasisHistory, BasisPipeline:
		return s.sales(p)
	case BasisPotential:
		return s.potential(p)
	case BasisHeadcount:
		return s.headcount()
	}
	return s.ones()
}

func (s *siblingGroup) ones() []*big.Int {
	out := make([]*big.Int, len(s.nodes))
	for i, n := range s.nodes {
		out[i] = new(big.Int)
		if s.counts.has(n) {
			out[i].SetInt64(1)
		}
	}
	return out
}

// given takes the units' own weights: of all siblings, or of none, who then
// weigh the same.
func (s *siblingGroup) given() []*big.Int {
	if !s.ax.anyWeight(s.v) {
		return s.ones()
	}
	ws := make([]decimal.Decimal, len(s.nodes))
	missing, bad := 0, false
	for i, n := range s.nodes {
		w := s.unit(i).Weight
		switch {
		case !w.Valid:
			missing++
		case !checkAmount(w.Decimal) || w.Decimal.IsNegative():
			bad = true // a fault of the unit, said by checkAxes
		case s.counts.has(n):
			ws[i] = w.Decimal
		}
	}
	if bad {
		return nil
	}
	if missing == 0 {
		return weightBigs(ws)
	}
	for i, n := range s.nodes {
		if !s.unit(i).Weight.Valid {
			s.c.Add(&diag.Fault{Code: diag.Required, Path: s.ax.unitPath(n) + "/weight", Bound: "a weight, as its siblings have"})
		}
	}
	return nil
}

// sales takes what the siblings brought or have open, and the rule's answer for
// newcomers.
func (s *siblingGroup) sales(p BasisPart) []*big.Int {
	table := s.ax.pasts[p.key()]
	past := table.below(s.prefix)
	values := make([]*big.Int, len(s.nodes))
	for i, n := range s.nodes {
		switch {
		case !s.counts.has(n):
			values[i] = new(big.Int)
		case table.known[n]:
			values[i] = past.amount(s.ax.tree, n)
			if values[i].Sign() < 0 {
				s.c.Add(&diag.Fault{Code: diag.Negative, Path: s.ax.unitPath(n), Value: past.text(values[i]), Bound: "0 (" + table.what + ")"})
				values[i].SetInt64(0)
			}
		}
	}
	return s.admit(values, past.exp, big.NewInt(1), p, func(n int32) *diag.Fault {
		return &diag.Fault{Code: diag.NoWeight, Path: s.ax.unitPath(n), Value: s.ax.tree.nodes[n].id, Bound: newcomersBound}
	})
}

const newcomersBound = "newcomers: " + string(NewcomersMedian) + " or " + string(NewcomersWeight)

// admit fills the values of newcomers, which are nil so far; the others are
// multiples of 10^exp ÷ times. It returns nil where there is nothing to fill them with.
func (s *siblingGroup) admit(values []*big.Int, exp int32, times *big.Int, p BasisPart, refused func(n int32) *diag.Fault) []*big.Int {
	var known []*big.Int
	for i, n := range s.nodes {
		if values[i] != nil && s.counts.has(n) {
			known = append(known, values[i])
		}
	}
	ok := true
	median := big.NewInt(1)
	switch {
	case p.Newcomers != NewcomersMedian:
	case len(known) > 0:
		median = doubledMedian(known)
		for _, x := range known {
			x.Lsh(x, 1)
		}
	}
	for i, n := range s.nodes {
		if values[i] != nil {
			continue
		}
		w := s.unit(i).Weight
		switch {
		case p.Newcomers == NewcomersMedian:
			values[i] = new(big.Int).Set(median)
		case p.Newcomers == NewcomersWeight && w.Valid:
			values[i] = scaled(w.Decimal, exp)
			values[i].Mul(values[i], times)
		case p.Newcomers == NewcomersWeight:
			ok = false
			s.c.Add(&diag.Fault{Code: diag.Required, Path: s.ax.unitPath(n) + "/weight", Bound: "a weight: of the unit nothing is known"})
		default:
			ok = false
			s.c.Add(refused(n))
		}
	}
	if !ok {
		return nil
	}
	return values
}

// potential takes the units' potentials, and the rule's answer for those whose
// potential nobody knows.
func (s *siblingGroup) potential(p BasisPart) []*big.Int {
	all := s.allPotentials()
	exp := int32(0)
	for i, n := range s.nodes {
		if all[n].Valid {
			exp = min(exp, all[n].Decimal.Exponent())
		}
		if w := s.unit(i).Weight; w.Valid {
			exp = min(exp, w.Decimal.Exponent())
		}
	}
	values := make([]*big.Int, len(s.nodes))
	for i, n := range s.nodes {
		switch {
		case !s.counts.has(n):
			values[i] = new(big.Int)
		case all[n].Valid:
			values[i] = scaled(all[n].Decimal, exp)
		}
	}
	return s.admit(values, exp, s.perDays, p, func(n int32) *diag.Fault {
		bound := "a potential, or " + newcomersBound
		if !s.ax.tree.isLeaf(n) {
			bound = "a potential, its own or of each unit below, or " + newcomersBound
		}
		return &diag.Fault{Code: diag.Required, Path: s.ax.unitPath(n) + "/potential", Bound: bound}
	})
}

// allPotentials returns the potential of every node, times perDays: its own, or
// the sum of those below if all of these are known. Of a unit that changes teams
// each has the part of the days on which it is there.
func (m *measurer) allPotentials() []decimal.NullDecimal {
	if m.potentials != nil {
		return m.potentials
	}
	t := m.ax.tree
	out := make([]decimal.NullDecimal, len(t.nodes))
	m.perDays = m.transferDays()
	all := decimal.NewFromBigInt(m.perDays, 0)
	for i := range out {
		if u := t.nodes[i].unit; u != nil && u.Potential.Valid {
			out[i] = decimal.NewNullDecimal(u.Potential.Decimal.Mul(all))
		} else {
			out[i].Valid = !t.isLeaf(int32(i))
		}
	}
	for i := len(out) - 1; i > 0; i-- {
		p := t.nodes[i].parent
		if u := t.nodes[p].unit; u != nil && u.Potential.Valid {
			continue
		}
		part := out[i].Decimal
		if t.moves(int32(i)) && part.Sign() > 0 {
			times := new(big.Int).Quo(m.perDays, big.NewInt(t.daysAnywhere(int32(i))))
			times.Mul(times, big.NewInt(t.daysAt(int32(i))))
			part = t.nodes[i].unit.Potential.Decimal.Mul(decimal.NewFromBigInt(times, 0))
		}
		out[p].Valid = out[p].Valid && out[i].Valid
		out[p].Decimal = out[p].Decimal.Add(part)
	}
	m.potentials = out
	return out
}

// transferDays returns a number that the days of every unit that changes teams
// divide.
func (m *measurer) transferDays() *big.Int {
	t, lcm := m.ax.tree, big.NewInt(1)
	for i := range t.nodes {
		if t.moves(int32(i)) {
			lcm = lcmOf(lcm, big.NewInt(t.daysAnywhere(int32(i))))
		}
	}
	return lcm
}

// heads is how many people are at or below a node: their full-time equivalents
// times their days, over the days on which the node is there.
type heads struct {
	fteDays decimal.Decimal
	days    int64
}

// daysAnywhere returns on how many days of the period the unit of node i is
// there by its own From and To, whatever its team; at least 1.
func (t *tree) daysAnywhere(i int32) int64 {
	u, from, to := t.nodes[i].unit, int32(0), t.days
	if !u.From.IsZero() {
		from = clampDay(u.From.Sub(t.first), t.days)
	}
	if !u.To.IsZero() {
		to = clampDay(u.To.Sub(t.first)+1, t.days)
	}
	return int64(max(to-from, 1))
}

// daysAt returns on how many calendar days of the period a node is there.
func (t *tree) daysAt(i int32) int64 {
	spans := t.nodes[i].spans
	if spans == nil {
		return int64(t.days)
	}
	var days int64
	for _, s := range spans {
		days += int64(s.to - s.from)
	}
	return days
}

func (m *measurer) allHeads() []heads {
	if m.people != nil {
		return m.people
	}
	t := m.ax.tree
	out := make([]heads, len(t.nodes))
	for i := len(out) - 1; i >= 0; i-- {
		n := &t.nodes[i]
		out[i].days = t.daysAt(int32(i))
		if t.isLeaf(int32(i)) {
			fte := decimal.New(1, 0)
			if n.unit != nil && n.unit.FTE.Valid {
				fte = n.unit.FTE.Decimal
			}
			out[i].fteDays = fte.Mul(decimal.NewFromInt(out[i].days))
		}
		if n.parent >= 0 {
			out[n.parent].fteDays = out[n.parent].fteDays.Add(out[i].fteDays)
		}
	}
	m.people = out
	return out
}

// headcount takes the people at or below each sibling. Who is there for a part
// of the period counts for that part once: a unit's presence is no concern of
// its weight, that of those below against its own is.
func (s *siblingGroup) headcount() []*big.Int {
	all := s.allHeads()
	lcm, exp := big.NewInt(1), int32(0)
	for _, n := range s.nodes {
		exp = min(exp, all[n].fteDays.Exponent())
		if d := all[n].days; d > 0 && s.counts.has(n) && !s.ax.tree.isLeaf(n) {
			lcm = lcmOf(lcm, big.NewInt(d))
		}
	}
	out := make([]*big.Int, len(s.nodes))
	for i, n := range s.nodes {
		out[i] = new(big.Int)
		if all[n].days > 0 && s.counts.has(n) {
			out[i].Mul(scaled(all[n].fteDays, exp), lcm)
			out[i].Quo(out[i], big.NewInt(all[n].days))
		}
	}
	return out
}

func lcmOf(a, b *big.Int) *big.Int {
	gcd := new(big.Int).GCD(nil, nil, a, b)
	return gcd.Mul(a, gcd.Quo(b, gcd))
}
