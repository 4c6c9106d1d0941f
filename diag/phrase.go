package diag

import "strings"

// phrasePrefix begins the codes under which a catalogue keeps its phrases. No
// fault or finding has a code with a space.
const phrasePrefix = "phrase: "

// Phrases returns a catalogue of phrases: pieces of prose that faults and
// findings carry as values ("a weight, as other parts have"), so that
// [Catalogue.Text] can say them in another language. EN is what stands in the
// value, ZH its translation.
//
// {name} in both stands for any text, {name-} for a text without spaces and
// {name#} for a number, which is written in groups of three digits. Where
// several phrases fit a value, the one with the longest text outside braces is
// taken, and of equally long ones the first in alphabetical order. A value may
// be several phrases with "; " between.
func Phrases(list ...Message) Catalogue {
	c := make(Catalogue, len(list))
	for _, m := range list {
		c[phrasePrefix+Code(m.EN)] = m
	}
	return c
}

// IsPhrase reports whether a catalogue keeps a phrase under c, and not the
// message of a fault, finding or advice.
func (c Code) IsPhrase() bool { return strings.HasPrefix(string(c), phrasePrefix) }

// Phrase returns text in lang by the phrase that fits it, or by those that fit
// its clauses. If none does, it returns the text itself and false. It takes time
// in proportion to the number of phrases and the length of text.
func (c Catalogue) Phrase(text string, lang Lang) (string, bool) {
	if m, ok := c[phrasePrefix+Code(text)]; ok {
		return m.in(lang), true
	}
	if said, ok := c.clauses(text, lang); ok {
		return said, true
	}
	return c.pattern(text, lang)
}

// clauseEnd stands between the phrases of a value that has several.
const clauseEnd = "; "

// clauses says a text of several phrases. They go before a phrase that fits the
// whole, whose name at the end would take all that follows for a name.
func (c Catalogue) clauses(text string, lang Lang) (string, bool) {
	clauses := strings.Split(text, clauseEnd)
	if len(clauses) == 1 {
		return text, false
	}
	for i, clause := range clauses {
		if m, ok := c[phrasePrefix+Code(clause)]; ok {
			clauses[i] = m.in(lang)
			continue
		}
		said, ok := c.pattern(clause, lang)
		if !ok {
			return text, false
		}
		clauses[i] = said
	}
	if lang == Chinese {
		return strings.Join(clauses, "；"), true
	}
	return strings.Join(clauses, clauseEnd), true
}

// pattern says a text that is a single phrase with names in it.
func (c Catalogue) pattern(text string, lang Lang) (string, bool) {
	var best Message
	var values []Arg
	most := -1
	for code, m := range c {
		start := strings.IndexByte(m.EN, '{')
		if start < 0 || !code.IsPhrase() || !strings.HasPrefix(text, m.EN[:start]) {
			continue
		}
		pattern := readTemplate(m.EN)
		size := literalSize(pattern)
		if size < most || size == most && m.EN > best.EN {
			continue
		}
		if found, ok := match(pattern, text); ok {
			best, values, most = m, found, size
		}
	}
	if most < 0 {
		return text, false
	}
	return say(readTemplate(best.in(lang)), values), true
}

// literalSize returns how much of a pattern is text of its own.
func literalSize(pattern []piece) (n int) {
	for _, p := range pattern {
		n += len(p.text)
	}
	return n
}

// match returns the values of a pattern's names in text. Each value ends where
// the text behind it in the pattern first stands, the last one at the end.
func match(pattern []piece, text string) (values []Arg, ok bool) {
	for i, p := range pattern {
		if p.name == "" {
			if text, ok = strings.CutPrefix(text, p.text); !ok {
				return nil, false
			}
			continue
		}
		end := len(text)
		if i+1 < len(pattern) {
			behind := pattern[i+1].text
			if i+2 == len(pattern) {
				end -= len(behind)
			} else if end = strings.Index(text, behind); behind == "" {
				return nil, false // nothing says where the value ends
			}
		}
		if end <= 0 || !p.fits(text[:end]) {
			return nil, false
		}
		kind := KindName
		if p.form == '#' {
			kind = KindAmount
		}
		values = append(values, Arg{p.name, kind, text[:end]})
		text = text[end:]
	}
	return values, text == ""
}

// fits reports whether a value is of the form that a placeholder asks for.
func (p piece) fits(value string) bool {
	switch p.form {
	case '#':
		return isNumber(value)
	case '-':
		return !strings.Contains(value, " ")
	}
	return true
}

// say fills a phrase. Square brackets are text in it.
func say(template []piece, values []Arg) string {
	var b strings.Builder
	for _, p := range template {
		if a, ok := lookup(values, p.name); ok && p.name != "" {
			b.WriteString(a.text())
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}
