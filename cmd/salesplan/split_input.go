package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/salesplan/salesplan"
	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
	"github.com/shopspring/decimal"
)

const plainNumber = "a number such as -1234567.89"

// checkNumber refuses what is no plain number within the library's limits.
func checkNumber(text string) (diag.Code, string) {
	code, bound := document.CheckNumber(text, document.Limits{})
	if code == diag.Syntax {
		bound = plainNumber
	}
	return code, bound
}

// A cells is a small table, read whole.
type cells struct {
	file  string
	rows  [][]string
	lines []int // of each row
	at    []int // of parts: the row of each
}

// readMatrix reads the table of a parameter of split. It is read whole, up to
// the library's limit for a document.
func (p *program) readMatrix(file, parameter string) (*cells, error) {
	r, err := p.open(file, parameter)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxPlanBytes+1))
	fault := func(f *diag.Fault) error { return &badInput{faults: []placed{{file, f}}} }
	switch {
	case err != nil:
		return nil, fault(&diag.Fault{Code: diag.IO, Path: "/" + parameter, Value: diag.Clip(err.Error())})
	case len(text) > maxPlanBytes:
		return nil, fault(&diag.Fault{Code: diag.TooLarge, Path: "/" + parameter, Bound: strconv.Itoa(maxPlanBytes) + " bytes"})
	}
	t := &cells{file: file}
	in := csv.NewReader(bytes.NewReader(text))
	in.Comma = separatorOf(text)
	for {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fault(csvFault(err, row, in.FieldsPerRecord))
		}
		line, _ := in.FieldPos(0)
		for i, cell := range row {
			if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
				f := &diag.Fault{Code: diag.Encoding, Path: rowPath(len(t.rows)), Line: line, Column: i + 1, Value: diag.Clip(cell), Bound: noUTF8}
				return nil, fault(p.advised(f))
			}
			row[i] = strings.TrimSpace(cell)
		}
		if !slices.ContainsFunc(row, func(c string) bool { return c != "" }) {
			continue
		}
		t.rows, t.lines = append(t.rows, row), append(t.lines, line)
	}
	if len(t.rows) == 0 {
		return nil, fault(&diag.Fault{Code: diag.Required, Path: "/" + parameter, Bound: "a table"})
	}
	return t, nil
}

// separatorOf is the comma or, where the first line has none, the semicolon or
// tab that it has.
func separatorOf(text []byte) rune {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	for _, c := range []byte(",;\t") {
		if bytes.IndexByte(line, c) >= 0 {
			return rune(c)
		}
	}
	return ','
}

func csvFault(err error, row []string, width int) *diag.Fault {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return &diag.Fault{Code: diag.IO, Path: "/rows", Value: diag.Clip(err.Error())}
	}
	f := &diag.Fault{Code: diag.Syntax, Path: "/rows", Line: at.Line, Column: at.Column, Bound: "a cell with quotes in quotes"}
	if errors.Is(err, csv.ErrFieldCount) {
		f.Code, f.Value, f.Bound = diag.Ragged, strconv.Itoa(len(row)), strconv.Itoa(width)
	}
	return f
}

func rowPath(row int, tokens ...string) string {
	return diag.Pointer(append([]string{"rows", strconv.Itoa(row + 1)}, tokens...)...)
}

// number reads a cell; an empty one is not given.
func (t *cells) number(row, column int, name string, bad *badInput) decimal.NullDecimal {
	text := t.rows[row][column]
	if text == "" {
		return decimal.NullDecimal{}
	}
	d, f := readNumber(text, rowPath(row, name))
	if f != nil {
		f.Line, f.Column = t.lines[row], column+1
		bad.faults = append(bad.faults, placed{t.file, f})
	}
	return decimal.NullDecimal{Decimal: d, Valid: f == nil}
}

// weightColumns are the headers of --weights.
func weightColumns() []string { return []string{"name", "weight", "min", "max", "lock"} }

// parts reads a table of weights: with headers; otherwise names and weights, or
// weights alone. With the faults of cells that are no numbers the parts are
// returned too, 1 in their places, for what else is wrong.
func (t *cells) parts() ([]salesplan.Part, error) {
	at, first, err := t.weightHeader()
	if err != nil {
		return nil, err
	}
	bad := &badInput{}
	var parts []salesplan.Part
	for i := first; i < len(t.rows); i++ {
		var part salesplan.Part
		if c, ok := at["name"]; ok {
			part.ID = t.rows[i][c]
		}
		fields := map[string]*decimal.NullDecimal{"weight": &part.Weight, "min": &part.Min, "max": &part.Max, "lock": &part.Lock}
		for _, name := range weightColumns()[1:] {
			if c, ok := at[name]; ok {
				before := len(bad.faults)
				*fields[name] = t.number(i, c, name, bad)
				if len(bad.faults) > before && name == "weight" {
					part.Weight = decimal.NewNullDecimal(decimal.New(1, 0))
				}
			}
		}
		parts, t.at = append(parts, part), append(t.at, i)
	}
	if len(bad.faults) > 0 {
		return parts, bad
	}
	return parts, nil
}

