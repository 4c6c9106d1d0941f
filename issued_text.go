package salesplan

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/internal/apportion"
)

// A packed is a long list of numbers as it stands in issued targets: texts of
// numbers with a blank between them, cut where it suits. A million of them as
// JSON numbers would take the reader 80 bytes each.
type packed []chunk

// A chunk is one of the texts. On the way out it may hold the numbers instead,
// so that the text of a large table is never in memory as a whole.
type chunk struct {
	text string
	ints []int64
}

// MarshalText writes the numbers.
func (k chunk) MarshalText() ([]byte, error) {
	if k.ints == nil {
		return []byte(k.text), nil
	}
	buf := make([]byte, 0, 12*len(k.ints))
	for i, x := range k.ints {
		if i > 0 {
			buf = append(buf, ' ')
		}
		buf = strconv.AppendInt(buf, x, 10)
	}
	return buf, nil
}

// UnmarshalText keeps the text; what it is to hold is known to its field only.
func (k *chunk) UnmarshalText(text []byte) error {
	k.text = string(text)
	return nil
}

// Where lists are cut: rows are joined up to lineNumbers numbers, longer ones
// cut at mostNumbers, and texts at lineBytes, so that none comes near the
// document's limit of a text.
const (
	lineNumbers = 16
	mostNumbers = 2000
	lineBytes   = 2000
)

// packInts lays out rows of cols numbers. It shares their memory.
func packInts(xs []int64, cols int) packed {
	per := max(1, lineNumbers/max(cols, 1)) * max(cols, 1)
	if per > mostNumbers {
		per = mostNumbers
	}
	var out packed
	for from := 0; from < len(xs); from += per {
		out = append(out, chunk{ints: xs[from:min(from+per, len(xs))]})
	}
	return out
}

// pack lays out n numbers of any kind, each appended by write.
func pack(n int, write func(buf []byte, i int) []byte) packed {
	var out packed
	var buf []byte
	for i := range n {
		if len(buf) > 0 {
			buf = append(buf, ' ')
		}
		buf = write(buf, i)
		if len(buf) >= lineBytes || i == n-1 {
			out = append(out, chunk{text: string(buf)})
			buf = buf[:0]
		}
	}
	return out
}

// count returns how many numbers there are.
func (p packed) count() int {
	n := 0
	for _, k := range p {
		n += strings.Count(k.text, " ") + 1
	}
	return n
}

// A packedReader reads packed numbers, with faults at the texts.
type packedReader struct{ c *diag.Collector }

// unpack reads numbers of one kind: want of them, any number if want is
// negative. It returns nil beside a fault, and takes no memory before the text
// is seen to hold as many numbers.
func unpack[T any](r packedReader, p packed, path string, want int, read func(string) (T, bool), kind string) []T {
	n := p.count()
	if want >= 0 && n != want {
		r.c.Add(&diag.Fault{Code: diag.Mismatch, Path: path, Value: counted(n, "number", "numbers"), Bound: counted(want, "number", "numbers")})
		return nil
	}
	out := make([]T, 0, n)
	for i, k := range p {
		for rest, more := k.text, true; more; {
			var text string
			text, rest, more = strings.Cut(rest, " ")
			x, ok := read(text)
			if !ok {
				r.c.Add(&diag.Fault{Code: diag.Syntax, Path: index(path, i), Value: diag.Clip(text), Bound: kind})
				return nil
			}
			out = append(out, x)
		}
	}
	return out
}

func (r packedReader) ints(p packed, path string, want int) []int64 {
	return unpack(r, p, path, want, readInt, "whole numbers with one blank between them")
}

func (r packedReader) fixed(p packed, path string, want int) []apportion.Fixed {
	return unpack(r, p, path, want, readFixed, "hexadecimal numbers with one blank between them")
}

func (r packedReader) floats(p packed, path string, want int) []float64 {
	return unpack(r, p, path, want, readFloat, "finite numbers with one blank between them")
}

