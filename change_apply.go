package salesplan

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// Apply returns a plan with changes made one after the other, and validated.
// The plan that it is given stays as it is. Axes keep the units that they have
// from tables, refined by what the changed plan says of them.
//
// All faults are reported at once. Those of a change have its number:
//   - [diag.Unknown] at "/changes/0/path" for a place that is not there, with
//     the nearest name, and at "/changes/0/after";
//   - [diag.Duplicate] for an entry that is there already;
//   - [diag.Conflict] at "/changes/0/old" where something else stands than the
//     change says, and for removing a unit that a table has;
//   - [diag.Mismatch] for a new entry with another name than its path has, and
//     for moving what is no entry of a list with names;
//   - [diag.Required] for a new unit that doesn't say on which axis it stands;
//   - [diag.Syntax] and others of [document.Read] at "/changes/0/new";
//   - what [Decode] finds wrong with the new value, below "/changes/0/new".
//
// What is wrong with the changed plan elsewhere has the paths of
// [Plan.Validate]. Time is linear in the plan and the changes.
func Apply(p *Plan, changes ...Change) (*Plan, error) {
	if p == nil {
		return nil, &diag.Fault{Code: diag.Required, Path: "/p", Bound: "a plan"}
	}
	tree, err := planTree(p)
	if err != nil {
		return nil, err
	}
	e := &edit{plan: p, root: edited(tree)}
	var c diag.Collector
	for i, change := range changes {
		path, f := e.apply(change)
		if f != nil {
			f.Path = index("/changes", i) + f.Path
			c.Add(f)
		}
		e.paths = append(e.paths, path)
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	result := e.root.current()
	out, err := DecodeTree(result)
	if err == nil {
		err = out.keepTables(p)
	}
	if err != nil {
		return nil, e.faults(result, err)
	}
	return out, nil
}

// An edit is the making of changes to one plan.
type edit struct {
	plan  *Plan
	root  *editable
	paths [][]string // of the changes, with names

	homes map[string]int // the axis of each unit from a table, once asked for
}

// apply makes one change and returns its place.
func (e *edit) apply(c Change) ([]string, *diag.Fault) {
	if f := c.check(); f != nil {
		return nil, f
	}
	var value *document.Node
	if len(c.New) > 0 && (c.Kind == ChangeAdded || c.Kind == ChangeChanged) {
		var f *diag.Fault
		if value, f = newValue(c.New); f != nil {
			f.Path = "/new" + f.Path
			return nil, f
		}
	}
	tokens, f := e.resolve(pointerTokens(c.Path), value)
	if f != nil {
		return nil, f
	}
	at, f := e.root.find(tokens, c.makes())
	if f == nil {
		f = e.old(c, at)
	}
	if f != nil {
		if f.Path == "" {
			f.Path = "/path"
		}
		return nil, f
	}
	return at.path, e.put(c, at, value)
}

// makes says what a change makes of objects and lists on its way that are not
// there: what their fields in a plan are.
func (c Change) makes() func(tokens []string) document.Kind {
	types := structTypes{}
	return func(tokens []string) document.Kind {
		if c.Kind != ChangeAdded && c.Kind != ChangeChanged {
			return document.Null
		}
		t := typeAt(types, tokens)
		for t != nil && t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case t == nil || isScalar(t):
		case t.Kind() == reflect.Slice && c.Kind == ChangeAdded:
			return document.Array
		case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
			return document.Object
		}
		return document.Null
	}
}

// typeAt returns the type of a place in a plan; nil if there is none.
func typeAt(types structTypes, tokens []string) reflect.Type {
	t := reflect.TypeFor[Plan]()
	for _, token := range tokens {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch {
		case isScalar(t):
			return nil
		case t.Kind() == reflect.Slice || t.Kind() == reflect.Map:
			t = t.Elem()
		case t.Kind() == reflect.Struct:
			st := types.of(t)
			i, ok := st.byName[token]
			if !ok {
				return nil
			}
			t = t.FieldByIndex(st.fields[i].index).Type
		default:
			return nil
		}
	}
	return t
}

// old checks that a change finds what it says.
func (e *edit) old(c Change, at site) *diag.Fault {
	if at.child == nil {
		if len(c.Old) > 0 || c.Kind == ChangeRemoved || c.Kind == ChangeMoved {
			return noPlace(at.parent, at.name)
		}
		return nil
	}
	if len(c.Old) == 0 {
		return nil
	}
	was, f := newValue(c.Old)
	if f != nil {
		f.Path = "/old" + f.Path
		return f
	}
	if now := at.child.value.current(); !sameValue(was, plainScalars(now)) {
		return &diag.Fault{Code: diag.Conflict, Path: "/old", Value: string(rawOf(was)), Bound: diag.Clip(string(rawOf(now)))}
	}
	return nil
}

