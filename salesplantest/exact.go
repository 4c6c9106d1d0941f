package salesplantest

import (
	"fmt"
	"iter"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/calendar"
	"github.com/shopspring/decimal"
)

// RequireExact fails the test at once unless the breakdown adds up everywhere:
//
//   - the whole is the goal's target, times its recurrences, and what the lines
//     of a re-plan state;
//   - every amount is a multiple of the metric's step; with locks off the step, of
//     the largest amount of which the step and these locks are;
//   - every unit of every axis is the sum of its sub-units, in every period of
//     every grain; a unit with axes below it is also the sum of each of them,
//     and a unit of a later axis alone the sum over the units before it;
//   - every period of every grain is the sum of its sub-periods, for every
//     unit.
//
// It reports each place that fails, with both amounts, at most [MaxReported]
// of them. It reads each row once; its time is proportional to the rows, its
// memory to the periods, the depth of the trees and the units of later axes.
func RequireExact(t testing.TB, b *salesplan.Breakdown) {
	t.Helper()
	if b == nil {
		t.Fatal("no breakdown")
		return
	}
	shape, err := shapeOf(b)
	if err != nil {
		t.Fatal(err)
		return
	}
	rows, err := b.Rows(salesplan.Query{})
	if err != nil {
		t.Fatal(err)
		return
	}
	places, count := check(shape, rows)
	if count == 0 {
		return
	}
	for _, p := range places {
		t.Errorf("goal %s: %s", b.Goal(), p)
	}
	t.Fatalf("goal %s doesn't add up at %d places", b.Goal(), count)
}

// MaxReported is how many places [RequireExact] reports.
const MaxReported = 20

// A shape is what the rows of a breakdown must look like.
type shape struct {
	axes   []string
	grains []calendar.Grain // the whole period first
	slots  []slot
	step   decimal.Decimal
	target decimal.Decimal
	label  func(calendar.Period) string
}

// A slot is one of the periods for which every unit has a row.
type slot struct {
	grain  calendar.Grain
	period calendar.Period
	above  int // the slot of the coarser grain; -1 for the whole period
}

func shapeOf(b *salesplan.Breakdown) (shape, error) {
	s := shape{axes: b.Axes(), grains: append([]calendar.Grain{salesplan.GrainGoal}, b.Grains()...), step: b.Metric().Step, label: b.Label}
	e, err := b.Explain(salesplan.At{})
	if err != nil {
		return s, err
	}
	if s.step, err = stepOf(b); err != nil {
		return s, err
	}
	for _, w := range e.When {
		s.target = s.target.Add(w.Target)
	}
	if b.Settled() != nil { // the explanation's are those of what was first issued
		s.target = b.Total()
	}
	for _, l := range b.Lines() {
		s.target = s.target.Add(l.Amount)
	}
	coarser := -1
	for _, g := range s.grains {
		start := len(s.slots)
		for _, p := range b.Periods(g) {
			for coarser >= 0 && coarser+1 < start && s.slots[coarser].period.Last.Before(p.First) {
				coarser++
			}
			if coarser >= 0 && !s.slots[coarser].period.Covers(p) {
				return s, fmt.Errorf("%s %s is in no coarser period", g, b.Label(p))
			}
			s.slots = append(s.slots, slot{g, p, coarser})
		}
		coarser = start
	}
	return s, nil
}

// stepOf returns the metric's step or, with locks off the step, of which findings
// tell, what it has in common with them.
func stepOf(b *salesplan.Breakdown) (decimal.Decimal, error) {
	step := b.Metric().Step
	for _, f := range b.Findings() {
		if f.Code != "lock-off-step" {
			continue
		}
		for _, a := range f.Args {
			if a.Name != "amount" {
				continue
			}
			lock, err := decimal.NewFromString(a.Text)
			if err != nil {
				return step, fmt.Errorf("the lock of %s: %w", f.Subject.ID, err)
			}
			exp := min(step.Exponent(), lock.Exponent())
			units := func(d decimal.Decimal) *big.Int { return d.Abs().Shift(-exp).BigInt() }
			step = decimal.NewFromBigInt(new(big.Int).GCD(nil, nil, units(step), units(lock)), exp)
		}
	}
	return step, nil
}

