package main

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"go.yaml.in/yaml/v4"
)

// maxRounds is how often a text is formatted until it stays as it is. Comments
// in odd places may move once.
const maxRounds = 4

// formatYAML returns a valid plan's text in canonical form, given what the
// library writes of the plan.
//
// What it returns says the same: it is read again, and every comment is there.
// Where the parser would lose one, the text is refused with the comment's line.
func formatYAML(source, canonical []byte) ([]byte, error) {
	values, err := document.Read(bytes.NewReader(canonical), document.Limits{})
	if err != nil {
		return nil, err
	}
	now := source
	for range maxRounds {
		next, err := formatOnce(now, values)
		if err != nil {
			return nil, err
		}
		if bytes.Equal(now, next) {
			return now, nil
		}
		if err := saysTheSame(source, next, canonical); err != nil {
			return nil, err
		}
		now = next
	}
	return nil, &diag.Fault{Code: codeYAML, Value: "the comments do not stay where they are"}
}

// saysTheSame checks a formatted text against the plan and the comments of the
// one before.
func saysTheSame(before, after, canonical []byte) error {
	plan, _, err := decodeYAML(after)
	if err == nil {
		var b bytes.Buffer
		if err = salesplan.Encode(&b, plan); err == nil && !bytes.Equal(b.Bytes(), canonical) {
			err = &diag.Fault{Code: diag.Mismatch, Value: "the formatted plan", Bound: "the plan"}
		}
	}
	if err != nil {
		return err
	}
	left := map[string]int{}
	for _, c := range commentsOf(after) {
		left[c.text]++
	}
	for _, c := range commentsOf(before) {
		if left[c.text]--; left[c.text] < 0 {
			return &diag.Fault{Code: codeComment, Line: c.line, Column: c.column, Value: diag.Clip(c.text)}
		}
	}
	return nil
}

func formatOnce(source []byte, values *document.Node) ([]byte, error) {
	root, err := loadYAML(source)
	if err != nil {
		return nil, err
	}
	if len(root.Content) == 1 {
		canonise(root.Content[0], values, 0, 0)
	}
	var b bytes.Buffer
	dumper, err := yaml.NewDumper(&b, yaml.WithIndent(2), yaml.WithCompactSeqIndent(false), yaml.WithLineWidth(-1), yaml.WithUnicode())
	if err == nil {
		err = dumper.Dump(root)
	}
	if err == nil {
		err = dumper.Close()
	}
	if err != nil {
		return nil, err
	}
	out, err := loadYAML(b.Bytes())
	if err != nil {
		return nil, err
	}
	return withBlankLines(source, root, b.Bytes(), out), nil
}

// lineWidth is how wide a line may be with what stands in brackets on it; what
// is wider is written below each other, as in the library's JSON.
const lineWidth = 80

// canonise gives a node and those below it the spelling of the plan's values,
// where the plan has one: what is only the default stays as it is written. The
// node's members are indented by indent, and it begins in a column, both
// counted from 0.
func canonise(n *yaml.Node, value *document.Node, indent, column int) {
	switch n.Kind {
	case yaml.ScalarNode:
		canoniseScalar(n, value)
		return
	case yaml.MappingNode, yaml.SequenceNode:
		if n.Style&yaml.FlowStyle != 0 && (hasComments(n) || column+flowWidth(n) > lineWidth) {
			n.Style &^= yaml.FlowStyle
			raiseComments(n)
		}
	}
	if n.Kind == yaml.SequenceNode {
		for i, item := range n.Content {
			var v *document.Node
			if value != nil && value.Kind == document.Array && len(value.Items) == len(n.Content) {
				v = &value.Items[i]
			}
			canonise(item, v, indent+2, indent+2)
			if isBlock(item) {
				item.HeadComment = joinLines(item.HeadComment, item.LineComment)
				item.LineComment = ""
			}
		}
		return
	}
	members := map[string]*document.Node{}
	for k, v := range value.Members() {
		members[k.Name] = v
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		canoniseScalar(key, &document.Node{Kind: document.String, Text: key.Value})
		if key.Value == "on" || key.Value == "off" { // as fields of a plan are called
			key.Style = 0
		}
		item := n.Content[i+1]
		if canonise(item, members[key.Value], indent+2, indent+text.StringWidth(key.Value)+2); !isBlock(item) {
			continue
		}
		if key.LineComment == "" {
			key.LineComment = item.LineComment
		} else {
			key.HeadComment = joinLines(key.HeadComment, item.LineComment)
		}
		item.LineComment = ""
	}
}

