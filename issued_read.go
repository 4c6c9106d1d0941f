package salesplan

import (
	"math/bits"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/salesplan/salesplan/internal/apportion"
)

// An issuedReader rebuilds what was issued from what its document holds. It
// adds faults to its collector and gives up a goal at the first thing that
// doesn't fit, and the document after the first such goal.
type issuedReader struct {
	packedReader
	tree *document.Node

	days  int // of the periods so far
	goals map[string]int
}

// maxIssuedDays bounds the days of all goals' periods together, each of which
// takes four bytes while the text of a period takes ten.
const maxIssuedDays = 1 << 26

// targets rebuilds all goals; nil beside faults.
func (r *issuedReader) targets(file *issuedFile) *Targets {
	t := &Targets{issue: file.Issue, contributions: file.Contributions, findings: file.Findings, parts: make([]targetPart, 0, len(file.Goals))}
	r.goals = make(map[string]int, len(file.Goals))
	var rates []*RateBreakdown
	for i := range file.Goals {
		g := &file.Goals[i]
		path := index("/goals", i)
		part := r.part(g, path)
		if part == nil {
			return nil
		}
		if k, taken := r.goals[part.Goal()]; taken {
			r.c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/state/goal/id", Value: part.Goal(), Bound: index("/goals", k)})
		}
		r.goals[part.Goal()] = i
		t.parts = append(t.parts, part)
		if rate, ok := part.(*RateBreakdown); ok {
			rates = append(rates, rate)
		}
	}
	for _, rate := range rates {
		at := r.goals[rate.Goal()]
		r.divide(rate, file.Goals[at].Rate, t, index("/goals", at)+"/rate")
	}
	r.checkContributions(file.Contributions)
	return t
}

func (r *issuedReader) checkContributions(list map[string][]string) {
	for _, goal := range sortedKeys(list) {
		path := "/contributions" + diag.Pointer(goal)
		r.known(goal, path)
		for i, id := range list[goal] {
			r.known(id, index(path, i))
		}
	}
}

func (r *issuedReader) known(goal, path string) bool {
	_, ok := r.goals[goal]
	if !ok {
		r.c.Add(&diag.Fault{Code: diag.Unknown, Path: path, Value: goal, Bound: "the goals", Near: nearestOf(r.c, goal, sortedKeys(r.goals))})
	}
	return ok
}

// divide gives a rate the targets of its denominator.
func (r *issuedReader) divide(rate *RateBreakdown, x *issuedRate, t *Targets, path string) {
	if x.Denominator == "" || !r.known(x.Denominator, path+"/denominator") {
		return
	}
	switch part := t.parts[r.goals[x.Denominator]].(type) {
	case *Breakdown:
		rate.denominator = part
	case *StockBreakdown:
		rate.stock = part
	default:
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/denominator", Value: x.Denominator, Bound: "a flow or a stock"})
	}
}

// part rebuilds one goal; nil beside faults.
func (r *issuedReader) part(g *issuedGoal, path string) targetPart {
	before := r.c.Len()
	r.kindFits(g, path)
	var part targetPart
	if b := r.again(g, r.state(&g.State, path+"/state", g.Kind != KindStock), path); b != nil && r.c.Len() == before {
		switch g.Kind {
		case KindStock:
			part = r.stock(g.Stock, b, path+"/stock")
		case KindRate:
			part = r.rate(g.Rate, b, path+"/rate")
		default:
			part = b
		}
	}
	if r.c.Len() > before {
		return nil
	}
	return part
}

// kindFits checks that a goal has what its kind takes.
func (r *issuedReader) kindFits(g *issuedGoal, path string) {
	for _, x := range []struct {
		kind MetricKind
		key  string
		has  bool
	}{{KindStock, "/stock", g.Stock != nil}, {KindRate, "/rate", g.Rate != nil}} {
		switch {
		case x.kind == g.Kind && !x.has:
			r.c.Add(&diag.Fault{Code: diag.Required, Path: path + x.key, Bound: "what goes with the kind " + string(g.Kind)})
		case x.kind != g.Kind && x.has:
			r.c.Add(&diag.Fault{Code: diag.Conflict, Path: path + x.key, Bound: "not of the kind " + string(g.Kind)})
		}
	}
}

// grown checks that a goal has the target that its growth made.
func (r *issuedReader) grown(x *GrownTarget, g Goal, path string) *GrownTarget {
	if x != nil && !x.Target.Equal(g.Target) {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/grown/target", Value: x.Target.String(), Bound: g.Target.String()})
	}
	if x != nil {
		r.c.Add(checkEnum(x.Mode, growthModes(), path+"/grown/mode"))
	}
	return x
}

