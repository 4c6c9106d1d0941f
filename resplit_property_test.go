package salesplan

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// A changeMaker draws plans and what becomes of them.
type changeMaker struct{ planMaker }

// plan draws a plan of one goal.
func (m *changeMaker) plan() *Plan {
	req := m.request(300)
	p := &Plan{Version: Version, Metrics: []Metric{req.Metric}, Axes: req.Axes, Goals: []Goal{req.Goal}}
	p.Calendar.Fiscal = req.Fiscal
	if req.Calendar != nil {
		p.Calendar.Holidays, p.Calendar.Unpublished = HolidaysChina, calendar.UnpublishedWeekdays
	}
	for a := range p.Axes {
		p.Axes[a].Of = []Field{FieldOwner, FieldProduct, FieldSegment}[a]
	}
	return p
}

// actuals draws what each cell brought up to a day: exactly its target, or
// anything around it.
func (m *changeMaker) actuals(t *testing.T, p *Plan, b *Breakdown, asOf calendar.Date, exact bool) *Evidence {
	t.Helper()
	var list []Actual
	step := b.cs.metric.Step
	for r := range len(b.cells) / len(b.cs.grid.pieces) {
		units := b.unitsOf(r)
		for k, piece := range b.cs.grid.pieces {
			if piece.First.After(asOf) {
				break
			}
			on := piece.First
			if !piece.Last.After(asOf) && m.IntN(2) == 0 {
				on = piece.Last
			}
			n := b.cells[r*len(b.cs.grid.pieces)+k]
			amount := b.decimal(n)
			if !exact {
				switch m.IntN(6) {
				case 0:
					amount = b.decimal(n / 2)
				case 1:
					amount = b.decimal(min(n+n/3, maxSteps/2))
				case 2:
					amount = amount.Add(step.Mul(decimal.New(int64(m.IntN(200)-100), -2)))
				case 3:
					amount = decimal.Decimal{}
				}
			}
			a := Actual{Metric: b.cs.metric.ID, On: on, Amount: amount, Row: len(list) + 2}
			for i, id := range units {
				switch i {
				case 0:
					a.Unit = id
				case 1:
					a.Product = id
				case 2:
					a.Segment = id
				}
			}
			list = append(list, a)
		}
	}
	e, err := Gather(p, nil, func(yield func(Actual, error) bool) {
		for _, a := range list {
			if !yield(a, nil) {
				return
			}
		}
	})
	require.NoError(t, err)
	return e
}

// evolve draws what becomes of a plan.
func (m *changeMaker) evolve(p *Plan, asOf calendar.Date) *Plan {
	q := p.Clone()
	units := &q.Axes[0].Units
	leaf := func(id string) bool {
		return !slices.ContainsFunc(*units, func(u Unit) bool { return u.Parent == id })
	}
	if m.IntN(3) == 0 {
		n := m.Int64N(40) - 20
		q.Goals[0].Target = q.Goals[0].Target.Add(q.Metrics[0].Step.Mul(decimal.New(n, 0)))
		if q.Goals[0].Target.Sign() != p.Goals[0].Target.Sign() {
			q.Goals[0].Target = p.Goals[0].Target
		}
	}
	for range m.IntN(4) {
		u := &(*units)[m.IntN(len(*units))]
		switch m.IntN(5) {
		case 0: // leaves
			u.To = asOf.AddDays(m.IntN(60) - 10)
			if !u.From.IsZero() && u.To.Before(u.From) {
				u.To = u.From
			}
		case 1: // comes
			if u.Parent == "" {
				continue
			}
			n := Unit{ID: m.id("new"), Parent: u.Parent, From: asOf.AddDays(1 + m.IntN(60)), Weight: u.Weight}
			*units = append(*units, n)
		case 2: // changes teams
			to := (*units)[m.IntN(len(*units))].Parent
			if leaf(u.ID) && to != "" && u.Parent != "" && u.ID != q.Goals[0].Owner {
				u.Parent = to
			}
		case 3: // is dropped
			if leaf(u.ID) && u.ID != q.Goals[0].Owner && u.Parent != "" {
				id := u.ID
				*units = slices.DeleteFunc(*units, func(x Unit) bool { return x.ID == id })
			}
		case 4:
			if others := (*units)[m.IntN(len(*units))]; others.ID != u.ID && leaf(others.ID) && leaf(u.ID) {
				u.Successor = others.ID
			}
		}
	}
	return q
}

