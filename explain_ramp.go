package salesplan

import (
	"math/big"
	"math/bits"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// A RampShare compares what a unit carries of a period with the period before
// it, where somebody who shares the load is there for another part of the one
// than of the other: whoever is away, or still ramping up, leaves their part to
// those who are there.
type RampShare struct {
	// Before is the period before, of the same grain.
	Before calendar.Period `json:"before"`

	// Now and Then are the unit in the period and in the one before.
	Now  LoadShare `json:"now"`
	Then LoadShare `json:"then"`

	// Against says that the unit's part of what the goal owes runs against its own
	// days: it falls although they don't, or rises although they don't.
	Against bool `json:"against"`

	// Others are those whose presence differs, those who make the greatest
	// difference first.
	Others []AbsenceShare `json:"others"`
}

// A LoadShare is what a unit carries of a period before rounding: Alone, what it
// would carry if all the Others were fully there, and what each of them leaves to
// it add up to Ideal.
type LoadShare struct {
	// Days is how many of Of (working) days the unit is there, and FullDays how
	// many full days these are worth by its ramp.
	Days     int             `json:"days"`
	Of       int             `json:"of"`
	FullDays decimal.Decimal `json:"fullDays"`

	// Goal is what the whole goal owes in the period.
	// Alone is what the unit would carry if all the others were fully there, and
	// Ideal what it carries.
	Goal  decimal.Decimal `json:"goal"`
	Alone decimal.Decimal `json:"alone"`
	Ideal decimal.Decimal `json:"ideal"`
}

// An AbsenceShare is what somebody's absence, or ramp, leaves to the unit in the
// period and in the one before: the difference that it makes that they are there
// on the days on which they are, rather than always and fully, one after the
// other in the order of the units. The amount moves by the difference of both.
type AbsenceShare struct {
	// Axis is the axis of whoever is away, and Unit their unit.
	Axis string `json:"axis,omitempty"`
	Unit string `json:"unit"`

	// Days and FullDays are theirs in the period, DaysBefore and FullDaysBefore
	// in the one before.
	Days           int             `json:"days"`
	FullDays       decimal.Decimal `json:"fullDays"`
	DaysBefore     int             `json:"daysBefore"`
	FullDaysBefore decimal.Decimal `json:"fullDaysBefore"`

	// By is what they leave to the unit in the period, and ByBefore in the one
	// before.
	By       decimal.Decimal `json:"by"`
	ByBefore decimal.Decimal `json:"byBefore"`
}

// A sharer is somebody whose presence differs between two stretches.
type sharer struct {
	ax    *axisSplit
	node  int32
	level int // among the loads
	// gap is by leaf period what weight × presence lacks to a full one.
	gap map[int]*big.Int
}

// A load is one level of the tree: what the unit on the way counts for in each
// leaf period, and what all do together.
type load struct{ own, all map[int]*big.Int }

// A rampExplainer compares two stretches of a unit's line.
type rampExplainer struct {
	b         *Breakdown
	now, then stretch
	loads     []load
	others    []sharer

	// num ÷ den is the share of the levels where everybody is always there.
	num, den *big.Int
}

// explainRamp compares a stretch with the one before; nil where nobody's
// presence tells them apart, and where units don't carry what others leave: their
// totals are fixed, or they keep seasons of their own.
func (b *Breakdown) explainRamp(nodes []int32, s stretch, ideals []IdealShare) *RampShare {
	then, ok := b.stretchBefore(s)
	if !ok || len(ideals) < 2 || b.cs.season != nil || b.cs.own != nil {
		return nil
	}
	x := &rampExplainer{b: b, now: s, then: then, num: big.NewInt(1), den: big.NewInt(1)}
	var c diag.Collector // weights were checked when the goal was split
	var last *axisSplit
	for a, ax := range b.cs.axes {
		if nodes[a] == 0 {
			continue
		}
		last = ax
		w := ax.weighting(nodes[:a], &c)
		for _, n := range ax.tree.path(nodes[a])[1:] {
			v := ax.tree.nodes[n].parent
			if !ax.tree.always(v) {
				x.addLevel(ax, w, n)
				continue
			}
			x.num.Mul(x.num, w.of(n))
			x.den.Mul(x.den, w.total(v))
		}
	}
	if len(x.others) == 0 {
		return nil
	}
	return x.loadsOf(last, nodes[last.n])
}

// stretchBefore returns the period before, of the finest grain that has both.
func (b *Breakdown) stretchBefore(s stretch) (stretch, bool) {
	for i := len(b.cs.grid.periods) - 1; i >= 0; i-- {
		ps := b.cs.grid.periods[i]
		k := slices.IndexFunc(ps, func(q stretch) bool { return q.first == s.first && q.end == s.end })
		if k > 0 && ps[k-1].end > ps[k-1].first {
			return ps[k-1], true
		}
	}
	return stretch{}, false
}

// eachPiece calls f with the leaf periods of both stretches.
func (x *rampExplainer) eachPiece(f func(p int)) {
	for p := x.then.first; p < x.then.end; p++ {
		f(p)
	}
	for p := x.now.first; p < x.now.end; p++ {
		f(p)
	}
}

// addLevel adds the level of node n on the way, and its siblings whose presence
// differs.
func (x *rampExplainer) addLevel(ax *axisSplit, w *weighting, n int32) {
	t, g := ax.tree, x.b.cs.grid
	l := load{map[int]*big.Int{}, map[int]*big.Int{}}
	x.eachPiece(func(p int) { l.all[p] = new(big.Int) })
	there := make([]uint64, len(g.pieces))
	t.children(t.nodes[n].parent, func(c int32) {
		weight := w.of(c)
		if weight.Sign() == 0 && c != n {
			return
		}
		t.presence(c, g, there)
		differs := c != n && x.differs(t, c)
		gap := map[int]*big.Int{}
		x.eachPiece(func(p int) {
			part := new(big.Int).SetUint64(there[p])
			if part.Mul(part, weight); c == n {
				l.own[p] = part
			}
			l.all[p].Add(l.all[p], part)
			if differs {
				lacks := new(big.Int).SetUint64(g.fullDays(p)*t.scale - there[p])
				gap[p] = lacks.Mul(lacks, weight)
			}
		})
		if differs {
			x.others = append(x.others, sharer{ax, c, len(x.loads), gap})
		}
	})
	x.loads = append(x.loads, l)
}

// differs reports whether a node is there for another part of one stretch than of
// the other.
func (x *rampExplainer) differs(t *tree, c int32) bool {
	_, of, worth := t.thereIn(c, x.b.cs.grid, x.b.cs.dayPieces(x.now))
	_, ofThen, worthThen := t.thereIn(c, x.b.cs.grid, x.b.cs.dayPieces(x.then))
	h1, l1 := bits.Mul64(worth, ofThen)
	h2, l2 := bits.Mul64(worthThen, of)
	return h1 != h2 || l1 != l2
}

// carriedOf returns what the unit carries of a stretch of the goal's row, in 2⁻⁶⁴
// of a step: at first if all the others were fully there, and then with one after
// the other as they are.
func (x *rampExplainer) carriedOf(row []apportion.Fixed, s stretch) []*big.Int {
	sums := make([]*big.Int, len(x.others)+1)
	for k := range sums {
		sums[k] = new(big.Int)
	}
	all := make([]*big.Int, len(x.loads))
	for p := s.first; p < s.end; p++ {
		num := new(big.Int).Mul(row[p].Big(), x.num)
		for i, l := range x.loads {
			num.Mul(num, l.own[p])
			all[i] = new(big.Int).Set(l.all[p])
		}
		if num.Sign() == 0 {
			continue
		}
		for _, o := range x.others {
			all[o.level].Add(all[o.level], o.gap[p])
		}
		for k := range sums {
			if k > 0 {
				o := x.others[k-1]
				all[o.level].Sub(all[o.level], o.gap[p])
			}
			den := new(big.Int).Set(x.den)
			for _, d := range all {
				den.Mul(den, d)
			}
			sums[k].Add(sums[k], den.Quo(num, den))
		}
	}
	return sums
}

// loadsOf puts both stretches together; nil where the others make no difference.
func (x *rampExplainer) loadsOf(ax *axisSplit, n int32) *RampShare {
	b, t, g := x.b, ax.tree, x.b.cs.grid
	row := b.cs.firstWalker().rows[0]
	load := func(s stretch) (LoadShare, []decimal.Decimal) {
		sums := x.carriedOf(row, s)
		amounts := make([]decimal.Decimal, len(sums))
		for i, sum := range sums {
			amounts[i] = b.idealOf(settledBig(sum))
		}
		var u IdealShare
		u.setDays(t, n, g, b.cs.dayPieces(s))
		return LoadShare{Days: u.Days, Of: u.Of, FullDays: u.FullDays, Goal: b.idealSum(row, s), Alone: amounts[0], Ideal: amounts[len(amounts)-1]}, amounts
	}
	out := &RampShare{Before: x.then.Period}
	now, nowBy := load(x.now)
	then, thenBy := load(x.then)
	out.Now, out.Then = now, then
	for i, o := range x.others {
		by, before := nowBy[i+1].Sub(nowBy[i]), thenBy[i+1].Sub(thenBy[i])
		if by.IsZero() && before.IsZero() {
			continue
		}
		var u, w IdealShare
		u.setDays(o.ax.tree, o.node, g, b.cs.dayPieces(x.now))
		w.setDays(o.ax.tree, o.node, g, b.cs.dayPieces(x.then))
		out.Others = append(out.Others, AbsenceShare{Axis: o.ax.axis.ID, Unit: o.ax.tree.nodes[o.node].id,
			Days: u.Days, FullDays: u.FullDays, DaysBefore: w.Days, FullDaysBefore: w.FullDays, By: b.shortened(by), ByBefore: b.shortened(before)})
	}
	if len(out.Others) == 0 {
		return nil
	}
	slices.SortStableFunc(out.Others, func(a, b AbsenceShare) int {
		return b.By.Sub(b.ByBefore).Abs().Cmp(a.By.Sub(a.ByBefore).Abs())
	})
	days, part := out.moves()
	out.Against = part != 0 && days != part
	return out
}

// settledBig is [apportion.Fixed.Settle] of any number.
func settledBig(x *big.Int) *big.Int {
	const drop = 16
	out := new(big.Int).Add(x, big.NewInt(1<<(drop-1)))
	return out.Lsh(out.Rsh(out, drop), drop)
}

// moves returns how the unit's own part of the days moves from the period before,
// and its part of what the goal owes: -1 down, 1 up.
func (r *RampShare) moves() (days, part int) {
	of, ofThen := decimal.New(int64(r.Now.Of), 0), decimal.New(int64(r.Then.Of), 0)
	days = r.Now.FullDays.Mul(ofThen).Cmp(r.Then.FullDays.Mul(of))
	a, b := r.Now.Ideal.Abs().Mul(r.Then.Goal.Abs()), r.Then.Ideal.Abs().Mul(r.Now.Goal.Abs())
	// Amounts are cut to 12 decimals of a step, so that equal parts may not
	// compare equal.
	noise := decimal.Max(a, b).Shift(-9)
	if a.Sub(b).Abs().LessThanOrEqual(noise) {
		return days, 0
	}
	return days, a.Cmp(b)
}

// MarshalJSON writes the share with amounts as text.
func (l LoadShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Days     int    `json:"days"`
		Of       int    `json:"of"`
		FullDays string `json:"fullDays"`
		Goal     string `json:"goal"`
		Alone    string `json:"alone"`
		Ideal    string `json:"ideal"`
	}{l.Days, l.Of, amountText(l.FullDays), amountText(l.Goal), amountText(l.Alone), amountText(l.Ideal)})
}

