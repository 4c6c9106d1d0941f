package salesplan

import (
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// ReadHistory yields the actuals of a table of the past, as spreadsheets keep
// them; r is read while the caller ranges, and only once. Names, days and
// periods are the plan's, amounts plain numbers. Columns are separated by
// commas or, where the header has none, by semicolons or tabs. Headers are
// compared after trimming and without regard to case.
//
// A matrix has units in its first column and periods in its first row:
// "2026-01", "2026-Q1", "FY2027-P03". The units are the organisation's, or of
// the axis that the first header names by its ID or name, or by "product",
// "segment" or "customer". Each cell is an actual from the first to the last
// day of its period; an empty cell is none, "0" one of 0.
//
// Any other table is a long one, with an actual in each row. Columns: "date",
// "on", "period" or "month" (a day or a period; required); "amount" or "value"
// (required; a row without one is no actual); "since" (a first day); "unit",
// "owner" or the organisation's axis; "product", "segment", "customer" or the
// axis that reads them; "metric", "currency", "id", "deal"; "leaf" ("true" or
// "false": rows with "false" are sums of others, as in a table of targets, and
// are not read); "goal" (a table of several goals' targets: a row of the same
// metric, units and days as one of another goal is a fault of code
// [diag.Duplicate], since both would be added). Others are of no account, but one that nearly has such a name
// is a fault.
//
// The metric is that of the row's column, where it has one, otherwise metric,
// otherwise the plan's only one.
//
// A bad row yields its faults and reading goes on, see [ReadDeals]. These end
// it: [diag.Required] at "/plan" for none, at "/metric" where it isn't clear;
// [diag.Unknown] at "/metric"; [diag.Column] for a column that is missing or
// stands twice; and what ends ReadDeals. A matrix with two columns whose
// periods overlap is a fault of code [diag.Duplicate].
func ReadHistory(r io.Reader, p *Plan, metric string) iter.Seq2[Actual, error] {
	return func(yield func(Actual, error) bool) {
		h, err := newHistoryReader(r, p, metric)
		if err != nil {
			yield(Actual{}, err)
			return
		}
		for {
			row, err := h.table.next()
			if err == io.EOF {
				return
			}
			if err == nil && row.blank() {
				continue
			}
			if err != nil {
				if !yield(Actual{}, err) {
					return
				}
				continue
			}
			read := h.long
			if h.periods != nil {
				read = h.matrix
			}
			actuals, err := read(row)
			if err != nil && !yield(Actual{}, err) {
				return
			}
			for _, a := range actuals {
				if !yield(a, nil) {
					return
				}
			}
		}
	}
}

// The columns of a long table.
const (
	histDate = iota
	histAmount
	histSince
	histUnit
	histProduct
	histSegment
	histCustomer
	histMetric
	histCurrency
	histID
	histDeal
	histLeaf
	histGoal
	histColumns
)

type historyReader struct {
	table   *tableReader
	plan    *Plan
	metric  string
	at      [histColumns]int  // -1 where there is no such column
	periods []calendar.Period // of the columns of a matrix but the first
	field   Field             // of the first column of a matrix
	goals   map[string][]goalSpan
	buf     []Actual
}

func newHistoryReader(r io.Reader, p *Plan, metric string) (*historyReader, error) {
	if p == nil {
		return nil, &diag.Fault{Code: diag.Required, Path: "/plan"}
	}
	h := &historyReader{table: newTableReader(r, ','), plan: p, metric: metric}
	if metric != "" {
		m := metricAt(p, metric)
		if m < 0 {
			return nil, &diag.Fault{Code: diag.Unknown, Path: "/metric", Value: diag.Clip(metric), Bound: joinNames(metricIDs(p)), Near: diag.Nearest(metric, metricIDs(p))}
		}
		h.metric = p.Metrics[m].ID
	} else if len(p.Metrics) == 1 {
		h.metric = p.Metrics[0].ID
	}
	header, err := h.table.readHeader(true)
	if err != nil {
		return nil, err
	}
	names := h.names()
	if h.periods = matrixPeriods(header, p.Calendar.Fiscal); h.periods != nil {
		err = h.checkMatrix(header, names)
	} else {
		err = h.findColumns(header, names)
	}
	if err == nil && h.metric == "" && h.at[histMetric] < 0 {
		err = &diag.Fault{Code: diag.Required, Path: "/metric", Bound: joinNames(metricIDs(p))}
	}
	return h, err
}

// names returns the headers by which each column goes, the first ones the
// general ones.
func (h *historyReader) names() [histColumns][]string {
	names := [histColumns][]string{
		{"date", "on", "period", "month"}, {"amount", "value"}, {"since"}, {"unit", "owner"},
		{"product"}, {"segment"}, {"customer"}, {"metric"}, {"currency"}, {"id"}, {"deal"}, {"leaf"}, {"goal"},
	}
	readers := axisReaders(h.plan)
	columns := map[Field]int{FieldOwner: histUnit, FieldProduct: histProduct, FieldSegment: histSegment, FieldCustomer: histCustomer}
	for i := range readers {
		if col, ok := columns[readers[i].field]; ok {
			for _, name := range []string{h.plan.Axes[i].ID, h.plan.Axes[i].Name} {
				if name != "" {
					names[col] = append(names[col], name)
				}
			}
		}
	}
	return names
}

// matrixPeriods returns the periods that a header names behind its first cell;
// nil if one of its cells isn't one.
func matrixPeriods(header []string, fiscal calendar.Fiscal) []calendar.Period {
	var out []calendar.Period
	for _, cell := range header[1:] {
		period, err := fiscal.Parse(cell)
		if err != nil {
			return nil
		}
		out = append(out, period)
	}
	return out
}

// checkMatrix checks that no day stands in two columns, and sees which units
// the rows are.
func (h *historyReader) checkMatrix(header []string, names [histColumns][]string) error {
	for i := range h.at {
		h.at[i] = -1
	}
	fields := map[int]Field{histProduct: FieldProduct, histSegment: FieldSegment, histCustomer: FieldCustomer}
	h.field = FieldOwner
	for col := range names {
		if f, ok := fields[col]; ok && hasName(names[col], header[0]) {
			h.field = f
		}
	}
	var faults diag.Collector
	order := make([]int, len(h.periods))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return h.periods[a].Compare(h.periods[b]) })
	widest := 0
	for k, i := range order {
		if k > 0 && h.periods[i].Overlaps(h.periods[widest]) {
			at := max(i, widest)
			faults.Add(&diag.Fault{Code: diag.Duplicate, Path: "/rows/1", Line: 1, Column: at + 2, Value: header[at+1], Bound: "column " + header[min(i, widest)+1]})
		}
		if k == 0 || h.periods[i].Last.After(h.periods[widest].Last) {
			widest = i
		}
		if y := h.periods[i].First.Year(); y < firstDataYear || h.periods[i].Last.Year() > lastDataYear {
			faults.Add(&diag.Fault{Code: diag.OutOfRange, Path: "/rows/1", Line: 1, Column: i + 2, Value: header[i+1], Bound: dataYears})
		}
	}
	return faults.Err()
}

