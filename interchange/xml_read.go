package interchange

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// Bounds of what a document may hold, so that a small hostile file takes little.
const (
	defaultBytes = 256 << 20
	maxDepth     = 64        // elements within elements
	maxNodes     = 200_000   // elements of one task, resource, …
	maxItems     = 1_000_000 // tasks, resources or assignments, each
)

// A node is an element of a document with what stands in it.
type node struct {
	name, text   string
	line, column int
	kids         []node
}

// child returns the first child of a name; nil if there is none.
func (n *node) child(name string) *node {
	for i := range n.kids {
		if n.kids[i].name == name {
			return &n.kids[i]
		}
	}
	return nil
}

// value returns the text of the first child of a name without space around it;
// "" if there is none.
func (n *node) value(name string) string {
	if c := n.child(name); c != nil {
		return strings.TrimSpace(c.text)
	}
	return ""
}

// An xmlReader reads a document element by element.
type xmlReader struct {
	dec   *xml.Decoder
	limit *limitReader
	depth int
}

// A limitReader tells the end of its input from that of its patience.
type limitReader struct {
	r    io.Reader
	left int64
	cut  bool
}

func (l *limitReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		// One byte more tells a file of just that size from a longer one.
		var one [1]byte
		n, err := l.r.Read(one[:])
		if n > 0 {
			l.cut = true
			return 0, io.ErrUnexpectedEOF
		}
		return 0, err
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}

var byteOrderMark = []byte("\ufeff")

// newXMLReader returns a reader of at most bytes of r, after a byte order mark.
func newXMLReader(r io.Reader, bytes int64) *xmlReader {
	if bytes <= 0 {
		bytes = defaultBytes
	}
	limit := &limitReader{r: r, left: bytes}
	b := bufio.NewReaderSize(limit, 64<<10)
	if head, _ := b.Peek(len(byteOrderMark)); string(head) == string(byteOrderMark) {
		_, _ = b.Discard(len(byteOrderMark))
	}
	return &xmlReader{dec: xml.NewDecoder(b), limit: limit}
}

// fault says what is wrong with the text itself.
func (x *xmlReader) fault(err error) error {
	line, column := x.dec.InputPos()
	f := &diag.Fault{Code: diag.Syntax, Path: "/", Line: line, Column: column, Value: err.Error(), Bound: "well-formed XML"}
	var syntax *xml.SyntaxError
	switch {
	case x.limit.cut:
		f.Code, f.Value, f.Bound = diag.TooLarge, "", "a smaller file"
	case errors.As(err, &syntax):
		f.Value = syntax.Msg
		if strings.Contains(syntax.Msg, "UTF-8") {
			f.Code, f.Bound = diag.Encoding, "UTF-8"
		}
	case strings.Contains(err.Error(), "encoding"):
		f.Code, f.Bound = diag.Encoding, "UTF-8"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.Value = "unexpected end"
	default:
		f.Code, f.Bound = diag.IO, ""
	}
	return f
}

// next returns the next beginning or end of an element, or its text; a document
// type is refused, since what it declares is nothing that plans need.
func (x *xmlReader) next() (xml.Token, error) {
	for {
		t, err := x.dec.Token()
		if err != nil {
			return nil, x.fault(err)
		}
		switch t.(type) {
		case xml.StartElement:
			if x.depth++; x.depth > maxDepth {
				line, column := x.dec.InputPos()
				return nil, &diag.Fault{Code: diag.TooDeep, Path: "/", Line: line, Column: column, Bound: "at most " + strconv.Itoa(maxDepth) + " levels"}
			}
		case xml.EndElement:
			x.depth--
		case xml.Directive:
			line, column := x.dec.InputPos()
			return nil, &diag.Fault{Code: diag.Invalid, Path: "/", Line: line, Column: column, Value: "DOCTYPE", Bound: "no document type"}
		case xml.CharData:
		default:
			continue
		}
		return t, nil
	}
}

// root returns the name of the first element.
func (x *xmlReader) root() (string, error) {
	for {
		t, err := x.next()
		if err != nil {
			return "", err
		}
		if s, ok := t.(xml.StartElement); ok {
			return s.Name.Local, nil
		}
	}
}

// element returns the next element within the current one; "" at its end.
func (x *xmlReader) element() (string, error) {
	for {
		t, err := x.next()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return t.Name.Local, nil
		case xml.EndElement:
			return "", nil
		}
	}
}

// skip passes over the rest of an element that has begun.
func (x *xmlReader) skip() error {
	for until := x.depth - 1; x.depth > until; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

// read returns an element that has begun, with all that stands in it.
func (x *xmlReader) read(name string) (node, error) {
	line, column := x.dec.InputPos()
	stack := []node{{name: name, line: line, column: column}}
	texts := []strings.Builder{{}}
	count := 1
	for {
		t, err := x.next()
		if err != nil {
			return node{}, err
		}
		top := len(stack) - 1
		switch t := t.(type) {
		case xml.StartElement:
			line, column := x.dec.InputPos()
			if count++; count > maxNodes {
				return node{}, &diag.Fault{Code: diag.TooMany, Path: "/", Line: line, Column: column, Value: name, Bound: "fewer elements in one"}
			}
			stack = append(stack, node{name: t.Name.Local, line: line, column: column})
			texts = append(texts, strings.Builder{})
		case xml.CharData:
			if len(stack[top].kids) == 0 {
				texts[top].Write(t)
			}
		case xml.EndElement:
			n := stack[top]
			if len(n.kids) == 0 {
				n.text = texts[top].String()
			}
			if top == 0 {
				return n, nil
			}
			stack, texts = stack[:top], texts[:top]
			stack[top-1].kids = append(stack[top-1].kids, n)
		}
	}
}
