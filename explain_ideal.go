package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// An IdealShare is one step on the way of a period's amount down the units,
// before anything is rounded: the first has what is divided, each further one
// Ideal = that of the one before × Part ÷ Parts.
type IdealShare struct {
	// Axis is the unit's axis, and Unit the unit.
	Axis string `json:"axis,omitempty"`
	Unit string `json:"unit"`

	// Basis, Weight and Weights say what divides the amount above: the unit's
	// weight and that of all its siblings with it.
	Basis   Basis           `json:"basis,omitempty"`
	Weight  decimal.Decimal `json:"weight"`
	Weights decimal.Decimal `json:"weights"`

	// Days is how many of Of (working) days of the period the unit is there, and
	// FullDays how many full days these are worth by its ramp.
	Days     int             `json:"days"`
	Of       int             `json:"of"`
	FullDays decimal.Decimal `json:"fullDays"`

	// Part is the unit's weight × full days and Parts that of all siblings who
	// are there; plain weights where all of them always are. Where people's
	// totals are fixed, Parts has the siblings' weights × all days. Both are 0
	// where the unit's part isn't the same in all leaf periods, so that Ideal is a
	// sum.
	Part  decimal.Decimal `json:"part"`
	Parts decimal.Decimal `json:"parts"`

	// Season is the unit whose own season the period follows: Ideal is then the
	// unit's rounded total × Part ÷ Parts, weights of the season on the days on
	// which the unit is there.
	Season string          `json:"season,omitempty"`
	Total  decimal.Decimal `json:"total"`

	// Ideal is the unit's part of the period's amount.
	Ideal decimal.Decimal `json:"ideal"`
}

// onlyLeaves puts leaves in the place of nodes that have a single one, of the axes
// before the last that is named; of all axes for a cell.
func (b *Breakdown) onlyLeaves(nodes []int32, isCell bool) []int32 {
	out := slices.Clone(nodes)
	for a, ax := range b.cs.axes {
		n := ax.tree.nodes[nodes[a]]
		if n.leafEnd == n.leaf+1 && (isCell || anyFrom(nodes, a+1)) {
			out[a] = ax.tree.leaves[n.leaf]
		}
	}
	return out
}

// explainIdeals follows a period's amount from the goal's row down to the units;
// none for a unit of a later axis that stands below several of the one before,
// and for one with units below where people's totals are fixed.
func (b *Breakdown) explainIdeals(nodes []int32, s stretch) []IdealShare {
	if b.cs.season != nil && !b.cs.axes[0].tree.isLeaf(nodes[0]) && nodes[0] != 0 {
		return nil
	}
	row := b.cs.firstWalker().rows[0]
	out := []IdealShare{b.idealRoot(row, s)}
	var c diag.Collector // weights were checked when the goal was split
	for a, ax := range b.cs.axes {
		if a > 0 {
			switch {
			case nodes[a] == 0 && (ax.tree.isLeaf(0) || !anyFrom(nodes, a)):
				continue
			case nodes[a] == 0 || !b.cs.axes[a-1].tree.isLeaf(nodes[a-1]):
				return nil
			}
		}
		if own := b.cs.own; a == 0 && own != nil && ax.tree.isLeaf(nodes[0]) {
			if cells := own.row(b.cs, nodes[0]); cells != nil {
				out = append(out, b.idealOfSeason(nodes[0], cells, s))
				row = cells
				continue
			}
		}
		k := b.cs.firstWalker()
		if a > 0 {
			k = newWalker(ax.tree, ax.weighting(nodes[:a], &c), b.cs.grid, row)
		}
		for _, n := range ax.tree.path(nodes[a])[1:] {
			k.open(ax.tree.nodes[n].parent)
			k.share(n)
			k.cut(n)
			k.at = n
			out = append(out, b.idealStep(ax, k, n, s))
		}
		row = k.row()
	}
	return out
}

