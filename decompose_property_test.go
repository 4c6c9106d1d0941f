package salesplan

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/calendar/china"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// promiseRounds is how many random plans are tried.
const promiseRounds = 200

// A planMaker draws random goals.
type planMaker struct {
	*rand.Rand
	ids int
}

func chosen[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func (m *planMaker) id(kind string) string {
	m.ids++
	return kind + strconv.Itoa(m.ids)
}

// request draws a goal; cells bounds leaf units × leaf periods roughly.
func (m *planMaker) request(cells int) CascadeRequest {
	req := CascadeRequest{
		Metric: Metric{ID: "m", Step: decimal.RequireFromString(chosen(m.Rand, "0.01", "1", "1000", "0.05"))},
		Fiscal: chosen(m.Rand, calendar.Fiscal{}, calendar.Fiscal{}, calendar.Fiscal{FirstMonth: 4},
			calendar.Fiscal{Pattern: calendar.Pattern445, YearEnd: calendar.YearEndLast, Weekday: calendar.Saturday, Month: 12}),
		Calendar: chosen(m.Rand, nil, china.New(calendar.UnpublishedWeekdays)),
	}
	split := &SplitRule{Time: m.timeRule()}
	req.Goal = Goal{ID: "g", Metric: "m", Split: split, Period: chosen(m.Rand, "2027", "FY2027", "2026-H1", "2027-01-15/2027-11-03", "2026-12", "FY2026-Q2")}
	if req.Goal.Period[0] == 'F' || req.Fiscal == (calendar.Fiscal{}) {
		req.Goal.Every = chosen(m.Rand, "", "", "", calendar.GrainMonth, calendar.GrainQuarter)
	}
	if m.IntN(12) == 0 {
		req.Goal.Every, req.Goal.Period = calendar.GrainWeek, "2027-01-04/2027-03-14"
		if req.Fiscal.Pattern != "" {
			req.Fiscal = calendar.Fiscal{}
		}
	}
	if req.Goal.Every != "" {
		whole, _ := req.Fiscal.Parse(req.Goal.Period)
		full, _ := fullPeriods(req.Fiscal, whole, req.Goal.Every)
		if full[0].First != whole.First || full[len(full)-1].Last != whole.Last {
			req.Goal.Every = ""
		}
	}
	for _, g := range []calendar.Grain{calendar.GrainQuarter, calendar.GrainMonth, calendar.GrainWeek, calendar.GrainDay, calendar.GrainHalf} {
		if m.IntN(3) == 0 && (g != calendar.GrainDay || m.IntN(3) == 0) {
			split.Grains = append(split.Grains, g)
		}
	}
	whole, _ := req.Fiscal.Parse(req.Goal.Period)
	pieces := len(newReference(req).pieces)
	m.axes(&req, whole, max(2, min(40, cells/pieces)))
	m.target(&req)
	return req
}

func (m *planMaker) timeRule() TimeRule {
	t := TimeRule{Basis: chosen(m.Rand, "", TimeEven, TimeDays, TimeWorkdays, TimeSeasonality), Within: chosen(m.Rand, "", "", TimeWorkdays, TimeDays)}
	if t.Basis == TimeSeasonality {
		t.Normalise = true
		for range 12 {
			t.Shares = append(t.Shares, decimal.New(int64(m.IntN(20)+1), int32(-m.IntN(3))))
		}
	}
	return t
}

// target draws amounts over the whole range.
func (m *planMaker) target(req *CascadeRequest) {
	turns := int64(len(newReference(*req).turns))
	n := m.Int64N(chosen(m.Rand, int64(1), 20, 1000, 1_000_000, 1e12, 1e15, 9e18/turns+1))
	if m.IntN(8) == 0 {
		n = chosen(m.Rand, 0, 1, 9e18/turns)
	}
	if m.IntN(4) == 0 {
		n = -n
	}
	req.Goal.Target = req.Metric.Step.Mul(decimal.New(n, 0))
}

// axes draws one to three axes, the organisation with people who come and go.
func (m *planMaker) axes(req *CascadeRequest, whole calendar.Period, most int) {
	people := 1 + m.IntN(most)
	depth := 1 + m.IntN(4)
	n := chosen(m.Rand, 1, 1, 2, 2, 3)
	for a := range n {
		size := people
		if a > 0 {
			size = 1 + m.IntN(max(1, min(6, most/people)))
			depth = 1 + m.IntN(2)
			people *= size
		}
		axis := Axis{ID: fmt.Sprint("axis", a)}
		m.grow(&axis, whole, "", depth, size, a == 0 || m.IntN(3) == 0)
		rule := AxisRule{Axis: axis.ID, BasisRule: BasisRule{Basis: chosen(m.Rand, "", BasisEven, BasisWeights)}}
		if m.IntN(3) == 0 {
			rule.Levels = []LevelRule{{Level: 1 + m.IntN(3), BasisRule: BasisRule{Basis: BasisWeights}}}
		}
		req.Axes = append(req.Axes, axis)
		req.Goal.Split.Axes = append(req.Goal.Split.Axes, rule)
	}
	if units := req.Axes[0].Units; m.IntN(3) == 0 {
		req.Goal.Owner = units[m.IntN(len(units))].ID
	}
}

// grow adds leaves leaf units at the given depth below parent.
func (m *planMaker) grow(axis *Axis, whole calendar.Period, parent string, depth, leaves int, moves bool) {
	weighted, huge := m.IntN(4) > 0, m.IntN(4) == 0
	for leaves > 0 {
		take := leaves
		if depth == 1 {
			take = 1
		} else if m.IntN(2) == 0 {
			take = 1 + m.IntN(leaves)
		}
		u := Unit{ID: m.id("u"), Parent: parent}
		if weighted {
			w := decimal.New(m.Int64N(1000), int32(m.IntN(3)-2))
			if huge {
				w = decimal.RequireFromString(fmt.Sprintf("%d%018d%018d", 1+m.IntN(99), m.Int64N(1e18), m.Int64N(1e18)))
			}
			u.Weight = decimal.NewNullDecimal(w)
		}
		if moves {
			m.come(&u, whole, depth)
		}
		axis.Units = append(axis.Units, u)
		if depth > 1 {
			m.grow(axis, whole, u.ID, depth-1, take, moves)
		}
		leaves -= take
	}
}

// come lets some units arrive late or leave early, some of them for no day of
// the period or for one.
func (m *planMaker) come(u *Unit, whole calendar.Period, depth int) {
	if m.IntN(2+3*depth) != 0 {
		return
	}
	day := func() calendar.Date { return whole.First.AddDays(m.IntN(whole.Days()+40) - 20) }
	switch m.IntN(3) {
	case 0:
		u.From = day()
	case 1:
		u.To = day()
	default:
		u.From = day()
		u.To = u.From.AddDays(m.IntN(200))
	}
}

// solved cascades a request and computes its reference; both must agree on
// whether there is a solution. ok is false where there is none.
func solved(t *testing.T, req CascadeRequest) (b *Breakdown, ref *reference, ok bool) {
	t.Helper()
	ref = newReference(req)
	ref.when()
	if ref.failed == "" {
		ref.who()
	}
	b, err := Cascade(context.Background(), req)
	if err == nil {
		require.Empty(t, ref.failed)
		return b, ref, true
	}
	for _, f := range diag.All(err) {
		require.Contains(t, []diag.Code{diag.Infeasible, diag.NoWeight}, f.Code, f.Error())
	}
	if ref.failed == "" && len(ref.trees) > 1 {
		return nil, nil, false // a later axis where nobody is there
	}
	require.NotEmpty(t, ref.failed, err)
	return nil, nil, false
}

func moved(b *Breakdown) bool {
	return slices.ContainsFunc(b.Findings(), func(f diag.Finding) bool { return f.Code == codeTotalMoved })
}

func TestCascade_Promises(t *testing.T) {
	rounds := promiseRounds
	if testing.Short() {
		rounds = 40
	}
	done, far, several := 0, 0, 0
	for i := range rounds {
		seed := uint64(i)
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			m := &planMaker{Rand: rand.New(rand.NewPCG(seed, 3))}
			req := m.request(chosen(m.Rand, 60, 300, 1500))
			b, ref, ok := solved(t, req)
			if !ok {
				return
			}
			done++
			requireLine(t, b, ref)
			requireTotals(t, b, ref)
			requireSums(t, b)
			requireNear(t, b)
			requireIdealCells(t, b, ref)
			if len(ref.trees) > 1 {
				several++
				requireNested(t, b, ref)
			}
			if moved(b) {
				far++
			}
		})
	}
	require.Greater(t, done, rounds/3)
	require.Greater(t, several, rounds/10)
	t.Logf("%d solved, %d of them with several axes, %d with moved totals", done, several, far)
}

