package document

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/salesplan/salesplan/diag"
)

const dataDir = "../../shared/data/reliability"

// suite returns the files of one folder of the JSONTestSuite
// (github.com/nst/JSONTestSuite).
func suite(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dataDir, "json-test-suite", folder, "*.json"))
	require.NoError(t, err)
	if len(paths) == 0 {
		t.Skip("no JSONTestSuite in " + dataDir)
	}
	files := map[string][]byte{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		files[filepath.Base(path)] = text
	}
	return files
}

// wide takes what RFC 8259 allows and the default limits do not.
var wide = Limits{Depth: 1000, Exponent: 100_000_000, Digits: 10_000, Number: 10_000}

// beyond are the texts of y_ that are JSON, but not within the default limits,
// and those whose duplicate keys RFC 8259 only advises against.
var beyond = map[string]diag.Code{
	"y_number.json":                          diag.OutOfRange,
	"y_number_double_close_to_zero.json":     diag.OutOfRange,
	"y_number_real_exponent.json":            diag.OutOfRange,
	"y_number_real_fraction_exponent.json":   diag.OutOfRange,
	"y_object_duplicated_key.json":           diag.DuplicateKey,
	"y_object_duplicated_key_and_value.json": diag.DuplicateKey,
}

func TestSuite_Parsing(t *testing.T) {
	counts := map[byte]int{}
	for name, text := range suite(t, "test_parsing") {
		counts[name[0]]++
		t.Run(name, func(t *testing.T) {
			switch name[0] {
			case 'y':
				wantAccepted(t, name, text)
			case 'n':
				wantRejected(t, text)
			case 'i':
				wantChoice(t, name, text)
			}
		})
	}
	require.Equal(t, map[byte]int{'y': 95, 'n': 188, 'i': 35}, counts)
}

func wantAccepted(t *testing.T, name string, text []byte) {
	_, err := Read(bytes.NewReader(text), Limits{})
	if want := beyond[name]; want != "" {
		require.ErrorIs(t, err, want)
	} else {
		require.NoError(t, err)
	}
	root, err := Read(bytes.NewReader(text), wide)
	if beyond[name] == diag.DuplicateKey {
		require.ErrorIs(t, err, diag.DuplicateKey)
	} else {
		require.NoError(t, err)
	}
	again, err2 := Read(strings.NewReader(write(root)), wide)
	require.Equal(t, err == nil, err2 == nil)
	requireSame(t, root, again)
}

func wantRejected(t *testing.T, text []byte) {
	root, err := Read(bytes.NewReader(text), wide)
	require.Error(t, err)
	for _, f := range diag.All(err) {
		require.NotZero(t, f.Line)
		require.NotZero(t, f.Column)
		if f.Code == diag.Encoding {
			continue
		}
		require.Contains(t, []diag.Code{diag.Syntax, diag.Trailing, diag.TooDeep}, f.Code)
		require.Nil(t, root)
	}
	// As the value of a field in a document that is fine otherwise.
	_, err = Read(strings.NewReader(`{"name": `+string(text)+`}`), wide)
	if json.Valid([]byte(`{"name": ` + string(text) + `}`)) {
		return
	}
	require.Error(t, err)
}

// choices says what happens to the texts that a reader may take or leave. The
// second column is the fault within the default limits, the third within wide
// ones: a number that is only large or small is JSON and kept as written, what
// is not Unicode is refused.
var choices = map[string][2]diag.Code{
	"i_number_double_huge_neg_exp.json":                   {diag.OutOfRange, ""},
	"i_number_huge_exp.json":                              {diag.OutOfRange, diag.OutOfRange},
	"i_number_neg_int_huge_exp.json":                      {diag.OutOfRange, ""},
	"i_number_pos_double_huge_exp.json":                   {diag.OutOfRange, ""},
	"i_number_real_neg_overflow.json":                     {diag.OutOfRange, ""},
	"i_number_real_pos_overflow.json":                     {diag.OutOfRange, ""},
	"i_number_real_underflow.json":                        {diag.OutOfRange, ""},
	"i_number_too_big_neg_int.json":                       {"", ""},
	"i_number_too_big_pos_int.json":                       {"", ""},
	"i_number_very_big_negative_int.json":                 {diag.OutOfRange, ""},
	"i_object_key_lone_2nd_surrogate.json":                {diag.Encoding, diag.Encoding},
	"i_string_1st_surrogate_but_2nd_missing.json":         {diag.Encoding, diag.Encoding},
	"i_string_1st_valid_surrogate_2nd_invalid.json":       {diag.Encoding, diag.Encoding},
	"i_string_UTF-16LE_with_BOM.json":                     {diag.Encoding, diag.Encoding},
	"i_string_UTF-8_invalid_sequence.json":                {diag.Encoding, diag.Encoding},
	"i_string_UTF8_surrogate_U+D800.json":                 {diag.Encoding, diag.Encoding},
	"i_string_incomplete_surrogate_and_escape_valid.json": {diag.Encoding, diag.Encoding},
	"i_string_incomplete_surrogate_pair.json":             {diag.Encoding, diag.Encoding},
	"i_string_incomplete_surrogates_escape_valid.json":    {diag.Encoding, diag.Encoding},
	"i_string_invalid_lonely_surrogate.json":              {diag.Encoding, diag.Encoding},
	"i_string_invalid_surrogate.json":                     {diag.Encoding, diag.Encoding},
	"i_string_invalid_utf-8.json":                         {diag.Encoding, diag.Encoding},
	"i_string_inverted_surrogates_U+1D11E.json":           {diag.Encoding, diag.Encoding},
	"i_string_iso_latin_1.json":                           {diag.Encoding, diag.Encoding},
	"i_string_lone_second_surrogate.json":                 {diag.Encoding, diag.Encoding},
	"i_string_lone_utf8_continuation_byte.json":           {diag.Encoding, diag.Encoding},
	"i_string_not_in_unicode_range.json":                  {diag.Encoding, diag.Encoding},
	"i_string_overlong_sequence_2_bytes.json":             {diag.Encoding, diag.Encoding},
	"i_string_overlong_sequence_6_bytes.json":             {diag.Encoding, diag.Encoding},
	"i_string_overlong_sequence_6_bytes_null.json":        {diag.Encoding, diag.Encoding},
	"i_string_truncated-utf-8.json":                       {diag.Encoding, diag.Encoding},
	"i_string_utf16BE_no_BOM.json":                        {diag.Encoding, diag.Encoding},
	"i_string_utf16LE_no_BOM.json":                        {diag.Encoding, diag.Encoding},
	"i_structure_500_nested_arrays.json":                  {diag.TooDeep, ""},
	"i_structure_UTF-8_BOM_empty_object.json":             {"", ""},
}