// MarshalJSON writes the share with amounts as text.
func (a AbsenceShare) MarshalJSON() ([]byte, error) {
	return marshalPlain(struct {
		Axis           string `json:"axis,omitempty"`
		Unit           string `json:"unit"`
		Days           int    `json:"days"`
		FullDays       string `json:"fullDays"`
		DaysBefore     int    `json:"daysBefore"`
		FullDaysBefore string `json:"fullDaysBefore"`
		By             string `json:"by"`
		ByBefore       string `json:"byBefore"`
	}{a.Axis, a.Unit, a.Days, amountText(a.FullDays), a.DaysBefore, amountText(a.FullDaysBefore), amountText(a.By), amountText(a.ByBefore)})
}

func (r *RampShare) same(o *RampShare) bool {
	if r == nil || o == nil {
		return r == o
	}
	return r.Before == o.Before && r.Now.same(o.Now) && r.Then.same(o.Then) && r.Against == o.Against &&
		slices.EqualFunc(r.Others, o.Others, AbsenceShare.same)
}

func (l LoadShare) same(o LoadShare) bool {
	return l.Days == o.Days && l.Of == o.Of && l.FullDays.Equal(o.FullDays) && l.Goal.Equal(o.Goal) &&
		l.Alone.Equal(o.Alone) && l.Ideal.Equal(o.Ideal)
}

func (a AbsenceShare) same(o AbsenceShare) bool {
	return a.Axis == o.Axis && a.Unit == o.Unit && a.Days == o.Days && a.DaysBefore == o.DaysBefore && a.FullDays.Equal(o.FullDays) &&
		a.FullDaysBefore.Equal(o.FullDaysBefore) && a.By.Equal(o.By) && a.ByBefore.Equal(o.ByBefore)
}
