package salesplan

import (
	"encoding/json"
	"iter"
	"math/big"
	"slices"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A Commitment is what a unit says that it will bring in a period.
type Commitment struct {
	// Unit is a unit of the split, below the goal's owner: a person or, on a
	// later axis, a product line over all people. All commitments are of units of
	// one axis.
	Unit string `json:"unit"`

	// Period is a union of leaf periods; unset, the whole period.
	Period calendar.Period `json:"period,omitzero"`

	Amount decimal.Decimal `json:"amount"`
}

// A Rollup is what comes of commitments from below beside the targets from
// above. It is immutable and safe for use by many goroutines.
type Rollup struct {
	b        *Breakdown
	view     *axisView
	kept     [][]bool  // by node: the leaf periods that are committed; nil for none
	asked    [][]int64 // by node: the commitment, or the part of what is left
	sums     [][]int64 // by node: of the leaves below
	findings []diag.Finding
}

// BottomUp sets commitments from below against the targets from above. A
// commitment is kept as it is. What a unit's targets leave beside the
// commitments right below it is split among the others there by their own
// targets, in each leaf period; where nothing is left, they owe nothing. A unit
// with commitments below and none of its own keeps the targets from above and
// passes on what is left of them. The breakdown is not changed.
//
// A commitment over several leaf periods stands in each by the unit's own
// targets, as a cumulative split; evenly where it has none.
//
// What doesn't fit is no fault: it is a line of its own, [Rollup.Mismatch],
// and findings say where and by how much, with advice. For every unit with
// units below and every period, to the step:
//
//	Σ of what those right below carry = what the unit carries + mismatch
//
// Without commitments everything is as in the breakdown.
//
// Faults, all at once: [diag.Required] at /breakdown; at /commitments/i/unit
// [diag.Required] and [diag.Unknown], [diag.Invalid] for the goal's owner,
// [diag.Conflict] for a unit of another axis than the first commitment's; at
// /period [diag.OffGrid] and [diag.Conflict] for leaf periods committed twice;
// at /amount [diag.OffStep] and [diag.OutOfRange]. Time and memory are
// proportional to units × leaf periods, but for the sorting of siblings among
// whom something is indivisible.
func BottomUp(b *Breakdown, commitments []Commitment) (*Rollup, error) {
	if f := checkBreakdown(b, big.NewRat(1, 1)); f != nil {
		return nil, diag.Faults{f}
	}
	view := b.along(committedAxis(b, commitments))
	n := len(view.tree.nodes)
	r := &Rollup{b: b, view: view, kept: make([][]bool, n), asked: make([][]int64, n), sums: make([][]int64, n)}
	var c diag.Collector
	committed := new(big.Int)
	for i, x := range commitments {
		if steps := r.commit(x, index("/commitments", i), &c); steps != 0 {
			committed.Add(committed, big.NewInt(max(steps, -steps)))
		}
	}
	if c.Len() == 0 && committed.Cmp(big.NewInt(maxSteps)) > 0 {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/commitments", Value: committed.String() + " steps", Bound: big.NewInt(maxSteps).String() + " steps in all"})
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	t := view.tree
	r.asked[0] = slices.Clone(view.row(0))
	for v := range t.nodes {
		if !t.isLeaf(int32(v)) {
			r.passOn(int32(v))
		}
	}
	for v := n - 1; v >= 0; v-- {
		r.addUp(int32(v))
	}
	r.find()
	return r, nil
}

// committedAxis returns the axis of the first commitment's unit.
func committedAxis(b *Breakdown, commitments []Commitment) int {
	for _, x := range commitments {
		if a := b.axisOf(x.Unit); x.Unit != "" && a >= 0 {
			return a
		}
	}
	return 0
}

// commit notes a commitment and returns it in steps.
func (r *Rollup) commit(x Commitment, path string, c *diag.Collector) int64 {
	b := r.b
	before := c.Len()
	if x.Unit == "" {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/unit", Bound: "a unit below the goal's owner"})
	}
	if a := b.axisOf(x.Unit); x.Unit != "" && a >= 0 && a != r.view.axis {
		c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/unit", Value: x.Unit, Bound: "a unit of axis " + b.cs.axes[r.view.axis].axis.ID + ", as the first commitment's"})
		return 0
	}
	at := r.view.at(x.Unit)
	at.Period = x.Period
	nodes, days, err := r.view.unitAndDays(at)
	c.AddErr(diag.Reroot(err, map[string]string{index("/at/units", r.view.axis): path + "/unit", "/at/period": path + "/period"}), path)
	checkTarget(x.Amount, b.cs.metric.Step, path+"/amount", c)
	if c.Len() > before {
		return 0
	}
	if nodes[0] == 0 {
		c.Add(&diag.Fault{Code: diag.Invalid, Path: path + "/unit", Value: x.Unit, Bound: "a unit below the goal's owner"})
		return 0
	}
	for _, v := range nodes {
		if r.kept[v] == nil {
			r.kept[v] = make([]bool, len(b.cs.grid.pieces))
			r.asked[v] = make([]int64, len(b.cs.grid.pieces))
		}
		for p := days.first; p < days.end; p++ {
			if r.kept[v][p] {
				c.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/period", Value: b.Label(b.cs.grid.pieces[p]), Bound: "an earlier commitment of " + x.Unit})
				return 0
			}
			r.kept[v][p] = true
		}
	}
	n, _, _ := toSteps(x.Amount, b.cs.metric.Step)
	n = b.cs.signed(n)
	r.spread(nodes, days, n)
	return n
}

// spread divides a commitment over the leaf periods by what the unit owes in
// each; of a unit that changes teams, below whom it stands then.
func (r *Rollup) spread(nodes []int32, days stretch, n int64) {
	w := r.view
	if len(nodes) == 1 {
		v := nodes[0]
		spreadBy(r.asked[v][days.first:days.end], n, w.row(v)[days.first:days.end])
		return
	}
	type cell struct{ v, p int32 }
	var cells []cell
	var owed []int64
	for p := days.first; p < days.end; p++ {
		at := stretch{r.b.cs.grid.pieces[p], p, p + 1}
		for _, v := range nodes {
			if w.thereIn(v, at) {
				cells, owed = append(cells, cell{v, int32(p)}), append(owed, w.row(v)[p])
			}
		}
	}
	if cells == nil { // not there at all: all of it at the first
		spreadBy(r.asked[nodes[0]][days.first:days.end], n, w.row(nodes[0])[days.first:days.end])
		return
	}
	parts := make([]int64, len(cells))
	spreadBy(parts, n, owed)
	for i, k := range cells {
		r.asked[k.v][k.p] = parts[i]
	}
}

// spreadBy divides steps over periods by a row, evenly where it has nothing.
func spreadBy(dst []int64, steps int64, row []int64) {
	weights := make([]int64, len(row))
	any := false
	for p, x := range row {
		weights[p] = max(x, 0)
		any = any || x > 0
	}
	for p := range weights {
		if !any {
			weights[p] = 1
		}
	}
	if SplitInts(dst, steps, weights, Cumulative, nil) != nil {
		clear(dst) // weights and steps are within the limits
	}
}

// passOn gives those right below v what they committed, and the others what is
// left.
func (r *Rollup) passOn(v int32) {
	t, b := r.view.tree, r.view
	children := childrenOf(t, v)
	untouched := slices.Equal(r.asked[v], b.row(v))
	for _, c := range children {
		untouched = untouched && r.kept[c] == nil
	}
	for _, c := range children {
		switch {
		case untouched:
			r.asked[c] = slices.Clone(b.row(c))
		case r.asked[c] == nil:
			r.asked[c] = make([]int64, len(r.asked[v]))
		}
	}
	if untouched {
		return
	}
	k := newCarrier(len(children))
	weights, parts := make([]int64, len(children)), make([]int64, len(children))
	for p, left := range r.asked[v] {
		for i, c := range children {
			weights[i] = max(b.row(c)[p], 0)
			if r.kept[c] != nil && r.kept[c][p] {
				weights[i] = 0
				left -= r.asked[c][p]
			}
		}
		k.give(max(left, 0), weights, parts)
		for i, c := range children {
			if r.kept[c] == nil || !r.kept[c][p] {
				r.asked[c][p] = parts[i]
			}
		}
	}
}

func (r *Rollup) addUp(v int32) {
	t := r.view.tree
	if t.isLeaf(v) {
		r.sums[v] = r.asked[v]
		return
	}
	r.sums[v] = make([]int64, len(r.asked[v]))
	t.children(v, func(c int32) { addRow(r.sums[v], r.sums[c]) })
}

// mismatch returns by how much those right below a unit carry more than it
// does.
func (r *Rollup) mismatch(v int32, days stretch) int64 {
	t := r.view.tree
	if t.isLeaf(v) {
		return 0
	}
	by := -sumOf(r.asked[v][days.first:days.end])
	t.children(v, func(c int32) { by += sumOf(r.asked[c][days.first:days.end]) })
	return by
}

// find makes the findings: what comes together against the goal, and where it
// doesn't fit.
func (r *Rollup) find() {
	b, t := r.b, r.view.tree
	whole := stretch{b.cs.grid.whole, 0, len(b.cs.grid.pieces)}
	total := sumOf(r.sums[0])
	target := sumOf(r.asked[0])
	if total != target {
		r.findings = append(r.findings, r.note(diag.Subject{Kind: "goal", ID: b.Goal()}, codeRollup, target, total, b.Owner(), whole.Period))
	}
	for v := range t.nodes {
		if t.isLeaf(int32(v)) {
			continue
		}
		who := diag.Subject{Kind: "unit", ID: t.nodes[v].id}
		by := r.mismatch(int32(v), whole)
		if by != 0 && (v > 0 || by != total-target) {
			asked := sumOf(r.asked[v])
			r.findings = append(r.findings, r.note(who, codeMismatch, asked, asked+by, who.ID, whole.Period))
		}
		if by == 0 {
			r.findTiming(int32(v), who)
		}
	}
}

// note says that what comes from below is not what is asked.
func (r *Rollup) note(who diag.Subject, code diag.Code, asked, given int64, owner string, period calendar.Period) diag.Finding {
	b := r.b
	args := []diag.Arg{diag.Amount("target", b.Text(b.decimal(asked))), diag.Amount("committed", b.Text(b.decimal(given))),
		diag.Amount("by", b.Text(b.decimal(given-asked))), diag.Name("goal", b.Goal())}
	if asked != 0 {
		args = append(args, diag.Share("share", ratPlaces(big.NewRat(given, asked), 4).String()))
	}
	by := given - asked
	action := codeAdviceRaise
	if by > 0 {
		action = codeAdviceAccept
	}
	return diag.Finding{Severity: diag.Warning, Code: code, Subject: who, Args: args, Advice: []diag.Advice{{
		Action: action, Amount: b.Text(b.decimal(max(by, -by))), Until: period.First.String(), Owner: owner}}}
}

// findTiming says that what comes from below fits as a whole, and not in every
// period.
func (r *Rollup) findTiming(v int32, who diag.Subject) {
	var moved int64
	first := -1
	for p, piece := range r.b.cs.grid.pieces {
		by := r.mismatch(v, stretch{piece, p, p + 1})
		moved += max(by, 0)
		if by != 0 && first < 0 {
			first = p
		}
	}
	if first < 0 {
		return
	}
	b := r.b
	if who.ID == "" {
		who = diag.Subject{Kind: "goal", ID: b.Goal()}
	}
	r.findings = append(r.findings, diag.Finding{Severity: diag.Info, Code: codeTiming, Subject: who, Args: []diag.Arg{
		diag.Amount("moved", b.Text(b.decimal(moved))), diag.Period("period", b.Label(b.cs.grid.pieces[first])), diag.Name("goal", b.Goal())}})
}

// Axis returns the ID of the axis whose units committed; without commitments the
// first.
func (r *Rollup) Axis() string { return r.b.cs.axes[r.view.axis].axis.ID }

// Base returns the breakdown with the targets from above.
func (r *Rollup) Base() *Breakdown { return r.b }

// Findings returns where commitments and targets don't fit, and by how much.
func (r *Rollup) Findings() []diag.Finding { return slices.Clone(r.findings) }

// Amount returns what a unit carries in a period: its commitment, or its part
// of what commitments leave. At{} is the goal's target. Faults are those of
// [Breakdown.Amount]; a unit of another axis than the commitments' is one of code
// [diag.Mismatch].
func (r *Rollup) Amount(at At) (decimal.Decimal, error) { return r.read(at, r.carried) }

// Sum returns what the leaves below a unit carry together: At{} is what comes
// from below for the whole goal. Faults are those of [Rollup.Amount].
func (r *Rollup) Sum(at At) (decimal.Decimal, error) { return r.read(at, r.below) }

// Mismatch returns by how much those right below a unit carry more than the
// unit itself; less than 0 where something is carried by nobody. Faults are
// those of [Rollup.Amount].
func (r *Rollup) Mismatch(at At) (decimal.Decimal, error) { return r.read(at, r.mismatch) }

func (r *Rollup) carried(v int32, days stretch) int64 {
	return sumOf(r.asked[v][days.first:days.end])
}
func (r *Rollup) below(v int32, days stretch) int64 { return sumOf(r.sums[v][days.first:days.end]) }

func (r *Rollup) read(at At, of func(v int32, days stretch) int64) (decimal.Decimal, error) {
	return r.view.read(at, of)
}

// A RollupRow is what one unit carries in one period.
type RollupRow struct {
	Unit   string
	Parent string
	Level  int
	Grain  calendar.Grain
	Period calendar.Period

	// Target is what the breakdown asks of the unit, Amount what it carries,
	// Sum what the leaves below it carry.
	Target decimal.Decimal
	Amount decimal.Decimal
	Sum    decimal.Decimal

	// Mismatch is by how much those right below carry more than the unit.
	Mismatch decimal.Decimal

	// Committed says that the unit itself committed all of it.
	Committed bool
}

// Rows yields all rows: units in the order of their tree, each with its whole
// period first and then its periods from the coarsest grain.
func (r *Rollup) Rows() iter.Seq[RollupRow] {
	return func(yield func(RollupRow) bool) {
		t, b := r.view.tree, r.b
		for i := range t.nodes {
			v, n := int32(i), &t.nodes[i]
			base := r.view.row(v)
			for _, g := range b.grainsOf() {
				for _, p := range g.periods {
					row := RollupRow{
						Unit: n.id, Parent: t.parentID(v), Level: int(n.level), Grain: calendar.Grain(g.grain), Period: p.Period,
						Target: b.decimal(sumOf(base[p.first:p.end])), Amount: b.decimal(r.carried(v, p)),
						Sum: b.decimal(r.below(v, p)), Mismatch: b.decimal(r.mismatch(v, p)),
						Committed: r.kept[v] != nil && !slices.Contains(r.kept[v][p.first:p.end], false),
					}
					if !yield(row) {
						return
					}
				}
			}
		}
	}
}

// Equal reports whether both carry the same beside equal bases.
func (r *Rollup) Equal(other *Rollup) bool {
	if r == nil || other == nil {
		return r == other
	}
	return r.view.axis == other.view.axis && r.b.Equal(other.b) && slices.EqualFunc(r.asked, other.asked, slices.Equal) && slices.EqualFunc(r.kept, other.kept, slices.Equal)
}

type rollupRowJSON struct {
	Unit      string         `json:"unit"`
	Parent    string         `json:"parent,omitempty"`
	Level     int            `json:"level"`
	Grain     calendar.Grain `json:"grain"`
	Period    string         `json:"period"`
	Target    string         `json:"target"`
	Amount    string         `json:"amount"`
	Sum       string         `json:"sum"`
	Mismatch  string         `json:"mismatch"`
	Committed bool           `json:"committed"`
}

// MarshalJSON writes what the rollup is about, its rows with amounts as text,
// and its findings.
func (r *Rollup) MarshalJSON() ([]byte, error) {
	out := struct {
		besideKeys
		Axis     string          `json:"axis,omitempty"`
		Rows     []rollupRowJSON `json:"rows"`
		Findings []diag.Finding  `json:"findings"`
	}{r.b.besideKeys(), r.view.name(), []rollupRowJSON{}, findingList(r.findings)}
	b := r.b
	for x := range r.Rows() {
		out.Rows = append(out.Rows, rollupRowJSON{x.Unit, x.Parent, x.Level, x.Grain, b.Label(x.Period), b.Text(x.Target), b.Text(x.Amount), b.Text(x.Sum), b.Text(x.Mismatch), x.Committed})
	}
	return json.Marshal(out)
}
