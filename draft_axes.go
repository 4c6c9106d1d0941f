package salesplan

import (
	"errors"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/salesplan/salesplan/diag"
)

// maxDraftUnits is how many units an axis has that isn't read from a table.
const maxDraftUnits = 5000

// makeAxes finds the axes of owners, products and segments, and the customers.
func (d *drafter) makeAxes() error {
	d.roles = map[*tableProfile]DraftedTable{d.deals: {Role: DraftRoleDeals}}
	d.plan = &Plan{Version: Version, Inputs: Inputs{Deals: d.mapping()}}
	d.guessByTables()
	d.sayDeals()
	if err := d.axis("org", FieldOwner, d.cols.owner, levelsOwner); err != nil {
		return err
	}
	if err := d.axis("product", FieldProduct, d.cols.product, levelsProduct); err != nil {
		return err
	}
	d.customers()
	if d.cols.segment != nil {
		if err := d.axis("segment", FieldSegment, d.cols.segment, ""); err != nil {
			return err
		}
	}
	d.tellApart()
	d.unused()
	return nil
}

// guessByTables finds columns of the deals that no header names, but whose
// texts are those of a column of another table that one does name.
func (d *drafter) guessByTables() {
	for _, f := range []struct {
		field *(*columnProfile)
		words string
	}{{&d.cols.owner, wordsOwner}, {&d.cols.product, wordsProduct}, {&d.cols.customer, wordsCustomer}} {
		for _, g := range d.groups {
			c := g.column(f.words, nil)
			if *f.field != nil || g == d.deals || c == nil {
				continue
			}
			for _, mine := range d.deals.columns {
				if !mine.twice && mine.kept > 0 && !slices.Contains(d.cols.list(), mine) && 10*covered(mine, c) >= 9*mine.kept {
					*f.field = mine
					break
				}
			}
		}
	}
	d.plan.Inputs.Deals = d.mapping()
}

// axis adds the axis of a field of the deals, read from the table that lists
// its units with their levels, or made from the deals.
func (d *drafter) axis(id string, of Field, column *columnProfile, words string) error {
	if column == nil || len(column.texts) == 0 {
		return nil
	}
	axis := Axis{ID: id, Name: d.said("draft-name-" + diag.Code(id)), Of: of}
	if table, leaf := d.joined(column); table != nil && words != "" && len(table.tables) == 1 && d.isFor(table, leaf, words, column) {
		done, err := d.axisOfTable(axis, column, table, leaf, words)
		if done || err != nil {
			return err
		}
	}
	if len(column.texts) > maxDraftUnits {
		d.note(diag.Warning, "draft-too-many", "column", column.header, diag.Count("count", len(column.texts)), diag.Count("most", maxDraftUnits))
		return nil
	}
	return d.axisOfDeals(axis, column, words)
}

// axisOfTable adds an axis that is read from a table. It reports whether it
// could be: a table in which one name is spelt in two ways, or stands for two
// units, is of no use.
func (d *drafter) axisOfTable(axis Axis, column *columnProfile, table *tableProfile, leaf *columnProfile, words string) (bool, error) {
	chain, err := d.chain(table, leaf, words, true)
	if err != nil {
		return false, err
	}
	axis.Table = &AxisTable{File: table.name(), Prefix: meet(chain.columns)}
	for _, c := range chain.columns {
		axis.Table.Columns = append(axis.Table.Columns, c.header)
	}
	trial := &Plan{Version: Version, Axes: []Axis{axis}}
	if _, err := table.tables[0].Data.Seek(0, io.SeekStart); err != nil {
		return false, errors.Join(&diag.Fault{Code: diag.IO, Path: diag.Pointer("tables", table.name()), Value: diag.Clip(err.Error())}, err)
	}
	trial, err = trial.WithTables(map[string]io.Reader{table.name(): table.tables[0].Data})
	if err == nil {
		err = trial.Validate()
	}
	if err != nil {
		d.note(diag.Warning, "draft-table-refused", "table", table.name(), append(faultArgs(err), diag.Name("axis", axis.ID))...)
		return false, nil
	}
	d.roles[table] = DraftedTable{Role: DraftRoleUnits, Axis: axis.ID}
	d.note(diag.Info, "draft-axis", "axis", axis.ID, diag.Name("table", table.name()),
		diag.Arg{Name: "columns", Kind: diag.KindName, Text: strings.Join(axis.Table.Columns, " → ")}, diag.Text("counts", countsOf(chain.columns)), diag.Name("field", column.header))
	d.propose(&axis, column, leaf.texts, func(text string) string { return tableID(axis.Table, leaf.header, text) })
	d.plan.Axes = append(d.plan.Axes, axis)
	return true, nil
}

