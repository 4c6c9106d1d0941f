package salesplan

import (
	"io"
	"iter"
	"math/big"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// ReadDeals yields the deals of a table, one for each row, in its order; r is
// read while the caller ranges, and only once. Rows without anything in them
// are passed over, and so are columns that the mapping doesn't name.
//
// A bad row yields a zero Deal and its faults, all of them, and reading goes
// on; the caller decides when to stop. Paths are "/rows/17/close_date" (the
// header being row 1), Column is the number of the table's column:
//   - [diag.Syntax] or [diag.OutOfRange] for a day or an amount that can't be
//     read, a quote within a cell or one that isn't closed;
//   - [diag.Ambiguous] for a day such as 3/5/2017 where the mapping doesn't say
//     how days are written;
//   - [diag.Ragged] for a row that is longer or shorter than the header;
//   - [diag.Encoding] for bytes that are no UTF-8, and for NUL;
//   - [diag.TooLarge] for a cell beyond [MaxCellBytes].
//
// These end it: faults of the mapping, with paths from "/mapping";
// [diag.Column] for a column that is missing or stands twice; [diag.TooMany]
// beyond [MaxTableRows] or [MaxTableColumns]; [diag.IO], joined with its cause,
// if r fails. Memory doesn't grow with the table.
func ReadDeals(r io.Reader, m Mapping) iter.Seq2[Deal, error] {
	return func(yield func(Deal, error) bool) {
		d, err := newDealReader(r, m)
		if err != nil {
			yield(Deal{}, err)
			return
		}
		records(d.table, d.deal, yield)
	}
}

// The columns of a dealReader.
const (
	colID = iota
	colOwner
	colCustomer
	colProduct
	colSegment
	colStage
	colAmount
	colCurrency
	colOpened
	colClose
	colClosed
	colExpected
	dealColumns
)

type dealReader struct {
	table  *tableReader
	told   bool             // how days are written
	at     [dealColumns]int // -1 where the table has no such column
	stages map[string]Outcome
	date   datePattern
	format string
	number NumberFormat
}

func newDealReader(r io.Reader, m Mapping) (*dealReader, error) {
	var faults diag.Collector
	if m.validate("/mapping", &faults); faults.Len() > 0 {
		return nil, faults.Err()
	}
	given := m.Columns
	m, _ = m.resolve()
	d := &dealReader{table: newTableReader(r, m.Separator.comma()), stages: m.outcomes(), number: m.Number, format: m.Date, told: m.Date != ""}
	if d.format == "" {
		d.format = "yyyy-mm-dd"
	}
	d.date, _ = parseDatePattern(m.Date)
	header, err := d.table.readHeader(false)
	if err != nil {
		return nil, err
	}
	own := given.list()
	for i, name := range m.Columns.list() {
		if d.at[i] = -1; name == "" || own[i] == "" && mayLack(i) && !hasColumn(header, name) {
			continue
		}
		at, fault := d.table.column(name)
		faults.Add(fault)
		d.at[i] = at
	}
	if other := otherSeparator(header); faults.Len() > 0 && other != "" {
		return nil, &diag.Fault{Code: diag.Invalid, Path: "/mapping/separator", Value: string(m.Separator), Bound: strconv.Quote(other)}
	}
	return d, faults.Err()
}

// list returns the headers in the order of the columns.
func (c DealColumns) list() [dealColumns]string {
	return [dealColumns]string{c.ID, c.Owner, c.Customer, c.Product, c.Segment, c.Stage, c.Amount, c.Currency, c.Opened, c.Close, c.Closed, c.ExpectedClose}
}

// otherSeparator returns the separator that a header of one cell has in it.
func otherSeparator(header []string) string {
	if len(header) != 1 {
		return ""
	}
	for _, s := range separators() {
		if strings.IndexByte(header[0], s.comma()) >= 0 {
			return string(s)
		}
	}
	return ""
}

// deal reads one row.
func (d *dealReader) deal(row tableRow) (Deal, error) {
	var faults diag.Collector
	text := func(col int) string {
		if d.at[col] < 0 {
			return ""
		}
		return strings.TrimSpace(row.cells[d.at[col]])
	}
	deal := Deal{
		ID: text(colID), Owner: text(colOwner), Customer: text(colCustomer), Product: text(colProduct), Segment: text(colSegment),
		Stage: text(colStage), Currency: text(colCurrency), Row: row.row,
	}
	deal.Outcome = d.stages[foldName(deal.Stage)]
	day := func(col int) calendar.Date {
		s := text(col)
		if s == "" {
			return calendar.Date{}
		}
		date, code := d.date.parse(s)
		if code == diag.OutOfRange {
			faults.Add(d.table.fault(row, d.at[col], code, dataYears))
		} else if code != "" && !d.told && twoWays(s) {
			faults.Add(d.table.fault(row, d.at[col], diag.Ambiguous, "m/d/yyyy, d/m/yyyy"))
		} else if code != "" {
			faults.Add(d.table.fault(row, d.at[col], code, d.format))
		}
		return date
	}
	deal.Opened, deal.Closed, deal.ExpectedClose = day(colOpened), day(colClosed), day(colExpected)
	if date := day(colClose); deal.Outcome == OutcomeWon || deal.Outcome == OutcomeLost {
		deal.Closed = maxDay(deal.Closed, date)
	} else {
		deal.ExpectedClose = maxDay(deal.ExpectedClose, date)
	}
	if s := text(colAmount); s != "" {
		amount, code, bound := d.number.parse(s)
		if code != "" {
			faults.Add(d.table.fault(row, d.at[colAmount], code, bound))
		}
		deal.Amount = decimal.NewNullDecimal(amount)
	}
	if err := faults.Err(); err != nil {
		return Deal{}, err
	}
	return deal, nil
}

func maxDay(a, b calendar.Date) calendar.Date {
	if b.After(a) {
		return b
	}
	return a
}

func minDay(a, b calendar.Date) calendar.Date {
	if b.Before(a) {
		return b
	}
	return a
}

// newDecimal returns ±digits·10^exp; digits may be empty, for 0.
func newDecimal(negative bool, digits string, exp int32) decimal.Decimal {
	if len(digits) <= 18 {
		n, _ := strconv.ParseInt("0"+digits, 10, 64)
		if negative {
			n = -n
		}
		return decimal.New(n, exp)
	}
	n, _ := new(big.Int).SetString(digits, 10)
	if negative {
		n.Neg(n)
	}
	return decimal.NewFromBigInt(n, exp)
}
