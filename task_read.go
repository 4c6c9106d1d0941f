package salesplan

import (
	"encoding"
	"io"
	"iter"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
	"github.com/shopspring/decimal"
)

// The columns of a table of updates, by their headers.
const (
	updTask = iota
	updOn
	updStarted
	updFinished
	updPercent
	updRemaining
	updNote
	updColumns
)

func updateHeaders() [updColumns]string {
	return [updColumns]string{"task", "on", "started", "finished", "percent", "remaining", "note"}
}

// ReadTaskUpdates yields the updates of a CSV table, one for each row, in its
// order; r is read while the caller ranges, and only once. Its columns are, by
// their headers: "task" and "on", and as far as there are "started", "finished"
// (days or instants), "percent" (0 to 100), "remaining" ("3d") and "note"; others
// are of no account. An empty cell says nothing.
//
// Bad rows, and what ends reading, are faults as with [ReadDeals], with paths
// such as "/rows/17/finished". Memory doesn't grow with the table.
func ReadTaskUpdates(r io.Reader) iter.Seq2[TaskUpdate, error] {
	return func(yield func(TaskUpdate, error) bool) {
		table := newTableReader(r, SeparatorComma.comma())
		at, err := updateColumns(table)
		if err != nil {
			yield(TaskUpdate{}, err)
			return
		}
		records(table, func(row tableRow) (TaskUpdate, error) { return updateOf(table, row, at) }, yield)
	}
}

func updateColumns(table *tableReader) ([updColumns]int, error) {
	var at [updColumns]int
	header, err := table.readHeader(true)
	if err != nil {
		return at, err
	}
	var faults diag.Collector
	for i, name := range updateHeaders() {
		if at[i] = -1; i > updOn && !hasColumn(header, name) {
			continue
		}
		column, fault := table.column(name)
		faults.Add(fault)
		at[i] = column
	}
	return at, faults.Err()
}

func updateOf(table *tableReader, row tableRow, at [updColumns]int) (TaskUpdate, error) {
	var c diag.Collector
	text := func(i int) string {
		if at[i] < 0 {
			return ""
		}
		return strings.Clone(strings.TrimSpace(row.cells[at[i]]))
	}
	read := func(i int, into encoding.TextUnmarshaler) {
		if text(i) == "" {
			return
		}
		if err := into.UnmarshalText([]byte(text(i))); err != nil {
			for _, f := range diag.All(err) {
				c.Add(table.fault(row, at[i], f.Code, f.Bound))
			}
		}
	}
	u := TaskUpdate{Task: text(updTask), Note: text(updNote)}
	for i, bound := range []string{"a task", "a day"} {
		if text(i) == "" {
			c.Add(table.fault(row, at[i], diag.Required, bound))
		}
	}
	read(updOn, &u.On)
	read(updStarted, &u.Started)
	read(updFinished, &u.Finished)
	if s := strings.TrimSuffix(text(updPercent), "%"); s != "" {
		x, err := decimal.NewFromString(s)
		if err != nil || len(s) > maxDigits || !isPlainNumber(s) || x.IsNegative() || x.GreaterThan(decimal.NewFromInt(100)) {
			c.Add(table.fault(row, at[updPercent], diag.OutOfRange, "0 to 100"))
		} else {
			u.Percent = decimal.NewNullDecimal(x)
		}
	}
	if text(updRemaining) != "" {
		u.Remaining = new(calendar.Duration)
		read(updRemaining, u.Remaining)
	}
	return u, c.Err()
}
