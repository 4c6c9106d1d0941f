package salesplan

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

func TestEncode_Amounts(t *testing.T) {
	for _, tt := range []struct {
		coefficient int64
		exponent    int32
		want        string
	}{
		{0, 0, "0"}, {0, -3, "0.000"}, {0, 5, "0"}, {-150, -2, "-1.50"}, {1, -30, "0." + strings.Repeat("0", 29) + "1"},
		{1, 30, "1" + strings.Repeat("0", 30)}, {123456789, 29, "123456789" + strings.Repeat("0", 29)}, {123456789, 30, "123456789e30"},
		{-5, 2_000_000_000, "-5e2000000000"}, {5, -2_000_000_000, "5e-2000000000"},
	} {
		got, err := encoded(decimal.New(tt.coefficient, tt.exponent))
		require.NoError(t, err)
		require.Equal(t, `"`+tt.want+"\"\n", string(got))
	}
}

func TestEncode_Lines(t *testing.T) {
	// {"texts": […]} in a struct is indented by 2 and its key takes 9 columns.
	fits := strings.Repeat("x", 80-2-9-4)
	for n, lines := range map[string]int{fits: 1, fits + "x": 3, strings.Repeat("名", len(fits)): 1} {
		text, err := encoded(codecAll{Texts: []string{n}})
		require.NoError(t, err)
		require.Equal(t, 3+lines, strings.Count(string(text), "\n"), "%s", text)
	}
	text, err := encoded(map[string][]*int{"b": {nil}, "a": {}, "": nil})
	require.NoError(t, err)
	require.Equal(t, "{\n  \"\": [],\n  \"a\": [],\n  \"b\": [null]\n}\n", string(text))
	text, err = encoded(map[string]codecRing{})
	require.NoError(t, err)
	require.Equal(t, "{}\n", string(text))
	text, err = encoded("\x00\x1f\b\f\n\r\t\"\\/<>&\u2028\x7f😀")
	require.NoError(t, err)
	require.Equal(t, `"\u0000\u001f\b\f\n\r\t\"\\/<>&`+"\u2028\x7f😀\"\n", string(text))
}

func TestEncode_Faults(t *testing.T) {
	_, err := encoded(codecAll{List: []codecInner{{ID: "a"}, {ID: "\xff"}}})
	require.EqualError(t, err, `/list/1/id: encoding "\\xff", bound UTF-8`)
	_, err = encoded(map[string]int{"\xff": 1})
	require.ErrorIs(t, err, diag.Encoding)
	_, err = encoded(codecAll{Mark: codecMark{-1}})
	require.EqualError(t, err, `/mark: invalid, bound no marks below zero`)
}

// A codecRare has what the plan's types have not: tags and pointers that the
// writer must still treat as encoding/json does.
type codecRare struct {
	Untagged string
	Numbers  []*uint8              `json:"numbers"`
	Absent   *string               `json:"absent"`
	Unknown  decimal.NullDecimal   `json:"unknown"`
	Bool     bool                  `json:"bool,omitempty"`
	Zero     *codecMark            `json:"zero,omitzero"`
	Struct   codecInner            `json:"struct,omitempty"`
	Nothing  decimal.Decimal       `json:"nothing,omitzero"`
	Pointers map[string]*codecMark `json:"pointers"`
	Lists    [][]string            `json:"lists"`
}

func TestEncode_RareTypes(t *testing.T) {
	seven := uint8(7)
	text, err := encoded(&codecRare{
		Numbers: []*uint8{&seven, nil}, Zero: &codecMark{}, Pointers: map[string]*codecMark{"a": {2}, "b": nil}, Lists: [][]string{{"x"}, {}},
	})
	require.NoError(t, err)
	require.Equal(t, `{
  "Untagged": "",
  "numbers": [7, null],
  "absent": null,
  "unknown": null,
  "struct": {
    "id": ""
  },
  "pointers": {
    "a": "**",
    "b": null
  },
  "lists": [
    ["x"],
    []
  ]
}
`, string(text))
	for _, v := range []any{nil, (*codecRare)(nil), (*string)(nil)} {
		text, err := encoded(v)
		require.NoError(t, err)
		require.Equal(t, "null\n", string(text))
	}
	_, err = encoded(codecRare{Lists: [][]string{{"ok"}, {"\xfe"}}})
	require.EqualError(t, err, `/lists/1/0: encoding "\\xfe", bound UTF-8`)
}

// A fullDisk takes n bytes.
type fullDisk struct{ n int }

var errFull = errors.New("disk full")

func (d *fullDisk) Write(p []byte) (int, error) {
	n := min(len(p), d.n)
	d.n -= n
	if n < len(p) {
		return n, errFull
	}
	return n, nil
}

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

func TestEncode_FailingWriter(t *testing.T) {
	big := make([]codecInner, 10_000)
	for i := range big {
		big[i].ID = strconv.Itoa(i)
	}
	text, err := encoded(big)
	require.NoError(t, err)
	require.Greater(t, len(text), 2*flushAt)
	for _, room := range []int{0, 1, flushAt, flushAt * 2, len(text) - 1} {
		err := encodeValue(&fullDisk{room}, big)
		require.ErrorIs(t, err, diag.IO)
		require.ErrorIs(t, err, errFull)
		require.EqualError(t, err, `/w: io "disk full"`)
	}
	require.NoError(t, encodeValue(&fullDisk{len(text)}, big))
	require.ErrorIs(t, encodeValue(shortWriter{}, big), io.ErrShortWrite)
}