func hasName(names []string, text string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return foldName(n) == foldName(text) })
}

// findColumns finds the columns of a long table.
func (h *historyReader) findColumns(header []string, names [histColumns][]string) error {
	var faults diag.Collector
	var all []string
	for i := range h.at {
		h.at[i] = -1
		all = append(all, names[i]...)
	}
	for k, cell := range header {
		col := slices.IndexFunc(names[:], func(list []string) bool { return hasName(list, cell) })
		switch {
		case col < 0:
			if near := diag.Nearest(cell, all); near != "" && !hasName(header, near) {
				faults.Add(&diag.Fault{Code: diag.Column, Path: "/rows/1", Line: 1, Column: k + 1, Value: cell, Bound: joinNames(header), Near: near})
			}
		case h.at[col] >= 0:
			faults.Add(&diag.Fault{Code: diag.Column, Path: "/rows/1", Line: 1, Column: k + 1, Value: cell, Bound: joinNames(header)})
		default:
			h.at[col] = k
		}
	}
	for _, col := range []int{histDate, histAmount} {
		if h.at[col] < 0 {
			faults.Add(&diag.Fault{Code: diag.Column, Path: "/rows/1", Line: 1, Column: 1, Value: names[col][0], Bound: joinNames(header), Near: diag.Nearest(names[col][0], header)})
		}
	}
	return faults.Err()
}

// dataYears says in a fault which days are read.
const dataYears = "a day of the years 1900 to 2200"