// steps returns an amount as a whole number of steps with the goal's sign
// taken off.
func steps(t *testing.T, b *Breakdown, d decimal.Decimal) *big.Int {
	t.Helper()
	q := new(big.Rat).Quo(d.Rat(), b.Metric().Step.Rat())
	require.True(t, q.IsInt(), "%s is no multiple of the step", d)
	n := q.Num()
	if b.cs.negative {
		n = new(big.Int).Neg(n)
	}
	require.GreaterOrEqual(t, n.Sign(), 0, "an amount against the goal's sign")
	return n
}

func amount(t *testing.T, b *Breakdown, p calendar.Period, units ...string) *big.Int {
	t.Helper()
	d, err := b.Amount(At{Units: units, Period: p})
	require.NoError(t, err)
	return steps(t, b, d)
}

// requireLine checks the goal's row: exactly the reference's, its running total
// within half a step of the line.
func requireLine(t *testing.T, b *Breakdown, ref *reference) {
	t.Helper()
	require.Equal(t, ref.pieces, b.cs.grid.piecePeriods())
	run, turn := new(big.Rat), 0
	half := big.NewRat(1, 2)
	for p, piece := range ref.pieces {
		x := amount(t, b, piece)
		require.Equal(t, ref.row[p].String(), x.String(), "goal in %s", piece)
		run.Add(run, new(big.Rat).SetInt(x))
		d := new(big.Rat).Sub(run, ref.lines[p])
		require.LessOrEqual(t, d.Abs(d).Cmp(half), 0, "running total to %s", piece)
		if piece.Last == ref.turns[turn].Last {
			require.Equal(t, ref.perTurn().String(), run.RatString())
			run, turn = new(big.Rat), turn+1
		}
	}
}

