package document

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// A parser goes over the text twice with the same steps. The first time it
// only counts what each array and object holds, so that the second time each
// gets its memory in one piece of the right size: growing them instead would
// take more than twice the memory of the tree.
type parser struct {
	src string
	lim Limits

	pos       int
	line      int32
	lineStart int // where the line begins in src
	extra     int // bytes of the line so far that begin no character

	building bool
	sizes    []int32 // children of each array and object, in order of opening
	opened   int     // how many of them have been opened
	nodes    int
	stack    []frame
	faults   diag.Collector
}

// A frame is an array or object that is being read.
type frame struct {
	node  *Node // nil while counting
	size  int   // its index in sizes
	n     int   // children so far, the one being read included
	key   string
	close byte // ']' or '}'
	index map[string]int32
}

// parse returns the tree of src. The tree is nil if a fault ended the reading.
func parse(src string, lim Limits) (*Node, error) {
	p := parser{src: src, lim: lim, line: 1}
	p.document(nil)
	p = parser{src: src, lim: lim, line: 1, sizes: p.sizes, building: true}
	root := &Node{}
	if !p.document(root) {
		root = nil
	}
	// A key or a text is judged as a whole after what stands in it.
	slices.SortStableFunc(p.faults.Kept(), func(a, b *diag.Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return root, p.faults.Err()
}

// document reads one value and what may stand around it. It and the other
// methods that read report false if a fault ended the reading.
func (p *parser) document(root *Node) bool {
	p.space()
	ok := p.value(root)
	for ok && len(p.stack) > 0 {
		ok = p.step()
	}
	if !ok {
		return false
	}
	p.space()
	if p.pos < len(p.src) {
		return p.stop(diag.Trailing, p.rest(), "", 0)
	}
	return true
}

// step reads the next child of the innermost array or object, or its end.
func (p *parser) step() bool {
	depth := len(p.stack)
	f := &p.stack[depth-1]
	p.space()
	if p.peek() == f.close {
		p.pos++
		p.stack = p.stack[:depth-1]
		return true
	}
	if f.n > 0 {
		if p.peek() != ',' {
			return p.syntax(`"," or "`+string(f.close)+`"`, depth-1)
		}
		p.pos++
		p.space()
	}
	if f.close == '}' {
		return p.member(f)
	}
	f.n++
	// The number counts even if the child is never finished: the second
	// reading gets as far as this one.
	p.sizes[f.size] = int32(f.n)
	return p.value(f.slot())
}

// slot adds a child to the frame's node and returns it.
func (f *frame) slot() *Node {
	if f.node == nil {
		return nil
	}
	f.node.Items = append(f.node.Items, Node{})
	return &f.node.Items[len(f.node.Items)-1]
}

// member reads a key, a colon and a value.
func (p *parser) member(f *frame) bool {
	depth := len(p.stack)
	if p.peek() != '"' {
		return p.syntax("a key in double quotes", depth-1)
	}
	if f.n >= p.lim.Members {
		return p.stop(diag.TooMany, "", strconv.Itoa(p.lim.Members), depth-1)
	}
	key := Key{Line: p.line, Column: p.column()}
	at := p.pos
	text, length, ok := p.text(depth - 1)
	if !ok {
		return false
	}
	if length > p.lim.Key {
		p.report(diag.TooLarge, p.src[at:min(at+400, p.pos)], strconv.Itoa(p.lim.Key)+" bytes", depth-1, key.Line, key.Column)
		return false
	}
	key.Name = text
	f.n++
	p.sizes[f.size] = int32(f.n)
	f.key = text
	if p.building {
		p.remember(f, key)
	}
	p.space()
	if p.peek() != ':' {
		return p.syntax(`":"`, depth)
	}
	p.pos++
	p.space()
	return p.value(f.slot())
}

// manyKeys is from how many keys on an object looks its keys up in a map.
const manyKeys = 16

// remember adds key to the frame's node and reports if it is there already.
func (p *parser) remember(f *frame, key Key) {
	keys := f.node.Keys
	first := -1
	if len(keys) < manyKeys {
		for i := range keys {
			if keys[i].Name == key.Name {
				first = i
				break
			}
		}
	} else {
		if f.index == nil {
			f.index = make(map[string]int32, cap(keys))
			for i := len(keys) - 1; i >= 0; i-- {
				f.index[keys[i].Name] = int32(i)
			}
		}
		if i, ok := f.index[key.Name]; ok {
			first = int(i)
		} else {
			f.index[key.Name] = int32(len(keys))
		}
	}
	f.node.Keys = append(keys, key)
	if first >= 0 {
		place := strconv.Itoa(int(keys[first].Line)) + ":" + strconv.Itoa(int(keys[first].Column))
		p.report(diag.DuplicateKey, key.Name, place, len(p.stack), key.Line, key.Column)
	}
}

// value reads a scalar, or the beginning of an array or object, into n.
func (p *parser) value(n *Node) bool {
	if p.nodes >= p.lim.Nodes {
		return p.stop(diag.TooMany, "", strconv.Itoa(p.lim.Nodes), len(p.stack))
	}
	p.nodes++
	if n != nil {
		n.Line, n.Column = p.line, p.column()
	}
	switch c := p.peek(); {
	case c == '[':
		return p.open(n, Array, ']')
	case c == '{':
		return p.open(n, Object, '}')
	case c == '"':
		return p.stringValue(n)
	case c == '-' || isDigit(c):
		return p.number(n)
	case strings.HasPrefix(p.src[p.pos:], "true"):
		return p.literal(n, Bool, "true")
	case strings.HasPrefix(p.src[p.pos:], "false"):
		return p.literal(n, Bool, "false")
	case strings.HasPrefix(p.src[p.pos:], "null"):
		return p.literal(n, Null, "null")
	}
	return p.syntax("a JSON value", len(p.stack))
}

// open begins an array or object.
func (p *parser) open(n *Node, kind Kind, end byte) bool {
	if len(p.stack) >= p.lim.Depth {
		return p.stop(diag.TooDeep, "", strconv.Itoa(p.lim.Depth), len(p.stack))
	}
	if n == nil {
		p.sizes = append(p.sizes, 0)
	} else {
		n.Kind = kind
		if size := int(p.sizes[p.opened]); size > 0 {
			n.Items = make([]Node, 0, size)
			if kind == Object {
				n.Keys = make([]Key, 0, size)
			}
		}
	}
	p.stack = append(p.stack, frame{node: n, size: p.opened, close: end})
	p.opened++
	p.pos++
	return true
}

func (p *parser) literal(n *Node, kind Kind, text string) bool {
	p.pos += len(text)
	if n != nil {
		n.Kind, n.Text = kind, text
	}
	return true
}

func (p *parser) stringValue(n *Node) bool {
	line, column, at := p.line, p.column(), p.pos
	text, length, ok := p.text(len(p.stack))
	if !ok {
		return false
	}
	if length > p.lim.Text {
		p.report(diag.TooLarge, p.src[at:min(at+400, p.pos)], strconv.Itoa(p.lim.Text)+" bytes", len(p.stack), line, column)
	}
	if n != nil {
		n.Kind, n.Text = String, text
	}
	return true
}

func (p *parser) number(n *Node) bool {
	end, shape := scanNumber(p.src[p.pos:])
	text := p.src[p.pos : p.pos+end]
	line, column := p.line, p.column()
	p.pos += end
	if !shape.valid {
		want := "a digit"
		if isDigit(p.peek()) {
			want = "no zero before the first digit"
		}
		return p.syntax(want, len(p.stack))
	}
	if n == nil {
		return true
	}
	n.Kind, n.Text = Number, text
	code, bound := shape.within(p.lim)
	if len(text) > p.lim.Number {
		code, bound = diag.OutOfRange, "at most "+strconv.Itoa(p.lim.Number)+" characters"
	}
	if code != "" {
		p.report(code, text[:min(len(text), 400)], bound, len(p.stack), line, column)
	}
	return true
}

// space passes over blanks and line ends: \n, \r\n or \r.
func (p *parser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t':
			p.pos++
			continue
		case '\r':
			if p.pos+1 < len(p.src) && p.src[p.pos+1] == '\n' {
				p.pos++
			}
		case '\n':
		default:
			return
		}
		p.pos++
		p.line++
		p.lineStart, p.extra = p.pos, 0
	}
}