// anyFrom reports whether a unit of axis a or a later one is named.
func anyFrom(nodes []int32, a int) bool {
	for _, n := range nodes[a:] {
		if n != 0 {
			return true
		}
	}
	return false
}

func (b *Breakdown) idealSum(row []apportion.Fixed, s stretch) decimal.Decimal {
	var sum apportion.Fixed
	for _, x := range row[s.first:s.end] {
		sum = sum.Add(x)
	}
	return b.ideal(sum)
}

// idealRoot starts the way: the owner has the goal's row.
func (b *Breakdown) idealRoot(row []apportion.Fixed, s stretch) IdealShare {
	ax := b.cs.axes[0]
	u := IdealShare{Axis: ax.axis.ID, Unit: ax.tree.nodes[0].id, Ideal: b.idealSum(row, s), Total: b.decimal(0)}
	u.setDays(ax.tree, 0, b.cs.grid, b.cs.dayPieces(s))
	return u
}

// dayPieces returns the leaf periods of a stretch by whose days presence is told:
// those without a working day only where they owe something, or where all are.
func (cs *cascade) dayPieces(s stretch) []int {
	var out, all []int
	for p := s.first; p < s.end; p++ {
		all = append(all, p)
		if cs.grid.measure[p] > 0 || cs.line.row[p] != 0 {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return all
	}
	return out
}

// setDays says on which days of some leaf periods a unit is there.
func (u *IdealShare) setDays(t *tree, i int32, g *grid, pieces []int) {
	days, of, worth := t.thereIn(i, g, pieces)
	u.Days, u.Of = int(days), int(of)
	u.FullDays = decimal.NewFromBigInt(new(big.Int).SetUint64(worth), -scaleDigits(t.scale))
}

// thereIn returns how many of the days of some leaf periods node i is there,
// calendar days in one without a working day, and how many full days these are
// worth, in the tree's scale.
func (t *tree) thereIn(i int32, g *grid, pieces []int) (days, of, worth uint64) {
	for _, p := range pieces {
		of += g.fullDays(p)
	}
	spans := t.nodes[i].spans
	if spans == nil {
		return of, of, of * t.scale
	}
	t.eachDay(spans, g, func(p int, d uint64, x span) {
		if _, ok := slices.BinarySearch(pieces, p); ok {
			days += d
			worth += d * uint64(x.share)
		}
	})
	return days, of, worth
}

// fullDays returns the days of a leaf period by which presence is measured.
func (g *grid) fullDays(p int) uint64 {
	if m := g.measure[p]; m > 0 {
		return m
	}
	return uint64(g.pieces[p].Days())
}

// idealStep is the share of node n, at which the walker is.
func (b *Breakdown) idealStep(ax *axisSplit, k *walker, n int32, s stretch) IdealShare {
	t, v := ax.tree, ax.tree.nodes[n].parent
	u := IdealShare{Axis: ax.axis.ID, Unit: t.nodes[n].id, Basis: ax.rule.at(int(t.nodes[n].level)).Basis, Total: b.decimal(0)}
	if u.Basis == "" {
		u.Basis = BasisEven
	}
	u.Weight, u.Weights = decimal.NewFromBigInt(k.w.of(n), 0), decimal.NewFromBigInt(k.w.total(v), 0)
	pieces := b.cs.dayPieces(s)
	u.setDays(t, n, b.cs.grid, pieces)
	u.Ideal = b.idealSum(k.rows[t.nodes[n].level], s)
	part, parts, digits := k.partsOf(n, pieces)
	u.Part, u.Parts = decimal.NewFromBigInt(part, -digits), decimal.NewFromBigInt(parts, -digits)
	return u
}

// partsOf returns what node n counts for in some leaf periods and what all its
// siblings do together, with so many decimals; 0 and 0 where that isn't the same
// proportion in all of them.
func (k *walker) partsOf(n int32, pieces []int) (part, parts *big.Int, digits int32) {
	t, v := k.t, k.t.nodes[n].parent
	weight, all := k.w.of(n), k.w.total(v)
	digits = scaleDigits(t.scale)
	own, den := make([]*big.Int, len(pieces)), make([]*big.Int, len(pieces))
	switch {
	case k.people && t.isLeaf(n) && t.nodes[n].spans != nil:
		t.presence(n, k.g, k.presence)
		for i := range own {
			own[i] = new(big.Int).SetUint64(k.presence[pieces[i]])
			own[i].Mul(own[i], weight)
			den[i] = new(big.Int).SetUint64(k.g.fullDays(pieces[i]) * t.scale)
			den[i].Mul(den[i], all)
		}
	case k.people || t.always(v):
		return weight, all, 0
	default:
		for i := range den {
			den[i] = new(big.Int)
		}
		t.children(v, func(c int32) {
			t.presence(c, k.g, k.presence)
			for i := range den {
				x := new(big.Int).SetUint64(k.presence[pieces[i]])
				if x.Mul(x, k.w.of(c)); c == n {
					own[i] = x
				}
				den[i].Add(den[i], x)
			}
		})
	}
	part, parts = new(big.Int), new(big.Int)
	first := -1
	for i := range own {
		if den[i].Sign() == 0 {
			continue
		}
		part.Add(part, own[i])
		parts.Add(parts, den[i])
		if first < 0 {
			first = i
			continue
		}
		if new(big.Int).Mul(own[i], den[first]).Cmp(new(big.Int).Mul(own[first], den[i])) != 0 {
			return new(big.Int), new(big.Int), 0
		}
	}
	return part, parts, digits
}

// idealOfSeason is the share of a leaf that keeps a season of its own.
func (b *Breakdown) idealOfSeason(leaf int32, cells []apportion.Fixed, s stretch) IdealShare {
	ax := b.cs.axes[0]
	u := IdealShare{Axis: ax.axis.ID, Unit: ax.tree.nodes[leaf].id, Total: b.decimal(b.cs.units[leaf]), Ideal: b.idealSum(cells, s)}
	u.setDays(ax.tree, leaf, b.cs.grid, b.cs.dayPieces(s))
	from, weights := b.cs.own.weightsOf(b.cs, leaf)
	if u.Season = ax.tree.nodes[from].id; u.Season == "" {
		u.Season = ax.axis.ID
	}
	part, parts := new(big.Int), new(big.Int)
	for p, w := range weights {
		parts.Add(parts, w)
		if p >= s.first && p < s.end {
			part.Add(part, w)
		}
	}
	u.Part, u.Parts = decimal.NewFromBigInt(part, 0), decimal.NewFromBigInt(parts, 0)
	return u
}

// MarshalJSON writes the share with amounts as text.
func (u IdealShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Axis     string `json:"axis,omitempty"`
		Unit     string `json:"unit"`
		Basis    Basis  `json:"basis,omitempty"`
		Weight   string `json:"weight"`
		Weights  string `json:"weights"`
		Days     int    `json:"days"`
		Of       int    `json:"of"`
		FullDays string `json:"fullDays"`
		Part     string `json:"part"`
		Parts    string `json:"parts"`
		Season   string `json:"season,omitempty"`
		Total    string `json:"total"`
		Ideal    string `json:"ideal"`
	}{
		u.Axis, u.Unit, u.Basis, amountText(u.Weight), amountText(u.Weights), u.Days, u.Of, amountText(u.FullDays),
		amountText(u.Part), amountText(u.Parts), u.Season, amountText(u.Total), amountText(u.Ideal),
	})
}

func (u IdealShare) same(o IdealShare) bool {
	return u.Axis == o.Axis && u.Unit == o.Unit && u.Basis == o.Basis && u.Days == o.Days && u.Of == o.Of && u.Season == o.Season &&
		u.Weight.Equal(o.Weight) && u.Weights.Equal(o.Weights) && u.FullDays.Equal(o.FullDays) && u.Part.Equal(o.Part) &&
		u.Parts.Equal(o.Parts) && u.Total.Equal(o.Total) && u.Ideal.Equal(o.Ideal)
}