// requireTotals checks the first axis's totals: floor or ceiling of the ideal,
// and those of largest remainder where no total is said to have moved.
func requireTotals(t *testing.T, b *Breakdown, ref *reference) {
	t.Helper()
	ref.trees[0].each(func(n *refNode) {
		x := amount(t, b, calendar.Period{}, n.id)
		d := new(big.Rat).Sub(new(big.Rat).SetInt(x), n.ideal)
		require.Less(t, d.Abs(d).Cmp(big.NewRat(1, 1)), 0, "%s: %s for an ideal of %s", n.id, x, n.ideal.FloatString(6))
		if !moved(b) {
			require.Equal(t, n.total.String(), x.String(), "%s: ideal %s", n.id, n.ideal.FloatString(20))
		}
		for p, piece := range ref.pieces {
			if n.there[p] == 0 {
				require.Zero(t, amount(t, b, piece, n.id).Sign(), "%s is not there in %s", n.id, piece)
			}
		}
	})
}

// requireSums checks that at every unit and every period sub-units and
// sub-periods add up.
func requireSums(t *testing.T, b *Breakdown) {
	t.Helper()
	rows, err := b.Rows(Query{})
	require.NoError(t, err)
	below := map[string]decimal.Decimal{} // by place: the sum of the units below
	own := map[string]decimal.Decimal{}
	byGrain := map[string]map[calendar.Grain]decimal.Decimal{}
	inner := map[string]bool{}
	for r := range rows {
		last := 0
		for i, u := range r.Units {
			if u != "" {
				last = i
			}
		}
		place := fmt.Sprint(r.Units, r.Grain, r.Period.First)
		own[place] = r.Amount
		units := fmt.Sprint(r.Units)
		if byGrain[units] == nil {
			byGrain[units] = map[calendar.Grain]decimal.Decimal{}
		}
		byGrain[units][r.Grain] = byGrain[units][r.Grain].Add(r.Amount)
		if r.Level == 0 && last == 0 {
			continue
		}
		up := slices.Clone(r.Units)
		up[last] = r.Parent
		if last > 0 && slices.Contains(up[:last], r.Parent) {
			up[last] = ""
		}
		above := fmt.Sprint(up, r.Grain, r.Period.First) + strconv.Itoa(last)
		below[above] = below[above].Add(r.Amount)
		inner[above] = true
	}
	for place, sum := range below {
		key := place[:len(place)-1]
		if x, ok := own[key]; ok {
			require.True(t, sum.Equal(x), "units below %s: %s of %s", place, sum, x)
		}
	}
	for units, grains := range byGrain {
		for grain, sum := range grains {
			require.True(t, sum.Equal(grains[GrainGoal]), "%s by %s", units, grain)
		}
	}
	require.NotEmpty(t, own)
}

