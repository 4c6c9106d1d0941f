package calendar

import (
	"math/big"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/salesplan/salesplan/diag"
)

// A ProrateKind says what a part of a period is measured by.
type ProrateKind string

// The kinds of proration.
const (
	// ProrateCalendarDays measures by days.
	ProrateCalendarDays ProrateKind = "calendar-days"

	// ProrateWorkingDays measures by the working days of a calendar.
	ProrateWorkingDays ProrateKind = "working-days"

	// ProrateWholeMonths measures by fiscal months. A month that is cut counts
	// whole for the part that holds its last day in the period.
	ProrateWholeMonths ProrateKind = "whole-months"

	// ProrateSeasonality measures by given shares of the period's pieces, and
	// within a piece by another kind.
	ProrateSeasonality ProrateKind = "seasonality"
)

// A ProrateBasis says how [Prorate] measures time.
type ProrateBasis struct {
	// Kind is required.
	Kind ProrateKind `json:"kind"`

	// Calendar gives the working days; nil is Monday to Friday.
	Calendar *Calendar `json:"-"`

	// Fiscal gives the months and the pieces that shares belong to.
	Fiscal Fiscal `json:"fiscal,omitzero"`

	// Grain and Shares are those of seasonality: one share for each piece of
	// this grain ([GrainMonth] if unset) of the whole period, 1 in total.
	Grain  Grain             `json:"grain,omitzero"`
	Shares []decimal.Decimal `json:"shares,omitempty"`

	// Within is the kind by which a piece of seasonality is cut, any but
	// seasonality; unset it is working days. Where a piece has none of them it
	// is cut by calendar days.
	Within ProrateKind `json:"within,omitzero"`
}

// Prorate returns what the days of part carry of an amount owed over the days
// of whole, in steps. It is the difference of two running totals, each rounded
// to the step, half away from zero, so that the amounts of parts that tile
// whole add up to amount exactly; a single one may differ from its own exact
// share by up to one step.
//
// It returns faults with paths from its parameters' names: [diag.OutOfRange]
// for amounts of more than 38 digits, exponents beyond 30 or 9·10¹⁸ steps and
// for a part that is not within whole; [diag.Required] and [diag.Negative] for
// the step, [diag.OffStep] for an amount that is no multiple of it; those of
// the basis, such as [diag.Total] for shares that are not 1 together;
// [diag.NoWeight] if whole has none of what is counted; [diag.Unpublished] as
// [Calendar.Check]. Cost is that of the calendar's count, plus O(months) for
// whole months and O(pieces) for seasonality.
func Prorate(amount, step decimal.Decimal, whole, part Period, basis ProrateBasis) (decimal.Decimal, error) {
	var faults diag.Collector
	steps := wholeSteps(amount, step, &faults)
	faults.AddErr(checkPeriod(whole, "/whole"), "/whole")
	faults.AddErr(checkPeriod(part, "/part"), "/part")
	if whole.Valid() && part.Valid() && !whole.Covers(part) {
		faults.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/part", Value: part.String(), Bound: whole.String()})
	}
	m := basis.measure(whole, &faults)
	if err := faults.Err(); err != nil {
		return decimal.Decimal{}, err
	}
	total := m.through(whole.Last)
	if total.Sign() == 0 {
		return decimal.Decimal{}, &diag.Fault{Code: diag.NoWeight, Path: "/whole", Value: whole.String()}
	}
	after := roundShare(steps, m.through(part.Last), total)
	if part.First != whole.First {
		after.Sub(after, roundShare(steps, m.through(part.First.AddDays(-1)), total))
	}
	return step.Mul(decimal.NewFromBigInt(after, 0)), nil
}

// maxSteps is the most steps that an amount may have.
var maxSteps = big.NewInt(9_000_000_000_000_000_000)

// wholeSteps returns amount ÷ step. It works on the coefficients, since
// decimal's own division follows a package-level setting.
func wholeSteps(amount, step decimal.Decimal, faults *diag.Collector) *big.Int {
	if !guard(amount, "/amount", faults) || !guard(step, "/step", faults) {
		return nil
	}
	switch step.Sign() {
	case 0:
		faults.Add(&diag.Fault{Code: diag.Required, Path: "/step", Bound: "a step above 0"})
		return nil
	case -1:
		faults.Add(&diag.Fault{Code: diag.Negative, Path: "/step", Value: step.String(), Bound: "a step above 0"})
		return nil
	}
	a, s := amount.Coefficient(), step.Coefficient()
	if shift := int64(amount.Exponent()) - int64(step.Exponent()); shift >= 0 {
		a.Mul(a, powerOfTen(shift))
	} else {
		s.Mul(s, powerOfTen(-shift))
	}
	n, rest := new(big.Int).QuoRem(a, s, new(big.Int))
	switch {
	case rest.Sign() != 0:
		faults.Add(&diag.Fault{Code: diag.OffStep, Path: "/amount", Value: amount.String(), Bound: step.String()})
	case n.CmpAbs(maxSteps) > 0:
		faults.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/amount", Value: amount.String(), Bound: "at most 9·10¹⁸ steps"})
	}
	return n
}

// guard reports whether d is small enough to calculate with.
func guard(d decimal.Decimal, path string, faults *diag.Collector) bool {
	const maxExponent, maxDigits = 30, 38
	if d.Exponent() < -maxExponent || d.Exponent() > maxExponent {
		faults.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Value: "exponent " + strconv.Itoa(int(d.Exponent())), Bound: "-30 to 30"})
		return false
	}
	// 10³⁸ has 127 bits; longer coefficients are never written out.
	if d.Coefficient().BitLen() > 127 || d.NumDigits() > maxDigits {
		faults.Add(&diag.Fault{Code: diag.OutOfRange, Path: path, Bound: "at most 38 digits"})
		return false
	}
	return true
}

