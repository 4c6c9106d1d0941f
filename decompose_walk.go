package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/internal/apportion"
)

// A walker goes through a tree in its order and computes each node's ideal
// row: of each leaf period, its parent's ideal times its own weight × presence
// over that of all its siblings who are there. It holds one row per level.
type walker struct {
	t *tree
	w *weighting
	g *grid

	at   int32
	rows [][]apportion.Fixed // by level: the ideals of the node there
	dens [][]uint64          // by level: weight × presence of the node's children
	wide [][]*big.Int        // the same where it needs more than 64 bits

	// people says that everybody's part is that of a full team, cut by their
	// own presence: what one doesn't carry, nobody does.
	people bool

	uniform  []bool // by level: the node's children are always there
	presence []uint64
}

func newWalker(t *tree, w *weighting, g *grid, root []apportion.Fixed) *walker {
	k := &walker{t: t, w: w, g: g, presence: make([]uint64, len(g.pieces))}
	k.grow(0)
	copy(k.rows[0], root)
	return k
}

func (k *walker) grow(level int32) {
	for int32(len(k.rows)) <= level {
		k.rows = append(k.rows, make([]apportion.Fixed, len(k.g.pieces)))
		k.dens = append(k.dens, nil)
		k.wide = append(k.wide, nil)
		k.uniform = append(k.uniform, false)
	}
}

// row returns the ideals of the node at which the walker is; they are
// overwritten by the next step.
func (k *walker) row() []apportion.Fixed { return k.rows[k.t.nodes[k.at].level] }

// next goes to the next node and reports whether there is one.
func (k *walker) next() bool {
	if k.at+1 >= int32(len(k.t.nodes)) {
		return false
	}
	k.at++
	k.compute(k.at)
	return true
}

// to goes straight to node i, by way of the nodes above it.
func (k *walker) to(i int32) {
	for _, n := range k.t.path(i)[1:] {
		k.open(k.t.nodes[n].parent)
		k.share(n)
		k.cut(n)
	}
	k.at = i
}

func (k *walker) compute(i int32) {
	if p := k.t.nodes[i].parent; i == p+1 { // the first child
		k.open(p)
	}
	k.share(i)
	k.cut(i)
}

// cut leaves a leaf of what is everybody's part only that of the days on which
// it is there.
func (k *walker) cut(i int32) {
	if !k.people || !k.t.isLeaf(i) || k.t.nodes[i].spans == nil {
		return
	}
	k.t.presence(i, k.g, k.presence)
	row := k.rows[k.t.nodes[i].level]
	for p, part := range k.presence {
		full := k.g.measure[p]
		if full == 0 {
			full = uint64(k.g.pieces[p].Days())
		}
		row[p] = row[p].MulDiv(part, full*k.t.scale)
	}
}

// open adds up the weight × presence of the children of v.
func (k *walker) open(v int32) {
	level := k.t.nodes[v].level
	k.grow(level + 1)
	k.uniform[level] = k.people || k.t.always(v)
	if k.uniform[level] {
		return
	}
	if k.w.wideSum[v] != nil {
		k.openWide(v, level)
		return
	}
	k.wide[level] = nil
	den := k.dens[level]
	if den == nil {
		den = make([]uint64, len(k.g.pieces))
		k.dens[level] = den
	}
	clear(den)
	k.t.children(v, func(c int32) {
		k.t.presence(c, k.g, k.presence)
		for p, days := range k.presence {
			den[p] += k.w.weight[c] * days
		}
	})
}

func (k *walker) openWide(v, level int32) {
	den := make([]*big.Int, len(k.g.pieces))
	for p := range den {
		den[p] = new(big.Int)
	}
	x := new(big.Int)
	k.t.children(v, func(c int32) {
		k.t.presence(c, k.g, k.presence)
		for p, days := range k.presence {
			den[p].Add(den[p], x.Mul(k.w.wide[c], x.SetUint64(days)))
		}
	})
	k.wide[level] = den
}

// share computes the row of node i from that of its parent.
func (k *walker) share(i int32) {
	v := k.t.nodes[i].parent
	level := k.t.nodes[v].level
	from, into := k.rows[level], k.rows[level+1]
	if k.w.wideSum[v] != nil {
		k.shareWide(i, v, from, into)
		return
	}
	weight := k.w.weight[i]
	if k.uniform[level] {
		sum := k.w.sum[v]
		for p := range into {
			into[p] = from[p].MulDiv(weight, max(sum, 1))
		}
		return
	}
	k.t.presence(i, k.g, k.presence)
	den := k.dens[level]
	for p, days := range k.presence {
		into[p] = apportion.Fixed{}
		if days > 0 && den[p] > 0 {
			into[p] = from[p].MulDiv(weight*days, den[p])
		}
	}
}

func (k *walker) shareWide(i, v int32, from, into []apportion.Fixed) {
	weight := k.w.wide[i]
	level := k.t.nodes[v].level
	if k.uniform[level] {
		for p := range into {
			into[p] = from[p].MulDivBig(weight, k.w.wideSum[v])
		}
		return
	}
	k.t.presence(i, k.g, k.presence)
	num := new(big.Int)
	for p, days := range k.presence {
		into[p] = apportion.Fixed{}
		if den := k.wide[level][p]; days > 0 && den.Sign() > 0 {
			into[p] = from[p].MulDivBig(num.Mul(weight, num.SetUint64(days)), den)
		}
	}
}

// lost returns the leaf periods of which the row of v has an amount that none
// of its children can carry.
func (k *walker) lost(v int32) []int {
	level := k.t.nodes[v].level
	var out []int
	for p, x := range k.rows[level] {
		if x == (apportion.Fixed{}) {
			continue
		}
		var nobody bool
		switch {
		case k.w.wideSum[v] != nil && k.uniform[level]:
		case k.w.wideSum[v] != nil:
			nobody = k.wide[level][p].Sign() == 0
		case k.uniform[level]:
			nobody = k.w.sum[v] == 0
		default:
			nobody = k.dens[level][p] == 0
		}
		if nobody {
			out = append(out, p)
		}
	}
	return out
}
