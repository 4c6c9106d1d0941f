package salesplan

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// maxChangeText is how long the text of changes may be, in bytes.
const maxChangeText = 1 << 20

// ParseChange reads one change from a line of text:
//
//	unit li-na to 2027-06-30            what a field of a unit, goal, metric
//	goal revenue-2027 target 11000000   or axis is to be; deeper fields with a
//	goal g split/time/basis workdays    slash
//	add unit zhao-lei parent east weight 1 from 2027-08-01
//	add unit {"id": "zhao-lei", "parent": "east"} after li-na
//	remove unit zhao-lei
//	move unit zhao-lei first            or last, or after ID
//
// and the same for any place of the plan's document, a JSON pointer as in
// [Change.Path]:
//
//	set /calendar/holidays china
//	add /rates/USD,2027-01-01 {"currency": "USD", "from": "2027-01-01", "rate": "7.1"}
//	remove /calendar/off/2027-10-08
//	move /goals/customers-2027 after revenue-2027
//
// A value is JSON, or a word, which is what its field makes of it: a text, a
// date, an amount; null takes the field away. Names and values with blanks,
// semicolons or a sign of JSON at their beginning stand in quotes. The grammar:
//
//	change   = "set" place value | "add" place value [position]
//	         | "add" kind (object | name {field value}) [position]
//	         | "remove" place | "move" place position | kind name field value
//	place    = pointer | kind name [field]
//	kind     = "unit" | "goal" | "metric" | "axis"
//	position = "first" | "last" | "after" name
//
// Faults have the path /text and the place in it: [diag.Unknown] and
// [diag.UnknownKey] with the nearest name for words and fields that there are
// none of, [diag.Required] where the text ends too soon, [diag.Trailing] where
// it goes on, [diag.Syntax] and others of [document.Read] for JSON values,
// [diag.Encoding] for text that is not UTF-8 and [diag.TooLarge] beyond 1 MiB.
// Whether the plan has the units that a change names shows only in [Apply].
func ParseChange(text string) (Change, error) {
	changes, err := ParseChanges(text)
	switch {
	case err != nil:
		return Change{}, err
	case len(changes) == 0:
		return Change{}, diag.Faults{{Code: diag.Required, Path: "/text", Bound: "a change"}}
	case len(changes) > 1:
		return Change{}, diag.Faults{{Code: diag.Trailing, Path: "/text", Value: diag.Clip(changes[1].String())}}
	}
	return changes[0], nil
}

// ParseChanges reads changes that stand on lines of their own or have
// semicolons between them; lines that begin with # are left out. The grammar and
// the faults are those of [ParseChange]; of each change the first fault is
// reported. Time is linear in the text.
func ParseChanges(text string) ([]Change, error) {
	if f := textFault(text); f != nil {
		return nil, diag.Faults{f}
	}
	r := &changeReader{text: text, line: 1, column: 1}
	var c diag.Collector
	var out []Change
	for r.begin() {
		change, f := r.change()
		if f == nil {
			f = r.end()
		}
		if f == nil {
			if f = change.check(); f != nil {
				f.Line, f.Column = r.line, r.column
			}
		}
		if f != nil {
			f.Path = "/text"
			c.Add(f)
			r.giveUp()
			continue
		}
		out = append(out, change)
	}
	return onlyIfFine(out, &c)
}

func textFault(text string) *diag.Fault {
	switch {
	case len(text) > maxChangeText:
		return &diag.Fault{Code: diag.TooLarge, Path: "/text", Value: strconv.Itoa(len(text)), Bound: strconv.Itoa(maxChangeText)}
	case !utf8.ValidString(text):
		return &diag.Fault{Code: diag.Encoding, Path: "/text", Bound: "UTF-8"}
	}
	return nil
}

func (r *changeReader) end() *diag.Fault {
	if r.done() {
		return nil
	}
	w, f := r.word("")
	if f == nil {
		f = w.fault(diag.Trailing, "", "")
	}
	return f
}

// entryTypes are the kinds of entries that have words of their own, and where
// they stand.
func entryTypes() map[string]reflect.Type {
	return map[string]reflect.Type{
		"unit": reflect.TypeFor[Unit](), "goal": reflect.TypeFor[Goal](),
		"metric": reflect.TypeFor[Metric](), "axis": reflect.TypeFor[Axis](),
	}
}

func entryRoot(kind string) string {
	if kind == "axis" {
		return "axes"
	}
	return kind + "s"
}

func (r *changeReader) change() (Change, *diag.Fault) {
	verbs := []string{"set", "add", "remove", "move"}
	kinds := sortedKeys(entryTypes())
	w, f := r.word("")
	if f != nil {
		return Change{}, f
	}
	switch {
	case w.is("set"):
		return r.set()
	case w.is("add"):
		return r.add()
	case w.is("remove"):
		path, f := r.place()
		return Change{Kind: ChangeRemoved, Path: path}, f
	case w.is("move"):
		c := Change{Kind: ChangeMoved}
		if c.Path, f = r.place(); f != nil {
			return c, f
		}
		if r.done() {
			return c, &diag.Fault{Code: diag.Required, Line: r.line, Column: r.column, Bound: "first, last or after"}
		}
		return c, r.position(&c)
	case w.bare && slices.Contains(kinds, w.text):
		return r.setField(w.text)
	}
	words := append(verbs, kinds...)
	return Change{}, w.fault(diag.Unknown, joinNames(words), diag.Nearest(w.text, words))
}

