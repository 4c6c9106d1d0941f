package salesplan

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
	"golang.org/x/exp/constraints"
)

// SplitOptions says how [Split] and [SplitParts] divide.
type SplitOptions struct {
	// Step is the smallest amount that a part can have: 0.01, 1, 1000. It has
	// no default and must be positive.
	Step decimal.Decimal `json:"step"`

	// Method says who gets the indivisible rest.
	Method Method `json:"method,omitzero"`

	// Even asks for equal shares when all weights are zero, which otherwise is
	// a fault unless there is nothing to divide.
	Even bool `json:"even,omitempty"`
}

// SplitEven returns n parts of total, multiples of step that add up to total
// and differ by at most one step; the first parts are the larger ones. The
// parts of -total are those of total, negated.
//
// Faults: [diag.Required], [diag.Negative] or [diag.OutOfRange] at /step,
// [diag.OffStep] or [diag.OutOfRange] at /total, [diag.OutOfRange] at /n if n
// is not between 1 and 2²⁷.
func SplitEven(total decimal.Decimal, n int, step decimal.Decimal) ([]decimal.Decimal, error) {
	var c diag.Collector
	if checkStep(step, "/step", &c) {
		checkTarget(total, step, "/total", &c)
	}
	if n < 1 || n > maxParts {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/n", Value: strconv.Itoa(n), Bound: "1 to " + strconv.Itoa(maxParts)})
	}
	if c.Len() > 0 {
		return nil, c.Err()
	}
	steps, _, _ := toSteps(total, step)
	q, odd := steps/int64(n), steps%int64(n)
	out := make([]decimal.Decimal, n)
	usual := fromSteps(q, step)
	for i := range out {
		out[i] = usual
	}
	if odd != 0 {
		one := odd / max(odd, -odd) // 1, or -1 for a negative total
		larger := fromSteps(q+one, step)
		for i := range out[:odd*one] {
			out[i] = larger
		}
	}
	return out, nil
}

// Split returns one part of total for each weight, multiples of the step that
// add up to total exactly, in the order of the weights. Only the proportions of
// the weights matter. [Method] says what each method promises.
//
// Faults, all at once: at /opt/step [diag.Required], [diag.Negative] or
// [diag.OutOfRange]; at /opt/method [diag.Invalid]; at /total [diag.OffStep],
// [diag.OutOfRange] beyond 9·10¹⁸ steps, and [diag.Infeasible] if HuntingtonHill
// or Adams have fewer steps than positive weights (but some); at /weights
// [diag.Required] if there are none, [diag.OutOfRange] if there are more than
// 2²⁷, [diag.NoWeight] if all are zero and the total is not; at /weights/i
// [diag.Negative], [diag.OutOfRange].
//
// It takes O(n) time, O(n log n) with the divisor methods and with weights
// whose proportions take more than 62 bits. For bounds and locks see
// [SplitParts].
func Split(total decimal.Decimal, weights []decimal.Decimal, opt SplitOptions) ([]decimal.Decimal, error) {
	var c diag.Collector
	checkSplitOptions(opt, total, &c)
	if checkCount(len(weights), "/weights", &c) {
		c.Add(opt.Method.fault("/opt/method"))
		return nil, c.Err()
	}
	w := readWeights(weights, &c)
	c.Add(opt.Method.fault("/opt/method"))
	if c.Len() > 0 {
		return nil, c.Err()
	}
	steps, _, _ := toSteps(total, opt.Step)
	if w.positive == 0 && steps != 0 && !opt.Even {
		return nil, diag.Faults{{Code: diag.NoWeight, Path: "/weights"}}
	}
	if f := tooFewSteps(opt.Method, steps, w.positive, "/total"); f != nil {
		return nil, diag.Faults{f}
	}
	amounts := w.divide(max(steps, -steps), opt.Method)
	out := make([]decimal.Decimal, len(weights))
	writer := stepWriter{step: opt.Step}
	for i, n := range amounts {
		if steps < 0 {
			n = -n
		}
		out[i] = writer.amount(n)
	}
	return out, nil
}

// checkSplitOptions checks step and total.
func checkSplitOptions(opt SplitOptions, total decimal.Decimal, c *diag.Collector) {
	if checkStep(opt.Step, "/opt/step", c) {
		checkTarget(total, opt.Step, "/total", c)
	} else if !checkAmount(total) {
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/total", Bound: amountBound})
	}
}

