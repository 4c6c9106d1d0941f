package salesplan

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesplan/salesplan/diag"
)

// Limits of a table. A table with more rows or columns, or with a larger cell,
// is a fault of code [diag.TooMany] or [diag.TooLarge].
const (
	MaxTableRows    = 5_000_000
	MaxTableColumns = 256
	MaxCellBytes    = 64 << 10
)

// A tableReader reads comma-separated text strictly (RFC 4180, any line may
// end in LF or CR LF). Package encoding/csv is no help here: it drops records
// of one empty cell, rewrites CR LF inside quotes, keeps the byte order mark
// and passes NUL, and a quote that is never closed swallows what follows it
// whatever its size.
type tableReader struct {
	src    *bufio.Reader
	comma  byte
	line   int      // of the byte that is read next
	row    int      // of the record read last, the header being row 1
	header []string // nil before it is read
	done   bool
	within int // the line of a quote whose oversized cell is to be skipped; 0 for none

	text  []byte // the record's cells, one behind the other
	ends  []int  // where each ends in text
	lines []int  // where each begins in the table
	bad   *diag.Fault
}

// A tableRow is one record. Its cells share one string.
type tableRow struct {
	row   int
	cells []string
	lines []int // valid until the next record is read
}

// newTableReader returns a reader of r's records. A byte order mark is
// dropped.
func newTableReader(r io.Reader, comma byte) *tableReader {
	t := &tableReader{src: bufio.NewReaderSize(r, 64<<10), comma: comma, line: 1}
	if mark, _ := t.src.Peek(3); string(mark) == "\ufeff" {
		_, _ = t.src.Discard(3)
	}
	return t
}

// readHeader reads the first row and returns its cells, trimmed. Where guess
// is set and the first line holds no comma but a semicolon or a tab, that is
// the separator.
func (t *tableReader) readHeader(guess bool) ([]string, error) {
	if guess {
		t.comma = t.guessComma()
	}
	row, err := t.next()
	if err == io.EOF {
		return nil, &diag.Fault{Code: diag.Required, Path: "/rows/1", Line: 1, Column: 1, Bound: "a row of column names"}
	}
	if err != nil {
		t.done = true
		return nil, err
	}
	t.header = make([]string, len(row.cells))
	for i, cell := range row.cells {
		t.header[i] = strings.TrimSpace(cell)
	}
	return t.header, nil
}

// guessComma looks at the first line as far as it is buffered.
func (t *tableReader) guessComma() byte {
	head, _ := t.src.Peek(4096)
	if end := bytes.IndexByte(head, '\n'); end >= 0 {
		head = head[:end]
	}
	for _, comma := range []byte(",;\t") {
		if bytes.IndexByte(head, comma) >= 0 {
			return comma
		}
	}
	return ','
}

// records calls yield with what read makes of each record that has something in
// it, and with faults, until yield or the table ends.
func records[T any](t *tableReader, read func(tableRow) (T, error), yield func(T, error) bool) {
	for {
		row, err := t.next()
		if err == io.EOF {
			return
		}
		if err == nil && row.blank() {
			continue
		}
		var out T
		if err == nil {
			out, err = read(row)
		}
		if !yield(out, err) {
			return
		}
	}
}

// next reads one record. Blank lines are rows but no records, except in a
// table of one column. A bad record is a fault after which reading can go on;
// the end, and what follows a fault that can't be passed, is io.EOF.
func (t *tableReader) next() (tableRow, error) {
	for !t.done {
		if err := t.skipOversized(); err != nil {
			return tableRow{}, err
		}
		if t.row >= MaxTableRows {
			if _, err := t.src.Peek(1); err == nil {
				t.row++
				return tableRow{}, t.fatal(&diag.Fault{Code: diag.TooMany, Bound: strconv.Itoa(MaxTableRows)})
			}
		}
		empty, err := t.record()
		if err != nil {
			return tableRow{}, err
		}
		if empty {
			continue
		}
		return t.checked()
	}
	return tableRow{}, io.EOF
}

