package salesplan

import (
	"math/big"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A past is what the units of a tree brought in a window, or what of it is open,
// below certain units of the axes before: whole multiples of 10^exp, by node, those below included.
type past struct {
	exp  int32
	sums []*big.Int // nil for a node that brought nothing
}

// amount returns a copy of what a node brought.
func (p past) amount(i int32) *big.Int {
	if p.sums == nil || p.sums[i] == nil {
		return new(big.Int)
	}
	return new(big.Int).Set(p.sums[i])
}

func (p past) text(x *big.Int) string { return decimal.NewFromBigInt(x, p.exp).String() }

// A pastTable holds what the units of one axis brought in a window, or what of it
// is open, for every unit of the axes before.
type pastTable struct {
	exp     int32
	before  []*tree
	byUnits map[int64][]*big.Int
	known   []bool // by node: the evidence knows it, or a unit below it
	what    string // its sums are, for faults
}

// key numbers a tuple of nodes of the axes before.
func (pt *pastTable) key(nodes []int32) int64 {
	var k int64
	for i, n := range nodes {
		k = k*int64(len(pt.before[i].nodes)) + int64(n)
	}
	return k
}

// below returns what was brought below a tuple of units; where they brought
// nothing, what was brought below the nearest units above that brought
// something.
func (pt *pastTable) below(prefix []int32) past {
	nodes := append([]int32(nil), prefix...)
	for j := len(nodes) - 1; ; {
		if sums := pt.byUnits[pt.key(nodes)]; sums != nil && sums[0] != nil && sums[0].Sign() > 0 {
			return past{pt.exp, sums}
		}
		for j >= 0 && nodes[j] == 0 {
			j--
		}
		if j < 0 {
			return past{exp: pt.exp, sums: pt.byUnits[pt.key(nodes)]}
		}
		nodes[j] = pt.before[j].nodes[nodes[j]].parent
	}
}

// scopes returns which bookings belong to the goal: those of its owner and all
// units below. A goal of a whole axis, or of its only root, has them all.
func (cs *cascade) scope() func(Booking) bool {
	owner := cs.req.Goal.Owner
	if owner == "" {
		return func(Booking) bool { return true }
	}
	for i, axis := range cs.req.Axes {
		t := newTree(axis, owner)
		if t.nodes[0].id != owner {
			continue
		}
		all := newTree(axis, "")
		if all.nodes[1].id == owner && all.nodes[1].end == int32(len(all.nodes)) {
			return func(Booking) bool { return true }
		}
		column := cs.evidenceColumn(cs.req.Axes[i].ID)
		return func(b Booking) bool {
			if column < 0 {
				return false
			}
			_, ok := t.index[b.Units[column]]
			return ok && b.Units[column] != ""
		}
	}
	return func(Booking) bool { return true }
}

// evidenceColumn returns the place of an axis in the units of a booking; -1 if
// the evidence doesn't know the axis.
func (cs *cascade) evidenceColumn(axis string) int {
	for i, id := range cs.req.Evidence.Axes() {
		if id == axis {
			return i
		}
	}
	return -1
}

// readPast fills the tables of the past and of open deals that an axis's rule
// asks for.
func (cs *cascade) readPast(ax *axisSplit, c *diag.Collector) {
	ax.pasts = map[string]*pastTable{}
	for _, p := range ax.rule.parts(ax.path) {
		if !p.bySales() || ax.pasts[p.key()] != nil {
			continue
		}
		if p.Basis == BasisPipeline {
			if pt := cs.readPipeline(ax, p, c); pt != nil {
				ax.pasts[p.key()] = pt
			}
			continue
		}
		window, ok := cs.window(p.Period, p.path, c)
		if !ok {
			continue
		}
		pt := cs.pastTable(ax, cs.booked(window))
		pt.known, pt.what = cs.knownUnits(ax.tree, window), "what "+p.Period+" brought"
		ax.pasts[p.key()] = pt
	}
}

// booked returns what is booked in a window; of readings, the last of each unit.
func (cs *cascade) booked(window calendar.Period) []Booking {
	if cs.req.readings {
		return cs.req.Evidence.lastReadings(cs.metric.ID, window.First, window.Last)
	}
	var out []Booking
	for b := range cs.req.Evidence.Bookings(cs.metric.ID) {
		if window.Contains(b.On) {
			out = append(out, b)
		}
	}
	return out
}

// window reads the period of a history and finds the part of it that the
// evidence covers.
func (cs *cascade) window(text, path string, c *diag.Collector) (calendar.Period, bool) {
	if text == "" {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/period", Bound: "the window of the past, for example \"2026\""})
		return calendar.Period{}, false
	}
	p, err := cs.req.Fiscal.Parse(text)
	if err != nil {
		c.AddErr(atPath(err, path+"/period"), path+"/period")
		return p, false
	}
	covered, ok := cs.req.Evidence.Covers(cs.metric.ID)
	if !ok || !covered.Overlaps(p) {
		bound := "no actuals of " + cs.metric.ID
		if ok {
			bound = "actuals of " + covered.String()
		}
		c.Add(&diag.Fault{Code: diag.NoWeight, Path: path + "/period", Value: text, Bound: bound})
		return p, false
	}
	return p, true
}

