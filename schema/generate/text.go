package main

import (
	"regexp"
	"strings"
)

var (
	link      = regexp.MustCompile(`\[\*?([A-Za-z_][\w.]*)\]`)
	word      = regexp.MustCompile(`[A-Za-z_][\w.]*\w|[A-Za-z_]`)
	zeroStart = regexp.MustCompile(`(^|[.;] |\n)The zero [A-Z]\w* `)
	zeroIn    = regexp.MustCompile(`\bthe zero [A-Z]\w* `)
)

// mentions reports whether a comment speaks of an identifier.
func mentions(doc, name string) bool {
	for _, w := range word.FindAllString(doc, -1) {
		if w == name {
			return true
		}
	}
	return false
}

// describe turns a Go comment into a description for people who write
// documents: fields are called by their keys, constants by their values, and
// what is only about Go is left out. owner is the name of the type of which the
// comment speaks, keys are those of the struct's fields.
func (src *source) describe(doc, pkg, owner string, keys map[string]string) string {
	value := func(name string) (string, bool) {
		for _, full := range []string{name, pkg + "." + name} {
			if v, ok := src.values[full]; ok {
				return `"` + v + `"`, true
			}
		}
		return name, false
	}
	doc = unwrap(doc)
	doc = link.ReplaceAllStringFunc(doc, func(l string) string {
		name := link.FindStringSubmatch(l)[1]
		if v, ok := value(name); ok || keys[name] != "" {
			return v
		}
		return foreign + name
	})
	doc = withoutForeign(doc)
	doc = zeroStart.ReplaceAllString(doc, "${1}Not given, it ")
	doc = zeroIn.ReplaceAllString(doc, "not given, it ")
	parts := strings.Split(doc, `"`)
	for i := 0; i < len(parts); i += 2 { // what stands in quotes stays
		parts[i] = word.ReplaceAllStringFunc(parts[i], func(w string) string {
			if key := keys[w]; key != "" && w != owner {
				return `"` + key + `"`
			}
			v, _ := value(w)
			return v
		})
	}
	return strings.Join(parts, `"`)
}

// foreign marks a link to what only Go programs can follow.
const foreign = "\x00"

// withoutForeign drops sentences, and ends of sentences after a semicolon, that
// link to what only Go programs can follow. What consists of nothing else stays.
func withoutForeign(doc string) string {
	var kept []string
	for _, paragraph := range strings.Split(doc, "\n\n") {
		var sentences []string
		for _, s := range strings.SplitAfter(paragraph, ". ") {
			for strings.Contains(s, foreign) {
				i := strings.LastIndex(s, "; ")
				if i < 0 {
					s = ""
					break
				}
				s = s[:i] + ". "
			}
			sentences = append(sentences, s)
		}
		if p := strings.TrimSpace(strings.Join(sentences, "")); p != "" {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return strings.ReplaceAll(doc, foreign, "")
	}
	return strings.Join(kept, "\n\n")
}

// unwrap joins the lines of each paragraph.
func unwrap(doc string) string {
	paragraphs := strings.Split(strings.TrimSpace(doc), "\n\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n\n")
}

// describeValues lists what each value of an enumeration means.
func (src *source) describeValues(t *typeDecl) string {
	var b strings.Builder
	said := map[string]bool{}
	for _, c := range t.consts {
		doc := reworded(c.name)
		if doc == "" {
			doc = src.describe(c.doc, t.pkg, t.spec.Name.Name, nil)
		}
		if doc == "" || said[doc] {
			continue
		}
		said[doc] = true
		b.WriteString("\n- ")
		if quoted := `"` + c.value + `"`; !strings.Contains(doc, quoted) {
			b.WriteString(quoted + ": ")
		}
		b.WriteString(doc)
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n" + b.String()
}

// cutParagraph cuts a description after its first paragraph.
func cutParagraph(s string) (first, rest string, found bool) { return strings.Cut(s, "\n\n") }