// record reads the cells up to the end of a record and reports whether there
// was none.
func (t *tableReader) record() (empty bool, err error) {
	t.text, t.ends, t.lines, t.bad = t.text[:0], t.ends[:0], t.lines[:0], nil
	if _, err := t.src.Peek(1); err == io.EOF {
		t.done = true
		return true, nil
	}
	t.row++
	quoted := false
	for {
		t.lines = append(t.lines, t.line)
		if len(t.lines) > MaxTableColumns {
			t.spoil(diag.TooMany, "", strconv.Itoa(MaxTableColumns)+" columns")
			return false, t.skipLine()
		}
		stop, q, err := t.cell()
		if err != nil {
			return false, err
		}
		quoted = quoted || q
		t.ends = append(t.ends, len(t.text))
		if stop != t.comma {
			break
		}
	}
	blank := len(t.ends) == 1 && len(t.text) == 0 && !quoted && t.bad == nil
	return blank && len(t.header) != 1, nil
}

// cell reads one cell and what ends it: the comma, or LF for the end of the
// record.
func (t *tableReader) cell() (stop byte, quoted bool, err error) {
	from := len(t.text)
	for {
		c, err := t.src.ReadByte()
		if err != nil {
			return '\n', false, t.ended(err)
		}
		switch {
		case c == t.comma:
			return c, false, nil
		case c == '\n':
			t.line++
			return c, false, nil
		case c == '\r':
			return '\n', false, t.endOfLine()
		case c == '"' && len(t.text) == from:
			stop, err := t.quoted(from)
			return stop, true, err
		case c == '"':
			t.spoil(diag.Syntax, string(t.text[from:])+`"`, quotedCell)
			return '\n', false, t.skipLine()
		case len(t.text)-from >= MaxCellBytes:
			t.spoil(diag.TooLarge, "", strconv.Itoa(MaxCellBytes)+" bytes")
			return '\n', false, t.skipLine()
		}
		t.text = append(t.text, c)
	}
}

// quoted reads the rest of a cell that begins with a quote.
func (t *tableReader) quoted(from int) (stop byte, err error) {
	start := t.line
	for {
		c, err := t.src.ReadByte()
		if err == io.EOF {
			t.spoil(diag.Syntax, `"`+string(t.text[from:]), "a closing quote")
		}
		if err != nil {
			return '\n', t.ended(err)
		}
		if c == '\n' {
			t.line++
		}
		if c != '"' {
			if len(t.text)-from >= MaxCellBytes {
				t.spoil(diag.TooLarge, "", strconv.Itoa(MaxCellBytes)+" bytes")
				t.within = start
				return '\n', nil
			}
			t.text = append(t.text, c)
			continue
		}
		switch c, err = t.src.ReadByte(); {
		case err != nil:
			return '\n', t.ended(err)
		case c == '"':
			t.text = append(t.text, '"')
		case c == t.comma:
			return c, nil
		case c == '\n':
			t.line++
			return c, nil
		case c == '\r':
			return '\n', t.endOfLine()
		default:
			t.spoil(diag.Syntax, `"`+string(t.text[from:])+`"`+string(rune(c)), "a separator or the end of the line behind a closing quote")
			return '\n', t.skipLine()
		}
	}
}

// endOfLine reads the LF that must follow a CR.
func (t *tableReader) endOfLine() error {
	c, err := t.src.ReadByte()
	if err == nil && c == '\n' {
		t.line++
		return nil
	}
	t.spoil(diag.Syntax, "\r", "LF or CR LF at the end of a line")
	if err != nil {
		return t.ended(err)
	}
	return t.skipLine()
}

// skipLine reads on behind the next LF.
func (t *tableReader) skipLine() error {
	for {
		_, err := t.src.ReadSlice('\n')
		switch err {
		case nil:
			t.line++
			return nil
		case bufio.ErrBufferFull:
		default:
			return t.ended(err)
		}
	}
}

// skipOversized reads on behind a quoted cell that was too large, and the rest
// of its line.
func (t *tableReader) skipOversized() error {
	if t.within == 0 {
		return nil
	}
	start := t.within
	t.within = 0
	for {
		c, err := t.src.ReadByte()
		if err == io.EOF {
			t.done = true
			return &diag.Fault{Code: diag.Syntax, Path: t.path(-1), Line: start, Column: 1, Value: `"`, Bound: "a closing quote"}
		}
		if err != nil {
			return t.ended(err)
		}
		if c == '\n' {
			t.line++
		}
		if c != '"' {
			continue
		}
		if next, err := t.src.Peek(1); err == nil && next[0] == '"' {
			_, _ = t.src.Discard(1)
			continue
		}
		return t.skipLine()
	}
}