// requireNear checks the distances from the fitted table: a leaf unit over any
// stretch of time and any unit (of the first axis, or below a leaf of it) in
// any leaf period less than two steps, an inner unit over k periods less than
// 2k; no cell off its floor or ceiling.
func requireNear(t *testing.T, b *Breakdown) {
	t.Helper()
	table := b.cs.table
	rows, cols := len(b.cs.totals), len(b.cs.grid.pieces)
	one := int64(1) << table.Shift
	within := func(x, limit int64, what ...any) {
		if max(x, -x) >= limit {
			t.Helper()
			t.Fatalf("off by %v of less than %v steps: %v", float64(x)/float64(one), float64(limit)/float64(one), what)
		}
	}
	// sums returns the differences of some rows' sums, by leaf period.
	sums := func(from, to int) []int64 {
		line := make([]int64, cols)
		for r := from; r < to; r++ {
			for p := range line {
				line[p] += table.Amounts[r*cols+p]<<table.Shift - table.Fitted[r*cols+p]
			}
		}
		return line
	}
	for r := range rows {
		line := sums(r, r+1)
		for p, x := range line {
			within(x, one, "row", r, p)
		}
		within(largestDifference(line), 2*one, "row", r)
	}
	tree, block := b.cs.axes[0].tree, b.block(1)
	for _, n := range tree.nodes {
		line := sums(int(n.leaf)*block, int(n.leafEnd)*block)
		for from := range line {
			var sum int64
			for to := from; to < cols; to++ {
				sum += line[to]
				within(sum, 2*one*int64(to-from+1), n.id, from, to)
			}
		}
	}
	if len(b.cs.axes) == 1 {
		return
	}
	below, size := b.cs.axes[1].tree, b.block(2)
	for leaf := range tree.leaves {
		for _, n := range below.nodes {
			for p, x := range sums((leaf*len(below.leaves)+int(n.leaf))*size, (leaf*len(below.leaves)+int(n.leafEnd))*size) {
				within(x, 2*one, leaf, n.id, p)
			}
		}
	}
}

// requireIdealCells compares the seed of the table with the reference's ideal
// cells, by way of the explanation.
func requireIdealCells(t *testing.T, b *Breakdown, ref *reference) {
	t.Helper()
	if len(ref.trees) > 1 {
		return
	}
	for r, n := range ref.trees[0].leaves() {
		for p, piece := range ref.pieces {
			if (r*7+p)%11 != 0 {
				continue
			}
			e, err := b.Explain(At{Units: []string{n.id}, Period: piece})
			require.NoError(t, err)
			want, _ := new(big.Rat).Mul(n.cells[p], b.Metric().Step.Rat()).Float64()
			require.InEpsilon(t, 1+want, 1+math.Abs(e.Cell.Seed), 1e-12, "%s in %s", n.id, piece)
			requireExplained(t, b, e)
		}
	}
}

// requireNested checks the further axes: the second one's totals by largest
// remainder of the summed ideals, deeper ones by largest remainder each.
func requireNested(t *testing.T, b *Breakdown, ref *reference) {
	t.Helper()
	if moved(b) {
		return
	}
	tuples := [][]*refNode{}
	for _, leaf := range ref.trees[0].leaves() {
		tuples = append(tuples, []*refNode{leaf})
	}
	for a := 1; a < len(ref.trees); a++ {
		lines := refTree(ref.axis(a), ref.req.Goal.Owner)
		sums := map[string]*big.Rat{}
		var next [][]*refNode
		for _, prefix := range tuples {
			total := amount(t, b, calendar.Period{}, namesOf(prefix)...)
			root := ref.under(a, prefix, prefix[a-1].cells, total)
			if a > 1 {
				refRound(root, total)
			}
			root.each(func(n *refNode) {
				if sums[n.id] == nil {
					sums[n.id] = new(big.Rat)
				}
				sums[n.id].Add(sums[n.id], n.ideal)
				x := amount(t, b, calendar.Period{}, append(namesOf(prefix), n.id)...)
				switch {
				case a > 1:
					require.Equal(t, n.total.String(), x.String(), "%v %s", namesOf(prefix), n.id)
				case n.ideal.Sign() == 0:
					require.Zero(t, x.Sign(), "%v %s", namesOf(prefix), n.id)
				}
			})
			for _, leaf := range root.leaves() {
				next = append(next, append(slices.Clone(prefix), leaf))
			}
		}
		if a == 1 {
			lines.each(func(n *refNode) { n.ideal = sums[n.id] })
			refRound(lines, amount(t, b, calendar.Period{}))
			lines.each(func(n *refNode) {
				require.Equal(t, n.total.String(), amount(t, b, calendar.Period{}, "", n.id).String(), "line %s", n.id)
			})
		}
		tuples = next
	}
}

