package main

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// lookahead is how much of a text is looked at, from its first byte beyond
// ASCII on, to tell its encoding.
const lookahead = 64 << 10

// byteOrderMark is U+FEFF in UTF-8.
const byteOrderMark = "\ufeff"

// decodeText returns r's text as UTF-8. ASCII passes as it is; from the first
// other byte on the next [lookahead] bytes decide: they are read as the one of
// UTF-8 and GB18030 that reads further without a fault, as UTF-8 if both read
// all. A byte that is wrong in UTF-8 passes as it is, for the reader of the
// table or plan to refuse with its place; one that is wrong in GB18030 becomes
// one that is no UTF-8. A byte order mark is dropped.
func decodeText(r io.Reader) io.Reader {
	return &textReader{src: bufio.NewReaderSize(r, lookahead)}
}

type textReader struct {
	src     *bufio.Reader
	started bool
	decoded io.Reader // nil before the first byte beyond ASCII
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
		if mark, _ := t.src.Peek(len(byteOrderMark)); string(mark) == byteOrderMark {
			_, _ = t.src.Discard(len(byteOrderMark))
			t.decoded = t.src
			return t.src.Read(dst)
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

// choose looks at what follows the first byte beyond ASCII.
func (t *textReader) choose() io.Reader {
	head, _ := t.src.Peek(lookahead)
	if utf8Prefix(head) >= gb18030Prefix(head) {
		return t.src
	}
	return &strictReader{src: transform.NewReader(t.src, simplifiedchinese.GB18030.NewDecoder())}
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
