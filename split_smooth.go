package salesplan

import (
	"math/big"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

const (
	// maxSmooth is how many periods Smooth takes.
	maxSmooth = 1 << 20

	// smoothBits is the precision in which ratios are computed: indicators
	// take up to 326 bits as whole numbers.
	smoothBits = 640
)

// Smooth divides benchmarks, as the totals of years or quarters, over per
// periods each, so that the periods follow an indicator, as last year's months,
// and don't jump where benchmarks meet: of all divisions with these sums it is
// the one whose ratios of amount to indicator change least from period to
// period, in the sum of squares (Denton, Adjustment of monthly or quarterly
// series to annual totals, 1971, proportional first differences, with the start
// of Cholette, Adjusting sub-annual series to yearly benchmarks, 1984). Inside
// each benchmark the running total is then rounded half up to the step; the
// periods add up to their benchmark exactly, and every running total from its
// start is within half a step. The amounts of -benchmarks are those of
// benchmarks, negated. Where benchmarks rise or fall steeply, amounts may be on
// the other side of zero.
//
// indicator has at least per periods for each benchmark; nil stands for one that
// is the same everywhere. A period whose indicator is 0 gets 0, apart from the
// rounding of its neighbours; a benchmark of 0 whose periods are all 0 is left
// out. Periods after the last benchmark keep the last ratio; no sum binds them.
//
// Faults, all at once: at /step [diag.Required], [diag.Negative] or
// [diag.OutOfRange]; at /per and /indicator [diag.OutOfRange] (not 1 to 2²⁰
// periods in all); at /benchmarks [diag.Required] if there are none; at
// /benchmarks/k [diag.OffStep], [diag.OutOfRange], and [diag.NoWeight] if it
// isn't 0 but its indicators are; at /indicator [diag.Mismatch] if it is too
// short; at /indicator/i [diag.Negative], [diag.OutOfRange]. It takes linear
// time, about 10 µs a period.
func Smooth(benchmarks, indicator []decimal.Decimal, per int, step decimal.Decimal) ([]decimal.Decimal, error) {
	var c diag.Collector
	totals, weights := readSmooth(benchmarks, indicator, per, step, &c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	s := newSmoother(totals, weights, per, &c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	s.solve()
	w := stepWriter{step: step}
	out := make([]decimal.Decimal, len(weights))
	for t, n := range s.amounts(len(weights)) {
		out[t] = w.amount(n)
	}
	if s.beyond >= 0 {
		return nil, diag.Faults{{Code: diag.OutOfRange, Path: index("/benchmarks", s.beyond), Value: benchmarks[s.beyond].String(), Bound: "9·10¹⁸ steps in every period"}}
	}
	return out, nil
}

// readSmooth checks the arguments and returns benchmarks in steps and
// indicators as whole numbers in the same proportions.
func readSmooth(benchmarks, indicator []decimal.Decimal, per int, step decimal.Decimal, c *diag.Collector) ([]int64, []*big.Int) {
	k := len(benchmarks)
	if checkStep(step, "/step", c) {
		for i, d := range benchmarks {
			checkTarget(d, step, index("/benchmarks", i), c)
		}
	}
	if k == 0 {
		c.Add(&diag.Fault{Code: diag.Required, Path: "/benchmarks", Bound: "at least one"})
	}
	if per < 1 || per > maxSmooth || k > maxSmooth/max(per, 1) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/per", Value: strconv.Itoa(per), Bound: "1 to " + strconv.Itoa(maxSmooth) + " periods in all"})
		return nil, nil
	}
	if indicator == nil {
		one := decimal.NewFromInt(1)
		indicator = make([]decimal.Decimal, k*per)
		for t := range indicator {
			indicator[t] = one
		}
	}
	if len(indicator) > maxSmooth {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/indicator", Value: strconv.Itoa(len(indicator)) + " periods", Bound: "at most " + strconv.Itoa(maxSmooth)})
		return nil, nil
	}
	if len(indicator) < k*per {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/indicator", Value: strconv.Itoa(len(indicator)) + " periods",
			Bound: strconv.Itoa(k*per) + ", " + strconv.Itoa(per) + " for each benchmark"})
	}
	for t, d := range indicator {
		c.Add(weightFault(d, index("/indicator", t)))
	}
	if c.Len() > 0 {
		return nil, nil
	}
	totals := make([]int64, k)
	for i, d := range benchmarks {
		totals[i], _, _ = toSteps(d, step)
	}
	return totals, weightBigs(indicator)
}

// A smoother computes the ratios of amounts to indicators. Inside a benchmark
// their second differences are its multiplier times the indicator, outside of
// all they don't change. So everything follows from the gradients at which the
// ratios pass from one benchmark to the next; that the ratios join there makes
// a symmetric tridiagonal system for them.
type smoother struct {
	per     int
	totals  []int64
	weights []*big.Int
	blocks  []smoothBlock // of benchmarks that are not left out
	beyond  int           // a benchmark with amounts beyond the limit, -1 if there is none
}

// smoothBlock is a benchmark; t counts its periods from 0.
type smoothBlock struct {
	first int        // its first period
	total *big.Float // in steps
	sum   *big.Float // Σ i(t)
	level *big.Float // β: total/sum
	own   *big.Float // v: Σ i(t)·W(t)/sum², W(t) the sum of the running sums of i before t
	lead  *big.Float // u: Σ i(t)·t/sum − v
	trail *big.Float // Σ (per−t)·i(t)/sum

	in, out *big.Float // the gradients at which it is entered and left
}

func newFloat() *big.Float { return new(big.Float).SetPrec(smoothBits) }

