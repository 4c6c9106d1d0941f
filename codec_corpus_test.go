package salesplan

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// A corpus is made from the schema of plans: a document that has every field,
// and from it one for each mistake that can be made in each place.
type corpus struct {
	t      *testing.T
	schema *document.Node
	base   *document.Node
	cases  []corpusCase
}

// A corpusCase is a document with one mistake. Its faults' places are those of
// the nodes and keys of doc once that is printed.
type corpusCase struct {
	name string
	doc  *document.Node
	want []corpusFault

	// sense marks a mistake that is none of form: other faults may stand beside
	// it, and its code is any of want's.
	sense bool
}

type corpusFault struct {
	code diag.Code
	path string
	node *document.Node // where it stands, if not at key
	key  *document.Key
	near string // checked if not empty
}

func newCorpus(t *testing.T) *corpus {
	t.Helper()
	f, err := os.Open("schema/plan.schema.json")
	require.NoError(t, err)
	defer f.Close()
	schema, err := document.Read(f, document.Limits{})
	require.NoError(t, err)
	c := &corpus{t: t, schema: schema}
	c.base = c.example(schema)
	c.walk(schema, nil, false)
	return c
}

// resolve follows a reference, and returns the name of the definition.
func (c *corpus) resolve(s *document.Node) (def *document.Node, name string) {
	ref := s.Get("$ref")
	if ref == nil {
		return s, ""
	}
	def = c.schema.Find(strings.TrimPrefix(ref.Text, "#"))
	require.NotNil(c.t, def, ref.Text)
	return def, ref.Text[strings.LastIndexByte(ref.Text, '/')+1:]
}

// typesOf returns the JSON types that a schema takes.
func typesOf(s *document.Node) []string {
	n := s.Get("type")
	if n.Kind == document.String {
		return []string{n.Text}
	}
	var out []string
	for _, item := range n.Elements() {
		out = append(out, item.Text)
	}
	return out
}

// example makes a value of a schema, with every property.
func (c *corpus) example(s *document.Node) *document.Node {
	s, _ = c.resolve(s)
	for _, from := range []string{"enum", "examples"} {
		if list := s.Get(from); list != nil {
			return &document.Node{Kind: list.Items[0].Kind, Text: list.Items[0].Text}
		}
	}
	switch typesOf(s)[0] {
	case "object":
		n := &document.Node{Kind: document.Object}
		for key, p := range s.Get("properties").Members() {
			n.Keys = append(n.Keys, document.Key{Name: key.Name})
			n.Items = append(n.Items, *c.example(p))
		}
		if more := s.Get("additionalProperties"); more.Kind == document.Object {
			n.Keys, n.Items = []document.Key{{Name: "a/b~c"}}, []document.Node{*c.example(more)}
		}
		return n
	case "array":
		return &document.Node{Kind: document.Array, Items: []document.Node{*c.example(s.Get("items")), *c.example(s.Get("items"))}}
	case "boolean":
		return &document.Node{Kind: document.Bool, Text: "true"}
	case "integer":
		return &document.Node{Kind: document.Number, Text: "1"}
	}
	return &document.Node{Kind: document.String, Text: "x"}
}

// cloneNode copies a tree.
func cloneNode(n *document.Node) *document.Node {
	out := *n
	out.Keys, out.Items = slices.Clone(n.Keys), make([]document.Node, len(n.Items))
	for i := range n.Items {
		out.Items[i] = *cloneNode(&n.Items[i])
	}
	return &out
}

// at returns a copy of the base, in it the node that the indices lead to, and
// that node's pointer.
func (c *corpus) at(indices []int) (doc, n *document.Node, pointer string) {
	doc = cloneNode(c.base)
	n = doc
	for _, i := range indices {
		token := strconv.Itoa(i)
		if n.Kind == document.Object {
			token = n.Keys[i].Name
		}
		pointer += diag.Pointer(token)
		n = &n.Items[i]
	}
	return doc, n, pointer
}

func (c *corpus) add(name string, doc *document.Node, want ...corpusFault) {
	c.cases = append(c.cases, corpusCase{name: name + " " + want[0].path, doc: doc, want: want})
}

