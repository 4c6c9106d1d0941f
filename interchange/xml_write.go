package interchange

import (
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// An xmlWriter writes elements, one to a line. The first error stays.
type xmlWriter struct {
	w   *bufio.Writer
	in  []string
	err error
}

func newXMLWriter(w io.Writer) *xmlWriter { return &xmlWriter{w: bufio.NewWriterSize(w, 64<<10)} }

func (x *xmlWriter) raw(s string) {
	if x.err == nil {
		_, x.err = x.w.WriteString(s)
	}
}

func (x *xmlWriter) indent() { x.raw(strings.Repeat("\t", len(x.in))) }

// open begins an element.
func (x *xmlWriter) open(name string) {
	x.indent()
	x.raw("<" + name + ">\n")
	x.in = append(x.in, name)
}

// close ends the element begun last.
func (x *xmlWriter) close() {
	name := x.in[len(x.in)-1]
	x.in = x.in[:len(x.in)-1]
	x.indent()
	x.raw("</" + name + ">\n")
}

// text writes an element with a text. Characters that XML can't hold are
// replaced.
func (x *xmlWriter) text(name, value string) {
	x.indent()
	x.raw("<" + name + ">")
	if x.err == nil {
		x.err = xml.EscapeText(x.w, []byte(value))
	}
	x.raw("</" + name + ">\n")
}

// some writes an element with a text, if there is one.
func (x *xmlWriter) some(name, value string) {
	if value != "" {
		x.text(name, value)
	}
}

func (x *xmlWriter) number(name string, n int) { x.text(name, strconv.Itoa(n)) }

// tenths writes minutes in tenths, as far as the schema's numbers reach.
func (x *xmlWriter) tenths(name string, minutes int64) {
	const most = 1<<31 - 1
	x.text(name, strconv.FormatInt(max(min(minutes, most/10), -most/10)*10, 10))
}

func (x *xmlWriter) flag(name string, on bool) {
	if on {
		x.text(name, "1")
	} else {
		x.text(name, "0")
	}
}

func (x *xmlWriter) amount(name string, d decimal.Decimal) { x.text(name, d.String()) }

// duration writes minutes as the schema has them.
func (x *xmlWriter) duration(name string, minutes int64) {
	sign := ""
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	x.text(name, sign+"PT"+strconv.FormatInt(minutes/60, 10)+"H"+strconv.FormatInt(minutes%60, 10)+"M0S")
}

// instant writes a time, if it is set.
func (x *xmlWriter) instant(name string, at calendar.Instant) {
	if !at.IsZero() {
		x.text(name, at.String()+":00")
	}
}

// clock writes a time of day; the end of the day is its beginning.
func (x *xmlWriter) clock(name string, minute int) {
	two := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	minute %= 1440
	x.text(name, two(minute/60)+":"+two(minute%60)+":00")
}

// end writes what is left and returns the first error as a fault.
func (x *xmlWriter) end() error {
	if x.err == nil {
		x.err = x.w.Flush()
	}
	if x.err != nil {
		return &diag.Fault{Code: diag.IO, Path: "/", Value: x.err.Error()}
	}
	return nil
}