// flowWidth is about how wide a node is in brackets.
func flowWidth(n *yaml.Node) int {
	w := text.StringWidth(n.Value)
	if n.Kind == yaml.ScalarNode {
		if !isPlainText(n.Value) {
			w += 2
		}
		return w
	}
	for _, c := range n.Content {
		w += flowWidth(c) + 2
	}
	return max(w, 2)
}

// isBlock reports whether n is a list or an object not in brackets. What stood
// behind its closing bracket has no place there any more.
func isBlock(n *yaml.Node) bool {
	return n.Kind != yaml.ScalarNode && n.Style&yaml.FlowStyle == 0 && len(n.Content) > 0
}

func joinLines(a, b string) string {
	if a != "" && b != "" {
		a += "\n"
	}
	return a + b
}

// raiseComments puts the comments of what was in brackets above the members and
// items that they are about; at other places they would break the lines.
func raiseComments(n *yaml.Node) {
	step := 1
	if n.Kind == yaml.MappingNode {
		step = 2
	}
	for i := 0; i+step <= len(n.Content); i += step {
		first, last := n.Content[i], n.Content[i+step-1]
		all := ""
		take := func(c *string) {
			all = joinLines(all, *c)
			*c = ""
		}
		take(&first.HeadComment)
		if step == 2 {
			take(&first.LineComment)
			take(&last.HeadComment)
		}
		if all != "" || step == 2 || last.Kind != yaml.ScalarNode {
			take(&last.LineComment)
		}
		take(&first.FootComment)
		take(&last.FootComment)
		first.HeadComment = all
	}
}

func canoniseScalar(n *yaml.Node, value *document.Node) {
	if isNull(n) {
		return
	}
	if value != nil && (value.Kind == document.Number || value.Kind == document.Bool) {
		n.Value, n.Tag, n.Style = value.Text, "", 0
		return
	}
	if value != nil && value.Kind == document.String {
		n.Value = value.Text
	}
	n.Tag = "!!str"
	switch {
	case strings.Contains(n.Value, "\n") && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
	case isPlainText(n.Value):
		n.Style = 0
	default:
		n.Style = yaml.DoubleQuotedStyle
	}
}

// isPlainText reports whether a text needs no quotes: no YAML reader takes it
// for anything else.
func isPlainText(s string) bool {
	first := true
	word := false // a letter that no number, date or time has
	for _, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsMark(r)
		switch {
		case letter:
			word = word || !strings.ContainsRune("abcdefABCDEFoOxXtTzZ", r)
		case r >= '0' && r <= '9':
		case first || !strings.ContainsRune(" -_./()&+", r):
			return false
		}
		if first {
			if word = unicode.IsLetter(r); unicode.IsMark(r) {
				return false
			}
		}
		first = false
	}
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	return word && !strings.HasSuffix(s, " ")
}

// hasComments reports whether there are comments at n or below.
func hasComments(n *yaml.Node) bool {
	for _, c := range n.Content {
		if c.HeadComment != "" || c.LineComment != "" || c.FootComment != "" || hasComments(c) {
			return true
		}
	}
	return false
}

