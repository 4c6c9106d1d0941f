package document

import (
	"math"
	"strconv"

	"github.com/salesplan/salesplan/diag"
)

// Limits bounds what [Read] takes. A field that is 0 stands for its default.
type Limits struct {
	// Bytes is the length of the text, 64 MiB by default and 2 GiB less one
	// byte at most.
	Bytes int64 `json:"bytes,omitempty"`

	// Depth is how many arrays and objects may stand inside each other, 32 by
	// default.
	Depth int `json:"depth,omitempty"`

	// Nodes is the number of values in the document, 4,000,000 by default.
	// Each takes 80 bytes, and each key 24 more, besides the text.
	Nodes int `json:"nodes,omitempty"`

	// Members is the number of keys in one object, 100,000 by default.
	Members int `json:"members,omitempty"`

	// Key is the length of a key and Text that of any other string, in bytes
	// after unescaping: 1 KiB and 64 KiB by default. Keys are kept shorter
	// because each fault repeats those on its path.
	Key  int `json:"key,omitempty"`
	Text int `json:"text,omitempty"`

	// Number is how many characters a number may be written in, 64 by default.
	Number int `json:"number,omitempty"`

	// Digits is the number of a number's significant digits, 38 by default:
	// all but leading zeros.
	Digits int `json:"digits,omitempty"`

	// Exponent bounds, on both sides of 0, the power of ten by which the
	// digits, taken as a whole number, are multiplied: 30 by default. It is
	// −2 for 12.34 and 2 for 1234e2.
	Exponent int `json:"exponent,omitempty"`
}

// The defaults of [Limits].
const (
	defaultBytes    = 64 << 20
	defaultDepth    = 32
	defaultNodes    = 4_000_000
	defaultMembers  = 100_000
	defaultKey      = 1 << 10
	defaultText     = 64 << 10
	defaultNumber   = 64
	defaultDigits   = 38
	defaultExponent = 30
)

// filled returns l with its defaults. Lines, columns and counts are kept in 32
// bits, which is why Bytes ends below 2 GiB.
func (l Limits) filled() Limits {
	set := func(at *int, value int) {
		if *at == 0 {
			*at = value
		}
	}
	set(&l.Depth, defaultDepth)
	set(&l.Nodes, defaultNodes)
	set(&l.Members, defaultMembers)
	set(&l.Key, defaultKey)
	set(&l.Text, defaultText)
	set(&l.Number, defaultNumber)
	set(&l.Digits, defaultDigits)
	set(&l.Exponent, defaultExponent)
	if l.Bytes == 0 {
		l.Bytes = defaultBytes
	}
	l.Bytes = min(l.Bytes, math.MaxInt32)
	return l
}

// check returns a fault for each limit below zero.
func (l Limits) check() error {
	var c diag.Collector
	for _, f := range []struct {
		name  string
		value int64
	}{
		{"bytes", l.Bytes}, {"depth", int64(l.Depth)}, {"nodes", int64(l.Nodes)},
		{"members", int64(l.Members)}, {"key", int64(l.Key)}, {"text", int64(l.Text)},
		{"number", int64(l.Number)}, {"digits", int64(l.Digits)}, {"exponent", int64(l.Exponent)},
	} {
		if f.value < 0 {
			c.Add(&diag.Fault{Code: diag.Negative, Path: diag.Pointer("lim", f.name), Value: strconv.FormatInt(f.value, 10), Bound: "0"})
		}
	}
	return c.Err()
}
