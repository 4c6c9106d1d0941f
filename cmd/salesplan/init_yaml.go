package main

import (
	"bytes"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// asIs begins a paragraph that isn't broken into lines.
const asIs = "  "

// commented returns a plan in YAML with comments, given what the library writes
// of it. What it returns is read again and says the same.
func (s *starter) commented(canonical []byte) ([]byte, error) {
	tree, err := document.Read(bytes.NewReader(canonical), document.Limits{})
	if err != nil {
		return nil, err
	}
	w := &planWriter{comments: s.comments(tree)}
	w.comment("", 0)
	if len(w.comments[""]) > 0 {
		w.out.WriteByte('\n')
	}
	w.members(tree, "", 0, false)
	out := w.out.Bytes()
	if bytes.IndexByte(out, '\\') >= 0 { // for which YAML has other escapes
		return formatYAML(out, canonical)
	}
	return out, saysTheSame(nil, out, canonical)
}

// A planWriter writes a plan the way [formatYAML] leaves it.
type planWriter struct {
	out      bytes.Buffer
	comments map[string][]string // lines above the members and items, by path
}

func (w *planWriter) indent(n int) { w.out.WriteString(strings.Repeat(" ", n)) }

// comment writes the lines above the member or item at a path.
func (w *planWriter) comment(path string, indent int) {
	for _, paragraph := range w.comments[path] {
		lines := []string{paragraph}
		if !strings.HasPrefix(paragraph, asIs) {
			lines = wrapped(paragraph, lineWidth-indent-len("# "))
		}
		for _, line := range lines {
			w.indent(indent)
			w.out.WriteString(strings.TrimSuffix("# "+line, " ") + "\n")
		}
	}
}

// members writes the members of an object, the first of an item behind its dash.
// It and items call each other as deep as a plan goes.
func (w *planWriter) members(n *document.Node, path string, indent int, item bool) {
	first := true
	for key, value := range n.Members() {
		at := path + "/" + diag.Pointer(key.Name)[1:]
		if path == "" && !first && value.Kind != document.String && !isFlow(value) {
			w.out.WriteByte('\n')
		}
		if !item || !first {
			w.comment(at, indent)
			w.indent(indent)
		}
		first = false
		name := yamlText(key.Name)
		if key.Name == "on" || key.Name == "off" { // as fields of a plan are called
			name = key.Name
		}
		w.out.WriteString(name + ":")
		if flow := flowText(value); isFlow(value) || isShort(value, key.Name, flow, indent+len(key.Name)) {
			w.out.WriteString(" " + flow + "\n")
			continue
		}
		w.out.WriteByte('\n')
		if value.Kind == document.Array {
			w.items(value, at, key.Name, indent+2)
		} else {
			w.members(value, at, indent+2, false)
		}
	}
}

func (w *planWriter) items(n *document.Node, path, name string, indent int) {
	for i := range n.Items {
		item, at := &n.Items[i], path+"/"+itoa(i)
		long := item.Kind == document.Object && path == "/"+name && (name == "axes" || name == "goals")
		if long && i > 0 {
			w.out.WriteByte('\n')
		}
		w.comment(at, indent)
		w.indent(indent)
		w.out.WriteString("- ")
		flow := flowText(item)
		if item.Kind != document.Object || len(item.Items) == 0 || !long && name != "metrics" && text.StringWidth(flow)+indent+2 < lineWidth-4 {
			w.out.WriteString(flow + "\n")
			continue
		}
		w.members(item, at, indent+2, true)
	}
}

// isFlow reports whether a value always stands behind its key.
func isFlow(n *document.Node) bool {
	return n.Kind != document.Object && n.Kind != document.Array || len(n.Items) == 0
}

// isShort reports whether a collection stands in brackets behind its key: a list
// of plain values, or an object that isn't looked through line by line.
func isShort(n *document.Node, name, flow string, column int) bool {
	if text.StringWidth(flow)+column >= lineWidth-4 {
		return false
	}
	for i := range n.Items {
		if k := n.Items[i].Kind; k == document.Object || k == document.Array && n.Kind == document.Object {
			return false
		}
	}
	return n.Kind == document.Array || name == "time" || name == "number" || name == "fiscal" || name == "ids"
}

// flowText writes a value on one line. It calls itself as deep as a plan goes.
func flowText(n *document.Node) string {
	var parts []string
	switch n.Kind {
	case document.Array:
		for i := range n.Items {
			parts = append(parts, flowText(&n.Items[i]))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case document.Object:
		for key, value := range n.Members() {
			parts = append(parts, yamlText(key.Name)+": "+flowText(value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case document.String:
		return yamlText(n.Text)
	case document.Null:
		return "null"
	}
	return n.Text
}

// yamlText writes a text, in quotes where it needs them. JSON's are YAML's.
func yamlText(s string) string {
	if isPlainText(s) {
		return s
	}
	return string(jsonText(s))
}

// wrapped breaks a text into lines of a width, at blanks and otherwise between
// wide characters.
func wrapped(s string, width int) []string {
	var lines []string
	line, used := "", 0
	flush := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, used = "", 0
	}
	for _, word := range breakable(s) {
		w := text.StringWidth(strings.TrimRight(word, " "))
		if used+w > width && line != "" && !strings.ContainsAny(word[:1], ",.;:)%") {
			flush()
		}
		line += word
		used += text.StringWidth(word)
	}
	flush()
	return lines
}

// breakable cuts a text into pieces between which a line may end: words with the
// blanks behind them, and wide characters one by one, but for marks, which stay
// with what is before them.
func breakable(s string) []string {
	var out []string
	begun := 0
	prev := ' '
	for i, r := range s {
		wide := text.StringWidth(string(r)) > 1
		mark := strings.ContainsRune("，。；：、！？）”’》", r)
		if i > begun && !mark && (prev == ' ' && r != ' ' || wide && !strings.ContainsRune("（“‘《", prev)) {
			out = append(out, s[begun:i])
			begun = i
		}
		prev = r
	}
	return append(out, s[begun:])
}

// comments are the lines above the members of a drafted plan: what each section
// is, and what was noted of it.
func (s *starter) comments(tree *document.Node) map[string][]string {
	out := map[string][]string{}
	texts := commentTexts()
	say := func(code diag.Code, args ...diag.Arg) string {
		return texts.Text(diag.Finding{Code: code, Args: args}, s.lang)
	}
	from := make([]string, len(s.from))
	for i, f := range s.from {
		from[i] = fileName(f)
	}
	made := diag.Code("made")
	if len(s.draft.Tables) == 0 {
		made = "made-template"
	}
	out[""] = []string{
		say(made, diag.Text("from", some(from))),
		"", say("print"), asIs + s.nextLine(),
		say("check"), asIs + "salesplan validate " + shellWord(s.file),
	}
	for _, section := range commentedPaths() {
		if has(tree, section.path) {
			out[section.path] = append(out[section.path], say(section.code))
		}
	}
	catalogue := messages()
	for _, f := range s.draft.Notes {
		if f.Code == "draft-goal" {
			continue // the goal says it
		}
		path := s.about(f)
		for path != "" && !has(tree, path) {
			path = path[:strings.LastIndex(path, "/")]
		}
		note := printable(catalogue.Text(f, s.lang))
		if f.Severity.Rank() > diag.Info.Rank() {
			note = s.p.word(string(f.Severity)) + ": " + note
		}
		out[path] = append(out[path], note)
	}
	return out
}

// has reports whether a document has something at a path of names and places.
func has(tree *document.Node, path string) bool {
	n := tree
	for token := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		var below *document.Node
		if n.Kind == document.Array {
			for i := range n.Items {
				if itoa(i) == token {
					below = &n.Items[i]
				}
			}
		}
		for key, value := range n.Members() {
			if key.Name == token {
				below = value
			}
		}
		if below == nil {
			return false
		}
		n = below
	}
	return true
}

// about is the path of what a note is about.
func (s *starter) about(f diag.Finding) string {
	axis := func(id string) string {
		for i, a := range s.draft.Plan.Axes {
			if a.ID == id {
				return "/axes/" + itoa(i)
			}
		}
		return "/axes"
	}
	switch f.Code {
	case "draft-deals", "draft-preset", "draft-formats", "draft-stages", "draft-bad-rows":
		return "/inputs/deals"
	case "draft-customers":
		return "/inputs/customers"
	case "draft-axis", "draft-axis-deals", "draft-axis-customers":
		return axis(f.Subject.ID)
	case "draft-aka", "draft-table-refused":
		for _, a := range f.Args {
			if a.Name == "axis" {
				return axis(a.Text)
			}
		}
		return "/axes"
	case "draft-too-many":
		return "/axes"
	case "draft-window", "draft-season", "draft-no-goal", "draft-simpler", "draft-axis-left":
		return "/goals"
	case "draft-currencies", "draft-no-currency":
		return "/metrics"
	}
	return "/inputs"
}
