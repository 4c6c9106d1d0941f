// Package apportion divides whole numbers: one total over weighted parts
// ([Largest], [Cumulative], [Divisor]), within bounds ([Bounded]), and over the
// rows and columns of a table. It knows numbers and indices, not what they
// stand for.
//
// Functions here have preconditions instead of errors: their callers check the
// input first. With input that breaks a precondition a result means nothing.
// Totals of one-way splits are between 0 and [MaxTotal]; a caller mirrors a
// negative total. Every tie goes to the lower index, unless a function says
// otherwise.
package apportion

import (
	"math/big"
	"math/bits"
)

// MaxTotal is the largest total that a split takes.
const MaxTotal = 9_000_000_000_000_000_000

// An Integer is any integer type.
type Integer interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 |
		~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

// A Method is a rule for the indivisible rest. The zero Method is Hamilton.
type Method uint8

// The methods. Hamilton is the method of largest remainders; Running rounds the
// running total half up; the others are the divisor methods of the same names.
const (
	Hamilton Method = iota
	Running
	Webster
	HuntingtonHill
	Adams
	Jefferson
)

// FirstStep reports whether the method gives every positive weight one step
// before it gives any a second one.
func (m Method) FirstStep() bool { return m == HuntingtonHill || m == Adams }

// A Scratch holds buffers for splits that follow one another. The zero Scratch
// is ready for use; it grows to the largest split it has served. It must not
// be used by two splits at the same time.
type Scratch struct {
	rem   []uint64
	sel   []uint64
	hist  []uint32
	w     []int64
	x     []int64
	cells []cell
	heap  []int32
}

// Split divides total over weights by any method; see [Largest], [Cumulative]
// and [Divisor] for what each wants and costs. sum is the sum of the weights.
func Split[T Integer](dst []T, total int64, weights []T, sum int64, m Method, s *Scratch) {
	switch m {
	case Hamilton:
		Largest(dst, total, weights, sum, s)
	case Running:
		Cumulative(dst, total, weights, sum)
	default:
		Divisor(dst, total, weights, sum, m, s)
	}
}

// Even divides total over the parts of dst, which must not be empty: all parts
// are equal, but that the first total mod len(dst) of them are one larger.
func Even[T Integer](dst []T, total int64) {
	n := int64(len(dst))
	q, odd := total/n, total%n
	for i := range dst[:odd] {
		dst[i] = T(q + 1)
	}
	for i := range dst[odd:] {
		dst[odd+int64(i)] = T(q)
	}
}

// A Sum is a sum of up to 2⁶⁰ integers of 64 bits. The zero Sum is 0.
type Sum struct {
	hi int64
	lo uint64
}

// Add adds n.
func (s *Sum) Add(n int64) {
	lo, carry := bits.Add64(s.lo, uint64(n), 0)
	s.lo = lo
	s.hi += n>>63 + int64(carry)
}

// Sub subtracts n.
func (s *Sum) Sub(n int64) {
	lo, borrow := bits.Sub64(s.lo, uint64(n), 0)
	s.lo = lo
	s.hi -= n>>63 + int64(borrow)
}

// minus subtracts t.
func (s *Sum) minus(t Sum) {
	lo, borrow := bits.Sub64(s.lo, t.lo, 0)
	s.lo = lo
	s.hi -= t.hi + int64(borrow)
}

// Cmp compares s with t.
func (s Sum) Cmp(t Sum) int {
	switch {
	case s.hi < t.hi, s.hi == t.hi && s.lo < t.lo:
		return -1
	case s == t:
		return 0
	}
	return 1
}

// Sign returns -1, 0 or 1 for a sum below, equal to and above 0.
func (s Sum) Sign() int { return s.Cmp(Sum{}) }

// Int64 returns the sum and whether it is one of int64.
func (s Sum) Int64() (int64, bool) {
	n := int64(s.lo)
	return n, s.hi == n>>63
}

// Big returns the sum.
func (s Sum) Big() *big.Int {
	x := big.NewInt(s.hi)
	x.Lsh(x, 64)
	return x.Add(x, new(big.Int).SetUint64(s.lo))
}

// grow returns a slice of n elements whose values mean nothing, in buf's memory
// where that is large enough.
func grow[E any](buf []E, n int) []E {
	if cap(buf) < n {
		return make([]E, n)
	}
	return buf[:n]
}