// own checks the goal and the metric of a stock or rate.
func (r *issuedReader) own(g Goal, m Metric, kind MetricKind, state *Breakdown, path string) {
	checkMetric(m, path+"/metric", r.c)
	if m.Kind != kind {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/metric/kind", Value: string(m.Kind), Bound: string(kind)})
	}
	checkTarget(g.Target, m.Step, path+"/goal/target", r.c)
	if g.Metric != m.ID {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/goal/metric", Value: g.Metric, Bound: m.ID})
	}
	if g.ID != state.Goal() {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/goal/id", Value: g.ID, Bound: state.Goal()})
	}
}

func (r *issuedReader) rate(x *issuedRate, b *Breakdown, path string) *RateBreakdown {
	r.own(x.Goal, x.Metric, KindRate, b, path)
	if x.Given.Sign() <= 0 {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/given", Value: x.Given.String(), Bound: "more than 0"})
	}
	return &RateBreakdown{goal: x.Goal, metric: x.Metric, numerator: b, given: x.Given, grown: r.grown(x.Grown, x.Goal, path), findings: x.Findings}
}

// stock rebuilds a stock around the changes of its leaves.
func (r *issuedReader) stock(x *issuedStock, moves *Breakdown, path string) *StockBreakdown {
	r.own(x.Goal, x.Metric, KindStock, moves, path)
	if !x.Metric.Step.Equal(moves.cs.metric.Step) {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/metric/step", Value: x.Metric.Step.String(), Bound: moves.cs.metric.Step.String()})
	}
	s := &StockBreakdown{goal: x.Goal, metric: x.Metric, moves: moves, transfers: x.Transfers, grown: r.grown(x.Grown, x.Goal, path), findings: x.Findings}
	s.opening = r.steps(x.Opening, path+"/opening", moves.cs.block(0), false)
	lay := func(p packed, path string) *Breakdown {
		cells := r.steps(p, path, len(moves.cells), false)
		if cells == nil {
			return nil
		}
		cs := *moves.cs
		cs.total = sumOf(cells)
		cs.table = &apportion.Result{Amounts: cells, Converged: true}
		return newBreakdown(&cs)
	}
	s.gains, s.drops = lay(x.Additions, path+"/additions"), lay(x.Losses, path+"/losses")
	return s
}

// steps reads amounts in steps that add up to no more than the engine takes.
func (r *issuedReader) steps(p packed, path string, want int, signed bool) []int64 {
	xs := r.ints(p, path, want)
	if _, ok := sizeOf(xs); xs != nil && !ok || !signed && slices.ContainsFunc(xs, func(x int64) bool { return x < 0 }) {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: stepsInAll})
		return nil
	}
	return xs
}

// each reads amounts in steps of which each is what the engine takes.
func (r *issuedReader) each(p packed, path string, want int) []int64 {
	xs := r.ints(p, path, want)
	if slices.ContainsFunc(xs, func(x int64) bool { return x < 0 || x > maxSteps }) {
		r.c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: stepsInAll})
		return nil
	}
	return xs
}

// stepsInAll says in a fault how large amounts may be together.
const stepsInAll = "0 to 9·10¹⁸ steps in all"

// sizeOf adds up amounts without their signs; false if that is more than the
// engine's numbers, so that no sum of some of them can overflow.
func sizeOf(xs []int64) (int64, bool) {
	var sum, carry, any uint64
	for _, x := range xs {
		sum, carry = bits.Add64(sum, uint64(max(x, -x)), 0)
		any |= carry
	}
	return int64(sum), any == 0 && sum <= maxSteps
}

// state rebuilds a breakdown. One that was split has amounts of one sign and
// what explains them; of the changes of a stock there are the amounts only.
func (r *issuedReader) state(s *issuedState, path string, split bool) *Breakdown {
	before := r.c.Len()
	cs := &cascade{req: CascadeRequest{Goal: s.Goal, Metric: s.Metric, Fiscal: s.Fiscal}, metric: s.Metric, findings: s.Findings}
	if s.Goal.Split != nil {
		cs.rule = *s.Goal.Split
	}
	for _, step := range []func(*cascade, *issuedState, string){r.goal, r.grid, r.axes, r.size, r.measure} {
		if step(cs, s, path); r.c.Len() > before {
			return nil
		}
	}
	cs.setLimits()
	if r.weights(cs, s, path, split); r.c.Len() > before {
		return nil
	}
	if r.odd(cs, s, path); r.c.Len() > before {
		return nil
	}
	if r.amounts(cs, s, path, split); r.c.Len() > before {
		return nil
	}
	if split {
		r.reasons(cs, s, path)
	} else {
		r.without(s, path)
	}
	if r.c.Len() > before {
		return nil
	}
	b := newBreakdown(cs)
	r.sums(b, s, path)
	return b
}

