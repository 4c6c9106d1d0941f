package salesplan

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
)

// A seal is the checksum of a JSON document without its last bytes, which hold
// the checksum itself. Blanks between values don't count.
type seal struct {
	hash hash.Hash
	tail int

	held              []byte // what has come, but for blanks, and is not yet hashed
	inString, escaped bool
}

func newSeal(tail int) *seal { return &seal{hash: sha256.New(), tail: tail} }

// sealAt is how much is gathered before it is hashed.
const sealAt = 64 << 10

// Write takes a part of the document.
func (s *seal) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		p = s.take(p)
		if len(s.held) >= sealAt+s.tail {
			s.settle()
		}
	}
	return n, nil
}

// take keeps what comes next, up to where strings begin or end, and returns the
// rest.
func (s *seal) take(p []byte) []byte {
	if s.inString {
		i := 0
		for ; i < len(p); i++ {
			if s.escaped {
				s.escaped = false
			} else if p[i] == '\\' {
				s.escaped = true
			} else if p[i] == '"' {
				s.inString = false
				i++
				break
			}
		}
		s.held = append(s.held, p[:i]...)
		return p[i:]
	}
	for i, c := range p {
		switch c {
		case ' ', '\n', '\r', '\t', 0xef, 0xbb, 0xbf: // the last three: a byte order mark
		case '"':
			s.held, s.inString = append(s.held, c), true
			return p[i+1:]
		default:
			s.held = append(s.held, c)
		}
	}
	return nil
}

// settle hashes what cannot be the tail any more.
func (s *seal) settle() {
	if n := len(s.held) - s.tail; n > 0 {
		s.hash.Write(s.held[:n])
		s.held = append(s.held[:0], s.held[n:]...)
	}
}

// text returns the checksum.
func (s *seal) text() string {
	s.settle()
	return hex.EncodeToString(s.hash.Sum(nil))
}

// sum returns the checksum of a document that ends with the one it states, and
// whether they are the same.
func (s *seal) sum(stated string) (string, bool) {
	sum := s.text()
	return sumPrefix + sum, stated == sumPrefix+sum && string(s.held) == checksumTail(sum)
}

// A sealWriter writes a document on, but for its end, which is written with the
// checksum.
type sealWriter struct {
	w    io.Writer
	seal *seal
	end  []byte
}

// documentEnd is what encodeValue writes last.
const documentEnd = "\n}\n"

// Write writes all but the last bytes on.
func (s *sealWriter) Write(p []byte) (int, error) {
	_, _ = s.seal.Write(p) // never fails
	s.end = append(s.end, p...)
	if n := len(s.end) - len(documentEnd); n > 0 {
		k, err := s.w.Write(s.end[:n])
		if err == nil && k < n {
			err = io.ErrShortWrite
		}
		if err != nil {
			return 0, err
		}
		s.end = append(s.end[:0], s.end[n:]...)
	}
	return len(p), nil
}

// finish writes the checksum.
func (s *sealWriter) finish() error {
	e := encoder{w: s.w, buf: []byte(",\n  \"checksum\": \"" + sumPrefix + s.seal.text() + "\"" + documentEnd)}
	return e.flush(0)
}