// walk makes the mistakes of a value and of all below it. must says that the
// value has to be there.
func (c *corpus) walk(s *document.Node, at []int, must bool) {
	def, name := c.resolve(s)
	c.wrongTypes(def, at, must)
	c.wrongTexts(def, name, at)
	n := c.base
	for _, i := range at {
		n = &n.Items[i]
	}
	if len(n.Items) > 0 {
		c.empty(def, at)
	}
	required := requiredKeys(def)
	for i := range n.Items {
		if n.Kind == document.Array && i == 0 {
			continue // the second stands for both
		}
		below := append(slices.Clone(at), i)
		switch p := def.Get("properties"); {
		case n.Kind == document.Array:
			c.walk(def.Get("items"), below, true)
		case p == nil:
			c.twice(at, i)
			c.walk(def.Get("additionalProperties"), below, true)
		default:
			is := slices.Contains(required, n.Keys[i].Name)
			c.twice(at, i)
			c.misnamed(at, i, is)
			if is {
				c.missing(at, i)
			}
			c.walk(&p.Items[i], below, is)
		}
	}
}

func requiredKeys(s *document.Node) []string {
	var out []string
	for _, key := range s.Get("required").Elements() {
		out = append(out, key.Text)
	}
	return out
}

// wrongTypes puts a value of each other JSON type in a place.
func (c *corpus) wrongTypes(s *document.Node, at []int, must bool) {
	types := typesOf(s)
	for _, wrong := range []struct {
		kind  document.Kind
		text  string
		types []string
	}{
		{document.Null, "null", []string{"null"}}, {document.Bool, "false", []string{"boolean"}},
		{document.Number, "7", []string{"integer", "number"}}, {document.Number, "1.5", []string{"number"}},
		{document.String, "?", []string{"string"}}, {document.Array, "", []string{"array"}}, {document.Object, "", []string{"object"}},
	} {
		if slices.ContainsFunc(types, func(t string) bool { return slices.Contains(wrong.types, t) }) {
			continue
		}
		doc, n, path := c.at(at)
		*n = document.Node{Kind: wrong.kind, Text: wrong.text}
		code := diag.Type
		if must && wrong.kind == document.Null {
			code = diag.Required
		}
		c.add(wrong.kind.String()+" "+wrong.text, doc, corpusFault{code: code, path: path, node: n})
	}
}

// wrongTexts puts texts and numbers in a place that its type can't read.
func (c *corpus) wrongTexts(s *document.Node, name string, at []int) {
	texts := map[string]diag.Code{}
	_, _, path := c.at(at)
	switch {
	case name == "Date":
		texts = map[string]diag.Code{"?": diag.Syntax, "2027-1-5": diag.Syntax, "2027-02-30": diag.OutOfRange, "0000-01-01": diag.OutOfRange}
	case name == "Shift":
		texts = map[string]diag.Code{"": diag.Syntax, "8-12": diag.Syntax, "12:00-08:00": diag.Order, "08:60-12:00": diag.OutOfRange}
	case name == "Amount" || name == "OptionalAmount":
		texts = map[string]diag.Code{
			"": diag.Syntax, "?": diag.Syntax, "1,000": diag.Syntax, "+1": diag.Syntax, "01": diag.Syntax, "1e99": diag.OutOfRange,
			strings.Repeat("9", 39): diag.OutOfRange, "NaN": diag.Syntax, ".5": diag.Syntax,
		}
	case name != "" && s.Get("enum") != nil: // a type of its own
		first := s.Get("enum").Items[0].Text
		texts = map[string]diag.Code{"": diag.Invalid, "?": diag.Invalid, first + "x": diag.Invalid, strings.ToUpper(first) + "X": diag.Invalid}
	case s.Get("minLength") != nil || path == "/salesplan" || path == "/goals/1/period":
		texts = map[string]diag.Code{"": diag.Required}
	}
	if path == "/salesplan" {
		texts["?"], texts["2"] = diag.Invalid, diag.Version
	}
	for _, text := range sortedKeys(texts) {
		doc, n, path := c.at(at)
		*n = document.Node{Kind: document.String, Text: text}
		c.add(fmt.Sprintf("text %q", text), doc, corpusFault{code: texts[text], path: path, node: n})
		if texts[text] == diag.OutOfRange && strings.HasSuffix(name, "Amount") {
			doc, n, path := c.at(at)
			*n = document.Node{Kind: document.Number, Text: text}
			c.add("number "+text, doc, corpusFault{code: diag.OutOfRange, path: path, node: n})
		}
	}
	if s.Get("type").Text == "integer" {
		doc, n, path := c.at(at)
		*n = document.Node{Kind: document.Number, Text: "99999999999999999999"}
		c.add("number "+n.Text, doc, corpusFault{code: diag.OutOfRange, path: path, node: n})
	}
	if name == "" && path != "/salesplan" && (s.Get("pattern") != nil || s.Get("enum") != nil) {
		doc, n, path := c.at(at)
		*n = document.Node{Kind: document.String, Text: "?"}
		if i := slices.IndexFunc(doc.Keys, func(k document.Key) bool { return k.Name == "calendar" }); strings.HasPrefix(path, "/goals") {
			doc.Items[i] = document.Node{Kind: document.Object} // its fiscal year has every field, so it is none
		}
		c.cases = append(c.cases, corpusCase{name: "text ? " + path, doc: doc, sense: true, want: []corpusFault{
			{code: diag.Invalid, path: path, node: n}, {code: diag.Syntax, path: path, node: n},
		}})
	}
}

