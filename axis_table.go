package salesplan

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/salesplan/salesplan/calendar"
	"github.com/salesplan/salesplan/diag"
)

// MaxTableUnits is the most units that an axis may have from its table.
const MaxTableUnits = 1_000_000

// AllUnits returns the axis's units: those read from its table, refined, and
// those added. For an axis without a table, or before [Plan.WithTables], these
// are its Units. The result is a copy.
func (a *Axis) AllUnits() []Unit { return cloneUnits(a.tree()) }

// tree returns AllUnits without copying them.
func (a *Axis) tree() []Unit {
	if a.Table != nil && a.filled != nil {
		return a.filled
	}
	return a.Units
}

// WithTables returns a copy of the plan with its axes filled from the tables
// that they name, by the names under which [AxisTable.File] has them. Encoding
// the result writes what encoding p does: the tables' names and the units that
// p has, not those read.
//
// Each row of a table is a path down the tree, one column a level; upper levels
// repeat. The units are listed as they first appear, parents before their
// children, then those that the axis adds. Where a cell is empty, the cell
// below hangs on the nearest one above that isn't. Cells are trimmed; the
// table's separator is the comma or, where its header has none, the semicolon
// or tab. Other columns are of no account.
//
// All faults are reported together:
//   - [diag.Required] at "/axes/1/table/file" for a table that isn't given, and
//     at "/tables/products/rows/17" for a row without a unit;
//   - [diag.Unknown] at "/tables/products" for a table that no axis names;
//   - [diag.Column] for a column that the table lacks or has twice;
//   - [diag.Conflict] at "/tables/products/rows/17/product" for a text that
//     stands on two levels or below two parents, with the row that says
//     otherwise, and at "/axes/1/units/3/parent" for a unit that is moved;
//   - [diag.TooMany] beyond [MaxTableUnits]; and those of a row by
//     [ReadDeals].
//
// The cost is proportional to the tables.
func (p *Plan) WithTables(tables map[string]io.Reader) (*Plan, error) {
	if p == nil {
		return nil, &diag.Fault{Code: diag.Required, Path: "/plan"}
	}
	var faults diag.Collector
	out := p.Clone()
	byFile := make(map[string][]int)
	var files []string
	for i := range out.Axes {
		t := out.Axes[i].Table
		if t == nil {
			continue
		}
		if tables[t.File] == nil {
			faults.Add(&diag.Fault{Code: diag.Required, Path: "/axes/" + strconv.Itoa(i) + "/table/file", Value: t.File, Bound: "the table " + t.File})
			continue
		}
		if byFile[t.File] == nil {
			files = append(files, t.File)
		}
		byFile[t.File] = append(byFile[t.File], i)
	}
	for _, name := range sortedKeys(tables) {
		if byFile[name] == nil && tables[name] != nil {
			faults.Add(&diag.Fault{Code: diag.Unknown, Path: diag.Pointer("tables", name), Value: name, Near: diag.Nearest(name, tableNames(p))})
		}
	}
	for _, file := range files {
		out.fillFrom(file, tables[file], byFile[file], &faults)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

func tableNames(p *Plan) []string {
	var names []string
	for _, a := range p.Axes {
		if a.Table != nil {
			names = append(names, a.Table.File)
		}
	}
	return names
}

// fillFrom reads one table into the axes that are made from it.
func (p *Plan) fillFrom(file string, r io.Reader, axes []int, faults *diag.Collector) {
	below := diag.Pointer("tables", file)
	add := func(err error) { faults.AddErr(diag.Under(err, below), below) }
	table := newTableReader(r, ',')
	if _, err := table.readHeader(true); err != nil {
		add(err)
		return
	}
	growers := make([]*treeGrower, 0, len(axes))
	for _, i := range axes {
		g, err := newTreeGrower(&p.Axes[i], table)
		if err != nil {
			add(err)
			continue
		}
		growers = append(growers, g)
	}
	for len(growers) > 0 {
		row, err := table.next()
		if err == io.EOF {
			break
		}
		if err == nil && row.blank() {
			continue
		}
		if err != nil {
			add(err)
			continue
		}
		for _, g := range growers {
			if err := g.row(row); err != nil {
				add(err)
			}
		}
	}
	for k, g := range growers {
		if len(growers) == len(axes) {
			g.refine("/axes/"+strconv.Itoa(axes[k]), faults)
		}
	}
}

// A treeGrower makes an axis's units from the rows of a table.
type treeGrower struct {
	axis    *Axis
	table   *tableReader
	columns []int
	units   []Unit
	origins []origin       // by unit
	byID    map[string]int // position in units
}

// An origin is where a unit was first seen.
type origin struct{ row, level int }

func newTreeGrower(axis *Axis, table *tableReader) (*treeGrower, error) {
	g := &treeGrower{axis: axis, table: table, byID: make(map[string]int)}
	var faults diag.Collector
	for _, name := range axis.Table.Columns {
		at, fault := table.column(name)
		faults.Add(fault)
		g.columns = append(g.columns, at)
	}
	if len(g.columns) == 0 {
		faults.Add(&diag.Fault{Code: diag.Required, Path: "", Bound: "the columns of axis " + axis.ID})
	}
	return g, faults.Err()
}

// row adds the units of one row.
func (g *treeGrower) row(row tableRow) error {
	var faults diag.Collector
	parent, any := "", false
	for level, at := range g.columns {
		text := strings.TrimSpace(row.cells[at])
		if text == "" {
			continue
		}
		any = true
		u := Unit{ID: text, Parent: parent}
		if g.axis.Table.Prefix {
			u.ID, u.Name = g.axis.Table.Columns[level]+":"+text, text
		}
		parent = u.ID
		k, known := g.byID[u.ID]
		if !known {
			if len(g.units) == MaxTableUnits {
				return g.table.fault(row, at, diag.TooMany, strconv.Itoa(MaxTableUnits))
			}
			g.byID[u.ID] = len(g.units)
			g.units = append(g.units, u)
			g.origins = append(g.origins, origin{row.row, level})
			continue
		}
		first := g.origins[k]
		switch {
		case first.level != level:
			faults.Add(g.table.fault(row, at, diag.Conflict, "column "+g.axis.Table.Columns[first.level]+" in row "+strconv.Itoa(first.row)+`; "prefix": true tells them apart`))
		case g.units[k].Parent != u.Parent:
			faults.Add(g.table.fault(row, at, diag.Conflict, `below "`+g.units[k].Parent+`" in row `+strconv.Itoa(first.row)+`, below "`+u.Parent+`" here`))
		}
	}
	if !any {
		faults.Add(g.table.fault(row, g.columns[0], diag.Required, "a unit in one of "+joinNames(g.axis.Table.Columns)))
	}
	return faults.Err()
}

// refine joins the table's units with those that the plan gives and stores
// them.
func (g *treeGrower) refine(path string, faults *diag.Collector) {
	g.axis.read = make([]tableUnit, len(g.units))
	for i, u := range g.units {
		g.axis.read[i] = tableUnit{u.ID, u.Parent, u.Name}
	}
	g.axis.refine(g.units, g.byID, path, faults)
}

// refine fills the axis with the units of its table and those that it gives.
func (a *Axis) refine(filled []Unit, at map[string]int, path string, faults *diag.Collector) {
	if filled == nil {
		filled = []Unit{}
	}
	for i, u := range a.Units {
		k, known := at[u.ID]
		if !known {
			filled = append(filled, cloneUnit(u))
			continue
		}
		t := &filled[k]
		if u.Parent != "" && u.Parent != t.Parent {
			faults.Add(&diag.Fault{Code: diag.Conflict, Path: path + "/units/" + strconv.Itoa(i) + "/parent", Value: u.Parent,
				Bound: `the table has it below "` + t.Parent + `"`})
		}
		u = cloneUnit(u)
		u.Parent = t.Parent
		if u.Name == "" {
			u.Name = t.Name
		}
		*t = u
	}
	a.filled = filled
}

func cloneUnits(units []Unit) []Unit {
	out := slices.Clone(units)
	for i := range out {
		out[i] = cloneUnit(out[i])
	}
	return out
}

func cloneUnit(u Unit) Unit {
	u.Ramp, u.Sells = slices.Clone(u.Ramp), slices.Clone(u.Sells)
	u.Aka, u.Transfers = slices.Clone(u.Aka), slices.Clone(u.Transfers)
	u.IDs = maps.Clone(u.IDs)
	return u
}

// Clone returns a copy of the plan, with the tables of its axes, that shares no
// memory with it.
func (p *Plan) Clone() *Plan {
	out := *p
	out.Rates = slices.Clone(p.Rates)
	out.Calendar.WorkRule = p.Calendar.clone()
	out.Metrics = slices.Clone(p.Metrics)
	out.Externals = slices.Clone(p.Externals)
	if p.Inputs.Deals != nil {
		m := *p.Inputs.Deals
		m.Stages = maps.Clone(m.Stages)
		out.Inputs.Deals = &m
	}
	if p.Inputs.Customers != nil {
		m := *p.Inputs.Customers
		out.Inputs.Customers = &m
	}
	out.Axes = slices.Clone(p.Axes)
	for i := range out.Axes {
		a := &out.Axes[i]
		a.Units, a.filled, a.read = cloneUnits(a.Units), cloneUnits(a.filled), slices.Clone(a.read)
		if a.Table != nil {
			t := *a.Table
			t.Columns = slices.Clone(t.Columns)
			a.Table = &t
		}
	}
	out.Goals = slices.Clone(p.Goals)
	for i := range out.Goals {
		if x := out.Goals[i].Growth; x != nil {
			growth := *x
			out.Goals[i].Growth = &growth
		}
		if s := out.Goals[i].Split; s != nil {
			out.Goals[i].Split = s.clone()
		}
		out.Goals[i].Work = out.Goals[i].Work.clone()
	}
	out.Relations = cloneRelations(p.Relations)
	out.Strategy, out.SMART = p.Strategy.clone(), p.SMART.clone()
	p.cloneWork(&out)
	return &out
}

func (r WorkRule) clone() WorkRule {
	r.Off, r.On, r.Half = slices.Clone(r.Off), slices.Clone(r.On), slices.Clone(r.Half)
	r.Special = slices.Clone(r.Special)
	for i := range r.Special {
		r.Special[i].Shifts = slices.Clone(r.Special[i].Shifts)
	}
	if r.Week != nil {
		week := *r.Week
		for _, day := range []*[]calendar.Shift{&week.Monday, &week.Tuesday, &week.Wednesday, &week.Thursday, &week.Friday, &week.Saturday, &week.Sunday} {
			*day = slices.Clone(*day)
		}
		r.Week = &week
	}
	return r
}

func (s *SplitRule) clone() *SplitRule {
	out := *s
	out.Grains = slices.Clone(s.Grains)
	out.Time.Shares = slices.Clone(s.Time.Shares)
	out.Bounds = slices.Clone(s.Bounds)
	for i := range out.Bounds {
		out.Bounds[i].Units, out.Bounds[i].Parents = slices.Clone(out.Bounds[i].Units), slices.Clone(out.Bounds[i].Parents)
	}
	out.Axes = slices.Clone(s.Axes)
	for i := range out.Axes {
		a := &out.Axes[i]
		a.BasisRule = a.BasisRule.clone()
		a.Levels = slices.Clone(a.Levels)
		for k := range a.Levels {
			a.Levels[k].BasisRule = a.Levels[k].BasisRule.clone()
		}
	}
	return &out
}