// goal checks what a breakdown is of.
func (r *issuedReader) goal(cs *cascade, s *issuedState, path string) {
	checkMetric(s.Metric, path+"/metric", r.c)
	checkIsFlow(s.Metric, path+"/metric", r.c)
	r.c.AddErr(diag.Reroot(s.Fiscal.Validate(), map[string]string{"/fiscal": path + "/fiscal"}), path+"/fiscal")
	at := path + "/goal"
	checkID(s.Goal.ID, at+"/id", r.c)
	checkTarget(s.Goal.Target, s.Metric.Step, at+"/target", r.c)
	if s.Goal.Metric != s.Metric.ID {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: at + "/metric", Value: s.Goal.Metric, Bound: s.Metric.ID})
	}
	checkGrain(s.Goal.Every, at+"/every", r.c)
	for i, g := range cs.rule.Grains {
		if checkGrain(g, index(at+"/split/grains", i), r.c); g == "" {
			r.c.Add(&diag.Fault{Code: diag.Required, Path: index(at+"/split/grains", i), Bound: "a grain"})
		}
	}
	if len(cs.rule.Bounds) > 0 {
		r.c.Add(&diag.Fault{Code: diag.Conflict, Path: at + "/split/bounds", Bound: "those of the cells only"})
	}
	cs.grown = r.grown(s.Grown, s.Goal, path)
	n, _, _ := toSteps(s.Goal.Target, s.Metric.Step)
	cs.negative, cs.perTurn = n < 0, max(n, -n)
}

// grid lays out the periods.
func (r *issuedReader) grid(cs *cascade, s *issuedState, path string) {
	whole, err := s.Fiscal.Parse(s.Goal.Period)
	if err != nil {
		r.c.AddErr(atPath(err, path+"/goal/period"), path)
		return
	}
	if r.days += whole.Days(); r.days > maxIssuedDays {
		r.c.Add(&diag.Fault{Code: diag.TooMany, Path: path + "/goal/period", Bound: strconv.Itoa(maxIssuedDays) + " days of all goals"})
		return
	}
	g, err := newGrid(s.Goal, s.Fiscal, nil)
	if err != nil {
		r.c.AddErr(diag.Reroot(err, map[string]string{"/goal": path + "/goal"}), path)
		return
	}
	cs.grid = g
	if n := s.Table.Amounts.count(); n%len(g.pieces) != 0 {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/table/amounts", Value: counted(n, "cell", "cells"), Bound: "rows of " + counted(len(g.pieces), "leaf period", "leaf periods")})
	}
}

// size checks how many cells there are to be.
func (r *issuedReader) size(cs *cascade, _ *issuedState, path string) {
	r.c.AddErr(diag.Reroot(cs.checkSize(), map[string]string{"/goal": path + "/goal"}), path)
}

// measure reads which days are worked.
func (r *issuedReader) measure(cs *cascade, s *issuedState, path string) {
	g := cs.grid
	days := g.whole.Days()
	g.running = make([]int32, days+1)
	if s.Workdays == nil {
		for d := range g.running {
			g.running[d] = int32(d)
		}
	} else {
		g.counted = true
		d := 0
		for i, line := range s.Workdays {
			for k := range len(line.text) {
				x := line.text[k] - '0'
				if x > 9 || d == days {
					r.c.Add(&diag.Fault{Code: diag.Syntax, Path: index(path+"/workdays", i), Value: diag.Clip(line.text), Bound: "a digit for each day of the period"})
					return
				}
				g.running[d+1] = g.running[d] + int32(x)
				d++
			}
		}
		if d < days {
			r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path + "/workdays", Value: counted(d, "day", "days"), Bound: counted(days, "day", "days")})
			return
		}
	}
	g.measure = make([]uint64, len(g.pieces))
	for i, p := range g.pieces {
		g.measure[i] = uint64(g.days(p))
	}
}

// spanned brings a day of a period into the numbers of spans.
func spanned(n int64, whole calendar.Period) (int32, bool) {
	return int32(n), n >= 0 && n <= int64(whole.Days())
}
