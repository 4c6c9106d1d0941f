package document

import (
	"iter"
	"strconv"
	"strings"
)

// A Kind says what a [Node] is. The zero Kind is Null.
type Kind uint8

// The kinds. A Plain is a scalar without quotes in a format such as YAML, of
// which only the field that it is for knows whether it is a text, a number or
// a bool; formats that have a null write it as Null. JSON has no Plain.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
	Plain
)

// String returns the kind's name in lower case: "number".
func (k Kind) String() string {
	switch k {
	case Null:
		return "null"
	case Bool:
		return "bool"
	case Number:
		return "number"
	case String:
		return "string"
	case Array:
		return "array"
	case Object:
		return "object"
	case Plain:
		return "plain"
	}
	return "kind " + strconv.Itoa(int(k))
}

// A Key is the name of an object's member and where it stands.
type Key struct {
	Name string

	// Line and Column are the place of the key's first character, its quote
	// included, both from 1; 0 if the tree was not read from a text.
	Line, Column int32
}

// A Node is one value of a document: a scalar, an array or an object. A Node
// takes 80 bytes on a 64-bit machine. It is not changed by any method, so that
// many goroutines may read it.
type Node struct {
	Kind Kind

	// Line and Column are the place of the value's first character, both from
	// 1; columns count characters (code points), not bytes. 0 if the tree was
	// not read from a text.
	Line, Column int32

	// Text is a String's text, unescaped, and a Number, Bool, Null or Plain as
	// it is written. It is empty for the others.
	Text string

	// Items are an Array's elements or an Object's values, in the order of the
	// text.
	Items []Node

	// Keys are an Object's keys: Keys[i] belongs to Items[i]. It is empty for
	// the others.
	Keys []Key
}

// Members yields an object's keys and values in the order of the text; nothing
// for any other kind, and no more than both Keys and Items hold.
func (n *Node) Members() iter.Seq2[Key, *Node] {
	return func(yield func(Key, *Node) bool) {
		if n == nil || n.Kind != Object {
			return
		}
		for i := range min(len(n.Keys), len(n.Items)) {
			if !yield(n.Keys[i], &n.Items[i]) {
				return
			}
		}
	}
}

// Elements yields an array's elements with their indices; nothing for any
// other kind.
func (n *Node) Elements() iter.Seq2[int, *Node] {
	return func(yield func(int, *Node) bool) {
		if n == nil || n.Kind != Array {
			return
		}
		for i := range n.Items {
			if !yield(i, &n.Items[i]) {
				return
			}
		}
	}
}

// Get returns the value of the first member called key; nil if n is no object
// or has none. It looks through the keys one by one: to visit all of them,
// range over [Node.Members].
func (n *Node) Get(key string) *Node {
	for k, v := range n.Members() {
		if k.Name == key {
			return v
		}
	}
	return nil
}

// Find returns the node at a JSON pointer (RFC 6901) that starts at n: n itself
// for "", nil if nothing stands there or pointer is none. It is linear in the
// keys of the objects that it passes.
func (n *Node) Find(pointer string) *Node {
	at, _, rest := n.walk(pointer)
	if rest != "" {
		return nil
	}
	return at
}

// Nearest returns the node at pointer or, if nothing stands there, its nearest
// ancestor that exists; nil only if n is nil.
func (n *Node) Nearest(pointer string) *Node {
	at, _, _ := n.walk(pointer)
	return at
}

// Locate returns the place of the node at pointer or, if nothing stands there,
// of its nearest ancestor that exists. Both are 0 if n is nil.
func (n *Node) Locate(pointer string) (line, column int) {
	at, _, _ := n.walk(pointer)
	if at == nil {
		return 0, 0
	}
	return int(at.Line), int(at.Column)
}

// LocateKey is [Node.Locate], but returns the place of the key rather than the
// value's where pointer leads to a member of an object.
func (n *Node) LocateKey(pointer string) (line, column int) {
	at, key, rest := n.walk(pointer)
	switch {
	case at == nil:
		return 0, 0
	case rest == "" && key != nil:
		return int(key.Line), int(key.Column)
	}
	return int(at.Line), int(at.Column)
}

// walk follows pointer as far as it goes: the last node, its key if it is a
// member, and what is left of pointer.
func (n *Node) walk(pointer string) (at *Node, key *Key, rest string) {
	at, rest = n, pointer
	for at != nil && rest != "" {
		if rest[0] != '/' {
			return at, key, rest
		}
		token, after := rest[1:], ""
		if i := strings.IndexByte(token, '/'); i >= 0 {
			token, after = token[:i], token[i:]
		}
		i := at.child(token)
		if i < 0 {
			return at, key, rest
		}
		key = nil
		if at.Kind == Object {
			key = &at.Keys[i]
		}
		at, rest = &at.Items[i], after
	}
	return at, key, rest
}

// child returns the index of the child that a pointer's token names, or -1.
func (n *Node) child(token string) int {
	switch n.Kind {
	case Array:
		i, err := strconv.Atoi(token)
		if err != nil || i < 0 || i >= len(n.Items) || strconv.Itoa(i) != token {
			return -1
		}
		return i
	case Object:
		name := strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		for i := range min(len(n.Keys), len(n.Items)) {
			if n.Keys[i].Name == name {
				return i
			}
		}
	}
	return -1
}