// empty takes everything out of a list or object that must hold something.
func (c *corpus) empty(s *document.Node, at []int) {
	doc, n, path := c.at(at)
	n.Keys, n.Items = nil, nil
	if s.Get("minItems") != nil || s.Get("minProperties") != nil {
		c.add("empty", doc, corpusFault{code: diag.Required, path: path, node: n})
	}
	var want []corpusFault
	keys := requiredKeys(s)
	for i, either := range s.Get("anyOf").Elements() {
		if i == 0 { // what Decode asks for
			keys = append(keys, requiredKeys(either)...)
		}
	}
	for _, key := range keys {
		want = append(want, corpusFault{code: diag.Required, path: path + "/" + key, node: n})
	}
	if len(want) > 0 {
		c.add("empty", doc, want...)
	}
}

// missing leaves a key out.
func (c *corpus) missing(at []int, i int) {
	doc, n, path := c.at(at)
	key := n.Keys[i].Name
	n.Keys, n.Items = slices.Delete(n.Keys, i, i+1), slices.Delete(n.Items, i, i+1)
	c.add("missing", doc, corpusFault{code: diag.Required, path: path + "/" + key, node: n})
}

// twice writes a key a second time, plainly and with an escape.
func (c *corpus) twice(at []int, i int) {
	for _, escape := range []string{"", "\x00"} { // printed as an escape
		doc, n, path := c.at(at)
		name := n.Keys[i].Name
		n.Keys = append(n.Keys, document.Key{Name: escape + name})
		n.Items = append(n.Items, *cloneNode(&n.Items[i]))
		key := &n.Keys[len(n.Keys)-1]
		c.add("twice", doc, corpusFault{code: diag.DuplicateKey, path: path + diag.Pointer(name), key: key})
	}
}

// misnamed spells a key almost right.
func (c *corpus) misnamed(at []int, i int, required bool) {
	for _, miss := range []func(string) string{
		func(s string) string { return s[:1] + strings.ToUpper(s[1:2]) + s[2:] },
		func(s string) string { return s + s[len(s)-1:] },
		func(s string) string { return s + " " },
	} {
		doc, n, path := c.at(at)
		key := &n.Keys[i]
		right := key.Name
		key.Name = miss(right)
		fault := corpusFault{code: diag.UnknownKey, path: path + "/" + key.Name, key: key, near: right}
		if required {
			c.add("misnamed", doc, corpusFault{code: diag.Required, path: path + "/" + right, node: n}, fault)
		} else {
			c.add("misnamed", doc, fault)
		}
	}
}

// A printer writes a tree and notes the places of what it writes.
type printer struct {
	b            strings.Builder
	line, column int32
}

func (p *printer) write(s string) {
	for _, r := range s {
		p.b.WriteRune(r)
		if p.column++; r == '\n' {
			p.line, p.column = p.line+1, 1
		}
	}
}

