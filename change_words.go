package salesplan

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// A changeReader reads words and values from a text.
type changeReader struct {
	text         string
	at           int
	line, column int
}

// A word is a piece of a change: a bare word, or a value of JSON.
type word struct {
	text         string // a bare word's, or a quoted text's
	value        *document.Node
	bare         bool
	line, column int
}

func (w word) fault(code diag.Code, bound, near string) *diag.Fault {
	value := w.text
	if value == "" && w.value != nil {
		value = string(rawOf(w.value))
	}
	return &diag.Fault{Code: code, Line: w.line, Column: w.column, Value: diag.Clip(value), Bound: bound, Near: near}
}

// is reports whether the word is one of the language's.
func (w word) is(keyword string) bool { return w.bare && w.text == keyword }

func endsWord(r rune) bool { return r == ';' || unicode.IsSpace(r) }

func endsChange(r rune) bool { return r == ';' || r == '\n' }

// skip goes n bytes further.
func (r *changeReader) skip(n int) {
	for _, c := range r.text[r.at : r.at+n] {
		r.column++
		if c == '\n' {
			r.line, r.column = r.line+1, 1
		}
	}
	r.at += n
}

func (r *changeReader) peek() (c rune, size int) {
	if r.at == len(r.text) {
		return 0, 0
	}
	return utf8.DecodeRuneInString(r.text[r.at:])
}

// begin goes to the next change; false at the end of the text.
func (r *changeReader) begin() bool {
	for {
		c, size := r.peek()
		switch {
		case size == 0:
			return false
		case c == '#' && r.column == 1:
			r.skip(lineEnd(r.text[r.at:]))
		case !endsWord(c):
			return true
		default:
			r.skip(size)
		}
	}
}

func lineEnd(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		return i
	}
	return len(s)
}

// done reports whether the change ends here.
func (r *changeReader) done() bool {
	for {
		c, size := r.peek()
		if size == 0 || endsChange(c) {
			return true
		}
		if !unicode.IsSpace(c) {
			return false
		}
		r.skip(size)
	}
}

// giveUp goes to the end of a change that can't be read.
func (r *changeReader) giveUp() {
	for !r.done() {
		if _, f := r.word(""); f != nil {
			r.skip(lineEnd(r.text[r.at:]))
		}
	}
}

// word reads the next word or value; what says what is missing if there is
// none.
func (r *changeReader) word(what string) (word, *diag.Fault) {
	if r.done() {
		return word{}, &diag.Fault{Code: diag.Required, Line: r.line, Column: r.column, Bound: what}
	}
	w := word{line: r.line, column: r.column}
	rest := r.text[r.at:]
	if strings.IndexByte(`"{[`, rest[0]) < 0 {
		n := strings.IndexFunc(rest, endsWord)
		if n < 0 {
			n = len(rest)
		}
		w.text, w.bare = rest[:n], true
		r.skip(n)
		return w, nil
	}
	n, whole := jsonEnd(rest)
	value, err := document.Read(strings.NewReader(rest[:n]), document.Limits{})
	if err != nil {
		f := *diag.All(err)[0]
		f.Line, f.Column = placeFrom(w.line, w.column, f.Line, f.Column)
		if whole {
			r.skip(n) // there may be more to read behind it
		}
		return word{}, &f
	}
	w.value = value
	if value.Kind == document.String {
		w.text = value.Text
	}
	r.skip(n)
	if c, size := r.peek(); size > 0 && !endsWord(c) {
		return word{}, &diag.Fault{Code: diag.Syntax, Line: r.line, Column: r.column, Value: string(c), Bound: "a blank"}
	}
	return w, nil
}

// placeFrom is the place in a text of a place in a piece of it.
func placeFrom(line, column, innerLine, innerColumn int) (int, int) {
	if innerLine > 1 {
		return line + innerLine - 1, innerColumn
	}
	return line, column + max(innerColumn, 1) - 1
}

// jsonEnd returns the length of the value of JSON with which a text begins;
// false if it doesn't end.
func jsonEnd(s string) (n int, whole bool) {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth <= 0 && !quoted {
			return i + 1, true
		}
	}
	return len(s), false
}

// raw is the word as JSON: bare numbers, true, false and null as they are,
// other bare words as texts.
func (w word) raw() json.RawMessage {
	if !w.bare {
		return rawOf(w.value)
	}
	switch w.text {
	case "null", "true", "false":
		return json.RawMessage(w.text)
	}
	if code, _ := document.CheckNumber(w.text, document.Limits{}); code == "" {
		return json.RawMessage(w.text)
	}
	return appendQuoted(nil, w.text)
}
