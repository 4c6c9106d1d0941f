package salesplan

import (
	"strconv"
	"strings"
)

// An axisReader says which unit of an axis a deal or an actual belongs to. It
// writes spellings that are no unit's down, each under a code of its own.
type axisReader struct {
	id    string
	field Field // "" for an axis that no field of a deal names
	units []Unit
	index map[string]int32 // folded spelling to position in units, or ambiguousUnit

	codes     map[string]int32 // by spelling as it stands, a cache
	strangers map[string]int32 // codes of folded spellings that are no unit's
	spellings []stranger       // by code
}

// A stranger is a spelling that is no unit's, or not one unit's.
type stranger struct {
	text      string
	ambiguous bool
	others    bool // stands for all spellings beyond maxStrangers
}

const (
	// maxStrangers is how many unknown spellings of an axis are told apart.
	maxStrangers = 1000

	// maxCached bounds caches of spellings.
	maxCached = 1 << 17
)

// axisReaders returns the readers of a plan's axes. The organisation is the
// axis of [FieldOwner] or else the first that names no field.
func axisReaders(p *Plan) []axisReader {
	owner := -1
	for i := range p.Axes {
		if p.Axes[i].Of == FieldOwner {
			owner = -1
			break
		}
		if p.Axes[i].Of == "" && owner < 0 {
			owner = i
		}
	}
	readers := make([]axisReader, len(p.Axes))
	for i := range p.Axes {
		a := &p.Axes[i]
		units := a.tree()
		index, _ := unitIndex(units)
		readers[i] = axisReader{id: a.ID, field: a.Of, units: units, index: index, codes: map[string]int32{}, strangers: map[string]int32{}}
		if i == owner {
			readers[i].field = FieldOwner
		}
	}
	return readers
}

// code returns the position of the unit that text means, noUnit for empty
// text, and a number below that for a stranger.
func (r *axisReader) code(text string) int32 {
	if c, ok := r.codes[text]; ok {
		return c
	}
	c := r.find(text)
	if len(r.codes) < maxCached {
		r.codes[strings.Clone(text)] = c
	}
	return c
}

func (r *axisReader) find(text string) int32 {
	key := foldName(text)
	if key == "" || r.field == "" {
		return noUnit
	}
	unit, known := r.index[key]
	if known && unit >= 0 {
		return unit
	}
	if c, ok := r.strangers[key]; ok {
		return c
	}
	s := stranger{text: strings.Clone(strings.TrimSpace(text)), ambiguous: known}
	if len(r.spellings) >= maxStrangers {
		s = stranger{text: "…", others: true}
		if len(r.spellings) > maxStrangers {
			return strangerCode(maxStrangers)
		}
	}
	c := strangerCode(len(r.spellings))
	r.spellings = append(r.spellings, s)
	if !s.others {
		r.strangers[key] = c
	}
	return c
}

// strangerCode is the code of the k-th stranger.
func strangerCode(k int) int32   { return noUnit - 1 - int32(k) }
func isStranger(code int32) bool { return code < noUnit }
func isUnit(code int32) bool     { return code >= 0 }
func fieldOf(d *Deal, f Field) string {
	switch f {
	case FieldOwner:
		return d.Owner
	case FieldProduct:
		return d.Product
	case FieldSegment:
		return d.Segment
	case FieldCustomer:
		return d.Customer
	}
	return ""
}

// A tupleTable numbers combinations of codes.
type tupleTable struct {
	byKey map[string]int32
	list  [][]int32
	key   []byte
}

// of returns the number of a combination, which it copies.
func (t *tupleTable) of(codes []int32) int32 {
	t.key = t.key[:0]
	for _, c := range codes {
		t.key = append(t.key, byte(c), byte(c>>8), byte(c>>16), byte(c>>24))
	}
	if n, ok := t.byKey[string(t.key)]; ok {
		return n
	}
	if t.byKey == nil {
		t.byKey = map[string]int32{}
	}
	n := int32(len(t.list))
	t.byKey[string(t.key)] = n
	t.list = append(t.list, append([]int32(nil), codes...))
	return n
}

// An interner numbers texts.
type interner struct {
	byText map[string]int32
	texts  []string
}

func (in *interner) of(text string) int32 {
	if n, ok := in.byText[text]; ok {
		return n
	}
	if in.byText == nil {
		in.byText = map[string]int32{}
	}
	text = strings.Clone(text)
	n := int32(len(in.texts))
	in.byText[text] = n
	in.texts = append(in.texts, text)
	return n
}

// A sighting counts rows and keeps the first few.
type sighting struct {
	count int
	rows  [5]int32
}

func (s *sighting) add(row int32) {
	if s.count < len(s.rows) {
		s.rows[s.count] = row
	}
	s.count++
}

// text lists the rows: "2, 17, 33, …"; "" where none is known.
func (s *sighting) text() string {
	var rows []string
	for _, r := range s.rows[:min(s.count, len(s.rows))] {
		if r > 0 {
			rows = append(rows, strconv.Itoa(int(r)))
		}
	}
	if s.count > len(s.rows) && rows != nil {
		rows = append(rows, "…")
	}
	return strings.Join(rows, ", ")
}