func intFloat(n int64) *big.Float { return newFloat().SetInt64(n) }

func newSmoother(totals []int64, weights []*big.Int, per int, c *diag.Collector) *smoother {
	s := &smoother{per: per, totals: totals, weights: weights, beyond: -1}
	for k, total := range totals {
		sum, times, twice := new(big.Int), new(big.Int), new(big.Int)
		running, double := new(big.Int), new(big.Int) // before t: Σ i, and the sum of such sums
		var p big.Int
		for t, w := range weights[k*per : (k+1)*per] {
			times.Add(times, p.Mul(w, big.NewInt(int64(t))))
			twice.Add(twice, p.Mul(w, double))
			running.Add(running, w)
			double.Add(double, running)
		}
		sum.Set(running)
		if sum.Sign() == 0 {
			if total != 0 {
				c.Add(&diag.Fault{Code: diag.NoWeight, Path: index("/benchmarks", k)})
			}
			continue
		}
		over := newFloat().SetInt(sum)
		ratio := func(n *big.Int) *big.Float { return newFloat().Quo(newFloat().SetInt(n), over) }
		b := smoothBlock{first: k * per, total: intFloat(total), sum: over, in: newFloat(), out: newFloat()}
		b.level = newFloat().Quo(b.total, over)
		b.own = ratio(twice)
		b.own.Quo(b.own, over)
		b.lead = ratio(times)
		b.trail = newFloat().Sub(intFloat(int64(per)), b.lead)
		b.lead.Sub(b.lead, b.own)
		s.blocks = append(s.blocks, b)
	}
	return s
}

// solve computes the gradients between blocks by elimination (Thomas): with
// u, v, trail of each block, those g(k) at its end meet
// v(k)·g(k−1) + (u(k+1) + trail(k) − v(k))·g(k) + v(k+1)·g(k+1) = β(k+1) − β(k).
func (s *smoother) solve() {
	n := len(s.blocks) - 1
	if n < 1 {
		return
	}
	upper, right := make([]*big.Float, n), make([]*big.Float, n)
	for k := range n {
		b, next := &s.blocks[k], &s.blocks[k+1]
		diag := newFloat().Add(next.lead, b.trail)
		diag.Sub(diag, b.own)
		right[k] = newFloat().Sub(next.level, b.level)
		if k > 0 {
			diag.Sub(diag, newFloat().Mul(b.own, upper[k-1]))
			right[k].Sub(right[k], newFloat().Mul(b.own, right[k-1]))
		}
		upper[k] = newFloat().Quo(next.own, diag)
		right[k].Quo(right[k], diag)
	}
	for k := n - 1; k >= 0; k-- {
		if k < n-1 {
			right[k].Sub(right[k], newFloat().Mul(upper[k], right[k+1]))
		}
		s.blocks[k].out, s.blocks[k+1].in = right[k], right[k]
	}
}

// amounts returns the amounts of n periods in steps.
func (s *smoother) amounts(n int) []int64 {
	out := make([]int64, n)
	last := newFloat()
	for k := range s.blocks {
		last = s.blockAmounts(out, &s.blocks[k])
	}
	running, before := newFloat(), int64(0)
	for t := len(s.totals) * s.per; t < n; t++ {
		running.Add(running, newFloat().Mul(last, newFloat().SetInt(s.weights[t])))
		now := roundSteps(running)
		out[t] = s.between(before, now, len(s.totals)-1)
		before = now
	}
	return out
}

// between returns what a running total gains, and notes where that or the
// total is beyond the limit.
func (s *smoother) between(before, now int64, benchmark int) int64 {
	var d apportion.Sum
	d.Add(now)
	d.Sub(before)
	n, ok := d.Int64()
	if !ok || max(n, -n) > maxSteps || max(now, -now) > maxSteps {
		s.beyond = benchmark
	}
	return n
}

// blockAmounts writes the amounts of one benchmark and returns its last ratio.
func (s *smoother) blockAmounts(out []int64, b *smoothBlock) *big.Float {
	bend := newFloat().Sub(b.out, b.in) // the multiplier
	bend.Quo(bend, b.sum)
	ratio := newFloat().Mul(b.lead, b.in)
	ratio.Add(ratio, newFloat().Mul(b.own, b.out))
	ratio.Sub(b.level, ratio)
	gradient := newFloat().Set(b.in)
	running, before := newFloat(), int64(0)
	last := newFloat()
	total, _ := b.total.Int64()
	for t := b.first; t < b.first+s.per; t++ {
		w := newFloat().SetInt(s.weights[t])
		last.Set(ratio)
		running.Add(running, newFloat().Mul(ratio, w))
		gradient.Add(gradient, w.Mul(w, bend))
		ratio.Add(ratio, gradient)
		now := roundSteps(running)
		if t == b.first+s.per-1 {
			now = total
		}
		out[t] = s.between(before, now, t/s.per)
		before = now
	}
	return last
}

// settleBits is how many binary digits of a running total count when it is
// rounded: what lies below is the noise of the computation.
const settleBits = 128

// roundSteps rounds to the nearest whole number, halves away from 0; a number
// beyond int64 becomes one beyond the limit.
func roundSteps(x *big.Float) int64 {
	y := newFloat().SetMantExp(x, settleBits)
	half := newFloat().SetFloat64(0.5)
	n, _ := y.Abs(y).Add(y, half).Int(nil)
	n.Add(n, new(big.Int).Lsh(big.NewInt(1), settleBits-1))
	n.Rsh(n, settleBits)
	if !n.IsInt64() {
		n.SetInt64(maxSteps + 1)
	}
	if x.Sign() < 0 {
		return -n.Int64()
	}
	return n.Int64()
}