// ended handles what ReadByte returns at the end: nothing for io.EOF, a fault
// that ends reading for anything else.
func (t *tableReader) ended(err error) error {
	t.done = true
	if err == io.EOF {
		return nil
	}
	return errors.Join(&diag.Fault{Code: diag.IO, Path: t.path(-1), Value: diag.Clip(err.Error())}, err)
}

// fatal is a fault of the row that ends reading.
func (t *tableReader) fatal(f *diag.Fault) error {
	t.done = true
	f.Path, f.Line, f.Column = t.path(-1), t.line, 1
	return f
}

// quotedCell says in a fault how a cell with a quote in it is written.
const quotedCell = `a cell with a quote in it in quotes, "like ""this"""`

// spoil makes the record a fault at the cell that is being read.
func (t *tableReader) spoil(code diag.Code, value, bound string) {
	if t.bad == nil {
		at := len(t.lines) - 1
		t.bad = &diag.Fault{Code: code, Path: t.path(at), Line: t.lines[at], Column: at + 1, Value: diag.Clip(value), Bound: bound}
	}
}

// checked returns the record that was read, or its fault.
func (t *tableReader) checked() (tableRow, error) {
	if t.bad != nil {
		return tableRow{}, t.bad
	}
	if f := t.badText(); f != nil {
		return tableRow{}, f
	}
	if t.header != nil && len(t.ends) != len(t.header) {
		return tableRow{}, &diag.Fault{Code: diag.Ragged, Path: t.path(-1), Line: t.lines[0], Column: min(len(t.ends), len(t.header)) + 1,
			Value: strconv.Itoa(len(t.ends)), Bound: strconv.Itoa(len(t.header))}
	}
	text := string(t.text)
	row := tableRow{row: t.row, cells: make([]string, len(t.ends)), lines: t.lines}
	from := 0
	for i, end := range t.ends {
		row.cells[i] = PlainCell(text[from:end])
		from = end
	}
	return row, nil
}

// badText is the fault of the first cell that is no UTF-8 or holds a NUL. It
// looks at cells one by one: two halves of a character in two of them are
// valid in one piece only.
func (t *tableReader) badText() *diag.Fault {
	from := 0
	for i, end := range t.ends {
		cell := t.text[from:end]
		if !utf8.Valid(cell) || bytes.IndexByte(cell, 0) >= 0 {
			return &diag.Fault{Code: diag.Encoding, Path: t.path(i), Line: t.lines[i], Column: i + 1, Value: diag.Clip(string(cell)), Bound: "UTF-8 without NUL"}
		}
		from = end
	}
	return nil
}

// path is the place of a cell of the row read last, of the row itself for -1.
func (t *tableReader) path(cell int) string {
	row := strconv.Itoa(t.row)
	if cell < 0 || cell >= len(t.header) {
		return diag.Pointer("rows", row)
	}
	return diag.Pointer("rows", row, t.header[cell])
}

// fault is a fault of a cell of the row read last.
func (t *tableReader) fault(row tableRow, cell int, code diag.Code, bound string) *diag.Fault {
	return &diag.Fault{Code: code, Path: t.path(cell), Line: row.lines[cell], Column: cell + 1, Value: diag.Clip(row.cells[cell]), Bound: bound}
}

// column returns the position of the column of that name, -1 and a fault of
// code [diag.Column] if the header has none, or two.
func (t *tableReader) column(name string) (int, *diag.Fault) {
	found, want := -1, foldName(name)
	for i, h := range t.header {
		if foldName(h) != want {
			continue
		}
		if found >= 0 {
			return -1, &diag.Fault{Code: diag.Column, Path: "/rows/1", Line: 1, Column: i + 1, Value: name, Bound: joinNames(t.header)}
		}
		found = i
	}
	if found < 0 {
		return -1, &diag.Fault{Code: diag.Column, Path: "/rows/1", Line: 1, Column: 1, Value: name, Bound: joinNames(t.header), Near: diag.Nearest(name, t.header)}
	}
	return found, nil
}

// blank reports whether all cells are empty, as in the rows that spreadsheets
// leave at the end of a table.
func (r tableRow) blank() bool {
	for _, c := range r.cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}
