package salesplan

import (
	"io"
	"iter"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// A Customer is an account of a CRM.
type Customer struct {
	ID      string
	Name    string
	Aka     string // another name
	Owner   string
	Segment string

	// Row is the row of the table it was read from, the header being row 1;
	// 0 for none.
	Row int
}

// A CustomerMapping says how a CRM's table of customers is to be read by
// [ReadCustomers].
type CustomerMapping struct {
	// Preset names one of the [Mappings] that are ready, whose columns for
	// customers hold where Columns names none.
	Preset string `json:"mapping,omitempty"`

	// Columns are the headers of the fields.
	Columns CustomerColumns `json:"columns,omitzero"`

	// Separator stands between the columns.
	Separator Separator `json:"separator,omitempty"`
}

// CustomerColumns are the headers of a customer's fields, each "" where the
// table has no such column. Headers are compared after trimming and without
// regard to case.
type CustomerColumns struct {
	ID      string `json:"id,omitempty"`
	Name    string `json:"name,omitempty"`
	Aka     string `json:"aka,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Segment string `json:"segment,omitempty"`
}

func (c CustomerColumns) list() [5]string {
	return [5]string{c.ID, c.Name, c.Aka, c.Owner, c.Segment}
}

// customerName is the place of the name in a list of columns.
const customerName = 1

// resolve returns the mapping with what it takes from its preset.
func (m CustomerMapping) resolve() (CustomerMapping, *diag.Fault) {
	if m.Preset == "" {
		return m, nil
	}
	preset, fault := presetNamed(m.Preset)
	if fault != nil {
		return m, fault
	}
	c, below := &m.Columns, preset.Customers.Columns
	for _, f := range []struct{ mine, preset *string }{
		{&c.ID, &below.ID}, {&c.Name, &below.Name}, {&c.Aka, &below.Aka}, {&c.Owner, &below.Owner}, {&c.Segment, &below.Segment},
	} {
		if *f.mine == "" {
			*f.mine = *f.preset
		}
	}
	if m.Separator == "" {
		m.Separator = preset.Customers.Separator
	}
	return m, nil
}

// validate adds the faults of the mapping, with paths below path.
func (m CustomerMapping) validate(path string, c *diag.Collector) {
	m, fault := m.resolve()
	if fault != nil {
		fault.Path = path + fault.Path
		c.Add(fault)
		return
	}
	if m.Columns.Name == "" {
		c.Add(&diag.Fault{Code: diag.Required, Path: path + "/columns/name", Bound: "the header of the customers' names"})
	}
	if m.Separator != "" {
		c.Add(checkEnum(m.Separator, separators(), path+"/separator"))
	}
}

// ReadCustomers yields the customers of a table, one for each row, in its
// order; r is read while the caller ranges, and only once. Rows without
// anything in them are passed over. Bad rows, and what ends reading, are
// faults as with [ReadDeals]; a row without a name is one of code
// [diag.Required]. Memory doesn't grow with the table.
func ReadCustomers(r io.Reader, m CustomerMapping) iter.Seq2[Customer, error] {
	return func(yield func(Customer, error) bool) {
		table, at, err := openCustomers(r, m)
		if err != nil {
			yield(Customer{}, err)
			return
		}
		records(table, func(row tableRow) (Customer, error) { return customerOf(table, row, at) }, yield)
	}
}

func openCustomers(r io.Reader, m CustomerMapping) (*tableReader, [5]int, error) {
	var at [5]int
	var faults diag.Collector
	if m.validate("/mapping", &faults); faults.Len() > 0 {
		return nil, at, faults.Err()
	}
	own := m.Columns.list()
	m, _ = m.resolve()
	table := newTableReader(r, m.Separator.comma())
	header, err := table.readHeader(false)
	if err != nil {
		return nil, at, err
	}
	for i, name := range m.Columns.list() {
		if at[i] = -1; name == "" || own[i] == "" && i != customerName && !hasColumn(header, name) {
			continue
		}
		column, fault := table.column(name)
		faults.Add(fault)
		at[i] = column
	}
	return table, at, faults.Err()
}

func customerOf(table *tableReader, row tableRow, at [5]int) (Customer, error) {
	text := func(i int) string {
		if at[i] < 0 {
			return ""
		}
		return strings.TrimSpace(row.cells[at[i]])
	}
	c := Customer{ID: text(0), Name: text(customerName), Aka: text(2), Owner: text(3), Segment: text(4), Row: row.row}
	if c.Name == "" {
		return Customer{}, table.fault(row, at[customerName], diag.Required, "a name")
	}
	return c, nil
}

// FillCustomers yields the deals with what the customers' records say: the
// customer's name as its record has it, for a deal that names it by its ID, its
// other name or in other case, and the customer's segment, for a deal that has
// none. A deal whose customer has no record, or two that differ, stays as it
// is, for [Gather] to find.
//
// The customers are read when the caller begins to range; their faults come
// first, with paths from "/customers". Memory is proportional to the customers.
func FillCustomers(deals iter.Seq2[Deal, error], customers iter.Seq2[Customer, error]) iter.Seq2[Deal, error] {
	return func(yield func(Deal, error) bool) {
		var book customerBook
		if customers != nil {
			for c, err := range customers {
				if err == nil {
					book.add(c)
				} else if !yield(Deal{}, diag.Under(err, "/customers")) {
					return
				}
			}
		}
		if deals == nil {
			return
		}
		for d, err := range deals {
			if err == nil {
				book.fill(&d)
			}
			if !yield(d, err) {
				return
			}
		}
	}
}

// A customerBook finds records by the folded names, ids and other names. A
// name goes before an id, an id before another name.
type customerBook struct {
	byKey [3]map[string]customerEntry
}

type customerEntry struct {
	name, segment   string
	twoNames, split bool // records differ in their name, in their segment
}

func (b *customerBook) add(c Customer) {
	for i, text := range []string{c.Name, c.ID, c.Aka} {
		key := foldName(text)
		if key == "" {
			continue
		}
		if b.byKey[i] == nil {
			b.byKey[i] = map[string]customerEntry{}
		}
		e, known := b.byKey[i][key]
		if !known {
			e = customerEntry{name: strings.Clone(c.Name), segment: strings.Clone(c.Segment)}
		} else {
			e.twoNames = e.twoNames || foldName(e.name) != foldName(c.Name)
			e.split = e.split || foldName(e.segment) != foldName(c.Segment)
		}
		b.byKey[i][strings.Clone(key)] = e
	}
}

func (b *customerBook) fill(d *Deal) {
	key := foldName(d.Customer)
	if key == "" {
		return
	}
	for _, entries := range b.byKey {
		e, known := entries[key]
		if !known {
			continue
		}
		if !e.twoNames {
			d.Customer = e.name
		}
		if d.Segment == "" && !e.split && !e.twoNames {
			d.Segment = e.segment
		}
		return
	}
}
