package salesplan

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/salesplan/salesplan/diag"
)

// What is kept of a table.
const (
	maxDraftTexts     = 100_000   // different texts of a column
	maxDraftTextBytes = 256       // of a text
	maxDraftBytes     = 128 << 20 // of all texts of all columns
)

// A tableProfile is what is known of tables with the same header.
type tableProfile struct {
	tables  []DraftTable
	comma   byte
	header  []string
	rows    int
	counts  map[string]int // rows by table
	bad     int
	columns []*columnProfile
	bytes   int
}

// name is the name of the first table.
func (t *tableProfile) name() string { return t.tables[0].Name }

// A columnProfile holds the different texts of a column.
type columnProfile struct {
	at     int
	header string
	plain  string         // the header as words are looked up
	twice  bool           // another column has the same header, or it has none
	rows   map[string]int // by text
	texts  []string       // in the order of their first rows
	filled int            // rows with a text
	kept   int            // rows with a text that is kept
}

func (c *columnProfile) add(text string, t *tableProfile) {
	if text == "" {
		return
	}
	c.filled++
	n, known := c.rows[text]
	if !known {
		if len(c.texts) >= maxDraftTexts || len(text) > maxDraftTextBytes || t.bytes > maxDraftBytes {
			return
		}
		text = strings.Clone(text)
		c.texts = append(c.texts, text)
		t.bytes += len(text) + 48
	}
	c.rows[text] = n + 1
	c.kept++
}

// profile reads all tables once.
func (d *drafter) profile() error {
	var faults diag.Collector
	for _, t := range d.tables {
		at := diag.Pointer("tables", t.Name)
		r, err := openDraft(t)
		if err != nil {
			faults.AddErr(diag.Under(err, at), at)
			continue
		}
		group := d.groupOf(r)
		group.tables = append(group.tables, t)
		before := group.rows
		err = d.eachRow(r, group.count, &group.bad)
		group.counts[t.Name] = group.rows - before
		if err != nil {
			if d.ctx.Err() != nil {
				return err
			}
			faults.AddErr(diag.Under(err, at), at)
		}
	}
	return faults.Err()
}

// openDraft returns a reader of the rows behind a table's header.
func openDraft(t DraftTable) (*tableReader, error) {
	if _, err := t.Data.Seek(0, io.SeekStart); err != nil {
		return nil, errors.Join(&diag.Fault{Code: diag.IO, Value: diag.Clip(err.Error())}, err)
	}
	r := newTableReader(t.Data, ',')
	_, err := r.readHeader(true)
	return r, err
}

// eachRow calls do with the cells of each row, trimmed, and counts bad rows.
func (d *drafter) eachRow(r *tableReader, do func(cells []string), bad *int) error {
	for n := 0; ; n++ {
		if n%1024 == 0 && d.ctx.Err() != nil {
			return d.ctx.Err()
		}
		row, err := r.next()
		if err == io.EOF {
			return nil
		}
		if errors.Is(err, diag.IO) || r.done && err != nil {
			return err
		}
		if err != nil {
			*bad++
			continue
		}
		if row.blank() {
			continue
		}
		for i, c := range row.cells {
			row.cells[i] = strings.TrimSpace(c)
		}
		do(row.cells)
	}
}

// groupOf returns the profile of the tables with r's header.
func (d *drafter) groupOf(r *tableReader) *tableProfile {
	for _, g := range d.groups {
		if g.comma == r.comma && slices.EqualFunc(g.header, r.header, func(a, b string) bool { return foldName(a) == foldName(b) }) {
			return g
		}
	}
	g := &tableProfile{header: r.header, comma: r.comma, counts: map[string]int{}}
	seen := map[string]*columnProfile{}
	for i, h := range r.header {
		c := &columnProfile{at: i, header: h, plain: plainHeader(h), rows: map[string]int{}, twice: h == ""}
		if other := seen[foldName(h)]; other != nil {
			c.twice, other.twice = true, true
		}
		seen[foldName(h)] = c
		g.columns = append(g.columns, c)
	}
	d.groups = append(d.groups, g)
	return g
}

func (t *tableProfile) count(cells []string) {
	t.rows++
	for i, c := range t.columns {
		c.add(cells[i], t)
	}
}

// column returns the column of the first of the words that a header is; nil
// for none. Accepts says which columns come into question; nil, all do.
func (t *tableProfile) column(words string, accepts func(*columnProfile) bool) *columnProfile {
	for w := range strings.FieldsSeq(words) {
		for _, c := range t.columns {
			if c.plain == w && !c.twice && (accepts == nil || accepts(c)) {
				return c
			}
		}
	}
	return nil
}

// dayPatterns are the ways in which days are written that are looked for. Of
// two that fit equally, the first is taken, unless they are two readings of one
// text.
func dayPatterns() []string {
	return []string{"yyyy-mm-dd", "yyyy-m-d", "yyyy/m/d", "yyyy.m.d", "yyyy年m月d日", "yyyymmdd", "m/d/yyyy", "d/m/yyyy", "d.m.yyyy", "m-d-yyyy", "d-m-yyyy"}
}

// fitPercent is how many of a column's rows must be of a kind.
const fitPercent = 90

