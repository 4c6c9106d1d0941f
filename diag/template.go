package diag

import "strings"

// A piece of a template is text or stands for an argument.
type piece struct {
	text string
	name string

	// isSaid asks for a phrase for the argument, even if it is one word.
	isSaid bool

	// form is '#' or '-' in a phrase: what the value must look like.
	form byte

	// one and many are the words that go with a number; isBare leaves out the
	// number itself.
	one, many string
	isBare    bool
}

// readTemplate cuts a template into pieces. Braces that hold no name are text.
func readTemplate(template string) []piece {
	var out []piece
	text := func(s string) {
		if s != "" {
			out = append(out, piece{text: s})
		}
	}
	from := 0
	for i := 0; i < len(template); i++ {
		if template[i] != '{' {
			continue
		}
		end := strings.IndexByte(template[i:], '}')
		if end < 0 {
			break
		}
		if p, ok := readPlaceholder(template[i+1 : i+end]); ok {
			text(template[from:i])
			out = append(out, p)
			i += end
			from = i + 1
		}
	}
	text(template[from:])
	return out
}

// readPlaceholder reads what stands between braces: {name}, {~name},
// {name|one|many}, {name?one|many}, and in phrases {name#} and {name-}.
func readPlaceholder(s string) (p piece, ok bool) {
	s, p.isSaid = strings.CutPrefix(s, "~")
	if at := strings.IndexAny(s, "|?"); at >= 0 {
		p.isBare = s[at] == '?'
		if p.one, p.many, ok = strings.Cut(s[at+1:], "|"); !ok {
			return piece{}, false
		}
		s = s[:at]
	}
	if n := len(s); n > 0 && (s[n-1] == '#' || s[n-1] == '-') {
		p.form, s = s[n-1], s[:n-1]
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return piece{}, false
		}
	}
	p.name = s
	return p, s != ""
}

// fill replaces the placeholders of a template. A bracketed part with a missing
// argument is dropped; outside brackets the name itself stays, in braces.
func (c Catalogue) fill(template string, args []Arg, lang Lang) string {
	var out, part sentence
	cur, missing := &out, false
	for _, p := range readTemplate(template) {
		if p.name != "" {
			a, ok := lookup(args, p.name)
			if ok {
				cur.value(c.value(p, a, lang))
			} else {
				missing = true
				cur.text("{" + p.name + "}")
			}
			continue
		}
		rest := p.text
		for {
			i := strings.IndexAny(rest, "[]")
			if i < 0 {
				cur.text(rest)
				break
			}
			cur.text(rest[:i])
			if rest[i] == '[' {
				part, cur, missing = nil, &part, false
			} else if cur == &part {
				if !missing {
					out = append(out, part...)
				}
				cur = &out
			}
			rest = rest[i+1:]
		}
	}
	return out.join(lang)
}

// value writes an argument as its placeholder asks for it.
func (c Catalogue) value(p piece, a Arg, lang Lang) string {
	text := a.text()
	if p.isSaid || a.Kind == KindText && strings.Contains(text, " ") {
		text, _ = c.Phrase(text, lang)
	}
	if p.many == "" {
		return text
	}
	word := p.many
	if a.Text == "1" {
		word = p.one
	}
	if p.isBare {
		return word
	}
	return text + " " + word
}

func lookup(args []Arg, name string) (Arg, bool) {
	for _, a := range args {
		if a.Name == name {
			return a, true
		}
	}
	return Arg{}, false
}
