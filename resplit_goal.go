package salesplan

import (
	"context"
	"math/bits"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A mover brings one goal's targets up to the plan as it is now. It works on the
// cells of the union of both trees, in steps of the goal's mirror above zero.
type mover struct {
	req   ResplitRequest
	known map[string]bool // the plan's units

	was  *Breakdown
	now  *cascade // the plan's goal, as far as its ideal cells
	axes []*union

	// frame has the trees of the result, by which rows are found.
	frame *Breakdown

	rows, cols, block int
	closed            int // leaf periods before it are closed
	under             int // the leaf period under way, -1 for none

	cells []int64 // by row and leaf period
	least []int64 // by row: what has been reached in the period under way

	// ideal are the plan's ideal cells of open periods, in 2⁻ᵠ steps.
	ideal []int64
	q     uint

	there  []bool // by row and open period: who is there by the plan
	fresh  []bool // the same: newcomers, and those who join a team
	given  []int64
	below  []childMove
	owned  []bool // by row: a goal below says what it owes
	vacant []bool // by row

	past    *pastActuals
	boxes   []moveBox
	boxesOf map[int32][]int32 // by row
	wide    []int32           // those of all rows
	held    cellLimits

	// childBy is by how much goals below changed the cells of open periods, and
	// childHanded what of it they handed out of closed ones.
	childBy     []int64
	childHanded int64

	pools   []pool
	parts   []poolPart
	scratch apportion.Scratch

	handed, waived []int64 // by row and closed period
	inherited      int64   // what had been handed out before
	goalBy         []int64 // by recurrence: what the goal changed by and has no place yet
	findings       []diag.Finding
	c              diag.Collector
	blamed         map[string]bool // leavers of whom a fault has been told
}

// A childMove is a goal below, as issued and as it is now; was is nil for one
// that was not issued.
type childMove struct{ was, now *Breakdown }

func (m *mover) open() int { return m.cols - m.closed }

// mover prepares a goal: its trees, its open periods and the plan's ideal cells.
func (r *resplitRun) mover(ctx context.Context, req CascadeRequest, was *Breakdown) (*mover, error) {
	next, err := newCascade(req)
	if err != nil {
		return nil, err
	}
	m := &mover{req: r.req, was: was, now: next, cols: len(next.grid.pieces), under: -1, known: r.unitsKnown()}
	if err := m.checkSame(); err != nil {
		return nil, err
	}
	for p, piece := range next.grid.pieces {
		if !piece.Last.After(r.req.AsOf) {
			m.closed = p + 1
		} else if !piece.First.After(r.req.AsOf) {
			m.under = p
		}
	}
	next.since = m.closed
	if m.closed < m.cols {
		if err := m.findIdeals(ctx); err != nil {
			return nil, err
		}
	}
	if err := m.uniteAxes(); err != nil {
		return nil, err
	}
	return m, nil
}

func (r *resplitRun) unitsKnown() map[string]bool {
	if r.units == nil {
		r.units = newUnitNames(r.plan.Axes).known
	}
	return r.units
}

// checkSame refuses a goal whose cells are others than those issued.
func (m *mover) checkSame() error {
	var c diag.Collector
	now, was := m.now, m.was.cs
	differ := func(path, is, issued string) {
		if is != issued {
			c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: is, Bound: issued + ", as issued"})
		}
	}
	differ("/goal/metric", now.metric.ID, was.metric.ID)
	if !now.metric.Step.Equal(was.metric.Step) {
		differ("/metric/step", now.metric.Step.String(), was.metric.Step.String())
	}
	differ("/goal/owner", now.req.Goal.Owner, was.req.Goal.Owner)
	differ("/goal/period", now.grid.whole.String(), was.grid.whole.String())
	differ("/goal/every", string(now.req.Goal.Every), string(was.req.Goal.Every))
	if now.negative != was.negative && now.total != 0 && was.total != 0 {
		c.Add(&diag.Fault{Code: diag.Negative, Path: "/goal/target", Value: now.req.Goal.Target.String(), Bound: "the sign of " + m.was.Total().String() + ", as issued"})
	}
	axes := func(cs *cascade) string {
		var ids []string
		for _, a := range cs.rule.Axes {
			ids = append(ids, a.Axis)
		}
		return strings.Join(ids, ", ")
	}
	differ("/goal/split/axes", axes(now), axes(was))
	if c.Len() == 0 && (!slices.Equal(now.grid.pieces, was.grid.pieces) || !slices.Equal(now.grid.grains, was.grid.grains)) {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/goal/split/grains", Bound: counted(len(was.grid.pieces), "leaf period", "leaf periods") + ", as issued"})
	}
	if now.total == 0 {
		now.negative = was.negative
	}
	c.Add(m.was.origin().offStep("/issued"))
	if last := m.was.change; last != nil && m.req.AsOf.Before(last.asOf) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/asOf", Value: m.req.AsOf.String(), Bound: "on or after " + last.asOf.String() + ", up to which the issued targets know what happened"})
	}
	return c.Err()
}