func (r packedReader) bigs(p packed, path string, want int) []*big.Int {
	return unpack(r, p, path, want, readBig, "whole numbers from 0 up with one blank between them")
}

// readInt reads a whole number as it is written: without a plus sign, a zero in
// front or a negative zero.
func readInt(s string) (int64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) == 0 || len(digits) > 19 || digits[0] == '0' && s != "0" {
		return 0, false
	}
	var n uint64 // below 10¹⁹, which 64 bits hold
	for i := range len(digits) {
		d := digits[i] - '0'
		if d > 9 {
			return 0, false
		}
		n = 10*n + uint64(d)
	}
	switch {
	case n > math.MaxInt64:
		return 0, false
	case len(digits) < len(s):
		return -int64(n), true
	}
	return int64(n), true
}

// maxWeightDigits bounds a weight in issued targets. Weights are brought to a
// common denominator, so that they may be long, but not as long as that.
const maxWeightDigits = 20_000

func readBig(s string) (*big.Int, bool) {
	if n, ok := readInt(s); ok {
		return big.NewInt(n), n >= 0
	}
	if len(s) == 0 || len(s) > maxWeightDigits || s[0] == '0' || strings.Trim(s, "0123456789") != "" {
		return nil, false
	}
	return new(big.Int).SetString(s, 10)
}

func readFloat(s string) (float64, bool) {
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil && !math.IsInf(x, 0) && !math.IsNaN(x) && string(appendFloat(nil, x)) == s
}

func appendFloat(buf []byte, x float64) []byte { return strconv.AppendFloat(buf, x, 'g', -1, 64) }

// appendFixed writes a fixed-point number in base 16, in which it has an end:
// "c.8" is 12.5.
func appendFixed(buf []byte, f apportion.Fixed) []byte {
	buf = strconv.AppendUint(buf, f.Hi, 16)
	if f.Lo == 0 {
		return buf
	}
	buf = append(buf, '.')
	for lo := f.Lo; lo != 0; lo <<= 4 {
		buf = append(buf, "0123456789abcdef"[lo>>60])
	}
	return buf
}

func readFixed(s string) (apportion.Fixed, bool) {
	whole, part, point := strings.Cut(s, ".")
	hi, ok := readHex(whole)
	if !ok || len(whole) > 1 && whole[0] == '0' {
		return apportion.Fixed{}, false
	}
	if !point {
		return apportion.Fixed{Hi: hi}, true
	}
	lo, ok := readHex(part)
	if !ok || part[len(part)-1] == '0' {
		return apportion.Fixed{}, false
	}
	return apportion.Fixed{Hi: hi, Lo: lo << (64 - 4*len(part))}, true
}

func readHex(s string) (uint64, bool) {
	if len(s) == 0 || len(s) > 16 {
		return 0, false
	}
	var n uint64
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			n = n<<4 | uint64(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | uint64(c-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}

// A cellRange is what a cell may have: "3" from 3 up, "=3" just 3, "0:7" up to 7.
type cellRange struct{ lo, hi int64 }

func appendRange(buf []byte, x cellRange) []byte {
	switch {
	case x.lo == x.hi:
		return strconv.AppendInt(append(buf, '='), x.lo, 10)
	case x.hi == apportion.Unbounded:
		return strconv.AppendInt(buf, x.lo, 10)
	}
	return strconv.AppendInt(append(strconv.AppendInt(buf, x.lo, 10), ':'), x.hi, 10)
}

func readRange(s string) (cellRange, bool) {
	if lock, ok := strings.CutPrefix(s, "="); ok {
		n, ok := readInt(lock)
		return cellRange{n, n}, ok && n >= 0
	}
	least, most, both := strings.Cut(s, ":")
	x := cellRange{hi: apportion.Unbounded}
	var ok bool
	if x.lo, ok = readInt(least); ok && both {
		x.hi, ok = readInt(most)
		ok = ok && x.hi != apportion.Unbounded
	}
	return x, ok && x.lo >= 0 && x.lo < x.hi
}
