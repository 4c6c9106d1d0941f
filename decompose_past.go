package salesplan

import (
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A past is what the units of a tree brought in a window, or what of it is open,
// below certain units of the axes before: whole multiples of 10^exp.
type past struct {
	exp int32
	*pastSums
}

// pastSums are by node, those below included; nil for a node that brought
// nothing. Of a unit that changes teams the nodes have nothing: what it brought
// is in the sums of the team of that day, and all of it is in whole, by its
// first node, also what it brought outside of the tree.
type pastSums struct {
	sums  []*big.Int
	whole map[int32]*big.Int
}

// amount returns a copy of what a node brought, of a unit that changes teams all
// that it brought anywhere.
func (p past) amount(t *tree, i int32) *big.Int {
	var x *big.Int
	switch {
	case p.pastSums == nil:
	case t.moves(i):
		x = p.whole[t.index[t.nodes[i].id]]
	default:
		x = p.sums[i]
	}
	if x == nil {
		return new(big.Int)
	}
	return new(big.Int).Set(x)
}

func (p past) text(x *big.Int) string { return decimal.NewFromBigInt(x, p.exp).String() }

// A pastTable holds what the units of one axis brought in a window, or what of it
// is open, for every unit of the axes before.
type pastTable struct {
	exp     int32
	before  []*tree
	byUnits map[int64]*pastSums
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
		if s := pt.byUnits[pt.key(nodes)]; s != nil && s.sums[0] != nil && s.sums[0].Sign() > 0 {
			return past{pt.exp, s}
		}
		for j >= 0 && nodes[j] == 0 {
			j--
		}
		if j < 0 {
			return past{pt.exp, pt.byUnits[pt.key(nodes)]}
		}
		nodes[j] = pt.before[j].nodes[nodes[j]].parent
	}
}

