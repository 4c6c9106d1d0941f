package salesplan

import (
	"strconv"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// An editable is a value of a document that changes are made in. What nobody
// asks for stays as it was read; the children of what is opened are linked and
// found by name, so that a change costs the same in lists of any length.
type editable struct {
	src    *document.Node
	opened bool

	kind        document.Kind
	by          naming // of a list's entries
	items       map[string]*child
	first, last *child
	places      []*child // of a list, as it was opened
	added       int      // entries without a name of their own
}

// A child is an entry of a list or a member of an object.
type child struct {
	name       string
	value      *editable
	prev, next *child
	gone       bool
}

func edited(n *document.Node) *editable { return &editable{src: n} }

// open makes the children of an object or list.
func (e *editable) open() {
	if e.opened {
		return
	}
	e.opened, e.kind = true, e.src.Kind
	if e.kind != document.Object && e.kind != document.Array {
		return
	}
	e.items = make(map[string]*child, len(e.src.Items))
	var names []string
	if e.kind == document.Array {
		names, e.by = entryNames(e.src)
	}
	for i := range e.src.Items {
		name := strconv.Itoa(i)
		switch {
		case e.kind == document.Object:
			name = e.src.Keys[i].Name
		case names != nil:
			name = names[i]
		}
		c := e.put(name, edited(&e.src.Items[i]), e.last)
		if e.kind == document.Array {
			e.places = append(e.places, c)
		}
	}
}

// put links a new child behind another one, nil being the beginning.
func (e *editable) put(name string, value *editable, after *child) *child {
	c := &child{name: name, value: value}
	e.items[name] = c
	e.link(c, after)
	return c
}

func (e *editable) link(c, after *child) {
	c.prev, c.next = after, e.first
	if after != nil {
		c.next, after.next = after.next, c
	} else {
		e.first = c
	}
	if c.next != nil {
		c.next.prev = c
	} else {
		e.last = c
	}
}

func (e *editable) unlink(c *child) {
	if c.prev != nil {
		c.prev.next = c.next
	} else {
		e.first = c.next
	}
	if c.next != nil {
		c.next.prev = c.prev
	} else {
		e.last = c.prev
	}
}

func (e *editable) remove(c *child) {
	e.unlink(c)
	delete(e.items, c.name)
	c.gone = true
}

// child returns the child of a name. The entry of a list may also go by its
// number in the plan, where nothing has that name.
func (e *editable) child(name string) *child {
	e.open()
	if c := e.items[name]; c != nil {
		return c
	}
	if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(e.places) && strconv.Itoa(i) == name && !e.places[i].gone {
		return e.places[i]
	}
	return nil
}

// names are those of the children, in their order.
func (e *editable) names() []string {
	var names []string
	for c := e.first; c != nil; c = c.next {
		names = append(names, c.name)
	}
	return names
}

// set makes the value another one.
func (e *editable) set(n *document.Node) { *e = editable{src: n} }

// node returns what became of the value. It goes as deep as what was opened,
// which the depth of paths bounds.
func (e *editable) node() document.Node {
	if !e.opened || e.kind != document.Object && e.kind != document.Array {
		return *e.src
	}
	n := document.Node{Kind: e.kind}
	for c := e.first; c != nil; c = c.next {
		n.Items = append(n.Items, c.value.node())
		if e.kind == document.Object {
			n.Keys = append(n.Keys, document.Key{Name: c.name})
		}
	}
	return n
}

// current returns the value as it is now.
func (e *editable) current() *document.Node {
	n := e.node()
	return &n
}

// A site is where a change is made: a parent, and the name of a child that it
// has or is to get.
type site struct {
	parent *editable
	name   string
	child  *child   // nil if there is none
	path   []string // with names in the place of numbers
}

// find goes down a path. Where kindOf is given, it says what is made of the
// objects and lists on the way that are not there yet.
func (e *editable) find(tokens []string, kindOf func(tokens []string) document.Kind) (site, *diag.Fault) {
	at, path := e, []string(nil)
	for i, token := range tokens {
		c := at.child(token)
		if c != nil {
			token = c.name
		}
		path = append(path, token)
		switch last := i == len(tokens)-1; {
		case last && at.items == nil:
			return site{}, noPlace(at, token)
		case last:
			return site{parent: at, name: token, child: c, path: path}, nil
		case c == nil && (at.kind != document.Object || kindOf(tokens[:i+1]) == document.Null):
			return site{}, noPlace(at, token)
		case c == nil:
			c = at.put(token, edited(&document.Node{Kind: kindOf(tokens[:i+1])}), at.last)
		}
		at = c.value
	}
	return site{}, &diag.Fault{Code: diag.Invalid, Bound: "a place, such as /units/li-na/to"}
}

// noPlace is the fault of a name that a value doesn't have.
func noPlace(at *editable, name string) *diag.Fault {
	const most = 2000
	names := at.names()
	return &diag.Fault{Code: diag.Unknown, Value: name, Bound: joinNames(names), Near: diag.Nearest(name, names[:min(len(names), most)])}
}
