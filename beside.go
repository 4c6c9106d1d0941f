package salesplan

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// What stands beside a breakdown never changes it: a [Street], [Overlays], a
// [Rollup] and a [CapacityPlan] read its cells and keep their own.

// microShare is the number of parts into which shares beside the base are
// divided: they have at most six decimals.
const microShare = 1_000_000

// maxShare is the largest share beside the base: ten times the base.
const maxShare = 10

// shareMicros returns a share in millionths; a share that is negative, above
// 10 or finer than a millionth is a fault.
func shareMicros(d decimal.Decimal, path string, c *diag.Collector) int64 {
	n, exact, ok := toSteps(d, decimal.New(1, -6))
	if !ok || !exact || n < 0 || n > maxShare*microShare {
		f := &diag.Fault{Code: diag.OutOfRange, Path: path, Bound: "0 to 10, with at most 6 decimals"}
		if checkAmount(d) {
			f.Value = d.String()
		}
		c.Add(f)
		return 0
	}
	return n
}

func microText(n int64) string { return decimal.New(n, -6).String() }

// checkBreakdown refuses a breakdown that is missing, has amounts off the step,
// or whose amounts, grown by factor millionths of themselves, are beyond the
// engine's numbers.
func checkBreakdown(b *Breakdown, factor *big.Rat) *diag.Fault {
	if b == nil || b.cs == nil {
		return &diag.Fault{Code: diag.Required, Path: "/breakdown"}
	}
	if f := b.offStep("/breakdown"); f != nil {
		return f
	}
	sum := new(big.Int)
	for _, x := range b.cells {
		if x > 0 {
			sum.Add(sum, big.NewInt(x))
		}
	}
	all := new(big.Rat).Mul(new(big.Rat).SetInt(sum), factor)
	if all.Cmp(new(big.Rat).SetInt64(maxSteps)) > 0 {
		return &diag.Fault{Code: diag.OutOfRange, Path: "/breakdown", Value: ratText(all) + " steps", Bound: strconv.FormatInt(maxSteps, 10) + " steps"}
	}
	return nil
}

// runningShare returns micros millionths of a row, as differences of its
// running total's share, each rounded half away from zero. |running| × micros
// must be below 9·10²⁴.
func runningShare(row []int64, micros int64) []int64 {
	out := make([]int64, len(row))
	var running, before int64
	for p, x := range row {
		running += x
		after := microsOf(running, micros)
		out[p] = after - before
		before = after
	}
	return out
}

func microsOf(n, micros int64) int64 {
	hi, lo := bits.Mul64(uint64(max(n, -n)), uint64(micros))
	lo, carry := bits.Add64(lo, microShare/2, 0)
	hi += carry
	if hi >= microShare {
		return 0 // refused before
	}
	q, _ := bits.Div64(hi, lo, microShare)
	if n < 0 {
		return -int64(q)
	}
	return int64(q)
}

// A carrier gives whole steps to parts, period by period: in each, every part
// is owed its share by weight and what it was not given before, and what is
// indivisible goes to whom most is owed, ties by order.
type carrier struct {
	owed  []apportion.Fixed
	given []int64
	order []int32
}

func newCarrier(parts int) *carrier {
	return &carrier{owed: make([]apportion.Fixed, parts), given: make([]int64, parts), order: make([]int32, 0, parts)}
}

// give sets dst to each part's share of a total that is not negative. A part
// without weight gets nothing. It returns what nobody could take: all of it if
// there is no weight.
func (k *carrier) give(total int64, weights, dst []int64) (left int64) {
	clear(dst)
	var sum uint64
	k.order = k.order[:0]
	for i, w := range weights {
		if w > 0 {
			sum += uint64(w)
			k.order = append(k.order, int32(i))
		}
	}
	if sum == 0 || total == 0 {
		return total
	}
	rest := total
	for _, i := range k.order {
		k.owed[i] = k.owed[i].Add(apportion.FixedInt(total).MulDiv(uint64(weights[i]), sum))
		dst[i] = max(int64(k.owed[i].Hi)-k.given[i], 0)
		rest -= dst[i]
	}
	if rest != 0 {
		k.settle(rest, dst)
	}
	for _, i := range k.order {
		k.given[i] += dst[i]
	}
	return 0
}

// settle gives out a rest, or takes it back, one step each in the order of
// what is still owed.
func (k *carrier) settle(rest int64, dst []int64) {
	slices.SortFunc(k.order, func(a, b int32) int {
		lackA, lackB := int64(k.owed[a].Hi)-k.given[a]-dst[a], int64(k.owed[b].Hi)-k.given[b]-dst[b]
		return cmp.Or(cmp.Compare(lackB, lackA), cmp.Compare(k.owed[b].Lo, k.owed[a].Lo), cmp.Compare(a, b))
	})
	for rest > 0 {
		for _, i := range k.order[:min(rest, int64(len(k.order)))] {
			dst[i]++
			rest--
		}
	}
	for rest < 0 {
		for j := len(k.order) - 1; j >= 0 && rest < 0; j-- {
			if i := k.order[j]; dst[i] > 0 {
				dst[i]--
				rest++
			}
		}
	}
}

// childrenOf returns the children of a node, in order.
func childrenOf(t *tree, v int32) []int32 {
	var out []int32
	t.children(v, func(c int32) { out = append(out, c) })
	return out
}

// grainsOf returns the grains of a breakdown's rows, the whole period first.
func (b *Breakdown) grainsOf() []grainStretches {
	out := []grainStretches{{string(GrainGoal), b.stretchesOf(GrainGoal)}}
	for _, g := range b.cs.grid.grains {
		out = append(out, grainStretches{string(g), b.stretchesOf(g)})
	}
	return out
}

type grainStretches struct {
	grain   string
	periods []stretch
}

// besideKeys are the keys that the JSON of everything beside a base begins
// with.
type besideKeys struct {
	Goal    string `json:"goal"`
	Metric  string `json:"metric"`
	Measure string `json:"measure,omitempty"`
	Step    string `json:"step"`
	Period  string `json:"period"`
}

func (b *Breakdown) besideKeys() besideKeys {
	m := b.cs.metric
	return besideKeys{b.Goal(), m.ID, m.Measure, m.Step.String(), b.Label(b.cs.grid.whole)}
}

// parentID returns the id of the unit above a node, "" for a root.
func (t *tree) parentID(i int32) string {
	if p := t.nodes[i].parent; p >= 0 {
		return t.nodes[p].id
	}
	return ""
}

// ratPlaces returns a rational as a decimal with the given places, rounded half
// away from zero.
func ratPlaces(r *big.Rat, places int) decimal.Decimal {
	d, err := decimal.NewFromString(r.FloatString(places))
	if err != nil {
		return decimal.Decimal{}
	}
	return d
}

// ratOf returns a decimal as a rational; the decimal must be within the limits.
func ratOf(d decimal.Decimal) *big.Rat {
	if d.Exponent() >= 0 {
		return new(big.Rat).SetInt(scaled(d, 0))
	}
	return new(big.Rat).SetFrac(d.Coefficient(), bigPow10(-d.Exponent()))
}

// findingList returns findings for JSON, where none are an empty list.
func findingList(fs []diag.Finding) []diag.Finding { return append([]diag.Finding{}, fs...) }