// check reads rows in the order of [salesplan.Breakdown.Rows] and returns the
// first places at which they don't add up, and how many there are.
func check(s shape, rows iter.Seq[salesplan.Row]) (places []string, count int) {
	c := &checker{shape: s, crossed: map[string][]int64{}}
	for r := range rows {
		if len(c.open) == 0 {
			c.all = slices.Clone(r.Units)
		}
		if len(r.Units) != len(s.axes) {
			c.fail("a row has %d units for %d axes", len(r.Units), len(s.axes))
			return c.places, c.count
		}
		if len(c.open) == 0 || !slices.Equal(c.top().units, r.Units) || !slices.Equal(c.top().parents, r.Parents) {
			if !c.begin(r) {
				return c.places, c.count
			}
		}
		c.row(r)
	}
	for len(c.open) > 0 {
		c.close()
	}
	switch {
	case c.whole == nil:
		c.fail("there are no rows")
	case !s.amount(c.whole[0]).Equal(s.target):
		c.fail("the whole is %s, the goal %s", s.amount(c.whole[0]), s.target)
	}
	c.missingSums()
	return c.places, c.count
}

// amount returns a number of steps as an amount.
func (s shape) amount(steps int64) decimal.Decimal { return s.step.Mul(decimal.NewFromInt(steps)) }

// A checker walks down the trees: open are the unit it is at and those above.
type checker struct {
	shape
	all  []string // what stands for all of an axis
	open []*place

	// crossed are the sums over the units of earlier axes, by the units of the
	// later ones that will come alone.
	crossed map[string][]int64
	whole   []int64

	places []string
	count  int
}

// A place is a unit (a tuple of units, one an axis) with its amounts by slot,
// in steps, and the sums of what stands below it, by axis.
type place struct {
	units   []string
	parents []string // of units that change teams; nil without any
	steps   []int64
	below   [][]int64
	leaf    bool
}

func (c *checker) top() *place { return c.open[len(c.open)-1] }

func (c *checker) fail(format string, args ...any) {
	if c.count++; c.count <= MaxReported {
		c.places = append(c.places, fmt.Sprintf(format, args...))
	}
}

// begin opens the place of r, below the one that is its parent; false if there
// is none.
func (c *checker) begin(r salesplan.Row) bool {
	p := &place{units: slices.Clone(r.Units), parents: slices.Clone(r.Parents), below: make([][]int64, len(c.axes))}
	if len(c.open) > 0 {
		parent := c.parentOf(r)
		for len(c.open) > 0 && !slices.Equal(c.top().units, parent) {
			c.close()
		}
		if len(c.open) == 0 {
			c.fail("%s stands below %s, which was not there before it", c.name(r.Units), c.name(parent))
			return false
		}
	}
	c.open = append(c.open, p)
	return true
}

// last returns the last axis of which units name one.
func (c *checker) last(units []string) int {
	a := len(units) - 1
	for a > 0 && units[a] == c.all[a] {
		a--
	}
	return a
}

// parentOf returns the units of the place above a row's.
func (c *checker) parentOf(r salesplan.Row) []string {
	up := slices.Clone(r.Units)
	a := c.last(up)
	if a >= 0 {
		up[a] = r.Parent
		if a > 0 && c.all[a] == "" && r.Level == 1 {
			up[a] = ""
		}
	}
	return up
}

// row takes the next slot of the open place.
func (c *checker) row(r salesplan.Row) {
	p := c.top()
	at := len(p.steps)
	if at >= len(c.slots) || c.slots[at].grain != r.Grain || c.slots[at].period != r.Period {
		if at <= len(c.slots) { // once a place
			c.fail("%s has %s %s where it shouldn't", c.name(p.units), r.Grain, c.label(r.Period))
		}
		p.steps = append(p.steps, slices.Repeat([]int64{0}, len(c.slots)+1-at)...)
		return
	}
	q, rest := r.Amount.QuoRem(c.step, 0)
	if !rest.IsZero() || !q.BigInt().IsInt64() {
		c.fail("%s in %s: %s is no multiple of %s", c.name(p.units), c.label(r.Period), r.Amount, c.step)
	}
	p.steps = append(p.steps, q.IntPart())
	p.leaf = r.Leaf
}