// checkCount refuses no parts and too many.
func checkCount(n int, path string, c *diag.Collector) (bad bool) {
	switch {
	case n == 0:
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "1 to " + strconv.Itoa(maxParts)})
	case n > maxParts:
		c.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Value: strconv.Itoa(n), Bound: "1 to " + strconv.Itoa(maxParts)})
	default:
		return false
	}
	return true
}

// tooFewSteps returns a fault if the method owes every positive weight a step
// and there are fewer; none at all is nothing for anyone.
func tooFewSteps(m Method, steps int64, positive int, path string) *diag.Fault {
	n := max(steps, -steps)
	if !m.engine().FirstStep() || n == 0 || n >= int64(positive) {
		return nil
	}
	return &diag.Fault{Code: diag.Infeasible, Path: path, Value: m.String(), Bound: fewSteps(big.NewInt(n), big.NewInt(int64(positive)))}
}

func fewSteps(have, need *big.Int) string {
	missing := new(big.Int).Sub(need, have)
	word := " steps of "
	if have.IsInt64() && have.Int64() == 1 {
		word = " step of "
	}
	return have.String() + word + need.String() + " by " + missing.Abs(missing).String()
}

// splitWeights are checked weights, as integers where 62 bits hold their sum.
type splitWeights struct {
	ints     []int64
	large    []*big.Int // nil where ints serve
	sum      int64      // of ints
	positive int        // how many are
	equal    bool       // all are, and so are 1 or 0
}

// readWeights reads weights into memory of their own and adds a fault for each
// that is negative or beyond the limits.
func readWeights(weights []decimal.Decimal, c *diag.Collector) splitWeights {
	w := splitWeights{ints: make([]int64, len(weights))}
	if !smallWeights(w.ints, weights) {
		before := c.Len()
		for i, d := range weights {
			c.Add(weightFault(d, "/weights/"+strconv.Itoa(i)))
		}
		if c.Len() > before {
			return w
		}
		var ok bool
		if w.ints, ok = weightInts(weights); !ok {
			w.large = weightBigs(weights)
			for _, x := range w.large {
				w.positive += x.Sign()
			}
			return w
		}
	}
	w.count()
	return w
}

// weightFault returns the fault of a weight that is negative or beyond the
// limits.
func weightFault(d decimal.Decimal, path string) *diag.Fault {
	switch {
	case !checkAmount(d):
		return &diag.Fault{Code: diag.OutOfRange, Path: path, Bound: amountBound}
	case d.IsNegative():
		return &diag.Fault{Code: diag.Negative, Path: path, Value: d.String(), Bound: "0"}
	}
	return nil
}

func (w *splitWeights) count() {
	w.equal = true
	for _, x := range w.ints {
		w.sum += x
		if x > 0 {
			w.positive++
		}
		w.equal = w.equal && x == w.ints[0]
	}
}

// divide divides a total that is not negative, evenly if all weights are 0. It
// may overwrite the weights.
func (w *splitWeights) divide(total int64, m Method) []int64 {
	if w.large != nil {
		out := make([]int64, len(w.large))
		apportion.SplitBig(apportion.Shares{Amount: out}, total, w.large, nil, nil, m.engine())
		return out
	}
	if w.positive == 0 {
		for i := range w.ints {
			w.ints[i] = 1
		}
		w.sum = int64(len(w.ints))
	}
	if w.equal && m != Cumulative {
		apportion.Even(w.ints, total) // what every other method comes to
		return w.ints
	}
	apportion.Split(w.ints, total, w.ints, w.sum, m.engine(), new(apportion.Scratch))
	return w.ints
}

// A Scratch holds the buffers of [SplitInts] from one call to the next. The
// zero Scratch is ready for use. It must not be used by two calls at the same
// time.
type Scratch struct{ engine apportion.Scratch }

