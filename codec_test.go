package salesplan

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
	"github.com/salesplan/salesplan/document"
)

// A codecColour is an enumeration as the plan's are.
type codecColour string

func (c *codecColour) UnmarshalText(text []byte) error {
	return readEnum(c, text, []codecColour{"red", "green"})
}

// A codecMark reads and writes itself, and its own errors hold no fault.
type codecMark struct{ n int }

func (m codecMark) MarshalText() ([]byte, error) {
	if m.n < 0 {
		return nil, errors.New("no marks below zero")
	}
	return []byte(strings.Repeat("*", m.n)), nil
}

func (m *codecMark) UnmarshalText(text []byte) error {
	if strings.Trim(string(text), "*") != "" {
		return errors.New("only stars")
	}
	m.n = len(text)
	return nil
}

func (m codecMark) IsZero() bool { return m.n == 0 }

type codecBase struct {
	Note string `json:"note,omitempty"`
	Name string `json:"hidden"` // taken by the outer struct's own key
}

type codecInner struct {
	ID     string              `json:"id" plan:"required"`
	Weight decimal.NullDecimal `json:"weight,omitzero"`
	Tags   []string            `json:"tags,omitzero"`
}

// A codecAll has a field of every type that documents may hold.
type codecAll struct {
	Name   string `json:"name" plan:"required"`
	Hidden int    `json:"hidden,omitempty"`
	codecBase
	Flag    bool                       `json:"flag,omitempty"`
	Small   int8                       `json:"small,omitempty"`
	Big     int64                      `json:"big,omitempty"`
	Count   uint16                     `json:"count,omitempty"`
	Amount  decimal.Decimal            `json:"amount,omitzero"`
	Maybe   decimal.NullDecimal        `json:"maybe,omitzero"`
	Colour  codecColour                `json:"colour,omitempty"`
	Mark    codecMark                  `json:"mark,omitzero"`
	Pointer *codecInner                `json:"pointer,omitempty"`
	List    []codecInner               `json:"list,omitempty"`
	Texts   []string                   `json:"texts,omitempty"`
	Amounts []decimal.Decimal          `json:"amounts,omitempty"`
	Table   map[string]decimal.Decimal `json:"table,omitempty"`
	Colours map[codecColour]string     `json:"colours,omitempty"`
	Ignored float64                    `json:"-"`
	private int
}

// encoded returns v as encodeValue writes it.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	err := encodeValue(&b, v)
	return b.Bytes(), err
}

// decodeText reads a document into a codecAll, the text's faults included.
func decodeText(t *testing.T, text string) (codecAll, error) {
	t.Helper()
	tree, err := document.Read(strings.NewReader(text), document.Limits{})
	require.NoError(t, err, text)
	var c diag.Collector
	var out codecAll
	decodeNode(tree, &out, &c)
	return out, c.Err()
}

const codecFull = `{
  "name": "Plan 名",
  "hidden": 7,
  "note": "a < b & \"c\"",
  "flag": true,
  "small": -128,
  "big": 9223372036854775807,
  "count": 65535,
  "amount": "10000000.00",
  "maybe": "0",
  "colour": "green",
  "mark": "***",
  "pointer": {
    "id": "p",
    "tags": []
  },
  "list": [
    {
      "id": "a",
      "weight": "1.50"
    },
    {
      "id": "b",
      "tags": ["x", "y"]
    }
  ],
  "texts": ["one", "two"],
  "amounts": ["0.25", "0.5", "1"],
  "table": {
    "a": "-1",
    "b": "0.000"
  },
  "colours": {
    "green": "go",
    "red": "stop"
  }
}
`

func TestCodec_FixedPoint(t *testing.T) {
	got, err := decodeText(t, codecFull)
	require.NoError(t, err)
	require.Equal(t, "Plan 名", got.Name)
	require.Equal(t, `a < b & "c"`, got.Note)
	require.Equal(t, int64(9223372036854775807), got.Big)
	require.True(t, got.Maybe.Valid, "0 is not the same as not given")
	require.Equal(t, int32(-2), got.Amount.Exponent())
	require.Equal(t, 3, got.Mark.n)
	require.Equal(t, "go", got.Colours["green"])
	require.NotNil(t, got.Pointer.Tags, "an empty list is not the same as none")
	require.Nil(t, got.List[0].Tags)
	require.Zero(t, got.private)
	text, err := encoded(got)
	require.NoError(t, err)
	require.Equal(t, codecFull, string(text))
}