// put makes a change where its place is known.
func (e *edit) put(c Change, at site, value *document.Node) *diag.Fault {
	list := at.parent.kind == document.Array
	switch {
	case c.Kind == ChangeRemoved || c.Kind == ChangeChanged && value.Kind == document.Null && !list:
		if at.child != nil {
			at.parent.remove(at.child)
		}
	case c.Kind == ChangeMoved:
		if !list || at.parent.by == nameless {
			return &diag.Fault{Code: diag.Mismatch, Path: "/path", Value: c.Path, Bound: "an entry of a list with names"}
		}
		after, f := at.parent.behind(c)
		if f != nil || after == at.child {
			return f
		}
		at.parent.unlink(at.child)
		at.parent.link(at.child, after)
	case c.Kind == ChangeChanged && at.child != nil:
		if f := misnamed(at, value); f != nil {
			return f
		}
		at.child.value.set(value)
	case at.child != nil:
		return &diag.Fault{Code: diag.Duplicate, Path: "/path", Value: at.name}
	case c.Kind == ChangeChanged && list:
		return noPlaceAt(at)
	default:
		return insertAt(c, at, value)
	}
	return nil
}

func noPlaceAt(at site) *diag.Fault {
	f := noPlace(at.parent, at.name)
	f.Path = "/path"
	return f
}

// insertAt adds a new child.
func insertAt(c Change, at site, value *document.Node) *diag.Fault {
	if at.parent.kind == document.Object {
		at.parent.put(at.name, edited(value), at.parent.last)
		return nil
	}
	if at.parent.first == nil && at.name != "-" {
		// The first entry says how the others are named.
		_, at.parent.by = entryNames(&document.Node{Kind: document.Array, Items: []document.Node{*value}})
	}
	if at.name == "-" && at.parent.by == nameless {
		at.name += strconv.Itoa(at.parent.added)
		at.parent.added++
	} else if f := misnamed(at, value); f != nil {
		return f
	}
	after, f := at.parent.behind(c)
	if f == nil {
		at.parent.put(at.name, edited(value), after)
	}
	return f
}

// misnamed is the fault of an entry that is called otherwise than its place.
func misnamed(at site, value *document.Node) *diag.Fault {
	if at.parent.kind != document.Array {
		return nil
	}
	if at.parent.by == nameless {
		if at.child != nil {
			return nil
		}
		return &diag.Fault{Code: diag.Mismatch, Path: "/path", Value: at.name, Bound: "a list with names, or - for its end"}
	}
	if name, ok := entryName(value, at.parent.by); !ok || name != at.name {
		return &diag.Fault{Code: diag.Mismatch, Path: "/new", Value: name, Bound: diag.Clip(at.name)}
	}
	return nil
}

// behind finds the entry behind which a change puts one; nil is the beginning.
func (e *editable) behind(c Change) (*child, *diag.Fault) {
	switch {
	case c.First:
		return nil, nil
	case c.After == "":
		return e.last, nil
	}
	after := e.child(c.After)
	if after == nil {
		f := noPlace(e, c.After)
		f.Path = "/after"
		return nil, f
	}
	return after, nil
}

// newValue reads the value of a change. Its scalars may be what their fields make
// of them, as in a format without quotes.
func newValue(text []byte) (*document.Node, *diag.Fault) {
	n, err := document.Read(strings.NewReader(string(text)), valueLimits())
	if err != nil {
		f := *diag.All(err)[0]
		return nil, &f
	}
	return plainScalars(n), nil
}

// plainScalars makes scalars plain and takes the places of values away.
func plainScalars(n *document.Node) *document.Node {
	out := *n
	out.Line, out.Column = 0, 0
	switch out.Kind {
	case document.String, document.Number, document.Bool:
		out.Kind = document.Plain
	}
	out.Items = slices.Clone(n.Items)
	for i := range out.Items {
		out.Items[i] = *plainScalars(&out.Items[i])
	}
	return &out
}

// pointerTokens splits a JSON pointer.
func pointerTokens(pointer string) []string {
	tokens := strings.Split(pointer, "/")[1:]
	for i, t := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(t, "~1", "/"), "~0", "~")
	}
	return tokens
}

// faults gives what is wrong with the changed plan the places of the changes
// that it is about.
func (e *edit) faults(result *document.Node, err error) error {
	const most = 100 // are traced; a plan rarely has more
	var c diag.Collector
	for i, f := range diag.All(err) {
		g := *f
		g.Line, g.Column = 0, 0
		if i < most && g.Path != "" {
			named := namedPath(result, pointerTokens(g.Path))
			for k, path := range slices.Backward(e.paths) {
				if len(path) > 0 && len(path) <= len(named) && slices.Equal(path, named[:len(path)]) {
					g.Path = index("/changes", k) + "/new" + diag.Pointer(named[len(path):]...)
					break
				}
			}
		}
		c.Add(&g)
	}
	return c.Err()
}

// namedPath puts names in the place of numbers.
func namedPath(n *document.Node, tokens []string) []string {
	out := slices.Clone(tokens)
	for i, token := range tokens {
		if n == nil {
			break
		}
		if n.Kind == document.Array {
			names, _ := entryNames(n)
			if at, err := strconv.Atoi(token); err == nil && at >= 0 && at < len(names) {
				out[i] = names[at]
			}
		}
		n = n.Find(diag.Pointer(token))
	}
	return out
}
