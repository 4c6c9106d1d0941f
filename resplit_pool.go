package salesplan

import (
	"context"
	"errors"
	"math"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A Reason says why a target changed.
type Reason string

// The reasons.
const (
	ReasonLeaver    Reason = "leaver"     // somebody is no longer there
	ReasonArrival   Reason = "arrival"    // somebody has come
	ReasonTransfer  Reason = "transfer"   // somebody stands below another unit
	ReasonGoal      Reason = "goal"       // the goal was raised or lowered
	ReasonShortfall Reason = "shortfall"  // closed periods fell short
	ReasonSurplus   Reason = "surplus"    // closed periods brought more
	ReasonBound     Reason = "bound"      // a bound of the plan
	ReasonChild     Reason = "child-goal" // a goal below that fixes what its owner owes
)

// A pool is an amount that was taken from, or given to, cells in proportion to
// their weights. Each cell's part is the floor or the ceiling of
//
//	clamp(num · weight ÷ den, 0, room)
//
// or, in a pool of several rows and periods, of what a table fitted.
type pool struct {
	reason Reason
	take   bool
	about  int32 // the node of the first axis that brought it about, -1 for none
	axis   int32 // that of about
	amount int64

	num, den int64
	table    *apportion.Result
	cols     int32 // of the table
}

// A poolPart is what a pool takes from or gives to a cell; hold says that its
// room was all that it could have.
type poolPart struct {
	cell, pool   int32 // the cell by row and open period
	weight       int64
	amount, room int64
	at           int32 // in the pool's table
}

// A poolCell is a cell that takes part in a pool.
type poolCell struct {
	cell         int32
	weight, room int64
}

// gather lists the cells of rows in open periods [first, end) that can take
// part, row by row.
func (m *mover) gather(rows []int32, first, end int, of func(r, p int) (weight, room int64)) []poolCell {
	var out []poolCell
	open := m.open()
	for _, r := range rows {
		for p := first; p < end; p++ {
			if w, room := of(int(r), p); w > 0 && room > 0 {
				out = append(out, poolCell{int32(int(r)*open + p), w, room})
			}
		}
	}
	return out
}

// hand divides an amount over cells and applies it; it returns how much they
// could have.
func (m *mover) hand(ctx context.Context, p pool, shares []poolCell) (int64, error) {
	var room apportion.Sum
	for _, s := range shares {
		room.Add(s.room)
	}
	all, ok := room.Int64()
	if !ok {
		all = math.MaxInt64
	}
	p.amount = min(p.amount, all)
	if p.amount <= 0 || len(shares) == 0 {
		return 0, nil
	}
	open := m.open()
	rows, cols := 1, map[int32]bool{}
	for i, s := range shares {
		if i > 0 && s.cell/int32(open) != shares[i-1].cell/int32(open) {
			rows++
		}
		if len(cols) < 2 {
			cols[s.cell%int32(open)] = true
		}
	}
	if rows > 1 && len(cols) > 1 {
		done, err := m.handTable(ctx, p, shares)
		if done || err != nil {
			return p.amount, err
		}
	}
	method := apportion.Hamilton
	if rows == 1 {
		method = apportion.Running
	}
	return p.amount, m.handLine(p, shares, method)
}

// handLine divides an amount along one line of cells.
func (m *mover) handLine(p pool, shares []poolCell, method apportion.Method) error {
	n := len(shares)
	out := apportion.Shares{Amount: make([]int64, n), Held: make([]int8, n)}
	weights, lo, hi := make([]int64, n), make([]int64, n), make([]int64, n)
	for i, s := range shares {
		weights[i], hi[i] = s.weight, s.room
	}
	if !apportion.Bounded(out, p.amount, weights, lo, hi, method, &m.scratch) {
		return diag.Faults{{Code: diag.OutOfRange, Path: "/goal/target", Bound: "amounts that can be divided"}}
	}
	p.num = p.amount
	for i := range shares {
		if out.Held[i] != 0 {
			p.num -= out.Amount[i]
		} else {
			p.den += weights[i]
		}
	}
	m.keep(p, shares, out.Amount)
	return nil
}

// keep applies a pool and remembers its parts.
func (m *mover) keep(p pool, shares []poolCell, amounts []int64) {
	k := int32(len(m.pools))
	m.pools = append(m.pools, p)
	open := m.open()
	for i, s := range shares {
		r, c := int(s.cell)/open, int(s.cell)%open
		x := amounts[i]
		by := x
		if p.take {
			by = -x
		}
		m.cells[r*m.cols+m.closed+c] += by
		m.given[s.cell] += by
		m.count(r, c, by)
		if x != 0 {
			m.parts = append(m.parts, poolPart{cell: s.cell, pool: k, weight: s.weight, amount: x, room: s.room, at: int32(i)})
		}
	}
}

// handTable divides an amount over cells of several rows and periods: rows by
// largest remainder, periods by running totals, cells by a table of both. It
// reports false where rooms leave no table with these totals.
func (m *mover) handTable(ctx context.Context, p pool, shares []poolCell) (bool, error) {
	t := m.layTable(shares)
	split := func(weights, room []int64, method apportion.Method) []int64 {
		out := apportion.Shares{Amount: make([]int64, len(weights))}
		if !apportion.Bounded(out, p.amount, weights, make([]int64, len(weights)), room, method, &m.scratch) {
			return nil
		}
		return out.Amount
	}
	problem := apportion.Problem{Rows: len(t.rowWeight), Cols: len(t.colWeight), Seed: t,
		RowTotals: split(t.rowWeight, t.rowRoom, apportion.Hamilton), ColTotals: split(t.colWeight, t.colRoom, apportion.Running)}
	if problem.RowTotals == nil || problem.ColTotals == nil {
		return false, nil
	}
	if t.bounded {
		problem.Bounds = t
	}
	res, err := apportion.SolveTable(ctx, problem, apportion.TableOptions{})
	var conflict *apportion.Conflict
	var beyond apportion.Beyond
	if errors.As(err, &conflict) || errors.As(err, &beyond) {
		return false, ctx.Err()
	}
	if err != nil {
		return false, err
	}
	p.table, p.cols = res, int32(t.cols)
	amounts := make([]int64, len(shares))
	for i := range shares {
		amounts[i] = res.Amounts[t.at[i]]
	}
	from := len(m.parts)
	m.keep(p, shares, amounts)
	for i := from; i < len(m.parts); i++ {
		m.parts[i].at = t.at[m.parts[i].at]
	}
	return true, nil
}

// A poolTable lays the cells of a pool out as a table.
type poolTable struct {
	open               int
	cols               int
	shares             []poolCell
	start              []int32 // by row: its first share
	at                 []int32 // by share: its place
	column             []int32 // by open period: that of the table, -1 for none
	rowWeight, rowRoom []int64
	colWeight, colRoom []int64
	bounded            bool
}

func (m *mover) layTable(shares []poolCell) *poolTable {
	open := m.open()
	t := &poolTable{open: open, shares: shares, column: make([]int32, open), at: make([]int32, len(shares))}
	for _, s := range shares {
		t.column[int(s.cell)%open] = 1
	}
	for p, used := range t.column {
		t.column[p] = -1
		if used > 0 {
			t.column[p] = int32(t.cols)
			t.cols++
		}
	}
	t.colWeight, t.colRoom = make([]int64, t.cols), make([]int64, t.cols)
	for i, s := range shares {
		if i == 0 || int(s.cell)/open != int(shares[i-1].cell)/open {
			t.start = append(t.start, int32(i))
			t.rowWeight, t.rowRoom = append(t.rowWeight, 0), append(t.rowRoom, 0)
		}
		r, c := len(t.start)-1, int(t.column[int(s.cell)%open])
		t.at[i] = int32(r*t.cols + c)
		t.rowWeight[r] += s.weight
		t.colWeight[c] += s.weight
		t.rowRoom[r], t.colRoom[c] = addRoom(t.rowRoom[r], s.room), addRoom(t.colRoom[c], s.room)
		t.bounded = t.bounded || s.room != apportion.Unbounded
	}
	t.start = append(t.start, int32(len(shares)))
	return t
}

// addRoom adds rooms, of which any may be without bound.
func addRoom(a, b int64) int64 {
	if a > apportion.Unbounded-b {
		return apportion.Unbounded
	}
	return a + b
}

// Row implements [apportion.Seeder].
func (t *poolTable) Row(i int, dst []float64) {
	clear(dst)
	for k := t.start[i]; k < t.start[i+1]; k++ {
		dst[int(t.at[k])-i*t.cols] = float64(t.shares[k].weight)
	}
}

// Bounds implements [apportion.Bounder].
func (t *poolTable) Bounds(i int, lo, hi []int64) bool {
	for k := t.start[i]; k < t.start[i+1]; k++ {
		hi[int(t.at[k])-i*t.cols] = t.shares[k].room
	}
	return true
}