// pastTable adds up bookings by the units of the axes up to ax.
func (cs *cascade) pastTable(ax *axisSplit, bookings []Booking) *pastTable {
	pt := &pastTable{byUnits: map[int64][]*big.Int{}}
	columns := make([]int, ax.n+1)
	for i := 0; i <= ax.n; i++ {
		columns[i] = cs.evidenceColumn(cs.axes[i].axis.ID)
		if i < ax.n {
			pt.before = append(pt.before, cs.axes[i].tree)
		}
	}
	inScope := cs.scope()
	var mine []Booking
	for _, b := range bookings {
		if columns[ax.n] >= 0 && inScope(b) {
			mine = append(mine, b)
			pt.exp = min(pt.exp, b.Amount.Exponent())
		}
	}
	for i := range ax.tree.nodes {
		if u := ax.tree.nodes[i].unit; u != nil && u.Weight.Valid && checkAmount(u.Weight.Decimal) {
			pt.exp = min(pt.exp, u.Weight.Decimal.Exponent())
		}
	}
	for _, b := range mine {
		cs.book(pt, ax, b, columns)
	}
	pt.addUp(ax.tree)
	return pt
}

// book adds a booking to its own unit, below its units of the axes before and
// below all that are above those.
func (cs *cascade) book(pt *pastTable, ax *axisSplit, b Booking, columns []int) {
	nodes := make([]int32, ax.n+1)
	for i := range nodes {
		nodes[i] = -1
		if columns[i] < 0 {
			continue
		}
		if at, ok := cs.axes[i].tree.index[b.Units[columns[i]]]; ok && b.Units[columns[i]] != "" {
			nodes[i] = at
		}
	}
	own := nodes[ax.n]
	if own < 0 {
		return
	}
	prefix := nodes[:ax.n]
	for i, n := range prefix {
		if n < 0 { // unknown from here on: it counts for what is above
			clear(prefix[i:])
			break
		}
	}
	pt.add(prefix, own, len(ax.tree.nodes), scaled(b.Amount, pt.exp))
}

// add adds an amount to node own of a tree of the given size, below a tuple of
// nodes of the axes before and below all that are above those. The tuple is
// overwritten.
func (pt *pastTable) add(prefix []int32, own int32, size int, amount *big.Int) {
	for j := len(prefix) - 1; ; {
		k := pt.key(prefix)
		if pt.byUnits[k] == nil {
			pt.byUnits[k] = make([]*big.Int, size)
		}
		addTo(pt.byUnits[k], own, amount)
		for j >= 0 && prefix[j] == 0 {
			j--
		}
		if j < 0 {
			return
		}
		prefix[j] = pt.before[j].nodes[prefix[j]].parent
	}
}

// addUp adds what each node has to all nodes above it.
func (pt *pastTable) addUp(t *tree) {
	for _, sums := range pt.byUnits {
		for i := len(sums) - 1; i > 0; i-- {
			if sums[i] != nil {
				addTo(sums, t.nodes[i].parent, sums[i])
			}
		}
	}
}

func addTo(sums []*big.Int, i int32, x *big.Int) {
	if sums[i] == nil {
		sums[i] = new(big.Int)
	}
	sums[i].Add(sums[i], x)
}

// knownUnits says of which nodes the evidence of a window knows anything, of
// themselves or of a unit below.
func (cs *cascade) knownUnits(t *tree, window calendar.Period) []bool {
	known := make([]bool, len(t.nodes))
	for i := len(t.nodes) - 1; i >= 0; i-- {
		known[i] = known[i] || cs.req.Evidence.Knows(t.nodes[i].id, window)
		if p := t.nodes[i].parent; p >= 0 && known[i] {
			known[p] = true
		}
	}
	return known
}
