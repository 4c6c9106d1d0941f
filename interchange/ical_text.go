package interchange

import (
	"bufio"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// foldAt is how many octets a line may have.
const foldAt = 75

// A lineWriter writes the lines of a calendar file: folded, with CRLF. The first
// error stays.
type lineWriter struct {
	w   *bufio.Writer
	err error
}

func newLineWriter(w io.Writer) *lineWriter { return &lineWriter{w: bufio.NewWriterSize(w, 64<<10)} }

// line writes a line, on several where it is long: none is broken within a
// character.
func (l *lineWriter) line(s string) {
	room := foldAt
	for len(s) > room {
		cut := room
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		l.raw(s[:cut] + "\r\n ")
		s, room = s[cut:], foldAt-1
	}
	l.raw(s + "\r\n")
}

func (l *lineWriter) raw(s string) {
	if l.err == nil {
		_, l.err = l.w.WriteString(s)
	}
}

func (l *lineWriter) end() error {
	if l.err == nil {
		l.err = l.w.Flush()
	}
	if l.err != nil {
		return &diag.Fault{Code: diag.IO, Path: "/", Value: l.err.Error()}
	}
	return nil
}

// escapeText writes a value of type TEXT: separators and line ends escaped, other
// control characters as spaces, bytes that are no characters replaced.
func escapeText(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\\' || r == ';' || r == ',':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			if !strings.HasPrefix(s[i+1:], "\n") {
				b.WriteString(`\n`)
			}
		case r != '\t' && (r < ' ' || r == 0x7f):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// parameter writes a parameter's value, quoted where it has separators.
func parameter(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == '"' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	if strings.ContainsAny(s, ",;:") {
		return `"` + s + `"`
	}
	return s
}

func twoDigits(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }

// dayText writes a day as 20270301.
func dayText(d calendar.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// utcText writes a time as 20270301T000000Z.
func utcText(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

// inZone is the time at which clocks of a zone show an instant.
func inZone(at calendar.Instant, zone *time.Location) time.Time {
	d := at.Date()
	return time.Date(d.Year(), d.Month(), d.Day(), at.Minute()/60, at.Minute()%60, 0, 0, zone)
}