func TestResplit_Promises(t *testing.T) {
	rounds := 110
	if testing.Short() {
		rounds = 40
	}
	done, changed := 0, 0
	reasons := map[Reason]int{}
	for i := range rounds {
		m := &changeMaker{planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 17))}}
		p := m.plan()
		issued, err := p.Targets(context.Background(), nil)
		if err != nil {
			continue
		}
		b := slices.Collect(issued.All())[0]
		whole := b.Period()
		asOf := whole.First.AddDays(m.IntN(whole.Days()+20) - 10)
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			m.requireStill(t, p, issued, b, asOf)
			req := ResplitRequest{Issued: issued, AsOf: asOf, Plan: m.evolve(p, asOf),
				Shortfall: chosen(m.Rand, shortfalls()...), Surplus: chosen(m.Rand, surpluses()...), Leaver: chosen(m.Rand, leavers()...)}
			req.Actuals = m.actuals(t, p, b, asOf, false)
			for range 3 { // month after month
				got, err := Resplit(context.Background(), req)
				if err != nil {
					for _, f := range diag.All(err) {
						require.Contains(t, []diag.Code{diag.Infeasible, diag.NoWeight, diag.Required, diag.Conflict, diag.OutOfRange}, f.Code, f.Error())
					}
					return
				}
				done++
				requireReplan(t, req, got, reasons)
				if len(slices.Collect(got.Changes())) > 0 {
					changed++
				}
				req.Issued = got
				again, err := Resplit(context.Background(), req)
				require.NoError(t, err)
				for x := range again.Changes() {
					t.Logf("%+v", x)
				}
				require.Empty(t, slices.Collect(again.Changes()))
				require.True(t, again.Equal(got))
				was, err := got.MarshalJSON()
				require.NoError(t, err)
				is, err := again.MarshalJSON()
				require.NoError(t, err)
				require.Equal(t, string(was), string(is))
				now := slices.Collect(got.All())[0]
				req.Issued = requireRead(t, got)
				req.AsOf = req.AsOf.AddDays(m.IntN(70))
				roster := got.Roster(req.Plan)
				req.Actuals = m.actuals(t, roster, now, req.AsOf, false)
				req.Plan = m.evolve(req.Plan, req.AsOf)
			}
		})
	}
	require.Greater(t, done, rounds/4)
	require.Greater(t, changed, rounds/8)
	for _, r := range []Reason{ReasonLeaver, ReasonArrival, ReasonTransfer, ReasonGoal, ReasonShortfall, ReasonSurplus} {
		require.Greater(t, reasons[r], 5, r)
	}
}

// requireStill checks that actuals equal to targets and an unchanged plan change
// nothing.
func (m *changeMaker) requireStill(t *testing.T, p *Plan, issued *Targets, b *Breakdown, asOf calendar.Date) {
	t.Helper()
	got, err := Resplit(context.Background(), ResplitRequest{Issued: issued, Plan: p, AsOf: asOf, Actuals: m.actuals(t, p, b, asOf, true),
		Shortfall: chosen(m.Rand, shortfalls()...), Surplus: chosen(m.Rand, surpluses()...), Leaver: chosen(m.Rand, leavers()...)})
	require.NoError(t, err)
	require.True(t, got.Equal(issued))
	require.Empty(t, slices.Collect(got.Changes()))
	var was, is bytes.Buffer
	require.NoError(t, issued.WriteJSON(&was, Query{}))
	require.NoError(t, got.WriteJSON(&is, Query{}))
	if asOf.Before(b.Period().Last) {
		require.Equal(t, was.String(), is.String())
	}
	now := slices.Collect(got.All())[0]
	require.Empty(t, now.Lines())
	require.Empty(t, now.Settled().Lines())
}

// requireReplan checks what every re-plan promises.
func requireReplan(t *testing.T, req ResplitRequest, got *Targets, reasons map[Reason]int) {
	t.Helper()
	was, now := slices.Collect(req.Issued.All())[0], slices.Collect(got.All())[0]
	g, c := now.cs.grid, now.change
	cols := len(g.pieces)
	// Closed cells stand, and nobody loses a row.
	seen := 0
	for r := range len(now.cells) / cols {
		for p := range c.closed {
			old := int64(0)
			if k := c.old[r]; k >= 0 && c.before == was {
				old = was.cells[int(k)*cols+p]
			} else if c.before != was {
				old = now.cells[r*cols+p]
			}
			require.Equal(t, old, now.cells[r*cols+p])
		}
		if c.old[r] >= 0 {
			seen++
		}
	}
	require.Equal(t, len(c.before.cells)/cols, seen)
	requireThere(t, req, was, now)
	requireLines(t, now)
	// What changed says why.
	n := 0
	for x := range now.Changes() {
		sum := x.Old
		for _, move := range x.Moves {
			reasons[move.Reason]++
			sum = sum.Add(move.Amount)
			requireMove(t, now, move)
		}
		require.Equal(t, x.New.String(), sum.String(), fmt.Sprint(x.Units, x.Period))
		if n++; n < 5 || n%31 == 0 {
			requireChain(t, now, At{Units: x.Units, Period: x.Period})
			requireChain(t, now, At{Units: x.Units[:min(len(x.Units), 1)]})
		}
	}
	requireChain(t, now, At{})
}