// TestDecode_WrongTypes gives each field each kind of value: only those that
// it knows are read, each other one is one fault with its place.
func TestDecode_WrongTypes(t *testing.T) {
	values := map[string]string{
		"null": "null", "bool": "true", "number": "12", "fraction": "1.5", "text": `"x"`, "digits": `"12"`, "array": "[1]", "object": `{"id": "1"}`,
	}
	tests := []struct {
		field, expected string
		takes           map[string]bool
	}{
		{"name", "a text", map[string]bool{"text": true, "digits": true}},
		{"flag", "true or false", map[string]bool{"bool": true}},
		{"small", "a whole number", map[string]bool{"number": true}},
		{"count", "a whole number", map[string]bool{"number": true}},
		{"amount", "a number", map[string]bool{"number": true, "fraction": true, "digits": true}},
		{"maybe", "a number", map[string]bool{"null": true, "number": true, "fraction": true, "digits": true}},
		{"colour", "a text", nil},
		{"mark", "a text", nil},
		{"pointer", "an object", map[string]bool{"null": true, "object": true}},
		{"list", "a list", nil},
		{"texts", "a list", nil},
		{"table", "an object", map[string]bool{"object": true}},
	}
	for _, tt := range tests {
		for name, value := range values {
			text := "{\"name\": \"n\",\n \"" + tt.field + "\": " + value + "}"
			if tt.field == "name" {
				text = "{\n \"name\": " + value + "}"
			}
			_, err := decodeText(t, text)
			if tt.takes[name] {
				require.NoError(t, err, text)
				continue
			}
			all := diag.All(err)
			require.Len(t, all, 1, text)
			require.Equal(t, 2, all[0].Line, text)
			require.True(t, strings.HasPrefix(all[0].Path, "/"+tt.field), text)
			read := tt.expected == "a list" && name == "array" || strings.Contains("colour mark amount maybe", tt.field) && (name == "text" || name == "digits")
			if read {
				continue // the fault is not in the type, but in what it holds
			}
			want := diag.Type
			if tt.field == "name" && name == "null" {
				want = diag.Required
			}
			require.Equal(t, want, all[0].Code, text)
			require.Equal(t, tt.expected, all[0].Bound, text)
			require.Equal(t, len(tt.field)+6, all[0].Column, text)
		}
	}
}

