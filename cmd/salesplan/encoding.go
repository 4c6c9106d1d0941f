package main

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
	"github.com/spf13/cobra"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// lookahead is how much of a line is looked at, from its first byte beyond
// ASCII on, to tell its encoding.
const lookahead = 64 << 10

// byteOrderMark is U+FEFF in UTF-8.
const byteOrderMark = "\ufeff"

// markGB18030 is U+FEFF in GB18030.
const markGB18030 = "\x84\x31\x95\x33"

// The encodings of --input-encoding. What a plan is in is never guessed.
const (
	inputAuto    = "auto"
	inputUTF8    = "utf-8"
	inputGB18030 = "gb18030"
)

// decodeText returns r's text as UTF-8. A byte order mark says what it is in,
// and is dropped; otherwise the encoding asked for does. For [inputAuto], ASCII
// passes as it is, and the first character beyond it decides: text in which that
// is one of UTF-8 is UTF-8 to its end, whatever follows. Where it is none, and
// its line can be read as GB18030 throughout, the text is GB18030, of which
// guessed (unless nil) is told. A byte that is wrong in UTF-8 passes as it is,
// for the reader of the table to refuse with its place; one that is wrong in
// GB18030 becomes one that is no UTF-8.
func decodeText(r io.Reader, encoding string, guessed func()) io.Reader {
	return &textReader{src: bufio.NewReaderSize(r, lookahead), encoding: encoding, guessed: guessed}
}

// decodePlan returns the text of a plan, which is UTF-8, without its byte order
// mark.
func decodePlan(r io.Reader) io.Reader { return decodeText(r, inputUTF8, nil) }

type textReader struct {
	src      *bufio.Reader
	encoding string
	guessed  func()
	started  bool
	decoded  io.Reader // nil before the encoding is known
}

func (t *textReader) Read(dst []byte) (int, error) {
	if t.decoded != nil {
		return t.decoded.Read(dst)
	}
	if len(dst) == 0 {
		return 0, nil
	}
	if !t.started {
		t.started = true
		if t.decoded = t.known(); t.decoded != nil {
			return t.decoded.Read(dst)
		}
	}
	if _, err := t.src.Peek(1); err != nil {
		return 0, err
	}
	head, _ := t.src.Peek(min(t.src.Buffered(), len(dst)))
	ascii := asciiPrefix(head)
	if ascii == 0 {
		t.decoded = t.choose()
		return t.decoded.Read(dst)
	}
	copy(dst, head[:ascii])
	_, _ = t.src.Discard(ascii)
	return ascii, nil
}

// known is the text decoded where its encoding needs no guess, otherwise nil.
func (t *textReader) known() io.Reader {
	begins := func(mark string) bool {
		head, _ := t.src.Peek(len(mark))
		return string(head) == mark
	}
	switch {
	case begins(byteOrderMark):
		_, _ = t.src.Discard(len(byteOrderMark))
		return t.asIs()
	case t.encoding == inputUTF8:
		return t.asIs()
	case begins(markGB18030):
		_, _ = t.src.Discard(len(markGB18030))
		return t.gb18030()
	case t.encoding == inputGB18030:
		return t.gb18030()
	}
	return nil
}

func (t *textReader) asIs() io.Reader { return t.src }

func (t *textReader) gb18030() io.Reader {
	return &strictReader{src: transform.NewReader(t.src, simplifiedchinese.GB18030.NewDecoder())}
}

// choose looks at what follows from the first byte beyond ASCII on.
func (t *textReader) choose() io.Reader {
	line, _ := t.src.Peek(lookahead)
	if utf8Prefix(line) > 0 {
		return t.asIs()
	}
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	if gb18030Prefix(line) < len(line) {
		return t.asIs()
	}
	if t.guessed != nil {
		t.guessed()
	}
	return t.gb18030()
}

func asciiPrefix(b []byte) int {
	for i, c := range b {
		if c >= utf8.RuneSelf {
			return i
		}
	}
	return len(b)
}