// findIdeals finds what the plan's ideal cells are made of.
func (m *mover) findIdeals(ctx context.Context) error {
	cs := m.now
	var c diag.Collector
	c.AddErr(cs.when(), "/goal/split/time")
	cs.weighUnits(&c)
	if c.Len() > 0 {
		return c.Err()
	}
	if err := cs.findIdeals(ctx); err != nil {
		return err
	}
	if cs.axes[0].rule.Season != SeasonOwn {
		return nil
	}
	cs.units = make([]int64, len(cs.ideals))
	for i, x := range cs.ideals {
		cs.units[i] = int64(x.Settle().Hi)
	}
	return cs.readSeasons()
}

// uniteAxes lays out the trees of both sides, with the vacancy lines that
// leavers take.
func (m *mover) uniteAxes() error {
	cs := *m.now
	cs.axes = nil
	m.rows = 1
	for a, ax := range m.now.axes {
		was, now := m.was.cs.axes[a].tree, ax.tree
		is := func(i int32) bool { return m.was.change.isVacancy(a, i) }
		u := uniteTrees(was, now, is, nil)
		u.checkLeaves(was, now, ax, &m.c)
		if m.c.Len() > 0 {
			return m.c.Err()
		}
		u.measureBoth(was, now, cs.grid)
		if teams := m.vacated(a, u); len(teams) > 0 {
			u = uniteTrees(was, now, is, teams)
			u.measureBoth(was, now, cs.grid)
		}
		m.axes = append(m.axes, u)
		split := *ax
		split.tree = u.tree
		cs.axes = append(cs.axes, &split)
		m.rows *= len(u.leaves)
		if m.rows*m.cols > maxParts {
			return diag.Faults{{Code: diag.OutOfRange, Path: "/goal/split", Value: counted(m.rows, "row", "rows"), Bound: "2^27 cells"}}
		}
	}
	m.frame = &Breakdown{cs: &cs}
	m.block = cs.block(1)
	return nil
}

// vacated returns the teams of the issued tree that leavers leave something to,
// with the names of their vacancy lines; none where the policy is another.
func (m *mover) vacated(a int, u *union) map[int32]string {
	if m.req.Leaver != LeaverVacancy {
		return nil
	}
	out := map[int32]string{}
	nodes := make([]int32, len(m.was.cs.axes))
	for k, leaf := range u.leaves {
		i := u.was[leaf]
		team := u.nodes[leaf].parent
		if i < 0 || u.vacant[leaf] || team < 0 || u.was[team] < 0 {
			continue
		}
		if _, has := u.vacancy[team]; has || out[u.was[team]] != "" {
			continue
		}
		leaves := false
		for p := m.closed; p < m.cols; p++ {
			leaves = leaves || u.before[k*m.cols+p] > u.after[k*m.cols+p]
		}
		if !leaves {
			continue
		}
		nodes[a] = i
		if m.was.sum(nodes, stretch{first: m.closed, end: m.cols}) > 0 {
			out[u.was[team]] = vacancyOf(m.was.cs.axes[a].tree, u.was[team], m.known)
		}
	}
	return out
}

// coordinates returns the leaves of a row, by axis.
func (m *mover) coordinates(r int) []int32 { return m.coordinatesIn(make([]int32, len(m.axes)), r) }

// changed reports whether a row's presence is other than as issued.
func (m *mover) changed(at []int32) bool {
	for a, u := range m.axes {
		if u.changed[at[a]] {
			return true
		}
	}
	return false
}

