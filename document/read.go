package document

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// Read returns the tree of the JSON text in r, which it reads to its end or
// until one byte beyond lim.Bytes.
//
// Faults that leave no doubt about what follows are collected, and the tree is
// returned beside them so that its reader can add its own: keys that stand
// twice in an object ([diag.DuplicateKey]), numbers beyond a limit
// ([diag.OutOfRange]), strings that are too long ([diag.TooLarge]) or hold bad
// UTF-8 or half a surrogate pair ([diag.Encoding]; U+FFFD stands in its place).
// All others end the reading and leave no tree: [diag.Syntax],
// [diag.Trailing], [diag.TooDeep], [diag.TooMany], a key that is too long, text
// in another encoding, and [diag.TooLarge] for the text itself. An error of r
// becomes a fault of code [diag.IO] at the place where the text broke off, and
// errors.Is still finds the error itself. Negative limits are
// [diag.Negative].
//
// A byte order mark at the start is dropped, because some editors add one.
//
// Time and memory are linear in the text: some 80 bytes a value, 24 a key, and
// the text itself, which the tree's strings share.
func Read(r io.Reader, lim Limits) (*Node, error) {
	if err := lim.check(); err != nil {
		return nil, err
	}
	if r == nil {
		return nil, diag.Faults{{Code: diag.Required, Path: "/r", Bound: "a reader"}}
	}
	lim = lim.filled()
	src, err := slurp(r, lim.Bytes)
	if err != nil {
		line, column := endOf(src)
		fault := &diag.Fault{Code: diag.IO, Line: line, Column: column, Value: diag.Clip(err.Error())}
		return nil, &readError{fault: fault, cause: err}
	}
	if int64(len(src)) > lim.Bytes {
		bound := strconv.FormatInt(lim.Bytes, 10) + " bytes"
		return nil, diag.Faults{{Code: diag.TooLarge, Bound: bound}}
	}
	if f := otherEncoding(src); f != nil {
		return nil, diag.Faults{f}
	}
	return parse(strings.TrimPrefix(src, bom), lim)
}

const bom = "\ufeff"

// A readError is a fault that keeps the reader's own error.
type readError struct {
	fault *diag.Fault
	cause error
}

func (e *readError) Error() string   { return e.fault.Error() }
func (e *readError) Unwrap() []error { return []error{e.fault, e.cause} }

// maxEmptyReads is how often in a row a reader may return nothing, as in
// package bufio.
const maxEmptyReads = 100

var errReadCount = errors.New("the reader returned an impossible count")

// The parts in which a text is read: the first ones are small, for small texts.
const (
	firstPart = 8 << 10
	mostPart  = 1 << 20
)

// slurp reads r to its end, limit+1 bytes at most. It gathers parts and joins
// them once, which takes twice the text, not the five times of a buffer that
// grows.
func slurp(r io.Reader, limit int64) (string, error) {
	var full [][]byte
	part, empty := make([]byte, 0, min(limit+1, firstPart)), 0
	for left := limit + 1; left > 0; {
		if len(part) == cap(part) {
			full = append(full, part)
			part = make([]byte, 0, min(left, int64(min(2*cap(part), mostPart))))
		}
		room := part[len(part):cap(part)]
		n, err := r.Read(room)
		if n < 0 || n > len(room) {
			return joined(full, part), errReadCount
		}
		part = part[:len(part)+n]
		left -= int64(n)
		switch {
		case err == io.EOF:
			return joined(full, part), nil
		case err != nil && left > 0:
			return joined(full, part), err
		case n > 0:
			empty = 0
		default:
			if empty++; empty >= maxEmptyReads {
				return joined(full, part), io.ErrNoProgress
			}
		}
	}
	return joined(full, part), nil
}

func joined(full [][]byte, last []byte) string {
	length := len(last)
	for _, p := range full {
		length += len(p)
	}
	var text strings.Builder
	text.Grow(length)
	for _, p := range full {
		text.Write(p)
	}
	text.Write(last)
	return text.String()
}

// otherEncoding recognises UTF-16 and UTF-32 by a byte order mark or a zero
// byte among the first two, so that the message is better than a syntax fault.
func otherEncoding(src string) *diag.Fault {
	if len(src) < 2 {
		return nil
	}
	head := src[:2]
	if head == "\xff\xfe" || head == "\xfe\xff" || head[0] == 0 || head[1] == 0 {
		return &diag.Fault{Code: diag.Encoding, Line: 1, Column: 1, Value: diag.Clip(head), Bound: "UTF-8"}
	}
	return nil
}

// endOf returns the place just behind src.
func endOf(src string) (line, column int) {
	src = strings.TrimPrefix(src, bom)
	line, start := 1, 0
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '\r':
			if i+1 < len(src) && src[i+1] == '\n' {
				continue
			}
			line, start = line+1, i+1
		case '\n':
			line, start = line+1, i+1
		}
	}
	return line, utf8.RuneCountInString(src[start:]) + 1
}
