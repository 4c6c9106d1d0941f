package salesplan

import (
	"encoding/json"
	"iter"
	"math/big"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// A HedgeRule says how much more is handed out than is owed.
type HedgeRule struct {
	// Axis is the axis of the split whose levels these are; not given, the
	// first.
	Axis string `json:"axis,omitempty"`

	// Levels are the levels at which something is added; at all others what is
	// handed to a unit is handed on as it is.
	Levels []HedgeLevel `json:"levels"`
}

// A HedgeLevel is the over-assignment of one level.
type HedgeLevel struct {
	// Level is that of the units that get more than the unit above them. The
	// units right below the goal's owner (on a later axis, its roots) are level
	// 1.
	Level int `json:"level"`

	// Share is how much more all of them together get: 0.25 for a team that
	// reaches 80 % of what it is handed. With several levels the shares
	// compound. It has at most 6 decimals.
	Share decimal.Decimal `json:"share"`
}

// A Street is what is handed out with over-assignment, beside the base that it
// was made from. It is immutable and safe for use by many goroutines.
type Street struct {
	b      *Breakdown
	view   *axisView
	shares []int64   // by level, in millionths
	rows   [][]int64 // by node of the axis
}

// Hedge returns the street targets of a breakdown: the base, and at each level
// of the rule so much more. The base is not changed.
//
// For every unit with units below and every period, to the step:
//
//	street of the unit = Σ street of those right below − surplus
//
// where the surplus is a line of its own, never negative, and 0 at a level
// without over-assignment. A unit is never handed less than its base, and
// nothing in a period in which it owes nothing. What a level adds is a
// cumulative split over time, so that its running total is within half a step
// of share × what is handed to the unit above; it is given to the units by
// their base, and what is indivisible goes to whom most is owed so far. A
// negative goal is the mirror of the positive one. Parts of the base whose
// sign is not the goal's are not hedged. It is one axis that is hedged: the street
// of a product line is that over all people, and what they are handed of it is not
// said.
//
// Faults, all at once: [diag.Required] at /breakdown; [diag.Unknown] at
// /rule/axis; at
// /rule/levels/i/level [diag.OutOfRange] for a level that the tree doesn't have
// and [diag.Duplicate]; at /rule/levels/i/share [diag.OutOfRange] outside 0 to
// 10 or with more than 6 decimals; [diag.OutOfRange] at /breakdown beyond
// 9·10¹⁸ steps. Time and memory are proportional to units × leaf periods, but
// for the sorting of siblings among whom something is indivisible.
func Hedge(b *Breakdown, rule HedgeRule) (*Street, error) {
	if f := checkBreakdown(b, big.NewRat(1, 1)); f != nil {
		return nil, diag.Faults{f}
	}
	axis, ok := b.axisNamed(rule.Axis)
	if !ok {
		return nil, diag.Faults{{Code: diag.Unknown, Path: "/rule/axis", Value: rule.Axis, Bound: "the axes of the split", Near: diag.Nearest(rule.Axis, b.Axes())}}
	}
	t := b.cs.axes[axis].tree
	s := &Street{b: b, view: b.along(axis), rows: make([][]int64, len(t.nodes))}
	var c diag.Collector
	s.readLevels(rule, &c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	factor := big.NewRat(1, 1)
	for _, micros := range s.shares {
		factor.Mul(factor, big.NewRat(microShare+micros, microShare))
	}
	if f := checkBreakdown(b, factor); f != nil {
		return nil, diag.Faults{f}
	}
	s.rows[0] = slices.Clone(s.view.row(0))
	for v := range t.nodes {
		if !t.isLeaf(int32(v)) {
			s.handDown(int32(v))
		}
	}
	return s, nil
}

func (s *Street) readLevels(rule HedgeRule, c *diag.Collector) {
	deepest := 0
	for i := range s.view.tree.nodes {
		deepest = max(deepest, int(s.view.tree.nodes[i].level))
	}
	s.shares = make([]int64, deepest+1)
	seen := map[int]int{}
	for i, l := range rule.Levels {
		path := index("/rule/levels", i)
		micros := shareMicros(l.Share, path+"/share", c)
		if l.Level < 1 || l.Level > deepest {
			c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path + "/level", Value: strconv.Itoa(l.Level), Bound: "1 to " + strconv.Itoa(deepest)})
			continue
		}
		if j, twice := seen[l.Level]; twice {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: path + "/level", Value: strconv.Itoa(l.Level), Bound: index("/rule/levels", j)})
			continue
		}
		seen[l.Level], s.shares[l.Level] = i, micros
	}
}