// requireChain checks that an explanation leads from what was first issued to
// what is owed now.
func requireChain(t *testing.T, b *Breakdown, at At) {
	t.Helper()
	e, err := b.Explain(at)
	require.NoError(t, err)
	amount, err := b.Amount(at)
	require.NoError(t, err)
	x := e.Issued.Decimal
	require.NotEmpty(t, e.Replans)
	for _, r := range e.Replans {
		require.True(t, r.Old.Equal(x))
		for _, move := range r.Moves {
			x = x.Add(move.Amount)
			if e.Cells == 1 {
				requireMove(t, b, move)
			}
		}
		require.True(t, r.New.Equal(x), fmt.Sprintf("%+v: %s", r, x))
	}
	require.True(t, x.Equal(amount))
	require.True(t, e.Amount.Equal(amount))
	require.True(t, e.Equal(e))
	text, err := e.MarshalJSON()
	require.NoError(t, err)
	require.Contains(t, string(text), `"replans":[`)
}

// requireThere checks that nobody who isn't there owes anything, and that what
// has been reached in a period under way stays.
func requireThere(t *testing.T, req ResplitRequest, was, now *Breakdown) {
	t.Helper()
	c, cols := now.change, len(now.cs.grid.pieces)
	there := make([]uint64, cols)
	for r := range len(now.cells) / cols {
		nodes := now.cs.tuple(len(now.cs.axes), r)
		for p := c.closed; p < cols; p++ {
			absent := false
			for a, n := range nodes {
				now.cs.axes[a].tree.presence(n, now.cs.grid, there)
				absent = absent || there[p] == 0 && now.cs.axes[a].tree.nodes[n].spans != nil && !rampOnly(now.cs.axes[a].tree, n, now.cs.grid, p)
			}
			x := now.cells[r*cols+p]
			require.GreaterOrEqual(t, x, int64(0))
			if absent {
				least := int64(0)
				if p == c.closed && c.past.cols > c.closed {
					least, _ = c.past.whole(r, p)
					least = max(least+1, 0)
				}
				require.LessOrEqual(t, x, least)
			}
			if p == c.closed && c.past.cols > c.closed && c.past.known[p] {
				reached, _ := c.past.whole(r, p)
				if c.old[r] >= 0 && c.before == was {
					require.GreaterOrEqual(t, x, min(reached, was.cells[int(c.old[r])*cols+p]))
				}
			}
		}
	}
}

// rampOnly reports whether a node is there in a period with a ramp of 0.
func rampOnly(t *tree, n int32, g *grid, p int) bool {
	days := make([]int32, len(g.pieces))
	t.measureOf(n, g, days)
	return days[p] > 0
}

// requireLines checks that the year adds up to the goal and the stated lines.
func requireLines(t *testing.T, now *Breakdown) {
	t.Helper()
	sum, err := now.Amount(At{})
	require.NoError(t, err)
	for _, l := range now.Lines() {
		if l.Kind == LineRest {
			require.True(t, goalChanged(now), "only a goal that has changed can find no place")
		}
		sum = sum.Sub(l.Amount)
	}
	require.Equal(t, now.Total().String(), sum.String())
	s := now.Settled()
	year := s.Total()
	for _, l := range s.Lines() {
		year = year.Sub(l.Amount)
		if l.Kind == LineRest && !goalChanged(now) {
			rows := decimal.NewFromInt(int64(len(now.cells)))
			require.True(t, l.Amount.Abs().LessThan(rows.Mul(now.cs.metric.Step)), l.Amount)
		}
	}
	require.True(t, now.Total().Equal(year))
	rows, err := s.Rows(Query{})
	require.NoError(t, err)
	for row := range rows {
		if row.Leaf && len(row.Units) > 0 {
			continue
		}
		at := At{Units: row.Units, Parents: row.Parents, Period: row.Period}
		x, err := s.Amount(at)
		require.NoError(t, err)
		places, _, err := now.locate(at)
		require.NoError(t, err)
		if len(places) == 1 {
			require.True(t, x.Equal(row.Amount))
		}
	}
}

// goalChanged reports whether the goal had another total at some time.
func goalChanged(b *Breakdown) bool {
	for x := b; x.change != nil; x = x.change.before {
		if !x.change.before.Total().Equal(b.Total()) {
			return true
		}
	}
	return false
}
