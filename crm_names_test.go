package salesplan

import (
	"strings"
	"testing"
	"unicode"

	"github.com/salesplan/salesplan/diag"
	"github.com/stretchr/testify/assert"
)

func TestFoldName(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"GTX Pro", " gtx pro\t", true}, {"GTX Pro", "GTXPro", false}, {"GTX Pro", "GTX  Pro", false}, {"王伟", "\u3000王伟\u00a0", true},
		{"Σίσυφος", "ΣΊΣΥΦΟΣ", true}, {"K", "\u212a", true}, {"straße", "STRASSE", false}, {"İ", "i", false}, {"", " ", true}, {"ÄRZTE", "ärzte", true},
	} {
		assert.Equal(t, c.same, foldName(c.a) == foldName(c.b), "%q %q", c.a, c.b)
	}
}

// Folding is that of strings.EqualFold, for all letters.
func TestFoldName_EqualFold(t *testing.T) {
	for r := rune(1); r <= unicode.MaxRune; r++ {
		if !unicode.IsLetter(r) {
			continue
		}
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			if a, b := foldName("x"+string(r)), foldName("X"+string(f)); a != b {
				t.Fatalf("%q and %q fold to %q and %q", r, f, a, b)
			}
		}
		if lower := unicode.ToLower(r); !strings.EqualFold(string(r), string(lower)) && foldName(string(r)) == foldName(string(lower)) {
			t.Fatalf("%q and %q are not equal by EqualFold", r, lower)
		}
	}
}

func TestUnitIndex(t *testing.T) {
	units := []Unit{
		{ID: "east", Name: "Sales"}, {ID: "wang", Parent: "east", Name: "Wang Wei", Aka: []string{"王伟", "WANG"}, IDs: map[string]string{"sf": "1001"}},
		{ID: "west", Name: "Sales"}, {ID: "li", Parent: "west", Name: "Wang", IDs: map[string]string{"fx": "1001", "sf": "7"}},
		{ID: "sales-rep", Parent: "west", Name: "West"}, {ID: "team", Name: "Zhao"}, {ID: "zhao", Parent: "team", Name: "Zhao"},
	}
	index, faults := unitIndex(units)
	assert.Empty(t, faults)
	for text, want := range map[string]int32{
		"EAST": 0, "王伟": 1, "wang": 1, "wang wei": 1, "7": 3,
		"1001":  ambiguousUnit, // in two systems
		"sales": ambiguousUnit, // two teams' name
		"west":  2,             // an ID goes before a name
		"zhao":  6,
	} {
		got, ok := index[foldName(text)]
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	index, _ = unitIndex([]Unit{{ID: "a", Name: "Zhao"}, {ID: "b", Parent: "a", Name: "Zhao"}})
	assert.Equal(t, int32(1), index["ZHAO"], "a leaf's name goes before that of an inner unit")
}

func TestCheckSpellings(t *testing.T) {
	table := &AxisTable{File: "t", Columns: []string{"a"}}
	axes := []Axis{
		{ID: "org", Units: []Unit{{ID: "a", Aka: []string{"x", "A"}}, {ID: "b", Aka: []string{"y", "X "}, IDs: map[string]string{"sf": "1"}}, {ID: "c", IDs: map[string]string{"sf": "1"}}}},
		{ID: "product", Table: table, Units: []Unit{{ID: "q", Aka: []string{"z"}}}, filled: []Unit{{ID: "p", Aka: []string{"z"}}, {ID: "q", Aka: []string{"z"}}, {ID: "P"}}},
		{ID: "other", Units: []Unit{{ID: "a2", Aka: []string{"x"}}}},
	}
	var c diag.Collector
	checkSpellings(axes, &c)
	var got []string
	for _, f := range c.Kept() {
		got = append(got, string(f.Code)+" "+f.Path+" "+f.Bound)
	}
	assert.Equal(t, []string{
		"ambiguous /axes/0/units/1/aka/1 a, b", "ambiguous /axes/0/units/2/ids/sf b, c",
		"ambiguous /axes/1/units/0/aka/0 p, q", "ambiguous /axes/1/table p, P",
	}, got)
}

func TestCRMMessages(t *testing.T) {
	for code, m := range crmMessages() {
		for _, lang := range []diag.Lang{diag.English, diag.Chinese} {
			required, optional := m.Names(lang)
			assert.NotEmpty(t, append(required, optional...), code)
		}
		en, _ := m.Names(diag.English)
		zh, _ := m.Names(diag.Chinese)
		assert.Equal(t, unique(en), unique(zh), "%s needs the same values in both languages", code)
	}
}

func unique(names []string) map[string]bool {
	set := map[string]bool{}
	for _, n := range names {
		set[n] = true
	}
	return set
}