// handDown gives the units right below v what v was handed, and what their
// level adds.
func (s *Street) handDown(v int32) {
	t := s.view.tree
	children := childrenOf(t, v)
	base, street := s.view.row(v), s.rows[v]
	positive := make([]int64, len(street))
	for p, x := range street {
		positive[p] = max(x, 0)
	}
	added := runningShare(positive, s.shares[t.nodes[v].level+1])
	for _, c := range children {
		s.rows[c] = slices.Clone(s.view.row(c))
	}
	k := newCarrier(len(children))
	weights, more := make([]int64, len(children)), make([]int64, len(children))
	for p := range street {
		extra := street[p] - base[p] + added[p]
		if extra == 0 {
			continue
		}
		for i, c := range children {
			weights[i] = s.rows[c][p]
		}
		k.give(extra, weights, more)
		for i, c := range children {
			s.rows[c][p] += more[i]
		}
	}
}

// Base returns the breakdown that the street targets stand beside.
func (s *Street) Base() *Breakdown { return s.b }

// Axis returns the ID of the axis along which more is handed out; "" for a split
// over none.
func (s *Street) Axis() string { return s.b.cs.axes[s.view.axis].axis.ID }

// Amount returns what is handed to a unit of the axis in a period: At{} is the
// whole goal, of which the street is the base. Faults are those of
// [Breakdown.Amount]; a unit of another axis is one of code [diag.Mismatch].
func (s *Street) Amount(at At) (decimal.Decimal, error) {
	return s.view.read(at, func(v int32, days stretch) int64 { return sumOf(s.rows[v][days.first:days.end]) })
}

// Surplus returns what the units right below a unit are handed beyond what it
// is handed itself; 0 for one without units below. Faults are those of
// [Street.Amount].
func (s *Street) Surplus(at At) (decimal.Decimal, error) {
	return s.view.read(at, s.surplus)
}

func (s *Street) surplus(v int32, days stretch) int64 {
	t := s.view.tree
	if t.isLeaf(v) {
		return 0
	}
	sum := -sumOf(s.rows[v][days.first:days.end])
	t.children(v, func(c int32) { sum += sumOf(s.rows[c][days.first:days.end]) })
	return sum
}

// A StreetRow is what one unit is handed in one period.
type StreetRow struct {
	Unit   string
	Parent string
	Level  int
	Grain  calendar.Grain
	Period calendar.Period

	// Base is what the unit owes, Street what it is handed, and Surplus what
	// those right below it are handed beyond that.
	Base    decimal.Decimal
	Street  decimal.Decimal
	Surplus decimal.Decimal
}

// Rows yields all rows: units in the order of their tree, each with its whole
// period first and then its periods from the coarsest grain.
func (s *Street) Rows() iter.Seq[StreetRow] {
	return func(yield func(StreetRow) bool) {
		t, b := s.view.tree, s.b
		for v := range t.nodes {
			n := &t.nodes[v]
			base := s.view.row(int32(v))
			for _, g := range b.grainsOf() {
				for _, p := range g.periods {
					row := StreetRow{
						Unit: n.id, Parent: t.parentID(int32(v)), Level: int(n.level), Grain: calendar.Grain(g.grain), Period: p.Period,
						Base:    b.decimal(sumOf(base[p.first:p.end])),
						Street:  b.decimal(sumOf(s.rows[v][p.first:p.end])),
						Surplus: b.decimal(s.surplus(int32(v), p)),
					}
					if !yield(row) {
						return
					}
				}
			}
		}
	}
}

// Equal reports whether both hand out the same beside equal bases.
func (s *Street) Equal(other *Street) bool {
	if s == nil || other == nil {
		return s == other
	}
	return s.view.axis == other.view.axis && s.b.Equal(other.b) && slices.EqualFunc(s.rows, other.rows, slices.Equal)
}

type streetRowJSON struct {
	Unit    string         `json:"unit"`
	Parent  string         `json:"parent,omitempty"`
	Level   int            `json:"level"`
	Grain   calendar.Grain `json:"grain"`
	Period  string         `json:"period"`
	Base    string         `json:"base"`
	Street  string         `json:"street"`
	Surplus string         `json:"surplus"`
}

// MarshalJSON writes what the street is about and its rows, amounts as text.
func (s *Street) MarshalJSON() ([]byte, error) {
	out := struct {
		besideKeys
		Axis string          `json:"axis,omitempty"`
		Rows []streetRowJSON `json:"rows"`
	}{s.b.besideKeys(), s.view.name(), []streetRowJSON{}}
	for r := range s.Rows() {
		out.Rows = append(out.Rows, streetRowJSON{r.Unit, r.Parent, r.Level, r.Grain, s.b.Label(r.Period), s.b.Text(r.Base), s.b.Text(r.Street), s.b.Text(r.Surplus)})
	}
	return json.Marshal(out)
}