func TestDecode_Faults(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"missing", `{}`, `/name (line 1, column 1): required, bound a text`},
		{"missing in a list", `{"name": "n", "list": [{"id": "a"}, {"tags": []}]}`, `/list/1/id (line 1, column 37): required, bound a text`},
		{"empty", `{"name": ""}`, `/name (line 1, column 10): required, bound a text`},
		{"null in a list", `{"name": "n", "texts": ["a", null]}`, `/texts/1 (line 1, column 30): required "null", bound a text`},
		{"empty in a list", `{"name": "n", "texts": [""]}`, `/texts/0 (line 1, column 25): required, bound a text`},
		{"near miss", `{"name": "n", "amuont": 1}`, `/amuont (line 1, column 15): unknown-key "amuont", nearest "amount"`},
		{"other case", `{"Name": "n"}`, "/name (line 1, column 1): required, bound a text\n" + `/Name (line 1, column 2): unknown-key "Name", nearest "name"`},
		{"nothing near", `{"name": "n", "zzzzzz": 1}`, `/zzzzzz (line 1, column 15): unknown-key "zzzzzz"`},
		{"ignored field", `{"name": "n", "Ignored": 1}`, `/Ignored (line 1, column 15): unknown-key "Ignored"`},
		{"unexported field", `{"name": "n", "private": 1}`, `/private (line 1, column 15): unknown-key "private"`},
		{"embedded struct's name", `{"name": "n", "codecBase": {}}`, `/codecBase (line 1, column 15): unknown-key "codecBase"`},
		{"enumeration", `{"name": "n", "colour": "gren"}`, `/colour (line 1, column 25): invalid "gren", bound red, green, nearest "green"`},
		{"empty enumeration", `{"name": "n", "colour": ""}`, `/colour (line 1, column 25): invalid, bound red, green`},
		{"enumeration as key", `{"name": "n", "colours": {"blue": "x"}}`, `/colours/blue (line 1, column 27): invalid "blue", bound red, green`},
		{"error without fault", `{"name": "n", "mark": "+"}`, `/mark (line 1, column 23): invalid "+", bound only stars`},
		{"too small", `{"name": "n", "small": -129}`, `/small (line 1, column 24): out-of-range "-129", bound -128 to 127`},
		{"too large", `{"name": "n", "big": 9223372036854775808}`, `/big (line 1, column 22): out-of-range "9223372036854775808", bound -9223372036854775808 to 9223372036854775807`},
		{"below zero", `{"name": "n", "count": -1}`, `/count (line 1, column 24): out-of-range "-1", bound 0 to 65535`},
		{"exponent in a whole number", `{"name": "n", "big": 1e3}`, `/big (line 1, column 22): type "1e3", bound a whole number`},
		{"amount that is none", `{"name": "n", "amount": "abc"}`, `/amount (line 1, column 25): syntax "abc", bound a number such as 1234.5`},
		{"amount with a comma", `{"name": "n", "amount": "1,000"}`, `/amount (line 1, column 25): syntax "1,000", bound a number such as 1234.5`},
		{"empty amount", `{"name": "n", "maybe": ""}`, `/maybe (line 1, column 24): syntax, bound a number such as 1234.5`},
		{"endless amount", `{"name": "n", "amount": "1e999999999"}`, `/amount (line 1, column 25): out-of-range "1e999999999", bound an exponent within ±30`},
		{"in a table", `{"name": "n", "table": {"a/b": true}}`, `/table/a~1b (line 1, column 32): type "true", bound a number`},
		{"array as an object", `[1]`, `/ (line 1, column 1): type "array", bound an object`},
		{"all at once, in order",
			"{\"nmae\": 1,\n\"list\": [{\"id\": 1},\n {}, 5, {\"id\": \"a\", \"weight\": \"x\"}],\n\"flag\": \"yes\",\n\"table\": {\"a\": []}}",
			"/name (line 1, column 1): required, bound a text\n" +
				"/nmae (line 1, column 2): unknown-key \"nmae\", nearest \"name\"\n" +
				"/list/0/id (line 2, column 17): type \"1\", bound a text\n" +
				"/list/1/id (line 3, column 2): required, bound a text\n" +
				"/list/2 (line 3, column 6): type \"5\", bound an object\n" +
				"/list/3/weight (line 3, column 31): syntax \"x\", bound a number such as 1234.5\n" +
				"/flag (line 4, column 9): type \"yes\", bound true or false\n" +
				"/table/a (line 5, column 16): type \"array\", bound a number"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := decodeText(t, tt.text)
			require.EqualError(t, err, tt.want)
			if !strings.Contains(tt.want, "only stars") { // another's words
				requireChinese(t, err)
			}
		})
	}
}

// TestDecodeNode_Trees covers what only trees from elsewhere hold.
func TestDecodeNode_Trees(t *testing.T) {
	plain := func(s string) document.Node { return document.Node{Kind: document.Plain, Text: s} }
	tree := &document.Node{
		Kind:  document.Object,
		Keys:  []document.Key{{Name: "name"}, {Name: "flag"}, {Name: "big"}, {Name: "amount"}, {Name: "colour"}, {Name: "mark"}},
		Items: []document.Node{plain("1.10"), plain("true"), plain("12"), plain("1.10"), plain("red"), plain("**")},
	}
	var c diag.Collector
	var out codecAll
	decodeNode(tree, &out, &c)
	require.NoError(t, c.Err())
	require.Equal(t, "1.10", out.Name)
	require.True(t, out.Flag)
	require.EqualValues(t, 12, out.Big)
	require.Equal(t, "1.10", out.Amount.StringFixed(2))
	require.Equal(t, codecColour("red"), out.Colour)

	twice := &document.Node{
		Kind: document.Object,
		Keys: []document.Key{{Name: "name"}, {Name: "name", Line: 3, Column: 1}, {Name: "table"}},
		Items: []document.Node{plain("a"), {Kind: document.Null}, {
			Kind: document.Object, Keys: []document.Key{{Name: "k"}, {Name: "k", Line: 5, Column: 2}}, Items: []document.Node{plain("1"), plain("x")}}},
	}
	c = diag.Collector{}
	decodeNode(twice, &out, &c)
	require.EqualError(t, c.Err(), "/name (line 3, column 1): duplicate-key \"name\"\n/table/k (line 5, column 2): duplicate-key \"k\"")

	c = diag.Collector{}
	decodeNode(nil, &out, &c)
	decodeNode(tree, out, &c)
	decodeNode(tree, (*codecAll)(nil), &c)
	require.EqualError(t, c.Err(), "/: required, bound an object\n/into: type, bound a pointer\n/into: type, bound a pointer")
}

