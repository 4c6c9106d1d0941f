package main

import (
	"bufio"
	"bytes"
	"errors"
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
// other byte on the next [lookahead] bytes decide: valid UTF-8 is UTF-8,
// otherwise valid GB18030 is GB18030, and what is neither passes as it is, for
// the reader of the table or plan to refuse with its place. In the same way
// bytes that turn out later to be no GB18030 become bytes that are no UTF-8. A
// byte order mark is dropped.
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
	head, err := t.src.Peek(lookahead)
	cut := !errors.Is(err, io.EOF) && len(head) == lookahead
	if validUTF8(head, cut) || !validGB18030(head, cut) {
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

// validUTF8 reports whether b is UTF-8; where b is cut off, its last character
// may be incomplete.
func validUTF8(b []byte, cut bool) bool {
	if cut {
		for k := 1; k < utf8.UTFMax && k <= len(b); k++ {
			if tail := b[len(b)-k:]; utf8.RuneStart(tail[0]) {
				if !utf8.FullRune(tail) {
					b = b[:len(b)-k]
				}
				break
			}
		}
	}
	return utf8.Valid(b)
}

// validGB18030 reports whether b is GB18030; where b is cut off, its last
// character may be incomplete.
func validGB18030(b []byte, cut bool) bool {
	dec := simplifiedchinese.GB18030.NewDecoder()
	text := make([]byte, 4*len(b))
	n, used, err := dec.Transform(text, b, !cut)
	incomplete := errors.Is(err, transform.ErrShortSrc) && len(b)-used < 4
	return (err == nil || incomplete) && !bytes.ContainsRune(text[:n], utf8.RuneError)
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