// SplitInts divides total over weights into dst, which must be as long as
// weights: [Split] with a step of 1 for integers, without allocation where
// scratch has served as many parts by the same method before. A nil scratch is
// a new one. dst is written only if there is no fault.
//
// Faults: at /dst [diag.Mismatch] if its length differs; at /method
// [diag.Invalid]; at /total [diag.OutOfRange] beyond ±9·10¹⁸, and
// [diag.Infeasible] if HuntingtonHill or Adams have fewer steps than positive
// weights (but some); at /weights [diag.Required] if there are none,
// [diag.OutOfRange] if there are more than 2²⁷, [diag.NoWeight] if all are
// zero and the total is not; at /weights/i [diag.Negative].
//
// It takes O(n) time, O(n log n) with the divisor methods; where the weights
// add up to 2⁶³ or more it takes the slower way of big integers, and allocates.
func SplitInts[T constraints.Integer](dst []T, total T, weights []T, method Method, scratch *Scratch) error {
	if len(dst) != len(weights) || len(weights) == 0 || len(weights) > maxParts || method > Jefferson {
		return splitIntsFaults(len(dst), len(weights), method)
	}
	steps := int64(total)
	if outOfSteps(total) {
		return diag.Faults{{Code: diag.OutOfRange, Path: "/total", Bound: "9·10¹⁸ steps"}}
	}
	sum, wide, negative := sumWeights(weights)
	if negative {
		return negativeWeights(weights)
	}
	if sum == 0 && !wide {
		if steps != 0 {
			return diag.Faults{{Code: diag.NoWeight, Path: "/weights"}}
		}
		clear(dst)
		return nil
	}
	m := method.engine()
	if m.FirstStep() {
		if f := tooFewSteps(method, steps, countPositive(weights), "/total"); f != nil {
			return diag.Faults{f}
		}
	}
	if scratch == nil {
		scratch = new(Scratch)
	}
	if wide {
		splitWideInts(dst, max(steps, -steps), weights, m)
	} else {
		apportion.Split(dst, max(steps, -steps), weights, int64(sum), m, &scratch.engine)
	}
	if steps < 0 {
		for i := range dst {
			dst[i] = -dst[i]
		}
	}
	return nil
}

// outOfSteps reports whether n is beyond what a split takes.
func outOfSteps[T constraints.Integer](n T) bool {
	if n < 0 {
		return int64(n) < -maxSteps
	}
	return uint64(n) > maxSteps
}

// sumWeights returns the sum of weights, whether it takes more than 63 bits
// (then sum means nothing), and whether one is negative.
func sumWeights[T constraints.Integer](weights []T) (sum uint64, wide, negative bool) {
	var all T // every bit that is set in some weight
	four := weights
	for ; len(four) >= 4; four = four[4:] { // what a cumulative split takes is not much more
		all |= four[0] | four[1] | four[2] | four[3]
		sum += uint64(four[0]) + uint64(four[1]) + uint64(four[2]) + uint64(four[3])
	}
	for _, x := range four {
		all |= x
		sum += uint64(x)
	}
	if all < 0 {
		return 0, false, true
	}
	if uint64(all) < 1<<63/maxParts {
		return sum, false, false
	}
	sum = 0
	var carries, carry uint64
	for _, x := range weights {
		sum, carry = bits.Add64(sum, uint64(x), 0)
		carries += carry
	}
	return sum, carries > 0 || sum > math.MaxInt64, false
}

func countPositive[T constraints.Integer](weights []T) (n int) {
	for _, x := range weights {
		if x > 0 {
			n++
		}
	}
	return n
}

func splitWideInts[T constraints.Integer](dst []T, total int64, weights []T, m apportion.Method) {
	large := make([]*big.Int, len(weights))
	for i, x := range weights {
		large[i] = new(big.Int).SetUint64(uint64(x))
	}
	out := make([]int64, len(dst))
	apportion.SplitBig(apportion.Shares{Amount: out}, total, large, nil, nil, m)
	for i, n := range out {
		dst[i] = T(n)
	}
}

func splitIntsFaults(dst, weights int, method Method) error {
	var c diag.Collector
	if dst != weights {
		c.Add(&diag.Fault{Code: diag.Mismatch, Path: "/dst", Value: strconv.Itoa(dst), Bound: strconv.Itoa(weights)})
	}
	checkCount(weights, "/weights", &c)
	c.Add(method.fault("/method"))
	return c.Err()
}

func negativeWeights[T constraints.Integer](weights []T) error {
	var c diag.Collector
	for i, x := range weights {
		if x < 0 {
			c.Add(&diag.Fault{Code: diag.Negative, Path: "/weights/" + strconv.Itoa(i), Value: strconv.FormatInt(int64(x), 10), Bound: "0"})
		}
	}
	return c.Err()
}
