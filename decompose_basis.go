package salesplan

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A BasisPart is a basis without what follows it: one of a blend, or that of
// groups. It isn't a blend itself.
type BasisPart struct {
	// Basis is any but [BasisBlend].
	Basis Basis `json:"basis,omitempty"`

	// Period is the window of the past for [BasisHistory], and that of the
	// expected closing for [BasisPipeline], where without it all open deals
	// count.
	Period string `json:"period,omitempty"`

	// Newcomers says what a unit weighs of which the basis knows nothing.
	Newcomers Newcomers `json:"newcomers,omitempty"`

	// Probability is the part of an open deal that counts, 0 to 1, by stage as
	// the data spells it, for [BasisPipeline]; of other stages all counts.
	Probability map[string]decimal.Decimal `json:"probability,omitempty"`
}

// A BlendPart is one basis of a blend. A unit has Share of its part of the sum
// of its siblings by that basis.
type BlendPart struct {
	Share decimal.Decimal `json:"share" plan:"required"`
	BasisPart
}

// A BucketRule divides an amount over the groups of siblings first, and then
// within each group by the rule that it belongs to. Every sibling has a group
// then.
type BucketRule struct {
	// Shares are the groups' shares, by the groups of the units. They total 1
	// or 100. A group with a share that none of the siblings is in is a fault.
	Shares map[string]decimal.Decimal `json:"shares,omitempty"`

	// By is the basis of which the groups' sums are their shares, in place of
	// Shares.
	By *BasisPart `json:"by,omitempty"`

	// Normalise accepts shares with another total, and leaves out groups that
	// none of the siblings is in or that have nothing to divide by.
	Normalise bool `json:"normalise,omitempty"`
}

func (p BasisPart) clone() BasisPart {
	p.Probability = maps.Clone(p.Probability)
	return p
}

// part returns the rule's own basis.
func (r BasisRule) part() BasisPart {
	return BasisPart{Basis: r.Basis, Period: r.Period, Newcomers: r.Newcomers, Probability: r.Probability}
}

func (r BasisRule) clone() BasisRule {
	r.Probability = maps.Clone(r.Probability)
	r.Blend = slices.Clone(r.Blend)
	for i := range r.Blend {
		r.Blend[i].BasisPart = r.Blend[i].BasisPart.clone()
	}
	if g := r.Growth; g != nil {
		out := *g
		out.Units = maps.Clone(g.Units)
		r.Growth = &out
	}
	if b := r.Buckets; b != nil {
		out := *b
		out.Shares = maps.Clone(b.Shares)
		if b.By != nil {
			by := b.By.clone()
			out.By = &by
		}
		r.Buckets = &out
	}
	return r
}

// A placedPart is a basis and where it stands.
type placedPart struct {
	BasisPart
	path string
}

// parts returns the bases that a rule at path goes by.
func (r BasisRule) parts(path string) []placedPart {
	var out []placedPart
	if r.Basis != BasisBlend {
		out = append(out, placedPart{r.part(), path})
	}
	for i, b := range r.Blend {
		out = append(out, placedPart{b.BasisPart, index(path+"/blend", i)})
	}
	if r.Buckets != nil && r.Buckets.By != nil {
		out = append(out, placedPart{*r.Buckets.By, path + "/buckets/by"})
	}
	return out
}

// parts returns the bases that a rule at path goes by at any level.
func (r AxisRule) parts(path string) []placedPart {
	out := r.BasisRule.parts(path)
	for i, l := range r.Levels {
		out = append(out, l.BasisRule.parts(index(path+"/levels", i))...)
	}
	return out
}

// pathAt returns where the rule for the units of a level stands.
func (r AxisRule) pathAt(level int, path string) string {
	for i, l := range r.Levels {
		if l.Level == level {
			return index(path+"/levels", i)
		}
	}
	return path
}

// bySales reports whether a basis is a sum of bookings or open deals.
func (p BasisPart) bySales() bool { return p.Basis == BasisHistory || p.Basis == BasisPipeline }

// asksWeight reports whether a unit's weight may count.
func (p BasisPart) asksWeight() bool {
	return p.Basis == BasisWeights || p.Newcomers == NewcomersWeight && (p.bySales() || p.Basis == BasisPotential)
}