// isFor reports whether a table lists the units of an axis: its column is named
// like them, it has levels above them, or it has little else.
func (d *drafter) isFor(table *tableProfile, leaf *columnProfile, words string, column *columnProfile) bool {
	own := wordsOwner
	if words == levelsProduct {
		own = wordsProduct
	}
	return leaf.plain == column.plain || slices.Contains(strings.Fields(own), leaf.plain) ||
		slices.ContainsFunc(table.columns, func(c *columnProfile) bool { return c != leaf && isLevel(c.plain, words) }) || len(table.columns) <= 2
}

// tableID is the ID that a text of a table's column has.
func tableID(t *AxisTable, column, text string) string {
	if t.Prefix {
		return column + ":" + text
	}
	return text
}

// meet reports whether one text stands in two of the columns.
func meet(columns []*columnProfile) bool {
	seen := map[string]bool{}
	for _, c := range columns {
		for _, s := range c.texts {
			if seen[s] {
				return true
			}
		}
		for _, s := range c.texts {
			seen[s] = true
		}
	}
	return false
}

// axisOfDeals makes an axis from a column of the deals, with the column above
// it where there is one.
func (d *drafter) axisOfDeals(axis Axis, column *columnProfile, words string) error {
	units := d.ownUnits(column)
	chain := levelChain{columns: []*columnProfile{column}}
	if words != "" {
		var err error
		if chain, err = d.chain(d.deals, column, words, false); err != nil {
			return err
		}
	}
	above := hang(units, chain)
	axis.Units = append(above, units...)
	var texts []string
	for _, u := range units {
		texts = append(texts, u.ID)
	}
	columns := make([]string, len(chain.columns))
	for i, c := range chain.columns {
		columns[i] = c.header
	}
	d.note(diag.Info, "draft-axis-deals", "axis", axis.ID, diag.Arg{Name: "columns", Kind: diag.KindName, Text: strings.Join(columns, " → ")}, diag.Count("count", len(axis.Units)))
	d.propose(&axis, column, texts, func(text string) string { return text })
	d.plan.Axes = append(d.plan.Axes, axis)
	return nil
}

// hang puts units below those that the chain has above them, which it returns
// from the top.
func hang(units []Unit, chain levelChain) (above []Unit) {
	taken, made := map[string]bool{}, map[string]bool{}
	for _, u := range units {
		taken[foldName(u.ID)] = true
	}
	for i := range units {
		u := &units[i]
		for k, text := range chain.above[u.Name] {
			id := cleanText(text)
			if id == "" {
				continue
			}
			if taken[foldName(id)] {
				id = chain.columns[k].header + ":" + id
			}
			if !made[id] {
				made[id] = true
				above = append(above, Unit{ID: id, Parent: u.Parent})
			}
			u.Parent = id
		}
		u.Name = ""
	}
	return above
}

// ownUnits returns a column's texts as units, spellings of one name as one: the
// commonest. Name holds the text as it stands.
func (d *drafter) ownUnits(column *columnProfile) []Unit {
	common := map[string]string{}
	for _, s := range column.texts {
		if other, known := common[looseKey(s)]; !known || column.rows[s] > column.rows[other] {
			common[looseKey(s)] = s
		}
	}
	var units []Unit
	for _, s := range column.texts {
		text, first := common[looseKey(s)]
		if delete(common, looseKey(s)); !first {
			continue
		}
		id := cleanText(text)
		if id == "" || len(id) > maxIDBytes {
			continue
		}
		u := Unit{ID: id, Name: text}
		if foldName(id) != foldName(text) {
			u.Aka = []string{text}
		}
		units = append(units, u)
	}
	return units
}

// looseKey returns the loose name, or the text where nothing of it is left.
func looseKey(s string) string {
	if key := looseName(s); key != "" {
		return key
	}
	return s
}

// cleanText returns a text as an ID may have it: in visible characters, with
// single usual spaces.
func cleanText(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) })
	return strings.Join(words, " ")
}

// propose writes spellings of the deals that are a unit's but for case, spaces
// and punctuation as its aka.
func (d *drafter) propose(axis *Axis, column *columnProfile, texts []string, id func(string) string) {
	exact := make(map[string]bool, len(texts))
	loose := make(map[string]string, len(texts))
	for _, s := range texts {
		exact[foldName(s)] = true
	}
	for _, s := range texts {
		key := looseName(s)
		if other, known := loose[key]; known && other != s {
			s = "" // two units' name
		}
		loose[key] = s
	}
	for _, s := range column.texts {
		unit := loose[looseName(s)]
		if exact[foldName(s)] || unit == "" || looseName(s) == "" {
			continue
		}
		i := slices.IndexFunc(axis.Units, func(u Unit) bool { return u.ID == id(unit) })
		if i < 0 {
			i = len(axis.Units)
			axis.Units = append(axis.Units, Unit{ID: id(unit)})
		}
		if slices.Contains(axis.Units[i].Aka, s) {
			continue
		}
		axis.Units[i].Aka = append(axis.Units[i].Aka, s)
		d.note(diag.Warning, "draft-aka", "unit", id(unit), diag.Name("spelling", s), diag.Count("count", column.rows[s]), diag.Name("axis", axis.ID))
	}
}