// scope returns which bookings belong to the goal: those of its owner and all
// units that were below it on that day. A goal of a whole axis, or of its only root, has them all.
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
			i, ok := t.index[b.Units[column]]
			return ok && b.Units[column] != "" && t.on(i, b.On) >= 0
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
	pt := &pastTable{byUnits: map[int64]*pastSums{}}
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
		if columns[ax.n] >= 0 && (inScope(b) || cs.changes(ax, b, columns)) {
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

// changes reports whether a booking is that of a unit that changes teams, of
// which all counts for its own weight.
func (cs *cascade) changes(ax *axisSplit, b Booking, columns []int) bool {
	for i, column := range columns {
		if column < 0 || b.Units[column] == "" {
			continue
		}
		t := cs.axes[i].tree
		if at, ok := t.index[b.Units[column]]; ok && t.moves(at) {
			return true
		}
	}
	return false
}

// A bookedAt is where a booking belongs in a tree: the first node of its unit,
// and the one at which that stood on the day, -1 for none.
type bookedAt struct{ own, dated int32 }

func (t *tree) bookedAt(unit string, on calendar.Date) (bookedAt, bool) {
	first, ok := t.index[unit]
	if !ok || unit == "" {
		return bookedAt{}, false
	}
	return bookedAt{first, t.on(first, on)}, true
}

// counts returns the nodes for which a booking counts, but for the root: all of
// its unit, and those above the one of the day.
func (t *tree) counts(at bookedAt) []int32 {
	var out []int32
	if at.own > 0 {
		t.nodesOf(at.own, func(n int32) { out = append(out, n) })
	}
	if at.dated >= 0 {
		for up := t.nodes[at.dated].parent; up > 0; up = t.nodes[up].parent {
			out = append(out, up)
		}
	}
	return out
}

// book adds a booking to its own unit, below its units of the axes before and
// below all that are above those.
func (cs *cascade) book(pt *pastTable, ax *axisSplit, b Booking, columns []int) {
	own, ok := ax.tree.bookedAt(b.Units[columns[ax.n]], b.On)
	if !ok {
		return
	}
	amount := scaled(b.Amount, pt.exp)
	// Tuples of units of the axes before, as far as they are known; what is
	// unknown from there on counts for what is above.
	tuples := [][]int32{make([]int32, ax.n)}
	var starts [][][]int32
	var above []bookedAt
	for i := range ax.n {
		if columns[i] < 0 {
			break
		}
		at, ok := cs.axes[i].tree.bookedAt(b.Units[columns[i]], b.On)
		if !ok {
			break
		}
		starts, above = append(starts, tuples), append(above, at)
		var nodes []int32
		cs.axes[i].tree.nodesOf(at.own, func(n int32) { nodes = append(nodes, n) })
		tuples = withEach(tuples, i, nodes)
	}
	for i := len(above) - 1; i >= 0; i-- {
		for _, nodes := range withEach(starts[i], i, cs.axes[i].tree.counts(above[i])) {
			pt.add(nodes, ax.tree, own, amount)
		}
		if above[i].dated < 0 {
			return // brought outside of the tree
		}
	}
	pt.add(make([]int32, ax.n), ax.tree, own, amount)
}

// withEach returns the tuples with each of the given nodes at i.
func withEach(tuples [][]int32, i int, nodes []int32) [][]int32 {
	var out [][]int32
	for _, tuple := range tuples {
		for _, n := range nodes {
			next := slices.Clone(tuple)
			next[i] = n
			out = append(out, next)
		}
	}
	return out
}

// at returns the sums below a tuple of nodes of the axes before, for a tree of
// the given size.
func (pt *pastTable) at(before []int32, size int) *pastSums {
	k := pt.key(before)
	if pt.byUnits[k] == nil {
		pt.byUnits[k] = &pastSums{sums: make([]*big.Int, size)}
	}
	return pt.byUnits[k]
}

// addNode adds an amount to one node of a tree of the given size, below a tuple
// of nodes of the axes before and below all that are above those. The tuple is
// overwritten.
func (pt *pastTable) addNode(prefix []int32, own int32, size int, amount *big.Int) {
	for j := len(prefix) - 1; ; {
		addTo(pt.at(prefix, size).sums, own, amount)
		for j >= 0 && prefix[j] == 0 {
			j--
		}
		if j < 0 {
			return
		}
		prefix[j] = pt.before[j].nodes[prefix[j]].parent
	}
}

// add adds an amount below a tuple of nodes of the axes before.
func (pt *pastTable) add(before []int32, t *tree, own bookedAt, amount *big.Int) {
	s := pt.at(before, len(t.nodes))
	if !t.moves(own.own) {
		addTo(s.sums, own.own, amount)
		return
	}
	if s.whole == nil {
		s.whole = map[int32]*big.Int{}
	}
	if s.whole[own.own] == nil {
		s.whole[own.own] = new(big.Int)
	}
	s.whole[own.own].Add(s.whole[own.own], amount)
	if own.dated >= 0 {
		addTo(s.sums, t.nodes[own.dated].parent, amount)
	}
}

// addUp adds what each node has to all nodes above it.
func (pt *pastTable) addUp(t *tree) {
	for _, s := range pt.byUnits {
		for i := len(s.sums) - 1; i > 0; i-- {
			if s.sums[i] != nil {
				addTo(s.sums, t.nodes[i].parent, s.sums[i])
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
// themselves or of a unit that was below in days of the window; where that isn't
// set, in those of the goal.
func (cs *cascade) knownUnits(t *tree, window calendar.Period) []bool {
	known := make([]bool, len(t.nodes))
	days := window
	if days.IsZero() {
		days = cs.grid.whole
	}
	for i := int32(len(t.nodes)) - 1; i >= 0; i-- {
		known[i] = known[i] || cs.req.Evidence.Knows(t.nodes[i].id, window)
		p := t.nodes[i].parent
		if p < 0 || !known[i] || t.moves(i) && len(t.nodes[i].unit.daysBelow(t.parentID(i), days)) == 0 {
			continue
		}
		known[p] = true
	}
	return known
}