func wantChoice(t *testing.T, name string, text []byte) {
	want, ok := choices[name]
	require.True(t, ok, "no choice made")
	for i, lim := range []Limits{{}, wide} {
		_, err := Read(bytes.NewReader(text), lim)
		if want[i] == "" {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, want[i])
		}
	}
}

// TestSuite_Transform reads the texts on which readers differ: nothing may be
// lost or mended in silence.
func TestSuite_Transform(t *testing.T) {
	want := map[string]struct {
		texts []string // of the array's items, or of the object's keys
		code  diag.Code
	}{
		"number_-9223372036854775808.json":         {[]string{"-9223372036854775808"}, ""},
		"number_-9223372036854775809.json":         {[]string{"-9223372036854775809"}, ""},
		"number_1.0.json":                          {[]string{"1.0"}, ""},
		"number_1.000000000000000005.json":         {[]string{"1.000000000000000005"}, ""},
		"number_1000000000000000.json":             {[]string{"1000000000000000"}, ""},
		"number_10000000000000000999.json":         {[]string{"10000000000000000999"}, ""},
		"number_1e-999.json":                       {[]string{"1E-999"}, diag.OutOfRange},
		"number_1e6.json":                          {[]string{"1E6"}, ""},
		"number_9223372036854775807.json":          {[]string{"9223372036854775807"}, ""},
		"number_9223372036854775808.json":          {[]string{"9223372036854775808"}, ""},
		"object_key_nfc_nfd.json":                  {[]string{"\u00e9", "e\u0301"}, ""},
		"object_key_nfd_nfc.json":                  {[]string{"e\u0301", "\u00e9"}, ""},
		"object_same_key_different_values.json":    {[]string{"a", "a"}, diag.DuplicateKey},
		"object_same_key_same_value.json":          {[]string{"a", "a"}, diag.DuplicateKey},
		"object_same_key_unclear_values.json":      {[]string{"a", "a"}, diag.DuplicateKey},
		"string_1_escaped_invalid_codepoint.json":  {[]string{"\ufffd"}, diag.Encoding},
		"string_1_invalid_codepoint.json":          {[]string{"\ufffd\ufffd\ufffd"}, diag.Encoding},
		"string_2_escaped_invalid_codepoints.json": {[]string{"\ufffd\ufffd"}, diag.Encoding},
		"string_2_invalid_codepoints.json":         {[]string{strings.Repeat("\ufffd", 6)}, diag.Encoding},
		"string_3_escaped_invalid_codepoints.json": {[]string{"\ufffd\ufffd\ufffd"}, diag.Encoding},
		"string_3_invalid_codepoints.json":         {[]string{strings.Repeat("\ufffd", 9)}, diag.Encoding},
		"string_with_escaped_NULL.json":            {[]string{"A\x00B"}, ""},
	}
	files := suite(t, "test_transform")
	require.Len(t, files, len(want))
	for name, text := range files {
		root, err := Read(bytes.NewReader(text), Limits{})
		w := want[name]
		if w.code == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorIs(t, err, w.code, name)
			require.Len(t, diag.All(err), 1, name)
		}
		var texts []string
		for _, n := range root.Elements() {
			texts = append(texts, n.Text)
		}
		for k := range root.Members() {
			texts = append(texts, k.Name)
		}
		require.Equal(t, w.texts, texts, name)
	}
}

func TestCheckNumber_Spellings(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(dataDir, "numbers", "number-spellings.json"))
	if err != nil {
		t.Skip("no number spellings in " + dataDir)
	}
	var rows []struct {
		Text, Repeat, Expect string
		Times                int
	}
	require.NoError(t, json.Unmarshal(text, &rows))
	require.Len(t, rows, 80)
	for _, row := range rows {
		s := row.Text + strings.Repeat(row.Repeat, row.Times)
		code, bound := CheckNumber(s, Limits{})
		require.Equal(t, row.Expect == "accept", code == "", "%.40q: %s", s, code)
		require.Equal(t, code == "", bound == "", "%.40q", s)
	}
}