// customers finds the table of customers, and the axis of their segments.
func (d *drafter) customers() {
	if d.cols.customer == nil {
		return
	}
	table, name := d.joined(d.cols.customer)
	if table == nil || len(table.tables) > 1 {
		return
	}
	few := func(c *columnProfile) bool {
		return c != name && len(c.texts) >= 2 && len(c.texts) <= 100 && !c.isNumbers(NumberFormat{})
	}
	segment := table.column(wordsCustomerSegment, few)
	d.plan.Inputs.Customers = d.customerMapping(table, name, segment)
	d.roles[table] = DraftedTable{Role: DraftRoleCustomers}
	d.note(diag.Info, "draft-customers", "table", table.name(), diag.Name("name", name.header), diag.Name("segment", headerOf(segment)),
		diag.Count("count", len(name.texts)))
	if segment == nil || d.cols.segment != nil {
		return
	}
	axis := Axis{ID: "segment", Name: d.said("draft-name-segment"), Of: FieldSegment, Units: d.ownUnits(segment)}
	var texts []string
	for i := range axis.Units {
		axis.Units[i].Name = ""
		texts = append(texts, axis.Units[i].ID)
	}
	d.note(diag.Info, "draft-axis-customers", "axis", axis.ID, diag.Name("column", segment.header), diag.Name("table", table.name()), diag.Count("count", len(axis.Units)))
	d.propose(&axis, segment, texts, func(text string) string { return text })
	d.plan.Axes = append(d.plan.Axes, axis)
}

// customerMapping is the mapping of a table of customers, that of the deals'
// preset where it fits.
func (d *drafter) customerMapping(table *tableProfile, name, segment *columnProfile) *CustomerMapping {
	m := &CustomerMapping{Separator: separatorOf(table.comma), Columns: CustomerColumns{
		ID: headerOf(table.column(wordsCustomerID, func(c *columnProfile) bool { return c != name })), Name: name.header,
		Aka: headerOf(table.column(wordsCustomerAka, nil)), Segment: headerOf(segment),
	}}
	preset, fault := presetNamed(d.plan.Inputs.Deals.Preset)
	ready := preset.Customers.Columns
	if fault != nil || foldName(ready.Name) != foldName(name.header) {
		return m
	}
	m.Preset = preset.Name
	m.Columns.Name = ""
	if foldName(m.Columns.ID) == foldName(ready.ID) {
		m.Columns.ID = ""
	}
	if segment != nil && foldName(segment.header) == foldName(ready.Segment) {
		m.Columns.Segment = ""
	}
	return m
}

// tellApart gives the units of an axis prefixes where one of another axis has
// the same ID.
func (d *drafter) tellApart() {
	seen := map[string]bool{}
	for i := range d.plan.Axes {
		a := &d.plan.Axes[i]
		ids := d.idsOf(a)
		if slices.ContainsFunc(ids, func(id string) bool { return seen[id] }) {
			d.prefix(a)
			ids = d.idsOf(a)
		}
		for _, id := range ids {
			seen[id] = true
		}
	}
}

// prefix makes an axis's ids longer.
func (d *drafter) prefix(a *Axis) {
	if t := a.Table; t != nil {
		if t.Prefix {
			return
		}
		t.Prefix = true
		for i := range a.Units {
			a.Units[i].ID = tableID(t, t.Columns[len(t.Columns)-1], a.Units[i].ID)
		}
		return
	}
	for i := range a.Units {
		u := &a.Units[i]
		u.Name, u.ID = u.ID, a.ID+":"+u.ID
		if u.Parent != "" {
			u.Parent = a.ID + ":" + u.Parent
		}
	}
}

// idsOf returns the ids of an axis, also of one that is read from a table.
func (d *drafter) idsOf(a *Axis) (ids []string) {
	for _, u := range a.Units {
		ids = append(ids, u.ID)
	}
	if a.Table == nil {
		return ids
	}
	for _, g := range d.groups {
		if g.name() != a.Table.File {
			continue
		}
		for _, name := range a.Table.Columns {
			for _, c := range g.columns {
				if c.header != name {
					continue
				}
				for _, s := range c.texts {
					ids = append(ids, tableID(a.Table, name, s))
				}
			}
		}
	}
	return ids
}
