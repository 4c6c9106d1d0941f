package salesplan

import (
	"context"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/calendar/china"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

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
	weighted, huge := m.IntN(4) > 0, m.IntN(8) == 0
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
	rounds := 500
	if testing.Short() {
		rounds = 60
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
	diff := func(r, p int) int64 {
		i := r*cols + p
		return table.Amounts[i]<<table.Shift - table.Fitted[i]
	}
	for r := range rows {
		line := make([]int64, cols)
		for p := range line {
			line[p] = diff(r, p)
			require.Less(t, max(line[p], -line[p]), one)
		}
		require.Less(t, largestDifference(line), 2*one, "row %d", r)
	}
	tree, block := b.cs.axes[0].tree, b.block(1)
	for i := range tree.nodes {
		n := tree.nodes[i]
		line := make([]int64, cols)
		for p := range line {
			for r := int(n.leaf) * block; r < int(n.leafEnd)*block; r++ {
				line[p] += diff(r, p)
			}
			require.Less(t, max(line[p], -line[p]), 2*one, "%s in %d", n.id, p)
		}
		for from := range line {
			var sum int64
			for to := from; to < cols; to++ {
				sum += line[to]
				require.Less(t, max(sum, -sum), 2*one*int64(to-from+1))
			}
		}
	}
	if len(b.cs.axes) > 1 {
		below, size := b.cs.axes[1].tree, b.block(2)
		for leaf := range tree.leaves {
			for i := range below.nodes {
				n := below.nodes[i]
				for p := range cols {
					var sum int64
					for r := (leaf*len(below.leaves) + int(n.leaf)) * size; r < (leaf*len(below.leaves)+int(n.leafEnd))*size; r++ {
						sum += diff(r, p)
					}
					require.Less(t, max(sum, -sum), 2*one)
				}
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
			want, _ := n.cells[p].Float64()
			require.InEpsilon(t, 1+want, 1+e.Cell.Seed, 1e-12, "%s in %s", n.id, piece)
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