// set reads the rest of a change of a value.
func (r *changeReader) set() (Change, *diag.Fault) {
	w, f := r.word("a place, such as /units/li-na/to")
	switch {
	case f != nil:
		return Change{}, f
	case w.bare && entryTypes()[w.text] != nil:
		return r.setField(w.text)
	}
	c := Change{Kind: ChangeChanged}
	if c.Path, f = pointerOfWord(w); f == nil {
		c.New, f = r.value()
	}
	return c, f
}

// setField reads name, field and value.
func (r *changeReader) setField(kind string) (Change, *diag.Fault) {
	name, f := r.name()
	if f != nil {
		return Change{}, f
	}
	field, f := r.field(kind)
	if f != nil {
		return Change{}, f
	}
	c := Change{Kind: ChangeChanged, Path: diag.Pointer(entryRoot(kind), name.text) + "/" + field}
	c.New, f = r.value()
	return c, f
}

func (r *changeReader) name() (word, *diag.Fault) {
	w, f := r.word("an id")
	if f == nil && w.text == "" {
		f = w.fault(diag.Invalid, "an id", "")
	}
	return w, f
}

// field reads the name of a field, which may go deeper with slashes.
func (r *changeReader) field(kind string) (string, *diag.Fault) {
	w, f := r.word("a field")
	if f != nil {
		return "", f
	}
	names := structTypes{}.of(entryTypes()[kind]).names
	first, _, _ := strings.Cut(w.text, "/")
	if !slices.Contains(names, first) {
		return "", w.fault(diag.UnknownKey, "", diag.Nearest(first, names))
	}
	return w.text, nil
}

// value reads a value as JSON.
func (r *changeReader) value() (json.RawMessage, *diag.Fault) {
	w, f := r.word("a value")
	if f != nil {
		return nil, f
	}
	return w.raw(), nil
}

// place reads a pointer, or a kind and a name.
func (r *changeReader) place() (string, *diag.Fault) {
	w, f := r.word("a place, such as /units/li-na/to")
	switch {
	case f != nil:
		return "", f
	case !w.bare || entryTypes()[w.text] == nil:
		return pointerOfWord(w)
	}
	name, f := r.name()
	if f != nil {
		return "", f
	}
	path := diag.Pointer(entryRoot(w.text), name.text)
	if r.atPosition() || r.done() {
		return path, nil
	}
	field, f := r.field(w.text)
	return path + "/" + field, f
}

func pointerOfWord(w word) (string, *diag.Fault) {
	if w.text == "" || w.text[0] != '/' {
		kinds := sortedKeys(entryTypes())
		return "", w.fault(diag.Invalid, "a place, such as /units/li-na/to", diag.Nearest(w.text, kinds))
	}
	return w.text, nil
}

// atPosition reports whether a position comes next.
func (r *changeReader) atPosition() bool {
	if r.done() {
		return false
	}
	before := *r
	w, f := r.word("")
	*r = before
	return f == nil && (w.is("first") || w.is("last") || w.is("after"))
}

// position reads where an entry stands in its list.
func (r *changeReader) position(c *Change) *diag.Fault {
	w, f := r.word("")
	switch {
	case f != nil:
		return f
	case w.is("first"):
		c.First = true
	case w.is("last"):
	case w.is("after"):
		name, f := r.name()
		c.After = name.text
		return f
	default:
		words := []string{"first", "last", "after"}
		return w.fault(diag.Unknown, joinNames(words), diag.Nearest(w.text, words))
	}
	return nil
}

// add reads the rest of an addition.
func (r *changeReader) add() (Change, *diag.Fault) {
	c := Change{Kind: ChangeAdded}
	w, f := r.word("a place, such as /units/li-na/to")
	switch {
	case f != nil:
		return c, f
	case !w.bare || entryTypes()[w.text] == nil:
		if c.Path, f = pointerOfWord(w); f == nil {
			c.New, f = r.value()
		}
	default:
		f = r.entry(w.text, &c)
	}
	if f == nil && r.atPosition() {
		f = r.position(&c)
	}
	return c, f
}

// entry reads a new entry: an object, or its id and its fields.
func (r *changeReader) entry(kind string, c *Change) *diag.Fault {
	w, f := r.name()
	if f != nil && (w.value == nil || w.value.Kind != document.Object) {
		return f
	}
	if w.value != nil && w.value.Kind == document.Object {
		id := w.value.Get("id")
		if id == nil || id.Text == "" {
			return w.fault(diag.Required, "an id", "")
		}
		c.Path, c.New = diag.Pointer(entryRoot(kind), id.Text), rawOf(w.value)
		return nil
	}
	object := append([]byte(`{"id":`), appendQuoted(nil, w.text)...)
	seen := []string{"id"}
	for !r.done() && !r.atPosition() {
		before := *r
		field, f := r.field(kind)
		if f != nil {
			return f
		}
		at, _ := before.word("")
		switch {
		case slices.Contains(seen, field):
			return at.fault(diag.DuplicateKey, "", "")
		case strings.Contains(field, "/"):
			return at.fault(diag.Invalid, "a field without a slash, or an object", "")
		}
		seen = append(seen, field)
		value, f := r.value()
		if f != nil {
			return f
		}
		object = append(append(appendQuoted(append(object, ','), field), ':'), value...)
	}
	c.Path, c.New = diag.Pointer(entryRoot(kind), w.text), append(object, '}')
	return nil
}