// matrix returns the actuals of a row of a matrix, none if it has a fault.
func (h *historyReader) matrix(row tableRow) ([]Actual, error) {
	var faults diag.Collector
	h.buf = h.buf[:0]
	unit := strings.TrimSpace(row.cells[0])
	for i, period := range h.periods {
		text := strings.TrimSpace(row.cells[i+1])
		if text == "" {
			continue
		}
		amount, code, bound := NumberFormat{}.parse(text)
		if code != "" {
			faults.Add(h.table.fault(row, i+1, code, bound))
			continue
		}
		a := Actual{Metric: h.metric, Since: period.First, On: period.Last, Amount: amount, Row: row.row}
		switch h.field {
		case FieldProduct:
			a.Product = unit
		case FieldSegment:
			a.Segment = unit
		case FieldCustomer:
			a.Customer = unit
		default:
			a.Unit = unit
		}
		h.buf = append(h.buf, a)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return h.buf, nil
}

// long returns the actual of a row of a long table, none where it has no
// amount.
func (h *historyReader) long(row tableRow) ([]Actual, error) {
	text := func(col int) string {
		if h.at[col] < 0 {
			return ""
		}
		return strings.TrimSpace(row.cells[h.at[col]])
	}
	leaf := strings.ToLower(text(histLeaf))
	if text(histAmount) == "" || leaf == "false" {
		return nil, nil
	}
	var faults diag.Collector
	if leaf != "true" && h.at[histLeaf] >= 0 {
		faults.Add(h.table.fault(row, h.at[histLeaf], diag.Invalid, "true, false"))
	}
	period := func(col int) calendar.Period {
		at := h.at[col]
		if at < 0 || text(col) == "" && col != histDate {
			return calendar.Period{}
		}
		p, err := h.plan.Calendar.Fiscal.Parse(text(col))
		switch all := diag.All(err); {
		case text(col) == "":
			faults.Add(h.table.fault(row, at, diag.Required, "a day or a period"))
		case len(all) > 0:
			faults.Add(h.table.fault(row, at, all[0].Code, all[0].Bound))
		case p.First.Year() < firstDataYear || p.Last.Year() > lastDataYear:
			faults.Add(h.table.fault(row, at, diag.OutOfRange, dataYears))
		}
		return p
	}
	on, since := period(histDate), period(histSince)
	amount, code, bound := NumberFormat{}.parse(text(histAmount))
	if code != "" {
		faults.Add(h.table.fault(row, h.at[histAmount], code, bound))
	}
	if since.First.After(on.Last) {
		faults.Add(h.table.fault(row, h.at[histSince], diag.Order, "a day up to "+on.Last.String()))
	}
	metric := text(histMetric)
	if metric == "" {
		if metric = h.metric; metric == "" {
			faults.Add(h.table.fault(row, h.at[histMetric], diag.Required, joinNames(metricIDs(h.plan))))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	a := Actual{
		ID: text(histID), Unit: text(histUnit), Metric: metric, On: on.Last, Amount: amount, Currency: text(histCurrency),
		Product: text(histProduct), Segment: text(histSegment), Customer: text(histCustomer), Deal: text(histDeal), Row: row.row,
	}
	switch {
	case !since.IsZero():
		a.Since = since.First
	case on.First != on.Last:
		a.Since = on.First
	}
	if other, is := h.alsoOf(text(histGoal), a, on.First); is {
		return nil, diag.Faults{h.table.fault(row, h.at[histGoal], diag.Duplicate, "goal "+other.goal)}
	}
	h.buf = append(h.buf[:0], a)
	return h.buf, nil
}

// A goalSpan is the first to the last day of which a goal had rows, of the same
// metric and units.
type goalSpan struct {
	goal        string
	first, last calendar.Date
}

// alsoOf returns another goal that has a row of the same metric, units and days,
// and whether there is one. Only one goal's rows are taken.
func (h *historyReader) alsoOf(goal string, a Actual, first calendar.Date) (other goalSpan, is bool) {
	if h.at[histGoal] < 0 {
		return goalSpan{}, false
	}
	if !a.Since.IsZero() {
		first = a.Since
	}
	key := strings.Join([]string{a.Metric, a.Unit, a.Product, a.Segment, a.Customer}, "\x00")
	own := -1
	for i, s := range h.goals[key] {
		if s.goal == goal {
			own = i
		} else if !s.first.After(a.On) && !first.After(s.last) {
			return s, true
		}
	}
	if h.goals == nil {
		h.goals = map[string][]goalSpan{}
	}
	if own < 0 {
		h.goals[key] = append(h.goals[key], goalSpan{goal, first, a.On})
		return goalSpan{}, false
	}
	s := &h.goals[key][own]
	if first.Before(s.first) {
		s.first = first
	}
	if s.last.Before(a.On) {
		s.last = a.On
	}
	return goalSpan{}, false
}