func (r *reference) axis(a int) Axis {
	return r.req.Axes[slices.IndexFunc(r.req.Axes, func(x Axis) bool { return x.ID == r.rules[a].Axis })]
}

func namesOf(nodes []*refNode) []string {
	out := make([]string, len(nodes))
	for i, n := range nodes {
		out[i] = n.id
	}
	return out
}

func (g *grid) piecePeriods() []calendar.Period { return g.pieces }

// Small amounts over groups that are never there together make largest
// remainder's totals impossible; everything still adds up, and no total is off
// the floor and ceiling of its ideal.
func TestCascade_MovedTotals(t *testing.T) {
	rounds := 300
	if testing.Short() {
		rounds = 60
	}
	far := 0
	for i := range rounds {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 5))}
		req := flow(strconv.Itoa(m.IntN(40)), "2027", chosen(m.Rand, quarters, []calendar.Grain{"half"}, []calendar.Grain{"month"}))
		for team := range 1 + m.IntN(4) {
			name := fmt.Sprint("team", team)
			req.Axes[0].Units = append(req.Axes[0].Units, Unit{ID: name}, Unit{ID: name + "-all", Parent: name})
			for range m.IntN(5) {
				u := Unit{ID: m.id("u"), Parent: name}
				part := chosen(m.Rand, calendar.Half(2027, 1), calendar.Half(2027, 2), calendar.Half(2027, 1), calendar.Half(2027, 2), calendar.Quarter(2027, 2), calendar.Month(2027, 5))
				u.From, u.To = part.First, part.Last
				req.Axes[0].Units = append(req.Axes[0].Units, u)
			}
		}
		if m.IntN(4) > 0 { // hardly anybody but those who come and go
			req.Axes[0].Units = slices.DeleteFunc(req.Axes[0].Units, func(u Unit) bool { return len(u.ID) > 4 && u.ID[len(u.ID)-4:] == "-all" && m.IntN(12) > 0 })
		}
		if m.IntN(3) == 0 {
			req.Axes = append(req.Axes, Axis{ID: "product", Units: unitList("x", "y @..2027-06-30", "z")})
			req.Goal.Split.Axes = append(req.Goal.Split.Axes, AxisRule{Axis: "product"})
		}
		b, ref, ok := solved(t, req)
		if !ok {
			continue
		}
		requireLine(t, b, ref)
		requireTotals(t, b, ref)
		requireSums(t, b)
		requireNear(t, b)
		requireNested(t, b, ref)
		requireIdealCells(t, b, ref)
		if moved(b) {
			far++
		}
	}
	require.Greater(t, far, rounds/50)
	t.Logf("%d of %d with moved totals", far, rounds)
}

// Bases and seasonality by history.
func TestCascade_HistoryPromises(t *testing.T) {
	rounds := 60
	if testing.Short() {
		rounds = 15
	}
	done := 0
	for i := range rounds {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 7))}
		req := m.request(400)
		req.Goal.Owner = ""
		for a := range req.Axes {
			req.Axes[a].Of = []Field{FieldOwner, FieldProduct, FieldSegment}[a]
			rule := &req.Goal.Split.Axes[a]
			if m.IntN(4) > 0 {
				rule.BasisRule = BasisRule{Basis: BasisHistory, Period: "FY2025", Newcomers: NewcomersMedian}
			}
			for _, u := range req.Axes[a].Units {
				if rule.Basis == BasisHistory && !u.Weight.Valid {
					continue
				}
				rule.Newcomers = chosen(m.Rand, NewcomersMedian, rule.Newcomers)
			}
			rule.Levels = nil
		}
		if m.IntN(2) == 0 {
			req.Goal.Split.Time = TimeRule{Basis: TimeHistory, Period: "FY2025"}
		}
		var past []string
		for range m.IntN(40) + 2 {
			who := "nobody"
			if m.IntN(6) > 0 {
				units := req.Axes[0].Units
				who = units[m.IntN(len(units))].ID
			}
			for _, a := range req.Axes[1:] {
				who += "/" + a.Units[m.IntN(len(a.Units))].ID
			}
			past = append(past, fmt.Sprintf("%s %s %d.%02d", who, calendar.On(2024, 3, 1).AddDays(m.IntN(690)), m.IntN(100000), m.IntN(100)))
		}
		past = append(past, "nobody 2024-01-01 1", "nobody 2026-02-28 1") // all of FY2025 is covered
		req.Evidence = evidenceOf(t, req.Axes, req.Fiscal, past...)
		b, ref, ok := solved(t, req)
		if !ok {
			continue
		}
		done++
		requireLine(t, b, ref)
		requireTotals(t, b, ref)
		requireSums(t, b)
		requireNear(t, b)
		requireIdealCells(t, b, ref)
		requireNested(t, b, ref)
	}
	require.Greater(t, done, rounds/4)
	t.Logf("%d of %d solved", done, rounds)
}