func powerOfTen(n int64) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil) }

// roundShare returns steps × share ÷ total, rounded half away from zero.
func roundShare(steps *big.Int, share, total *big.Rat) *big.Int {
	ideal := new(big.Rat).SetInt(steps)
	ideal.Mul(ideal, share).Quo(ideal, total)
	// ⌊(2|x| + 1) / 2⌋ with x = num/den.
	num := new(big.Int).Abs(ideal.Num())
	num.Lsh(num, 1).Add(num, ideal.Denom())
	num.Quo(num, new(big.Int).Lsh(ideal.Denom(), 1))
	if ideal.Sign() < 0 {
		num.Neg(num)
	}
	return num
}

// measure is how much of a period has passed through the end of a day.
type measure interface {
	through(d Date) *big.Rat
}

func (b ProrateBasis) measure(whole Period, faults *diag.Collector) measure {
	faults.AddErr(diag.Under(b.Fiscal.Validate(), "/basis"), "/basis/fiscal")
	kind := b.Kind
	if kind == ProrateSeasonality {
		kind = b.Within
		if kind == "" {
			kind = ProrateWorkingDays
		}
		b.checkShares(faults)
	}
	switch kind {
	case ProrateCalendarDays, ProrateWholeMonths:
	case ProrateWorkingDays:
		faults.AddErr(b.Calendar.Check(whole), "/whole")
	default:
		b.badKind(faults)
	}
	if faults.Len() > 0 {
		return nil
	}
	if b.Kind != ProrateSeasonality {
		return b.counter(whole, kind)
	}
	return b.seasons(whole, kind, faults)
}

func (b ProrateBasis) badKind(faults *diag.Collector) {
	known := []ProrateKind{ProrateCalendarDays, ProrateWorkingDays, ProrateWholeMonths}
	if b.Kind == ProrateSeasonality {
		faults.Add(enumFault("/basis/within", string(b.Within), known...))
		return
	}
	f := enumFault("/basis/kind", string(b.Kind), append(known, ProrateSeasonality)...)
	if b.Kind == "" {
		f.Code = diag.Required
	}
	faults.Add(f)
}

func (b ProrateBasis) checkShares(faults *diag.Collector) {
	if b.Grain != "" && !b.Grain.Valid() {
		faults.Add(unknownGrain("/basis/grain", b.Grain))
	}
	var sum decimal.Decimal
	for i, s := range b.Shares {
		path := "/basis/shares/" + strconv.Itoa(i)
		if !guard(s, path, faults) {
			return
		}
		if s.IsNegative() {
			faults.Add(&diag.Fault{Code: diag.Negative, Path: path, Value: s.String(), Bound: "0"})
		}
		sum = sum.Add(s)
	}
	if !sum.Equal(decimal.NewFromInt(1)) {
		faults.Add(&diag.Fault{Code: diag.Total, Path: "/basis/shares", Value: sum.String(), Bound: "1"})
	}
}

// counter measures by a count of days or months.
type counter struct {
	from     Date
	calendar *Calendar // nil: all days
	months   []Period  // not nil: months
}

func (b ProrateBasis) counter(whole Period, kind ProrateKind) counter {
	c := counter{from: whole.First}
	switch kind {
	case ProrateWorkingDays:
		c.calendar = &Calendar{b.Calendar.rules()}
	case ProrateWholeMonths:
		// The fiscal year is valid and months are few, so this cannot fail.
		c.months, _ = b.Fiscal.Split(whole, GrainMonth)
	}
	return c
}

func (c counter) through(d Date) *big.Rat { return new(big.Rat).SetInt64(c.count(d)) }

func (c counter) count(d Date) int64 {
	switch {
	case c.months != nil:
		n := 0
		for n < len(c.months) && !c.months[n].Last.After(d) {
			n++
		}
		return int64(n)
	case c.calendar != nil:
		return int64(c.calendar.Workdays(Span(c.from, d)))
	}
	return int64(d.Sub(c.from) + 1)
}

// seasons measures by shares of pieces.
type seasons struct {
	basis  ProrateBasis
	kind   ProrateKind
	pieces []Period
}

func (b ProrateBasis) seasons(whole Period, kind ProrateKind, faults *diag.Collector) measure {
	grain := b.Grain
	if grain == "" {
		grain = GrainMonth
	}
	pieces, err := b.Fiscal.Split(whole, grain)
	faults.AddErr(err, "/whole")
	if err == nil && len(pieces) != len(b.Shares) {
		faults.Add(&diag.Fault{Code: diag.Mismatch, Path: "/basis/shares", Value: strconv.Itoa(len(b.Shares)), Bound: strconv.Itoa(len(pieces))})
	}
	return seasons{b, kind, pieces}
}

func (s seasons) through(d Date) *big.Rat {
	sum := new(big.Rat)
	for i, p := range s.pieces {
		share := s.basis.Shares[i].Rat()
		if p.Last.After(d) {
			return sum.Add(sum, share.Mul(share, s.within(p, d)))
		}
		sum.Add(sum, share)
	}
	return sum
}

// within returns how much of piece p has passed through day d, from 0 to 1.
func (s seasons) within(p Period, d Date) *big.Rat {
	if d.Before(p.First) {
		return new(big.Rat)
	}
	c := s.basis.counter(p, s.kind)
	total := c.count(p.Last)
	if total == 0 {
		c = counter{from: p.First}
		total = c.count(p.Last)
	}
	return big.NewRat(c.count(d), total)
}
