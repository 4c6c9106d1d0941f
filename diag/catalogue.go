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
type Message struct {
	EN string
	ZH string
}

// A Catalogue holds the messages of codes. Catalogues are values made by
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
	if lang == Chinese {
		return fill(m.ZH, args)
	}
	return fill(m.EN, args)
}

// fill replaces the {names} of a template. A bracketed part with a missing
// argument is dropped; outside brackets the name itself stays, in braces.
func fill(template string, args []Arg) string {
	var out, part strings.Builder
	inPart, missing := false, false
	cur := &out
	for i := 0; i < len(template); i++ {
		switch ch := template[i]; ch {
		case '[':
			inPart, missing = true, false
			part.Reset()
			cur = &part
		case ']':
			if inPart && !missing {
				out.WriteString(part.String())
			}
			inPart = false
			cur = &out
		case '{':
			end := strings.IndexByte(template[i:], '}')
			if end < 0 {
				cur.WriteByte(ch)
				continue
			}
			name := template[i+1 : i+end]
			i += end
			if text, ok := lookup(args, name); ok {
				cur.WriteString(text)
			} else {
				missing = true
				cur.WriteString("{" + name + "}")
			}
		default:
			cur.WriteByte(ch)
		}
	}
	return out.String()
}

func lookup(args []Arg, name string) (string, bool) {
	for _, a := range args {
		if a.Name == name {
			return a.Text, true
		}
	}
	return "", false
}

// Names returns the argument names that a template uses outside brackets
// (required) and inside them (optional).
func (m Message) Names(lang Lang) (required, optional []string) {
	template := m.EN
	if lang == Chinese {
		template = m.ZH
	}
	inPart := false
	for i := 0; i < len(template); i++ {
		switch template[i] {
		case '[':
			inPart = true
		case ']':
			inPart = false
		case '{':
			end := strings.IndexByte(template[i:], '}')
			if end < 0 {
				continue
			}
			name := template[i+1 : i+end]
			i += end
			if inPart {
				optional = append(optional, name)
			} else {
				required = append(required, name)
			}
		}
	}
	return required, optional
}