func (p *printer) print(n *document.Node, indent string) {
	n.Line, n.Column = p.line, p.column
	switch n.Kind {
	case document.String:
		p.write(quoted(n.Text))
	case document.Array, document.Object:
		brackets := "[]"
		if n.Kind == document.Object {
			brackets = "{}"
		}
		p.write(brackets[:1])
		for i := range n.Items {
			if i > 0 {
				p.write(",")
			}
			p.write("\n" + indent + "\t")
			if n.Kind == document.Object {
				key := &n.Keys[i]
				key.Line, key.Column = p.line, p.column
				p.write(quoted(key.Name) + ": ")
			}
			p.print(&n.Items[i], indent+"\t")
		}
		p.write(brackets[1:])
	default:
		p.write(n.Text)
	}
}

// quoted writes a JSON string; a zero byte asks for an escape of what follows.
func quoted(s string) string {
	if rest, escape := strings.CutPrefix(s, "\x00"); escape {
		return fmt.Sprintf(`"\u%04x%s"`, rest[0], rest[1:])
	}
	return string(appendQuoted(nil, s))
}

func printed(n *document.Node) string {
	p := &printer{line: 1, column: 1}
	p.print(n, "")
	return p.b.String()
}

// TestDecode_Corpus: each mistake is refused with its code, at its place, and
// nothing else is.
func TestDecode_Corpus(t *testing.T) {
	c := newCorpus(t)
	var form diag.Collector
	tree, err := document.Read(strings.NewReader(printed(c.base)), document.Limits{})
	require.NoError(t, err)
	decodeNode(tree, new(Plan), &form)
	require.NoError(t, form.Err(), "the document without a mistake")
	require.Greater(t, len(c.cases), 1000)
	sense := 0
	for _, k := range c.cases {
		text := printed(k.doc)
		p, err := decodePlanText(text)
		require.Nil(t, p, k.name)
		requireChinese(t, err)
		got := diag.All(err)
		if k.sense {
			sense++
			require.True(t, slices.ContainsFunc(got, func(f *diag.Fault) bool {
				return slices.ContainsFunc(k.want, func(w corpusFault) bool {
					idle := w
					idle.code = diag.Conflict // a value that its basis has no use for
					return w.matches(f) || idle.matches(f)
				})
			}), "%s: %v", k.name, err)
			continue
		}
		require.Len(t, got, len(k.want), "%s: %v", k.name, err)
		for i, w := range k.want {
			if !w.matches(got[i]) {
				t.Fatalf("%s: %v, not %s at %s\n%s", k.name, got[i], w.code, w.place(), excerpt(text, got[i].Line))
			}
		}
	}
	require.Greater(t, sense, 3)
	t.Logf("%d documents", len(c.cases))
}

// Days that the document names beside a published table of holidays are found
// where the document has them.
func TestDecode_DaysBesideATable(t *testing.T) {
	_, err := decodePlanText(`{"salesplan": "1", "calendar": {"holidays": "china", "off": ["2027-03-01", "", "2027-03-02"], "on": ["2027-03-06", "2027-03-02"], "half": ["2027-03-01"]}}`)
	require.EqualError(t, err, `/calendar/off/1 (line 1, column 76): required, bound a day
/calendar/on/1 (line 1, column 116): conflict "2027-03-02", bound not a holiday too
/calendar/half/0 (line 1, column 140): conflict "2027-03-01", bound not a holiday too`)
}

func (w corpusFault) place() string {
	if w.key != nil {
		return fmt.Sprintf("%d:%d", w.key.Line, w.key.Column)
	}
	return fmt.Sprintf("%d:%d", w.node.Line, w.node.Column)
}

func (w corpusFault) matches(f *diag.Fault) bool {
	return f.Code == w.code && f.Path == w.path && fmt.Sprintf("%d:%d", f.Line, f.Column) == w.place() && (w.near == "" || f.Near == w.near)
}

func excerpt(text string, line int) string {
	lines := strings.Split(text, "\n")
	return strings.Join(lines[max(line-2, 0):min(line+1, len(lines))], "\n")
}
