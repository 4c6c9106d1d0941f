package salesplan

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// issuedOf lays out targets as their document has them.
func issuedOf(t *Targets, issue Issue) (*issuedFile, error) {
	file := &issuedFile{Version: TargetsVersion, Issue: issue, Goals: make([]issuedGoal, 0, len(t.parts)), Contributions: t.contributions, Findings: t.findings}
	for _, part := range t.parts {
		g, err := issuedGoalOf(part)
		if err != nil {
			return nil, err
		}
		file.Goals = append(file.Goals, *g)
	}
	return file, nil
}

func issuedGoalOf(part targetPart) (*issuedGoal, error) {
	g := &issuedGoal{Kind: KindFlow}
	var b *Breakdown
	switch p := part.(type) {
	case *Breakdown:
		b = p
	case *StockBreakdown:
		b = p.moves
		g.Kind = KindStock
		for _, list := range [][]int64{p.opening, p.moves.cells, p.gains.cells, p.drops.cells} {
			if _, ok := sizeOf(list); !ok {
				return nil, diag.Faults{{Code: diag.OutOfRange, Path: "/t", Value: p.Goal(), Bound: stepsInAll}}
			}
		}
		cols := len(b.cs.grid.pieces)
		g.Stock = &issuedStock{
			Goal: withoutBounds(p.goal), Metric: p.metric,
			Opening: packInts(p.opening, 1), Additions: packInts(p.gains.cells, cols), Losses: packInts(p.drops.cells, cols),
			Transfers: p.transfers, Grown: p.grown, Findings: p.findings,
		}
	case *RateBreakdown:
		b = p.numerator
		g.Kind = KindRate
		g.Rate = &issuedRate{Goal: withoutBounds(p.goal), Metric: p.metric, Given: p.given, Grown: p.grown, Findings: p.findings}
		if over := p.over(); over != nil {
			g.Rate.Denominator = over.Goal()
		}
	}
	state, err := stateOf(b.origin())
	if err != nil {
		return nil, err
	}
	g.State = *state
	g.Replans, err = replansOf(b)
	return g, err
}

// withoutBounds returns a goal whose split has no bounds: they are where they
// bind, on the cells.
func withoutBounds(g Goal) Goal {
	if g.Split != nil && g.Split.Bounds != nil {
		split := *g.Split
		split.Bounds = nil
		g.Split = &split
	}
	return g
}

// stateOf lays out a breakdown. What is large shares its memory.
func stateOf(b *Breakdown) (*issuedState, error) {
	cs := b.cs
	cols := len(cs.grid.pieces)
	s := &issuedState{Goal: withoutBounds(cs.req.Goal), Metric: cs.metric, Fiscal: cs.grid.fiscal, Grown: cs.grown, Findings: cs.findings}
	s.Workdays = workdaysOf(cs.grid)
	for i := range cs.axes {
		ax, err := cs.issuedAxis(i)
		if err != nil {
			return nil, err
		}
		s.Axes = append(s.Axes, *ax)
	}
	s.Row = packInts(b.unitRow(0), 1)
	s.Table = tableOf(cs.table, len(cs.table.Amounts)/cols, cols)
	if cs.line.row == nil { // what a stock gains and loses
		return s, nil
	}
	s.Units = packInts(cs.units, 1)
	s.Line = &issuedLine{Basis: cs.line.basis, Weights: packBigs(cs.line.weights)}
	s.Ideals = packFixed(cs.ideals)
	s.Season = packFixed(cs.season)
	s.Own = cs.own.issued(len(cs.axes[0].tree.nodes))
	if bounds := cs.bounder(); bounds != nil {
		s.Bounds = boundsOf(bounds, len(cs.table.Amounts)/cols, cols)
	}
	s.Cross = cs.issuedCross()
	s.Odd = cs.issuedOdd()
	return s, nil
}

// workdaysOf writes what each day counts where working days are counted.
func workdaysOf(g *grid) packed {
	if !g.counted {
		return nil
	}
	var out packed
	digits := make([]byte, 0, len(g.running))
	for d := range g.running[1:] {
		digits = append(digits, '0'+byte(g.running[d+1]-g.running[d]))
	}
	for line := range slices.Chunk(digits, lineBytes) {
		out = append(out, chunk{text: string(line)})
	}
	return out
}

// issuedAxis lays out the tree of an axis with the units' weights.
func (cs *cascade) issuedAxis(i int) (*issuedAxis, error) {
	ax := cs.axes[i]
	t := ax.tree
	out := &issuedAxis{Axis: ax.axis.ID, Scale: t.scale, Units: make([]issuedID, len(t.nodes))}
	parents := make([]int64, 0, len(t.nodes))
	var presence []int64
	for k := range t.nodes {
		n := &t.nodes[k]
		out.Units[k] = issuedID(n.id)
		if k > 0 {
			parents = append(parents, int64(n.parent))
		}
		if n.spans != nil && t.isLeaf(int32(k)) {
			presence = append(presence, int64(k), int64(len(n.spans)))
			for _, s := range n.spans {
				presence = append(presence, int64(s.from), int64(s.to), int64(s.share))
			}
		}
		if d := detailsOf(k, n.unit); d != nil {
			out.Details = append(out.Details, *d)
		}
	}
	out.Parents, out.Presence = packInts(parents, 1), packInts(presence, 1)
	switch {
	case ax.static != nil:
		out.Weights = pack(len(t.nodes), ax.static.write)
	case i > 0:
		return out, cs.packWeightings(i, out)
	}
	return out, nil
}

