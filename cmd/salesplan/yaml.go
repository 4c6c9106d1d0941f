package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// The limits of a plan in YAML: those of the library for JSON, as far as both
// have them.
const (
	maxYAMLDepth   = 32
	maxYAMLMembers = 100_000
	maxYAMLKey     = 1 << 10
	maxYAMLText    = 64 << 10
)

// isYAML says whether a plan is to be read as YAML: by the ending of its
// file's name or, where that is neither .json, .yaml nor .yml, by its first
// character that is no blank. A JSON plan begins with a brace.
func isYAML(file string, text []byte) bool {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".yaml", ".yml":
		return true
	case ".json":
		return false
	}
	text = bytes.TrimLeft(text, " \t\r\n")
	return len(text) > 0 && text[0] != '{' && text[0] != '['
}

// decodeYAML reads and validates a plan in YAML. All its faults are reported
// together, those of the text and those of its values.
func decodeYAML(text []byte) (*salesplan.Plan, *document.Node, error) {
	root, err := loadYAML(text)
	if err != nil {
		return nil, nil, err
	}
	tree, b := plainTree(root)
	plan, err := salesplan.DecodeTree(tree)
	faults := diag.All(b.faults.Err())
	if len(faults) == 0 {
		return plan, tree, err
	}
	for _, f := range diag.All(err) {
		if f.Code == diag.Version {
			return nil, nil, err
		}
		if f.Code != diag.Type || !b.broken[f.Path] {
			faults = append(faults, f)
		}
	}
	return nil, nil, inOrder(faults)
}

var errTooDeep = errors.New("too deep")

// loadYAML reads the only document of a text into the parser's own tree, which
// takes nothing for a number, a date or a merged mapping.
func loadYAML(text []byte) (root *yaml.Node, err error) {
	if err := checkYAML(text); err != nil {
		return nil, err
	}
	defer func() { // the parser is someone else's
		if r := recover(); r != nil {
			root, err = nil, &diag.Fault{Code: codeYAML, Value: diag.Clip(fmt.Sprint(r))}
		}
	}()
	limits := loaderlimits.New(loaderlimits.DepthFunc(func(depth int, _ *loaderlimits.DepthContext) error {
		if depth > maxYAMLDepth {
			return errTooDeep
		}
		return nil
	}))
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithUniqueKeys(false), yaml.WithPlugin(limits))
	if err != nil {
		return nil, err
	}
	var first, second yaml.Node
	switch err := loader.Load(&first); {
	case err == io.EOF:
		return nil, &diag.Fault{Code: diag.Required, Line: 1, Column: 1, Bound: "a plan"}
	case err != nil:
		return nil, yamlFault(err)
	}
	switch err := loader.Load(&second); {
	case err == io.EOF:
	case err != nil:
		return nil, yamlFault(err)
	default:
		return nil, &diag.Fault{Code: diag.Trailing, Line: second.Line, Column: second.Column, Value: "---"}
	}
	return &first, nil
}

// yamlFault is what the parser found, with its place.
func yamlFault(err error) error {
	var at *yaml.LoadError
	if !errors.As(err, &at) {
		return &diag.Fault{Code: codeYAML, Value: diag.Clip(err.Error())}
	}
	f := &diag.Fault{Code: codeYAML, Line: at.Mark.Line, Column: at.Mark.Column, Value: diag.Clip(at.Message)}
	switch {
	case strings.Contains(at.Message, errTooDeep.Error()):
		f.Code, f.Value, f.Bound = diag.TooDeep, "", strconv.Itoa(maxYAMLDepth)
	case strings.Contains(at.Message, "unknown anchor"):
		f.Code, f.Value = codeAlias, ""
	}
	return f
}

// inOrder returns faults in the order of the document.
func inOrder(faults diag.Faults) error {
	var c diag.Collector
	sortFaults(faults)
	c.AddErr(faults, "")
	return c.Err()
}

// faulty is the kind of a node that stands for one that can't be read: the
// decoder finds fault with it wherever it is, and that fault gives way to the
// one found here.
const faulty document.Kind = 255

// plainTree turns the parser's tree into the library's: scalars without quotes
// as they are written, for the field that they are for to read, others as
// texts. Null is what is written null, ~ or not at all.
func plainTree(root *yaml.Node) (*document.Node, *treeBuilder) {
	b := &treeBuilder{broken: map[string]bool{}}
	tree := &document.Node{}
	switch {
	case len(root.Content) == 1:
		b.node(root.Content[0], tree)
	default:
		tree.Line, tree.Column = 1, 1
	}
	return tree, b
}

type treeBuilder struct {
	faults diag.Collector
	broken map[string]bool // paths of faulty nodes
	path   []string
}

// breaks leaves a node that can't be read, whose fault was the last.
func (b *treeBuilder) breaks(out *document.Node) {
	out.Kind, out.Text = faulty, ""
	if b.faults.Len() <= diag.MaxKept {
		b.broken[diag.Pointer(b.path...)] = true
	}
}