// close checks the open place and hands its amounts to the one above.
func (c *checker) close() {
	p := c.top()
	c.open = c.open[:len(c.open)-1]
	if len(p.steps) < len(c.slots) {
		c.fail("%s has only %d of %d periods", c.name(p.units), len(p.steps), len(c.slots))
		p.steps = append(p.steps, make([]int64, len(c.slots)-len(p.steps))...)
	}
	p.steps = p.steps[:len(c.slots)]
	c.checkPeriods(p)
	parts := 0
	for a, sum := range p.below {
		if sum != nil {
			parts++
			c.compare(p.units, p.steps, sum, "its sub-units on "+c.axes[a])
		}
	}
	if !c.checkCrossed(p) && parts == 0 && !p.leaf {
		c.fail("%s has nobody below", c.name(p.units))
	}
	if len(c.open) == 0 {
		c.whole = p.steps
		return
	}
	if a := c.last(p.units); a >= 0 {
		addTo(&c.top().below[a], p.steps)
	}
}

// checkPeriods compares each period with the next finer ones in it.
func (c *checker) checkPeriods(p *place) {
	sums := make([]int64, len(c.slots))
	for i, s := range c.slots {
		if s.above >= 0 {
			sums[s.above] += p.steps[i]
		}
	}
	finest := c.grains[len(c.grains)-1]
	for i, s := range c.slots {
		if s.grain != finest && sums[i] != p.steps[i] {
			c.fail("%s in %s: %s, but its sub-periods %s", c.name(p.units), c.label(s.period), c.amount(p.steps[i]), c.amount(sums[i]))
		}
	}
}

// checkCrossed compares a unit of a later axis that stands alone with what it
// has below the units of an earlier one, and adds up one that doesn't. It
// reports whether there was something to compare with.
func (c *checker) checkCrossed(p *place) (compared bool) {
	a := c.last(p.units)
	if a <= 0 {
		return false
	}
	key := crossedKey(p.units, p.parents)
	sum, compared := c.crossed[key]
	if compared {
		c.compare(p.units, p.steps, sum, "its sum over the units before")
		delete(c.crossed, key)
	}
	for i := range a {
		if p.units[i] != c.all[i] {
			alone, above := slices.Clone(p.units), slices.Clone(p.parents)
			alone[i] = c.all[i]
			if above != nil {
				above[i] = ""
			}
			key := crossedKey(alone, above)
			sum := c.crossed[key]
			addTo(&sum, p.steps)
			c.crossed[key] = sum
			break
		}
	}
	return compared
}

// crossedKey tells places from each other.
func crossedKey(units, parents []string) string {
	if !slices.ContainsFunc(parents, func(u string) bool { return u != "" }) {
		parents = nil
	}
	return strings.Join(units, "\x00") + "\x01" + strings.Join(parents, "\x00")
}

// missingSums reports units of later axes that never came alone.
func (c *checker) missingSums() {
	var keys []string
	for key := range c.crossed {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		units, _, _ := strings.Cut(key, "\x01")
		c.fail("%s never came", c.name(strings.Split(units, "\x00")))
	}
}

// compare reports the slots in which a place is not a sum: those of the finest
// grain, and others only where these are right.
func (c *checker) compare(units []string, steps, sum []int64, what string) {
	finest := c.grains[len(c.grains)-1]
	fine := false
	for i, s := range c.slots {
		fine = fine || s.grain == finest && steps[i] != sum[i]
	}
	for i, s := range c.slots {
		if steps[i] != sum[i] && (s.grain == finest || !fine) {
			c.fail("%s in %s: %s, but %s %s", c.name(units), c.label(s.period), c.amount(steps[i]), what, c.amount(sum[i]))
		}
	}
}

func addTo(sum *[]int64, steps []int64) {
	if *sum == nil {
		*sum = make([]int64, len(steps))
	}
	for i, n := range steps {
		(*sum)[i] += n
	}
}

// name writes units for a message.
func (c *checker) name(units []string) string {
	var named []string
	for i, u := range units {
		if u != "" && (i == 0 || i >= len(c.all) || u != c.all[i]) {
			named = append(named, u)
		}
	}
	if len(named) == 0 {
		return "all"
	}
	return strings.Join(named, " / ")
}
