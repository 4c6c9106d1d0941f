package diag

import (
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Fault is something wrong with the input: what, where, and the way out.
type Fault struct {
	// Code is the kind of fault.
	Code Code `json:"code"`

	// Path is a JSON pointer (RFC 6901) to the place: from the name of a
	// parameter ("/parts/1/weight") or from the root of a document.
	Path string `json:"path"`

	// Line and Column are the place in a text, from 1; 0 where there is none.
	// Columns count characters.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`

	// Value is what stands there, cut to 80 characters, control characters
	// escaped.
	Value string `json:"value,omitempty"`

	// Bound is what Value should have kept to: a limit, a step, a list of
	// allowed values, the amount by which it misses. It is English; a
	// [Catalogue] says prose in it by its phrases.
	Bound string `json:"bound,omitempty"`

	// Near is the known name closest to Value, where there is one.
	Near string `json:"near,omitempty"`
}

// Error returns place, code and values in one line of English.
func (f *Fault) Error() string {
	var b strings.Builder
	if f.Path != "" {
		b.WriteString(f.Path)
	} else {
		b.WriteString("/")
	}
	if f.Line > 0 {
		b.WriteString(" (line " + strconv.Itoa(f.Line) + ", column " + strconv.Itoa(f.Column) + ")")
	}
	b.WriteString(": " + string(f.Code))
	if f.Value != "" {
		b.WriteString(" " + strconv.Quote(f.Value))
	}
	if f.Bound != "" {
		b.WriteString(", bound " + f.Bound)
	}
	if f.Near != "" {
		b.WriteString(", nearest " + strconv.Quote(f.Near))
	}
	return b.String()
}

// Is reports whether target is the fault's code.
func (f *Fault) Is(target error) bool {
	c, ok := target.(Code)
	return ok && c == f.Code
}

// Said returns the fault's code and its values as arguments for a catalogue.
// Only the bound is prose.
func (f *Fault) Said() (Code, []Arg) {
	path := f.Path
	if path == "" {
		path = "/"
	}
	args := []Arg{{Name: "path", Kind: KindName, Text: path}}
	add := func(name string, kind Kind, text string) {
		if text != "" {
			args = append(args, Arg{Name: name, Kind: kind, Text: text})
		}
	}
	if f.Line > 0 {
		add("line", KindName, strconv.Itoa(f.Line))
		add("column", KindName, strconv.Itoa(f.Column))
	}
	add("value", KindName, f.Value)
	add("bound", KindText, f.Bound)
	add("near", KindName, f.Near)
	return f.Code, args
}

// Faults is a list of faults in the order in which they stand in the input.
// As JSON it is an array.
type Faults []*Fault

// Error returns the faults one to a line.
func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the faults as errors, for [errors.Is] and [errors.As].
func (fs Faults) Unwrap() []error {
	errs := make([]error, len(fs))
	for i, f := range fs {
		errs[i] = f
	}
	return errs
}

// MaxKept is how many faults a [Collector] keeps; the rest are counted.
const MaxKept = 1000

// A Collector gathers the faults of one call. The zero Collector is empty.
type Collector struct {
	kept  Faults
	total int
}

// Add adds f, its value cut and escaped by [Clip]. A nil f is ignored.
func (c *Collector) Add(f *Fault) {
	if f == nil {
		return
	}
	c.total++
	if len(c.kept) >= MaxKept {
		return
	}
	g := *f
	g.Value = Clip(g.Value)
	c.kept = append(c.kept, &g)
}

// AddErr adds the faults of err; an error that holds none becomes a fault of
// code [IO] at path with the error's text. A nil err is ignored.
func (c *Collector) AddErr(err error, path string) {
	if err == nil {
		return
	}
	all := All(err)
	if len(all) == 0 {
		c.Add(&Fault{Code: IO, Path: path, Value: err.Error()})
	}
	for _, f := range all {
		if f.Code == More {
			n, _ := strconv.Atoi(f.Value)
			c.total += n
			continue
		}
		c.Add(f)
	}
}

// Len returns the number of faults added, kept or not.
func (c *Collector) Len() int { return c.total }

// Kept returns the kept faults for the caller to locate or reorder.
func (c *Collector) Kept() Faults { return c.kept }

// Err returns nil if there are no faults, otherwise [Faults]: the first
// [MaxKept] and, if there were more, one of code [More] with their number.
func (c *Collector) Err() error {
	if c.total == 0 {
		return nil
	}
	fs := c.kept
	if rest := c.total - len(c.kept); rest > 0 {
		fs = append(fs[:len(fs):len(fs)], &Fault{Code: More, Value: strconv.Itoa(rest)})
	}
	return fs
}

// All returns every fault in err's tree, in order; none if err is nil or holds
// none.
func All(err error) Faults {
	var out Faults
	stack := []error{err}
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		switch e := e.(type) {
		case nil:
		case *Fault:
			out = append(out, e)
		case interface{ Unwrap() []error }:
			sub := e.Unwrap()
			for i := len(sub) - 1; i >= 0; i-- {
				stack = append(stack, sub[i])
			}
		default:
			stack = append(stack, errors.Unwrap(e))
		}
	}
	return out
}

// Under returns err with the path of each of its faults below prefix, which is
// a JSON pointer such as "/goals/3". An error without faults is returned as
// it is.
func Under(err error, prefix string) error {
	return withPaths(err, func(f *Fault) string {
		if f.Code == More {
			return f.Path
		}
		return prefix + f.Path
	})
}

// Reroot returns err with faults whose paths begin with a key of roots, as a
// whole part, beginning with its value instead: what a function calls "/rule" may
// be a document's "/schedule". Of several keys that fit, the first in alphabetical
// order counts. An error without faults is returned as it is.
func Reroot(err error, roots map[string]string) error {
	keys := slices.Sorted(maps.Keys(roots))
	return withPaths(err, func(f *Fault) string {
		for _, from := range keys {
			if rest, ok := strings.CutPrefix(f.Path, from); ok && (rest == "" || rest[0] == '/') {
				return roots[from] + rest
			}
		}
		return f.Path
	})
}

// withPaths returns err with faults at other paths.
func withPaths(err error, path func(f *Fault) string) error {
	all := All(err)
	if len(all) == 0 {
		return err
	}
	out := make(Faults, len(all))
	for i, f := range all {
		g := *f
		g.Path = path(f)
		out[i] = &g
	}
	return out
}

// Pointer returns the JSON pointer of the given reference tokens, each escaped
// as RFC 6901 wants it: Pointer("tasks", "3") is "/tasks/3".
func Pointer(tokens ...string) string {
	var b strings.Builder
	for _, t := range tokens {
		b.WriteByte('/')
		b.WriteString(Token(t))
	}
	return b.String()
}

// Token returns one reference token, escaped for a JSON pointer.
func Token(t string) string {
	if !strings.ContainsAny(t, "~/") {
		return t
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(t)
}

const clipAt = 80

// Clip returns s cut to 80 characters, with control characters, direction
// marks and invalid bytes escaped, so that it can be shown anywhere.
func Clip(s string) string {
	var b strings.Builder
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if n == clipAt {
			b.WriteString("…")
			break
		}
		switch {
		case r == utf8.RuneError && size == 1:
			b.WriteString(`\x` + hex2(s[i]))
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
		n++
		i += size
	}
	return b.String()
}

func hex2(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}