// cellsOf lists the leaf amounts in order.
func cellsOf(t *testing.T, b *Breakdown) []string {
	t.Helper()
	var out []string
	for _, r := range allRows(t, b, Query{LeafOnly: true}) {
		out = append(out, r.Amount.String())
	}
	return out
}

// What must not change a result, or change it in a known way.
func TestCascade_Invariances(t *testing.T) {
	rounds := 120
	if testing.Short() {
		rounds = 30
	}
	changes := []struct {
		name   string
		change func(*CascadeRequest)
		same   func(x string) string
	}{
		{"other names", func(r *CascadeRequest) {
			rename := func(id string) string {
				if id == "" {
					return ""
				}
				return "z" + id
			}
			for a := range r.Axes {
				for i := range r.Axes[a].Units {
					u := &r.Axes[a].Units[i]
					u.ID, u.Parent = rename(u.ID), rename(u.Parent)
				}
			}
			r.Goal.Owner = rename(r.Goal.Owner)
		}, nil},
		{"weights times 7/1000", func(r *CascadeRequest) {
			for a := range r.Axes {
				for i := range r.Axes[a].Units {
					if w := &r.Axes[a].Units[i].Weight; w.Valid && w.Decimal.NumDigits() < 20 {
						w.Decimal = w.Decimal.Mul(decimal.New(7, -3))
					} else if w.Valid {
						return
					}
				}
			}
		}, nil},
		{"step and target times 10", func(r *CascadeRequest) {
			r.Metric.Step, r.Goal.Target = r.Metric.Step.Shift(1), r.Goal.Target.Shift(1)
		}, func(x string) string { return decimal.RequireFromString(x).Shift(-1).String() }},
		{"the other sign", func(r *CascadeRequest) { r.Goal.Target = r.Goal.Target.Neg() },
			func(x string) string { return decimal.RequireFromString(x).Neg().String() }},
		{"order of grains and axes of the plan", func(r *CascadeRequest) {
			slices.Reverse(r.Goal.Split.Grains)
			r.Goal.Split.Grains = append(r.Goal.Split.Grains, r.Goal.Split.Grains...)
			slices.Reverse(r.Axes)
		}, nil},
		{"other roots of the first axis, if not asked for", func(r *CascadeRequest) {
			if r.Goal.Owner != "" {
				r.Axes[0].Units = append([]Unit{{ID: "before"}}, append(r.Axes[0].Units, Unit{ID: "after"}, Unit{ID: "below", Parent: "after"})...)
			}
		}, nil},
	}
	for i := range rounds {
		seed := uint64(i)
		make := func() CascadeRequest {
			m := &planMaker{Rand: rand.New(rand.NewPCG(seed, 11))}
			return m.request(200)
		}
		b, err := Cascade(context.Background(), make())
		if err != nil {
			continue
		}
		want := cellsOf(t, b)
		for _, c := range changes {
			req := make()
			c.change(&req)
			other, err := Cascade(context.Background(), req)
			require.NoError(t, err, "%d %s", i, c.name)
			got := cellsOf(t, other)
			if c.same != nil {
				for k, x := range got {
					got[k] = c.same(x)
				}
			}
			for k := range want {
				require.True(t, decimal.RequireFromString(want[k]).Equal(decimal.RequireFromString(got[k])), "%d %s: cell %d: %s, %s", i, c.name, k, want[k], got[k])
			}
		}
	}
}