// A codecRing contains itself, as no type of a plan does.
type codecRing struct {
	Next *codecRing `json:"next,omitempty"`
}

func TestCodec_NoEndlessDepth(t *testing.T) {
	tree := &document.Node{Kind: document.Object}
	tree.Keys, tree.Items = []document.Key{{Name: "next"}}, make([]document.Node, 1)
	tree.Items[0] = document.Node{Kind: document.Object, Keys: tree.Keys, Items: tree.Items}
	var c diag.Collector
	var ring codecRing
	decodeNode(tree, &ring, &c)
	require.ErrorIs(t, c.Err(), diag.TooDeep)

	ring.Next = &ring
	_, err := encoded(ring)
	require.ErrorIs(t, err, diag.TooDeep)

	deep := strings.Repeat("[", 32) + strings.Repeat("]", 32)
	_, err = decodeText(t, `{"name": "n", "list": `+deep[1:len(deep)-1]+`}`)
	require.EqualError(t, err, `/list/0 (line 1, column 24): type "array", bound an object`)
}

func TestCodec_UnknownGoTypes(t *testing.T) {
	type with struct {
		F float64 `json:"f"`
	}
	var c diag.Collector
	decodeNode(&document.Node{Kind: document.Object, Keys: []document.Key{{Name: "f"}}, Items: []document.Node{{Kind: document.Number, Text: "1"}}}, &with{}, &c)
	require.ErrorIs(t, c.Err(), diag.Type)
	for _, v := range []any{with{}, map[int]string{1: "a"}, []any{1}, func() {}, [2]int{}} {
		_, err := encoded(v)
		require.ErrorIs(t, err, diag.Type, "%T", v)
	}
}

// TestParseAmount_Differential compares with decimal's own reader, whose
// package-level settings must not matter to ours.
func TestParseAmount_Differential(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	digits := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte('0' + r.IntN(10))
		}
		return string(b)
	}
	for range 20_000 {
		s := strings.TrimLeft(digits(1+r.IntN(20)), "0")
		if s == "" {
			s = "0"
		}
		if r.IntN(2) == 0 {
			s += "." + digits(1+r.IntN(15))
		}
		if r.IntN(2) == 0 {
			s += "e" + strconv.Itoa(r.IntN(31)-15)
		}
		if r.IntN(2) == 0 {
			s = "-" + s
		}
		got, f := parseAmount(s)
		require.Nil(t, f, s)
		want := decimal.RequireFromString(s)
		require.True(t, got.Equal(want) && got.Exponent() == want.Exponent(), "%s: %v, want %v", s, got, want)
		text, err := encoded(got)
		require.NoError(t, err)
		again, f := parseAmount(strings.Trim(string(text), "\"\n"))
		require.Nil(t, f, s)
		require.True(t, again.Equal(got), s)
	}
}

// TestCodec_IgnoresDecimalSettings changes each setting of package decimal.
func TestCodec_IgnoresDecimalSettings(t *testing.T) {
	defer func(quotes, trim, scientific bool, limit int) {
		decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = quotes, trim
		decimal.UseScientificNotation, decimal.MaxDecodeExponent = scientific, limit
	}(decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros, decimal.UseScientificNotation, decimal.MaxDecodeExponent)
	decimal.MarshalJSONWithoutQuotes, decimal.TrimTrailingZeros = true, false
	decimal.UseScientificNotation, decimal.MaxDecodeExponent = true, 1
	got, err := decodeText(t, codecFull)
	require.NoError(t, err)
	text, err := encoded(got)
	require.NoError(t, err)
	require.Equal(t, codecFull, string(text))
}

// TestDecode_NotAsLargeAsItsFaults: a list of three-byte faults may not take
// the memory of as many structs.
func TestDecode_NotAsLargeAsItsFaults(t *testing.T) {
	const n = 300_000
	text := `{"name": "n", "list": [` + strings.Repeat("{},", n) + `{}]}`
	tree, err := document.Read(strings.NewReader(text), document.Limits{})
	require.NoError(t, err)
	var c diag.Collector
	var out codecAll
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	decodeNode(tree, &out, &c)
	runtime.ReadMemStats(&after)
	require.Equal(t, n+1, c.Len())
	structs := n * uint64(reflect.TypeFor[codecInner]().Size())
	require.Less(t, cap(out.List), 2*listAhead)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, 3*structs, "what is allocated is mostly each fault, gone at once")
}