// sample returns the column with its first texts only, which are enough to tell
// of what kind it is.
func (c *columnProfile) sample() *columnProfile {
	const enough = 1000
	if len(c.texts) <= enough {
		return c
	}
	out := *c
	out.texts, out.kept = c.texts[:enough], 0
	for _, s := range out.texts {
		out.kept += c.rows[s]
	}
	return &out
}

// isDays reports whether the column holds days.
func (c *columnProfile) isDays(told string) bool {
	c = c.sample()
	_, fit, _ := fitDays([]*columnProfile{c}, told)
	return c.kept > 0 && 100*fit >= fitPercent*c.kept
}

// fitDays returns the pattern that reads the most rows of the columns, how many
// these are, and the other one that reads as many in another way.
func fitDays(columns []*columnProfile, told string) (pattern string, fit int, other string) {
	patterns := dayPatterns()
	if told != "" {
		patterns = []string{told}
	}
	for _, text := range patterns {
		p, _ := parseDatePattern(text)
		n := 0
		for _, c := range columns {
			for _, s := range c.texts {
				if _, code := p.parse(s); code == "" {
					n += c.rows[s]
				}
			}
		}
		switch {
		case n > fit:
			pattern, fit, other = text, n, ""
		case n == fit && n > 0 && other == "" && daysDiffer(columns, pattern, text):
			other = text
		}
	}
	return pattern, fit, other
}

func daysDiffer(columns []*columnProfile, a, b string) bool {
	pa, _ := parseDatePattern(a)
	pb, _ := parseDatePattern(b)
	for _, c := range columns {
		for _, s := range c.texts {
			da, codeA := pa.parse(s)
			db, codeB := pb.parse(s)
			if codeA == "" && codeB == "" && da != db {
				return true
			}
		}
	}
	return false
}

// numberStyles are the ways in which amounts are written that are looked for.
func numberStyles() []NumberFormat {
	return []NumberFormat{
		{}, {Group: ","}, {Decimal: ",", Group: "."}, {Decimal: ","}, {Group: " "}, {Decimal: ",", Group: " "},
		{Group: "\u00a0"}, {Decimal: ",", Group: "\u00a0"}, {Decimal: ",", Group: "\u202f"}, {Group: "'"},
	}
}

// isNumbers reports whether the column holds amounts.
func (c *columnProfile) isNumbers(told NumberFormat) bool {
	c = c.sample()
	_, fit, _ := fitNumbers(c, told)
	return c.kept > 0 && 100*fit >= fitPercent*c.kept
}

// fitNumbers returns the format that reads the most rows of the column, how
// many these are, and the other one that reads as many in another way.
func fitNumbers(c *columnProfile, told NumberFormat) (format NumberFormat, fit int, other *NumberFormat) {
	styles := []NumberFormat{told}
	if told == (NumberFormat{}) {
		styles = numberStyles()
		sign, unit := signOf(c), unitOf(c)
		for i := range styles {
			styles[i].Sign, styles[i].Unit = sign, unit
		}
	}
	for _, f := range styles {
		n := 0
		for _, s := range c.texts {
			if _, code, _ := f.parse(s); code == "" {
				n += c.rows[s]
			}
		}
		switch {
		case n > fit:
			format, fit, other = f, n, nil
		case n == fit && n > 0 && other == nil:
			differ, thousands := numbersDiffer(c, format, f)
			if differ >= 3 && thousands {
				format = grouped(format, f) // no currency has three decimals in every amount
			} else if differ > 0 {
				other = &f
			}
		}
	}
	return format, fit, other
}

// numbersDiffer returns how many texts two formats read differently, and
// whether these are always by a thousand.
func numbersDiffer(c *columnProfile, a, b NumberFormat) (differ int, thousands bool) {
	thousands = true
	for _, s := range c.texts {
		x, codeA, _ := a.parse(s)
		y, codeB, _ := b.parse(s)
		if codeA != "" || codeB != "" || x.Equal(y) {
			continue
		}
		differ++
		if !x.Shift(3).Equal(y) && !y.Shift(3).Equal(x) {
			thousands = false
		}
	}
	return differ, thousands
}

// grouped returns the format of two that reads a sign as one of groups.
func grouped(a, b NumberFormat) NumberFormat {
	if a.Group != "" && (b.Group == "" || b.decimal() == a.Group) {
		return a
	}
	return b
}

// signOf returns the currency's sign that most of the texts have.
func signOf(c *columnProfile) string {
	best, most := "", 0
	for sign := range strings.FieldsSeq("US$ HK$ NT$ ¥ ￥ $ € £ CNY RMB USD EUR GBP JPY") {
		n := 0
		for _, s := range c.texts {
			if strings.HasPrefix(strings.TrimPrefix(s, "-"), sign) || strings.HasSuffix(s, sign) {
				n += c.rows[s]
			}
		}
		if n > most {
			best, most = sign, n
		}
	}
	return best
}

// unitOf returns the unit of a column's amounts: that of the header, "元" where
// the amounts have units themselves.
func unitOf(c *columnProfile) string {
	for unit := range strings.FieldsSeq("百万元 千元 万元 亿元") {
		if strings.Contains(c.header, unit) {
			return unit
		}
	}
	if strings.Contains(c.header, "（万）") || strings.Contains(c.header, "(万)") {
		return "万元"
	}
	for _, s := range c.texts {
		if strings.HasSuffix(s, "万") || strings.HasSuffix(s, "亿") || strings.HasSuffix(s, "元") {
			return "元"
		}
	}
	return ""
}