// utf8Prefix returns how many bytes of b are UTF-8, a last character that is
// cut off included.
func utf8Prefix(b []byte) int {
	n := 0
	for n < len(b) {
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			if !utf8.FullRune(b[n:]) {
				return len(b)
			}
			break
		}
		n += size
	}
	return n
}

// gb18030Prefix returns how many bytes of b have the form of GB18030, a last
// character that is cut off included.
func gb18030Prefix(b []byte) int {
	in := func(i int, low, high byte) bool { return i >= len(b) || b[i] >= low && b[i] <= high }
	n := 0
	for n < len(b) {
		switch {
		case b[n] < utf8.RuneSelf:
			n++
		case !in(n, 0x81, 0xFE):
			return n
		case in(n+1, 0x40, 0x7E) || in(n+1, 0x80, 0xFE):
			n += 2
		case in(n+1, 0x30, 0x39) && in(n+2, 0x81, 0xFE) && in(n+3, 0x30, 0x39):
			n += 4
		default:
			return n
		}
	}
	return min(n, len(b))
}

// A strictReader turns U+FFFD, which the decoder writes for what it can't
// read, into a byte that is no UTF-8, so that nothing is mended in silence.
type strictReader struct {
	src io.Reader
	buf []byte
	err error
}

func (s *strictReader) Read(dst []byte) (int, error) {
	const most = 32 << 10
	for len(s.buf) < 3 && s.err == nil {
		if s.buf == nil {
			s.buf = make([]byte, 0, most)
		}
		kept := append(make([]byte, 0, most), s.buf...)
		n, err := s.src.Read(kept[len(kept):most])
		s.buf, s.err = kept[:len(kept)+n], err
	}
	if len(s.buf) == 0 {
		return 0, s.err
	}
	n := 0
	for n < len(dst) && len(s.buf) > 0 {
		if s.buf[0] != 0xEF {
			dst[n] = s.buf[0]
			s.buf, n = s.buf[1:], n+1
			continue
		}
		if len(s.buf) < 3 && s.err == nil {
			break
		}
		if bytes.HasPrefix(s.buf, []byte("\ufffd")) {
			dst[n] = 0xFF
			s.buf, n = s.buf[3:], n+1
			continue
		}
		dst[n] = s.buf[0]
		s.buf, n = s.buf[1:], n+1
	}
	return n, nil
}

// inputFlag adds the flag of commands that read tables.
func (p *program) inputFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&p.inputCharset, "input-encoding", inputAuto, "encoding of CSV tables: auto, utf-8 or gb18030; plans are UTF-8")
}

// decodeTable returns the text of a table, and keeps in mind that its encoding
// was guessed.
func (p *program) decodeTable(r io.Reader, file string) io.Reader {
	return decodeText(r, p.inputCharset, func() {
		if !slices.Contains(p.guessed, file) {
			p.guessed = append(p.guessed, file)
		}
	})
}

// guesses finds the tables whose encoding was guessed.
func (p *program) guesses() []diag.Finding {
	var out []diag.Finding
	for _, file := range p.guessed {
		out = append(out, diag.Finding{Severity: diag.Info, Code: codeGuessed, Subject: diag.Subject{Kind: "table", ID: fileName(file)}})
	}
	return out
}

// advised returns the fault of a text that is no UTF-8 with what to do if it
// is something else.
func (p *program) advised(f *diag.Fault) *diag.Fault {
	if f.Code != diag.Encoding || f.Bound != noUTF8 || p.inputCharset == inputGB18030 {
		return f
	}
	g := *f
	g.Bound = "UTF-8 without NUL, or --input-encoding gb18030"
	return &g
}

// noUTF8 is what the library expects of the texts of tables.
const noUTF8 = "UTF-8 without NUL"

// encodeText returns a writer that writes UTF-8 text to w in a charset of
// --encoding; closing it writes what it holds back.
func encodeText(w io.Writer, charset string) (io.WriteCloser, error) {
	switch charset {
	case "gb18030":
		return transform.NewWriter(w, simplifiedchinese.GB18030.NewEncoder()), nil
	case "utf-8-bom":
		_, err := io.WriteString(w, byteOrderMark)
		return nopCloser{w}, err
	}
	return nopCloser{w}, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
