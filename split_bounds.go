package salesplan

import (
	"math"
	"math/big"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
	"github.com/shopspring/decimal"
)

// SplitParts divides total over parts with weights, minimums, maximums and
// locks, and returns their shares in order; the amounts add up to total
// exactly.
//
// Locks are taken out first; what they leave must have the total's sign or be
// 0 (a total of 0 counts as positive). The ideals of the other parts are the
// bounded proportional fit clamp(λ·weight, min, max) with the λ that makes the
// sum exact; a part of weight zero stands at the amount nearest zero that its
// bounds allow. Then the method rounds: with [LargestRemainder] every part is
// less than one step from its ideal, with [Cumulative] every running total is
// within half a step of that of the ideals; the divisor methods give
// median(min, round(weight/d), max). With largest remainder and divisor methods
// a heavier part never gets less than a lighter one with the same bounds, and
// equal weights with the same bounds differ by at most one step. The shares of
// -total, with bounds and locks negated, are those of total, negated.
//
// Where locks off the step leave an odd rest of less than a step it goes to the
// open part with the largest ideal that can hold it beside its amount; where
// none can, to the one with the largest ideal that can with another amount.
// Parts of weight zero come last. The share is marked.
//
// Faults, all at once: those of [Split] for step, method, total and the number
// of parts (at /parts); at /parts/i/weight [diag.Required] if only other parts
// have one, [diag.Negative], [diag.OutOfRange]; at /parts/i/id [diag.Duplicate],
// or [diag.Required] if only other parts have one; at /parts/i/min, /max and
// /lock [diag.OutOfRange]. Of input that is sound in itself, [diag.NoWeight] at
// /parts if something is left for parts whose weights are all zero;
// [diag.Infeasible], with the bound and the amount by which it misses, at
// /parts/i where a part's own bounds and lock exclude each other, at /parts
// where all together can't be met, and at /total where HuntingtonHill or Adams
// lack steps; [diag.OutOfRange] at /parts if negative bounds and locks leave
// more than 9·10¹⁸ steps.
//
// It takes O(n log n) time at worst.
func SplitParts(total decimal.Decimal, parts []Part, opt SplitOptions) ([]Share, error) {
	var c diag.Collector
	checkSplitOptions(opt, total, &c)
	c.Add(opt.Method.fault("/opt/method"))
	if checkCount(len(parts), "/parts", &c) {
		return nil, c.Err()
	}
	checkPartIDs(parts, &c)
	checkPartWeights(parts, &c)
	checkPartLimits(parts, &c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	p := newPartSplit(total, parts, opt, &c)
	if c.Len() > 0 {
		return nil, c.Err()
	}
	if f := p.solve(); f != nil {
		return nil, diag.Faults{f}
	}
	return p.shares(), nil
}

// checkPartIDs wants unique IDs, or none at all.
func checkPartIDs(parts []Part, c *diag.Collector) {
	named := 0
	for i := range parts {
		if parts[i].ID != "" {
			named++
		}
	}
	if named == 0 {
		return
	}
	first := make(map[string]int, named)
	for i := range parts {
		id := parts[i].ID
		if id == "" {
			c.Add(&diag.Fault{Code: diag.Required, Path: index("/parts", i) + "/id", Bound: "an id, as other parts have"})
			continue
		}
		if j, taken := first[id]; taken {
			c.Add(&diag.Fault{Code: diag.Duplicate, Path: index("/parts", i) + "/id", Value: id, Bound: index("/parts", j)})
			continue
		}
		first[id] = i
	}
}

// checkPartWeights wants weights of all parts or of none.
func checkPartWeights(parts []Part, c *diag.Collector) {
	given := 0
	for i := range parts {
		if parts[i].Weight.Valid {
			given++
		}
	}
	if given == 0 {
		return
	}
	for i := range parts {
		w := parts[i].Weight
		switch {
		case !w.Valid:
			c.Add(&diag.Fault{Code: diag.Required, Path: index("/parts", i) + "/weight", Bound: "a weight, as other parts have"})
		case w.Decimal.IsNegative() || !checkAmount(w.Decimal):
			c.Add(weightFault(w.Decimal, index("/parts", i)+"/weight"))
		}
	}
}

// checkPartLimits guards bounds and locks before anything is computed of them.
func checkPartLimits(parts []Part, c *diag.Collector) {
	for i := range parts {
		p := &parts[i]
		for _, field := range []struct {
			name  string
			value *decimal.NullDecimal
		}{{"/min", &p.Min}, {"/max", &p.Max}, {"/lock", &p.Lock}} {
			if field.value.Valid && !checkAmount(field.value.Decimal) {
				c.Add(&diag.Fault{Code: diag.OutOfRange, Path: index("/parts", i) + field.name, Bound: amountBound})
			}
		}
	}
}

// A partSplit is one call of SplitParts. Everything in it is in steps, and
// mirrored where the total is negative.
type partSplit struct {
	parts    []Part
	opt      SplitOptions
	total    decimal.Decimal
	mirrored bool

	open    []int32 // the parts without a lock
	lo, hi  []int64 // of open parts
	weights splitWeights

	locked decimal.Decimal // what the locks add up to, as given
	rest   int64           // what they leave, in whole steps
	odd    decimal.Decimal // and beyond, from 0 up to less than a step
	holder int             // the open part that carries it

	out apportion.Shares // of open parts
}

// newPartSplit reads bounds, locks and weights.
func newPartSplit(total decimal.Decimal, parts []Part, opt SplitOptions, c *diag.Collector) *partSplit {
	p := &partSplit{parts: parts, opt: opt, total: total, mirrored: total.IsNegative(), holder: -1}
	var onStep apportion.Sum
	offStep := decimal.Zero
	for i := range parts {
		lo, hi := p.readBounds(i, c)
		if !parts[i].Lock.Valid {
			p.open = append(p.open, int32(i))
			p.lo, p.hi = append(p.lo, lo), append(p.hi, hi)
			continue
		}
		lock := parts[i].Lock.Decimal
		n, exact, ok := toSteps(lock, opt.Step)
		switch {
		case !ok:
			p.outOfRange(i, "/lock", lock, c)
		case exact:
			onStep.Add(n)
		default:
			offStep = offStep.Add(lock)
		}
	}
	p.locked = offStep.Add(fromBigSteps(onStep.Big(), opt.Step))
	p.readWeights()
	return p
}

func (p *partSplit) outOfRange(i int, field string, value decimal.Decimal, c *diag.Collector) {
	c.Add(&diag.Fault{Code: diag.OutOfRange, Path: index("/parts", i) + field, Value: value.String(), Bound: "9·10¹⁸ steps"})
}

// readBounds returns the bounds of part i in whole steps, mirrored, and adds a
// fault if they exclude each other or the lock.
func (p *partSplit) readBounds(i int, c *diag.Collector) (lo, hi int64) {
	part := &p.parts[i]
	least, most := int64(0), int64(math.MaxInt64)
	if p.mirrored {
		least, most = -math.MaxInt64, 0
	}
	before := c.Len()
	if part.Min.Valid {
		var ok bool
		if least, ok = ceilSteps(part.Min.Decimal, p.opt.Step); !ok {
			p.outOfRange(i, "/min", part.Min.Decimal, c)
		}
	}
	if part.Max.Valid {
		var ok bool
		if most, ok = floorSteps(part.Max.Decimal, p.opt.Step); !ok {
			p.outOfRange(i, "/max", part.Max.Decimal, c)
		}
	}
	if c.Len() == before && (part.Lock.Valid || least > most) {
		c.Add(p.ownConflict(i))
	}
	if p.mirrored {
		return -most, -least
	}
	return least, most
}

// ownConflict returns the fault of a part whose lock is not within its bounds,
// or that has none and whose bounds in whole steps exclude each other.
func (p *partSplit) ownConflict(i int) *diag.Fault {
	part, path := &p.parts[i], index("/parts", i)
	if part.Lock.Valid {
		lock := part.Lock.Decimal
		if part.Min.Valid && lock.LessThan(part.Min.Decimal) {
			return infeasible(path+"/lock", lock.String(), "min", part.Min.Decimal, lock)
		}
		if part.Max.Valid && lock.GreaterThan(part.Max.Decimal) {
			return infeasible(path+"/lock", lock.String(), "max", part.Max.Decimal, lock)
		}
		return nil
	}
	least, most := part.Min.Decimal, part.Max.Decimal // 0 where missing
	switch {
	case !part.Min.Valid:
		return infeasible(path+"/max", most.String(), "min", least, most)
	case least.GreaterThan(most):
		return infeasible(path+"/min", least.String(), "max", most, least)
	}
	n, _ := ceilSteps(least, p.opt.Step)
	return infeasible(path+"/max", most.String(), "min", fromSteps(n, p.opt.Step), most)
}

// infeasible returns the fault of a value that misses a bound.
func infeasible(path, value, bound string, limit, is decimal.Decimal) *diag.Fault {
	return &diag.Fault{Code: diag.Infeasible, Path: path, Value: value, Bound: bound + " " + limit.String() + " by " + limit.Sub(is).Abs().String()}
}

// readWeights reads the weights of the open parts; without any they are equal.
func (p *partSplit) readWeights() {
	given := make([]decimal.Decimal, len(p.open))
	one := decimal.NewFromInt(1)
	for k, i := range p.open {
		given[k] = one
		if w := p.parts[i].Weight; w.Valid {
			given[k] = w.Decimal
		}
	}
	var none diag.Collector // weights have been checked
	p.weights = readWeights(given, &none)
	if p.weights.positive == 0 && p.opt.Even {
		for k := range p.weights.ints {
			p.weights.ints[k] = 1
		}
		p.weights.positive = len(p.open)
	}
	if p.weights.large != nil {
		p.weights.ints = make([]int64, len(p.open))
		for k, w := range p.weights.large {
			p.weights.ints[k] = int64(w.Sign()) // all that Reach wants to know
		}
	}
}

// solve takes the locks out and divides the rest over the open parts.
func (p *partSplit) solve() *diag.Fault {
	n := len(p.open)
	if f := p.takeLocks(); f != nil || n == 0 {
		return f
	}
	p.out = apportion.Shares{Amount: make([]int64, n), Whole: make([]int64, n), Millionths: make([]int32, n), Held: make([]int8, n)}
	if p.odd.IsZero() {
		if f := p.checkReach(); f != nil {
			return f
		}
		return p.divide()
	}
	if p.checkReach() == nil && p.divide() == nil && p.findHolder() {
		return nil
	}
	return p.divideAround()
}

// takeLocks computes what the locks leave.
func (p *partSplit) takeLocks() *diag.Fault {
	left := p.total.Sub(p.locked)
	if p.mirrored {
		left = left.Neg()
	}
	if left.IsNegative() || len(p.open) == 0 && !left.IsZero() {
		return infeasible("/parts", "lock "+p.locked.String(), "total", p.total, p.locked)
	}
	whole, _ := bigSteps(left, p.opt.Step)
	if !whole.IsInt64() || whole.Int64() > maxSteps {
		return &diag.Fault{Code: diag.OutOfRange, Path: "/parts", Value: left.String(), Bound: "9·10¹⁸ steps"}
	}
	p.rest = whole.Int64()
	p.odd = left.Sub(fromSteps(p.rest, p.opt.Step))
	return nil
}

// checkReach returns the fault of a rest that the open parts can't have.
func (p *partSplit) checkReach() *diag.Fault {
	least, nearest, most := apportion.Reach(p.weights.ints, p.lo, p.hi)
	var rest apportion.Sum
	rest.Add(p.rest)
	if left := p.rest != 0 || !p.odd.IsZero(); left && p.weights.positive == 0 && (rest != nearest || !p.odd.IsZero()) {
		return &diag.Fault{Code: diag.NoWeight, Path: "/parts"}
	}
	switch {
	case rest.Cmp(least) < 0:
		return p.outOfReach(HeldByMin, least)
	case rest.Cmp(most) > 0:
		return p.outOfReach(HeldByMax, most)
	}
	need := apportion.FirstSteps(p.rest, p.weights.ints, p.lo, p.hi)
	side := rest.Cmp(nearest)
	if p.opt.Method.engine().FirstStep() && side*need.Cmp(rest) > 0 {
		return &diag.Fault{Code: diag.Infeasible, Path: "/total", Value: p.opt.Method.String(), Bound: fewSteps(rest.Big(), need.Big())}
	}
	return nil
}

// outOfReach returns the fault of a total that the bounds of kind by (in the
// mirror), summed to limit over the open parts, exclude.
func (p *partSplit) outOfReach(by HeldBy, limit apportion.Sum) *diag.Fault {
	n := limit.Big()
	if p.mirrored {
		n.Neg(n)
		by = map[HeldBy]HeldBy{HeldByMin: HeldByMax, HeldByMax: HeldByMin}[by]
	}
	all := p.locked.Add(fromBigSteps(n, p.opt.Step))
	return infeasible("/parts", string(by)+" "+all.String(), "total", p.total, all)
}

// divide lets the engine divide the rest.
func (p *partSplit) divide() *diag.Fault {
	m, ok := p.opt.Method.engine(), false
	if p.weights.large != nil {
		ok = apportion.SplitBig(p.out, p.rest, p.weights.large, p.lo, p.hi, m)
	} else {
		ok = apportion.Bounded(p.out, p.rest, p.weights.ints, p.lo, p.hi, m, new(apportion.Scratch))
	}
	if !ok {
		return &diag.Fault{Code: diag.OutOfRange, Path: "/parts", Value: "min", Bound: "9·10¹⁸ steps"}
	}
	return nil
}

// shares writes the result.
func (p *partSplit) shares() []Share {
	out := make([]Share, len(p.parts))
	for i := range p.parts {
		if lock := p.parts[i].Lock; lock.Valid {
			amount := lock.Decimal.Copy()
			if n, exact, _ := toSteps(amount, p.opt.Step); exact {
				amount = fromSteps(n, p.opt.Step)
			}
			out[i] = Share{ID: p.parts[i].ID, Amount: amount, Ideal: amount, Bound: HeldByLock}
		}
	}
	amounts := stepWriter{step: p.opt.Step}
	fine := decimal.NewFromBigInt(p.opt.Step.Coefficient(), p.opt.Step.Exponent()-6)
	for k, i := range p.open {
		s := Share{ID: p.parts[i].ID, Bound: p.heldBy(k)}
		s.Amount = amounts.amount(p.signed(p.out.Amount[k]))
		if part := p.out.Millionths[k]; part == 0 {
			s.Ideal = amounts.amount(p.signed(p.out.Whole[k]))
		} else {
			s.Ideal = fineAmount(p.signed(p.out.Whole[k]), p.signed(int64(part)), fine)
		}
		if k == p.holder {
			odd := p.odd
			if p.mirrored {
				odd = odd.Neg()
			}
			s.Residue = true
			s.Amount, s.Ideal = s.Amount.Add(odd), s.Ideal.Add(odd)
		}
		out[i] = s
	}
	return out
}

func (p *partSplit) signed(n int64) int64 {
	if p.mirrored {
		return -n
	}
	return n
}

// heldBy returns what holds open part k.
func (p *partSplit) heldBy(k int) HeldBy {
	switch p.signed(int64(p.out.Held[k])) {
	case -1:
		return HeldByMin
	case 1:
		return HeldByMax
	}
	return ""
}

// fineAmount returns whole steps and millionths, both of one sign, as an amount;
// fine is a millionth of a step.
func fineAmount(whole, millionths int64, fine decimal.Decimal) decimal.Decimal {
	const few = math.MaxInt64/apportion.Millionth - 1
	if -few < whole && whole < few {
		return fromSteps(whole*apportion.Millionth+millionths, fine)
	}
	n := big.NewInt(whole)
	n.Mul(n, big.NewInt(apportion.Millionth))
	return fromBigSteps(n.Add(n, big.NewInt(millionths)), fine)
}