func detailsOf(k int, u *Unit) *issuedUnit {
	if u == nil {
		return nil
	}
	d := &issuedUnit{Node: k, FTE: u.FTE, Successor: u.Successor, Sells: u.Sells, Transfers: u.Transfers}
	if k == 0 || len(u.Transfers) > 0 {
		d.Parent = u.Parent
	}
	if d.Parent == "" && !d.FTE.Valid && d.Successor == "" && len(d.Sells) == 0 && len(d.Transfers) == 0 {
		return nil
	}
	return d
}

// write appends a node's weight.
func (w *weighting) write(buf []byte, i int) []byte {
	if x := w.wide[int32(i)]; x != nil {
		return x.Append(buf, 10)
	}
	return strconv.AppendUint(buf, w.weight[i], 10)
}

// packWeightings writes the weights of an axis below each tuple of leaves of
// the axes before, equal ones once.
func (cs *cascade) packWeightings(i int, out *issuedAxis) error {
	ax := cs.axes[i]
	rows := 1
	for _, before := range cs.axes[:i] {
		rows *= len(before.tree.leaves)
	}
	which := make([]int64, rows)
	at := map[string]int64{}
	var c diag.Collector
	var buf []byte
	for r := range which {
		w := ax.weighting(cs.tuple(i, r), &c)
		if c.Len() > 0 {
			return c.Err()
		}
		buf = buf[:0]
		for k := range ax.tree.nodes {
			buf = append(w.write(buf, k), ' ')
		}
		n, ok := at[string(buf)]
		if !ok {
			n = int64(len(at))
			at[string(buf)] = n
			out.Weights = append(out.Weights, pack(len(ax.tree.nodes), w.write)...)
		}
		which[r] = n
	}
	out.Which = packInts(which, 1)
	return nil
}

func packBigs(xs []*big.Int) packed {
	return pack(len(xs), func(buf []byte, i int) []byte { return xs[i].Append(buf, 10) })
}

func packFixed(xs []apportion.Fixed) packed {
	return pack(len(xs), func(buf []byte, i int) []byte { return appendFixed(buf, xs[i]) })
}

func packFloats(xs []float64) packed {
	return pack(len(xs), func(buf []byte, i int) []byte { return appendFloat(buf, xs[i]) })
}

// issued lays out own seasons, their weights divided by what they have in
// common: only their ratios count.
func (own *ownSeasons) issued(nodes int) *issuedSeasons {
	if own == nil {
		return nil
	}
	var at []int64
	var weights []*big.Int
	for n := range nodes {
		row := own.weights[int32(n)]
		if row == nil {
			continue
		}
		at = append(at, int64(n))
		gcd := new(big.Int)
		for _, x := range row {
			gcd.GCD(nil, nil, gcd, x)
		}
		for _, x := range row {
			if gcd.Sign() > 0 {
				x = new(big.Int).Quo(x, gcd)
			}
			weights = append(weights, x)
		}
	}
	return &issuedSeasons{Nodes: packInts(at, 1), Weights: packBigs(weights)}
}

// boundsOf asks for the bounds of all rows and keeps those that have some.
func boundsOf(bounds apportion.Bounder, rows, cols int) *issuedBounds {
	var at []int64
	var cells []cellRange
	lo, hi := make([]int64, cols), make([]int64, cols)
	for r := range rows {
		for j := range cols {
			lo[j], hi[j] = 0, apportion.Unbounded
		}
		if !bounds.Bounds(r, lo, hi) {
			continue
		}
		at = append(at, int64(r))
		for j := range cols {
			cells = append(cells, cellRange{lo[j], hi[j]})
		}
	}
	return &issuedBounds{
		Rows:  packInts(at, 1),
		Cells: pack(len(cells), func(buf []byte, i int) []byte { return appendRange(buf, cells[i]) }),
	}
}

// issuedCross lays out the table of the first two axes' totals.
func (cs *cascade) issuedCross() *issuedCross {
	if cs.crossed == nil {
		return nil
	}
	x, lines := cs.crossed, cs.lines
	rows := len(cs.axes[0].tree.leaves)
	out := &issuedCross{
		Ideals: packFixed(lines.ideals), Rounded: packInts(lines.rounded, 1), Amounts: packInts(lines.amounts, 1),
		Seed: packFloats(x.seed.cells), Table: tableOf(x.res, rows, x.seed.cols),
	}
	if x.bounds != nil {
		out.Bounds = boundsOf(x.bounds, rows, x.seed.cols)
	}
	return out
}

// tableOf lays out a table, what was fitted as its distance from the amounts.
func tableOf(res *apportion.Result, rows, cols int) issuedTable {
	t := issuedTable{Amounts: packInts(res.Amounts, cols), Rounds: res.Rounds, Forced: res.Forced, Converged: res.Converged}
	if res.Fitted == nil {
		return t
	}
	rests := make([]int64, len(res.Fitted))
	for k, x := range res.Fitted {
		rests[k] = x - res.Amounts[k]<<res.Shift
	}
	t.Fitted, t.Shift = packInts(rests, cols), res.Shift
	t.Rows, t.Columns = packFloats(res.RowFactor[:rows]), packFloats(res.ColFactor[:cols])
	return t
}
