package salesplan

import (
	"cmp"
	"context"
	"slices"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A cellLimits holds the bounds of single open cells; there are few of them.
type cellLimits map[int]limit

// at returns what a cell may have.
func (l cellLimits) at(cell int) (lo, hi int64) {
	if x, ok := l[cell]; ok {
		return x.lo, x.hi
	}
	return 0, apportion.Unbounded
}

// A moveBox is a bound of the plan on cells together, as far as they are open.
type moveBox struct {
	limit
	places     [][]int32 // tuples of nodes
	rows       []int32   // nil for all
	first, end int       // open periods
	all        stretch   // with those that are closed
	now        int64     // what the open cells come to
	past       int64     // what the closed ones do, as limits takes them
}

// maxBoundRounds is how often bounds are gone through before what is still
// broken is refused.
const maxBoundRounds = 8

// readBounds reads the plan's bounds, those that goals below make among them.
func (m *mover) readBounds() error {
	cs := m.frame.cs
	if len(cs.rule.Bounds) == 0 {
		return nil
	}
	m.held = cellLimits{}
	for i, r := range cs.rule.Bounds {
		places, s, ok := cs.placeOf(r, index("/goal/split/bounds", i), &m.c)
		if !ok {
			continue
		}
		first, end := max(s.first, m.closed)-m.closed, s.end-m.closed
		if first >= end {
			continue // it is over
		}
		if r.Lock.Valid {
			if _, exact, ok := toSteps(r.Lock.Decimal, cs.metric.Step); ok && !exact {
				m.c.Add(&diag.Fault{Code: diag.OffStep, Path: index("/goal/split/bounds", i) + "/lock", Value: r.Lock.Decimal.String(), Bound: cs.metric.Step.String()})
				continue
			}
		}
		b := moveBox{limit: cs.limitOf(r, i), places: places, first: first, end: end, all: s}
		if slices.ContainsFunc(places[0], func(n int32) bool { return n != 0 }) {
			for _, at := range b.places {
				b.rows = append(b.rows, m.rowsOf(at)...)
			}
			slices.Sort(b.rows)
		}
		m.boxes = append(m.boxes, b)
		if len(b.rows) == 1 && end-first == 1 && s.first >= m.closed {
			cell := int(b.rows[0])*m.open() + first
			l, ok := m.held[cell]
			if !ok {
				l = noLimit()
			}
			l.narrow(b.limit)
			m.held[cell] = l
		}
	}
	// The widest first: what narrower ones move stays within them.
	slices.SortStableFunc(m.boxes, func(a, b moveBox) int { return cmp.Compare(m.size(&b), m.size(&a)) })
	return m.c.Err()
}

func (m *mover) size(b *moveBox) int {
	if b.rows == nil {
		return m.rows * (b.end - b.first)
	}
	return len(b.rows) * (b.end - b.first)
}

// keepBounds brings what is settled within the plan's bounds: into a place from
// its siblings in the same periods, and out of it to them, or else to and from
// whoever has room nearest in the tree.
func (m *mover) keepBounds(ctx context.Context) error {
	if len(m.boxes) == 0 {
		return nil
	}
	m.indexBoxes()
	for range maxBoundRounds {
		still := true
		for i := range m.boxes {
			moved, err := m.keepBound(ctx, int32(i))
			if err != nil {
				return err
			}
			still = still && !moved
		}
		if still {
			break
		}
	}
	for i := range m.boxes {
		b := &m.boxes[i]
		lo, hi := m.limits(b)
		at := index("/goal/split/bounds", b.rule)
		switch {
		case b.now < lo:
			m.c.Add(&diag.Fault{Code: diag.Infeasible, Path: at, Bound: m.text(lo-b.now) + " more would be needed in what is still open"})
		case b.now > hi:
			m.c.Add(&diag.Fault{Code: diag.Infeasible, Path: at, Bound: m.text(b.now-hi) + " less would have to be owed in what is still open"})
		}
	}
	return m.c.Err()
}

// indexBoxes adds up the boxes and finds those of each row.
func (m *mover) indexBoxes() {
	m.boxesOf, m.wide = map[int32][]int32{}, nil
	for i := range m.boxes {
		b := &m.boxes[i]
		b.now, b.past = 0, 0
		if b.rows == nil {
			m.wide = append(m.wide, int32(i))
			for r := range m.rows {
				m.sumBox(b, r)
			}
			continue
		}
		for _, r := range b.rows {
			m.boxesOf[r] = append(m.boxesOf[r], int32(i))
			m.sumBox(b, int(r))
		}
	}
}

// limits returns what a box's open cells may come to: closed ones count as what
// they were to bring, less what has been handed out of them.
func (m *mover) limits(b *moveBox) (lo, hi int64) {
	lo, hi = max(b.lo-b.past, 0), b.hi
	if hi != apportion.Unbounded {
		hi -= b.past
	}
	return lo, hi
}

// sumBox adds up what a box's cells of one row come to.
func (m *mover) sumBox(b *moveBox, r int) {
	b.now += sumOf(m.cells[r*m.cols+m.closed+b.first : r*m.cols+m.closed+b.end])
	for p := b.all.first; p < min(b.all.end, m.closed); p++ {
		b.past += m.cells[r*m.cols+p] - m.handed[r*m.closed+p]
	}
}

// has reports whether an open cell lies in a box.
func (b *moveBox) has(r, p int) bool {
	if p < b.first || p >= b.end {
		return false
	}
	if b.rows == nil {
		return true
	}
	_, found := slices.BinarySearch(b.rows, int32(r))
	return found
}

// eachBox calls f with the boxes of an open cell.
func (m *mover) eachBox(r, p int, f func(i int32, b *moveBox)) {
	for _, i := range m.wide {
		if b := &m.boxes[i]; b.has(r, p) {
			f(i, b)
		}
	}
	for _, i := range m.boxesOf[int32(r)] {
		if b := &m.boxes[i]; b.has(r, p) {
			f(i, b)
		}
	}
}

// count keeps the boxes' sums as a cell changes.
func (m *mover) count(r, p int, by int64) {
	if m.boxesOf != nil {
		m.eachBox(r, p, func(_ int32, b *moveBox) { b.now += by })
	}
}

// keepBound brings one box within its bounds, as far as there is room.
func (m *mover) keepBound(ctx context.Context, i int32) (bool, error) {
	b := &m.boxes[i]
	lo, hi := m.limits(b)
	by := int64(0)
	switch {
	case b.now < lo:
		by = lo - b.now
	case b.now > hi:
		by = hi - b.now
	default:
		return false, nil
	}
	inside := func(r, p int) bool { return b.has(r, p) }
	outside := func(r, p int) bool { return !b.has(r, p) }
	from, to := outside, inside
	if by < 0 {
		from, to = inside, outside
		by = -by
	}
	rest := by
	for _, wide := range []bool{false, true} {
		room := m.roomFor(ctx, i, to, wide, rest)
		n, err := m.shift(ctx, i, from, min(rest, room), wide, true)
		if err != nil {
			return false, err
		}
		if n == 0 {
			continue
		}
		given, err := m.shift(ctx, i, to, n, wide, false)
		if err != nil {
			return false, err
		}
		if given < n {
			m.faultNobody(b.places[0][0], 0, b.first, n-given)
			return false, nil
		}
		if rest -= n; rest == 0 {
			break
		}
	}
	return rest < by, nil
}

// area returns the periods in which a box's bound is brought about: its own,
// unless it is for everybody, or wide.
func (m *mover) area(b *moveBox, wide bool) (first, end int) {
	if b.rows == nil || wide {
		return 0, m.open()
	}
	return b.first, b.end
}

// roomFor returns how much cells can be given, up to an amount.
func (m *mover) roomFor(ctx context.Context, i int32, in func(r, p int) bool, wide bool, most int64) int64 {
	b := &m.boxes[i]
	first, end := m.area(b, wide)
	var room int64
	rows := b.rows
	if rows == nil || !in(int(rows[0]), b.first) {
		rows = m.rowsOf(make([]int32, len(m.axes)))
	}
	for _, r := range rows {
		for p := first; p < end && room < most; p++ {
			if !in(int(r), p) {
				continue
			}
			if w, x := m.giveIn(i, int(r), p); w > 0 {
				room = addRoom(room, x)
			}
		}
		if ctx.Err() != nil || room >= most {
			break
		}
	}
	return min(room, most)
}

// shift takes an amount from, or gives it to, the cells on one side of a box.
func (m *mover) shift(ctx context.Context, i int32, in func(r, p int) bool, amount int64, wide, take bool) (int64, error) {
	b := &m.boxes[i]
	first, end := m.area(b, wide)
	of := func(r, p int) (int64, int64) {
		if !in(r, p) {
			return 0, 0
		}
		if take {
			return m.takeOut(i, r, p)
		}
		return m.giveIn(i, r, p)
	}
	var done int64
	for _, at := range b.places {
		p := pool{reason: ReasonBound, take: take, about: at[0], amount: amount - done}
		axis := len(at) - 1
		for axis > 0 && at[axis] == 0 {
			axis--
		}
		n, err := m.climb(ctx, p, at, axis, first, end, of)
		if err != nil {
			return 0, err
		}
		if done += n; done == amount {
			break
		}
	}
	return done, nil
}

// takeOut is above, as far as the other bounds of a cell let it.
func (m *mover) takeOut(i int32, r, p int) (weight, room int64) {
	weight, room = m.above(r, p)
	m.eachBox(r, p, func(k int32, b *moveBox) {
		if k != i && b.lo > 0 {
			lo, _ := m.limits(b)
			room = min(room, b.now-lo)
		}
	})
	if room <= 0 {
		return 0, 0
	}
	return weight, room
}

// giveIn is ideally, as far as the other bounds of a cell let it.
func (m *mover) giveIn(i int32, r, p int) (weight, room int64) {
	weight, room = m.ideally(r, p)
	m.eachBox(r, p, func(k int32, b *moveBox) {
		if k != i && b.hi != apportion.Unbounded {
			_, hi := m.limits(b)
			room = min(room, hi-b.now)
		}
	})
	if room <= 0 {
		return 0, 0
	}
	return weight, room
}