// withBlankLines puts a blank line before those members and items of the new
// text that had one in the old.
func withBlankLines(before []byte, old *yaml.Node, after []byte, renewed *yaml.Node) []byte {
	from, to := linesOf(before), linesOf(after)
	insert := map[int]bool{}
	pairs := [][2]*yaml.Node{{old, renewed}}
	for len(pairs) > 0 {
		a, b := pairs[len(pairs)-1][0], pairs[len(pairs)-1][1]
		pairs = pairs[:len(pairs)-1]
		if len(a.Content) != len(b.Content) || a.Kind != b.Kind {
			continue
		}
		for i := range a.Content {
			pairs = append(pairs, [2]*yaml.Node{a.Content[i], b.Content[i]})
			starts := b.Kind == yaml.SequenceNode || b.Kind == yaml.MappingNode && i%2 == 0
			if !starts || b.Style&yaml.FlowStyle != 0 || i == 0 {
				continue
			}
			if top, blank := above(from, a.Content[i].Line-1); top > 0 && blank {
				if top, blank := above(to, b.Content[i].Line-1); top > 0 && !blank {
					insert[top] = true
				}
			}
		}
	}
	var out bytes.Buffer
	for i, line := range to {
		if insert[i] {
			out.WriteByte('\n')
		}
		out.WriteString(line)
	}
	return out.Bytes()
}

// above returns the first line of the comments right above a line, or the line
// itself, and whether the line before that is blank.
func above(lines []string, at int) (int, bool) {
	if at < 0 || at >= len(lines) {
		return 0, false
	}
	for at > 0 && strings.HasPrefix(strings.TrimSpace(lines[at-1]), "#") {
		at--
	}
	return at, at > 0 && strings.TrimSpace(lines[at-1]) == ""
}

// linesOf cuts a text where YAML does.
func linesOf(text []byte) []string {
	s := strings.ReplaceAll(strings.ReplaceAll(string(text), "\r\n", "\n"), "\r", "\n")
	return strings.SplitAfter(s, "\n")
}

// A comment is one of a YAML text.
type comment struct {
	text         string
	line, column int
}

// commentsOf finds the comments of a text that is valid YAML: from each # that
// has a blank before it, or begins a line, and stands in no scalar.
func commentsOf(text []byte) []comment {
	root, err := loadYAML(text)
	if err != nil {
		return nil
	}
	lines := linesOf(text)
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\n")
	}
	blank(lines, root)
	var out []comment
	for i, line := range lines {
		for k := 0; k < len(line); k++ {
			if line[k] == '#' && (k == 0 || line[k-1] == ' ' || line[k-1] == '\t') {
				out = append(out, comment{strings.TrimSpace(line[k:]), i + 1, k + 1})
				break
			}
		}
	}
	return out
}

// blank overwrites quoted scalars and blocks of lines, in which a # is no
// comment. An unquoted scalar ends before one.
func blank(lines []string, root *yaml.Node) {
	nodes := []*yaml.Node{root}
	for len(nodes) > 0 {
		n := nodes[len(nodes)-1]
		nodes = append(nodes[:len(nodes)-1], n.Content...)
		at := n.Line - 1
		if n.Kind != yaml.ScalarNode || !isQuoted(n) || at < 0 || at >= len(lines) {
			continue
		}
		if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			blankBlock(lines, at+1)
		} else {
			blankQuoted(lines, at, n.Column-1)
		}
	}
}

// blankBlock overwrites the lines of a block: those as far to the right as its
// first.
func blankBlock(lines []string, at int) {
	indent := -1
	for ; at < len(lines); at++ {
		text := strings.TrimLeft(lines[at], " ")
		if text == "" {
			continue
		}
		depth := len(lines[at]) - len(text)
		if indent < 0 {
			indent = depth
		}
		if depth < indent || indent == 0 {
			return
		}
		lines[at] = ""
	}
}

// blankQuoted overwrites what is in quotes from a place on.
func blankQuoted(lines []string, at, column int) {
	line := []rune(lines[at])
	if column >= len(line) {
		return
	}
	quote := line[column]
	for i := column + 1; at < len(lines); {
		for ; i < len(line); i++ {
			switch {
			case line[i] == '\\' && quote == '"' && i+1 < len(line):
				line[i], line[i+1] = '.', '.'
				i++
			case line[i] == quote && quote == '\'' && i+1 < len(line) && line[i+1] == quote:
				line[i], line[i+1] = '.', '.'
				i++
			case line[i] == quote:
				lines[at] = string(line)
				return
			default:
				line[i] = '.'
			}
		}
		lines[at] = string(line)
		if at, i = at+1, 0; at < len(lines) {
			line = []rune(lines[at])
		}
	}
}
