package salesplan

import (
	"encoding/json"
	"io"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// A ChangeKind says what a [Change] does.
type ChangeKind string

// The kinds.
const (
	// ChangeAdded adds an entry of a list or a field that is not there yet.
	ChangeAdded ChangeKind = "added"

	// ChangeRemoved takes away what is there.
	ChangeRemoved ChangeKind = "removed"

	// ChangeChanged puts another value in the place of what is there; a field
	// that is not there yet it adds.
	ChangeChanged ChangeKind = "changed"

	// ChangeMoved gives an entry another place in its list.
	ChangeMoved ChangeKind = "moved"
)

func changeKinds() []ChangeKind {
	return []ChangeKind{ChangeAdded, ChangeRemoved, ChangeChanged, ChangeMoved}
}

// UnmarshalText reads a kind; any other text is a fault of code
// [diag.Invalid].
func (k *ChangeKind) UnmarshalText(text []byte) error {
	return readEnum(k, text, changeKinds())
}

// A Change is one difference between two plans, and what makes one of the
// other: [DiffPlans] finds changes, [ParseChange] and [DecodeChanges] read
// them, [Apply] makes them.
type Change struct {
	// Kind says what the change does.
	Kind ChangeKind `json:"kind" plan:"required"`

	// Path is the place in the plan's document, a JSON pointer in which the
	// entry of a list goes by its name rather than its number:
	// "/axes/org/units/li-na/to". An entry's name is its id; of those without
	// one it is the axis of an axis rule, the level of a level rule, the basis
	// of a part of a blend, the result of a relation, "USD,2027-01-01" of a
	// rate, "market,2026-12-31" of an external figure, "east,2027-Q1" of a
	// bound ("wang-wei+hardware,2027-Q1" for several units) and the text itself
	// of a text. Lists of numbers, and lists in which two entries would have
	// one name, have none and are changed as a whole. "/units/li-na" is the
	// unit of that id in whichever axis it stands.
	Path string `json:"path"`

	// After is the name of the entry behind which an added or moved one stands;
	// First says that it is the first. Neither is the end of the list.
	After string `json:"after,omitempty"`
	First bool   `json:"first,omitempty"`

	// Old and New are the values as JSON: what was there, for all but what is
	// added, and what is there then, for what is added or changed. A change
	// with an Old is only made where that is found.
	Old json.RawMessage `json:"old,omitempty"`
	New json.RawMessage `json:"new,omitempty"`
}

// String writes the change in the form that [ParseChange] reads. Old is left
// out.
func (c Change) String() string {
	place := writeWord(c.Path, true)
	var s string
	switch c.Kind {
	case ChangeAdded:
		s = "add " + place + " " + string(c.New)
	case ChangeRemoved:
		return "remove " + place
	case ChangeMoved:
		s = "move " + place
	default:
		return "set " + place + " " + string(c.New)
	}
	switch {
	case c.First:
		return s + " first"
	case c.After != "":
		return s + " after " + writeWord(c.After, false)
	case c.Kind == ChangeMoved:
		return s + " last"
	}
	return s
}

// writeWord quotes a text that [ParseChange] would not take for one word.
func writeWord(s string, pointer bool) string {
	plain := s != "" && !strings.ContainsAny(s[:1], `"{[`) && (pointer || s[0] != '/')
	if plain && !strings.ContainsFunc(s, endsWord) {
		return s
	}
	return string(appendQuoted(nil, s))
}

// DecodeChanges reads changes from a JSON list. An entry is an object with the
// fields of a [Change], or a text that [ParseChange] reads. A single entry may
// stand without a list.
//
// All faults are reported at once, with their places: those of
// [document.Read], [diag.UnknownKey], [diag.Required] and [diag.Invalid] for
// fields, and those of ParseChange at the text.
func DecodeChanges(r io.Reader) ([]Change, error) {
	tree, err := document.Read(r, document.Limits{})
	if err != nil {
		return nil, err
	}
	var c diag.Collector
	if tree.Kind != document.Array {
		change := decodeChange(tree, "", &c)
		return onlyIfFine([]Change{change}, &c)
	}
	changes := make([]Change, 0, len(tree.Items))
	for i, n := range tree.Elements() {
		changes = append(changes, decodeChange(n, "/"+strconv.Itoa(i), &c))
	}
	return onlyIfFine(changes, &c)
}

func onlyIfFine(changes []Change, c *diag.Collector) ([]Change, error) {
	if err := c.Err(); err != nil {
		return nil, err
	}
	return changes, nil
}

// decodeChange reads one change.
func decodeChange(n *document.Node, path string, c *diag.Collector) Change {
	if n.Kind == document.String {
		change, err := ParseChange(n.Text)
		for _, f := range diag.All(err) {
			g := *f
			// The column is that of the text, which may have escapes before it.
			g.Path, g.Line, g.Column = path, int(n.Line), int(n.Column)
			c.Add(&g)
		}
		return change
	}
	var head struct {
		Kind  ChangeKind `json:"kind" plan:"required"`
		Path  string     `json:"path" plan:"required"`
		After string     `json:"after"`
		First bool       `json:"first"`
	}
	var out Change
	rest := document.Node{Kind: n.Kind, Line: n.Line, Column: n.Column, Text: n.Text}
	for k, item := range n.Members() {
		switch k.Name {
		case "old":
			out.Old = rawOf(item)
		case "new":
			out.New = rawOf(item)
		default:
			rest.Keys, rest.Items = append(rest.Keys, k), append(rest.Items, *item)
		}
	}
	var own diag.Collector
	decodeNode(&rest, &head, &own)
	c.AddErr(diag.Under(own.Err(), path), path)
	out.Kind, out.Path, out.After, out.First = head.Kind, head.Path, head.After, head.First
	if own.Len() == 0 {
		if f := out.check(); f != nil {
			f.Path, f.Line, f.Column = path+f.Path, int(n.Line), int(n.Column)
			c.Add(f)
		}
	}
	return out
}

// check returns what is wrong with a change whatever the plan is.
func (c Change) check() *diag.Fault {
	wants := c.Kind == ChangeAdded || c.Kind == ChangeChanged
	switch f := checkEnum(c.Kind, changeKinds(), "/kind"); {
	case f != nil:
		return f
	case c.Path == "" || c.Path[0] != '/':
		return &diag.Fault{Code: diag.Invalid, Path: "/path", Value: c.Path, Bound: "a place, such as /units/li-na/to"}
	case strings.Count(c.Path, "/") > maxTypeDepth:
		return &diag.Fault{Code: diag.TooDeep, Path: "/path", Bound: strconv.Itoa(maxTypeDepth)}
	case wants && len(c.New) == 0:
		return &diag.Fault{Code: diag.Required, Path: "/new", Bound: "a value"}
	case c.First && c.After != "":
		return &diag.Fault{Code: diag.Conflict, Path: "/after", Value: c.After, Bound: "first"}
	}
	return nil
}