func (m *mover) coordinatesIn(out []int32, r int) []int32 {
	for a := len(m.axes) - 1; a >= 0; a-- {
		n := len(m.axes[a].leaves)
		out[a] = int32(r % n)
		r /= n
	}
	return out
}

// rowsFrom maps the rows of one side to those of the union: by row of that
// side. side gives the node of that side for each node of an axis's union.
func (m *mover) rowsFrom(cs *cascade, side func(u *union) []int32) []int32 {
	at := make([][]int32, len(m.axes)) // by axis: the leaf of the union, by that of the side
	for a, u := range m.axes {
		t := cs.axes[a].tree
		at[a] = make([]int32, len(t.leaves))
		nodes := side(u)
		for k, leaf := range u.leaves {
			if i := nodes[leaf]; i >= 0 && t.isLeaf(i) {
				at[a][t.nodes[i].leaf] = int32(k)
			}
		}
	}
	rows := 1
	for a := range at {
		rows *= len(at[a])
	}
	out := make([]int32, rows)
	for r := range out {
		row, rest, scale := int32(0), r, int32(1)
		for a := len(at) - 1; a >= 0; a-- {
			n := len(at[a])
			row += at[a][rest%n] * scale
			scale *= int32(len(m.axes[a].leaves))
			rest /= n
		}
		out[r] = row
	}
	return out
}

// load fills the cells with what was issued, and reads what the plan makes of
// the open periods.
func (m *mover) load() {
	m.cells = make([]int64, m.rows*m.cols)
	for r, to := range m.rowsFrom(m.was.cs, func(u *union) []int32 { return u.was }) {
		copy(m.cells[int(to)*m.cols:], m.was.cells[r*m.cols:(r+1)*m.cols])
	}
	m.vacant = make([]bool, m.rows)
	m.owned = make([]bool, m.rows)
	m.least = make([]int64, m.rows)
	open := m.open()
	m.ideal, m.there, m.fresh = make([]int64, m.rows*open), make([]bool, m.rows*open), make([]bool, m.rows*open)
	m.given = make([]int64, m.rows*open)
	at := make([]int32, len(m.axes))
	for r := range m.rows {
		m.coordinatesIn(at, r)
		for a, u := range m.axes {
			m.vacant[r] = m.vacant[r] || u.vacant[u.leaves[at[a]]]
		}
		for p := range open {
			there, before := true, true
			for a, u := range m.axes {
				k := int(at[a])*m.cols + m.closed + p
				there = there && m.isThere(u, at[a], p)
				before = before && u.before[k] > 0
			}
			m.there[r*open+p], m.fresh[r*open+p] = there, there && !before
		}
	}
	if open == 0 {
		return
	}
	m.q = uint(min(max(60-bits.Len64(uint64(m.now.total)), 0), 40))
	seeds := newSeeder(m.now, len(m.now.axes))
	for r, to := range m.rowsFrom(m.now, func(u *union) []int32 { return u.now }) {
		row := seeds.fixed(r)
		for p := range open {
			m.ideal[int(to)*open+p] = m.scaled(row[m.closed+p])
		}
	}
}

// isThere reports whether a leaf is there in an open period, in one under way on a
// day that is still to come.
func (m *mover) isThere(u *union, leaf int32, p int) bool {
	if u.after[int(leaf)*m.cols+m.closed+p] == 0 {
		return false
	}
	i := u.now[u.leaves[leaf]]
	if p > 0 || m.under < 0 || i < 0 {
		return true
	}
	a := slices.Index(m.axes, u)
	spans := m.now.axes[a].tree.nodes[i].spans
	day := int32(m.req.AsOf.Sub(m.now.grid.whole.First))
	end := int32(m.period(0).Last.Sub(m.now.grid.whole.First))
	return spans == nil || slices.ContainsFunc(spans, func(s span) bool { return s.to > day+1 && s.from <= end })
}

// scaled returns an ideal in 2⁻ᵠ steps, rounded down.
func (m *mover) scaled(f apportion.Fixed) int64 {
	if m.q == 0 {
		return int64(f.Hi)
	}
	return int64(f.Hi<<m.q | f.Lo>>(64-m.q))
}

// period returns leaf period p of the open ones.
func (m *mover) period(p int) calendar.Period { return m.now.grid.pieces[m.closed+p] }