// weightHeader finds the columns and the first row below a header.
func (t *cells) weightHeader() (map[string]int, int, error) {
	head := t.rows[0]
	isHeader := slices.ContainsFunc(head, func(c string) bool { return slices.Contains(weightColumns()[1:], strings.ToLower(c)) })
	if !isHeader {
		switch len(head) {
		case 1:
			return map[string]int{"weight": 0}, 0, nil
		case 2:
			return map[string]int{"name": 0, "weight": 1}, 0, nil
		}
		return nil, 0, t.columnFault(0, strings.Join(head, ", "))
	}
	at := map[string]int{}
	for i, c := range head {
		name := strings.ToLower(c)
		if name == "id" {
			name = "name"
		}
		if _, twice := at[name]; twice || !slices.Contains(weightColumns(), name) {
			return nil, 0, t.columnFault(i, c)
		}
		at[name] = i
	}
	return at, 1, nil
}

func (t *cells) columnFault(column int, value string) error {
	known := weightColumns()
	return &badInput{faults: []placed{{t.file, &diag.Fault{
		Code: diag.Column, Path: "/rows/1", Line: t.lines[0], Column: column + 1, Value: diag.Clip(value), Bound: some(t.rows[0]),
		Near: diag.Nearest(value, known),
	}}}}
}

// located gives faults of parts the lines of their rows.
func (t *cells) located(err error) error {
	var bad *badInput
	if !errors.As(err, &bad) {
		return err
	}
	for i, f := range bad.faults {
		rest, ok := strings.CutPrefix(f.Path, "/parts/")
		number, _, _ := strings.Cut(rest, "/")
		k, err := strconv.Atoi(number)
		if !ok || err != nil || k >= len(t.at) {
			continue
		}
		g := *f.Fault
		g.Line, g.Column = t.lines[t.at[k]], 1
		bad.faults[i].Fault = &g
	}
	return bad
}

// inRows puts faults in the order of their lines.
func inRows(err error) error {
	var bad *badInput
	if errors.As(err, &bad) {
		slices.SortStableFunc(bad.faults, func(a, b placed) int { return cmp.Compare(a.Line, b.Line) })
	}
	return err
}

// ofCells leaves the faults that are about a single part: what the parts
// come to can't be told where a cell is no number.
func ofCells(err error) error {
	var out diag.Faults
	for _, f := range diag.All(err) {
		if strings.HasPrefix(f.Path, "/parts/") && f.Code != diag.Infeasible || f.Path == "/total" || strings.HasPrefix(f.Path, "/opt/") {
			out = append(out, f)
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// A matrix is a table with names in its first row and column.
type matrix struct {
	corner        string
	rows, columns []string
	cells         [][]decimal.Decimal
}

// matrix reads the table as one.
func (t *cells) matrix() (*matrix, error) {
	head := t.rows[0]
	if len(head) < 2 || len(t.rows) < 2 {
		return nil, &badInput{faults: []placed{{t.file, &diag.Fault{Code: diag.Required, Path: "/rows", Line: 1, Column: 1, Bound: "names in the first row and column, and cells"}}}}
	}
	m := &matrix{corner: head[0], columns: head[1:]}
	bad := &badInput{}
	for i := 1; i < len(t.rows); i++ {
		m.rows = append(m.rows, t.rows[i][0])
		row := make([]decimal.Decimal, len(m.columns))
		for k := range m.columns {
			row[k] = t.number(i, k+1, m.columns[k], bad).Decimal
			if row[k].IsNegative() {
				bad.faults = append(bad.faults, placed{t.file, &diag.Fault{Code: diag.Negative, Path: rowPath(i, m.columns[k]), Line: t.lines[i], Column: k + 2, Value: diag.Clip(t.rows[i][k+1]), Bound: "0"}})
			}
		}
		m.cells = append(m.cells, row)
	}
	if len(bad.faults) > 0 {
		return nil, bad
	}
	return m, t.refuseTotals(m)
}

// sums are those of rows and of columns.
func (m *matrix) sums() (rows, columns []decimal.Decimal) {
	rows, columns = make([]decimal.Decimal, len(m.rows)), make([]decimal.Decimal, len(m.columns))
	for i, row := range m.cells {
		for k, c := range row {
			rows[i], columns[k] = rows[i].Add(c), columns[k].Add(c)
		}
	}
	return rows, columns
}

// isTotal reports whether a name is that of a total.
func isTotal(name string) bool {
	return slices.Contains([]string{"total", "totals", "sum", "grand total", "合计", "总计", "总和"}, strings.ToLower(name))
}

// refuseTotals refuses a row or column that is called a total and is one: its
// amounts would be divided as if they were somebody's.
func (t *cells) refuseTotals(m *matrix) error {
	rowSums, columnSums := m.sums()
	two := decimal.New(2, 0)
	bad := &badInput{}
	for i, name := range m.rows {
		is := isTotal(name)
		for k := range m.columns {
			is = is && m.cells[i][k].Mul(two).Equal(columnSums[k])
		}
		if is {
			bad.faults = append(bad.faults, placed{t.file, &diag.Fault{Code: codeTotalLine, Path: rowPath(i + 1), Line: t.lines[i+1], Column: 1, Value: diag.Clip(name)}})
		}
	}
	for k, name := range m.columns {
		is := isTotal(name)
		for i := range m.rows {
			is = is && m.cells[i][k].Mul(two).Equal(rowSums[i])
		}
		if is {
			bad.faults = append(bad.faults, placed{t.file, &diag.Fault{Code: codeTotalLine, Path: rowPath(0, name), Line: t.lines[0], Column: k + 2, Value: diag.Clip(name)}})
		}
	}
	if len(bad.faults) > 0 {
		return bad
	}
	return nil
}
