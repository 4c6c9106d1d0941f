package salesplan

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
)

// promiseRounds is how many random plans are tried.
const promiseRounds = 200

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
	require.Equal(t, ref.pieces, b.cs.grid.pieces)
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
	own, below := map[string]decimal.Decimal{}, map[string]decimal.Decimal{}
	byGrain := map[string]map[calendar.Grain]decimal.Decimal{}
	for _, r := range allRows(t, b, Query{}) {
		units := fmt.Sprint(r.Units, r.Parents)
		own[fmt.Sprint(units, r.Grain, r.Period.First)] = r.Amount
		if byGrain[units] == nil {
			byGrain[units] = map[calendar.Grain]decimal.Decimal{}
		}
		byGrain[units][r.Grain] = byGrain[units][r.Grain].Add(r.Amount)
		if r.Level == 0 {
			continue
		}
		a := slices.Index(b.Axes(), r.Axis)
		up := slices.Clone(r.Units)
		if up[a] = r.Parent; r.Level == 1 {
			up[a] = b.cs.axes[a].tree.nodes[0].id
		}
		teams := slices.Clone(r.Parents)
		if teams != nil {
			teams[a] = ""
		}
		if !slices.ContainsFunc(teams, func(u string) bool { return u != "" }) {
			teams = nil
		}
		above := fmt.Sprint(fmt.Sprint(up, teams), r.Grain, r.Period.First)
		key := above + " by " + r.Axis
		below[key] = below[key].Add(r.Amount)
	}
	for key, sum := range below {
		place, axis, _ := strings.Cut(key, " by ")
		x, ok := own[place]
		require.True(t, ok && sum.Equal(x), "%s by %s: %s of %s", place, axis, sum, x)
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
	tree, block := b.cs.axes[0].tree, b.cs.block(1)
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
	below, size := b.cs.axes[1].tree, b.cs.block(2)
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
