package diag

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A sentence is the pieces of a text in their order.
type sentence []struct {
	text    string
	isValue bool
}

func (s *sentence) text(text string)  { s.add(text, false) }
func (s *sentence) value(text string) { s.add(text, true) }

func (s *sentence) add(text string, isValue bool) {
	if text != "" {
		*s = append(*s, struct {
			text    string
			isValue bool
		}{text, isValue})
	}
}

// join puts the pieces together. In Chinese a value that begins or ends with a
// letter or digit of another script stands apart from the characters around
// it, and one in Chinese does not, whatever the template has.
func (s sentence) join(lang Lang) string {
	var b strings.Builder
	before := ""
	for i, p := range s {
		text := p.text
		if lang == Chinese && !p.isValue {
			if i > 0 && s[i-1].isValue && strings.HasPrefix(text, " ") && isHan(lastRune(before)) && isHan(firstRune(text[1:])) {
				text = text[1:]
			}
			if i+1 < len(s) && s[i+1].isValue && strings.HasSuffix(text, " ") && isHan(firstRune(s[i+1].text)) {
				if head := text[:len(text)-1]; isHan(lastRune(head)) || head == "" && isHan(lastRune(before)) {
					text = head
				}
			}
		}
		if lang == Chinese && i > 0 && (p.isValue || s[i-1].isValue) && standApart(lastRune(before), firstRune(text)) {
			b.WriteByte(' ')
		}
		b.WriteString(text)
		if text != "" {
			before = text
		}
	}
	return b.String()
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// standApart reports whether a Chinese character meets a letter, digit or sign
// of another script.
func standApart(a, b rune) bool {
	plain := func(r rune) bool {
		return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '/' || r == '%')
	}
	return isHan(a) && plain(b) || plain(a) && isHan(b)
}
