package salesplan

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// namedTree returns the document of a plan that is the parameter at path; its
// faults are c's, and then it is nil.
func namedTree(p *Plan, path string, c *diag.Collector) *document.Node {
	if p == nil {
		c.Add(&diag.Fault{Code: diag.Required, Path: path, Bound: "a plan"})
		return nil
	}
	tree, err := planTree(p)
	c.AddErr(diag.Under(err, path), path)
	return tree
}

// planTree returns the document of a plan, without the units that its axes have
// from tables.
func planTree(p *Plan) (*document.Node, error) {
	var b bytes.Buffer
	if err := Encode(&b, p); err != nil {
		return nil, err
	}
	return document.Read(&b, valueLimits())
}

// valueLimits are those of values that were in memory before.
func valueLimits() document.Limits {
	const most = math.MaxInt32
	return document.Limits{Bytes: most, Nodes: most, Members: most, Key: most, Text: most, Depth: maxTypeDepth}
}

// rawOf returns a value as JSON, without blanks. The tree's depth is bounded by
// the reader that made it.
func rawOf(n *document.Node) json.RawMessage {
	if n == nil {
		return nil
	}
	return appendNode(nil, n)
}

func appendNode(buf []byte, n *document.Node) []byte {
	switch n.Kind {
	case document.Object:
		buf = append(buf, '{')
		for i, k := range n.Keys {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = append(appendQuoted(buf, k.Name), ':')
			buf = appendNode(buf, &n.Items[i])
		}
		return append(buf, '}')
	case document.Array:
		buf = append(buf, '[')
		for i := range n.Items {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = appendNode(buf, &n.Items[i])
		}
		return append(buf, ']')
	case document.String, document.Plain:
		return appendQuoted(buf, n.Text)
	}
	return append(buf, n.Text...)
}

// sameValue reports whether two values are the same. Keys of an object may
// stand in any order; nil is the value that is not there.
func sameValue(a, b *document.Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if scalarOf(a) != scalarOf(b) || a.Text != b.Text || len(a.Items) != len(b.Items) {
		return false
	}
	at := membersOf(b)
	for i := range a.Items {
		other := &b.Items[i]
		if a.Kind == document.Object && b.Keys[i].Name != a.Keys[i].Name {
			if other = at.get(a.Keys[i].Name); other == nil {
				return false
			}
		}
		if !sameValue(&a.Items[i], other) {
			return false
		}
	}
	return true
}

// scalarOf is a node's kind, a plain scalar being a text.
func scalarOf(n *document.Node) document.Kind {
	if n.Kind == document.Plain {
		return document.String
	}
	return n.Kind
}

// members finds those of an object by their keys.
type members struct {
	n  *document.Node
	at map[string]*document.Node // of large objects, once asked for
}

func membersOf(n *document.Node) *members { return &members{n: n} }

func (m *members) get(key string) *document.Node {
	const few = 12
	if m.n == nil {
		return nil
	}
	if len(m.n.Keys) <= few {
		return m.n.Get(key)
	}
	if m.at == nil {
		m.at = make(map[string]*document.Node, len(m.n.Keys))
		for k, item := range m.n.Members() {
			if m.at[k.Name] == nil {
				m.at[k.Name] = item
			}
		}
	}
	return m.at[key]
}

// A naming is how the entries of a list are named: the number of a list of keys
// in entryKeys, or one of these.
type naming int

const (
	nameless naming = -1 - iota
	byText          // texts are their own names
)

// entryKeys are the fields that name an entry, those that are looked for first
// before the others.
func entryKeys() [][]string {
	return [][]string{{"id"}, {"axis"}, {"level"}, {"currency", "from"}, {"series", "on"}, {"result"}, {"unit", "units", "period"}, {"basis"}}
}

// entryNames returns the names of a list's entries, and how they come to them; nil
// and nameless if two would have the same.
func entryNames(n *document.Node) ([]string, naming) {
	if len(n.Items) == 0 {
		return nil, nameless
	}
	for by, keys := range entryKeys() {
		if names := namesBy(n, naming(by)); names != nil {
			return names, naming(by)
		} else if keys[0] == "id" && n.Items[0].Get("id") != nil {
			return nil, nameless // ids that are missing or stand twice
		}
	}
	if names := namesBy(n, byText); names != nil {
		return names, byText
	}
	return nil, nameless
}

func namesBy(n *document.Node, by naming) []string {
	names := make([]string, len(n.Items))
	seen := make(map[string]bool, len(n.Items))
	numbers := true
	for i := range n.Items {
		name, ok := entryName(&n.Items[i], by)
		if !ok || seen[name] {
			return nil
		}
		numbers = numbers && by == byText && isNumber(name)
		names[i], seen[name] = name, true
	}
	if numbers {
		return nil
	}
	return names
}

func isNumber(s string) bool {
	code, _ := document.CheckNumber(s, document.Limits{})
	return code != diag.Syntax
}

// entryName returns the name of one entry.
func entryName(n *document.Node, by naming) (string, bool) {
	if by == byText {
		return n.Text, scalarOf(n) == document.String && n.Text != ""
	}
	if n.Kind != document.Object {
		return "", false
	}
	keys := entryKeys()[by]
	parts := make([]string, len(keys))
	for i, key := range keys {
		if v := n.Get(key); v != nil {
			parts[i] = nameText(v)
		}
	}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, ","), len(parts) > 0
}

// nameText is a field's value as a piece of a name.
func nameText(n *document.Node) string {
	if n.Kind != document.Array {
		return n.Text
	}
	parts := make([]string, len(n.Items))
	for i := range n.Items {
		parts[i] = n.Items[i].Text
	}
	return strings.Join(parts, "+")
}