// key tells the sums of one basis from those of others.
func (p BasisPart) key() string {
	if p.Basis == BasisHistory {
		return p.Period
	}
	var b strings.Builder
	b.WriteString("\x00" + p.Period)
	for _, stage := range sortedKeys(p.Probability) {
		b.WriteString(strconv.Quote(stage) + p.Probability[stage].String())
	}
	return b.String()
}

// goesByHistory reports whether the weights depend on what was sold or is
// open, and so on the units of the axes before.
func (ax *axisSplit) goesByHistory() bool {
	return slices.ContainsFunc(ax.rule.parts(""), func(p placedPart) bool { return p.bySales() })
}

// needsEvidence says what a split needs evidence of, and whether it does.
func needsEvidence(split *SplitRule) (string, bool) {
	if split == nil {
		return "", false
	}
	if split.Time.Basis == TimeHistory {
		return "deals or actuals of " + split.Time.Period, true
	}
	for _, a := range split.Axes {
		for _, p := range a.parts("") {
			switch {
			case p.Basis == BasisHistory && p.Period != "": // without one it is at fault itself
				return "deals or actuals of " + p.Period, true
			case p.Basis == BasisPipeline:
				return "open deals", true
			}
		}
	}
	return "", false
}

// foundIdleWeights names units whose weight counts nowhere in this split, and
// units whose growth doesn't.
func (cs *cascade) foundIdleWeights() {
	for _, ax := range cs.axes {
		idle, first := 0, ""
		m := measurer{ax: ax}
		for i := range ax.tree.nodes {
			n := &ax.tree.nodes[i]
			if i == 0 || !n.unit.Weight.Valid || ax.tree.index[n.id] != int32(i) {
				continue
			}
			rule := ax.rule.at(int(n.level))
			if slices.ContainsFunc(rule.parts(""), func(p placedPart) bool { return p.asksWeight() && !ax.knows(p.BasisPart, int32(i), &m) }) {
				continue
			}
			if idle++; idle == 1 {
				first = n.id
			}
		}
		if idle > 0 {
			cs.find(diag.Finding{Severity: diag.Info, Code: codeIdleWeight, Subject: diag.Subject{Kind: "axis", ID: ax.axis.ID},
				Args: []diag.Arg{diag.Count("count", idle), diag.Name("first", first), diag.Name("goal", cs.req.Goal.ID)}})
		}
		cs.foundIdleGrowth(ax)
	}
}

// knows reports whether a basis that takes the weights of newcomers knows a node,
// whose weight then counts for nothing.
func (ax *axisSplit) knows(p BasisPart, i int32, m *measurer) bool {
	switch {
	case p.bySales():
		past := ax.pasts[p.key()]
		return past != nil && past.known[i]
	case p.Basis == BasisPotential:
		return m.allPotentials()[i].Valid
	}
	return false
}

// foundIdleGrowth names units that a rule lets grow and that it doesn't divide
// anything over: they are of another level, or not below the goal's owner.
func (cs *cascade) foundIdleGrowth(ax *axisSplit) {
	rules := []BasisRule{ax.rule.BasisRule}
	levels := []int{0}
	for _, l := range ax.rule.Levels {
		rules, levels = append(rules, l.BasisRule), append(levels, l.Level)
	}
	for i, r := range rules {
		if r.Growth == nil {
			continue
		}
		for _, id := range sortedKeys(r.Growth.Units) {
			divided := false
			if at, ok := ax.tree.index[id]; ok {
				ax.tree.nodesOf(at, func(n int32) {
					level := int(ax.tree.nodes[n].level)
					divided = divided || level > 0 && (level == levels[i] || levels[i] == 0 && !slices.Contains(levels, level))
				})
			}
			if divided {
				continue
			}
			cs.find(diag.Finding{Severity: diag.Warning, Code: codeIdleGrowth, Subject: diag.Subject{Kind: "unit", ID: id},
				Args: []diag.Arg{diag.Name("goal", cs.req.Goal.ID)}})
		}
	}
}