// fault adds one at the builder's path.
func (b *treeBuilder) fault(code diag.Code, n *yaml.Node, value, bound string) {
	f := &diag.Fault{Code: code, Line: n.Line, Column: n.Column, Value: value, Bound: bound}
	if b.faults.Len() < diag.MaxKept {
		f.Path = diag.Pointer(b.path...)
	}
	b.faults.Add(f)
}

// node reads n into out. It calls itself once for each level, of which the
// parser lets pass maxYAMLDepth in brackets and as many indented.
func (b *treeBuilder) node(n *yaml.Node, out *document.Node) {
	out.Line, out.Column = int32(n.Line), int32(n.Column)
	if b.undressed(n) {
		switch n.Kind {
		case yaml.ScalarNode:
			b.scalar(n, out)
			return
		case yaml.SequenceNode, yaml.MappingNode:
			if len(b.path) < maxYAMLDepth {
				b.collection(n, out)
				return
			}
			b.fault(diag.TooDeep, n, "", strconv.Itoa(maxYAMLDepth))
		default:
			b.fault(codeYAML, n, "", "")
		}
	}
	b.breaks(out)
}

// undressed reports whether a node is without alias, anchor and tag.
func (b *treeBuilder) undressed(n *yaml.Node) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		b.fault(codeAlias, n, "*"+n.Value, "")
	case n.Anchor != "":
		b.fault(codeAlias, n, "&"+n.Anchor, "")
	case n.Style&yaml.TaggedStyle != 0 || n.Tag == "!":
		b.fault(codeTag, n, n.Tag, "")
	default:
		return true
	}
	return false
}

// isQuoted reports whether a scalar is in quotes or a block of lines.
func isQuoted(n *yaml.Node) bool {
	return n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && !isQuoted(n) && (n.Value == "" || n.Value == "~" || n.Value == "null")
}

func (b *treeBuilder) scalar(n *yaml.Node, out *document.Node) {
	out.Text = n.Value
	switch {
	case len(n.Value) > maxYAMLText:
		b.fault(diag.TooLarge, n, "", strconv.Itoa(maxYAMLText)+" bytes")
		b.breaks(out)
	case isQuoted(n):
		out.Kind = document.String
	case isNull(n):
		out.Kind = document.Null
	default:
		out.Kind = document.Plain
	}
}

func (b *treeBuilder) collection(n *yaml.Node, out *document.Node) {
	if n.Kind == yaml.SequenceNode {
		out.Kind, out.Items = document.Array, make([]document.Node, len(n.Content))
		for i, item := range n.Content {
			b.path = append(b.path, strconv.Itoa(i))
			b.node(item, &out.Items[i])
			b.path = b.path[:len(b.path)-1]
		}
		return
	}
	members := len(n.Content) / 2
	if members > maxYAMLMembers {
		b.fault(diag.TooMany, n, "", strconv.Itoa(maxYAMLMembers))
		b.breaks(out)
		return
	}
	out.Kind = document.Object
	out.Keys, out.Items = make([]document.Key, 0, members), make([]document.Node, 0, members)
	first := make(map[string]*yaml.Node, members)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if !b.key(k, first) {
			continue
		}
		out.Keys = append(out.Keys, document.Key{Name: k.Value, Line: int32(k.Line), Column: int32(k.Column)})
		out.Items = out.Items[:len(out.Keys)]
		b.path = append(b.path, k.Value)
		b.node(n.Content[i+1], &out.Items[len(out.Keys)-1])
		b.path = b.path[:len(b.path)-1]
	}
}

// key checks the key of a mapping: a scalar, read as a text.
func (b *treeBuilder) key(k *yaml.Node, first map[string]*yaml.Node) bool {
	const aText = "a text for a key"
	switch {
	case !b.undressed(k):
	case k.Kind != yaml.ScalarNode:
		b.fault(diag.Type, k, kindName(k.Kind), aText)
	case k.Value == "<<" && !isQuoted(k):
		b.fault(codeAlias, k, "<<", "")
	case isNull(k):
		b.fault(diag.Type, k, k.Value, aText)
	case len(k.Value) > maxYAMLKey:
		b.fault(diag.TooLarge, k, "", strconv.Itoa(maxYAMLKey)+" bytes")
	case first[k.Value] != nil:
		at := first[k.Value]
		b.path = append(b.path, k.Value)
		b.fault(diag.DuplicateKey, k, k.Value, fmt.Sprintf("line %d, column %d", at.Line, at.Column))
		b.path = b.path[:len(b.path)-1]
	default:
		first[k.Value] = k
		return true
	}
	return false
}

func kindName(k yaml.Kind) string {
	if k == yaml.SequenceNode {
		return "list"
	}
	return "object"
}