// A finer grain doesn't change the coarser periods of the goal, nor, where
// everybody is always there, a unit's total.
func TestCascade_FinerGrains(t *testing.T) {
	for i := range 80 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 13))}
		req := m.request(60)
		for a := range req.Axes {
			for k := range req.Axes[a].Units {
				u := &req.Axes[a].Units[k]
				u.From, u.To = calendar.Date{}, calendar.Date{}
			}
		}
		req.Goal.Split.Grains = []calendar.Grain{"month"}
		req.Axes, req.Goal.Split.Axes = req.Axes[:1], req.Goal.Split.Axes[:1]
		b, err := Cascade(context.Background(), req)
		if err != nil {
			continue
		}
		for _, grains := range [][]calendar.Grain{{"quarter", "month"}, {"month", "week"}, {"half", "week", "month", "day"}} {
			req.Goal.Split.Grains = grains
			if req.Goal.Every == calendar.GrainWeek {
				continue
			}
			finer := cascaded(t, req)
			require.Equal(t, line(t, b, "month"), line(t, finer, "month"), "%d %v", i, grains)
			for _, u := range allRows(t, b, Query{Grain: GrainGoal}) {
				x, err := finer.Amount(At{Units: u.Units})
				require.NoError(t, err)
				require.True(t, x.Equal(u.Amount), "%d %v %v: %s %s", i, grains, u.Units, x, u.Amount)
			}
		}
	}
}

// The order of siblings decides ties and nothing else: a unit's total is the
// floor or the ceiling of the same ideal.
func TestCascade_OrderOfSiblings(t *testing.T) {
	for i := range 60 {
		m := &planMaker{Rand: rand.New(rand.NewPCG(uint64(i), 17))}
		req := m.request(200)
		req.Axes, req.Goal.Split.Axes = req.Axes[:1], req.Goal.Split.Axes[:1]
		b, err := Cascade(context.Background(), req)
		if err != nil {
			continue
		}
		slices.Reverse(req.Axes[0].Units)
		other := cascaded(t, req)
		for _, r := range allRows(t, b, Query{Grain: GrainGoal}) {
			x, err := other.Amount(At{Units: r.Units})
			require.NoError(t, err)
			d := x.Sub(r.Amount).Abs()
			require.True(t, d.LessThanOrEqual(req.Metric.Step), "%d %v", i, r.Units)
		}
	}
}

func TestCascade_Deterministic(t *testing.T) {
	m := &planMaker{Rand: rand.New(rand.NewPCG(8, 19))}
	var req CascadeRequest
	var b *Breakdown
	for b == nil || len(b.Axes()) < 2 {
		req = m.request(800)
		b, _ = Cascade(context.Background(), req)
	}
	want, err := json.Marshal(b)
	require.NoError(t, err)
	before, err := json.Marshal(req.Axes)
	require.NoError(t, err)
	for i := range 100 {
		procs := runtime.GOMAXPROCS([]int{1, 8}[i%2])
		again, err := Cascade(context.Background(), req)
		runtime.GOMAXPROCS(procs)
		require.NoError(t, err)
		require.True(t, b.Equal(again))
		if i%20 < 2 {
			got, err := json.Marshal(again)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
		}
	}
	after, err := json.Marshal(req.Axes)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "the request is not changed")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for r := range slices.Values(allRows(t, b, Query{Grain: GrainGoal})) {
				_, err := b.Explain(At{Units: r.Units})
				assert.NoError(t, err)
			}
		})
	}
	all.Wait()
}

func TestCascade_ProgressAndCancellation(t *testing.T) {
	units := []string{"co"}
	for i := range 3000 {
		units = append(units, fmt.Sprintf("p%d < co @2027-%02d-05..", i, 1+i%12))
	}
	units = append(units, "first < co")
	req := flow("1000000", "2027", []calendar.Grain{"day"}, units...)
	req.Goal.Split.Time.Basis = TimeDays
	last, whole, calls := int64(0), int64(0), 0
	ctx := WithProgress(context.Background(), func(done, total int64) {
		require.Greater(t, done, last)
		require.LessOrEqual(t, done, total)
		if whole != 0 {
			require.Equal(t, whole, total)
		}
		last, whole = done, total
		calls++
	})
	_, err := Cascade(ctx, req)
	require.NoError(t, err)
	require.Equal(t, whole, last)
	require.Greater(t, calls, 10)

	ctx, cancel := context.WithCancel(context.Background())
	seen := 0
	_, err = Cascade(WithProgress(ctx, func(done, total int64) {
		if seen++; seen == 3 {
			cancel()
		}
	}), req)
	require.ErrorIs(t, err, context.Canceled)
	require.LessOrEqual(t, seen, 4, "it stops soon")
	_, err = Cascade(ctx, req)
	require.ErrorIs(t, err, context.Canceled)
}