// peek returns the byte at the position, 0 at the end. A zero byte of the text
// begins nothing either.
func (p *parser) peek() byte {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return 0
}

// column returns the column of the position, from 1, in characters.
func (p *parser) column() int32 { return int32(p.pos - p.lineStart - p.extra + 1) }

// rest returns enough of the text from the position on to be shown.
func (p *parser) rest() string { return p.src[p.pos:min(p.pos+400, len(p.src))] }

// report adds a fault at a place; its path leads through the first depth
// frames. While counting it does nothing, and a fault that will not be kept
// costs no path.
func (p *parser) report(code diag.Code, value, bound string, depth int, line, column int32) {
	if !p.building {
		return
	}
	f := &diag.Fault{Code: code, Line: int(line), Column: int(column)}
	if p.faults.Len() < diag.MaxKept {
		f.Path, f.Value, f.Bound = p.path(depth), value, bound
	}
	p.faults.Add(f)
}

// stop reports a fault at the position and ends the reading.
func (p *parser) stop(code diag.Code, value, bound string, depth int) bool {
	p.report(code, value, bound, depth, p.line, p.column())
	return false
}

// syntax ends the reading with a fault that shows what stands at the position
// instead of want.
func (p *parser) syntax(want string, depth int) bool {
	rest := p.rest()
	if strings.HasPrefix(rest, bom) {
		return p.stop(diag.Encoding, bom, "no byte order mark here", depth)
	}
	if i := strings.IndexAny(rest, " \t\r\n,:]}"); i >= 0 {
		rest = rest[:max(i, 1)]
	}
	return p.stop(diag.Syntax, rest, want, depth)
}

// path returns the JSON pointer through the first depth frames.
func (p *parser) path(depth int) string {
	var b strings.Builder
	for i := range p.stack[:depth] {
		f := &p.stack[i]
		b.WriteByte('/')
		if f.close == '}' {
			b.WriteString(diag.Token(f.key))
		} else {
			b.WriteString(strconv.Itoa(f.n - 1))
		}
	}
	return b.String()
}
