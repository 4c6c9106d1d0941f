package diag

import (
	"maps"
	"strings"
)

// A Lang is a language of the catalogues.
type Lang string

// The languages. Any other Lang is served in English.
const (
	English Lang = "en"
	Chinese Lang = "zh"
)

// A Message is the text of one code in each language. {name} stands for the
// argument of that name; a part in square brackets is left out when an
// argument in it is not given.
//
//   - {count|row|rows} writes a number and the word that goes with it, "1 row"
//     or "1,480 rows"; {count?row|rows} writes the word alone.
//   - {~name} writes a value by its phrase (see [Phrases]); without the sign
//     that is done for arguments of [KindText] with a space in them, such as a
//     fault's bound. A single word is a name, an id or a value of the plan
//     unless a template says otherwise.
//
// Amounts and counts are written in groups of three digits (3,510,578) and
// shares in percent (35.1 %).
type Message struct {
	EN string
	ZH string
}

// A Catalogue holds the messages of codes, and phrases. Catalogues are values made by
// functions such as [Messages]; nothing is registered anywhere.
type Catalogue map[Code]Message

// Join returns a new catalogue with the messages of all; on a code that stands
// in several, the last one wins.
func Join(all ...Catalogue) Catalogue {
	out := Catalogue{}
	for _, c := range all {
		maps.Copy(out, c)
	}
	return out
}

// A Sayable is a [*Fault], a [Finding] or an [Advice]: a code with arguments.
type Sayable interface {
	Said() (Code, []Arg)
}

// Text returns what s says in lang, filled with its values. A finding's advice
// follows it. A code that is not in the catalogue is written as its code and
// arguments, so that nothing is ever silent.
func (c Catalogue) Text(s Sayable, lang Lang) string {
	text := c.one(s, lang)
	f, ok := s.(Finding)
	if !ok {
		return text
	}
	for _, a := range f.Advice {
		sep := " "
		if lang == Chinese {
			sep = ""
		}
		text += sep + c.one(a, lang)
	}
	return text
}

func (c Catalogue) one(s Sayable, lang Lang) string {
	code, args := s.Said()
	m, ok := c[code]
	if !ok {
		var b strings.Builder
		b.WriteString(string(code))
		for _, a := range args {
			b.WriteString(" " + a.Name + "=" + a.Text)
		}
		return b.String()
	}
	return c.fill(m.in(lang), args, lang)
}

// in returns the text of m in lang.
func (m Message) in(lang Lang) string {
	if lang == Chinese {
		return m.ZH
	}
	return m.EN
}

// Names returns the argument names that a template uses outside brackets
// (required) and inside them (optional).
func (m Message) Names(lang Lang) (required, optional []string) {
	inPart := false
	for _, p := range readTemplate(m.in(lang)) {
		if open, end := strings.LastIndexByte(p.text, '['), strings.LastIndexByte(p.text, ']'); open != end {
			inPart = open > end
		}
		switch {
		case p.name == "":
		case inPart:
			optional = append(optional, p.name)
		default:
			required = append(required, p.name)
		}
	}
	return required, optional
}
