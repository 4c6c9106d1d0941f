package document

import (
	"strings"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// What a fault says about escapes.
const (
	controlEscape = "an escape for this control character, or a closing quote before it"
	escapes       = `one of \" \\ \/ \b \f \n \r \t \u and four hexadecimal digits`
)

// text reads the string at the position and returns it unescaped with its
// length in bytes. While counting, text is empty, but the length is right.
// The path of its faults leads through the first depth frames.
func (p *parser) text(depth int) (text string, length int, ok bool) {
	p.pos++
	start := p.pos
	s := stringReader{p: p, depth: depth, from: start}
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '"':
			text, length = s.finish()
			p.pos++
			return text, length, true
		case c == '\\':
			if !s.escape() {
				return "", 0, false
			}
		case c < 0x20:
			return "", 0, p.stop(diag.Syntax, p.src[p.pos:p.pos+1], controlEscape, depth)
		case c < utf8.RuneSelf:
			p.pos++
		default:
			s.character()
		}
	}
	return "", 0, p.stop(diag.Syntax, "", "a closing quote", depth)
}

// A stringReader collects one string. Its text is a piece of the source as
// long as nothing in it has to be replaced.
type stringReader struct {
	p       *parser
	depth   int
	from    int // what has not been collected yet begins here
	out     strings.Builder
	length  int
	flawed  bool // a fault of encoding was reported; one a string is enough
	changed bool
}

// finish returns the text and its length at the closing quote.
func (s *stringReader) finish() (string, int) {
	piece := s.p.src[s.from:s.p.pos]
	s.length += len(piece)
	if !s.p.building {
		return "", s.length
	}
	if !s.changed {
		return piece, s.length
	}
	s.out.WriteString(piece)
	return s.out.String(), s.length
}

// replace collects what stands before the position, then r instead of the
// next size bytes.
func (s *stringReader) replace(r rune, size int) {
	p := s.p
	s.changed = true
	s.length += p.pos - s.from + utf8.RuneLen(r)
	if p.building {
		s.out.WriteString(p.src[s.from:p.pos])
		s.out.WriteRune(r)
	}
	p.pos += size
	s.from = p.pos
}

// character passes over one that is not ASCII.
func (s *stringReader) character() {
	p := s.p
	r, size := utf8.DecodeRuneInString(p.src[p.pos:])
	if r == utf8.RuneError && size == 1 {
		s.flaw(p.src[p.pos:p.pos+1], "UTF-8")
		s.replace(utf8.RuneError, 1)
		return
	}
	p.pos += size
	p.extra += size - 1
}

// flaw reports bad encoding at the position.
func (s *stringReader) flaw(value, bound string) {
	if !s.flawed {
		s.p.report(diag.Encoding, value, bound, s.depth, s.p.line, s.p.column())
	}
	s.flawed = true
}

// escape reads what begins with a backslash.
func (s *stringReader) escape() bool {
	p := s.p
	rest := p.src[p.pos:]
	if len(rest) > 1 {
		if r, ok := shortEscape(rest[1]); ok {
			s.replace(r, 2)
			return true
		}
	}
	unit, ok := hexEscape(rest)
	if !ok {
		end := min(len(rest), 6)
		return p.stop(diag.Syntax, rest[:end], escapes, s.depth)
	}
	switch {
	case unit < 0xD800 || unit > 0xDFFF:
		s.replace(unit, 6)
	case unit < 0xDC00:
		low, ok := hexEscape(rest[6:])
		if ok && 0xDC00 <= low && low <= 0xDFFF {
			s.replace(0x10000+(unit-0xD800)<<10+(low-0xDC00), 12)
			return true
		}
		fallthrough
	default:
		s.flaw(rest[:6], "both halves of a surrogate pair")
		s.replace(utf8.RuneError, 6)
	}
	return true
}

// shortEscape returns what a backslash and c stand for.
func shortEscape(c byte) (rune, bool) {
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

// hexEscape returns the code unit of the \uXXXX at the start of s.
func hexEscape(s string) (rune, bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	var unit rune
	for _, c := range []byte(s[2:6]) {
		switch {
		case isDigit(c):
			unit = unit<<4 | rune(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			unit = unit<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}
