// Package svg writes elements of SVG 1.1 pictures: tags, attributes, numbers and
// escaped text, and estimates how wide a text is, so that it can be placed and
// cut without a font at hand.
//
// Lengths are integers in hundredths of a pixel: places in a picture are
// computed without rounding that differs from machine to machine, and the same
// picture is the same bytes.
package svg

import (
	"io"
	"strconv"
	"unicode/utf8"
)

// A Length is a length or place in hundredths of a pixel.
type Length int64

// Pixel is the length of a pixel.
const Pixel Length = 100

// Px returns the length of n pixels.
func Px(n int) Length { return Length(n) * Pixel }

// String returns the length in pixels, with as many decimals as it needs, at
// most two.
func (l Length) String() string { return string(l.append(nil)) }

func (l Length) append(b []byte) []byte {
	if l < 0 {
		b, l = append(b, '-'), -l
	}
	b = strconv.AppendInt(b, int64(l/Pixel), 10)
	rest := byte(l % Pixel)
	if rest == 0 {
		return b
	}
	b = append(b, '.', '0'+rest/10)
	if rest%10 != 0 {
		b = append(b, '0'+rest%10)
	}
	return b
}

// An Attr is an attribute of an element: a text or a length.
type Attr struct {
	name   string
	text   string
	length Length
	isText bool
}

// T returns an attribute with a text as its value. The name is written as it is.
func T(name, value string) Attr { return Attr{name: name, text: value, isText: true} }

// L returns an attribute with a length as its value.
func L(name string, value Length) Attr { return Attr{name: name, length: value} }

// A Writer writes elements to an [io.Writer]. The first error of the io.Writer
// ends all writing; [Writer.Flush] returns it.
type Writer struct {
	w    io.Writer
	buf  []byte
	open []string
	err  error
}

// flushAt is how many bytes are gathered before they are written.
const flushAt = 32 << 10

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Open begins an element, which [Writer.Close] ends.
func (w *Writer) Open(name string, attrs ...Attr) {
	w.begin(name, attrs)
	w.buf = append(w.buf, '>')
	w.open = append(w.open, name)
}

// Close ends the last element that is open. Without one it does nothing.
func (w *Writer) Close() {
	if len(w.open) == 0 {
		return
	}
	last := len(w.open) - 1
	w.buf = append(w.buf, '<', '/')
	w.buf = append(w.buf, w.open[last]...)
	w.buf = append(w.buf, '>')
	w.open = w.open[:last]
	w.spill()
}

// Empty writes an element without content.
func (w *Writer) Empty(name string, attrs ...Attr) {
	w.begin(name, attrs)
	w.buf = append(w.buf, '/', '>')
	w.spill()
}

// Leaf writes an element with a text as its content.
func (w *Writer) Leaf(name, text string, attrs ...Attr) {
	w.Open(name, attrs...)
	w.Text(text)
	w.Close()
}

// Text writes a text, escaped as [Escape] does.
func (w *Writer) Text(text string) {
	w.buf = appendEscaped(w.buf, text)
	w.spill()
}

// Line ends the line, for people who look at the file.
func (w *Writer) Line() { w.buf = append(w.buf, '\n') }

// Flush ends all elements that are open and writes what is left. It returns the
// first error of writing.
func (w *Writer) Flush() error {
	for len(w.open) > 0 {
		w.Close()
	}
	w.write()
	return w.err
}

func (w *Writer) begin(name string, attrs []Attr) {
	w.buf = append(w.buf, '<')
	w.buf = append(w.buf, name...)
	for i := range attrs {
		a := &attrs[i]
		w.buf = append(w.buf, ' ')
		w.buf = append(w.buf, a.name...)
		w.buf = append(w.buf, '=', '"')
		if a.isText {
			w.buf = appendEscaped(w.buf, a.text)
		} else {
			w.buf = a.length.append(w.buf)
		}
		w.buf = append(w.buf, '"')
	}
}

func (w *Writer) spill() {
	if len(w.buf) >= flushAt {
		w.write()
	}
}

func (w *Writer) write() {
	if w.err == nil && len(w.buf) > 0 {
		_, w.err = w.w.Write(w.buf)
	}
	w.buf = w.buf[:0]
}

// Escape returns text as it stands in content and attributes of XML 1.0: markup
// escaped, tabs and line ends as spaces, and U+FFFD for what XML doesn't allow
// and for bytes that aren't UTF-8.
func Escape(text string) string { return string(appendEscaped(nil, text)) }

func appendEscaped(b []byte, text string) []byte {
	from := 0
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		if with := escapeOf(r, size); with != "" {
			b = append(b, text[from:i]...)
			b = append(b, with...)
			from = i + size
		}
		i += size
	}
	return append(b, text[from:]...)
}

// escapeOf returns what is written for a rune of so many bytes, "" for the rune
// itself.
func escapeOf(r rune, size int) string {
	switch {
	case r == '&':
		return "&amp;"
	case r == '<':
		return "&lt;"
	case r == '>':
		return "&gt;"
	case r == '"':
		return "&quot;"
	case r == '\t' || r == '\n' || r == '\r':
		return " "
	case r < ' ', r == 0xFFFE, r == 0xFFFF, r == utf8.RuneError && size == 1:
		return "\uFFFD"
	}
	return ""
}

// A Path is the outline of a shape as the attribute d of a path takes it. The
// zero Path is empty.
type Path struct{ d []byte }

// Empty reports whether nothing was drawn.
func (p *Path) Empty() bool { return len(p.d) == 0 }

// Move goes to a place without drawing.
func (p *Path) Move(x, y Length) { p.pair('M', x, y) }

// Line draws a line to a place.
func (p *Path) Line(x, y Length) { p.pair('L', x, y) }

// Across draws a level line to x, and Down an upright one to y.
func (p *Path) Across(x Length) { p.one('H', x) }

// Down draws an upright line to y; see [Path.Across].
func (p *Path) Down(y Length) { p.one('V', y) }

// By draws a line by so much to the right and down.
func (p *Path) By(dx, dy Length) { p.pair('l', dx, dy) }

// Shut draws a line back to where the last Move went.
func (p *Path) Shut() { p.d = append(p.d, 'z') }

// Rect draws a rectangle.
func (p *Path) Rect(x, y, width, height Length) {
	p.Move(x, y)
	p.one('h', width)
	p.one('v', height)
	p.one('h', -width)
	p.Shut()
}

// Attr returns the attribute d.
func (p *Path) Attr() Attr { return T("d", string(p.d)) }

func (p *Path) one(op byte, v Length) { p.d = v.append(append(p.d, op)) }

func (p *Path) pair(op byte, x, y Length) {
	p.one(op, x)
	if y >= 0 {
		p.d = append(p.d, ' ')
	}
	p.d = y.append(p.d)
}