// FuzzCascade reads requests from bytes. Nothing panics, and what succeeds adds
// up.
func FuzzCascade(f *testing.F) {
	f.Add([]byte("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"))
	f.Add([]byte{})
	f.Add([]byte("a goal over people and time, and back again"))
	for i := range 8 {
		r := rand.New(rand.NewPCG(uint64(i), 23))
		data := make([]byte, 60)
		for k := range data {
			data[k] = byte(r.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		req := requestOf(data)
		b, err := Cascade(context.Background(), req)
		if err != nil {
			for _, fault := range diag.All(err) {
				require.NotEmpty(t, fault.Path)
				require.NotEmpty(t, Catalogue().Text(fault, diag.Chinese))
			}
			require.NotEmpty(t, diag.All(err))
			return
		}
		requireSums(t, b)
		whole, err := b.Amount(At{})
		require.NoError(t, err)
		turns := max(1, len(b.Periods(req.Goal.Every)))
		require.True(t, whole.Equal(req.Goal.Target.Mul(decimal.New(int64(turns), 0))))
		sum := decimal.Decimal{}
		for _, r := range allRows(t, b, Query{LeafOnly: true}) {
			sum = sum.Add(r.Amount)
		}
		require.True(t, sum.Equal(whole))
	})
}

// requestOf makes a small request of bytes, good or bad.
func requestOf(data []byte) CascadeRequest {
	next := func() int {
		if len(data) == 0 {
			return 0
		}
		x := int(data[0])
		data = data[1:]
		return x
	}
	pick := func(list ...string) string { return list[next()%len(list)] }
	day := func() calendar.Date {
		if next()%2 == 0 {
			return calendar.Date{}
		}
		return calendar.On(2026, 12, 1).AddDays(next() * 2)
	}
	num := func() decimal.Decimal {
		return decimal.New(int64(next())*int64(next()+1)-300, int32(next()%5-2))
	}
	req := CascadeRequest{Metric: Metric{ID: "m", Step: decimal.New(int64(next()%7), int32(next()%4-2))}}
	req.Fiscal = calendar.Fiscal{FirstMonth: next() % 14}
	if next()%4 == 0 {
		req.Fiscal = calendar.Fiscal{Pattern: calendar.Pattern454, YearEnd: calendar.YearEndNearest, Weekday: calendar.Sunday, Month: next() % 13}
	}
	split := &SplitRule{Time: TimeRule{Basis: TimeBasis(pick("", "even", "days", "workdays", "seasonality", "history", "odd")), Within: TimeBasis(pick("", "", "days", "workdays", "even")), Normalise: next()%2 == 0}}
	for range next() % 14 {
		split.Time.Shares = append(split.Time.Shares, decimal.New(int64(next()), 0))
	}
	for range next() % 3 {
		split.Grains = append(split.Grains, calendar.Grain(pick("month", "quarter", "week", "half", "year", "moon")))
	}
	req.Goal = Goal{ID: "g", Metric: "m", Split: split, Target: req.Metric.Step.Mul(decimal.New(int64(next())-60, 0)),
		Period: pick("2027", "2027-Q1", "2027-02", "2027-01-07/2027-03-03", "FY2027", "2027-W05", "", "2027-13", "2027-03-01/2027-02-01", "0001", "9999", "2024-01-01/2031-12-31"),
		Every:  calendar.Grain(pick("", "", "month", "week", "quarter", "day", "moon"))}
	for a := range next() % 3 {
		axis := Axis{ID: pick("a", "b", "c")}
		n := next() % 9
		for i := range n {
			u := Unit{ID: fmt.Sprint(string(rune('p'+a)), i), From: day(), To: day()}
			if p := next() % (n + 2); p < n {
				u.Parent = fmt.Sprint(string(rune('p'+a)), p)
			}
			if next()%2 == 0 {
				u.Weight = decimal.NewNullDecimal(num())
			}
			axis.Units = append(axis.Units, u)
		}
		req.Axes = append(req.Axes, axis)
		rule := AxisRule{Axis: pick(axis.ID, axis.ID, axis.ID, "z"), BasisRule: BasisRule{Basis: Basis(pick("", "even", "weights", "history"))}}
		if next()%3 == 0 {
			rule.Levels = []LevelRule{{Level: next() % 4, BasisRule: BasisRule{Basis: Basis(pick("even", "weights"))}}}
		}
		split.Axes = append(split.Axes, rule)
	}
	req.Goal.Owner = pick("", "", "p0", "p1", "q0", "x")
	return req
}
