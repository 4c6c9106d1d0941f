package main

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// The YAML parser takes its whole text before it says what is in it: some 250
// bytes for a value, 1,500 for a value with comments, and as many again for
// each mark of a line that opens a bracket. What can become a value is counted
// before it is asked, so that no text costs more than some 500 MB.
const (
	maxYAMLMarks     = 1_200_000 // each stands for two values at most
	maxYAMLLineMarks = 200_000
	commentMarks     = 8
	maxYAMLLine      = 8 << 20 // bytes
)

// checkYAML refuses text that isn't given to the parser: what is no UTF-8 or
// can't be seen, line ends that only YAML knows, directives, and texts beyond
// the limits.
func checkYAML(text []byte) error {
	if len(text) > maxPlanBytes {
		return &diag.Fault{Code: diag.TooLarge, Bound: strconv.Itoa(maxPlanBytes) + " bytes"}
	}
	s := yamlScan{text: text, line: 1, prologue: true}
	var c diag.Collector
	for s.at < len(text) {
		if f := s.step(); f != nil {
			c.Add(f)
			if f.Code == diag.TooMany || f.Code == diag.TooLarge {
				break
			}
		}
	}
	return c.Err()
}

// A yamlScan passes over a text once.
type yamlScan struct {
	text      []byte
	at        int
	line      int
	start     int // of the line
	wide      int // bytes of the line beyond one for each character
	prologue  bool
	marks     int
	lineMarks int
}

func (s *yamlScan) fault(code diag.Code, value, bound string) *diag.Fault {
	return &diag.Fault{Code: code, Line: s.line, Column: s.at - s.start - s.wide + 1, Value: value, Bound: bound}
}

// step passes one character.
func (s *yamlScan) step() *diag.Fault {
	if s.at == s.start && s.prologue {
		if f := s.prolog(); f != nil {
			return f
		}
	}
	ch := s.text[s.at]
	switch {
	case s.at-s.start >= maxYAMLLine:
		return &diag.Fault{Code: diag.TooLarge, Line: s.line, Column: 1, Bound: strconv.Itoa(maxYAMLLine) + " bytes in a line"}
	case ch >= utf8.RuneSelf:
		return s.character()
	case ch == '\n' || ch == '\r':
		if s.at++; ch == '\r' && s.at < len(s.text) && s.text[s.at] == '\n' {
			s.at++
		}
		s.line, s.start, s.wide, s.lineMarks = s.line+1, s.at, 0, 0
		return nil
	case ch < ' ' && ch != '\t' || ch == 0x7F:
		f := s.fault(diag.Encoding, string(ch), "text without control characters")
		s.at++
		return f
	}
	if n := s.weight(ch); n > 0 {
		s.marks, s.lineMarks = s.marks+n, s.lineMarks+n
		switch {
		case s.marks > maxYAMLMarks:
			return s.fault(diag.TooMany, "", strconv.Itoa(maxYAMLMarks))
		case s.lineMarks > maxYAMLLineMarks:
			return s.fault(diag.TooMany, "", strconv.Itoa(maxYAMLLineMarks))
		}
	}
	s.at++
	return nil
}

// prolog looks at a line before the document's first, where directives stand.
func (s *yamlScan) prolog() *diag.Fault {
	end := len(s.text)
	if i := bytes.IndexAny(s.text[s.at:], "\r\n"); i >= 0 {
		end = s.at + i
	}
	line := s.text[s.at:end]
	if len(line) > 0 && line[0] == '%' {
		f := s.fault(codeDirective, string(line[:min(len(line), 200)]), "")
		s.at++
		return f
	}
	line = bytes.TrimLeft(line, " \t")
	s.prologue = len(line) == 0 || line[0] == '#'
	return nil
}

// character passes one that is not ASCII.
func (s *yamlScan) character() *diag.Fault {
	r, size := utf8.DecodeRune(s.text[s.at:])
	var f *diag.Fault
	switch {
	case r == utf8.RuneError && size == 1:
		f = s.fault(diag.Encoding, string(s.text[s.at:s.at+1]), "UTF-8")
	case r == '\u0085' || r == '\u2028' || r == '\u2029':
		f = s.fault(diag.Encoding, string(r), `an escape in double quotes for this line end`)
	case r < '\u00A0' || r == '\uFEFF' || r == '\uFFFE' || r == '\uFFFF':
		f = s.fault(diag.Encoding, string(r), "text without control characters")
	}
	s.at += size
	s.wide += size - 1
	return f
}

// weight is how much a character counts as a mark. What can't be one is left
// out, so that dates and times are not counted.
func (s *yamlScan) weight(ch byte) int {
	before, after := byte('\n'), byte('\n')
	if s.at > s.start {
		before = s.text[s.at-1]
	}
	if s.at+1 < len(s.text) {
		after = s.text[s.at+1]
	}
	ends := after == ' ' || after == '\t' || after == '\r' || after == '\n'
	switch ch {
	case ',', '[', '{':
		return 1
	case '-', '?':
		if ends || after == ',' || after == ']' || after == '}' {
			return 1
		}
	case ':':
		if ends || bytes.IndexByte([]byte(`,[]{}"'`), after) >= 0 || bytes.IndexByte([]byte(`"']}`), before) >= 0 {
			return 1
		}
	case '#':
		if before == ' ' || before == '\t' || before == '\n' {
			return commentMarks
		}
	}
	return 0
}

func sortFaults(faults diag.Faults) {
	slices.SortStableFunc(faults, func(a, b *diag.Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}
